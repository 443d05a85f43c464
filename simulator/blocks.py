"""Blocks, the default social graph: segments with homophily, uneven degrees and circles of close friends.

Consumer ``i`` has ties in proportion to a degree weight, and each tie stays inside the own segment with probability
``homophily`` and otherwise goes to anybody in proportion to degree weights. Both the strong and the weak layer are
made of two parts that obey these two rules:

* **Circles**: everybody in a circle knows everybody else in it, which is what makes friends know each other.
  There are small circles of close friends and larger ones of acquaintances (colleagues, a club). Seats are
  dealt in proportion to degree weights, and each seat picks a circle at random: one of the own segment with
  probability ``homophily``, else one open to all. So circle sizes are Poisson, and without uneven degree
  weights everybody has one seat and the number of ties made in it is Poisson too.
* **Open ties** join circles to one another: a Poisson number per consumer, to partners drawn by weight.

With the usual 4 strong and 8 weak ties the mean local clustering is about .14; EVIDENCE asks for .1 to .3.

Sources: degree-corrected blocks after Karrer & Newman (2011), ties in circles after the affiliation model
of Newman, Strogatz & Watts (2001).
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from scenarios.vocabulary import Tie
from simulator.compiling import PLAIN, compiled
from simulator.draws import exponential, fold, uniform
from simulator.generators import CIRCLE, OPEN, SEATS, SOCIABILITY, graph_key
from simulator.tie_rows import Ties

SHARE_IN_CIRCLES = {Tie.STRONG: 0.75, Tie.WEAK: 0.4}
"""Share of the ties made inside circles; the rest joins circles to one another."""

LARGEST_MEAN_CIRCLE = 12.0
"""A seat in a circle never brings more ties than this on average."""

N_SOCIABILITY_CLASSES = 256
"""Degree weights take this many equally likely values, the class means of a Gamma."""

_CHUNK = 1024
"""Consumers whose open ties are drawn side by side: step by step, and in the nearest cache."""


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
) -> Ties:
    """Let everybody make a Poisson number of ties at their rate, to partners drawn by weight."""
    n_segments, n_classes = lots.class_cut.shape
    segment_cut, segment_other = lots.segment_cut[0], lots.segment_other[0]
    class_cut, class_other = lots.class_cut.ravel(), lots.class_other.ravel()
    bin_of, start, members = people.bin_of, people.start, people.members
    n = len(bin_of)
    home_of = np.empty(n_segments * n_classes, np.int64)
    for b in range(len(home_of)):
        home_of[b] = b // n_classes
    capacity = np.int64(expected + 6.0 * math.sqrt(expected)) + 16
    talkers = np.empty(capacity, np.int32)
    words = np.empty(capacity, np.int32)
    m = 0
    who = np.empty(_CHUNK, np.int32)
    clock = np.empty(_CHUNK, np.float64)
    pair = np.empty(_CHUNK, np.uint64)
    away = np.empty(_CHUNK, np.int64)
    abroad = np.empty(_CHUNK, np.float64)
    rank = np.empty(_CHUNK, np.float64)
    place = np.empty(_CHUNK, np.float64)
    bin_there = np.empty(_CHUNK, np.int64)
    for begin in range(0, n, _CHUNK):
        n_left = min(_CHUNK, n - begin)
        for a in range(n_left):
            who[a] = begin + a
            clock[a] = 0.0
        # Events of a Poisson stream up to the consumer's rate: exact, and without a library's logarithm. All take
        # their next step together, and those whose time is up drop out, so that hardly anything has to be guessed.
        ordinal = np.uint64(0)
        while n_left > 0:
            for a in range(n_left):
                pair[a] = fold(fold(key, np.uint64(who[a])), ordinal)
                clock[a] += exponential(pair[a])
            n_in_time = 0
            for a in range(n_left):
                i, time, luck = who[a], clock[a], pair[a]
                who[n_in_time], clock[n_in_time], pair[n_in_time] = i, time, luck
                n_in_time += np.int64(time < rate[bin_of[i]])
            n_left = n_in_time
            ordinal += np.uint64(1)
            if m + n_left > capacity:
                capacity = 2 * capacity + n_left
                more_talkers = np.empty(capacity, np.int32)
                more_talkers[:m] = talkers[:m]
                talkers = more_talkers
                more_words = np.empty(capacity, np.int32)
                more_words[:m] = words[:m]
                words = more_words
            # Short loops over plain numbers: they become vector instructions, and none of them has to guess.
            for a in range(n_left):
                away[a] = np.int64(uniform(fold(pair[a], np.uint64(0))) > homophily)
                abroad[a] = (1.0 - uniform(fold(pair[a], np.uint64(1)))) * n_segments
                rank[a] = (1.0 - uniform(fold(pair[a], np.uint64(2)))) * n_classes
                place[a] = 1.0 - uniform(fold(pair[a], np.uint64(3)))
            for a in range(n_left):
                there = np.int64(abroad[a])
                there += (segment_other[there] - there) * np.int64(abroad[a] - there >= segment_cut[there])
                home = home_of[bin_of[who[a]]]
                home += (there - home) * away[a]
                k = np.int64(rank[a])
                here = home * n_classes + k
                bin_there[a] = here + (class_other[here] - k) * np.int64(rank[a] - k >= class_cut[here])
            for a in range(n_left):
                low = start[bin_there[a]]
                talkers[m + a] = who[a]
                words[m + a] = 2 * members[low + np.int64(place[a] * (start[bin_there[a] + 1] - low))] + tie
            m += n_left
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
) -> Ties:
    """Deal seats in circles and tie everybody in a circle to everybody else in it."""
    n = len(bin_of)
    n_seats_of = np.empty(n, np.int32)
    n_seats = np.int64(0)
    for i in range(n):
        # Rounded up or down at random, so that the mean is right whatever the size of a circle. Both layers
        # share the draw, turned round, so that hardly anybody sits in no circle of either kind.
        up = uniform(fold(seats_key, np.uint64(i)))
        n_seats_of[i] = np.int64(seats[bin_of[i]] + (up if tie else 1.0 - up))
        n_seats += n_seats_of[i]
    who = np.empty(n_seats, np.int32)
    luck = np.empty(n_seats, np.uint64)
    seat = np.int64(0)
    for i in range(n):
        person = fold(circle_key, np.uint64(i))
        for one in range(n_seats_of[i]):
            who[seat] = i
            luck[seat] = fold(person, np.uint64(one))
            seat += 1
    home_of = np.empty(len(seats), np.int32)
    for b in range(len(seats)):
        home_of[b] = b // n_classes
    circle_of = np.empty(n_seats, np.int32)  # the pool at first, then the circle
    n_in_pool = np.zeros(n_segments + 1, np.int64)
    for seat in range(n_seats):
        home = home_of[bin_of[who[seat]]]
        pool = home if uniform(luck[seat]) <= homophily else np.int32(n_segments)
        circle_of[seat] = pool
        n_in_pool[pool] += 1
    first_circle = np.zeros(n_segments + 2, np.int64)
    for p in range(n_segments + 1):
        n_circles = max(np.int64(n_in_pool[p] / circle + 0.5), np.int64(n_in_pool[p] > 0))
        first_circle[p + 1] = first_circle[p] + n_circles
    start = np.zeros(first_circle[n_segments + 1] + 1, np.int64)
    for seat in range(n_seats):
        low = first_circle[circle_of[seat]]
        size = first_circle[circle_of[seat] + 1] - low
        here = low + np.int64((1.0 - uniform(fold(luck[seat], np.uint64(1)))) * size)
        circle_of[seat] = here
        start[here + 1] += 1
    n_ties = 0
    for c in range(len(start) - 1):
        n_ties += start[c + 1] * (start[c + 1] - 1) // 2
        start[c + 1] += start[c]
    cursor = start[:-1].copy()
    members = np.empty(n_seats, np.int32)
    for seat in range(n_seats):
        members[cursor[circle_of[seat]]] = who[seat]
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
) -> list[Ties]:
    """Make the ties of segments with homophily, uneven degrees and circles of close friends.

    Duplicates and loops are still among them; their share is about mean degree ÷ size of a segment. The four pieces
    are strong circles, strong open ties, weak circles and weak open ties.

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
    people = _deal_classes(graph_key(seed, SOCIABILITY), segment, n_segments, n_classes)
    weight = np.outer(ties, sociability)
    in_bin = np.diff(people.start).reshape(weight.shape) * weight
    total = math.fsum(in_bin.flat)
    if total == 0.0:
        return [(np.empty(0, np.int32), np.empty(0, np.int32)) for _ in range(4)]
    relative = (weight * (n / total)).ravel()
    in_segment = np.array([[math.fsum(row) for row in in_bin]])
    lots = _Lots(*_alias(in_segment), *_alias(in_bin))

    parts: list[Ties] = []
    for tie, mean in ((Tie.STRONG, strong_ties), (Tie.WEAK, weak_ties)):
        inside = mean * SHARE_IN_CIRCLES[tie]
        outside = mean - inside
        circle = min(max(inside, 1.0), LARGEST_MEAN_CIRCLE)
        keys = graph_key(seed, SEATS), graph_key(seed, CIRCLE + tie)
        seats = relative * (inside / circle)
        parts.append(_circle_ties(*keys, seats, people.bin_of, n_segments, n_classes, homophily, circle, int(tie)))
        # Half of a consumer's open ties are made by the other side.
        rate = relative * (outside / 2.0)
        expected = n * outside / 2.0
        parts.append(_open_ties(graph_key(seed, OPEN + tie), people, lots, rate, homophily, expected, int(tie)))
    return parts
