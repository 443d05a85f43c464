"""What happens to single consumers on a day: who is given the product, who is invited, who hears of a scandal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario, Seeding
from scenarios.vocabulary import Stage
from simulator.arrays import SeedArrays
from simulator.calendar import all_phases, day_number
from simulator.draws import Purpose, fold, name_key, stem_key, uniforms
from simulator.population import brand_keys
from simulator.world import World, WorldError

_ROW = np.dtype(
    [
        ("day", np.int64), ("consumer", np.int64), ("brand", np.int64), ("stage", np.int64), ("p_try", np.float64),
        ("wave", np.int64), ("p_come", np.float64), ("event", np.int64), ("scandal", np.bool_), ("place", np.int64),
    ]
)  # fmt: skip


class _Rows:
    """What happens to whom, in any order."""

    def __init__(self) -> None:
        self.parts: list[NDArray[np.void]] = []

    def add(self, day: int, brand: int, consumers: NDArray[np.int64], **what: float) -> None:
        """Let something happen to some consumers on a day."""
        part = np.zeros(len(consumers), _ROW)
        part["day"], part["brand"], part["consumer"], part["stage"] = day, brand, consumers, -1
        part["place"] = len(self.parts)
        for name, value in what.items():
            part[name] = value
        self.parts.append(part)

    def merged(self, n_days: int) -> NDArray[np.void]:
        """One row per day, consumer and brand: the sample that lifts highest, the first invitation, any scandal."""
        rows = np.concatenate([np.zeros(0, _ROW), *self.parts])
        rows = rows[(rows["day"] >= 0) & (rows["day"] < n_days)]
        rows = rows[np.lexsort((rows["place"], -rows["stage"], rows["brand"], rows["consumer"], rows["day"]))]
        if not len(rows):
            return rows
        same = np.ones(len(rows), np.bool_)
        for name in ("day", "consumer", "brand"):
            same[1:] &= rows[name][1:] == rows[name][:-1]
        same[0] = False
        begin = np.flatnonzero(~same)
        out = rows[begin].copy()
        out["scandal"] = np.logical_or.reduceat(rows["scandal"], begin)
        place = np.where(rows["p_come"] > 0, rows["place"] * len(rows) + np.arange(len(rows)), np.iinfo(np.int64).max)
        first = np.minimum.reduceat(place, begin)
        asked = first < np.iinfo(np.int64).max
        which = first[asked] % len(rows)
        out["p_come"][asked], out["event"][asked] = rows["p_come"][which], rows["event"][which]
        return out


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
    rows = _Rows()
    keys = brand_keys(scenario)
    for b, mine in enumerate(all_phases(scenario, plan)):
        for phase in mine:
            offset = WARM_UP_WAVES if b == 0 and phase.plan is not plan else 0
            alike: Counter[str] = Counter()
            for wave in phase.plan.seeding:
                day = phase.first if wave.date is None else day_number(scenario, wave.date)
                # A wave is known by what it is, not by its place: one of another kind before it changes nobody's luck,
                # and on another date it reaches the same people.
                if wave.people == 0 and wave.strategy != "list":
                    continue
                what = f"{offset} {wave.strategy} {wave.segments} {wave.stage}"
                alike[what] += 1
                called = name_key(f"{what} {alike[what]}")
                key = np.uint64(fold(np.uint64(stem_key(luck, Purpose.SEEDING, keys[b])), called))
                chosen = _chosen(scenario, wave, world, key)
                if day >= phase.first:
                    stage = int(Stage[wave.stage.upper()])
                    rows.add(day, b, chosen, stage=stage, p_try=wave.tries_product, wave=int(called >> np.uint64(2)))
            for name, event in phase.plan.events.items():
                day = day_number(scenario, event.date)
                called = name_key(name)
                key = np.uint64(fold(np.uint64(stem_key(luck, Purpose.INVITE, keys[b])), called))
                among = _among(event.segments, world)
                n = min(n_seeded(scenario, event.invited, world.n), len(among))
                ident = world.population.ident[among]
                guests = among[_smallest(uniforms(key, ident), ident, n)]
                if day >= phase.first:
                    rows.add(day, b, guests, p_come=event.p_come, event=int(called >> np.uint64(2)))
    _spread_scandals(scenario, plan, world, luck, rows)
    return _as_arrays(scenario, rows.merged(scenario.n_days))


def _spread_scandals(scenario: Scenario, plan: Plan, world: World, luck: np.uint64, rows: _Rows) -> None:
    """Everybody hears of a scandal by a draw of their own, so that a larger one reaches the same people and more."""
    rivals, keys, brands = list(scenario.rivals), brand_keys(scenario), all_phases(scenario, plan)
    for name, shock in scenario.shocks.items():
        if shock.kind != "backlash":
            continue
        b = 0 if shock.brand is None else 1 + rivals.index(shock.brand)
        if b and day_number(scenario, shock.date) < brands[b][0].first:
            continue  # nobody hears of a rival that is not on the market yet
        key = fold(np.uint64(stem_key(luck, Purpose.BACKLASH, keys[b])), name_key(name))
        hears = np.flatnonzero(uniforms(np.uint64(key), world.population.ident) <= shock.strength)
        rows.add(day_number(scenario, shock.date), b, hears, scandal=True)


def _as_arrays(scenario: Scenario, rows: NDArray[np.void]) -> SeedArrays:
    return SeedArrays(
        ptr=np.searchsorted(rows["day"], np.arange(scenario.n_days + 1)).astype(np.int64),
        brand=rows["brand"].astype(np.int32),
        consumer=rows["consumer"].astype(np.int32),
        stage=rows["stage"].astype(np.int32),
        p_try=rows["p_try"].copy(),
        wave=rows["wave"].copy(),
        p_come=rows["p_come"].copy(),
        event=rows["event"].copy(),
        scandal=rows["scandal"].astype(np.uint8),
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
    wanted = np.zeros(world.n, np.bool_)
    wanted[among] = True
    found: dict[int, None] = {}
    for i in _in_turn(among, u, mine, n):
        if len(found) >= n:
            break
        friends = graph.listeners[graph.indptr[i] : graph.indptr[i + 1]]
        if len(friends):
            friends = friends[np.argsort(ident[friends], kind="stable")]
            friend = int(friends[min(int(second[i] * len(friends)), len(friends) - 1)])
            if wanted[friend]:
                found.setdefault(friend)
    return np.array(list(found), np.int64)


def _in_turn(among: NDArray[np.int64], u: NDArray[np.float64], ident: NDArray[np.uint64], n: int) -> Iterator[int]:
    """Rows by their draw, ties by identity; the first few are enough for most, so that not everybody is sorted."""
    begin, end = 0, min(4 * n, len(among))
    while begin < end:
        yield from among[_smallest(u, ident, end)[begin:]].tolist()
        begin, end = end, min(4 * end, len(among))


def _smallest(value: NDArray, ident: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """Rows of the n smallest values in order, ties by identity, without sorting everybody."""
    if n == 0:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(value <= np.partition(value, n - 1)[n - 1])
    return rows[np.lexsort((ident[rows], value[rows]))][:n]


def _by_label(wanted: Sequence[int | str], world: World) -> NDArray[np.int64]:
    labels = world.graph.labels
    row: Mapping[int | str, int] = {label: i for i, label in enumerate(labels.tolist())} if labels is not None else {}
    if labels is None:  # consumers are numbered
        row = {label: int(label) for label in wanted if isinstance(label, int) and 0 <= label < world.n}
    missing = [label for label in wanted if label not in row]
    if missing:
        raise WorldError(f"seeding lists consumer {missing[0]!r}, who is not in the graph")
    return np.array([row[label] for label in wanted], np.int64)
