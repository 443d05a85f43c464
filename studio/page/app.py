"""The application behind the page: what each address answers."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from scenarios.errors import ScenarioError
from studio.page.asked import asked_of
from studio.page.closer import Closer
from studio.page.desk import Desk
from studio.page.guard import Guard
from studio.page.jobs import ENDED, Job, Jobs, QueueFullError
from studio.page.shelf import Shelf
from studio.page.told import problems_of
from studio.rundir import RunDirError

STATIC = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How the page is served.

    Attributes:
        token: of this start.
        hosts: names with port under which it may be asked.
        runs: directory of runs.
        scenario: shown first; ``classroom`` when None.
        threads: at once; all cores when None.
        most_work: consumers × days × replicates × plans that one job may ask for.
        teach: begin with the lessons.
    """

    token: str
    hosts: tuple[str, ...]
    runs: Path
    scenario: str | None = None
    threads: int | None = None
    most_work: float = 5e10
    teach: bool = False


class Page:
    """Everything that is asked under ``/api/``.

    Args:
        settings: how it is served.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.desk = Desk(settings.scenario)
        self.jobs = Jobs({"runs": str(settings.runs), "threads": settings.threads})
        self.classroom = Jobs({"warm": "teach"}, remembered=0)  # lessons answer at once, whatever else is computed
        self.shelf = Shelf(settings.runs)

    async def start(self, request: Request) -> Response:
        """What the page needs to begin."""
        return JSONResponse({
            "scenarios": self.desk.keys, "teach": self.settings.teach, "runs": self.shelf.listed(),
        })  # fmt: skip

    async def scenario(self, request: Request) -> Response:
        """An open scenario as the page edits it."""
        from studio.page.market import market

        key = request.query_params.get("key", "")
        return await _aside(lambda: market(self.desk.open(key)))

    async def drop(self, request: Request) -> Response:
        """Open a scenario from dropped files."""
        from studio.page.market import market

        asked = await asked_of(request)
        texts = {str(name): str(text) for name, text in dict(asked["files"]).items()}
        return await _aside(lambda: market(self.desk.drop(texts)))

    async def check(self, request: Request) -> Response:
        """What an edited plan costs, or what is wrong with it."""
        from studio.page.editing import edited
        from studio.page.pricing import priced

        asked = await asked_of(request)

        def check() -> Any:
            loaded = self.desk.open(asked["key"]).loaded
            return priced(loaded.scenario, edited(loaded, asked["plan"]["base"], asked["plan"]))

        return await _aside(check)

    async def save(self, request: Request) -> Response:
        """The scenario with the edited plans as a file to keep, and where it lies on this machine."""
        from studio.page.asking import plans_of
        from studio.page.saving import save

        asked = await asked_of(request)

        def saved() -> Any:
            loaded = self.desk.open(asked["key"]).loaded
            return save(loaded, plans_of(loaded, asked["plans"]), folder=self.settings.runs)

        return await _aside(saved)

    async def add(self, request: Request) -> Response:
        """Queue a job."""
        from studio.page.asking import asked_job

        said = await asked_of(request)
        kind, asked = await run_in_threadpool(asked_job, self.desk, said, most_work=self.settings.most_work)
        try:
            return JSONResponse((await self.jobs.add(kind, asked)).said())
        except QueueFullError:
            return _refused(429, "the queue is full; wait for a job to end, or cancel one")

    async def wallet(self, request: Request) -> Response:
        """What money can be moved between."""
        from studio.page.lookups import wallet

        key, current = (request.query_params.get(name, "") for name in ("key", "current"))
        return await _aside(lambda: wallet(self.desk.open(key).loaded, current))

    async def history(self, request: Request) -> Response:
        """How a history would be read."""
        from studio.page.lookups import history

        asked = await asked_of(request)
        columns = {str(name): str(use) for name, use in dict(asked.get("columns") or {}).items()}
        return await _aside(lambda: history(str(asked["text"]), columns))

    async def lessons(self, request: Request) -> Response:
        """Lessons and what can be changed in their market."""
        return await self._taught("lessons", {})

    async def teach(self, request: Request) -> Response:
        """A market of a few hundred people, simulated at once."""
        return await self._taught("teach", await asked_of(request))

    async def _taught(self, kind: str, asked: dict[str, Any]) -> Response:
        self.classroom.start()
        try:
            job = await self.classroom.add(kind, asked, instead_of_oldest=True)
        except QueueFullError:
            return _refused(429, "too much at once")
        async for said in self.classroom.changes(job):
            job_said = said
        if job_said["state"] == "done":
            return JSONResponse(job_said["result"])
        if job_said["state"] == "cancelled":
            return _refused(409, "something newer was asked")
        if job_said["state"] != "failed":
            return _refused(503, "the page is ending")
        problems = job_said["result"]
        return JSONResponse({"error": problems[0]["what"], "problems": problems}, status_code=422)

    async def watch(self, request: Request) -> Response:
        """A small sample of a run's market, to be watched."""
        file, plans = self.shelf.watched(request.path_params["run"])
        return await self._taught("watch", {"file": str(file), "plans": plans})

    async def job(self, request: Request) -> Response:
        """A job as it is now."""
        return JSONResponse(self._job(request).said())

    async def events(self, request: Request) -> Response:
        """A job as it goes on, as server-sent events."""
        job = self._job(request)

        async def lines() -> AsyncIterator[str]:
            async for said in self.jobs.changes(job):
                yield f"data: {json.dumps(said)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def cancel(self, request: Request) -> Response:
        """Stop a job."""
        job = self._job(request)
        if job.state not in ENDED:
            await self.jobs.cancel(job)
        return JSONResponse(job.said())

    async def runs(self, request: Request) -> Response:
        """All runs on disk."""
        return await _aside(self.shelf.listed)

    async def run(self, request: Request) -> Response:
        """One run as its report says it."""
        return await _aside(lambda: self.shelf.shown(request.path_params["run"]))

    async def file(self, request: Request) -> Response:
        """One file of a run, to take away."""
        place, kind = self.shelf.file(request.path_params["run"], request.path_params["file"])
        return FileResponse(place, media_type=kind, filename=place.name, content_disposition_type="attachment")

    def _job(self, request: Request) -> Job:
        job = self.jobs.get(request.path_params["job"])
        if job is None:
            raise KeyError(str(request.path_params["job"]))
        return job


