"""A calibration from the question to its directory, whoever asks: the command or the page."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.archive import Archive
from calibration.calibrate import calibrate, question_hash
from studio import calibration_words as words
from studio.calibration_dir import STUDY, write_calibration

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from calibration.fit import Settings
    from calibration.history import History
    from calibration.question import Question
    from scenarios.load import Loaded
    from simulator.graph import SocialGraph

Progress = Callable[[str, int, int, float], None]


def calibrated(
    loaded: "Loaded", asked: "Question", *, seen: "History", settings: "Settings", graph: "SocialGraph | None",
    folder: Path | None, resume: bool = False, report: bool = True, progress: Progress | None = None,
    taken_up: Callable[[int], None] = lambda n: None,
) -> "tuple[Calibration, dict[str, Any], tuple[str, ...]]":  # fmt: skip
    """Calibrate, and write everything about it into a directory.

    Args:
        loaded: the scenario.
        asked: the question, with free parameters.
        seen: the history.
        settings: how much is spent.
        graph: the market's own network, if it has one.
        folder: of the study; nothing is written when None.
        resume: go on with the study in the directory.
        report: write ``report.html`` too.
        progress: told the part of the work, steps done and in all, and the least loss so far.
        taken_up: told how many trials are kept from a study that is taken up again.

    Returns:
        The answer, the same for programs, and names of the scenario's files that were not copied.

    Raises:
        CalibrationError: the history and the scenario cannot be brought together.
        RunDirError: the disk is full, or the place may not be written.
    """
    word = question_hash(asked, settings, scenario_hash=loaded.scenario_hash, data_hash=seen.data_hash)
    path = None if folder is None else folder / STUDY
    began_with = path is not None and path.exists()
    with Archive(path, question=word, resume=resume) as archive:
        if began_with:
            taken_up(archive.n)
        answer = calibrate(asked, settings=settings, archive=archive, graph=graph, progress=progress)
    data = words.answer_data(answer, _provenance(asked, settings, loaded, seen))
    if folder is None:
        return answer, data, ()
    left = write_calibration(folder, answer, loaded, data=data, history_csv=seen.to_csv(), report=report)
    return answer, data, left


def _provenance(asked: "Question", settings: "Settings", loaded: "Loaded", seen: "History") -> dict[str, Any]:
    from importlib.metadata import version

    columns = ", ".join(f"{use.column} as {use.text}" for use in seen.uses)
    return {
        "version": version("apath"), "seed": settings.seed, "scenario_hash": loaded.scenario_hash,
        "data_hash": seen.data_hash, "history": Path(seen.file).name,
        "columns": columns, "trials": settings.trials, "replicates": settings.replicates,
        "holdout_weeks": asked.holdout_weeks, "sampler": settings.sampler,
        "consumers": asked.scenario.market.consumers,
    }  # fmt: skip
