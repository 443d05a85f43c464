"""Reverse-reachable sets: for many consumers drawn at random, who could have told them.

    >>> from experiments.seeding.arcs import reverse_arcs
    >>> from simulator.graph import graph_from_edges
    >>> chain = graph_from_edges([0, 1, 2], [1, 2, 3], n=4, directed=True)
    >>> sets = RRSets(reverse_arcs(chain, 1.0), seed=1)
    >>> sets.grow(4000)
    >>> bool(abs(sets.estimate([0]) - 4.0) < 1e-9), bool(abs(sets.estimate([3]) - 1.0) < 0.1)
    (True, True)

The share of the sets in which a choice has a member, times everybody's value, is its expected spread, without bias
and for all choices at once (Borgs et al., *Maximizing social influence in nearly optimal time*, SODA 2014). Set number
s is drawn from the seed and s alone: neither threads nor the order of work change it.
"""

import itertools
import queue
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.arcs import Arcs, skip_scale
from experiments.seeding.audience import Audience
from experiments.seeding.rr_kernel import count_hits, count_hits_of_each, search_back
from simulator.draws import Purpose, root_key, stem_key
from simulator.executor import spread, usable_threads
from simulator.memory import TooLargeError, available

BYTES_PER_ENTRY = 20
"""Of a pair of collections at their largest, for each member of a set in one: both, an index, and a copy to grow."""

_CHUNK = 4096
_LANES = 8
"""Sets that one thread searches side by side; as many as a mark has bits."""

_NO_INTS = np.empty(0, np.int32)
_NO_ROWS = np.empty(0, np.int64)
_NO_NUMBERS = np.empty(0)
_FOUND = 512
"""Arcs that wait for the memory of their ends."""


@dataclass
class _Desk:
    """Scratch space of one thread."""

    mark: NDArray[np.uint8]
    queue: NDArray[np.int32]
    luck: NDArray[np.uint64]
    place: NDArray[np.int64]
    fewest: NDArray[np.int64]
    met: NDArray[np.int32]


