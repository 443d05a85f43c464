"""The compiled day loop: clocks run out, people move, neighbours hear of it.

Every clock is one number. It runs out on the first day whose cumulative pressure reaches it, so testing a
consumer reads and compares but writes nothing, and a stretch of days costs one test. The kernel sweeps all
consumers once per stretch, works out for each whose clocks could run out before its end on which day that would
be, and looks at them on that day: pressure never falls, so nobody else can move unless a neighbour's talk, an
influencer's post or a sample reaches them, and whoever is reached is tested again at once. The length of a stretch
changes no bit.

A day reads everybody's state as it was in the morning and writes it in the evening; the writes are sums of
integers, so their order does not matter.
"""

import numpy as np

from scenarios.vocabulary import Mood, Stage, Standing, Talk
from simulator.arrays import (
    FELT_ANSWERED,
    FELT_DELAY,
    FELT_SETTLED,
    N_MOODS,
    N_STATES,
    N_TALKS,
    NEVER,
    NEVER_BOUGHT,
    TALK_DOWN,
)
from simulator.causes import cause_down, cause_up, pushed_today
from simulator.clocks import (
    DOWN_DUE,
    GONE,
    UP_DUE,
    due_bits,
    due_clocks,
    due_down,
    due_up,
    first_day,
    key_of,
    need_at,
    pressure_down,
    pressure_up,
    status_at,
)
from simulator.compiling import INLINED, KERNEL, compiled, fetch
from simulator.draws import Purpose, resistance, uniform
from simulator.mondays import close_week
from simulator.purchases import choose_brand, fill_basket
from simulator.rules import (
    clock_ordinal,
    counting,
    happens,
    last_talk_day,
    mood_after_trial,
    standing_after,
    talk_classes,
    up_comes_first,
)
from simulator.tables import ALT_BACKLASH, ALT_NEGATIVE, ALT_SEEDING, ALT_WOM
from simulator.winding import change_mood, wind_up

_ADVOCACY = int(Stage.ADVOCACY)
_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_DETRACTOR = int(Talk.DETRACTOR)
_BUY = int(Purpose.RESIST_BUY)
_SENTIMENT, _TALK_DAYS = int(Purpose.SENTIMENT), int(Purpose.TALK_DAYS)
_SKIP, _TURN, _TRY = int(Purpose.SKIP), int(Purpose.TURN), int(Purpose.TRY_PRODUCT)
_OPT_IN = int(Purpose.OPT_IN)
_REFUND, _COMPLAIN, _CLAIM, _ATTEND = (
    int(Purpose.REFUND),
    int(Purpose.COMPLAIN),
    int(Purpose.CLAIM),
    int(Purpose.ATTEND),
)
_OPTED_IN, _BOUGHT, _TOLD = int(Standing.OPTED_IN), int(Standing.BOUGHT), int(Standing.TOLD)
_REFERRED, _ATTENDED = int(Standing.REFERRED), int(Standing.ATTENDED)
_ATTENTION, _ATTRACTION, _AFFINITY = int(Stage.ATTENTION), int(Stage.ATTRACTION), int(Stage.AFFINITY)
_ZERO = np.uint64(0)
_FINE_BITS = 20
ACTED = np.int16(-3)
"""Stands for a day: acted today, and to be worked out tomorrow morning, when all have."""

# Columns of the day's event list.
_EV_WHO, _EV_BRAND, _EV_OLD, _EV_STAGE, _EV_MOOD, _EV_UNTIL, _EV_STANDING = range(7)
EVENT_COLUMNS = 7


@compiled(**INLINED)
def _classes(plan, life, t):
    """Talk classes of a consumer from day t on."""
    fresh = life.until >= t and life.mood != _NEGATIVE
    return talk_classes(np.int64(life.stage), np.int64(life.mood), fresh, plan.talk_from)


@compiled(**INLINED)
def _watch(work, i, day):
    """Look at a consumer on this day of the stretch, if not before."""
    if work.due[i] == NEVER:
        work.watch[work.n_watch[0]] = i
        work.n_watch[0] += 1
        work.due[i] = day
    elif work.due[i] > day or work.due[i] == GONE:
        work.due[i] = day


