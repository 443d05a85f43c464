"""V21: how much better hubs are as seeds depends on how contagious talk is, and is far below their ties."""

from collections.abc import Mapping

import numpy as np

from experiments.reproduce.centrality import degrees
from experiments.reproduce.finding import Check, Fact, Finding, above, below, estimate, mean, row
from experiments.reproduce.market import PEOPLE, market, samples
from experiments.reproduce.runs import Arm, play, worlds
from scenarios.registry import REGISTRY
from scenarios.schema import Scenario
from simulator.simulate import Outcome

MULTIPLES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
"""How contagious talk is, against the registry."""

SHARE = 0.01
TALK = ("talk.talker_per_day", "talk.advocate_extra_per_day", "talk.fresh_extra_per_day")


def _bought(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    return {"bought": float(outcome.ours("buyers")[-1].sum()) / outcome.n_consumers}


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure how many times the reach of random seeds hubs have, by how contagious talk is."""
    replicates = 10 if quick else 40
    given = round(SHARE * PEOPLE)

    def scenario_at(multiple: float) -> Scenario:
        changed = dict(parameters or {})
        talk = {name: multiple * changed.get(name, REGISTRY[name].default) for name in TALK if multiple != 1.0}
        return market(
            consumers=1_500,
            weeks=52,
            buys_every_days=14.0,
            graph={"kind": "scale-free"},
            parameters=changed | talk,
            plans={"nothing": {}, "random": samples(given), "hubs": samples(given, strategy="highest-degree")},
        )

    markets = {multiple: scenario_at(multiple) for multiple in MULTIPLES}
    arms = {f"{m} {name}": Arm(scenario=s, plan=name) for m, s in markets.items() for name in s.plans}
    runs = play(arms, measure=_bought, replicates=replicates, threads=threads)
    bought = {name: figures["bought"] for name, figures in runs.items()}
    reach = {m: (bought[f"{m} hubs"], bought[f"{m} random"]) for m in MULTIPLES}
    times = {m: estimate(lambda a, b: a / b, *reach[m]) for m in MULTIPLES}
    gained = {m: estimate(lambda a, b, c: (a - c) / (b - c), *reach[m], bought[f"{m} nothing"]) for m in MULTIPLES[1:]}
    per_world = []
    for world in worlds(markets[1.0], n=replicates):
        ties = np.sort(degrees(world.graph))
        per_world.append(ties[-max(round(SHARE * world.n), 1) :].mean() / ties.mean())
    ties_ratio = mean(np.array(per_world))

    rows = [row("ties of a hub against those of anybody", ties_ratio, "times")]
    rows += [
        row(f"talk × {m:g}: have bought with random seeds", mean(reach[m][1]), "% of the market") for m in MULTIPLES
    ]
    rows += [row(f"talk × {m:g}: buyers with hubs against random seeds", times[m], "times") for m in MULTIPLES]
    rows += [row(f"talk × {m:g}: the same, beyond buyers without seeds", gained[m], "times") for m in MULTIPLES[1:-1]]
    highest = max(times.values(), key=lambda summary: summary.ci_high)
    peak = max(MULTIPLES, key=lambda m: times[m].mean)
    fading = estimate(lambda a, b, c, d: (a / b - 1.0) / 3.0 - (c / d - 1.0), *reach[peak], *reach[MULTIPLES[-1]])
    rising = estimate(lambda a, b, c, d: a / b - c / d, *reach[peak], *reach[0.0])
    checks: tuple[Check, ...] = (
        above("with talk as in the registry, hubs reach more buyers than random seeds", times[1.0], 1.0, unit="times"),
        above("the premium rises with talk, from none to where it is highest", rising, unit="times"),
        above("the premium with talk × 4 is less than a third of the highest", fading, unit="times"),
        below("at no level of talk are hubs ahead by two thirds of the ratio of ties", highest,
              ties_ratio.mean * 2.0 / 3.0, "times"),
        below("beyond buyers without seeds it is below the ratio of ties, too",
              max(gained.values(), key=lambda s: s.mean), ties_ratio.mean, "times"),
    )  # fmt: skip
    return Finding(
        market=(
            "A new brand in a category bought every two weeks, without advertising, in a scale-free network of 12 ties "
            "on average; 1 % of the market gets the product. Only the three rates of talk are multiplied; × 1 is the "
            "registry. What is counted is who has bought after a year."
        ),
        rows=tuple(rows),
        checks=checks,
        limits=(
            "Some buy without having heard of the seeds; figures beyond buyers without seeds leave them out.",
            "Very contagious talk carries complaints, too.",
        ),
        replicates=replicates,
    )


FACT = Fact(
    id="V21",
    title="The premium of hubs depends on contagiousness and is far below their ties",
    source="Watts & Dodds 2007, JCR 34:441; independent cascades on Barabási-Albert networks",
    expected="Hubs reach more than random seeds where talk neither dies at once nor reaches everybody, by much less "
    "than the ratio of their ties; the premium vanishes where talk reaches everybody anyway.",
    run=run,
)
