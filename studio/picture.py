"""One picture of an answer for a README or a slide: the two leading plans as fans, and their paired difference.

``python -m studio.picture coldbrew-launch docs/images/compare.svg`` draws the one in the README.
"""

import re
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from studio.figures import difference_charts, fan_charts
from studio.svg import Chart, svg_head
from studio.theme import INK, MUTED, PAPER, looks
from studio.verdict import give_verdict
from studio.words import label

if TYPE_CHECKING:
    from experiments import Comparison

_WIDTH, _HEIGHT, _GAP, _HEAD, _EDGE = 270.0, 176.0, 22.0, 46.0, 14.0
_SIZE = re.compile(r'^<svg xmlns="[^"]*" ')
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


def compare_picture(comparison: "Comparison") -> str:
    """The leading plan, its rival, and the difference between them on the same people, as one SVG file.

    Args:
        comparison: two plans or more.

    Raises:
        ValueError: there is only one plan.
    """
    verdict = give_verdict(comparison)
    if verdict.runner_up is None:
        raise ValueError("a comparison needs two plans")
    names = list(comparison.plans)
    a, b = sorted((verdict.leader, verdict.runner_up), key=names.index)
    metric = verdict.metric if verdict.metric in ("customers", "advocates", "revenue") else "customers"
    fans = {chart.title: chart for chart in fan_charts(comparison, metric, key="f")}
    gap = difference_charts(comparison, [(a, b)], metric=metric, key="d")[0]
    panels = [(f"{label(metric)}, {a}", fans[a]), (f"{label(metric)}, {b}", fans[b]), (gap.title, gap)]
    width = len(panels) * _WIDTH + (len(panels) - 1) * _GAP + 2 * _EDGE
    height = _HEAD + _HEIGHT + 2 * _EDGE
    colours = {name: look.colour for name, look in looks(names).items()}
    parts = [f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>']
    for n, (title, chart) in enumerate(panels):
        x = _EDGE + n * (_WIDTH + _GAP)
        parts.append(_panel(x, title, chart, colours[a if n == 0 else b]))
    described = f"{verdict.headline} Fans of both plans by week, and their difference on the same people."
    head = svg_head(f"0 0 {width:g} {height:g}", described).replace("<svg ", f'<svg font-family="{_FONT}" ', 1)
    return f"{head}{''.join(parts)}</svg>\n"


def _panel(x: float, title: str, chart: Chart, colour: str) -> str:
    lines = chart.note.split("\n")
    said = [f'<rect x="{x:g}" y="{_EDGE:g}" width="9" height="9" rx="1.5" fill="{colour}"/>']
    said.append(
        f'<text x="{x + 14:g}" y="{_EDGE + 9:g}" font-size="11.5" font-weight="600" fill="{INK}">{escape(title)}</text>'
    )
    for n, line in enumerate(lines[:2]):
        y = _EDGE + 23 + 12.5 * n
        said.append(f'<text x="{x:g}" y="{y:g}" font-size="9.5" fill="{MUTED}">{escape(line)}</text>')
    place = f'x="{x:g}" y="{_EDGE + _HEAD:g}" width="{_WIDTH:g}" height="{_HEIGHT:g}" '
    return "".join(said) + _SIZE.sub(f"<svg {place}", chart.svg)


def main(source: str, target: str) -> None:
    """Ask a bundled scenario and draw the answer."""
    from experiments import compare
    from scenarios import load_scenario

    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(compare_picture(compare(load_scenario(source))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
