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
from experiments.recommend.limits import Limits, MoneyLimit, bounds_of, limits_from_text
from experiments.recommend.split import fill, split
from experiments.recommend.wallet import line_money, open_wallet, written
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
        (
            "off = [2027-01-04]\n[money.media.tiktok]\nlock = true",
            "media.tiktok, week of 2027-01-04: booked with 6,000 and blacked out; they clash by 6,000",
        ),
        (
            '[money.media.tiktok]\nlocked_weeks = [2027-01-04]\nweeks."2027-01-04".max = 5_000',
            "media.tiktok, week of 2027-01-04: booked with 6,000 and at most 5,000; they clash by 1,000",
        ),
        (
            'locked_until = 2027-01-10\n[money.media.tiktok.weeks."2027-01-04"]\nmin = 7_000',
            "media.tiktok, week of 2027-01-04: booked with 6,000 and at least 7,000; they clash by 1,000",
        ),
        (
            '[money.media.tiktok.weeks."2027-02-01"]\nmin = 900\nmax = 100',
            "media.tiktok, week of 2027-02-01: at least 900 and at most 100 cannot both be kept; they clash by 800",
        ),
        (
            '[money.media.tiktok]\noff = [2027-02-01]\nweeks."2027-02-01".min = 900',
            "media.tiktok, week of 2027-02-01: at least 900 and blacked out; they clash by 900",
        ),
        (
            "[money.media.tiktok]\nlocked_weeks = [2027-01-04]\nmax = 5_000",
            "media.tiktok: at least 6,000 and at most 5,000 cannot both be kept; they clash by 1,000",
        ),
        (
            '[money.posts.instagram.weeks."2027-02-01"]\nmin = 100\nmax = 110',
            (
                "posts.instagram, week of 2027-02-01: between the least and the most lies no whole post of 400; "
                "they clash by 400"
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
        (
            "off = [2027-01-05]",
            "limits: 2027-01-05 is no Monday within the plan's 26 weeks from 2027-01-04; the nearest is 2027-01-04",
        ),
        (
            "[money.media.tiktok]\nlocked_weeks = [2027-07-05]",
            "limits: 2027-07-05 is no Monday within the plan's 26 weeks from 2027-01-04; the nearest is 2027-06-28",
        ),
        (
            '[money.media.tiktok.weeks."2027-02-04"]\nmin = 9',
            "limits: 2027-02-04 is no Monday within the plan's 26 weeks from 2027-01-04; the nearest is 2027-02-01",
        ),
        (
            "[money.media.tiktok]\nlocked_until = 2026-12-31",
            (
                "limits: media.tiktok: locked_until 2026-12-31 lies outside of the plan's 26 weeks from 2027-01-04; "
                "the nearest Monday is 2027-01-04"
            ),
        ),
        (
            "[money.influencers]\nweekly_max = 5",
            (
                "limits: influencers is not bought by the week, so weekly_max cannot be kept there; use “off”, or "
                "start and end of an influencer's posts"
            ),
        ),
        (
            '[money."seeding.1"]\nlocked_until = 2027-02-01',
            (
                "limits: seeding.1 is not bought by the week, so locked_until cannot be kept there; use min, max or "
                "lock; the date of a wave stays as it is"
            ),
        ),
        (
            '[groups.a]\nlines = ["media.tiktok"]\nchange = 0.2\nweekly_max = 9',
            ("limits: group “a”: change and weekly_max cannot be kept by lines together; say it of each line"),
        ),
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
    with pytest.raises(RecommendError) as caught:
        limits_from_text('[money.media.tiktok.weeks."2027-02-01"]\nmaxi = 5')
    assert str(caught.value).startswith("limits: “weeks.2027-02-01.maxi” is no limit; did you mean “max”?")
    with pytest.raises(RecommendError, match=r"limits: weeks.soon.\[key\]: input should be a valid date"):
        limits_from_text("[money.media.tiktok.weeks.soon]\nmax = 5")


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
        if "lock" not in one and draw(st.booleans()):
            one["weeks"] = {
                day: {"min": float(draw(st.integers(0, 6_000))), "max": float(draw(st.integers(5_000, 30_000)))}
                for day in draw(st.lists(st.sampled_from(MONDAYS), unique=True, max_size=3))
            }
        if draw(st.booleans()):
            one["locked_weeks"] = draw(st.lists(st.sampled_from(MONDAYS), unique=True, max_size=4))
        elif draw(st.booleans()):
            one["locked_until"] = draw(st.sampled_from(MONDAYS)) + timedelta(days=draw(st.integers(0, 6)))
        if draw(st.integers(0, 3)) == 0:
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
    if draw(st.integers(0, 3)) == 0:
        said["locked_until"] = draw(st.sampled_from(MONDAYS[:8]))
    if draw(st.booleans()):
        said["groups"] = {"both": {"lines": ["media.outdoor"], "lock": draw(st.booleans())}, **said["groups"]}
    if draw(st.integers(0, 3)) == 0:
        said["off"] = draw(st.lists(st.sampled_from(MONDAYS), unique=True, max_size=3))
    limits = Limits.model_validate(said)
    return limits.model_copy(update={"money": {k: MoneyLimit.model_validate(v) for k, v in money.items()}})


@settings(max_examples=150, deadline=None)
@given(
    limits=any_limits(),
    where=st.integers(0, 2**32 - 1),
    budget=st.integers(1_000, 900_000) | st.integers(600_000, 2_000_000),
)
def test_no_decoded_plan_breaks_a_limit_and_what_cannot_be_kept_is_explained(
    limits: Limits, where: int, budget: int
) -> None:
    try:
        found = bounds_of(limits, WALLET, float(budget))
    except InfeasibleError as error:
        assert all("they clash by" in one or "cannot both" in one or "may be booked" in one for one in error.problems)
        return
    decoder = decoder_of(WALLET, found, limits.influencers, float(budget), roster=ROSTER)
    rng = np.random.default_rng(where)
    plan = decoder.plan(decoder.low + (decoder.high - decoder.low) * rng.random(len(decoder.low)))
    assert broken_limits(plan, limits=limits, wallet=WALLET, budget=float(budget)) == []


ALWAYS_ON = load_scenario("always-on-retail", consumers=1_000).scenario
WITH_POSTS = open_wallet(ALWAYS_ON, next(iter(ALWAYS_ON.plans)))
POSTS = [line.name for line in WITH_POSTS.lines if line.lever == "posts"]


@st.composite
def limits_of_posts(draw: st.DrawFn) -> Limits:
    n = ALWAYS_ON.weeks
    mondays = [ALWAYS_ON.start + timedelta(weeks=w) for w in range(n)]
    money = {}
    for name in draw(st.lists(st.sampled_from(POSTS), unique=True, min_size=1)):
        each = WITH_POSTS.lines[WITH_POSTS.index(name)].step
        one: dict = {"locked_weeks": draw(st.lists(st.sampled_from(mondays), unique=True, max_size=9))}
        if draw(st.booleans()):
            one |= {"weekly_min": draw(st.floats(0.0, 1.5)) * each, "weekly_max": draw(st.floats(2.0, 9.0)) * each}
        if draw(st.booleans()):
            one["locked_until"] = draw(st.sampled_from(mondays))
        for day in draw(st.lists(st.sampled_from(mondays), unique=True, max_size=3)):
            week = {"min": draw(st.floats(0.0, 1.5)) * each, "max": draw(st.floats(2.0, 6.0)) * each}
            one.setdefault("weeks", {})[day] = week
        one["off"] = draw(st.lists(st.sampled_from(mondays), unique=True, max_size=1))
        money[name] = MoneyLimit.model_validate(one)
    return Limits().model_copy(update={"money": money})


@settings(max_examples=60, deadline=None)
@given(limits=limits_of_posts(), where=st.integers(0, 2**32 - 1), share=st.floats(0.7, 1.5))
def test_posts_keep_their_weeks_too(limits: Limits, where: int, share: float) -> None:
    budget = share * plan_cost(ALWAYS_ON, WITH_POSTS.current)
    try:
        found = bounds_of(limits, WITH_POSTS, budget)
    except InfeasibleError as error:
        assert all("they clash by" in one for one in error.problems)
        return
    decoder = decoder_of(WITH_POSTS, found, limits.influencers, budget)
    rng = np.random.default_rng(where)
    plan = decoder.plan(decoder.low + (decoder.high - decoder.low) * rng.random(len(decoder.low)))
    assert broken_limits(plan, limits=limits, wallet=WITH_POSTS, budget=budget) == []


def test_weeks_that_are_booked_stay_and_others_move() -> None:
    said = limits_from_text("locked_until = 2027-02-03\n[money.media.tiktok]\nlocked_weeks = [2027-05-03]")
    decoder = decoder_of(WALLET, bounds_of(said, WALLET, BUDGET), said.influencers, BUDGET)
    rng = np.random.default_rng(4)
    plan = decoder.plan(decoder.low + (decoder.high - decoder.low) * rng.random(len(decoder.low)))
    for line in WALLET.lines:
        now, then = (written(WALLET, line, one) for one in (WALLET.current, plan))
        assert then[:5] == pytest.approx(now[:5], abs=1e-9)
    tiktok = WALLET.lines[WALLET.index("media.tiktok")]
    now, then = (written(WALLET, tiktok, one) for one in (WALLET.current, plan))
    assert then[17] == pytest.approx(now[17], abs=1e-9)
    assert (np.abs(then[5:17] - now[5:17]) > 1.0).any()


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (5_000.0, "media.tiktok has 5,000.00 in week 2, which is booked already with 6,000.00"),
        (None, ""),
    ],
)
def test_an_edit_of_a_booked_week_is_named(edit: float | None, said: str) -> None:
    limits = limits_from_text("[money.media.tiktok]\nlocked_weeks = [2027-01-11]")
    tiktok = WALLET.lines[WALLET.index("media.tiktok")]
    weekly = written(WALLET, tiktok, WALLET.current)
    weekly[1] = weekly[1] if edit is None else edit
    part = WALLET.current.media["tiktok"].model_copy(update={"weekly": weekly.tolist(), "flights": [], "pulse": None})
    plan = WALLET.current.model_copy(update={"media": {**WALLET.current.media, "tiktok": part}})
    found = broken_limits(plan, limits=limits, wallet=WALLET, budget=1e7)
    assert [(one.place, one.message) for one in found] == ([(("media", "tiktok", 1), said)] if said else [])


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
