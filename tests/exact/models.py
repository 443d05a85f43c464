"""Published diffusion models, written as scenarios and run by the shipped kernel.

Adopting is entering the stage *attention*, and everything else is switched off. Nothing here simulates: every
model is a bare scenario, handed to ``build_world``, ``compile_tables`` and ``start_run`` like any other.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from scenarios import bare_scenario
from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import Stage
from simulator.draws import CERTAIN
from simulator.graph import SocialGraph, graph_from_edges
from simulator.simulate import Run, simulate, start_run
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

WEEK = 7
Network = SocialGraph | nx.Graph
Result = TypeVar("Result")


@dataclass(frozen=True)
class Model:
    """A published model as the product sees it: a scenario, its plan, one world and the compiled tables."""

    scenario: Scenario
    plan: Plan
    world: World
    tables: DayTables

    @property
    def n(self) -> int:
        return self.world.n

    def start(self, luck: int) -> Run:
        return start_run(self.scenario, self.plan, world=self.world, tables=self.tables, luck=luck, with_causes=False)

    def after(self, days: int, luck: int) -> Run:
        """A run of so many days."""
        run = self.start(luck)
        run.advance(days)
        return run

    def curve(self, luck: int) -> NDArray[np.float64]:
        """Share that has adopted at the start of each week and at the end of the last."""
        outcome = simulate(self.scenario, self.plan, world=self.world, tables=self.tables, luck=luck, with_causes=False)
        return 1.0 - outcome.ours("stock")[:, 0, Stage.UNAWARE] / self.n

    def cascade(self, luck: int) -> NDArray[np.bool_]:
        """Who is reached by the time that nobody talks any more."""
        run = self.start(luck)
        run.advance(WEEK)
        while run.state.talkers.any():
            run.advance(WEEK)
        return adopted(run)

    def avalanche(self, luck: int) -> NDArray[np.bool_]:
        """Who is reached by the time that nobody new has followed for a week, where nobody stops talking."""
        run = self.start(luck)
        run.advance(WEEK)
        before, now = -1, int(run.state.talkers[0, 0])
        while now != before:
            run.advance(WEEK)
            before, now = now, int(run.state.talkers[0, 0])
        return adopted(run)

    def on(self, graph: Network) -> "Model":
        """The same scenario, plan and tables in another network of as many people."""
        return replace(self, world=build_world(self.scenario, graph=graph))


def adopted(run: Run) -> NDArray[np.bool_]:
    """Who has adopted, by row."""
    return run.state.lives["stage"][0] >= Stage.ATTENTION


def replicates(result: Callable[[int], Result], lucks: int | Iterable[int]) -> list[Result]:
    """A result under many luck seeds, two at a time: the kernel does not hold Python's lock."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(result, range(lucks) if isinstance(lucks, int) else lucks))


