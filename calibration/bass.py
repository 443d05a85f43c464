"""The Bass curve of adoption, and its three numbers from a history.

>>> import numpy as np
>>> from calibration.bass import bass_share, fit_bass
>>> years = np.arange(16)
>>> fit = fit_bass(1000.0 * np.diff(bass_share(years, p=0.03, q=0.38)))
>>> round(fit.p, 4), round(fit.q, 4), round(fit.m, 1), fit.converged
(0.03, 0.38, 1000.0, True)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Kind = Literal["flow", "stock"]

FEWEST = 4
"""Points that a fit needs: one more than the curve has numbers."""

_LOWEST, _HIGHEST = (1e-12, 1e-9, 1e-3), (1.0, 10.0, 1e4)
"""Limits of p and q per period, and of m as a multiple of what has been adopted so far."""
_AT_LIMIT = 1e-3
"""Nearer to a limit than this, on the logarithm, a number is at it."""


@dataclass(frozen=True)
class BassFit:
    """The Bass curve nearest to a history."""

    p: float
    """Hazard of adopting by oneself, per period."""
    q: float
    """Hazard of adopting because of others once all others have adopted, per period."""
    m: float
    """How many adopt in the end, in the history's unit."""
    se_log: Floats
    """Standard errors of the logarithms of p, q and m, from the curvature at the optimum; NaN at a limit."""
    covariance: Floats
    """Of those logarithms, [3, 3]; 0 for a number at its limit."""
    r2: float
    """Share of the history's variance that the curve follows."""
    fitted: Floats
    """The curve at every period of the history."""
    residual_sd: float
    """Of the history around the curve, with three degrees of freedom spent."""
    converged: bool
    """Whether the history has an answer: an optimum with p and m inside their limits."""
    reason: str
    """Why not, in a sentence; empty where it has."""

    def curve(self, n_periods: int, *, kind: Kind) -> Floats:
        """The fitted curve from the first period of the history on.

        Args:
            n_periods: how many periods.
            kind: of the history, as in :func:`fit_bass`.
        """
        return bass_curve(np.arange(1, n_periods + 1), p=self.p, q=self.q, m=self.m, kind=kind)


def bass_share(t: ArrayLike, *, p: ArrayLike, q: ArrayLike) -> Floats:
    """Which share of those who will ever adopt has adopted some time after launch.

        >>> round(float(bass_share(10.0, p=0.03, q=0.38)), 4)
        0.8128

    Args:
        t: time since launch, in the periods of p and q; 0 or more.
        p: hazard of adopting by oneself, per period; above 0. Its size decides how early the curve starts.
        q: hazard because of others once all have adopted, per period; its size decides how steep the curve is.

    Source:
        Bass 1969, Management Science 15: F(t) = (1 − e^−(p+q)t) / (1 + (q/p) e^−(p+q)t).
    """
    own, others = np.asarray(p, np.float64), np.asarray(q, np.float64)
    passed = (own + others) * np.asarray(t, np.float64)
    return np.asarray(-np.expm1(-passed) / (1.0 + others / own * np.exp(-passed)), np.float64)


def bass_curve(t: ArrayLike, *, p: ArrayLike, q: ArrayLike, m: ArrayLike, kind: Kind = "flow") -> Floats:
    """Adoptions during the period that ends at a time, or adopters at that time.

        >>> bass_curve([1, 2], p=0.03, q=0.38, m=1000.0).round(1)
        array([35.8, 49.3])

    Args:
        t: ends of periods since launch: 1 for the first period.
        p: hazard by oneself, per period.
        q: hazard because of others, per period.
        m: how many adopt in the end.
        kind: ``flow`` for adoptions during each period, ``stock`` for adopters at its end.
    """
    at = np.asarray(t, np.float64)
    share = bass_share(at, p=p, q=q)
    if kind == "flow":
        share = share - bass_share(at - 1.0, p=p, q=q)
    return np.asarray(np.asarray(m, np.float64) * share, np.float64)


