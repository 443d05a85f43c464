"""Plans between several goals: as many searches as weightings, each warm from all that was tried before.

>>> from experiments.recommend.effort import Effort
>>> from experiments.recommend.several import find_front
>>> from scenarios import load_scenario
>>> few = Effort(trials=30, replicates=(2, 4), laps=(4,), report=6)
>>> front = find_front(
...     load_scenario("classroom", consumers=100), goals=["most customers", "least detractors"], budget=40, effort=few
... )
>>> len(front.unbeaten) >= 1, all(one.cost <= 40 for one in front.plans)
(True, True)
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive
from calibration.draws import ParameterDraws
from experiments.provenance import ENGINE_VERSION
from experiments.recommend.blend import Blend, Remembered, weightings
from experiments.recommend.effort import Effort
from experiments.recommend.errors import RecommendError
from experiments.recommend.expected import holding
from experiments.recommend.front import Front, FrontPlan, beaten_by
from experiments.recommend.goal import Goal
from experiments.recommend.limits import Limits
from experiments.recommend.objective import SOFTNESS, Objective
from experiments.recommend.people import REPORT, SEARCH
from experiments.recommend.prepare import Prepared, prepare
from experiments.recommend.race import race
from experiments.recommend.references import fitted, reference_plans
from experiments.recommend.search import Candidate, Search, look
from scenarios.load import Loaded
from scenarios.schema import Plan
from simulator.costs import plan_cost
from simulator.draws import RNG_VERSION

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int, float], None]

MOST_GOALS = 4

TURNS = 2
"""Times that each weighting is searched: what was found for the last helps the first."""

MOST_LAPS = 2
"""Laps of the race for each weighting: fewer than for one goal, as there are as many races as weightings."""


def find_front(
    what_if: Loaded,
    *,
    goals: Sequence[str],
    budget: float,
    limits: Limits | None = None,
    current: str | None = None,
    effort: Effort | None = None,
    draws: ParameterDraws | None = None,
    archive: Archive | None = None,
    progress: Progress | None = None,
) -> Front:
    """Find plans between several goals, so that a planner can choose how much of one to give up for another.

    Args:
        what_if: a loaded scenario.
        goals: two to four; see :func:`experiments.recommend.goal.parse_goal`. An amount makes its probability count.
        budget: money in all.
        limits: what every plan must keep.
        current: name of the plan that is carried out now; ``baseline``, else the first, when None.
        effort: how much is spent; trials are shared by the weightings.
        draws: calibrated parameters instead of those that the scenario names.
        archive: where runs are kept; in memory when None.
        progress: told the part of the work, steps done and in all, and the best score so far.

    Raises:
        RecommendError: goals, limits or the plan are not possible as they are written.
        InfeasibleError: no plan can keep the limits.
    """
    chosen = effort or Effort()
    began = perf_counter()
    if not 2 <= len(goals) <= MOST_GOALS:
        raise RecommendError(f"{len(goals)} goals were given; a front lies between 2 and {MOST_GOALS} of them")
    ready = prepare(what_if, goals=goals, budget=budget, limits=limits, current=current, effort=chosen, draws=draws)
    asked = ready.people.goals
    _check(asked)
    people = Remembered(ready.people, archive or Archive(None))
    worths = _worths(people, ready, budget, chosen)
    weights, scales = weightings(len(asked)), np.ones(len(asked))
    visits = weights * TURNS
    per = max(chosen.trials // len(visits), 1)
    plain = Objective("most", Goal("goals with weights", "", 0), budget)
    known: list[Floats] = []
    best_of: dict[tuple[float, ...], list[Candidate]] = {}
    for k, shares in enumerate(visits):
        blend = Blend(people, worths, shares, scales)
        search = Search(blend, ready.decoder, _judge(plain, blend, ready, chosen), ready.wallet.current,
                        rungs=chosen.replicates)  # fmt: skip

        def tell(done: int, total: int, best: float, before: int = k * per, again: int = len(known)) -> None:
            if progress is not None:
                progress("search", before + max(done - again, 0), per * len(visits), best)

        best_of[shares] = look(
            search, per, seed=chosen.seed + 1000 * k, sampler=chosen.sampler, known=known, progress=tell
        )
        known = _different(search.done)
        if len(best_of) >= len(asked):
            alone = [best_of[one][0].plan for one in weights[: len(asked)]]
            scales = _spans(people, worths, alone, chosen.replicates[-1])
    references = reference_plans(ready.decoder, ready.wallet)
    winners = []
    for shares, best in best_of.items():
        blend = Blend(people, worths, shares, scales)
        judge = _judge(plain, blend, ready, chosen)
        racing = [*best, *(one for one in references if one.cost <= budget * (1 + 1e-9))]
        if ready.wallet.programmes:
            search = Search(blend, ready.decoder, judge, ready.wallet.current, rungs=chosen.replicates)
            racing = fitted(ready.people, search, racing, chosen.laps[:MOST_LAPS][-1])
        winners.append((shares, race(blend, judge, racing, laps=chosen.laps[:MOST_LAPS]).winner))
    searched_s = perf_counter()
    plans, compared, worlds = _report(ready, winners, references, chosen, progress)
    return Front(
        wallet=ready.wallet, goals=asked, budget=budget, current_name=ready.current_name, plans=plans,
        references=compared, worlds=worlds, tried=len(known), runs=ready.people.n_runs,
        provenance={
            "version": ENGINE_VERSION, "rng_version": RNG_VERSION, "scenario": ready.scenario.name,
            "scenario_hash": what_if.scenario_hash, "seed": chosen.seed, "uncertainty": ready.people.uncertainty,
            "consumers": ready.scenario.market.consumers, "currency": ready.scenario.currency,
            "replicates": {"search": list(chosen.replicates), "race": list(chosen.laps[:MOST_LAPS]),
                           "report": chosen.report},
            **({} if ready.people.draws is None else {"draws_hash": ready.people.draws.draws_hash}),
        },
        timings={"search_seconds": searched_s - began, "wall_seconds": perf_counter() - began},
    )  # fmt: skip


def _check(goals: Sequence[Goal]) -> None:
    """Goals that a front can lie between."""
    problems = []
    for goal in goals:
        if goal.ratio or goal.p_wanted is not None:
            without = goal.text.rpartition(" with ")[0] or f"most {goal.metric}"
            problems.append(
                f"goal “{goal.text}” asks for a least ratio or probability, which no plan between goals can keep; "
                f"write “{without}”, or ask for it alone"
            )
    same = [goal.text for k, goal in enumerate(goals) if any(_same(goal, other) for other in goals[:k])]
    problems += [f"goal “{text}” was given twice" for text in same]
    if problems:
        raise RecommendError(*problems)


def _same(one: Goal, other: Goal) -> bool:
    return (one.metric, one.week, one.amount, one.more) == (other.metric, other.week, other.amount, other.more)


def _worths(people: Remembered, ready: Prepared, budget: float, effort: Effort) -> list[Objective]:
    """How each goal is judged: how much of it there is, or how likely its amount."""
    seen = people.run([ready.wallet.current], SEARCH, effort.replicates[-1]).values[0]
    return [
        Objective("most" if goal.amount is None else "probability", goal, budget, width=max(SOFTNESS * width, 1e-9))
        for goal, width in zip(ready.people.goals, seen.std(axis=0).tolist(), strict=True)
    ]


def _judge(plain: Objective, blend: Blend, ready: Prepared, effort: Effort) -> Objective:
    """How the sum of goals is judged: where rewards can be chosen, their expected money has to fit the budget, too."""
    if not ready.wallet.programmes:
        return plain
    now = blend.run([ready.wallet.current], SEARCH, effort.replicates[-1]).values
    return holding(plain, float(now.mean()), float(now.std()))


def _spans(people: Remembered, worths: Sequence[Objective], plans: Sequence[Plan], n: int) -> Floats:
    """[G] how far apart the best plans of single goals lie for each goal: what a weight of one is worth."""
    values = people.run(plans, SEARCH, n).values
    worth = np.stack([one.utility(values[:, :, g]) for g, one in enumerate(worths)], axis=-1)
    noise = (worth - worth.mean(axis=1, keepdims=True)).std(axis=(0, 1)) / np.sqrt(n)
    return np.asarray(np.maximum(np.ptp(worth.mean(axis=1), axis=0), np.maximum(noise, 1e-9)))


def _different(tried: Sequence[Candidate]) -> list[Floats]:
    """Points of plans that could be run, each plan once."""
    points = {one.plan.model_dump_json(): one.point for one in tried if one.point is not None and not one.reason}
    return [point for point in points.values() if point is not None]


def _report(
    ready: Prepared, winners: Sequence[tuple[tuple[float, ...], Candidate]], references: Sequence[Candidate],
    effort: Effort, progress: Progress | None,
) -> tuple[tuple[FrontPlan, ...], tuple[FrontPlan, ...], NDArray[np.int64]]:  # fmt: skip
    """Winners and references on replicates that nobody saw, most for the first goal first."""
    found = {one.plan.model_dump_json(): (shares, one) for shares, one in reversed(winners)}
    names = [one.name for one in references]
    seen = ready.people.run(
        [*(one.plan for _, one in found.values()), *(one.plan for one in references)], REPORT, effort.report,
        progress=None if progress is None else lambda n: progress("report", n, effort.report, float("nan")),
    )  # fmt: skip
    worlds = ready.people.world_numbers(REPORT, effort.report)
    goals = ready.people.goals
    plans = [
        FrontPlan("", one.plan, plan_cost(ready.scenario, one.plan), shares, values, costs)
        for (shares, one), values, costs in zip(found.values(), seen.values, seen.costs, strict=False)
    ]
    sign = 1.0 if goals[0].more else -1.0
    plans.sort(key=lambda one: -sign * float(one.values[:, 0].mean()))
    named = tuple(replace(one, name=f"front-{k + 1}") for k, one in enumerate(plans))
    compared = tuple(
        FrontPlan(name, one.plan, one.cost, (), values, costs)
        for name, one, values, costs in zip(
            names, references, seen.values[len(plans) :], seen.costs[len(plans) :], strict=True
        )
    )
    return tuple(replace(one, beaten_by=beaten_by(one, named, goals, worlds)) for one in named), compared, worlds
