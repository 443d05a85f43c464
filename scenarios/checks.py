"""What several values must agree on: shares that add up, names that exist, dates inside the what-if.

These checks also run when single values are wrong elsewhere; whatever cannot be relied on is left out.
"""

import math
from datetime import timedelta

from scenarios.draft import Draft, words
from scenarios.errors import nearest, shown, suggest
from scenarios.lines import Path
from scenarios.market_checks import check_market_parts
from scenarios.names import check_name, check_names, check_twins
from scenarios.plan_checks import check_plan
from scenarios.registry import REGISTRY
from scenarios.schema import Brand, Graph, Influencer, Range, Scenario, Start

_TOLERANCE = 1e-6
_TOO_MANY = 500
_GRAPH_KEYS = {
    "homophily": "blocks",
    "spread": "blocks",
    "rewiring": "small-world",
    "exponent": "power-law",
    "file": "file",
    "directed": "file",
}
"""Keys of ``[graph]`` that mean something for one kind of graph only."""


def check(draft: Draft, scenario: Scenario) -> None:
    """Compare the values of a scenario with each other, and add what is wrong to the draft."""
    if len(draft.problems) > _TOO_MANY:
        return
    _check_time(draft, scenario)
    _check_market(draft, scenario)
    _check_segments(draft, scenario)
    _check_graph(draft, scenario.graph, scenario)
    _check_brand(draft, scenario.brand, ("brand",), scenario)
    for name, rival in scenario.rivals.items():
        _check_brand(draft, rival, ("rivals", name), scenario)
        check_plan(draft, rival.plan, ("rivals", name, "plan"), scenario)
    _check_brand_names(draft, scenario)
    for name, influencer in scenario.influencers.items():
        _check_influencer(draft, influencer, ("influencers", name), scenario)
    _check_parameters(draft, scenario)
    check_market_parts(draft, scenario)
    check_twins(draft, scenario.plans, ("plans",))
    for name, plan in scenario.plans.items():
        check_plan(draft, plan, ("plans", name), scenario)
    if scenario.warm_up is not None:
        check_plan(draft, scenario.warm_up.plan, ("warm_up", "plan"), scenario)


def _check_time(draft: Draft, scenario: Scenario) -> None:
    if draft.ok(("start",)) and scenario.start.weekday() != 0:
        monday = scenario.start - timedelta(days=scenario.start.weekday())
        day = f"{scenario.start:%A}"
        hint = f"weeks begin on Monday: write {monday} or {monday + timedelta(days=7)}"
        draft.problem(("start",), f"{scenario.start} is a {day}, not a Monday", hint)


def _check_market(draft: Draft, scenario: Scenario) -> None:
    market = scenario.market
    # A network of the user's own brings its consumers along.
    drawn = not draft.ok(("graph",)) or scenario.graph.kind != "file"
    if draft.ok(("market",)) and drawn and market.consumers > market.size:
        given = "consumers" in market.model_fields_set
        what = f"{market.consumers:,} simulated consumers are more than the {market.size:,} people in the market"
        hint = f"write consumers = {market.size:_} or fewer, so that each stands for at least one person"
        draft.problem(("market", "consumers" if given else "size"), what, hint)


def _check_segments(draft: Draft, scenario: Scenario) -> None:
    total = sum(segment.share for segment in scenario.segments.values())
    broken = any(p[0] == "segments" and (len(p) < 3 or p[2] == "share") for p in draft.tainted if p)
    if not broken and abs(total - 1.0) > _TOLERANCE:
        shares = " + ".join(f"{segment.share:g}" for segment in list(scenario.segments.values())[:8])
        shares += " + ..." if len(scenario.segments) > 8 else ""
        hint = "change the shares so that they add up to 1"
        if len(scenario.segments) == 1:
            hint = "a single segment has share = 1.0"
        elif abs(total - 100.0) < 1.0:
            hint = "shares are parts of 1: 25 % is 0.25"
        last = list(scenario.segments)[-1]
        what = f"the shares of all segments add up to {total:.6g}, not 1 ({shares})"
        draft.problem(("segments", last, "share"), what, hint)
    for name, segment in scenario.segments.items():
        check_names(draft, segment.channels, ("segments", name, "channels"), "channels")
        check_names(draft, segment.fit, ("segments", name, "fit"), "channels")


def _check_graph(draft: Draft, graph: Graph, scenario: Scenario) -> None:
    if not draft.ok(("graph", "kind")):
        return
    for key in sorted(graph.model_fields_set & _GRAPH_KEYS.keys()):
        kind = _GRAPH_KEYS[key]
        if graph.kind != kind and draft.ok(("graph", key)) and getattr(graph, key) is not None:
            hint = f"remove it, or write kind = “{kind}”"
            if "kind" not in graph.model_fields_set and key == "file":
                hint = 'write kind = "file" as well'
            draft.problem(("graph", key), f"`{key}` means nothing for a graph of kind “{graph.kind}”", hint)
    if graph.kind == "file" and graph.file is None and draft.ok(("graph", "file")):
        hint = 'add file = "friends.csv", an edge list beside the scenario'
        draft.problem(("graph", "kind"), "the kind is “file”, but `file` is missing", hint)
    ties, n = graph.strong_ties + graph.weak_ties, scenario.market.consumers
    if graph.kind not in ("file", "well-mixed") and ties >= n and draft.ok(("graph",), ("market",)):
        draft.notes.append(
            f"{n:,} consumers cannot have {ties:g} ties each; lower strong_ties and weak_ties, or raise consumers"
        )


