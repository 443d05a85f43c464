"""The parts of a calibration's report that say where it comes from: the search, what was read, and how to repeat it."""

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.calibration_figures import PHASES, search_chart
from studio.calibration_words import failures
from studio.formatting import UNKNOWN, counted, money, number, people, plain, share
from studio.markup import esc, exhibit, facts, items, paragraph, table
from studio.words import counted_people

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from calibration.targets import LiftTest, Target
    from scenarios.load import Loaded

_Z90 = 1.6448536269514722

NOISES = {
    "negative-binomial": "counts (negative binomial)",
    "beta-binomial": "shares (beta-binomial)",
    "lognormal": "money (lognormal)",
    "normal": "even (normal)",
}
"""How reports call the kinds of scatter."""


def the_search(answer: "Calibration") -> str:
    """Loss by trial, trials by phase, what failed and what was ruled out.

    Args:
        answer: what was found.
    """
    from calibration.search import auto_sampler

    fit, settings = answer.fit, answer.settings
    by_phase = []
    for phase in dict.fromkeys(trial.phase for trial in fit.trials):
        mine = [trial for trial in fit.trials if trial.phase == phase]
        losses = [trial.loss for trial in mine if trial.mean is not None]
        least, middle = (plain(min(losses)), plain(float(np.median(losses)))) if losses else (UNKNOWN, UNKNOWN)
        bad = len(mine) - len(losses)
        by_phase.append([PHASES.get(phase, phase), f"{len(mine):,}", f"{bad:,}", least, middle])
    head = ["phase", "trials", "failed", "least loss", "median loss"]
    phases = table("Trials by phase", head, by_phase)
    every = [
        [str(trial.number + 1), PHASES.get(trial.phase, trial.phase),
         plain(trial.loss) if trial.mean is not None else UNKNOWN, trial.reason]
        for trial in fit.trials
    ]  # fmt: skip
    numbers = table(
        "All trials in order", ["trial", "phase", "loss", "failed because"], every, words=(1, 3), kind="tight"
    )
    how = (
        "A trial is one set of values, run several times. Its loss is how far it misses history, squared, in units of "
        "the scatter that is expected: near 1 it fits as well as anything can."
    )
    kind = auto_sampler(fit.free) if settings.sampler == "auto" else settings.sampler
    sampler = "CMA-ES" if kind == "cma" and len(fit.free) > 1 else "TPE"
    each = counted(settings.replicates, "replicate")
    found = [
        ("Budget", f"{counted(settings.trials, 'trial')}, the draws among them; {each} each"),
        ("Sampler", sampler + (", chosen by the kind of parameters" if settings.sampler == "auto" else "")),
        ("Ruled out", f"{share(1.0 - fit.left)} of what was believed before, after the first phase"),
        ("Stand-in", f"emulator of {counted(fit.emulator.k, 'pattern')} from {counted(len(fit.emulator.z), 'trial')}"),
        ("Draws", f"{counted(len(fit.weights), 'draw')}, worth {number(fit.ess)} of equal weight"),
    ]
    reasons = failures(answer)
    why = items([f"{counted(n, 'trial')} failed: {reason}" for reason, n in reasons.items()]) if reasons else ""
    return exhibit("Loss by trial", [search_chart(fit.trials)], numbers, note=how) + phases + why + facts(found)


def what_was_read(answer: "Calibration", data: Mapping[str, Any]) -> str:
    """Targets with their noise, experiments and how they were met, and what was assumed.

    Args:
        answer: what was found.
        data: the answer for programs.
    """
    question, provenance = answer.question, data["provenance"]
    seen = question.observed
    rows = []
    for t, target in enumerate(seen.targets):
        held = int(seen.held_out(t).sum())
        span = f"{target.labels[0]}\nto {target.labels[-1]}" if target.n else UNKNOWN
        about = f"{target.metric} of {target.segment}" if target.segment else target.metric
        rows.append([
            target.name if about == target.name else f"{target.name}\n{about}",
            f"{target.n:,}\n{held:,} held out", span, _noise(target),
            _scatter(answer, t, "scatter"), _beyond(answer, t),
        ])  # fmt: skip
    head = ["target", "values", "from first to last", "noise", "scatter", "not asked to explain"]
    targets = table("What was observed", head, rows, words=(2, 3, 4, 5), kind="long")
    plan = (
        f"the last {counted(question.holdout_weeks, 'week')}, from week {seen.train_weeks + 1} on"
        if question.holdout_weeks
        else "none: nothing shows how well the market foretells"
    )
    history = [str(provenance[key]) for key in ("history", "columns") if provenance.get(key)]
    each = counted_people(question.scenario.people_per_consumer)
    found = [
        ("History", ", ".join(history) or "history.csv beside this page, in the long form"),
        ("Held out", plan),
        ("Market", f"{counted(question.scenario.market.consumers, 'consumer')}, each for {each}"),
        ("Free", f"{counted(len(question.free or answer.fit.free), 'parameter')}: {', '.join(answer.fit.names)}"),
    ]  # fmt: skip
    notes = items(list(question.notes)) if question.notes else ""
    tables = targets + (_lifts(answer) if seen.lifts else "")
    return facts(found) + f'<div class="exhibit">{tables}</div>' + notes


