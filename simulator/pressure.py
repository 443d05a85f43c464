"""The blocks of a compiled plan: stimulus and effect, forgetting, talk, posts, need and choice, as whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Channel, Plan, Scenario
from scenarios.vocabulary import ENTERED_STAGES, Cause, Mood, Stage, Talk
from simulator import exposure
from simulator.arrays import (
    EFFECT_BITS,
    JOY,
    N_HEARD,
    N_MOODS,
    N_STAGES,
    N_STATES,
    N_STATUS,
    OPENNESS_BITS,
    PLAN,
    PRESSURE_BITS,
    STIMULUS_BITS,
    TALK_BITS,
    TALK_DOWN,
)
from simulator.calendar import day_number, monthly_to_daily
from simulator.compiling import PLAIN, compiled
from simulator.draws import CERTAIN, UNIT_BITS
from simulator.kinds import N_WEIGHTS, Kinds

NOBODY = 9
"""A stage that nobody reaches."""

_STIMULUS_UNIT = float(1 << STIMULUS_BITS)


@dataclass(frozen=True)
class Reach:
    """What one channel delivers for one brand, as rates that make reach and frequency exact."""

    brand: int
    channel: int
    kind: Cause
    per_weight: NDArray[np.float64]  # [T] exposures per unit of media weight
    aimed: NDArray[np.bool_]  # [S]


@dataclass(frozen=True)
class Layout:
    """Where each cumulative table stands in a day's row of pressure."""

    begin: dict[str, int]
    shape: dict[str, tuple[int, ...]]

    def block(self, press: NDArray[np.int64], name: str) -> NDArray[np.int64]:
        """One table as an array of its own, days first; writing to it writes the row.

        Args:
            press: rows of pressure.
            name: ``stimulus`` [B, G, Q], ``down`` [B, P, 6], ``status`` [B, 6, 3, columns] or ``buy`` [S].
        """
        shape, begin = self.shape[name], self.begin[name]
        part = press[:, begin : begin + int(np.prod(shape))]
        return part.reshape(len(press), *shape)


def new_press(scenario: Scenario, kinds: Kinds, n_brands: int, n_sources: int) -> tuple[NDArray[np.int64], Layout]:
    """Empty rows of pressure, and where each block stands in them."""
    shape: dict[str, tuple[int, ...]] = {
        "stimulus": (n_brands, kinds.n_groups, n_sources),
        "down": (n_brands, len(kinds.pattern_segment), N_STAGES),
        "status": (n_brands, N_STAGES, N_MOODS, N_STATUS),
        "buy": (len(kinds.segments),),
    }
    ends = np.cumsum([int(np.prod(one)) for one in shape.values()])
    begin = {name: int(end) - int(np.prod(shape[name])) for name, end in zip(shape, ends, strict=True)}
    return np.zeros((scenario.n_days + 1, int(ends[-1])), np.int64), Layout(begin, shape)


def source_mask(kinds: Kinds, sources: list[tuple[int, Cause]]) -> NDArray[np.uint64]:
    """Which sources each pattern meets; organic interest meets everybody."""
    mask = np.full(len(kinds.pattern_segment), np.uint64(1) << np.uint64(len(sources)))
    for q, (channel, _) in enumerate(sources):
        mask |= kinds.pattern_uses[:, channel].astype(np.uint64) << np.uint64(q)
    return mask


def plan_record(
    scenario: Scenario,
    kinds: Kinds,
    layout: Layout,
    values: Mapping[str, float],
    n_sources: int,
    *,
    rivals_push: bool,
) -> NDArray[np.void]:
    """The scalars of a compiled plan."""
    word = scenario.word_of_mouth
    plan = np.zeros(1, PLAN)
    plan["n_sources"], plan["n_groups"] = n_sources, kinds.n_groups
    plan["n_patterns"] = len(kinds.pattern_segment)
    for name, begin in layout.begin.items():
        plan[name] = begin
    plan["rivals_push"] = rivals_push
    plan["open_up"] = _openness(1.0, 1.0, values["negative.openness"])
    plan["open_down"] = _openness(1.0, values["positive.forgetting"], 1.0)
    plan["p_skip"], plan["p_turn"] = values["wom.p_skip"], values["negative.p_turn"]
    plan["fresh_days"], plan["negative_days"] = values["talk.fresh_days"], values["negative.days"]
    plan["fresh_fixed"] = word.fresh_for == "fixed"
    fresh = {"purchase": 0, "nothing": NOBODY}
    plan["fresh_stage"] = fresh[word.fresh_on] if word.fresh_on in fresh else Stage[word.fresh_on.upper()]
    plan["talk_from"] = NOBODY if word.talk_from == "nobody" else Stage[word.talk_from.upper()]
    plan["well_mixed"] = scenario.graph.kind == "well-mixed"
    return plan


def _platform_value(scenario: Scenario, channel: Channel, key: str, values: Mapping[str, float]) -> float:
    own = getattr(channel, {"half_life": "half_life_days"}.get(key, key))
    return float(own) if own is not None else values[f"platform.{channel.platform}.{key}"]


