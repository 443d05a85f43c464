"""What a change cannot reach, it leaves alone to the last bit; and rows, orders and names of things decide nothing.

Somebody is within reach of a change who sees it (uses the channel, follows the influencer, is in the segment, is
given the sample) or hears, over any number of friends, somebody who does.
"""

import random
from copy import deepcopy
from datetime import timedelta
from typing import Any

import networkx as nx
import numpy as np
import pytest
from busy_markets import MONDAY, begin, busy_market, influencer, lives_of, load

from scenarios.bare import quiet_parameters
from scenarios.schema import Scenario
from scenarios.vocabulary import ENTERED_STAGES
from simulator.simulate import Run
from simulator.world import World, build_world

pytestmark = pytest.mark.core

N_MARKETS = 60


def assert_same_lives(one: Run, two: Run, rows: np.ndarray | slice = slice(None)) -> None:
    """Live both to the end, and compare these consumers every day."""
    assert lives_of(one, rows) == lives_of(two, rows)
    while one.day < one.tables.n_days:
        one.advance(1)
        two.advance(1)
        assert lives_of(one, rows) == lives_of(two, rows), f"day {one.day}"


def assert_same_causes(one: Run, two: Run) -> None:
    """Compare what moved people, whatever other sources there are."""
    for name in one.tallies.counts.dtype.names or ():
        np.testing.assert_array_equal(one.tallies.counts[name], two.tallies.counts[name], err_msg=name)
    here, there = one.tables.alternatives, two.tables.alternatives
    for a, alternative in enumerate(here):
        other = two.tallies.causes[..., there.index(alternative)]
        np.testing.assert_array_equal(one.tallies.causes[..., a], other, err_msg=str(alternative))
    assert one.tallies.causes.sum() == two.tallies.causes.sum()


def within_reach(world: World, audience: np.ndarray) -> np.ndarray:
    """The audience, and everybody who hears it over any number of ties."""
    reached = audience.copy()
    front = np.flatnonzero(audience)
    while len(front):
        heard = np.concatenate(
            [world.graph.listeners[world.graph.indptr[i] : world.graph.indptr[i + 1]] for i in front]
        )
        front = np.unique(heard[~reached[heard]])
        reached[front] = True
    return reached


