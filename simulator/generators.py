"""The ties of every kind of social graph that can be generated, as plain arrays.

A tie is a pair ``(talker, word)`` with ``word = 2 * listener + tie``, where ``tie`` is 0 for a strong and 1
for a weak one, so that sorting words puts a strong tie before a weak one to the same listener.
:func:`tie_rows` turns ties into sorted rows; :mod:`simulator.graph` wraps the rows as a social graph.

Nothing here uses a random stream. Every choice is a hash of the seed, of what is decided, of the consumer
who makes it and of the how-manieth such choice it is, and only sums, products and divisions of doubles
touch it. The same seed gives the same bytes on every machine, thread and process.

The default graph, ``blocks``, obeys two rules: consumer ``i`` has ties in proportion to a degree weight, and
each tie stays inside the own segment with probability ``homophily`` and otherwise goes to anybody in
proportion to degree weights. Both the strong and the weak layer are made of two parts that obey them:

* **Circles**: everybody in a circle knows everybody else in it, which is what makes friends know each other.
  There are small circles of close friends and larger ones of acquaintances (colleagues, a club). Seats are
  dealt in proportion to degree weights, and each seat picks a circle at random: one of the own segment with
  probability ``homophily``, else one open to all. So circle sizes are Poisson, and without uneven degree
  weights everybody has one seat and the number of ties made in it is Poisson too.
* **Open ties** join circles to one another: a Poisson number per consumer, to partners drawn by weight.

With the usual 4 strong and 8 weak ties the mean local clustering is about .14; EVIDENCE asks for .1 to .3.

Sources: degree-corrected blocks after Karrer & Newman (2011), ties in circles after the affiliation model
of Newman, Strogatz & Watts (2001), the ring after Watts & Strogatz (1998), preferential attachment after
Barabasi & Albert (1999), the configuration model after Molloy & Reed (1995).
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from scenarios.vocabulary import Tie
from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, exponential, fold, stem, uniform

SHARE_IN_CIRCLES = {Tie.STRONG: 0.75, Tie.WEAK: 0.4}
"""blocks: share of the ties made inside circles; the rest joins circles to one another."""

LARGEST_MEAN_CIRCLE = 12.0
"""blocks: a seat in a circle never brings more ties than this on average."""

N_SOCIABILITY_CLASSES = 256
"""blocks: degree weights take this many equally likely values, the class means of a Gamma."""

Ties = tuple[np.ndarray, np.ndarray]
"""Talkers and words (both int32), one entry per tie."""

# What a draw of Purpose.GRAPH decides. The values are part of every published result.
_SOCIABILITY, _SEATS, _REWIRING, _ATTACHMENT, _DEGREE, _MATCHING, _STRENGTH = 0, 1, 2, 3, 4, 5, 6
_CIRCLE, _OPEN = 10, 20  # plus the tie


def _key(seed: np.uint64, part: int) -> np.uint64:
    # The compiled stem returns a Python int, which numba would take for a signed number.
    return np.uint64(stem(np.uint64(seed), np.uint64(Purpose.GRAPH), np.uint64(part)))


# ---------------------------------------------------------------------------------------------- rows


@compiled(**PLAIN)
def tie_rows(
    talkers: np.ndarray, words: np.ndarray, n: int, both_ways: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Sort ties into one row of listeners per talker, without loops and duplicates, strong ties first.

    Args:
        talkers: int32, who talks.
        words: int32, ``2 * listener + tie``.
        n: number of consumers.
        both_ways: each tie carries talk in both directions.

    Returns:
        ``indptr, strong_end, listeners, n_heard`` as in ``SocialGraph``, and the number of loops dropped.
    """
    n_loops = 0
    indptr = np.zeros(n + 1, np.int64)
    in_end = np.zeros(n + 1, np.int64)
    for e in range(len(talkers)):
        u = talkers[e]
        v = words[e] >> 1
        if u == v:
            n_loops += 1
            continue
        indptr[u + 1] += 1
        if both_ways:
            indptr[v + 1] += 1
        else:
            in_end[v + 1] += 1
    for j in range(n):
        indptr[j + 1] += indptr[j]
        in_end[j + 1] += in_end[j]
    if both_ways:
        in_end = indptr

    # Grouping first by listener and then, listeners ascending, by talker leaves every row sorted. It takes
    # linear time whatever the rows look like, where sorting rows suffers from hubs and mispredictions.
    by_listener = np.empty(indptr[n], np.int32)
    cursor = in_end[:n].copy()
    for e in range(len(talkers)):
        u = talkers[e]
        v = words[e] >> 1
        if u != v:
            by_listener[cursor[v]] = 2 * u + (words[e] & 1)
            cursor[v] += 1
            if both_ways:
                by_listener[cursor[u]] = words[e]
                cursor[u] += 1
    row = np.empty(indptr[n], np.int32)
    cursor[:] = indptr[:n]
    for v in range(n):
        for a in range(in_end[v], in_end[v + 1]):
            u = by_listener[a] >> 1
            row[cursor[u]] = 2 * v + (by_listener[a] & 1)
            cursor[u] += 1

    listeners = by_listener  # no longer needed, and large enough
    strong_end = cursor
    n_heard = np.zeros(n, np.int32)
    write = np.int64(0)
    low = np.int64(0)
    for j in range(n):
        high = indptr[j + 1]
        distinct = low
        n_strong = 0
        for a in range(low, high):
            word = row[a]
            if distinct > low and row[distinct - 1] >> 1 == word >> 1:
                if word < row[distinct - 1]:  # the same pair, now strong
                    row[distinct - 1] = word
                    n_strong += 1
            else:
                row[distinct] = word
                distinct += 1
                n_strong += 1 - (word & 1)
        strong = write
        weak = write + n_strong
        strong_end[j] = weak
        for a in range(low, distinct):
            listener = row[a] >> 1
            if not both_ways:
                n_heard[listener] += 1
            if row[a] & 1:
                listeners[weak] = listener
                weak += 1
            else:
                listeners[strong] = listener
                strong += 1
        if both_ways:
            n_heard[j] = weak - write
        write = weak
        indptr[j + 1] = write
        low = high
    return indptr, strong_end, listeners[:write].copy(), n_heard, n_loops


