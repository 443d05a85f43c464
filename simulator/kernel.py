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
from numba import njit, types
from numba.core.options import DefaultOptions
from numba.extending import intrinsic

from scenarios.vocabulary import Mood, Stage, Talk
from simulator.arrays import (
    JOY,
    N_HEARD,
    N_MOODS,
    N_STAGES,
    N_STATES,
    N_STATUS,
    N_TALKS,
    NEVER,
    NEVER_BOUGHT,
    TALK_DOWN,
)
from simulator.draws import Purpose, exponential, fold, resistance, stem, uniform
from simulator.rules import (
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
    FIRST_SOURCE,
)

_ADVOCACY = int(Stage.ADVOCACY)
_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_DETRACTOR = int(Talk.DETRACTOR)
_UP, _DOWN, _BUY = int(Purpose.RESIST_UP), int(Purpose.RESIST_DOWN), int(Purpose.RESIST_BUY)
_CHOICE, _SENTIMENT, _TALK_DAYS = int(Purpose.BRAND_CHOICE), int(Purpose.SENTIMENT), int(Purpose.TALK_DAYS)
_SKIP, _TURN, _TRY = int(Purpose.SKIP), int(Purpose.TURN), int(Purpose.TRY_PRODUCT)
_CAUSE_UP, _CAUSE_DOWN = int(Purpose.CAUSE_UP), int(Purpose.CAUSE_DOWN)
_ONE, _ZERO = np.uint64(1), np.uint64(0)
_FINE_BITS = 20
# What stands for the day on which to look at somebody who is watched.
GONE = np.int16(-2)  # nothing more can happen in this stretch as things stand
ACTED = np.int16(-3)  # acted today: to be worked out in the evening, when all have

_UP_DUE, _DOWN_DUE, _SPELL_DUE = 1, 2, 4
# The clock of those who can go no further: what is left over of an old one would depend on who moved first.
_STOPPED = np.int64(1 << 62)

COMPILED = {"cache": True, "nogil": True, "error_model": "numpy"}
if hasattr(DefaultOptions, "_nrt"):
    # Nothing here allocates, so nothing needs counting: reference counts of some forty arrays at every call made
    # the loop forty times slower.
    COMPILED["_nrt"] = False
INLINED = COMPILED | {"forceinline": True}

# Columns of the day's event list.
_EV_WHO, _EV_BRAND, _EV_OLD, _EV_STAGE, _EV_MOOD, _EV_UNTIL = range(6)
EVENT_COLUMNS = 6


@njit(**INLINED)
def _key(luck, purpose, brand_key, ident, ordinal):
    """The key of one draw of one consumer."""
    return fold(fold(stem(luck, np.uint64(purpose), brand_key), ident), np.uint64(ordinal))


@intrinsic
def _lowest_bit(typing_context, word):
    """Number of the lowest bit that is set in a 64-bit word other than 0."""

    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), codegen


@njit(**INLINED)
def _stimulated(tables, person, brand, effect, row, t):
    """Cumulative pressure of a brand's media and of organic interest: stimulus × effect, over the sources met."""
    plan = tables.plan[0]
    day = np.uint64(t)  # unsigned: no test for negative indices
    begin = np.uint64(plan.stimulus + (brand * plan.n_groups + person.group) * plan.n_sources)
    which = np.uint64(row)
    sources = tables.source_mask[person.pattern]
    total = np.int64(0)
    while sources != _ZERO:
        q = _lowest_bit(sources)
        total += tables.press[day, begin + q] * effect[which, q]
        sources &= sources - _ONE
    return total


@njit(**INLINED)
def _status_at(plan, b, stage, mood):
    """Where the status row of a stage and mood begins."""
    return plan.status + ((b * N_STAGES + stage) * N_MOODS + mood) * N_STATUS


