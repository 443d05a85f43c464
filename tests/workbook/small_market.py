"""A small market with everything that a plan may speak of, and plans drawn over every key of the language."""

import tomllib
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from scenarios import ScenarioError, scenario_from_dict
from scenarios.load import Loaded, load_text
from scenarios.schema import Plan

START, WEEKS = date(2027, 1, 4), 5
LAST = START + timedelta(days=7 * WEEKS - 1)

TEXT = """\
# A market for the tests of the workbook.
name = "small"
title = "A small market"
start = 2027-01-04
weeks = 5
carry_out_weeks = 2
currency = "EUR"

[market]
size = 2_000
consumers = 200
leaders = [3, 5, 8]

[segments.young]
share = 0.5
buys_every_days = 20
channels = { feed = 0.9, screen = 0.5 }
topics = { craft = 1.2 }

[segments.old]
share = 0.5
channels = { feed = 0.3, screen = 0.9 }

[channels.feed]
platform = "instagram"

[channels.screen]
platform = "television"

[brand]
price = 10.0
unit_cost = 4.0

[influencers.ana]
channel = "feed"
followers = 300
cost_per_post = 120.5

[influencers.bo]
channel = "feed"
followers = 90
cost_per_post = 40

[influencers.cem]
channel = "feed"
followers = 50
cost_per_post = 10

[moments.fair]
date = 2027-01-20

[shocks.dark]                 # half a week without the screen
kind = "outage"
date = 2027-01-18
days = 3
channel = "screen"

[shocks.gone]
kind = "defection"
date = 2027-01-25
influencer = "bo"

[warm_up]
weeks = 2

[warm_up.plan.media]
feed.weekly = 10

# ------------------------------------------------------------ plans

[plans.base]                  # what we did last year
title = "As last year"

[plans.base.media.feed]
weekly = 100                  # every week the same

[plans.base.media.screen]
flights = [{ start = 2027-01-04, end = 2027-01-13, weekly = 70 }, { start = 2027-01-20, end = 2027-02-03, weekly = 35 }]

[plans.base.posts.feed]
weekly = 2
cost_per_post = 5

[[plans.base.bookings]]
influencer = "ana"
posts = 3
start = 2027-01-05
every_days = 10

[[plans.base.bookings]]
influencer = "bo"
dates = [2027-01-21, 2027-01-28]

[[plans.base.seeding]]
people = 50
unit_cost = 2.5

[plans.same]
as = "base"
title = "The same again"
"""


def small() -> Loaded:
    return load_text(TEXT, name="small.toml")


# ------------------------------------------------------------------------------------------------- drawn plans


def amounts(most: float = 1e6) -> st.SearchStrategy[float]:
    return st.one_of(
        st.just(0),
        st.integers(0, int(most)),
        st.floats(0.0, most, allow_subnormal=False),
        st.sampled_from([0.1, 1 / 3]),
    )


positive = st.one_of(st.integers(1, 1_000), st.floats(0.01, 1_000.0))
share = st.floats(0.0, 1.0)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.sampled_from(
        ["=HYPERLINK(1)", "+1", "-2", "@x", "'=1", '"quoted"', "[1]", "{}", "12", "true", " led", "_x0041_", "x005F_",
         "a\nb", "2027-01-04", "#REF!", "Spring", "ü, ж; 漢", "a" * 40_000]
    ),
)  # fmt: skip
days = st.integers(0, 7 * WEEKS - 1).map(lambda n: START + timedelta(days=n))
segments = st.sampled_from([["young"], ["old"], ["young", "old"]])


def part(needed: dict[str, Any], maybe: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=maybe)


@st.composite
def paces(draw: st.DrawFn, most: float = 1e6) -> dict[str, Any]:
    kind = draw(st.sampled_from(["one", "list", "flights", "pulse", "no flights"]))
    if kind == "one":
        return {"weekly": draw(amounts(most))}
    if kind == "list":
        return {"weekly": draw(st.lists(amounts(most), min_size=WEEKS, max_size=WEEKS))}
    if kind == "flights":
        ends = sorted(draw(st.lists(st.integers(0, 7 * WEEKS - 1), min_size=2, max_size=4, unique=True)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        day = START.__add__
        return {
            "flights": [
                {"start": day(timedelta(a)), "end": day(timedelta(z)), "weekly": draw(amounts(most))} for a, z in pairs
            ]
        }
    if kind == "pulse":
        on, off = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        return {"pulse": {"on_weeks": on, "off_weeks": off, "weekly": draw(amounts(most))}}
    return {"flights": []}


@st.composite
def paced(draw: st.DrawFn, needed: dict[str, Any], maybe: dict[str, Any], most: float = 1e6) -> dict[str, Any]:
    return {**draw(part(needed, maybe)), **draw(paces(most))}


@st.composite
def timed(draw: st.DrawFn, needed: dict[str, Any], maybe: dict[str, Any]) -> dict[str, Any]:
    a, z = sorted((draw(days), draw(days)))
    ends = draw(st.sampled_from([{}, {"start": a}, {"end": z}, {"start": a, "end": z}]))
    return {**ends, **draw(part(needed, maybe))}


@st.composite
def media(draw: st.DrawFn) -> dict[str, Any]:
    more = {"creatives": st.integers(1, 9), "cost_per_creative": amounts(), "segments": segments}
    entry = draw(paced({}, more))
    if "segments" in entry and draw(st.booleans()):
        entry["premium"] = draw(positive)
    return entry


@st.composite
def bookings(draw: st.DrawFn) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(["ana", "bo"]), unique=True)):
        mine = draw(st.lists(days, min_size=1, max_size=4, unique=True))
        if draw(st.booleans()):
            out.append({"influencer": name, "dates": mine})
        else:
            out.append({"influencer": name, "posts": draw(st.integers(1, 3)), "start": START + timedelta(3)})
            if draw(st.booleans()):
                out[-1]["every_days"] = draw(st.integers(1, 9))
    return out


