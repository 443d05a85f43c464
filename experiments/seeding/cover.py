"""Which sets each owner is in: the index that choices are made on, and the gains that are left."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.cover_kernel import count_members, cover_by, find_sets, index_sets, order_by_count
from experiments.seeding.rr_sets import RRSets


class Cover:
    """Sets to be covered, seen from those who cover them.

        >>> cover = cover_of([[0, 1], [1], [2]], n_owners=3)
        >>> cover.count.tolist(), cover.sets[cover.row[1] : cover.row[2]].tolist()
        ([1, 2, 1], [0, 1])

    Attributes:
        n_sets: how many sets there are.
        n_owners: how many can cover them.
        indptr: int64[n_sets + 1], where each set begins and ends in ``members``.
        members: int32, who is in each set.
        levels: int16, the posts that each member needs to cover it; empty where one is enough.
        count: int32[n_owners], sets of each owner.
        least: sets that an owner must be in to stand in the index.
        row: int64[n_owners + 1], where each owner's sets begin and end; nothing for those not in the index.
        sets: int32, the sets of each owner.
        needs: int16, the posts that each of them needs; empty where one is enough.
    """

    def __init__(
        self,
        indptr: NDArray[np.int64],
        members: NDArray[np.int32],
        levels: NDArray[np.int16],
        n_owners: int,
        most_indexed: int | None = None,
    ) -> None:
        """Index the sets, of so many owners at most who are in most of them."""
        self.indptr, self.members, self.levels = indptr, members, levels
        self.n_sets, self.n_owners = len(indptr) - 1, n_owners
        self.count = np.zeros(n_owners, np.int32)
        count_members(members, self.count)
        self.least = 1
        if most_indexed is not None and most_indexed < n_owners:
            self.least = max(int(np.partition(self.count, n_owners - most_indexed)[n_owners - most_indexed]), 1)
        self.row = np.zeros(n_owners + 1, np.int64)
        np.cumsum(np.where(self.count >= self.least, self.count, 0), out=self.row[1:])
        self.sets = np.empty(int(self.row[-1]), np.int32)
        self.needs = np.empty(int(self.row[-1]) if len(levels) else 0, np.int16)
        index_sets(indptr, members, levels, self.count, self.least, self.row[:-1].copy(), self.sets, self.needs)

    def sets_of(self, a: int) -> NDArray[np.int32]:
        """The sets of one owner.

        Args:
            a: its number; whoever is not in the index is looked for in all sets.
        """
        if self.count[a] >= self.least:
            return self.sets[self.row[a] : self.row[a + 1]]
        found = np.empty(int(self.count[a]), np.int32)
        if len(found):
            find_sets(self.indptr, self.members, a, found)
        return found


def cover_of(
    sets: "RRSets | Sequence[Sequence[int]]", *, n_owners: int | None = None, most_indexed: int | None = None
) -> Cover:
    """Index sets by their owners.

        >>> cover_of([[0], [0, 1]], n_owners=2).count.tolist()
        [2, 1]

    Args:
        sets: a collection of reverse-reachable sets; or lists of owners, each once in a set.
        n_owners: how many owners there are; a collection knows.
        most_indexed: owners in the index; all others are looked for when they are taken. Left out: all.
    """
    if isinstance(sets, RRSets):
        return Cover(sets.indptr, sets.members, sets.levels, sets.n_owners, most_indexed)
    indptr = np.zeros(len(sets) + 1, np.int64)
    np.cumsum([len(one) for one in sets], out=indptr[1:])
    members = np.array([a for one in sets for a in one], np.int32)
    n = int(members.max(initial=-1)) + 1 if n_owners is None else n_owners
    return Cover(indptr, members, np.empty(0, np.int16), n, most_indexed)


class Gains:
    """What each owner would still add, kept exact while owners are taken.

    Attributes:
        cover: the sets.
        gain: int64, uncovered sets of each owner.
        order: owners by falling count, those who are in some set.
        open: whether each owner may be taken.
        taken: owners taken so far, in this order.
        gained: sets that each of them covered anew.
    """

    def __init__(self, cover: Cover, *, forced: Sequence[int] = (), excluded: Sequence[int] = ()) -> None:
        self.cover = cover
        self.gain = cover.count.copy()
        self.order = np.empty(cover.n_owners, np.int64)
        order_by_count(cover.count, np.zeros(int(cover.count.max(initial=0)) + 1, np.int64), self.order)
        self.order = self.order[: np.count_nonzero(cover.count)]
        self.open = np.ones(cover.n_owners, np.bool_)
        for name, rows in (("forced", forced), ("excluded", excluded)):
            if any(not 0 <= a < cover.n_owners for a in rows) or len(set(rows)) < len(rows):
                raise ValueError(f"{name} must be different numbers from 0 to {cover.n_owners - 1}")
        if both := sorted(set(forced) & set(excluded)):
            raise ValueError(f"{both[0]} is both forced in and excluded")
        self.open[list(excluded)] = False
        self._covered = np.zeros(cover.n_sets, np.uint8)
        self.taken: list[int] = []
        self.gained: list[int] = []
        for a in forced:
            self.take(a)

    @property
    def covered(self) -> int:
        """Sets covered so far."""
        return sum(self.gained)

    def take(self, a: int) -> None:
        """Take one owner.

        Args:
            a: its number.
        """
        cover = self.cover
        new = cover_by(cover.sets_of(a), cover.indptr, cover.members, self._covered, self.gain)
        self.open[a] = False
        self.taken.append(int(a))
        self.gained.append(int(new))
