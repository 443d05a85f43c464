"""Each lever moves what it should, and nothing where it cannot, at the numbers that ship.

Pairs meet on the same people with the same luck. What is exact is compared exactly; what is drawn must differ by
more than three standard errors over a few worlds.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from experiments import compare
from scenarios import ScenarioError, load_scenario
from scenarios.registry import REGISTRY
from simulator.calendar import all_phases
from simulator.costs import cost_lines, plan_cost
from simulator.listening import mended_from
from simulator.posts import tier
from simulator.programmes import novelty
from simulator.rules import p_second_product, p_settled, reply_delay, sense_of_community, share_answered
from simulator.seeds import choose_seeds
from simulator.simulate import Outcome
from simulator.sources import mentions
from simulator.tables import DayTables
from tests.levers.cases import ADS, IDLE, MOVES, NO_TALK, POSTS, Idle, Moves
from tests.levers.markets import (
    MONDAY,
    Run,
    base,
    changed,
    compiled,
    differences,
    measure,
    runs,
    same_counts,
    scenario_of,
    steadiness,
    world_of,
)

CLEAR = 3.0
"""Standard errors by which a difference must differ from zero."""


# ------------------------------------------------------------------------------------- every lever, on and off


@pytest.mark.parametrize("case", MOVES, ids=lambda case: case.name)
def test_it_moves_what_it_should(case: Moves) -> None:
    both = changed(base(), case.both)
    off = runs(scenario_of(changed(both, case.off)), n=case.pairs)
    on = runs(scenario_of(changed(both, case.on)), n=case.pairs)
    found = {name: (sign, steadiness(differences(off, on, name)))
             for names, sign in ((case.up, 1), (case.down, -1)) for name in names}  # fmt: skip
    assert {name: z for name, (sign, z) in found.items() if sign * z <= CLEAR} == {}


@pytest.mark.parametrize("case", IDLE, ids=lambda case: case.name)
def test_it_does_nothing_where_it_cannot(case: Idle) -> None:
    both = changed(base(), case.both)
    off, on = scenario_of(changed(both, case.off)), scenario_of(changed(both, case.on), checked=not case.refused)
    if case.refused:
        with pytest.raises(ScenarioError):
            scenario_of(changed(both, case.on))
    assert off != on
    assert same_counts(runs(off, n=2), runs(on, n=2))


# ------------------------------------------------------------------------------------- content and cadence


def _effect(tables: DayTables, stage: int) -> float:
    """What the plan's own posts do in all to a follower who stands at a stage."""
    (q,) = (k for k, source in enumerate(tables.sources) if source.cause.name == "OWNED")
    stimulus = tables.layout.block(tables.arrays.press, "stimulus")[-1, 0, :, q].sum()
    return float(stimulus * tables.arrays.effect[3 * stage, q])


@pytest.mark.parametrize("kind", ["original", "curated", "user-generated"])
@pytest.mark.parametrize("form", ["photo", "article", "video"])
def test_content_works_by_its_kind_and_format(kind: str, form: str) -> None:
    usual = compiled(changed(base(), POSTS))
    this = compiled(changed(base(), {**POSTS, "plan.posts.feed.kind": kind, "plan.posts.feed.format": form}))

    def number(key: str) -> float:
        names = [f"content.{word}.{key}" for word in (kind, form)]
        return float(np.prod([REGISTRY[name].default for name in names if name in REGISTRY]))

    for stage, key in ((1, "pull"), (3, "depth")):
        assert _effect(this, stage) / _effect(usual, stage) == pytest.approx(number("reach") * number(key), rel=1e-3)


def _sights(tables: DayTables) -> float:
    """Sights of own posts per follower over the whole plan."""
    return float(sum(stream.per_weight.sum() for stream in tables.streams if stream.source.cause.name == "OWNED"))


def test_posts_that_share_a_day_are_seen_less_each() -> None:
    week = {"plan.posts.site.weekly": 14.0, "channels.site.half_life_days": 0.1}  # no views after the last day
    spread = _sights(compiled(changed(base(), week)))
    on_one_day = _sights(compiled(changed(base(), {**week, "plan.posts.site.weekdays": ["mon"]})))
    beta = REGISTRY["cadence.beta"].default
    assert on_one_day / spread == pytest.approx((14.0 / 2.0) ** -beta, rel=1e-4)
    one = _sights(compiled(changed(base(), {**week, "plan.posts.site.weekly": 7.0})))
    assert spread / one == pytest.approx(2.0 ** (1.0 - beta), rel=1e-4)


