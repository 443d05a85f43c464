"""What was observed, and which simulated weeks each observation is about.

>>> from calibration.targets import weekly_target
>>> sold = weekly_target("purchases", [120.0, 130.0, 110.0], n_weeks=4)
>>> sold.weights.shape, sold.noise
((3, 4), 'negative-binomial')
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.errors import CalibrationError
from calibration.noise import Noise, Scale
from calibration.series import is_stock, series_names, unit_of
from scenarios.errors import suggest

Floats = NDArray[np.float64]

DRIFT, SEASON, LEVEL, DEMAND = "drift", "season", "level", "demand"
DISCREPANCIES = (DRIFT, SEASON, LEVEL, DEMAND)
"""What a history may have that no market model explains: it wanders, it has a season, its units are unknown, and money
was spent where demand was high anyway."""


@dataclass(frozen=True, eq=False)
class Target:
    """One observed series.

    Attributes:
        name: how answers call it.
        metric: a weekly series of :mod:`simulator.glossary`.
        observed: [n] values, in people, purchases, money, or as shares of the market.
        weights: [n, W] how much of each simulated week counts towards each observation: of flows the share of the
            week within the period; of stocks the week at whose end it was taken.
        last_week: [n] the last week that each observation touches.
        labels: [n] first days of the periods, for people.
        segment: about one segment; all when empty.
        share: observed as a share of the market (or of the segment).
        noise: kind of scatter, see :mod:`calibration.noise`.
        scatter: relative size of the scatter beyond chance; estimated when None.
        sample_size: people asked, of a survey; None otherwise.
        weight: 1 as usual; 2 counts as if observed with half the variance; 0 is shown and not fitted.
        discrepancy: what the model is not asked to explain, of :data:`DISCREPANCIES`.
        period_days: length of one observation's period.
        money: [n, C] how much more than usual was spent in each period, in standard deviations, by channel: what
            demand that money followed would look like, see :mod:`calibration.demand`.
    """

    name: str
    metric: str
    observed: Floats
    weights: Floats
    last_week: NDArray[np.int64]
    labels: tuple[str, ...]
    segment: str = ""
    share: bool = False
    noise: Noise = "negative-binomial"
    scatter: float | None = None
    sample_size: int | None = None
    weight: float = 1.0
    discrepancy: tuple[str, ...] = ()
    period_days: float = 7.0
    money: Floats | None = None

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.observed)

    @property
    def stock(self) -> bool:
        """Whether it is counted at the end of each period, and not over it."""
        return is_stock(self.metric)

    @property
    def scale(self) -> Scale:
        """The scale on which it scatters evenly."""
        usual = float(np.mean(np.abs(self.observed))) if self.n else 1.0
        return Scale(self.noise, usual or 1.0)


@dataclass(frozen=True)
class LiftTest:
    """What an experiment found: how much a channel's money brought, and how sure that is.

    Attributes:
        name: how answers call it.
        channel: whose paid media were compared with none.
        first_week: of the test, from 0.
        last_week: of the test, included; the effect is what was gained within it.
        metric: a flow, such as ``revenue`` or ``purchases``.
        effect: gained with the channel's money over what there was without it.
        standard_error: of the effect, in the same unit.
        segment: about one segment; all when empty.
        market_share: part of the market that the test was about, such as one region of several.
    """

    name: str
    channel: str
    first_week: int
    last_week: int
    metric: str
    effect: float
    standard_error: float
    segment: str = ""
    market_share: float = 1.0

    def even(self, effect: Floats | float) -> Floats:
        """An effect on the scale on which it is fitted: standard errors, and beyond a few of them as a logarithm.

        Before any history a channel may bring a hundred times as much at one end of its range as at the other; in
        standard errors that is no curve that an emulator could learn.

        Args:
            effect: in the metric's unit.
        """
        return np.asarray(EVEN_ERRORS * np.arcsinh(np.asarray(effect) / (EVEN_ERRORS * self.standard_error)))

    def natural(self, even: Floats) -> Floats:
        """The effect in the metric's unit.

        Args:
            even: from :meth:`even`.
        """
        return np.asarray(EVEN_ERRORS * self.standard_error * np.sinh(even / EVEN_ERRORS))

    @property
    def even_error(self) -> float:
        """Standard error on the even scale, at what was found."""
        return float(1.0 / np.hypot(1.0, self.effect / (EVEN_ERRORS * self.standard_error)))


EVEN_ERRORS = 3.0
"""Effects are compared in standard errors as long as they are smaller than about three, and as ratios beyond."""


def usual_noise(metric: str, *, share: bool = False) -> Noise:
    """The kind of scatter that fits a series, by its unit."""
    if share:
        return "beta-binomial"
    return "lognormal" if unit_of(metric) == "money" else "negative-binomial"


def target(
    metric: str,
    observed: ArrayLike,
    *,
    starts: Sequence[date],
    days: Sequence[int],
    first_day: date,
    n_weeks: int,
    name: str = "",
    segment: str = "",
    share: bool = False,
    noise: Noise | None = None,
    scatter: float | None = None,
    sample_size: int | None = None,
    weight: float = 1.0,
    discrepancy: Sequence[str] = (),
) -> Target:
    """Put an observed series on the weeks of a scenario; observations that do not lie within them are left out.

    Args:
        metric: a weekly series of the glossary.
        observed: values, one for each period; NaN is left out.
        starts: first day of each period.
        days: length of each period in days.
        first_day: of the scenario's first week.
        n_weeks: of the scenario.
        name: how answers call it; the metric's name when empty.
        segment: see :class:`Target`, as all that follows.
        share: likewise.
        noise: by the metric's unit when None.
        scatter: likewise.
        sample_size: likewise.
        weight: likewise.
        discrepancy: likewise.

    Raises:
        CalibrationError: an unknown series or discrepancy, or values that cannot be.
    """
    known = series_names()
    if metric not in known:
        raise CalibrationError(f"there is no weekly series “{metric}”", place=metric, hint=suggest(metric, known))
    for word in discrepancy:
        if word not in DISCREPANCIES:
            raise CalibrationError(
                f"{name or metric}: “{word}” is no kind of discrepancy", place=metric,
                hint=suggest(word, DISCREPANCIES),
            )  # fmt: skip
    values = np.asarray(observed, float)
    if sample_size is not None and not share:
        raise CalibrationError(
            f"{name or metric}: a sample size goes with a share", place=metric, hint='write unit = "share"'
        )
    if share and np.any((values < 0.0) | (values > 1.0)):
        worst = values[(values < 0.0) | (values > 1.0)][0]
        raise CalibrationError(
            f"{name or metric}: {worst:g} is no share", place=metric,
            hint="shares are parts of 1: write 0.25 for 25 %, or leave out the unit for counts",
        )  # fmt: skip
    rows, last, kept = [], [], []
    stock = is_stock(metric)
    for i, (start, length) in enumerate(zip(starts, days, strict=True)):
        begin = (start - first_day).days
        end = begin + length
        if begin < 0 or end > 7 * n_weeks or not np.isfinite(values[i]):
            continue
        row = np.zeros(n_weeks)
        if stock:
            row[(end - 1) // 7] = 1.0
        else:
            for week in range(begin // 7, (end - 1) // 7 + 1):
                row[week] = (min(end, 7 * week + 7) - max(begin, 7 * week)) / 7.0
        rows.append(row)
        last.append((end - 1) // 7)
        kept.append(i)
    return Target(
        name=name or metric,
        metric=metric,
        observed=values[kept],
        weights=np.array(rows).reshape(len(rows), n_weeks),
        last_week=np.array(last, np.int64),
        labels=tuple(starts[i].isoformat() for i in kept),
        segment=segment,
        share=share,
        noise=noise or usual_noise(metric, share=share),
        scatter=scatter,
        sample_size=sample_size,
        weight=weight,
        discrepancy=tuple(discrepancy),
        period_days=_spacing([starts[i] for i in kept], days),
    )


def _spacing(starts: Sequence[date], days: Sequence[int]) -> float:
    """Days from one observation to the next, as is usual in a series."""
    if len(starts) > 1:
        return float(np.median([(b - a).days for a, b in pairwise(sorted(starts))]))
    return float(days[0]) if days else 7.0


def weekly_target(metric: str, observed: ArrayLike, *, n_weeks: int, first_week: int = 0, **said: object) -> Target:
    """A series observed week by week from a scenario's week ``first_week`` on, without dates.

    Args:
        metric: a weekly series of the glossary.
        observed: one value for each week.
        n_weeks: of the scenario.
        first_week: of the observations.
        said: as for :func:`target`.
    """
    values = np.asarray(observed, float)
    day = date(2027, 1, 4)
    starts = [day + timedelta(weeks=first_week + week) for week in range(len(values))]
    return target(
        metric,
        values,
        starts=starts,
        days=[7] * len(values),
        first_day=day,
        n_weeks=n_weeks,
        **said,  # type: ignore[arg-type]
    )


def with_observed(target: Target, observed: ArrayLike) -> Target:
    """The same target with other values."""
    return replace(target, observed=np.asarray(observed, float))


@dataclass(frozen=True, eq=False)
class Observed:
    """All targets and lift tests side by side, as one list of points.

    Attributes:
        targets: series, in order.
        lifts: experiments, whose points come last.
        train_weeks: weeks that the fit may see; observations that reach beyond are held out.
    """

    targets: tuple[Target, ...]
    lifts: tuple[LiftTest, ...] = ()
    train_weeks: int = 0
    y: Floats = field(init=False)
    """[P] observed, on each target's even scale; of lift tests, see :meth:`LiftTest.even`."""
    train: NDArray[np.bool_] = field(init=False)
    """[P] whether the fit sees the point."""

    def __post_init__(self) -> None:
        parts = [one.scale.forward(one.observed) for one in self.targets]
        parts += [np.array([lift.even(lift.effect)]) for lift in self.lifts]
        seen = [(one.last_week < self.train_weeks) & (one.weight > 0) for one in self.targets]
        seen += [np.array([lift.last_week < self.train_weeks]) for lift in self.lifts]
        object.__setattr__(self, "y", np.concatenate(parts) if parts else np.empty(0))
        object.__setattr__(self, "train", np.concatenate(seen) if seen else np.empty(0, bool))

    @property
    def n(self) -> int:
        """Number of points."""
        return len(self.y)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each target's points are, then each lift test's."""
        sizes = [one.n for one in self.targets] + [1] * len(self.lifts)
        return tuple(slice(end - n, end) for end, n in zip(np.cumsum(sizes).tolist(), sizes, strict=True))

    def held_out(self, target: int) -> NDArray[np.bool_]:
        """[n] which observations of a target come after the weeks that the fit may see."""
        return np.asarray(self.targets[target].last_week >= self.train_weeks)
