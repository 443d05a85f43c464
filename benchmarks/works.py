"""Works A and B against their peers: the same law first, then the ratio of times on the same graph."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.clock import Goes, least_seconds, time_goes
from benchmarks.ladder import HEAVY, LIGHT, Engine, Kernel, Ladder
from benchmarks.law import Agreement, agreement
from benchmarks.peers.find import PeerMissingError, label, peer
from benchmarks.table import Row, judged, skipped, withheld
from simulator.cascade import cascade
from simulator.graph import SocialGraph, graph_from_edges

P = 0.125
SEEDS = list(range(50))
DEGREE = 10
SMALL = {"cascade": 2_000, "ladder": 1_000}
"""Consumers of the graph on which laws are compared."""

OURS = 1_000
"""Replicates of ours with which a peer's are compared."""


@dataclass(frozen=True)
class Match:
    """One peer, and what is asked of the ratio.

    Attributes:
        peer: its name.
        n: consumers of the graph on which time is taken.
        goal: of the ratio.
        replicates: with which its law is compared with ours; fewer where more would take minutes.
        times: how many goes are timed.
    """

    peer: str
    n: int
    goal: str
    replicates: int
    times: int


CASCADE = (
    Match("cynetdiff", 10_000, ">= 5", 1_000, 40),
    Match("cynetdiff", 1_000_000, ">= 15", 1_000, 4),
    Match("starsim", 1_000_000, ">= 250", 200, 1),
    Match("networkx", 1_000_000, ">= 250", 1_000, 1),
    Match("ndlib", 100_000, ">= 2000", 300, 1),
    Match("mesa", 100_000, ">= 2000", 300, 1),
)
LADDER = (
    Match("numpy", 1_000_000, ">= 40", 1_000, 3),
    Match("mesa_frames", 1_000_000, ">= 150", 100, 1),
    Match("mesa", 100_000, ">= 1000", 150, 1),
)
MORE_LADDER = (Match("numpy", 1_000_000, "", 1_000, 2),)
"""Heavier talk, reported beside."""


def random_graph(n: int) -> SocialGraph:
    """An Erdős–Rényi graph of mean degree ten, the same every time.

    Args:
        n: number of consumers.
    """
    ends = np.random.default_rng(1).integers(0, n, (2, n * DEGREE // 2))
    return graph_from_edges(*ends, n=n)


def cascade_rows(matches: tuple[Match, ...] = CASCADE) -> Iterator[Row]:
    """Work A, the independent cascade, peer by peer."""
    small = random_graph(SMALL["cascade"])
    ours = cascade(small, seeds=SEEDS, p=P, replicates=OURS, seed=1)
    graphs: dict[int, SocialGraph] = {}
    for match in matches:
        work = f"independent cascade, p = {P}, degree {DEGREE}, {match.n:,} consumers"

        def start(graph: SocialGraph, name: str = match.peer) -> Callable[[int], Callable[[], Any]]:
            return peer(name).cascade(graph, seeds=SEEDS, p=P)

        def own(graph: SocialGraph, n: int = match.n) -> Goes:
            at_once = max(1, 2_000_000 // n)
            cascade(graph, seeds=SEEDS, p=P, threads=1)

            def ready(k: int) -> Callable[[], object]:
                return lambda: cascade(graph, seeds=SEEDS, p=P, replicates=at_once, seed=k, threads=1)

            goes = time_goes(ready, times=6)
            return Goes(goes.least / at_once, goes.most / at_once, goes.number)

        yield _against(work, match, start, small, ours, graphs, own)


def ladder_rows(matches: tuple[Match, ...] = LADDER, setting: Ladder = LIGHT) -> Iterator[Row]:
    """Work B, the ladder of five stages, by its own kernel, peer by peer."""
    small = random_graph(SMALL["ladder"])
    kernel = Kernel(setting, small)
    ours = np.array([kernel.counts(k) for k in range(OURS)])
    graphs: dict[int, SocialGraph] = {}
    for match in matches:
        work = f"five-stage ladder, {setting.name}, degree {DEGREE}, {match.n:,} consumers, the ladder's own kernel"

        def start(graph: SocialGraph, name: str = match.peer) -> Callable[[int], Callable[[], Any]]:
            return peer(name).ladder(setting, graph)

        def own(graph: SocialGraph) -> Goes:
            return _kernel_goes(setting, graph)

        yield _against(work, match, start, small, ours, graphs, own)


def more_ladder_rows() -> Iterator[Row]:
    """Heavier talk, and the engine at the same work: what a campaign's clocks cost where nothing needs them."""
    yield from ladder_rows(MORE_LADDER, HEAVY)
    yield from engine_rows(LIGHT)


def engine_rows(setting: Ladder, n: int = 100_000, replicates: int = 300) -> Iterator[Row]:
    """The campaign engine at work B, against the ladder's own kernel and Mesa.

    Args:
        setting: the model's numbers.
        n: consumers.
        replicates: of the engine, with which laws are compared.
    """
    small = random_graph(SMALL["ladder"])
    kernel, engine = Kernel(setting, small), Engine(setting, small)
    law = agreement(
        [kernel.counts(k) for k in range(OURS)], [engine.counts(engine.start(k)) for k in range(replicates)]
    )
    work = f"five-stage ladder, {setting.name}, degree {DEGREE}, {n:,} consumers, the campaign engine"
    if not law.holds:
        yield withheld(work, "the ladder's own kernel", "", "times its time", f"not the same law: {law}")
        return
    graph = random_graph(n)
    engine = Engine(setting, graph)

    def ready(k: int) -> Callable[[], object]:
        run = engine.start(k)
        return lambda: engine.counts(run)

    ready(0)()
    slower = least_seconds(ready, times=3) / _kernel_goes(setting, graph).least
    yield judged(work, "the ladder's own kernel", "", slower, "times its time", str(law))


def _kernel_goes(setting: Ladder, graph: SocialGraph) -> Goes:
    kernel = Kernel(setting, graph)
    kernel.counts(0)
    return time_goes(lambda k: lambda: kernel.counts(k), times=8)


def _against(
    work: str,
    match: Match,
    start: Callable[[SocialGraph], Callable[[int], Callable[[], Any]]],
    small: SocialGraph,
    ours: np.ndarray,
    graphs: dict[int, SocialGraph],
    own: Callable[[SocialGraph], Goes],
) -> Row:
    """One row: compare laws on the small graph, and times on the large one."""
    against = label(match.peer)
    try:
        ready = start(small)
    except PeerMissingError as error:
        return skipped(work, against, match.goal, "times as fast", str(error))
    law: Agreement = agreement(ours, [ready(k + 1)() for k in range(match.replicates)])
    if not law.holds:
        return withheld(work, against, match.goal, "times as fast", f"not the same law: {law}")
    graph = graphs.setdefault(match.n, random_graph(match.n))
    theirs, mine = time_goes(start(graph), times=match.times), own(graph)
    note = f"{theirs.least:.3g} s against {mine.least:.3g} s; ours: {mine}; theirs: {theirs}; law: {law}"
    return judged(work, against, match.goal, theirs.least / mine.least, "times as fast", note)
