"""The language of a what-if: typed schema, loading with line-numbered errors, defaults and bundled files.

>>> from scenarios import load_scenario
>>> load_scenario("coldbrew-launch").scenario.weeks
26
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.bare import bare_scenario
    from scenarios.catalogue import bundled_names, bundled_path
    from scenarios.errors import Problem, ScenarioError
    from scenarios.load import Loaded, load_scenario, load_text, scenario_from_dict
    from scenarios.registry import REGISTRY
    from scenarios.schema import Scenario

__all__ = [
    "REGISTRY",
    "Loaded",
    "Problem",
    "Scenario",
    "ScenarioError",
    "bare_scenario",
    "bundled_names",
    "bundled_path",
    "load_scenario",
    "load_text",
    "scenario_from_dict",
]

_HOMES = {
    "REGISTRY": "registry",
    "Loaded": "load",
    "Problem": "errors",
    "Scenario": "schema",
    "ScenarioError": "errors",
    "bare_scenario": "bare",
    "bundled_names": "catalogue",
    "bundled_path": "catalogue",
    "load_scenario": "load",
    "load_text": "load",
    "scenario_from_dict": "load",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: pydantic is not needed to print a help page."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"scenarios.{_HOMES[name]}"), name)
