"""What must hold whatever the numbers are: V15."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import Model, adopted, bass, cascade, random_graph, replicates, sis, thresholds
from numpy.typing import NDArray

from scenarios import scenario_from_dict
from scenarios.schema import Scenario
from scenarios.vocabulary import Stage
from simulator.graph import SocialGraph, graph_from_networkx
from simulator.simulate import simulate, start_run
from simulator.sources import Stream
from simulator.tables import compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core


def _graph() -> SocialGraph:
    return random_graph(np.random.default_rng(21), 600, 5.0)


MODELS: dict[str, Model] = {}


def _models() -> dict[str, Model]:
    """One model of each kind, all of 600 people."""
    if not MODELS:
        anybody = {"strategy": "random", "people": 20}
        MODELS.update(
            {
                "Bass, all": bass(0.02, 0.4, n=600, days=7, periods=10),
                "Bass, network": bass(0.02, 0.4, days=7, periods=10, graph=_graph()),
                "cascade": cascade(_graph(), 0.3, seeding=anybody, days=70),
                "SIS": sis(_graph(), 0.05, 0.1, days=70),
                "thresholds": thresholds(_graph(), need=2, seeding=anybody, days=70),
            }
        )
    return MODELS


KINDS = ("Bass, all", "Bass, network", "cascade", "SIS", "thresholds")


@pytest.mark.parametrize("p", [0.0, 1e-4])
def test_without_innovators_and_seeds_nobody_adopts(p: float) -> None:
    """V15: p = 0 and no seed: nobody, ever, however strong the talk; p > 0 shows that it is p that was missing."""
    for graph in (None, _graph()):
        model = bass(p, 5.0, n=600, days=1, periods=364, graph=graph)
        for luck in range(3):
            assert adopted(model.after(364, luck)).any() == (p > 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_is_somewhere_and_moves_add_up(kind: str) -> None:
    """V15: stocks sum to N, and each week's difference is what came less what went."""
    model = _models()[kind]
    outcome = simulate(model.scenario, model.plan, world=model.world, tables=model.tables, luck=1, with_causes=False)
    stock = outcome.ours("stock")[:, 0]
    assert (stock.sum(axis=1) == 600).all() and (stock >= 0).all()
    came, went = outcome.ours("entries")[:, 0], outcome.ours("falls")[:, 0]
    attention = int(Stage.ATTENTION)
    assert came[:, attention].sum() > 50
    assert (went[:, attention].sum() > 50) == (kind == "SIS")
    np.testing.assert_array_equal(np.diff(stock[:, attention]), came[:, attention] - went[:, attention])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_is_the_same_to_the_bit(kind: str) -> None:
    """V15: again, in other threads, and in stretches of another length; another luck is another history."""
    model = _models()[kind]

    def history(luck: int, stretch: int = 7) -> bytes:
        run = model.start(luck)
        run.advance(model.tables.n_days, stretch=stretch)
        return run.state.lives.tobytes() + run.tallies.counts.tobytes()

    alone = history(5)
    assert set(replicates(lambda stretch: history(5, stretch), (1, 3, 7, 30, 70, 7, 7, 7))) == {alone}
    others = replicates(history, 5)
    assert len({alone, *others}) == 6


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_people_changes_nothing(kind: str) -> None:
    """V15: the same people in other rows live the same lives."""
    model = _models()[kind]
    order = np.random.default_rng(22).permutation(600)
    moved = Model(model.scenario, model.plan, model.world.permuted(order), model.tables)
    days = model.tables.n_days
    for luck in range(3):
        one, other = model.after(days, luck), moved.after(days, luck)
        np.testing.assert_array_equal(one.state.lives[0][order], other.state.lives[0])
        assert one.tallies.counts.tobytes() == other.tallies.counts.tobytes()


def test_the_order_of_nodes_in_a_networkx_graph_changes_nothing() -> None:
    """V15: labels are identities; the nodes of a graph may come in any order."""
    graph = nx.relabel_nodes(nx.barabasi_albert_graph(300, 2, seed=1), lambda i: f"person {i}")
    names = np.random.default_rng(23).permutation(sorted(graph)).tolist()
    shuffled = nx.Graph()
    shuffled.add_nodes_from(names)
    shuffled.add_edges_from((b, a) for a, b in reversed(list(graph.edges)))
    reached = []
    for one in (graph, shuffled):
        social = graph_from_networkx(one)
        who = cascade(social, 0.4, seeding={"strategy": "random", "people": 3}).cascade(1)
        reached.append({name for name, yes in zip(social.labels.tolist(), who, strict=True) if yes})
    assert len(reached[0]) > 30
    assert reached[0] == reached[1]


