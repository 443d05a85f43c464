"""Compile ahead of time whatever the commands need, by asking a little of each.

>>> from experiments.warm import warm
>>> warm().folder.name.startswith("apath-")
True
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from experiments.closer import look_closer
from experiments.replicate import replicate
from experiments.seeding.arcs import reverse_arcs_of_ties, weighted_cascade
from experiments.seeding.audience import audience
from experiments.seeding.cascades import Player
from experiments.seeding.opimc import Effort, choose_seeds
from experiments.seeding.posts import decode_posts, most_covered, post_market
from experiments.seeding.rr_sets import RRSets
from scenarios import bare_scenario, load_scenario
from scenarios.schema import Graph
from simulator.compiling import folder, kept
from simulator.graph import graph_from_edges, read_graph
from simulator.outline import Outline
from simulator.simulate import simulate
from simulator.tables import fill_outline
from simulator.world import build_world

_CONSUMERS = 600
"""Few, but as many as the bundled scenario names by number."""


@dataclass(frozen=True)
class Warmed:
    """What was compiled.

    Attributes:
        folder: where it is kept.
        compiled: functions that were compiled now; 0 when nothing was to do.
        in_all: functions that are kept.
        seconds: how long it took.
    """

    folder: Path
    compiled: int
    in_all: int
    seconds: float


def warm(also: Sequence[Callable[[], object]] = ()) -> Warmed:
    """Compile all that running, comparing, choosing seeds and networks need; done once for a version and machine.

    Args:
        also: calls that need more, such as those of lessons on the page.

    Raises:
        CacheFolderError: there is nowhere to keep it.
    """
    began, before = perf_counter(), kept()
    _run_everything()
    for call in also:
        call()
    _make_graphs()
    _read_graphs()
    _choose_seeds()
    after = kept()
    new = sum(before.get(name) != changed for name, changed in after.items())
    return Warmed(folder(), new, len(after), perf_counter() - began)


def _run_everything() -> None:
    """Every lever in one plan, with drawn parameters, and causes in the closer look."""
    for name in ("everything", "coldbrew-launch"):
        scenario = load_scenario(name, consumers=_CONSUMERS).scenario
        runs = replicate(scenario, replicates=2, worlds=2, seed=1, threads=1)
        look_closer(runs, next(iter(scenario.plans)), replicates=1)


def _make_graphs() -> None:
    for kind in ("blocks", "small-world", "scale-free", "power-law", "well-mixed"):
        scenario = bare_scenario(consumers=_CONSUMERS, weeks=2)
        scenario = scenario.model_copy(update={"graph": Graph(kind=kind)})
        plan = next(iter(scenario.plans.values()))
        world = build_world(scenario, seed=1)
        for causes in (True, False):
            simulate(
                scenario, plan, world=world, tables=fill_outline(Outline(scenario, plan)), luck=1, with_causes=causes
            )


def _read_graphs() -> None:
    ties = [(i, (i * i + 1) % 50) for i in range(50)]
    with tempfile.TemporaryDirectory() as place:
        for name, head, words in (("plain.csv", "source,target", ""), ("ties.csv", "source,target,tie", ",strong")):
            path = Path(place) / name
            path.write_text("\n".join([head, *(f"{a},{b}{words}" for a, b in ties if a != b)]) + "\n")
            for directed in (False, True):
                read_graph(path, directed=directed)


def _choose_seeds() -> None:
    """Both kinds of network, both models and both kinds of limit; and posts."""
    talkers, listeners = [0, 0, 1, 2, 3], [1, 2, 3, 3, 4]
    small = Effort(max_sets=1024)
    for directed in (False, True):
        graph = graph_from_edges(talkers, listeners, n=6, directed=directed)
        for chance in (np.full(6, 0.5), weighted_cascade(graph)):
            choose_seeds(graph, chance, k=2, effort=small)
            found = choose_seeds(graph, chance, costs=np.ones(6), budget=2.0, effort=small)
            Player(graph, chance).spread(found.seeds, most=200)
    fans = audience([[0], [1, 2]], n=6, chance=0.5, most_posts=2)
    sets = RRSets(reverse_arcs_of_ties(graph, np.full(graph.n_ties, 0.5)), audience=fans)
    sets.grow(64)
    market = post_market(sets, price=1.0)
    most_covered(market, decode_posts(market, budget=2.0), budget=2.0)
    sets.estimate([0], [1])
