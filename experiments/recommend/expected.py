"""What plans are expected to cost: what was planned, and what people's doings add to it.

Where a search chooses how large rewards are, the budget has to hold what is expected to be handed out, too. That is
known from runs alone. So for each unit of size as much is put aside as it hands out in a usual plan; a plan that is
expected to cost more than the budget all the same loses score; and before the race the planned money of all finalists
is cut until the upper end of the interval of their expected cost lies within the budget.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import Summary, summarise
from experiments.recommend.decode import Decoder
from experiments.recommend.errors import InfeasibleError
from experiments.recommend.objective import Objective
from experiments.recommend.people import RACE, SEARCH, People
from experiments.recommend.programmes import with_sizes
from experiments.recommend.search import Candidate
from experiments.recommend.shapes import SPENT
from scenarios.schema import Plan
from simulator.costs import plan_cost

HOLD = 3.0
"""How many times the worth of the current plan is lost by being expected to cost twice the budget: more than the next
money of any plan brings, so that it never pays to cost too much."""

CUTS = 3
"""Times that planned money is cut: less of it hands out less, too, so that the first cut nearly always is enough."""


def put_aside(people: People, decoder: Decoder, usual: Plan, n: int) -> Decoder:
    """The decoder with money put aside for programmes: as much for each unit of size as one hands out in a usual plan.

    Args:
        people: the market.
        decoder: whose budget it is.
        usual: the current plan with this budget.
        n: replicates.
    """
    programmes = decoder.wallet.programmes
    if not programmes:
        return decoder
    none = np.zeros(len(programmes))
    each = [none, *np.diag([one.base for one in programmes])]
    plans = [with_sizes(usual, programmes, sizes) for sizes in each]
    planned = np.array([plan_cost(people.scenario, plan) for plan in plans])
    handed = people.run(plans, SEARCH, n).costs.mean(axis=1) - planned
    per_unit = [max(float(more - handed[0]), 0.0) / one.base for more, one in zip(handed[1:], programmes, strict=True)]
    return replace(decoder, aside=(max(float(handed[0]), 0.0), *per_unit))


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
    """Candidates with planned money cut until they are expected to cost no more than the budget, where that can be.

    Args:
        people: the market.
        decoder: of the search.
        candidates: finalists and plans that they are compared with.
        n: replicates.
        less: a candidate that was not decoded from a point, with planned money cut; None where it stays as it is.
    """
    found = list(candidates)
    open_ones = list(range(len(found)))
    for _ in range(CUTS):
        costs = people.run([found[k].plan for k in open_ones], RACE, n).costs
        over = {
            k: much
            for k, row in zip(open_ones, costs, strict=True)
            if (much := expected(row, people, n).ci_high - decoder.budget) > 0.0
        }
        open_ones = []
        for k, much in over.items():
            one = found[k]
            new = less(one, much) if one.point is None else _cut(decoder, one, much)
            if new is not None and new.plan != one.plan:
                found[k] = new
                open_ones.append(k)
        if not open_ones:
            break
    return found


def _cut(decoder: Decoder, one: Candidate, much: float) -> Candidate:
    """The same point with so much less planned."""
    assert one.point is not None
    point = one.point.copy()
    k = decoder.place(SPENT.name)
    most = max(decoder.plannable(decoder.sizes(point)), 1e-9)
    planned = min(float(point[k]) * most, one.cost) - much
    point[k] = min(max(planned / most, SPENT.low), 1.0)
    plan = decoder.plan(point)
    return Candidate(one.name, plan, point, plan_cost(decoder.wallet.scenario, plan))


def expected(costs: NDArray[np.float64], people: People, n: int, *, first: int = RACE) -> Summary:
    """Mean of what a plan cost in some replicates, with its interval.

    Args:
        costs: [R] in all.
        people: whose worlds they are.
        n: replicates R.
        first: number of the first one.
    """
    return summarise(costs, worlds=people.world_numbers(first, n))


def refuse_too_dear(costs: NDArray[np.float64], people: People, budget: float) -> None:
    """Refuse a winner that is sure to hand out more than the budget holds, with no money left to be cut.

    Args:
        costs: [R] in all, in the race.
        people: the market.
        budget: money in all.

    Raises:
        InfeasibleError: even the lower end of the interval of its expected cost lies above the budget.
    """
    said = expected(costs, people, len(costs))
    if said.ci_low > budget:
        raise InfeasibleError(
            f"no plan that was tried is expected to cost no more than the budget of {budget:,.0f}: the best one "
            f"costs {said.mean:,.0f} on average, with what follows from what people do; they clash by "
            f"{said.mean - budget:,.0f}. Limit programmes that pay by what people do, or raise the budget"
        )
