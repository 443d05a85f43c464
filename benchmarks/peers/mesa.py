"""Works A and B as ordinary Mesa models: one object per consumer, neighbours from a network, agents that act."""

from collections import Counter
from collections.abc import Callable, Sequence

import mesa
import numpy as np
from mesa.discrete_space import FixedAgent, Network
from numpy.typing import NDArray

from benchmarks.ladder import MARKS, N_STAGES, TALKS_FROM, TICKS, Ladder
from simulator.graph import SocialGraph

Counts = NDArray[np.int64]


class Consumer(FixedAgent):
    """Someone at a place in the network."""

    def __init__(self, model: mesa.Model, cell: object) -> None:
        super().__init__(model)
        self.cell = cell

    def meet(self) -> None:
        """Learn who hears this consumer; the network stays as it is, so that this need be asked once."""
        self.listeners = [agent for cell in self.cell.connections.values() for agent in cell.agents]


class Believer(Consumer):
    """Work A: somebody who passes a message on once."""

    def __init__(self, model: "Cascade", cell: object) -> None:
        super().__init__(model, cell)
        self.reached = self.is_talking = self.begins = False

    def talk(self) -> None:
        """Tell everyone who does not know."""
        if self.is_talking:
            draw, p = self.random.random, self.model.p
            for listener in self.listeners:
                if not listener.reached and draw() < p:
                    listener.reached = listener.begins = True

    def listen(self) -> None:
        """Talk tomorrow if told today."""
        self.is_talking, self.begins = self.begins, False


class Cascade(mesa.Model):
    """Work A."""

    def __init__(self, network: object, seeds: Sequence[int], p: float, seed: int) -> None:
        super().__init__(seed=seed)
        self.p = p
        self.space = Network(network, random=self.random)
        people = [Believer(self, cell) for cell in self.space.all_cells]
        self.agents.do("meet")
        for row in seeds:
            people[row].reached = people[row].is_talking = True

    def step(self) -> None:
        """One generation."""
        talkers = self.agents.select(lambda agent: agent.is_talking)
        self.running = len(talkers) > 0
        talkers.do("talk")
        self.agents.do("listen")


def cascade(graph: SocialGraph, *, seeds: Sequence[int], p: float) -> Callable[[int], Callable[[], int]]:
    """Set up independent cascades.

    Args:
        graph: who hears whom.
        seeds: who begins.
        p: chance over each tie.
    """
    network = graph.to_networkx()

    def ready(seed: int) -> Callable[[], int]:
        model = Cascade(network, seeds, p, seed)

        def go() -> int:
            while model.running:
                model.step()
            reached = sum(model.agents.get("reached"))
            _free(model)
            return reached

        return go

    return ready


class Climber(Consumer):
    """Work B: somebody on the ladder."""

    def __init__(self, model: "Climb", cell: object) -> None:
        super().__init__(model, cell)
        self.stage, self.moves = 0, False

    def decide(self) -> None:
        """Meet advertising, and be heard by those around."""
        setting, draw = self.model.setting, self.random.random
        if self.stage < N_STAGES - 1 and draw() < setting.q and draw() < setting.advert[self.stage]:
            self.moves = True
        if self.stage >= TALKS_FROM:
            for listener in self.listeners:
                if draw() < setting.w and listener.stage < N_STAGES - 1 and draw() < setting.talk[listener.stage]:
                    listener.moves = True

    def change(self) -> None:
        """Be one stage further in the evening."""
        if self.moves:
            self.stage += 1
            self.moves = False


class Climb(mesa.Model):
    """Work B."""

    def __init__(self, setting: Ladder, network: object, seed: int) -> None:
        super().__init__(seed=seed)
        self.setting = setting
        self.space = Network(network, random=self.random)
        for cell in self.space.all_cells:
            Climber(self, cell)
        self.agents.do("meet")

    def step(self) -> None:
        """One tick."""
        self.agents.do("decide")
        self.agents.do("change")


def ladder(setting: Ladder, graph: SocialGraph, ticks: int = TICKS) -> Callable[[int], Callable[[], Counts]]:
    """Set up ladders.

    Args:
        setting: the model's numbers.
        graph: who hears whom.
        ticks: fewer, to measure a part of a large model.
    """
    network = graph.to_networkx()

    def ready(seed: int) -> Callable[[], Counts]:
        model = Climb(setting, network, seed)

        def go() -> Counts:
            counts = np.zeros((len(MARKS), N_STAGES), np.int64)
            for t in range(1, ticks + 1):
                model.step()
                if t in MARKS:
                    found = Counter(model.agents.get("stage"))
                    counts[MARKS.index(t)] = [found[s] for s in range(N_STAGES)]
            _free(model)
            return counts

        return go

    return ready


def _free(model: mesa.Model) -> None:
    """Mesa 3.3 keeps every model that ever had agents, by its counter of ids."""
    mesa.Agent._ids.pop(model, None)
