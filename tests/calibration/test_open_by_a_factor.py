"""What is told from what is not: the same belief and the same model, more and less history."""

from collections.abc import Mapping

import numpy as np
import pytest

from calibration.fit import Settings, fit
from calibration.free import FreeParameter
from calibration.identified import Found, found
from calibration.targets import Observed, weekly_target

WIDE = FreeParameter("market.size", low=1.0, guess=100.0, high=10_000.0)


class Level:
    """Every week as large as the one parameter says."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed

    def run(self, values: Mapping[str, float], replicates: range) -> np.ndarray:
        said = self.observed.targets[0].scale.forward(np.full(self.observed.n, values["market.size"]))
        return np.array([said + 1e-3 * np.random.default_rng(r).normal(size=len(said)) for r in replicates])


def of_weeks(n: int, *, scatter: float = 0.6) -> Found:
    """What so many weeks at about 100 tell, when each is off by as much as the scatter."""
    sign = np.where(np.arange(n) % 2, 1.0, -1.0)
    goal = weekly_target("purchases", 100.0 * np.exp(scatter * sign), n_weeks=n, noise="lognormal", scatter=scatter)
    observed = Observed((goal,), train_weeks=n)
    settings = Settings(trials=30, replicates=2, draws=200, particles=800, seed=1)
    one = fit(Level(observed), observed, (WIDE,), n_consumers=1, market_size=1e9, settings=settings)
    return found(one, seed=1)[0]


def test_a_wide_belief_that_history_narrows_is_not_yet_a_value() -> None:
    """4 weeks at ±60 %: ± 1.645 × .3 on the logarithm, a factor of 2.7, though a tenth of the belief's 9.2."""
    few = of_weeks(4)
    assert few.contraction > 0.85
    assert few.profile[0] < -5.0 and few.profile[-1] < -5.0
    assert few.high / few.low == pytest.approx(np.exp(2 * 1.645 * 0.3), rel=0.15)
    assert not few.identified
    assert few.reason == f"history leaves it open by a factor of {few.high / few.low:.2g}"


def test_with_more_history_the_same_parameter_is_identified() -> None:
    """36 weeks: a factor of 1.4."""
    many = of_weeks(36)
    assert many.high / many.low == pytest.approx(np.exp(2 * 1.645 * 0.1), rel=0.1)
    assert (many.identified, many.reason) == (True, "")
