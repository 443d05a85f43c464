"""Money over lines: as near to wanted shares as limits allow, and never beyond them.

>>> import numpy as np
>>> from experiments.recommend.split import fill
>>> fill(np.array([0.5, 0.3, 0.2]), 100.0, low=np.array([0.0, 40.0, 0.0]), high=np.array([30.0, 99.0, 99.0])).round(2)
array([30., 42., 28.])
"""

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.limits import Bounds

Floats = NDArray[np.float64]

_STEPS = 100


def fill(shares: Floats, money: float, *, low: Floats, high: Floats) -> Floats:
    """Share money out in proportion, raise what lies below its least, and cut what lies above its most.

    Every line gets ``clip(λ · share, low, high)``, with the λ at which the money is spent.

    Args:
        shares: [L] wanted, 0 or more.
        money: to be spent; less is, where all lines are at their most.
        low: [L] least of each line, in all at most the money.
        high: [L] most of each line.
    """
    total = max(float(shares.sum()), 1e-300)
    shares = shares / total
    most = float(np.minimum(high, money).sum())
    if float(low.sum()) >= money:
        return low.copy()
    if most <= money:
        return np.where(shares > 0.0, np.minimum(high, money), low)
    begin, end = 0.0, money
    while np.clip(end * shares, low, high).sum() < money and end < 1e30:
        end *= 4.0
    for _ in range(_STEPS):
        middle = 0.5 * (begin + end)
        if np.clip(middle * shares, low, high).sum() < money:
            begin = middle
        else:
            end = middle
    return np.asarray(np.clip(begin * shares, low, high))


def split(shares: Floats, money: float, bounds: Bounds) -> Floats:
    """Share money out over lines and groups of lines within all limits.

    Lines that would get less than they can be bought for get nothing, the smallest first, and the others share what
    that frees.

    Args:
        shares: [L] wanted.
        money: to be spent.
        bounds: limits.
    """
    high = bounds.high.copy()
    shares = shares.copy()
    while True:
        found = _grouped(shares, money, bounds, high)
        short = (found > 0.0) & (found < bounds.least_buy - 1e-9) & (bounds.low <= 0.0)
        if not short.any():
            return found
        out = np.flatnonzero(short)[np.argmin(found[short] / bounds.least_buy[short])]
        high[out], shares[out] = 0.0, 0.0


def _grouped(shares: Floats, money: float, bounds: Bounds, high: Floats) -> Floats:
    """Groups first, as lines of their own; then the lines within each."""
    alone = np.ones(len(shares), bool)
    parts: list[NDArray[np.int64]] = []
    lows, highs = [], []
    for _, lines, low, most in bounds.groups:
        alone[lines] = False
        parts.append(lines)
        lows.append(max(low, float(bounds.low[lines].sum())))
        highs.append(min(most, float(high[lines].sum())))
    for line in np.flatnonzero(alone):
        parts.append(np.array([line]))
        lows.append(float(bounds.low[line]))
        highs.append(float(high[line]))
    each = fill(
        np.array([float(shares[lines].sum()) for lines in parts]), money, low=np.array(lows), high=np.array(highs)
    )
    out = np.zeros(len(shares))
    for lines, amount in zip(parts, each, strict=True):
        out[lines] = fill(shares[lines], float(amount), low=bounds.low[lines], high=high[lines])
    return out
