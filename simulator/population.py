"""Who is in the market: segment, channel repertoire, media weight, and where each stands on the first day."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Scenario
from simulator.arrays import N_STAGES, NEVER_BOUGHT
from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, exponential, fold, name_key, stem, stem_key, uniform
from simulator.kinds import N_WEIGHTS, Kinds
from simulator.parameters import churn_days, parameter_values

_CHUNK = 1024
"""Consumers whose draws are made together, so that what is known of them stays in the nearest cache."""

OUR_KEY = name_key("ours")
"""Identity of our brand in every draw, whatever it is called."""


def brand_keys(scenario: Scenario) -> NDArray[np.uint64]:
    """Identity of each brand in draws, ours first, and the rest of the category last."""
    return np.array(
        [OUR_KEY, *(name_key(f"rival {name}") for name in scenario.rivals), name_key("rest of the category")],
        np.uint64,
    )


@dataclass(frozen=True)
class Population:
    """The people of one world, apart from whom they know."""

    ident: NDArray[np.uint64]
    segment: NDArray[np.uint8]
    group: NDArray[np.int32]
    pattern: NDArray[np.int32]
    stage0: NDArray[np.uint8]
    last0: NDArray[np.int16]


@compiled(**PLAIN)
def _race(seed, purpose, keys, weights, ident):
    """For each identity, the alternative that wins a race of exponentials with these weights."""
    n = len(ident)
    winner = np.zeros(n, np.uint8)
    best = np.empty(_CHUNK, np.float64)
    for begin in range(0, n, _CHUNK):
        size = min(_CHUNK, n - begin)
        best[:] = np.inf
        for a in range(len(keys)):
            if weights[a] <= 0.0:
                continue
            key = stem(seed, purpose, keys[a])
            for i in range(size):
                time = exponential(fold(key, ident[begin + i])) / weights[a]
                earlier = time < best[i]
                best[i] = time if earlier else best[i]
                winner[begin + i] = a if earlier else winner[begin + i]
    return winner


@compiled(**PLAIN)
def _kind_of(repertoire_key, weight_key, ident, segment, pattern_of):
    """Media-weight group and channel repertoire of each consumer."""
    n = len(ident)
    n_strata = pattern_of.shape[1]
    group = np.empty(n, np.int32)
    pattern = np.empty(n, np.int32)
    for i in range(n):
        stratum = int(uniform(fold(repertoire_key, ident[i])) * n_strata)
        weight = int(uniform(fold(weight_key, ident[i])) * N_WEIGHTS)
        pattern[i] = pattern_of[segment[i], min(stratum, n_strata - 1)]
        group[i] = segment[i] * N_WEIGHTS + min(weight, N_WEIGHTS - 1)
    return group, pattern


@compiled(**PLAIN)
def _start_of(stage_key, ago_key, ident, segment, at_least, customers, window, stage0, last0):
    """Place each consumer on the path; customers are those who stand highest."""
    for i in range(len(ident)):
        s = segment[i]
        u = uniform(fold(stage_key, ident[i]))
        # Shares fall from stage to stage, so the last that is reached is how many are.
        reached = 0
        for stage in range(1, N_STAGES):
            reached += int(u <= at_least[s, stage])
        stage0[i] = reached
        # Spread over the whole time in which somebody counts as a customer, so that they do not all go at once.
        ago = np.int64(math.ceil(uniform(fold(ago_key, ident[i])) * window[s]))
        last0[i] = -ago if u <= customers[s] else NEVER_BOUGHT


def _identities(labels: NDArray | None, n: int) -> NDArray[np.uint64]:
    if labels is None:
        return np.arange(n, dtype=np.uint64)
    if np.issubdtype(np.asarray(labels).dtype, np.integer):
        return np.asarray(labels, np.int64).astype(np.uint64)
    return np.array([_label_key(label) for label in labels], np.uint64)


def _label_key(label: object) -> np.uint64:
    if isinstance(label, int | np.integer):
        return np.uint64(int(label) & 0xFFFF_FFFF_FFFF_FFFF)
    return name_key(f"consumer {label}")


def draw_population(
    scenario: Scenario,
    *,
    kinds: Kinds,
    n: int,
    seed: np.uint64,
    labels: NDArray | None = None,
    segment: NDArray[np.uint8] | None = None,
) -> Population:
    """Draw who the consumers are; the same seed gives the same people whatever is planned for them.

    Args:
        scenario: segments, brands and where people stand at the start.
        kinds: from :func:`simulator.kinds.build_kinds`.
        n: number of simulated consumers.
        seed: the world's root key.
        labels: the user's own names of consumers; they become identities, so order does not matter.
        segment: the user's own segment number of each consumer, instead of a draw.
    """
    ident = _identities(labels, n)
    if segment is None:
        keys = np.array([name_key(name) for name in kinds.segments], np.uint64)
        segment = _race(seed, np.uint64(Purpose.SEGMENT), keys, kinds.share, ident)
    draws = stem_key(seed, Purpose.REPERTOIRE), stem_key(seed, Purpose.MEDIA_WEIGHT)
    group, pattern = _kind_of(*draws, ident, segment, kinds.pattern_of)
    brands: list[Brand] = [scenario.brand, *scenario.rivals.values()]
    stage0 = np.zeros((len(brands), n), np.uint8)
    last0 = np.full((len(brands), n), NEVER_BOUGHT, np.int16)
    for b, (brand, key) in enumerate(zip(brands, brand_keys(scenario), strict=False)):
        _draw_start(scenario, brand, key, seed, ident, segment, kinds, stage0[b], last0[b])
    return Population(
        ident=ident,
        segment=segment,
        group=group,
        pattern=pattern,
        stage0=stage0,
        last0=last0,
    )


def _draw_start(
    scenario: Scenario,
    brand: Brand,
    key: np.uint64,
    seed: np.uint64,
    ident: NDArray[np.uint64],
    segment: NDArray[np.uint8],
    kinds: Kinds,
    stage0: NDArray[np.uint8],
    last0: NDArray[np.int16],
) -> None:
    """Place people on the path; customers are those who stand highest."""
    starts = [brand.start_in.get(name, brand.start) for name in kinds.segments]
    # Share at this stage or above, for attention .. advocacy.
    at_least = np.zeros((len(starts), N_STAGES))
    for s, start in enumerate(starts):
        shares = [start.attention, start.attraction, start.affinity, start.audience, start.advocacy]
        at_least[s, 1:] = np.cumsum(shares[::-1])[::-1]
    customers = np.array([start.customers for start in starts])
    if not at_least.any() and not customers.any():
        return
    window = churn_days(scenario, parameter_values(scenario)).astype(float)
    keys = stem_key(seed, Purpose.START_STAGE, key), stem_key(seed, Purpose.START_CUSTOMER, key)
    _start_of(*keys, ident, segment, at_least, customers, window, stage0, last0)
