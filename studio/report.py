"""The report: one file that says who wins, how sure that is and why, and what it rests on.

It needs no script and asks nothing of the network, can be printed, and is the same, byte for byte, for the same
inputs: no time of day and no running time is in it.
"""

from math import isfinite
from typing import TYPE_CHECKING

from studio.costs import total_cost
from studio.figures_end import difference_dots
from studio.formatting import amount, counted, interval, money, plus_minus, share, signed
from studio.markup import details, esc, exhibit, facts, grouped_table, items, paragraph, sections, table
from studio.page_frame import page
from studio.report_back import assumptions, calibrated, limits, repeat
from studio.report_weeks import spending, week_by_week
from studio.timeline import long_date, n_weeks
from studio.verdict import Verdict, give_verdict, lead
from studio.words import HEADLINES, column, counted_people, label, per_cent, unit_of

if TYPE_CHECKING:
    from experiments import Comparison, Pair
    from experiments.intervals import Summary
    from scenarios.load import Loaded

MANY_PAIRS = 6
"""With more pairs than this, charts show only those of the plan that is ahead; tables show all."""


def report_html(comparison: "Comparison", loaded: "Loaded") -> str:
    """The whole report as one HTML text.

    Args:
        comparison: one plan or several.
        loaded: the scenario and where it came from.
    """
    verdict = give_verdict(comparison)
    scenario, draws = comparison.runs.scenario, comparison.runs.draws
    title = scenario.title or scenario.name
    rests_on = ("" if draws is None else calibrated(draws, scenario)) + assumptions(scenario)
    pairs = shown_pairs(comparison, verdict)
    parts = [
        ("verdict", "The verdict", _verdict(comparison, verdict)),
        ("question", "What was asked", _question(comparison)),
        ("sure", "How sure, and why", _sure(comparison, verdict)),
        ("plans", "The plans", _plans(comparison)),
        ("differences", "Plan against plan", _differences(comparison, pairs) if pairs else ""),
        ("weeks", "Week by week", week_by_week(comparison, pairs)),
        ("money", "Where the money goes", spending(comparison)),
        ("assumptions", "What it rests on", rests_on),
        ("limits", "Notes and limits", limits(comparison, loaded)),
        ("repeat", "How to repeat this", repeat(comparison, loaded)),
    ]
    version = comparison.to_json()["provenance"]["version"]
    return page(
        title=f"{title} – campaign what-if",
        header=_header(comparison, title),
        body=sections(parts),
        footer=f"apath {version}, seed {comparison.runs.seed}, result {comparison.result_hash[:12]}",
        skip=("verdict", "Skip to the verdict"),
    )


def shown_pairs(comparison: "Comparison", verdict: Verdict) -> list[tuple[str, str]]:
    """The pairs of plans that are drawn: all of them, or those of the leading plan if there are many."""
    pairs = list(dict.fromkeys((pair.a, pair.b) for pair in comparison.pairs))
    return pairs if len(pairs) <= MANY_PAIRS else [pair for pair in pairs if verdict.leader in pair]


def _header(comparison: "Comparison", title: str) -> str:
    scenario = comparison.runs.scenario
    about = paragraph(scenario.description, "lede") if scenario.description else ""
    return f'<header><p class="eyebrow">Campaign what-if</p><h1>{esc(title)}</h1>{about}</header>'


def _verdict(comparison: "Comparison", verdict: Verdict) -> str:
    number = list(comparison.plans).index(verdict.leader) % 8
    colour = f" v{number}" if verdict.winner or len(comparison.plans) == 1 else ""
    said = paragraph(verdict.headline, f"verdict{colour}")
    return said + "".join(paragraph(text) for text in verdict.sentences[1:]) + _tiles(comparison, verdict)


def _tiles(comparison: "Comparison", verdict: Verdict) -> str:
    """The few figures that are quoted in meetings."""
    currency, plan = comparison.runs.scenario.currency, verdict.leader
    cost = total_cost(comparison, plan)
    tiles: list[tuple[str, str, str]] = []
    metrics = dict.fromkeys((verdict.metric, "revenue", "profit"))
    if verdict.runner_up is None:
        for metric in metrics:
            s, unit = comparison.plans[plan][metric], unit_of(metric)
            within = f"{per_cent(s.level)} interval {interval(s.ci_low, s.ci_high, unit)}"
            tiles.append((column(metric, currency), amount(s.mean, unit), within))
        known = comparison.runs.plans[plan].cost
        how = "known before" if abs(cost - known) < 0.5 else f"{money(known)} of it known before"
        tiles.append((f"cost, {currency}", money(cost), how))
    else:
        other = verdict.runner_up
        for metric in metrics:
            one, unit = lead(comparison, plan, other, metric), unit_of(metric)
            within = f"{per_cent(one.level)} interval {interval(one.low, one.high, unit)}"
            name = f"{column(metric, currency)}: {plan} against {other}"
            tiles.append((name, signed(one.mean, unit), within))
        extra = cost - total_cost(comparison, other)
        against = "the same" if abs(extra) < 0.5 else signed(extra, "money")
        tiles.append((f"cost, {currency}: {plan}", money(cost), f"{against} against {other}"))
    body = "".join(
        f'<div><dt>{esc(name)}</dt><dd class="big">{esc(figure)}</dd><dd class="small">{esc(more)}</dd></div>'
        for name, figure, more in tiles
    )
    return f'<dl class="tiles">{body}</dl>'