def _check_brand(draft: Draft, brand: Brand, path: Path, scenario: Scenario) -> None:
    moods = brand.p_satisfied + brand.p_dissatisfied
    if draft.ok((*path, "p_satisfied"), (*path, "p_dissatisfied")) and moods > 1 + _TOLERANCE:
        what = f"p_satisfied and p_dissatisfied add up to {moods:.6g}, more than 1"
        given = "p_dissatisfied" if "p_dissatisfied" in brand.model_fields_set else "p_satisfied"
        draft.problem((*path, given), what, "lower one of them; the rest of the buyers feel neither")
    _check_start(draft, brand.start, (*path, "start"))
    for segment, start in brand.start_in.items():
        check_name(draft, segment, (*path, "start_in", segment), "segments")
        _check_start(draft, start, (*path, "start_in", segment))


def _check_start(draft: Draft, start: Start, path: Path) -> None:
    total = start.attention + start.attraction + start.affinity + start.audience + start.advocacy
    if draft.ok(path) and total > 1 + _TOLERANCE:
        what = f"the shares of the stages add up to {total:.6g}, more than 1"
        draft.problem(path, what, "each consumer stands in one stage; whoever is left over is unaware")


def _check_brand_names(draft: Draft, scenario: Scenario) -> None:
    ours = scenario.brand.title.strip().casefold() if draft.ok(("brand", "title")) else ""
    check_twins(draft, scenario.rivals, ("rivals",))
    for name, rival in scenario.rivals.items():
        path: Path = ("rivals", name)
        if name.casefold() == "ours" or rival.title.strip().casefold() == "ours":
            draft.problem(path, "“ours” is what reports call our own brand", "give the rival another name")
        elif ours and ours in (name.casefold(), rival.title.strip().casefold()):
            draft.problem(path, f"the rival has the name of our own brand, {shown(scenario.brand.title)}", "rename one")


def _check_influencer(draft: Draft, influencer: Influencer, path: Path, scenario: Scenario) -> None:
    check_name(draft, influencer.channel, (*path, "channel"), "channels")
    check_names(draft, influencer.audience, (*path, "audience"), "segments")
    check_names(draft, influencer.fit, (*path, "fit"), "segments")
    size = scenario.market.size
    followers = influencer.followers * influencer.in_market
    if draft.ok((*path, "followers"), (*path, "in_market"), ("market",)):
        if followers > size * (1 + _TOLERANCE):
            share = f" × {influencer.in_market:g}" if influencer.in_market < 1 else ""
            what = f"{influencer.followers:,} followers{share} in the market are more than all people"
            most = math.floor(1_000 * size / influencer.followers) / 1_000
            hint = f"the market has {size:,} people: lower in_market to {most:g}, or check market.size"
            draft.problem((*path, "followers"), what, hint)
        elif followers < scenario.people_per_consumer:
            draft.notes.append(
                f"{words(path)} has {followers:,.0f} followers in the market, fewer than the "
                f"{scenario.people_per_consumer:,.0f} people that one simulated consumer stands for; "
                "raise market.consumers to see an effect"
            )
    fewest, limit = influencer.min_posts, influencer.max_posts
    if limit is not None and fewest > limit and draft.ok((*path, "min_posts"), (*path, "max_posts")):
        draft.problem((*path, "min_posts"), f"min_posts {fewest} is more than max_posts {limit}", "exchange them")
    first, last = influencer.available_from, influencer.available_to
    if first and last and first > last and draft.ok((*path, "available_from"), (*path, "available_to")):
        what = f"available_from {first} is later than available_to {last}"
        draft.problem((*path, "available_to"), what, "exchange the two dates")


def _check_parameters(draft: Draft, scenario: Scenario) -> None:
    for name, given in scenario.parameters.items():
        path: Path = ("parameters", name)
        if not draft.ok(path):
            continue
        known = REGISTRY.get(name)
        if known is None:
            near = nearest(name, REGISTRY, n=3)
            group = [other for other in REGISTRY if other.startswith(f"{name}.")]
            hint = suggest("", group, most=20) if group else "docs/defaults.md lists them all"
            if near and not group:
                hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?"
            draft.problem(path, f"there is no parameter {shown(name)}", hint)
            continue
        numbers = given.model_dump() if isinstance(given, Range) else {"": given}
        for key, number in numbers.items():
            if not known.minimum <= number <= known.maximum:
                bound = "small" if number < known.minimum else "large"
                limits = f"at least {known.minimum:g}"
                limits += f" and at most {known.maximum:g}" if known.maximum < float("inf") else ""
                hint = f"{known.summary} ({known.unit}); the default is {known.default:g}"
                here = (*path, key) if key else path
                draft.problem(here, f"{shown(number)} is too {bound}; must be {limits}", hint)
        if isinstance(given, Range) and not given.low <= given.value <= given.high:
            what = f"low {given.low:g}, value {given.value:g}, high {given.high:g} are not in order"
            draft.problem(path, what, "write them so that low ≤ value ≤ high")
