"""A small market in which every lever has something to act on, and paired runs of two plans or two scenarios."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios import scenario_from_dict
from scenarios.schema import Scenario
from scenarios.vocabulary import ENTERED_STAGES, STAGE_NAMES, Cause
from simulator.arrays import FELT_SPACE
from simulator.costs import cost_lines, outcome_lines
from simulator.simulate import STOCKS, Outcome, simulate
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

MONDAY = date(2027, 1, 4)
PAIRS = 6
"""Worlds, each with its own luck, on which two plans meet."""

Data = dict[str, Any]


def base() -> Data:
    """The market as plain data; its only plan, ``plan``, does nothing."""
    return {
        "name": "levers",
        "start": MONDAY,
        "weeks": 12,
        "market": {"size": 15_000, "consumers": 1_500},
        "segments": {
            "young": {
                "share": 0.5,
                "buys_every_days": 10.0,
                "channels": {"feed": 0.8, "clips": 0.5, "site": 0.4, "screen": 0.3},
            },
            "old": {
                "share": 0.5,
                "buys_every_days": 14.0,
                "channels": {"feed": 0.4, "clips": 0.2, "site": 0.4, "screen": 0.8},
            },
        },
        "channels": {
            "feed": {"platform": "instagram"},
            "clips": {"platform": "tiktok"},
            "site": {"platform": "website", "cpm": 8.0},
            "screen": {"platform": "television"},
            "nowhere": {"platform": "other"},
        },
        "brand": {
            "price": 10.0,
            "unit_cost": 4.0,
            "p_satisfied": 0.6,
            "p_dissatisfied": 0.1,
            "start": {
                "attention": 0.2, "attraction": 0.15, "affinity": 0.1, "audience": 0.08, "advocacy": 0.02,
                "customers": 0.15,
            },
        },
        "rivals": {
            "other": {
                "price": 10.0,
                "p_satisfied": 0.6,
                "p_dissatisfied": 0.1,
                "start": {"attention": 0.2, "attraction": 0.2, "affinity": 0.2, "audience": 0.1},
            }
        },
        "influencers": {
            "ana": {"channel": "feed", "followers": 5_000, "cost_per_post": 900.0},
            "bo": {"channel": "clips", "followers": 2_000, "cost_per_post": 300.0},
        },
        "plans": {"plan": {}},
    }  # fmt: skip


def changed(data: Data, changes: Mapping[str, Any] | None) -> Data:
    """A copy with values at dotted places; ``plan.x`` is short for ``plans.plan.x``.

    A value of None removes what stands there.
    """
    out = copy.deepcopy(data)
    for place, value in (changes or {}).items():
        keys = (f"plans.{place}" if place.split(".")[0] == "plan" else place).split(".")
        if keys[0] == "parameters":
            keys = ["parameters", ".".join(keys[1:])]
        table = out
        for key in keys[:-1]:
            table = table.setdefault(key, {})
        if value is None:
            table.pop(keys[-1], None)
        else:
            table[keys[-1]] = copy.deepcopy(value)
    return out


def scenario_of(data: Data, *, checked: bool = True) -> Scenario:
    """The scenario, checked like any file; or, unchecked, only each value by itself."""
    return scenario_from_dict(data) if checked else Scenario.model_validate(data)


_WORLDS: dict[tuple[str, int], World] = {}


def world_of(scenario: Scenario, seed: int) -> World:
    """A world; scenarios that agree on their people share it."""
    brands = [scenario.brand, *scenario.rivals.values()]
    key = json.dumps(
        [
            scenario.market.model_dump(),
            *(part.model_dump() for part in (scenario.graph, scenario.word_of_mouth)),
            {
                n: s.model_dump(include={"share", "channels", "ties", "susceptibility", "buys_every_days"})
                for n, s in scenario.segments.items()
            },
            {n: i.model_dump(mode="json") for n, i in scenario.influencers.items()},
            [b.model_dump(include={"start", "start_in"}) for b in brands],
            list(scenario.rivals),
            list(scenario.channels),
            scenario.parameters.get("churn.intervals", 0.0),
        ],
        default=str,
    )
    if (key, seed) not in _WORLDS:
        _WORLDS[key, seed] = build_world(scenario, seed=seed)
    return _WORLDS[key, seed]


@dataclass(frozen=True)
class Run:
    """One replicate of one plan."""

    scenario: Scenario
    plan: str
    outcome: Outcome


def runs(scenario: Scenario, plan: str | None = None, *, n: int = PAIRS) -> list[Run]:
    """A plan on so many worlds, each with its own luck; the same ones for every scenario."""
    name = plan or next(iter(scenario.plans))
    chosen = scenario.plans[name]
    tables: DayTables | None = None
    out = []
    for k in range(n):
        world = world_of(scenario, k)
        tables = tables or compile_tables(scenario, chosen, kinds=world.kinds)
        outcome = simulate(scenario, chosen, world=world, tables=tables, luck=100 + k)
        out.append(Run(scenario, name, outcome))
    return out


def compiled(data: Data, plan: str = "plan") -> DayTables:
    """The plan's tables."""
    scenario = scenario_of(data)
    return compile_tables(scenario, scenario.plans[plan])


