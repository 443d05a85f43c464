"""The compiled day loop: clocks run out, people move, neighbours hear of it.

Every clock is one number. It runs out on the first day whose cumulative pressure reaches it, so testing a
consumer reads and compares but writes nothing, and a stretch of days costs one test. The kernel sweeps all
consumers once per stretch, and day by day looks only at those whose clocks could run out before its end:
pressure never falls, so nobody else can move unless a neighbour's talk, an influencer's post or a sample reaches
them, and whoever is reached is tested again at once. The length of a stretch changes no bit.

A day reads everybody's state as it was in the morning and writes it in the evening; the writes are sums of
integers, so their order does not matter.
"""

import numpy as np
from numba import njit

from scenarios.vocabulary import Mood, Stage, Talk
from simulator.arrays import N_HEARD, N_MOODS, N_STAGES, N_TALKS, NEVER, NEVER_BOUGHT
from simulator.draws import Purpose, exponential, fold, resistance, stem, uniform
from simulator.rules import (
    MAX_DAY,
    clock_ordinal,
    effective,
    happens,
    last_talk_day,
    mood_after_trial,
    race_time,
    talk_classes,
    up_comes_first,
)
from simulator.tables import (
    ALT_EXPERIENCE,
    ALT_FORGETTING,
    ALT_NEGATIVE,
    ALT_RIVAL,
    ALT_SEEDING,
    ALT_WOM,
)

_ADVOCACY = int(Stage.ADVOCACY)
_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_DETRACTOR = int(Talk.DETRACTOR)
_UP, _DOWN, _BUY = int(Purpose.RESIST_UP), int(Purpose.RESIST_DOWN), int(Purpose.RESIST_BUY)
_CHOICE, _SENTIMENT, _TALK_DAYS = int(Purpose.BRAND_CHOICE), int(Purpose.SENTIMENT), int(Purpose.TALK_DAYS)
_SKIP, _TURN, _TRY = int(Purpose.SKIP), int(Purpose.TURN), int(Purpose.TRY_PRODUCT)
_CAUSE_UP, _CAUSE_DOWN = int(Purpose.CAUSE_UP), int(Purpose.CAUSE_DOWN)
_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_FINE = np.float64(1 << 20)
_HALF = np.int64(1 << 19)

# Columns of the day's event list.
_EV_WHO, _EV_BRAND, _EV_STAGE, _EV_MOOD, _EV_UNTIL = range(5)
EVENT_COLUMNS = 5


@njit(cache=True, inline="always")
def _key(luck, purpose, brand_key, ident, ordinal):
    """The key of one draw of one consumer."""
    return fold(fold(stem(luck, np.uint64(purpose), brand_key), ident), np.uint64(ordinal))


@njit(cache=True, inline="always")
def _media(row, mask):
    """Pressure of the sources that a consumer meets."""
    total = np.int64(0)
    for q in range(len(row)):
        if (mask >> np.uint64(q)) & _ONE:
            total += row[q]
    return total


@njit(cache=True, inline="always")
def _hears(state, b, i):
    """Whether anybody whom the consumer hears talks about the brand."""
    heard = state.heard[b, i]
    for c in range(N_HEARD):
        if heard[c] != 0:
            return True
    return False


@njit(cache=True)
def _talk_sum(row, heard, need):
    """Talk of those heard, before listening."""
    total = np.int64(0)
    for c in range(len(row)):
        if heard[c] != 0:
            total += np.int64(effective(np.int64(heard[c]), np.int64(need))) * row[c]
    return total


@njit(cache=True, inline="always")
def talk_up_to(world, tables, state, b, i, status, t):
    """Cumulative word of mouth that pulls consumer i towards brand b, to the start of day t."""
    if world.well_mixed:
        return np.int64(world.listening[i]) * state.crowd_up[t - state.day[0], b, status]
    if not _hears(state, b, i):
        return np.int64(0)
    return np.int64(world.listening[i]) * _talk_sum(tables.talk_up[t, b, status], state.heard[b, i], world.need[i])


