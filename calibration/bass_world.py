"""A market for one durable good, in which everybody hears everybody: the Bass curve, told by the simulator.

    >>> from calibration.bass_world import adoptions, bass_scenario
    >>> from simulator.simulate import simulate
    >>> from simulator.tables import compile_tables
    >>> from simulator.world import build_world
    >>> scenario = bass_scenario(consumers=2_000, periods=8, p=0.03, q=0.38)
    >>> plan = scenario.plans["nothing"]
    >>> world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan)
    >>> by_period = adoptions(simulate(scenario, plan, world=world, tables=tables, luck=1))
    >>> len(by_period), bool(0 < by_period.sum() < 2_000)
    (8, True)

Adopting is entering the stage *attention*, which nobody leaves. Calibrating :data:`INNOVATION`, :data:`IMITATION` and
:data:`PEOPLE` of this market is fitting p, q and m of the Bass curve; :func:`bass_values` and :func:`bass_numbers`
turn one into the other.

A day of the simulator is synchronous: who adopts today is heard of from tomorrow. The share that has adopted is
therefore late, by at most .004 for (.03, .38) and 28 days to a period, and by half of that with twice the days. A
curve fitted to such a market has p 1.0 % and q .3 % too small, and m right.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.bare import bare_scenario
from scenarios.errors import Problem, ScenarioError, shown
from scenarios.schema import Scenario
from scenarios.vocabulary import Stage
from simulator.simulate import Outcome

INNOVATION = "organic.attention"
"""The registry's parameter that carries p: p divided by the days of a period."""
IMITATION = "talk.talker_per_day"
"""The registry's parameter that carries q: q divided by the days of a period."""
PEOPLE = "market.size"
"""The place that carries m: the people in the market, all of whom adopt in the end."""

DAYS_PER_PERIOD = 28
"""Usual days in which a period of the curve, such as a year, is told."""
MOST_WEEKS = 520
"""The longest scenario."""
_WEEK = 7


def bass_scenario(
    *,
    consumers: int,
    periods: int,
    p: float,
    q: float,
    people: int | None = None,
    days_per_period: int = DAYS_PER_PERIOD,
) -> Scenario:
    """A market in which a new product spreads as Bass described: by oneself, and because others have it.

        >>> scenario = bass_scenario(consumers=1_000, periods=10, p=0.03, q=0.38, people=50_000)
        >>> scenario.weeks, scenario.market.size, round(scenario.parameters["organic.attention"], 6)
        (40, 50000, 0.001071)

    Args:
        consumers: simulated; one run strays from the curve by about 1/√consumers.
        periods: periods of the curve, such as years; ``periods`` × ``days_per_period`` is at most 3,640 days.
        p: hazard of adopting by oneself, per period; 0 or more. .03 is typical of a year.
        q: hazard because of others once all have adopted, per period; 0 or more. .38 is typical of a year.
        people: m, in the market; the consumers when None. Each consumer stands for people / consumers of them.
        days_per_period: whole weeks, so 7, 14, 21, ... Default 28. The more, the smaller the bias and the slower.

    Returns:
        The scenario, with one plan ``nothing``.

    Raises:
        ScenarioError: something given does not fit; the error lists everything.

    Source:
        Bass 1969, Management Science 15: hazard p + q F.
    """
    problems = _problems(consumers, periods, p, q, people, days_per_period)
    if problems:
        raise ScenarioError(problems)
    market = bare_scenario(
        consumers=consumers,
        weeks=periods * days_per_period // _WEEK,
        parameters={
            INNOVATION: p / days_per_period,
            IMITATION: q / days_per_period,
            "wom.attention": {"value": 1.0, "low": 1.0, "high": 1.0},  # certain: only talk's rate is uncertain
        },
        word_of_mouth={"talk_from": "attention", "fresh_on": "nothing"},
        name="bass",
    )
    if people is None:
        return market
    return market.model_copy(update={"market": market.market.model_copy(update={"size": people})})


