"""Cells of a history that hold a value, from a long file or a wide one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from calibration.column_use import CHANNEL_METRICS, CONTROL, ColumnUse, UseError, channel_name, use_of
from calibration.history_error import Findings, few
from calibration.history_file import Row, Table, currency_sign, is_missing, not_a_number, number_of
from calibration.periods import PERIODS, NotADayError, read_day
from scenarios.errors import shown, suggest

LONG = ("period_start", "period", "channel", "metric", "value", "geo", "source", "currency")
"""Columns of the long form."""

_NEEDED = ("period_start", "metric", "value")
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value, with where it stands in the file and what it is about; not a number where the cell is empty."""

    line: int
    column: str
    start: date
    period: str
    channel: str
    metric: str
    value: float
    geo: str
    source: str

    @property
    def series(self) -> tuple[str, str, str, str]:
        """Metric, channel, geo and source."""
        return self.metric, self.channel, self.geo, self.source


def is_long(header: Iterable[str]) -> bool:
    """Whether a header is that of the long form: it has a column metric and a column value.

    >>> is_long(["period_start", "Metric", "value"]), is_long(["DATE", "tv_S"])
    (True, False)
    """
    return {"metric", "value"} <= {name.casefold() for name in header}


def long_entries(table: Table) -> tuple[list[Entry], str | None]:
    """The values of a long file, and the currency that it names; problems go to the table's findings."""
    findings = table.findings
    places = {name.casefold(): place for place, name in enumerate(table.header)}
    for name in table.header:
        if name.casefold() not in LONG:
            hint = suggest(name, LONG) + "; a wide file has no columns metric and value"
            findings.problem(table.header_line, name, "this is not a column of the long form", hint)
    if lost := [name for name in _NEEDED if name not in places]:
        hint = "the long form is period_start,period,channel,metric,value"
        findings.problem(table.header_line, "", f"there is no column {few(lost, last='or')}", hint)
    findings.refuse()
    entries: list[Entry] = []
    renamed: dict[str, str] = {}
    money = _Money(findings)
    days = _Days(findings)
    for row in table.rows:
        cell = {name: row.cells[place] for name, place in places.items()}
        start, label = days.read(row, table.header[places["period_start"]], cell["period_start"])
        period = _period(findings, row, cell.get("period", ""), label)
        metric, channel = cell["metric"], cell.get("channel", "")
        if not metric:
            findings.problem(row.line, "metric", "the metric is missing", "such as spend, purchases or revenue")
        if metric in CHANNEL_METRICS and not channel:
            findings.problem(row.line, "channel", f"{metric} needs a channel", "name the channel that it belongs to")
        if channel and (name := channel_name(channel)) != channel:
            renamed[channel] = channel = name
        money.column(row, "currency", cell.get("currency", ""))
        money.cell(row, "value", cell["value"], metric)
        value = _value(findings, row, "value", cell["value"], metric)
        if start is not None and period is not None and metric:
            geo, source = cell.get("geo", ""), cell.get("source", "")
            entries.append(Entry(row.line, "value", start, period, channel, metric, value, geo, source))
    _note_names(findings, renamed)
    _note_empty(findings, entries)
    return entries, money.currency


