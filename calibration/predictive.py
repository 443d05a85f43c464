"""What a fitted market says will be observed: draws of every observation, seen and held out, in its own unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Fit
from calibration.scores import weighted_quantile

Floats = NDArray[np.float64]

DRAWS = 1000


@dataclass(frozen=True)
class Bands:
    """What one target is foretold to be.

    Attributes:
        samples: [D, n] draws, in people, money, or shares.
        median: [n].
        low: [n] 5 % of the draws lie below.
        high: [n] 5 % lie above.
    """

    samples: Floats
    median: Floats
    low: Floats
    high: Floats


def forecast(fit: Fit, *, seed: int, draws: int = DRAWS) -> list[Bands]:
    """Draw what would be observed of each target, given what the fit has seen.

    Parameters are drawn with their weights; luck, drift and season go on from where history left them.

    Args:
        fit: from :func:`calibration.fit.fit`.
        seed: of the draws.
        draws: how many.
    """
    rng = np.random.default_rng([seed, 11])
    chosen = rng.choice(len(fit.weights), draws, p=fit.weights)
    said = fit.scatter.forecast(fit.means[chosen], fit.x[chosen], rng=rng)
    return [
        bands(target.scale.inverse(said[:, at]))
        for target, at in zip(fit.observed.targets, fit.observed.slices, strict=False)
    ]


def bands(samples: Floats, weights: Floats | None = None) -> Bands:
    """Median and 90 % band of draws [D, n]."""
    low, median, high = weighted_quantile(samples, [0.05, 0.5, 0.95], weights=weights)
    return Bands(samples, median, low, high)


def engine_curves(fit: Fit) -> list[Bands]:
    """What the engine says by itself at the draws, without scatter and drift: how much of history it explains."""
    return [
        bands(target.scale.inverse(fit.means[:, at]), fit.weights)
        for target, at in zip(fit.observed.targets, fit.observed.slices, strict=False)
    ]
