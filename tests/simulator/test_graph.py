"""The social graph: invariants of rows, the laws of each kind, determinism, networkx and files."""

import doctest
import hashlib
import itertools
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator.graph
from scenarios.schema import Graph
from simulator.blocks import sociability_classes
from simulator.draws import root_key
from simulator.generators import power_law_degrees
from simulator.graph import (
    SocialGraph,
    generate_graph,
    graph_from_edges,
    graph_from_networkx,
)

pytestmark = pytest.mark.core

KINDS = ("blocks", "small-world", "scale-free", "power-law")
SEED = root_key(20260728)


def ties_of(graph: SocialGraph) -> set[tuple[int, int, str]]:
    """All directed ties, read from the rows in the plainest way."""
    found = set()
    for talker in range(graph.n):
        for at in range(graph.indptr[talker], graph.indptr[talker + 1]):
            kind = "strong" if at < graph.strong_end[talker] else "weak"
            found.add((talker, int(graph.listeners[at]), kind))
    return found


def check(graph: SocialGraph) -> None:
    """Everything that the kernel relies on."""
    assert graph.indptr.dtype == np.int64 and graph.strong_end.dtype == np.int64
    assert graph.listeners.dtype == np.int32 and graph.n_heard.dtype == np.int32
    for array in (graph.indptr, graph.strong_end, graph.listeners, graph.n_heard):
        assert array.flags.c_contiguous and array.flags.writeable
    assert graph.indptr.shape == (graph.n + 1,) and graph.indptr[0] == 0
    assert graph.indptr[-1] == len(graph.listeners) == graph.n_ties
    assert (np.diff(graph.indptr) >= 0).all()
    assert (graph.indptr[:-1] <= graph.strong_end).all() and (graph.strong_end <= graph.indptr[1:]).all()
    pairs = set()
    for talker in range(graph.n):
        begin, middle, end = graph.indptr[talker], graph.strong_end[talker], graph.indptr[talker + 1]
        strong, weak = graph.listeners[begin:middle], graph.listeners[middle:end]
        assert (np.diff(strong) > 0).all() and (np.diff(weak) > 0).all()
        assert not set(strong.tolist()) & set(weak.tolist())
        pairs |= {(talker, listener) for listener in graph.listeners[begin:end].tolist()}
    assert all(talker != listener and 0 <= listener < graph.n for talker, listener in pairs)
    assert graph.n_heard.tolist() == np.bincount(graph.listeners, minlength=graph.n).tolist()
    if not graph.directed:
        ties = ties_of(graph)
        assert ties == {(listener, talker, kind) for talker, listener, kind in ties}


def digest(graph: SocialGraph) -> str:
    hashed = hashlib.blake2b(digest_size=8)
    for array in (graph.indptr, graph.listeners, graph.strong_end, graph.n_heard):
        hashed.update(array.tobytes())
    return hashed.hexdigest()


def make(n: int = 2000, seed: int = 7, shares: tuple[float, ...] = (0.5, 0.3, 0.2), **spec) -> SocialGraph:
    return generate_graph(
        Graph(**spec), n=n, segment=segments(n, shares), ties=np.ones(len(shares)), seed=root_key(seed)
    )


def segments(n: int, shares: tuple[float, ...] = (0.5, 0.3, 0.2)) -> np.ndarray:
    """Segments that have nothing to do with row numbers."""
    rank = (np.arange(n) * 7919 % n + 0.5) / n
    return np.searchsorted(np.cumsum(shares)[:-1], rank).astype(np.uint8)


def strong_degree(graph: SocialGraph) -> np.ndarray:
    return graph.strong_end - graph.indptr[:-1]


def e_i_index(graph: SocialGraph, segment: np.ndarray) -> float:
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    outside = (segment[talkers] != segment[graph.listeners]).mean()
    return float(2.0 * outside - 1.0)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(simulator.graph).failed == 0


# ------------------------------------------------------------------------------------------- invariants


