"""Networks so small that every world of word of mouth can be gone through."""

import os
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.graph import SocialGraph, graph_from_edges


class Worlds:
    """All sets of ties that may carry a message, with their chances: the exact law of spread.

    Attributes:
        chance: of each world.
        reach: bit mask of whom each node reaches in each world.
    """

    def __init__(self, graph: SocialGraph, chance: NDArray[np.float64], *, of_ties: bool = False) -> None:
        assert graph.n <= 20 and graph.n_ties <= 16
        talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
        p = chance if of_ties else np.broadcast_to(chance, (graph.n,))[graph.listeners]
        live = (np.arange(1 << graph.n_ties)[:, None] >> np.arange(graph.n_ties)) & 1
        self.graph = graph
        self.chance = np.where(live == 1, p, 1.0 - p).prod(axis=1)
        reach = np.tile(1 << np.arange(graph.n), (len(live), 1))
        for _ in range(graph.n):
            for tie, (i, j) in enumerate(zip(talkers, graph.listeners, strict=True)):
                reach[:, i] |= np.where(live[:, tie] == 1, reach[:, j], 0)
        self.reach = reach

    def spread(self, seeds: "tuple[int, ...] | list[int]", values: NDArray[np.float64] | None = None) -> float:
        """The expected value that seeds reach."""
        together = np.bitwise_or.reduce(self.reach[:, list(seeds)], axis=1) if len(seeds) else np.zeros(len(self.reach))
        bits = (together.astype(np.int64)[:, None] >> np.arange(self.graph.n)) & 1
        return float(self.chance @ (bits @ (np.ones(self.graph.n) if values is None else values)))

    @cached_property
    def of_all(self) -> NDArray[np.float64]:
        """The spread of every set of seeds, by bit mask."""
        out = np.zeros(1 << self.graph.n)
        for mask in range(len(out)):
            out[mask] = self.spread([i for i in range(self.graph.n) if mask >> i & 1])
        return out


@st.composite
def networks(draw: st.DrawFn, most: int = 12, ties: int = 10) -> SocialGraph:
    """Up to twelve people and few enough ties to go through all worlds, one-sided or mutual."""
    n = draw(st.integers(2, most))
    directed = draw(st.booleans())
    limit = ties if directed else ties // 2
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=limit))
    return graph_from_edges([a for a, _ in pairs], [b for _, b in pairs], n=n, directed=directed)


def random_graph(n: int, degree: float, *, seed: int = 1, directed: bool = False) -> SocialGraph:
    ends = np.random.default_rng(seed).integers(0, n, (2, int(n * degree / (1 if directed else 2))))
    return graph_from_edges(*ends, n=n, directed=directed)


def skewed_graph(n: int, degree: float, *, seed: int = 1) -> SocialGraph:
    """A few have many ties."""
    rng = np.random.default_rng(seed)
    weight = rng.pareto(1.5, n) + 0.3
    ends = rng.choice(n, (2, int(n * degree / 2)), p=weight / weight.sum())
    return graph_from_edges(*ends, n=n)


def shared_network(name: str) -> Path:
    """A published network, which lies outside the project."""
    folders = [Path(os.environ["APATH_DATA"])] if "APATH_DATA" in os.environ else []
    folders += [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for folder in folders:
        if (folder / "graphs" / name).is_file():
            return folder / "graphs" / name
    pytest.skip(f"{name} is not on this machine")
