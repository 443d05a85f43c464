"""Commands about a market before anything is run: new, check, metrics, levers, warm."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.commands.options import debug_option, quiet_option
from studio.console import Notes, emit, paints, say_compiling

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Short name of the scenario.  [default: the folder's]")
@click.option("--history", type=click.Path(path_type=Path), help="CSV file of past spend and outcomes to start from.")
@click.option("--columns", help="What its columns are, such as x1=spend:tv,y=revenue.  [default: as proposed]")
@click.option("--period", type=click.Choice(["day", "week", "month", "year"]), help="week adds its days up to weeks.")
@click.option("--yes", is_flag=True, help="Approve how its columns are read.")
@quiet_option
@debug_option
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


@click.command()
@click.argument("scenario", required=False)
@click.option("--defaults", is_flag=True, help="List every number the model assumes, with its evidence.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@debug_option
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


@click.command()
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@debug_option
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


@click.command()
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@debug_option
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


@click.command()
@quiet_option
@debug_option
def warm(quiet: bool) -> None:
    """Compile the engine ahead of time.

    Whatever runs, comparisons and networks need is compiled and kept, so that the first question is as quick as any.
    """
    notes = Notes(quiet=quiet)
    say_compiling(notes)
    from experiments.warm import warm as compile_all
    from studio.teach.classroom import teach

    done = compile_all([lambda: teach({}), lambda: teach({"network": "hubs"})])
    if done.compiled:
        emit(f"compiled {done.compiled} functions in {done.seconds:.0f} s; kept in {done.folder}")
    else:
        emit(f"nothing was to do: all {done.in_all} functions are compiled; kept in {done.folder}")
