"""What a channel must have for what a plan does on it: users, a price, and room for posts."""

from scenarios.draft import Draft
from scenarios.errors import shown
from scenarios.lines import Path
from scenarios.names import check_listed, check_name
from scenarios.registry import REGISTRY
from scenarios.schema import Scenario

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


def check_used(draft: Draft, channel: str, path: Path, scenario: Scenario) -> bool:
    """Somebody must use the channel; whether anybody does."""
    if _users(draft, channel, scenario):
        return True
    hint = f"add {channel} = 0.5, or whatever share it is, to the channels of a segment"
    if any(segment.channels.get(channel) for segment in scenario.segments.values()):
        hint = "channel use is simulated in 64ths of a segment: a share of 0.0078 or less rounds to nobody"
    draft.problem(path, f"no segment uses the channel {shown(channel)}", hint)
    return False


def check_channel(draft: Draft, channel: str, path: Path, scenario: Scenario) -> bool:
    """The channel must be there, and somebody must use it; whether that is so."""
    return check_name(draft, channel, path, "channels") and check_used(draft, channel, path, scenario)


def lacks(draft: Draft, scenario: Scenario, channel: str, key: str) -> bool:
    """Whether neither the channel nor the registry, for its platform, has a number that is needed."""
    entry = scenario.channels.get(channel)
    if entry is None or not draft.ok(("channels", channel)) or getattr(entry, key) is not None:
        return False
    return f"platform.{entry.platform}.{key}" not in REGISTRY


def check_has_price(draft: Draft, channel: str, path: Path, scenario: Scenario) -> None:
    """Paid media needs a price of impressions."""
    if lacks(draft, scenario, channel, "cpm"):
        what = f"the channel {shown(channel)} has no price: paid media needs a cpm"
        hint = f"add cpm = 8.00 (money per 1,000 impressions) to [channels.{channel}]"
        draft.problem(path, what, hint, taint=False)


def check_carries_posts(draft: Draft, channel: str, path: Path, scenario: Scenario) -> None:
    """Posts of one's own need a share of followers who see them."""
    if lacks(draft, scenario, channel, "organic_reach"):
        what = f"the channel {shown(channel)} carries no posts of one's own: it has no organic_reach"
        hint = f"add organic_reach = 0.05 (share of followers that see a post) to [channels.{channel}]"
        draft.problem(path, what, hint, taint=False)


def check_targets(draft: Draft, segments: list[str] | None, channel: str, path: Path, scenario: Scenario) -> None:
    """Segments that are aimed at on a channel must use it."""
    for place in check_listed(draft, segments, path, "segments"):
        name = (segments or [])[place]
        segment = scenario.segments.get(name)
        if segment is None or not draft.ok(("segments", name, "channels")):
            continue
        if segment.channels.get(channel, 0.0) <= _LEAST_SHARE:
            what = f"the segment {shown(name)} does not use the channel {shown(channel)}"
            hint = f"target another segment, or add {channel} to channels in [segments.{name}]"
            draft.problem((*path, place), what, hint)
