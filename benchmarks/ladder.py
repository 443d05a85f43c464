"""Work B, a ladder of five stages: a kernel with nothing else in it, and the same model run by the campaign engine.

The model, exactly. Everybody begins at stage 0 of 0 .. 4; there are 180 ticks. On each tick, on the morning's state:

* advertising meets everyone with chance ``q``, and moves whom it meets up from stage s with chance ``advert[s]``;
* everyone at stage 3 or above is heard by each neighbour with chance ``w``, and moves a listener up from stage s with
  chance ``talk[s]``, each talker apart from every other.

Whoever is moved at least once is one stage further in the evening; nobody falls back. So a consumer at stage s who
hears k talkers stays with chance (1 - q advert[s]) (1 - w talk[s])^k. Stages are counted after ticks 28, 91 and 175.

The kernel visits nobody to whom nothing can happen: of all contacts it draws those that would move the most willing,
skipping geometrically from one to the next, and thins them by stage. What talkers' neighbours can hear is one long
list, to which a new talker's listeners are added once. It is not the product; the engine is, and has clocks, purchases,
moods, causes and rivals to look after.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenarios import bare_scenario
from scenarios.vocabulary import ENTERED_STAGES
from simulator.cascade import skip_of, skip_powers, skip_table
from simulator.compiling import KERNEL, compiled
from simulator.draws import CERTAIN, fold, root_key
from simulator.graph import SocialGraph
from simulator.simulate import Run, start_run
from simulator.tables import compile_tables
from simulator.vectors import fetch_item
from simulator.world import build_world

N_STAGES = 5
TALKS_FROM = 3
TICKS = 180
MARKS = (28, 91, 175)
"""Ticks after which stages are counted: whole weeks, so that the engine has counted them too."""

_BATCH = 256


@dataclass(frozen=True)
class Ladder:
    """One setting of the model.

    Attributes:
        name: what it is called in the table.
        q: chance of meeting advertising on a tick.
        w: chance that a talking neighbour is heard on a tick.
        advert: chance that a contact with advertising moves somebody up, from each of stages 0 to 3.
        talk: the same of a talker who is heard.
    """

    name: str
    q: float
    w: float
    advert: tuple[float, float, float, float]
    talk: tuple[float, float, float, float]

    def p_stay(self, heard: int) -> NDArray[np.float64]:
        """The chance of staying on a tick, by stage 0 to 3 and number of talkers among the neighbours.

        Args:
            heard: the most talkers that anybody can have.
        """
        alone = 1.0 - self.q * np.array(self.advert)
        each = 1.0 - self.w * np.array(self.talk)
        return alone[:, None] * each[:, None] ** np.arange(heard + 1)


LIGHT = Ladder("light", q=0.05, w=0.02, advert=(0.30, 0.20, 0.15, 0.10), talk=(0.10, 0.08, 0.06, 0.04))
_OFTEN = replace(LIGHT, name="heavy", q=0.30, w=0.25)
HEAVY = replace(
    _OFTEN,
    advert=tuple(a / 6 for a in LIGHT.advert),  # type: ignore[arg-type]
    talk=tuple(b / 8 for b in LIGHT.talk),  # type: ignore[arg-type]
)
"""Six times the advertising and twelve times the talk; each contact has a sixth and an eighth of the effect."""


@compiled(**KERNEL)
def _advance(
    indptr, listeners, ticks, marks, key, advert_table, advert_powers, advert_keep, talk_table, talk_powers, talk_keep,
    stage, said, moved, places, words, counts, found,
):  # fmt: skip
    """One replicate. ``said`` is the list of who can hear the talkers; ``moved`` who moves this tick."""
    n = len(stage)
    n_said = 0
    for s in range(N_STAGES):
        counts[s] = 0
    counts[0] = n
    for i in range(n):
        stage[i] = 0
    ordinal = np.uint64(0)
    one = np.uint64(1)
    mark = 0
    for t in range(ticks):
        n_moved = 0
        place = -1
        while place < n:
            # Where advertising meets somebody who may move; none of these waits for another but for the sum.
            m = 0
            while m < _BATCH and place < n:
                word = fold(key, ordinal)
                ordinal += one
                place += 1 + skip_of(word, advert_table, advert_powers)
                places[m], words[m] = place, word
                fetch_item(stage, min(place, n - 1))
                m += np.int64(place < n)
            for k in range(m):
                j = places[k]
                at = stage[j]
                yes = fold(words[k], one) < advert_keep[at]
                moved[n_moved] = j
                stage[j] = at | (np.uint8(yes) << np.uint8(3))  # whoever moves is not asked again today
                n_moved += np.int64(yes)
        place = -1
        while place < n_said:
            m = 0
            while m < _BATCH and place < n_said:
                word = fold(key, ordinal)
                ordinal += one
                place += 1 + skip_of(word, talk_table, talk_powers)
                places[m], words[m] = place, word
                fetch_item(said, min(place, n_said - 1))
                m += np.int64(place < n_said)
            for k in range(m):
                places[k] = said[places[k]]
                fetch_item(stage, places[k])
            for k in range(m):
                j = places[k]
                at = stage[j]
                yes = fold(words[k], one) < talk_keep[at]
                moved[n_moved] = j
                stage[j] = at | (np.uint8(yes) << np.uint8(3))
                n_moved += np.int64(yes)
        n_new = 0
        for k in range(n_moved):
            j = np.int64(moved[k])
            now = np.int64(stage[j] & np.uint8(7)) + 1
            stage[j] = np.uint8(now)
            counts[now - 1] -= 1
            counts[now] += 1
            moved[n_new] = j  # of those who moved, keep the new talkers
            n_new += np.int64(now == TALKS_FROM)
        for k in range(n_new):
            fetch_item(indptr, np.int64(moved[k]))
        for k in range(n_new):
            fetch_item(listeners, indptr[moved[k]])
            fetch_item(listeners, max(indptr[moved[k] + 1] - 1, 0))  # a row is rarely in one line
        for k in range(n_new):
            for e in range(indptr[moved[k]], indptr[moved[k] + 1]):
                said[n_said] = listeners[e]
                n_said += 1
        if mark < len(marks) and marks[mark] == t + 1:
            for s in range(N_STAGES):
                found[mark, s] = counts[s]
            mark += 1


class Kernel:
    """A ladder on a graph, ready to run replicate after replicate."""

    def __init__(self, ladder: Ladder, graph: SocialGraph) -> None:
        self._graph = graph
        self._chances = []
        for rate, effects in ((ladder.q, ladder.advert), (ladder.w, ladder.talk)):
            most = max(effects)
            # No draw is below 2**-53, so that none skips further than this.
            powers = skip_powers(rate * most, math.ceil(-CERTAIN / math.log1p(-rate * most)))
            # By what is in a cell of ``stage``: one of five stages, or 8 and more for those who move today.
            keep = np.zeros(16, np.uint64)
            keep[: len(effects)] = [min(int(effect / most * 2.0**64), 2**64 - 1) for effect in effects]
            self._chances += [skip_table(powers), powers, keep]
        self._stage, self._moved = np.empty(graph.n, np.uint8), np.empty(graph.n + 1, np.int32)
        self._said = np.empty(max(graph.n_ties, 1), np.int32)
        self._places, self._words = np.empty(_BATCH + 1, np.int64), np.empty(_BATCH + 1, np.uint64)

    def counts(self, seed: int, ticks: int = TICKS) -> NDArray[np.int64]:
        """How many stand at each stage after each mark.

        Args:
            seed: of the replicate.
            ticks: how many.
        """
        found = np.zeros((len(MARKS), N_STAGES), np.int64)
        _advance(
            self._graph.indptr, self._graph.listeners, ticks, np.array(MARKS), root_key(seed), *self._chances,
            self._stage, self._said, self._moved, self._places, self._words, np.empty(N_STAGES, np.int64), found,
        )  # fmt: skip
        return found


class Engine:
    """The same ladder as a bare scenario of the campaign engine: chances become hazards, and ticks days."""

    def __init__(self, ladder: Ladder, graph: SocialGraph) -> None:
        stages = ENTERED_STAGES[: N_STAGES - 1]
        advert, talk = (
            -np.log1p(-rate * np.array(effects))
            for rate, effects in ((ladder.q, ladder.advert), (ladder.w, ladder.talk))
        )
        # Talk has units of its own: the loudest hazard is what is said, and effects are shares of it.
        parameters = {"talk.talker_per_day": float(talk.max()), "talk.weak_tie": 1.0}
        for name, a, b in zip(stages, advert.tolist(), (talk / talk.max()).tolist(), strict=True):
            parameters |= {f"organic.{name}": a, f"wom.{name}": b}
        self._scenario = bare_scenario(
            consumers=graph.n,
            weeks=-(-TICKS // 7),
            parameters=parameters,
            word_of_mouth={"talk_from": ENTERED_STAGES[TALKS_FROM - 1], "fresh_on": "nothing"},
            graph={"kind": "blocks"},
        )
        self._plan = self._scenario.plans["nothing"]
        self._world = build_world(self._scenario, graph=graph)
        self._tables = compile_tables(self._scenario, self._plan)

    def start(self, seed: int) -> Run:
        """A run on its first morning."""
        return start_run(
            self._scenario, self._plan, world=self._world, tables=self._tables, luck=seed, with_causes=False
        )  # fmt: skip

    def counts(self, run: Run, ticks: int = TICKS) -> NDArray[np.int64]:
        """Live through the ticks, and say how many stand at each stage after each mark."""
        run.advance(ticks)
        return run.tallies.counts["stock"][[mark // 7 for mark in MARKS], 0].sum(axis=1)[:, :N_STAGES]
