"""Numbers of a scenario that can be unknown: the registry's parameters, and places such as ``market.size``.

    >>> from calibration.places import value_at, with_values
    >>> from scenarios import load_scenario
    >>> scenario = load_scenario("classroom").scenario
    >>> other, parameters = with_values(scenario, {"market.size": 500.4, "wom.affinity": 0.3})
    >>> other.market.size, parameters
    (500, {'wom.affinity': 0.3})
    >>> value_at(other, "market.size")
    500.0
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from scenarios.registry import REGISTRY
from scenarios.schema import Scenario
from simulator.parameters import parameter_values

_PATTERNS: tuple[tuple[str, ...], ...] = (
    ("market", "size"),
    ("market", "reference_price"),
    ("channels", "*", "cpm"),
    ("channels", "*", "pull"),
    ("channels", "*", "organic_reach"),
    ("channels", "*", "half_life_days"),
    ("channels", "*", "shareability"),
    ("segments", "*", "buys_every_days"),
    ("segments", "*", "susceptibility"),
    ("segments", "*", "media_use"),
    ("segments", "*", "ties"),
    ("graph", "strong_ties"),
    ("graph", "weak_ties"),
    ("graph", "homophily"),
    ("graph", "rewiring"),
    *(
        (*brand, *leaf)
        for brand in (("brand",), ("rivals", "*"))
        for leaf in (
            ("price",), ("appeal",), ("p_satisfied",), ("p_dissatisfied",), ("start", "attention"),
            ("start", "attraction"), ("start", "affinity"), ("start", "audience"), ("start", "advocacy"),
            ("start", "customers"),
        )
    ),
)  # fmt: skip
"""Places besides the registry's parameters that may be free; ``*`` is a name of the scenario."""


def places(scenario: Scenario) -> tuple[str, ...]:
    """Every place of this scenario that may be free, besides the registry's parameters.

    Args:
        scenario: for the names of its channels, segments and rivals.
    """
    found: list[str] = []
    for pattern in _PATTERNS:
        if "*" not in pattern:
            found.append(".".join(pattern))
            continue
        at = pattern.index("*")
        found += [".".join((*pattern[:at], name, *pattern[at + 1 :])) for name in getattr(scenario, pattern[0])]
    return tuple(found)


def is_place(name: str) -> bool:
    """Whether a name is a place of a scenario and not a parameter of the registry."""
    return name not in REGISTRY


def known_name(scenario: Scenario, name: str) -> str | None:
    """None for a name that can be free; else what is wrong with it and what may be meant.

    Args:
        scenario: for the names of its channels, segments and rivals.
        name: of a parameter or place.
    """
    if name in REGISTRY:
        return None
    open_ = places(scenario)
    if name in open_:
        return None
    near = get_close_matches(name, [*REGISTRY, *open_], n=1, cutoff=0.5)
    meant = f"did you mean “{near[0]}”? " if near else ""
    return f"“{name}” is no parameter or place that can be free; {meant}apath check --defaults lists parameters"


def value_at(scenario: Scenario, name: str) -> float | None:
    """What the scenario says of a parameter or place; None where it leaves the place open.

    Args:
        scenario: the scenario.
        name: of a parameter or place.
    """
    if name in REGISTRY:
        return parameter_values(scenario)[name]
    here: Any = scenario
    for key in name.split("."):
        here = here[key] if isinstance(here, dict) else getattr(here, key)
    return None if here is None else float(here)


def with_values(scenario: Scenario, values: Mapping[str, float]) -> tuple[Scenario, dict[str, float]]:
    """The scenario with these values at its places, and the values of the registry's parameters.

    Args:
        scenario: left as it is; the same object comes back where no place is named.
        values: by name of parameter or place, as :func:`known_name` allows. The market's size is rounded.
    """
    parameters = {name: value for name, value in values.items() if name in REGISTRY}
    for name, value in values.items():
        if name not in REGISTRY:
            scenario = _with(scenario, name.split("."), round(value) if name == "market.size" else value)
    return scenario, parameters


def _with(part: Any, keys: list[str], value: float) -> Any:
    if not keys:
        return value
    if isinstance(part, dict):
        return {**part, keys[0]: _with(part[keys[0]], keys[1:], value)}
    return part.model_copy(update={keys[0]: _with(getattr(part, keys[0]), keys[1:], value)})
