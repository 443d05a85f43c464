"""A recommendation on disk: a directory that can be taken up again while it runs, and handed over after.

| file | what it is |
|---|---|
| ``study.sqlite`` | every simulated plan, as it comes: a study that was stopped goes on from here |
| ``plan.toml`` | the scenario with the recommended plan in it; it runs as it is |
| ``plan.xlsx`` | the same for the media team; edited, it loads back |
| ``plan.csv``, ``plan-wide.csv`` | the same as tables |
| ``limits.toml`` | what it was asked to keep, if anything; an edit of ``plan.xlsx`` is held to it |
| ``report.html`` | the answer to read; open it first |
| ``recommendation.json`` | the answer; written last, so that a directory with it is whole |
"""

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.plan_limits import ANSWER, LIMITS
from studio.rundir import RUNS, RunDirError, RunDirTakenError

if TYPE_CHECKING:
    from experiments.recommend.answer import Recommendation
    from scenarios.load import Loaded

STUDY = "study.sqlite"
PLAN = "recommended"
OURS = (STUDY, "plan.toml", "plan.json", "plan.xlsx", "plan.csv", "plan-wide.csv", LIMITS, "report.html", ANSWER)


def study_folder(name: str, out: Path | None, *, force: bool, resume: bool, runs: Path = RUNS) -> Path:
    """Make the directory of a study, or find the one that is to be taken up.

    Args:
        name: of the scenario.
        out: the directory; None for ``runs/<scenario>-plan-<n>`` with the next free number.
        force: begin anew where a study is.
        resume: go on with the study that is there.
        runs: where numbered directories go.

    Raises:
        RunDirTakenError: something is there that will not be replaced, or nothing to be resumed.
        RunDirError: nothing may be written there.
    """
    if out is None:
        if resume:
            raise RunDirTakenError("--resume needs -o DIR, the directory of the study that was stopped")
        taken = re.compile(re.escape(name) + r"-plan-(\d+)")
        there = [m for p in runs.iterdir() if (m := taken.fullmatch(p.name))] if runs.is_dir() else []
        out = runs / f"{name}-plan-{1 + max((int(m[1]) for m in there), default=0)}"
    try:
        if os.path.lexists(out):
            if not out.is_dir():
                raise RunDirTakenError(f"{out} is not a directory, so it was left as it is")
            found = {entry.name for entry in out.iterdir()}
            if found and STUDY not in found and ANSWER not in found:
                raise RunDirTakenError(f"{out} does not look like a recommendation (no {STUDY}); it was left as it is")
            if force:
                for file in OURS:
                    (out / file).unlink(missing_ok=True)
        elif resume:
            raise RunDirTakenError(f"{out} does not exist, so there is no study to resume")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunDirError(_explain(error, out)) from error
    return out


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
    from studio.exports import json_text
    from studio.recommendation_words import sheets_of
    from studio.workbook.csv_files import plan_csv, plan_wide_csv
    from studio.workbook.files import put_whole
    from studio.workbook.scenario_file import plan_scenario_files
    from studio.workbook.writing import workbook_bytes

    plan = answer.best.plan.model_copy(update={"title": f"Recommended: {answer.goal.text}"})
    files, left_out = plan_scenario_files(loaded, plan, name=PLAN)
    scenario = loaded.scenario
    files["plan.xlsx"] = workbook_bytes(loaded, plan, name=PLAN, sheets=sheets_of(answer))
    files["plan.csv"] = plan_csv(scenario, plan, name=PLAN).encode()
    files["plan-wide.csv"] = plan_wide_csv(scenario, plan, name=PLAN).encode()
    if limits is not None:
        files[LIMITS] = limits
    if report:
        from studio.recommendation_report import report_html

        files["report.html"] = report_html(answer, loaded).encode()
    files[ANSWER] = json_text(dict(data)).encode()
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            put_whole(folder / name, content)
    except OSError as error:
        raise RunDirError(_explain(error, folder)) from error
    return left_out


def _explain(error: OSError, place: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk that holds {place} is full; what was tried is kept, add --resume when there is room"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} may not be written to ({error.strerror})"
    return f"{place} cannot be written: {error.strerror or error}"
