"""Pictures of what happens week by week: the path, the fans and the paired difference.

Bands are nine tenths of all replicates: the pale one holds everything that is uncertain, the darker one chance
alone. The difference is a different thing: there the band is the confidence interval of the mean.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import amount, axis, interval, share, signed
from studio.svg import Chart, canvas, render
from studio.theme import GRID, INK, MUTED, PAPER, STAGES, Look, looks
from studio.timeline import n_weeks, ticks
from studio.words import per_cent, unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments import Comparison
    from scenarios.schema import Scenario

Floats = NDArray[np.float64]

SERIES_OF = {"customers": "customers", "advocates": "advocacy", "revenue": "revenue"}
"""The weekly series behind a figure; revenue is that of the week, not of the whole plan."""

PANEL = (270.0, 176.0)


@dataclass(frozen=True)
class Band:
    """A weekly mean between two limits."""

    mean: Floats
    low: Floats
    high: Floats


def series_number(name: str) -> int:
    """Row of a weekly series in a sample."""
    from simulator.metrics import SERIES

    return SERIES.index(name)


def weeks_of(metric: str, values: Floats) -> Floats:
    """The weeks that mean something: revenue begins with the first week, stocks with the start."""
    return values[..., 1:] if metric == "revenue" else values


def fans(comparison: "Comparison", metric: str) -> dict[str, tuple[Band, Band]]:
    """For each plan the band of all uncertainty and the band of luck alone, week by week.

    Args:
        comparison: one plan or several.
        metric: ``customers``, ``advocates`` or ``revenue``.
    """
    row = series_number(SERIES_OF[metric])
    out = {}
    for name, runs in comparison.runs.plans.items():
        bands = []
        for sample in (runs.all, runs.luck):
            values = weeks_of(metric, sample.weekly[:, row, :])
            low, high = np.quantile(values, (0.05, 0.95), axis=0)
            bands.append(Band(values.mean(axis=0), low, high))
        out[name] = (bands[0], bands[1])
    return out


def fan_charts(comparison: "Comparison", metric: str, *, key: str = "fan") -> list[Chart]:
    """A fan for each plan on one scale, the other plans' means behind it for comparison.

    Args:
        comparison: one plan or several.
        metric: ``customers``, ``advocates`` or ``revenue``.
        key: goes before names inside the pictures.
    """
    scenario, bands = comparison.runs.scenario, fans(comparison, metric)
    unit = unit_of(metric)
    styles = looks(list(bands))
    top = max(float(band.high.max()) for pair in bands.values() for band in pair) or 1.0
    first = 1 if metric == "revenue" else 0
    charts = []
    for name, (every, luck) in bands.items():
        look = styles[name]
        end = f"{amount(every.mean[-1], unit)} {'in the last week' if first else 'at the end'}"
        spread = interval(every.low[-1], every.high[-1], unit)
        label = f"{metric} by week under {name}: {end} on average, nine in ten replicates {spread}."
        with canvas(*PANEL, left=38.0, right=10.0, top=8.0) as (figure, ax):
            x = np.arange(first, first + len(every.mean), dtype=float)
            for other, (band, _) in bands.items():
                if other != name:
                    ax.plot(x, band.mean, color=MUTED, lw=0.8, ls=styles[other].line, alpha=0.75)
            ax.fill_between(x, every.low, every.high, color=look.colour, alpha=0.17, lw=0)
            ax.fill_between(x, luck.low, luck.high, color=look.colour, alpha=0.34, lw=0)
            _line(ax, x, every.mean, look)
            ax.set_ylim(0, top * 1.06)
            _weeks(ax, scenario)
            svg = render(figure, key=f"{key}-{metric}-{look.number}", label=label)
        charts.append(Chart(name, svg, plan=look.number, note=f"{end}\nnine in ten: {spread}"))
    return charts


def _line(ax: "Axes", x: Floats, y: Floats, look: Look) -> None:
    every = max(len(x) // 6, 1)
    ax.plot(
        x, y, color=look.colour, lw=1.8, ls=look.line, marker=look.marker, ms=4.0, mec=PAPER, mew=0.6,
        markevery=(int((len(x) - 1) % every), every),
        clip_on=False,
    )  # fmt: skip


def _weeks(ax: "Axes", scenario: "Scenario") -> None:
    """The horizontal axis in months, the vertical one in short numbers, and the end of the plan."""
    places = ticks(scenario)
    ax.set_xlim(0, n_weeks(scenario))
    ax.set_xticks([at for at, _ in places], [text for _, text in places])
    for text in ax.get_xticklabels():
        text.set_horizontalalignment("left")
    numbers(ax)
    if scenario.carry_out_weeks:
        ax.axvline(scenario.weeks, color=MUTED, lw=0.8, ls=(0, (2, 2)))


def numbers(ax: "Axes") -> None:
    """Few, short numbers on the vertical axis."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: axis(round(float(value), 9))))


def stage_shares(comparison: "Comparison") -> dict[str, Floats]:
    """Mean share of the market at each stage, [stage, week], for each plan."""
    from scenarios.vocabulary import STAGE_NAMES

    rows = [series_number(stage) for stage in STAGE_NAMES]
    size = comparison.runs.scenario.market.size
    return {name: runs.all.weekly[:, rows, :].mean(axis=0) / size for name, runs in comparison.runs.plans.items()}


