"""How many people meet a brand in a week, where and how often: exact expectations from what its plan delivers.

Exposures of one person are Poisson, so somebody who meets a brand ``x`` times a week on average meets it at all with
probability ``1 - exp(-x)``. The mean differs with the channels a person uses, the media-weight class, and whether
they follow: reach is that probability averaged over all kinds of people. With Gamma media weights that is the
negative-binomial curve of reach and frequency. Nothing here is drawn; only how many follow, or are on a list, is
taken from the simulation, as it stands at the start of each week.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import Cause, Platform, Standing
from simulator.arrays import FELT_POSTS
from simulator.calendar import Phase, all_phases, outages, weekly_sums
from simulator.exposure import post_profile, weight_in_reach
from simulator.kinds import N_STRATA, N_WEIGHTS
from simulator.parameters import platform_value
from simulator.pressure import follow
from simulator.simulate import Outcome
from simulator.sources import EVERYWHERE, Stream, mentions
from simulator.world import follow_shares

Floats = NDArray[np.float64]

E_MAIL, ELSEWHERE = "(e-mail)", "(elsewhere)"
"""Places that are no channel of the scenario: a mailing list, and conversations off the brand's own pages."""

NOT_SOCIAL = frozenset(
    {Platform.SEARCH, Platform.DISPLAY, Platform.EMAIL, Platform.TELEVISION, Platform.OUTDOOR, Platform.WEBSITE}
)
"""Platforms whose traffic is not social traffic."""

NOT_CLICKED = frozenset({Platform.TELEVISION, Platform.OUTDOOR})
"""Platforms on which there is nothing to click."""

_KIND = {
    Cause.PAID: "paid",
    Cause.OWNED: "owned",
    Cause.EARNED: "earned",
    Cause.USER_CONTENT: "user content",
    Cause.LIST: "list",
    Cause.COMMUNITY: "elsewhere",
}
_STOCK_OF = {Standing.VISITED: "visitors", Standing.OPTED_IN: "opted_in", Standing.BOUGHT: "buyers"}

_EVERYBODY = ("everybody", 0)


@dataclass(frozen=True)
class Flow:
    """What one entry of a plan shows in one place, per week and person who can see it."""

    kind: str
    """paid, owned, earned, influencer, user content, list or elsewhere."""
    place: str
    """Channel on which it is seen, or one of the places that are no channel."""
    entry: str
    rate: Floats  # [W] exposures per unit of media weight, or per follower or member
    uses: NDArray[np.bool_]  # [P] repertoires that can see it
    aimed: NDArray[np.bool_]  # [S]
    weighted: bool
    gate: tuple[str, int] = _EVERYBODY
    """Who can see it: everybody, followers of a channel or an influencer, people on a list."""
    quality: float = 1.0
    shared: float = 1.0
    free: bool = False
    """Nobody paid for it: earned mentions, user content, influencers who were not booked."""
    tail: bool = False
    """Seen in small outlets."""


