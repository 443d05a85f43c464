"""The clocks of one consumer: how much has pressed on them, and on which day they run out.

A clock is one number that cumulative pressure must reach. All pressure is a sum of products of whole numbers, so it
is the same however days are grouped.
"""

import numpy as np
from numba import types
from numba.extending import intrinsic

from scenarios.vocabulary import N_STANDINGS, Mood, Stage, Talk
from simulator.arrays import JOY, N_HEARD, N_MOODS, N_STAGES, N_STATUS, N_TALKS, TALK_DOWN
from simulator.compiling import INLINED, compiled
from simulator.draws import fold, stem
from simulator.rules import counting

_ADVOCACY, _POSITIVE, _DETRACTOR = int(Stage.ADVOCACY), int(Mood.POSITIVE), int(Talk.DETRACTOR)
_ONE, _ZERO = np.uint64(1), np.uint64(0)

UP_DUE, DOWN_DUE, SPELL_DUE = 1, 2, 4
"""Bits of what may happen between a consumer and a brand: a clock runs out, or a spell of talk or mood ends."""

GONE = np.int16(-2)
"""Stands for a day: nothing more can happen in this stretch as things stand."""

STOPPED = np.int64(1 << 62)
"""The clock of those who can go no further: what is left over of an old one would depend on who moved first."""


@compiled(**INLINED)
def key_of(luck, purpose, brand_key, ident, ordinal):
    """The key of one draw of one consumer."""
    return fold(fold(stem(luck, np.uint64(purpose), brand_key), ident), np.uint64(ordinal))


@intrinsic
def _lowest_bit(typing_context, word):
    """Number of the lowest bit that is set in a 64-bit word other than 0."""

    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), codegen


@compiled(**INLINED)
def _stimulated(tables, person, brand, effect, row, t, mask):
    """Cumulative pressure of those of a brand's sources that are met: stimulus × effect."""
    plan = tables.plan[0]
    day = np.uint64(t)  # unsigned: no test for negative indices
    begin = np.uint64(plan.stimulus + (brand * plan.n_groups + person.group) * plan.n_sources)
    which = np.uint64(row)
    sources = tables.source_mask[person.pattern] & mask
    total = np.int64(0)
    while sources != _ZERO:
        q = _lowest_bit(sources)
        total += tables.press[day, begin + q] * effect[which, q]
        sources &= sources - _ONE
    return total


@compiled(**INLINED)
def status_at(plan, b, stage, mood):
    """Where the status row of a stage and mood begins."""
    return plan.status + ((b * N_STAGES + stage) * N_MOODS + mood) * N_STATUS


@compiled(**INLINED)
def talk_up_to(tables, crowd, person, life, b, t):
    """Cumulative word of mouth that pulls a consumer towards brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 0]
    if life.heard64[0] | life.heard64[1] == _ZERO:
        return np.int64(0)
    day, begin = np.uint64(t), np.uint64(status_at(plan, b, stage, mood))
    total = np.int64(0)
    if person.need == 1:
        # Everybody who talks counts, and nobody for nothing: the eight products become one vector.
        for c in range(N_HEARD):
            total += np.int64(life.heard[c]) * tables.press[day, begin + np.uint64(c)]
    else:
        for talk in range(N_TALKS):
            column = np.uint64(2 * talk)
            strong, weak = counting(
                np.int64(life.heard[2 * talk]), np.int64(life.heard[2 * talk + 1]), np.int64(person.need)
            )
            total += strong * tables.press[day, begin + column] + weak * tables.press[day, begin + column + _ONE]
    return np.int64(person.listening) * total


@compiled(**INLINED)
def talk_down_to(tables, crowd, person, life, b, t):
    """Cumulative complaints that push a consumer away from brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 1]
    strong, weak = np.int64(life.heard[2 * _DETRACTOR]), np.int64(life.heard[2 * _DETRACTOR + 1])
    if strong == 0 and weak == 0:
        return np.int64(0)
    strong, weak = counting(strong, weak, np.int64(person.need))
    at = status_at(plan, b, stage, mood) + TALK_DOWN
    total = strong * tables.press[t, at] + weak * tables.press[t, at + 1]
    return np.int64(person.listening) * total


@compiled(**INLINED)
def pressure_up(tables, crowd, person, life, b, t):
    """Cumulative pressure on the clock to the next stage, apart from influencers' posts."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    row = (b * N_STAGES + stage) * N_MOODS + mood
    gate = tables.gate[b * N_STANDINGS + np.int64(life.standing)]
    total = _stimulated(tables, person, b, tables.effect, row, t, gate)
    if mood == _POSITIVE:
        total += tables.press[t, status_at(plan, b, stage, mood) + JOY]
    return total + talk_up_to(tables, crowd, person, life, b, t)


@compiled(**INLINED)
def forgotten_to(tables, person, life, b, t):
    """Cumulative forgetting, to the start of day t."""
    plan = tables.plan[0]
    which = (b * plan.n_patterns + person.pattern) * plan.n_holds + tables.hold[life.standing]
    at = plan.down + which * N_STAGES + np.int64(life.stage)
    return plan.open_down[life.mood] * tables.press[t, at]


@compiled(**INLINED)
def pushed_to(tables, person, life, b, t):
    """Cumulative push of the rivals' media, to the start of day t."""
    total = np.int64(0)
    if tables.plan[0].rivals_push:
        row = np.int64(life.stage) * N_MOODS + np.int64(life.mood)
        for other in range(len(tables.push_mask)):
            if other != b:
                total += _stimulated(tables, person, other, tables.push, row, t, tables.push_mask[other])
    return total


