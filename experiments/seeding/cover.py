"""Which sets each owner is in: the index that choices are made on, and the gains that are left."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.cover_kernel import cover_by, index_sets, order_by_count
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
        count: int64[n_owners], sets of each owner.
        row: int64[n_owners + 1], where each owner's sets begin and end.
        sets: int32, the sets of each owner.
        needs: int16, the posts that each of them needs; empty where one is enough.
    """

    def __init__(
        self, indptr: NDArray[np.int64], members: NDArray[np.int32], levels: NDArray[np.int16], n_owners: int
    ) -> None:
        self.indptr, self.members, self.levels = indptr, members, levels
        self.n_sets, self.n_owners = len(indptr) - 1, n_owners
        self.count = np.bincount(members, minlength=n_owners).astype(np.int64)
        self.row = np.zeros(n_owners + 1, np.int64)
        np.cumsum(self.count, out=self.row[1:])
        self.sets = np.empty(len(members), np.int32)
        self.needs = np.empty(len(levels), np.int16)
        index_sets(indptr, members, levels, self.row[:-1].copy(), self.sets, self.needs)


def cover_of(sets: "RRSets | Sequence[Sequence[int]]", *, n_owners: int | None = None) -> Cover:
    """Index sets by their owners.

        >>> cover_of([[0], [0, 1]], n_owners=2).count.tolist()
        [2, 1]

    Args:
        sets: a collection of reverse-reachable sets; or lists of owners, each once in a set.
        n_owners: how many owners there are; a collection knows.
    """
    if isinstance(sets, RRSets):
        return Cover(sets.indptr, sets.members, sets.levels, sets.n_owners)
    indptr = np.zeros(len(sets) + 1, np.int64)
    np.cumsum([len(one) for one in sets], out=indptr[1:])
    members = np.array([a for one in sets for a in one], np.int32)
    n = int(members.max(initial=-1)) + 1 if n_owners is None else n_owners
    return Cover(indptr, members, np.empty(0, np.int16), n)


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
        new = cover_by(a, cover.row, cover.sets, cover.indptr, cover.members, self._covered, self.gain)
        self.open[a] = False
        self.taken.append(int(a))
        self.gained.append(int(new))
