"""A brand that has long been on the market, from its history: the drafted scenario, started where it would be by then.

Drafts guess where people stand on the first day. Of a brand that has advertised for years that guess matters for
months, and a wrong one would be fitted away by parameters that mean something else. So half a year with the usual money
of the first quarter is simulated first, and every value of the free parameters starts from its own balance.

A draft also guesses that one person in ten buys, once a month: two thousand simulated consumers then buy so seldom that
the luck of the simulation is larger than the scatter of the history. Here three in ten buy, every ten days.
"""

import tempfile
from pathlib import Path

import numpy as np

from calibration.draft import BUYER_SHARE, draft_scenario
from calibration.history import History
from calibration.question import Question, question
from calibration.setup import Setup
from scenarios.load import load_scenario
from scenarios.plan import Media
from scenarios.schema import Plan, Scenario, WarmUp

WARM_UP_WEEKS = 26
BUYERS = 0.3
"""Share of the market that buys from the brand in its best year."""

BUYS_EVERY_DAYS = 10.0
USUAL_WEEKS = 13
"""First weeks whose mean money is taken as what went before."""


def mature_question(
    history: History, *, consumers: int, setup: Setup, holdout_weeks: int, price: float = 1.0,
    warm_up_weeks: int = WARM_UP_WEEKS,
) -> Question:  # fmt: skip
    """Draft the market from the history and let it settle before the first week.

    Args:
        history: weekly money and outcome.
        consumers: simulated.
        setup: targets and free parameters.
        holdout_weeks: last weeks that the fit does not see.
        price: of one purchase; the draft counts purchases in units of money, and this many fewer people buy.
        warm_up_weeks: simulated before the first week, with the mean money of the first 13.
    """
    draft = drafted(history)
    (segment,) = draft.segments.values()
    people = (
        draft.market.size
        / price
        * (BUYER_SHARE / BUYERS)
        * (BUYS_EVERY_DAYS / (segment.buys_every_days or BUYS_EVERY_DAYS))
    )
    draft = draft.model_copy(
        update={
            "market": draft.market.model_copy(update={"consumers": consumers, "size": max(round(people), consumers)}),
            "segments": {
                name: one.model_copy(update={"buys_every_days": BUYS_EVERY_DAYS})
                for name, one in draft.segments.items()
            },
            "brand": draft.brand.model_copy(update={"price": draft.brand.price * price}),
        }
    )
    asked = question(draft, history, setup=setup, plan="history", holdout_weeks=holdout_weeks)
    media = {
        name: Media(weekly=[float(np.mean(entry.weekly[:USUAL_WEEKS]))] * warm_up_weeks)
        for name, entry in asked.plan.media.items()
        if isinstance(entry.weekly, list)
    }
    warm_up = WarmUp(weeks=warm_up_weeks, plan=Plan(media=media))
    scenario = asked.scenario.model_copy(update={"warm_up": warm_up})
    return Question(scenario, asked.plan, asked.observed, asked.free, asked.holdout_weeks, asked.notes)


def drafted(history: History) -> Scenario:
    """The scenario that the command ``apath draft`` would write for this history."""
    with tempfile.TemporaryDirectory() as folder:
        return load_scenario(draft_scenario(history, folder=Path(folder) / "brand")).scenario
