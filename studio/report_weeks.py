"""The parts of the report that run along the calendar: fans, the path, the difference, and the money."""

from typing import TYPE_CHECKING

from studio.costs import lever_costs
from studio.figures import (
    Band,
    difference_band,
    difference_charts,
    fan_charts,
    fans,
    stage_charts,
    stage_shares,
)
from studio.figures_end import cost_chart
from studio.flowchart import Flowchart, flowchart, flowchart_chart
from studio.formatting import amount, counted, interval, money, number, people, share, signed
from studio.markup import details, exhibit, pictures, table
from studio.terminal import MOST_LEVERS_ABREAST
from studio.timeline import short_date
from studio.words import per_cent, unit_of

if TYPE_CHECKING:
    from experiments import Comparison
    from scenarios.schema import Scenario

_FAN_TITLES = {
    "customers": "Customers",
    "advocates": "Advocates",
    "revenue": "Revenue in each week",
}

_HOW = (
    "Line: mean. Faint band: nine in ten replicates, everything uncertain. Strong band: nine in ten replicates, "
    "luck alone. Thin grey lines: the means of the other plans."
)
_HOW_LUCK = "Line: mean. Band: nine in ten replicates. Thin grey lines: the means of the other plans."


def week_names(scenario: "Scenario", *, from_first: bool = False) -> list[str]:
    """The first column of weekly tables: the start, then each week by its ISO name and its Monday."""
    from simulator.calendar import week_label, week_starts

    named = [f"{week_label(day)}, {short_date(day)}" for day in week_starts(scenario)]
    return named if from_first else ["before the start", *named]


def week_by_week(comparison: "Comparison", pairs: list[tuple[str, str]]) -> str:
    """Fans for each figure, the difference over time, and where the market stands on the path.

    Args:
        comparison: one plan or several.
        pairs: plans A and B whose difference is drawn.
    """
    how = _HOW_LUCK if comparison.runs.uncertainty == "luck" else _HOW
    if len(comparison.plans) == 1:
        how = how.partition(" Thin grey")[0]
    parts: list[str] = []
    for metric, title in _FAN_TITLES.items():
        parts.append(_fan(comparison, metric, title, "" if parts else how))
    if pairs:
        parts.append(_gap(comparison, pairs))
    parts.append(_path(comparison))
    return "".join(parts)


def _fan(comparison: "Comparison", metric: str, title: str, how: str) -> str:
    bands, unit = fans(comparison, metric), unit_of(metric)
    scenario = comparison.runs.scenario
    currency = f", {scenario.currency}" if unit == "money" else ""
    with_luck = comparison.runs.uncertainty != "luck"
    columns = ["mean", "5 to 95 %", "luck only"] if with_luck else ["mean", "5 to 95 %"]
    rows = []
    for w, week in enumerate(week_names(scenario, from_first=metric == "revenue")):
        row = [week]
        for every, luck in bands.values():
            row += [amount(every.mean[w], unit), interval(every.low[w], every.high[w], unit)]
            row += [interval(luck.low[w], luck.high[w], unit)] if with_luck else []
        rows.append(row)
    numbers = table(
        f"{title}{currency}, at the end of each week" if unit == "people" else f"{title}{currency}",
        ["week", *columns * len(bands)],
        rows,
        groups=[("", 1), *((name, len(columns)) for name in bands)],
        kind="tight",
    )
    return exhibit(f"{title}{currency}", fan_charts(comparison, metric), numbers, note=how)


def _gap(comparison: "Comparison", pairs: list[tuple[str, str]]) -> str:
    level = per_cent(comparison.pairs[0].difference.level)
    bands = [difference_band(comparison, a, b) for a, b in pairs]
    rows = []
    for w, week in enumerate(week_names(comparison.runs.scenario)):
        row = [week]
        for band in bands:
            row += [signed(band.mean[w]), _within(band, w)]
        rows.append(row)
    numbers = table(
        "Paired difference in customers, at the end of each week",
        ["week", *["mean", f"{level} interval"] * len(pairs)],
        rows,
        groups=[("", 1), *((f"{b} minus {a}", 2) for a, b in pairs)],
        kind="tight",
    )
    how = (
        f"Line: mean difference on the same people. Band: its {level} interval. Above the zero line the first-named "
        "plan has more customers; where the band leaves the line, the difference is decided."
    )
    title = "The difference in customers over time"
    return exhibit(title, difference_charts(comparison, pairs), numbers, note=how)


