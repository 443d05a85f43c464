"""Edited plans as a file: a scenario that runs as it is, on this machine and nowhere else."""

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.load import Loaded
from scenarios.plan import Plan


def save(loaded: Loaded, plans: Mapping[str, Plan], *, folder: Path) -> dict[str, Any]:
    """Write the scenario with the plans and the tables that it names into a folder of its own.

    Args:
        loaded: the scenario.
        plans: by name.
        folder: where runs are; saved plans stand beside them.

    Raises:
        ScenarioError: the scenario with these plans cannot be used.
        RunDirError: nothing may be written there.
    """
    from studio.rundir import RunDirError
    from studio.study_dir import new_folder
    from studio.workbook.files import put_all
    from studio.workbook.scenario_file import plans_scenario_files

    files, left_out = plans_scenario_files(loaded, plans)
    try:
        place = new_folder(folder, f"{loaded.scenario.name}-saved")
    except OSError as error:
        raise RunDirError(f"{folder} cannot be written: {error.strerror or error}") from error
    try:
        paths = put_all(place, files, force=False)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return {
        "file": paths[-1].name, "text": files[paths[-1].name].decode(), "path": str(paths[-1].resolve()),
        "link": paths[-1].resolve().as_uri(), "left_out": list(left_out), "plans": list(plans),
        "next": f"apath compare {shlex.quote(str(paths[-1]))} --plans {','.join(plans)}",
    }  # fmt: skip
