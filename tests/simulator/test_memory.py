"""What a market takes of memory: as much as is said, and said before it is too late."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import replicate
from scenarios import bare_scenario, load_scenario
from simulator import memory
from simulator.arrays import EVENT, LIFE
from simulator.memory import Need, TooLargeError, check_fits, needed
from simulator.outline import Outline
from simulator.simulate import _new_state, _new_work
from simulator.tables import fill_outline
from simulator.world import build_world

N = 300_000
MEASURE = f"""
import importlib, resource
from pathlib import Path
from scenarios import load_scenario
from experiments import replicate
module = importlib.import_module("experiments.replicate")
seen = []
def check(need, **more):
    seen.append((need.total, int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()))
module.check_fits = check
scenario = load_scenario("coldbrew-launch", consumers={N}).scenario
replicate(scenario, plans=[next(iter(scenario.plans))], replicates=1, threads=1)
# Not ru_maxrss, which remembers the process that started this one.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seen[0][0], int(peak.split()[1]) * 1024 - seen[0][1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are read from Linux")
def test_the_estimate_is_what_a_run_takes() -> None:
    replicate(load_scenario("coldbrew-launch", consumers=1_000), replicates=1)  # compiling takes memory of its own
    place = {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], env=os.environ | place, capture_output=True, timeout=300, check=True
    )
    said, taken = (int(word) for word in done.stdout.split())
    assert said == pytest.approx(taken, rel=0.2)


def test_nothing_that_grows_with_the_market_is_forgotten() -> None:
    """A run of the kernel allocates what is counted, but for the part of the list of events that stays empty."""
    allocated = []
    for n in (5_000, 10_000):
        scenario = load_scenario("coldbrew-launch", consumers=n).scenario
        world = build_world(scenario, seed=1)
        tables = fill_outline(Outline(scenario, next(iter(scenario.plans.values()))))
        brands = len(tables.brands)
        parts = [*world.arrays, *_new_state(tables, brands, n), *_new_work(brands, n)]
        allocated.append(sum(part.nbytes for part in parts))
    empty = EVENT.itemsize * (1.0 - memory._BUSY)
    need = needed(scenario, degree=world.graph.mean_degree).per_consumer
    assert need >= 0.95 * ((allocated[1] - allocated[0]) / 5_000 - empty)


def test_more_rivals_and_more_ties_take_more() -> None:
    scenario = bare_scenario(consumers=1_000_000, weeks=1)
    plain = needed(scenario).per_consumer
    assert needed(scenario, n_brands=4).per_consumer >= plain + 3 * LIFE.itemsize
    assert needed(scenario, degree=100.0).per_consumer > plain + 4 * 80
    assert needed(scenario, copies=2).total > 1.9 * (needed(scenario).total - needed(scenario).fixed)


def test_what_does_not_fit_is_refused_with_what_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10_000_000_000)
    need = Need(consumers=100_000_000, per_consumer=200.0, copies=2, fixed=50_000_000)
    said = r"need 40\.0 GB .* 10\.0 GB are free; market\.consumers = 24_000_000 would fit"
    with pytest.raises(TooLargeError, match=said) as e:
        check_fits(need)
    assert (e.value.need, e.value.available, e.value.largest) == (need.total, 10_000_000_000, 24_000_000)
    check_fits(Need(24_000_000, 200.0, 2, 50_000_000))
    with pytest.raises(TooLargeError, match="so would threads = 1"):
        check_fits(Need(40_000_000, 200.0, 2, 50_000_000))
    with pytest.raises(TooLargeError, match="only a smaller network"):
        check_fits(need, own_network=True)


def test_a_question_is_refused_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 1_000_000)
    with pytest.raises(TooLargeError):
        replicate(load_scenario("classroom"), replicates=1)


def test_unknown_memory_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: None)
    check_fits(Need(10**12, 1000.0, 1, 0))


@pytest.mark.parametrize(
    ("line", "folder", "names"),
    [
        ("0::/a/b", "", ("memory.max", "memory.current")),
        ("5:cpu,memory:/a/b", "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes")),
    ],
)
def test_the_tightest_control_group_counts(tmp_path: Path, line: str, folder: str, names: tuple[str, str]) -> None:
    inner = tmp_path / folder / "a" / "b"
    inner.mkdir(parents=True)
    own = tmp_path / "own"
    own.write_text(f"7:pids:/elsewhere\n{line}\n")
    for place, most in ((inner, "max"), (inner.parent, "5000")):
        (place / names[0]).write_text(most)
        (place / names[1]).write_text("2000")
    (inner.parent / "memory.stat").write_text("anon 3\ninactive_file 700\n")
    assert memory._of_group(tmp_path, own) == 3700
    assert memory._of_group(tmp_path, tmp_path / "nothing") is None
