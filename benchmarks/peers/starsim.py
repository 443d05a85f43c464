"""Work A by Starsim: its SIR disease lasting one step, on a network that stays as it is."""

from collections.abc import Callable, Sequence

import numpy as np
import starsim as ss

from simulator.graph import SocialGraph

_STEPS = 100
"""More than any cascade of the benchmark lasts; a run ends when nobody is infectious any more."""


class Ties(ss.Network):
    """Ties that never change."""

    def step(self) -> None:
        """Leave them as they are."""


class OneStep(ss.SIR):
    """Whoever is infected can infect each neighbour on one step alone, and nobody dies."""

    def __init__(self, seeds: Sequence[int], p: float) -> None:
        super().__init__(beta=ss.probperyear(p), init_prev=ss.bernoulli(0.0), p_death=ss.bernoulli(0.0))
        self._seeds = ss.uids(seeds)

    def init_post(self) -> None:
        """Infect the seeds."""
        super().init_post()
        self.set_prognoses(self._seeds, sources=-1)

    def set_progression(self, uids: ss.uids) -> None:
        """Recover before the step after next; seeds are infected before the first step, and have that."""
        self.ti_recovered[uids] = self.ti + (2 if self.sim.initialized else 1)


def cascade(graph: SocialGraph, *, seeds: Sequence[int], p: float) -> Callable[[int], Callable[[], int]]:
    """Set up independent cascades.

    Args:
        graph: who hears whom.
        seeds: who begins.
        p: chance over each tie.
    """
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    once = talkers < graph.listeners  # its networks carry infection both ways
    p1, p2 = talkers[once], graph.listeners[once].astype(np.int64)

    def ready(seed: int) -> Callable[[], int]:
        network = Ties(edges={"p1": p1, "p2": p2, "beta": np.ones(len(p1))}, name="ties")
        sim = ss.Sim(
            n_agents=graph.n, diseases=OneStep(seeds, p), networks=network, dur=_STEPS, dt="year",
            rand_seed=seed, verbose=0,
        )  # fmt: skip
        sim.init()
        disease = sim.diseases[0]

        def go() -> int:
            while disease.infected.any():
                sim.run_one_step()
            return int(graph.n - np.count_nonzero(disease.susceptible))

        return go

    return ready
