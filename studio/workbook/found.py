"""What was found in an edited workbook or CSV file, cell by cell, before it is made into a plan."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scenarios.draft import Cell
from scenarios.errors import Problem, ScenarioError, clean, shown
from scenarios.explain import number_in
from scenarios.lines import Path
from scenarios.schema import Scenario
from studio.workbook.lines import Line
from studio.workbook.texts import cleaned

AGAIN = "export the plan again, and edit the blue cells only"


class WorkbookError(ScenarioError):
    """An edited workbook or CSV file cannot be used; ``problems`` lists everything to mend, cell by cell.

    >>> print(WorkbookError([Problem("plan.xlsx, Flowchart!H12", 0, "", "-500 is negative")]))
    plan.xlsx, Flowchart!H12: -500 is negative
    <BLANKLINE>
    1 problem; nothing was run.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(problems)
        self.problems = sorted(self.problems, key=_as_it_stands)


def _as_it_stands(problem: Problem) -> tuple[Any, ...]:
    """Sheet by sheet and row by row: H5 before H12, and Z1 before AA1."""
    sheet, _, cell = problem.file.partition("!")
    found = re.fullmatch(r"([A-Z]+)(\d+)", cell)
    at = (int(found[2]), len(found[1]), found[1]) if found else (0, 0, cell)
    return sheet, *at, problem.line, problem.where, problem.what


@dataclass(frozen=True)
class Post:
    """A booked post, as it stands in a row."""

    booking: int | None
    influencer: str
    day: date
    at_influencer: Cell
    at_day: Cell


@dataclass(kw_only=True)
class Found:
    """Everything that an edited file says.

    Attributes:
        file: what messages call it.
        scenario: the scenario that the file was written from.
        base: the plan as it was written, as plain data.
        name: what the plan is called.
        lines: the plan as it was written, by line.
        rows: path, value and place of every setting that no grid holds.
        amounts: what may be edited by week, by lever and item.
        places: the cell of each of them.
        labels: the cell that names a line.
        channels: the channel that stands beside it.
        posts: booked posts, if they have a sheet; None if they stand among the rows.
        total: where the sum of the plan stands.
        problems: what is wrong so far.
    """

    file: str
    scenario: Scenario
    base: dict[str, Any]
    name: str
    lines: list[Line]
    rows: list[tuple[Path, Any, Cell]] = field(default_factory=list)
    amounts: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    places: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)
    labels: dict[tuple[str, str], Cell] = field(default_factory=dict)
    channels: dict[tuple[str, str], tuple[str, Cell]] = field(default_factory=dict)
    posts: list[Post] | None = None
    total: Cell | None = None
    problems: list[Problem] = field(default_factory=list)

    def problem(self, at: Cell, what: str, hint: str = "") -> None:
        """Note that something is wrong in a cell."""
        self.problems.append(Problem(at.file, at.line, at.where, what, hint, clean(at.excerpt)))

    def line(self, name: tuple[str, str]) -> Line | None:
        """A line of the plan as it was written."""
        return next((line for line in self.lines if line.name == name), None)

    def stop(self) -> None:
        """Give up if anything is wrong.

        Raises:
            WorkbookError: with everything so far.
        """
        if self.problems:
            raise WorkbookError(self.problems)


def amount(found: Found, value: object, at: Cell, *, noun: str) -> float | None:
    """The amount in a cell: nothing in an empty one; None, and a problem, where there is none.

    Args:
        found: takes the problem.
        value: of the cell.
        at: the cell.
        noun: what is counted, such as money.
    """
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.problem(at, f"{_shown(value)} is not a number", _number_hint(value, noun))
        return None
    if not abs(value) <= 1e15:
        found.problem(at, f"{shown(float(value))} is too large; {noun} per week is at most 1e15")
        return None
    if value < 0:
        found.problem(at, f"{shown(value)} is negative; {noun} per week is 0 or more")
        return None
    return cleaned(value)


def _number_hint(value: object, noun: str) -> str:
    if isinstance(value, str):
        if value.startswith("#"):
            return "mend the formula, or type the number"
        if (meant := number_in(value)) is not None:
            return f"write {meant:.10g}"
    return f"write {noun} per week as a number, or nothing for none"


def _shown(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else shown(value)


def day_of(value: object) -> date | None:
    """The day in a cell, whether it is a date or a text like 2027-01-04; None if it is neither."""
    if isinstance(value, datetime):
        return value.date() if value.time() == datetime.min.time() else None
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return None
