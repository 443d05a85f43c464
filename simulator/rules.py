"""The rules of one consumer's life, one small function each; kernel and reference engine both call them.

    >>> from simulator.rules import counting
    >>> counting(1, 2, 2)  # one close and two loose contacts talk, and two are needed before talk counts
    (1, 1)

Each is compiled, and can be called from plain Python.
"""

import math

from scenarios.vocabulary import Mood, Stage, Standing, Talk
from simulator.compiling import INLINED, compiled
from simulator.draws import exponential, fold, uniform

_UNAWARE, _ATTRACTION, _AUDIENCE, _ADVOCACY = 0, int(Stage.ATTRACTION), int(Stage.AUDIENCE), int(Stage.ADVOCACY)
_VISITED, _OPTED_IN = int(Standing.VISITED), int(Standing.OPTED_IN)
_NEGATIVE, _POSITIVE, _NO_MOOD = int(Mood.NEGATIVE), int(Mood.POSITIVE), int(Mood.NONE)
_TALKER, _ADVOCATE = 1 << int(Talk.TALKER), 1 << int(Talk.ADVOCATE)
_FRESH, _DETRACTOR = 1 << int(Talk.FRESH), 1 << int(Talk.DETRACTOR)

MAX_DAY = 32_000
"""Spells that would end later last for ever."""


@compiled(**INLINED)
def counting(n_strong, n_weak, n_needed):
    """How many strong and weak ties carry talk, when so many talking ties of either kind are needed first.

    The ties needed beyond the first carry nothing by themselves; of the rest, strong ones carry first.
    """
    total = max(n_strong + n_weak - n_needed + 1, 0)
    strong = min(n_strong, total)
    return strong, total - strong


@compiled(**INLINED)
def talk_classes(stage, mood, fresh, talk_from):
    """The set of talk classes, as bits, that a consumer in this state belongs to.

    Classes are nested: an advocate is also a talker, so reinforcement counts every talking neighbour alike.
    """
    if mood == _NEGATIVE:
        return _DETRACTOR
    bits = 0
    if fresh:
        bits = _TALKER | _FRESH
    if stage >= talk_from:
        bits |= _TALKER
        if stage == _ADVOCACY:
            bits |= _ADVOCATE
    return bits


@compiled(**INLINED)
def up_comes_first(left_up, hazard_up, left_down, hazard_down):
    """Whether the upward clock runs out earlier within a day on which both run out.

    At a steady pace through the day a clock runs out after left / hazard of it; ties go up.
    """
    return float(left_up) * float(hazard_down) <= float(left_down) * float(hazard_up)


@compiled(**INLINED)
def race_time(key, weight):
    """When one alternative arrives in a race of exponentials; the earliest of all wins (weight > 0)."""
    return exponential(key) / weight


@compiled(**INLINED)
def mood_after_trial(u, p_satisfied, p_dissatisfied):
    """What using the product leaves behind: satisfied, negative, or neither."""
    if u <= p_satisfied:
        return _POSITIVE
    if u > 1.0 - p_dissatisfied:
        return _NEGATIVE
    return _NO_MOOD


@compiled(**INLINED)
def last_talk_day(day, mean_days, fixed, key):
    """Last day of a spell of talk that begins the day after ``day``."""
    length = mean_days + 0.5 if fixed else exponential(key) * mean_days + 1.0
    if length >= MAX_DAY - day:
        return MAX_DAY
    return day + max(int(length), 1)


@compiled(**INLINED)
def sense_of_community(share, disclosure, density):
    """How full the community's space is, 0..1, with so many members as a share of the market.

    Saturates like 1 - exp(-x): x is members, times disclosure against one half, over the usual density.
    """
    return -math.expm1(-2.0 * disclosure * share / density)


@compiled(**INLINED)
def share_answered(n_conversations, capacity):
    """Share of conversations that get an answer; none where nobody asks."""
    if capacity <= 0.0 or n_conversations <= 0.0:
        return 0.0
    return min(1.0, capacity / n_conversations)


@compiled(**INLINED)
def reply_delay(n_conversations, capacity, usual_hours):
    """Hours to a reply: the usual time at half load, and growing with it like a queue, to 19 times that."""
    if capacity <= 0.0:
        return 0.0
    load = min(n_conversations / capacity, 0.95)
    return usual_hours * load / (1.0 - load)


@compiled(**INLINED)
def p_settled(p_resolve, delay_hours, patience_hours):
    """Share of answered complaints that are settled; it halves with every ``patience_hours`` of delay."""
    return p_resolve * 0.5 ** (delay_hours / patience_hours)


@compiled(**INLINED)
def followed_up(increment, x, y, a, k, m):
    """A day's pressure in whole units, given what was felt last week."""
    return int(float(increment) * ((a + k * x) * (1.0 + m * y)) + 0.5)


@compiled(**INLINED)
def p_second_product(p, referred, n_bought, more, half):
    """Share of repeat purchases with a second product; friends of customers take more, less so with time."""
    if referred:
        p = p * (1.0 + more * 0.5 ** (n_bought / half))
    return min(p, 1.0)


@compiled(**INLINED)
def standing_after(standing, stage, mood):
    """What the brand knows of somebody who now stands here: who goes cold or turns negative leaves the list."""
    if stage == _UNAWARE:
        standing &= ~_VISITED
    elif stage >= _ATTRACTION:
        standing |= _VISITED
    if mood == _NEGATIVE or stage < _ATTRACTION:
        return standing & ~_OPTED_IN
    if stage >= _AUDIENCE:
        standing |= _OPTED_IN
    return standing


@compiled(**INLINED)
def clock_ordinal(stage, n_entered):
    """The ordinal of a stage clock: which stage, and how often it was entered before."""
    return (stage << 32) | n_entered


@compiled(**INLINED)
def happens(key, p):
    """Whether something of probability ``p`` happens to the owner of this key."""
    return uniform(key) <= p


@compiled(**INLINED)
def person_key(stem_key, ident, ordinal):
    """The key of one draw of one consumer, from the stem that all consumers share."""
    return fold(fold(stem_key, ident), ordinal)
