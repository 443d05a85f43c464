"""What would change the advice, and the even coverage of ranges that it rests on."""

import numpy as np
import pytest

from experiments.recommend.people import nested_shares
from experiments.recommend.tornado import swings

pytestmark = pytest.mark.core


def test_any_power_of_two_covers_every_column_evenly_and_columns_are_not_alike() -> None:
    shares = nested_shares(120, bits=7, rng=np.random.default_rng(3))
    for n in (2, 8, 64, 128):
        cells = np.sort((n * shares[:n]).astype(int), axis=0)
        assert (cells == np.arange(n)[:, None]).all()
    halves = shares[:64] < 0.5
    assert len({column.tobytes() for column in halves.T}) == 120
    together = np.corrcoef(shares[:64].T) - np.eye(120)
    assert np.abs(together).max() < 0.6


def test_the_parameter_that_turns_the_lead_is_found_and_others_are_not() -> None:
    rng = np.random.default_rng(5)
    shares = nested_shares(60, bits=6, rng=rng)
    drawn = [{f"p{k}": float(v) for k, v in enumerate(row)} for row in shares]
    lead = 40.0 * (shares[:, 7] - 0.4) + 3.0 * rng.standard_normal(64)
    (first, *rest) = swings(lead, drawn)
    assert first.name == "p7"
    assert first.turns
    assert first.low < 0.0 < first.high
    assert len(rest) <= 1


def test_few_replicates_or_no_parameters_say_nothing() -> None:
    assert swings(np.arange(16.0), [{"a": float(v)} for v in range(16)]) == ()
    assert swings(np.arange(64.0), [{} for _ in range(64)]) == ()
