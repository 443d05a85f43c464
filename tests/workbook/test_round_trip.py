"""A plan that goes through a workbook, a CSV file or a scenario file comes back as it was."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scenarios import bundled_names, load_scenario
from scenarios.schema import Part, Plan
from studio.workbook.csv_files import plan_csv, plan_wide_csv, read_plan_csv
from studio.workbook.paths import flattened, gathered, parsed, plan_data, said
from studio.workbook.reading import read_workbook
from studio.workbook.scenario_file import plan_toml, write_plan_scenario
from studio.workbook.writing import workbook_bytes, write_workbook
from tests.workbook.small_market import LEVERS, plan_of, plans_data, small

SMALL = small()
FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


def through_files(plan: Plan) -> list[Plan]:
    """The plan after each of the ways out and back."""
    scenario = SMALL.scenario
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_workbook(folder / "plan.xlsx", SMALL, plan, name="drawn")
        (folder / "plan.csv").write_text(plan_csv(scenario, plan, name="drawn"), "utf-8")
        (folder / "plan-wide.csv").write_text(plan_wide_csv(scenario, plan, name="drawn"), "utf-8")
        file, left_out = write_plan_scenario(SMALL, plan, name="drawn", folder=folder)
        assert left_out == ()
        return [
            read_workbook(folder / "plan.xlsx"),
            read_plan_csv(folder / "plan.csv", scenario=scenario),
            read_plan_csv(folder / "plan-wide.csv", scenario=scenario),
            load_scenario(file).scenario.plans["drawn"],
        ]


@FEW
@given(plans_data)
def test_a_plan_comes_back_as_it_was(data: dict[str, Any]) -> None:
    plan = plan_of(data)
    for again in through_files(plan):
        assert again == plan
        assert plan_data(again) == plan_data(plan)


def test_drawn_plans_have_every_key_of_the_language() -> None:
    assert LEVERS.keys() == Plan.model_fields.keys()


def test_every_part_of_a_plan_comes_back() -> None:
    """The plan in which every lever stands once."""
    loaded = load_scenario("everything")
    keys: set[tuple[str, str]] = set()

    def walk(part: object) -> None:
        if isinstance(part, Part):
            keys.update((type(part).__name__, key) for key in part.model_fields_set)
            for key in type(part).model_fields:
                walk(getattr(part, key))
        elif isinstance(part, dict):
            for entry in part.values():
                walk(entry)
        elif isinstance(part, list):
            for entry in part:
                walk(entry)

    plan = loaded.scenario.plans["everything"]
    walk(plan)
    assert {key for kind, key in keys if kind == "Plan"} == Plan.model_fields.keys() - {"price", "media_scale"}


BUNDLED = [(name, plan) for name in bundled_names() for plan in load_scenario(name).scenario.plans]


@pytest.mark.parametrize(("name", "plan"), BUNDLED, ids=[f"{name}-{plan}" for name, plan in BUNDLED])
def test_every_bundled_plan_comes_back(name: str, plan: str, tmp_path: Path) -> None:
    loaded = load_scenario(name)
    wanted = loaded.scenario.plans[plan]
    write_workbook(tmp_path / "plan.xlsx", loaded, wanted, name=plan)
    assert read_workbook(tmp_path / "plan.xlsx") == wanted
    for write in (plan_csv, plan_wide_csv):
        (tmp_path / "plan.csv").write_text(write(loaded.scenario, wanted, name=plan), "utf-8")
        assert read_plan_csv(tmp_path / "plan.csv", scenario=loaded.scenario) == wanted
    file, _ = write_plan_scenario(loaded, wanted, name=plan, folder=tmp_path / "out")
    again = load_scenario(file).scenario
    assert again == loaded.scenario
    assert file.read_bytes() == loaded.source_bytes
    file, _ = write_plan_scenario(loaded, wanted, name="another", folder=tmp_path / "another")
    again = load_scenario(file).scenario
    assert again.plans == {**loaded.scenario.plans, "another": wanted}
    assert "#" in file.read_text("utf-8")  # comments of the original are kept


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = SMALL.scenario.plans["base"]
    first, again = (workbook_bytes(small(), plan, name="base") for _ in range(2))
    assert first == again
    assert first != workbook_bytes(SMALL, plan.model_copy(update={"title": "Other"}), name="base")


def test_a_workbook_holds_nothing_of_the_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(SMALL, SMALL.scenario.plans["base"], name="base"))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert re.findall(r"\d+-\d+-\d+T[\d:]+Z", core) == ["2000-01-01T00:00:00Z"] * 2


@FEW
@given(plans_data)
def test_paths_hold_a_plan(data: dict[str, Any]) -> None:
    said_of = plan_data(plan_of(data))
    rows = flattened(said_of)
    assert gathered(rows) == said_of
    assert [parsed(said(path)) for path, _ in rows] == [path for path, _ in rows]


def test_other_plans_stay_what_they_are(tmp_path: Path) -> None:
    """The plan “same” is made from “base”: with another base it is written out."""
    now = SMALL.scenario.plans["base"].model_copy(update={"media_scale": 2.0})
    file, _ = write_plan_scenario(SMALL, now, name="base", folder=tmp_path)
    again = load_scenario(file).scenario
    assert again.plans["base"] == now
    assert again.plans["same"] == SMALL.scenario.plans["same"]
    assert 'as = "base"' not in file.read_text()
    assert "# ------------------------------------------------------------ plans" in file.read_text()


def test_a_plan_as_toml_reads_well() -> None:
    assert (
        plan_toml(SMALL.scenario.plans["base"], name="base")
        == """\
[plans.base]
title = "As last year"

[plans.base.media.feed]
weekly = 100

[plans.base.media.screen]
flights = [
    { start = 2027-01-04, end = 2027-01-13, weekly = 70 },
    { start = 2027-01-20, end = 2027-02-03, weekly = 35 },
]

[plans.base.posts.feed]
weekly = 2
cost_per_post = 5

[[plans.base.bookings]]
influencer = "ana"
posts = 3
start = 2027-01-05
every_days = 10

[[plans.base.bookings]]
influencer = "bo"
dates = [2027-01-21, 2027-01-28]

[[plans.base.seeding]]
people = 50
unit_cost = 2.5
"""
    )


def test_the_pages_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "workbook.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(page.split("```python\n")[1].split("```")[0], "docs/workbook.md", "exec"), {})
    again = load_scenario(tmp_path / "mine" / "plan.toml").scenario
    assert again == load_scenario("coldbrew-launch").scenario