# -------------------------------------------------------------------------------------------- blocks


class _People(NamedTuple):
    """Consumers in bins of equal segment and equal degree weight, segment by segment."""

    bin_of: np.ndarray
    start: np.ndarray
    members: np.ndarray


class _Lots(NamedTuple):
    """Alias tables for drawing a segment, and a degree class of each segment, in proportion to weight."""

    segment_cut: np.ndarray
    segment_other: np.ndarray
    class_cut: np.ndarray
    class_other: np.ndarray


@lru_cache(maxsize=32)
def sociability_classes(spread: float) -> np.ndarray:
    """Degree weights with mean 1 and coefficient of variation ``spread``, equally likely."""
    if spread == 0.0:
        return np.ones(1)
    from scipy.special import gammainc, gammaincinv

    shape = 1.0 / spread**2
    edges = gammaincinv(shape, np.arange(N_SOCIABILITY_CLASSES + 1) / N_SOCIABILITY_CLASSES)
    means = np.diff(gammainc(shape + 1.0, edges)) * N_SOCIABILITY_CLASSES
    # The last bits of special functions differ between libraries; rounding keeps graphs the same.
    return np.rint(means * 2**20) / 2**20


@compiled(**PLAIN)
def _deal_classes(key: np.uint64, segment: np.ndarray, n_segments: int, n_classes: int) -> _People:
    """Draw degree weights and sort consumers into bins."""
    n = len(segment)
    bin_of = np.empty(n, np.int32)
    start = np.zeros(n_segments * n_classes + 1, np.int64)
    for i in range(n):
        here = np.int64((1.0 - uniform(fold(key, np.uint64(i)))) * n_classes)
        here += np.int64(segment[i]) * n_classes
        bin_of[i] = here
        start[here + 1] += 1
    for b in range(n_segments * n_classes):
        start[b + 1] += start[b]
    cursor = start.copy()
    members = np.empty(n, np.int32)
    for i in range(n):
        members[cursor[bin_of[i]]] = i
        cursor[bin_of[i]] += 1
    return _People(bin_of, start, members)


