"""Two arms of a lesson on the same people, many times over: what a lesson says must come true in the engine.

>>> contrast = Contrast("more", {"people": 50, "weeks": 13, "b": {"seeds": 20}}, "reached", "B more")
>>> pairs = measure(contrast, n=4)
>>> bool(pairs.b.mean() > pairs.a.mean())
True
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studio.formatting import amount, change, interval, share, signed
from studio.teach.controls import Settings, read_settings

FIRST = 101
"""World and luck of the first replicate: markets that no slider shows, so that nobody's picture is the answer."""

REPLICATES = 64
"""Replicates behind every figure that a lesson prints."""

SURE = 4.0
"""Standard errors that a lesson's effect must be away from none, or it is not taught."""

Figure = Literal["reached", "reached_early", "reached_midway", "customers", "audience"]
How = Literal["B more", "B less", "same"]


@dataclass(frozen=True)
class Contrast:
    """One thing that a lesson says: two arms, a figure, and which arm has more of it.

    Attributes:
        name: by which the lesson's answer calls its figures.
        settings: as for :func:`studio.teach.controls.read_settings`, with a ``b``.
        figure: ``reached`` (people who know it), ``customers`` or ``audience`` (audience and advocates) at the end;
            ``reached_early`` after four weeks; ``reached_midway`` newly in weeks 9 to 16.
        how: which arm has more; ``same`` where they differ by less than ``within`` of all people.
        factor: B is compared with so many times A: with 0.95 and ``B less``, B loses more than a twentieth.
        within: for ``same``.
    """

    name: str
    settings: Mapping[str, Any]
    figure: Figure
    how: How
    factor: float = 1.0
    within: float = 0.02


@dataclass(frozen=True)
class Pairs:
    """One figure of both arms, replicate by replicate on the same people."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]


def measure(contrast: Contrast, *, n: int = REPLICATES, first: int = FIRST) -> Pairs:
    """Run both arms of a contrast on the same people, in one market after the other.

    Args:
        contrast: what is compared.
        n: number of markets, each with its own people, friends and luck.
        first: number of the first market and its luck.
    """
    settings = read_settings(contrast.settings)
    rows = [
        [figure(replace(arm, world=number, luck=number), contrast.figure) for arm in (settings, settings.arm_b())]
        for number in range(first, first + n)
    ]
    a, b = np.array(rows, float).T
    return Pairs(a, b)


def figure(settings: Settings, which: Figure) -> float:
    """One figure of one arm in one market."""
    from simulator.simulate import simulate
    from studio.teach.classroom import market, tables_of

    scenario, world = market(settings)
    plan = next(iter(scenario.plans.values()))
    outcome = simulate(scenario, plan, world=world, tables=tables_of(settings), luck=settings.luck, with_causes=False)
    if which == "customers":
        return float(outcome.ours("customers")[-1].sum())
    stock = outcome.ours("stock").sum(axis=1)
    if which == "audience":
        return float(stock[-1, 4:].sum())
    reached = stock[:, 1:].sum(axis=1)
    if which == "reached_early":
        return float(reached[4])
    return float(reached[-1]) if which == "reached" else float(reached[16] - reached[8])


def steadiness(contrast: Contrast, pairs: Pairs) -> float:
    """How many standard errors the effect is away from none, in the direction that the lesson says.

    For ``same``: infinite if the arms differ by less than ``within`` of all people, else minus infinity.
    """
    if contrast.how == "same":
        people = read_settings(contrast.settings).people
        return math.inf if abs(float((pairs.b - pairs.a).mean())) <= contrast.within * people else -math.inf
    d = pairs.b - contrast.factor * pairs.a
    error = float(d.std(ddof=1)) / math.sqrt(len(d))
    mean = float(d.mean()) * (1 if contrast.how == "B more" else -1)
    return mean / error if error > 0.0 else math.copysign(math.inf, mean) if mean else 0.0


def texts(contrast: Contrast, pairs: Pairs) -> dict[str, str]:
    """A contrast's figures as a lesson's answer prints them, each under the contrast's name.

    ``_a`` and ``_b`` are means, ``_d`` the mean difference with its 90 % ``_interval``, ``_change`` the same in per
    cent, ``_share_a`` and ``_share_b`` means as shares of all people, ``_ahead`` the share of markets with more in B.
    """
    from experiments.intervals import share_ahead, summarise

    people = read_settings(contrast.settings).people
    d = summarise(pairs.b - pairs.a, worlds=np.arange(len(pairs.a)))
    a, b = float(pairs.a.mean()), float(pairs.b.mean())
    said = {
        "a": amount(a, "people"), "b": amount(b, "people"), "d": signed(d.mean),
        "interval": interval(d.ci_low, d.ci_high), "change": change(a, b), "share_a": share(a / people),
        "share_b": share(b / people), "ahead": share(share_ahead(pairs.b - pairs.a)),
        "lost": change(a, b).removeprefix("-"),
    }  # fmt: skip
    return {f"{contrast.name}_{key}": text for key, text in said.items()}


__all__ = ["REPLICATES", "SURE", "Contrast", "Pairs", "figure", "measure", "steadiness", "texts"]
