"""Run markets and plans on the same people with the same luck, and keep what a stylized fact is about.

:func:`experiments.replicate.replicate` compares plans of one scenario. A stylized fact may also compare markets
(another product, another burst of news) and plans that name people of one world (its bridges, its early
adopters), so an :class:`Arm` has a scenario of its own and may write its plan when it has seen the world.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator.draws import Purpose, derive, root_key
from simulator.executor import spread
from simulator.simulate import Outcome, simulate
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

Planner = Callable[[World], Plan]
"""Writes a plan for the people of one world."""

Runner = Callable[[Scenario, Plan, World, DayTables, np.uint64], Outcome]
"""Carries one replicate out, where that takes more than running a plan."""


def plain_run(scenario: Scenario, plan: Plan, world: World, tables: DayTables, luck: np.uint64) -> Outcome:
    """Run a plan from the first day to the last."""
    return simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False)


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One thing that is tried: a market, and a plan of it.

    Attributes:
        scenario: the market. Arms that share one object share its worlds.
        plan: name of a plan of the scenario, or what writes a plan for a world.
        runner: carries a replicate out.
    """

    scenario: Scenario
    plan: str | Planner
    runner: Runner = plain_run


def play(
    arms: Mapping[str, Arm],
    *,
    measure: Callable[[Outcome, Scenario], Mapping[str, float]],
    replicates: int,
    seed: int = 0,
    threads: int | None = None,
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Run every arm many times; replicate ``r`` of all arms has the same world and luck.

    Args:
        arms: what is tried, by name.
        measure: figures of one replicate, by name; the same names for every arm.
        replicates: how many, each in a world of its own.
        seed: any whole number; the same one gives the same bytes.
        threads: how many replicates at once; changes nothing but time.

    Returns:
        One value per replicate, by arm and figure.

    Raises:
        ValueError: no replicates.
    """
    if replicates < 1:
        raise ValueError(f"{replicates} replicates were asked for; at least 1 is needed")
    root = root_key(seed)
    tables = {
        name: compile_tables(arm.scenario, arm.scenario.plans[arm.plan])
        for name, arm in arms.items()
        if isinstance(arm.plan, str)
    }

    def one(r: int) -> dict[str, Mapping[str, float]]:
        worlds: dict[int, World] = {}
        luck = derive(root, Purpose.LUCK, r)
        found = {}
        for name, arm in arms.items():
            scenario = arm.scenario
            if id(scenario) not in worlds:
                worlds[id(scenario)] = build_world(scenario, seed=derive(root, Purpose.WORLD, r))
            world = worlds[id(scenario)]
            if isinstance(arm.plan, str):
                plan, compiled = scenario.plans[arm.plan], tables[name]
            else:
                plan = arm.plan(world)
                compiled = compile_tables(scenario, plan)
            found[name] = measure(arm.runner(scenario, plan, world, compiled, luck), scenario)
        return found

    rows = spread(one, range(replicates), threads=threads)
    return {name: {key: np.array([row[name][key] for row in rows]) for key in rows[0][name]} for name in arms}


def worlds(scenario: Scenario, *, n: int, seed: int = 0) -> Iterator[World]:
    """The worlds of the first replicates, one after another.

    Args:
        scenario: what the market is like.
        n: how many.
        seed: as in :func:`play`.
    """
    root = root_key(seed)
    for r in range(n):
        yield build_world(scenario, seed=derive(root, Purpose.WORLD, r))
