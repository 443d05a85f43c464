"""Runs on disk as the page shows them: what there is, what each says, and its files to take away.

A run is shown as its report says it, so that the page, the report, the command and the workbook cannot differ.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.errors import Problem, ScenarioError
from studio.page.asked import read
from studio.page.told import problems_of

ANSWERS = {"run.json": "comparison", "recommendation.json": "recommendation", "calibration.json": "calibration"}
"""The file that makes a directory whole, and what kind of answer it holds."""

TAKEN = {
    ".toml": "application/toml", ".json": "application/json", ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html; charset=utf-8", ".npz": "application/octet-stream",
}  # fmt: skip
"""Endings of files that may be taken away, and what they are."""

MOST_LISTED = 200

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MAIN = re.compile(r"<main>\n?(.*?)\n?</main>", re.DOTALL)


@dataclass(frozen=True)
class Shelf:
    """The directory of runs.

    Attributes:
        runs: its path; made when the first run is written.
    """

    runs: Path

    def listed(self) -> list[dict[str, Any]]:
        """All runs, the latest first."""
        found = []
        for folder in self.runs.iterdir() if self.runs.is_dir() else ():
            with suppress(OSError):  # it goes just now, or may not be read: the others are listed all the same
                if _NAME.fullmatch(folder.name) and not folder.is_symlink() and (kind := _kind(folder)) is not None:
                    found.append((folder.stat().st_mtime, folder.name, kind))
        found.sort(reverse=True)
        return [
            {"run": name, "kind": kind, "when": datetime.fromtimestamp(at, UTC).astimezone().strftime("%d %b %Y %H:%M")}
            for at, name, kind in found[:MOST_LISTED]
        ]

    def folder(self, name: str) -> Path:
        """The directory of a run.

        Args:
            name: never trusted.

        Raises:
            KeyError: there is no such run.
        """
        place = self.runs / name
        if not _NAME.fullmatch(name) or not place.is_dir() or place.is_symlink() or _kind(place) is None:
            raise KeyError(name)
        return place

    def shown(self, name: str) -> dict[str, Any]:
        """What a run says: the inside of its report, its answer in short, and its files.

        Args:
            name: of the run.

        Raises:
            KeyError: there is no such run.
            ScenarioError: what it says cannot be read.
        """
        place = self.folder(name)
        report = place / "report.html"
        main = _MAIN.search(report.read_text("utf-8", errors="replace")) if report.is_file() else None
        seed = answer_of(place).get("provenance")
        return {
            "run": name,
            "kind": _kind(place),
            "path": str(place.resolve()),
            "html": main[1] if main else "<p>This run was made without a report.</p>",
            "files": sorted(one.name for one in place.iterdir() if _is_taken(one)),
            "seed": seed.get("seed") if isinstance(seed, dict) else None,
            "watch": _kind(place) != "calibration",
        }

    def watched(self, name: str) -> tuple[Path, list[str]]:
        """The scenario of a run and one or two of its plans, to be watched.

        Args:
            name: of the run.

        Raises:
            KeyError: there is no such run, or it is about no plan.
            ScenarioError: what it says cannot be read.
        """
        place = self.folder(name)
        kind = _kind(place)
        stem = {"comparison": "scenario", "recommendation": "plan"}[kind or ""]
        file = next((one for one in (place / f"{stem}.toml", place / f"{stem}.json") if one.is_file()), None)
        if file is None:
            raise _unreadable(place, f"{stem}.toml", "there is no scenario in this run")
        answer = answer_of(place)
        if kind == "comparison":
            return file, [str(plan) for plan in answer["plans"]][:2]
        plans = answer["front"][:2] if "front" in answer else [answer["current_plan"], "recommended"]
        return file, [str(plan) for plan in plans]

    def file(self, name: str, file: str) -> tuple[Path, str]:
        """One file of a run, and what it is.

        Args:
            name: of the run.
            file: its name; never trusted.

        Raises:
            KeyError: there is none that may be taken away.
        """
        place = self.folder(name) / file
        if not _NAME.fullmatch(file) or not _is_taken(place):
            raise KeyError(file)
        return place, TAKEN[place.suffix]


def answer_of(folder: Path) -> dict[str, Any]:
    """What a run says, for programs.

    Args:
        folder: of the run.

    Raises:
        ScenarioError: it cannot be read.
    """
    name = next(file for file in ANSWERS if (folder / file).is_file())
    try:
        return read((folder / name).read_bytes())
    except (ScenarioError, OSError) as error:
        raise _unreadable(folder, name, f"this run cannot be read: {problems_of(error)[0]['what']}") from None


def _unreadable(folder: Path, name: str, what: str) -> ScenarioError:
    return ScenarioError([Problem(folder.name, 0, name, what, "run it again")])


def _is_taken(file: Path) -> bool:
    return file.suffix in TAKEN and file.is_file() and not file.is_symlink()


def _kind(folder: Path) -> str | None:
    return next((kind for file, kind in ANSWERS.items() if (folder / file).is_file()), None)
