"""Reverse-reachable sets: their law against every world, other programs and the cascade; threads, memory, refusals."""

from array import array
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_networks import Worlds, networks, random_graph, skewed_graph

from experiments.seeding.arcs import (
    chances_of,
    forward_arcs,
    reverse_arcs,
    reverse_arcs_of_ties,
    weighted_cascade,
)
from experiments.seeding.audience import audience
from experiments.seeding.cascades import Player, play_cascades
from experiments.seeding.rr_sets import RRSets
from scenarios.schema import Graph
from simulator.cascade import cascade
from simulator.draws import root_key
from simulator.graph import generate_graph, graph_from_edges
from simulator.memory import TooLargeError

RING = graph_from_edges([0, 1, 2, 3, 0, 5], [1, 2, 3, 0, 2, 3], n=7)
ARROWS = graph_from_edges([0, 0, 1, 2, 3, 4, 4, 1], [1, 2, 3, 3, 0, 2, 5, 5], n=6, directed=True)
N_SETS = 60_000


def far_off(sets: RRSets, worlds: Worlds, values: np.ndarray | None = None) -> float:
    """The largest difference from the exact spread over ones and pairs, in standard errors."""
    n, worst = worlds.graph.n, 0.0
    for seeds in [*combinations(range(n), 1), *combinations(range(n), 2)]:
        exact = worlds.spread(seeds, values) / sets.total_value
        error = np.sqrt(max(exact * (1.0 - exact), 1e-9) / sets.n_sets)
        worst = max(worst, abs(sets.hits(seeds) / sets.n_sets - exact) / error)
    return worst


@pytest.mark.parametrize("graph", [RING, ARROWS])
@pytest.mark.parametrize("p", [None, 0.0, 0.15, 0.6, 1.0, "each"])
def test_sets_tell_the_exact_spread(graph, p) -> None:
    chance = (
        weighted_cascade(graph) if p is None else np.linspace(0.0, 1.0, graph.n) if p == "each" else np.full(graph.n, p)
    )
    sets = RRSets(reverse_arcs(graph, chance), seed=3)
    sets.grow(N_SETS)
    assert far_off(sets, Worlds(graph, chance)) < 4.5
    if p == 0.15:
        assert far_off(sets, Worlds(graph, chance * 1.15)) > 4.5, "the test cannot fail"


@pytest.mark.parametrize("graph", [RING, ARROWS])
def test_sets_tell_the_exact_spread_where_every_tie_has_its_own_chance(graph) -> None:
    chance = np.random.default_rng(2).random(graph.n_ties)
    chance[:2] = 0.0, 1.0
    sets = RRSets(reverse_arcs_of_ties(graph, chance), seed=4)
    sets.grow(N_SETS)
    assert far_off(sets, Worlds(graph, chance, of_ties=True)) < 4.5
    assert far_off(sets, Worlds(graph, chance[::-1].copy(), of_ties=True)) > 4.5, "the test cannot fail"


def test_roots_are_drawn_by_value() -> None:
    values = np.array([0.0, 5.0, 1.0, 0.0, 0.5, 2.0])
    sets = RRSets(reverse_arcs(ARROWS, 0.4), seed=5, values=values)
    sets.grow(N_SETS)
    worlds = Worlds(ARROWS, np.full(6, 0.4))
    assert sets.total_value == 8.5
    assert far_off(sets, worlds, values) < 4.5
    assert far_off(sets, worlds, np.full(6, 8.5 / 6)) > 4.5, "the test cannot fail"


@settings(max_examples=20, deadline=None)
@given(graph=networks(), seed=st.integers(0, 1000))
def test_reach_is_monotone_and_its_gains_fall(graph, seed) -> None:
    """What is covered is a count of sets, so this must hold exactly, and for the exact spread too."""
    sets = RRSets(reverse_arcs(graph, weighted_cascade(graph)), seed=seed)
    sets.grow(300)
    rng = np.random.default_rng(seed)
    exact = Worlds(graph, weighted_cascade(graph)).spread
    for _ in range(5):
        few = [i for i in range(graph.n) if rng.random() < 0.3]
        many = sorted({*few, *(i for i in range(graph.n) if rng.random() < 0.3)})
        extra = int(rng.integers(graph.n))
        for reach in (sets.hits, exact):
            assert reach(few) <= reach(many) + 1e-9
            gain_few, gain_many = (reach([*rows, extra]) - reach(rows) for rows in (few, many))
            assert gain_few >= gain_many - 1e-9