def bass_values(*, p: float, q: float, m: float, days_per_period: int = DAYS_PER_PERIOD) -> dict[str, float]:
    """The curve's three numbers as values of the market's parameters and places.

        >>> bass_values(p=0.028, q=0.28, m=500.0)
        {'organic.attention': 0.001, 'talk.talker_per_day': 0.01, 'market.size': 500.0}

    Args:
        p: hazard of adopting by oneself, per period.
        q: hazard because of others, per period.
        m: how many adopt in the end.
        days_per_period: as in :func:`bass_scenario`.
    """
    return {INNOVATION: p / days_per_period, IMITATION: q / days_per_period, PEOPLE: m}


def bass_numbers(values: Mapping[str, float], *, days_per_period: int = DAYS_PER_PERIOD) -> tuple[float, float, float]:
    """p, q and m of the curve that a market with these values follows.

        >>> bass_numbers({"organic.attention": 0.001, "talk.talker_per_day": 0.01, "market.size": 500.0})
        (0.028, 0.28, 500.0)

    Args:
        values: of :data:`INNOVATION`, :data:`IMITATION` and :data:`PEOPLE`.
        days_per_period: as in :func:`bass_scenario`.
    """
    return values[INNOVATION] * days_per_period, values[IMITATION] * days_per_period, values[PEOPLE]


def adoptions(
    outcome: Outcome, *, people: float | None = None, days_per_period: int = DAYS_PER_PERIOD
) -> NDArray[np.float64]:
    """How many adopted in each period of a run of the market.

    Args:
        outcome: of a :func:`bass_scenario`.
        people: in the market; the simulated consumers when None.
        days_per_period: as in the scenario.
    """
    waiting = outcome.ours("stock")[:, :, Stage.UNAWARE].sum(axis=1)[:: days_per_period // _WEEK]
    each = 1.0 if people is None else people / outcome.n_consumers
    return np.asarray(-np.diff(waiting) * each, np.float64)


def _problems(
    consumers: object, periods: object, p: object, q: object, people: object, days_per_period: object
) -> list[Problem]:
    """What does not fit, in the words of whoever calls."""
    found = []

    def wrong(where: str, what: str, hint: str) -> None:
        found.append(Problem("bass_scenario", 0, where, what, hint))

    def whole(where: str, value: object, example: str) -> bool:
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if not fits:
            wrong(where, f"{shown(value)} is not a whole number of 1 or more", f"write {example}")
        return fits

    whole("consumers", consumers, "20_000")
    if people is not None:
        fits = whole("people", people, "1_000_000, or leave it out")
        if fits and isinstance(people, int) and isinstance(consumers, int) and people < consumers:
            wrong("people", f"{people:,} are fewer than the {consumers:,} consumers", f"write {consumers} or more")
    lengths = whole("periods", periods, "20"), whole("days_per_period", days_per_period, "28")
    if all(lengths) and isinstance(periods, int) and isinstance(days_per_period, int):
        if days_per_period % _WEEK:
            up = days_per_period // _WEEK * _WEEK + _WEEK
            wrong("days_per_period", f"{days_per_period} days are not whole weeks", f"write {up}")
        elif periods * days_per_period > MOST_WEEKS * _WEEK:
            weeks, most = periods * days_per_period // _WEEK, MOST_WEEKS * _WEEK // days_per_period
            remedy = f"write {most} or fewer" if most else "give fewer days_per_period"
            wrong(
                "periods", f"{periods} periods of {days_per_period} days are {weeks} weeks, over {MOST_WEEKS}", remedy
            )
    for where, value, example in (("p", p, "0.03"), ("q", q, "0.38")):
        if not isinstance(value, int | float) or not 0.0 <= value < float("inf"):
            wrong(where, f"{shown(value)} is not a hazard of 0 or more", f"write {example}")
    return found
