"""Histories made by the model itself, from known values, and runs that many fits of them can share.

Whoever tests a fit needs histories whose truth is known, and many of them. The dear part of a fit, the runs spread over
the belief, does not depend on the history: a bank makes them once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calibration.free import FreeParameter, values_of
from calibration.market import Market
from calibration.scatter import Scatter
from calibration.search import sobol_points
from calibration.targets import Observed, with_observed
from scenarios.schema import Plan, Scenario

Floats = NDArray[np.float64]

HISTORY = 2_000_000
"""Numbers of replicates from here on are histories: no trial has their people or their luck."""


class Natural(Protocol):
    """Anything that makes observations out of parameters, in people, money and shares."""

    def natural(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P], not on an even scale."""
        ...


class EngineMarket:
    """The engine, as a maker of histories.

    Args:
        scenario: dates, market and all that is not free.
        plan: what is done.
        observed: what is counted; its values do not matter.
        seed: of people and luck.
    """

    def __init__(self, scenario: Scenario, plan: Plan, observed: Observed, *, seed: int) -> None:
        self._market = Market(scenario, plan, observed, seed=seed)

    def natural(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P] in people, money and shares."""
        books = self._market.books(values, replicates)
        return np.array([self._market.observe(one, scale=False) for one in books])


def on_even_scale(observed: Observed, natural: Floats) -> Floats:
    """[..., P] from people, money and shares to the scales on which ``observed`` scatters evenly."""
    parts = [one.scale.forward(natural[..., at]) for one, at in zip(observed.targets, observed.slices, strict=False)]
    for lift, at in zip(observed.lifts, observed.slices[len(observed.targets) :], strict=True):
        parts.append(lift.even(natural[..., at]))
    return np.concatenate(parts, axis=-1)


class Bank:
    """A market that remembers what it was asked, and points spread over the belief for all to share.

    Args:
        market: what is simulated.
        free: the parameters.
        points: spread over the belief; the first is the guess.
        seed: of the points.
    """

    def __init__(self, market: Natural, free: Sequence[FreeParameter], *, points: int, seed: int) -> None:
        self.market, self.free = market, tuple(free)
        self.points = sobol_points(max(points, 1), len(self.free), seed=seed)
        self.points[0] = 0.0
        self._known: dict[tuple[tuple[float, ...], int], Floats] = {}

    def natural(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P], from memory where they are known."""
        at = tuple(values[one.name] for one in self.free)
        missing = [r for r in replicates if (at, r) not in self._known]
        if missing:
            first, stop = missing[0], missing[-1] + 1
            for r, row in zip(range(first, stop), self.market.natural(values, range(first, stop)), strict=True):
                self._known[at, r] = row
        return np.array([self._known[at, r] for r in replicates])

    def history(self, template: Observed, z: Floats, *, number: int, rng: np.random.Generator) -> Observed:
        """What would be observed if the parameters were at ``z``: other people, other luck, and scatter.

        Sizes of scatter that are to be estimated are drawn from their belief; a level is left as it is.

        Args:
            template: what is counted, and how it scatters.
            z: [K] the truth.
            number: of the history; each has its own people and luck.
            rng: of scatter, drift and season.
        """
        values = values_of(self.free, z)
        seen = _with_values(template, self.natural(values, range(HISTORY + number, HISTORY + number + 1))[0])
        usual = on_even_scale(seen, self.natural(values, range(4))).mean(axis=0)
        scatter = Scatter(seen, reference=usual, lucks=usual[None], n_consumers=1, market_size=1, replicates=1)
        sizes = rng.standard_normal((1, len(scatter.nuisances)))
        shared = scatter.strengths(sizes)[0] * (scatter.owners >= 0) * rng.standard_normal(len(scatter.owners))
        even = seen.y + np.sqrt(scatter.own(sizes)[0]) * rng.standard_normal(seen.n) + scatter.columns @ shared
        parts = [one.scale.inverse(even[at]) for one, at in zip(seen.targets, seen.slices, strict=False)]
        for lift, at in zip(seen.lifts, seen.slices[len(seen.targets) :], strict=True):
            parts.append(lift.natural(even[at]))
        return _with_values(template, np.concatenate(parts))


class Seen:
    """A bank as one fit sees it: on the even scales of its own history.

    Args:
        bank: what is simulated.
        observed: the history.
    """

    def __init__(self, bank: Bank, observed: Observed) -> None:
        self.bank, self.observed = bank, observed

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P] on each target's even scale."""
        return on_even_scale(self.observed, self.bank.natural(values, replicates))


def _with_values(template: Observed, natural: Floats) -> Observed:
    slices = template.slices
    targets = [with_observed(one, natural[at]) for one, at in zip(template.targets, slices, strict=False)]
    lifts = [
        replace(one, effect=float(natural[at][0]))
        for one, at in zip(template.lifts, slices[len(targets) :], strict=True)
    ]
    return Observed(tuple(targets), tuple(lifts), train_weeks=template.train_weeks)
