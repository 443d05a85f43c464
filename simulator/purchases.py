"""A purchase: which brand it goes to, whether an offer is known, and what else is in the basket."""

import numpy as np

from scenarios.vocabulary import Standing
from simulator.arrays import CHUNK, N_MOODS, NEVER_BOUGHT
from simulator.clocks import buying_day, key_of, need_at
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import Purpose, exponential, fold
from simulator.mondays import days_ago
from simulator.rules import happens, p_second_product
from simulator.talk import watch
from simulator.vectors import fetch
from simulator.winding import resist

_CHOICE, _BUY = int(Purpose.BRAND_CHOICE), int(Purpose.RESIST_BUY)
_KNOW_OFFER, _CROSS_SELL = int(Purpose.KNOW_OFFER), int(Purpose.CROSS_SELL)
_OPTED_IN = int(Standing.OPTED_IN)
_REFERRED = int(Standing.REFERRED)
_AHEAD = 8
"""How many shoppers ahead memory is asked for."""


@compiled(**INLINED)
def known_offer(tables, life, stems, b, ident, ordinal, t):
    """The brand's offer that somebody about to buy knows of; -1 if there is none."""
    offer = tables.offer_day[b, t]
    if offer >= 0:
        listed = 1 if life.standing & _OPTED_IN else 0
        known = tables.offer_known[offer, life.stage, listed]
        if not happens(key_of(stems, _KNOW_OFFER, b, ident, ordinal), known):
            offer = np.int64(-1)
    return offer


@compiled(**INLINED)
def _choose_brand(tables, lives, work, ident, i, k, ordinal, t):
    """Which brand purchase k of the chunk goes to: a race weighted by odds; the last is all others."""
    B = len(lives)
    period = tables.choice_day[t]
    best, winner = work.drawn[B, k], B
    for b in range(B):
        life = lives[b, i]
        odds = tables.choice[period, b, tables.hold[life.standing], np.int64(life.stage) * N_MOODS + life.mood]
        if odds > 0.0:
            offer = known_offer(tables, life, work.stems, b, ident, ordinal, t)
            if offer >= 0:
                odds *= tables.offer_boost[offer]
            time = work.drawn[b, k] / odds
            if time < best:
                best, winner = time, b
    return winner


@compiled(**INLINED)
def fill_basket(tables, life, stems, b, person, ordinal, t, count):
    """Count what comes with a purchase of a brand: a customer won, an offer used, a second product."""
    last = np.int64(life.last)
    if last == NEVER_BOUGHT:
        count.first_purchases += 1
    if last == NEVER_BOUGHT or t - last > tables.churn_days[person.segment]:
        count.won += 1
    if known_offer(tables, life, stems, b, person.ident, ordinal, t) >= 0:
        count.redemptions += 1
    if last != NEVER_BOUGHT and tables.p_cross[b, t] > 0.0:
        habit, referred = tables.habit[b], life.standing & _REFERRED != 0
        p = p_second_product(tables.p_cross[b, t], referred, np.float64(life.bought), habit.basket, habit.basket_half)
        if happens(key_of(stems, _CROSS_SELL, b, person.ident, ordinal), p):
            count.cross_sales += 1


@compiled(**INLINED)
def _buy(world, tables, state, work, tallies, i, k, t):
    """One consumer buys in the category today; whichever brand wins is looked at today."""
    person, need = world.people[i], state.needs[i]
    ordinal = np.int64(need.n_buys)
    bought = _choose_brand(tables, state.lives, work, person.ident, i, k, ordinal, t)
    need.n_buys += np.int32(1)
    need.pace = np.int16(0)
    count = tallies.counts[t // 7, bought, person.segment]
    count.purchases += 1
    if bought < len(state.lives):
        need.pace = np.int16(tables.loyal[bought, t])
        life = state.lives[bought, i]
        fill_basket(tables, life, work.stems, bought, person, ordinal, t, count)
        life.bought += np.uint16(1)
        if life.last == NEVER_BOUGHT:
            tallies.counts[t // 7 + 1, bought, person.segment].buyers += 1
        else:
            state.bought_on[bought, person.segment, days_ago(tables, state, np.int64(life.last))] -= 1
        state.bought_on[bought, person.segment, days_ago(tables, state, t)] += 1
        life.last = np.int16(t)
        watch(work, bought, i, t)
    need.buy = tables.press[t + 1, need_at(tables, person, need)] + work.resistance[0, k]
    need.day = buying_day(tables, person, need, t + 1)


@compiled(**KERNEL)
def shop(world, tables, state, work, tallies, t):
    """All purchases of day t, in chunks whose draws are made together."""
    n = 0
    for w in range(work.n_shoppers[0]):
        i = work.shoppers[w]
        work.today[n] = i
        n += np.int64(state.needs[i].day == t)
    for first in range(0, n, CHUNK):
        m = min(CHUNK, n - first)
        for k in range(m):
            i = work.today[min(first + k + _AHEAD, n - 1)]
            fetch(world.people[i])
            fetch(state.needs[i])
            i = work.today[first + k]
            work.ident[k] = world.people[i].ident
            work.ordinal[k] = np.uint64(state.needs[i].n_buys)
        for b in range(len(state.lives) + 1):
            stem = work.stems[b, _CHOICE]
            for k in range(m):
                work.drawn[b, k] = exponential(fold(fold(stem, work.ident[k]), work.ordinal[k]))
        for k in range(m):
            work.ordinal[k] += np.uint64(1)
        resist(work, _BUY, 0, 0, m)
        for k in range(m):
            for b in range(len(state.lives)):
                fetch(state.lives[b, work.today[min(first + k + _AHEAD, n - 1)]])
            _buy(world, tables, state, work, tallies, np.int64(work.today[first + k]), k, t)
