"""What a replicate is worth: weekly counts as people and money, and the figures that plans are compared on.

>>> from simulator.metrics import METRICS
>>> METRICS["revenue"].unit
'money'
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import STAGE_NAMES, Stage
from simulator.costs import CostLine, outcome_lines, plan_cost
from simulator.money import Prices, Takings, takings
from simulator.simulate import Outcome

Unit = Literal["people", "money", "purchases"]


@dataclass(frozen=True)
class Books:
    """What the figures of one replicate are read from."""

    outcome: Outcome
    scenario: Scenario
    taken: Takings
    planned: float
    """Money that the plan costs whatever people do."""
    lines: list[CostLine]
    """What followed from what people did."""

    @cached_property
    def cost(self) -> float:
        """Money over the whole plan: what was planned, and what followed from what people did."""
        return self.planned + float(sum(line.total for line in self.lines))

    @property
    def response(self) -> dict[str, float]:
        """Money that followed from what people did, by lever."""
        out: dict[str, float] = {}
        for line in self.lines:
            out[line.lever] = out.get(line.lever, 0.0) + line.total
        return out

    def figures(self) -> NDArray[np.float64]:
        """All :data:`METRICS`, in order."""
        return np.array([metric.of(self) for metric in METRICS.values()])

    def weekly(self) -> NDArray[np.float64]:
        """All :data:`SERIES`, one row each, in people and money."""
        outcome, weight = self.outcome, self.scenario.people_per_consumer
        revenue = np.concatenate([[0.0], self.taken.revenue.sum(axis=1)])
        stages = outcome.ours("stock").sum(axis=1).T * weight
        negative = outcome.ours("negative").sum(axis=1) * weight
        return np.array([*stages, outcome.ours("customers").sum(axis=1) * weight, negative, revenue], float)

    def flow(self, name: str) -> float:
        """A count over the whole horizon, in people of the market."""
        return float(self.outcome.ours(name).sum()) * self.scenario.people_per_consumer

    def last(self, name: str) -> float:
        """A stock at the end."""
        return float(self.outcome.ours(name)[-1].sum()) * self.scenario.people_per_consumer

    def standing(self, stage: Stage) -> float:
        """People at a stage or above, at the end."""
        return float(self.outcome.ours("stock")[-1, :, stage:].sum()) * self.scenario.people_per_consumer


@dataclass(frozen=True)
class Metric:
    """One figure about our brand, for a whole replicate."""

    name: str
    unit: Unit
    summary: str
    of: Callable[[Books], float]


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric("customers", "people", "bought within the churn window, at the end", lambda b: b.last("customers")),
        Metric("advocates", "people", "at advocacy, at the end", lambda b: b.standing(Stage.ADVOCACY)),
        Metric(
            "revenue", "money", "purchases at their price - discounts - refunds + second products, over the horizon",
            lambda b: float(b.taken.revenue.sum()),
        ),
        Metric(
            "profit", "money", "revenue - unit cost of what was sold - all costs of the plan",
            lambda b: float(b.taken.margin.sum()) - b.cost,
        ),
        Metric("purchases", "purchases", "bought over the horizon", lambda b: b.flow("purchases")),
        Metric("buyers", "people", "ever bought, at the end", lambda b: b.last("buyers")),
        Metric("awareness", "people", "at attention or above, at the end", lambda b: b.standing(Stage.ATTENTION)),
        Metric("knowledge", "people", "at attraction or above, at the end", lambda b: b.standing(Stage.ATTRACTION)),
        Metric("consideration", "people", "at affinity or above, at the end", lambda b: b.standing(Stage.AFFINITY)),
        Metric("audience", "people", "at audience or above, at the end", lambda b: b.standing(Stage.AUDIENCE)),
        Metric("detractors", "people", "negative about the brand, at the end", lambda b: b.last("negative")),
        Metric("opt_ins", "people", "left their address, over the horizon", lambda b: b.flow("opt_ins")),
        Metric("leads", "people", "opted in and reached affinity, over the horizon", lambda b: b.flow("leads")),
        Metric("referrals", "people", "new customers who named a friend", lambda b: b.flow("referrals")),
        Metric("cost", "money", "all costs: as planned, and what followed from what people did", lambda b: b.cost),
    )
}  # fmt: skip
"""The figures that plans are compared on, in the order in which they are shown."""

SERIES = (*STAGE_NAMES, "customers", "detractors", "revenue")
"""Weekly series of our brand kept for every replicate; the first value is the start, 0 for revenue."""


def open_books(
    outcome: Outcome, scenario: Scenario, plan: Plan, *, planned: float | None = None, prices: Prices | None = None
) -> Books:
    """Work out what all figures and weekly series of one replicate are read from.

    Args:
        outcome: counts of simulated consumers.
        scenario: for weight, dates and price.
        plan: our plan, the one that was simulated.
        planned: what it costs whatever people do, if that is known already.
        prices: from :func:`simulator.money.price_list`, likewise.
    """
    fixed = plan_cost(scenario, plan) if planned is None else planned
    taken = takings(outcome, scenario, plan, prices=prices)
    return Books(outcome, scenario, taken, fixed, outcome_lines(scenario, plan, outcome))


def figures(outcome: Outcome, scenario: Scenario, plan: Plan, *, planned: float | None = None) -> NDArray[np.float64]:
    """All :data:`METRICS` of one replicate, in order; arguments as for :func:`open_books`."""
    return open_books(outcome, scenario, plan, planned=planned).figures()


def weekly_series(outcome: Outcome, scenario: Scenario, plan: Plan) -> NDArray[np.float64]:
    """All :data:`SERIES` of one replicate, one row each, in people and money."""
    return open_books(outcome, scenario, plan).weekly()
