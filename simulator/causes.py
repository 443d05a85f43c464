"""What moved a consumer: a race of exponentials over the sources' shares of the day's hazard.

Each source runs on a draw of its own, so a source that changes its share moves nobody between two others.
"""

import numpy as np

from scenarios.vocabulary import N_STANDINGS, Mood
from simulator.arrays import JOY, N_MOODS, N_STAGES
from simulator.clocks import forgotten_to, irritated_to, pushed_to, status_at, talk_down_to, talk_up_to
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import Purpose, fold
from simulator.rules import race_time
from simulator.tables import (
    ALT_EXPERIENCE,
    ALT_FORGETTING,
    ALT_IRRITATION,
    ALT_NEGATIVE,
    ALT_RIVAL,
    ALT_WOM,
    FIRST_SOURCE,
)
from simulator.vectors import LANES

_POSITIVE = int(Mood.POSITIVE)
_CAUSE_UP, _CAUSE_DOWN = int(Purpose.CAUSE_UP), int(Purpose.CAUSE_DOWN)
_ONE = np.uint64(1)


@compiled(**INLINED)
def follows(world, k, i):
    """Whether consumer i follows influencer k (followers are ascending)."""
    lo, hi = world.follow_ptr[k], world.follow_ptr[k + 1]
    while lo < hi:
        mid = (lo + hi) // 2
        if world.followers[mid] < i:
            lo = mid + 1
        else:
            hi = mid
    return lo < world.follow_ptr[k + 1] and world.followers[lo] == i


@compiled(**KERNEL)
def pushed_today(world, tables, person, life, b, i, t):
    """What the day's influencer posts took off the upward clock."""
    total = np.int64(0)
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        if tables.live_brand[e] == b and follows(world, tables.live_influencer[e], i):
            total += tables.live_push[e, person.segment, life.stage]
    return tables.plan[0].open_up[life.mood] * total


@compiled(**INLINED)
def _racer(tables, base, alt, ident, ordinal, weight):
    """When alternative ``alt`` arrives in the race for the cause of a move; never if it has no weight."""
    if weight <= 0:
        return np.inf
    return race_time(fold(fold(fold(base, tables.alt_key[alt]), ident), np.uint64(ordinal)), np.float64(weight))


@compiled(**KERNEL)
def cause_up(world, tables, crowd, stems, person, life, b, i, t, ordinal):
    """Which source moved a consumer up: a race of exponentials over the sources' shares of the day's hazard."""
    press, plan = tables.press, tables.plan[0]
    stage, mood, ident = np.int64(life.stage), np.int64(life.mood), person.ident
    base = stems[b, _CAUSE_UP]
    heard = talk_up_to(tables, crowd, person, life, b, t + 1) - talk_up_to(tables, crowd, person, life, b, t)
    best, winner = _racer(tables, base, ALT_WOM, ident, ordinal, heard), ALT_WOM
    if mood == _POSITIVE:
        at = status_at(plan, b, stage, mood) + JOY
        time = _racer(tables, base, ALT_EXPERIENCE, ident, ordinal, press[t + 1, at] - press[t, at])
        if time < best:
            best, winner = time, ALT_EXPERIENCE
    begin = plan.stimulus + (b * plan.n_groups + person.group) * plan.n_blocks * LANES
    met = tables.source_mask[person.pattern] & tables.gate[b * N_STANDINGS + np.int64(life.standing)]
    for q in range(plan.n_sources):
        if (met >> np.uint64(q)) & _ONE:
            shown = press[t + 1, begin + q] - press[t, begin + q]
            alt = tables.source_alt[q]
            weight = shown * tables.effect[(b * N_STAGES + stage) * N_MOODS + mood, q]
            time = _racer(tables, base, alt, ident, ordinal, weight)
            if time < best:
                best, winner = time, alt
    first_influencer = FIRST_SOURCE + plan.n_sources - 1
    for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
        if tables.live_brand[e] == b and follows(world, tables.live_influencer[e], i):
            alt = first_influencer + np.int64(tables.live_influencer[e])
            push = plan.open_up[mood] * tables.live_push[e, person.segment, stage]
            time = _racer(tables, base, alt, ident, ordinal, push)
            if time < best:
                best, winner = time, alt
    return winner


@compiled(**KERNEL)
def cause_down(tables, crowd, stems, person, life, b, t, ordinal):
    """Which source moved a consumer back."""
    ident = person.ident
    base = stems[b, _CAUSE_DOWN]
    weight = forgotten_to(tables, person, life, b, t + 1) - forgotten_to(tables, person, life, b, t)
    best, winner = _racer(tables, base, ALT_FORGETTING, ident, ordinal, weight), ALT_FORGETTING
    weight = irritated_to(tables, person, life, b, t + 1) - irritated_to(tables, person, life, b, t)
    time = _racer(tables, base, ALT_IRRITATION, ident, ordinal, weight)
    if time < best:
        best, winner = time, ALT_IRRITATION
    weight = pushed_to(tables, person, life, b, t + 1) - pushed_to(tables, person, life, b, t)
    time = _racer(tables, base, ALT_RIVAL, ident, ordinal, weight)
    if time < best:
        best, winner = time, ALT_RIVAL
    weight = talk_down_to(tables, crowd, person, life, b, t + 1) - talk_down_to(tables, crowd, person, life, b, t)
    if _racer(tables, base, ALT_NEGATIVE, ident, ordinal, weight) < best:
        winner = ALT_NEGATIVE
    return winner
