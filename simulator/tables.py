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
from scenarios.vocabulary import Cause
from simulator import exposure
from simulator.arrays import TableArrays
from simulator.calendar import monthly_to_daily
from simulator.draws import name_key
from simulator.kinds import Kinds, build_kinds
from simulator.parameters import parameter_values
from simulator.population import brand_keys
from simulator.pressure import (
    Layout,
    Reach,
    all_reaches,
    choice,
    churn_days,
    effects,
    fill_forgetting,
    fill_status,
    fill_stimulus,
    live_posts,
    need_to_buy,
    new_press,
    plan_record,
    source_mask,
)

_ALWAYS = ("organic", "experience", "word-of-mouth", "seeding", "forgetting", "rival", "negative-talk")
FIRST_SOURCE = len(_ALWAYS)
"""Alternatives from here on: each source, apart from organic interest, then the influencers."""

MAX_SOURCES = 64
"""Bits of a word: which sources a consumer meets."""
ALT_ORGANIC, ALT_EXPERIENCE, ALT_WOM, ALT_SEEDING, ALT_FORGETTING, ALT_RIVAL, ALT_NEGATIVE = range(7)
_ALWAYS_CAUSES = (
    Cause.ORGANIC, Cause.EXPERIENCE, Cause.WORD_OF_MOUTH, Cause.SEEDING, Cause.FORGETTING, Cause.RIVAL,
    Cause.NEGATIVE_TALK,
)  # fmt: skip


class TableError(ValueError):
    """A plan that cannot be compiled, with the reason and the remedy."""


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
    reaches: tuple[Reach, ...] = field(default=())

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
        TableError: more sources than fit.
    """
    kinds = kinds or build_kinds(scenario)
    values = parameter_values(scenario, parameters)
    brands: list[Brand] = [scenario.brand, *scenario.rivals.values()]
    plans = [plan, *(rival.plan for rival in scenario.rivals.values())]
    interest = monthly_to_daily(scenario, scenario.season.interest)
    weights = exposure.group_weights(scenario, values["media_weight.shape"])

    reaches = all_reaches(scenario, plans, kinds, values)
    # Sources in order of channel, paid before owned; organic interest comes last.
    sources = sorted({(r.channel, r.kind) for r in reaches})
    if len(sources) >= MAX_SOURCES:
        raise TableError(
            f"{len(sources)} channels are paid for or posted on, counted apart; at most {MAX_SOURCES - 1} can be"
        )
    press, layout = new_press(scenario, kinds, len(brands), len(sources) + 1)
    fill_stimulus(press, layout, scenario, kinds, values, interest, weights, reaches, sources)
    fill_forgetting(press, layout, scenario, kinds, values, reaches)
    fill_status(press, layout, scenario, values, interest)
    layout.block(press, "buy")[:] = need_to_buy(scenario)
    effect, push = effects(plans, kinds, values, sources)
    live = live_posts(scenario, plans, values, interest)
    alternatives = (
        *(Alternative(c, n) for c, n in zip(_ALWAYS_CAUSES, _ALWAYS, strict=True)),
        *(Alternative(kind, kinds.channels[c]) for c, kind in sources),
        *(Alternative(Cause.INFLUENCER, name) for name in scenario.influencers),
    )
    arrays = TableArrays(
        press=press,
        plan=plan_record(scenario, kinds, layout, values, len(sources) + 1, rivals_push=bool(push.any())),
        effect=effect,
        push=push,
        source_mask=source_mask(kinds, sources),
        source_alt=np.array([*(FIRST_SOURCE + q for q in range(len(sources))), ALT_ORGANIC], np.int64),
        live_ptr=live[0],
        live_influencer=live[1],
        live_brand=live[2],
        live_push=live[3],
        choice=choice(scenario, brands, values),
        verdict=np.array([[brand.p_satisfied, brand.p_dissatisfied] for brand in brands]),
        brand_key=brand_keys(scenario),
        alt_key=np.array([name_key(f"{a.cause.name}:{a.name}") for a in alternatives], np.uint64),
        churn_days=churn_days(scenario, values),
    )
    names = (scenario.brand.title or "ours", *(r.title or n for n, r in scenario.rivals.items()))
    return DayTables(arrays, layout, alternatives, names, kinds, values, weights, tuple(reaches))
