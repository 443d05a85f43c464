"""The market of influencers: who follows them, whom their followers tell, and what a post is worth in new people.

The ladder becomes a cascade of one step. Somebody who talks wins over one listener with probability

    p = 1 - exp(-h T / 2),    1 / h = sum over stages up to talking of 1 / (hazard per talking neighbour and day)

where T is the horizon: who is won over talks for half of it on average, and whoever needs three steps to talk needs the
sum of three waits. A post wins over a follower likewise, by its own push. Sets of who could have told a person drawn at
random (reverse-reachable sets) then say what a roster adds, and prove how good it can be at most. This is a proxy: how
well it ranks rosters against the engine is measured and printed with every answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.arcs import Arcs, reverse_arcs_of_ties
from experiments.seeding.audience import audience
from experiments.seeding.bounds import lower_bound, tail, upper_bound
from experiments.seeding.posts import PostMarket, PostPlan, covered_by, decode_posts, most_covered, post_market
from experiments.seeding.rr_sets import RRSets
from scenarios.registry import REGISTRY
from scenarios.schema import Range, Scenario
from scenarios.vocabulary import ENTERED_STAGES
from simulator.world import World

Floats = NDArray[np.float64]

SETS = 40_000
"""Sets on which rosters are chosen; as many again prove how good the last one is."""

MOST_POSTS = 60
"""Of one influencer, where neither the roster nor a limit says fewer."""

TIERS = (10_000, 100_000, 500_000, 1_000_000)
"""Followers from which an influencer is micro, mid, macro, mega; below the first, nano."""

DELTA = 0.01
"""Chance that a certificate is wrong."""

SUPERCRITICAL = 0.05
"""Share of the market that one person's talk reaches on average, from which it hardly matters who is seeded."""


@dataclass(frozen=True, eq=False)
class Roster:
    """All influencers on sale in one market.

    Attributes:
        names: in the order of the scenario.
        market: sets to choose on.
        check: sets that no choice was made on.
        p_tie: mean probability that one talker wins over one listener.
        reach: people whom one consumer's talk reaches on average, as a share of the market.
    """

    names: tuple[str, ...]
    market: PostMarket
    check: PostMarket
    p_tie: float
    reach: float

    def spread(self, posts: Mapping[str, int], *, fresh: bool = True) -> float:
        """People of the market whom a roster wins over, by the proxy.

        Args:
            posts: by influencer.
            fresh: on sets that no choice was made on.
        """
        market = self.check if fresh else self.market
        return covered_by(market, self._row(posts)) * market.value_per_set

    def certificate(self, posts: Mapping[str, int], *, budget: float, k: int | None = None) -> tuple[float, float]:
        """What the roster spreads to at least, as a share of the best at its price at most; and that bound.

        Args:
            posts: by influencer.
            budget: money that a better roster might cost.
            k: influencers at most.
        """
        best: PostPlan = decode_posts(self.market, budget=budget, k=k)
        a = tail(delta=DELTA, looks=1)
        total = self.check.value_per_set * self.check.cover.n_sets
        low = lower_bound(covered_by(self.check, self._row(posts)), n_sets=self.check.cover.n_sets, value=total, a=a)
        most = most_covered(self.market, best, budget=budget, k=k)
        top = upper_bound(most, n_sets=self.market.cover.n_sets, value=total, a=a)
        return (min(low / top, 1.0) if top > 0.0 else 0.0), top

    def _row(self, posts: Mapping[str, int]) -> NDArray[np.int64]:
        deepest = self.market.first.shape[1] - 1
        return np.array([min(posts.get(name, 0), deepest) for name in self.names], np.int64)


