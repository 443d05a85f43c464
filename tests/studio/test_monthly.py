"""The monthly report: months gather weeks, every chart has its table, and figures are those of the weekly table."""

import csv
import io
import json
import re
from datetime import date

import numpy as np
import pytest

from experiments import compare
from experiments.closer import look_closer
from experiments.replicate import graph_of
from scenarios import load_scenario
from simulator.glossary import WEEKLY
from simulator.weekly import ALL
from studio.cli import cli
from studio.exports import METRICS_COLUMNS, metrics_csv
from studio.monthly import monthly_html, monthly_text
from studio.months import FULL_WEEKS, Ledger, last_full, months_of
from studio.rundir import write_run
from tests.studio.test_report import Page

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def launch():
    return load_scenario("coldbrew-launch", consumers=300)


@pytest.fixture(scope="module")
def run(launch):
    return compare(launch, plans=["creators"], replicates=3, seed=1)


@pytest.fixture(scope="module")
def look(run):
    return look_closer(run.runs, "creators")


@pytest.fixture(scope="module")
def page(look, run):
    return monthly_html(look, run)


# -------------------------------------------------------------------------------------------------- the closer look


def test_a_closer_look_is_the_same_replicates_again(run, look):
    """What is measured week by week is what the answer was made of."""
    assert look.replicates == 3
    sample = run.runs.plans["creators"].luck
    ours = next(iter(look.metrics.values()))
    from simulator.metrics import METRICS, SERIES

    mean = dict(zip(METRICS, sample.figures.mean(axis=0), strict=True))
    for name in ("revenue", "purchases", "cost", "profit", "opt_ins", "leads"):
        assert ours[name, ALL][:, -1].sum() == pytest.approx(mean[name]), name
    weekly = dict(zip(SERIES, sample.weekly.mean(axis=0), strict=True))
    np.testing.assert_allclose(ours["customers", ALL][:, -1], weekly["customers"][1:])
    np.testing.assert_allclose(ours["advocacy_stock", ALL][:, -1], weekly["advocacy"][1:])


def test_one_replicate_can_be_looked_at_alone(run):
    one = look_closer(run.runs, "creators", replicates=1)
    assert one.replicates == 1
    assert look_closer(run.runs, "creators", replicates=99).replicates == 3


def test_means_leave_out_what_does_not_exist(look):
    ours = next(iter(look.metrics.values()))
    assert np.isnan(ours["reply_hours", ALL]).all(), "nobody answers"
    assert np.isfinite(ours["frequency", ALL]).all()
    assert {name for name, part in ours if part == ALL} == set(WEEKLY)


def test_influencers_are_listed_with_what_they_did(launch, look):
    booked = {booking.influencer for booking in launch.scenario.plans["creators"].bookings}
    assert set(look.influencers) == booked
    ours = next(iter(look.metrics.values()))
    paid = sum(one.paid.sum() for one in look.influencers.values())
    assert paid == pytest.approx(ours["influencer_posts_paid", ALL].sum())
    sights = sum(one.sights.sum() for one in look.influencers.values())
    assert sights == pytest.approx(ours["impressions_influencer", ALL][:, -1].sum())


def test_a_market_on_its_own_network_can_be_looked_at(tmp_path):
    (tmp_path / "friends.csv").write_text("from,to\n" + "".join(f"p{k},p{k + 1}\n" for k in range(30)))
    data = {
        "name": "friends", "start": "2027-01-04", "weeks": 2, "market": {"size": 100},
        "segments": {"all": {"share": 1.0, "buys_every_days": 20.0}}, "graph": {"kind": "file", "file": "friends.csv"},
        "brand": {"price": 5.0}, "plans": {"samples": {"seeding": [{"people": 40, "unit_cost": 1.0}]}},
    }  # fmt: skip
    (tmp_path / "friends.json").write_text(json.dumps(data))
    loaded = load_scenario(str(tmp_path / "friends.json"))
    answer = compare(loaded, replicates=2, seed=1)
    look = look_closer(answer.runs, "samples", graph=graph_of(loaded))
    ours = next(iter(look.metrics.values()))
    stocks = sum(ours[f"{stage}_stock", ALL][:, -1] for stage in ("unaware", "attention", "attraction", "affinity"))
    assert stocks + ours["members", ALL][:, -1] == pytest.approx(100.0)
    customers = answer.runs.plans["samples"].luck.weekly.mean(axis=0)[6, 1:]
    assert ours["customers", ALL][:, -1] == pytest.approx(customers)


