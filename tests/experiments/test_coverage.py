"""Intervals are honest on real answers: nine of ten hold the difference that more replicates would find.

The same small question is asked three hundred times with other seeds, once in fresh worlds and once in eight reused
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

N_TIMES = 300
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


def held(design: str, metric: str) -> float:
    """Share of this design's intervals that hold the truth."""
    right = truth(design, metric)
    intervals = [answer.pair("none", "some", metric).difference for answer in answers(design)]
    return float(np.mean([one.level == LEVEL and one.ci_low <= right <= one.ci_high for one in intervals]))


def held_if_worlds_are_forgotten(metric: str) -> float:
    """The same of an interval that takes six lucks of one world for six fresh worlds."""
    right = truth(REUSED, metric)
    intervals = [summarise(differences(answer, metric), worlds=np.arange(answer.runs.n)) for answer in answers(REUSED)]
    return float(np.mean([one.ci_low <= right <= one.ci_high for one in intervals]))


def shift_in_errors(metric: str) -> float:
    """How far apart both designs are in the long run: reusing worlds costs certainty and shifts nothing."""
    fresh, reused = (
        np.array([answer.pair("none", "some", metric).difference.mean for answer in answers(design)])
        for design in (FRESH, REUSED)
    )
    error = math.hypot(fresh.std(ddof=1), reused.std(ddof=1)) / math.sqrt(N_TIMES)
    return float(abs(fresh.mean() - reused.mean()) / error)


def test_nine_intervals_of_ten_hold_the_truth() -> None:
    """One test, because all figures rest on the same six hundred answers."""
    assert LEVEL == 0.90
    rates = {(design, metric): held(design, metric) for design in (FRESH, REUSED) for metric in FIGURES}
    forgetful = {metric: held_if_worlds_are_forgotten(metric) for metric in ("awareness", "knowledge")}
    shifts = {metric: shift_in_errors(metric) for metric in FIGURES}
    print(rates, forgetful, shifts)
    assert all(0.85 <= rate <= 0.95 for rate in rates.values()), rates
    assert all(rate < 0.82 for rate in forgetful.values()), "this question does not tell worlds from lucks"
    assert all(shift < 3.5 for shift in shifts.values()), shifts
