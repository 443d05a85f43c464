"""Pictures of a recommendation: money by line, the paired difference, the next money of each line, other budgets.

They tell things apart by place, lightness and full or empty marks, so that grey print does too. Each carries a title
and a description with the numbers that it shows.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape, unescape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import Unit, amount, axis, interval, money, share, shortened, signed
from studio.pen import Pen
from studio.svg import Chart, canvas, render, svg_head
from studio.theme import GRID, INK, MUTED, PAPER, PLANS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments.intervals import Summary
    from experiments.recommend.answer import Chance, Marginal
    from experiments.recommend.tornado import Swing

Floats = NDArray[np.float64]

OURS = PLANS[0]

_WIDE, _LEFT, _PLACES = 320.0, 104.0, 19
_LABEL = re.compile(r' aria-label="([^"]*)"')


def described(chart: Chart, *, key: str) -> Chart:
    """A picture that carries its title and its description as elements of their own.

    Args:
        chart: with its description as a label.
        key: goes before their names; no other picture of the page has it.
    """
    found = _LABEL.search(chart.svg)
    if found is None:
        return chart
    svg = chart.svg.replace(found[0], f' aria-labelledby="{key}-title {key}-desc"', 1)
    head, _, rest = svg.partition(">")
    title, said = escape(chart.title), escape(unescape(found[1]))
    inside = f'<title id="{key}-title">{title}</title><desc id="{key}-desc">{said}</desc>'
    return replace(chart, svg=f"{head}>{inside}{rest}")


def money_chart(rows: Sequence[tuple[str, float, float]], currency: str) -> Chart:
    """Money by line: what is spent now, and what the plan spends.

    Args:
        rows: name of a line, money now, money in the plan.
        currency: ISO code.
    """
    pen, room = Pen(), _WIDE - _LEFT - 52.0
    most = max((max(now, plan) for _, now, plan in rows), default=0.0) or 1.0
    pen.rect(_LEFT, 2, 12, 8, MUTED, 0.4)
    pen.text(_LEFT + 16, 9.5, "now", size=8.5, colour=MUTED)
    pen.rect(_LEFT + 50, 2, 12, 8, OURS)
    pen.text(_LEFT + 66, 9.5, "plan", size=8.5, colour=MUTED)
    y = 17.0
    for name, now, plan in rows:
        pen.text(0, y + 13.5, shortened(name, _PLACES))
        for at, value, colour, strength in ((y, now, MUTED, 0.4), (y + 10, plan, OURS, 1.0)):
            width = room * max(value, 0.0) / most
            if value > 0.0:
                pen.rect(_LEFT, at + 0.5, max(width, 0.8), 9, colour, strength)
            pen.text(_LEFT + width + 4, at + 8, money(value), size=8, colour=INK if colour == OURS else MUTED)
        y += 26.0
    pen.line(_LEFT, 15, _LEFT, y - 4, INK)
    said = "; ".join(f"{name} {money(now)} now, {money(plan)} in the plan" for name, now, plan in rows)
    head = svg_head(f"0 0 {_WIDE:g} {y:g}", f"Money by line in {currency}: {said}.")
    return described(Chart(f"Money by line, {currency}", f"{head}{pen.drawn()}</svg>"), key="money")


def ticks(low: float, high: float, n: int) -> list[float]:
    """Round numbers between two ends."""
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=n, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(round(t, 9)) for t in found if low - 1e-12 <= t <= high + 1e-12]


def ends_of(values: Sequence[float]) -> tuple[float, float]:
    """Least and most of finite values and 0, with a little room."""
    finite = [value for value in values if math.isfinite(value)] + [0.0]
    low, high = min(finite), max(finite)
    room = 0.05 * (high - low or 1.0)
    return low - room, high + room


def difference_chart(
    title: str,
    values: Floats,
    said: "Summary",
    unit: Unit,
    *,
    ends: tuple[float, float],
    better: int,
    reading: str,
    key: str,
) -> Chart:
    """How a paired difference is spread over replicates, with its mean and the 90 % interval of the mean.

    Args:
        title: what it is held against.
        values: [R] recommended minus other.
        said: of the values.
        unit: of the metric.
        ends: of the axis; the same for all pictures beside each other.
        better: 1 where more is better, -1 where less is.
        reading: better, worse, or not distinguishable.
        key: goes before names in the picture.
    """
    low, high = ends
    left, width, floor, tall = 8.0, 254.0, 104.0, 62.0

    def x(value: float) -> float:
        return left + width * (value - low) / (high - low)

    pen = Pen()
    steps = ticks(low, high, 5)
    for at in steps:
        pen.line(x(at), 34, x(at), floor, GRID)
        pen.text(x(at), floor + 12, axis(at), size=8.5, colour=MUTED, anchor="middle")
    size = (steps[1] - steps[0]) / 10.0 if len(steps) > 1 else (high - low) / 20.0
    # Ties stand on the line of no difference; no column reaches from one side of it to the other.
    places, counts = np.unique(np.sign(values) * np.ceil(np.abs(values) / size - 1e-9), return_counts=True)
    for place, n in zip(places.tolist(), counts.tolist(), strict=True):
        ahead = better * place > 0
        a = max(x((place - 0.5 * (1.0 + np.sign(place))) * size), left)
        z = min(x((place + 0.5 * (1.0 - np.sign(place))) * size), left + width)
        height = tall * n / float(counts.max())
        colour, strength = (OURS, 0.75) if ahead else (MUTED, 0.35)
        pen.rect(a + 0.4, floor - height, max(z - a - 0.8, 0.8), height, colour, strength)
    pen.line(left, floor, left + width, floor, MUTED)
    pen.line(x(0), 10, x(0), floor, INK, width=1)
    pen.line(x(said.world_p5), 22, x(said.world_p95), 22, MUTED, width=1.2)
    if math.isfinite(said.half_width):
        pen.line(x(max(said.ci_low, low)), 22, x(min(said.ci_high, high)), 22, OURS, width=4)
    pen.dot(x(said.mean), 22, OURS, radius=4.2, full=said.decided)
    limits = interval(said.ci_low, said.ci_high, unit)
    single = interval(said.world_p5, said.world_p95, unit)
    words = f"{signed(said.mean, unit)} on average, 90 % interval {limits}; nine in ten replicates {single}; {reading}"
    head = svg_head("0 0 270 120", f"Recommended plan minus {title}, by replicate: {words}.")
    note = f"{signed(said.mean, unit)}, 90 % interval {limits}\n{reading}"
    return described(Chart(f"against {title}", f"{head}{pen.drawn()}</svg>", note=note), key=key)


def _rows_on_an_axis(values: Sequence[float], n: int, *, n_ticks: int) -> tuple[Pen, Callable[[float], float], float]:
    """A pen over so many rows on one axis of values, where a value lies on it, and where the rows end."""
    low, high = ends_of(values)
    right = _WIDE - 10.0

    def x(value: float) -> float:
        return _LEFT + (right - _LEFT) * (value - low) / (high - low)

    pen, floor = Pen(), 8.0 + 20.0 * n
    for at in ticks(low, high, n_ticks):
        pen.line(x(at), 2, x(at), floor, GRID)
        pen.text(x(at), floor + 12, axis(at), size=8.5, colour=MUTED, anchor="middle")
    pen.line(x(0.0), 2, x(0.0), floor, INK, width=1)
    return pen, x, floor


def next_money_chart(rows: Sequence["Marginal"], unit: Unit, metric: str) -> Chart:
    """What the next 1,000 on each line bring: median and 90 % interval.

    Args:
        rows: lines whose next money says something.
        unit: of the metric.
        metric: how it is called.
    """
    pen, x, floor = _rows_on_an_axis([value for row in rows for value in row.per_1000], len(rows), n_ticks=8)
    words = []
    for k, row in enumerate(rows):
        middle, least, most = row.per_1000
        y = 14.0 + 20.0 * k
        pen.text(0, y + 3, shortened(row.name, _PLACES))
        pen.line(x(least), y, x(most), y, OURS, width=2.6)
        pen.dot(x(middle), y, OURS, full=least > 0.0 or most < 0.0)
        words.append(f"{row.name} {amount(middle, unit)} ({interval(least, most, unit)})")
    said = f"What the next 1,000 on each line bring, {metric}, with 90 % intervals: {'; '.join(words)}."
    head = svg_head(f"0 0 {_WIDE:g} {floor + 18:g}", said)
    return described(Chart(f"What the next 1,000 bring, {metric}", f"{head}{pen.drawn()}</svg>"), key="next")


def tornado_chart(rows: Sequence["Swing"], unit: Unit, metric: str) -> Chart:
    """The lead where each parameter is small and where it is large.

    Args:
        rows: parameters, those that move the lead most first.
        unit: of the metric.
        metric: how it is called.
    """
    pen, x, floor = _rows_on_an_axis([value for row in rows for value in (row.low, row.high)], len(rows), n_ticks=6)
    said = []
    for k, row in enumerate(rows):
        y = 14.0 + 20.0 * k
        pen.text(0, y + 3, shortened(row.name, _PLACES))
        pen.line(x(row.low), y, x(row.high), y, OURS, width=2.6)
        pen.dot(x(row.low), y, OURS, full=False)
        pen.dot(x(row.high), y, OURS, full=True)
        said.append(f"{row.name} {signed(row.low, unit)} below its middle, {signed(row.high, unit)} above")
    words = f"The lead over equal split, {metric}, by parameter: {'; '.join(said)}."
    head = svg_head(f"0 0 {_WIDE:g} {floor + 18:g}", words)
    return described(Chart(f"The lead over equal split, {metric}", f"{head}{pen.drawn()}</svg>"), key="tornado")


Point = tuple[float, float, float, "Chance | None"]


def frontier_charts(points: Sequence[Point], unit: Unit, metric: str, currency: str) -> list[Chart]:
    """The plan at several budgets: how much of the metric, and how likely the goal.

    Args:
        points: share of the money, cost, mean of the metric, chance; in order, the recommended plan among them.
        unit: of the metric.
        metric: how it is called.
        currency: ISO code.
    """
    costs = np.array([cost for _, cost, _, _ in points])
    means = np.array([mean for _, _, mean, _ in points])
    words = "; ".join(f"{money(cost, currency)} {amount(mean, unit)}" for _, cost, mean, _ in points)
    with canvas(270.0, 176.0, left=42.0, right=14.0, top=8.0) as (figure, ax):
        _points(ax, points, costs, means)
        ax.set_ylim(min(0.0, 1.1 * float(means.min())), 1.12 * max(float(means.max()), 0.0) or 1.0)
        svg = render(figure, key="frontier-value", label=f"{metric} by what the plan costs: {words}.")
    out = [described(Chart(f"{metric} by cost, {currency}", svg), key="frontier-value")]
    likely = [one for _, _, _, one in points if one is not None]
    if len(likely) < len(points):
        return out
    words = "; ".join(
        f"{money(cost, currency)} {share(one.p)} ({share(one.low)} to {share(one.high)})"
        for cost, one in zip(costs.tolist(), likely, strict=True)
    )
    with canvas(270.0, 176.0, left=42.0, right=14.0, top=8.0) as (figure, ax):
        from matplotlib.ticker import FuncFormatter

        ax.vlines(costs, [one.low for one in likely], [one.high for one in likely], color=OURS, lw=3.0, alpha=0.35)
        _points(ax, points, costs, np.array([one.p for one in likely]))
        ax.set_ylim(-0.02, 1.02)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: share(round(float(value), 9))))
        label = f"Probability of the goal by what the plan costs, with 90 % intervals: {words}."
        svg = render(figure, key="frontier-chance", label=label)
    return [*out, described(Chart(f"probability of the goal by cost, {currency}", svg), key="frontier-chance")]


def _points(ax: "Axes", points: Sequence[Point], costs: Floats, values: Floats) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.plot(costs, values, color=MUTED, lw=1.2)
    for (part, _, _, _), cost, value in zip(points, costs.tolist(), values.tolist(), strict=True):
        face = OURS if part == 1.0 else PAPER
        ax.plot([cost], [value], ls="", marker="o", ms=7.0, color=face, mec=OURS, mew=1.4, clip_on=False)
    ax.set_xlim(0.0, 1.05 * float(costs.max()) or 1.0)
    for place in (ax.xaxis, ax.yaxis):
        place.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
        place.set_major_formatter(FuncFormatter(lambda value, _: axis(round(float(value), 9))))
