"""Recommendations made by hand, so that what is said about them can be checked without simulating anything."""

from dataclasses import replace
from typing import Any

import numpy as np

from experiments.recommend.advice import RosterProof
from experiments.recommend.answer import Arm, Marginal, Recommendation, chance
from experiments.recommend.goal import Goal
from experiments.recommend.response import Response
from experiments.recommend.tornado import Swing
from experiments.recommend.wallet import line_money, open_wallet
from scenarios import load_scenario
from scenarios.plan import Booking, Plan
from simulator.costs import plan_cost

LOADED = load_scenario("coldbrew-launch", consumers=2_000)

AMOUNT = Goal("customers >= 80k", "customers", 25, amount=80_000.0)
MOST = Goal("most customers", "customers", 25)

PROVENANCE: dict[str, Any] = {
    "version": "1.2.3", "rng_version": 4, "scenario": "coldbrew-launch", "scenario_hash": "a" * 64, "seed": 7,
    "uncertainty": "luck+ranges", "consumers": 2_000, "currency": "USD", "runs": 4_321,
    "replicates": {"search": [8, 32], "race": [16, 32, 64], "report": 32},
}  # fmt: skip

POOR = RosterProof(
    certificate=0.93, upper_bound=5_400.0, spread=5_022.0, most_followers=4_000.0, correlation=0.31, supercritical=True
)


CURVE = Response((0.0, 1.0, 2.0, 4.0), (0.0, 1.0, 1.5, 2.0), 3.0, 2.0, 1.0)
SWINGS = (Swing("wom.affinity", 0.4, -310.0, 2_400.0, 300.0), Swing("paid.attention", 0.01, 900.0, 80.0, 90.0))


def recommendation(
    goal: Goal = AMOUNT,
    *,
    booked: bool = True,
    marginals: bool = True,
    n: int = 32,
    shared: bool = False,
    level: float = 82_000.0,
    optimism: float | None = 0.012,
    evil: str = "",
    roster: RosterProof | None = POOR,
    failed: str = "nobody was left in the market",
) -> Recommendation:
    """What a search might have found.

    Args:
        goal: what was asked.
        booked: whether influencers are.
        marginals: whether the next money of each line and other budgets were looked at.
        n: replicates.
        shared: whether all replicates have one world.
        level: of the metric under the recommended plan.
        optimism: of the printed value.
        evil: stands in every name that a user might have chosen.
        roster: what is known of the influencers.
        failed: why two plans could not be run; empty for none.
    """
    rng = np.random.default_rng(5)
    scenario = LOADED.scenario
    people = dict(scenario.influencers)
    first, second = list(people)[:2]
    if evil:
        first = f"ana{evil}"
        people[first] = people.pop(next(iter(people)))
        scenario = scenario.model_copy(update={"title": f"Brew{evil}", "influencers": people})
    wallet = open_wallet(scenario, "baseline")
    bookings = []
    if booked:
        start = scenario.start
        bookings = [
            Booking(influencer="ana", dates=[start, start.replace(day=25)]).model_copy(update={"influencer": first}),
            Booking(influencer=second, dates=[start.replace(month=start.month + 1)]),
        ]
    baseline = scenario.plans["baseline"]
    best = baseline.model_copy(update={"media_scale": 0.5, "bookings": bookings})
    shared_luck = rng.normal(0.0, 6_000.0, n)

    def arm(name: str, plan: Plan, mean: float, noise: float) -> Arm:
        values = mean + shared_luck + rng.normal(0.0, noise, n)
        return Arm(name, plan, plan_cost(scenario, plan), values, np.full(n, plan_cost(scenario, plan)))

    arms = (
        arm("recommended", best, level, 1_000.0),
        arm("current", baseline, level + 5_000.0, 1_000.0),
        arm("current_scaled", baseline.model_copy(update={"media_scale": 0.55}), level - 9_000.0, 1_000.0),
        arm("equal_split", baseline.model_copy(update={"media_scale": 0.6}), level - 100.0, 4_000.0),
        arm("finalist 2", baseline.model_copy(update={"media_scale": 0.52}), level - 20.0, 3_000.0),
        arm("finalist 3", baseline.model_copy(update={"media_scale": 0.54}), level - 6_000.0, 1_000.0),
    )
    if evil:
        lines = (replace(wallet.lines[0], name=f"media.{evil}"), *wallet.lines[1:])
        wallet = replace(wallet, lines=lines)
    found: tuple[Marginal, ...] = ()
    frontier: tuple[tuple[float, float, float, Any], ...] = ()
    if marginals:
        money = line_money(wallet, best)
        told = [(33.0, -13.0, 83.0), (42.4, 4.2, 83.0), (-8.0, -20.0, -1.0), (np.nan, np.nan, np.nan)]
        found = tuple(
            Marginal(line.name, float(money[k]), float(money[k] / arms[0].cost), line.now, told[k % 4], 12_000.0)
            for k, line in enumerate(wallet.lines)
        )
        frontier = tuple(
            (part, part * arms[0].cost, level * part**0.5, chance(goal, arms[0].values * part**0.5, 1.0))
            for part in (0.5, 0.75, 1.25, 1.5)
        )
    return Recommendation(
        wallet=wallet, goal=replace(goal, text=f"{goal.text}{evil}"), mode="probability" if goal.amount else "most",
        budget=420_000.0, current_name=f"baseline{evil}", arms=arms,
        worlds=np.zeros(n, np.int64) if shared else np.arange(n), marginals=found, frontier=frontier,
        optimism=optimism, searched=0.034, alike=("equal_split", "finalist 2"), regret=210.0, tried=300,
        failed={f"{failed}{evil}": 2} if failed else {}, stopped_because="300 plans were tried, as asked",
        roster=roster if booked else None, notes=(f"a remark{evil}", *(roster.warnings if roster and booked else ())),
        responses={wallet.lines[0].name: CURVE} if marginals else {},
        tornado=(replace(SWINGS[0], name=f"wom.affinity{evil}"), SWINGS[1]) if marginals else (),
        provenance=PROVENANCE, timings={"wall_seconds": 12.5},
    )  # fmt: skip
