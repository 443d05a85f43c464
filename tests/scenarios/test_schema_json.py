"""The committed JSON schema is up to date, and accepts what the loader accepts."""

import json
import tomllib
from typing import Any

import pytest

from scenarios.catalogue import bundled_names, bundled_path
from scenarios.schema_json import SCHEMA_PATH, scenario_schema, schema_text
from scenarios.starter import TEMPLATE
from tests.scenarios.base import BASE

pytestmark = pytest.mark.core

TEXTS = {
    "base": BASE,
    "starter": (TEMPLATE / "scenario.toml").read_text("utf-8"),
    **{name: bundled_path(name).read_text("utf-8") for name in bundled_names()},
}


def test_it_is_up_to_date() -> None:
    assert SCHEMA_PATH.read_text("utf-8") == schema_text(), "run: python -m scenarios.schema_json"


def test_it_knows_the_shorthands() -> None:
    schema = scenario_schema()
    assert "roster" in schema["properties"]
    assert {"as", "spend_file"} <= schema["$defs"]["NamedPlan"]["properties"].keys()
    assert "as" not in schema["$defs"]["Plan"]["properties"]
    assert "NamedPlan" in json.dumps(schema["properties"]["plans"])
    parameters = schema["properties"]["parameters"]["properties"]
    assert "wom.p_skip" in parameters
    assert "cpm" in parameters["platform"]["properties"]["tiktok"]["properties"]


def test_it_describes_what_a_planner_writes() -> None:
    schema = scenario_schema()
    for key in ("weeks", "plans", "segments", "roster", "rivals"):
        assert schema["properties"][key]["description"]
    assert schema["$defs"]["Media"]["properties"]["weekly"]["description"].startswith("money per week")


@pytest.mark.parametrize("name", TEXTS)
def test_it_accepts_what_the_loader_accepts(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator(scenario_schema()).validate(as_json(TEXTS[name]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weeks = 8", 'weeks = "8"'),
        ("price = 4.50", "pryce = 4.50"),
        ('"wom.p_skip" = 0.2', '"wom.p_skp" = 0.2'),
        ('as = "baseline"', "as = 3"),
        ("people = 50\n", "people = -50\n"),
        ("[channels.letter]", '[channels."my letter"]'),
    ],
)
def test_it_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(scenario_schema())
    assert not validator.is_valid(as_json(BASE.replace(old, new)))


def as_json(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))
