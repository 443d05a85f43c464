"""What the worker of the page does: the same questions as the commands, with the same answers on disk."""

import math
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

EVERY_S = 0.1
"""Between two reports of progress."""

TIDY_S = 1.0
"""How long what was interrupted may take to end itself; less than the patience of whoever asked."""

Tell = Callable[[dict[str, Any]], None]


def work(pipe: "Connection[Any, Any]", settings: Mapping[str, Any]) -> None:
    """Take jobs from the page until it goes.

    Args:
        pipe: to the page.
        settings: ``runs``, the directory of runs, and ``threads``.
    """
    from studio.process import keep_memory

    try:
        _leave_when_told()
        keep_memory()
        (_warm_lessons if settings.get("warm") == "teach" else _warm)()
        while True:
            number, kind, asked = pipe.recv()
            pipe.send((number, *_one(pipe, number, kind, asked, settings)))
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _tidy()
        os._exit(130)  # threads may still be busy: do not wait for them


def _leave_when_told() -> None:
    """An interrupt and an end are alike: what is half done goes, even where the engine is too busy to listen."""

    def interrupted(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def watch() -> None:
        os.read(told, 1)
        time.sleep(TIDY_S)
        _tidy()
        os._exit(130)

    told, tell = os.pipe()
    os.set_blocking(tell, False)
    threading.Thread(target=watch, daemon=True).start()
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupted)


def _warm() -> None:
    """Import and load what the first question needs, before anybody asks it."""
    from experiments import compare
    from scenarios.load import load_scenario
    from simulator.compiling import is_compiled
    from studio.report import report_html

    if is_compiled():
        small = load_scenario("classroom", consumers=50)
        report_html(compare(small, replicates=4, seed=0), small)


def _warm_lessons() -> None:
    from studio.teach.classroom import teach

    teach({})


def _tidy() -> None:
    rundir = sys.modules.get("studio.rundir")
    for folder in (*half_done, *(rundir.unfinished if rundir is not None else ())):
        shutil.rmtree(folder, ignore_errors=True)


def _one(
    pipe: "Connection[Any, Any]", number: int, kind: str, asked: dict[str, Any], settings: Mapping[str, Any]
) -> tuple[str, Any]:
    """One job: how it ended, and what came of it."""
    import traceback

    from studio.failures import BUG, exit_code
    from studio.formatting import people
    from studio.page.told import problems_of

    last = 0.0

    def tell(said: dict[str, Any]) -> None:
        nonlocal last
        if said.get("done") == said.get("total") or time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            steps = f"{people(said['done'])} of {people(said['total'])}" if said.get("total") else ""
            pipe.send((number, "progress", {**said, "steps": steps}))

    try:
        return "done", KINDS[kind](asked, settings, tell)
    except Exception as error:
        if exit_code(error) != BUG:
            return "failed", problems_of(error)
        traceback.print_exc()
        return "failed", problems_of(RuntimeError(f"{type(error).__name__}: {error}; this is a bug"))


