"""Work that takes a while: one worker, a short queue, progress as it comes, and a cancel that cancels.

The worker is a process of its own, so that the page answers while it simulates, and so that what was cancelled is
gone: it is asked to stop, and ended if it does not. It is started with the page and imports the engine meanwhile.
"""

import asyncio
import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

QUEUE = 4
"""Jobs that may wait."""

REMEMBERED = 100
"""Jobs whose end is kept for a page that asks late."""

PATIENCE_S = 2.0
"""How long a cancelled job may tidy up before its process is ended."""

ENDED = ("done", "failed", "cancelled")


class QueueFullError(Exception):
    """As many jobs wait as may."""


@dataclass
class Job:
    """One piece of work.

    Attributes:
        number: of the job, in the order in which they came.
        kind: what is to be done.
        asked: with what.
        state: queued, running, done, failed or cancelled.
        progress: part of the work, steps done and in all, and words.
        result: what came of it; a list of problems if it failed.
        version: goes up with every change.
    """

    number: int
    kind: str
    asked: dict[str, Any]
    state: str = "queued"
    progress: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    version: int = 0

    def said(self) -> dict[str, Any]:
        """The job as plain data."""
        return {
            "job": self.number, "kind": self.kind, "state": self.state, "progress": self.progress,
            "result": self.result,
        }  # fmt: skip


class Jobs:
    """The queue and its worker.

    Args:
        settings: handed to the worker when it starts.
        remembered: jobs whose end is kept; 0 where whoever asks waits for the answer.
    """

    def __init__(self, settings: Mapping[str, Any], *, remembered: int = REMEMBERED) -> None:
        self.settings, self.remembered = dict(settings), remembered
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._changed = asyncio.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._closing = False

    def start(self) -> None:
        """Start the worker, once; called where the event loop runs."""
        if self._process is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._begin()

    def _begin(self) -> None:
        from studio.page.work import work

        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe = ours
        self._process = context.Process(target=work, args=(theirs, self.settings), daemon=True, name="apath-worker")
        self._process.start()
        theirs.close()
        threading.Thread(target=self._listen, args=(ours, self._process), daemon=True).start()

    def _listen(self, pipe: "Connection[Any, Any]", process: BaseProcess) -> None:
        """Hand what the worker says to the event loop, until it has gone."""
        while True:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                break
            self._call(self._heard(message))
        process.join(PATIENCE_S)
        self._call(self._gone(process))

    def _call(self, doing: Any) -> None:
        if self._loop is None:
            doing.close()
            return
        try:
            asyncio.run_coroutine_threadsafe(doing, self._loop)
        except RuntimeError:  # the page has ended meanwhile
            doing.close()

    async def add(self, kind: str, asked: dict[str, Any], *, instead_of_oldest: bool = False) -> Job:
        """Queue a job.

        Args:
            kind: what is to be done.
            asked: with what.
            instead_of_oldest: where the queue is full, cancel the job that has waited longest.

        Raises:
            QueueFullError: as many wait as may.
        """
        if len(self._waiting) >= QUEUE and instead_of_oldest:
            await self.cancel(self._waiting[0])
        if len(self._waiting) >= QUEUE:
            raise QueueFullError
        job = Job(next(self._numbers), kind, asked)
        self._jobs[job.number] = job
        self._forget()
        self._waiting.append(job)
        if self._process is None and self._loop is not None:
            self._begin()
        await self._next()
        return job

    def _forget(self) -> None:
        """Drop the eldest jobs that have ended, beyond those that are remembered."""
        ended = [number for number, one in self._jobs.items() if one.state in ENDED]
        for number in ended[: max(len(ended) - self.remembered, 0)]:
            del self._jobs[number]

    def get(self, number: int) -> Job | None:
        """A job that is remembered."""
        return self._jobs.get(number)

    async def cancel(self, job: Job) -> None:
        """Stop a job, whether it waits or runs; one that has ended stays as it is.

        Args:
            job: from :meth:`add`.
        """
        if job in self._waiting:
            self._waiting.remove(job)
            await self._told(job, state="cancelled")
        elif job is self._running and job.state == "running" and self._process is not None:
            await self._told(job, state="cancelled")
            process = self._process
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, signal.SIGINT)
                asyncio.get_running_loop().call_later(PATIENCE_S, _end, process)

    async def changes(self, job: Job) -> AsyncIterator[dict[str, Any]]:
        """The job as it is now, then whenever it changes, until it or the page has ended.

        Args:
            job: from :meth:`add`.
        """
        seen = -1
        while True:
            async with self._changed:
                while job.version <= seen and not self._closing:
                    await self._changed.wait()
                if job.version <= seen:
                    return  # the page ends; whoever listens is let go
                seen, said = job.version, job.said()
            yield said
            if said["state"] in ENDED:
                return
            await asyncio.sleep(0.05)

    async def hush(self) -> None:
        """Let go whoever listens for changes: the page is about to end."""
        async with self._changed:
            self._closing = True
            self._changed.notify_all()

    async def close(self) -> None:
        """End the worker."""
        self._closing = True
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.join, PATIENCE_S)
            if self._process.is_alive():
                self._process.kill()

    async def _next(self) -> None:
        if self._running is not None or not self._waiting or self._pipe is None:
            return
        job = self._running = self._waiting.pop(0)
        await self._told(job, state="running", progress={"part": "starting", "began": time.time()})
        # A worker that is still importing takes nothing yet, and a pipe holds little: the page does not wait for it.
        threading.Thread(target=_hand_over, args=(self._pipe, (job.number, job.kind, job.asked)), daemon=True).start()

    async def _told(self, job: Job, **changes: Any) -> None:
        async with self._changed:
            for name, value in changes.items():
                setattr(job, name, value)
            job.version += 1
            self._changed.notify_all()
        if job.state in ENDED:
            job.asked = {}  # scenarios and histories are large, and are asked for no more
            self._forget()

    async def _heard(self, message: tuple[int, str, Any]) -> None:
        number, what, said = message
        job = self._running
        if job is None or job.number != number or job.state != "running":
            return
        if what == "progress":
            await self._told(job, progress={**job.progress, **said})
            return
        self._running = None
        await self._told(job, state=what, result=said)
        await self._next()

    async def _gone(self, process: BaseProcess) -> None:
        """The worker has ended: because a job was cancelled, or because it fell over."""
        if self._closing or process is not self._process:
            return
        self._process = self._pipe = None
        job, self._running = self._running, None
        if job is not None and job.state == "running":
            code = process.exitcode
            words = "the memory of this machine was not enough" if code == -signal.SIGKILL else f"exit code {code}"
            said = [{"what": f"the worker has stopped ({words})", "hint": "try fewer consumers or replicates"}]
            await self._told(job, state="failed", result=said)
        if job is not None or self._waiting:  # one that falls over without work is begun when there is some
            self._begin()
        await self._next()


def _hand_over(pipe: "Connection[Any, Any]", work: tuple[int, str, Any]) -> None:
    with suppress(OSError):  # it has gone, and is being begun anew: see Jobs._gone
        pipe.send(work)


def _end(process: BaseProcess) -> None:
    if process.is_alive():
        process.kill()
