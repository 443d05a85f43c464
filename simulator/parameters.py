"""The numbers in force: registry defaults, what a scenario has different, and a drawn set if there is one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.registry import REGISTRY
from scenarios.schema import Channel, Range, Scenario


def parameter_values(scenario: Scenario, drawn: Mapping[str, float] | None = None) -> dict[str, float]:
    """All parameters by name.

    >>> from scenarios import bare_scenario
    >>> parameter_values(bare_scenario(consumers=10, weeks=1))["negative.strength"]
    2.0

    Args:
        scenario: its ``parameters`` replace registry defaults.
        drawn: replaces both, for example one draw from the ranges.
    """
    values = {name: parameter.default for name, parameter in REGISTRY.items()}
    for name, own in scenario.parameters.items():
        values[name] = own.value if isinstance(own, Range) else own
    if drawn is not None:
        values.update(drawn)
    return values


def platform_value(channel: Channel, key: str, values: Mapping[str, float]) -> float:
    """A channel's own number, or its platform's."""
    own = getattr(channel, {"half_life": "half_life_days"}.get(key, key))
    return float(own) if own is not None else values[f"platform.{channel.platform}.{key}"]


def churn_days(scenario: Scenario, values: Mapping[str, float]) -> NDArray[np.int32]:
    """Days without a purchase after which a customer has gone, by segment."""
    interval = [s.buys_every_days or 10_000.0 for s in scenario.segments.values()]
    # At least a day: who bought today is a customer.
    return np.clip(np.rint(np.array(interval) * values["churn.intervals"]), 1, 30_000).astype(np.int32)
