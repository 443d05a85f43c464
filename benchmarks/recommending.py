"""How long a recommendation takes: 300 plans on coldbrew-launch with 20,000 consumers, everything that is printed."""

from collections.abc import Iterator
from time import perf_counter

from benchmarks.table import Row, judged, skipped
from experiments.recommend.effort import Effort
from experiments.recommend.recommend import recommend
from scenarios.load import load_scenario
from simulator.costs import plan_cost
from simulator.executor import usable_threads

CONSUMERS, TRIALS = 20_000, 300
GOAL_S = 180.0


def rows(quick: bool) -> Iterator[Row]:
    """One row: the time of a whole recommendation, its race, report and check included.

    Args:
        quick: leave it out.
    """
    work = f"recommend coldbrew-launch: 26 weeks, {CONSUMERS:,} consumers, {TRIALS} plans"
    against, goal = f"three minutes, {usable_threads()} threads", f"< {GOAL_S:.0f}"
    if quick:
        yield skipped(work, against, goal, "s", "takes minutes; run without --quick")
        return
    loaded = load_scenario("coldbrew-launch", consumers=CONSUMERS)
    budget = plan_cost(loaded.scenario, loaded.scenario.plans["baseline"])
    began = perf_counter()
    answer = recommend(loaded, goal="customers >= 90000", budget=budget, effort=Effort(trials=TRIALS))
    seconds = perf_counter() - began
    parts = ", ".join(f"{name.removesuffix('_seconds')} {value:.0f} s" for name, value in answer.timings.items())
    note = f"{answer.provenance['runs']:,} runs of the engine; {parts}"
    yield judged(work, against, goal, seconds, "s", note)
