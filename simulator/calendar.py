"""Dates and days: weekly amounts, flights and pulses spread over the days of a scenario.

Day 0 is the first simulated day: the start of the scenario, or of its warm-up. A plan has *phases*: what the
warm-up did, then what the plan does; a rival has one that runs throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import Offer, Paced, Plan, Timed
from scenarios.schema import Scenario

DAYS_PER_WEEK = 7
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Phase:
    """A plan, and the days on which it runs."""

    plan: Plan
    first: int
    end: int
    origin: int
    """The day on which the first of its weekly amounts begins."""


def phases(scenario: Scenario, plan: Plan) -> list[Phase]:
    """Our brand's phases: the warm-up, if there is one, and the plan; nothing of ours after its last week."""
    start = DAYS_PER_WEEK * scenario.warm_up_weeks
    mine = [Phase(plan, start, start + DAYS_PER_WEEK * scenario.weeks, start)]
    if scenario.warm_up is not None:
        mine.insert(0, Phase(scenario.warm_up.plan, 0, start, 0))
    return mine


def rival_phase(scenario: Scenario, name: str) -> Phase:
    """A rival's only phase: from the beginning or its launch, through the carry-out weeks.

    In the warm-up a rival does what it does in its first week.
    """
    launches = [
        day_number(scenario, s.date) for s in scenario.shocks.values() if s.kind == "rival-launch" and s.rival == name
    ]
    first = min(max(launches, default=0), scenario.n_days)
    return Phase(scenario.rivals[name].plan, max(first, 0), scenario.n_days, DAYS_PER_WEEK * scenario.warm_up_weeks)


def all_phases(scenario: Scenario, plan: Plan) -> list[list[Phase]]:
    """The phases of every brand, ours first."""
    return [phases(scenario, plan), *([rival_phase(scenario, name)] for name in scenario.rivals)]


def day_number(scenario: Scenario, day: date) -> int:
    """Days since the first simulated day."""
    return (day - scenario.first_day).days


def week_starts(scenario: Scenario) -> list[date]:
    """The Monday of every reported week, carry-out included."""
    return [scenario.start + timedelta(weeks=w) for w in range(scenario.weeks + scenario.carry_out_weeks)]


def week_label(day: date) -> str:
    """ISO name of a day's week.

    >>> week_label(date(2027, 1, 4))
    '2027-W01'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def daily_amounts(
    scenario: Scenario, part: Paced, phase: Phase, *, weekdays: Sequence[str] | None = None
) -> NDArray[np.float64]:
    """Amount per day of something that is done at so much a week.

    Args:
        scenario: start and length.
        part: amounts per week, flights or a pulse; part weeks of a flight count by the day.
        phase: the plan that it belongs to.
        weekdays: the days of the week that share a week's amount; all alike when None.
    """
    out = np.zeros(scenario.n_days)
    n_weeks = -(-scenario.n_days // DAYS_PER_WEEK)
    week = np.arange(n_weeks) - phase.origin // DAYS_PER_WEEK
    if part.weekly is not None:
        out = _by_week(week, np.asarray(part.weekly, float))
    if part.pulse is not None:
        beat = part.pulse.on_weeks + part.pulse.off_weeks
        out = out + np.repeat(np.where(week % beat < part.pulse.on_weeks, part.pulse.weekly, 0.0), DAYS_PER_WEEK)
    for flight in part.flights:
        first, last = day_number(scenario, flight.start), day_number(scenario, flight.end)
        out[max(first, 0) : max(last + 1, 0)] += flight.weekly
    out = out / DAYS_PER_WEEK
    out[: phase.first] = 0.0
    out[phase.end :] = 0.0
    return out if weekdays is None else out * _on(scenario, weekdays)


class Calendar:
    """Amounts per day of a scenario's plans, each worked out once.

    Args:
        scenario: start and length.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        # The part is kept too, so that no other one gets its number.
        self._known: dict[tuple[int, int, int, int], tuple[Paced, NDArray[np.float64]]] = {}

    def daily(self, part: Paced, phase: Phase, *, weekdays: Sequence[str] | None = None) -> NDArray[np.float64]:
        """As :func:`daily_amounts`; not to be written to.

        Args:
            part: amounts per week, flights or a pulse.
            phase: the plan that it belongs to.
            weekdays: the part's own days of the week; all alike when None.
        """
        key = (id(part), phase.first, phase.end, phase.origin)
        if key not in self._known:
            self._known[key] = part, daily_amounts(self.scenario, part, phase, weekdays=weekdays)
        return self._known[key][1]


