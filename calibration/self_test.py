"""Are the intervals of a fit honest? Histories are made from known values, fitted, and the truth is looked up.

    >>> from calibration.free import free_parameters
    >>> from calibration.self_test import Effort, self_test
    >>> from calibration.targets import weekly_target
    >>> from scenarios import load_scenario
    >>> scenario = load_scenario("classroom", consumers=300).scenario
    >>> found = self_test(
    ...     scenario, next(iter(scenario.plans.values())), free=free_parameters(scenario, ["talk.talker_per_day"]),
    ...     targets=[weekly_target("awareness", [1.0] * scenario.weeks, n_weeks=scenario.weeks, scatter=0.05)],
    ...     fits=3, effort=Effort(points=16, replicates=2, banks=1, waves=0, particles=100),
    ... )
    >>> len(found.fits), found.names
    (3, ('talk.talker_per_day',))

Truths are drawn from the belief; the engine makes a history from each, with people and luck of its own; scatter is
added as the noise models have it; and each history is fitted. Then nine out of ten truths must lie within their 90 %
intervals, and the ranks of truths among the draws must be even (Cook, Gelman & Rubin 2006; Talts et al. 2018).
"""

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration import search
from calibration.archive import Archive
from calibration.bank import Bank, EngineMarket, Natural, Seen
from calibration.errors import CalibrationError
from calibration.fit import one_blas_thread
from calibration.free import Z_LIMIT, FreeParameter, free_parameters, values_of
from calibration.honesty import LEVEL, FitCheck, SelfTest
from calibration.scatter import Scatter
from calibration.smc import Particles
from calibration.targets import LiftTest, Observed, Target, weekly_target
from calibration.trials import Trials
from scenarios.load import load_scenario
from scenarios.schema import Plan, Scenario
from simulator.executor import spread

Floats = NDArray[np.float64]

Done = Callable[[int, int], None]
"""Told fits done, and fits in all."""


@dataclass(frozen=True)
class Effort:
    """How much is spent on each fit.

    Attributes:
        points: of the design that all fits of a bank share.
        replicates: of every trial.
        banks: designs, each with its own people and luck: fits of one bank share the luck of its runs.
        waves: of trials where belief is left, for each history by itself.
        wave: trials in each.
        particles: draws of each posterior.
    """

    points: int = 96
    replicates: int = 8
    banks: int = 10
    waves: int = 2
    wave: int = 24
    particles: int = 400


QUICK = Effort(points=24, replicates=4, banks=3, waves=1, wave=6, particles=200)
QUICK_FITS = 30
QUICK_CONSUMERS = 1_200


def self_test(
    scenario: Scenario,
    plan: Plan,
    *,
    free: Sequence[FreeParameter],
    targets: Sequence[Target],
    lifts: Sequence[LiftTest] = (),
    fits: int = 100,
    train_weeks: int | None = None,
    effort: Effort | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Done | None = None,
) -> SelfTest:
    """Say how often the truth lies within the 90 % intervals of a calibration, on histories of its own making.

    Args:
        scenario: the market; a few thousand simulated consumers are enough.
        plan: what is done while history is observed.
        free: what the fits have to find.
        targets: what they see; the values in them do not matter.
        lifts: experiments that they see; likewise.
        fits: histories made and fitted, 10 or more; the more, the surer.
        train_weeks: weeks that the fits see, from the first; all when None.
        effort: how much is spent on each.
        seed: of truths, people and luck.
        threads: at once; changes nothing but time.
        progress: called with the number of fits done, and of all.

    Raises:
        CalibrationError: nothing is free or observed, or no fit succeeds.
    """
    weeks = scenario.weeks if train_weeks is None else train_weeks
    template = Observed(tuple(targets), tuple(lifts), train_weeks=weeks)

    def make(number: int) -> EngineMarket:
        return EngineMarket(scenario, plan, template, seed=seed * 1000 + number)

    return check_market(
        make, template, free=free, fits=fits, effort=effort, seed=seed, threads=threads, progress=progress
    )


def quick_self_test(*, seed: int = 0, threads: int | None = None, progress: Done | None = None) -> SelfTest:
    """Say within half a minute whether calibrations are honest on this machine, on a small market that is bundled.

    Two unknowns of ``app-referral`` are found again in 30 made histories; too few to see a coverage of 85 %, and enough
    to see that something is broken.

    Args:
        seed: of truths, people and luck.
        threads: at once; changes nothing but time.
        progress: called with the number of fits done, and of all.
    """
    scenario = load_scenario("app-referral", consumers=QUICK_CONSUMERS).scenario
    return self_test(
        scenario, scenario.plans["installs"],
        free=free_parameters(
            scenario, {"forgetting.attention": {}, "brand.appeal": {"low": -0.5, "guess": 0.0, "high": 0.5}}
        ),
        targets=[
            weekly_target(metric, np.ones(scenario.weeks), n_weeks=scenario.weeks, scatter=0.05)
            for metric in ("awareness", "purchases")
        ],
        fits=QUICK_FITS, effort=QUICK, seed=seed, threads=threads, progress=progress,
    )  # fmt: skip


