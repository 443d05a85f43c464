"""What went wrong, said in one way for all commands, and the exit code that says it to other programs.

| code | meaning |
|---|---|
| 0 | done |
| 1 | an error of ours |
| 2 | the command was not understood, or its output directory is taken |
| 3 | the scenario or its data cannot be used |
| 4 | a limit: too large, too strong, disk full, or limits of a plan that clash |
| 130 | interrupted |
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

OK, BUG, USAGE, INVALID, LIMIT, INTERRUPTED = 0, 1, 2, 3, 4, 130

CODES = {
    "calibration.errors.CalibrationError": INVALID,
    "scenarios.errors.ScenarioError": INVALID,
    "scenarios.starter.StarterError": USAGE,
    "simulator.graph_files.GraphFileError": INVALID,
    "simulator.memory.TooLargeError": LIMIT,
    "simulator.world.WorldError": LIMIT,
    "simulator.compiling.CacheFolderError": LIMIT,
    "simulator.tables.TableError": LIMIT,
    "experiments.recommend.errors.InfeasibleError": LIMIT,
    "experiments.recommend.errors.RecommendError": USAGE,
    "experiments.replicate.QuestionError": USAGE,
    "experiments.seeding.search.SeedingError": USAGE,
    "experiments.seeding.posts.PostLimitsError": USAGE,
    "studio.rundir.RunDirTakenError": USAGE,
    "studio.rundir.RunDirError": LIMIT,
    "builtins.MemoryError": LIMIT,
}
"""By name, so that printing a help page imports none of them."""

PATIENCE_S = 2.0
"""How long an interrupted command may tidy up before it is ended."""


def exit_code(error: BaseException) -> int:
    """The exit code for an error.

    >>> exit_code(KeyboardInterrupt()), exit_code(MemoryError()), exit_code(ZeroDivisionError())
    (130, 4, 1)
    """
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        return error.exit_code
    for kind in type(error).__mro__:
        if (name := f"{kind.__module__}.{kind.__qualname__}") in CODES:
            return CODES[name]
    return BUG


def explain(error: BaseException) -> str:
    """An error as it is printed, without a traceback."""
    code = exit_code(error)
    if code == INTERRUPTED:
        return str(error) or "interrupted; nothing was written"
    if isinstance(error, MemoryError):
        return "there is not enough memory; ask for fewer --consumers or --threads"
    if code == BUG:
        said = " ".join(str(error).split()) or "no message"
        return f"{type(error).__name__}: {said}\nthis is a bug; run again with --debug"
    return str(error)


class Commands(click.Group):
    """The group of all commands; every failure ends in one message and one exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are needed, not by the alphabet."""
        return list(self.commands)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run a command line and leave with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            code = super().main(words, *rest, **extra)
            flush()
        except BrokenPipeError:
            silence()
            code = OK
        except (Exception, KeyboardInterrupt) as error:
            code = report(error, debug="--debug" in words)
        sys.exit(code if isinstance(code, int) else OK)


def report(error: BaseException, *, debug: bool) -> int:
    """Print what went wrong on stderr and return the exit code.

    Args:
        error: what was raised.
        debug: print where it was raised, too.
    """
    if debug:
        traceback.print_exception(error)
    if isinstance(error, click.ClickException):
        error.show()
    else:
        click.echo(explain(error), err=True)
    return exit_code(error)


def flush() -> None:
    """Write out what is still in the buffer of stdout, so that a closed pipe shows here."""
    sys.stdout.flush()


def silence() -> None:
    """Drop whatever is still to be printed: nobody reads it any more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # not a real stdout
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - lives as long as the process


def leave_quickly(tidy: Callable[[], None]) -> None:
    """Make Ctrl-C end the command within two seconds, whatever is running, and leave nothing half done.

    Args:
        tidy: called if the command has to be ended while it is still busy.
    """

    def end() -> NoReturn:
        tidy()
        sys.stderr.write("\x1b[?25h" if sys.stderr.isatty() else "")
        sys.stderr.write(explain(KeyboardInterrupt()) + "\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    def interrupted(number: int, frame: object) -> NoReturn:
        signal.signal(signal.SIGINT, lambda *_: end())
        timer = threading.Timer(PATIENCE_S, end)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupted)
