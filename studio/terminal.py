"""An answer as text: sentences first, then tables that fit 80 columns and need no colour.

>>> print(text_table(["plan", "cost"], [["baseline", "598,000"], ["none", "0"]]))
plan         cost
baseline  598,000
none            0
"""

import shutil
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from studio.costs import lever_costs, total_cost
from studio.formatting import interval, money, people, plus_minus, share, shortened, signed
from studio.verdict import give_verdict
from studio.words import (
    HEADLINES,
    SHOWN_PAIRS,
    caution,
    column,
    per_cent,
    scale_line,
    uncertainty_line,
    unit_of,
)

if TYPE_CHECKING:
    from experiments import Comparison
    from experiments.intervals import Summary

WIDTH = 80
NAME_WIDTH = 20

MOST_LEVERS_ABREAST = 5
"""With more, plans stand side by side instead."""

Paint = Callable[[str], str]


def unpainted(text: str) -> str:
    """Leave a text as it is."""
    return text


def page_width() -> int:
    """Columns to wrap sentences at: 80, or fewer on a narrow terminal."""
    return max(min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDTH), 40)


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,), gap: int = 2) -> str:
    """Rows of texts in aligned columns.

    Args:
        head: one title for each column.
        rows: as many entries as titles.
        left: numbers of the columns that hold words; the others hold numbers and are aligned right.
        gap: blanks between columns.
    """
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(len(line[c]) for line in lines) for c in range(len(head))]
    return "\n".join(
        (" " * gap)
        .join(cell.ljust(widths[c]) if c in left else cell.rjust(widths[c]) for c, cell in enumerate(line))
        .rstrip()
        for line in lines
    )


def wrapped(text: str, *, indent: str = "") -> str:
    """A sentence over as many lines as it needs."""
    held = text.replace(" %", "\u00a0%")  # a number and its sign stay together
    filled = textwrap.fill(held, page_width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\u00a0", " ")


def answer_text(
    comparison: "Comparison", *, remarks: Sequence[str] = (), bold: Paint = unpainted, dim: Paint = unpainted
) -> str:
    """The whole answer as ``apath compare`` and ``apath run`` print it.

    Args:
        comparison: one plan or several.
        remarks: notes on the scenario and the runs.
        bold: how to stress what matters most.
        dim: how to tone down what explains.
    """
    verdict = give_verdict(comparison)
    scenario = comparison.runs.scenario
    blocks = [
        bold(wrapped(verdict.headline)),
        *[wrapped(sentence) for sentence in verdict.sentences[1:]],
    ]
    weeks = scenario.weeks + scenario.carry_out_weeks
    blocks += ["", _titled(f"Plans after {weeks} weeks", _plans(comparison), bold)]
    for a, b in dict.fromkeys((pair.a, pair.b) for pair in comparison.pairs):
        blocks += ["", _titled(f"{b} against {a}, on the same people", _pair(comparison, a, b), bold)]
    blocks += ["", _titled(f"Cost by lever, {scenario.currency}", _costs(comparison), bold), ""]
    notes = [
        f"Uncertainty: {uncertainty_line(comparison.runs.uncertainty)}.",
        f"Scale: {scale_line(comparison)}.",
    ]
    notes += [f"Note: {note}" for note in (*filter(None, [caution(comparison)]), *remarks)]
    blocks += [dim(wrapped(note, indent="  ")) for note in notes]
    return "\n".join(blocks)


def _titled(title: str, table: str, bold: Paint) -> str:
    head, *rows = table.split("\n")
    return "\n".join([bold(title), head, *rows])


def _plans(comparison: "Comparison") -> str:
    """Means, and beneath each the half-width of its interval."""
    currency = comparison.runs.scenario.currency
    rows = []
    for name, summaries in comparison.plans.items():
        shown = [summaries[metric] for metric in HEADLINES]
        cost = money(total_cost(comparison, name))
        rows.append([shortened(name, NAME_WIDTH), cost, *map(_mean, shown, HEADLINES)])
        rows.append(["", "", *map(_half, shown, HEADLINES)])
    level = per_cent(next(iter(comparison.plans.values()))[HEADLINES[0]].level)
    table = text_table(["", f"cost, {currency}", *(column(m, currency) for m in HEADLINES)], rows)
    return f"{table}\n± is half of the {level} interval of the mean"


def _mean(summary: "Summary", metric: str) -> str:
    return money(summary.mean) if unit_of(metric) == "money" else people(summary.mean)


def _half(summary: "Summary", metric: str) -> str:
    return plus_minus(summary.half_width, unit_of(metric))


def _pair(comparison: "Comparison", a: str, b: str) -> str:
    currency = comparison.runs.scenario.currency
    rows = []
    for metric in SHOWN_PAIRS:
        pair, unit = comparison.pair(a, b, metric), unit_of(metric)
        rows.append(
            [
                column(metric, currency),
                signed(pair.difference.mean, unit),
                interval(pair.difference.ci_low, pair.difference.ci_high, unit),
                interval(pair.luck_only.ci_low, pair.luck_only.ci_high, unit),
                share(pair.share_b_ahead),
            ]
        )
    level = per_cent(comparison.pair(a, b, SHOWN_PAIRS[0]).difference.level)
    return text_table(["", "difference", f"{level} interval", "luck only", "ahead"], rows)


def _costs(comparison: "Comparison") -> str:
    """Money by lever: plans as rows, or, when there are many levers, as columns."""
    costs = lever_costs(comparison)
    levers = list(next(iter(costs.values())))
    totals = {name: money(sum(found.values())) for name, found in costs.items()}
    if len(levers) <= MOST_LEVERS_ABREAST:
        rows = [
            [shortened(name, NAME_WIDTH), *(money(found[lever]) for lever in levers), totals[name]]
            for name, found in costs.items()
        ]
        return text_table(["", *levers, "total"], rows)
    rows = [[lever, *(money(found[lever]) for found in costs.values())] for lever in levers]
    return text_table(["", *(shortened(name, NAME_WIDTH) for name in costs)], [*rows, ["total", *totals.values()]])