def _question(comparison: "Comparison") -> str:
    s = comparison.runs.scenario
    after = f", {counted(s.carry_out_weeks, 'week')} of them after the plans end" if s.carry_out_weeks else ""
    each = counted_people(s.people_per_consumer)
    found = [
        ("Time", f"{counted(n_weeks(s), 'week')} from {long_date(s.start)}{after}"),
        ("Market", f"{s.market.size:,} people; {s.market.consumers:,} simulated consumers, each for {each}"),
        ("Segments", ", ".join(f"{name} {share(part.share)}" for name, part in s.segments.items())),
        ("Brand", f"{s.brand.title or 'ours'} at {money(s.brand.price, s.currency)}"),
        ("Rivals", ", ".join(rival.title or name for name, rival in s.rivals.items()) or "none"),
        ("Channels", ", ".join(s.channels) or "none"),
        ("Influencers", f"{len(s.influencers)} on the roster" if s.influencers else "none"),
        ("Network", "given" if comparison.runs.given_graph else s.graph.kind),
    ]
    return facts(found)


_LUCK = (
    "Who sees which post, who talks to whom, and who makes up their mind on which day is chance. Every replicate "
    "draws it anew, and usually the people and their friendships too."
)


def _sure(comparison: "Comparison", verdict: Verdict) -> str:
    """Two kinds of uncertainty, in plain words and in figures of this answer."""
    runs = comparison.runs
    luck, known = "", ""
    about = f"{label(verdict.metric)} of {verdict.leader}"
    spread, only, steadier = _evidence(comparison, verdict)
    if verdict.runner_up is not None:
        about = f"the difference in {label(verdict.metric)} between {verdict.leader} and {verdict.runner_up}"
    if only is not None and isfinite(only.ci_low):
        unit = unit_of(verdict.metric)
        limits_ = interval(only.ci_low, only.ci_high, unit)
        luck = f" With luck alone, the {per_cent(only.level)} interval of {about} is {limits_}."
        if runs.uncertainty != "luck":
            both = interval(spread.ci_low, spread.ci_high, unit)
            known = f" With that included, the interval of {about} is {both}."
    texts = [
        ("Luck", _LUCK + luck),
        ("Knowledge", _knowledge(runs.uncertainty) + known),
    ]
    if verdict.runner_up is not None:
        text = (
            "In every replicate all plans meet the same people, with the same friends and the same stubbornness, "
            "so that plans differ by what they do and by nothing else."
        )
        if steadier is not None and steadier > 1.05:
            text += (
                f" That makes the variance of the difference {amount(steadier, 'people')} times smaller than "
                "that of separate simulations, as far as luck goes."
            )
        texts.append(("The same people", text))
    if isfinite(spread.ci_low):
        single = interval(spread.world_p5, spread.world_p95, unit_of(verdict.metric))
        text = (
            f"The interval tells how well the average is known; more replicates than these {runs.n:,} narrow it. "
            f"How much single markets differ stays: nine in ten replicates lie within {single}."
        )
        texts.append(("What more replicates do", text))
    blocks = "".join(f"<div><h3>{esc(name)}</h3>{paragraph(text)}</div>" for name, text in texts)
    return f'<div class="columns">{blocks}</div>'


def _knowledge(uncertainty: str) -> str:
    if uncertainty == "luck":
        return (
            "How much one exposure or one conversation persuades is not known exactly. This answer leaves that "
            "out: it keeps the scenario's own parameters, so the true uncertainty is larger than shown. "
            "Ask with --uncertainty luck+ranges to include it."
        )
    which = (
        "all parameters are drawn anew from the ranges that are believed before any calibration"
        if uncertainty == "luck+ranges"
        else "the calibrated parameters are taken anew from what the calibration to history left possible while all "
        "others stay as the scenario has them"
    )
    return (
        "How much one exposure or one conversation persuades is not known exactly. In every replicate "
        f"{which}, the same draw for all plans."
    )


