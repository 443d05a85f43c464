"""Taking time: processor time, the least of several goes, so that neighbours on the machine count for little."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def least_seconds(ready: Callable[[int], Callable[[], object]], *, times: int, budget: float = 60.0) -> float:
    """The least processor time of a function over several goes.

    Args:
        ready: makes go number k ready, which is not timed, and returns what is.
        times: how many goes.
        budget: seconds of processor time after which no further go is begun.
    """
    least, spent = float("inf"), 0.0
    for k in range(times):
        go = ready(k)
        began = time.process_time()
        go()
        seconds = time.process_time() - began
        least, spent = min(least, seconds), spent + seconds
        if spent > budget:
            break
    return least
