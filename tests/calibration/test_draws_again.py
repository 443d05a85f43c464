"""Draws that an emulator got wrong are lessons: it draws again until enough of them count."""

from collections.abc import Mapping

import numpy as np
import pytest

import calibration.fit as fitting
from calibration.fit import Fit, Settings, fit
from calibration.free import FreeParameter
from calibration.targets import Observed, weekly_target

WEEKS = 12
FREE = tuple(FreeParameter(name, low=0.2, guess=1.0, high=5.0) for name in ("a", "b", "c"))


class Curve:
    """Sales that rise steeply with two numbers and saturate with a third, without luck."""

    def __init__(self, observed: Observed | None = None) -> None:
        self.observed = observed

    def sales(self, values: Mapping[str, float]) -> np.ndarray:
        t = np.arange(WEEKS) + 1.0
        a, b, c = (values[name] for name in "abc")
        return 100.0 * a * (1.0 - np.exp(-c * t / 4.0)) * np.exp(b * t / 12.0)

    def run(self, values: Mapping[str, float], replicates: range) -> np.ndarray:
        assert self.observed is not None
        return np.tile(self.observed.targets[0].scale.forward(self.sales(values)), (len(replicates), 1))


def fitted() -> Fit:
    truth = {"a": 2.6, "b": 0.5, "c": 2.2}
    target = weekly_target("revenue", Curve().sales(truth), n_weeks=WEEKS, scatter=0.01)
    observed = Observed((target,), train_weeks=WEEKS)
    settings = Settings(trials=36, replicates=1, draws=12, particles=200, seed=2, threads=1)
    return fit(Curve(observed), observed, FREE, n_consumers=1e6, market_size=1e6, settings=settings)


def test_draws_are_made_again_where_few_of_them_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "ROUNDS", 1)
    once = fitted()
    assert once.ess < fitting.ENOUGH * len(once.weights), "the case is too easy to show anything"
    monkeypatch.undo()
    again = fitted()
    assert [trial.z.tolist() for trial in again.trials[: len(once.trials)]] == [t.z.tolist() for t in once.trials]
    drawn = sum(trial.phase == "draws" for trial in again.trials)
    assert drawn in (24, 36)
    assert len(again.weights) == 12
    assert again.ess > 2.0 * once.ess
    assert again.weights.sum() == pytest.approx(1.0)
