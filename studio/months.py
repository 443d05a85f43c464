"""Calendar months of a closer look: weeks gathered, and every figure held against the month before.

A week counts to the month that has most of its days. Flows are summed over a month and, as months have four or five
weeks, compared by the week; stocks are those at the end; ratios are made of the month's sums.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from studio.formatting import change, counted, money, moved, number, people, points, share
from studio.timeline import MONTHS

if TYPE_CHECKING:
    from experiments.closer import CloserLook
    from scenarios.schema import Scenario

Floats = NDArray[np.float64]
Shape = Literal["people", "money", "share", "index", "decimal", "balance"]

_WRITE: dict[Shape, Callable[[float], str]] = {
    "people": people,
    "money": money,
    "share": share,
    "index": number,
    "decimal": lambda value: number(value, 2),
    "balance": lambda value: number(value, 2),
}


FULL_WEEKS = 4
"""Weeks that every month has at least."""


@dataclass(frozen=True)
class Month:
    """One calendar month, and the weeks that count to it."""

    name: str
    weeks: slice

    @property
    def n(self) -> int:
        """Number of weeks."""
        return self.weeks.stop - self.weeks.start

    @property
    def title(self) -> str:
        """Its name, with the number of weeks if it is not all there."""
        return self.name if self.n >= FULL_WEEKS else f"{self.name}, {counted(self.n, 'week')}"


def months_of(scenario: "Scenario") -> list[Month]:
    """The months of a scenario, each with its weeks.

    Args:
        scenario: its start and length.
    """
    from simulator.calendar import week_starts

    middles = [day + timedelta(days=3) for day in week_starts(scenario)]
    out: list[Month] = []
    for w, day in enumerate(middles):
        name = f"{MONTHS[day.month - 1]} {day.year}"
        if out and out[-1].name == name:
            out[-1] = Month(name, slice(out[-1].weeks.start, w + 1))
        else:
            out.append(Month(name, slice(w, w + 1)))
    return out


def last_full(months: Sequence[Month]) -> int:
    """Number of the last month that is all there; of the very last one if none is.

    Args:
        months: in order.
    """
    full = [m for m, month in enumerate(months) if month.n >= FULL_WEEKS]
    return full[-1] if full else len(months) - 1


@dataclass(frozen=True)
class Line:
    """One figure, month by month."""

    name: str
    shape: Shape
    values: list[float]
    compared: list[float]
    """What a month is compared by: the same, or for flows the mean week."""

    def written(self, month: int) -> str:
        """The figure of a month."""
        return _WRITE[self.shape](self.values[month])

    def moved(self, month: int) -> str:
        """Its change against the month before."""
        if month == 0:
            return ""
        before, now = self.compared[month - 1], self.compared[month]
        if self.shape == "balance":
            return moved(before, now)
        return points(before, now) if self.shape == "share" else change(before, now)

    def cells(self) -> list[str]:
        """A row of a table: each month with its change below."""
        out = []
        for month in range(len(self.values)):
            below = self.moved(month)
            out.append(f"{self.written(month)}\n{below}" if below else self.written(month))
        return out


class Ledger:
    """The figures of one brand by month."""

    def __init__(self, look: "CloserLook", brand: str) -> None:
        self.metrics, self.months = look.metrics[brand], months_of(look.scenario)

    def weekly(self, metric: str, part: str | None = None) -> Floats:
        """A metric by week, for all segments; zeros where a channel or lever has none."""
        from simulator.weekly import ALL

        found = self.metrics.get((metric, part or ALL))
        return np.zeros(self.months[-1].weeks.stop) if found is None else found[:, -1]

    def sum(self, metric: str, part: str | None = None) -> list[float]:
        """Sums over months."""
        values = self.weekly(metric, part)
        return [float(np.nansum(values[month.weeks])) for month in self.months]

    def flow(self, name: str, metric: str, *, shape: Shape = "people", part: str | None = None) -> Line:
        """What happens during a month."""
        sums = self.sum(metric, part)
        return Line(name, shape, sums, [s / month.n for s, month in zip(sums, self.months, strict=True)])

    def stock(self, name: str, metric: str, *, shape: Shape = "people", part: str | None = None) -> Line:
        """What there is at the end of a month."""
        values = self.weekly(metric, part)
        ends = [float(values[month.weeks.stop - 1]) for month in self.months]
        return Line(name, shape, ends, ends)

    def mean(self, name: str, metric: str, *, shape: Shape = "people", part: str | None = None) -> Line:
        """The mean week of a month, of those weeks that have a value."""
        values = self.weekly(metric, part)
        means = []
        for month in self.months:
            known = values[month.weeks][np.isfinite(values[month.weeks])]
            means.append(float(known.mean()) if len(known) else float("nan"))
        return Line(name, shape, means, means)

    def over(self, name: str, top: Sequence[float], bottom: Sequence[float], *, shape: Shape = "decimal") -> Line:
        """One month's sum over another; unknown where the other is nought."""
        ratios = [a / b if b else float("nan") for a, b in zip(top, bottom, strict=True)]
        return Line(name, shape, ratios, ratios)

    def at_start(self, metric: str, *, came: str, went: str) -> list[float]:
        """A stock at the start of each month.

        Args:
            metric: the stock.
            came: the flow that adds to it.
            went: the flow that takes from it.
        """
        ends = self.weekly(metric)
        before = float(ends[0] - self.weekly(came)[0] + self.weekly(went)[0])
        starts = np.concatenate([[before], ends])
        return [float(starts[month.weeks.start]) for month in self.months]

    def voice(self) -> list[float]:
        """Everything that is seen and said of the brand."""
        names = ("impressions", "conversations_positive", "conversations_negative")
        return [sum(parts) for parts in zip(*(self.sum(name) for name in names), strict=True)]
