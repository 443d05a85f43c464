"""SIS, interest that is lost and caught again: V09."""

from functools import cache
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from models import adopted, configuration_graph, replicates, sis
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import eigsh
from scipy.stats import chi2

from simulator.graph import SocialGraph, graph_from_edges

RECOVERY = 0.1
"""Hazard a day, so that a day is a tenth of a spell."""
SPELLS = 100
SIZES = (500, 5_000, 50_000)


@cache
def scale_free(n: int) -> SocialGraph:
    """p_k ~ k^-2.5 from 2 to sqrt n: as many ties as keep the network uncorrelated."""
    rng = np.random.default_rng(12)
    k = np.arange(2, int(np.sqrt(n)) + 1)
    p = k**-2.5 / (k**-2.5).sum()
    degrees = rng.choice(k, size=n, p=p)
    degrees[0] += degrees.sum() % 2
    return configuration_graph(rng, degrees)


@cache
def bound(n: int) -> float:
    """The individual-based mean field's 1 / lambda_max(A)."""
    graph = scale_free(n)
    matrix = csr_matrix((np.ones(graph.n_ties), graph.listeners, graph.indptr), shape=(n, n))
    return 1.0 / float(eigsh(matrix, k=1, which="LA", return_eigenvectors=False)[0])


@cache
def mean_field(n: int) -> float:
    """<k> / <k^2>, Pastor-Satorras & Vespignani 2001."""
    degree = scale_free(n).n_heard.astype(float)
    return float(degree.mean() / (degree**2).mean())


def alive(graph: SocialGraph, ratio: float, runs: int = 4) -> list[bool]:
    """Whether anybody is still infected after 100 mean spells, from everybody infected, run by run."""
    days = int(SPELLS / RECOVERY)
    model = sis(graph, ratio * RECOVERY, RECOVERY, days=days)
    return replicates(lambda luck: bool(adopted(model.after(days, luck)).any()), runs)


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
def test_threshold_is_of_the_order_of_the_largest_eigenvalue(n: int) -> None:
    """V09: interest dies out at half of 1/lambda_max, where it must, and lasts at twice of it."""
    assert not any(alive(scale_free(n), 0.5 * bound(n)))
    assert all(alive(scale_free(n), 2.0 * bound(n)))


@pytest.mark.slow
def test_threshold_falls_with_the_size_of_a_scale_free_network() -> None:
    """V09: 1/lambda_max and <k>/<k^2> both fall, and what lasts among many dies out among few."""
    bounds, fields = [bound(n) for n in SIZES], [mean_field(n) for n in SIZES]
    for found in (bounds, fields):
        assert all(later < 0.75 * earlier for earlier, later in pairwise(found))
    assert all(0.5 < b / f < 2.0 for b, f in zip(bounds, fields, strict=True))
    assert 2.0 * bounds[2] < bounds[0]
    assert all(alive(scale_free(SIZES[2]), 2.0 * bounds[2]))
    assert not any(alive(scale_free(SIZES[0]), 2.0 * bounds[2]))


@pytest.mark.core
@pytest.mark.parametrize("ratio", [1.5, 4.0])
def test_interest_among_all_settles_where_losses_are_made_good(ratio: float) -> None:
    """SIS among all: F (1 - e^-recovery) = (1 - F)(1 - e^(-infection F)), which is 1 - 1/ratio with short days."""
    n, days, runs = 5_000, 140, 12
    infection = ratio * RECOVERY

    def gain(f: float) -> float:
        return -(1.0 - f) * np.expm1(-infection * f) + f * np.expm1(-RECOVERY)

    expected = float(brentq(gain, 0.05, 1.0))
    assert expected == pytest.approx(1.0 - 1.0 / ratio, abs=0.05)
    model = sis(n, infection, RECOVERY, days=2 * days)

    def share(luck: int) -> float:
        run = model.after(days, luck)
        found = []
        for _ in range(days):
            run.advance(1)
            found.append(adopted(run).mean())
        return float(np.mean(found))

    found = np.array(replicates(share, runs))
    assert abs(found.mean() - expected) < 4.0 * found.std(ddof=1) / np.sqrt(runs) + 1.0 / n


@pytest.mark.core
def test_few_people_pass_through_the_states_of_the_exact_chain() -> None:
    """SIS in 20,000 copies of a network of five: all 32 states on days 3, 10 and 30, by the chain of days."""
    edges, copies, infection, recovery = np.array(nx.bull_graph().edges), 20_000, 0.08, 0.1
    hears = np.zeros((5, 5))
    hears[edges[:, 0], edges[:, 1]] = hears[edges[:, 1], edges[:, 0]] = 1.0
    states = np.array([[(s >> i) & 1 for i in range(5)] for s in range(32)])
    tomorrow = np.where(states == 1, np.exp(-recovery), 1.0 - np.exp(-infection * (states @ hears)))
    chain = np.prod(np.where(states[None] == 1, tomorrow[:, None], 1.0 - tomorrow[:, None]), axis=2)
    law = np.zeros(32)
    law[31] = 1.0
    all_edges = (edges[None] + 5 * np.arange(copies)[:, None, None]).reshape(-1, 2)
    model = sis(graph_from_edges(*all_edges.T, n=5 * copies), infection, recovery, days=30)
    run = model.start(1)
    for day in range(1, 31):
        run.advance(1)
        law = law @ chain
        if day in (3, 10, 30):
            seen = np.bincount(adopted(run).reshape(copies, 5) @ (1 << np.arange(5)), minlength=32)
            due = law * copies
            assert chi2.sf(((seen - due) ** 2 / due).sum(), 31) > 1e-4
            assert due.min() > 5.0
