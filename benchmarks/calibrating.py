"""How long a calibration takes: 26 weeks, 20,000 consumers, 8 parameters, 300 trials of 8 replicates."""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from benchmarks.table import Row, judged, skipped
from calibration.calibrate import calibrate
from calibration.fit import Settings
from calibration.free import free_parameters
from calibration.history import read_history
from calibration.question import Question, question
from calibration.setup import read_setup
from scenarios.catalogue import bundled_path
from scenarios.load import load_scenario
from simulator.executor import usable_threads

CONSUMERS = 20_000
TRIALS, REPLICATES = 300, 8
MORE = ("paid.attraction", "wom.attention")
"""Two parameters besides the six of the bundled settings."""

GOAL_S = 180.0


def asked() -> Question:
    """The bundled history of coldbrew-launch, with eight free parameters."""
    path = bundled_path("coldbrew-launch")
    scenario = load_scenario("coldbrew-launch", consumers=CONSUMERS).scenario
    setup = read_setup(path.with_name("calibration.toml"))
    found = question(scenario, read_history(path.with_name("history.csv")), setup=setup)
    return replace(found, free=(*found.free, *free_parameters(scenario, MORE)))


def rows(quick: bool) -> Iterator[Row]:
    """One row: the time of a whole calibration, evidence and the market without talk included.

    Args:
        quick: leave it out.
    """
    work = (
        f"calibrate coldbrew-launch: 26 weeks, {CONSUMERS:,} consumers, 8 parameters, "
        f"{TRIALS} trials of {REPLICATES} replicates"
    )
    against, goal = f"three minutes, {usable_threads()} threads", f"< {GOAL_S:.0f}"
    if quick:
        yield skipped(work, against, goal, "s", "takes minutes; run without --quick")
        return
    began = perf_counter()
    answer = calibrate(asked(), settings=Settings(trials=TRIALS, replicates=REPLICATES))
    seconds = perf_counter() - began
    note = (
        "evidence, sensitivity and a second fit without word of mouth included; "
        f"{len(answer.fit.weights)} draws worth {answer.fit.ess:.0f}"
    )
    yield judged(work, against, goal, seconds, "s", note)
