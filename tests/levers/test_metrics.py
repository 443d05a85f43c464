"""The figures and the numbers that the table of levers names are those that it moves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from scenarios.lever_parameters import lever_parameters
from scenarios.levers import LEVERS, Lever
from scenarios.registry import REGISTRY
from simulator.weekly import ALL, weekly_metrics
from tests.levers.cases import MOVES, Moves
from tests.levers.markets import MONDAY, Data, Run, base, changed, differences, runs, scenario_of, steadiness

CASES = {case.name: case for case in MOVES}
TWINS = {"plan.bookings": [{"influencer": name, "posts": 12, "start": MONDAY} for name in ("ana", "bo")],
         "influencers.bo.channel": "feed", "influencers.bo.overlap_with": "ana"}  # fmt: skip
OTHERS = {
    "timing": Moves(
        "pulse", {"plan.media.feed": {"pulse": {"on_weeks": 2, "off_weeks": 2, "weekly": 200.0}}},
        off={"plan.media.feed.weekly": 100.0},
    ),
    "overlap": Moves(
        "overlap", {"influencers.bo.overlap": 1.0}, off={"influencers.bo.overlap": 0.01}, both=TWINS
    ),
}  # fmt: skip
"""Levers that are shown otherwise, on and off."""


def cases_of(lever: Lever) -> list[Moves]:
    """The cases that show that a lever moves something."""
    if lever.name in OTHERS:
        return [OTHERS[lever.name]]
    return [CASES[re.findall(r"\[(.+)\]", test)[0]] for test in lever.tests if "moves_what_it_should[" in test]


def weekly(run: Run) -> dict[str, np.ndarray]:
    """Every metric of our brand by week, for all segments and channels together."""
    found = weekly_metrics(run.outcome, run.scenario, run.scenario.plans[run.plan])
    ours = found[run.outcome.tables.brands[0]]
    return {metric: values[:, -1] for (metric, part), values in ours.items() if part == ALL}


def moved_by(case: Moves, wanted: set[str]) -> set[str]:
    """Which of these metrics differ in any week of any pair."""
    both = changed(base(), case.both)
    pairs = zip(*(runs(scenario_of(changed(both, part)), n=4) for part in (case.off, case.on)), strict=True)
    moved: set[str] = set()
    for off, on in pairs:
        if wanted <= moved:
            break
        a, b = weekly(off), weekly(on)
        assert a.keys() == b.keys()
        moved |= {metric for metric in a if not np.array_equal(a[metric], b[metric], equal_nan=True)}
    return moved & wanted


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_a_lever_moves_the_figures_that_it_names(lever: Lever) -> None:
    left = set(lever.metrics)
    for case in cases_of(lever):
        left -= moved_by(case, left)
    assert left == set()


# ------------------------------------------------------------------------------------------------------ numbers


@dataclass(frozen=True)
class Number:
    """A number behind a lever: what it moves, and whether up or down, in a market with the lever on."""

    name: str
    figure: str
    sign: int
    case: str
    also: Mapping[str, Any] = field(default_factory=dict)
    between: tuple[float, float] | None = None  # its own range when None


BIG = {"market.size": 1_500_000, "plan.earned.press.weekly": 20_000.0}
FEW_HOURS = {"plan.community.weekly": 8.0, "brand.p_dissatisfied": 0.3}
FRIENDS = {"plan.cross_sell": {"price": 3.0, "p_take": 0.3}}
NUMBERS = (
    Number("targeting.premium", "entries_by_paid", -1, "targeting"),
    Number("phone.response", "entries_by_paid", 1, "phones"),
    Number("content.real-time.idle", "entries_by_owned", 1, "real-time-idle"),
    Number("influencer.fatigue", "entries_by_influencer", 1, "bookings"),
    Number("cadence.tolerance", "falls_by_irritation", -1, "over-posting"),
    Number("cadence.irritation", "falls_by_irritation", 1, "over-posting"),
    Number("share.gain", "entries_by_word_of_mouth", 1, "sharing"),
    Number("user-content.per_member_week", "entries_by_user_content", 1, "user-content",
           {"plan.user_content.shown_per_week": 60.0}),
    Number("user-content.talk", "entries_by_word_of_mouth", 1, "user-content"),
    Number("earned.large_cost", "entries_by_earned", -1, "press-work", {**BIG, "plan.earned.press.to_small": 0.0}),
    Number("earned.small_cost", "entries_by_earned", -1, "press-work",
           {**BIG, "plan.earned.press.to_small": 1.0, "plan.earned.press.weekly": 3_000.0}),
    Number("earned.large_reach", "entries_by_earned", 1, "press-work", {**BIG, "plan.earned.press.to_small": 0.0}),
    Number("earned.small_reach", "entries_by_earned", 1, "press-work", {**BIG, "plan.earned.press.to_small": 1.0}),
    Number("earned.small_pull", "entries_by_earned", 1, "press-work", {**BIG, "plan.earned.press.to_small": 1.0}),
    Number("earned.large_most", "entries_by_earned", 1, "press-work", {**BIG, "plan.earned.press.to_small": 0.0}),
    Number("earned.small_most", "entries_by_earned", 1, "press-work", {**BIG, "plan.earned.press.to_small": 1.0}),
    Number("outreach.posts_per_week", "entries_by_influencer", 1, "outreach"),
    Number("outreach.pull", "entries_by_influencer", 1, "outreach", {"influencers.ana.followers": 9_000}, (0.5, 3.0)),
    Number("list.unsubscribe", "falls_by_irritation", 1, "e-mail-unsubscribes"),
    Number("sign-up.p", "opt_ins", 1, "sign-up"),
    Number("sign-up.value_first", "opt_ins", 1, "value-first"),
    Number("offer.known_attention", "redemptions", 1, "offers"),
    Number("offer.known_follower", "redemptions", 1, "offers"),
    Number("offer.known_list", "redemptions", 1, "offers", {"plan.sign_up": {"p_opt_in": 1.0}}),
    Number("cross-sell.p", "cross_sales", 1, "cross-sell"),
    Number("community.replies_per_hour", "answered", 1, "community-own-pages", FEW_HOURS),
    Number("community.p_complain", "complaints", 1, "community-own-pages"),
    Number("community.talk_per_member_week", "answered", -1, "community-own-pages",
           {**FEW_HOURS, "plan.community.weekly": 2.0}),
    Number("community.p_resolve", "settled", 1, "community-own-pages", FEW_HOURS),
    Number("community.reply_hours", "settled", -1, "community-own-pages", FEW_HOURS),
    Number("community.patience_hours", "settled", 1, "community-own-pages", FEW_HOURS),
    Number("community.retention", "loyalty", 1, "community-own-pages"),
    Number("community.reach_per_hour", "entries_by_community", 1, "community-elsewhere"),
    Number("space.density", "sense_of_community", -1, "space"),
    Number("space.retention", "loyalty", 1, "space"),
    Number("space.talk", "entries_by_word_of_mouth", 1, "space"),
    Number("listening.delay", "complaints", 1, "listening"),
    Number("listening.fix_days", "complaints", 1, "listening"),
    Number("listening.fix_share", "detractors", -1, "listening"),
    Number("listening.idea_gain", "satisfied", 1, "ideas"),
    Number("listening.hours_per_idea", "satisfied", -1, "ideas"),
    Number("rewards.novelty_days", "loyalty", 1, "rewards-return", {"weeks": 20}),
    Number("rewards.floor", "loyalty", 1, "rewards-return", {"weeks": 30}),
    Number("rewards.enough", "loyalty", -1, "rewards-return"),
    Number("rewards.retention", "loyalty", 1, "rewards-return"),
    Number("rewards.talk", "entries_by_word_of_mouth", 1, "rewards-talk"),
    Number("rewards.take_up", "cost", 1, "rewards-return"),
    Number("loyalty.retention", "consideration", 1, "loyalty"),
    Number("loyalty.choice", "purchases", 1, "loyalty"),
    Number("loyalty.frequency", "purchases", 1, "loyalty"),
    Number("support.effect", "detractors", -1, "support"),
    Number("referral.p_claim", "referrals", 1, "referral"),
    Number("referral.talk", "entries_by_word_of_mouth", 1, "referral"),
    Number("referral.retention", "consideration", 1, "referral", {"weeks": 26}, (0.0, 0.9)),
    Number("referral.choice", "purchases", 1, "referral", {"weeks": 26}, (0.0, 2.0)),
    Number("referral.basket", "cross_sales", 1, "referral", {**FRIENDS, "weeks": 26}, (0.0, 2.0)),
    Number("referral.basket_purchases", "cross_sales", 1, "referral",
           {**FRIENDS, "weeks": 26, "parameters.referral.basket": 2.0}),
)  # fmt: skip

OF_FIGURES = {
    "engagement.rate": ("likes", "own-posts"),
    "engagement.comment_share": ("comments", "own-posts"),
    "engagement.share_share": ("shares", "own-posts"),
    "talk.per_talker_week": ("conversations_positive", "own-posts"),
    "ctr.usual": ("clicks", "paid-media"),
}
"""Numbers that nobody's life depends on: they turn what happened into figures that others report."""


