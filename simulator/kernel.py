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
    FELT_POSTS,
    FELT_SETTLED,
    FELT_SPACE,
    JOY,
    N_FELT,
    N_MOODS,
    N_STAGES,
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
    STOPPED,
    UP_DUE,
    driven_to,
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
from simulator.draws import Purpose, exponential, resistance, uniform
from simulator.rules import (
    clock_ordinal,
    counting,
    followed_up,
    happens,
    last_talk_day,
    mood_after_trial,
    p_second_product,
    p_settled,
    race_time,
    reply_delay,
    sense_of_community,
    share_answered,
    standing_after,
    talk_classes,
    up_comes_first,
)
from simulator.tables import ALT_BACKLASH, ALT_NEGATIVE, ALT_SEEDING, ALT_WOM

_ADVOCACY = int(Stage.ADVOCACY)
_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_DETRACTOR = int(Talk.DETRACTOR)
_UP, _DOWN, _BUY = int(Purpose.RESIST_UP), int(Purpose.RESIST_DOWN), int(Purpose.RESIST_BUY)
_CHOICE, _SENTIMENT, _TALK_DAYS = int(Purpose.BRAND_CHOICE), int(Purpose.SENTIMENT), int(Purpose.TALK_DAYS)
_SKIP, _TURN, _TRY = int(Purpose.SKIP), int(Purpose.TURN), int(Purpose.TRY_PRODUCT)
_OPT_IN, _KNOW_OFFER, _CROSS_SELL = int(Purpose.OPT_IN), int(Purpose.KNOW_OFFER), int(Purpose.CROSS_SELL)
_REFUND, _COMPLAIN, _CLAIM, _ATTEND = (
    int(Purpose.REFUND), int(Purpose.COMPLAIN), int(Purpose.CLAIM), int(Purpose.ATTEND)
)  # fmt: skip
_OPTED_IN, _BOUGHT, _TOLD = int(Standing.OPTED_IN), int(Standing.BOUGHT), int(Standing.TOLD)
_VISITED, _REFERRED, _ATTENDED = int(Standing.VISITED), int(Standing.REFERRED), int(Standing.ATTENDED)
_ATTENTION, _ATTRACTION, _AFFINITY = int(Stage.ATTENTION), int(Stage.ATTRACTION), int(Stage.AFFINITY)
_AUDIENCE = int(Stage.AUDIENCE)
_ZERO = np.uint64(0)
_FINE_BITS = 20

ACTED = np.int16(-3)
"""Stands for a day: acted today, and to be worked out tomorrow morning, when all have."""

# Columns of the day's event list.
_EV_WHO, _EV_BRAND, _EV_OLD, _EV_STAGE, _EV_MOOD, _EV_UNTIL, _EV_STANDING = range(7)
EVENT_COLUMNS = 7


@compiled(**INLINED)
def _known_offer(tables, life, luck, b, ident, ordinal, t):
    """The brand's offer that somebody about to buy knows of; -1 if there is none."""
    offer = tables.offer_day[b, t]
    if offer >= 0:
        listed = 1 if life.standing & _OPTED_IN else 0
        known = tables.offer_known[offer, life.stage, listed]
        if not happens(key_of(luck, _KNOW_OFFER, tables.brand_key[b], ident, ordinal), known):
            offer = np.int64(-1)
    return offer


@compiled(**INLINED)
def _choose_brand(tables, lives, luck, ident, i, ordinal, t):
    """Which brand a purchase goes to: a race weighted by the odds; the last is the rest of the category."""
    B = len(lives)
    period = tables.choice_day[t]
    best, winner = exponential(key_of(luck, _CHOICE, tables.brand_key[B], ident, ordinal)), B
    for b in range(B):
        life = lives[b, i]
        odds = tables.choice[period, b, tables.hold[life.standing], np.int64(life.stage) * N_MOODS + life.mood]
        if odds > 0.0:
            offer = _known_offer(tables, life, luck, b, ident, ordinal, t)
            if offer >= 0:
                odds *= tables.offer_boost[offer]
            time = race_time(key_of(luck, _CHOICE, tables.brand_key[b], ident, ordinal), odds)
            if time < best:
                best, winner = time, b
    return winner