def test_posts_of_two_entries_crowd_each_other() -> None:
    one = {"plan.posts.feed": {"weekly": 7.0}}
    two = {**one, "plan.posts.more": {"channel": "feed", "weekly": 7.0, "format": "video"}}
    alone, beside = compiled(changed(base(), one)), compiled(changed(base(), two))
    first = next(stream for stream in beside.streams if stream.entry == "feed")
    seen = first.per_weight.sum() / alone.streams[0].per_weight.sum()
    assert seen == pytest.approx(2.0 ** -REGISTRY["cadence.beta"].default)


def test_irritation_begins_above_what_followers_bear() -> None:
    bear = 7.0 * REGISTRY["cadence.tolerance"].default
    for weekly, irritates in ((bear, False), (bear + 1.0, True), (3.0 * bear, True)):
        tables = compiled(changed(base(), {"plan.posts.feed.weekly": weekly}))
        assert bool(tables.arrays.plan["irritates"][0]) is irritates


def _effect_of_exposures(weekly: list[float], creatives: int = 1) -> np.ndarray:
    """Effect of each day's exposures against fresh ones, in the heaviest group."""
    plan = {"plan.media.feed": {"weekly": weekly, "creatives": creatives}, "weeks": len(weekly)}
    tables = compiled(changed(base(), plan))
    daily = np.diff(tables.layout.block(tables.arrays.press, "stimulus")[:, 0, 15, 0])
    return daily / np.maximum(np.repeat(weekly, 7), 1e-9)


def test_an_advert_wears_in_and_out_and_recovers() -> None:
    effect = _effect_of_exposures([100.0] * 10)
    assert effect[0] / effect.max() == pytest.approx(REGISTRY["fatigue.first"].default, abs=0.02)  # not yet worn in
    assert 0 < int(effect.argmax()) < 69
    assert effect[-1] < 0.9 * effect.max()  # worn out
    rested = _effect_of_exposures([100.0] * 10 + [0.0] * 8 + [100.0])
    assert rested[-7] > 1.1 * effect[-1]  # after a rest
    assert _effect_of_exposures([100.0] * 10, creatives=6)[-1] > 1.1 * effect[-1]  # executions that take turns


# ------------------------------------------------------------------------------------- always on and drive periods


def test_a_pulse_is_the_same_money_at_other_times() -> None:
    even = {"plan.media.feed.weekly": 60.0}
    pulse = {"plan.media.feed": {"pulse": {"on_weeks": 2, "off_weeks": 2, "weekly": 120.0}}}
    a, b = scenario_of(changed(base(), even)), scenario_of(changed(base(), pulse))
    assert plan_cost(a, a.plans["plan"]) == plan_cost(b, b.plans["plan"]) == pytest.approx(720.0)
    (line,) = cost_lines(b, b.plans["plan"])
    assert line.weekly.tolist() == pytest.approx([120.0, 120.0, 0.0, 0.0] * 3)

    def by_week(o: Outcome) -> np.ndarray:
        return o.ours("entries")[:, :, 1].sum(axis=1)

    on = np.tile([True, True, False, False], 3)
    gain = np.array([by_week(y.outcome) - by_week(x.outcome) for x, y in zip(runs(a), runs(b), strict=True)])
    assert steadiness(gain[:, on].sum(axis=1)) > CLEAR
    assert steadiness(gain[:, ~on].sum(axis=1)) < -CLEAR


def test_always_on_and_drive_periods_are_compared_at_equal_money_out_of_the_box() -> None:
    answer = compare(load_scenario("always-on-retail", consumers=600), replicates=2, seed=1, threads=1)
    costs = {name: plan.cost for name, plan in answer.runs.plans.items()}
    assert {"always-on", "drive-periods"} <= costs.keys()
    assert costs["drive-periods"] == pytest.approx(costs["always-on"], rel=1e-9)
    assert costs["base-and-peaks"] == pytest.approx(costs["always-on"], rel=1e-9)
    pair = answer.pair("always-on", "drive-periods", "purchases")
    assert np.isfinite(pair.difference.mean)
    assert pair.difference.mean != 0.0


