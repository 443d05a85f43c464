"""How far one push travels: the independent cascade, in which everyone who is reached tells each listener once.

    >>> import numpy as np
    >>> from simulator.graph import graph_from_edges
    >>> chain = graph_from_edges([0, 1, 2], [1, 2, 3], n=4)
    >>> cascade(chain, seeds=[0], p=1.0).tolist()
    [4]
    >>> reach = cascade(chain, seeds=[0], p=0.5, replicates=1000, seed=7)
    >>> bool(abs(reach.mean() - 1.875) < 0.15)  # 1 + 1/2 + 1/4 + 1/8
    True

This is the simplest of all models of word of mouth, good for choosing seeds and for teaching. Who is reached talks
to each listener once, and each believes with the same chance, whoever else has told them. There are no days, no
stages and no media; a campaign with all of these is run by :mod:`simulator.simulate`.

The listeners whom a talker wins over are a property of the replicate, drawn when the talker is reached and named by
the talker alone. So with the same ``seed`` one more person to begin with never lowers the reach of any replicate,
and two lists of seeds meet the same luck: subtract replicate from replicate.

A row is not walked listener by listener: how many are passed over before the next one is won is geometric, and is
looked up by twelve bits of the draw, and the rest of it is compared with the powers of 1 - p, so that the law is
exact. Places in memory are collected first and read later, so that they are waited for together.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import Purpose, fold, root_key, stem_key, uniform
from simulator.graph import SocialGraph
from simulator.vectors import fetch_item

CELL_BITS = 12
"""Bits of a draw that the table of skips is looked up by; a larger table would crowd the smallest cache."""

_CELL_SHIFT = np.uint64(64 - CELL_BITS)
_WEAK = np.uint64(2**63)  # no ordinal: weak ties have draws of their own
_BATCH = 256
"""Talkers who draw side by side, so that neither their draws nor their memory are waited for one by one."""

_FOUND = 1024
"""Room for the places of those whom they win over."""

_TASKS_PER_THREAD = 4


def cascade(
    graph: SocialGraph,
    *,
    seeds: Sequence[int] | NDArray[np.integer],
    p: float | tuple[float, float],
    replicates: int = 1,
    seed: int = 0,
    threads: int | None = None,
) -> NDArray[np.int64]:
    """How many people a message reaches from a few, when everyone it reaches passes it on once.

        >>> from simulator.graph import graph_from_edges
        >>> star = graph_from_edges([0, 0, 0], [1, 2, 3], n=4)
        >>> cascade(star, seeds=[0, 1], p=0.0, replicates=3).tolist()
        [2, 2, 2]

    Args:
        graph: who hears whom; talk goes from a talker to the listeners. Well-mixed markets have no ties to follow.
        seeds: row numbers of those who know it from the start. They count as reached; one named twice counts once.
        p: chance from 0 to 1 that one telling is believed; or two, over strong and over weak ties.
        replicates: how many times to play it; the standard error of the mean falls with its square root.
        seed: any whole number. The same one gives every list of seeds the same luck, replicate by replicate.
        threads: how many run at once; left out, as many as there are processors. Changes no number.

    Returns:
        int64[replicates], how many were reached, the seeds among them.

    Raises:
        ValueError: a seed is no row, ``p`` is no chance, ``replicates`` or ``threads`` is too small, or the market
            is well-mixed.

    The model is that of Goldenberg, Libai and Muller (2001), *Talk of the network*, Marketing Letters 12(3), and of
    Kempe, Kleinberg and Tardos (2003), *Maximizing the spread of influence through a social network*.
    """
    return _play(graph, seeds, p, replicates, seed, threads, np.empty((0, 0), np.bool_))


def cascade_members(
    graph: SocialGraph,
    *,
    seeds: Sequence[int] | NDArray[np.integer],
    p: float | tuple[float, float],
    replicates: int = 1,
    seed: int = 0,
    threads: int | None = None,
) -> NDArray[np.bool_]:
    """Who is reached in each replicate of :func:`cascade`, for asking whom a choice of seeds leaves out.

        >>> from simulator.graph import graph_from_edges
        >>> pairs = graph_from_edges([0, 2], [1, 3], n=4)
        >>> cascade_members(pairs, seeds=[0], p=1.0).tolist()
        [[True, True, False, False]]

    Args:
        graph: as for :func:`cascade`, like all that follow; row sums are what that function returns.
        seeds: row numbers of those who know it from the start.
        p: chance that one telling is believed; or two, over strong and over weak ties.
        replicates: how many times to play it; each takes a byte for every consumer.
        seed: any whole number.
        threads: how many run at once.

    Returns:
        bool[replicates, n], whether each consumer was reached.

    Raises:
        ValueError: as for :func:`cascade`.
    """
    members = np.zeros((max(replicates, 0), graph.n), np.bool_)
    _play(graph, seeds, p, replicates, seed, threads, members)
    return members


def _play(
    graph: SocialGraph,
    seeds: Sequence[int] | NDArray[np.integer],
    p: float | tuple[float, float],
    replicates: int,
    seed: int,
    threads: int | None,
    members: NDArray[np.bool_],
) -> NDArray[np.int64]:
    if graph.well_mixed:
        raise ValueError("a well-mixed market has no ties to follow; choose another kind of graph")
    if replicates < 0 or (threads is not None and threads < 1):
        raise ValueError("replicates must be 0 or more and threads 1 or more")
    rows = np.asarray(seeds)
    if rows.ndim != 1 or (len(rows) and rows.dtype.kind not in "iu"):
        raise ValueError("seeds must be a list of row numbers")
    if len(rows) and (rows.min() < 0 or rows.max() >= graph.n):
        raise ValueError(f"seeds are row numbers from 0 to {graph.n - 1}, not {rows.min()} to {rows.max()}")
    chances = p if isinstance(p, tuple) else (p, p)
    if len(chances) != 2 or not all(0.0 <= chance <= 1.0 for chance in chances):
        raise ValueError(f"p is one chance from 0 to 1, or two for strong and weak ties, not {p}")

    longest = int(np.diff(graph.indptr).max(initial=0))
    powers = [skip_powers(float(chance), longest) for chance in chances]
    tables = [skip_table(row) for row in powers]
    apart = chances[0] != chances[1]
    key = stem_key(root_key(seed), Purpose.CASCADE)
    reach = np.zeros(replicates, np.int64)
    starts = np.ascontiguousarray(rows, np.int32)

    def some(first: int, last: int) -> None:
        _spread(
            graph.indptr, graph.strong_end, graph.listeners, apart, *tables, *powers, key, starts, first, last,
            np.zeros(graph.n, np.uint8), np.empty(graph.n + 1, np.int32), *np.empty((2, _BATCH + 1), np.int64),
            np.empty(_BATCH + 1, np.uint64), np.empty(_FOUND, np.int64), reach, members,
        )  # fmt: skip

    workers = min(threads or _processors(), max(replicates, 1))
    if workers == 1:
        some(0, replicates)
        return reach
    cuts = np.linspace(0, replicates, min(workers * _TASKS_PER_THREAD, replicates) + 1).astype(int).tolist()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(some, cuts[:-1], cuts[1:]))
    return reach


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def skip_powers(p: float, longest: int) -> NDArray[np.float64]:
    """The chance of passing over the first k + 1 of a row, for every k that a row can have; then nought, to stop at.

        >>> skip_powers(0.5, 3).tolist()
        [0.5, 0.25, 0.125, 0.0]

    Args:
        p: chance of stopping at each one.
        longest: length of the longest row; beyond it all skips are alike.
    """
    return np.append(np.cumprod(np.full(longest, 1.0 - p)), 0.0)


def skip_table(powers: NDArray[np.float64]) -> NDArray[np.int32]:
    """The least to pass over for each twelve leading bits of a draw: at most one more, or ``~least`` if more than one.

        >>> skip_table(skip_powers(0.5, 3))[[0, 1, 600, 1500, 3000]].tolist()
        [3, 3, 2, 1, 0]
        >>> int(~skip_table(skip_powers(0.01, 5000))[0])
        827

    Args:
        powers: from :func:`skip_powers`.
    """
    width = 2.0**-CELL_BITS
    top = np.arange(1, (1 << CELL_BITS) + 1) * width
    bottom = top - width + 2.0**-53  # draws begin at 2**-53
    least, most = (np.searchsorted(-powers, -u, side="right") for u in (top, bottom))
    return np.where(most <= least + 1, least, ~least).astype(np.int32)


@compiled(**KERNEL)
def _search(word, table, powers):
    """How many powers of 1 - p a draw does not exceed, where its leading bits leave much open."""
    u, cell = uniform(word), np.int64(word >> _CELL_SHIFT)
    low, high = np.int64(~table[cell]), len(powers) - 1
    if cell > 0:
        next_one = np.int64(table[cell - 1])
        high = next_one if next_one >= 0 else ~next_one
    while low < high:
        middle = (low + high) >> 1
        if u <= powers[middle]:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(**INLINED)
def skip_of(word, table, powers):
    """How many of a row to pass over for this draw: a geometric by comparison with the powers of 1 - p.

    Args:
        word: a key.
        table: from :func:`skip_table`.
        powers: from :func:`skip_powers`.
    """
    skip = np.int64(table[np.int64(word >> _CELL_SHIFT)])
    if skip < 0:
        return _search(word, table, powers)
    return skip + np.int64(uniform(word) <= powers[skip])


@compiled(**INLINED)
def _begin(indptr, strong_end, apart, weak, luck, table, powers, queue, head, batch, place, end, own):
    """Draw whom each talker of a batch wins over first; who wins nobody over is dropped."""
    n = 0
    for k in range(head, head + batch):
        i = queue[k]
        word = fold(luck, np.uint64(i))
        if weak:
            word = fold(word, _WEAK)
        first = strong_end[i] if weak else indptr[i]
        last = strong_end[i] if apart and not weak else indptr[i + 1]
        place[n], end[n], own[n] = first + skip_of(word, table, powers), last, word
        n += np.int64(place[n] < last)  # no branch: whether luck holds cannot be foreseen
    return n


@compiled(**INLINED)
def _go_on(ordinal, table, powers, place, end, own, n):
    """Draw whom each talker of a batch wins over next; who wins nobody else over is dropped."""
    kept = 0
    for k in range(n):
        word, last = own[k], end[k]
        place[kept] = place[k] + 1 + skip_of(fold(word, ordinal), table, powers)
        end[kept], own[kept] = last, word
        kept += np.int64(place[kept] < last)
    return kept


@compiled(**INLINED)
def _reach(indptr, listeners, found, n, reached, queue, tail):
    """Put those who were won over, and had not been before, at the end of the queue."""
    for k in range(n):
        j = np.int64(listeners[found[k]])
        found[k] = j
        fetch_item(reached, j)
        fetch_item(indptr, j)
    for k in range(n):
        j = found[k]
        queue[tail] = j
        tail += 1 - np.int64(reached[j])
        reached[j] = 1
    return tail


@compiled(**KERNEL)
def _spread(
    indptr, strong_end, listeners, apart, strong_table, weak_table, strong_powers, weak_powers, key, seeds, first, last,
    reached, queue, place, end, own, found, reach, members,
):  # fmt: skip
    """Play replicates ``first`` to ``last``; ``reached`` is noughts before and after."""
    for replicate in range(first, last):
        luck = fold(key, np.uint64(replicate))
        tail = 0
        for i in seeds:
            if not reached[i]:
                reached[i] = 1
                queue[tail] = i
                tail += 1
        head = 0
        while head < tail:
            batch = min(tail - head, _BATCH)
            for weak in range(1 + np.int64(apart)):
                table, powers = (weak_table, weak_powers) if weak else (strong_table, strong_powers)
                n = _begin(
                    indptr, strong_end, apart, weak, luck, table, powers, queue, head, batch, place, end, own
                )  # fmt: skip
                n_found, ordinal = 0, np.uint64(0)
                while n:
                    for k in range(n):
                        found[n_found] = place[k]
                        fetch_item(listeners, place[k])
                        n_found += 1
                    if n_found > _FOUND - _BATCH:
                        tail = _reach(indptr, listeners, found, n_found, reached, queue, tail)
                        n_found = 0
                    n = _go_on(ordinal, table, powers, place, end, own, n)
                    ordinal += np.uint64(1)
                tail = _reach(indptr, listeners, found, n_found, reached, queue, tail)
            head += batch
        reach[replicate] = tail
        if len(members):
            for k in range(tail):
                members[replicate, queue[k]] = True
        for k in range(tail):
            reached[queue[k]] = 0
