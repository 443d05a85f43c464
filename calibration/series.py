"""Weekly series of one simulated replicate, by the names of :mod:`simulator.glossary`.

    >>> from calibration.series import series_names
    >>> {"purchases", "revenue", "awareness"} <= set(series_names())
    True

What is counted in every run is read off its counts; everything else is worked out by the tables of weekly metrics,
which takes about as long again as a small simulation.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import Stage
from simulator.glossary import GLOSSARY, WEEKLY
from simulator.metrics import Books

Floats = NDArray[np.float64]


def _stock(name: str) -> Callable[[Books], Floats]:
    return lambda books: np.asarray(books.outcome.ours(name)[1:] * books.scenario.people_per_consumer, float)


def _flow(name: str) -> Callable[[Books], Floats]:
    return lambda books: np.asarray(books.outcome.ours(name) * books.scenario.people_per_consumer, float)


def _from(stage: Stage) -> Callable[[Books], Floats]:
    return lambda books: books.outcome.ours("stock")[1:, :, stage:].sum(axis=2) * books.scenario.people_per_consumer


_COUNTED: dict[str, Callable[[Books], Floats]] = {
    "purchases": _flow("purchases"),
    "first_purchases": _flow("first_purchases"),
    "opt_ins": _flow("opt_ins"),
    "leads": _flow("leads"),
    "referrals": _flow("referrals"),
    "customers": _stock("customers"),
    "buyers": _stock("buyers"),
    "detractors": _stock("negative"),
    "satisfied": _stock("positive"),
    "awareness": _from(Stage.ATTENTION),
    "knowledge": _from(Stage.ATTRACTION),
    "consideration": _from(Stage.AFFINITY),
    "loyalty": _from(Stage.AUDIENCE),
    "advocacy": _from(Stage.ADVOCACY),
    "revenue": lambda books: books.taken.revenue,
}
"""[week, segment], in people and money."""


def series_names() -> tuple[str, ...]:
    """Every weekly series that a target may be about."""
    return tuple(dict.fromkeys([*_COUNTED, *WEEKLY]))


def is_stock(name: str) -> bool:
    """Whether a series is counted at the end of each week, and not over it."""
    return GLOSSARY[name].kind != "flow"


def unit_of(name: str) -> str:
    """What a series is counted in."""
    return GLOSSARY[name].unit


def weekly_of(books: Books, plan: Plan, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Floats]:
    """Weekly values [W] of some series, for all segments together or for one.

    Args:
        books: of one replicate.
        plan: ours, the one that was simulated.
        wanted: (series, segment), segment ``""`` for all.
    """
    segments = list(books.outcome.tables.kinds.segments)
    found: dict[tuple[str, str], Floats] = {}
    sheet: dict[tuple[str, str], Floats] | None = None
    for name, segment in wanted:
        if name in _COUNTED:
            by_segment = np.asarray(_COUNTED[name](books), float)
            column = by_segment.sum(axis=1) if not segment else by_segment[:, segments.index(segment)]
        else:
            if sheet is None:
                sheet = _sheet(books, plan, books.scenario)
            rows = sheet[name, "(all)"]
            column = rows[:, segments.index(segment) if segment and rows.shape[1] > 1 else -1]
        found[name, segment] = np.asarray(column, float)
    return found


def _sheet(books: Books, plan: Plan, scenario: Scenario) -> dict[tuple[str, str], Floats]:
    from simulator.weekly import weekly_metrics

    return next(iter(weekly_metrics(books.outcome, scenario, plan).values()))