def open_roster(scenario: Scenario, world: World, *, seed: int, sets: int = SETS) -> Roster | None:
    """Put the influencers of a market on sale; None where there are none.

    Args:
        scenario: roster, fees, parameters.
        world: its people, ties and followers.
        seed: of the sets.
        sets: how many.
    """
    if not scenario.influencers:
        return None
    names = tuple(scenario.influencers)
    values = {name: value_of(scenario, name) for name in REGISTRY}
    graph = world.graph
    arcs, p_tie = _ties(scenario, world, values)
    post = steps_hazard({s: values["influencer.reach"] * values[f"influencer.{s}"] for s in _steps(scenario)})
    push = np.array([one.credibility for one in scenario.influencers.values()])
    arrays = world.arrays
    followers = [arrays.followers[a:z] for a, z in zip(arrays.follow_ptr[:-1], arrays.follow_ptr[1:], strict=True)]
    most = np.array([min(one.max_posts or MOST_POSTS, MOST_POSTS) for one in scenario.influencers.values()])
    fans = audience(
        followers, n=graph.n, chance=np.clip(1.0 - np.exp(-post * push), 0.0, 1.0), most_posts=int(most.max())
    )
    people = scenario.people_per_consumer
    price = [max(one.cost_per_post, 1e-6) for one in scenario.influencers.values()]
    least = [min(max(one.min_posts, 1), int(m)) for one, m in zip(scenario.influencers.values(), most, strict=True)]
    tier = [int(np.searchsorted(TIERS, one.followers, side="right")) for one in scenario.influencers.values()]
    markets, reach = [], 0.0
    for stream in (1, 2):
        drawn = RRSets(arcs, seed=seed, stream=stream, audience=fans)
        drawn.grow(sets)
        reach = drawn.mean_size / graph.n
        markets.append(post_market(
            drawn, price=price, least=least, most=most, tier=tier,
            value_per_set=people * graph.n / max(drawn.n_sets, 1),
        ))  # fmt: skip
    return Roster(names, markets[0], markets[1], p_tie, reach)


def _ties(scenario: Scenario, world: World, values: Mapping[str, float]) -> tuple[Arcs, float]:
    """Ties with the chance that each is believed within the horizon, and its mean; where all hear all, no ties."""
    graph = world.graph
    if graph.well_mixed or scenario.word_of_mouth.talk_from == "nobody":
        rows = np.zeros(graph.n + 1, np.int64)
        return Arcs(graph.n, rows, np.empty(0, np.int32), np.full(graph.n, np.inf), np.empty(0)), 0.0
    hazard = steps_hazard({s: values["talk.talker_per_day"] * values[f"wom.{s}"] for s in _steps(scenario)})
    listens = np.asarray(world.arrays.people["listening"], float) / 2.0**20
    row = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    weak = np.arange(graph.n_ties) >= np.asarray(graph.strong_end)[row]
    weight = np.where(weak, values["talk.weak_tie"], 1.0) * listens[graph.listeners]
    p_tie = 1.0 - np.exp(-0.5 * scenario.n_days * hazard * weight)
    return reverse_arcs_of_ties(graph, p_tie), float(p_tie.mean()) if len(p_tie) else 0.0


def value_of(scenario: Scenario, name: str) -> float:
    """A registry parameter as the scenario has it.

    Args:
        scenario: its own values come first.
        name: of the parameter.
    """
    own = scenario.parameters.get(name)
    return REGISTRY[name].default if own is None else own.value if isinstance(own, Range) else float(own)


def steps_hazard(steps: Mapping[str, float]) -> float:
    """Hazard of making all steps as if in one: the inverse of the sum of waits.

    >>> steps_hazard({"attention": 0.5, "attraction": 0.5})
    0.25

    Args:
        steps: hazard of each step; one that never happens stops all.
    """
    if any(value <= 0.0 for value in steps.values()):
        return 0.0
    return 1.0 / sum(1.0 / value for value in steps.values())


def _steps(scenario: Scenario) -> tuple[str, ...]:
    """Stages that must be reached before somebody talks."""
    last = scenario.word_of_mouth.talk_from
    stages = ENTERED_STAGES if last == "nobody" else ENTERED_STAGES[: ENTERED_STAGES.index(last) + 1]
    return tuple(stages)
