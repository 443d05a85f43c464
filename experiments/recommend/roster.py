"""Which influencers post how often for a sum of money: the best next post for the money, again and again.

A post reaches part of an influencer's followers in the market; the next one reaches fewer who are new. Posts are bought
in the order of what they add for their fee (lattice ratio-greedy: Alon, Gamzu & Tennenholtz 2012), until the money is
spent. Shape parameters bend that order; a search moves them and never sees who was chosen.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from experiments.recommend.limits import InfluencerLimits, PostsLimit
from scenarios.plan import Booking
from scenarios.schema import Influencer, Scenario
from simulator.calendar import day_number

MOST_POSTS = 60
"""Of one influencer, where neither the roster nor a limit says fewer."""

SEEN = 0.2
"""Share of followers who see one post, as far as the order of buying goes."""


@dataclass(frozen=True)
class Taste:
    """How the order of buying is bent.

    Attributes:
        size: more than 0 favours large followings, less favours small ones; power of the number of followers.
        price: power of the fee: 1 is value for money, 0 looks at value alone.
        overlap: 0..1, how far followers who were reached through somebody else count less.
        most_posts: of one influencer.
    """

    size: float = 0.0
    price: float = 1.0
    overlap: float = 0.5
    most_posts: int = MOST_POSTS


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


def choose_posts(
    scenario: Scenario, money: float, *, taste: Taste, limits: InfluencerLimits, open_weeks: Sequence[bool]
) -> dict[str, int]:
    """How many posts of whom.

    Args:
        scenario: roster and segments.
        money: most that fees may come to.
        taste: how the order is bent.
        limits: whom, how many, how often.
        open_weeks: [W] weeks that are not blacked out.
    """
    roster = scenario.influencers
    most, posts = {}, {}
    left = money
    for name, one in roster.items():
        said = limits.posts.get(name, PostsLimit())
        can = len(days_open(scenario, one, said, open_weeks))
        top = min(one.max_posts or MOST_POSTS, said.max if said.max is not None else MOST_POSTS, can)
        most[name] = 0 if name in limits.exclude else min(top, max(taste.most_posts, said.min, one.min_posts))
        if said.min > 0:
            posts[name] = min(said.min, most[name])
            left -= posts[name] * one.cost_per_post
    shared = _shared(scenario)
    queue: list[tuple[float, str, int]] = []

    def worth(name: str, n: int) -> float:
        one = roster[name]
        seen = 1.0 - taste.overlap * max((o for other, o in shared[name].items() if other in posts), default=0.0)
        new = one.followers * one.in_market * (1.0 - SEEN) ** n * SEEN * one.credibility * seen
        step = _step(one, n)
        return new * step * one.followers**taste.size / (step * max(one.cost_per_post, 1e-9)) ** taste.price

    for name in roster:
        n = posts.get(name, 0)
        if n + _step(roster[name], n) <= most[name]:
            heapq.heappush(queue, (-worth(name, n), name, n))
    while queue:
        value, name, n = heapq.heappop(queue)
        if n != posts.get(name, 0):
            continue
        if -worth(name, n) > value * (1.0 - 1e-12):  # others were booked since, who share its followers
            heapq.heappush(queue, (-worth(name, n), name, n))
            continue
        step = _step(roster[name], n)
        fee = step * roster[name].cost_per_post
        full = limits.at_most is not None and len(posts) >= limits.at_most and name not in posts
        if fee > left + 1e-9 or full or n + step > most[name]:
            continue
        posts[name] = n + step
        left -= fee
        if n + step < most[name]:
            heapq.heappush(queue, (-worth(name, n + step), name, n + step))
    return {name: posts[name] for name in roster if posts.get(name)}


def bookings(
    scenario: Scenario, posts: dict[str, int], *, early: float, limits: InfluencerLimits, open_weeks: Sequence[bool]
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
    return sorted(out, key=lambda one: day_number(scenario, one.post_dates()[0]))


def _step(one: Influencer, n: int) -> int:
    """Posts that the next purchase brings: the roster's least, then one at a time."""
    return max(one.min_posts, 1) if n == 0 else 1


def _shared(scenario: Scenario) -> dict[str, dict[str, float]]:
    """By influencer, the share of followers who follow another one too."""
    out: dict[str, dict[str, float]] = {name: {} for name in scenario.influencers}
    for name, one in scenario.influencers.items():
        if one.overlap_with is not None and one.overlap_with in out:
            out[name][one.overlap_with] = one.overlap
            size = max(scenario.influencers[one.overlap_with].followers, 1)
            out[one.overlap_with][name] = min(one.overlap * one.followers / size, 1.0)
    return out


def _apart(places: np.ndarray, n: int) -> list[int]:
    """The nearest different places to those wanted, in order, as long as there are any."""
    taken: list[int] = []
    for k, place in enumerate(places.tolist()):
        least = taken[-1] + 1 if taken else 0
        taken.append(min(max(place, least), n - (len(places) - k)))
    return taken