def check_market(
    make: Callable[[int], Natural],
    template: Observed,
    *,
    free: Sequence[FreeParameter],
    fits: int,
    effort: Effort | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Done | None = None,
) -> SelfTest:
    """The same for anything that makes observations out of parameters.

    Args:
        make: a market by the number of the bank, each with its own people and luck.
        template: what is observed; its values do not matter.
        free: as for :func:`self_test`, as all that follows.
        fits: likewise.
        effort: likewise.
        seed: likewise.
        threads: likewise.
        progress: likewise.

    Raises:
        CalibrationError: nothing is free or observed, or no fit succeeds.
    """
    if not free:
        raise CalibrationError("no parameter is free", hint="name what the fits are to find")
    if not template.train.any():
        raise CalibrationError("the fits see nothing", hint="name targets, and weeks that the fits may see")
    if fits < 1:
        raise CalibrationError(f"fits is {fits}", hint="100 or more; 10 at the least")
    chosen = effort or Effort()
    banks = max(min(chosen.banks, fits), 1)
    truths = np.random.default_rng([seed, 1]).standard_normal((16 * fits + 64, len(free)))
    truths = truths[np.abs(truths).max(axis=1) <= Z_LIMIT][:fits]
    from sklearn.exceptions import ConvergenceWarning

    counted, lock = [0], threading.Lock()

    def one_bank(number: int) -> list[FitCheck]:
        bank = Bank(make(number), free, points=chosen.points, seed=seed * 1000 + number)
        found = []
        for fit in range(number, fits, banks):
            found.append(_one_fit(bank, template, truths[fit], chosen, fit=fit, bank_number=number, seed=seed))
            with lock:
                counted[0] += 1
                if progress is not None:
                    progress(counted[0], fits)
        return found

    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # here, and not in threads: they share their filters
        checks = [one for many in spread(one_bank, range(banks), threads=threads) for one in many]
    checks.sort(key=lambda one: one.number)
    if not any(one.ok for one in checks):
        raise CalibrationError(f"no fit succeeded: {checks[0].reason}", hint="narrow the ranges of the free parameters")
    return SelfTest(tuple(one.name for one in free), tuple(checks))


def _one_fit(
    bank: Bank, template: Observed, z: Floats, effort: Effort, *, fit: int, bank_number: int, seed: int
) -> FitCheck:
    rng = np.random.default_rng([seed, 2, fit])
    try:
        observed = bank.history(template, z, number=fit, rng=rng)
        told = _posterior(bank, observed, effort, seed=seed * 100_003 + fit, rng=rng)
    except CalibrationError as error:
        return FitCheck.failed(fit, bank_number, z, str(error))
    draws = told.x[:, : len(z)]
    below = (draws < z).sum(axis=0) + rng.random(len(z)) * ((draws == z).sum(axis=0) + 1)
    tail = 50.0 * (1.0 - LEVEL)
    low, high = np.percentile(draws, [tail, 100.0 - tail], axis=0)
    return FitCheck(fit, bank_number, z, below / (len(draws) + 1), low, high, draws.mean(axis=0), draws.std(axis=0))


def _posterior(bank: Bank, observed: Observed, effort: Effort, *, seed: int, rng: np.random.Generator) -> Particles:
    """What a fit does, but for the search of the best trial: the design is shared, and waves follow it at once."""
    trials = Trials(Seen(bank, observed), observed, bank.free, effort.replicates, Archive(None), threads=1)

    def scatter_at(values: dict[str, float], mean: Floats | None) -> Scatter:
        lucks = np.asarray(trials.market.run(values, range(search.FRESH, search.FRESH + search.LUCKS)))
        reference = np.where(observed.train, observed.y, lucks.mean(axis=0)) if mean is None else mean
        return Scatter(
            observed, reference=reference, lucks=lucks, n_consumers=1, market_size=1, replicates=effort.replicates
        )

    scatter = scatter_at(values_of(bank.free, np.zeros(len(bank.free))), None)
    trials.tolerance = scatter.tolerance
    trials.run(bank.points, "design")
    if len(trials.ok) < 3:
        raise CalibrationError(f"{len(trials.failed)} of {len(trials.done)} trials failed: {trials.failed[0].reason}")
    emulator = search.emulator_of(trials, scatter)
    for _ in range(effort.waves):
        search.look_where_belief_is_left(trials, scatter, emulator, effort.wave, seed=seed, particles=effort.particles)
        emulator = search.emulator_of(trials, scatter, like=emulator)
    scatter = scatter_at(trials.best.values, trials.best.mean)  # luck changes with the parameters
    emulator = search.emulator_of(trials, scatter)
    return search.posterior(emulator, scatter, len(bank.free), rng=rng, particles=effort.particles)
