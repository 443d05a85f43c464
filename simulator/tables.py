"""Plan, rivals and parameters compiled into cumulative day tables: everything the kernel needs to know of them.

>>> from scenarios import load_scenario
>>> from simulator.tables import compile_tables
>>> scenario = load_scenario("classroom").scenario
>>> tables = compile_tables(scenario, next(iter(scenario.plans.values())))
>>> tables.n_days == scenario.n_days
True
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Plan, Scenario
from scenarios.vocabulary import Cause, Standing
from simulator import exposure, programmes, shopping
from simulator import posts as influencer_posts
from simulator.arrays import EFFECT_BITS, TableArrays
from simulator.calendar import all_phases, launched, monthly_to_daily
from simulator.draws import name_key
from simulator.follow_up import follow_up
from simulator.kinds import Kinds, build_kinds
from simulator.parameters import churn_days, parameter_values
from simulator.population import brand_keys
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
    lanes,
    masks,
    new_press,
    plan_record,
    source_mask,
)
from simulator.sources import EVERYWHERE, Source, Stream, Streams, meet_ups

_ALWAYS = (
    "organic", "experience", "word-of-mouth", "seeding", "forgetting", "rival", "negative-talk", "irritation",
    "backlash",
)  # fmt: skip
FIRST_SOURCE = len(_ALWAYS)
"""Alternatives from here on: each source, apart from organic interest, then the influencers."""

MAX_SOURCES = 64
"""Bits of a word: which sources a consumer meets."""
(
    ALT_ORGANIC, ALT_EXPERIENCE, ALT_WOM, ALT_SEEDING, ALT_FORGETTING, ALT_RIVAL, ALT_NEGATIVE, ALT_IRRITATION,
    ALT_BACKLASH,
) = range(FIRST_SOURCE)  # fmt: skip
_ALWAYS_CAUSES = (
    Cause.ORGANIC, Cause.EXPERIENCE, Cause.WORD_OF_MOUTH, Cause.SEEDING, Cause.FORGETTING, Cause.RIVAL,
    Cause.NEGATIVE_TALK, Cause.IRRITATION, Cause.BACKLASH,
)  # fmt: skip


@dataclass(frozen=True)
class Alternative:
    """One possible cause of a move: a kind of source and, where there are several, which one."""

    cause: Cause
    name: str


@dataclass(frozen=True)
class DayTables:
    """A compiled plan."""

    arrays: TableArrays
    layout: Layout
    alternatives: tuple[Alternative, ...]
    brands: tuple[str, ...]
    kinds: Kinds
    parameters: dict[str, float]
    weights: NDArray[np.float64]  # [G] media weight of each group
    streams: tuple[Stream, ...] = field(default=())
    sources: tuple[Source, ...] = field(default=())
    offers: shopping.Offers | None = None
    posts: tuple[influencer_posts.Post, ...] = field(default=())
    louder: tuple[NDArray[np.float64], ...] = field(default=())  # for each brand [T, talk], how much more is said

    @property
    def n_days(self) -> int:
        """Days that the tables cover."""
        return len(self.arrays.press) - 1


def compile_tables(
    scenario: Scenario,
    plan: Plan,
    *,
    parameters: Mapping[str, float] | None = None,
    kinds: Kinds | None = None,
) -> DayTables:
    """Compile a plan, the rivals' plans and the parameters into pressure by day.

    Args:
        scenario: dates, market, channels, roster and rivals.
        plan: our plan.
        parameters: drawn parameters that replace the scenario's; the same draw for all plans compared.
        kinds: reused from a world, or built.

    Raises:
        TableError: more ways of meeting the brands than fit.
    """
    kinds = kinds or build_kinds(scenario)
    values = parameter_values(scenario, parameters)
    brands: list[Brand] = [scenario.brand, *scenario.rivals.values()]
    phases = all_phases(scenario, plan)
    interest = monthly_to_daily(scenario, scenario.season.interest)
    weights = exposure.group_weights(scenario, values["media_weight.shape"])

    streams = Streams(scenario, phases, kinds, values)
    # Sources in order of channel, paid before owned; organic interest comes last.
    sources = sorted({stream.source for stream in streams.found})
    if len(sources) >= MAX_SOURCES:
        raise TableError(
            f"{len(sources)} ways of meeting the brands are used: channels paid for or posted on, kinds of post and "
            f"lists, counted apart; at most {MAX_SOURCES - 1} can be"
        )
    hold, standings = programmes.hold_classes(phases)
    daily = [programmes.per_day(scenario, mine, brand, values) for mine, brand in zip(phases, brands, strict=True)]
    loyal = np.array([one["loyal"] for one in daily]).astype(np.uint8)
    claim = np.array([one["claim"] for one in daily])
    sizes = Sizes(len(brands), len(sources) + 1, len(standings), 2 if loyal.any() else 1)
    press, layout = new_press(scenario, kinds, sizes)
    ready = [programmes.phone_ready(scenario, mine) for mine in phases]
    known = [launched(scenario, mine) for mine in phases]
    effect, push, nag = effects(len(brands), values, sources, sizes.padded)
    # The most that a unit of each source's stimulus does, to anybody.
    strongest = np.maximum(
        effect.reshape(len(brands), -1, sizes.padded).max(axis=1), np.maximum(push, nag).max(axis=0)
    ) / float(1 << EFFECT_BITS)
    fill_stimulus(press, layout, scenario, values, interest, weights, streams, sources, ready, known, strongest)
    kept = [
        programmes.holds(scenario, mine, brand, standings, values) for mine, brand in zip(phases, brands, strict=True)
    ]
    fill_forgetting(press, layout, kinds, values, streams.found, kept)
    louder = [
        programmes.louder(scenario, b, mine, brand, streams.found, kinds, values)
        for b, (mine, brand) in enumerate(zip(phases, brands, strict=True))
    ]
    fill_status(press, layout, values, interest, louder)
    layout.block(press, "buy")[:] = shopping.need_to_buy(scenario, values, sizes.paces)
    gate, push_mask, nag_mask = masks(streams.found, sources, len(brands))
    meets = source_mask(kinds, sources)
    fill_rivals(press, layout, push_mask)
    odds, odds_day = shopping.choice(scenario, brands, phases, standings, values)
    offers = shopping.offers(scenario, brands, phases, values)
    later = follow_up(scenario, brands, phases, values, layout, sources)
    booked = influencer_posts.booked_posts(scenario, phases)
    live = influencer_posts.live_posts(scenario, booked, values, interest)
    named = [_source_name(source, kinds) for source in sources]
    alternatives = (
        *(Alternative(c, n) for c, n in zip(_ALWAYS_CAUSES, _ALWAYS, strict=True)),
        *(Alternative(source.cause, name) for source, name in zip(sources, named, strict=True)),
        *(Alternative(Cause.INFLUENCER, name) for name in scenario.influencers),
    )
    acts_on = 0
    for source in sources:
        acts_on |= source.needs
    for standing in standings:
        acts_on |= standing
    switches = Switches(
        rivals_push=bool(push.any()),
        irritates=bool(nag_mask.any() and nag.any()),
        acts_on=acts_on,
        needs_cause=bool(claim.any()),
        follows_up=later.used,
    )
    arrays = TableArrays(
        press=press,
        plan=plan_record(scenario, kinds, layout, press.shape[1], values, sizes, switches),
        effect=effect,
        push=push,
        source_mask=meets,
        source_alt=np.array([*(FIRST_SOURCE + q for q in range(len(sources))), ALT_ORGANIC], np.int64),
        live_ptr=live.ptr,
        live_influencer=live.influencer,
        live_brand=live.brand,
        live_push=live.push,
        choice=odds,
        choice_day=odds_day,
        verdict=shopping.verdicts(scenario, brands, phases, values),
        brand_key=brand_keys(scenario),
        alt_key=np.array([name_key(f"{a.cause.name}:{a.name}") for a in alternatives], np.uint64),
        churn_days=churn_days(scenario, values),
        gate=gate,
        push_mask=push_mask,
        nag_mask=nag_mask,
        nag=nag,
        meets=lanes(meets, sizes.padded),
        reaches=lanes(gate, sizes.padded),
        nags=lanes(nag_mask, sizes.padded),
        need=np.ascontiguousarray(layout.block(press, "buy").reshape(len(press), -1).T),
        hold=hold,
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
        party_over=np.array([_over(meet_ups(scenario, mine)) for mine in phases]),
        feed_column=later.column,
        feed_brand=later.brand,
        feed_felt=later.felt,
        feed_factor=later.factor,
    )
    names = (scenario.brand.title or "ours", *(r.title or n for n, r in scenario.rivals.items()))
    return DayTables(
        arrays, layout, alternatives, names, kinds, values, weights, tuple(streams.found), tuple(sources), offers,
        tuple(booked), tuple(louder),
    )  # fmt: skip


def _over(open_: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Mondays on which the space of a meet-up is no longer open, having been open the week before."""
    weeks = np.asarray(open_.reshape(-1, 7).max(axis=1) > 0)
    over = np.zeros(len(weeks), np.uint8)
    over[1:] = weeks[:-1] & ~(open_[7::7] > 0)
    return over


def _source_name(source: Source, kinds: Kinds) -> str:
    """How results call a source: its channel, and what tells it from others of its kind there."""
    words = [kinds.channels[c] for c in (source.channel, source.other) if c != EVERYWHERE]
    name = " > ".join(words)
    if source.needs:
        name = f"{(Standing(source.needs).name or '').lower().replace('_', ' ')} {name}".strip()
    return f"{name} {source.variant}".strip() or source.cause.name.lower()
