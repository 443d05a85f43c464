"""The report of a recommendation: whole, self-contained, the same each time, and with the numbers of the terminal."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.recommend.answer import Recommendation
from experiments.recommend.goal import Goal
from studio import recommendation_words as told
from studio.cli import cli
from studio.formatting import amount, interval, money, points, share, signed
from studio.recommendation_dir import OURS, write_recommendation
from studio.recommendation_figures import difference_chart, ends_of, money_chart, next_money_chart
from studio.recommendation_report import report_html
from tests.studio.made_recommendation import LOADED, MOST, POOR, recommendation
from tests.studio.test_report import Page

PARTS = ["verdict", "money", "calendar", "differences", "next", "budgets", "influencers", "turns", "rests"]
PICTURES = ["money", "flow", "gap-0", "gap-1", "gap-2", "next", "response-0"]
PICTURES += ["frontier-value", "frontier-chance", "tornado"]


def words(page: str) -> str:
    """What a reader reads, without markup."""
    return re.sub(r"\s+", " ", " ".join(Page(page).text)).replace("\u00a0", " ")


def parts(page: str) -> list[str]:
    return [str(attrs["id"]) for tag, attrs in Page(page).tags if tag == "section"]


def cells(page: str, caption: str) -> list[list[str]]:
    """Texts of the rows of the table with this caption."""
    found = next(t for t in re.findall(r"<table.*?</table>", page, re.DOTALL) if f"<span>{caption}" in t)
    body = re.findall(r"<tbody>(.*?)</tbody>", found, re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]*>", " ", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


@pytest.fixture(scope="module")
def answer() -> Recommendation:
    return recommendation()


@pytest.fixture(scope="module")
def page(answer: Recommendation) -> str:
    return report_html(answer, LOADED)


def test_it_is_well_formed_and_in_its_order(page: str) -> None:
    found = Page(page)
    assert len(set(found.ids)) == len(found.ids)
    for link in found.links:
        assert link == "data:," or (link.startswith("#") and link[1:] in found.ids), link
    for name in re.findall(r"url\(#([^)]*)\)", page):
        assert name in found.ids
    assert parts(page) == PARTS
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_it_asks_nothing_of_the_network_and_runs_nothing(page: str) -> None:
    assert not re.search(r"https?:", page)
    assert "<script" not in page and "@import" not in page
    assert not re.search(r"\son\w+=", page)


def test_every_picture_has_a_title_a_description_and_a_table_after_it(page: str) -> None:
    pictures = re.findall(r"<svg .*?</svg>", page, re.DOTALL)
    named = []
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        title, desc = root[0], root[1]
        assert (title.tag, desc.tag, root.get("role")) == ("title", "desc", "img")
        assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert title.text and len(desc.text or "") > 40
        named.append(str(title.get("id")).removesuffix("-title"))
    assert named == PICTURES
    for part in re.findall(r"<section .*?</section>", page, re.DOTALL):
        assert "<svg" not in part or part.rindex("<table") > part.rindex("<svg")
    for tag, attrs in Page(page).tags:
        if tag == "th":
            assert attrs.get("scope") in ("col", "row", "colgroup", "rowgroup")
        if attrs.get("class") == "scroll":
            assert attrs["tabindex"] == "0" and attrs["aria-label"]


def test_the_same_answer_gives_the_same_bytes_and_no_time_is_in_them(answer: Recommendation, page: str) -> None:
    later = {**answer.provenance, "runs": 1}  # a study that was taken up again runs less
    assert report_html(replace(answer, timings={"wall_seconds": 1e6}, provenance=later), LOADED) == page
    assert report_html(recommendation(), LOADED) == page


def test_the_users_own_plot_settings_change_nothing(answer: Recommendation, page: str) -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert report_html(answer, LOADED) == page


def test_sentences_are_those_of_the_terminal_and_come_first(answer: Recommendation, page: str) -> None:
    text, said = words(page), re.sub(r"\s+", " ", told.answer_text(answer))
    sentences = [told.sentence(answer)]
    sentences += [told.against_sentence(answer, answer.against(name)) for name in told.NAMES]
    places = [text.index(sentence) for sentence in sentences]
    assert places == sorted(places) and places[-1] < text.index("Where the money goes")
    for sentence in [*sentences, *told.roster_sentences(answer), *told.small_print(answer)[:-2]]:
        assert sentence in text and sentence in said
    assert "The current plan costs 598,000 USD, more than the budget." in text


def test_numbers_are_those_of_the_terminal(answer: Recommendation, page: str) -> None:
    lines = told.answer_text(answer).splitlines()

    def printed(name: str) -> list[str]:
        return re.split(r"\s{2,}", next(line for line in lines if line.startswith(f"{name} ")))

    spent = {row[0]: row for row in cells(page, "Money by line")}
    brings = {row[0]: row for row in cells(page, "What the next 1,000 bring")}
    assert [row[0] for row in cells(page, "Money by line")] == [*(one.name for one in answer.marginals), "total"]
    for one in answer.marginals:
        name, now, plan, part, _, more = printed(one.name)
        assert spent[name][1:3] == [now, plan] and spent[name][4] == part
        found = brings[name]
        assert more == (f"{found[2]} ({found[3]})" if found[2] != "–" else "–")
    rows = {row[0].split("  ")[0]: row for row in cells(page, "What the plan brings for less and for more money")}
    for part, cost, value, likely in answer.frontier:
        assert printed(share(part)) == rows[share(part)][:4]
        assert rows[share(part)][1:4] == [money(cost, "USD"), amount(value, "people"), share(likely.p)]
    assert [row.split("  ")[0][:5].strip() for row in rows] == ["50 %", "75 %", "100 %", "125 %", "150 %"]


def test_each_reference_plan_is_held_against_it(answer: Recommendation, page: str) -> None:
    rows = cells(page, "The recommended plan minus others, customers")
    assert [" ".join(row[0].split()) for row in rows] == [told.NAMES[name] for name in told.NAMES]
    for row, name in zip(rows, told.NAMES, strict=True):
        one = answer.against(name)
        difference = one.difference
        assert row[3:6] == [
            signed(difference.mean), interval(difference.ci_low, difference.ci_high), share(one.share_ahead)
        ]  # fmt: skip
        assert row[6].split(" points")[0] == points(0.0, one.difference_p.mean).removesuffix(" points")
        assert float(row[6].split(" points")[0]) == pytest.approx(100 * one.difference_p.mean, abs=0.06)
    assert [row[-1] for row in rows] == ["worse", "better", "not distinguishable"]


def test_less_is_better_where_the_goal_says_so() -> None:
    page = report_html(recommendation(Goal("least customers", "customers", 25, more=False)), LOADED)
    rows = cells(page, "The recommended plan minus others, customers")
    assert [row[-1] for row in rows] == ["better", "worse", "not distinguishable"]
    lines = [row[2] for row in cells(page, "What the next 1,000 bring") if row[2] != "–"]
    assert lines[0] == "-8" and lines[-1] == "42"


def test_a_plan_that_is_a_reference_itself_says_so(answer: Recommendation) -> None:
    arms = list(answer.arms)
    arms[2] = replace(arms[0], name="current_scaled")
    text = words(report_html(replace(answer, arms=tuple(arms)), LOADED))
    assert "The recommended plan is the current plan with this budget itself: nothing else that was tried is" in text
    assert "this plan did not come from the search" in text
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_influencers_have_their_posts_dates_fees_and_warnings(page: str) -> None:
    rows = cells(page, "Who posts when")
    assert [row[1] for row in rows] == ["2", "1", "3"]
    roster = LOADED.scenario.influencers
    first, second = list(roster)[:2]
    fees = 2 * roster[first].cost_per_post, roster[second].cost_per_post
    assert [row[2].split()[0] for row in rows] == [money(fees[0]), money(fees[1]), money(sum(fees))]
    assert rows[0][2].split()[1:] == [money(roster[first].cost_per_post), "each"]
    assert [row[3].replace("\u00a0", " ") for row in rows] == ["4 Jan 2027, 25 Jan", "4 Feb 2027", ""]
    for warning in POOR.warnings:
        assert words(page).count(warning[1:]) == 1  # beside the influencers, not among the remarks again


def test_it_says_what_it_rests_on(answer: Recommendation, page: str) -> None:
    text = words(page)[words(page).rindex("What it rests on") :]
    for said in (
        "1 % (above 0: printed too high)", "210: what is lost of customers on average", "luck+ranges: every replicate",
        "search 8 then 32", "race 16 then 32 then 64", "report 32", "check ten times as many", "Seed 7", "a" * 64,
        "2 plans could not be run: nobody was left in the market", "300 plans were tried, as asked", "a remark",
        "apath run plan.toml --plan recommended",
    ):  # fmt: skip
        assert said in text, said
    readings = [(row[0], row[-1]) for row in cells(page, "Other finalists of the search")]
    assert readings == [("finalist 2", "cannot be told apart"), ("finalist 3", "told apart")]
    unchecked = words(report_html(replace(answer, optimism=None), LOADED))
    assert "Optimism not checked" in unchecked and "ten times as many" not in unchecked


def test_an_answer_without_an_amount_has_no_probability() -> None:
    page = report_html(recommendation(MOST), LOADED)
    assert parts(page) == PARTS
    assert "frontier-chance" not in page and "probability" not in words(page).replace("wanted probability", "")
    assert len(cells(page, "What the plan brings for less and for more money")[0]) == 3


def test_money_goals_carry_their_currency() -> None:
    page = report_html(recommendation(Goal("most revenue", "revenue", 25)), LOADED)
    text = words(page)
    assert "this plan brings 80,415 USD revenue on average" in text and "revenue, USD 80,415 90 % interval" in text
    assert [row[2] for row in cells(page, "What the plan brings for less and for more money")][2] == "80,415 USD"


def test_parts_that_have_nothing_to_say_are_left_out() -> None:
    assert parts(report_html(recommendation(booked=False), LOADED)) == [p for p in PARTS if p != "influencers"]
    bare = report_html(recommendation(marginals=False), LOADED)
    assert parts(bare) == [p for p in PARTS if p not in ("next", "budgets", "turns")]
    assert "108,000" in bare  # money by line does not need them
    for missing in ("next", "budgets"):
        assert f"#{missing}" not in bare


@pytest.mark.parametrize("known", [{"n": 1}, {"n": 8, "shared": True}, {"level": 0.0}, {"roster": None}])
def test_little_is_no_reason_for_strange_words(known: dict[str, object]) -> None:
    text = words(report_html(recommendation(**known), LOADED))  # type: ignore[arg-type]
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_what_users_write_is_text() -> None:
    evil = '<script>alert("x")</script>&<img src=x onerror=y>'
    page = report_html(recommendation(evil=evil), LOADED)
    assert "<script" not in page and "<img" not in page
    shown = unescape(page)
    for name in (f"ana{evil}", f"Brew{evil}", f"media.{evil}", f"80k{evil}", f"baseline{evil}", f"a remark{evil}"):
        assert name in shown
    assert f"market{evil}" in shown
    for picture in re.findall(r"<svg .*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(picture)
    Page(page)


def test_pictures_say_what_they_show(answer: Recommendation) -> None:
    svg = money_chart([("media.tiktok", 156_000.0, 78_000.0)], "USD").svg
    bars = [float(w) for w in re.findall(r'<rect [^>]*width="([\d.]+)" height="9"', svg)]
    assert bars[0] == pytest.approx(2 * bars[1]) and "media.tiktok 156,000 now, 78,000 in the plan" in svg
    svg = next_money_chart(answer.marginals[:3], "people", "customers").svg
    full = [("--paper" not in dot) for dot in re.findall(r"<circle[^>]*>", svg)]
    assert full == [False, True, True]  # -13 to 83 holds nothing, 4.2 to 83 and -20 to -1 do not


def test_every_replicate_is_in_one_column_of_the_difference() -> None:
    from experiments.intervals import summarise

    values = np.array([-30.0, -10.0, 0.0, 0.0, 10.0, 20.0, 20.5, 30.0])
    said = summarise(values, worlds=np.arange(8))
    chart = difference_chart(
        "equal split", values, said, "people", ends=ends_of(values.tolist()), better=1, reading="not distinguishable",
        key="gap",
    )  # fmt: skip
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', chart.svg)]
    assert sum(heights) / max(heights) * 2 == pytest.approx(8)  # the tallest column is the two ties
    strong = chart.svg.count('fill-opacity="0.75"')
    assert strong == 4 and len(heights) == 7
    assert "not distinguishable" in chart.note


def test_it_is_written_before_the_answer_and_can_be_left_out(answer: Recommendation, page: str, tmp_path: Path) -> None:
    assert OURS[-2:] == ("report.html", "recommendation.json")
    for name, report in (("with", True), ("without", False)):
        (tmp_path / name).mkdir()
        write_recommendation(tmp_path / name, answer, LOADED, data=answer.to_json(), report=report)
        assert (tmp_path / name / "report.html").exists() == report
        assert (tmp_path / name / "recommendation.json").exists()
    assert (tmp_path / "with" / "report.html").read_text("utf-8") == page
    assert "--no-report" in CliRunner().invoke(cli, ["recommend", "--help"]).stdout


def test_what_would_change_the_advice_is_told_as_in_the_terminal(answer: Recommendation, page: str) -> None:
    rows = cells(page, "The lead over equal split, customers, by parameter")
    assert rows == [["wom.affinity", "0.4", "-310", "+2,400", "yes"], ["paid.attention", "0.01", "+900", "+80", "no"]]
    text = told.answer_text(answer)
    assert all(word in text for row in rows for word in row)


def test_lines_say_how_far_they_are_from_their_most(answer: Recommendation, page: str) -> None:
    rows = {row[0]: row for row in cells(page, "What the next 1,000 bring")}
    (name,) = answer.responses
    spent = next(one.spend for one in answer.marginals if one.name == name)
    assert rows[name][5:] == [share(answer.responses[name].reached(spent)), "2"]
    assert all(row[5:] == ["–", "–"] for other, row in rows.items() if other != name)


def test_a_probability_that_is_missed_is_said_in_the_first_sentence() -> None:
    goal = Goal("customers >= 80k with 95%", "customers", 25, amount=80_000.0, p_wanted=0.95)
    said = told.sentence(recommendation(goal))
    likely = recommendation(goal).chance
    assert likely is not None and likely.p < 0.95
    assert "this plan meets “customers >= 80k” with a probability of" in said
    assert said.endswith(
        "That is less than the 95 % that were asked for: no plan that was tried within the budget was found to be "
        "that likely."
    )
    kept = Goal("customers >= 80k with 5%", "customers", 25, amount=80_000.0, p_wanted=0.05)
    assert "less than" not in told.sentence(recommendation(kept))
