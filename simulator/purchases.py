"""A purchase: which brand it goes to, whether an offer is known, and what else is in the basket."""

import numpy as np

from scenarios.vocabulary import Standing
from simulator.arrays import (
    N_MOODS,
    NEVER_BOUGHT,
)
from simulator.clocks import (
    key_of,
)
from simulator.compiling import INLINED, compiled
from simulator.draws import Purpose, exponential
from simulator.rules import (
    happens,
    p_second_product,
    race_time,
)

_CHOICE = int(Purpose.BRAND_CHOICE)
_KNOW_OFFER, _CROSS_SELL = int(Purpose.KNOW_OFFER), int(Purpose.CROSS_SELL)
_OPTED_IN = int(Standing.OPTED_IN)
_REFERRED = int(Standing.REFERRED)


@compiled(**INLINED)
def known_offer(tables, life, luck, b, ident, ordinal, t):
    """The brand's offer that somebody about to buy knows of; -1 if there is none."""
    offer = tables.offer_day[b, t]
    if offer >= 0:
        listed = 1 if life.standing & _OPTED_IN else 0
        known = tables.offer_known[offer, life.stage, listed]
        if not happens(key_of(luck, _KNOW_OFFER, tables.brand_key[b], ident, ordinal), known):
            offer = np.int64(-1)
    return offer


@compiled(**INLINED)
def choose_brand(tables, lives, luck, ident, i, ordinal, t):
    """Which brand a purchase goes to: a race weighted by the odds; the last is the rest of the category."""
    B = len(lives)
    period = tables.choice_day[t]
    best, winner = exponential(key_of(luck, _CHOICE, tables.brand_key[B], ident, ordinal)), B
    for b in range(B):
        life = lives[b, i]
        odds = tables.choice[period, b, tables.hold[life.standing], np.int64(life.stage) * N_MOODS + life.mood]
        if odds > 0.0:
            offer = known_offer(tables, life, luck, b, ident, ordinal, t)
            if offer >= 0:
                odds *= tables.offer_boost[offer]
            time = race_time(key_of(luck, _CHOICE, tables.brand_key[b], ident, ordinal), odds)
            if time < best:
                best, winner = time, b
    return winner


@compiled(**INLINED)
def fill_basket(tables, life, luck, b, person, ordinal, t, count):
    """Count what comes with a purchase of a brand: a customer won, an offer used, a second product."""
    last, brand_key = np.int64(life.last), tables.brand_key[b]
    if last == NEVER_BOUGHT:
        count.first_purchases += 1
    if last == NEVER_BOUGHT or t - last > tables.churn_days[person.segment]:
        count.won += 1
    if known_offer(tables, life, luck, b, person.ident, ordinal, t) >= 0:
        count.redemptions += 1
    if last != NEVER_BOUGHT and tables.p_cross[b, t] > 0.0:
        habit, referred = tables.habit[b], life.standing & _REFERRED != 0
        p = p_second_product(tables.p_cross[b, t], referred, np.float64(life.bought), habit.basket, habit.basket_half)
        if happens(key_of(luck, _CROSS_SELL, brand_key, person.ident, ordinal), p):
            count.cross_sales += 1
