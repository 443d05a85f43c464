"""V20: samples for hubs and for bridges bring more than samples for anybody, and those more than for fringes."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.reproduce.centrality import betweenness, degrees
from experiments.reproduce.finding import Fact, Finding, above, estimate, mean, row
from experiments.reproduce.market import PEOPLE, market, samples
from experiments.reproduce.runs import Arm, Planner, play, worlds
from scenarios.schema import Plan, Scenario, Seeding
from simulator.simulate import Outcome
from simulator.world import World

SHARE = 0.02
"""Share of the market that gets the product."""

MARKET = "% of the market"

Score = Callable[[World], NDArray[np.float64]]


def leading(world: World, score: NDArray[np.float64], share: float) -> list[int]:
    """Rows of the consumers with the highest scores, ties by row.

    Args:
        world: who exists.
        score: one per consumer.
        share: of the market.
    """
    return np.argsort(-score, kind="stable")[: max(round(share * world.n), 1)].tolist()


def for_leading(scenario: Scenario, score: Score, share: float) -> Planner:
    """Give samples to the consumers with the highest scores.

    Args:
        scenario: has a plan ``nothing``.
        score: one per consumer of a world.
        share: of the market.
    """

    def plan(world: World) -> Plan:
        wave = Seeding(strategy="list", consumers=list(leading(world, score(world), share)))
        return scenario.plans["nothing"].model_copy(update={"seeding": [wave]})

    return plan


def remoteness(world: World) -> NDArray[np.float64]:
    """Higher for those whom fewer hear; those whom nobody hears come last, for samples would be lost on them."""
    heard_by = degrees(world.graph).astype(float)
    return np.where(heard_by > 0, -heard_by, -np.inf)


def _between(world: World) -> NDArray[np.float64]:
    return betweenness(world.graph)


def _shared(world: World) -> float:
    """Share of the bridges that are hubs, too."""
    bridges = set(leading(world, _between(world), SHARE))
    return len(bridges & set(leading(world, degrees(world.graph).astype(float), SHARE))) / len(bridges)


def _bought(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    return {"bought": float(outcome.ours("buyers")[-1].sum()) / outcome.n_consumers}


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure what the same number of samples brings, by the place in the network of those who get them."""
    replicates = 16 if quick else 48
    given = round(SHARE * PEOPLE)
    scenario = market(
        consumers=600 if quick else 1_000,
        weeks=52,
        buys_every_days=14.0,
        parameters=parameters,
        plans={"nothing": {}, "random": samples(given), "hubs": samples(given, strategy="highest-degree")},
    )
    arms = {name: Arm(scenario=scenario, plan=name) for name in scenario.plans}
    arms["bridges"] = Arm(scenario=scenario, plan=for_leading(scenario, _between, SHARE))
    arms["fringes"] = Arm(scenario=scenario, plan=for_leading(scenario, remoteness, SHARE))
    runs = play(arms, measure=_bought, replicates=replicates, threads=threads)
    nothing = runs["nothing"]["bought"]
    gain = {name: runs[name]["bought"] - nothing for name in ("hubs", "bridges", "random", "fringes")}
    shared = [_shared(world) for world in worlds(scenario, n=4)]
    rows = [row("have bought after a year without samples", mean(nothing), MARKET)]
    rows += [row(f"more with samples for {name}", mean(values), MARKET) for name, values in gain.items()]
    rows += [
        row("hubs against random", estimate(lambda a, b: a / b - 1.0, gain["hubs"], gain["random"]), "%"),
        row("best against worst", estimate(lambda a, b: a / b, gain["hubs"], gain["fringes"]), "times"),
    ]
    near = estimate(lambda h, b, r: (h - r) / 4.0 - abs(h - b), gain["hubs"], gain["bridges"], gain["random"])
    checks = (
        above("hubs bring more than random", mean(gain["hubs"] - gain["random"]), unit=MARKET),
        above("bridges bring more than random", mean(gain["bridges"] - gain["random"]), unit=MARKET),
        above("random brings more than fringes", mean(gain["random"] - gain["fringes"]), unit=MARKET),
        above("hubs and bridges differ by less than a quarter of what hubs are ahead of random", near, unit=MARKET),
    )
    return Finding(
        market=(
            "A new brand in a category bought every two weeks, without advertising, in the default network; the "
            "product is given to 2 % of the market on the first day. What is counted is who has bought after a year."
        ),
        rows=tuple(rows),
        checks=checks,
        limits=(
            (
                f"Of the bridges, {100.0 * np.mean(shared):.0f} % are hubs, too: a generated network has few bridges "
                "of other kinds. A network of one's own can tell them apart better."
            ),
            "Hubs have no more effect on each of those who hear them; they are heard by more. That is built in.",
        ),
        replicates=replicates,
    )


FACT = Fact(
    id="V20",
    title="Hubs and bridges are better seeds than random people, fringes worse",
    source="Hinz, Skiera, Barrot & Becker 2011, Journal of Marketing 75(6)",
    expected="Samples for hubs and for bridges bring about the same, more than for random people, and those more than "
    "for the fringes of the network.",
    run=run,
)
