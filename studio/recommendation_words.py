"""A recommendation in words and tables, for the terminal, the workbook and the report: the same numbers everywhere."""

from typing import TYPE_CHECKING

from calibration.series import unit_of
from simulator.metrics import METRICS
from studio.formatting import amount, counted, interval, money, moved, plain, share, signed
from studio.terminal import Paint, text_table, unpainted, wrapped

if TYPE_CHECKING:
    from experiments.recommend.answer import Against, Recommendation
    from experiments.recommend.goal import Goal
    from studio.workbook.layout import Sheets, Table

NAMES = {
    "current": "the current plan",
    "current_scaled": "the current plan with this budget",
    "equal_split": "equal split",
}


def unit_of_goal(goal: "Goal") -> str:
    """What the goal's metric is counted in: people, purchases or money."""
    return METRICS[goal.metric].unit if goal.metric in METRICS else unit_of(goal.metric)


def sentence(answer: "Recommendation") -> str:
    """The answer in one sentence that a manager understands."""
    goal, likely = answer.goal, answer.chance
    value = amount(answer.value.mean, unit_of_goal(goal), _currency(answer))  # type: ignore[arg-type]
    cost = answer.paid(answer.best)
    spent = money(cost, _currency(answer))
    if goal.ratio:
        mean = answer.value.mean
        ratio = cost / max(mean, 1e-9) if goal.ratio == "cpa" else mean / max(cost, 1e-9)
        each = (
            f"{money(ratio, _currency(answer))} for each new customer" if goal.ratio == "cpa"
            else f"{plain(round(ratio, 2))} of revenue for each {_currency(answer)}"
        )  # fmt: skip
        return f"For {spent} this plan brings {value} {metric_words(goal)} on average: {each} (asked: {goal.text})."
    if likely is None:
        return f"For {spent} this plan brings {value} {metric_words(goal)} on average."
    wanted = goal.p_wanted
    missed = "" if wanted is None or likely.p >= wanted else (
        f" That is less than the {share(wanted)} that were asked for: no plan that was tried within the budget was "
        "found to be that likely."
    )  # fmt: skip
    what = goal.text if wanted is None else goal.text.rpartition(" with ")[0]
    return (
        f"For {spent} this plan meets “{what}” with a probability of {share(likely.p)} "
        f"(90 % interval {share(likely.low)} to {share(likely.high)}); it brings {value} "
        f"{metric_words(goal)} on average.{missed}"
    )


def cost_sentence(answer: "Recommendation") -> str:
    """What it is expected to cost with what follows from what people do; empty where nothing does."""
    said, currency = answer.expected, _currency(answer)
    if abs(said.mean - answer.best.cost) < 0.5:
        return ""
    text = (
        f"Planned are {money(answer.best.cost, currency)}; with what follows from what people do, such as rewards, it "
        f"costs {money(said.mean, currency)} on average (90 % interval {money(said.ci_low)} to {money(said.ci_high)})."
    )
    if not answer.wallet.programmes:
        return f"{text} The budget holds what is planned."
    if said.ci_high > answer.budget:
        return f"{text} That may be up to {money(said.ci_high - answer.budget)} more than the budget: keep it at hand."
    return f"{text} The budget holds all of it."


def size_rows(answer: "Recommendation") -> list[list[str]]:
    """Rewards and the like, now and in the plan."""
    return [[name, *(f"{size:,.2f}" if size else "–" for size in sizes)] for name, *sizes in answer.sizes]


def against_sentence(answer: "Recommendation", one: "Against") -> str:
    """The recommended plan against another one."""
    said = one.difference
    unit = unit_of_goal(answer.goal)
    gained = signed(said.mean, unit, _currency(answer))  # type: ignore[arg-type]
    limits = interval(said.ci_low, said.ci_high, unit, _currency(answer))  # type: ignore[arg-type]
    word = "" if said.decided else "; not distinguishable"
    return (
        f"Against {NAMES.get(one.name, one.name)}: {gained} (90 % interval {limits}), "
        f"ahead in {share(one.share_ahead)} of paired worlds{word}."
    )