@njit(cache=True, inline="always")
def talk_down_to(world, tables, state, b, i, status, t):
    """Cumulative complaints that push consumer i away from brand b, to the start of day t."""
    if world.well_mixed:
        return np.int64(world.listening[i]) * state.crowd_down[t - state.day[0], b, status]
    heard = state.heard[b, i]
    strong, weak = heard[2 * _DETRACTOR], heard[2 * _DETRACTOR + 1]
    if strong == 0 and weak == 0:
        return np.int64(0)
    row = tables.talk_down[t, b, status]
    total = np.int64(effective(np.int64(strong), np.int64(world.need[i]))) * row[0]
    total += np.int64(effective(np.int64(weak), np.int64(world.need[i]))) * row[1]
    return np.int64(world.listening[i]) * total


@njit(cache=True, inline="always")
def pressure_up(world, tables, state, b, i, t):
    """Cumulative pressure on the clock to the next stage, apart from influencers' posts."""
    stage, mood = state.stage[b, i], state.mood[b, i]
    mask = tables.source_mask[world.pattern[i]]
    total = tables.open_up[mood] * _media(tables.up[t, b, world.group[i], stage], mask)
    if mood == _POSITIVE:
        total += tables.joy[t, b, stage]
    return total + talk_up_to(world, tables, state, b, i, np.int64(stage) * N_MOODS + mood, t)


@njit(cache=True, inline="always")
def pressure_down(world, tables, state, b, i, t):
    """Cumulative pressure on the clock back to the stage before."""
    stage, mood = state.stage[b, i], state.mood[b, i]
    own = tables.down[t, b, world.pattern[i], stage]
    if len(tables.rival) > 0:
        own += _media(tables.rival[t, b, world.group[i], stage], tables.source_mask[world.pattern[i]])
    total = tables.open_down[mood] * own
    return total + talk_down_to(world, tables, state, b, i, np.int64(stage) * N_MOODS + mood, t)


@njit(cache=True, inline="always")
def _is_due(world, tables, state, i, t0, t1):
    """Whether anything could happen to a consumer on days t0 .. t1 - 1 as things stand."""
    if tables.buy[t1, world.segment[i]] >= state.buy[i]:
        return True
    for b in range(len(state.stage)):
        stage = state.stage[b, i]
        if stage < _ADVOCACY and pressure_up(world, tables, state, b, i, t1) >= state.up[b, i]:
            return True
        if stage > 0 and pressure_down(world, tables, state, b, i, t1) >= state.down[b, i]:
            return True
        if t0 <= state.until[b, i] < t1:
            return True
    return False


@njit(cache=True)
def _follows(world, k, i):
    """Whether consumer i follows influencer k (followers are ascending)."""
    lo, hi = world.follow_ptr[k], world.follow_ptr[k + 1]
    while lo < hi:
        mid = (lo + hi) // 2
        if world.followers[mid] < i:
            lo = mid + 1
        else:
            hi = mid
    return lo < world.follow_ptr[k + 1] and world.followers[lo] == i


@njit(cache=True)
def _pushed_today(world, tables, state, b, i, t):
    """What the day's influencer posts took off the upward clock."""
    total = np.int64(0)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        if tables.live_brand[e] == b and _follows(world, tables.live_influencer[e], i):
            total += tables.live_push[e, world.segment[i], state.stage[b, i]]
    return tables.open_up[state.mood[b, i]] * total


