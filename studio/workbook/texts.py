r"""Values of a plan as texts and cells that survive spreadsheets: no formula, nothing cut off, nothing retyped.

    >>> to_text("Spring"), to_text("=HYPERLINK(1)"), to_text(["mon", "wed"]), to_text(True)
    ('Spring', '"=HYPERLINK(1)"', '["mon", "wed"]', 'true')
    >>> from_text('"=HYPERLINK(1)"', key="title"), from_text("2027-01-04", key="start")
    ('=HYPERLINK(1)', datetime.date(2027, 1, 4))

A text stands as it is where that is safe, else in TOML's quotation marks, which no spreadsheet takes for a formula.
"""

import base64
import math
import re
import tomllib
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from scenarios.explain import options
from scenarios.plan import Plan

FORMULAS = ("=", "+", "-", "@")
"""First letters that make a spreadsheet take a text for a formula."""

LONGEST = 30_000
"""Letters in a cell; spreadsheets cut off at 32,767."""

MOST_UNPACKED = 50_000_000
"""Bytes of one file; a file that claims more is not one of ours."""

_DATES = ("start", "end", "date", "dates")
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def cleaned(value: float) -> float:
    """A number to twelve digits, so that a sum of days is what was meant, and a file can hold it exactly.

    >>> cleaned(13_999.999999999998), cleaned(1 / 3)
    (14000.0, 0.333333333333)
    """
    return float(f"{value:.12g}") + 0.0


def toml_number(value: float) -> str:
    """A number as TOML, whole if it is.

    >>> toml_number(5_000.0), toml_number(0.1), toml_number(1e-7)
    ('5000', '0.1', '1e-07')
    """
    if isinstance(value, int) or (value == int(value) and abs(value) < 2**53):
        return str(int(value))
    return repr(value)


def quoted(text: str) -> str:
    r"""A text between TOML's quotation marks; whatever cannot be printed is written as a number.

    >>> quoted('a "b"\n')
    '"a \\"b\\"\\u000A"'
    """
    said = "".join(_ESCAPES.get(c) or (c if c.isprintable() else _coded(c)) for c in text)
    return f'"{_OFFICE.sub(lambda _: _coded("_"), said)}"'


_OFFICE = re.compile(r"_(?=[xX])|(?<=x005F)_")
"""Office files write letters as _x0041_: an underscore that could be taken for such a sign."""


def _coded(c: str) -> str:
    return f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}"


def is_safe(text: str) -> bool:
    """Whether a text may stand in a cell as it is."""
    if not text or text != text.strip() or not text.isprintable() or len(text) > LONGEST:
        return False
    if text.startswith((*FORMULAS, '"', "'", "[", "{", "#")) or _OFFICE.search(text):
        return False
    return text.casefold() not in ("true", "false") and not _looks_like_a_value(text)


def _looks_like_a_value(text: str) -> bool:
    return re.match(r"[\d.]", text) is not None


def to_text(value: Any) -> str:
    """One value of a plan as a text that stands alone: numbers plain, lists and odd texts as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if is_safe(value) else quoted(value)
    return to_toml(value)


def to_toml(value: Any) -> str:
    """One value as TOML.

    >>> to_toml({"start": date(2027, 1, 4), "weekly": 2.0})
    '{ start = 2027-01-04, weekly = 2 }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(to_toml, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {to_toml(entry)}" for key, entry in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return toml_number(value)


def from_text(text: str, *, key: str) -> Any:
    """The value that a text stands for; a text that is no value is itself.

    Args:
        text: as typed.
        key: of the plan, such as ``title``: it decides what a bare text means.

    Raises:
        ValueError: it begins like a list, a section or a quoted text, and is none.
    """
    text = text.strip()
    if text.startswith(('"', "[", "{")):
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ValueError(f"{error}") from None
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if key in _DATES and re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if not takes_text(key) and re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", text, re.ASCII):
        return whole(float(text))
    return text


def whole(value: float) -> float | int:
    """A number as a whole one if it is: files know no other difference.

    >>> whole(3.0), whole(2.5)
    (3, 2.5)
    """
    if isinstance(value, int) or not math.isfinite(value) or value != int(value) or abs(value) >= 2**53:
        return value
    return int(value)


def _text_keys() -> frozenset[str]:
    keys: set[str] = set()

    def walk(part: Any) -> None:
        for name, field in part.model_fields.items():
            for option in options(field.annotation):
                if option is str or "Literal" in str(option):
                    keys.add(name)
                for inner in getattr(option, "__args__", ()):
                    for kind in options(inner):
                        if hasattr(kind, "model_fields"):
                            walk(kind)
                if hasattr(option, "model_fields"):
                    walk(option)

    walk(Plan)
    return frozenset(keys) - {"people"}


_TEXTS: list[frozenset[str]] = []


def takes_text(key: str) -> bool:
    """Whether a key of a plan holds a text, so that digits typed there are letters.

    >>> takes_text("title"), takes_text("price")
    (True, False)
    """
    if not _TEXTS:
        _TEXTS.append(_text_keys())
    return key in _TEXTS[0]


def packed(data: bytes) -> list[str]:
    """Bytes as plain texts, each short enough for a cell.

    >>> unpacked(packed(b"weeks = 26"))
    b'weeks = 26'
    """
    text = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    return [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]


def unpacked(texts: Sequence[str]) -> bytes:
    """The bytes that :func:`packed` has written.

    Raises:
        ValueError: something was changed or cut off.
    """
    try:
        unzip = zlib.decompressobj()
        data = unzip.decompress(base64.b64decode("".join(texts), validate=True), MOST_UNPACKED)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unzip.eof:
        raise ValueError("it is cut off, or too large")
    return data
