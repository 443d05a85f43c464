"""A recommendation from the question to its directory, whoever asks: the command or the page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.archive import Archive
from experiments.recommend.effort import Effort
from experiments.recommend.front import Front
from experiments.recommend.limits import Limits
from experiments.recommend.objective import Mode
from experiments.recommend.recommend import question_hash, recommend
from experiments.recommend.several import find_front
from studio.recommendation_dir import STUDY, write_front, write_recommendation

if TYPE_CHECKING:
    from calibration.draws import ParameterDraws
    from experiments.recommend.answer import Recommendation
    from scenarios.load import Loaded

Progress = Callable[[str, int, int, float], None]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a planner asks.

    Attributes:
        goals: one, or several for plans between them.
        budget: money in all.
        mode: how plans are judged; ``auto`` with several goals.
        limits: what a plan must keep.
        current: name of the plan that is carried out now.
        effort: how much is spent.
        draws: calibrated parameters instead of those that the scenario names.
    """

    goals: tuple[str, ...]
    budget: float
    mode: Mode = "auto"
    limits: Limits | None = None
    current: str | None = None
    effort: Effort
    draws: "ParameterDraws | None" = None


def find(
    loaded: "Loaded", asked: Asked, *, folder: Path | None, as_written: "Loaded | None" = None,
    limits_file: bytes | None = None, resume: bool = False, report: bool = True, progress: Progress | None = None,
    taken_up: Callable[[int], None] = lambda n: None,
) -> "tuple[Recommendation | Front, dict[str, Any], tuple[str, ...]]":  # fmt: skip
    """Find the plan, or the plans between several goals, and write everything about them into a directory.

    Args:
        loaded: the scenario.
        asked: the question.
        folder: of the study; nothing is written when None.
        as_written: the scenario as its file has it, if it was loaded with other consumers.
        limits_file: the limits as they were written.
        resume: go on with the study in the directory.
        report: write ``report.html`` too.
        progress: told the part of the work, steps done and in all, and the best score so far.
        taken_up: told how many runs are kept from a study that is taken up again.

    Returns:
        The answer, the same for programs, and names of the scenario's files that were not copied.

    Raises:
        RecommendError: the question is not possible as it is written.
        InfeasibleError: no plan can keep the limits.
        RunDirError: the disk is full, or the place may not be written.
    """
    word = question_hash(
        loaded, goal="\n".join(asked.goals), budget=asked.budget, mode=asked.mode, limits=asked.limits,
        current=asked.current, effort=asked.effort, draws=asked.draws,
    )  # fmt: skip
    path = None if folder is None else folder / STUDY
    began_with = path is not None and path.exists()
    with Archive(path, question=word, resume=resume) as archive:
        if began_with:
            taken_up(archive.n)
        answer = _answer(loaded, asked, archive, progress)
    data = answer.to_json()
    if folder is None:
        return answer, data, ()
    data["scenario" if isinstance(answer, Front) else "plan"] = str(folder / "plan.toml")
    source = as_written or loaded
    if isinstance(answer, Front):
        left = write_front(folder, answer, source, data=data, limits=limits_file, report=report)
    else:
        left = write_recommendation(folder, answer, source, data=data, limits=limits_file, report=report)
    return answer, data, left


def _answer(
    loaded: "Loaded", asked: Asked, archive: Archive, progress: Progress | None
) -> "Recommendation | Front":  # fmt: skip
    if len(asked.goals) == 1:
        return recommend(
            loaded, goal=asked.goals[0], budget=asked.budget, mode=asked.mode, limits=asked.limits,
            current=asked.current, effort=asked.effort, draws=asked.draws, archive=archive, progress=progress,
        )  # fmt: skip
    return find_front(
        loaded, goals=asked.goals, budget=asked.budget, limits=asked.limits, current=asked.current,
        effort=asked.effort, draws=asked.draws, archive=archive, progress=progress,
    )  # fmt: skip
