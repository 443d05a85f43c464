"""From what was found in an edited file to a plan: every change is taken over, and nothing else changes.

What is compared is the plan as it was written: a line whose weeks nobody touched keeps its flights and pulses; one
whose weeks were edited becomes an amount for each week.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from scenarios.draft import Cell, Draft
from scenarios.errors import Problem, shown
from scenarios.lines import Path
from scenarios.plan import Plan
from scenarios.plan_checks import check_plan
from scenarios.schema import Scenario
from scenarios.validate import validate
from studio.workbook.found import Found, WorkbookError
from studio.workbook.lines import PAID, Line, cleaned_row, media_factor, part_at
from studio.workbook.paths import gathered, in_order, said, value_at
from studio.workbook.plan_sheets import plan_rows
from studio.workbook.texts import cleaned

Limits = Callable[[Plan], Iterable[tuple[Path, str]]]
"""Finds what breaks a limit: for each break the path in the plan, such as ("media", "tv", "weekly", 6), and words."""

_PACES = ("weekly", "flights", "pulse")


def merged(found: Found, *, scenario: Scenario | None = None, limits: Limits | None = None) -> Plan:
    """The plan that an edited file describes, checked as if it stood in the scenario.

    Args:
        found: from a workbook or a CSV file.
        scenario: what the plan is checked against; the one it was written from when None.
        limits: finds what breaks a limit.

    Raises:
        WorkbookError: something cannot be used; the error lists everything.
    """
    merger = _Merger(found)
    data = merger.data()
    plan = _checked(found, data, merger.cells, scenario or found.scenario)
    for path, message in limits(plan) if limits is not None else ():
        found.problem(_nearest(merger.cells, found, path), message)
    found.stop()
    return plan


class _Merger:
    """The plan as it was, the edits, and the cell of every value."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.plan = Plan.model_validate(found.base)
        self.cells: dict[Path, Cell] = {} if found.total is None else {(): found.total}
        with_bookings = found.posts is None
        self.base_rows = dict(plan_rows(found.base, found.lines, with_bookings=with_bookings))
        self.rows = {path: _as_before(value, self.base_rows.get(path)) for path, value, _ in found.rows}
        self.cells |= {path: cell for path, _, cell in found.rows}

    def data(self) -> dict[str, Any]:
        """The plan as plain data."""
        data = gathered(self.rows.items())
        if self.found.posts is not None:
            self._bookings(data)
        for line in self.found.lines:
            if line.key:
                self._line(data, line)
        for name in self.found.amounts:
            if self.found.line(name) is None and name[0] == PAID:
                self._new_media(data, name)
        return in_order(data, self.found.base)

    # ------------------------------------------------------------------------------------------ amounts by week

    def _line(self, data: dict[str, Any], line: Line) -> None:
        now, places = self.found.amounts.get(line.name), self.found.places.get(line.name, [])
        path = (*line.path, line.key)
        self.cells |= {(*path, week): cell for week, cell in enumerate(places)}
        if line.name in self.found.labels:
            self.cells.setdefault(line.path, self.found.labels[line.name])
        entry = _entry(data, line.path)
        before = value_at(self.found.base, (*line.path, line.key))
        if now is None:  # its row is missing, which is a problem already
            entry |= {} if before is None else {line.key: before}
            return
        self._channel(entry, line)
        edited = [week for week, value in enumerate(now) if value != line.amounts[week]]
        paces = {key: self._of(self.rows, (*line.path, key)) for key in _PACES[1:] if line.key == "weekly"}
        paces_before = {key: self._of(self.base_rows, (*line.path, key)) for key in paces}
        if edited:
            if paces != paces_before:
                changed = next(key for key in paces if paces[key] != paces_before[key])
                self._both_changed(line, changed, places[edited[0]])
            for key in paces:
                entry.pop(key, None)
            entry[line.key] = self._weekly(line, now, places)
        elif paces == paces_before:
            if before is not None:
                entry[line.key] = before
        elif not any(paces.values()):
            entry[line.key] = self._weekly(line, now, places)

    @staticmethod
    def _of(rows: dict[Path, Any], path: Path) -> dict[Path, Any]:
        return {here: value for here, value in rows.items() if here[: len(path)] == path}

    def _both_changed(self, line: Line, key: str, edited: Cell) -> None:
        rows = [path for path in self.cells if path[: len(line.path) + 1] == (*line.path, key)]
        beside = f" and {said(rows[0])}" if rows else ""
        what = f"the weeks of {line.item}{beside} were both changed"
        self.found.problem(edited, what, f"change its weeks, or its {key}, and not both")

    def _weekly(self, line: Line, now: list[float], places: list[Cell]) -> float | list[float]:
        """The plan's own amounts behind what stands in the cells."""
        from simulator.calendar import amounts_by_week

        if line.path[0] == "media" and self.rows.get(("media_scale",)) != self.base_rows.get(("media_scale",)):
            at = self.cells.get(("media_scale",), places[0])
            hint = "change one of them, export, then change the other"
            self.found.problem(at, f"media_scale and the weeks of {line.item} were both changed", hint)
        part = part_at(self.plan, line)
        planned = (0.0,) * len(now) if part is None else cleaned_row(amounts_by_week(self.found.scenario, part))
        return self._unscaled(line.item, now, line.factor, planned, places)

    def _unscaled(
        self, item: str, now: list[float], factor: tuple[float, ...], planned: tuple[float, ...], places: list[Cell]
    ) -> float | list[float]:
        out = []
        for week, value in enumerate(now):
            if factor[week] > 0.0:
                out.append(value if factor[week] == 1.0 else cleaned(value / factor[week]))
                continue
            out.append(planned[week])
            if value > 0.0:
                hint = "empty the cell; nothing is charged in that week"
                self.found.problem(places[week], f"{item} cannot be shown in this week: it is switched off", hint)
        return out[0] if len(set(out)) == 1 else out

    def _channel(self, entry: dict[str, Any], line: Line) -> None:
        """The channel that stands beside a line of paid media may be changed; that of others stands elsewhere."""
        channel, at = self.found.channels.get(line.name, (line.channel, None))
        if at is None or channel == line.channel:
            return
        if line.lever == PAID:
            entry["channel"] = channel
            self.cells[(*line.path, "channel")] = at
        else:
            hint = f"write {line.channel} again; to change it, edit {said((*line.path, 'channel'))} where settings are"
            self.found.problem(at, f"{shown(channel)} is not the channel of {line.item} ({line.lever})", hint)

    def _new_media(self, data: dict[str, Any], name: tuple[str, str]) -> None:
        """A row of paid media that somebody added."""
        item, now, places = name[1], self.found.amounts[name], self.found.places[name]
        path: Path = ("media", item)
        channel, at = self.found.channels[name]
        entry = _entry(data, path)
        if channel != item:
            entry["channel"] = channel
            self.cells[(*path, "channel")] = at
        scale = float(self.rows.get(("media_scale",), 1.0))
        factor = media_factor(self.found.scenario, channel, scale=scale)
        entry["weekly"] = self._unscaled(item, now, factor, (0.0,) * len(now), places)
        self.cells[path] = self.found.labels[name]
        self.cells |= {(*path, "weekly", week): cell for week, cell in enumerate(places)}

    # ------------------------------------------------------------------------------------------------- bookings

    def _bookings(self, data: dict[str, Any]) -> None:
        """Bookings whose posts are what they were stay as they were written; others are lists of dates."""
        posts = self.found.posts or []
        groups: dict[tuple[int | None, str], list[int]] = {}
        for place, post in enumerate(posts):
            groups.setdefault((post.booking, post.influencer), []).append(place)
        out: list[dict[str, Any]] = []

        def add(booking: dict[str, Any], mine: list[int]) -> None:
            here: Path = ("bookings", len(out))
            out.append(booking)
            in_order_of_days = sorted(mine, key=lambda place: posts[place].day)
            self.cells[here] = self.cells[(*here, "influencer")] = posts[mine[0]].at_influencer
            self.cells[(*here, "start")] = posts[in_order_of_days[0]].at_day
            listed = booking.get("dates", [])
            for n, day in enumerate(listed):
                self.cells[(*here, "dates", n)] = next(p.at_day for p in map(posts.__getitem__, mine) if p.day == day)

        base = self.found.base.get("bookings", [])
        for number, (booking, said_of) in enumerate(zip(self.plan.bookings, base, strict=True), start=1):
            mine = groups.pop((number, booking.influencer), [])
            days = sorted(posts[place].day for place in mine)
            if days == sorted(booking.post_dates()):
                if mine:
                    add(said_of, mine)
                else:
                    out.append(said_of)
            elif mine:
                add({"influencer": booking.influencer, "dates": days}, mine)
        for (_, influencer), mine in groups.items():
            add({"influencer": influencer, "dates": sorted(posts[place].day for place in mine)}, mine)
        if out or "bookings" in self.found.base:
            data["bookings"] = out