def test_the_warm_up_is_carried_in_and_not_charged() -> None:
    past = {"warm_up": {"weeks": 6, "plan": {"media": {"feed": {"weekly": 500.0}}}}, "weeks": 1}
    scenario = scenario_of(changed(base(), past))
    assert plan_cost(scenario, scenario.plans["plan"]) == 0.0
    before = runs(scenario_of(changed(base(), {**past, "warm_up.plan": {}})))
    first_day = [float(r.outcome.ours("stock")[0, :, 1:].sum()) for r in runs(scenario)]
    without = [float(r.outcome.ours("stock")[0, :, 1:].sum()) for r in before]
    assert steadiness(np.subtract(first_day, without)) > CLEAR


def test_carry_out_buys_nothing_and_awareness_fades() -> None:
    plan = {"plan.media.feed.weekly": 300.0, "weeks": 6, "carry_out_weeks": 6, **NO_TALK}
    scenario = scenario_of(changed(base(), plan))
    (line,) = cost_lines(scenario, scenario.plans["plan"])
    assert line.weekly[:6].min() > 0.0
    assert line.weekly[6:].max() == 0.0
    paid = [
        r.outcome.tallies.causes[:, 0, 0][:, :, _of_cause(r.outcome, "PAID")].sum(axis=(1, 2)) for r in runs(scenario)
    ]
    assert all(weeks[:6].sum() > 0 and weeks[6:].sum() == 0 for weeks in paid)
    aware = np.array([r.outcome.ours("stock")[:, :, 1:].sum(axis=(1, 2)) for r in runs(scenario)])
    assert steadiness(aware[:, 12] - aware[:, 6]) < -CLEAR


def _of_cause(outcome: Outcome, cause: str) -> list[int]:
    return [k for k, one in enumerate(outcome.tables.alternatives) if one.cause.name == cause]


# ------------------------------------------------------------------------------------- earned media, influencers


def _press(to_small: float, money: float = 3_000.0) -> dict[str, Any]:
    """Press work in a market that is larger than any outlet's readership."""
    press = {"channel": "screen", "weekly": money, "to_small": to_small}
    return changed(base(), {"market.size": 1_500_000, "plan.earned.press": press})


def _seen(data: dict[str, Any]) -> float:
    """Sights of mentions, each with its effect."""
    return float(sum((stream.per_weight * stream.strength).sum() for stream in compiled(data).streams))


def test_many_small_outlets_against_few_large_ones_at_equal_money() -> None:
    won, cost = {}, {}
    for to_small in (0.0, 0.5, 1.0):
        scenario = scenario_of(_press(to_small))
        plan = scenario.plans["plan"]
        (phase,) = all_phases(scenario, plan)[0]
        each = mentions(scenario, phase, compiled(_press(to_small)).parameters)
        won[to_small], cost[to_small] = sum(float(one.sum()) for one in each.values()), plan_cost(scenario, plan)
    assert cost[0.0] == cost[0.5] == cost[1.0] > 0.0
    assert won[1.0] > 10.0 * won[0.0]  # the long tail: many more mentions ...
    assert _seen(_press(1.0)) > _seen(_press(0.0))  # ... and at the usual numbers more effect
    assert _seen(_press(0.5)) > _seen(_press(1.0))  # each further outlet is harder to win: some of both does best


def test_press_work_wins_less_with_every_further_dollar() -> None:
    one, two = _seen(_press(0.5, 1_000.0)), _seen(_press(0.5, 2_000.0))
    assert one < two < 2.0 * one


def _booked(*days: int, **influencer: Any) -> DayTables:
    posts = {"plan.bookings": [{"influencer": "ana", "dates": [MONDAY + timedelta(days=day) for day in days]}]}
    return compiled(changed(base(), {**posts, **{f"influencers.ana.{key}": v for key, v in influencer.items()}}))


