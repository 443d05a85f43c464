"""What the further parts of a market must agree on: leaders, topics, bounce, shared followers, and what happens."""

import math
from collections.abc import Iterable

from scenarios.channel_checks import check_used
from scenarios.draft import Draft
from scenarios.errors import shown
from scenarios.lines import Path
from scenarios.names import check_labels, check_name, check_names
from scenarios.pace_checks import all_days, check_day, note
from scenarios.schema import Influencer, Scenario, Shock

_SHOCK_KEYS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "backlash": (None, ("brand", "strength")),
    "outage": ("channel", ("channel", "days")),
    "defection": ("influencer", ("influencer", "to")),
    "rival-launch": ("rival", ("rival",)),
    "viral": (None, ("brand", "strength", "days")),
}
"""Per kind of shock: the key that it needs, and all keys that mean something for it."""

_NAMED_IN = {"brand": "rivals", "channel": "channels", "influencer": "influencers", "to": "rivals", "rival": "rivals"}


def check_market_parts(draft: Draft, scenario: Scenario) -> None:
    """Compare the market's leaders, topics, bounces, shared followers, moments and shocks with the rest."""
    if draft.ok(("market", "leaders")):
        check_labels(draft, scenario.market.leaders, ("market", "leaders"), scenario)
    _check_topics(draft, scenario)
    for name, channel in scenario.channels.items():
        path: Path = ("channels", name, "bounce")
        check_names(draft, channel.bounce, path, "channels")
        if name in channel.bounce:
            draft.problem((*path, name), "a channel cannot bounce to itself", "name another channel, or remove it")
    _check_overlaps(draft, scenario)
    days = all_days(scenario)
    for name, moment in scenario.moments.items():
        path = ("moments", name, "date")
        check_day(draft, moment.date if draft.ok(path) else None, path, days)
    _note_unused_moments(draft, scenario)
    _note_unused_phones(draft, scenario)
    for name, shock in scenario.shocks.items():
        _check_shock(draft, shock, ("shocks", name), scenario)
    _check_once(draft, scenario, "rival-launch", "rival", "is launched")
    _check_once(draft, scenario, "defection", "influencer", "leaves")


def _check_topics(draft: Draft, scenario: Scenario) -> None:
    """One topic, one spelling: names that differ by capitals or dashes would never meet."""
    first: dict[str, str] = {}
    homes: tuple[tuple[str, Iterable[tuple[str, dict[str, float]]]], ...] = (
        ("channels", [(name, channel.topics) for name, channel in scenario.channels.items()]),
        ("segments", [(name, segment.topics) for name, segment in scenario.segments.items()]),
    )
    for section, entries in homes:
        for name, topics in entries:
            for topic in topics:
                twin = first.setdefault(topic.casefold().replace("_", "-"), topic)
                if twin != topic:
                    what = f"the topics {shown(topic)} and {shown(twin)} are one, written in two ways"
                    draft.problem((section, name, "topics", topic), what, f"write {twin} everywhere", taint=False)


# ---------------------------------------------------------------- shared followers


def _check_overlaps(draft: Draft, scenario: Scenario) -> None:
    for name, influencer in scenario.influencers.items():
        path: Path = ("influencers", name)
        other = influencer.overlap_with
        if not draft.ok((*path, "overlap"), (*path, "overlap_with")):
            continue
        if other is None:
            if influencer.overlap:
                hint = "add overlap_with, the name of another influencer, or remove overlap"
                draft.problem((*path, "overlap"), "`overlap` is given, but not with whom", hint)
            continue
        if "overlap" not in influencer.model_fields_set:
            what = f"{name} shares followers with {shown(other)}, but `overlap` does not say how many"
            draft.problem((*path, "overlap_with"), what, "add overlap = 0.2 (a share of this one's followers)")
        elif other == name:
            draft.problem((*path, "overlap_with"), "an influencer shares all followers with themselves", "name another")
        elif check_name(draft, other, (*path, "overlap_with"), "influencers") and not _goes_round(
            draft, name, scenario
        ):
            _check_shared(draft, influencer, scenario.influencers[other], other, path)


def _goes_round(draft: Draft, name: str, scenario: Scenario) -> bool:
    """Whether somebody comes back to themselves from follower to follower; said once for each circle."""
    chain = [name]
    while True:
        entry = scenario.influencers.get(chain[-1])
        if entry is None or entry.overlap_with is None:
            return False
        if entry.overlap_with in chain:
            circle = chain[chain.index(entry.overlap_with) :]
            if name == min(circle):
                what = f"shared followers go round in a circle: {' → '.join((*circle, circle[0]))}"
                hint = "let one of them stand alone: shared followers need to be named on one side only"
                draft.problem(("influencers", name, "overlap_with"), what, hint)
            return True
        chain.append(entry.overlap_with)


def _check_shared(draft: Draft, one: Influencer, other: Influencer, name: str, path: Path) -> None:
    """Followers who are shared must exist on the other side, of all followers and of those in the market."""
    sizes = [("influencers", who, key) for who in (path[1], name) for key in ("followers", "in_market")]
    if not draft.ok(*sizes):
        return
    ours, theirs = one.followers * one.in_market, other.followers * other.in_market
    if one.overlap * one.followers > other.followers:
        shared, most, of = one.overlap * one.followers, float(other.followers), "followers"
    elif one.overlap * ours > theirs * (1 + 1e-6):
        shared, most, of = one.overlap * ours, theirs, "followers in the market"
    else:
        return
    greatest = min(other.followers / one.followers, theirs / ours if ours else 1.0, 1.0)
    what = f"{shared:,.0f} shared {of} are more than the {most:,.0f} of {name}"
    floor = math.floor(1_000 * greatest) / 1_000
    draft.problem((*path, "overlap"), what, f"write {floor:g} or less" if floor else "remove overlap and overlap_with")


