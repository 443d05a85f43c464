"""A closer look at a comparison on disk: any weekly series, and the odds of any goal, without simulating again."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zipfile import BadZipFile

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scenarios.errors import Problem, ScenarioError, shown, suggest
from studio.page.asked import asked_of
from studio.page.shelf import Shelf, answer_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from experiments.recommend.goal import Goal
    from scenarios.schema import Scenario

KEPT = 4
"""Runs whose replicates stay in memory."""


class Closer:
    """Answers about runs.

    Args:
        shelf: where they are.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    async def weekly(self, request: Request) -> Response:
        """One weekly series of both plans, and their difference."""
        from studio.page.fan import fan

        held = await run_in_threadpool(self.held, str(request.path_params["run"]))
        return JSONResponse(await run_in_threadpool(fan, held, request.query_params.get("series", "customers")))

    async def odds(self, request: Request) -> Response:
        """How likely each plan is to reach a goal."""
        from studio.page.odds import odds

        asked = await asked_of(request)
        held = await run_in_threadpool(self.held, str(request.path_params["run"]))
        return JSONResponse(await run_in_threadpool(odds, held, _text(asked)))

    def held(self, run: str) -> "Held":
        """The replicates of a run.

        Args:
            run: its name; never trusted.

        Raises:
            KeyError: there is no such run, or it holds no comparison of two plans.
            ScenarioError: its replicates cannot be read.
        """
        folder = self.shelf.folder(run)
        kept = folder / "replicates.npz"
        if not kept.is_file() or not (folder / "run.json").is_file():
            raise KeyError(run)
        held = _read(folder, kept.stat().st_mtime_ns)
        if len(held.plans) < 2:
            raise KeyError(run)
        return held


@dataclass(frozen=True)
class Held:
    """What a run keeps of every replicate.

    Attributes:
        plans: two or more, in their order; the first two are A and B.
        currency: of its money.
        costs: planned, by plan.
        series: names of weekly series.
        metrics: names of figures of the whole horizon.
        worlds: number of each replicate's world.
        days: the Monday of each week.
        weekly: by plan, [replicate, series, week], one week more than there are days: the start.
        figures: by plan, [replicate, metric].
    """

    plans: tuple[str, ...]
    currency: str
    costs: dict[str, float]
    series: tuple[str, ...]
    metrics: tuple[str, ...]
    worlds: "NDArray[np.int64]"
    days: tuple[date, ...]
    weekly: "dict[str, NDArray[np.float64]]"
    figures: "dict[str, NDArray[np.float64]]"

    @property
    def calendar(self) -> "Scenario":
        """What goals and axes ask a scenario for: when it starts, and how long it is."""
        return cast("Scenario", _Calendar(self.days[0], len(self.days)))

    @property
    def names_of_weeks(self) -> list[str]:
        """As the report calls them, the start first."""
        from simulator.calendar import week_label
        from studio.timeline import short_date

        return ["before the start", *(f"{week_label(day)}, {short_date(day)}" for day in self.days)]

    def until(self, goal: "Goal", plan: str) -> "NDArray[np.float64]":
        """The metric of a goal in every replicate of a plan.

        Args:
            goal: its metric and week.
            plan: name of the plan.

        Raises:
            ScenarioError: a run does not keep this metric by week.
        """
        from calibration.series import is_stock

        if goal.metric in self.metrics and goal.week == len(self.days) - 1:
            return self.figures[plan][:, self.metrics.index(goal.metric)]
        parts = self.parts_of(goal.metric)
        if not parts:
            known = [name for name in dict.fromkeys((*self.series, *_FROM)) if self.parts_of(name)]
            what = f"goal {shown(goal.text)}: a run does not keep {shown(goal.metric)} by week"
            hint = f"{suggest(goal.metric, known)}; at the end of the horizon also {', '.join(self.metrics)}"
            raise ScenarioError([Problem("the page", 0, "goal", what, hint)])
        rows = self.weekly[plan][:, [self.series.index(part) for part in parts], :].sum(axis=1)
        return rows[:, goal.week + 1] if is_stock(goal.metric) else rows[:, 1 : goal.week + 2].sum(axis=1)

    def parts_of(self, metric: str) -> tuple[str, ...]:
        """The series that add up to a weekly metric; none where a run does not keep it."""
        from scenarios.vocabulary import STAGE_NAMES

        if metric in _FROM:
            return STAGE_NAMES[STAGE_NAMES.index(_FROM[metric]) :]
        return (metric,) if metric in self.series and metric not in STAGE_NAMES else ()


_FROM = {
    "awareness": "attention", "knowledge": "attraction", "consideration": "affinity", "loyalty": "audience",
    "advocacy": "advocacy",
}  # fmt: skip
"""People who stand at a stage or above."""


@dataclass(frozen=True)
class _Calendar:
    start: date
    weeks: int
    carry_out_weeks: int = 0


@lru_cache(maxsize=KEPT)
def _read(folder: Path, changed: int) -> Held:
    import numpy as np

    answer = answer_of(folder)
    try:
        with np.load(folder / "replicates.npz", allow_pickle=False) as kept:
            plans = tuple(str(name) for name in kept["plans"])
            held = Held(
                plans=plans,
                currency=str(answer["provenance"]["currency"]),
                costs={name: float(answer["plans"][name]["cost"]) for name in plans},
                series=tuple(map(str, kept["series"])),
                metrics=tuple(map(str, kept["metrics"])),
                worlds=kept["worlds"],
                days=tuple(date.fromisoformat(str(day)) for day in kept["weeks"]),
                weekly={name: kept[f"{name}.weekly"] for name in plans},
                figures={name: kept[f"{name}.figures"] for name in plans},
            )
        _whole(held)
        return held
    except (ValueError, LookupError, TypeError, OSError, EOFError, BadZipFile, zlib.error) as error:
        what = f"the replicates of this run cannot be read: {error}"
        raise ScenarioError([Problem(folder.name, 0, "replicates.npz", what, "run it again")]) from None


def _whole(held: Held) -> None:
    """Raises ValueError where arrays do not fit each other."""
    n, weeks = len(held.worlds), len(held.days) + 1
    for name in held.plans:
        shapes = held.weekly[name].shape, held.figures[name].shape
        wanted = (n, len(held.series), weeks), (n, len(held.metrics))
        if shapes != wanted or 0 in (n, len(held.days)):
            raise ValueError(f"arrays of {name} have shapes {shapes}, not {wanted}")


def _text(asked: "Mapping[str, Any]") -> str:
    said = asked.get("goal")
    if not isinstance(said, str) or not said.strip() or len(said) > 200:
        what = f"{shown(said)} is no goal" if said else "there is no goal yet"
        raise ScenarioError([Problem("the page", 0, "goal", what, "write one, such as customers >= 200")])
    return said


def last_day(held: Held) -> date:
    """The last day of a run."""
    return held.days[-1] + timedelta(days=6)
