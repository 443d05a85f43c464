"""Every weekly metric of social marketing by name: its unit, its formula, and whether it was counted or worked out.

>>> from simulator.glossary import GLOSSARY
>>> GLOSSARY["roas"].formula, GLOSSARY["purchases"].source
('revenue / cost', 'count')
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scenarios.vocabulary import ENTERED_STAGES, STAGE_NAMES

Source = Literal["count", "expectation", "plan", "proxy"]
Level = Literal["segment", "brand", "channel", "lever", "pair"]
Kind = Literal["stock", "flow", "ratio"]

SOURCES: dict[str, str] = {
    "count": "counted in the simulation, or made of such counts and of prices",
    "expectation": "worked out from the plan, the parameters and counts; not drawn, so it has no luck of its own",
    "plan": "follows from the plan alone",
    "proxy": "a conventional stand-in with an editable price; never added to revenue",
}
LEVELS: dict[str, str] = {
    "segment": "for each segment, and for all of them",
    "brand": "for the brand as a whole",
    "channel": "for each channel, and for all of them; in each segment where people are counted",
    "lever": "for each lever of the plan, and for all of them",
    "pair": "for two runs: with the plan and without it; not in the weekly table",
}
KINDS: dict[str, str] = {
    "stock": "as it stands at the end of the week",
    "flow": "what happens during the week",
    "ratio": "one figure over another; not to be added up",
}


@dataclass(frozen=True)
class Entry:
    """One metric."""

    name: str
    unit: str
    summary: str
    formula: str
    source: Source
    level: Level
    kind: Kind
    undefined: str = ""
    """When there is no value; never, if nothing is said."""


def _all() -> Iterator[Entry]:
    def seg(name: str, unit: str, summary: str, formula: str, source: Source, kind: Kind, undefined: str = "") -> Entry:
        return Entry(name, unit, summary, formula, source, "segment", kind, undefined)

    def chan(
        name: str, unit: str, summary: str, formula: str, source: Source, kind: Kind, undefined: str = ""
    ) -> Entry:
        return Entry(name, unit, summary, formula, source, "channel", kind, undefined)

    def own(name: str, unit: str, summary: str, formula: str, source: Source, kind: Kind, undefined: str = "") -> Entry:
        return Entry(name, unit, summary, formula, source, "brand", kind, undefined)

    # What is seen.
    yield chan(
        "impressions",
        "impressions",
        "sights of anything that the brand shows",
        "paid + owned + earned + influencer + user content + list + elsewhere",
        "expectation",
        "flow",
    )
    yield chan(
        "reach",
        "people",
        "people who see anything of it at least once in the week",
        "Σ people × (1 − exp(−rate × weight)), averaged over 16 media weights and all repertoires",
        "expectation",
        "flow",
    )
    yield chan(
        "frequency",
        "sights per person",
        "how often those who see it see it",
        "impressions / reach",
        "expectation",
        "ratio",
        "nobody is reached",
    )
    yield chan(
        "grps",
        "points",
        "gross rating points: sights per hundred people",
        "100 × impressions / people",
        "expectation",
        "flow",
    )
    for name, what, formula in (
        ("paid", "paid media", "money / CPM × 1,000"),
        ("owned", "the brand's own posts", "posts × organic reach × followers × media weight"),
        ("earned", "press mentions and partners", "mentions × people who see one"),
        ("influencer", "influencers' posts, paid and free", "posts × influencer.reach × followers in the market"),
        ("user_content", "posts of the audience that are shown again", "posts shown × organic reach × followers"),
        ("list", "e-mail, and adverts shown to a list", "contacts × share that is seen × people on the list"),
        ("elsewhere", "conversations off the brand's own pages", "hours × community.reach_per_hour × media weight"),
    ):
        yield chan(f"impressions_{name}", "impressions", f"sights of {what}", formula, "expectation", "flow")
    yield chan(
        "clicks",
        "clicks",
        "sights that are clicked",
        "Σ impressions × ctr.usual × pull of the channel; none on television and posters",
        "expectation",
        "flow",
    )
    yield chan("ctr", "share", "click-through rate", "clicks / impressions", "expectation", "ratio", "nothing is shown")
    yield chan(
        "site_visits",
        "visits",
        "visits to the brand's site: each click, and each sight on a website of its own",
        "clicks; impressions instead on channels that are websites",
        "expectation",
        "flow",
    )
    yield chan(
        "traffic_share",
        "share",
        "traffic by channel",
        "site visits from the channel / all site visits",
        "expectation",
        "ratio",
        "there are no visits",
    )
    yield chan(
        "followers",
        "people",
        "followers of the brand's own channels, counted once for each channel",
        "Σ people at each stage × follow.<stage> × users of the channel",
        "expectation",
        "stock",
    )
    yield seg(
        "bouncing",
        "share",
        "followers who follow at least two own channels",
        "followers of two or more / followers of one or more",
        "expectation",
        "ratio",
        "there are no followers",
    )
    # The path.
    for stage in STAGE_NAMES:
        yield seg(
            f"{stage}_stock",
            "people",
            f"people who are at {stage}" if stage != "unaware" else "unaware people",
            "count at the end of the week",
            "count",
            "stock",
        )
    for stage in ENTERED_STAGES:
        yield seg(f"{stage}_entries", "moves", f"moves up to {stage}, by one stage or more", "count", "count", "flow")
    for stage in ENTERED_STAGES:
        yield seg(f"{stage}_falls", "moves", f"moves back from {stage}, always by one stage", "count", "count", "flow")
    yield seg("skips", "moves", "moves up by two stages or more", "count", "count", "flow")
    yield seg("awareness", "people", "who know of the brand", "people at attention or above", "count", "stock")
    yield seg("knowledge", "people", "who know what it is", "people at attraction or above", "count", "stock")
    yield seg(
        "consideration", "people", "who like and would consider it", "people at affinity or above", "count", "stock"
    )
    yield seg(
        "loyalty",
        "people",
        "who keep coming back to the brand, whether or not they buy; who buys again is in "
        "customers and repeat purchases",
        "people at audience or above",
        "count",
        "stock",
    )
    yield seg("advocacy", "people", "who promote it", "people at advocacy", "count", "stock")
    yield seg("satisfied", "people", "in a good mood about the brand", "count at the end of the week", "count", "stock")
    yield seg("detractors", "people", "in a bad mood about the brand", "count at the end of the week", "count", "stock")
    yield seg("visitors", "people", "known to the brand from a visit", "count at the end of the week", "count", "stock")
    yield seg(
        "offer_awareness",
        "people",
        "who know of an offer that runs in the week",
        "Σ people at each stage × share that knows the offer",
        "expectation",
        "stock",
    )
    yield seg("samples", "samples", "product samples received", "count", "count", "flow")
    # The index.
    for part in ("awareness", "consideration", "loyalty", "advocacy"):
        yield own(
            f"sai_{part}",
            "index",
            f"{part} within the Social Action Index",
            "100 × mean of its inputs / their mean of the first four weeks",
            "expectation",
            "ratio",
            "all its inputs are nought at the baseline",
        )
    yield own(
        "sai",
        "index",
        "Social Action Index with our own weights; only its trend counts",
        "100 × Σ weight × mean of input / baseline; weights .25 each, baseline the first four weeks",
        "expectation",
        "ratio",
        "every input is nought at the baseline",
    )
    yield own(
        "sai_trend",
        "-1, 0 or 1",
        "direction of the index: falling, level, rising",
        "sign of a line through the last 17 weeks, if it changes by 5 % or more",
        "expectation",
        "ratio",
        "there are fewer than 17 weeks of data, or no index",
    )
    # Engagement.
    yield chan("posts", "posts", "the brand's own posts", "posts of the plan", "plan", "flow")
    yield chan(
        "likes",
        "likes",
        "likes of own posts and of user content shown again",
        "sights × engagement.rate × (1 − comment share − share share) × quality",
        "expectation",
        "flow",
    )
    yield chan(
        "comments",
        "comments",
        "comments on them",
        "sights × engagement.rate × comment share × quality",
        "expectation",
        "flow",
    )
    yield chan(
        "shares",
        "shares",
        "how often they are passed on",
        "sights × engagement.rate × share share × quality × shareability",
        "expectation",
        "flow",
    )
    yield chan(
        "applause_dm",
        "per post",
        "applause, counted as likes, shares and comments",
        "(likes + shares + comments) / posts",
        "expectation",
        "ratio",
        "there are no posts",
    )
    yield chan(
        "applause_rate",
        "likes per post and follower",
        "applause, counted as likes against followers",
        "likes / Σ posts × followers at the start of the week",
        "expectation",
        "ratio",
        "there are no posts, or no followers",
    )
    yield own(
        "influencer_engagements",
        "engagements",
        "likes, comments and shares of influencers' posts",
        "posts × followers in the market × engagement rate",
        "expectation",
        "flow",
    )
    # Conversations.
    yield seg(
        "conversations_positive",
        "conversations",
        "conversations that speak for the brand",
        "talk.per_talker_week × talkers in no bad mood",
        "expectation",
        "flow",
    )
    yield seg(
        "conversations_negative",
        "conversations",
        "conversations that speak against it",
        "talk.per_talker_week × detractors",
        "expectation",
        "flow",
    )
    yield seg(
        "net_sentiment",
        "-1 to 1",
        "how well people speak of it",
        "(positive − negative) / (positive + negative) conversations",
        "expectation",
        "ratio",
        "nobody talks",
    )
    yield own(
        "conversations_open",
        "conversations",
        "conversations on own pages that want an answer",
        "members × community.talk_per_member_week + last week's complaints",
        "expectation",
        "flow",
    )
    yield own(
        "conversations_answered",
        "conversations",
        "conversations that are answered",
        "conversations open × share that the team can answer",
        "expectation",
        "flow",
    )
    yield own(
        "reply_hours",
        "hours",
        "time to a reply",
        "usual time, growing with the team's load",
        "expectation",
        "ratio",
        "nobody answers",
    )
    yield seg("complaints", "complaints", "made where the brand can see them", "count", "count", "flow")
    yield seg("complaints_answered", "complaints", "complaints that are answered", "count", "count", "flow")
    yield seg(
        "complaints_settled", "complaints", "answered complaints after which nobody is angry", "count", "count", "flow"
    )
    yield seg(
        "share_of_voice",
        "share",
        "the brand's part of all that is seen and said of any brand",
        "(impressions + conversations) / the same of all brands",
        "expectation",
        "ratio",
        "no brand is seen or spoken of",
    )
    yield seg(
        "share_of_voice_paid",
        "share",
        "its part of all paid media",
        "paid impressions / paid impressions of all brands",
        "expectation",
        "ratio",
        "no brand pays",
    )
    # Community.
    yield seg(
        "members",
        "people",
        "the community: the same people as loyalty",
        "people at audience or above",
        "count",
        "stock",
    )
    yield seg("joins", "people", "who become members", "members at the end − at the start + leaves", "count", "flow")
    yield seg("leaves", "people", "who cease to be members", "moves back from audience", "count", "flow")
    yield seg(
        "community_growth",
        "share",
        "growth of the community",
        "(joins − leaves) / members at the start",
        "count",
        "ratio",
        "there are no members at the start",
    )
    yield seg(
        "discussions",
        "conversations",
        "what members have to say among each other",
        "members × talk.per_talker_week × (1 + space.talk × sense of community)",
        "expectation",
        "flow",
    )
    yield seg(
        "activity_score",
        "points per member",
        "how active members are, discussion above all",
        "(5 × discussions + 3 × comments + 1 × (likes + shares)) / members at the start",
        "expectation",
        "ratio",
        "there are no members at the start",
    )
    yield own(
        "community_experience",
        "0 to 1",
        "felt sense of community in the brand's space; 0 without one",
        "1 − exp(−2 × disclosure × members / people / space.density)",
        "expectation",
        "ratio",
    )
    yield seg(
        "social_density",
        "per 100 people",
        "interactions in a space, against its size",
        "100 × discussions / people",
        "expectation",
        "flow",
    )
    yield seg(
        "user_posts",
        "posts",
        "posts that invited members make",
        "members × user-content.per_talker_week, while they are invited",
        "expectation",
        "flow",
    )
    yield own(
        "user_posts_shown",
        "posts",
        "those that the brand shows again",
        "as many as there are, up to the plan's",
        "expectation",
        "flow",
    )
    yield seg("attendances", "people", "who come to an event", "count", "count", "flow")
    # Earned.
    yield own(
        "mentions_large",
        "mentions",
        "won in large outlets",
        "most × (1 − exp(−money / (most × cost)))",
        "expectation",
        "flow",
    )
    yield own(
        "mentions_small",
        "mentions",
        "won in small outlets: the long tail",
        "most × (1 − exp(−money / (most × cost)))",
        "expectation",
        "flow",
    )
    yield own(
        "tail_share",
        "share",
        "share of earned reach from the long tail",
        "sights in small outlets / sights in all outlets",
        "expectation",
        "ratio",
        "there are no mentions",
    )
    yield own("partner_posts", "posts", "posts of partners", "posts of the plan", "plan", "flow")
    yield own(
        "influencer_posts_paid", "posts", "posts of influencers who are booked", "dates of the plan", "plan", "flow"
    )
    yield own("influencer_posts_free", "posts", "posts of influencers whom nobody pays", "count", "count", "flow")
    yield own(
        "earned_media_value",
        "money",
        "what as many impressions would have cost",
        "free impressions / 1,000 × the channel's CPM, or an editable one",
        "proxy",
        "flow",
    )
    # Selling.
    yield own(
        "conversions_social",
        "people",
        "who join the audience because of something on a social channel",
        "moves up to audience whose cause was met there",
        "count",
        "flow",
        "causes were not drawn",
    )
    yield own(
        "conversion_rate_social",
        "share",
        "conversions from social",
        "conversions_social / site visits from social channels",
        "expectation",
        "ratio",
        "causes were not drawn, or nobody came from there",
    )
    yield seg("opted_in", "people", "on the mailing list", "count at the end of the week", "count", "stock")
    yield seg("opt_ins", "people", "who join the list", "count", "count", "flow")
    yield seg("opt_outs", "people", "who leave the list", "count", "count", "flow")
    yield seg(
        "sign_ups",
        "people",
        "who opted in because they were asked, not by joining the audience",
        "count",
        "count",
        "flow",
    )
    yield seg("leads", "people", "who opted in and reach affinity", "count", "count", "flow")
    yield seg("purchases", "purchases", "of the brand", "count", "count", "flow")
    yield seg("first_purchases", "purchases", "by people who had never bought it", "count", "count", "flow")
    yield seg("repeat_purchases", "purchases", "by people who had", "purchases − first purchases", "count", "flow")
    yield seg(
        "repeat_rate",
        "share",
        "share of purchases that are repeated",
        "repeat purchases / purchases",
        "count",
        "ratio",
        "nothing is bought",
    )
    yield seg(
        "market_share",
        "share",
        "its part of the category",
        "purchases / purchases of the category",
        "count",
        "ratio",
        "nothing is bought in the category",
    )
    yield seg(
        "customers", "people", "who bought within the churn window", "count at the end of the week", "count", "stock"
    )
    yield seg("buyers", "people", "who ever bought", "count at the end of the week", "count", "stock")
    yield seg("won", "people", "who become customers, for the first time or again", "count", "count", "flow")
    yield seg(
        "lost",
        "people",
        "who cease to be customers",
        "customers at the start + won − customers at the end",
        "count",
        "flow",
    )
    yield seg(
        "churn",
        "share",
        "customers lost",
        "lost / customers at the start",
        "count",
        "ratio",
        "there are no customers at the start",
    )
    yield seg("redemptions", "purchases", "purchases with an offer", "count", "count", "flow")
    yield seg("discounts", "money", "taken off by offers", "redemptions × discount", "count", "flow")
    yield seg("refunds", "purchases", "purchases that are paid back", "count", "count", "flow")
    yield seg("refunded", "money", "paid back", "refunds × mean price paid in the week", "count", "flow")
    yield seg("cross_sales", "purchases", "second products sold", "count", "count", "flow")
    yield seg(
        "revenue",
        "money",
        "what is taken in",
        "purchases × price of the day − discounts − refunded + cross-sales × their price",
        "count",
        "flow",
    )
    yield seg(
        "margin", "money", "what is left after the goods", "revenue − unit costs of what was sold", "count", "flow"
    )
    yield seg(
        "customer_value",
        "money per customer",
        "margin that a customer brings before leaving",
        "margin so far / customers lost so far",
        "count",
        "ratio",
        "no customer has been lost so far",
    )
    yield seg("referrals", "people", "new customers who name the friend who sent them", "count", "count", "flow")
    yield seg(
        "referred",
        "people",
        "buyers whom a friend sent, and who said so",
        "count at the end of the week",
        "count",
        "stock",
    )
    yield seg(
        "referred_share",
        "share",
        "buyers whom a friend sent",
        "referred / buyers",
        "count",
        "ratio",
        "nobody has bought",
    )
    # Money.
    yield Entry("cost", "money", "all that the plan costs", "cost_planned + cost_response", "count", "lever", "flow")
    yield Entry(
        "cost_planned",
        "money",
        "costs that follow from the plan alone",
        "the plan's cost table",
        "plan",
        "lever",
        "flow",
    )
    yield Entry(
        "cost_response",
        "money",
        "costs that follow from what people do",
        "rewards, redemptions, contacts, members, ... × their cost",
        "count",
        "lever",
        "flow",
    )
    yield own("profit", "money", "what is left after goods and plan", "margin − cost", "count", "flow")
    yield chan("paid_spend", "money", "spent on paid media", "money of the plan", "plan", "flow")
    yield chan(
        "cpm",
        "money per 1,000",
        "cost per thousand paid impressions",
        "1,000 × paid spend / paid impressions",
        "plan",
        "ratio",
        "there are no paid impressions",
    )
    yield chan(
        "cpc",
        "money per click",
        "cost per click of paid media",
        "paid spend / (paid impressions × click rate)",
        "expectation",
        "ratio",
        "there are no paid clicks",
    )
    yield own("cpa", "money per customer", "cost per acquired customer", "cost / won", "count", "ratio", "none is won")
    yield own(
        "cpe",
        "money per engagement",
        "cost per engagement",
        "cost of own posts, user content, influencers and outreach / (likes + comments + shares + influencers')",
        "expectation",
        "ratio",
        "there are no engagements",
    )
    yield own(
        "roas", "money per money", "return on all spending", "revenue / cost", "count", "ratio", "nothing is spent"
    )
    for name, unit, summary, formula in (
        (
            "incremental_roas",
            "money per money",
            "revenue that the plan adds for what it adds in cost",
            "(revenue with − revenue without) / (cost with − cost without)",
        ),
        (
            "cpik_customers",
            "money per 1,000",
            "cost per incremental thousand customers at the end",
            "1,000 × (cost with − cost without) / (customers with − customers without)",
        ),
        (
            "cpik_purchases",
            "money per 1,000",
            "cost per incremental thousand purchases",
            "1,000 × (cost with − cost without) / (purchases with − purchases without)",
        ),
    ):
        yield Entry(name, unit, summary, formula, "count", "pair", "ratio", "the divisor is nought")


GLOSSARY: dict[str, Entry] = {entry.name: entry for entry in _all()}
"""Every metric, in the order in which it is shown."""

WEEKLY = tuple(entry.name for entry in GLOSSARY.values() if entry.level != "pair")
"""The metrics of the weekly table."""

CHAPTERS = (
    ("What is seen", "impressions", "bouncing"),
    ("The path", "unaware_stock", "samples"),
    ("The Social Action Index", "sai_awareness", "sai_trend"),
    ("Applause", "posts", "influencer_engagements"),
    ("Conversations", "conversations_positive", "share_of_voice_paid"),
    ("Community", "members", "attendances"),
    ("Earned", "mentions_large", "earned_media_value"),
    ("Leads and customers", "conversions_social", "referred_share"),
    ("Money", "cost", "cpik_purchases"),
)
"""Titles of the glossary's chapters, with the first and the last metric of each."""
