"""What an edit has changed, line by line, for whoever made it.

>>> from scenarios import load_scenario
>>> scenario = load_scenario("coldbrew-launch").scenario
>>> before = scenario.plans["baseline"]
>>> changes(scenario, before, before.model_copy(update={"media_scale": 2.0}))[:2]
['media_scale: not set before, 2 now', 'instagram (paid media): 216,000 before, 432,000 USD now']
"""

from typing import Any

from scenarios.errors import clean
from scenarios.lines import Path
from scenarios.plan import Plan
from scenarios.schema import Scenario
from studio.formatting import money
from studio.workbook.lines import Line, plan_lines
from studio.workbook.paths import plan_data, said
from studio.workbook.plan_sheets import plan_rows
from studio.workbook.texts import to_text


def changes(scenario: Scenario, before: Plan, now: Plan) -> list[str]:
    """Settings and lines in which two plans differ, and what they cost in all.

    Args:
        scenario: dates, fees and currency.
        before: the plan as it was.
        now: the plan as it is.
    """
    old, new = (plan_lines(scenario, plan) for plan in (before, now))
    rows = [dict(plan_rows(plan_data(p), x, with_bookings=True)) for p, x in ((before, old), (now, new))]
    out = [
        f"{said(path)}: {_shown(rows[0], path)} before, {_shown(rows[1], path)} now"
        for path in dict.fromkeys([*rows[0], *rows[1]])
        if rows[0].get(path) != rows[1].get(path)
    ]
    lines = {line.name: line for line in old}, {line.name: line for line in new}
    for name in dict.fromkeys([*lines[0], *lines[1]]):
        was, is_ = lines[0].get(name), lines[1].get(name)
        if (was and (was.money, was.units)) != (is_ and (is_.money, is_.units)):
            out.append(_line(name, was, is_, scenario.currency))
    if out:
        totals = [sum(line.total for line in plan if line.in_flowchart) for plan in (old, new)]
        out.append(f"in all: {money(totals[0])} before, {money(totals[1], scenario.currency)} now")
    return out


def _shown(rows: dict[Path, Any], path: Path) -> str:
    return clean(to_text(rows[path]), most=60) if path in rows else "not set"


def _line(name: tuple[str, str], was: Line | None, now: Line | None, currency: str) -> str:
    lever, item = name
    some = was or now
    if some is not None and some.editable == "units":
        counts = [0.0 if line is None else sum(line.units) for line in (was, now)]
        return f"{item} ({lever}): {counts[0]:,.10g} before, {counts[1]:,.10g} {some.unit} now"
    totals = [0.0 if line is None else line.total for line in (was, now)]
    same = " in other weeks" if totals[0] == totals[1] else ""
    return f"{item} ({lever}): {money(totals[0])} before, {money(totals[1], currency)} now{same}"
