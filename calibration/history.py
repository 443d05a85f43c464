r"""What happened: weekly (or daily, monthly, yearly) spend and outcomes, read from a file and checked.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "shop.csv"
    >>> _ = file.write_text("date,revenue,tv_spend\n2027-01-03,900,50\n2027-01-10,950,70\n")
    >>> history = read_history(file)
    >>> history.metrics(), history.channels("spend"), history.series("revenue").value.tolist()
    (('revenue', 'spend'), ('tv',), [900.0, 950.0])
    >>> history.first_day.isoformat(), history.notes
    ('2027-01-04', ('2 weeks start on a Sunday; counted from the nearest Monday, 1 day later',))

A long file has the columns ``period_start, period, channel, metric, value``, and ``geo, source, currency`` if wanted.
A wide file has one column of dates and one for each thing; :mod:`calibration.conventions` says which is which.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.column_use import ColumnUse
from calibration.conventions import Proposal, recognise
from calibration.history_entries import LONG, Entry, is_long, long_entries, uses_from, wide_entries
from calibration.history_error import HistoryError
from calibration.history_file import Table, read_table
from calibration.history_time import in_time, is_mean
from calibration.periods import next_start
from scenarios.errors import Problem, shown, suggest

Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Series:
    """One metric over time.

    Attributes:
        start: datetime64[D], first day of each period, in order; periods that are missing are left out.
        period: ``day``, ``week``, ``month``, ``year`` or ``final``; one for all values.
        value: in the metric's own unit.
    """

    start: Days
    period: str
    value: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class History:
    """Everything that a file says of the past; one row for each value.

    Attributes:
        start: datetime64[D], first day of the row's period; a Monday for weeks.
        period: ``day``, ``week``, ``month``, ``year`` or ``final``.
        channel: empty for values of the brand as a whole.
        metric: ``spend``, ``revenue``, a metric of the glossary, ``control:<name>``, or a name of the owner's.
        value: in the metric's own unit; never missing.
        geo: place; empty where the file has none.
        source: who counted; empty where the file does not say.
        file: name of the file as it was given.
        data_hash: SHA-256 of its bytes.
        uses: what each column of a wide file was read as; empty for a long file.
        notes: what was moved, left out or missing, in words.
        currency: three letters; None where the file does not say.
    """

    start: Days
    period: tuple[str, ...]
    channel: tuple[str, ...]
    metric: tuple[str, ...]
    value: NDArray[np.float64]
    geo: tuple[str, ...]
    source: tuple[str, ...]
    file: str
    data_hash: str
    uses: tuple[ColumnUse, ...]
    notes: tuple[str, ...]
    currency: str | None

    def __len__(self) -> int:
        return len(self.period)

    def metrics(self) -> tuple[str, ...]:
        """Names of all metrics, in alphabetical order."""
        return tuple(sorted(set(self.metric)))

    def channels(self, metric: str) -> tuple[str, ...]:
        """Channels that have values of a metric, in alphabetical order; empty for one of the brand as a whole."""
        pairs = zip(self.metric, self.channel, strict=True)
        return tuple(sorted({channel for name, channel in pairs if name == metric and channel}))

    def series(self, metric: str, channel: str = "") -> Series:
        """One metric over time, summed over places and sources; ratios and controls are averaged.

        Args:
            metric: its name.
            channel: whose values; empty for those that belong to none.

        Raises:
            HistoryError: the history has no such values.
        """
        chosen = [i for i, pair in enumerate(zip(self.metric, self.channel, strict=True)) if pair == (metric, channel)]
        if not chosen:
            raise HistoryError([Problem(self.file, 0, "", *self._why_none(metric, channel))])
        starts, place = np.unique(self.start[chosen], return_inverse=True)
        value = np.bincount(place, weights=self.value[chosen]).astype(np.float64)
        if is_mean(metric):
            value = value / np.bincount(place)
        return Series(starts, self.period[chosen[0]], value)

    def _why_none(self, metric: str, channel: str) -> tuple[str, str]:
        if metric not in self.metric:
            return f"there is no metric {shown(metric)}", suggest(metric, self.metrics())
        having = self.channels(metric)
        if not channel:
            return f"all values of {metric} belong to channels", f"choose from: {', '.join(having)}"
        hint = suggest(channel, having) if having else "leave out the channel: its values belong to none"
        return f"{metric} has no channel {shown(channel)}", hint

    @property
    def first_day(self) -> date:
        """The first day of the earliest period."""
        day: date = self.start.min().astype("datetime64[D]").item()
        return day

    @property
    def last_day(self) -> date:
        """The last day of the latest period."""
        ends = (
            start if period == "final" else next_start(start, period) - timedelta(days=1)
            for start, period in set(zip(self.start.tolist(), self.period, strict=True))
        )
        return max(ends)

    def to_csv(self) -> str:
        """The history in the long form, which :func:`read_history` reads back as it was."""
        names = [name for name in LONG if name in LONG[:5] or any(getattr(self, name) or ())]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        for i, start in enumerate(self.start.tolist()):
            cells = {
                "period_start": start.isoformat(), "period": self.period[i], "channel": self.channel[i],
                "metric": self.metric[i], "value": f"{self.value[i]:.17g}" if self.value[i] % 1 else int(self.value[i]),
                "geo": self.geo[i], "source": self.source[i], "currency": self.currency,
            }  # fmt: skip
            writer.writerow([cells[name] for name in names])
        return text.getvalue()


def read_history(path: str | Path, *, columns: Mapping[str, str] | None = None, period: str | None = None) -> History:
    r"""Read what happened from a CSV file, long or wide, and check all of it.

        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "long.csv"
        >>> _ = file.write_text(
        ...     "period_start,period,channel,metric,value\n"
        ...     "2026-W47,week,tv,spend,500\n2026-W47,week,,purchases,31\n"
        ... )
        >>> read_history(file).series("spend", "tv").start.tolist()
        [datetime.date(2026, 11, 16)]

    Args:
        path: UTF-8 or UTF-16, with commas, semicolons or tabs between the cells, at most 50 million bytes.
        columns: what columns of a wide file are, by name: ``date``, ``geo``, ``spend:tv``, ``impressions:tv``,
            ``revenue``, ``purchases``, ``control:events``, ``flag:events`` (1 where there is any text), ``ignore``.
            Columns that are not named are read as :func:`calibration.conventions.recognise` proposes.
        period: ``week`` adds days up to weeks; also says how long values stand for where one date cannot tell.

    Returns:
        The history; weeks that start on another weekday are counted from the nearest Monday, and ``notes`` say so.

    Raises:
        HistoryError: the file cannot be read or something in it is wrong; the error lists everything.
    """
    table = read_table(path)
    proposal = _proposal(table, columns or {})
    uses = () if proposal is None else proposal.uses
    entries, currency = long_entries(table) if proposal is None else wide_entries(table, uses)
    entries = in_time(entries, table.findings, period=period)
    known = [entry for entry in entries if entry.value == entry.value]
    if not known and not table.findings.problems:
        hint = "read at least one column as spend, revenue or purchases"
        table.findings.problem(0, "", "the file holds no value", hint)
    table.findings.refuse()
    known.sort(key=_order)
    return History(
        start=np.array([entry.start for entry in known], "datetime64[D]"),
        period=tuple(entry.period for entry in known),
        channel=tuple(entry.channel for entry in known),
        metric=tuple(entry.metric for entry in known),
        value=np.array([entry.value for entry in known], np.float64),
        geo=tuple(entry.geo for entry in known),
        source=tuple(entry.source for entry in known),
        file=str(path),
        data_hash=table.data_hash,
        uses=uses,
        notes=tuple(table.findings.notes),
        currency=currency,
    )


def propose(path: str | Path, *, columns: Mapping[str, str] | None = None) -> Proposal | None:
    r"""How the columns of a wide file would be read, to be looked over first; None for a long file.

        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "shop.csv"
        >>> _ = file.write_text("date,y,tv_spend\n2027-01-04,900,50\n")
        >>> [use.text for use in propose(file, columns={"y": "purchases"}).uses]
        ['date', 'purchases', 'spend:tv']

    Args:
        path: as for :func:`read_history`.
        columns: as for :func:`read_history`.

    Raises:
        HistoryError: the file is no table, or ``columns`` names a column or a use that does not exist.
    """
    return _proposal(read_table(path), columns or {})


def _proposal(table: Table, columns: Mapping[str, str]) -> Proposal | None:
    findings, line = table.findings, table.header_line
    if is_long(table.header):
        if columns:
            what = "this is the long form: its columns have fixed meanings"
            findings.problem(line, "", what, "leave out what the columns are")
            findings.refuse()
        return None
    proposal = recognise(table.header, [row.cells for row in table.rows])
    uses = uses_from(proposal.uses, columns, findings=findings, line=line)
    findings.refuse()
    return replace(proposal, uses=uses)


def _order(entry: Entry) -> tuple[object, ...]:
    return entry.start, *entry.series


__all__ = ["History", "HistoryError", "Series", "propose", "read_history"]
