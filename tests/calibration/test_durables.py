"""Durable goods: what their first years tell of the size of the market, and the market that is fitted to them."""

import numpy as np
import pytest

from calibration.bass import bass_curve
from calibration.bass_world import IMITATION, INNOVATION, PEOPLE
from calibration.fit import Settings
from calibration.studies.data import REFITS, SERIES, adoptions_by_year, data_file, refit
from calibration.studies.durables import (
    DurableMarket,
    Reading,
    beliefs,
    households,
    read,
    relative_least_squares,
)
from calibration.studies.page import DAYS, period_target
from calibration.targets import Observed

LITTLE = Settings(trials=90, replicates=4, draws=30, particles=300, seed=1)


@pytest.fixture(scope="module")
def bought() -> np.ndarray:
    missing = [name for name in (SERIES, REFITS) if data_file(name) is None]
    if missing:
        pytest.skip(f"the series are not here: set APATH_DATA to a folder with {' and '.join(missing)}")
    return adoptions_by_year("room_air_conditioners")[1]


def reading(bought: np.ndarray, years: int) -> Reading:
    return read(bought, years, most=2.0 * households(1948 + years), settings=LITTLE)


def test_seven_years_of_air_conditioners_do_not_tell_how_many_there_will_be(bought: np.ndarray) -> None:
    """Least squares say 6.1 million, of which later years made 18.7 million."""
    early = reading(bought, 7)
    assert early.least_squares == pytest.approx(6_103, rel=0.01)
    assert not early.m.identified
    assert early.m.low < refit("room_air_conditioners").m < early.m.high
    assert early.m.high > 2.5 * early.m.low


def test_thirteen_years_agree_with_least_squares(bought: np.ndarray) -> None:
    whole, late = refit("room_air_conditioners"), reading(bought, 13)
    assert late.m.low < whole.m < late.m.high
    assert late.m.high < 2.0 * late.m.low
    for mine, unit, theirs, se in (
        (late.p, DAYS, whole.p, whole.se_log[0]),
        (late.q, DAYS, whole.q, whole.se_log[1]),
    ):
        assert mine.low * unit < theirs * np.exp(1.645 * se) and mine.high * unit > theirs * np.exp(-1.645 * se)
    alike = relative_least_squares(bought)
    assert late.p.low * DAYS < alike[0] < late.p.high * DAYS
    assert late.q.low * DAYS < alike[1] < late.q.high * DAYS


def test_the_market_follows_the_curve_that_it_is_given() -> None:
    goal = period_target("bought", np.full(10, 500.0), metric="awareness")
    market = DurableMarket(Observed((goal,), train_weeks=40), consumers=4_000, seed=3)
    said = market.run({INNOVATION: 0.03 / DAYS, IMITATION: 0.4 / DAYS, PEOPLE: 8_000.0}, range(8))
    people = goal.scale.inverse(said).mean(axis=0)
    curve = bass_curve(np.arange(1, 11), p=0.03, q=0.4, m=8_000.0)
    assert np.abs(people - curve).max() < 0.0009 * 8_000 + 4.0 * 0.4 * np.sqrt(8_000 * 2 / 8)


def test_replicates_have_their_own_luck_and_keep_it() -> None:
    goal = period_target("bought", np.full(4, 50.0), metric="awareness")
    market = DurableMarket(Observed((goal,), train_weeks=16), consumers=300, seed=3)
    values = {INNOVATION: 0.002, IMITATION: 0.02, PEOPLE: 900.0}
    said = market.run(values, range(3))
    assert np.array_equal(said[1:], market.run(values, range(1, 3)))
    assert not np.array_equal(said[0], said[1])


def test_one_rule_says_how_large_every_market_may_be() -> None:
    p, q, m = beliefs([100.0, 300.0], most=90_000.0)
    assert (m.value(-9.0), m.value(9.0)) == (pytest.approx(400.0), pytest.approx(90_000.0))
    assert m.value(0.0) == pytest.approx(6_000.0)
    assert (DAYS * p.low, DAYS * p.high) == pytest.approx((0.0005, 0.04))
    assert (DAYS * q.low, DAYS * q.high) == pytest.approx((0.2, 0.7))
    assert (households(1950), households(1970)) == pytest.approx((43_600.0, 63_400.0))


def test_least_squares_of_logarithms_let_small_years_count_alike() -> None:
    exact = bass_curve(np.arange(1, 14), p=0.01, q=0.4, m=1000.0)
    off = exact.copy()
    off[0] *= 2.0
    assert relative_least_squares(exact) == pytest.approx([0.01, 0.4, 1000.0], rel=1e-6)
    assert relative_least_squares(off)[0] > 0.0115