def all_reaches(scenario: Scenario, plans: list[Plan], kinds: Kinds, values: Mapping[str, float]) -> list[Reach]:
    """Exposures per day of everything paid and posted, by brand and channel."""
    out = []
    for b, plan in enumerate(plans):
        for name, media in plan.media.items():
            c, channel = kinds.channels.index(name), scenario.channels[name]
            aimed = exposure.target_mask(kinds, media.segments)
            people = exposure.weight_in_reach(scenario, kinds, c, aimed)
            cpm = _platform_value(scenario, channel, "cpm", values)
            shown = exposure.paid_impressions(scenario, plan, media, cpm, rival=b > 0)
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
                rival=b > 0,
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


@compiled(**PLAIN)
def _fill(out, stimulus):
    """out[t + 1, g] = stimulus of group g summed to day t, in units of 2**-16."""
    T, G = stimulus.shape
    total = np.zeros(G)
    for t in range(T):
        for g in range(G):
            total[g] += stimulus[t, g]
            out[t + 1, g] = np.int64(total[g] * _STIMULUS_UNIT + 0.5)


def fill_stimulus(
    press: NDArray[np.int64],
    layout: Layout,
    scenario: Scenario,
    kinds: Kinds,
    values: Mapping[str, float],
    interest: NDArray[np.float64],
    weights: NDArray[np.float64],
    reaches: list[Reach],
    sources: list[tuple[int, Cause]],
) -> None:
    """Cumulative stimulus of each group: exposures with their pull and fit, and days of organic interest."""
    segments = list(scenario.segments.values())
    open_minded = np.repeat([segment.susceptibility for segment in segments], N_WEIGHTS)
    stimulus = layout.block(press, "stimulus")
    for r in reaches:
        name = kinds.channels[r.channel]
        strength = _platform_value(scenario, scenario.channels[name], "pull", values)
        fit = np.repeat([segment.fit.get(name, 1.0) for segment in segments], N_WEIGHTS)
        moved = interest[:, None] * (open_minded * fit * strength)[None, :]
        if r.kind == Cause.PAID:
            seen = exposure.tired(
                r.per_weight, weights, np.repeat(r.aimed, N_WEIGHTS), values["fatigue.first"],
                values["fatigue.wear_in"], values["fatigue.plateau"], values["fatigue.half_life"],
                values["fatigue.recovery"],
            )  # fmt: skip
        else:
            seen = np.outer(r.per_weight, weights)
        _fill(stimulus[:, r.brand, :, sources.index((r.channel, r.kind))], seen * moved)
    for b in range(stimulus.shape[1]):
        _fill(stimulus[:, b, :, -1], interest[:, None] * open_minded[None, :])


