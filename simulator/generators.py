"""The ties of every kind of social graph that can be generated, as plain arrays.

A tie is a pair ``(talker, word)`` as in :mod:`simulator.tie_rows`, which turns ties into sorted rows;
:mod:`simulator.graph` wraps the rows as a social graph. The default kind has a file of its own,
:mod:`simulator.blocks`.

Nothing here uses a random stream. Every choice is a hash of the seed, of what is decided, of the consumer
who makes it and of the how-manieth such choice it is, and only sums, products and divisions of doubles
touch it. The same seed gives the same bytes on every machine, thread and process.

Sources: the ring after Watts & Strogatz (1998), preferential attachment after Barabasi & Albert (1999), the
configuration model after Molloy & Reed (1995).
"""

import math

import numpy as np

from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, fold, stem, uniform
from simulator.tie_rows import Ties

# What a draw of Purpose.GRAPH decides. The values are part of every published result.
SOCIABILITY, SEATS, REWIRING, ATTACHMENT, DEGREE, MATCHING, STRENGTH = 0, 1, 2, 3, 4, 5, 6
CIRCLE, OPEN = 10, 20  # plus the tie


def graph_key(seed: np.uint64, part: int) -> np.uint64:
    """The key of one kind of decision about a graph."""
    # The compiled stem returns a Python int, which numba would take for a signed number.
    return np.uint64(stem(np.uint64(seed), np.uint64(Purpose.GRAPH), np.uint64(part)))


@compiled(**PLAIN)
def _ring(key: np.uint64, n: int, half: int, n_strong: int, rewiring: float) -> Ties:
    talkers = np.empty(n * half, np.int32)
    words = np.empty(n * half, np.int32)
    elsewhere = n - 2 * half - 1
    m = 0
    for i in range(n):
        person = fold(key, np.uint64(i))
        for distance in range(1, half + 1):
            skip = np.int64(0)
            tie = np.int64(distance > n_strong)
            if rewiring > 0.0 and elsewhere > 0:
                choice = fold(person, np.uint64(distance))
                if uniform(choice) <= rewiring:
                    skip = np.int64((1.0 - uniform(fold(choice, np.uint64(1)))) * elsewhere)
                    skip += half + 1 - distance
                    tie = np.int64(1)
            talkers[m] = i
            words[m] = 2 * ((i + distance + skip) % n) + tie
            m += 1
    return talkers, words