@settings(max_examples=120, deadline=None)
@given(
    kind=st.sampled_from([*KINDS, "well-mixed"]),
    n=st.integers(0, 60),
    strong=st.sampled_from([0.0, 0.3, 1.0, 4.0, 15.0]),
    weak=st.sampled_from([0.0, 0.7, 2.0, 8.0, 100.0]),
    homophily=st.floats(0.0, 1.0),
    spread=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    rewiring=st.floats(0.0, 1.0),
    exponent=st.sampled_from([1.5, 2.0, 2.5, 4.0]),
    ties=st.lists(st.sampled_from([0.0, 0.2, 1.0, 5.0]), min_size=3, max_size=3),
    seed=st.integers(0, 2**70),
)
def test_every_kind_keeps_the_rows_in_order(kind, n, strong, weak, homophily, spread, rewiring, exponent, ties, seed):
    spec = Graph(
        kind=kind,
        strong_ties=strong,
        weak_ties=weak,
        homophily=homophily,
        spread=spread,
        rewiring=rewiring,
        exponent=exponent,
    )
    segment = (np.arange(n) % 3).astype(np.uint8)
    graph = generate_graph(spec, n=n, segment=segment, ties=np.array(ties), seed=root_key(seed))
    if kind == "well-mixed":
        assert graph.well_mixed and graph.n_ties == 0
        return
    assert graph.n == n and not graph.directed and graph.labels is None and graph.notes == ()
    check(graph)


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(1, 12),
    ties=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=60),
    directed=st.booleans(),
)
def test_rows_agree_with_a_dictionary_of_ties(n, ties, directed):
    ties = [(u % n, v % n, strong) for u, v, strong in ties]
    expected: dict[tuple[int, int], bool] = {}
    loops = sum(u == v for u, v, _ in ties)
    for u, v, strong in ties:
        if u != v:
            for pair in [(u, v)] if directed else [(u, v), (v, u)]:
                expected[pair] = expected.get(pair, False) or strong
    graph = graph_from_edges(
        [u for u, _, _ in ties],
        [v for _, v, _ in ties],
        n=n,
        strong=[strong for _, _, strong in ties],
        directed=directed,
    )
    check(graph)
    assert ties_of(graph) == {(u, v, "strong" if s else "weak") for (u, v), s in expected.items()}
    duplicates = len(ties) - loops - len(expected) // (1 if directed else 2)
    words = [
        f"{count} {word}{'' if count == 1 else 's'} dropped"
        for count, word in ((loops, "loop"), (duplicates, "duplicate"))
        if count
    ]
    assert graph.notes == tuple(words)


# --------------------------------------------------------------------------------------------- the laws


def test_without_rewiring_the_small_world_is_the_exact_ring_lattice():
    graph = make(n=101, kind="small-world", strong_ties=2.0, weak_ties=4.0, rewiring=0.0)
    expected = {
        (i, (i + step) % 101, "strong" if abs(step) == 1 else "weak")
        for i in range(101)
        for step in (-3, -2, -1, 1, 2, 3)
    }
    assert ties_of(graph) == expected


def test_two_ties_make_a_ring():
    graph = make(n=50, kind="small-world", strong_ties=2.0, weak_ties=0.0, rewiring=0.0)
    assert nx.is_isomorphic(graph.to_networkx(), nx.cycle_graph(50))
    assert graph.listeners[:2].tolist() == [1, 49] and graph.strong_end.tolist() == graph.indptr[1:].tolist()


@pytest.mark.parametrize("n", [2, 3, 6, 7])
def test_a_ring_with_more_ties_than_consumers_is_complete(n):
    graph = make(n=n, kind="small-world", strong_ties=50.0, weak_ties=0.0, rewiring=0.5)
    assert graph.n_heard.tolist() == [n - 1] * n and graph.density() == 1.0


def test_rewiring_moves_the_stated_share_of_ties():
    graph = make(n=20_000, kind="small-world", strong_ties=4.0, weak_ties=4.0, rewiring=0.2)
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    distance = np.abs(talkers - graph.listeners)
    far = np.minimum(distance, graph.n - distance) > 4
    assert abs(far.mean() - 0.2) < 0.01
    assert abs(graph.mean_degree - 8.0) < 0.001
    assert abs(strong_degree(graph).mean() - 3.2) < 0.05  # rewired ties are weak