def launched(scenario: Scenario, mine: Sequence[Phase]) -> NDArray[np.float64]:
    """Whether a brand is on the market, by day: ours always, a rival from its launch."""
    return (np.arange(scenario.n_days) >= mine[0].first).astype(float)


def weekly_amounts(scenario: Scenario, weekly: Sequence[float], phase: Phase) -> NDArray[np.float64]:
    """Amount per day from amounts per week alone."""
    return daily_amounts(scenario, Paced(weekly=list(weekly)), phase)


def _by_week(week: NDArray[np.int64], amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """One amount holds for ever; of a list, the first also before it begins, and nothing after its end."""
    if len(amounts) == 1:
        return np.full(len(week) * DAYS_PER_WEEK, amounts[0])
    inside = week < len(amounts)
    each = np.where(inside, amounts[np.clip(week, 0, len(amounts) - 1)], 0.0)
    return np.repeat(each, DAYS_PER_WEEK)


def _on(scenario: Scenario, weekdays: Sequence[str]) -> NDArray[np.float64]:
    """Multiplier per day that gathers a week's amount on some of its days; day 0 is a Monday."""
    on = np.array([name in weekdays for name in _WEEKDAYS], float)
    return np.resize(on * (DAYS_PER_WEEK / max(on.sum(), 1.0)), scenario.n_days)


def weekly_sums(daily: NDArray) -> NDArray[np.float64]:
    """Sums of days by week, warm-up included.

    >>> weekly_sums(np.arange(14.0)).tolist()
    [21.0, 70.0]
    """
    return np.asarray(daily.reshape(-1, DAYS_PER_WEEK).sum(axis=1), float)


def amounts_by_week(scenario: Scenario, part: Paced) -> NDArray[np.float64]:
    """What an entry of our plan says for each week of the plan, [W], however it was written: money, posts or hours.

    >>> from scenarios import bare_scenario
    >>> from scenarios.plan import Pulse
    >>> scenario = bare_scenario(consumers=10, weeks=4)
    >>> amounts_by_week(scenario, Paced(pulse=Pulse(on_weeks=1, off_weeks=2, weekly=70.0))).tolist()
    [70.0, 0.0, 0.0, 70.0]

    Args:
        scenario: start and length; weeks of its warm-up and carry-out weeks are left out.
        part: amounts per week, flights or a pulse, gathered on the part's own days of the week if it has any.
    """
    daily = daily_amounts(scenario, part, phases(scenario, Plan())[-1], weekdays=getattr(part, "weekdays", None))
    return weekly_sums(daily)[scenario.warm_up_weeks :][: scenario.weeks]


def days_on(scenario: Scenario, part: Timed | Offer, phase: Phase) -> NDArray[np.bool_]:
    """On which days something that has a first and a last date is on."""
    out = np.zeros(scenario.n_days, np.bool_)
    first = phase.first if part.start is None else max(day_number(scenario, part.start), phase.first)
    end = phase.end if part.end is None else min(day_number(scenario, part.end) + 1, phase.end)
    out[first : max(end, first)] = True
    return out


def outages(scenario: Scenario) -> dict[str, NDArray[np.float64]]:
    """For each channel that is ever down, which share of each day it works: 0 or 1."""
    up: dict[str, NDArray[np.float64]] = {}
    for shock in scenario.shocks.values():
        if shock.kind == "outage" and shock.channel is not None:
            works = up.setdefault(shock.channel, np.ones(scenario.n_days))
            first = day_number(scenario, shock.date)
            works[max(first, 0) : max(first + shock.days, 0)] = 0.0
    return up


def monthly_to_daily(scenario: Scenario, months: Sequence[float]) -> NDArray[np.float64]:
    """A multiplier per day from twelve monthly ones; not to be written to."""
    return _by_month(scenario.first_day, scenario.n_days, tuple(months))


@lru_cache(maxsize=32)
def _by_month(first_day: date, n_days: int, months: tuple[float, ...]) -> NDArray[np.float64]:
    days = [first_day + timedelta(days=t) for t in range(n_days)]
    out = np.array([months[day.month - 1] for day in days], float)
    out.flags.writeable = False  # it is handed out again
    return out
