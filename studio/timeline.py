"""Weeks on the axis of a chart and in the head of a table, named in English whatever the machine speaks."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.schema import Scenario

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_FEW_WEEKS, _MANY_WEEKS, _VERY_MANY_WEEKS = 9, 60, 200


def long_date(day: date) -> str:
    """A date in words.

    >>> long_date(date(2027, 1, 4))
    '4 January 2027'
    """
    names = (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    )  # fmt: skip
    return f"{day.day} {names[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """A date for a narrow column.

    >>> short_date(date(2027, 1, 4))
    '4 Jan'
    """
    return f"{day.day} {MONTHS[day.month - 1]}"


def n_weeks(scenario: "Scenario") -> int:
    """All simulated weeks, carry-out included."""
    return scenario.weeks + scenario.carry_out_weeks


def ends_of_weeks(scenario: "Scenario") -> list[date]:
    """The last day of every week, a Sunday, and before them the day before the start."""
    return [scenario.start + timedelta(days=7 * w - 1) for w in range(n_weeks(scenario) + 1)]


def ticks(scenario: "Scenario") -> list[tuple[float, str]]:
    r"""Where to write what below a chart that counts weeks from the start.

        >>> from scenarios import load_scenario
        >>> ticks(load_scenario("coldbrew-launch").scenario)[:2]
        [(0.0, 'Jan\n2027'), (4.0, 'Feb')]

    Args:
        scenario: its start and length; months, quarters or years are named as there is room.
    """
    weeks = n_weeks(scenario)
    if weeks <= _FEW_WEEKS:
        return [(float(w), str(w)) for w in range(weeks + 1)]
    every = 1 if weeks <= _MANY_WEEKS else 3 if weeks <= _VERY_MANY_WEEKS else 12
    out: list[tuple[float, str]] = []
    year, month = scenario.start.year, scenario.start.month
    if scenario.start.day > 7:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    while True:
        at = max((date(year, month, 1) - scenario.start).days / 7, 0.0)
        if at > weeks - (1.5 if out else 0):
            return out
        if every == 1 or not out or (month - 1) % every == 0:
            name = MONTHS[month - 1]
            out.append((at, f"{name}\n{year}" if not out or month == 1 else name))
            if every == 12:
                out[-1] = (at, str(year))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
