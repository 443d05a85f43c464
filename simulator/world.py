"""One world: its people, whom they know and whom they follow. No plan is in it; all plans share it.

>>> from scenarios import bare_scenario
>>> from simulator.world import build_world
>>> world = build_world(bare_scenario(consumers=100, weeks=4), seed=1)
>>> world.n
100
"""

import math
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Influencer, Scenario
from simulator.arrays import LISTENING_BITS, PERSON, WorldArrays, aligned
from simulator.compiling import PLAIN, compiled
from simulator.draws import Purpose, fold, name_key, root_key, stem_key, uniform
from simulator.graph import SocialGraph, generate_graph, graph_from_networkx
from simulator.kinds import N_STRATA, Kinds, build_kinds
from simulator.population import Population, draw_population

MAX_HEARD = 65_534
"""Ties that one consumer can listen to; the counts of talkers are 16 bits wide."""

MAX_TIES = 2**32 - 1
MAX_SEGMENTS = 2**16 // N_STRATA - 1
"""Segments whose repertoires can be numbered in 16 bits."""

_MAX_LISTENING = 2047.0


class WorldError(ValueError):
    """A market that cannot be simulated, with the reason and the remedy."""


@dataclass(frozen=True)
class World:
    """Who exists and who knows whom, ready for any plan."""

    kinds: Kinds
    population: Population
    graph: SocialGraph
    arrays: WorldArrays
    seed: int | np.uint64
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of simulated consumers."""
        return len(self.arrays.people)

    @cached_property
    def n_in_segment(self) -> NDArray[np.int64]:
        """Consumers in each segment."""
        return np.bincount(self.population.segment, minlength=len(self.kinds.segments)).astype(np.int64)

    def permuted(self, order: NDArray[np.int64]) -> "World":
        """The same people with their rows in another order; results only change order with them."""
        order = np.asarray(order, np.int64)
        new_row = np.empty(self.n, np.int64)
        new_row[order] = np.arange(self.n)
        p = self.population
        population = Population(
            ident=p.ident[order], segment=p.segment[order], group=p.group[order], pattern=p.pattern[order],
            stage0=np.ascontiguousarray(p.stage0[:, order]), last0=np.ascontiguousarray(p.last0[:, order]),
        )  # fmt: skip
        lists = [
            np.sort(new_row[self.arrays.followers[a:z]]).astype(np.int32)
            for a, z in zip(self.arrays.follow_ptr[:-1], self.arrays.follow_ptr[1:], strict=True)
        ]
        graph = self.graph.permuted(order)
        people = self.arrays.people[order]
        arrays = _arrays(population, graph, self.kinds, lists, people["listening"], people["need"])
        return World(self.kinds, population, graph, arrays, self.seed, self.notes)


def world_key(seed: int | np.uint64) -> np.uint64:
    """The root key of a world seed; a key made by ``derive`` is taken as it is."""
    return seed if isinstance(seed, np.uint64) else root_key(seed)


def build_world(
    scenario: Scenario,
    *,
    seed: int | np.uint64 = 0,
    graph: "SocialGraph | nx.Graph | None" = None,
) -> World:
    """Draw one market: consumers, their ties and the influencers they follow.

    Args:
        scenario: what the market is like. Nothing of its plans is used.
        seed: world seed; another one gives other people with other friends.
        graph: the market's own network, instead of the scenario's generator: a
            :class:`~simulator.graph.SocialGraph` or any networkx graph, whose node attributes ``segment``,
            ``listening`` (weight of each talking tie) and ``reinforcement`` (talking ties needed) and edge
            attribute ``tie`` (``strong`` or ``weak``) are used where present.

    Raises:
        WorldError: the graph does not fit the scenario, or is too dense to count.
    """
    key = world_key(seed)
    kinds = build_kinds(scenario)
    if graph is not None and not isinstance(graph, SocialGraph):
        graph = graph_from_networkx(graph)
    if graph is None and scenario.graph.kind == "file":
        raise WorldError(
            f"the scenario takes its graph from “{scenario.graph.file}”; read it with read_graph and pass graph="
        )
    n = scenario.market.consumers if graph is None or graph.well_mixed else graph.n
    given = None if graph is None or graph.segment_names is None else _given_segments(graph.segment_names, kinds)
    population = draw_population(
        scenario, kinds=kinds, n=n, seed=key, labels=None if graph is None else graph.labels, segment=given
    )
    if graph is None:
        # Segments in order of name, so that the order in which they are written changes nobody's friends.
        names = sorted(kinds.segments)
        rank = np.array([names.index(name) for name in kinds.segments], np.uint8)
        ties = np.array([scenario.segments[name].ties for name in names])
        graph = generate_graph(scenario.graph, n=n, segment=rank[population.segment], ties=ties, seed=key)
    if graph.n_ties > MAX_TIES:
        raise WorldError(f"the market has {graph.n_ties:,} ties, each way counted; at most {MAX_TIES:,} can be held")
    if len(kinds.segments) > MAX_SEGMENTS:
        raise WorldError(f"the market has {len(kinds.segments):,} segments; at most {MAX_SEGMENTS:,} can be held")
    heard = int(graph.n_heard.max()) if n and not graph.well_mixed else 0
    if heard > MAX_HEARD:
        raise WorldError(f"one consumer hears {heard:,} others; at most {MAX_HEARD:,} can be counted")
    lists, notes = _follower_lists(scenario, population, kinds, key)
    listening, need = _listening(scenario, population, graph), _need(scenario, graph)
    arrays = _arrays(population, graph, kinds, lists, listening, need)
    return World(kinds, population, graph, arrays, seed, tuple(notes))


def _arrays(
    population: Population,
    graph: SocialGraph,
    kinds: Kinds,
    lists: list[NDArray[np.int32]],
    listening: NDArray[np.int32],
    need: NDArray[np.uint16],
) -> WorldArrays:
    people = aligned((len(population.ident),), PERSON)
    people["ident"] = population.ident
    if not graph.well_mixed:
        people["first"], people["end"] = graph.indptr[:-1], graph.indptr[1:]
        people["strong_end"] = graph.strong_end
    people["listening"], people["need"] = listening, need
    people["group"], people["pattern"] = population.group, population.pattern
    people["segment"] = population.segment
    return WorldArrays(
        people=people,
        listeners=np.ascontiguousarray(graph.listeners, np.int32),
        follow_ptr=np.cumsum([0, *(len(part) for part in lists)]).astype(np.int64),
        followers=np.concatenate([np.empty(0, np.int32), *lists]).astype(np.int32),
        stage0=population.stage0,
        last0=population.last0,
    )


def _given_segments(names: list[str], kinds: Kinds) -> NDArray[np.uint8]:
    number = {name: s for s, name in enumerate(kinds.segments)}
    unknown = sorted({str(name) for name in names if name not in number})
    if unknown:
        raise WorldError(
            f"the graph has consumers in segment “{unknown[0]}”, which the scenario does not have; "
            f"its segments are {', '.join(kinds.segments)}"
        )
    return np.array([number[name] for name in names], np.uint8)


def _listening(scenario: Scenario, population: Population, graph: SocialGraph) -> NDArray[np.int32]:
    """Weight of each talking tie: 1 or 1 / ties, or the graph's own, times the segment's susceptibility."""
    openness = np.array([segment.susceptibility for segment in scenario.segments.values()])
    weight = openness[population.segment]
    if graph.listening is not None:
        weight = weight * graph.listening
    elif scenario.word_of_mouth.listening == "share" and not graph.well_mixed:
        weight = weight / np.maximum(graph.n_heard, 1)
    if len(weight) and (weight.max() > _MAX_LISTENING or weight.min() < 0):
        raise WorldError(
            f"listening × susceptibility must lie in 0 .. {_MAX_LISTENING:g}; "
            f"it runs from {weight.min():g} to {weight.max():g}"
        )
    return np.rint(weight * (1 << LISTENING_BITS)).astype(np.int32)


def _need(scenario: Scenario, graph: SocialGraph) -> NDArray[np.uint16]:
    """Talking ties that each consumer needs before talk has an effect."""
    word = scenario.word_of_mouth
    if graph.well_mixed:
        if word.reinforcement != 1 or word.threshold is not None:
            raise WorldError("a well-mixed market has no single ties to count; use reinforcement = 1")
        return np.ones(scenario.market.consumers, np.uint16)
    if graph.reinforcement is not None:
        return np.minimum(np.asarray(graph.reinforcement), MAX_HEARD + 1).astype(np.uint16)
    if word.threshold is not None:
        # The smallest count that reaches the share; 1e-9 forgives 0.1 * 30 = 3.0000000000000004.
        return np.maximum(np.ceil(word.threshold * graph.n_heard - 1e-9), 1).astype(np.uint16)
    return np.full(graph.n, min(word.reinforcement, MAX_HEARD + 1), np.uint16)


def follow_shares(scenario: Scenario, influencer: Influencer, kinds: Kinds) -> tuple[NDArray[np.float64], bool]:
    """Share of each segment's users of the channel who follow an influencer, and whether some had to be capped.

    The influencer's followers in the market are spread over the users of the channel, in proportion to
    ``audience``; together they are ``followers × in_market`` people.
    """
    channel = kinds.channels.index(influencer.channel)
    users = kinds.share * kinds.use[:, channel]
    liking = np.array([influencer.audience.get(name, 1.0) for name in kinds.segments])
    total = math.fsum(users * liking)
    if total <= 0.0:
        return np.zeros(len(users)), True
    wanted = influencer.followers * influencer.in_market / scenario.market.size
    share = wanted * liking / total
    return np.minimum(share, 1.0), bool((share > 1.0).any())


def shared_chances(
    share: NDArray[np.float64], other: NDArray[np.float64], overlap: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chance of following an influencer for those who follow another one, and for the rest, by segment.

    Of this one's followers a share ``overlap`` follows the other one too; how many there are in all stays the same.
    Where the other one has too few followers for that, all of them follow.

    >>> both, rest = shared_chances(np.array([0.2]), np.array([0.1]), 0.3)
    >>> round(float(both[0]), 6), round(float(0.1 * both[0] + 0.9 * rest[0]), 6)
    (0.6, 0.2)

    Args:
        share: this one's followers among the users of the channel, by segment.
        other: the other one's followers among them.
        overlap: share of this one's followers who follow the other one too.
    """
    both = np.minimum(np.divide(overlap * share, other, out=np.zeros_like(share), where=other > 0), 1.0)
    rest = np.divide(share - both * other, 1.0 - other, out=np.zeros_like(share), where=other < 1)
    return both, np.clip(rest, 0.0, 1.0)


