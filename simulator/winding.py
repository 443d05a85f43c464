"""Setting a consumer's clocks: when a stage is entered, and when a mood or a standing changes what gets through."""

import numpy as np

from scenarios.vocabulary import Mood, Stage
from simulator.arrays import JOY
from simulator.clocks import (
    STOPPED,
    driven_to,
    pressure_down,
    pressure_up,
    status_at,
)
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.draws import fold, resistance

_ADVOCACY = int(Stage.ADVOCACY)
_POSITIVE, _NEGATIVE = int(Mood.POSITIVE), int(Mood.NEGATIVE)


@compiled(**INLINED)
def resist(work, purpose, way, b, n):
    """Draw n resistances of one kind together; their owners and ordinals are in ``work``."""
    stem = work.stems[b, purpose]
    for k in range(n):
        work.resistance[way, k] = resistance(fold(fold(stem, work.ident[k]), work.ordinal[k]))


@compiled(**INLINED)
def wind_up(tables, crowd, person, life, b, t, drawn_up, drawn_down):
    """Set the clocks of the stage just entered; they start at day t with these resistances."""
    life.up = life.down = STOPPED
    if life.stage < _ADVOCACY:
        life.up = pressure_up(tables, crowd, person, life, b, t) + drawn_up
    if life.stage > 0:
        life.down = pressure_down(tables, crowd, person, life, b, t) + drawn_down


@compiled(**KERNEL)
def open_or_close(tables, crowd, person, life, b, mood, standing, t):
    """Change to or from a mood that lets less through, or to a standing that is reached by other means."""
    life.up -= pressure_up(tables, crowd, person, life, b, t)
    life.down -= pressure_down(tables, crowd, person, life, b, t)
    life.mood, life.standing = np.uint8(mood), np.uint8(standing)
    life.up += pressure_up(tables, crowd, person, life, b, t)
    life.down += pressure_down(tables, crowd, person, life, b, t)


@compiled(**INLINED)
def change_mood(tables, crowd, person, life, b, mood, standing, t):
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
    open_or_close(tables, crowd, person, life, b, mood, standing, t)
