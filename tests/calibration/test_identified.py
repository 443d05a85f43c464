"""What history tells, on markets whose answer is known in closed form."""

from collections.abc import Mapping

import numpy as np
import pytest

from calibration.fit import Fit, Settings, fit
from calibration.free import FreeParameter
from calibration.identified import Found, found
from calibration.predictive import forecast
from calibration.targets import Observed, weekly_target

WEEKS = 12
A = FreeParameter("a", low=0.5, guess=1.0, high=2.0)
B = FreeParameter("b", low=0.5, guess=1.0, high=2.0)


class Toy:
    """Sales that grow with a, level off with b, and depend on nothing else; a little luck."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def run(self, values: Mapping[str, float], replicates: range) -> np.ndarray:
        week = np.arange(WEEKS)
        a, b = values["a"], values["b"]
        mean = {
            "apart": 100.0 * a * (1.0 + b * week / 6.0), "product": 100.0 * a * b * (1.0 + week / 6.0),
            "saturated": 300.0 * (1.0 - np.exp(-4.0 * a)) * (1.0 + b * week / 6.0),
        }[self.kind]  # fmt: skip
        luck = np.stack([np.random.default_rng(r).normal(size=WEEKS) for r in replicates])
        return TARGET.scale.forward(mean) + 0.05 * luck


TARGET = weekly_target("purchases", np.full(WEEKS, 100.0), n_weeks=WEEKS, scatter=0.02)


def fitted(kind: str, truth: dict[str, float], *, train_weeks: int = 9) -> Fit:
    made = TARGET.scale.inverse(Toy(kind).run(truth, range(77, 78))[0])
    target = weekly_target("purchases", made, n_weeks=WEEKS, scatter=0.02)
    seen = Observed((target,), train_weeks=train_weeks)
    settings = Settings(trials=80, replicates=4, draws=25, particles=300, seed=1)
    return fit(Toy(kind), seen, (A, B), n_consumers=1.0, market_size=1.0, settings=settings)


@pytest.fixture(scope="module")
def apart() -> tuple[Fit, list[Found]]:
    one = fitted("apart", {"a": 1.4, "b": 0.7})
    return one, found(one, seed=1)


def test_parameters_that_act_apart_are_told(apart: tuple[Fit, list[Found]]) -> None:
    for one, truth in zip(apart[1], (1.4, 0.7), strict=True):
        assert one.identified and one.reason == ""
        assert one.low < truth < one.high
        assert one.contraction > 0.7
        assert one.profile.max() == 0.0 and one.profile[0] < -1.35 and one.profile[-1] < -1.35


def test_what_was_not_seen_is_foretold(apart: tuple[Fit, list[Found]]) -> None:
    told = forecast(apart[0], seed=1)[0]
    truth = 140.0 * (1.0 + 0.7 * np.arange(WEEKS) / 6.0)
    assert np.all(np.abs(told.median[9:] / truth[9:] - 1.0) < 0.06)
    assert np.all((told.low < truth) & (truth < told.high))


def test_parameters_that_only_act_together_are_not() -> None:
    said = found(fitted("product", {"a": 1.4, "b": 0.7}), seed=1)
    assert [one.identified for one in said] == [False, False]
    assert all(one.reason for one in said)


def test_a_side_that_history_leaves_open_is_named() -> None:
    one = found(fitted("saturated", {"a": 1.6, "b": 0.8}), seed=1)[0]
    assert not one.identified
    assert one.reason == "history says how small it may be, but not how large"


def test_draws_are_weighted_and_few_are_lost(apart: tuple[Fit, list[Found]]) -> None:
    one = apart[0]
    assert one.weights.sum() == pytest.approx(1.0) and np.all(one.weights >= 0.0)
    assert one.ess > 0.5 * len(one.weights)
    assert one.values.shape == (25, 2)


def test_the_same_seed_gives_the_same_fit(apart: tuple[Fit, list[Found]]) -> None:
    again = fitted("apart", {"a": 1.4, "b": 0.7})
    assert np.array_equal(again.values, apart[0].values) and np.array_equal(again.weights, apart[0].weights)
