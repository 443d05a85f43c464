"""A closer look at one plan: some of its replicates again, with every weekly metric of every brand.

>>> from experiments import replicate
>>> from experiments.closer import look_closer
>>> from scenarios import load_scenario
>>> runs = replicate(load_scenario("classroom"), plans=["hub-samples"], replicates=2, seed=1, uncertainty="luck")
>>> frame = look_closer(runs, "hub-samples").frame()
>>> sorted(frame["week"].unique())[0], frame["metric"].nunique() > 100
('2027-W01', True)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.places import with_values
from experiments.beliefs import Calibrated
from experiments.replicate import Replicates
from scenarios.schema import Scenario
from simulator.calendar import DAYS_PER_WEEK
from simulator.draws import Purpose, derive, root_key
from simulator.glossary import GLOSSARY
from simulator.graph import SocialGraph
from simulator.indices import Choices
from simulator.reach import exposure_of
from simulator.simulate import Outcome, simulate
from simulator.tables import compile_tables
from simulator.weekly import Metrics, index_of, tidy_columns, weekly_metrics
from simulator.world import build_world

if TYPE_CHECKING:
    import pandas as pd

MOST_REPLICATES = 8
MOST_CONSUMERS = 100_000
"""A closer look takes as many replicates as these allow, and always one."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Influence:
    """What one influencer did for our brand, by week."""

    paid: Floats
    free: Floats
    sights: Floats


@dataclass(frozen=True)
class CloserLook:
    """Every weekly metric of one plan, as the mean of some replicates.

    Parameters are the scenario's own, or, where the runs rest on calibrated draws, those of each replicate.
    """

    scenario: Scenario
    plan: str
    replicates: int
    metrics: dict[str, Metrics]
    """By brand, ours first."""
    segments: tuple[str, ...]
    influencers: dict[str, Influence]
    calibrated: bool = False

    def frame(self) -> "pd.DataFrame":
        """All of it as a tidy table: week, brand, segment, channel or lever, metric, value."""
        import pandas as pd

        return pd.DataFrame(tidy_columns(self.metrics, scenario=self.scenario, segments=self.segments))


def look_closer(
    runs: Replicates, plan: str, *, graph: SocialGraph | None = None, replicates: int | None = None,
    choices: Choices | None = None,
) -> CloserLook:  # fmt: skip
    """Run the first replicates of a plan again and keep everything that can be measured week by week.

    Counts and sums are means over these replicates. Ratios are means over those in which they exist, and the Social
    Action Index is that of the means.

    Args:
        runs: where the plan was run.
        plan: its name.
        graph: the market's own network, if it was run on one.
        replicates: how many; as many as are quickly done when None.
        choices: weights of the index and the like; ours when None.
    """
    scenario = runs.scenario
    most = max(min(MOST_REPLICATES, MOST_CONSUMERS // scenario.market.consumers), 1)
    n = min(runs.n, most if replicates is None else replicates)
    chosen = scenario.plans[plan]
    tables = compile_tables(scenario, chosen)
    beliefs = None if runs.draws is None else Calibrated(runs.draws, seed=runs.seed, replicates=runs.n)
    root = root_key(runs.seed)
    found: list[dict[str, Metrics]] = []
    influencers: list[dict[str, Influence]] = []
    for r in range(n):
        market, luck = scenario, derive(root, Purpose.LUCK, r)
        if beliefs is not None:
            market, drawn = with_values(scenario, beliefs.values(r, luck))
            tables = compile_tables(market, chosen, parameters=drawn)
        world = build_world(market, seed=derive(root, Purpose.WORLD, int(runs.worlds[r])), graph=graph)
        outcome = simulate(market, chosen, world=world, tables=tables, luck=luck)
        found.append(weekly_metrics(outcome, market, chosen, choices=choices))
        influencers.append(_influence(outcome, market, plan))
    metrics = {}
    for brand in found[0]:
        mean = _mean_metrics([one[brand] for one in found])
        metrics[brand] = mean | index_of(mean, choices=choices)
    names = [name for name in scenario.influencers if any(name in one for one in influencers)]
    none = np.zeros(scenario.weeks + scenario.carry_out_weeks)
    nothing = Influence(none, none, none)
    return CloserLook(
        scenario=scenario,
        plan=plan,
        replicates=n,
        metrics=metrics,
        segments=tables.kinds.segments,
        influencers={name: _mean_influence([one.get(name, nothing) for one in influencers]) for name in names},
        calibrated=beliefs is not None,
    )


def _mean_metrics(found: Sequence[Metrics]) -> Metrics:
    out: Metrics = {}
    for key in dict.fromkeys(key for one in found for key in one):
        shape = next(one[key].shape for one in found if key in one)
        empty = np.full(shape, np.nan) if GLOSSARY[key[0]].kind == "ratio" else np.zeros(shape)
        values = np.array([one.get(key, empty) for one in found])
        there = np.isfinite(values)
        total = np.where(there, values, 0.0).sum(axis=0)
        out[key] = np.divide(total, there.sum(axis=0), out=np.full(shape, np.nan), where=there.any(axis=0))
    return out


def _influence(outcome: Outcome, scenario: Scenario, plan: str) -> dict[str, Influence]:
    exposure = exposure_of(outcome, scenario, scenario.plans[plan])
    names, weeks = list(scenario.influencers), scenario.weeks + scenario.carry_out_weeks
    out: dict[str, Influence] = {}
    for post in outcome.tables.posts:
        week = post.day // DAYS_PER_WEEK - outcome.warm_up_weeks
        if post.brand == 0 and 0 <= week < weeks:
            new = Influence(*(np.zeros(weeks) for _ in range(3)))
            one = out.setdefault(names[post.influencer], new)
            (one.free if post.free else one.paid)[week] += 1.0
    for name, one in out.items():
        flows = [flow for flow in exposure.flows if flow.kind == "influencer" and flow.entry == name]
        one.sights[:] = exposure.impressions(flows).sum(axis=1)
    return out


def _mean_influence(found: Sequence[Influence]) -> Influence:
    return Influence(*(np.mean([getattr(one, name) for one in found], axis=0) for name in ("paid", "free", "sights")))
