"""A first project for somebody who starts from nothing: a small scenario that runs as it stands."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from scenarios.errors import shown
from scenarios.schema import NAME_PATTERN
from scenarios.schema_json import SCHEMA_PATH

TEMPLATE = Path(__file__).parent / "starter"
_FILES = ("scenario.toml", "roster.csv", "budget.csv", "README.md")


class StarterError(ValueError):
    """The project cannot be written there, or not under this name."""


def write_starter(directory: str | Path, *, name: str) -> Path:
    """Write a small, commented project that runs as it stands: scenario, roster, budget and a README.

        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_starter(folder / "spring", name="spring").name
        'scenario.toml'

    The folder appears complete or not at all.

    Args:
        directory: Folder to write; it may exist if it is empty.
        name: Short name of the scenario: letters, digits, - and _.

    Returns:
        The scenario file.

    Raises:
        StarterError: The folder is not empty or cannot be written, or the name has other signs.
    """
    files: dict[str, bytes] = {}
    try:
        for file in _FILES:
            text = (TEMPLATE / file).read_text("utf-8")
            text = text.replace('name = "my-launch"', f'name = "{name}"').replace("# My launch", f"# {name}")
            files[file] = text.encode()
        files[SCHEMA_PATH.name] = SCHEMA_PATH.read_bytes()
    except OSError as error:
        raise StarterError(f"{directory} cannot be written: {error.strerror}") from error
    return write_project(directory, name=name, files=files)


def write_project(
    directory: str | Path, *, name: str, files: Mapping[str, bytes], check: Callable[[Path], object] | None = None
) -> Path:
    """Write the files of a scenario into a new folder, which appears complete or not at all.

    Args:
        directory: Folder to write; it may exist if it is empty.
        name: Short name of the scenario: letters, digits, - and _.
        files: Content by name; ``scenario.toml`` is one of them.
        check: Called with the scenario file before anything appears; what it raises stops the writing.

    Returns:
        The scenario file.

    Raises:
        StarterError: The folder is not empty or cannot be written, or the name has other signs.
    """
    target = Path(directory)
    refuse_taken(target, name=name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    except OSError as error:
        raise StarterError(f"{target} cannot be written: {error.strerror}") from error
    try:
        for file, content in files.items():
            (fresh / file).write_bytes(content)
        if check is not None:
            check(fresh / "scenario.toml")
        fresh.chmod(0o755)
        if target.exists():
            target.rmdir()
        fresh.rename(target)
    except OSError as error:
        raise StarterError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target / "scenario.toml"


def refuse_taken(directory: str | Path, *, name: str) -> None:
    """Raise if a project cannot be written there, or not under this name.

    Args:
        directory: Folder to write; it may exist if it is empty.
        name: Short name of the scenario.

    Raises:
        StarterError: The folder is not empty or cannot be looked into, or the name has other signs.
    """
    target = Path(directory)
    if not NAME_PATTERN.fullmatch(name):
        raise StarterError(f"{shown(name)} cannot be a name: use up to 64 letters, digits, - and _")
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise StarterError(f"{target} cannot be written: {error.strerror}") from error
    if taken:
        raise StarterError(f"{target} exists and is not an empty folder: choose another one")
