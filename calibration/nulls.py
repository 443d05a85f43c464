"""Forecasts that know nothing of the market: what any model of it has to beat.

    >>> import numpy as np
    >>> from calibration.nulls import Past, naive
    >>> past = Past(np.array([10.0, 12.0, 11.0, 15.0]), period_days=7.0)
    >>> forecast = naive(past, 3, n_draws=500, rng=np.random.default_rng(np.random.SeedSequence(1)))
    >>> forecast.ahead.shape, forecast.point
    ((500, 3), array([15., 15., 15.]))

Every forecast is a table of draws, so that :mod:`calibration.scores` can tell not only how near it was but how sure.
All chance comes from the generator that is given: the same seed gives the same bytes.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.bass import FEWEST, Kind, bass_curve, fit_bass

Floats = NDArray[np.float64]

DAYS_IN_YEAR = 365.25

_ENOUGH = 8
"""From so many errors on, new ones are drawn from them; from fewer, from a normal of their size."""
_WIDEST = float(np.log(20.0))
"""A drawn p, q or m is at most 20 times larger or smaller than the fitted one."""
_VAGUE = 1.0
"""Standard error of ln m beyond which a history is held not to tell how many adopt."""


@dataclass(frozen=True)
class Past:
    """One series as it is known at the time of the forecast.

    Raises:
        ValueError: not one row of finite or missing (NaN) values, an unknown kind, or a period without days.
    """

    values: Floats
    """One number for each period, the oldest first; missing ones are NaN."""
    kind: Kind = "flow"
    """``flow`` for what happens during a period, ``stock`` for what there is at its end."""
    is_share: bool = False
    """Whether the values lie within 0..1 by their nature."""
    period_days: float = 7.0
    """Days in a period: 7 for weeks, 365.25/12 for months, 365.25 for years."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, np.float64))
        if self.values.ndim != 1 or np.isinf(self.values).any():
            raise ValueError("a history is one row of finite numbers; write NaN for a missing one")
        if self.kind not in ("flow", "stock"):
            raise ValueError(f"the kind “{self.kind}” is unknown; write flow for sums per period or stock for levels")
        if not 0.0 < self.period_days < float("inf"):
            raise ValueError(f"a period of {self.period_days:g} days is impossible; write 7 for weeks")

    @property
    def season(self) -> int:
        """Periods in a year, rounded; 0 or 1 where a period is a year or longer."""
        return round(DAYS_IN_YEAR / self.period_days)

    def possible(self, values: Floats) -> Floats:
        """Values drawn back to what can be: shares to 0..1, and others to 0 or more if they have always been so."""
        if self.is_share:
            return np.clip(values, 0.0, 1.0)
        known = self.values[~np.isnan(self.values)]
        return np.maximum(values, 0.0) if (known >= 0.0).all() else values


@dataclass(frozen=True)
class Forecast:
    """What a model that knows nothing of the market expects, in draws."""

    train: Floats
    """[draws, periods of the past], each period from those before it; NaN where the model has nothing to go by.

    The Bass curve is an exception: it is laid through the whole past.
    """
    ahead: Floats
    """[draws, periods ahead]."""
    point: Floats
    """[periods ahead], the best single numbers."""
    name: str
    note: str
    """How it was made, in a sentence."""
    parameters: dict[str, float]


@dataclass(frozen=True)
class NoForecast:
    """A model that has nothing to say about this past, and why."""

    name: str
    reason: str


class Null(Protocol):
    """A model that knows nothing of the market."""

    def __call__(self, past: Past, n_ahead: int, *, n_draws: int, rng: np.random.Generator) -> Forecast | NoForecast:
        """Its forecast of a series from the series' own past."""
        ...


