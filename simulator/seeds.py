"""Who is given the product, and when."""

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario, Seeding
from scenarios.vocabulary import Stage
from simulator.arrays import SeedArrays
from simulator.calendar import day_number
from simulator.draws import Purpose, stem_key, uniforms
from simulator.population import brand_keys
from simulator.world import World, WorldError


def choose_seeds(scenario: Scenario, plan: Plan, *, world: World, luck: np.uint64) -> SeedArrays:
    """Pick the consumers of every seeding wave of our plan and the rivals'.

    Strategies: ``random``; ``highest-degree`` (most listeners, ties by identity); ``random-neighbour`` (a random
    contact of a random consumer, which finds the well connected without a map of the network); ``list``.

    Args:
        scenario: its market size turns people into consumers.
        plan: our plan.
        world: who exists.
        luck: the replicate's luck key; random choices are keyed by consumer.
    """
    plans = [plan, *(rival.plan for rival in scenario.rivals.values())]
    rows: dict[tuple[int, int, int], tuple[int, float, int]] = {}
    keys = brand_keys(scenario)
    for b, one in enumerate(plans):
        for w, wave in enumerate(one.seeding):
            day = 0 if wave.date is None else day_number(scenario, wave.date)
            key = stem_key(luck, Purpose.SEEDING, keys[b] + np.uint64(w))
            for i in _chosen(scenario, wave, world, key):
                # Of two waves on one day the one that lifts higher counts; of equals the first.
                lifts = int(Stage[wave.stage.upper()])
                if rows.get((day, b, int(i)), (-1,))[0] < lifts:
                    rows[day, b, int(i)] = (lifts, wave.tries_product, w)
    order = sorted(rows)
    days = [day for day, _, _ in order]
    return SeedArrays(
        ptr=np.searchsorted(days, np.arange(scenario.n_days + 1)).astype(np.int64),
        brand=np.array([b for _, b, _ in order], np.int32),
        consumer=np.array([i for _, _, i in order], np.int32),
        stage=np.array([rows[row][0] for row in order], np.int32),
        p_try=np.array([rows[row][1] for row in order], np.float64),
        wave=np.array([rows[row][2] for row in order], np.int64),
    )


def n_seeded(scenario: Scenario, people: int, n: int) -> int:
    """Simulated consumers that stand for so many people; at least one if anybody is meant."""
    return min(max(round(people * n / scenario.market.size), 1 if people else 0), n)


def _chosen(scenario: Scenario, wave: Seeding, world: World, key: np.uint64) -> NDArray[np.int64]:
    ident, graph = world.population.ident, world.graph
    if wave.strategy == "list":
        return _by_label(wave, world)
    n = n_seeded(scenario, wave.people, world.n)
    u = uniforms(key, ident)
    if wave.strategy == "random" or graph.well_mixed:
        return _smallest(u, ident, n)
    degree = np.diff(graph.indptr)
    if wave.strategy == "highest-degree":
        return _smallest(-degree, ident, n)
    # A random neighbour of each random consumer in turn, until enough different ones are found.
    second = uniforms(stem_key(key, Purpose.SEEDING, 1), ident)
    found: dict[int, None] = {}
    for i in np.lexsort((ident, u)):
        if len(found) >= n:
            break
        mine = graph.listeners[graph.indptr[i] : graph.indptr[i + 1]]
        if len(mine):
            mine = mine[np.argsort(ident[mine], kind="stable")]
            found.setdefault(int(mine[min(int(second[i] * len(mine)), len(mine) - 1)]))
    return np.array(list(found), np.int64)


def _smallest(value: NDArray, ident: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """Rows of the n smallest values in order, ties by identity, without sorting everybody."""
    if n == 0:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(value <= np.partition(value, n - 1)[n - 1])
    return rows[np.lexsort((ident[rows], value[rows]))][:n]


def _by_label(wave: Seeding, world: World) -> NDArray[np.int64]:
    labels = world.graph.labels
    row = {label: i for i, label in enumerate(range(world.n) if labels is None else labels.tolist())}
    missing = [label for label in wave.consumers if label not in row]
    if missing:
        raise WorldError(f"seeding lists consumer {missing[0]!r}, who is not in the graph")
    return np.array([row[label] for label in wave.consumers], np.int64)
