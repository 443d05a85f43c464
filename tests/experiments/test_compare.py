"""The answer to which plan wins is about differences on the same people, and promises no more than they hold."""

import json
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from small_questions import seeding, small_question

from experiments import Comparison, Pair, QuestionError, compare
from experiments.intervals import LEVEL, Summary, replicates_needed, summarise
from scenarios import load_scenario
from simulator.draws import RNG_VERSION
from simulator.metrics import METRICS

pytestmark = pytest.mark.core

THREE = {"few": seeding(2), "many": seeding(8), "all": seeding(40)}


@pytest.fixture(scope="module")
def answer() -> Comparison:
    return compare(small_question(THREE), replicates=40, seed=1)


def test_every_pair_of_plans_in_every_metric_later_minus_earlier(answer: Comparison) -> None:
    asked = [(pair.a, pair.b, pair.metric) for pair in answer.pairs]
    assert asked == [(a, b, metric) for a, b in combinations(THREE, 2) for metric in METRICS]
    for pair in answer.pairs:
        m = list(METRICS).index(pair.metric)
        one, two = answer.runs.plans[pair.a], answer.runs.plans[pair.b]
        difference = two.all.figures[:, m] - one.all.figures[:, m]
        assert pair.difference == summarise(difference, worlds=answer.runs.worlds)
        luck = two.luck.figures[:, m] - one.luck.figures[:, m]
        assert pair.luck_only == summarise(luck, worlds=answer.runs.worlds)
        assert pair.share_b_ahead == pytest.approx(np.mean(np.sign(difference) + 1) / 2)
        assert pair.replicates_needed == replicates_needed(pair.difference)
        before = np.var(one.luck.figures[:, m], ddof=1) + np.var(two.luck.figures[:, m], ddof=1)
        assert pair.variance_ratio is None or pair.variance_ratio == pytest.approx(before / np.var(luck, ddof=1))


def test_plans_by_themselves(answer: Comparison) -> None:
    assert list(answer.plans) == list(THREE)
    for name, summaries in answer.plans.items():
        assert list(summaries) == list(METRICS)
        for m, summary in enumerate(summaries.values()):
            assert summary == summarise(answer.runs.plans[name].all.figures[:, m], worlds=answer.runs.worlds)
            assert (summary.n, summary.level) == (40, LEVEL)


def test_what_is_plainly_better_is_ahead_and_what_costs_more_is_behind(answer: Comparison) -> None:
    assert answer.pair("few", "all", "awareness").verdict == "ahead"
    assert answer.pair("few", "all", "profit").verdict == "behind"
    assert answer.pair("few", "all", "awareness").share_b_ahead == 1.0


def test_the_median_is_that_of_the_difference(answer: Comparison) -> None:
    """Not the difference of medians, which is another number and belongs to nobody."""
    m = list(METRICS).index("awareness")
    one, two = (answer.runs.plans[name].all.figures[:, m] for name in ("few", "many"))
    assert answer.pair("few", "many", "awareness").difference.median == np.median(two - one)
    assert np.median(two - one) != np.median(two) - np.median(one)


def test_plans_are_compared_on_the_same_people(answer: Comparison) -> None:
    ratio = answer.pair("few", "many", "awareness").variance_ratio
    assert ratio is not None
    assert ratio > 1.3


def test_pairs_are_asked_for_in_the_order_of_the_plans(answer: Comparison) -> None:
    assert answer.pair("few", "many", "buyers").metric == "buyers"
    for asked in (("many", "few", "buyers"), ("few", "most", "buyers"), ("few", "many", "fame")):
        with pytest.raises(KeyError):
            answer.pair(*asked)


def test_twin_plans_are_equal_and_no_replicates_would_part_them() -> None:
    twins = {"one": seeding(3), "other": seeding(3) | {"title": "The same again"}}
    for pair in compare(small_question(twins), replicates=6).pairs:
        assert pair.verdict == "equal"
        assert (pair.difference.mean, pair.difference.half_width, pair.share_b_ahead) == (0.0, 0.0, 0.5)
        assert pair.variance_ratio is None
        assert pair.replicates_needed is None


