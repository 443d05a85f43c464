"""Draws from what is believed after history: particles that move from the prior to the posterior step by step.

    >>> import numpy as np
    >>> from calibration.smc import sample
    >>> told = sample(lambda x: -0.5 * ((x[:, 0] - 1.0) / 0.1) ** 2, 2, rng=np.random.default_rng(1))
    >>> round(float(told.x[:, 0].mean()), 1), round(float(told.x[:, 1].std()), 1)
    (1.0, 1.0)

Every coordinate is believed to be a standard normal beforehand. The likelihood is let in by degrees, each so large that
half of the particles would still count, and particles walk at random between (Del Moral, Doucet & Jasra 2006).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARTICLES = 600
LIMIT = 3.5
"""Standard deviations beyond which no particle goes: nothing was simulated there."""

_KEPT = 0.5
_MOST_STEPS = 60


@dataclass(frozen=True)
class Particles:
    """Equally weighted draws.

    Attributes:
        x: [N, D] coordinates, in standard deviations of the belief before.
        log_likelihood: [N] of each.
        log_evidence: log of the mean likelihood under the prior.
        steps: degrees by which history was let in.
        acceptance: share of the last walk's steps that were taken.
    """

    x: Floats
    log_likelihood: Floats
    log_evidence: float
    steps: int
    acceptance: float


def sample(
    log_likelihood: Callable[[Floats], Floats],
    n_dims: int,
    *,
    rng: np.random.Generator,
    particles: int = PARTICLES,
    moves: int = 4,
) -> Particles:
    """Draw from the posterior of independent standard normals under a likelihood.

    Args:
        log_likelihood: [N] from [N, D]; asked for all particles at once.
        n_dims: number of coordinates D.
        rng: for all draws.
        particles: N, more for rougher likelihoods.
        moves: walks after each degree; each is as many steps as it takes for the typical particle to move about
            its own distance.
    """
    x = np.clip(rng.standard_normal((particles, n_dims)), -LIMIT, LIMIT)
    value = _finite(log_likelihood(x))
    heat, evidence, acceptance, size = 0.0, 0.0, 1.0, 2.38 / np.sqrt(n_dims)
    steps = 0
    while heat < 1.0 and steps < _MOST_STEPS:
        steps += 1
        rise = _next_rise(value, 1.0 - heat)
        log_weight = rise * value
        top = float(log_weight.max())
        weight = np.exp(log_weight - top)
        evidence += top + float(np.log(weight.mean()))
        heat = min(heat + rise, 1.0)
        chosen = _systematic(weight / weight.sum(), rng)
        x, value = x[chosen], value[chosen]
        spread = np.cov(x.T).reshape(n_dims, n_dims) + 1e-10 * np.eye(n_dims)
        root = np.linalg.cholesky(spread)
        n_moves = moves * (2 if heat >= 1.0 else 1)
        for _ in range(n_moves):
            for _ in range(2):
                proposed = x + size * rng.standard_normal(x.shape) @ root.T
                new = _finite(log_likelihood(proposed))
                ratio = heat * (new - value) - 0.5 * ((proposed**2).sum(axis=1) - (x**2).sum(axis=1))
                inside = np.abs(proposed).max(axis=1) <= LIMIT
                taken = inside & (np.log(rng.random(particles)) < ratio)
                x = np.where(taken[:, None], proposed, x)
                value = np.where(taken, new, value)
                acceptance = float(taken.mean())
                size *= np.exp(0.5 * (acceptance - 0.234))
    return Particles(x, value, evidence, steps, acceptance)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, -1e300)


def _next_rise(value: Floats, most: float) -> float:
    """The largest rise of the heat that leaves half of the particles counting."""

    def counting(rise: float) -> float:
        weight = np.exp(rise * (value - value.max()))
        return float(weight.sum() ** 2 / (weight**2).sum()) / len(value)

    if counting(most) >= _KEPT:
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if counting(middle) >= _KEPT else (low, middle)
    return max(low, 1e-12)


def _systematic(weight: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    places = (rng.random() + np.arange(len(weight))) / len(weight)
    return np.minimum(np.searchsorted(np.cumsum(weight), places), len(weight) - 1)
