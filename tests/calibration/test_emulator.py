"""The stand-in for the engine: what it foretells, how unsure it is, and leaving trials out."""

import numpy as np
import pytest

from calibration.emulator import Emulator, _condition


def _engine(z: np.ndarray) -> np.ndarray:
    weeks = np.linspace(0.0, 1.0, 12)
    level = 1.0 / (1.0 + np.exp(-z[:, :1]))
    return 10.0 * level + 3.0 * z[:, 1:2] * weeks + 0.5 * np.sin(z[:, :1] * weeks)


def _trials(n: int, *, noise: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, 3))  # the third parameter does nothing
    return z, _engine(z) + noise * rng.normal(size=(n, 12))


def test_leaving_one_out_is_what_refitting_says():
    """The closed form, against conditioning anew on all other trials with the same length-scales."""
    z, said = _trials(30, noise=0.2)
    emulator = Emulator(z, said, tolerance=np.full(12, 0.5))
    want = []
    for j, habits in enumerate(emulator._habits):
        scores = emulator.scores[:, j]
        errors = []
        for i in range(30):
            others = np.arange(30) != i
            told, _ = _condition(habits, z[others], scores[others]).predict(z[i : i + 1])
            errors.append(scores[i] - told[0])
        want.append(1.0 - np.mean(np.square(errors)) / scores.var())
    assert emulator.accuracy() == pytest.approx(np.array(want), abs=1e-6)


def test_new_points_are_foretold_within_what_it_is_unsure_of():
    z, said = _trials(80, noise=0.0)
    emulator = Emulator(z, said, tolerance=np.full(12, 0.3))
    new = np.random.default_rng(2).normal(size=(400, 3)) * 0.8
    mean, variance = emulator.predict(new)
    error = mean - _engine(new)
    assert np.sqrt((error**2).mean()) < 0.05
    within = (np.abs(error) < 3.0 * np.sqrt(variance)).mean()
    assert within > 0.95


def test_noise_of_trials_is_averaged_over_neighbours():
    z, said = _trials(150, noise=0.5)
    emulator = Emulator(z, said, tolerance=np.full(12, 0.5))
    new = np.random.default_rng(3).normal(size=(300, 3)) * 0.8
    error = emulator.predict(new)[0] - _engine(new)
    assert np.sqrt((error**2).mean()) < 0.25  # of single trials it is 0.5


def test_far_from_all_trials_it_knows_only_how_much_things_vary():
    z, said = _trials(60, noise=0.05)
    emulator = Emulator(z, said, tolerance=np.full(12, 0.5))
    near, far = emulator.strengths(np.zeros((1, 3)))[1], emulator.strengths(np.full((1, 3), 40.0))[1]
    assert (far[:, 0] > 100 * near[:, 0]).all()


def test_told_of_more_trials_it_keeps_its_patterns():
    z, said = _trials(90, noise=0.0)
    few = Emulator(z[:30], said[:30], tolerance=np.full(12, 0.3))
    many = few.told(z, said)
    assert many.basis is few.basis
    assert len(few.z) == 30
    assert len(many.z) == 90
    new = np.random.default_rng(4).normal(size=(200, 3))
    better, worse = (np.square(one.predict(new)[0] - _engine(new)).mean() for one in (many, few))
    assert better < worse


def test_patterns_and_what_they_leave_out_hold_all_variance():
    z, said = _trials(50, noise=0.3)
    emulator = Emulator(z, said, tolerance=np.full(12, 0.5))
    again = emulator.centre + emulator.scores @ emulator.basis.T
    assert np.square(said - again).mean(axis=0) == pytest.approx(emulator.left_out)
