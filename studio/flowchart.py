"""The spend flowchart of a plan: what is bought from whom in which week, as media planners draw it.

Rows are channels, influencers and seeding waves under their lever; columns are weeks under their months. A cell
shows money, darker where there is more of it; an empty cell is a week off.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import money, number, share, shortened
from studio.pen import Pen
from studio.svg import Chart, svg_head
from studio.theme import BAND, GRID, HEAT, INK, MUTED
from studio.timeline import MONTHS, n_weeks

if TYPE_CHECKING:
    from scenarios.schema import Plan, Scenario

WEEKS_THAT_FIT = 60
"""Longer plans are drawn by month."""

_LABEL, _CELL, _TOTAL, _SHARE, _LINE = 132.0, 25.0, 62.0, 34.0, 17.0


@dataclass(frozen=True)
class Row:
    """One line of the flowchart."""

    lever: str
    item: str
    units: float
    unit: str
    spend: NDArray[np.float64]

    @property
    def total(self) -> float:
        """Money over the whole plan."""
        return float(self.spend.sum())


@dataclass(frozen=True)
class Flowchart:
    """A plan's spending by line and period.

    Attributes:
        plan: its name.
        currency: ISO code.
        starts: the first day of each period.
        by_month: whether a period is a month, not a week.
        rows: one for each line that costs money.
    """

    plan: str
    currency: str
    starts: list[date]
    by_month: bool
    rows: list[Row]

    @property
    def totals(self) -> NDArray[np.float64]:
        """Money of all lines in each period."""
        return np.sum([row.spend for row in self.rows], axis=0) if self.rows else np.zeros(len(self.starts))

    @property
    def total(self) -> float:
        """What the plan costs."""
        return float(self.totals.sum())


def flowchart(scenario: "Scenario", plan: "Plan", *, name: str) -> Flowchart:
    """What a plan spends on what, and when.

        >>> from scenarios import load_scenario
        >>> scenario = load_scenario("coldbrew-launch").scenario
        >>> round(flowchart(scenario, scenario.plans["baseline"], name="baseline").total)
        598000

    Args:
        scenario: dates and fees.
        plan: the plan.
        name: what it is called.
    """
    from simulator.calendar import week_starts
    from simulator.costs import cost_lines

    weeks = week_starts(scenario)
    rows = [Row(x.lever, x.item, x.units, x.unit, x.weekly) for x in cost_lines(scenario, plan)]
    rows = [row for row in rows if row.total > 0.0]
    if n_weeks(scenario) <= WEEKS_THAT_FIT:
        return Flowchart(name, scenario.currency, weeks, False, rows)
    months = list(dict.fromkeys(day.replace(day=1) for day in weeks))
    of = np.array([months.index(day.replace(day=1)) for day in weeks])
    inside = np.array([of == m for m in range(len(months))], np.float64)
    rows = [Row(r.lever, r.item, r.units, r.unit, (inside * r.spend).sum(axis=1)) for r in rows]
    return Flowchart(name, scenario.currency, months, True, rows)


def flowchart_chart(chart: Flowchart, *, number_of_plan: int) -> Chart:
    """The flowchart as a picture.

    Args:
        chart: from :func:`flowchart`.
        number_of_plan: for its colour.
    """
    said = "; ".join(f"{row.item} ({row.lever}) {money(row.total)}" for row in chart.rows) or "nothing"
    label = f"Spending of {chart.plan} by line and {_period(chart)} in {chart.currency}: {said}."
    width = _LABEL + _CELL * len(chart.starts) + _TOTAL + _SHARE
    pen = Pen()
    _head(pen, chart)
    y = 2 * _LINE + 4
    most = max((float(row.spend.max()) for row in chart.rows), default=0.0) or 1.0
    lever = ""
    for row in chart.rows:
        if row.lever != lever:
            lever = row.lever
            y += 5
            pen.text(0, y + 12, lever, size=8.5, colour=MUTED, weight="600")
            y += _LINE
        _row(pen, chart, row, y, most)
        y += _LINE
    y += 3
    pen.line(0, y, width, y, INK)
    _totals(pen, chart, y)
    y += _LINE + 2
    least = int(width * 1.05) if len(chart.starts) > 12 else 0
    scale = "in thousands; totals exact" if _in_thousands(chart) else "exact"
    note = f"{money(chart.total, chart.currency)} planned; cells {scale}"
    return Chart(
        chart.plan,
        f"{svg_head(f'0 0 {width:g} {y + 3:g}', label)}{pen.drawn()}</svg>",
        plan=number_of_plan,
        note=note,
        least_width=least,
    )


def _period(chart: Flowchart) -> str:
    return "month" if chart.by_month else "week"


def _in_thousands(chart: Flowchart) -> bool:
    return bool(chart.rows) and max(float(row.spend.max()) for row in chart.rows) >= 1_000


def _cell(chart: Flowchart, value: float) -> str:
    """Money in the little room of a cell."""
    if value <= 0:
        return ""
    if not _in_thousands(chart):
        return number(value)
    text = number(value / 1_000, 0 if value >= 9_950 else 1)
    return text.removesuffix(".0") if text != "0.0" else "<.1"


def _bands(chart: Flowchart) -> list[tuple[int, int, str]]:
    """Stretches of columns under one head: months over weeks, years over months."""
    out: list[tuple[int, int, str]] = []
    for column, day in enumerate(chart.starts):
        text = str(day.year) if chart.by_month else f"{MONTHS[day.month - 1]} {day.year}"
        if out and out[-1][2] == text:
            out[-1] = (out[-1][0], column + 1, text)
        else:
            out.append((column, column + 1, text))
    return out


def _head(pen: Pen, chart: Flowchart) -> None:
    height = 2 * _LINE + 4 + sum(_LINE for _ in chart.rows) + 30
    height += (_LINE + 5) * len({row.lever for row in chart.rows}) - 12
    for n, (a, z, text) in enumerate(_bands(chart)):
        if n % 2 == 0:
            pen.rect(_LABEL + a * _CELL, 0, (z - a) * _CELL, height, BAND)
        if (z - a) * _CELL < 50:
            text = text.split()[0]
        pen.text(_LABEL + a * _CELL + 4, 12, text, size=8.5, colour=MUTED, weight="600")
    for column, day in enumerate(chart.starts):
        text = MONTHS[day.month - 1] if chart.by_month else str(day.day)
        x = _LABEL + (column + 0.5) * _CELL
        pen.text(x, 12 + _LINE, text, size=8, colour=MUTED, anchor="middle")
    end = _LABEL + len(chart.starts) * _CELL + _TOTAL
    pen.text(end - 2, 12 + _LINE, f"total {chart.currency}", size=8, colour=MUTED, anchor="end")
    pen.text(end + _SHARE - 2, 12 + _LINE, "share", size=8, colour=MUTED, anchor="end")
    pen.line(0, 2 * _LINE + 2, end + _SHARE, 2 * _LINE + 2, GRID)


def _row(pen: Pen, chart: Flowchart, row: Row, y: float, most: float) -> None:
    pen.text(8, y + 12, shortened(row.item, 22))
    for column, value in enumerate(row.spend):
        if value > 0:
            x = _LABEL + column * _CELL
            strength = 0.12 + 0.5 * float(value) / most
            pen.rect(x + 0.75, y + 0.75, _CELL - 1.5, _LINE - 1.5, HEAT, strength, round_=2)
            pen.text(x + _CELL / 2, y + 11.6, _cell(chart, float(value)), size=7.5, anchor="middle")
    end = _LABEL + len(chart.starts) * _CELL + _TOTAL
    pen.text(end - 2, y + 12, money(row.total), anchor="end")
    part = share(row.total / chart.total) if chart.total else ""
    pen.text(end + _SHARE - 2, y + 12, part, size=8, colour=MUTED, anchor="end")


def _totals(pen: Pen, chart: Flowchart, y: float) -> None:
    pen.text(0, y + 13, "total", weight="600")
    for column, value in enumerate(chart.totals):
        x = _LABEL + (column + 0.5) * _CELL
        pen.text(x, y + 13, _cell(chart, float(value)), size=7.5, anchor="middle", weight="600")
    end = _LABEL + len(chart.starts) * _CELL + _TOTAL
    pen.text(end - 2, y + 13, money(chart.total), anchor="end", weight="600")
