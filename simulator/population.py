"""Who is in the market: segment, channel repertoire, media weight, and where each stands on the first day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Scenario
from simulator.arrays import N_STAGES, NEVER_BOUGHT
from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, exponential, fold, name_key, stem, stem_key, uniforms
from simulator.kinds import N_STRATA, N_WEIGHTS, Kinds
from simulator.parameters import churn_days, parameter_values

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
    best = np.full(n, np.inf)
    for a in range(len(keys)):
        if weights[a] <= 0.0:
            continue
        key = stem(seed, purpose, keys[a])
        for i in range(n):
            time = exponential(fold(key, ident[i])) / weights[a]
            if time < best[i]:
                best[i] = time
                winner[i] = a
    return winner


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
    u_repertoire = uniforms(stem_key(seed, Purpose.REPERTOIRE), ident)
    u_weight = uniforms(stem_key(seed, Purpose.MEDIA_WEIGHT), ident)
    stratum = np.minimum((u_repertoire * N_STRATA).astype(np.int32), N_STRATA - 1)
    weight = np.minimum((u_weight * N_WEIGHTS).astype(np.int32), N_WEIGHTS - 1)
    brands: list[Brand] = [scenario.brand, *scenario.rivals.values()]
    stage0 = np.zeros((len(brands), n), np.uint8)
    last0 = np.full((len(brands), n), NEVER_BOUGHT, np.int16)
    for b, (brand, key) in enumerate(zip(brands, brand_keys(scenario), strict=False)):
        _draw_start(scenario, brand, key, seed, ident, segment, kinds, stage0[b], last0[b])
    return Population(
        ident=ident,
        segment=segment,
        group=segment.astype(np.int32) * N_WEIGHTS + weight,
        pattern=kinds.pattern_of[segment, stratum],
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
    u = uniforms(stem_key(seed, Purpose.START_STAGE, key), ident)
    for stage in range(1, N_STAGES):
        stage0[u <= at_least[segment, stage]] = stage
    is_customer = u <= customers[segment]
    ago = uniforms(stem_key(seed, Purpose.START_CUSTOMER, key), ident)
    # Spread over the whole time in which somebody counts as a customer, so that they do not all go at once.
    window = churn_days(scenario, parameter_values(scenario)).astype(float)
    last0[is_customer] = -np.ceil(ago * window[segment])[is_customer].astype(np.int16)
