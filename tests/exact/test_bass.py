"""Bass 1969 and its kin on networks: V01 to V05.

One period of the published model is so many days of the product. The product's day is synchronous: who adopts
today is heard of from tomorrow, so its curve is late by a bias that falls with the length of the day (V03).
"""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from models import (
    WEEK,
    Model,
    adopted,
    bass,
    configuration_graph,
    lattice_graph,
    random_graph,
    regular_graph,
    replicates,
)
from numpy.typing import NDArray

from simulator.graph import SocialGraph, graph_from_edges, graph_from_networkx

DAYS = 21
"""Days per period: a day is .048 of a period, and a week a third."""


def share(p: float, q: float, t: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)."""
    left = np.exp(-(p + q) * np.asarray(t, float))
    return (1.0 - left) / (1.0 + q / p * left)


def by_day(p: float, q: float, days: float, n_days: int) -> NDArray[np.float64]:
    """What a synchronous day makes of it: F += (1 - e^-(p + q F) dt) (1 - F)."""
    f = np.zeros(n_days + 1)
    for t in range(n_days):
        f[t + 1] = f[t] + (1.0 - np.exp(-(p + q * f[t]) / days)) * (1.0 - f[t])
    return f


def noise(p: float, q: float, t: NDArray[np.float64], dt: float = 0.002) -> NDArray[np.float64]:
    """Standard deviation of sqrt(N) F_N(t) among many: V' = 2 (q - p - 2 q F) V + (p + q F)(1 - F)."""
    grid = np.arange(0.0, float(t[-1]) + dt, dt)
    f = share(p, q, grid)
    v = np.zeros(len(grid))
    for k in range(len(grid) - 1):
        v[k + 1] = v[k] + dt * (2.0 * (q - p - 2.0 * q * f[k]) * v[k] + (p + q * f[k]) * (1.0 - f[k]))
    return np.sqrt(np.interp(t, grid, v))


def mean_of_few(p: float, q: float, n: int, t: NDArray[np.float64], dt: float = 0.002) -> NDArray[np.float64]:
    """E F(t) among n people: the pure birth chain k -> k + 1 at rate (p + q k / n)(n - k), solved."""
    k = np.arange(n + 1.0)
    rate = (p + q * k / n) * (n - k)
    chance = np.zeros(n + 1)
    chance[0] = 1.0
    out, now = [0.0], 0.0
    for later in t[1:]:
        steps = int(np.ceil((later - now) / dt))
        h = (later - now) / steps
        for _ in range(steps):  # midpoint rule
            flow = rate * chance
            half = chance + 0.5 * h * (np.concatenate([[0.0], flow[:-1]]) - flow)
            flow = rate * half
            chance = chance + h * (np.concatenate([[0.0], flow[:-1]]) - flow)
        now = float(later)
        out.append(float(chance @ k) / n)
    return np.array(out)