def small_world_ties(*, n: int, strong_ties: float, weak_ties: float, rewiring: float, seed: np.uint64) -> Ties:
    """Make a ring on which neighbours are tied, some ties being moved far away (Watts & Strogatz 1998).

    The nearest neighbours are strong ties, in proportion; the farther ones and all rewired ones are weak.
    Without rewiring it is the exact ring lattice. A tie is rewired to somebody outside the neighbourhood on
    the ring, so that only two rewired ties can coincide: about ``(half * rewiring)**2`` ties in all.

    Args:
        n: number of consumers.
        strong_ties: mean strong degree; the sum with ``weak_ties`` is rounded to an even number.
        weak_ties: mean weak degree.
        rewiring: probability that a tie is moved.
        seed: root key.
    """
    total = strong_ties + weak_ties
    half = int(total / 2.0 + 0.5)
    n_strong = int(half * strong_ties / total + 0.5) if total > 0.0 else 0
    return _ring(graph_key(seed, REWIRING), n, min(half, n // 2), n_strong, rewiring)


@compiled(**PLAIN)
def _attachment(key: np.uint64, strength_key: np.uint64, n: int, m: int, strong_share: float) -> Ties:
    talkers = np.empty(m * (n - m), np.int32)
    words = np.empty(m * (n - m), np.int32)
    for e in range(m):  # a star, so that nobody starts without ties
        talkers[e] = e + 1
        words[e] = 0
    e = m
    for newcomer in range(m + 1, n):
        person = fold(key, np.uint64(newcomer))
        attempt = np.uint64(0)
        first = e
        while e < first + m:
            # An end of an earlier tie, each as likely, is a consumer in proportion to the degree so far.
            end = np.int64((1.0 - uniform(fold(person, attempt))) * (2 * first))
            attempt += np.uint64(1)
            friend = words[end >> 1] if end & 1 else talkers[end >> 1]
            fresh = True
            for other in range(first, e):
                if words[other] == friend:
                    fresh = False
                    break
            if fresh:
                talkers[e] = newcomer
                words[e] = friend
                e += 1
    for e in range(len(words)):
        tie = np.int64(uniform(fold(strength_key, np.uint64(e))) > strong_share)
        words[e] = 2 * words[e] + tie
    return talkers, words


def scale_free_ties(*, n: int, strong_ties: float, weak_ties: float, seed: np.uint64) -> Ties:
    """Let newcomers tie to those who have many ties already (Barabasi & Albert 1999).

    Rows are in order of arrival, so the hubs are among the first ones.

    Args:
        n: number of consumers.
        strong_ties: mean strong degree; every newcomer makes ``(strong_ties + weak_ties) / 2`` ties, rounded.
        weak_ties: mean weak degree; a tie is strong or weak at random in proportion.
        seed: root key.
    """
    total = strong_ties + weak_ties
    if total == 0.0 or n < 2:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    m = min(max(int(total / 2.0 + 0.5), 1), n - 1)
    return _attachment(graph_key(seed, ATTACHMENT), graph_key(seed, STRENGTH), n, m, strong_ties / total)


def power_law_degrees(exponent: float, mean: float, n: int) -> np.ndarray:
    """Return the cumulative distribution of degrees 0, 1, ..., cutoff with ``p_k ~ k**-exponent``.

    The law holds from the smallest degree up to the cutoff ``sqrt(mean * n)``, above which hubs could not be
    joined without duplicates. The smallest degree, and the weight of that one alone, are set to give the
    mean; where even degree 1 is too large on average, the rest has no ties.

    Args:
        exponent: of the law, above 1.
        mean: mean degree.
        n: number of consumers.
    """
    cutoff = max(1, min(n - 1, int(math.sqrt(mean * n))))
    mean = min(mean, float(cutoff))
    degree = np.arange(cutoff + 1)
    weight = np.zeros(cutoff + 1)
    weight[1:] = degree[1:] ** -float(exponent)
    # The mean of the law that starts at each degree.
    above = np.cumsum(weight[::-1])[::-1]
    ties_above = np.cumsum((weight * degree)[::-1])[::-1]
    if ties_above[1] >= mean * above[1]:
        weight[0] = ties_above[1] / mean - above[1]
    else:
        start = int(np.flatnonzero(ties_above[1:] <= mean * above[1:])[-1]) + 1
        weight[:start] = 0.0
        surplus = mean * above[start] - ties_above[start]
        weight[start] -= surplus / (mean - start) if mean > start else 0.0
    # Powers may differ in the last bit between libraries; rounding keeps graphs the same.
    cumulative = np.rint(np.cumsum(weight) / weight.sum() * 2**40) / 2**40
    cumulative[-1] = 1.0
    return cumulative


@compiled(**PLAIN)
def _configuration(
    degree_key: np.uint64,
    matching_key: np.uint64,
    strength_key: np.uint64,
    cumulative: np.ndarray,
    n: int,
    strong_share: float,
) -> Ties:
    first = np.empty(n + 1, np.int64)
    first[0] = 0
    for i in range(n):
        luck = uniform(fold(degree_key, np.uint64(i)))
        low = 0
        high = len(cumulative) - 1
        while low < high:  # the smallest degree whose cumulative probability reaches the draw
            middle = (low + high) // 2
            if cumulative[middle] < luck:
                low = middle + 1
            else:
                high = middle
        first[i + 1] = first[i] + low
    ends = np.empty(first[n], np.int32)
    for i in range(n):
        ends[first[i] : first[i + 1]] = i
    for e in range(len(ends) - 1, 0, -1):
        other = np.int64((1.0 - uniform(fold(matching_key, np.uint64(e)))) * (e + 1))
        ends[e], ends[other] = ends[other], ends[e]
    n_ties = len(ends) // 2
    talkers = np.empty(n_ties, np.int32)
    words = np.empty(n_ties, np.int32)
    for e in range(n_ties):
        tie = np.int64(uniform(fold(strength_key, np.uint64(e))) > strong_share)
        talkers[e] = ends[2 * e]
        words[e] = 2 * ends[2 * e + 1] + tie
    return talkers, words


def power_law_ties(*, n: int, strong_ties: float, weak_ties: float, exponent: float, seed: np.uint64) -> Ties:
    """Deal degrees from a power law and join their ends at random (configuration model).

    Args:
        n: number of consumers.
        strong_ties: mean strong degree.
        weak_ties: mean weak degree; a tie is strong or weak at random in proportion.
        exponent: of the degree distribution, see :func:`power_law_degrees` for its range.
        seed: root key.
    """
    total = strong_ties + weak_ties
    if total == 0.0 or n < 2:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    cumulative = power_law_degrees(exponent, total, n)
    keys = graph_key(seed, DEGREE), graph_key(seed, MATCHING), graph_key(seed, STRENGTH)
    return _configuration(*keys, cumulative, n, strong_ties / total)
