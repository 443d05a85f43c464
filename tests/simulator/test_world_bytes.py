"""The memory that a world takes is what was estimated."""

import doctest
import json
import os
import subprocess
import sys

import pytest

import simulator.world_bytes
from scenarios import bare_scenario, load_scenario
from scenarios.schema import Scenario
from simulator.graph import graph_from_edges
from simulator.world import build_world
from simulator.world_bytes import world_bytes

MEASURE = """
import ctypes, gc, json, sys
from scenarios.schema import Scenario
from simulator.world import build_world

def bytes_of(what):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(what))

market = Scenario.model_validate_json(sys.stdin.read())
build_world(market, seed=2)
gc.collect()
ctypes.CDLL(None).malloc_trim(0)
open("/proc/self/clear_refs", "w").write("5")  # the most so far is what is used now
before = bytes_of("VmRSS")
world = build_world(market, seed=1)
most = bytes_of("VmHWM")
gc.collect()
ctypes.CDLL(None).malloc_trim(0)
print(json.dumps([most - before, bytes_of("VmRSS") - before]))
"""


def with_graph(market: Scenario, n: int, **graph: object) -> Scenario:
    return market.model_copy(
        update={
            "market": market.market.model_copy(update={"size": max(n, market.market.size), "consumers": n}),
            "graph": market.graph.model_copy(update=graph),
        }
    )


@pytest.mark.slow
@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="memory is measured as Linux tells it")
@pytest.mark.parametrize(
    ("name", "n", "graph"),
    [
        ("bare", 200_000, {}),
        ("bare", 1_000_000, {}),
        ("bare", 300_000, {"strong_ties": 1.0, "weak_ties": 1.0}),
        ("bare", 200_000, {"strong_ties": 10.0, "weak_ties": 30.0}),
        ("bare", 300_000, {"kind": "small-world"}),
        ("bare", 300_000, {"kind": "scale-free"}),
        ("bare", 300_000, {"kind": "power-law"}),
        ("bare", 500_000, {"kind": "well-mixed"}),
        ("coldbrew-launch", 400_000, {}),
    ],
)
def test_the_estimate_is_what_is_measured(name, n, graph):
    market = bare_scenario(consumers=1000, weeks=1) if name == "bare" else load_scenario(name).scenario
    market = with_graph(market, n, **graph)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=market.model_dump_json(),
        capture_output=True,
        check=True,
        text=True,
        # Memory that is freed goes back at once, and is not counted for what comes next.
        env=os.environ | {"MALLOC_MMAP_THRESHOLD_": "131072"},
    )
    building, holding = json.loads(measured.stdout)
    estimate = world_bytes(market)
    assert abs(estimate.building / building - 1.0) < 0.15
    assert abs(estimate.holding / holding - 1.0) < 0.15


def test_a_hundred_million_consumers_fit_into_a_workstation():
    market = with_graph(bare_scenario(consumers=1000, weeks=1), 100_000_000, strong_ties=4.0, weak_ties=6.0)
    estimate = world_bytes(market)
    assert estimate.holding <= estimate.building < 20 * 2**30


def test_the_users_own_network_is_there_already():
    market = bare_scenario(consumers=1000, weeks=1)
    n = 1000
    graph = graph_from_edges(range(n - 1), range(1, n), n=n)
    world = build_world(market, seed=1, graph=graph)
    held = {array.ctypes.data: array.nbytes for part in (world.population, graph) for array in vars(part).values()
            if hasattr(array, "nbytes")}  # fmt: skip
    held |= {array.ctypes.data: array.nbytes for array in world.arrays}
    assert abs(world_bytes(market, graph=graph).holding / sum(held.values()) - 1.0) < 0.05


def test_the_example_runs():
    assert doctest.testmod(simulator.world_bytes).failed == 0
