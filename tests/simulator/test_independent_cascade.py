"""Independent cascades: their exact law on tiny graphs, certainty and impossibility, luck, threads and errors."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scenarios.schema import Graph
from simulator.cascade import CELL_BITS, cascade, cascade_members, skip_of, skip_powers, skip_table
from simulator.compiling import PLAIN, compiled
from simulator.draws import root_key
from simulator.graph import SocialGraph, generate_graph, graph_from_edges, graph_from_networkx


def edges_of(graph: SocialGraph) -> list[tuple[int, int, bool]]:
    """Talker, listener and whether the tie is strong, for every stored tie."""
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    strong = np.arange(graph.n_ties) < graph.strong_end[talkers]
    return list(zip(talkers.tolist(), graph.listeners.tolist(), strong.tolist(), strict=True))


def exact_law(graph: SocialGraph, seeds: list[int], p: tuple[float, float]) -> np.ndarray:
    """The chance of each reach, by going through all sets of ties that may carry the message."""
    ties = edges_of(graph)
    law = np.zeros(graph.n + 1)
    for live in itertools.product((False, True), repeat=len(ties)):
        chance, step = 1.0, nx.DiGraph()
        step.add_nodes_from(range(graph.n))
        for carries, (talker, listener, strong) in zip(live, ties, strict=True):
            hit = p[0] if strong else p[1]
            chance *= hit if carries else 1.0 - hit
            if carries:
                step.add_edge(talker, listener)
        law[len(set().union(*({i, *nx.descendants(step, i)} for i in seeds)))] += chance
    return law


def naive_reach(graph: SocialGraph, seeds: list[int], p: float, rng: np.random.Generator) -> int:
    """The cascade as anybody would write it."""
    reached, front = set(seeds), list(seeds)
    while front:
        after = []
        for i in front:
            for j in graph.listeners[graph.indptr[i] : graph.indptr[i + 1]].tolist():
                if j not in reached and rng.random() < p:
                    reached.add(j)
                    after.append(j)
        front = after
    return len(reached)


def random_graph(n: int, degree: float, seed: int = 1) -> SocialGraph:
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n, (2, int(n * degree / 2)))
    return graph_from_edges(*ends, n=n, strong=rng.random(ends.shape[1]) < 0.4)


SQUARE = graph_from_edges([0, 1, 2, 3, 0], [1, 2, 3, 0, 2], n=5, strong=[1, 0, 1, 0, 0])
ARROWS = graph_from_edges([0, 0, 1, 2, 3], [1, 2, 3, 3, 0], n=4, directed=True)


@pytest.mark.parametrize(
    ("graph", "seeds", "p"),
    [
        (SQUARE, [0], (0.5, 0.5)),
        (SQUARE, [1, 4], (0.3, 0.3)),
        (SQUARE, [0], (0.8, 0.15)),
        (ARROWS, [0], (0.6, 0.6)),
        (ARROWS, [2], (0.97, 0.97)),
    ],
)
def test_reach_follows_the_exact_law(graph: SocialGraph, seeds: list[int], p: tuple[float, float]) -> None:
    law = exact_law(graph, seeds, p)
    found = np.bincount(cascade(graph, seeds=seeds, p=p, replicates=40_000, seed=3), minlength=graph.n + 1)
    assert found[law == 0.0].sum() == 0
    possible = law > 0.0
    assert stats.chisquare(found[possible], 40_000 * law[possible]).pvalue > 1e-4
    wrong = exact_law(graph, seeds, (p[0] * 0.95, p[1] * 0.95))[possible]
    assert stats.chisquare(found[possible], 40_000 * wrong / wrong.sum()).pvalue < 1e-4, "the test cannot fail"


@pytest.mark.parametrize("p", [0.02, 0.125, 0.4])
def test_reach_agrees_with_a_naive_cascade(p: float) -> None:
    graph, rng = random_graph(300, 8), np.random.default_rng(5)
    ours = cascade(graph, seeds=[0, 7, 9], p=p, replicates=3000, seed=11)
    naive = np.array([naive_reach(graph, [0, 7, 9], p, rng) for _ in range(600)])
    z = (ours.mean() - naive.mean()) / np.sqrt(ours.var() / len(ours) + naive.var() / len(naive))
    assert abs(z) < 4.0
    assert stats.ks_2samp(ours, naive).pvalue > 1e-4


def test_nobody_believes_and_everybody_believes() -> None:
    graph = graph_from_networkx(nx.disjoint_union(nx.barabasi_albert_graph(400, 3, seed=1), nx.path_graph(30)))
    assert set(cascade(graph, seeds=[0, 5, 5], p=0.0, replicates=50)) == {2}
    assert set(cascade(graph, seeds=[0], p=1.0, replicates=50)) == {400}
    assert set(cascade(graph, seeds=[], p=1.0, replicates=3)) == {0}
    weak = graph_from_edges([0, 1, 2], [1, 2, 3], n=4, strong=[True, False, True])
    assert set(cascade(weak, seeds=[0], p=(1.0, 0.0), replicates=20)) == {2}
    assert set(cascade(weak, seeds=[1], p=(0.0, 1.0), replicates=20)) == {2}


def test_ties_of_one_chance_are_not_told_apart() -> None:
    graph = random_graph(200, 6)
    once = cascade(graph, seeds=[3], p=0.2, replicates=100, seed=2)
    assert np.array_equal(once, cascade(graph, seeds=[3], p=(0.2, 0.2), replicates=100, seed=2))


@settings(max_examples=25, deadline=None)
@given(threads=st.integers(1, 7), replicates=st.integers(0, 60), p=st.sampled_from([0.1, (0.3, 0.05)]))
def test_threads_change_no_number(threads: int, replicates: int, p: float | tuple[float, float]) -> None:
    graph = random_graph(500, 8)
    alone = cascade(graph, seeds=[1, 2], p=p, replicates=replicates, seed=4, threads=1)
    assert np.array_equal(alone, cascade(graph, seeds=[1, 2], p=p, replicates=replicates, seed=4, threads=threads))
    longer = cascade(graph, seeds=[1, 2], p=p, replicates=replicates + 5, seed=4, threads=1)
    assert np.array_equal(alone, longer[:replicates]), "more replicates change an earlier one"


def test_members_are_those_who_were_counted_and_could_be_reached() -> None:
    graph = graph_from_networkx(nx.disjoint_union(nx.cycle_graph(50), nx.cycle_graph(50)))
    members = cascade_members(graph, seeds=[3], p=0.9, replicates=200, seed=1)
    assert np.array_equal(members.sum(axis=1), cascade(graph, seeds=[3], p=0.9, replicates=200, seed=1))
    assert members[:, 3].all()
    assert not members[:, 50:].any()
    assert len(set(members.sum(axis=1).tolist())) > 10


def test_one_more_seed_takes_nobody_away() -> None:
    graph = random_graph(2000, 8)
    few = cascade_members(graph, seeds=[1, 2], p=(0.2, 0.1), replicates=100, seed=9)
    more = cascade_members(graph, seeds=[900, 2, 1], p=(0.2, 0.1), replicates=100, seed=9)
    assert (more >= few).all()
    assert more.sum() > few.sum()


def test_hubs_longer_than_any_buffer() -> None:
    star = graph_from_edges(np.zeros(200_000, np.int64), np.arange(1, 200_001), n=200_001)
    assert cascade(star, seeds=[0], p=1.0).tolist() == [200_001]
    for p in (0.5, 1e-3, 1e-5):
        found = cascade(star, seeds=[0], p=p, replicates=40, seed=6) - 1
        assert abs(found.mean() - 200_000 * p) < 4.0 * np.sqrt(200_000 * p * (1.0 - p) / 40)
        assert 0.4 < found.var() / (200_000 * p * (1.0 - p)) < 2.0


@compiled(**PLAIN)
def skips(words, table, powers):
    out = np.empty(len(words), np.int64)
    for k in range(len(words)):
        out[k] = skip_of(words[k], table, powers)
    return out


@pytest.mark.parametrize("p", [0.0, 1e-6, 0.003, 0.125, 0.5, 0.999, 1.0])
def test_skips_are_the_geometric_of_the_same_draw(p: float) -> None:
    """Word for word what comparing the draw with the powers gives, at the corners of the table's cells as well."""
    powers = skip_powers(p, 3000)
    top = np.arange(1, 1 << CELL_BITS, dtype=np.uint64) << np.uint64(64 - CELL_BITS)
    words = np.concatenate(
        [np.arange(20_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15), top, top - np.uint64(1)]
    )
    u = ((words >> np.uint64(11)) + np.uint64(1)) * 2.0**-53
    expected = np.searchsorted(-powers, -u, "right")
    assert np.array_equal(skips(words, skip_table(powers), powers), expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seeds": [7]}, "0 to 3, not 7 to 7"),
        ({"seeds": [-1]}, "0 to 3"),
        ({"seeds": [0.5]}, "row numbers"),
        ({"p": 1.2}, "from 0 to 1"),
        ({"p": float("nan")}, "from 0 to 1"),
        ({"p": (0.1, 0.2, 0.3)}, "two for strong and weak"),
        ({"replicates": -1}, "0 or more"),
        ({"threads": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_is_refused(change: dict, words: str) -> None:
    graph = graph_from_edges([0], [1], n=4)
    with pytest.raises(ValueError, match=words):
        cascade(graph, **{"seeds": [0], "p": 0.5, **change})


def test_a_well_mixed_market_has_no_ties_to_follow() -> None:
    crowd = generate_graph(Graph(kind="well-mixed"), n=10, seed=root_key(1))
    with pytest.raises(ValueError, match="well-mixed"):
        cascade(crowd, seeds=[0], p=0.5)
