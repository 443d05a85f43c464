"""A scenario on its way from text to meaning: the raw values, where each was written, and what is wrong.

>>> draft = Draft(file="plan.toml", data={"weeks": "12"}, lines={("weeks",): 1}, text=['weeks = "12"'])
>>> draft.problem(("weeks",), "“12” is not a whole number", "write 12")
>>> draft.problems[0].line, draft.problems[0].where
(1, 'weeks')
"""

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from scenarios.errors import Problem, clean
from scenarios.lines import Path


@dataclass(frozen=True)
class Cell:
    """A place outside the scenario file: a row and column of a CSV file, or an override."""

    file: str
    line: int
    where: str
    excerpt: str = ""


@dataclass
class Draft:
    """Raw values of a scenario, with the way back to the line that each came from.

    Attributes:
        file: Name shown in messages.
        data: Tables, lists and values as read; changed step by step.
        lines: Line of each path that was written in the file.
        text: The file's lines, for excerpts.
        base_dir: Folder that CSV and graph files are looked up in; None for texts without a folder.
        origins: Path in ``data`` → path where it was really written (``as`` and nested parameters).
        cells: Path in ``data`` → CSV cell it came from.
        problems: What is wrong so far.
        tainted: Paths in ``data`` that cannot be relied on.
        files: SHA-256 of every other file that was read, by the name it was given.
        notes: Remarks that do not stop the scenario from running.
    """

    file: str
    data: dict[str, object]
    lines: dict[Path, int] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    base_dir: FilePath | None = None
    origins: dict[Path, Path] = field(default_factory=dict)
    cells: dict[Path, Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tainted: set[Path] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def problem(self, path: Path, what: str, hint: str = "", *, taint: bool = True) -> None:
        """Note that something is wrong with the value at a path."""
        cell = self.place(path)
        where = words(self.written(path))
        where = f"{where} ({cell.where})" if cell.where and where else cell.where or where
        self.problems.append(Problem(cell.file, cell.line, where, what, hint, cell.excerpt))
        if taint:
            self.tainted.add(path)

    def problem_in(self, cell: Cell, what: str, hint: str = "") -> None:
        """Note that something is wrong in a CSV file."""
        self.problems.append(Problem(cell.file, cell.line, cell.where, what, hint, clean(cell.excerpt)))

    def written(self, path: Path) -> Path:
        """Where the value at a path was really written: in another plan, after ``as``."""
        for _ in range(len(self.origins) + 1):
            for end in range(len(path), 0, -1):
                if path[:end] in self.cells or path[:end] in self.lines:
                    return path
                if path[:end] in self.origins:
                    path = self.origins[path[:end]] + path[end:]
                    break
            else:
                break
        return path

    def place(self, path: Path) -> Cell:
        """The file and line in which the value at a path was really written."""
        path = self.written(path)
        for end in range(len(path), 0, -1):
            if path[:end] in self.cells:
                return self.cells[path[:end]]
            if path[:end] in self.lines:
                line = self.lines[path[:end]]
                return Cell(self.file, line, "", self.excerpt(line))
        return Cell(self.file, 1 if self.text else 0, "")

    def excerpt(self, line: int) -> str:
        """A line of the file as it is repeated in messages."""
        return clean(self.text[line - 1]) if 0 < line <= len(self.text) else ""

    def ok(self, *paths: Path) -> bool:
        """Whether nothing is wrong at, above or inside any of these paths."""
        for bad in self.tainted:
            for path in paths:
                short = min(len(bad), len(path))
                if bad[:short] == path[:short]:
                    return False
        return True

    def at(self, *path: str | int) -> object:
        """The raw value at a path; None when there is none."""
        value: Any = self.data
        for key in path:
            if not isinstance(value, dict | list):
                return None
            try:
                value = value[key]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def tables(self, *path: str) -> dict[str, dict[str, object]]:
        """The sections inside a section, such as every plan; what is not a section is left out."""
        value = self.at(*path)
        if not isinstance(value, dict):
            return {}
        return {key: entry for key, entry in value.items() if isinstance(entry, dict)}


def words(path: Path) -> str:
    """A path as a planner reads it, with list entries counted from 1.

    >>> words(("plans", "baseline", "bookings", 0, "posts"))
    'plans.baseline.bookings #1.posts'
    """
    said = ""
    for key in path:
        if isinstance(key, int):
            said += f" #{key + 1}"
        else:
            said += f".{key}" if said else key
    return clean(said, most=80)