def _as_before(value: Any, before: Any) -> Any:
    """A number as it was, if it is the same to the fifteen digits that spreadsheets keep."""
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (value, before))
    return before if numbers and math.isclose(value, before, rel_tol=1e-14) else value


def _entry(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """The section of a plan at a path, made if it is missing."""
    table = data
    for key in path:
        inner = table.get(str(key))
        if not isinstance(inner, dict):
            inner = table[str(key)] = {}
        table = inner
    return table


def _checked(found: Found, data: dict[str, Any], cells: dict[Path, Cell], scenario: Scenario) -> Plan:
    """The plan, after every check that a scenario file goes through; problems name their cells."""
    whole = scenario.model_dump(exclude_unset=True, exclude_none=True)
    path: Path = ("plans", found.name)
    whole["plans"] = {found.name: data}
    draft = Draft(file=found.file, data=whole)
    draft.cells = {(*path, *here): cell for here, cell in cells.items() if here}
    checked = validate(draft)
    plan = None if checked is None else checked.plans.get(found.name)
    if checked is not None and plan is not None:
        check_plan(draft, plan, path, checked)
    told = {(problem.file, problem.line) for problem in found.problems}
    found.problems += [p for p in draft.problems if (p.file, p.line) not in told or p.file == found.file]
    if plan is None or found.problems:
        raise WorkbookError(found.problems or [Problem(found.file, 0, "", "the plan cannot be read")])
    return plan


def as_written(found_file: str, base: dict[str, Any], scenario: Scenario) -> Plan:
    """The plan as it was written, if it fits the scenario that it is said to come from.

    Args:
        found_file: what messages call the file.
        base: the plan as plain data.
        scenario: the scenario.

    Raises:
        WorkbookError: it does not fit.
    """
    whole = {**scenario.model_dump(exclude_unset=True, exclude_none=True), "plans": {"plan": base}}
    draft = Draft(file=found_file, data=whole)
    checked = validate(draft)
    if checked is not None:
        check_plan(draft, checked.plans["plan"], ("plans", "plan"), checked)
    if checked is None or draft.problems:
        first = draft.problems[0]
        what = f"the plan was not written from this scenario: {first.where.removeprefix('plans.plan.')}: {first.what}"
        raise WorkbookError([Problem(found_file, 0, "", what, "name the scenario that it was exported from")])
    return checked.plans["plan"]


def _nearest(cells: dict[Path, Cell], found: Found, path: Path) -> Cell:
    """The cell of a path, or of the nearest part around it that has one."""
    for end in range(len(path), -1, -1):
        if tuple(path[:end]) in cells:
            return cells[tuple(path[:end])]
    return Cell(found.file, 0, "")
