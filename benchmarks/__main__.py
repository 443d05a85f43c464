"""How fast the engine is on this machine: ``python -m benchmarks``. Prints ratios and figures, and asserts none.

With ``--quick`` whatever needs a peer or much memory is left out, and the whole takes less than a minute. The exit
status is 0 whatever was measured: a table is read, not passed.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numba
import numpy as np

from benchmarks import calibrating, campaign, details, page, recommending, seeding, table, works
from benchmarks.peers.find import label
from benchmarks.table import Row, skipped
from simulator.compiling import is_compiled


def _campaign(quick: bool) -> Iterator[Row]:
    budget, times = (7.0, 2) if quick else (60.0, 3)
    yield campaign.speed_row(1_000_000, ">= 1000", budget=budget, times=times)
    yield campaign.speed_row(1_000_000, ">= 500", with_causes=True, budget=budget, times=times)
    yield campaign.speed_row(10_000, ">= 1500", budget=budget / 2.0, times=9)
    yield campaign.huge_row(">= 400", quick=quick)


def _reference(quick: bool) -> Iterator[Row]:
    if quick:
        yield skipped(
            "campaign, 10,000 consumers, causes off", "the same model as plain Mesa agents", ">= 1000",
            "times as fast", "takes a minute; run without --quick",
        )  # fmt: skip
        yield skipped(
            "plain Mesa agents of the campaign, time per consumer and day", "an idiomatic Mesa model", "<= 1.5",
            "times as long", "takes a minute; run without --quick",
        )  # fmt: skip
    else:
        yield from campaign.reference_rows()


def _replicates(quick: bool) -> Iterator[Row]:
    yield from campaign.replicate_rows(budget=6.0 if quick else 60.0)


def _memory(quick: bool) -> Iterator[Row]:
    yield campaign.memory_row()


def _peers(matches: Iterable[works.Match], work: str) -> Iterator[Row]:
    for match in matches:
        yield skipped(
            f"{work}, {match.n:,} consumers", label(match.peer), match.goal, "times as fast",
            "peers are not run with --quick",
        )  # fmt: skip


def _ladder(quick: bool) -> Iterator[Row]:
    return _peers(works.LADDER, "five-stage ladder, light") if quick else works.ladder_rows()


def _more_ladder(quick: bool) -> Iterator[Row]:
    return iter(()) if quick else works.more_ladder_rows()


def _cascade(quick: bool) -> Iterator[Row]:
    return _peers(works.CASCADE, "independent cascade") if quick else works.cascade_rows()


def _details(rows: Callable[[], Iterator[Row]]) -> Callable[[bool], Iterator[Row]]:
    return lambda quick: iter(()) if quick else rows()


PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "campaign": _campaign,
    "reference": _reference,
    "ladder": _ladder,
    "cascade": _cascade,
    "seeding": seeding.rows,
    "replicates": _replicates,
    "memory": _memory,
    "calibrate": calibrating.rows,
    "recommend": recommending.rows,
    "ladder-more": _more_ladder,
    "stretches": _details(details.stretch_rows),
    "levers": _details(details.lever_rows),
    "start-up": _details(details.start_up_rows),
}


def facts() -> dict[str, str]:
    """What a figure depends on besides the program: machine, versions and who else is at work."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return {
        "Machine": f"{_processor()}, {os.cpu_count()} processors, {campaign.free_memory() / 2**30:.0f} GiB free",
        "Versions": f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}",
        "Load over 1, 5 and 15 minutes at the start": load,
        "Date": time.strftime("%Y-%m-%d"),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main(words: list[str] | None = None) -> None:
    """Run what is asked for, and print it.

    Args:
        words: the command line; left out, the process's own.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than a minute: no peers, no more than 1M consumers")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part of the table; may be repeated")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--save", type=Path, action="append", default=[], help="a page with marks, or a JSON file")
    asked = parser.parse_args(words)

    known = facts()
    for name, value in known.items():
        print(f"{name}: {value}", file=sys.stderr)
    if not is_compiled():
        print("Nothing is compiled yet. Compiling comes first; it is not timed, and takes a minute.", file=sys.stderr)
    campaign.compile_first()
    rows: list[Row] = []
    for name in asked.only or PARTS:
        began = time.perf_counter()
        for row in PARTS[name](asked.quick):
            rows.append(row)
            if asked.format == "text":
                print(table.as_text(row), flush=True)
        print(f"[{name}: {time.perf_counter() - began:.0f} s]", file=sys.stderr, flush=True)
    if asked.format == "json":
        print(table.as_json(rows))
    for path in asked.save:
        page.save(path, rows, known)


if __name__ == "__main__":
    main()
