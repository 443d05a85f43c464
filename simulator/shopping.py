"""Buying, compiled: when the category is needed, which brand wins, what an offer changes, and who is content."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Scenario
from scenarios.vocabulary import Mood, Stage, Standing
from simulator.arrays import N_MOODS, N_STAGES, N_STATES
from simulator.calendar import Phase, days_on, launched, monthly_to_daily
from simulator.draws import UNIT_BITS
from simulator.listening import ideas_so_far, mended_from
from simulator.pressure import MOST_HAZARD, TableError, follow


def need_to_buy(scenario: Scenario, values: Mapping[str, float], n_paces: int) -> NDArray[np.int64]:
    """Cumulative category need of each segment; at the second pace that of a loyalty programme's members."""
    season = monthly_to_daily(scenario, scenario.season.buying)
    rate = np.array([1.0 / s.buys_every_days if s.buys_every_days else 0.0 for s in scenario.segments.values()])
    pace = np.array([1.0, 1.0 + values["loyalty.frequency"]])[:n_paces]
    total = np.concatenate([[0.0], np.cumsum(season)])
    if not total[-1] * np.max(rate, initial=0.0) * np.max(pace) < MOST_HAZARD:
        raise TableError(
            f"somebody who buys every {1.0 / rate.max():g} days buys more often than can be counted: "
            "raise buys_every_days, or lower season.buying"
        )
    return np.rint(np.multiply.outer(total, np.outer(rate, pace)) * (1 << UNIT_BITS)).astype(np.int64)


def daily_price(scenario: Scenario, brand: Brand, mine: list[Phase]) -> NDArray[np.float64]:
    """The brand's price on each day, without offers."""
    price = np.full(scenario.n_days, brand.price)
    for phase in mine:
        # The last plan's price holds in the weeks after it too: a price is not something that is spent.
        price[phase.first :] = phase.plan.price or brand.price
    return price


@dataclass(frozen=True)
class Periods:
    """Stretches of days on which the same facts about choice hold: prices, what is sold, loyalty programmes."""

    facts: NDArray[np.float64]  # [periods, brand, 3] price, sold, loyalty programme
    of_day: NDArray[np.int64]  # [T]


def periods(scenario: Scenario, brands: list[Brand], phases: list[list[Phase]]) -> Periods:
    """Find the days on which the same facts hold.

    Args:
        scenario: dates.
        brands: ours first.
        phases: of every brand.
    """
    facts = np.zeros((scenario.n_days, len(brands), 3))
    for b, (brand, mine) in enumerate(zip(brands, phases, strict=True)):
        facts[:, b, 0] = daily_price(scenario, brand, mine)
        facts[:, b, 1] = launched(scenario, mine)
        for phase in mine:
            if phase.plan.loyalty is not None:
                facts[days_on(scenario, phase.plan.loyalty, phase), b, 2] = 1.0
    kinds, period = np.unique(facts.reshape(scenario.n_days, -1), axis=0, return_inverse=True)
    return Periods(kinds.reshape(len(kinds), len(brands), 3), period.ravel().astype(np.int64))


