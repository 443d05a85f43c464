"""V17: advertising matters early, and hardly once word of mouth has taken over."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.reproduce.finding import Fact, Finding, above, below, estimate, mean, row
from experiments.reproduce.market import CHANNEL, advertising, market
from experiments.reproduce.runs import Arm, plain_run, play
from scenarios.schema import Plan, Scenario
from simulator.simulate import Outcome
from simulator.tables import DayTables, compile_tables
from simulator.world import World

TAKE_OFF = 0.16
"""Share of the market that has bought when innovators and early adopters are through (Rogers)."""

WEEKLY = 300.0
"""Money per week in a market of 100,000: about one impression for everybody in three weeks."""

NETWORKS = {
    "15 close and 15 loose ties": {"strong_ties": 15.0, "weak_ties": 15.0},
    "4 close and 8 loose ties, the default": {},
}


def week_of(share: float, bought: NDArray[np.float64]) -> float:
    """The week by which so many have bought, between two weekly counts; not a number if they never have.

    >>> week_of(0.5, np.array([0.0, 0.4, 0.6]))
    1.5
    """
    after = int(np.argmax(bought >= share))
    if bought[after] < share:
        return math.nan
    if after == 0:
        return 0.0
    return float(after - (bought[after] - share) / (bought[after] - bought[after - 1]))


def _bought(outcome: Outcome) -> NDArray[np.float64]:
    return outcome.ours("buyers").sum(axis=1) / outcome.n_consumers


def _weeks(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    bought = _bought(outcome)
    return {"16": week_of(TAKE_OFF, bought), "95": week_of(0.95, bought)}


def until_take_off(scenario: Scenario, plan: Plan, world: World, tables: DayTables, luck: np.uint64) -> Outcome:
    """Run a plan whose advertising ends in the week in which 16 % have bought."""
    outcome = plain_run(scenario, plan, world, tables, luck)
    week = week_of(TAKE_OFF, _bought(outcome))
    if math.isnan(week):
        return outcome
    on = math.ceil(week)
    weekly = [WEEKLY] * on + [0.0] * (scenario.weeks - on)
    media = {CHANNEL: plan.media[CHANNEL].model_copy(update={"weekly": weekly})}
    shorter = plan.model_copy(update={"media": media})
    return plain_run(scenario, shorter, world, compile_tables(scenario, shorter), luck)


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure how much sooner more advertising, and how much later no advertising, makes the market buy."""
    replicates = 5 if quick else 24
    rows, checks, limits = [], [], []
    for network, graph in NETWORKS.items():
        scenario = market(
            consumers=1_000 if quick else 2_000,
            weeks=260,
            buys_every_days=7.0,
            graph=graph,
            parameters=parameters,
            plans={"usual": advertising(WEEKLY), "double": advertising(2.0 * WEEKLY)},
        )
        arms = {
            "usual": Arm(scenario=scenario, plan="usual"),
            "double": Arm(scenario=scenario, plan="double"),
            "stopped": Arm(scenario=scenario, plan="usual", runner=until_take_off),
        }
        weeks = play(arms, measure=_weeks, replicates=replicates, threads=threads)
        usual, double, stopped = weeks["usual"], weeks["double"], weeks["stopped"]
        sooner = estimate(lambda a, b: 1.0 - b / a, usual["16"], double["16"])
        after = estimate(lambda a, b: 1.0 - b / a, usual["95"] - usual["16"], double["95"] - double["16"])
        contrast = estimate(
            lambda a, b, c, d: d / c - b / a,
            usual["16"], double["16"], usual["95"] - usual["16"], double["95"] - double["16"],
        )  # fmt: skip
        later = estimate(lambda a, b: b / a - 1.0, usual["95"], stopped["95"])
        rows += [
            row(f"{network}: week in which 16 % have bought", mean(usual["16"]), "weeks"),
            row(f"{network}: week in which 95 % have bought", mean(usual["95"]), "weeks"),
            row(f"{network}: twice the money, sooner at 16 %", sooner, "%"),
            row(f"{network}: twice the money, sooner from 16 to 95 %", after, "%"),
            row(f"{network}: no money after 16 %, later at 95 %", later, "%"),
        ]
        checks += [
            above(f"{network}: doubling advertising from launch makes 16 % come sooner", sooner, unit="%"),
            above(
                f"{network}: it shortens the way to 16 % by a larger share than the way from there", contrast, unit="%"
            ),
        ]
        if graph:
            checks.append(
                below(f"{network}: stopping at 16 % makes 95 % come less than 5 % later", later, 0.05, unit="%")
            )
        else:
            limits.append(
                "The 5 % are demanded of the network of the source, in which talk does more. With "
                f"{network}, stopping at 16 % makes 95 % come {row('', later, '%').shown} later."
            )
    return Finding(
        market=(
            "A new brand in a category bought weekly, registry parameters throughout; $300 a week of one channel in "
            "a market of 100,000 people. The networks are the middle of the source's range and our default."
        ),
        rows=tuple(rows),
        checks=tuple(checks),
        limits=tuple(limits),
        replicates=replicates,
    )


FACT = Fact(
    id="V17",
    title="Advertising matters early and little after take-off",
    source="Goldenberg, Libai & Muller 2001, Marketing Letters 12:211",
    expected=(
        "Doubling advertising from launch makes 16 % of the market buy sooner. Switching it off once 16 % have bought "
        "delays 95 % by less than 5 %."
    ),
    run=run,
)
