"""Kept worlds: what is found is what would be built, and whatever goes wrong costs time and nothing else."""

import doctest
import errno
import logging
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import simulator.array_file
from scenarios import bare_scenario, load_scenario
from scenarios.schema import Scenario
from simulator import world_cache
from simulator.array_file import ArrayFileError, map_arrays, write_arrays
from simulator.graph import graph_from_edges, graph_from_networkx
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import World, WorldError, build_world
from simulator.world_cache import READ_OF_SCENARIO, cache_folder, cached_world, world_digest

pytestmark = pytest.mark.core


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty cache that keeps worlds of any size."""
    monkeypatch.setenv("APATH_CACHE_DIR", str(tmp_path / "worlds"))
    monkeypatch.delenv("APATH_CACHE_BYTES", raising=False)
    monkeypatch.setattr(world_cache, "SMALLEST", 0)
    return tmp_path / "worlds"


@pytest.fixture
def built(monkeypatch) -> list[int]:
    """The seeds of worlds that had to be built."""
    seeds: list[int] = []

    def count(scenario, *, seed=0, graph=None):
        seeds.append(int(seed))
        return build_world(scenario, seed=seed, graph=graph)

    monkeypatch.setattr(world_cache, "build_world", count)
    return seeds


@pytest.fixture(scope="module")
def coldbrew() -> Scenario:
    return load_scenario("coldbrew-launch").scenario


def pieces(world: World) -> dict[str, object]:
    found: dict[str, object] = {"seed": world.seed, "notes": world.notes, "kinds": repr(world.kinds)}
    for part in ("population", "graph", "arrays"):
        for field, value in world_cache._fields_of(getattr(world, part)).items():
            array = isinstance(value, np.ndarray)
            found[f"{part}.{field}"] = (value.dtype, value.shape, value.tobytes()) if array else value
    return found


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.exists() else []


def test_what_is_found_is_what_was_built(folder, built, coldbrew):
    first, second = (cached_world(coldbrew, seed=5) for _ in range(2))
    assert built == [5] and len(kept(folder)) == 1 and kept(folder)[0].suffix == ".world"
    assert pieces(first) == pieces(second) == pieces(build_world(coldbrew, seed=5))
    for name, array in second.arrays._asdict().items():
        assert type(array) is np.ndarray and array.flags.writeable and array.flags.c_contiguous
        assert array.ctypes.data % 64 == 0 or not array.size, name
    assert second.arrays.people.dtype is first.arrays.people.dtype
    assert np.shares_memory(second.arrays.listeners, second.graph.listeners)
    assert np.shares_memory(second.arrays.stage0, second.population.stage0)
    assert second.n_in_segment.sum() == second.n


def test_runs_are_the_same_and_leave_the_file_alone(folder, coldbrew):
    plan = next(iter(coldbrew.plans.values()))
    cached_world(coldbrew, seed=5)
    before = kept(folder)[0].read_bytes()
    worlds = build_world(coldbrew, seed=5), cached_world(coldbrew, seed=5)
    tables = compile_tables(coldbrew, plan)
    was = pieces(worlds[1])
    counts = [simulate(coldbrew, plan, world=world, tables=tables, luck=1).tallies.counts for world in worlds]
    assert counts[0].tobytes() == counts[1].tobytes()
    assert pieces(worlds[1]) == was and kept(folder)[0].read_bytes() == before


def test_writing_to_a_world_does_not_change_the_kept_one(folder):
    market = bare_scenario(consumers=50, weeks=1)
    cached_world(market, seed=1)
    cached_world(market, seed=1).arrays.people["need"][:] = 9
    assert pieces(cached_world(market, seed=1)) == pieces(build_world(market, seed=1))


@pytest.mark.parametrize("kind", ["small-world", "scale-free", "power-law", "well-mixed"])
def test_every_kind_of_graph(folder, built, kind):
    market = bare_scenario(consumers=300, weeks=1)
    market = market.model_copy(update={"graph": market.graph.model_copy(update={"kind": kind})})
    assert pieces(cached_world(market, seed=2)) == pieces(cached_world(market, seed=2))
    assert built == [2]


def test_the_users_own_network(folder, built):
    market = bare_scenario(consumers=4, weeks=1)
    ring = graph_from_edges([0, 1, 2, 3], [1, 2, 3, 0], n=4)
    path = graph_from_edges([0, 1, 2], [1, 2, 3], n=4)
    named = nx.path_graph(["ann", "bob", "cem", "dora"])
    for graph in (ring, path, named, ring, path, named):
        world = cached_world(market, seed=1, graph=graph)
        assert pieces(world) == pieces(build_world(market, seed=1, graph=graph))
        assert world.graph is graph or graph is named
    assert len(built) == len(kept(folder)) == 3
    assert sum(path.stat().st_size for path in kept(folder)) < 6000  # the network itself is not among it


def test_small_worlds_are_built(folder, built, monkeypatch):
    monkeypatch.setattr(world_cache, "SMALLEST", 101)
    for _ in range(2):
        cached_world(bare_scenario(consumers=100, weeks=1), seed=1)
    assert built == [1, 1] and not kept(folder)


# ------------------------------------------------------------------------------------------------ what misses


def changed(part, **update):
    return part.model_copy(update=update)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: changed(s, market=changed(s.market, consumers=s.market.consumers + 1)),
        lambda s: changed(s, market=changed(s.market, size=s.market.size + 1)),
        lambda s: changed(s, graph=changed(s.graph, homophily=0.25)),
        lambda s: changed(s, graph=changed(s.graph, homophily=np.nextafter(s.graph.homophily, 1.0))),
        lambda s: changed(s, segments=dict(reversed(s.segments.items()))),
        lambda s: changed(s, channels=dict(reversed(s.channels.items()))),
        lambda s: changed(s, influencers=dict(list(s.influencers.items())[1:])),
        lambda s: changed(s, rivals={}),
        lambda s: changed(s, parameters=s.parameters | {"churn.intervals": 2.25}),
        lambda s: changed(s, word_of_mouth=changed(s.word_of_mouth, reinforcement=3)),
    ],
)
def test_any_change_of_the_market_is_another_world(coldbrew, change):
    assert world_digest(change(coldbrew), seed=1, graph=None) != world_digest(coldbrew, seed=1, graph=None)


def test_what_no_world_depends_on_changes_no_name(coldbrew):
    plans = dict(list(coldbrew.plans.items())[:1])
    other = changed(coldbrew, plans=plans, title="another", weeks=coldbrew.weeks + 1)
    assert world_digest(other, seed=1, graph=None) == world_digest(coldbrew, seed=1, graph=None)


def test_building_a_world_reads_no_other_section(coldbrew):
    read = set()

    class Watched(Scenario):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    watched = Watched.model_construct(**dict(coldbrew))
    read.clear()
    build_world(watched, seed=1)
    assert read & set(Scenario.model_fields) <= set(READ_OF_SCENARIO)


def test_another_seed_is_another_world(folder, built, coldbrew):
    assert world_digest(coldbrew, seed=1, graph=None) != world_digest(coldbrew, seed=2, graph=None)
    # A root key is not the seed of the same number.
    assert world_digest(coldbrew, seed=1, graph=None) != world_digest(coldbrew, seed=np.uint64(1), graph=None)


def test_another_network_is_another_world(coldbrew):
    same = [graph_from_edges([0, 1], [1, 2], n=3) for _ in range(2)]
    assert len({world_digest(coldbrew, seed=1, graph=graph) for graph in same}) == 1
    others = [
        graph_from_edges([0, 1], [1, 2], n=4),
        graph_from_edges([0, 1], [1, 2], n=3, strong=[True, False]),
        graph_from_edges([0, 1], [1, 2], n=3, labels=[5, 6, 7]),
        graph_from_edges([0, 1], [1, 2], n=3, labels=["a", "b", "c"]),
        graph_from_networkx(nx.path_graph(["a", "b", "d"])),
        None,
    ]
    assert len({world_digest(coldbrew, seed=1, graph=graph) for graph in [same[0], *others]}) == 7


def test_another_version_of_the_programs_is_another_world(tmp_path, monkeypatch, coldbrew):
    for name in ("simulator", "scenarios"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(world_cache, "__file__", str(tmp_path / "simulator" / "world_cache.py"))
    names = []
    for place, text in ((None, ""), ("simulator", "x = 2\n"), ("scenarios", "x = 2\n"), ("simulator", "x = 1\n")):
        if place:
            (tmp_path / place / "one.py").write_text(text)
        world_cache.programs_digest.cache_clear()
        names.append(world_digest(coldbrew, seed=1, graph=None))
    world_cache.programs_digest.cache_clear()
    assert len(set(names)) == 4


# ----------------------------------------------------------------------------------------------- what goes wrong


def damaged(content: bytes, how: str) -> bytes:
    middle = len(content) // 2
    return {
        "empty": b"",
        "cut short": content[:-1],
        "beginning only": content[:20],
        "longer": content + b"\0",
        "one bit": content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :],
        "zeros": bytes(len(content)),
        "header": content[:40] + bytes([content[40] ^ 1]) + content[41:],
        "length": content[:16] + b"\xff" * 8 + content[24:],
        "words exchanged": content[:-128] + content[-64:] + content[-128:-64],
        "another thing": b"not a world\n" * 99,
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "empty", "cut short", "beginning only", "longer", "one bit", "zeros", "header", "length", "words exchanged",
        "another thing",
    ],
)  # fmt: skip
def test_a_damaged_file_is_built_again(folder, built, coldbrew, how, caplog):
    cached_world(coldbrew, seed=1)
    content = kept(folder)[0].read_bytes()
    kept(folder)[0].write_bytes(damaged(content, how))
    assert kept(folder)[0].read_bytes() != content
    with caplog.at_level(logging.WARNING):
        again = cached_world(coldbrew, seed=1)
    assert "it is built again" in caplog.text and built == [1, 1]
    assert pieces(again) == pieces(build_world(coldbrew, seed=1))
    assert kept(folder)[0].read_bytes() == content
    cached_world(coldbrew, seed=1)
    assert built == [1, 1]


def test_a_file_of_other_fields_is_built_again(folder, built):
    market = bare_scenario(consumers=50, weeks=1)
    cached_world(market, seed=1)
    with kept(folder)[0].open("wb") as file:
        write_arrays(file, {"arrays.people": np.arange(3)}, {"plain": {}, "tuples": {}, "same": {}, "notes": []})
    assert pieces(cached_world(market, seed=1)) == pieces(build_world(market, seed=1))
    assert built == [1, 1]


def test_a_place_that_cannot_be_written_costs_nothing_but_time(folder, built, tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("APATH_CACHE_DIR", str(tmp_path / "file" / "worlds"))
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            assert cached_world(bare_scenario(consumers=50, weeks=1), seed=1).n == 50
    assert built == [1, 1] and "a world is not kept" in caplog.text


def test_a_folder_that_may_only_be_read(folder, built, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    market = bare_scenario(consumers=50, weeks=1)
    cached_world(market, seed=1)
    monkeypatch.setattr(world_cache.tempfile, "mkstemp", refuse)
    monkeypatch.setattr(world_cache.os, "utime", refuse)
    assert pieces(cached_world(market, seed=1)) == pieces(build_world(market, seed=1))
    cached_world(market, seed=2)
    assert built == [1, 2] and len(kept(folder)) == 1


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_full_disk_leaves_nothing_half_written(folder, built, monkeypatch, caplog, after):
    def fill(file, arrays, facts):
        whole = file.write
        written = []

        class Full:
            def write(self, data):
                written.append(data)
                if len(written) > after:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return whole(data)

        write_arrays(Full(), arrays, facts)

    monkeypatch.setattr(world_cache, "write_arrays", fill)
    with caplog.at_level(logging.INFO):
        assert cached_world(bare_scenario(consumers=50, weeks=1), seed=1).n == 50
    assert "No space left" in caplog.text and not kept(folder)
    monkeypatch.undo()


def test_a_nearly_full_disk_is_left_alone(folder, monkeypatch):
    usage = world_cache.shutil.disk_usage(folder.parent)
    monkeypatch.setattr(world_cache.shutil, "disk_usage", lambda _: usage._replace(free=world_cache._LEFT_FREE))
    cached_world(bare_scenario(consumers=50, weeks=1), seed=1)
    assert not kept(folder)


def test_an_impossible_market_is_told_as_ever(folder):
    market = bare_scenario(consumers=50, weeks=1)
    market = changed(market, graph=changed(market.graph, kind="file", file="friends.csv"))
    with pytest.raises(WorldError, match="read it with read_graph"):
        cached_world(market, seed=1)
    assert not kept(folder)


# ---------------------------------------------------------------------------------------------------- its size


def test_the_least_recently_used_go_first(folder, built, monkeypatch):
    market = bare_scenario(consumers=1000, weeks=1)
    cached_world(market, seed=0)
    size = kept(folder)[0].stat().st_size
    monkeypatch.setenv("APATH_CACHE_BYTES", str(int(3.5 * size)))
    for seed in (1, 2):
        cached_world(market, seed=seed)
    by_seed = {seed: folder / f"{world_digest(market, seed=seed, graph=None)}.world" for seed in range(5)}
    for seed in range(3):
        os.utime(by_seed[seed], (1000 + seed, 1000 + seed))
    cached_world(market, seed=0)  # found, so 1 has waited longest
    for seed in (3, 4):
        cached_world(market, seed=seed)
    assert {seed for seed, path in by_seed.items() if path.exists()} == {0, 3, 4}
    assert sum(path.stat().st_size for path in kept(folder)) <= 3.5 * size
    assert built == [0, 1, 2, 3, 4]


def test_what_was_never_finished_is_removed(folder):
    folder.mkdir()
    for name, age in (("being-written-old", 10**5), ("being-written-new", 0), ("somebody-elses", 10**5)):
        (folder / name).write_text("")
        now = (folder / name).stat().st_mtime
        os.utime(folder / name, (now - age, now - age))
    cached_world(bare_scenario(consumers=50, weeks=1), seed=1)
    assert {path.name for path in kept(folder) if path.suffix != ".world"} == {"being-written-new", "somebody-elses"}


@pytest.mark.parametrize(("text", "keeps"), [("0", False), ("-1", False), ("many", False), (" ", True), ("1e9", False)])
def test_the_size_can_be_set(folder, monkeypatch, text, keeps):
    monkeypatch.setenv("APATH_CACHE_BYTES", text)
    cached_world(bare_scenario(consumers=50, weeks=1), seed=1)
    assert bool(kept(folder)) == keeps


def test_a_world_larger_than_the_cache_is_not_kept_and_removes_nothing(folder, monkeypatch):
    cached_world(bare_scenario(consumers=50, weeks=1), seed=1)
    monkeypatch.setenv("APATH_CACHE_BYTES", str(2 * kept(folder)[0].stat().st_size))
    cached_world(bare_scenario(consumers=5000, weeks=1), seed=1)
    assert len(kept(folder)) == 1


def test_where_worlds_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("APATH_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("APATH_CACHE_DIR")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "apath" / "worlds"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "apath" / "worlds"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "apath" / "worlds"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "apath" / "worlds"
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() is None


# ------------------------------------------------------------------------------------------- several at a time

TOGETHER = """
import hashlib, sys
from scenarios import bare_scenario
from simulator import world_cache
world_cache.SMALLEST = 0
hashed = hashlib.sha256()
for seed in range(6):
    world = world_cache.cached_world(bare_scenario(consumers=20_000, weeks=1), seed=seed)
    hashed.update(world.arrays.people["ident"].tobytes() + world.arrays.listeners.tobytes())
