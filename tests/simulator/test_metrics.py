"""The figures that plans are compared on, and the weekly series behind them."""

import numpy as np
import pytest
from outcomes import lively_outcome

from scenarios import load_scenario
from scenarios.vocabulary import STAGE_NAMES
from simulator.costs import plan_cost
from simulator.metrics import METRICS, SERIES, figures, weekly_series
from simulator.money import all_cost_lines, takings
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


def test_figures_agree_with_the_counts(outcome: Outcome) -> None:
    cost = plan_cost(SCENARIO, PLAN)
    of = dict(zip(METRICS, figures(outcome, SCENARIO, PLAN), strict=True))
    weight = SCENARIO.people_per_consumer
    assert of["customers"] == outcome.ours("customers")[-1].sum() * weight
    assert of["advocates"] == outcome.ours("stock")[-1, :, 5].sum() * weight
    assert of["awareness"] == pytest.approx(SCENARIO.market.size - outcome.ours("stock")[-1, :, 0].sum() * weight)
    bought = outcome.ours("purchases").sum() * weight
    assert of["revenue"] == pytest.approx(bought * SCENARIO.brand.price)
    margin = SCENARIO.brand.price - SCENARIO.brand.unit_cost
    assert of["cost"] == pytest.approx(cost)
    assert of["profit"] == pytest.approx(bought * margin - cost)
    assert np.array_equal(figures(outcome, SCENARIO, PLAN, planned=cost), figures(outcome, SCENARIO, PLAN))


def test_series_end_where_figures_do(outcome: Outcome) -> None:
    of = dict(zip(METRICS, figures(outcome, SCENARIO, PLAN), strict=True))
    series = dict(zip(SERIES, weekly_series(outcome, SCENARIO, PLAN), strict=True))
    assert series["customers"][-1] == pytest.approx(of["customers"])
    assert series["revenue"].sum() == pytest.approx(of["revenue"])
    start = SCENARIO.brand.start.model_dump()
    people = [SCENARIO.market.size * start[stage] for stage in STAGE_NAMES[1:]]
    chance = 4.0 * SCENARIO.people_per_consumer * SCENARIO.market.consumers**0.5
    assert [series[stage][0] for stage in STAGE_NAMES[1:]] == pytest.approx(people, abs=chance / 2.0)
    assert sum(series[stage][0] for stage in STAGE_NAMES) == pytest.approx(SCENARIO.market.size)


@pytest.mark.parametrize("seed", range(12))
def test_revenue_is_what_stays_of_the_takings(seed: int) -> None:
    """With every lever on: discounts, refunds, second products and both kinds of cost come into the figures."""
    market, outcome = lively_outcome(seed)
    scenario, plan = market.scenario, market.plan
    weight = scenario.people_per_consumer
    of = dict(zip(METRICS, figures(outcome, scenario, plan), strict=True))
    for brand in range(len(outcome.tables.brands)):
        taken = takings(outcome, scenario, plan, brand=brand)
        assert (taken.revenue >= -1e-9).all(), "nobody gets back more than was paid"
        assert (taken.discounts <= taken.gross + 1e-9).all()
        assert np.isfinite(taken.margin).all()
    taken = takings(outcome, scenario, plan)
    price = plan.price or scenario.brand.price
    bought = outcome.ours("purchases").sum() * weight
    assert taken.gross.sum() == pytest.approx(bought * price), "a price holds until another one is set"
    planned, response = all_cost_lines(outcome, scenario, plan)
    assert of["cost"] == pytest.approx(sum(line.total for line in (*planned, *response)))
    sold = outcome.ours("cross_sales").sum() * weight
    second = plan.cross_sell
    if second is None:
        assert sold == 0
    else:
        assert taken.cross_sales.sum() == pytest.approx(sold * second.price)
        unit = outcome.ours("purchases").sum() * weight * scenario.brand.unit_cost
        assert taken.goods.sum() == pytest.approx(unit + sold * second.unit_cost)
    assert of["profit"] == pytest.approx(of["revenue"] - taken.goods.sum() - of["cost"])
    offers = outcome.tables.offers
    assert offers is not None
    if len(set(offers.discount[offers.day[0][offers.day[0] >= 0]])) == 1:
        each = offers.discount[offers.day[0].max()]
        assert taken.discounts.sum() == pytest.approx(outcome.ours("redemptions").sum() * weight * each)
