"""One value at a time: is every key known, of the right type and in range? Said in plain words.

What is wrong is reported and taken out, so that the checks of :mod:`scenarios.checks`, which compare values
with each other, can still be made on the rest.
"""

import copy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args

import pydantic
from pydantic_core import ErrorDetails

from scenarios.draft import Draft, words
from scenarios.errors import shown, suggest
from scenarios.explain import belongs, describe, explain, field_at, is_nameless, keys_at, meant_key
from scenarios.lines import Path
from scenarios.schema import Scenario

_STAND_INS: tuple[Any, ...] = (
    0,
    1,
    1.0,
    "x",
    date(2027, 1, 4),
    {},
    {"size": 1},
    {"price": 1.0},
    {"x": {"share": 1.0}},
    {"x": {}},
)
"""What may take the place of a required value that is missing or wrong, so that the rest can be read."""

_NO_SECTION = ("dict_type", "model_type", "model_attributes_type")
_MOST_ROUNDS = 8
_MOST_REPORTED = 1_000
_MISSPELT = 0.7


@dataclass(frozen=True)
class _Finding:
    """One thing that pydantic found, at the path where it stands in the raw data."""

    path: Path
    kind: str
    details: ErrorDetails


def validate(draft: Draft) -> Scenario | None:
    """The scenario as far as it can be read; what cannot is added to the draft's problems."""
    for _ in range(_MOST_ROUNDS):
        try:
            return Scenario.model_validate(draft.data)
        except pydantic.ValidationError as error:
            findings = list(_findings(draft, error))
        _report(draft, findings)
        for finding in reversed(findings):
            _take_out(draft, finding.path, missing=finding.kind == "missing")
    if not draft.problems:  # pragma: no cover - every finding above is reported
        draft.problem((), "the scenario cannot be read")
    return None


def _findings(draft: Draft, error: pydantic.ValidationError) -> Iterator[_Finding]:
    seen: set[Path] = set()
    for details in error.errors(include_url=False, include_context=True):
        loc = details["loc"]
        if loc[:1] == ("parameters",) and len(loc) > 2:
            whole = isinstance(draft.at(*loc[:2]), dict)
            if whole != (loc[2] == "Range"):
                continue  # a number was meant and not a range, or the other way round
            loc = (*loc[:2], *loc[3:])
        path: Path = ()
        for key in loc:
            if not _is_in(draft.at(*path), key):
                break
            path = (*path, key)
        if details["type"] == "missing":
            path = (*path, loc[-1])
        if path not in seen:
            seen.add(path)
            yield _Finding(path, "name" if "[key]" in loc else details["type"], details)


def _is_in(container: object, key: str | int) -> bool:
    if isinstance(container, dict):
        return key in container
    return isinstance(container, list) and isinstance(key, int) and key < len(container)


def _report(draft: Draft, findings: list[_Finding]) -> None:
    missing = {f.path for f in findings if f.kind == "missing"}
    told: set[Path] = set()
    for finding in findings[:_MOST_REPORTED]:
        if finding.kind == "extra_forbidden":
            told |= _report_unknown(draft, finding.path, missing - told)
    for finding in findings:
        path = finding.path
        written = draft.written(path)
        if finding.kind == "extra_forbidden" or path in told:
            continue
        draft.tainted.add(path)
        if written in told or len(told) > _MOST_REPORTED:
            continue
        told.add(written)
        if finding.kind in _NO_SECTION and is_nameless(path):
            _report_nameless(draft, written, told)
        elif finding.kind == "missing":
            _report_missing(draft, written)
        else:
            draft.problem(written, *explain(finding.kind, finding.details, written))


def _report_unknown(draft: Draft, path: Path, missing: set[Path]) -> set[Path]:
    """Say that a key is unknown; which missing keys it was meant to be, if it is a misspelling."""
    written = draft.written(path)
    parent, key = path[:-1], str(path[-1])
    draft.tainted.add(path)
    section = f"[{words(written[:-1])}]" if parent else "the top of the file"
    if meant := meant_key(key, (str(m[-1]) for m in missing if m[:-1] == parent), cutoff=_MISSPELT):
        what = f"{shown(key)} is not a key of {section}, and “{meant}” is missing"
        draft.problem(written, what, f"did you mean “{meant}”?")
        draft.tainted.add((*parent, meant))
        return {path, written, (*parent, meant)}
    known = keys_at(parent)
    hint = belongs(key, parent)
    if meant := meant_key(key, known, cutoff=_MISSPELT):
        draft.tainted.add((*parent, meant))
        hint = f"did you mean “{meant}”? {suggest('', known, most=30)}"
    draft.problem(written, f"{shown(key)} is not a key of {section}", hint or suggest(key, known, most=30))
    return {path, written}


def _report_nameless(draft: Draft, path: Path, told: set[Path]) -> None:
    """Say once that the keys of an entry stand where its name should."""
    section, key = path[:-1], path[-1]
    if section not in told:
        heading = ".".join(map(str, section))
        what = f"{shown(key)} stands where a name should: each of the {section[-1]} has one of its own"
        draft.problem(section, what, f"write [{heading}.<name>] with a name that you choose, and the keys below it")
        told.add(section)


def _report_missing(draft: Draft, path: Path) -> None:
    key = str(path[-1])
    if key in ("market", "brand", "segments", "plans") and len(path) == 1:
        example = {"segments": "[segments.everybody]", "plans": "[plans.baseline]"}.get(key, f"[{key}]")
        draft.problem(path, f"the section [{key}] is missing", f"add {example}: {_SECTIONS[key]}")
        return
    draft.problem(path, f"“{key}” is missing", describe(path))


_SECTIONS = {
    "market": "how many people could ever buy, for example size = 250_000",
    "brand": "what is sold, for example price = 9.99",
    "segments": "at least one group of consumers, with share = 1.0 if there is only one",
    "plans": "at least one plan; an empty one means that nothing is done",
}


def _take_out(draft: Draft, path: Path, *, missing: bool) -> None:
    """Remove a bad value, or put a stand-in where the scenario cannot be read without one."""
    parent, key = draft.at(*path[:-1]), path[-1] if path else ""
    if isinstance(parent, list):
        draft.tainted.add(path[:-1])
        _take_out(draft, path[:-1], missing=False)
    elif isinstance(parent, dict):
        field = field_at(path)
        if missing or (field is not None and field.is_required()):
            parent[key] = _stand_in(path)
        else:
            parent.pop(key, None)


def _stand_in(path: Path) -> Any:
    """The first of the values above, or of the key's own words, that can stand at a path."""
    field = field_at(path)
    if field is None:
        return None
    annotated: Any = Annotated[field.annotation, field]
    kind: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(annotated)
    for value in (*_STAND_INS, *get_args(field.annotation)):
        with suppress(pydantic.ValidationError):
            kind.validate_python(value)
            return copy.deepcopy(value)
    return None
