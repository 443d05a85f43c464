"""The sheets Flowchart, Units and Long of an edited workbook: amounts by line and week."""

from collections.abc import Mapping
from datetime import date, timedelta

from scenarios.errors import nearest, shown, suggest
from scenarios.schema import NAME_PATTERN
from studio.workbook.cells import Grid
from studio.workbook.found import AGAIN, Found, amount, day_of
from studio.workbook.layout import FLOWCHART, HEAD_ROW, INFLUENCERS, LABELS, LONG, LONG_HEAD, PLAN, UNIT_HEAD, UNITS
from studio.workbook.lines import PAID, Line, plan_weeks
from studio.workbook.texts import cleaned

_WHERE = {"units": UNITS, "posts": INFLUENCERS, "": PLAN}
"""Sheets on which lines are changed whose money only follows."""


def read_flowchart(found: Found, grids: Mapping[str, Grid]) -> None:
    """Take over money by week.

    Args:
        found: takes amounts and problems.
        grids: the sheets.
    """
    grid = grids[FLOWCHART]
    total = f"Total, {found.scenario.currency}"
    columns = _columns(found, grid, LABELS, total=total)
    if columns is None:
        return
    head, weeks, at_total = columns
    seen = set()
    for row in grid.rows_below(head):
        channel, lever, item = (grid.text(row, column) for column in range(len(LABELS)))
        if channel == "Total" and at_total is not None:
            found.total = grid.at(row, at_total)
        if not lever and not item:
            if channel in ("Total", "Share of the plan", "From the start", "By month") or channel.endswith(", all"):
                continue
            if any(grid.value(row, column) is not None for column in weeks):
                hint = "name its channel, lever (paid media) and item, or empty the row"
                found.problem(grid.at(row, 0), "this row has money, and no line is named", hint)
            continue
        line = found.line((lever, item))
        if line is not None and not line.in_flowchart:
            line = None
        if (lever, item) in seen:
            found.problem(grid.at(row, 2), f"the line {item} ({lever}) stands twice", "add the two rows up")
        elif line is None:
            _new_row(found, grid, row, weeks, (channel, lever, item))
        else:
            found.labels[line.name] = grid.at(row, 2)
            found.channels[line.name] = (channel, grid.at(row, 0))
            if line.editable == "money":
                _amounts(found, grid, row, weeks, line.name, noun="money")
            else:
                _unchanged(found, grid, row, weeks, line)
        seen.add((lever, item))
    lost = [line for line in found.lines if line.in_flowchart and line.name not in seen]
    _missing(found, grid, lost)


def read_units(found: Found, grids: Mapping[str, Grid]) -> None:
    """Take over what is counted by week.

    Args:
        found: takes amounts and problems.
        grids: the sheets.
    """
    grid = grids[UNITS]
    columns = _columns(found, grid, UNIT_HEAD, total="Total")
    if columns is None:
        return
    head, weeks, _ = columns
    counted = {line.name: line for line in found.lines if line.editable == "units"}
    seen = set()
    for row in grid.rows_below(head):
        _, lever, item = (grid.text(row, column) for column in range(len(LABELS)))
        name = (lever, item)
        if not lever and not item:
            continue
        if name in seen:
            found.problem(grid.at(row, 2), f"the line {item} ({lever}) stands twice", "add the two rows up")
        elif name not in counted:
            hint = suggest(item, [other for kind, other in counted if kind == lever] or [x for _, x in counted])
            found.problem(grid.at(row, 2), f"there is no line {shown(item)} of {lever or 'no lever'}", hint)
        else:
            seen.add(name)
            line = counted[name]
            found.labels[name] = grid.at(row, 2)
            _amounts(found, grid, row, weeks, name, noun=line.unit)
            price = grid.content(row, 4)
            if not price.formula and not _same(price.value, line.price):
                key = ".".join(map(str, (*line.path, line.price_key)))
                hint = (
                    f"change {key} on the sheet {PLAN}" if line.price_key else "contacts are priced on the sheet Plan"
                )
                found.problem(grid.at(row, 4), "the cost per unit is a copy and was changed", hint)
    _missing(found, grid, [line for name, line in counted.items() if name not in seen])


def read_long(found: Found, grids: Mapping[str, Grid]) -> None:
    """See that nobody edited the copy of everything, where it would be lost.

    Args:
        found: takes problems.
        grids: the sheets; without Long there is nothing to see.
    """
    grid = grids.get(LONG)
    head = None if grid is None else grid.row_of(LONG_HEAD)
    if grid is None or head is None:
        return
    weeks = {day: week for week, day in enumerate(plan_weeks(found.scenario))}
    lines = {line.name: line for line in found.lines}
    for row in grid.rows_below(head):
        line = lines.get((grid.text(row, 1), grid.text(row, 2)))
        week = weeks.get(day_of(grid.value(row, 4)) or date.min)
        if line is None or week is None:
            continue
        for column, values in ((5, line.units), (7, line.money if line.in_flowchart else ())):
            cell = grid.content(row, column)
            if not cell.formula and not _same(cell.value, values[week] if values else 0.0):
                sheet = UNITS if column == 5 else FLOWCHART
                found.problem(grid.at(row, column), "this sheet is a copy and was changed", f"edit {sheet} instead")


Columns = tuple[int, dict[int, int], int | None]
"""Row of the heads, week of each column, and the column of the sums."""


