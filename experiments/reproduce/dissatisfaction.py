"""V18: a few dissatisfied buyers cost more than in proportion, and make loose ties harmful."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.reproduce.finding import Fact, Finding, above, below, estimate, mean, row
from experiments.reproduce.market import advertising, market
from experiments.reproduce.runs import Arm, play
from scenarios.schema import Scenario
from simulator.simulate import Outcome

DISSATISFIED = (0.0, 0.01, 0.02, 0.05, 0.10, 0.20)
WEAK_TIES = (0.0, 15.0, 29.0)
SPOILED = 0.05
"""Share of dissatisfied uses at which loose ties turn from a help into a harm."""

_YEARLY = 0.10


def _net_value(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    """Margins of all purchases in a year's money, per consumer, at 10 % interest a year."""
    weekly = outcome.ours("purchases").sum(axis=1) / outcome.n_consumers
    discount = (1.0 + _YEARLY) ** (-np.arange(len(weekly)) / 52.0)
    return {"value": float((weekly * discount).sum()) * (scenario.brand.price - scenario.brand.unit_cost)}


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure net value by share of dissatisfied uses and by number of loose ties."""
    replicates = 12 if quick else 24

    def arm(dissatisfied: float, weak_ties: float) -> Arm:
        scenario = market(
            consumers=1_000 if quick else 2_000,
            weeks=104,
            buys_every_days=7.0,
            graph={"strong_ties": 15.0, "weak_ties": weak_ties},
            brand={"p_dissatisfied": dissatisfied},
            parameters=parameters,
            plans={"launch": advertising(300.0)},
        )
        return Arm(scenario=scenario, plan="launch")

    arms = {f"{d} {w}": arm(d, w) for w in WEAK_TIES for d in DISSATISFIED if w == 15.0 or d in (0.0, SPOILED)}
    runs = play(arms, measure=_net_value, replicates=replicates, threads=threads)
    value = {name: figures["value"] for name, figures in runs.items()}
    by_share = {d: value[f"{d} 15.0"] for d in DISSATISFIED}
    loss = {d: estimate(lambda a, b: 1.0 - b / a, by_share[0.0], by_share[d]) for d in DISSATISFIED[1:]}

    def a_point(low: float, high: float) -> NDArray[np.float64]:
        return (by_share[low] - by_share[high]) / (high - low) / 100.0

    rows = [row("net value per consumer, nobody dissatisfied", mean(by_share[0.0]), "dollars")]
    rows += [row(f"lost with {100.0 * d:g} % dissatisfied", loss[d], "%") for d in DISSATISFIED[1:]]
    flips = {
        d: estimate(lambda a, b: b / a - 1.0, value[f"{d} {WEAK_TIES[0]}"], value[f"{d} {WEAK_TIES[-1]}"])
        for d in (0.0, SPOILED)
    }
    for d in (0.0, SPOILED):
        rows += [
            row(f"net value, {100.0 * d:g} % dissatisfied, {w:g} loose ties", mean(value[f"{d} {w}"]), "dollars")
            for w in WEAK_TIES
        ]
    rows += [row(f"29 loose ties against none, {100.0 * d:g} % dissatisfied", flip, "%") for d, flip in flips.items()]
    points = ((0.0, 0.02), (0.02, 0.05), (0.05, 0.10), (0.10, 0.20))
    rows += [
        row(f"a point from {100.0 * a:g} to {100.0 * b:g} % dissatisfied costs", mean(a_point(a, b)), "dollars")
        for a, b in points
    ]
    checks = (
        above("1 % dissatisfied costs more than 1 % of net value", loss[0.01], 0.01, unit="%"),
        above("5 % dissatisfied costs more than 5 % of net value", loss[0.05], 0.05, unit="%"),
        above(
            "a point costs more from 0 to 5 % than from 5 to 10 %",
            mean(a_point(0.0, 0.05) - a_point(0.05, 0.10)),
            unit="dollars",
        ),
        above(
            "and more from 5 to 10 % than from 10 to 20 %",
            mean(a_point(0.05, 0.10) - a_point(0.10, 0.20)),
            unit="dollars",
        ),
        above("with nobody dissatisfied, loose ties raise net value", flips[0.0], unit="%"),
        below("with 5 % dissatisfied, loose ties lower it", flips[SPOILED], unit="%"),
    )
    return Finding(
        market=(
            "A new brand in a category bought weekly, for two years; 15 close ties and, where not said otherwise, 15 "
            "loose ones; $300 a week of advertising for 100,000 people. 60 % of uses satisfy; the dissatisfied are "
            "taken from those who feel neither. Net value is margins at 10 % interest a year."
        ),
        rows=tuple(rows),
        checks=checks,
        limits=(
            "Further points are demanded to cost less in steps of 5 and more only; the first five are measured apart.",
        ),
        replicates=replicates,
    )


FACT = Fact(
    id="V18",
    title="A few dissatisfied buyers cost more than in proportion",
    source="Goldenberg, Libai, Moldovan & Muller 2007, IJRM 24:186",
    expected=(
        "Net value falls by more than the share dissatisfied, and further points cost less than the first ones. "
        "Loose ties raise net value when nobody is dissatisfied and lower it when 5 % are."
    ),
    run=run,
)
