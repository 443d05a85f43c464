"""From money and posts to exposures per day: the stimulus side of every hazard.

Exposures are rates, not counts: the persuading exposures of a Poisson stream are again Poisson, so pressure may
use the rate, and reach is exactly ``1 - exp(-rate)``.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from simulator.calendar import day_number
from simulator.compiling import PLAIN, compiled
from simulator.kinds import N_WEIGHTS, Kinds

_TAIL = 0.02
_MAX_TAIL_DAYS = 60


@lru_cache(maxsize=64)
def media_weights(shape: float) -> NDArray[np.float64]:
    """Mean media weight of each of the 16 equally likely classes of a Gamma distribution with mean 1.

    >>> bool(abs(media_weights(1.0).mean() - 1.0) < 1e-12)
    True

    Args:
        shape: small shapes make few heavy users; the NBD curve of reach and frequency follows from it.
    """
    from scipy.special import gammainc, gammaincinv

    edges = gammaincinv(shape, np.linspace(0.0, 1.0, N_WEIGHTS + 1))
    # Mean of a Gamma(k) between quantiles: N * k * [F_{k+1}]; over k for mean 1.
    weights: NDArray[np.float64] = np.diff(gammainc(shape + 1.0, edges)) * N_WEIGHTS
    weights.flags.writeable = False  # they are handed out again
    return weights


def media_use(scenario: Scenario) -> NDArray[np.float64]:
    """How much each segment uses media: [S]."""
    return np.array([segment.media_use for segment in scenario.segments.values()])


def group_weights(use: NDArray[np.float64], shape: float) -> NDArray[np.float64]:
    """Media weight of every group: class weight times the segment's media use; flat over segment × class."""
    return np.outer(use, media_weights(shape)).ravel()


def weight_in_reach(scenario: Scenario, kinds: Kinds, channel: int, target: NDArray[np.bool_]) -> float:
    """People in reach of a channel, each counted with its media use; impressions divide among them."""
    # fsum: exactly rounded, so the order in which segments are written changes nothing.
    return math.fsum(kinds.share * kinds.use[:, channel] * media_use(scenario) * target) * scenario.market.size


def target_mask(kinds: Kinds, segments: list[str] | None) -> NDArray[np.bool_]:
    """Which segments a buy is aimed at."""
    return np.array([segments is None or name in segments for name in kinds.segments])


def post_sights(per_day: NDArray[np.float64], *, reach: float, half_life: float) -> NDArray[np.float64]:
    """Sights of posts per follower and day: each is seen by ``reach`` of them, and collects its views with a half-life.

    Args:
        per_day: posts per day.
        reach: share of followers that see one post.
        half_life: days.
    """
    keep = 0.5 ** (1.0 / half_life)
    return _decayed(per_day * reach * (1.0 - keep), keep)


def timely(scenario: Scenario, idle: float) -> NDArray[np.float64]:
    """Sights of a real-time post by the day it appears, against the usual: those of the freshest moment, or few.

    Args:
        scenario: its moments, with a strength and a half-life each.
        idle: sights while nothing is going on.
    """
    out = np.full(scenario.n_days, idle)
    days = np.arange(scenario.n_days)
    for moment in scenario.moments.values():
        age = days - day_number(scenario, moment.date)
        out = np.where(age >= 0, np.maximum(out, moment.strength * 0.5 ** (age / moment.half_life_days)), out)
    return out


@compiled(**PLAIN)
def _decayed(x, keep):
    """Running sum with geometric memory, today included."""
    out = np.empty_like(x)
    memory = 0.0
    for t in range(len(x)):
        memory = memory * keep + x[t]
        out[t] = memory
    return out


@lru_cache(maxsize=256)
def post_profile(half_life: float) -> NDArray[np.float64]:
    """Share of an influencer post's views on the day it appears and on each later day, until 98 % are in.

    Not to be written to: it is handed out again.
    """
    keep = 0.5 ** (1.0 / half_life)
    n = 1
    while keep**n > _TAIL and n < _MAX_TAIL_DAYS:
        n += 1
    views = (1.0 - keep) * keep ** np.arange(n)
    views /= views.sum()
    views.flags.writeable = False
    return views


@compiled(**PLAIN)
def freshness(stock, first, wear_in, plateau, half_life):
    """Effect of an exposure after wear-in and wear-out, by the exposures that are still remembered.

    It rises from ``first`` to 1 over the first ``wear_in``, holds to ``plateau`` and then halves every ``half_life``
    more.

    Args:
        stock: exposures remembered.
        first: effect of the very first exposure, 0..1.
        wear_in: exposures until full effect.
        plateau: exposures until wear-out.
        half_life: further exposures that halve the effect.
    """
    if stock < wear_in:
        return first + (1.0 - first) * stock / wear_in
    if stock > plateau:
        return 0.5 ** ((stock - plateau) / half_life)
    return 1.0
