"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_REPLICATES = 64

quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress and no remarks.")
debug_option = click.option("--debug", is_flag=True, expose_value=False, help="Show where an error was raised.")


def question_options(command: Command) -> Command:
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
            click.option(
                "--watch", is_flag=True,
                help="Write watch.html too: a few hundred people of the market, to be watched week by week.",
            ),
            quiet_option,
            debug_option,
        )
    ):  # fmt: skip
        command = option(command)
    return command
