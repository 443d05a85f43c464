"""The bell curve between engine and history, against dense matrices."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from calibration.emulator import Emulator
from calibration.scatter import LEVEL_SPREAD, Scatter
from calibration.targets import LiftTest, Observed, weekly_target

WEEKS, SEEN = 12, 9


def _observed(*, scatter: float | None) -> Observed:
    rng = np.random.default_rng(3)
    counts = weekly_target(
        "purchases", 400 + 30 * rng.normal(size=WEEKS), n_weeks=WEEKS, scatter=scatter, discrepancy=("drift", "season")
    )
    asked = weekly_target(
        "awareness", 0.3 + 0.01 * rng.normal(size=WEEKS), n_weeks=WEEKS, share=True, sample_size=500, scatter=scatter,
        weight=2.0, discrepancy=("level",),
    )  # fmt: skip
    money = weekly_target("revenue", 4000 + 200 * rng.normal(size=WEEKS), n_weeks=WEEKS, scatter=0.04)
    test = LiftTest("tv", "tv", 2, 5, "revenue", 300.0, 100.0)
    return Observed((counts, asked, money), (test,), train_weeks=SEEN)


def _scatter(observed: Observed) -> Scatter:
    rng = np.random.default_rng(4)
    walk = rng.normal(size=(40, observed.n)).cumsum(axis=1) * 0.05
    return Scatter(
        observed, reference=observed.y + 0.01, lucks=observed.y + walk, n_consumers=2, market_size=8, replicates=4
    )


def _emulator(observed: Observed) -> Emulator:
    rng = np.random.default_rng(5)
    z = rng.normal(size=(25, 2))
    slopes = rng.normal(size=(2, observed.n)) * 0.3
    said = observed.y + z @ slopes + 0.1 * np.sin(2 * z[:, :1]) + 0.01 * rng.normal(size=(25, observed.n))
    return Emulator(z, said, tolerance=np.full(observed.n, 0.2))


def _dense(scatter: Scatter, x: np.ndarray) -> np.ndarray:
    """[P, P] covariance of history about the engine's mean, written out."""
    patterns = np.concatenate([scatter.luck, scatter.columns], axis=1) * scatter.strengths(x[None])[0]
    return np.diag(scatter.own(x[None])[0]) + patterns @ patterns.T


@pytest.mark.parametrize("scale", [None, 0.05])
def test_log_likelihood_is_that_of_the_dense_normal(scale):
    observed = _observed(scatter=scale)
    scatter, emulator = _scatter(observed), _emulator(observed)
    rng = np.random.default_rng(6)
    x = rng.normal(size=(5, len(scatter.nuisances)))
    z = rng.normal(size=(5, 2))
    strength, unsure = emulator.strengths(z)
    mean = emulator.centre + strength @ emulator.basis.T
    seen = observed.train
    for told in (False, True):
        extra = {"emulator": emulator, "unsure": unsure} if told else {}
        found = scatter.log_likelihood(mean, x, **extra)
        for b in range(5):
            whole = _dense(scatter, x[b])
            if told:
                whole += (emulator.basis * unsure[b]) @ emulator.basis.T + np.diag(emulator.left_out)
            want = multivariate_normal(mean[b, seen], whole[np.ix_(seen, seen)]).logpdf(observed.y[seen])
            assert found[b] == pytest.approx(want, rel=1e-8)


def test_steady_and_varying_scatter_agree():
    """Where scatter is known it is divided out once for all draws; the general way must say the same."""
    observed = _observed(scatter=0.05)
    scatter, emulator = _scatter(observed), _emulator(observed)
    assert scatter.steady
    x = np.random.default_rng(6).normal(size=(4, len(scatter.nuisances)))
    strength, unsure = emulator.strengths(x[:, :2])
    mean = emulator.centre + strength @ emulator.basis.T
    quick = scatter.log_likelihood(mean, x, emulator=emulator, unsure=unsure)
    assert quick == pytest.approx(scatter._solve(mean, x, emulator, unsure)[0], rel=1e-9)


def test_the_parts_are_what_they_are_said_to_be():
    observed = _observed(scatter=None)
    scatter = _scatter(observed)
    assert [one.name for one in scatter.nuisances] == [
        "purchases: scatter", "purchases: drift", "purchases: season", "awareness: scatter",
    ]  # fmt: skip
    assert scatter.luck_share == pytest.approx(2 / 8 + 1 / 4)
    none, all_ = np.zeros((1, 4)), np.ones((1, 4))
    counts, asked, money, lift = observed.slices
    slope = scatter.slope
    gained = scatter.own(all_) - scatter.own(none)
    assert gained[0, counts] == pytest.approx((0.10 * slope[counts]) ** 2)
    assert gained[0, asked] == pytest.approx((0.10 * slope[asked]) ** 2 / 2)  # its weight is 2
    assert gained[0, money] == pytest.approx(np.zeros(WEEKS))
    # Drift is a random walk of 3 % a week, but for the sines that were left out.
    drift = scatter.columns[counts][:, :12] * 0.03
    walk = np.diag(drift @ drift.T) / slope[counts] ** 2
    assert walk == pytest.approx(0.03**2 * np.arange(1, 13), rel=0.1)
    assert scatter.columns[asked, -1] == pytest.approx(LEVEL_SPREAD * slope[asked])
    assert scatter.strengths(none)[0, -1] == 1.0  # a level's size is not estimated
    luck = (scatter.luck**2).sum(axis=1)
    assert (scatter.fixed[lift] >= observed.lifts[0].even_error ** 2 - luck[lift]).all()
    assert (scatter.fixed[lift] <= 1.2 * observed.lifts[0].even_error ** 2 + luck[lift]).all()


def test_forecast_is_the_dense_normal_given_what_was_seen():
    observed = _observed(scatter=None)
    scatter = _scatter(observed)
    mean = observed.y[None] + 0.05
    x = np.array([[0.5, 1.0, 0.3, 0.4]])
    drawn = scatter.forecast(mean, x, rng=np.random.default_rng(8), copies=20_000)
    seen, later = observed.train, ~observed.train
    # A forecast has fresh scatter of each observation by itself; what is shared is carried on.
    whole, own = _dense(scatter, x[0]), np.diag(scatter.own(x)[0])
    shared = whole - own
    gain = shared[:, seen] @ np.linalg.inv(whole[np.ix_(seen, seen)])
    want_mean = mean[0] + gain @ (observed.y - mean[0])[seen]
    want = shared - gain @ shared[seen] + own
    sd = np.sqrt(np.diag(want))
    assert (drawn.mean(axis=0) - want_mean) / sd == pytest.approx(np.zeros(observed.n), abs=0.04)
    assert np.cov(drawn.T) / np.outer(sd, sd) == pytest.approx(want / np.outer(sd, sd), abs=0.06)
    conditional = whole[np.ix_(later, later)] - whole[np.ix_(later, seen)] @ np.linalg.solve(
        whole[np.ix_(seen, seen)], whole[np.ix_(seen, later)]
    )
    assert want[np.ix_(later, later)] == pytest.approx(conditional)
