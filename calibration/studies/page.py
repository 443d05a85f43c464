"""Numbers, tables and targets that all studies share."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.fit import Fit
from calibration.free import FreeParameter
from calibration.noise import Noise
from calibration.targets import Target

DAYS = 28
"""Days in which one period of a history, such as a month or a year, is told."""


def number(value: float) -> str:
    """A number with the digits that a reader can use.

    >>> [number(x) for x in (18712.7, 412.3, 21.37, 0.3748, 0.00944, -2.5, 0.0)]
    ['18,713', '412', '21.4', '0.375', '0.0094', '-2.50', '0']
    """
    size = abs(value)
    if size == 0.0 or not np.isfinite(value):
        return f"{value:.0f}"
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return f"{value:,.{digits}f}"


def percent(share: float) -> str:
    """A share as people read it.

    >>> percent(0.1534)
    '15.3 %'
    """
    return f"{100.0 * share:.1f} %"


def interval(median: float, low: float, high: float) -> str:
    """A median with its 90 % interval.

    >>> interval(18713.0, 17000.0, 21000.0)
    '18,713 (17,000 to 21,000)'
    """
    return f"{number(median)} ({number(low)} to {number(high)})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown.

    >>> print(table(["year", "sold"], [["1949", "96"]]))
    | year | sold |
    |---|---|
    | 1949 | 96 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("|---" * len(head) + "|" if i == 1 else f"| {' | '.join(row)} |" for i, row in enumerate(lines))


def wrapped(text: str) -> str:
    r"""The same page with its paragraphs in lines of at most 108 characters; tables and headings stay as they are.

    >>> print(wrapped("# A heading\n\n" + "word " * 30))  # doctest: +NORMALIZE_WHITESPACE
    # A heading
    <BLANKLINE>
    word word word word word word word word word word word word word word word word word word word word word
    word word word word word word word word word
    """
    blocks = text.split("\n\n")
    plain = [not block.lstrip("\n").startswith(("|", "#", "<", "!", "*")) and bool(block.strip()) for block in blocks]
    return "\n\n".join(
        fill(block, 108, break_long_words=False, break_on_hyphens=False) + "\n" * block.endswith("\n") if own else block
        for block, own in zip(blocks, plain, strict=True)
    )


def period_target(
    name: str, observed: ArrayLike, *, metric: str, noise: Noise = "negative-binomial", usual_scatter: float = 0.1
) -> Target:
    """Periods of a history, one after another from launch on, each told in 28 days.

    Args:
        name: how answers call it.
        observed: one value for each period.
        metric: the weekly series that stands nearest to it.
        noise: kind of scatter.
        usual_scatter: relative scatter that is expected of one period; what it is, history tells.
    """
    y = np.asarray(observed, float)
    weeks = np.repeat(np.eye(len(y)), DAYS // 7, axis=1)
    last = (np.arange(len(y)) + 1) * (DAYS // 7) - 1
    labels = tuple(str(i + 1) for i in range(len(y)))
    return Target(name, metric, y, weeks, last.astype(np.int64), labels, noise=noise, weight=(0.1 / usual_scatter) ** 2)


def spread_of(fit: Fit, name: str, *, times: float = 1.0) -> str:
    """Median and 90 % interval of one free parameter.

    Args:
        fit: of the market.
        name: of the parameter.
        times: the unit that is shown, in units of the parameter.
    """
    k = fit.names.index(name)
    low, median, high = (fit.free[k].value(z) * times for z in fit.interval(k))
    return interval(median, low, high)


def rate(name: str, low: float, high: float, *, per: float = 1.0) -> FreeParameter:
    """A hazard of which little is known: nine tenths of the belief from low to high, the middle of their logarithms.

    >>> round(rate("organic.attention", 0.01, 0.04).guess, 3)
    0.02

    Args:
        name: of the parameter.
        low: 5 % of the belief lies below.
        high: 5 % lies above.
        per: days of the period that low and high are about.
    """
    return FreeParameter(name, low / per, (low * high) ** 0.5 / per, high / per)


def paired(differences: NDArray[np.float64], *, seed: int = 0) -> tuple[float, float, float]:
    """Mean of paired differences, with a 90 % interval from drawing pairs anew.

    Args:
        differences: one for each pair.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    means = rng.choice(differences, (4000, len(differences))).mean(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return float(differences.mean()), float(low), float(high)