def naive(past: Past, n_ahead: int, *, n_draws: int, rng: np.random.Generator) -> Forecast | NoForecast:
    """Tomorrow is like today: the last value goes on, less surely the further ahead.

        >>> past = Past([5.0, 5.0, 5.0])
        >>> naive(past, 2, n_draws=3, rng=np.random.default_rng(1)).ahead.tolist()
        [[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]]

    A random walk without drift, whose steps are like the past's; its spread grows with the root of the periods ahead.

    Args:
        past: with two known values or more.
        n_ahead: periods to forecast, 0 or more.
        n_draws: rows of the answer; more make scores steadier.
        rng: where all chance comes from.

    Raises:
        ValueError: no draws, or a negative number of periods.
    """
    _check(n_ahead, n_draws)
    at = np.flatnonzero(~np.isnan(past.values))
    if len(at) < 2:
        return NoForecast("naive", f"{len(at)} known values; the size of a step needs 2 or more")
    seen, gaps = past.values[at], np.diff(at)
    steps = np.diff(seen) / np.sqrt(gaps)
    n = len(past.values)
    before = np.searchsorted(at, np.arange(at[0] + 1, n)) - 1  # the last known value before each period
    since = np.sqrt(np.arange(at[0] + 1, n) - at[before])
    train = np.full((n_draws, n), np.nan)
    train[:, at[0] + 1 :] = seen[before] + since * _errors(steps, (n_draws, n - at[0] - 1), rng)
    unseen = n - 1 - int(at[-1])  # periods since the last known value
    walk = seen[-1] + np.cumsum(_errors(steps, (n_draws, unseen + n_ahead), rng), axis=1)
    return Forecast(
        train=past.possible(train),
        ahead=past.possible(walk[:, unseen:]),
        point=np.full(n_ahead, seen[-1]),
        name="naive",
        note="the last value goes on; a random walk with the past's own steps",
        parameters={"step_sd": _size(steps)},
    )


def seasonal_naive(past: Past, n_ahead: int, *, n_draws: int, rng: np.random.Generator) -> Forecast | NoForecast:
    """This year is like last year: each period repeats the one a year before, less surely for each further year.

        >>> past = Past([1.0, 5.0, 1.0, 5.0, 1.0], period_days=182.625)
        >>> seasonal_naive(past, 3, n_draws=2, rng=np.random.default_rng(1)).point.tolist()
        [5.0, 1.0, 5.0]

    Args:
        past: with more than a year of periods.
        n_ahead: periods to forecast, 0 or more.
        n_draws: rows of the answer; more make scores steadier.
        rng: where all chance comes from.

    Raises:
        ValueError: no draws, or a negative number of periods.
    """
    _check(n_ahead, n_draws)
    name, n, season = "seasonal-naive", len(past.values), past.season
    if season < 2:
        return NoForecast(name, f"a period of {past.period_days:g} days has no seasons within a year")
    if n < season + 1:
        return NoForecast(
            name, f"history has {n} periods of {past.period_days:g} days; last year’s value needs {season + 1}"
        )
    base, years = _year_before(past.values, season, n + n_ahead)
    errors = (past.values - base[:n]) / np.sqrt(years[:n])
    errors = errors[~np.isnan(errors)]
    if not len(errors):
        return NoForecast(name, "no two known values are a year apart")
    if np.isnan(base[n:]).any():
        return NoForecast(name, "some periods of the year are missing in every year")
    draws = base + np.sqrt(years) * _errors(errors, (n_draws, n + n_ahead), rng)
    return Forecast(
        train=past.possible(draws[:, :n]),
        ahead=past.possible(draws[:, n:]),
        point=base[n:],
        name=name,
        note=f"the value {season} periods before goes on; errors like the past's, growing with the years ahead",
        parameters={"season": float(season), "error_sd": _size(errors)},
    )