@njit(**INLINED)
def talk_up_to(tables, crowd, person, life, b, t):
    """Cumulative word of mouth that pulls a consumer towards brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 0]
    if life.heard64[0] | life.heard64[1] == _ZERO:
        return np.int64(0)
    # Nobody talking counts for nothing, so no test is needed and the eight products become one vector.
    day, begin = np.uint64(t), np.uint64(_status_at(plan, b, stage, mood))
    need = np.int64(person.need)
    total = np.int64(0)
    for c in range(N_HEARD):
        total += effective(np.int64(life.heard[c]), need) * tables.press[day, begin + np.uint64(c)]
    return np.int64(person.listening) * total


@njit(**INLINED)
def talk_down_to(tables, crowd, person, life, b, t):
    """Cumulative complaints that push a consumer away from brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 1]
    total = np.int64(0)
    for tie in range(2):
        heard = np.int64(life.heard[2 * _DETRACTOR + tie])
        if heard != 0:
            at = _status_at(plan, b, stage, mood) + TALK_DOWN + tie
            total += effective(heard, np.int64(person.need)) * tables.press[t, at]
    return np.int64(person.listening) * total


@njit(**INLINED)
def pressure_up(tables, crowd, person, life, b, t):
    """Cumulative pressure on the clock to the next stage, apart from influencers' posts."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    row = (b * N_STAGES + stage) * N_MOODS + mood
    total = _stimulated(tables, person, b, tables.effect, row, t)
    if mood == _POSITIVE:
        total += tables.press[t, _status_at(plan, b, stage, mood) + JOY]
    return total + talk_up_to(tables, crowd, person, life, b, t)


@njit(**INLINED)
def forgotten_to(tables, person, life, b, t):
    """Cumulative forgetting, to the start of day t."""
    plan = tables.plan[0]
    at = plan.down + (b * plan.n_patterns + person.pattern) * N_STAGES + np.int64(life.stage)
    return plan.open_down[life.mood] * tables.press[t, at]


@njit(**INLINED)
def pushed_to(tables, person, life, b, t):
    """Cumulative push of the rivals' media, to the start of day t."""
    total = np.int64(0)
    if tables.plan[0].rivals_push:
        row = np.int64(life.stage) * N_MOODS + np.int64(life.mood)
        for other in range(len(tables.choice)):
            if other != b:
                total += _stimulated(tables, person, other, tables.push, row, t)
    return total


@njit(**INLINED)
def pressure_down(tables, crowd, person, life, b, t):
    """Cumulative pressure on the clock back to the stage before."""
    own = forgotten_to(tables, person, life, b, t) + pushed_to(tables, person, life, b, t)
    return own + talk_down_to(tables, crowd, person, life, b, t)


@njit(**INLINED)
def _due_up(tables, crowd, person, life, b, t):
    """Whether the clock to the next stage runs out by the start of day t as things stand."""
    return life.stage < _ADVOCACY and pressure_up(tables, crowd, person, life, b, t) >= life.up


@njit(**INLINED)
def _due_down(tables, crowd, person, life, b, t):
    """Whether the clock back runs out by the start of day t as things stand."""
    return life.stage > 0 and pressure_down(tables, crowd, person, life, b, t) >= life.down


@njit(**INLINED)
def _due(tables, crowd, person, life, b, t0, t1):
    """What could happen between a consumer and a brand on days t0 .. t1 - 1, as bits: up, down, end of a spell."""
    bits = _UP_DUE if _due_up(tables, crowd, person, life, b, t1) else 0
    if _due_down(tables, crowd, person, life, b, t1):
        bits |= _DOWN_DUE
    if t0 <= life.until < t1:
        bits |= _SPELL_DUE
    return bits


@njit(**INLINED)
def _due_clocks(tables, crowd, person, lives, needs, i, t0, t1):
    """Which of a consumer's clocks run out on days t0 .. t1 - 1 as things stand, as bits.

    Bit 0 is the next purchase, then each brand has three bits as from ``_due``. Notes what each upward clock will
    still lack at the end, so that louder talk until then costs a subtraction.
    """
    bits = np.int64(tables.press[t1, tables.plan[0].buy + person.segment] >= needs[i].buy)
    for b in range(len(lives)):
        life = lives[b, i]
        life.slack = _STOPPED
        if life.stage < _ADVOCACY:
            life.slack = life.up - pressure_up(tables, crowd, person, life, b, t1)
        due = _UP_DUE if life.slack <= 0 else 0
        if _due_down(tables, crowd, person, life, b, t1):
            due |= _DOWN_DUE
        if t0 <= life.until < t1:
            due |= _SPELL_DUE
        bits |= due << (1 + 3 * b)
    return bits


