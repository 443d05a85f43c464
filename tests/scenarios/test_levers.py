"""Levers of a plan: everything at once is accepted, remarks on what does nothing, and what is taken over."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scenarios import plan as plan_module
from scenarios.errors import ScenarioError
from scenarios.fields import Part
from scenarios.load import load_scenario, scenario_from_dict
from scenarios.schema import Plan, Scenario
from tests.scenarios.base import BASE, ROSTER, edited, problems_of, write
from tests.scenarios.broken_levers import lever, part

pytestmark = pytest.mark.core

EVERYTHING = """
[plans.full]
price = 4.2
media.early = { channel = "feed", flights = [{ start = 2027-01-04, end = 2027-01-17, weekly = 50 }] }
media.late = { channel = "feed", pulse = { on_weeks = 1, off_weeks = 1, weekly = 40 }, segments = ["young"], \
premium = 1.3, creatives = 3, cost_per_creative = 20 }
posts.recipes = { channel = "feed", weekly = 1, weekdays = ["mon", "sat"], format = "video", topic = "recipes" }
posts.live = { channel = "letter", weekly = 1, kind = "real-time" }
bookings = [{ influencer = "ana", dates = [2027-01-08] }]
seeding = [
  { strategy = "leaders", people = 40, unit_cost = 2, date = 2027-01-05 },
  { people = 40, segments = ["old"], unit_cost = 2 },
]
earned.press = { channel = "screen", weekly = 200, to_small = 0.8 }
partnerships.cafe = { channel = "letter", weekly = 1, people = 300, segments = ["old"], cost_per_post = 5 }
outreach = { weekly = 100 }
lists.news = { people = "opt-ins", weekly = 1 }
lists.again = { people = "visitors", weekly = 2, channel = "letter", cost_per_contact = 0.02 }
sign_up = { value_first = true, cost_per_opt_in = 0.5, start = 2027-01-11 }
offers.january = { start = 2027-01-18, end = 2027-01-24, discount = 0.2 }
offers.february = { start = 2027-01-25, end = 2027-01-31, discount = 0.3 }
cross_sell = { price = 2, unit_cost = 1 }
community = { elsewhere = 2, cost_per_hour = 25 }
space = { cost_per_week = 5 }
events.fair = { date = 2027-02-10, invited = 400, segments = ["young"], cost = 300 }
listening = { hours_per_week = 4, cost_per_hour = 25, ideas_per_quarter = 1, cost_per_idea = 50 }
sharing = { content = 1.2, phone_ready = 0.5, cost = 100 }
user_content = { channel = "feed" }
rewards = { per_referral = 0.5, end = 2027-02-07 }
loyalty = { cost_per_week = 10 }
support = { coverage = 0.5, cost_per_purchase = 0.2 }
referral = { for_friend = 0.5, cost_per_week = 3 }

[moments.cup]
date = 2027-01-20

[shocks]
storm = { kind = "backlash", date = 2027-01-27, strength = 0.2 }
dark = { kind = "outage", channel = "feed", date = 2027-02-01, days = 3 }
gone = { kind = "defection", influencer = "ana", to = "other", date = 2027-02-15 }
late = { kind = "rival-launch", rival = "new", date = 2027-02-01 }
hit = { kind = "viral", brand = "other", date = 2027-02-20, strength = 3 }

[rivals.new]
price = 4
plan.offers.open = { start = 2027-02-01, end = 2027-03-14, discount = 0.5 }