_AT_LEAST = {"awareness": "attention", "knowledge": "attraction", "consideration": "affinity", "loyalty": "audience"}
_RENAMED = {"detractors": "negative", "satisfied": "positive"}


def measure(run: Run, name: str) -> float:
    """One figure of our brand in people, moves or money.

    Counts by their own names; ``<stage>_entries`` and ``<stage>_falls``; ``entries`` and ``falls`` of all stages;
    ``<stage>`` at the end; ``<figure>.<segment>`` for one segment; ``rival.<figure>`` for the first rival;
    ``<way>_by_<cause>`` for moves with one cause; ``cost``.
    """
    o, weight = run.outcome, run.scenario.people_per_consumer
    brand = 0
    if name.startswith("rival."):
        brand, name = 1, name.removeprefix("rival.")
    head, _, segment = name.partition(".")
    only = slice(None) if not segment else list(run.scenario.segments).index(segment)
    if head == "cost":
        plan = run.scenario.plans[run.plan]
        lines = [*cost_lines(run.scenario, plan), *outcome_lines(run.scenario, plan, o)]
        return sum(line.total for line in lines)
    if head == "revenue":
        return float(o.of_brand("purchases", brand)[:, only].sum()) * weight * run.scenario.brand.price
    if head == "sense_of_community":
        return float(o.tallies.felt[run.outcome.warm_up_weeks :, brand, FELT_SPACE].mean())
    if "_by_" in head:
        way, _, cause = head.partition("_by_")
        columns = [a.cause == Cause[cause.upper()] for a in o.tables.alternatives]
        moves = o.tallies.causes[run.outcome.warm_up_weeks :, brand, 0 if way == "entries" else 1]
        return float(moves[:, :, columns].sum()) * weight
    stage, _, flow = head.rpartition("_")
    if flow in ("entries", "falls") and stage in ENTERED_STAGES:
        return float(o.of_brand(flow, brand)[:, only, STAGE_NAMES.index(stage)].sum()) * weight
    if head in ("entries", "falls"):
        return float(o.of_brand(head, brand)[:, only].sum()) * weight
    least = _AT_LEAST.get(head, head if head in STAGE_NAMES else "")
    if head == "advocacy" or head in _AT_LEAST:
        return float(o.of_brand("stock", brand)[-1, only, STAGE_NAMES.index(least) :].sum()) * weight
    if least:
        return float(o.of_brand("stock", brand)[-1, only, STAGE_NAMES.index(least)].sum()) * weight
    count = _RENAMED.get(head, head)
    rows = o.of_brand(count, brand)
    return float((rows[-1, only] if count in STOCKS else rows[:, only]).sum()) * weight


def differences(without: list[Run], with_: list[Run], name: str) -> NDArray[np.float64]:
    """With less without, pair by pair."""
    return np.array([measure(b, name) - measure(a, name) for a, b in zip(without, with_, strict=True)])


def steadiness(d: NDArray[np.float64]) -> float:
    """Mean over its standard error; infinite when all pairs agree to the last digit."""
    spread = float(d.std(ddof=1)) / np.sqrt(len(d))
    mean = float(d.mean())
    return mean / spread if spread > 0.0 else np.inf * np.sign(mean) if mean else 0.0


def same_counts(a: list[Run], b: list[Run]) -> bool:
    """Whether every count of every brand, segment and week agrees to the last bit."""
    return all(
        x.outcome.tallies.counts.tobytes() == y.outcome.tallies.counts.tobytes() for x, y in zip(a, b, strict=True)
    )
