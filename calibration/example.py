"""The history that is bundled with ``coldbrew-launch``: made by the engine from numbers that are known.

``python -m calibration.example`` writes it again, to the same bytes. Nobody should mistake it for a real one: it says
in its name and in ``calibration.toml`` what it is, and the truth stands here.
"""

import csv
import io
from datetime import timedelta

import numpy as np

from calibration.market import Market
from calibration.series import weekly_of
from calibration.targets import Observed
from scenarios.catalogue import bundled_path
from scenarios.load import load_scenario
from simulator.calendar import amounts_by_week

TRUTH = {
    "talk.talker_per_day": 0.0105,
    "wom.affinity": 0.46,
    "paid.attention": 0.0165,
    "forgetting.attention": 0.029,
    "brand.appeal": 0.25,
    "experience.affinity": 0.042,
}
"""What the history was made with; the scenario's own guesses are others."""

CONSUMERS = 200_000
SEED = 20_270_104
SCATTER = 0.04
"""Relative scatter of weekly purchases beyond chance."""

ASKED = 800
"""People asked in each month's survey."""

SURVEY_WEEKS = 2
SOURCE = "made-from-known-truth"


def example_csv() -> str:
    """The history in the long form."""
    scenario = load_scenario("coldbrew-launch", consumers=CONSUMERS).scenario
    plan = scenario.plans["baseline"]
    rng = np.random.default_rng(SEED)
    market = Market(scenario, plan, Observed(()), seed=SEED)
    books = market.books(TRUTH, range(1))[0][0]
    found = weekly_of(books, plan, [(name, "") for name in ("purchases", "awareness", "consideration")])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["period_start", "period", "channel", "metric", "value", "source"])
    days = [scenario.start + timedelta(weeks=week) for week in range(scenario.weeks)]
    for channel, media in plan.media.items():
        for day, money in zip(days, amounts_by_week(scenario, media), strict=True):
            writer.writerow(
                [day.isoformat(), "week", media.channel or channel, "spend", round(float(money), 2), SOURCE]
            )
    for week, day in enumerate(days):
        sold = found["purchases", ""][week] * np.exp(SCATTER * rng.standard_normal() - 0.5 * SCATTER**2)
        writer.writerow([day.isoformat(), "week", "", "purchases", round(float(sold)), SOURCE])
    for metric in ("awareness", "consideration"):
        for week in range(SURVEY_WEEKS - 1, scenario.weeks, SURVEY_WEEKS):
            p = found[metric, ""][week] / scenario.market.size
            said = rng.binomial(ASKED, p) / ASKED
            writer.writerow([days[week].isoformat(), "week", "", metric, said, SOURCE])
    return out.getvalue()


if __name__ == "__main__":
    bundled_path("coldbrew-launch").with_name("history.csv").write_text(example_csv())
