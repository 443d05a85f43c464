"""The report of plans between several goals: what each gives up for what, and what each buys when.

Like every page of ours it needs no script, asks nothing of the network, and is the same, byte for byte, for the same
answer.
"""

from typing import TYPE_CHECKING

from studio import front_words as words
from studio.flowchart import flowchart, flowchart_chart
from studio.formatting import axis, interval, money, signed
from studio.markup import esc, exhibit, facts, items, paragraph, sections, table
from studio.page_frame import page
from studio.pen import Pen
from studio.recommendation_figures import described, ends_of, ticks
from studio.recommendation_words import NAMES, metric_words, unit_of_goal
from studio.report_weeks import flow_table
from studio.svg import Chart, svg_head
from studio.theme import GRID, INK, MUTED, PLANS

if TYPE_CHECKING:
    from experiments.recommend.front import Front, FrontPlan
    from scenarios.load import Loaded


def front_html(front: "Front", loaded: "Loaded") -> str:
    """The whole report as one HTML text.

    Args:
        front: what was found.
        loaded: the scenario and where it came from.
    """
    scenario = front.wallet.scenario
    title = scenario.title or scenario.name
    parts = [
        ("verdict", "The plans between the goals", _verdict(front)),
        ("money", "Where the money goes", _money(front)),
        ("calendar", "What is bought when", _calendars(front)),
        ("rests", "What it rests on", _rests_on(front, loaded)),
    ]
    goals = "; ".join(goal.text for goal in front.goals)
    asked = f"Goals: {goals}. Budget: {money(front.budget, scenario.currency)}."
    header = f'<p class="eyebrow">Plans between goals</p><h1>{esc(title)}</h1>{paragraph(asked, "lede")}'
    provenance = front.provenance
    return page(
        title=f"{title} – plans between goals",
        header=f"<header>{header}</header>",
        body=sections(parts),
        footer=f"apath {provenance['version']}, seed {provenance['seed']}, scenario {provenance['scenario_hash'][:12]}",
        skip=("verdict", "Skip to the plans"),
    )


def _verdict(front: "Front") -> str:
    charts = [trade_chart(front, other) for other in range(1, len(front.goals))]
    how = (
        "Against the current plan (where the lines cross), on the same people. Numbered full marks: plans of the "
        "front; numbered empty marks: plans that another one beats; e: equal split. Lines: 90 % intervals of the "
        "mean difference."
    )
    numbers = []
    for g, goal in enumerate(front.goals):
        columns, rows = words.goal_table(front, g)
        numbers.append(table(goal.text, columns, rows, words=(len(columns) - 1,), kind="long"))
    told = paragraph(words.sentence(front), "verdict v1")
    return told + exhibit("What is given up for what", charts, "", note=how) + "".join(numbers)


