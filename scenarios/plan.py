"""What one plan may do: every lever of social marketing, with its unit and its range.

A lever that is left out does nothing and costs nothing. Amounts per week can be written as one number, as one
number for each week, as flights between dates, or as a pulse of weeks on and weeks off.
"""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from scenarios.fields import (
    Amount,
    Count,
    Day,
    EnteredStage,
    ListName,
    Name,
    Part,
    Positive,
    PostFormat,
    PostKind,
    Share,
    Text,
    Weekday,
    Weekly,
    YesNo,
)


class Flight(Part):
    """A stretch of dates with its own weekly amount; nothing runs between flights."""

    start: Day = Field(description="first day")
    end: Day = Field(description="last day, included")
    weekly: Amount = Field(description="amount per full week; part weeks count by the day")


class Pulse(Part):
    """Weeks on and weeks off, from the first week of the plan."""

    on_weeks: Annotated[int, Field(strict=True, ge=1, le=520)] = Field(description="weeks in which the amount runs")
    off_weeks: Annotated[int, Field(strict=True, ge=1, le=520)] = Field(description="weeks of rest after them")
    weekly: Amount = Field(description="amount per week that is on")


class Paced(Part):
    """Anything that is done at so much a week: evenly, week by week, in flights or in pulses."""

    weekly: Weekly | None = Field(None, description="amount per week, or one amount for each week")
    flights: list[Flight] = Field(default_factory=list, description="stretches of dates, instead of weekly")
    pulse: Pulse | None = Field(None, description="weeks on and weeks off, instead of weekly")


class Timed(Part):
    """Anything that is on or off: from a date, to a date, or throughout."""

    start: Day | None = Field(None, description="first day; left out: from the beginning")
    end: Day | None = Field(None, description="last day, included; left out: to the end")


class Media(Paced):
    """Paid media on one channel."""

    channel: Name | None = Field(None, description="left out: the name of this entry is the channel")
    weekly: Weekly | None = Field(None, description="money per week, or one amount for each week")
    segments: list[Name] | None = Field(None, description="target segments; left out: everybody")
    premium: Positive | None = Field(
        None, description="price of targeted impressions against others; left out: targeting.premium"
    )
    creatives: Annotated[int, Field(strict=True, ge=1, le=1_000)] = Field(
        1, description="executions that take turns, so that each wears out later"
    )
    cost_per_creative: Amount = Field(0.0, description="money to make one execution, in the first week that is paid")


class Posts(Paced):
    """The brand's own posts on one channel."""

    channel: Name | None = Field(None, description="left out: the name of this entry is the channel")
    weekly: Weekly | None = Field(None, description="posts per week, or one number for each week")
    weekdays: list[Weekday] | None = Field(None, description="days on which they appear; left out: any day alike")
    kind: PostKind = Field("original", description="who made it, and when: real-time posts live on dated moments")
    format: PostFormat = Field("photo", description="what it is")
    topic: Name | None = Field(None, description="what it is about; fits channels and segments more or less")
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

    strategy: Literal["random", "highest-degree", "random-neighbour", "leaders", "list"] = "random"
    people: Count = Field(0, description="people who get it, in the market (not simulated consumers)")
    consumers: list[int | str] = Field(default_factory=list, description="list: who gets it, by graph label")
    segments: list[Name] | None = Field(None, description="only these segments; left out: everybody")
    date: Day | None = Field(None, description="left out: the first day")
    unit_cost: Amount = Field(0.0, description="money per person, product and shipping")
    stage: EnteredStage = Field("affinity", description="stage that a recipient is lifted to")
    tries_product: Share = Field(1.0, description="share that uses it, and is then satisfied or not like any buyer")


class Earned(Paced):
    """Mentions won by press work: money spent on outreach to many small outlets and few large ones."""

    channel: Name = Field(description="where the mentions are seen")
    weekly: Weekly | None = Field(None, description="money per week, or one amount for each week")
    to_small: Share = Field(0.5, description="share of the money that goes to small outlets (long-tail outreach)")
    pull: Amount = Field(1.0, description="effect of a mention against the usual")


