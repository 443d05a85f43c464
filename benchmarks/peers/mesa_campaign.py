"""A campaign as a Mesa modeller would write it at the first go: clocks as attributes, hazards as numbers, a step a day.

It has the product's clocks, channels, close and loose ties, moods and rivals, but is simpler: one segment, constant
media, no influencers, no lists. So it is not what the engine is compared with; it only shows what a day of a consumer
with so many clocks costs in plain Mesa.
"""

import time

import mesa
import networkx as nx
from mesa.discrete_space import FixedAgent, Network

_TOP = 5
_TALKS_FROM = 4


class Shopper(FixedAgent):
    """A consumer with a clock for buying, and two for each brand: up the ladder and back."""

    def __init__(self, model: "Campaign", cell: object, brands: int) -> None:
        super().__init__(model)
        self.cell = cell
        self.to_buy = self.random.expovariate(1.0)
        self.stage = [0] * brands
        self.mood = [0] * brands
        self.up = [self.random.expovariate(1.0) for _ in range(brands)]
        self.down = [self.random.expovariate(1.0) for _ in range(brands)]
        self.next = [0] * brands
        self.heard_strong, self.heard_weak = [0] * brands, [0] * brands
        self.channels = [channel for channel, share in enumerate(model.use) if self.random.random() < share]

    def meet(self) -> None:
        """Learn who hears this consumer."""
        self.listeners = [agent for cell in self.cell.connections.values() for agent in cell.agents]

    def decide(self) -> None:
        """Let every clock run for a day, on the morning's state."""
        model = self.model
        self.to_buy -= model.need
        if self.to_buy <= 0.0:
            self.buy()
        for brand, stage in enumerate(self.stage):
            self.next[brand] = stage
            hazard = model.interest[stage]
            for channel in self.channels:
                hazard += model.pressure[brand][channel] * model.effect[stage]
            hazard += model.talk[stage] * (self.heard_strong[brand] + 0.33 * self.heard_weak[brand])
            if self.mood[brand] > 0:
                hazard += model.joy
            self.up[brand] -= hazard
            loss = model.forgetting[stage] * (1.0 if self.mood[brand] >= 0 else 2.0)
            for rival, pressure in enumerate(model.pressure):
                if rival != brand:
                    for channel in self.channels:
                        loss += model.pull * pressure[channel]
            self.down[brand] -= loss
            if stage < _TOP and self.up[brand] <= 0.0:
                self.next[brand] = stage + 1
            elif stage > 0 and self.down[brand] <= 0.0:
                self.next[brand] = stage - 1

    def buy(self) -> None:
        """Choose a brand, and be pleased with it or not."""
        self.to_buy = self.random.expovariate(1.0)
        odds = [0.1 + stage for stage in self.stage]
        brand = self.random.choices(range(len(odds)), odds)[0]
        self.mood[brand] = 1 if self.random.random() < 0.7 else -1

    def change(self) -> None:
        """Move in the evening, draw new clocks, and be heard or no longer heard."""
        for brand, stage in enumerate(self.stage):
            after = self.next[brand]
            if after != stage:
                self.stage[brand] = after
                self.up[brand] = self.random.expovariate(1.0)
                self.down[brand] = self.random.expovariate(1.0)
                change = (after >= _TALKS_FROM) - (stage >= _TALKS_FROM)
                if change:
                    for listener in self.listeners[: len(self.listeners) // 3]:
                        listener.heard_strong[brand] += change
                    for listener in self.listeners[len(self.listeners) // 3 :]:
                        listener.heard_weak[brand] += change


class Campaign(mesa.Model):
    """A market under constant advertising."""

    def __init__(self, network: nx.Graph, *, brands: int, seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.need, self.joy = 1.0 / 55.0, 0.01
        self.use = (0.7, 0.5, 0.8, 0.7, 0.6)
        self.pressure = [[0.3] * len(self.use) for _ in range(brands)]
        self.effect = [0.02, 0.012, 0.005, 0.0012, 0.0001, 0.0]
        self.interest = [0.002, 0.002, 0.001, 0.0005, 0.0, 0.0]
        self.pull = 0.0005
        self.talk = [0.004, 0.004, 0.003, 0.002, 0.001, 0.0]
        self.forgetting = [0.0, 0.01, 0.01, 0.005, 0.003, 0.003]
        self.space = Network(network, random=self.random)
        for cell in self.space.all_cells:
            Shopper(self, cell, brands)
        self.agents.do("meet")

    def step(self) -> None:
        """One day."""
        self.agents.do("decide")
        self.agents.do("change")


def seconds_per_day(*, n: int, days: int, clocks: int) -> float:
    """Processor time of one consumer's day.

    Args:
        n: consumers.
        days: how many days to run.
        clocks: of each consumer: one for buying, and two for each brand.
    """
    model = Campaign(nx.gnm_random_graph(n, 6 * n, seed=1), brands=(clocks - 1) // 2)
    began = time.process_time()
    for _ in range(days):
        model.step()
    seconds = time.process_time() - began
    mesa.Agent._ids.pop(model, None)
    return seconds / (n * days)
