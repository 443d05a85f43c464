"""The sheets Influencers and Plan of an edited workbook: booked posts, and every other setting."""

from collections.abc import Mapping
from typing import Any

from scenarios.draft import Cell
from scenarios.errors import shown
from scenarios.lines import Path
from studio.workbook.cells import Grid
from studio.workbook.found import AGAIN, Found, Post, day_of
from studio.workbook.layout import (
    CONTINUED,
    FLOWCHART,
    HEAD_ROW,
    INFLUENCERS,
    PLAN,
    PLAN_HEAD,
    POST_HEAD,
    UNITS,
)
from studio.workbook.lines import leaves_on
from studio.workbook.paths import parsed, said, value_at
from studio.workbook.texts import cleaned, from_text, takes_text, to_text, whole


def read_posts(found: Found, grids: Mapping[str, Grid]) -> None:
    """Take over booked posts.

    Args:
        found: takes posts and problems.
        grids: the sheets.
    """
    grid = grids[INFLUENCERS]
    if (head := _head(found, grid, POST_HEAD[:5])) is None:
        return
    posts: list[Post] = []
    for row in grid.rows_below(head):
        number, who, day, fee = (grid.content(row, column) for column in (0, 1, 3, 4))
        if who.value is None and day.value is None:
            continue
        influencer = str(who.value or "").strip()
        if not influencer:
            found.problem(grid.at(row, 1), "the influencer is missing", "name somebody from the roster on the right")
        when = day_of(day.value)
        if when is None:
            given = "the date is missing" if day.value is None else f"{shown(str(day.value))} is not a date"
            found.problem(grid.at(row, 3), given, f"write it as {found.scenario.start}")
        booking = _whole_number(number.value)
        if number.value is not None and booking is None:
            what = f"{shown(number.value)} is not the number of a booking"
            found.problem(grid.at(row, 0), what, "leave it empty for a new booking")
        if not influencer or when is None:
            continue
        posts.append(Post(booking, influencer, when, grid.at(row, 1), grid.at(row, 3)))
        entry = found.scenario.influencers.get(influencer)
        if entry is None or fee.formula or fee.value is None:
            continue
        left = leaves_on(found.scenario).get(influencer)
        due = {entry.cost_per_post} | ({0.0} if left is not None else set()) | _fee_before(found, booking)
        if not isinstance(fee.value, int | float) or cleaned(fee.value) not in {cleaned(one) for one in due}:
            what = f"the fee of {influencer} is {entry.cost_per_post:,.10g} in the roster, not {shown(fee.value)}"
            found.problem(grid.at(row, 4), what, "change it in the scenario's roster, then export again")
    found.posts = posts


def _fee_before(found: Found, booking: int | None) -> set[float]:
    """The fee that stood in the rows of a booking, whoever is booked now: nobody has to type the new one."""
    bookings = found.base.get("bookings", [])
    if booking is None or not 0 < booking <= len(bookings):
        return set()
    return {found.scenario.influencers[bookings[booking - 1]["influencer"]].cost_per_post}


def read_settings(found: Found, grids: Mapping[str, Grid]) -> None:
    """Take over the rows of path and value.

    Args:
        found: takes rows and problems.
        grids: the sheets.
    """
    grid = grids[PLAN]
    if (head := _head(found, grid, PLAN_HEAD[:2])) is None:
        return
    rows: list[tuple[str, Any, Cell, Cell]] = []
    for row in grid.rows_below(head):
        path, cell = grid.text(row, 0), grid.content(row, 1)
        if not path and cell.value is None:
            continue
        if cell.formula and cell.value is None:
            what = f"the formula {shown(cell.formula)} has no stored value"
            found.problem(grid.at(row, 1), what, "type the value, or save the workbook in a spreadsheet program first")
            continue
        rows.append((path, cell.value, grid.at(row, 0), grid.at(row, 1)))
    take_settings(found, rows, grids_hold=f"{FLOWCHART} and {UNITS}", bookings_on=INFLUENCERS)


def take_settings(
    found: Found, rows: list[tuple[str, Any, Cell, Cell]], *, grids_hold: str, bookings_on: str = ""
) -> None:
    """Take over settings from rows of path, value and the places of both.

    Args:
        found: takes rows and problems.
        rows: as they stand, one below the other.
        grids_hold: where amounts by week stand instead.
        bookings_on: where bookings stand instead; empty if they stand here.
    """
    in_grid = {(*line.path, line.key) for line in found.lines if line.key}
    first: dict[Path, int] = {}
    for text, value, at_path, at_value in rows:
        path = parsed(text.removesuffix(CONTINUED))
        if path is None:
            found.problem(at_path, f"{shown(text)} is not a path of a plan", "write it like media.tv.creatives")
            continue
        try:
            read = setting(value, key=str(path[-1]))
        except ValueError:
            hint = 'write lists like ["mon", "wed"], and texts with quotation marks on both sides or on none'
            found.problem(at_value, f"{shown(value)} cannot be read", hint)
            _keep(found, path, at_value)
            continue
        if read is None:
            hint = "delete the row to take the setting back, or write a value"
            found.problem(at_value, f"{said(path)} has no value", hint)
            _keep(found, path, at_value)
        elif path in in_grid:
            found.problem(at_path, f"amounts by week stand on {grids_hold}", "remove this row")
        elif bookings_on and path[0] == "bookings":
            found.problem(at_path, f"bookings stand on the sheet {bookings_on}", "remove this row")
        elif text.endswith(CONTINUED):
            if path not in first or type(found.rows[first[path]][1]) is not type(read):
                found.problem(at_path, f"{said(path)} goes on here, but does not begin above", AGAIN)
            else:
                where, before, at = found.rows[first[path]]
                found.rows[first[path]] = (where, before + read, at)
        elif path in first:
            found.problem(at_path, f"{said(path)} stands twice", "keep one of the rows")
        else:
            first[path] = len(found.rows)
            found.rows.append((path, read, at_value))


def _keep(found: Found, path: Path, at: Cell) -> None:
    """Go on with what stood there, so that one slip is one problem."""
    if (before := value_at(found.base, path)) is not None:
        found.rows.append((path, before, at))


def setting(value: Any, *, key: str) -> Any:
    """The value of a setting as the plan knows it.

    >>> setting(3.0, key="creatives"), setting('["mon", "wed"]', key="weekdays"), setting(2025, key="topic")
    (3, ['mon', 'wed'], '2025')

    Args:
        value: of the cell.
        key: the last part of its path.

    Raises:
        ValueError: a list or quoted text that cannot be read.
    """
    if isinstance(value, bool):
        return to_text(value) if takes_text(key) else value
    if isinstance(value, int | float):
        return to_text(whole(value)) if takes_text(key) else whole(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return from_text(value, key=key)
    day = day_of(value)
    return day if day is not None else str(value)


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = whole(value)
    return number if isinstance(number, int) else None


def _head(found: Found, grid: Grid, heads: tuple[str, ...]) -> int | None:
    """The row of the heads; None, and a problem, if one is missing."""
    head = grid.row_of(heads)
    if head is None:
        found.problem(grid.at(HEAD_ROW - 1, 0), f"the row with the heads {', '.join(heads)} is missing", AGAIN)
        return None
    lost = [column for column, said_ in enumerate(heads) if grid.text(head, column) != said_]
    for column in lost:
        found.problem(grid.at(head, column), f"the head {heads[column]} is missing", f"write {heads[column]}")
    return None if lost else head