@compiled(**INLINED)
def _wind_up(tables, crowd, luck, brand_key, person, life, b, t):
    """Draw the resistances of the stage just entered; its clocks start at day t."""
    stage = np.int64(life.stage)
    ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
    life.up = life.down = STOPPED
    if stage < _ADVOCACY:
        drawn = resistance(key_of(luck, _UP, brand_key, person.ident, ordinal))
        life.up = pressure_up(tables, crowd, person, life, b, t) + drawn
    if stage > 0:
        drawn = resistance(key_of(luck, _DOWN, brand_key, person.ident, ordinal))
        life.down = pressure_down(tables, crowd, person, life, b, t) + drawn


@compiled(**KERNEL)
def _open_or_close(tables, crowd, person, life, b, mood, standing, t):
    """Change to or from a mood that lets less through, or to a standing that is reached by other means."""
    life.up -= pressure_up(tables, crowd, person, life, b, t)
    life.down -= pressure_down(tables, crowd, person, life, b, t)
    life.mood, life.standing = np.uint8(mood), np.uint8(standing)
    life.up += pressure_up(tables, crowd, person, life, b, t)
    life.down += pressure_down(tables, crowd, person, life, b, t)


@compiled(**INLINED)
def _change_mood(tables, crowd, person, life, b, mood, standing, t):
    """Change mood from day t on; clocks keep what is left on them: so far another mood let pressure through."""
    old, plan = np.int64(life.mood), tables.plan[0]
    same = (np.int64(life.standing) ^ standing) & plan.acts_on == 0
    if old != _NEGATIVE and mood != _NEGATIVE and same:
        # As open to media and talk as before: only the product's own pull and the hold on a customer differ.
        joy = tables.press[t, status_at(plan, b, np.int64(life.stage), mood) + JOY]
        life.up += joy * (np.int64(mood == _POSITIVE) - np.int64(old == _POSITIVE))
        life.down -= driven_to(tables, person, life, b, t)
        life.mood, life.standing = np.uint8(mood), np.uint8(standing)
        life.down += driven_to(tables, person, life, b, t)
        return
    _open_or_close(tables, crowd, person, life, b, mood, standing, t)


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
        _wind_up(tables, crowd, luck, tables.brand_key[b], person, life, b, t + 1)
    elif mood != old_mood or standing != life.standing:
        _change_mood(tables, crowd, person, life, b, mood, standing, t + 1)
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
def _basket(tables, life, luck, b, person, ordinal, t, count):
    """Count what comes with a purchase of a brand: a customer won, an offer used, a second product."""
    last, brand_key = np.int64(life.last), tables.brand_key[b]
    if last == NEVER_BOUGHT:
        count.first_purchases += 1
    if last == NEVER_BOUGHT or t - last > tables.churn_days[person.segment]:
        count.won += 1
    if _known_offer(tables, life, luck, b, person.ident, ordinal, t) >= 0:
        count.redemptions += 1
    if last != NEVER_BOUGHT and tables.p_cross[b, t] > 0.0:
        habit, referred = tables.habit[b], life.standing & _REFERRED != 0
        p = p_second_product(tables.p_cross[b, t], referred, np.float64(life.bought), habit.basket, habit.basket_half)
        if happens(key_of(luck, _CROSS_SELL, brand_key, person.ident, ordinal), p):
            count.cross_sales += 1


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
        bought = _choose_brand(tables, state.lives, luck, person.ident, i, ordinal, t)
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
            _basket(tables, life, luck, bought, person, ordinal, t, count)
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
            _wind_up(tables, state.crowd, luck, tables.brand_key[b], person, life, b, 0)
    for i in range(N):
        state.needs[i].buy = resistance(key_of(luck, _BUY, _ZERO, world.people[i].ident, 0))
    _close_week(world, tables, state, tallies, 0)


