"""The page: time to its first byte, to the first comparison of classroom, and memory over many runs.

``python -m benchmarks.serving`` prints them; 200 comparisons take some minutes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

RUNS = 200


class Served:
    """A page that is served, and questions to it.

    Args:
        url: as it was printed.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.base, self.token = f"http://{parts.netloc}", parse_qs(parts.query)["token"][0]

    def ask(self, path: str, data: Any = None) -> Any:
        """What the page answers.

        Args:
            path: below the address.
            data: sent as JSON; a question when None.
        """
        headers = {"X-Apath-Token": self.token, "Content-Type": "application/json"}
        body = None if data is None else json.dumps(data).encode()
        with urllib.request.urlopen(urllib.request.Request(self.base + path, headers=headers, data=body)) as answer:
            return json.loads(answer.read())

    def done(self, question: dict[str, Any]) -> dict[str, Any]:
        """A job, followed to its end."""
        job = self.ask("/api/jobs", question)["job"]
        asking = urllib.request.Request(
            f"{self.base}/api/jobs/{job}/events", headers={"X-Apath-Token": self.token}
        )  # fmt: skip
        said: dict[str, Any] = {}
        with urllib.request.urlopen(asking) as lines:
            for line in lines:
                if line.startswith(b"data: "):
                    said = json.loads(line[6:])
        return said


@contextmanager
def served(runs: Path) -> Iterator[tuple[Served, float, int]]:
    """The page, seconds to its first byte, and its process.

    Args:
        runs: directory of runs.
    """
    began = time.perf_counter()
    command = [sys.executable, "-m", "studio.cli", "serve", "--port", "0", "--print-url", "--runs", str(runs)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        page = Served(process.stdout.readline().strip())
        with urllib.request.urlopen(page.base) as first:
            first.read(1)
        yield page, time.perf_counter() - began, process.pid
    finally:
        process.terminate()
        process.wait(10)


def memory_mib(pid: int) -> float:
    """Memory that a process and its children hold, in MiB; only on Linux."""
    total, found = 0.0, [pid]
    while found:
        one = found.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text()
            found += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
        total += next((float(row.split()[1]) / 1024.0 for row in status.splitlines() if row.startswith("VmRSS")), 0.0)
    return total


def main() -> None:
    """Print the three figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, served(Path(place)) as (page, first_byte, pid):
        print(f"first byte after {first_byte:.2f} s")
        plans = page.ask("/api/scenario?key=classroom")["plans"]
        question = {"kind": "compare", "key": "classroom", "plans": [plans[1], plans[2]], "replicates": 64}
        time.sleep(5.0)  # as long as somebody needs to press the button
        began = time.perf_counter()
        end = page.done(question)
        assert end["state"] == "done", end
        print(f"first comparison of classroom, 64 replicates: {time.perf_counter() - began:.2f} s")
        held = []
        for k in range(chosen.runs):
            page.done({**question, "seed": k, "replicates": 16})
            if k in (9, chosen.runs - 1):
                held.append(memory_mib(pid))
        print(f"memory after 10 and after {chosen.runs} runs: {held[0]:.0f} and {held[-1]:.0f} MiB")


if __name__ == "__main__":
    main()
