"""Rules of thumb for whom to seed, in milliseconds and without any promise: what a computed choice has to beat.

>>> from simulator.graph import graph_from_edges
>>> star = graph_from_edges([0, 0, 0, 3], [1, 2, 3, 4], n=5)
>>> by_degree(star).tolist()
[0, 3, 1, 2, 4]
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.arcs import Arcs
from simulator.compiling import KERNEL, compiled
from simulator.draws import Purpose, root_key, stem_key, uniforms
from simulator.graph import SocialGraph

MOST_DISCOUNTED = 1024
"""Seeds that degree discount ranks; the rest follow by degree."""

_ROUNDS = 6
_NEIGHBOUR, _CHANCE = 101, 1000
"""Streams of draws of their own."""

_DAMPING = np.float32(0.85)


def best_first(score: NDArray[np.generic], count: int | None = None) -> NDArray[np.int64]:
    """Rows by falling score, of equals the first; all, or as many of the best as are needed and perhaps more.

        >>> best_first(np.array([1, 5, 3, 5]), 2)[:2].tolist()
        [1, 3]

    Args:
        score: of each row.
        count: how many are needed; None: all.
    """
    n = len(score)
    if count is None or count > n // 8:
        return np.argsort(-score, kind="stable")
    rows = np.flatnonzero(score >= np.partition(score, n - max(count, 1))[n - max(count, 1)])
    return rows[np.argsort(-score[rows], kind="stable")]


def by_degree(graph: SocialGraph, count: int | None = None) -> NDArray[np.int64]:
    """Everybody, those with most listeners first: the usual choice by followers.

    Args:
        graph: who hears whom.
        count: how many are needed; None, here and below: all.
    """
    return best_first(np.diff(graph.indptr), count)


def by_degree_per_cost(graph: SocialGraph, costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Everybody, those with most listeners for their price first.

    Args:
        graph: who hears whom.
        costs: of each person, above 0.
    """
    return best_first(np.diff(graph.indptr) / costs)


def by_degree_discount(graph: SocialGraph, chance: NDArray[np.float64], count: int | None = None) -> NDArray[np.int64]:
    """Everybody by listeners, where those who hear a seed already count for less.

        >>> from simulator.graph import graph_from_edges
        >>> pair = graph_from_edges([0, 0, 0, 1, 4], [1, 2, 3, 2, 5], n=6)
        >>> by_degree_discount(pair, np.full(6, 0.1))[:2].tolist()  # 1 and 2 hear 0 already
        [0, 4]

    Args:
        graph: who hears whom.
        chance: float64[n], at which each person believes one telling.
        count: how many are needed; after the first 1,024 the rest follow by degree.

    Source: Chen, Wang and Yang (2009), *Efficient influence maximization in social networks*, KDD, for one chance.
    """
    degree = np.diff(graph.indptr).astype(np.float64)
    first = by_degree(graph, None if count is None else 16 * count)
    n = min(graph.n, MOST_DISCOUNTED if count is None else min(count, MOST_DISCOUNTED))
    picked = np.empty(n, np.int64)
    _discount(graph.indptr, graph.listeners, degree, chance, first, degree.copy(), np.zeros(graph.n), picked)
    rest = np.ones(graph.n, np.bool_)
    rest[picked] = False
    return np.concatenate([picked, first[rest[first]]])


def by_pagerank(graph: SocialGraph, count: int | None = None) -> NDArray[np.int64]:
    """Everybody by PageRank on turned arrows: important is who is heard by the important with few others to hear.

    Args:
        graph: who hears whom.
        count: how many are needed.

    Source: Brin and Page (1998), with damping 0.85; six rounds, which settle the order of the first.
    """
    rank = np.ones(graph.n, np.float32)
    heard = np.maximum(graph.n_heard, 1).astype(np.float32)
    after = np.empty_like(rank)
    for _ in range(_ROUNDS):
        _pull(graph.indptr, graph.listeners, rank / heard, after)
        rank, after = after, rank
    return best_first(rank, count)


def by_chance(n: int, *, seed: int, number: int = 0, count: int | None = None) -> NDArray[np.int64]:
    """Everybody in random order.

        >>> sorted(by_chance(3, seed=1).tolist())
        [0, 1, 2]

    Args:
        n: how many there are.
        seed: any whole number.
        number: another order for each.
        count: how many are needed.
    """
    key = stem_key(root_key(seed), Purpose.CASCADE, _CHANCE + number)
    return best_first(-uniforms(key, np.arange(n, dtype=np.uint64)), count)


