"""Whole replicates to look at: of lively markets, and of small ones made for a purpose."""

import random
from datetime import date
from typing import Any

from lively import Market, lively_market

from scenarios.schema import Scenario
from simulator.simulate import Outcome, simulate
from simulator.tables import compile_tables
from simulator.world import build_world

MONDAY = date(2027, 1, 4)


def lively_outcome(seed: int, *, weeks: int = 6, with_causes: bool = True) -> tuple[Market, Outcome]:
    """A market in which a lot happens, run to its end."""
    market = lively_market(random.Random(seed), n=60, weeks=weeks)
    run = market.start(with_causes=with_causes)
    run.advance(market.tables.n_days)
    return market, Outcome(run.tallies, run.tables, market.world.n, 0.0, market.scenario.warm_up_weeks)


def simple(plan: dict[str, Any], **changes: Any) -> Scenario:
    """Ten thousand people, 400 consumers, one feed that everybody uses, and what the test adds."""
    data: dict[str, Any] = {
        "name": "simple",
        "start": MONDAY,
        "weeks": 4,
        "market": {"size": 10_000, "consumers": 400},
        "segments": {
            "calm": {"share": 0.75, "buys_every_days": 30.0, "channels": {"feed": 1.0}},
            "keen": {"share": 0.25, "buys_every_days": 10.0, "channels": {"feed": 1.0}},
        },
        "channels": {"feed": {"platform": "instagram", "cpm": 10.0, "organic_reach": 0.2, "half_life_days": 0.01}},
        "brand": {"price": 10.0, "unit_cost": 4.0, "start": {"affinity": 0.3, "audience": 0.2, "customers": 0.2}},
        "plans": {"plan": plan, "nothing": {}},
    }
    return Scenario.model_validate(_with_dates(data | changes))


def _with_dates(data: Any) -> Any:
    """Dates that were written as texts, as dates."""
    if isinstance(data, dict):
        return {key: _with_dates(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_dates(value) for value in data]
    return date.fromisoformat(data) if isinstance(data, str) and data[:3] == "202" else data


def run_plan(scenario: Scenario, plan: str = "plan", *, luck: int = 1) -> Outcome:
    """One replicate of one plan."""
    chosen = scenario.plans[plan]
    world = build_world(scenario, seed=1)
    return simulate(scenario, chosen, world=world, tables=compile_tables(scenario, chosen), luck=luck)