@compiled(**KERNEL)
def _close_week(world, tables, state, tallies, t):
    """Count customers and buyers at the start of day t, and open the next week's stocks and tables."""
    B, N = state.lives.shape
    counts = tallies.counts
    week = t // 7
    for b in range(B):
        for i in range(N):
            last = np.int64(state.lives[b, i].last)
            if last != NEVER_BOUGHT:
                segment = world.people[i].segment
                count = counts[week, b, segment]
                count.buyers += 1
                if t - last <= tables.churn_days[segment]:
                    count.customers += 1
            standing = np.int64(state.lives[b, i].standing)
            if standing:
                count = counts[week, b, world.people[i].segment]
                count.visitors += standing & _VISITED
                count.opted_in += (standing & _OPTED_IN) // _OPTED_IN
                count.referred += (standing & _REFERRED) // _REFERRED
        if week + 1 < len(counts):
            for segment in range(counts.shape[2]):
                now, then = counts[week, b, segment], counts[week + 1, b, segment]
                then.positive = now.positive
                then.negative = now.negative
                for stage in range(N_STAGES):
                    then.stock[stage] = now.stock[stage]
    if week + 1 < len(counts):
        _send_home(world, tables, state, week, t)
        if tables.plan[0].follows_up:
            _open_week(tables, state, tallies, week, N)


@compiled(**KERNEL)
def _send_home(world, tables, state, week, t):
    """When the space that a meet-up opened is shut, whoever came is a consumer like others again."""
    for b in range(len(state.lives)):
        if not tables.party_over[b, week]:
            continue
        for i in range(len(world.people)):
            life = state.lives[b, i]
            if life.standing & _ATTENDED:
                standing = np.int64(life.standing) & ~_ATTENDED
                _open_or_close(tables, state.crowd, world.people[i], life, b, np.int64(life.mood), standing, t)


@compiled(**KERNEL)
def _open_week(tables, state, tallies, week, n):
    """Feel what last week was like, and write this week's rows of pressure with it."""
    counts = tallies.counts
    for b in range(len(state.lives)):
        members, complaints = np.int64(0), np.int64(0)
        for segment in range(counts.shape[2]):
            members += counts[week, b, segment].stock[_AUDIENCE] + counts[week, b, segment].stock[_ADVOCACY]
            if week > 0:
                complaints += counts[week - 1, b, segment].complaints
        feel(tables, state.felt, tallies.felt, b, week, members, complaints, n)
    press, base = tables.press, tables.base
    for t in range(7 * week, 7 * week + 7):
        for f in range(len(tables.feed_column)):
            c, b = tables.feed_column[f], tables.feed_brand[f]
            press[t + 1, c] = press[t, c] + followed_up(
                base[t + 1, c] - base[t, c],
                state.felt[b, tables.feed_felt[f, 0]], state.felt[b, tables.feed_felt[f, 1]],
                tables.feed_factor[f, 0], tables.feed_factor[f, 1], tables.feed_factor[f, 2],
            )  # fmt: skip


@compiled(**KERNEL)
def feel(tables, felt, kept, b, week, members, complaints, n):
    """Work out what a brand's people feel this week, from last week's members and complaints among n consumers."""
    habit, weight = tables.habit[b], tables.plan[0].market_size / n
    share = np.float64(members) / n
    felt[b, FELT_SPACE] = sense_of_community(share, tables.disclosure[b, week], habit.density)
    n_conversations = weight * (complaints + members * habit.talk_per_member_week)
    capacity = tables.capacity[b, week]
    felt[b, FELT_ANSWERED] = share_answered(n_conversations, capacity)
    felt[b, FELT_DELAY] = reply_delay(n_conversations, capacity, habit.reply_hours)
    felt[b, FELT_SETTLED] = p_settled(habit.p_resolve, felt[b, FELT_DELAY], habit.patience_hours)
    felt[b, FELT_POSTS] = 0.0
    if tables.shown[b, week] > 0.0:
        felt[b, FELT_POSTS] = min(1.0, weight * members * habit.posts_per_member_week / tables.shown[b, week])
    for one in range(N_FELT):
        kept[week, b, one] = felt[b, one]


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
        _close_week(world, tables, state, tallies, t + 1)


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
