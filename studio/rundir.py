"""A run on disk: one directory that appears whole or not at all, and that can be run again as it stands.

| file | what it is |
|---|---|
| ``scenario.toml`` (or ``.json``) | the scenario, byte for byte as it was read; its small files beside it |
| ``given-parameters.npz`` | if they were given with the question: the calibrated draws of parameters |
| ``run.json`` | the answer; the same inputs give the same bytes, but for ``provenance.timings`` |
| ``replicates.npz`` | every replicate's figures and weekly series, with all uncertainty and with luck alone |
| ``weekly.csv`` | weekly means and bands, one row for each week, plan and series |
| ``metrics.csv`` | of one plan alone: every weekly metric of every brand and segment, as a tidy table |
| ``report.html`` | the report, one file that needs nothing else |
| ``monthly.html`` | if asked for: the monthly social report |
| ``watch.html`` | if asked for: a small sample of the market, to be watched week by week in any browser |

Everything is first written into a hidden directory beside the place where it belongs, then renamed.
"""

import errno
import hashlib
import io
import os
import re
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from studio.exports import json_text, metrics_csv, weekly_csv

if TYPE_CHECKING:
    from experiments import Comparison
    from experiments.closer import CloserLook
    from scenarios.load import Loaded

RUNS = Path("runs")

GIVEN_DRAWS = "given-parameters.npz"
"""Calibrated draws that are not those the scenario names."""

RUN_FILES = (
    "scenario.toml",
    "scenario.json",
    GIVEN_DRAWS,
    "run.json",
    "replicates.npz",
    "weekly.csv",
    "metrics.csv",
    "report.html",
    "monthly.html",
    "watch.html",
)

LARGEST_COPY = 5_000_000
"""Bytes of a file beside the scenario that is copied into the run; larger ones are named and hashed only."""

unfinished: set[Path] = set()
"""Hidden directories that are being written now, for whoever has to leave in a hurry."""


class RunDirError(Exception):
    """A run cannot be written, with the reason; nothing was left behind."""


class RunDirTakenError(RunDirError):
    """The place for a run holds something that will not be replaced."""


@dataclass(frozen=True)
class RunDir:
    """A run that was written.

    Attributes:
        path: its directory.
        left_out: files of the scenario that were too large or too far away to be copied.
    """

    path: Path
    left_out: tuple[str, ...]

    @property
    def report(self) -> Path | None:
        """The report, if one was written."""
        file = self.path / "report.html"
        return file if file.exists() else None

    @property
    def monthly(self) -> Path | None:
        """The monthly report, if one was written."""
        file = self.path / "monthly.html"
        return file if file.exists() else None

    @property
    def watch(self) -> Path | None:
        """The people to be watched, if they were written."""
        file = self.path / "watch.html"
        return file if file.exists() else None


def check_place(out: Path | None, *, runs: Path = RUNS, force: bool = False) -> None:
    """Refuse a place that cannot be used, before anything is computed.

    Args:
        out: where the run is to go; None for the next number under ``runs``.
        runs: where numbered runs go.
        force: whether a run that is there may be replaced.

    Raises:
        RunDirTakenError: something is there that will not be replaced.
        RunDirError: nothing may be written there.
    """
    parent = runs if out is None else out.parent
    ground = next(folder for folder in (parent, *parent.absolute().parents) if folder.exists())
    if not ground.is_dir():
        raise RunDirError(f"{ground} is a file, so no run can be written into it")
    if not os.access(ground, os.W_OK | os.X_OK):
        raise RunDirError(f"{ground} may not be written to")
    if out is None or not os.path.lexists(out):
        return
    if not force:
        raise RunDirTakenError(f"{out} exists and was left as it is; --force replaces a run that is there")
    if out.is_symlink() or not out.is_dir():
        raise RunDirTakenError(f"{out} is not a directory, so --force leaves it as it is")
    if not (out / "run.json").is_file() and any(out.iterdir()):
        raise RunDirTakenError(f"{out} does not look like a run (no run.json), so --force leaves it as it is")


