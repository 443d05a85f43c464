"""Intervals are the textbook's, and keep what they promise."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from experiments.intervals import LEVEL, Summary, replicates_needed, share_ahead, summarise, variance_ratio

pytestmark = pytest.mark.core

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


def fresh(n: int) -> np.ndarray:
    """A world for each replicate."""
    return np.arange(n)


def summary(mean: float, half: float, *, n: int = 20) -> Summary:
    return Summary(mean, mean, mean - half, mean + half, LEVEL, mean, mean, n)


@given(st.lists(NUMBERS, min_size=2, max_size=40), st.sampled_from([0.5, 0.9, 0.99]))
def test_fresh_worlds_have_students_interval(numbers: list[float], level: float) -> None:
    values = np.array(numbers)
    assume(np.ptp(values) > 1e-6)
    got = summarise(values, worlds=fresh(len(values)), level=level)
    low, high = stats.t.interval(level, len(values) - 1, loc=values.mean(), scale=stats.sem(values))
    tiny = 1e-9 * np.abs(values).max()
    assert (got.ci_low, got.ci_high) == pytest.approx((low, high), rel=1e-9, abs=tiny)
    assert got.mean == pytest.approx(values.mean(), abs=tiny)
    assert (got.median, got.n, got.level) == (np.median(values), len(values), level)
    assert (got.world_p5, got.world_p95) == (np.quantile(values, 0.05), np.quantile(values, 0.95))


@given(st.integers(2, 8), st.integers(1, 6), st.integers(0, 10**6))
def test_balanced_worlds_have_students_interval_over_world_means(n_worlds: int, n_lucks: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(3.0, 2.0, (n_lucks, n_worlds))
    got = summarise(values.ravel(), worlds=np.tile(np.arange(n_worlds), n_lucks) + 100)
    means = values.mean(axis=0)
    low, high = stats.t.interval(LEVEL, n_worlds - 1, loc=means.mean(), scale=stats.sem(means))
    assert (got.ci_low, got.ci_high) == pytest.approx((low, high), rel=1e-9)
    assert got.n == n_worlds * n_lucks


def brute_force_half_width(values: list[float], worlds: list[int]) -> float:
    """The two-level interval, one step after the other.

    The mean of all replicates is a mean of world means, each weighted with its share of the replicates. World means
    scatter about it; the variance of the weighted mean is the sum of weight² × deviation², corrected for the one
    degree of freedom that the mean itself took.
    """
    by_world = {w: [v for v, u in zip(values, worlds, strict=True) if u == w] for w in set(worlds)}
    overall = sum(values) / len(values)
    total = 0.0
    for members in by_world.values():
        weight, mean = len(members) / len(values), sum(members) / len(members)
        total += weight**2 * (mean - overall) ** 2
    n_worlds = len(by_world)
    variance = total * n_worlds / (n_worlds - 1)
    return float(stats.t.ppf(0.5 + LEVEL / 2, n_worlds - 1)) * math.sqrt(variance)


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 4)), min_size=2, max_size=30))
def test_unbalanced_worlds_by_brute_force(rows: list[tuple[float, int]]) -> None:
    values, worlds = [v for v, _ in rows], [w for _, w in rows]
    assume(len(set(worlds)) > 1)
    got = summarise(np.array(values), worlds=np.array(worlds))
    scale = 1.0 + max(abs(v) for v in values)
    assert got.half_width == pytest.approx(brute_force_half_width(values, worlds), rel=1e-6, abs=1e-9 * scale)
    assert got.mean == pytest.approx(sum(values) / len(values), abs=1e-9 * scale)


def test_the_order_of_replicates_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    values, worlds = rng.normal(size=24), np.arange(24) % 8
    order = rng.permutation(24)
    one, two = summarise(values, worlds=worlds), summarise(values[order], worlds=worlds[order])
    assert (one.mean, one.ci_low, one.ci_high) == pytest.approx((two.mean, two.ci_low, two.ci_high), rel=1e-12)


def test_one_world_is_judged_given_that_world() -> None:
    values = np.random.default_rng(2).normal(size=12)
    given_world = summarise(values, worlds=np.zeros(12, int))
    assert given_world == summarise(values, worlds=fresh(12))


def test_reused_worlds_that_differ_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    worlds = np.arange(64) % 8
    values = rng.normal(size=8)[worlds] * 5.0 + rng.normal(size=64)
    assert summarise(values, worlds=worlds).half_width > 2.0 * summarise(values, worlds=fresh(64)).half_width


def test_one_replicate_says_nothing_of_its_spread() -> None:
    one = summarise(np.array([3.0]), worlds=fresh(1))
    assert (one.mean, one.ci_low, one.ci_high) == (3.0, -math.inf, math.inf)
    assert not one.decided


def test_replicates_that_never_differ_leave_no_doubt() -> None:
    for worlds in (fresh(5), np.arange(5) % 2, np.zeros(5, int)):
        same = summarise(np.full(5, 7.0), worlds=worlds)
        assert (same.ci_low, same.ci_high) == pytest.approx((7.0, 7.0), rel=1e-12)
        assert same.decided
    assert not summarise(np.zeros(5), worlds=fresh(5)).decided


def test_no_replicates_have_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one replicate"):
        summarise(np.array([]), worlds=np.array([], int))


def test_the_interval_shrinks_and_the_spread_does_not() -> None:
    values = np.random.default_rng(4).normal(10.0, 1.0, 6400)
    few, many = summarise(values[:64], worlds=fresh(64)), summarise(values, worlds=fresh(6400))
    assert few.half_width / many.half_width == pytest.approx(10.0, rel=0.25)
    spread = [s.world_p95 - s.world_p5 for s in (few, many)]
    assert spread[1] / spread[0] == pytest.approx(1.0, rel=0.25)
    assert spread[1] == pytest.approx(2 * 1.645, rel=0.05)


@pytest.mark.parametrize(("between", "within"), [(1.0, 1.0), (1.0, 0.1), (0.0, 1.0)])
@pytest.mark.parametrize("design", ["fresh", "8 worlds, 3 lucks", "8 worlds, unbalanced"])
def test_nine_intervals_of_ten_hold_the_truth(between: float, within: float, design: str) -> None:
    """People differ between worlds and luck differs within them; both by a bell curve about a mean of nought.

    Worlds are unbalanced as in 20 replicates of 8 worlds: four have three lucks and four have two.
    """
    rng = np.random.default_rng(20270104)
    n = {"fresh": 24, "8 worlds, 3 lucks": 24, "8 worlds, unbalanced": 20}[design]
    worlds = fresh(n) if design == "fresh" else np.arange(n) % 8
    n_times = 1500
    held = 0
    for _ in range(n_times):
        values = between * rng.normal(size=worlds.max() + 1)[worlds] + within * rng.normal(size=n)
        got = summarise(values, worlds=worlds)
        held += got.ci_low <= 0.0 <= got.ci_high
    assert abs(held / n_times - LEVEL) < 3.0 * math.sqrt(0.9 * 0.1 / n_times)


# -------------------------------------------------------------------------------------- what the numbers are used for


def test_ties_count_half() -> None:
    assert share_ahead(np.array([1.0, 2.0, -1.0, 0.0])) == pytest.approx((2 + 0.5) / 4)
    assert share_ahead(np.zeros(3)) == 0.5
    assert share_ahead(np.array([1.0])) == 1.0
    assert share_ahead(np.array([-1.0, -2.0])) == 0.0


@given(st.lists(st.sampled_from([-2.0, 0.0, 3.0]), min_size=1, max_size=20))
def test_one_plan_is_ahead_as_often_as_the_other_is_behind(difference: list[float]) -> None:
    values = np.array(difference)
    assert share_ahead(values) + share_ahead(-values) == pytest.approx(1.0)


def test_settled_questions_need_no_more_replicates() -> None:
    assert replicates_needed(summary(2.0, 1.0)) is None
    assert replicates_needed(summary(-2.0, 1.0)) is None
    assert replicates_needed(summary(0.0, 0.0)) is None  # they never differ


def test_open_questions_need_as_many_as_shrink_the_interval_to_the_mean() -> None:
    # Half the width takes four times the replicates: 80 in all and a tenth to spare, of which 20 are done.
    assert replicates_needed(summary(1.0, 2.0, n=20)) == 88 - 20
    assert replicates_needed(summary(-1.0, 2.0, n=20)) == 88 - 20
    assert replicates_needed(summary(1.0, 1.0, n=20)) == 2
    assert replicates_needed(summary(1e-9, 1.0, n=20)) == 10**7


def test_nothing_is_promised_where_the_mean_says_nothing() -> None:
    assert replicates_needed(summary(0.0, 1.0, n=20)) == 200
    assert replicates_needed(summary(3.0, math.inf, n=1)) == 100


def test_that_many_more_replicates_do_settle_most_questions() -> None:
    """Where the mean is right, which is what the number presumes; the spread of 16 is itself a guess."""
    rng = np.random.default_rng(5)
    asked = settled = 0
    for _ in range(400):
        values = rng.normal(0.3, 1.0, 16)
        values += 0.3 - values.mean()
        more = replicates_needed(summarise(values, worlds=fresh(16)))
        if more is not None:
            asked += 1
            noise = rng.normal(0.0, 1.0, more)
            both = np.concatenate([values, noise + 0.3 - noise.mean()])
            settled += summarise(both, worlds=fresh(len(both))).decided
    assert asked > 300
    assert settled > 0.8 * asked


def test_variance_ratio_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 5.0])
    # variances 1 and 7/3; of the differences 1, 1, 2 it is 1/3
    assert variance_ratio(a, b) == pytest.approx((1 + 7 / 3) / (1 / 3))


def test_variance_ratio_is_one_for_strangers_and_large_for_twins() -> None:
    rng = np.random.default_rng(6)
    a, b, noise = rng.normal(size=(3, 20_000))
    assert variance_ratio(a, b) == pytest.approx(1.0, rel=0.05)
    assert variance_ratio(a, a + 0.1 * noise) == pytest.approx(200.0, rel=0.05)


def test_there_is_no_variance_ratio_where_the_difference_never_varies() -> None:
    a = np.array([1.0, 2.0, 3.0])
    assert variance_ratio(a, a) is None
    assert variance_ratio(a, a + 2.0) is None
    assert variance_ratio(a[:1], a[1:2]) is None