def test_one_plan_is_compared_with_none() -> None:
    alone = compare(small_question(THREE), plans=["many"], replicates=4)
    assert (list(alone.plans), alone.pairs) == (["many"], ())


def pair_of(low: float, high: float) -> Pair:
    mean = 0.0 if high == np.inf else (low + high) / 2
    s = Summary(mean, mean, low, high, LEVEL, low, high, 10)
    return Pair("a", "b", "buyers", s, s, 0.5, None, None)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 2.0, "ahead"),
        (-2.0, -0.1, "behind"),
        (-1.0, 2.0, "open"),
        (0.0, 2.0, "open"),
        (0.0, 0.0, "equal"),
        (-np.inf, np.inf, "open"),
    ],
)
def test_verdicts_follow_the_interval(low: float, high: float, verdict: str) -> None:
    assert pair_of(low, high).verdict == verdict


def test_one_replicate_leaves_everything_open() -> None:
    once = compare(small_question(), replicates=1, seed=3)
    for pair in once.pairs:
        assert pair.verdict == "open"
        assert pair.variance_ratio is None
    plain = json.loads(json.dumps(once.to_json(), allow_nan=False))
    assert plain["pairs"][0]["difference"]["ci_low"] is None


def without_timings(comparison: Comparison) -> dict[str, Any]:
    plain = comparison.to_json()
    del plain["provenance"]["timings"]
    return plain


def test_the_same_question_has_the_same_answer_apart_from_timings() -> None:
    one, two = (compare(small_question(), replicates=5, seed=9, threads=t) for t in (1, 2))
    assert without_timings(one) == without_timings(two)
    assert json.dumps(without_timings(one), allow_nan=False)


def test_an_answer_says_where_it_comes_from() -> None:
    plain = compare(small_question(), replicates=6, seed=12, worlds=3, uncertainty="luck").to_json()
    origin = plain["provenance"]
    assert plain["uncertainty"] == "luck"
    assert origin["seeds"] == {"seed": 12, "replicates": 6}
    assert (origin["rng_version"], origin["worlds"], origin["given_graph"]) == (RNG_VERSION, 3, False)
    assert (origin["scenario"], origin["consumers"], origin["days"], origin["weight"]) == ("small", 40, 21, 10.0)
    assert set(origin["timings"]) == {"kernel_seconds", "world_seconds", "other_seconds", "wall_seconds"}
    assert {name: plan["cost"] for name, plan in plain["plans"].items()} == {"few": 100.0, "many": 400.0}
    assert [(p["a"], p["b"], p["metric"]) for p in plain["pairs"]] == [("few", "many", metric) for metric in METRICS]


def test_a_scenario_and_the_file_it_was_loaded_from_have_the_same_answer() -> None:
    loaded = load_scenario("classroom")
    plans = list(loaded.scenario.plans)[:2]
    one, two = (compare(asked, plans=plans, replicates=2, seed=1) for asked in (loaded, loaded.scenario))
    assert one.result_hash == two.result_hash
    assert one.scenario_hash == two.scenario_hash


def test_the_hash_tells_numbers_and_names_of_plans_apart() -> None:
    hashes = {
        compare(small_question({name: seeding(3)}), replicates=2, seed=seed, uncertainty="luck").result_hash
        for name in ("one", "other")
        for seed in (1, 2)
    }
    assert len(hashes) == 4


def test_questions_that_cannot_be_asked_say_why() -> None:
    with pytest.raises(QuestionError, match="did you mean “many”"):
        compare(small_question(), plans=["few", "manye"])
    with pytest.raises(QuestionError, match="at least 1"):
        compare(small_question(), replicates=0)


def test_more_replicates_narrow_the_interval_and_not_the_spread() -> None:
    few, many = (
        compare(small_question(), replicates=n, seed=5, uncertainty="luck").pair("few", "many", "awareness").difference
        for n in (40, 640)
    )
    assert few.half_width / many.half_width == pytest.approx(4.0, rel=0.35)
    assert (many.world_p95 - many.world_p5) / (few.world_p95 - few.world_p5) == pytest.approx(1.0, rel=0.35)