@dataclass(frozen=True)
class Exposure:
    """Everything that one brand shows, and who can see it."""

    flows: tuple[Flow, ...]
    people: Floats  # [S] people of the market
    stages: Floats  # [W, S, 6] share of each segment at each stage, at the start of the week
    listed: dict[int, Floats]  # standing to [W, S] share that has it
    fans: Floats  # [K, S] share of a channel's users who follow each influencer
    follow: Floats  # [6] share that follows the brand's own channels, by stage
    weights: Floats  # [S, 16] media weights; ones where no flow depends on them
    pattern_segment: NDArray[np.int32]  # [P]
    pattern_share: Floats  # [P] of its segment

    def gate_share(self, gate: tuple[str, int]) -> Floats:
        """Share of each segment that is behind a gate, by week: [W, S]."""
        kind, number = gate
        if kind == "followers":
            return np.asarray(self.stages @ self.follow)
        if kind == "list":
            return self.listed[number]
        if kind == "fans":
            return np.broadcast_to(self.fans[number], self.stages.shape[:2])
        return np.ones(self.stages.shape[:2])

    def impressions(self, flows: Sequence[Flow] | None = None) -> Floats:
        """Expected sights per week and segment: [W, S].

        Args:
            flows: some of this brand's; all of them when None.
        """
        out = np.zeros(self.stages.shape[:2])
        for flow in self.flows if flows is None else flows:
            users = np.bincount(self.pattern_segment, self.pattern_share * flow.uses, minlength=len(self.people))
            weight = self.weights.mean(axis=1) if flow.weighted else 1.0
            out += flow.rate[:, None] * self.people * users * weight * flow.aimed * self.gate_share(flow.gate)
        return out

    def reach(self, flows: Sequence[Flow] | None = None) -> Floats:
        """Expected people who see at least one of these in a week, by segment: [W, S].

        Args:
            flows: some of this brand's; all of them when None.
        """
        chosen = [flow for flow in (self.flows if flows is None else flows) if flow.rate.any()]
        out = np.zeros(self.stages.shape[:2])
        for s in range(len(self.people)):
            mine = [flow for flow in chosen if flow.aimed[s]]
            if mine:
                out[:, s] = self.people[s] * self._reached(s, mine)
        return out

    def _reached(self, s: int, flows: list[Flow]) -> Floats:
        """Share of a segment that sees at least one flow, by week."""
        here = self.pattern_segment == s
        behind: dict[tuple[str, int], Floats] = {}
        for flow in flows:
            weight = self.weights[s] if flow.weighted else np.ones(N_WEIGHTS)
            mean = flow.rate[:, None, None] * np.outer(flow.uses[here], weight)
            behind[flow.gate] = behind.get(flow.gate, 0.0) + mean
        missed = np.ones((len(self.stages), int(here.sum()), N_WEIGHTS))
        for gate, mean in behind.items():
            if gate[0] != "followers":
                share = self.gate_share(gate)[:, s, None, None]
                missed *= 1.0 + share * np.expm1(-mean)
        own = [np.expm1(-mean) for gate, mean in behind.items() if gate[0] == "followers"]
        if own:
            # Whoever stands closer to the brand follows more of its channels: average over the stages.
            unseen = np.zeros_like(missed)
            for stage, share in enumerate(self.follow.tolist()):
                part = np.ones_like(missed)
                for seen in own:
                    part *= 1.0 + share * seen
                unseen += self.stages[:, s, stage, None, None] * part
            missed *= unseen
        return np.asarray((1.0 - missed.mean(axis=2)) @ self.pattern_share[here])


def exposure_of(outcome: Outcome, scenario: Scenario, plan: Plan, *, brand: int = 0) -> Exposure:
    """List what a brand shows in each reported week of one replicate, and who can see it.

    Args:
        outcome: the compiled plan, and how many follow or are on a list.
        scenario: market, channels and roster.
        plan: our plan, the one that was simulated.
        brand: 0 for ours, then the rivals in their order.
    """
    kinds, values = outcome.tables.kinds, outcome.tables.parameters
    n_segments = len(kinds.segments)
    stock = outcome.of_brand("stock", brand)[:-1].astype(float)
    there = stock.sum(axis=2, keepdims=True)
    stages = np.divide(stock, there, out=np.zeros_like(stock), where=there > 0)
    stages[..., 0] += there[..., 0] == 0
    listed = {}
    for standing, name in _STOCK_OF.items():
        count = outcome.of_brand(name, brand)[:-1].astype(float)
        listed[int(standing)] = np.divide(count, there[..., 0], out=np.zeros_like(count), where=there[..., 0] > 0)
    pattern_share = np.zeros(len(kinds.pattern_segment))
    np.add.at(pattern_share, kinds.pattern_of.ravel(), 1.0 / N_STRATA)
    roster = scenario.influencers.values()
    fans = np.array([follow_shares(scenario, one, kinds)[0] for one in roster]).reshape(-1, n_segments)
    flows = tuple(_Flows(outcome, scenario, brand, all_phases(scenario, plan)[brand]).all())
    weighs = any(flow.weighted for flow in flows)
    return Exposure(
        flows=flows,
        people=kinds.share * scenario.market.size,
        stages=stages,
        listed=listed,
        fans=fans,
        follow=follow(values),
        weights=outcome.tables.weights.reshape(-1, N_WEIGHTS) if weighs else np.ones((n_segments, N_WEIGHTS)),
        pattern_segment=kinds.pattern_segment,
        pattern_share=pattern_share,
    )


