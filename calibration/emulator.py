"""A quick stand-in for the engine: what it would say at values it was never run with, and how unsure that is.

    >>> import numpy as np
    >>> from calibration.emulator import Emulator
    >>> z = np.random.default_rng(1).normal(size=(40, 2))
    >>> said = np.stack([z[:, 0] + z[:, 1] ** 2, 2 * z[:, 0]], axis=1)
    >>> mean, variance = Emulator(z, said, tolerance=np.full(2, 0.1)).predict(np.array([[0.5, 1.0]]))
    >>> bool(np.abs(mean - [[1.5, 1.0]]).max() < 0.2)
    True

Observations move together, so they are written as a few patterns (principal components, weighted by how closely each
point is observed) and each pattern's strength is a Gaussian process of the parameters, with one length-scale for each
parameter (scikit-learn; Higdon et al. 2008 for the whole).
"""

import warnings
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.executor import spread

Floats = NDArray[np.float64]

MOST_PATTERNS = 8

LEARNT_FROM = 120
"""Trials that length-scales are learnt from; all trials are used to predict."""

_ROUNDS = 30
"""Steps of the search for length-scales; more change predictions by less than their own error."""

LEFT_OUT = 1e-3
"""Patterns are added until what they leave out is below this share of what moves."""


@dataclass(frozen=True)
class _Pattern:
    """One component's Gaussian process, ready to be asked in batches."""

    amplitude: float
    lengths: Floats  # [K]
    at: Floats  # [N, K] training points over their length-scales
    alpha: Floats  # [N]
    inverse: Floats  # [N, N] of the training covariance
    mean: float
    spread: float

    def predict(self, z: Floats) -> tuple[Floats, Floats]:
        scaled = z / self.lengths
        squared = (scaled**2).sum(axis=1)[:, None] + (self.at**2).sum(axis=1) - 2.0 * scaled @ self.at.T
        near = self.amplitude * np.exp(-0.5 * np.maximum(squared, 0.0))
        mean = near @ self.alpha
        variance = self.amplitude - np.einsum("bn,bn->b", near @ self.inverse, near)
        return self.mean + self.spread * mean, self.spread**2 * np.maximum(variance, 1e-10)


class Emulator:
    """Learned from trials: predicts all observations at once, on their even scales.

    Args:
        z: [N, K] where the trials were, in standard deviations of the belief.
        said: [N, P] what the engine said there, mean over replicates.
        tolerance: [P] how far off is no matter: the scatter expected of each observation.
    """

    def __init__(self, z: Floats, said: Floats, *, tolerance: Floats) -> None:
        self.tolerance = tolerance
        self.centre = said.mean(axis=0)
        whitened = (said - self.centre) / tolerance
        _, strengths, patterns = np.linalg.svd(whitened, full_matrices=False)
        share = strengths**2 / max(float((strengths**2).sum()), 1e-300)
        left = 1.0 - np.cumsum(share)
        enough = int(np.argmax((left < LEFT_OUT) | (left * (whitened**2).mean() < 0.01))) + 1
        k = max(1, min(enough, MOST_PATTERNS, len(strengths)))
        self._directions = patterns[:k]
        self.basis: Floats = (self._directions * tolerance).T  # [P, k]
        scores = whitened @ self._directions.T  # [N, k]
        with warnings.catch_warnings():
            # A length-scale at its limit is no fault: the parameter does nothing to the pattern.
            warnings.filterwarnings("ignore", module="sklearn.gaussian_process")
            self._habits = spread(lambda j: _habits_of(z, scores[:, j]), range(k))
        self._told(z, said)

    def _told(self, z: Floats, said: Floats) -> None:
        whitened = (said - self.centre) / self.tolerance
        self.z, self.scores = z, whitened @ self._directions.T  # [N, k]
        rest = (whitened - self.scores @ self._directions) * self.tolerance
        self.left_out: Floats = (rest**2).mean(axis=0)  # [P] variance that no pattern carries
        self.patterns = [_condition(habits, z, self.scores[:, j]) for j, habits in enumerate(self._habits)]

    def told(self, z: Floats, said: Floats) -> "Emulator":
        """The same emulator, patterns and length-scales, with other trials to go by.

        Args:
            z: [N, K] where they were.
            said: [N, P] what the engine said.
        """
        other = copy(self)
        other._told(z, said)
        return other

    @property
    def k(self) -> int:
        """Number of patterns."""
        return len(self.patterns)

    def strengths(self, z: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of each pattern's strength, [B, k] each.

        Args:
            z: [B, K] points.
        """
        both = [pattern.predict(z) for pattern in self.patterns]
        return np.stack([m for m, _ in both], axis=1), np.stack([v for _, v in both], axis=1)

    def predict(self, z: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of every observation, [B, P] each, on the even scales.

        Args:
            z: [B, K] points.
        """
        mean, variance = self.strengths(z)
        return self.centre + mean @ self.basis.T, variance @ (self.basis**2).T + self.left_out

    def accuracy(self) -> Floats:
        """Share of each pattern's variance that is foretold at trials left out one at a time, [k].

        Leaving one out of a Gaussian process has a closed form (Rasmussen & Williams 2006, eq. 5.12).
        """
        found = []
        for j, one in enumerate(self.patterns):
            error = one.alpha / np.diag(one.inverse) * one.spread
            found.append(1.0 - float((error**2).mean() / max(self.scores[:, j].var(), 1e-300)))
        return np.array(found)


@dataclass(frozen=True)
class _Habits:
    """How one pattern's strength varies: what is learnt by maximum likelihood."""

    mean: float
    spread: float
    amplitude: float
    lengths: Floats  # [K]
    noise: float


def _habits_of(z: Floats, y: Floats) -> _Habits:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    mean, spread_ = float(y.mean()), float(y.std()) or 1.0
    n_dims = z.shape[1]
    kernel = ConstantKernel(3.0, (1e-2, 1e3)) * RBF(np.full(n_dims, 3.0), (0.2, 100.0)) + WhiteKernel(1e-3, (1e-7, 1.0))
    some = np.linspace(0, len(z) - 1, min(len(z), LEARNT_FROM)).round().astype(np.int64)
    process = GaussianProcessRegressor(kernel, alpha=1e-9, optimizer=_some_rounds, random_state=0)
    process.fit(z[some], (y[some] - mean) / spread_)
    learnt = process.kernel_
    lengths = np.broadcast_to(np.asarray(learnt.k1.k2.length_scale, float), (n_dims,))
    return _Habits(mean, spread_, learnt.k1.k1.constant_value, lengths, learnt.k2.noise_level)


def _condition(habits: _Habits, z: Floats, y: Floats) -> _Pattern:
    at = z / habits.lengths
    squared = (at**2).sum(axis=1)[:, None] + (at**2).sum(axis=1) - 2.0 * at @ at.T
    covariance = habits.amplitude * np.exp(-0.5 * np.maximum(squared, 0.0))
    covariance[np.diag_indices_from(covariance)] += habits.noise + 1e-9
    inverse_root = np.linalg.inv(np.linalg.cholesky(covariance))
    inverse = inverse_root.T @ inverse_root
    alpha = inverse @ ((y - habits.mean) / habits.spread)
    return _Pattern(habits.amplitude, habits.lengths, at, alpha, inverse, habits.mean, habits.spread)


def _some_rounds(objective: Callable[..., tuple[float, Floats]], start: Floats, bounds: Floats) -> tuple[Floats, float]:
    """Maximise the marginal likelihood for a limited number of steps."""
    from scipy.optimize import minimize

    found = minimize(objective, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return found.x, float(found.fun)
