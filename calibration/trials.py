"""Trials of one study: asked for by points of the search, simulated or found in the archive, and judged by one loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive, trial_key
from calibration.free import FreeParameter, values_of
from calibration.market import Failure, Simulates, run_all
from calibration.targets import Observed
from simulator.executor import spread

Floats = NDArray[np.float64]

BATCH = 8
"""Trials that are simulated side by side before any is judged; the same whatever the number of threads."""

Progress = Callable[[int, int, float], None]
"""Told trials done, trials in all, and the least loss so far."""


@dataclass(frozen=True)
class Trial:
    """One point of the search and what the engine said there.

    Attributes:
        number: in the order in which it was asked for.
        phase: of the search.
        z: [K] standard deviations of the belief.
        values: by name.
        mean: [P] over replicates, on the even scales; None if it failed.
        loss: weighted mean squared misfit in tolerances; infinite if it failed.
        reason: why it failed.
    """

    number: int
    phase: str
    z: Floats
    values: dict[str, float]
    mean: Floats | None
    loss: float
    reason: str = ""


@dataclass
class Trials:
    """All trials of a study, in order.

    Attributes:
        market: what is simulated.
        observed: targets and what the fit may see.
        free: parameters, in the order of ``z``.
        replicates: of every trial, the same seeds for all.
        archive: where outcomes are kept.
        group: tells studies with other fixed values apart in one archive.
        threads: at once.
        total: trials that are planned, for progress.
        progress: told after each batch.
    """

    market: Simulates
    observed: Observed
    free: Sequence[FreeParameter]
    replicates: int
    archive: Archive
    group: str = ""
    threads: int | None = None
    total: int = 0
    progress: Progress | None = None
    tolerance: Floats = field(default_factory=lambda: np.empty(0))
    done: list[Trial] = field(default_factory=list)

    def run(self, points: Floats, phase: str) -> list[Trial]:
        """Simulate points [n, K], batch by batch, and judge them.

        Args:
            points: in standard deviations of the belief.
            phase: how answers call this part of the search.
        """
        found: list[Trial] = []
        for begin in range(0, len(points), BATCH):
            batch = points[begin : begin + BATCH]
            outcomes = self.outcomes([values_of(self.free, z) for z in batch], range(self.replicates))
            for z, outcome in zip(batch, outcomes, strict=True):
                found.append(self._judged(np.asarray(z, float), outcome, phase))
                self.done.append(found[-1])
            if self.progress is not None:
                self.progress(len(self.done), self.total, self.best.loss if self.ok else float("inf"))
        return found

    def outcomes(self, points: Sequence[dict[str, float]], replicates: range) -> list[Floats | Failure]:
        """Simulated observations [R, P] of each point, from the archive where they are known."""
        keys = [trial_key(values, replicates.start, replicates.stop, self.group) for values in points]
        known = [self.archive.get(key) for key in keys]
        missing = [i for i, one in enumerate(known) if one is None]
        new = run_all(self.market, [points[i] for i in missing], replicates, threads=self.threads)
        for i, outcome in zip(missing, new, strict=True):
            self.archive.put(keys[i], points[i], outcome.reason if isinstance(outcome, Failure) else outcome)
            known[i] = outcome.reason if isinstance(outcome, Failure) else outcome
        return [Failure(one) if isinstance(one, str) else one for one in known if one is not None]

    def lucks(self, values: dict[str, float], replicates: range) -> Floats | Failure:
        """Many replicates [R, P] of one point, shared out over threads; from the archive where they are known.

        Args:
            values: by name.
            replicates: their numbers.
        """
        key = trial_key(values, replicates.start, replicates.stop, self.group)
        known = self.archive.get(key)
        if known is None:
            parts = [replicates[begin : begin + BATCH] for begin in range(0, len(replicates), BATCH)]
            found = spread(lambda part: run_all(self.market, [values], part, threads=1)[0], parts, threads=self.threads)
            failed = next((one for one in found if isinstance(one, Failure)), None)
            known = failed.reason if failed is not None else np.concatenate([np.asarray(one) for one in found])
            self.archive.put(key, values, known)
        return Failure(known) if isinstance(known, str) else known

    def _judged(self, z: Floats, outcome: Floats | Failure, phase: str) -> Trial:
        values = values_of(self.free, z)
        if isinstance(outcome, Failure):
            return Trial(len(self.done), phase, z, values, None, float("inf"), outcome.reason)
        mean = outcome.mean(axis=0)
        return Trial(len(self.done), phase, z, values, mean, self.loss(mean))

    def loss(self, mean: Floats) -> float:
        """Weighted mean over targets of the mean squared misfit, in tolerances, on what the fit may see."""
        seen = self.observed.train
        squared = ((self.observed.y - mean) / self.tolerance) ** 2
        total, weights = 0.0, 0.0
        for at, weight in zip(self.observed.slices, self._weights(), strict=True):
            mine = seen[at]
            if weight > 0.0 and mine.any():
                total += weight * float(squared[at][mine].mean())
                weights += weight
        return total / weights if weights else 0.0

    def _weights(self) -> list[float]:
        return [target.weight for target in self.observed.targets] + [1.0] * len(self.observed.lifts)

    @property
    def ok(self) -> list[Trial]:
        """Trials that did not fail."""
        return [trial for trial in self.done if trial.mean is not None]

    @property
    def failed(self) -> list[Trial]:
        """Trials that did, with their reasons."""
        return [trial for trial in self.done if trial.mean is None]

    @property
    def best(self) -> Trial:
        """The trial with the least loss."""
        return min(self.ok, key=lambda trial: (trial.loss, trial.number))
