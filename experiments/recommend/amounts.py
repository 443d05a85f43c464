"""Amounts by week that can be bought: money in whole units or cents, and whole posts, within each week's limits."""

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.split import fill

Floats = NDArray[np.float64]


def whole_posts(share: Floats, posts: float, low: Floats, high: Floats, booked: NDArray[np.bool_]) -> Floats:
    """Whole posts in each week between their least and most; what is booked stays as it is, whole or not.

        >>> low, high, booked = np.array([0.0, 1.0, 2.5]), np.array([9.0, 1.0, 2.5]), np.array([False, False, True])
        >>> whole_posts(np.full(3, 1.0 / 3.0), 6.9, low, high, booked).tolist()
        [3.0, 1.0, 2.5]

    Args:
        share: [W] wanted, of all posts.
        posts: in all, at most.
        low: [W] least.
        high: [W] most.
        booked: [W] weeks that stay.
    """
    each = np.where(booked, low, 0.0)
    n = int(posts - float(low[booked].sum()) + 1e-6)
    free = ~booked
    least = np.where(free, low, 0.0)
    wanted = fill(
        np.where(free, np.maximum(share, 1e-12 * (high > 0.0)), 0.0), float(n), low=least,
        high=np.where(free, np.minimum(high, max(n, 0)), 0.0),
    )  # fmt: skip
    whole = np.floor(wanted + 1e-6)
    spare = min(n, round(float(wanted.sum()))) - round(float(whole.sum()))
    for w in np.argsort(whole - wanted, kind="stable").tolist():
        if spare > 0 and free[w] and whole[w] + 1.0 <= high[w] + 1e-6:
            whole[w], spare = whole[w] + 1.0, spare - 1
    return np.asarray(each + whole)


def rounded(weekly: Floats, low: Floats, high: Floats) -> Floats:
    """Amounts in whole units of money, or in hundredths where they are small, adding up to no more than before.

        >>> rounded(np.array([10.4, 10.6]), np.zeros(2), np.full(2, 99.0)).tolist()
        [10.4, 10.6]

    Args:
        weekly: [W] money.
        low: [W] least.
        high: [W] most.
    """
    unit = 1.0 if float(weekly.sum()) >= 100.0 * len(weekly) else 0.01
    whole = np.floor(weekly / unit + 1e-9) * unit
    spare = round((float(weekly.sum()) - float(whole.sum())) / unit - 0.5 + 1e-9)
    order = np.argsort(whole - weekly, kind="stable")[: max(spare, 0)]
    whole[order] += unit
    fits = bool(np.all(whole >= low - 1e-9) and np.all(whole <= high + 1e-9) and np.all(whole[weekly <= 0.0] == 0.0))
    return np.round(whole, 2) if fits else np.floor(weekly * 100.0 + 1e-6) / 100.0
