"""The clocks of one consumer: how much has pressed on them, and on which day they run out.

A clock is one number that cumulative pressure must reach. All pressure is a sum of products of whole numbers, so it
is the same however days are grouped. Sources and columns of talk are padded to eights and multiplied as vectors; what
a consumer does not meet is masked, not skipped, for a branch that depends on the consumer costs more than eight
products.
"""

import numpy as np

from scenarios.vocabulary import N_STANDINGS, Mood, Talk
from simulator.arrays import JOY, N_MOODS, N_STAGES, N_STATUS, N_TALKS, TALK_DOWN
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import fold
from simulator.rules import counting
from simulator.vectors import LANES, dot, dot_heard

_POSITIVE, _DETRACTOR = int(Mood.POSITIVE), int(Talk.DETRACTOR)
_ONE = np.uint64(1)

UP_DUE, DOWN_DUE, SPELL_DUE = 1, 2, 4
"""Bits of what may happen between a consumer and a brand: a clock runs out, or a spell of talk or mood ends."""

STOPPED = np.int64(1 << 62)
"""The clock of those who can go no further: what is left over of an old one would depend on who moved first."""

LATER = np.int16(32_767)
"""The day of the next purchase when it does not come before the tables end."""

SLACK_BITS = 20
_MOST_SLACK = np.int64(2**31 - 1)


@compiled(**INLINED)
def key_of(stems, purpose, b, ident, ordinal):
    """The key of one draw of one consumer; ``stems`` holds what all consumers share of it."""
    return fold(fold(stems[b, purpose], ident), np.uint64(ordinal))


@compiled(**INLINED)
def status_at(plan, b, stage, mood):
    """Where the status row of a stage and mood begins."""
    return plan.status + ((b * N_STAGES + stage) * N_MOODS + mood) * N_STATUS


@compiled(**INLINED)
def _shown_to(tables, person, b, t, begin, effect, row, mask, which):
    """Cumulative stimulus of the sources that a consumer meets, times what a unit does, to the start of day t."""
    plan = tables.plan[0]
    width = np.uint64(plan.n_blocks * LANES)
    shown = np.uint64(t * plan.row + begin) + np.uint64(b * plan.n_groups + person.group) * width
    does, met, let = np.uint64(row) * width, np.uint64(person.pattern) * width, np.uint64(which) * width
    total = dot(tables.press, shown, effect, does, tables.meets, met, mask, let)
    for block in range(1, plan.n_blocks):
        k = np.uint64(block * LANES)
        total += dot(tables.press, shown + k, effect, does + k, tables.meets, met + k, mask, let + k)
    return total


@compiled(**INLINED)
def _media_to(tables, person, life, b, t):
    """Cumulative pull of the brand's sources."""
    row, standing = (b * N_STAGES + life.stage) * N_MOODS + life.mood, b * N_STANDINGS + life.standing
    return _shown_to(tables, person, b, t, tables.plan[0].stimulus, tables.effect, row, tables.reaches, standing)


@compiled(**KERNEL)
def _counted(press, life, need, day, at):
    """The talk of all neighbours together where several are needed before it counts."""
    total = np.int64(0)
    for talk in range(N_TALKS):
        column = at + np.uint64(2 * talk)
        strong, weak = counting(np.int64(life.heard[2 * talk]), np.int64(life.heard[2 * talk + 1]), need)
        total += strong * press[day, column] + weak * press[day, column + _ONE]
    return total


