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

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.rundir import RunDirError, copy_beside
from studio.study_dir import STUDY, StudyKind
from studio.workbook.files import put_whole

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from scenarios.load import Loaded

ANSWER = "calibration.json"
DRAWS = "parameters.npz"
OURS = (STUDY, "calibrated.toml", "calibrated.json", DRAWS, "history.csv", "report.html", ANSWER)


CALIBRATION = StudyKind("calibration", "calibration", ANSWER, OURS, "trials so far are kept")


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
        put_whole(folder / DRAWS, draws_bytes(draws))
        name, text = calibrated_scenario(answer, loaded)
        put_whole(folder / name, text.encode())
        put_whole(folder / "history.csv", history_csv.encode())
        if report:
            from studio.calibration_report import report_html

            put_whole(folder / "report.html", report_html(answer, loaded, data=data).encode())
        put_whole(folder / ANSWER, json_text(dict(data)).encode())
    except OSError as error:
        raise RunDirError(CALIBRATION.explain(error, folder)) from error
    return left_out


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
