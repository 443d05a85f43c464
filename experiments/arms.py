"""One arm of an experiment: a plan that is run in many replicates, and what they share.

>>> from experiments.arms import Arm
>>> from scenarios import load_scenario
>>> from simulator.kinds import build_kinds
>>> scenario = load_scenario("classroom").scenario
>>> round(Arm(scenario, "hub-samples", kinds=build_kinds(scenario)).cost, 2)
7.2
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from simulator.arrays import SeedArrays
from simulator.costs import plan_cost
from simulator.kinds import Kinds
from simulator.metrics import open_books
from simulator.money import price_list
from simulator.rivals import Rivals
from simulator.seeds import choose_seeds
from simulator.simulate import simulate
from simulator.tables import DayTables, Outline, fill_outline
from simulator.world import World


@dataclass(frozen=True)
class Sample:
    """One plan over all replicates, in people and money."""

    figures: NDArray[np.float64]  # [R, metrics]
    weekly: NDArray[np.float64]  # [R, series, W+1]
    response: dict[str, float] = field(default_factory=dict)
    """Mean money by lever that follows from what people do, such as rewards."""


class Arm:
    """One of the plans that are run, with what all its replicates share.

    Args:
        scenario: the market.
        name: of the plan.
        kinds: of the scenario.
        parameters: in place of the scenario's own.
        rivals: what other plans with the same parameters have found out about them already.
    """

    def __init__(
        self,
        scenario: Scenario,
        name: str,
        *,
        kinds: Kinds,
        parameters: Mapping[str, float] | None = None,
        rivals: Rivals | None = None,
    ) -> None:
        plan = scenario.plans[name]
        self.name = name
        self.cost = plan_cost(scenario, plan)
        self.outline = Outline(scenario, plan, kinds=kinds)
        self.usual = fill_outline(self.outline, parameters=parameters, rivals=rivals)
        self.prices = price_list(scenario, plan, self.usual)

    def seeds(self, world: World, luck: np.uint64) -> SeedArrays:
        """Who is seeded, whatever the parameters are."""
        return choose_seeds(self.outline.scenario, self.outline.plan, world=world, luck=luck)

    def filled(self, parameters: Mapping[str, float], rivals: Rivals) -> DayTables:
        """The plan compiled with other parameters."""
        return fill_outline(self.outline, parameters=parameters, rivals=rivals)

    def run(self, world: World, tables: DayTables, luck: np.uint64, seeds: SeedArrays) -> tuple[Sample, float]:
        """One replicate, and the seconds that the kernel took."""
        scenario, plan = self.outline.scenario, self.outline.plan
        outcome = simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False, seeds=seeds)
        books = open_books(outcome, scenario, plan, planned=self.cost, prices=self.prices)
        return Sample(books.figures(), books.weekly(), books.response), outcome.kernel_seconds
