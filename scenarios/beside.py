"""Files beside a scenario: found, read and hashed, or explained."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from scenarios.draft import Cell, Draft
from scenarios.errors import nearest, shown
from scenarios.explain import number_in
from scenarios.lines import Path

LARGEST = 5_000_000
"""Bytes that a scenario or a CSV file may have."""

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([,_ '\u00a0\u202f]\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Row:
    """One row of a CSV file: its line, its entries, and the text of the line."""

    line: int
    entries: list[str]
    excerpt: str


@dataclass(frozen=True)
class Sheet:
    """A CSV file: header and rows, none of them ragged."""

    file: str
    header: Row
    rows: list[Row]
    delimiter: str

    def cell(self, row: Row, column: int | None = None) -> Cell:
        """The place of an entry, for messages."""
        name = "" if column is None else self.header.entries[column] or f"number {column + 1}"
        return Cell(self.file, row.line, f"column {name}" if name else "", row.excerpt)


def decoded(raw: bytes) -> tuple[str, None] | tuple[None, tuple[int, str, str]]:
    """The text of a file, or the line, the fault and the hint if it is not a text."""
    if len(raw) > LARGEST:
        return None, (
            0,
            f"the file has {len(raw) / 1e6:,.1f} million bytes; 5 million are allowed",
            "split it up",
        )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, (0, "the file is saved as UTF-16", "save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        return None, (line, f"the byte {byte:#04x} in this line is not UTF-8 text", "save the file as UTF-8")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, (line, "there is a NUL character in this line", "save the file as plain UTF-8 text")
    return text, None


def find_beside(draft: Draft, path: Path, name: object, *, ending: str = "csv") -> FilePath | None:
    """The file that a scenario names; None, and a problem, if it is not there."""
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        draft.problem(path, f"{shown(name)} is not the name of a file", f'write {path[-1]} = "{path[-1]}.{ending}"')
        return None
    if draft.base_dir is None:
        draft.problem(path, f"{shown(name)} cannot be read: this scenario has no folder", "load it from a file")
        return None
    place = draft.base_dir / name
    try:
        if place.is_file():
            return place
        what = "is a folder, not a file" if place.is_dir() else "does not exist"
        others = [p.name for p in draft.base_dir.iterdir() if p.is_file()]
    except (OSError, ValueError):
        what, others = "cannot be looked up", []
    near = nearest(name, others)
    hint = f"did you mean “{near[0]}”?" if near else "the name is relative to the scenario's folder"
    draft.problem(path, f"the file {shown(name)} {what}", hint)
    return None


def read_bytes(draft: Draft, path: Path, name: object, *, ending: str = "csv") -> bytes | None:
    """The bytes of a small file that a scenario names, hashed into ``draft.files``."""
    place = find_beside(draft, path, name, ending=ending)
    if place is None:
        return None
    try:
        with place.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        draft.problem(path, f"the file {shown(name)} cannot be read: {error.strerror}", "check its permissions")
        return None
    draft.files[str(name)] = hashlib.sha256(raw).hexdigest()
    return raw


def read_sheet(draft: Draft, path: Path, name: object) -> Sheet | None:
    """A CSV file that a scenario names; None, and problems, if it cannot be used as a table."""
    raw = read_bytes(draft, path, name)
    if raw is None:
        return None
    file = str(name)
    text, fault = decoded(raw)
    if fault:
        draft.problem_in(Cell(file, fault[0], ""), fault[1], fault[2])
        return None
    assert text is not None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[Row] = []
    try:
        rows.extend(_rows(lines, delimiter))
    except csv.Error as error:
        at = rows[-1].line + 1 if rows else 1
        draft.problem_in(Cell(file, at, "", ""), f"this is not a table: {error}", "look for a stray quotation mark")
        return None
    if not rows:
        draft.problem_in(Cell(file, 1, ""), "the file is empty", "the first row names the columns")
        return None
    header = Row(rows[0].line, [entry.strip().casefold() for entry in rows[0].entries], rows[0].excerpt)
    sheet = Sheet(file, header, [], delimiter)
    return sheet if _is_even(draft, sheet, rows[1:]) else None


def _rows(lines: list[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True)
    start = 1
    for entries in reader:
        excerpt, line = lines[start - 1], start
        start = reader.line_num + 1
        if any(entry.strip() for entry in entries) and not entries[0].lstrip().startswith("#"):
            yield Row(line, [entry.strip() for entry in entries], excerpt)


def _is_even(draft: Draft, sheet: Sheet, rows: list[Row]) -> bool:
    """Whether columns are named once and rows have an entry for each; empty columns at the end do no harm."""
    names = sheet.header.entries
    n_spare = 0
    while names and not names[-1]:
        names.pop()
        n_spare += 1
    fine = True
    for place, name in enumerate(names):
        if not name:
            what, hint = f"column {place + 1} has no name", "name every column in the first row"
        elif name in names[:place]:
            what, hint = f"the column “{name}” stands twice", "keep one of them"
        else:
            continue
        draft.problem_in(Cell(sheet.file, sheet.header.line, "", sheet.header.excerpt), what, hint)
        fine = False
    separator = _DELIMITERS[sheet.delimiter]
    for row in rows:
        if len(row.entries) <= len(names) + n_spare and not any(row.entries[len(names) :]):
            del row.entries[len(names) :]
        if len(row.entries) != len(names):
            n = len(row.entries)
            hint = f"entries are separated by {separator}; one that contains such a sign needs quotation marks"
            what = f"this row has {n} entr{'y' if n == 1 else 'ies'}, but there are {len(names)} columns"
            draft.problem_in(Cell(sheet.file, row.line, "", row.excerpt), what, hint)
            fine = False
        else:
            sheet.rows.append(row)
    return fine


def number(draft: Draft, sheet: Sheet, row: Row, column: int, *, whole: bool = False) -> float | int | None:
    """The number in a cell; None, and a problem, if there is none that can be read without doubt."""
    text = row.entries[column]
    plain = text
    if _GROUPED.fullmatch(text) and not (sheet.delimiter == ";" and "," in text):
        plain = re.sub(r"[,_ '\u00a0\u202f]", "", text)
    if not _PLAIN.fullmatch(plain) or len(plain) > 30 or abs(float(plain)) > 1e15:
        meant = number_in(text)
        hint = "write digits, with a point before decimals, such as 1200 or 0.25"
        if meant is not None and sheet.delimiter != ";":
            hint = f"write {meant:.10g}"
        elif sheet.delimiter == ";" and "," in text:
            hint = f"write decimals with a point and thousands without a sign, such as {text.replace(',', '.')}"
        draft.problem_in(sheet.cell(row, column), f"{shown(text)} is not a number", hint)
        return None
    value = float(plain)
    if whole and value != round(value):
        hint = f"write {round(value)}"
        draft.problem_in(sheet.cell(row, column), f"{shown(text)} is not a whole number", hint)
        return None
    return round(value) if whole or (value == round(value) and "." not in plain) else value
