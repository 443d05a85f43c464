r"""One plan as CSV, long and wide, and back: amounts by week as rows, all other settings as rows of path and value.

    >>> from scenarios import load_scenario
    >>> scenario = load_scenario("coldbrew-launch").scenario
    >>> text = plan_csv(scenario, scenario.plans["creators"], name="creators")
    >>> print(text.splitlines()[1])
    week,instagram,paid media,instagram,2027-W01,2027-01-04,,,14000,USD,,
    >>> _ = Path("plan.csv").write_text(text)
    >>> read_plan_csv("plan.csv", scenario=scenario) == scenario.plans["creators"]
    True

The column ``record`` says what a row is: ``week`` amounts, ``plan`` a setting, ``source`` the plan as it was written,
which edits are compared with.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from scenarios.beside import Row, Sheet, number, read_sheet
from scenarios.draft import Cell, Draft
from scenarios.errors import Problem, shown, suggest
from scenarios.plan import Plan
from scenarios.schema import Scenario
from studio.exports import csv_text
from studio.workbook.found import AGAIN, Found, WorkbookError, amount, day_of
from studio.workbook.layout import CONTINUED
from studio.workbook.lines import PAID, Line, plan_lines, plan_weeks
from studio.workbook.merging import Limits, as_written, merged
from studio.workbook.paths import plan_data, said
from studio.workbook.plan_sheets import pieces_of, plan_rows
from studio.workbook.reading_rows import take_settings
from studio.workbook.source import plan_source, read_plan_source
from studio.workbook.texts import cleaned, packed, to_text, unpacked

LONG_COLUMNS = (
    "record", "channel", "lever", "item", "week", "week_start", "units", "unit", "money", "currency", "path", "value",
)  # fmt: skip
WIDE_COLUMNS = ("record", "channel", "lever", "item", "measure", "path", "value")
"""Columns of the wide form; behind them one for each Monday."""

_WEEK, _PLAN, _SOURCE = "week", "plan", "source"


def plan_csv(scenario: Scenario, plan: Plan, *, name: str) -> str:
    """A plan in the long form: one row for each line and week, then its other settings.

    Args:
        scenario: dates, fees and currency.
        plan: the plan.
        name: what it is called.
    """
    from simulator.calendar import week_label

    lines = plan_lines(scenario, plan)
    rows: list[list[object]] = []
    for line in lines:
        for week, day in enumerate(plan_weeks(scenario)):
            units = line.units[week] if line.units else None
            money = line.money[week] if line.in_flowchart else None
            when = [week_label(day), day.isoformat()]
            rows.append([_WEEK, *line.label, *when, units, line.unit, money, scenario.currency, "", ""])
    blank = [""] * (len(LONG_COLUMNS) - 3)
    for record, path, value in _other_rows(plan, lines, name):
        rows.append([record, *blank, path, value])
    return csv_text(LONG_COLUMNS, rows)


def plan_wide_csv(scenario: Scenario, plan: Plan, *, name: str) -> str:
    """A plan in the wide form: one row for each line and measure with a column for each Monday, then its settings.

    Args:
        scenario: dates, fees and currency.
        plan: the plan.
        name: what it is called.
    """
    lines = plan_lines(scenario, plan)
    columns = (*WIDE_COLUMNS, *(day.isoformat() for day in plan_weeks(scenario)))
    rows: list[list[object]] = []
    for line in lines:
        if line.in_flowchart:
            rows.append([_WEEK, *line.label, scenario.currency, "", "", *line.money])
        if line.units:
            rows.append([_WEEK, *line.label, line.unit, "", "", *line.units])
    blank: list[object] = [""] * scenario.weeks
    for record, path, value in _other_rows(plan, lines, name):
        rows.append([record, "", "", "", "", path, value, *blank])
    return csv_text(columns, rows)


def _other_rows(plan: Plan, lines: list[Line], name: str) -> Iterator[tuple[str, str, str]]:
    for path, value in plan_rows(plan_data(plan), lines, with_bookings=True):
        for n, piece in enumerate(pieces_of(value)):
            text = piece if isinstance(piece, str) else to_text(piece)
            yield _PLAN, said(path) + (CONTINUED if n else ""), text
    for n, piece in enumerate(packed(plan_source(plan))):
        yield _SOURCE, f"{name}.{n + 1}", piece


def read_plan_csv(path: str | Path, *, scenario: Scenario, limits: Limits | None = None) -> Plan:
    """Read a plan back from either form, with every edit.

    Args:
        path: the .csv file.
        scenario: what the plan was written from, and must fit.
        limits: as for :func:`studio.workbook.reading.read_workbook`; problems name the row.

    Returns:
        The plan; equal to the one that was written if nothing was edited.

    Raises:
        WorkbookError: something cannot be used; the error lists everything, by row.
    """
    return open_plan_csv(path, scenario=scenario, limits=limits).plan


@dataclass(frozen=True)
class OpenedCsv:
    """A CSV file that was read.

    Attributes:
        plan: the plan, with every edit.
        before: the plan as it was written.
        name: what it is called.
    """

    plan: Plan
    before: Plan
    name: str


def open_plan_csv(path: str | Path, *, scenario: Scenario, limits: Limits | None = None) -> OpenedCsv:
    """Read a CSV file, with the name of its plan; arguments as for :func:`read_plan_csv`."""
    path = Path(path)
    draft = Draft(file=path.name, data={}, base_dir=path.parent)
    sheet = read_sheet(draft, ("plan",), path.name)
    if sheet is None or draft.problems:
        raise WorkbookError([replace(one, where="") if one.where == "plan" else one for one in draft.problems])
    heads = sheet.header.entries
    wide = "measure" in heads
    lost = [head for head in (WIDE_COLUMNS if wide else LONG_COLUMNS) if head not in heads]
    if lost:
        at = sheet.cell(sheet.header)
        raise WorkbookError([Problem(at.file, at.line, "", f"the column {' and '.join(lost)} is missing", AGAIN)])
    name, base = _source(sheet)
    before = as_written(path.name, base, scenario)
    lines = plan_lines(scenario, before)
    found = Found(file=path.name, scenario=scenario, base=base, name=name, lines=lines)
    reader = _Reader(found, draft, sheet)
    (reader.wide if wide else reader.long)()
    reader.settings()
    found.problems += draft.problems
    return OpenedCsv(merged(found, limits=limits), before, name)


def _source(sheet: Sheet) -> tuple[str, dict[str, Any]]:
    """Name and data of the plan as it was written."""
    at_path, at_value, at_record = (sheet.header.entries.index(head) for head in ("path", "value", "record"))
    rows = [row.entries for row in sheet.rows if row.entries[at_record] == _SOURCE]
    try:
        pieces = sorted((int(row[at_path].rpartition(".")[2]), row[at_value]) for row in rows)
        base = read_plan_source(unpacked([text for _, text in pieces]))
        return rows[0][at_path].rpartition(".")[0], base
    except (ValueError, IndexError):
        what = "the rows with the plan as it was written (record source) are missing or were changed"
        raise WorkbookError([Problem(sheet.file, 0, "", what, AGAIN)]) from None


class _Reader:
    """The rows of a CSV file, line by line of the plan."""

    def __init__(self, found: Found, draft: Draft, sheet: Sheet) -> None:
        self.found, self.draft, self.sheet = found, draft, sheet
        self.weeks = {day: week for week, day in enumerate(plan_weeks(found.scenario))}
        self.seen: dict[tuple[tuple[str, str], str], set[int]] = {}

    def _rows(self) -> Iterator[tuple[Row, str, tuple[str, str]]]:
        """Rows of weeks with their channel, lever and item, if the plan has such a line."""
        for row in self.sheet.rows:
            record = self._of(row, "record")
            if record not in (_WEEK, _PLAN, _SOURCE):
                self._problem(row, "record", f"{shown(record)} is no kind of row", suggest(record, (_WEEK, _PLAN)))
            if record != _WEEK:
                continue
            channel, lever, item = (self._of(row, head) for head in ("channel", "lever", "item"))
            line = self.found.line((lever, item))
            if line is None and lever != PAID:
                known = [one.item for one in self.found.lines if one.lever == lever]
                levers = [*dict.fromkeys(one.lever for one in self.found.lines), PAID]
                if known:
                    self._problem(row, "item", f"there is no line {shown(item)} of {lever}", suggest(item, known))
                else:
                    self._problem(row, "lever", f"there is no lever {shown(lever)}", suggest(lever, levers))
                continue
            self.found.labels.setdefault((lever, item), self._at(row, "item"))
            self.found.channels.setdefault((lever, item), (channel, self._at(row, "channel")))
            yield row, channel, (lever, item)

    def long(self) -> None:
        """One amount per row."""
        for row, _, name in self._rows():
            currency = self._of(row, "currency")
            if currency != self.found.scenario.currency:
                hint = f"write {self.found.scenario.currency}: nothing is converted"
                self._problem(row, "currency", f"the currency {shown(currency)} is not the scenario's", hint)
            week = self._week(self._of(row, "week_start"), self._at(row, "week_start"))
            if week is not None:
                for head, measure in (("money", "money"), ("units", "units")):
                    self._take(row, self.sheet.header.entries.index(head), name, measure, week)
        self._complete()

    def wide(self) -> None:
        """One line per row, Mondays across."""
        first = len(WIDE_COLUMNS)
        heads = self.sheet.header.entries
        at_head = [self.sheet.cell(self.sheet.header, column) for column in range(len(heads))]
        columns = {c: self._week(heads[c], at_head[c]) for c in range(first, len(heads))}
        for row, _, name in self._rows():
            measure = self._of(row, "measure")
            line = self.found.line(name)
            allowed = [self.found.scenario.currency, *([line.unit] if line is not None and line.units else [])]
            if measure not in allowed:
                self._problem(row, "measure", f"{shown(measure)} is no measure of {name[1]}", suggest(measure, allowed))
                continue
            for column, week in columns.items():
                if week is not None:
                    self._take(row, column, name, "money" if measure == allowed[0] else "units", week)
        self._complete()

    def settings(self) -> None:
        """All rows of path and value."""
        rows = [
            (self._of(row, "path"), self._of(row, "value"), self._at(row, "path"), self._at(row, "value"))
            for row in self.sheet.rows
            if self._of(row, "record") == _PLAN
        ]
        take_settings(self.found, rows, grids_hold="rows of weeks")

    def _take(self, row: Row, column: int, name: tuple[str, str], measure: str, week: int) -> None:
        line, at = self.found.line(name), self.sheet.cell(row, column)
        editable = "money" if line is None else line.editable
        was = () if line is None else line.units if measure == "units" else line.money if line.in_flowchart else ()
        text = row.entries[column]
        value = number(self.draft, self.sheet, row, column) if text else 0.0
        if measure != editable:
            if value is not None and line is not None and cleaned(value) != (was[week] if was else 0.0):
                hint = "edit its units" if editable == "units" else "edit its settings, in rows with path and value"
                if editable == "money":
                    hint = "leave it empty: this line is planned in money"
                if not (editable == "units" and cleaned(value) == self._product(line, week)):
                    self.found.problem(at, f"the {measure} of {name[1]} ({name[0]}) cannot be edited", hint)
            return
        now = self.found.amounts.setdefault(name, list(line.amounts) if line else [0.0] * len(self.weeks))
        self.found.places.setdefault(name, [at] * len(now))[week] = at
        seen = self.seen.setdefault((name, measure), set())
        if week in seen:
            self.found.problem(at, f"{name[1]} ({name[0]}) stands twice for this week", "add the two up")
        seen.add(week)
        noun = "money" if measure == "money" or line is None else line.unit
        value = None if value is None else amount(self.found, value, at, noun=noun)
        if value is not None:
            now[week] = value

    def _product(self, line: Line, week: int) -> float:
        """Money of a line that is counted, as its edited units make it."""
        now = self.found.amounts.get(line.name)
        return cleaned((now[week] if now else line.units[week]) * line.price)

    def _complete(self) -> None:
        """Every line of the plan has every week."""
        for line in self.found.lines:
            if line.editable not in ("money", "units"):
                continue
            n = len(self.weeks) - len(self.seen.get((line.name, line.editable), set()))
            if n and not self.draft.problems and not self.found.problems:
                at = self.found.labels.get(line.name, Cell(self.found.file, 0, ""))
                what = f"{n} of {len(self.weeks)} weeks of {line.item} ({line.lever}) are missing"
                self.found.problem(at, what, "to stop a line, write 0")

    def _week(self, text: str, at: Cell) -> int | None:
        day = day_of(text)
        if day in self.weeks:
            return self.weeks[day]
        first, last = self._ends()
        if day is None:
            what = f"{shown(text)} is not a date"
        elif first <= day <= last:
            what = f"{day} is not the Monday of a week"
        else:
            what = f"{day} lies outside the plan"
        self.found.problem(at, what, f"name each week by its Monday; the plan runs from {first} to {last}")
        return None

    def _ends(self) -> tuple[date, date]:
        days = list(self.weeks)
        return days[0], date.fromordinal(days[-1].toordinal() + 6)

    def _of(self, row: Row, head: str) -> str:
        return row.entries[self.sheet.header.entries.index(head)]

    def _at(self, row: Row, head: str) -> Cell:
        return self.sheet.cell(row, self.sheet.header.entries.index(head))

    def _problem(self, row: Row, head: str, what: str, hint: str) -> None:
        self.found.problem(self._at(row, head), what, hint)