def test_a_post_works_by_credibility_and_fit() -> None:
    usual = _booked(3).arrays.live_push
    assert usual[:, :, 0].min() > 0
    assert _booked(3, credibility=2.0).arrays.live_push == pytest.approx(2.0 * usual, abs=1.0)
    fits = _booked(3, fit={"young": 3.0}).arrays.live_push
    assert fits[:, 0] == pytest.approx(3.0 * usual[:, 0], abs=2.0)
    assert (fits[:, 1] == usual[:, 1]).all()


def test_followers_tire_of_an_influencer_who_posts_often() -> None:
    def total(*days: int) -> float:
        return float(_booked(*days).arrays.live_push[:, 0, 0].sum())

    one, fatigue = total(3), REGISTRY["influencer.fatigue"].default
    assert total(3, 10) == pytest.approx((1.0 + fatigue) * one, rel=1e-6)
    assert total(3, 10, 17) == pytest.approx((1.0 + fatigue + fatigue**2) * one, rel=1e-6)
    assert total(3, 31) == pytest.approx(2.0 * one, rel=1e-6)  # four weeks later they have forgotten


def test_a_larger_influencer_moves_more_people() -> None:
    booking = {"plan.bookings": [{"influencer": "ana", "posts": 12, "start": MONDAY}]}
    small = runs(scenario_of(changed(base(), {**booking, "influencers.ana.followers": 800})), n=10)
    large = runs(scenario_of(changed(base(), {**booking, "influencers.ana.followers": 8_000})), n=10)
    assert steadiness(differences(small, large, "entries_by_influencer")) > CLEAR
    sizes = (8_000, 60_000, 300_000, 900_000, 2_000_000)
    assert [tier(n) for n in sizes] == ["nano", "micro", "mid", "macro", "mega"]


def _common(overlap: float) -> float:
    """Share of one influencer's followers who follow the other too."""
    data = changed(base(), {"market.consumers": 6_000, "influencers.bo.channel": "feed"})
    if overlap:
        data = changed(data, {"influencers.bo.overlap_with": "ana", "influencers.bo.overlap": overlap})
    world = world_of(scenario_of(data), 1)
    cut = world.arrays.follow_ptr
    ana, bo = (set(world.arrays.followers[a:z].tolist()) for a, z in pairwise(cut))
    return len(ana & bo) / len(bo)


def test_two_influencers_share_as_many_followers_as_is_said() -> None:
    assert _common(0.8) == pytest.approx(0.8, abs=0.06)
    assert _common(0.05) == pytest.approx(0.05, abs=0.04)


def test_outreach_brings_posts_that_grow_with_the_root_of_the_money() -> None:
    def n_free(money: float) -> int:
        posts = [
            r.outcome.tables.posts for r in runs(scenario_of(changed(base(), {"plan.outreach.weekly": money})), n=40)
        ]
        return sum(post.free for one in posts for post in one)

    few, many = n_free(500.0), n_free(50_000.0)
    # Two influencers share the money for twelve weeks in each of forty runs.
    expected = 40 * 2 * 12 * REGISTRY["outreach.posts_per_week"].default * np.sqrt(0.5)
    assert few == pytest.approx(expected, abs=4.0 * np.sqrt(expected))
    assert many == pytest.approx(10.0 * few, rel=0.35)


# ------------------------------------------------------------------------------------- seeding


def test_seeding_finds_the_well_connected() -> None:
    def ties(strategy: str) -> float:
        scenario = scenario_of(changed(base(), {"plan.seeding": [{"strategy": strategy, "people": 600}]}))
        world = world_of(scenario, 0)
        seeds = choose_seeds(scenario, scenario.plans["plan"], world=world, luck=np.uint64(5))
        assert len(seeds.consumer) == 60
        return float(np.diff(world.graph.indptr)[seeds.consumer].mean())

    assert ties("highest-degree") > ties("random-neighbour") > ties("random")


# ------------------------------------------------------------------------------------- community management, listening


def test_an_overloaded_team_answers_late_and_settles_less() -> None:
    relaxed, busy = reply_delay(100.0, 400.0, 5.0), reply_delay(100.0, 120.0, 5.0)
    assert busy > relaxed
    assert reply_delay(100.0, 200.0, 5.0) == 5.0  # at half load, as usual
    assert p_settled(0.6, busy, 24.0) < p_settled(0.6, relaxed, 24.0) < p_settled(0.6, 0.0, 24.0) == 0.6
    assert share_answered(100.0, 50.0) == 0.5
    assert share_answered(100.0, 0.0) == 0.0


