"""What the media, posts, bookings and seeding of a plan must agree on with each other and with the market."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from scenarios.channel_checks import check_carries_posts, check_has_price, check_targets, check_used
from scenarios.draft import Draft
from scenarios.errors import shown, suggest
from scenarios.lever_checks import check_levers
from scenarios.lines import Path
from scenarios.names import check_labels, check_listed, check_name, check_twins
from scenarios.pace_checks import check_day, check_paced, note, note_large, plan_before, span_of
from scenarios.people_checks import check_people
from scenarios.schema import Booking, Media, Plan, Posts, Scenario, Seeding

_MOST_WAVES = 250
"""Waves of seeding and meet-ups that are told apart; the engine counts them in 8 bits."""


_MOST_SCALE = 10.0
"""A larger multiple of all paid media is probably a percentage."""


def check_plan(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    """Compare the values of one plan with each other and with the market."""
    _check_entry_names(draft, plan, path)
    for name, media in plan.media.items():
        _check_media(draft, media, name, (*path, "media", name), scenario)
    for name, posts in plan.posts.items():
        _check_posts(draft, posts, name, (*path, "posts", name), scenario)
    _check_bookings(draft, plan, path, scenario)
    for place, seeding in enumerate(plan.seeding):
        _check_seeding(draft, seeding, (*path, "seeding", place), scenario)
    _check_number_of_waves(draft, plan, path, scenario)
    check_levers(draft, plan, path, scenario)
    if plan.media and plan.media_scale > _MOST_SCALE and draft.ok((*path, "media_scale")):
        note(draft, (*path, "media_scale"), f"multiplies all paid media by {plan.media_scale:g}: 0.75 is 75 %")


def _check_entry_names(draft: Draft, plan: Plan, path: Path) -> None:
    for key in type(plan).model_fields:
        entries = getattr(plan, key)
        if isinstance(entries, Mapping) and draft.ok((*path, key)):
            check_twins(draft, entries, (*path, key))


def _channel_of(draft: Draft, part: Media | Posts, name: str, path: Path, scenario: Scenario) -> str | None:
    """The channel that an entry runs on, if there is one: its own word for it, or else its name."""
    if part.channel is None:
        some = next(iter(scenario.channels), "instagram")
        also = f'or keep the name “{name}” and say where it runs: channel = "{some}"' if scenario.channels else ""
        return name if draft.ok((*path, "channel")) and check_name(draft, name, path, "channels", also=also) else None
    if not check_name(draft, part.channel, (*path, "channel"), "channels"):
        return None
    if name in scenario.channels and name != part.channel:
        note(draft, path, f"runs on the channel {part.channel}, although {name} is a channel too")
    return part.channel


def _check_media(draft: Draft, media: Media, name: str, path: Path, scenario: Scenario) -> None:
    check_paced(draft, media, path, scenario, "5_000")
    if media.premium is not None and media.segments is None and draft.ok((*path, "segments"), (*path, "premium")):
        what = "`premium` means nothing without `segments`: it is the price of impressions aimed at some of them"
        some = next(iter(scenario.segments), "young")
        draft.problem((*path, "premium"), what, f'add segments = ["{some}"], or remove premium')
    if media.creatives > 1 and not media.cost_per_creative and draft.ok((*path, "cost_per_creative")):
        note(draft, path, f"has no cost_per_creative: its {media.creatives} executions are counted as free")
    channel = _channel_of(draft, media, name, path, scenario)
    if channel is None:
        return
    at: Path = path if media.channel is None else (*path, "channel")
    check_has_price(draft, channel, at, scenario)
    if check_used(draft, channel, at, scenario):
        check_targets(draft, media.segments, channel, (*path, "segments"), scenario)


def _check_posts(draft: Draft, posts: Posts, name: str, path: Path, scenario: Scenario) -> None:
    check_paced(draft, posts, path, scenario, "3")
    note_large(draft, posts, path, 350, "posts")
    days = posts.weekdays
    if days is not None and not days and draft.ok((*path, "weekdays")):
        draft.problem((*path, "weekdays"), "the list of weekdays is empty", "leave it out for any day alike")
    elif days is not None and len(set(days)) < len(days):
        twin = next(day for day, n in Counter(days).items() if n > 1)
        draft.problem((*path, "weekdays"), f"{shown(twin)} is in the list twice", "name each weekday once")
    _check_topic(draft, posts, path, scenario)
    if posts.kind == "real-time" and not scenario.moments and draft.ok(("moments",)):
        note(draft, path, "posts in real time, but no [moments.<name>] is dated for it to live on")
    channel = _channel_of(draft, posts, name, path, scenario)
    if channel is not None:
        at: Path = path if posts.channel is None else (*path, "channel")
        check_carries_posts(draft, channel, at, scenario)
        check_used(draft, channel, at, scenario)


def _check_topic(draft: Draft, posts: Posts, path: Path, scenario: Scenario) -> None:
    """A topic fits somebody or some channel; one that nobody names is a slip of the pen."""
    if posts.topic is None or not draft.ok((*path, "topic")):
        return
    homes = (("segments", scenario.segments), ("channels", scenario.channels))
    if any((key,) in draft.tainted or not draft.ok(*((key, n, "topics") for n in part)) for key, part in homes):
        return
    known = list(dict.fromkeys(topic for _, part in homes for entry in part.values() for topic in entry.topics))
    if posts.topic in known:
        return
    example = f"topics = {{ {posts.topic} = 1.2 }}"
    hint = f"add {example} to a segment or a channel"
    if known:
        hint = f"{suggest(posts.topic, known)}; or {hint}"
    draft.problem((*path, "topic"), f"no segment or channel names the topic {shown(posts.topic)}", hint)


def _check_number_of_waves(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    before = plan_before(scenario, path)
    earlier = len(before.seeding) + len(before.events) if before is not None else 0
    n = len(plan.seeding) + len(plan.events)
    if n and n + earlier > _MOST_WAVES:
        key = "seeding" if len(plan.seeding) >= len(plan.events) else "events"
        also = f", {earlier} of the warm-up included," if earlier else ""
        what = f"{n + earlier} waves of seeding and meet-ups{also} are more than {_MOST_WAVES}"
        draft.problem((*path, key), what, "put several small ones together", taint=False)


def _check_bookings(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    booked: dict[str, dict[date, int]] = {}
    n_posts: Counter[str] = Counter()
    last_place: dict[str, int] = {}
    broken: set[str] = set()
    for place, booking in enumerate(plan.bookings):
        here: Path = (*path, "bookings", place)
        name = booking.influencer
        if not draft.ok(here):
            broken.add(name)
            continue
        if not check_name(draft, name, (*here, "influencer"), "influencers"):
            continue
        days = _check_booking(draft, booking, here, scenario)
        n_posts[name] += len(days)
        last_place[name] = place
        mine = booked.setdefault(name, {})
        for i, day in enumerate(days):
            if day in mine:
                spot = (*here, "dates", i) if booking.dates is not None else here
                also = "" if mine[day] == place else f", also in booking #{mine[day] + 1}"
                draft.problem(spot, f"{name} is booked twice on {day}{also}", "name each date once")
                break
            mine[day] = place
    for name, n in n_posts.items():
        entry = scenario.influencers.get(name)
        if entry is None or name in broken or not draft.ok(("influencers", name), (*path, "bookings")):
            continue
        here = (*path, "bookings", last_place[name])
        if entry.max_posts is not None and n > entry.max_posts:
            hint = f"book at most {entry.max_posts}, or raise max_posts in the roster"
            draft.problem(here, f"{n} posts of {name} are more than their max_posts {entry.max_posts}", hint)
        elif n < entry.min_posts:
            hint = f"book at least {entry.min_posts}, or none"
            draft.problem(here, f"{n} posts of {name} are fewer than their min_posts {entry.min_posts}", hint)


def _check_booking(draft: Draft, booking: Booking, path: Path, scenario: Scenario) -> list[date]:
    """The days of the posts that can be relied on."""
    given = booking.model_fields_set
    if booking.dates is not None and given & {"posts", "start", "every_days"}:
        also = next(key for key in ("posts", "start", "every_days") if key in given)
        draft.problem((*path, also), f"dates and {also} are both given", "keep dates, or posts with start")
        return []
    if booking.dates is None and (booking.posts is None or booking.start is None):
        lost = [key for key in ("posts", "start") if getattr(booking, key) is None]
        what = "neither dates nor posts with start is given" if len(lost) == 2 else f"“{lost[0]}” is missing"
        draft.problem(path, what, "add dates = [2027-01-14, 2027-02-11], or posts = 4 and start = 2027-01-14")
        return []
    if booking.dates is not None and not booking.dates:
        draft.problem((*path, "dates"), "the list of dates is empty", "name a date, or remove the booking")
        return []
    days = booking.post_dates()
    entry = scenario.influencers.get(booking.influencer)
    if entry is not None and draft.ok(("influencers", booking.influencer), ("channels",)):
        check_used(draft, entry.channel, (*path, "influencer"), scenario)
    span = span_of(path, scenario)
    for place, day in enumerate(days):
        listed = booking.dates is not None
        spot = (*path, "dates", place) if listed else (*path, "posts")
        said = f"{day}" if listed else f"post {place + 1} on {day}"
        early = not listed and day < span.first
        if not check_day(draft, day, (*path, "start") if early else spot, span, said=said):
            return days
        if entry is None or not draft.ok(("influencers", booking.influencer)):
            continue
        if entry.available_from and day < entry.available_from:
            draft.problem(
                spot if listed else (*path, "start"),
                f"{said}: {booking.influencer} is available only from {entry.available_from}",
                "choose a later date",
            )
            return days
        if entry.available_to and day > entry.available_to:
            what = f"{said}: {booking.influencer} is available only to {entry.available_to}"
            draft.problem(spot, what, "choose an earlier date, or fewer posts")
            return days
    return days


def _check_seeding(draft: Draft, seeding: Seeding, path: Path, scenario: Scenario) -> None:
    if not draft.ok(path):
        return
    if seeding.strategy == "list":
        _check_seeding_list(draft, seeding, path, scenario)
    else:
        if seeding.consumers:
            hint = 'write strategy = "list", or remove consumers'
            what = f"`consumers` means nothing with the strategy “{seeding.strategy}”"
            draft.problem((*path, "consumers"), what, hint)
        if "people" not in seeding.model_fields_set:
            draft.problem(path, "“people” is missing", "add people = 1_000 (people who get the product)")
        if seeding.strategy == "leaders":
            _check_leaders(draft, seeding, path, scenario)
        check_listed(draft, seeding.segments, (*path, "segments"), "segments")
    if seeding.unit_cost == 0 and not scenario.brand.unit_cost and (seeding.people or seeding.consumers):
        note(draft, path, "has no unit_cost: what is given away is counted as free")
    check_people(draft, seeding.people, seeding.segments, path, "people", scenario)
    check_day(draft, seeding.date, (*path, "date"), span_of(path, scenario))


def _check_seeding_list(draft: Draft, seeding: Seeding, path: Path, scenario: Scenario) -> None:
    if not seeding.consumers:
        hint = "add consumers = [17, 204, ...], the labels of those who get it"
        draft.problem(path, "the strategy is “list”, but `consumers` is missing", hint)
    for key in ("people", "segments"):
        if getattr(seeding, key):
            what = f"`{key}` means nothing with the strategy “list”"
            draft.problem((*path, key), what, f"remove {key}; the list says who gets it")
    check_labels(draft, seeding.consumers, (*path, "consumers"), scenario)


def _check_leaders(draft: Draft, seeding: Seeding, path: Path, scenario: Scenario) -> None:
    leaders = scenario.market.leaders
    if not draft.ok(("market",)):
        return
    if not leaders:
        what = "the strategy is “leaders”, but the market names no leaders"
        hint = "add leaders = [17, 204, ...] to [market], the best first; or choose highest-degree"
        draft.problem((*path, "strategy"), what, hint)
    elif scenario.graph.kind != "file" and draft.ok(("graph", "kind")):
        most = len(leaders) * scenario.people_per_consumer
        if seeding.people > most:
            note(draft, path, f"gives to {int(most):,} people: the {len(leaders):,} leaders stand for no more")