@njit(cache=True)
def _cause_up(world, tables, state, luck, b, i, t, ordinal):
    """Which source moved a consumer up: a race of exponentials over the sources' shares of the day's hazard."""
    stage, mood, ident = state.stage[b, i], state.mood[b, i], world.ident[i]
    status = np.int64(stage) * N_MOODS + mood
    opened = np.float64(tables.open_up[mood])
    base = stem(luck, np.uint64(_CAUSE_UP), tables.brand_key[b])
    best, winner = np.inf, ALT_WOM
    group, mask = world.group[i], tables.source_mask[world.pattern[i]]
    for q in range(len(tables.source_alt)):
        if (mask >> np.uint64(q)) & _ONE:
            weight = opened * (tables.up[t + 1, b, group, stage, q] - tables.up[t, b, group, stage, q])
            if weight > 0.0:
                alt = tables.source_alt[q]
                time = race_time(fold(fold(fold(base, tables.alt_key[alt]), ident), np.uint64(ordinal)), weight)
                if time < best:
                    best, winner = time, alt
    first_influencer = len(tables.alt_key) - (len(world.follow_ptr) - 1)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        push = tables.live_push[e, world.segment[i], stage]
        if tables.live_brand[e] == b and push > 0 and _follows(world, tables.live_influencer[e], i):
            alt = first_influencer + tables.live_influencer[e]
            key = fold(fold(fold(base, tables.alt_key[alt]), ident), np.uint64(ordinal))
            time = race_time(key, opened * push)
            if time < best:
                best, winner = time, alt
    if mood == _POSITIVE:
        weight = np.float64(tables.joy[t + 1, b, stage] - tables.joy[t, b, stage])
        if weight > 0.0:
            key = fold(fold(fold(base, tables.alt_key[ALT_EXPERIENCE]), ident), np.uint64(ordinal))
            time = race_time(key, weight)
            if time < best:
                best, winner = time, ALT_EXPERIENCE
    weight = np.float64(
        talk_up_to(world, tables, state, b, i, status, t + 1) - talk_up_to(world, tables, state, b, i, status, t)
    )
    if weight > 0.0:
        key = fold(fold(fold(base, tables.alt_key[ALT_WOM]), ident), np.uint64(ordinal))
        time = race_time(key, weight)
        if time < best:
            best, winner = time, ALT_WOM
    return winner


@njit(cache=True)
def _cause_down(world, tables, state, luck, b, i, t, ordinal):
    """Which source moved a consumer back."""
    stage, mood, ident = state.stage[b, i], state.mood[b, i], world.ident[i]
    status = np.int64(stage) * N_MOODS + mood
    opened = tables.open_down[mood]
    base = stem(luck, np.uint64(_CAUSE_DOWN), tables.brand_key[b])
    own = tables.down[t + 1, b, world.pattern[i], stage] - tables.down[t, b, world.pattern[i], stage]
    pull = np.int64(0)
    if len(tables.rival) > 0:
        mask = tables.source_mask[world.pattern[i]]
        pull = _media(tables.rival[t + 1, b, world.group[i], stage], mask)
        pull -= _media(tables.rival[t, b, world.group[i], stage], mask)
    heard = talk_down_to(world, tables, state, b, i, status, t + 1)
    heard -= talk_down_to(world, tables, state, b, i, status, t)
    best, winner = np.inf, ALT_FORGETTING
    for alt, weight in ((ALT_FORGETTING, opened * own), (ALT_RIVAL, opened * pull), (ALT_NEGATIVE, heard)):
        if weight > 0:
            key = fold(fold(fold(base, tables.alt_key[alt]), ident), np.uint64(ordinal))
            time = race_time(key, np.float64(weight))
            if time < best:
                best, winner = time, alt
    return winner


@njit(cache=True)
def _choose_brand(world, tables, state, luck, i):
    """Which brand a purchase goes to: a race weighted by the odds; the last is the rest of the category."""
    B = len(state.stage)
    ident, ordinal = world.ident[i], np.uint64(state.n_buys[i])
    best, winner = exponential(_key(luck, _CHOICE, tables.brand_key[B], ident, ordinal)), B
    for b in range(B):
        odds = tables.choice[b, np.int64(state.stage[b, i]) * N_MOODS + state.mood[b, i]]
        if odds > 0.0:
            time = race_time(_key(luck, _CHOICE, tables.brand_key[b], ident, ordinal), odds)
            if time < best:
                best, winner = time, b
    return winner


@njit(cache=True)
def _wind_up(world, tables, state, luck, b, i, t):
    """Draw the resistances of a stage just entered; its clocks start at day t."""
    stage = state.stage[b, i]
    ordinal = clock_ordinal(np.int64(stage), np.int64(state.entered[b, i, stage]))
    key, ident = tables.brand_key[b], world.ident[i]
    if stage < _ADVOCACY:
        state.up[b, i] = pressure_up(world, tables, state, b, i, t) + resistance(_key(luck, _UP, key, ident, ordinal))
    if stage > 0:
        state.down[b, i] = pressure_down(world, tables, state, b, i, t) + resistance(
            _key(luck, _DOWN, key, ident, ordinal)
        )


