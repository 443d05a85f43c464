"""Which parameters a history could tell: those that move what was observed, each in a way that no other can copy.

Every uncertain number of the scenario is moved up and down by one standard deviation of its belief, on the same
replicates. What that does to the observations, in units of their scatter, is one column of a table; the column that
sticks out farthest is chosen, its direction is taken out of all others, and so on until what is left is smaller than
the scatter (QR with pivoting; Brun, Reichert & Künsch 2001).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.errors import CalibrationError
from calibration.free import FreeParameter, free_parameter, values_of
from calibration.market import Failure, Market, run_all
from calibration.places import places
from calibration.question import Question
from calibration.scatter import Scatter
from scenarios.registry import REGISTRY
from simulator.graph import SocialGraph

Floats = NDArray[np.float64]

MOST = 8
"""Parameters that are proposed at most: more would need more trials than are usual."""

_CONSUMERS = 3_000
_REPLICATES = 4
_LUCKS = 24
_GUESSED_PLACES = {"brand.appeal": (-1.0, 1.0), "rivals.*.appeal": (-1.0, 1.0)}


@dataclass(frozen=True)
class Suggestion:
    """One number of the scenario, and what the history could say of it.

    Attributes:
        parameter: ready to be freed.
        effect: root sum of squares of what one standard deviation of its belief does, in scatters.
        own: what is left of that when the parameters chosen before it have done what they can.
        chosen: whether it is proposed.
    """

    parameter: FreeParameter
    effect: float
    own: float
    chosen: bool


def suggest(
    asked: Question, *, seed: int = 0, graph: SocialGraph | None = None, threads: int | None = None, most: int = MOST
) -> list[Suggestion]:
    """Rank the numbers of a scenario by what its history could tell of them.

    Args:
        asked: the question; its free parameters are ignored.
        seed: of the replicates.
        graph: the market's own network.
        threads: runs at once.
        most: parameters proposed at most.

    Raises:
        CalibrationError: no number moves anything that was observed.
    """
    scenario = asked.scenario
    if graph is None and scenario.market.consumers > _CONSUMERS:
        few = scenario.market.model_copy(update={"consumers": _CONSUMERS})
        scenario = scenario.model_copy(update={"market": few})
    market = Market(scenario, asked.plan, asked.observed, seed=seed, graph=graph)
    candidates = _candidates(asked)
    usual = np.asarray(market.run({}, range(_LUCKS)))
    base = usual[:1]
    reference = np.where(asked.observed.train, asked.observed.y, usual.mean(axis=0))
    scatter = Scatter(
        asked.observed, reference=reference, lucks=usual, n_consumers=scenario.market.consumers,
        market_size=scenario.market.size, replicates=_REPLICATES,
    )  # fmt: skip
    up = [values_of([one], np.ones(1)) for one in candidates]
    once = run_all(market, up, range(1), threads=threads)
    moving = [i for i, said in enumerate(once) if not isinstance(said, Failure) and not np.array_equal(said, base)]
    down = [values_of([candidates[i]], -np.ones(1)) for i in moving]
    both = run_all(market, [*(up[i] for i in moving), *down], range(_REPLICATES), threads=threads)
    seen = asked.observed.train
    columns, kept = [], []
    for n, i in enumerate(moving):
        high, low = both[n], both[n + len(moving)]
        if isinstance(high, Failure) or isinstance(low, Failure):
            continue
        difference = 0.5 * (high - low)
        # What chance did to the difference is taken off: with the same lucks it is small, but not nothing.
        mean = difference.mean(axis=0)
        noise = difference.var(axis=0, ddof=1) / len(difference)
        shrunk = np.sign(mean) * np.sqrt(np.maximum(mean**2 - noise, 0.0))
        columns.append((shrunk / scatter.tolerance)[seen])
        kept.append(candidates[i])
    if not columns:
        raise CalibrationError(
            "no number of the scenario moves what was observed", hint="check the targets and the dates of the history"
        )
    effects = np.array(columns)  # [K, P]
    # Neighbouring weeks say nearly the same: so many observations are worth about this many separate ones.
    worth = _separate(scatter, seen)
    effects *= np.sqrt(worth / effects.shape[1])
    left = effects.copy()
    own = np.zeros(len(kept))
    chosen: list[int] = []
    while len(chosen) < min(most, len(kept)):
        sizes = np.sqrt((left**2).sum(axis=1))
        sizes[chosen] = 0.0
        best = int(np.argmax(sizes))
        if sizes[best] < 1.0 and chosen:
            break
        own[best] = sizes[best]
        chosen.append(best)
        direction = left[best] / max(sizes[best], 1e-12)
        left = left - np.outer(left @ direction, direction)
    rest = np.sqrt((left**2).sum(axis=1))
    found = [
        Suggestion(one, float(np.sqrt((effects[k] ** 2).sum())), float(own[k] if k in chosen else rest[k]), k in chosen)
        for k, one in enumerate(kept)
    ]
    order = {k: n for n, k in enumerate(chosen)}
    ranked = sorted(range(len(found)), key=lambda k: (order.get(k, len(order)), -found[k].effect))
    return [found[k] for k in ranked]


def _candidates(asked: Question) -> list[FreeParameter]:
    """Every number with a range: of the registry, of platforms, and a few places with a guess of ours."""
    found = []
    names = [*REGISTRY, *(p for p in places(asked.scenario) if p.split(".")[-1] in ("pull", "cpm", "organic_reach"))]
    taken = {f"platform.{c.platform}" for c in asked.scenario.channels.values()}
    for name in names:
        if name.startswith("platform.") and ".".join(name.split(".")[:2]) in taken:
            continue  # the channel's own place stands for it
        try:
            found.append(free_parameter(asked.scenario, name))
        except CalibrationError:
            continue  # switched off, or without a range
    for name in ("brand.appeal", *(f"rivals.{rival}.appeal" for rival in asked.scenario.rivals)):
        low, high = _GUESSED_PLACES["rivals.*.appeal" if name.startswith("rivals") else name]
        appeal = (
            asked.scenario.brand.appeal if name == "brand.appeal" else asked.scenario.rivals[name.split(".")[1]].appeal
        )
        found.append(free_parameter(asked.scenario, name, low=appeal + low, guess=appeal, high=appeal + high))
    size = asked.scenario.market.size
    found.append(free_parameter(asked.scenario, "market.size", low=size / 2, guess=size, high=size * 2))
    return found


def _separate(scatter: Scatter, seen: NDArray[np.bool_]) -> float:
    """How many separate observations those seen are worth: n² over the sum of all correlations squared."""
    usual = np.ones((1, len(scatter.nuisances)))
    patterns = (scatter.strengths(usual)[0] * np.concatenate([scatter.luck, scatter.columns], axis=1))[seen]
    covariance = patterns @ patterns.T + np.diag(scatter.own(usual)[0][seen])
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    return float(len(spread) ** 2 / (correlation**2).sum())
