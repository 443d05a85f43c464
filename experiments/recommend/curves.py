"""Response curves fitted to what a search has tried, and the split of money that they think best.

Each line's curve is a sum of ``1 - exp(-x / s)`` over a few scales with weights of 0 or more, so it rises ever less
steeply; lines add up (non-negative least squares). Markets are not additive, but these curves know where more money
is worth little, which a search by samples alone learns slowly.

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> money = rng.dirichlet(np.ones(3), 60) * 100.0
    >>> curves = fit_curves(money, (1.0 - np.exp(-money / 30.0)) @ np.array([3.0, 2.0, 1.0]))
    >>> best = curves.best(100.0, low=np.zeros(3), high=np.full(3, 100.0))
    >>> bool(best[0] > best[1] > best[2])
    True
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SCALES = (0.15, 0.4, 1.0, 2.5, 8.0)
"""Of the curves, in shares of the usual money on a line."""

STEPS = 400
"""Parts in which money is handed out to the line where it brings most."""


@dataclass(frozen=True)
class Curves:
    """One rising, ever flatter curve for each line.

    Attributes:
        scale: [L, S] money.
        height: [L, S] 0 or more.
        floor: value with no money at all.
    """

    scale: Floats
    height: Floats
    floor: float

    def value(self, money: ArrayLike) -> Floats:
        """[...] what so much money brings.

        Args:
            money: [..., L] on each line.
        """
        x = np.asarray(money, float)[..., None]
        return np.asarray(self.floor + (self.height * (1.0 - np.exp(-x / self.scale))).sum(axis=(-2, -1)))

    def slope(self, money: ArrayLike) -> Floats:
        """[..., L] what one more unit of money on each line brings.

        Args:
            money: [..., L] on each line.
        """
        x = np.asarray(money, float)[..., None]
        return np.asarray((self.height / self.scale * np.exp(-x / self.scale)).sum(axis=-1))

    def best(self, budget: float, *, low: Floats, high: Floats) -> Floats:
        """[L] the split that brings most: money goes where the next of it brings most, which is exact for such curves.

        Args:
            budget: money in all.
            low: [L] least of each line.
            high: [L] most.
        """
        money = np.minimum(low, high).astype(float)
        step = max(budget - float(money.sum()), 0.0) / STEPS
        for _ in range(STEPS):
            open_ = money + step <= high + 1e-9
            if step <= 0.0 or not open_.any():
                break
            money[np.argmax(np.where(open_, self.slope(money + 0.5 * step), -np.inf))] += step
        return money


def fit_curves(money: Floats, values: Floats, *, weights: Floats | None = None) -> Curves:
    """Fit additive curves to what was tried.

    Args:
        money: [N, L] on each line.
        values: [N] what came of it.
        weights: [N] how sure each value is; all alike when None.
    """
    from scipy.optimize import nnls

    n, n_lines = money.shape
    usual = np.maximum(money.mean(axis=0), 1e-9 * max(float(money.max(initial=0.0)), 1.0))
    scale = usual[:, None] * np.array(SCALES)
    features = (1.0 - np.exp(-money[:, :, None] / scale)).reshape(n, -1)
    middle, spread = float(np.mean(values)), max(float(np.std(values)), 1e-12)
    y = (values - middle) / spread
    # A floor of either sign; and a little shrinkage, so that curves nobody tried stay flat.
    design = np.concatenate([np.ones((n, 1)), -np.ones((n, 1)), features], axis=1)
    root = np.sqrt(np.ones(n) if weights is None else weights / weights.mean())
    shrink = 0.02 * np.sqrt(n) * np.eye(design.shape[1])[2:]
    left = np.concatenate([design * root[:, None], shrink])
    found, _ = nnls(left, np.concatenate([y * root, np.zeros(len(shrink))]), maxiter=20 * left.shape[1])
    height = found[2:].reshape(n_lines, len(SCALES)) * spread
    return Curves(scale, height, middle + spread * float(found[0] - found[1]))
