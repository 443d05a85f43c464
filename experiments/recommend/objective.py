"""What makes one plan better than another: how much of a metric, how likely a goal, how cheap, how bad at worst."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.errors import RecommendError
from experiments.recommend.goal import Goal

Floats = NDArray[np.float64]

Mode = Literal["auto", "most", "probability", "cheapest", "cautious", "efficient"]

WORST = 0.2
"""Share of replicates that a cautious plan is judged by: its worst fifth (CVaR, Rockafellar & Uryasev 2000)."""

SOFTNESS = 0.35
"""Width of the step at the amount that is wanted, in standard deviations of the current plan: a search can climb
towards a goal that no replicate reaches yet. Only the search sees it; answers count replicates."""


SHORT = 10.0
"""How much worse it is to fall short of a wanted ratio by one than to have one less."""


@dataclass(frozen=True)
class Objective:
    """How plans are judged while they are searched for and raced.

    Attributes:
        mode: most, probability, cheapest, cautious or efficient.
        goal: metric, amount and date.
        budget: money in all.
        width: of the step at the wanted amount, in the metric's unit.
        hold: how much worse it is to be expected to cost one budget more than the budget; 0 where plans cost what was
            planned.
    """

    mode: Mode
    goal: Goal
    budget: float
    width: float = 1.0
    hold: float = 0.0

    def utility(self, values: Floats) -> Floats:
        """[..., R] worth of each replicate; the mean is what counts.

        Args:
            values: [..., R] of the goal's metric.
        """
        sign = 1.0 if self.goal.more else -1.0
        if self.mode in ("most", "cautious", "efficient") or self.goal.amount is None:
            return np.asarray(sign * values)
        off = np.clip(sign * (values - self.goal.amount) / self.width, -40.0, 40.0)
        return np.asarray(1.0 / (1.0 + np.exp(-off)) + 0.01 * np.tanh(off / 40.0))

    def score(self, values: Floats, cost: float) -> float:
        """How good a plan is; more is better.

        Args:
            values: [R] of the goal's metric.
            cost: planned; what is expected in all where the budget has to hold that.
        """
        return self._worth(values, cost) - self.too_dear(cost)

    def too_dear(self, cost: float) -> float:
        """What is taken off the score of a plan that is expected to cost more than the budget.

        Args:
            cost: expected in all.
        """
        return self.hold * max(cost / self.budget - 1.0, 0.0)

    def _worth(self, values: Floats, cost: float) -> float:
        worth = self.utility(values)
        if self.mode == "cautious":
            n = max(round(WORST * len(worth)), 1)
            return float(np.sort(worth)[:n].mean())
        if self.mode == "cheapest":
            wanted = self.goal.p_wanted or 0.0
            return -cost / self.budget - 10.0 * max(wanted - float(worth.mean()), 0.0)
        if self.mode == "efficient":
            short = max((self.goal.wanted(cost) or 0.0) - float(worth.mean()), 0.0)
            return float(worth.mean()) - SHORT * short
        return float(worth.mean())

    @property
    def paired(self) -> bool:
        """Whether the score is a mean over replicates, so that a few of them already say something."""
        return self.mode in ("most", "probability")


def mode_of(goal: Goal, asked: Mode) -> Mode:
    """The mode that a goal asks for, unless somebody says otherwise.

    Args:
        goal: with an amount or without.
        asked: ``auto`` or a mode.

    Raises:
        RecommendError: the mode needs an amount or a probability that the goal does not name.
    """
    if goal.ratio:
        if asked not in ("auto", "efficient"):
            raise RecommendError(f"“{goal.text}” has a mode of its own; leave out the mode {asked}")
        return "efficient"
    if asked == "efficient":
        raise RecommendError("efficient goes with a goal such as “cpa <= 40” or “roas >= 2.5”")
    if asked == "auto":
        if goal.amount is None:
            return "most"
        return "probability" if goal.p_wanted is None else "cheapest"
    if asked in ("probability", "cheapest") and goal.amount is None:
        raise RecommendError(f"{asked} needs an amount in the goal: write “{goal.metric} >= AMOUNT”")
    if asked == "cheapest" and goal.p_wanted is None:
        raise RecommendError(f"cheapest needs a probability: write “{goal.text} with 80%”")
    return asked
