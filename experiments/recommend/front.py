"""Plans between several goals, and which of them can be better for one only by being worse for another.

Every figure comes from replicates that neither search nor race saw; differences are paired.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import Summary, summarise
from experiments.recommend.answer import Chance, chance, plain
from experiments.recommend.goal import Goal
from experiments.recommend.wallet import Wallet, line_money
from scenarios.schema import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FrontPlan:
    """One plan with what it brings for every goal.

    Attributes:
        name: ``front-1`` and so on, most for the first goal first; or that of a plan it is compared with.
        plan: itself.
        cost: planned.
        weights: of the goals, with which it was found; empty for plans that were not searched for.
        values: [R, G] each goal's metric.
        costs: [R] money in all: as planned, and what followed from what people did.
        beaten_by: a plan that is as good for every goal and surely better for one; empty if there is none.
    """

    name: str
    plan: Plan
    cost: float
    weights: tuple[float, ...]
    values: Floats
    costs: Floats
    beaten_by: str = ""


@dataclass(frozen=True)
class Front:
    """The answer to several goals, with everything needed to repeat it.

    Attributes:
        wallet: lines, and the current plan.
        goals: what was asked.
        budget: money in all.
        current_name: of the current plan.
        plans: that were searched for, most for the first goal first.
        references: current plan, equal split.
        worlds: [R] number of each replicate's world.
        tried: different plans that were tried.
        runs: of the engine.
        provenance: version, seeds, hashes.
        timings: seconds of each part.
    """

    wallet: Wallet
    goals: tuple[Goal, ...]
    budget: float
    current_name: str
    plans: tuple[FrontPlan, ...]
    references: tuple[FrontPlan, ...]
    worlds: NDArray[np.int64]
    tried: int
    runs: int
    provenance: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def unbeaten(self) -> tuple[FrontPlan, ...]:
        """Plans of the front: none is surely worse than another."""
        return tuple(one for one in self.plans if not one.beaten_by)

    def value(self, one: FrontPlan, goal: int) -> Summary:
        """A goal's metric under a plan.

        Args:
            one: a plan.
            goal: number of the goal.
        """
        return summarise(one.values[:, goal], worlds=self.worlds)

    def chance(self, one: FrontPlan, goal: int) -> Chance | None:
        """How likely a plan meets a goal; None where no amount is wanted.

        Args:
            one: a plan.
            goal: number of the goal.
        """
        return chance(self.goals[goal], one.values[:, goal], one.cost)

    def difference(self, one: FrontPlan, other: FrontPlan, goal: int) -> Summary:
        """A goal's metric under one plan less that under another, on the same people.

        Args:
            one: a plan.
            other: another.
            goal: number of the goal.
        """
        return summarise(one.values[:, goal] - other.values[:, goal], worlds=self.worlds)

    def alike(self, one: FrontPlan) -> tuple[str, ...]:
        """Other plans of the front that cannot be told from one for any goal.

        Args:
            one: a plan.
        """
        return tuple(
            other.name
            for other in self.unbeaten
            if other is not one and not any(self.difference(one, other, g).decided for g in range(len(self.goals)))
        )

    def to_json(self) -> dict[str, Any]:
        """The answer as plain data; ``scenario`` is filled in by whoever writes the plans down."""
        current = next(iter(self.references), None)
        return {
            "schema_version": 1,
            "scenario": None,
            "budget": self.budget,
            "current_plan": self.current_name,
            "goals": [{"text": one.text, "metric": one.metric, "amount": one.amount} for one in self.goals],
            "front": [one.name for one in self.unbeaten],
            "plans": [self._plan(one, current) for one in self.plans],
            "references": [self._plan(one, current) for one in self.references],
            "trials": {"tried": self.tried, "runs": self.runs},
            "provenance": {**self.provenance, "timings": self.timings},
        }

    def _plan(self, one: FrontPlan, current: FrontPlan | None) -> dict[str, Any]:
        goals = []
        for g, goal in enumerate(self.goals):
            likely = self.chance(one, g)
            against = None if current is None or one is current else plain(self.difference(one, current, g))
            goals.append({
                "text": goal.text, "value": plain(self.value(one, g)),
                **(asdict(likely) if likely is not None else {"p": None, "low": None, "high": None}),
                "against_current": against,
            })  # fmt: skip
        money = line_money(self.wallet, one.plan).tolist()
        return {
            "name": one.name, "cost": one.cost, "expected_cost": plain(summarise(one.costs, worlds=self.worlds)),
            "weights": list(one.weights), "goals": goals,
            "beaten_by": one.beaten_by or None, "alike": list(self.alike(one)),
            "lines": dict(zip(self.wallet.names, money, strict=True)),
        }  # fmt: skip


def beaten_by(one: FrontPlan, others: tuple[FrontPlan, ...], goals: tuple[Goal, ...], worlds: NDArray[np.int64]) -> str:
    """Name of a plan that is on average as good for every goal, and surely better for one; empty if there is none.

    Args:
        one: a plan.
        others: plans that may be better, itself among them or not.
        goals: say which way is better.
        worlds: [R] of the replicates.
    """
    signs = np.array([1.0 if goal.more else -1.0 for goal in goals])
    for other in others:
        gap = signs * (other.values - one.values)
        if other is one or (gap.mean(axis=0) < 0.0).any():
            continue
        if any(summarise(gap[:, g], worlds=worlds).ci_low > 0.0 for g in range(len(goals))):
            return other.name
    return ""