def write_run(
    comparison: "Comparison",
    loaded: "Loaded",
    *,
    out: Path | None = None,
    runs: Path = RUNS,
    force: bool = False,
    report: bool = True,
    look: "CloserLook | None" = None,
    monthly: bool = False,
    watch: bool = False,
) -> RunDir:
    """Write everything about an answer into one directory.

    Args:
        comparison: the answer.
        loaded: the scenario and where it came from.
        out: the directory; None for ``runs/<scenario>-<n>`` with the next free number.
        runs: where numbered runs go.
        force: replace a run that is at ``out``; files in it that no run writes are kept.
        report: write ``report.html`` too.
        look: every weekly metric of the plan, for ``metrics.csv``.
        monthly: write ``monthly.html`` too, from the closer look.
        watch: write ``watch.html`` too, with the first two plans on the same few hundred people.

    Raises:
        RunDirTakenError: there is something at ``out``.
        RunDirError: the disk is full, or the place may not be written.
    """
    check_place(out, runs=runs, force=force)
    parent = runs if out is None else out.parent
    name = comparison.runs.scenario.name if out is None else out.name
    hidden = parent / f".{name}.{secrets.token_hex(4)}.partial"
    made = _missing(parent)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        unfinished.add(hidden)
        hidden.mkdir()
        left_out = _fill(hidden, comparison, loaded, report=report, look=look, monthly=monthly, watch=watch)
        path = _publish_numbered(hidden, parent, name) if out is None else _publish(hidden, out)
    except BaseException as error:
        shutil.rmtree(hidden, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise RunDirError(_explain(error, hidden if out is None else out)) from error
        raise
    finally:
        unfinished.discard(hidden)
    return RunDir(path, left_out)


def _missing(folder: Path) -> list[Path]:
    """Folders that will have to be made for this one, innermost first."""
    return [part for part in (folder, *folder.parents) if not part.exists()]


def _explain(error: OSError, place: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk that holds {place.parent} is full; nothing was written"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place.parent} may not be written to ({error.strerror}); nothing was written"
    return f"{place} cannot be written: {error.strerror or error}; nothing was written"


def _fill(
    folder: Path, comparison: "Comparison", loaded: "Loaded", *, report: bool, look: "CloserLook | None",
    monthly: bool, watch: bool,
) -> tuple[str, ...]:  # fmt: skip
    put(folder / scenario_name(loaded), loaded.source_bytes)
    ours = {*RUN_FILES} if comparison.runs.given_draws else {*RUN_FILES} - {GIVEN_DRAWS}
    left_out = tuple(name for name in sorted(loaded.files) if name in ours or not copy_beside(name, loaded, folder))
    if comparison.runs.given_draws and comparison.runs.draws is not None:
        from calibration.draws import draws_bytes

        put(folder / GIVEN_DRAWS, draws_bytes(comparison.runs.draws))
    put(folder / "run.json", json_text(comparison.to_json()).encode())
    put(folder / "replicates.npz", replicates_bytes(comparison))
    put(folder / "weekly.csv", weekly_csv(comparison).encode())
    if report:
        from studio.report import report_html

        put(folder / "report.html", report_html(comparison, loaded).encode())
    if look is not None:
        put(folder / "metrics.csv", metrics_csv(look).encode())
    if look is not None and monthly:
        from studio.monthly import monthly_html

        put(folder / "monthly.html", monthly_html(look, comparison).encode())
    if watch:
        from studio.page.sample import sample_of
        from studio.page.static_player import player_page

        put(folder / "watch.html", player_page(sample_of(loaded, plans=list(comparison.plans)[:2])).encode())
    return left_out


def put(path: Path, data: bytes) -> None:
    """Write one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def scenario_name(loaded: "Loaded") -> str:
    """What the scenario is called in a run: by the language it is written in."""
    if loaded.path is not None:
        return "scenario.json" if loaded.path.suffix.lower() == ".json" else "scenario.toml"
    return "scenario.json" if loaded.source_bytes.lstrip().startswith(b"{") else "scenario.toml"


def copy_beside(name: str, loaded: "Loaded", folder: Path) -> bool:
    """Copy a small file that the scenario names, or its parameter draws; False if it stays where it is."""
    place = PurePosixPath(name.replace(os.sep, "/"))
    if loaded.path is None or place.is_absolute() or ".." in place.parts:
        return False
    source = loaded.path.parent / name
    if source.stat().st_size > LARGEST_COPY and source != loaded.draws_path:
        return False
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != loaded.files[name]:
        raise RunDirError(f"{source} was changed while the plans ran; nothing was written")
    put(folder / name, data)
    return True


def replicates_bytes(comparison: "Comparison") -> bytes:
    """Every replicate as a NumPy archive that loads without pickles.

    ``<plan>.figures`` is [replicate, metric], ``<plan>.weekly`` [replicate, series, week]; the same names
    with ``luck_`` hold what chance alone does. ``plans``, ``metrics``, ``series``, ``weeks`` and ``worlds``
    name the axes; ``weekly`` begins one week before the first of ``weeks``.
    """
    import numpy as np

    from simulator.calendar import week_starts
    from simulator.metrics import METRICS, SERIES

    runs = comparison.runs
    arrays: dict[str, np.ndarray] = {
        "plans": np.array(list(runs.plans)),
        "metrics": np.array(list(METRICS)),
        "series": np.array(list(SERIES)),
        "weeks": np.array([day.isoformat() for day in week_starts(runs.scenario)]),
        "worlds": runs.worlds,
    }
    for name, plan in runs.plans.items():
        arrays |= {
            f"{name}.figures": plan.all.figures,
            f"{name}.weekly": plan.all.weekly,
            f"{name}.luck_figures": plan.luck.figures,
            f"{name}.luck_weekly": plan.luck.weekly,
        }
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # names are ours, none is allow_pickle
    return out.getvalue()


def _publish_numbered(hidden: Path, parent: Path, name: str) -> Path:
    """Give a run the next number; a directory that another process just took is passed over."""
    taken = re.compile(re.escape(name) + r"-(\d+)")
    n = 1 + max((int(m[1]) for p in parent.iterdir() if (m := taken.fullmatch(p.name))), default=0)
    while True:
        path = parent / f"{name}-{n}"
        if not os.path.lexists(path):
            try:
                hidden.rename(path)
            except OSError as error:
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                    raise
            else:
                return path
        n += 1


def _publish(hidden: Path, out: Path) -> Path:
    """Put a run where it was asked for; what was there goes only after the new one has arrived."""
    if not os.path.lexists(out):
        hidden.rename(out)
        return out
    old = out.with_name(f".{out.name}.{secrets.token_hex(4)}.old")
    out.rename(old)
    try:
        hidden.rename(out)
    except OSError:
        old.rename(out)
        raise
    for entry in list(old.iterdir()):
        if entry.name not in RUN_FILES and not os.path.lexists(out / entry.name):
            entry.rename(out / entry.name)
    shutil.rmtree(old, ignore_errors=True)
    return out
