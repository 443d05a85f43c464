"""How good a roster of influencers is, and how far that can be trusted: proof, lift, and agreement with the engine."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.audience import SUPERCRITICAL, Roster
from experiments.recommend.limits import InfluencerLimits
from experiments.recommend.people import REPORT, People
from experiments.recommend.roster import bookings
from scenarios.schema import Plan, Scenario
from simulator.costs import plan_cost

Floats = NDArray[np.float64]

ROSTERS = 16
RUNS = 8
"""Random rosters, and replicates of each, by which the proxy is held against the engine."""

_APART = 100_000
"""First replicate of these, within the report's block: nothing else meets them."""

CONTRAST = 0.15
"""Share of the plan's cost that random rosters may have at least: with less, they would hardly differ."""

TRUSTED = 0.5
"""Rank correlation below which the proxy is called a poor guide."""


@dataclass(frozen=True)
class RosterProof:
    """What is known of the roster that was chosen.

    Attributes:
        certificate: share of the best possible spread at this price that it has at least, by the proxy.
        upper_bound: people whom no roster at this price wins over more than.
        spread: people whom this one wins over.
        most_followers: people whom a roster of the largest followings at this price wins over.
        correlation: rank correlation of the proxy with the engine over random rosters; None where it was not measured.
        supercritical: talk carries so far that it hardly matters who is booked.
    """

    certificate: float
    upper_bound: float
    spread: float
    most_followers: float
    correlation: float | None
    supercritical: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a planner should know before trusting it."""
        said = []
        if self.supercritical:
            said.append(
                "talk carries so far in this market that it hardly matters who is booked: a few more of anybody do"
            )
        if self.correlation is not None and self.correlation < TRUSTED:
            said.append(
                f"the model of word of mouth behind the certificate ranks rosters poorly here (rank correlation "
                f"{self.correlation:.2f} with the simulation); trust the simulated figures"
            )
        return tuple(said)


def prove(
    roster: Roster, plan: Plan, *, people: People | None, limits: InfluencerLimits, open_weeks: list[bool], seed: int
) -> RosterProof | None:
    """Say how good a plan's influencers are; None where it books nobody.

    Args:
        roster: influencers on sale.
        plan: with bookings.
        people: the engine, to hold the proxy against; not measured when None.
        limits: on influencers.
        open_weeks: [W] weeks that are not blacked out.
        seed: of the random rosters.
    """
    posts: dict[str, int] = {}
    for booking in plan.bookings:
        posts[booking.influencer] = posts.get(booking.influencer, 0) + len(booking.post_dates())
    if not posts:
        return None
    price = dict(zip(roster.names, roster.market.price.tolist(), strict=True))
    money = sum(price[name] * n for name, n in posts.items())
    certificate, top = roster.certificate(posts, budget=money, k=limits.at_most)
    correlation = None
    if people is not None and len(roster.names) > 2:
        enough = max(money, CONTRAST * plan_cost(people.scenario, plan))
        correlation = _agreement(roster, plan, people, enough, limits, open_weeks, seed)
    return RosterProof(
        certificate=certificate, upper_bound=top, spread=roster.spread(posts),
        most_followers=roster.spread(most_followers(people.scenario, money)) if people is not None else 0.0,
        correlation=correlation, supercritical=roster.reach > SUPERCRITICAL,
    )  # fmt: skip


def most_followers(scenario: Scenario, money: float) -> dict[str, int]:
    """One post each of the largest followings that the money pays for, then a second of each, and so on.

    Args:
        scenario: the roster.
        money: fees in all.
    """
    order = sorted(scenario.influencers, key=lambda name: -scenario.influencers[name].followers)
    posts: dict[str, int] = {}
    bought = True
    while bought:
        bought = False
        for name in order:
            one, n = scenario.influencers[name], posts.get(name, 0)
            more = max(one.min_posts, 1) if n == 0 else 1
            if more * one.cost_per_post <= money + 1e-9 and n + more <= (one.max_posts or 60):
                posts[name] = n + more
                money -= more * max(one.cost_per_post, 1e-6)
                bought = True
    return posts


def _agreement(
    roster: Roster, plan: Plan, people: People, money: float, limits: InfluencerLimits, open_weeks: list[bool],
    seed: int,
) -> float:  # fmt: skip
    """Rank correlation of proxy and engine over random rosters at the same price."""
    from scipy.stats import spearmanr

    rng = np.random.default_rng([seed, 41])
    chosen = [_random_posts(roster, money, rng) for _ in range(ROSTERS)]
    plans = [
        plan.model_copy(update={
            "bookings": bookings(people.scenario, _known(posts, people.scenario, limits), early=0.0, limits=limits,
                                 open_weeks=open_weeks)
        })
        for posts in chosen
    ]  # fmt: skip
    seen = people.run(plans, REPORT + _APART, RUNS).values[:, :, 0].mean(axis=1)
    proxy = np.array([roster.spread(posts) for posts in chosen])
    if np.ptp(seen) == 0.0 or np.ptp(proxy) == 0.0:
        return 0.0
    sign = 1.0 if people.goals[0].more else -1.0
    return float(spearmanr(proxy, sign * seen).statistic)


def _known(posts: Mapping[str, int], scenario: Scenario, limits: InfluencerLimits) -> dict[str, int]:
    return {name: n for name, n in posts.items() if name in scenario.influencers and name not in limits.exclude}


def _random_posts(roster: Roster, money: float, rng: np.random.Generator) -> dict[str, int]:
    """Influencers in an order by chance, a random number of posts each, as long as the money lasts."""
    posts: dict[str, int] = {}
    for i in rng.permutation(len(roster.names)):
        least, most = int(roster.market.least[i]), int(roster.market.most[i])
        if most < least:
            continue
        n = min(int(rng.integers(least, most + 1)), int(money / roster.market.price[i] + 1e-9))
        if n >= least:
            posts[roster.names[i]] = n
            money -= n * float(roster.market.price[i])
    return posts
