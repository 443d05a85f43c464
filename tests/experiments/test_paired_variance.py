"""How much pairing saves: plans that meet the same people differ by far less luck than plans that meet strangers.

Five per cent more media is a small change, and the one that a planner asks for first. The variance ratio is how
many times more replicates independent seeds would take for the same interval.
"""

import numpy as np
import pytest

from experiments import Replicates, replicate
from experiments.intervals import variance_ratio
from scenarios import load_scenario
from simulator.metrics import METRICS

pytestmark = pytest.mark.slow

N_REPLICATES = 200
STAGES = ("awareness", "knowledge", "consideration", "audience", "advocates")
SALES = ("purchases", "customers")
FLOOR = 5.0


def five_per_cent_more() -> Replicates:
    """The cold brew launch with its own 10,000 consumers: the baseline, and the same with 5 % more media."""
    scenario = load_scenario("coldbrew-launch").scenario
    baseline = scenario.plans["baseline"]
    more = baseline.model_copy(update={"title": "", "media_scale": 1.05 * baseline.media_scale})
    scenario = scenario.model_copy(update={"plans": {"baseline": baseline, "more": more}})
    return replicate(scenario, replicates=N_REPLICATES, seed=20270104, uncertainty="luck")


def figures_of(runs: Replicates, metric: str) -> tuple[np.ndarray, np.ndarray]:
    m = list(METRICS).index(metric)
    return runs.plans["baseline"].luck.figures[:, m], runs.plans["more"].luck.figures[:, m]


def ratio_interval(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """5 % and 95 % points of the variance ratio, by drawing replicates again with replacement."""
    again = np.random.default_rng(1).integers(0, len(a), (4000, len(a)))
    apart = a[again].var(axis=1, ddof=1) + b[again].var(axis=1, ddof=1)
    low, high = np.quantile(apart / (b - a)[again].var(axis=1, ddof=1), [0.05, 0.95])
    return float(low), float(high)


def strangers(a: np.ndarray, b: np.ndarray) -> float:
    """Variance of the difference between plans that meet other people: every other pairing of the same runs."""
    return float(np.mean([np.var(np.roll(b, k) - a, ddof=1) for k in range(1, len(a))]))


def test_pairing_saves_most_of_the_luck() -> None:
    """One test, because all figures rest on the same runs."""
    runs = five_per_cent_more()
    said, lows = [], {}
    for metric in (*STAGES, *SALES):
        a, b = figures_of(runs, metric)
        ratio, (low, high) = variance_ratio(a, b), ratio_interval(a, b)
        effect, error = (b - a).mean(), (b - a).std(ddof=1) / np.sqrt(N_REPLICATES)
        said.append(f"{metric}: {ratio:.1f} ({low:.1f}-{high:.1f}), {effect:.0f} ± {error:.0f} of {a.mean():.0f}")
        lows[metric] = low
        if metric != "advocates":  # so few in half a year that five per cent more of them may hide in the luck
            assert effect > 3.0 * error, said
        assert strangers(a, b) / np.var(b - a, ddof=1) == pytest.approx(ratio, rel=0.02)
    print("\n".join(said))
    assert min(lows.values()) > FLOOR, said
