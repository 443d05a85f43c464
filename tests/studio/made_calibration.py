"""Calibrations made by hand, so that what is said about them can be checked without simulating anything."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np

from calibration.calibrate import MODEL, NO_TALK, Calibration, Judged
from calibration.fit import Fit, Settings
from calibration.free import FreeParameter
from calibration.identified import Found
from calibration.predictive import bands
from calibration.question import Question
from calibration.scatter import Nuisance
from calibration.scores import score
from calibration.sensitivity import Sensitivity
from calibration.targets import LiftTest, Observed, target
from calibration.trials import Trial
from scenarios import load_scenario

PROVENANCE: dict[str, Any] = {
    "version": "1.2.3", "seed": 7, "scenario_hash": "a" * 64, "data_hash": "b" * 64, "trials": 12, "replicates": 3,
    "holdout_weeks": 4, "sampler": "auto", "consumers": 2000,
}  # fmt: skip

LOADED = load_scenario("coldbrew-launch", consumers=2_000)

FREE = (
    FreeParameter("talk.talker_per_day", low=0.004, guess=0.007, high=0.012),
    FreeParameter("brand.appeal", low=-1.0, guess=0.0, high=1.0, scale="linear"),
    FreeParameter("market.size", low=400_000.0, guess=800_000.0, high=1_600_000.0, whole=True),
)

ONE_SIDED = "history says how small it may be, but not how large"
AT_BOUND = "it lies at the upper end of its range: the range sets it, not history"


def calibration(
    *,
    held: int = 4,
    off: dict[str, float] | None = None,
    reasons: tuple[str, str, str] = ("", AT_BOUND, ONE_SIDED),
    names: tuple[str, str] = ("purchases", "aware"),
    failed: str = "nobody was left in the market",
    notes: tuple[str, ...] = ("the history has a gap",),
    free: tuple[FreeParameter, ...] = FREE,
) -> Calibration:
    """What a calibration of 20 weeks might have found.

    Args:
        held: weeks held out.
        off: by target, how far the calibrated market is off, as a share; the last value is off by a tenth.
        reasons: why each parameter is not identified; empty where it is.
        names: of a weekly count and of a share that is surveyed every second week.
        failed: why the third trial failed.
        notes: of the question.
        free: parameters.
    """
    rng = np.random.default_rng(3)
    scenario = LOADED.scenario.model_copy(update={"weeks": 20, "carry_out_weeks": 0})
    first = scenario.start

    def days(step: int) -> list[Any]:
        return [first + timedelta(weeks=w) for w in range(0, 20, step)]

    grown = 1000.0 * (1.0 + np.arange(20) / 10.0)
    targets = (
        target(
            "purchases", grown, starts=days(1), days=[7] * 20, first_day=first, n_weeks=20, name=names[0],
            discrepancy=["drift"],
        ),
        target(
            "awareness", np.linspace(0.2, 0.4, 10), starts=days(2), days=[7] * 10, first_day=first, n_weeks=20,
            name=names[1], share=True, sample_size=500, scatter=0.0,
        ),
    )  # fmt: skip
    lift = LiftTest("spring", "instagram", 2, 5, "revenue", 20_000.0, 5_000.0)
    observed = Observed(targets, (lift,), train_weeks=20 - held)
    question = Question(scenario, LOADED.scenario.plans["baseline"], observed, free, held, notes)
    k, m = len(free), 20
    z = rng.standard_normal((m, k)) * 0.4
    if k > 1:
        z[:, 1] = -z[:, 0] + 0.05 * rng.standard_normal(m)  # two that are told together only
    weights = np.arange(1.0, m + 1.0)
    phases = ("design",) * 5 + ("not ruled out",) * 2 + ("search",) * 3 + ("posterior",) * 2
    trials = tuple(
        Trial(n, phase, np.zeros(k), {}, np.zeros(observed.n), 9.0 / (n + 1)) for n, phase in enumerate(phases)
    )
    trials = (*trials[:2], replace(trials[2], mean=None, loss=float("inf"), reason=failed), *trials[3:])
    said = np.tile(observed.y, (m, 1)) + 0.02 * rng.standard_normal((m, observed.n))
    nuisances = (
        Nuisance(f"{names[0]}: scatter", 0, "scatter", 0.1),
        Nuisance(f"{names[0]}: drift", 0, "drift", 0.03),
    )
    fit = Fit(
        free=free, observed=observed, trials=trials, best=trials[-1],
        scatter=SimpleNamespace(nuisances=nuisances), emulator=SimpleNamespace(k=2, z=np.zeros((11, k))),
        particles=SimpleNamespace(), particle_weights=np.empty(0), z=z, x=rng.standard_normal((m, 2)),
        weights=weights / weights.sum(), means=said, left=0.25,
    )  # type: ignore[arg-type]  # fmt: skip
    grid = np.linspace(-3.0, 3.0, 13)
    parameters = tuple(
        Found(
            one.name, one.value(0.1), one.value(-0.5), one.value(0.7), one.value(-1.645), one.value(1.645), 0.64,
            not reason, reason == AT_BOUND, reason, np.array([one.value(float(v)) for v in grid]),
            -4.0 * np.where(grid > 0.0, 0.0 if reason else 1.0, 1.0) * grid**2,
        )
        for one, reason in zip(free, reasons, strict=False)
    )  # fmt: skip
    judged = {
        one.name: _judged(observed, t, (off or {}).get(one.name, 0.02), rng) for t, one in enumerate(targets)
    }  # fmt: skip
    curves = {one.name: bands(one.observed[None] * np.array([[0.97], [1.0], [1.03]])) for one in targets}
    shares = np.linspace(0.05, 0.9, 2 * k).reshape(2, k)
    return Calibration(
        question=question, settings=Settings(trials=12, replicates=3, draws=20, seed=7), fit=fit,
        parameters=parameters, judged=judged, curves=curves,
        sensitivity=Sensitivity(tuple(names), fit.names, shares, shares / 2, shares / 1.5, 0.97), seconds=12.5,
    )  # fmt: skip


def _judged(observed: Observed, t: int, off: float, rng: np.random.Generator) -> tuple[Judged, ...]:
    truth, held = observed.targets[t].observed, observed.held_out(t)

    def model(name: str, share: float) -> Judged:
        samples = truth * (1.0 + share + 0.02 * rng.standard_normal((60, 1)))
        parts = [score(samples[:, p], truth[p]) if p.any() else None for p in (~held, held)]
        return Judged(name, parts[0], parts[1], bands(samples))

    return (
        model(MODEL, off), model(NO_TALK, 0.3), model("naive", 0.1),
        Judged("seasonal-naive", None, None, None, "history has 20 periods of 7 days; last year’s value needs 53"),
    )  # fmt: skip
