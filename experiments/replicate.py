"""One question, many worlds: run plans on the same people again and again.

>>> from experiments import replicate
>>> from scenarios import load_scenario
>>> runs = replicate(load_scenario("classroom"), replicates=4, seed=1, uncertainty="luck")
>>> next(iter(runs.plans.values())).all.figures.shape
(4, 15)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from time import perf_counter
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from calibration.prior import Prior
from simulator.executor import spread, usable_threads
from scenarios.load import Loaded
from scenarios.schema import Scenario
from simulator.arrays import SeedArrays
from simulator.costs import plan_cost
from simulator.draws import Purpose, derive, root_key
from simulator.graph import SocialGraph, graph_from_networkx, read_graph
from simulator.kinds import build_kinds
from simulator.memory import Need, check_fits, needed
from simulator.metrics import open_books
from simulator.money import price_list
from simulator.rivals import Rivals
from simulator.seeds import choose_seeds
from simulator.simulate import simulate
from simulator.tables import DayTables, Outline, fill_outline
from simulator.world import World
from simulator.world_cache import cached_world

if TYPE_CHECKING:
    import networkx as nx

Uncertainty = Literal["luck", "luck+ranges"]

MANY_CONSUMERS = 50_000
"""Above this, worlds are reused: building them would take longer than running them."""

REUSED_WORLDS = 8

DEFAULT_REPLICATES = 64


class QuestionError(ValueError):
    """A question that cannot be asked of this scenario, with the reason and the remedy."""


@dataclass(frozen=True)
class Sample:
    """One plan over all replicates, in people and money."""

    figures: NDArray[np.float64]  # [R, metrics]
    weekly: NDArray[np.float64]  # [R, series, W+1]
    response: dict[str, float] = field(default_factory=dict)
    """Mean money by lever that follows from what people do, such as rewards."""


@dataclass(frozen=True)
class PlanRuns:
    """One plan over all replicates, with all uncertainty and with luck alone."""

    cost: float  # as planned, whatever people do
    all: Sample  # parameters drawn anew for each replicate, unless the uncertainty is luck
    luck: Sample  # the scenario's own parameters throughout


@dataclass(frozen=True)
class Replicates:
    """Plans on the same worlds, with the same lucks and the same drawn parameters."""

    scenario: Scenario
    plans: dict[str, PlanRuns]
    seed: int
    uncertainty: Uncertainty
    worlds: NDArray[np.int64]  # [R] number of the world of each replicate
    given_graph: bool
    notes: tuple[str, ...]
    kernel_seconds: float
    world_seconds: float
    other_seconds: float
    """What replicates took besides kernel and world, over all threads, like those two."""
    wall_seconds: float

    @property
    def n(self) -> int:
        """Number of replicates."""
        return len(self.worlds)

    @property
    def n_worlds(self) -> int:
        """Number of different worlds."""
        return len(np.unique(self.worlds))


@dataclass(frozen=True)
class _World:
    """What came of one world: a sample row per (replicate, plan), with all uncertainty and with luck alone."""

    all: dict[tuple[int, str], Sample]
    luck: dict[tuple[int, str], Sample]
    notes: tuple[str, ...]
    kernel_seconds: float
    world_seconds: float
    other_seconds: float


def replicate(
    what_if: Loaded | Scenario,
    *,
    plans: Sequence[str] | None = None,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    uncertainty: Uncertainty = "luck+ranges",
    worlds: int | None = None,
    graph: "SocialGraph | nx.Graph | None" = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Replicates:
    """Run plans many times on the same people.

    Replicate ``r`` of every plan has the same world, the same luck and the same drawn parameters, so that plans
    differ by what they do and by nothing else.

    Args:
        what_if: a loaded scenario, or a :class:`~scenarios.schema.Scenario` made in Python.
        plans: names; all plans when None.
        replicates: how many; the confidence interval shrinks with their square root.
        seed: any whole number; the same one gives the same bytes, whatever the number of threads.
        uncertainty: ``luck`` keeps the scenario's parameters; ``luck+ranges`` draws them anew for each replicate
            from what is believed of them.
        worlds: how many different worlds; when None a fresh one each, or 8 reused ones for a market of more
            than 50,000 consumers or with the user's own graph.
        graph: the market's own network, as in :func:`simulator.world.build_world`.
        threads: how many replicates at once; changes nothing but time.
        progress: called with replicates done and replicates in all.

    Raises:
        QuestionError: an unknown plan, or no replicates.
        WorldError: the graph does not fit the scenario.
        TooLargeError: the market does not fit into memory.
    """
    began = perf_counter()
    scenario = what_if.scenario if isinstance(what_if, Loaded) else what_if
    names = _plan_names(scenario, plans)
    if replicates < 1:
        raise QuestionError(f"{replicates} replicates were asked for; at least 1 is needed")
    if uncertainty not in get_args(Uncertainty):
        raise QuestionError(f"uncertainty is {' or '.join(get_args(Uncertainty))}, not “{uncertainty}”")
    if worlds is not None and worlds < 1:
        raise QuestionError(f"{worlds} worlds were asked for; at least 1 is needed")
    own_graph = graph_of(what_if, graph)
    if own_graph is not None and not own_graph.well_mixed:
        scenario = on_network(scenario, own_graph)
    if worlds is None:
        reuse = own_graph is not None or scenario.market.consumers > MANY_CONSUMERS
        worlds = REUSED_WORLDS if reuse else replicates
    worlds = min(worlds, replicates)
    kinds = build_kinds(scenario)
    root = root_key(seed)
    priced = {name: plan_cost(scenario, scenario.plans[name]) for name in names}
    arms = [_Arm(name, Outline(scenario, scenario.plans[name], kinds=kinds), priced[name]) for name in names]
    prior = Prior(scenario) if uncertainty == "luck+ranges" else None
    need = _need(scenario, arms, own_graph, min(threads or usable_threads(), worlds))
    check_fits(need, own_network=own_graph is not None and not own_graph.well_mixed)

    def one_world(w: int) -> _World:
        return _one_world(scenario, arms, own_graph, root, w, range(w, replicates, worlds), prior)

    done = np.cumsum([len(range(w, replicates, worlds)) for w in range(worlds)])
    report = None if progress is None else lambda n: progress(int(done[n - 1]), replicates)
    results = spread(one_world, range(worlds), threads=threads, progress=report)
    return Replicates(
        scenario=scenario,
        plans={name: _gather(name, priced[name], results, replicates) for name in names},
        seed=seed,
        uncertainty=uncertainty,
        worlds=np.arange(replicates) % worlds,
        given_graph=own_graph is not None,
        notes=tuple(dict.fromkeys(note for result in results for note in result.notes)),
        kernel_seconds=sum(result.kernel_seconds for result in results),
        world_seconds=sum(result.world_seconds for result in results),
        other_seconds=sum(result.other_seconds for result in results),
        wall_seconds=perf_counter() - began,
    )


def on_network(scenario: Scenario, graph: SocialGraph) -> Scenario:
    """The same market, simulated with the consumers of the user's own network.

    Args:
        scenario: left as it is.
        graph: its nodes are the consumers.

    Raises:
        QuestionError: the network has more consumers than the market has people.
    """
    if graph.n > scenario.market.size:
        raise QuestionError(
            f"the network has {graph.n:,} consumers, more than the {scenario.market.size:,} people in the market; "
            f"set market.size to {graph.n} or more"
        )
    return with_consumers(scenario, graph.n)


def with_consumers(scenario: Scenario, n: int) -> Scenario:
    """The same market, simulated with another number of consumers.

    Args:
        scenario: left as it is.
        n: simulated consumers; each then stands for ``market.size / n`` people.
    """
    return scenario.model_copy(update={"market": scenario.market.model_copy(update={"consumers": n})})


def _plan_names(scenario: Scenario, plans: Sequence[str] | None) -> list[str]:
    if plans is None:
        return list(scenario.plans)
    for name in plans:
        if name not in scenario.plans:
            near = get_close_matches(name, scenario.plans, n=1)
            meant = f"did you mean “{near[0]}”? " if near else ""
            raise QuestionError(f"there is no plan “{name}”; {meant}plans are {', '.join(scenario.plans)}")
    if len(set(plans)) < len(plans):
        raise QuestionError("each plan can be named once")
    if not plans:
        raise QuestionError(f"no plan was named; plans are {', '.join(scenario.plans)}")
    return list(plans)


def graph_of(what_if: Loaded | Scenario, graph: "SocialGraph | nx.Graph | None" = None) -> SocialGraph | None:
    """The market's own network: the one that is given, or the one that the scenario names; None for a drawn one.

    Args:
        what_if: a loaded scenario, or one made in Python.
        graph: instead of the scenario's.
    """
    if graph is None and isinstance(what_if, Loaded) and what_if.graph_path is not None:
        return read_graph(what_if.graph_path, directed=what_if.scenario.graph.directed)
    if graph is None or isinstance(graph, SocialGraph):
        return graph
    return graph_from_networkx(graph)


def _need(scenario: Scenario, arms: "list[_Arm]", graph: SocialGraph | None, copies: int) -> Need:
    """Memory for each thread's world and run, and for tables of its own, twice where they change from week to week."""
    largest = max(sum(part.nbytes for part in arm.usual.arrays) for arm in arms)
    degree = None if graph is None else graph.mean_degree if not graph.well_mixed else 0.0
    return needed(scenario, degree=degree, copies=copies, table_bytes=2 * copies * largest)


