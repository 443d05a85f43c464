"""Observations on the weeks of a scenario."""

import math
from datetime import date

import numpy as np
import pytest

from calibration.errors import CalibrationError
from calibration.targets import LiftTest, Observed, target, weekly_target

MONDAY = date(2027, 1, 4)


def test_a_months_flow_takes_parts_of_its_first_and_last_week() -> None:
    february = target("purchases", [100.0], starts=[date(2027, 2, 1)], days=[28], first_day=MONDAY, n_weeks=10)
    assert february.weights[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    january = target("purchases", [9.0], starts=[date(2027, 1, 6)], days=[10], first_day=MONDAY, n_weeks=3)
    assert january.weights[0] == pytest.approx([5 / 7, 5 / 7, 0])
    assert january.last_week.tolist() == [1]


def test_a_stock_is_taken_at_the_end_of_its_period() -> None:
    aware = target("awareness", [7.0], starts=[MONDAY], days=[28], first_day=MONDAY, n_weeks=6)
    assert aware.stock and aware.weights[0].tolist() == [0, 0, 0, 1, 0, 0]


def test_what_lies_outside_and_what_is_missing_is_left_out() -> None:
    starts = [date(2026, 12, 28), MONDAY, date(2027, 1, 11), date(2027, 1, 18)]
    sold = target("purchases", [1.0, 2.0, np.nan, 4.0], starts=starts, days=[7] * 4, first_day=MONDAY, n_weeks=2)
    assert sold.observed.tolist() == [2.0]


def test_the_fit_sees_only_what_ends_before_the_weeks_held_out() -> None:
    sold = weekly_target("purchases", [1.0] * 6, n_weeks=6)
    month = target("revenue", [5.0], starts=[MONDAY], days=[42], first_day=MONDAY, n_weeks=6)
    tests = (LiftTest("a", "tv", 0, 3, "revenue", 10.0, 2.0), LiftTest("b", "tv", 3, 4, "revenue", 10.0, 2.0))
    seen = Observed((sold, month), tests, train_weeks=4)
    assert seen.train.tolist() == [True] * 4 + [False] * 2 + [False] + [True, False]
    assert seen.y[-2:].tolist() == [pytest.approx(3.0 * math.asinh(5.0 / 3.0))] * 2
    assert [(at.start, at.stop) for at in seen.slices] == [(0, 6), (6, 7), (7, 8), (8, 9)]


def test_a_target_of_weight_nought_is_shown_and_not_fitted() -> None:
    seen = Observed((weekly_target("purchases", [1.0] * 3, n_weeks=3, weight=0.0),), train_weeks=3)
    assert not seen.train.any()


def test_series_two_weeks_apart_say_so() -> None:
    starts = [date(2027, 1, 11), date(2027, 1, 25), date(2027, 2, 8)]
    asked = target("awareness", [0.1, 0.2, 0.3], starts=starts, days=[7] * 3, first_day=MONDAY, n_weeks=9, share=True)
    assert asked.period_days == 14.0 and asked.noise == "beta-binomial"


@pytest.mark.parametrize(
    ("metric", "values", "keys", "said"),
    [
        ("purchase", [1.0], {}, "there is no weekly series “purchase”"),
        ("awareness", [25.0], {"share": True}, "25 is no share"),
        ("awareness", [25.0], {"sample_size": 100}, "a sample size goes with a share"),
        ("revenue", [25.0], {"discrepancy": ["drft"]}, "“drft” is no kind of discrepancy"),
    ],
)
def test_what_cannot_be_is_refused(metric: str, values: list[float], keys: dict[str, object], said: str) -> None:
    with pytest.raises(CalibrationError, match=said):
        weekly_target(metric, values, n_weeks=4, **keys)


def test_a_lift_is_fitted_in_standard_errors_while_small_and_as_a_ratio_when_large() -> None:
    test = LiftTest("a", "tv", 0, 3, "revenue", 10.0, 2.0)
    assert float(test.even(0.02)) == pytest.approx(0.01, rel=1e-4)
    far = test.even(np.array([2e4, 4e4, 8e4]))
    assert np.diff(far) == pytest.approx([3.0 * math.log(2.0)] * 2, rel=1e-6)
    there = np.array([-40.0, -1.0, 0.0, 3.0, 900.0])
    assert test.natural(test.even(there)) == pytest.approx(there)
    step = 1e-5
    slope = (float(test.even(10.0 + step)) - float(test.even(10.0 - step))) / (2.0 * step)
    assert test.even_error == pytest.approx(slope * 2.0, rel=1e-6)