@compiled(**INLINED)
def _tell(world, tables, state, work, b, i, old, new, t, t_end):
    """Count consumer i in or out of the talk classes of everybody who hears them, from day t on."""
    press, plan = tables.press, tables.plan[0]
    speaker = world.people[i]
    for talk in range(N_TALKS):
        state.talkers[b, talk] += np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)
    if plan.well_mixed:
        return
    for e in range(speaker.first, speaker.end):
        j = world.listeners[e]
        fetch(world.people[j])
        fetch(state.lives[b, j])
    for e in range(speaker.first, speaker.end):
        tie = 0 if e < speaker.strong_end else 1
        j = world.listeners[e]
        person, life = world.people[j], state.lives[b, j]
        need, listening = np.int64(person.need), np.int64(person.listening)
        at = status_at(plan, b, np.int64(life.stage), np.int64(life.mood))
        for talk in range(N_TALKS):
            gain = np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)
            if gain == 0:
                continue
            column = 2 * talk
            strong, weak = np.int64(life.heard[column]), np.int64(life.heard[column + 1])
            was_strong, was_weak = counting(strong, weak, need)
            life.heard[column + tie] += np.uint16(gain)
            strong, weak = counting(strong + (gain if tie == 0 else 0), weak + (gain if tie == 1 else 0), need)
            # Keep what is left on the clocks: so far another number of neighbours talked.
            more_strong, more_weak = listening * (strong - was_strong), listening * (weak - was_weak)
            so_far = more_strong * press[t, at + column] + more_weak * press[t, at + column + 1]
            by_then = more_strong * press[t_end, at + column] + more_weak * press[t_end, at + column + 1]
            life.up += so_far
            life.slack -= by_then - so_far
            if talk == _DETRACTOR:
                life.down += more_strong * press[t, at + TALK_DOWN] + more_weak * press[t, at + TALK_DOWN + 1]
        if t >= t_end or work.due[j] == t or work.due[j] == ACTED:
            continue
        # Louder talk may bring a clock forward; softer talk is noticed when the day comes.
        last = work.due[j] if work.due[j] > t else t_end
        due = life.slack <= 0 if last == t_end else due_up(tables, state.crowd, person, life, b, last)
        if not due and (new >> _DETRACTOR) & 1:
            due = due_down(tables, state.crowd, person, life, b, last)
        if due:
            _watch(work, j, t)


