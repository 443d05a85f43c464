"""Worlds that have been built before, kept on disk and taken into memory.

A world is found again by all that it depends on: the market as the scenario describes it, the seed, the user's own
network if there is one, and the text of the programs that build it. So a world that is found is the one that would be
built, bit for bit, and one that has gone out of date is never found.

Keeping worlds saves time and nothing else. Where they cannot be kept, for want of space or of permission, they are
built each time, and the log says why.
"""

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numba
import numpy as np

from scenarios.schema import Scenario
from simulator.array_file import ArrayFileError, map_arrays, write_arrays
from simulator.arrays import WorldArrays
from simulator.graph import SocialGraph, graph_from_networkx
from simulator.kinds import build_kinds
from simulator.population import Population
from simulator.world import World, build_world, world_key

if TYPE_CHECKING:
    import networkx as nx

log = logging.getLogger(__name__)

SMALLEST = 100_000
"""Consumers from which on a world is kept; smaller ones are built in the time that it takes to find them."""

MOST_BYTES = 4 << 30
"""Bytes kept unless ``APATH_CACHE_BYTES`` says otherwise; the worlds that were used least recently go first."""

_LEFT_FREE = 1 << 30
"""Bytes of the disk that are never taken."""

READ_OF_SCENARIO = (
    "market", "segments", "channels", "graph", "word_of_mouth", "brand", "rivals", "influencers", "parameters",
)  # fmt: skip
"""The sections of a scenario that building a world looks at."""

_PARTS = {"graph": SocialGraph, "population": Population, "arrays": WorldArrays}

_COPIED = ("arrays.people", "arrays.listeners", "graph.listeners")
"""What the day loop looks up at random: mapped, it would make runs half as long again."""

_digests: "WeakKeyDictionary[SocialGraph, str]" = WeakKeyDictionary()


def cached_world(
    scenario: Scenario,
    *,
    seed: int | np.uint64 = 0,
    graph: "SocialGraph | nx.Graph | None" = None,
) -> World:
    """Take a market's people and their ties from disk if they were drawn before, else draw and keep them.

        >>> from scenarios import bare_scenario
        >>> cached_world(bare_scenario(consumers=100, weeks=4), seed=1).n
        100

    The arguments, the result and the errors are those of :func:`simulator.world.build_world`. Worlds of fewer than
    100,000 consumers are always built. ``APATH_CACHE_DIR`` says in which folder worlds are kept, the user's own cache
    by default, and ``APATH_CACHE_BYTES`` how many bytes, 4 GiB by default; 0 keeps none.

    Args:
        scenario: what the market is like. Nothing of its plans is used.
        seed: world seed; another one gives other people with other friends.
        graph: the market's own network, instead of the scenario's generator.
    """
    if graph is not None and not isinstance(graph, SocialGraph):
        graph = graph_from_networkx(graph)
    n = scenario.market.consumers if graph is None or graph.well_mixed else graph.n
    most = _most_bytes()
    folder = cache_folder()
    if n < SMALLEST or most <= 0 or folder is None:
        return build_world(scenario, seed=seed, graph=graph)
    path = folder / f"{world_digest(scenario, seed=seed, graph=graph)}.world"
    world = _read(path, scenario, seed, graph)
    if world is None:
        world = build_world(scenario, seed=seed, graph=graph)
        _keep(path, world, graph, most)
    return world


def cache_folder() -> Path | None:
    """Where worlds are kept: ``APATH_CACHE_DIR``, or the user's cache; None if there is no such place."""
    if own := os.environ.get("APATH_CACHE_DIR"):
        return Path(own)
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # nobody's home
        return None
    return base / "apath" / "worlds"


def world_digest(scenario: Scenario, *, seed: int | np.uint64, graph: SocialGraph | None) -> str:
    """A name for all that a world depends on: equal names mean equal worlds.

    Args:
        scenario: only what building a world looks at counts.
        seed: world seed.
        graph: the market's own network; its content counts.
    """
    # As Python writes it: the order of names counts, and so does every bit of a number.
    read = repr(scenario.model_dump(include=set(READ_OF_SCENARIO)))
    of_graph = "" if graph is None else _graph_digest(graph)
    parts = programs_digest(), str(int(world_key(seed))), of_graph, read
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@cache
def programs_digest() -> str:
    """The text of everything that takes part in building a world, and the versions of what computes it."""
    here = Path(__file__).parent
    hashed = hashlib.blake2b(f"{np.__version__} {numba.__version__} {sys.byteorder}".encode(), digest_size=16)
    for folder in (here, here.parent / "scenarios"):
        for source in sorted(folder.glob("*.py")):
            hashed.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return hashed.hexdigest()


