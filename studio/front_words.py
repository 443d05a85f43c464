"""Plans between several goals in words and tables, for the terminal and the report: the same numbers in both."""

from typing import TYPE_CHECKING

from studio.formatting import Unit, amount, counted, interval, money, share, signed
from studio.recommendation_words import NAMES, metric_words, unit_of_goal
from studio.terminal import Paint, text_table, unpainted, wrapped

if TYPE_CHECKING:
    from experiments.recommend.front import Front, FrontPlan
    from studio.workbook.layout import Sheets


def sentence(front: "Front") -> str:
    """The answer in a sentence or two that a manager understands."""
    kept = front.unbeaten
    asked = " and ".join(f"“{goal.text}”" for goal in front.goals)
    within = f"for at most {money(front.budget, front.wallet.scenario.currency)}"
    if len(kept) == 1:
        return f"{asked} do not pull apart: of all that was tried {within}, {kept[0].name} is the best for each."
    ends = []
    for g in range(len(front.goals)):
        sign = 1.0 if front.goals[g].more else -1.0
        best = max(kept, key=lambda one, g=g, sign=sign: sign * float(one.values[:, g].mean()))  # type: ignore[misc]
        ends.append(f"{best.name} has {'the most' if sign > 0 else 'the fewest'} {metric_words(front.goals[g])}")
    return (
        f"{counted(len(kept), 'plan')} {within} between {asked}: {', '.join(ends)}. None of them is surely worse than "
        "another for every goal; which one is best depends on what you would give up."
    )


def goal_table(front: "Front", g: int) -> tuple[list[str], list[list[str]]]:
    """Titles and rows of every plan for one goal.

    Args:
        front: what was found.
        g: number of the goal.
    """
    goal, current = front.goals[g], front.references[0]
    unit: Unit = unit_of_goal(goal)  # type: ignore[assignment]
    titles = ["plan", f"cost, {front.wallet.scenario.currency}", metric_words(goal), f"against {front.current_name}"]
    rows = []
    for one in (*front.plans, *front.references):
        gap = front.difference(one, current, g)
        against = f"{signed(gap.mean, unit)} ({interval(gap.ci_low, gap.ci_high, unit)})" if one is not current else "–"
        likely = front.chance(one, g)
        chance = [] if likely is None else [f"{share(likely.p)} ({share(likely.low)} to {share(likely.high)})"]
        value = amount(front.value(one, g).mean, unit)
        rows.append([NAMES.get(one.name, one.name), money(one.cost), value, against, *chance, reading(front, one)])
    return [*titles, *(["probability"] if goal.amount is not None else []), "reading"], rows


def reading(front: "Front", one: "FrontPlan") -> str:
    """What is to be known of a plan beside its figures."""
    if one.beaten_by:
        return f"{one.beaten_by} is better"
    same = front.alike(one)
    return f"cannot be told from {', '.join(same)}" if same else ""


def front_text(front: "Front", *, bold: Paint = unpainted, dim: Paint = unpainted) -> str:
    """The answer as the terminal shows it.

    Args:
        front: what was found.
        bold: how to stress.
        dim: how to tone down.
    """
    out = [bold(wrapped(sentence(front)))]
    for g, goal in enumerate(front.goals):
        out += ["", bold(goal.text), text_table(*goal_table(front, g))]
    names = [line.name for line in front.wallet.lines]
    rows = [[name, *cells] for name, cells in zip(names, money_cells(front), strict=True)]
    out += ["", bold("Money"), text_table(["line", "now", *(one.name for one in front.unbeaten)], rows)]
    out += ["", *(dim(wrapped(line)) for line in small_print(front))]
    return "\n".join(out)


def money_cells(front: "Front") -> list[list[str]]:
    """For each line of the wallet, its money now and in each plan of the front."""
    from experiments.recommend.wallet import line_money

    spent = [line_money(front.wallet, one.plan).tolist() for one in front.unbeaten]
    return [
        [money(line.now), *(money(plan[i]) for plan in spent)] for i, line in enumerate(front.wallet.lines)
    ]  # fmt: skip


def small_print(front: "Front") -> list[str]:
    """What the numbers rest on, in sentences."""
    seen = front.provenance["replicates"]
    tried = (
        f"{counted(front.tried, 'plan')} tried with {counted(front.runs, 'run')}; figures come from "
        f"{counted(seen['report'], 'replicate')} that neither search nor race saw, paired with the current plan."
    )
    between = (
        "Plans were looked for with several weights of the goals. Between two of them there may be more; where more "
        "of one goal costs ever more of the other, none is missed."
    )
    return [tried, between]


def front_csv(front: "Front") -> str:
    """Every plan for every goal as a CSV file: a row for each, full numbers."""
    from studio.exports import csv_text

    columns = (
        "plan", "cost", "goal", "metric", "mean", "ci_low", "ci_high", "p", "p_low", "p_high", "against_current",
        "against_ci_low", "against_ci_high", "beaten_by",
    )  # fmt: skip
    rows: list[list[object]] = []
    for one in (*front.plans, *front.references):
        for g, goal in enumerate(front.goals):
            value, likely = front.value(one, g), front.chance(one, g)
            gap = front.difference(one, front.references[0], g)
            p = ("", "", "") if likely is None else (likely.p, likely.low, likely.high)
            rows.append([
                one.name, one.cost, goal.text, goal.metric, value.mean, value.ci_low, value.ci_high, *p, gap.mean,
                gap.ci_low, gap.ci_high, one.beaten_by,
            ])  # fmt: skip
    return csv_text(columns, rows)


def sheets_of(front: "Front") -> "Sheets":
    """What the workbook of one plan says of all of them.

    Args:
        front: what was found.
    """
    from studio.workbook.layout import Sheets, Table

    columns = ["Plan", "Cost"]
    for goal in front.goals:
        columns += [f"{metric_words(goal)}, mean", "against the current plan", "90 % from", "90 % to"]
    rows = []
    for one in (*front.plans, *front.references):
        cells: list[object] = [NAMES.get(one.name, one.name), one.cost]
        for g in range(len(front.goals)):
            gap = front.difference(one, front.references[0], g)
            cells += [front.value(one, g).mean, gap.mean, gap.ci_low, gap.ci_high]
        rows.append(tuple(cells))
    table = Table(title="Plans between the goals", columns=tuple(columns), rows=tuple(rows), notes=(sentence(front),))
    goals = " and ".join(goal.text for goal in front.goals)
    return Sheets(scenarios=(table,), manifest={"Seed": front.provenance["seed"], "Goals": goals})
