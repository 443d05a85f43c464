"""Places of people: the same every time, on the page, friends near friends."""

import numpy as np
import pytest

from scenarios.schema import Graph
from simulator.draws import root_key
from simulator.graph import generate_graph, graph_from_edges
from studio.page.layout import layout, ring_layout


def _graph(kind: str, n: int = 400):
    spec = Graph(kind=kind, strong_ties=3.0, weak_ties=3.0)
    return generate_graph(spec, n=n, seed=root_key(5))


@pytest.mark.parametrize("kind", ["blocks", "small-world", "scale-free", "power-law", "well-mixed"])
def test_everybody_stands_on_the_page_and_always_on_the_same_place(kind) -> None:
    graph = _graph(kind)
    places = layout(graph)
    assert places.shape == (400, 2)
    assert np.isfinite(places).all() and places.min() >= 0.0 and places.max() <= 1.0
    assert np.array_equal(places, layout(graph))
    assert len(np.unique(places, axis=0)) > 380


@pytest.mark.parametrize("kind", ["blocks", "small-world", "scale-free"])
def test_friends_stand_closer_than_strangers(kind) -> None:
    graph = _graph(kind)
    places = layout(graph)
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    friends = np.linalg.norm(places[talkers] - places[graph.listeners], axis=1).mean()
    strangers = np.linalg.norm(places[:, None] - places[None], axis=2).mean()
    assert friends < {"blocks": 0.75, "small-world": 0.6, "scale-free": 0.9}[kind] * strangers


def test_lonely_people_and_one_sided_ties_have_places_too() -> None:
    graph = graph_from_edges([0, 1, 2], [1, 2, 3], n=30, directed=True)
    places = layout(graph)
    assert np.isfinite(places).all() and places.min() >= 0.0 and places.max() <= 1.0


@pytest.mark.parametrize("n", [0, 1, 2])
def test_tiny_markets_have_places(n) -> None:
    assert layout(graph_from_edges([], [], n=n)).shape == (n, 2)


def test_circles_keep_their_members_together() -> None:
    places = ring_layout(300, circles=12)
    groups = places.reshape(12, 25, 2)
    spread = np.linalg.norm(groups - groups.mean(axis=1, keepdims=True), axis=2).max()
    centres = groups.mean(axis=1)
    apart = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1).min()
    assert 2 * spread < 1.2 * apart
    assert places.min() >= 0.0 and places.max() <= 1.0