def _model(
    graph: Network | None,
    n: int,
    days: int,
    parameters: dict[str, float],
    word_of_mouth: dict[str, Any],
    seeding: dict[str, Any] | None = None,
    generated: dict[str, Any] | None = None,
    start: float = 0.0,
) -> Model:
    scenario = bare_scenario(
        consumers=n,
        weeks=-(-days // WEEK),
        parameters={"wom.attention": 1.0, **parameters},
        word_of_mouth={"fresh_on": "nothing", **word_of_mouth},
        graph=generated or {"kind": "well-mixed" if graph is None else "blocks"},
        plan={"seeding": [{"stage": "attention", "tries_product": 0.0, **seeding}]} if seeding else None,
        brand={"start": {"attention": start}},
    )
    plan = scenario.plans["nothing"]
    return Model(scenario, plan, build_world(scenario, graph=graph), compile_tables(scenario, plan))


def bass(
    p: float,
    q: float,
    *,
    days: float,
    periods: float,
    n: int = 0,
    graph: SocialGraph | None = None,
    ring: bool = False,
) -> Model:
    """Bass 1969: hazard p + q F per period, F the share of adopters among those whom one hears.

    Args:
        p: innovation per period.
        q: imitation per period.
        days: days of the product per period of the model.
        periods: how long.
        n: people who all hear each other, or stand in a ring.
        graph: another network, whose ties share q evenly.
        ring: everybody hears one neighbour on each side.
    """
    return _model(
        graph,
        graph.n if graph is not None else n,
        int(np.ceil(days * periods)),
        {"organic.attention": p / days, "talk.talker_per_day": q / days},
        {"talk_from": "attention", "listening": "share"},
        generated={"kind": "small-world", "rewiring": 0.0, "strong_ties": 2.0, "weak_ties": 0.0} if ring else None,
    )


def burst(p: float) -> float:
    """The hazard of a day's talk that moves a hearer with probability p."""
    return CERTAIN if p >= 1.0 else -float(np.log1p(-p))


_ONE_DAY = {"talk_from": "nobody", "fresh_on": "attention", "fresh_for": "fixed"}
_RANDOM = {"strategy": "random", "people": 1}


def cascade(graph: SocialGraph, p: float, *, seeding: dict[str, Any] | None = None, days: int = 700) -> Model:
    """Independent cascade: whoever is reached has one day to infect each listener with probability p."""
    hazards = {"talk.fresh_days": 1.0, "talk.fresh_extra_per_day": burst(p)}
    return _model(graph, graph.n, days, hazards, _ONE_DAY, seeding or _RANDOM)


def weighted_cascade(graph: SocialGraph, *, seeding: dict[str, Any], days: int = 700) -> Model:
    """Independent cascade in which whoever hears d others is infected by each with probability 1/d."""
    ties = np.maximum(graph.n_heard, 1)
    listening = np.array([burst(1.0 / d) for d in range(1, ties.max() + 1)])[ties - 1]
    hazards = {"talk.fresh_days": 1.0, "talk.fresh_extra_per_day": 1.0}
    return _model(replace(graph, listening=listening), graph.n, days, hazards, _ONE_DAY, seeding)


def epidemic(
    n: int, hazard: float, spell: float, *, fixed: bool, graph: SocialGraph | None = None, days: int = 1_400
) -> Model:
    """SIR from one infected: a day's hazard for each listener, divided by n where all hear each other.

    Args:
        n: people.
        hazard: of infecting a listener, or of infecting anybody at all if all hear each other, per day.
        spell: mean days of an exponential spell, rounded up to whole days; or the days of a fixed one.
        fixed: all spells last alike.
        graph: who hears whom; everybody if left out.
        days: longest time.
    """
    word = {**_ONE_DAY, "fresh_for": "fixed" if fixed else "drawn"}
    return _model(graph, n, days, {"talk.fresh_days": spell, "talk.fresh_extra_per_day": hazard}, word, _RANDOM)


def sis(graph: SocialGraph | int, infection: float, recovery: float, *, days: int) -> Model:
    """SIS from everybody infected: hazard of infection per infected neighbour, and of recovery, a day.

    Args:
        graph: who hears whom, or how many who all hear each other with one n-th of the hazard.
        infection: per infected neighbour and day.
        recovery: per day.
        days: longest time.
    """
    network = None if isinstance(graph, int) else graph
    return _model(
        network,
        graph if isinstance(graph, int) else graph.n,
        days,
        {"talk.talker_per_day": infection, "forgetting.attention": recovery},
        {"talk_from": "attention"},
        start=1.0,
    )


def thresholds(
    graph: Network, *, share: float | None = None, need: int = 1, seeding: dict[str, Any] | None = None, days: int = 700
) -> Model:
    """Linear thresholds: adopt the day after enough of those whom one hears have adopted.

    Args:
        graph: who hears whom; a node attribute ``reinforcement`` says how many each needs.
        share: the share of neighbours that everybody needs, instead.
        need: the number of neighbours that everybody needs, instead.
        seeding: who begins.
        days: longest time.
    """
    word: dict[str, Any] = {"talk_from": "attention", "reinforcement": need}
    if share is not None:
        word["threshold"] = share
    n = graph.n if isinstance(graph, SocialGraph) else len(graph)
    return _model(graph, n, days, {"talk.talker_per_day": CERTAIN}, word, seeding or _RANDOM)


def random_graph(rng: np.random.Generator, n: int, degree: float, copies: int = 1) -> SocialGraph:
    """Disjoint copies of G(n, p) of a mean degree: rows k n .. (k + 1) n - 1 are copy k."""
    pairs = n * (n - 1) // 2
    m = rng.binomial(copies * pairs, degree / (n - 1))
    chosen = rng.choice(copies * pairs, m, replace=False, shuffle=False)
    copy, pair = chosen // pairs, chosen % pairs
    high = ((1.0 + np.sqrt(1.0 + 8.0 * pair)) / 2.0).astype(np.int64)
    high -= high * (high - 1) // 2 > pair
    high += high * (high + 1) // 2 <= pair
    low = pair - high * (high - 1) // 2
    return graph_from_edges(copy * n + low, copy * n + high, n=copies * n)


def regular_graph(seed: int, n: int, k: int) -> SocialGraph:
    """A random graph in which everybody has k neighbours."""
    ends = np.array(nx.random_regular_graph(k, n, seed=seed).edges)
    return graph_from_edges(ends[:, 0], ends[:, 1], n=n)


def configuration_graph(rng: np.random.Generator, degrees: NDArray[np.int64]) -> SocialGraph:
    """A random graph with these degrees, but for the few loops and double ties."""
    stubs = np.repeat(np.arange(len(degrees)), degrees)
    rng.shuffle(stubs)
    half = len(stubs) // 2
    return graph_from_edges(stubs[:half], stubs[half : 2 * half], n=len(degrees))


def lattice_graph(n: int, k: int) -> SocialGraph:
    """A ring in which everybody has k neighbours, half of them on each side."""
    who = np.tile(np.arange(n), k // 2)
    return graph_from_edges(who, (who + np.repeat(np.arange(1, k // 2 + 1), n)) % n, n=n)


def torus_graph(side: int) -> SocialGraph:
    """A square grid without edges, with the eight neighbours of Moore."""
    x, y = np.divmod(np.arange(side * side), side)
    steps = ((0, 1), (1, 0), (1, 1), (1, -1))
    targets = [(x + dx) % side * side + (y + dy) % side for dx, dy in steps]
    return graph_from_edges(np.tile(np.arange(side * side), len(steps)), np.concatenate(targets), n=side * side)