@njit(**INLINED)
def _first_day(tables, crowd, person, lives, needs, i, bits, t, t_end):
    """The first of days t .. t_end - 1 on which one of these clocks runs out; GONE if there are none."""
    if bits == 0:
        return GONE
    last = t_end - 1  # something is due by the end of this day
    if bits & 1:
        at, lo = tables.plan[0].buy + person.segment, t
        while lo < last:
            mid = (lo + last) // 2
            if tables.press[mid + 1, at] >= needs[i].buy:
                last = mid
            else:
                lo = mid + 1
    for b in range(len(lives)):
        due, life = (bits >> (1 + 3 * b)) & 7, lives[b, i]
        if due & _SPELL_DUE:
            last = min(last, np.int64(life.until))
        for way in (_UP_DUE, _DOWN_DUE):
            lo = t if due & way else last
            while lo < last:
                mid = (lo + last) // 2
                if way == _UP_DUE:
                    reached = pressure_up(tables, crowd, person, life, b, mid + 1) >= life.up
                else:
                    reached = pressure_down(tables, crowd, person, life, b, mid + 1) >= life.down
                if reached:
                    last = mid
                else:
                    lo = mid + 1
    return last


@njit(**INLINED)
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


@njit(**INLINED)
def _pushed_today(world, tables, person, life, b, i, t):
    """What the day's influencer posts took off the upward clock."""
    total = np.int64(0)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        if tables.live_brand[e] == b and _follows(world, tables.live_influencer[e], i):
            total += tables.live_push[e, person.segment, life.stage]
    return tables.plan[0].open_up[life.mood] * total


@njit(**INLINED)
def _racer(tables, base, alt, ident, ordinal, weight):
    """When alternative ``alt`` arrives in the race for the cause of a move; never if it has no weight."""
    if weight <= 0:
        return np.inf
    return race_time(fold(fold(fold(base, tables.alt_key[alt]), ident), np.uint64(ordinal)), np.float64(weight))


@njit(**INLINED)
def _cause_up(world, tables, crowd, luck, person, life, b, i, t, ordinal):
    """Which source moved a consumer up: a race of exponentials over the sources' shares of the day's hazard."""
    press, plan = tables.press, tables.plan[0]
    stage, mood, ident = np.int64(life.stage), np.int64(life.mood), person.ident
    base = stem(luck, np.uint64(_CAUSE_UP), tables.brand_key[b])
    heard = talk_up_to(tables, crowd, person, life, b, t + 1) - talk_up_to(tables, crowd, person, life, b, t)
    best, winner = _racer(tables, base, ALT_WOM, ident, ordinal, heard), ALT_WOM
    if mood == _POSITIVE:
        at = _status_at(plan, b, stage, mood) + JOY
        time = _racer(tables, base, ALT_EXPERIENCE, ident, ordinal, press[t + 1, at] - press[t, at])
        if time < best:
            best, winner = time, ALT_EXPERIENCE
    begin = plan.stimulus + (b * plan.n_groups + person.group) * plan.n_sources
    for q in range(plan.n_sources):
        if (tables.source_mask[person.pattern] >> np.uint64(q)) & _ONE:
            shown = press[t + 1, begin + q] - press[t, begin + q]
            alt = tables.source_alt[q]
            weight = shown * tables.effect[(b * N_STAGES + stage) * N_MOODS + mood, q]
            time = _racer(tables, base, alt, ident, ordinal, weight)
            if time < best:
                best, winner = time, alt
    first_influencer = FIRST_SOURCE + plan.n_sources - 1
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        if tables.live_brand[e] == b and _follows(world, tables.live_influencer[e], i):
            alt = first_influencer + np.int64(tables.live_influencer[e])
            push = plan.open_up[mood] * tables.live_push[e, person.segment, stage]
            time = _racer(tables, base, alt, ident, ordinal, push)
            if time < best:
                best, winner = time, alt
    return winner


