"""How far a long search is: a bar on a terminal, and a line a minute where nobody watches."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio.console import Notes

Told = Callable[[str, int, int, float], None]

EVERY = 60.0
"""Seconds between lines."""


@contextmanager
def search_bar(notes: Notes, *, best: Callable[[float], str]) -> Iterator[Told | None]:
    """Show each part of the work, its steps done and in all, the best so far, and on a terminal the time left.

        >>> with search_bar(Notes(quiet=True), best="loss {:.3g}".format) as told:
        ...     told is None
        True

    Args:
        notes: where lines are said; nothing is shown if it is quiet.
        best: words for the best value so far; a value that is not a number has none.
    """
    if notes.quiet:
        yield None
    elif sys.stderr.isatty() or os.environ.get("FORCE_COLOR"):
        with _bar(best) as told:
            yield told
    else:
        yield _lines(notes, best)


def _lines(notes: Notes, best: Callable[[float], str]) -> Told:
    last = time.monotonic()

    def told(part: str, done: int, total: int, value: float) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            notes.say(f"{part}: {done} of {max(total, done)}" + ("" if value != value else f", {best(value)}"))

    return told


@contextmanager
def _bar(best: Callable[[float], str]) -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[best]}"),
        TimeRemainingColumn(), TextColumn("left"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}

    def told(part: str, done: int, total: int, value: float) -> None:
        if part not in tasks:
            tasks[part] = bar.add_task(part, total=total, best="")
        words = "" if value != value else best(value)
        bar.update(tasks[part], completed=done, total=max(total, done), best=words)

    with bar:
        yield told
