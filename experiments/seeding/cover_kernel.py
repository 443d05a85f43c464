"""Compiled parts of maximum coverage: an index from owners to sets, gains kept exact, and the best of them."""

import numpy as np

from simulator.compiling import INLINED, KERNEL, compiled


@compiled(**KERNEL)
def count_members(members, count):
    """Adds up in how many sets each owner is."""
    for a in members:
        count[a] += 1


@compiled(**KERNEL)
def index_sets(indptr, members, levels, count, least, begin, sets, needs):
    """Deal sets to members who are in ``least`` sets; ``begin`` is where their rows begin, and end afterwards."""
    for s in range(len(indptr) - 1):
        for e in range(indptr[s], indptr[s + 1]):
            a = members[e]
            if count[a] >= least:
                sets[begin[a]] = s
                if len(levels):
                    needs[begin[a]] = levels[e]
                begin[a] += 1


@compiled(**KERNEL)
def find_sets(indptr, members, a, sets):
    """The sets of one owner, for want of an index."""
    n = 0
    for s in range(len(indptr) - 1):
        for e in range(indptr[s], indptr[s + 1]):
            if members[e] == a:
                sets[n] = s
                n += 1


@compiled(**KERNEL)
def order_by_count(count, begin, order):
    """Owners by falling count, then by number; ``begin`` is noughts, one more than the largest count and one."""
    for a in range(len(count)):
        begin[count[a]] += 1
    at = 0
    for c in range(len(begin) - 1, -1, -1):
        here = begin[c]
        begin[c] = at
        at += here
    for a in range(len(count)):
        order[begin[count[a]]] = a
        begin[count[a]] += 1


@compiled(**KERNEL)
def cover_by(sets, indptr, members, covered, gain):
    """Mark the sets of an owner as covered, and take them from the gains of all their members; how many were new."""
    new = 0
    for s in sets:
        if not covered[s]:
            covered[s] = 1
            new += 1
            for m in range(indptr[s], indptr[s + 1]):
                gain[members[m]] -= 1
    return new


@compiled(**KERNEL)
def best_gain(order, first, gain, open_):
    """The open owner of the largest gain; ``order`` is by falling first gain, beyond which no gain ever is."""
    best, most = np.int64(-1), np.int64(-1)
    for k in range(len(order)):
        a = order[k]
        if first[a] < most:
            break
        if open_[a] and (gain[a] > most or (gain[a] == most and a < best)):
            best, most = a, gain[a]
    return best


@compiled(**KERNEL)
def best_ratio(order, ratio, gain, cost, room, open_):
    """The open owner of the largest gain for its cost that fits; ``order`` is by falling first ratio."""
    best, most = np.int64(-1), -1.0
    for k in range(len(order)):
        a = order[k]
        if ratio[a] < most:
            break
        if open_[a] and cost[a] <= room:
            now = gain[a] / cost[a]
            if now > most or (now == most and a < best):
                best, most = a, now
    return best


@compiled(**KERNEL)
def best_fitting(order, first, gain, cost, room, open_):
    """The open owner of the largest gain that fits; ``order`` is by falling first gain."""
    best, most = np.int64(-1), np.int64(-1)
    for k in range(len(order)):
        a = order[k]
        if first[a] < most:
            break
        if open_[a] and cost[a] <= room and (gain[a] > most or (gain[a] == most and a < best)):
            best, most = a, gain[a]
    return best


@compiled(**INLINED)
def _sink(heap, n):
    """Move the first of a heap of the least down to where it belongs."""
    at, value = 0, heap[0]
    while 2 * at + 1 < n:
        child = 2 * at + 1
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = value


@compiled(**KERNEL)
def sum_of_largest(order, first, gain, open_, heap):
    """The sum of as many of the largest gains as the heap, which is noughts, has places."""
    n, total = len(heap), np.int64(0)
    if n == 0:
        return total
    for k in range(len(order)):
        a = order[k]
        if first[a] <= heap[0]:
            break
        if open_[a] and gain[a] > heap[0]:
            total += gain[a] - heap[0]
            heap[0] = gain[a]
            _sink(heap, n)
    return total
