"""Influencers' posts: those that are booked, and those that nobody paid for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import Plan
from scenarios.schema import Scenario
from simulator.arrays import PRESSURE_BITS
from simulator.calendar import Phase, all_phases, daily_amounts, day_number, outages
from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, exponential, fold, name_key, stem_key
from simulator.exposure import post_profile
from simulator.parameters import platform_value
from simulator.population import brand_keys
from simulator.pressure import ladder

TIRING_DAYS = 28
"""How long followers remember an influencer's earlier posts for brands."""

_OUTREACH_MONEY = 500.0


@dataclass(frozen=True, order=True)
class Post:
    """One post of one influencer for one brand."""

    day: int
    influencer: int
    brand: int
    free: bool = False


@dataclass(frozen=True)
class LivePosts:
    """Posts that are live on each day, and how hard each pushes a follower, by segment and stage."""

    ptr: NDArray[np.int64]  # [T+1]
    influencer: NDArray[np.int32]
    brand: NDArray[np.int32]
    push: NDArray[np.int64]  # [live, S, 6], 2**-30


def booked_posts(scenario: Scenario, phases: list[list[Phase]]) -> list[Post]:
    """Posts that are paid for; those of somebody who has left are dropped, or appear for the rival instead."""
    names, rivals = list(scenario.influencers), list(scenario.rivals)
    leaves = {s.influencer: s for s in scenario.shocks.values() if s.kind == "defection"}
    out = []
    for b, mine in enumerate(phases):
        for phase in mine:
            for booking in phase.plan.bookings:
                for date in booking.post_dates():
                    day, brand = day_number(scenario, date), b
                    shock = leaves.get(booking.influencer)
                    if shock is not None and date >= shock.date and b == 0:
                        if shock.to is None:
                            continue
                        brand = 1 + rivals.index(shock.to)
                    # Nobody posts for a rival that is not on the market yet.
                    if max(phase.first, phases[brand][0].first if brand else 0) <= day < phase.end:
                        out.append(Post(day, names.index(booking.influencer), brand))
    return sorted(out)


def has_outreach(scenario: Scenario, plan: Plan) -> bool:
    """Whether any brand does networking with influencers who are not paid."""
    return any(phase.plan.outreach is not None for mine in all_phases(scenario, plan) for phase in mine)


def free_posts(scenario: Scenario, plan: Plan, *, values: Mapping[str, float], luck: np.uint64) -> list[Post]:
    """Posts that influencers write of their own accord, drawn for one replicate.

    Each influencer who is not booked posts at a rate that grows with the square root of the money spent on them,
    which all share alike, until they leave for somebody else. The waiting times are exponential in what was spent
    so far, and keyed by brand and influencer.
    """
    out = []
    keys = brand_keys(scenario)
    left = {s.influencer: day_number(scenario, s.date) for s in scenario.shocks.values() if s.kind == "defection"}
    for b, mine in enumerate(all_phases(scenario, plan)):
        booked = {booking.influencer for phase in mine for booking in phase.plan.bookings}
        rate: dict[str, NDArray[np.float64]] = {}
        for phase in mine:
            work = phase.plan.outreach
            if work is None:
                continue
            weekly = daily_amounts(scenario, work, phase) * 7.0
            whom = [name for name in work.influencers or scenario.influencers if name not in booked]
            each = weekly / max(len(whom), 1) / _OUTREACH_MONEY
            for name in whom:
                rate[name] = rate.get(name, 0.0) + np.sqrt(each) * values["outreach.posts_per_week"] / 7.0
        for k, name in enumerate(scenario.influencers):
            if name not in rate:
                continue
            key = fold(np.uint64(stem_key(luck, Purpose.FREE_POST, keys[b])), name_key(name))
            reached, needed, n = np.cumsum(rate[name]), 0.0, 0
            while True:
                needed += float(exponential(np.uint64(fold(np.uint64(key), np.uint64(n)))))
                day = int(np.searchsorted(reached, needed))
                if day >= min(scenario.n_days, left.get(name, scenario.n_days) if b == 0 else scenario.n_days):
                    break
                out.append(Post(day, k, b, free=True))
                n += 1
    return out


@dataclass(frozen=True)
class Timetable:
    """Posts in their order, with all that no parameter changes."""

    posts: tuple[Post, ...]
    tired_of: tuple[int, ...]
    """For each post, how many of its influencer's earlier ones followers remember."""
    who: tuple[int, ...]
    """Influencers who post at all."""
    where: NDArray[np.int64]  # [posts, 3] day, which of those who post, brand
    works: NDArray[np.bool_]  # [who, T] whether their channel works
    appeal: NDArray[np.float64]  # [influencers, S] what a sight of them does
    n_brands: int