@pytest.mark.parametrize(("n", "tolerance"), [(100, 0.12), (1000, 0.05), (20_000, 0.01)])
@pytest.mark.parametrize(
    ("strong", "weak", "spread"), [(4.0, 8.0, 0.5), (4.0, 8.0, 0.0), (1.0, 3.0, 1.0), (15.0, 15.0, 0.5)]
)
def test_blocks_reach_the_mean_degrees(n, tolerance, strong, weak, spread):
    graphs = [
        make(n=n, seed=seed, strong_ties=strong, weak_ties=weak, spread=spread)
        for seed in range(1 if n > 10_000 else 8)
    ]
    n_strong = np.mean([strong_degree(graph).mean() for graph in graphs])
    total = np.mean([graph.mean_degree for graph in graphs])
    assert abs(n_strong / strong - 1.0) < max(tolerance, 0.02)
    assert abs(total / (strong + weak) - 1.0) < max(tolerance, 0.02)


def test_without_spread_degrees_are_poisson():
    graph = make(n=50_000, spread=0.0)
    for degree, mean in ((strong_degree(graph), 4.0), (graph.n_heard, 12.0)):
        assert abs(degree.mean() / mean - 1.0) < 0.01
        assert abs(degree.var() / mean - 1.0) < 0.04
    assert abs((strong_degree(graph) == 0).mean() - np.exp(-4.0)) < 0.003


def test_spread_widens_degrees_and_keeps_the_mean():
    spreads = [0.0, 0.3, 0.6, 1.2]
    graphs = [make(n=20_000, spread=spread) for spread in spreads]
    variation = [graph.n_heard.std() / graph.n_heard.mean() for graph in graphs]
    assert variation == sorted(variation)
    for graph, spread, seen in zip(graphs, spreads, variation, strict=True):
        assert abs(graph.mean_degree - 12.0) < 0.25
        # Poisson on a Gamma weight; rounding seats adds a little.
        assert np.sqrt(spread**2 + 1.0 / 12.0) - 0.03 < seen < np.sqrt(spread**2 + 1.0 / 12.0) + 0.08


@pytest.mark.parametrize("spread", [0.0, 0.2, 0.5, 1.0, 2.0])
def test_sociability_classes_keep_the_moments_of_the_gamma(spread):
    classes = sociability_classes(spread)
    assert abs(classes.mean() - 1.0) < 1e-5 and (np.diff(classes) >= 0).all()
    assert abs(classes.std() - spread) < 0.05 * spread + 1e-9


def test_segments_have_ties_in_proportion_to_their_density():
    segment = segments(20_000)
    graph = generate_graph(Graph(), n=20_000, segment=segment, ties=np.array([1.0, 2.0, 0.5]), seed=SEED)
    means = np.array([graph.n_heard[segment == s].mean() for s in range(3)])
    assert np.allclose(means / means[0], [1.0, 2.0, 0.5], rtol=0.04)
    assert abs(graph.mean_degree - 12.0) < 0.2


def test_more_homophily_lowers_the_e_i_index_as_the_rule_says():
    segment = segments(20_000)
    shares = np.bincount(segment) / len(segment)
    seen = []
    for homophily in (0.0, 0.25, 0.5, 0.75, 1.0):
        graph = generate_graph(Graph(homophily=homophily), n=20_000, segment=segment, seed=SEED)
        seen.append(e_i_index(graph, segment))
        stays = homophily + (1.0 - homophily) * (shares**2).sum()
        assert abs(seen[-1] - (1.0 - 2.0 * stays)) < 0.02
    assert all(later < earlier for earlier, later in itertools.pairwise(seen))
    assert seen[-1] == -1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_friends_of_the_default_blocks_know_each_other(seed):
    graph = make(n=5000, seed=seed).to_networkx()
    assert 0.08 < nx.average_clustering(graph) < 0.35
    assert 0.08 < nx.transitivity(graph) < 0.35
    close = nx.Graph((u, v) for u, v, tie in graph.edges(data="tie") if tie == "strong")
    assert nx.transitivity(close) > 0.25
    assert len(max(nx.connected_components(graph), key=len)) > 0.97 * len(graph)


@pytest.mark.parametrize(("strong", "weak"), [(4.0, 20.0), (15.0, 15.0), (10.0, 10.0), (3.0, 6.0)])
def test_clustering_stays_in_the_range_of_the_evidence(strong, weak):
    graph = make(n=5000, strong_ties=strong, weak_ties=weak).to_networkx()
    assert 0.08 < nx.average_clustering(graph) < 0.35


