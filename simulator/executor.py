"""Spread independent pieces of work over threads; the kernel runs without the interpreter's lock.

The order of results is the order of the work, so one thread and many give the same bytes.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def usable_threads() -> int:
    """Processor cores that this process may use."""
    try:
        return max(len(os.sched_getaffinity(0)), 1)
    except AttributeError:  # not on every system
        return max(os.cpu_count() or 1, 1)


def spread(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Result]:
    """Do every piece of work and return the results in order.

    Args:
        work: called with one task.
        tasks: pieces of work, independent of each other.
        threads: how many at once; all usable cores when None.
        progress: called with the number finished so far, from this thread.

    Raises:
        Exception: the first failure; work not yet started is dropped. Ctrl-C likewise.
    """
    todo = list(tasks)
    if threads is None:
        threads = usable_threads()
    if threads <= 1 or len(todo) <= 1:
        results = []
        for done, task in enumerate(todo, start=1):
            results.append(work(task))
            if progress is not None:
                progress(done)
        return results
    pool = ThreadPoolExecutor(max_workers=threads)
    futures: list[Future[Result]] = []
    try:
        futures = [pool.submit(work, task) for task in todo]
        pending = set(futures)
        while pending:
            done_now, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done_now:
                future.result()
            if progress is not None:
                progress(len(futures) - len(pending))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
