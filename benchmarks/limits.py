"""What this machine could do at best: its memory, its draws and its sweeps, measured in the same run.

The own limit of a campaign is the time that its counted events would take if nothing but what they cannot do without
took any: lines of cache that must be fetched from all over memory, draws that must be made, and one look a week at
the day on which each life is due, the least that a sweep can do with. It leaves out every decision, so nothing
reaches it; it says how much is left to win.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.clock import least_seconds
from simulator.compiling import KERNEL, compiled
from simulator.draws import fold, resistance
from simulator.vectors import fetch_item

LINE = 64
"""Bytes that memory hands over at once."""

_BATCH = 64
_TOUCHES = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Nanoseconds that the least of each costs on one core.

    Attributes:
        gather: one line from anywhere in so much memory, changed, with many asked for ahead of their use.
        draw: one exponential with the hash that names it.
        sweep: one look at a number of two bytes when they come one after another.
        footprint: bytes of memory within which ``gather`` was measured; ``sweep`` in as many numbers as lines.
    """

    gather: float
    draw: float
    sweep: float
    footprint: int


@dataclass(frozen=True)
class Demand:
    """What one run of a campaign cannot do without.

    Attributes:
        moves: changes of stage; each takes the person's line and the life's, and two draws for its new clocks.
        purchases: each takes a third line, the clock of needs, and four draws: clock, brand, verdict, spell of talk.
        heard: listeners told that somebody talks, or no longer talks; a line each.
        swept: lives looked at once a week, over all weeks.
    """

    moves: int
    purchases: int
    heard: int
    swept: int

    @property
    def events(self) -> int:
        """Moves and purchases."""
        return self.moves + self.purchases

    def least_seconds(self, limits: Limits) -> float:
        """The time below which the run cannot be brought on this machine.

            >>> Demand(moves=10, purchases=0, heard=0, swept=0).least_seconds(Limits(3.0, 2.0, 1.0, 64))
            1e-07

        Args:
            limits: of the machine.
        """
        lines = 2 * self.moves + 3 * self.purchases + self.heard
        draws = 2 * self.moves + 4 * self.purchases
        return 1e-9 * (lines * limits.gather + draws * limits.draw + self.swept * limits.sweep)


@compiled(**KERNEL)
def _gather(lines, key, touches):
    n = np.uint64(len(lines) >> 3)
    for first in range(0, touches, _BATCH):
        for k in range(first, first + _BATCH):
            fetch_item(lines, np.int64(fold(key, np.uint64(k)) % n) << 3)
        for k in range(first, first + _BATCH):
            lines[np.int64(fold(key, np.uint64(k)) % n) << 3] += 1


@compiled(**KERNEL)
def _places_only(key, n, touches):
    total = np.uint64(0)
    for k in range(touches):
        total += fold(key, np.uint64(k)) % n + fold(key, ~np.uint64(k)) % n
    return total


@compiled(**KERNEL)
def _draw(out, key, touches):
    for first in range(0, touches, len(out)):
        for k in range(len(out)):  # a list, so that draws are made side by side
            out[k] = resistance(fold(key, np.uint64(first + k)))


@compiled(**KERNEL)
def _sweep(days, last):
    found = 0
    for k in range(len(days)):
        found += np.int64(days[k] <= last)
    return found


def machine_limits(footprint: int) -> Limits:
    """Measure what a campaign's least cost on this machine.

    Args:
        footprint: bytes of the records that are touched.
    """
    n = max(footprint // LINE, _BATCH)
    lines, days = np.ones(n * 8, np.int64), np.full(n, 9, np.int16)
    last, drawn = np.int16(7), np.empty(_BATCH, np.int64)
    key = np.uint64(1)
    touches = _TOUCHES // _BATCH * _BATCH
    rounds = max(1, 10_000_000 // n)

    def sweeps() -> None:
        for _ in range(rounds):
            _sweep(days, last)

    _gather(lines, key, _BATCH), _places_only(key, np.uint64(n), 1), _draw(drawn, key, 1), _sweep(days, last)
    whole = least_seconds(lambda k: lambda: _gather(lines, key + np.uint64(k), touches), times=4)
    # Where the lines are is drawn twice above; a campaign knows.
    places = least_seconds(lambda k: lambda: _places_only(key + np.uint64(k), np.uint64(n), touches), times=4)
    draws = least_seconds(lambda k: lambda: _draw(drawn, key, touches), times=4)
    swept = least_seconds(lambda k: sweeps, times=3)
    return Limits(
        gather=max(whole - places, 0.1 * whole) / touches * 1e9,
        draw=draws / touches * 1e9,
        sweep=swept / (n * rounds) * 1e9,
        footprint=n * LINE,
    )
