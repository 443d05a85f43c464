"""Plan, rivals and parameters compiled into cumulative day tables: everything the kernel needs to know of them.

    >>> from scenarios import load_scenario
    >>> from simulator.tables import compile_tables
    >>> scenario = load_scenario("classroom").scenario
    >>> tables = compile_tables(scenario, next(iter(scenario.plans.values())))
    >>> tables.arrays.up.shape[0] == scenario.n_days + 1
    True
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scenarios.schema import Brand, Channel, Plan, Scenario
from scenarios.vocabulary import ENTERED_STAGES, Cause, Mood, Stage, Talk
from simulator import exposure
from simulator.arrays import (
    N_HEARD,
    N_MOODS,
    N_STAGES,
    N_STATES,
    N_TIES,
    OPENNESS_BITS,
    PRESSURE_BITS,
    TALK_BITS,
    TableArrays,
)
from simulator.calendar import day_number, monthly_to_daily
from simulator.draws import CERTAIN, UNIT_BITS, name_key
from simulator.kinds import N_WEIGHTS, Kinds, build_kinds
from simulator.parameters import parameter_values
from simulator.population import brand_keys

MAX_SOURCES = 63
"""Paid and owned channels in use plus organic interest; a consumer's sources are bits of one word."""

NOBODY = 9
"""A stage that nobody reaches."""

_ALWAYS = ("organic", "experience", "word-of-mouth", "seeding", "forgetting", "rival", "negative-talk")
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
class Reach:
    """What one channel delivers for one brand, as rates that make reach and frequency exact."""

    brand: int
    channel: int
    kind: Cause
    per_weight: NDArray[np.float64]  # [T] exposures per unit of media weight
    aimed: NDArray[np.bool_]  # [S]


@dataclass(frozen=True)
class DayTables:
    """A compiled plan."""

    arrays: TableArrays
    alternatives: tuple[Alternative, ...]
    brands: tuple[str, ...]
    kinds: Kinds
    parameters: dict[str, float]
    weights: NDArray[np.float64]  # [G] media weight of each group
    reaches: tuple[Reach, ...] = field(default=())

    @property
    def n_days(self) -> int:
        """Days that the tables cover."""
        return len(self.arrays.buy) - 1


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

    reaches = _reaches(scenario, plans, kinds, values)
    sources = list(dict.fromkeys((r.kind, r.channel) for r in sorted(reaches, key=lambda r: (r.channel, r.kind))))
    if len(sources) >= MAX_SOURCES:
        raise TableError(
            f"{len(sources)} paid and owned channels are in use; at most {MAX_SOURCES - 1} fit in one scenario"
        )
    up, rival, down = _pressure(scenario, plans, kinds, values, interest, weights, reaches, sources)
    talk_up, talk_down = _talk(scenario, len(brands), values, interest)
    live = _live_posts(scenario, plans, values, interest)
    alternatives = (
        *(Alternative(c, n) for c, n in zip(_ALWAYS_CAUSES, _ALWAYS, strict=True)),
        *(Alternative(kind, kinds.channels[c]) for kind, c in sources),
        *(Alternative(Cause.INFLUENCER, name) for name in scenario.influencers),
    )
    mask = np.zeros(len(kinds.pattern_segment), np.uint64)
    for q, (_, channel) in enumerate(sources):
        mask |= kinds.pattern_uses[:, channel].astype(np.uint64) << np.uint64(q)
    mask |= np.uint64(1 << len(sources))
    word = scenario.word_of_mouth
    arrays = TableArrays(
        up=up,
        rival=rival,
        down=down,
        joy=_joy(scenario, len(brands), values),
        talk_up=talk_up,
        talk_down=talk_down,
        buy=_need_to_buy(scenario),
        open_up=_openness(1.0, 1.0, values["negative.openness"]),
        open_down=_openness(1.0, values["positive.forgetting"], 1.0),
        source_mask=mask,
        source_alt=np.array([*range(len(_ALWAYS), len(_ALWAYS) + len(sources)), ALT_ORGANIC], np.int32),
        live_ptr=live[0],
        live_influencer=live[1],
        live_brand=live[2],
        live_push=live[3],
        choice=_choice(scenario, brands, values),
        p_satisfied=np.array([brand.p_satisfied for brand in brands]),
        p_dissatisfied=np.array([brand.p_dissatisfied for brand in brands]),
        brand_key=brand_keys(scenario),
        alt_key=np.array([name_key(f"{a.cause.name}:{a.name}") for a in alternatives], np.uint64),
        churn_days=_churn_days(scenario, values),
        p_skip=float(values["wom.p_skip"]),
        p_turn=float(values["negative.p_turn"]),
        fresh_days=float(values["talk.fresh_days"]),
        negative_days=float(values["negative.days"]),
        fresh_fixed=word.fresh_for == "fixed",
        fresh_stage={"purchase": 0, "nothing": NOBODY}.get(word.fresh_on)
        if word.fresh_on in ("purchase", "nothing")
        else int(Stage[word.fresh_on.upper()]),
        talk_from=NOBODY if word.talk_from == "nobody" else int(Stage[word.talk_from.upper()]),
    )
    names = (scenario.brand.title or "ours", *(r.title or n for n, r in scenario.rivals.items()))
    return DayTables(arrays, alternatives, names, kinds, values, weights, tuple(reaches))