class Partnership(Paced):
    """Another company that speaks of the brand to its own public."""

    channel: Name = Field(description="where its public sees it")
    weekly: Weekly | None = Field(None, description="posts of the partner per week, or one number for each week")
    people: Count = Field(description="people of this market whom one post reaches")
    segments: list[Name] | None = Field(None, description="whom the partner reaches; left out: everybody")
    pull: Amount = Field(1.0, description="effect of a sight against an earned mention")
    cost_per_post: Amount = Field(0.0, description="fee, or worth of what is given in return")


class Outreach(Paced):
    """Networking with influencers who are not paid: some post of their own accord."""

    weekly: Weekly | None = Field(None, description="money per week for time, gifts and visits")
    influencers: list[Name] | None = Field(None, description="whom; left out: everybody who is not booked")


class ContactList(Paced):
    """People on a list, addressed at the list's own cost: e-mail, or advertising shown to them alone."""

    people: ListName = Field(description="visitors, opt-ins or customers")
    weekly: Weekly | None = Field(None, description="contacts per person and week, or one number for each week")
    channel: Name | None = Field(None, description="left out: e-mail; else shown to those who use this channel")
    seen: Share | None = Field(None, description="share of contacts that is seen; left out: that of e-mail, or all")
    quality: Amount = Field(1.0, description="effect of a contact against the usual")
    cost_per_contact: Amount | None = Field(None, description="left out: the platform's price of an impression")


class SignUp(Timed):
    """Asking visitors for their address, for something of value in return."""

    p_opt_in: Share | None = Field(None, description="share of visitors who opt in; left out: sign-up.p")
    value_first: YesNo = Field(False, description="gives something of value first, which more people opt in for")
    cost_per_opt_in: Amount = Field(0.0, description="money per person who opts in")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Offer(Part):
    """A lower price for a while, for those who know of it."""

    start: Day = Field(description="first day")
    end: Day = Field(description="last day, included")
    discount: Share = Field(description="share of the price that is taken off")
    announced: Amount = Field(1.0, description="how well it is made known against the usual")
    cost_per_redemption: Amount = Field(0.0, description="money per use besides the discount")
    fixed_cost: Amount = Field(0.0, description="money to set it up, in its first week")


class CrossSell(Timed):
    """A second product, offered to people who buy again."""

    price: Positive = Field(description="money per cross-sale")
    unit_cost: Amount = Field(0.0, description="money to make and deliver one")
    p_take: Share | None = Field(None, description="share of repeat purchases with one; left out: cross-sell.p")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Community(Paced):
    """Community management: hours of people who answer, and who start conversations elsewhere."""

    weekly: Weekly | None = Field(None, description="hours per week on the brand's own pages")
    elsewhere: Weekly = Field(
        default_factory=lambda: [0.0], description="hours per week off the brand's own pages", validate_default=True
    )
    cost_per_hour: Amount = Field(0.0, description="money per hour, both kinds")


class Space(Timed):
    """A place where the audience meets: members hear each other there, whoever they know."""

    disclosure: Share = Field(0.5, description="how far members open up to each other")
    cost_per_member_week: Amount = Field(0.0, description="money per member and week")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Event(Part):
    """A meet-up: those who come are part of the community's space for a while."""

    date: Day = Field(description="the day")
    days: Annotated[int, Field(strict=True, ge=1, le=365)] = Field(14, description="days that its effect lasts")
    invited: Count = Field(description="people of this market who are asked to come")
    p_come: Share = Field(0.3, description="share of the invited who come, if they know the brand")
    segments: list[Name] | None = Field(None, description="who is invited; left out: everybody")
    cost: Amount = Field(0.0, description="money for the event")
    cost_per_attender: Amount = Field(0.0, description="money per person who comes")


