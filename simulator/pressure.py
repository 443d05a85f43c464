"""The blocks of a compiled plan's rows of pressure: stimulus and effect, forgetting, talk, as whole numbers."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from scenarios.vocabulary import ENTERED_STAGES, N_STANDINGS, Cause, Mood, Stage, Talk
from simulator import exposure
from simulator.arrays import (
    EFFECT_BITS,
    JOY,
    N_MOODS,
    N_STAGES,
    N_STATUS,
    OPENNESS_BITS,
    PLAN,
    PRESSURE_BITS,
    STIMULUS_BITS,
    TALK_BITS,
    TALK_DOWN,
    aligned,
)
from simulator.compiling import PLAIN, compiled
from simulator.draws import CERTAIN, UNIT_BITS
from simulator.kinds import N_WEIGHTS, Kinds
from simulator.sources import EVERYWHERE, USUAL, Source, Stream, Streams
from simulator.vectors import LANES

NOBODY = 9
"""A stage that nobody reaches."""

_STIMULUS_UNIT = float(1 << STIMULUS_BITS)


@dataclass(frozen=True)
class Sizes:
    """How many of each a compiled plan has."""

    brands: int
    sources: int  # organic interest included
    holds: int  # standings with a forgetting of their own
    paces: int  # purchase clocks of each segment

    @property
    def padded(self) -> int:
        """Columns that hold the sources: whole vectors."""
        return -(-self.sources // LANES) * LANES


@dataclass(frozen=True)
class Switches:
    """What in a compiled plan is used at all."""

    rivals_push: bool
    irritates: bool
    acts_on: int
    needs_cause: bool
    follows_up: bool


@dataclass(frozen=True)
class Layout:
    """Where each cumulative table stands in a day's row of pressure."""

    begin: dict[str, int]
    shape: dict[str, tuple[int, ...]]

    def block(self, press: NDArray[np.int64], name: str) -> NDArray[np.int64]:
        """One table as an array of its own, days first; writing to it writes the row.

        Args:
            press: rows of pressure.
            name: ``stimulus`` or ``rivals`` [B, G, Q and more], ``status`` [B, 6, 3, columns], ``down`` [B, P, H, 6],
                ``buy`` [S, paces].
        """
        shape, begin = self.shape[name], self.begin[name]
        part = press[:, begin : begin + int(np.prod(shape))]
        return part.reshape(len(press), *shape)


