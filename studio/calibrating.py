"""The command ``apath calibrate``: from a scenario and its history to parameters that later questions carry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.calibration_question import ask
from studio.console import Notes, emit, paints, say_compiling
from studio.search_bar import search_bar

if TYPE_CHECKING:
    from calibration.fit import Settings
    from calibration.history import History
    from calibration.question import Question


def run_calibration(
    source: str,
    history: Path | None,
    *,
    plan: str | None,
    free: str | None,
    settings: "Settings",
    consumers: int | None,
    holdout_weeks: int | None,
    style: str,
    out: Path | None,
    resume: bool,
    force: bool,
    no_report: bool,
    quiet: bool,
) -> None:
    """Calibrate a scenario, print the answer, and write it into a directory.

    Args:
        source: name or file of the scenario.
        history: CSV with the history, or TOML with the settings; beside the scenario when None.
        plan: that was carried out.
        free: names of the free parameters, separated by commas; the settings' when None.
        settings: how much is spent.
        consumers: simulated.
        holdout_weeks: last weeks that the fit does not see.
        style: table or json.
        out: directory.
        resume: go on with the study in the directory.
        force: begin anew in it.
        no_report: leave out the report.
        quiet: no progress and no remarks.
    """
    from scenarios.load import load_scenario

    notes = Notes(quiet=quiet)
    loaded = load_scenario(source, consumers=consumers)
    asked, seen, graph = ask(loaded, history, plan=plan, free=free, holdout_weeks=holdout_weeks)
    keep = style == "table" or out is not None
    from studio import calibration_dir

    folder = None
    if keep:
        folder = calibration_dir.CALIBRATION.folder(loaded.scenario.name, out, force=force, resume=resume)
    _show_columns(seen, notes)
    for note in (*loaded.notes, *asked.notes):
        notes.say(f"note: {note}")
    say_compiling(notes)
    from studio.calibration_study import calibrated
    from studio.process import keep_memory, tidy_from_now_on

    tidy_from_now_on()
    keep_memory()
    if not asked.free:
        asked = _suggested(asked, settings, graph, notes)
    try:
        with search_bar(notes, best=_least) as progress:
            answer, data, left = calibrated(
                loaded, asked, seen=seen, settings=settings, graph=graph, folder=folder, resume=resume,
                report=not no_report, progress=progress, taken_up=lambda n: notes.say(f"going on after {n} trials"),
            )  # fmt: skip
    except KeyboardInterrupt:
        if folder is None:
            raise
        raise KeyboardInterrupt(
            f"interrupted; trials so far are kept: run the same command with -o {folder} --resume to go on"
        ) from None
    from studio import calibration_words as words

    if style == "json":
        from studio.exports import json_text

        emit(json_text(data))
    else:
        bold, dim = paints()
        emit(words.answer_text(answer, bold=bold, dim=dim))
    if folder is not None:
        for name in left:
            notes.say(f"note: {name} was not copied beside the calibrated scenario")
        notes.say(f"\nfound:  {folder}/calibrated.toml, with {calibration_dir.DRAWS} beside it")
        if not no_report:
            notes.say(f"report: {folder}/report.html")
        notes.say(f"next:   apath compare {folder}/calibrated.toml")


def _least(loss: float) -> str:
    return f"least loss {loss:.3g}"


def _show_columns(seen: "History", notes: Notes) -> None:
    """What each column of a wide history was taken for, and how to say otherwise."""
    if not seen.uses:
        return
    notes.say(f"columns of {Path(seen.file).name} are read as follows; [columns] in calibration.toml says otherwise:")
    width = max(len(use.column) for use in seen.uses)
    for use in seen.uses:
        notes.say(f"  {use.column:<{width}}  {use.text}")


def _suggested(asked: "Question", settings: "Settings", graph: Any, notes: Notes) -> "Question":
    from calibration.suggest import suggest

    notes.say("no parameter is named as free: looking for those that this history can tell ...")
    found = suggest(asked, seed=settings.seed, graph=graph, threads=settings.threads)
    chosen = tuple(one.parameter for one in found if one.chosen)
    notes.say(f"free: {', '.join(one.name for one in chosen)}")
    return replace(asked, free=chosen)


def run_suggestion(
    source: str,
    history: Path | None,
    *,
    plan: str | None,
    settings: "Settings",
    consumers: int | None,
    holdout_weeks: int | None,
    style: str,
    quiet: bool,
    **ignored: Any,
) -> None:
    """Say which parameters a history could tell.

    Args:
        source: name or file of the scenario.
        history: as for :func:`run_calibration`, like all that follows.
        plan: likewise.
        settings: seed and threads are used.
        consumers: likewise.
        holdout_weeks: likewise.
        style: table or json.
        quiet: likewise.
        ignored: options that only matter for a fit.
    """
    from scenarios.load import load_scenario

    notes = Notes(quiet=quiet)
    loaded = load_scenario(source, consumers=consumers)
    asked, _, graph = ask(loaded, history, plan=plan, free=None, holdout_weeks=holdout_weeks)
    for note in asked.notes:
        notes.say(f"note: {note}")
    say_compiling(notes)
    from calibration.suggest import suggest
    from studio.calibration_words import suggestion_data, suggestion_text

    found = suggest(asked, seed=settings.seed, graph=graph, threads=settings.threads)
    if style == "json":
        from studio.exports import json_text

        emit(json_text(suggestion_data(found)))
    else:
        bold, dim = paints()
        emit(suggestion_text(found, bold=bold, dim=dim))


SELF_TEST_CONSUMERS = 3_000
"""Simulated in a self-test: more would take long and make luck smaller than it is in any panel."""

SELF_TEST_SCATTER = 0.05
"""Of made observations, where the settings do not state one."""


def run_self_test(
    source: str | None,
    history: Path | None,
    *,
    plan: str | None,
    settings: "Settings",
    quick: bool,
    consumers: int | None,
    holdout_weeks: int | None,
    style: str,
    out: Path | None,
    quiet: bool,
    **ignored: Any,
) -> None:
    """Find known parameters again, and say how often their intervals hold the truth.

    Args:
        source: name or file of the scenario; with ``quick`` a small bundled market is used instead.
        history: whose metrics and weeks the made histories have.
        plan: that is carried out.
        settings: seed and threads are used.
        quick: a small test, in less than a minute.
        consumers: simulated.
        holdout_weeks: not used: every week is seen.
        style: table or json.
        out: a file for the answer, besides.
        quiet: no progress and no remarks.
        ignored: options that only matter for a fit.
    """
    from studio.exports import json_text

    notes = Notes(quiet=quiet)
    if out is not None:
        raise click.UsageError("a self-test writes nothing: leave out -o, or send its answer to a file with >")
    if quick:
        notes.say("a small market, app-referral, with two unknown parameters; leave out --quick to test a scenario")
        say_compiling(notes)
        from calibration.self_test import quick_self_test

        with _fits(notes) as progress:
            found = quick_self_test(seed=settings.seed, threads=settings.threads, progress=progress)
    else:
        from calibration.errors import CalibrationError
        from scenarios.load import load_scenario

        if source is None:
            raise click.UsageError("name a SCENARIO, or add --quick")
        loaded = load_scenario(source, consumers=consumers or SELF_TEST_CONSUMERS)
        asked, _, _ = ask(loaded, history, plan=plan, free=None, holdout_weeks=0)
        if not asked.free:
            raise CalibrationError("no parameter is free", hint="name some under [free] in calibration.toml")
        say_compiling(notes)
        from calibration.self_test import self_test

        targets = [
            replace(one, discrepancy=(), scatter=SELF_TEST_SCATTER if one.scatter is None else one.scatter)
            for one in asked.observed.targets
        ]
        with _fits(notes) as progress:
            found = self_test(
                asked.scenario, asked.plan, free=asked.free, targets=targets, seed=settings.seed,
                threads=settings.threads, progress=progress,
            )  # fmt: skip
    emit(json_text(found.to_json()) if style == "json" else found.text())


@contextmanager
def _fits(notes: Notes) -> Iterator[Callable[[int, int], None]]:
    """Fits done, and on a terminal the time left."""
    with search_bar(notes, best=_least) as told:
        yield lambda done, total: None if told is None else told("fits", done, total, float("nan"))
