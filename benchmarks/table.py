"""The rows that the benchmarks print: what was done, against what, the goal, the figure, and whether it holds."""

import json
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

_SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}

Verdict = bool | Literal["skipped"]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        work: what was run.
        against: what it is compared with.
        goal: such as ``">= 1000"``; empty where a figure is reported and nothing was promised.
        measured: the figure; nothing where it could not be had.
        unit: of goal and figure.
        ok: whether the goal is met.
        note: how it was measured, or why it was not.
    """

    work: str
    against: str
    goal: str
    measured: float | None
    unit: str
    ok: Verdict
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The row as it stands in JSON; its note is told with what it is against."""
        against = f"{self.against}; {self.note}" if self.note else self.against
        measured = None if self.measured is None else float(f"{self.measured:.4g}")
        return {
            "work": self.work, "against": against, "goal": self.goal, "measured": measured, "unit": self.unit,
            "ok": self.ok,
        }  # fmt: skip


def judged(work: str, against: str, goal: str, measured: float, unit: str, note: str = "") -> Row:
    """A row whose goal is compared with what was measured.

        >>> judged("a walk", "a clock", ">= 5", 6.0, "km/h").ok
        True

    Args:
        work: what was run.
        against: what it is compared with.
        goal: a sign and a number, or nothing.
        measured: the figure.
        unit: of both.
        note: how it was measured.

    Raises:
        ValueError: the goal is not a sign and a number.
    """
    return Row(work, against, goal, measured, unit, meets(measured, goal), note)


def skipped(work: str, against: str, goal: str, unit: str, why: str) -> Row:
    """A row that was not measured, and the reason."""
    return Row(work, against, goal, None, unit, "skipped", f"skipped: {why}")


def withheld(work: str, against: str, goal: str, unit: str, why: str) -> Row:
    """A row whose ratio would not be one of like with like, and the reason."""
    return Row(work, against, goal, None, unit, False, f"withheld: {why}")


def meets(measured: float, goal: str) -> bool:
    """Whether a figure meets a goal; no goal is always met.

        >>> meets(1.6, "< 2"), meets(3.0, "< 2"), meets(3.0, "")
        (True, False, True)

    Args:
        measured: the figure.
        goal: a sign and a number, as in ``"<= 64"``.

    Raises:
        ValueError: the goal is not a sign and a number.
    """
    if not goal:
        return True
    sign, _, number = goal.partition(" ")
    if sign not in _SIGNS:
        raise ValueError(f"a goal is a sign and a number such as '>= 5', not {goal!r}")
    return bool(_SIGNS[sign](measured, float(number.replace(",", ""))))


def as_json(rows: Sequence[Row]) -> str:
    """The rows as a JSON list."""
    return json.dumps([row.as_dict() for row in rows], indent=1, ensure_ascii=False)


def as_text(row: Row) -> str:
    """One row as a line for the terminal, and a second one for its note."""
    goal = f"goal {row.goal}" if row.goal else "no goal"
    line = f"{_mark(row):<8} {row.work} | against {row.against} | {_figure(row)} {row.unit} | {goal}"
    return f"{line}\n         {row.note}" if row.note else line


def as_markdown(rows: Sequence[Row]) -> str:
    """The rows as a table of a page."""
    lines = ["| Work | Against | Goal | Measured | |", "|---|---|---|---|---|"]
    for row in rows:
        note = f" ({row.note})" if row.note else ""
        lines.append(
            f"| {row.work} | {row.against}{note} | {row.goal or '–'} | {_figure(row)} {row.unit} | {_mark(row)} |"
        )
    return "\n".join(lines)


def _figure(row: Row) -> str:
    if row.measured is None:
        return "–"
    return f"{row.measured:,.0f}" if row.measured >= 100 else f"{row.measured:.3g}"


def _mark(row: Row) -> str:
    if row.ok == "skipped":
        return "skipped"
    if not row.goal:
        return ""
    return "yes" if row.ok else "NO"