def new_press(scenario: Scenario, kinds: Kinds, sizes: Sizes) -> tuple[NDArray[np.int64], Layout]:
    """Empty rows of pressure, and where each block stands in them."""
    shape: dict[str, tuple[int, ...]] = {
        "stimulus": (sizes.brands, kinds.n_groups, sizes.padded),
        "rivals": (sizes.brands if sizes.brands > 1 else 0, kinds.n_groups, sizes.padded),
        "status": (sizes.brands, N_STAGES, N_MOODS, N_STATUS),
        "down": (sizes.brands, len(kinds.pattern_segment), sizes.holds, N_STAGES),
        "buy": (len(kinds.segments), sizes.paces),
    }
    ends = np.cumsum([int(np.prod(one)) for one in shape.values()])
    begin = {name: int(end) - int(np.prod(shape[name])) for name, end in zip(shape, ends, strict=True)}
    # Whole lines of cache, so that no vector spans two.
    row = -(-int(ends[-1]) // LANES) * LANES
    return aligned((scenario.n_days + 1, row), np.dtype(np.int64)), Layout(begin, shape)


def source_mask(kinds: Kinds, sources: list[Source]) -> NDArray[np.uint64]:
    """Which sources each pattern meets; organic interest, the last, meets everybody."""
    one = np.uint64(1)
    mask = np.full(len(kinds.pattern_segment), one << np.uint64(len(sources)))
    for q, source in enumerate(sources):
        uses = np.ones(len(mask), np.bool_)
        for channel in (source.channel, source.other):
            if channel != EVERYWHERE:
                uses &= kinds.pattern_uses[:, channel]
        mask |= uses.astype(np.uint64) << np.uint64(q)
    return mask


def masks(
    streams: list[Stream], sources: list[Source], n_brands: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Which sources each brand uses: by standing, those that win people; those that push them away."""
    one = np.uint64(1)
    gate = np.full((n_brands, N_STANDINGS), one << np.uint64(len(sources)))
    push, nag = np.zeros(n_brands, np.uint64), np.zeros((n_brands, N_STANDINGS), np.uint64)
    standings = np.arange(N_STANDINGS)
    for stream in streams:
        bit = one << np.uint64(sources.index(stream.source))
        needs = stream.source.needs
        if stream.source.cause == Cause.IRRITATION:
            nag[stream.brand, (standings & needs) == needs] |= bit
            continue
        gate[stream.brand, (standings & needs) == needs] |= bit
        if stream.source.cause == Cause.PAID:
            push[stream.brand] |= bit
    return gate.ravel(), push, nag.ravel()


def plan_record(
    scenario: Scenario,
    kinds: Kinds,
    layout: Layout,
    row: int,
    values: Mapping[str, float],
    sizes: Sizes,
    switches: Switches,
) -> NDArray[np.void]:
    """The scalars of a compiled plan."""
    word = scenario.word_of_mouth
    plan = np.zeros(1, PLAN)
    plan["n_sources"], plan["n_blocks"], plan["n_groups"] = sizes.sources, sizes.padded // LANES, kinds.n_groups
    plan["row"] = row
    plan["n_patterns"], plan["n_holds"], plan["n_paces"] = len(kinds.pattern_segment), sizes.holds, sizes.paces
    for name, begin in layout.begin.items():
        plan[name] = begin
    for name, value in asdict(switches).items():
        plan[name] = value
    plan["open_up"] = _openness(1.0, 1.0, values["negative.openness"])
    plan["open_down"] = _openness(1.0, values["positive.forgetting"], 1.0)
    plan["p_skip"], plan["p_turn"] = values["wom.p_skip"], values["negative.p_turn"]
    plan["fresh_days"], plan["negative_days"] = values["talk.fresh_days"], values["negative.days"]
    plan["fresh_fixed"] = word.fresh_for == "fixed"
    fresh = {"purchase": 0, "nothing": NOBODY}
    plan["fresh_stage"] = fresh[word.fresh_on] if word.fresh_on in fresh else Stage[word.fresh_on.upper()]
    plan["talk_from"] = NOBODY if word.talk_from == "nobody" else Stage[word.talk_from.upper()]
    plan["well_mixed"] = scenario.graph.kind == "well-mixed"
    plan["market_size"] = scenario.market.size
    return plan


def ladder(values: Mapping[str, float], group: str) -> NDArray[np.float64]:
    """A ladder of parameters; entry s is the effect on leaving stage s upwards, the last is 0."""
    return np.array([*(values[f"{group}.{stage}"] for stage in ENTERED_STAGES), 0.0])


def follow(values: Mapping[str, float]) -> NDArray[np.float64]:
    """Share that follows the brand's own channels, by stage; nobody unaware does."""
    return np.array([0.0, *(values[f"follow.{stage}"] for stage in ENTERED_STAGES)])


def lanes(mask: NDArray[np.uint64], width: int) -> NDArray[np.int64]:
    """Masks of sources, a number for each bit: all ones or none, as vectors are masked."""
    bits = mask[..., None] >> np.arange(width, dtype=np.uint64) & np.uint64(1)
    return -bits.astype(np.int64)


def fill_rivals(press: NDArray[np.int64], layout: Layout, push_mask: NDArray[np.uint64]) -> None:
    """Cumulative advertising of all other brands together, for what rivals do to a brand is a sum.

    Args:
        press: rows of pressure, with the stimulus of every brand.
        layout: where the blocks stand.
        push_mask: of each brand, the sources that push people away from others.
    """
    stimulus, rivals = layout.block(press, "stimulus"), layout.block(press, "rivals")
    if not rivals.shape[1]:
        return
    pushing = stimulus & lanes(push_mask, stimulus.shape[-1])[:, None]
    rivals[:] = pushing.sum(axis=1, keepdims=True) - pushing


class TableError(ValueError):
    """A plan that cannot be compiled, with the reason and the remedy."""


MOST_HAZARD = 1e6
"""Hazard that a brand's media, or its talk, may add up to; clocks of 64 bits overflow at eight times as much."""


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
    values: Mapping[str, float],
    interest: NDArray[np.float64],
    weights: NDArray[np.float64],
    streams: Streams,
    sources: list[Source],
    phone_ready: list[NDArray[np.float64]],
    on_market: list[NDArray[np.float64]],
    strongest: NDArray[np.float64],
) -> None:
    """Cumulative stimulus of each group: exposures with their pull and fit, and days of organic interest."""
    segments = list(scenario.segments.values())
    open_minded = np.repeat([segment.susceptibility for segment in segments], N_WEIGHTS)
    stimulus = layout.block(press, "stimulus")
    by_source: dict[tuple[int, Source], list[Stream]] = {}
    pressed = np.zeros(stimulus.shape[1])
    for stream in streams.found:
        by_source.setdefault((stream.brand, stream.source), []).append(stream)
    for (b, source), parts in by_source.items():
        seen = [exposures(stream, weights) for stream in parts]
        total = np.zeros((scenario.n_days, len(weights)))
        for stream, sights in zip(parts, seen, strict=True):
            total += sights * _strength(stream, scenario, interest, open_minded, streams, phone_ready[b])
        if parts[0].tires:
            # People tire of what they have seen through this source, whichever entries of the plan it came from.
            # Executions count by how much each entry shows.
            shown = np.array([sights.sum(axis=1) for sights in seen])
            by_entry = np.array([np.resize(stream.creatives, scenario.n_days) for stream in parts])
            whole = shown.sum(axis=0)
            creatives = np.divide((shown * by_entry).sum(axis=0), whole, out=np.ones(scenario.n_days), where=whole > 0)
            total *= exposure.tired(
                np.sum(seen, axis=0), creatives,
                values["fatigue.first"], values["fatigue.wear_in"], values["fatigue.plateau"],
                values["fatigue.half_life"], values["fatigue.recovery"],
            )  # fmt: skip
        q = sources.index(source)
        most = float(total.sum(axis=0).max(initial=0.0)) * (1.0 + float(strongest[b, q]))
        pressed[b] += most
        if not pressed[b] < MOST_HAZARD:
            name = ", ".join(dict.fromkeys(stream.entry for stream in parts))
            raise TableError(
                f"{source.cause.name.lower().replace('_', ' ')} “{name}” presses {most:,.0f} times as hard as it takes "
                "to move somebody, which clocks cannot count: lower its money, quality, pull or number"
            )
        _fill(stimulus[:, b, :, q], total)
    for b, known in enumerate(on_market):
        _fill(stimulus[:, b, :, len(sources)], (interest * known)[:, None] * open_minded[None, :])


def exposures(stream: Stream, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exposures of each group by day to one stream: [T, G]."""
    per_head = weights if stream.weighted else np.ones(len(weights))
    return np.outer(stream.per_weight, per_head * np.repeat(stream.aimed, N_WEIGHTS))


def _strength(
    stream: Stream,
    scenario: Scenario,
    interest: NDArray[np.float64],
    open_minded: NDArray[np.float64],
    streams: Streams,
    phone_ready: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What one exposure to a stream does to each group on each day."""
    fit = np.repeat(np.resize(stream.fit, len(scenario.segments)), N_WEIGHTS)
    out = np.outer(np.resize(stream.strength, scenario.n_days), fit)
    if not stream.open_minded:
        return out
    out = out * np.outer(interest, open_minded)
    where = stream.source.other if stream.source.other != EVERYWHERE else stream.source.channel
    lost = streams.phone[streams.kinds.channels[where]] if where != EVERYWHERE else np.zeros(1)
    if lost.any():
        out = out * (1.0 - np.outer(1.0 - phone_ready, np.repeat(lost, N_WEIGHTS)))
    return out


def effects(
    n_brands: int, values: Mapping[str, float], sources: list[Source], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """What a unit of each source's stimulus does, by mood and stage: for a brand, against others, against itself."""
    openness = np.array([1.0, 1.0, values["negative.openness"]])
    hold = np.array([1.0, values["positive.forgetting"], 1.0])
    effect = np.zeros((n_brands, N_STAGES, N_MOODS, width))
    push = np.zeros((N_STAGES, N_MOODS, width))
    nag = np.zeros_like(push)
    paid = ladder(values, "paid")
    for q, source in enumerate(sources):
        effect[..., q] = np.outer(_response(source, values), openness)
        if source.cause == Cause.PAID:
            # What would have won a stage for a rival pushes back out of it.
            push[1:, :, q] = np.outer(paid[:-1], hold) * values["rival.pull"]
        elif source.cause == Cause.IRRITATION:
            # Posts irritate those who follow, mail everybody who gets it.
            mailed = np.full(N_STAGES, values["list.unsubscribe"])
            each = mailed if source.needs else follow(values) * values["cadence.irritation"]
            nag[1:, :, q] = np.outer(each[1:], hold)
    effect[..., len(sources)] = np.outer(ladder(values, "organic"), openness)
    if n_brands == 1:
        push[:] = 0.0
    scale = float(1 << EFFECT_BITS)

    def whole(table: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.rint(table.reshape(-1, width) * scale).astype(np.int64)

    return whole(effect), whole(push), whole(nag)


def _response(source: Source, values: Mapping[str, float]) -> NDArray[np.float64]:
    """Effect of one exposure on leaving each stage."""
    match source.cause:
        case Cause.PAID:
            return ladder(values, "paid")
        case Cause.OWNED | Cause.USER_CONTENT:
            variant = "user-generated photo" if source.cause == Cause.USER_CONTENT else source.variant or USUAL
            early, late = (
                math.prod(values.get(f"content.{word}.{key}", 1.0) for word in variant.split())
                for key in ("pull", "depth")
            )
            kind = np.array([early, early, late, late, late, 1.0])
            return ladder(values, "owned") * follow(values) * kind
        case Cause.EARNED | Cause.COMMUNITY | Cause.SPACE | Cause.EVENT:
            return ladder(values, source.cause.name.lower())
        case Cause.LIST:
            return ladder(values, "owned" if source.variant == "e-mail" else "paid")
    return np.zeros(N_STAGES)


def fill_forgetting(
    press: NDArray[np.int64],
    layout: Layout,
    kinds: Kinds,
    values: Mapping[str, float],
    streams: list[Stream],
    holds: list[NDArray[np.float64]],
) -> None:
    """Cumulative hazard of falling back, less what the brand's own content and its programmes hold.

    Args:
        press: rows of pressure, written to.
        layout: where the block stands.
        kinds: who meets which channel.
        values: parameters.
        streams: of all brands; own posts hold those who follow.
        holds: for each brand [T, standings that differ, 6], the share of forgetting that is left.
    """
    rate = np.concatenate([[0.0], ladder(values, "forgetting")[:-1]])
    down = layout.block(press, "down")
    days = len(press) - 1
    for b, left in enumerate(holds):
        sights = np.zeros((days, len(kinds.pattern_segment)))
        for stream in streams:
            if stream.brand == b and stream.source.cause == Cause.OWNED:
                uses = kinds.pattern_uses[:, stream.source.channel]
                if stream.source.other != EVERYWHERE:
                    uses = uses & kinds.pattern_uses[:, stream.source.other]
                sights += np.outer(stream.per_weight * stream.quality, uses)
        held = values["retention.owned"] * (1.0 - np.exp(-sights[:, :, None] * follow(values)))
        daily = (rate * (1.0 - held))[:, :, None, :] * left[:, None]
        down[1:, b] = np.rint(np.cumsum(daily, axis=0) * (1 << PRESSURE_BITS)).astype(np.int64)


def _openness(none: float, positive: float, negative: float) -> NDArray[np.int64]:
    by_mood = np.zeros(N_MOODS)
    by_mood[Mood.NONE], by_mood[Mood.POSITIVE], by_mood[Mood.NEGATIVE] = none, positive, negative
    return np.rint(by_mood * (1 << OPENNESS_BITS)).astype(np.int64)


def fill_status(
    press: NDArray[np.int64],
    layout: Layout,
    values: Mapping[str, float],
    interest: NDArray[np.float64],
    louder: list[NDArray[np.float64]],
) -> None:
    """Cumulative talk and experience, by the hearer's stage and mood.

    Args:
        press: rows of pressure, written to.
        layout: where the block stands.
        values: parameters.
        interest: the season, by day.
        louder: for each brand [T, talk classes], how much more is said on each day.
    """
    tie = np.array([1.0, values["talk.weak_tie"]])
    per_day = np.zeros(len(Talk))
    per_day[Talk.TALKER] = values["talk.talker_per_day"]
    per_day[Talk.ADVOCATE] = values["talk.advocate_extra_per_day"]
    per_day[Talk.FRESH] = values["talk.fresh_extra_per_day"]
    complaint = values["talk.talker_per_day"] * values["negative.strength"]
    mood = np.array([1.0, 1.0, values["negative.openness"]])
    wom, against = ladder(values, "wom"), np.concatenate([[0.0], ladder(values, "wom-negative")[:-1]])
    heard = np.multiply.outer(wom, np.outer(per_day, tie))  # [stage, talk, tie]
    heard[Stage.UNAWARE, Talk.DETRACTOR] = complaint * values["negative.attention"] * wom[0] * tie
    talk = np.minimum(heard, CERTAIN)
    complaints = np.minimum(np.outer(against, complaint * tie), CERTAIN)
    days = np.arange(len(press), dtype=float)
    status = layout.block(press, "status")

    def cumulative(by_day: NDArray[np.float64], rate: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
        return np.rint(np.multiply.outer(by_day, rate) * float(1 << bits)).astype(np.int64)

    for b, gain in enumerate(louder):
        loudest = float(gain.sum(axis=0).max() * max(talk.max(), complaints.max()) * max(interest.max(), 1.0))
        if not loudest < MOST_HAZARD:
            raise TableError(
                f"talk about one brand gets {loudest:,.0f} times as loud as it takes to move somebody, which clocks "
                "cannot count: lower shareability, sharing, posts or shocks"
            )
        for kind in Talk:
            so_far = np.concatenate([[0.0], np.cumsum(interest * gain[:, kind])])
            said = np.multiply.outer(so_far, talk[:, kind])[:, :, None, :] * mood[:, None] * float(1 << TALK_BITS)
            status[:, b, :, :, 2 * kind : 2 * kind + 2] = np.rint(said).astype(np.int64)
        so_far = np.concatenate([[0.0], np.cumsum(gain[:, Talk.DETRACTOR])])
        status[:, b, :, :, TALK_DOWN:JOY] = cumulative(so_far, complaints, TALK_BITS)[:, :, None]
    status[..., JOY] = cumulative(days, ladder(values, "experience"), UNIT_BITS)[:, None, :, None]
