"""When something is done: dates inside the days that are simulated, and amounts by week that fit their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from scenarios.draft import Draft, words
from scenarios.lines import Path
from scenarios.schema import Flight, Paced, Plan, Pulse, Scenario, Timed

_WAYS = ("weekly", "flights", "pulse")


@dataclass(frozen=True)
class Span:
    """The days on which a plan may do something, and the number of its weeks."""

    first: date
    last: date
    weeks: int
    said: str
    given_at: tuple[Path, ...]
    weeks_at: Path = ("weeks",)


def span_of(path: Path, scenario: Scenario) -> Span:
    """The days of the plan at a path: ours end before carry-out, a rival's run to the end."""
    if path[:1] == ("warm_up",):
        last, weeks = scenario.start - timedelta(days=1), scenario.warm_up_weeks
        weeks_at: Path = ("warm_up", "weeks")
        return Span(scenario.first_day, last, weeks, "warm-up", (("start",), weeks_at), weeks_at)
    if path[:1] == ("rivals",):
        days = all_days(scenario)
        return Span(days.first, days.last, scenario.weeks, "what-if", days.given_at)
    last = scenario.start + timedelta(days=7 * scenario.weeks - 1)
    return Span(scenario.start, last, scenario.weeks, "what-if", (("start",), ("weeks",)))


def all_days(scenario: Scenario) -> Span:
    """Every simulated day, with warm-up and carry-out."""
    last = scenario.first_day + timedelta(days=scenario.n_days - 1)
    given_at: tuple[Path, ...] = (("start",), ("weeks",), ("carry_out_weeks",), ("warm_up", "weeks"))
    return Span(scenario.first_day, last, scenario.n_weeks, "simulation", given_at)


def plan_before(scenario: Scenario, path: Path) -> Plan | None:
    """What our brand did before the plan at a path began; nothing is known of a rival's."""
    return scenario.warm_up.plan if scenario.warm_up is not None and path[0] == "plans" else None


def check_day(draft: Draft, day: date | None, path: Path, span: Span, *, said: str = "") -> bool:
    """A day must lie inside a span of days; whether it does, or cannot be judged."""
    if day is None or not draft.ok(*span.given_at) or span.first <= day <= span.last:
        return True
    hint = f"the {span.said} runs from {span.first} to {span.last}"
    if span.said == "what-if" and day < span.first and draft.at("warm_up") is not None:
        hint += "; what went before stands in [warm_up.plan]"
    draft.problem(path, f"{said or day} lies outside the {span.said}", hint)
    return False


def check_timed(draft: Draft, part: Timed, path: Path, scenario: Scenario) -> None:
    """Something that is on from a date to a date: in their order, and inside the plan's days."""
    if not draft.ok((*path, "start"), (*path, "end")):
        return
    if part.start and part.end and part.start > part.end:
        draft.problem((*path, "end"), f"it starts {part.start}, after its end {part.end}", "exchange the dates")
        return
    span = span_of(path, scenario)
    check_day(draft, part.start, (*path, "start"), span)
    check_day(draft, part.end, (*path, "end"), span)


def check_paced(draft: Draft, part: Paced, path: Path, scenario: Scenario, example: str, *, instead: str = "") -> None:
    """Exactly one of an amount per week, flights inside the plan's days that do not overlap, and a pulse.

    Args:
        draft: Where problems are noted.
        part: What is done at so much a week.
        path: Where it was given.
        scenario: The whole.
        example: An amount per week, for the hint.
        instead: Another key that is enough by itself.
    """
    if not draft.ok(*((*path, key) for key in _WAYS)):
        return
    given = [key for key in _WAYS if getattr(part, key)] if part.weekly != [] else ["weekly"]
    if len(given) > 1:
        kept = "keep weekly for an even pace, flights for stretches of dates, or pulse for weeks on and off"
        many = f"{', '.join(given[:-1])} and {given[-1]}"
        what = f"{many} are {'both' if len(given) == 2 else 'all'} given"
        draft.problem((*path, given[-1]), what, kept)
        return
    span = span_of(path, scenario)
    if not given:
        if instead in part.model_fields_set or "flights" in part.model_fields_set:
            return
        ways = " nor ".join((*_WAYS, instead) if instead else _WAYS)
        draft.problem(path, f"neither {ways} is given", f"add weekly = {example}")
        return
    check_weekly(draft, part.weekly, (*path, "weekly"), span)
    _check_flights(draft, part.flights, (*path, "flights"), span)
    if part.pulse is not None:
        _check_pulse(draft, part.pulse, (*path, "pulse"), span)


def check_weekly(draft: Draft, amounts: Sequence[float] | None, path: Path, span: Span) -> None:
    """Amounts by week: one for every week, or as many as the plan has weeks."""
    given = 1 if amounts is None else len(amounts)
    if given not in (1, span.weeks) and draft.ok(path, span.weeks_at):
        whole = "scenario" if span.said == "what-if" else span.said
        n = f"{span.weeks} week{'' if span.weeks == 1 else 's'}"
        what = f"the list has {given} entr{'y' if given == 1 else 'ies'}, but the {whole} has {n}"
        draft.problem(path, what, f"write one number for every week, or a list of exactly {span.weeks}")


def _check_flights(draft: Draft, flights: list[Flight], path: Path, span: Span) -> None:
    in_order: list[tuple[date, date, int]] = []
    for place, flight in enumerate(flights):
        here: Path = (*path, place)
        if not draft.ok(here):
            continue
        if flight.start > flight.end:
            draft.problem(here, f"the flight starts {flight.start}, after its end {flight.end}", "exchange the dates")
            continue
        check_day(draft, flight.start, (*here, "start"), span)
        check_day(draft, flight.end, (*here, "end"), span)
        in_order.append((flight.start, flight.end, place))
    in_order.sort()
    for (start, end, one), (later, _, other) in pairwise(in_order):
        if later <= end:
            what = f"the flight from {later} overlaps with the one from {start} to {end} (#{one + 1})"
            draft.problem((*path, other), what, "let one begin after the other has ended, and add up the amounts")


def _check_pulse(draft: Draft, pulse: Pulse, path: Path, span: Span) -> None:
    if draft.ok(path, *span.given_at) and pulse.on_weeks >= span.weeks:
        note(draft, path, f"never rests: it is on for {pulse.on_weeks} weeks, and there are only {span.weeks}")


def note_large(draft: Draft, part: Paced, path: Path, most: float, said: str) -> None:
    """A remark on amounts that are so large that money was meant."""
    amounts = [*(part.weekly or []), *(flight.weekly for flight in part.flights)]
    amounts += [part.pulse.weekly] if part.pulse is not None else []
    if draft.ok(path) and max(amounts, default=0.0) > most:
        note(draft, path, f"makes {max(amounts):,g} {said} a week: its amounts are not money")


def note(draft: Draft, path: Path, said: str) -> None:
    """A remark about a part of the scenario, made once however many plans take it over."""
    remark = f"{words(draft.written(path))} {said}"
    if remark not in draft.notes:
        draft.notes.append(remark)
