"""The parts of a recommendation's report that hold it up: who is booked and why, and what the figures rest on."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from studio import recommendation_words as words
from studio.formatting import Unit, amount, counted, interval, money, people, plain, share, signed
from studio.markup import esc, exhibit, facts, items, paragraph, table
from studio.recommendation_figures import tornado_chart
from studio.timeline import short_date
from studio.words import counted_people, uncertainty_line

if TYPE_CHECKING:
    from experiments.recommend.answer import Recommendation
    from scenarios.load import Loaded

MODES = {
    "most": "as much of the metric as possible, on average",
    "probability": "the goal as likely as possible",
    "cheapest": "the least money that reaches the wanted probability",
    "cautious": "the best of the worst fifth of replicates",
    "efficient": "the most at no worse than the wanted ratio",
}
"""What each way of judging plans looks for."""


def influencers(answer: "Recommendation") -> str:
    """Who posts when for what fee, and how good that roster is.

    Args:
        answer: what was found.
    """
    roster, scenario = answer.best.plan.bookings, answer.wallet.scenario
    if not roster:
        return ""
    rows, fees, n = [], 0.0, 0
    for booking in roster:
        one, days = scenario.influencers[booking.influencer], booking.post_dates()
        fee = len(days) * one.cost_per_post
        fees, n = fees + fee, n + len(days)
        who = f"{booking.influencer}\n{people(one.followers)} followers"
        rows.append([who, f"{len(days):,}", f"{money(fee)}\n{money(one.cost_per_post)} each", _held(dates(days))])
    rows.append(["total", f"{n:,}", money(fees), ""])
    head = ["who", "posts", "fees", "dates"]
    numbers = table(f"Who posts when, fees in {scenario.currency}", head, rows, words=(3,), kind="long")
    said = [paragraph(text) for text in words.roster_sentences(answer)]
    warnings = () if answer.roster is None else answer.roster.warnings
    said += [paragraph(f"{text[0].upper()}{text[1:]}.", "note") for text in warnings]
    return numbers + "".join(said) + _proof(answer)


def dates(days: Sequence[date]) -> str:
    """Days in a row; the year stands where it changes.

    >>> dates([date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)])
    '28 Dec 2026, 4 Jan 2027, 11 Jan'
    """
    out, year = [], None
    for day in days:
        out.append(short_date(day) if day.year == year else f"{short_date(day)} {day.year}")
        year = day.year
    return ", ".join(out)


def _held(row: str) -> str:
    """Entries that are not broken, only the row between them."""
    return ", ".join(one.replace(" ", "\u00a0") for one in row.split(", "))


def _proof(answer: "Recommendation") -> str:
    proof = answer.roster
    if proof is None:
        return ""
    rows = [
        ["this roster", people(proof.spread)],
        ["any roster, at most", people(proof.upper_bound)],
    ]
    if proof.most_followers > 0.0:
        rows.append(["largest followings", people(proof.most_followers)])
    return table("People won over at this price, by the model of word of mouth", ["who is booked", "people"], rows)


def turns(answer: "Recommendation") -> str:
    """What would change the advice: parameters on which the lead depends."""
    if not answer.tornado:
        return ""
    unit: Unit = words.unit_of_goal(answer.goal)  # type: ignore[assignment]
    name = words.metric_words(answer.goal)
    rows = [
        [one.name, plain(one.middle), signed(one.low, unit), signed(one.high, unit), "yes" if one.turns else "no"]
        for one in answer.tornado
    ]
    how = (
        "The replicates have other parameters each. They are halved at the middle of one parameter at a time. Empty "
        "mark: mean lead over equal split where it is smaller, full mark: where it is larger. Only parameters between "
        "whose halves the lead differs by more than three standard errors are shown; with a hundred of them, one may "
        "be here by chance."
    )
    head = ["parameter", "middle", "lead where smaller", "lead where larger", "turns the advice"]
    chart = tornado_chart(answer.tornado, unit, name)
    numbers = table(f"The lead over equal split, {name}, by parameter", head, rows, words=(4,))
    return exhibit("By parameter, those that move it most", [chart], "", note=how) + numbers


def rests_on(answer: "Recommendation", loaded: "Loaded") -> str:
    """What was asked and tried, on which replicates, how far off figures may be, and how to get them again.

    Args:
        answer: what was found.
        loaded: the scenario.
    """
    said = items([text for text in words.small_print(answer) if text not in _warned(answer)])
    return "".join([said, _sure(answer), _others(answer), _blocks(answer), _failed(answer), _again(answer, loaded)])


def _warned(answer: "Recommendation") -> tuple[str, ...]:
    """Remarks that stand beside the influencers already."""
    return answer.roster.warnings if answer.roster is not None and answer.best.plan.bookings else ()


def _sure(answer: "Recommendation") -> str:
    """Figures about the figures."""
    unit, currency = words.unit_of_goal(answer.goal), answer.wallet.scenario.currency
    name = words.metric_words(answer.goal)
    optimism = "not checked" if answer.optimism is None else f"{share(answer.optimism)} (above 0: printed too high)"
    lost = amount(answer.regret, unit, currency)  # type: ignore[arg-type]
    scenario, end = answer.wallet.scenario, answer.goal.week
    weeks = scenario.weeks + scenario.carry_out_weeks
    until = "the end of the horizon" if end == weeks - 1 else f"the end of week {end + 1}"
    searched = f"{share(answer.searched)}: so far off was its own figure of this plan, so no such figure is printed"
    if any(arm.plan == answer.best.plan for arm in answer.arms[1:] if arm.name in words.NAMES):
        searched = "this plan did not come from the search"
    each = counted_people(scenario.people_per_consumer)
    found = [
        ("Goal", f"{answer.goal.text}; counted until {until}"),
        ("Judged by", MODES.get(answer.mode, answer.mode)),
        ("Current plan", answer.current_name),
        ("Optimism", optimism),
        ("Of the search", searched),
        ("Regret", f"{lost}: what is lost of {name} on average, should another finalist be the best"),
        ("Uncertainty", uncertainty_line(answer.provenance["uncertainty"]).partition("; luck only")[0]),
        ("Market", f"{counted(scenario.market.consumers, 'consumer')}, each for {each}"),
        ("Ended", answer.stopped_because),
    ]  # fmt: skip
    return facts(found)


def _others(answer: "Recommendation") -> str:
    """Other finalists of the search beside the recommended plan."""
    unit = words.unit_of_goal(answer.goal)
    rows = []
    for arm in answer.arms[1:]:
        if arm.name in words.NAMES:
            continue
        gap = answer.against(arm.name).difference
        rows.append([
            arm.name, money(arm.cost), amount(float(arm.values.mean()), unit),  # type: ignore[arg-type]
            signed(gap.mean, unit), interval(gap.ci_low, gap.ci_high, unit),  # type: ignore[arg-type]
            "cannot be told apart" if arm.name in answer.alike else "told apart",
        ])  # fmt: skip
    if not rows:
        return ""
    name = words.metric_words(answer.goal)
    head = [
        "plan",
        f"cost, {answer.wallet.scenario.currency}",
        name,
        "recommended minus it",
        "90 % interval",
        "reading",
    ]
    shown = table("Other finalists of the search", head, rows, words=(5,))
    return f'<div class="exhibit">{shown}</div>'


def _blocks(answer: "Recommendation") -> str:
    """Replicates that never meet."""
    seen = answer.provenance["replicates"]
    rows = [
        ["search", " then ".join(f"{n:,}" for n in seen["search"]), "every plan on a few, good ones on more"],
        ["race", " then ".join(f"{n:,}" for n in seen["race"]), "the best of the search; those behind drop out"],
        ["report", f"{seen['report']:,}", "every figure of this page"],
    ]
    if answer.optimism is not None:
        rows.append(["check", "ten times as many", "how far off the printed value is"])
    caption = "Blocks of replicates that never meet: what is chosen for its luck in one has none of it in the next"
    return f'<div class="exhibit">{table(caption, ["block", "replicates", "for"], rows, words=(2,))}</div>'


def _failed(answer: "Recommendation") -> str:
    if not answer.failed:
        return ""
    return items([f"{counted(n, 'plan')} could not be run: {reason}" for reason, n in sorted(answer.failed.items())])


def _again(answer: "Recommendation", loaded: "Loaded") -> str:
    """How to use the plan, and what the same answer needs."""
    p = answer.provenance
    file = "plan.json" if loaded.source_bytes.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "plan.toml"
    found = [
        ("Version", f"apath {p['version']}, draws {p['rng_version']}"),
        ("Seed", str(p["seed"])),
        ("Scenario", str(p["scenario_hash"])),
        *([("Draws", str(p["draws_hash"]))] if "draws_hash" in p else []),
        *sorted(loaded.files.items()),
    ]
    return (
        paragraph("In this folder, see what the plan does week by week:")
        + f"<pre><code>{esc(f'apath run {file} --plan recommended')}</code></pre>"
        + paragraph(
            "The same goal, budget, limits, scenario, version and seed give the same plan, on any number of threads."
        )
        + facts(found)
    )
