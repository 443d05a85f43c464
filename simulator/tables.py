"""Plan, rivals and parameters compiled into cumulative day tables: everything the kernel needs to know of them.

>>> from scenarios import load_scenario
>>> from simulator.tables import compile_tables
>>> scenario = load_scenario("classroom").scenario
>>> tables = compile_tables(scenario, next(iter(scenario.plans.values())))
>>> tables.n_days == scenario.n_days
True
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator import posts as influencer_posts
from simulator import programmes, shopping
from simulator.alternatives import (
    ALT_BACKLASH,
    ALT_EXPERIENCE,
    ALT_FORGETTING,
    ALT_IRRITATION,
    ALT_NEGATIVE,
    ALT_ORGANIC,
    ALT_RIVAL,
    ALT_SEEDING,
    ALT_WOM,
    FIRST_SOURCE,
    Alternative,
)
from simulator.arrays import EFFECT_BITS, TableArrays
from simulator.exposure import group_weights
from simulator.follow_up import follow_up
from simulator.kinds import Kinds, build_kinds
from simulator.outline import MAX_SOURCES, Outline
from simulator.parameters import churn_days
from simulator.pressure import (
    Layout,
    Sizes,
    Switches,
    TableError,
    effects,
    fill_forgetting,
    fill_rivals,
    fill_status,
    fill_stimulus,
    new_press,
    plan_record,
)
from simulator.rivals import Rivals
from simulator.sources import Source, Stream, Streams

__all__ = [
    "ALT_BACKLASH", "ALT_EXPERIENCE", "ALT_FORGETTING", "ALT_IRRITATION", "ALT_NEGATIVE", "ALT_ORGANIC",
    "ALT_RIVAL", "ALT_SEEDING", "ALT_WOM", "FIRST_SOURCE", "MAX_SOURCES", "Alternative", "DayTables", "Layout",
    "Outline", "TableError", "compile_batch", "compile_tables", "fill_outline",
]  # fmt: skip


@dataclass(frozen=True)
class DayTables:
    """A compiled plan."""

    arrays: TableArrays
    layout: Layout
    alternatives: tuple[Alternative, ...]
    brands: tuple[str, ...]
    kinds: Kinds
    parameters: dict[str, float]
    media_use: NDArray[np.float64]  # [S]
    streams: tuple[Stream, ...] = field(default=())
    sources: tuple[Source, ...] = field(default=())
    offers: shopping.Offers | None = None
    posts: tuple[influencer_posts.Post, ...] = field(default=())
    louder: tuple[NDArray[np.float64], ...] = field(default=())  # for each brand [T, talk], how much more is said

    @property
    def n_days(self) -> int:
        """Days that the tables cover."""
        return len(self.arrays.press) - 1

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Media weight of each group."""
        return group_weights(self.media_use, self.parameters["media_weight.shape"])


def compile_tables(
    scenario: Scenario,
    plan: Plan,
    *,
    parameters: Mapping[str, float] | None = None,
    kinds: Kinds | None = None,
) -> DayTables:
    """Compile a plan, the rivals' plans and the parameters into pressure by day.

    Where the same plan is compiled for many draws, :func:`fill_outline` does what is left to do for each.

    Args:
        scenario: dates, market, channels, roster and rivals.
        plan: our plan.
        parameters: drawn parameters that replace the scenario's; the same draw for all plans compared.
        kinds: reused from a world, or built.

    Raises:
        TableError: more ways of meeting the brands than fit.
    """
    return fill_outline(Outline(scenario, plan, kinds=kinds), parameters=parameters)


def compile_batch(
    scenario: Scenario,
    plans: Mapping[str, Plan],
    draws: Iterable[Mapping[str, float] | None],
    *,
    kinds: Kinds | None = None,
) -> Iterator[dict[str, DayTables]]:
    """Compile many plans under many draws of the parameters, and do what they share once.

    What no parameter changes is done once for a plan, and rivals' plans once for a draw: several times as quick as
    :func:`compile_tables` for each, with the same result.

    >>> from scenarios import load_scenario
    >>> scenario = load_scenario("classroom").scenario
    >>> days = [len(t["nothing"].arrays.press) for t in compile_batch(scenario, scenario.plans, [None, {}])]
    >>> days == [scenario.n_days + 1] * 2
    True

    Args:
        scenario: dates, market, channels, roster and rivals.
        plans: ours, by name.
        draws: parameters that replace the scenario's; None for its own.
        kinds: reused from a world, or built.

    Yields:
        for each draw, the tables of every plan.

    Raises:
        TableError: more ways of meeting the brands than fit.
    """
    same = kinds or build_kinds(scenario)
    outlines = {name: Outline(scenario, plan, kinds=same) for name, plan in plans.items()}
    for drawn in draws:
        rivals = Rivals(scenario, same)
        yield {name: fill_outline(one, parameters=drawn, rivals=rivals) for name, one in outlines.items()}