def test_spread_agrees_with_another_program() -> None:
    cynetdiff = pytest.importorskip("cynetdiff.models")
    graph, seeds, p = skewed_graph(2000, 6), [0, 5, 17, 900], 0.08
    model = cynetdiff.IndependentCascadeModel(
        array("I", graph.indptr[:-1].astype(np.uint32).tobytes()),
        array("I", graph.listeners.astype(np.uint32).tobytes()),
        activation_prob=p,
    )
    model.set_seeds(seeds)
    theirs = []
    for k in range(3000):
        model.set_rng(k)
        model.reset_model()
        model.advance_until_completion()
        theirs.append(model.get_num_activated_nodes())
    sets = RRSets(reverse_arcs(graph, p), seed=6)
    sets.grow(200_000)
    share = sets.hits(seeds) / sets.n_sets
    error = np.sqrt(share * (1 - share) / sets.n_sets * graph.n**2 + np.var(theirs) / len(theirs))
    assert abs(sets.estimate(seeds) - np.mean(theirs)) < 4.0 * error
    assert error < 0.02 * np.mean(theirs)


@pytest.mark.parametrize("directed", [False, True])
def test_sets_and_cascades_agree(directed: bool) -> None:
    graph, seeds = random_graph(1500, 6, directed=directed), [1, 7, 200]
    for chance in (np.full(graph.n, 0.12), weighted_cascade(graph)):
        played = play_cascades(graph, chance, seeds=seeds, replicates=6000, seed=2)
        sets = RRSets(reverse_arcs(graph, chance), seed=1)
        sets.grow(200_000)
        share = sets.hits(seeds) / sets.n_sets
        error = np.sqrt(share * (1 - share) / sets.n_sets * graph.n**2 + played.var() / len(played))
        assert abs(sets.estimate(seeds) - played.mean()) < 4.0 * error
    ours = cascade(graph, seeds=seeds, p=0.12, replicates=6000, seed=5)
    played = play_cascades(graph, 0.12, seeds=seeds, replicates=6000, seed=2)
    assert stats.ks_2samp(ours, played).pvalue > 1e-4


def test_played_cascades_follow_the_exact_law_and_share_their_luck() -> None:
    chance = np.array([0.9, 0.2, 0.5, 0.7, 0.1, 0.4])
    played = play_cascades(ARROWS, chance, seeds=[4], replicates=40_000, seed=1)
    exact = Worlds(ARROWS, chance)
    assert abs(played.mean() - exact.spread((4,))) < 4.0 * played.std() / 200.0
    more = play_cascades(ARROWS, chance, seeds=[4, 0], replicates=40_000, seed=1)
    assert (more >= played).all()
    later = play_cascades(ARROWS, chance, seeds=[4], replicates=100, first=39_900, seed=1, threads=3)
    assert np.array_equal(later, played[-100:])
    assert Player(ARROWS, chance).spread([4], error=1.0, most=200).replicates == 200


def test_rows_of_forward_arcs_hold_the_listeners_by_falling_chance() -> None:
    graph = skewed_graph(300, 8)
    arcs = forward_arcs(graph, weighted_cascade(graph))
    for i in range(graph.n):
        row = slice(arcs.indptr[i], arcs.indptr[i + 1])
        assert (np.diff(arcs.chance[row]) <= 0.0).all()
        assert sorted(arcs.ends[row]) == sorted(graph.listeners[row])


