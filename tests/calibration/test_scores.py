"""Scores of forecasts, against closed forms and against what makes a score honest."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calibration.normal import normal_quantile
from calibration.scores import Score, coverage, crps, interval_score, mape, score, weighted_quantile

pytestmark = pytest.mark.core

NUMBERS = st.floats(-1e6, 1e6)
MANY = 20_000
NORMAL = np.array([normal_quantile((k + 0.5) / MANY) for k in range(MANY)])
"""The normal, as even quantiles of it."""


def normal_crps(mean: float, sd: float, y: float) -> float:
    """Gneiting & Raftery 2007: sd (z (2 Φ(z) − 1) + 2 φ(z) − 1/√π)."""
    z = (y - mean) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sd * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))


@pytest.mark.parametrize(("mean", "sd", "y"), [(0, 1, 0), (0, 1, 2.5), (50, 8, 31), (-3, 0.1, -3.02)])
def test_crps_of_a_normal_is_the_closed_form(mean: float, sd: float, y: float) -> None:
    found = crps((mean + sd * NORMAL)[:, None], [y])
    assert found == pytest.approx([normal_crps(mean, sd, y)], rel=2e-4)


def test_crps_is_the_area_between_the_distribution_and_the_step() -> None:
    """∫ (F(x) − 1{x ≥ y})² dx, by hand: draws 0, 1, 3 of weights 1, 2, 1 and y = 2."""
    found = crps([[0.0], [1.0], [3.0]], [2.0], weights=[1, 2, 1])
    assert found == pytest.approx([0.25**2 * 1 + 0.75**2 * 1 + 0.25**2 * 1], rel=1e-14)


@given(NUMBERS, NUMBERS)
def test_crps_of_a_single_draw_is_the_absolute_error(x: float, y: float) -> None:
    assert crps([[x]], [y])[0] == pytest.approx(abs(x - y), rel=1e-12)


@given(arrays(float, (5, 3), elements=NUMBERS), arrays(float, 3, elements=NUMBERS))
def test_crps_is_the_difference_of_two_mean_distances(draws: np.ndarray, y: np.ndarray) -> None:
    distance = np.abs(draws - y).mean(axis=0)
    pairs = np.abs(draws[:, None] - draws[None]).mean(axis=(0, 1))
    scale = 1.0 + np.abs(draws).max() + np.abs(y).max()
    assert crps(draws, y) / scale == pytest.approx((distance - pairs / 2) / scale, abs=1e-12)
    fair = distance - pairs / 2 * 5 / 4
    assert crps(draws, y, fair=True) / scale == pytest.approx(fair / scale, abs=1e-12)


SUPPORT = st.lists(st.floats(-100, 100), min_size=4, max_size=4, unique=True)
CHANCES = st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4)


@given(SUPPORT, CHANCES, CHANCES)
def test_no_forecast_is_expected_to_do_better_than_the_truth(
    support: list[float], truth: list[float], other: list[float]
) -> None:
    """Properness: where y comes from ``truth``, stating ``truth`` has the lowest expected score."""
    draws = np.tile(np.array(support)[:, None], 4)
    chance = np.array(truth) / sum(truth)
    said_truth = chance @ crps(draws, support, weights=truth)
    said_other = chance @ crps(draws, support, weights=other)
    assert said_truth <= said_other + 1e-9


def test_a_wrong_forecast_is_strictly_worse() -> None:
    draws = np.array([[0.0, 0.0], [1.0, 1.0]])
    chance = np.array([0.3, 0.7])
    expected = [chance @ crps(draws, [0.0, 1.0], weights=[1 - said, said]) for said in (0.6, 0.7, 0.8)]
    assert expected[1] == pytest.approx(0.21)
    assert expected[0] == pytest.approx(0.22) and expected[2] == pytest.approx(0.22)


@given(arrays(float, (6, 2), elements=NUMBERS), st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(any))
def test_a_weight_is_as_many_draws(draws: np.ndarray, weights: list[int]) -> None:
    repeated = np.repeat(draws, weights, axis=0)
    y = draws.mean(axis=0) + 1.0
    scale = 1.0 + np.abs(draws).max()
    assert crps(draws, y, weights=weights) / scale == pytest.approx(crps(repeated, y) / scale, abs=1e-12)
    shares = [0.0, 0.05, 0.25, 0.5, 0.95, 1.0]
    assert np.array_equal(weighted_quantile(draws, shares, weights=weights), weighted_quantile(repeated, shares))
    assert coverage(draws, y, weights=weights) == coverage(repeated, y)


@given(arrays(float, (7, 2), elements=NUMBERS), st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_quantiles_are_numpys(draws: np.ndarray, shares: list[float]) -> None:
    shares = [share for share in shares if abs(7 * share - round(7 * share)) > 1e-9]  # the last bit decides ties there
    expected = np.quantile(draws, shares, axis=0, method="averaged_inverted_cdf")
    assert weighted_quantile(draws, shares) == pytest.approx(expected, rel=1e-12)


def test_median_of_an_even_number_of_draws_lies_between_the_two_in_the_middle() -> None:
    draws = [[4.0], [1.0], [2.0], [9.0]]
    assert weighted_quantile(draws, 0.5) == pytest.approx([3.0])
    assert weighted_quantile(draws, [0.0, 0.3, 1.0]) == pytest.approx(np.array([[1.0], [2.0], [9.0]]))


def test_coverage_on_known_cases() -> None:
    draws = np.tile(np.arange(1.0, 101.0)[:, None], 5)  # 90 %: from 5.5 to 95.5
    assert coverage(draws, [5.4, 5.5, 50.0, 95.5, 95.6]) == 0.6
    assert coverage(draws, [5.4, 5.5, 50.0, 95.5, 95.6], level=0.98) == 1.0
    assert coverage(draws[:, :2], [np.nan, 50.0]) == 1.0
    assert math.isnan(coverage(draws[:, :1], [np.nan]))


def test_coverage_of_draws_from_the_truth_is_its_level() -> None:
    rng = np.random.default_rng(3)
    found = coverage(rng.normal(size=(400, 2_000)), rng.normal(size=2_000), level=0.8)
    assert found == pytest.approx(0.8, abs=0.03)


def test_interval_score_fines_misses() -> None:
    """Width 4; at 80 % each unit outside costs 10."""
    found = interval_score([1.0] * 3, [5.0] * 3, [0.5, 3.0, 7.0], level=0.8)
    assert found == pytest.approx([9.0, 4.0, 24.0])


def test_mape_leaves_out_what_has_no_share() -> None:
    assert mape([1.0, 90.0, 5.0, np.nan], [0.0, 100.0, np.nan, 3.0]) == pytest.approx(0.1)
    assert mape([-90.0], [-100.0]) == pytest.approx(0.1)
    assert math.isnan(mape([1.0], [0.0]))


def test_score_leaves_out_missing_points() -> None:
    draws = np.array([[90.0, 1.0, np.nan], [110.0, 3.0, 4.0]])
    assert score(draws, [80.0, np.nan, 4.0]) == Score(mape=0.25, crps=15.0, coverage_90=0.0)
    assert all(map(math.isnan, vars(score(draws[:, 2:], [1.0])).values()))


def test_crps_of_a_missing_point_is_missing() -> None:
    assert np.isnan(crps([[1.0, np.nan, 1.0], [2.0, 2.0, 2.0]], [np.nan, 1.0, 1.5])).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: crps([1.0, 2.0], [1.0]),
            "samples have a row for each draw and a column for each point, not 2 numbers",
        ),
        (lambda: crps([[1.0, 2.0]], [1.0]), "draws of 2 points for 1 observations; give one for each"),
        (lambda: crps([[1.0]], [1.0], weights=[1, 2]), "2 weights for 1 draws; give one for each"),
        (lambda: crps([[1.0], [2.0]], [1.0], weights=[1, -2]), "weights are finite, 0 or more, and not all 0"),
        (lambda: crps([[1.0], [2.0]], [1.0], weights=[0, 0]), "weights are finite, 0 or more, and not all 0"),
        (
            lambda: crps([[1.0], [2.0]], [1.0], weights=[1, 0], fair=True),
            "a fair score needs at least 2 draws with a weight; give more, or leave fair out",
        ),
        (lambda: mape([1.0], [1.0, 2.0]), "1 forecasts for 2 observations; give one for each"),
        (lambda: weighted_quantile([[1.0]], [0.5, 1.2]), "the share 1.2 is not within 0..1"),
        (lambda: coverage([[1.0]], [1.0], level=90), "the level 90 is not between 0 and 1; write .9 for 90 %"),
        (lambda: interval_score([1.0, 3.0], [2.0, 2.0], [1.0, 1.0]), "point 2 has the interval 3..2; swap its ends"),
        (lambda: interval_score([1.0], [2.0], [1.0, 1.0]), "1 lower and 1 upper ends for 2 observations"),
    ],
)
def test_errors_say_what_does_not_fit(call, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == said
