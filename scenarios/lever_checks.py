"""What every other lever of a plan must agree on: partners, lists, offers, community and what keeps customers."""

from datetime import date

from scenarios.channel_checks import check_carries_posts, check_channel, check_targets, lacks
from scenarios.draft import Draft
from scenarios.errors import shown
from scenarios.lines import Path
from scenarios.names import check_listed
from scenarios.pace_checks import (
    check_day,
    check_paced,
    check_timed,
    check_weekly,
    note,
    note_large,
    plan_before,
    span_of,
)
from scenarios.people_checks import check_people, note_too_few
from scenarios.schema import (
    Community,
    ContactList,
    CrossSell,
    Event,
    Listening,
    Outreach,
    Partnership,
    Plan,
    Scenario,
    SignUp,
    Timed,
)

_FOR_BUYERS = ("offers", "cross_sell", "loyalty", "support", "referral")
"""Levers that work on people who buy."""

_COSTS = {
    "partnerships": ("cost_per_post",),
    "community": ("cost_per_hour",),
    "events": ("cost", "cost_per_attender"),
    "listening": ("cost_per_hour",),
    "space": ("cost_per_member_week", "cost_per_week"),
    "loyalty": ("cost_per_customer_week", "cost_per_week"),
    "support": ("cost_per_purchase", "cost_per_week"),
}
"""Levers that are hardly ever free, and the keys that say what they cost."""


