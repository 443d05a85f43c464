"""What the worker of the page does: the same questions as the commands, with the same answers on disk."""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

EVERY_S = 0.1
"""Between two reports of progress."""

Tell = Callable[[dict[str, Any]], None]


def work(pipe: "Connection[Any, Any]", settings: Mapping[str, Any]) -> None:
    """Take jobs from the page until it goes.

    Args:
        pipe: to the page.
        settings: ``runs``, the directory of runs, and ``threads``.
    """
    import os

    from studio.process import keep_memory

    try:
        keep_memory()
        _warm()
        while True:
            number, kind, asked = pipe.recv()
            pipe.send((number, *_one(pipe, number, kind, asked, settings)))
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _tidy()
        os._exit(130)  # threads may still be busy: do not wait for them


def _warm() -> None:
    """Import and load what the first question needs, before anybody asks it."""
    from experiments import compare
    from scenarios.load import load_scenario
    from simulator.compiling import is_compiled
    from studio.report import report_html

    if is_compiled():
        small = load_scenario("classroom", consumers=50)
        report_html(compare(small, replicates=4, seed=0), small)


def _tidy() -> None:
    rundir = sys.modules.get("studio.rundir")
    for folder in list(rundir.unfinished) if rundir is not None else ():
        shutil.rmtree(folder, ignore_errors=True)


def _one(
    pipe: "Connection[Any, Any]", number: int, kind: str, asked: dict[str, Any], settings: Mapping[str, Any]
) -> tuple[str, Any]:
    """One job: how it ended, and what came of it."""
    from scenarios.errors import ScenarioError
    from studio.failures import BUG, exit_code, explain

    last = 0.0

    def tell(said: dict[str, Any]) -> None:
        nonlocal last
        if said.get("done") == said.get("total") or time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            pipe.send((number, "progress", said))

    try:
        return "done", KINDS[kind](asked, settings, tell)
    except ScenarioError as error:
        return "failed", [{"what": p.what, "hint": p.hint, "where": p.where, "line": p.line} for p in error.problems]
    except Exception as error:
        if exit_code(error) == BUG:
            import traceback

            traceback.print_exc()
        return "failed", [{"what": explain(error), "hint": "", "where": "", "line": 0}]


def _compare(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from experiments import compare
    from simulator.compiling import is_compiled
    from studio.formatting import duration
    from studio.rundir import write_run
    from studio.verdict import give_verdict

    if not is_compiled():
        tell({"part": "compiling the engine: once, about a minute", "done": 0, "total": 0})
    loaded = asked["scenario"].loaded()
    began = time.monotonic()

    def progress(done: int, total: int) -> None:
        left = (time.monotonic() - began) / max(done, 1) * (total - done)
        tell({"part": "simulating", "done": done, "total": total, "left": duration(left)})

    answer = compare(
        loaded, plans=asked["plans"], replicates=asked["replicates"], seed=asked["seed"],
        threads=settings.get("threads"), progress=progress,
    )  # fmt: skip
    sentence = give_verdict(answer).headline
    tell({"part": "writing the report", "done": 1, "total": 1, "sentence": sentence})
    written = write_run(answer, loaded, runs=Path(settings["runs"]))
    return {"run": written.path.name, "sentence": sentence}


KINDS: dict[str, Callable[[dict[str, Any], Mapping[str, Any], Tell], Any]] = {"compare": _compare}
