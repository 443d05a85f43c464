"""The table of levers is complete: no path, parameter, cost line, test or lesson is missing, and none is invented."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from scenarios.lever_parameters import lever_parameters
from scenarios.levers import LEVERS, ROWS, Lever
from scenarios.levers_doc import DOC_PATH, levers_text
from scenarios.registry import REGISTRY
from scenarios.schema import Plan, Scenario
from simulator.costs import cost_lines, outcome_lines
from simulator.glossary import GLOSSARY
from studio.cli import cli
from tests.levers.cases import IDLE, MOVES
from tests.levers.markets import MONDAY, base, changed, runs, scenario_of

pytestmark = pytest.mark.core

LESSONS = Path(__file__).parents[2] / "docs" / "levers"
SIGNS = "tests/levers/test_signs.py"

NO_LEVERS = frozenset(
    {
        # what the what-if is about, and how it is told
        "schema_version", "name", "title", "description", "start", "weeks", "currency", "plans.*.title", "brand.title",
        "rivals.*.title", "parameters",
        # the market as it is
        "market.size", "market.consumers", "season", "graph", "word_of_mouth.listening", "word_of_mouth.talk_from",
        "word_of_mouth.fresh_on", "word_of_mouth.fresh_for",
        # where brands stand, and what a purchase costs them
        "brand.unit_cost", "brand.start", "brand.start_in", "rivals.*.unit_cost", "rivals.*.start",
        "rivals.*.start_in",
    }
)  # fmt: skip
"""Keys of a scenario that nobody pulls."""


def models_in(annotation: Any) -> Iterator[tuple[type[BaseModel], bool]]:
    """The models within a type, and whether they stand under a name or a number."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, False
        return
    many = getattr(annotation, "__origin__", None) in (dict, list)
    for inner in get_args(annotation):
        yield from ((model, many or deeper) for model, deeper in models_in(inner))


def keys_of(model: type[BaseModel], place: str = "") -> dict[str, bool]:
    """Every place of the language, and whether nothing stands below it; plans of others are read as our own."""
    out: dict[str, bool] = {}
    for name, field in model.model_fields.items():
        here = f"{place}{name}"
        inner = [] if model is not Scenario and name == "plan" else list(models_in(field.annotation))
        out[here] = not inner
        for one, many in inner:
            out |= keys_of(one, f"{here}.*." if many else f"{here}.")
    return out


KEYS = keys_of(Scenario)
LEAVES = [key for key, is_leaf in KEYS.items() if is_leaf]


def covers(path: str, key: str) -> bool:
    """Whether a path names a key, or a section that it is in."""
    return key == path or key.startswith(f"{path}.")


def exists(path: str) -> bool:
    """Whether a path stands in the language; below a rival's plan or the warm-up's as in our own plans."""
    head, found, tail = path.partition(".plan.")
    return head + ".plan" in KEYS and tail in Plan.model_fields if found else path in KEYS


def test_the_language_is_walked_to_its_ends() -> None:
    assert {"plans.*.media.*.segments", "plans.*.seeding.*.stage", "shocks.*.kind", "segments.*.topics"} <= set(LEAVES)
    assert len(LEAVES) > 200


def test_names_are_told_apart_and_every_row_has_a_lever() -> None:
    assert all(name == lever.name for name, lever in LEVERS.items())
    assert len({lever.title for lever in LEVERS.values()}) == len(LEVERS) == source_count()
    assert Counter(lever.row for lever in LEVERS.values()).keys() == set(ROWS)