def choice(
    scenario: Scenario, brands: list[Brand], held: Periods, standings: list[int], values: Mapping[str, float]
) -> NDArray[np.float64]:
    """Odds of each brand against the rest of the category: [periods, brand, standings that differ, stage and mood].

    Nobody buys the unknown, or what has not been launched.

    Args:
        scenario: the usual price.
        brands: ours first.
        held: what holds on which days.
        standings: those that differ.
        values: parameters.
    """
    reference = scenario.market.reference_price or scenario.brand.price
    elasticity = values["choice.price_elasticity"]
    feeling = np.zeros(N_MOODS)
    feeling[Mood.POSITIVE], feeling[Mood.NEGATIVE] = values["choice.positive"], -values["choice.negative"]
    by_state = np.full((len(brands), N_STATES), -np.inf)
    for b, brand in enumerate(brands):
        for stage in range(1, N_STAGES):
            logit = values["choice.base"] + brand.appeal + values["choice.stage_weight"] * stage + feeling
            by_state[b, stage * N_MOODS : (stage + 1) * N_MOODS] = logit
    odds = np.zeros((len(held.facts), len(brands), len(standings), N_STATES))
    for c, row in enumerate(held.facts):
        for b, (price, is_sold, loyalty) in enumerate(row):
            worth = (price / reference) ** -elasticity if is_sold else 0.0
            for h, standing in enumerate(standings):
                bonus = values["loyalty.choice"] * loyalty if standing & Standing.BOUGHT else 0.0
                bonus += values["referral.choice"] if standing & Standing.REFERRED else 0.0
                odds[c, b, h] = np.exp(by_state[b] + bonus) * worth
    return odds


@dataclass(frozen=True)
class Offers:
    """All brands' offers: which is on, who knows it, and what it does to the odds."""

    day: NDArray[np.int64]  # [B, T]; -1
    known: NDArray[np.float64]  # [O, 6, 2]
    boost: NDArray[np.float64]  # [O]
    discount: NDArray[np.float64]  # [O] money


def offers(scenario: Scenario, brands: list[Brand], phases: list[list[Phase]], values: Mapping[str, float]) -> Offers:
    """Compile the offers: known to followers, to some at attention, and to those on the mailing list."""
    day = np.full((len(brands), scenario.n_days), -1, np.int64)
    known: list[NDArray[np.float64]] = []
    boost: list[float] = []
    discount: list[float] = []
    followers = follow(values)
    for b, mine in enumerate(phases):
        for phase in mine:
            for offer in phase.plan.offers.values():
                day[b, days_on(scenario, offer, phase)] = len(known)
                aware = followers * values["offer.known_follower"]
                aware = np.maximum(aware, np.where(np.arange(N_STAGES) >= Stage.ATTENTION,
                                                   values["offer.known_attention"], 0.0))  # fmt: skip
                listed = 1.0 - (1.0 - aware) * (1.0 - values["offer.known_list"])
                listed[Stage.UNAWARE] = 0.0
                known.append(np.minimum(np.stack([aware, listed], axis=1) * offer.announced, 1.0))
                boost.append((1.0 - offer.discount) ** -values["choice.price_elasticity"])
                discount.append(offer.discount * (phase.plan.price or brands[b].price))
    return Offers(day, np.array(known).reshape(-1, N_STAGES, 2), np.array(boost, float), np.array(discount, float))


def verdicts(
    scenario: Scenario, brands: list[Brand], phases: list[list[Phase]], values: Mapping[str, float]
) -> NDArray[np.float64]:
    """Share of trials that satisfy, and that disappoint, by day: [T, B, 2].

    Support spares some buyers a disappointment; listening finds what disappoints after a delay that falls with the
    hours spent, and a mended product disappoints fewer from then on; ideas of the crowd satisfy more.
    """
    out = np.zeros((scenario.n_days, len(brands), 2))
    for b, (brand, mine) in enumerate(zip(brands, phases, strict=True)):
        good, bad = np.full(scenario.n_days, brand.p_satisfied), np.full(scenario.n_days, brand.p_dissatisfied)
        for phase in mine:
            if phase.plan.support is not None:
                on = days_on(scenario, phase.plan.support, phase)
                bad[on] *= 1.0 - values["support.effect"] * phase.plan.support.coverage
        better = mended_from(scenario, mine, values)
        if better is not None:
            bad[better[1] :] *= 1.0 - values["listening.fix_share"]
        good += values["listening.idea_gain"] * ideas_so_far(scenario, mine, values)
        out[:, b, 1] = np.minimum(bad, 1.0)
        out[:, b, 0] = np.minimum(good, 1.0 - out[:, b, 1])
    return out