def _with(data: Data, name: str, value: float) -> Data:
    return changed(data, {f"parameters.{name}": value})


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_a_number_moves_what_it_should(number: Number) -> None:
    case, known = CASES[number.case], REGISTRY[number.name]
    data = changed(changed(changed(base(), case.both), case.on), number.also)
    low, high = number.between or (known.low, known.high)
    less, more = (runs(scenario_of(_with(data, number.name, value)), n=10) for value in (low, high))
    assert steadiness(differences(less, more, number.figure)) * number.sign > 3.0


@pytest.mark.parametrize("name", OF_FIGURES)
def test_a_number_of_figures_changes_a_figure_and_nobody(name: str) -> None:
    figure, case = OF_FIGURES[name]
    data = changed(changed(base(), CASES[case].both), CASES[case].on)
    (less,), (more,) = (runs(scenario_of(_with(data, name, REGISTRY[name].default * k)), n=1) for k in (1.0, 1.3))
    assert less.outcome.tallies.counts.tobytes() == more.outcome.tallies.counts.tobytes()
    assert weekly(more)[figure].sum() == pytest.approx(1.3 * weekly(less)[figure].sum(), rel=0.05)


def test_every_number_is_shown_to_move_something() -> None:
    shown = [number.name for number in NUMBERS] + list(OF_FIGURES)
    assert sorted(shown) == sorted(parameter.name for parameter in lever_parameters())
