"""Dates and days: weekly amounts and flights spread over the days of a scenario."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Flight, Scenario

DAYS_PER_WEEK = 7


def day_number(scenario: Scenario, day: date) -> int:
    """Days since the start of the scenario."""
    return (day - scenario.start).days


def week_starts(scenario: Scenario) -> list[date]:
    """The Monday of every simulated week, carry-out included."""
    return [scenario.start + timedelta(weeks=w) for w in range(scenario.weeks + scenario.carry_out_weeks)]


def week_label(day: date) -> str:
    """ISO name of a day's week.

    >>> week_label(date(2027, 1, 4))
    '2027-W01'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def daily_amounts(
    scenario: Scenario, weekly: Sequence[float] | None, flights: Sequence[Flight], *, rival: bool = False
) -> NDArray[np.float64]:
    """Amount per day from amounts per week or from flights; nothing of ours after the plan's last week.

    Args:
        scenario: start and length.
        weekly: one amount for every week, or one for each week.
        flights: dates with a weekly amount each; part weeks count by the day.
        rival: carry on through the carry-out weeks, in which we buy nothing.
    """
    out = np.zeros(scenario.n_days)
    n_weeks = scenario.weeks + (scenario.carry_out_weeks if rival else 0)
    planned = DAYS_PER_WEEK * n_weeks
    if weekly is not None:
        amounts = np.asarray(weekly, float)
        per_week = np.full(n_weeks, amounts[0]) if len(amounts) == 1 else amounts[:n_weeks]
        out[: DAYS_PER_WEEK * len(per_week)] = np.repeat(per_week, DAYS_PER_WEEK) / DAYS_PER_WEEK
    for flight in flights:
        first = max(day_number(scenario, flight.start), 0)
        last = min(day_number(scenario, flight.end), planned - 1)
        out[first : last + 1] += flight.weekly / DAYS_PER_WEEK
    return out


def monthly_to_daily(scenario: Scenario, months: Sequence[float]) -> NDArray[np.float64]:
    """A multiplier per day from twelve monthly ones."""
    days = [scenario.start + timedelta(days=t) for t in range(scenario.n_days)]
    return np.array([months[day.month - 1] for day in days], float)
