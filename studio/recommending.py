"""The command ``apath recommend``: from a goal and a budget to a plan that the media team can work with."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.console import Notes, emit, paints, say_compiling
from studio.search_bar import search_bar

if TYPE_CHECKING:
    from experiments.recommend.effort import Effort


def run_recommendation(
    source: str,
    *,
    goal: Sequence[str],
    budget: float,
    mode: Any,
    limits: Path | None,
    current: str | None,
    effort: "Effort",
    consumers: int | None,
    parameters: Path | None,
    style: str,
    out: Path | None,
    resume: bool,
    force: bool,
    no_report: bool,
    quiet: bool,
) -> None:
    """Recommend a plan, print the answer, and write it into a directory.

    Args:
        source: name or file of the scenario.
        goal: metric, amount, date, probability; several for plans between them.
        budget: money in all.
        mode: how plans are judged.
        limits: TOML file.
        current: name of the plan that is carried out now.
        effort: how much is spent.
        consumers: simulated.
        parameters: calibrated draws, instead of those that the scenario names.
        style: table or json.
        out: directory.
        resume: go on with the study in the directory.
        force: begin anew in it.
        no_report: leave out the report.
        quiet: no progress and no remarks.
    """
    from experiments.recommend.limits import limits_from_file
    from scenarios.load import load_scenario
    from studio import recommendation_dir as place

    notes = Notes(quiet=quiet)
    loaded = load_scenario(source, consumers=consumers)
    said = None if limits is None else limits_from_file(limits)
    draws = None
    if parameters is not None:
        from calibration.conflicts import check_draws
        from calibration.draws import load_draws

        draws = load_draws(parameters)
        check_draws(draws, loaded.scenario, file=str(parameters))
    keep = style == "table" or out is not None
    folder = place.RECOMMENDATION.folder(loaded.scenario.name, out, force=force, resume=resume) if keep else None
    if style != "table":
        for note in loaded.notes:
            notes.say(f"note: {note}")
    say_compiling(notes)
    from experiments.recommend.answer import Recommendation
    from studio.process import keep_memory, tidy_from_now_on
    from studio.recommendation_study import Asked, find

    tidy_from_now_on()
    keep_memory()
    asked = Asked(goals=tuple(goal), budget=budget, mode=mode, limits=said, current=current, effort=effort, draws=draws)
    try:
        with search_bar(notes, best="best {:+,.3g}".format) as progress:
            answer, data, left = find(
                loaded, asked, folder=folder, resume=resume, report=not no_report, progress=progress,
                as_written=loaded if consumers is None else load_scenario(source),  # its file keeps its own number
                limits_file=None if limits is None else limits.read_bytes(),
                taken_up=lambda n: notes.say(f"going on after {n} runs of plans"),
            )  # fmt: skip
    except KeyboardInterrupt:
        if folder is None:
            raise
        raise KeyboardInterrupt(
            f"interrupted; what was tried is kept: run the same command with -o {folder} --resume to go on"
        ) from None
    for name in left:
        notes.say(f"note: {name} was not copied beside the plan")
    if style == "json":
        from studio.exports import json_text

        emit(json_text(data))
    else:
        from studio.front_words import front_text
        from studio.recommendation_words import answer_text

        bold, dim = paints()
        if isinstance(answer, Recommendation):
            emit(answer_text(answer, bold=bold, dim=dim))
        else:
            emit(front_text(answer, bold=bold, dim=dim))
    if folder is not None:
        _say_next(notes, folder, one=isinstance(answer, Recommendation), report=not no_report)


def _say_next(notes: Notes, folder: Path, *, one: bool, report: bool) -> None:
    """Where things are, and what can be done with them."""
    books = "plan.xlsx and plan.csv" if one else "front-1.xlsx and so on, front.csv"
    notes.say(f"\n{'plan' if one else 'plans'}: {folder}/plan.toml, {books}")
    if report:
        notes.say(f"report: {folder}/report.html")
    follow = f"apath run {folder}/plan.toml --plan recommended" if one else f"apath compare {folder}/plan.toml"
    notes.say(f"next: {follow}")
