"""What only a process of its own can show: imports, signals, terminals, and bytes that never change."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

APATH = [sys.executable, "-m", "studio.cli"]
QUICK = ["compare", "classroom", "--plans", "nothing,hub-samples", "--replicates", "3", "--seed", "7"]
HEAVY = ("mesa", "pandas", "numba", "optuna", "scipy", "networkx", "matplotlib")


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return kept | {"PYTHONPATH": str(Path(__file__).parents[2])} | more


def ask(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*APATH, *words], cwd=cwd, env=environment(**more), capture_output=True, timeout=300, check=False
    )


@pytest.mark.core
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["compare", "--help"],
        ["check", "classroom"],
        ["check", "--defaults"],
        ["new", "x"],
        ["metrics"],
    ],
)
def test_quick_commands_import_nothing_heavy(words, tmp_path):
    code = (
        "import sys; from studio.cli import main\n"
        "try: main()\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=tmp_path, env=environment(), capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr.decode().splitlines()[-1] == "[]", done.stderr


def test_a_run_imports_only_what_it_needs(tmp_path):
    code = (
        "import sys; from studio.cli import cli\n"
        "try: cli(['run', 'classroom', '--no-report', '--replicates', '2', '-o', 'here'])\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "heavy = ('mesa', 'pandas', 'scipy.special', 'scipy.linalg', 'networkx', 'matplotlib')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, timeout=300, check=False
    )
    assert done.stderr.decode().splitlines()[-1] == "[]", done.stderr


def test_the_engine_is_compiled_ahead_of_time_once(tmp_path):
    ask("warm", cwd=tmp_path)
    again = ask("warm", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith(b"nothing was to do"), again.stdout
    assert again.stderr == b""


def test_a_folder_for_compiled_code_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    code = "from simulator.compiling import folder_remark; print(folder_remark())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(NUMBA_CACHE_DIR=str(tmp_path / "file"), TMPDIR=str(tmp_path)),
        cwd=tmp_path, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert b"may not last" in done.stdout
    assert b"set NUMBA_CACHE_DIR" in done.stdout


def test_the_report_is_drawn_without_pyplot(tmp_path):
    code = (
        "import sys; from studio.cli import cli\n"
        f"try: cli({[*QUICK, '-o', 'here']!r})\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.core
def test_version(tmp_path):
    assert ask("--version", cwd=tmp_path).stdout.startswith(b"apath ")


def test_the_same_question_gives_the_same_bytes(tmp_path):
    for name, threads, salt in (("one", "1", "1"), ("two", "2", "2")):
        done = ask(*QUICK, "-o", name, "--threads", threads, cwd=tmp_path, PYTHONHASHSEED=salt)
        assert done.returncode == 0, done.stderr
    one, two = tmp_path / "one", tmp_path / "two"
    assert sorted(p.name for p in one.iterdir()) == sorted(p.name for p in two.iterdir())
    for path in one.iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (two / path.name).read_bytes(), path.name
    runs = [json.loads((folder / "run.json").read_text()) for folder in (one, two)]
    for run in runs:
        run["provenance"].pop("timings")
    assert json.dumps(runs[0]) == json.dumps(runs[1])


def test_progress_on_a_terminal_leaves_stdout_alone(tmp_path):
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [*APATH, *QUICK, "--format", "json"], cwd=tmp_path, env=environment(TERM="xterm"),
        stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other end was closed
        pass
    out = done.communicate(timeout=60)[0]
    assert done.returncode == 0
    assert b"replicates" in shown
    assert json.loads(out)["provenance"]["seeds"] == {"seed": 7, "replicates": 3}


def test_no_color_means_none_even_on_a_terminal(tmp_path):
    painted = {}
    for name, more in (("plain", {"NO_COLOR": "1"}), ("painted", {})):
        ours, theirs = pty.openpty()
        done = subprocess.Popen(
            [*APATH, "check", "classroom"], cwd=tmp_path, env=environment(TERM="xterm", **more),
            stdout=theirs, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs)
        assert done.wait(60) == 0
        painted[name] = b"\x1b" in os.read(ours, 65536)
        os.close(ours)
    assert painted == {"plain": False, "painted": True}


@pytest.mark.parametrize("threads", ["1", "2"])
def test_ctrl_c_ends_quickly_and_leaves_nothing(tmp_path, threads):
    words = ["compare", "classroom", "--replicates", "100000", "--threads", threads]
    done = subprocess.Popen(
        [*APATH, *words], cwd=tmp_path, env=environment(FORCE_COLOR="1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert done.stderr is not None
    shown = b""
    while b"replicates" not in shown:
        part = os.read(done.stderr.fileno(), 65536)
        assert part, shown
        shown += part
    time.sleep(0.5)
    done.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, err = done.communicate(timeout=60)
    assert done.returncode == 130
    assert time.monotonic() - began < 10
    assert b"interrupted; nothing was written" in err
    assert b"Traceback" not in err
    assert out == b""
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_leaves_early_is_no_error(tmp_path):
    command = " ".join(map(str, APATH)) + f" {' '.join(QUICK)} -o here"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true"], cwd=tmp_path, env=environment(),
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr
    assert (tmp_path / "here" / "run.json").exists()