def _compare(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from experiments import compare
    from simulator.compiling import is_compiled
    from studio.rundir import write_run
    from studio.verdict import give_verdict

    if not is_compiled():
        tell({"part": "compiling the engine: once, one to three minutes", "done": 0, "total": 0})
    loaded = asked["scenario"].loaded()
    left = _Left()

    def progress(done: int, total: int) -> None:
        tell({"part": "simulating", "done": done, "total": total, "left": left.words(done, total)})

    answer = compare(
        loaded, plans=asked["plans"], replicates=asked["replicates"], seed=asked["seed"],
        threads=settings.get("threads"), progress=progress,
    )  # fmt: skip
    sentence = give_verdict(answer).headline
    tell({"part": "writing the report", "done": 1, "total": 1, "sentence": sentence})
    written = write_run(answer, loaded, runs=Path(settings["runs"]))
    return {"run": written.path.name, "sentence": sentence}


def _recommend(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from experiments.recommend.effort import Effort
    from experiments.recommend.limits import limits_from_text
    from studio.formatting import plain
    from studio.recommendation_dir import RECOMMENDATION
    from studio.recommendation_study import Asked, find

    loaded = asked["scenario"].loaded()
    limits = asked["limits"].strip()
    question = Asked(
        goals=tuple(asked["goals"]), budget=asked["budget"], mode=asked["mode"], current=asked["current"],
        limits=limits_from_text(limits) if limits else None,
        effort=Effort(trials=asked["trials"], report=asked["replicates"], seed=asked["seed"],
                      threads=settings.get("threads")),
    )  # fmt: skip
    folder = RECOMMENDATION.folder(loaded.scenario.name, None, force=False, resume=False, runs=Path(settings["runs"]))
    timed = _Timed(
        tell, lambda best: f"the best plan so far leads the current one by {plain(best)} in the search's own score"
    )
    with _only_whole(folder):
        answer, _, _ = find(
            loaded, question, folder=folder, limits_file=limits.encode() if limits else None, progress=timed
        )
    return {"run": folder.name, "certificate": getattr(getattr(answer, "roster", None), "certificate", None)}


def _calibrate(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from dataclasses import replace

    from calibration.fit import Settings
    from calibration.suggest import suggest
    from studio.calibration_dir import CALIBRATION
    from studio.calibration_question import ask
    from studio.calibration_study import calibrated
    from studio.formatting import plain

    loaded = asked["scenario"].loaded()
    runs = Path(settings["runs"])
    place = Path(tempfile.mkdtemp(prefix="apath-history-"))
    with _gone_after(place):
        file = None
        if asked["history"]:
            file = place / "history.csv"
            file.write_text(asked["history"], "utf-8")
        question, seen, graph = ask(
            loaded, file, holdout_weeks=asked["holdout_weeks"], columns=asked["columns"] or None
        )  # fmt: skip
        chosen = Settings(trials=asked["trials"], seed=asked["seed"], threads=settings.get("threads"))
        if not question.free:
            tell({"part": "looking for parameters that this history can tell", "done": 0, "total": 0})
            found = suggest(question, seed=chosen.seed, graph=graph, threads=chosen.threads)
            question = replace(question, free=tuple(one.parameter for one in found if one.chosen))
        folder = CALIBRATION.folder(loaded.scenario.name, None, force=False, resume=False, runs=runs)
        with _only_whole(folder):
            calibrated(
                loaded, question, seen=seen, settings=chosen, graph=graph, folder=folder,
                progress=_Timed(tell, lambda best: f"least loss so far: {plain(best)}"),
            )  # fmt: skip
    return {"run": folder.name}


def _teach(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from studio.teach.classroom import teach

    return teach(asked)


def _watch(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from scenarios.load import load_scenario
    from studio.page.sample import sample_of

    return sample_of(load_scenario(asked["file"]), plans=asked["plans"])


def _lessons(asked: dict[str, Any], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from studio.teach.lessons import teach_json

    return teach_json()


class _Left:
    """The time that the rest of some steps takes, judged by the steps after the first one.

    The first step may have waited for the engine to be compiled, which the others do not.
    """

    def __init__(self) -> None:
        self.first: tuple[int, float] | None = None

    def words(self, done: int, total: int) -> str:
        """How long it will take; nothing as long as that cannot be told.

        Args:
            done: steps.
            total: steps in all.
        """
        from studio.formatting import duration

        now = time.monotonic()
        if self.first is None:
            self.first = (done, now)
        steps = done - self.first[0]
        return duration((now - self.first[1]) / steps * max(total - done, 0)) if steps > 0 else ""


class _Timed:
    """Progress of a long search as the page shows it: steps, time left, and the best so far in words."""

    def __init__(self, tell: Tell, words: Callable[[float], str]) -> None:
        self.tell, self.words = tell, words
        self.part, self.left = "", _Left()

    def __call__(self, part: str, done: int, total: int, best: float) -> None:
        """Tell the page.

        Args:
            part: of the work.
            done: steps.
            total: steps in all.
            best: so far; a number that is none has no words.
        """
        if part != self.part:
            self.part, self.left = part, _Left()
        left = self.left.words(done, total)
        said = {"sentence": self.words(best)} if math.isfinite(best) else {}
        self.tell({"part": part, "done": done, "total": max(total, done), "left": left, **said})


@contextmanager
def _only_whole(folder: Path) -> Iterator[None]:
    """Remove the directory of a study that could not be finished."""
    half_done.add(folder)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        half_done.discard(folder)


@contextmanager
def _gone_after(folder: Path) -> Iterator[None]:
    """Remove a folder that only a job needs."""
    half_done.add(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        half_done.discard(folder)


half_done: set[Path] = set()
"""Directories that are not whole yet, or are of no use after the job: gone when the process is ended."""

KINDS: dict[str, Callable[[dict[str, Any], Mapping[str, Any], Tell], Any]] = {
    "compare": _compare, "recommend": _recommend, "calibrate": _calibrate, "teach": _teach, "lessons": _lessons,
    "watch": _watch,
}  # fmt: skip
