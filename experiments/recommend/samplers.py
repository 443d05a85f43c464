"""Samplers held against each other at equal cost: each goes on until the engine ran as often as for our search.

Equal numbers of trials would not be fair: a plan clearly behind is given up after a few replicates, so that a sampler
whose plans are poor tries as many of them for less.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import summarise
from experiments.recommend.audience import open_roster
from experiments.recommend.decode import Decoder, decoder_of
from experiments.recommend.goal import Goal, parse_goal
from experiments.recommend.limits import Limits, bounds_of
from experiments.recommend.objective import Objective
from experiments.recommend.people import REPORT, People, Runs
from experiments.recommend.planted import PlantedPeople, planted_wallet
from experiments.recommend.prepare import current_plan
from experiments.recommend.race import race
from experiments.recommend.references import reference_plans
from experiments.recommend.search import Sampler, Search, look
from experiments.recommend.wallet import line_money, open_wallet
from scenarios.load import Loaded
from scenarios.schema import Plan
from simulator.costs import plan_cost

Floats = NDArray[np.float64]

SAMPLERS: dict[Sampler, str] = {
    "auto": "ours: CMA-ES, curves, Gaussian process", "cma": "CMA-ES alone", "tpe": "TPE",
    "gp": "Gaussian process alone", "random": "random",
}  # fmt: skip

PLANTED_BUDGET = 1000.0


@dataclass(frozen=True)
class Searched:
    """What one search came to.

    Attributes:
        plan: that won the race after it.
        trials: plans that were tried.
        runs: of the engine, in the search.
        race_runs: of the engine, in the race after it.
    """

    plan: Plan
    trials: int
    runs: int
    race_runs: int


def searched(
    people: Runs, decoder: Decoder, objective: Objective, *, sampler: Sampler, trials: int, runs: int | None, seed: int
) -> Searched:
    """Search with one sampler, and race the best.

    Args:
        people: the market; nobody else may have used it, as what it remembers costs nothing.
        decoder: from points to plans.
        objective: what is better.
        sampler: its name.
        trials: plans that are tried where ``runs`` is None.
        runs: of the engine that are spent on the search.
        seed: of the sampler.
    """
    before = people.n_runs
    search = Search(people, decoder, objective, decoder.wallet.current)
    found = look(search, trials, seed=seed, sampler=sampler, runs=None if runs is None else before + runs)
    spent = people.n_runs
    won = race(people, objective, [*found, search.current]).winner
    return Searched(won.plan, len(search.done), spent - before, people.n_runs - spent)


def planted_search(n: int, *, seed: int, noise: float, sampler: Sampler, trials: int, runs: int | None = None) -> (
    tuple[Searched, float, float]
):  # fmt: skip
    """What a search found on a market whose best split is known, its regret, and the regret of equal shares.

    Args:
        n: channels.
        seed: of market and sampler.
        noise: of one run, as a share of its value.
        sampler: its name.
        trials: as for :func:`searched`, like the next.
        runs: likewise.
    """
    wallet = planted_wallet(n, seed=seed)
    people = PlantedPeople(wallet, seed=seed, noise=noise)
    limits, budget = Limits(), PLANTED_BUDGET
    decoder = decoder_of(wallet, bounds_of(limits, wallet, budget), limits.influencers, budget)
    objective = Objective("most", Goal("most sales", "customers", 0), budget)
    found = searched(people, decoder, objective, sampler=sampler, trials=trials, runs=runs, seed=seed)
    equal = people.regret(np.full(n, budget / n), budget)
    return found, people.regret(line_money(wallet, found.plan), budget), equal


def planted(*, trials: int, seeds: int, noise: float = 0.005, sizes: Sequence[int] = (6, 12)) -> Iterator[str]:
    """Lines of a table: regret of each sampler on markets whose best split is known.

    Args:
        trials: of our search; the others spend as many runs.
        seeds: markets of each size.
        noise: of one run, as a share of its value.
        sizes: channels.
    """
    markets = " | ".join(f"{n} channels, mean | worst" for n in sizes)
    yield f"| Search | {markets} | trials | runs of the search | of the race |"
    yield "|---|" + "---:|---:|" * len(sizes) + "---:|---:|---:|"
    equal: dict[int, list[float]] = {n: [] for n in sizes}
    paid: dict[tuple[int, int], int] = {}
    for sampler, words in SAMPLERS.items():
        cells, all_found = [], []
        for n in sizes:
            regrets = []
            for seed in range(seeds):
                found, regret, other = planted_search(
                    n, seed=seed, noise=noise, sampler=sampler, trials=trials, runs=paid.get((n, seed))
                )
                regrets.append(regret)
                all_found.append(found)
                if sampler == "auto":
                    paid[n, seed] = found.runs
                    equal[n].append(other)
            cells += [f"{100 * np.mean(regrets):.2f} %", f"{100 * max(regrets):.2f} %"]
        yield f"| {words} | {' | '.join(cells)} | {_efforts(all_found)} |"
    cells = [f"{100 * np.mean(equal[n]):.2f} % | {100 * max(equal[n]):.2f} %" for n in sizes]
    yield f"| equal split, no search | {' | '.join(cells)} | 0 | 0 | 0 |"


@dataclass(frozen=True)
class Question:
    """What samplers are compared on.

    Attributes:
        loaded: a scenario.
        goal: the most of a metric.
        budget: money in all.
    """

    loaded: Loaded
    goal: str
    budget: float


def on_scenarios(
    questions: Sequence[Question], *, trials: int, seeds: int, report: int, threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Iterator[str]:  # fmt: skip
    """Lines of a table: what each sampler gains over equal split on scenarios, on replicates that no search saw.

    Args:
        questions: at least one.
        trials: of our search; the others spend as many runs.
        seeds: searches of each sampler, each with people of its own.
        report: fresh replicates of each.
        threads: at once; all cores when None.
        progress: told what was done.
    """
    yield (
        "| Scenario | Search | Gain over equal split | of the worst search | Ours gains more by | trials "
        "| runs of the search | of the race |"
    )
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for question in questions:
        name = question.loaded.scenario.name
        paid: dict[int, int] = {}
        ours = np.empty(0)
        for sampler, words in SAMPLERS.items():
            gains, worlds, all_found = [], [], []
            for seed in range(seeds):
                found, gain, world = _on_scenario(
                    question, sampler=sampler, trials=trials, runs=paid.get(seed), seed=seed, report=report,
                    threads=threads,
                )  # fmt: skip
                if sampler == "auto":
                    paid[seed] = found.runs
                all_found.append(found)
                gains.append(gain)
                worlds.append(world)
                if progress is not None:
                    progress(f"{name}, {words}, {seed + 1} of {seeds}")
            every, its = np.concatenate(gains), np.concatenate(worlds)
            if sampler == "auto":
                ours = every
            said = [summarise(values, worlds=its) for values in (every, ours - every)]
            cells = [f"{one.mean:+.1f} % ({one.ci_low:+.1f} to {one.ci_high:+.1f})" for one in said]
            worst = min(float(gain.mean()) for gain in gains)
            more = "–" if sampler == "auto" else cells[1]
            yield f"| {name} | {words} | {cells[0]} | {worst:+.1f} % | {more} | {_efforts(all_found)} |"


def _on_scenario(
    question: Question, *, sampler: Sampler, trials: int, runs: int | None, seed: int, report: int, threads: int | None
) -> tuple[Searched, Floats, NDArray[np.int64]]:
    """What a search found, its gain over equal split in each fresh replicate, in per cent, and their worlds."""
    scenario, budget = question.loaded.scenario, question.budget
    goal = parse_goal(question.goal, scenario)
    wallet = open_wallet(scenario, current_plan(scenario, None))
    people = People(scenario, [goal], seed=seed, uncertainty="luck+ranges", threads=threads)
    roster = open_roster(scenario, people.one_world(), seed=seed)
    limits = Limits()
    decoder = decoder_of(wallet, bounds_of(limits, wallet, budget), limits.influencers, budget, roster=roster)
    objective = Objective("most", goal, budget)
    found = searched(people, decoder, objective, sampler=sampler, trials=trials, runs=runs, seed=seed)
    equal = reference_plans(decoder, wallet)[-1].plan
    won, other = people.run([found.plan, equal], REPORT, report).values[:, :, 0]
    worlds = people.world_numbers(REPORT, report) + 10 * REPORT * seed  # other seeds have other worlds
    return found, 100.0 * (won - other) / float(other.mean()), worlds


def dearest(loaded: Loaded) -> float:
    """The cost of the dearest plan of a scenario.

    Args:
        loaded: the scenario.
    """
    return max(plan_cost(loaded.scenario, plan) for plan in loaded.scenario.plans.values())


def _efforts(found: Sequence[Searched]) -> str:
    means = (np.mean([getattr(one, part) for one in found]) for part in ("trials", "runs", "race_runs"))
    return " | ".join(f"{mean:,.0f}" for mean in means)
