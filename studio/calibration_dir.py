"""A calibration on disk: a directory that can be taken up again while it runs, and read by later questions after.

| file | what it is |
|---|---|
| ``study.sqlite`` | every simulated trial, as it comes: a study that was stopped goes on from here |
| ``calibrated.toml`` | the scenario with what was found; run, compare and recommend take it as it is |
| ``parameters.npz`` | the weighted parameter draws that go with it |
| ``history.csv`` | the history, in the long form |
| ``report.html`` | the evidence, one file that needs nothing else |
| ``calibration.json`` | the answer; written last, so that a directory with it is whole |
"""

import errno
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.rundir import RUNS, RunDirError, RunDirTakenError, copy_beside

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from scenarios.load import Loaded

ANSWER = "calibration.json"
DRAWS = "parameters.npz"
STUDY = "study.sqlite"
OURS = (STUDY, "calibrated.toml", "calibrated.json", DRAWS, "history.csv", "report.html", ANSWER)


def study_folder(name: str, out: Path | None, *, force: bool, resume: bool, runs: Path = RUNS) -> Path:
    """Make the directory of a study, or find the one that is to be taken up.

    Args:
        name: of the scenario.
        out: the directory; None for ``runs/<scenario>-calibration-<n>`` with the next free number.
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
        taken = re.compile(re.escape(name) + r"-calibration-(\d+)")
        there = [m for p in runs.iterdir() if (m := taken.fullmatch(p.name))] if runs.is_dir() else []
        out = runs / f"{name}-calibration-{1 + max((int(m[1]) for m in there), default=0)}"
    try:
        if os.path.lexists(out):
            if not out.is_dir():
                raise RunDirTakenError(f"{out} is not a directory, so it was left as it is")
            found = {entry.name for entry in out.iterdir()}
            if found and STUDY not in found and ANSWER not in found:
                raise RunDirTakenError(f"{out} does not look like a calibration (no {STUDY}); it was left as it is")
            if force:
                for file in OURS:
                    (out / file).unlink(missing_ok=True)
        elif resume:
            raise RunDirTakenError(f"{out} does not exist, so there is no study to resume")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunDirError(_explain(error, out)) from error
    return out


def write_calibration(
    folder: Path, answer: "Calibration", loaded: "Loaded", *, data: Mapping[str, Any], history_csv: str,
    report: bool = True,
) -> tuple[str, ...]:  # fmt: skip
    """Write everything about an answer into its study's directory; returns files of the scenario left out.

    Args:
        folder: of the study.
        answer: what was found.
        loaded: the scenario and where it came from.
        data: the answer for programs.
        history_csv: the history in the long form.
        report: write ``report.html`` too.

    Raises:
        RunDirError: the disk is full, or the place may not be written.
    """
    from calibration.draws import draws_bytes
    from studio.exports import json_text

    draws = answer.draws(dict(data["provenance"]))
    try:
        left_out = tuple(
            name for name in sorted(loaded.files) if name != DRAWS and not copy_beside(name, loaded, folder)
        )
        _put(folder / DRAWS, draws_bytes(draws))
        name, text = calibrated_scenario(answer, loaded)
        _put(folder / name, text.encode())
        _put(folder / "history.csv", history_csv.encode())
        if report:
            from studio.calibration_report import report_html

            _put(folder / "report.html", report_html(answer, loaded, data=data).encode())
        _put(folder / ANSWER, json_text(dict(data)).encode())
    except OSError as error:
        raise RunDirError(_explain(error, folder)) from error
    return left_out


def _put(path: Path, data: bytes) -> None:
    """Write one file whole, or not at all."""
    hidden = path.with_name(f".{path.name}.partial")
    try:
        hidden.write_bytes(data)
        hidden.replace(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


def _explain(error: OSError, place: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk that holds {place} is full; trials so far are kept, add --resume when there is room"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} may not be written to ({error.strerror})"
    return f"{place} cannot be written: {error.strerror or error}"


def calibrated_scenario(answer: "Calibration", loaded: "Loaded") -> tuple[str, str]:
    """Name and text of the scenario with what was found; comments and order of the original stay.

    Args:
        answer: medians and 90 % intervals of its parameters are written in.
        loaded: the original.
    """
    found = {one.name: one for one in answer.parameters}
    text = loaded.source_bytes.decode("utf-8-sig")
    if text.lstrip().startswith("{"):
        data = json.loads(text)
        _write_in(data, found)
        data["parameter_draws"] = DRAWS
        return "calibrated.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    import tomlkit

    document = tomlkit.parse(text)
    document.pop("parameter_draws", None)
    _write_in(document, found)
    # The first line of a file is above all its sections, where the key belongs.
    line = f'parameter_draws = "{DRAWS}"  # found by a calibration: see calibration.json\n'
    return "calibrated.toml", line + tomlkit.dumps(document)


def _write_in(document: Any, found: Mapping[str, Any]) -> None:
    from scenarios.registry import REGISTRY

    parameters = document.get("parameters")
    if parameters is None:
        parameters = {}
    for name, one in found.items():
        if name in REGISTRY:
            _forget(parameters, name)
            parameters[name] = {"value": one.median, "low": one.low, "high": one.high}
            continue
        table = document
        *way, last = name.split(".")
        for key in way:
            if key not in table:
                table[key] = {}
            table = table[key]
        table[last] = round(one.median) if name in ("market.size", "word_of_mouth.reinforcement") else one.median
    if parameters:
        document["parameters"] = parameters


def _forget(parameters: Any, name: str) -> None:
    """Drop a parameter that is written in a section of its own, such as ``[parameters.talk]``."""
    if name in parameters:
        del parameters[name]
    group, _, leaf = name.partition(".")
    if group in parameters and leaf in parameters[group]:
        del parameters[group][leaf]
        if not parameters[group]:
            del parameters[group]
