"""A plan as rows of path and value, and back: what a grid of weeks cannot hold.

>>> from scenarios.plan import Plan
>>> data = plan_data(Plan(title="Spring", media_scale=1.5))
>>> flattened(data)
[(('title',), 'Spring'), (('media_scale',), 1.5)]
>>> said(("seeding", 0, "people")), parsed("seeding.1.people")
('seeding.1.people', ('seeding', 0, 'people'))
"""

import re
from collections.abc import Iterable
from typing import Any

from scenarios.lines import Path
from scenarios.plan import Plan


def _is_list(path: list[str | int]) -> bool:
    """Whether a path is that of a list of sections: bookings, seeding, and flights of anything paced."""
    if path in (["bookings"], ["seeding"]):
        return True
    depth = 2 if path[:1] in (["outreach"], ["community"]) else 3
    return len(path) == depth and path[-1] == "flights"


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan as plain data, with what was written and nothing else; one amount for every week is one number.

    Args:
        plan: any plan.
    """
    data: dict[str, Any] = _tidy(plan.model_dump(exclude_unset=True, exclude_none=True))
    return data


def _tidy(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _tidy(entry, name) for name, entry in value.items()}
    if isinstance(value, list):
        if key in ("weekly", "elsewhere") and len(value) == 1:
            return value[0]
        return [_tidy(entry) for entry in value]
    return value


def flattened(data: dict[str, Any], path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value of a plan with its path, in order; lists of plain values stay whole.

    Args:
        data: from :func:`plan_data`.
        path: where it stands.
    """
    rows: list[tuple[Path, Any]] = []
    for key, value in data.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            rows += flattened(value, here)
        elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
            for place, entry in enumerate(value):
                rows += flattened(entry, (*here, place)) or [((*here, place), {})]
        else:
            rows.append((here, value))
    return rows


def gathered(rows: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """The plan that rows of path and value describe; entries of lists close ranks where one is missing.

    >>> gathered([(("seeding", 1, "people"), 5), (("loyalty",), {})])
    {'seeding': [{'people': 5}], 'loyalty': {}}
    """
    root: dict[Any, Any] = {}
    for path, value in rows:
        table = root
        for key in path[:-1]:
            inner = table.get(key)
            if not isinstance(inner, dict):
                inner = table[key] = {}
            table = inner
        if not (value == {} and isinstance(table.get(path[-1]), dict)):
            table[path[-1]] = dict(value) if isinstance(value, dict) else value
    closed: dict[str, Any] = _closed(root)
    return closed


def _closed(table: Any) -> Any:
    if not isinstance(table, dict):
        return table
    if table and all(isinstance(key, int) for key in table):
        return [_closed(table[key]) for key in sorted(table)]
    return {key: _closed(value) for key, value in table.items()}


def value_at(data: Any, path: Path) -> Any:
    """The value at a path; None if there is none.

    >>> value_at({"seeding": [{"people": 5}]}, ("seeding", 0, "people")), value_at({}, ("title",))
    (5, None)
    """
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def said(path: Path) -> str:
    """A path as it is written in a cell: entries of lists count from 1."""
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in path)


def parsed(text: str) -> Path | None:
    """The path that a cell names; None if it names none.

    >>> parsed("media.tv.flights.2.weekly"), parsed("media..tv"), parsed("seeding.0.people")
    (('media', 'tv', 'flights', 1, 'weekly'), None, None)
    """
    path: list[str | int] = []
    for word in text.strip().split("."):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", word):
            return None
        if _is_list(path):
            if not word.isdigit() or not 0 < int(word) < 100_000:
                return None
            path.append(int(word) - 1)
        else:
            path.append(word)
    return tuple(path)


def in_order(data: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """A plan with its keys in the order of another one; new keys come last.

    >>> in_order({"b": 1, "c": 2, "a": 3}, {"a": 0, "b": 0})
    {'a': 3, 'b': 1, 'c': 2}
    """
    keys = [key for key in like if key in data] + [key for key in data if key not in like]
    return {
        key: in_order(data[key], like[key])
        if isinstance(data[key], dict) and isinstance(like.get(key), dict)
        else data[key]
        for key in keys
    }


def text_of(path: Path, *, name: str = "NAME") -> str:
    """Where a path stands in a scenario, for messages.

    >>> text_of(("media", "tv", "weekly"), name="baseline")
    'plans.baseline.media.tv.weekly'
    """
    return ".".join(("plans", name, said(path)))