def bass(past: Past, n_ahead: int, *, n_draws: int, rng: np.random.Generator) -> Forecast | NoForecast:
    """A product spreads as new products do: the Bass curve through the past, with its noise and its uncertainty.

    The history is taken to begin at launch. p, q and m are drawn together, on the logarithm, from what the fit leaves
    open; the spread is the past's own around the curve.

    Args:
        past: with 4 known values or more, none below 0. Flows are adoptions; a stock is how many have adopted.
        n_ahead: periods to forecast, 0 or more.
        n_draws: rows of the answer; more make scores steadier.
        rng: where all chance comes from.

    Raises:
        ValueError: no draws, or a negative number of periods.

    Source:
        Bass 1969; fitted as in :func:`calibration.bass.fit_bass`.
    """
    _check(n_ahead, n_draws)
    known = past.values[~np.isnan(past.values)]
    if len(known) < FEWEST:
        return NoForecast("bass", f"{len(known)} known values; the curve's three numbers need {FEWEST} or more")
    if (known < 0.0).any():
        return NoForecast("bass", "some values are below 0, and adoptions cannot be")
    if not (known > 0.0).any():
        return NoForecast("bass", "all values are 0, and nobody has adopted anything")
    fit = fit_bass(past.values, kind=past.kind)
    if not fit.converged:
        return NoForecast("bass", fit.reason)
    if fit.se_log[2] > _VAGUE:
        return NoForecast("bass", "the history hardly tells how many adopt in the end")
    n = len(past.values)
    off = rng.multivariate_normal(np.zeros(3), fit.covariance, size=n_draws, method="svd")
    drawn = np.exp(np.log([fit.p, fit.q, fit.m]) + np.clip(off, -_WIDEST, _WIDEST))
    t = np.arange(1, n + n_ahead + 1)
    p, q, m = (drawn[:, [k]] for k in range(3))
    around = past.values - fit.fitted
    around = around[~np.isnan(around)]
    few = float(np.sqrt(len(around) / (len(around) - 3)))  # three numbers have been fitted to them
    draws = bass_curve(t, p=p, q=q, m=m, kind=past.kind) + few * _errors(around, (n_draws, n + n_ahead), rng)
    errors = zip(("se_log_p", "se_log_q", "se_log_m"), fit.se_log.tolist(), strict=True)
    return Forecast(
        train=past.possible(draws[:, :n]),
        ahead=past.possible(draws[:, n:]),
        point=past.possible(fit.curve(n + n_ahead, kind=past.kind)[n:]),
        name="bass",
        note="the Bass curve nearest to the whole past, which is taken to begin at launch",
        parameters={"p": fit.p, "q": fit.q, "m": fit.m, **dict(errors), "r2": fit.r2, "error_sd": fit.residual_sd},
    )


NULLS: dict[str, Null] = {"naive": naive, "seasonal-naive": seasonal_naive, "bass": bass}
"""Every model that knows nothing of the market, by name."""


def one_step(
    null: Null,
    values: ArrayLike,
    *,
    n_last: int,
    kind: Kind = "flow",
    is_share: bool = False,
    period_days: float = 7.0,
) -> Floats:
    """What a model would have said of each of the last periods, knowing all periods before it and no other.

        >>> one_step(naive, [3.0, 4.0, 6.0, 5.0], n_last=2)
        array([4., 6.])

    Args:
        null: one of :data:`NULLS`.
        values: the whole series.
        n_last: how many of its last periods are forecast, from 1 to all; with all of them the first ones are NaN.
        kind: of the series.
        is_share: whether its values lie within 0..1 by their nature.
        period_days: days in a period.

    Returns:
        One number for each of the last periods; NaN where the model has nothing to go by yet.

    Raises:
        ValueError: the series is shorter than the periods asked for.
    """
    series = np.asarray(values, np.float64)
    if not 1 <= n_last <= len(series):
        raise ValueError(f"the last {n_last} of {len(series)} periods were asked for; from 1 to all can be")
    rng = np.random.default_rng(0)  # draws are not used, single numbers are
    said = np.full(n_last, np.nan)
    for k, t in enumerate(range(len(series) - n_last, len(series))):
        past = Past(series[:t], kind=kind, is_share=is_share, period_days=period_days)
        forecast = null(past, 1, n_draws=1, rng=rng)
        if isinstance(forecast, Forecast):
            said[k] = forecast.point[0]
    return said


def _check(n_ahead: int, n_draws: int) -> None:
    if n_ahead < 0:
        raise ValueError(f"{n_ahead} periods ahead were asked for; give 0 or more")
    if n_draws < 1:
        raise ValueError(f"{n_draws} draws were asked for; at least 1 is needed")


def _size(errors: Floats) -> float:
    """Standard deviation around 0: none of these models believes in a drift."""
    return float(np.sqrt(np.mean(errors**2)))


def _errors(past: Floats, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """New errors like those of the past, as often up as down."""
    if len(past) < _ENOUGH:
        return rng.normal(0.0, _size(past), size=shape)
    return rng.choice(past, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def _year_before(values: Floats, season: int, n: int) -> tuple[Floats, Floats]:
    """For each of n periods, the latest known value that is whole years before it, and how many years."""
    base, years = np.full(n, np.nan), np.ones(n)
    for t in range(season, n):
        for back in range(1, t // season + 1):
            then = t - back * season
            if then < len(values) and not np.isnan(values[then]):
                base[t], years[t] = values[then], back
                break
    return base, years