def answer_text(answer: "Recommendation", *, bold: Paint = unpainted, dim: Paint = unpainted) -> str:
    """The answer as the terminal shows it.

    Args:
        answer: what was found.
        bold: how to stress.
        dim: how to tone down.
    """
    out = [bold(wrapped(sentence(answer)))]
    if costs := cost_sentence(answer):
        out += [wrapped(costs, indent="  ")]
    compared = [arm.name for arm in answer.arms[1:] if arm.name in NAMES]
    out += ["", *(wrapped(against_sentence(answer, answer.against(name)), indent="  ") for name in compared)]
    unit, currency = unit_of_goal(answer.goal), _currency(answer)
    rows = []
    for line in answer.marginals:
        middle, low, high = line.per_1000
        brings = f"{amount(middle, unit)} ({interval(low, high, unit)})" if middle == middle else "–"  # type: ignore[arg-type]
        curve = answer.responses.get(line.name)
        reached = "–" if curve is None else share(curve.reached(line.spend))
        rows.append([line.name, money(line.now), money(line.spend), share(line.share), reached, brings])
    if rows:
        head = ["line", "now", "plan", "share", "of its most", f"next 1,000 bring ({metric_words(answer.goal)})"]
        out += ["", bold("Money"), text_table(head, rows)]
    if answer.sizes:
        out += ["", bold("Programmes: what is given"), text_table(["programme", "now", "plan"], size_rows(answer))]
    if answer.best.plan.bookings:
        said = [f"{b.influencer} {len(b.post_dates())}" for b in answer.best.plan.bookings]
        out += ["", wrapped(f"Influencers and posts: {', '.join(said)}.", indent="  ")]
        out += [wrapped(line, indent="  ") for line in roster_sentences(answer)]
    if answer.frontier:
        rows = []
        for part, cost, value, likely in answer.frontier:
            rows.append([
                share(part), money(cost, currency), amount(value, unit, currency),  # type: ignore[arg-type]
                share(likely.p) if likely else "–",
            ])  # fmt: skip
        head = ["budget", "cost", metric_words(answer.goal), "probability"]
        out += ["", bold("The same plan with other budgets"), text_table(head, rows)]
    if answer.tornado:
        rows = [
            [one.name, plain(one.middle), *(signed(x, unit) for x in (one.low, one.high)), "yes" if one.turns else "no"]  # type: ignore[arg-type]
            for one in answer.tornado
        ]
        head = ["parameter", "middle", "lead below", "lead above", "turns"]
        out += ["", bold("What would change the advice: the lead over equal split"), text_table(head, rows)]
    out += ["", *(dim(wrapped(line)) for line in small_print(answer))]
    return "\n".join(out)


def roster_sentences(answer: "Recommendation") -> list[str]:
    """How good the roster is, in sentences."""
    proof = answer.roster
    if proof is None:
        return []
    best = share(proof.certificate)
    said = [
        f"This roster is provably at least {best} of the best possible at this price, by the model of word of mouth."
    ]
    if proof.most_followers > 0.0:
        more = proof.spread / proof.most_followers - 1.0
        said.append(f"It wins over {share(more)} more people than those with most followers would at this price.")
    if proof.correlation is not None:
        said.append(
            "Over random rosters that model and the simulation agree with a rank correlation of "
            f"{moved(0.0, proof.correlation)}."
        )
    return said


def small_print(answer: "Recommendation") -> list[str]:
    """What the numbers rest on, in sentences, with all remarks."""
    said = []
    finalists = [name for name in answer.alike if name.startswith("finalist")]
    if finalists:
        said.append(f"{counted(len(finalists), 'other plan')} of the search cannot be told from it.")
    seen = answer.provenance["replicates"]
    said.append(
        f"{counted(answer.tried, 'plan')} tried; figures come from {counted(seen['report'], 'replicate')} that neither "
        "search nor race saw."
    )
    if answer.optimism is not None:
        said.append(
            f"On ten times as many fresh replicates the printed value was off by {share(answer.optimism)} "
            "(above 0: printed too high)."
        )
    said += list(answer.notes)
    return said


