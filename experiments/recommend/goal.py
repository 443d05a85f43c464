"""What a plan is to achieve: a metric, an amount, a date, and how likely it is to be.

>>> from experiments.recommend.goal import parse_goal
>>> from scenarios import load_scenario
>>> goal = parse_goal("customers >= 12,000 by 2027-03-28 with 80%", load_scenario("coldbrew-launch").scenario)
>>> goal.metric, goal.amount, goal.week, goal.p_wanted
('customers', 12000.0, 11, 0.8)
>>> parse_goal("most revenue", load_scenario("coldbrew-launch").scenario).amount is None
True
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from calibration.series import is_stock, series_names, weekly_of
from experiments.recommend.errors import RecommendError
from scenarios.errors import suggest
from scenarios.schema import Plan, Scenario
from simulator.metrics import METRICS, Books

Floats = NDArray[np.float64]

_GOAL = re.compile(
    r"^\s*(?:(?P<most>most|least)\s+(?P<named>[\w-]+)|(?P<metric>[\w-]+)\s*(?P<sense>>=|<=|>|<|≥|≤|at least|at most)\s*"
    r"(?P<amount>[-+]?[\d_,.]+(?:[eE][-+]?\d+)?)\s*(?P<unit>[kKmM]?))"
    r"(?:\s+by\s+(?P<day>\S+))?(?:\s+with\s+(?P<p>[\d.]+)\s*(?P<percent>%?))?\s*$"
)

_MORE = (">=", ">", "≥", "at least")
_FORM = 'write "METRIC >= AMOUNT [by YYYY-MM-DD] [with 80%]", or "most METRIC [by YYYY-MM-DD]"'


@dataclass(frozen=True)
class Goal:
    """A metric of our brand, at a date, and what is wanted of it.

    Attributes:
        text: as it was asked.
        metric: a weekly series, or a figure of the whole horizon.
        week: last week that counts, from 0: stocks are looked up at its end, flows are added up to it.
        amount: that is wanted; None where as much as possible is.
        more: whether more is better.
        p_wanted: how likely the amount is to be reached; None where as likely as possible.
        ratio: ``cpa`` where the amount is money per new customer at most, ``roas`` where it is revenue per money at
            least; the metric is then what there should be most of, and planned money is what counts.
    """

    text: str
    metric: str
    week: int
    amount: float | None = None
    more: bool = True
    p_wanted: float | None = None
    ratio: str = ""

    def value(self, books: Books, plan: Plan) -> float:
        """The metric in one replicate.

        Args:
            books: of the replicate.
            plan: that was simulated.
        """
        if self.metric in METRICS and self.week == len(books.taken.revenue) - 1:
            return float(METRICS[self.metric].of(books))
        series = weekly_of(books, plan, [(self.metric, "")])[self.metric, ""]
        return float(series[self.week] if is_stock(self.metric) else series[: self.week + 1].sum())

    def wanted(self, cost: float) -> float | None:
        """The amount that the metric has to reach, for a plan that costs so much; None where none is wanted.

        >>> Goal("cpa <= 40", "first_purchases", 25, 40.0, ratio="cpa").wanted(80_000.0)
        2000.0

        Args:
            cost: planned.
        """
        if self.amount is None or not self.ratio:
            return self.amount
        return cost / self.amount if self.ratio == "cpa" else cost * self.amount

    def met(self, values: Floats, cost: float) -> NDArray[np.bool_]:
        """Which values reach the amount; all of them where none is wanted.

        Args:
            values: of the metric.
            cost: planned.
        """
        wanted = self.wanted(cost)
        if wanted is None:
            return np.ones(np.shape(values), bool)
        return np.asarray(values >= wanted if self.more else values <= wanted)


RATIOS = {"cpa": ("first_purchases", False), "roas": ("revenue", True)}
"""Money per new customer, revenue per money: what there should be most of, and whether more of the ratio is better."""


def parse_goal(text: str, scenario: Scenario) -> Goal:
    """Read a goal as a planner writes it.

    Args:
        text: such as ``customers >= 12000 by 2027-03-29`` or ``most revenue``. Without a date, the end of the horizon.
            The date is the last day that counts; weeks end on Sundays, and the last whole one is taken.
        scenario: for dates and metrics.

    Raises:
        RecommendError: the text is no goal, the metric is unknown, or the date lies outside the horizon.
    """
    found = _GOAL.match(text)
    if found is None:
        raise RecommendError(f"“{text}” is no goal; {_FORM}")
    metric = found["named"] or found["metric"]
    known = tuple(dict.fromkeys([*METRICS, *series_names(), *RATIOS]))
    if metric not in known:
        raise RecommendError(f"goal “{text}”: there is no metric “{metric}”; {suggest(metric, known)}")
    ratio = metric if metric in RATIOS else ""
    if ratio:
        metric, better = RATIOS[ratio]
        if found["most"] or (found["sense"] in _MORE) != better or found["p"]:
            raise RecommendError(f"goal “{text}”: write “cpa <= AMOUNT” or “roas >= AMOUNT”, without a probability")
    weeks = scenario.weeks + scenario.carry_out_weeks
    week = weeks - 1
    if found["day"]:
        week = _week(text, found["day"], scenario, weeks)
        if week < weeks - 1 and metric not in series_names():
            raise RecommendError(
                f"goal “{text}”: {metric} is known for the whole horizon only; leave out “by {found['day']}”"
            )
    p_wanted = None
    if found["p"]:
        p_wanted = _number(text, found["p"]) / (100.0 if found["percent"] else 1.0)
        if not 0.0 < p_wanted < 1.0 or found["most"]:
            raise RecommendError(f"goal “{text}”: a probability lies between 0 and 100 %, and goes with an amount")
    if found["most"]:
        return Goal(text.strip(), metric, week, more=found["most"] == "most")
    factor = {"": 1.0, "k": 1e3, "m": 1e6}[found["unit"].lower()]
    amount = _number(text, found["amount"]) * factor
    if ratio and amount <= 0.0:
        raise RecommendError(f"goal “{text}”: the amount must be more than 0")
    return Goal(text.strip(), metric, week, amount, bool(ratio) or found["sense"] in _MORE, p_wanted, ratio)


def _week(text: str, day: str, scenario: Scenario, weeks: int) -> int:
    """The last whole week until a day."""
    try:
        until = date.fromisoformat(day)
    except ValueError:
        raise RecommendError(f"goal “{text}”: “{day}” is no date; write it as 2027-03-29") from None
    end = scenario.start + timedelta(weeks=weeks)
    week = ((until - scenario.start).days + 1) // 7 - 1
    if week < 0 or until > end:
        raise RecommendError(
            f"goal “{text}”: {day} does not lie within the horizon; the first week ends on "
            f"{scenario.start + timedelta(days=6)}, the last on {end - timedelta(days=1)}"
        )
    return min(week, weeks - 1)


def _number(text: str, said: str) -> float:
    """A number with or without separators of thousands."""
    try:
        return float(said.replace(",", "").replace("_", ""))
    except ValueError:
        raise RecommendError(f"goal “{text}”: “{said}” is no number") from None
