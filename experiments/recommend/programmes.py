"""Programmes whose size a search may choose: what is given for a friend, for coming back, and help after the sale.

Nobody can plan what they cost: that follows from what people do. So they are no lines of money. A search moves their
size, and what is expected to be handed out has to be paid by the same budget (:mod:`experiments.recommend.expected`).
Only numbers whose size the simulation gives an effect are here: what a loyalty programme or an opt-in costs per head
changes nothing but its cost, and a search would only ever set it to 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from scenarios.errors import suggest
from scenarios.fields import Amount, Part, YesNo
from scenarios.plan import Plan

Floats = NDArray[np.float64]

_SPECS = (
    ("referral", "referral", ("for_sender", "for_friend"), np.inf),
    ("rewards.per_return", "rewards", ("per_return",), np.inf),
    ("rewards.per_referral", "rewards", ("per_referral",), np.inf),
    ("support.coverage", "support", ("coverage",), 1.0),
)
"""Name, part of a plan, its numbers that move together, and the most they can be."""

LOG_SIZE = 2.0
"""Sizes are searched within a factor of e² around the base, up or down, as shares of money are."""

CENT = 0.005


class ProgrammeLimit(Part):
    """How large a programme may be: money per friend or return, or the share that is helped."""

    min: Amount = Field(0.0, description="least size; above 0 it cannot be left out")
    max: Amount | None = Field(None, description="most size; left out: e² times the present one")
    lock: YesNo = Field(False, description="keep it as the current plan has it")


@dataclass(frozen=True)
class Programme:
    """One size that can be chosen.

    Attributes:
        name: such as ``referral``: what sender and friend get together.
        section: part of a plan.
        fields: its numbers that move together.
        now: size in the current plan; 0 where it has none.
        base: size that multipliers are about.
        most: beyond which it cannot be.
        part: of a plan that it is copied from.
    """

    name: str
    section: str
    fields: tuple[str, ...]
    now: float
    base: float
    most: float
    part: Any

    def size(self, plan: Plan) -> float:
        """In a plan; 0 where it has none.

        Args:
            plan: any.
        """
        return _size(getattr(plan, self.section), self.fields)


def _size(part: Any, fields: Sequence[str]) -> float:
    return 0.0 if part is None else float(sum(getattr(part, name) for name in fields))


def find_programmes(plans: Sequence[Plan]) -> tuple[Programme, ...]:
    """Programmes of the current plan, else of the first plan that has one; none where no plan has one.

        >>> from scenarios import load_scenario
        >>> plans = load_scenario("everything").scenario.plans
        >>> [(one.name, one.now) for one in find_programmes([plans["everything"]])][:2]
        [('referral', 4.0), ('rewards.per_return', 0.1)]

    Args:
        plans: the current one first.
    """
    found = []
    for name, section, fields, most in _SPECS:
        sizes = [_size(getattr(plan, section), fields) for plan in plans]
        k = next((k for k, size in enumerate(sizes) if size > 0.0), None)
        if k is not None:
            part = getattr(plans[0], section) or getattr(plans[k], section)
            found.append(Programme(name, section, fields, sizes[0], sizes[k], most, part))
    return tuple(found)


def with_sizes(plan: Plan, programmes: Sequence[Programme], sizes: Floats) -> Plan:
    """A plan with programmes of these sizes; one of size 0 is left out, with what it costs to run.

    Args:
        plan: whose other parts stay.
        programmes: of the wallet.
        sizes: [P].
    """
    update: dict[str, Any] = {}
    for section in dict.fromkeys(one.section for one in programmes):
        mine = [(one, float(size)) for one, size in zip(programmes, sizes, strict=True) if one.section == section]
        part = mine[0][0].part
        numbers: dict[str, float] = {}
        for one, size in mine:
            if size != _size(part, one.fields):
                numbers |= _shared(one, size)
        if all(size <= 0.0 for _, size in mine):
            update[section] = None
        else:
            update[section] = part.model_copy(update=numbers) if numbers else part
    return plan.model_copy(update=update) if update else plan


def _shared(one: Programme, size: float) -> dict[str, float]:
    """A size shared out over its numbers as before, in cents; evenly where there was nothing."""
    if len(one.fields) == 1:
        return {one.fields[0]: size}
    were = [float(getattr(one.part, name)) for name in one.fields]
    total = sum(were)
    out: dict[str, float] = {}
    for k, name in enumerate(one.fields[:-1]):
        out[name] = float(np.floor(size * (were[k] / total if total > 0.0 else 1.0 / len(were)) * 100.0 + 1e-6) / 100.0)
    out[one.fields[-1]] = round(size - sum(out.values()), 2)
    return out


def size_of(one: Programme, x: float, low: float, high: float) -> float:
    """Size at a logarithm of a multiplier, in cents; nothing near the lower end of the range.

    Args:
        one: programme.
        x: from −2 to 2.
        low: least size.
        high: most.
    """
    if low >= high:
        return low
    size = 0.0 if x <= 0.05 - LOG_SIZE else one.base * float(np.exp(x))
    if size != one.base:
        size = round(size, 2 if one.base >= 1.0 else 3)
    return float(min(max(size, low), high))


def size_bounds(said: Mapping[str, ProgrammeLimit], programmes: Sequence[Programme]) -> tuple[Floats, list[str]]:
    """[P, 2] least and most size of each programme, and what clashes.

    Args:
        said: limits by name.
        programmes: of the wallet.
    """
    out, clash = np.zeros((len(programmes), 2)), []
    for k, one in enumerate(programmes):
        limit = said.get(one.name, ProgrammeLimit())
        widest = min(one.base * float(np.exp(LOG_SIZE)), one.most)
        low = limit.min
        high = max(widest, low) if limit.max is None else limit.max
        if limit.lock:
            low, high = max(low, one.now), min(high if limit.max is not None else one.now, one.now)
        high = min(high, one.most)
        if low > high + 1e-9:
            clash.append(
                f"{one.name}: at least {low:,.2f} and at most {high:,.2f} cannot both be kept; they clash by "
                f"{low - high:,.2f}"
            )
        out[k] = low, high
    return out, clash


def unknown_programmes(said: Mapping[str, ProgrammeLimit], programmes: Sequence[Programme]) -> list[str]:
    """What is said of limits on programmes that no plan has.

    Args:
        said: limits by name.
        programmes: of the wallet.
    """
    known = [one.name for one in programmes]
    return [
        f"limits: no plan has a programme “{name}” whose size could be chosen; {suggest(name, known)}"
        for name in said
        if name not in known
    ]


def broken_sizes(
    plan: Plan, programmes: Sequence[Programme], bounds: Floats
) -> list[tuple[tuple[str | int, ...], str]]:
    """Where a plan's programmes are larger or smaller than they may be, with the place and what is allowed.

    Args:
        plan: made or edited.
        programmes: of the wallet.
        bounds: [P, 2].
    """
    out: list[tuple[tuple[str | int, ...], str]] = []
    for one, (low, high) in zip(programmes, bounds.tolist(), strict=True):
        size = one.size(plan)
        place = (one.section, one.fields[0]) if getattr(plan, one.section) is not None else (one.section,)
        if size > high + CENT:
            out.append((place, f"{one.name} is {size:,.2f}; at most {high:,.2f} is allowed"))
        if size < low - CENT:
            out.append((place, f"{one.name} is {size:,.2f}; at least {low:,.2f} is wanted"))
    return out
