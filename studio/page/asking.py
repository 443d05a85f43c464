"""What the page asks for, checked before it is queued: which plans, how often, and whether that is too much."""

import itertools
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from typing import Any

from scenarios.errors import Problem, ScenarioError
from scenarios.load import Loaded
from scenarios.plan import Plan
from studio.formatting import counted
from studio.page.desk import Desk
from studio.page.editing import edited, plan_from
from studio.page.files import as_text

LETTERS = "ab"

LONGEST = 40
"""Letters of a title that a plan is named by."""

MOST_LETTERS = 64
"""Of a name in a scenario."""


def asked_job(desk: Desk, said: Mapping[str, Any], *, most_work: float) -> tuple[str, dict[str, Any]]:
    """The kind of a job and what its worker needs.

    Args:
        desk: open scenarios.
        said: by the page.
        most_work: consumers × days × replicates × plans that one job may ask for.

    Raises:
        ScenarioError: something cannot be used, or it is too much.
        KeyError: there is no such scenario.
    """
    kind = said["kind"]
    if kind not in ASKED:
        raise ScenarioError([Problem("the page", 0, "kind", f"“{kind}” is nothing that can be asked")])
    return kind, ASKED[kind](desk, said, most_work)


def plans_of(loaded: Loaded, sheets: Sequence[Mapping[str, Any]]) -> dict[str, Plan]:
    """Plans by the name that they get in the scenario: their own if nobody changed them, else by their new title.

    Args:
        loaded: the scenario.
        sheets: as the page edited them, with the name of the plan that each was made from as ``base``.

    Raises:
        ScenarioError: a plan cannot be used, or two are the same; every problem at once.
    """
    out: dict[str, Plan] = {}
    problems: list[Problem] = []
    if not 1 <= len(sheets) <= len(LETTERS):
        raise ScenarioError([Problem("the plans", 0, "", f"there are {len(sheets)}", "send one plan or two")])
    for letter, sheet in zip(LETTERS, sheets, strict=False):
        base = str(sheet["base"])
        before = plan_from(loaded.scenario, base)
        try:
            plan = edited(loaded, base, sheet)
        except ScenarioError as error:
            problems += [Problem(f"plan {letter.upper()}", 0, p.where, p.what, p.hint) for p in error.problems]
            continue
        if base and plan == before:
            name = base
        else:
            called = "" if base and plan.title == before.title else named(plan.title)
            taken = {*loaded.scenario.plans, *out}
            name = called if called and called not in taken else name_of(called or base or "new", letter, taken)
            if base and plan.title == before.title:
                plan = plan.model_copy(update={"title": f"{plan.title or base}, edited as {letter.upper()}"})
        if any(_does(plan) == _does(other) for other in out.values()):
            problems.append(Problem("the plans", 0, "", "A and B are the same plan", "change one of them"))
        out[name] = plan
    if problems:
        raise ScenarioError(problems)
    return out