@njit(cache=True)
def _classes(tables, state, b, i, t):
    """Talk classes of a consumer from day t on."""
    fresh = state.until[b, i] >= t and state.mood[b, i] != _NEGATIVE
    return talk_classes(np.int64(state.stage[b, i]), np.int64(state.mood[b, i]), fresh, tables.talk_from)


@njit(cache=True)
def _tell(world, tables, state, work, b, i, old, new, t, t_end):
    """Count consumer i in or out of the talk classes of everybody who hears them, from day t on."""
    for talk in range(N_TALKS):
        gain = np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)
        if gain == 0:
            continue
        state.crowd[b, talk] += gain
        if world.well_mixed:
            continue
        for tie in range(2):
            column = 2 * talk + tie
            lo = world.indptr[i] if tie == 0 else world.strong_end[i]
            hi = world.strong_end[i] if tie == 0 else world.indptr[i + 1]
            for e in range(lo, hi):
                j = world.listeners[e]
                before = np.int64(state.heard[b, j, column])
                state.heard[b, j, column] = np.uint16(before + gain)
                counts = effective(before + gain, np.int64(world.need[j])) - effective(before, np.int64(world.need[j]))
                if counts != 0:
                    # Keep what is left on the clock: talk so far was another number of talkers'.
                    status = np.int64(state.stage[b, j]) * N_MOODS + state.mood[b, j]
                    weight = np.int64(world.listening[j]) * counts
                    state.up[b, j] += weight * tables.talk_up[t, b, status, column]
                    if talk == _DETRACTOR:
                        state.down[b, j] += weight * tables.talk_down[t, b, status, tie]
                    if gain > 0:
                        _reach(world, tables, state, work, j, t, t_end)


@njit(cache=True)
def _reach(world, tables, state, work, i, t, t_end):
    """Look at a consumer daily until the stretch ends if something could happen to them."""
    if t < t_end and work.watched[i] == 0 and _is_due(world, tables, state, i, t, t_end):
        _watch(work, i)


@njit(cache=True, inline="always")
def _watch(work, i):
    if work.watched[i] == 0:
        work.watched[i] = 1
        work.watch[work.n_watch[0]] = i
        work.n_watch[0] += 1


@njit(cache=True)
def _apply(world, tables, state, work, tallies, luck, e, t, t_end):
    """Write one brand's event of one consumer: new stage, mood and talk from day t + 1 on."""
    i, b = work.events[e, _EV_WHO], work.events[e, _EV_BRAND]
    stage, mood = work.events[e, _EV_STAGE], work.events[e, _EV_MOOD]
    old_stage, old_mood = np.int64(state.stage[b, i]), np.int64(state.mood[b, i])
    seg, week = world.segment[i], t // 7
    old = work.old_classes[e]
    moved = stage != old_stage
    if moved:
        tallies.stock[week + 1, b, seg, old_stage] -= 1
        tallies.stock[week + 1, b, seg, stage] += 1
    if moved:
        state.stage[b, i] = stage
        state.mood[b, i] = mood
        state.entered[b, i, stage] += 1
        _wind_up(world, tables, state, luck, b, i, t + 1)
    elif mood != old_mood:
        left_up = state.up[b, i] - pressure_up(world, tables, state, b, i, t + 1)
        left_down = state.down[b, i] - pressure_down(world, tables, state, b, i, t + 1)
        state.mood[b, i] = mood
        state.up[b, i] = left_up + pressure_up(world, tables, state, b, i, t + 1)
        state.down[b, i] = left_down + pressure_down(world, tables, state, b, i, t + 1)
    if mood != old_mood:
        tallies.positive[week + 1, b, seg] += np.int64(mood == _POSITIVE) - np.int64(old_mood == _POSITIVE)
        tallies.negative[week + 1, b, seg] += np.int64(mood == _NEGATIVE) - np.int64(old_mood == _NEGATIVE)
    state.until[b, i] = work.events[e, _EV_UNTIL]
    new = _classes(tables, state, b, i, t + 1)
    if new != old:
        _tell(world, tables, state, work, b, i, old, new, t + 1, t_end)