# ---------------------------------------------------------------- what happens


def _note_unused_moments(draft: Draft, scenario: Scenario) -> None:
    plans = [*scenario.plans.values(), *(rival.plan for rival in scenario.rivals.values())]
    plans += [scenario.warm_up.plan] if scenario.warm_up is not None else []
    live = any(posts.kind == "real-time" for plan in plans for posts in plan.posts.values())
    if scenario.moments and not live and not draft.problems:
        note(draft, ("moments",), 'do nothing: no plan has posts of kind = "real-time"')


def _note_unused_phones(draft: Draft, scenario: Scenario) -> None:
    if not draft.ok(("channels",)) or any(channel.phone_share for channel in scenario.channels.values()):
        return
    users: list[Path] = [("segments", n, "phone_use") for n, one in scenario.segments.items() if one.phone_use != 1.0]
    for name, plan in scenario.plans.items():
        if plan.sharing is not None and plan.sharing.phone_ready:
            users.append(("plans", name, "sharing", "phone_ready"))
    for path in users:
        note(draft, path, "changes nothing: no channel has a phone_share")


def _check_shock(draft: Draft, shock: Shock, path: Path, scenario: Scenario) -> None:
    here: Path = (*path, "date")
    check_day(draft, shock.date if draft.ok(here) else None, here, all_days(scenario))
    if not draft.ok((*path, "kind")):
        return
    needed, fitting = _SHOCK_KEYS[shock.kind]
    if needed is not None and getattr(shock, needed) is None and draft.ok((*path, needed)):
        known = next(iter(getattr(scenario, _NAMED_IN[needed])), "...")
        about = str(Shock.model_fields[needed].description).partition(": ")[2]
        draft.problem(path, f"a shock of kind “{shock.kind}” needs “{needed}”", f'add {needed} = "{known}" ({about})')
    for key in shock.model_fields_set - {"kind", "date", *fitting}:
        others = [kind for kind, (_, keys) in _SHOCK_KEYS.items() if key in keys]
        what = f"`{key}` means nothing for a shock of kind “{shock.kind}”"
        draft.problem((*path, key), what, f"remove it; it belongs to {' and '.join(others)}")
    for key in fitting:
        name, spot = getattr(shock, key), (*path, key)
        if key not in _NAMED_IN or name is None:
            continue
        if name.casefold() in ("ours", "brand") and key == "brand" and name not in scenario.rivals:
            draft.problem(spot, f"{shown(name)} is no rival", "leave brand out for our own brand")
        elif check_name(draft, name, spot, _NAMED_IN[key]) and key == "channel":
            check_used(draft, name, spot, scenario)
    _check_strength(draft, shock, path)
    _note_absent(draft, shock, path, scenario)


def _check_strength(draft: Draft, shock: Shock, path: Path) -> None:
    here: Path = (*path, "strength")
    if not draft.ok(here):
        return
    if shock.kind == "backlash" and shock.strength > 1:
        per_cent = f"; {shock.strength:g} % is {shock.strength / 100:g}" if shock.strength <= 100 else ""
        what = f"{shown(shock.strength)} is too large; a backlash must be at most 1"
        draft.problem(here, what, f"it is a share of people{per_cent}")
    elif shock.kind == "backlash" and shock.strength == 0:
        note(draft, path, "does nothing: strength is 0")
    elif shock.kind == "viral" and shock.strength == 1:
        note(draft, path, "changes nothing: strength 1 is as much talk as ever; write 2 or more")


def _note_absent(draft: Draft, shock: Shock, path: Path, scenario: Scenario) -> None:
    """Shocks that meet nobody: who leaves was never there, and who arrives had always been."""
    if shock.kind == "defection" and draft.ok(("plans",), ("warm_up",), path):
        before = [scenario.warm_up.plan] if scenario.warm_up is not None else []
        if not any(
            booking.influencer == shock.influencer
            for plan in (*scenario.plans.values(), *before)
            for booking in plan.bookings
        ) and not any(plan.outreach for plan in scenario.plans.values()):
            note(draft, path, f"changes nothing: no plan books {shock.influencer}")
    rival = scenario.rivals.get(shock.rival or "")
    if shock.kind == "rival-launch" and rival is not None and draft.ok(path, ("rivals", str(shock.rival))):
        starts = [rival.start, *rival.start_in.values()]
        if any(sum(start.model_dump().values()) for start in starts):
            note(draft, path, f"launches {shock.rival}, whom people know before: see its start")


def _check_once(draft: Draft, scenario: Scenario, kind: str, key: str, does: str) -> None:
    first: dict[str, str] = {}
    for name, shock in scenario.shocks.items():
        who = getattr(shock, key)
        if shock.kind != kind or who is None or not draft.ok(("shocks", name)):
            continue
        twin = first.setdefault(who, name)
        if twin != name:
            what = f"{who} {does} twice: also in [shocks.{twin}]"
            draft.problem(("shocks", name, key), what, "keep one of them")
