"""How functions are compiled, and where the result is kept.

A compiled function that was kept is found again by its own file alone; one that calls it from another file would
go on with the old version after a change. So the folder is named after the text of the whole package: any change
compiles everything anew, and no run ever mixes two versions.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache
from numba.core.options import DefaultOptions


def _start_quickly() -> None:
    """Let numba look for BLAS when a product of matrices is compiled, not when it starts: it imports half of scipy."""
    if "numba.np.arraymath" in sys.modules:
        return
    from numba.np import linalg

    look, linalg.ensure_blas = getattr(linalg, "ensure_blas", None), lambda: None
    try:
        from numba.np import arraymath  # noqa: F401 - it looks while it is imported
    finally:
        linalg.ensure_blas = look


_start_quickly()


@contextmanager
def _alone() -> Iterator[None]:
    """Let only one process at a time add to the compiled code."""
    try:
        import fcntl
    except ImportError:  # not on every system
        yield
        return
    with open(folder() / "lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class _Kept(FunctionCache):
    """numba's own cache, safe for processes that compile at the same time."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; where that fails, it is compiled again next time."""
        with suppress(OSError), _alone():
            super().save_overload(sig, data)


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


class CacheFolderError(OSError):
    """There is nowhere to keep compiled code, with the remedy."""


@cache
def folder() -> Path:
    """Where compiled code of this version of the package is kept; ``NUMBA_CACHE_DIR`` moves it.

    Raises:
        CacheFolderError: no folder can be written to.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [*sorted(here.glob("*.py")), here.parent / "scenarios" / "vocabulary.py"]:
        text = source.read_bytes()
        if b"@compiled" in text or source.name in ("arrays.py", "vectors.py", "vocabulary.py"):
            digest.update(text)
    name = f"apath-{digest.hexdigest()[:16]}"
    for place in [*_places(), Path(tempfile.gettempdir())]:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            _forget_old(place, keep=name)
            return place / name
    raise CacheFolderError(
        "there is no folder to keep compiled code in; set NUMBA_CACHE_DIR to one that can be written"
    )


def _places() -> list[Path]:
    """Where compiled code is kept by preference."""
    own = os.environ.get("NUMBA_CACHE_DIR")
    return [Path(own)] if own else [Path(__file__).parent / "__pycache__", Path.home() / ".cache"]


def folder_remark() -> str | None:
    """What is to be said about where compiled code is kept: that it may not last; None when all is well."""
    if folder().parent in _places():
        return None
    wanted = " or ".join(str(place) for place in _places())
    return (
        f"compiled code is kept in {folder()}, where it may not last: {wanted} cannot be written to; "
        "set NUMBA_CACHE_DIR to a folder that can"
    )


def _forget_old(place: Path, *, keep: str) -> None:
    """Remove what versions before the last few have left."""
    old = sorted((one for one in place.glob("apath-*") if one.name != keep), key=lambda one: one.stat().st_mtime)
    for one in old[:-_KEPT]:
        shutil.rmtree(one, ignore_errors=True)


def kept() -> dict[str, int]:
    """Indices of compiled functions that are kept, with the time of the last change in nanoseconds."""
    return {str(one.relative_to(folder())): one.stat().st_mtime_ns for one in folder().glob("*/*.nbi")}


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
        dispatcher = numba.njit(**options)(function)
        if dispatcher is function:  # NUMBA_DISABLE_JIT
            return function
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder())
        try:
            dispatcher._cache = _Kept(function)
        finally:
            numba.config.CACHE_DIR = before
        if signature is not None:
            dispatcher.compile(signature)
            dispatcher.disable_compile()
        return dispatcher

    return decorate
