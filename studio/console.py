"""Where things are said: answers on stdout, all else on stderr, and colour only where it is wanted."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from studio.failures import flush, silence
from studio.terminal import Paint, unpainted


def emit(text: str) -> None:
    """Print an answer on stdout; a reader who has gone away is no error."""
    try:
        click.echo(text, nl=not text.endswith("\n"))
        flush()
    except BrokenPipeError:
        silence()


def paints() -> tuple[Paint, Paint]:
    """How to stress and to tone down text on stdout: not at all in a file, a pipe or with ``NO_COLOR``."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    if plain:
        return unpainted, unpainted
    return (lambda text: click.style(text, bold=True)), (lambda text: click.style(text, dim=True))


class Notes:
    """Remarks on stderr, and the progress bar; silent if asked to be."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        """Print one remark."""
        if not self.quiet:
            click.echo(text, err=True)

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[int, int], None]]:
        """Show replicates done and time left while a question is worked on, if somebody is watching.

        Args:
            total: replicates in all.
        """
        if self.quiet or not (sys.stderr.isatty() or os.environ.get("FORCE_COLOR")):
            yield lambda done, of: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("replicates"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            task = bar.add_task("", total=total)
            yield lambda done, of: bar.update(task, completed=done, total=of)


def say_compiling(notes: Notes) -> None:
    """Say that the engine is going to be compiled, if it is, and where that may not last.

    Args:
        notes: where it is said.
    """
    from simulator.compiling import folder_remark, is_compiled

    if (remark := folder_remark()) is not None:
        notes.say(f"note: {remark}")
    if not is_compiled():
        notes.say("compiling the engine (once, about a minute; “apath warm” does it ahead of time) ...")


def say_compiling_seeds(notes: Notes) -> None:
    """Say that the search is going to be compiled, if it is.

    Args:
        notes: where it is said.
    """
    from simulator.compiling import folder, folder_remark

    if (remark := folder_remark()) is not None:
        notes.say(f"note: {remark}")
    if not any(folder().glob("*/rr_kernel.search_back-*.nbi")):
        notes.say("compiling the search (once, some seconds; “apath warm” does it ahead of time) ...")