print(hashed.hexdigest())
"""


def test_two_processes_keep_the_same_worlds(folder):
    processes = [
        subprocess.Popen([sys.executable, "-c", TOGETHER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in processes]
    assert [error for _, error in said] == ["", ""]
    hashed = {out for out, _ in said}
    assert len(hashed) == 1 and len(kept(folder)) == 6 and all(path.suffix == ".world" for path in kept(folder))
    again = subprocess.check_output([sys.executable, "-c", TOGETHER], text=True, timeout=300)
    assert {again} == hashed


# --------------------------------------------------------------------------------------------- files of arrays


def test_arrays_of_every_plain_type_come_back(tmp_path):
    arrays = {
        "bits": np.array([True, False]), "few": np.arange(7, dtype=np.uint8), "table": np.eye(3)[:, :2],
        "none": np.empty((0, 4), np.int16), "one": np.array(3.5), "long": np.arange(10**5, dtype=np.int32),
    }  # fmt: skip
    with (tmp_path / "file").open("wb") as file:
        write_arrays(file, arrays, {"why": [1, None, "ü"]})
    found, facts = map_arrays(tmp_path / "file")
    assert facts == {"why": [1, None, "ü"]} and list(found) == list(arrays)
    copies, _ = map_arrays(tmp_path / "file", copied=arrays)
    for name, array in arrays.items():
        for one in (found[name], copies[name]):
            assert one.dtype == array.dtype and one.shape == array.shape and one.flags.writeable
            assert one.tolist() == array.tolist() and (one.ctypes.data % 64 == 0 or not one.size)


@pytest.mark.parametrize("array", [np.array([object()]), np.array(["text"]), np.zeros(2, [("a", "i4")])])
def test_other_types_are_refused(tmp_path, array):
    with (tmp_path / "file").open("wb") as file, pytest.raises(ArrayFileError, match="cannot be kept in a file"):
        write_arrays(file, {"array": array}, {})


def test_the_examples_run():
    assert doctest.testmod(world_cache).failed == doctest.testmod(simulator.array_file).failed == 0
