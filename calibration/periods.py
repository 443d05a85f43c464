"""Days, weeks, months and years as they are written in histories.

>>> read_day("2026-W47")
(datetime.date(2026, 11, 16), 'week')
>>> read_day("2027-01-04"), read_day("2027-01")
((datetime.date(2027, 1, 4), ''), (datetime.date(2027, 1, 1), 'month'))
"""

import re
from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise

from scenarios.errors import shown

PERIODS = ("day", "week", "month", "year", "final")
"""Lengths of time that one value may stand for; ``final`` is a value for all of the history, at its end."""

FORMS = "YYYY-MM-DD, or 2026-W47 for a week, 2026-11 for a month, 2026 for a year"

TO_MONDAY = (0, -1, -2, -3, 3, 2, 1)
"""Days from each weekday, Monday first, to the nearest Monday: a week that starts on Sunday moves by one day."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})(?:-1)?", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"1[89]\d\d|2[01]\d\d")
_SLASHED = re.compile(r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{1,4})(?:\s.*)?")


class NotADayError(ValueError):
    """A text is no date; ``what`` says why and ``hint`` what to write."""

    def __init__(self, what: str, hint: str) -> None:
        self.what, self.hint = what, hint
        super().__init__(f"{what}; {hint}")


def read_day(text: str) -> tuple[date, str]:
    """The first day that a text names, and the period where its form tells it (else an empty text).

    Args:
        text: ``2027-01-04`` (midnight may follow), ``2026-W47``, ``2026-11`` or ``2026``.

    Raises:
        NotADayError: anything else; dates such as 4/1/2027 are refused because they have two meanings.
    """
    day, period = _read(text.strip())
    if not 1800 <= day.year <= 2199:
        raise NotADayError(f"{shown(text)} is too far away", "a history lies between 1800 and 2199")
    return day, period


def _read(text: str) -> tuple[date, str]:
    try:
        if match := _DAY.fullmatch(text):
            return date(*(int(part) for part in match.groups())), ""
        if match := _MONTH.fullmatch(text):
            return date(int(match[1]), int(match[2]), 1), "month"
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1), "year"
    except ValueError:
        raise NotADayError(f"{shown(text)} is not a day of the calendar", f"write {FORMS}") from None
    if match := _WEEK.fullmatch(text):
        return _monday(text, int(match[1]), int(match[2])), "week"
    raise NotADayError(*_why_not(text))


def _monday(text: str, year: int, week: int) -> date:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        if not 1 <= year <= 9998:
            raise NotADayError(f"{shown(text)} is not a week of the calendar", f"write {FORMS}") from None
        n = date(year, 12, 28).isocalendar().week
        hint = f"weeks of {year} are {year}-W01 to {year}-W{n}"
        if week == n + 1:
            hint += f"; the week after the last is {year + 1}-W01"
        raise NotADayError(f"{shown(text)}: the year {year} has {n} weeks", hint) from None


def _why_not(text: str) -> tuple[str, str]:
    if not text:
        return "the date is missing", f"write {FORMS}"
    if match := _SLASHED.fullmatch(text):
        a, b, c = (int(part) for part in match.groups())
        if len(match[1]) == 4:
            return f"{shown(text)} is not a date in the form YYYY-MM-DD", f"write {a:04}-{b:02}-{c:02}"
        if len(match[3]) in (2, 4):
            year = c if len(match[3]) == 4 else 2000 + c
            both = dict.fromkeys(f"{year}-{m:02}-{d:02}" for m, d in ((b, a), (a, b)) if m <= 12 and d <= 31)
            if len(both) > 1:
                what = f"{shown(text)} has two meanings: {' and '.join(both)}"
                return what, "write dates as YYYY-MM-DD; format the column so in the spreadsheet"
            if both:
                return f"{shown(text)} is not a date in the form YYYY-MM-DD", f"write {next(iter(both))}"
    if re.fullmatch(r"[2-6]\d{4}(\.0+)?", text):
        day = date(1899, 12, 30) + timedelta(days=int(float(text)))
        return f"{shown(text)} is not a date", f"a spreadsheet's number for {day}? write {FORMS}"
    if re.fullmatch(r"\d{8}", text):
        return f"{shown(text)} is not a date in the form YYYY-MM-DD", f"write {text[:4]}-{text[4:6]}-{text[6:]}"
    if re.fullmatch(r"\d{4}-?Q\d", text, re.IGNORECASE):
        return f"{shown(text)} is a quarter", "a period is a day, a week, a month or a year"
    return f"{shown(text)} is not a date", f"write {FORMS}"


def usual_period(days: Collection[date]) -> str | None:
    """The period that lies between most of these days; None where they tell none.

    >>> usual_period([date(2027, 1, 3), date(2027, 1, 10), date(2027, 1, 17)])
    'week'

    Args:
        days: in any order; days that stand twice count once.
    """
    inside = sorted(set(days))
    steps = Counter((b - a).days for a, b in pairwise(inside))
    if not steps:
        return None
    step, _ = steps.most_common(1)[0]
    if step >= 365 and all((day.month, day.day) == (1, 1) for day in inside):
        return "year"
    if 28 <= step <= 31 and all(day.day == 1 for day in inside):
        return "month"
    return {1: "day", 7: "week"}.get(step)


def usual_step(days: Collection[date]) -> int:
    """Days between most of these days and the next; 0 where there are fewer than two."""
    steps = Counter((b - a).days for a, b in pairwise(sorted(set(days))))
    return steps.most_common(1)[0][0] if steps else 0


def next_start(day: date, period: str) -> date:
    """The first day after a period that starts on a day.

    >>> next_start(date(2027, 12, 1), "month"), next_start(date(2027, 1, 4), "week")
    (datetime.date(2028, 1, 1), datetime.date(2027, 1, 11))
    """
    if period == "year":
        return date(day.year + 1, day.month, day.day)
    if period == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + timedelta(days=7 if period == "week" else 1)


def monday_of(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())
