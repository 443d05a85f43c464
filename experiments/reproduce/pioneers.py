"""V26: where buyers complain, early adopters are better seeds than hubs, and hubs better than random people."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.reproduce.finding import Fact, Finding, above, estimate, mean, row
from experiments.reproduce.market import PEOPLE, market, samples
from experiments.reproduce.positions import for_leading
from experiments.reproduce.runs import Arm, play
from scenarios.schema import Scenario
from simulator.draws import Purpose, stem_key, uniforms
from simulator.simulate import Outcome
from simulator.world import World, world_key

SHARE = 0.02
"""Share of the market that gets the product."""

QUALITIES = {"high": (0.80, 0.05), "low": (0.20, 0.70)}
"""Shares of uses that satisfy and that disappoint."""

PIONEERS = {"share": 0.15, "susceptibility": 2.0, "buys_every_days": 7.5}
OTHERS = {"share": 0.85, "buys_every_days": 30.0}
START = {"attention": 0.01, "attraction": 0.01, "affinity": 0.005}
"""A brand that few have heard of."""

KNOWN = {"attention": 0.20, "attraction": 0.15, "affinity": 0.15, "audience": 0.05}
"""A brand that more than half know."""


def pioneering(world: World) -> NDArray[np.float64]:
    """Above nought for members of the segment of early adopters, in an order of chance."""
    chance = uniforms(stem_key(world_key(world.seed), Purpose.SEEDING, 0), world.population.ident)
    return np.where(world.population.segment == world.kinds.segments.index("pioneers"), chance, 0.0)


def _sold(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    return {"sold": float(outcome.ours("purchases").sum()) / outcome.n_consumers}


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure what the same number of samples sells, by who gets them and by how good the product is."""
    replicates = 16 if quick else 80
    given = round(SHARE * PEOPLE)

    def gains(
        quality: str, *, pioneers: Mapping[str, float] = PIONEERS, start: Mapping[str, float] = START
    ) -> dict[str, NDArray[np.float64]]:
        satisfied, dissatisfied = QUALITIES[quality]
        scenario = market(
            consumers=1_500 if quick else 2_000,
            weeks=52,
            segments={"pioneers": pioneers, "others": OTHERS},
            brand={"p_satisfied": satisfied, "p_dissatisfied": dissatisfied, "start": start},
            parameters=parameters,
            plans={"nothing": {}, "random": samples(given), "hubs": samples(given, strategy="highest-degree")},
        )
        arms = {name: Arm(scenario=scenario, plan=name) for name in scenario.plans}
        arms["pioneers"] = Arm(scenario=scenario, plan=for_leading(scenario, pioneering, SHARE))
        runs = play(arms, measure=_sold, replicates=replicates, threads=threads)
        return {name: runs[name]["sold"] - runs["nothing"]["sold"] for name in ("pioneers", "hubs", "random")}

    gain = {quality: gains(quality) for quality in QUALITIES}
    open_only = gains("low", pioneers=PIONEERS | {"buys_every_days": OTHERS["buys_every_days"]})
    known = gains("low", start=KNOWN)
    called = {"pioneers": "early adopters", "hubs": "hubs", "random": "random people"}
    rows = [
        row(f"{quality} quality: sold more with samples for {called[name]}", mean(100.0 * values), "per 100 consumers")
        for quality, by_name in gain.items()
        for name, values in by_name.items()
    ]
    ahead = {q: estimate(lambda a, b: a / b, by_name["pioneers"], by_name["hubs"]) for q, by_name in gain.items()}
    rows += [row(f"{quality} quality: early adopters against hubs", ratio, "times") for quality, ratio in ahead.items()]
    only_open = estimate(lambda a, b: a / b, open_only["pioneers"], open_only["hubs"])
    rows.append(row("low quality, early adopters who buy no more often: against hubs", only_open, "times"))
    harm = mean(100.0 * (known["hubs"] - known["random"]))
    rows.append(row("low quality, a known brand: hubs sell more than random people", harm, "per 100 consumers"))
    low = gain["low"]
    more_so = estimate(
        lambda a, b, c, d: a / b - c / d, low["pioneers"], low["hubs"], gain["high"]["pioneers"], gain["high"]["hubs"]
    )
    checks = (
        above("low quality: early adopters sell more than hubs",
              mean(100.0 * (low["pioneers"] - low["hubs"])), unit="per 100 consumers"),
        above("low quality: hubs sell more than random people",
              mean(100.0 * (low["hubs"] - low["random"])), unit="per 100 consumers"),
        above("early adopters are further ahead of hubs at low quality than at high", more_so, unit="times"),
    )  # fmt: skip
    return Finding(
        market=(
            "A brand that few have heard of, without advertising, in the default network. 15 % are early adopters: "
            "twice as easily persuaded, and buying in the category every 7.5 days instead of 30. The product is given "
            "to 2 % of the market. High quality satisfies 80 % and disappoints 5 % of uses; low 20 % and 70 %."
        ),
        rows=tuple(rows),
        checks=checks,
        limits=(
            (
                "Early adopters are those who intend to buy, as in the source, so they buy in the category more often. "
                "A sample lifts anybody to affinity, easily persuaded or not; hence the figure for early adopters who "
                "buy no more often than others."
            ),
            (
                "The order is that of a brand few have heard of, to which complaints bring notice as well as harm; the "
                "last figure is what becomes of it when many know the brand."
            ),
        ),
        replicates=replicates,
    )


FACT = Fact(
    id="V26",
    title="With complaints about, early adopters are better seeds than hubs",
    source="Cui, Hu, Cui & Xie 2018, PLoS ONE 13:e0206736",
    expected=(
        "Where many uses disappoint, samples for early adopters sell more than for hubs, and those more than for "
        "random people. Early adopters are further ahead than they are where few disappoint."
    ),
    run=run,
)
