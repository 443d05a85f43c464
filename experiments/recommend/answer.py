"""A recommendation: the plan, how likely it meets the goal, against what, and how sure all of that is.

Every figure comes from replicates that neither the search nor the race saw. Differences are paired: both plans met the
same people.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import LEVEL, Summary, share_ahead, summarise
from experiments.recommend.advice import RosterProof
from experiments.recommend.goal import Goal
from experiments.recommend.objective import Mode
from experiments.recommend.response import Response
from experiments.recommend.tornado import Swing
from experiments.recommend.wallet import Wallet
from experiments.students_t import t_quantile
from scenarios.schema import Plan
from simulator.costs import plan_cost

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chance:
    """How likely a goal is, with a 90 % interval.

    Attributes:
        p: share of replicates that meet it.
        low: end of the interval.
        high: end of the interval.
    """

    p: float
    low: float
    high: float


@dataclass(frozen=True)
class Arm:
    """One plan in the report's replicates.

    Attributes:
        name: how the answer calls it.
        plan: itself.
        cost: planned.
        values: [R] of the goal's metric.
        costs: [R] money in all.
    """

    name: str
    plan: Plan
    cost: float
    values: Floats
    costs: Floats


@dataclass(frozen=True)
class Against:
    """The recommended plan against another one, on the same people.

    Attributes:
        name: of the other plan.
        difference: recommended minus other, in the goal's metric.
        difference_p: recommended minus other, in how likely the goal is; None where no amount is wanted.
        share_ahead: share of replicates in which the recommended plan is ahead; ties count half.
    """

    name: str
    difference: Summary
    difference_p: Summary | None
    share_ahead: float


@dataclass(frozen=True)
class Marginal:
    """What the next 1,000 on one line bring.

    Attributes:
        name: of the line.
        spend: in the recommended plan.
        share: of its money.
        now: in the current plan.
        per_1000: in the goal's metric: median of the mean paired difference, and the ends of its 90 % interval.
        step: money that was added to find out.
    """

    name: str
    spend: float
    share: float
    now: float
    per_1000: tuple[float, float, float]
    step: float


@dataclass(frozen=True)
class Recommendation:
    """The answer, with everything needed to repeat it.

    Attributes:
        wallet: lines, and the current plan.
        goal: what was asked.
        mode: how plans were judged.
        budget: money in all.
        current_name: of the current plan.
        arms: the recommended plan first, then those that it is compared with, then other finalists.
        worlds: [R] number of each replicate's world.
        marginals: by line.
        frontier: share of the budget, cost, mean of the metric, chance.
        optimism: the printed value less that on ten times as many fresh replicates, as a share of it; None unchecked.
        searched: value of the recommended plan in the search, less the printed one, as a share of it.
        alike: finalists that cannot be told from the recommended plan.
        regret: expected loss against the best of the finalists in each replicate's mean, in the metric.
        tried: plans that were tried.
        failed: of those, how many could not be run, by reason.
        stopped_because: why the search ended.
        responses: by line with money, what less and more of it brings.
        tornado: parameters on which the lead over equal split depends.
        roster: how good its influencers are; None where nobody is booked.
        notes: remarks.
        provenance: version, seeds, hashes.
        timings: seconds of each part.
    """

    wallet: Wallet
    goal: Goal
    mode: Mode
    budget: float
    current_name: str
    arms: tuple[Arm, ...]
    worlds: NDArray[np.int64]
    marginals: tuple[Marginal, ...]
    frontier: tuple[tuple[float, float, float, Chance | None], ...]
    optimism: float | None
    searched: float
    alike: tuple[str, ...]
    regret: float
    tried: int
    failed: dict[str, int]
    stopped_because: str
    responses: dict[str, Response] = field(default_factory=dict)
    tornado: tuple[Swing, ...] = ()
    roster: RosterProof | None = None
    notes: tuple[str, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def best(self) -> Arm:
        """The recommended plan."""
        return self.arms[0]

    @property
    def value(self) -> Summary:
        """The goal's metric under the recommended plan."""
        return summarise(self.best.values, worlds=self.worlds)

    @property
    def chance(self) -> Chance | None:
        """How likely the recommended plan meets the goal; None where no amount is wanted."""
        return chance(self.goal, self.best.values, self.paid(self.best))

    @property
    def expected(self) -> Summary:
        """What the recommended plan costs in all: as planned, and what follows from what people do."""
        return summarise(self.best.costs, worlds=self.worlds)

    def paid(self, arm: Arm) -> float:
        """What counts as a plan's cost: as planned, or as expected where the budget holds that.

        Args:
            arm: any.
        """
        return paid(self.wallet, arm.plan, arm.costs)

    @property
    def sizes(self) -> tuple[tuple[str, float, float], ...]:
        """Programmes whose size was searched: name, size now, size in the recommended plan."""
        return tuple((one.name, one.now, one.size(self.best.plan)) for one in self.wallet.programmes)

    def against(self, name: str) -> Against:
        """The recommended plan against another arm.

        Args:
            name: of the other arm.

        Raises:
            KeyError: there is no such arm.
        """
        other = next((arm for arm in self.arms if arm.name == name), None)
        if other is None:
            raise KeyError(name)
        difference = self.best.values - other.values
        p = None
        if self.goal.amount is not None:
            met = self.goal.met(self.best.values, self.paid(self.best)).astype(float)
            met -= self.goal.met(other.values, self.paid(other))
            p = summarise(met, worlds=self.worlds)
        ahead = share_ahead(difference if self.goal.more else -difference)
        return Against(name, summarise(difference, worlds=self.worlds), p, ahead)

    def _line(self, one: Marginal) -> dict[str, Any]:
        """A line as plain data."""
        curve = self.responses.get(one.name)
        return {
            "spend": one.spend, "share": one.share, "current": one.now,
            "marginal_per_1000": dict(zip(("median", "low", "high"), map(_finite, one.per_1000), strict=True)),
            "response": None if curve is None else {**asdict(curve), "reached": curve.reached(one.spend)},
        }  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The answer as plain data; ``plan`` is filled in by whoever writes the plan down."""
        likely = self.chance
        compared = [arm.name for arm in self.arms[1:] if arm.name in ("current", "current_scaled", "equal_split")]
        return {
            "schema_version": 1,
            "plan": None,
            "mode": self.mode,
            "budget": self.budget,
            "current_plan": self.current_name,
            "cost": self.best.cost,
            "expected_cost": plain(self.expected),
            "programmes": {name: {"current": now, "size": size} for name, now, size in self.sizes},
            "goal": {
                "text": self.goal.text, "metric": self.goal.metric, "amount": self.goal.amount,
                **(asdict(likely) if likely is not None else {"p": None, "low": None, "high": None}),
            },
            "value": plain(self.value),
            "against": {name: _against_json(self.against(name)) for name in compared},
            "optimism": self.optimism,
            "optimism_of_search": self.searched,
            "indistinguishable": list(self.alike),
            "expected_regret": self.regret,
            "channels": {
                one.name.partition(".")[2]: self._line(one) for one in self.marginals if one.name.startswith("media.")
            },
            "lines": {one.name: self._line(one) for one in self.marginals},
            "influencers": [
                {"name": one.influencer, "posts": len(one.post_dates()), "dates": [str(d) for d in one.post_dates()],
                 "fee": len(one.post_dates()) * self.wallet.scenario.influencers[one.influencer].cost_per_post}
                for one in self.best.plan.bookings
            ],
            "certificate": None if self.roster is None else self.roster.certificate,
            "roster": None if self.roster is None else asdict(self.roster),
            "frontier": [
                {"budget_share": share, "cost": cost, "value": value, "p": None if likely is None else likely.p}
                for share, cost, value, likely in self.frontier
            ],
            "tornado": [{**asdict(one), "turns": one.turns} for one in self.tornado],
            "trials": {"tried": self.tried, "failed": self.failed},
            "stopped_because": self.stopped_because,
            "notes": list(self.notes),
            "provenance": {**self.provenance, "timings": self.timings},
        }  # fmt: skip


def chance(goal: Goal, values: Floats, cost: float) -> Chance | None:
    """How likely a goal is, by counting replicates (Wilson's interval).

        >>> import numpy as np
        >>> from experiments.recommend.goal import Goal
        >>> said = chance(Goal("", "customers", 3, amount=1.0), np.array([0.0, 2.0, 3.0, 4.0]), 100.0)
        >>> said.p, round(said.low, 2), round(said.high, 2)
        (0.75, 0.36, 0.94)

    Args:
        goal: with an amount; None comes back without one.
        values: [R] of its metric.
        cost: planned.
    """
    if goal.amount is None:
        return None
    n, p = len(values), float(goal.met(values, cost).mean())
    z = t_quantile(0.5 + LEVEL / 2.0, freedom=10_000_000)
    middle = (p + z * z / (2 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * np.sqrt(p * (1.0 - p) / n + z * z / (4 * n * n))
    return Chance(p, min(max(float(middle - half), 0.0), p), max(min(float(middle + half), 1.0), p))


def paid(wallet: Wallet, plan: Plan, costs: Floats) -> float:
    """What counts as a plan's cost: as planned, or its mean where the wallet pays for rewards by what people do.

    Args:
        wallet: with programmes or without.
        plan: that was run.
        costs: [R] money in all.
    """
    return float(costs.mean()) if wallet.programmes else plan_cost(wallet.scenario, plan)


def _against_json(one: Against) -> dict[str, Any]:
    return {
        "difference": plain(one.difference),
        "difference_p": None if one.difference_p is None else plain(one.difference_p),
        "share_ahead": one.share_ahead,
    }


def plain(summary: Summary) -> dict[str, Any]:
    """A summary as JSON numbers; an infinite interval is null."""
    return {name: _finite(value) for name, value in asdict(summary).items() if name != "n"}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