def effects(
    plans: list[Plan], kinds: Kinds, values: Mapping[str, float], sources: list[tuple[int, Cause]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What a unit of each source's stimulus does, by the consumer's mood and stage: to ours, and against ours."""
    openness = np.array([1.0, 1.0, values["negative.openness"]])
    hold = np.array([1.0, values["positive.forgetting"], 1.0])
    paid, owned = _ladder(values, "paid"), _ladder(values, "owned") * _follow(values)
    effect = np.zeros((len(plans), N_STAGES, N_MOODS, len(sources) + 1))
    push = np.zeros((N_STAGES, N_MOODS, len(sources) + 1))
    for q, (channel, kind) in enumerate(sources):
        if kind == Cause.PAID:
            effect[..., q] = np.outer(paid, openness)
            if len(plans) > 1:
                # What would have won a stage for a rival pushes back out of it.
                push[1:, :, q] = np.outer(paid[:-1], hold) * values["rival.pull"]
            continue
        for b, plan in enumerate(plans):
            posts = plan.posts.get(kinds.channels[channel])
            effect[b, ..., q] = np.outer(owned, openness) * (posts.quality if posts else 0.0)
    effect[..., -1] = np.outer(_ladder(values, "organic"), openness)
    scale = float(1 << EFFECT_BITS)
    return (
        np.rint(effect.reshape(-1, len(sources) + 1) * scale).astype(np.int64),
        np.rint(push.reshape(-1, len(sources) + 1) * scale).astype(np.int64),
    )


def fill_forgetting(
    press: NDArray[np.int64],
    layout: Layout,
    scenario: Scenario,
    kinds: Kinds,
    values: Mapping[str, float],
    reaches: list[Reach],
) -> None:
    """Cumulative hazard of falling back, less what the brand's own content holds."""
    rate = np.concatenate([[0.0], _ladder(values, "forgetting")[:-1]])
    follow = _follow(values)
    down = layout.block(press, "down")
    for b in range(down.shape[1]):
        sights = np.zeros((scenario.n_days, len(kinds.pattern_segment)))
        for r in reaches:
            if r.brand == b and r.kind == Cause.OWNED:
                sights += np.outer(r.per_weight, kinds.pattern_uses[:, r.channel])
        held = values["retention.owned"] * (1.0 - np.exp(-sights[:, :, None] * follow))
        total = np.cumsum(rate * (1.0 - held), axis=0)
        down[1:, b] = np.rint(total * (1 << PRESSURE_BITS)).astype(np.int64)


def _openness(none: float, positive: float, negative: float) -> NDArray[np.int64]:
    by_mood = np.zeros(N_MOODS)
    by_mood[Mood.NONE], by_mood[Mood.POSITIVE], by_mood[Mood.NEGATIVE] = none, positive, negative
    return np.rint(by_mood * (1 << OPENNESS_BITS)).astype(np.int64)


def fill_status(
    press: NDArray[np.int64],
    layout: Layout,
    scenario: Scenario,
    values: Mapping[str, float],
    interest: NDArray[np.float64],
) -> None:
    """Cumulative talk and experience, by the hearer's stage and mood, alike for all brands."""
    tie = np.array([1.0, values["talk.weak_tie"]])
    per_day = np.zeros(len(Talk))
    per_day[Talk.TALKER] = values["talk.talker_per_day"]
    per_day[Talk.ADVOCATE] = values["talk.advocate_extra_per_day"]
    per_day[Talk.FRESH] = values["talk.fresh_extra_per_day"]
    complaint = values["talk.talker_per_day"] * values["negative.strength"]
    mood = np.array([1.0, 1.0, values["negative.openness"]])
    wom, against = _ladder(values, "wom"), np.concatenate([[0.0], _ladder(values, "wom-negative")[:-1]])
    heard = np.multiply.outer(wom, np.outer(per_day, tie))  # [stage, talk, tie]
    heard[Stage.UNAWARE, Talk.DETRACTOR] = complaint * values["negative.attention"] * wom[0] * tie
    talk = np.minimum(heard.reshape(N_STAGES, 1, N_HEARD) * mood[None, :, None], CERTAIN)
    complaints = np.minimum(np.outer(against, complaint * tie), CERTAIN)
    days = np.arange(scenario.n_days + 1, dtype=float)
    so_far = np.concatenate([[0.0], np.cumsum(interest)])
    status = layout.block(press, "status")

    def cumulative(by_day: NDArray[np.float64], rate: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
        return np.rint(np.multiply.outer(by_day, rate) * float(1 << bits)).astype(np.int64)

    status[..., :N_HEARD] = cumulative(so_far, talk, TALK_BITS)[:, None]
    status[..., TALK_DOWN:JOY] = cumulative(days, complaints, TALK_BITS)[:, None, :, None]
    status[..., JOY] = cumulative(days, _ladder(values, "experience"), UNIT_BITS)[:, None, :, None]


def live_posts(
    scenario: Scenario, plans: list[Plan], values: Mapping[str, float], interest: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Influencer posts that are live on each day, and how hard each pushes a follower, by segment and stage."""
    names = list(scenario.influencers)
    sights: dict[tuple[int, int, int], float] = {}
    for b, plan in enumerate(plans):
        for booking in plan.bookings:
            channel = scenario.channels[scenario.influencers[booking.influencer].channel]
            profile = exposure.post_profile(_platform_value(scenario, channel, "half_life", values))
            for date in booking.post_dates():
                first = day_number(scenario, date)
                for age, part in enumerate(profile.tolist()):
                    if 0 <= first + age < scenario.n_days:
                        key = (first + age, names.index(booking.influencer), b)
                        sights[key] = sights.get(key, 0.0) + part * values["influencer.reach"]
    rows = sorted(sights)
    days = np.array([day for day, _, _ in rows], np.int64)
    who = np.array([k for _, k, _ in rows], np.int32)
    seen = np.array([sights[row] for row in rows])
    strength = np.array(
        [
            [
                one.credibility * one.fit.get(name, 1.0) * segment.susceptibility
                for name, segment in scenario.segments.items()
            ]
            for one in scenario.influencers.values()
        ]
    ).reshape(len(names), len(scenario.segments))
    by_segment = (seen * interest[days])[:, None] * strength[who]
    hazard = by_segment[:, :, None] * _ladder(values, "influencer")
    return (
        np.searchsorted(days, np.arange(scenario.n_days + 1)).astype(np.int64),
        who,
        np.array([b for _, _, b in rows], np.int32),
        np.rint(hazard * (1 << PRESSURE_BITS)).astype(np.int64),
    )


def need_to_buy(scenario: Scenario) -> NDArray[np.int64]:
    """Cumulative category need of each segment."""
    season = monthly_to_daily(scenario, scenario.season.buying)
    rate = np.array([1.0 / s.buys_every_days if s.buys_every_days else 0.0 for s in scenario.segments.values()])
    total = np.concatenate([[0.0], np.cumsum(season)])
    return np.rint(np.outer(total, rate) * (1 << UNIT_BITS)).astype(np.int64)


def choice(scenario: Scenario, brands: list[Brand], values: Mapping[str, float]) -> NDArray[np.float64]:
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


def churn_days(scenario: Scenario, values: Mapping[str, float]) -> NDArray[np.int32]:
    """Days without a purchase after which a customer has gone, by segment."""
    interval = [s.buys_every_days or 10_000.0 for s in scenario.segments.values()]
    # At least a day: who bought today is a customer.
    return np.clip(np.rint(np.array(interval) * values["churn.intervals"]), 1, 30_000).astype(np.int32)
