"""Choosing who covers most sets: so many, or what a budget pays, with a bound on what any choice could cover.

    >>> from experiments.seeding.cover import cover_of
    >>> cover = cover_of([[0, 1], [0, 1], [0], [1, 2], [2]], n_owners=3)
    >>> max_coverage(cover, k=2).owners
    (0, 2)
    >>> budgeted_coverage(cover, costs=[5.0, 1.0, 1.0], budget=2.0).owners
    (1, 2)

Gains only fall while owners are taken, so that whoever once gained less than the best of now need not be looked at
(Minoux 1978; Leskovec et al. 2007). Of owners who gain alike the one of the lowest number is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.cover import Cover, Gains
from experiments.seeding.cover_kernel import best_fitting, best_gain, best_ratio, sum_of_largest

BOUNDS = 24
"""Steps at which the bound is worked out; each step gives a valid one, and the least counts."""


@dataclass(frozen=True)
class Choice:
    """Owners chosen, and how far from the best possible they may be on these sets.

    Attributes:
        owners: in the order in which they were taken; those forced in come first.
        gains: sets that each of them covered anew.
        most: no choice within the same limits covers more of these sets.
        cost: of all owners; their number where there are no costs.
    """

    owners: tuple[int, ...]
    gains: tuple[int, ...]
    most: float
    cost: float

    @property
    def covered(self) -> int:
        """Sets that the choice covers."""
        return sum(self.gains)


def max_coverage(cover: Cover, *, k: int, forced: Sequence[int] = (), excluded: Sequence[int] = ()) -> Choice:
    """Choose k owners who cover as many sets as greed finds, at least 63 % of the most possible.

        >>> from experiments.seeding.cover import cover_of
        >>> max_coverage(cover_of([[0], [0], [1]], n_owners=2), k=1)
        Choice(owners=(0,), gains=(2,), most=2.0, cost=1.0)

    Args:
        cover: the sets.
        k: 0 or more; fewer are chosen where there are not so many.
        forced: owners in every choice, counted in k.
        excluded: owners in no choice.

    Raises:
        ValueError: more are forced in than k, or an owner is impossible.

    Source: Nemhauser, Wolsey and Fisher (1978) for 1 - 1/e; the bound is that of Tang et al. (2018), *Online
    processing algorithms for influence maximization*: what is covered at any step, plus the k largest gains then.
    """
    if k < len(forced):
        raise ValueError(f"{len(forced)} owners are forced in, and k is {k}")
    gains = Gains(cover, forced=forced, excluded=excluded)
    left = k - len(forced)
    steps = set(np.linspace(0, left, min(left + 1, BOUNDS)).astype(int).tolist())
    most = float(cover.n_sets)
    for step in range(left + 1):
        if step in steps:
            heap = np.zeros(min(left, cover.n_owners), np.int64)
            top = sum_of_largest(gains.order, cover.count, gains.gain, gains.open, heap)
            most = min(most, float(gains.covered + top))
        if step < left:
            a = int(best_gain(gains.order, cover.count, gains.gain, gains.open))
            if a < 0 or gains.gain[a] == 0:  # whoever is left adds nothing: the first of them make up the number
                spare = np.flatnonzero(gains.open)[: left - step]
                for b in spare.tolist():
                    gains.take(b)
                most = min(most, float(gains.covered))
                break
            gains.take(a)
    return Choice(tuple(gains.taken), tuple(gains.gained), most, float(len(gains.taken)))


def budgeted_coverage(
    cover: Cover,
    *,
    costs: Sequence[float] | NDArray[np.float64],
    budget: float,
    k: int | None = None,
    forced: Sequence[int] = (),
    excluded: Sequence[int] = (),
) -> Choice:
    """Choose owners whom a budget pays, by gain for money, and at each step also try the one best last purchase.

        >>> from experiments.seeding.cover import cover_of
        >>> sets = cover_of([[0, 1], [1], [1], [2]], n_owners=3)
        >>> budgeted_coverage(sets, costs=[1.0, 10.0, 1.0], budget=10.0).owners  # not 0 and 2, the best for money
        (1,)

    Args:
        cover: the sets.
        costs: of each owner, above 0.
        budget: in the same unit; what is spent never exceeds it.
        k: owners at most; left out: any number.
        forced: owners in every choice, paid from the budget.
        excluded: owners in no choice.

    Raises:
        ValueError: a cost is not above 0, those forced in cost more than the budget, or an owner is impossible.

    Source: Greedy+Max of Yaroslavtsev, Zhou and Avdiukhin (2020), *Bring your own greedy+max*, which covers half of
    the most possible at least (with ``k``, nothing is promised). The bound is what is covered at any step, plus the
    gains then as a knapsack whose last thing may be cut.
    """
    cost = np.asarray(costs, np.float64)
    if cost.shape != (cover.n_owners,) or not (np.isfinite(cost) & (cost > 0.0)).all():
        raise ValueError(f"costs are {cover.n_owners} finite numbers above 0")
    gains = Gains(cover, forced=forced, excluded=excluded)
    spent = float(cost[list(forced)].sum())
    limit = cover.n_owners if k is None else k
    if spent > budget or len(forced) > limit:
        raise ValueError(f"those forced in cost {spent:,.10g} and are {len(forced)}, beyond the limits")
    whole = budget - spent
    gains.open &= cost <= whole
    ratio = cover.count / cost
    by_ratio = gains.order[np.argsort(-ratio[gains.order], kind="stable")]
    best: tuple[int, tuple[int, ...], tuple[int, ...]] = (gains.covered, tuple(gains.taken), tuple(gains.gained))
    most, next_bound, room = float(cover.n_sets), 0, whole
    while True:
        if len(gains.taken) - len(forced) >= next_bound:
            most = min(most, gains.covered + _knapsack(gains, cost, whole))
            if k is not None:
                heap = np.zeros(min(max(k - len(forced), 0), cover.n_owners), np.int64)
                top = sum_of_largest(gains.order, cover.count, gains.gain, gains.open, heap)
                most = min(most, float(gains.covered + top))
            next_bound = max(next_bound + 1, round(next_bound * 1.3))
        if len(gains.taken) >= limit:
            break
        last = int(best_fitting(gains.order, cover.count, gains.gain, cost, room, gains.open))
        if last < 0 or gains.gain[last] == 0:
            break
        if (reached := gains.covered + int(gains.gain[last])) > best[0]:
            best = reached, (*gains.taken, last), (*gains.gained, int(gains.gain[last]))
        a = int(best_ratio(by_ratio, ratio, gains.gain, cost, room, gains.open))
        room -= float(cost[a])
        gains.take(a)
    if gains.covered > best[0]:
        best = gains.covered, tuple(gains.taken), tuple(gains.gained)
    return Choice(best[1], best[2], max(most, float(best[0])), float(cost[list(best[1])].sum()))


def _knapsack(gains: Gains, cost: NDArray[np.float64], budget: float) -> float:
    """The most that the gains of now add up to within a budget, where the last may be taken in part."""
    rows = gains.order[gains.open[gains.order]]
    rows = rows[gains.gain[rows] > 0]
    rows = rows[np.argsort(-(gains.gain[rows] / cost[rows]), kind="stable")]
    spent = np.cumsum(cost[rows])
    whole = int(np.searchsorted(spent, budget, side="right"))
    total = float(gains.gain[rows[:whole]].sum())
    if whole < len(rows):
        left = budget - (float(spent[whole - 1]) if whole else 0.0)
        total += left * float(gains.gain[rows[whole]]) / float(cost[rows[whole]])
    return total