def fit_bass(values: ArrayLike, *, kind: Kind = "flow") -> BassFit:
    """Read the Bass curve's three numbers from a history that begins at launch.

        >>> fit = fit_bass([96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500])
        >>> round(fit.p, 4), round(fit.q, 3), round(fit.m)
        (0.0094, 0.375, 18713)

    A history that ends before its peak often has no answer: the market's size then grows beyond all limits, and
    ``converged`` is False.

    Args:
        values: one number for each period from launch on, 0 or more; missing ones are NaN.
        kind: ``flow`` for adoptions during each period (default), ``stock`` for adopters at its end.

    Returns:
        The curve with the least squares of several starts.

    Raises:
        ValueError: fewer than 4 known values, a negative or infinite one, nothing above 0, or an unknown kind.

    Source:
        Srinivasan & Mason 1986, Marketing Science 5: nonlinear least squares on the increments of the cumulative
        curve, here in the logarithms of p, q and m.
    """
    from scipy.optimize import least_squares

    y = np.asarray(values, np.float64)
    known = np.isfinite(y)
    _check(y, known, kind)
    t = np.arange(1, len(y) + 1)[known]
    seen = y[known]
    so_far = float(seen.sum() if kind == "flow" else seen.max())
    unit = float(np.sqrt(np.mean(seen**2)))
    scale = np.array([1.0, 1.0, so_far])
    low, high = np.log(_LOWEST * scale), np.log(_HIGHEST * scale)

    def miss(theta: Floats) -> Floats:
        p, q, m = np.exp(theta)
        return (bass_curve(t, p=p, q=q, m=m, kind=kind) - seen) / unit

    tries = []
    for start in _starts(t, seen, kind):
        begin = np.clip(start, low + 0.01, high - 0.01)
        tries.append(least_squares(miss, begin, bounds=(low, high), ftol=1e-9, xtol=1e-9, gtol=1e-9, max_nfev=200))
    rough = min(tries, key=lambda one: one.cost)
    best = least_squares(
        miss, rough.x, bounds=(low, high), jac="3-point", ftol=1e-14, xtol=1e-14, gtol=1e-14, max_nfev=500
    )
    if best.cost > rough.cost:
        best = rough
    return _described(best.x, best.jac, best.fun * unit, unit, y, low, high, kind)


def _check(y: Floats, known: NDArray[np.bool_], kind: str) -> None:
    if kind not in ("flow", "stock"):
        raise ValueError(f"the kind “{kind}” is unknown; write flow for adoptions per period or stock for adopters")
    if y.ndim != 1 or np.isinf(y).any():
        raise ValueError("a history is one row of finite numbers; write NaN for a missing one")
    if known.sum() < FEWEST:
        raise ValueError(f"{known.sum()} known values; the three numbers of a Bass curve need {FEWEST} or more")
    if (y[known] < 0.0).any():
        at = int(np.argmax(known & (y < 0.0)))
        raise ValueError(f"value {at + 1} is {y[at]:g}; adoptions are 0 or more")
    if not (y[known] > 0.0).any():
        raise ValueError("all values are 0; nobody has adopted anything")


def _starts(t: NDArray[np.int64], seen: Floats, kind: Kind) -> Iterator[Floats]:
    """Curves that peak at, before and after the history's highest point, each with its best m."""
    rises = seen if kind == "flow" else np.diff(seen, prepend=0.0)
    peak = max(float(t[int(np.argmax(rises))]), 1.5)
    for at in (0.5 * peak, peak, 1.5 * peak, 2.0 * float(t[-1])):
        for ratio in (1.5, 10.0, 100.0, 1_000.0):  # q to p; the peak is at ln(q/p) / (p + q)
            total = np.log(ratio) / at
            p, q = total / (1.0 + ratio), total * ratio / (1.0 + ratio)
            shape = bass_curve(t, p=p, q=q, m=1.0, kind=kind)
            m = max(float(shape @ seen / (shape @ shape)), 1e-9 * float(seen.max()))
            yield np.log([p, q, m])


def _described(
    theta: Floats, jac: Floats, residuals: Floats, unit: float, y: Floats, low: Floats, high: Floats, kind: Kind
) -> BassFit:
    known = np.isfinite(y)
    p, q, m = (float(one) for one in np.exp(theta))
    squares = float(residuals @ residuals)
    around = float(((y[known] - y[known].mean()) ** 2).sum())
    residual_sd = float(np.sqrt(squares / (known.sum() - 3)))
    at_low, at_high = theta < low + _AT_LIMIT, theta > high - _AT_LIMIT
    free = ~(at_low | at_high)
    information = (jac[:, free].T @ jac[:, free]) * unit**2
    singular = bool(free.any() and np.linalg.cond(information) > 1e14)
    covariance = np.zeros((3, 3))
    if free.any() and not singular:
        covariance[np.ix_(free, free)] = residual_sd**2 * np.linalg.inv(information)
    se_log = np.where(free & (not singular), np.sqrt(np.diag(covariance)), np.nan)
    reason = ""
    if at_high[2]:
        reason = "the history ends too early to tell how many adopt in the end"
    elif at_low[0] or at_high[0] or at_high[1] or at_low[2]:
        reason = "no Bass curve is nearest: the best one lies at a limit of p, q or m"
    elif singular:
        reason = "several Bass curves are equally near"
    return BassFit(
        p=p, q=q, m=m, se_log=se_log, covariance=covariance,
        r2=1.0 - squares / around if around > 0.0 else float("nan"),
        fitted=bass_curve(np.arange(1, len(y) + 1), p=p, q=q, m=m, kind=kind),
        residual_sd=residual_sd, converged=not reason, reason=reason,
    )  # fmt: skip
