"""CSV files of a scenario, read into it: a roster of influencers, and money by channel and week.

``roster.csv`` has one influencer per row::

    name,channel,followers,in_market,cost_per_post,audience:students
    ana,instagram,"12,000",0.5,250,1.4

A spend file is either a grid, with Mondays across, or long, with one amount per row::

    channel,2027-01-04,2027-01-11          week,channel,amount
    instagram,5000,4000                    2027-01-04,instagram,5000

In the column ``channel`` stand channels, or the names of a plan's own entries of media.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scenarios.beside import Row, Sheet, number, read_sheet
from scenarios.draft import Cell, Draft
from scenarios.errors import nearest, shown, suggest
from scenarios.lines import Path
from scenarios.schema import NAME_PATTERN, Influencer

_TEXTS = ("name", "title", "channel", "overlap_with")
_WHOLE = ("followers", "min_posts", "max_posts")
_DATES = ("available_from", "available_to")
_BY_SEGMENT = ("audience", "fit")
_COLUMNS = ("name", *(key for key in Influencer.model_fields if key not in _BY_SEGMENT))
_REQUIRED = ("name", *(key for key, field in Influencer.model_fields.items() if field.is_required()))


def resolve_roster(draft: Draft) -> None:
    """Add the rows of the roster to ``[influencers]``."""
    if "roster" not in draft.data:
        return
    n_problems = len(draft.problems)
    sheet = read_sheet(draft, ("roster",), draft.data.pop("roster"))
    if sheet is not None:
        _add_roster(draft, sheet)
    if len(draft.problems) > n_problems:
        draft.tainted.add(("influencers",))


def _add_roster(draft: Draft, sheet: Sheet) -> None:
    columns = list(_roster_columns(draft, sheet))
    lost = [name for name in _REQUIRED if name not in sheet.header.entries]
    if lost:
        hint = f"the columns {', '.join(_REQUIRED)} are needed"
        draft.problem_in(sheet.cell(sheet.header), f"there is no column {' or '.join(lost)}", hint)
        return
    if not sheet.rows:
        draft.problem_in(sheet.cell(sheet.header), "the roster is empty", "add a row per influencer, or remove roster")
        return
    section = draft.data.setdefault("influencers", {})
    if not isinstance(section, dict):
        return
    first_line: dict[str, int] = {}
    for row in sheet.rows:
        name = row.entries[sheet.header.entries.index("name")]
        cell = sheet.cell(row, sheet.header.entries.index("name"))
        if not NAME_PATTERN.fullmatch(name):
            draft.problem_in(cell, f"{shown(name)} cannot be a name", "use letters a-z, digits, - and _; see title")
        elif name in first_line:
            hint = "every influencer has one row; name one of them differently"
            draft.problem_in(cell, f"{shown(name)} stands in the roster twice (line {first_line[name]})", hint)
        elif name in section:
            draft.problem_in(cell, f"{shown(name)} also stands in [influencers.{name}]", "keep one of them")
        else:
            first_line[name] = row.line
            section[name] = _influencer(draft, sheet, row, columns, name)


def _roster_columns(draft: Draft, sheet: Sheet) -> Iterator[tuple[int, str, str]]:
    """Place, key and segment of each column that can be used."""
    segments = {name.casefold(): name for name in draft.tables("segments")}
    for place, column in enumerate(sheet.header.entries):
        key, colon, segment = (part.strip() for part in column.partition(":"))
        if not colon and key in _COLUMNS:
            yield place, key, ""
        elif key in _BY_SEGMENT and segment in segments:
            yield place, key, segments[segment]
        elif key in _BY_SEGMENT:
            hint = suggest(segment, segments.values())
            if segments:
                what = f"there is no segment {shown(segment)}" if colon else f"“{key}” needs a segment"
                draft.problem_in(sheet.cell(sheet.header, place), what, hint if colon else f"write {key}:<segment>")
        else:
            hint = suggest(column, [*_COLUMNS, "audience:<segment>", "fit:<segment>"], most=20)
            draft.problem_in(sheet.cell(sheet.header, place), f"{shown(column)} is not a column of a roster", hint)


def _influencer(
    draft: Draft, sheet: Sheet, row: Row, columns: list[tuple[int, str, str]], name: str
) -> dict[str, object]:
    found: dict[str, object] = {}
    path: Path = ("influencers", name)
    draft.cells[path] = sheet.cell(row)
    for place, key, segment in columns:
        text = row.entries[place]
        if not text or key == "name":
            continue
        value: object
        if key in _TEXTS:
            value = text
        elif key in _DATES:
            value = _day(draft, sheet, row, place)
        else:
            value = number(draft, sheet, row, place, whole=key in _WHOLE)
        here = (*path, key, segment) if segment else (*path, key)
        draft.cells[here] = sheet.cell(row, place)
        if value is None:
            draft.tainted.add(here)
            value = 1 if key in _REQUIRED else None
        if segment and value is not None:
            group = found.setdefault(key, {})
            assert isinstance(group, dict)
            group[segment] = value
        elif value is not None:
            found[key] = value
    return found


def _day(draft: Draft, sheet: Sheet, row: Row, column: int) -> date | None:
    text = row.entries[column]
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "write year-month-day, such as 2027-01-04"
        draft.problem_in(sheet.cell(row, column), f"{shown(text)} is not a date", hint)
        return None


def resolve_spend_files(draft: Draft) -> None:
    """Write the amounts of each plan's ``spend_file`` into its paid media."""
    plans: dict[Path, dict[str, object]] = {("plans", n): plan for n, plan in draft.tables("plans").items()}
    for name, rival in draft.tables("rivals").items():
        if isinstance(plan := rival.get("plan"), dict):
            plans["rivals", name, "plan"] = plan
    if isinstance(plan := draft.at("warm_up", "plan"), dict):
        plans["warm_up", "plan"] = plan
    for path, plan in plans.items():
        if "spend_file" in plan:
            _add_spend(draft, path, plan)


