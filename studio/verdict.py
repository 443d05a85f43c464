"""Which plan wins, said in sentences that promise no more than the paired differences hold.

A winner is named only when the confidence interval of every paired difference to it lies on one side of zero;
the order of the plans' own means decides nothing but who is looked at first.
"""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from studio.costs import total_cost
from studio.formatting import amount, interval, money, roughly, share
from studio.words import label, noun, per_cent, unit_of

if TYPE_CHECKING:
    from experiments import Comparison

HOPELESS = 10_000
"""Beyond so many more replicates, plans are better treated as equal."""

_FALLBACKS = (
    "customers",
    "advocates",
    "audience",
    "consideration",
    "knowledge",
    "awareness",
    "revenue",
)


@dataclass(frozen=True)
class Lead:
    """One plan against another in one figure, seen from the first."""

    plan: str
    other: str
    metric: str
    mean: float
    low: float
    high: float
    level: float
    share_ahead: float
    replicates_needed: int | None

    @property
    def verdict(self) -> str:
        """``ahead`` or ``behind`` when the interval has one sign, else ``equal`` or ``open``."""
        if self.low > 0.0:
            return "ahead"
        if self.high < 0.0:
            return "behind"
        return "equal" if self.low == self.high == 0.0 else "open"


@dataclass(frozen=True)
class Verdict:
    """What a comparison says: the winner if there is one, and sentences, the most important first."""

    metric: str
    leader: str
    winner: str | None
    runner_up: str | None
    sentences: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The first sentence."""
        return self.sentences[0]


def lead(comparison: "Comparison", plan: str, other: str, metric: str) -> Lead:
    """The paired difference of two plans, turned so that it is seen from the first one.

    Args:
        comparison: the answer.
        plan: the plan that the difference is seen from.
        other: the plan it is held against.
        metric: name of the figure.

    Raises:
        KeyError: these plans were not compared.
    """
    try:
        pair, sign = comparison.pair(other, plan, metric), 1.0
    except KeyError:
        pair, sign = comparison.pair(plan, other, metric), -1.0
    d = pair.difference
    low, high = (d.ci_low, d.ci_high) if sign > 0 else (-d.ci_high, -d.ci_low)
    ahead = pair.share_b_ahead if sign > 0 else 1.0 - pair.share_b_ahead
    return Lead(plan, other, metric, sign * d.mean, low, high, d.level, ahead, pair.replicates_needed)


def headline_metric(comparison: "Comparison") -> str:
    """Customers, or where nobody ever buys, the figure nearest to buying that somebody reaches."""
    for metric in _FALLBACKS:
        if any(summaries[metric].mean != 0.0 for summaries in comparison.plans.values()):
            return metric
    return _FALLBACKS[0]


def give_verdict(comparison: "Comparison") -> Verdict:
    """Say who wins, or that nobody can be said to win yet.

    Args:
        comparison: one plan or several.
    """
    metric = headline_metric(comparison)
    order = sorted(comparison.plans, key=lambda name: -comparison.plans[name][metric].mean)
    leader = order[0]
    if len(order) == 1:
        return Verdict(metric, leader, None, None, _alone(comparison, leader, metric))
    leads = [lead(comparison, leader, other, metric) for other in order[1:]]
    behind = [one for one in leads if one.verdict == "ahead"]
    doubtful = [one for one in leads if one.verdict != "ahead"]
    winner = None if doubtful else leader
    said = [_wins(behind)] if winner else _nobody(leader, doubtful, behind)
    if all(isfinite(one.low) for one in leads):
        said += _second_thoughts(comparison, leads[0], named=winner is not None)
    return Verdict(metric, leader, winner, order[1], tuple(said))


_VERB = "ends with"
"""Stocks are counted at the end, customers of before the start among them."""


def _quoted(plan: str) -> str:
    """A plan's name, marked, since a plan may be called nothing."""
    return f"“{plan}”"


def _figure(one: Lead, value: float) -> str:
    return amount(value, unit_of(one.metric))


def _range(one: Lead) -> str:
    return f"{per_cent(one.level)} interval {interval(one.low, one.high, unit_of(one.metric))}"


