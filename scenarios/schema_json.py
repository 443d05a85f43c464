"""The JSON schema of a scenario file, with which editors complete keys and underline mistakes.

``python -m scenarios.schema_json`` writes ``scenarios/scenario.schema.json`` anew; a test fails when it is
out of date. A scenario names it in its first line: ``#:schema path/to/scenario.schema.json``.
"""

import copy
import json
from pathlib import Path
from typing import Any

from scenarios.registry import REGISTRY, Parameter
from scenarios.schema import SHORTHANDS, Scenario

SCHEMA_PATH = Path(__file__).parent / "scenario.schema.json"

_NUMBER_OR_RANGE = [{"type": "number"}, {"$ref": "#/$defs/Range"}]


def scenario_schema() -> dict[str, Any]:
    """The schema of a scenario file, shorthands and nested parameters included.

    >>> sorted(scenario_schema()["required"])
    ['brand', 'market', 'name', 'plans', 'segments', 'start', 'weeks']
    """
    schema = Scenario.model_json_schema(mode="validation")
    definitions = schema["$defs"]
    named_plan = copy.deepcopy(definitions["Plan"])
    for key, about in SHORTHANDS["Plan"].items():
        named_plan["properties"][key] = {"type": "string", "description": about}
    named_plan["title"] = "Named plan"
    definitions["NamedPlan"] = named_plan
    definitions["Plan"]["properties"]["spend_file"] = named_plan["properties"]["spend_file"]
    properties = schema["properties"]
    properties["plans"] = _renamed(properties["plans"], "#/$defs/Plan", "#/$defs/NamedPlan")
    for key, about in SHORTHANDS["Scenario"].items():
        properties[key] = {"type": "string", "description": about}
    properties["$schema"] = {"type": "string", "description": "address of this schema, for JSON files"}
    properties["parameters"] = _parameters(properties["parameters"]["description"])
    schema.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A-Path scenario",
        **_without_noise(schema),
    }


def schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def _renamed(part: Any, old: str, new: str) -> Any:
    """The same, with one reference replaced by another."""
    return json.loads(json.dumps(part).replace(json.dumps(old), json.dumps(new)))


def _parameters(about: str) -> dict[str, Any]:
    """All parameters by their full name and as nested tables."""
    root: dict[str, Any] = {"type": "object", "description": about, "additionalProperties": False, "properties": {}}
    for name, parameter in REGISTRY.items():
        entry = _parameter(parameter)
        root["properties"][name] = entry
        table = root
        *groups, last = name.split(".")
        for group in groups:
            inner = {"type": "object", "additionalProperties": False, "properties": {}}
            table = table["properties"].setdefault(group, inner)
        table["properties"][last] = entry
    return root


def _parameter(parameter: Parameter) -> dict[str, Any]:
    said = f"{parameter.summary}; default {parameter.default:g} {parameter.unit}"
    return {"description": said, "anyOf": _NUMBER_OR_RANGE}


def _without_noise(part: Any) -> Any:
    """Drop titles that only repeat the key, and what some versions of pydantic say twice."""
    if isinstance(part, dict):
        kept: dict[str, Any] = {}
        for key, value in part.items():
            if (key == "title" and isinstance(value, str)) or (key == "enum" and "const" in part):
                continue
            if key in ("properties", "$defs") and isinstance(value, dict):
                kept[key] = {name: _without_noise(inner) for name, inner in value.items()}
            else:
                kept[key] = _without_noise(value)
        if "patternProperties" in kept:
            kept["additionalProperties"] = False  # all other names are refused
        return kept
    if isinstance(part, list):
        return [_without_noise(entry) for entry in part]
    return part


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8", newline="\n")