def test_scale_free_has_the_ties_and_the_tail_of_preferential_attachment():
    n = 20_000
    graph = make(n=n, kind="scale-free", strong_ties=2.0, weak_ties=4.0)
    assert graph.n_ties == 2 * 3 * (n - 3) and graph.n_heard.min() >= 1
    assert abs(strong_degree(graph).mean() / graph.mean_degree - 1.0 / 3.0) < 0.01
    assert (graph.n_heard[4:] >= 3).all()  # all but those who were there at the start
    # P(degree >= k) = m (m + 1) / (k (k + 1)) in the limit.
    for k in (6, 12, 24, 48):
        assert abs((graph.n_heard >= k).mean() / (12.0 / (k * (k + 1))) - 1.0) < 0.15
    assert graph.n_heard.max() > 150
    assert graph.n_heard[:100].mean() > 10 * graph.n_heard[-5000:].mean()


def test_scale_free_makes_at_least_one_tie_each():
    graph = make(n=500, kind="scale-free", strong_ties=0.4, weak_ties=0.0)
    assert nx.is_tree(graph.to_networkx())


@pytest.mark.parametrize("exponent", [2.2, 2.5, 3.0])
@pytest.mark.parametrize("mean", [1.2, 6.0, 12.0])
def test_power_law_has_the_mean_and_the_exponent(exponent, mean):
    n = 100_000
    graph = make(n=n, kind="power-law", strong_ties=mean / 3, weak_ties=2 * mean / 3, exponent=exponent)
    assert abs(graph.mean_degree / mean - 1.0) < 0.04
    assert abs(strong_degree(graph).mean() / graph.mean_degree - 1.0 / 3.0) < 0.02
    cutoff = int(np.sqrt(mean * n))
    assert graph.n_heard.max() <= cutoff
    low, high = (20, 40) if mean > 2.0 else (4, 12)
    k = np.arange(1, cutoff + 1) ** -exponent
    expected = k[high - 1 :].sum() / k[low - 1 :].sum()
    counted = (graph.n_heard >= high).sum()
    assert abs(counted / (graph.n_heard >= low).sum() / expected - 1.0) < 0.05 + 4.0 / np.sqrt(counted)


@pytest.mark.parametrize("mean", [0.3, 1.0, 1.9, 5.0, 40.0, 99.0, 500.0])
@pytest.mark.parametrize("exponent", [1.1, 2.0, 3.5, 10.0])
def test_power_law_degrees_are_a_law_with_the_mean(mean, exponent):
    cumulative = power_law_degrees(exponent, mean, 1000)
    law = np.diff(cumulative, prepend=0.0)
    assert cumulative[-1] == 1.0 and (law >= -1e-11).all()
    assert abs((law * np.arange(len(law))).sum() - min(mean, len(law) - 1)) < 1e-6
    (support,) = np.nonzero(law[1:] > 1e-9)
    if len(support) > 2:  # beyond the partial weight of the smallest degree
        k = support[1:3] + 1
        assert abs(law[k[1]] / law[k[0]] / (k[1] / k[0]) ** -exponent - 1.0) < 1e-2


def test_a_well_mixed_market_stores_no_ties():
    graph = make(n=500, kind="well-mixed")
    assert graph.well_mixed and graph.n_ties == 0 and graph.indptr.tolist() == [0] * 501
    assert graph.n_heard.tolist() == [499] * 500 and graph.density() == 1.0
    assert graph.permuted(np.arange(500)[::-1]).n_heard.tolist() == [499] * 500
    with pytest.raises(ValueError, match="well-mixed"):
        graph.to_networkx()


@pytest.mark.parametrize("kind", KINDS)
def test_no_ties_wanted_no_ties_made(kind):
    graph = make(n=40, kind=kind, strong_ties=0.0, weak_ties=0.0)
    assert graph.n_ties == 0 and graph.mean_degree == 0.0 and graph.density() == 0.0


def test_segments_without_ties_have_none():
    segment = segments(1000)
    graph = generate_graph(Graph(), n=1000, segment=segment, ties=np.array([1.0, 0.0, 1.0]), seed=SEED)
    assert graph.n_heard[segment == 1].sum() == 0 and graph.n_heard[segment != 1].mean() > 15
    assert generate_graph(Graph(), n=10, ties=np.zeros(1), seed=SEED).n_ties == 0


