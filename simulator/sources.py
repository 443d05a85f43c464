"""Where a brand can be met, and how often that happens: every stream of exposures of every plan.

A *source* is a way of meeting a brand: paid media on a channel, own posts of a kind on a channel, mentions, a
mailing list, the community's space. All brands share the list of sources. A *stream* is what one entry of one plan
delivers through a source, as exposures per day; exposures are rates, so reach is exactly ``1 - exp(-rate)``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import ContactList, Media, Posts
from scenarios.schema import Channel, Scenario
from scenarios.vocabulary import Cause, Standing
from simulator import exposure
from simulator.calendar import Calendar, Phase, daily_amounts, day_number, days_on, outages, weekly_amounts
from simulator.kinds import Kinds
from simulator.parameters import platform_value
from simulator.rivals import Rivals

EVERYWHERE = -1
"""The channel of a source that needs none."""

LIST_OF = {"visitors": Standing.VISITED, "opt-ins": Standing.OPTED_IN, "customers": Standing.BOUGHT}

USUAL = "original photo"

_FEED_IS_FULL = 20.0
"""Posts a day on one channel, beyond which followers see no more of them in all."""

_LEVELS_OFF = 3.0
"""Posts a day above what followers bear, beyond which more irritate no further."""


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
    quality: float = 1.0  # of own posts; nought holds nobody


class Streams:
    """All streams of all brands' plans."""

    def __init__(
        self,
        scenario: Scenario,
        all_phases: list[list[Phase]],
        kinds: Kinds,
        values: Mapping[str, float],
        calendar: Calendar | None = None,
        rivals: Rivals | None = None,
    ) -> None:
        self.scenario, self.kinds, self.values = scenario, kinds, values
        self.calendar = calendar or Calendar(scenario)
        self.works = outages(scenario)
        self.phone = self._phone()
        self.found: list[Stream] = []
        shared = rivals or Rivals(scenario, kinds)
        for b, mine in enumerate(all_phases):
            self.found += shared.once(b, "streams", partial(self._of_brand, b, mine))

    def _of_brand(self, b: int, mine: list[Phase]) -> list[Stream]:
        found: list[Stream] = []
        for make in (self._paid, self._posts, self._shown_again, self._earned, self._partners, self._elsewhere,
                     self._lists, self._space, self._events):  # fmt: skip
            found += make(b, mine)
        return found

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
                money = self.calendar.daily(media, phase) * phase.plan.media_scale
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
                per_day = self.calendar.daily(posts, phase, weekdays=posts.weekdays)
                yield name, posts.channel or name, posts, per_day

    def _posts(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        per_channel = self.all_posts(mine)
        for name, where, posts, per_day in self.post_days(mine):
            c, channel = self.channel(where)
            usual = platform_value(channel, "organic_reach", self.values) * self.content(posts, "reach")
            timely = np.ones(self.scenario.n_days)
            if posts.kind == "real-time":
                timely = exposure.timely(self.scenario, self.values["content.real-time.idle"])
            # However many posts share a day, each is seen less the more there are; nobody sees one twice.
            sights = exposure.post_sights(
                per_day * self.crowded(per_channel[where]) * np.minimum(usual * timely, 1.0),
                reach=1.0,
                half_life=platform_value(channel, "half_life", self.values),
            ) * self.working(where)
            if not sights.any():
                continue
            strength = platform_value(channel, "pull", self.values) * posts.quality
            variant = f"{posts.kind} {posts.format}"
            fit = self.fit(where, posts.topic)
            shared = np.full(1, posts.quality * self.content(posts, "share") * channel.shareability)
            about = "" if variant == USUAL else variant
            yield Stream(
                b, Source(c, Cause.OWNED, variant=about), name, sights, self._everybody(), weighted=True,
                strength=np.full(1, strength), fit=fit, shared=shared, quality=posts.quality,
            )  # fmt: skip
            for other, share in channel.bounce.items():
                if share > 0.0:
                    d, there = self.channel(other)
                    pull = platform_value(there, "pull", self.values) * posts.quality
                    yield Stream(
                        b, Source(c, Cause.OWNED, other=d, variant=about), f"{name} > {other}",
                        sights * share * self.working(other), self._everybody(),
                        strength=np.full(1, pull), fit=self.fit(other, posts.topic), quality=posts.quality,
                    )  # fmt: skip
        # Too many posts a day irritate followers.
        for where, per_day in per_channel.items():
            above = np.clip(per_day - self.values["cadence.tolerance"], 0.0, _LEVELS_OFF) * self.working(where)
            c, channel = self.channel(where)
            if above.any() and platform_value(channel, "organic_reach", self.values) > 0.0:
                yield Stream(
                    b, Source(c, Cause.IRRITATION), where, above, self._everybody(), weighted=False, open_minded=False
                )

    def all_posts(self, mine: list[Phase]) -> dict[str, NDArray[np.float64]]:
        """Posts per day on each own channel, of all kinds, with what users made and the brand shows again."""
        out: dict[str, NDArray[np.float64]] = {}
        for _, where, _, per_day in self.post_days(mine):
            so_far = out.setdefault(where, np.zeros(self.scenario.n_days))
            so_far += per_day
        for phase in mine:
            again = phase.plan.user_content
            if again is not None:
                so_far = out.setdefault(again.channel, np.zeros(self.scenario.n_days))
                so_far += days_on(self.scenario, again, phase) * again.shown_per_week / 7.0
        return out

    def crowded(self, per_day: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reach of each post against that of a lone one, with so many on a channel and day: in all, no more at last."""
        n = np.maximum(per_day, 1.0)
        return np.minimum(n, _FEED_IS_FULL) ** (1.0 - self.values["cadence.beta"]) / n

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
            reach = platform_value(channel, "organic_reach", self.values) * self.values["content.user-generated.reach"]
            sights = exposure.post_sights(
                per_day * self.crowded(self.all_posts(mine)[again.channel]),
                reach=min(reach, 1.0), half_life=platform_value(channel, "half_life", self.values),
            ) * self.working(again.channel)  # fmt: skip
            yield Stream(
                b, Source(c, Cause.USER_CONTENT), "user content", sights, self._everybody(),
                strength=np.full(1, platform_value(channel, "pull", self.values)), fit=self.fit(again.channel),
            )  # fmt: skip

    def _earned(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            won = mentions(self.scenario, phase, self.values)
            for name, work in phase.plan.earned.items():
                c, _ = self.channel(work.channel)
                people = self._people(c, self._everybody())
                # A mention reaches its outlet's readers, and never more people than use the channel.
                for size, pull in (("large", 1.0), ("small", self.values["earned.small_pull"])):
                    seen = won[name, size] * min(self.values[f"earned.{size}_reach"], people)
                    seen = seen * self.working(work.channel)
                    if people > 0.0 and seen.any():
                        yield Stream(
                            b, Source(c, Cause.EARNED), f"{name}, {size}", seen / people, self._everybody(),
                            strength=np.full(1, work.pull * pull), fit=self.fit(work.channel),
                        )  # fmt: skip

    def _partners(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, partner in phase.plan.partnerships.items():
                c, _ = self.channel(partner.channel)
                aimed = exposure.target_mask(self.kinds, partner.segments)
                people = self._people(c, aimed)
                seen = self.calendar.daily(partner, phase) * self.working(partner.channel)
                seen = seen * min(partner.people, people)
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
                source = Source(EVERYWHERE, Cause.COMMUNITY)
                yield Stream(b, source, "elsewhere", seen, self._everybody(), weighted=False)

    def _lists(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        for phase in mine:
            for name, listed in phase.plan.lists.items():
                contacts = self.calendar.daily(listed, phase) * list_seen(listed, self.values)
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
                        strength=np.full(1, strength * listed.quality), fit=fit, tires=listed.channel is not None,
                    )  # fmt: skip
                    if listed.channel is None:
                        sent = self.calendar.daily(listed, phase)
                        source = Source(EVERYWHERE, Cause.IRRITATION, needs=source.needs, variant="e-mail")
                        yield Stream(b, source, name, sent, self._everybody(), weighted=False, open_minded=False)

    def _space(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        """The community's space at a full sense of community; how full it is follows week by week."""
        for phase in mine:
            if phase.plan.space is not None:
                on = days_on(self.scenario, phase.plan.space, phase).astype(float)
                source = Source(EVERYWHERE, Cause.SPACE, needs=int(Standing.VISITED))
                yield Stream(b, source, "space", on, self._everybody(), weighted=False, open_minded=False)

    def _events(self, b: int, mine: list[Phase]) -> Iterator[Stream]:
        open_ = meet_ups(self.scenario, mine)
        if open_.any():
            source = Source(EVERYWHERE, Cause.EVENT, needs=int(Standing.ATTENDED))
            yield Stream(b, source, "meet-ups", open_, self._everybody(), weighted=False, open_minded=False)


def meet_ups(scenario: Scenario, mine: list[Phase]) -> NDArray[np.float64]:
    """On which days the space that a brand's meet-ups opened is open: from the day after, for a while."""
    out = np.zeros(scenario.n_days)
    for phase in mine:
        for event in phase.plan.events.values():
            if event.invited == 0 or event.p_come == 0.0:
                continue  # to which nobody comes
            first = day_number(scenario, event.date) + 1
            out[max(first, 0) : max(first + event.days, 0)] = 1.0
    return out


def mentions(
    scenario: Scenario, phase: Phase, values: Mapping[str, float]
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Mentions per day that each entry of press work wins in large and in small outlets.

    The more are asked in a week, the fewer say yes: a week's money ``m`` wins ``n (1 - exp(-m / (n cost)))`` of the
    ``n`` outlets that could be won. All entries of a plan ask the same outlets.

    Returns:
        by entry and size, ``large`` or ``small``.
    """
    out = {}
    money = {name: daily_amounts(scenario, work, phase) * 7.0 for name, work in phase.plan.earned.items()}
    for size in ("large", "small"):
        most, cost = values[f"earned.{size}_most"], values[f"earned.{size}_cost"]
        spent = {
            name: money[name] * (work.to_small if size == "small" else 1.0 - work.to_small)
            for name, work in phase.plan.earned.items()
        }
        total = sum(spent.values(), np.zeros(scenario.n_days))
        won = most * -np.expm1(-total / (most * cost)) / 7.0
        for name, mine in spent.items():
            out[name, size] = won * np.divide(mine, total, out=np.zeros_like(won), where=total > 0)
    return out


def list_seen(listed: ContactList, values: Mapping[str, float]) -> float:
    """Share of contacts to a list that is seen: as written, that of e-mail, or all of the adverts."""
    if listed.seen is not None:
        return listed.seen
    return values["platform.email.organic_reach"] if listed.channel is None else 1.0
