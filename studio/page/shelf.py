"""Runs on disk as the page shows them: what there is, what each says, and its files to take away.

A run is shown as its report says it, so that the page, the report, the command and the workbook cannot differ.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
        """
        place = self.folder(name)
        report = place / "report.html"
        main = _MAIN.search(report.read_text("utf-8")) if report.is_file() else None
        answer = json.loads((place / _answer_of(place)).read_text("utf-8"))
        return {
            "run": name,
            "kind": _kind(place),
            "path": str(place.resolve()),
            "html": main[1] if main else "<p>This run was made without a report.</p>",
            "files": sorted(one.name for one in place.iterdir() if one.is_file() and one.suffix in TAKEN),
            "seed": answer.get("provenance", {}).get("seed"),
            "watch": _kind(place) != "calibration",
        }

    def watched(self, name: str) -> tuple[Path, list[str]]:
        """The scenario of a run and one or two of its plans, to be watched.

        Args:
            name: of the run.

        Raises:
            KeyError: there is no such run, or it is about no plan.
        """
        place = self.folder(name)
        kind = _kind(place)
        stem = {"comparison": "scenario", "recommendation": "plan"}[kind or ""]
        file = next(one for one in (place / f"{stem}.toml", place / f"{stem}.json") if one.is_file())
        answer = json.loads((place / _answer_of(place)).read_text("utf-8"))
        if kind == "comparison":
            return file, list(answer["plans"])[:2]
        plans = answer["front"][:2] if "front" in answer else [answer["current_plan"], "recommended"]
        return file, plans

    def file(self, name: str, file: str) -> tuple[Path, str]:
        """One file of a run, and what it is.

        Args:
            name: of the run.
            file: its name; never trusted.

        Raises:
            KeyError: there is none that may be taken away.
        """
        place = self.folder(name) / file
        if not _NAME.fullmatch(file) or place.suffix not in TAKEN or not place.is_file() or place.is_symlink():
            raise KeyError(file)
        return place, TAKEN[place.suffix]


def _kind(folder: Path) -> str | None:
    return next((kind for file, kind in ANSWERS.items() if (folder / file).is_file()), None)


def _answer_of(folder: Path) -> str:
    return next(file for file in ANSWERS if (folder / file).is_file())
