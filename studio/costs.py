"""What plans cost: by lever, and in all, with what people make them cost."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments import Comparison


def total_cost(comparison: "Comparison", plan: str) -> float:
    """What a plan costs on average, with what people make it cost."""
    return comparison.plans[plan]["cost"].mean


def lever_costs(comparison: "Comparison") -> dict[str, dict[str, float]]:
    """Money by plan and lever, with what people make it; every plan has every lever that any of them uses."""
    from simulator.costs import cost_lines

    scenario = comparison.runs.scenario
    found: dict[str, dict[str, float]] = {}
    for name, runs in comparison.runs.plans.items():
        sums = found.setdefault(name, {})
        for line in cost_lines(scenario, scenario.plans[name]):
            sums[line.lever] = sums.get(line.lever, 0.0) + line.total
        for lever, amount in runs.all.response.items():
            sums[lever] = sums.get(lever, 0.0) + amount
    levers = dict.fromkeys(lever for sums in found.values() for lever in sums)
    return {name: {lever: sums.get(lever, 0.0) for lever in levers} for name, sums in found.items()}


def fewer_levers(mine: dict[str, float], *, most: int, by: dict[str, dict[str, float]]) -> dict[str, float]:
    """The levers that cost most in any plan, and all others in one.

    >>> costs = {"a": {"media": 9.0, "posts": 1.0, "events": 2.0}}
    >>> fewer_levers(costs["a"], most=2, by=costs)
    {'media': 9.0, 'other levers': 3.0}

    Args:
        mine: money by lever of one plan.
        most: levers to show, the last of which stands for all others when there are more.
        by: money by plan and lever; decides which levers are shown.
    """
    if len(mine) <= most:
        return mine
    largest = sorted(mine, key=lambda lever: -max(costs[lever] for costs in by.values()))[: most - 1]
    shown = {lever: amount for lever, amount in mine.items() if lever in largest}
    return {**shown, "other levers": sum(amount for lever, amount in mine.items() if lever not in largest)}
