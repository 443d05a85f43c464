"""Small markets in which only the named things can happen, and the day on which each consumer first gets somewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import networkx as nx
import numpy as np

from scenarios import scenario_from_dict
from scenarios.bare import quiet_parameters
from scenarios.schema import Scenario
from scenarios.vocabulary import Stage
from simulator.simulate import Run, start_run
from simulator.tables import compile_tables
from simulator.world import World, build_world

MONDAY = date(2027, 1, 4)
NEVER = 1_000_000
CPM = 10.0


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The first mapping with what the second says differently, at any depth."""
    out = dict(one)
    for key, value in other.items():
        inner = out.get(key)
        out[key] = merged(inner, value) if isinstance(value, Mapping) and isinstance(inner, Mapping) else value
    return out


def money(n: int, exposures_per_day: float) -> float:
    """What it costs a week to show everybody so many advertisements a day."""
    return round(n * exposures_per_day * 7 * CPM / 1000.0, 6)


def still_market(n: int, weeks: int, **different: Any) -> Scenario:
    """A market of one segment with one channel, ``screen``, in which nothing forgets, fades, tires or sells."""
    still = {
        "name": "still",
        "start": MONDAY,
        "weeks": weeks,
        "market": {"size": n, "consumers": n},
        "segments": {"everybody": {"share": 1.0, "channels": {"screen": 1.0}}},
        "channels": {"screen": {"platform": "other", "cpm": CPM, "pull": 1.0}},
        "graph": {"kind": "well-mixed"},
        "word_of_mouth": {"talk_from": "attention", "fresh_on": "nothing"},
        "brand": {"price": 1.0},
        "parameters": quiet_parameters() | {"fatigue.first": 1.0, "fatigue.plateau": 1e9, "media_weight.shape": 1e3},
        "plans": {},
    }
    return scenario_from_dict(merged(still, different))


def in_a_row(scenario: Scenario) -> World:
    """Everybody hears the one before and the one after."""
    return build_world(scenario, seed=0, graph=nx.path_graph(scenario.market.consumers))


def begin(scenario: Scenario, plan: str, world: World, luck: int, parameters: Mapping[str, float] | None = None) -> Run:
    """A plan of the scenario on the morning of day 0."""
    chosen = scenario.plans[plan]
    tables = compile_tables(scenario, chosen, kinds=world.kinds, parameters=parameters)
    return start_run(scenario, chosen, world=world, tables=tables, luck=luck)


def first_entries(run: Run) -> np.ndarray:
    """By stage and consumer: days until this stage or one above it was first reached; ``NEVER`` if it was not."""
    days = np.full((len(Stage), run.world.n), NEVER)

    def look() -> None:
        stage = run.state.lives["stage"][0]
        for s in Stage:
            days[s, (stage >= s) & (days[s] == NEVER)] = run.day

    look()
    while run.day < run.tables.n_days:
        run.advance(1)
        look()
    return days
