"""What was sent to the page: JSON with one object in it, and nothing that a later step could stumble over."""

import json
from typing import Any

from starlette.requests import Request

from scenarios.errors import Problem, ScenarioError


async def asked_of(request: Request) -> dict[str, Any]:
    """The object that a request brings.

    Args:
        request: a write, whose size was checked before.

    Raises:
        ScenarioError: it is no JSON, or no object; or it holds numbers that are none, half characters, or lists in
            lists without end.
    """
    return read(await request.body())


def read(body: bytes) -> dict[str, Any]:
    """The object in a body.

    >>> read(b'{"key": "classroom"}')
    {'key': 'classroom'}

    Args:
        body: as it was sent.

    Raises:
        ScenarioError: as above.
    """
    try:
        said = json.loads(body, parse_constant=_no_number)
        json.dumps(said, ensure_ascii=False).encode()  # half of a character can be written in JSON, and nowhere else
    except RecursionError:
        raise _refused("it is nested too deeply") from None
    except ValueError as error:
        raise _refused(f"it is no JSON that can be used: {error}") from None
    if not isinstance(said, dict):
        raise _refused("it must be an object with names and values")
    return said


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _refused(what: str) -> ScenarioError:
    return ScenarioError([Problem("what was sent", 0, "", what, "reload the page")])