# ------------------------------------------------------------------------------------------------------- the months


def test_a_week_counts_to_the_month_with_most_of_its_days(launch):
    months = months_of(launch.scenario)
    assert [m.name for m in months] == [f"{m} 2027" for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")]
    assert [m.n for m in months] == [4, 4, 4, 5, 4, 4, 1]  # the week from 28 June has four days in July
    assert [m.weeks.start for m in months[1:]] == [m.weeks.stop for m in months[:-1]]
    assert months[-1].title == "Jul 2027, 1 week"
    assert months[last_full(months)].name == "Jun 2027"
    assert all(m.n >= FULL_WEEKS for m in months[:-1])
    short = launch.scenario.model_copy(update={"weeks": 2, "start": date(2027, 2, 22)})
    assert [m.name for m in months_of(short)] == ["Feb 2027", "Mar 2027"]
    assert last_full(months_of(short)) == 1


def test_months_add_up_to_the_weeks(look):
    for brand in look.metrics:
        book = Ledger(look, brand)
        for name in ("impressions", "purchases", "revenue", "cost", "joins"):
            assert sum(book.sum(name)) == pytest.approx(np.nansum(book.weekly(name)))
        assert book.stock("", "customers").values[-1] == book.weekly("customers")[-1]
        starts = book.at_start("members", came="joins", went="leaves")
        ends = book.stock("", "members").values
        assert starts[1:] == pytest.approx(ends[:-1])
        growth = [a - b for a, b in zip(book.sum("joins"), book.sum("leaves"), strict=True)]
        assert np.array(starts) + growth == pytest.approx(np.array(ends))


def test_sums_are_compared_by_the_week(look):
    book = Ledger(look, next(iter(look.metrics)))
    line = book.flow("cost", "cost", shape="money")
    assert line.compared[3] == pytest.approx(line.values[3] / 5)
    assert line.moved(0) == ""


# -------------------------------------------------------------------------------------------------------- the page


def test_the_page_is_sound_and_asks_nothing_of_the_network(page):
    read = Page(page)
    assert len(read.ids) == len(set(read.ids))
    assert [link for link in read.links if link[0] != "#" and not link.startswith("data:")] == []
    assert {link[1:] for link in read.links if link[0] == "#"} <= set(read.ids)
    assert "<script" not in page
    assert "nan" not in "".join(read.text).lower().replace("influencer", "").replace("financ", "")


def test_every_chart_has_its_table(page):
    n = len(re.findall("<svg", page))
    assert n == 5
    assert len(re.findall("<summary>Numbers", page)) == n


def test_the_page_says_what_a_social_manager_reports(page, look):
    text = " ".join(" ".join(Page(page).text).split())
    for said in (
        "Monthly social report", "Jun 2027 at a glance", "Social Action Index", "Share of voice", "Northpour",
        "Community health", "net sentiment", "Influencers over the whole plan", "Paid media over the whole plan",
        "Cost by lever and month", "growth of the community", "revenue for each unit of cost", "trend: rising",
        "earned media value, USD (a proxy, no revenue)", "Means of the first 3 replicates",
    ):  # fmt: skip
        assert said in text, said
    cost = next(iter(look.metrics.values()))["cost", ALL][:, -1].sum()
    assert f"{round(cost):,}" in text


def test_it_says_what_its_means_are_of_and_since_when_the_plan_has_ended(launch, look, page):
    shown = " ".join(monthly_text(look).split())
    assert "Means of the first 3 replicates with the scenario's own parameters: report.html" in shown
    assert "The plan has ended" not in shown + page

    short = launch.scenario.model_copy(update={"weeks": 5, "carry_out_weeks": 4})
    answer = compare(short, plans=["baseline"], replicates=1, seed=1)
    after = look_closer(answer.runs, "baseline")
    said = "The plan has ended by 8 Feb 2027; what comes after is what is left of it."
    assert said in " ".join(monthly_text(after).split())
    assert said in monthly_html(after, answer)
    assert "The first replicate with the scenario's own parameters" in " ".join(monthly_text(after).split())


def test_the_page_is_the_same_each_time(look, run, page):
    assert monthly_html(look, run) == page


def test_texts_of_users_are_escaped(launch):
    scenario = launch.scenario
    brand = scenario.brand.model_copy(update={"title": "<b>$x_1$ & co"})
    rivals = {name: rival.model_copy(update={"title": "<b>$x_1$ & co"}) for name, rival in scenario.rivals.items()}
    changed = scenario.model_copy(update={"brand": brand, "rivals": rivals, "weeks": 6})
    answer = compare(changed, plans=["baseline"], replicates=1, seed=1)
    look = look_closer(answer.runs, "baseline")
    assert list(look.metrics) == ["<b>$x_1$ & co", "<b>$x_1$ & co (2)"], "two brands of one name stay two"
    page = monthly_html(look, answer)
    Page(page)
    assert "<b>$" not in page
    assert "not yet" in page, "six weeks are no trend"


def test_the_terminal_fits_its_width(look):
    text = monthly_text(look)
    assert max(map(len, text.splitlines())) <= 80
    assert "Jan 2027" in text
    assert "Northpour" in text
    assert "nan" not in text


# --------------------------------------------------------------------------------------------------------- the run


def test_metrics_csv_is_the_whole_table(look):
    rows = list(csv.reader(io.StringIO(metrics_csv(look))))
    assert tuple(rows[0]) == METRICS_COLUMNS
    assert {row[5] for row in rows[1:]} == set(WEEKLY)
    assert len(rows) - 1 == sum(v.size for metrics in look.metrics.values() for v in metrics.values())
    assert {row[2] for row in rows[1:]} == set(look.metrics)
    assert {row[3] for row in rows[1:]} == {*look.segments, ALL}
    frame = look.frame()
    assert tuple(frame.columns) == METRICS_COLUMNS
    assert len(frame) == len(rows) - 1


def test_a_run_holds_what_was_asked_for(run, launch, look, elsewhere):
    plain = write_run(run, launch, report=False)
    assert (plain.monthly, (plain.path / "metrics.csv").exists()) == (None, False)
    with_look = write_run(run, launch, report=False, look=look)
    assert (with_look.monthly, (with_look.path / "metrics.csv").exists()) == (None, True)
    full = write_run(run, launch, report=False, look=look, monthly=True)
    assert full.monthly is not None
    assert full.monthly.read_text("utf-8") == monthly_html(look, run)


def test_the_command_writes_the_monthly_report(elsewhere):
    from click.testing import CliRunner

    words = ["run", "classroom", "--plan", "hub-samples", "--replicates", "2", "--report", "monthly", "-o", "mine"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert "plan hub-samples, month by month" in result.stdout
    assert "months: mine/monthly.html" in result.stderr
    assert {"monthly.html", "report.html", "metrics.csv", "weekly.csv"} <= {
        p.name for p in (elsewhere / "mine").iterdir()
    }
    refused = CliRunner().invoke(cli, ["run", "classroom", "--report", "monthly", "--format", "json"])
    assert refused.exit_code == 2
    assert "-o DIR" in refused.stderr
    assert CliRunner().invoke(cli, ["compare", "classroom", "--report", "monthly"]).exit_code == 2
