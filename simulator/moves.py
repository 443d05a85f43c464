"""What one day does to one consumer and one brand: decided from the morning's state, written in the evening."""

import numpy as np

from scenarios.vocabulary import Mood, Stage, Standing
from simulator.arrays import FELT_ANSWERED, FELT_DELAY, FELT_SETTLED, NEVER
from simulator.causes import cause_down, cause_up, pushed_today
from simulator.clocks import DOWN_DUE, UP_DUE, due_bits, key_of, pressure_down, pressure_up
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import Purpose, uniform
from simulator.rules import (
    clock_ordinal,
    happens,
    last_talk_day,
    mood_after_trial,
    standing_after,
    talk_classes,
    up_comes_first,
)
from simulator.tables import ALT_BACKLASH, ALT_NEGATIVE, ALT_SEEDING, ALT_WOM

_ADVOCACY = int(Stage.ADVOCACY)
_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_SENTIMENT, _TALK_DAYS = int(Purpose.SENTIMENT), int(Purpose.TALK_DAYS)
_SKIP, _TURN, _TRY = int(Purpose.SKIP), int(Purpose.TURN), int(Purpose.TRY_PRODUCT)
_OPT_IN, _REFUND, _COMPLAIN = int(Purpose.OPT_IN), int(Purpose.REFUND), int(Purpose.COMPLAIN)
_CLAIM, _ATTEND = int(Purpose.CLAIM), int(Purpose.ATTEND)
_OPTED_IN, _BOUGHT, _TOLD = int(Standing.OPTED_IN), int(Standing.BOUGHT), int(Standing.TOLD)
_REFERRED, _ATTENDED = int(Standing.REFERRED), int(Standing.ATTENDED)
_VISITED = int(Standing.VISITED)
_ATTENTION, _ATTRACTION, _AFFINITY = int(Stage.ATTENTION), int(Stage.ATTRACTION), int(Stage.AFFINITY)


@compiled(**INLINED)
def count_standing(count, was, now):
    """Keep count of those whom the brand knows in one way or another."""
    count.visitors += (now & _VISITED) - (was & _VISITED)
    count.opted_in += (now & _OPTED_IN) // _OPTED_IN - (was & _OPTED_IN) // _OPTED_IN
    count.referred += (now & _REFERRED) // _REFERRED - (was & _REFERRED) // _REFERRED


@compiled(**INLINED)
def classes(plan, life, t):
    """Talk classes of a consumer from day t on."""
    fresh = life.until >= t and life.mood != _NEGATIVE
    return talk_classes(np.int64(life.stage), np.int64(life.mood), fresh, plan.talk_from)


@compiled(**INLINED)
def _spell(plan, stems, b, person, life, t, bad):
    """Last day of a spell of talk that begins tomorrow: bad talk, or a fresh buyer's."""
    key = key_of(stems, _TALK_DAYS, b, person.ident, np.int64(life.spells))
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
def _stand(tables, seeds, stems, person, life, b, t, row, bought, standing, stage, mood, count):
    """What the brand knows of a consumer after today, and who opted in, opted out, came, or named a friend."""
    ident = person.ident
    was = np.int64(life.standing)
    standing = standing_after(standing, stage, mood)
    enters = stage > life.stage and _ATTRACTION <= stage <= _AFFINITY
    if enters and mood != _NEGATIVE and not standing & _OPTED_IN and tables.p_opt_in[b, t] > 0.0:
        ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
        if happens(key_of(stems, _OPT_IN, b, ident, ordinal), tables.p_opt_in[b, t]):
            standing |= _OPTED_IN
            count.sign_ups += 1
    if standing & _OPTED_IN:
        count.opt_ins += np.int64(not was & _OPTED_IN)
        count.leads += np.int64(stage >= _AFFINITY and (not was & _OPTED_IN or life.stage < _AFFINITY))
    elif was & _OPTED_IN:
        count.opt_outs += 1
    invited = row >= 0 and seeds.p_come[row] > 0.0 and life.stage >= _ATTENTION and mood != _NEGATIVE
    if invited and happens(key_of(stems, _ATTEND, b, ident, seeds.event[row]), seeds.p_come[row]):
        standing |= _ATTENDED
        count.attendances += 1
    if bought:
        sent = not was & _BOUGHT and was & _TOLD and tables.p_claim[b, t] > 0.0
        if sent and happens(key_of(stems, _CLAIM, b, ident, 0), tables.p_claim[b, t]):
            standing |= _REFERRED
            count.referrals += 1
        standing |= _BOUGHT
    return standing


