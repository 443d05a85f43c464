"""Limits: what is written, what clashes, and that no decoded plan ever breaks one."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.recommend.audience import open_roster
from experiments.recommend.decode import decoder_of
from experiments.recommend.errors import InfeasibleError, RecommendError
from experiments.recommend.keeps import broken_limits
from experiments.recommend.limits import Limits, bounds_of, limits_from_text
from experiments.recommend.split import fill, split
from experiments.recommend.wallet import line_money, open_wallet
from scenarios import load_scenario
from simulator.costs import plan_cost
from simulator.world import build_world

pytestmark = pytest.mark.core

COLDBREW = load_scenario("coldbrew-launch").scenario
WALLET = open_wallet(COLDBREW, "baseline")
BUDGET = 598_000.0
ROSTER = open_roster(
    load_scenario("coldbrew-launch", consumers=2_000).scenario,
    build_world(load_scenario("coldbrew-launch", consumers=2_000).scenario, seed=1), seed=1, sets=4_000,
)  # fmt: skip


def bounds(text: str, budget: float = BUDGET, wallet=WALLET):
    return bounds_of(limits_from_text(text), wallet, budget)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[money."media.tiktok"]\nmin = 9\nmax = 5',
            "media.tiktok: at least 9 and at most 5 cannot both be kept; they clash by 4",
        ),
        (
            "[money.media.tiktok]\nmin = 400_000\n[money.media.youtube]\nmin = 300_000",
            (
                "the least that must be spent is 700,000, and the budget is 598,000; they clash by 102,000 "
                "(media.tiktok 400,000, media.youtube 300,000)"
            ),
        ),
        (
            (
                '[groups.video]\nlines = ["media.tiktok", "media.youtube"]\nmax = 10_000\n'
                "[money.media.tiktok]\nmin = 12_000"
            ),
            "group video: its lines need 12,000, and it may cost 10,000; they clash by 2,000",
        ),
        (
            '[groups.video]\nlines = ["media.tiktok"]\nmin = 10_000\n[money.media.tiktok]\nmax = 4_000',
            "group video: it must cost 10,000, and its lines may cost 4,000; they clash by 6,000",
        ),
        (
            "[influencers.posts.thatsjules]\nmin = 2\nmax = 1",
            "thatsjules: at least 2 posts and at most 1 cannot both be kept",
        ),
        (
            "[influencers]\nat_most = 1\nposts = { cityeats = { min = 1 }, runlocal = { min = 1 } }",
            "influencers: 2 must post, and at most 1 may be booked",
        ),
        (
            "[money.influencers]\nmax = 1_000\n[influencers.posts.cityeats]\nmin = 1",
            "influencers: posts that must be bought cost 2,000, and at most 1,000 may be spent; they clash by 1,000",
        ),
        (
            "[money.media.tiktok]\nweekly_min = 30_000",
            (
                "the least that must be spent is 780,000, and the budget is 598,000; they clash by 182,000 "
                "(media.tiktok 780,000)"
            ),
        ),
    ],
)
def test_what_clashes_is_said_with_by_how_much(text: str, said: str) -> None:
    with pytest.raises(InfeasibleError) as caught:
        bounds(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[money.media.tiktik]\nmax = 5", "limits: there is no line “media.tiktik”; did you mean “media.tiktok”?"),
        ('[influencers]\nexclude = ["jules"]', "limits: there is no influencer “jules”; did you mean “thatsjules”?"),
        ("off = [2027-01-05]", "limits: 2027-01-05 is no Monday within the plan's 26 weeks from 2027-01-04"),
        (
            '[groups.a]\nlines = ["media.tiktok"]\n[groups.b]\nlines = ["media.tiktok"]',
            "limits: media.tiktok is in two groups, “a” and “b”; it can be in one",
        ),
    ],
)
def test_limits_on_what_does_not_exist_are_refused(text: str, said: str) -> None:
    with pytest.raises(RecommendError) as caught:
        bounds(text)
    assert str(caught.value).startswith(said)
    assert not isinstance(caught.value, InfeasibleError)


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(InfeasibleError) as caught:
        bounds("[money.media.tiktok]\nmin = 9\nmax = 5\n[influencers.posts.cityeats]\nmin = 2\nmax = 1")
    assert len(caught.value.problems) == 2


def test_a_misspelt_key_is_named() -> None:
    with pytest.raises(RecommendError) as caught:
        limits_from_text("[money.media.tiktok]\nmaximum = 5", file="limits.toml")
    assert str(caught.value).startswith("limits.toml: “maximum” is no limit; did you mean “max”?")


@given(
    shares=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6),
    money=st.floats(0.0, 1e6),
    data=st.data(),
)
def test_money_is_shared_out_within_its_limits(shares: list[float], money: float, data: st.DataObject) -> None:
    n = len(shares)
    low = np.array(data.draw(st.lists(st.floats(0.0, 1e5), min_size=n, max_size=n)))
    high = low + np.array(data.draw(st.lists(st.floats(0.0, 1e6), min_size=n, max_size=n)))
    low *= min(1.0, money / max(low.sum(), 1e-9))
    found = fill(np.array(shares), money, low=low, high=high)
    assert (found >= low - 1e-6).all()
    assert (found <= high + 1e-6).all()
    assert found.sum() <= money * (1 + 1e-9) + 1e-6


def test_a_line_gets_nothing_rather_than_less_than_can_be_bought() -> None:
    given_bounds = bounds("[money.media.tiktok]\nbuy_at_least = 50_000")
    shares = np.full(len(WALLET.lines), 1.0)
    shares[WALLET.index("media.tiktok")] = 0.1
    assert split(shares, BUDGET, given_bounds)[WALLET.index("media.tiktok")] == 0.0
    shares[WALLET.index("media.tiktok")] = 5.0
    assert split(shares, BUDGET, given_bounds)[WALLET.index("media.tiktok")] >= 50_000.0


MEDIA = ["media.instagram", "media.outdoor", "media.tiktok", "media.youtube"]
MONDAYS = [COLDBREW.start + timedelta(weeks=w) for w in range(26)]


@st.composite
def any_limits(draw: st.DrawFn) -> Limits:
    money = {}
    for name in draw(st.lists(st.sampled_from(MEDIA), unique=True)):
        low = draw(st.integers(0, 100_000))
        one = {
            "min": float(low), "max": float(low + draw(st.integers(0, 200_000))),
            "buy_at_least": float(draw(st.sampled_from([0, 20_000]))),
        }  # fmt: skip
        if draw(st.booleans()):
            one = {"weekly_max": float(draw(st.integers(500, 20_000)))}
        elif draw(st.booleans()):
            one = {"weekly_min": float(draw(st.integers(1, 3_000)))}
        elif draw(st.booleans()):
            one = {"lock": True}
        elif draw(st.booleans()):
            one = {"change": draw(st.floats(0.0, 0.5))}
        if "lock" not in one:
            one["off"] = draw(st.lists(st.sampled_from(MONDAYS), unique=True, max_size=4))
        money[name] = one
    roster = list(COLDBREW.influencers)
    posts = {
        name: {"min": draw(st.integers(0, 2)), "max": draw(st.integers(2, 6)), "start": date(2027, 2, 1)}
        for name in draw(st.lists(st.sampled_from(roster[:6]), unique=True, max_size=3))
    }
    influencers = {
        "at_most": draw(st.sampled_from([None, 3, 8])), "posts": posts,
        "exclude": draw(st.lists(st.sampled_from(roster[6:]), unique=True, max_size=3)),
    }  # fmt: skip
    groups = {"video": {"lines": ["media.tiktok", "media.youtube"], "max": float(draw(st.integers(1, 500_000)))}}
    said = {"influencers": influencers, "money": money, "groups": groups if draw(st.booleans()) else {}}
    if draw(st.booleans()) and not any("lock" in one for one in money.values()):
        said["off"] = draw(st.lists(st.sampled_from(MONDAYS), unique=True, max_size=3))
    limits = Limits.model_validate(said)
    from experiments.recommend.limits import MoneyLimit

    return limits.model_copy(update={"money": {k: MoneyLimit.model_validate(v) for k, v in money.items()}})


@settings(max_examples=150, deadline=None)
@given(limits=any_limits(), where=st.integers(0, 2**32 - 1), budget=st.integers(1_000, 900_000))
def test_no_decoded_plan_breaks_a_limit_and_what_cannot_be_kept_is_explained(
    limits: Limits, where: int, budget: int
) -> None:
    try:
        found = bounds_of(limits, WALLET, float(budget))
    except InfeasibleError as error:
        assert all("clash" in one or "cannot both" in one or "may be booked" in one for one in error.problems)
        return
    decoder = decoder_of(WALLET, found, limits.influencers, float(budget), roster=ROSTER)
    rng = np.random.default_rng(where)
    plan = decoder.plan(decoder.low + (decoder.high - decoder.low) * rng.random(len(decoder.low)))
    assert broken_limits(plan, limits=limits, wallet=WALLET, budget=float(budget)) == []


def test_a_locked_line_stays_exactly_as_it_is() -> None:
    said = limits_from_text("[money.media.outdoor]\nlock = true")
    decoder = decoder_of(WALLET, bounds_of(said, WALLET, 700_000.0), said.influencers, 700_000.0)
    plan = decoder.plan(decoder.high)
    assert plan.media["outdoor"] == WALLET.current.media["outdoor"]


def test_the_current_shares_with_the_current_budget_are_about_the_current_plan() -> None:
    decoder = decoder_of(WALLET, bounds(""), Limits().influencers, BUDGET)
    plan = decoder.with_money(WALLET.now)
    assert plan_cost(COLDBREW, plan) == pytest.approx(BUDGET, rel=1e-5)
    assert line_money(WALLET, plan) == pytest.approx(WALLET.now, abs=1.0)


@pytest.mark.parametrize(
    "name", ["coldbrew-launch", "app-referral", "always-on-retail", "crisis-rehearsal", "everything"]
)
def test_every_point_is_a_plan_within_the_budget(name: str) -> None:
    scenario = load_scenario(name).scenario
    wallet = open_wallet(scenario, next(iter(scenario.plans)))
    budget = 80_000.0 + wallet.kept_cost
    limits = Limits()
    decoder = decoder_of(wallet, bounds_of(limits, wallet, budget), limits.influencers, budget)
    rng = np.random.default_rng(1)
    for _ in range(25):
        plan = decoder.plan(decoder.low + (decoder.high - decoder.low) * rng.random(len(decoder.low)))
        assert plan_cost(scenario, plan) <= budget + 1e-6
        type(plan).model_validate(plan.model_dump())
