"""What plans are expected to cost: what was planned, and what people's doings add to it.

Where a search chooses how large rewards are, the budget has to hold what is expected to be handed out, too. That is
known from runs alone. So a part of the budget is put aside from the start, as much as the usual plan hands out; a plan
that is expected to cost more than the budget loses score; and before the race the planned money of all finalists is
cut until the upper end of the interval of their expected cost lies within the budget.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from experiments.intervals import Summary, summarise
from experiments.recommend.decode import SPENT, Decoder
from experiments.recommend.objective import Objective
from experiments.recommend.people import RACE, SEARCH, People
from experiments.recommend.search import Candidate
from scenarios.schema import Plan
from simulator.costs import plan_cost

HOLD = 10.0
"""How many times the worth of the current plan is lost by being expected to cost twice the budget. The next per cent of
the budget brings no more than a few per cent of it, so that it never pays to cost too much."""

CUTS = 3
"""Times that planned money is cut: less of it hands out less, too, so that the first cut nearly always is enough."""


def put_aside(people: People, decoder: Decoder, usual: Callable[[Decoder], Plan], n: int) -> Decoder:
    """The decoder with as much of its budget put aside as the usual plan hands out on average.

    Args:
        people: the market.
        decoder: whose budget it is.
        usual: the plan that a decoder makes as the current one is, with this budget.
        n: replicates.
    """
    if not decoder.wallet.programmes:
        return decoder
    for _ in range(2):  # with less planned, less is handed out
        plan = usual(decoder)
        handed = float(people.run([plan], SEARCH, n).costs.mean()) - plan_cost(people.scenario, plan)
        decoder = replace(decoder, spent=float(np.clip(1.0 - handed / decoder.budget, SPENT.low, 1.0)))
    return decoder


def holding(objective: Objective, worth: float, spread: float) -> Objective:
    """The objective that a plan loses score with if it is expected to cost more than the budget.

    Args:
        objective: as it was.
        worth: mean of the goal's metric under the current plan.
        spread: its standard deviation.
    """
    scale = 1.0 if objective.mode in ("probability", "cheapest") else max(abs(worth), spread, 1e-9)
    return replace(objective, hold=HOLD * scale)


def within_budget(
    people: People, decoder: Decoder, candidates: Sequence[Candidate], n: int,
    less: Callable[[Candidate, float], Candidate | None],
) -> list[Candidate]:  # fmt: skip
    """Candidates whose planned money was cut until they are expected to cost no more than the budget, those that can be.

    Args:
        people: the market.
        decoder: of the search.
        candidates: finalists and plans that they are compared with.
        n: replicates.
        less: a candidate that was not decoded from a point, with planned money cut; None where it stays as it is.
    """
    found = list(candidates)
    for _ in range(CUTS):
        costs = people.run([one.plan for one in found], RACE, n).costs
        over = [expected(row, people, n).ci_high - decoder.budget for row in costs]
        if max(over) <= 0.0:
            break
        cut = []
        for one, much in zip(found, over, strict=True):
            new = None if much <= 0.0 else _cut(decoder, one, much) if one.point is not None else less(one, much)
            cut.append(one if new is None else new)
        if cut == found:
            break
        found = cut
    return found


def _cut(decoder: Decoder, one: Candidate, much: float) -> Candidate:
    """The same point with so much less planned."""
    assert one.point is not None
    point = one.point.copy()
    k = decoder.place(SPENT.name)
    planned = min(float(point[k]) * decoder.budget, one.cost)
    point[k] = max((planned - much) / decoder.budget, SPENT.low)
    plan = decoder.plan(point)
    return Candidate(one.name, plan, point, plan_cost(decoder.wallet.scenario, plan))


def expected(costs: np.ndarray, people: People, n: int, *, first: int = RACE) -> Summary:
    """Mean of what a plan cost in some replicates, with its interval.

    Args:
        costs: [R] in all.
        people: whose worlds they are.
        n: replicates R.
        first: number of the first one.
    """
    return summarise(costs, worlds=people.world_numbers(first, n))