def timetable(scenario: Scenario, posts: Sequence[Post]) -> Timetable:
    """Put posts into their order.

    Args:
        scenario: the roster, its channels and their outages.
        posts: all of them, of all brands.
    """
    down = outages(scenario)
    roster = list(scenario.influencers.values())
    posts = sorted(posts)
    who = sorted({post.influencer for post in posts})
    works = np.ones((len(who), scenario.n_days), np.bool_)
    for i, k in enumerate(who):
        if roster[k].channel in down:
            works[i] = down[roster[k].channel] > 0.0
    where = np.array([(post.day, who.index(post.influencer), post.brand) for post in posts], np.int64).reshape(-1, 3)
    return Timetable(
        tuple(posts), tuple(_tired_of(posts)), tuple(who), where, works, _appeal(scenario), 1 + len(scenario.rivals)
    )


def live_posts(
    scenario: Scenario, booked: Timetable, values: Mapping[str, float], interest: NDArray[np.float64]
) -> LivePosts:
    """Spread posts over the days on which they are seen; of many by one influencer each does less.

    Args:
        scenario: the roster and its channels.
        booked: all posts, of all brands.
        values: parameters.
        interest: the season, by day.
    """
    roster = list(scenario.influencers.values())
    views = [
        post_profile(platform_value(scenario.channels[roster[k].channel], "half_life", values)) for k in booked.who
    ]
    profile = np.zeros((len(views), max(map(len, views), default=0)))
    for i, one_view in enumerate(views):
        profile[i, : len(one_view)] = one_view
    most = max(booked.tired_of, default=0)
    alone = [values["influencer.reach"] * values["influencer.fatigue"] ** n for n in range(most + 1)]
    effect = np.array([
        alone[n] * (values["outreach.pull"] if post.free else 1.0)
        for post, n in zip(booked.posts, booked.tired_of, strict=True)
    ])  # fmt: skip
    length = np.array([len(one_view) for one_view in views], np.int64)
    sights, seen = _spread(booked.where, effect, profile, length, booked.works, booked.n_brands)
    days, row_of, brand = np.nonzero(seen)
    influencer = np.array(booked.who, np.int32)[row_of]
    by_segment = (sights[days, row_of, brand] * interest[days])[:, None] * booked.appeal[influencer]
    hazard = by_segment[:, :, None] * ladder(values, "influencer")
    return LivePosts(
        ptr=np.searchsorted(days, np.arange(scenario.n_days + 1)).astype(np.int64),
        influencer=influencer,
        brand=brand.astype(np.int32),
        push=np.rint(hazard * (1 << PRESSURE_BITS)).astype(np.int64),
    )


def _appeal(scenario: Scenario) -> NDArray[np.float64]:
    """What one sight of each influencer does to each segment: [influencers, S]."""
    return np.array(
        [
            [
                one.credibility * one.fit.get(name, 1.0) * segment.susceptibility
                for name, segment in scenario.segments.items()
            ]
            for one in scenario.influencers.values()
        ]
    ).reshape(len(scenario.influencers), len(scenario.segments))


def _tired_of(posts: Sequence[Post]) -> list[int]:
    """For each post, how many of its influencer's earlier ones followers remember; those of the same day do not tire.

    Posts of a day are alike tired of the days before, whoever they are for.
    """
    out = []
    earlier: dict[int, list[int]] = {}
    for post in posts:
        before = earlier.setdefault(post.influencer, [])
        before[:] = [day for day in before if post.day - day < TIRING_DAYS]
        out.append(sum(day < post.day for day in before))
        before.append(post.day)
    return out


@compiled(**PLAIN)
def _spread(where, effect, profile, length, works, n_brands):
    """Sights of each influencer's posts for each brand by day, and on which days there are any: [T, K, B]."""
    K, T = works.shape
    sights, seen = np.zeros((T, K, n_brands)), np.zeros((T, K, n_brands), np.bool_)
    for i in range(len(where)):
        day, k, brand = where[i]
        for age in range(length[k]):
            t = day + age
            if 0 <= t < T and works[k, t]:
                sights[t, k, brand] += profile[k, age] * effect[i]
                seen[t, k, brand] = True
    return sights, seen


def tier(followers: int) -> str:
    """Trade name of an influencer's size.

    >>> tier(8_000), tier(60_000), tier(2_000_000)
    ('nano', 'micro', 'mega')
    """
    limits = (10_000, 100_000, 500_000, 1_000_000)
    names = ("nano", "micro", "mid", "macro", "mega")
    return names[sum(followers > limit for limit in limits)]


def expected_engagement(followers: int) -> float:
    """Usual engagements per follower and post: they fall with size to the power -.2.

    Fitted to Instagram by tier, HypeAuditor 2024.
    """
    return min(0.048 * math.pow(max(followers, 1) / 5_000.0, -0.2), 0.2)