class Listening(Timed):
    """Listening to what people say, and mending the product: after a delay, fewer are disappointed."""

    hours_per_week: Amount = Field(description="hours of reading and sorting per week")
    cost_per_hour: Amount = Field(0.0, description="money per hour")
    fix: YesNo = Field(True, description="whether the product is mended once the problem is found")
    fix_cost: Amount = Field(0.0, description="money for mending it")
    ideas_per_quarter: Amount = Field(0.0, description="ideas of the crowd that are put to work")
    cost_per_idea: Amount = Field(0.0, description="money per idea put to work")


class Sharing(Timed):
    """Making content and site easy to pass on, and the site easy on a phone."""

    content: Amount = Field(1.0, description="shareability of the content against the usual")
    site: Amount = Field(1.0, description="shareability of the site against the usual")
    phone_ready: Share = Field(0.0, description="share of what is lost on phones that a better site wins back")
    cost: Amount = Field(0.0, description="money, in the first week")
    cost_per_week: Amount = Field(0.0, description="money per week")


class UserContent(Timed):
    """Inviting the audience and advocates to make content: free, and not under control."""

    channel: Name = Field(description="own channel on which the best of it is shown again")
    shown_per_week: Amount = Field(3.0, description="at most so many are shown again a week, for as many as there are")
    cost_per_week: Amount = Field(0.0, description="money per week for choosing and asking")


class Rewards(Timed):
    """Gamification: something for coming back and for passing it on; it fades with its novelty."""

    per_return: Amount = Field(0.0, description="money per returning member and week")
    per_referral: Amount = Field(0.0, description="money per new customer whom a friend sent")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Loyalty(Timed):
    """A programme for customers: it keeps them, and they buy a little more often."""

    cost_per_customer_week: Amount = Field(0.0, description="money per customer and week")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Support(Timed):
    """Help after the sale: fewer buyers end up disappointed."""

    coverage: Share = Field(1.0, description="share of those who try it who are looked after")
    cost_per_purchase: Amount = Field(0.0, description="money per purchase or sample looked after")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Referral(Timed):
    """A referral programme: customers who were sent by a friend stay longer."""

    for_sender: Amount = Field(0.0, description="money to the customer who sent a friend")
    for_friend: Amount = Field(0.0, description="money to the friend, at the first purchase")
    cost_per_week: Amount = Field(0.0, description="money per week to run it")


class Plan(Part):
    """One candidate: what is spent, posted, booked, answered and given away, and when."""

    title: Text = Field("", description="how reports call it; its name when left out")
    price: Positive | None = Field(None, description="money per purchase; left out: the brand's price")
    media: dict[Name, Media] = Field(default_factory=dict, description="paid media by channel")
    media_scale: Amount = Field(1.0, description="multiplies all paid media; 1.05 is five per cent more")
    posts: dict[Name, Posts] = Field(default_factory=dict, description="own posts by channel")
    bookings: list[Booking] = Field(default_factory=list, description="influencer posts")
    seeding: list[Seeding] = Field(default_factory=list, description="waves of product seeding")
    earned: dict[Name, Earned] = Field(default_factory=dict, description="press work, by any name")
    partnerships: dict[Name, Partnership] = Field(default_factory=dict, description="partners, by name")
    outreach: Outreach | None = Field(None, description="networking with influencers who are not paid")
    lists: dict[Name, ContactList] = Field(default_factory=dict, description="e-mail and retargeting, by any name")
    sign_up: SignUp | None = Field(None, description="opt-ins")
    offers: dict[Name, Offer] = Field(default_factory=dict, description="price offers, by any name")
    cross_sell: CrossSell | None = Field(None, description="a second product for customers")
    community: Community | None = Field(None, description="community management")
    space: Space | None = Field(None, description="the community's own space")
    events: dict[Name, Event] = Field(default_factory=dict, description="meet-ups, by any name")
    listening: Listening | None = Field(None, description="listening and feedback to product")
    sharing: Sharing | None = Field(None, description="sharing optimisation")
    user_content: UserContent | None = Field(None, description="content made by the audience")
    rewards: Rewards | None = Field(None, description="gamification")
    loyalty: Loyalty | None = Field(None, description="loyalty programme")
    support: Support | None = Field(None, description="post-sale support")
    referral: Referral | None = Field(None, description="referral programme")
