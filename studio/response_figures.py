"""Pictures of where lines saturate: what a line brings by its money, beside each other on one upright scale."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from studio.formatting import Unit, amount, axis, money, share
from studio.pen import Pen
from studio.recommendation_figures import described, ends_of, ticks
from studio.svg import Chart, svg_head
from studio.theme import GRID, INK, MUTED, PLANS

if TYPE_CHECKING:
    from experiments.recommend.response import Response

OURS = PLANS[0]
_LEFT, _RIGHT, _TOP, _FLOOR = 40.0, 258.0, 8.0, 104.0
_PIECES = 40


def response_charts(
    curves: Mapping[str, "Response"], spent: Mapping[str, float], unit: Unit, metric: str
) -> list[Chart]:  # fmt: skip
    """For each line, what the engine says of less and more money on it, and the curve through that.

    Args:
        curves: by line.
        spent: money of the plan, by line.
        unit: of the metric.
        metric: how it is called.
    """
    low, high = ends_of([value for curve in curves.values() for value in (*curve.gained, *_drawn(curve)[1])])
    return [
        _chart(name, curve, spent[name], unit, metric, low=low, high=high, key=f"response-{k}")
        for k, (name, curve) in enumerate(curves.items())
    ]


def _drawn(curve: "Response") -> tuple[list[float], list[float]]:
    """Points of the curve as far as money was looked at."""
    at = np.linspace(0.0, max(curve.money), _PIECES + 1)
    return at.tolist(), curve.at(at).tolist()


def _chart(
    name: str, curve: "Response", spent: float, unit: Unit, metric: str, *, low: float, high: float, key: str
) -> Chart:  # fmt: skip
    most = max(curve.money) or 1.0

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * value / (1.04 * most)

    def y(value: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * (value - low) / (high - low)

    pen = Pen()
    for at in ticks(low, high, 4):
        pen.line(_LEFT, y(at), _RIGHT, y(at), GRID)
        pen.text(_LEFT - 4, y(at) + 3, axis(at), size=8.5, colour=MUTED, anchor="end")
    for at in ticks(0.0, most, 4):
        pen.text(x(at), _FLOOR + 12, axis(at), size=8.5, colour=MUTED, anchor="middle")
    pen.line(_LEFT, y(0.0), _RIGHT, y(0.0), INK, width=1)
    along, up = _drawn(curve)
    for k in range(_PIECES):
        pen.line(x(along[k]), y(up[k]), x(along[k + 1]), y(up[k + 1]), OURS, width=1.6)
    for at, gained in zip(curve.money, curve.gained, strict=True):
        pen.dot(x(at), y(gained), OURS, radius=3.4, full=abs(at - spent) <= 0.01 * most)
    reached = f"{share(curve.reached(spent))} of its most at {money(spent)}"
    points = "; ".join(f"{money(at)} {amount(g, unit)}" for at, g in zip(curve.money, curve.gained, strict=True))
    head = svg_head(
        f"0 0 270 {_FLOOR + 18:g}", f"{metric} that {name} brings over none of it, by its money: {points}; {reached}."
    )
    return described(Chart(name, f"{head}{pen.drawn()}</svg>", note=reached), key=key)
