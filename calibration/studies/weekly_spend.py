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
from calibration.errors import CalibrationError
from calibration.fit import Settings, fit
from calibration.free import FreeParameter
from calibration.history import History, read_history
from calibration.nulls import NULLS, Forecast, Past
from calibration.predictive import forecast
from calibration.question import Question
from calibration.scores import Score, mape, score
from calibration.setup import Setup
from calibration.studies.data import data_file
from calibration.studies.mature import mature_question
from calibration.studies.page import number, percent, table
from calibration.studies.study import Section
from calibration.targets import Observed

Floats = NDArray[np.float64]

TITLE = "A quarter of weekly sales, foretold in one go"
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
    "robyn": Brand("Robyn's demonstration (simulated)", "mmm/robyn_dt_simulated_weekly.csv", 5.0),
    "retailer": Brand("A retailer (real, made anonymous)", "mmm/pymc_case_study_retailer_weekly.csv", 10.0),
    "meridian": Brand(
        "Meridian's demonstration (simulated)", "mmm/meridian_national_media.csv", 2.5,
        {"conversions": "revenue", "revenue_per_conversion": "ignore"}, 0.035,
    ),
}  # fmt: skip


FILES = tuple(brand.file for brand in BRANDS.values())


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


def asked(brand: Brand, data: Path, *, consumers: int) -> Question:
    """The calibration's question for one brand.

    Args:
        brand: one of :data:`BRANDS`.
        data: folder of the data.
        consumers: simulated.
    """
    setup = Setup.model_validate({"free": FREE, "targets": {"revenue": {"discrepancy": ["drift", "season"]}}})
    history = brand.history(data)
    return mature_question(history, consumers=consumers, setup=setup, holdout_weeks=QUARTER, price=brand.price)


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
        settings=Settings(trials=36, replicates=1, draws=12, particles=150, seed=seed),
    )  # fmt: skip
    held = observed.held_out(0)
    return score(forecast(told, seed=seed)[0].samples[:, held], target.observed[held])


def earlier_quarters(observed: Observed, *, n: int, seed: int) -> dict[str, float]:
    """Mean error (MAPE) over quarters before the held-out one, each foretold from what went before it.

    One quarter may be lucky for any model. The market itself is left out: it would be fitted anew for each.

    Args:
        observed: one target.
        n: how many quarters.
        seed: of fits and draws.
    """
    (target,) = observed.targets
    missed: dict[str, list[float]] = {SERIES_ALONE: [], "naive": [], "seasonal-naive": []}
    for back in range(1, n + 1):
        end = target.n - QUARTER * back
        until = replace(
            target, observed=target.observed[:end], weights=target.weights[:end], last_week=target.last_week[:end],
            labels=target.labels[:end],
        )  # fmt: skip
        first = int(until.last_week[-QUARTER])
        missed[SERIES_ALONE].append(series_alone(Observed((until,), train_weeks=first), seed=seed).mape)
        for name in ("naive", "seasonal-naive"):
            rng = np.random.default_rng([seed, back])
            said = NULLS[name](Past(until.observed[:-QUARTER]), QUARTER, n_draws=2, rng=rng)
            if isinstance(said, Forecast):
                missed[name].append(mape(said.point, until.observed[-QUARTER:]))
    return {name: float(np.mean(each)) for name, each in missed.items() if each}


# ----------------------------------------------------------------------------------------------------- the report

SETTINGS = Settings(trials=80, replicates=4, draws=60, particles=300, seed=1)
CONSUMERS = 2_000

EARLIER = 6
"""Quarters before the held-out one over which simple models are compared."""

NAMES = {"naive": "the last week goes on", "seasonal-naive": "last year's weeks", "bass": "Bass curve"}


def run(*, quick: bool = False) -> Section:
    """The section of the page.

    Args:
        quick: less spent, and one brand only.
    """
    few = Settings(trials=45, replicates=2, draws=15, particles=150, seed=1)
    head = ["", "Error (MAPE)", "CRPS, thousands", "Weeks within 90 %"]
    opening = (
        f"Each market was fitted to all but the last {QUARTER} weeks, which were then foretold in one go, knowing what "
        "was spent in them. The same weeks were foretold by models that know less.\n"
    )
    parts = [opening]
    for brand in list(BRANDS.values())[: 1 if quick else None]:
        found = data_file(brand.file)
        if found is None:
            raise CalibrationError(f"the file {brand.file} is not here", hint="set APATH_DATA to a folder with it")
        question = asked(brand, found.parents[1], consumers=300 if quick else CONSUMERS)
        said = foretold(brand, question, settings=few if quick else SETTINGS)
        rows = [cells(NAMES.get(one.model, one.model), one.holdout) for one in said.judged if one.holdout is not None]
        rows.append(cells(SERIES_ALONE, said.alone))
        n_before = 1 if quick else EARLIER
        before = earlier_quarters(question.observed, n=n_before, seed=SETTINGS.seed)
        told = [one.name for one in said.calibration.parameters if one.identified]
        untold = [one.name for one in said.calibration.parameters if not one.identified]
        parts.append(f"### {brand.title}, {question.scenario.weeks} weeks\n")
        parts.append(table(head, rows) + "\n")
        told_before = ", ".join(f"{NAMES.get(name, name)} {percent(each)}" for name, each in before.items())
        parts.append(f"Quarters before it, {n_before} of them, each from what went before: {told_before}.\n")
        worth = f"{len(said.calibration.fit.weights)} draws, worth {said.calibration.fit.ess:.0f} even ones."
        parts.append(f"History tells {_list(told)}; it does not tell {_list(untold)}. {worth}\n")
    return Section("\n".join([*parts, _READING]))


def cells(name: str, one: Score) -> list[str]:
    """One model's row."""
    return [name, percent(one.mape), number(one.crps / 1e3), percent(one.coverage_90)]


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none of what was free"


_READING = """The market is fitted to sales and money alone: it knows no prices, promotions, holidays or rivals, though
some of the files have them. What foretells these brands is drift and season; the market with its four free numbers
adds little to them or nothing, and so does word of mouth. That is what weekly money and sales can be asked for: a
forecast that knows how sure it is, and not a proof of what advertising or talk did.

At the retailer last year's weeks miss by 14 % in this quarter and the market by 24 %; as whole distributions the two
are about as good (CRPS). Over the six quarters before it, last year's weeks missed by 36 %, and drift and season by
27 %: a calendar of promotions that falls as it did the year before would do that, and the market knows of none. Errors
one step ahead, or over a whole series, are other figures than these and must not be put beside them.
"""