def trade_chart(front: "Front", other: int) -> Chart:
    """Each plan's gain for the first goal and for another one, against the current plan.

    Args:
        front: what was found.
        other: number of the goal on the upright axis.
    """
    current = front.references[0]
    shown = [*front.plans, *(one for one in front.references[1:] if one.name == "equal_split")]
    gaps = [(front.difference(one, current, 0), front.difference(one, current, other)) for one in shown]
    low, high = ends_of([end for gap, _ in gaps for end in (gap.ci_low, gap.ci_high)])
    least, most = ends_of([end for _, gap in gaps for end in (gap.ci_low, gap.ci_high)])
    left, right, top, floor = 46.0, 312.0, 8.0, 204.0

    def x(value: float) -> float:
        return left + (right - left) * (min(max(value, low), high) - low) / (high - low)

    def y(value: float) -> float:
        return floor - (floor - top) * (min(max(value, least), most) - least) / (most - least)

    pen = Pen()
    for at in ticks(low, high, 5):
        pen.line(x(at), top, x(at), floor, GRID)
        pen.text(x(at), floor + 12, axis(at), size=8.5, colour=MUTED, anchor="middle")
    for at in ticks(least, most, 5):
        pen.line(left, y(at), right, y(at), GRID)
        pen.text(left - 4, y(at) + 3, axis(at), size=8.5, colour=MUTED, anchor="end")
    pen.line(x(0.0), top, x(0.0), floor, INK, width=1)
    pen.line(left, y(0.0), right, y(0.0), INK, width=1)
    said = []
    for one, (across, up) in zip(shown, gaps, strict=True):
        mine = one in front.plans
        colour = PLANS[0] if mine else MUTED
        if across.half_width < float("inf") and up.half_width < float("inf"):
            pen.line(x(across.ci_low), y(up.mean), x(across.ci_high), y(up.mean), colour, width=0.8)
            pen.line(x(across.mean), y(up.ci_low), x(across.mean), y(up.ci_high), colour, width=0.8)
        pen.dot(x(across.mean), y(up.mean), colour, radius=4.2, full=mine and not one.beaten_by)
        label = one.name.removeprefix("front-") if mine else "e"
        pen.text(x(across.mean) + 6, y(up.mean) - 5, label, size=9, weight="bold" if mine else "")
        said.append(f"{NAMES.get(one.name, one.name)} {_gap(front, one, 0)} and {_gap(front, one, other)}")
    names = [metric_words(front.goals[g]) for g in (0, other)]
    pen.text(0.5 * (left + right), floor + 26, f"{names[0]}, more than now", size=8.5, colour=MUTED, anchor="middle")
    head = svg_head(
        f"0 0 320 {floor + 32:g}", f"{names[0]} and {names[1]} against the current plan: {'; '.join(said)}."
    )
    title = f"{names[1]} by {names[0]}, against the current plan"
    return described(Chart(title, f"{head}{pen.drawn()}</svg>"), key=f"trade-{other}")


def _gap(front: "Front", one: "FrontPlan", g: int) -> str:
    gap = front.difference(one, front.references[0], g)
    unit = unit_of_goal(front.goals[g])
    limits = interval(gap.ci_low, gap.ci_high, unit)  # type: ignore[arg-type]
    return f"{signed(gap.mean, unit)} {metric_words(front.goals[g])} ({limits})"  # type: ignore[arg-type]


def _money(front: "Front") -> str:
    cells = words.money_cells(front)
    rows = [[line.name, *row] for line, row in zip(front.wallet.lines, cells, strict=True)]
    names = [one.name for one in front.unbeaten]
    caption = f"Money by line, {front.wallet.scenario.currency}: now, and in each plan of the front"
    return table(caption, ["line", "now", *names], rows)


def _calendars(front: "Front") -> str:
    how = "Darker cells cost more; an empty cell is a week off. Weeks are named by their Monday."
    out = []
    for number, one in enumerate(front.unbeaten):
        flow = flowchart(front.wallet.scenario, one.plan, name=one.name)
        chart = described(flowchart_chart(flow, number_of_plan=number), key=f"flow-{number}")
        out.append(exhibit(one.name, [chart], "", note=how, kind="wide") + flow_table(flow))
    return "".join(out)


def _rests_on(front: "Front", loaded: "Loaded") -> str:
    p = front.provenance
    weights = table(
        "Weights of the goals with which each plan was found",
        ["plan", *(goal.text for goal in front.goals)],
        [[one.name, *(f"{weight:.2f}" for weight in one.weights)] for one in front.plans],
    )
    found = [
        ("Version", f"apath {p['version']}, draws {p['rng_version']}"), ("Seed", str(p["seed"])),
        ("Scenario", str(p["scenario_hash"])), *([("Draws", str(p["draws_hash"]))] if "draws_hash" in p else []),
        ("Uncertainty", str(p["uncertainty"])), *sorted(loaded.files.items()),
    ]  # fmt: skip
    return items(words.small_print(front)) + weights + facts(found)