@compiled(**INLINED)
def irritated_to(tables, person, life, b, t):
    """Cumulative irritation by the brand's own posts, to the start of day t."""
    if not tables.plan[0].irritates:
        return np.int64(0)
    row = np.int64(life.stage) * N_MOODS + np.int64(life.mood)
    return _stimulated(
        tables, person, b, tables.nag, row, t, tables.nag_mask[b * N_STANDINGS + np.int64(life.standing)]
    )


@compiled(**INLINED)
def driven_to(tables, person, life, b, t):
    """Cumulative pressure on the clock back, apart from complaints, to the start of day t."""
    own = forgotten_to(tables, person, life, b, t) + irritated_to(tables, person, life, b, t)
    return own + pushed_to(tables, person, life, b, t)


@compiled(**INLINED)
def pressure_down(tables, crowd, person, life, b, t):
    """Cumulative pressure on the clock back to the stage before."""
    return driven_to(tables, person, life, b, t) + talk_down_to(tables, crowd, person, life, b, t)


@compiled(**INLINED)
def need_at(tables, person, need):
    """Column of a consumer's need for the category."""
    plan = tables.plan[0]
    return plan.buy + person.segment * plan.n_paces + need.pace


@compiled(**INLINED)
def due_up(tables, crowd, person, life, b, t):
    """Whether the clock to the next stage runs out by the start of day t as things stand."""
    return life.stage < _ADVOCACY and pressure_up(tables, crowd, person, life, b, t) >= life.up


@compiled(**INLINED)
def due_down(tables, crowd, person, life, b, t):
    """Whether the clock back runs out by the start of day t as things stand."""
    return life.stage > 0 and pressure_down(tables, crowd, person, life, b, t) >= life.down


@compiled(**INLINED)
def due_bits(tables, crowd, person, life, b, t0, t1):
    """What could happen between a consumer and a brand on days t0 .. t1 - 1, as bits: up, down, end of a spell."""
    bits = UP_DUE if due_up(tables, crowd, person, life, b, t1) else 0
    if due_down(tables, crowd, person, life, b, t1):
        bits |= DOWN_DUE
    if t0 <= life.until < t1:
        bits |= SPELL_DUE
    return bits


@compiled(**INLINED)
def due_clocks(tables, crowd, person, lives, needs, i, t0, t1):
    """Which of a consumer's clocks run out on days t0 .. t1 - 1 as things stand, as bits.

    Bit 0 is the next purchase, then each brand has three bits as from ``_due``. Notes what each upward clock will
    still lack at the end, so that louder talk until then costs a subtraction.
    """
    bits = np.int64(tables.press[t1, need_at(tables, person, needs[i])] >= needs[i].buy)
    for b in range(len(lives)):
        life = lives[b, i]
        life.slack = STOPPED
        if life.stage < _ADVOCACY:
            life.slack = life.up - pressure_up(tables, crowd, person, life, b, t1)
        due = UP_DUE if life.slack <= 0 else 0
        if due_down(tables, crowd, person, life, b, t1):
            due |= DOWN_DUE
        if t0 <= life.until < t1:
            due |= SPELL_DUE
        bits |= due << (1 + 3 * b)
    return bits


@compiled(**INLINED)
def first_day(tables, crowd, person, lives, needs, i, bits, t, t_end):
    """The first of days t .. t_end - 1 on which one of these clocks runs out; GONE if there are none."""
    if bits == 0:
        return GONE
    last = t_end - 1  # something is due by the end of this day
    if bits & 1:
        at, lo = need_at(tables, person, needs[i]), t
        while lo < last:
            mid = (lo + last) // 2
            if tables.press[mid + 1, at] >= needs[i].buy:
                last = mid
            else:
                lo = mid + 1
    for b in range(len(lives)):
        due, life = (bits >> (1 + 3 * b)) & 7, lives[b, i]
        if due & SPELL_DUE:
            last = min(last, np.int64(life.until))
        for way in (UP_DUE, DOWN_DUE):
            lo = t if due & way else last
            while lo < last:
                mid = (lo + last) // 2
                if way == UP_DUE:
                    reached = pressure_up(tables, crowd, person, life, b, mid + 1) >= life.up
                else:
                    reached = pressure_down(tables, crowd, person, life, b, mid + 1) >= life.down
                if reached:
                    last = mid
                else:
                    lo = mid + 1
    return last
