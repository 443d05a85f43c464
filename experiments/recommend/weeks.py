"""Limits by week: what is booked already, and least and most money in named weeks.

They go with paid media and own posts, which are bought week by week. Weeks are named by their Monday.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from experiments.recommend.wallet import COMMUNITY, INFLUENCERS, MEDIA, POSTS, SEEDING, Line, Wallet, written
from scenarios.fields import Amount, Part

if TYPE_CHECKING:
    from experiments.recommend.limits import Limits, MoneyLimit

Floats = NDArray[np.float64]

BY_WEEK = (MEDIA, POSTS)
"""Levers that are bought week by week."""

INSTEAD = {
    INFLUENCERS: "use “off”, or start and end of an influencer's posts",
    SEEDING: "use min, max or lock; the date of a wave stays as it is",
    COMMUNITY: "use “off”, min, max or lock",
}
"""What says when something happens on other lines."""

_KEYS = ("weekly_min", "weekly_max", "weeks", "locked_weeks", "locked_until")

CENT = 0.005


def as_date(key: object) -> object:
    """A key of TOML as a date, if it is one."""
    try:
        return date.fromisoformat(key) if isinstance(key, str) else key
    except ValueError:
        return key


class WeekLimit(Part):
    """What one line may cost in one named week."""

    min: Amount | None = Field(None, description="least money; left out: weekly_min")
    max: Amount | None = Field(None, description="most money; left out: weekly_max")


def wrong_weeks(limits: "Limits", wallet: Wallet) -> Iterator[str]:
    """What is said of weeks that do not exist, or of lines that are not bought by the week.

    Args:
        limits: from a file.
        wallet: whose lines and weeks they are about.
    """
    start, n = wallet.scenario.start, wallet.scenario.weeks
    said: Mapping[str, MoneyLimit] = {**limits.money, **{f"group {k}": v for k, v in limits.groups.items()}}
    mondays = {*limits.off, *(day for one in said.values() for day in (*one.off, *one.locked_weeks, *one.weeks))}
    for day in sorted(mondays):
        if day.weekday() != 0 or not 0 <= (day - start).days // 7 < n:
            yield (
                f"limits: {day} is no Monday within the plan's {n} weeks from {start}; the nearest is "
                f"{_nearest(day, start, n)}"
            )
    for where, until in [("", limits.locked_until), *((f"{name}: ", one.locked_until) for name, one in said.items())]:
        if until is not None and not 0 <= (until - start).days // 7 < n:
            yield (
                f"limits: {where}locked_until {until} lies outside of the plan's {n} weeks from {start}; the nearest "
                f"Monday is {_nearest(until, start, n)}"
            )
    for name, one in limits.money.items():
        lever = name.partition(".")[0]
        used = [key for key in _KEYS if key in one.model_fields_set]
        if used and name in wallet.names and lever not in BY_WEEK:
            yield (
                f"limits: {name} is not bought by the week, so {' and '.join(used)} cannot be kept there; "
                f"{INSTEAD[lever]}"
            )


def _nearest(day: date, start: date, n: int) -> date:
    week = min(max(round((day - start).days / 7), 0), n - 1)
    return start + timedelta(weeks=week)


def week_bounds(
    line: Line, wallet: Wallet, one: "MoneyLimit", limits: "Limits", open_weeks: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.bool_], list[str]]:
    """Least and most money of a line in each week, which weeks are locked, and what clashes.

    What is booked stays, whatever is said of all weeks alike; what is said of a named week, or a week that is blacked
    out, clashes with it.

    Args:
        line: of the wallet.
        wallet: its current plan.
        one: the line's own limits, those of its group included.
        limits: all of them.
        open_weeks: [W] weeks that are not blacked out.
    """
    n, start = len(line.profile), wallet.scenario.start
    least, most = np.zeros(n), np.full(n, np.inf)
    low, high = np.full(n, one.weekly_min), np.full(n, np.inf if one.weekly_max is None else one.weekly_max)
    for day, wanted in one.weeks.items():
        w = (day - start).days // 7
        if wanted.min is not None:
            least[w] = low[w] = wanted.min
        if wanted.max is not None:
            most[w] = high[w] = wanted.max
    locked = np.zeros(n, bool)
    if line.lever in BY_WEEK:
        locked |= one.lock
        for day in one.locked_weeks:
            locked[(day - start).days // 7] = True
        for until in (limits.locked_until, one.locked_until):
            if until is not None:
                locked[: (until - start).days // 7 + 1] = True
    now = written(wallet, line, wallet.current)
    clash = []
    for w in range(n):
        week = f"{line.name}, week of {start + timedelta(weeks=w)}"
        if locked[w] and not open_weeks[w] and now[w] > CENT:
            clash.append(f"{week}: booked with {now[w]:,.0f} and blacked out; they clash by {now[w]:,.0f}")
        elif not open_weeks[w] and least[w] > CENT:
            clash.append(f"{week}: at least {least[w]:,.0f} and blacked out; they clash by {least[w]:,.0f}")
        elif locked[w] and now[w] > most[w] + CENT:
            over = now[w] - most[w]
            clash.append(f"{week}: booked with {now[w]:,.0f} and at most {most[w]:,.0f}; they clash by {over:,.0f}")
        elif locked[w] and now[w] < least[w] - CENT:
            short = least[w] - now[w]
            clash.append(f"{week}: booked with {now[w]:,.0f} and at least {least[w]:,.0f}; they clash by {short:,.0f}")
        elif open_weeks[w] and not locked[w] and low[w] > high[w] + CENT:
            clash.append(
                f"{week}: at least {low[w]:,.0f} and at most {high[w]:,.0f} cannot both be kept; "
                f"they clash by {low[w] - high[w]:,.0f}"
            )
    low, high = np.where(locked, now, low), np.where(locked, now, high)
    low, high = np.where(open_weeks, low, 0.0), np.where(open_weeks, high, 0.0)
    if line.lever == POSTS:  # whole posts
        free = ~locked
        low[free] = np.ceil(low[free] / line.step - 1e-9) * line.step
        high[free] = np.floor(high[free] / line.step + 1e-9) * line.step
        clash += [
            f"{line.name}, week of {start + timedelta(weeks=w)}: between the least and the most lies no whole post of "
            f"{line.step:,.0f}; they clash by {low[w] - high[w]:,.0f}"
            for w in np.flatnonzero(free & (low > high + CENT)).tolist()
            if not clash
        ]
    return low, high, locked, clash
