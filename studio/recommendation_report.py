"""The report of a recommendation: what to do, what it brings against other plans, and how sure all of that is.

Like every page of ours it needs no script, asks nothing of the network, can be printed, and is the same, byte for
byte, for the same answer: no time of day and no running time is in it.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from studio import recommendation_words as words
from studio.flowchart import flowchart, flowchart_chart
from studio.formatting import UNKNOWN, Unit, amount, change, interval, money, points, share, signed
from studio.markup import details, esc, exhibit, items, paragraph, sections, table
from studio.page_frame import page
from studio.recommendation_back import influencers, rests_on, turns
from studio.recommendation_figures import (
    described,
    difference_chart,
    ends_of,
    frontier_charts,
    money_chart,
    next_money_chart,
)
from studio.report_weeks import flow_table
from studio.response_figures import response_charts

if TYPE_CHECKING:
    from experiments.intervals import Summary
    from experiments.recommend.answer import Against, Arm, Marginal, Recommendation
    from scenarios.load import Loaded


def report_html(answer: "Recommendation", loaded: "Loaded") -> str:
    """The whole report as one HTML text.

    Args:
        answer: what was found.
        loaded: the scenario and where it came from.
    """
    scenario = answer.wallet.scenario
    title = scenario.title or scenario.name
    parts = [
        ("verdict", "The recommendation", _verdict(answer)),
        ("money", "Where the money goes", _money(answer)),
        ("calendar", "What is bought when", _calendar(answer)),
        ("differences", "Against other plans", _differences(answer)),
        ("next", "What the next 1,000 bring", _next_money(answer)),
        ("budgets", "The same plan with other budgets", _budgets(answer)),
        ("influencers", "Influencers", influencers(answer)),
        ("turns", "What would change the advice", turns(answer)),
        ("rests", "What it rests on", rests_on(answer, loaded)),
    ]
    asked = f"Goal: {answer.goal.text}. Budget: {money(answer.budget, scenario.currency)}."
    head = f'<p class="eyebrow">Recommended plan</p><h1>{esc(title)}</h1>{paragraph(asked, "lede")}'
    provenance = answer.provenance
    return page(
        title=f"{title} – recommended plan",
        header=f"<header>{head}</header>",
        body=sections(parts),
        footer=f"apath {provenance['version']}, seed {provenance['seed']}, scenario {provenance['scenario_hash'][:12]}",
        skip=("verdict", "Skip to the recommendation"),
    )


def _unit(answer: "Recommendation") -> Unit:
    return words.unit_of_goal(answer.goal)  # type: ignore[return-value]


def _references(answer: "Recommendation") -> "list[tuple[Arm, Against]]":
    """The plans that the recommended one is held against, in the order of the terminal."""
    return [(arm, answer.against(arm.name)) for arm in answer.arms[1:] if arm.name in words.NAMES]


def _ahead(answer: "Recommendation", difference: "Summary") -> bool:
    return difference.ci_low > 0.0 if answer.goal.more else difference.ci_high < 0.0


def _verdict(answer: "Recommendation") -> str:
    """The sentence, the sentences against other plans, and the few figures that are quoted in meetings."""
    found = _references(answer)
    good = bool(found) and all(_ahead(answer, one.difference) for _, one in found)
    said = [paragraph(words.sentence(answer), f"verdict {'v2' if good else 'v1'}")]
    if costs := words.cost_sentence(answer):
        said.append(paragraph(costs))
    said += [paragraph(words.against_sentence(answer, one)) for _, one in found]
    currency = answer.wallet.scenario.currency
    for arm, _ in found:
        name = words.NAMES[arm.name]
        if arm.plan == answer.best.plan:
            said.append(
                paragraph(f"The recommended plan is {name} itself: nothing else that was tried is better.", "note")
            )
        if answer.paid(arm) > answer.budget + 0.5:
            text = f"{name[0].upper()}{name[1:]} costs {money(answer.paid(arm), currency)}, more than the budget."
            said.append(paragraph(text, "note"))
    return "".join(said) + _tiles(answer)


def _tiles(answer: "Recommendation") -> str:
    unit, currency, value = _unit(answer), answer.wallet.scenario.currency, answer.value
    tiles = []
    likely = answer.chance
    if likely is not None:
        within = f"90 % interval {share(likely.low)} to {share(likely.high)}"
        tiles.append(("probability of the goal", share(likely.p), within))
    limits = interval(value.ci_low, value.ci_high, unit)
    tiles.append((_column(answer), amount(value.mean, unit), f"90 % interval {limits}"))
    tiles.append((f"cost, {currency}", money(answer.best.cost), f"of a budget of {money(answer.budget)}"))
    affordable = [(arm, one) for arm, one in _references(answer) if answer.paid(arm) <= answer.budget + 0.5]
    if affordable:
        arm, one = affordable[0]
        limits = interval(one.difference.ci_low, one.difference.ci_high, unit)
        name = f"{_column(answer)}: against {words.NAMES[arm.name]}"
        tiles.append((name, signed(one.difference.mean, unit), f"90 % interval {limits}"))
    body = "".join(
        f'<div><dt>{esc(name)}</dt><dd class="big">{esc(figure)}</dd><dd class="small">{esc(more)}</dd></div>'
        for name, figure, more in tiles
    )
    return f'<dl class="tiles">{body}</dl>'


def _column(answer: "Recommendation") -> str:
    """The goal's metric as a head: with its currency if it is money."""
    name = words.metric_words(answer.goal)
    return f"{name}, {answer.wallet.scenario.currency}" if _unit(answer) == "money" else name