@njit(cache=True)
def _add_event(work, i, b, stage, mood, until, old):
    e = work.n_events[0]
    work.events[e, _EV_WHO] = i
    work.events[e, _EV_BRAND] = b
    work.events[e, _EV_STAGE] = stage
    work.events[e, _EV_MOOD] = mood
    work.events[e, _EV_UNTIL] = until
    work.old_classes[e] = old
    work.n_events[0] += 1


@njit(cache=True)
def _bad_until(world, tables, state, luck, b, i, t):
    """Last day of a bad mood that begins today."""
    key = _key(luck, _TALK_DAYS, tables.brand_key[b], world.ident[i], np.int64(state.spells[b, i]))
    state.spells[b, i] += 1
    return last_talk_day(t, tables.negative_days, False, key)


@njit(cache=True)
def _fresh_until(world, tables, state, luck, b, i, t):
    """Last day of fresh talk that begins tomorrow."""
    key = _key(luck, _TALK_DAYS, tables.brand_key[b], world.ident[i], np.int64(state.spells[b, i]))
    state.spells[b, i] += 1
    return last_talk_day(t, tables.fresh_days, tables.fresh_fixed, key)


@njit(cache=True)
def _trial(world, tables, state, luck, b, i):
    """Mood after using the product once, bought or given."""
    u = uniform(_key(luck, _SENTIMENT, tables.brand_key[b], world.ident[i], np.int64(state.tried[b, i])))
    state.tried[b, i] += 1
    return mood_after_trial(u, tables.p_satisfied[b], tables.p_dissatisfied[b])


