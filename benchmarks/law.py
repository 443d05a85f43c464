"""Whether two programs do the same work: means and spreads of what comes out, over many replicates.

A ratio of times means nothing if one of the two reaches fewer people, so it is printed only after this.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST_Z = 3.5


@dataclass(frozen=True)
class Agreement:
    """How far two samples of the same statistics are apart, in standard errors.

    Attributes:
        z_mean: the largest difference of means.
        z_spread: the largest difference of the logarithms of standard deviations.
        statistics: how many statistics were compared.
        replicates: of the one and of the other.
    """

    z_mean: float
    z_spread: float
    statistics: int
    replicates: tuple[int, int]

    @property
    def holds(self) -> bool:
        """Whether no difference is larger than luck makes it."""
        return max(self.z_mean, self.z_spread) < LARGEST_Z

    def __str__(self) -> str:
        n, ours, theirs = self.statistics, *self.replicates
        return (
            f"{n} statistic{'s' * (n > 1)}, {ours:,} and {theirs:,} replicates: largest |z| of means "
            f"{self.z_mean:.1f}, of spreads {self.z_spread:.1f}"
        )


def agreement(ours: ArrayLike, theirs: ArrayLike) -> Agreement:
    """Compare two samples, statistic by statistic.

        >>> rng = np.random.default_rng(1)
        >>> agreement(rng.normal(size=(500, 3)), rng.normal(size=(400, 3))).holds
        True
        >>> agreement(rng.normal(size=500), rng.normal(0.5, size=500)).holds
        False

    Args:
        ours: one row for each replicate; all else is statistics.
        theirs: the same of the other program; it may have another number of replicates.

    Raises:
        ValueError: fewer than ten replicates, or different statistics.
    """
    a, b = (_rows(sample) for sample in (ours, theirs))
    if a.shape[1] != b.shape[1] or min(len(a), len(b)) < 10:
        raise ValueError(f"samples of {a.shape} and {b.shape} cannot be compared")
    error = np.sqrt(a.var(axis=0) / len(a) + b.var(axis=0) / len(b))
    z_mean = _ratio(a.mean(axis=0) - b.mean(axis=0), error)
    spread = np.log(np.maximum(a.std(axis=0), 1e-300)) - np.log(np.maximum(b.std(axis=0), 1e-300))
    z_spread = _ratio(spread, np.sqrt(_spread_error(a) + _spread_error(b)))
    return Agreement(float(z_mean.max()), float(z_spread.max()), a.shape[1], (len(a), len(b)))


def _rows(sample: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(sample, np.float64)
    return values.reshape(len(values), -1)


def _ratio(difference: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Differences in standard errors; none of two constants that agree, and endless if they do not."""
    return np.where(difference == 0.0, 0.0, np.abs(difference) / np.maximum(error, 1e-300))


def _spread_error(sample: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of the logarithm of a standard deviation, whatever the tails: (kurtosis - 1) / 4n."""
    centred = sample - sample.mean(axis=0)
    square = np.maximum((centred**2).mean(axis=0), 1e-100)
    return np.maximum((centred**4).mean(axis=0) / square**2 - 1.0, 0.2) / (4.0 * len(sample))