@njit(**INLINED)
def _cause_down(tables, crowd, luck, person, life, b, t, ordinal):
    """Which source moved a consumer back."""
    ident = person.ident
    base = stem(luck, np.uint64(_CAUSE_DOWN), tables.brand_key[b])
    weight = forgotten_to(tables, person, life, b, t + 1) - forgotten_to(tables, person, life, b, t)
    best, winner = _racer(tables, base, ALT_FORGETTING, ident, ordinal, weight), ALT_FORGETTING
    weight = pushed_to(tables, person, life, b, t + 1) - pushed_to(tables, person, life, b, t)
    time = _racer(tables, base, ALT_RIVAL, ident, ordinal, weight)
    if time < best:
        best, winner = time, ALT_RIVAL
    weight = talk_down_to(tables, crowd, person, life, b, t + 1) - talk_down_to(tables, crowd, person, life, b, t)
    if _racer(tables, base, ALT_NEGATIVE, ident, ordinal, weight) < best:
        winner = ALT_NEGATIVE
    return winner


@njit(**INLINED)
def _choose_brand(tables, lives, luck, ident, i, ordinal):
    """Which brand a purchase goes to: a race weighted by the odds; the last is the rest of the category."""
    B = len(lives)
    best, winner = exponential(_key(luck, _CHOICE, tables.brand_key[B], ident, ordinal)), B
    for b in range(B):
        odds = tables.choice[b, np.int64(lives[b, i].stage) * N_MOODS + lives[b, i].mood]
        if odds > 0.0:
            time = race_time(_key(luck, _CHOICE, tables.brand_key[b], ident, ordinal), odds)
            if time < best:
                best, winner = time, b
    return winner


@njit(**INLINED)
def _wind_up(tables, crowd, luck, brand_key, person, life, b, t):
    """Draw the resistances of the stage just entered; its clocks start at day t."""
    stage = np.int64(life.stage)
    ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
    life.up = life.down = _STOPPED
    if stage < _ADVOCACY:
        drawn = resistance(_key(luck, _UP, brand_key, person.ident, ordinal))
        life.up = pressure_up(tables, crowd, person, life, b, t) + drawn
    if stage > 0:
        drawn = resistance(_key(luck, _DOWN, brand_key, person.ident, ordinal))
        life.down = pressure_down(tables, crowd, person, life, b, t) + drawn


@njit(**INLINED)
def _change_mood(tables, crowd, person, life, b, mood, t):
    """Change mood from day t on; clocks keep what is left on them: so far another mood let pressure through."""
    old, plan = np.int64(life.mood), tables.plan[0]
    if old != _NEGATIVE and mood != _NEGATIVE:
        # As open to media and talk as before: only the product's own pull and the hold on a customer differ.
        joy = tables.press[t, _status_at(plan, b, np.int64(life.stage), mood) + JOY]
        life.up += joy * (np.int64(mood == _POSITIVE) - np.int64(old == _POSITIVE))
        life.down -= forgotten_to(tables, person, life, b, t) + pushed_to(tables, person, life, b, t)
        life.mood = np.uint8(mood)
        life.down += forgotten_to(tables, person, life, b, t) + pushed_to(tables, person, life, b, t)
        return
    life.up -= pressure_up(tables, crowd, person, life, b, t)
    life.down -= pressure_down(tables, crowd, person, life, b, t)
    life.mood = np.uint8(mood)
    life.up += pressure_up(tables, crowd, person, life, b, t)
    life.down += pressure_down(tables, crowd, person, life, b, t)


@njit(**INLINED)
def _classes(plan, life, t):
    """Talk classes of a consumer from day t on."""
    fresh = life.until >= t and life.mood != _NEGATIVE
    return talk_classes(np.int64(life.stage), np.int64(life.mood), fresh, plan.talk_from)


