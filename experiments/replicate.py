"""One question, many worlds: run plans on the same people again and again.

>>> from experiments import replicate
>>> from scenarios import load_scenario
>>> runs = replicate(load_scenario("classroom"), replicates=4, seed=1, uncertainty="luck")
>>> next(iter(runs.plans.values())).all.figures.shape
(4, 15)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from time import perf_counter
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from calibration.conflicts import check_draws
from calibration.draws import ParameterDraws, load_draws
from calibration.places import with_values
from experiments.arms import Arm, Sample
from experiments.beliefs import Beliefs, Calibrated, Ranges, Uncertainty
from scenarios.load import Loaded
from scenarios.schema import Scenario
from simulator.draws import Purpose, derive, root_key
from simulator.executor import spread, usable_threads
from simulator.graph import SocialGraph, graph_from_networkx, read_graph
from simulator.kinds import build_kinds
from simulator.memory import Need, check_fits, needed
from simulator.rivals import Rivals
from simulator.world_cache import cached_world

if TYPE_CHECKING:
    import networkx as nx

MANY_CONSUMERS = 50_000
"""Above this, worlds are reused: building them would take longer than running them."""

REUSED_WORLDS = 8

DEFAULT_REPLICATES = 64


class QuestionError(ValueError):
    """A question that cannot be asked of this scenario, with the reason and the remedy."""


@dataclass(frozen=True)
class PlanRuns:
    """One plan over all replicates, with all uncertainty and with luck alone."""

    cost: float  # as planned, whatever people do
    all: Sample  # parameters, and places, drawn anew for each replicate, unless the uncertainty is luck
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
    draws: ParameterDraws | None = None
    """The calibrated draws that the answer rests on; None unless the uncertainty is ``luck+calibrated``."""
    given_draws: bool = False
    """Whether they were given with the question, and are not those that the scenario names."""

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
    uncertainty: Uncertainty | None = None,
    draws: ParameterDraws | None = None,
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
            from what is believed of them; ``luck+calibrated`` takes a calibrated draw for each replicate, so that
            all draws are covered evenly. The draws are what is possible while everything else is as the scenario
            has it: what they do not name stays so, and no range is drawn from. When None, ``luck+calibrated`` if
            there are draws, else ``luck+ranges``.
        draws: from a calibration, instead of those that the scenario names.
        worlds: how many different worlds; when None a fresh one each, or 8 reused ones for a market of more
            than 50,000 consumers or with the user's own graph.
        graph: the market's own network, as in :func:`simulator.world.build_world`.
        threads: how many replicates at once; changes nothing but time.
        progress: called with replicates done and replicates in all.

    Raises:
        QuestionError: an unknown plan, no replicates, or no draws where they are asked for.
        DrawsError: the draws cannot be read, or do not suit the scenario.
        WorldError: the graph does not fit the scenario.
        TooLargeError: the market does not fit into memory.
    """
    began = perf_counter()
    scenario = what_if.scenario if isinstance(what_if, Loaded) else what_if
    names = _plan_names(scenario, plans)
    if replicates < 1:
        raise QuestionError(f"{replicates} replicates were asked for; at least 1 is needed")
    uncertainty, draws, given_draws = _uncertainty(what_if, uncertainty, draws)
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
    arms = [Arm(scenario, name, kinds=kinds) for name in names]
    beliefs: Beliefs | None = Ranges(scenario) if uncertainty == "luck+ranges" else None
    if draws is not None:
        file = str(what_if.draws_path) if isinstance(what_if, Loaded) and not given_draws else "draws"
        check_draws(draws, scenario, file=file)
        beliefs = Calibrated(draws, seed=seed, replicates=replicates)
    copies = min(threads or usable_threads(), worlds)
    if beliefs is not None and beliefs.moves_worlds(scenario):
        copies *= 2  # one as the scenario has it, one as the replicate has it
    need = _need(scenario, arms, own_graph, copies)
    check_fits(need, own_network=own_graph is not None and not own_graph.well_mixed)

    def one_world(w: int) -> _World:
        return _one_world(scenario, arms, own_graph, root, w, range(w, replicates, worlds), beliefs)

    done = np.cumsum([len(range(w, replicates, worlds)) for w in range(worlds)])
    report = None if progress is None else lambda n: progress(int(done[n - 1]), replicates)
    results = spread(one_world, range(worlds), threads=threads, progress=report)
    return Replicates(
        scenario=scenario,
        plans={name: _gather(arm, results, replicates) for name, arm in zip(names, arms, strict=True)},
        seed=seed,
        uncertainty=uncertainty,
        worlds=np.arange(replicates) % worlds,
        given_graph=own_graph is not None,
        notes=tuple(dict.fromkeys(note for result in results for note in result.notes)),
        kernel_seconds=sum(result.kernel_seconds for result in results),
        world_seconds=sum(result.world_seconds for result in results),
        other_seconds=sum(result.other_seconds for result in results),
        wall_seconds=perf_counter() - began,
        draws=draws,
        given_draws=given_draws,
    )