def test_more_hours_of_listening_find_the_problem_earlier() -> None:
    def mended(hours: float) -> tuple[int, int] | None:
        scenario = scenario_of(changed(base(), {"plan.listening.hours_per_week": hours, "weeks": 40}))
        return mended_from(scenario, all_phases(scenario, scenario.plans["plan"])[0], compiled(base()).parameters)

    delay, fix = REGISTRY["listening.delay"].default, REGISTRY["listening.fix_days"].default
    for hours in (10.0, 20.0):
        days = mended(hours)
        assert days is not None
        found, better = days
        assert found == pytest.approx(delay * 10.0 / hours, abs=1.0)
        assert better - found == fix
    assert mended(1.0) is None  # beyond the horizon


# ------------------------------------------------------------------------------------- programmes


def test_the_novelty_of_rewards_fades_to_a_floor() -> None:
    scenario = scenario_of(changed(base(), {"plan.rewards.per_return": 1.0, "weeks": 104}))
    plan = scenario.plans["plan"]
    strength = novelty(scenario, all_phases(scenario, plan)[0], compiled(base()).parameters)
    assert strength[0] == 1.0
    assert (np.diff(strength) < 0.0).all()
    assert strength[-1] == pytest.approx(REGISTRY["rewards.floor"].default, abs=0.01)


def test_friends_of_customers_take_more_at_first() -> None:
    first, later = (p_second_product(0.1, True, n, 0.25, 4.0) for n in (1.0, 20.0))
    assert first > later > p_second_product(0.1, False, 1.0, 0.25, 4.0) == 0.1


def test_the_sense_of_community_grows_with_members_and_disclosure() -> None:
    assert sense_of_community(0.0, 1.0, 0.03) == 0.0
    assert sense_of_community(0.5, 0.0, 0.03) == 0.0
    assert sense_of_community(0.03, 0.5, 0.03) == pytest.approx(1.0 - np.exp(-1.0))
    assert (
        sense_of_community(0.03, 1.0, 0.03) > sense_of_community(0.03, 0.5, 0.03) > sense_of_community(0.01, 0.5, 0.03)
    )


def test_an_event_lasts_as_long_as_it_says() -> None:
    event = {"plan.events.fair": {"date": MONDAY + timedelta(days=10), "days": 5, "invited": 3_000}}
    (stream,) = compiled(changed(base(), event)).streams
    assert np.flatnonzero(stream.per_weight).tolist() == [11, 12, 13, 14, 15]


def test_a_referral_programme_keeps_those_whom_a_friend_sent() -> None:
    tables = compiled(changed(base(), {"plan.referral.for_sender": 1.0}))
    down = tables.layout.block(tables.arrays.press, "down")[-1, 0]
    usual, sent = down[:, 0, 1:], down[:, 1, 1:]
    assert sent == pytest.approx(usual * (1.0 - REGISTRY["referral.retention"].default), rel=1e-3)


# ------------------------------------------------------------------------------------- brand and competitors

GOOD = {"brand.p_satisfied": 0.7, "brand.p_dissatisfied": 0.03}
BAD = {"brand.p_satisfied": 0.1, "brand.p_dissatisfied": 0.6}


def test_a_brand_cannot_advertise_its_way_out_of_a_bad_product() -> None:
    market = changed(base(), {"weeks": 26, "brand.start": {"attention": 0.05}})

    def end(quality: dict[str, float], money: float) -> list[Run]:
        media = {f"plan.media.{name}.weekly": money for name in ("feed", "screen")}
        return runs(scenario_of(changed(market, {**quality, **media})), n=8)

    good, good_twice, bad, bad_twice = (end(q, m) for q in (GOOD, BAD) for m in (80.0, 160.0))
    bad_twentyfold = end(BAD, 1_600.0)
    # Advertising makes the bad product known ...
    assert steadiness(differences(bad, bad_twice, "attention_entries")) > CLEAR
    # ... and with it grows the number of the disappointed;
    assert steadiness(differences(bad, bad_twice, "detractors")) > CLEAR
    # twenty times the money leaves it behind a good product,
    for figure in ("customers", "loyalty", "advocacy"):
        assert steadiness(differences(bad_twentyfold, good, figure)) > CLEAR, figure
    # and doubling the money wins fewer customers for it.
    gain = differences(good, good_twice, "customers") - differences(bad, bad_twice, "customers")
    assert steadiness(gain) > CLEAR