@njit(**INLINED)
def _watch(work, i, day):
    """Look at a consumer on this day of the stretch, if not before."""
    if work.due[i] == NEVER:
        work.watch[work.n_watch[0]] = i
        work.n_watch[0] += 1
        work.due[i] = day
    elif work.due[i] > day or work.due[i] == GONE:
        work.due[i] = day


@njit(**INLINED)
def _tell(world, tables, state, work, b, i, old, new, t, t_end):
    """Count consumer i in or out of the talk classes of everybody who hears them, from day t on."""
    press, plan = tables.press, tables.plan[0]
    speaker = world.people[i]
    for talk in range(N_TALKS):
        state.talkers[b, talk] += np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)
    if plan.well_mixed:
        return
    for e in range(speaker.first, speaker.end):
        tie = 0 if e < speaker.strong_end else 1
        j = world.listeners[e]
        person, life = world.people[j], state.lives[b, j]
        need, listening = np.int64(person.need), np.int64(person.listening)
        at = _status_at(plan, b, np.int64(life.stage), np.int64(life.mood))
        for talk in range(N_TALKS):
            gain = np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)
            if gain == 0:
                continue
            column = 2 * talk + tie
            before = np.int64(life.heard[column])
            life.heard[column] = np.uint16(before + gain)
            # Keep what is left on the clocks: so far another number of neighbours talked.
            weight = listening * (effective(before + gain, need) - effective(before, need))
            so_far = press[t, at + column]
            life.up += weight * so_far
            life.slack -= weight * (press[t_end, at + column] - so_far)
            if talk == _DETRACTOR:
                life.down += weight * press[t, at + TALK_DOWN + tie]
        if t >= t_end or work.due[j] == t or work.due[j] == ACTED:
            continue
        # Louder talk may bring a clock forward; softer talk is noticed when the day comes.
        last = work.due[j] if work.due[j] > t else t_end
        due = life.slack <= 0 if last == t_end else _due_up(tables, state.crowd, person, life, b, last)
        if not due and (new >> _DETRACTOR) & 1:
            due = _due_down(tables, state.crowd, person, life, b, last)
        if due:
            _watch(work, j, t)


