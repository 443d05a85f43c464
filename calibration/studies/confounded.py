"""Two channels whose true effects are known: what history alone says of them, and what two experiments add.

The series (131 weeks) was made by its authors with a cause that nobody recorded: it raises the money on the first
channel and sales alike. Whoever regresses sales on money credits the channel with what the hidden cause did.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Fit, Settings, fit
from calibration.free import FreeParameter
from calibration.history import History, read_history
from calibration.market import Failure, Market, run_all
from calibration.question import Question
from calibration.scores import weighted_quantile
from calibration.setup import Setup
from calibration.studies.mature import mature_question
from calibration.targets import LiftTest, Observed
from scenarios.registry import REGISTRY

Floats = NDArray[np.float64]

FILE = "mmm/pymc_mmm_roas_data.csv"
CHANNELS = ("x1", "x2")
MONEY, SALES = 50_000.0, 1_000.0
"""Money of one unit of spend and of one unit of the outcome: the file's are indices."""

PRICE = 10.0
"""Of one purchase, as its owner would know: a guess, which sets how many people the sales stand for."""

CARRY_OVER = {"x1": 0.3, "x2": 0.5}
STEEPNESS = {"x1": 1.0, "x2": 2.5}
SIZE = {"x1": 200.0, "x2": 150.0}
"""The authors' own numbers, found from the file's columns; :func:`read_known` checks that they give these back."""

TEST_STARTS = {"x1": 40, "x2": 70}
"""First week of each channel's experiment, from 0."""

SHORT, LONG = 8, 26
"""Weeks of an experiment."""

TEST_ERROR = 0.12
"""Standard error of an experiment, as a share of its effect."""

_Z90 = 1.6448536269514722


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
        out[channel] = Effect(float(total), float(total - _Z90 * error), float(total + _Z90 * error))
    return out


# ----------------------------------------------------------------------------------------------------- the market

FORGETTING = "forgetting, all stages"
"""How many times as fast as usual people fall back, at every stage: how short the carry-over of advertising is."""

FREE = (
    FreeParameter("channels.x1.pull", low=0.3, guess=3.0, high=30.0),
    FreeParameter("channels.x2.pull", low=0.3, guess=3.0, high=30.0),
    FreeParameter("brand.appeal", low=-1.0, guess=0.5, high=2.0, scale="linear"),
    FreeParameter("organic.attention", low=0.0005, guess=0.007, high=0.1),
    FreeParameter(FORGETTING, low=1.0, guess=4.0, high=16.0),
)
"""What is to be found, with wide beliefs: each channel may pull a hundred times as hard at one end as at the other."""


class FastMarket:
    """A market in which one number says how fast people fall back, at all stages alike."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """As :meth:`calibration.market.Market.run`.

        Args:
            values: by name; :data:`FORGETTING` stands for all ``forgetting.*``.
            replicates: numbers of the replicates.
        """
        others = {name: value for name, value in values.items() if name != FORGETTING}
        for name, one in REGISTRY.items():
            if name.startswith("forgetting."):
                others[name] = min(one.default * values[FORGETTING], one.maximum)
        return self.market.run(others, replicates)


@dataclass(frozen=True)
class Told:
    """What one fit says of both channels.

    Attributes:
        fit: the fit.
        draws: [M, 2] revenue gained by each channel over the history, at the draws.
        weights: [M].
    """

    fit: Fit
    draws: Floats
    weights: Floats

    def effect(self, channel: str) -> Effect:
        """Of one channel."""
        low, middle, high = weighted_quantile(
            self.draws[:, [CHANNELS.index(channel)]], [0.05, 0.5, 0.95], weights=self.weights
        )[:, 0]
        return Effect(float(middle), float(low), float(high))

    @property
    def correlation(self) -> float:
        """Between the two effects over the draws."""
        both = np.cov(self.draws.T, aweights=self.weights)
        return float(both[0, 1] / np.sqrt(both[0, 0] * both[1, 1]))


def asked(known: Known, *, consumers: int) -> Question:
    """The calibration's question: the drafted market, all weeks seen, revenue with drift and season.

    Args:
        known: the history.
        consumers: simulated.
    """
    setup = Setup.model_validate({"targets": {"revenue": {"discrepancy": ["drift", "season"]}}})
    return mature_question(known.history, consumers=consumers, setup=setup, holdout_weeks=0, price=PRICE)


def told(question: Question, lifts: tuple[LiftTest, ...], *, settings: Settings, effect_replicates: int = 4) -> Told:
    """Fit, and ask the engine at the draws what each channel gained by switching it off for the whole history.

    Args:
        question: from :func:`asked`.
        lifts: experiments that the fit may use.
        settings: how much is spent.
        effect_replicates: runs of each draw.
    """
    seen = Observed(question.observed.targets, lifts, train_weeks=question.observed.train_weeks)
    market = question.scenario.market
    found = fit(
        FastMarket(Market(question.scenario, question.plan, seen, seed=settings.seed)), seen, FREE,
        n_consumers=market.consumers, market_size=market.size, settings=settings,
    )  # fmt: skip
    weeks = question.scenario.weeks
    off = Observed((), tuple(LiftTest(c, c, 0, weeks - 1, "revenue", 1.0, 1.0) for c in CHANNELS), train_weeks=weeks)
    switch = FastMarket(Market(question.scenario, question.plan, off, seed=settings.seed))
    points = [dict(zip(found.names, row, strict=True)) for row in found.values.tolist()]
    runs = run_all(switch, points, range(effect_replicates), threads=settings.threads)
    ok = [i for i, run in enumerate(runs) if not isinstance(run, Failure)]
    draws = np.array([run.mean(axis=0) for run in runs if not isinstance(run, Failure)])
    return Told(found, draws, found.weights[ok] / found.weights[ok].sum())
