"""How fast the engine is on this machine: ``python -m benchmarks``. Prints figures and asserts none of them.

Speed is that of ``coldbrew-launch``'s baseline plan at several sizes, every clock on, one core, causes not drawn.
"""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from scenarios import load_scenario
from simulator.arrays import LIFE, NEED, PERSON
from simulator.simulate import simulate, start_run
from simulator.tables import compile_tables
from simulator.world import build_world

SIZES = (10_000, 100_000, 1_000_000)
_REPEATS = {10_000: 9, 100_000: 3, 1_000_000: 1}


def _peak_bytes() -> int:
    """Largest memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def kernel_speed() -> None:
    """Consumer-days per second and memory by market size."""
    print("consumers   degree  events/consumer  M consumer-days/s   world s   bytes/consumer")
    for n in SIZES:
        # One consumer for one person at the most; money grows with the market, so that pressure stays the same.
        scenario = load_scenario("coldbrew-launch").scenario
        size = max(scenario.market.size, n)
        plan = scenario.plans["baseline"].model_copy(update={"media_scale": size / scenario.market.size})
        market = scenario.market.model_copy(update={"size": size, "consumers": n})
        scenario = scenario.model_copy(update={"market": market})
        before = _peak_bytes()
        began = time.perf_counter()
        world = build_world(scenario, seed=1)
        world_seconds = time.perf_counter() - began
        tables = compile_tables(scenario, plan)
        seconds = []
        for _ in range(_REPEATS[n]):
            run = start_run(scenario, plan, world=world, tables=tables, luck=1, with_causes=False)
            began = time.process_time()
            run.advance(scenario.n_days)
            seconds.append(time.process_time() - began)
        counts = run.tallies.counts
        events = counts["entries"].sum() + counts["falls"].sum() + counts["purchases"].sum()
        print(
            f"{n:>9,}   {world.graph.mean_degree:6.1f}  {events / n:15.2f}  "
            f"{n * scenario.n_days / min(seconds) / 1e6:17.1f}  {world_seconds:8.2f}  "
            f"{(_peak_bytes() - before) / n:15.0f}"
        )
    brands = 1 + len(scenario.rivals)
    record = PERSON.itemsize + NEED.itemsize + brands * LIFE.itemsize
    print(f"records: {record} bytes per consumer with {brands} brands, 4 per directed tie; the rest is building")


def causes_and_stretches() -> None:
    """What causes cost, and what the length of a stretch between sweeps does."""
    scenario = load_scenario("coldbrew-launch").scenario
    plan = scenario.plans["baseline"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan)

    def seconds(**options: object) -> float:
        times = [
            simulate(scenario, plan, world=world, tables=tables, luck=1, **options).kernel_seconds  # type: ignore[arg-type]
            for _ in range(7)
        ]
        return min(times)

    plain = seconds(with_causes=False)
    print(f"causes drawn: {seconds(with_causes=True) / plain:.2f} times the plain run")
    for stretch in (1, 3, 7, 14, 28):
        print(f"sweep every {stretch:>2} days: {seconds(with_causes=False, stretch=stretch) / plain:.2f} times")


def levers() -> None:
    """Every lever at once against a plain plan of the same market, and what each kind of lever costs alone.

    More levers bring more events; time per event tells that apart from what the levers themselves cost.
    """
    scenario = load_scenario("everything", consumers=20_000).scenario
    world = build_world(scenario, seed=1)
    plain, whole = scenario.plans["plain"], scenario.plans["everything"]
    parts = {
        "plain": plain,
        "plain, and what follows up on last week": plain.model_copy(
            update={name: getattr(whole, name) for name in ("community", "space", "user_content")}
        ),
        "plain, and lists": plain.model_copy(update={name: getattr(whole, name) for name in ("sign_up", "lists")}),
        "plain, and referrals": plain.model_copy(update={"referral": whole.referral}),
        "everything": whole,
    }
    found: dict[str, tuple[float, int]] = {}
    for name, plan in parts.items():
        tables = compile_tables(scenario, plan)
        seconds = []
        for _ in range(7):
            run = start_run(scenario, plan, world=world, tables=tables, luck=1, with_causes=False)
            began = time.process_time()
            run.advance(scenario.n_days)
            seconds.append(time.process_time() - began)
        counts = run.tallies.counts
        found[name] = (min(seconds), int(counts["entries"].sum() + counts["falls"].sum() + counts["purchases"].sum()))
    usual, usual_events = found["plain"]
    print("levers, 20,000 consumers              M consumer-days/s   of the plain   ns per event   of the plain")
    for name, (best, events) in found.items():
        speed = world.n * scenario.n_days / best / 1e6
        each = best / events * 1e9
        print(
            f"{name:<40} {speed:14.1f}  {usual / best:13.2f}  {each:13.0f}  {each / (usual / usual_events * 1e9):13.2f}"
        )


def start_up() -> None:
    """Cold and warm start of a whole command in a fresh process."""
    words = ["apath", "run", "classroom", "--replicates", "2", "--format", "json"]
    code = f"import sys; sys.argv = {words!r}; from studio.cli import main; main()"
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        for label in ("cold, compiling", "warm"):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
            print(f"apath run classroom --replicates 2, {label}: {time.perf_counter() - began:.2f} s")


def main() -> None:
    """Print everything."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    kernel_speed()
    causes_and_stretches()
    levers()
    start_up()


if __name__ == "__main__":
    main()
