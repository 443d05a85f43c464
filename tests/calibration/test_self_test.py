"""Self-tests of fits: on a market whose posterior is known in closed form, and on a small one of the engine."""

import json

import numpy as np
import pytest

from calibration.bank import Bank
from calibration.errors import CalibrationError
from calibration.free import FreeParameter, free_parameters
from calibration.honesty import FitCheck, SelfTest, pooled_coverage, pooled_interval, share_interval
from calibration.self_test import Effort, _posterior, check_market, self_test
from calibration.targets import Observed, weekly_target
from scenarios import load_scenario

WEEKS = 10
LEVEL, SIZE, LUCK, SCATTER = 1000.0, 60.0, 8.0, 0.03
NAMES = ("first", "second")


class Straight:
    """A market that is a straight line in its parameters, with luck that is even and independent."""

    def __init__(self, seed: int, *, said_luck: float = LUCK) -> None:
        self.seed, self.luck = seed, said_luck
        weeks = np.linspace(-1.0, 1.0, WEEKS)
        self.slopes = SIZE * np.stack([np.ones(WEEKS), weeks])  # [K, P]

    def natural(self, values, replicates):
        middle = LEVEL + np.array([values[name] for name in NAMES]) @ self.slopes
        rows = []
        for r in replicates:
            size = LUCK if r >= 2_000_000 else self.luck  # histories always have the luck that is true
            rows.append(middle + size * np.random.default_rng([self.seed, r]).standard_normal(WEEKS))
        return np.array(rows)


def _free() -> list[FreeParameter]:
    return [FreeParameter(name, -1.6448536, 0.0, 1.6448536, "linear") for name in NAMES]


def _template(scatter: float | None = SCATTER) -> Observed:
    target = weekly_target("purchases", np.full(WEEKS, LEVEL), n_weeks=WEEKS, noise="normal", scatter=scatter)
    return Observed((target,), train_weeks=WEEKS)


EFFORT = Effort(points=16, replicates=4, banks=10, waves=0, particles=300)


def test_one_posterior_is_that_of_the_closed_form():
    market = Straight(5)
    bank = Bank(market, _free(), points=16, seed=1)
    observed = bank.history(_template(), np.array([0.6, -0.4]), number=3, rng=np.random.default_rng(2))
    told = _posterior(bank, observed, EFFORT, seed=1, rng=np.random.default_rng(3))
    y = observed.targets[0].observed
    # The mean of a trial has the luck of its four replicates, the same in all trials.
    frozen = market.natural({"first": 0.0, "second": 0.0}, range(4)).mean(axis=0)
    variance = LUCK**2 * (1 + 1 / 4) + (SCATTER * y) ** 2
    precision = np.eye(2) + (market.slopes / variance) @ market.slopes.T
    covariance = np.linalg.inv(precision)
    mean = covariance @ (market.slopes / variance) @ (y - frozen)
    sd = np.sqrt(np.diag(covariance))
    assert (told.x.mean(axis=0) - mean) / sd == pytest.approx(np.zeros(2), abs=0.35)
    assert told.x.std(axis=0) / sd == pytest.approx(np.ones(2), abs=0.15)


def test_honest_fits_hold_nine_truths_of_ten():
    found = check_market(Straight, _template(), free=_free(), fits=90, effort=EFFORT, seed=4)
    assert found.identified.all()
    assert 0.84 < found.coverage_90 < 0.95
    low, high = found.coverage_interval
    assert low < 0.9 < high
    assert min(one.rank_ks_p for one in found.parameters) > 0.003
    for one in found.parameters:
        assert one.fits == 90
        assert one.interval_score < 0.5 * one.score_before


def test_scatter_that_has_to_be_found_leaves_fits_honest():
    found = check_market(Straight, _template(None), free=_free(), fits=30, effort=EFFORT, seed=5)
    assert 0.8 < found.coverage_90 < 0.98


@pytest.mark.parametrize(("said", "least", "most"), [(0.1, 0.0, 0.8), (60.0, 0.97, 1.0)])
def test_fits_that_take_luck_for_smaller_or_larger_are_found_out(said, least, most):
    def make(seed):
        return Straight(seed, said_luck=said)

    found = check_market(make, _template(0.001), free=_free(), fits=40, effort=EFFORT, seed=6)
    low, high = found.coverage_interval
    assert least <= found.coverage_90 <= most
    assert not low <= 0.9 <= high
    assert min(one.rank_ks_p for one in found.parameters) < 0.05


