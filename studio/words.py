"""The words for figures and for certainty, shared by the terminal, the report and every export.

>>> label("consideration"), noun("consideration")
('consideration', 'people who consider it')
"""

import re
from typing import TYPE_CHECKING

from studio.formatting import Unit, counted, people, share

if TYPE_CHECKING:
    from experiments import Comparison
    from scenarios.load import Loaded

NOUNS = {
    "customers": "customers",
    "advocates": "advocates",
    "revenue": "in revenue",
    "profit": "in profit",
    "purchases": "purchases",
    "buyers": "buyers",
    "awareness": "people who are aware of it",
    "knowledge": "people who know it",
    "consideration": "people who consider it",
    "audience": "people in the audience",
    "detractors": "detractors",
    "opt_ins": "people who leave their address",
    "leads": "leads",
    "referrals": "referred customers",
    "cost": "in cost",
}

HEADLINES = ("customers", "advocates", "revenue", "profit")
"""The figures that every table shows; the others follow in the full answer."""

SHOWN_PAIRS = ("customers", "advocates", "revenue")

_TINY = re.compile(r"influencer (\S+) stands for less than one simulated consumer")

_SURE = {
    "luck": (
        "luck: every replicate draws chance anew; the model's parameters stay as the scenario has them, "
        "so what is not known about them is not in the intervals"
    ),
    "luck+ranges": (
        "luck+ranges: every replicate draws chance anew, and all parameters from the ranges that are "
        "believed before any calibration; luck only keeps the scenario's own parameters"
    ),
    "luck+calibrated": (
        "luck+calibrated: every replicate draws chance anew, and takes the calibrated parameters from what the "
        "calibration to history left possible; luck only keeps the scenario's own parameters"
    ),
}


def label(metric: str) -> str:
    """How tables call a figure."""
    return metric.replace("_", " ")


def noun(metric: str) -> str:
    """How sentences call a figure, after its number."""
    return NOUNS.get(metric, label(metric))


def unit_of(metric: str) -> Unit:
    """People, money or purchases."""
    from simulator.metrics import METRICS

    return METRICS[metric].unit


def column(metric: str, currency: str) -> str:
    """A table's head: the figure, and its currency if it is money.

    >>> column("revenue", "USD"), column("customers", "USD")
    ('revenue, USD', 'customers')
    """
    return f"{label(metric)}, {currency}" if unit_of(metric) == "money" else label(metric)


def per_cent(level: float) -> str:
    """The level of an interval.

    >>> per_cent(0.9)
    '90 %'
    """
    return share(level)


def uncertainty_line(uncertainty: str) -> str:
    """What the intervals hold, in one sentence."""
    return _SURE.get(uncertainty, uncertainty)


def scale_line(comparison: "Comparison") -> str:
    """What stands behind the figures: weight, replicates, worlds and seed."""
    runs = comparison.runs
    scenario = runs.scenario
    network = " on the given network" if runs.given_graph else f" in {counted(runs.n_worlds, 'world')}"
    return (
        f"1 simulated consumer = {counted_people(scenario.people_per_consumer)}; "
        f"{counted(scenario.market.consumers, 'consumer')} over "
        f"{counted(scenario.weeks + scenario.carry_out_weeks, 'week')}; "
        f"{counted(runs.n, 'replicate')}{network}, seed {runs.seed}"
    )


FEW = 20
"""With fewer independent replicates than this, an interval is itself a rough guess."""


def caution(comparison: "Comparison") -> str | None:
    """A warning where too few replicates stand behind the intervals; None where there are enough."""
    n = comparison.runs.n_worlds if comparison.runs.n_worlds > 1 else comparison.runs.n
    if n == 1:
        return "One replicate gives no interval; ask for more with --replicates."
    if n < FEW and comparison.runs.n_worlds < comparison.runs.n:
        text = f"The intervals rest on {n} draws of who the people are and are rough; ask for {FEW} or more with "
        return text + "--worlds."
    if n < FEW:
        return f"The intervals rest on {n} independent replicates and are rough; {FEW} or more are better."
    return None


def counted_people(weight: float) -> str:
    """The people that one simulated consumer stands for.

    >>> counted_people(1.0), counted_people(200.0), counted_people(6.667)
    ('1 person', '200 people', '6.7 people')
    """
    text = people(weight)
    return f"{text} person" if text == "1" else f"{text} people"


def notes_of(comparison: "Comparison", loaded: "Loaded") -> list[str]:
    """Remarks about this scenario and these runs, without saying the same twice.

    Args:
        comparison: the answer.
        loaded: the scenario.
    """
    notes = list(loaded.notes)
    tiny = [found[1] for note in comparison.runs.notes if (found := _TINY.fullmatch(note))]
    tiny = [name for name in tiny if not any(f"influencers.{name} " in note for note in notes)]
    if tiny:
        each = "stand for less than one simulated consumer each; more consumers would show their effect"
        notes.append(f"influencers {', '.join(tiny)} {each}")
    return notes + [note for note in comparison.runs.notes if not _TINY.fullmatch(note)]
