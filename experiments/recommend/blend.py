"""Several goals as one: a weighted sum of what each is worth, on the same people.

Where every goal grows ever more slowly with money, what plans can reach together is about convex, and each point of its
edge is the best plan for some weights (Zadeh 1963). That is what a search can look for.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive, trial_key
from experiments.recommend.objective import Objective
from experiments.recommend.people import Runs, Seen, digest
from scenarios.schema import Plan, Scenario

Floats = NDArray[np.float64]

BETWEEN = (0.25, 0.5, 0.75)
"""Weights of the first of two goals, between each alone."""


def weightings(n_goals: int) -> tuple[tuple[float, ...], ...]:
    """Weights to search with: each goal alone, then pairs, then all alike.

        >>> weightings(2)
        ((1.0, 0.0), (0.0, 1.0), (0.25, 0.75), (0.5, 0.5), (0.75, 0.25))
        >>> [len(weightings(n)) for n in (2, 3, 4)]
        [5, 7, 11]

    Args:
        n_goals: at least 2.
    """
    alone = [tuple(float(k == g) for k in range(n_goals)) for g in range(n_goals)]
    if n_goals == 2:
        return (*alone, *((share, 1.0 - share) for share in BETWEEN))
    pairs = [tuple(0.5 * (k in pair) for k in range(n_goals)) for pair in combinations(range(n_goals), 2)]
    return (*alone, *pairs, (1.0 / n_goals,) * n_goals)


class _Before:
    """Stands before people: the market, and how often it was run, are theirs."""

    def __init__(self, people: Runs) -> None:
        self.people = people

    @property
    def scenario(self) -> Scenario:
        """The market."""
        return self.people.scenario

    @property
    def n_runs(self) -> int:
        """Replicates of plans that were simulated so far."""
        return self.people.n_runs


class Remembered(_Before):
    """People who are never asked the same twice: what became of a plan is kept for every goal.

    Args:
        people: they look up all goals.
        archive: where runs are kept.
    """

    def __init__(self, people: Runs, archive: Archive) -> None:
        super().__init__(people)
        self.archive = archive

    def run(self, plans: Sequence[Plan], first: int, n: int) -> Seen:
        """All goals of plans in replicates, simulated if they are not known.

        Args:
            plans: candidates.
            first: number of the first replicate.
            n: how many.
        """
        keys = [_key(plan, first, first + n) for plan in plans]
        found = {key: kept for key in set(keys) if isinstance(kept := self.archive.get(key), np.ndarray)}
        missing = {key: plan for key, plan in zip(keys, plans, strict=True) if key not in found}
        if missing:
            seen = self.people.run(list(missing.values()), first, n)
            for key, values, costs in zip(missing, seen.values, seen.costs, strict=True):
                found[key] = np.column_stack([values, costs])
                self.archive.put(key, {}, found[key])
        all_of = np.array([found[key] for key in keys])
        return Seen(all_of[:, :, :-1], all_of[:, :, -1])


class Blend(_Before):
    """The same people, but with one goal made of several.

    Args:
        people: who remember all goals.
        worths: how each goal is judged.
        weights: of each.
        scales: what of each goal's worth counts as one.
    """

    def __init__(
        self, people: Remembered, worths: Sequence[Objective], weights: Sequence[float], scales: Floats
    ) -> None:
        super().__init__(people)
        self.worths = tuple(worths)
        self.per_unit = np.asarray(weights, float) / np.asarray(scales, float)

    def run(self, plans: Sequence[Plan], first: int, n: int) -> Seen:
        """The weighted sum for plans in replicates.

        Args:
            plans: candidates.
            first: number of the first replicate.
            n: how many.
        """
        seen = self.people.run(plans, first, n)
        worth = np.stack([one.utility(seen.values[:, :, g]) for g, one in enumerate(self.worths)], axis=-1)
        return Seen((worth @ self.per_unit)[:, :, None], seen.costs)


def _key(plan: Plan, first: int, stop: int) -> str:
    return trial_key({}, first, stop, f"all goals {digest(plan)}")
