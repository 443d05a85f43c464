"""Luck from few replicates, against what it is known to be."""

import numpy as np
import pytest

from calibration.luck import luck_covariance, luck_patterns
from calibration.targets import Observed, weekly_target

WEEKS = 30


def _lucks(m: int, seed: int) -> np.ndarray:
    """A stock that forgets a tenth a week, and a flow that follows it with noise of its own."""
    rng = np.random.default_rng(seed)
    stock = np.zeros((m, WEEKS))
    for week in range(WEEKS):
        stock[:, week] = 0.9 * stock[:, week - 1] + rng.normal(size=m) if week else 2.0 * rng.normal(size=m)
    flow = 0.5 * stock + 2.0 * rng.normal(size=(m, WEEKS))
    return np.concatenate([stock, flow], axis=1)


def _observed() -> Observed:
    return Observed(
        tuple(weekly_target(one, np.ones(WEEKS), n_weeks=WEEKS) for one in ("awareness", "purchases")),
        train_weeks=WEEKS,
    )


def _truth() -> np.ndarray:
    return np.cov(_lucks(200_000, 1).T)


def test_estimates_weighted_by_few_replicates_are_as_sure_as_they_say():
    """The best estimate of a level from 60 observations: the error that it claims, and the one it has."""
    truth, observed = _truth(), _observed()
    signal = np.repeat([1.0, 0.7], WEEKS)
    ours, plain = [], []
    for seed in range(30):
        lucks = _lucks(80, 100 + seed)
        for found, ratios in ((luck_covariance(observed, lucks), ours), (np.cov(lucks.T), plain)):
            weight = np.linalg.solve(found, signal)
            claimed = 1.0 / (signal @ weight)
            weight = weight * claimed
            ratios.append(np.sqrt(weight @ truth @ weight / claimed))
    assert np.mean(ours) == pytest.approx(1.0, abs=0.2)
    assert np.mean(plain) > 2.0  # what is gained: taken as it is, it claims less than half of the error


def test_variances_and_covariances_come_out_right():
    truth, found = _truth(), luck_covariance(_observed(), _lucks(4000, 3))
    size = np.sqrt(np.diag(truth))
    assert found / np.outer(size, size) == pytest.approx(truth / np.outer(size, size), abs=0.1)


def test_patterns_leave_no_variance_out():
    observed, lucks = _observed(), _lucks(96, 4)
    lucks[:, 5] = 3.0  # an observation that luck does not touch
    whole = luck_covariance(observed, lucks)
    for most in (1, 5, 60):
        columns, rest = luck_patterns(observed, lucks, own=np.full(60, 0.01), most=most)
        assert columns.shape[1] <= most
        assert (rest >= 0.0).all()
        if most > 1:
            assert (columns**2).sum(axis=1) + rest == pytest.approx(np.diag(whole), rel=1e-6, abs=1e-9)
    assert columns[5] == pytest.approx(0.0)
    assert rest[5] == 0.0
    assert columns @ columns.T + np.diag(rest) == pytest.approx(whole, abs=0.2)


def test_without_luck_there_are_no_patterns():
    columns, rest = luck_patterns(_observed(), np.ones((10, 60)), own=np.ones(60), most=8)
    assert columns.shape == (60, 0)
    assert not rest.any()
    assert not luck_covariance(_observed(), np.ones((1, 60))).any()
