"""Pictures of the monthly report: lines by week for each brand, and bars of money by month."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.figures import numbers
from studio.formatting import money, share
from studio.months import Month
from studio.svg import Chart, canvas, render
from studio.theme import HATCHES, LEVERS, MUTED, PAPER, looks
from studio.timeline import n_weeks, ticks

if TYPE_CHECKING:
    from scenarios.schema import Scenario

Floats = NDArray[np.float64]


def line_chart(
    title: str, lines: Mapping[str, Floats], scenario: "Scenario", *, key: str, said: str, as_share: bool = False,
    level: float | None = None,
) -> Chart:  # fmt: skip
    """Several lines by week, told apart by colour, dashes and marks, each named at its end.

    Args:
        title: what stands above it.
        lines: values of each week; NaN where there is none.
        scenario: for the axis.
        key: goes before names inside the picture.
        said: what it shows, for those who do not see it.
        as_share: write the axis in per cent.
        level: a value to draw a thin line at.
    """
    styles = looks(list(lines))
    with canvas(560.0, 190.0, left=42.0, right=12.0, top=22.0) as (figure, ax):
        for name, values in lines.items():
            look, x = styles[name], np.arange(1, len(values) + 1)
            ax.plot(
                x, values, color=look.colour, lw=1.8, ls=look.line, marker=look.marker, ms=4.0, mec=PAPER, mew=0.6,
                markevery=max(len(x) // 8, 1), label=_literal(name), clip_on=False,
            )  # fmt: skip
        known = np.concatenate([v[np.isfinite(v)] for v in lines.values()])
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        ax.set_ylim(min(low, 0.0) * 1.06, (high * 1.06) or 1.0)
        if level is not None:
            ax.axhline(level, color=MUTED, lw=0.8, ls=(0, (2, 2)))
        places = ticks(scenario)
        ax.set_xlim(0, n_weeks(scenario))
        ax.set_xticks([at for at, _ in places], [text for _, text in places])
        for text in ax.get_xticklabels():
            text.set_horizontalalignment("left")
        numbers(ax)
        if as_share:
            from matplotlib.ticker import FuncFormatter

            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: share(round(float(value), 6))))
        ax.legend(
            loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=4, frameon=False, borderaxespad=0.2, handlelength=2.4,
            columnspacing=1.4, borderpad=0.1, handletextpad=0.5,
        )  # fmt: skip
        svg = render(figure, key=key, label=said)
    return Chart(title, svg, least_width=480)


def _literal(name: str) -> str:
    """A name as matplotlib shows it as it stands: no formulas between dollars, nothing hidden for an underscore."""
    return "\u200b" + name.replace("$", r"\$")


def money_chart(levers: Mapping[str, Sequence[float]], months: Sequence[Month], *, currency: str, key: str) -> Chart:
    """What was spent in each month, by lever.

    Args:
        levers: money by lever and month.
        months: their names.
        currency: for the description.
        key: goes before names inside the picture.
    """
    totals = [sum(money_[m] for money_ in levers.values()) for m in range(len(months))]
    said = "; ".join(f"{month.name} {money(total)}" for month, total in zip(months, totals, strict=True))
    with canvas(560.0, 190.0, left=46.0, right=12.0, top=22.0) as (figure, ax):
        base = np.zeros(len(months))
        for n, (lever, values) in enumerate(levers.items()):
            ax.bar(
                range(len(months)), values, bottom=base, width=0.7, color=LEVERS[n % len(LEVERS)],
                hatch=HATCHES[n % len(HATCHES)], edgecolor=PAPER, linewidth=0.8, label=lever,
            )  # fmt: skip
            base = base + np.array(values)
        every = max(len(months) // 12, 1)
        ax.set_xticks(range(0, len(months), every), [m.name.split()[0] for m in months[::every]])
        numbers(ax)
        ax.legend(
            loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=5, frameon=False, borderaxespad=0.2, handlelength=1.4,
            handleheight=0.9, columnspacing=1.4, borderpad=0.1, handletextpad=0.5,
        )  # fmt: skip
        svg = render(figure, key=key, label=f"Cost by month in {currency}. {said}.")
    return Chart(f"Cost by month, {currency}", svg, least_width=480)
