"""The compiled day loop: clocks run out, people move, neighbours hear of it.

Every clock is one number. It runs out on the first day whose cumulative pressure reaches it, so testing a
consumer reads and compares but writes nothing, and a stretch of days costs one test. The kernel sweeps all
consumers once per stretch, works out for each whose clocks could run out before its end on which day that would
be, and looks at them on that day: pressure never falls, so nobody else can move unless a neighbour's talk, an
influencer's post or a sample reaches them, and whoever is reached is tested again at once. The length of a stretch
changes no bit.

A day reads everybody's state as it was in the morning and writes it in the evening; the writes are sums of
integers, so their order does not matter. Nor does the order of consumers, so what is alike is done together: the
day's draws, eight at a time, and the memory of those who come next is on its way while one is dealt with.
"""

import numpy as np

from scenarios.vocabulary import Mood, Standing, Talk
from simulator.arrays import CHUNK, N_MOODS, N_STATES, N_TALKS, NEVER, NEVER_BOUGHT, TALK_DOWN
from simulator.clocks import buying_day, due_by, first_day, status_at, take_slack
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import Purpose, stem
from simulator.mondays import close_week, days_ago
from simulator.moves import classes, count_standing, decide
from simulator.purchases import shop
from simulator.rules import clock_ordinal, standing_after
from simulator.talk import GONE, tell, watch
from simulator.vectors import fetch
from simulator.winding import change_mood, resist, wind_up

_NO_MOOD, _POSITIVE, _NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
_UP, _DOWN, _BUY = int(Purpose.RESIST_UP), int(Purpose.RESIST_DOWN), int(Purpose.RESIST_BUY)
_BOUGHT, _DETRACTOR = int(Standing.BOUGHT), int(Talk.DETRACTOR)
_FINE_BITS = 20
_AHEAD = 8
"""How many consumers ahead memory is asked for."""


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


