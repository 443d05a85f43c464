"""What of a compiled plan no parameter changes: worked out once, and filled in for every draw of the parameters.

>>> from scenarios import load_scenario
>>> from simulator.outline import Outline
>>> scenario = load_scenario("classroom").scenario
>>> outline = Outline(scenario, next(iter(scenario.plans.values())))
>>> outline.brands == [scenario.brand, *scenario.rivals.values()]
True
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Plan, Scenario
from simulator import posts as influencer_posts
from simulator import programmes, shopping
from simulator.alternatives import ALT_ORGANIC, FIRST_SOURCE, Alternative, alternatives
from simulator.calendar import Calendar, all_phases, launched, monthly_to_daily
from simulator.draws import name_key
from simulator.exposure import media_use
from simulator.kinds import Kinds, build_kinds
from simulator.parameters import parameter_values
from simulator.population import brand_keys
from simulator.pressure import TableError, lanes, masks, padded, source_mask
from simulator.sources import Source, Stream, meet_ups

MAX_SOURCES = 64
"""Bits of a word: which sources a consumer meets."""


@dataclass(frozen=True)
class Uses:
    """Who can meet which sources, and what they are called."""

    sources: tuple[Source, ...]
    alternatives: tuple[Alternative, ...]
    alt_key: NDArray[np.uint64]
    source_alt: NDArray[np.int64]
    source_mask: NDArray[np.uint64]
    gate: NDArray[np.uint64]
    push_mask: NDArray[np.uint64]
    nag_mask: NDArray[np.uint64]
    meets: NDArray[np.int64]
    reaches: NDArray[np.int64]
    nags: NDArray[np.int64]
    acts_on: int
    """Standings that any of them depends on."""


class Outline:
    """A plan, its rivals and the calendar, before any parameter is known.

    Args:
        scenario: dates, market, channels, roster and rivals.
        plan: our plan.
        kinds: reused from a world, or built.
    """

    def __init__(self, scenario: Scenario, plan: Plan, *, kinds: Kinds | None = None) -> None:
        self.scenario, self.plan = scenario, plan
        self.kinds = kinds or build_kinds(scenario)
        self.brands: list[Brand] = [scenario.brand, *scenario.rivals.values()]
        self.phases = all_phases(scenario, plan)
        self.calendar = Calendar(scenario)
        self.values = parameter_values(scenario)
        self.media_use = media_use(scenario)
        self.interest = monthly_to_daily(scenario, scenario.season.interest)
        self.ready = [programmes.phone_ready(scenario, mine) for mine in self.phases]
        self.known = [launched(scenario, mine) for mine in self.phases]
        self.hold, self.standings = programmes.hold_classes(self.phases)
        self.periods = shopping.periods(scenario, self.brands, self.phases)
        self.booked = influencer_posts.timetable(scenario, influencer_posts.booked_posts(scenario, self.phases))
        self.brand_key = brand_keys(scenario)
        self.party_over = np.array([_over(meet_ups(scenario, mine)) for mine in self.phases])
        self.names = (scenario.brand.title or "ours", *(r.title or n for n, r in scenario.rivals.items()))
        self._uses: dict[tuple[tuple[int, Source], ...], Uses] = {}

    def uses(self, streams: Sequence[Stream]) -> Uses:
        """Who can meet the sources of these streams; the same ones are worked out once.

        Args:
            streams: of all brands.
        """
        found = tuple((stream.brand, stream.source) for stream in streams)
        if found not in self._uses:
            self._uses[found] = self._new_uses(streams)
        return self._uses[found]

    def _new_uses(self, streams: Sequence[Stream]) -> Uses:
        # Sources in order of channel, paid before owned; organic interest comes last.
        sources = sorted({stream.source for stream in streams})
        if len(sources) >= MAX_SOURCES:
            raise TableError(
                f"{len(sources)} ways of meeting the brands are used: channels paid for or posted on, kinds of post "
                f"and lists, counted apart; at most {MAX_SOURCES - 1} can be"
            )
        named = alternatives(sources, list(self.scenario.influencers), self.kinds)
        gate, push_mask, nag_mask = masks(streams, sources, len(self.brands))
        meets = source_mask(self.kinds, sources)
        width = padded(len(sources) + 1)
        acts_on = 0
        for standing in (*(source.needs for source in sources), *self.standings):
            acts_on |= standing
        return Uses(
            sources=tuple(sources),
            alternatives=named,
            alt_key=np.array([name_key(f"{a.cause.name}:{a.name}") for a in named], np.uint64),
            source_alt=np.array([*(FIRST_SOURCE + q for q in range(len(sources))), ALT_ORGANIC], np.int64),
            source_mask=meets,
            gate=gate,
            push_mask=push_mask,
            nag_mask=nag_mask,
            meets=lanes(meets, width),
            reaches=lanes(gate, width),
            nags=lanes(nag_mask, width),
            acts_on=acts_on,
        )


def _over(open_: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Mondays on which the space of a meet-up is no longer open, having been open the week before."""
    weeks = np.asarray(open_.reshape(-1, 7).max(axis=1) > 0)
    over = np.zeros(len(weeks), np.uint8)
    over[1:] = weeks[:-1] & ~(open_[7::7] > 0)
    return over
