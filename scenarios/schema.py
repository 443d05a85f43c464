"""The language of a what-if: every word a scenario file may contain, with its unit and its range.

A scenario is a market (segments, channels, social graph), brands (ours and its rivals), a roster of
influencers, and named plans that compete for the same people. Models here check one value at a time;
what two values must agree on is checked in :mod:`scenarios.checks`.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scenarios.vocabulary import Platform

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, ge=0.0, le=1e15, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0.0, le=1e15, allow_inf_nan=False)]
Number = Annotated[float, Field(strict=True, ge=-1e15, le=1e15, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)]
Text = Annotated[str, Field(strict=True)]
Day = Annotated[date, Field(strict=True, ge=date(1990, 1, 1), le=date(2199, 12, 31))]
YesNo = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _one_or_many(value: object) -> object:
    """One number means the same amount every week."""
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else value


Weekly = Annotated[list[Amount], BeforeValidator(_one_or_many, json_schema_input_type=Amount | list[Amount])]
"""An amount per week: one number for every week, or a list with one number for each week."""

StageName = Literal["unaware", "attention", "attraction", "affinity", "audience", "advocacy"]
EnteredStage = Literal["attention", "attraction", "affinity", "audience", "advocacy"]


SHORTHANDS: dict[str, dict[str, str]] = {
    "Scenario": {"roster": "CSV file beside the scenario with one influencer per row"},
    "Plan": {
        "as": "name of the plan that this one is like, except for what is written here",
        "spend_file": "CSV file beside the scenario with money by channel and week",
    },
}
"""Keys of a scenario file that are written out before it is read into the classes below."""

RESERVED_WORDS = (
    "community",
    "earned",
    "email_lists",
    "events",
    "listening",
    "loyalty",
    "offers",
    "real_time",
    "rewards",
    "shocks",
    "topics",
    "warm_up",
)
"""Levers that are designed but not simulated yet: refused, so that no plan silently goes without them."""


class Part(BaseModel):
    """A part of a scenario: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Market(Part):
    """Who could ever buy: the number of people, and how many simulated consumers stand for them."""

    size: Annotated[int, Field(strict=True, ge=1, le=10_000_000_000)] = Field(description="people in the market")
    consumers: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] = Field(
        10_000, description="simulated consumers; each stands for size / consumers people"
    )
    reference_price: Positive | None = Field(
        None, description="usual price in the category; our own price when left out"
    )


class Season(Part):
    """How the year changes interest and buying, as twelve monthly multipliers from January."""

    buying: Annotated[list[Amount], Field(min_length=12, max_length=12)] = Field(
        default_factory=lambda: [1.0] * 12, description="multiplies the category's purchase rate"
    )
    interest: Annotated[list[Amount], Field(min_length=12, max_length=12)] = Field(
        default_factory=lambda: [1.0] * 12, description="multiplies everything that persuades"
    )


class Segment(Part):
    """A group of consumers with common needs and media habits."""

    share: Share = Field(description="share of the market; all segments add up to 1")
    buys_every_days: Positive | None = Field(
        None, description="mean days between purchases in the category; left out: never buys"
    )
    susceptibility: Amount = Field(1.0, description="multiplies everything that persuades")
    media_use: Amount = Field(1.0, description="time with media against the average")
    ties: Amount = Field(1.0, description="number of social ties against the average")
    channels: dict[Name, Share] = Field(default_factory=dict, description="share of the segment that uses each channel")
    fit: dict[Name, Amount] = Field(
        default_factory=dict, description="how well each channel's advertising fits, 1 = as usual"
    )


class Channel(Part):
    """A place where consumers meet the brand: paid impressions, own posts, or both."""

    platform: Platform = Field(Platform.OTHER, description="sets usual prices and response")
    cpm: Positive | None = Field(None, description="money per 1,000 paid impressions")
    organic_reach: Share | None = Field(None, description="share of followers that see one own post")
    half_life_days: Positive | None = Field(None, description="a post collects half its views in this time")
    pull: Amount | None = Field(None, description="persuasion of one exposure against a social impression")


