"""Everything that a search needs, made from a scenario and what a planner asks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.draws import ParameterDraws
from experiments.recommend.audience import Roster, open_roster
from experiments.recommend.decode import Decoder, decoder_of
from experiments.recommend.effort import Effort
from experiments.recommend.errors import RecommendError
from experiments.recommend.expected import put_aside
from experiments.recommend.goal import parse_goal
from experiments.recommend.limits import Bounds, Limits, bounds_of
from experiments.recommend.people import People
from experiments.recommend.references import reference_plans
from experiments.recommend.wallet import Wallet, open_wallet
from experiments.replicate import graph_of, on_network, usable_uncertainty
from scenarios.errors import suggest
from scenarios.load import Loaded
from scenarios.schema import Scenario
from simulator.executor import usable_threads
from simulator.memory import check_fits, needed


@dataclass(frozen=True)
class Prepared:
    """A market with its wallet, ready to be searched.

    Attributes:
        scenario: the market, on its own network if it has one.
        current_name: of the plan that is carried out now.
        wallet: what money can be moved between.
        limits: as they were said.
        bounds: the same as numbers.
        people: whom plans are tried on; they know the goals.
        roster: influencers on sale and whom they reach; None where there are none.
        decoder: from points to plans that keep every limit.
    """

    scenario: Scenario
    current_name: str
    wallet: Wallet
    limits: Limits
    bounds: Bounds
    people: People
    roster: Roster | None
    decoder: Decoder


def prepare(
    what_if: Loaded, *, goals: Sequence[str], budget: float, limits: Limits | None, current: str | None,
    effort: Effort, draws: ParameterDraws | None,
) -> Prepared:  # fmt: skip
    """Read what is asked, and hold it against the market before anything is simulated.

    Args:
        what_if: a loaded scenario.
        goals: see :func:`experiments.recommend.goal.parse_goal`.
        budget: money in all.
        limits: what a plan must keep.
        current: name of the plan that is carried out now; ``baseline``, else the first, when None.
        effort: its seed and threads.
        draws: calibrated parameters instead of those that the scenario names.

    Raises:
        RecommendError: the goals, the limits or the plan are not possible as they are written.
        InfeasibleError: no plan can keep the limits.
    """
    if not np.isfinite(budget) or budget <= 0.0:
        raise RecommendError(f"the budget is {budget:g}; it must be more than 0")
    graph = graph_of(what_if)
    scenario = what_if.scenario if graph is None or graph.well_mixed else on_network(what_if.scenario, graph)
    name = current_plan(scenario, current)
    asked = [parse_goal(goal, scenario) for goal in goals]
    wallet = open_wallet(scenario, name)
    if not wallet.lines:
        raise RecommendError(
            f"nothing can be bought in {scenario.name}: no channel, post, influencer or sample has a price"
        )
    said = limits or Limits()
    bounds = bounds_of(said, wallet, budget)
    uncertainty, its_draws = usable_uncertainty(what_if, draws)
    degree = None if graph is None else graph.mean_degree if not graph.well_mixed else 0.0
    check_fits(
        needed(scenario, degree=degree, copies=effort.threads or usable_threads()), own_network=graph is not None
    )
    people = People(
        scenario, asked, seed=effort.seed, uncertainty=uncertainty, draws=its_draws, graph=graph,
        threads=effort.threads,
    )  # fmt: skip
    roster = open_roster(scenario, people.one_world(), seed=effort.seed)
    decoder = decoder_of(wallet, bounds, said.influencers, budget, roster=roster)
    if wallet.programmes:
        decoder = put_aside(people, decoder, reference_plans(decoder, wallet)[1].plan, effort.replicates[-1])
    return Prepared(scenario, name, wallet, said, bounds, people, roster, decoder)


def current_plan(scenario: Scenario, asked: str | None) -> str:
    """Name of the plan that is carried out now: as asked, else ``baseline``, else the first.

    Args:
        scenario: its plans.
        asked: a name, or None.

    Raises:
        RecommendError: there is no such plan.
    """
    if asked is None:
        return "baseline" if "baseline" in scenario.plans else next(iter(scenario.plans))
    if asked not in scenario.plans:
        raise RecommendError(f"there is no plan “{asked}”; {suggest(asked, scenario.plans)}")
    return asked