def _add_spend(draft: Draft, path: Path, plan: dict[str, object]) -> None:
    n_problems = len(draft.problems)
    sheet = read_sheet(draft, (*path, "spend_file"), plan.pop("spend_file"))
    if sheet is not None:
        weeks = _weeks(draft, path)
        rows = _Rows(draft, sheet, weeks, _entries(draft, path), "warm-up" if path[0] == "warm_up" else "scenario")
        spend = rows.long() if "week" in sheet.header.entries else rows.grid()
        media = plan.setdefault("media", {})
        for (channel, monday), (amount, cell) in spend.items():
            if not isinstance(media, dict) or not weeks:
                break
            entry = media.setdefault(channel, {})
            here = (*path, "media", channel)
            if not isinstance(entry, dict):
                continue
            if entry.keys() & {"weekly", "flights", "pulse"} and (*here, "weekly") not in draft.cells:
                what = f"the money of {channel} stands both here and in {sheet.file}"
                draft.problem(here, what, "keep one of them")
                entry.clear()
            if (*here, "weekly") not in draft.cells:
                entry["weekly"] = [0.0] * len(weeks)
                draft.cells[*here, "weekly"] = Cell(cell.file, cell.line, "", cell.excerpt)
            amounts = entry["weekly"]
            assert isinstance(amounts, list)
            amounts[weeks.index(monday)] = amount
            draft.cells[*here, "weekly", weeks.index(monday)] = cell
        n_empty = len(set(weeks) - {monday for _, monday in spend})
        if spend and n_empty:
            draft.notes.append(f"{sheet.file} names no money for {n_empty} of {len(weeks)} weeks; they have none")
    if len(draft.problems) > n_problems:
        draft.tainted.add((*path, "media"))


Spend = dict[tuple[str, date], tuple[float, Cell]]


def _weeks(draft: Draft, path: Path) -> list[date]:
    """The Mondays of a plan, if the scenario's start and the plan's length can be read."""
    start, warm_up = draft.data.get("start"), path[:1] == ("warm_up",)
    weeks = draft.at("warm_up", "weeks") if warm_up else draft.data.get("weeks")
    if type(start) is not date or type(weeks) is not int or not 1 <= weeks <= 520 or not 1990 <= start.year < 2199:
        return []
    first = start - timedelta(weeks=weeks) if warm_up else start
    return [first + timedelta(weeks=week) for week in range(weeks)]


def _entries(draft: Draft, path: Path) -> list[str]:
    """What may be named in a spend file: channels, and entries of media of the plan or of those it is made from."""
    names = dict.fromkeys(draft.tables("channels"))
    seen: set[str] = set()
    plan = draft.at(*path)
    while isinstance(plan, dict):
        media, parent = plan.get("media"), plan.get("as")
        if isinstance(media, dict):
            names.update((str(name), None) for name, entry in media.items() if isinstance(entry, dict))
        if not isinstance(parent, str) or parent in seen:
            break
        seen.add(parent)
        plan = draft.at("plans", parent)
    return list(names)


