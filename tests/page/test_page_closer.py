"""A closer look at a run: the figures of its report, any goal on its replicates, and refusals in words."""

import csv
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from experiments import compare
from experiments.intervals import LEVEL
from scenarios import load_scenario
from studio.figures import difference_band
from studio.formatting import amount, interval, signed
from studio.page.app import Settings, create_app
from studio.page.closer import Closer
from studio.page.fan import fan, scale
from studio.page.guard import TOKEN
from studio.page.odds import gap_within, odds, share_within
from studio.page.shelf import Shelf
from studio.rundir import write_run

HOST = "127.0.0.1:8644"
RUN = "classroom-1"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    loaded = load_scenario("classroom", consumers=60)
    answer = compare(loaded, plans=["nothing", "hub-samples"], replicates=24, seed=3)
    runs = tmp_path_factory.mktemp("runs")
    write_run(answer, loaded, runs=runs, report=False)
    alone = compare(loaded, plans=["nothing"], replicates=4, seed=3)
    write_run(alone, loaded, runs=runs, report=False)
    return answer, runs


@pytest.fixture(scope="module")
def held(made):
    return Closer(Shelf(made[1])).held(RUN)


@pytest.fixture
def client(made):
    app = create_app(Settings(token="right", hosts=(HOST,), runs=made[1]))
    return TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]


@pytest.mark.parametrize("series", ["customers", "advocacy", "revenue", "attention"])
def test_fans_show_the_figures_of_weekly_csv(made, held, series) -> None:
    said = fan(held, series)
    table = list(csv.DictReader(io.StringIO((made[1] / RUN / "weekly.csv").read_text("utf-8"))))
    unit = "money" if series == "revenue" else "people"
    for k, plan in enumerate(("nothing", "hub-samples")):
        rows = [row for row in table if row["plan"] == plan and row["series"] == series]
        assert [row[1 + 2 * k] for row in said["rows"]] == [amount(float(row["mean"]), unit) for row in rows]
        assert [row[2 + 2 * k] for row in said["rows"]] == [
            interval(float(row["p5"]), float(row["p95"]), unit) for row in rows
        ]
    assert len(said["x"]) == len(said["weeks"]) == len(said["rows"]) == len(said["gap"][0])


def test_differences_are_those_of_the_report(made, held) -> None:
    band = difference_band(made[0], "nothing", "hub-samples")
    rows = fan(held, "customers")["rows"]
    assert [row[5] for row in rows] == [signed(float(mean)) for mean in band.mean]
    assert [row[6] for row in rows] == [
        interval(float(low), float(high)) for low, high in zip(band.low, band.high, strict=True)
    ]


def test_odds_are_counted_on_the_replicates(made, held) -> None:
    runs = made[0].runs
    customers = [runs.plans[name].all.weekly[:, 6, 8] for name in ("nothing", "hub-samples")]  # end of the 8th week
    wanted = float(np.median(customers[1]))
    said = odds(held, f"customers >= {wanted:.6f} by 2027-02-28")
    reached = [int((np.round(x, 6) >= round(wanted, 6)).sum()) for x in customers]
    assert [row[3] for row in said["rows"]] == [f"{n} of 24" for n in reached] + [""]
    assert said["sentence"].startswith("“customers >= ")
    assert said["columns"][2] == "90 % interval" and LEVEL == 0.9


def test_goals_of_the_whole_horizon_use_its_figures(made, held) -> None:
    runs = made[0].runs
    names = list(made[0].plans["nothing"])
    for metric in ("profit", "buyers", "awareness", "leads"):
        values = [runs.plans[name].all.figures[:, names.index(metric)] for name in ("nothing", "hub-samples")]
        cut = round(float(np.mean(values[1])), 3)
        said = odds(held, f"{metric} >= {cut}")
        assert [row[3] for row in said["rows"][:2]] == [f"{int((x >= cut).sum())} of 24" for x in values]


def test_sums_over_weeks_and_stages_add_up(made, held) -> None:
    from experiments.recommend.goal import parse_goal
    from simulator.metrics import METRICS

    last = held.calendar
    assert held.parts_of("awareness") == ("attention", "attraction", "affinity", "audience", "advocacy")
    figures = made[0].runs.plans["hub-samples"].all.figures
    goal = parse_goal("revenue >= 1 by 2027-04-04", last)  # one week before the end
    weekly = made[0].runs.plans["hub-samples"].all.weekly
    assert held.until(goal, "hub-samples") == pytest.approx(weekly[:, 8, 1:14].sum(axis=1))
    goal = parse_goal("awareness >= 1 by 2027-04-11", last)
    assert held.until(goal, "hub-samples") == pytest.approx(figures[:, list(METRICS).index("awareness")])


