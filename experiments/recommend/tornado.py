"""What would change the advice: uncertain parameters on which the lead of the recommended plan depends.

The report's replicates have other parameters each. They are halved at the middle of one parameter at a time; if the
lead differs between the halves by more than luck would give, what becomes known of that parameter matters. Nothing is
simulated for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SURE = 3.0
"""Standard errors between the halves: with a hundred parameters, chance alone gives that to one answer in four."""

SHOWN = 8

LEAST = 24
"""Replicates below which nothing is said: a hundred parameters would be told apart by a handful of them."""


@dataclass(frozen=True)
class Swing:
    """One parameter, and the lead where it is small and where it is large.

    Attributes:
        name: of the parameter.
        middle: value at which replicates are halved.
        low: mean lead below it.
        high: mean lead above it.
        error: standard error of their difference.
    """

    name: str
    middle: float
    low: float
    high: float
    error: float

    @property
    def turns(self) -> bool:
        """Whether the plan is behind in one of the halves."""
        return min(self.low, self.high) < 0.0 < max(self.low, self.high)


def swings(lead: Floats, drawn: Sequence[dict[str, float]]) -> tuple[Swing, ...]:
    """Parameters on which the lead depends, those that move it most first.

        >>> rng = np.random.default_rng(1)
        >>> x = rng.random(64)
        >>> [one.name for one in swings(5.0 * x - 1.0, [{"a": v, "b": w} for v, w in zip(x, rng.random(64))])]
        ['a']

    Args:
        lead: [R] of the recommended plan over another; more is better.
        drawn: the parameters of each replicate.
    """
    if len(lead) < LEAST or not drawn or not drawn[0]:
        return ()
    found = []
    for name in drawn[0]:
        values = np.array([one[name] for one in drawn])
        middle = float(np.median(values))
        below, above = lead[values < middle], lead[values >= middle]
        if len(below) < 3 or len(above) < 3:
            continue
        error = float(np.sqrt(below.var(ddof=1) / len(below) + above.var(ddof=1) / len(above)))
        one = Swing(name, middle, float(below.mean()), float(above.mean()), error)
        if error > 0.0 and abs(one.high - one.low) > SURE * error:
            found.append(one)
    return tuple(sorted(found, key=lambda one: -abs(one.high - one.low))[:SHOWN])
