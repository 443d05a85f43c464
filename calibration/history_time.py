"""The time axis of a history: one period in each series, weeks from Monday, days added up where asked for."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from calibration.column_use import CONTROL
from calibration.history_entries import Entry
from calibration.history_error import Findings, few
from calibration.periods import (
    PERIODS,
    TO_MONDAY,
    WEEKDAYS,
    monday_of,
    next_start,
    usual_period,
    usual_step,
)
from scenarios.errors import shown, suggest
from simulator.glossary import GLOSSARY

_FEW_DATES = "the dates do not tell for how long a value stands"


def in_time(entries: list[Entry], findings: Findings, *, period: str | None) -> list[Entry]:
    """The entries with their periods, on Mondays where they are weeks.

    Args:
        entries: as they stand in the file; the period is empty where the file does not say.
        findings: where problems and remarks go.
        period: that the owner wants: says what the dates leave open, and turns days into weeks.
    """
    if period is not None and period not in PERIODS:
        findings.problem(0, "", f"{shown(period)} is not a period", suggest(period, PERIODS))
        return entries
    entries = _with_period(entries, findings, period)
    _check_one_period(entries, findings)
    entries = _on_mondays(entries, findings)
    _check_starts(entries, findings)
    _check_twins(entries, findings)
    if not findings.problems and period is not None:
        entries = _longer(entries, findings, period)
    if not findings.problems:
        _note_gaps(entries, findings)
        _note_missing_places(entries, findings)
    return entries


def _with_period(entries: list[Entry], findings: Findings, wanted: str | None) -> list[Entry]:
    """Periods that the file leaves open, from the steps between its dates."""
    open_ = {entry.start for entry in entries if not entry.period}
    if not open_:
        return entries
    usual = usual_period(open_)
    if usual is None and wanted is None:
        step = usual_step(open_)
        what = f"{_FEW_DATES}: most are {step} days apart" if step else f"{_FEW_DATES}: there is only {min(open_)}"
        findings.problem(0, "", what, f"say it: period = {few((f'“{p}”' for p in PERIODS), most=9, last='or')}")
    usual = usual or wanted or ""
    return [entry if entry.period else replace(entry, period=usual) for entry in entries]


def _check_one_period(entries: list[Entry], findings: Findings) -> None:
    first: dict[tuple[str, str], Entry] = {}
    said: set[tuple[str, str, str]] = set()
    for entry in entries:
        key = entry.metric, entry.channel
        other = first.setdefault(key, entry)
        if other.period != entry.period and (*key, entry.period) not in said:
            said.add((*key, entry.period))
            what = f"{_named(entry)} has a {entry.period} here, but a {other.period} in line {other.line}"
            findings.problem(entry.line, "period", what, "keep to one period in a series; rename the other one")


def _on_mondays(entries: list[Entry], findings: Findings) -> list[Entry]:
    """Weeks from the nearest Monday; all weeks of a series start on the same weekday."""
    usual: dict[tuple[str, ...], Counter[int]] = {}
    for entry in entries:
        if entry.period == "week":
            usual.setdefault(entry.series, Counter())[entry.start.weekday()] += 1
    weekday = {series: days.most_common(1)[0][0] for series, days in usual.items()}
    moved: dict[int, set[date]] = {}
    said: set[int] = set()
    there: list[Entry] = []
    for entry in entries:
        if entry.period != "week":
            there.append(entry)
            continue
        own, most = entry.start.weekday(), weekday[entry.series]
        if own != most and entry.line not in said:
            said.add(entry.line)
            what = f"{entry.start} is a {WEEKDAYS[own]}, but most weeks here start on {WEEKDAYS[most]}"
            findings.problem(entry.line, "", what, "weeks of a series start on the same weekday, 7 days apart")
        if TO_MONDAY[most]:
            moved.setdefault(most, set()).add(entry.start)
            entry = replace(entry, start=entry.start + timedelta(days=TO_MONDAY[most]))
        there.append(entry)
    for day, starts in moved.items():
        n, by = len(starts), TO_MONDAY[day]
        days = f"{abs(by)} day{'s' if abs(by) > 1 else ''} {'later' if by > 0 else 'earlier'}"
        weeks = f"{n} weeks start" if n > 1 else "1 week starts"
        findings.notes.append(f"{weeks} on a {WEEKDAYS[day]}; counted from the nearest Monday, {days}")
    return there


def _check_starts(entries: list[Entry], findings: Findings) -> None:
    """Months start on their first day, years on the first of January."""
    said: set[int] = set()
    for entry in entries:
        first = entry.start.replace(day=1, month=1 if entry.period == "year" else entry.start.month)
        if entry.period in ("month", "year") and entry.start != first and entry.line not in said:
            said.add(entry.line)
            what = f"{entry.start} is not the first day of a {entry.period}"
            findings.problem(entry.line, "", what, f"write {first}, or period week or day")


def _check_twins(entries: list[Entry], findings: Findings) -> None:
    first: dict[tuple[object, ...], Entry] = {}
    said: set[tuple[int, int]] = set()
    for entry in entries:
        other = first.setdefault((entry.start, *entry.series), entry)
        if other is not entry and (entry.line, other.line) not in said:
            said.add((entry.line, other.line))
            of = f" of {entry.geo}" if entry.geo else ""
            what = f"{_named(entry)}{of} stands twice for the {entry.period} {entry.start} (line {other.line})"
            hint = "keep one of them, add them up, or tell them apart by a column geo or source"
            findings.problem(entry.line, "" if entry.column == other.column else entry.column, what, hint)


def _longer(entries: list[Entry], findings: Findings, wanted: str) -> list[Entry]:
    """Days added up to weeks."""
    held = {entry.period for entry in entries}
    if wanted == "week" and "day" in held:
        return _to_weeks(entries, findings)
    if wanted not in held:
        what = f"values stand for a {few(sorted(held), last='or')}; they cannot become those of a {wanted}"
        findings.problem(0, "", what, "days can be added up to weeks; leave out the period otherwise")
    return entries


def _to_weeks(entries: list[Entry], findings: Findings) -> list[Entry]:
    days = sorted({entry.start for entry in entries if entry.period == "day"})
    per_week = Counter(monday_of(day) for day in days)
    first, last = min(per_week), max(per_week)
    whole = {week for week, n in per_week.items() if n == 7}
    ends = [week for week in dict.fromkeys((first, last)) if per_week[week] < 7]
    if ends and whole:
        said = few(f"{week} ({per_week[week]} of 7 days)" for week in ends)
        findings.notes.append(f"weeks at the ends that are not complete were left out: {said}")
    elif ends:
        findings.notes.append(f"no week is complete: {few(f'{w} has {n} of 7 days' for w, n in per_week.items())}")
        ends = []
    groups: dict[tuple[date, tuple[str, ...]], list[Entry]] = {}
    others = []
    for entry in entries:
        if entry.period != "day":
            others.append(entry)
        elif (week := monday_of(entry.start)) not in ends:
            groups.setdefault((week, entry.series), []).append(entry)
    weeks = []
    for (week, _), group in groups.items():
        known = [entry.value for entry in sorted(group, key=lambda e: e.start) if entry.value == entry.value]
        value = added(group[0].metric)(known) if known else float("nan")
        weeks.append(replace(group[0], start=week, period="week", value=value))
    n = len(days) - sum(per_week[week] for week in ends)
    n_weeks = len(per_week) - len(ends)
    weeks_are = f"{n_weeks} weeks" if n_weeks > 1 else "1 week"
    how = "flows added up, means of ratios and controls, last of stocks"
    findings.notes.append(f"{n} days became {weeks_are}: {how}")
    return [*others, *weeks]


def added(metric: str) -> Callable[[list[float]], float]:
    """How values of a metric for single days make that of a week: sums of flows, means of ratios, the last of stocks.

    >>> added("spend")([1.0, 2.0]), added("control:price")([1.0, 2.0]), added("customers")([1.0, 2.0])
    (3.0, 1.5, 2.0)
    """
    if is_mean(metric):
        return lambda values: sum(values) / len(values)
    if metric == "population" or (metric in GLOSSARY and GLOSSARY[metric].kind == "stock"):
        return lambda values: values[-1]
    return sum


def is_mean(metric: str) -> bool:
    """Whether values of a metric are averaged, not added up: ratios and controls."""
    return metric.startswith(CONTROL) or (metric in GLOSSARY and GLOSSARY[metric].kind == "ratio")


def _note_gaps(entries: list[Entry], findings: Findings) -> None:
    """Say which periods between the first and the last of a series are not in the file."""
    starts: dict[tuple[str, ...], set[date]] = {}
    periods: dict[tuple[str, ...], str] = {}
    for entry in entries:
        starts.setdefault(entry.series, set()).add(entry.start)
        periods[entry.series] = entry.period
    lost: dict[tuple[str, tuple[date, ...]], list[str]] = {}
    for series, there in starts.items():
        if (period := periods[series]) == "final":
            continue
        day, last, missing = min(there), max(there), []
        while (day := next_start(day, period)) < last:
            if day not in there:
                missing.append(day)
        if missing:
            name = " of ".join(part for part in (series[0], *series[1:]) if part)
            lost.setdefault((period, tuple(missing)), []).append(name)
    for (period, missing_days), names in lost.items():
        n = len(missing_days)
        periods_are = f"{n} {period}s are" if n > 1 else f"1 {period} is"
        findings.notes.append(f"{periods_are} missing, {few(missing_days)}, in {few(names)}: left out, not zero")


def _note_missing_places(entries: list[Entry], findings: Findings) -> None:
    """Say where sums over places are too low because a place has no value."""
    places: dict[tuple[str, str], Counter[date]] = {}
    everywhere: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for entry in entries:
        if entry.value == entry.value:
            key = entry.metric, entry.channel
            places.setdefault(key, Counter())[entry.start] += 1
            everywhere.setdefault(key, set()).add((entry.geo, entry.source))
    for key, counts in places.items():
        low = sorted(day for day, n in counts.items() if n < len(everywhere[key]))
        if low and not key[0].startswith(CONTROL):
            name = " of ".join(part for part in key if part)
            findings.notes.append(f"{name} lacks places or sources at {few(low)}: sums over them are too low there")


def _named(entry: Entry) -> str:
    return f"{entry.metric} of {entry.channel}" if entry.channel else entry.metric
