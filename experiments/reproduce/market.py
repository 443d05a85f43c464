"""The plain market that the experiments change one thing of: one segment, one channel, one brand nobody knows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scenarios.load import scenario_from_dict
from scenarios.schema import Scenario

PEOPLE = 100_000
"""People in every market of these experiments."""

CHANNEL = "social"
"""The one channel, which everybody uses; its prices are those of an unnamed platform."""


def market(
    *,
    consumers: int,
    weeks: int,
    plans: Mapping[str, Any],
    parameters: Mapping[str, float] | None = None,
    buys_every_days: float = 30.0,
    segments: Mapping[str, Any] | None = None,
    graph: Mapping[str, Any] | None = None,
    brand: Mapping[str, Any] | None = None,
) -> Scenario:
    """Write a market in which every number that is not named is the registry's or the language's default.

        >>> scenario = market(consumers=100, weeks=4, plans={"nothing": {}})
        >>> scenario.parameters, scenario.graph.kind
        ({}, 'blocks')

    Args:
        consumers: simulated consumers; together they stand for 100,000 people.
        weeks: length.
        plans: candidates, as in a scenario file.
        parameters: registry parameters that differ.
        buys_every_days: mean days between purchases of somebody in the category.
        segments: instead of one segment ``everybody``.
        graph: keys of ``[graph]`` that differ.
        brand: keys of ``[brand]`` that differ.
    """
    return scenario_from_dict(
        {
            "name": "fact",
            "start": date(2027, 1, 4),
            "weeks": weeks,
            "market": {"size": PEOPLE, "consumers": consumers},
            "segments": dict(
                segments
                or {"everybody": {"share": 1.0, "buys_every_days": buys_every_days, "channels": {CHANNEL: 1.0}}}
            ),
            "channels": {CHANNEL: {"platform": "other"}},
            "graph": dict(graph or {}),
            "brand": {"price": 10.0, "unit_cost": 4.0, **(brand or {})},
            "parameters": dict(parameters or {}),
            "plans": dict(plans),
        }
    )


def advertising(weekly: float) -> dict[str, Any]:
    """A plan that buys so much of the channel every week."""
    return {"media": {CHANNEL: {"weekly": weekly}}}


def samples(people: int, *, strategy: str = "random", stage: str = "affinity", used: float = 1.0) -> dict[str, Any]:
    """A plan that gives the product away on the first day.

    Args:
        people: how many get it.
        strategy: how they are found.
        stage: where they stand afterwards, at least.
        used: share of them that uses it.
    """
    return {"seeding": [{"people": people, "strategy": strategy, "stage": stage, "tries_product": used}]}
