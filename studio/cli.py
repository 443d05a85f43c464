"""The command line: ``apath new``, ``check``, ``metrics``, ``levers``, ``warm``, ``run``, ``compare`` and the others.

Answers are printed on stdout, everything else on stderr. Whatever is heavy is imported by the command that
needs it, so that help, version and checks are quick.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from studio.console import Notes, emit, paints, say_compiling
from studio.failures import Commands, leave_quickly
from studio.process import start_without_tidying

if TYPE_CHECKING:
    from scenarios.load import Loaded

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_REPLICATES = 64


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="apath", prog_name="apath", message="%(prog)s %(version)s")
def cli() -> None:
    """Try marketing plans on simulated consumers before you pay for them.

    A SCENARIO is the name of a bundled one, such as coldbrew-launch, or the path of a .toml or .json file.

    \b
    Start here:
      apath compare coldbrew-launch     which of three plans wins, by how much, how sure
      apath new my-launch               a scenario of your own to fill in
      apath check my-launch/scenario.toml
    """  # noqa: D301 - the backspace is click's sign for lines that are not to be filled


def _question(command: Command) -> Command:
    """Options of every command that runs plans."""
    for option in reversed(
        (
            click.option(
                "--replicates", type=click.IntRange(min=1), default=DEFAULT_REPLICATES, show_default=True,
                help="How often each plan is run; more narrow the intervals.",
            ),
            click.option(
                "--seed", type=int, default=0, show_default=True,
                help="Any whole number; the same one gives the same answer.",
            ),
            click.option(
                "--consumers", type=click.IntRange(min=1), help="Simulated consumers, instead of the file's.",
            ),
            click.option(
                "--uncertainty", type=click.Choice(["luck", "luck+ranges", "luck+calibrated"]),
                help="What the intervals hold: chance alone, or also unknown parameters.  [default: luck+calibrated "
                "with parameter draws, else luck+ranges]",
            ),
            click.option(
                "--parameters", type=click.Path(path_type=Path), metavar="FILE",
                help="Calibrated parameter draws, such as parameters.npz.  [default: the scenario's, if it names any]",
            ),
            click.option(
                "--worlds", type=click.IntRange(min=1),
                help="Different markets for the replicates.  [default: a fresh one each; 8 if large]",
            ),
            click.option(
                "--threads", type=click.IntRange(min=1), help="Replicates at once.  [default: all cores]"
            ),
            click.option(
                "--format", "style", type=click.Choice(["table", "json", "csv"]), default="table",
                show_default=True, help="How the answer is printed.",
            ),
            click.option(
                "-o", "--out", type=click.Path(path_type=Path),
                help="Directory for the run.  [default: runs/<scenario>-<n>; none for json and csv]",
            ),
            click.option("--force", is_flag=True, help="Replace a run that is in the directory already."),
            click.option("--no-report", is_flag=True, help="Leave out report.html."),
            _quiet,
            _debug,
        )
    ):  # fmt: skip
        command = option(command)
    return command


_quiet = click.option("--quiet", "-q", is_flag=True, help="No progress and no remarks.")
_debug = click.option("--debug", is_flag=True, expose_value=False, help="Show where an error was raised.")


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Short name of the scenario.  [default: the folder's]")
@click.option("--history", type=click.Path(path_type=Path), help="CSV file of past spend and outcomes to start from.")
@click.option("--columns", help="What its columns are, such as x1=spend:tv,y=revenue.  [default: as proposed]")
@click.option("--period", type=click.Choice(["day", "week", "month", "year"]), help="week adds its days up to weeks.")
@click.option("--yes", is_flag=True, help="Approve how its columns are read.")
@_quiet
@_debug
def new(
    folder: Path,
    name: str | None,
    history: Path | None,
    columns: str | None,
    period: str | None,
    yes: bool,
    quiet: bool,
) -> None:
    """Write a scenario of your own.

    It goes into a new folder DIR, runs as it stands, and explains its settings. With --history it repeats what
    was spent; what the history does not tell is guessed, and marked GUESS.
    """
    notes = Notes(quiet=quiet)
    if history is not None:
        from studio.history_in import draft_from

        path = draft_from(
            history, folder, name=name or _name_of(folder), columns=columns, period=period, yes=yes, notes=notes
        )
    elif columns or period or yes:
        raise click.UsageError("--columns, --period and --yes say how a --history is read: name its file")
    else:
        from scenarios.starter import write_starter

        path = write_starter(folder, name=name or _name_of(folder))
    emit(str(path))
    said = shlex.quote(str(path))
    notes.say(f"\nEdit it, then:\n  apath check {said}\n  apath compare {said}")


def _name_of(folder: Path) -> str:
    """A short name made from a folder's, with hyphens for what names may not hold."""
    words = re.findall(r"[A-Za-z0-9_]+", folder.resolve().name)
    return "-".join(words).lstrip("_-")[:64] or "my-launch"