@njit(**INLINED)
def _apply(world, tables, state, work, counts, luck, e, t, t_end):
    """Write one brand's event of one consumer: new stage, mood and talk from day t + 1 on."""
    i, b = work.events[e, _EV_WHO], work.events[e, _EV_BRAND]
    stage, mood = work.events[e, _EV_STAGE], work.events[e, _EV_MOOD]
    plan, crowd = tables.plan[0], state.crowd
    person, life = world.people[i], state.lives[b, i]
    old_stage, old_mood = np.int64(life.stage), np.int64(life.mood)
    after = counts[t // 7 + 1, b, person.segment]
    if stage != old_stage:
        after.stock[old_stage] -= 1
        after.stock[stage] += 1
        life.stage = np.uint8(stage)
        life.mood = np.uint8(mood)
        life.entered[stage] += np.uint16(1)
        _wind_up(tables, crowd, luck, tables.brand_key[b], person, life, b, t + 1)
    elif mood != old_mood:
        _change_mood(tables, crowd, person, life, b, mood, t + 1)
    if mood != old_mood:
        after.positive += np.int64(mood == _POSITIVE) - np.int64(old_mood == _POSITIVE)
        after.negative += np.int64(mood == _NEGATIVE) - np.int64(old_mood == _NEGATIVE)
    life.until = np.int16(work.events[e, _EV_UNTIL])
    old, new = work.events[e, _EV_OLD], _classes(plan, life, t + 1)
    if new != old:
        _tell(world, tables, state, work, b, i, old, new, t + 1, t_end)


@njit(**INLINED)
def _spell(plan, luck, brand_key, person, life, t, bad):
    """Last day of a spell of talk that begins tomorrow: bad talk, or a fresh buyer's."""
    key = _key(luck, _TALK_DAYS, brand_key, person.ident, np.int64(life.spells))
    life.spells += np.uint16(1)
    if bad:
        return last_talk_day(t, plan.negative_days, False, key)
    return last_talk_day(t, plan.fresh_days, plan.fresh_fixed != 0, key)


@njit(**INLINED)
def _brand_day(world, tables, seeds, state, work, tallies, luck, i, b, t, due, sample, bought, with_causes):
    """Decide what one consumer's day does to one brand; ``sample`` is a row of ``seeds``, or -1."""
    plan, crowd = tables.plan[0], state.crowd
    person, life = world.people[i], state.lives[b, i]
    ident, brand_key = person.ident, tables.brand_key[b]
    week = t // 7
    stage, mood, until = np.int64(life.stage), np.int64(life.mood), np.int64(life.until)
    new_stage, new_mood, new_until = stage, mood, until
    given = sample >= 0
    up, down = due & _UP_DUE != 0, due & _DOWN_DUE != 0
    if given and seeds.stage[sample] > stage:
        # A sample that lifts nobody leaves the clocks alone: one that runs out today does not wait for tomorrow.
        up = down = False
        new_stage = np.int64(seeds.stage[sample])
        if with_causes:
            tallies.causes[week, b, 0, new_stage, ALT_SEEDING] += 1
    elif up and down:
        push = _pushed_today(world, tables, person, life, b, i, t)
        morning = pressure_up(tables, crowd, person, life, b, t)
        left_up = life.up + push - morning
        hazard_up = pressure_up(tables, crowd, person, life, b, t + 1) + push - morning
        morning = pressure_down(tables, crowd, person, life, b, t)
        left_down = life.down - morning
        hazard_down = pressure_down(tables, crowd, person, life, b, t + 1) - morning
        up = up_comes_first(left_up, hazard_up, left_down, hazard_down)
        down = not up
    ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
    if up:
        new_stage = stage + 1
        may_skip = happens(_key(luck, _SKIP, brand_key, ident, ordinal), plan.p_skip)
        if with_causes or may_skip:
            cause = _cause_up(world, tables, crowd, luck, person, life, b, i, t, ordinal)
            if may_skip and cause == ALT_WOM:
                new_stage = min(stage + 2, _ADVOCACY)
            if with_causes:
                tallies.causes[week, b, 0, new_stage, cause] += 1
    if down:
        new_stage = stage - 1
        may_turn = mood != _NEGATIVE and happens(_key(luck, _TURN, brand_key, ident, ordinal), plan.p_turn)
        if with_causes or may_turn:
            cause = _cause_down(tables, crowd, luck, person, life, b, t, ordinal)
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
        if stage < plan.fresh_stage <= new_stage and new_mood != _NEGATIVE:
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
        used = used or happens(_key(luck, _TRY, brand_key, ident, np.int64(life.tried)), seeds.p_try[sample])
    if used:
        u = uniform(_key(luck, _SENTIMENT, brand_key, ident, np.int64(life.tried)))
        life.tried += np.uint16(1)
        verdict = mood_after_trial(u, tables.verdict[b, 0], tables.verdict[b, 1])
        if verdict == _NEGATIVE:
            new_until = _spell(plan, luck, brand_key, person, life, t, True)
        elif verdict == _POSITIVE and plan.fresh_stage == 0:
            new_until = _spell(plan, luck, brand_key, person, life, t, False)
        elif new_mood == _NEGATIVE:
            new_until = NEVER
        new_mood = verdict
    if new_stage != stage or new_mood != mood or new_until != until:
        e = work.n_events[0]
        work.events[e, _EV_WHO] = i
        work.events[e, _EV_BRAND] = b
        work.events[e, _EV_OLD] = _classes(plan, life, t)  # as neighbours have counted it
        work.events[e, _EV_STAGE] = new_stage
        work.events[e, _EV_MOOD] = new_mood
        work.events[e, _EV_UNTIL] = new_until
        work.n_events[0] += 1


@njit(**INLINED)
def _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, with_causes):
    """Decide what one consumer does on day t.

    Reads the morning's state; writes only the consumer's own ordinals and the day's event list.
    """
    B = len(state.lives)
    press, plan = tables.press, tables.plan[0]
    person, need = world.people[i], state.needs[i]
    at = plan.buy + person.segment
    bought = -1
    if press[t + 1, at] >= need.buy:
        bought = _choose_brand(tables, state.lives, luck, person.ident, i, need.n_buys)
        need.n_buys += 1
        need.buy = press[t + 1, at] + resistance(_key(luck, _BUY, _ZERO, person.ident, need.n_buys))
        count = tallies.counts[t // 7, bought, person.segment]
        count.purchases += 1
        if bought < B:
            life = state.lives[bought, i]
            if life.last == NEVER_BOUGHT:
                count.first_purchases += 1
            life.bought += np.uint16(1)
            life.last = np.int16(t)
    for b in range(B):
        sample = work.sample[b] if work.sampled[i] else np.int64(-1)
        due = _due(tables, state.crowd, person, state.lives[b, i], b, t, t + 1)
        if due or sample >= 0 or bought == b:
            _brand_day(world, tables, seeds, state, work, tallies, luck, i, b, t, due, sample, bought == b, with_causes)
            acted = True
    return acted


@njit(**INLINED)
def _hear_crowd(world, tables, state, t):
    """Well-mixed talk: add day t's hazard to the sums that all consumers share."""
    N = len(world.people)
    press, plan = tables.press, tables.plan[0]
    for b in range(len(state.lives)):
        for status in range(N_STATES):
            at = _status_at(plan, b, status // N_MOODS, status % N_MOODS)
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


@njit(**COMPILED)
def begin(world, tables, state, work, counts, luck):
    """Put everybody where they stand on day 0, let those talk who talk, and draw the first resistances."""
    plan = tables.plan[0]
    B, N = state.lives.shape
    for b in range(B):
        for i in range(N):
            life = state.lives[b, i]
            life.stage = world.stage0[b, i]
            life.last = world.last0[b, i]
            life.until = np.int16(NEVER)
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
        state.needs[i].buy = resistance(_key(luck, _BUY, _ZERO, world.people[i].ident, 0))
    _close_week(world, tables, state, counts, 0)


@njit(**INLINED)
def _close_week(world, tables, state, counts, t):
    """Count customers and buyers at the start of day t, and open the next week's stocks."""
    B, N = state.lives.shape
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
        if week + 1 < len(counts):
            for segment in range(counts.shape[2]):
                now, then = counts[week, b, segment], counts[week + 1, b, segment]
                then.positive = now.positive
                then.negative = now.negative
                for stage in range(N_STAGES):
                    then.stock[stage] = now.stock[stage]


@njit(**INLINED)
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
            for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
                if seeds.consumer[s] == i:
                    work.sample[seeds.brand[s]] = s
        _consumer_day(world, tables, seeds, state, work, tallies, luck, i, t, with_causes)
        work.due[i] = ACTED
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        work.sampled[seeds.consumer[s]] = 0
    for e in range(work.n_events[0]):
        _apply(world, tables, state, work, tallies.counts, luck, e, t, t_end)
    if t + 1 < t_end:
        for w in range(work.n_watch[0]):
            i = work.watch[w]
            if work.due[i] == ACTED:
                person = world.people[i]
                bits = _due_clocks(tables, state.crowd, person, state.lives, state.needs, i, t + 1, t_end)
                work.due[i] = _first_day(tables, state.crowd, person, state.lives, state.needs, i, bits, t + 1, t_end)
    state.day[0] = t + 1
    if (t + 1) % 7 == 0:
        _close_week(world, tables, state, tallies.counts, t + 1)


@njit(**COMPILED)
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
        work.n_watch[0] = 0
        for i in range(len(world.people)):
            work.due[i] = NEVER
            person, day = world.people[i], t
            if not plan.well_mixed:
                bits = _due_clocks(tables, state.crowd, person, state.lives, state.needs, i, t, t_end)
                day = _first_day(tables, state.crowd, person, state.lives, state.needs, i, bits, t, t_end)
            if day != GONE:
                _watch(work, i, day)
        for day in range(t, t_end):
            _one_day(world, tables, seeds, state, work, tallies, luck, day, t_end, with_causes)
        t = t_end