def test_what_cannot_be_generated_is_refused():
    with pytest.raises(ValueError, match="read_graph"):
        generate_graph(Graph(kind="file", file="friends.csv"), n=10, seed=SEED)
    with pytest.raises(ValueError, match="10 consumers, not 9"):
        generate_graph(Graph(), n=10, segment=np.zeros(9, np.uint8), seed=SEED)
    with pytest.raises(ValueError, match="segment number 2"):
        generate_graph(Graph(), n=3, segment=np.array([0, 1, 2], np.uint8), ties=np.ones(2), seed=SEED)
    with pytest.raises(ValueError, match="not negative"):
        generate_graph(Graph(), n=3, ties=np.array([-1.0]), seed=SEED)
    with pytest.raises(ValueError, match="consumers, not -1"):
        generate_graph(Graph(), n=-1, seed=SEED)


# ------------------------------------------------------------------------------------------ determinism

GOLDEN = {
    "blocks": "ca21e35929f24c2e",
    "small-world": "17a1e91c849928ff",
    "scale-free": "f8a998a558218869",
    "power-law": "e0f77a628e5ed6c1",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_always_gives_the_same_bytes(kind):
    assert digest(make(n=3000, kind=kind)) == GOLDEN[kind]
    assert digest(make(n=3000, kind=kind, seed=8)) != GOLDEN[kind]


def test_threads_do_not_change_a_byte():
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(digest(make(n=3000)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [GOLDEN["blocks"]] * 4


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    program = (
        "import numpy as np\n"
        "from scenarios.schema import Graph\n"
        "from simulator.draws import root_key\n"
        "from simulator.graph import generate_graph\n"
        "g = generate_graph(Graph(), n=3000, seed=root_key(7))\n"
        "print(int(g.listeners.astype(np.int64) @ np.arange(g.n_ties) % 1000003))"
    )
    root = Path(simulator.graph.__file__).parents[1]
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = generate_graph(Graph(), n=3000, seed=root_key(7))
    weighed = int(here.listeners.astype(np.int64) @ np.arange(here.n_ties) % 1000003)
    assert answers == {f"{weighed}\n"}


# ------------------------------------------------------------------------------------------ permutation


@pytest.mark.parametrize("directed", [False, True])
def test_permuting_there_and_back_changes_nothing(directed):
    luck = np.random.default_rng(3)
    graph = graph_from_edges(
        luck.integers(0, 80, 400),
        luck.integers(0, 80, 400),
        n=80,
        strong=luck.random(400) < 0.4,
        directed=directed,
    )
    order = luck.permutation(80)
    moved = graph.permuted(order)
    check(moved)
    assert moved.labels.tolist() == order.tolist() and moved.directed == directed
    assert ties_of(graph) == {(order[u], order[v], kind) for u, v, kind in ties_of(moved)}
    back = moved.permuted(np.argsort(order))
    assert back.labels is None and digest(back) == digest(graph)


def test_labels_and_attributes_move_with_their_people():
    source = nx.Graph([("a", "b"), ("b", "c")])
    for row, node in enumerate(source):
        source.nodes[node].update(segment=f"s{node}", listening=row / 2, reinforcement=row + 1)
    moved = graph_from_networkx(source).permuted([2, 0, 1])
    assert moved.labels.tolist() == ["c", "a", "b"] and moved.segment_names == ["sc", "sa", "sb"]
    assert moved.listening.tolist() == [1.0, 0.0, 0.5] and moved.reinforcement.tolist() == [3, 1, 2]


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [0, 1, 3], [[0, 1, 2]]])
def test_an_order_that_is_no_permutation_is_refused(order):
    with pytest.raises(ValueError, match="each row number from 0 to 2 once"):
        graph_from_edges([0], [1], n=3).permuted(order)


# --------------------------------------------------------------------------------------- edges, networkx


def test_edges_that_cannot_be_are_refused():
    for sources, targets, options, words in (
        ([0], [1, 2], {}, "1 sources do not fit 2 targets"),
        ([0], [3], {}, "row numbers run from 0 to 2"),
        ([-1], [2], {}, "row numbers run from 0 to 2"),
        ([0.5], [1], {}, "lists of row numbers"),
        ([0], [1], {"strong": [True, False]}, "strong has 2 entries for 1 ties"),
        ([0], [1], {"labels": ["a", "b"]}, "2 labels do not fit 3 consumers"),
        ([0], [1], {"labels": ["a", "b", "a"]}, "all different"),
    ):
        with pytest.raises(ValueError, match=words):
            graph_from_edges(sources, targets, n=3, **options)


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_networkx_graphs_come_and_go_unharmed(kind):
    source = nx.gnm_random_graph(40, 120, seed=5, directed=kind in (nx.DiGraph, nx.MultiDiGraph))
    source = kind(nx.relabel_nodes(source, {row: f"node {row * 7 % 40}" for row in range(40)}))
    for number, (u, v) in enumerate(sorted(source.edges())):
        for key in source[u][v] if source.is_multigraph() else [None]:
            data = source[u][v] if key is None else source[u][v][key]
            data["tie"] = "weak" if number % 3 else "strong"
    graph = graph_from_networkx(source)
    check(graph)
    assert graph.labels.tolist() == list(source) and graph.directed == source.is_directed()
    back = graph.to_networkx()
    assert list(back) == list(source) and back.is_directed() == source.is_directed()
    assert {(u, v): tie for u, v, tie in nx.to_edgelist(nx.DiGraph(back)) for tie in [tie["tie"]]} == {
        (u, v): tie for u, v, tie in nx.to_edgelist(nx.DiGraph(source)) for tie in [tie["tie"]]
    }
    degree = dict(source.in_degree() if source.is_directed() else source.degree())
    assert graph.n_heard.tolist() == [degree[node] for node in source]


def test_an_arrow_points_from_talker_to_listener():
    graph = graph_from_networkx(nx.DiGraph([("star", "fan"), ("star", "other")]))
    assert graph.listeners.tolist() == [1, 2] and graph.n_heard.tolist() == [0, 1, 1]
    assert graph.density() == pytest.approx(2 / 6)


def test_parallel_ties_and_loops_are_merged_and_the_strong_one_counts():
    source = nx.MultiGraph([(1, 2, {"tie": "weak"}), (2, 1, {"tie": "strong"}), (3, 3), (2, 3, {"tie": "weak"})])
    graph = graph_from_networkx(source)
    assert ties_of(graph) == {(0, 1, "strong"), (1, 0, "strong"), (1, 2, "weak"), (2, 1, "weak")}
    assert graph.notes == ("1 loop dropped", "1 duplicate dropped")
    assert graph.labels.dtype == np.int64 and graph.labels.tolist() == [1, 2, 3]


def test_any_label_survives():
    source = nx.Graph([((0, 1), (1, 1)), ((1, 1), "x"), ("x", 2**70), (2**70, True)])
    graph = graph_from_networkx(source)
    assert graph.labels.tolist() == list(source)
    assert set(graph.to_networkx().edges) == set(source.edges)


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("tie", "close", "the tie between 0 and 1 is 'close'; write 'strong' or 'weak'"),
        ("listening", -0.5, "'listening' of node 0 is -0.5; it must be a number from 0"),
        ("listening", "loud", "'listening' of node 0 is 'loud'; it must be a number from 0"),
        ("listening", float("nan"), "it must be a number from 0"),
        ("reinforcement", 0, "'reinforcement' of node 0 is 0; it must be a whole number from 1"),
        ("reinforcement", 1.5, "it must be a whole number from 1"),
        ("reinforcement", True, "it must be a whole number from 1"),
    ],
)
def test_impossible_attributes_are_refused(attribute, value, words):
    source = nx.path_graph(2)
    (source.edges[0, 1] if attribute == "tie" else source.nodes[0])[attribute] = value
    if attribute != "tie":
        source.nodes[1][attribute] = 1
    with pytest.raises(ValueError, match=words):
        graph_from_networkx(source)


def test_an_attribute_that_only_some_nodes_have_is_refused():
    source = nx.path_graph(3)
    source.nodes[0]["segment"] = "young"
    with pytest.raises(ValueError, match="node 1 has no 'segment', though other nodes have"):
        graph_from_networkx(source)


def test_graphs_survive_pickling():
    graph = make(n=100)
    assert digest(pickle.loads(pickle.dumps(graph))) == digest(graph)
