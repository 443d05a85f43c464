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