@compiled(**INLINED)
def talk_up_to(tables, crowd, person, life, b, t):
    """Cumulative word of mouth that pulls a consumer towards brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 0]
    at = status_at(plan, b, stage, mood)
    if person.need == 1:
        # Everybody who talks counts, and nobody for nothing.
        return np.int64(person.listening) * dot_heard(life, tables.press, np.uint64(t * plan.row + at))
    return np.int64(person.listening) * _counted(tables.press, life, np.int64(person.need), np.uint64(t), np.uint64(at))


@compiled(**INLINED)
def talk_down_to(tables, crowd, person, life, b, t):
    """Cumulative complaints that push a consumer away from brand b, to the start of day t."""
    plan = tables.plan[0]
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    if plan.well_mixed:
        return np.int64(person.listening) * crowd[t, b, stage * N_MOODS + mood, 1]
    strong, weak = counting(
        np.int64(life.heard[2 * _DETRACTOR]), np.int64(life.heard[2 * _DETRACTOR + 1]), np.int64(person.need)
    )
    day, at = np.uint64(t), np.uint64(status_at(plan, b, stage, mood) + TALK_DOWN)
    return np.int64(person.listening) * (strong * tables.press[day, at] + weak * tables.press[day, at + _ONE])


@compiled(**INLINED)
def pressure_up(tables, crowd, person, life, b, t):
    """Cumulative pressure on the clock to the next stage, apart from influencers' posts."""
    stage, mood = np.int64(life.stage), np.int64(life.mood)
    joy = tables.press[np.uint64(t), np.uint64(status_at(tables.plan[0], b, stage, mood) + JOY)]
    own = joy * np.int64(mood == _POSITIVE) + _media_to(tables, person, life, b, t)
    return own + talk_up_to(tables, crowd, person, life, b, t)


@compiled(**INLINED)
def forgotten_to(tables, person, life, b, t):
    """Cumulative forgetting, to the start of day t."""
    plan = tables.plan[0]
    which = (b * plan.n_patterns + person.pattern) * plan.n_holds + tables.hold[life.standing]
    at = plan.down + which * N_STAGES + np.int64(life.stage)
    return plan.open_down[life.mood] * tables.press[np.uint64(t), np.uint64(at)]


@compiled(**INLINED)
def pushed_to(tables, person, life, b, t):
    """Cumulative push of the rivals' media, to the start of day t."""
    plan = tables.plan[0]
    if not plan.rivals_push:
        return np.int64(0)
    row = life.stage * N_MOODS + life.mood
    return _shown_to(tables, person, b, t, plan.rivals, tables.push, row, tables.meets, person.pattern)


@compiled(**INLINED)
def irritated_to(tables, person, life, b, t):
    """Cumulative irritation by the brand's own posts, to the start of day t."""
    plan = tables.plan[0]
    if not plan.irritates:
        return np.int64(0)
    row, standing = life.stage * N_MOODS + life.mood, b * N_STANDINGS + life.standing
    return _shown_to(tables, person, b, t, plan.stimulus, tables.nag, row, tables.nags, standing)


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
def due_up(tables, crowd, person, life, b, t):
    """Whether the clock to the next stage runs out by the start of day t as things stand; never at the last one."""
    return pressure_up(tables, crowd, person, life, b, t) >= life.up


@compiled(**INLINED)
def due_down(tables, crowd, person, life, b, t):
    """Whether the clock back runs out by the start of day t as things stand; never at the first one."""
    return pressure_down(tables, crowd, person, life, b, t) >= life.down


@compiled(**INLINED)
def due_bits(tables, crowd, person, life, b, t):
    """What happens between a consumer and a brand on day t, as bits: up, down, end of a spell."""
    bits = np.int64(due_up(tables, crowd, person, life, b, t + 1))
    bits |= np.int64(due_down(tables, crowd, person, life, b, t + 1)) << 1
    return bits | (np.int64(life.until == t) << 2)


@compiled(**INLINED)
def _at_least(left):
    """What is left on a clock in 2**-20, rounded down, so that nobody is looked at too late."""
    return np.int32(min(max(left >> SLACK_BITS, -_MOST_SLACK), _MOST_SLACK))


@compiled(**INLINED)
def take_slack(life, pressure):
    """Note that so much more presses until the day planned."""
    slack = np.int64(life.slack)
    # What was too little to write down stays so, whatever comes back.
    left = slack + (-pressure >> SLACK_BITS) if slack > -_MOST_SLACK else slack
    life.slack = np.int32(min(max(left, -_MOST_SLACK), _MOST_SLACK))


