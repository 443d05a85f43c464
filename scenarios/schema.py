"""The language of a what-if: every word a scenario file may contain, with its unit and its range.

A scenario is a market (segments, channels, social graph), brands (ours and its rivals), a roster of
influencers, and named plans that compete for the same people. What a plan may do stands in
:mod:`scenarios.plan`. Models here check one value at a time; what two values must agree on is checked in
:mod:`scenarios.checks`.
"""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from scenarios.fields import (
    NAME_PATTERN,
    Amount,
    Count,
    Day,
    EnteredStage,
    Name,
    Number,
    Part,
    Positive,
    Share,
    Text,
    YesNo,
)
from scenarios.plan import (
    Booking,
    Community,
    ContactList,
    CrossSell,
    Earned,
    Event,
    Flight,
    Listening,
    Loyalty,
    Media,
    Offer,
    Outreach,
    Paced,
    Partnership,
    Plan,
    Posts,
    Pulse,
    Referral,
    Rewards,
    Seeding,
    Sharing,
    SignUp,
    Space,
    Support,
    Timed,
    UserContent,
)
from scenarios.vocabulary import Platform

SHORTHANDS: dict[str, dict[str, str]] = {
    "Scenario": {
        "roster": "CSV file beside the scenario with one influencer per row",
        "parameter_draws": "file beside the scenario with calibrated draws of its parameters, such as parameters.npz",
    },
    "Plan": {
        "as": "name of the plan that this one is like, except for what is written here",
        "spend_file": "CSV file beside the scenario with money by channel and week",
    },
}
"""Keys of a scenario file that are written out before it is read into the classes below."""


class Market(Part):
    """Who could ever buy: the number of people, and how many simulated consumers stand for them."""

    size: Annotated[int, Field(strict=True, ge=1, le=10_000_000_000)] = Field(description="people in the market")
    consumers: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] = Field(
        10_000, description="simulated consumers; each stands for size / consumers people"
    )
    reference_price: Positive | None = Field(
        None, description="usual price in the category; our own price when left out"
    )
    leaders: list[int | str] = Field(
        default_factory=list, description="opinion leaders that you know of, by graph label, the best first"
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
    topics: dict[Name, Amount] = Field(
        default_factory=dict, description="how much each topic interests the segment, 1 = as usual"
    )
    phone_use: Amount = Field(1.0, description="time on phones against the average")


class Channel(Part):
    """A place where consumers meet the brand: paid impressions, own posts, or both."""

    platform: Platform = Field(Platform.OTHER, description="sets usual prices and response")
    cpm: Positive | None = Field(None, description="money per 1,000 paid impressions")
    organic_reach: Share | None = Field(None, description="share of followers that see one own post")
    half_life_days: Positive | None = Field(None, description="a post collects half its views in this time")
    pull: Amount | None = Field(None, description="persuasion of one exposure against a social impression")
    phone_share: Share = Field(0.0, description="share of exposures on phones, where fewer respond; 0: all as usual")
    topics: dict[Name, Amount] = Field(
        default_factory=dict, description="how on-brand each topic is here, 1 = as usual: the topic map"
    )
    shareability: Amount = Field(1.0, description="how easily posts are passed on here, 1 = as usual")
    bounce: dict[Name, Share] = Field(
        default_factory=dict, description="share of post sights here that lead to a sight on each other channel"
    )


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
    customers: Share = Field(
        0.0, description="share that has bought within the churn window (three category intervals by default)"
    )


class Brand(Part):
    """What is sold, and how well it keeps its promise."""

    title: Text = ""
    price: Positive = Field(description="money per purchase")
    unit_cost: Amount = Field(0.0, description="money to make and deliver one purchase")
    p_satisfied: Share = Field(0.60, description="share of purchases that leave a satisfied customer")
    p_dissatisfied: Share = Field(0.05, description="share of purchases that leave a negative one")
    p_refund: Share = Field(0.0, description="share of disappointed buyers who get their money back")
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
    overlap_with: Name | None = Field(None, description="another influencer with whom followers are shared")
    overlap: Share = Field(0.0, description="share of this one's followers who follow that other one too")
    min_posts: Count = 0
    max_posts: Annotated[int, Field(strict=True, ge=1)] | None = None
    available_from: Day | None = None
    available_to: Day | None = None


class Moment(Part):
    """Something that everybody talks about on a date; real-time content lives on it."""

    date: Day = Field(description="the day")
    strength: Amount = Field(2.0, description="sights of a real-time post on that day against the usual")
    half_life_days: Positive = Field(2.0, description="interest in it halves in this time")


class Shock(Part):
    """Something that happens to the market on a date, whatever is planned."""

    kind: Literal["backlash", "outage", "defection", "rival-launch", "viral"] = Field(description="what happens")
    date: Day = Field(description="the day, or the first of several")
    days: Annotated[int, Field(strict=True, ge=1, le=3_650)] = Field(7, description="how long: outage, viral")
    brand: Name | None = Field(None, description="backlash, viral: a rival's name; left out: our own brand")
    strength: Amount = Field(
        1.0, description="backlash: share of people it reaches; viral: so many times as much talk, fading out"
    )
    channel: Name | None = Field(None, description="outage: the channel that is down")
    influencer: Name | None = Field(None, description="defection: who leaves")
    to: Name | None = Field(None, description="defection: the rival who gets the posts; left out: they are dropped")
    rival: Name | None = Field(None, description="rival-launch: a rival who is not on the market before")


class WarmUp(Part):
    """What went before: simulated first, alike for all plans, so that the first week starts from a real past."""

    weeks: Annotated[int, Field(strict=True, ge=1, le=260)] = Field(description="weeks before the first day")
    plan: Plan = Field(default_factory=Plan, description="what our brand did; dates lie before the first day")


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
    moments: dict[Name, Moment] = Field(default_factory=dict, description="dated events for real-time content")
    shocks: dict[Name, Shock] = Field(default_factory=dict, description="what happens to the market, by any name")
    warm_up: WarmUp | None = Field(None, description="weeks before the first day that are simulated first")
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
    def warm_up_weeks(self) -> int:
        """Weeks that are simulated before the first day."""
        return self.warm_up.weeks if self.warm_up else 0

    @property
    def first_day(self) -> date:
        """First simulated day: the start, or the beginning of the warm-up."""
        return self.start - timedelta(weeks=self.warm_up_weeks)

    @property
    def n_weeks(self) -> int:
        """Simulated weeks: warm-up, plan and carry-out."""
        return self.warm_up_weeks + self.weeks + self.carry_out_weeks

    @property
    def n_days(self) -> int:
        """Simulated days: warm-up, plan and carry-out."""
        return 7 * self.n_weeks

    @property
    def people_per_consumer(self) -> float:
        """How many people of the market one simulated consumer stands for."""
        return self.market.size / self.market.consumers


__all__ = [
    "NAME_PATTERN",
    "Booking",
    "Brand",
    "Channel",
    "Community",
    "ContactList",
    "CrossSell",
    "Earned",
    "Event",
    "Flight",
    "Graph",
    "Influencer",
    "Listening",
    "Loyalty",
    "Market",
    "Media",
    "Moment",
    "Offer",
    "Outreach",
    "Paced",
    "Part",
    "Partnership",
    "Plan",
    "Posts",
    "Pulse",
    "Range",
    "Referral",
    "Rewards",
    "Rival",
    "Scenario",
    "Season",
    "Seeding",
    "Segment",
    "Sharing",
    "Shock",
    "SignUp",
    "Space",
    "Start",
    "Support",
    "Timed",
    "UserContent",
    "WarmUp",
    "WordOfMouth",
]