class _Arm:
    """One of the plans that are run, with what all its replicates share."""

    def __init__(self, name: str, outline: Outline, cost: float) -> None:
        self.name, self.outline, self.cost = name, outline, cost
        self.usual = fill_outline(outline)
        self.prices = price_list(outline.scenario, outline.plan, self.usual)

    def seeds(self, world: World, luck: np.uint64) -> SeedArrays:
        """Who is seeded, whatever the parameters are."""
        return choose_seeds(self.outline.scenario, self.outline.plan, world=world, luck=luck)

    def run(self, world: World, tables: DayTables, luck: np.uint64, seeds: SeedArrays) -> tuple[Sample, float]:
        """One replicate, and the seconds that the kernel took."""
        scenario, plan = self.outline.scenario, self.outline.plan
        outcome = simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False, seeds=seeds)
        books = open_books(outcome, scenario, plan, planned=self.cost, prices=self.prices)
        return Sample(books.figures(), books.weekly(), books.response), outcome.kernel_seconds


def _one_world(
    scenario: Scenario,
    arms: list[_Arm],
    graph: SocialGraph | None,
    root: np.uint64,
    number: int,
    rows: range,
    prior: Prior | None,
) -> _World:
    """All replicates of one world: build it once, then run every plan under every luck."""
    began = perf_counter()
    world = cached_world(scenario, seed=derive(root, Purpose.WORLD, number), graph=graph)
    world_seconds = perf_counter() - began
    with_luck: dict[tuple[int, str], Sample] = {}
    with_all: dict[tuple[int, str], Sample] = {}
    kernel_seconds = 0.0
    for r in rows:
        luck = derive(root, Purpose.LUCK, r)
        drawn = None if prior is None else prior.draw(luck)
        rivals = Rivals(scenario, arms[0].outline.kinds)
        for arm in arms:
            seeds = arm.seeds(world, luck)
            with_luck[r, arm.name], seconds = arm.run(world, arm.usual, luck, seeds)
            kernel_seconds += seconds
            if drawn is None:
                with_all[r, arm.name] = with_luck[r, arm.name]
                continue
            tables = fill_outline(arm.outline, parameters=drawn, rivals=rivals)
            with_all[r, arm.name], seconds = arm.run(world, tables, luck, seeds)
            kernel_seconds += seconds
    other_seconds = perf_counter() - began - world_seconds - kernel_seconds
    return _World(with_all, with_luck, world.notes, kernel_seconds, world_seconds, other_seconds)


def _gather(name: str, cost: float, results: list[_World], n: int) -> PlanRuns:
    def stack(rows: dict[tuple[int, str], Sample]) -> Sample:
        mine = [rows[r, name] for r in range(n)]
        levers = dict.fromkeys(lever for row in mine for lever in row.response)
        response = {lever: sum(row.response.get(lever, 0.0) for row in mine) / n for lever in levers}
        return Sample(np.array([row.figures for row in mine]), np.array([row.weekly for row in mine]), response)

    return PlanRuns(
        cost=cost,
        all=stack({key: row for result in results for key, row in result.all.items()}),
        luck=stack({key: row for result in results for key, row in result.luck.items()}),
    )
