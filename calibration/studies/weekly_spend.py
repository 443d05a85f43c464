"""Three brands with years of weekly money and sales: what a calibrated market says of a quarter that it has not seen.

Each history becomes a drafted market that has settled before its first week. Four or five numbers are found on all but
the last 13 weeks; those are foretold in one go, knowing the money that was spent in them and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.calibrate import Calibration, Judged, calibrate
from calibration.fit import Settings, fit
from calibration.free import FreeParameter
from calibration.history import History, read_history
from calibration.predictive import forecast
from calibration.question import Question
from calibration.scores import Score, score
from calibration.setup import Setup
from calibration.studies.mature import mature_question
from calibration.targets import Observed

Floats = NDArray[np.float64]

QUARTER = 13
SERIES_ALONE = "drift and season alone"

FREE: Mapping[str, Mapping[str, float]] = {
    "brand.appeal": {"low": -1.0, "guess": 0.0, "high": 1.0},
    "paid.attention": {"low": 0.004, "guess": 0.02, "high": 0.1},
    "forgetting.attention": {"low": 0.015, "guess": 0.04, "high": 0.12},
    "talk.talker_per_day": {"low": 0.0004, "guess": 0.002, "high": 0.01},
}
"""Level, strength of all paid media together, carry-over, and talk."""


@dataclass(frozen=True)
class Brand:
    """One history and what its owner would know besides.

    Attributes:
        title: how reports call it.
        file: below the data folder.
        price: of one purchase, in money: a guess, which sets how many people the sales stand for.
        columns: what columns are, where their names do not say so.
        money: of one unit of the outcome.
    """

    title: str
    file: str
    price: float
    columns: Mapping[str, str] = field(default_factory=dict)
    money: float = 1.0

    def history(self, data: Path) -> History:
        """Weekly money by channel and revenue.

        Args:
            data: folder of the data.
        """
        read = read_history(data / self.file, columns=dict(self.columns))
        factor = np.array([self.money if metric == "revenue" else 1.0 for metric in read.metric])
        return replace(read, value=read.value * factor)


BRANDS: dict[str, Brand] = {
    "robyn": Brand("Robyn's demonstration (simulated)", "mmm/robyn_dt_simulated_weekly.csv", 20.0),
    "retailer": Brand("A retailer (real, made anonymous)", "mmm/pymc_case_study_retailer_weekly.csv", 40.0),
    "meridian": Brand(
        "Meridian's demonstration (simulated)", "mmm/meridian_national_media.csv", 10.0,
        {"conversions": "revenue", "revenue_per_conversion": "ignore"}, 0.035,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Foretold:
    """How one brand's last quarter was foretold.

    Attributes:
        brand: whose.
        calibration: of its market.
        alone: score of drift and season without any market.
    """

    brand: Brand
    calibration: Calibration
    alone: Score

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The market, the market without talk, and the models that know nothing."""
        return self.calibration.judged["revenue"]


def asked(brand: Brand, data: Path, *, consumers: int, weeks_cut: int = 0) -> Question:
    """The calibration's question for one brand.

    Args:
        brand: one of :data:`BRANDS`.
        data: folder of the data.
        consumers: simulated.
        weeks_cut: last weeks of the history that are thrown away, to stand at an earlier day.
    """
    history = brand.history(data)
    if weeks_cut:
        history = _until(history, weeks_cut)
    setup = Setup.model_validate({"free": FREE, "targets": {"revenue": {"discrepancy": ["drift", "season"]}}})
    return mature_question(history, consumers=consumers, setup=setup, holdout_weeks=QUARTER, price=brand.price)


def _until(history: History, weeks_cut: int) -> History:
    kept = history.start < history.start.max() - np.timedelta64(7 * weeks_cut - 1, "D")
    at = np.flatnonzero(kept).tolist()
    return replace(
        history, start=history.start[at], value=history.value[at],
        **{name: tuple(getattr(history, name)[i] for i in at) for name in ("period", "channel", "metric", "geo", "source")},
    )  # fmt: skip


def foretold(brand: Brand, question: Question, *, settings: Settings) -> Foretold:
    """Calibrate one brand's market and judge what it says of the held-out quarter.

    Args:
        brand: whose question it is.
        question: from :func:`asked`.
        settings: how much is spent.
    """
    return Foretold(brand, calibrate(question, settings=settings), series_alone(question.observed, seed=settings.seed))


# --------------------------------------------------------------------------------------- no market, only the series


class Level:
    """A market that always sells the same: what is left is what drift and season can do by themselves."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Every observation at the level, [R, P]."""
        (target,) = self.observed.targets
        row = target.scale.forward(np.full(target.n, values["level"]))
        return np.tile(row, (len(replicates), 1))


def series_alone(observed: Observed, *, seed: int) -> Score:
    """Score on the held-out weeks of a level with drift, season and scatter, and no market.

    Args:
        observed: one target.
        seed: of the fit and the draws.
    """
    (target,) = observed.targets
    seen = target.observed[~observed.held_out(0)]
    usual = float(np.exp(np.log(np.maximum(seen, 1e-9)).mean()))
    level = FreeParameter("level", low=usual / 1.5, guess=usual, high=usual * 1.5)
    told = fit(
        Level(observed), observed, (level,), n_consumers=1.0, market_size=1.0,
        settings=Settings(trials=30, replicates=1, draws=50, seed=seed),
    )  # fmt: skip
    held = observed.held_out(0)
    return score(forecast(told, seed=seed)[0].samples[:, held], target.observed[held])
