"""What a stylized fact says, what was measured, and whether the one agrees with the other.

>>> import numpy as np
>>> doubled = estimate(lambda a, b: a / b, np.array([4.0, 6.0, 5.0]), np.array([2.0, 3.0, 2.5]))
>>> round(doubled.mean, 6), above("a is more than b", doubled, 1.0).holds
(2.0, True)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import Summary, summarise


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured figure with its 90 % interval."""

    label: str
    mean: float
    low: float
    high: float
    unit: str

    @property
    def shown(self) -> str:
        """The figure as people read it."""
        return shown(self.mean, self.low, self.high, self.unit)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that the fact demands, and what was found."""

    text: str
    holds: bool
    measured: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was measured about one fact.

    Attributes:
        market: the market that it was seen in, in a sentence or two.
        rows: figures.
        checks: what the fact demands.
        limits: where it does not hold, or what to know before it is quoted.
        replicates: worlds that every figure is an average of.
    """

    market: str
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    limits: tuple[str, ...]
    replicates: int

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


class Experiment(Protocol):
    """Runs the experiment of one fact."""

    def __call__(
        self, *, quick: bool = False, threads: int | None = None, parameters: Mapping[str, float] | None = None
    ) -> Finding:
        """Measure the fact.

        Args:
            quick: fewer replicates, for a test.
            threads: how many replicates at once; changes nothing but time.
            parameters: registry parameters to try instead of their defaults.
        """


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A regularity that others have published.

    Attributes:
        id: short name.
        title: the fact in a few words.
        source: who found it.
        expected: what has to come out.
        run: measures it.
    """

    id: str
    title: str
    source: str
    expected: str
    run: Experiment


def estimate(of: Callable[..., float], *samples: NDArray[np.float64]) -> Summary:
    """Estimate a figure made of means, such as a ratio, with a 90 % interval over replicates.

    The interval is Student's t over jackknife pseudo-values (Tukey 1958). For a mean, or a difference of means, it
    is the ordinary paired interval.

    Args:
        of: makes the figure from the mean of each sample.
        samples: values by replicate, paired.
    """
    n = len(samples[0])
    totals = [values.sum() for values in samples]
    whole = of(*(total / n for total in totals))
    if n == 1:
        return summarise(np.array([whole]), worlds=np.arange(1))
    without = [
        of(*((total - values[r]) / (n - 1) for total, values in zip(totals, samples, strict=True))) for r in range(n)
    ]
    return summarise(n * whole - (n - 1) * np.array(without), worlds=np.arange(n))


def mean(values: NDArray[np.float64]) -> Summary:
    """The mean of one sample with its 90 % interval."""
    return summarise(values, worlds=np.arange(len(values)))


def row(label: str, summary: Summary, unit: str) -> Row:
    """Write a figure down.

    Args:
        label: what it is.
        summary: mean and interval.
        unit: what it is counted in; shares are read as per cent where it begins with ``%``.
    """
    return Row(label=label, mean=summary.mean, low=summary.ci_low, high=summary.ci_high, unit=unit)


def above(text: str, summary: Summary, than: float = 0.0, unit: str = "") -> Check:
    """Demand that a figure, with its interval, lies above a bound.

    Args:
        text: the demand in words.
        summary: the figure.
        than: the bound.
        unit: as in :func:`row`.
    """
    return Check(text=text, holds=bool(summary.ci_low > than), measured=row(text, summary, unit).shown)


def below(text: str, summary: Summary, than: float = 0.0, unit: str = "") -> Check:
    """Demand that a figure, with its interval, lies below a bound.

    Args:
        text: the demand in words.
        summary: the figure.
        than: the bound.
        unit: as in :func:`row`.
    """
    return Check(text=text, holds=bool(summary.ci_high < than), measured=row(text, summary, unit).shown)


def shown(mean: float, low: float, high: float, unit: str) -> str:
    """Write a figure and its interval with as many digits as the interval supports.

    >>> shown(0.1834, 0.1721, 0.1947, "%")
    '18.3 % (17.2 to 19.5)'
    >>> shown(-3.0, -3.0, -3.0, "weeks")
    '-3.00 weeks (-3.00 to -3.00)'
    """
    scale = 100.0 if unit.startswith("%") else 1.0
    largest = max(abs(low), abs(high), abs(mean)) * scale
    digits = 0 if largest >= 1_000 else 1 if largest >= 10 else 2 if largest >= 0.1 else 4
    values = [f"{scale * value + 0.0:.{digits}f}" for value in (mean, low, high)]
    return f"{values[0]}{f' {unit}' if unit else ''} ({values[1]} to {values[2]})"
