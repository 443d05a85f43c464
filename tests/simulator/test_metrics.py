"""Weekly counts as people and money, per brand and segment, and the figures made of them."""

import numpy as np
import pytest

from scenarios import load_scenario
from scenarios.vocabulary import STAGE_NAMES
from simulator.costs import plan_cost
from simulator.metrics import METRICS, SERIES, figures, weekly_frame, weekly_series
from simulator.simulate import Outcome, simulate
from simulator.tables import compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

LOADED = load_scenario("coldbrew-launch", consumers=400)
SCENARIO = LOADED.scenario
PLAN = SCENARIO.plans["creators"]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    world = build_world(SCENARIO, seed=1)
    return simulate(SCENARIO, PLAN, world=world, tables=compile_tables(SCENARIO, PLAN), luck=1)


def test_the_weekly_table_is_tidy_and_adds_up(outcome: Outcome) -> None:
    frame = weekly_frame(outcome, SCENARIO)
    assert list(frame.columns) == ["week", "week_start", "brand", "segment", "metric", "value"]
    keys = ["week", "brand", "segment", "metric"]
    assert not frame.duplicated(keys).any()
    n_metrics = frame["metric"].nunique()
    assert len(frame) == 26 * len(outcome.tables.brands) * len(SCENARIO.segments) * n_metrics
    assert frame["week"].iloc[0] == "2027-W01"
    stocks = frame[frame["metric"].str.endswith("_stock")].groupby(["week", "brand"])["value"].sum()
    assert np.allclose(stocks, SCENARIO.market.size)
    ours = frame[frame["brand"] == outcome.tables.brands[0]].set_index("metric")["value"]
    assert ours["revenue"].sum() == pytest.approx(ours["purchases"].sum() * SCENARIO.brand.price)


def test_figures_agree_with_the_weekly_table(outcome: Outcome) -> None:
    cost = plan_cost(SCENARIO, PLAN)
    of = dict(zip(METRICS, figures(outcome, SCENARIO, cost=cost), strict=True))
    frame = weekly_frame(outcome, SCENARIO)
    ours = frame[frame["brand"] == outcome.tables.brands[0]]
    last = ours[ours["week"] == ours["week"].iloc[-1]].groupby("metric")["value"].sum()
    assert of["customers"] == pytest.approx(last["customers"])
    assert of["advocates"] == pytest.approx(last["advocacy_stock"])
    assert of["awareness"] == pytest.approx(SCENARIO.market.size - last["unaware_stock"])
    bought = ours[ours["metric"] == "purchases"]["value"].sum()
    assert of["revenue"] == pytest.approx(bought * SCENARIO.brand.price)
    margin = SCENARIO.brand.price - SCENARIO.brand.unit_cost
    assert of["profit"] == pytest.approx(bought * margin - cost)


def test_series_end_where_figures_do(outcome: Outcome) -> None:
    of = dict(zip(METRICS, figures(outcome, SCENARIO, cost=0.0), strict=True))
    series = dict(zip(SERIES, weekly_series(outcome, SCENARIO), strict=True))
    assert series["customers"][-1] == pytest.approx(of["customers"])
    assert series["revenue"].sum() == pytest.approx(of["revenue"])
    start = SCENARIO.brand.start.model_dump()
    people = [SCENARIO.market.size * start[stage] for stage in STAGE_NAMES[1:]]
    chance = 4.0 * SCENARIO.people_per_consumer * SCENARIO.market.consumers**0.5
    assert [series[stage][0] for stage in STAGE_NAMES[1:]] == pytest.approx(people, abs=chance / 2.0)
    assert sum(series[stage][0] for stage in STAGE_NAMES) == pytest.approx(SCENARIO.market.size)