class Graph(Part):
    """Who hears whom."""

    kind: Literal["blocks", "small-world", "scale-free", "power-law", "well-mixed", "file"] = "blocks"
    strong_ties: Amount = Field(4.0, description="mean close ties per consumer")
    weak_ties: Amount = Field(8.0, description="mean loose ties per consumer")
    homophily: Share = Field(0.5, description="blocks: share of ties kept inside one's own segment before mixing")
    spread: Amount = Field(0.5, description="blocks: coefficient of variation of the number of ties")
    rewiring: Share = Field(0.1, description="small-world: share of ties rewired at random")
    exponent: Annotated[float, Field(strict=True, gt=1.0, le=10.0)] = Field(
        2.5, description="power-law: exponent of the degree distribution"
    )
    file: Text | None = Field(None, description="file: edge list (.csv, .txt, .gz) or .graphml")
    directed: YesNo = Field(False, description="file: each line says who is heard by whom")


class WordOfMouth(Part):
    """How talk works in this market."""

    listening: Literal["each", "share"] = Field(
        "each", description="each: every talking tie adds the same; share: divided by the number of ties"
    )
    reinforcement: Annotated[int, Field(strict=True, ge=1)] = Field(
        1, description="talking ties needed before talk has any effect; 1 is simple contagion"
    )
    threshold: Annotated[float, Field(strict=True, gt=0.0, le=1.0)] | None = Field(
        None, description="share of ties that must talk before talk has any effect; replaces reinforcement"
    )
    talk_from: EnteredStage | Literal["nobody"] = Field("audience", description="consumers at this stage or above talk")
    fresh_on: EnteredStage | Literal["purchase", "nothing"] = Field(
        "purchase", description="what makes somebody a fresh talker for a while"
    )
    fresh_for: Literal["drawn", "fixed"] = Field(
        "drawn", description="drawn: exponential with mean talk.fresh_days; fixed: exactly so many days"
    )


class Start(Part):
    """Where people stand on the first day; the rest is unaware."""

    attention: Share = 0.0
    attraction: Share = 0.0
    affinity: Share = 0.0
    audience: Share = 0.0
    advocacy: Share = 0.0
    customers: Share = Field(0.0, description="share that has bought within the last category interval")


class Flight(Part):
    """A stretch of dates with its own weekly amount; nothing runs between flights."""

    start: Day = Field(description="first day")
    end: Day = Field(description="last day, included")
    weekly: Amount = Field(description="amount per full week; part weeks count by the day")


class Media(Part):
    """Paid media on one channel."""

    weekly: Weekly | None = Field(None, description="money per week, or one amount for each week")
    flights: list[Flight] = Field(default_factory=list, description="stretches of dates, instead of weekly")
    segments: list[Name] | None = Field(None, description="target segments; left out: everybody")


class Posts(Part):
    """The brand's own posts on one channel."""

    weekly: Weekly | None = Field(None, description="posts per week, or one number for each week")
    flights: list[Flight] = Field(default_factory=list, description="stretches of dates, instead of weekly")
    kind: Literal["original", "curated", "user-generated", "real-time"] = "original"
    quality: Amount = Field(1.0, description="effect of a post against the usual")
    cost_per_post: Amount = Field(0.0, description="money to make one post")


class Booking(Part):
    """Posts bought from one influencer."""

    influencer: Name = Field(description="name in the roster")
    dates: list[Day] | None = Field(None, description="day of each post")
    posts: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = Field(None, description="number of posts")
    start: Day | None = Field(None, description="day of the first post, with posts")
    every_days: Annotated[int, Field(strict=True, ge=1, le=3_650)] = Field(7, description="days between posts")

    def post_dates(self) -> list[date]:
        """The day of each post, whichever way the booking was written."""
        if self.dates is not None:
            return list(self.dates)
        if self.posts is None or self.start is None:
            return []
        return [self.start + timedelta(days=self.every_days * k) for k in range(self.posts)]


class Seeding(Part):
    """The product, given to chosen people on a date."""

    strategy: Literal["random", "highest-degree", "random-neighbour", "list"] = "random"
    people: Count = Field(0, description="people who get it, in the market (not simulated consumers)")
    consumers: list[int | str] = Field(default_factory=list, description="list: who gets it, by graph label")
    date: Day | None = Field(None, description="left out: the first day")
    unit_cost: Amount = Field(0.0, description="money per person, product and shipping")
    stage: EnteredStage = Field("affinity", description="stage that a recipient is lifted to")
    tries_product: Share = Field(1.0, description="share that uses it, and is then satisfied or not like any buyer")