@njit(cache=True)
def _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, sample, with_causes):
    """Decide what one consumer does on day t; ``sample`` has a row of ``seeds`` for each brand given away, or -1.

    Reads the morning's state; writes only the consumer's own ordinals and the day's event list.
    """
    B = len(state.stage)
    seg, ident, week = world.segment[i], world.ident[i], t // 7
    bought = -1
    if tables.buy[t + 1, seg] >= state.buy[i]:
        bought = _choose_brand(world, tables, state, luck, i)
        state.n_buys[i] += 1
        key = _key(luck, _BUY, _ZERO, ident, np.int64(state.n_buys[i]))
        state.buy[i] = tables.buy[t + 1, seg] + resistance(key)
        tallies.purchases[week, bought, seg] += 1
        if bought < B:
            if state.last[bought, i] == NEVER_BOUGHT:
                tallies.first_purchases[week, bought, seg] += 1
            state.bought[bought, i] += 1
            state.last[bought, i] = t
    for b in range(B):
        stage, mood, until = np.int64(state.stage[b, i]), np.int64(state.mood[b, i]), np.int64(state.until[b, i])
        new_stage, new_mood, new_until = stage, mood, until
        given = sample[b] >= 0
        up = stage < _ADVOCACY and pressure_up(world, tables, state, b, i, t + 1) >= state.up[b, i]
        down = stage > 0 and pressure_down(world, tables, state, b, i, t + 1) >= state.down[b, i]
        if given:
            up = down = False
            if seeds.stage[sample[b]] > stage:
                new_stage = np.int64(seeds.stage[sample[b]])
                if with_causes:
                    tallies.causes[week, b, 0, new_stage, ALT_SEEDING] += 1
        elif up and down:
            push = _pushed_today(world, tables, state, b, i, t)
            left_up = state.up[b, i] + push - pressure_up(world, tables, state, b, i, t)
            hazard_up = pressure_up(world, tables, state, b, i, t + 1) + push
            hazard_up -= pressure_up(world, tables, state, b, i, t)
            left_down = state.down[b, i] - pressure_down(world, tables, state, b, i, t)
            hazard_down = pressure_down(world, tables, state, b, i, t + 1)
            hazard_down -= pressure_down(world, tables, state, b, i, t)
            up = up_comes_first(left_up, hazard_up, left_down, hazard_down)
            down = not up
        ordinal = clock_ordinal(stage, np.int64(state.entered[b, i, stage]))
        if up:
            new_stage = stage + 1
            may_skip = happens(_key(luck, _SKIP, tables.brand_key[b], ident, ordinal), tables.p_skip)
            if with_causes or may_skip:
                cause = _cause_up(world, tables, state, luck, b, i, t, ordinal)
                if may_skip and cause == ALT_WOM:
                    new_stage = min(stage + 2, _ADVOCACY)
                if with_causes:
                    tallies.causes[week, b, 0, new_stage, cause] += 1
        if down:
            new_stage = stage - 1
            may_turn = mood != _NEGATIVE and happens(_key(luck, _TURN, tables.brand_key[b], ident, ordinal), tables.p_turn)
            if with_causes or may_turn:
                cause = _cause_down(world, tables, state, luck, b, i, t, ordinal)
                if may_turn and cause == ALT_NEGATIVE:
                    new_mood = _NEGATIVE
                    new_until = _bad_until(world, tables, state, luck, b, i, t)
                if with_causes:
                    tallies.causes[week, b, 1, stage, cause] += 1
        if new_stage > stage:
            tallies.entries[week, b, seg, new_stage] += 1
            if new_stage > stage + 1:
                tallies.skips[week, b, seg] += 1
            if stage < tables.fresh_stage <= new_stage and new_mood != _NEGATIVE:
                new_until = _fresh_until(world, tables, state, luck, b, i, t)
        elif new_stage < stage:
            tallies.falls[week, b, seg, stage] += 1
        if until == t and new_until == until:
            # A spell of fresh talk or of bad mood ends tonight.
            new_until = NEVER
            if mood == _NEGATIVE:
                new_mood = _NO_MOOD
        used = bought == b
        if given:
            tallies.samples[week, b, seg] += 1
            key = _key(luck, _TRY, tables.brand_key[b], ident, np.int64(state.tried[b, i]))
            used = used or happens(key, seeds.p_try[sample[b]])
        if used:
            verdict = _trial(world, tables, state, luck, b, i)
            if verdict == _NEGATIVE:
                new_until = _bad_until(world, tables, state, luck, b, i, t)
            elif verdict == _POSITIVE and tables.fresh_stage == 0:
                new_until = _fresh_until(world, tables, state, luck, b, i, t)
            elif new_mood == _NEGATIVE:
                new_until = NEVER
            new_mood = verdict
        if new_stage != stage or new_mood != mood or new_until != until:
            # Classes as counted so far: those of today.
            _add_event(work, i, b, new_stage, new_mood, new_until, _classes(tables, state, b, i, t))


@njit(cache=True)
def _hear_crowd(world, tables, state, t):
    """Well-mixed talk: add day t's hazard to the sums that all consumers share."""
    N = len(world.ident)
    for b in range(len(state.stage)):
        for status in range(N_STAGES * N_MOODS):
            up = np.int64(0)
            for talk in range(N_TALKS):
                more = tables.talk_up[t + 1, b, status, 2 * talk] - tables.talk_up[t, b, status, 2 * talk]
                up += state.crowd[b, talk] * more
            more = tables.talk_down[t + 1, b, status, 0] - tables.talk_down[t, b, status, 0]
            down = state.crowd[b, _DETRACTOR] * more
            state.crowd_fine[0, b, status] += np.int64(np.float64(up) / N * _FINE + 0.5)
            state.crowd_fine[1, b, status] += np.int64(np.float64(down) / N * _FINE + 0.5)
            state.crowd_up[0, b, status] = state.crowd_up[1, b, status]
            state.crowd_down[0, b, status] = state.crowd_down[1, b, status]
            state.crowd_up[1, b, status] = (state.crowd_fine[0, b, status] + _HALF) >> 20
            state.crowd_down[1, b, status] = (state.crowd_fine[1, b, status] + _HALF) >> 20


