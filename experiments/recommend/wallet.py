"""Everything that one wallet can pay for: lines of a plan that money can be moved between.

A line is paid media on one channel, own posts on one channel, influencers, samples, or community hours. Its unit prices
come from the scenario: a channel's CPM, the roster's fees, and what the plans of the scenario pay for a post, a sample
or an hour. What has no price there cannot be bought. Rewards have a size instead of a price. Offers, loyalty programmes
and the like stay as the current plan has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.programmes import Programme, find_programmes, with_sizes
from scenarios.plan import Community, Media, Plan, Posts, Seeding
from scenarios.schema import Scenario
from scenarios.vocabulary import Platform
from simulator.calendar import amounts_by_week
from simulator.costs import CostLine, cost_lines, plan_cost

Floats = NDArray[np.float64]

MEDIA, POSTS, INFLUENCERS, SEEDING, COMMUNITY = "media", "posts", "influencers", "seeding", "community"

MOST_POSTS_PER_WEEK = 14.0
"""Own posts on one channel: beyond two a day people turn away, and no plan should begin to search there."""

MOST_SAMPLED = 0.2
"""Share of the market that may be given samples."""

MOST_HOURS_PER_WEEK = 168.0

_OWN = (Platform.EMAIL, Platform.WEBSITE)
"""Nobody sells advertising there."""


@dataclass(frozen=True)
class Line:
    """Something that money can be spent on.

    Attributes:
        name: such as ``media.tiktok``; ``influencers`` for all of them together.
        lever: media, posts, influencers, seeding or community.
        now: money in the current plan.
        profile: [W] share of its money in each week, adding up to 1.
        step: least money that makes a difference: one post, one sample; 1 for media.
        most: money beyond which it cannot be spent.
        overhead: money spent once if any is spent, such as the making of advertisements.
        part: entry of a plan that it is copied from; None where no plan has one.
    """

    name: str
    lever: str
    now: float
    profile: Floats
    step: float = 1.0
    most: float = np.inf
    overhead: float = 0.0
    part: Media | Posts | Seeding | Community | None = field(default=None, compare=False)

    @property
    def entry(self) -> str:
        """Name within its lever."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Wallet:
    """All lines of one scenario, and what a plan has besides.

    Attributes:
        scenario: the market.
        current: the plan that is carried out now.
        lines: what money can be moved between.
        kept: the current plan without those lines.
        kept_cost: what that costs whatever people do.
        programmes: rewards and the like whose size can be chosen; what they cost follows from what people do.
    """

    scenario: Scenario
    current: Plan
    lines: tuple[Line, ...]
    kept: Plan
    kept_cost: float
    programmes: tuple[Programme, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the lines."""
        return tuple(line.name for line in self.lines)

    @property
    def now(self) -> Floats:
        """[L] money on each line in the current plan."""
        return np.array([line.now for line in self.lines])

    def index(self, name: str) -> int:
        """Place of a line."""
        return self.names.index(name)


def open_wallet(scenario: Scenario, current: str) -> Wallet:
    """Find everything in a scenario that money can be moved between.

        >>> from scenarios import load_scenario
        >>> wallet = open_wallet(load_scenario("coldbrew-launch").scenario, "baseline")
        >>> wallet.names[:4], round(wallet.now.sum())
        (('media.instagram', 'media.outdoor', 'media.tiktok', 'media.youtube'), 598000)

    Args:
        scenario: market, prices, roster, and plans as examples of what can be bought.
        current: name of the plan that is carried out now; its weeks are the usual timing.
    """
    plan = scenario.plans[current]
    plans = [plan, *(other for name, other in scenario.plans.items() if name != current)]
    money = _money(scenario, plan)
    lines = [*_media(scenario, plans, money), *_posts(scenario, plans, money)]
    even = np.full(scenario.weeks, 1.0 / scenario.weeks)
    if scenario.influencers:
        lines.append(Line(INFLUENCERS, INFLUENCERS, money.get(INFLUENCERS, 0.0), even, step=_least_fee(scenario)))
    lines += [*_seeding(scenario, plan, plans, money, even), *_community(scenario, plans, money)]
    bought, names = {line.lever for line in lines}, {line.name for line in lines}
    kept = plan.model_copy(update={
        "media": {}, "media_scale": 1.0,
        "posts": {name: entry for name, entry in plan.posts.items() if f"{POSTS}.{name}" not in money},
        **({"bookings": []} if INFLUENCERS in bought else {}),
        "seeding": [wave for k, wave in enumerate(plan.seeding) if f"{SEEDING}.{k + 1}" not in names],
        **({"community": None} if COMMUNITY in bought else {}),
    })  # fmt: skip
    return Wallet(scenario, plan, tuple(lines), kept, plan_cost(scenario, kept), find_programmes(plans))


def kept_with(wallet: Wallet, sizes: Floats) -> float:
    """What a plan costs besides its lines, with programmes of these sizes.

    Args:
        wallet: its programmes.
        sizes: [P].
    """
    if not wallet.programmes:
        return wallet.kept_cost
    return plan_cost(wallet.scenario, with_sizes(wallet.kept, wallet.programmes, sizes))


def line_money(wallet: Wallet, plan: Plan) -> Floats:
    """[L] what a plan spends on each line of the wallet.

    Args:
        wallet: its lines.
        plan: made from them.
    """
    out = np.zeros(len(wallet.lines))
    waves = iter(seeding_lines(wallet, plan))
    for cost in cost_lines(wallet.scenario, plan):
        name = _line_of(cost)
        if cost.lever == "product seeding":
            k = next(waves)
            if k is not None:
                out[k] += cost.total
        elif name in wallet.names:
            out[wallet.index(name)] += cost.total
    return out


def seeding_lines(wallet: Wallet, plan: Plan) -> list[int | None]:
    """For each wave of samples in a plan, the wallet's line that it belongs to; None where it has none.

    A wave that the wallet keeps as it is belongs to no line. Others belong to the line that they were copied from, told
    by all but how many people get one; a wave whose date or kind was edited, to the first line that is left.

    Args:
        wallet: its lines.
        plan: made from them, perhaps edited.
    """
    kept = list(wallet.kept.seeding)
    lines = {k: line.part for k, line in enumerate(wallet.lines) if isinstance(line.part, Seeding)}
    out: list[int | None] = [None] * len(plan.seeding)
    left = []
    for w, wave in enumerate(plan.seeding):
        if wave in kept:
            kept.remove(wave)
        else:
            left.append(w)

    def alike(wave: Seeding, part: Seeding) -> bool:
        return wave.model_copy(update={"people": part.people}) == part

    for same in (Seeding.__eq__, alike, _buyable):
        for w in left:
            if out[w] is None:
                out[w] = next((k for k, part in lines.items() if same(plan.seeding[w], part)), None)
                lines.pop(-1 if (k := out[w]) is None else k, None)
    return out


def _buyable(wave: Seeding, _: Seeding) -> bool:
    return wave.unit_cost > 0.0 and wave.strategy != "list"


def written(wallet: Wallet, line: Line, plan: Plan) -> Floats:
    """[W] money that a plan has on paid media or own posts in each week, as it is written; none for other lines.

    What advertisements cost to make is not in it, and outages of a channel do not lower it.

    Args:
        wallet: its scenario.
        line: of the wallet.
        plan: such as the current one.
    """
    if line.lever == MEDIA and line.entry in plan.media:
        return amounts_by_week(wallet.scenario, plan.media[line.entry]) * plan.media_scale
    if line.lever == POSTS and line.entry in plan.posts:
        return amounts_by_week(wallet.scenario, plan.posts[line.entry]) * plan.posts[line.entry].cost_per_post
    return np.zeros(len(line.profile))


def _line_of(cost: CostLine) -> str:
    """Name of the wallet's line that a cost belongs to; empty where it has none, or one for each of several waves."""
    if cost.lever in ("paid media", "creatives"):
        return f"{MEDIA}.{cost.item}"
    if cost.lever == "own posts":
        return f"{POSTS}.{cost.item}"
    return {"influencers": INFLUENCERS, "community management": COMMUNITY}.get(cost.lever, "")


def weekly_share(weekly: Floats) -> Floats:
    """Amounts as shares of their sum; even where there are none."""
    total = float(weekly.sum())
    return weekly / total if total > 0.0 else np.full(len(weekly), 1.0 / len(weekly))


def _money(scenario: Scenario, plan: Plan) -> dict[str, float]:
    """What a plan spends on each line."""
    out: dict[str, float] = {}
    for cost in cost_lines(scenario, plan):
        free = cost.lever == "own posts" and plan.posts[cost.item].cost_per_post == 0.0
        if (name := _line_of(cost)) and not free:
            out[name] = out.get(name, 0.0) + cost.total
    return out


def _first(plans: list[Plan], lever: str) -> dict[str, Media | Posts]:
    """Entries by name: the current plan's own, else those of the first plan that has one."""
    found: dict[str, Media | Posts] = {}
    for plan in plans:
        for name, part in getattr(plan, lever).items():
            found.setdefault(name, part)
    return found


def _media(scenario: Scenario, plans: list[Plan], money: Mapping[str, float]) -> list[Line]:
    found = _first(plans, "media")
    served = {part.channel or name for name, part in found.items() if isinstance(part, Media)}
    lines = []
    for name, part in found.items():
        assert isinstance(part, Media)
        weekly = amounts_by_week(scenario, part)
        overhead = part.creatives * part.cost_per_creative
        lines.append(Line(
            f"{MEDIA}.{name}", MEDIA, money.get(f"{MEDIA}.{name}", 0.0), weekly_share(weekly), overhead=overhead,
            part=part,
        ))  # fmt: skip
    even = np.full(scenario.weeks, 1.0 / scenario.weeks)
    for name, channel in scenario.channels.items():
        priced = channel.cpm is not None or channel.platform not in (Platform.OTHER, *_OWN)
        if name not in served and channel.platform not in _OWN and priced:
            lines.append(Line(f"{MEDIA}.{name}", MEDIA, 0.0, even))
    return sorted(lines, key=lambda line: line.name)


def _posts(scenario: Scenario, plans: list[Plan], money: Mapping[str, float]) -> list[Line]:
    lines = []
    weeks = scenario.weeks
    for name, part in sorted(_first(plans, "posts").items()):
        assert isinstance(part, Posts)
        if part.cost_per_post <= 0.0:
            continue
        weekly = amounts_by_week(scenario, part)
        most = max(MOST_POSTS_PER_WEEK, float(weekly.max(initial=0.0))) * weeks * part.cost_per_post
        lines.append(Line(
            f"{POSTS}.{name}", POSTS, money.get(f"{POSTS}.{name}", 0.0), weekly_share(weekly),
            step=part.cost_per_post, most=most, part=part,
        ))  # fmt: skip
    return lines


def _seeding(
    scenario: Scenario, current: Plan, plans: list[Plan], money: Mapping[str, float], even: Floats
) -> list[Line]:
    waves = current.seeding or next((plan.seeding for plan in plans if plan.seeding), [])
    lines = []
    for k, wave in enumerate(waves):
        if wave.unit_cost <= 0.0 or wave.strategy == "list":
            continue
        people = wave.people if current.seeding else 0
        step = wave.unit_cost * max(scenario.people_per_consumer, 1.0)
        now = max(float(people), scenario.people_per_consumer if people else 0.0) * wave.unit_cost
        lines.append(Line(
            f"{SEEDING}.{k + 1}", SEEDING, now, even, step=step,
            most=MOST_SAMPLED * scenario.market.size * wave.unit_cost, part=wave,
        ))  # fmt: skip
    return lines


def _community(scenario: Scenario, plans: list[Plan], money: Mapping[str, float]) -> list[Line]:
    for plan in plans:
        part = plan.community
        if part is not None and part.cost_per_hour > 0.0:
            own = amounts_by_week(scenario, part)
            most = MOST_HOURS_PER_WEEK * scenario.weeks * part.cost_per_hour
            return [Line(
                COMMUNITY, COMMUNITY, money.get(COMMUNITY, 0.0), weekly_share(own), step=part.cost_per_hour, most=most,
                part=part,
            )]  # fmt: skip
    return []


def _least_fee(scenario: Scenario) -> float:
    return min(one.cost_per_post for one in scenario.influencers.values())
