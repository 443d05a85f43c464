"""Taking time: processor time, the least of several goes, so that neighbours on the machine count for little."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Goes:
    """Processor time of one piece of work over several goes.

    Attributes:
        least: seconds of the fastest.
        most: seconds of the slowest.
        number: of goes.
    """

    least: float
    most: float
    number: int

    def __str__(self) -> str:
        if self.number == 1:
            return "one go"
        return f"slowest of {self.number} goes {self.most / self.least:.2f} times the fastest"


def time_goes(ready: Callable[[int], Callable[[], object]], *, times: int, budget: float = 60.0) -> Goes:
    """Take the processor time of several goes.

    Args:
        ready: makes go number k ready, which is not timed, and returns what is.
        times: how many goes.
        budget: seconds of processor time after which no further go is begun.
    """
    taken: list[float] = []
    while len(taken) < times and sum(taken) <= budget:
        go = ready(len(taken))
        began = time.process_time()
        go()
        taken.append(time.process_time() - began)
    return Goes(min(taken), max(taken), len(taken))


def least_seconds(ready: Callable[[int], Callable[[], object]], *, times: int) -> float:
    """The processor time of the fastest of several goes, as :func:`time_goes` takes it."""
    return time_goes(ready, times=times).least