class RRSets:
    """A growing collection of reverse-reachable sets.

    Attributes:
        n_sets: how many there are.
        n_owners: who can be in them: nodes, candidates in their order, or influencers.
        indptr: int64[n_sets + 1], where each set begins and ends.
        members: int32, the owners in each set.
        levels: int16, the posts that each of them needs; empty where there are none.
        total_value: of all nodes together; the spread of everybody.
    """

    def __init__(
        self,
        arcs: Arcs,
        *,
        seed: int = 0,
        stream: int = 1,
        values: Sequence[float] | NDArray[np.float64] | None = None,
        candidates: Sequence[int] | NDArray[np.integer] | None = None,
        audience: Audience | None = None,
        threads: int | None = None,
        max_bytes: int | None = None,
    ) -> None:
        """Prepare a collection without sets.

        Args:
            arcs: from each listener to the talkers it hears, from :func:`experiments.seeding.arcs.reverse_arcs`.
            seed: any whole number; the same one gives the same sets.
            stream: collections with different numbers are independent of each other.
            values: what it is worth to reach each node, 0 or more; left out: 1 each. Roots are drawn by it.
            candidates: rows that may be chosen; only they are kept, which saves memory. Left out: everybody.
            audience: influencers outside the network, instead of candidates in it.
            threads: at once; changes nothing but time. Left out: all cores.
            max_bytes: of members at most. Left out: half of what is free.

        Raises:
            ValueError: values, candidates or audience do not fit the network.
            TooLargeError: not even the scratch space of the threads fits.
        """
        if arcs.n < 1:
            raise ValueError("the network has nobody in it")
        if candidates is not None and audience is not None:
            raise ValueError("name candidates in the network or an audience of influencers outside it, not both")
        self.arcs, self.threads = arcs, usable_threads() if threads is None else threads
        self.key = stem_key(root_key(seed), Purpose.CASCADE, stream)
        self.total_value, self._accept, self._other = _alias(values, arcs.n)
        self._owner_of, self._audience = _NO_INTS, audience
        self.n_owners = arcs.n
        if candidates is not None:
            rows = np.asarray(candidates, np.int64)
            if len(np.unique(rows)) != len(rows) or (len(rows) and (rows.min() < 0 or rows.max() >= arcs.n)):
                raise ValueError(f"candidates are different row numbers from 0 to {arcs.n - 1}")
            self._owner_of = np.full(arcs.n, -1, np.int32)
            self._owner_of[rows] = np.arange(len(rows), dtype=np.int32)
            self.n_owners = len(rows)
        if audience is not None:
            if len(audience.followed) != arcs.n + 1:
                raise ValueError(f"the audience is of {len(audience.followed) - 1} people, the network of {arcs.n}")
            self.n_owners = audience.n_influencers
        room = available()
        desk = (1 + 4 * _LANES) * arcs.n + (12 * self.n_owners if audience is not None else 0)
        if room is not None and self.threads * desk > room:
            raise TooLargeError(
                f"{self.threads} threads need {self.threads * desk / 1e6:,.0f} MB to search a network of {arcs.n:,}, "
                f"and {room / 1e6:,.0f} MB are free",
                need=self.threads * desk, available=room, largest=0,
            )  # fmt: skip
        free = 2**34 if room is None else max(room - self.threads * desk, 0) // 2
        self.max_entries = (free if max_bytes is None else max_bytes) // BYTES_PER_ENTRY
        self.n_sets = 0
        self.indptr = np.zeros(1, np.int64)
        self.members: NDArray[np.int32] = _NO_INTS
        self.levels: NDArray[np.int16] = np.empty(0, np.int16)
        self._visits = np.zeros(2)
        self._desks: queue.SimpleQueue[_Desk] = queue.SimpleQueue()

    @property
    def mean_size(self) -> float:
        """Nodes that a search visits on average: the reach of one consumer drawn at random."""
        return float(self._visits[0]) / max(self.n_sets, 1)

    @property
    def typical_share(self) -> float:
        """Share of the network that the set of a typical visited node covers; far from 0 if cascades take off."""
        return float(self._visits[1] / max(self._visits[0], 1.0)) / self.arcs.n

    def fits(self, n_sets: int) -> bool:
        """Whether so many sets are likely to fit into memory, judged by those that there are.

        Args:
            n_sets: in all.
        """
        return self.n_sets == 0 or len(self.members) / self.n_sets * n_sets <= self.max_entries

    def grow(self, n_sets: int) -> None:
        """Draw more sets.

        Args:
            n_sets: how many there shall be in all; fewer than there are change nothing.

        Raises:
            TooLargeError: the sets outgrow memory by far, which :meth:`fits` asked beforehand tells.
        """
        if n_sets <= self.n_sets:
            return
        cuts = [*range(self.n_sets, n_sets, max(min(_CHUNK, (n_sets - self.n_sets) // (4 * self.threads)), 16)), n_sets]
        self._room = 2 * self.max_entries + _CHUNK
        pieces = spread(self._some, list(itertools.pairwise(cuts)), threads=self.threads)
        sizes = np.concatenate([sizes for _, _, sizes, _ in pieces])
        tail = np.cumsum(sizes) + self.indptr[-1]
        self.indptr = np.concatenate([self.indptr, tail])
        self.members = np.concatenate([self.members, *(members for members, _, _, _ in pieces)])
        if self._audience is not None:
            self.levels = np.concatenate([self.levels, *(levels for _, levels, _, _ in pieces)])
        for _, _, _, sums in pieces:
            self._visits += sums
        self.n_sets = n_sets

    def _some(
        self, span: tuple[int, int]
    ) -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int64], NDArray[np.float64]]:
        """The sets of one span: members, levels, sizes and sums."""
        first, last = span
        fans = self._audience
        try:
            desk = self._desks.get_nowait()
        except queue.Empty:
            n_fewest = 0 if fans is None else self.n_owners
            desk = _Desk(
                np.zeros(self.arcs.n, np.uint8), np.empty((_LANES, self.arcs.n + 1), np.int32),
                np.empty((2, _LANES), np.uint64), np.empty((5, _FOUND), np.int64), np.zeros(n_fewest, np.int64),
                np.empty(n_fewest, np.int32),
            )  # fmt: skip
        expected = len(self.members) / self.n_sets if self.n_sets else 16.0
        size = int(1.25 * expected * (last - first)) + 1024
        parts: list[tuple[NDArray[np.int32], NDArray[np.int16]]] = []
        sizes, sums = np.empty(last - first, np.int64), np.zeros(2)
        at = first
        while at < last:
            members = np.empty(size, np.int32)
            levels = np.empty(size if fans is not None else 0, np.int16)
            arcs = self.arcs
            done = search_back(
                arcs.indptr, arcs.ends, arcs.scale, arcs.chance, self._accept, self._other, self.key, at, last,
                desk.mark, desk.queue, desk.luck, desk.place, self._owner_of,
                _NO_ROWS if fans is None else fans.followed,
                _NO_INTS if fans is None else fans.influencer, _NO_NUMBERS if fans is None else skip_scale(fans.chance),
                0 if fans is None else fans.most_posts, desk.fewest, desk.met, members, levels, sizes[at - first :],
                sums,
            )  # fmt: skip
            used = int(sizes[at - first : at - first + done].sum())
            self._room -= used  # of all threads: a brake for what no estimate foresaw, not a count
            if self._room < 0:
                raise TooLargeError(
                    f"the searches outgrow memory: more than {2 * self.max_entries:,} people were met", need=0,
                    available=self.max_entries * BYTES_PER_ENTRY, largest=0,
                )  # fmt: skip
            parts.append((members[:used].copy() if used < 0.7 * size else members[:used], levels[:used]))
            at += done
            size = max(2 * size, 2 * self.n_owners) if done == 0 else max(size, 2 * used)
        self._desks.put(desk)
        joined = np.concatenate([part[0] for part in parts]) if len(parts) > 1 else parts[0][0]
        posts = np.concatenate([part[1] for part in parts]) if len(parts) > 1 else parts[0][1]
        return joined, posts, sizes, sums

    def hits(
        self, owners: Sequence[int] | NDArray[np.integer], posts: Sequence[int] | NDArray[np.integer] | None = None
    ) -> int:
        """In how many sets at least one of the owners is.

        Args:
            owners: nodes, or numbers of candidates or influencers.
            posts: how many each of them makes; left out: as many as anybody needs.
        """
        enough = np.zeros(self.n_owners, np.int64)
        rows = np.asarray(owners, np.int64)
        enough[rows] = np.iinfo(np.int16).max if posts is None else np.asarray(posts, np.int64)
        return int(count_hits(self.indptr, self.members, self.levels, enough))

    def hits_of_each(self, choices: Sequence[Sequence[int]]) -> NDArray[np.int64]:
        """The same for several choices, in one pass.

        Args:
            choices: up to 63 lists of owners.

        Raises:
            ValueError: more choices.
        """
        if len(choices) > 63:
            raise ValueError(f"{len(choices)} choices are too many for one pass; at most 63")
        bits = np.zeros(self.n_owners, np.int64)
        for c, owners in enumerate(choices):
            np.bitwise_or.at(bits, np.asarray(owners, np.int64), np.int64(1 << c))
        hits = np.zeros(len(choices), np.int64)
        count_hits_of_each(self.indptr, self.members, bits, hits)
        return hits

    def estimate(
        self, owners: Sequence[int] | NDArray[np.integer], posts: Sequence[int] | NDArray[np.integer] | None = None
    ) -> float:
        """The value that a choice reaches on average, as :meth:`hits` estimates it.

        Args:
            owners: nodes, or numbers of candidates or influencers.
            posts: how many each of them makes.
        """
        return self.hits(owners, posts) * self.total_value / max(self.n_sets, 1)


def _alias(
    values: Sequence[float] | NDArray[np.float64] | None, n: int
) -> tuple[float, NDArray[np.float64], NDArray[np.int32]]:
    """The sum of the values, and a table that draws nodes in proportion (Walker 1977; Vose 1991)."""
    if values is None:
        return float(n), _NO_NUMBERS, _NO_INTS
    weights = np.asarray(values, np.float64)
    if weights.shape != (n,) or not (np.isfinite(weights) & (weights >= 0.0)).all() or weights.sum() <= 0.0:
        raise ValueError(f"values are {n} numbers of 0 or more, not all of them 0")
    share = weights / weights.sum() * n
    accept, other = np.ones(n), np.arange(n, dtype=np.int32)
    low, high = list(np.flatnonzero(share < 1.0)), list(np.flatnonzero(share >= 1.0))
    while low and high:
        i, j = low.pop(), high[-1]
        accept[i], other[i] = share[i], j
        share[j] -= 1.0 - share[i]
        if share[j] < 1.0:
            low.append(high.pop())
    return float(weights.sum()), accept, other
