"""A file that is not TOML (or not JSON): which line, and what to do about it."""

import json
import re

from scenarios.errors import Problem, clean

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*$")

_SAID: tuple[tuple[str, str, str], ...] = (
    ("Cannot declare", "this section is written twice", "put all its keys under one heading"),
    ("Cannot overwrite a value", "this key or section is written twice", "keep one of them"),
    (
        "Cannot mutate immutable",
        "this adds to a section that is already complete",
        "write it all in one place",
    ),
    ("Cannot redefine namespace", "this section is written twice", "put all its keys under one heading"),
    ("Duplicate inline table key", "a key stands twice inside these braces", "keep one of them"),
    ("Expected '='", "there is no = after the key", "write key = value"),
    ("Expected ']", "the heading is not closed", "write [section], or [[section]] for entries of a list"),
    ("Expected newline or end", "something is left over at the end of this line", ""),
    ("Invalid value", "what stands after the = is not a value", 'text needs quotation marks: key = "text"'),
    ("Unclosed array", "a list is not closed", "end it with ]"),
    ("Unclosed inline table", "a pair of braces is not closed", "end it with }, all in one line"),
    ("Unterminated string", "a text is not closed", "end it with a quotation mark"),
    ("Illegal character '\\n'", "a text is not closed in this line", "end it with a quotation mark"),
    (
        "Invalid initial character for a key",
        "this is not a key",
        "keys have letters, digits, - and _, others in quotes",
    ),
    (
        "Invalid statement",
        "this is neither a heading, nor a key with a value, nor a comment",
        "comments begin with #",
    ),
    ("Invalid date or datetime", "this day does not exist", "write year-month-day, such as 2027-01-04"),
    (
        "Unescaped '\\'",
        "a backslash stands alone in a text",
        "write it twice, or use 'single quotation marks'",
    ),
    (
        "Illegal character",
        "there is a character that cannot be seen or is not allowed here",
        "type the line again",
    ),
    ("Exceeds the limit", "a number has too many digits", "write fewer digits"),
)
_LEFT_OVER = re.compile(r"=\s*[-+]?\d[\d_]*(,\d{3})+")


def syntax_problem(error: Exception, *, file: str, rows: list[str], is_json: bool) -> Problem:
    """What a reader's complaint means, in plain words and with the line."""
    if isinstance(error, RecursionError):
        return Problem(
            file, 0, "", "lists or sections are nested too deeply", "a scenario has at most six levels"
        )
    if isinstance(error, json.JSONDecodeError):
        what, hint = (
            f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            "look at commas, quotes and brackets",
        )
        return Problem(file, error.lineno, "", what, hint, _row(rows, error.lineno))
    if is_json:
        return Problem(file, 0, "", clean(str(error)), "keep one of them" if "twice" in str(error) else "")
    message = str(error)
    match = _AT.search(message)
    line = int(match[1]) if match and match[1] else 0
    if match and not line:
        line = next((i for i in range(len(rows), 0, -1) if rows[i - 1].strip()), 1)
    if message.startswith("Cannot declare") and line and not rows[line - 1].strip():
        line -= 1
    row = _row(rows, line)
    what, hint = "this is not TOML", "see the examples among the bundled scenarios"
    for start, said, advice in _SAID:
        if start in message:
            what, hint = said, advice
            break
    if "left over" in what:
        hint = "remove it, or begin a new line"
        if _LEFT_OVER.search(row):
            hint = "write thousands as 12_000, without a comma"
    if "Invalid value" in message and re.search(r"=\s*\d[\d.,]*\s*[A-Za-z%€$]", row):
        hint = "write a bare number, such as 12_000, or 0.4 for 40 %"
    if not line and "digits" in what:
        line = next((i for i, text in enumerate(rows, 1) if re.search(r"\d{4000}", text)), 0)
        row = _row(rows, line)
    return Problem(file, line, "", what, hint, row)


def _row(rows: list[str], line: int) -> str:
    return clean(rows[line - 1]) if 0 < line <= len(rows) else ""
