"""What each lever must move, and where it must do nothing: changes to the market of :mod:`tests.levers.markets`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.levers.markets import MONDAY, PAIRS

_D = date
ADS = {"plan.media.feed.weekly": 100.0}
POSTS = {"plan.posts.feed.weekly": 10.0, "channels.feed.organic_reach": 0.6}
ON_STYLE = {**POSTS, "plan.posts.feed.topic": "style", "segments.old.topics": {"style": 1.0}}
NO_TALK = {
    "word_of_mouth.talk_from": "nobody",
    "word_of_mouth.fresh_on": "nothing",
    "brand.p_dissatisfied": 0.0,
    "rivals.other.p_dissatisfied": 0.0,
}
NO_BUYERS = {
    "segments.young.buys_every_days": None,
    "segments.old.buys_every_days": None,
    "brand.start.customers": 0.0,
}
UNKNOWN = {"brand.start": {}, "weeks": 3}
"""Nobody knows the brand, and there is little time."""


@dataclass(frozen=True)
class Moves:
    """One lever on and off: a figure goes up, or down."""

    name: str
    on: Mapping[str, Any]
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    off: Mapping[str, Any] = field(default_factory=dict)
    both: Mapping[str, Any] = field(default_factory=dict)
    pairs: int = PAIRS


@dataclass(frozen=True)
class Idle:
    """The same lever on and off where it cannot act: nothing differs."""

    name: str
    on: Mapping[str, Any]
    both: Mapping[str, Any] = field(default_factory=dict)
    off: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False
    """Whether the language refuses to say it at all; the engine is asked all the same."""


MOVES = (
    # ------------------------------------------------------------------------------------- target-market insight
    Moves("targeting", {"plan.media.feed.segments": ["young"]},
          up=("attention_entries.young",), down=("attention_entries.old",), both=ADS, pairs=16),
    Moves("targeting-fit", {"plan.media.feed.segments": ["young"]}, up=("entries_by_paid",),
          both={**ADS, "segments.young.fit": {"feed": 2.0}, "segments.old.fit": {"feed": 0.1}}, pairs=16),
    Moves("targeting-premium", {"plan.media.feed.premium": 2.5}, down=("entries_by_paid",),
          both={**ADS, "plan.media.feed.segments": ["young"]}),
    Moves("needs", {"segments.young.buys_every_days": 6.0}, up=("purchases.young",)),
    Moves("susceptibility", {"segments.young.susceptibility": 1.5}, up=("entries.young",), both=ADS),
    Moves("media-use", {"segments.young.media_use": 2.0},
          up=("attention_entries.young",), down=("attention_entries.old",), both=ADS, pairs=10),
    Moves("channel-use", {"segments.young.channels": {"feed": 0.9}}, both=ADS, up=("attention_entries.young",),
          off={"segments.young.channels": {"feed": 0.1}}),
    Moves("fit", {"segments.young.fit": {"feed": 2.0}}, up=("attention_entries.young",), both=ADS),
    Moves("topic-interest", {"segments.young.topics": {"style": 3.0}}, up=("entries_by_owned",),
          both=ON_STYLE),
    Moves("ties", {"segments.young.ties": 2.0}, up=("entries.young",)),
    # ------------------------------------------------------------------------------------- content
    Moves("video", {"plan.posts.feed.format": "video"}, up=("entries_by_owned",), both=POSTS, pairs=16),
    Moves("curated", {"plan.posts.feed.kind": "curated"}, down=("entries_by_owned",), both=POSTS, pairs=16),
    Moves("real-time", {"plan.posts.feed.kind": "real-time"}, up=("entries_by_owned",),
          both={**POSTS, "moments": {f"m{k}": {"date": _D(2027, 1, 4 + 3 * k), "strength": 4.0} for k in range(9)},
                "weeks": 4}),
    Moves("real-time-idle", {"plan.posts.feed.kind": "real-time"}, down=("entries_by_owned",), both=POSTS),
    Moves("quality", {"plan.posts.feed.quality": 2.0}, up=("entries_by_owned",), both=POSTS),
    Moves("own-posts", POSTS, up=("entries_by_owned", "loyalty")),
    Moves("user-content", {"plan.user_content": {"channel": "feed", "shown_per_week": 7.0}},
          up=("entries_by_user_content", "entries_by_word_of_mouth"), both={"channels.feed.organic_reach": 0.3}),
    # ------------------------------------------------------------------------------------- cadence
    Moves("over-posting", {"plan.posts.feed.weekly": 35.0},
          up=("falls_by_irritation", "falls"),
          off={"plan.posts.feed.weekly": 14.0}),
    Moves("creatives", {"plan.media.feed.creatives": 8}, up=("entries_by_paid",),
          both={"plan.media.feed.weekly": 3_000.0}),
    # ------------------------------------------------------------------------------------- always on, drives
    Moves("carry-out", ADS, up=("awareness",), both={"weeks": 6, "carry_out_weeks": 4}),
    Moves("warm-up", {"warm_up.plan": {"media": {"feed": {"weekly": 600.0}}}}, up=("awareness",),
          both={"warm_up.weeks": 8, "weeks": 1}),
    # ------------------------------------------------------------------------------------- paid, earned; mobile
    Moves("paid-media", ADS, up=("attention_entries", "entries_by_paid", "cost")),
    Moves("media-scale", {"plan.media_scale": 2.0}, up=("attention_entries", "cost"), both=ADS),
    Moves("press-work", {"plan.earned.press": {"channel": "feed", "weekly": 500.0}},
          up=("attention_entries", "entries_by_earned", "cost")),
    Moves("partnerships", {"plan.partnerships.cafe": {"channel": "site", "weekly": 2.0, "people": 5_000,
                                                        "cost_per_post": 50.0}},
          up=("attention_entries", "entries_by_earned", "cost")),
    Moves("phones", {"channels.feed.phone_share": 0.9}, down=("entries_by_paid",), both=ADS),
    Moves("phone-use", {"segments.young.phone_use": 1.8}, down=("entries_by_paid",),
          both={**ADS, "channels.feed.phone_share": 0.5}),
    Moves("phone-ready", {"plan.sharing.phone_ready": 1.0}, up=("entries_by_paid",),
          both={**ADS, "channels.feed.phone_share": 0.9}),
    # ------------------------------------------------------------------------------------- bouncing
    Moves("bouncing", {"channels.feed.bounce": {"site": 0.6}}, up=("entries_by_owned",), both=POSTS),
    # ------------------------------------------------------------------------------------- influence
    Moves("bookings", {"plan.bookings": [{"influencer": "ana", "posts": 12, "start": _D(2027, 1, 4)}]},
          up=("attention_entries", "entries_by_influencer", "cost")),
    Moves("outreach", {"plan.outreach.weekly": 5_000.0}, up=("entries_by_influencer", "cost"), pairs=16),
    # ------------------------------------------------------------------------------------- seeding
    Moves("seeding", {"plan.seeding": [{"people": 1_000, "unit_cost": 3.0}]},
          up=("samples", "affinity_entries", "satisfied", "cost")),
    Moves("seeding-leaders", {"plan.seeding": [{"strategy": "leaders", "people": 300}]}, up=("samples",),
          both={"market.leaders": list(range(30))}),
    # ------------------------------------------------------------------------------------- community management
    Moves("community-own-pages", {"plan.community": {"weekly": 60.0, "cost_per_hour": 30.0}},
          up=("answered", "settled", "loyalty", "cost"), down=("falls",)),
    Moves("community-settles", {"plan.community": {"weekly": 60.0}}, down=("detractors",),
          both={"brand.p_dissatisfied": 0.3}, pairs=16),
    Moves("community-elsewhere", {"plan.community": {"elsewhere": 20.0, "cost_per_hour": 30.0}},
          up=("attention_entries", "entries_by_community", "cost")),
    # ------------------------------------------------------------------------------------- listening
    Moves("listening", {"plan.listening": {"hours_per_week": 60.0, "cost_per_hour": 40.0}}, up=("cost",),
          down=("detractors", "complaints"), both={"brand.p_dissatisfied": 0.3, "weeks": 20}),
    Moves("ideas", {"plan.listening": {
        "hours_per_week": 30.0, "ideas_per_quarter": 30.0, "cost_per_idea": 500.0, "fix": False}},
          up=("satisfied", "cost"), both={"weeks": 20}),
    # ------------------------------------------------------------------------------------- engagement, social selling
    Moves("sign-up", {"plan.sign_up": {"cost_per_opt_in": 1.0}}, up=("opt_ins", "leads", "cost")),
    Moves("value-first", {"plan.sign_up.value_first": True}, up=("opt_ins", "leads"), both={"plan.sign_up": {}}),
    Moves("e-mail", {"plan.lists.mail": {"people": "opt-ins", "weekly": 3.0}},
          up=("entries_by_list", "cost"), both={"plan.sign_up": {"p_opt_in": 0.5}}),
    Moves("e-mail-unsubscribes", {"plan.lists.mail.weekly": 14.0}, up=("falls_by_irritation",),
          both={"plan.lists.mail": {"people": "visitors", "weekly": 1.0}}),
    Moves("retargeting", {"plan.lists.again": {"people": "visitors", "weekly": 5.0, "channel": "feed"}},
          up=("entries_by_list", "affinity_entries", "cost")),
    Moves("offers", {"plan.offers.sale": {"start": _D(2027, 2, 1), "end": _D(2027, 2, 28), "discount": 0.3,
                                           "cost_per_redemption": 0.2}},
          up=("redemptions", "purchases", "cost")),
    Moves("refunds", {"brand.p_refund": 0.5}, up=("refunds",)),
    Moves("cross-sell", {"plan.cross_sell": {"price": 5.0, "cost_per_week": 10.0}}, up=("cross_sales", "cost")),
    # ------------------------------------------------------------------------------------- topic map
    Moves("topic-map", {"channels.feed.topics": {"style": 3.0}}, up=("entries_by_owned",),
          both=ON_STYLE),
    # ------------------------------------------------------------------------------------- community
    Moves("space", {"plan.space": {"cost_per_member_week": 0.1, "cost_per_week": 50.0}},
          up=("sense_of_community", "entries_by_space", "loyalty", "cost")),
    Moves("self-disclosure", {"plan.space.disclosure": 1.0}, up=("sense_of_community", "loyalty"),
          both={"plan.space.disclosure": 0.1}),
    Moves("events", {"plan.events.fair": {"date": _D(2027, 1, 20), "invited": 3_000, "cost": 900.0,
                                           "cost_per_attender": 2.0}},
          up=("attendances", "entries_by_event", "affinity_entries", "cost")),
    # ------------------------------------------------------------------------------------- sharing
    Moves("sharing", {"plan.sharing": {"content": 2.0, "site": 1.5, "cost": 500.0}},
          up=("entries_by_word_of_mouth", "cost"), both=POSTS),
    Moves("shareability", {"channels.feed.shareability": 3.0}, up=("entries_by_word_of_mouth",), both=POSTS),
    # ------------------------------------------------------------------------------------- gamification
    Moves("rewards-return", {"plan.rewards": {"per_return": 1.0}}, up=("loyalty", "cost"), down=("audience_falls",)),
    Moves("rewards-talk", {"plan.rewards": {"per_referral": 2.0}},
          up=("entries_by_word_of_mouth", "referrals", "cost")),
    # ------------------------------------------------------------------------------------- loyalty, support, referral
    Moves("loyalty", {"plan.loyalty": {"cost_per_customer_week": 0.1}}, up=("purchases", "customers", "cost")),
    Moves("support", {"plan.support": {"cost_per_purchase": 0.2}}, up=("cost",), down=("detractors",), pairs=16,
          both={"brand.p_dissatisfied": 0.3}),
    Moves("referral", {"plan.referral": {"for_sender": 1.0, "for_friend": 1.0}},
          up=("referrals", "referred", "entries_by_word_of_mouth", "cost")),
    # ------------------------------------------------------------------------------------- product and position
    Moves("satisfaction", {"brand.p_satisfied": 0.85}, up=("advocacy", "purchases"), off={"brand.p_satisfied": 0.3}),
    Moves("disappointment", {"brand.p_dissatisfied": 0.4}, up=("detractors", "falls"), down=("purchases", "advocacy")),
    Moves("price", {"plan.price": 8.0}, up=("purchases",)),
    Moves("appeal", {"brand.appeal": 0.7}, up=("purchases",)),
    # ------------------------------------------------------------------------------------- competitors
    Moves("rival-media", {"rivals.other.plan.media": {"feed": {"weekly": 2_000.0}}},
          up=("falls_by_rival", "rival.attention_entries"), down=("purchases",)),
    Moves("rival-media-scale", {"rivals.other.plan.media_scale": 3.0},
          up=("falls_by_rival", "rival.attention_entries"),
          both={"rivals.other.plan.media": {"feed": {"weekly": 100.0}}}, pairs=16),
    # ------------------------------------------------------------------------------------- shocks
    Moves("backlash", {"shocks.row": {"kind": "backlash", "date": _D(2027, 2, 1), "strength": 0.3}},
          up=("detractors", "entries_by_backlash"), down=("purchases", "advocacy")),
    Moves("backlash-rival", {"shocks.row": {"kind": "backlash", "date": _D(2027, 2, 1), "strength": 0.5,
                                             "brand": "other"}},
          up=("rival.detractors", "purchases"), down=("rival.purchases",)),
    Moves("outage", {"shocks.down": {"kind": "outage", "date": _D(2027, 1, 18), "days": 28, "channel": "feed"}},
          down=("entries_by_paid", "entries_by_owned", "cost"), both={**ADS, **POSTS}),
    Moves("defection", {"shocks.quits": {"kind": "defection", "date": _D(2027, 1, 11), "influencer": "ana"}},
          down=("entries_by_influencer", "cost"),
          both={"plan.bookings": [{"influencer": "ana", "posts": 12, "start": _D(2027, 1, 4)}]}),
    Moves("defection-to-rival", {"shocks.quits": {"kind": "defection", "date": _D(2027, 1, 11), "influencer": "ana",
                                                   "to": "other"}},
          up=("rival.entries_by_influencer", "rival.attention_entries"), down=("entries_by_influencer",),
          both={"plan.bookings": [{"influencer": "ana", "posts": 12, "start": _D(2027, 1, 4)}]}),
    Moves("rival-launch", {"shocks.new": {"kind": "rival-launch", "date": _D(2027, 2, 15), "rival": "other"}},
          up=("purchases",), down=("rival.purchases",)),
    Moves("viral", {"shocks.hit": {"kind": "viral", "date": _D(2027, 1, 11), "days": 14, "strength": 5.0}},
          up=("entries_by_word_of_mouth", "awareness")),
    # ------------------------------------------------------------------------------------- reinforcement
    Moves("reinforcement", {"word_of_mouth.reinforcement": 3}, down=("entries_by_word_of_mouth", "awareness")),
    Moves("threshold", {"word_of_mouth.threshold": 0.3}, down=("entries_by_word_of_mouth", "awareness")),
)  # fmt: skip

IDLE = (
    Idle("targeting", {"plan.media.feed.premium": 5.0}, both=ADS, refused=True),  # aimed at everybody
    Idle("targeting-all", {"plan.media.feed.segments": ["young", "old"], "plan.media.feed.premium": 1.0}, both=ADS),
    Idle("needs", {"segments.young.fit": {"clips": 3.0}, "segments.young.topics": {"style": 3.0}},
         both={**ADS, **POSTS}),
    Idle("own-posts", {"plan.posts.feed": {"weekly": 0.0, "kind": "curated", "format": "video", "quality": 9.0}}),
    Idle("own-posts-dark", {"plan.posts.feed.weekly": 35.0},
         both={"shocks.dark": {"kind": "outage", "date": MONDAY, "days": 84, "channel": "feed"}}),
    Idle("real-time", {"moments": {"derby": {"date": _D(2027, 1, 20), "strength": 9.0}}}, both=POSTS),
    Idle("user-content", {"plan.user_content": {"channel": "feed"}}, both={**NO_TALK, **UNKNOWN}),
    Idle("weekdays", {"plan.posts.feed.weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, both=POSTS),
    Idle("cadence", {"parameters.cadence.irritation": 0.5}, both={"plan.posts.feed.weekly": 14.0}),
    Idle("creatives", {"plan.media.feed.creatives": 9}, both={"plan.media.feed.weekly": 0.0}),
    Idle("flights", {"plan.media.feed": {"flights": [{"start": _D(2027, 1, 4), "end": _D(2027, 3, 28),
                                                       "weekly": 100.0}]}}, off=ADS),
    Idle("pulse", {"plan.media.feed": {"pulse": {"on_weeks": 12, "off_weeks": 4, "weekly": 100.0}}}, off=ADS),
    Idle("warm-up", {"warm_up.plan": {"media": {"feed": {"weekly": 0.0}}, "sharing": {}}}, both={"warm_up.weeks": 4}),
    Idle("paid-media", ADS, both={"shocks.dark": {"kind": "outage", "date": MONDAY, "days": 84, "channel": "feed"}}),
    Idle("media-scale", {"plan.media_scale": 9.0}, both=POSTS),
    Idle("press-work", {"plan.earned.press": {"channel": "nowhere", "weekly": 5_000.0}}, refused=True),
    Idle("partnerships", {"plan.partnerships.cafe": {"channel": "site", "weekly": 5.0, "people": 0}}),
    Idle("phones", {"segments.young.phone_use": 2.0, "plan.sharing.phone_ready": 1.0}, both={**ADS, **POSTS}),
    Idle("bouncing", {"channels.feed.bounce": {"site": 1.0}},
         both={**POSTS, "segments.young.channels": {"feed": 1.0}, "segments.old.channels": {"site": 1.0}}),
    Idle("bookings", {"plan.bookings": [{"influencer": "ana", "dates": [_D(2027, 1, 8)]}]},
         both={"influencers.ana.credibility": 0.0}),
    Idle("outreach", {"plan.outreach.weekly": 5_000.0},
         both={"plan.bookings": [{"influencer": name, "dates": [_D(2027, 3, 1)]} for name in ("ana", "bo")]},
         refused=True),
    Idle("seeding", {"plan.seeding": [{"people": 0, "unit_cost": 9.0}, {"strategy": "leaders", "people": 500}]},
         refused=True),
    Idle("community-own-pages", {"plan.community": {"weekly": 100.0}}, both={**UNKNOWN, **NO_TALK}),
    Idle("support-of-nobody",
         {"plan.support": {}, "plan.listening": {"hours_per_week": 60.0, "ideas_per_quarter": 9.0}},
         both={**NO_BUYERS, "weeks": 20}),
    Idle("over-posting-unseen", {"plan.posts.feed.weekly": 35.0}, both={"channels.feed.organic_reach": 0.0}),
    Idle("community-without-conversations", {"plan.community": {"weekly": 100.0}},
         both={"parameters.community.p_complain": 0.0, "parameters.community.talk_per_member_week": 0.0}),
    Idle("community-elsewhere", {"plan.community": {"elsewhere": 0.0, "cost_per_hour": 50.0}}),
    Idle("listening", {"plan.listening": {"hours_per_week": 1.0, "ideas_per_quarter": 0.9}}),
    Idle("sign-up", {"plan.sign_up": {"value_first": True}}, both={**UNKNOWN, **NO_TALK, "weeks": 1}),
    Idle("e-mail", {"plan.lists.mail": {"people": "customers", "weekly": 7.0}}, both=NO_BUYERS),
    Idle("retargeting", {"plan.lists.again": {"people": "visitors", "weekly": 7.0, "channel": "nowhere"}},
         refused=True),
    Idle("offers", {"plan.offers.sale": {"start": _D(2027, 1, 11), "end": _D(2027, 2, 7), "discount": 0.5,
                                          "announced": 0.0}}),
    Idle("refunds", {"brand.p_refund": 1.0}, both={"brand.p_dissatisfied": 0.0}),
    Idle("cross-sell", {"plan.cross_sell": {"price": 5.0}}, both=NO_BUYERS),
    Idle("topic-map", {"channels.clips.topics": {"style": 5.0}}, both=ON_STYLE),
    Idle("space", {"plan.space": {}}, both={**UNKNOWN, **NO_TALK}),
    Idle("self-disclosure", {"plan.space": {"disclosure": 0.0}}),
    Idle("events", {"plan.events.fair": {"date": MONDAY, "invited": 9_000}}, both=UNKNOWN),
    Idle("sharing", {"plan.sharing": {"content": 5.0, "site": 5.0}, "channels.feed.shareability": 9.0}, both=ADS),
    Idle("rewards", {"plan.rewards": {"per_return": 0.0, "per_referral": 0.0, "cost_per_week": 100.0}}),
    Idle("loyalty", {"plan.loyalty": {}}, both=NO_BUYERS),
    Idle("support", {"plan.support": {}}, both={"brand.p_dissatisfied": 0.0}),
    Idle("support-coverage", {"plan.support": {"coverage": 0.0}}),
    Idle("referral", {"plan.referral": {"for_sender": 2.0}}, both={**NO_BUYERS, **NO_TALK}),
    Idle("referral-without-reward", {"plan.referral": {}}),
    Idle("price", {"plan.price": 5.0}, both=NO_BUYERS),
    Idle("rival-media-scale", {"rivals.other.plan.media_scale": 5.0}),
    Idle("backlash", {"shocks.row": {"kind": "backlash", "date": _D(2027, 2, 1), "strength": 0.0}}, both=ADS),
    Idle("outage", {"shocks.down": {"kind": "outage", "date": _D(2027, 1, 18), "days": 28, "channel": "clips"}},
         both={**ADS, **POSTS}),
    Idle("defection", {"shocks.quits": {"kind": "defection", "date": _D(2027, 1, 11), "influencer": "bo"}},
         both={"plan.bookings": [{"influencer": "ana", "posts": 6, "start": MONDAY}]}),
    Idle("rival-launch", {"shocks.new": {"kind": "rival-launch", "date": MONDAY, "rival": "other"}}),
    Idle("viral", {"shocks.hit": {"kind": "viral", "date": _D(2027, 1, 11), "strength": 9.0}}, both=NO_TALK),
    Idle("reinforcement", {"word_of_mouth.reinforcement": 4}, both=NO_TALK),
)  # fmt: skip
