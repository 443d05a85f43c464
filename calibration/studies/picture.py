"""A picture of intervals on a logarithmic scale, as SVG that is the same on every machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

_LEFT, _WIDTH, _ROW, _TOP = 210, 430, 22, 34
_INK, _PALE, _MARK = "#334155", "#94a3b8", "#b45309"


@dataclass(frozen=True)
class Line:
    """One interval.

    Attributes:
        label: at its left.
        low: its lower end, above 0.
        middle: its median.
        high: its upper end.
        dot: another estimate; None for none.
        told: drawn dark, else pale.
    """

    label: str
    low: float
    middle: float
    high: float
    dot: float | None
    told: bool


def intervals(groups: Sequence[tuple[str, float, Sequence[Line]]], *, caption: str) -> str:
    """Draw groups of intervals below one another, each with a value that all of them should hold.

    >>> drawn = intervals([("Fans", 20.0, [Line("5 years", 9.0, 15.0, 40.0, 12.0, False)])], caption="People")
    >>> drawn.startswith("<svg "), "5 years" in drawn
    (True, True)

    Args:
        groups: title, the value, and the intervals.
        caption: what is shown.
    """
    ends = [x for _, truth, lines in groups for line in lines for x in (truth, line.low, line.high)]
    first, last = np.log10(min(ends)) - 0.05, np.log10(max(ends)) + 0.05

    def at(value: float) -> str:
        return f"{_LEFT + _WIDTH * (np.log10(value) - first) / (last - first):.1f}"

    def text(x: float | str, y: float, words: str, *, anchor: str = "start", colour: str = _INK) -> str:
        return f'<text x="{x}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'

    y = _TOP
    parts = [text(8, 18, caption)]
    for title, truth, lines in groups:
        parts.append(text(8, y + 15, title))
        parts.append(text(at(truth), y + 15, f"{truth:,.0f}", anchor="middle", colour=_MARK))
        y += _ROW
        parts.append(
            f'<line x1="{at(truth)}" x2="{at(truth)}" y1="{y}" y2="{y + _ROW * len(lines)}" stroke="{_MARK}" '
            'stroke-dasharray="4 3"/>'
        )
        for line in lines:
            middle = y + _ROW / 2
            colour = _INK if line.told else _PALE
            parts.append(text(_LEFT - 12, middle + 4, line.label, anchor="end"))
            parts.append(
                f'<line x1="{at(line.low)}" x2="{at(line.high)}" y1="{middle:.0f}" y2="{middle:.0f}" '
                f'stroke="{colour}" stroke-width="5" stroke-linecap="round"/>'
            )
            parts.append(f'<circle cx="{at(line.middle)}" cy="{middle:.0f}" r="4.5" fill="white" stroke="{colour}"/>')
            if line.dot is not None:
                parts.append(text(at(line.dot), middle + 4, "\u00d7", anchor="middle", colour=_MARK))
            y += _ROW
        y += 8
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 20}" height="{y + 6}" '
        f'viewBox="0 0 {_LEFT + _WIDTH + 20} {y + 6}" '
        'font-family="sans-serif" font-size="13">'
    )
    return "\n".join([head, f'<rect width="100%" height="{y + 6}" fill="white"/>', *parts, "</svg>", ""])