def _alone(comparison: "Comparison", plan: str, metric: str) -> tuple[str, ...]:
    figure, unit = comparison.plans[plan][metric], unit_of(metric)
    text = f"{_quoted(plan)} {_VERB} {amount(figure.mean, unit)} {noun(metric)}"
    if not isfinite(figure.ci_low):
        return (f"{text} in a single replicate, which says nothing about how sure that is.",)
    within = interval(figure.ci_low, figure.ci_high, unit)
    single = f"{amount(figure.world_p5, unit)} and {amount(figure.world_p95, unit)}"
    sure = f"{per_cent(figure.level)} interval of the mean {within}"
    return (f"{text}: {sure}; nine in ten single replicates lie between {single}.",)


def _wins(behind: list[Lead]) -> str:
    first, rest = behind[0], behind[1:]
    text = (
        f"{_quoted(first.plan)} {_VERB} {_figure(first, first.mean)} {noun(first.metric)} more than "
        f"{_quoted(first.other)}: {_range(first)}; ahead in {share(first.share_ahead)} of paired replicates."
    )
    if rest:
        more = "; ".join(f"{_figure(one, one.mean)} more than {_quoted(one.other)} ({_range(one)})" for one in rest)
        text += f" It also {_VERB} {more}."
    return text


def _nobody(leader: str, doubtful: list[Lead], behind: list[Lead]) -> list[str]:
    names = _listed([_quoted(leader), *(_quoted(one.other) for one in doubtful)])
    metric = doubtful[0].metric
    if all(one.verdict == "equal" for one in doubtful):
        said = [f"{names} give exactly the same {label(metric)} in every replicate."]
    elif not all(isfinite(one.low) for one in doubtful):
        text = f"{names} cannot be told apart from a single replicate: it says nothing about "
        said = [text + "how sure a difference is. Ask for more with --replicates."]
    else:
        open_ones = [one for one in doubtful if one.verdict == "open"]
        gaps = "; ".join(
            f"{_quoted(leader)} {_VERB} {_figure(one, abs(one.mean))} {noun(metric)} more than {_quoted(one.other)}, "
            f"{_range(one)}, and is ahead in {share(one.share_ahead)} of paired replicates"
            for one in open_ones
        )
        text = f"{_listed([_quoted(leader), *(_quoted(one.other) for one in open_ones)])} cannot be told apart yet"
        said = [f"{text}; {_patience(open_ones)}.", f"So far {gaps}."]
        if same := [_quoted(one.other) for one in doubtful if one.verdict == "equal"]:
            said.append(f"{_quoted(leader)} and {_listed(same)} give exactly the same {label(metric)}.")
    if behind:
        others = "; ".join(f"{_quoted(one.other)} by {_figure(one, one.mean)} ({_range(one)})" for one in behind)
        said.append(f"{_quoted(leader)} is ahead of {others}.")
    return said


def _patience(leads: list[Lead]) -> str:
    needed = max(one.replicates_needed or 1 for one in leads)
    if needed > HOPELESS:
        small = "the difference is so small that even" if len(leads) == 1 else "the differences are so small that even"
        return f"{small} {roughly(HOPELESS)} more replicates would not settle it, so treat them as equal"
    return f"about {roughly(needed)} more replicate{'s' if needed > 1 else ''} would"


def _second_thoughts(comparison: "Comparison", first: Lead, *, named: bool) -> list[str]:
    """Where the runner-up does better, and what the difference costs."""
    plan, other = first.plan, first.other
    currency = comparison.runs.scenario.currency
    said = []
    for metric in ("advocates", "revenue", "profit"):
        if metric == first.metric or metric not in comparison.plans[plan]:
            continue
        one = lead(comparison, plan, other, metric)
        if named and one.verdict == "behind":
            unit = unit_of(metric)
            said.append(
                f"But {_quoted(other)} is ahead by {amount(-one.mean, unit, currency)} {noun(metric)} "
                f"({per_cent(one.level)} interval {interval(-one.high, -one.low, unit)})."
            )
    extra = total_cost(comparison, plan) - total_cost(comparison, other)
    if abs(extra) >= 0.5:
        more = "more" if extra > 0 else "less"
        said.append(f"{_quoted(plan)} costs {money(abs(extra), currency)} {more} than {_quoted(other)}.")
    return said


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