class Plan(Part):
    """One candidate: what is spent, posted, booked and given away, and when."""

    title: Text = Field("", description="how reports call it; its name when left out")
    media: dict[Name, Media] = Field(default_factory=dict, description="paid media by channel")
    media_scale: Amount = Field(1.0, description="multiplies all paid media; 1.05 is five per cent more")
    posts: dict[Name, Posts] = Field(default_factory=dict, description="own posts by channel")
    bookings: list[Booking] = Field(default_factory=list, description="influencer posts")
    seeding: list[Seeding] = Field(default_factory=list, description="waves of product seeding")


class Brand(Part):
    """What is sold, and how well it keeps its promise."""

    title: Text = ""
    price: Positive = Field(description="money per purchase")
    unit_cost: Amount = Field(0.0, description="money to make and deliver one purchase")
    p_satisfied: Share = Field(0.60, description="share of purchases that leave a satisfied customer")
    p_dissatisfied: Share = Field(0.05, description="share of purchases that leave a negative one")
    appeal: Number = Field(0.0, description="logit added to the odds of being chosen")
    start: Start = Field(default_factory=Start, description="where people stand on the first day")
    start_in: dict[Name, Start] = Field(default_factory=dict, description="the same, for single segments")


class Rival(Brand):
    """A competing brand and its own plan, the same in every what-if."""

    plan: Plan = Field(default_factory=Plan)


class Influencer(Part):
    """Somebody whose followers see their posts."""

    title: Text = ""
    channel: Name = Field(description="channel they post on")
    followers: Annotated[int, Field(strict=True, ge=1, le=10_000_000_000)] = Field(description="followers in all")
    in_market: Share = Field(1.0, description="share of their followers that belongs to this market")
    engagement_rate: Share | None = Field(None, description="engagements per follower and post")
    credibility: Amount = Field(1.0, description="persuasion of a post against the usual")
    cost_per_post: Amount = Field(description="fee for one post")
    audience: dict[Name, Amount] = Field(
        default_factory=dict, description="how much likelier each segment is to follow; 1 = as its size"
    )
    fit: dict[Name, Amount] = Field(default_factory=dict, description="effect by segment, 1 = as usual")
    min_posts: Count = 0
    max_posts: Annotated[int, Field(strict=True, ge=1)] | None = None
    available_from: Day | None = None
    available_to: Day | None = None


class Range(Part):
    """A parameter's value for this market, with its own 5 % and 95 % limits."""

    value: Number
    low: Number
    high: Number


class Scenario(Part):
    """One what-if: a market, its brands, and the named plans that are compared."""

    schema_version: Literal[1] = Field(1, description="version of this language")
    name: Name = Field(description="short name; names the output folder")
    title: Text = Field("", description="how reports call it")
    description: Text = Field("", description="what is asked, in a sentence or two")
    start: Day = Field(description="first day, a Monday")
    weeks: Annotated[int, Field(strict=True, ge=1, le=520)] = Field(description="length of the what-if")
    carry_out_weeks: Annotated[int, Field(strict=True, ge=0, le=260)] = Field(
        0, description="weeks simulated after the plan ends, with nothing bought by us"
    )
    currency: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")] = Field("USD", description="ISO 4217 code")
    market: Market
    season: Season = Field(default_factory=Season)
    segments: Annotated[dict[Name, Segment], Field(min_length=1, max_length=250)] = Field(
        description="groups of consumers; their shares add up to 1"
    )
    channels: dict[Name, Channel] = Field(default_factory=dict, description="where consumers meet the brands")
    graph: Graph = Field(default_factory=Graph)
    word_of_mouth: WordOfMouth = Field(default_factory=WordOfMouth)
    brand: Brand
    rivals: Annotated[dict[Name, Rival], Field(max_length=20)] = Field(
        default_factory=dict, description="competing brands; they do the same in every what-if"
    )
    influencers: dict[Name, Influencer] = Field(
        default_factory=dict, description="the roster, or the part of it that is not in a CSV file"
    )
    parameters: dict[str, Number | Range] = Field(
        default_factory=dict, description="registry parameters that this market has different"
    )
    plans: Annotated[dict[Name, Plan], Field(min_length=1)] = Field(
        description="candidates that are compared on the same people"
    )

    @property
    def n_days(self) -> int:
        """Days from the start to the end of the carry-out window."""
        return 7 * (self.weeks + self.carry_out_weeks)

    @property
    def people_per_consumer(self) -> float:
        """How many people of the market one simulated consumer stands for."""
        return self.market.size / self.market.consumers
