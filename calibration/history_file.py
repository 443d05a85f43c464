"""A CSV file of history as it stands on disk: decoded, split into cells, and hashed."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from calibration.history_error import Findings
from scenarios.errors import nearest, shown
from scenarios.explain import number_in

LARGEST = 50_000_000
"""Bytes that a history may have."""

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "#n/a"})
"""What cells hold, in small letters, where nothing is known."""

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_SIGNS = {"$": "$", "US$": "$", "USD": "$", "€": "€", "EUR": "€", "£": "£", "GBP": "£", "¥": "¥", "CHF": "CHF"}
_SIGN = re.compile(rf"[-+\s]*({'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))})|[^€£$¥]*([€£$¥])\s*")


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, from 1, and its cells without blanks around them."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A CSV file with one header and rows that have a cell for each column."""

    file: str
    header: list[str]
    header_line: int
    rows: list[Row]
    separator: str
    data_hash: str
    findings: Findings


def read_table(path: str | Path) -> Table:
    """Read a CSV file: UTF-8 or UTF-16, separated by commas, semicolons or tabs.

    Args:
        path: the file.

    Raises:
        HistoryError: it cannot be read, is no text, or its rows are not those of one table.
    """
    file = str(path)
    whole = Findings(file, [])
    raw = _bytes(Path(path), whole)
    text = _text(raw, whole)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    findings = Findings(file, lines)
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    separator = max(_SEPARATORS, key=first.count)
    rows = _rows(lines, separator, findings)
    if not rows:
        findings.problem(0, "", "the file is empty", "the first row names the columns")
        findings.refuse()
    header, body = rows[0], rows[1:]
    while header.cells and not header.cells[-1] and all(not any(row.cells[len(header.cells) - 1 :]) for row in body):
        header.cells.pop()
        for row in body:
            del row.cells[len(header.cells) :]
    _check_names(header, findings)
    for row in body:
        if len(row.cells) != len(header.cells):
            n = len(row.cells)
            what = f"this row has {n} cell{'s' if n != 1 else ''}, but there are {len(header.cells)} columns"
            by = _SEPARATORS[separator]
            hint = f"cells are separated by {by}; one that contains such a sign needs quotation marks"
            findings.problem(row.line, "", what, hint)
    if not body:
        findings.problem(header.line, "", "there is a header, but no row below it", "add a row for each period")
    findings.refuse()
    return Table(file, header.cells, header.line, body, separator, hashlib.sha256(raw).hexdigest(), findings)


def _bytes(path: Path, findings: Findings) -> bytes:
    raw = b""
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except FileNotFoundError:
        near = nearest(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else []
        hint = f"did you mean “{path.parent / near[0]}”?" if near else "check the path"
        findings.problem(0, "", "there is no such file", hint)
    except IsADirectoryError:
        findings.problem(0, "", "this is a folder, not a file", "name the CSV file in it")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        findings.problem(0, "", f"the file cannot be read: {said}", "check the path and its permissions")
    if len(raw) > LARGEST:
        findings.problem(0, "", f"the file has more than {LARGEST // 10**6} million bytes", "add it up by week first")
    findings.refuse()
    return raw


def _text(raw: bytes, findings: Findings) -> str:
    if raw[:4] == b"PK\x03\x04":
        findings.problem(0, "", "this is a workbook, not a CSV file", "save the sheet as “CSV UTF-8”")
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = ""
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = 0 if wide else raw.count(b"\n", 0, error.start) + 1
        what = f"the byte {raw[error.start]:#04x} is not {'UTF-16' if wide else 'UTF-8'} text"
        findings.problem(line, "", what, "save the file as UTF-8; in a spreadsheet: “CSV UTF-8”")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        findings.problem(line, "", "there is a NUL character in this line", "save the file as plain UTF-8 text")
    findings.refuse()
    return text


def _rows(lines: list[str], separator: str, findings: Findings) -> list[Row]:
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, strict=True)
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                rows.append(Row(start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        findings.problem(start, "", f"this is not a table: {error}", "look for a stray quotation mark")
        findings.refuse()
    return rows


def _check_names(header: Row, findings: Findings) -> None:
    folded = [name.casefold() for name in header.cells]
    for place, name in enumerate(header.cells):
        if not name:
            findings.problem(header.line, "", f"column {place + 1} has no name", "name every column in the first row")
        elif folded[place] in folded[:place]:
            findings.problem(header.line, name, "this column stands twice", "keep one of them")


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing is known."""
    return cell.casefold() in MISSING


def number_of(cell: str) -> float | None:
    """The number in a cell, if it is written plainly: digits, and a point before decimals."""
    if not _PLAIN.fullmatch(cell) or len(cell) > 40:
        return None
    value = float(cell)
    return value if abs(value) <= 1e15 else None


def meant(cell: str) -> float | None:
    """The number that the writer of a cell had in mind; None where there is doubt."""
    sign = currency_sign(cell)
    bare = cell
    if sign is not None:
        for written in sorted(_SIGNS, key=len, reverse=True):
            bare = bare.replace(written, "")
    return number_in(bare.strip())


def not_a_number(cell: str) -> tuple[str, str]:
    """What is wrong with a cell that should hold a number, and what to write.

    >>> not_a_number("1,234.5")
    ('“1,234.5” is not a plain number', 'did you mean 1234.5?')
    """
    value = meant(cell)
    if value is None:
        return f"{shown(cell)} is not a number", "write digits, with a point before decimals, such as 1234.5"
    return f"{shown(cell)} is not a plain number", f"did you mean {value:.10g}?"


def currency_sign(cell: str) -> str | None:
    """The currency sign in a cell, in front of its number or behind it.

    >>> currency_sign("$1,200"), currency_sign("12 €"), currency_sign("12")
    ('$', '€', None)
    """
    match = _SIGN.match(cell)
    return None if match is None else _SIGNS[match[1] or match[2]]
