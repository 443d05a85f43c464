"""Limits of a recommendation, for an edit of its plan: what is broken is named by its cell.

A recommendation's folder holds the budget and the limits that its plan was made with. Whoever edits the workbook in
that folder is held to them.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.recommend.keeps import Place
    from scenarios.plan import Plan

LIMITS = "limits.toml"
ANSWER = "recommendation.json"

Hook = Callable[["Plan"], Iterable[tuple[tuple[str | int, ...], str]]]


def limits_beside(path: Path) -> Hook | None:
    """What an edited plan in a recommendation's folder must keep; None anywhere else.

    Args:
        path: of the edited workbook or CSV file.

    Raises:
        RecommendError: the limits beside it cannot be read.
        ScenarioError: nor can the plan's scenario.
    """
    folder = path.parent
    answer, scenario_file = folder / ANSWER, folder / "plan.toml"
    if not answer.is_file() or not scenario_file.is_file():
        return None
    from experiments.recommend.keeps import broken_limits
    from experiments.recommend.limits import Limits, limits_from_file
    from experiments.recommend.wallet import open_wallet
    from scenarios.load import load_scenario

    try:
        said = json.loads(answer.read_text("utf-8"))
        budget, current = float(said["budget"]), str(said["current_plan"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    scenario = load_scenario(scenario_file).scenario
    if current not in scenario.plans:
        return None
    limits = limits_from_file(folder / LIMITS) if (folder / LIMITS).is_file() else Limits()
    wallet = open_wallet(scenario, current)

    def broken(plan: "Plan") -> Iterable[tuple[tuple[str | int, ...], str]]:
        for one in broken_limits(plan, limits=limits, wallet=wallet, budget=budget):
            yield _path(plan, one.place), one.message

    return broken


def _path(plan: "Plan", place: "Place") -> tuple[str | int, ...]:
    """A place in the plan as the workbook knows it."""
    if len(place) == 3 and isinstance(place[2], int):
        return (place[0], place[1], "weekly", place[2])
    if len(place) == 2 and place[0] == "bookings":
        names = [one.influencer for one in plan.bookings]
        return ("bookings", names.index(str(place[1]))) if place[1] in names else ("bookings",)
    return place
