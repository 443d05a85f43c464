"""Compiled searches: who could have told a consumer, and whom a few reach.

Kernels call nothing compiled outside this file and the simulator, so that what is kept compiled is never out of date.
"""

import math

import numpy as np

from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import fold, uniform
from simulator.vectors import bits_of, double_of, fetch_item

_FAR = 1 << 40
_STEP = 32
"""Nodes of one search whose arcs are drawn together, before any of their ends is read."""

_TO_UNIT = 2.0**-53


_CELLS = 128
_MIDDLE = 1.0 + (np.arange(_CELLS) + 0.5) / _CELLS
_INVERSE, _LOG = 1.0 / _MIDDLE, np.log(_MIDDLE)
_LN2, _FRACTION, _EXPONENT_OF_1 = math.log(2.0), (1 << 52) - 1, 1023 << 52


@compiled(**INLINED)
def _skip(word, scale):
    """How many to pass over: a geometric, as the whole part of an exponential.

    The logarithm is read off a table by seven bits and mended by three terms of its series, to 6e-11: half the time
    of a search would go into more.
    """
    bits = bits_of(np.float64((word >> np.uint64(11)) + np.uint64(1)))
    cell = (bits >> 45) & 127
    r = double_of((bits & _FRACTION) | _EXPONENT_OF_1) * _INVERSE[cell] - 1.0
    minus_log = np.float64(1076 - (bits >> 52)) * _LN2 - (_LOG[cell] + r * (1.0 - r * (0.5 - r * (1.0 / 3.0))))
    x = max(minus_log, 0.0) * scale
    return np.int64(x) if x < 1e12 else np.int64(_FAR)  # nought times infinity is far, too


@compiled(**INLINED)
def _root(word, accept, other, n):
    """A node drawn evenly, or in proportion to its value by Walker's table of aliases."""
    x = np.float64(word >> np.uint64(11)) * _TO_UNIT * n
    i = np.int64(x)
    if len(accept) and x - i >= accept[i]:
        return np.int64(other[i])
    return i


@compiled(**INLINED)
def _settle(indptr, ends, scale, found, whose, n, mark, queue, tail):
    """Put the ends of the arcs that were found into their queues, unless they are there."""
    for k in range(n):
        j = np.int64(ends[found[k]])
        found[k] = j
        fetch_item(mark, j)
        fetch_item(indptr, j)
        fetch_item(scale, j)
    for k in range(n):
        j, lane = found[k], whose[k]
        queue[lane, tail[lane]] = j
        tail[lane] += 1 - ((np.int64(mark[j]) >> lane) & 1)
        mark[j] |= np.uint8(1 << lane)


@compiled(**INLINED)
def _arcs_of(
    v, lane, indptr, ends, scale, chance, luck, ordinal, found, whose, n, mark, queue, tail
):  # fmt: skip
    """Draw the live arcs of v; returns draws used, and how many arcs wait to be settled."""
    at, end = indptr[v], indptr[v + 1]
    by_arc = len(chance) > 0
    mean = 0.0 if by_arc else scale[v]
    while at < end:
        word = fold(luck, ordinal)
        ordinal += np.uint64(1)
        live = True
        if by_arc:
            bound = chance[at]
            at += _skip(word, scale[at])
            live = at < end and (
                chance[at] >= bound or uniform(fold(word, np.uint64(1))) * bound <= chance[at]
            )  # fmt: skip
        else:
            at += _skip(word, mean)
            live = at < end
        if live:
            if n == len(found):
                _settle(indptr, ends, scale, found, whose, n, mark, queue, tail)
                n = 0
            found[n], whose[n] = at, lane
            fetch_item(ends, at)
            n += 1
        at += 1
    return ordinal, n


@compiled(**INLINED)
def _search_side_by_side(
    indptr, ends, scale, chance, accept, other, key, base, n_lanes, mark, queue, luck, ordinal, head, tail, alive,
    found, whose,
):  # fmt: skip
    """Search the sets from ``base`` on, some steps of each in turn, so that memory is waited for together."""
    n = len(indptr) - 1
    for lane in range(n_lanes):
        luck[lane] = fold(key, np.uint64(base + lane))
        root = _root(fold(luck[lane], np.uint64(0)), accept, other, n)
        ordinal[lane], head[lane], tail[lane], alive[lane] = np.uint64(1), 0, 1, lane
        queue[lane, 0] = root
        mark[root] |= np.uint8(1 << lane)
        fetch_item(indptr, root)
        fetch_item(scale, root)
    n_alive = n_lanes
    while n_alive:
        n_found = 0
        for k in range(n_alive):
            lane = alive[k]
            upto = min(tail[lane], head[lane] + _STEP)
            for h in range(head[lane], upto):
                ordinal[lane], n_found = _arcs_of(
                    np.int64(queue[lane, h]), lane, indptr, ends, scale, chance, luck[lane], ordinal[lane], found,
                    whose, n_found, mark, queue, tail,
                )  # fmt: skip
            head[lane] = upto
        _settle(indptr, ends, scale, found, whose, n_found, mark, queue, tail)
        kept = 0
        for k in range(n_alive):
            lane = alive[k]
            alive[kept] = lane
            kept += np.int64(head[lane] < tail[lane])
        n_alive = kept
    for lane in range(n_lanes):
        for k in range(tail[lane]):
            mark[queue[lane, k]] = 0