WEEKS = 5


def _campaign(weekly: list[float], flight: float, posts: float, shape: float) -> dict[str, Any]:
    return {
        "name": "campaign",
        "start": date(2027, 1, 4),
        "weeks": WEEKS,
        "market": {"size": 50_000, "consumers": 500},
        "segments": {
            "young": {"share": 0.4, "channels": {"feed": 0.9, "mail": 0.2}},
            "old": {"share": 0.6, "media_use": 1.5, "channels": {"feed": 0.3, "screen": 0.8, "mail": 0.6}},
        },
        "channels": {
            "feed": {"platform": "instagram"},
            "screen": {"platform": "television"},
            "mail": {"platform": "email"},
        },
        "graph": {"kind": "small-world"},
        "brand": {"price": 1.0},
        "parameters": {"media_weight.shape": shape},
        "plans": {
            "only": {
                "media": {
                    "feed": {"weekly": weekly, "segments": ["young"]},
                    "screen": {"flights": [{"start": date(2027, 1, 8), "end": date(2027, 1, 20), "weekly": flight}]},
                },
                "posts": {"mail": {"weekly": posts}},
            }
        },
    }


def _exposed(scenario: Scenario) -> tuple[tuple[Stream, ...], NDArray[np.float64]]:
    """What each channel delivers, and the share of each group that has seen anything, by day."""
    tables = compile_tables(scenario, scenario.plans["only"])
    seen = np.zeros((scenario.n_days, len(tables.weights)))
    for reach in tables.streams:
        seen += np.outer(np.cumsum(reach.per_weight), tables.weights)
    return tables.streams, -np.expm1(-seen)


MONEY = st.floats(min_value=0.0, max_value=1e6, allow_nan=False)


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(
    weekly=st.lists(MONEY, min_size=WEEKS, max_size=WEEKS),
    flight=MONEY,
    posts=st.floats(min_value=0.0, max_value=30.0),
    shape=st.floats(min_value=0.1, max_value=5.0),
    factor=st.floats(min_value=1.0, max_value=8.0),
)
def test_more_money_never_means_fewer_exposures(
    weekly: list[float], flight: float, posts: float, shape: float, factor: float
) -> None:
    """V15: every channel delivers at least as much on every day, and reaches at least as many of every group."""
    raw = _campaign(weekly, flight, posts, shape)
    reaches, share = _exposed(scenario_from_dict(raw))
    raw["plans"]["only"]["media_scale"] = factor
    more, larger_share = _exposed(scenario_from_dict(raw))
    assert [r.source for r in more] == [r.source for r in reaches]
    for one, other in zip(reaches, more, strict=True):
        assert (other.per_weight >= one.per_weight * (1.0 - 1e-12)).all()
    assert (larger_share >= share - 1e-12).all()


def test_twice_the_money_is_twice_the_impressions_and_some_more_people() -> None:
    """V15: what is paid doubles exactly, what is posted stays, and reach grows by less than twice."""
    raw = _campaign([20.0] * WEEKS, 150.0, 0.5, 1.0)
    once, share = _exposed(scenario_from_dict(raw))
    raw["plans"]["only"]["media_scale"] = 2.0
    twice, larger_share = _exposed(scenario_from_dict(raw))
    assert len(once) == 3
    for one, other in zip(once, twice, strict=True):
        np.testing.assert_allclose(other.per_weight, one.per_weight * (2.0 if one.source.cause.name == "PAID" else 1.0))
    assert (share[-1] < larger_share[-1]).all() and (larger_share[-1] < 2.0 * share[-1]).all()


def test_a_generated_market_is_the_same_however_it_is_handed_over() -> None:
    """V15: the scenario's own network, and the same network given as a graph of one's own."""
    raw = _campaign([300.0] * WEEKS, 500.0, 2.0, 1.0)
    scenario = scenario_from_dict(raw)
    plan, tables = scenario.plans["only"], compile_tables(scenario, scenario.plans["only"])
    world = build_world(scenario, seed=3)
    again = build_world(scenario, seed=3, graph=world.graph)
    by_name = build_world(scenario, seed=3, graph=world.graph.to_networkx())
    histories = []
    for one in (world, again, by_name):
        run = start_run(scenario, plan, world=one, tables=tables, luck=1)
        run.advance(tables.n_days)
        histories.append(run.state.lives.tobytes())
    assert histories[0] == histories[1] == histories[2]
