"""A small sample of any scenario's market, to be watched: the same rules, plans and people, only fewer of them.

>>> from scenarios import load_scenario
>>> data = sample_data(load_scenario("classroom").scenario, plans=["nothing", "hub-samples"], people=60)
>>> [arm["title"] for arm in data["arms"]], data["people_text"]
(['Nothing', 'Samples for the best connected'], '60 people')
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.vocabulary import STAGE_NAMES
from studio.formatting import people as people_text

if TYPE_CHECKING:
    from scenarios.load import Loaded
    from scenarios.schema import Scenario
    from simulator.graph import SocialGraph
    from studio.page.watching import Watched

PEOPLE = 300
_OTHER_LUCK = 1_000


def sample_of(loaded: "Loaded", *, plans: Sequence[str]) -> dict[str, Any]:
    """Watch plans of a scenario as it was loaded, on its own network if it has one that is small enough.

    Args:
        loaded: the scenario.
        plans: one or two names.

    Raises:
        WorldError: the scenario's own network has more people than can be watched.
    """
    from experiments.replicate import graph_of
    from simulator.world import WorldError
    from studio.page.player_data import MOST_PEOPLE

    graph = graph_of(loaded)
    own = None if graph is None or graph.well_mixed else graph
    if own is not None and own.n > MOST_PEOPLE:
        raise WorldError(
            f"the network of this scenario has {own.n:,} people, and at most {MOST_PEOPLE:,} can be watched"
        )
    return sample_data(loaded.scenario, plans=plans, graph=own)


def sample_data(
    scenario: "Scenario",
    *,
    plans: Sequence[str] | None = None,
    people: int = PEOPLE,
    seed: int = 1,
    graph: "SocialGraph | None" = None,
) -> dict[str, Any]:
    """Watch one or two plans of a scenario on a small market, as data for the player.

    One market is one throw of the dice, and a small one shakes more than a large one: it shows how things happen, and
    is no answer to which plan is better. The data say so.

    Args:
        scenario: any; its market is drawn anew with fewer consumers, each of whom stands for more people.
        plans: one or two names; left out, the first two.
        people: simulated consumers, 1 to 5,000; with a graph of your own, all who are in it.
        seed: world and luck; another one gives another market.
        graph: the market's own network.

    Raises:
        KeyError: there is no such plan.
        ValueError: more than two plans, or more people than the player shows.
        WorldError: the market cannot be drawn, such as one whose graph comes from a file and is not given.
    """
    from simulator.world import build_world
    from studio.page.layout import layout
    from studio.page.player_data import MOST_PEOPLE, Arm, player_data, provenance_line
    from studio.page.watching import watch

    names = list(scenario.plans)[:2] if plans is None else list(plans)
    for name in names:
        if name not in scenario.plans:
            raise KeyError(f"there is no plan {name!r}; there are {', '.join(scenario.plans)}")
    if not 1 <= len(names) <= 2:
        raise ValueError(f"the player shows one plan or two, not {len(names)}")
    if not 1 <= (people if graph is None else graph.n) <= MOST_PEOPLE:
        raise ValueError(f"the player shows 1 to {MOST_PEOPLE:,} people, not {people if graph is None else graph.n:,}")
    market = scenario.market.model_copy(update={"consumers": people if graph is None else graph.n})
    small = scenario.model_copy(update={"market": market})
    world = build_world(small, seed=seed, graph=graph)
    arms = []
    for letter, name in zip("AB"[: len(names)], names, strict=True):
        plan = small.plans[name]
        seen = _from_the_start(watch(small, plan, world=world, luck=seed), small)
        alone = watch(small, plan, world=world, luck=seed + _OTHER_LUCK) if letter == "B" else None
        arms.append(Arm(letter, plan.title or name, seen, alone=alone and _from_the_start(alone, small)))
    talks = small.word_of_mouth.talk_from
    weight = people_text(small.people_per_consumer)
    return player_data(
        arms,
        title=small.title or small.name,
        note=f"Each stands for {weight} of the market. One small market: it shows how, not which plan is better",
        graph=world.graph,
        places=layout(world.graph),
        provenance=provenance_line(small, world_seed=seed, luck=seed),
        talk_from=len(STAGE_NAMES) if talks == "nobody" else STAGE_NAMES.index(talks),
    )


def _from_the_start(seen: "Watched", scenario: "Scenario") -> "Watched":
    """Without the weeks of the warm-up."""
    from dataclasses import replace

    before = scenario.warm_up_weeks * 7 // seen.every_days
    return replace(seen, codes=seen.codes[before:], causes=seen.causes[before:]) if before else seen


__all__ = ["PEOPLE", "sample_data"]