def _evidence(comparison: "Comparison", verdict: Verdict) -> "tuple[Summary, Summary | None, float | None]":
    """The figure the verdict rests on: with all uncertainty, with luck alone, and what pairing gains."""
    if verdict.runner_up is None:
        return comparison.plans[verdict.leader][verdict.metric], None, None
    names = list(comparison.plans)
    a, b = sorted((verdict.leader, verdict.runner_up), key=names.index)
    pair = comparison.pair(a, b, verdict.metric)
    if b == verdict.leader:
        return pair.difference, pair.luck_only, pair.variance_ratio
    return _turned(pair.difference), _turned(pair.luck_only), pair.variance_ratio


def _turned(s: "Summary") -> "Summary":
    from dataclasses import replace

    return replace(
        s, mean=-s.mean, median=-s.median, ci_low=-s.ci_high, ci_high=-s.ci_low,
        world_p5=-s.world_p95, world_p95=-s.world_p5,
    )  # fmt: skip


def _plans(comparison: "Comparison") -> str:
    scenario, currency = comparison.runs.scenario, comparison.runs.scenario.currency
    rows = []
    for name, summaries in comparison.plans.items():
        title = scenario.plans[name].title
        row = [f"{name}\n{title}" if title else name, money(total_cost(comparison, name))]
        for metric in HEADLINES:
            s, unit = summaries[metric], unit_of(metric)
            row.append(f"{amount(s.mean, unit)}\n{plus_minus(s.half_width, unit)}")
        rows.append(row)
    level = per_cent(next(iter(comparison.plans.values()))[HEADLINES[0]].level)
    marks = list(range(len(rows)))
    head = ["plan", f"cost, {currency}", *(column(metric, currency) for metric in HEADLINES)]
    caption = f"After {counted(n_weeks(scenario), 'week')}: mean, ± half of its {level} interval"
    every = "".join(
        table(
            f"All figures of {name}",
            ["figure", "mean", "median", f"{level} interval", "nine in ten replicates"],
            [_figures(column(metric, currency), s, metric) for metric, s in summaries.items()],
        )
        for name, summaries in comparison.plans.items()
    )
    return table(caption, head, rows, marks=marks) + details("All figures of every plan", every)


def _figures(name: str, s: "Summary", metric: str) -> list[str]:
    unit = unit_of(metric)
    within, single = interval(s.ci_low, s.ci_high, unit), interval(s.world_p5, s.world_p95, unit)
    return [name, amount(s.mean, unit), amount(s.median, unit), within, single]


_READINGS = {"ahead": "more", "behind": "fewer", "equal": "the same", "open": "not decided"}

_MEDIAN = (
    "The median of one plan minus the median of another is not the median of the difference; only differences "
    "within replicates are shown."
)


def _differences(comparison: "Comparison", pairs: list[tuple[str, str]]) -> str:
    level = per_cent(comparison.pairs[0].difference.level)
    head = ["", "difference", f"{level} interval", "luck only", "ahead", "reading"]
    main: list[tuple[str, list[list[str]]]] = []
    every: list[tuple[str, list[list[str]]]] = []
    for a, b in dict.fromkeys((pair.a, pair.b) for pair in comparison.pairs):
        rows = [_pair_row(comparison, pair) for pair in comparison.pairs if (pair.a, pair.b) == (a, b)]
        main.append((f"{b} against {a}", rows[: len(HEADLINES)]))
        every.append((f"{b} against {a}", rows))
    caption = "Paired differences; ahead: share of replicates in which the first-named plan has more"
    note = (
        f"Mark: mean of the paired difference in per cent of the plan it is held against; thick line: {level} "
        "interval; thin line: luck alone. A full mark is decided, an empty one is not."
    )
    shown = exhibit("All figures at a glance", difference_dots(comparison, pairs), "", note=note)
    remarks = [_MEDIAN]
    if len(every) > 1:
        remarks.append(
            f"Each interval stands alone. Among many pairs and figures, about one in ten {level} intervals "
            "misses the truth, so look at the main figure first."
        )
    return (
        grouped_table(caption, head, main, words=(5,))
        + shown
        + details("All figures of every pair", grouped_table("All paired differences", head, every, words=(5,)))
        + items(remarks)
    )


def _pair_row(comparison: "Comparison", pair: "Pair") -> list[str]:
    d, luck, unit = pair.difference, pair.luck_only, unit_of(pair.metric)
    reading = _READINGS[pair.verdict]
    if unit == "money" and pair.verdict == "behind":
        reading = "less"
    return [
        column(pair.metric, comparison.runs.scenario.currency),
        signed(d.mean, unit),
        interval(d.ci_low, d.ci_high, unit),
        interval(luck.ci_low, luck.ci_high, unit),
        share(pair.share_b_ahead),
        reading,
    ]
