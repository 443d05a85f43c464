"""How a search goes: look everywhere, drop what history rules out, find the best fit, then look where belief is left.

1. **design**: points spread evenly over the belief (scrambled Sobol), the guess first;
2. **not ruled out**: points of the belief that history does not rule out (history matching, implausibility above 3;
   Vernon, Goldstein & Bower 2010);
3. **search**: Optuna, ask and tell: CMA-ES where every parameter is continuous, TPE where one is a whole number; warm
   from the emulator;
4. **posterior**: points drawn from what is believed after history, so that the emulator is good where it matters.

The seed of the replicates is the same throughout and never searched.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.emulator import Emulator
from calibration.free import Z_LIMIT, FreeParameter
from calibration.scatter import Scatter
from calibration.smc import Particles, sample
from calibration.trials import Trial, Trials

Floats = NDArray[np.float64]

Sampler = Literal["auto", "cma", "tpe"]

RULED_OUT = 3.0
"""Implausibility above which history rules a point out: three standard deviations, whatever the distribution."""

BELIEVED = ("posterior", "draws")
"""Phases whose points were chosen because an emulator believed in them."""

CANDIDATES = 4096
FRESH = 1_000_000
"""Numbers of replicates from here on are never part of a trial's mean."""

FIRST_LUCKS = 48
"""Fresh replicates at the guess, for the tolerances that the search is judged by."""

LUCKS = 192
"""Fresh replicates that show how lucks differ; with 96, intervals over 104 weeks were up to a fifth too narrow."""


