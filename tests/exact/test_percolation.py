"""Percolation with unequal people and unequal spells: V08, and SIR epidemics."""

import numpy as np
import pytest
from models import cascade, configuration_graph, epidemic, regular_graph, replicates
from numpy.typing import NDArray
from scipy.optimize import brentq


def cut_power_law(exponent: float, cutoff: float, longest: int = 1_000) -> NDArray[np.float64]:
    """p_k ~ k^-exponent e^(-k / cutoff), k = 0 .. longest."""
    k = np.arange(1.0, longest + 1.0)
    p = k**-exponent * np.exp(-k / cutoff)
    return np.concatenate([[0.0], p / p.sum()])


def threshold(p: NDArray[np.float64]) -> float:
    """T_c = <k> / (<k^2> - <k>)."""
    k = np.arange(len(p))
    return float(p @ k / (p @ (k * (k - 1))))


def outbreak(p: NDArray[np.float64], chance: float) -> float:
    """S = 1 - G0(1 - T + T u) with u = G1(1 - T + T u) < 1."""
    k = np.arange(len(p))
    mean, before, u = p @ k, -1.0, 0.0
    while u - before > 1e-12:
        before, u = u, float((p[1:] * k[1:]) @ (1.0 - chance + chance * u) ** (k[1:] - 1) / mean)
    return 1.0 - float(p @ (1.0 - chance + chance * u) ** k)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exponent", "cutoff", "t_c", "sizes"),
    [(2.0, 20.0, 0.1833, {0.3: 0.1239, 0.5: 0.3171}), (2.5, 100.0, 0.1624, {0.5: 0.1895})],
)
def test_outbreaks_among_people_with_unequal_ties(
    exponent: float, cutoff: float, t_c: float, sizes: dict[float, float]
) -> None:
    """V08: configuration model; size within .02 at N = 100,000, probability |z| < 4, and none below T_c."""
    n, runs = 100_000, 60
    p = cut_power_law(exponent, cutoff)
    assert threshold(p) == pytest.approx(t_c, abs=5e-5)
    if exponent == 2.0:
        assert p @ np.arange(len(p)) == pytest.approx(2.091, abs=5e-4)
    rng = np.random.default_rng(3)
    degrees = rng.choice(len(p), size=n, p=p)
    degrees[0] += degrees.sum() % 2
    graph = configuration_graph(rng, degrees)
    anybody = {"strategy": "random", "people": 1}
    for chance, published in sizes.items():
        expected = outbreak(p, chance)
        assert expected == pytest.approx(published, abs=5e-5)
        model = cascade(graph, chance, seeding=anybody)
        found = np.array(replicates(lambda luck, model=model: np.count_nonzero(model.cascade(luck)), runs))
        large = found > 0.02 * n
        assert found[large].mean() / n == pytest.approx(expected, abs=0.02)
        assert abs(large.sum() - runs * expected) < 4.0 * np.sqrt(runs * expected * (1.0 - expected))
        assert abs(found[large].mean() / n - outbreak(p, 1.1 * chance)) > 0.02
    model = cascade(graph, 0.6 * t_c, seeding=anybody)
    assert max(replicates(lambda luck: np.count_nonzero(model.cascade(luck)), runs)) < 0.01 * n


def extinction(spell: NDArray[np.float64], hazard: float) -> float:
    """The chance that one talker's line dies out: pi = E e^(-hazard × spell × (1 - pi)), spells by days."""
    days = np.arange(len(spell))

    def apart(pi: float) -> float:
        return float(spell @ np.exp(-hazard * days * (1.0 - pi))) - pi

    return float(brentq(apart, 0.0, 1.0 - 1e-9))


@pytest.mark.slow
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("ratio", [1.5, 2.5])
def test_an_epidemic_ends_as_kermack_and_mckendrick_say(ratio: float, fixed: bool) -> None:
    """SIR among all: final size R = 1 - e^(-R0 R) whatever the spells; drawn spells break out less often than fixed.

    A spell is so many whole days, or a geometric number of them; R0 is the hazard of a day times the mean spell.
    """
    n, runs, mean = 5_000, 400, 4.0
    days = np.arange(400)
    over = np.exp(-1.0 / mean)  # the chance of another day
    spell = np.where(days == mean, 1.0, 0.0) if fixed else np.where(days > 0, (1.0 - over) * over ** (days - 1.0), 0.0)
    hazard = ratio / float(spell @ days)
    model = epidemic(n, hazard, mean, fixed=fixed)
    found = np.array(replicates(lambda luck: np.count_nonzero(model.cascade(luck)), runs))
    large = found > 0.1 * n
    size = float(brentq(lambda r: 1.0 - np.exp(-ratio * r) - r, 1e-3, 1.0))
    error = found[large].std(ddof=1) / np.sqrt(large.sum()) / n
    assert abs(found[large].mean() / n - size) < 4.0 * error + 1.0 / n
    expected = 1.0 - extinction(spell, hazard)
    assert expected == pytest.approx(size, abs=1e-6) if fixed else expected < size - 0.08
    assert abs(large.sum() - runs * expected) < 4.0 * np.sqrt(runs * expected * (1.0 - expected))


@pytest.mark.slow
def test_drawn_spells_percolate_with_their_mean_chance() -> None:
    """SIR on a random 4-regular graph: size of an outbreak with T = E(1 - e^(-hazard × spell)), within .02."""
    n, mean, hazard = 10_000, 4.0, 0.15
    days = np.arange(1, 400)
    over = np.exp(-1.0 / mean)
    chance = float(((1.0 - over) * over ** (days - 1.0)) @ (1.0 - np.exp(-hazard * days)))
    four = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    model = epidemic(n, hazard, mean, fixed=False, graph=regular_graph(5, n, 4))
    found = np.array(replicates(lambda luck: np.count_nonzero(model.cascade(luck)), 60))
    large = found > 0.1 * n
    assert found[large].mean() / n == pytest.approx(outbreak(four, chance), abs=0.02)
    assert abs(found[large].mean() / n - outbreak(four, 0.9 * chance)) > 0.02
