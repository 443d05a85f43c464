"""The scenarios that come with the engine, found by name."""

from pathlib import Path

BUNDLED = Path(__file__).parent / "bundled"


def bundled_names() -> list[str]:
    """Names of the scenarios that come with the engine, in alphabetical order.

    >>> "coldbrew-launch" in bundled_names()
    True
    """
    return sorted(path.parent.name for path in BUNDLED.glob("*/scenario.toml"))


def bundled_path(name: str) -> Path:
    """The file of a bundled scenario.

    >>> bundled_path("coldbrew-launch").name
    'scenario.toml'

    Raises:
        KeyError: No bundled scenario has this name.
    """
    if name not in bundled_names():
        raise KeyError(name)
    return BUNDLED / name / "scenario.toml"
