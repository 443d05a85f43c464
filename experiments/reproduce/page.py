"""Findings as a text for the screen and as a page of the documentation."""

import re
from collections.abc import Sequence

from experiments.reproduce.finding import Fact, Finding

_INTRODUCTION = """# Published facts, measured on the model

This page is written by `make reproduce`; change `experiments/reproduce`, not the page.

A model of a market that nobody has measured yet can still be wrong about what has been measured often. Each
experiment below builds a market in which a published fact can be seen, leaves every parameter at its default
but for what the fact itself is about, and compares on the same people with the same luck. Figures are means
over that many worlds, with 90 % intervals. A demand holds when the whole interval lies on the right side.
Signs and orders are the test; sizes belong to these markets.
"""


def as_text(fact: Fact, finding: Finding) -> str:
    """Write a finding for the screen.

    Args:
        fact: what was asked.
        finding: what came out.
    """
    width = max(len(row.label) for row in finding.rows)
    lines = [f"{fact.id}  {fact.title}  ({fact.source})", f"     {fact.expected}", ""]
    lines += [f"  {row.label:<{width}}  {row.shown}" for row in finding.rows]
    lines += ["", *(f"  {_verdict(check.holds):<14} {check.text}: {check.measured}" for check in finding.checks)]
    lines += [f"  note           {limit}" for limit in finding.limits]
    return "\n".join(lines)


def as_page(findings: Sequence[tuple[Fact, Finding]]) -> str:
    """Write findings as a page in Markdown, with a table of all of them first.

    Args:
        findings: facts and what came out.
    """
    parts = [_INTRODUCTION, "| Fact | Source | Demands that hold |\n|---|---|---|"]
    parts[-1] += "".join(
        f"\n| [{fact.title}](#{_anchor(fact)}) | {fact.source} | "
        f"{sum(check.holds for check in finding.checks)} of {len(finding.checks)} |"
        for fact, finding in findings
    )
    parts[-1] += "\n"
    for fact, finding in findings:
        table = "\n".join(f"| {row.label} | {row.shown} |" for row in finding.rows)
        checks = "\n".join(f"| {_verdict(c.holds)} | {c.text} | {c.measured} |" for c in finding.checks)
        limits = "\n".join(f"* {limit}" for limit in finding.limits)
        parts.append(
            f"## {_heading(fact)}\n\n{fact.source}. {fact.expected}\n\n**Market.** {finding.market} "
            f"{finding.replicates} worlds.\n\n| | Demand | Measured |\n|---|---|---|\n{checks}\n\n"
            f"| Figure | Mean and 90 % interval |\n|---|---|\n{table}\n" + (f"\n{limits}\n" if limits else "")
        )
    return "\n".join(parts)


def _verdict(holds: bool) -> str:
    return "holds" if holds else "does not hold"


def _heading(fact: Fact) -> str:
    return f"{fact.id}: {fact.title}"


def _anchor(fact: Fact) -> str:
    return re.sub(r"[^\w\- ]", "", _heading(fact).lower()).replace(" ", "-")
