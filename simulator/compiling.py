"""How functions are compiled, and where the result is kept.

A compiled function that was kept is found again by its own file alone; one that calls it from another file would
go on with the old version after a change. So the folder is named after the text of the whole package: any change
compiles everything anew, and no run ever mixes two versions.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.options import DefaultOptions

PLAIN: dict[str, Any] = {"nogil": True}
"""Options of functions that may allocate."""

KERNEL: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
"""Options of the day loop, which never allocates."""
if hasattr(DefaultOptions, "_nrt"):
    # So nothing needs counting: reference counts of some forty arrays at every call made it forty times slower.
    KERNEL["_nrt"] = False

INLINED = KERNEL | {"forceinline": True}
"""Options of the parts of the day loop."""


_KEPT = 8
"""Versions whose compiled code is kept beside the present one."""


@cache
def folder() -> Path:
    """Where compiled code of this version of the package is kept; ``NUMBA_CACHE_DIR`` moves it."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [*sorted(here.glob("*.py")), here.parent / "scenarios" / "vocabulary.py"]:
        text = source.read_bytes()
        if b"@compiled" in text or source.name in ("arrays.py", "vectors.py", "vocabulary.py"):
            digest.update(text)
    name = f"apath-{digest.hexdigest()[:16]}"
    own = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(own)] if own else [here / "__pycache__", Path.home() / ".cache"]
    for place in [*places, Path(tempfile.gettempdir())]:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            _forget_old(place, keep=name)
            return place / name
    raise OSError("there is no folder to keep compiled code in; set NUMBA_CACHE_DIR to one that can be written")


def _forget_old(place: Path, *, keep: str) -> None:
    """Remove what versions before the last few have left."""
    old = sorted((one for one in place.glob("apath-*") if one.name != keep), key=lambda one: one.stat().st_mtime)
    for one in old[:-_KEPT]:
        shutil.rmtree(one, ignore_errors=True)


def is_compiled() -> bool:
    """Whether the day loop has been compiled before, so that it starts at once."""
    return any(folder().glob("*/kernel.advance-*.nbi"))


def compiled(signature: str | None = None, **options: Any) -> Callable[[Callable], Callable]:
    """Compile a function when it is first called, and keep the result.

    Args:
        signature: compile at once, for these types.
        options: as for :func:`numba.njit`, such as :data:`PLAIN` or :data:`INLINED`.
    """

    def decorate(function: Callable) -> Callable:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder())
        try:
            arguments = () if signature is None else (signature,)
            return numba.njit(*arguments, cache=True, **options)(function)
        finally:
            numba.config.CACHE_DIR = before

    return decorate