def named(title: str) -> str:
    """What a plan with this title can be called in a scenario and in an answer; nothing if no letter is left.

    >>> named("Early burst, 2nd try")
    'early-burst-2nd-try'

    Args:
        title: as it was typed.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST].strip("-")


def name_of(base: str, letter: str, taken: Container[str]) -> str:
    """The name of an edited plan: its old one with the letter, and a number where that is taken.

    >>> name_of("spring", "b", []), name_of("spring", "b", ["spring-b"])
    ('spring-b', 'spring-b-2')

    Args:
        base: name of the plan that it was made from.
        letter: under which it stands on the page.
        taken: names of other plans.
    """
    for number in itertools.count(1):
        end = f"-{letter}" if number == 1 else f"-{letter}-{number}"
        name = base[: MOST_LETTERS - len(end)] + end
        if name not in taken:
            break
    return name


def _does(plan: Plan) -> Plan:
    """A plan whatever it is called."""
    return plan.model_copy(update={"title": ""})


def whole_number(said: Mapping[str, Any], name: str, *, low: int, high: int, usual: int) -> int:
    """A number that the page sent, if it is one.

    Raises:
        ScenarioError: it is none, or out of its range.
    """
    value = said.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        hint = f"write a whole number from {low:,} to {high:,}"
        raise ScenarioError([Problem("the page", 0, name, f"“{value}” cannot be used", hint)])
    return value


def _compare(desk: Desk, said: Mapping[str, Any], most_work: float) -> dict[str, Any]:
    loaded = desk.open(said["key"]).loaded
    plans = plans_of(loaded, list(said["plans"]))
    replicates = whole_number(said, "replicates", low=4, high=2_000, usual=64)
    scenario = loaded.scenario
    days = 7 * (scenario.weeks + scenario.carry_out_weeks)
    limited(scenario.market.consumers, days, replicates, len(plans), most_work=most_work)
    return {
        "scenario": as_text(loaded, {n: p for n, p in plans.items() if n not in scenario.plans}),
        "plans": list(plans), "replicates": replicates,
        "seed": whole_number(said, "seed", low=0, high=2**53, usual=0),
    }  # fmt: skip


def limited(
    consumers: int, days: int, replicates: int, plans: int, *, most_work: float, field: str = "replicates"
) -> None:  # fmt: skip
    """Refuse what would keep this machine busy for hours.

    Args:
        consumers: simulated.
        days: of a run.
        replicates: of each plan.
        plans: in all.
        most_work: product of these four that is allowed.
        field: what the page may lower.

    Raises:
        ScenarioError: with how much would be allowed.
    """
    work = float(consumers) * days * replicates * plans
    if work <= most_work:
        return
    fits = int(replicates * most_work / work)
    what = (
        f"{consumers:,} consumers for {days:,} days and {counted(plans * replicates, 'run')} are more than this page "
        "takes at once"
    )
    enough = f"ask for at most {fits:,} replicates" if field == "replicates" else f"ask for fewer {field}"
    hint = enough if fits >= 4 else "ask for fewer consumers, or use the command line"
    raise ScenarioError([Problem("the page", 0, field, what, hint)])


def _recommend(desk: Desk, said: Mapping[str, Any], most_work: float) -> dict[str, Any]:
    loaded = desk.open(said["key"]).loaded
    scenario = loaded.scenario
    current = str(said.get("current") or next(iter(scenario.plans)))
    if current not in scenario.plans:
        raise KeyError(current)
    problems = []
    goals = [str(goal).strip() for goal in said.get("goals", []) if str(goal).strip()]
    if not goals:
        hint = "write “most customers”, or “customers >= 200 by 2027-03-29”"
        problems.append(Problem("the page", 0, "goal", "a goal is missing", hint))
    budget = said.get("budget")
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0.0 < budget < 1e15:
        problems.append(Problem("the page", 0, "budget", "a budget is missing", "write an amount above 0"))
    if problems:
        raise ScenarioError(problems)
    trials = whole_number(said, "trials", low=10, high=2_000, usual=150)
    replicates = whole_number(said, "replicates", low=8, high=1_000, usual=64)
    days = 7 * (scenario.weeks + scenario.carry_out_weeks)
    runs = 10 * trials + 50 * replicates  # about: few replicates for most trials, then the report and its check
    limited(scenario.market.consumers, days, runs, 1, most_work=most_work, field="trials")
    return {
        "scenario": as_text(loaded, {}), "goals": goals, "budget": float(budget or 0.0), "current": current,
        "mode": str(said.get("mode", "auto")), "limits": str(said.get("limits", "")), "trials": trials,
        "replicates": replicates, "seed": whole_number(said, "seed", low=0, high=2**53, usual=0),
    }  # fmt: skip


def _calibrate(desk: Desk, said: Mapping[str, Any], most_work: float) -> dict[str, Any]:
    loaded = desk.open(said["key"]).loaded
    history = dict(said.get("history") or {})
    trials = whole_number(said, "trials", low=20, high=5_000, usual=300)
    scenario = loaded.scenario
    days = 7 * (scenario.weeks + scenario.carry_out_weeks)
    limited(scenario.market.consumers, days, 8 * trials, 1, most_work=most_work, field="trials")
    return {
        "scenario": as_text(loaded, {}), "history": str(history.get("text", "")),
        "columns": {str(name): str(use) for name, use in dict(said.get("columns") or {}).items()},
        "holdout_weeks": whole_number(said, "holdout_weeks", low=0, high=520, usual=0) or None, "trials": trials,
        "seed": whole_number(said, "seed", low=0, high=2**53, usual=0),
    }  # fmt: skip


ASKED = {"compare": _compare, "recommend": _recommend, "calibrate": _calibrate}
