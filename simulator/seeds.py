"""What happens to single consumers on a day: who is given the product, who is invited, who hears of a scandal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario, Seeding
from scenarios.vocabulary import Stage
from simulator.arrays import SeedArrays
from simulator.calendar import all_phases, day_number
from simulator.draws import Purpose, fold, name_key, stem_key, uniforms
from simulator.population import brand_keys
from simulator.world import World, WorldError


@dataclass
class _Row:
    """What happens to one consumer about one brand on one day."""

    stage: int = -1
    p_try: float = 0.0
    wave: int = 0
    p_come: float = 0.0
    event: int = 0
    scandal: bool = False


_Rows = dict[tuple[int, int, int], _Row]

WARM_UP_WAVES = 1_000
"""Waves and events of the warm-up are numbered from here, so that those of a plan keep their numbers."""


def choose_seeds(scenario: Scenario, plan: Plan, *, world: World, luck: np.uint64) -> SeedArrays:
    """Pick the consumers of every seeding wave and every event, ours and the rivals', and who hears of a scandal.

    Strategies: ``random``; ``highest-degree`` (most listeners, ties by identity); ``random-neighbour`` (a random
    contact of a random consumer, which finds the well connected without a map of the network); ``leaders`` (the
    scenario's own list, from the top); ``list``.

    Args:
        scenario: its market size turns people into consumers.
        plan: our plan.
        world: who exists.
        luck: the replicate's luck key; random choices are keyed by consumer.
    """
    rows: _Rows = {}
    keys = brand_keys(scenario)
    for b, mine in enumerate(all_phases(scenario, plan)):
        for phase in mine:
            offset = WARM_UP_WAVES if b == 0 and phase.plan is not plan else 0
            for w, wave in enumerate(phase.plan.seeding, start=offset):
                day = phase.first if wave.date is None else day_number(scenario, wave.date)
                key = stem_key(luck, Purpose.SEEDING, keys[b] + np.uint64(w))
                for i in _chosen(scenario, wave, world, key):
                    # Of two waves on one day the one that lifts higher counts; of equals the first.
                    row = rows.setdefault((day, b, int(i)), _Row())
                    lifts = int(Stage[wave.stage.upper()])
                    if row.stage < lifts:
                        row.stage, row.p_try, row.wave = lifts, wave.tries_product, w
            for e, event in enumerate(phase.plan.events.values(), start=offset):
                day = day_number(scenario, event.date)
                key = stem_key(luck, Purpose.INVITE, keys[b] + np.uint64(e))
                among = _among(event.segments, world)
                n = min(n_seeded(scenario, event.invited, world.n), len(among))
                ident = world.population.ident[among]
                for i in among[_smallest(uniforms(key, ident), ident, n)]:
                    row = rows.setdefault((day, b, int(i)), _Row())
                    row.p_come, row.event = event.p_come, e
    _spread_scandals(scenario, world, luck, keys, rows)
    return _as_arrays(scenario, rows)


def _spread_scandals(scenario: Scenario, world: World, luck: np.uint64, keys: NDArray[np.uint64], rows: _Rows) -> None:
    """Everybody hears of a scandal by a draw of their own, so that a larger one reaches the same people and more."""
    rivals = list(scenario.rivals)
    for name, shock in scenario.shocks.items():
        if shock.kind != "backlash":
            continue
        b = 0 if shock.brand is None else 1 + rivals.index(shock.brand)
        day = day_number(scenario, shock.date)
        key = fold(np.uint64(stem_key(luck, Purpose.BACKLASH, keys[b])), name_key(name))
        hears = np.flatnonzero(uniforms(np.uint64(key), world.population.ident) <= shock.strength)
        for i in hears.tolist():
            rows.setdefault((day, b, i), _Row()).scandal = True


def _as_arrays(scenario: Scenario, rows: _Rows) -> SeedArrays:
    order = sorted(key for key in rows if 0 <= key[0] < scenario.n_days)
    days = [day for day, _, _ in order]
    found = [rows[key] for key in order]
    return SeedArrays(
        ptr=np.searchsorted(days, np.arange(scenario.n_days + 1)).astype(np.int64),
        brand=np.array([b for _, b, _ in order], np.int32),
        consumer=np.array([i for _, _, i in order], np.int32),
        stage=np.array([row.stage for row in found], np.int32),
        p_try=np.array([row.p_try for row in found], np.float64),
        wave=np.array([row.wave for row in found], np.int64),
        p_come=np.array([row.p_come for row in found], np.float64),
        event=np.array([row.event for row in found], np.int64),
        scandal=np.array([row.scandal for row in found], np.uint8),
    )


def _among(segments: list[str] | None, world: World) -> NDArray[np.int64]:
    """Rows of the consumers of some segments, or of everybody."""
    if segments is None:
        return np.arange(world.n)
    numbers = [world.kinds.segments.index(name) for name in segments]
    return np.flatnonzero(np.isin(world.population.segment, numbers))


def n_seeded(scenario: Scenario, people: int, n: int) -> int:
    """Simulated consumers that stand for so many people; at least one if anybody is meant."""
    return min(max(round(people * n / scenario.market.size), 1 if people else 0), n)


def _chosen(scenario: Scenario, wave: Seeding, world: World, key: np.uint64) -> NDArray[np.int64]:
    ident, graph = world.population.ident, world.graph
    if wave.strategy == "list":
        return _by_label(wave.consumers, world)
    if wave.strategy == "leaders":
        n = n_seeded(scenario, wave.people, world.n)
        return _by_label(scenario.market.leaders[:n], world)
    among = _among(wave.segments, world)
    n = min(n_seeded(scenario, wave.people, world.n), len(among))
    mine = ident[among]
    u = uniforms(key, mine)
    if wave.strategy == "random" or graph.well_mixed:
        return among[_smallest(u, mine, n)]
    degree = np.diff(graph.indptr)
    if wave.strategy == "highest-degree":
        return among[_smallest(-degree[among], mine, n)]
    # A random neighbour of each random consumer in turn, until enough different ones are found.
    second = uniforms(stem_key(key, Purpose.SEEDING, 1), ident)
    wanted = set(among.tolist())
    found: dict[int, None] = {}
    for i in among[np.lexsort((mine, u))]:
        if len(found) >= n:
            break
        friends = graph.listeners[graph.indptr[i] : graph.indptr[i + 1]]
        if len(friends):
            friends = friends[np.argsort(ident[friends], kind="stable")]
            friend = int(friends[min(int(second[i] * len(friends)), len(friends) - 1)])
            if friend in wanted:
                found.setdefault(friend)
    return np.array(list(found), np.int64)


def _smallest(value: NDArray, ident: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """Rows of the n smallest values in order, ties by identity, without sorting everybody."""
    if n == 0:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(value <= np.partition(value, n - 1)[n - 1])
    return rows[np.lexsort((ident[rows], value[rows]))][:n]


def _by_label(wanted: Sequence[int | str], world: World) -> NDArray[np.int64]:
    labels = world.graph.labels
    row = {label: i for i, label in enumerate(range(world.n) if labels is None else labels.tolist())}
    missing = [label for label in wanted if label not in row]
    if missing:
        raise WorldError(f"seeding lists consumer {missing[0]!r}, who is not in the graph")
    return np.array([row[label] for label in wanted], np.int64)
