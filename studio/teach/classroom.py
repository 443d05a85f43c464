"""A class's market as a scenario of the product, run by its real engine and made ready to watch.

>>> from studio.teach.controls import Settings
>>> data = teach(Settings(people=50, weeks=13))
>>> len(data["arms"][0]["frames"]), len(data["arms"][0]["frames"][0])
(14, 50)

Only what a setting names can happen: the market is :func:`scenarios.bare.bare_scenario`, in which every effect is at
nought, with these switched on: talk, as multiples of one contact's talk that fall along the ladder as in the
registry; purchases every four weeks, of those who stand high enough; and, if asked for, advertising, own posts,
forgetting and disappointment with the registry's effects.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios import bare_scenario, scenario_from_dict
from scenarios.registry import REGISTRY
from scenarios.vocabulary import ENTERED_STAGES, Stage
from studio.formatting import counted
from studio.teach.controls import CONTROLS, Settings, read_settings

if TYPE_CHECKING:
    from scenarios.schema import Scenario
    from simulator.graph import SocialGraph
    from simulator.tables import DayTables
    from simulator.world import World
    from studio.page.watching import Watched

BUYS_EVERY_DAYS = 28.0
FRIENDS_IN_A_CIRCLE = 25
_CPM = 8.0
_OTHER_LUCK = 1_000
"""Added to the luck of a run on people with other resistances."""


def teach(settings: Settings | Mapping[str, Any]) -> dict[str, Any]:
    """Simulate what a class asks for, as data for the player.

    Args:
        settings: as they stand, or values by name, checked by
            :func:`studio.teach.controls.read_settings`.

    Returns:
        One arm, or two on the same people if the settings have a ``b``; then also a second run of ``b`` on people
        with other resistances, to show what common ones are good for.

    Raises:
        ScenarioError: a setting is not known or has an unknown value.
    """
    from studio.page.player_data import Arm, player_data, provenance_line

    mine = settings if isinstance(settings, Settings) else read_settings(settings)
    scenario, world, seen = run(mine)
    arms = [Arm("A", arm_title(mine), seen)]
    if mine.b:
        other = mine.arm_b()
        _, its_world, its_seen = run(other)
        alone = run(other, luck=other.luck + _OTHER_LUCK)[2]
        graph = None if its_world.graph is world.graph else its_world.graph
        arms = [
            Arm("A", difference_title(mine, mine.b), seen),
            Arm("B", difference_title(other, mine.b), its_seen, graph=graph, alone=alone),
        ]
    return player_data(
        arms,
        title=CONTROLS["network"].texts[CONTROLS["network"].values.index(mine.network)],
        graph=world.graph,
        places=_places(_who(mine)),
        provenance=provenance_line(scenario, world_seed=mine.world, luck=mine.luck),
        talk_from=int(Stage.ATTENTION),
    )


def run(settings: Settings, *, luck: int | None = None) -> tuple["Scenario", "World", "Watched"]:
    """One arm: its scenario, its people and what happened week by week.

    Args:
        settings: one arm's; ``b`` is not looked at.
        luck: instead of the settings' own.
    """
    from studio.page.watching import watch

    scenario, world = market(settings)
    plan = scenario.plans["nothing"]
    return scenario, world, watch(scenario, plan, world=world, tables=tables_of(settings), luck=luck or settings.luck)


def market(settings: Settings) -> tuple["Scenario", "World"]:
    """The scenario that settings stand for, and its people."""
    return _market(_alone(settings))


def tables_of(settings: Settings) -> "DayTables":
    """What presses on people in that market, day by day."""
    return _tables(_alone(settings))


def arm_title(settings: Settings) -> str:
    """What is done in a market with one arm, in a few words."""
    if settings.seeding == "none":
        return "Nobody is given the product"
    whom = _short("seeding", settings.seeding).lower()
    return f"{counted(settings.seeds, 'person', 'people')} given the product: {whom}"


def difference_title(settings: Settings, which: Mapping[str, Any]) -> str:
    """What one of two arms does where they differ."""
    return "; ".join(f"{CONTROLS[name].label}: {_short(name, getattr(settings, name))}" for name in which)


def _short(name: str, value: Any) -> str:
    control = CONTROLS[name]
    return control.texts[control.values.index(value)].partition(":")[0]


_WHO = ("network", "people", "contacts", "shortcuts", "world")
_Key = tuple[tuple[str, Any], ...]


def _who(settings: Settings) -> _Key:
    return tuple((name, getattr(settings, name)) for name in _WHO)


def _alone(settings: Settings) -> _Key:
    return tuple((name, getattr(settings, name)) for name in CONTROLS if name != "luck")


@lru_cache(maxsize=32)
def _market(key: _Key) -> tuple["Scenario", "World"]:
    from simulator.world import build_world

    settings = Settings(**dict(key))
    graph = _graph(_who(settings))
    world_seed = settings.world
    rows = seeds(settings, graph)
    scenario = scenario_of(settings, rows)
    return scenario, build_world(scenario, seed=world_seed, graph=None if graph.well_mixed else graph)


@lru_cache(maxsize=32)
def _tables(key: _Key) -> "DayTables":
    from simulator.tables import compile_tables

    scenario, world = _market(key)
    return compile_tables(scenario, scenario.plans["nothing"], kinds=world.kinds)


def scenario_of(settings: Settings, rows: list[int]) -> "Scenario":
    """Write settings as a scenario, checked like any file.

    Args:
        settings: one arm's.
        rows: who is given the product.
    """
    per_day = -math.log1p(-settings.contagiousness) / 7.0
    parameters = {
        **{f"wom.{stage}": REGISTRY[f"wom.{stage}"].default for stage in ENTERED_STAGES},
        # In a crowd one hears everybody a little: as much, if all talk, as so many contacts say.
        "talk.talker_per_day": per_day * (settings.contacts if settings.network == "everybody" else 1),
        "talk.weak_tie": settings.weak_talk,
        **{f"paid.{stage}": REGISTRY[f"paid.{stage}"].default for stage in ENTERED_STAGES},
        **{f"owned.{stage}": REGISTRY[f"owned.{stage}"].default for stage in ENTERED_STAGES},
        **{f"experience.{stage}": REGISTRY[f"experience.{stage}"].default for stage in ENTERED_STAGES},
        **{f"forgetting.{stage}": settings.forgetting * REGISTRY[f"forgetting.{stage}"].default
           for stage in ENTERED_STAGES},
        **{f"wom-negative.{stage}": REGISTRY[f"wom-negative.{stage}"].default for stage in ENTERED_STAGES},
        "negative.p_turn": REGISTRY["negative.p_turn"].default,
        # The unaware hardly buy, people in the audience mostly do.
        "choice.base": -6.5,
        "choice.stage_weight": 1.7,
    }  # fmt: skip
    word: dict[str, Any] = {"talk_from": "attention", "reinforcement": settings.tellings, "fresh_on": "nothing"}
    if settings.threshold > 0.0:
        word = {"talk_from": "attention", "threshold": settings.threshold, "fresh_on": "nothing"}
    if settings.network == "everybody":
        word = {"talk_from": "attention", "fresh_on": "nothing"}
    plan: dict[str, Any] = {}
    if rows:
        plan["seeding"] = [{"strategy": "list", "consumers": rows, "stage": "affinity", "tries_product": 0.0}]
    if settings.advertising > 0.0:
        money = settings.advertising * settings.people * _CPM / 1000.0
        on = min(settings.ad_weeks, settings.weeks)
        plan["media"] = {"screen": {"weekly": [money] * on + [0.0] * (settings.weeks - on)}}
    if settings.posts:
        plan["posts"] = {"page": {"weekly": float(settings.posts)}}
    bare = bare_scenario(
        consumers=settings.people,
        weeks=settings.weeks,
        parameters=parameters,
        word_of_mouth=word,
        segment={"buys_every_days": BUYS_EVERY_DAYS},
        brand={"p_satisfied": 0.6 * (1.0 - settings.disappointed), "p_dissatisfied": settings.disappointed},
        name="classroom-of-your-own",
    )
    said = bare.model_dump(exclude_unset=True)
    said["channels"] = {
        "screen": {"platform": "other", "cpm": _CPM},
        "page": {"platform": "website"},
    }
    said["segments"]["everybody"]["channels"] = {"screen": 1.0, "page": 1.0}
    said["plans"]["nothing"] = plan
    return scenario_from_dict(said)


@lru_cache(maxsize=32)
def _graph(key: _Key) -> "SocialGraph":
    from scenarios.schema import Graph
    from simulator.draws import root_key
    from simulator.graph import generate_graph

    s = Settings(**dict(key))
    seed, n, ties = root_key(s.world), s.people, float(s.contacts)
    if s.network == "everybody":
        return generate_graph(Graph(kind="well-mixed"), n=n, seed=seed)
    if s.network == "hubs":
        return generate_graph(Graph(kind="scale-free", strong_ties=ties, weak_ties=0.0), n=n, seed=seed)
    if s.network == "clusters":
        return _circles(n, s.contacts, s.shortcuts, seed)
    moved = {"ring": 0.0, "small-world": s.shortcuts, "random": 1.0}[s.network]
    made = generate_graph(Graph(kind="small-world", strong_ties=ties, weak_ties=0.0, rewiring=moved), n=n, seed=seed)
    return _all_close(made) if s.network == "random" else made


def _all_close(graph: "SocialGraph") -> "SocialGraph":
    """The same ties, all of them close: where every tie is far, none is loose."""
    from dataclasses import replace

    return replace(graph, strong_end=graph.indptr[1:].copy())


def _circles(n: int, contacts: int, shortcuts: float, seed: np.uint64) -> "SocialGraph":
    """Circles of friends, each a ring of neighbours; a share of ties leads anywhere instead."""
    from simulator.draws import Purpose, stem_key, uniforms
    from simulator.graph import graph_from_edges

    begin = np.linspace(0, n, _n_circles(n, contacts) + 1).astype(np.int64)
    pairs = [
        (a + i, a + (i + distance) % (z - a))
        for a, z in zip(begin[:-1].tolist(), begin[1:].tolist(), strict=True)
        for i in range(z - a)
        for distance in range(1, contacts // 2 + 1)
    ]
    sources, targets = np.array(pairs, np.int64).T
    which = np.arange(len(sources), dtype=np.uint64)
    moved = uniforms(stem_key(seed, Purpose.GRAPH, 101), which) <= shortcuts
    anywhere = (uniforms(stem_key(seed, Purpose.GRAPH, 102), which) * n).astype(np.int64) % n
    targets = np.where(moved, anywhere, targets)
    keep = sources != targets
    return graph_from_edges(sources[keep], targets[keep], n=n, strong=~moved[keep])


def _n_circles(n: int, contacts: int) -> int:
    return max(round(n / max(FRIENDS_IN_A_CIRCLE, contacts + 2)), 1)


def seeds(settings: Settings, graph: "SocialGraph") -> list[int]:
    """Who is given the product, as rows, by the strategy that the settings name."""
    if settings.seeding == "none":
        return []
    count = min(settings.seeds, graph.n)
    return sorted(_ranked(_who(settings), settings.seeding, settings.world)[:count].tolist())


@lru_cache(maxsize=64)
def _ranked(key: _Key, seeding: str, world: int) -> NDArray[np.int64]:
    """Everybody in the order in which a strategy chooses them."""
    from simulator.draws import Purpose, root_key, stem_key, uniforms

    graph = _graph(key)
    luck = uniforms(stem_key(root_key(world), Purpose.SEEDING, 7), np.arange(graph.n, dtype=np.uint64))
    if seeding == "random" or graph.well_mixed:
        return np.argsort(luck, kind="stable")
    degree = np.diff(graph.indptr)
    if seeding == "together":
        return _around(graph, int(np.argmin(luck)))
    if seeding == "bridges":
        from experiments.reproduce.centrality import betweenness

        return np.lexsort((luck, -np.round(betweenness(graph), 6)))
    return np.lexsort((luck, -degree if seeding == "hubs" else degree))


def _around(graph: "SocialGraph", first: int) -> NDArray[np.int64]:
    """Somebody, their contacts, the contacts of those, and so on; whoever cannot be reached comes last."""
    order = dict.fromkeys([first])
    for i in (queue := [first]):  # grows while it is walked through
        for j in graph.listeners[graph.indptr[i] : graph.indptr[i + 1]].tolist():
            if j not in order:
                order[j] = None
                queue.append(j)
    return np.array(list(order | dict.fromkeys(range(graph.n))), np.int64)


@lru_cache(maxsize=32)
def _places(key: _Key) -> NDArray[np.float64]:
    from studio.page.layout import layout, ring_layout

    settings = Settings(**dict(key))
    if settings.network in ("ring", "small-world", "random"):
        return ring_layout(settings.people)
    if settings.network == "clusters":
        return ring_layout(settings.people, circles=_n_circles(settings.people, settings.contacts))
    return layout(_graph(key))


__all__ = ["arm_title", "difference_title", "market", "run", "scenario_of", "seeds", "tables_of", "teach"]
