"""Plain words for a value that cannot be used: what it is, what is allowed, and what to write instead."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from scenarios.errors import clean, nearest, shown, suggest
from scenarios.lines import Path
from scenarios.schema import SHORTHANDS, Part, Plan, Scenario


def options(annotation: Any) -> Iterator[Any]:
    """The plain types behind annotations and alternatives."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from options(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for option in get_args(annotation):
            yield from options(option)
    else:
        yield annotation


def is_part(option: Any) -> bool:
    """Whether a type is a section of its own."""
    return isinstance(option, type) and issubclass(option, Part)


_SINGLE_LEVERS = tuple(
    key for key, field in Plan.model_fields.items() if any(is_part(option) for option in options(field.annotation))
)
_NAMED_LEVERS = ("earned", "partnerships", "lists", "offers", "events")
_HOMES: tuple[tuple[str, Path], ...] = (
    ("at the top of the file, above the first [section]", ()),
    ("in [market]", ("market",)),
    ("in [brand]", ("brand",)),
    ("in [brand.start]", ("brand", "start")),
    ("in [segments.<name>]", ("segments", "x")),
    ("in [channels.<name>]", ("channels", "x")),
    ("in [graph]", ("graph",)),
    ("in [word_of_mouth]", ("word_of_mouth",)),
    ("in [season]", ("season",)),
    ("in [influencers.<name>]", ("influencers", "x")),
    ("in [plans.<name>]", ("plans", "x")),
    ("in [plans.<name>.media.<channel>]", ("plans", "x", "media", "x")),
    ("in [plans.<name>.posts.<channel>]", ("plans", "x", "posts", "x")),
    ("in [[plans.<name>.bookings]]", ("plans", "x", "bookings", 0)),
    ("in [[plans.<name>.seeding]]", ("plans", "x", "seeding", 0)),
    *((f"in [plans.<name>.{key}]", ("plans", "x", key)) for key in _SINGLE_LEVERS),
    *((f"in [plans.<name>.{key}.<name>]", ("plans", "x", key, "x")) for key in _NAMED_LEVERS),
    ("in [moments.<name>]", ("moments", "x")),
    ("in [shocks.<name>]", ("shocks", "x")),
    ("in [warm_up]", ("warm_up",)),
)
_EXAMPLES = {
    "name": '"my-launch"',
    "start": "2027-01-04",
    "end": "2027-02-28",
    "weeks": "26",
    "size": "250_000",
    "share": "0.25",
    "price": "9.99",
    "influencer": '"ana"',
    "channel": '"instagram"',
    "followers": "12_000",
    "cost_per_post": "250",
    "weekly": "5_000",
    "date": "2027-02-10",
    "discount": "0.2",
    "invited": "500",
    "people": "1_000",
    "hours_per_week": "5",
    "on_weeks": "2",
    "off_weeks": "2",
    "value": "0.1",
    "low": "0.05",
    "high": "0.2",
}
_OTHER_WORDS = {
    "agents": "consumers",
    "amount": "weekly",
    "audience": "segments",
    "content": "posts",
    "begin": "start",
    "budget": "weekly",
    "cost": "cost_per_post",
    "email": "lists",
    "emails": "lists",
    "fee": "cost_per_post",
    "from": "start",
    "gamification": "rewards",
    "hours": "weekly",
    "kind": "platform",
    "launch": "rival",
    "meetups": "events",
    "name": "title",
    "opt_ins": "sign_up",
    "partners": "partnerships",
    "people": "size",
    "platform": "channel",
    "population": "size",
    "pr": "earned",
    "press": "earned",
    "promotions": "offers",
    "retargeting": "lists",
    "spend": "weekly",
    "targets": "segments",
    "to": "end",
    "type": "kind",
    "ugc": "user_content",
    "until": "end",
    "when": "date",
}
"""What people write who have another word in mind; only used where the word itself is not a key."""

_NOUNS = {"people": "kind of list", "weekdays": "weekday"}
"""What a fixed word is called where the key alone would not read well."""

_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "%": 0.01, "": 1.0}
_NUMBER = re.compile(r"([-+]?)(\d[\d.,'_\s]*)([a-z%]*)", re.IGNORECASE)


def _step(annotation: Any, key: str | int) -> Any:
    for option in options(annotation):
        origin, args = get_origin(option), get_args(option)
        if origin is dict and isinstance(key, str):
            return args[1]
        if origin is list and isinstance(key, int):
            return args[0]
        if is_part(option) and key in option.model_fields:
            return option.model_fields[str(key)].annotation
    return None


def is_nameless(path: Path) -> bool:
    """Whether a key stands where a name should: ``[plans.a.offers]`` with the keys of an offer right below."""
    return bool(path) and not keys_at(path[:-1]) and path[-1] in keys_at((*path[:-1], "x"))