def _columns(found: Found, grid: Grid, heads: tuple[str, ...], *, total: str) -> Columns | None:
    """Where weeks and sums stand; None, and a problem, if the heads are gone."""
    head = grid.row_of(heads)
    if head is None:
        what = f"the row with the heads {', '.join(LABELS)} and the weeks is missing"
        found.problem(grid.at(HEAD_ROW - 1, 0), what, AGAIN)
        return None
    for column, said in enumerate(heads):
        if grid.text(head, column) != said:
            was = grid.text(head, column)
            what = f"the head {said} is missing" + (f"; {shown(was)} stands there" if was else "")
            found.problem(grid.at(head, column), what, f"write {said}")
    ends = [c for c in range(len(heads), grid.n_columns) if grid.text(head, c).startswith("Total")]
    end = ends[0] if ends else None
    expected = plan_weeks(found.scenario)
    stop = end if end is not None else len(heads) + len(expected)
    if end is None or grid.text(head, end) != total:
        was = "" if end is None else f"; {shown(grid.text(head, end))} stands there"
        found.problem(grid.at(head, stop), f"the head {total} is missing{was}", f"write {total}")
    return head, _weeks(found, grid, head, range(len(heads), stop), expected), end


def _weeks(found: Found, grid: Grid, head: int, columns: range, expected: list[date]) -> dict[int, int]:
    """The week of each column, by the Monday that heads it."""
    days = {column: day_of(grid.value(head, column)) for column in columns}
    free = [week for week, day in enumerate(expected) if day not in days.values()]
    weeks: dict[int, int] = {}
    for column, day in days.items():
        if day in expected and expected.index(day) not in weeks.values():
            weeks[column] = expected.index(day)
            continue
        value = grid.value(head, column)
        if value is None and not any(grid.value(row, column) is not None for row in grid.rows_below(head)):
            continue
        last = expected[-1] + timedelta(days=6)
        if day in expected:
            what, hint = f"the week {day} stands twice", "keep one of them"
        elif value is None:
            what, hint = "the week has no head", AGAIN
        elif day is None:
            what, hint = f"{shown(grid.text(head, column))} is not a date", AGAIN
        elif expected[0] <= day <= last:
            what, hint = f"{day} is not the Monday of a week", AGAIN
        else:
            what, hint = f"{day} lies outside the plan", f"the plan runs from {expected[0]} to {last}"
        if free and day not in expected:
            week = min(free, key=lambda week: abs(week - (column - columns[0])))
            free.remove(week)
            weeks[column] = week
            hint = f"write {expected[week]}" if hint is AGAIN else f"{hint}; write {expected[week]}"
        found.problem(grid.at(head, column), what, hint)
    for week in free:
        found.problem(grid.at(head, columns[0] + week), f"the column of the week {expected[week]} is missing", AGAIN)
    return weeks


def _amounts(found: Found, grid: Grid, row: int, weeks: Mapping[int, int], name: tuple[str, str], *, noun: str) -> None:
    """Take over the weeks of a line."""
    line = found.line(name)
    now = list(line.amounts) if line is not None else [0.0] * found.scenario.weeks
    places = [grid.at(row, 0)] * len(now)
    for column, week in weeks.items():
        at, cell = grid.at(row, column), grid.content(row, column)
        places[week] = at
        if cell.formula and cell.value is None:
            what = f"the formula {shown(cell.formula)} has no stored value"
            found.problem(at, what, "type the number, or save the workbook in a spreadsheet program first")
            continue
        value = amount(found, cell.value, at, noun=noun)
        if value is not None:
            now[week] = value
    found.amounts[name], found.places[name] = now, places


def _unchanged(found: Found, grid: Grid, row: int, weeks: Mapping[int, int], line: Line) -> None:
    """See that nobody typed over money that follows from another sheet."""
    for column, week in weeks.items():
        cell = grid.content(row, column)
        if not cell.formula and not _same(cell.value, line.money[week]):
            sheet = _WHERE[line.editable]
            hint = f"edit the sheet {sheet}; here stood {line.money[week]:,.10g}"
            found.problem(grid.at(row, column), f"the money of {line.item} ({line.lever}) follows from {sheet}", hint)


def _same(value: object, was: float) -> bool:
    if value is None or value == "":
        return was == 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return cleaned(value) == cleaned(was)


def _new_row(found: Found, grid: Grid, row: int, weeks: Mapping[int, int], label: tuple[str, str, str]) -> None:
    """A row that was added, or whose name was changed."""
    channel, lever, item = label
    levers = list(dict.fromkeys(line.lever for line in found.lines))
    if lever == PAID:
        if not NAME_PATTERN.fullmatch(item):
            found.problem(grid.at(row, 2), f"{shown(item)} cannot be the name of a line", "use a-z, digits, - and _")
            return
        found.labels[lever, item] = grid.at(row, 2)
        found.channels[lever, item] = (channel, grid.at(row, 0))
        _amounts(found, grid, row, weeks, (lever, item), noun="money")
    elif lever in levers:
        known = [line.item for line in found.lines if line.lever == lever]
        found.problem(grid.at(row, 2), f"there is no line {shown(item)} of {lever}", suggest(item, known))
    else:
        near = nearest(lever, [*levers, PAID])
        hint = f"did you mean “{near[0]}”?" if near else f"rows of {PAID} can be added here, all else on {PLAN}"
        found.problem(grid.at(row, 1), f"there is no lever {shown(lever)} in this plan", hint)


def _missing(found: Found, grid: Grid, lost: list[Line]) -> None:
    for line in lost:
        at = found.labels.get(line.name) or grid.at(HEAD_ROW, 2)
        what = f"the row of {line.item} ({line.lever}) is missing"
        found.problem(
            at if at.file.endswith(grid.name) else grid.at(HEAD_ROW, 2), what, "to stop a line, empty its weeks"
        )