def test_media_scale_is_per_cent_of_all_paid_media() -> None:
    plain = compiled(changed(base(), {**ADS, "rivals.other.plan.media": {"feed": {"weekly": 700.0}}}))
    more = compiled(changed(base(), {**ADS, "rivals.other.plan.media": {"feed": {"weekly": 700.0}},
                                     "rivals.other.plan.media_scale": 1.05}))  # fmt: skip
    absolute = compiled(changed(base(), {**ADS, "rivals.other.plan.media": {"feed": {"weekly": 735.0}}}))
    ours, theirs = plain.streams
    assert (more.streams[0].per_weight == ours.per_weight).all()
    assert more.streams[1].per_weight == pytest.approx(1.05 * theirs.per_weight)
    assert absolute.streams[1].per_weight == pytest.approx(more.streams[1].per_weight)


# ------------------------------------------------------------------------------------- shocks and contagion


def test_an_outage_shows_nothing_and_charges_no_media() -> None:
    down = {"shocks.dark": {"kind": "outage", "date": MONDAY + timedelta(days=14), "days": 7, "channel": "feed"}}
    scenario = scenario_of(changed(base(), {**ADS, **down}))
    (line,) = cost_lines(scenario, scenario.plans["plan"])
    assert line.weekly[2] == 0.0
    assert (line.weekly[[0, 1, 3]] > 0.0).all()
    (stream,) = compiled(changed(base(), {**ADS, **down})).streams
    assert np.flatnonzero(stream.per_weight == 0.0).tolist() == list(range(14, 21))


def test_nobody_buys_a_rival_before_its_launch() -> None:
    new = {"shocks.new": {"kind": "rival-launch", "date": date(2027, 2, 15), "rival": "other"}}
    for run in runs(scenario_of(changed(base(), new)), n=2):
        weekly = run.outcome.of_brand("purchases", 1).sum(axis=1)
        assert weekly[:6].sum() == 0
        assert weekly[6:].min() > 0
        assert run.outcome.of_brand("entries", 1)[:6].sum() == 0  # and nobody speaks of it


def test_nobody_posts_for_a_rival_before_its_launch() -> None:
    both = {
        "shocks.new": {"kind": "rival-launch", "date": date(2027, 3, 22), "rival": "other"},
        "shocks.quits": {"kind": "defection", "date": MONDAY, "influencer": "ana", "to": "other"},
        "plan.bookings": [{"influencer": "ana", "posts": 11, "start": MONDAY}],
    }
    for run in runs(scenario_of(changed(base(), both))):
        assert run.outcome.of_brand("entries", 1)[:11].sum() == 0


def test_a_viral_moment_fades() -> None:
    hit = {"shocks.hit": {"kind": "viral", "date": MONDAY, "days": 10, "strength": 6.0}}
    usual, viral = compiled(base()), compiled(changed(base(), hit))

    def said(tables: DayTables) -> np.ndarray:
        return np.diff(tables.layout.block(tables.arrays.press, "status")[:, 0, 0, 0, 0])

    times = said(viral) / said(usual)
    assert times[0] == pytest.approx(6.0, rel=1e-3)
    assert times[:10] == pytest.approx(1.0 + 5.0 * (1.0 - np.arange(10) / 10.0), rel=1e-3)
    assert times[10:] == pytest.approx(1.0, rel=1e-3)


def test_complex_contagion_needs_more_than_one_talker() -> None:
    """One talker is enough in simple contagion; where two are needed, far fewer are moved by the same few."""
    few = {"brand.start": {"audience": 0.02}, "weeks": 16, "graph": {"kind": "small-world", "rewiring": 0.3}}

    def gained(reinforcement: int) -> float:
        scenario = scenario_of(changed(base(), {**few, "word_of_mouth.reinforcement": reinforcement}))
        return float(np.mean([measure(run, "entries_by_word_of_mouth") for run in runs(scenario)]))

    assert gained(1) > 5.0 * gained(2) > 0.0
