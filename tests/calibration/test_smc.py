"""Particles against posteriors that are known in closed form."""

import numpy as np
import pytest

from calibration.smc import LIMIT, sample


def test_a_gaussian_posterior_is_found_with_its_evidence():
    """Prior N(0, I), observations y = A x + noise: mean, covariance and evidence are known (Bishop 2006, 3.3)."""
    rng = np.random.default_rng(7)
    a = rng.normal(size=(6, 3))
    a[:, 2] = a[:, 1] + 0.3 * a[:, 2]  # two directions that are hard to tell apart
    noise = 0.4
    y = a @ np.array([0.8, -0.5, 0.2]) + noise * rng.normal(size=6)
    covariance = np.linalg.inv(np.eye(3) + a.T @ a / noise**2)
    mean = covariance @ a.T @ y / noise**2
    whole = a @ a.T + noise**2 * np.eye(6)
    evidence = -0.5 * (y @ np.linalg.solve(whole, y) + np.linalg.slogdet(whole)[1] + 6 * np.log(2 * np.pi))

    def log_likelihood(x):
        error = y - x @ a.T
        return -0.5 * ((error / noise) ** 2).sum(axis=1) - 6 * np.log(noise) - 3 * np.log(2 * np.pi)

    told = sample(log_likelihood, 3, rng=np.random.default_rng(1), particles=4000)
    sd = np.sqrt(np.diag(covariance))
    assert (told.x.mean(axis=0) - mean) / sd == pytest.approx(np.zeros(3), abs=0.1)
    found = np.cov(told.x.T)
    assert found / np.outer(sd, sd) == pytest.approx(covariance / np.outer(sd, sd), abs=0.12)
    assert told.log_evidence == pytest.approx(evidence, abs=0.2)
    assert told.log_likelihood == pytest.approx(log_likelihood(told.x))


def test_without_a_likelihood_the_belief_stays():
    told = sample(lambda x: np.zeros(len(x)), 2, rng=np.random.default_rng(2), particles=2000)
    assert told.log_evidence == pytest.approx(0.0, abs=1e-12)
    assert told.x.mean(axis=0) == pytest.approx(np.zeros(2), abs=0.1)
    assert told.x.std(axis=0) == pytest.approx(np.ones(2), abs=0.08)


def test_two_hills_both_keep_their_particles():
    def log_likelihood(x):
        return np.logaddexp(-0.5 * ((x[:, 0] - 1.5) / 0.2) ** 2, -0.5 * ((x[:, 0] + 1.5) / 0.2) ** 2)

    told = sample(log_likelihood, 1, rng=np.random.default_rng(3), particles=2000)
    assert (told.x[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.1)
    assert np.abs(told.x[:, 0]).mean() == pytest.approx(1.5 / 1.04, abs=0.03)


def test_impossible_points_are_left_and_none_leaves_the_limit():
    def log_likelihood(x):
        return np.where(x[:, 0] > 0.0, 3.0 * x[:, 0], np.nan)

    told = sample(log_likelihood, 1, rng=np.random.default_rng(4), particles=1000)
    assert told.x.min() > 0.0
    assert told.x.max() <= LIMIT


def test_the_same_seed_gives_the_same_particles():
    def log_likelihood(x):
        return -0.5 * ((x**2).sum(axis=1) - 1.0) ** 2 / 0.01

    a, b = (sample(log_likelihood, 2, rng=np.random.default_rng(5), particles=200) for _ in range(2))
    assert np.array_equal(a.x, b.x)
    assert a.log_evidence == b.log_evidence