@compiled(**KERNEL)
def search_back(
    indptr, ends, scale, chance, accept, other, key, first, last, mark, queue, luck, place, owner_of, followed,
    influencer, post_scale, most_posts, fewest, met, members, levels, sizes, sums,
):  # fmt: skip
    """Search back from the roots of sets ``first`` to ``last``; ``mark`` and ``fewest`` are noughts before and after.

    Writes who is kept of each set, and how many; adds up how many were visited, and their squares. Returns how many
    sets were done: fewer where there was no more room.
    """
    written, width = np.int64(0), len(queue)
    luck_of, ordinal = luck[0], luck[1]
    head, tail, alive, found, whose = place[0, :width], place[1, :width], place[2, :width], place[3], place[4]
    for base in range(first, last, width):
        n_lanes = min(width, last - base)
        _search_side_by_side(
            indptr, ends, scale, chance, accept, other, key, base, n_lanes, mark, queue, luck_of, ordinal, head, tail,
            alive, found, whose,
        )  # fmt: skip
        for lane in range(n_lanes):
            s, size = base + lane, tail[lane]
            begin = written
            if len(followed):
                n_met = 0
                for k in range(size):
                    u = queue[lane, k]
                    for e in range(followed[u], followed[u + 1]):
                        a = influencer[e]
                        posts = 1 + _skip(fold(luck_of[lane], ordinal[lane]), post_scale[a])
                        ordinal[lane] += np.uint64(1)
                        if posts <= most_posts and (fewest[a] == 0 or posts < fewest[a]):
                            if fewest[a] == 0:
                                met[n_met] = a
                                n_met += 1
                            fewest[a] = posts
                room = written + n_met <= len(members)
                for k in range(n_met):
                    a = met[k]
                    if room:
                        members[written], levels[written] = a, fewest[a]
                        written += 1
                    fewest[a] = 0
                if not room:
                    return s - first
            elif written + size > len(members):
                return s - first
            elif len(owner_of):
                for k in range(size):
                    a = owner_of[queue[lane, k]]
                    if a >= 0:
                        members[written] = a
                        written += 1
            else:
                for k in range(size):
                    members[written + k] = queue[lane, k]
                written += size
            sizes[s - first] = written - begin
            sums[0] += size
            sums[1] += np.float64(size) * size
    return last - first


@compiled(**KERNEL)
def count_hits_of_each(indptr, members, choices, hits):
    """Sets in which each of up to 63 choices has a member; ``choices`` has a bit of each for every owner."""
    for s in range(len(indptr) - 1):
        found = np.int64(0)
        for e in range(indptr[s], indptr[s + 1]):
            found |= choices[members[e]]
        c = 0
        while found:
            hits[c] += found & 1
            found >>= 1
            c += 1


@compiled(**KERNEL)
def count_hits(indptr, members, levels, posts):
    """Sets in which at least one member has as many posts as it takes; one where levels are empty."""
    hits = 0
    for s in range(len(indptr) - 1):
        for e in range(indptr[s], indptr[s + 1]):
            need = levels[e] if len(levels) else 1
            if posts[members[e]] >= need:
                hits += 1
                break
    return hits


@compiled(**KERNEL)
def play(indptr, ends, scale, chance, key, seeds, first, last, mark, queue, place, reach):
    """Play cascades ``first`` to ``last``: whom a talker wins over is drawn for the replicate and the talker."""
    found, whose, tail = place[0], place[1], place[2]
    for replicate in range(first, last):
        luck = fold(key, np.uint64(replicate))
        tail[0] = 0
        for i in seeds:
            queue[0, tail[0]] = i
            tail[0] += 1 - np.int64(mark[i])
            mark[i] = 1
        head = 0
        while head < tail[0]:
            upto, n = min(tail[0], head + _STEP), 0
            for h in range(head, upto):
                i = np.int64(queue[0, h])
                _, n = _arcs_of(
                    i, 0, indptr, ends, scale, chance, fold(luck, np.uint64(i)), np.uint64(0), found, whose, n, mark,
                    queue, tail,
                )  # fmt: skip
            _settle(indptr, ends, scale, found, whose, n, mark, queue, tail)
            head = upto
        reach[replicate] = tail[0]
        for k in range(tail[0]):
            mark[queue[0, k]] = 0
