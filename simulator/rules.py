"""The rules of one consumer's life, one small function each; kernel and reference engine both call them.

    >>> from simulator.rules import counting
    >>> counting(1, 2, 2)  # one close and two loose contacts talk, and two are needed before talk counts
    (1, 1)

Each is compiled, and can be called from plain Python.
"""

from scenarios.vocabulary import Mood, Stage, Talk
from simulator.compiling import compiled
from simulator.draws import exponential, fold, uniform

_UNAWARE, _ADVOCACY = int(Stage.UNAWARE), int(Stage.ADVOCACY)
_NEGATIVE, _POSITIVE, _NO_MOOD = int(Mood.NEGATIVE), int(Mood.POSITIVE), int(Mood.NONE)
_TALKER, _ADVOCATE = 1 << int(Talk.TALKER), 1 << int(Talk.ADVOCATE)
_FRESH, _DETRACTOR = 1 << int(Talk.FRESH), 1 << int(Talk.DETRACTOR)

MAX_DAY = 32_000
"""Spells that would end later last for ever."""


@compiled(forceinline=True)
def counting(n_strong, n_weak, n_needed):
    """How many strong and weak ties carry talk, when so many talking ties of either kind are needed first.

    The ties needed beyond the first carry nothing by themselves; of the rest, strong ones carry first.
    """
    total = max(n_strong + n_weak - n_needed + 1, 0)
    strong = min(n_strong, total)
    return strong, total - strong


@compiled(forceinline=True)
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


@compiled(forceinline=True)
def up_comes_first(left_up, hazard_up, left_down, hazard_down):
    """Whether the upward clock runs out earlier within a day on which both run out.

    At a steady pace through the day a clock runs out after left / hazard of it; ties go up.
    """
    return float(left_up) * float(hazard_down) <= float(left_down) * float(hazard_up)


@compiled(forceinline=True)
def race_time(key, weight):
    """When one alternative arrives in a race of exponentials; the earliest of all wins (weight > 0)."""
    return exponential(key) / weight


@compiled(forceinline=True)
def mood_after_trial(u, p_satisfied, p_dissatisfied):
    """What using the product leaves behind: satisfied, negative, or neither."""
    if u <= p_satisfied:
        return _POSITIVE
    if u > 1.0 - p_dissatisfied:
        return _NEGATIVE
    return _NO_MOOD


@compiled(forceinline=True)
def last_talk_day(day, mean_days, fixed, key):
    """Last day of a spell of talk that begins the day after ``day``."""
    length = mean_days + 0.5 if fixed else exponential(key) * mean_days + 1.0
    if length >= MAX_DAY - day:
        return MAX_DAY
    return day + max(int(length), 1)


@compiled(forceinline=True)
def clock_ordinal(stage, n_entered):
    """The ordinal of a stage clock: which stage, and how often it was entered before."""
    return (stage << 32) | n_entered


@compiled(forceinline=True)
def happens(key, p):
    """Whether something of probability ``p`` happens to the owner of this key."""
    return uniform(key) <= p


@compiled(forceinline=True)
def person_key(stem_key, ident, ordinal):
    """The key of one draw of one consumer, from the stem that all consumers share."""
    return fold(fold(stem_key, ident), ordinal)