@compiled(**PLAIN)
def _followers(key, those, rest, uses, segment, pattern, ident, follows_other):
    n = 0
    out = np.empty(len(ident), np.int32)
    for i in range(len(ident)):
        share = those[segment[i]] if follows_other[i] else rest[segment[i]]
        if uses[pattern[i]] and uniform(fold(key, ident[i])) <= share:
            out[n] = i
            n += 1
    return out[:n].copy()


def _follower_lists(
    scenario: Scenario, population: Population, kinds: Kinds, seed: np.uint64
) -> tuple[list[NDArray[np.int32]], list[str]]:
    notes: list[str] = []
    made: dict[str, NDArray[np.int32]] = {}
    nobody = np.zeros(len(population.ident), np.bool_)
    for name in _others_first(scenario):
        influencer = scenario.influencers[name]
        share, capped = follow_shares(scenario, influencer, kinds)
        if capped:
            notes.append(f"influencer {name} has more followers than the segments that use {influencer.channel}")
        if influencer.followers * influencer.in_market < scenario.people_per_consumer:
            notes.append(f"influencer {name} stands for less than one simulated consumer")
        key = stem_key(seed, Purpose.FOLLOW, name_key(name))
        uses = np.ascontiguousarray(kinds.pattern_uses[:, kinds.channels.index(influencer.channel)])
        those, rest, follows_other = share, share, nobody
        if influencer.overlap_with is not None:
            other = scenario.influencers[influencer.overlap_with]
            # Followers of the other one among the users of this one's channel.
            theirs = _seen_there(scenario, kinds, other, influencer.channel)
            those, rest = shared_chances(share, theirs, influencer.overlap)
            follows_other = nobody.copy()
            follows_other[made[influencer.overlap_with]] = True
        made[name] = _followers(
            key, those, rest, uses, population.segment, population.pattern, population.ident, follows_other
        )
    return [made[name] for name in scenario.influencers], notes


def _others_first(scenario: Scenario) -> list[str]:
    """Influencers in an order in which whoever shares followers with another one comes after them."""
    order: dict[str, None] = {}
    for name in scenario.influencers:
        chain = [name]
        while (other := scenario.influencers[chain[-1]].overlap_with) is not None and other not in order:
            if other not in scenario.influencers or other in chain:
                raise WorldError(f"influencer {chain[-1]} cannot share followers with {other}")
            chain.append(other)
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def _seen_there(scenario: Scenario, kinds: Kinds, other: Influencer, channel: str) -> NDArray[np.float64]:
    """Share of a channel's users, by segment, who follow an influencer of that or another channel."""
    share, _ = follow_shares(scenario, other, kinds)
    here, there = kinds.channels.index(channel), kinds.channels.index(other.channel)
    if here == there:
        return share
    both = np.zeros(len(share))
    for s in range(len(share)):
        uses = kinds.pattern_uses[kinds.pattern_of[s]]
        both[s] = (uses[:, here] & uses[:, there]).mean() / max(uses[:, here].mean(), 1e-12)
    return share * both


__all__ = ["World", "WorldError", "build_world", "follow_shares", "world_key"]