@cli.command()
@click.argument("scenario", required=False)
@click.option("--defaults", is_flag=True, help="List every number the model assumes, with its evidence.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@_debug
def check(scenario: str | None, defaults: bool, style: str) -> None:
    """Say whether a scenario can be run.

    Everything that has to be mended is listed, with its line and a hint.
    """
    from studio.inspection import (
        check_its_draws,
        defaults_data,
        defaults_text,
        summary_data,
        summary_text,
        with_its_network,
    )

    if scenario is None and not defaults:
        raise click.UsageError("name a SCENARIO, or ask for --defaults")
    bold, _ = paints()
    data: dict[str, Any] = {}
    texts = []
    if scenario is not None:
        from scenarios.load import load_scenario

        loaded = with_its_network(load_scenario(scenario))
        check_its_draws(loaded)
        data |= summary_data(loaded)
        texts.append(summary_text(loaded, bold=bold))
    if defaults:
        data["defaults"] = defaults_data()
        texts.append(defaults_text(bold=bold))
    if style == "json":
        from studio.exports import json_text

        emit(json_text(data))
    else:
        emit("\n\n".join(texts))


@cli.command()
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@_debug
def metrics(style: str) -> None:
    """List every metric, with its unit and formula.

    They stand in metrics.csv of a run, week by week, for every brand and segment.
    """
    from studio.inspection import metrics_data, metrics_text

    if style == "json":
        from studio.exports import json_text

        emit(json_text(metrics_data()))
    else:
        bold, _ = paints()
        emit(metrics_text(bold=bold))


@cli.command()
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@_debug
def levers(style: str) -> None:
    """List everything that a plan can do.

    Each lever with where it is written, what it does, what it costs and what it moves.
    """
    from studio.catalogues import levers_data, levers_text

    if style == "json":
        from studio.exports import json_text

        emit(json_text(levers_data()))
    else:
        bold, _ = paints()
        emit(levers_text(bold=bold))


@cli.command()
@_quiet
@_debug
def warm(quiet: bool) -> None:
    """Compile the engine ahead of time.

    Whatever runs, comparisons and networks need is compiled and kept, so that the first question is as quick as any.
    """
    notes = Notes(quiet=quiet)
    say_compiling(notes)
    from experiments.warm import warm as compile_all

    done = compile_all()
    if done.compiled:
        emit(f"compiled {done.compiled} functions in {done.seconds:.0f} s; kept in {done.folder}")
    else:
        emit(f"nothing was to do: all {done.in_all} functions are compiled; kept in {done.folder}")


@cli.command()
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
@_question
def run(scenario: str, plan: str | None, kind: str, **options: Any) -> None:
    """Run one plan and say what comes of it."""
    if kind == "monthly" and options["style"] != "table" and options["out"] is None:
        raise click.UsageError("the monthly report is written into a run: add -o DIR, or leave out --format")
    _answer(scenario, one=True, names=None if plan is None else [plan], monthly=kind == "monthly", **options)


@cli.command()
@click.argument("scenario")
@click.option("--plans", help="Names, separated by commas.  [default: all]")
@_question
def compare(scenario: str, plans: str | None, **options: Any) -> None:
    """Say which plan wins, and how sure that is.

    All plans meet the same simulated people, so that they differ by what they do and by nothing else.
    """
    names = None if plans is None else [part for part in (p.strip() for p in plans.split(",")) if part]
    _answer(scenario, one=False, names=names, **options)


@cli.command()
@click.argument("source", metavar="RUN")
@click.option("--xlsx", is_flag=True, help="The workbook: flowchart, units, posts, settings; may be edited.")
@click.option("--csv", "csv_too", is_flag=True, help="The plan as plan.csv (long) and plan-wide.csv (Mondays across).")
@click.option("--plan", "runnable", is_flag=True, help="The plan in a scenario that runs as it is: plan.toml.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder.  [default: exports/<scenario>-<plan>]")
@click.option("--plan-name", help="Which plan; of an edited file, its new name.  [default: the first; its own]")
@click.option("--scenario", help="With an edited file: the scenario, instead of the one in the workbook.")
@click.option("--force", is_flag=True, help="Replace files that are there and say something else.")
@_quiet
@_debug
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


@cli.command()
@click.argument("scenario", required=False)
@click.argument("history", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--plan", help="Plan that was carried out.  [default: the settings', else the first]")
@click.option("--free", help="Parameters to find, separated by commas.  [default: the settings', else suggested]")
@click.option("--trials", type=click.IntRange(min=10), default=300, show_default=True, help="Points of the search.")
@click.option("--replicates", type=click.IntRange(min=2), default=8, show_default=True, help="Runs of each trial.")
@click.option(
    "--draws",
    type=click.IntRange(min=20, max=200),
    default=100,
    show_default=True,
    help="Parameter draws that later answers carry.",
)
@click.option(
    "--holdout-weeks",
    type=click.IntRange(min=0),
    help="Last weeks that the fit does not see.  [default: 13, or a quarter]",
)
@click.option(
    "--sampler",
    type=click.Choice(["auto", "cma", "tpe"]),
    default="auto",
    show_default=True,
    help="auto: CMA-ES where all is continuous, TPE where a parameter is a whole number.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Any whole number; never searched.")
@click.option("--consumers", type=click.IntRange(min=1), help="Simulated consumers, instead of the file's.")
@click.option("--threads", type=click.IntRange(min=1), help="Trials at once.  [default: all cores]")
@click.option("--suggest", is_flag=True, help="Only say which parameters this history could tell.")
@click.option("--self-test", is_flag=True, help="Find known parameters again from simulated histories.")
@click.option("--quick", is_flag=True, help="With --self-test: a small one, in less than a minute.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Directory.  [default: runs/<scenario>-calibration-<n>; none for json]",
)
@click.option("--resume", is_flag=True, help="Go on with the study in the directory.")
@click.option("--force", is_flag=True, help="Begin anew in the directory.")
@click.option("--no-report", is_flag=True, help="Leave out report.html.")
@_quiet
@_debug
def calibrate(
    scenario: str | None,
    history: Path | None,
    trials: int,
    replicates: int,
    draws: int,
    sampler: Any,
    seed: int,
    threads: int | None,
    suggest: bool,
    self_test: bool,
    quick: bool,
    **options: Any,
) -> None:
    """Find a market's parameters from its history, and say how far to trust them.

    HISTORY is a CSV file with what was spent and what came of it, week by week (docs/history.md), or the .toml file
    with the settings; left out, what lies beside the scenario is used.
    """
    from calibration.fit import Settings

    chosen = Settings(trials=trials, replicates=replicates, draws=draws, seed=seed, sampler=sampler, threads=threads)
    from studio import calibrating

    if quick and not self_test:
        raise click.UsageError("--quick goes with --self-test")
    if scenario is None and not self_test:
        raise click.UsageError("name a SCENARIO, such as coldbrew-launch")
    if self_test or scenario is None:
        calibrating.run_self_test(scenario, history, settings=chosen, quick=quick, **options)
    elif suggest:
        calibrating.run_suggestion(scenario, history, settings=chosen, **options)
    else:
        calibrating.run_calibration(scenario, history, settings=chosen, **options)


@cli.command()
@click.argument("scenario")
@click.option(
    "--budget",
    type=float,
    required=True,
    help="Money in all, in the scenario's currency; with rewards that are searched, what they hand out too.",
)
@click.option(
    "--goal",
    required=True,
    multiple=True,
    help='Such as "customers >= 12000 by 2027-03-29", "most revenue" or "cpa <= 40"; twice or more often for the plans '
    "between several goals.",
)
@click.option(
    "--mode",
    type=click.Choice(["auto", "most", "probability", "cheapest", "cautious"]),
    default="auto",
    show_default=True,
    help="auto: by the goal. cautious: the best of the worst fifth of worlds.",
)
@click.option("--limits", type=click.Path(path_type=Path), metavar="FILE", help="TOML file with what a plan must keep.")
@click.option("--current", metavar="PLAN", help="Plan that is carried out now.  [default: baseline, else the first]")
@click.option("--trials", type=click.IntRange(min=10), default=300, show_default=True, help="Plans that are tried.")
@click.option(
    "--replicates",
    type=click.IntRange(min=8),
    default=64,
    show_default=True,
    help="Fresh runs that the printed figures come from.",
)
@click.option("--no-check", is_flag=True, help="Do not check the printed value on ten times as many runs.")
@click.option("--seed", type=int, default=0, show_default=True, help="Any whole number; never searched.")
@click.option("--consumers", type=click.IntRange(min=1), help="Simulated consumers, instead of the file's.")
@click.option(
    "--parameters", type=click.Path(path_type=Path), metavar="FILE", help="Calibrated draws, instead of the scenario's."
)
@click.option("--threads", type=click.IntRange(min=1), help="Runs at once.  [default: all cores]")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Directory.  [default: runs/<scenario>-plan-<n>; none for json]",
)
@click.option("--resume", is_flag=True, help="Go on with the study in the directory.")
@click.option("--force", is_flag=True, help="Begin anew in the directory.")
@click.option("--no-report", is_flag=True, help="Leave out report.html.")
@_quiet
@_debug
def recommend(
    scenario: str, trials: int, replicates: int, no_check: bool, seed: int, threads: int | None, **options: Any
) -> None:
    """Find the plan most likely to meet a goal with a budget.

    The plan comes as a scenario that runs, as a workbook and as CSV; figures come from people that the search never
    met, and stand against the current plan and an equal split of the money.
    """
    if len(options["goal"]) > 1 and options["mode"] != "auto":
        raise click.UsageError("--mode goes with one goal; several are weighed against each other")
    from experiments.recommend.effort import Effort
    from studio.recommending import run_recommendation

    effort = Effort(trials=trials, report=replicates, check=0 if no_check else 10, seed=seed, threads=threads)
    run_recommendation(scenario, effort=effort, **options)


@cli.command()
@click.argument("network", metavar="EDGELIST", type=click.Path(path_type=Path))
@click.option("--k", type=click.IntRange(min=1), help="How many seeds; with a budget, at most.")
@click.option(
    "--model",
    type=click.Choice(["wc", "ic"]),
    default="wc",
    show_default=True,
    help="wc: a person believes one telling in as many as they hear; ic: one in 1/p.",
)
@click.option("--p", type=float, help="Chance from 0 to 1 that one telling is believed; with ic.")
@click.option("--directed", is_flag=True, help="The second of a line hears the first, but not the other way round.")
@click.option("--costs", type=click.Path(path_type=Path), metavar="FILE", help="CSV file: who, and what they ask.")
@click.option("--budget", type=float, help="What all seeds may cost together.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Any whole number; the same one gives the same answer."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="How long to search at most."
)
@click.option("--threads", type=click.IntRange(min=1), help="Searches at once.  [default: all cores]")
@_quiet
@_debug
def seeding(network: Path, **options: Any) -> None:
    """Say whom to seed in a network, and prove how good that is.

    EDGELIST has a tie in each line: two names or numbers, the talker first. The answer comes with the share of the
    best possible reach that it is proved to have, and beside the usual choice, the best connected.
    """
    from studio.seeding import run_seeding

    run_seeding(network, **options)


@cli.command()
@click.argument("scenario", required=False)
@click.option("--port", type=click.IntRange(0, 65_535), default=8642, show_default=True, help="0: any that is free.")
@click.option("--teach", is_flag=True, help="Begin with the lessons on word of mouth.")
@click.option(
    "--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Directory of runs."
)
@click.option("--threads", type=click.IntRange(min=1), help="Runs at once.  [default: all cores]")
@click.option("--print-url", is_flag=True, help="Print the address on stdout, and open no browser.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@_debug
def serve(scenario: str | None, no_browser: bool, **options: Any) -> None:
    """Open a page on this machine: edit plans, compare them, get one recommended, watch people talk.

    SCENARIO is the name of a bundled one or a file; more can be chosen or dropped in there. Nothing leaves this
    machine, and nothing is asked of the network.
    """
    from studio.page.serve import serve as run_page

    run_page(scenario=scenario, browser=not no_browser, **options)


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
            answer, loaded, out=out, force=force, report=not no_report, look=look, monthly=monthly
        )
        for name in written.left_out:
            notes.say(f"note: {name} was not copied into the run; run.json rests on it as it is now")
        notes.say(f"\nrun:    {written.path}")
        if written.report is not None:
            notes.say(f"report: {written.report}")
        if written.monthly is not None:
            notes.say(f"months: {written.monthly}")
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


def main() -> None:
    """Start here: the entry point of ``apath``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    leave_quickly(_tidy)
    start_without_tidying()
    try:
        cli()
    except SystemExit as leaving:
        if leaving.code == 130:  # threads may still be busy: do not wait for them
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(130)
        raise


def _tidy() -> None:
    """Remove what is half written, if anything is."""
    if (rundir := sys.modules.get("studio.rundir")) is None:
        return
    import shutil

    for folder in list(rundir.unfinished):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
