"""A calibration in words and numbers: the verdict, the table on the terminal, and the answer for programs."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from studio.formatting import counted, duration, number, plain, share
from studio.terminal import Paint

if TYPE_CHECKING:
    from calibration.calibrate import Calibration, Judged
    from calibration.identified import Found
    from calibration.scores import Score
    from calibration.suggest import Suggestion

MODEL = "calibrated market"

Part = Literal["train", "holdout"]

_SPOKEN = {
    "naive": "the last value carried on",
    "seasonal-naive": "last year's value",
    "bass": "a Bass curve",
    "no word of mouth": "the same market with nobody talking",
}


def spoken(model: str) -> str:
    """How sentences call a model that history is also held against.

    >>> spoken("bass"), spoken("another")
    ('a Bass curve', 'another')
    """
    return _SPOKEN.get(model, model)


def part_of(judged: "Sequence[Judged]") -> Part:
    """Where the models of a target are compared: on the weeks held out, or on those seen where it has no others."""
    return "holdout" if judged and judged[0].holdout is not None else "train"


def best_null(judged: "Sequence[Judged]") -> "Judged | None":
    """The null model with the least CRPS on the weeks held out, or on those seen where none are."""
    part = part_of(judged)
    scored = [(one, _crps(one, part)) for one in judged if one.model != MODEL]
    usable = [(one, crps) for one, crps in scored if crps is not None]
    return min(usable, key=lambda pair: pair[1])[0] if usable else None


def _crps(one: "Judged", part: Part) -> float | None:
    found: Score | None = getattr(one, part)
    return None if found is None or not math.isfinite(found.crps) else found.crps


def compared(answer: "Calibration") -> dict[str, bool]:
    """By target whether it is foretold better than by every null model; targets without a comparison are left out.

    Where weeks are held out, only targets that were observed in them count.

    Args:
        answer: what was found.
    """
    out = {}
    for name, judged in answer.judged.items():
        part = part_of(judged)
        null = best_null(judged)
        ours, theirs = _crps(judged[0], part), None if null is None else _crps(null, part)
        if ours is None or theirs is None or (answer.question.holdout_weeks and part == "train"):
            continue
        out[name] = ours < theirs
    return out


def verdict(answer: "Calibration") -> str:
    """Two or three sentences that a manager understands.

    Args:
        answer: what was found.
    """
    return f"{_foretold(answer)} {_told(answer)}"


def _foretold(answer: "Calibration") -> str:
    held, better = answer.question.holdout_weeks, compared(answer)
    wins = [name for name, won in better.items() if won]
    lost = [name for name, won in better.items() if not won]
    if not better:
        where = f" on the {counted(held, 'week')} held out" if held else ""
        return f"Nothing could be compared with a simple forecast{where}: do not plan with it yet."
    beaten = listed([f"{name} ({_by(answer, name)})" for name in lost])
    if held:
        where = f"On the {counted(held, 'week')} held out from the fit"
        if not lost:
            return f"{where}, the calibrated market foretells {listed(wins)} better than every simple forecast."
        if not wins:
            return f"{where}, a simple forecast beats the calibrated market on {beaten}: do not plan with it yet."
        return (
            f"{where}, the calibrated market foretells {listed(wins)} better than every simple forecast, but is "
            f"beaten on {beaten}."
        )
    said = "No weeks were held out, so nothing shows how well the calibrated market foretells."
    if not lost:
        return f"{said} It tells the weeks that it was fitted to better than every simple forecast."
    return f"{said} Even on the weeks that it was fitted to, it is beaten on {beaten}: do not plan with it yet."


def _by(answer: "Calibration", name: str) -> str:
    null = best_null(answer.judged[name])
    return f"by {spoken(null.model)}" if null else ""


def _told(answer: "Calibration") -> str:
    unknown = [one.name for one in answer.parameters if not one.identified]
    n = len(answer.parameters)
    if not unknown:
        return "History tells the parameter." if n == 1 else f"History tells all {n} parameters."
    if len(unknown) == n:
        return f"History tells none of {counted(n, 'parameter')}: {listed(unknown)}."
    return f"History tells {n - len(unknown)} of {counted(n, 'parameter')}; it does not tell {listed(unknown)}."


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def untold(one: "Found") -> str:
    """What it means that history does not tell a parameter, in plain words.

    Args:
        one: a parameter that is not identified.
    """
    if one.at_bound:
        return (
            f"{one.name}: {one.reason}. Look whether the range is too narrow, or whether the parameter makes up for "
            "something that is missing from the scenario."
        )
    reason = one.reason.replace("history ", "it ", 1)
    return f"History does not tell {one.name}: {reason}. What you believed before still stands."


def answer_data(answer: "Calibration", provenance: dict[str, Any]) -> dict[str, Any]:
    """The answer for programs.

    Args:
        answer: what was found.
        provenance: versions, seeds and hashes.
    """
    trials = answer.fit.trials
    return {
        "verdict": verdict(answer),
        "targets": {name: _target(judged) for name, judged in answer.judged.items()},
        "parameters": {one.name: _parameter(one) for one in answer.parameters},
        "trials": {
            "ok": sum(trial.mean is not None for trial in trials), "failed": sum(failures(answer).values()),
            "reasons": failures(answer),
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


def failures(answer: "Calibration") -> dict[str, int]:
    """How many trials failed for which reason, in the order in which reasons came up.

    Args:
        answer: what was found.
    """
    out: dict[str, int] = {}
    for trial in answer.fit.trials:
        if trial.mean is None:
            out[trial.reason] = out.get(trial.reason, 0) + 1
    return out


def _target(judged: "Sequence[Judged]") -> dict[str, Any]:
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


def within(low: float, high: float) -> str:
    """The limits of an interval of a parameter.

    >>> within(0.00875, 0.0132)
    '0.00875 to 0.0132'
    """
    return f"{plain(low)} to {plain(high)}"


def answer_text(answer: "Calibration", *, bold: Paint, dim: Paint) -> str:
    """The answer as it is printed.

    Args:
        answer: what was found.
        bold: for the verdict.
        dim: for the heads of tables.
    """
    from studio.terminal import wrapped

    lines = [bold(wrapped(verdict(answer))), ""]
    width = max([*(len(one.name) for one in answer.parameters), len("parameter")])
    lines.append(dim(f"{'parameter':<{width}}  {'after':>9}  {'90 % interval':>21}  {'before':>21}  known"))
    for one in answer.parameters:
        after, before = within(one.low, one.high), within(one.prior_low, one.prior_high)
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
                why = row.reason or f"nothing was observed in the weeks {part}"
                lines.append(f"{label:<28}  {row.model:<20}  {'–':>7}  {'–':>10}  {'–':>7}  {why}")
                continue
            said = f"{label:<28}  {row.model:<20}  {share(found.mape):>7}  {plain(found.crps):>10}"
            lines.append(f"{said}  {share(found.coverage_90):>7}")
    trials, failed = answer.fit.trials, failures(answer)
    said = (
        f"{counted(len(trials), 'trial')} of {counted(answer.settings.replicates, 'replicate')}, "
        f"{sum(failed.values())} failed; {counted(len(answer.fit.weights), 'draw')} kept, worth "
        f"{number(answer.fit.ess)} even ones; history ruled out {share(1.0 - answer.fit.left)} of what was believed; "
        f"{duration(answer.seconds)}"
    )
    lines += ["", said]
    lines += [f"failed: {reason}" for reason in failed]
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
