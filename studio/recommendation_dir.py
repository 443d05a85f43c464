"""A recommendation on disk: a directory that can be taken up again while it runs, and handed over after.

| file | what it is |
|---|---|
| ``study.sqlite`` | every simulated plan, as it comes: a study that was stopped goes on from here |
| ``plan.toml`` | the scenario with the recommended plan in it; it runs as it is |
| ``plan.xlsx`` | the same for the media team; edited, it loads back |
| ``plan.csv``, ``plan-wide.csv`` | the same as tables |
| ``limits.toml`` | what it was asked to keep, if anything; an edit of ``plan.xlsx`` is held to it |
| ``report.html`` | the answer to read; open it first |
| ``front-1.xlsx`` ..., ``front.csv`` | with several goals: each plan for the media team, and the figures of all |
| ``recommendation.json`` | the answer; written last, so that a directory with it is whole |
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.plan_limits import ANSWER, LIMITS
from studio.rundir import RunDirError
from studio.study_dir import STUDY, StudyKind

if TYPE_CHECKING:
    from experiments.recommend.answer import Recommendation
    from experiments.recommend.front import Front
    from scenarios.load import Loaded

PLAN = "recommended"
FRONT = tuple(f"front-{k + 1}.xlsx" for k in range(11))
OURS = (
    STUDY, "plan.toml", "plan.json", "plan.xlsx", "plan.csv", "plan-wide.csv", "front.csv", *FRONT, LIMITS,
    "report.html", ANSWER,
)  # fmt: skip


RECOMMENDATION = StudyKind("recommendation", "plan", ANSWER, OURS, "what was tried is kept")


def write_recommendation(
    folder: Path, answer: "Recommendation", loaded: "Loaded", *, data: Mapping[str, Any], limits: bytes | None = None,
    report: bool = True,
) -> tuple[str, ...]:  # fmt: skip
    """Write the plan and the answer into the study's directory; returns files of the scenario left out.

    Args:
        folder: of the study.
        answer: what was found.
        loaded: the scenario and where it came from.
        data: the answer for programs.
        limits: the file with what the plan must keep.
        report: write ``report.html`` too.

    Raises:
        RunDirError: the disk is full, or the place may not be written.
    """
    from studio.recommendation_words import sheets_of
    from studio.workbook.csv_files import plan_csv, plan_wide_csv
    from studio.workbook.scenario_file import plan_scenario_files
    from studio.workbook.writing import workbook_bytes

    plan = answer.best.plan.model_copy(update={"title": f"Recommended: {answer.goal.text}"})
    files, left_out = plan_scenario_files(loaded, plan, name=PLAN)
    scenario = loaded.scenario
    files["plan.xlsx"] = workbook_bytes(loaded, plan, name=PLAN, sheets=sheets_of(answer))
    files["plan.csv"] = plan_csv(scenario, plan, name=PLAN).encode()
    files["plan-wide.csv"] = plan_wide_csv(scenario, plan, name=PLAN).encode()
    if report:
        from studio.recommendation_report import report_html

        files["report.html"] = report_html(answer, loaded).encode()
    _put(folder, files, data=data, limits=limits)
    return left_out


def write_front(
    folder: Path, front: "Front", loaded: "Loaded", *, data: Mapping[str, Any], limits: bytes | None = None,
    report: bool = True,
) -> tuple[str, ...]:  # fmt: skip
    """Write plans between several goals into the study's directory; returns files of the scenario left out.

    All plans stand in one ``plan.toml``, so that ``apath compare`` takes them as they are; each has a workbook of its
    own, and ``front.csv`` has their figures.

    Args:
        folder: of the study.
        front: what was found.
        loaded: the scenario and where it came from.
        data: the answer for programs.
        limits: the file with what the plans must keep.
        report: write ``report.html`` too.

    Raises:
        RunDirError: the disk is full, or the place may not be written.
    """
    from studio.front_words import front_csv, sheets_of
    from studio.workbook.scenario_file import plans_scenario_files
    from studio.workbook.writing import workbook_bytes

    kept = front.unbeaten
    plans = {one.name: one.plan.model_copy(update={"title": one.name.replace("-", " ").capitalize()}) for one in kept}
    files, left_out = plans_scenario_files(loaded, plans)
    for name, plan in plans.items():
        files[f"{name}.xlsx"] = workbook_bytes(loaded, plan, name=name, sheets=sheets_of(front))
    files["front.csv"] = front_csv(front).encode()
    if report:
        from studio.front_report import front_html

        files["report.html"] = front_html(front, loaded).encode()
    _put(folder, files, data=data, limits=limits)
    return left_out


def _put(folder: Path, files: Mapping[str, bytes], *, data: Mapping[str, Any], limits: bytes | None) -> None:
    """Write files in their order, each whole; the limits after them, and the answer for programs last."""
    from studio.exports import json_text
    from studio.workbook.files import put_whole

    kept = {} if limits is None else {LIMITS: limits}
    try:
        for name, content in {**files, **kept, ANSWER: json_text(dict(data)).encode()}.items():
            put_whole(folder / name, content)
    except OSError as error:
        raise RunDirError(RECOMMENDATION.explain(error, folder)) from error
