"""The worker's life: what it is handed, how it is ended, what it leaves behind, and when another one begins."""

import asyncio
import multiprocessing
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studio.page import work as work_file
from studio.page.jobs import Job, Jobs
from studio.page.work import work


def run_alone(coroutine):
    """Run in a thread of its own: where a browser is driven in this process, its loop runs in the main one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def stubborn(pipe, settings) -> None:
    """A worker with one kind of job, which does not listen to anybody once it has begun."""
    work_file._warm = lambda: None
    work_file.KINDS = {"study": _study}
    work(pipe, settings)


def _study(asked, settings, tell) -> None:
    folder = Path(asked["folder"])
    folder.mkdir()
    with work_file._only_whole(folder):
        tell({"part": "begun", "done": 1_500, "total": 2_000})
        until = time.monotonic() + 60.0
        while time.monotonic() < until:
            try:
                time.sleep(60.0)
            except KeyboardInterrupt:
                continue


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_too_busy_to_listen_leaves_nothing_half_done(tmp_path, number) -> None:
    import os

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=stubborn, args=(theirs, {}), daemon=True)
    process.start()
    ours.send((1, "study", {"folder": str(tmp_path / "study-1")}))
    _, what, said = ours.recv()
    assert (what, said["steps"]) == ("progress", "1,500 of 2,000")
    assert (tmp_path / "study-1").is_dir()
    os.kill(process.pid, number)
    process.join(10.0)
    assert process.exitcode == 130
    assert not (tmp_path / "study-1").exists()


async def ended(jobs: Jobs, job: Job) -> Job:
    async for _ in jobs.changes(job):
        pass
    return job


def test_the_page_does_not_wait_for_a_worker_that_still_starts_and_keeps_no_large_question() -> None:
    async def asked() -> None:
        jobs = Jobs({"warm": "teach"}, remembered=1)
        jobs.start()
        try:
            began = time.monotonic()
            job = await jobs.add("teach", {"network": "x" * 1_500_000})
            assert time.monotonic() - began < 0.3
            assert (await ended(jobs, job)).state == "failed"
            assert job.asked == {}
            other = await ended(jobs, await jobs.add("teach", {"people": 7}))
            assert jobs.get(job.number) is None
            assert jobs.get(other.number) is other
        finally:
            await jobs.close()

    run_alone(asked())


def test_a_worker_that_falls_over_without_work_is_begun_again_when_there_is_some() -> None:
    async def asked() -> None:
        jobs = Jobs({"warm": "teach"}, remembered=0)
        jobs.start()
        try:
            first = jobs._process
            assert first is not None
            first.kill()
            for _ in range(100):
                if jobs._process is not first:
                    break
                await asyncio.sleep(0.05)
            assert jobs._process is None  # one that cannot start is not started over and over
            job = await ended(jobs, await jobs.add("teach", {"people": 7}))
            assert job.state == "failed"
            assert jobs.get(job.number) is None
        finally:
            await jobs.close()

    run_alone(asked())
