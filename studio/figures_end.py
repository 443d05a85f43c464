"""Pictures of how plans end up: the differences in all figures, and what each plan costs."""

from typing import TYPE_CHECKING

import numpy as np

from studio.costs import fewer_levers, lever_costs
from studio.formatting import money, share
from studio.svg import Chart, canvas, render
from studio.theme import HATCHES, INK, LEVERS, MUTED, PAPER, looks
from studio.words import label, per_cent

if TYPE_CHECKING:
    from experiments import Comparison, Pair

LEFT_OUT = ("profit",)
"""Profit can be near nothing or below it, where a percentage of it says nothing."""

_ROW = 16.0


def relative_pairs(comparison: "Comparison", a: str, b: str) -> list[tuple["Pair", float]]:
    """The pairs of B against A that can be shown as a share of A's own mean, with that mean.

    Args:
        comparison: two plans or more.
        a: the plan that B is held against.
        b: the plan that the difference is seen from.
    """
    return [
        (pair, comparison.plans[a][pair.metric].mean)
        for pair in comparison.pairs
        if (pair.a, pair.b) == (a, b)
        and pair.metric not in LEFT_OUT
        and comparison.plans[a][pair.metric].mean > 0
        and np.isfinite(pair.difference.half_width)
    ]


def difference_dots(comparison: "Comparison", pairs: list[tuple[str, str]], *, key: str = "dots") -> list[Chart]:
    """How B ends against A in every figure, as a share of A's: dot and confidence interval.

    A full dot is decided, an empty one is not; the thin line is luck alone.

    Args:
        comparison: two plans or more.
        pairs: plans A and B of each chart.
        key: goes before names inside the pictures.
    """
    styles = looks(list(comparison.runs.plans))
    rows = {(a, b): relative_pairs(comparison, a, b) for a, b in pairs}
    ends = [0.0]
    for found in rows.values():
        for pair, base in found:
            d, luck = pair.difference, pair.luck_only
            ends += [d.ci_low / base, d.ci_high / base, luck.ci_low / base, luck.ci_high / base]
    low, high = min(ends), max(ends)
    room = 0.06 * (high - low or 1.0)
    charts = []
    for number, ((a, b), found) in enumerate(rows.items()):
        if not found:
            continue
        level = per_cent(found[0][0].difference.level)
        said = "; ".join(
            f"{label(pair.metric)} {_percent(pair.difference.mean / base)} "
            f"({_percent(pair.difference.ci_low / base)} to {_percent(pair.difference.ci_high / base)})"
            for pair, base in found
        )
        described = f"{b} against {a} in per cent of {a}, with {level} intervals: {said}."
        look = styles[b]
        height = _ROW * len(found) + 34
        with canvas(270.0, height, left=74.0, right=14.0, top=4.0, bottom=26.0) as (figure, ax):
            for y, (pair, base) in enumerate(found):
                d, luck = pair.difference, pair.luck_only
                ax.plot([luck.ci_low / base, luck.ci_high / base], [y + 0.24] * 2, color=MUTED, lw=1.2)
                ax.plot([d.ci_low / base, d.ci_high / base], [y] * 2, color=look.colour, lw=2.6)
                face = look.colour if d.decided else PAPER
                ax.plot([d.mean / base], [y], marker=look.marker, ms=6.0, color=face, mec=look.colour, mew=1.4)
            ax.axvline(0, color=INK, lw=1.0)
            ax.set_ylim(len(found) - 0.4, -0.6)
            ax.set_xlim(low - room, high + room)
            ax.set_yticks(range(len(found)), [label(pair.metric) for pair, _ in found])
            ax.tick_params(axis="y", labelcolor=INK)
            ax.grid(True, axis="x")
            ax.grid(False, axis="y")
            ax.spines["bottom"].set_visible(False)
            _percents(ax)
            svg = render(figure, key=f"{key}-{number}", label=described)
        customers = next((d for d in found if d[0].metric == "customers"), found[0])
        note = f"{label(customers[0].metric)} {_percent(customers[0].difference.mean / customers[1])}"
        charts.append(Chart(f"{b} against {a}", svg, plan=look.number, note=note))
    return charts


def _percent(value: float) -> str:
    text = share(value)
    return f"+{text}" if value > 0 and text[0] not in "<>0" else text


def _percents(ax: object) -> None:
    from matplotlib.axes import Axes
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    assert isinstance(ax, Axes)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(round(float(value), 9))))
    ax.tick_params(axis="x", length=0)


MOST_COLOURS = 6
"""Levers that a bar can show apart and still be read in grey."""


def cost_chart(comparison: "Comparison", *, key: str = "cost") -> Chart:
    """What each plan costs, by lever.

    Args:
        comparison: one plan or several.
        key: goes before names inside the picture.
    """
    every, currency = lever_costs(comparison), comparison.runs.scenario.currency
    costs = {name: fewer_levers(levers, most=MOST_COLOURS, by=every) for name, levers in every.items()}
    totals = {name: sum(levers.values()) for name, levers in costs.items()}
    said = "; ".join(
        f"{name} {money(totals[name], currency)}: "
        + ", ".join(f"{lever} {money(value)}" for lever, value in levers.items() if value)
        for name, levers in every.items()
    )
    most = max(totals.values(), default=0.0) or 1.0
    longest = max(len(name) for name in costs)
    left = min(12.0 + 4.9 * longest, 150.0)
    height = 24.0 * len(costs) + 36
    with canvas(560.0, height, left=left, right=78.0, top=22.0, bottom=8.0) as (figure, ax):
        names = list(costs)
        starts = np.zeros(len(names))
        for n, lever in enumerate(next(iter(costs.values()))):
            widths = np.array([costs[name][lever] for name in names])
            ax.barh(
                range(len(names)), widths, left=starts, height=0.62, color=LEVERS[n % len(LEVERS)],
                hatch=HATCHES[n % len(HATCHES)], edgecolor=PAPER, linewidth=0.8, label=lever,
            )  # fmt: skip
            starts = starts + widths
        for y, name in enumerate(names):
            ax.text(starts[y] + 0.01 * most, y, money(totals[name]), va="center", ha="left")
        ax.set_xlim(0, most)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(axis="y", labelcolor=INK)
        ax.set_xticks([])
        ax.grid(False)
        ax.spines["bottom"].set_visible(False)
        if next(iter(costs.values())):
            ax.legend(
                loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=6, frameon=False, borderaxespad=0.2,
                handlelength=1.4, handleheight=0.9, columnspacing=1.4, borderpad=0.1, handletextpad=0.5,
            )  # fmt: skip
        svg = render(figure, key=key, label=f"Cost by plan and lever in {currency}. {said}.")
    return Chart(f"Cost by lever, {currency}", svg, least_width=480)
