"""What the parts of one plan must agree on with each other and with the market."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from scenarios.draft import Draft, words
from scenarios.errors import shown, suggest
from scenarios.lines import Path
from scenarios.names import check_name
from scenarios.registry import REGISTRY
from scenarios.schema import Booking, Flight, Media, Plan, Posts, Scenario, Seeding


def check_plan(draft: Draft, plan: Plan, path: Path, scenario: Scenario) -> None:
    """Compare the values of one plan with each other and with the market."""
    for channel, media in plan.media.items():
        _check_media(draft, media, channel, (*path, "media", channel), scenario)
    for channel, posts in plan.posts.items():
        _check_posts(draft, posts, channel, (*path, "posts", channel), scenario)
    _check_bookings(draft, plan, path, scenario)
    for place, seeding in enumerate(plan.seeding):
        _check_seeding(draft, seeding, (*path, "seeding", place), scenario)


_LEAST_SHARE = 1 / 128
"""Channel use is simulated in 64ths of a segment: a smaller share rounds to nobody."""


def _users(draft: Draft, channel: str, scenario: Scenario) -> bool:
    """Whether anybody uses a channel; taken for granted where that cannot be read."""
    if ("segments",) in draft.tainted:
        return True
    return any(
        segment.channels.get(channel, 0.0) > _LEAST_SHARE or not draft.ok(("segments", name, "channels"))
        for name, segment in scenario.segments.items()
    )


def _check_used(draft: Draft, channel: str, path: Path, scenario: Scenario) -> bool:
    if _users(draft, channel, scenario):
        return True
    hint = f"add {channel} = 0.5, or whatever share it is, to the channels of a segment"
    if any(segment.channels.get(channel) for segment in scenario.segments.values()):
        hint = "channel use is simulated in 64ths of a segment: a share of 0.0078 or less rounds to nobody"
    draft.problem(path, f"no segment uses the channel {shown(channel)}", hint)
    return False


def _lacks(draft: Draft, scenario: Scenario, channel: str, key: str) -> bool:
    """Whether neither the channel nor the registry, for its platform, has a number that is needed."""
    entry = scenario.channels.get(channel)
    if entry is None or not draft.ok(("channels", channel)) or getattr(entry, key) is not None:
        return False
    return f"platform.{entry.platform}.{key}" not in REGISTRY


def _check_media(draft: Draft, media: Media, channel: str, path: Path, scenario: Scenario) -> None:
    _check_weeks(draft, media, path, scenario, "5_000")
    if not check_name(draft, channel, path, "channels"):
        return
    if _lacks(draft, scenario, channel, "cpm"):
        what = f"the channel {shown(channel)} has no price: paid media needs a cpm"
        draft.problem(path, what, f"add cpm = 8.00 (money per 1,000 impressions) to [channels.{channel}]")
    if not _check_used(draft, channel, path, scenario):
        return
    for place, name in enumerate(media.segments or []):
        here = (*path, "segments", place)
        if not check_name(draft, name, here, "segments") or not draft.ok(("segments", name, "channels")):
            continue
        segment = scenario.segments.get(name)
        if segment is not None and segment.channels.get(channel, 0.0) <= _LEAST_SHARE:
            what = f"the segment {shown(name)} does not use the channel {shown(channel)}"
            hint = f"target another segment, or add {channel} to channels in [segments.{name}]"
            draft.problem(here, what, hint)
    if media.segments is not None and not media.segments:
        draft.problem((*path, "segments"), "the list of target segments is empty", "leave it out to reach everybody")
    elif media.segments is not None and len(set(media.segments)) < len(media.segments):
        draft.problem((*path, "segments"), "a target segment is named twice", "name each segment once")


def _check_posts(draft: Draft, posts: Posts, channel: str, path: Path, scenario: Scenario) -> None:
    _check_weeks(draft, posts, path, scenario, "3")
    if not check_name(draft, channel, path, "channels"):
        return
    if _lacks(draft, scenario, channel, "organic_reach"):
        what = f"the channel {shown(channel)} carries no posts of one's own: it has no organic_reach"
        hint = f"add organic_reach = 0.05 (share of followers that see a post) to [channels.{channel}]"
        draft.problem(path, what, hint)
    _check_used(draft, channel, path, scenario)


def _check_weeks(draft: Draft, part: Media | Posts, path: Path, scenario: Scenario, example: str) -> None:
    """Either one amount, or one for each week, or flights inside the what-if that do not overlap."""
    if not draft.ok((*path, "weekly"), (*path, "flights")):
        return
    if part.weekly is not None and part.flights:
        what = "weekly and flights are both given"
        draft.problem((*path, "flights"), what, "keep weekly for an even pace, or flights for stretches of dates")
        return
    if part.weekly is None and not part.flights:
        if "flights" not in part.model_fields_set:
            draft.problem(path, "neither weekly nor flights is given", f"add weekly = {example}")
        return
    given, weeks = len(part.weekly or [0]), scenario.weeks
    if given not in (1, weeks) and draft.ok(("weeks",)):
        what = f"the list has {given} entr{'y' if given == 1 else 'ies'}, but the scenario has {weeks} weeks"
        hint = f"write one number for every week, or a list of exactly {weeks}"
        draft.problem((*path, "weekly"), what, hint)
    _check_flights(draft, part.flights, (*path, "flights"), scenario)


def _horizon(path: Path, scenario: Scenario) -> tuple[date, date]:
    """First and last day on which a plan may do something; rivals carry on after ours has ended."""
    n_days = scenario.n_days if path[0] == "rivals" else 7 * scenario.weeks
    return scenario.start, scenario.start + timedelta(days=n_days - 1)


def _check_flights(draft: Draft, flights: list[Flight], path: Path, scenario: Scenario) -> None:
    first, last = _horizon(path, scenario)
    in_order: list[tuple[date, date, int]] = []
    for place, flight in enumerate(flights):
        here: Path = (*path, place)
        if not draft.ok(here):
            continue
        if flight.start > flight.end:
            draft.problem(here, f"the flight starts {flight.start}, after its end {flight.end}", "exchange the dates")
            continue
        if draft.ok(("start",), ("weeks",)):
            for key, day in (("start", flight.start), ("end", flight.end)):
                if not first <= day <= last:
                    hint = f"the what-if runs from {first} to {last}"
                    draft.problem((*here, key), f"{day} lies outside the what-if", hint)
        in_order.append((flight.start, flight.end, place))
    in_order.sort()
    for (start, end, one), (later, _, other) in pairwise(in_order):
        if later <= end:
            what = f"the flight from {later} overlaps with the one from {start} to {end} (#{one + 1})"
            draft.problem((*path, other), what, "let one begin after the other has ended, and add up the money")


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
        _check_used(draft, entry.channel, (*path, "influencer"), scenario)
    first, last = _horizon(path, scenario)
    for place, day in enumerate(days):
        listed = booking.dates is not None
        spot = (*path, "dates", place) if listed else (*path, "posts")
        said = f"{day}" if listed else f"post {place + 1} on {day}"
        if draft.ok(("start",), ("weeks",)) and not first <= day <= last:
            if not listed and day < first:
                spot = (*path, "start")
            hint = f"the what-if runs from {first} to {last}"
            draft.problem(spot, f"{said} lies outside the what-if", hint)
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
    size = scenario.market.size
    if seeding.strategy == "list":
        if not seeding.consumers:
            hint = "add consumers = [17, 204, ...], the labels of those who get it"
            draft.problem(path, "the strategy is “list”, but `consumers` is missing", hint)
        if seeding.people:
            hint = "remove people; the list says who gets it"
            draft.problem((*path, "people"), "`people` means nothing with the strategy “list”", hint)
        twins = [label for label, n in Counter(seeding.consumers).items() if n > 1]
        if twins:
            draft.problem((*path, "consumers"), f"{shown(twins[0])} is in the list twice", "name each once")
        _check_labels(draft, seeding, path, scenario)
    else:
        if seeding.consumers:
            hint = 'write strategy = "list", or remove consumers'
            what = f"`consumers` means nothing with the strategy “{seeding.strategy}”"
            draft.problem((*path, "consumers"), what, hint)
        if "people" not in seeding.model_fields_set:
            draft.problem(path, "“people” is missing", "add people = 1_000 (people who get the product)")
    if seeding.unit_cost == 0 and not scenario.brand.unit_cost and (seeding.people or seeding.consumers):
        draft.notes.append(f"{words(path)} has no unit_cost: what is given away is counted as free")
    if draft.ok(("market",)) and seeding.people > size:
        what = f"{seeding.people:,} people are more than the market has"
        draft.problem((*path, "people"), what, f"write {size:_} or fewer")
    first, last = _horizon(path, scenario)
    if seeding.date is not None and draft.ok(("start",), ("weeks",)) and not first <= seeding.date <= last:
        hint = f"the what-if runs from {first} to {last}"
        draft.problem((*path, "date"), f"{seeding.date} lies outside the what-if", hint)


def _check_labels(draft: Draft, seeding: Seeding, path: Path, scenario: Scenario) -> None:
    """Without a graph of one's own, consumers are numbered from 0."""
    if scenario.graph.kind == "file" or not draft.ok(("graph",), ("market",)):
        return
    n = scenario.market.consumers
    for place, label in enumerate(seeding.consumers):
        if not isinstance(label, int) or not 0 <= label < n:
            known = [str(i) for i in range(n)] if n <= 300 else []
            hint = f"consumers are numbered from 0 to {n - 1}" if not known else suggest(label, known, most=5)
            draft.problem((*path, "consumers", place), f"there is no consumer {shown(label)}", hint)
            return
