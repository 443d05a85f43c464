"""Hill curves and carried-over pressure, to the last digits; and curves found again."""

import numpy as np
import pytest

from experiments.recommend.response import carried, fit_response, hill

pytestmark = pytest.mark.core


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.7, 0.95])
def test_an_impulse_adds_up_and_even_pressure_settles(keep: float) -> None:
    impulse = np.zeros(2_000)
    impulse[0] = 1.0
    assert carried(impulse, keep=keep).sum() == pytest.approx(1.0 / (1.0 - keep), abs=1e-9)
    assert carried(np.full(2_000, 3.0), keep=keep)[-1] == pytest.approx(3.0 / (1.0 - keep), abs=1e-9)


@pytest.mark.parametrize("steep", [0.5, 1.0, 2.7])
@pytest.mark.parametrize("half", [1e-3, 1.0, 4e5])
def test_half_of_the_most_is_at_half(half: float, steep: float) -> None:
    assert float(hill(half, half=half, steep=steep)) == pytest.approx(0.5, abs=1e-9)
    assert float(hill(0.0, half=half, steep=steep)) == 0.0
    rising = hill(np.linspace(0.0, 10.0 * half, 50), half=half, steep=steep)
    assert (np.diff(rising) > 0.0).all()
    assert rising[-1] < 1.0


@pytest.mark.parametrize(
    ("top", "half", "steep"), [(900.0, 40_000.0, 1.0), (12.0, 90_000.0, 1.8), (-7.0, 20_000.0, 0.8)]
)
def test_a_curve_is_found_again(top: float, half: float, steep: float) -> None:
    money = np.array([0.0, 30_000.0, 60_000.0, 120_000.0])
    found = fit_response(money, top * hill(money, half=half, steep=steep))
    assert found is not None
    assert (found.top, found.half, found.steep) == (
        pytest.approx(top, rel=0.02), pytest.approx(half, rel=0.02), pytest.approx(steep, rel=0.02),
    )  # fmt: skip
    assert found.at(60_000.0) == pytest.approx(top * hill(60_000.0, half=half, steep=steep), rel=1e-3)
    assert found.reached(half) == pytest.approx(0.5, abs=0.01)


def test_nothing_is_fitted_to_nothing() -> None:
    assert fit_response(np.array([0.0, 1.0, 2.0, 4.0]), np.zeros(4)) is None
    assert fit_response(np.zeros(4), np.ones(4)) is None