def _noise(target: "Target") -> str:
    said = NOISES.get(target.noise, target.noise)
    if target.weight == 0:
        said += "; shown, not fitted"
    elif target.weight != 1.0:
        said += f"; weight {plain(target.weight)}"
    return said + (f"; {target.sample_size:,} asked" if target.sample_size else "")


def _scatter(answer: "Calibration", t: int, kind: str) -> str:
    """Size of one kind of scatter of a target: its posterior mean and 90 % interval, or what was stated."""
    fit = answer.fit
    for q, one in enumerate(fit.scatter.nuisances):
        if one.target == t and one.kind == kind:
            sizes = np.abs(fit.x[:, q]) * one.usual
            low, high = _interval(sizes, fit.weights)
            return f"{share(float(fit.weights @ sizes))} estimated\n{share(low)} to {share(high)}"
    stated = fit.observed.targets[t].scatter
    if kind != "scatter" or stated is None:
        return ""
    return f"{share(stated)} stated" if stated else "none beyond chance"


def _interval(values: Any, weights: Any) -> tuple[float, float]:
    from calibration.scores import weighted_quantile

    low, high = weighted_quantile(np.asarray(values)[:, None], [0.05, 0.95], weights=weights)[:, 0]
    return float(low), float(high)


def _beyond(answer: "Calibration", t: int) -> str:
    """What the model is not asked to explain of a target, with its size where that was estimated."""
    said = []
    for kind in answer.fit.observed.targets[t].discrepancy:
        size = _scatter(answer, t, kind).replace("\n", ", ")
        said.append(f"{kind}: {size}" if size else kind)
    return "; ".join(said) or "all is to be explained"


def _lifts(answer: "Calibration") -> str:
    """Experiments, and what the engine says of them at the draws."""
    fit, seen = answer.fit, answer.question.observed
    rows = []
    for n, lift in enumerate(seen.lifts):
        at = seen.slices[len(seen.targets) + n].start
        said = lift.natural(fit.means[:, at])
        low, high = _interval(said, fit.weights)
        middle = float(fit.weights @ said)
        off = abs(middle - lift.effect) / lift.standard_error
        fitted = "fitted" if bool(seen.train[at]) else "held out"
        met = f"{'● met' if off <= _Z90 else '○ missed'}\n{plain(round(off, 2))} standard errors off; {fitted}"
        tested = f"{_effect(lift.effect, lift)}\n± {_effect(_Z90 * lift.standard_error, lift)}"
        span = f"weeks {lift.first_week + 1} to {lift.last_week + 1}"
        rows.append([
            lift.name, f"{lift.channel}, {span}", lift.metric, tested,
            f"{_effect(middle, lift)}\n{_effect(low, lift)} to {_effect(high, lift)}", met,
        ])  # fmt: skip
    head = ["test", "channel", "metric", "found, 90 %", "engine, 90 %", "met"]
    return table(
        "Lift tests: what the experiment found and what the engine says", head, rows, words=(1, 2, 5), kind="long"
    )


def _effect(value: float, lift: "LiftTest") -> str:
    from calibration.series import unit_of

    return money(value) if unit_of(lift.metric) == "money" else people(value)


def use_and_repeat(answer: "Calibration", loaded: "Loaded", data: Mapping[str, Any]) -> str:
    """How to use what was found, and how to find it again: versions, seeds and hashes.

    Args:
        answer: what was found.
        loaded: the scenario.
        data: the answer for programs.
    """
    p, settings = data["provenance"], answer.settings
    name = (
        "calibrated.json" if loaded.source_bytes.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "calibrated.toml"
    )
    use = f"apath compare {name}"
    words = ["apath", "calibrate", loaded.scenario.name, "--trials", str(settings.trials)]
    words += ["--replicates", str(settings.replicates), "--draws", str(settings.draws)]
    words += ["--holdout-weeks", str(answer.question.holdout_weeks), "--sampler", settings.sampler]
    words += ["--seed", str(settings.seed), "--consumers", str(answer.question.scenario.market.consumers)]
    found = [
        ("Version", f"apath {p['version']}"),
        ("Seed", str(settings.seed)),
        ("Scenario", str(p["scenario_hash"])),
        ("History", str(p["data_hash"])),
        *((file, digest) for file, digest in sorted(loaded.files.items())),
    ]
    return (
        paragraph("In this folder, ask which plan wins in the market as it was found; every replicate takes one draw:")
        + f"<pre><code>{esc(use)}</code></pre>"
        + paragraph("The same history, settings, version and seed give the same result, on any number of threads:")
        + f"<pre><code>{esc(shlex.join(words))}</code></pre>"
        + facts(found)
    )
