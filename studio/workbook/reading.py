"""An edited workbook, read back into a plan; whatever cannot be used is named by sheet and cell, all at once.

>>> from scenarios import load_scenario
>>> from studio.workbook.writing import write_workbook
>>> loaded = load_scenario("coldbrew-launch")
>>> write_workbook(Path("plan.xlsx"), loaded, loaded.scenario.plans["creators"], name="creators")
>>> read_workbook("plan.xlsx") == loaded.scenario.plans["creators"]
True
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.errors import Problem
from scenarios.load import Loaded
from scenarios.plan import Plan
from scenarios.schema import NAME_PATTERN, Scenario
from studio.workbook.cells import Grid, open_grids
from studio.workbook.found import AGAIN, Found, WorkbookError
from studio.workbook.layout import MANIFEST, MANIFEST_HEAD, SOURCE, SOURCE_HEAD
from studio.workbook.lines import plan_lines
from studio.workbook.merging import Limits, as_written, merged
from studio.workbook.reading_grids import read_flowchart, read_long, read_units
from studio.workbook.reading_rows import read_posts, read_settings
from studio.workbook.source import THE_PLAN, Part, joined, read_plan_source, unpacked_scenario


@dataclass(frozen=True)
class Opened:
    """A workbook that was read.

    Attributes:
        plan: the plan, with every edit.
        before: the plan as it was written.
        name: what it is called.
        loaded: the scenario that the workbook carries; its files last as long as the workbook is open.
    """

    plan: Plan
    before: Plan
    name: str
    loaded: Loaded


def read_workbook(path: str | Path, *, scenario: Scenario | None = None, limits: Limits | None = None) -> Plan:
    """Read a plan back from its workbook, with every edit.

    Args:
        path: the .xlsx file.
        scenario: what the plan must fit; the scenario that the workbook carries when None.
        limits: called with the plan; gives a path in it, such as ``("media", "tv", "weekly", 6)`` for the seventh
            week, and words for each limit that it breaks. The error then names the cell.

    Returns:
        The plan; equal to the one that was written if nothing was edited.

    Raises:
        WorkbookError: something cannot be used; the error lists everything, by sheet and cell.
        ScenarioError: the scenario that the workbook carries cannot be used.
    """
    with opened_workbook(Path(path), scenario=scenario, limits=limits) as opened:
        return opened.plan


@contextmanager
def opened_workbook(path: Path, *, scenario: Scenario | None = None, limits: Limits | None = None) -> Iterator[Opened]:
    """Read a workbook, and keep the scenario that it carries for as long as this is open.

    Args:
        path: the .xlsx file.
        scenario: what the plan must fit; the workbook's own when None.
        limits: as for :func:`read_workbook`.
    """
    grids = open_grids(path)
    parts = _parts(grids[SOURCE])
    with unpacked_scenario(parts, beside=path.parent) as loaded:
        base = _base(path.name, joined(parts)[THE_PLAN])
        before = as_written(path.name, base, loaded.scenario)
        lines = plan_lines(loaded.scenario, before)
        found = Found(file=path.name, scenario=loaded.scenario, base=base, name="plan", lines=lines, posts=[])
        _manifest(found, grids[MANIFEST], scenario or loaded.scenario)
        read_flowchart(found, grids)
        read_units(found, grids)
        read_long(found, grids)
        read_posts(found, grids)
        read_settings(found, grids)
        yield Opened(merged(found, scenario=scenario, limits=limits), before, found.name, loaded)


def _parts(grid: Grid) -> list[Part]:
    """The rows of the hidden sheet, whole and unchanged."""
    head = grid.row_of(SOURCE_HEAD)
    parts = []
    for row in grid.rows_below(head) if head is not None else ():
        name, sha256, number, text = (grid.value(row, column) for column in range(len(SOURCE_HEAD)))
        if isinstance(name, str) and isinstance(number, int):
            parts.append(Part(name, str(sha256), number, str(text or "")))
    try:
        files = joined(parts)
        whole = THE_PLAN in files and any(name.startswith("scenario.") for name in files)
        what = "" if whole else "the copy of the plan and its scenario is missing"
    except ValueError as error:
        what = f"the copy of {error} was changed"
    if what:
        raise WorkbookError([Problem(f"{grid.file}, {SOURCE}", 0, "", what, AGAIN)])
    return parts


def _base(file: str, raw: bytes) -> dict[str, Any]:
    """The plan as it was written."""
    try:
        return read_plan_source(raw)
    except ValueError:
        what = "the copy of the plan cannot be read"
        raise WorkbookError([Problem(f"{file}, {SOURCE}", 0, "", what, AGAIN)]) from None


def _manifest(found: Found, grid: Grid, scenario: Scenario) -> None:
    """What the workbook is of, and whether that is what it is read for."""
    head = grid.row_of(MANIFEST_HEAD)
    rows = {} if head is None else {grid.text(row, 0): row for row in grid.rows_below(head)}
    if head is None or not {"Plan", "Currency"} <= rows.keys():
        lost = [what for what in ("Plan", "Currency") if what not in rows]
        what = "the heads What and Value are missing" if head is None else f"the row {lost[0]} is missing"
        found.problem(grid.at(head or 0, 0), what, AGAIN)
        return
    name = grid.text(rows["Plan"], 1)
    if NAME_PATTERN.fullmatch(name):
        found.name = name
    else:
        found.problem(grid.at(rows["Plan"], 1), f"“{name}” cannot be the name of a plan", "use a-z, digits, - and _")
    currency = grid.text(rows["Currency"], 1)
    if currency != scenario.currency:
        what = f"the currency is {currency or 'missing'}, but the scenario is in {scenario.currency}"
        hint = f"write {scenario.currency}, and all money in it: nothing is converted"
        found.problem(grid.at(rows["Currency"], 1), what, hint)
    mine = found.scenario
    if (mine.start, mine.weeks) != (scenario.start, scenario.weeks):
        what = (
            f"the workbook is of {mine.weeks} weeks from {mine.start}, the scenario of {scenario.weeks} weeks from "
            f"{scenario.start}"
        )
        found.problem(grid.at(rows.get("First week", head), 1), what, "export the plan from this scenario")
        found.stop()