class _Flows:
    """The flows of one brand."""

    def __init__(self, outcome: Outcome, scenario: Scenario, brand: int, mine: list[Phase]) -> None:
        self.outcome, self.scenario, self.brand, self.mine = outcome, scenario, brand, mine
        self.kinds, self.values = outcome.tables.kinds, outcome.tables.parameters
        self.works = outages(scenario)
        self.everybody = np.ones(len(self.kinds.segments), np.bool_)

    def weeks(self, daily: Floats) -> Floats:
        """Sums of reported weeks."""
        return weekly_sums(daily)[self.outcome.warm_up_weeks :]

    def uses(self, *channels: int) -> NDArray[np.bool_]:
        """Repertoires with all of these channels."""
        out = np.ones(len(self.kinds.pattern_segment), np.bool_)
        for c in channels:
            if c != EVERYWHERE:
                out &= self.kinds.pattern_uses[:, c]
        return out

    def all(self) -> Iterator[Flow]:
        """Every flow that ever shows anything."""
        for stream in self.outcome.tables.streams:
            is_mention = stream.source.cause == Cause.EARNED and stream.source.variant != "partner"
            if stream.brand == self.brand and stream.source.cause in _KIND and not is_mention:
                yield self._of_stream(stream)
        yield from self._mentions()
        yield from self._influencers()

    def _of_stream(self, stream: Stream) -> Flow:
        source = stream.source
        kind = _KIND[source.cause]
        seen_on = source.channel if source.other == EVERYWHERE else source.other
        rate = self.weeks(stream.per_weight)
        gate, quality, shared, place = _EVERYBODY, 1.0, 1.0, ELSEWHERE
        if source.cause == Cause.LIST:
            gate, place = ("list", source.needs), E_MAIL
        if seen_on != EVERYWHERE:
            place = self.kinds.channels[seen_on]
        if source.cause in (Cause.OWNED, Cause.USER_CONTENT):
            gate = ("followers", source.channel)
        if source.cause == Cause.OWNED:
            usual = platform_value(self.scenario.channels[place], "pull", self.values)
            quality = float(stream.strength.mean()) / usual if usual > 0.0 else 1.0
            shared = float(stream.shared.mean()) if source.other == EVERYWHERE else quality
        if source.cause == Cause.USER_CONTENT:
            rate = rate * self.outcome.tallies.felt[self.outcome.warm_up_weeks :, self.brand, FELT_POSTS]
        free = source.cause == Cause.USER_CONTENT
        return Flow(kind, place, stream.entry, rate, self.uses(source.channel, source.other), stream.aimed,
                    stream.weighted, gate, quality, shared, free)  # fmt: skip

    def _mentions(self) -> Iterator[Flow]:
        """Sights of mentions, without the stronger effect that small outlets have."""
        for phase in self.mine:
            won = mentions(self.scenario, phase, self.values)
            for name, work in phase.plan.earned.items():
                c = self.kinds.channels.index(work.channel)
                people = weight_in_reach(self.scenario, self.kinds, c, self.everybody)
                for tail, size in ((False, "large"), (True, "small")):
                    each = min(self.values[f"earned.{size}_reach"], people)
                    seen = won[name, size] * each * self.works.get(work.channel, np.ones(1))
                    if people > 0.0 and seen.any():
                        yield Flow("earned", work.channel, name, self.weeks(seen / people), self.uses(c),
                                   self.everybody, True, free=True, tail=tail)  # fmt: skip

    def _influencers(self) -> Iterator[Flow]:
        names = list(self.scenario.influencers)
        sights: dict[tuple[int, bool], Floats] = {}
        for post in self.outcome.tables.posts:
            if post.brand != self.brand:
                continue
            where = self.scenario.channels[self.scenario.influencers[names[post.influencer]].channel]
            views = post_profile(platform_value(where, "half_life", self.values)) * self.values["influencer.reach"]
            daily = sights.setdefault((post.influencer, post.free), np.zeros(self.scenario.n_days))
            first, end = max(post.day, 0), max(min(post.day + len(views), len(daily)), 0)
            daily[first:end] += views[first - post.day : end - post.day]
        for (k, free), daily in sorted(sights.items()):
            place = self.scenario.influencers[names[k]].channel
            rate = self.weeks(daily * self.works.get(place, np.ones(1)))
            uses = self.uses(self.kinds.channels.index(place))
            yield Flow("influencer", place, names[k], rate, uses, self.everybody, False, ("fans", k), free=free)


