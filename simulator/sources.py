"""Where a brand can be met, and how often that happens: every stream of exposures of every plan.

A *source* is a way of meeting a brand: paid media on a channel, own posts of a kind on a channel, mentions, a
mailing list, the community's space. All brands share the list of sources. A *stream* is what one entry of one plan
delivers through a source, as exposures per day; exposures are rates, so reach is exactly ``1 - exp(-rate)``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import ContactList, Earned, Media, Posts
from scenarios.schema import Channel, Scenario
from scenarios.vocabulary import Cause, Standing
from simulator import exposure
from simulator.calendar import Phase, daily_amounts, day_number, days_on, outages, weekly_amounts
from simulator.kinds import Kinds

EVERYWHERE = -1
"""The channel of a source that needs none."""

LIST_OF = {"visitors": Standing.VISITED, "opt-ins": Standing.OPTED_IN, "customers": Standing.BOUGHT}

USUAL = "original photo"


@dataclass(frozen=True, order=True)
class Source:
    """A way of meeting a brand."""

    channel: int
    cause: Cause
    other: int = EVERYWHERE
    """A second channel that is used as well: followers who bounce from one to the other."""
    needs: int = 0
    """Standing that a consumer must have, such as being on a list."""
    variant: str = ""
    """Kind and format of posts, or the name of a list: what gives it a response of its own."""


@dataclass(frozen=True)
class Stream:
    """What one entry of one brand's plan delivers, day by day."""

    brand: int
    source: Source
    entry: str
    per_weight: NDArray[np.float64]  # [T] exposures per unit of media weight, or per follower or member
    aimed: NDArray[np.bool_]  # [S]
    weighted: bool = True  # heavy users of media meet it more often
    strength: NDArray[np.float64] = field(default_factory=lambda: np.ones(1))  # [T] or [1] effect of an exposure
    fit: NDArray[np.float64] = field(default_factory=lambda: np.ones(1))  # [S] or [1]
    creatives: NDArray[np.float64] = field(default_factory=lambda: np.ones(1))  # [T] or [1]
    tires: bool = False  # wears in and out
    open_minded: bool = True  # counts more with susceptible segments, and with the season's interest
    shared: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))  # [T] or [1] how much is passed on


def platform_value(channel: Channel, key: str, values: Mapping[str, float]) -> float:
    """A channel's own number, or its platform's."""
    own = getattr(channel, {"half_life": "half_life_days"}.get(key, key))
    return float(own) if own is not None else values[f"platform.{channel.platform}.{key}"]


