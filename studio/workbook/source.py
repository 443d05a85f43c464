"""The scenario and the plan as they were when a workbook was written, inside it: what an edit is compared with.

Each file stands compressed in cells of a hidden sheet, with its SHA-256.
"""

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from scenarios.errors import ScenarioError
from scenarios.load import Loaded, load_scenario, load_text
from studio.rundir import LARGEST_COPY, put, scenario_name
from studio.workbook.paths import plan_data
from studio.workbook.texts import packed, to_toml, unpacked

THE_PLAN = "plan"
"""Name of the plan among the files."""


@dataclass(frozen=True)
class Part:
    """A piece of a file, as it stands in one row."""

    name: str
    sha256: str
    number: int
    text: str


def plan_source(plan: Any) -> bytes:
    """A plan in one line of TOML, as it is kept beside its editable form.

    >>> from scenarios.plan import Plan
    >>> read_plan_source(plan_source(Plan(title="Spring")))
    {'title': 'Spring'}
    """
    return f"plan = {to_toml(plan_data(plan))}\n".encode()


def read_plan_source(raw: bytes) -> dict[str, Any]:
    """The plan that :func:`plan_source` has written, as plain data.

    Raises:
        ValueError: it is none.
    """
    data = tomllib.loads(raw.decode()).get("plan")
    if not isinstance(data, dict):
        raise ValueError("there is no plan in it")
    return data


def source_files(loaded: Loaded) -> tuple[dict[str, bytes], dict[str, str]]:
    """The scenario file and the small files beside it, by name; and the SHA-256 of those that are left out.

    Files that are larger, or outside the scenario's folder, are looked up beside the workbook. A scenario that was
    changed after it was read is written out anew.

    Args:
        loaded: as it was read.
    """
    text = loaded.source_bytes.decode("utf-8-sig", errors="replace")
    folder = None if loaded.path is None else loaded.path.parent
    try:
        as_written = load_text(text, base_dir=folder).scenario_hash == loaded.scenario_hash
    except ScenarioError:
        as_written = False
    if not as_written:
        said = _closed_in(loaded)
        return {"scenario.json": json.dumps(said, indent=1, ensure_ascii=False).encode()}, _outside(loaded)
    files, absent = {scenario_name(loaded): loaded.source_bytes}, {}
    for name, sha256 in sorted(loaded.files.items()):
        source = folder / name if folder is not None else None
        if (
            source is None
            or name in files
            or not _stays_inside(name)
            or not source.is_file()
            or source.stat().st_size > LARGEST_COPY
        ):
            absent[name] = sha256
        else:
            files[name] = source.read_bytes()
    return files, absent


def _closed_in(loaded: Loaded) -> dict[str, Any]:
    said: dict[str, Any] = loaded.scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return said if loaded.draws_path is None else {**said, "parameter_draws": loaded.draws_path.name}


def _outside(loaded: Loaded) -> dict[str, str]:
    """What even a scenario that is written out needs: its network and its parameter draws."""
    needed = {loaded.scenario.graph.file, None if loaded.draws_path is None else loaded.draws_path.name}
    return {name: sha256 for name, sha256 in loaded.files.items() if name in needed}


def parts_of(files: Mapping[str, bytes], *, absent: Mapping[str, str] | None = None) -> list[Part]:
    """Files as rows of text; one that is absent is a row without any.

    >>> files = {"scenario.toml": b"weeks = 4"}
    >>> joined(parts_of(files)) == files
    True
    """
    named = [Part(name, sha256, 0, "") for name, sha256 in (absent or {}).items()]
    return named + [
        Part(name, hashlib.sha256(data).hexdigest(), number, text)
        for name, data in files.items()
        for number, text in enumerate(packed(data), start=1)
    ]


def joined(parts: Sequence[Part]) -> dict[str, bytes]:
    """Rows of text as files.

    Raises:
        ValueError: a file is not what it was; the message is its name.
    """
    names = dict.fromkeys(part.name for part in parts if part.number)
    files = {}
    for name in names:
        if not _stays_inside(name):
            raise ValueError(name)
        mine = sorted((part for part in parts if part.name == name), key=lambda part: part.number)
        try:
            files[name] = unpacked([part.text for part in mine])
        except ValueError:
            raise ValueError(name) from None
        if hashlib.sha256(files[name]).hexdigest() != mine[0].sha256:
            raise ValueError(name)
    return files


def _stays_inside(name: str) -> bool:
    """Whether a file of this name stays in the folder that it is put into."""
    place = PurePosixPath(name.replace("\\", "/"))
    return not (place.is_absolute() or ".." in place.parts or ":" in name)


@contextmanager
def unpacked_scenario(parts: Sequence[Part], *, beside: Path) -> Iterator[Loaded]:
    """The scenario that a workbook carries, in a folder that lives as long as this is open.

    Args:
        parts: from :func:`parts_of`.
        beside: folder of the workbook, for files that it does not carry.

    Raises:
        ScenarioError: a file that it needs is neither in the workbook nor beside it.
    """
    files = joined(parts)
    with tempfile.TemporaryDirectory(prefix="apath-") as name:
        folder = Path(name)
        main = next((file for file in ("scenario.toml", "scenario.json") if file in files), "scenario.toml")
        for file, data in files.items():
            if file != THE_PLAN:
                put(folder / file, data)
        for part in parts:
            if not part.number and _stays_inside(part.name) and (beside / part.name).is_file():
                put(folder / part.name, (beside / part.name).read_bytes())
        yield load_scenario(folder / main)
