"""Proofs hold: over many seeds of luck the true spread is above the lower bound, the best choice's below the upper."""

from itertools import combinations

import numpy as np
import pytest
from small_networks import Worlds, random_graph

from experiments.seeding.arcs import reverse_arcs, weighted_cascade
from experiments.seeding.bounds import lower_bound, tail, upper_bound
from experiments.seeding.opimc import Effort, Search, SeedingError
from simulator.graph import graph_from_edges

ARROWS = graph_from_edges([0, 0, 1, 2, 3, 4, 4, 1, 6, 7], [1, 2, 3, 3, 0, 2, 5, 5, 7, 3], n=9, directed=True)
LUCKS = 150
COSTS = np.array([4.0, 2.0, 2.0, 1.0, 3.0, 1.0, 2.0, 1.0, 1.0])


def best_pair(worlds: Worlds) -> float:
    return max(worlds.spread(pair) for pair in combinations(range(9), 2))


def best_within(worlds: Worlds, budget: float) -> float:
    rows = [[i for i in range(9) if mask >> i & 1] for mask in range(1 << 9)]
    return max(worlds.of_all[sum(1 << i for i in one)] for one in rows if COSTS[one].sum() <= budget)


@pytest.mark.parametrize("p", [0.1, 0.5, None])
@pytest.mark.parametrize("budget", [None, 5.0])
def test_bounds_hold_for_what_is_chosen_and_for_what_is_given(p, budget) -> None:
    """At one chance in five that any bound fails, all of them fail in few of 150 lucks."""
    chance = weighted_cascade(ARROWS) if p is None else np.full(9, p)
    worlds, arcs = Worlds(ARROWS, chance), reverse_arcs(ARROWS, chance)
    limits = {"k": 2} if budget is None else {"costs": COSTS, "budget": budget}
    best = best_pair(worlds) if budget is None else best_within(worlds, budget)
    broken, width = 0, []
    for luck in range(LUCKS):
        search = Search(arcs, seed=luck, effort=Effort(delta=0.2, threads=1), **limits)
        fine = True
        for n_sets in (256, 512):
            choice = search.look(n_sets)
            for seeds in (choice.owners, (8,), (0, 4), tuple(range(9))):
                proof = search.certificate_of(seeds)
                fine &= proof.lower <= worlds.spread(seeds) + 1e-9
                fine &= best <= proof.upper + 1e-9 or proof.lower > best  # a given choice may break the limits
                assert 0.0 <= proof.certificate <= 1.0
            width.append(search.certificate_of(choice.owners).certificate)
        broken += not fine
    assert broken <= 0.2 * LUCKS
    assert np.mean(width) > 0.3, "a bound that says nothing always holds"


def test_bounds_without_a_margin_would_fail() -> None:
    """The test above can fail: taken at their face, counts are above the truth half of the time."""
    chance = np.full(9, 0.5)
    worlds, arcs = Worlds(ARROWS, chance), reverse_arcs(ARROWS, chance)
    above = 0
    for luck in range(LUCKS):
        search = Search(arcs, k=2, seed=luck, effort=Effort(threads=1))
        choice = search.look(256)
        hits = search.checked_on.hits(choice.owners)
        above += lower_bound(hits, n_sets=256, value=9.0, a=1e-9) > worlds.spread(choice.owners)
    assert above > 0.35 * LUCKS


def test_the_choice_flatters_itself_where_sets_are_few() -> None:
    """Which is why it is checked on other sets than it was made on."""
    graph = random_graph(500, 4)
    arcs = reverse_arcs(graph, 0.1)
    own, other = [], []
    for luck in range(20):
        search = Search(arcs, k=10, seed=luck, effort=Effort(threads=1))
        choice = search.look(500)
        own.append(choice.covered)
        other.append(search.checked_on.hits(choice.owners))
    assert np.mean(own) > 1.3 * np.mean(other)


def test_bounds_close_in_as_sets_grow() -> None:
    a = tail(delta=0.001, looks=14)
    lows = [lower_bound(n // 2, n_sets=n, value=1.0, a=a) for n in (100, 10_000, 1_000_000)]
    highs = [upper_bound(n // 2, n_sets=n, value=1.0, a=a) for n in (100, 10_000, 1_000_000)]
    assert lows == sorted(lows) and highs == sorted(highs, reverse=True)
    assert lows[-1] == pytest.approx(0.5, abs=0.005) == highs[-1]
    assert tail(delta=0.001, looks=14, choices=8) > a


@pytest.mark.parametrize("change", [{"delta": 0.0}, {"delta": 1.0}, {"looks": 0}, {"choices": 0}])
def test_impossible_tails_are_refused(change) -> None:
    with pytest.raises(ValueError, match="delta is between 0 and 1, looks and choices are 1 or more"):
        tail(**({"delta": 0.1, "looks": 1} | change))


def test_nothing_is_proved_before_a_look() -> None:
    with pytest.raises(SeedingError, match="look first: there are no sets to prove anything with"):
        Search(reverse_arcs(ARROWS, 0.5), k=1).certificate_of([0])
