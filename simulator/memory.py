"""Whether a market fits into memory, worked out before anything is built.

>>> from scenarios import bare_scenario
>>> from simulator.memory import needed
>>> need = needed(bare_scenario(consumers=1_000_000, weeks=4))
>>> 100 < need.per_consumer < 1000, need.total > 1_000_000 * need.per_consumer
(True, True)
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.schema import Scenario
from simulator.arrays import EVENT, LIFE, NEED, PERSON

_FIXED = 10 << 20
"""Bytes for compiled code and results, however small the market is."""

_INDEX = np.dtype(np.int64).itemsize
_ROW = np.dtype(np.int32).itemsize

_POPULATION = 8 + 1 + 4 + 4
"""Identity, segment, group and pattern of a consumer."""

_START = 1 + 2
"""Stage and last purchase of a consumer at the start, for each brand."""

_WATCHED = 4 + 2
"""Scratch space of a consumer and brand: on watch, until when."""

_AT_HAND = 4 + 4 + 1
"""Scratch space of a consumer: busy today, shopping, given a sample."""

_BUSY = 0.25
"""Share of consumers to whom something happens on the busiest day: of the list of events only that is used."""


class TooLargeError(Exception):
    """A market that does not fit into memory, with what would.

    Attributes:
        need: bytes that it takes.
        available: bytes that there are.
        largest: consumers that would fit; 0 when the market's own network says how many there are.
    """

    def __init__(self, message: str, *, need: int, available: int, largest: int) -> None:
        super().__init__(message)
        self.need, self.available, self.largest = need, available, largest


@dataclass(frozen=True)
class Need:
    """Memory that a question takes.

    Attributes:
        consumers: simulated consumers.
        per_consumer: bytes for each of them, in each world that is simulated at the same time.
        copies: worlds that are simulated at the same time.
        fixed: bytes that do not grow with the market: day tables, compiled code.
    """

    consumers: int
    per_consumer: float
    copies: int
    fixed: int

    @property
    def total(self) -> int:
        """Bytes in all."""
        return self.fixed + round(self.copies * self.per_consumer * self.consumers)

    def largest(self, room: int) -> int:
        """Consumers that fit into so many bytes, in two digits, rounded down.

        Args:
            room: bytes.
        """
        most = max(int((room - self.fixed) / (self.copies * self.per_consumer)), 0)
        unit = 10 ** max(len(str(most)) - 2, 0)
        return most // unit * unit


def needed(
    scenario: Scenario,
    *,
    n_brands: int | None = None,
    degree: float | None = None,
    copies: int = 1,
    table_bytes: int = 0,
) -> Need:
    """Work out the memory that a market and its runs take.

    The more of the following is true, the more bytes each consumer takes: many rivals, many ties, many followers of
    influencers.

    Args:
        scenario: number of consumers, network, rivals and roster.
        n_brands: ours and the rivals; the scenario's when None.
        degree: mean number of others whom a consumer hears; the scenario's when None.
        copies: worlds that are simulated at the same time, one for each thread.
        table_bytes: day tables that single replicates will have of their own.
    """
    brands = 1 + len(scenario.rivals) if n_brands is None else n_brands
    spec = scenario.graph
    ties = (0.0 if spec.kind == "well-mixed" else spec.strong_ties + spec.weak_ties) if degree is None else degree
    ties = min(ties, max(scenario.market.consumers - 1.0, 0.0))
    people = _POPULATION + _START * brands
    followers = sum(
        min(one.followers * one.in_market / scenario.market.size, 1.0) for one in scenario.influencers.values()
    )
    # Where rows begin, where weak ties begin, how many are heard; then the rows themselves.
    graph = 2 * _INDEX + _ROW + _ROW * ties
    run = brands * (LIFE.itemsize + _WATCHED) + NEED.itemsize + _AT_HAND + _BUSY * EVENT.itemsize
    running = people + PERSON.itemsize + graph + _ROW * followers + run
    # While ties are sorted: at most their two ends, and two copies of all rows.
    building = people + 5 * _INDEX + 3 * _ROW * ties
    return Need(
        consumers=scenario.market.consumers,
        per_consumer=max(running, building),
        copies=copies,
        fixed=_FIXED + table_bytes,
    )


def check_fits(need: Need, *, own_network: bool = False) -> None:
    """Refuse a question that memory is too small for, before any time is spent on it.

    Args:
        need: from :func:`needed`.
        own_network: the network says how many consumers there are, so that fewer cannot be simulated.

    Raises:
        TooLargeError: it does not fit.
    """
    room = available()
    if room is None or need.total <= room:
        return
    threads = "" if need.copies == 1 else f", in each of {need.copies} threads"
    said = (
        f"{need.consumers:,} consumers need {_size(need.total)} of memory ({need.per_consumer:,.0f} bytes each"
        f"{threads}), and {_size(room)} are free"
    )
    largest = 0 if own_network else need.largest(room)
    ways = []
    if largest:
        ways.append(f"market.consumers = {largest:_} would fit")
    alone = Need(need.consumers, need.per_consumer, 1, need.fixed)
    if need.copies > 1 and alone.total <= room:
        fewer = int((room - need.fixed) // (alone.total - need.fixed))
        ways.append(f"so would threads = {fewer}" if largest else f"threads = {fewer} would fit")
    remedy = "only a smaller network would fit" if own_network else "not even a small market would fit"
    raise TooLargeError(
        f"{said}; {' and '.join(ways) or remedy}",
        need=need.total, available=room, largest=largest,
    )  # fmt: skip


def _size(n: float) -> str:
    """Bytes for people: 1_500_000_000 is ``1.5 GB``."""
    return f"{n / 1e9:,.1f} GB" if n >= 1e9 else f"{n / 1e6:,.0f} MB"


def available() -> int | None:
    """Bytes that this process may still take: of the machine, its control group and its own limit; None: unknown."""
    known = [room for room in (_of_machine(), _of_group(), _of_process()) if room is not None]
    return max(min(known), 0) if known else None


def _of_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # all there is, where nobody says how much of it is free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _of_group(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int | None:
    """What the control groups of this process leave, outermost first; either version of them."""
    rooms = []
    try:
        lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    except OSError:
        return None
    for number, controllers, path in (line for line in lines if len(line) == 3):
        if number == "0":
            base, limit, usage = root, "memory.max", "memory.current"
        elif "memory" in controllers.split(","):
            base, limit, usage = root / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
        else:
            continue
        inner = Path(path.lstrip("/"))
        for part in (base, *(base / up for up in (inner, *inner.parents) if str(up) != ".")):
            most, used = _number(part / limit), _number(part / usage)
            if most is not None and used is not None:
                # Files that were read lately are counted, but make room when it is needed.
                rooms.append(most - used + _reclaimable(part / "memory.stat"))
    return min(rooms, default=None)


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):  # not there, or "max"
        return None


def _reclaimable(file: Path) -> int:
    try:
        words = dict(line.split(" ", 1) for line in file.read_text().splitlines())
        return int(words.get("total_inactive_file", words.get("inactive_file", 0)))
    except (OSError, ValueError):
        return 0


def _of_process() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY:
        return None
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        used = 0
    return most - used