def click_rate(scenario: Scenario, values: dict[str, float], *, place: str) -> float:
    """Share of sights in a place that are clicked: the usual one of social platforms, in proportion to the pull.

    Nobody clicks on television or on a poster.

    Args:
        scenario: its channels.
        values: parameters.
        place: a channel, or one of the places that are no channel.
    """
    if place in (E_MAIL, ELSEWHERE):
        pull = values["platform.email.pull"] if place == E_MAIL else 1.0
    elif scenario.channels[place].platform in NOT_CLICKED:
        pull = 0.0
    else:
        pull = platform_value(scenario.channels[place], "pull", values)
    return min(values["ctr.usual"] * pull, 1.0)


def usual_cpm(scenario: Scenario, values: dict[str, float], *, place: str) -> float:
    """What 1,000 impressions in a place would cost.

    Args:
        scenario: its channels.
        values: parameters.
        place: a channel, or one of the places that are no channel.
    """
    if place in (E_MAIL, ELSEWHERE):
        return values["platform.email.cpm" if place == E_MAIL else "platform.other.cpm"]
    channel = scenario.channels[place]
    listed = channel.cpm if channel.cpm is not None else values.get(f"platform.{channel.platform}.cpm")
    return values["platform.other.cpm"] if listed is None else listed


def is_social(scenario: Scenario, *, place: str) -> bool:
    """Whether visits from a place count as social traffic.

    Args:
        scenario: its channels.
        place: a channel, or one of the places that are no channel.
    """
    return place == ELSEWHERE or (place != E_MAIL and scenario.channels[place].platform not in NOT_SOCIAL)


def bouncing(exposure: Exposure, outcome: Outcome, *, own: Sequence[str]) -> tuple[Floats, Floats]:
    """Followers of at least two own channels, and of at least one, by week and segment.

    Everybody at a stage follows each own channel that they use with the same probability, one by one.

    Args:
        exposure: of one brand.
        outcome: for the channels that people use.
        own: the brand's own channels.
    """
    kinds = outcome.tables.kinds
    n_used = kinds.pattern_uses[:, [kinds.channels.index(name) for name in own]].sum(axis=1)
    rate = exposure.follow[:, None]
    n_segments = len(exposure.people)
    none = (1.0 - rate) ** n_used
    one = n_used * rate * (1.0 - rate) ** np.maximum(n_used - 1, 0)

    def people(share: Floats) -> Floats:
        """From shares by stage and repertoire to people by week and segment."""
        table = [np.bincount(exposure.pattern_segment, exposure.pattern_share * row, n_segments) for row in share]
        return np.asarray(np.einsum("wsk,ks->ws", exposure.stages, np.array(table)) * exposure.people)

    return people(1.0 - none - one), people(1.0 - none)
