"""What is reported beside the goals: what stretches and single levers cost, and how long a command takes to start."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.table import Row, judged
from scenarios import load_scenario
from scenarios.schema import Plan, Scenario
from simulator.simulate import STRETCH_DAYS, simulate, start_run
from simulator.tables import compile_tables
from simulator.world import World, build_world

_TIMES = 7
STRETCHES = (1, 3, 7, 14, 28)
LEVER_CONSUMERS = 20_000


def stretch_rows() -> Iterator[Row]:
    """What the number of days between sweeps does to time; it changes no number."""
    scenario = load_scenario("coldbrew-launch").scenario
    plan = scenario.plans["baseline"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan)

    def seconds(**options: int) -> float:
        return min(
            simulate(
                scenario, plan, world=world, tables=tables, luck=1, with_causes=False, **options
            ).kernel_seconds
            for _ in range(_TIMES)
        )  # fmt: skip

    plain = seconds()
    usual = f"a sweep every {STRETCH_DAYS} days"
    for stretch in STRETCHES:
        if stretch == STRETCH_DAYS:
            continue
        work = f"campaign, 10,000 consumers, a sweep every {stretch} day{'s' * (stretch > 1)}"
        yield judged(work, usual, "", seconds(stretch=stretch) / plain, "times its time")


def lever_rows() -> Iterator[Row]:
    """Every lever at once against a plain plan of the same market, and what each kind of lever costs alone.

    More levers bring more events; time per event tells that apart from what the levers themselves cost.
    """
    scenario = load_scenario("everything", consumers=LEVER_CONSUMERS).scenario
    world = build_world(scenario, seed=1)
    plain, whole = scenario.plans["plain"], scenario.plans["everything"]
    follow_ups = {name: getattr(whole, name) for name in ("community", "space", "user_content")}
    lists = {name: getattr(whole, name) for name in ("sign_up", "lists")}
    usual, usual_events = _lever_seconds(scenario, plain, world)
    speed = LEVER_CONSUMERS * scenario.n_days / usual / 1e6
    yield judged(f"levers, {LEVER_CONSUMERS:,} consumers, plain plan", "itself", "", speed, "M consumer-days/s")
    for name, plan in {
        "what follows up on last week": plain.model_copy(update=follow_ups),
        "lists": plain.model_copy(update=lists),
        "referrals": plain.model_copy(update={"referral": whole.referral}),
        "every lever": whole,
    }.items():
        seconds, events = _lever_seconds(scenario, plan, world)
        note = f"{seconds / events / (usual / usual_events):.2f} times the time per event"
        yield judged(f"levers: plain plan and {name}", "the plain plan", "", seconds / usual, "times its time", note)


def _lever_seconds(scenario: Scenario, plan: Plan, world: World) -> tuple[float, int]:
    tables = compile_tables(scenario, plan)
    least = float("inf")
    for _ in range(_TIMES):
        run = start_run(scenario, plan, world=world, tables=tables, luck=1, with_causes=False)
        began = time.process_time()
        run.advance(scenario.n_days)
        least = min(least, time.process_time() - began)
    counts = run.tallies.counts
    return least, int(counts["entries"].sum() + counts["falls"].sum() + counts["purchases"].sum())


def start_up_rows() -> Iterator[Row]:
    """Cold and warm start of a whole command in a fresh process."""
    words = ["apath", "run", "classroom", "--replicates", "2", "--format", "json"]
    code = f"import sys; sys.argv = {words!r}; from studio.cli import main; main()"
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        for label in ("cold, compiling", "warm"):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
            seconds = time.perf_counter() - began
            yield judged(f"apath run classroom --replicates 2, {label}", "itself", "", seconds, "s")
