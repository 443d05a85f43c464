"""Numbers of a search besides the shares of money: timing, waves, taste in influencers, how much is spent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """One number besides the shares of money.

    Attributes:
        name: of the number.
        low: least.
        high: most.
        usual: as the current plan has it.
    """

    name: str
    low: float
    high: float
    usual: float


TILT = Shape("timing.tilt", -2.0, 2.0, 0.0)
"""More money early (above 0) or late: weeks from first to last differ by a factor of e to this power."""

WAVES = Shape("timing.waves", 0.0, 1.5, 1.0)
"""0 spends evenly, 1 as the current plan goes up and down, more makes its waves higher."""

EARLY = Shape("influencers.early", -1.0, 1.5, 0.0)
SIZE = Shape("influencers.size", -1.0, 1.0, 0.0)
PRICE = Shape("influencers.price", 0.3, 1.5, 1.0)
OVERLAP = Shape("influencers.overlap", 0.0, 0.5, 0.0)
CAP = Shape("influencers.posts", 0.0, 4.1, 4.1)
"""Logarithm of the most posts that one influencer gets."""

SPENT = Shape("budget.spent", 0.05, 1.0, 1.0)
"""Share of the budget that is spent: a budget is the most that may be, and more is not always better."""