def _platform_value(scenario: Scenario, channel: Channel, key: str, values: Mapping[str, float]) -> float:
    own = getattr(channel, {"half_life": "half_life_days"}.get(key, key))
    return float(own) if own is not None else values[f"platform.{channel.platform}.{key}"]


def _reaches(
    scenario: Scenario, plans: list[Plan], kinds: Kinds, values: Mapping[str, float]
) -> list[Reach]:
    """Exposures per day of everything paid and posted, by brand and channel."""
    out = []
    for b, plan in enumerate(plans):
        for name, media in plan.media.items():
            c, channel = kinds.channels.index(name), scenario.channels[name]
            aimed = exposure.target_mask(kinds, media.segments)
            people = exposure.weight_in_reach(scenario, kinds, c, aimed)
            cpm = _platform_value(scenario, channel, "cpm", values)
            shown = exposure.paid_impressions(scenario, plan, media, cpm)
            if people > 0.0 and shown.any():
                out.append(Reach(b, c, Cause.PAID, shown / people, aimed))
        for name, posts in plan.posts.items():
            c, channel = kinds.channels.index(name), scenario.channels[name]
            sights = exposure.post_sights(
                scenario,
                posts,
                reach=_platform_value(scenario, channel, "organic_reach", values),
                half_life=_platform_value(scenario, channel, "half_life", values),
                beta=values["cadence.beta"],
            )
            if sights.any():
                out.append(Reach(b, c, Cause.OWNED, sights, exposure.target_mask(kinds, None)))
    return out


def _ladder(values: Mapping[str, float], group: str) -> NDArray[np.float64]:
    """A ladder of parameters; entry s is the effect on leaving stage s upwards, the last is 0."""
    return np.array([*(values[f"{group}.{stage}"] for stage in ENTERED_STAGES), 0.0])


def _follow(values: Mapping[str, float]) -> NDArray[np.float64]:
    """Share that follows the brand's own channels, by stage; nobody unaware does."""
    return np.array([0.0, *(values[f"follow.{stage}"] for stage in ENTERED_STAGES)])


@njit(cache=True, nogil=True)
def _fill(out, stimulus, effect):
    """out[t + 1, g, s] = effect[s] × (stimulus summed to day t), in units of 2**-30."""
    T, G = stimulus.shape
    total = np.zeros(G)
    for t in range(T):
        for g in range(G):
            total[g] += stimulus[t, g]
            for s in range(len(effect)):
                out[t + 1, g, s] += np.int64(effect[s] * total[g] * 1073741824.0 + 0.5)


