"""How sure a count of covered sets is: bounds on the spread of a choice, and on the spread of the best one.

    >>> a = tail(delta=0.01, looks=10)
    >>> low = lower_bound(5_000, n_sets=10_000, value=100.0, a=a)
    >>> round(low, 1), round(upper_bound(5_000, n_sets=10_000, value=100.0, a=a), 1)
    (47.2, 52.9)

Source: Tang, Tang, Xiao and Yuan (2018), *Online processing algorithms for influence maximization*, SIGMOD, lemmas 4.2
and 4.3, which rest on Freedman's inequality for martingales. Both bounds hold at once, at all looks and for all
choices that are compared, but for a chance of ``delta``: each gets its part of it.
"""

import math


def tail(*, delta: float, looks: int, choices: int = 1) -> float:
    """The exponent that makes all bounds hold at once, but for a chance of delta.

        >>> round(tail(delta=0.003, looks=1), 3)
        6.908

    Args:
        delta: chance from 0 to 1, both excluded, that any bound fails.
        looks: how often bounds may be worked out on growing collections; fixed beforehand.
        choices: choices whose lower bounds are compared.

    Raises:
        ValueError: a number is out of its range.
    """
    if not 0.0 < delta < 1.0 or looks < 1 or choices < 1:
        raise ValueError(f"delta is between 0 and 1, looks and choices are 1 or more, not {delta}, {looks}, {choices}")
    return math.log(3.0 * looks * choices / delta)


def lower_bound(hits: float, *, n_sets: int, value: float, a: float) -> float:
    """What a choice spreads to at least, from the sets that it hits in a collection it was not made on.

        >>> lower_bound(0, n_sets=100, value=50.0, a=5.0)
        0.0

    Args:
        hits: sets with a member of the choice.
        n_sets: all of them.
        value: of all nodes together.
        a: from :func:`tail`.
    """
    root = math.sqrt(hits + 2.0 * a / 9.0) - math.sqrt(a / 2.0)
    return max(root * abs(root) - a / 18.0, 0.0) * value / n_sets


def upper_bound(most: float, *, n_sets: int, value: float, a: float) -> float:
    """What the best choice spreads to at most, from the sets that no choice exceeds.

        >>> upper_bound(100, n_sets=100, value=50.0, a=5.0)
        50.0

    Args:
        most: sets that no choice within the limits hits more of; on the collection that the choice was made on.
        n_sets: all of them.
        value: of all nodes together, which no spread exceeds.
        a: from :func:`tail`.
    """
    return min((math.sqrt(most + a / 2.0) + math.sqrt(a / 2.0)) ** 2 * value / n_sets, value)
