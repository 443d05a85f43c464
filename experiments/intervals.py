"""How sure a mean is: intervals over replicates, two-level where worlds are reused.

>>> import numpy as np
>>> from experiments.intervals import summarise
>>> s = summarise(np.array([1.0, 2.0, 3.0, 4.0]), worlds=np.arange(4))
>>> round(s.mean, 2), s.ci_low < 2.5 < s.ci_high
(2.5, True)
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.students_t import t_quantile

LEVEL = 0.90


@dataclass(frozen=True)
class Summary:
    """A mean with its confidence interval, and the spread of single replicates, which never shrinks."""

    mean: float
    median: float
    ci_low: float
    ci_high: float
    level: float
    world_p5: float
    world_p95: float
    n: int

    @property
    def half_width(self) -> float:
        """Half of the confidence interval."""
        return (self.ci_high - self.ci_low) / 2.0

    @property
    def decided(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.ci_low > 0.0 or self.ci_high < 0.0


def summarise(values: NDArray[np.float64], *, worlds: NDArray[np.int64], level: float = LEVEL) -> Summary:
    """Mean, median, confidence interval and spread of one figure over replicates.

    Replicates in one world share its people and ties, so they are not independent: the interval is Student's t
    over world means, which is exact for balanced replicates and the ordinary interval when every world is fresh.

    Args:
        values: one per replicate.
        worlds: number of the world of each replicate.
        level: confidence, 0..1; a wider interval for a higher one.

    Raises:
        ValueError: no replicates.
    """
    if len(values) == 0:
        raise ValueError("an interval needs at least one replicate")
    mean = float(np.mean(values))
    half = _half_width(values, worlds, level)
    return Summary(
        mean=mean,
        median=float(np.median(values)),
        ci_low=mean - half,
        ci_high=mean + half,
        level=level,
        world_p5=float(np.quantile(values, 0.05)),
        world_p95=float(np.quantile(values, 0.95)),
        n=len(values),
    )


def _half_width(values: NDArray[np.float64], worlds: NDArray[np.int64], level: float) -> float:
    names, inverse = np.unique(worlds, return_inverse=True)
    count = np.bincount(inverse).astype(float)
    means = np.bincount(inverse, weights=values) / count
    if len(names) < 2:
        # One world: what can be said is said given this world.
        means, count = values, np.ones(len(values))
    if len(means) < 2:
        return 0.0 if len(values) > 1 and np.ptp(values) == 0 else math.inf
    share = count / count.sum()
    centre = float((share * means).sum())
    spread = float(np.sqrt(((share * (means - centre)) ** 2).sum() * len(means) / (len(means) - 1)))
    return t_quantile(0.5 + level / 2.0, freedom=len(means) - 1) * spread


def replicates_needed(summary: Summary) -> int | None:
    """How many more replicates would settle the sign, if the mean is about right; None when it is settled.

    None, too, when the plans never differ: no number of replicates would part them.

    Args:
        summary: of a paired difference.
    """
    if summary.decided or summary.half_width == 0.0:
        return None
    if summary.mean == 0.0 or not math.isfinite(summary.half_width):
        return 10 * max(summary.n, 10)
    wanted = summary.n * (summary.half_width / abs(summary.mean)) ** 2
    return int(min(max(math.ceil(wanted * 1.1) - summary.n, 1), 10**7))


def share_ahead(difference: NDArray[np.float64]) -> float:
    """Share of replicates in which B is ahead of A; a tie counts half."""
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def variance_ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """How many times smaller the variance of the difference is because both plans met the same people.

    Args:
        a: figures of plan A.
        b: figures of plan B, paired with A's.
    """
    if len(a) < 2:
        return None
    paired = float(np.var(b - a, ddof=1))
    if paired == 0.0:
        return None
    return float((np.var(a, ddof=1) + np.var(b, ddof=1)) / paired)
