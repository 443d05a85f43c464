"""Reach and frequency are the expectations that the engine's own exposures imply."""

import numpy as np
import pytest
from outcomes import lively_outcome, run_plan, simple

from scenarios.schema import Scenario
from simulator.reach import E_MAIL, Exposure, bouncing, click_rate, exposure_of, is_social, usual_cpm

pytestmark = pytest.mark.core

PAID = {"media": {"feed": {"weekly": 100.0}}}


def seen(scenario: Scenario, plan: str = "plan", *, brand: int = 0) -> Exposure:
    outcome = run_plan(scenario, plan)
    return exposure_of(outcome, scenario, scenario.plans[plan], brand=brand)


def test_money_buys_impressions_at_the_cpm() -> None:
    exposure = seen(simple(PAID))
    assert exposure.impressions().sum(axis=1) == pytest.approx(np.full(4, 100.0 / 10.0 * 1000.0))


def test_targeted_impressions_cost_more_and_reach_the_target_alone() -> None:
    plan = {"media": {"feed": {"weekly": 100.0, "segments": ["keen"], "premium": 2.0}}}
    exposure = seen(simple(plan))
    assert exposure.impressions().sum(axis=1) == pytest.approx(np.full(4, 5_000.0))
    assert (exposure.impressions()[:, 0] == 0.0).all()
    assert (exposure.reach()[:, 0] == 0.0).all()
    assert (exposure.reach()[:, 1] <= 2_500.0).all()


@pytest.mark.parametrize("shape", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [0.05, 0.5, 2.0])
def test_reach_is_the_negative_binomial_curve(shape: float, rate: float) -> None:
    """With Gamma weights of mean 1, ``1 - (1 + r/k)^-k`` of the people see ``r`` sights on average at all."""
    plan = {"media": {"feed": {"weekly": rate * 10_000 / 1000.0 * 10.0}}}
    scenario = simple(plan, parameters={"media_weight.shape": shape})
    reach = seen(scenario).reach().sum(axis=1) / 10_000
    closed = 1.0 - (1.0 + rate / shape) ** -shape
    assert reach == pytest.approx(np.full(4, closed), rel=0.006)  # 16 classes stand for the whole curve


def test_everybody_who_sees_little_sees_it_once() -> None:
    exposure = seen(simple({"media": {"feed": {"weekly": 0.01}}}))
    assert exposure.impressions().sum() / exposure.reach().sum() == pytest.approx(1.0, abs=1e-3)


def test_own_posts_are_seen_by_those_who_follow() -> None:
    scenario = simple({"posts": {"feed": {"weekly": 7.0}}})
    outcome = run_plan(scenario)
    exposure = exposure_of(outcome, scenario, scenario.plans["plan"])
    follow = exposure.follow
    assert follow[0] == 0.0
    assert (np.diff(follow) >= 0.0).all()
    followers = exposure.stages @ follow * exposure.people
    # Posts reach a fifth of the followers; all of a post's views come at once with so short a half-life.
    assert exposure.impressions() == pytest.approx(7.0 * 0.2 * followers, rel=1e-6)
    assert (exposure.reach() <= followers + 1e-9).all()
    assert (exposure.reach() > 0.5 * followers).all()


def test_lists_and_influencers_reach_their_own_people() -> None:
    influencer = {"channel": "feed", "followers": 2_000, "cost_per_post": 10.0}
    plan = {
        "lists": {"mail": {"people": "customers", "weekly": 1.0, "seen": 0.5}},
        "bookings": [{"influencer": "ann", "dates": ["2027-01-04", "2027-01-11"]}],
    }
    scenario = simple(plan, influencers={"ann": influencer})
    outcome = run_plan(scenario)
    exposure = exposure_of(outcome, scenario, scenario.plans["plan"])
    by_kind = {kind: [f for f in exposure.flows if f.kind == kind] for kind in ("list", "influencer")}
    buyers = outcome.ours("buyers")[:-1] * scenario.people_per_consumer
    there = outcome.ours("stock")[:-1].sum(axis=2) * scenario.people_per_consumer
    assert by_kind["list"][0].place == E_MAIL
    assert exposure.impressions(by_kind["list"]) == pytest.approx(0.5 * buyers / there * exposure.people)
    views = exposure.impressions(by_kind["influencer"]).sum(axis=1)
    assert views[:2] == pytest.approx([2_000 * outcome.tables.parameters["influencer.reach"]] * 2)
    assert (exposure.reach(by_kind["influencer"]).sum(axis=1) <= 2_000 + 1e-9).all()


