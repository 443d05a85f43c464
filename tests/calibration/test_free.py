"""Free parameters: where a value stands in its belief, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import CalibrationError
from calibration.free import FreeParameter, free_parameter, free_parameters
from calibration.search import auto_sampler
from scenarios import load_scenario

MARKET = load_scenario("coldbrew-launch").scenario


@given(st.floats(-2.9, 2.9), st.sampled_from(["log", "linear"]), st.sampled_from(["range", "flat"]))
def test_a_value_stands_where_it_came_from(z: float, scale: str, prior: str) -> None:
    one = FreeParameter("wom.affinity", 0.2, 0.5, 0.9, scale, prior)  # type: ignore[arg-type]
    assert one.z(one.value(z)) == pytest.approx(z, abs=1e-7)


def test_the_range_holds_nine_tenths_of_the_belief() -> None:
    one = free_parameter(MARKET, "market.size", low=1e5, guess=8e5, high=2e6)
    assert (one.value(-1.6448536), one.value(0.0), one.value(1.6448536)) == pytest.approx((1e5, 8e5, 2e6), rel=1e-6)


def test_whole_numbers_are_rounded_and_searched_by_another_sampler() -> None:
    ties = free_parameter(MARKET, "word_of_mouth.reinforcement", low=1, guess=2, high=4, prior="flat")
    assert {ties.value(z) for z in (-2.0, -0.5, 0.0, 0.5, 2.0)} <= {1.0, 2.0, 3.0, 4.0}
    assert auto_sampler([ties]) == "tpe" and auto_sampler([free_parameter(MARKET, "wom.affinity")]) == "cma"


def test_a_flat_belief_never_leaves_its_range() -> None:
    one = free_parameter(MARKET, "brand.appeal", low=-1.0, high=2.0, prior="flat")
    assert -1.0 <= one.value(-9.0) < -0.999 and 1.999 < one.value(9.0) <= 2.0
    assert one.value(0.0) == pytest.approx(0.5)


def test_the_registry_gives_what_is_not_said_and_limits_it() -> None:
    one = free_parameter(MARKET, "paid.attention")
    assert (one.low, one.guess, one.high) == (0.01, 0.02, 0.04)
    assert free_parameter(MARKET, "brand.p_satisfied", low=0.4, high=0.8).guess == MARKET.brand.p_satisfied


def test_a_channels_own_number_has_its_platforms_range() -> None:
    one = free_parameter(MARKET, "channels.instagram.pull")
    assert one.low < one.guess < one.high and one.guess == 1.0


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(CalibrationError) as caught:
        free_parameters(MARKET, {"wom.afinity": {}, "market.size": {"low": 1.0}, "brand.appeal": {"low": 1, "high": 0}})
    said = str(caught.value)
    assert "did you mean “wom.affinity”?" in said
    assert "market.size: high is missing" in said
    assert "brand.appeal: low 1, guess 0 and high 0 are not in order" in said


def test_nothing_free_is_refused() -> None:
    with pytest.raises(CalibrationError, match="no parameter is free"):
        free_parameters(MARKET, [])


def test_a_logarithm_needs_positive_numbers() -> None:
    with pytest.raises(CalibrationError, match="a logarithm has no such value"):
        free_parameter(MARKET, "brand.appeal", low=-1.0, high=1.0, scale="log")
