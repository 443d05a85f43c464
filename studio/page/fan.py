"""A weekly series of two plans as a chart that can be read off: numbers to draw, and the texts that go with them."""

import math
from typing import TYPE_CHECKING, Any

from scenarios.errors import Problem, ScenarioError, shown, suggest
from studio.formatting import Unit, amount, axis, interval, signed
from studio.page.closer import Held, last_day

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLES = {"advocacy": "advocates", "unaware": "people who are unaware", "revenue": "revenue in each week"}

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def fan(held: Held, series: str) -> dict[str, Any]:
    """Mean and nine tenths of all replicates for both plans, and their paired difference with its interval.

    The figures are those of the report: the same replicates, the same quantiles, the same interval.

    Args:
        held: a run.
        series: name of a weekly series.

    Raises:
        ScenarioError: the run keeps no such series.
    """
    import numpy as np

    from experiments.intervals import LEVEL, summarise
    from studio.timeline import ticks
    from studio.words import per_cent

    if series not in held.series:
        what = f"a run keeps no series {shown(series)}"
        raise ScenarioError([Problem("the page", 0, "series", what, suggest(series, held.series))])
    unit: Unit = "money" if series == "revenue" else "people"
    row, first = held.series.index(series), 1 if series == "revenue" else 0
    values = [held.weekly[name][:, row, first:] for name in held.plans[:2]]
    both = [(x.mean(axis=0), *np.quantile(x, (0.05, 0.95), axis=0)) for x in values]
    gaps = [summarise(week, worlds=held.worlds) for week in (values[1] - values[0]).T]
    gap = [np.array([getattr(week, side) for week in gaps]) for side in ("mean", "ci_low", "ci_high")]
    level, weeks = per_cent(LEVEL), held.names_of_weeks[first:]
    rows = [
        [
            week,
            *(text for mean, low, high in both for text in (amount(mean[w], unit), interval(low[w], high[w], unit))),
            signed(gap[0][w], unit), interval(gap[1][w], gap[2][w], unit),
        ]
        for w, week in enumerate(weeks)
    ]  # fmt: skip
    money = f", {held.currency}" if unit == "money" else ""
    title = title_of(series)
    return {
        "series": series, "title": f"{title[0].upper()}{title[1:]}{money}",
        "choices": [{"name": name, "title": title_of(name)} for name in _order(held.series)],
        "plans": list(held.plans[:2]), "others": len(held.plans) - 2,
        "x": list(range(first, first + len(weeks))), "weeks": weeks, "span": len(held.days),
        "ticks": [[at, text.replace("\n", " ")] for at, text in ticks(held.calendar)],
        "bands": [[_plain(line) for line in band] for band in both], "gap": [_plain(line) for line in gap],
        "y": scale(min(0.0, *(float(b[1].min()) for b in both)), max(float(b[2].max()) for b in both)),
        "gap_y": scale(*_ends(gap)),
        "columns": ["week", "mean", "5 to 95 %", "mean", "5 to 95 %", "mean", f"{level} interval"],
        "rows": rows,
        "how": (
            "Lines: means. Bands: nine in ten replicates. Below: the mean paired difference, on the same people, with "
            f"its {level} interval; where the band leaves the zero line, the difference is decided."
        ),
        "goal": _goal(held),
    }  # fmt: skip


def title_of(series: str) -> str:
    """How a weekly series is called on the page.

    >>> title_of("advocacy"), title_of("attention"), title_of("customers")
    ('advocates', 'people at attention', 'customers')
    """
    from scenarios.vocabulary import STAGE_NAMES

    return _TITLES.get(series, f"people at {series}" if series in STAGE_NAMES else series)


def scale(low: float, high: float, *, most: int = 5) -> dict[str, Any]:
    """An axis with few round numbers on it.

    >>> scale(0.0, 183.0)["ticks"]
    [[0.0, '0'], [50.0, '50'], [100.0, '100'], [150.0, '150']]

    Args:
        low: lowest value that is drawn.
        high: highest value that is drawn.
        most: ticks.
    """
    if not high > low:
        high = low + 1.0
    ten = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(k * ten for k in _STEPS if (high - low) / (k * ten) <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    room = (high - low) * 0.04
    return {
        "min": low - (room if low < 0.0 else 0.0), "max": high + room,
        "ticks": [[k * step, axis(round(k * step, 9))] for k in range(first, last + 1)],
    }  # fmt: skip


def _ends(gap: "Sequence[Any]") -> tuple[float, float]:
    found = [float(value) for line in gap for value in line if math.isfinite(value)]
    return min([0.0, *found]), max([0.0, *found])


def _plain(line: Any) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in line]


def _order(series: "Sequence[str]") -> list[str]:
    """What is asked for most comes first."""
    first = [name for name in ("customers", "advocacy", "revenue", "detractors") if name in series]
    return [*first, *(name for name in series if name not in first)]


def _goal(held: Held) -> str:
    """A goal to begin with: about what the two plans bring on average."""
    row = held.series.index("customers")
    customers = sum(float(held.weekly[name][:, row, -1].mean()) for name in held.plans[:2]) / 2.0
    size = 10.0 ** max(math.floor(math.log10(max(customers, 1.0))) - 1, 0)
    return f"customers >= {max(round(customers / size) * size, 1):.0f} by {last_day(held).isoformat()}"