@settings(max_examples=15, deadline=None)
@given(threads=st.integers(1, 5), cuts=st.lists(st.integers(1, 700), min_size=1, max_size=3), posts=st.booleans())
def test_neither_threads_nor_the_way_of_growing_change_a_set(threads, cuts, posts) -> None:
    graph = random_graph(300, 5)
    fans = audience([[1, 2, 3], [200]], n=300, chance=0.3, most_posts=4) if posts else None
    one, other = (
        RRSets(reverse_arcs(graph, 0.2), seed=9, threads=t, audience=fans) for t in (1, threads)
    )  # fmt: skip
    one.grow(max(cuts))
    for cut in cuts:
        other.grow(cut)
    assert one.n_sets == other.n_sets
    for name in ("indptr", "members", "levels"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert (one.mean_size, one.typical_share) == pytest.approx((other.mean_size, other.typical_share))


def test_streams_and_seeds_are_different_luck() -> None:
    arcs = reverse_arcs(random_graph(300, 5), 0.2)
    drawn = []
    for seed, stream in ((1, 1), (1, 2), (2, 1)):
        sets = RRSets(arcs, seed=seed, stream=stream)
        sets.grow(500)
        drawn.append(sets.members.tobytes())
    assert len(set(drawn)) == 3


def test_candidates_alone_are_kept_and_hit_the_same_sets() -> None:
    graph = random_graph(300, 5)
    everybody, few = (RRSets(reverse_arcs(graph, 0.2), seed=2, candidates=c) for c in (None, [40, 3, 299]))
    for sets in (everybody, few):
        sets.grow(2000)
    assert len(few.members) < 0.1 * len(everybody.members)
    assert few.mean_size == everybody.mean_size
    for owner, node in enumerate([40, 3, 299]):
        assert few.hits([owner]) == everybody.hits([node])


def test_posts_reach_followers_as_often_as_they_should() -> None:
    """Nobody passes it on: influencer 0 reaches each of four followers with chance 1 - (1 - q)^j."""
    alone = graph_from_edges([8], [9], n=10)
    fans = audience([[0, 1, 2, 3], [3, 4]], n=10, chance=[0.3, 0.05], most_posts=6)
    sets = RRSets(reverse_arcs(alone, 0.0), seed=1, audience=fans)
    sets.grow(100_000)
    for j in (1, 3, 6):
        exact = 0.4 * (1.0 - 0.7**j)
        assert abs(sets.hits([0], [j]) / 1e5 - exact) < 4.0 * np.sqrt(exact / 1e5)
    together = 0.4 * (1 - 0.7**2) + 0.2 * (1 - 0.95**6) - 0.1 * (1 - 0.7**2) * (1 - 0.95**6)
    assert abs(sets.hits([0, 1], [2, 6]) / 1e5 - together) < 4.0 * np.sqrt(together / 1e5)
    assert sets.hits([0, 1], [0, 0]) == 0


def test_an_influencer_in_the_network_needs_the_fewest_posts_of_any_way() -> None:
    """With certain talk the posts reach everybody who is connected; two followers give two chances."""
    chain = graph_from_edges([0, 1], [1, 2], n=3, directed=True)
    fans = audience([[0, 1]], n=3, chance=0.25, most_posts=5)
    sets = RRSets(reverse_arcs(chain, 1.0), seed=1, audience=fans)
    sets.grow(100_000)
    exact = (0.25 + 2 * (1 - 0.75**2)) / 3
    assert abs(sets.hits([0], [1]) / 1e5 - exact) < 4.0 * np.sqrt(exact / 1e5)


def test_cascades_that_take_off_are_known_by_their_size() -> None:
    graph = random_graph(3000, 8)
    shares = []
    for p in (0.02, 0.5):
        sets = RRSets(reverse_arcs(graph, p), seed=1)
        sets.grow(1000)
        shares.append(sets.typical_share)
    assert shares[0] < 0.005 < 0.5 < shares[1]


def test_growing_beyond_memory_is_foreseen_and_refused() -> None:
    sets = RRSets(reverse_arcs(random_graph(3000, 8), 0.5), seed=1, max_bytes=400_000)
    sets.grow(4)
    assert sets.fits(5) and not sets.fits(1000)
    with pytest.raises(TooLargeError, match="the searches outgrow memory: more than 40,000 people were met"):
        sets.grow(200)


def test_scratch_space_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.seeding.rr_sets.available", lambda: 20_000)
    arcs = reverse_arcs(random_graph(3000, 8), 0.5)
    with pytest.raises(TooLargeError, match="2 threads need 0 MB to search a network of 3,000, and 0 MB are free"):
        RRSets(arcs, threads=2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": [1.0]}, "values are 4 numbers of 0 or more, not all of them 0"),
        ({"values": [0.0] * 4}, "not all of them 0"),
        ({"values": [1.0, -1.0, 1.0, 1.0]}, "of 0 or more"),
        ({"candidates": [1, 1]}, "candidates are different row numbers from 0 to 3"),
        ({"candidates": [4]}, "candidates are different row numbers from 0 to 3"),
        ({"audience": audience([[0]], n=9, chance=0.5)}, "the audience is of 9 people, the network of 4"),
        ({"candidates": [1], "audience": audience([[0]], n=4, chance=0.5)}, "not both"),
    ],
)
def test_what_does_not_fit_the_network_is_refused(change, words) -> None:
    with pytest.raises(ValueError, match=words):
        RRSets(reverse_arcs(graph_from_edges([0], [1], n=4), 0.5), **change)