def section_at(path: Path) -> type[Part] | None:
    """The schema's class for a section."""
    annotation: Any = Scenario
    for key in path:
        annotation = _step(annotation, key)
    for option in options(annotation):
        if is_part(option):
            return cast(type[Part], option)
    return None


def field_at(path: Path) -> FieldInfo | None:
    """The schema's entry for a key; None for names that the user chose and for list entries."""
    section = section_at(path[:-1]) if path else None
    return section.model_fields.get(str(path[-1])) if section else None


def keys_at(path: Path) -> list[str]:
    """All keys that a section may have, shorthands of the file included."""
    section = section_at(path)
    return [*section.model_fields, *SHORTHANDS.get(section.__name__, {})] if section else []


def meant_key(key: str, known: Iterable[str], *, cutoff: float = 0.7) -> str | None:
    """The key that was meant: a near spelling, or another word for the same."""
    known = list(known)
    if near := nearest(key, known, cutoff=cutoff):
        return near[0]
    other = _OTHER_WORDS.get(key.casefold())
    return other if other in known else None


def belongs(key: str, path: Path) -> str:
    """Where a key belongs that is known, but not here."""
    if key in keys_at((*path, "plan")):
        return f"“{key}” belongs in [{'.'.join(map(str, path))}.plan]"
    for said, home in _HOMES:
        if key in keys_at(home) and section_at(home) is not section_at(path):
            return f"“{key}” belongs {said}"
    return ""


def describe(path: Path) -> str:
    """What to add when a key is missing."""
    key, field = str(path[-1]), field_at(path)
    about = f" ({field.description})" if field and field.description else ""
    example = _EXAMPLES.get(key, "...")
    if field and get_origin(field.annotation) is Literal:
        example = f'"{get_args(field.annotation)[0]}"'
    return f"add {key} = {example}{about}"


def explain(kind: str, details: ErrorDetails, path: Path) -> tuple[str, str]:
    """What is wrong with a value, and a hint."""
    value, limits = details.get("input"), details.get("ctx", {})
    entry = f" (entry {path[-1] + 1} of the list)" if path and isinstance(path[-1], int) else ""
    key = str(next((k for k in reversed(path) if isinstance(k, str)), ""))
    match kind:
        case "name":
            return _bad_name(str(path[-1]))
        case "string_pattern_mismatch" if key == "currency":
            return f"{shown(value)} is not a currency code", "write three capital letters, such as USD or EUR"
        case "string_pattern_mismatch" | "string_too_long":
            return _bad_name(str(value))
        case "float_type" | "int_type" | "int_from_float" | "finite_number":
            what, hint = _not_a_number(value, whole=kind.startswith("int"))
            return what + entry, hint
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            what, hint = _out_of_range(kind, value, next(iter(limits.values())))
            return what + entry, hint
        case "date_type" | "date_from_datetime_inexact":
            what, hint = _not_a_date(value, key)
            return what + entry, hint
        case "literal_error" | "enum":
            choices = re.findall(r"'([^']*)'", str(limits.get("expected", "")))
            if not choices:
                return f"{shown(value)} is not known here", f"write {key} = {limits.get('expected')}"
            return f"{shown(value)} is not a known {_NOUNS.get(key, key).replace('_', ' ')}", suggest(
                value, choices, most=20
            )
        case "string_type":
            return f"{shown(value)} is not text{entry}", "put text in quotation marks"
        case "bool_type":
            return f"{shown(value)} is neither true nor false", f"write {key} = true or {key} = false"
        case "list_type" if key == "weekly":
            return f"{shown(value)} is neither a number nor a list of numbers", _hint_number(value, whole=False)
        case "list_type":
            return f"{shown(value)} is not a list", _hint_list(path, value)
        case "dict_type" | "model_type" | "model_attributes_type":
            what = f"{shown(value)} stands where a section with keys of its own is needed"
            return what, _hint_section(path, value)
        case "too_short" | "too_long":
            return _bad_length(kind, key, limits)
    about = field_at(path)
    return f"{shown(value)} cannot be used here", (about.description or "") if about else ""


def _bad_name(name: str) -> tuple[str, str]:
    mended = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")[:64]
    hint = "names have up to 64 letters a-z, digits, - and _; any text may stand in title"
    return f"{shown(name)} cannot be a name", f"write “{mended}”; {hint}" if mended else hint


def _not_a_number(value: object, *, whole: bool) -> tuple[str, str]:
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return f"{value} is not a number that can be used", "write a finite number, such as 1_000"
    if isinstance(value, int) and not isinstance(value, bool):
        return "the number is too large", "write fewer digits"
    noun = "a whole number" if whole else "a number"
    return f"{shown(value)} is not {noun}", _hint_number(value, whole=whole)


