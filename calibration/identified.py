"""What history tells of each parameter, what it does not, and what it only bounds.

A parameter is **identified** if its 90 % interval is at most 60 % as wide as before any history and its ends, where
ratios count, are no further apart than a factor of 2; if it is not at a bound; and if its profile likelihood falls on
both sides: with every other parameter free to make up for it, history is still unlikely when this one is too small, and
when it is too large (Raue et al. 2009; cut at χ²₁ / 2 = 1.35 for 90 %).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration import search
from calibration.fit import Fit
from calibration.free import Z_LIMIT, FreeParameter
from calibration.prior import Z90

Floats = NDArray[np.float64]

WIDEST = 0.6
"""Share of the belief's 90 % width, beyond which a parameter is not identified."""

WIDEST_FACTOR = 2.0
"""Ratio of the ends of the 90 % interval, beyond which a parameter whose ratios count is not identified. Any history
narrows a belief that is wide enough; that alone does not make the value known."""

CUT = 1.3528
"""Fall of the log likelihood at which a value is refused at 90 %: half of the 90 % point of χ²₁."""

AT_BOUND = 2.5
"""Median this many standard deviations out in the belief: the range, not history, sets the value."""

GRID = 13
_SWARM = 100
_ROUNDS = 30


@dataclass(frozen=True)
class Found:
    """What history says of one parameter.

    Attributes:
        name: of the parameter or place.
        median: of what is believed.
        low: 5 % lie below.
        high: 5 % lie above.
        prior_low: 5 % of the belief before any history.
        prior_high: 95 % of it.
        contraction: share of the belief's spread that history removed, 1 - sd after / sd before; 0 for none.
        identified: whether history tells it.
        at_bound: whether its range, and not history, sets the value.
        reason: why it is not identified, in words; empty if it is.
        grid: [G] values of its profile likelihood.
        profile: [G] log likelihood there, 0 at the best, all other parameters free.
    """

    name: str
    median: float
    low: float
    high: float
    prior_low: float
    prior_high: float
    contraction: float
    identified: bool
    at_bound: bool
    reason: str
    grid: Floats
    profile: Floats


def found(fit: Fit, *, seed: int) -> list[Found]:
    """What history says of each free parameter.

    Args:
        fit: from :func:`calibration.fit.fit`.
        seed: of the search for profiles.
    """
    profiles = _profiles(fit, np.random.default_rng([seed, 12]))
    at = np.linspace(-Z_LIMIT, Z_LIMIT, GRID)
    out = []
    for k, one in enumerate(fit.free):
        z = np.clip(fit.particles.x[:, k], -Z_LIMIT, Z_LIMIT)
        low, median, high = fit.interval(k)
        mean = float(fit.particle_weights @ z)
        spread = float(np.sqrt(fit.particle_weights @ (z - mean) ** 2))
        fall = profiles[k] - profiles[k].max()
        top = int(np.argmax(fall))
        open_low, open_high = bool(fall[: top + 1].min() > -CUT), bool(fall[top:].min() > -CUT)
        at_bound = abs(float(median)) > AT_BOUND
        reason = ""
        if at_bound:
            reason = (
                f"it lies at the {'upper' if median > 0 else 'lower'} end of its range: the range sets it, not history"
            )
        elif open_low and open_high:
            reason = "history is as likely over all of its range"
        elif open_high:
            reason = "history says how small it may be, but not how large"
        elif open_low:
            reason = "history says how large it may be, but not how small"
        elif (high - low) / (2.0 * Z90) > WIDEST:
            reason = "history narrows it little"
        elif (factor := _factor(one, float(low), float(high))) > WIDEST_FACTOR:
            reason = f"history leaves it open by a factor of {factor:.2g}"
        out.append(Found(
            name=one.name, median=one.value(float(median)), low=one.value(float(low)), high=one.value(float(high)),
            prior_low=one.value(-Z90), prior_high=one.value(Z90), contraction=max(1.0 - spread, 0.0),
            identified=not reason, at_bound=at_bound, reason=reason,
            grid=np.array([one.value(float(z)) for z in at]), profile=fall,
        ))  # fmt: skip
    return out


def _factor(parameter: FreeParameter, low: float, high: float) -> float:
    """How many times the lower end of an interval its upper end is; 1 where ratios do not count."""
    if parameter.scale != "log":
        return 1.0
    return parameter.value(high) / parameter.value(low)


def _profiles(fit: Fit, rng: np.random.Generator) -> Floats:
    """[K, G] the highest log likelihood with each parameter held at each value, by a swarm that draws closer."""
    n_free, n_dims = len(fit.free), len(fit.free) + len(fit.scatter.nuisances)
    at = np.linspace(-Z_LIMIT, Z_LIMIT, GRID)
    told = fit.particles
    start = told.x[np.argmax(told.log_likelihood)]
    spread = np.maximum(told.x.std(axis=0), 0.15)
    best = np.full((n_free, GRID), -np.inf)
    for k in range(n_free):
        centre = np.tile(start, (GRID, 1))
        # Begin where the draws that come nearest to each value are.
        for g, value in enumerate(at):
            nearest = np.argsort(np.abs(told.x[:, k] - value))[:30]
            centre[g] = told.x[nearest[np.argmax(told.log_likelihood[nearest])]]
        centre[:, k] = at
        width = np.tile(spread, (GRID, 1))
        top = np.full(GRID, -np.inf)
        for _ in range(_ROUNDS):
            swarm = centre[:, None, :] + width[:, None, :] * rng.standard_normal((GRID, _SWARM, n_dims))
            swarm[:, 0] = centre
            swarm[:, :, :n_free] = np.clip(swarm[:, :, :n_free], -Z_LIMIT, Z_LIMIT)
            swarm[:, :, k] = at[:, None]
            value = search.log_likelihood(fit.emulator, fit.scatter, swarm.reshape(-1, n_dims)).reshape(GRID, _SWARM)
            order = np.argsort(-value, axis=1)[:, :8]
            elite = np.take_along_axis(swarm, order[:, :, None], axis=1)
            better = value.max(axis=1) > top
            top = np.maximum(top, value.max(axis=1))
            centre = np.where(better[:, None], elite[:, 0], centre)
            width = 0.5 * width + 0.5 * np.maximum(elite.std(axis=1), 0.02)
        best[k] = top
    return best