@dataclass(frozen=True)
class Budget:
    """How many trials each phase has."""

    design: int
    matching: int
    search: int
    posterior: int
    draws: int

    @staticmethod
    def of(trials: int, n_free: int, draws: int) -> "Budget":
        """Split trials over the phases; the draws that are kept are the last of them.

        >>> Budget.of(300, 8, 100)
        Budget(design=80, matching=30, search=50, posterior=40, draws=100)

        Args:
            trials: in all.
            n_free: number of free parameters.
            draws: wanted; never more than a third of the trials.
        """
        draws = min(draws, max(trials // 3, 1))
        left = trials - draws
        design = min(left, max(3 * n_free + 3, round(0.4 * left)))
        matching = round((left - design) / 4)
        search = round((left - design) * 5 / 12)
        return Budget(design, matching, search, left - design - matching - search, draws)


def auto_sampler(free: Sequence[FreeParameter]) -> Literal["cma", "tpe"]:
    """CMA-ES where every parameter is continuous, TPE where one is a whole number."""
    return "tpe" if any(one.whole for one in free) else "cma"


def sobol_points(n: int, n_dims: int, *, seed: int) -> Floats:
    """Points spread evenly over the belief, [n, K] in standard deviations.

    Args:
        n: how many.
        n_dims: K.
        seed: of the scrambling.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    unit = qmc.Sobol(n_dims, rng=np.random.default_rng(seed)).random_base2(max(int(np.ceil(np.log2(max(n, 2)))), 1))
    return np.clip(ndtri(np.clip(unit[:n], 1e-6, 1 - 1e-6)), -Z_LIMIT, Z_LIMIT)


def emulator_of(trials: Trials, scatter: Scatter, *, like: Emulator | None = None) -> Emulator:
    """Learn from the trials that history leaves standing, and from as many more as the number of parameters asks for.

    Trials at points that an earlier emulator believed in stay too, however badly they fitted: without them the
    emulator would know nothing there again, and would believe in the same points for ever.

    Args:
        trials: done so far.
        scatter: for how closely each point is observed.
        like: an emulator whose patterns and length-scales are kept, which is much quicker; learnt anew when None.
    """
    ok = sorted(trials.ok, key=lambda trial: (trial.loss, trial.number))
    enough = 10 * len(trials.free) + 20
    standing = sum(trial.loss <= max(4.0 * RULED_OUT**2, 4.0 * ok[0].loss) for trial in ok)
    chosen = ok[: max(enough, standing)]
    chosen += [trial for trial in ok[len(chosen) :] if trial.phase in BELIEVED]
    chosen.sort(key=lambda trial: trial.number)
    z, said = np.array([trial.z for trial in chosen]), np.array([trial.mean for trial in chosen])
    return Emulator(z, said, tolerance=scatter.tolerance) if like is None else like.told(z, said)


def implausibility(emulator: Emulator, scatter: Scatter, z: Floats) -> Floats:
    """[N] by how many standard deviations the engine misses history, at the second-worst point of any target.

    Args:
        emulator: what the engine would say.
        scatter: what else lies between it and history; discrepancies at their usual size.
        z: [N, K] points.
    """
    mean, variance = emulator.predict(z)
    usual = np.ones((1, len(scatter.nuisances)))
    shared = (scatter.strengths(usual)[0] * np.concatenate([scatter.luck, scatter.columns], axis=1)) ** 2
    total = variance + scatter.own(usual) + shared.sum(axis=1)
    off = np.abs(scatter.observed.y - mean) / np.sqrt(total)
    seen = off[:, scatter.observed.train]
    if seen.shape[1] == 0:
        return np.zeros(len(z))
    return np.partition(seen, -min(2, seen.shape[1]), axis=1)[:, -min(2, seen.shape[1])]


def log_likelihood(emulator: Emulator, scatter: Scatter, x: Floats) -> Floats:
    """[N] log density of what the fit may see, as the emulator has it.

    Args:
        emulator: what the engine would say.
        scatter: what else lies between it and history.
        x: [N, K + Q] free parameters, then sizes of scatter, in standard deviations of the belief.
    """
    n_free = emulator.z.shape[1]
    strength, unsure = emulator.strengths(x[:, :n_free])
    mean = emulator.centre + strength @ emulator.basis.T
    return scatter.log_likelihood(mean, x[:, n_free:], emulator=emulator, unsure=unsure)


def posterior(
    emulator: Emulator, scatter: Scatter, n_free: int, *, rng: np.random.Generator, particles: int
) -> Particles:
    """What is believed after history: particles of the free parameters and then the sizes of scatter.

    Args:
        emulator: what the engine would say.
        scatter: what else lies between it and history.
        n_free: number of free parameters.
        rng: for all draws.
        particles: how many.
    """
    n_dims = n_free + len(scatter.nuisances)
    return sample(lambda x: log_likelihood(emulator, scatter, x), n_dims, rng=rng, particles=particles)


def look_everywhere(trials: Trials, n: int, *, seed: int) -> None:
    """Phase 1: the guess, then points spread over the belief."""
    if n > 0:
        points = sobol_points(n, len(trials.free), seed=seed)
        points[0] = 0.0
        trials.run(points, "design")


def drop_ruled_out(trials: Trials, scatter: Scatter, emulator: Emulator, n: int, *, seed: int) -> float:
    """Phase 2: simulate points that history does not rule out; returns the share of the belief that it leaves."""
    candidates = sobol_points(CANDIDATES, len(trials.free), seed=seed + 1)
    off = implausibility(emulator, scatter, candidates)
    left = np.flatnonzero(off < RULED_OUT)
    share = len(left) / len(candidates)
    if n > 0:
        order = left if len(left) >= n else np.argsort(off, kind="stable")[: max(n, 1)]
        rng = np.random.default_rng([seed, 2])
        trials.run(candidates[np.sort(rng.choice(order, n, replace=False))], "not ruled out")
    return share


def find_best(trials: Trials, emulator: Emulator, n: int, *, seed: int, sampler: Sampler) -> None:
    """Phase 3: Optuna, ask and tell, warm from the emulator's best guesses."""
    if n <= 0:
        return
    import optuna
    from optuna.distributions import BaseDistribution, FloatDistribution

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    names = [one.name for one in trials.free]
    space: dict[str, BaseDistribution] = {name: FloatDistribution(-Z_LIMIT, Z_LIMIT) for name in names}
    known = [(trial.z, trial.loss) for trial in trials.ok]
    candidates = sobol_points(CANDIDATES, len(names), seed=seed + 3)
    guessed = np.array([trials.loss(mean) for mean in emulator.predict(candidates)[0]])
    order = np.argsort(guessed, kind="stable")
    best = candidates[order[:3]]
    known += [(candidates[i], float(guessed[i])) for i in order[:50]]
    kind = auto_sampler(trials.free) if sampler == "auto" else sampler
    past = [
        optuna.trial.create_trial(params=dict(zip(names, map(float, z), strict=True)), distributions=space, value=loss)
        for z, loss in known
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # warm starts of CMA-ES
        if kind == "cma" and len(names) > 1:
            chosen: optuna.samplers.BaseSampler = optuna.samplers.CmaEsSampler(seed=seed, source_trials=past)
        else:
            chosen = optuna.samplers.TPESampler(seed=seed)
        study = optuna.create_study(sampler=chosen, direction="minimize")
        if not isinstance(chosen, optuna.samplers.CmaEsSampler):
            study.add_trials(past)
        for z in best[: min(3, n)]:
            study.enqueue_trial(dict(zip(names, map(float, z), strict=True)))
        left = n
        while left > 0:
            asked = [study.ask(space) for _ in range(min(8, left))]
            done = trials.run(np.array([[one.params[name] for name in names] for one in asked]), "search")
            for one, trial in zip(asked, done, strict=True):
                if trial.mean is None:
                    study.tell(one, state=optuna.trial.TrialState.FAIL)
                else:
                    study.tell(one, trial.loss)
            left -= len(asked)


def look_where_belief_is_left(
    trials: Trials, scatter: Scatter, emulator: Emulator, n: int, *, seed: int, particles: int
) -> list[Trial]:
    """Phase 4: one wave of points drawn from the posterior of the emulator as it is."""
    if n <= 0:
        return []
    rng = np.random.default_rng([seed, 4, len(trials.done)])
    told = posterior(emulator, scatter, len(trials.free), rng=rng, particles=particles)
    chosen = rng.choice(len(told.x), n, replace=len(told.x) < n)
    points = np.clip(told.x[chosen, : len(trials.free)], -Z_LIMIT, Z_LIMIT)
    return trials.run(points, "posterior")