def check_levers(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    """Compare what one plan does beyond media, posts, bookings and seeding with the market and with itself."""
    for name, earned in plan.earned.items():
        here: Path = (*path, "earned", name)
        check_paced(draft, earned, here, scenario, "500")
        check_channel(draft, earned.channel, (*here, "channel"), scenario)
    for name, partner in plan.partnerships.items():
        _check_partner(draft, partner, (*path, "partnerships", name), scenario)
    if plan.outreach is not None:
        _check_outreach(draft, plan.outreach, plan, path, scenario)
    for name, people in plan.lists.items():
        _check_list(draft, people, plan, (*path, "lists", name), scenario)
    if plan.sign_up is not None:
        _note_idle_sign_up(draft, plan.sign_up, plan, (*path, "sign_up"), scenario)
    _check_offers(draft, plan, path, scenario)
    _check_prices(draft, plan, path, scenario)
    if plan.cross_sell is not None:
        _note_below_cost(draft, plan.cross_sell, (*path, "cross_sell"))
    if plan.community is not None:
        _check_community(draft, plan.community, (*path, "community"), scenario)
    for name, event in plan.events.items():
        _check_event(draft, event, (*path, "events", name), scenario)
    if plan.listening is not None:
        _check_listening(draft, plan.listening, (*path, "listening"))
    if plan.user_content is not None:
        here = (*path, "user_content", "channel")
        if check_channel(draft, plan.user_content.channel, here, scenario):
            check_carries_posts(draft, plan.user_content.channel, here, scenario)
    for key in type(plan).model_fields:
        if isinstance(part := getattr(plan, key), Timed):
            check_timed(draft, part, (*path, key), scenario)
    _note_what_does_nothing(draft, plan, path, scenario)
    if path[0] == "plans":
        _note_what_is_free(draft, plan, path)


# ---------------------------------------------------------------- who else speaks of the brand


def _check_partner(draft: Draft, partner: Partnership, path: Path, scenario: Scenario) -> None:
    check_paced(draft, partner, path, scenario, "1")
    note_large(draft, partner, path, 350, "posts")
    if check_channel(draft, partner.channel, (*path, "channel"), scenario):
        check_targets(draft, partner.segments, partner.channel, (*path, "segments"), scenario)
    check_people(draft, partner.people, partner.segments, path, "people", scenario)
    if partner.people == 0 and draft.ok((*path, "people")):
        note(draft, path, "reaches nobody: people is 0")


def _check_outreach(draft: Draft, outreach: Outreach, plan: Plan, path: Path, scenario: Scenario) -> None:
    here: Path = (*path, "outreach")
    check_paced(draft, outreach, here, scenario, "500")
    if not draft.ok(("influencers",), here):
        return
    before = plan_before(scenario, path)
    booked = {booking.influencer: "in the warm-up" for booking in (before.bookings if before else [])}
    booked |= {booking.influencer: f"in the same plan (#{n})" for n, booking in enumerate(plan.bookings, start=1)}
    if not scenario.influencers:
        hint = "add [influencers.<name>], or a roster, or remove outreach"
        draft.problem(here, "there is nobody to reach out to: no influencer is defined", hint)
    elif outreach.influencers is None:
        if booked.keys() >= scenario.influencers.keys() and draft.ok((*path, "bookings")):
            hint = "book fewer of them, or remove outreach"
            draft.problem(here, "there is nobody to reach out to: every influencer is booked", hint)
    else:
        at: Path = (*here, "influencers")
        for place in check_listed(draft, outreach.influencers, at, "influencers"):
            name = outreach.influencers[place]
            if name in booked:
                what = f"{name} is booked {booked[name]}, so does not post for nothing"
                draft.problem((*at, place), what, f"remove {name} here, or the booking")
            elif draft.ok(("channels",)):
                check_channel(draft, scenario.influencers[name].channel, (*at, place), scenario)


def _check_list(draft: Draft, people: ContactList, plan: Plan, path: Path, scenario: Scenario) -> None:
    check_paced(draft, people, path, scenario, "1")
    note_large(draft, people, path, 21, "contacts with each person")
    here: Path = (*path, "channel")
    if people.channel is not None and check_channel(draft, people.channel, here, scenario):
        free = people.cost_per_contact is None and draft.ok((*path, "cost_per_contact"))
        if free and lacks(draft, scenario, people.channel, "cpm"):
            what = f"the channel {shown(people.channel)} has no price, and neither has a contact"
            hint = f"add cost_per_contact = 0.02 here, or cpm = 8.00 to [channels.{people.channel}]"
            draft.problem(here, what, hint)
    before = plan_before(scenario, path)
    asked = plan.sign_up is not None or (before is not None and before.sign_up is not None)
    if people.people == "opt-ins" and not asked and draft.ok((*path, "people"), (*path[:2], "sign_up"), ("warm_up",)):
        note(draft, path, "writes to people who opted in, but nobody is asked to: there is no sign_up")


def _note_idle_sign_up(draft: Draft, sign_up: SignUp, plan: Plan, path: Path, scenario: Scenario) -> None:
    useful = plan.offers or any(people.people == "opt-ins" for people in plan.lists.values())
    if not useful and path[0] != "warm_up" and draft.ok((*path[:-1], "lists"), (*path[:-1], "offers")):
        note(draft, path, "collects addresses, but no list goes to opt-ins and no offer is made")
    if sign_up.p_opt_in == 0 and draft.ok((*path, "p_opt_in")):
        note(draft, path, "does nothing: p_opt_in is 0")


# ---------------------------------------------------------------- prices


def _check_offers(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    span = span_of(path, scenario)
    in_order: list[tuple[date, date, str]] = []
    for name, offer in plan.offers.items():
        here: Path = (*path, "offers", name)
        if offer.discount == 1.0 and draft.ok((*here, "discount")):
            what = "1 is too large; a discount must be below 1"
            draft.problem((*here, "discount"), what, "to give the product away, use seeding")
        elif offer.discount == 0.0 and draft.ok((*here, "discount")):
            note(draft, here, "takes nothing off the price: discount is 0")
        if not draft.ok((*here, "start"), (*here, "end")):
            continue
        if offer.start > offer.end:
            what = f"the offer starts {offer.start}, after its end {offer.end}"
            draft.problem((*here, "end"), what, "exchange the dates")
            continue
        check_day(draft, offer.start, (*here, "start"), span)
        check_day(draft, offer.end, (*here, "end"), span)
        in_order.append((offer.start, offer.end, name))
    longest: tuple[date, date, str] | None = None
    for start, end, name in sorted(in_order):
        if longest is not None and start <= longest[1]:
            both = f"{start} to {min(end, longest[1])}" if start < min(end, longest[1]) else f"{start}"
            what = f"the offers {shown(longest[2])} and {shown(name)} both run on {both}; there is one price at a time"
            draft.problem(
                (*path, "offers", name), what, f"let it start after {longest[1]}, or end the other one earlier"
            )
        if longest is None or end > longest[1]:
            longest = (start, end, name)


def _check_prices(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    """Remarks on selling below cost, which may be meant."""
    at: Path = path[:2] if path[0] == "rivals" else ("brand",)
    brand = scenario.rivals[str(path[1])] if path[0] == "rivals" else scenario.brand
    if not draft.ok((*at, "price"), (*at, "unit_cost"), (*path, "price")):
        return
    price = plan.price if plan.price is not None else brand.price
    if plan.price is not None and plan.price < brand.unit_cost:
        note(draft, (*path, "price"), f"{plan.price:,g} is below the unit cost of {brand.unit_cost:,g}")
    for name, offer in plan.offers.items():
        now = price * (1 - offer.discount)
        if 0.0 < offer.discount < 1.0 and now < brand.unit_cost <= price:
            said = f"sells at {now:,.2f}, below the unit cost of {brand.unit_cost:,g}"
            note(draft, (*path, "offers", name), said)


def _note_below_cost(draft: Draft, cross_sell: CrossSell, path: Path) -> None:
    if draft.ok(path) and cross_sell.price < cross_sell.unit_cost:
        note(draft, path, f"sells at {cross_sell.price:,g}, below its unit cost of {cross_sell.unit_cost:,g}")
    if cross_sell.p_take == 0 and draft.ok((*path, "p_take")):
        note(draft, path, "does nothing: p_take is 0")


# ---------------------------------------------------------------- community and feedback


def _check_community(draft: Draft, community: Community, path: Path, scenario: Scenario) -> None:
    check_paced(draft, community, path, scenario, "10 (hours)", instead="elsewhere")
    check_weekly(draft, community.elsewhere, (*path, "elsewhere"), span_of(path, scenario))


def _check_event(draft: Draft, event: Event, path: Path, scenario: Scenario) -> None:
    check_listed(draft, event.segments, (*path, "segments"), "segments")
    check_people(draft, event.invited, event.segments, path, "invited", scenario)
    check_day(draft, event.date if draft.ok((*path, "date")) else None, (*path, "date"), span_of(path, scenario))
    if event.invited * event.p_come == 0 and draft.ok((*path, "invited"), (*path, "p_come")):
        note(draft, path, f"is a meet-up to which nobody comes: {'p_come' if event.invited else 'invited'} is 0")
    note_too_few(draft, event.invited * event.p_come, path, "expects", scenario)


def _check_listening(draft: Draft, listening: Listening, path: Path) -> None:
    if not listening.fix and listening.fix_cost and draft.ok((*path, "fix"), (*path, "fix_cost")):
        what = "`fix_cost` means nothing with fix = false: nothing is mended"
        draft.problem((*path, "fix_cost"), what, "write fix = true, or fix_cost = 0")
    ideas = listening.ideas_per_quarter
    if not ideas and listening.cost_per_idea and draft.ok((*path, "cost_per_idea"), (*path, "ideas_per_quarter")):
        what = "`cost_per_idea` means nothing without ideas: ideas_per_quarter is 0"
        draft.problem((*path, "cost_per_idea"), what, "add ideas_per_quarter = 2, or remove cost_per_idea")
    if not listening.hours_per_week and draft.ok((*path, "hours_per_week")):
        note(draft, path, "finds nothing: hours_per_week is 0")
    elif not listening.fix and not ideas and draft.ok(path):
        note(draft, path, "does nothing: fix is false and ideas_per_quarter is 0")


# ---------------------------------------------------------------- remarks


def _note_what_does_nothing(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    rewards, referral = plan.rewards, plan.referral
    if rewards is not None and not (rewards.per_return or rewards.per_referral) and draft.ok((*path, "rewards")):
        note(draft, (*path, "rewards"), "do nothing: per_return and per_referral are 0")
    if referral is not None and not (referral.for_sender or referral.for_friend) and draft.ok((*path, "referral")):
        note(draft, (*path, "referral"), "pays nobody: for_sender and for_friend are 0")
    if plan.support is not None and not plan.support.coverage and draft.ok((*path, "support")):
        note(draft, (*path, "support"), "does nothing: coverage is 0")
    if not draft.ok(("segments",)) or any(segment.buys_every_days for segment in scenario.segments.values()):
        return
    for key in _FOR_BUYERS:
        if getattr(plan, key):
            note(draft, (*path, key), "can do little: nobody ever buys; give a segment buys_every_days")


def _note_what_is_free(draft: Draft, plan: Plan, path: Path) -> None:
    """Levers without a price make a plan look cheaper than it is."""
    for key, costs in _COSTS.items():
        part = getattr(plan, key)
        named = isinstance(part, dict)
        for name, entry in part.items() if named else [("", part)]:
            here: Path = (*path, key, name) if named else (*path, key)
            if entry is None or not draft.ok(here) or any(getattr(entry, cost) for cost in costs):
                continue
            note(draft, here, f"has no {' and no '.join(costs)}: it is counted as free")