def create_app(settings: Settings) -> Guard:
    """The whole application, guarded.

    Args:
        settings: how it is served.
    """
    page = Page(settings)
    closer = Closer(page.shelf)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        page.jobs.start()
        try:
            yield
        finally:
            await page.jobs.close()
            await page.classroom.close()
            page.desk.close()

    async def hush() -> None:
        await page.jobs.hush()
        await page.classroom.hush()

    app = Starlette(
        routes=[
            Route("/healthz", _healthy),
            Route("/", _static),
            Route("/theme.css", _theme),
            Route("/static/{file:path}", _static),
            Route("/api/start", page.start),
            Route("/api/scenario", page.scenario),
            Route("/api/drop", page.drop, methods=["POST"]),
            Route("/api/check", page.check, methods=["POST"]),
            Route("/api/save", page.save, methods=["POST"]),
            Route("/api/lessons", page.lessons),
            Route("/api/teach", page.teach, methods=["POST"]),
            Route("/api/wallet", page.wallet),
            Route("/api/history", page.history, methods=["POST"]),
            Route("/api/jobs", page.add, methods=["POST"]),
            Route("/api/jobs/{job:int}", page.job),
            Route("/api/jobs/{job:int}/events", page.events),
            Route("/api/jobs/{job:int}/cancel", page.cancel, methods=["POST"]),
            Route("/api/runs", page.runs),
            Route("/api/runs/{run}", page.run),
            Route("/api/runs/{run}/watch", page.watch),
            Route("/api/runs/{run}/weekly", closer.weekly),
            Route("/api/runs/{run}/odds", closer.odds, methods=["POST"]),
            Route("/api/runs/{run}/{file}", page.file),
        ],
        exception_handlers={
            ScenarioError: _unusable,
            RunDirError: _unusable,
            KeyError: _missing,
            TypeError: _unusable,
            ValueError: _unusable,
            404: _missing,
        },
        lifespan=lifespan,
    )
    return Guard(app, hosts=settings.hosts, token=settings.token, ending=hush)  # type: ignore[arg-type]


async def _aside(doing: Callable[[], Any]) -> Response:
    """An answer that takes a moment, worked out in a thread: others are answered meanwhile."""
    return await run_in_threadpool(lambda: JSONResponse(doing()))


async def _healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _theme(request: Request) -> Response:
    from studio.page_frame import page_css

    return Response(page_css(), media_type="text/css; charset=utf-8")


async def _static(request: Request) -> Response:
    """A file of the page; names with anything but one known file answer 404."""
    name = request.path_params.get("file", "index.html")
    if name not in _static_names():
        return _refused(404, "there is nothing here")
    content = files("studio").joinpath("page/static").joinpath(*name.split("/")).read_bytes()
    return Response(content, media_type=STATIC[Path(name).suffix])


def _static_names() -> frozenset[str]:
    root = files("studio").joinpath("page/static")
    found = [one.name for one in root.iterdir() if Path(one.name).suffix in STATIC]
    vendor = root.joinpath("vendor")
    if vendor.is_dir():
        found += [f"vendor/{one.name}" for one in vendor.iterdir() if Path(one.name).suffix in STATIC]
    return frozenset(found)


async def _unusable(request: Request, error: Exception) -> Response:
    problems = problems_of(error)
    return JSONResponse({"error": problems[0]["what"], "problems": problems}, status_code=422)


async def _missing(request: Request, error: Exception) -> Response:
    return _refused(404, "there is nothing here")


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)
