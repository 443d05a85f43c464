"""What there is to choose from, for ``apath levers``."""

from dataclasses import asdict
from textwrap import wrap
from typing import Any

from studio.terminal import Paint, unpainted

_WIDTH = 96


def levers_data() -> dict[str, Any]:
    """Every lever with its path, rule, cost line, metrics, tests and example, as plain data."""
    from scenarios.levers import LEVERS

    return {"levers": [asdict(lever) for lever in LEVERS.values()]}


def levers_text(*, bold: Paint = unpainted) -> str:
    """The levers in their rows, for a terminal.

    Args:
        bold: how headings are set.
    """
    from scenarios.levers import LEVERS, ROWS

    out = []
    for row in ROWS:
        head = f"{row[0].upper()}{row[1:]}"
        out.append(bold(head))
        for lever in LEVERS.values():
            if lever.row == row:
                out += [f"  {lever.name}: {lever.summary}"]
                out += _entry("write", ", ".join(lever.paths))
                out += _entry("rule", lever.rule)
                out += _entry("costs", ", ".join(lever.cost_lines) or "nothing")
                out += _entry("moves", ", ".join(lever.metrics))
                out += _entry("lesson", f"docs/levers/{lever.example}.toml")
        out.append("")
    return "\n".join(out).rstrip()


def _entry(word: str, text: str) -> list[str]:
    lines = wrap(text, _WIDTH - 12, break_on_hyphens=False, break_long_words=False)
    return [f"    {word if k == 0 else '':<8}{line}" for k, line in enumerate(lines)]
