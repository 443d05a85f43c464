"""A market in which nothing happens by itself, for lessons and for models that others have published."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scenarios.registry import REGISTRY
from scenarios.schema import Graph, Scenario, WordOfMouth
from scenarios.vocabulary import ENTERED_STAGES

_QUIET_GROUPS = (
    "paid",
    "owned",
    "earned",
    "influencer",
    "wom",
    "organic",
    "community",
    "space",
    "event",
    "experience",
    "forgetting",
    "wom-negative",
)
_QUIET = ("rival.pull", "wom.p_skip", "negative.p_turn", "negative.attention")


def quiet_parameters() -> dict[str, float]:
    """Every parameter that makes something happen, at nought: no effect of media, talk, time or use.

    >>> quiet_parameters()["paid.attention"]
    0.0
    """
    return {
        name: 0.0
        for name in REGISTRY
        if (name.split(".")[0] in _QUIET_GROUPS and name.split(".")[1] in ENTERED_STAGES)
        or name in _QUIET
        or (name.startswith("talk.") and name.endswith("_per_day"))
    }


def bare_scenario(
    *,
    consumers: int,
    weeks: int,
    parameters: Mapping[str, Any] | None = None,
    word_of_mouth: WordOfMouth | Mapping[str, Any] | None = None,
    graph: Graph | Mapping[str, Any] | None = None,
    segment: Mapping[str, Any] | None = None,
    brand: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
    name: str = "bare",
) -> Scenario:
    """An empty market, in which only what you switch on can happen.

    One segment ``everybody``, no channels, one plan ``nothing``, a brand at price 1, one consumer for
    each person, and every effect at nought. Switch on one mechanism to watch it alone:

        >>> scenario = bare_scenario(
        ...     consumers=500, weeks=10,
        ...     parameters={"wom.attention": 1.0, "talk.talker_per_day": 0.01},
        ...     word_of_mouth={"talk_from": "attention"},
        ...     graph={"kind": "small-world", "weak_ties": 0.0},
        ...     brand={"start": {"attention": 0.02}},
        ... )
        >>> scenario.parameters["wom.attention"], scenario.parameters["paid.attention"]
        (1.0, 0.0)

    Args:
        consumers: Simulated consumers, and people in the market.
        weeks: Length in weeks from Monday 4 January 2027.
        parameters: Registry parameters that are not nought, by name.
        word_of_mouth: Keys of ``[word_of_mouth]`` that differ from their defaults.
        graph: Keys of ``[graph]``; left out, everybody hears everybody.
        segment: Keys of the segment ``everybody``, such as ``buys_every_days``.
        brand: Keys of ``[brand]``, such as ``start``.
        plan: Keys of the plan ``nothing``, such as ``seeding``.
        name: Short name of the scenario.

    Returns:
        The scenario, checked like any other.

    Raises:
        ScenarioError: Something given does not fit; the error lists everything.
    """
    from scenarios.load import scenario_from_dict
    from scenarios.resolve import flat_parameters

    def keys(part: Any) -> dict[str, Any]:
        return dict(part) if isinstance(part, Mapping) else part.model_dump(exclude_unset=True) if part else {}

    return scenario_from_dict(
        {
            "name": name,
            "start": date(2027, 1, 4),
            "weeks": weeks,
            "market": {"size": consumers, "consumers": consumers},
            "segments": {"everybody": {"share": 1.0, **keys(segment)}},
            "graph": {"kind": "well-mixed", **keys(graph)},
            "word_of_mouth": keys(word_of_mouth),
            "brand": {"price": 1.0, **keys(brand)},
            "parameters": {**quiet_parameters(), **flat_parameters(parameters or {})},
            "plans": {"nothing": keys(plan)},
        }
    )