@compiled(**INLINED)
def _move(tables, work, counts, person, life, b, k, e, t):
    """Write one event's stage and mood; the clocks of a new stage wait for their draws, number k of the chunk."""
    event = work.events[e]
    stage, mood, standing = np.int64(event.stage), np.int64(event.mood), np.int64(event.standing)
    old_stage, old_mood = np.int64(life.stage), np.int64(life.mood)
    after = counts[t // 7 + 1, b, person.segment]
    count_standing(after, np.int64(life.standing), standing)
    event.enters = np.uint8(stage != old_stage)
    if stage != old_stage:
        after.stock[old_stage] -= 1
        after.stock[stage] += 1
        life.stage = np.uint8(stage)
        life.mood, life.standing = np.uint8(mood), np.uint8(standing)
        life.entered[stage] += np.uint16(1)
    work.ident[k] = person.ident
    work.ordinal[k] = np.uint64(clock_ordinal(stage, np.int64(life.entered[stage])))
    after.positive += np.int64(mood == _POSITIVE) - np.int64(old_mood == _POSITIVE)
    after.negative += np.int64(mood == _NEGATIVE) - np.int64(old_mood == _NEGATIVE)


@compiled(**INLINED)
def _plan(tables, state, work, person, life, b, i, t, t_end):
    """Plan the day before t_end on which to look at a consumer and a brand; talk may still bring it forward."""
    work.due[b, i] = GONE
    if t < t_end:
        bits = due_by(tables, state.crowd, person, life, b, t, t_end)
        if bits != 0:
            work.due[b, i] = first_day(tables, state.crowd, person, life, b, bits, t, t_end)


@compiled(**KERNEL)
def _evening(world, tables, state, work, counts, b, n, t, t_end):
    """Write the day's events of one brand, and let those be heard of who begin or stop to talk."""
    plan, crowd = tables.plan[0], state.crowd
    told = 0
    for first in range(0, n, CHUNK):
        m = min(CHUNK, n - first)
        for k in range(m):
            i = np.int64(work.events[min(first + k + _AHEAD, n - 1)].who)
            fetch(world.people[i])
            fetch(state.lives[b, i])
            i = np.int64(work.events[first + k].who)
            _move(tables, work, counts, world.people[i], state.lives[b, i], b, k, first + k, t)
        resist(work, _UP, 0, b, m)
        resist(work, _DOWN, 1, b, m)
        for k in range(m):
            event = work.events[first + k]
            i = np.int64(event.who)
            person, life = world.people[i], state.lives[b, i]
            if event.enters:
                wind_up(tables, crowd, person, life, b, t + 1, work.resistance[0, k], work.resistance[1, k])
            elif event.mood != life.mood or event.standing != life.standing:
                change_mood(tables, crowd, person, life, b, np.int64(event.mood), np.int64(event.standing), t + 1)
            life.until = event.until
            _plan(tables, state, work, person, life, b, i, t + 1, t_end)
            new = np.uint8(classes(plan, life, t + 1))
            if new != event.old:
                change = work.events[told]
                change.who, change.old, change.new = i, event.old, new
                told += 1
    tell(world, tables, state, work, b, told, t + 1, t_end)


@compiled(**KERNEL)
def _sweep(world, tables, state, work, t, t_end):
    """List who is to be looked at in the stretch from day t to t_end, and on which day."""
    B, N = state.lives.shape
    for b in range(B):
        n = 0
        for i in range(N):
            bits = due_by(tables, state.crowd, world.people[i], state.lives[b, i], b, t, t_end)
            work.due[b, i] = bits - 1  # NEVER if there are none; else kept here until the next loop
            work.watch[b, n] = i
            n += np.int64(bits != 0)
        work.n_watch[b] = n
        for w in range(n):
            if w + _AHEAD < n:
                fetch(world.people[work.watch[b, w + _AHEAD]])
                fetch(state.lives[b, work.watch[b, w + _AHEAD]])
            i = np.int64(work.watch[b, w])
            bits = np.int64(work.due[b, i]) + 1
            work.due[b, i] = first_day(tables, state.crowd, world.people[i], state.lives[b, i], b, bits, t, t_end)
    n = 0
    for i in range(N):
        work.shoppers[n] = i
        n += np.int64(state.needs[i].day < t_end)
    work.n_shoppers[0] = n


@compiled(**INLINED)
def _see_posts(world, tables, state, work, t):
    """Influencers' posts reach their followers' clocks."""
    plan = tables.plan[0]
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        k, b = tables.live_influencer[e], tables.live_brand[e]
        for f in range(world.follow_ptr[k], world.follow_ptr[k + 1]):
            i = world.followers[f]
            person, life = world.people[i], state.lives[b, i]
            push = plan.open_up[life.mood] * tables.live_push[e, person.segment, life.stage]
            if push != 0:
                life.up -= push
                take_slack(life, push)
                if life.slack <= 0:
                    watch(work, b, i, t)


@compiled(**INLINED)
def _one_day(world, tables, seeds, state, work, tallies, t, t_end, with_causes):
    """Simulate day t of a stretch that ends before t_end."""
    _see_posts(world, tables, state, work, t)
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        watch(work, seeds.brand[s], seeds.consumer[s], t)
        work.sampled[seeds.consumer[s]] = 1
    shop(world, tables, state, work, tallies, t)
    for b in range(len(state.lives)):
        n = 0
        for w in range(work.n_watch[b]):
            i = work.watch[b, w]
            work.today[n] = i
            n += np.int64(work.due[b, i] == t)
        n_events = 0
        for w in range(n):
            if w + _AHEAD < n:
                fetch(world.people[work.today[w + _AHEAD]])
                fetch(state.lives[b, work.today[w + _AHEAD]])
            i = np.int64(work.today[w])
            before = n_events
            n_events = decide(world, tables, seeds, state, work, tallies, b, i, t, n_events, with_causes)
            if n_events == before:
                _plan(tables, state, work, world.people[i], state.lives[b, i], b, i, t + 1, t_end)
        _evening(world, tables, state, work, tallies.counts, b, n_events, t, t_end)
    for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
        work.sampled[seeds.consumer[s]] = 0
    state.day[0] = t + 1
    if (t + 1) % 7 == 0:
        close_week(world, tables, state, tallies, t + 1)


@compiled(**KERNEL)
def begin(world, tables, state, work, tallies, luck):
    """Put everybody where they stand on day 0, let those talk who talk, and draw the first resistances."""
    plan, counts = tables.plan[0], tallies.counts
    B, N = state.lives.shape
    for b in range(B + 1):
        for purpose in range(work.stems.shape[1]):
            work.stems[b, purpose] = stem(luck, np.uint64(purpose), tables.brand_key[b])
        work.stems[b, _BUY] = stem(luck, np.uint64(_BUY), np.uint64(0))  # the need is the category's
    for b in range(B):
        told = 0
        for i in range(N):
            person, life = world.people[i], state.lives[b, i]
            life.stage = world.stage0[b, i]
            life.last = world.last0[b, i]
            life.until = np.int16(NEVER)
            work.due[b, i] = NEVER
            life.listens = person.listening if person.need == 1 else np.int32(-1)
            standing = standing_after(0, np.int64(life.stage), _NO_MOOD)
            life.standing = np.uint8(standing | (_BOUGHT if life.last != NEVER_BOUGHT else 0))
            count = counts[0, b, person.segment]
            count.stock[life.stage] += 1
            count_standing(count, 0, np.int64(life.standing))
            if life.last != NEVER_BOUGHT:
                count.buyers += 1
                state.bought_on[b, person.segment, days_ago(tables, state, np.int64(life.last))] += 1
            new = classes(plan, life, 0)
            if new != 0:
                change = work.events[told]
                change.who, change.old, change.new = i, np.uint8(0), np.uint8(new)
                told += 1
        tell(world, tables, state, work, b, told, 0, 0)
        for first in range(0, N, CHUNK):
            m = min(CHUNK, N - first)
            for k in range(m):
                work.ident[k] = world.people[first + k].ident
                work.ordinal[k] = np.uint64(clock_ordinal(np.int64(state.lives[b, first + k].stage), 0))
            resist(work, _UP, 0, b, m)
            resist(work, _DOWN, 1, b, m)
            for k in range(m):
                person, life = world.people[first + k], state.lives[b, first + k]
                wind_up(tables, state.crowd, person, life, b, 0, work.resistance[0, k], work.resistance[1, k])
    for first in range(0, N, CHUNK):
        m = min(CHUNK, N - first)
        for k in range(m):
            work.ident[k] = world.people[first + k].ident
            work.ordinal[k] = np.uint64(0)
        resist(work, _BUY, 0, 0, m)
        for k in range(m):
            need = state.needs[first + k]
            need.buy = work.resistance[0, k]
            need.day = buying_day(tables, world.people[first + k], need, 0)
    close_week(world, tables, state, tallies, 0)


@compiled(**INLINED)
def _end_of_stretch(tables, t, t_end):
    """The stretch from day t, cut on the first Monday when clocks change by themselves."""
    if tables.plan[0].follows_up:
        return min(t_end, t - t % 7 + 7)  # next week's tables are written when it begins
    for week in range(t // 7 + 1, (t_end + 6) // 7):
        for b in range(len(tables.party_over)):
            if tables.party_over[b, week]:
                return 7 * week  # guests of a meet-up are sent home
    return t_end


@compiled(**KERNEL)
def advance(world, tables, seeds, state, work, tallies, n_days, stretch, with_causes):
    """Simulate the next ``n_days`` days in stretches of at most ``stretch`` days.

    Args:
        world: who exists, :class:`~simulator.arrays.WorldArrays`.
        tables: what presses on them, :class:`~simulator.arrays.TableArrays`.
        seeds: who is given the product, :class:`~simulator.arrays.SeedArrays`.
        state: changed in place.
        work: scratch space.
        tallies: counted into.
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
        t_end = _end_of_stretch(tables, t, min(t + stretch, stop))
        if plan.well_mixed:
            _hear_crowd(world, tables, state, t)
        _sweep(world, tables, state, work, t, t_end)
        for day in range(t, t_end):
            _one_day(world, tables, seeds, state, work, tallies, day, t_end, with_causes)
        t = t_end
    for b in range(len(state.lives)):
        for i in range(len(world.people)):
            state.lives[b, i].slack = np.int32(0)  # a note to itself, that depends on where stretches end