def sheets_of(answer: "Recommendation") -> "Sheets":
    """What the workbook says beside the plan.

    Args:
        answer: what was found.
    """
    from studio.workbook.layout import Sheets, Table

    goal, value = answer.goal, answer.value
    likely = answer.chance
    facts: list[tuple[object, ...]] = [
        ("Goal", goal.text), ("Budget", answer.budget), ("Cost as planned", answer.best.cost),
        *_cost_facts(answer),
        (f"{metric_words(goal)}, mean", value.mean), ("90 % interval, from", value.ci_low),
        ("90 % interval, to", value.ci_high),
    ]  # fmt: skip
    if likely is not None:
        facts += [("Probability of the goal", likely.p), ("from", likely.low), ("to", likely.high)]
    summary = Table(title="Expected", columns=("What", "Value"), rows=tuple(facts), notes=(sentence(answer),))
    curves = Table(
        title=f"What the next 1,000 bring, {metric_words(goal)}",
        columns=("Line", "Now", "Plan", "Median", "90 % from", "90 % to"),
        rows=tuple((m.name, m.now, m.spend, *(x if x == x else None for x in m.per_1000)) for m in answer.marginals),
        notes=("Paired with the plan itself; the step that was added stands in recommendation.json.",),
    )
    return Sheets(
        summary=(summary,), curves=(curves,) if answer.marginals else (), scenarios=_scenarios(answer),
        evidence=(
            Table(
                title="What the numbers rest on", columns=("What", "Value"),
                rows=(
                    ("Plans tried", answer.tried),
                    ("Replicates of the report", answer.provenance["replicates"]["report"]),
                    ("Uncertainty", answer.provenance["uncertainty"]),
                    ("Optimism of the printed value", None if answer.optimism is None else share(answer.optimism)),
                    ("Expected regret", amount(answer.regret, unit_of_goal(goal), _currency(answer))),  # type: ignore[arg-type]
                    ("Search ended because", answer.stopped_because),
                ),
            ),
        ),
        manifest={"Seed": answer.provenance["seed"], "Goal": goal.text},
    )  # fmt: skip


def _cost_facts(answer: "Recommendation") -> list[tuple[object, ...]]:
    """What it is expected to cost, and sizes of programmes, for the workbook."""
    facts: list[tuple[object, ...]] = []
    if cost_sentence(answer):
        said = answer.expected
        facts += [("Cost as expected", said.mean), ("90 % interval, from", said.ci_low), ("to", said.ci_high)]
    return facts + [(f"Programme {name}", size) for name, _, size in answer.sizes]


def _scenarios(answer: "Recommendation") -> "tuple[Table, ...]":
    from studio.workbook.layout import Table

    rows = []
    for arm in answer.arms:
        said = answer.against(arm.name) if arm.name in NAMES else None
        rows.append((
            NAMES.get(arm.name, arm.name), arm.cost, float(arm.values.mean()),
            None if said is None else said.difference.mean, None if said is None else said.difference.ci_low,
            None if said is None else said.difference.ci_high, None if said is None else said.share_ahead,
        ))  # fmt: skip
    return (
        Table(
            title=f"The plan beside others, {metric_words(answer.goal)}",
            columns=("Plan", "Cost", "Mean", "Ahead by", "90 % from", "90 % to", "Share of worlds ahead"),
            rows=tuple(rows),
        ),
    )


def metric_words(goal: "Goal") -> str:
    """How the goal's metric is called."""
    return goal.metric.replace("_", " ")


def _currency(answer: "Recommendation") -> str:
    return answer.wallet.scenario.currency
