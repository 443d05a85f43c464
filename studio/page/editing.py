"""Plans as the page edits them: amounts by week, posts of influencers by date, samples, hours of community managers.

>>> from scenarios import load_scenario
>>> loaded = load_scenario("coldbrew-launch")
>>> shown = editable(loaded.scenario, "baseline")
>>> [row["item"] for row in shown["rows"]][:2], shown["rows"][0]["amounts"][0]
(['instagram', 'tiktok'], 14000.0)
>>> shown["rows"][0]["amounts"] = [0.0] * 26
>>> plan = edited(loaded, "baseline", shown)
>>> plan.media["instagram"].weekly, plan.media["tiktok"] == loaded.scenario.plans["baseline"].media["tiktok"]
([0.0], True)
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from scenarios.draft import Draft
from scenarios.errors import Problem, ScenarioError
from scenarios.load import Loaded, with_dates
from scenarios.plan import Plan
from scenarios.plan_checks import check_plan
from scenarios.schema import Scenario
from scenarios.validate import validate
from scenarios.vocabulary import Platform
from simulator.calendar import amounts_by_week
from studio.workbook.lines import cleaned_row
from studio.workbook.paths import plan_data

PACES = ("weekly", "flights", "pulse")

_OWN = (Platform.EMAIL, Platform.WEBSITE)
"""Nobody sells advertising there."""


def editable(scenario: Scenario, name: str) -> dict[str, Any]:
    """A plan as plain data that the page can show and change; what it cannot change is listed beside it.

    Args:
        scenario: its plans, channels and roster.
        name: of the plan.
    """
    from simulator.costs import cost_lines, plan_cost

    plan = scenario.plans[name]
    rows = [*_media_rows(scenario, plan), *_post_rows(scenario, plan), *_community_rows(scenario, plan)]
    shown = {"paid media", "own posts", "influencers", "product seeding", "community management"}
    others = [
        {"lever": line.lever, "item": line.item, "cost": line.total}
        for line in cost_lines(scenario, plan)
        if line.lever not in shown
    ]
    return {
        "base": name,
        "title": plan.title,
        "rows": rows,
        "bookings": [
            {"influencer": one.influencer, "dates": [day.isoformat() for day in one.post_dates()]}
            for one in plan.bookings
        ],
        "seeding": json.loads(json.dumps(plan_data(plan).get("seeding", []), default=str)),
        "others": others,
        "cost": plan_cost(scenario, plan),
    }


def edited(loaded: Loaded, base: str, sheet: Mapping[str, Any]) -> Plan:
    """The plan that an edited sheet describes, checked as if it stood in the scenario's file.

    What nobody touched stays as it was written, flights and pulses included.

    Args:
        loaded: the scenario.
        base: name of the plan that the sheet was made from.
        sheet: as :func:`editable` gives it, with changes.

    Raises:
        ScenarioError: what was changed cannot be used; every problem at once.
    """
    scenario = loaded.scenario
    before = editable(scenario, base)
    data = plan_data(scenario.plans[base])
    problems: list[Problem] = []
    if sheet.get("title", before["title"]) != before["title"]:
        data["title"] = sheet["title"]
    known = {(row["lever"], row["item"]): row for row in before["rows"]}
    changed = [
        row for row in _list_of(sheet.get("rows"), problems, "rows")
        if _row_known(row, known, problems) and row["amounts"] != known[row["lever"], row["item"]]["amounts"]
    ]  # fmt: skip
    if any(row["lever"] == "media" for row in changed) and data.get("media_scale", 1.0) != 1.0:
        for row in before["rows"]:  # what is written now is money itself
            if row["lever"] == "media" and row["item"] in scenario.plans[base].media:
                _put_weeks(_entry(data, "media", row["item"]), row["amounts"])
        data["media_scale"] = 1.0
    for row in changed:
        lever, item = row["lever"], row["item"]
        entry = _entry(data, lever, item)
        _put_weeks(entry, row["amounts"])
        price = {"posts": "cost_per_post", "community": "cost_per_hour"}.get(lever)
        if price is not None and price not in entry:
            entry[price] = known[lever, item]["price"]
    bookings = _list_of(sheet.get("bookings", before["bookings"]), problems, "bookings")
    if bookings != before["bookings"]:
        was = list(zip(before["bookings"], data.get("bookings", []), strict=True))
        data["bookings"] = [next((said for one, said in was if one == new), new) for new in bookings]
    seeding = _list_of(sheet.get("seeding", before["seeding"]), problems, "seeding")
    if seeding != before["seeding"]:
        data["seeding"] = seeding
    if problems:
        raise ScenarioError(problems)
    return checked(scenario, data)


def checked(scenario: Scenario, data: Mapping[str, Any]) -> Plan:
    """A plan from plain data, after every check that a scenario's file goes through.

    Args:
        scenario: what it is to fit.
        data: the plan.

    Raises:
        ScenarioError: it cannot be used; every problem at once.
    """
    whole = scenario.model_dump(exclude_unset=True, exclude_none=True)
    whole["plans"] = {"plan": with_dates(dict(data))}
    draft = Draft(file="the plan", data=whole)
    found = validate(draft)
    if found is not None:
        check_plan(draft, found.plans["plan"], ("plans", "plan"), found)
    if found is None or draft.problems:
        raise ScenarioError([
            Problem("the plan", 0, one.where.removeprefix("plans.plan."), one.what, one.hint) for one in draft.problems
        ])  # fmt: skip
    return found.plans["plan"]


def _media_rows(scenario: Scenario, plan: Plan) -> Iterator[dict[str, Any]]:
    for name, part in plan.media.items():
        money = [round(amount * plan.media_scale, 2) for amount in amounts_by_week(scenario, part).tolist()]
        yield _row("media", name, part.channel or name, "money", money, price=0.0)
    used = {part.channel or name for name, part in plan.media.items()}
    for name, channel in scenario.channels.items():
        sold = channel.cpm is not None or channel.platform not in (Platform.OTHER, *_OWN)
        if name not in used and sold:
            yield _row("media", name, name, "money", [0.0] * scenario.weeks, price=0.0)


def _post_rows(scenario: Scenario, plan: Plan) -> Iterator[dict[str, Any]]:
    for name, part in plan.posts.items():
        amounts = list(cleaned_row(amounts_by_week(scenario, part)))
        yield _row("posts", name, part.channel or name, "posts", amounts, price=part.cost_per_post)
    for other in scenario.plans.values():
        for name, part in other.posts.items():
            if name not in plan.posts:
                channel, weeks = part.channel or name, [0.0] * scenario.weeks
                yield _row("posts", name, channel, "posts", weeks, price=part.cost_per_post)
        plan = plan.model_copy(update={"posts": {**other.posts, **plan.posts}})


def _community_rows(scenario: Scenario, plan: Plan) -> Iterator[dict[str, Any]]:
    every = [one.community for one in (plan, *scenario.plans.values()) if one.community is not None]
    if every:
        amounts = (
            list(cleaned_row(amounts_by_week(scenario, plan.community))) if plan.community else [0.0] * scenario.weeks
        )
        yield _row("community", "hours", "", "hours", amounts, price=every[0].cost_per_hour)


def _row(
    lever: str, item: str, channel: str, unit: str, amounts: list[float], *, price: float
) -> dict[str, Any]:  # fmt: skip
    return {"lever": lever, "item": item, "channel": channel, "unit": unit, "amounts": amounts, "price": price}


def _entry(data: dict[str, Any], lever: str, item: str) -> dict[str, Any]:
    if lever == "community":
        return data.setdefault("community", {})
    return data.setdefault(lever, {}).setdefault(item, {})


def _put_weeks(entry: dict[str, Any], amounts: list[float]) -> None:
    for key in PACES:
        entry.pop(key, None)
    entry["weekly"] = amounts[0] if len(set(amounts)) == 1 else amounts


def _list_of(value: Any, problems: list[Problem], what: str) -> list[Any]:
    if isinstance(value, list):
        return value
    problems.append(Problem("the plan", 0, what, "must be a list"))
    return []


def _row_known(row: Any, known: Mapping[tuple[str, str], Any], problems: list[Problem]) -> bool:
    if not isinstance(row, dict) or (str(row.get("lever")), str(row.get("item"))) not in known:
        problems.append(Problem("the plan", 0, "rows", "there is a row that the scenario does not have"))
        return False
    if not isinstance(row.get("amounts"), list):
        problems.append(Problem("the plan", 0, f"{row['lever']}.{row['item']}", "amounts must be a list"))
        return False
    return True


def weeks_of(scenario: Scenario) -> list[dict[str, str]]:
    """The weeks of a plan: their Monday and how they are called.

    Args:
        scenario: start and length.
    """
    from studio.timeline import short_date

    days = [scenario.start + timedelta(weeks=week) for week in range(scenario.weeks)]
    return [{"monday": day.isoformat(), "label": short_date(day)} for day in days]
