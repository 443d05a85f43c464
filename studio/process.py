"""How a command treats its own process: it starts without tidying up, and keeps the memory that it will need again."""

import gc
import sys

_TRIM, _MMAP = -1, -3
"""Numbers of glibc's settings."""

_KEPT = 256 << 20
_LARGE = 32 << 20
"""Bytes; glibc takes no larger threshold."""


def start_without_tidying() -> None:
    """Put garbage collection off until :func:`tidy_from_now_on`: importing makes much that lives and little garbage."""
    gc.disable()


def tidy_from_now_on() -> None:
    """Collect garbage again, but look no more at what there is already."""
    gc.freeze()
    gc.enable()


def keep_memory() -> None:
    """Keep freed memory for the next replicate, instead of giving it back and asking for it again page by page.

    Blocks of 32 MB and more still go back at once. Elsewhere than on Linux with glibc nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP, _LARGE)
        mallopt(_TRIM, _KEPT)