@compiled(**PLAIN)
def _alias(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tables for drawing in proportion to weights in constant time, one table per row (Walker, Vose)."""
    n_rows, size = weights.shape
    cut = np.ones((n_rows, size))
    other = np.zeros((n_rows, size), np.int32)
    small = np.empty(size, np.int64)
    large = np.empty(size, np.int64)
    for r in range(n_rows):
        total = 0.0
        for k in range(size):
            total += weights[r, k]
            other[r, k] = k
        if total == 0.0:
            continue
        n_small = 0
        n_large = 0
        for k in range(size):
            cut[r, k] = weights[r, k] * size / total
            if cut[r, k] < 1.0:
                small[n_small] = k
                n_small += 1
            else:
                large[n_large] = k
                n_large += 1
        while n_small > 0 and n_large > 0:
            n_small -= 1
            k = small[n_small]
            rich = large[n_large - 1]
            other[r, k] = rich
            cut[r, rich] -= 1.0 - cut[r, k]
            if cut[r, rich] < 1.0:
                n_large -= 1
                small[n_small] = rich
                n_small += 1
    return cut, other


@compiled(**PLAIN)
def _open_ties(
    key: np.uint64,
    people: _People,
    lots: _Lots,
    rate: np.ndarray,
    homophily: float,
    expected: float,
    tie: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Let everybody make a Poisson number of ties at their rate, to partners drawn by weight."""
    n_segments, n_classes = lots.class_cut.shape
    bin_of, start, members = people.bin_of, people.start, people.members
    capacity = np.int64(expected + 6.0 * math.sqrt(expected)) + 16
    talkers = np.empty(capacity, np.int32)
    words = np.empty(capacity, np.int32)
    m = 0
    for i in range(len(bin_of)):
        person = fold(key, np.uint64(i))
        own = bin_of[i] // n_classes
        # Events of a Poisson stream up to the consumer's rate: exact, and without a library's logarithm.
        ordinal = np.uint64(0)
        pair = fold(person, ordinal)
        clock = exponential(pair)
        while clock < rate[bin_of[i]]:
            home = np.int64(own)
            if uniform(fold(pair, np.uint64(0))) > homophily:
                x = (1.0 - uniform(fold(pair, np.uint64(1)))) * n_segments
                home = np.int64(x)
                if x - home >= lots.segment_cut[0, home]:
                    home = np.int64(lots.segment_other[0, home])
            x = (1.0 - uniform(fold(pair, np.uint64(2)))) * n_classes
            k = np.int64(x)
            if x - k >= lots.class_cut[home, k]:
                k = np.int64(lots.class_other[home, k])
            k += home * n_classes
            low = start[k]
            partner = members[low + np.int64((1.0 - uniform(fold(pair, np.uint64(3)))) * (start[k + 1] - low))]
            if m == capacity:
                capacity *= 2
                more_talkers = np.empty(capacity, np.int32)
                more_talkers[:m] = talkers
                talkers = more_talkers
                more_words = np.empty(capacity, np.int32)
                more_words[:m] = words
                words = more_words
            talkers[m] = i
            words[m] = 2 * partner + tie
            m += 1
            ordinal += np.uint64(1)
            pair = fold(person, ordinal)
            clock += exponential(pair)
    return talkers[:m], words[:m]


@compiled(**PLAIN)
def _circle_ties(
    seats_key: np.uint64,
    circle_key: np.uint64,
    seats: np.ndarray,
    bin_of: np.ndarray,
    n_segments: int,
    n_classes: int,
    homophily: float,
    circle: float,
    tie: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Deal seats in circles and tie everybody in a circle to everybody else in it."""
    n = len(bin_of)
    first = np.empty(n + 1, np.int64)
    first[0] = 0
    for i in range(n):
        # Rounded up or down at random, so that the mean is right whatever the size of a circle. Both layers
        # share the draw, turned round, so that hardly anybody sits in no circle of either kind.
        up = uniform(fold(seats_key, np.uint64(i)))
        n_seats = np.int64(seats[bin_of[i]] + (up if tie else 1.0 - up))
        first[i + 1] = first[i] + n_seats
    pool_of = np.empty(first[n], np.int32)
    n_in_pool = np.zeros(n_segments + 1, np.int64)
    for i in range(n):
        person = fold(circle_key, np.uint64(i))
        for seat in range(first[i], first[i + 1]):
            choice = fold(person, np.uint64(seat - first[i]))
            pool = n_segments
            if uniform(choice) <= homophily:
                pool = bin_of[i] // n_classes
            pool_of[seat] = pool
            n_in_pool[pool] += 1
    first_circle = np.zeros(n_segments + 2, np.int64)
    for p in range(n_segments + 1):
        n_circles = max(np.int64(n_in_pool[p] / circle + 0.5), np.int64(n_in_pool[p] > 0))
        first_circle[p + 1] = first_circle[p] + n_circles
    circle_of = np.empty(first[n], np.int32)
    start = np.zeros(first_circle[n_segments + 1] + 1, np.int64)
    for i in range(n):
        person = fold(circle_key, np.uint64(i))
        for seat in range(first[i], first[i + 1]):
            choice = fold(fold(person, np.uint64(seat - first[i])), np.uint64(1))
            low = first_circle[pool_of[seat]]
            here = low + np.int64((1.0 - uniform(choice)) * (first_circle[pool_of[seat] + 1] - low))
            circle_of[seat] = here
            start[here + 1] += 1
    n_ties = 0
    for c in range(len(start) - 1):
        n_ties += start[c + 1] * (start[c + 1] - 1) // 2
        start[c + 1] += start[c]
    cursor = start[:-1].copy()
    members = np.empty(first[n], np.int32)
    for i in range(n):
        for seat in range(first[i], first[i + 1]):
            members[cursor[circle_of[seat]]] = i
            cursor[circle_of[seat]] += 1
    talkers = np.empty(n_ties, np.int32)
    words = np.empty(n_ties, np.int32)
    m = 0
    for c in range(len(start) - 1):
        for a in range(start[c], start[c + 1]):
            for b in range(a + 1, start[c + 1]):
                talkers[m] = members[a]
                words[m] = 2 * members[b] + tie
                m += 1
    return talkers, words


def block_ties(
    *,
    segment: np.ndarray,
    ties: np.ndarray,
    strong_ties: float,
    weak_ties: float,
    homophily: float,
    spread: float,
    seed: np.uint64,
) -> Ties:
    """Make the ties of segments with homophily, uneven degrees and circles of close friends.

    Duplicates and loops are still among them; their share is about mean degree ÷ size of a segment.

    Args:
        segment: uint8, the segment of each consumer.
        ties: relative number of ties of each segment.
        strong_ties: mean strong degree to aim at.
        weak_ties: mean weak degree to aim at.
        homophily: share of ties kept inside the own segment before mixing.
        spread: coefficient of variation of the degree weights; 0 gives Poisson degrees.
        seed: root key.
    """
    n, n_segments = len(segment), len(ties)
    sociability = sociability_classes(float(spread))
    n_classes = len(sociability)
    people = _deal_classes(_key(seed, _SOCIABILITY), segment, n_segments, n_classes)
    weight = np.outer(ties, sociability)
    in_bin = np.diff(people.start).reshape(weight.shape) * weight
    total = math.fsum(in_bin.flat)
    if total == 0.0:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    relative = (weight * (n / total)).ravel()
    in_segment = np.array([[math.fsum(row) for row in in_bin]])
    lots = _Lots(*_alias(in_segment), *_alias(in_bin))

    parts = []
    for tie, mean in ((Tie.STRONG, strong_ties), (Tie.WEAK, weak_ties)):
        inside = mean * SHARE_IN_CIRCLES[tie]
        outside = mean - inside
        circle = min(max(inside, 1.0), LARGEST_MEAN_CIRCLE)
        keys = _key(seed, _SEATS), _key(seed, _CIRCLE + tie)
        seats = relative * (inside / circle)
        parts.append(_circle_ties(*keys, seats, people.bin_of, n_segments, n_classes, homophily, circle, int(tie)))
        # Half of a consumer's open ties are made by the other side.
        rate = relative * (outside / 2.0)
        expected = n * outside / 2.0
        parts.append(_open_ties(_key(seed, _OPEN + tie), people, lots, rate, homophily, expected, int(tie)))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


# ------------------------------------------------------------------------------------ other published kinds


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
    return _ring(_key(seed, _REWIRING), n, min(half, n // 2), n_strong, rewiring)


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
    return _attachment(_key(seed, _ATTACHMENT), _key(seed, _STRENGTH), n, m, strong_ties / total)


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
    keys = _key(seed, _DEGREE), _key(seed, _MATCHING), _key(seed, _STRENGTH)
    return _configuration(*keys, cumulative, n, strong_ties / total)
