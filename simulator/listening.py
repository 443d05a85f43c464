"""Listening and feedback to product: when a problem is found, when it is mended, and which ideas are put to work."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from simulator.calendar import Phase, days_on


def mended_from(scenario: Scenario, mine: list[Phase], values: Mapping[str, float]) -> tuple[int, int] | None:
    """The day on which listening finds what disappoints, and the day from which the product is better.

    The problem is found after as many hours as ten a week are in ``listening.delay`` days, and mended once.

    Returns:
        nothing when it is not found in time, or nobody means to mend it.
    """
    hours = np.zeros(scenario.n_days)
    for phase in mine:
        heard = phase.plan.listening
        if heard is not None and heard.fix:
            hours[days_on(scenario, heard, phase)] += heard.hours_per_week / 7.0
    enough = values["listening.delay"] * 10.0 / 7.0
    found = int(np.searchsorted(np.cumsum(hours), enough - 1e-9))
    if found >= scenario.n_days:
        return None
    mended = found + max(round(values["listening.fix_days"]), 1)
    return (found, mended) if mended < scenario.n_days else None


def ideas_so_far(scenario: Scenario, mine: list[Phase], values: Mapping[str, float]) -> NDArray[np.float64]:
    """Ideas of the crowd that have been put to work, by day: no more than there are hours to listen for them."""
    pace = np.zeros(scenario.n_days)
    for phase in mine:
        heard = phase.plan.listening
        if heard is not None:
            most = 13.0 * heard.hours_per_week / values["listening.hours_per_idea"]
            pace[days_on(scenario, heard, phase)] += min(heard.ideas_per_quarter, most) / 91.0
    return np.floor(np.cumsum(pace) + 1e-9)
