"""Work B in numpy: whole columns at a time, and talk counted when it begins."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.ladder import MARKS, N_STAGES, TALKS_FROM, TICKS, Ladder
from simulator.graph import SocialGraph

Counts = NDArray[np.int64]


def ladder(setting: Ladder, graph: SocialGraph) -> Callable[[int], Callable[[], Counts]]:
    """Set up ladders.

    Args:
        setting: the model's numbers.
        graph: who hears whom.
    """
    most = int(graph.n_heard.max())
    p_move = np.zeros((N_STAGES, most + 1), np.float32)
    p_move[:-1] = 1.0 - setting.p_stay(most)
    p_move = p_move.ravel()
    degree = np.diff(graph.indptr)

    def ready(seed: int) -> Callable[[], Counts]:
        rng = np.random.default_rng(seed)

        def go() -> Counts:
            stage = np.zeros(graph.n, np.int8)
            cell = np.zeros(graph.n, np.int32)  # stage and talkers heard: where in p_move
            counts = np.zeros((len(MARKS), N_STAGES), np.int64)
            for t in range(1, TICKS + 1):
                moved = np.flatnonzero(rng.random(graph.n, dtype=np.float32) < p_move[cell])
                stage[moved] += 1
                cell[moved] += most + 1
                new = moved[stage[moved] == TALKS_FROM]
                # Places of all their listeners: runs of whole numbers that begin at each row.
                length = degree[new]
                ends = np.cumsum(length)
                if len(new):
                    places = np.arange(ends[-1]) + np.repeat(graph.indptr[new] - ends + length, length)
                    np.add.at(cell, graph.listeners[places], 1)
                if t in MARKS:
                    counts[MARKS.index(t)] = np.bincount(stage, minlength=N_STAGES)
            return counts

        return go

    return ready
