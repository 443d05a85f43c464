"""All plans of a replicate meet the same people, with the same luck and the same beliefs about the market."""

import sys
import threading

import networkx as nx
import numpy as np
import pytest
from small_questions import TALKATIVE, seeding, small_question

from calibration.prior import draw_parameters
from experiments import QuestionError, Replicates, replicate
from experiments.replicate import REUSED_WORLDS, with_consumers
from scenarios.bare import quiet_parameters
from simulator.draws import Purpose, derive, root_key
from simulator.executor import spread
from simulator.graph import graph_from_networkx
from simulator.metrics import METRICS, SERIES, figures, weekly_series
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import WorldError, build_world

pytestmark = pytest.mark.core

METRIC = {name: m for m, name in enumerate(METRICS)}
ROW = {name: s for s, name in enumerate(SERIES)}
TWINS = {"one": seeding(4), "other": {"title": "The same again", **seeding(4)}}


def test_shapes_and_costs() -> None:
    runs = replicate(small_question(), replicates=5, seed=1)
    assert list(runs.plans) == ["few", "many"]
    for plan, cost in zip(runs.plans.values(), (20 * 5.0, 80 * 5.0), strict=True):
        assert plan.cost == cost
        for sample in (plan.all, plan.luck):
            assert sample.figures.shape == (5, len(METRICS))
            assert sample.weekly.shape == (5, len(SERIES), 3 + 1)
    assert (runs.n, runs.n_worlds, runs.given_graph, runs.seed) == (5, 5, False, 1)
    assert runs.worlds.tolist() == [0, 1, 2, 3, 4]


def test_plans_can_be_chosen_in_any_order() -> None:
    assert list(replicate(small_question(), plans=["many", "few"], replicates=1).plans) == ["many", "few"]
    assert list(replicate(small_question(), plans=["many"], replicates=1).plans) == ["many"]


@pytest.mark.parametrize("uncertainty", ["luck", "luck+ranges"])
def test_twin_plans_meet_the_same_people_luck_and_beliefs(uncertainty: str) -> None:
    runs = replicate(small_question(TWINS), replicates=6, seed=2, uncertainty=uncertainty)
    one, other = runs.plans["one"], runs.plans["other"]
    for sample in ("all", "luck"):
        np.testing.assert_array_equal(getattr(one, sample).figures, getattr(other, sample).figures)
        np.testing.assert_array_equal(getattr(one, sample).weekly, getattr(other, sample).weekly)
    assert np.ptp(one.luck.figures[:, METRIC["awareness"]]) > 0, "replicates are not all the same"


def test_replicates_are_what_their_keys_say() -> None:
    """World w and luck r come from the seed alone, so that any replicate can be repeated by itself."""
    scenario = small_question()
    runs = replicate(scenario, replicates=7, seed=3, worlds=3)
    root = root_key(3)
    for r in range(7):
        world = build_world(scenario, seed=derive(root, Purpose.WORLD, r % 3))
        luck = derive(root, Purpose.LUCK, r)
        believed = draw_parameters(scenario, key=luck)
        for name, plan in scenario.plans.items():
            for sample, values in (("luck", None), ("all", believed)):
                tables = compile_tables(scenario, plan, parameters=values)
                outcome = simulate(scenario, plan, world=world, tables=tables, luck=luck)
                got = getattr(runs.plans[name], sample)
                np.testing.assert_array_equal(got.weekly[r], weekly_series(outcome, scenario, plan))
                expected = figures(outcome, scenario, plan)
                np.testing.assert_array_equal(got.figures[r], expected)


def starts(runs: Replicates) -> np.ndarray:
    """How many know the brand at the start: a matter of the world, and of no luck or belief."""
    return next(iter(runs.plans.values())).all.weekly[:, ROW["unaware"], 0]


def test_worlds_are_fresh_or_reused_as_asked() -> None:
    brand = {"price": 1.0, "start": {"attention": 0.5}}
    fresh = starts(replicate(small_question(brand=brand), replicates=24, seed=4))
    assert len(set(fresh)) > 5
    runs = replicate(small_question(brand=brand), replicates=24, seed=4, worlds=8)
    assert runs.worlds.tolist() == [*range(8)] * 3
    assert runs.n_worlds == 8
    np.testing.assert_array_equal(starts(runs), np.tile(fresh[:8], 3))
    lucks = next(iter(runs.plans.values())).luck.weekly.reshape(3, 8, -1)
    assert not (lucks[0] == lucks[1]).all(axis=1).any(), "the same world meets another luck each time"


def test_more_worlds_than_replicates_are_no_more_than_replicates() -> None:
    assert replicate(small_question(), replicates=3, worlds=10).n_worlds == 3


def test_large_markets_reuse_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["experiments.replicate"]  # the name in the package is the function
    assert module.MANY_CONSUMERS == 50_000
    monkeypatch.setattr(module, "MANY_CONSUMERS", 39)
    assert replicate(small_question(), replicates=20, uncertainty="luck").n_worlds == REUSED_WORLDS == 8
    monkeypatch.setattr(module, "MANY_CONSUMERS", 40)
    assert replicate(small_question(), replicates=20, uncertainty="luck").n_worlds == 20