[warm_up]
weeks = 4
plan.media.feed.weekly = [1, 2, 3, 4]
plan.sign_up.start = 2026-12-07
plan.events.eve = { date = 2027-01-03, invited = 100, cost = 5 }
"""
FULL = edited(
    BASE,
    ("consumers = 500", "consumers = 500\nleaders = [7, 3, 9]"),
    ("weeks = 8", "weeks = 8\ncarry_out_weeks = 2"),
    ("[segments.old]", "buys_every_days = 20\nphone_use = 1.3\n[segments.old]"),
    (
        "[channels.screen]",
        "phone_share = 0.6\ntopics = { recipes = 1.4 }\nbounce = { letter = 0.1 }\n[channels.screen]",
    ),
    ("price = 4.50", "price = 4.50\nunit_cost = 1\np_refund = 0.4"),
    ("[parameters]", EVERYTHING + "\n[parameters]"),
)


def load(tmp_path: Path, text: str, files: dict[str, str | bytes] | None = None) -> tuple[Scenario, list[str]]:
    loaded = load_scenario(write(tmp_path, text, files))
    return loaded.scenario, list(loaded.notes)


def test_a_plan_with_every_lever_is_accepted_without_a_remark(tmp_path: Path) -> None:
    scenario, notes = load(tmp_path, FULL)
    assert notes == []
    full = scenario.plans["full"]
    assert [key for key in Plan.model_fields if not getattr(full, key) and key != "title"] == []
    assert [media.channel for media in full.media.values()] == ["feed", "feed"]
    assert (scenario.first_day, scenario.n_weeks, scenario.n_days) == (date(2026, 12, 7), 14, 98)


def test_levers_do_nothing_when_left_out(tmp_path: Path) -> None:
    empty = Plan()
    assert {key: getattr(empty, key) for key in Plan.model_fields if getattr(empty, key)} == {"media_scale": 1.0}
    with_levers, without = load(tmp_path, FULL)[0], load(tmp_path, BASE)[0]
    assert with_levers.plans["baseline"] == without.plans["baseline"]


# ---------------------------------------------------------------- remarks

LIVE = '[plans.baseline.posts.live]\nchannel = "feed"\nweekly = 1\nkind = "real-time"'
BUYS = ("[segments.old]", "buys_every_days = 20\n[segments.old]")

REMARKS: list[tuple[list[tuple[str, str]], list[str]]] = [
    (lever(LIVE), ["plans.baseline.posts.live posts in real time, but no [moments.<name>]"]),
    (part("[moments.cup]\ndate = 2027-02-01"), ["moments do nothing: no plan has posts"]),
    ([*lever(LIVE), *part("[moments.cup]\ndate = 2027-02-01")], []),
    (lever("[plans.baseline.rewards]\ncost_per_week = 1"), ["plans.baseline.rewards do nothing: per_return"]),
    (lever("[plans.baseline.referral]\ncost_per_week = 1", BUYS), ["plans.baseline.referral pays nobody: for_sender"]),
    (lever("[plans.baseline.loyalty]\ncost_per_week = 1"), ["plans.baseline.loyalty can do little: nobody ever buys"]),
    (lever("[plans.baseline.support]\ncost_per_week = 1\ncoverage = 0", BUYS), ["support does nothing: coverage is 0"]),
    (lever("[plans.baseline.community]\nweekly = 4"), ["plans.baseline.community has no cost_per_hour: it is counted"]),
    (lever("[plans.baseline.space]"), ["plans.baseline.space has no cost_per_member_week and no cost_per_week: it is"]),
    ([('title = "Baseline"', 'title = "Baseline"\nmedia_scale = 75')],
     ["plans.baseline.media_scale multiplies all paid media by 75: 0.75 is 75 %"]),
    (lever("[plans.baseline.events.fair]\ndate = 2027-02-01\ninvited = 900"),
     ["plans.baseline.events.fair has no cost and no cost_per_attender: it is counted as free"]),
    (lever("[plans.baseline.events.fair]\ndate = 2027-02-01\ninvited = 30\ncost = 5"),
     ["plans.baseline.events.fair expects 9 people, fewer than the 20 that one simulated consumer"]),
    (lever("[plans.baseline.events.fair]\ndate = 2027-02-01\ninvited = 300\ncost = 5\np_come = 0"),
     ["a meet-up to which nobody comes: p_come is 0"]),
    (lever('[plans.baseline.lists.news]\npeople = "opt-ins"\nweekly = 1'), ["nobody is asked to: there is no sign_up"]),
    (lever('[plans.baseline.lists.news]\npeople = "opt-ins"\nweekly = 1\n[plans.baseline.sign_up]'), []),
    (lever('[plans.baseline.lists.news]\npeople = "opt-ins"\nweekly = 1',
           ("[parameters]", "[warm_up]\nweeks = 2\nplan.sign_up = {}\n[parameters]")), []),
    (lever("[plans.baseline.sign_up]"), ["plans.baseline.sign_up collects addresses, but no list"]),
    (lever('[plans.baseline.lists.news]\npeople = "visitors"\nweekly = 500'),
     ["lists.news makes 500 contacts with each person a week: its amounts are not money"]),
    ([("weekly = 2\n", "weekly = 2_000\n")], ["posts.feed makes 2,000 posts a week: its amounts are not money"]),
    (lever("[plans.baseline.offers.now]\nstart = 2027-01-11\nend = 2027-01-17\ndiscount = 0.5", BUYS,
           ("price = 4.50", "price = 4.50\nunit_cost = 3")),
     ["plans.baseline.offers.now sells at 2.25, below the unit cost of 3"]),
    (lever("[plans.baseline.offers.now]\nstart = 2027-01-11\nend = 2027-01-17\ndiscount = 0", BUYS),
     ["offers.now takes nothing off the price"]),
    ([('title = "Baseline"', 'title = "Baseline"\nprice = 2'), ("price = 4.50", "price = 4.50\nunit_cost = 3")],
     ["plans.baseline.price 2 is below the unit cost of 3"]),
    (lever("[plans.baseline.cross_sell]\nprice = 2\nunit_cost = 3", BUYS), ["sells at 2, below its unit cost of 3"]),
    ([("people = 50\n", 'people = 50\nstrategy = "leaders"\n'),
      ("consumers = 500", "consumers = 500\nleaders = [3, 4]")],
     ["gives to 40 people: the 2 leaders stand for no more"]),
    (lever("[plans.baseline.listening]\nhours_per_week = 0\ncost_per_hour = 3"), ["finds nothing: hours_per_week"]),
    (lever("[plans.baseline.listening]\nhours_per_week = 2\ncost_per_hour = 3\nfix = false"),
     ["listening does nothing: fix is false"]),
    (lever("[plans.baseline.sharing]\nphone_ready = 0.5"), ["sharing.phone_ready changes nothing: no channel has"]),
    ([("[segments.old]", "phone_use = 1.5\n[segments.old]")], ["segments.young.phone_use changes nothing"]),
    ([("weekly = 100\n", "weekly = 100\ncreatives = 4\n")], ["its 4 executions are counted as free"]),
    ([("[plans.baseline.media.feed]\n", '[plans.baseline.media.feed]\nchannel = "screen"\n')],
     ["plans.baseline.media.feed runs on the channel screen, although feed is a channel too"]),
    ([("[plans.baseline.media.feed]\nweekly = 100",
       "[plans.baseline.media.feed]\npulse = { on_weeks = 8, off_weeks = 1, weekly = 9 }")],
     ["media.feed.pulse never rests: it is on for 8 weeks, and there are only 8"]),
    (part('[shocks.hit]\nkind = "viral"\ndate = 2027-02-01'), ["shocks.hit changes nothing: strength 1 is as much"]),
    (part('[shocks.hit]\nkind = "backlash"\ndate = 2027-02-01\nstrength = 0'), ["shocks.hit does nothing: strength"]),
    (part('[influencers.cy]\nchannel = "feed"\nfollowers = 900\ncost_per_post = 1\n'
          '[shocks.gone]\nkind = "defection"\ndate = 2027-02-01\ninfluencer = "cy"'),
     ["shocks.gone changes nothing: no plan books cy"]),
    (part('[rivals.other.start]\ncustomers = 0.2\n[shocks.new]\nkind = "rival-launch"\ndate = 2027-02-01\n'
          'rival = "other"'), ["shocks.new launches other, whom people know before"]),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "remarks"), REMARKS, ids=[str(i) for i in range(len(REMARKS))])
def test_a_remark_is_made_once(edits: list[tuple[str, str]], remarks: list[str], tmp_path: Path) -> None:
    notes = load(tmp_path, edited(BASE, *edits))[1]
    assert len(notes) == len(remarks), notes
    for said, wanted in zip(notes, remarks, strict=True):
        assert wanted in said


# ---------------------------------------------------------------- what is taken over, and files


def test_whoever_writes_one_pace_takes_back_the_others(tmp_path: Path) -> None:
    text = FULL + (
        '\n[plans.child]\nas = "full"\nmedia.late.weekly = 9\n'
        "media.early.pulse = { on_weeks = 2, off_weeks = 2, weekly = 5 }\n"
        "posts.recipes.flights = [{ start = 2027-01-04, end = 2027-01-10, weekly = 5 }]\n"
        "offers.january.discount = 0.1\n"
    )
    full, child = (load(tmp_path, text)[0].plans[name] for name in ("full", "child"))
    assert (child.media["late"].weekly, child.media["late"].pulse) == ([9], None)
    assert (child.media["early"].flights, child.media["early"].pulse is None) == ([], False)
    assert (child.posts["recipes"].weekly, len(child.posts["recipes"].flights)) == (None, 1)
    assert child.posts["recipes"].topic == "recipes"
    assert child.offers["january"].end == full.offers["january"].end
    assert child.offers["february"] == full.offers["february"]


def test_a_spend_file_names_entries_also_of_the_plan_that_is_taken_over(tmp_path: Path) -> None:
    text = FULL + '\n[plans.child]\nas = "full"\nspend_file = "budget.csv"\n'
    budget = "channel,2027-01-04,2027-01-11\nlate,10,20\nscreen,5,\n"
    media = load(tmp_path, text, {"budget.csv": budget})[0].plans["child"].media
    assert (media["late"].channel, media["late"].premium, media["late"].pulse) == ("feed", 1.3, None)
    assert media["late"].weekly == [10, 20, 0, 0, 0, 0, 0, 0]
    assert (media["screen"].channel, media["screen"].weekly) == (None, [5, 0, 0, 0, 0, 0, 0, 0])
    assert len(media["early"].flights) == 1


def test_a_warm_up_may_have_a_spend_file(tmp_path: Path) -> None:
    text = edited(FULL, ("plan.media.feed.weekly = [1, 2, 3, 4]", 'plan.spend_file = "before.csv"'))
    before = "week,channel,amount\n2026-12-14,feed,70\n2026-12-28,feed,30\n"
    scenario, notes = load(tmp_path, text, {"before.csv": before})
    assert scenario.warm_up is not None
    assert scenario.warm_up.plan.media["feed"].weekly == [0, 70, 0, 30]
    assert notes == ["before.csv names no money for 2 of 4 weeks; they have none"]


def test_a_roster_says_who_shares_followers(tmp_path: Path) -> None:
    rows = ROSTER.replace("audience:young", "overlap_with,overlap").replace(",,,1.5", ",,,,").replace(
        "2027-02-20,", "2027-02-20,ana,0.1"
    )  # fmt: skip
    influencers = load(tmp_path, BASE, {"roster.csv": rows})[0].influencers
    assert (influencers["bo"].overlap_with, influencers["bo"].overlap) == ("ana", 0.1)
    assert (influencers["ana"].overlap_with, influencers["ana"].overlap) == (None, 0)


# ---------------------------------------------------------------- what is missing

NEEDED = [
    (name, key)
    for name, model in vars(plan_module).items()
    if isinstance(model, type) and issubclass(model, Part) and model.__module__ == plan_module.__name__
    for key, field in model.model_fields.items()
    if field.is_required() and name not in ("Flight", "Pulse", "Booking")
]


def places(data: dict[str, Any], name: str) -> list[tuple[dict[str, Any], str]]:
    """Every entry of the full plan that is an instance of a class, and where it stands."""
    found = []
    for key, field in Plan.model_fields.items():
        if name in re.findall(r"\w+", str(field.annotation)):
            entry = data["plans"]["full"][key]
            inner = entry.items() if "dict" in str(field.annotation) else [("", entry)]
            found += [(one, f"plans.full.{key}.{which}".rstrip(".")) for which, one in inner]
    return found


@pytest.mark.parametrize(("name", "key"), NEEDED)
@pytest.mark.parametrize("wrong", [None, [], "?"], ids=["missing", "list", "text"])
def test_what_a_lever_needs_is_asked_for_once(name: str, key: str, wrong: object, tmp_path: Path) -> None:
    write(tmp_path, "")
    data = tomllib.loads(FULL)
    entry, place = places(data, name)[0]
    if wrong is None:
        del entry[key]
    else:
        entry[key] = wrong
    with pytest.raises(ScenarioError) as caught:
        scenario_from_dict(data, base_dir=tmp_path)
    assert [problem.where for problem in caught.value.problems] == [f"{place}.{key}"]
    assert caught.value.problems[0].hint


def test_many_faults_are_reported_together(tmp_path: Path) -> None:
    text = edited(
        FULL,
        ('topic = "recipes" }', 'topic = "recipe" }'),
        ('outreach = { weekly = 100 }', 'outreach = { weekly = [1, 2] }'),
        ("offers.february = { start = 2027-01-25", "offers.february = { start = 2027-01-24"),
        ('rival = "new"', 'rival = "newt"'),
        ("plan.sign_up.start = 2026-12-07", "plan.sign_up.start = 2026-12-06"),
        ("date = 2027-01-20", 'date = "soon"'),
        ("leaders = [7, 3, 9]", "leaders = [7, 3, 7]"),
    )  # fmt: skip
    problems = problems_of(write(tmp_path, text))
    assert sorted(problem.where for problem in problems) == [
        "market.leaders", "moments.cup.date", "plans.full.offers.february", "plans.full.outreach.weekly",
        "plans.full.posts.recipes.topic", "shocks.late.rival", "warm_up.plan.sign_up.start",
    ]  # fmt: skip
    assert all(problem.hint and problem.line for problem in problems)
