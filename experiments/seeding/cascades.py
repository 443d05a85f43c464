"""What a choice of seeds reaches when it is played, not computed: the mean of many cascades with its error.

>>> from simulator.graph import graph_from_edges
>>> chain = graph_from_edges([0, 1, 2], [1, 2, 3], n=4, directed=True)
>>> play_cascades(chain, np.array([0.0, 1.0, 1.0, 0.5]), seeds=[0], replicates=2000).tolist()[:3]
[4, 3, 3]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from experiments.seeding.arcs import Arcs, forward_arcs
from experiments.seeding.rr_kernel import play
from simulator.cascade import cascade
from simulator.draws import Purpose, root_key, stem_key
from simulator.executor import spread, usable_threads
from simulator.graph import SocialGraph

_STREAM = 9
_FOUND = 512
_FIRST, _MOST = 200, 20_000


@dataclass(frozen=True)
class Mean:
    """A mean over replicates.

    Attributes:
        mean: people reached.
        error: its standard error.
        replicates: cascades played.
    """

    mean: float
    error: float
    replicates: int


def play_cascades(
    graph: SocialGraph | Arcs,
    chance: NDArray[np.float64] | float = 1.0,
    *,
    seeds: Sequence[int],
    replicates: int,
    first: int = 0,
    seed: int = 0,
    threads: int | None = None,
) -> NDArray[np.int64]:
    """Play cascades in which each listener has a chance of their own to believe one telling.

        >>> from simulator.graph import graph_from_edges
        >>> star = graph_from_edges([0, 0], [1, 2], n=3)
        >>> play_cascades(star, 1.0, seeds=[0], replicates=2).tolist()
        [3, 3]

    Args:
        graph: who hears whom; or its forward arcs, which hold the chances.
        chance: 0 to 1, of each listener; or one for all.
        seeds: rows of those who know it from the start.
        replicates: how many to play.
        first: number of the first; replicates are numbered, and each has its own luck.
        seed: any whole number; the same one gives every list of seeds the same luck.
        threads: at once; changes no number.

    Returns:
        int64[replicates], how many were reached, the seeds among them.
    """
    arcs = graph if isinstance(graph, Arcs) else forward_arcs(graph, chance)
    reach = np.zeros(first + replicates, np.int64)
    rows = np.ascontiguousarray(seeds, np.int64)
    if len(rows) and (rows.min() < 0 or rows.max() >= arcs.n):
        raise ValueError(f"seeds are row numbers from 0 to {arcs.n - 1}, not {rows.min()} to {rows.max()}")
    key = stem_key(root_key(seed), Purpose.CASCADE, _STREAM)
    workers = usable_threads() if threads is None else threads
    cuts = np.linspace(first, first + replicates, min(workers * 4, max(replicates, 1)) + 1).astype(int).tolist()

    def some(span: tuple[int, int]) -> None:
        mark, queue = np.zeros(arcs.n, np.uint8), np.empty((1, arcs.n + 1), np.int32)
        play(
            arcs.indptr,
            arcs.ends,
            arcs.scale,
            arcs.chance,
            key,
            rows,
            *span,
            mark,
            queue,
            np.empty((3, _FOUND), np.int64),
            reach,
        )

    spread(some, list(pairwise(cuts)), threads=workers)
    return reach[first:]


class Player:
    """Plays one network again and again, until the mean is known well enough.

    >>> from simulator.graph import graph_from_edges
    >>> Player(graph_from_edges([0], [1], n=2), 1.0).spread([0]).mean
    2.0
    """

    def __init__(
        self, graph: SocialGraph, chance: NDArray[np.float64] | float, *, seed: int = 0, threads: int | None = None
    ) -> None:
        p = np.broadcast_to(np.asarray(chance, np.float64), (graph.n,))
        self.graph, self.seed, self.threads = graph, seed, threads
        self._one = float(p[0]) if graph.n and p.min() == p.max() else None
        self._arcs = forward_arcs(graph, p) if self._one is None else None

    def spread(self, seeds: Sequence[int], *, error: float = 0.001, most: int = _MOST) -> Mean:
        """The people whom a choice reaches on average.

        Where everybody believes with one chance, this is :func:`simulator.cascade.cascade`.

        Args:
            seeds: rows.
            error: standard error at which to stop, as a share of the mean.
            most: cascades at most.
        """
        sample = np.empty(0, np.int64)
        n = min(_FIRST, most)
        while True:
            if self._arcs is None and self._one is not None:
                sample = cascade(
                    self.graph, seeds=seeds, p=self._one, replicates=n, seed=self.seed, threads=self.threads
                )
            elif self._arcs is not None:
                more = play_cascades(
                    self._arcs, seeds=seeds, replicates=n - len(sample), first=len(sample), seed=self.seed,
                    threads=self.threads,
                )  # fmt: skip
                sample = np.concatenate([sample, more])
            mean, spread_ = float(sample.mean()), float(sample.std(ddof=1)) if n > 1 else 0.0
            wanted = (spread_ / max(error * mean, 1e-300)) ** 2
            if n >= most or n >= wanted:
                return Mean(mean, spread_ / n**0.5, n)
            n = int(min(most, max(1.2 * wanted, 2 * n)))