def test_a_wanted_probability_is_answered(held) -> None:
    assert odds(held, "customers >= 0 with 80%")["sentence"].endswith("80 % is reached by nothing and hub-samples.")
    assert odds(held, "customers >= 1e9 with 80%")["sentence"].endswith("80 % is reached by neither plan.")


def refusal(client, goal):
    answer = client.post(f"/api/runs/{RUN}/odds", json={"goal": goal})
    assert answer.status_code == 422, answer.text
    return answer.json()["problems"][0]


def test_goals_that_make_no_sense_are_refused_in_words(client) -> None:
    assert "did you mean “customers”?" in refusal(client, "custommers >= 10")["what"]
    said = refusal(client, "leads >= 3 by 2027-02-07")
    assert said["what"] == "goal “leads >= 3 by 2027-02-07”: a run does not keep “leads” by week"
    assert said["hint"].startswith("choose from: advocacy, customers, detractors, revenue, awareness")
    assert "no amount that could be reached" in refusal(client, "most revenue")["what"]
    assert "is no date" in refusal(client, "customers >= 3 by 2027-02-31")["what"]
    assert refusal(client, "")["what"] == "there is no goal yet"
    for wrong in (None, 7, [], {}, "x" * 500):
        assert refusal(client, wrong)["what"]


def test_runs_without_two_plans_or_replicates_have_no_closer_look(client, made) -> None:
    assert client.get("/api/runs/classroom-2/weekly").status_code == 404
    assert client.get("/api/runs/no-such/weekly").status_code == 404
    assert client.get("/api/runs/..%2Fclassroom-1/weekly").status_code == 404
    assert (
        client.get(f"/api/runs/{RUN}/weekly?series=custommers")
        .json()["problems"][0]["hint"]
        .startswith("did you mean “customers”?")
    )


def test_a_broken_file_of_replicates_is_said(client, made, tmp_path) -> None:
    place = Path(shutil.copytree(made[1] / RUN, made[1] / "classroom-77"))
    try:
        (place / "replicates.npz").write_bytes(b"no archive")
        answer = client.get("/api/runs/classroom-77/weekly")
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["hint"] == "run it again"
    finally:
        shutil.rmtree(place)


def test_axes_hold_what_is_drawn_and_few_ticks() -> None:
    for low, high in ((0.0, 1.0), (0.0, 0.004), (-7.0, 310.0), (0.0, 0.0), (-2e6, 9e6), (5.0, 5.0)):
        said = scale(low, high)
        assert said["min"] <= low and said["max"] >= high
        assert 1 <= len(said["ticks"]) <= 7
        assert all(low - 1e-9 <= at <= max(high, low + 1.0) + 1e-9 for at, _ in said["ticks"])


def test_intervals_cover_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    worlds = np.arange(80)
    shares = gaps = 0
    for _ in range(400):
        u = rng.random((2, 80))
        a, b = u[0] < 0.3, np.where(u[1] < 0.5, u[0], 2.0 * u[1] - 1.0) < 0.5
        low, high = share_within(a, worlds, level=0.9)
        shares += low <= 0.3 <= high
        low, high = gap_within(a, b, worlds, level=0.9)
        gaps += low <= 0.2 <= high
    assert 0.85 <= shares / 400 <= 0.95
    assert 0.85 <= gaps / 400 <= 0.96


def test_replicates_that_share_worlds_are_no_independent_cases() -> None:
    worlds = np.repeat(np.arange(10), 8)
    by_world = np.repeat(np.arange(10) % 2 == 0, 8)
    fresh, shared = (share_within(by_world, w, level=0.9) for w in (np.arange(80), worlds))
    assert shared[1] - shared[0] > 2.0 * (fresh[1] - fresh[0])
    nobody = np.zeros(80, bool)
    fresh, shared = (gap_within(nobody, by_world, w, level=0.9) for w in (np.arange(80), worlds))
    assert shared[1] - shared[0] > 2.0 * (fresh[1] - fresh[0])
