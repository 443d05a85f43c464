"""A market is the same market with any number of consumers: more of them make it less noisy and nothing else.

The same number of simulated lives is spread over many small runs, some larger ones and a few large ones, so that
the noise is about the same, and shares of the market are compared.
"""

from datetime import date
from functools import cache

import numpy as np
import pytest

from experiments.replicate import replicate, with_consumers
from scenarios import scenario_from_dict
from scenarios.schema import Scenario
from simulator.metrics import METRICS

pytestmark = pytest.mark.slow

DESIGNS = {2_000: 64, 8_000: 16, 32_000: 4}
"""Replicates by number of consumers."""

SHARES = ("awareness", "knowledge", "consideration", "audience", "customers", "purchases", "detractors")
SIZE = 3_200_000


def market(graph: str, *, talk: float = 1.0) -> Scenario:
    """Everything that could depend on the number of consumers: media, followers, samples, talk, a rival, shops."""
    plan = {
        "media": {"feed": {"weekly": 60_000.0}},
        "posts": {"feed": {"weekly": 5.0}},
        "bookings": [{"influencer": name, "posts": 3, "start": date(2027, 1, 6)} for name in ("ada", "ben")],
        "seeding": [{"people": 48_000, "date": date(2027, 1, 7)}],
    }
    return scenario_from_dict(
        {
            "name": "scaled",
            "start": date(2027, 1, 4),
            "weeks": 10,
            "market": {"size": SIZE, "consumers": 2_000},
            "segments": {
                "old": {"share": 0.6, "buys_every_days": 15.0, "channels": {"feed": 0.4}},
                "young": {"share": 0.4, "buys_every_days": 10.0, "ties": 1.5, "channels": {"feed": 0.8}},
            },
            "channels": {"feed": {"platform": "instagram"}},
            "influencers": {
                "ada": {"channel": "feed", "followers": 300_000, "cost_per_post": 1.0, "audience": {"young": 3.0}},
                "ben": {"channel": "feed", "followers": 30_000, "cost_per_post": 1.0},
            },
            "graph": {"kind": graph},
            "word_of_mouth": {"talk_from": "attraction"},
            "brand": {"price": 1.0, "start": {"attention": 0.05, "affinity": 0.02}},
            "rivals": {
                "other": {"price": 1.0, "start": {"affinity": 0.3}, "plan": {"media": {"feed": {"weekly": 20_000.0}}}}
            },
            "parameters": {"talk.talker_per_day": talk * (0.012 if graph == "blocks" else 0.1)},
            "plans": {"plan": plan},
        }
    )


@cache
def shares(graph: str, consumers: int, n: int, talk: float = 1.0) -> np.ndarray:
    """Shares of the market at the end, by replicate and figure."""
    scenario = with_consumers(market(graph, talk=talk), consumers)
    runs = replicate(scenario, replicates=n, seed=consumers, uncertainty="luck")
    columns = [list(METRICS).index(name) for name in SHARES]
    return runs.plans["plan"].luck.figures[:, columns] / SIZE


def noise(graph: str, consumers: int) -> np.ndarray:
    """Standard error of the mean share; the spread of single lives is known best from the many small runs."""
    small = shares(graph, 2_000, DESIGNS[2_000]).std(axis=0, ddof=1) * np.sqrt(2_000)
    return small / np.sqrt(consumers * DESIGNS[consumers])


def difference(graph: str, consumers: int) -> np.ndarray:
    return shares(graph, consumers, DESIGNS[consumers]).mean(axis=0) - shares(graph, 2_000, DESIGNS[2_000]).mean(axis=0)


@pytest.mark.parametrize("graph", ["blocks", "well-mixed"])
def test_any_number_of_consumers_is_the_same_market(graph: str) -> None:
    for consumers in (8_000, 32_000):
        error = np.hypot(noise(graph, 2_000), noise(graph, consumers))
        z = dict(zip(SHARES, (difference(graph, consumers) / error).round(1).tolist(), strict=True))
        print(graph, consumers, z)
        assert all(abs(value) < 4.0 for value in z.values()), z
    # And less noisy by the root of their number.
    small, large = (shares(graph, n, DESIGNS[n]).std(axis=0, ddof=1) for n in (2_000, 8_000))
    assert np.exp(np.log(small / large).mean()) == pytest.approx(2.0, rel=0.25)
    # The noise is small enough for this to mean something: a tenth more talk would be seen.
    usual, louder = (shares(graph, 2_000, DESIGNS[2_000], talk).mean(axis=0) for talk in (1.0, 1.1))
    assert ((louder - usual) / noise(graph, 2_000) > 4.0).any()
