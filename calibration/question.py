"""A calibration's question: a scenario, what was done, what was observed, and what is to be found.

A history's money becomes the plan that was carried out, its other metrics become targets, and its last weeks are held
out from the start. Nothing is simulated here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from calibration.demand import money_patterns, weekly_money
from calibration.errors import CalibrationError
from calibration.free import FreeParameter, free_parameters
from calibration.periods import next_start
from calibration.series import is_stock, series_names
from calibration.setup import LiftEntry, Setup, TargetEntry
from calibration.targets import DEMAND, DRIFT, SEASON, LiftTest, Observed, Target, target
from calibration.weeks import Weeks, spread
from scenarios.errors import suggest
from scenarios.plan import Media
from scenarios.schema import Plan, Scenario

if TYPE_CHECKING:
    from calibration.history import History

HOLDOUT_WEEKS = 13
HOLDOUT_SHARE = 0.25
"""Weeks held out: 13, or a quarter of the history, whichever is shorter."""

SEASON_FROM_WEEKS = 65
"""Weeks seen from which a target has a season of its own unless its settings say otherwise: a year and a quarter."""

_NOT_TARGETS = ("spend", "impressions", "clicks")


@dataclass(frozen=True)
class Question:
    """Everything that a fit starts from.

    Attributes:
        scenario: as long as the history.
        plan: what was carried out.
        observed: targets, experiments, and the weeks that the fit may see.
        free: parameters to be found; empty where they are still to be suggested.
        holdout_weeks: last weeks that the fit does not see.
        notes: what was assumed, in words.
    """

    scenario: Scenario
    plan: Plan
    observed: Observed
    free: tuple[FreeParameter, ...]
    holdout_weeks: int
    notes: tuple[str, ...]


def question(
    scenario: Scenario,
    history: "History",
    *,
    setup: Setup | None = None,
    plan: str | None = None,
    holdout_weeks: int | None = None,
) -> Question:
    """Put a history on a scenario's weeks.

    Args:
        scenario: whose market the history is about; it is run for as many weeks as the history is long.
        history: what was spent and what was observed.
        setup: targets, free parameters, experiments; the usual ones where it says nothing.
        plan: name of the plan that was carried out; its money is replaced where the history has some.
        holdout_weeks: last weeks that the fit does not see; the setup's, or the usual number, when None.

    Raises:
        CalibrationError: the history does not fit the scenario; the error lists everything.
    """
    said = setup or Setup()
    notes: list[str] = []
    wrong: list[CalibrationError] = []
    first, scenario = _placed(scenario, history, notes)
    n_weeks = scenario.weeks
    chosen = _plan(scenario, history, plan or said.plan, first, notes, wrong)
    entries = dict(said.targets) or _usual_targets(history, notes)
    targets: list[Target] = []
    for name, entry in entries.items():
        try:
            one = _target(history, name, entry, scenario, first, n_weeks)
            targets.append(_with_demand(one, entry, scenario, chosen, notes))
        except CalibrationError as error:
            wrong.append(error)
    lifts = [_lift(name, entry, scenario, first, n_weeks, wrong) for name, entry in said.lifts.items()]
    free: list[FreeParameter] = []
    if said.free:
        try:
            free = free_parameters(scenario, {n: entry.model_dump() for n, entry in said.free.items()})
        except CalibrationError as error:
            wrong.append(error)
    if wrong:
        raise CalibrationError.all_of(wrong)
    if not any(one.n for one in targets):
        raise CalibrationError(
            "the history has no series that the model can explain",
            hint=f"metrics are {', '.join(series_names()[:12])}, ...",
        )
    seen = sorted({int(w) for one in targets for w in one.last_week})
    span = seen[-1] - seen[0] + 1
    held = holdout_weeks if holdout_weeks is not None else said.holdout_weeks
    if held is None:
        held = min(HOLDOUT_WEEKS, int(span * HOLDOUT_SHARE))
    if held >= span:
        raise CalibrationError(
            f"{held} weeks are held out of a history of {span}", hint=f"hold out fewer: at most {span - 1}"
        )
    observed = Observed(tuple(targets), tuple(lift for lift in lifts if lift), train_weeks=seen[-1] + 1 - held)
    return Question(scenario, chosen, observed, tuple(free), held, (*history.notes, *notes))


def _placed(scenario: Scenario, history: "History", notes: list[str]) -> tuple[date, Scenario]:
    """The scenario on the history's weeks: moved where they do not meet, and as long as the history."""
    first = history.first_day - timedelta(days=history.first_day.weekday())
    days = (history.last_day - first).days + 1
    weeks = -(-days // 7)
    if weeks > 520:
        raise CalibrationError(
            f"the history is {weeks} weeks long, and a scenario has at most 520", hint="leave out the oldest part"
        )
    ends = scenario.start + timedelta(weeks=scenario.weeks)
    if scenario.start <= first and first + timedelta(days=days) <= ends:
        return scenario.start, scenario
    if first == scenario.start:
        return first, scenario.model_copy(update={"weeks": weeks, "carry_out_weeks": 0})
    if not history.channels("spend"):
        raise CalibrationError(
            f"the history runs from {first} for {weeks} weeks, the scenario from {scenario.start} for "
            f"{scenario.weeks}, and the history does not say what was spent",
            hint="give the scenario the history's dates, or add spend to the history",
        )
    notes.append(f"the market is simulated from {first} for {weeks} weeks, as long as the history, with its spend")
    notes.append("dated parts of the scenario (shocks, moments, warm-up) and of its plan other than media are left out")
    bare = {name: Plan() for name in scenario.plans}
    return first, scenario.model_copy(
        update={
            "start": first, "weeks": weeks, "carry_out_weeks": 0, "shocks": {}, "moments": {}, "warm_up": None,
            "plans": bare,
        }
    )  # fmt: skip


def _plan(
    scenario: Scenario, history: "History", name: str | None, first: date, notes: list[str],
    wrong: list[CalibrationError],
) -> Plan:  # fmt: skip
    chosen = name or next(iter(scenario.plans))
    if chosen not in scenario.plans:
        wrong.append(CalibrationError(f"there is no plan “{chosen}”", hint=suggest(chosen, scenario.plans)))
        return next(iter(scenario.plans.values()))
    plan = scenario.plans[chosen]
    spent = history.channels("spend")
    if not spent:
        notes.append(f"the history has no spend: the plan {chosen} is taken as what was carried out")
        return plan
    media: dict[str, Media] = {}
    for channel in spent:
        if channel not in scenario.channels:
            wrong.append(CalibrationError(
                f"the history has spend on “{channel}”, and the scenario has no such channel",
                hint=suggest(channel, scenario.channels),
            ))  # fmt: skip
            continue
        media[channel] = Media(weekly=spread(history.series("spend", channel), Weeks(first, scenario.weeks)).tolist())
    if plan.media:
        notes.append(f"the money of the plan {chosen} is replaced by the history's")
    return plan.model_copy(update={"media": media})


def _length(start: date, period: str) -> int:
    return 1 if period == "final" else (next_start(start, period) - start).days


def _usual_targets(history: "History", notes: list[str]) -> dict[str, TargetEntry]:
    known = set(series_names())
    found = {}
    for metric in history.metrics():
        if metric in _NOT_TARGETS or metric.startswith("control:"):
            continue
        if metric in known and not history.channels(metric):
            found[metric] = TargetEntry()
        else:
            notes.append(f"{metric} is not fitted: the model has no weekly series of that name")
    return found


def _target(history: "History", name: str, entry: TargetEntry, scenario: Scenario, first: date, n_weeks: int) -> Target:
    metric = entry.metric or name
    column = entry.column or metric
    if column not in history.metrics():
        raise CalibrationError(
            f"targets.{name}: the history has no metric “{column}”", place=name, hint=suggest(column, history.metrics())
        )
    if entry.segment is not None and entry.segment not in scenario.segments:
        raise CalibrationError(
            f"targets.{name}: there is no segment “{entry.segment}”", place=name,
            hint=suggest(entry.segment, scenario.segments),
        )  # fmt: skip
    series = history.series(column)
    starts = list(series.start.astype("datetime64[D]").tolist())
    days = [_length(start, series.period) for start in starts]
    if series.period == "final":
        begin = scenario.start if not (metric in series_names() and is_stock(metric)) else starts[0]
        days = [max((starts[0] - begin).days + 1, 1)]
        starts = [begin]
    said: dict[str, Any] = {
        "name": name, "segment": entry.segment or "", "share": entry.unit == "share", "noise": entry.noise,
        "scatter": entry.scatter, "sample_size": entry.sample_size, "weight": entry.weight,
        "discrepancy": usual_discrepancy(n_weeks) if entry.discrepancy is None else entry.discrepancy,
    }  # fmt: skip
    return target(metric, series.value, starts=starts, days=days, first_day=first, n_weeks=n_weeks, **said)


def _with_demand(one: Target, entry: TargetEntry, scenario: Scenario, plan: Plan, notes: list[str]) -> Target:
    """The target with what demand that money followed would look like, and with that discrepancy if it is usual."""
    patterns = money_patterns(weekly_money(scenario, plan), one.weights)
    usual = entry.discrepancy is None and not one.stock and patterns.shape[1] > 0
    if usual:
        notes.append(
            f"{one.name}: more may have been spent where demand was high anyway, so part of what looks like a "
            "channel's effect may be demand; if the plan was fixed before demand was known, write a discrepancy "
            f"without “demand” in [targets.{one.name}]; if not, only an experiment ([lifts.…]) tells"
        )
    elif DEMAND in one.discrepancy and not patterns.shape[1]:
        notes.append(f"{one.name}: no channel's money goes up and down, so demand that it followed cannot be seen")
    return replace(one, money=patterns, discrepancy=(*one.discrepancy, *((DEMAND,) if usual else ())))


def usual_discrepancy(n_weeks: int) -> tuple[str, ...]:
    """What a market model is not asked to explain of a history, unless somebody says otherwise.

    Of a flow, demand that money may have followed is added where money went up and down.

    >>> usual_discrepancy(26), usual_discrepancy(104)
    (('drift',), ('drift', 'season'))

    Args:
        n_weeks: of the history.
    """
    return (DRIFT, SEASON) if n_weeks >= SEASON_FROM_WEEKS else (DRIFT,)


def _lift(
    name: str, entry: LiftEntry, scenario: Scenario, first: date, n_weeks: int, wrong: list[CalibrationError]
) -> LiftTest | None:
    begin, end = (entry.start - first).days, (entry.end - first).days + 1
    if begin < 0 or end > 7 * n_weeks or end <= begin:
        wrong.append(CalibrationError(
            f"lifts.{name}: {entry.start} to {entry.end} does not lie within the history's weeks", place=name,
            hint=f"they run from {first} to {first + timedelta(weeks=n_weeks, days=-1)}",
        ))  # fmt: skip
        return None
    checks: Mapping[str, tuple[str, Any]] = {
        "metric": (entry.metric, series_names()), "channel": (entry.channel, scenario.channels),
        **({"segment": (entry.segment, scenario.segments)} if entry.segment else {}),
    }  # fmt: skip
    for word, (value, known) in checks.items():
        if value not in known:
            wrong.append(CalibrationError(f"lifts.{name}: there is no {word} “{value}”", place=name,
                                          hint=suggest(value, known)))  # fmt: skip
            return None
    return LiftTest(
        name, entry.channel, round(begin / 7), max(round(end / 7) - 1, round(begin / 7)), entry.metric, entry.effect,
        entry.standard_error, entry.segment or "", entry.market_share,
    )  # fmt: skip
