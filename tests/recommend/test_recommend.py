"""A whole recommendation, small: what it promises, and that the same question has the same answer."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.recommend.effort import Effort
from experiments.recommend.goal import parse_goal
from experiments.recommend.limits import InfluencerLimits, Limits, MoneyLimit, PostsLimit, limits_from_text
from experiments.recommend.people import CHECK, RACE, REPORT, SEARCH, EvenDraws, People
from experiments.recommend.programmes import ProgrammeLimit
from experiments.recommend.recommend import recommend
from experiments.recommend.weeks import WeekLimit
from scenarios import load_scenario
from simulator.costs import plan_cost
from studio.cli import cli
from studio.recommendation_dir import FRONT, OURS

LITTLE = Effort(trials=14, replicates=(2, 4), laps=(4, 6), report=6, check=2, seed=3)


@pytest.fixture(scope="module")
def answer():
    loaded = load_scenario("coldbrew-launch", consumers=300)
    return recommend(loaded, goal="customers >= 80k", budget=300_000, effort=LITTLE)


def test_the_plan_stays_within_the_budget(answer) -> None:
    assert answer.best.cost == pytest.approx(plan_cost(answer.wallet.scenario, answer.best.plan))
    assert answer.best.cost <= 300_000


def test_it_says_all_that_the_contract_names(answer) -> None:
    said = json.loads(json.dumps(answer.to_json()))
    assert {
        "plan",
        "goal",
        "against",
        "optimism",
        "indistinguishable",
        "channels",
        "influencers",
        "certificate",
    } <= set(said)
    assert said["goal"]["text"] == "customers >= 80k"
    assert 0.0 <= said["goal"]["low"] <= said["goal"]["p"] <= said["goal"]["high"] <= 1.0
    for name in ("current", "current_scaled", "equal_split"):
        one = said["against"][name]
        assert one["difference"]["ci_low"] <= one["difference"]["mean"] <= one["difference"]["ci_high"]
        assert set(one["difference_p"]) == set(one["difference"])
        assert 0.0 <= one["share_ahead"] <= 1.0
    assert list(said["channels"]) == ["instagram", "outdoor", "tiktok", "youtube"]
    for line in (*said["channels"].values(), *said["lines"].values()):
        assert set(line["marginal_per_1000"]) == {"median", "low", "high"}
    assert sum(line["spend"] for line in said["lines"].values()) == pytest.approx(answer.best.cost, rel=1e-6)
    assert said["certificate"] is None or 0.0 <= said["certificate"] <= 1.0
    assert said["stopped_because"] == "14 plans were tried, as asked"


def test_differences_are_those_of_the_same_people(answer) -> None:
    one = answer.against("equal_split")
    other = next(arm for arm in answer.arms if arm.name == "equal_split")
    assert one.difference.mean == pytest.approx(float((answer.best.values - other.values).mean()))
    assert answer.value.mean == pytest.approx(float(answer.best.values.mean()))


def test_the_same_question_has_the_same_answer_whatever_the_threads(answer) -> None:
    loaded = load_scenario("coldbrew-launch", consumers=300)
    effort = Effort(**{**vars(LITTLE), "threads": 1})
    again = recommend(loaded, goal="customers >= 80k", budget=300_000, effort=effort)
    ours, theirs = answer.to_json(), again.to_json()
    for said in (ours, theirs):
        said["provenance"].pop("timings")
    assert ours == theirs


def test_search_race_and_report_meet_different_people() -> None:
    loaded = load_scenario("coldbrew-launch", consumers=200)
    goal = "most customers"
    asked = [parse_goal(goal, loaded.scenario)]
    people = People(loaded.scenario, asked, seed=1, uncertainty="luck")
    plan, *others = loaded.scenario.plans.values()
    seen = [people.run([plan], block, 3).values[0, :, 0] for block in (SEARCH, RACE, REPORT, CHECK)]
    assert len(np.unique(np.concatenate(seen))) > 8
    anew = People(loaded.scenario, asked, seed=1, uncertainty="luck")
    assert np.array_equal(anew.run([*others, plan], RACE, 3).values[-1, :, 0], seen[1])
    numbers = np.concatenate([people.world_numbers(block, 100) for block in (SEARCH, RACE, REPORT, CHECK)])
    assert len(np.unique(numbers)) == 400


def test_identical_plans_are_simulated_once_and_come_out_as_if_each_had_been() -> None:
    scenario = load_scenario("coldbrew-launch", consumers=200).scenario
    asked = [parse_goal("most customers", scenario)]
    one, other = list(scenario.plans.values())[:2]
    alike = one.model_copy(deep=True)
    people = People(scenario, asked, seed=1, uncertainty="luck+ranges")
    seen = people.run([one, other, alike, one], REPORT, 4)
    assert people.n_runs == 8
    later = people.run([other, alike], REPORT + 2, 4)
    assert people.n_runs == 12
    anew = People(scenario, asked, seed=1, uncertainty="luck+ranges")
    each = [anew.run([plan], REPORT, 6) for plan in (one, other)]
    assert anew.n_runs == 12
    for which in ("values", "costs"):
        first, second = (np.squeeze(getattr(got, which)) for got in each)
        assert np.array_equal(np.squeeze(getattr(seen, which)), [first[:4], second[:4], first[:4], first[:4]])
        assert np.array_equal(np.squeeze(getattr(later, which)), [second[2:], first[2:]])
    assert not np.array_equal(each[0].values, each[1].values)


def test_calibrated_draws_are_covered_evenly_from_the_first_few_on() -> None:
    from calibration.draws import ParameterDraws

    draws = ParameterDraws(("wom.affinity",), np.arange(1.0, 9.0)[:, None] / 10.0, np.full(8, 0.125))
    even = EvenDraws(draws, key=np.uint64(5))
    for n in (8, 16, 64):
        met = [even.values(r, np.uint64(0))["wom.affinity"] for r in range(n)]
        assert set(np.unique(met, return_counts=True)[1]) == {n // 8}


def test_the_command_writes_a_plan_that_runs_and_a_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    words = ["recommend", "coldbrew-launch", "--budget", "250000", "--goal", "most customers", "--trials", "10"]
    words += ["--replicates", "8", "--no-check", "--consumers", "200", "--format", "json", "-o", str(folder)]
    ran = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert ran.exit_code == 0
    said = json.loads(ran.stdout)
    assert said["plan"] == str(folder / "plan.toml")
    assert {"plan.toml", "plan.xlsx", "plan.csv", "plan-wide.csv", "recommendation.json", "study.sqlite"} <= {
        one.name for one in folder.iterdir()
    }
    plan = load_scenario(folder / "plan.toml").scenario.plans["recommended"]
    assert plan_cost(load_scenario("coldbrew-launch").scenario, plan) == pytest.approx(said["cost"], rel=1e-9)


def test_a_search_for_the_cheapest_plan_may_leave_money(answer) -> None:
    loaded = load_scenario("coldbrew-launch", consumers=300)
    effort = Effort(**{**vars(LITTLE), "check": 0, "marginals": False, "trials": 24})
    cheap = recommend(loaded, goal="customers >= 20k with 60%", budget=300_000, effort=effort)
    assert cheap.mode == "cheapest"
    assert cheap.best.cost < 0.9 * 300_000
    assert cheap.chance is not None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--goal", "most custmers"], 2, "there is no metric “custmers”; did you mean “customers”?"),
        (
            ["--goal", "most customers", "--current", "baselin"],
            2,
            "there is no plan “baselin”; did you mean “baseline”?",
        ),
        (["--goal", "most customers", "--limits", "none.toml"], 2, "the limits none.toml cannot be read: No such file"),
    ],
)
def test_mistakes_are_said_without_a_traceback(words: list[str], code: int, said: str) -> None:
    ran = CliRunner().invoke(cli, ["recommend", "coldbrew-launch", "--budget", "1000", *words])
    assert ran.exit_code == code
    assert said in ran.stderr


def test_limits_that_clash_exit_with_4_and_are_explained(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[money.media.tiktok]\nmin = 90_000\n", "utf-8")
    words = ["recommend", "coldbrew-launch", "--budget", "50000", "--goal", "most customers", "--limits", str(limits)]
    ran = CliRunner().invoke(cli, words)
    assert ran.exit_code == 4
    assert ran.stderr.strip().endswith(
        "the least that must be spent is 90,000, and the budget is 50,000; they clash by 40,000 (media.tiktok 90,000)"
    )


PAGE = (Path(__file__).parents[2] / "docs" / "how-to-recommend.md").read_text("utf-8")


def test_the_page_s_limits_are_read_and_name_every_key() -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    said = limits_from_text(example)
    assert said.influencers.at_most == 8
    for part in (Limits, MoneyLimit, WeekLimit, ProgrammeLimit, InfluencerLimits, PostsLimit):
        assert [key for key in part.model_fields if not re.search(rf"\b{key}\b", example)] == []


def test_the_page_explains_every_file_and_option() -> None:
    assert [name for name in OURS if f"`{name}`" not in PAGE and name not in ("plan.json", *FRONT[1:])] == []
    known = {name for command in ("recommend", "export") for one in cli.commands[command].params for name in one.opts}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) - known == set()
