"""What a brand takes in, week by week: what was bought, less discounts and refunds, and second products.

Everything is in people and money of the market, by week and segment, without the weeks of the warm-up.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Plan, Scenario
from simulator.calendar import DAYS_PER_WEEK, Phase, all_phases, weekly_sums
from simulator.costs import CostLine, cost_lines, outcome_lines
from simulator.shopping import daily_price
from simulator.simulate import Outcome
from simulator.tables import DayTables

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Takings:
    """What one brand took, and what its goods cost: every array is [week, segment]."""

    gross: Floats
    """Purchases at the price of the week."""
    discounts: Floats
    """What redemptions took off."""
    refunds: Floats
    """Money given back: refunds at the mean price paid that week."""
    cross_sales: Floats
    """Second products sold."""
    goods: Floats
    """Unit cost of all that was sold, returned goods included."""

    @cached_property
    def revenue(self) -> Floats:
        """What stays of the takings."""
        return self.gross - self.discounts - self.refunds + self.cross_sales

    @cached_property
    def margin(self) -> Floats:
        """Revenue less the unit cost of what was sold."""
        return self.revenue - self.goods


@dataclass(frozen=True)
class Prices:
    """What one brand's goods cost its customers and itself, by reported week: every array is [week, 1]."""

    price: Floats
    off: Floats
    """Money off a purchase with an offer."""
    unit_cost: float
    second_price: Floats
    second_cost: Floats


def price_list(scenario: Scenario, plan: Plan, tables: DayTables, *, brand: int = 0) -> Prices:
    """List a brand's prices week by week; no draw of the parameters changes them.

    The price is that of the week's last day: our own changes with the plan, on a Monday, and a rival sells nothing
    before its launch. Where two offers share a week, a redemption takes off the mean of both by their days.

    Args:
        scenario: prices and dates.
        plan: our plan.
        tables: compiled from the plan; its offers are used.
        brand: 0 for ours, then the rivals in their order.
    """
    mine = all_phases(scenario, plan)[brand]
    product = scenario.brand if brand == 0 else list(scenario.rivals.values())[brand - 1]
    first = scenario.warm_up_weeks
    second_price, second_cost = (_by_week(daily)[first:, -1:] for daily in _second_product(scenario, mine))
    return Prices(
        price=_by_week(daily_price(scenario, product, mine))[first:, -1:],
        off=_discounts(tables, brand)[first:, None],
        unit_cost=product.unit_cost,
        second_price=second_price,
        second_cost=second_cost,
    )


def takings(
    outcome: Outcome, scenario: Scenario, plan: Plan, *, brand: int = 0, prices: Prices | None = None
) -> Takings:
    """Price what was bought of one brand in one replicate.

    Args:
        outcome: counts of simulated consumers.
        scenario: prices, dates and weight.
        plan: our plan, the one that was simulated.
        brand: 0 for ours, then the rivals in their order.
        prices: from :func:`price_list`, if they are known already.
    """
    held = price_list(scenario, plan, outcome.tables, brand=brand) if prices is None else prices
    weight = scenario.people_per_consumer

    def flow(name: str) -> Floats:
        return np.asarray(outcome.of_brand(name, brand) * weight, float)

    purchases, redemptions, second = flow("purchases"), flow("redemptions"), flow("cross_sales")
    gross = purchases * held.price
    discounts = redemptions * held.off
    paid = np.divide(gross - discounts, purchases, out=np.zeros_like(gross), where=purchases > 0)
    return Takings(
        gross=gross,
        discounts=discounts,
        refunds=flow("refunds") * paid,
        cross_sales=second * held.second_price,
        goods=purchases * held.unit_cost + second * held.second_cost,
    )


def _by_week(daily: Floats) -> Floats:
    return daily.reshape(-1, DAYS_PER_WEEK)


def _discounts(tables: DayTables, brand: int) -> Floats:
    """Money off a purchase with an offer, by week, warm-up included."""
    offers = tables.offers
    if offers is None or not len(offers.discount):
        return np.zeros(tables.n_days // DAYS_PER_WEEK)
    which = offers.day[brand]
    on = which >= 0
    off = np.where(on, offers.discount[np.maximum(which, 0)], 0.0)
    days = weekly_sums(on)
    mean: Floats = np.divide(weekly_sums(off), days, out=np.zeros(len(days)), where=days > 0)
    return mean


def _second_product(scenario: Scenario, mine: list[Phase]) -> tuple[Floats, Floats]:
    """Price and unit cost of the second product on each day."""
    price, cost = np.zeros(scenario.n_days), np.zeros(scenario.n_days)
    for phase in mine:
        if phase.plan.cross_sell is not None:
            price[phase.first : phase.end] = phase.plan.cross_sell.price
            cost[phase.first : phase.end] = phase.plan.cross_sell.unit_cost
    return price, cost


def brand_plan(scenario: Scenario, plan: Plan, *, brand: int) -> tuple[Brand, Plan, str | None]:
    """A brand by its number: what it sells, what it does, and its name if it is a rival.

    Args:
        scenario: the rivals.
        plan: our plan.
        brand: 0 for ours, then the rivals in their order.
    """
    if brand == 0:
        return scenario.brand, plan, None
    name = list(scenario.rivals)[brand - 1]
    return scenario.rivals[name], scenario.rivals[name].plan, name


def all_cost_lines(
    outcome: Outcome, scenario: Scenario, plan: Plan, *, brand: int = 0
) -> tuple[list[CostLine], list[CostLine]]:
    """What a brand's plan costs: lines that follow from the plan alone, and lines that follow from what people did.

    Args:
        outcome: one replicate.
        scenario: dates, fees and weight.
        plan: our plan.
        brand: 0 for ours, then the rivals in their order.
    """
    _, its, rival = brand_plan(scenario, plan, brand=brand)
    return cost_lines(scenario, its, rival=rival), outcome_lines(scenario, its, outcome, brand=brand)
