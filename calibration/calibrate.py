"""From history to parameters with uncertainty, and the evidence that they can be trusted.

    >>> from calibration.calibrate import MODEL, NO_TALK
    >>> MODEL, NO_TALK
    ('calibrated market', 'no word of mouth')

Everything is judged on weeks that no fit has seen, beside models that know nothing of the market: the last value, last
year's value, a Bass curve, and the same market with nobody talking.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive
from calibration.draws import ParameterDraws
from calibration.errors import CalibrationError
from calibration.fit import Fit, Settings, fit, one_blas_thread
from calibration.identified import Found, found
from calibration.market import Market
from calibration.nulls import NULLS, Forecast, Past
from calibration.predictive import Bands, bands, engine_curves, forecast
from calibration.question import Question
from calibration.scores import Score, score
from calibration.sensitivity import Sensitivity, sensitivity
from calibration.talk import silence, without_talk
from simulator.graph import SocialGraph

Floats = NDArray[np.float64]

MODEL = "calibrated market"
NO_TALK = "no word of mouth"

_NULL_DRAWS = 500
_SHARE_WITHOUT_TALK = 4
"""The market without talk gets one trial for every so many of the fit."""


@dataclass(frozen=True)
class Judged:
    """How well one model tells one target.

    Attributes:
        model: its name.
        train: on what the fit saw; None where the model says nothing.
        holdout: on what it did not.
        bands: what it says of every observation; None where it says nothing.
        reason: why it says nothing.
    """

    model: str
    train: Score | None
    holdout: Score | None
    bands: Bands | None
    reason: str = ""


@dataclass(frozen=True)
class Calibration:
    """What history tells of a market.

    Attributes:
        question: what was asked.
        settings: how much was spent.
        fit: parameters with uncertainty.
        parameters: what history says of each.
        judged: by target, the calibrated market first, then the null models.
        curves: by target, what the engine says by itself.
        sensitivity: which parameter moves which target.
        seconds: what it took.
    """

    question: Question
    settings: Settings
    fit: Fit
    parameters: tuple[Found, ...]
    judged: dict[str, tuple[Judged, ...]]
    curves: dict[str, Bands]
    sensitivity: Sensitivity
    seconds: float

    def draws(self, provenance: dict[str, object]) -> ParameterDraws:
        """The weighted parameter draws that later answers carry.

        Args:
            provenance: where they come from.
        """
        return ParameterDraws(self.fit.names, self.fit.values, self.fit.weights, provenance)


def question_hash(question: Question, settings: Settings, *, scenario_hash: str, data_hash: str) -> str:
    """What a study's trials depend on, in one word.

    Args:
        question: targets and free parameters.
        settings: trials, replicates, seed.
        scenario_hash: of the scenario.
        data_hash: of the history.
    """
    from simulator.world_cache import programs_digest

    seen = question.observed
    said = [
        scenario_hash, data_hash, programs_digest(), question.holdout_weeks, repr(question.free), repr(seen.lifts),
        repr(replace(settings, threads=None)), question.plan.model_dump_json(), question.scenario.model_dump_json(),
        [(t.name, t.metric, t.observed.tolist(), t.weights.tolist(), t.noise, t.scatter, t.weight, t.discrepancy)
         for t in seen.targets],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def calibrate(
    question: Question,
    *,
    settings: Settings | None = None,
    archive: Archive | None = None,
    graph: SocialGraph | None = None,
    progress: Callable[[str, int, int, float], None] | None = None,
) -> Calibration:
    """Find a market's parameters from its history, and say how far they can be trusted.

    Args:
        question: from :func:`calibration.question.question`, with free parameters.
        settings: how much is spent.
        archive: where trials are kept; in memory when None.
        graph: the market's own network.
        progress: told the part of the work, trials done and planned in it, and the least loss so far.

    Raises:
        CalibrationError: nothing is free, nothing was observed, or every trial failed.
    """
    began = perf_counter()
    chosen = settings or Settings()
    kept = archive or Archive(None)
    if not question.free:
        raise CalibrationError("no parameter is free", hint="name some, or let --suggest propose them")

    def told(part: str) -> Callable[[int, int, float], None] | None:
        return None if progress is None else lambda done, total, loss: progress(part, done, total, loss)

    def fitted(free, some: Settings, fixed: dict[str, float], part: str) -> Fit:
        market = Market(question.scenario, question.plan, question.observed, seed=chosen.seed, graph=graph, fixed=fixed)
        size = question.scenario.market
        return fit(
            market, question.observed, free, n_consumers=size.consumers, market_size=size.size, settings=some,
            archive=kept, group="" if not fixed else part, progress=told(part),
        )  # fmt: skip

    best = fitted(question.free, chosen, {}, "fit")
    quiet = without_talk(question.free)
    silent = None
    if quiet:
        n = max(chosen.trials // _SHARE_WITHOUT_TALK, 4 * len(quiet) + 8)
        few = replace(chosen, trials=min(n, chosen.trials))
        silent = fitted(quiet, few, silence(), NO_TALK)
    curves = dict(zip((t.name for t in question.observed.targets), engine_curves(best), strict=True))
    with one_blas_thread():
        parameters = tuple(found(best, seed=chosen.seed))
        judged = _judged(question, best, silent, chosen.seed)
        moved = sensitivity(best, seed=chosen.seed)
    return Calibration(
        question=question, settings=chosen, fit=best, parameters=parameters, judged=judged, curves=curves,
        sensitivity=moved, seconds=perf_counter() - began,
    )  # fmt: skip


def _judged(question: Question, best: Fit, silent: Fit | None, seed: int) -> dict[str, tuple[Judged, ...]]:
    seen = question.observed
    ours = forecast(best, seed=seed)
    theirs = None if silent is None else forecast(silent, seed=seed)
    out = {}
    for t, target in enumerate(seen.targets):
        held = seen.held_out(t)
        rows = [_judge(MODEL, ours[t], target.observed, held)]
        if theirs is not None:
            rows.append(_judge(NO_TALK, theirs[t], target.observed, held))
        past = Past(
            target.observed[~held], kind="stock" if target.stock else "flow", is_share=target.share,
            period_days=target.period_days,
        )  # fmt: skip
        for name, null in NULLS.items():
            rng = np.random.default_rng([seed, 13, t])
            said = null(past, int(held.sum()), n_draws=_NULL_DRAWS, rng=rng) if (~held).any() else None
            if not isinstance(said, Forecast):
                rows.append(Judged(name, None, None, None, said.reason if said else "nothing was seen"))
                continue
            samples = np.empty((len(said.train), target.n))
            samples[:, ~held], samples[:, held] = said.train, said.ahead
            rows.append(_judge(name, bands(samples), target.observed, held))
        out[target.name] = tuple(rows)
    return out


def _judge(model: str, said: Bands, observed: Floats, held: NDArray[np.bool_]) -> Judged:
    def on(part: NDArray[np.bool_]) -> Score | None:
        usable = part & np.isfinite(said.median)
        return score(said.samples[:, usable], observed[usable]) if usable.any() else None

    return Judged(model, on(~held), on(held), said)
