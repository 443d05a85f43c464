"""The plan that is most likely to meet a goal with a budget.

>>> from experiments.recommend.effort import Effort
>>> from experiments.recommend.recommend import recommend
>>> from scenarios import load_scenario
>>> few = Effort(trials=12, replicates=(2, 4), laps=(4,), report=4, check=0, marginals=False)
>>> answer = recommend(load_scenario("classroom", consumers=100), goal="most customers", budget=40, effort=few)
>>> answer.best.cost <= 40
True
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive
from calibration.draws import ParameterDraws
from experiments.intervals import summarise
from experiments.provenance import ENGINE_VERSION
from experiments.recommend.advice import prove
from experiments.recommend.answer import Arm, Marginal, Recommendation, chance, paid
from experiments.recommend.decode import Decoder
from experiments.recommend.effort import Effort
from experiments.recommend.expected import holding, refuse_too_dear
from experiments.recommend.limits import Limits
from experiments.recommend.objective import SOFTNESS, Mode, Objective, mode_of
from experiments.recommend.people import CHECK, REPORT, SEARCH, People
from experiments.recommend.prepare import prepare
from experiments.recommend.race import race
from experiments.recommend.references import EQUAL, fitted, reference_plans
from experiments.recommend.response import MULTIPLES, Response, fit_response
from experiments.recommend.search import Candidate, Search, look
from experiments.recommend.tornado import swings
from experiments.recommend.wallet import INFLUENCERS, Wallet, line_money
from scenarios.load import Loaded
from scenarios.schema import Plan
from simulator.costs import plan_cost
from simulator.draws import RNG_VERSION
from simulator.world_cache import programs_digest

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int, float], None]

BEST = "recommended"

FRONTIER = (0.5, 0.75, 1.25, 1.5)
"""Shares of the budget at which the recommended plan is tried too, all its money scaled alike."""

STEP = 0.03
"""Share of the budget that is added to a line to see what its next money brings; at least 1,000 ..."""

LARGEST_STEP = 0.1
"""... but never a larger share of it than this."""

CURVE_RUNS = 16
"""Replicates of each point of a response curve."""

TOLD_APART_MOST = 3
"""Other finalists that the report looks at."""


def recommend(
    what_if: Loaded,
    *,
    goal: str,
    budget: float,
    mode: Mode = "auto",
    limits: Limits | None = None,
    current: str | None = None,
    effort: Effort | None = None,
    draws: ParameterDraws | None = None,
    archive: Archive | None = None,
    progress: Progress | None = None,
) -> Recommendation:
    """Find the plan that is most likely to meet a goal, and say how sure that is.

    Args:
        what_if: a loaded scenario; its plans show what can be bought and at what price.
        goal: see :func:`experiments.recommend.goal.parse_goal`.
        budget: money in all, in the scenario's currency.
        mode: how plans are judged; by the goal when ``auto``.
        limits: what a plan must keep.
        current: name of the plan that is carried out now; ``baseline``, else the first, when None.
        effort: how much is spent.
        draws: calibrated parameters instead of those that the scenario names.
        archive: where trials are kept; in memory when None.
        progress: told the part of the work, steps done and in all, and the best score so far.

    Raises:
        RecommendError: the goal, the limits or the plan are not possible as they are written.
        InfeasibleError: no plan can keep the limits.
    """
    chosen = effort or Effort()
    began = perf_counter()
    ready = prepare(what_if, goals=[goal], budget=budget, limits=limits, current=current, effort=chosen, draws=draws)
    scenario, wallet, people, decoder, roster = ready.scenario, ready.wallet, ready.people, ready.decoder, ready.roster
    asked, said, bounds, name = people.goals[0], ready.limits, ready.bounds, ready.current_name
    uncertainty, its_draws = people.uncertainty, people.draws
    judged_by = mode_of(asked, mode)
    now = people.run([wallet.current], SEARCH, chosen.replicates[-1]).values
    objective = Objective(judged_by, asked, budget, width=max(SOFTNESS * float(now.std()), 1e-9))
    if wallet.programmes:
        objective = holding(objective, float(now.mean()), float(now.std()))
    search = Search(people, decoder, objective, wallet.current, archive=archive, rungs=chosen.replicates)
    found = look(
        search, chosen.trials, seed=chosen.seed, sampler=chosen.sampler,
        progress=None if progress is None else lambda done, total, best: progress("search", done, total, best),
    )  # fmt: skip
    searched_s = perf_counter()
    references = reference_plans(decoder, wallet)
    in_budget = references if plan_cost(scenario, wallet.current) <= budget * (1 + 1e-9) else references[1:]
    racing = [*found, *in_budget]
    if wallet.programmes:
        racing = fitted(people, search, racing, chosen.laps[-1])
        references = [next((one for one in racing if one.name == ref.name), ref) for ref in references]
    raced = race(
        people, objective, racing, laps=chosen.laps,
        progress=None if progress is None else lambda lap, laps: progress("race", lap, laps, search.best.score),
    )  # fmt: skip
    raced_s = perf_counter()
    winner = raced.winner
    if wallet.programmes:
        refuse_too_dear(raced.costs[0], people, budget)
    rest = [one for one in raced.order[1:] if one.point is not None][:TOLD_APART_MOST]
    marginal = _marginal_plans(decoder, wallet, winner, budget) if chosen.marginals else []
    scaled = _frontier_plans(decoder, winner, budget) if chosen.marginals else []
    plans = [winner.plan, *(one.plan for one in references), *(one.plan for one in rest)]
    plans += [plan for _, _, plan in marginal] + [plan for _, plan in scaled]
    seen = people.run(
        plans, REPORT, chosen.report,
        progress=None if progress is None else lambda n: progress("report", n, chosen.report, search.best.score),
    )  # fmt: skip
    worlds = people.world_numbers(REPORT, chosen.report)
    names = [BEST, *(one.name for one in references), *(f"finalist {k + 2}" for k in range(len(rest)))]
    arms = tuple(
        Arm(arm, plan, plan_cost(scenario, plan), seen.values[k, :, 0], seen.costs[k])
        for k, (arm, plan) in enumerate(zip(names, plans, strict=False))
    )
    responses = _responses(people, decoder, winner, arms[0], wallet) if chosen.marginals else {}
    proof = None
    if roster is not None:
        open_weeks = [True] * scenario.weeks
        if INFLUENCERS in wallet.names:
            open_weeks = bounds.open_weeks[wallet.index(INFLUENCERS)].tolist()
        proof = prove(
            roster, winner.plan, people=people if chosen.marginals else None, limits=said.influencers,
            open_weeks=open_weeks, seed=chosen.seed,
        )  # fmt: skip
    reported_s = perf_counter()
    optimism = None
    printed = float(arms[0].values.mean())
    if chosen.check > 0:
        fresh = people.run([winner.plan], CHECK, chosen.check * chosen.report).values[0, :, 0].mean()
        optimism = _share(printed - float(fresh), float(fresh))
    first = len(arms)
    sign = 1.0 if asked.more else -1.0
    rival = next((arm for arm in arms if arm.name == EQUAL), arms[-1])
    depends = swings(sign * (arms[0].values - rival.values), people.drawn(REPORT, chosen.report))
    reasons = Counter(one.reason for one in search.done if one.reason)
    return Recommendation(
        wallet=wallet, goal=asked, mode=judged_by, budget=budget, current_name=name, arms=arms, worlds=worlds,
        marginals=_marginals(wallet, winner.plan, marginal, arms[0], seen.values[first:, :, 0], worlds),
        frontier=tuple(
            (share, plan_cost(scenario, plan), float(values.mean()), chance(asked, values, paid(wallet, plan, costs)))
            for (share, plan), values, costs in zip(
                scaled, seen.values[first + len(marginal) :, :, 0], seen.costs[first + len(marginal) :], strict=True
            )
        ),
        optimism=optimism,
        searched=_share(float(winner.values.mean()) - printed, printed) if len(winner.values) else 0.0,
        alike=_alike(arms, worlds), regret=_regret(sign, arms, objective), tried=len(search.done),
        failed=dict(reasons), stopped_because=f"{len(search.done)} plans were tried, as asked",
        responses=responses, tornado=depends, roster=proof, notes=() if proof is None else proof.warnings,
        provenance={
            "version": ENGINE_VERSION, "rng_version": RNG_VERSION, "scenario": scenario.name,
            "scenario_hash": what_if.scenario_hash, "seed": chosen.seed, "uncertainty": uncertainty,
            "consumers": scenario.market.consumers, "currency": scenario.currency,
            "replicates": {"search": list(chosen.replicates), "race": list(chosen.laps), "report": chosen.report},
            "runs": people.n_runs,
            **({} if its_draws is None else {"draws_hash": its_draws.draws_hash}),
        },
        timings={
            "search_seconds": searched_s - began, "race_seconds": raced_s - searched_s,
            "report_seconds": reported_s - raced_s, "wall_seconds": perf_counter() - began,
        },
    )  # fmt: skip


def question_hash(
    what_if: Loaded, *, goal: str, budget: float, mode: Mode, limits: Limits | None, current: str | None,
    effort: Effort, draws: ParameterDraws | None,
) -> str:  # fmt: skip
    """What a study's trials depend on, in one word; arguments as for :func:`recommend`."""
    said = [
        what_if.scenario_hash, programs_digest(), what_if.scenario.market.consumers, goal, budget, mode,
        None if limits is None else limits.model_dump_json(), current, repr(replace(effort, threads=None)),
        None if draws is None else draws.draws_hash, sorted(what_if.files.items()),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def _marginal_plans(
    decoder: Decoder, wallet: Wallet, winner: Candidate, budget: float
) -> list[tuple[int, float, Plan]]:
    """For each line, the recommended plan with a little more money on it; the first is the plan itself, decoded."""
    money = _money_of(decoder, winner)
    looks = _looks(decoder, winner)
    step = min(max(1000.0, STEP * budget), LARGEST_STEP * budget)
    out = [(-1, 0.0, looks(money))]
    for i, line in enumerate(wallet.lines):
        more = money.copy()
        more[i] += max(step, line.step)
        out.append((i, max(step, line.step), looks(more)))
    return out


def _money_of(decoder: Decoder, winner: Candidate) -> Floats:
    """[L] money that the recommended plan was made from."""
    return decoder.money(winner.point) if winner.point is not None else line_money(decoder.wallet, winner.plan)


def _looks(decoder: Decoder, winner: Candidate) -> Callable[[Floats], Plan]:
    """The recommended plan's shape, with other money."""
    free = replace(decoder, bounds=replace(decoder.bounds, high=np.full(len(decoder.base), np.inf), groups=()))

    def plan(money: Floats) -> Plan:
        if winner.point is not None:
            return free.at(winner.point, money)
        return free.with_money(money, waves=0.0 if winner.name == EQUAL else 1.0)

    return plan


def _frontier_plans(decoder: Decoder, winner: Candidate, budget: float) -> list[tuple[float, Plan]]:
    money = _money_of(decoder, winner)
    looks = _looks(decoder, winner)
    return [(share, looks(share * money)) for share in FRONTIER]


def _responses(people: People, decoder: Decoder, winner: Candidate, best: Arm, wallet: Wallet) -> dict[str, Response]:
    """For each line with money, a curve through none, half, the plan's and twice its money."""
    money = _money_of(decoder, winner)
    looks = _looks(decoder, winner)
    lines = np.flatnonzero(line_money(wallet, winner.plan) > 0.0).tolist()
    plans = []
    for i in lines:
        for times in MULTIPLES:
            other = money.copy()
            other[i] *= times
            plans.append(looks(other))
    if not plans:
        return {}
    n = min(CURVE_RUNS, len(best.values))
    seen = people.run([looks(money), *plans], REPORT, n).values[:, :, 0]
    base, rows = seen[0], seen[1:].reshape(len(lines), len(MULTIPLES), n)
    out = {}
    for k, i in enumerate(lines):
        name = wallet.lines[i].name
        spent = [float(line_money(wallet, plan)[i]) for plan in plans[k * len(MULTIPLES) : (k + 1) * len(MULTIPLES)]]
        spent = [spent[0], spent[1], float(line_money(wallet, looks(money))[i]), spent[2]]
        gained = [float((row - rows[k, 0]).mean()) for row in (rows[k, 0], rows[k, 1], base, rows[k, 2])]
        found = fit_response(np.array(spent), np.array(gained))
        if found is not None:
            out[name] = found
    return out


def _marginals(
    wallet: Wallet, plan: Plan, tried: Sequence[tuple[int, float, Plan]], best: Arm, values: Floats,
    worlds: NDArray[np.int64],
) -> tuple[Marginal, ...]:  # fmt: skip
    if not tried:
        return ()
    money = line_money(wallet, plan)
    base = values[0]
    base_cost = plan_cost(wallet.scenario, tried[0][2])
    out = []
    for (i, step, more), row in zip(tried[1:], values[1:], strict=False):
        added = plan_cost(wallet.scenario, more) - base_cost
        per = np.full(3, np.nan)
        if added > 0.01 * step:
            gained = (row - base) * 1000.0 / added
            per = _mean_drawn_anew(gained, worlds)
        line = wallet.lines[i]
        out.append(Marginal(
            line.name, float(money[i]), float(money[i] / max(best.cost, 1e-9)), line.now, tuple(per.tolist()), added
        ))  # fmt: skip
    return tuple(out)


def _mean_drawn_anew(values: Floats, worlds: NDArray[np.int64], *, n: int = 2000) -> Floats:
    """5 %, 50 % and 95 % of the mean, middle first, by drawing worlds anew (Efron 1979)."""
    names, inverse = np.unique(worlds, return_inverse=True)
    each = np.bincount(inverse, weights=values) / np.bincount(inverse)
    rows = np.random.default_rng(2).integers(0, len(names), (n, len(names)))
    low, middle, high = np.quantile(each[rows].mean(axis=1), [0.05, 0.5, 0.95])
    return np.array([middle, low, high])


def _alike(arms: Sequence[Arm], worlds: NDArray[np.int64]) -> tuple[str, ...]:
    """Arms whose difference from the recommended plan may be nothing."""
    return tuple(arm.name for arm in arms[1:] if not summarise(arms[0].values - arm.values, worlds=worlds).decided)


def _regret(sign: float, arms: Sequence[Arm], objective: Objective) -> float:
    """What is lost on average if another finalist is the best: by drawing replicates anew."""
    rng = np.random.default_rng(1)
    utility = np.array([sign * arm.values for arm in arms if arm.name == BEST or arm.name.startswith("finalist")])
    rows = rng.integers(0, utility.shape[1], (500, utility.shape[1]))
    means = utility[:, rows].mean(axis=2)
    return float((means.max(axis=0) - means[0]).mean())


def _share(difference: float, of: float) -> float:
    return difference / abs(of) if of else 0.0
