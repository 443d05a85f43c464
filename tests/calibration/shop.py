"""A small market with one channel, and a history that the engine made of it, for tests of whole calibrations."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from calibration.market import Market
from calibration.series import weekly_of
from calibration.targets import Observed

WEEKS = 14
SCENARIO = """\
name = "shop"
start = 2027-01-04
weeks = 14

[market]
size = 800
consumers = 800

[segments.all]
share = 1.0
buys_every_days = 20
channels = { tv = 0.9 }

[channels.tv]
platform = "television"
cpm = 10.0

[graph]
strong_ties = 3.0
weak_ties = 5.0

[brand]
title = "Ours"
price = 4.0

[rivals.other]
title = "Other"
price = 4.0
start = { attention = 0.2, attraction = 0.2, affinity = 0.2, customers = 0.2 }

[plans.baseline]
media.tv.weekly = 24

[plans.more]
media.tv.weekly = 48
"""
SETTINGS = """\
history = "history.csv"
plan = "baseline"
holdout_weeks = 3

[free]
"paid.attention" = {}
"brand.appeal" = { low = -1.0, guess = 0.0, high = 1.0 }

[targets.purchases]
discrepancy = []

[targets.awareness]
unit = "share"
sample_size = 400
scatter = 0.0
discrepancy = []
"""
TRUTH = {"paid.attention": 0.03, "brand.appeal": 0.5}


def made_history() -> str:
    """Purchases by week and a survey of awareness, with scatter, in the long form."""
    from scenarios import load_text

    scenario = load_text(SCENARIO).scenario
    plan = scenario.plans["baseline"]
    books = Market(scenario, plan, Observed(()), seed=99).books(TRUTH, range(1))[0][0]
    found = weekly_of(books, plan, [("purchases", ""), ("awareness", "")])
    rng = np.random.default_rng(5)
    rows = ["period_start,period,channel,metric,value"]
    for week in range(WEEKS):
        day = date(2027, 1, 4) + timedelta(weeks=week)
        rows.append(f"{day},week,tv,spend,24")
        rows.append(f"{day},week,,purchases,{max(round(found['purchases', ''][week] * rng.normal(1, 0.05)), 0)}")
        rows.append(f"{day},week,,awareness,{rng.binomial(400, found['awareness', ''][week] / 800) / 400}")
    return "\n".join(rows) + "\n"


def write_shop(folder: Path) -> Path:
    """The market with its history and settings in a folder; returns the scenario's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(SCENARIO)
    (folder / "history.csv").write_text(made_history())
    (folder / "calibration.toml").write_text(SETTINGS)
    return folder / "scenario.toml"