def test_impossible_chances_and_markets_are_refused() -> None:
    graph = graph_from_edges([0], [1], n=4)
    for chance in (1.2, -0.1, float("nan"), np.array([0.5, 0.5, 2.0, 0.0])):
        with pytest.raises(ValueError, match="the chance of each person must be a number from 0 to 1"):
            reverse_arcs(graph, chance)
    with pytest.raises(ValueError, match="the chance of each tie must be"):
        reverse_arcs_of_ties(graph, np.array([0.1, 7.0]))
    with pytest.raises(ValueError, match="well-mixed market has no ties to follow"):
        reverse_arcs(generate_graph(Graph(kind="well-mixed"), n=10, seed=root_key(1)), 0.1)
    with pytest.raises(ValueError, match="p goes with model “ic”"):
        chances_of(graph, model="wc", p=0.1)
    with pytest.raises(ValueError, match="needs p, a chance from 0 to 1, not None"):
        chances_of(graph, model="ic")
    with pytest.raises(ValueError, match="model is “wc” or “ic”, not 'lt'"):
        chances_of(graph, model="lt")
    with pytest.raises(ValueError, match="the chance of a post must be"):
        audience([[0]], n=3, chance=1.5)
    with pytest.raises(ValueError, match="most_posts is 1 to 1,000, not 0"):
        audience([[0]], n=3, chance=0.5, most_posts=0)
    with pytest.raises(ValueError, match="followers are row numbers from 0 to 2, not 0 to 7"):
        audience([[0, 7]], n=3, chance=0.5)


def test_many_choices_are_counted_in_one_pass() -> None:
    sets = RRSets(reverse_arcs(random_graph(300, 5), 0.2), seed=2)
    sets.grow(3000)
    choices = [[i, i + 1] for i in range(62)] + [[]]
    assert sets.hits_of_each(choices).tolist() == [sets.hits(rows) for rows in choices]
    with pytest.raises(ValueError, match="64 choices are too many for one pass; at most 63"):
        sets.hits_of_each([[0]] * 64)


def test_skips_are_geometric_to_many_digits() -> None:
    """The logarithm is read off a table; frequencies must not show it, and nothing is certain or impossible."""
    chain = graph_from_edges(np.zeros(4000, np.int64), np.arange(1, 4001), n=4001, directed=True)
    for p in (1e-3, 0.03, 0.5):
        reach = play_cascades(chain, p, seeds=[0], replicates=4000, seed=8) - 1
        assert abs(reach.mean() - 4000 * p) < 4.0 * np.sqrt(4000 * p * (1 - p) / 4000)
        assert 0.9 < reach.var() / (4000 * p * (1 - p)) < 1.1