def _hint_number(value: object, *, whole: bool) -> str:
    if isinstance(value, float):
        return f"write {round(value):_}"
    if isinstance(value, str) and (number := number_in(value)) is not None:
        if whole or number == round(number):
            return f"write {round(number):_}"
        return f"write {number:_.10g}"
    if isinstance(value, list):
        return "write a single number here"
    return "write digits without quotation marks, such as 1_000 or 0.25"


def number_in(text: str) -> float | None:
    """The number that somebody meant who wrote it as text; None when there is doubt.

    >>> number_in("12k"), number_in("$1,250"), number_in("40 %"), number_in("dozens")
    (12000.0, 1250.0, 0.4, None)
    """
    match = _NUMBER.fullmatch(text.strip().strip("$€£ ").strip()) if len(text) <= 40 else None
    if match is None or match[3].lower() not in _SCALES:
        return None
    if re.search(r"[.,']\s", match[2]):
        return None  # more than one number
    digits = re.sub(r"['_\s]", "", match[2])
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", digits):
        digits = digits.replace(",", "")
    elif digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d*)?", digits):
        return None
    number = round(float(digits) * _SCALES[match[3].lower()], 10)
    return -number if match[1] == "-" else number


def _out_of_range(kind: str, value: object, limit: object) -> tuple[str, str]:
    above = {"greater_than": "above", "greater_than_equal": "at least"}
    below = {"less_than": "below", "less_than_equal": "at most"}
    size = ("too small", above) if kind in above else ("too large", below)
    if isinstance(value, date):
        size = ("too early", above) if kind in above else ("too late", below)
    bound = f"{limit:,.10g}" if isinstance(limit, int | float) else str(limit)
    hint = ""
    if limit == 1.0 and isinstance(limit, float) and isinstance(value, int | float) and 1 < value <= 100:
        hint = f"shares are parts of 1: {value:g} % is {value / 100:g}"
    return f"{shown(value)} is {size[0]}; must be {size[1][kind]} {bound}", hint


def _not_a_date(value: object, key: str) -> tuple[str, str]:
    if isinstance(value, datetime):
        return f"{value} has a time of day; a date is needed", f"write {key} = {value.date()}"
    example = "2027-01-04"
    if isinstance(value, str):
        hint = f"write year-month-day without quotation marks, such as {example}"
        with suppress(ValueError):
            hint = f"write {date.fromisoformat(value.strip()[:10])}, without quotation marks"
        return f"{shown(value)} is text, not a date", hint
    if isinstance(value, time):
        return f"{value} is a time of day, not a date", f"write year-month-day, such as {example}"
    return f"{shown(value)} is not a date", f"write year-month-day, such as {example}"


def _hint_list(path: Path, value: object) -> str:
    key = path[-1] if path else ""
    if key in ("bookings", "seeding"):
        return f"open each entry with [[{'.'.join(map(str, path))}]], in double brackets"
    if key == "flights":
        return "write flights = [{ start = 2027-01-04, end = 2027-02-28, weekly = 5_000 }]"
    given = f'"{clean(value, most=40)}"' if isinstance(value, str) else value
    listed = given if isinstance(value, str | int | float) and not isinstance(value, bool) else "..."
    return f"put it in square brackets: {key} = [{listed}]"


def _hint_section(path: Path, value: object) -> str:
    place, key = ".".join(map(str, path)), str(path[-1]) if path else ""
    if path and isinstance(path[-1], int):
        return f"write each entry as {{ key = value, ... }} or under [[{'.'.join(map(str, path[:-1]))}]]"
    if key == "pulse":
        weekly = f"{value:_}" if isinstance(value, int | float) else "5_000"
        return f"write pulse = {{ on_weeks = 2, off_weeks = 2, weekly = {weekly} }}"
    if isinstance(value, int | float) and "weekly" in keys_at(path):
        return f"write {key}.weekly = {value:_}"
    if keys_at(path):
        return f"write [{place}], in single brackets, and its keys below"
    if keys_at((*path, "x")):
        return f"write [{place}.<name>], in single brackets, and its keys below"
    first = value[0] if isinstance(value, list) and value and isinstance(value[0], str) else "name"
    return f"write {key} = {{ {first} = 0.5, ... }}, a number for each"


def _bad_length(kind: str, key: str, limits: dict[str, Any]) -> tuple[str, str]:
    given = int(limits.get("actual_length") or 0)
    if key in ("segments", "plans") and not given:
        return (
            f"there are no {key}",
            f"add at least [{key}.{'everybody' if key == 'segments' else 'baseline'}]",
        )
    if key in ("buying", "interest"):
        return f"the list has {given} entries; it must have 12", "one multiplier for each month from January"
    limit = limits.get("min_length") if kind == "too_short" else limits.get("max_length")
    bound = "at least" if kind == "too_short" else "at most"
    return f"there are {given:,} entries; there must be {bound} {limit:,}", ""
