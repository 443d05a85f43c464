"""V28: bad publicity raises the sales of a brand that nobody knows, and lowers those of one that everybody knows."""

from collections.abc import Mapping

import numpy as np

from experiments.reproduce.finding import Fact, Finding, above, below, estimate, mean, row
from experiments.reproduce.market import PEOPLE, market, samples
from experiments.reproduce.runs import Arm, play
from scenarios.schema import Plan, Scenario
from simulator.simulate import Outcome, start_run
from simulator.tables import DayTables, compile_tables
from simulator.world import World

SHARE = 0.03
"""Share of the market that hears the bad news and tells it on."""

FAME = {
    "unknown": {},
    "little known": {"attention": 0.03, "attraction": 0.01, "affinity": 0.01},
    "half known": {"attention": 0.20, "attraction": 0.15, "affinity": 0.10, "audience": 0.02, "customers": 0.05},
    "known": {
        "attention": 0.20,
        "attraction": 0.20,
        "affinity": 0.25,
        "audience": 0.20,
        "advocacy": 0.03,
        "customers": 0.30,
    },
}
"""Where people stand with the brand when the news comes."""


def news(share: float) -> dict[str, dict[str, object]]:
    """Plans in which so many hear of the brand on the first day: not at all, with bad news, with no opinion."""
    people = round(share * PEOPLE)
    return {
        "quiet": {},
        "bad": samples(people, stage="attention"),
        "neutral": samples(people, stage="attention", used=0.0),
    }


def bad_first_day(scenario: Scenario, plan: Plan, world: World, tables: DayTables, luck: np.uint64) -> Outcome:
    """Run a plan in which everybody who uses the product on the first day is disappointed, and nobody buys it yet.

    Those who are given it then become the people who have heard something bad: they notice the brand and complain,
    for as long as any dissatisfied buyer would. From the second day on all is as the scenario says.
    """
    brand = {"p_satisfied": 0.0, "p_dissatisfied": 1.0, "appeal": -500.0}
    spoiled = scenario.model_copy(update={"brand": scenario.brand.model_copy(update=brand)})
    first_day = compile_tables(spoiled, plan)
    run = start_run(spoiled, plan, world=world, tables=first_day, luck=luck, with_causes=False)
    run.advance(1)
    run.tables = tables
    run.advance(tables.n_days - 1)
    return Outcome(run.tallies, tables, world.n, run.kernel_seconds)


def _sold(outcome: Outcome, scenario: Scenario) -> dict[str, float]:
    return {"sold": 100.0 * float(outcome.ours("purchases").sum()) / outcome.n_consumers}


def run(*, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None) -> Finding:
    """Measure what a burst of bad publicity does to half a year's sales, by how well the brand is known."""
    replicates = 8 if quick else 60
    plans = news(SHARE)
    sold = {}
    for fame, start in FAME.items():
        scenario = market(
            consumers=1_500 if quick else 3_000,
            weeks=26,
            brand={"start": start},
            parameters=parameters,
            plans=plans,
        )
        arms = {name: Arm(scenario=scenario, plan=name, runner=bad_first_day) for name in plans}
        runs = play(arms, measure=_sold, replicates=replicates, threads=threads)
        sold[fame] = {name: figures["sold"] for name, figures in runs.items()}
    unit = "per 100 consumers"
    more = {fame: mean(by["bad"] - by["quiet"]) for fame, by in sold.items()}
    rows = []
    for fame, by in sold.items():
        rows += [
            row(f"{fame}: sold without bad publicity", mean(by["quiet"]), unit),
            row(f"{fame}: more with it", more[fame], unit),
            row(f"{fame}: the same, of sales", estimate(lambda a, b: b / a - 1.0, by["quiet"], by["bad"]), "%"),
        ]
    talk = mean(sold["unknown"]["bad"] - sold["unknown"]["neutral"])
    rows.append(row("unknown: more than if as many had heard of it without complaining", talk, unit))
    graded = estimate(
        lambda a, b, c, d: b / a - d / c,
        *(sold[fame][name] for fame in ("little known", "half known") for name in ("quiet", "bad")),
    )
    checks = (
        above("bad publicity raises the sales of the unknown brand", more["unknown"], unit=unit),
        below("and lowers those of the known brand", more["known"], unit=unit),
        above("complaining itself helps the unknown brand, for it makes others notice", talk, unit=unit),
        above("it does a little known brand more good, of its sales, than a half known one", graded, unit="%"),
    )  # fmt: skip
    return Finding(
        market=(
            "A brand of average quality in a category bought monthly, without advertising, in the default network. On "
            "the first day 3 % of the market hear something bad and notice the brand; they complain for 45 days on "
            "average. Sales are those of half a year."
        ),
        rows=tuple(rows),
        checks=checks,
        limits=(
            (
                "The burst is made of people who were given the product and disappointed by it on one day. Nobody buys "
                "on that day, with or without bad publicity."
            ),
            "Who is unaware and hears a complaint only notices the brand; the model has no memory of what was said.",
        ),
        replicates=replicates,
    )


FACT = Fact(
    id="V28",
    title="Bad publicity helps a brand that nobody knows",
    source="Berger, Sorensen & Rasmussen 2010, Marketing Science 29:815",
    expected="A burst of bad publicity raises the sales of an unknown brand and lowers those of a known one.",
    run=run,
)