@pytest.mark.parametrize("convert", [lambda graph: graph, graph_from_networkx])
def test_a_graph_of_ones_own_says_how_many_consumers_there_are(convert) -> None:
    graph = nx.karate_club_graph()
    runs = replicate(small_question(), graph=convert(graph), replicates=10, uncertainty="luck")
    assert runs.given_graph
    assert runs.n_worlds == REUSED_WORLDS
    assert runs.scenario.market.consumers == 34
    people = next(iter(runs.plans.values())).luck.weekly[:, : ROW["customers"], :].sum(axis=1)
    np.testing.assert_allclose(people, 400.0)


def test_a_graph_that_does_not_fit_is_refused() -> None:
    graph = nx.path_graph(4)
    nx.set_node_attributes(graph, "martians", "segment")
    with pytest.raises(WorldError, match="martians"):
        replicate(small_question(), graph=graph, replicates=1)


def test_another_number_of_consumers_stands_for_the_same_people() -> None:
    scenario = with_consumers(small_question(), 80)
    assert (scenario.market.consumers, scenario.market.size) == (80, 400)
    runs = replicate(scenario, replicates=1)
    assert next(iter(runs.plans.values())).luck.weekly[0, : ROW["customers"], 0].sum() == 400


def test_luck_alone_is_luck_with_the_scenarios_own_numbers() -> None:
    both = replicate(small_question(), replicates=6, seed=5, uncertainty="luck+ranges")
    alone = replicate(small_question(), replicates=6, seed=5, uncertainty="luck")
    for name in both.plans:
        np.testing.assert_array_equal(both.plans[name].luck.figures, alone.plans[name].luck.figures)
        np.testing.assert_array_equal(alone.plans[name].all.figures, alone.plans[name].luck.figures)
        assert (both.plans[name].all.figures != both.plans[name].luck.figures).any()


def test_beliefs_widen_what_replicates_show() -> None:
    """A range a hundred times wide on the talk of one friend spreads awareness more than luck does."""
    wild = TALKATIVE | {"talk.talker_per_day": {"value": 0.05, "low": 0.005, "high": 0.5}}
    scenario = small_question(parameters=quiet_parameters() | wild)
    plan = replicate(scenario, plans=["many"], replicates=60, seed=6).plans["many"]
    spread_of = [np.std(s.figures[:, METRIC["awareness"]]) for s in (plan.all, plan.luck)]
    assert spread_of[0] > 1.5 * spread_of[1]


def test_progress_counts_replicates_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    for worlds in (None, 3):
        for threads in (1, 2):
            seen.clear()
            replicate(
                small_question(),
                replicates=7,
                worlds=worlds,
                threads=threads,
                progress=lambda done, total: seen.append((done, total)),
            )
            assert seen == sorted(seen)
            assert seen[-1] == (7, 7)


@pytest.mark.parametrize(
    ("plans", "says"),
    [
        (["manny"], "there is no plan “manny”; did you mean “many”? plans are few, many"),
        (["few", "xyzzy"], "there is no plan “xyzzy”; plans are few, many"),
        (["few", "few"], "each plan can be named once"),
        ([], "no plan was named; plans are few, many"),
    ],
)
def test_questions_about_plans_that_cannot_be_asked(plans: list[str], says: str) -> None:
    with pytest.raises(QuestionError) as told:
        replicate(small_question(), plans=plans, replicates=1)
    assert str(told.value) == says


@pytest.mark.parametrize("n", [0, -3])
def test_no_replicates_is_no_question(n: int) -> None:
    with pytest.raises(QuestionError) as told:
        replicate(small_question(), replicates=n)
    assert str(told.value) == f"{n} replicates were asked for; at least 1 is needed"
    assert isinstance(told.value, ValueError)


# ------------------------------------------------------------------------------------------------- spreading work


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_results_come_in_the_order_of_the_work(threads: int | None) -> None:
    pause = threading.Event()

    def work(k: int) -> int:
        pause.wait(0.002 * (5 - k))
        return k * k

    assert spread(work, range(6), threads=threads) == [0, 1, 4, 9, 16, 25]
    assert spread(work, [], threads=threads) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_failure_stops_the_work(threads: int) -> None:
    done: list[int] = []

    def work(k: int) -> None:
        if k == 1:
            raise KeyError("broken")
        threading.Event().wait(0.01)
        done.append(k)

    with pytest.raises(KeyError, match="broken"):
        spread(work, range(200), threads=threads)
    assert len(done) < 50


def test_a_misspelt_uncertainty_is_refused() -> None:
    with pytest.raises(
        QuestionError, match="uncertainty is luck or luck\\+ranges or luck\\+calibrated, not “luck\\+range”"
    ):
        replicate(small_question(), replicates=1, uncertainty="luck+range")  # type: ignore[arg-type]


@pytest.mark.parametrize("worlds", [0, -3])
def test_no_worlds_are_refused(worlds: int) -> None:
    with pytest.raises(QuestionError, match=f"{worlds} worlds were asked for; at least 1 is needed"):
        replicate(small_question(), replicates=2, worlds=worlds)