class Streams:
    """All streams of all brands' plans."""

    def __init__(
        self, scenario: Scenario, all_phases: list[list[Phase]], kinds: Kinds, values: Mapping[str, float]
    ) -> None:
        self.scenario, self.kinds, self.values = scenario, kinds, values
        self.works = outages(scenario)
        self.phone = self._phone()
        self.found: list[Stream] = []
        for b, mine in enumerate(all_phases):
            for make in (self._paid, self._posts, self._shown_again, self._earned, self._partners, self._elsewhere,
                         self._lists, self._space, self._events):  # fmt: skip
                self.found += make(b, mine)

    def channel(self, name: str) -> tuple[int, Channel]:
        """Number and entry of a channel."""
        return self.kinds.channels.index(name), self.scenario.channels[name]

    def working(self, name: str) -> NDArray[np.float64]:
        """Share of each day on which a channel works."""
        return self.works.get(name, np.ones(1))

    def _phone(self) -> dict[str, NDArray[np.float64]]:
        """For each channel, what each segment's response loses on phones: [S]."""
        use = np.array([segment.phone_use for segment in self.scenario.segments.values()])
        lost = 1.0 - self.values["phone.response"]
        return {name: np.minimum(c.phone_share * use, 1.0) * lost for name, c in self.scenario.channels.items()}

    def fit(self, name: str, topic: str | None = None) -> NDArray[np.float64]:
        """Effect of a channel's content by segment: own fit, and that of the topic."""
        here = self.scenario.channels[name].topics.get(topic, 1.0) if topic else 1.0
        return np.array(
            [
                segment.fit.get(name, 1.0) * (segment.topics.get(topic, 1.0) * here if topic else 1.0)
                for segment in self.scenario.segments.values()
            ]
        )

    def _everybody(self) -> NDArray[np.bool_]:
        return exposure.target_mask(self.kinds, None)

    def _people(self, c: int, aimed: NDArray[np.bool_]) -> float:
        return exposure.weight_in_reach(self.scenario, self.kinds, c, aimed)

    def _paid(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        bought: dict[tuple[str, str, tuple[str, ...] | None], list[tuple[Phase, Media]]] = {}
        for phase in mine:
            for name, media in phase.plan.media.items():
                where = media.channel or name
                key = (name, where, None if media.segments is None else tuple(media.segments))
                bought.setdefault(key, []).append((phase, media))
        for (name, where, segments), parts in bought.items():
            c, channel = self.channel(where)
            aimed = exposure.target_mask(self.kinds, None if segments is None else list(segments))
            people = self._people(c, aimed)
            shown, creatives = np.zeros(self.scenario.n_days), np.ones(self.scenario.n_days)
            for phase, media in parts:
                premium = 1.0 if segments is None else media.premium or self.values["targeting.premium"]
                cpm = platform_value(channel, "cpm", self.values) * premium
                money = daily_amounts(self.scenario, media, phase) * phase.plan.media_scale
                shown += money * (1000.0 / cpm)
                creatives[phase.first : phase.end] = media.creatives
            shown = shown * self.working(where)
            if people > 0.0 and shown.any():
                yield Stream(
                    b, Source(c, Cause.PAID), name, shown / people, aimed, tires=True, creatives=creatives,
                    strength=np.full(1, platform_value(channel, "pull", self.values)), fit=self.fit(where),
                )  # fmt: skip

    def post_days(self, mine: list[Phase]) -> Iterator[tuple[str, str, Posts, NDArray[np.float64]]]:
        """Every entry of own posts, with its channel and posts per day."""
        for phase in mine:
            for name, posts in phase.plan.posts.items():
                per_day = daily_amounts(self.scenario, posts, phase, weekdays=posts.weekdays)
                yield name, posts.channel or name, posts, per_day

    def _posts(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        entries = list(self.post_days(mine))
        per_channel: dict[str, NDArray[np.float64]] = {}
        for _, where, _, per_day in entries:
            per_channel[where] = per_channel.get(where, np.zeros(self.scenario.n_days)) + per_day
        for name, where, posts, per_day in entries:
            c, channel = self.channel(where)
            # However many posts share a day, each is seen less the more there are.
            crowded = np.maximum(per_channel[where], 1.0) ** -self.values["cadence.beta"]
            seen = per_day * crowded * self.content(posts, "reach")
            timely = exposure.timely(self.scenario, self.values["content.real-time.idle"])
            fresh = seen * timely if posts.kind == "real-time" else seen
            sights = exposure.post_sights(
                fresh * self.working(where),
                reach=platform_value(channel, "organic_reach", self.values),
                half_life=platform_value(channel, "half_life", self.values),
            )
            if not sights.any():
                continue
            strength = platform_value(channel, "pull", self.values) * posts.quality
            variant = f"{posts.kind} {posts.format}"
            fit = self.fit(where, posts.topic)
            shared = np.full(1, posts.quality * self.content(posts, "share") * channel.shareability)
            about = "" if variant == USUAL else variant
            yield Stream(
                b, Source(c, Cause.OWNED, variant=about), name, sights, self._everybody(), weighted=True,
                strength=np.full(1, strength), fit=fit, shared=shared,
            )  # fmt: skip
            for other, share in channel.bounce.items():
                if share > 0.0:
                    d, there = self.channel(other)
                    pull = platform_value(there, "pull", self.values) * posts.quality
                    yield Stream(
                        b, Source(c, Cause.OWNED, other=d, variant=about), f"{name} > {other}",
                        sights * share * self.working(other), self._everybody(),
                        strength=np.full(1, pull), fit=self.fit(other, posts.topic),
                    )  # fmt: skip
        # Too many posts a day irritate followers.
        for where, per_day in per_channel.items():
            above = np.maximum(per_day - self.values["cadence.tolerance"], 0.0)
            if above.any():
                c, _ = self.channel(where)
                yield Stream(
                    b, Source(c, Cause.IRRITATION), where, above, self._everybody(), weighted=False, open_minded=False
                )

    def content(self, posts: Posts, key: str) -> float:
        """Reach, pull, depth or share of a kind and format of post against an original photo."""
        kind, form = f"content.{posts.kind}.{key}", f"content.{posts.format}.{key}"
        return self.values.get(kind, 1.0) * self.values.get(form, 1.0)

    def _shown_again(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        """User-generated content that the brand shows again: as much as there could be."""
        for phase in mine:
            again = phase.plan.user_content
            if again is None or again.shown_per_week == 0.0:
                continue
            c, channel = self.channel(again.channel)
            per_day = days_on(self.scenario, again, phase) * again.shown_per_week / 7.0
            reach = platform_value(channel, "organic_reach", self.values)
            sights = exposure.post_sights(
                per_day * self.values["content.user-generated.reach"] * self.working(again.channel),
                reach=reach, half_life=platform_value(channel, "half_life", self.values),
            )  # fmt: skip
            yield Stream(
                b, Source(c, Cause.USER_CONTENT), "user content", sights, self._everybody(),
                strength=np.full(1, platform_value(channel, "pull", self.values)), fit=self.fit(again.channel),
            )  # fmt: skip

    def _earned(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, work in phase.plan.earned.items():
                c, _ = self.channel(work.channel)
                people = self._people(c, self._everybody())
                large, small = mentions(self.scenario, work, phase, self.values)
                seen = large * self.values["earned.large_reach"]
                seen = seen + small * self.values["earned.small_reach"] * self.values["earned.small_pull"]
                seen = seen * self.working(work.channel)
                if people > 0.0 and seen.any():
                    yield Stream(
                        b, Source(c, Cause.EARNED), name, seen / people, self._everybody(),
                        strength=np.full(1, work.pull), fit=self.fit(work.channel),
                    )  # fmt: skip

    def _partners(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, partner in phase.plan.partnerships.items():
                c, _ = self.channel(partner.channel)
                aimed = exposure.target_mask(self.kinds, partner.segments)
                people = self._people(c, aimed)
                seen = daily_amounts(self.scenario, partner, phase) * partner.people * self.working(partner.channel)
                if people > 0.0 and seen.any():
                    yield Stream(
                        b, Source(c, Cause.EARNED, variant="partner"), name, seen / people, aimed,
                        strength=np.full(1, partner.pull), fit=self.fit(partner.channel),
                    )  # fmt: skip

    def _elsewhere(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        """Conversations that the brand starts off its own pages."""
        for phase in mine:
            team = phase.plan.community
            if team is None:
                continue
            hours = weekly_amounts(self.scenario, team.elsewhere, phase)
            seen = hours * self.values["community.reach_per_hour"] / self.scenario.market.size
            if seen.any():
                yield Stream(b, Source(EVERYWHERE, Cause.COMMUNITY), "elsewhere", seen, self._everybody())

    def _lists(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, listed in phase.plan.lists.items():
                contacts = daily_amounts(self.scenario, listed, phase) * list_seen(listed, self.values)
                c, strength, fit = EVERYWHERE, self.values["platform.email.pull"], np.ones(1)
                if listed.channel is not None:
                    c, channel = self.channel(listed.channel)
                    strength, fit = platform_value(channel, "pull", self.values), self.fit(listed.channel)
                    contacts = contacts * self.working(listed.channel)
                if contacts.any():
                    source = Source(
                        c, Cause.LIST, needs=int(LIST_OF[listed.people]), variant="advert" if c >= 0 else "e-mail"
                    )
                    yield Stream(
                        b, source, name, contacts, self._everybody(), weighted=False,
                        strength=np.full(1, strength * listed.quality), fit=fit,
                    )  # fmt: skip

    def _space(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        """The community's space at a full sense of community; how full it is follows week by week."""
        for phase in mine:
            if phase.plan.space is not None:
                on = days_on(self.scenario, phase.plan.space, phase).astype(float)
                source = Source(EVERYWHERE, Cause.SPACE)
                yield Stream(b, source, "space", on, self._everybody(), weighted=False, open_minded=False)

    def _events(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, event in phase.plan.events.items():
                first = day_number(self.scenario, event.date)
                lasts = np.zeros(self.scenario.n_days)
                lasts[max(first + 1, 0) : max(first + 1 + event.days, 0)] = 1.0
                source = Source(EVERYWHERE, Cause.EVENT, needs=int(Standing.ATTENDED))
                yield Stream(b, source, name, lasts, self._everybody(), weighted=False, open_minded=False)


def mentions(
    scenario: Scenario, work: Earned, phase: Phase, values: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mentions per day in large and in small outlets: the more are asked in a week, the fewer say yes.

    A week's money ``m`` wins ``n (1 - exp(-m / (n cost)))`` of the ``n`` outlets that could be won.
    """
    money = daily_amounts(scenario, work, phase) * 7.0

    def won(share: float, size: str) -> NDArray[np.float64]:
        most, cost = values[f"earned.{size}_most"], values[f"earned.{size}_cost"]
        return most * -np.expm1(-money * share / (most * cost)) / 7.0

    return won(1.0 - work.to_small, "large"), won(work.to_small, "small")


def list_seen(listed: ContactList, values: Mapping[str, float]) -> float:
    """Share of contacts to a list that is seen: as written, that of e-mail, or all of the adverts."""
    if listed.seen is not None:
        return listed.seen
    return values["platform.email.organic_reach"] if listed.channel is None else 1.0
