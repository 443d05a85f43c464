"""Which influencers post how often for a sum of money, and on which days.

Posts are bought by what they add in new people for their fee, on reverse-reachable sets
(:mod:`experiments.seeding.posts`). Shape parameters bend that order; a search moves them and never sees who was chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from experiments.recommend.audience import Roster
from experiments.recommend.limits import InfluencerLimits, PostsLimit
from experiments.seeding.posts import PostMarket, Shape, decode_posts
from scenarios.plan import Booking
from scenarios.schema import Influencer, Scenario
from simulator.calendar import day_number


@dataclass(frozen=True)
class Taste:
    """How the order of buying is bent.

    Attributes:
        size: more than 0 favours large followings, less favours small ones: logarithm of the factor on the price from
            one tier to the next.
        price: power of the fee: 1 is value for money, 0 looks at value alone.
        overlap: 0..1, how far people who are reached already count against a post.
        most_posts: of one influencer; as many as the roster allows when None.
    """

    size: float = 0.0
    price: float = 1.0
    overlap: float = 0.0
    most_posts: int | None = None


def days_open(scenario: Scenario, one: Influencer, said: PostsLimit, open_weeks: Sequence[bool]) -> list[date]:
    """Days on which an influencer can post.

    Args:
        scenario: its weeks.
        one: when they are available.
        said: when they may be booked.
        open_weeks: [W] weeks that are not blacked out.
    """
    first = max(scenario.start, one.available_from or scenario.start, said.start or scenario.start)
    last = scenario.start + timedelta(weeks=scenario.weeks, days=-1)
    last = min(last, one.available_to or last, said.end or last)
    n = (last - first).days + 1
    days = [first + timedelta(days=k) for k in range(max(n, 0))]
    return [day for day in days if open_weeks[(day - scenario.start).days // 7]]


def on_sale(scenario: Scenario, roster: Roster, *, limits: InfluencerLimits, open_weeks: Sequence[bool]) -> PostMarket:
    """The market of posts within limits: who can be had, and how often.

    Args:
        scenario: the roster and its weeks.
        roster: influencers on sale.
        limits: whom, how many, how often.
        open_weeks: [W] weeks that are not blacked out.
    """
    least, most = roster.market.least.copy(), roster.market.most.copy()
    for i, name in enumerate(roster.names):
        said = limits.posts.get(name, PostsLimit())
        most[i] = min(int(most[i]), len(days_open(scenario, scenario.influencers[name], said, open_weeks)))
        if said.max is not None:
            most[i] = min(int(most[i]), said.max)
        least[i] = max(int(least[i]), said.min)
        if name in limits.exclude or least[i] > most[i]:
            least[i], most[i] = 1, 0
    return replace(roster.market, least=least, most=most)


def choose_posts(
    market: PostMarket, names: Sequence[str], money: float, *, taste: Taste, limits: InfluencerLimits
) -> dict[str, int]:
    """How many posts of whom.

    Args:
        market: from :func:`on_sale`.
        names: of the influencers.
        money: most that fees may come to.
        taste: how the order is bent.
        limits: who must post, and how many may be booked.
    """
    forced = {
        i: limits.posts[name].min
        for i, name in enumerate(names)
        if name in limits.posts and limits.posts[name].min > 0 and market.most[i] > 0
    }
    if taste.most_posts is not None:
        market = replace(market, most=np.minimum(market.most, np.maximum(market.least, taste.most_posts)))
    tiers = int(market.tier.max(initial=0)) + 1
    factors = tuple(float(np.exp(-taste.size * (tier - 0.5 * (tiers - 1)))) for tier in range(tiers))
    fees = sum(float(market.price[i]) * max(n, int(market.least[i])) for i, n in forced.items())
    found = decode_posts(
        market, budget=max(money, fees), k=limits.at_most,
        shape=Shape(tiers=factors, power=taste.price, overlap=taste.overlap), forced=forced,
    )  # fmt: skip
    return {name: n for name, n in zip(names, found.posts, strict=True) if n > 0}


def bookings(
    scenario: Scenario, posts: Mapping[str, int], *, early: float, limits: InfluencerLimits, open_weeks: Sequence[bool]
) -> list[Booking]:
    """Posts on days: evenly over the time in which an influencer can post, or closer together at its beginning.

    Args:
        scenario: its weeks and roster.
        posts: by influencer.
        early: 0 is even; 1 puts half of the posts into the first quarter of the time; less than 0, later.
        limits: when they may be booked.
        open_weeks: [W] weeks that are not blacked out.
    """
    out = []
    for name, n in posts.items():
        days = days_open(scenario, scenario.influencers[name], limits.posts.get(name, PostsLimit()), open_weeks)
        places = len(days) * ((np.arange(n) + 0.5) / n) ** (2.0**early)
        chosen = _apart(np.floor(places).astype(int), len(days))
        out.append(Booking(influencer=name, dates=[days[k] for k in chosen]))
    return sorted(out, key=lambda one: (day_number(scenario, one.post_dates()[0]), one.influencer))


def _apart(places: np.ndarray, n: int) -> list[int]:
    """The nearest different places to those wanted, in order, as long as there are any."""
    taken: list[int] = []
    for k, place in enumerate(places.tolist()):
        least = taken[-1] + 1 if taken else 0
        taken.append(min(max(place, least), n - (len(places) - k)))
    return taken