@compiled(**KERNEL)
def _sample_of(seeds, b, i, t):
    """The row of ``seeds`` that reaches a consumer about a brand today; -1 if there is none."""
    s, end = seeds.ptr[t], seeds.ptr[t + 1]
    while s < end:  # the day's rows stand in order of consumer
        mid = (s + end) // 2
        if seeds.consumer[mid] < i:
            s = mid + 1
        else:
            end = mid
    while s < seeds.ptr[t + 1] and seeds.consumer[s] == i:
        if seeds.brand[s] == b:
            return s
        s += 1
    return np.int64(-1)


@compiled(**INLINED)
def decide(world, tables, seeds, state, work, tallies, b, i, t, n, with_causes):
    """Decide what a day does to one consumer and one brand; return how many of the day's events there are now.

    Reads the morning's state; writes only the consumer's own ordinals and event n of the day.
    """
    plan, crowd, stems = tables.plan[0], state.crowd, work.stems
    person, life = world.people[i], state.lives[b, i]
    ident = person.ident
    week = t // 7
    stage, mood, until = np.int64(life.stage), np.int64(life.mood), np.int64(life.until)
    new_stage, new_mood, new_until = stage, mood, until
    standing = np.int64(life.standing)
    new_standing = standing
    due = due_bits(tables, crowd, person, life, b, t)
    bought = life.last == t
    sample = _sample_of(seeds, b, i, t) if work.sampled[i] else np.int64(-1)
    if due == 0 and not bought and sample < 0:
        return n
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
        may_skip = happens(key_of(stems, _SKIP, b, ident, ordinal), plan.p_skip)
        if with_causes or may_skip or plan.needs_cause:
            cause = cause_up(world, tables, crowd, stems, person, life, b, i, t, ordinal)
            if may_skip and cause == ALT_WOM:
                new_stage = min(stage + 2, _ADVOCACY)
            if plan.needs_cause:
                new_standing = (standing | _TOLD) if cause == ALT_WOM else (standing & ~_TOLD)
            if with_causes:
                tallies.causes[week, b, 0, new_stage, cause] += 1
    if down:
        new_stage = stage - 1
        may_turn = mood != _NEGATIVE and happens(key_of(stems, _TURN, b, ident, ordinal), plan.p_turn)
        if with_causes or may_turn:
            cause = cause_down(tables, crowd, stems, person, life, b, t, ordinal)
            if may_turn and cause == ALT_NEGATIVE:
                new_mood = _NEGATIVE
                new_until = _spell(plan, stems, b, person, life, t, True)
            if with_causes:
                tallies.causes[week, b, 1, stage, cause] += 1
    count = tallies.counts[week, b, person.segment]
    if new_stage > stage:
        count.entries[new_stage] += 1
        if new_stage > stage + 1:
            count.skips += 1
        if stage < plan.fresh_stage <= new_stage and new_mood != _NEGATIVE and not scandal:
            new_until = _spell(plan, stems, b, person, life, t, False)
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
        used = used or happens(key_of(stems, _TRY, b, ident, seeds.wave[sample]), seeds.p_try[sample])
    if used:
        # Which trial this is: purchases, today's not yet counted, and samples used so far.
        tried = np.int64(life.bought) + np.int64(life.sampled) - (1 if bought else 0)
        u = uniform(key_of(stems, _SENTIMENT, b, ident, tried))
        if not bought:
            life.sampled += np.uint8(1)
            count.samples_used += 1
        verdict = mood_after_trial(u, tables.verdict[t, b, 0], tables.verdict[t, b, 1])
        if verdict == _NEGATIVE:
            new_until = _spell(plan, stems, b, person, life, t, True)
            habit = tables.habit[b]
            if bought and happens(key_of(stems, _REFUND, b, ident, tried), habit.p_refund):
                count.refunds += 1
            # One draw for all: whoever is settled was answered, and whoever is answered had complained.
            u = uniform(key_of(stems, _COMPLAIN, b, ident, tried))
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
            new_until = _spell(plan, stems, b, person, life, t, False)
        elif new_mood == _NEGATIVE:
            new_until = NEVER
        new_mood = verdict
    if scandal and stage > 0 and new_mood != _NEGATIVE:
        new_mood = _NEGATIVE
        new_until = _spell(plan, stems, b, person, life, t, True)
    new_standing = _stand(tables, seeds, stems, person, life, b, t, sample, bought, new_standing, new_stage, new_mood,
                          count)  # fmt: skip
    if (new_standing ^ standing) & plan.acts_on == 0 and new_stage == stage and new_mood == mood:
        count_standing(tallies.counts[week + 1, b, person.segment], standing, new_standing)
        life.standing = np.uint8(new_standing)  # nothing depends on it tonight
        standing = new_standing
    if new_stage == stage and new_mood == mood and new_until == until and new_standing == standing:
        return n
    event = work.events[n]
    event.who = i
    event.old = np.uint8(classes(plan, life, t))
    event.stage, event.mood, event.standing = np.uint8(new_stage), np.uint8(new_mood), np.uint8(new_standing)
    event.until = np.int16(new_until)
    return n + 1