def _money(answer: "Recommendation") -> str:
    """Money by line, now and in the plan."""
    from experiments.recommend.wallet import line_money
    from simulator.costs import plan_cost

    wallet, currency = answer.wallet, answer.wallet.scenario.currency
    spent = line_money(wallet, answer.best.plan).tolist()
    lines = [(line.name, line.now, plan) for line, plan in zip(wallet.lines, spent, strict=True)]
    cost = max(answer.best.cost, 1e-9)
    drawn = [line for line in lines if max(line[1:]) > 0.0]
    rows = [[name, money(now), money(plan), _change(now, plan), share(plan / cost)] for name, now, plan in lines]
    now = plan_cost(wallet.scenario, wallet.current)
    besides = now - sum(one[1] for one in lines), answer.best.cost - sum(one[2] for one in lines)
    if max(besides) > 0.5:
        rows.append(["all else", *map(money, besides), change(*besides), share(besides[1] / cost)])
    rows.append(["total", money(now), money(answer.best.cost), change(now, answer.best.cost), share(1.0)])
    how = (
        f"Pale bar: what the plan “{answer.current_name}” spends now. Strong bar: the recommended plan. "
        "Influencers are all fees together; all else is what the plan has besides, which stays as it is. "
        "Lines without money are in the table only."
    )
    caption = f"Money by line, {currency}; share: of the recommended plan"
    numbers = table(caption, ["line", "now", "plan", "change", "share"], rows)
    if answer.sizes:
        caption = "Programmes: what is given, or the share that is helped"
        numbers += table(caption, ["programme", "now", "plan"], words.size_rows(answer))
    return exhibit("Now and in the plan", [money_chart(drawn, currency)], "", note=how) + numbers


def _change(now: float, plan: float) -> str:
    return "new" if now <= 0.0 < plan else change(now, plan)


def _calendar(answer: "Recommendation") -> str:
    """The flowchart of the recommended plan."""
    flow = flowchart(answer.wallet.scenario, answer.best.plan, name="recommended")
    chart = described(flowchart_chart(flow, number_of_plan=0), key="flow")
    how = (
        "One row for each channel, influencer or wave of product seeding; darker cells cost more; an empty cell is a "
        "week off. Weeks are named by their Monday. What follows from what people do, such as rewards, comes on top."
    )
    return exhibit("Spend flowchart", [chart], "", note=how, kind="wide") + flow_table(flow)


def _differences(answer: "Recommendation") -> str:
    """The paired difference against each reference plan."""
    found, unit = _references(answer), _unit(answer)
    if not found:
        return ""
    better = 1 if answer.goal.more else -1
    gaps = {arm.name: answer.best.values - arm.values for arm, _ in found}
    ends = ends_of([float(value) for gap in gaps.values() for value in gap])
    charts = [
        difference_chart(
            words.NAMES[arm.name], gaps[arm.name], one.difference, unit, ends=ends, better=better,
            reading=_reading(answer, one.difference), key=f"gap-{k}",
        )
        for k, (arm, one) in enumerate(found)
    ]  # fmt: skip
    how = (
        "Both plans met the same people with the same luck, so that they differ by what they do and by nothing else. "
        "Columns: how often replicates differ by so much; strong ones are those in which the recommended plan is "
        "ahead, pale ones those in which it is behind or even. Mark: the mean, full where it is decided. Thick line: "
        "its 90 % interval. Thin line: nine in ten replicates. The upright line is no difference. All pictures share "
        "one scale across, and each has its own height."
    )
    rows, spread = [], []
    with_chance = answer.goal.amount is not None
    for arm, one in found:
        d = one.difference
        row = [
            _named(arm), money(arm.cost), amount(float(arm.values.mean()), unit), signed(d.mean, unit),
            interval(d.ci_low, d.ci_high, unit), share(one.share_ahead), _reading(answer, d),
        ]  # fmt: skip
        if one.difference_p is not None:
            row.insert(6, _points(one.difference_p))
        rows.append(row)
        quantiles = np.quantile(gaps[arm.name], (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)).tolist()
        spread.append([_named(arm), *(signed(value, unit) for value in quantiles)])
    column = _column(answer)
    chance = ["probability"] if with_chance else []
    head = ["against", f"cost, {answer.wallet.scenario.currency}", column, "difference", "90 % interval", "ahead",
            *chance, "reading"]  # fmt: skip
    caption = f"The recommended plan minus others, {column}; ahead: share of paired replicates"
    if with_chance:
        caption += "; probability: of the goal, in percentage points"
    numbers = table(caption, head, rows, words=(len(head) - 1,))
    caption = f"Paired difference in {column} over {len(answer.best.values):,} replicates"
    title = "Numbers: the spread of the difference"
    head = ["against", "least", "5 %", "25 %", "median", "75 %", "95 %", "most"]
    return exhibit("The difference on the same people", charts, "", note=how) + numbers + details(
        title, table(caption, head, spread, kind="tight")
    )  # fmt: skip