def _graph_digest(graph: SocialGraph) -> str:
    found = _digests.get(graph)
    if found is None:
        hashed = hashlib.blake2b(digest_size=16)
        for name, value in _fields_of(graph).items():
            if isinstance(value, np.ndarray) and value.dtype != object:
                hashed.update(f"{name} {value.dtype.str} {value.shape}\0".encode())
                hashed.update(np.ascontiguousarray(value).data)
            else:
                plain = value.tolist() if isinstance(value, np.ndarray) else value
                hashed.update(f"{name} {plain!r}\0".encode())
        found = _digests[graph] = hashed.hexdigest()
    return found


def _most_bytes() -> int:
    text = os.environ.get("APATH_CACHE_BYTES", "")
    try:
        return int(text) if text.strip() else MOST_BYTES
    except ValueError:
        log.warning("APATH_CACHE_BYTES is “%s”, not a whole number of bytes; no world is kept", text)
        return 0


# ------------------------------------------------------------------------------------- worlds as arrays and facts


def _fields_of(part: Any) -> dict[str, Any]:
    if is_dataclass(part):
        return {field.name: getattr(part, field.name) for field in fields(part)}
    return dict(part._asdict())


def _taken_apart(world: World, graph: SocialGraph | None) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """A world's arrays and all else that it is made of, without what the caller has in hand."""
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {"notes": list(world.notes), "same": {}, "plain": {}, "tuples": {}}
    known: dict[tuple, str] = {}
    for part in _PARTS:
        for field, value in _fields_of(getattr(world, part)).items():
            name = f"{part}.{field}"
            given = part == "graph" and graph is not None
            if isinstance(value, np.ndarray):
                # Population, graph and kernel share arrays, and go on sharing them.
                identity = value.ctypes.data, value.shape, value.dtype.str
                if value.size and identity in known:
                    facts["same"][name] = known[identity]
                    continue
                known[identity] = name
                if not given:
                    arrays[name] = value
            elif not given:
                facts["tuples" if isinstance(value, tuple) else "plain"][name] = value
    return arrays, facts


def _put_together(
    arrays: dict[str, np.ndarray],
    facts: dict[str, Any],
    scenario: Scenario,
    seed: int | np.uint64,
    graph: SocialGraph | None,
) -> World:
    values: dict[str, Any] = {} if graph is None else {f"graph.{k}": v for k, v in _fields_of(graph).items()}
    values |= arrays | facts["plain"] | {name: tuple(value) for name, value in facts["tuples"].items()}
    values |= {name: values[other] for name, other in facts["same"].items()}
    made: dict[str, Any] = {}
    for part, kind in _PARTS.items():
        mine = {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{part}.")}
        made[part] = graph if part == "graph" and graph is not None else kind(**mine)
    return World(kinds=build_kinds(scenario), seed=seed, notes=tuple(facts["notes"]), **made)


# --------------------------------------------------------------------------------------------- files of worlds


def _read(path: Path, scenario: Scenario, seed: int | np.uint64, graph: SocialGraph | None) -> World | None:
    try:
        arrays, facts = map_arrays(path, copied=_COPIED)
        world = _put_together(arrays, facts, scenario, seed, graph)
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever is wrong with the file, the world can be built
        log.warning("a kept world cannot be read (%s); it is built again", error)
        return None
    with suppress(OSError):
        os.utime(path)  # used just now
    return world


def _keep(path: Path, world: World, graph: SocialGraph | None, most: int) -> None:
    arrays, facts = _taken_apart(world, graph)
    size = sum(array.nbytes for array in arrays.values())
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(path.parent).free
        if size > most or size > free - _LEFT_FREE:
            log.info("a world of %d bytes is not kept: %d may be kept, and %d are free", size, most, free)
            return
        _make_room(path.parent, most - size)
        descriptor, temporary = tempfile.mkstemp(prefix="being-written-", dir=path.parent)
        with open(descriptor, "wb") as file:
            write_arrays(file, arrays, facts)
        os.replace(temporary, path)  # whole or not at all, whoever else writes it too
        temporary = None
    except (OSError, ArrayFileError, TypeError, ValueError) as error:
        log.info("a world is not kept: %s", error)
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def _make_room(folder: Path, most: int) -> None:
    """Remove the worlds that were used least recently until the rest is small enough, and what was never finished."""
    found = []
    for path in folder.iterdir():
        with suppress(OSError):  # somebody else removed it
            status = path.stat()
            if path.suffix == ".world" or (path.name.startswith("being-written-") and _is_old(status)):
                found.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found, key=lambda one: one[0]):
        unfinished = path.suffix != ".world"
        if total > most or unfinished:
            with suppress(OSError):
                path.unlink()
                total -= size


def _is_old(status: os.stat_result) -> bool:
    return time.time() - status.st_mtime > 3600.0