def _uncertainty(
    what_if: Loaded | Scenario, asked: Uncertainty | None, draws: ParameterDraws | None
) -> tuple[Uncertainty, ParameterDraws | None, bool]:
    """What the answer is to hold, the draws that it takes, and whether they were given with the question."""
    path = what_if.draws_path if isinstance(what_if, Loaded) else None
    if asked is None:
        asked = "luck+ranges" if draws is None and path is None else "luck+calibrated"
    if asked not in get_args(Uncertainty):
        raise QuestionError(f"uncertainty is {' or '.join(get_args(Uncertainty))}, not “{asked}”")
    if asked != "luck+calibrated":
        if draws is not None:
            raise QuestionError(
                f"parameter draws were given, but uncertainty “{asked}” does not use them; "
                "ask for luck+calibrated, or leave the draws out"
            )
        return asked, None, False
    if draws is not None:
        return asked, draws, True
    if path is None:
        raise QuestionError(
            "luck+calibrated needs parameter draws, and the scenario names none; make them from your history with "
            '`apath calibrate`, then write parameter_draws = "parameters.npz" at the top of the scenario, or give '
            "them with --parameters (in Python: draws=)"
        )
    return asked, load_draws(path), False


def usable_uncertainty(
    what_if: Loaded | Scenario, draws: ParameterDraws | None = None
) -> tuple[Uncertainty, ParameterDraws | None]:
    """The most that is known: calibrated draws where there are some, else ranges.

    Args:
        what_if: a loaded scenario, or one made in Python.
        draws: from a calibration, instead of those that the scenario names.

    Raises:
        DrawsError: the draws cannot be read, or do not suit the scenario.
    """
    scenario = what_if.scenario if isinstance(what_if, Loaded) else what_if
    uncertainty, found, given = _uncertainty(what_if, None, draws)
    if found is not None:
        file = str(what_if.draws_path) if isinstance(what_if, Loaded) and not given else "draws"
        check_draws(found, scenario, file=file)
    return uncertainty, found


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


def _need(scenario: Scenario, arms: list[Arm], graph: SocialGraph | None, copies: int) -> Need:
    """Memory for each thread's world and run, and for tables of its own, twice where they change from week to week."""
    largest = max(sum(part.nbytes for part in arm.usual.arrays) for arm in arms)
    degree = None if graph is None else graph.mean_degree if not graph.well_mixed else 0.0
    return needed(scenario, degree=degree, copies=copies, table_bytes=2 * copies * largest)


def _one_world(
    scenario: Scenario,
    arms: list[Arm],
    graph: SocialGraph | None,
    root: np.uint64,
    number: int,
    rows: range,
    beliefs: Beliefs | None,
) -> _World:
    """All replicates of one world: build it once, then run every plan under every luck."""
    began = perf_counter()
    key = derive(root, Purpose.WORLD, number)
    world = cached_world(scenario, seed=key, graph=graph)
    world_seconds = perf_counter() - began
    anew = beliefs is not None and beliefs.moves_worlds(scenario)
    kinds = arms[0].outline.kinds  # no place that can be free changes them
    with_luck: dict[tuple[int, str], Sample] = {}
    with_all: dict[tuple[int, str], Sample] = {}
    kernel_seconds = 0.0
    for r in rows:
        luck = derive(root, Purpose.LUCK, r)
        market, drawn = scenario, None
        if beliefs is not None:
            market, drawn = with_values(scenario, beliefs.values(r, luck))
        rivals = Rivals(market, kinds)
        its_world = world
        if anew:
            start = perf_counter()
            its_world = cached_world(market, seed=key, graph=graph)
            world_seconds += perf_counter() - start
        for arm in arms:
            seeds = arm.seeds(world, luck)
            with_luck[r, arm.name], seconds = arm.run(world, arm.usual, luck, seeds)
            kernel_seconds += seconds
            if drawn is None:
                with_all[r, arm.name] = with_luck[r, arm.name]
                continue
            if market is scenario:
                its, tables = arm, arm.filled(drawn, rivals)
            else:
                its = Arm(market, arm.name, kinds=kinds, parameters=drawn, rivals=rivals)
                tables, seeds = its.usual, its.seeds(its_world, luck)
            with_all[r, arm.name], seconds = its.run(its_world, tables, luck, seeds)
            kernel_seconds += seconds
    other_seconds = perf_counter() - began - world_seconds - kernel_seconds
    return _World(with_all, with_luck, world.notes, kernel_seconds, world_seconds, other_seconds)


def _gather(arm: Arm, results: list[_World], n: int) -> PlanRuns:
    def stack(rows: dict[tuple[int, str], Sample]) -> Sample:
        mine = [rows[r, arm.name] for r in range(n)]
        levers = dict.fromkeys(lever for row in mine for lever in row.response)
        response = {lever: sum(row.response.get(lever, 0.0) for row in mine) / n for lever in levers}
        return Sample(np.array([row.figures for row in mine]), np.array([row.weekly for row in mine]), response)

    return PlanRuns(
        cost=arm.cost,
        all=stack({key: row for result in results for key, row in result.all.items()}),
        luck=stack({key: row for result in results for key, row in result.luck.items()}),
    )