def share_on_ring(p: float, q: float, t: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """F = 1 - exp(-(p + q) t + q (1 - e^-pt) / p), Fibich & Gibori 2010."""
    t = np.asarray(t, float)
    return 1.0 - np.exp(-(p + q) * t + q * (1.0 - np.exp(-p * t)) / p)


def ring_by_day(p: float, q: float, days: float, n_days: int) -> NDArray[np.float64]:
    """The same with synchronous days: k people in a row are r times as often untouched as k - 1 of them."""
    untouched, r, out = 1.0, 1.0, [0.0]
    for _ in range(n_days):
        untouched *= np.exp(-p / days) * (r + (1.0 - r) * np.exp(-q / 2.0 / days)) ** 2
        r *= np.exp(-p / days)
        out.append(1.0 - untouched)
    return np.array(out)


def share_of_pairs(p: float, q: float, t: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Everybody hears one other: nobody yet with e^-2pt, one of the two with 2p (e^-2pt - e^-(p+q)t) / (q - p)."""
    t = np.asarray(t, float)
    neither = np.exp(-2.0 * p * t)
    return 1.0 - neither - p * (neither - np.exp(-(p + q) * t)) / (q - p)


def pairs_by_day(p: float, q: float, days: float, n_days: int) -> float:
    """The same with synchronous days."""
    stay, stay_heard = np.exp(-p / days), np.exp(-(p + q) / days)
    neither, one = 1.0, 0.0
    for _ in range(n_days):
        neither, one = neither * stay**2, one * stay_heard + 2.0 * neither * stay * (1.0 - stay)
    return 1.0 - neither - one / 2.0


@pytest.mark.core
@pytest.mark.parametrize(
    ("p", "q", "t_peak", "f_peak", "peak"),
    [
        (0.03, 0.38, 6.193, 0.4605, 0.1106),
        (0.01, 0.4, 8.997, 0.4875, 0.1051),
        (0.001, 0.5, 12.404, 0.4990, 0.1255),
        (0.02, 0.1, 13.412, 0.4000, 0.0360),
    ],
)
def test_yardstick_gives_the_published_figures(p: float, q: float, t_peak: float, f_peak: float, peak: float) -> None:
    """V01, V02: t* = ln(q/p)/(p+q), F(t*) = (q-p)/2q, peak rate (p+q)^2/4q."""
    assert np.log(q / p) / (p + q) == pytest.approx(t_peak, abs=5e-4)
    assert share(p, q, t_peak) == pytest.approx(f_peak, abs=1e-4)
    slope = (share(p, q, t_peak + 1e-4) - share(p, q, t_peak - 1e-4)) / 2e-4
    assert slope == pytest.approx(peak, abs=5e-5)


CURVES = {(0.03, 0.38): (20, 60), (0.01, 0.4): (24, 24), (0.02, 0.1): (40, 24)}
"""Periods and runs by (p, q)."""
N = 10_000


def weeks_of(curve: NDArray[np.float64], days: float = DAYS) -> NDArray[np.float64]:
    """Time in periods of the entries of a curve."""
    return np.arange(curve.shape[-1]) * WEEK / days


@pytest.mark.slow
@pytest.mark.parametrize(("p", "q"), CURVES)
def test_curve_is_that_of_bass(p: float, q: float) -> None:
    """V01, V02: the curve, its luck, its peak and its percentiles, of one set of runs."""
    periods, runs = CURVES[p, q]
    found = np.array(replicates(bass(p, q, n=N, days=DAYS, periods=periods).curve, runs))
    _follows_the_formula(p, q, found)
    _has_the_luck_of_a_market_of_this_size(p, q, found)
    _peaks_when_it_should(p, q, found.mean(axis=0))


def _follows_the_formula(p: float, q: float, found: NDArray[np.float64]) -> None:
    """Sup error of the mean curve < 1.5/sqrt N, of any run < 4/sqrt N.

    Both are meant for (.03, .38), of which one run has a standard deviation of 1.10/sqrt N at most. A run of
    (.01, .4) strays by 1.74/sqrt N whoever simulates it, so single runs are allowed as many deviations there.
    """
    t = weeks_of(found)
    expected = share(p, q, t)
    assert np.abs(found.mean(axis=0) - expected).max() < 1.5 / np.sqrt(N)
    apart = np.abs(found - expected).max(axis=1) * np.sqrt(N)
    widest = max(1.0, float(noise(p, q, t).max()) / 1.10)
    assert apart.max() < 4.0 * widest
    assert apart.mean() < 1.5 * widest


def _has_the_luck_of_a_market_of_this_size(p: float, q: float, found: NDArray[np.float64]) -> None:
    """Mean and spread of the runs agree with the stochastic model, week by week."""
    t = weeks_of(found)[1:]
    sd = noise(p, q, t) / np.sqrt(N)
    mean = by_day(p, q, DAYS, WEEK * len(t))[WEEK::WEEK]
    runs = len(found)
    z = (found[:, 1:].mean(axis=0) - mean) / (sd / np.sqrt(runs))
    assert np.abs(z).max() < 4.0
    ratio = found[:, 1:].std(axis=0, ddof=1) / sd
    assert np.abs(ratio - 1.0).max() < 4.0 / np.sqrt(2 * (runs - 1))


def _peaks_when_it_should(p: float, q: float, mean: NDArray[np.float64]) -> None:
    """t*, F(t*), peak rate, inflections and the times of 16, 50 and 95 %."""
    t = weeks_of(mean)
    t_peak, peak, slack = np.log(q / p) / (p + q), (p + q) ** 2 / (4 * q), 1.5 / np.sqrt(N)
    assert np.interp(t_peak, t, mean) == pytest.approx((q - p) / (2 * q), abs=slack)
    rate = mean[3:] - mean[:-3]  # over one period
    centre = t[3:] - 0.5
    assert rate.max() == pytest.approx(peak, rel=0.03)
    top = np.abs(centre - t_peak) < 2.0
    bend, slope, _ = np.polyfit(centre[top] - t_peak, rate[top], 2)
    assert bend < 0.0
    assert -slope / (2.0 * bend) == pytest.approx(0.0, abs=0.4)
    apart = np.log(2.0 + np.sqrt(3.0)) / (p + q)
    for late in (t_peak - apart, t_peak + apart):  # where the rate bends: two thirds of its peak
        assert np.interp(late, t, mean) == pytest.approx(float(share(p, q, late)), abs=slack)
        assert np.interp(late, centre, rate) == pytest.approx(2.0 / 3.0 * peak, rel=0.06)
    for part in (0.16, 0.50, 0.95):
        due = np.log((1.0 + part * q / p) / (1.0 - part)) / (p + q)
        steepness = (p + q * part) * (1.0 - part)
        assert np.interp(part, mean, t) == pytest.approx(due, abs=slack / steepness)


@pytest.mark.slow
def test_rare_innovation_agrees_with_the_birth_chain() -> None:
    """V02, (.001, .5): take-off waits for a handful of innovators, and the mean of N is not the curve of many.

    One run strays by 5.6/sqrt N, and the mean of N = 1,000 runs ahead of the formula at first and then behind it by
    more than 1.5/sqrt N; the chain of N people that Bass's hazard defines is solved instead.
    """
    p, q, n, runs = 0.001, 0.5, 1_000, 400
    found = np.array(replicates(bass(p, q, n=n, days=DAYS, periods=22).curve, runs))
    t = weeks_of(found)
    mean = found.mean(axis=0)
    assert np.abs(mean - mean_of_few(p, q, n, t)).max() < 1.5 / np.sqrt(n)
    assert np.abs(mean - mean_of_few(p, 1.1 * q, n, t)).max() > 1.5 / np.sqrt(n)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_another_imitation_would_be_noticed(factor: float) -> None:
    """The power of V01: a model with q 10 % off breaks the tolerance."""
    mean = np.mean(replicates(bass(0.03, factor * 0.38, n=N, days=DAYS, periods=12).curve, 6), axis=0)
    assert np.abs(mean - share(0.03, 0.38, weeks_of(mean))).max() > 1.5 / np.sqrt(N)


@pytest.mark.core
def test_without_imitation_to_speak_of_the_first_day_is_the_best() -> None:
    """V02: if q <= p the rate falls from the start."""
    p, q = 0.3, 0.2
    found = np.array(replicates(bass(p, q, n=N, days=DAYS, periods=4).curve, 20)).mean(axis=0)
    assert np.argmax(np.diff(found)) == 0
    assert np.abs(found - share(p, q, weeks_of(found))).max() < 1.5 / np.sqrt(N)


LONG_DAYS = {1: (0.7826, 0.7298), 2: (0.7995, 0.7726), 4: (0.8065, 0.7931), 10: (0.8104, 0.8050)}
"""F(10) by days per period: of the recursion in the literature, and of the product's."""


@pytest.mark.slow
def test_long_days_are_late_by_the_known_bias_and_short_ones_converge() -> None:
    """V03: the literature's recursion adds (p + q F) dt, ours 1 - e^-(p + q F) dt; both tend to F(10) = .8128."""
    p, q, n, runs = 0.03, 0.38, 40_000, 10
    exact = float(share(p, q, 10.0))
    assert exact == pytest.approx(0.8128, abs=5e-5)
    error = float(noise(p, q, np.array([0.0, 10.0]))[1]) / np.sqrt(n * runs)
    means = {}
    for days, (linear, product) in LONG_DAYS.items():
        f = 0.0
        for _ in range(10 * days):
            f += (p + q * f) / days * (1.0 - f)
        assert f == pytest.approx(linear, abs=5e-5)
        assert by_day(p, q, days, 10 * days)[-1] == pytest.approx(product, abs=5e-5)
        model = bass(p, q, n=n, days=days, periods=10)
        shares = replicates(lambda luck, model=model, days=days: adopted(model.after(10 * days, luck)).mean(), runs)
        means[days] = float(np.mean(shares))
        assert abs(means[days] - product) < 4.0 * error
    assert all(earlier < later < exact for earlier, later in pairwise(means.values()))
    # Richardson: without the part that falls in proportion to the day, hardly anything is left.
    limit = means[10] + (means[10] - means[4]) * (1 / 10) / (1 / 4 - 1 / 10)
    assert abs(limit - exact) < 4.0 * 1.8 * error + 0.001


@pytest.mark.slow
def test_ring_is_that_of_fibich_and_gibori() -> None:
    """V04: neighbour rate q/2 on each side; .2485, .5583 and .9167 at t = 5, 10, 20, each within .005."""
    p, q, n, runs = 0.03, 0.38, 100_000, 20
    found = np.array(replicates(bass(p, q, n=n, days=DAYS, periods=20, ring=True).curve, runs))
    t, mean = weeks_of(found), found.mean(axis=0)
    assert share_on_ring(p, q, [5.0, 10.0, 20.0]) == pytest.approx([0.2485, 0.5583, 0.9167], abs=5e-5)
    assert np.abs(mean - share_on_ring(p, q, t)).max() < 0.005
    assert np.abs(mean - share_on_ring(p, 1.1 * q, t)).max() > 0.015
    expected = ring_by_day(p, q, DAYS, WEEK * (len(t) - 1))[::WEEK]
    error = found.std(axis=0, ddof=1)[1:] / np.sqrt(runs)
    assert (np.abs(mean - expected)[1:] < 4.0 * error).all()


def _networks() -> dict[str, SocialGraph]:
    rng = np.random.default_rng(5)
    sparse = random_graph(rng, 4_000, 3.0)
    linked = np.flatnonzero(np.diff(sparse.indptr) > 0)
    row = np.cumsum(np.diff(sparse.indptr) > 0) - 1
    talkers = np.repeat(np.arange(sparse.n), np.diff(sparse.indptr))
    n = 4_000
    stars = np.arange(n)[np.arange(n) % 20 > 0]
    skewed = np.minimum(rng.zipf(2.2, n) + 1, 200)
    skewed[0] += skewed.sum() % 2
    return {
        "triangles": graph_from_edges(
            np.arange(3_999), np.arange(3_999) // 3 * 3 + (np.arange(3_999) + 1) % 3, n=3_999
        ),
        "stars of 20": graph_from_edges(stars // 20 * 20, stars, n=n),
        "ring": lattice_graph(n, 2),
        "ring of 8": lattice_graph(n, 8),
        "random, mean 3, no loners": graph_from_edges(row[talkers], row[sparse.listeners], n=len(linked)),
        "random, 6 each": regular_graph(1, n, 6),
        "skewed": configuration_graph(rng, skewed),
        "small world": graph_from_networkx(nx.connected_watts_strogatz_graph(n, 6, 0.1, seed=3)),
        "scale-free": graph_from_networkx(nx.barabasi_albert_graph(n, 2, seed=4)),
        "tree": graph_from_networkx(nx.random_labeled_tree(n, seed=6)),
    }


def _shares(model: Model, runs: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean share of adopters at t = 5, 10, 20, and standard errors."""
    found = np.array(replicates(model.curve, runs))[:, [15, 30, 60]]
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(runs)


@pytest.mark.slow
@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.01, 0.2)])
def test_every_network_lies_between_pairs_and_everybody(p: float, q: float) -> None:
    """V05: two-node <= F(t) <= complete graph at t = 5, 10, 20, if all hear with the same total q."""
    days = np.array([5, 10, 20]) * DAYS
    slowest = np.array([pairs_by_day(p, q, DAYS, d) for d in days])
    fastest = by_day(p, q, DAYS, int(days[-1]))[days]
    for name, graph in _networks().items():
        assert graph.n_heard.min() > 0, name
        mean, error = _shares(bass(p, q, days=DAYS, periods=20, graph=graph), 8)
        assert (mean > slowest - 4.0 * error).all(), name
        assert (mean < fastest + 4.0 * error).all(), name
        assert (mean > slowest + 4.0 * error).any() and (mean < fastest - 4.0 * error).any(), name


@pytest.mark.slow
def test_pairs_and_everybody_are_the_bounds_themselves() -> None:
    """V05: pairs give .2067, .4056, .6730 and a stored complete graph the curve of Bass, |z| < 4."""
    p, q = 0.03, 0.38
    times = np.array([5.0, 10.0, 20.0])
    assert share_of_pairs(p, q, times) == pytest.approx([0.2067, 0.4056, 0.6730], abs=5e-5)
    pairs = np.arange(20_000).reshape(-1, 2)
    mean, error = _shares(bass(p, q, days=DAYS, periods=20, graph=graph_from_edges(*pairs.T, n=20_000)), 16)
    expected = np.array([pairs_by_day(p, q, DAYS, int(t * DAYS)) for t in times])
    assert np.abs(expected - share_of_pairs(p, q, times)).max() < 0.003
    assert (np.abs(mean - expected) < 4.0 * error).all()
    one, other = np.triu_indices(1_025, 1)
    mean, error = _shares(bass(p, q, days=DAYS, periods=20, graph=graph_from_edges(one, other, n=1_025)), 24)
    expected = by_day(p, q, DAYS, 20 * DAYS)[(times * DAYS).astype(int)]
    assert (np.abs(mean - expected) < 4.0 * error + 1.0 / 1_025).all()
