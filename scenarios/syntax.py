"""A file that is not TOML (or not JSON): which line, and what to do about it."""

import json
import re

from scenarios.errors import Problem, clean

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*$")

_VALUE, _REST, _ANY = "Invalid value", "Expected newline or end", ""
_NO_VALUE = "what stands after the = is not a value"
_LEFT_OVER = "something is left over at the end of this line"
_BARE_NUMBER = "write a bare number, such as 12_000, or 0.4 for 40 %"

_RULES: tuple[tuple[str, str, str, str], ...] = (
    # what the reader said, what the line looks like, what is wrong, what to do
    (_VALUE, r"^\s*\[", "a list above this line is not closed", "end it with ]"),
    (_VALUE, r"=\s*[“”‘’„]", "these quotation marks are typographic ones", 'use straight ones: "text"'),
    (_VALUE, r"=\s*(True|False|TRUE|FALSE|yes|no)\b", _NO_VALUE, "write true or false, in small letters"),
    (_VALUE, r"=\s*[-+]?\.\d", _NO_VALUE, "write a digit before the point, such as 0.5"),
    (_VALUE, r"=\s*[-+]?[$€£]", _NO_VALUE, _BARE_NUMBER),
    (_VALUE, r"=\s*(#|$)", "there is no value after the =", 'write key = 5 or key = "text"'),
    (_VALUE, r"", _NO_VALUE, 'text needs quotation marks: key = "text"'),
    (
        _REST,
        r"=\s*\d{1,4}([-./])\d{1,2}\1\d{1,4}\b",
        "this is not a date",
        "write year-month-day, such as 2027-01-04",
    ),
    (_REST, r"=\s*[-+]?\d[\d_]*(,\d{3})+", _LEFT_OVER, "write thousands as 12_000, without a comma"),
    (_REST, r"=\s*[-+]?\d[\d_]*,\d", _LEFT_OVER, "write decimals with a point, such as 0.5"),
    (_REST, r"=\s*[-+]?\d[\d_.]*\s*[A-Za-z%€$£]", _LEFT_OVER, _BARE_NUMBER),
    (_REST, r"=\s*[-+]?0\d", _LEFT_OVER, "write the number without zeros in front"),
    (_REST, r"=\s*[-+]?\d+\.(\D|$)", _LEFT_OVER, "write a digit after the point, such as 4.0"),
    (_REST, r"", _LEFT_OVER, "remove it, or begin a new line"),
    ("Cannot declare", r"", "this section is written twice", "put all its keys under one heading"),
    ("Cannot redefine", r"", "this section is written twice", "put all its keys under one heading"),
    ("Cannot overwrite", r"", "this key or section is written twice", "keep one of them"),
    ("Cannot mutate", r"", "this adds to a section that is complete already", "write it all in one place"),
    ("Duplicate inline table key", r"", "a key stands twice inside these braces", "keep one of them"),
    ("Expected '='", r"^\s*[\w.-]+\s*:", "there is a : where = is needed", "write key = value"),
    ("Expected '='", r"", "there is no = after the key", "write key = value"),
    (
        "Expected ']",
        r"^\s*\[[^\]\"'#]*[\w-]\s+[\w-][^\]#]*\]",
        "a space stands in a name",
        "names have letters, digits, - and _: write - instead of the space",
    ),
    ("Expected ']", r"", "the heading is not closed", "write [section], or [[section]] for a list's entries"),
    ("Unclosed array", r"", "a list is not closed, or a comma is missing in it", "end it with ]"),
    ("inline table", r"", "a pair of braces is not closed", "end it with }, all in one line"),
    ("key part", r"\{\s*(#|$)", "braces must be closed in the same line", "write { key = value, ... }"),
    ("key part", r"", "this is not a key", "keys have letters, digits, - and _, others need quotation marks"),
    ("Unterminated string", r"", "a text is not closed", "end it with a quotation mark"),
    (r"Illegal character '\n'", r"", "a text is not closed in this line", "end it with a quotation mark"),
    ("Illegal character", r"", "there is a character that is not allowed here", "type the line again"),
    ("Invalid statement", r"", "this is neither a heading nor a key with a value", "comments begin with #"),
    ("Invalid date", r"", "this day does not exist", "write year-month-day, such as 2027-01-04"),
    (
        "Unescaped",
        r"",
        "a backslash stands alone in a text",
        "write it twice, or use 'single quotation marks'",
    ),
    ("Exceeds the limit", r"", "a number has too many digits", "write fewer digits"),
    (_ANY, r"", "this is not TOML", "see the bundled scenarios for examples"),
)


def syntax_problem(error: Exception, *, file: str, rows: list[str], is_json: bool) -> Problem:
    """What a reader's complaint means, in plain words and with the line."""
    message = str(error)
    if isinstance(error, RecursionError):
        return Problem(file, 0, "", "lists or sections are nested too deeply", "six levels are enough for all")
    if isinstance(error, json.JSONDecodeError):
        what = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return Problem(file, error.lineno, "", what, "look at commas and brackets", _row(rows, error.lineno))
    line = _line(message, rows)
    row = _row(rows, line)
    if is_json:
        said = clean(message) if "written twice" in message else "a number has too many digits"
        return Problem(file, line, "", said, "keep one of them" if "twice" in message else "", row)
    if "Invalid value" in message and re.match(r"\s*[\w.-]+\s*=", row) and "=" not in row[: _column(message)]:
        return Problem(file, line, "", "a list above this line is not closed", "end it with ]", row)
    what, hint = next((w, h) for said, looks, w, h in _RULES if said in message and re.search(looks, row))
    return Problem(file, line, "", what, hint, row)


def _line(message: str, rows: list[str]) -> int:
    """The line that a reader complains about; 0 if it does not say."""
    match = _AT.search(message)
    if match and match[1]:
        return int(match[1])
    if "Exceeds the limit" in message:
        return next((i for i, row in enumerate(rows, 1) if re.search(r"\d{4000}", row)), 0)
    if match:  # the end of the document: the last line that is not empty
        return next((i for i in range(len(rows), 0, -1) if rows[i - 1].strip()), 1)
    return 0


def _column(message: str) -> int:
    match = _AT.search(message)
    return int(match[2]) if match and match[2] else 0


def _row(rows: list[str], line: int) -> str:
    return clean(rows[line - 1]) if 0 < line <= len(rows) else ""
