"""Plans between several goals: what is beaten, what is found, what is remembered, and what is written."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from calibration.archive import Archive
from experiments.intervals import summarise
from experiments.recommend.blend import Blend, Remembered, weightings
from experiments.recommend.decode import decoder_of
from experiments.recommend.effort import Effort
from experiments.recommend.errors import RecommendError
from experiments.recommend.front import FrontPlan, beaten_by
from experiments.recommend.goal import Goal, parse_goal
from experiments.recommend.limits import Limits, bounds_of
from experiments.recommend.objective import Objective
from experiments.recommend.people import People, Seen
from experiments.recommend.planted import PlantedPeople, planted_wallet
from experiments.recommend.search import Search, look
from experiments.recommend.several import find_front
from experiments.recommend.wallet import line_money
from scenarios import load_scenario
from scenarios.plan import Plan
from simulator.costs import plan_cost
from studio.cli import cli

GOALS = ["most customers", "advocates >= 3000"]
PULLED = "a least ratio or probability, which no plan between goals can keep; "
LITTLE = Effort(trials=30, replicates=(2, 4), laps=(4, 6), report=8, seed=2)


@pytest.fixture(scope="module")
def front():
    return find_front(load_scenario("coldbrew-launch", consumers=300), goals=GOALS, budget=300_000, effort=LITTLE)


def test_weights_add_up_and_begin_with_each_goal_alone() -> None:
    for n in (2, 3, 4):
        found = np.array(weightings(n))
        assert found.sum(axis=1) == pytest.approx(1.0)
        assert (found[:n] == np.eye(n)).all()
        assert len({tuple(row) for row in found.tolist()}) == len(found)


def test_a_plan_is_beaten_by_one_that_is_as_good_for_all_and_surely_better_for_one() -> None:
    goals = (Goal("most customers", "customers", 3), Goal("least detractors", "detractors", 3, more=False))
    noise = np.random.default_rng(1).normal(0.0, 1.0, (40, 2))
    worlds = np.arange(40)

    def plan(name: str, *, customers: float, detractors: float) -> FrontPlan:
        return FrontPlan(name, Plan(), 1.0, (), noise + np.array([customers, detractors]), np.ones(40))

    good = plan("good", customers=110.0, detractors=20.0)
    poor = plan("poor", customers=100.0, detractors=20.0)
    mild = plan("mild", customers=100.0, detractors=10.0)
    every = (good, poor, mild)
    assert [beaten_by(one, every, goals, worlds) for one in every] == ["", "good", ""]


def test_what_may_be_luck_beats_nobody() -> None:
    goals = (Goal("most customers", "customers", 3), Goal("most advocates", "advocates", 3))
    rng = np.random.default_rng(2)
    one = FrontPlan("one", Plan(), 1.0, (), rng.normal(0.0, 50.0, (30, 2)), np.ones(30))
    other = FrontPlan("other", Plan(), 1.0, (), one.values + 1.0 + rng.normal(0.0, 50.0, (30, 2)), np.ones(30))
    assert beaten_by(one, (one, other), goals, np.arange(30)) == ""


def test_rewards_in_the_wallet_are_expected_to_fit_the_budget_of_every_plan() -> None:
    loaded, budget = load_scenario("everything"), 500_000.0
    effort = Effort(trials=20, replicates=(2, 4), laps=(4,), report=8, seed=1)
    found = find_front(
        loaded, goals=["most customers", "most advocates"], budget=budget, current="everything", effort=effort
    )
    assert any(float(one.costs.mean()) > one.cost + 1.0 for one in found.plans)  # handed out on top of what was planned
    for one in found.plans:
        assert summarise(one.costs, worlds=found.worlds).ci_low <= budget


class TwoMarkets:
    """Two planted markets that want the money on different channels."""

    def __init__(self, n: int, *, noise: float) -> None:
        self.wallet = planted_wallet(n, seed=5)
        self.markets = [PlantedPeople(self.wallet, seed=seed, noise=noise) for seed in (5, 6)]
        self.scenario = self.wallet.scenario
        self.n_runs = 0

    def run(self, plans, first: int, n: int) -> Seen:
        self.n_runs += n * len(plans)
        both = [market.run(plans, first, n) for market in self.markets]
        return Seen(np.concatenate([one.values for one in both], axis=2), both[0].costs)

    def sold(self, money) -> np.ndarray:
        return np.array([market.sales(money) for market in self.markets])


def best_blend(two: TwoMarkets, weights: np.ndarray, budget: float) -> np.ndarray:
    from scipy.optimize import minimize

    n = len(two.wallet.lines)
    found = minimize(
        lambda x: -weights @ two.sold(x * budget), np.full(n, 1.0 / n), method="SLSQP", bounds=[(0.0, 1.0)] * n,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1.0}, options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    return two.sold(found.x * budget)


def test_each_weighting_finds_the_plan_that_is_known_to_be_best_for_it() -> None:
    two, budget = TwoMarkets(5, noise=0.002), 1000.0
    decoder = decoder_of(two.wallet, bounds_of(Limits(), two.wallet, budget), Limits().influencers, budget)
    goals = [Goal("most sales", "customers", 0), Goal("most other sales", "customers", 1)]
    worths = [Objective("most", goal, budget) for goal in goals]
    people = Remembered(two, Archive(None))  # type: ignore[arg-type]
    known: list = []
    for weights in weightings(2):
        search = Search(
            Blend(people, worths, weights, np.ones(2)), decoder, Objective("most", goals[0], budget), two.wallet.current
        )
        found = look(search, 50, seed=1, known=known)
        known = [one.point for one in search.done if one.point is not None]
        shares = np.array(weights)
        ours = shares @ two.sold(line_money(two.wallet, found[0].plan))
        best = shares @ best_blend(two, shares, budget)
        assert ours == pytest.approx(best, rel=0.01)


def test_the_same_run_is_never_asked_twice() -> None:
    two = TwoMarkets(3, noise=0.1)
    people = Remembered(two, Archive(None))  # type: ignore[arg-type]
    plans = [two.wallet.current, Plan(), two.wallet.current]
    first = people.run(plans, 0, 4)
    assert two.n_runs == 8  # two different plans
    again = people.run(plans[:2], 0, 4)
    assert two.n_runs == 8
    assert (again.values == first.values[:2]).all()
    assert (first.values[0] == first.values[2]).all()


def test_runs_are_those_of_the_engine() -> None:
    loaded = load_scenario("coldbrew-launch", consumers=200)
    goals = [parse_goal(text, loaded.scenario) for text in GOALS]
    plain = People(loaded.scenario, goals, seed=3, uncertainty="luck")
    people = Remembered(plain, Archive(None))
    plan = loaded.scenario.plans["baseline"]
    seen, direct = people.run([plan], 0, 3), plain.run([plan], 0, 3)
    assert (seen.values == direct.values).all()
    assert (seen.costs == direct.costs).all()
    worths = [Objective("most", goals[0], 1.0), Objective("probability", goals[1], 1.0, width=100.0)]
    blend = Blend(people, worths, (0.25, 0.75), np.array([10.0, 0.5]))
    expected = 0.25 * direct.values[0, :, 0] / 10.0 + 0.75 * worths[1].utility(direct.values[0, :, 1]) / 0.5
    assert blend.run([plan], 0, 3).values[0, :, 0] == pytest.approx(expected, rel=1e-12)


def test_plans_of_the_front_keep_the_budget_and_are_in_order(front) -> None:
    assert all(plan_cost(front.wallet.scenario, one.plan) <= 300_000 * (1 + 1e-9) for one in front.plans)
    means = [float(one.values[:, 0].mean()) for one in front.plans]
    assert means == sorted(means, reverse=True)
    assert [one.name for one in front.plans] == [f"front-{k + 1}" for k in range(len(front.plans))]
    assert 1 <= len(front.unbeaten) <= len(front.plans) <= 5
    said = json.loads(json.dumps(front.to_json(), allow_nan=False))
    assert said["front"] == [one.name for one in front.unbeaten]
    assert [goal["text"] for goal in said["goals"]] == GOALS
    for one in said["plans"]:
        assert sum(one["lines"].values()) == pytest.approx(one["cost"], rel=1e-6)
        assert one["goals"][0]["p"] is None
        assert 0.0 <= one["goals"][1]["low"] <= one["goals"][1]["p"] <= one["goals"][1]["high"] <= 1.0


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        (["most customers"], "1 goals were given; a front lies between 2 and 4 of them"),
        (
            ["most customers", "advocates >= 9 with 80%"],
            "goal “advocates >= 9 with 80%” asks for " + PULLED + "write “advocates >= 9”, or ask for it alone",
        ),
        (
            ["cpa <= 40", "most customers"],
            "goal “cpa <= 40” asks for " + PULLED + "write “most first_purchases”, or ask for it alone",
        ),
        (["most customers", "most  customers"], "goal “most  customers” was given twice"),
    ],
)
def test_goals_that_no_front_lies_between(goals, said) -> None:
    with pytest.raises(RecommendError) as caught:
        find_front(load_scenario("coldbrew-launch", consumers=100), goals=goals, budget=9_000, effort=LITTLE)
    assert str(caught.value) == said


def test_the_directory_runs_loads_back_and_resumes_to_the_same_answer(tmp_path: Path) -> None:
    out = tmp_path / "front"
    asked = [
        "recommend", "coldbrew-launch", "--consumers", "300", "--budget", "300000", "--goal", GOALS[0], "--goal",
        GOALS[1], "--trials", "20", "--replicates", "8", "--format", "json", "-o", str(out), "--quiet",
    ]  # fmt: skip
    first = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert first.exit_code == 0, first.output
    data = json.loads(first.stdout)
    assert data["scenario"] == str(out / "plan.toml")
    scenario = load_scenario(out / "plan.toml").scenario
    assert set(data["front"]) <= set(scenario.plans)
    for one in data["plans"]:
        if one["name"] in data["front"]:
            assert plan_cost(scenario, scenario.plans[one["name"]]) == pytest.approx(one["cost"])
            assert (out / f"{one['name']}.xlsx").stat().st_size > 5_000
    rows = list(csv.DictReader((out / "front.csv").open()))
    assert len(rows) == 2 * (len(data["plans"]) + len(data["references"]))
    html = (out / "report.html").read_text()
    assert "Plans between goals" in html
    assert html.count("<svg") == 1 + len(data["front"])
    again = CliRunner().invoke(cli, [*asked, "--resume"], catch_exceptions=False)
    said = json.loads(again.stdout)
    for one in (said, data):
        one["provenance"].pop("timings")
        one["trials"].pop("runs")  # fewer the second time
    assert said == data


def test_a_mode_goes_with_one_goal() -> None:
    asked = ["recommend", "classroom", "--budget", "9", "--goal", "most customers", "--goal", "most advocates"]
    result = CliRunner().invoke(cli, [*asked, "--mode", "cautious"])
    assert result.exit_code == 2
    assert "--mode goes with one goal; several are weighed against each other" in result.output
