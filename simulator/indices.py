"""The Social Action Index, with our own disclosed weights, and the other choices that metrics rest on.

Steve Goldner describes an index that weighs inputs of awareness, consideration, loyalty and advocacy; its inputs and
weights were never published. Those here are ours, stand in the open, and can be replaced.

>>> import numpy as np
>>> from simulator.indices import social_action_index
>>> steady = {name: np.full(20, 50.0) for name in ("reach", "consideration", "loyalty", "advocacy")}
>>> index = social_action_index(steady)
>>> [float(x) for x in (index.total[0], index.total[-1], index.trend[15], index.trend[-1])]
[100.0, 100.0, nan, 0.0]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CATEGORIES = ("awareness", "consideration", "loyalty", "advocacy")


@dataclass(frozen=True)
class Choices:
    """What metrics rest on that somebody may choose otherwise.

    Attributes:
        weights: of the index's four categories; only their proportions count.
        inputs: the metrics behind each category; those that are nought at the baseline are left out.
        baseline_weeks: the first weeks, whose mean is 100.
        trend_weeks: weeks of data before anything is said about a trend: four months.
        trend_least: change over those weeks, as a share of their mean, that is called a trend.
        activity: points of a discussion, a comment and a reaction in the activity score.
        earned_cpm: what 1,000 earned impressions are deemed to be worth; None for each channel's own price.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(CATEGORIES, 0.25))
    inputs: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "awareness": ("reach", "share_of_voice", "awareness"),
            "consideration": ("site_visits", "opt_ins", "consideration"),
            "loyalty": ("loyalty", "customers", "repeat_purchases"),
            "advocacy": ("advocacy", "conversations_positive", "shares", "referrals"),
        }
    )
    baseline_weeks: int = 4
    trend_weeks: int = 17
    trend_least: float = 0.05
    activity: tuple[float, float, float] = (5.0, 3.0, 1.0)
    earned_cpm: float | None = None


@dataclass(frozen=True)
class Index:
    """An index by week, 100 at the baseline."""

    total: Floats
    parts: dict[str, Floats]
    trend: Floats
    """1 rising, 0 level, -1 falling; NaN as long as there is too little data to say."""


def social_action_index(inputs: Mapping[str, Floats], *, choices: Choices | None = None) -> Index:
    """Sum up where a brand is heading: ``100 × Σ weight × mean of input / baseline``.

    The level means nothing; only the trend counts. A category none of whose inputs exists at the baseline is left
    out, and the weights of the others grow in proportion.

    Args:
        inputs: metrics by week; all that are missing are left out.
        choices: weights, inputs and baseline; ours when None.
    """
    chosen = choices or Choices()
    weeks = len(next(iter(inputs.values()), np.zeros(0)))
    parts: dict[str, Floats] = {}
    for category in CATEGORIES:
        against = []
        for name in chosen.inputs.get(category, ()):
            if name not in inputs:
                continue
            values = np.nan_to_num(np.asarray(inputs[name], float), nan=0.0)
            base = float(values[: chosen.baseline_weeks].mean()) if weeks else 0.0
            if base > 0.0:
                against.append(values / base)
        parts[category] = 100.0 * np.mean(against, axis=0) if against else np.full(weeks, np.nan)
    known = [c for c in CATEGORIES if not np.isnan(parts[c]).any() and chosen.weights.get(c, 0.0) > 0.0]
    total = np.full(weeks, np.nan)
    if known and weeks:
        scale = sum(chosen.weights[c] for c in known)
        total = np.asarray(sum((chosen.weights[c] / scale) * parts[c] for c in known))
    return Index(total, parts, _trend(total, chosen))


def _trend(index: Floats, chosen: Choices) -> Floats:
    """Direction of a straight line through the last four months, once there are as many."""
    out = np.full(len(index), np.nan)
    n = chosen.trend_weeks
    x = np.arange(n) - (n - 1) / 2.0
    for week in range(n - 1, len(index)):
        last = index[week - n + 1 : week + 1]
        if np.isnan(last).any() or last.mean() <= 0.0:
            continue
        change = float((x * last).sum() / (x * x).sum()) * (n - 1) / float(last.mean())
        out[week] = np.sign(change) if abs(change) >= chosen.trend_least else 0.0
    return out


def trend_word(value: float) -> str:
    """What a trend flag says.

    >>> trend_word(1.0), trend_word(float("nan"))
    ('rising', 'not yet')
    """
    return "not yet" if np.isnan(value) else ("falling", "level", "rising")[int(value) + 1]
