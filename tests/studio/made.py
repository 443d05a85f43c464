"""Answers made by hand, so that what is said about them can be checked without running anything."""

import numpy as np

from experiments import Comparison
from experiments.compare import _pair
from experiments.intervals import summarise
from experiments.replicate import PlanRuns, Replicates, Sample
from scenarios import load_scenario
from scenarios.load import Loaded
from simulator.metrics import METRICS, SERIES


def made(
    levels: dict[str, float],
    *,
    n: int = 32,
    noise: float = 5.0,
    gap_noise: float = 1.0,
    loaded: Loaded | None = None,
    uncertainty: str = "luck+ranges",
    costs: dict[str, float] | None = None,
) -> Comparison:
    """A comparison of plans whose customers lie at given levels, with shared and own noise.

    Plans of the scenario are renamed to the ones asked for.
    """
    loaded = loaded or load_scenario("classroom")
    scenario = loaded.scenario
    donor = list(scenario.plans.values())
    scenario = scenario.model_copy(update={"plans": {name: donor[i % len(donor)] for i, name in enumerate(levels)}})
    weeks = scenario.weeks + scenario.carry_out_weeks
    shared = np.random.default_rng(1)
    base = noise * shared.standard_normal((n, 1))
    plans = {}
    for number, (name, level) in enumerate(levels.items()):
        rng = np.random.default_rng(100 + number)
        own = gap_noise * rng.standard_normal((n, 1))
        figures = np.array([level * (1.0 + 0.1 * m) for m in range(len(METRICS))])[None] + base + own
        figures[:, list(METRICS).index("cost")] = (costs or {}).get(name, 1000.0)
        grown = np.linspace(0.0, 1.0, weeks + 1)
        curve = np.array([level * (1.0 + 0.05 * s) * grown for s in range(len(SERIES))])
        weekly = np.maximum(curve[None] + (base + own)[:, :, None] * grown, 0.0)
        both = Sample(figures, weekly)
        plans[name] = PlanRuns((costs or {}).get(name, 1000.0), both, both)
    runs = Replicates(
        scenario=scenario, plans=plans, seed=0, uncertainty=uncertainty, worlds=np.arange(n), given_graph=False,
        notes=(), kernel_seconds=0.1, world_seconds=0.1, other_seconds=0.1, wall_seconds=0.2,
    )  # fmt: skip
    names = list(plans)
    summaries = {
        name: {m: summarise(plans[name].all.figures[:, i], worlds=runs.worlds) for i, m in enumerate(METRICS)}
        for name in names
    }
    pairs = tuple(
        _pair(runs, a, b, i, m) for k, a in enumerate(names) for b in names[k + 1 :] for i, m in enumerate(METRICS)
    )
    return Comparison(runs, summaries, pairs, "0" * 64)