def fill_outline(
    outline: Outline, *, parameters: Mapping[str, float] | None = None, rivals: Rivals | None = None
) -> DayTables:
    """Compile a plan whose outline is known.

    >>> from scenarios import load_scenario
    >>> scenario = load_scenario("classroom").scenario
    >>> outline = Outline(scenario, next(iter(scenario.plans.values())))
    >>> often, seldom = (fill_outline(outline, parameters={"wom.attention": p}) for p in (0.02, 0.01))
    >>> bool(often.arrays.press[-1].sum() > seldom.arrays.press[-1].sum())
    True

    Args:
        outline: of the plan, with its scenario.
        parameters: drawn parameters that replace the scenario's.
        rivals: what other plans under the same draw have found out about them already; nothing when None.

    Raises:
        TableError: more ways of meeting the brands than fit.
        ValueError: the rivals are those of another scenario.
    """
    shared = rivals or Rivals(outline.scenario, outline.kinds)
    if shared.scenario is not outline.scenario or shared.kinds is not outline.kinds:
        raise ValueError("rivals can be shared by plans of one scenario, compiled with the same kinds")
    scenario, kinds, brands, phases = outline.scenario, outline.kinds, outline.brands, outline.phases
    interest, standings = outline.interest, outline.standings
    values = outline.values | dict(parameters or {})
    streams = Streams(scenario, phases, kinds, values, outline.calendar, shared)
    uses = outline.uses(streams.found)
    sources = list(uses.sources)
    # Nobody's media use matters where nothing is met the more often for it.
    weighs = any(stream.weighted for stream in streams.found)
    weights = group_weights(outline.media_use, values["media_weight.shape"]) if weighs else np.ones(kinds.n_groups)
    daily = [programmes.per_day(scenario, mine, brand, values) for mine, brand in zip(phases, brands, strict=True)]
    loyal = np.array([one["loyal"] for one in daily]).astype(np.uint8)
    claim = np.array([one["claim"] for one in daily])
    sizes = Sizes(len(brands), len(sources) + 1, len(standings), 2 if loyal.any() else 1)
    press, layout = new_press(scenario, kinds, sizes)
    effect, push, nag = effects(len(brands), values, sources, sizes.padded)
    # The most that a unit of each source's stimulus does, to anybody.
    strongest = np.maximum(
        effect.reshape(len(brands), -1, sizes.padded).max(axis=1), np.maximum(push, nag).max(axis=0)
    ) / float(1 << EFFECT_BITS)
    fill_stimulus(
        press, layout, scenario, values, interest, weights, streams, sources, outline.ready, outline.known, strongest,
        shared,
    )  # fmt: skip
    kept = [
        programmes.holds(scenario, mine, brand, standings, values) for mine, brand in zip(phases, brands, strict=True)
    ]
    fill_forgetting(press, layout, kinds, values, streams.found, kept, shared)
    louder = [
        shared.once(b, "talk", partial(programmes.louder, scenario, b, mine, brand, streams.found, kinds, values))
        for b, (mine, brand) in enumerate(zip(phases, brands, strict=True))
    ]
    fill_status(press, layout, values, interest, louder)
    layout.block(press, "buy")[:] = shopping.need_to_buy(scenario, values, sizes.paces)
    fill_rivals(press, layout, uses.push_mask)
    offers = shopping.offers(scenario, brands, phases, values)
    later = follow_up(scenario, brands, phases, values, layout, sources)
    live = influencer_posts.live_posts(scenario, outline.booked, values, interest)
    switches = Switches(
        rivals_push=bool(push.any()),
        irritates=bool(uses.nag_mask.any() and nag.any()),
        acts_on=uses.acts_on,
        needs_cause=bool(claim.any()),
        follows_up=later.used,
    )
    arrays = TableArrays(
        press=press,
        plan=plan_record(scenario, kinds, layout, press.shape[1], values, sizes, switches),
        effect=effect,
        push=push,
        source_mask=uses.source_mask,
        source_alt=uses.source_alt,
        live_ptr=live.ptr,
        live_influencer=live.influencer,
        live_brand=live.brand,
        live_push=live.push,
        choice=shopping.choice(scenario, brands, outline.periods, standings, values),
        choice_day=outline.periods.of_day,
        verdict=shopping.verdicts(scenario, brands, phases, values),
        brand_key=outline.brand_key,
        alt_key=uses.alt_key,
        churn_days=churn_days(scenario, values),
        gate=uses.gate,
        push_mask=uses.push_mask,
        nag_mask=uses.nag_mask,
        nag=nag,
        meets=uses.meets,
        reaches=uses.reaches,
        nags=uses.nags,
        need=np.ascontiguousarray(layout.block(press, "buy").reshape(len(press), -1).T),
        hold=outline.hold,
        offer_day=offers.day,
        offer_known=offers.known,
        offer_boost=offers.boost,
        p_opt_in=np.array([one["opt_in"] for one in daily]),
        p_claim=claim,
        p_cross=np.array([one["cross"] for one in daily]),
        loyal=loyal,
        habit=later.habit,
        capacity=later.capacity,
        disclosure=later.disclosure,
        shown=later.shown,
        base=press,
        party_over=outline.party_over,
        feed_column=later.column,
        feed_brand=later.brand,
        feed_felt=later.felt,
        feed_factor=later.factor,
    )
    return DayTables(
        arrays, layout, uses.alternatives, outline.names, kinds, values, outline.media_use, tuple(streams.found),
        uses.sources, offers, outline.booked.posts, tuple(louder),
    )  # fmt: skip