@compiled(**INLINED)
def due_by(tables, crowd, person, life, b, t, t_end):
    """What may happen on days t .. t_end - 1 as things stand, as bits; notes what the upward clock will then lack."""
    left = life.up - pressure_up(tables, crowd, person, life, b, t_end)
    life.slack = _at_least(left)
    bits = np.int64(left <= 0)
    bits |= np.int64(pressure_down(tables, crowd, person, life, b, t_end) >= life.down) << 1
    return bits | (np.int64((life.until >= t) & (life.until < t_end)) << 2)


@compiled(**INLINED)
def _guess(begin, by_end, clock, t, t_end):
    """The day on which a clock runs out if pressure is steady from day t to t_end."""
    share = np.float64(clock - begin) / np.float64(max(by_end - begin, np.int64(1)))
    return min(max(t + np.int64(share * np.float64(t_end - t)), t), t_end - 1)


@compiled(**INLINED)
def _day_up(tables, crowd, person, life, b, t, t_end):
    """The day on which the clock to the next stage runs out, given that it does: a guess, put right where needed."""
    begin, by_end = pressure_up(tables, crowd, person, life, b, t), life.up - (np.int64(life.slack) << SLACK_BITS)
    day = _guess(begin, by_end, life.up, t, t_end)
    before = pressure_up(tables, crowd, person, life, b, day)
    if before >= life.up or pressure_up(tables, crowd, person, life, b, day + 1) < life.up:
        lo, last = (np.int64(t), day) if before >= life.up else (day + 1, t_end - 1)
        while lo < last:
            mid = (lo + last) // 2
            if pressure_up(tables, crowd, person, life, b, mid + 1) >= life.up:
                last = mid
            else:
                lo = mid + 1
        day = last
        before = pressure_up(tables, crowd, person, life, b, day)
    life.slack = _at_least(life.up - before)
    return day


@compiled(**INLINED)
def _day_down(tables, crowd, person, life, b, t, t_end):
    """The same of the clock back."""
    begin = pressure_down(tables, crowd, person, life, b, t)
    by_end = pressure_down(tables, crowd, person, life, b, t_end)
    day = _guess(begin, by_end, life.down, t, t_end)
    early = pressure_down(tables, crowd, person, life, b, day) >= life.down
    if early or pressure_down(tables, crowd, person, life, b, day + 1) < life.down:
        lo, last = (np.int64(t), day) if early else (day + 1, t_end - 1)
        while lo < last:
            mid = (lo + last) // 2
            if pressure_down(tables, crowd, person, life, b, mid + 1) >= life.down:
                last = mid
            else:
                lo = mid + 1
        day = last
    return day


@compiled(**INLINED)
def first_day(tables, crowd, person, life, b, bits, t, t_end):
    """The first of days t .. t_end - 1 on which one of these things happens.

    Notes what the clock to the next stage will lack on that day, or later.
    """
    day = t_end
    if bits & UP_DUE:
        day = _day_up(tables, crowd, person, life, b, t, t_end)
    if bits & DOWN_DUE:
        day = min(day, _day_down(tables, crowd, person, life, b, t, t_end))
    if bits & SPELL_DUE:
        day = min(day, np.int64(life.until))
    return day


@compiled(**INLINED)
def need_at(tables, person, need):
    """Column of a consumer's need for the category in a row of pressure."""
    plan = tables.plan[0]
    return plan.buy + person.segment * plan.n_paces + need.pace


@compiled(**INLINED)
def buying_day(tables, person, need, t):
    """The first day from t on when the need for the category reaches the consumer's clock; LATER if none does."""
    row = np.uint64(person.segment * tables.plan[0].n_paces + need.pace)
    last = tables.need.shape[1] - 1  # the day after the last
    if t >= last or tables.need[row, np.uint64(last)] < need.buy:
        return LATER
    # Halves the days in as many steps for everybody, without a branch to guess.
    day, n = np.int64(t), np.int64(last) - t
    while n > 1:
        half = n // 2
        day += half * np.int64(tables.need[row, np.uint64(day + half)] < need.buy)
        n -= half
    return np.int16(day)