def stage_charts(comparison: "Comparison", *, key: str = "stages") -> list[Chart]:
    """Where the market stands on the A-Path, week by week, for each plan.

    Args:
        comparison: one plan or several.
        key: goes before names inside the pictures.
    """
    from scenarios.vocabulary import STAGE_NAMES

    shares, scenario = stage_shares(comparison), comparison.runs.scenario
    top = min(max(float(s[1:].sum(axis=0).max()) for s in shares.values()) * 1.05, 1.0) or 1.0
    charts = []
    for number, (name, at) in enumerate(shares.items()):
        ends = ", ".join(f"{stage} {share(at[s, -1])}" for s, stage in enumerate(STAGE_NAMES))
        label = f"Share of the market at each stage by week under {name}; at the end {ends}."
        with canvas(PANEL[0], 196.0, left=34.0, right=88.0, top=8.0) as (figure, ax):
            x, base = np.arange(at.shape[1]), np.zeros(at.shape[1])
            middles = []
            for s in range(len(STAGE_NAMES) - 1, 0, -1):
                ax.fill_between(x, base, base + at[s], color=STAGES[s], lw=0)
                base = base + at[s]
                ax.plot(x, base, color=PAPER, lw=0.7)
                middles.append((float(base[-1] - at[s, -1] / 2), s))
            ax.set_ylim(0, top)
            _weeks(ax, scenario)
            _percent(ax, top)
            _name_stages(ax, middles, at, top)
            svg = render(figure, key=f"{key}-{number}", label=label)
        charts.append(Chart(name, svg, plan=number, note=f"{share(1 - float(at[0, -1]))} know of it at the end"))
    return charts


def _percent(ax: "Axes", top: float) -> None:
    from matplotlib.ticker import FuncFormatter

    digits = 1 if top < 0.03 else 0
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.{digits}f} %"))


def _name_stages(ax: "Axes", middles: list[tuple[float, int]], at: Floats, top: float) -> None:
    """Write each stage's name beside the end of its area, from below, without one over the other."""
    from scenarios.vocabulary import STAGE_NAMES

    step = top / 13
    places, lowest = [], -step / 2
    for middle, s in middles:
        lowest = max(middle, lowest + step)
        places.append((lowest, middle, s))
    beyond = places[-1][0] - (top - step / 2)
    if beyond > 0:
        places = [(max(y - beyond, 0.0), middle, s) for y, middle, s in places]
    end = ax.get_xlim()[1]
    for y, middle, s in places:
        ax.annotate(
            f"{STAGE_NAMES[s]} {share(float(at[s, -1]))}", xy=(end, middle), xytext=(end * 1.05, y),
            va="center", ha="left", fontsize=8.5, color=INK, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GRID, "lw": 0.7, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def difference_band(comparison: "Comparison", a: str, b: str, metric: str = "customers") -> Band:
    """The paired difference of B against A by week: its mean between the limits of its confidence interval.

    Args:
        comparison: two plans or more.
        a: the plan that B is held against.
        b: the plan that the difference is seen from.
        metric: ``customers``, ``advocates`` or ``revenue``.
    """
    from experiments.intervals import summarise

    row, runs = series_number(SERIES_OF[metric]), comparison.runs
    gap = runs.plans[b].all.weekly[:, row, :] - runs.plans[a].all.weekly[:, row, :]
    weeks = [summarise(column, worlds=runs.worlds) for column in weeks_of(metric, gap).T]
    return Band(*(np.array([getattr(week, side) for week in weeks]) for side in ("mean", "ci_low", "ci_high")))


def difference_charts(
    comparison: "Comparison", pairs: list[tuple[str, str]], *, metric: str = "customers", key: str = "gap"
) -> list[Chart]:
    """The paired difference over time, with its confidence interval and the line where plans are equal.

    Args:
        comparison: two plans or more.
        pairs: plans A and B of each chart; the difference is B minus A.
        metric: ``customers``, ``advocates`` or ``revenue``.
        key: goes before names inside the pictures.
    """
    bands = [difference_band(comparison, a, b, metric) for a, b in pairs]
    finite = [limit[np.isfinite(limit)] for band in bands for limit in (band.low, band.high, band.mean)]
    lowest = min((float(limit.min()) for limit in finite if limit.size), default=0.0)
    highest = max((float(limit.max()) for limit in finite if limit.size), default=0.0)
    room = 0.08 * (highest - lowest or 1.0)
    styles, unit = looks(list(comparison.runs.plans)), unit_of(metric)
    level = per_cent(comparison.pairs[0].difference.level)
    charts = []
    for number, ((a, b), band) in enumerate(zip(pairs, bands, strict=True)):
        within = interval(band.low[-1], band.high[-1], unit)
        end = f"{signed(band.mean[-1], unit)}, {level} interval {within}"
        label = f"{metric} of {b} minus {metric} of {a} by week, on the same people; at the end {end}."
        look = styles[b]
        with canvas(*PANEL, left=38.0, right=10.0, top=8.0) as (figure, ax):
            x = np.arange(len(band.mean), dtype=float) + (metric == "revenue")
            if np.isfinite(band.low).all():
                ax.fill_between(x, band.low, band.high, color=look.colour, alpha=0.25, lw=0)
            _line(ax, x, band.mean, look)
            ax.axhline(0, color=INK, lw=1.0)
            ax.set_ylim(min(lowest, 0) - room, max(highest, 0) + room)
            _weeks(ax, comparison.runs.scenario)
            svg = render(figure, key=f"{key}-{metric}-{number}", label=label)
        charts.append(
            Chart(
                f"{b} minus {a}",
                svg,
                plan=look.number,
                note=f"at the end {signed(band.mean[-1], unit)}\n{level} interval {within}",
            )
        )
    return charts
