"""A calibration in words and numbers: the verdict, the table on the terminal, and the answer for programs."""

import math
from typing import TYPE_CHECKING, Any

from studio.formatting import counted, duration, plain, share
from studio.terminal import Paint

if TYPE_CHECKING:
    from calibration.calibrate import Calibration, Judged
    from calibration.identified import Found
    from calibration.scores import Score
    from calibration.suggest import Suggestion

MODEL = "calibrated market"


def best_null(judged: "tuple[Judged, ...]") -> "Judged | None":
    """The null model with the least CRPS on the weeks held out, or on those seen where none are."""
    scored = [(one, _crps(one)) for one in judged if one.model != MODEL]
    usable = [(one, crps) for one, crps in scored if crps is not None and math.isfinite(crps)]
    return min(usable, key=lambda pair: pair[1])[0] if usable else None


def _crps(one: "Judged") -> float | None:
    found = one.holdout or one.train
    return None if found is None else found.crps


def verdict(answer: "Calibration") -> str:
    """One or two sentences that a manager understands."""
    held = answer.question.holdout_weeks
    wins, beaten, compared = [], [], 0
    for name, judged in answer.judged.items():
        ours, null = _crps(judged[0]), best_null(judged)
        theirs = None if null is None else _crps(null)
        if ours is None or theirs is None:
            continue
        compared += 1
        if ours < theirs:
            wins.append(name)
        else:
            beaten.append(f"{name} ({null.model if null else ''})")
    where = f"on the {counted(held, 'week')} held out" if held else "on the weeks it was fitted to (none was held out)"
    if not compared:
        said = "Nothing could be compared with a model that knows nothing of the market."
    elif not beaten:
        said = f"The calibrated market foretells {_listed(wins)} better than every null model {where}."
    elif wins:
        said = (
            f"The calibrated market foretells {_listed(wins)} better than every null model {where}, "
            f"but is beaten on {_listed(beaten)}."
        )
    else:
        said = f"The calibrated market is beaten {where} on {_listed(beaten)}: do not plan with it yet."
    known = [one.name for one in answer.parameters if one.identified]
    unknown = [one.name for one in answer.parameters if not one.identified]
    said += f" History tells {len(known)} of {counted(len(answer.parameters), 'parameter')}"
    return said + (f"; it does not tell {_listed(unknown)}." if unknown else ".")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def answer_data(answer: "Calibration", provenance: dict[str, Any]) -> dict[str, Any]:
    """The answer for programs."""
    trials = answer.fit.trials
    failed = [trial for trial in trials if trial.mean is None]
    return {
        "verdict": verdict(answer),
        "targets": {name: _target(judged) for name, judged in answer.judged.items()},
        "parameters": {one.name: _parameter(one) for one in answer.parameters},
        "trials": {
            "ok": len(trials) - len(failed), "failed": len(failed),
            "reasons": {reason: sum(t.reason == reason for t in failed) for reason in {t.reason: 0 for t in failed}},
        },
        "holdout_weeks": answer.question.holdout_weeks,
        "best": {"loss": _finite(answer.fit.best.loss), "values": answer.fit.best.values},
        "draws": {"number": len(answer.fit.weights), "ess": answer.fit.ess},
        "ruled_out": 1.0 - answer.fit.left,
        "sensitivity": {
            "emulator_accuracy": answer.sensitivity.accuracy,
            "targets": {
                target: {
                    name: {
                        "morris": float(answer.sensitivity.morris[t, k]),
                        "sobol_first": float(answer.sensitivity.first[t, k]),
                        "sobol_total": float(answer.sensitivity.total[t, k]),
                    }
                    for k, name in enumerate(answer.sensitivity.parameters)
                }
                for t, target in enumerate(answer.sensitivity.targets)
            },
        },
        "notes": list(answer.question.notes),
        "provenance": provenance,
    }  # fmt: skip


def _target(judged: "tuple[Judged, ...]") -> dict[str, Any]:
    ours = judged[0]
    nulls: dict[str, Any] = {}
    for one in judged[1:]:
        said: dict[str, Any] = {"train": _score(one.train), "holdout": _score(one.holdout)}
        nulls[one.model.replace(" ", "_").replace("-", "_")] = said | ({"reason": one.reason} if one.reason else {})
    return {"train": _score(ours.train), "holdout": _score(ours.holdout), "nulls": nulls}


