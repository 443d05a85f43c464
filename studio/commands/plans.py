"""Commands that run plans and hand them over: run, compare, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.commands.options import debug_option, question_options, quiet_option
from studio.console import Notes, emit, paints, say_compiling

if TYPE_CHECKING:
    from scenarios.load import Loaded


@click.command()
@click.argument("scenario")
@click.option("--plan", help="Name of the plan.  [default: the first]")
@click.option(
    "--report",
    "kind",
    type=click.Choice(["full", "monthly"]),
    default="full",
    show_default=True,
    help="The answer with how sure it is, or also the monthly social report with the rivals beside it.",
)
@question_options
def run(scenario: str, plan: str | None, kind: str, **options: Any) -> None:
    """Run one plan and say what comes of it."""
    if kind == "monthly" and options["style"] != "table" and options["out"] is None:
        raise click.UsageError("the monthly report is written into a run: add -o DIR, or leave out --format")
    _answer(scenario, one=True, names=None if plan is None else [plan], monthly=kind == "monthly", **options)


@click.command()
@click.argument("scenario")
@click.option("--plans", help="Names, separated by commas.  [default: all]")
@question_options
def compare(scenario: str, plans: str | None, **options: Any) -> None:
    """Say which plan wins, and how sure that is.

    All plans meet the same simulated people, so that they differ by what they do and by nothing else.
    """
    names = None if plans is None else [part for part in (p.strip() for p in plans.split(",")) if part]
    _answer(scenario, one=False, names=names, **options)


@click.command()
@click.argument("source", metavar="RUN")
@click.option("--xlsx", is_flag=True, help="The workbook: flowchart, units, posts, settings; may be edited.")
@click.option("--csv", "csv_too", is_flag=True, help="The plan as plan.csv (long) and plan-wide.csv (Mondays across).")
@click.option("--plan", "runnable", is_flag=True, help="The plan in a scenario that runs as it is: plan.toml.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder.  [default: exports/<scenario>-<plan>]")
@click.option("--plan-name", help="Which plan; of an edited file, its new name.  [default: the first; its own]")
@click.option("--scenario", help="With an edited file: the scenario, instead of the one in the workbook.")
@click.option("--force", is_flag=True, help="Replace files that are there and say something else.")
@quiet_option
@debug_option
def export(
    source: str,
    xlsx: bool,
    csv_too: bool,
    runnable: bool,
    out: Path | None,
    plan_name: str | None,
    scenario: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Hand a plan over as a workbook, as CSV or as a scenario.

    RUN is a directory that run or compare has written, or a scenario. An edited plan.xlsx, or plan.csv with
    --scenario, becomes a plan again: what cannot be used is named by its cell. Without --xlsx, --csv or --plan all
    are written.
    """
    from studio.exporting import run_export

    formats = [name for name, wanted in (("xlsx", xlsx), ("csv", csv_too), ("plan", runnable)) if wanted]
    run_export(
        source, formats=formats, out=out, plan_name=plan_name, scenario=scenario, force=force, notes=Notes(quiet=quiet)
    )


def _answer(
    source: str,
    *,
    one: bool,
    names: list[str] | None,
    replicates: int,
    seed: int,
    consumers: int | None,
    uncertainty: Any,
    parameters: Path | None,
    worlds: int | None,
    threads: int | None,
    style: str,
    out: Path | None,
    force: bool,
    no_report: bool,
    watch: bool,
    quiet: bool,
    monthly: bool = False,
) -> None:
    from scenarios.load import load_scenario
    from studio import rundir

    notes = Notes(quiet=quiet)
    loaded = load_scenario(source, consumers=consumers)
    names = _plans(loaded, names, one=one, notes=notes)
    draws = None
    if parameters is not None:
        from calibration.conflicts import check_draws
        from calibration.draws import load_draws

        draws = load_draws(parameters)
        check_draws(draws, loaded.scenario, file=str(parameters))
    keep = style == "table" or out is not None
    if keep:
        rundir.check_place(out, force=force)
    if style != "table":  # the table ends with them
        for note in loaded.notes:
            notes.say(f"note: {note}")
    say_compiling(notes)
    from experiments import compare as ask
    from studio.process import keep_memory, tidy_from_now_on

    tidy_from_now_on()
    keep_memory()
    with notes.progress(replicates) as progress:
        answer = ask(
            loaded, plans=names, replicates=replicates, seed=seed, uncertainty=uncertainty, draws=draws,
            worlds=worlds, threads=threads, progress=progress,
        )  # fmt: skip
    look = None
    if one and keep:
        from experiments.closer import look_closer
        from experiments.replicate import graph_of

        look = look_closer(answer.runs, next(iter(answer.plans)), graph=graph_of(loaded))
    if style == "json":
        from studio.exports import json_text

        emit(json_text(answer.to_json()))
    elif style == "csv":
        from studio.exports import comparison_csv

        emit(comparison_csv(answer))
    elif monthly and look is not None:
        from studio.monthly import monthly_text

        bold, dim = paints()
        emit(monthly_text(look, bold=bold, dim=dim))
    else:
        from studio.terminal import answer_text
        from studio.words import notes_of

        bold, dim = paints()
        emit(answer_text(answer, remarks=notes_of(answer, loaded), bold=bold, dim=dim))
    if keep:
        written = rundir.write_run(
            answer, loaded, out=out, force=force, report=not no_report, look=look, monthly=monthly, watch=watch
        )
        for name in written.left_out:
            notes.say(f"note: {name} was not copied into the run; run.json rests on it as it is now")
        notes.say(f"\nrun:    {written.path}")
        if written.report is not None:
            notes.say(f"report: {written.report}")
        if written.monthly is not None:
            notes.say(f"months: {written.monthly}")
        if written.watch is not None:
            notes.say(f"watch:  {written.watch}")
    runs = answer.runs
    notes.say(
        f"time:   {runs.kernel_seconds:.1f} s simulating, {runs.world_seconds:.1f} s making worlds, "
        f"{runs.other_seconds:.1f} s on plans and figures, over all threads; {runs.wall_seconds:.1f} s in all"
    )


def _plans(loaded: "Loaded", names: list[str] | None, *, one: bool, notes: Notes) -> list[str] | None:
    """The plans that are meant, checked before the engine is loaded."""
    from scenarios.errors import shown, suggest

    known = list(loaded.scenario.plans)
    if names is None and one:
        if len(known) > 1:
            notes.say(f"running the first plan, {known[0]}; --plan chooses another of {', '.join(known)}")
        return known[:1]
    if names is None:
        return None
    option = "--plan" if one else "--plans"
    for name in names:
        if name not in known:
            raise click.BadParameter(f"there is no plan {shown(name)}; {suggest(name, known)}", param_hint=option)
    if not names or len(set(names)) < len(names):
        raise click.BadParameter(f"name each plan once; plans are {', '.join(known)}", param_hint=option)
    return names
