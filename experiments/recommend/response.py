"""Where a line saturates: a Hill curve through what the engine says of less and more money on it.

    >>> import numpy as np
    >>> float(hill(30.0, half=30.0, steep=1.7))
    0.5
    >>> carried(np.array([1.0, 0.0, 0.0]), keep=0.5).tolist()
    [1.0, 0.5, 0.25]

The market itself has neither Hill curves nor adstock: people see, forget and talk. The curve is a summary for a
planner, fitted to paired runs with 0, half, once and twice the money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MULTIPLES = (0.0, 0.5, 2.0)
"""Of a line's money; once is the plan itself."""

STEEP = (0.5, 3.0)
FARTHEST = 20.0
"""Half of the most lies at most at so many times the money that was looked at: beyond, nothing was seen."""


def hill(money: ArrayLike, *, half: float, steep: float) -> Floats:
    """Share of the most that so much money brings: ``x^s / (h^s + x^s)``.

    Args:
        money: 0 or more.
        half: money that brings half of the most.
        steep: more than 1 begins slowly and is S-shaped.
    """
    x = np.asarray(money, float)
    with np.errstate(divide="ignore", over="ignore"):  # no money is a ratio without end, and brings nothing
        return np.asarray(1.0 / (1.0 + (half / x) ** steep))


def carried(pressure: ArrayLike, *, keep: float) -> Floats:
    """What is there of advertising when a share of it is kept from week to week (geometric adstock).

    Args:
        pressure: [W] new in each week.
        keep: 0 to less than 1; an impulse adds up to 1 / (1 - keep), and even pressure settles there.
    """
    out = np.array(pressure, float)
    for week in range(1, len(out)):
        out[week] += keep * out[week - 1]
    return out


@dataclass(frozen=True)
class Response:
    """What one line brings by itself, as a curve of its money.

    Attributes:
        money: [P] that was looked at, from 0.
        gained: [P] mean gain over no money on the line.
        top: the most that it could bring.
        half: money that brings half of that.
        steep: of the curve.
    """

    money: tuple[float, ...]
    gained: tuple[float, ...]
    top: float
    half: float
    steep: float

    def at(self, money: ArrayLike) -> Floats:
        """Gain by the curve.

        Args:
            money: on the line.
        """
        return self.top * hill(money, half=self.half, steep=self.steep)

    def reached(self, money: float) -> float:
        """Share of the most that so much money brings.

        Args:
            money: on the line.
        """
        return float(hill(money, half=self.half, steep=self.steep))


def fit_response(money: Floats, gained: Floats) -> Response | None:
    """Fit a Hill curve; None where more money brings nothing that could be told.

        >>> x = np.array([0.0, 50.0, 100.0, 200.0])
        >>> found = fit_response(x, 8.0 * hill(x, half=80.0, steep=1.2))
        >>> round(found.top, 2), round(found.half, 1), round(found.steep, 2)
        (8.0, 80.0, 1.2)

    Args:
        money: [P] from 0, rising.
        gained: [P] over no money, in the goal's metric.
    """
    from scipy.optimize import least_squares

    most = float(np.max(np.abs(gained), initial=0.0))
    end = float(money.max(initial=0.0))
    if most <= 0.0 or end <= 0.0 or len(money) < 4:
        return None
    sign = 1.0 if gained[-1] >= 0.0 else -1.0

    def off(p: Floats) -> Floats:
        return np.asarray(np.exp(p[0]) * hill(money, half=float(np.exp(p[1])) * end, steep=float(p[2]))
                          - sign * gained / most)  # fmt: skip

    limits = ([-3.0, np.log(0.01), STEEP[0]], [np.log(50.0), np.log(FARTHEST), STEEP[1]])
    tried = [least_squares(off, [0.0, np.log(start), 1.0], bounds=limits) for start in (0.3, 1.0, 3.0)]
    best = min(tried, key=lambda found: float(found.cost))
    return Response(
        tuple(money.tolist()), tuple(gained.tolist()), sign * most * float(np.exp(best.x[0])),
        end * float(np.exp(best.x[1])), float(best.x[2]),
    )  # fmt: skip
