"""``apath serve`` as a process: what it prints, how it is ended, and what it refuses before it begins."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SERVE = [sys.executable, "-m", "studio.cli", "serve"]


def begun(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SERVE, "--port", "0", "--print-url", "--runs", str(tmp_path / "runs"), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def refused(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*SERVE, *words], capture_output=True, text=True, timeout=60, check=False)


def children(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in file.read_text().split()] if file.is_file() else []


def gone(pid: int) -> bool:
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_one_line_answers_and_leaves_nobody_behind(tmp_path, how) -> None:
    process = begun(tmp_path)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{20,}", url)
    with urllib.request.urlopen(url.partition("?")[0] + "healthz") as answer:
        assert answer.read() == b"ok"
    with urllib.request.urlopen(url) as answer:
        assert b"A-Path" in answer.read()
    workers = children(process.pid)
    assert workers or sys.platform != "linux"
    os.kill(process.pid, how)
    out, err = process.communicate(timeout=20)
    assert (out, "Traceback" in err) == ("", False)
    if how == signal.SIGINT:
        assert process.returncode == 0
    assert all(gone(one) for one in workers)


def test_it_ends_without_complaint_while_a_job_is_watched(tmp_path) -> None:
    process = begun(tmp_path)
    assert process.stdout is not None
    base, _, token = process.stdout.readline().strip().partition("/?token=")
    headers = {"X-Apath-Token": token, "Content-Type": "application/json"}

    def ask(path: str, data: bytes | None = None):
        return urllib.request.urlopen(urllib.request.Request(base + path, data, headers))

    question = {"kind": "recommend", "key": "classroom", "budget": 10, "goals": ["most customers"], "trials": 2000}
    with ask("/api/jobs", json.dumps(question).encode()) as answer:
        job = json.load(answer)["job"]
    with ask(f"/api/jobs/{job}/events") as events:
        assert events.readline().startswith(b"data: ")
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("", "", 0)


def test_two_starts_have_two_tokens(tmp_path) -> None:
    tokens = set()
    for _ in range(2):
        process = begun(tmp_path)
        assert process.stdout is not None
        tokens.add(process.stdout.readline().partition("token=")[2])
        process.terminate()
        process.communicate(timeout=20)
    assert len(tokens) == 2


def test_a_port_that_is_taken_is_said(tmp_path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = refused("--port", str(port), "--no-browser")
    assert done.returncode == 2
    assert done.stderr == f"port {port} of this machine is taken; name another with --port, or 0 for any that is free\n"


def test_a_scenario_that_cannot_be_used_is_explained_before_anything_is_served(tmp_path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("weeks = 0\n")
    done = refused(str(file), "--no-browser", "--port", "0")
    assert done.returncode == 3
    assert "the section [brand] is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_name_is_corrected(tmp_path) -> None:
    done = refused("clasroom", "--no-browser")
    assert done.returncode == 3
    assert "classroom" in done.stderr


def test_it_listens_to_this_machine_only(tmp_path) -> None:
    process = begun(tmp_path)
    assert process.stdout is not None
    port = int(re.findall(r":(\d+)/", process.stdout.readline())[0])
    listening = Path("/proc/net/tcp").read_text() if Path("/proc/net/tcp").is_file() else ""
    process.terminate()
    process.communicate(timeout=20)
    rows = [row.split() for row in listening.splitlines()[1:]]
    bound = {row[1].partition(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"}
    assert bound <= {"0100007F"}
    assert bound or not listening
