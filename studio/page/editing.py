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
from scenarios.errors import Problem, ScenarioError, shown, suggest
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

EMPTY = ""
"""Name of the plan to start from that does nothing."""

MOST = 1e12
"""Of anything in a week; far beyond what a plan can mean."""

_OWN = (Platform.EMAIL, Platform.WEBSITE)
"""Nobody sells advertising there."""


def editable(scenario: Scenario, name: str) -> dict[str, Any]:
    """A plan as plain data that the page can show and change; what it cannot change is listed beside it.

    Args:
        scenario: its plans, channels and roster.
        name: of the plan; :data:`EMPTY` for one that does nothing yet.
    """
    plan = plan_from(scenario, name)
    return {
        "base": name,
        "title": plan.title,
        "rows": sheet_rows(scenario, plan),
        "bookings": [
            {"influencer": one.influencer, "dates": [day.isoformat() for day in one.post_dates()]}
            for one in plan.bookings
        ],
        "seeding": json.loads(json.dumps(plan_data(plan).get("seeding", []), default=str)),
    }


def plan_from(scenario: Scenario, name: str) -> Plan:
    """The plan that a sheet is made from.

    Args:
        scenario: its plans.
        name: of the plan; :data:`EMPTY` for one that does nothing.

    Raises:
        KeyError: there is none of that name.
    """
    return Plan() if name == EMPTY else scenario.plans[name]


def sheet_rows(scenario: Scenario, plan: Plan) -> list[dict[str, Any]]:
    """What a plan does week by week, and what it could do: a row for each channel, kind of post and for hours.

    Args:
        scenario: its channels, and plans whose posts this one may take up.
        plan: one that fits it.
    """
    return [*_media_rows(scenario, plan), *_post_rows(scenario, plan), *_community_rows(scenario, plan)]


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
    plan = plan_from(scenario, base)
    before = editable(scenario, base)
    data = plan_data(plan)
    problems: list[Problem] = []
    if not isinstance(sheet, Mapping):
        raise ScenarioError([Problem("the plan", 0, "", "must be a sheet with rows, bookings and seeding")])
    if sheet.get("title", before["title"]) != before["title"]:
        data["title"] = sheet["title"]
    known = {(row["lever"], row["item"]): row for row in before["rows"]}
    rows = _rows_of(sheet.get("rows"), known, problems)
    changed = [row for row in rows if row["amounts"] != known[row["lever"], row["item"]]["amounts"]]
    if any(row["lever"] == "media" for row in changed) and data.get("media_scale", 1.0) != 1.0:
        for row in before["rows"]:  # what is written now is money itself
            if row["lever"] == "media" and row["item"] in plan.media:
                _put_weeks(_entry(data, row, scenario), row["amounts"])
        data["media_scale"] = 1.0
    for row in changed:
        entry = _entry(data, row, scenario)
        _put_weeks(entry, row["amounts"])
        price = {"posts": "cost_per_post", "community": "cost_per_hour"}.get(row["lever"])
        if price is not None and price not in entry:
            entry[price] = known[row["lever"], row["item"]]["price"]
    bookings = _list_of(sheet.get("bookings", before["bookings"]), problems, "bookings")
    if bookings != before["bookings"]:
        was = list(zip(before["bookings"], data.get("bookings", []), strict=True))
        data["bookings"] = [next((said for one, said in was if one == new), new) for new in bookings]
    seeding = _list_of(sheet.get("seeding", before["seeding"]), problems, "seeding")
    if seeding != before["seeding"]:
        data["seeding"] = seeding
    if problems:
        raise ScenarioError(problems)
    return plan if data == plan_data(plan) else checked(scenario, data)


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


def _entry(data: dict[str, Any], row: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Where a row's amounts are written; what the plan does not do yet is begun as another plan does it."""
    lever, item = row["lever"], row["item"]
    table = data if lever == "community" else data.setdefault(lever, {})
    name = lever if lever == "community" else item
    if name not in table:
        alike: dict[str, Any] = {}
        for other in map(plan_data, scenario.plans.values()):
            part = other.get("community") if lever == "community" else other.get(lever, {}).get(item)
            if part is not None:
                alike = {key: said for key, said in part.items() if key not in (*PACES, "elsewhere")}
                break
        table[name] = alike
    entry: dict[str, Any] = table[name]
    return entry


def _put_weeks(entry: dict[str, Any], amounts: list[float]) -> None:
    for key in PACES:
        entry.pop(key, None)
    entry["weekly"] = amounts[0] if len(set(amounts)) == 1 else amounts


def _list_of(value: Any, problems: list[Problem], what: str) -> list[Any]:
    if isinstance(value, list):
        return value
    problems.append(Problem("the plan", 0, what, "must be a list"))
    return []


def _rows_of(said: Any, known: Mapping[tuple[str, str], Any], problems: list[Problem]) -> list[dict[str, Any]]:
    """Rows that can be used; what is wrong with the others goes to the problems."""
    out = []
    for row in _list_of(said, problems, "rows"):
        place = (str(row.get("lever")), str(row.get("item"))) if isinstance(row, dict) else ("", "")
        if place not in known:
            what = f"there is no row {shown('.'.join(place))} in this scenario"
            problems.append(
                Problem("the plan", 0, "rows", what, suggest(place[1], dict.fromkeys(item for _, item in known)))
            )
            continue
        amounts, where = row.get("amounts"), ".".join(place)
        weeks = len(known[place]["amounts"])
        if not isinstance(amounts, list) or len(amounts) != weeks:
            hint = f"write one for each of {weeks} weeks"
            problems.append(Problem("the plan", 0, where, "amounts must be a list", hint))
            continue
        bad = [week for week, value in enumerate(amounts) if not _is_amount(value)]
        problems += [
            Problem("the plan", 0, f"{where}, week {week + 1}", f"{shown(amounts[week])} cannot be used",
                    "write a number of 0 or more, such as 5000")
            for week in bad
        ]  # fmt: skip
        if not bad:
            out.append({"lever": place[0], "item": place[1], "amounts": [float(value) for value in amounts]})
    return out


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST


def weeks_of(scenario: Scenario) -> list[dict[str, str]]:
    """The weeks of a plan: their Monday, how they are called, and the month that begins with them.

    Args:
        scenario: start and length.
    """
    from studio.timeline import MONTHS, short_date

    days = [scenario.start + timedelta(weeks=week) for week in range(scenario.weeks)]
    return [
        {"monday": day.isoformat(), "label": short_date(day),
         "month": MONTHS[day.month - 1] if week == 0 or day.month != days[week - 1].month else ""}
        for week, day in enumerate(days)
    ]  # fmt: skip
