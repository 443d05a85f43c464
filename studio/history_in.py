"""History on its way in: the reading of its columns is shown, approved, and made into a scenario."""

import shlex
import sys
from pathlib import Path

import click

from calibration.conventions import Proposal, proposal_text
from calibration.draft import draft_scenario
from calibration.history import propose, read_history
from scenarios.starter import refuse_taken
from studio.console import Notes


def draft_from(
    history: Path, folder: Path, *, name: str, columns: str | None, period: str | None, yes: bool, notes: Notes
) -> Path:
    """Write a scenario from a history whose columns are read as approved; return the scenario file.

    Args:
        history: CSV file, long or wide.
        folder: to write; it may exist if it is empty.
        name: short name of the scenario.
        columns: uses by column, such as ``x1=spend:tv,y=revenue``; others are read as proposed.
        period: ``week`` adds days up to weeks.
        yes: approves the reading without a question.
        notes: where remarks go.

    Raises:
        HistoryError: the history cannot be used.
        StarterError: the folder is taken.
        click.UsageError: nobody is there to approve, or ``columns`` is not understood.
        click.Abort: the reading is not approved.
    """
    refuse_taken(folder, name=name)
    given = columns_from(columns)
    proposal = propose(history, columns=given)
    if proposal is not None:
        approve(proposal, yes=yes, notes=notes)
    read = read_history(history, columns=given, period=period)
    for note in read.notes:
        notes.say(f"note: {note}")
    return draft_scenario(read, folder=folder, name=name)


def approve(proposal: Proposal, *, yes: bool, notes: Notes) -> None:
    """Show how the columns would be read, and go on only if that is approved.

    Args:
        proposal: what is shown; always on stderr if it is asked about.
        yes: it is approved already.
        notes: where it is shown.
    """
    if yes:
        notes.say(proposal_text(proposal) + "\n")
        return
    click.echo(proposal_text(proposal) + "\n", err=True)
    change = f"--columns {shlex.quote(f'{proposal.uses[-1].column}=ignore')}"
    if not is_watched():
        raise click.UsageError(f"add --yes to read the columns so, or say otherwise, such as {change}")
    if not click.confirm("Read the columns so?", default=True, err=True):
        click.echo(f"say what they are, such as {change}", err=True)
        raise click.Abort


def is_watched() -> bool:
    """Whether somebody sits at a terminal who can be asked."""
    return sys.stdin.isatty()


def columns_from(text: str | None) -> dict[str, str]:
    """Uses by column, from a command line.

    >>> columns_from("x1=spend:tv, y=revenue")
    {'x1': 'spend:tv', 'y': 'revenue'}

    Args:
        text: pairs with commas between them; names of columns that contain commas cannot be said.
    """
    pairs: dict[str, str] = {}
    for part in (text or "").split(","):
        column, equals, use = (word.strip() for word in part.rpartition("="))
        if not part.strip():
            continue
        if not (column and equals and use):
            raise click.BadParameter(
                f"“{part.strip()}” is not a column and its use; write x1=spend:tv,y=revenue", param_hint="--columns"
            )
        pairs[column] = use
    return pairs
