"""From a file to a checked scenario, or to a list of everything that has to be mended in it.

>>> loaded = load_scenario("coldbrew-launch", consumers=2_000)
>>> loaded.scenario.market.consumers, sorted(loaded.files)
(2000, ['roster.csv'])
"""

import copy
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from scenarios import lines as line_index
from scenarios.beside import LARGEST, decoded, find_beside
from scenarios.catalogue import BUNDLED, bundled_names, bundled_path
from scenarios.checks import check
from scenarios.draft import Cell, Draft
from scenarios.errors import Problem, ScenarioError, clean, nearest, shown, suggest
from scenarios.resolve import resolve_parameters, resolve_plans
from scenarios.schema import Scenario
from scenarios.syntax import syntax_problem
from scenarios.tables import resolve_roster, resolve_spend_files
from scenarios.validate import validate


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A checked scenario, and where it came from.

    Attributes:
        scenario: The scenario with all shorthands, rosters and spend files written out.
        path: The file it was read from; None for texts and dictionaries.
        source_bytes: The file as it was read, to be kept with results.
        files: SHA-256 of the other files that were read, by the name the scenario gives them.
        graph_path: The file with the social graph, if the scenario names one.
        draws_path: The file with calibrated parameter draws, if the scenario names one.
        scenario_hash: SHA-256 of what the scenario says; comments, order and folders do not matter.
        notes: Remarks that do not stop the scenario from running.
    """

    scenario: Scenario
    path: Path | None
    source_bytes: bytes
    files: Mapping[str, str]
    graph_path: Path | None
    scenario_hash: str
    notes: tuple[str, ...]
    draws_path: Path | None = None


def load_scenario(
    source: str | Path, *, consumers: int | None = None, overrides: Mapping[str, Any] | None = None
) -> Loaded:
    """Read a scenario by the name of a bundled one, or from a .toml or .json file, and check all of it.

        >>> load_scenario("coldbrew-launch").scenario.title
        'Cold brew launch'
        >>> load_scenario("coldbrew-launch", overrides={"brand.price": 9.5}).scenario.brand.price
        9.5

    Args:
        source: Name of a bundled scenario, or path of a file.
        consumers: Number of simulated consumers instead of the file's.
        overrides: Values instead of the file's, by their place, such as ``"brand.price"``.

    Returns:
        The scenario and its origin.

    Raises:
        ScenarioError: The file cannot be read or something in it is wrong; the error lists everything.
    """
    path = _locate(source)
    file = f"{path.parent.name}/{path.name}" if BUNDLED in path.parents else str(source)
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        _refuse(file, f"the file cannot be read: {error.strerror}", "check its permissions")
    draft = _read(raw, file=file, base_dir=path.parent, is_json=path.suffix.lower() == ".json")
    _override(draft, {**({} if consumers is None else {"market.consumers": consumers}), **(overrides or {})})
    return _finish(draft, path=path, raw=raw)


def load_text(text: str, *, name: str = "<text>", base_dir: str | Path | None = None) -> Loaded:
    """Check a scenario that is written in a string, such as the text of an editor.

        >>> load_text("weeks = 0")
        Traceback (most recent call last):
        ...
        scenarios.errors.ScenarioError: <text>:1: brand: the section [brand] is missing
            hint: add [brand]: what is sold, for example price = 9.99
        ...

    Args:
        text: A scenario in TOML, or in JSON if it begins with a brace.
        name: What messages call it.
        base_dir: Folder of the CSV and graph files that it names; without one it may name none.

    Returns:
        The scenario and its origin.

    Raises:
        ScenarioError: Something in it is wrong; the error lists everything.
    """
    raw = text.encode("utf-8", errors="surrogatepass")
    folder = None if base_dir is None else Path(base_dir)
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    return _finish(_read(raw, file=name, base_dir=folder, is_json=is_json), path=None, raw=raw)


def scenario_from_dict(
    data: Mapping[str, Any], *, name: str = "<data>", base_dir: str | Path | None = None
) -> Scenario:
    """Check a scenario that a program has put together; dates may be dates or ISO texts.

        >>> scenario_from_dict({
        ...     "name": "tiny", "start": "2027-01-04", "weeks": 4, "market": {"size": 100, "consumers": 100},
        ...     "segments": {"all": {"share": 1.0}}, "brand": {"price": 2.0}, "plans": {"nothing": {}},
        ... }).n_days
        28

    Raises:
        ScenarioError: Something in it is wrong; the error lists everything.
    """
    draft = Draft(file=name, data=with_dates(copy.deepcopy(dict(data))))
    draft.base_dir = None if base_dir is None else Path(base_dir)
    if draft.data.pop("parameter_draws", None) is not None:
        hint = "remove it, read the file with calibration.draws.load_draws, and pass draws= with the question"
        draft.problem(("parameter_draws",), "a scenario made in Python cannot carry parameter draws", hint)
    return _finish(draft, path=None, raw=b"").scenario


def scenario_hash(scenario: Scenario, *, files: Mapping[str, str] | None = None) -> str:
    """SHA-256 of what a scenario says; comments, the order of keys and folders do not matter.

    Args:
        scenario: The scenario.
        files: SHA-256 of the files that belong to it, by name; names do not matter.
    """
    said = scenario.model_dump(mode="json")
    said["graph"].pop("file")  # its content counts, not its name
    said["files"] = sorted((files or {}).values())
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _locate(source: str | Path) -> Path:
    name = str(source)
    if "\0" in name or not name:
        _refuse("<name>", f"{shown(name)} is not the name of a file", f"choose from: {', '.join(bundled_names())}")
    if name in bundled_names() and not Path(name).is_file():
        return bundled_path(name)
    path = Path(source)
    try:
        if path.is_file():
            return path
        is_dir, exists = path.is_dir(), path.exists()
    except OSError as error:
        _refuse(clean(name), f"the file cannot be read: {error.strerror}", "check the path")
    if is_dir:
        inside = path / "scenario.toml"
        hint = f"did you mean “{inside}”?" if inside.is_file() else "name the .toml file in it"
        _refuse(name, "this is a folder, not a scenario file", hint)
    if exists:
        _refuse(name, "this is not a regular file", "name a .toml or .json file")
    near = nearest(name, bundled_names(), cutoff=0.5)
    listed = f"bundled scenarios: {', '.join(bundled_names())}"
    hint = f"did you mean “{near[0]}”? {listed}" if near else listed
    _refuse(name, "there is no such file and no bundled scenario of this name", hint)


def _refuse(file: str, what: str, hint: str = "", *, line: int = 0) -> NoReturn:
    raise ScenarioError([Problem(file, line, "", what, hint)])


def _read(raw: bytes, *, file: str, base_dir: Path | None, is_json: bool) -> Draft:
    text, fault = decoded(raw)
    if text is None:
        assert fault is not None
        line, what, hint = fault
        _refuse(file, what, hint, line=line)
    rows = text.split("\n")
    try:
        if is_json:
            data = json.loads(text, object_pairs_hook=_without_twins)
            if not isinstance(data, dict):
                _refuse(file, "the file does not hold a scenario", "write { ... } around it", line=1)
            data = with_dates(data)
        else:
            data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError([syntax_problem(error, file=file, rows=rows, is_json=is_json)]) from None
    try:
        lines = line_index.lines_of_json(text) if is_json else line_index.lines_of_toml(text)
    except (ValueError, IndexError, RecursionError):  # pragma: no cover - lines are a help, not a must
        lines = {}
    return Draft(file=file, data=data, lines=lines, text=rows, base_dir=base_dir)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ValueError(f"the key {shown(key)} is written twice in one section")
        table[key] = value
    return table


_DATE_KEYS = ("start", "end", "date", "dates", "available_from", "available_to")


def with_dates(value: Any, key: object = "") -> Any:
    """JSON has no dates: texts that stand where a date belongs and look like one become dates."""
    if isinstance(value, dict):
        return {k: with_dates(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [with_dates(entry, key) for entry in value]
    if isinstance(value, str) and key in _DATE_KEYS and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _override(draft: Draft, overrides: Mapping[str, Any]) -> None:
    for place, value in overrides.items():
        keys: tuple[str, ...] = tuple(str(place).split("."))
        if keys[0] == "parameters":
            resolve_parameters(draft)
            keys = ("parameters", ".".join(keys[1:]))
        draft.cells[keys] = Cell("override", 0, "")
        if keys[0] in ("plans", "rivals", "segments", "channels") and len(keys) > 1:
            known = draft.tables(keys[0])
            if keys[1] not in known:
                draft.problem(keys, f"there is no {keys[0][:-1]} {shown(keys[1])}", suggest(keys[1], known))
                continue
        table: dict[str, Any] = draft.data
        for key in keys[:-1]:
            if not isinstance(table.setdefault(key, {}), dict):
                table[key] = {}
            table = table[key]
        table[keys[-1]] = with_dates(copy.deepcopy(value), keys[-1])


def _finish(draft: Draft, *, path: Path | None, raw: bytes) -> Loaded:
    draws_name = draft.data.pop("parameter_draws", None)
    try:
        resolve_roster(draft)
        resolve_spend_files(draft)
        resolve_plans(draft)
        resolve_parameters(draft)
        draft.data = copy.deepcopy(draft.data)
        scenario = validate(draft)
    except RecursionError:
        _refuse(draft.file, "sections or lists are nested too deeply", "a scenario has at most six levels")
    draws_path = graph_path = None
    if draws_name is not None:
        draws_path = find_beside(draft, ("parameter_draws",), draws_name, ending="npz")
    if scenario is not None:
        if scenario.graph.kind == "file" and scenario.graph.file is not None and draft.ok(("graph",)):
            graph_path = find_beside(draft, ("graph", "file"), scenario.graph.file)
        check(draft, scenario)
    if draft.problems or scenario is None:
        raise ScenarioError(draft.problems)
    for name, place in ((scenario.graph.file, graph_path), (draws_name, draws_path)):
        if place is not None:
            draft.files[str(name)] = _file_hash(place, str(name))
    return Loaded(
        scenario=scenario,
        path=path,
        source_bytes=raw,
        files=dict(draft.files),
        graph_path=graph_path,
        scenario_hash=scenario_hash(scenario, files=draft.files),
        notes=tuple(draft.notes),
        draws_path=draws_path,
    )


def _file_hash(place: Path, name: str) -> str:
    try:
        with place.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        _refuse(name, f"the file cannot be read: {error.strerror}", "check its permissions")
