"""What a replicate is worth: weekly counts as people and money, and the figures that plans are compared on.

>>> from simulator.metrics import METRICS
>>> METRICS["revenue"].unit
'money'
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from scenarios.vocabulary import STAGE_NAMES, Stage
from simulator.calendar import week_label, week_starts
from simulator.simulate import Outcome

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["people", "money", "purchases"]


@dataclass(frozen=True)
class Metric:
    """One figure about our brand, for a whole replicate."""

    name: str
    unit: Unit
    summary: str
    of: Callable[[Outcome, Scenario, float], float]


def _standing(stage: Stage) -> Callable[[Outcome, Scenario, float], float]:
    def at_or_above(outcome: Outcome, scenario: Scenario, cost: float) -> float:
        return float(outcome.ours("stock")[-1, :, stage:].sum()) * scenario.people_per_consumer

    return at_or_above


def _purchases(outcome: Outcome, scenario: Scenario, cost: float) -> float:
    return float(outcome.ours("purchases").sum()) * scenario.people_per_consumer


def _last(name: str) -> Callable[[Outcome, Scenario, float], float]:
    def at_end(outcome: Outcome, scenario: Scenario, cost: float) -> float:
        return float(outcome.ours(name)[-1].sum()) * scenario.people_per_consumer

    return at_end


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric("customers", "people", "bought within the churn window, at the end", _last("customers")),
        Metric("advocates", "people", "at advocacy, at the end", _standing(Stage.ADVOCACY)),
        Metric(
            "revenue", "money", "purchases × price over the horizon",
            lambda o, s, cost: _purchases(o, s, cost) * s.brand.price,
        ),
        Metric(
            "profit", "money", "purchases × (price - unit cost) - cost of the plan",
            lambda o, s, cost: _purchases(o, s, cost) * (s.brand.price - s.brand.unit_cost) - cost,
        ),
        Metric("purchases", "purchases", "bought over the horizon", _purchases),
        Metric("buyers", "people", "ever bought, at the end", _last("buyers")),
        Metric("awareness", "people", "at attention or above, at the end", _standing(Stage.ATTENTION)),
        Metric("knowledge", "people", "at attraction or above, at the end", _standing(Stage.ATTRACTION)),
        Metric("consideration", "people", "at affinity or above, at the end", _standing(Stage.AFFINITY)),
        Metric("audience", "people", "at audience or above, at the end", _standing(Stage.AUDIENCE)),
        Metric("detractors", "people", "negative about the brand, at the end", _last("negative")),
    )
}  # fmt: skip
"""The figures that plans are compared on, in the order in which they are shown."""

SERIES = (*STAGE_NAMES, "customers", "detractors", "revenue")
"""Weekly series of our brand kept for every replicate; the first value is the start, 0 for revenue."""


def figures(outcome: Outcome, scenario: Scenario, *, cost: float) -> NDArray[np.float64]:
    """All :data:`METRICS` of one replicate, in order.

    Args:
        outcome: counts of simulated consumers.
        scenario: for weight and price.
        cost: what the plan costs.
    """
    return np.array([metric.of(outcome, scenario, cost) for metric in METRICS.values()])


def weekly_series(outcome: Outcome, scenario: Scenario) -> NDArray[np.float64]:
    """All :data:`SERIES` of one replicate, one row each, in people and money."""
    weight = scenario.people_per_consumer
    revenue = np.concatenate([[0.0], outcome.ours("purchases").sum(axis=1) * scenario.brand.price])
    stages = outcome.ours("stock").sum(axis=1).T
    rows = [*stages, outcome.ours("customers").sum(axis=1), outcome.ours("negative").sum(axis=1), revenue]
    return np.array(rows, float) * weight


def weekly_frame(outcome: Outcome, scenario: Scenario) -> "pd.DataFrame":
    """Every weekly count of one replicate as a tidy table: week, brand, segment, metric, value.

    Stocks are those at the end of the week. People are people of the market, not simulated consumers.

    Args:
        outcome: counts of simulated consumers.
        scenario: names, dates and weight.
    """
    import pandas as pd

    weight = scenario.people_per_consumer
    brands, segments = outcome.tables.brands, outcome.tables.kinds.segments
    prices = [scenario.brand.price, *(rival.price for rival in scenario.rivals.values())]
    counts = outcome.tallies.counts[:, :-1]
    columns: dict[str, NDArray] = {}
    for s, stage in enumerate(STAGE_NAMES):
        columns[f"{stage}_stock"] = counts["stock"][1:, ..., s]
    for s, stage in enumerate(STAGE_NAMES[1:], start=1):
        columns[f"{stage}_entries"] = counts["entries"][:-1, ..., s]
        columns[f"{stage}_falls"] = counts["falls"][:-1, ..., s]
    for label, name in (
        ("customers", "customers"),
        ("buyers", "buyers"),
        ("satisfied", "positive"),
        ("detractors", "negative"),
    ):
        columns[label] = counts[name][1:]
    for name in ("skips", "purchases", "first_purchases", "samples"):
        columns[name] = counts[name][:-1]
    columns["revenue"] = columns["purchases"] * np.array(prices)[None, :, None]
    starts = week_starts(scenario)
    index = pd.MultiIndex.from_product(
        [[day.isoformat() for day in starts], brands, segments], names=["week_start", "brand", "segment"]
    )
    wide = pd.DataFrame({name: value.ravel() * weight for name, value in columns.items()}, index=index)
    tidy = wide.rename_axis(columns="metric").stack().rename("value").reset_index()
    tidy.insert(0, "week", tidy["week_start"].map({d.isoformat(): week_label(d) for d in starts}))
    return tidy
