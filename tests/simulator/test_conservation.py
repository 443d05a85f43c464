"""What must hold on every day of every market: nobody is lost, and nothing happens without a cause."""

import random
from datetime import date

import numpy as np
import pytest
from lively import Market, lively_market

from scenarios import scenario_from_dict
from scenarios.vocabulary import ENTERED_STAGES, Mood, Stage, Talk
from simulator.arrays import NEVER_BOUGHT
from simulator.rules import talk_classes
from simulator.simulate import Run, start_run
from simulator.tables import compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

MARKETS = range(20)


def _by_segment(run: Run, values: np.ndarray) -> np.ndarray:
    """Sum a value of everybody by brand and segment."""
    segment = run.world.arrays.people["segment"]
    n_segments = len(run.world.kinds.segments)
    return np.stack([np.bincount(segment, weights=row, minlength=n_segments) for row in values]).astype(int)


@pytest.mark.parametrize("k", MARKETS)
def test_stocks_count_everybody_once_every_day(k: int) -> None:
    market = lively_market(random.Random(f"stocks {k}"))
    run = market.start()
    counts, n_brands = run.tallies.counts, len(run.state.lives)
    for _ in range(market.tables.n_days):
        run.advance(1)
        lives, week = run.state.lives, -(-run.day // 7)
        for stage in Stage:
            standing = _by_segment(run, lives["stage"] == stage)
            np.testing.assert_array_equal(counts["stock"][week, :n_brands, :, stage], standing)
        np.testing.assert_array_equal(
            counts["stock"][week, :n_brands].sum(axis=-1), np.tile(run.world.n_in_segment, (n_brands, 1))
        )
        for mood, name in ((Mood.POSITIVE, "positive"), (Mood.NEGATIVE, "negative")):
            np.testing.assert_array_equal(counts[name][week, :n_brands], _by_segment(run, lives["mood"] == mood))
        if run.day % 7 == 0:
            bought = lives["last"] != NEVER_BOUGHT
            window = market.tables.arrays.churn_days[run.world.arrays.people["segment"]]
            recent = bought & (run.day - lives["last"].astype(int) <= window)
            np.testing.assert_array_equal(counts["buyers"][week, :n_brands], _by_segment(run, bought))
            np.testing.assert_array_equal(counts["customers"][week, :n_brands], _by_segment(run, recent))


@pytest.mark.parametrize("intervals", [0.2, 1.0, 3.0])
def test_customers_are_counted_when_the_window_is_drawn_shorter_than_the_one_they_started_with(
    intervals: float,
) -> None:
    scenario = scenario_from_dict(
        {
            "name": "shorter", "start": date(2027, 1, 4), "weeks": 4,
            "market": {"size": 400, "consumers": 400}, "graph": {"kind": "well-mixed"},
            "segments": {"all": {"share": 1.0, "buys_every_days": 20}},
            "brand": {"price": 1.0, "unit_cost": 0.5, "start": {"attention": 0.5, "customers": 0.8}},
            "plans": {"nothing": {}},
        }
    )  # fmt: skip
    plan = scenario.plans["nothing"]
    tables = compile_tables(scenario, plan, parameters={"churn.intervals": intervals})
    run = start_run(scenario, plan, world=build_world(scenario, seed=1), tables=tables, luck=1)
    for week in range(5):
        last = run.state.lives["last"][0].astype(int)
        recent = (last != NEVER_BOUGHT) & (run.day - last <= tables.arrays.churn_days[0])
        assert run.tallies.counts["customers"][week, 0, 0] == recent.sum() > 0
        assert run.tallies.counts["buyers"][week, 0, 0] == (last != NEVER_BOUGHT).sum()
        run.advance(min(7, tables.n_days - run.day))


@pytest.mark.parametrize("k", MARKETS)
def test_talkers_are_counted_by_exactly_those_who_hear_them(k: int) -> None:
    market = lively_market(random.Random(f"talkers {k}"))
    run, graph, plan = market.start(), market.world.graph, market.tables.arrays.plan[0]
    for _ in range(market.tables.n_days):
        run.advance(1)
        for b, lives in enumerate(run.state.lives):
            heard, members = np.zeros_like(lives["heard"]), np.zeros(len(Talk), int)
            for i, life in enumerate(lives):
                fresh = life["until"] >= run.day and life["mood"] != Mood.NEGATIVE
                classes = talk_classes(int(life["stage"]), int(life["mood"]), bool(fresh), int(plan["talk_from"]))
                mine = graph.listeners[graph.indptr[i] : graph.indptr[i + 1]]
                n_strong = graph.strong_end[i] - graph.indptr[i]
                for talk in Talk:
                    if classes >> talk & 1:
                        members[talk] += 1
                        heard[mine[:n_strong], 2 * talk] += 1
                        heard[mine[n_strong:], 2 * talk + 1] += 1
            np.testing.assert_array_equal(lives["heard"], heard)
            np.testing.assert_array_equal(run.state.talkers[b], members)


@pytest.mark.parametrize("k", MARKETS)
def test_stocks_change_by_what_moves(k: int) -> None:
    """Without skips and samples everybody passes every stage, up and down."""
    market = _stepwise(lively_market(random.Random(f"moves {k}")))
    run = market.start()
    run.advance(market.tables.n_days)
    counts, n_brands = run.tallies.counts, len(run.state.lives)
    at_or_above = np.cumsum(counts["stock"][:, :n_brands, :, ::-1], axis=-1)[..., ::-1]
    moved = (counts["entries"] - counts["falls"])[:-1, :n_brands]
    np.testing.assert_array_equal(np.diff(at_or_above, axis=0)[..., 1:], moved[..., 1:])
    assert counts["entries"].sum() > 0


def _stepwise(market: Market) -> Market:
    scenario = market.scenario
    bare = {"plans": {"plan": market.plan.model_copy(update={"seeding": []})}, "warm_up": None}
    bare["rivals"] = {
        name: rival.model_copy(update={"plan": rival.plan.model_copy(update={"seeding": []})})
        for name, rival in scenario.rivals.items()
    }
    bare["parameters"] = {**scenario.parameters, "wom.p_skip": 0.0}
    scenario = scenario.model_copy(update=bare)
    plan = scenario.plans["plan"]
    tables = compile_tables(scenario, plan, kinds=market.world.kinds)
    return Market(scenario, plan, market.world, tables, market.luck)


@pytest.mark.parametrize("k", MARKETS)
def test_every_purchase_goes_to_one_brand(k: int) -> None:
    market = lively_market(random.Random(f"purchases {k}"))
    run = market.start()
    run.advance(market.tables.n_days)
    counts, lives = run.tallies.counts, run.state.lives
    assert counts["purchases"].sum() == run.state.needs["n_buys"].sum()
    np.testing.assert_array_equal(counts["purchases"][:, :-1].sum(axis=(0, 2)), lives["bought"].sum(axis=1))
    new = (market.world.arrays.last0 == NEVER_BOUGHT) & (lives["last"] != NEVER_BOUGHT)
    np.testing.assert_array_equal(counts["first_purchases"][:, :-1].sum(axis=(0, 2)), new.sum(axis=1))
    np.testing.assert_array_equal(np.diff(counts["buyers"][:, :-1], axis=0), counts["first_purchases"][:-1, :-1])
    assert lives["sampled"].sum() <= counts["samples"].sum()


def _market(kind: str, plan: dict) -> Run:
    """Real parameters, no interest of one's own, no rival, and nobody who knows the brand yet."""
    scenario = scenario_from_dict(
        {
            "name": "silence",
            "start": date(2027, 1, 4),
            "weeks": 12,
            "market": {"size": 10_000, "consumers": 1_000},
            "segments": {"all": {"share": 1.0, "buys_every_days": 3.0, "channels": {"feed": 1.0}}},
            "channels": {"feed": {"platform": "instagram"}},
            "graph": {"kind": kind},
            "brand": {"price": 1.0},
            "parameters": {f"organic.{stage}": 0.0 for stage in ENTERED_STAGES},
            "plans": {"only": plan},
        }
    )
    one = scenario.plans["only"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, one)
    run = start_run(scenario, one, world=world, tables=tables, luck=1)
    run.advance(tables.n_days)
    return run


@pytest.mark.parametrize("kind", ["blocks", "small-world", "well-mixed"])
@pytest.mark.parametrize("plan", [{}, {"media": {"feed": {"weekly": 0.0}}}, {"posts": {"feed": {"weekly": 5.0}}}])
def test_nobody_hears_of_a_brand_that_does_nothing(kind: str, plan: dict) -> None:
    """Not even its own posts help: nobody follows what nobody knows."""
    run = _market(kind, plan)
    counts = run.tallies.counts
    assert counts["entries"].sum() == counts["falls"].sum() == run.tallies.causes.sum() == 0
    assert (run.state.lives["stage"] == Stage.UNAWARE).all()
    assert counts["purchases"][:, 0].sum() == 0
    assert counts["purchases"][:, 1].sum() > 20_000  # the rest of the category sells on


def test_money_begins_it() -> None:
    run = _market("blocks", {"media": {"feed": {"weekly": 500.0}}})
    assert run.tallies.counts["entries"].sum() > 100
