"""Scenarios that are open on the page: bundled ones, the one it was started with, and files that were dropped in."""

import hashlib
import json
import re
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import Problem, ScenarioError
from scenarios.load import Loaded, load_scenario

BUNDLED = ("classroom", "coldbrew-launch", "app-referral", "always-on-retail", "crisis-rehearsal", "everything")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")

SETTINGS = "calibration.toml"
"""Settings of a calibration, which lie beside a scenario and are none themselves."""

MOST_DROPPED = 20
"""Dropped scenarios that are kept; the first goes when another comes."""


@dataclass(frozen=True)
class Sheet:
    """One open scenario.

    Attributes:
        key: what the page calls it.
        loaded: itself.
    """

    key: str
    loaded: Loaded


class Desk:
    """What is open; dropped files lie in a folder that goes when the page ends.

    Args:
        first: name or file of the scenario that is shown first.
    """

    def __init__(self, first: str | None = None) -> None:
        self._one_at_a_time = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="apath-page-")
        self._open: dict[str, Sheet] = {}
        self._dropped: list[str] = []
        self.first = BUNDLED[0]
        if first is not None:
            self.first = first if first in BUNDLED else "given"
            self._open[self.first] = Sheet(self.first, load_scenario(first))

    @property
    def keys(self) -> list[str]:
        """Scenarios that can be chosen, the first one first."""
        others = [key for key in (*self._dropped, *BUNDLED) if key != self.first]
        return [self.first, *others]

    def open(self, key: str) -> Sheet:
        """An open scenario, read if it is a bundled one that nobody has looked at.

        Args:
            key: of the scenario.

        Raises:
            KeyError: there is none.
        """
        with self._one_at_a_time:
            if key not in self._open:
                if key not in BUNDLED:
                    raise KeyError(key)
                self._open[key] = Sheet(key, load_scenario(key))
            return self._open[key]

    def drop(self, files: Mapping[str, str]) -> Sheet:
        """Open a scenario from files that were dropped in: one .toml or .json, and the tables that it names.

        Args:
            files: texts by name; names are never trusted.

        Raises:
            ScenarioError: there is not exactly one scenario among them, a name is no file's name, or it cannot be used.
        """
        bad = [name for name in files if not _NAME.fullmatch(name)]
        if bad:
            raise ScenarioError([
                Problem("dropped files", 0, "", f"“{name[:60]}” is no name of a file here",
                        "use letters, digits, dots, dashes and underscores")
                for name in bad
            ])  # fmt: skip
        mains = [name for name in files if name.lower().endswith((".toml", ".json")) and name != SETTINGS]
        if len(mains) != 1:
            found = ", ".join(files) or "nothing"
            what = f"{found}: there must be one scenario file among them, and there are {len(mains)}"
            raise ScenarioError([Problem("dropped files", 0, "", what, "drop one .toml or .json with its tables")])
        place = Path(tempfile.mkdtemp(dir=self._folder.name))
        try:
            for name, text in files.items():
                (place / name).write_text(text, encoding="utf-8")
            loaded = load_scenario(place / mains[0])
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        word = hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()
        return self._keep(f"{mains[0]} {word[:6]}", loaded, place)

    def _keep(self, key: str, loaded: Loaded, place: Path) -> Sheet:
        with self._one_at_a_time:
            there = self._open.get(key)
            if there is not None and _alike(there.loaded, loaded):  # a job may still read the files of that one
                shutil.rmtree(place, ignore_errors=True)
            else:
                self._open[key] = Sheet(key, loaded)
            self._dropped = [key, *(other for other in self._dropped if other != key)]
            for old in self._dropped[MOST_DROPPED:]:
                self._forget(self._open.pop(old))
            del self._dropped[MOST_DROPPED:]
            return self._open[key]

    @staticmethod
    def _forget(sheet: Sheet) -> None:
        if sheet.loaded.path is not None:
            shutil.rmtree(sheet.loaded.path.parent, ignore_errors=True)

    def close(self) -> None:
        """Remove what was dropped."""
        self._folder.cleanup()


def _alike(one: Loaded, other: Loaded) -> bool:
    """The same files, to the last byte."""
    return one.source_bytes == other.source_bytes and one.files == other.files