@njit(cache=True)
def begin(world, tables, state, work, tallies, luck):
    """Put everybody where they stand on day 0, let those talk who talk, and draw the first resistances."""
    B, N = state.stage.shape
    for b in range(B):
        for i in range(N):
            state.stage[b, i] = world.stage0[b, i]
            state.last[b, i] = world.last0[b, i]
            state.until[b, i] = NEVER
            tallies.stock[0, b, world.segment[i], world.stage0[b, i]] += 1
    for b in range(B):
        for i in range(N):
            new = _classes(tables, state, b, i, 0)
            if new != 0:
                _tell(world, tables, state, work, b, i, 0, new, 0, 0)
    for b in range(B):
        for i in range(N):
            _wind_up(world, tables, state, luck, b, i, 0)
    for i in range(N):
        state.buy[i] = resistance(_key(luck, _BUY, _ZERO, world.ident[i], 0))
    _close_week(world, tables, state, tallies, 0)


@njit(cache=True)
def _close_week(world, tables, state, tallies, t):
    """Count customers and buyers at the start of day t, and open the next week's stocks."""
    B, N = state.stage.shape
    week = t // 7
    for b in range(B):
        for i in range(N):
            last = state.last[b, i]
            if last != NEVER_BOUGHT:
                tallies.buyers[week, b, world.segment[i]] += 1
                if t - last <= tables.churn_days[world.segment[i]]:
                    tallies.customers[week, b, world.segment[i]] += 1
    if week + 1 < len(tallies.stock):
        tallies.stock[week + 1] = tallies.stock[week]
        tallies.positive[week + 1] = tallies.positive[week]
        tallies.negative[week + 1] = tallies.negative[week]


@njit(cache=True)
def _one_day(world, tables, seeds, state, work, tallies, luck, t, t_end, with_causes):
    """Simulate day t inside a stretch that ends before t_end."""
    B = len(state.stage)
    state.day[0] = t
    if world.well_mixed:
        _hear_crowd(world, tables, state, t)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        k, b = tables.live_influencer[e], tables.live_brand[e]
        for f in range(world.follow_ptr[k], world.follow_ptr[k + 1]):
            i = world.followers[f]
            push = tables.live_push[e, world.segment[i], state.stage[b, i]]
            if push != 0:
                state.up[b, i] -= tables.open_up[state.mood[b, i]] * push
                _reach(world, tables, state, work, i, t, t_end)
    work.n_events[0] = 0
    sample = work.sample
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        _watch(work, seeds.consumer[s])
        work.sampled[seeds.consumer[s]] = 1
    for w in range(work.n_watch[0]):
        i = work.watch[w]
        sample[:] = -1
        if work.sampled[i]:
            for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
                if seeds.consumer[s] == i:
                    sample[seeds.brand[s]] = s
        _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, sample, with_causes)
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        work.sampled[seeds.consumer[s]] = 0
    for e in range(work.n_events[0]):
        _apply(world, tables, state, work, tallies, luck, e, t, t_end)
    state.day[0] = t + 1
    if (t + 1) % 7 == 0:
        _close_week(world, tables, state, tallies, t + 1)


@njit(cache=True, nogil=True)
def advance(world, tables, seeds, state, work, tallies, luck, n_days, stretch, with_causes):
    """Simulate the next ``n_days`` days in stretches of at most ``stretch`` days.

    Args:
        world: who exists, :class:`~simulator.arrays.WorldArrays`.
        tables: what presses on them, :class:`~simulator.arrays.TableArrays`.
        seeds: who is given the product, :class:`~simulator.arrays.SeedArrays`.
        state: changed in place.
        work: scratch space.
        tallies: counted into.
        luck: root key of the replicate.
        n_days: days to simulate.
        stretch: days between sweeps; any number gives the same result. A well-mixed market is swept daily.
        with_causes: whether to draw what caused each move.
    """
    t = state.day[0]
    stop = t + n_days
    if world.well_mixed:
        stretch = 1
    while t < stop:
        t_end = min(t + stretch, stop)
        work.n_watch[0] = 0
        for i in range(len(world.ident)):
            work.watched[i] = 0
            if world.well_mixed or _is_due(world, tables, state, i, t, t_end):
                _watch(work, i)
        for day in range(t, t_end):
            _one_day(world, tables, seeds, state, work, tallies, luck, day, t_end, with_causes)
        t = t_end


__all__ = ["EVENT_COLUMNS", "MAX_DAY", "advance", "begin"]
