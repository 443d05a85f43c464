"""Money that follows demand: weeks in which more is spent because more will be sold anyway.

Whoever spends more before Christmas sees sales and money rise together, and no history of the two can say which moved
which. So sales may have patterns of their own that look like each channel's money, beyond what the market model says
that the money did. Such demand neither begins nor ends with the week in which money follows it: its patterns are the
money of the same week, of the week after, and of the week before. How large they are is estimated like drift; and what
goes with the money of the week *after* cannot be its effect, which is how history itself says that money followed.
Then only what cannot be such a pattern tells what a channel brings: above all an experiment.
"""

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator.calendar import amounts_by_week

Floats = NDArray[np.float64]

LEAST_CHANGE = 0.05
"""Standard deviation of a channel's money, as a share of its mean, below which it is as good as even."""


def weekly_money(scenario: Scenario, plan: Plan) -> dict[str, Floats]:
    """What the plan spends on paid media of each channel, [W] by reported week.

    Args:
        scenario: for the calendar.
        plan: as it was carried out.
    """
    out: dict[str, Floats] = {}
    for name, entry in plan.media.items():
        channel = entry.channel or name
        out[channel] = out.get(channel, np.zeros(scenario.weeks)) + amounts_by_week(scenario, entry)
    return out


def money_patterns(money: dict[str, Floats], weights: Floats) -> Floats:
    """How much more or less than usual was spent around each observation, [n, 3 C] in standard deviations.

        >>> import numpy as np
        >>> money_patterns({"tv": np.array([1.0, 3.0, 3.0, 1.0]), "even": np.full(4, 2.0)}, np.eye(4)).tolist()
        [[-1.0, 1.0, 0.0], [1.0, 1.0, -1.0], [1.0, -1.0, 1.0], [-1.0, 0.0, 1.0]]

    Args:
        money: by channel and week; channels whose money is as good as even have no pattern.
        weights: [n, W] weeks of each observation.

    Returns:
        For each channel the money of the same week, of the week after, and of the week before.
    """
    patterns = []
    for weekly in money.values():
        spent = weights @ weekly
        if len(spent) > 1 and spent.std() > LEAST_CHANGE * spent.mean():
            around = np.concatenate([[weekly.mean()], weekly, [weekly.mean()]])
            patterns += [
                (weights @ shifted - weights.sum(axis=1) * weekly.mean()) / spent.std()
                for shifted in (weekly, around[2:], around[:-2])
            ]
    return np.array(patterns).reshape(len(patterns), len(weights)).T