def source_count() -> int:
    """How many levers are written down: a name written twice would be lost silently."""
    import scenarios.levers

    return len(re.findall(r"^    Lever\($", Path(scenarios.levers.__file__).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_a_lever_names_only_what_exists(lever: Lever) -> None:
    assert [path for path in lever.paths if not exists(path)] == []
    assert [name for name in lever.parameters if name not in REGISTRY] == []
    assert lever.paths
    assert lever.metrics
    assert lever.rule.endswith(".")
    assert lever.summary.endswith(".")
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", metric) for metric in lever.metrics)
    assert (LESSONS / f"{lever.example}.toml").is_file()


@pytest.mark.parametrize("key", LEAVES)
def test_every_key_belongs_to_a_lever_or_is_none(key: str) -> None:
    pulled = any(covers(path, key) for lever in LEVERS.values() for path in lever.paths)
    assert pulled != any(covers(path, key) for path in NO_LEVERS), key


def test_what_is_no_lever_exists() -> None:
    assert [key for key in NO_LEVERS if key not in KEYS] == []


def test_every_parameter_of_a_lever_belongs_to_one() -> None:
    named = {name for lever in LEVERS.values() for name in lever.parameters}
    assert [parameter.name for parameter in lever_parameters() if parameter.name not in named] == []
    # The only numbers of the whole registry that no lever touches: interest by itself, and when a customer has gone.
    assert {name.split(".")[0] for name in REGISTRY if name not in named} == {"organic", "churn"}


def test_every_metric_is_in_the_glossary() -> None:
    assert {metric for lever in LEVERS.values() for metric in lever.metrics} - set(GLOSSARY) == set()


# ------------------------------------------------------------------------------------------------------- costs

EVERYTHING: dict[str, Any] = {
    "media": {"feed": {"weekly": 100.0, "creatives": 3, "cost_per_creative": 50.0}},
    "posts": {"feed": {"weekly": 3.0, "cost_per_post": 10.0}},
    "bookings": [{"influencer": "ana", "dates": [date(2027, 1, 8)]}],
    "seeding": [{"people": 100, "unit_cost": 2.0}],
    "earned": {"press": {"channel": "screen", "weekly": 100.0}},
    "partnerships": {"cafe": {"channel": "site", "weekly": 1.0, "people": 500, "cost_per_post": 20.0}},
    "outreach": {"weekly": 50.0},
    "lists": {"mail": {"people": "opt-ins", "weekly": 1.0}},
    "sign_up": {"cost_per_opt_in": 1.0},
    "offers": {"sale": {"start": MONDAY, "end": date(2027, 1, 31), "discount": 0.2, "cost_per_redemption": 0.1}},
    "cross_sell": {"price": 3.0, "cost_per_week": 5.0},
    "community": {"weekly": 10.0, "elsewhere": 2.0, "cost_per_hour": 30.0},
    "space": {"cost_per_week": 5.0, "cost_per_member_week": 0.1},
    "events": {"fair": {"date": date(2027, 1, 20), "invited": 500, "cost": 100.0, "cost_per_attender": 1.0}},
    "listening": {"hours_per_week": 5.0, "cost_per_hour": 30.0, "fix_cost": 500.0, "ideas_per_quarter": 8.0,
                  "cost_per_idea": 20.0},
    "sharing": {"content": 1.5, "cost": 100.0, "cost_per_week": 1.0},
    "user_content": {"channel": "feed", "cost_per_week": 5.0},
    "rewards": {"per_return": 0.2, "per_referral": 0.5, "cost_per_week": 5.0},
    "loyalty": {"cost_per_customer_week": 0.1, "cost_per_week": 5.0},
    "support": {"cost_per_purchase": 0.2, "cost_per_week": 5.0},
    "referral": {"for_sender": 0.5, "for_friend": 0.5, "cost_per_week": 5.0},
}  # fmt: skip
"""A plan with every lever that costs money."""


def test_every_cost_line_of_a_lever_appears_and_no_other() -> None:
    fields = set(Plan.model_fields) - {"title", "price", "media_scale"}
    assert set(EVERYTHING) == fields
    scenario = scenario_of(changed(base(), {"plans.plan": EVERYTHING}))
    (run,) = runs(scenario, n=1)
    plan = scenario.plans["plan"]
    total: Counter[str] = Counter()
    for line in (*cost_lines(scenario, plan), *outcome_lines(scenario, plan, run.outcome)):
        total[line.lever] += line.total
    assert total.keys() == {line for lever in LEVERS.values() for line in lever.cost_lines}
    assert [lever for lever, money in total.items() if money <= 0.0] == []


# ------------------------------------------------------------------------------------------------------- tests


def test_every_test_that_is_named_exists() -> None:
    source = (Path(__file__).parent / "test_signs.py").read_text("utf-8")
    functions = set(re.findall(r"^def (test_\w+)\(", source, re.MULTILINE))
    cases = {
        "test_it_moves_what_it_should": [case.name for case in MOVES],
        "test_it_does_nothing_where_it_cannot": [case.name for case in IDLE],
    }
    for lever in LEVERS.values():
        assert lever.tests, lever.name
        for test in lever.tests:
            file, _, name = test.partition("::")
            head, _, case = name.removesuffix("]").partition("[")
            assert file == SIGNS
            assert head in functions, test
            assert (case in cases[head]) if head in cases else not case, test


def test_every_case_belongs_to_a_lever() -> None:
    named = {test for lever in LEVERS.values() for test in lever.tests}
    for head, cases in (("test_it_moves_what_it_should", MOVES), ("test_it_does_nothing_where_it_cannot", IDLE)):
        assert len({case.name for case in cases}) == len(cases)
        assert [case.name for case in cases if f"{SIGNS}::{head}[{case.name}]" not in named] == []


@pytest.mark.parametrize("lever", [lever for lever in LEVERS.values() if lever.name != "overlap"],
                         ids=lambda lever: lever.name)  # fmt: skip
def test_a_lever_is_shown_to_act_and_to_be_idle(lever: Lever) -> None:
    said = " ".join(lever.tests)
    assert "test_it_does_nothing_where_it_cannot[" in said
    assert "test_it_moves_what_it_should[" in said or lever.name == "timing"


# ------------------------------------------------------------------------------------------------------- pages


def test_the_page_is_up_to_date() -> None:
    assert DOC_PATH.read_text("utf-8") == levers_text(), "run: python -m scenarios.levers_doc"


def test_the_page_names_every_lever_once() -> None:
    rows = [row for row in levers_text().splitlines() if row.startswith("| **")]
    assert [re.findall(r"\(`([a-z-]+)`\)", row)[0] for row in rows] == list(LEVERS)
    assert all(row.count(" | ") == 7 for row in rows)


def test_every_lesson_belongs_to_a_lever() -> None:
    assert {path.stem for path in LESSONS.glob("*.toml")} == {lever.example for lever in LEVERS.values()}


def test_the_command_lists_every_lever() -> None:
    told = CliRunner().invoke(cli, ["levers", "--format", "json"])
    assert told.exit_code == 0
    listed = json.loads(told.stdout)["levers"]
    assert [one["name"] for one in listed] == list(LEVERS)
    for one in listed:
        assert {"paths", "rule", "cost_lines", "metrics", "tests", "parameters", "example"} <= one.keys()
    table = CliRunner().invoke(cli, ["levers"])
    assert table.exit_code == 0
    assert [name for name in LEVERS if f"  {name}: " not in table.stdout] == []