@dataclass(frozen=True)
class _Rows:
    """The rows of a spend file, and what they may name."""

    draft: Draft
    sheet: Sheet
    weeks: list[date]
    entries: list[str]
    whole: str

    def _problem(self, row: Row, column: int | None, what: str, hint: str) -> None:
        self.draft.problem_in(self.sheet.cell(row, column), what, hint)

    def _monday(self, row: Row, column: int) -> date | None:
        """A week of the plan, from the date of its Monday."""
        text, weeks = row.entries[column], self.weeks
        try:
            day = date.fromisoformat(text)
        except ValueError:
            hint = "name each week by its Monday, such as 2027-01-04"
            self._problem(row, column, f"{shown(text)} is not a date", hint)
            return None
        if not weeks or day in weeks:
            return day
        if weeks[0] <= day < weeks[-1] + timedelta(days=7):
            monday = weeks[(day - weeks[0]).days // 7]
            hint = f"name the week by its Monday: {monday}"
            self._problem(row, column, f"{day} is not the first day of a week", hint)
        else:
            hint = f"the {self.whole} runs from {weeks[0]} to {weeks[-1] + timedelta(days=6)}"
            self._problem(row, column, f"{day} lies outside the {self.whole}", hint)
        return None

    def _entry(self, row: Row, column: int) -> str | None:
        """The channel, or the entry of the plan's media, that a cell names."""
        name = row.entries[column]
        if name in self.entries or ("channels",) in self.draft.tainted:
            return name
        hint = suggest(name, self.entries)
        if name.casefold() in ("total", "sum", "all", "") and not nearest(name, self.entries):
            hint = "leave sums out of the file"
        self._problem(row, column, f"there is no channel {shown(name)}", hint)
        return None

    def _amount(self, row: Row, column: int) -> float | None:
        """Money in a cell; an empty cell is no money."""
        if not row.entries[column]:
            return 0.0
        amount = number(self.draft, self.sheet, row, column)
        if amount is not None and amount < 0:
            self._problem(row, column, f"{shown(amount)} is too small; must be at least 0", "")
            return None
        return amount

    def grid(self) -> Spend:
        """Channels down, Mondays across."""
        spend: Spend = {}
        head = self.sheet.header
        if head.entries[0] != "channel" or len(head.entries) < 2:
            hint = "write channel,2027-01-04,2027-01-11,... with one row per channel, or week,channel,amount"
            self._problem(head, None, "this is neither of the two forms of a spend file", hint)
            return spend
        mondays = [self._monday(head, i) for i in range(1, len(head.entries))]
        first_line: dict[str, int] = {}
        for row in self.sheet.rows:
            name = self._entry(row, 0)
            if name is None:
                continue
            if name in first_line:
                what = f"the channel {shown(name)} stands twice (line {first_line[name]})"
                self._problem(row, 0, what, "add the two rows up")
                continue
            first_line[name] = row.line
            for place, monday in enumerate(mondays, start=1):
                amount = self._amount(row, place)
                if monday is not None and amount is not None:
                    spend[name, monday] = (amount, self.sheet.cell(row, place))
        if not self.sheet.rows:
            self._problem(head, None, "there is no row of amounts", "add one row per channel")
        return spend

    def long(self) -> Spend:
        """One amount per row."""
        spend: Spend = {}
        head = self.sheet.header
        wanted = ("week", "channel", "amount")
        for i, column in enumerate(head.entries):
            if column not in wanted:
                self._problem(head, i, f"{shown(column)} is not a column of a spend file", suggest(column, wanted))
        if lost := [column for column in wanted if column not in head.entries]:
            self._problem(head, None, f"there is no column {' or '.join(lost)}", "write week,channel,amount")
            return spend
        at_week, at_channel, at_amount = (head.entries.index(column) for column in wanted)
        for row in self.sheet.rows:
            monday, name = self._monday(row, at_week), self._entry(row, at_channel)
            amount = self._amount(row, at_amount)
            if monday is None or name is None or amount is None:
                continue
            if (name, monday) in spend:
                what = f"{name} stands twice for the week {monday} (line {spend[name, monday][1].line})"
                self._problem(row, at_channel, what, "add the two rows up")
                continue
            spend[name, monday] = (amount, self.sheet.cell(row, at_amount))
        if not self.sheet.rows:
            self._problem(head, None, "there is no row of amounts", "add one row per channel and week")
        return spend
