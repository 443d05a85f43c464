"""Mondays in a row, and values of any period as amounts for each of those weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from calibration.history import Series
from calibration.periods import next_start


@dataclass(frozen=True)
class Weeks:
    """So many weeks from a Monday on."""

    start: date
    n: int

    def days(self) -> list[date]:
        """The Mondays."""
        return [self.start + timedelta(weeks=week) for week in range(self.n)]


def spread(series: Series, weeks: Weeks) -> np.ndarray:
    """What of a flow falls into each week; values for months and years are spread evenly over their days.

    >>> month = Series(np.array(["2027-02-01"], "datetime64[D]"), "month", np.array([280.0]))
    >>> spread(month, Weeks(date(2027, 1, 25), 3)).tolist()
    [0.0, 70.0, 70.0]

    Args:
        series: of amounts that can be added up; a ``final`` value falls on its day.
        weeks: amounts outside of them are left out.
    """
    amounts = np.zeros(weeks.n)
    for start, value in zip(series.start.tolist(), series.value.tolist(), strict=True):
        end = start + timedelta(days=1) if series.period == "final" else next_start(start, series.period)
        day = start
        while day < end:
            week = (day - weeks.start).days // 7
            until = min(end, weeks.start + timedelta(weeks=week + 1))
            if 0 <= week < weeks.n:
                amounts[week] += value * ((until - day).days / (end - start).days)
            day = until
    return amounts
