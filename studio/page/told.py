"""What was wrong, in the words that the page shows."""

from pathlib import Path
from typing import Any

from scenarios.errors import ScenarioError


def problems_of(error: BaseException) -> list[dict[str, Any]]:
    """Everything that an error says, one entry for each thing to mend.

    >>> problems_of(ValueError("a < b"))[0]["what"]
    'a < b'

    Args:
        error: a scenario, a history, goals or limits that cannot be used, or anything else.
    """
    if isinstance(error, ScenarioError):
        return [
            {"file": Path(p.file).name, "line": p.line, "where": p.where, "what": p.what, "hint": p.hint}
            for p in error.problems
        ]
    said = getattr(error, "problems", None) or [str(error)]
    return [{"file": "", "line": 0, "where": "", "what": str(one), "hint": ""} for one in said]
