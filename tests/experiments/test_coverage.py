"""Intervals are honest on real answers: nine of ten hold the difference that more replicates would find.

The same small question is asked two hundred times with other seeds, once in fresh worlds and once in eight reused
ones. What each design finds in the long run, over all its thousands of replicates, is the truth for the other, so
that no interval is judged by its own replicates. Worlds matter here: who knows the brand already differs between
them, and with it what samples are worth.
"""

import math
from functools import cache

import numpy as np
import pytest
from small_questions import seeding, small_question

from experiments import Comparison, compare
from experiments.intervals import LEVEL, summarise
from scenarios.schema import Scenario
from simulator.metrics import METRICS

pytestmark = pytest.mark.slow

N_TIMES = 200
FRESH, REUSED = "24 fresh worlds", "8 worlds, 6 lucks each"
ASK = {
    FRESH: {"replicates": 24, "worlds": None, "first_seed": 0},
    REUSED: {"replicates": 48, "worlds": 8, "first_seed": 100_000},
}
OTHER = {FRESH: REUSED, REUSED: FRESH}
FIGURES = ("awareness", "knowledge", "consideration", "purchases", "customers")


def question() -> Scenario:
    brand = {"price": 3.0, "unit_cost": 1.0, "start": {"attention": 0.6}}
    return small_question({"none": {}, "some": seeding(15)}, consumers=30, weeks=2, brand=brand)


@cache
def answers(design: str) -> list[Comparison]:
    asked, scenario = ASK[design], question()
    return [
        compare(
            scenario, replicates=asked["replicates"], worlds=asked["worlds"], seed=asked["first_seed"] + k,
            uncertainty="luck", threads=1,
        )
        for k in range(N_TIMES)
    ]  # fmt: skip


def differences(answer: Comparison, metric: str) -> np.ndarray:
    none, some = (answer.runs.plans[name].all.figures[:, list(METRICS).index(metric)] for name in ("none", "some"))
    return some - none


def truth(design: str, metric: str) -> float:
    """What all replicates of the other design find together."""
    return float(np.mean([differences(answer, metric) for answer in answers(OTHER[design])]))


@pytest.mark.parametrize("metric", FIGURES)
@pytest.mark.parametrize("design", [FRESH, REUSED])
def test_nine_intervals_of_ten_hold_the_truth(design: str, metric: str) -> None:
    right = truth(design, metric)
    held = 0
    for answer in answers(design):
        difference = answer.pair("none", "some", metric).difference
        assert difference.level == LEVEL == 0.90
        held += difference.ci_low <= right <= difference.ci_high
    assert 0.85 <= held / N_TIMES <= 0.95


@pytest.mark.parametrize("metric", FIGURES)
def test_lucks_of_one_world_are_not_taken_for_fresh_worlds(metric: str) -> None:
    """An interval that forgot which replicates share a world would be too narrow, and this question shows it."""
    right = truth(REUSED, metric)
    forgetful = [summarise(differences(answer, metric), worlds=np.arange(answer.runs.n)) for answer in answers(REUSED)]
    assert np.mean([s.ci_low <= right <= s.ci_high for s in forgetful]) < 0.86


@pytest.mark.parametrize("metric", FIGURES)
def test_both_designs_find_the_same(metric: str) -> None:
    """Reusing worlds costs certainty and shifts nothing."""
    fresh, reused = (
        np.array([answer.pair("none", "some", metric).difference.mean for answer in answers(design)])
        for design in (FRESH, REUSED)
    )
    error = math.hypot(fresh.std(ddof=1), reused.std(ddof=1)) / math.sqrt(N_TIMES)
    assert abs(fresh.mean() - reused.mean()) < 3.5 * error