def by_random_neighbours(arcs: Arcs, *, seed: int, count: int | None = None) -> NDArray[np.int64]:
    """Somebody whom a random person hears, again and again: friends have more friends, and no map is needed.

        >>> from experiments.seeding.arcs import reverse_arcs
        >>> from simulator.graph import graph_from_edges
        >>> star = graph_from_edges([0, 0, 0], [1, 2, 3], n=4)
        >>> int(by_random_neighbours(reverse_arcs(star, 1.0), seed=2)[0])
        0

    Args:
        arcs: from each listener to the talkers it hears.
        seed: any whole number.
        count: how many are needed.

    Source: Cohen, Havlin and ben-Avraham (2003), *Efficient immunization strategies for computer networks and
    populations*; Chin, Eckles and Ugander (2022), *Evaluating stochastic seeding strategies in networks*.
    """
    asked = None if count is None else 8 * count + 64  # people who name a friend; few are named twice
    people = by_chance(arcs.n, seed=seed, count=asked)
    begin, length = arcs.indptr[people], np.diff(arcs.indptr)[people]
    key = stem_key(root_key(seed), Purpose.CASCADE, _NEIGHBOUR)
    u = uniforms(key, np.arange(len(people), dtype=np.uint64))
    some = length > 0
    met = arcs.ends[begin[some] + np.minimum((u[some] * length[some]).astype(np.int64), length[some] - 1)]
    _, first = np.unique(met, return_index=True)
    picked = met[np.sort(first)].astype(np.int64)
    if count is not None and len(picked) >= count:
        return picked
    if len(people) < arcs.n:
        return by_random_neighbours(arcs, seed=seed)
    rest = np.ones(arcs.n, np.bool_)
    rest[picked] = False
    return np.concatenate([picked, people[rest[people]]])


def affordable(
    order: NDArray[np.int64],
    *,
    k: int | None,
    costs: NDArray[np.float64] | None = None,
    budget: float | None = None,
    forced: Sequence[int] = (),
    excluded: Sequence[int] = (),
) -> list[int]:
    """The first of an order that the limits allow; who is too dear for what is left is passed over.

        >>> affordable(np.array([0, 1, 2]), k=None, costs=np.array([3.0, 9.0, 4.0]), budget=8.0)
        [0, 2]

    Args:
        order: everybody, the best first.
        k: how many at most; None: any number.
        costs: of each person; None where there is no budget.
        budget: what they may cost together.
        forced: in every choice, and first.
        excluded: in no choice.
    """
    barred = set(excluded) | set(forced)
    chosen = list(forced)
    if costs is None or budget is None:
        most = len(order) if k is None else k
        for a in order:
            if len(chosen) >= most:
                break
            if int(a) not in barred:
                chosen.append(int(a))
        return chosen
    room = budget - float(costs[chosen].sum())
    at_least = float(costs.min(initial=np.inf))
    for a, cost in zip(order.tolist(), costs[order].tolist(), strict=True):
        if room < at_least or (k is not None and len(chosen) >= k):
            break
        if cost <= room and a not in barred:
            chosen.append(a)
            room -= cost
    return chosen


@compiled(**KERNEL)
def _discount(indptr, listeners, degree, chance, order, score, told, picked):
    """Take the highest score again and again; scores only fall, and begin as degrees, by which order is sorted."""
    for k in range(len(picked)):
        best, most = np.int64(-1), -1e300
        for a in order:
            if degree[a] < most:
                break
            if score[a] > most:
                best, most = a, score[a]
        picked[k] = best
        score[best] = -2e300
        for e in range(indptr[best], indptr[best + 1]):
            j = listeners[e]
            if score[j] > -1e300:
                told[j] += 1.0
                score[j] = degree[j] - 2.0 * told[j] - max(degree[j] - told[j], 0.0) * told[j] * chance[j]


@compiled(**KERNEL)
def _pull(indptr, listeners, share, after):
    n = len(indptr) - 1
    for i in range(n):
        total = np.float32(0.0)
        for e in range(indptr[i], indptr[i + 1]):
            total += share[listeners[e]]
        after[i] = np.float32(1.0) - _DAMPING + _DAMPING * total
