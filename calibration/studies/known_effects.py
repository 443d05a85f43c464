"""A history whose true effects are known, experiments on it, and what a plain regression says of it.

The series (131 weeks) was made by its authors with a cause that nobody recorded: it raises the money on the first
channel and sales alike.
"""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.history import History, read_history
from calibration.prior import Z90
from calibration.targets import LiftTest

Floats = NDArray[np.float64]

FILE = "mmm/pymc_mmm_roas_data.csv"
CHANNELS = ("x1", "x2")
MONEY, SALES = 50_000.0, 1_000.0
"""Money of one unit of spend and of one unit of the outcome: the file's are indices."""

PRICE = 0.2
"""Of one purchase: a guess, which sets how many people the sales stand for, and so how often each of them sees an
advertisement. Ten million people see about one a week, two in the heaviest week of x2. Ten times fewer would see 22 in
that week, and advertising would be worn out most of the time, which no planner lets happen."""

CARRY_OVER = {"x1": 0.3, "x2": 0.5}
STEEPNESS = {"x1": 1.0, "x2": 2.5}
SIZE = {"x1": 200.0, "x2": 150.0}
"""The authors' own numbers, found from the file's columns; :func:`read_known` checks that they give these back."""

TEST_STARTS = {"x1": 40, "x2": 70}
"""First week of each channel's experiment, from 0."""

TEST_ERROR = 0.12
"""Standard error of an experiment, as a share of its effect."""


@dataclass(frozen=True)
class Known:
    """The history and what is true of it.

    Attributes:
        history: as a planner would have it: money and revenue by week.
        revenue: [W].
        money: [W] by channel.
        hidden: [W] the cause that nobody recorded.
        effects: revenue gained over all weeks, by channel.
    """

    history: History
    revenue: Floats
    money: dict[str, Floats]
    hidden: Floats
    effects: dict[str, float]

    @property
    def weeks(self) -> int:
        """Of the history."""
        return len(self.revenue)


def read_known(data: Path) -> Known:
    """Read the series and check that its columns are what this study takes them for.

    Args:
        data: folder of the data.

    Raises:
        ValueError: the columns do not agree with each other.
    """
    file = data / FILE
    with file.open(encoding="utf-8") as rows:
        table = list(csv.DictReader(rows))
    column = {
        name: np.array([float(row[name]) for row in table]) for name in table[0] if name not in ("date", "quarter")
    }
    for channel, without in zip(CHANNELS, ("y01", "y02"), strict=True):
        said = true_effect(channel, column[channel])
        if not np.allclose(said, column["y"] - column[without], atol=1e-6):
            raise ValueError(f"{file}: y - {without} is not the effect of {channel}")
    uses = dict.fromkeys(table[0], "ignore") | {"date": "date", "y": "revenue"}
    uses |= {channel: f"spend:{channel}" for channel in CHANNELS}
    history = read_history(file, columns=uses)
    factor = np.array([SALES if metric == "revenue" else MONEY for metric in history.metric])
    return Known(
        history=replace(history, value=history.value * factor),
        revenue=column["y"] * SALES,
        money={channel: column[channel] * MONEY for channel in CHANNELS},
        hidden=column["z"],
        effects={channel: float(true_effect(channel, column[channel]).sum() * SALES) for channel in CHANNELS},
    )


def carried(spend: Floats, share: float) -> Floats:
    """Money with what is carried over from earlier weeks, a share of it from week to week, at most three weeks back."""
    lags = share ** np.arange(4)
    return np.asarray(np.convolve(spend, lags / lags.sum())[: len(spend)])


def true_effect(channel: str, spend: Floats) -> Floats:
    """[W] what the authors' formula gives for a channel's money, in the file's units."""
    pressure = carried(spend, CARRY_OVER[channel])
    return np.asarray(SIZE[channel] * np.tanh(0.5 * STEEPNESS[channel] * pressure))


def experiments(known: Known, *, weeks: int, seed: int) -> tuple[LiftTest, ...]:
    """One test of each channel: no money for some weeks, the effect known to within 12 %.

    What is found is the truth plus a draw of its error; money from before the test goes on working within it.

    Args:
        known: the history.
        weeks: of each test.
        seed: of the errors.
    """
    rng = np.random.default_rng(seed)
    found = []
    for channel in CHANNELS:
        first, last = TEST_STARTS[channel], TEST_STARTS[channel] + weeks - 1
        spend = known.money[channel] / MONEY
        stopped = spend.copy()
        stopped[first : last + 1] = 0.0
        gained = (true_effect(channel, spend) - true_effect(channel, stopped))[first : last + 1].sum() * SALES
        error = TEST_ERROR * gained
        found.append(LiftTest(
            channel, channel, first, last, "revenue", float(gained + error * rng.standard_normal()), float(error)
        ))  # fmt: skip
    return tuple(found)


# ------------------------------------------------------------------------------------------------ plain regression


@dataclass(frozen=True)
class Effect:
    """Revenue gained by one channel over the history, and within which limits it lies with 90 %."""

    middle: float
    low: float
    high: float

    def holds(self, truth: float) -> bool:
        """Whether the truth lies between the limits."""
        return self.low <= truth <= self.high


def regression(known: Known, *, carry_over: bool, hidden: bool) -> dict[str, Effect]:
    """Effects by least squares on both channels, a trend and a season of two waves.

    Args:
        known: the history.
        carry_over: whether money is carried over as in truth; False takes it as it is.
        hidden: whether the hidden cause is in the regression, as if somebody had recorded it.
    """
    t = np.arange(known.weeks)
    angle = 2.0 * np.pi * t * 7.0 / 365.25
    money = [
        carried(known.money[c], CARRY_OVER[c]) if carry_over else known.money[c] for c in CHANNELS
    ]  # fmt: skip
    columns = [*money, np.ones(known.weeks), t, *(f(k * angle) for k in (1, 2) for f in (np.cos, np.sin))]
    if hidden:
        columns.append(known.hidden)
    x = np.stack(columns, axis=1)
    told, *_ = np.linalg.lstsq(x, known.revenue, rcond=None)
    rest = known.revenue - x @ told
    covariance = np.linalg.inv(x.T @ x) * (rest @ rest) / (known.weeks - x.shape[1])
    out = {}
    for k, channel in enumerate(CHANNELS):
        total, error = money[k].sum() * told[k], money[k].sum() * np.sqrt(covariance[k, k])
        out[channel] = Effect(float(total), float(total - Z90 * error), float(total + Z90 * error))
    return out