def _named(arm: "Arm") -> str:
    """A reference plan in the narrow first column of a table."""
    return words.NAMES[arm.name].replace(" with ", "\nwith ")


def _points(difference: "Summary") -> str:
    """A difference of two probabilities."""
    text = points(0.0, difference.mean)
    if not math.isfinite(difference.half_width):
        return text
    ends = (points(0.0, end).removesuffix(" points") for end in (difference.ci_low, difference.ci_high))
    return f"{text}\n{' to '.join(ends)}"


def _reading(answer: "Recommendation", difference: "Summary") -> str:
    if not difference.decided:
        return "not distinguishable"
    return "better" if _ahead(answer, difference) else "worse"


def _next_money(answer: "Recommendation") -> str:
    """What the next 1,000 on each line bring."""
    if not answer.marginals:
        return ""
    unit, name = _unit(answer), words.metric_words(answer.goal)
    sign = -1.0 if answer.goal.more else 1.0
    known = sorted((one for one in answer.marginals if _known(one)), key=lambda one: sign * one.per_1000[0])
    blank = [one for one in answer.marginals if not _known(one)]
    rows = []
    for one in [*known, *blank]:
        middle, low, high = one.per_1000
        told = [amount(middle, unit), interval(low, high, unit)] if _known(one) else [UNKNOWN, UNKNOWN]
        curve = answer.responses.get(one.name)
        full = [UNKNOWN, UNKNOWN] if curve is None else [share(curve.reached(one.spend)), money(curve.half)]
        rows.append([one.name, money(one.spend), *told, money(one.step) if _known(one) else UNKNOWN, *full])
    how = (
        "Each line was given some more money, all others left as they are, on the same people. Mark: median; line: "
        "90 % interval. A full mark is clear of nothing (the upright line), an empty one is not. Steps are small, so "
        "the order of lines that overlap says little."
    )
    head = ["line", "plan", f"next 1,000 bring ({name})", "90 % interval", "money added to find out"]
    head += ["of its most", "half of it at"]
    numbers = table(f"What the next 1,000 bring, {_column(answer)}", head, rows)
    blanks = [f"{one.name}: no more of it could be bought with that step." for one in blank]
    charts = [next_money_chart(known, unit, name)] if known else []
    said = exhibit("By line, most first", charts, "", note=how) + numbers + (items(blanks) if blanks else "")
    return said + _saturation(answer)


def _saturation(answer: "Recommendation") -> str:
    """Where each line with money saturates."""
    curves = answer.responses
    if not curves:
        return ""
    unit, name = _unit(answer), words.metric_words(answer.goal)
    spent = {one.name: one.spend for one in answer.marginals}
    how = (
        f"What each line brings over none of it, {name}, all others left as they are: with half, once (full mark) and "
        "twice its money, on the same people, and a Hill curve through that. The market itself has no such curves; "
        "they sum up what people did. All pictures share one scale upwards."
    )
    rows = [
        [line, *(f"{amount(g, unit)}\n{money(at)}" for at, g in zip(one.money, one.gained, strict=True))]
        for line, one in curves.items()
    ]
    head = ["line", "none", "half", "once", "twice"]
    numbers = table(f"What less and more money on a line brings, {_column(answer)}; below: its money", head, rows)
    charts = response_charts(curves, spent, unit, name)
    return exhibit("Where lines saturate", charts, "", note=how) + numbers


def _known(one: "Marginal") -> bool:
    return all(math.isfinite(value) for value in one.per_1000)


def _budgets(answer: "Recommendation") -> str:
    """The recommended plan with other budgets, itself among them."""
    if not answer.frontier:
        return ""
    unit, currency = _unit(answer), answer.wallet.scenario.currency
    ours = (1.0, answer.best.cost, answer.value.mean, answer.chance)
    found = sorted([*answer.frontier, ours], key=lambda one: (one[1], one[0]))
    rows = []
    for part, cost, mean, likely in found:
        name = f"{share(part)}\nthe recommended plan" if part == 1.0 else share(part)
        row = [name, money(cost, currency), amount(mean, unit, currency)]
        if likely is not None:
            row += [share(likely.p), f"{share(likely.low)} to {share(likely.high)}"]
        rows.append(row)
    name = words.metric_words(answer.goal)
    head = ["budget", "cost", name, *(["probability", "90 % interval"] if answer.chance is not None else [])]
    how = (
        "All money of the plan is scaled alike and its shape kept; a search with another budget may find better. Full "
        "mark: the recommended plan. Pale bars: 90 % intervals."
    )
    charts = frontier_charts(found, unit, name, currency)
    return exhibit("Less and more money", charts, "", note=how) + table(
        "What the plan brings for less and for more money", head, rows
    )  # fmt: skip
