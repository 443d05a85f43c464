"""What the player is given is what the engine did, person by person."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scenarios import load_scenario
from simulator.simulate import simulate, start_run
from simulator.tables import compile_tables
from simulator.world import build_world
from studio.page.layout import layout
from studio.page.player_data import MOST_PEOPLE, Arm, player_data
from studio.page.watching import CUSTOMER, DETRACTOR, watch


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("classroom").scenario


@pytest.fixture(scope="module")
def world(scenario):
    return build_world(scenario, seed=3)


@pytest.fixture(scope="module")
def pair(scenario, world):
    return [watch(scenario, scenario.plans[name], world=world, luck=3) for name in ("random-samples", "hub-samples")]


def test_watching_changes_nothing_and_sees_what_is_counted(scenario, world) -> None:
    plan = scenario.plans["hub-samples"]
    tables = compile_tables(scenario, plan, kinds=world.kinds)
    seen = watch(scenario, plan, world=world, tables=tables, luck=7)
    outcome = simulate(scenario, plan, world=world, tables=tables, luck=7)
    assert seen.run.tallies.counts.tobytes() == outcome.tallies.counts.tobytes()
    stage, customer, negative = seen.codes % 6, seen.codes // CUSTOMER % 3 == 1, seen.codes // DETRACTOR
    for week, row in enumerate(outcome.ours("stock").sum(axis=1)):
        assert np.bincount(stage[week], minlength=6).tolist() == row.tolist()
    assert customer.sum(axis=1).tolist() == outcome.ours("customers").sum(axis=1).tolist()
    assert negative.sum(axis=1).tolist() == outcome.ours("negative").sum(axis=1).tolist()


@pytest.mark.parametrize("name", ["hub-samples", "notice-board"])
def test_why_somebody_moved_is_what_the_kernel_counted_day_by_day(scenario, world, name) -> None:
    from studio.page import watching

    plan = scenario.plans[name]
    tables = compile_tables(scenario, plan, kinds=world.kinds)
    run = start_run(scenario, plan, world=world, tables=tables, luck=5)
    n_moves = 0
    for day in range(tables.n_days):
        before, counted = run.state.lives[0].copy(), run.tallies.causes[day // 7, 0].sum(axis=(0, 1))
        run.advance(1)
        causes = np.full(world.n, -1, np.int16)
        watching._why(
            world.arrays, run.tables.arrays, run.seeds, run.state.crowd, run.work.stems, before,
            run.state.lives[0], day, causes,
        )  # fmt: skip
        today = run.tallies.causes[day // 7, 0].sum(axis=(0, 1)) - counted
        assert np.bincount(causes[causes >= 0], minlength=len(today)).tolist() == today.tolist()
        n_moves += int(today.sum())
    assert n_moves > 20


def test_data_are_plain_and_say_the_same_as_the_run(scenario, world, pair) -> None:
    arms = [Arm("A", "at random", pair[0]), Arm("B", "hubs", pair[1], alone=pair[0])]
    data = player_data(arms, title="A class", graph=world.graph, places=layout(world.graph), provenance="p")
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    frames = data["arms"][1]["frames"]
    assert [[int(digit, 36) for digit in frame] for frame in frames] == pair[1].codes.tolist()
    assert data["arms"][1]["counts"][-1] == [str(k) for k in np.bincount(pair[1].codes[-1] % 6, minlength=6)]
    assert data["arms"][1]["reached"][-1] == str(int((pair[1].codes[-1] % 6 > 0).sum()))
    assert len(data["labels"]) == len(frames) == scenario.n_weeks + 1
    assert data["gaps"]["alone"]["reached"][-1] == ["0", "0", "0"]  # B's other run is A's own
    only_b = (pair[1].codes[-1] % 6 > 0) & (pair[0].codes[-1] % 6 == 0)
    assert data["gaps"]["paired"]["reached"][-1][1] == str(int(only_b.sum()))


def test_days_can_be_watched_as_well(scenario, world, pair) -> None:
    plan = scenario.plans["hub-samples"]
    daily = watch(scenario, plan, world=world, luck=3, every_days=1)
    assert np.array_equal(daily.codes[::7], pair[1].codes)
    data = player_data([Arm("A", "a", daily)], title="t", graph=world.graph, places=layout(world.graph), provenance="")
    assert data["labels"][8] == "Day 8" and data["step"] == "day"
    with pytest.raises(ValueError, match="every 7 days or every day, not every 2"):
        watch(scenario, plan, world=world, every_days=2)


def test_causes_are_words_where_somebody_moved(world, pair) -> None:
    data = player_data(
        [Arm("A", "hubs", pair[1])], title="t", graph=world.graph, places=layout(world.graph), provenance=""
    )
    arm = data["arms"][0]
    first = {data["cause_words"][int(arm["causes"][0][row], 36)] for row in arm["seeds"]}
    assert "given the product" in first
    assert all(len(row) == world.n for row in arm["causes"])
    assert arm["causes"][0].count(".") == int((pair[1].causes[0] < 0).sum())
    assert data["gaps"] is None


def test_each_tie_is_drawn_once_and_close_ones_come_first(world, pair) -> None:
    data = player_data(
        [Arm("A", "hubs", pair[1])], title="t", graph=world.graph, places=layout(world.graph), provenance=""
    )
    pairs = list(zip(data["ties"][::2], data["ties"][1::2], strict=True))
    assert len(pairs) == len({frozenset(one) for one in pairs}) == world.graph.n_ties // 2
    close = {(a, b) for a, b, tie in world.graph.to_networkx().edges(data="tie") if tie == "strong"}
    assert {frozenset(one) for one in pairs[: data["n_strong"]]} == {frozenset(one) for one in close}


def test_what_cannot_be_shown_is_refused(world, pair) -> None:
    places = layout(world.graph)
    arm = Arm("A", "hubs", pair[1])
    with pytest.raises(ValueError, match="the player shows one plan or two, not 3"):
        player_data([arm] * 3, title="t", graph=world.graph, places=places, provenance="")
    with pytest.raises(ValueError, match="at most 5,000 people, not 5,001; draw a sample of the market"):
        player_data([arm], title="t", graph=replace(world.graph, n=MOST_PEOPLE + 1), places=places, provenance="")
    with pytest.raises(ValueError, match="places must have two numbers for each of 300 people"):
        player_data([arm], title="t", graph=world.graph, places=places[:5], provenance="")
    shorter = replace(pair[0], codes=pair[0].codes[:-1], causes=pair[0].causes[:-1])
    with pytest.raises(ValueError, match="arm “B” has"):
        player_data([arm, Arm("B", "b", shorter)], title="t", graph=world.graph, places=places, provenance="")