def wide_entries(table: Table, uses: tuple[ColumnUse, ...]) -> tuple[list[Entry], str | None]:
    """The values of a wide file whose columns are read as approved, and the currency that it names.

    Args:
        table: the file.
        uses: one for each column.
    """
    findings = table.findings
    roles = {use.role: place for place, use in enumerate(uses)}
    if "date" not in roles:
        hint = f"say which one it is, such as {uses[0].column}=date"
        findings.problem(table.header_line, "", "no column is read as the date", hint)
    findings.refuse()
    entries: list[Entry] = []
    renamed: dict[str, str] = {}
    money, days = _Money(findings), _Days(findings)
    values = [(place, use) for place, use in enumerate(uses) if use.metric]
    for row in table.rows:

        def text(role: str, row: Row = row) -> str:
            return row.cells[roles[role]] if role in roles else ""

        start, label = days.read(row, table.header[roles["date"]], text("date"))
        channel_said = text("channel")
        channel = channel_name(channel_said)
        if "channel" in roles and not channel:
            findings.problem(row.line, table.header[roles["channel"]], "the channel is missing", "name it in each row")
        elif channel != channel_said:
            renamed[channel_said] = channel
        if "currency" in roles:
            money.column(row, table.header[roles["currency"]], text("currency"))
        found: dict[str, Entry] = {}
        for place, use in values:
            cell = row.cells[place]
            if use.role == "flag":
                value = 0.0 if is_missing(cell) or cell.casefold() in ("0", "no", "false") else 1.0
            else:
                money.cell(row, use.column, cell, use.metric)
                value = _value(findings, row, use.column, cell, use.metric)
            owner = use.channel or ("" if use.role in ("control", "flag", "population") else channel)
            if start is not None:
                geo, source = text("geo"), text("source")
                found[use.role if use.role == "unit_revenue" else use.text] = Entry(
                    row.line, use.column, start, label, owner, use.metric, value, geo, source
                )
        if (each := found.pop("unit_revenue", None)) is not None and (sold := found.get("purchases")) is not None:
            found["revenue"] = Entry(
                row.line, each.column, each.start, label, sold.channel, "revenue", each.value * sold.value,
                each.geo, each.source,
            )  # fmt: skip
        entries.extend(found.values())
    _note_names(findings, renamed)
    _note_empty(findings, entries)
    if "channel" in roles:
        dimensions = [place for place, use in enumerate(uses) if not use.metric]
        entries = _added_up(table, entries, dimensions)
    return entries, money.currency


def uses_from(
    proposed: Iterable[ColumnUse], columns: Mapping[str, str], *, findings: Findings, line: int
) -> tuple[ColumnUse, ...]:
    """The proposed uses of all columns, with those that the owner wants otherwise.

    Args:
        proposed: one for each column.
        columns: use text by name of column.
        findings: where names that are not columns, and uses that do not exist, are noted.
        line: of the header.
    """
    uses = {use.column: use for use in proposed}
    for name, text in columns.items():
        if name not in uses:
            findings.problem(line, "", f"there is no column {shown(name)}", suggest(name, uses))
            continue
        try:
            uses[name] = use_of(name, text, "you say so")
        except UseError as error:
            findings.problem(line, name, error.what, error.hint)
    for role in ("date", "geo", "channel", "currency", "unit_revenue", "population"):
        several = [use for use in uses.values() if use.role == role]
        if len(several) > 1:
            given = [use for use in several if use.column in columns]
            if len(given) == 1:  # the owner's word against a guess
                for use in several:
                    if use is not given[0]:
                        uses[use.column] = use_of(use.column, "ignore", f"{given[0].column} is the {role}")
            else:
                findings.problem(line, several[1].column, f"two columns are the {role}", "read one of them as ignore")
    first: dict[tuple[str, str], str] = {}
    for use in uses.values():
        if use.metric and use.role != "unit_revenue":
            other = first.setdefault((use.metric, use.channel), use.column)
            if other != use.column:
                hint = "read one of them as ignore, or as control:<name>"
                findings.problem(line, use.column, f"this is read as {use.text}, and so is {other}", hint)
    return tuple(uses.values())


# ---------------------------------------------------------------------------------------------------- single cells


