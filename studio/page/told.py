"""What was wrong, in the words that the page shows."""

from pathlib import Path
from typing import Any

from scenarios.errors import ScenarioError


def problems_of(error: BaseException) -> list[dict[str, Any]]:
    """Everything that an error says, one entry for each thing to mend.

    >>> problems_of(ValueError("a < b"))[0]["what"]
    'a < b'
    >>> from calibration.errors import CalibrationError
    >>> problems_of(CalibrationError("there is no target", hint="name one"))[0]["hint"]
    'name one'

    Args:
        error: a scenario, a history, goals or limits that cannot be used, or anything else.
    """
    if isinstance(error, ScenarioError):
        return [
            {"file": Path(p.file).name, "line": p.line, "where": p.where, "what": p.what, "hint": p.hint}
            for p in error.problems
        ]
    said = []
    for one in getattr(error, "problems", None) or [str(error)]:
        where, what, hint = one if isinstance(one, tuple) else ("", str(one), "")
        said.append({"file": "", "line": 0, "where": where, "what": what, "hint": hint})
    return said