def test_a_small_market_of_the_engine():
    scenario = load_scenario("app-referral", consumers=800).scenario
    free = free_parameters(scenario, {"forgetting.attention": {}, "brand.appeal": {"low": -1, "guess": 0, "high": 1}})
    targets = [
        weekly_target(metric, np.ones(scenario.weeks), n_weeks=scenario.weeks, scatter=0.05)
        for metric in ("awareness", "purchases")
    ]
    seen = []
    effort = Effort(points=20, replicates=2, banks=2, waves=1, wave=6, particles=150)

    def run(threads):
        return self_test(
            scenario, scenario.plans["installs"], free=free, targets=targets, fits=6, effort=effort, seed=2,
            threads=threads, progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip

    found = run(2)
    assert sorted(seen) == [(done, 6) for done in range(1, 7)]
    assert found.identified.all()
    assert found.coverage_90 >= 0.6
    assert {one.bank for one in found.fits} == {0, 1}
    assert [one.number for one in found.fits] == list(range(6))
    again = run(1)
    assert found.to_json() == again.to_json()
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["fits"] == 6
    assert told["identified"] == ["forgetting.attention", "brand.appeal"]
    assert found.text().startswith("6 histories made from known values: the 90 % intervals of 2 of 2 parameters")


def test_histories_are_made_of_luck_and_scatter_alone():
    bank = Bank(Straight(5), _free(), points=4, seed=1)
    made = np.array([
        bank.history(_template(), np.zeros(2), number=number, rng=np.random.default_rng(number)).targets[0].observed
        for number in range(400)
    ])  # fmt: skip
    assert made.mean(axis=0) == pytest.approx(np.full(WEEKS, LEVEL), abs=6.0)
    assert made.std() == pytest.approx(np.sqrt(LUCK**2 + (SCATTER * LEVEL) ** 2), rel=0.05)


class Broken:
    def natural(self, values, replicates):
        raise CalibrationError("there is nothing to simulate")


def test_what_cannot_be_tested_is_said():
    with pytest.raises(CalibrationError, match="no parameter is free"):
        check_market(Straight, _template(), free=[], fits=3)
    with pytest.raises(CalibrationError, match="the fits see nothing"):
        check_market(Straight, Observed((), train_weeks=4), free=_free(), fits=3)
    with pytest.raises(CalibrationError, match="fits is 0"):
        check_market(Straight, _template(), free=_free(), fits=0)
    with pytest.raises(CalibrationError, match="no fit succeeded: there is nothing to simulate"):
        check_market(lambda number: Broken(), _template(), free=_free(), fits=3)


def _check(number: int, bank: int, hit: bool, sd: float = 0.4) -> FitCheck:
    at = np.array([0.0 if hit else 2.0])
    one = np.array([1.0])
    return FitCheck(number, bank, at, np.array([0.5]), -one, one, 0 * one, sd * one)


def test_shares_have_wilsons_interval_unless_cases_come_in_clusters():
    hits = np.array([1.0] * 90 + [0.0] * 10)[:, None]
    assert share_interval(hits, np.arange(100)) == pytest.approx((0.8256, 0.9448), abs=2e-3)
    # The ten misses all in one cluster of ten: far less is known.
    low, high = share_interval(hits, np.repeat(np.arange(10), 10))
    assert high - low > 0.25
    assert all(np.isnan(share_interval(np.full((3, 2), np.nan), np.arange(3))))


def test_pooled_coverage_counts_identified_parameters_only():
    told = SelfTest(("a",), tuple(_check(i, i % 2, hit=i > 0) for i in range(10)))
    vague = SelfTest(("a",), tuple(_check(i, 0, hit=False, sd=0.9) for i in range(10)))
    assert pooled_coverage([told, vague]) == pytest.approx(0.9)
    low, high = pooled_interval([told, vague])
    assert low < 0.9 < high
    assert np.isnan(vague.coverage_90)
    assert vague.to_json()["coverage_90"] is None
    assert "history tells none of 1 parameters" in vague.text()


def test_failed_fits_are_counted_and_left_out():
    failed = FitCheck.failed(1, 0, np.zeros(1), "too hot")
    found = SelfTest(("a",), (_check(0, 0, hit=True), failed))
    assert found.to_json()["failed"] == [{"fit": 1, "reason": "too hot"}]
    assert "1 fits failed." in found.text()
    assert found.coverage_90 == 1.0