class _Days:
    """The dates of rows; each wrong one is said once."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._known: dict[str, tuple[date | None, str]] = {}

    def read(self, row: Row, column: str, text: str) -> tuple[date | None, str]:
        """The day of a cell and the period that its form tells."""
        if text not in self._known:
            try:
                self._known[text] = read_day(text)
            except NotADayError as error:
                self._findings.problem(row.line, column, error.what, error.hint)
                self._known[text] = (None, "")
        return self._known[text]


class _Money:
    """The one currency of a file."""

    def __init__(self, findings: Findings) -> None:
        self.currency: str | None = None
        self._findings = findings
        self._first: dict[str, int] = {}
        self._signs: dict[str, int] = {}

    def column(self, row: Row, column: str, text: str) -> None:
        """Take in a cell of the column that names the currency."""
        code = text.upper()
        if not code or code in self._first:
            return
        self._first[code] = row.line
        if len(code) != 3 or not code.isalpha():
            self._findings.problem(row.line, column, f"{shown(text)} is not a currency", "such as USD or EUR")
        elif self.currency is None:
            self.currency = code
        else:
            what = f"{code} here, but {self.currency} in line {self._first[self.currency]}"
            self._findings.problem(row.line, column, what, "convert all money to one currency")

    def cell(self, row: Row, column: str, text: str, metric: str) -> None:
        """Take in a sign in a cell with a value."""
        sign = None if number_of(text) is not None or metric.startswith(CONTROL) else currency_sign(text)
        if sign is None or sign in self._signs:
            return
        if self._signs:
            other, line = next(iter(self._signs.items()))
            what = f"money is in {sign} here, but in {other} in line {line}"
            self._findings.problem(row.line, column, what, "convert all money to one currency")
        self._signs[sign] = row.line


def _value(findings: Findings, row: Row, column: str, text: str, metric: str) -> float:
    if is_missing(text):
        return _NAN
    value = number_of(text)
    if value is None:
        what, hint = not_a_number(text)
        if metric.startswith(CONTROL) and "did you mean" not in hint:
            hint += f"; as flag:{metric.removeprefix(CONTROL)} any text counts as 1"
        findings.problem(row.line, column, what, hint)
        return _NAN
    if value < 0 and metric in (*CHANNEL_METRICS, "reach", "population"):
        findings.problem(row.line, column, f"{shown(value)} is negative", f"{metric} is at least 0; leave out refunds")
    return value


def _period(findings: Findings, row: Row, text: str, label: str) -> str | None:
    if not text:
        return label
    if text not in PERIODS:
        what = f"{shown(text)} is not a period"
        findings.problem(row.line, "period", what, suggest(text, PERIODS))
        return None
    if label and label != text and text != "final":
        what = f"the period is a {text}, but period_start names a {label}"
        findings.problem(row.line, "period", what, "write both alike, or a first day as YYYY-MM-DD")
        return None
    return text


def _note_names(findings: Findings, renamed: Mapping[str, str]) -> None:
    if renamed:
        said = few(f"“{old}” is called {new}" for old, new in renamed.items())
        findings.notes.append(f"names of channels have letters, digits, - and _: {said}")


def _note_empty(findings: Findings, entries: list[Entry]) -> None:
    lines: dict[str, list[int]] = {}
    for entry in entries:
        if entry.value != entry.value:
            lines.setdefault(entry.column, []).append(entry.line)
    for column, at in lines.items():
        n = len(at)
        cells = f"{n} empty cells (lines {few(at)})" if n > 1 else f"an empty cell (line {at[0]})"
        findings.notes.append(f"column {column} has {cells}: missing, not zero")


def _added_up(table: Table, entries: list[Entry], dimensions: list[int]) -> list[Entry]:
    """One value for each channel and day, out of rows for single campaigns or ads."""
    first: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        key = tuple(row.cells[place] for place in dimensions)
        if key in first:
            what = f"this row stands twice (line {first[key]}): same {few(table.header[p] for p in dimensions)}"
            table.findings.problem(row.line, "", what, "keep one of them, or add them up")
        first.setdefault(key, row.line)
    sums: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        same = (entry.start, *entry.series)
        if (other := sums.get(same)) is None or other.value != other.value:
            sums[same] = entry
        elif entry.value == entry.value:
            total = other.value + entry.value
            sums[same] = Entry(
                other.line, other.column, other.start, other.period, other.channel, other.metric, total,
                other.geo, other.source,
            )  # fmt: skip
    n = len({(entry.start, entry.channel, entry.geo, entry.source) for entry in entries})
    if n < len(table.rows):
        table.findings.notes.append(f"{len(table.rows)} rows were added up to {n}, one for each channel and period")
    return list(sums.values())