def _score(score: "Score | None") -> dict[str, float | None] | None:
    if score is None:
        return None
    return {"mape": _finite(score.mape), "crps": _finite(score.crps), "coverage_90": _finite(score.coverage_90)}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _parameter(one: "Found") -> dict[str, Any]:
    return {
        "median": one.median, "low": one.low, "high": one.high, "prior_low": one.prior_low,
        "prior_high": one.prior_high, "contraction": one.contraction, "identified": one.identified,
        "at_bound": one.at_bound, "reason": one.reason,
    }  # fmt: skip


def answer_text(answer: "Calibration", *, bold: Paint, dim: Paint) -> str:
    """The answer as it is printed."""
    lines = [bold(verdict(answer)), ""]
    width = max(len(one.name) for one in answer.parameters)
    lines.append(dim(f"{'parameter':<{width}}  {'after':>9}  {'90 % interval':>21}  {'before':>21}  known"))
    for one in answer.parameters:
        after = f"{plain(one.low)} to {plain(one.high)}"
        before = f"{plain(one.prior_low)} to {plain(one.prior_high)}"
        known = "yes" if one.identified else f"no: {one.reason}"
        lines.append(f"{one.name:<{width}}  {plain(one.median):>9}  {after:>21}  {before:>21}  {known}")
    held = answer.question.holdout_weeks
    part = "held out" if held else "seen"
    lines += ["", dim(f"{'target, ' + part:<28}  {'model':<20}  {'error':>7}  {'CRPS':>10}  {'in band':>7}")]
    for name, judged in answer.judged.items():
        for i, row in enumerate(judged):
            found = row.holdout if held else row.train
            label = name if i == 0 else ""
            if found is None:
                lines.append(f"{label:<28}  {row.model:<20}  {'–':>7}  {'–':>10}  {'–':>7}  {row.reason}")
                continue
            said = f"{label:<28}  {row.model:<20}  {share(found.mape):>7}  {plain(found.crps):>10}"
            lines.append(f"{said}  {share(found.coverage_90):>7}")
    trials = answer.fit.trials
    failed = [trial for trial in trials if trial.mean is None]
    lines += [
        "",
        f"{counted(len(trials), 'trial')} of {counted(answer.settings.replicates, 'replicate')}, "
        f"{len(failed)} failed; {counted(len(answer.fit.weights), 'draw')} kept, worth {answer.fit.ess:.0f} even ones; "
        f"history ruled out {share(1.0 - answer.fit.left)} of what was believed; {duration(answer.seconds)}",
    ]
    lines += [f"failed: {reason}" for reason in {trial.reason for trial in failed}]
    return "\n".join(lines)


_SHOWN = 20


def suggestion_data(found: "list[Suggestion]") -> dict[str, Any]:
    """What a history could tell, for programs."""
    return {
        "parameters": {
            one.parameter.name: {
                "chosen": one.chosen, "effect": one.effect, "own": one.own, "low": one.parameter.low,
                "guess": one.parameter.guess, "high": one.parameter.high, "scale": one.parameter.scale,
            }
            for one in found
        }
    }  # fmt: skip


def _toml(value: float) -> str:
    """A number as a settings file takes it."""
    return f"{value:.4g}" if abs(value) < 1e4 else f"{round(value):_}"


def suggestion_text(found: "list[Suggestion]", *, bold: Paint, dim: Paint) -> str:
    """What a history could tell, as it is printed: the proposal, ready to be copied, and what it rests on."""
    chosen = [one for one in found if one.chosen]
    lines = [bold(f"This history can tell {counted(len(chosen), 'parameter')} apart:"), "", "[free]"]
    for one in chosen:
        here = one.parameter
        lines.append(
            f'"{here.name}" = {{ low = {_toml(here.low)}, guess = {_toml(here.guess)}, high = {_toml(here.high)} }}'
        )
    width = max(len(one.parameter.name) for one in found[:_SHOWN])
    lines += ["", dim(f"{'':<{width}}  {'effect':>7}  {'its own':>7}  (in scatters of the history)")]
    for one in found[:_SHOWN]:
        sign = "*" if one.chosen else " "
        lines.append(f"{one.parameter.name:<{width}}  {one.effect:>7.1f}  {one.own:>7.1f} {sign}")
    if len(found) > _SHOWN:
        lines.append(dim(f"... and {len(found) - _SHOWN} with smaller effects"))
    lines += [
        "",
        "effect: what one standard deviation of the belief does. its own: what no parameter above can copy.",
        "Free those with a star, or others that you know little of; all others stay as the scenario has them.",
    ]
    return "\n".join(lines)