def apart(r: random.Random, n: int) -> nx.DiGraph:
    """Circles of friends who do not know each other, and a few who listen without being heard."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    circle = [r.randrange(max(n // 5, 1)) for _ in range(n)]
    for _ in range(4 * n):
        a, b = r.randrange(n), r.randrange(n)
        if a != b and circle[a] <= circle[b] <= circle[a] + (r.random() < 0.05):
            graph.add_edge(a, b, tie=r.choice(["strong", "weak"]))
    return graph


def followers(world: World, number: int) -> np.ndarray:
    audience = np.zeros(world.n, bool)
    ptr = world.arrays.follow_ptr
    audience[world.arrays.followers[ptr[number] : ptr[number + 1]]] = True
    return audience


def users(world: World, channel: str, segments: list[str] | None = None) -> np.ndarray:
    kinds, people = world.kinds, world.population
    uses = kinds.pattern_uses[people.pattern, kinds.channels.index(channel)]
    chosen = [s for s, name in enumerate(kinds.segments) if segments is None or name in segments]
    return uses & np.isin(people.segment, chosen)


def with_influencer(r: random.Random, market: dict[str, Any]) -> None:
    n = market["market"]["size"]
    market["influencers"] = {"zoe": influencer(n, r.choice(["feed", "paper"]), share=0.08)} | market["influencers"]
    market["plans"]["usual"]["bookings"].insert(0, {"influencer": "zoe", "posts": 4, "start": MONDAY, "every_days": 3})


def with_channel(r: random.Random, market: dict[str, Any]) -> None:
    n = market["market"]["size"]
    market["channels"] = {"radio": {"platform": "other", "cpm": 10.0}} | market["channels"]
    for segment in market["segments"].values():
        segment["channels"] = {"radio": r.choice([0.05, 0.1])} | segment["channels"]
    market["plans"]["usual"]["media"]["radio"] = {"weekly": 0.02 * n}
    market["plans"]["usual"]["posts"]["radio"] = {"weekly": 2.0}


def with_budget_for_the_old(r: random.Random, market: dict[str, Any]) -> None:
    n, plan = market["market"]["size"], market["plans"]["usual"]
    plan["media"]["paper"] = {"weekly": 0.1 * n, "segments": ["old"]}


def with_samples(r: random.Random, market: dict[str, Any]) -> None:
    day = MONDAY + timedelta(days=r.randint(0, 8))
    wave = {"strategy": "list", "consumers": [3, 10, 17], "stage": "audience", "date": day}
    market["plans"]["usual"]["seeding"].append(wave)


def given_one(world: World) -> np.ndarray:
    return np.isin(np.arange(world.n), [3, 10, 17])


ADDITIONS = {
    "influencer": (with_influencer, lambda world: followers(world, 0)),
    "channel": (with_channel, lambda world: users(world, "radio")),
    "segment budget": (with_budget_for_the_old, lambda world: users(world, "paper", ["old"])),
    "samples": (with_samples, given_one),
}


@pytest.mark.parametrize("what", ADDITIONS)
def test_an_addition_changes_nobody_out_of_its_reach(what: str) -> None:
    add, audience_of = ADDITIONS[what]
    n_outside = n_changed = 0
    for k in range(N_MARKETS):
        r = random.Random(f"{what} {k}")
        market = busy_market(r)
        if what == "segment budget":
            market["plans"]["usual"]["media"].pop("paper", None)
        if what == "channel":
            # What users of a channel pass on counts as a little more talk from everybody.
            market["parameters"]["share.gain"] = 0.0
        bigger = deepcopy(market)
        add(r, bigger)
        graph, luck, seed = apart(r, market["market"]["consumers"]), r.randint(0, 10**6), r.randint(0, 10**6)
        less, more = load(market), load(bigger)
        world, wider = build_world(less, seed=seed, graph=graph), build_world(more, seed=seed, graph=graph)
        outside = ~within_reach(wider, audience_of(wider))
        one, two = begin(less, world, luck), begin(more, wider, luck)
        assert_same_lives(one, two, outside)
        n_outside += int(outside.sum())
        n_changed += int((one.state.lives["entered"] != two.state.lives["entered"]).any(axis=(0, 2)).sum())
    # The promise is about many, and the addition does something to those within reach.
    assert n_outside > 30 * N_MARKETS
    assert n_changed > 3 * N_MARKETS


def unused_influencer(market: dict[str, Any]) -> None:
    market["influencers"] = {"zoe": influencer(40, "feed")} | market["influencers"]


def unused_channel(market: dict[str, Any]) -> None:
    market["channels"] = {"radio": {"platform": "other"}} | market["channels"]
    market["segments"]["old"]["channels"] = {"radio": 0.7} | market["segments"]["old"]["channels"]
    market["segments"]["old"]["fit"] = {"radio": 3.0}


def unused_plan(market: dict[str, Any]) -> None:
    other = {"media": {"paper": {"weekly": 100.0}}, "seeding": [{"people": 20}]}
    market["plans"] = {"other": other} | market["plans"]


@pytest.mark.parametrize("add", [unused_influencer, unused_channel, unused_plan])
@pytest.mark.parametrize("kind", ["small-world", "well-mixed"])
def test_what_is_not_used_changes_nobody(add: Any, kind: str) -> None:
    for k in range(8):
        r = random.Random(f"unused {k}")
        market = busy_market(r, graph=kind)
        bigger = deepcopy(market)
        add(bigger)
        less, more = load(market), load(bigger)
        one = begin(less, build_world(less, seed=k), k)
        two = begin(more, build_world(more, seed=k), k)
        assert_same_lives(one, two)
        assert_same_causes(one, two)


def backwards(table: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(list(table.items())))


def test_the_order_of_a_file_changes_nobody() -> None:
    for k in range(12):
        market = busy_market(random.Random(f"order {k}"))
        turned = deepcopy(market)
        for section in ("channels", "influencers", "segments", "rivals"):
            turned[section] = backwards(turned[section])
        for segment in turned["segments"].values():
            segment["channels"] = backwards(segment["channels"])
        turned["plans"]["usual"]["media"] = backwards(turned["plans"]["usual"]["media"])
        less, more = load(market), load(turned)
        one = begin(less, build_world(less, seed=k), k)
        two = begin(more, build_world(more, seed=k), k)
        while one.day < one.tables.n_days:
            one.advance(1)
            two.advance(1)
            assert lives_of(one) == lives_of(two, brands=[0, 2, 1]), f"day {one.day}"


@pytest.mark.parametrize("kind", ["small-world", "scale-free", "blocks", "well-mixed"])
def test_rows_in_another_order_are_the_same_people(kind: str) -> None:
    for k in range(8):
        r = random.Random(f"rows {kind} {k}")
        market = busy_market(r, graph=kind)
        listed = {"strategy": "list", "consumers": [0, 7, 2], "stage": "audience"}
        market["plans"]["usual"]["seeding"].append(listed)
        scenario = load(market)
        world = build_world(scenario, seed=k)
        order = np.random.default_rng(k).permutation(world.n)
        one, two = begin(scenario, world, k), begin(scenario, world.permuted(order), k)
        while True:
            assert lives_of(one, order) == lives_of(two), f"day {one.day}"
            if one.day == one.tables.n_days:
                break
            one.advance(1)
            two.advance(1)
        assert_same_causes(one, two)


@pytest.mark.parametrize("names", ["words", "numbers"])
def test_a_graph_listed_in_another_order_has_the_same_people(names: str) -> None:
    for k in range(12):
        r = random.Random(f"labels {names} {k}")
        n = r.randint(20, 60)
        labels: list[Any] = [f"p{i}" for i in range(n)] if names == "words" else r.sample(range(10**6), n)
        market = busy_market(r, labels=labels, graph="well-mixed")
        market["plans"]["usual"]["seeding"][0] |= {"strategy": "random-neighbour", "people": 3}
        scenario = load(market)
        graph = nx.relabel_nodes(apart(r, n), dict(enumerate(labels)))
        nx.set_node_attributes(graph, {label: r.choice(["old", "young"]) for label in labels}, "segment")
        shuffled = nx.DiGraph()
        shuffled.add_nodes_from(r.sample(list(graph.nodes(data=True)), n))
        shuffled.add_edges_from(r.sample(list(graph.edges(data=True)), graph.number_of_edges()))
        one = begin(scenario, build_world(scenario, seed=k, graph=graph), k)
        two = begin(scenario, build_world(scenario, seed=k, graph=shuffled), k)
        row_of = {label: row for row, label in enumerate(two.world.graph.labels.tolist())}
        order = [row_of[label] for label in one.world.graph.labels.tolist()]
        assert order != sorted(order)
        while one.day < one.tables.n_days:
            one.advance(1)
            two.advance(1)
            assert lives_of(one) == lives_of(two, order), f"day {one.day}"


def silenced(market: dict[str, Any]) -> Scenario:
    """Nobody knows us, nothing is bought for us, nobody finds out alone; but people talk, post and buy."""
    market["rivals"] = {}
    market["brand"]["start"] = {}
    market["parameters"] |= {f"organic.{stage}": 0.0 for stage in ENTERED_STAGES}
    market["plans"]["usual"] = {"posts": {"feed": {"weekly": 5.0}}, "media": {"feed": {"weekly": 0.0}}}
    return load(market)


@pytest.mark.parametrize("kind", ["small-world", "well-mixed"])
def test_nothing_comes_of_nothing(kind: str) -> None:
    for k in range(10):
        scenario = silenced(busy_market(random.Random(f"nothing {k}"), graph=kind))
        run = begin(scenario, build_world(scenario, seed=k), k)
        run.advance(run.tables.n_days)
        lives, counts = run.state.lives, run.tallies.counts
        assert not lives["stage"].any()
        assert not lives["mood"].any()
        assert not counts["entries"].any()
        assert not counts["purchases"][:, 0].any()
        assert counts["purchases"][:, 1].sum() > 0, "the category is bought as ever"


def test_and_something_comes_of_one_advertisement() -> None:
    """The silence above is not that of a market in which nothing can happen."""
    market = busy_market(random.Random("nothing 0"))
    scenario = silenced(market)
    market["plans"]["usual"]["media"] = {"feed": {"weekly": [1.0] + [0.0] * (scenario.weeks - 1)}}
    heard = load(market)
    run = begin(heard, build_world(heard, seed=0), 0)
    run.advance(run.tables.n_days)
    assert run.state.lives["stage"].max() > 1
    assert quiet_parameters().keys() <= heard.parameters.keys()
