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


def live_posts(
    scenario: Scenario, posts: Sequence[Post], values: Mapping[str, float], interest: NDArray[np.float64]
) -> LivePosts:
    """Spread posts over the days on which they are seen; of many by one influencer each does less.

    Args:
        scenario: the roster, its channels and their outages.
        posts: all of them, of all brands.
        values: parameters.
        interest: the season, by day.
    """
    names = list(scenario.influencers)
    down = outages(scenario)
    posts = sorted(posts)
    who = sorted({post.influencer for post in posts})
    place = {k: i for i, k in enumerate(who)}
    views: list[NDArray[np.float64]] = []
    works = np.ones((len(who), scenario.n_days), np.bool_)
    for i, k in enumerate(who):
        where = scenario.influencers[names[k]].channel
        views.append(post_profile(platform_value(scenario.channels[where], "half_life", values)))
        if where in down:
            works[i] = down[where] > 0.0
    profile = np.zeros((len(who), max(map(len, views), default=0)))
    for i, one_view in enumerate(views):
        profile[i, : len(one_view)] = one_view
    effect = np.array([
        values["influencer.reach"] * values["influencer.fatigue"] ** n * (values["outreach.pull"] if post.free else 1.0)
        for post, n in zip(posts, _tired_of(posts), strict=True)
    ])  # fmt: skip
    sights, seen = _spread(
        np.array([post.day for post in posts], np.int64), np.array([place[post.influencer] for post in posts], np.int64),
        np.array([post.brand for post in posts], np.int64), effect, profile,
        np.array([len(one_view) for one_view in views], np.int64), works, 1 + len(scenario.rivals),
    )  # fmt: skip
    days, row_of, brand = np.nonzero(seen)
    influencer = np.array(who, np.int32)[row_of]
    by_segment = (sights[days, row_of, brand] * interest[days])[:, None] * _appeal(scenario)[influencer]
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
def _spread(day, influencer, brand, effect, profile, length, works, n_brands):
    """Sights of each influencer's posts for each brand by day, and on which days there are any: [T, K, B]."""
    K, T = works.shape
    sights, seen = np.zeros((T, K, n_brands)), np.zeros((T, K, n_brands), np.bool_)
    for i in range(len(day)):
        k = influencer[i]
        for age in range(length[k]):
            t = day[i] + age
            if 0 <= t < T and works[k, t]:
                sights[t, k, brand[i]] += profile[k, age] * effect[i]
                seen[t, k, brand[i]] = True
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
