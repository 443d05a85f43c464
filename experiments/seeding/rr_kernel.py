"""Compiled searches: who could have told a consumer, and whom a few reach.

Kernels call nothing compiled outside this file and the simulator, so that what is kept compiled is never out of date.
"""

import numpy as np

from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import exponential, fold, uniform
from simulator.vectors import fetch_item

_FAR = 1 << 40
_TO_UNIT = 2.0**-53


@compiled(**INLINED)
def _skip(word, scale):
    """How many to pass over: a geometric, as the whole part of an exponential."""
    x = exponential(word) * scale
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
def _ends_of(v, indptr, ends, scale, chance, luck, ordinal, mark, queue, tail):
    """Put those at the end of the live arcs of v into the queue, unless they are there; draws used, and its end."""
    at, end = indptr[v], indptr[v + 1]
    if len(chance):
        while at < end:
            bound = chance[at]
            word = fold(luck, ordinal)
            ordinal += np.uint64(1)
            at += _skip(word, scale[at])
            if at >= end:
                break
            if chance[at] >= bound or uniform(fold(word, np.uint64(1))) * bound <= chance[at]:
                j = np.int64(ends[at])
                queue[tail] = j
                tail += 1 - np.int64(mark[j])
                mark[j] = 1
                fetch_item(indptr, j)
            at += 1
    else:
        mean = scale[v]
        while at < end:
            at += _skip(fold(luck, ordinal), mean)
            ordinal += np.uint64(1)
            if at >= end:
                break
            j = np.int64(ends[at])
            queue[tail] = j
            tail += 1 - np.int64(mark[j])
            mark[j] = 1
            fetch_item(indptr, j)
            fetch_item(scale, j)
            at += 1
    return ordinal, tail


@compiled(**KERNEL)
def search_back(
    indptr, ends, scale, chance, accept, other, key, first, last, mark, queue, owner_of, followed, influencer,
    post_scale, most_posts, fewest, met, members, levels, sizes, sums,
):  # fmt: skip
    """Search back from the roots of sets ``first`` to ``last``; ``mark`` and ``fewest`` are noughts before and after.

    Writes who is kept of each set, and how many; adds up how many were visited, and their squares. Returns how many
    sets were done: fewer where there was no more room.
    """
    n, written = len(indptr) - 1, np.int64(0)
    for s in range(first, last):
        luck = fold(key, np.uint64(s))
        root = _root(fold(luck, np.uint64(0)), accept, other, n)
        ordinal = np.uint64(1)
        mark[root], queue[0] = 1, root
        head, tail = 0, 1
        while head < tail:
            if head + 2 < tail:
                fetch_item(ends, indptr[queue[head + 2]])
            ordinal, tail = _ends_of(
                np.int64(queue[head]), indptr, ends, scale, chance, luck, ordinal, mark, queue, tail
            )  # fmt: skip
            head += 1
        begin = written
        full = False
        if len(followed):
            n_met = 0
            for k in range(tail):
                u = queue[k]
                for e in range(followed[u], followed[u + 1]):
                    a = influencer[e]
                    posts = 1 + _skip(fold(luck, ordinal), post_scale[a])
                    ordinal += np.uint64(1)
                    if posts <= most_posts and (fewest[a] == 0 or posts < fewest[a]):
                        if fewest[a] == 0:
                            met[n_met] = a
                            n_met += 1
                        fewest[a] = posts
            full = written + n_met > len(members)
            for k in range(n_met):
                a = met[k]
                if not full:
                    members[written], levels[written] = a, fewest[a]
                    written += 1
                fewest[a] = 0
        elif written + tail > len(members):
            full = True
        elif len(owner_of):
            for k in range(tail):
                a = owner_of[queue[k]]
                if a >= 0:
                    members[written] = a
                    written += 1
        else:
            for k in range(tail):
                members[written + k] = queue[k]
            written += tail
        for k in range(tail):
            mark[queue[k]] = 0
        if full:
            return s - first
        sizes[s - first] = written - begin
        sums[0] += tail
        sums[1] += np.float64(tail) * tail
    return last - first


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
def play(indptr, ends, scale, chance, key, seeds, first, last, mark, queue, reach):
    """Play cascades ``first`` to ``last``: whom a talker wins over is drawn for the replicate and the talker."""
    for replicate in range(first, last):
        luck = fold(key, np.uint64(replicate))
        tail = 0
        for i in seeds:
            queue[tail] = i
            tail += 1 - np.int64(mark[i])
            mark[i] = 1
        head = 0
        while head < tail:
            i = np.int64(queue[head])
            if head + 2 < tail:
                fetch_item(ends, indptr[queue[head + 2]])
            _, tail = _ends_of(
                i, indptr, ends, scale, chance, fold(luck, np.uint64(i)), np.uint64(0), mark, queue, tail
            )  # fmt: skip
            head += 1
        reach[replicate] = tail
        for k in range(tail):
            mark[queue[k]] = 0