waves = st.one_of(
    part({"people": st.integers(0, 900)},
         {"strategy": st.sampled_from(["random", "highest-degree", "random-neighbour"]), "segments": segments,
          "date": days, "unit_cost": amounts(), "stage": st.sampled_from(["attention", "affinity", "advocacy"]),
          "tries_product": share}),
    part({"strategy": st.just("leaders"), "people": st.integers(0, 30)}, {"date": days}),
    part({"strategy": st.just("list"), "consumers": st.lists(st.integers(0, 199), min_size=1, unique=True)},
         {"unit_cost": amounts()}),
)  # fmt: skip

posts = paced(
    {},
    {"kind": st.sampled_from(["original", "curated", "user-generated", "real-time"]),
     "weekdays": st.lists(st.sampled_from(["mon", "wed", "sun"]), min_size=1, unique=True),
     "format": st.sampled_from(["photo", "article", "video"]), "topic": st.just("craft"), "quality": amounts(5),
     "cost_per_post": amounts(5_000)}, most=40,
)  # fmt: skip
channel = st.sampled_from(["feed", "screen"])
feed = st.just("feed")
names = st.sampled_from(["a", "b-2", "2025", "flights", "weekly"])
weekly = {"cost_per_week": amounts()}

LEVERS: dict[str, st.SearchStrategy[Any]] = {
    "title": texts,
    "price": positive,
    "media": st.one_of(
        st.just({}),
        st.fixed_dictionaries({}, optional={"feed": media(), "screen": media(), "seeding": st.builds(
            lambda entry, on: {"channel": on, **entry}, media(), channel)}),
    ),
    "media_scale": st.sampled_from([0.0, 0.5, 1, 1.05, 1 / 3]),
    "posts": st.fixed_dictionaries({}, optional={"feed": posts, "clips": st.builds(
        lambda entry: {"channel": "feed", **entry}, posts)}),
    "bookings": bookings(),
    "seeding": st.lists(waves, max_size=3),
    "earned": st.dictionaries(names, paced({"channel": channel}, {"to_small": share, "pull": amounts(9)}), max_size=2),
    "partnerships": st.dictionaries(names, paced(
        {"channel": channel, "people": st.integers(0, 500)},
        {"segments": st.just(["young"]), "pull": amounts(9), "cost_per_post": amounts()}, most=20), max_size=2),
    "outreach": paced({"influencers": st.just(["cem"])}, {}),
    "lists": st.dictionaries(names, st.one_of(
        paced({"people": st.sampled_from(["visitors", "opt-ins", "customers"])},
              {"seen": share, "quality": amounts(9), "cost_per_contact": amounts(9)}, most=9),
        paced({"people": st.just("visitors"), "channel": feed}, {}, most=9)), max_size=2),
    "sign_up": timed({}, {"p_opt_in": share, "value_first": st.booleans(), "cost_per_opt_in": amounts(), **weekly}),
    "offers": st.builds(lambda a, more: {"spring": {"start": START, "end": a, **more}}, days,
                        part({"discount": share}, {"announced": amounts(9), "cost_per_redemption": amounts(),
                                                   "fixed_cost": amounts()})),
    "cross_sell": timed({"price": positive}, {"unit_cost": amounts(), "p_take": share, **weekly}),
    "community": paced({}, {"elsewhere": st.one_of(
        amounts(90), st.lists(amounts(90), min_size=WEEKS, max_size=WEEKS)), "cost_per_hour": amounts(90)}, most=90),
    "space": timed({}, {"disclosure": share, "cost_per_member_week": amounts(), **weekly}),
    "events": st.dictionaries(names, part(
        {"date": days, "invited": st.integers(0, 900)},
        {"days": st.integers(1, 30), "p_come": share, "segments": segments, "cost": amounts(),
         "cost_per_attender": amounts()}), max_size=2),
    "listening": timed({"hours_per_week": amounts(90)}, {
        "cost_per_hour": amounts(90), "fix": st.booleans(), "fix_cost": amounts(), "ideas_per_quarter": amounts(9),
        "cost_per_idea": amounts()}),
    "sharing": timed({}, {"content": amounts(9), "site": amounts(9), "phone_ready": share, "cost": amounts(),
                          **weekly}),
    "user_content": timed({"channel": feed}, {"shown_per_week": amounts(9), **weekly}),
    "rewards": timed({}, {"per_return": amounts(), "per_referral": amounts(), **weekly}),
    "loyalty": timed({}, {"cost_per_customer_week": amounts(), **weekly}),
    "support": timed({}, {"coverage": share, "cost_per_purchase": amounts(), **weekly}),
    "referral": timed({}, {"for_sender": amounts(), "for_friend": amounts(), **weekly}),
}  # fmt: skip
"""How every key of a plan is drawn."""

plans_data = st.fixed_dictionaries({}, optional=LEVERS)


def plan_of(data: dict[str, Any]) -> Plan:
    """A plan from plain data, without the levers that the scenario's own checks refuse."""
    whole = tomllib.loads(TEXT)
    data = dict(data)
    while True:
        whole["plans"] = {"drawn": data}
        try:
            return scenario_from_dict(whole).plans["drawn"]
        except ScenarioError as error:
            refused = {
                problem.where.removeprefix("plans.drawn.").split(".")[0].split()[0] for problem in error.problems
            }
            assert refused & data.keys(), error
            data = {lever: value for lever, value in data.items() if lever not in refused}
