"""From a file to a checked scenario, or to a list of everything that has to be mended in it."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.catalogue import bundled_names, bundled_path
from scenarios.draft import Draft
from scenarios.errors import Problem, ScenarioError, suggest
from scenarios.lines import lines_of_toml
from scenarios.resolve import resolve_parameters, resolve_plans
from scenarios.schema import Scenario
from scenarios.tables import resolve_roster, resolve_spend_files
from scenarios.validate import validate


@dataclass(frozen=True)
class Loaded:
    scenario: Scenario
    path: Path | None
    source_bytes: bytes
    files: Mapping[str, str]
    graph_path: Path | None
    scenario_hash: str
    notes: tuple[str, ...] = field(default=())


def load_scenario(source: str | Path, *, consumers: int | None = None, overrides: Mapping[str, Any] | None = None) -> Loaded:
    path = Path(source)
    if str(source) in bundled_names():
        path = bundled_path(str(source))
    if not path.is_file():
        raise ScenarioError([Problem(str(source), 0, "", "there is no such file or bundled scenario", suggest(source, bundled_names()))])
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig")
    data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    lines = lines_of_toml(text) if path.suffix != ".json" else {}
    draft = Draft(file=path.name, data=data, lines=lines, text=text.split("\n"), base_dir=path.parent)
    if consumers is not None:
        draft.data["market"]["consumers"] = consumers  # type: ignore[index]
    return _finish(draft, path, raw)


def _finish(draft: Draft, path: Path | None, raw: bytes) -> Loaded:
    resolve_roster(draft)
    resolve_spend_files(draft)
    resolve_plans(draft)
    resolve_parameters(draft)
    scenario = validate(draft)
    if draft.problems or scenario is None:
        raise ScenarioError(draft.problems)
    graph = draft.base_dir / scenario.graph.file if draft.base_dir and scenario.graph.file else None
    canonical = json.dumps(scenario.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return Loaded(scenario, path, raw, draft.files, graph, hashlib.sha256(canonical.encode()).hexdigest(), tuple(draft.notes))


def scenario_from_dict(data: Mapping[str, Any]) -> Scenario:
    return _finish(Draft(file="<dict>", data=dict(data)), None, b"").scenario
