"""Work B by mesa-frames: agents are a Polars table, and a step is a few expressions over its columns."""

from collections.abc import Callable

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from numpy.typing import NDArray

from benchmarks.ladder import MARKS, N_STAGES, TALKS_FROM, TICKS, Ladder
from simulator.graph import SocialGraph

Counts = NDArray[np.int64]


class Climbers(AgentSetPolars):
    """Everybody on the ladder."""

    def __init__(self, model: "Climb") -> None:
        super().__init__(model)
        n = model.n
        self.add(
            pl.DataFrame(
                {
                    "unique_id": np.arange(n),
                    "stage": np.zeros(n, np.int8),
                    "heard": np.zeros(n, np.uint32),
                }
            )
        )

    def step(self) -> None:
        """One tick: who moves is drawn by stage and talkers heard; new talkers are counted by their listeners."""
        model = self.model
        ladder = self.agents.with_columns(draw=pl.Series(model.random.random(model.n, dtype=np.float32)))
        cell = pl.col("stage").cast(pl.UInt32) * model.width + pl.col("heard")
        ladder = ladder.with_columns(moves=pl.col("draw") < pl.lit(model.p_move).gather(cell))
        ladder = ladder.with_columns(stage=pl.col("stage") + pl.col("moves"))
        talks = ladder.filter(pl.col("moves") & (pl.col("stage") == TALKS_FROM)).select("unique_id")
        if len(talks):
            heard = talks.join(model.ties, on="unique_id").group_by("listener").len("more")
            ladder = ladder.join(heard, left_on="unique_id", right_on="listener", how="left", maintain_order="left")
            ladder = ladder.with_columns(heard=pl.col("heard") + pl.col("more").fill_null(0))
        self.agents = ladder.select("unique_id", "stage", "heard")


class Climb(ModelDF):
    """Work B."""

    def __init__(self, setting: Ladder, graph: SocialGraph, ties: pl.DataFrame, seed: int) -> None:
        super().__init__(seed)
        self.n, self.ties = graph.n, ties
        self.width = int(graph.n_heard.max()) + 1
        p_move = np.zeros((N_STAGES, self.width), np.float32)
        p_move[:-1] = 1.0 - setting.p_stay(self.width - 1)
        self.p_move = pl.Series(p_move.ravel())
        self.people = Climbers(self)
        self.agents += self.people

    def step(self) -> None:
        """One tick."""
        self.agents.step()


def ladder(setting: Ladder, graph: SocialGraph, ticks: int = TICKS) -> Callable[[int], Callable[[], Counts]]:
    """Set up ladders.

    Args:
        setting: the model's numbers.
        graph: who hears whom.
        ticks: fewer, to measure a part.
    """
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    ties = pl.DataFrame({"unique_id": talkers, "listener": graph.listeners.astype(np.int64)})

    def ready(seed: int) -> Callable[[], Counts]:
        model = Climb(setting, graph, ties, seed)

        def go() -> Counts:
            counts = np.zeros((len(MARKS), N_STAGES), np.int64)
            for t in range(1, ticks + 1):
                model.step()
                if t in MARKS:
                    stage = model.agents["stage"]
                    stage = next(iter(stage.values())) if isinstance(stage, dict) else stage
                    counts[MARKS.index(t)] = np.bincount(stage.to_numpy(), minlength=N_STAGES)
            return counts

        return go

    return ready