def _within(band: Band, w: int) -> str:
    return interval(float(band.low[w]), float(band.high[w]))


def _path(comparison: "Comparison") -> str:
    from scenarios.vocabulary import STAGE_NAMES

    shares = stage_shares(comparison)
    rows = []
    for w, week in enumerate(week_names(comparison.runs.scenario)):
        rows.append([week, *(share(float(at[s, w])) for at in shares.values() for s in range(len(STAGE_NAMES)))])
    numbers = table(
        "Mean share of the market at each stage, at the end of each week",
        ["week", *STAGE_NAMES * len(shares)],
        rows,
        groups=[("", 1), *((name, len(STAGE_NAMES)) for name in shares)],
        kind="tight",
    )
    how = (
        "Mean share of the market at each stage of the A-Path; the stronger the colour, the closer to the brand. "
        "What is missing to the whole is unaware."
    )
    return exhibit("Where the market stands on the A-Path", stage_charts(comparison), numbers, note=how)


def spending(comparison: "Comparison") -> str:
    """What each plan costs by lever, and on what and when it is spent.

    Args:
        comparison: one plan or several.
    """
    scenario = comparison.runs.scenario
    costs = lever_costs(comparison)
    levers = list(next(iter(costs.values())))
    totals = {name: sum(found.values()) for name, found in costs.items()}

    def cell(name: str, lever: str) -> str:
        money_ = costs[name][lever]
        return f"{money(money_)}\n{share(money_ / totals[name])}" if money_ else "–"

    title = f"Cost by lever, {scenario.currency}"
    if len(levers) <= MOST_LEVERS_ABREAST:
        rows = [[name, *(cell(name, lever) for lever in levers), money(totals[name])] for name in costs]
        by_lever = table(title, ["plan", *levers, "total"], rows, marks=list(range(len(rows))))
    else:
        rows = [[lever, *(cell(name, lever) for name in costs)] for lever in levers]
        by_lever = table(title, ["lever", *costs], [*rows, ["total", *map(money, totals.values())]])
    bars = pictures([cost_chart(comparison)], kind="one") if any(sum(c.values()) for c in costs.values()) else ""
    flows = [flowchart(scenario, scenario.plans[name], name=name) for name in comparison.plans]
    charts = [flowchart_chart(flow, number_of_plan=n) for n, flow in enumerate(flows)]
    lines = "".join(flow_table(flow) for flow in flows)
    how = (
        "One row for each channel, influencer or wave of product seeding; darker cells cost more; an empty cell "
        "is a week off. Weeks are named by their Monday. What follows from what people do, such as rewards, comes "
        "on top."
    )
    return by_lever + bars + exhibit("Spend flowcharts", charts, lines, note=how, kind="wide")


def flow_table(flow: Flowchart) -> str:
    """The numbers of a flowchart, to open.

    Args:
        flow: of one plan.
    """
    periods = [f"{day:%Y-%m}" if flow.by_month else short_date(day) for day in flow.starts]
    rows = []
    for row in flow.rows:
        what = f"{people(row.units)} {row.unit}"
        rows.append([row.item, row.lever, what, *(money(x) if x else "" for x in row.spend.tolist()), money(row.total)])
    totals = [number(x) if x else "" for x in flow.totals.tolist()]
    rows.append(["total", "", "", *totals, money(flow.total)])
    head = ["line", "lever", "bought", *periods, "total"]
    text = f"Spending of {flow.plan} in {flow.currency}, {counted(len(flow.rows), 'line')}"
    return details(text, table(text, head, rows, words=(1,), kind="tight"))
