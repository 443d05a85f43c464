"""From observations to parameters with uncertainty: the search, then weighted draws of what is left to believe.

The draws come from the emulator's posterior and are run through the engine itself. The emulator learns from that, and
each draw is weighted by how much better or worse it fits than was thought, ``w = L_after / L_before`` (importance
sampling). The effective sample size says how much that mattered. The engine's own mean of a few replicates would be a
worse judge: it has the luck of those few, which the emulator evens out over neighbouring points.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from calibration import search
from calibration.archive import Archive
from calibration.emulator import Emulator
from calibration.errors import CalibrationError
from calibration.free import Z_LIMIT, FreeParameter, value_table, values_of
from calibration.market import Failure, Simulates
from calibration.scatter import Scatter
from calibration.scores import weighted_quantile
from calibration.smc import PARTICLES, Particles
from calibration.targets import Observed
from calibration.trials import Progress, Trial, Trials

Floats = NDArray[np.float64]

WAVES = 2
"""Waves of the last phase; each learns from the one before."""

ROUNDS = 3
"""Times that draws are made: where the emulator was so wrong that few of them count, it learns from them and draws
again."""

ENOUGH = 0.2
"""Effective draws, as a share of those that were made, with which it stops."""


@dataclass(frozen=True)
class Settings:
    """How much is spent on a fit.

    Attributes:
        trials: points that are simulated in all, the draws among them; each is run ``replicates`` times. Where few of
            the draws count, as many are drawn again, at most twice.
        replicates: of every trial, always the same seeds.
        draws: weighted parameter draws that are kept, 50 to 200; at most a third of the trials.
        particles: of the emulator's posterior.
        seed: of everything that is drawn.
        sampler: ``auto``, ``cma`` or ``tpe``.
        threads: at once; all cores when None.
    """

    trials: int = 300
    replicates: int = 8
    draws: int = 100
    particles: int = PARTICLES
    seed: int = 0
    sampler: search.Sampler = "auto"
    threads: int | None = None


@dataclass(frozen=True)
class Fit:
    """Parameters with uncertainty, and everything that led to them.

    Attributes:
        free: parameters.
        observed: what was observed, and what the fit saw.
        trials: all of them, in order.
        best: with the least loss.
        scatter: between engine and history.
        emulator: as it was at the end.
        particles: of the posterior of the emulator that had not yet seen the draws.
        particle_weights: [N] of those, by how much better or worse each fits since the emulator has.
        z: [M, K] the draws, in standard deviations of the belief.
        x: [M, Q] their sizes of scatter.
        weights: [M] of the draws.
        means: [M, P] what the engine says at each, on the even scales.
        left: share of the belief that history does not rule out, after the design.
    """

    free: tuple[FreeParameter, ...]
    observed: Observed
    trials: tuple[Trial, ...]
    best: Trial
    scatter: Scatter
    emulator: Emulator
    particles: Particles
    particle_weights: Floats
    z: Floats
    x: Floats
    weights: Floats
    means: Floats
    left: float
    values: Floats = field(init=False)
    """[M, K] the draws as values."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", value_table(self.free, self.z))

    @property
    def ess(self) -> float:
        """Effective sample size of the draws."""
        return float(1.0 / (self.weights**2).sum())

    def interval(self, k: int) -> tuple[float, float, float]:
        """5 %, 50 % and 95 % of a free parameter, in standard deviations of its belief.

        All particles count, and not the fewer draws that were run: an interval's ends need many.

        Args:
            k: number of the parameter.
        """
        z = np.clip(self.particles.x[:, [k]], -Z_LIMIT, Z_LIMIT)
        low, middle, high = weighted_quantile(z, [0.05, 0.5, 0.95], weights=self.particle_weights)[:, 0]
        return float(low), float(middle), float(high)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the free parameters."""
        return tuple(one.name for one in self.free)


def fit(
    market: Simulates,
    observed: Observed,
    free: tuple[FreeParameter, ...],
    *,
    n_consumers: float,
    market_size: float,
    settings: Settings | None = None,
    archive: Archive | None = None,
    group: str = "",
    progress: Progress | None = None,
) -> Fit:
    """Find the parameters under which the engine says what was observed, and how sure that is.

    Args:
        market: what is simulated.
        observed: targets, lift tests, and the weeks that the fit may see.
        free: the parameters.
        n_consumers: simulated.
        market_size: people they stand for.
        settings: how much is spent.
        archive: where trials are kept; in memory when None.
        group: tells fits with other fixed values apart in one archive.
        progress: told after each batch of trials.

    Raises:
        CalibrationError: nothing was observed that the fit may see, or every trial failed.
    """
    with one_blas_thread():
        return _fit(market, observed, free, n_consumers, market_size, settings or Settings(), archive, group, progress)


def one_blas_thread() -> AbstractContextManager[object]:
    """Linear algebra on one thread: matrices here are small, and threads that wait for each other take far longer."""
    import scipy.linalg  # noqa: F401  # has a library of its own, which is not limited before it is loaded
    from threadpoolctl import threadpool_limits

    limit: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limit


def _fit(
    market: Simulates, observed: Observed, free: tuple[FreeParameter, ...], n_consumers: float, market_size: float,
    chosen: Settings, archive: Archive | None, group: str, progress: Progress | None,
) -> Fit:  # fmt: skip
    if not observed.train.any():
        raise CalibrationError(
            "no observation lies in the weeks that the fit may see",
            hint="hold fewer weeks out, or check the dates of the history against the scenario's",
        )
    trials = Trials(
        market, observed, free, chosen.replicates, archive or Archive(None), group,
        threads=chosen.threads, total=chosen.trials, progress=progress,
    )  # fmt: skip
    budget = search.Budget.of(chosen.trials, len(free), chosen.draws)

    def scatter_at(values: dict[str, float], mean: Floats | None) -> Scatter:
        lucks = _lucks(trials, values, search.FIRST_LUCKS if mean is None else search.LUCKS)
        reference = lucks.mean(axis=0)
        if mean is None:  # nothing fits yet: the sizes of what was seen are the best there is
            reference = np.where(observed.train, observed.y, reference)
        return Scatter(
            observed, reference=reference, lucks=lucks, n_consumers=n_consumers, market_size=market_size,
            replicates=chosen.replicates,
        )  # fmt: skip

    scatter = scatter_at(values_of(free, np.zeros(len(free))), None)
    trials.tolerance = scatter.tolerance
    search.look_everywhere(trials, budget.design, seed=chosen.seed)
    if len(trials.ok) < 3:
        reasons = "; ".join(dict.fromkeys(trial.reason for trial in trials.failed))
        raise CalibrationError(
            f"{len(trials.failed)} of {len(trials.done)} trials failed: {reasons}",
            hint="narrow the ranges of the free parameters",
        )
    emulator = search.emulator_of(trials, scatter)
    left = search.drop_ruled_out(trials, scatter, emulator, budget.matching, seed=chosen.seed)
    emulator = search.emulator_of(trials, scatter, like=emulator)
    search.find_best(trials, emulator, budget.search, seed=chosen.seed, sampler=chosen.sampler)
    scatter = scatter_at(trials.best.values, trials.best.mean)
    emulator = search.emulator_of(trials, scatter)
    waves = [budget.posterior * (w + 1) // WAVES - budget.posterior * w // WAVES for w in range(WAVES)]
    for n in waves:
        search.look_where_belief_is_left(trials, scatter, emulator, n, seed=chosen.seed, particles=chosen.particles)
        emulator = search.emulator_of(trials, scatter, like=emulator)
    for again in range(ROUNDS):
        before = search.emulator_of(trials, scatter)
        rng = np.random.default_rng([chosen.seed, 5, again][: 3 if again else 2])
        told = search.posterior(before, scatter, len(free), rng=rng, particles=chosen.particles)
        points = told.x[rng.choice(len(told.x), min(budget.draws, len(told.x)), replace=False)]
        checked = trials.run(np.clip(points[:, : len(free)], -Z_LIMIT, Z_LIMIT), "draws")
        points = points[[trial.mean is not None for trial in checked]]
        if not len(points):
            raise CalibrationError("the engine fails at every draw of the posterior", hint="narrow the ranges")
        after = search.emulator_of(trials, scatter, like=before)
        said = search.log_likelihood(before, scatter, points)
        weights = _weights(said, search.log_likelihood(after, scatter, points))
        if 1.0 / (weights**2).sum() >= ENOUGH * len(points):
            break
    z = points[:, : len(free)]
    judged = search.log_likelihood(after, scatter, told.x)
    return Fit(
        free=free, observed=observed, trials=tuple(trials.done), best=trials.best, scatter=scatter, emulator=after,
        particles=replace(told, log_likelihood=judged), particle_weights=_weights(told.log_likelihood, judged), z=z,
        x=points[:, len(free) :], weights=weights, means=after.predict(z)[0],
        left=left,
    )  # fmt: skip


def _weights(before: Floats, after: Floats) -> Floats:
    """L_after / L_before of each draw, summing to one."""
    log_weight = after - before
    weights = np.exp(log_weight - log_weight.max())
    return np.asarray(weights / weights.sum())


def _lucks(trials: Trials, values: dict[str, float], n: int) -> Floats:
    """Fresh replicates at one point: how lucks differ."""
    found = trials.lucks(values, range(search.FRESH, search.FRESH + n))
    if isinstance(found, Failure):
        raise CalibrationError(f"the engine fails at the guess: {found.reason}", hint="change the guesses")
    return found