def _pressure(
    scenario: Scenario,
    plans: list[Plan],
    kinds: Kinds,
    values: Mapping[str, float],
    interest: NDArray[np.float64],
    weights: NDArray[np.float64],
    reaches: list[Reach],
    sources: list[tuple[Cause, int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cumulative pressure up by source, rivals' push down by source, and forgetting by pattern."""
    T, B, G, Q = scenario.n_days, len(plans), kinds.n_groups, len(sources) + 1
    segments = list(scenario.segments.values())
    open_minded = np.repeat([segment.susceptibility for segment in segments], N_WEIGHTS)
    up = np.zeros((T + 1, B, G, N_STAGES, Q), np.int64)
    pull = values["rival.pull"] if B > 1 else 0.0
    rival = np.zeros((T + 1 if pull > 0 else 0, B, G, N_STAGES, Q), np.int64)
    paid, owned = _ladder(values, "paid"), _ladder(values, "owned") * _follow(values)
    for r in reaches:
        name = kinds.channels[r.channel]
        q = sources.index((r.kind, r.channel))
        strength = _platform_value(scenario, scenario.channels[name], "pull", values)
        fit = np.repeat([segment.fit.get(name, 1.0) for segment in segments], N_WEIGHTS)
        aimed = np.repeat(r.aimed, N_WEIGHTS)
        if r.kind == Cause.PAID:
            seen = exposure.tired(
                r.per_weight, weights, aimed, values["fatigue.first"], values["fatigue.wear_in"],
                values["fatigue.plateau"], values["fatigue.half_life"], values["fatigue.recovery"],
            )  # fmt: skip
            effect = paid
        else:
            seen = np.outer(r.per_weight, weights)
            effect = owned * plans[r.brand].posts[name].quality
        stimulus = seen * (interest[:, None] * (open_minded * fit * strength)[None, :])
        _fill(up[:, r.brand, :, :, q], stimulus, effect)
        if r.kind == Cause.PAID and pull > 0.0:
            # What would have won a stage for the rival pushes back out of it.
            push = np.concatenate([[0.0], effect[:-1]]) * pull
            for b in range(B):
                if b != r.brand:
                    _fill(rival[:, b, :, :, q], stimulus, push)
    organic = _ladder(values, "organic")
    for b in range(B):
        _fill(up[:, b, :, :, Q - 1], interest[:, None] * open_minded[None, :], organic)
    return up, rival, _forgetting(scenario, B, kinds, values, reaches)


def _forgetting(
    scenario: Scenario, n_brands: int, kinds: Kinds, values: Mapping[str, float], reaches: list[Reach]
) -> NDArray[np.int64]:
    """Cumulative hazard of falling back, less what the brand's own content holds."""
    T, P = scenario.n_days, len(kinds.pattern_segment)
    rate = np.concatenate([[0.0], _ladder(values, "forgetting")[:-1]])
    follow = _follow(values)
    down = np.zeros((T + 1, n_brands, P, N_STAGES), np.int64)
    for b in range(n_brands):
        sights = np.zeros((T, P))
        for r in reaches:
            if r.brand == b and r.kind == Cause.OWNED:
                sights += np.outer(r.per_weight, kinds.pattern_uses[:, r.channel])
        held = values["retention.owned"] * (1.0 - np.exp(-sights[:, :, None] * follow))
        total = np.cumsum(rate * (1.0 - held), axis=0)
        down[1:, b] = np.rint(total * (1 << PRESSURE_BITS)).astype(np.int64)
    return down


def _joy(scenario: Scenario, n_brands: int, values: Mapping[str, float]) -> NDArray[np.int64]:
    """Cumulative pull of the product on a satisfied customer."""
    days = np.arange(scenario.n_days + 1, dtype=float)
    one = np.rint(np.outer(days, _ladder(values, "experience")) * (1 << UNIT_BITS)).astype(np.int64)
    return np.repeat(one[:, None, :], n_brands, axis=1)


def _openness(none: float, positive: float, negative: float) -> NDArray[np.int64]:
    by_mood = np.zeros(N_MOODS)
    by_mood[Mood.NONE], by_mood[Mood.POSITIVE], by_mood[Mood.NEGATIVE] = none, positive, negative
    return np.rint(by_mood * (1 << OPENNESS_BITS)).astype(np.int64)


def _talk(
    scenario: Scenario, n_brands: int, values: Mapping[str, float], interest: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cumulative intensity of talk, by the hearer's stage and mood and by who talks over which tie."""
    tie = np.array([1.0, values["talk.weak_tie"]])
    per_day = np.zeros(len(Talk))
    per_day[Talk.TALKER] = values["talk.talker_per_day"]
    per_day[Talk.ADVOCATE] = values["talk.advocate_extra_per_day"]
    per_day[Talk.FRESH] = values["talk.fresh_extra_per_day"]
    complaint = values["talk.talker_per_day"] * values["negative.strength"]
    mood = _openness(1.0, 1.0, values["negative.openness"]) / (1 << OPENNESS_BITS)
    wom, against = _ladder(values, "wom"), np.concatenate([[0.0], _ladder(values, "wom-negative")[:-1]])
    up = np.zeros((N_STATES, N_HEARD))
    down = np.zeros((N_STATES, N_TIES))
    for stage in range(N_STAGES):
        for m in range(N_MOODS):
            state = stage * N_MOODS + m
            heard = np.outer(per_day * wom[stage], tie)
            if stage == Stage.UNAWARE:
                heard[Talk.DETRACTOR] = complaint * values["negative.attention"] * wom[stage] * tie
            up[state] = heard.ravel() * mood[m]
            down[state] = complaint * against[stage] * tie
    up, down = np.minimum(up, CERTAIN), np.minimum(down, CERTAIN)
    so_far = np.concatenate([[0.0], np.cumsum(interest)])
    days = np.arange(scenario.n_days + 1, dtype=float)
    scale = float(1 << TALK_BITS)
    talk_up = np.rint(np.multiply.outer(so_far, up) * scale).astype(np.int64)
    talk_down = np.rint(np.multiply.outer(days, down) * scale).astype(np.int64)
    return np.repeat(talk_up[:, None], n_brands, axis=1), np.repeat(talk_down[:, None], n_brands, axis=1)


def _live_posts(
    scenario: Scenario, plans: list[Plan], values: Mapping[str, float], interest: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Influencer posts that are live on each day, and how hard each pushes a follower, by segment and stage."""
    segments = list(scenario.segments.items())
    effect = _ladder(values, "influencer")
    sights: dict[tuple[int, int, int], float] = {}
    for b, plan in enumerate(plans):
        for booking in plan.bookings:
            k = list(scenario.influencers).index(booking.influencer)
            channel = scenario.channels[scenario.influencers[booking.influencer].channel]
            profile = exposure.post_profile(_platform_value(scenario, channel, "half_life", values))
            for day in booking.post_dates():
                first = day_number(scenario, day)
                for age, part in enumerate(profile):
                    if 0 <= first + age < scenario.n_days:
                        key = (first + age, k, b)
                        sights[key] = sights.get(key, 0.0) + part * values["influencer.reach"]
    rows = sorted(sights)
    push = np.zeros((len(rows), len(segments), N_STAGES), np.int64)
    for row, (day, k, b) in enumerate(rows):
        influencer = list(scenario.influencers.values())[k]
        for s, (name, segment) in enumerate(segments):
            strength = influencer.credibility * influencer.fit.get(name, 1.0) * segment.susceptibility
            hazard = effect * (sights[day, k, b] * strength * interest[day])
            push[row, s] = np.rint(hazard * (1 << PRESSURE_BITS)).astype(np.int64)
    ptr = np.searchsorted([day for day, _, _ in rows], np.arange(scenario.n_days + 1)).astype(np.int64)
    return (
        ptr,
        np.array([k for _, k, _ in rows], np.int32),
        np.array([b for _, _, b in rows], np.int32),
        push,
    )


def _need_to_buy(scenario: Scenario) -> NDArray[np.int64]:
    """Cumulative category need of each segment."""
    season = monthly_to_daily(scenario, scenario.season.buying)
    rate = np.array([1.0 / s.buys_every_days if s.buys_every_days else 0.0 for s in scenario.segments.values()])
    total = np.concatenate([[0.0], np.cumsum(season)])
    return np.rint(np.outer(total, rate) * (1 << UNIT_BITS)).astype(np.int64)


def _choice(scenario: Scenario, brands: list[Brand], values: Mapping[str, float]) -> NDArray[np.float64]:
    """Odds of each brand against the rest of the category, by stage and mood; nobody buys the unknown."""
    reference = scenario.market.reference_price or scenario.brand.price
    odds = np.zeros((len(brands), N_STATES))
    feeling = np.zeros(N_MOODS)
    feeling[Mood.POSITIVE], feeling[Mood.NEGATIVE] = values["choice.positive"], -values["choice.negative"]
    for b, brand in enumerate(brands):
        price = (brand.price / reference) ** -values["choice.price_elasticity"]
        for stage in range(1, N_STAGES):
            logit = values["choice.base"] + brand.appeal + values["choice.stage_weight"] * stage + feeling
            odds[b, stage * N_MOODS : (stage + 1) * N_MOODS] = np.exp(logit) * price
    return odds


def _churn_days(scenario: Scenario, values: Mapping[str, float]) -> NDArray[np.int32]:
    """Days without a purchase after which a customer has gone, by segment."""
    interval = [s.buys_every_days or 10_000.0 for s in scenario.segments.values()]
    return np.minimum(np.rint(np.array(interval) * values["churn.intervals"]), 30_000).astype(np.int32)
