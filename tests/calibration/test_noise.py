"""Scales on which observations scatter evenly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.noise import NOISES, Scale


@given(st.sampled_from(sorted(NOISES)), st.floats(0.001, 0.999), st.floats(0.01, 1e6))
def test_there_and_back(name: str, share: float, size: float) -> None:
    scale = Scale(name, usual=size)  # type: ignore[arg-type]
    y = share if name == "beta-binomial" else share * size
    assert float(scale.inverse(scale.forward(y))) == pytest.approx(y, rel=1e-6, abs=1e-9)


@given(st.sampled_from(["negative-binomial", "beta-binomial", "lognormal"]), st.floats(0.01, 0.9))
def test_the_slope_is_what_a_relative_change_does(name: str, share: float) -> None:
    scale = Scale(name, usual=1000.0)  # type: ignore[arg-type]
    y = share if name == "beta-binomial" else share * 1000.0
    up, down = scale.forward(y * (1 + 1e-5)), scale.forward(y * (1 - 1e-5))
    assert float(scale.slope(scale.forward(y))) == pytest.approx(float(up - down) / 2e-5, rel=1e-3)


def test_normal_scatter_is_as_large_for_small_numbers_as_for_large_ones() -> None:
    scale = Scale("normal", usual=50.0)
    assert scale.slope(scale.forward([1.0, 50.0, 400.0])).tolist() == [1.0, 1.0, 1.0]
    assert float(scale.forward(60.0) - scale.forward(50.0)) == pytest.approx(0.2)


@pytest.mark.parametrize("mean", [5.0, 50.0, 5000.0])
def test_poisson_counts_scatter_by_one(mean: float) -> None:
    counts = np.random.default_rng(1).poisson(mean, 40_000)
    assert NOISES["negative-binomial"].forward(counts).std() == pytest.approx(1.0, abs=0.05)


def test_negative_binomial_counts_scatter_as_stated() -> None:
    mean, d = 400.0, 0.2
    rng = np.random.default_rng(2)
    counts = rng.poisson(mean * rng.gamma(1 / d**2, d**2, 40_000))
    scale = NOISES["negative-binomial"]
    expected = np.sqrt(1.0 + (d * float(scale.slope(scale.forward(mean)))) ** 2)
    assert scale.forward(counts).std() == pytest.approx(expected, rel=0.05)


def test_shares_of_a_survey_scatter_by_its_size() -> None:
    p = np.random.default_rng(3).binomial(500, 0.3, 40_000) / 500
    assert NOISES["beta-binomial"].forward(p).std() == pytest.approx(500**-0.5, rel=0.05)


def test_an_empty_week_of_sales_is_a_number() -> None:
    assert np.isfinite(Scale("lognormal", usual=1e6).forward(0.0))
