"""Word of mouth costs only when it changes: whoever begins or stops to talk tells those who hear them, once.

A hearer keeps small counts of who talks. When one changes, the clocks are set so that what is left on them stays as it
is: so far another number of neighbours talked. A hearer costs one line of memory, for all that this takes stands in
their life; two rows of pressure, of today and of the day planned, tell whether louder talk brings that day forward.
"""

import numpy as np

from scenarios.vocabulary import Talk
from simulator.arrays import N_TALKS, NEVER, TALK_DOWN
from simulator.clocks import due_down, due_up, status_at, take_slack
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.rules import counting
from simulator.vectors import fetch, fetch_item

_DETRACTOR = int(Talk.DETRACTOR)

GONE = np.int16(-2)
"""Stands for a day: watched, and nothing more can happen in this stretch as things stand."""

_ROWS_AHEAD, _LIVES_AHEAD = 12, 3
"""How many talkers ahead the rows of listeners, and then their lives, are asked for."""


@compiled(**INLINED)
def watch(work, b, i, day):
    """Look at a consumer and a brand on this day of the stretch, if not before."""
    due = work.due[b, i]
    if due == NEVER:
        work.watch[b, work.n_watch[b]] = i
        work.n_watch[b] += 1
        work.due[b, i] = day
    elif due > day or due == GONE:
        work.due[b, i] = day


@compiled(**INLINED)
def _gain(old, new, talk):
    return np.int64((new >> talk) & 1) - np.int64((old >> talk) & 1)


@compiled(**INLINED)
def _bring_forward(world, tables, state, work, b, j, t, t_end, complains):
    """Look at a hearer sooner if a clock now runs out before the day planned; softer talk is noticed when it comes."""
    due = work.due[b, j]
    if t >= t_end or due == t:
        return
    person, life = world.people[j], state.lives[b, j]
    last = np.int64(due) if due >= 0 else t_end
    sooner = life.slack <= 0 and due_up(tables, state.crowd, person, life, b, last)
    if not sooner and complains:
        sooner = due_down(tables, state.crowd, person, life, b, last)
    if sooner:
        watch(work, b, j, t)


@compiled(**KERNEL)
def _hear_with_care(world, tables, state, work, b, j, tie, old, new, t, t_end):
    """Count one talker for a hearer who needs several before any counts."""
    press, plan = tables.press, tables.plan[0]
    person, life = world.people[j], state.lives[b, j]
    need, listening = np.int64(person.need), np.int64(person.listening)
    at = status_at(plan, b, np.int64(life.stage), np.int64(life.mood))
    due = work.due[b, j]
    last = np.int64(due) if due >= t else t_end
    for talk in range(N_TALKS):
        gain = _gain(old, new, talk)
        if gain == 0:
            continue
        column = 2 * talk
        strong, weak = np.int64(life.heard[column]), np.int64(life.heard[column + 1])
        was_strong, was_weak = counting(strong, weak, need)
        life.heard[column + tie] += np.uint16(gain)
        strong, weak = counting(strong + (gain if tie == 0 else 0), weak + (gain if tie == 1 else 0), need)
        more_strong, more_weak = listening * (strong - was_strong), listening * (weak - was_weak)
        so_far = more_strong * press[t, at + column] + more_weak * press[t, at + column + 1]
        by_then = more_strong * press[last, at + column] + more_weak * press[last, at + column + 1]
        life.up += so_far
        take_slack(life, by_then - so_far)
        if talk == _DETRACTOR:
            life.down += more_strong * press[t, at + TALK_DOWN] + more_weak * press[t, at + TALK_DOWN + 1]
    _bring_forward(world, tables, state, work, b, j, t, t_end, (new >> _DETRACTOR) & 1 != 0)


@compiled(**INLINED)
def _tell(world, tables, state, work, b, e, t, t_end):
    """Count one talker in or out of the talk classes of all who hear them, from day t on."""
    change = work.events[e]
    old, new = np.int64(change.old), np.int64(change.new)
    for talk in range(N_TALKS):
        state.talkers[b, talk] += _gain(old, new, talk)
    press, plan = tables.press, tables.plan[0]
    if plan.well_mixed:
        return
    speaker = world.people[change.who]
    first, strong_end, end = np.int64(speaker.first), np.int64(speaker.strong_end), np.int64(speaker.end)
    complains = _gain(old, new, _DETRACTOR)
    # Four counts of 16 bits in a word: one sum changes them all, and none runs over into the next.
    low = _gain(old, new, 0) + (_gain(old, new, 1) << 32)
    high = _gain(old, new, 2) + (_gain(old, new, 3) << 32)
    for e in range(first, end):
        tie = np.int64(e >= strong_end)
        j = world.listeners[np.uint64(e)]
        life = state.lives[b, j]
        if life.listens < 0:
            _hear_with_care(world, tables, state, work, b, j, tie, old, new, t, t_end)
            continue
        due, listens = work.due[b, j], np.int64(life.listens)
        last = np.int64(due) if due >= t else t_end
        at = status_at(plan, b, np.int64(life.stage), np.int64(life.mood)) + tie
        so_far, by_then = np.int64(0), np.int64(0)
        for talk in range(N_TALKS):
            gain = _gain(old, new, talk)
            if gain != 0:
                so_far += gain * press[np.uint64(t), np.uint64(at + 2 * talk)]
                by_then += gain * press[np.uint64(last), np.uint64(at + 2 * talk)]
        life.heard64[0] += np.uint64(low << (16 * tie))
        life.heard64[1] += np.uint64(high << (16 * tie))
        life.up += listens * so_far
        take_slack(life, listens * (by_then - so_far))
        if complains != 0:
            life.down += complains * listens * press[np.uint64(t), np.uint64(at + TALK_DOWN)]
        if (life.slack <= 0) | (complains > 0):
            _bring_forward(world, tables, state, work, b, j, t, t_end, complains > 0)


@compiled(**KERNEL)
def tell(world, tables, state, work, b, n, t, t_end):
    """Let the first n of the evening's events be heard of, from day t on."""
    for e in range(n + _ROWS_AHEAD):
        if e + _ROWS_AHEAD < n:
            fetch(world.people[work.events[e + _ROWS_AHEAD].who])
        if e < n:
            speaker = world.people[work.events[e].who]
            fetch_item(world.listeners, np.uint64(speaker.first))
            fetch_item(world.listeners, np.uint64(speaker.end - 1))
        early = e - (_ROWS_AHEAD - _LIVES_AHEAD)
        if 0 <= early < n:
            change = work.events[early]
            speaker, complains = world.people[change.who], _gain(np.int64(change.old), np.int64(change.new), _DETRACTOR)
            for k in range(np.int64(speaker.first), np.int64(speaker.end)):
                j = world.listeners[np.uint64(k)]
                fetch(state.lives[b, j])
                fetch_item(work.due, np.uint64(b * len(world.people) + j))
                if complains > 0:
                    fetch(world.people[j])
        if e >= _ROWS_AHEAD:
            _tell(world, tables, state, work, b, e - _ROWS_AHEAD, t, t_end)
