"""How good a forecast was: its error, its error as a whole distribution, and whether its intervals hold.

    >>> import numpy as np
    >>> from calibration.scores import score
    >>> draws = np.array([[90.0, 196.0], [100.0, 204.0]])
    >>> score(draws, [100.0, 200.0])
    Score(mape=0.025, crps=2.25, coverage_90=1.0)

Samples have a row for each draw and a column for each point. Draws may be weighted: a draw of weight 2 counts as two
draws of weight 1 everywhere. A point whose observation or draws are missing (NaN) has no score and is left out of
every share and mean.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TIE = 1e-12
"""Sums of weights that differ by less are the same share."""


@dataclass(frozen=True)
class Score:
    """One forecast against what was observed."""

    mape: float
    """Mean absolute error of the median, as a share of what was observed."""
    crps: float
    """Mean continuous ranked probability score, in the unit of the observations; the lower, the better."""
    coverage_90: float
    """Share of points inside the central 90 % interval; .9 when the forecast knows how sure it is."""


def crps(samples: ArrayLike, observed: ArrayLike, *, weights: ArrayLike | None = None, fair: bool = False) -> Floats:
    """How far a forecast's whole distribution lies from what was observed; for a single draw, the absolute error.

        >>> crps([[1.0], [3.0]], [2.0])
        array([0.5])

    Args:
        samples: draws by point, [draws, points].
        observed: one number for each point; NaN gives NaN.
        weights: of the draws, 0 or more; None: all alike. Only their proportions matter.
        fair: whether the draws are a sample of a larger forecast, whose score is to be estimated without the
            penalty for being few (Ferro 2014). Needs two draws. False: the draws themselves are the forecast.

    Returns:
        One score for each point, in the unit of the observations: E|X − y| − E|X − X'| / 2.

    Raises:
        ValueError: the shapes or weights do not fit.

    Source:
        Gneiting & Raftery 2007, JASA 102, eq. 21. Exact, by sorting.
    """
    draws, truth, shares = _fitting(samples, observed, weights)
    if fair and np.count_nonzero(shares) < 2:
        raise ValueError("a fair score needs at least 2 draws with a weight; give more, or leave fair out")
    apart = draws - truth  # shifted before summing, so that large numbers that differ little keep their digits
    order = np.argsort(apart, axis=0, kind="stable")
    apart = np.take_along_axis(apart, order, axis=0)
    w = shares[order]
    below = np.cumsum(w, axis=0) - w
    error = (w * np.abs(apart)).sum(axis=0)
    spread = (w * apart * (2.0 * below + w - 1.0)).sum(axis=0)
    if fair:
        spread = spread / (1.0 - (shares**2).sum())
    # argsort puts NaN last, and sums carry it along
    return np.asarray(error - spread, np.float64)


def mape(predicted: ArrayLike, observed: ArrayLike) -> float:
    """By what share of the truth a forecast is off, on average.

        >>> mape([90.0, 220.0, 5.0], [100.0, 200.0, 0.0])
        0.1

    Args:
        predicted: one number for each point.
        observed: one number for each point.

    Returns:
        A share, .1 for 10 %. Points with observed 0, of which no share can be taken, and missing points (NaN) are
        left out; NaN if none are left.

    Raises:
        ValueError: there are not as many forecasts as observations.
    """
    forecast, truth = np.asarray(predicted, np.float64), np.asarray(observed, np.float64)
    if forecast.shape != truth.shape:
        raise ValueError(f"{_size(forecast)} forecasts for {_size(truth)} observations; give one for each")
    use = np.isfinite(forecast) & np.isfinite(truth) & (truth != 0.0)
    if not use.any():
        return float("nan")
    return float(np.mean(np.abs(forecast[use] - truth[use]) / np.abs(truth[use])))


def weighted_quantile(samples: ArrayLike, q: ArrayLike, *, weights: ArrayLike | None = None) -> Floats:
    """The value of each point below which a share of the draws lies.

        >>> weighted_quantile([[1.0], [2.0], [4.0]], 0.5, weights=[1, 1, 2])
        array([3.])

    Args:
        samples: draws by point, [draws, points].
        q: share or shares, 0..1.
        weights: of the draws, 0 or more; None: all alike. Only their proportions matter.

    Returns:
        [points] for one share, [shares, points] for several; NaN for points with missing draws. Where a share falls
        exactly between two draws, the middle of them, so that repeating a draw is the same as weighting it.

    Raises:
        ValueError: a share outside 0..1, or shapes or weights that do not fit.

    Source:
        Hyndman & Fan 1996, definition 2.
    """
    draws = _table(samples)
    shares = _shares(weights, len(draws))
    wanted = np.asarray(q, np.float64)
    if not ((wanted >= 0.0) & (wanted <= 1.0)).all():
        raise ValueError(f"the share {_first_outside(wanted)} is not within 0..1")
    some = shares > 0.0
    draws, shares = draws[some], shares[some]
    order = np.argsort(draws, axis=0, kind="stable")
    ordered = np.take_along_axis(draws, order, axis=0)
    below = np.cumsum(shares[order], axis=0)
    below[-1] = 1.0
    each = np.atleast_1d(wanted)
    found = np.empty((len(each), draws.shape[1]))
    last = len(draws) - 1
    for k, share in enumerate(each):
        low = np.minimum((below < share - _TIE).sum(axis=0), last)
        high = np.minimum((below <= share + _TIE).sum(axis=0), last)
        ends = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (low, high))
        found[k] = 0.5 * sum(ends)
    found[:, np.isnan(draws).any(axis=0)] = np.nan
    return found if wanted.ndim else found[0]


def coverage(samples: ArrayLike, observed: ArrayLike, *, level: float = 0.9, weights: ArrayLike | None = None) -> float:
    """How often the truth lies inside the forecast's central interval; a good forecast is right as often as it says.

        >>> coverage([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [2.5, 9.0])
        0.5

    Args:
        samples: draws by point, [draws, points].
        observed: one number for each point.
        level: share that the interval is meant to hold, between 0 and 1. Default .9.
        weights: of the draws, 0 or more; None: all alike.

    Returns:
        The share of points inside, ends included; NaN if no point is left.

    Raises:
        ValueError: a level outside 0..1, or shapes or weights that do not fit.
    """
    draws, truth, shares = _fitting(samples, observed, weights)
    tail = (1.0 - _level(level)) / 2.0
    low, high = weighted_quantile(draws, [tail, 1.0 - tail], weights=shares)
    use = ~(np.isnan(truth) | np.isnan(low))
    return float(np.mean((truth >= low)[use] & (truth <= high)[use])) if use.any() else float("nan")


def interval_score(low: ArrayLike, high: ArrayLike, observed: ArrayLike, *, level: float = 0.9) -> Floats:
    """What an interval costs: its width, and a fine where it misses; the lower, the better.

        >>> interval_score([1.0, 1.0], [3.0, 3.0], [2.0, 4.0], level=0.9)
        array([ 2., 22.])

    Args:
        low: lower end at each point.
        high: upper end at each point.
        observed: one number for each point.
        level: share that the interval is meant to hold, between 0 and 1. Default .9; the nearer to 1, the dearer a
            miss.

    Returns:
        One score for each point, in the unit of the observations.

    Raises:
        ValueError: a level outside 0..1, ends in the wrong order, or shapes that do not fit.

    Source:
        Gneiting & Raftery 2007, JASA 102, eq. 43.
    """
    bottom, top, truth = (np.asarray(one, np.float64) for one in (low, high, observed))
    if not bottom.shape == top.shape == truth.shape:
        raise ValueError(f"{_size(bottom)} lower and {_size(top)} upper ends for {_size(truth)} observations")
    if (bottom > top).any():
        at = int(np.argmax(bottom > top))
        raise ValueError(f"point {at + 1} has the interval {bottom.flat[at]:g}..{top.flat[at]:g}; swap its ends")
    fine = 2.0 / (1.0 - _level(level))
    return np.asarray(
        top - bottom + fine * np.maximum(bottom - truth, 0.0) + fine * np.maximum(truth - top, 0.0), np.float64
    )


def score(samples: ArrayLike, observed: ArrayLike, *, weights: ArrayLike | None = None) -> Score:
    """A forecast's three marks against what was observed; its single number for each point is the median.

        >>> score([[1.0], [3.0]], [2.0])
        Score(mape=0.0, crps=0.5, coverage_90=1.0)

    Args:
        samples: draws by point, [draws, points].
        observed: one number for each point. Points where it or a draw is missing (NaN) are left out: compare
            forecasts only over points for which all of them have draws.
        weights: of the draws, 0 or more; None: all alike.

    Raises:
        ValueError: the shapes or weights do not fit.
    """
    draws, truth, shares = _fitting(samples, observed, weights)
    use = ~(np.isnan(truth) | np.isnan(draws).any(axis=0))
    if not use.any():
        return Score(float("nan"), float("nan"), float("nan"))
    draws, truth = draws[:, use], truth[use]
    return Score(
        mape=mape(weighted_quantile(draws, 0.5, weights=shares), truth),
        crps=float(crps(draws, truth, weights=shares).mean()),
        coverage_90=coverage(draws, truth, weights=shares),
    )


def _table(samples: ArrayLike) -> Floats:
    draws = np.asarray(samples, np.float64)
    if draws.ndim != 2 or not len(draws):
        raise ValueError(f"samples have a row for each draw and a column for each point, not {_size(draws)} numbers")
    return draws


def _shares(weights: ArrayLike | None, n: int) -> Floats:
    """Weights that sum to 1."""
    if weights is None:
        return np.full(n, 1.0 / n)
    given = np.asarray(weights, np.float64)
    if given.shape != (n,):
        raise ValueError(f"{_size(given)} weights for {n} draws; give one for each")
    if not (np.isfinite(given).all() and (given >= 0.0).all() and given.sum() > 0.0):
        raise ValueError("weights are finite, 0 or more, and not all 0")
    return np.asarray(given / given.sum(), np.float64)


def _fitting(samples: ArrayLike, observed: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    draws, truth = _table(samples), np.asarray(observed, np.float64)
    if truth.shape != draws.shape[1:]:
        raise ValueError(f"draws of {draws.shape[1]} points for {_size(truth)} observations; give one for each")
    return draws, truth, _shares(weights, len(draws))


def _level(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise ValueError(f"the level {level:g} is not between 0 and 1; write .9 for 90 %")
    return level


def _first_outside(shares: Floats) -> str:
    each = np.atleast_1d(shares)
    return f"{each[~((each >= 0.0) & (each <= 1.0))][0]:g}"


def _size(array: Floats) -> str:
    return " × ".join(str(n) for n in array.shape) or "1"