@compiled(**INLINED)
def _apply(world, tables, state, work, counts, luck, e, t, t_end):
    """Write one brand's event of one consumer: new stage, mood and talk from day t + 1 on."""
    i, b = work.events[e, _EV_WHO], work.events[e, _EV_BRAND]
    stage, mood, standing = work.events[e, _EV_STAGE], work.events[e, _EV_MOOD], work.events[e, _EV_STANDING]
    plan, crowd = tables.plan[0], state.crowd
    person, life = world.people[i], state.lives[b, i]
    old_stage, old_mood = np.int64(life.stage), np.int64(life.mood)
    after = counts[t // 7 + 1, b, person.segment]
    if stage != old_stage:
        after.stock[old_stage] -= 1
        after.stock[stage] += 1
        life.stage = np.uint8(stage)
        life.mood, life.standing = np.uint8(mood), np.uint8(standing)
        life.entered[stage] += np.uint16(1)
        wind_up(tables, crowd, luck, tables.brand_key[b], person, life, b, t + 1)
    elif mood != old_mood or standing != life.standing:
        change_mood(tables, crowd, person, life, b, mood, standing, t + 1)
    if mood != old_mood:
        after.positive += np.int64(mood == _POSITIVE) - np.int64(old_mood == _POSITIVE)
        after.negative += np.int64(mood == _NEGATIVE) - np.int64(old_mood == _NEGATIVE)
    life.until = np.int16(work.events[e, _EV_UNTIL])
    old, new = work.events[e, _EV_OLD], _classes(plan, life, t + 1)
    if new != old:
        _tell(world, tables, state, work, b, i, old, new, t + 1, t_end)


@compiled(**INLINED)
def _spell(plan, luck, brand_key, person, life, t, bad):
    """Last day of a spell of talk that begins tomorrow: bad talk, or a fresh buyer's."""
    key = key_of(luck, _TALK_DAYS, brand_key, person.ident, np.int64(life.spells))
    life.spells += np.uint16(1)
    if bad:
        return last_talk_day(t, plan.negative_days, False, key)
    return last_talk_day(t, plan.fresh_days, plan.fresh_fixed != 0, key)


@compiled(**KERNEL)
def _up_first(world, tables, crowd, person, life, b, i, t):
    """Whether the upward clock ran out before the downward one, on a day on which both did."""
    push = pushed_today(world, tables, person, life, b, i, t)
    morning = pressure_up(tables, crowd, person, life, b, t)
    left_up = life.up + push - morning
    hazard_up = pressure_up(tables, crowd, person, life, b, t + 1) + push - morning
    morning = pressure_down(tables, crowd, person, life, b, t)
    left_down = life.down - morning
    hazard_down = pressure_down(tables, crowd, person, life, b, t + 1) - morning
    return up_comes_first(left_up, hazard_up, left_down, hazard_down)


@compiled(**INLINED)
def _stand(tables, seeds, luck, person, life, b, t, row, bought, standing, stage, mood, count):
    """What the brand knows of a consumer after today, and who opted in, opted out, came, or named a friend."""
    ident, brand_key = person.ident, tables.brand_key[b]
    was = np.int64(life.standing)
    standing = standing_after(standing, stage, mood)
    enters = stage > life.stage and _ATTRACTION <= stage <= _AFFINITY
    if enters and mood != _NEGATIVE and not standing & _OPTED_IN and tables.p_opt_in[b, t] > 0.0:
        ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
        if happens(key_of(luck, _OPT_IN, brand_key, ident, ordinal), tables.p_opt_in[b, t]):
            standing |= _OPTED_IN
            count.sign_ups += 1
    if standing & _OPTED_IN:
        count.opt_ins += np.int64(not was & _OPTED_IN)
        count.leads += np.int64(stage >= _AFFINITY and (not was & _OPTED_IN or life.stage < _AFFINITY))
    elif was & _OPTED_IN:
        count.opt_outs += 1
    invited = row >= 0 and seeds.p_come[row] > 0.0 and life.stage >= _ATTENTION and mood != _NEGATIVE
    if invited and happens(key_of(luck, _ATTEND, brand_key, ident, seeds.event[row]), seeds.p_come[row]):
        standing |= _ATTENDED
        count.attendances += 1
    if bought:
        sent = not was & _BOUGHT and was & _TOLD and tables.p_claim[b, t] > 0.0
        if sent and happens(key_of(luck, _CLAIM, brand_key, ident, 0), tables.p_claim[b, t]):
            standing |= _REFERRED
            count.referrals += 1
        standing |= _BOUGHT
    return standing


@compiled(**INLINED)
def _brand_day(world, tables, seeds, state, work, tallies, luck, i, b, t, due, sample, bought, with_causes):
    """Decide what one consumer's day does to one brand; ``sample`` is a row of ``seeds``, or -1."""
    plan, crowd = tables.plan[0], state.crowd
    person, life = world.people[i], state.lives[b, i]
    ident, brand_key = person.ident, tables.brand_key[b]
    week = t // 7
    stage, mood, until = np.int64(life.stage), np.int64(life.mood), np.int64(life.until)
    new_stage, new_mood, new_until = stage, mood, until
    standing = np.int64(life.standing)
    new_standing = standing
    given = sample >= 0 and seeds.stage[sample] >= 0
    scandal = sample >= 0 and seeds.scandal[sample] != 0
    up, down = due & UP_DUE != 0, due & DOWN_DUE != 0
    if scandal and stage == 0 and not given:
        # Bad news makes an unknown brand known.
        up = down = False
        new_stage = _ATTENTION
        if with_causes:
            tallies.causes[week, b, 0, new_stage, ALT_BACKLASH] += 1
    elif given and seeds.stage[sample] > stage:
        # A sample that lifts nobody leaves the clocks alone: one that runs out today does not wait for tomorrow.
        up = down = False
        new_stage = np.int64(seeds.stage[sample])
        if with_causes:
            tallies.causes[week, b, 0, new_stage, ALT_SEEDING] += 1
    elif up and down:
        up = _up_first(world, tables, crowd, person, life, b, i, t)
        down = not up
    ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
    if up:
        new_stage = stage + 1
        may_skip = happens(key_of(luck, _SKIP, brand_key, ident, ordinal), plan.p_skip)
        if with_causes or may_skip or plan.needs_cause:
            cause = cause_up(world, tables, crowd, luck, person, life, b, i, t, ordinal)
            if may_skip and cause == ALT_WOM:
                new_stage = min(stage + 2, _ADVOCACY)
            if plan.needs_cause:
                new_standing = (standing | _TOLD) if cause == ALT_WOM else (standing & ~_TOLD)
            if with_causes:
                tallies.causes[week, b, 0, new_stage, cause] += 1
    if down:
        new_stage = stage - 1
        may_turn = mood != _NEGATIVE and happens(key_of(luck, _TURN, brand_key, ident, ordinal), plan.p_turn)
        if with_causes or may_turn:
            cause = cause_down(tables, crowd, luck, person, life, b, t, ordinal)
            if may_turn and cause == ALT_NEGATIVE:
                new_mood = _NEGATIVE
                new_until = _spell(plan, luck, brand_key, person, life, t, True)
            if with_causes:
                tallies.causes[week, b, 1, stage, cause] += 1
    count = tallies.counts[week, b, person.segment]
    if new_stage > stage:
        count.entries[new_stage] += 1
        if new_stage > stage + 1:
            count.skips += 1
        if stage < plan.fresh_stage <= new_stage and new_mood != _NEGATIVE and not scandal:
            new_until = _spell(plan, luck, brand_key, person, life, t, False)
    elif new_stage < stage:
        count.falls[stage] += 1
    if until == t and new_until == until:
        # A spell of fresh talk or of bad mood ends tonight.
        new_until = NEVER
        if mood == _NEGATIVE:
            new_mood = _NO_MOOD
    used = bought
    if given:
        count.samples += 1
        used = used or happens(key_of(luck, _TRY, brand_key, ident, seeds.wave[sample]), seeds.p_try[sample])
    if used:
        # Which trial this is: purchases, today's not yet counted, and samples used so far.
        tried = np.int64(life.bought) + np.int64(life.sampled) - (1 if bought else 0)
        u = uniform(key_of(luck, _SENTIMENT, brand_key, ident, tried))
        if not bought:
            life.sampled += np.uint8(1)
            count.samples_used += 1
        verdict = mood_after_trial(u, tables.verdict[t, b, 0], tables.verdict[t, b, 1])
        if verdict == _NEGATIVE:
            new_until = _spell(plan, luck, brand_key, person, life, t, True)
            habit = tables.habit[b]
            if bought and happens(key_of(luck, _REFUND, brand_key, ident, tried), habit.p_refund):
                count.refunds += 1
            # One draw for all: whoever is settled was answered, and whoever is answered had complained.
            u = uniform(key_of(luck, _COMPLAIN, brand_key, ident, tried))
            p = habit.p_complain
            if u <= p:
                count.complaints += 1
                p *= state.felt[b, FELT_ANSWERED]
                if u <= p:
                    count.answered += 1
                    if u <= p * state.felt[b, FELT_SETTLED]:
                        count.settled += 1
                        new_until = min(new_until, t + 1 + np.int64(state.felt[b, FELT_DELAY] / 24.0))
        elif verdict == _POSITIVE and plan.fresh_stage == 0:
            new_until = _spell(plan, luck, brand_key, person, life, t, False)
        elif new_mood == _NEGATIVE:
            new_until = NEVER
        new_mood = verdict
    if scandal and stage > 0 and new_mood != _NEGATIVE:
        new_mood = _NEGATIVE
        new_until = _spell(plan, luck, brand_key, person, life, t, True)
    new_standing = _stand(tables, seeds, luck, person, life, b, t, sample, bought, new_standing, new_stage, new_mood,
                          count)  # fmt: skip
    if (new_standing ^ standing) & plan.acts_on == 0 and new_stage == stage and new_mood == mood:
        life.standing = np.uint8(new_standing)  # nothing depends on it tonight
        standing = new_standing
    if new_stage != stage or new_mood != mood or new_until != until or new_standing != standing:
        e = work.n_events[0]
        work.events[e, _EV_WHO] = i
        work.events[e, _EV_BRAND] = b
        work.events[e, _EV_OLD] = _classes(plan, life, t)  # as neighbours have counted it
        work.events[e, _EV_STAGE] = new_stage
        work.events[e, _EV_MOOD] = new_mood
        work.events[e, _EV_UNTIL] = new_until
        work.events[e, _EV_STANDING] = new_standing
        work.n_events[0] += 1


@compiled(**INLINED)
def _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, with_causes):
    """Decide what one consumer does on day t.

    Reads the morning's state; writes only the consumer's own ordinals and the day's event list.
    """
    B = len(state.lives)
    press = tables.press
    person, need = world.people[i], state.needs[i]
    bought = -1
    if press[t + 1, need_at(tables, person, need)] >= need.buy:
        ordinal = np.int64(need.n_buys)
        bought = choose_brand(tables, state.lives, luck, person.ident, i, ordinal, t)
        need.n_buys += np.int32(1)
        need.pace = np.int32(0)
        if bought < B and tables.loyal[bought, t]:
            need.pace = np.int32(1)
        drawn = resistance(key_of(luck, _BUY, _ZERO, person.ident, ordinal + 1))
        need.buy = press[t + 1, need_at(tables, person, need)] + drawn
        count = tallies.counts[t // 7, bought, person.segment]
        count.purchases += 1
        if bought < B:
            life = state.lives[bought, i]
            fill_basket(tables, life, luck, bought, person, ordinal, t, count)
            life.bought += np.uint16(1)
            life.last = np.int16(t)
    for b in range(B):
        sample = work.sample[b] if work.sampled[i] else np.int64(-1)
        due = due_bits(tables, state.crowd, person, state.lives[b, i], b, t, t + 1)
        if due or sample >= 0 or bought == b:
            _brand_day(world, tables, seeds, state, work, tallies, luck, i, b, t, due, sample, bought == b, with_causes)


@compiled(**KERNEL)
def _hear_crowd(world, tables, state, t):
    """Well-mixed talk: add day t's hazard to the sums that all consumers share."""
    N = len(world.people)
    press, plan = tables.press, tables.plan[0]
    for b in range(len(state.lives)):
        for status in range(N_STATES):
            at = status_at(plan, b, status // N_MOODS, status % N_MOODS)
            up = np.int64(0)
            for talk in range(N_TALKS):
                column = at + 2 * talk
                up += state.talkers[b, talk] * (press[t + 1, column] - press[t, column])
            column = at + TALK_DOWN
            down = state.talkers[b, _DETRACTOR] * (press[t + 1, column] - press[t, column])
            for way, total in ((0, up), (1, down)):
                fine = np.int64(np.float64(total) / N * np.float64(1 << _FINE_BITS) + 0.5)
                state.crowd_fine[b, status, way] += fine
                rounded = (state.crowd_fine[b, status, way] + (1 << (_FINE_BITS - 1))) >> _FINE_BITS
                state.crowd[t + 1, b, status, way] = rounded


@compiled(**KERNEL)
def begin(world, tables, state, work, tallies, luck):
    """Put everybody where they stand on day 0, let those talk who talk, and draw the first resistances."""
    plan, counts = tables.plan[0], tallies.counts
    B, N = state.lives.shape
    for b in range(B):
        for i in range(N):
            life = state.lives[b, i]
            life.stage = world.stage0[b, i]
            life.last = world.last0[b, i]
            life.until = np.int16(NEVER)
            standing = standing_after(0, np.int64(life.stage), _NO_MOOD)
            life.standing = np.uint8(standing | (_BOUGHT if life.last != NEVER_BOUGHT else 0))
            counts[0, b, world.people[i].segment].stock[world.stage0[b, i]] += 1
    for b in range(B):
        for i in range(N):
            new = _classes(plan, state.lives[b, i], 0)
            if new != 0:
                _tell(world, tables, state, work, b, i, 0, new, 0, 0)
    for b in range(B):
        for i in range(N):
            person, life = world.people[i], state.lives[b, i]
            wind_up(tables, state.crowd, luck, tables.brand_key[b], person, life, b, 0)
    for i in range(N):
        state.needs[i].buy = resistance(key_of(luck, _BUY, _ZERO, world.people[i].ident, 0))
    close_week(world, tables, state, tallies, 0)


@compiled(**INLINED)
def _look_ahead(world, tables, state, work, t, t_end, everybody):
    """Work out on which day before t_end something happens: to everybody, or to those who acted yesterday."""
    well_mixed = tables.plan[0].well_mixed
    if everybody:
        work.n_watch[0] = 0
    for w in range(len(world.people) if everybody else work.n_watch[0]):
        i = w if everybody else work.watch[w]
        if not everybody and work.due[i] != ACTED:
            continue
        person, day = world.people[i], t
        if not well_mixed:
            bits = due_clocks(tables, state.crowd, person, state.lives, state.needs, i, t, t_end)
            day = first_day(tables, state.crowd, person, state.lives, state.needs, i, bits, t, t_end)
        if not everybody:
            work.due[i] = day
        else:
            work.due[i] = NEVER
            if day != GONE:
                _watch(work, i, day)


@compiled(**INLINED)
def _one_day(world, tables, seeds, state, work, tallies, luck, t, t_end, with_causes):
    """Simulate day t inside a stretch that ends before t_end."""
    plan = tables.plan[0]
    if plan.well_mixed:
        _hear_crowd(world, tables, state, t)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        k, b = tables.live_influencer[e], tables.live_brand[e]
        for f in range(world.follow_ptr[k], world.follow_ptr[k + 1]):
            i = world.followers[f]
            person, life = world.people[i], state.lives[b, i]
            push = tables.live_push[e, person.segment, life.stage]
            if push != 0:
                life.up -= plan.open_up[life.mood] * push
                life.slack -= plan.open_up[life.mood] * push
                if work.due[i] > t or (work.due[i] != t and life.slack <= 0):
                    _watch(work, i, t)
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        _watch(work, seeds.consumer[s], t)
        work.sampled[seeds.consumer[s]] = 1
    work.n_events[0] = 0
    for w in range(work.n_watch[0]):
        i = work.watch[w]
        if work.due[i] != t:
            continue
        if work.sampled[i]:
            for b in range(len(work.sample)):
                work.sample[b] = -1
            # The day's rows stand in order of consumer.
            s, end = seeds.ptr[t], seeds.ptr[t + 1]
            while s < end:
                mid = (s + end) // 2
                if seeds.consumer[mid] < i:
                    s = mid + 1
                else:
                    end = mid
            while s < seeds.ptr[t + 1] and seeds.consumer[s] == i:
                work.sample[seeds.brand[s]] = s
                s += 1
        _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, with_causes)
        work.due[i] = ACTED
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        work.sampled[seeds.consumer[s]] = 0
    for e in range(work.n_events[0]):
        _apply(world, tables, state, work, tallies.counts, luck, e, t, t_end)
    state.day[0] = t + 1
    if (t + 1) % 7 == 0:
        close_week(world, tables, state, tallies, t + 1)


@compiled(**KERNEL)
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
    plan = tables.plan[0]
    t = state.day[0]
    stop = t + n_days
    if plan.well_mixed:
        stretch = 1  # everybody hears the crowd, and tomorrow's crowd is not known today
    while t < stop:
        t_end = min(t + stretch, stop)
        if plan.follows_up:
            t_end = min(t_end, t - t % 7 + 7)  # next week's tables are written when it begins
        for day in range(t, t_end):
            _look_ahead(world, tables, state, work, day, t_end, day == t)
            _one_day(world, tables, seeds, state, work, tallies, luck, day, t_end, with_causes)
        t = t_end