@pytest.mark.parametrize("seed", range(15))
def test_reach_is_bounded_by_people_and_by_sights(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    kinds = outcome.tables.kinds
    for brand in range(len(outcome.tables.brands)):
        exposure = exposure_of(outcome, market.scenario, market.plan, brand=brand)
        reach, sights = exposure.reach(), exposure.impressions()
        assert (reach <= exposure.people + 1e-9).all()
        assert (reach <= sights + 1e-9).all()
        assert (reach >= -1e-9).all()
        for c, channel in enumerate(kinds.channels):
            here = exposure.reach([flow for flow in exposure.flows if flow.place == channel])
            assert (here <= exposure.people * kinds.use[:, c] + 1e-9).all(), "only users of a channel are met there"
            assert (here <= reach + 1e-9).all(), "more places never reach fewer"


def test_what_is_down_shows_nothing() -> None:
    shock = {"down": {"kind": "outage", "date": "2027-01-11", "days": 7, "channel": "feed"}}
    exposure = seen(simple(PAID, shocks=shock))
    assert exposure.impressions().sum(axis=1) == pytest.approx([10_000.0, 0.0, 10_000.0, 10_000.0])


def test_earned_reach_comes_from_large_and_from_small_outlets() -> None:
    earned = {"press": {"channel": "feed", "weekly": 1000.0, "to_small": 0.5}}
    exposure = seen(simple({"earned": earned}))
    assert sorted(flow.tail for flow in exposure.flows) == [False, True]
    assert all(flow.free for flow in exposure.flows)


def test_followers_of_two_channels() -> None:
    channels = {name: {"platform": "instagram"} for name in ("feed", "clips")}
    segments = {"all": {"share": 1.0, "buys_every_days": 30.0, "channels": {"feed": 1.0, "clips": 0.5}}}
    plan = {"posts": {"feed": {"weekly": 1.0}, "clips": {"weekly": 1.0}}}
    scenario = simple(plan, channels=channels, segments=segments)
    outcome = run_plan(scenario)
    exposure = exposure_of(outcome, scenario, scenario.plans["plan"])
    both, any_ = bouncing(exposure, outcome, own=["feed", "clips"])
    f, at = exposure.follow, exposure.stages[:, 0]
    assert both[:, 0] == pytest.approx(at @ (0.5 * f**2) * 10_000)
    assert any_[:, 0] == pytest.approx(at @ (0.5 * f + 0.5 * (1.0 - (1.0 - f) ** 2)) * 10_000)
    alone, _ = bouncing(exposure, outcome, own=["feed"])
    assert alone == pytest.approx(0.0, abs=1e-9)


def test_places_have_a_click_rate_a_price_and_a_name() -> None:
    channels = {
        "feed": {"platform": "instagram"},
        "screen": {"platform": "television"},
        "home": {"platform": "website"},
    }
    scenario = simple({}, channels=channels)
    values = run_plan(scenario).tables.parameters
    assert click_rate(scenario, values, place="screen") == 0.0
    assert click_rate(scenario, values, place="feed") == pytest.approx(values["ctr.usual"])
    assert usual_cpm(scenario, values, place="home") == values["platform.other.cpm"]
    assert [is_social(scenario, place=place) for place in (*channels, E_MAIL)] == [True, False, False, False]


def test_reach_is_what_drawn_people_would_see() -> None:
    """Paid media, own posts on two channels, an influencer and a list at once, against people drawn one by one."""
    channels = {name: {"platform": "instagram", "cpm": 10.0, "half_life_days": 0.01} for name in ("feed", "clips")}
    segments = {"all": {"share": 1.0, "buys_every_days": 30.0, "channels": {"feed": 1.0, "clips": 0.5}}}
    plan = {
        "media": {"feed": {"weekly": 40.0}},
        "posts": {"feed": {"weekly": 3.0}, "clips": {"weekly": 7.0}},
        "lists": {"mail": {"people": "customers", "weekly": 1.0, "seen": 0.5}},
        "bookings": [{"influencer": "ann", "dates": ["2027-01-04"]}],
    }
    roster = {"ann": {"channel": "clips", "followers": 1_500, "cost_per_post": 1.0}}
    scenario = simple(plan, channels=channels, segments=segments, influencers=roster)
    outcome = run_plan(scenario)
    exposure = exposure_of(outcome, scenario, scenario.plans["plan"])
    rng = np.random.default_rng(1)
    n = 400_000
    stage = rng.choice(6, n, p=exposure.stages[0, 0])
    weight = rng.choice(exposure.weights[0], n)
    pattern = rng.choice(len(exposure.pattern_share), n, p=exposure.pattern_share)
    behind: dict[tuple[str, int], np.ndarray] = {}
    seen = np.zeros(n)
    for flow in exposure.flows:
        kind, number = flow.gate
        if flow.gate not in behind:
            share = {
                "everybody": np.ones(n), "followers": exposure.follow[stage],
                "list": np.full(n, exposure.listed.get(number, np.zeros((1, 1)))[0, 0]),
                "fans": np.full(n, exposure.fans[number if kind == "fans" else 0, 0]),
            }[kind]  # fmt: skip
            behind[flow.gate] = rng.random(n) < share
        rate = flow.rate[0] * (weight if flow.weighted else 1.0)
        seen += rng.poisson(rate * flow.uses[pattern] * behind[flow.gate])
    assert (seen > 0).mean() * 10_000 == pytest.approx(exposure.reach()[0, 0], rel=0.01)
    assert seen.mean() * 10_000 == pytest.approx(exposure.impressions()[0, 0], rel=0.01)
