"""The final race: the best of a search meet fresh people, and those clearly behind drop out.

The search chose its best for their values on its own replicates, and so partly for their luck there. None of it helps
on replicates that nobody has seen (successive halving on paired differences; Karnin, Koren & Somekh 2013).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.objective import Objective
from experiments.recommend.people import RACE, Runs
from experiments.recommend.search import Candidate

Floats = NDArray[np.float64]

LAPS = (16, 32, 64)
"""Replicates after each lap."""

BEHIND = 1.64
"""Standard errors behind the leader at which a plan drops out."""


@dataclass(frozen=True)
class Raced:
    """How a race went.

    Attributes:
        order: all plans, the winner first; those that went further before those that dropped out earlier.
        values: [R] of each, as far as it ran.
        costs: [R] money in all of each.
    """

    order: tuple[Candidate, ...]
    values: tuple[Floats, ...]
    costs: tuple[Floats, ...] = ()

    @property
    def winner(self) -> Candidate:
        """The plan that won."""
        return self.order[0]


def race(
    people: Runs, objective: Objective, candidates: Sequence[Candidate], *, laps: Sequence[int] = LAPS,
    progress: Callable[[int, int], None] | None = None,
) -> Raced:  # fmt: skip
    """Run candidates on fresh replicates, and drop those clearly behind after each lap.

    Args:
        people: the market.
        objective: what is better.
        candidates: at least one.
        laps: replicates after each lap.
        progress: told laps done and laps in all.
    """
    values = [np.empty(0) for _ in candidates]
    costs = [np.empty(0) for _ in candidates]
    alive = list(range(len(candidates)))
    out: list[int] = []
    for lap, until in enumerate(laps):
        begin = len(values[alive[0]])
        seen = people.run([candidates[k].plan for k in alive], RACE + begin, until - begin)
        for k, row, cost in zip(alive, seen.values[:, :, 0], seen.costs, strict=True):
            values[k] = np.concatenate([values[k], row])
            costs[k] = np.concatenate([costs[k], cost])
        paid = {k: float(costs[k].mean()) if objective.hold else candidates[k].cost for k in alive}
        scores = {k: objective.score(values[k], paid[k]) for k in alive}
        alive.sort(key=lambda k: -scores[k])
        first = alive[0]
        dearer = {k: objective.too_dear(paid[k]) - objective.too_dear(paid[first]) for k in alive}
        kept = [k for k in alive if k == first or not _behind(objective, values[first], values[k], dearer[k])]
        if not objective.paired:
            kept = alive[: max(len(alive) // 2, 1)]
        dropped = [k for k in alive if k not in kept]
        out = dropped + out
        alive = kept
        if progress is not None:
            progress(lap + 1, len(laps))
        if len(alive) == 1:
            break
    order = alive + out
    return Raced(tuple(candidates[k] for k in order), tuple(values[k] for k in order), tuple(costs[k] for k in order))


def _behind(objective: Objective, leader: Floats, other: Floats, dearer: float) -> bool:
    gap = objective.utility(leader) - objective.utility(other)
    error = float(gap.std(ddof=1)) / np.sqrt(len(gap)) if len(gap) > 1 else np.inf
    ahead = float(gap.mean()) + dearer
    return bool(ahead > BEHIND * error and ahead > 0.0)
