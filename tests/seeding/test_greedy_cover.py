"""Maximum coverage: what greed promises, bounds that no choice exceeds, limits that are always kept."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import Worlds, networks

from experiments.seeding.arcs import reverse_arcs, weighted_cascade
from experiments.seeding.cover import cover_of
from experiments.seeding.greedy import budgeted_coverage, max_coverage
from experiments.seeding.rr_sets import RRSets

N = 9
set_lists = st.lists(st.lists(st.integers(0, N - 1), max_size=4, unique=True), min_size=1, max_size=30)
prices = st.lists(st.integers(1, 12), min_size=N, max_size=N)


def covered(sets: list[list[int]], owners: "tuple[int, ...] | list[int]") -> int:
    return sum(bool(set(one) & set(owners)) for one in sets)


def best_of(sets: list[list[int]], allowed: "list[tuple[int, ...]]") -> int:
    return max((covered(sets, owners) for owners in allowed), default=0)


@settings(max_examples=100, deadline=None)
@given(sets=set_lists, k=st.integers(0, 5), data=st.data())
def test_k_owners_cover_what_greed_promises_and_nobody_covers_more_than_the_bound(sets, k, data) -> None:
    forced = data.draw(st.lists(st.integers(0, N - 1), max_size=min(k, 2), unique=True))
    rest = [a for a in range(N) if a not in forced]
    excluded = data.draw(st.lists(st.sampled_from(rest), max_size=2, unique=True))
    choice = max_coverage(cover_of(sets, n_owners=N), k=k, forced=forced, excluded=excluded)
    assert choice.covered == covered(sets, choice.owners)
    assert len(set(choice.owners)) == len(choice.owners) == min(k, N - len(excluded))
    assert choice.owners[: len(forced)] == tuple(forced)
    assert not set(excluded) & set(choice.owners)
    allowed = [(*forced, *more) for more in combinations(set(rest) - set(excluded), k - len(forced))]
    best = best_of(sets, allowed)
    base = covered(sets, forced)
    assert choice.covered - base >= (1.0 - 1.0 / math.e) * (best - base) - 1e-9
    assert choice.most >= best
    assert choice.gains == tuple(
        covered(sets, choice.owners[: s + 1]) - covered(sets, choice.owners[:s]) for s in range(len(choice.owners))
    )


@settings(max_examples=100, deadline=None)
@given(sets=set_lists, cost=prices, budget=st.integers(1, 30), data=st.data())
def test_a_budget_is_kept_and_half_of_the_most_is_covered(sets, cost, budget, data) -> None:
    k = data.draw(st.none() | st.integers(1, 5))
    choice = budgeted_coverage(cover_of(sets, n_owners=N), costs=cost, budget=budget, k=k)
    assert sum(cost[a] for a in choice.owners) == choice.cost <= budget
    assert len(choice.owners) <= (N if k is None else k)
    assert choice.covered == covered(sets, choice.owners)
    allowed = [
        owners
        for n in range((N if k is None else k) + 1)
        for owners in combinations(range(N), n)
        if sum(cost[a] for a in owners) <= budget
    ]
    best = best_of(sets, allowed)
    assert choice.most >= best
    if k is None:
        assert 2 * choice.covered >= best


@settings(max_examples=60, deadline=None)
@given(sets=set_lists, cost=prices, data=st.data())
def test_who_is_forced_in_is_paid_and_who_is_excluded_is_not(sets, cost, data) -> None:
    forced = data.draw(st.lists(st.integers(0, N - 1), max_size=2, unique=True))
    excluded = [a for a in data.draw(st.lists(st.integers(0, N - 1), max_size=3, unique=True)) if a not in forced]
    budget = sum(cost[a] for a in forced) + data.draw(st.integers(0, 15))
    cover = cover_of(sets, n_owners=N)
    choice = budgeted_coverage(cover, costs=cost, budget=budget, forced=forced, excluded=excluded)
    assert choice.owners[: len(forced)] == tuple(forced)
    assert not set(excluded) & set(choice.owners)
    assert choice.cost <= budget
    allowed = [
        (*forced, *more)
        for n in range(N + 1)
        for more in combinations([a for a in range(N) if a not in forced and a not in excluded], n)
        if sum(cost[a] for a in (*forced, *more)) <= budget
    ]
    assert choice.most >= best_of(sets, allowed) >= choice.covered


def test_the_one_dear_hub_is_not_missed() -> None:
    """Alone by gain for money, greed would take the cheap one and could not pay the hub any more."""
    sets = [[0]] * 9 + [[1]]
    choice = budgeted_coverage(cover_of(sets, n_owners=2), costs=[10.0, 1.0], budget=10.0)
    assert choice.owners == (0,)
    assert (choice.covered, choice.cost) == (9, 10.0)


def test_of_equals_the_first_is_taken() -> None:
    sets = [[0, 1], [2], [3]]
    assert max_coverage(cover_of(sets, n_owners=5), k=3).owners == (0, 2, 3)
    assert budgeted_coverage(cover_of(sets, n_owners=5), costs=[1.0] * 5, budget=2.0).owners == (0, 2)


@settings(max_examples=15, deadline=None)
@given(graph=networks(), k=st.integers(1, 4))
def test_seeds_reach_nearly_63_per_cent_of_the_best_by_the_exact_law(graph, k) -> None:
    """And mostly all of it; the sets leave an error of a few per cent."""
    k = min(k, graph.n)
    chance = weighted_cascade(graph)
    sets = RRSets(reverse_arcs(graph, chance), seed=1)
    sets.grow(4000)
    choice = max_coverage(cover_of(sets), k=k)
    of_all = Worlds(graph, chance).of_all
    best = max(of_all[sum(1 << i for i in rows)] for rows in combinations(range(graph.n), k))
    found = of_all[sum(1 << i for i in choice.owners)]
    assert found >= (1.0 - 1.0 / math.e) * best - 0.05 * graph.n


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: max_coverage(c, k=1, forced=[0, 1]), "2 owners are forced in, and k is 1"),
        (lambda c: max_coverage(c, k=3, forced=[0], excluded=[0]), "0 is both forced in and excluded"),
        (lambda c: max_coverage(c, k=3, excluded=[7]), "excluded must be different numbers from 0 to 2"),
        (lambda c: max_coverage(c, k=3, forced=[1, 1]), "forced must be different numbers from 0 to 2"),
        (lambda c: budgeted_coverage(c, costs=[1.0], budget=1.0), "costs are 3 finite numbers above 0"),
        (lambda c: budgeted_coverage(c, costs=[1.0, 0.0, 1.0], budget=1.0), "costs are 3 finite numbers above 0"),
        (
            lambda c: budgeted_coverage(c, costs=[1.0, 5.0, 1.0], budget=4.0, forced=[1]),
            "those forced in cost 5 and are 1, beyond the limits",
        ),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(ask, words) -> None:
    with pytest.raises(ValueError, match=words):
        ask(cover_of([[0], [1, 2]], n_owners=3))


def test_nobody_covers_anything() -> None:
    cover = cover_of([[], []], n_owners=3)
    assert max_coverage(cover, k=2).owners == (0, 1)
    assert budgeted_coverage(cover, costs=np.ones(3), budget=2.0).owners == ()
    assert max_coverage(cover, k=2).most == 0.0


@settings(max_examples=50, deadline=None)
@given(sets=set_lists, k=st.integers(0, 5), indexed=st.integers(1, N))
def test_whoever_is_not_in_the_index_is_found_all_the_same(sets, k, indexed) -> None:
    whole, part = cover_of(sets, n_owners=N), cover_of(sets, n_owners=N, most_indexed=indexed)
    assert max_coverage(part, k=k) == max_coverage(whole, k=k)
    assert all(part.sets_of(a).tolist() == whole.sets_of(a).tolist() for a in range(N))
    assert len(part.sets) <= len(whole.sets)
