"""The blocks of a compiled plan's rows of pressure: stimulus and effect, forgetting, talk, as whole numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from scenarios.vocabulary import ENTERED_STAGES, N_STANDINGS, Cause, Mood, Stage, Talk
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
from simulator.exposure import freshness
from simulator.kinds import N_WEIGHTS, Kinds
from simulator.rivals import Rivals
from simulator.sources import EVERYWHERE, USUAL, Source, Stream, Streams
from simulator.vectors import LANES

NOBODY = 9
"""A stage that nobody reaches."""

_STIMULUS_UNIT = float(1 << STIMULUS_BITS)
_PRESSURE_UNIT = float(1 << PRESSURE_BITS)
_TALK_UNIT = float(1 << TALK_BITS)
_UNIT = float(1 << UNIT_BITS)
_DETRACTOR = int(Talk.DETRACTOR)


def padded(n: int) -> int:
    """Columns that hold so many sources: whole vectors."""
    return -(-n // LANES) * LANES


@dataclass(frozen=True)
class Sizes:
    """How many of each a compiled plan has."""

    brands: int
    sources: int  # organic interest included
    holds: int  # standings with a forgetting of their own
    paces: int  # purchase clocks of each segment

    @property
    def padded(self) -> int:
        """Columns that hold the sources."""
        return padded(self.sources)


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
    streams: Sequence[Stream], sources: list[Source], n_brands: int
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
    for b, mask in enumerate(push_mask.tolist()):
        pushing = [q for q in range(stimulus.shape[-1]) if mask >> q & 1]
        _add_rival(rivals, stimulus[:, b], b, np.array(pushing, np.int64))


@compiled(**PLAIN)
def _add_rival(rivals, stimulus, b, pushing):
    """Add to what every other brand suffers what brand b shows through the sources that push."""
    T, B, G, _ = rivals.shape
    for t in range(T):
        for other in range(B):
            if other != b:
                for g in range(G):
                    for q in pushing:
                        rivals[t, other, g, q] += stimulus[t, g, q]


class TableError(ValueError):
    """A plan that cannot be compiled, with the reason and the remedy."""


MOST_HAZARD = 1e6
"""Hazard that a brand's media, or its talk, may add up to; clocks of 64 bits overflow at eight times as much."""


@compiled(**PLAIN)
def _fill(out, by_day, by_group):
    """out[t + 1, g] = by_day * by_group summed to day t, in units of 2**-16."""
    total = np.zeros(len(by_group))
    for t in range(len(by_day)):
        for g in range(len(by_group)):
            total[g] += by_day[t] * by_group[g]
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
    rivals: Rivals,
) -> None:
    """Cumulative stimulus of each group: exposures with their pull and fit, and days of organic interest."""
    open_minded = np.repeat([segment.susceptibility for segment in scenario.segments.values()], N_WEIGHTS)
    stimulus = layout.block(press, "stimulus")
    by_source: dict[tuple[int, Source], list[Stream]] = {}
    pressed = np.zeros(stimulus.shape[1])
    number = {source: q for q, source in enumerate(sources)}
    for stream in streams.found:
        by_source.setdefault((stream.brand, stream.source), []).append(stream)
    for (b, source), parts in by_source.items():
        q = number[source]
        summed, most = rivals.once(
            b, source, partial(_pressed, parts, interest, weights, open_minded, phone_ready[b], streams, values)
        )
        stimulus[:, b, :, q] = summed
        most = most * (1.0 + float(strongest[b, q]))
        pressed[b] += most
        if not pressed[b] < MOST_HAZARD:
            name = ", ".join(dict.fromkeys(stream.entry for stream in parts))
            raise TableError(
                f"{source.cause.name.lower().replace('_', ' ')} “{name}” presses {most:,.0f} times as hard as it takes "
                "to move somebody, which clocks cannot count: lower its money, quality, pull or number"
            )
    for b, known in enumerate(on_market):
        _fill(stimulus[:, b, :, len(sources)], interest * known, open_minded)


def _pressed(
    parts: Sequence[Stream],
    interest: NDArray[np.float64],
    weights: NDArray[np.float64],
    open_minded: NDArray[np.float64],
    phone_ready: NDArray[np.float64],
    streams: Streams,
    values: Mapping[str, float],
) -> tuple[NDArray[np.int64], float]:
    """What a source does to each group to each morning, in units of 2**-16, and the most that it does to any."""
    days = len(interest)
    out = np.zeros((days + 1, len(weights)), np.int64)
    most = _press(
        out, _stacked(parts, days, weights, streams), interest, open_minded, phone_ready, parts[0].tires,
        _executions(parts, weights, days), values["fatigue.first"], values["fatigue.wear_in"],
        values["fatigue.plateau"], values["fatigue.half_life"], values["fatigue.recovery"],
    )  # fmt: skip
    return out, most


def exposures(stream: Stream, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exposures of each group by day to one stream: [T, G]."""
    return stream.per_weight[:, None] * _per_head(stream, weights)


def _per_head(stream: Stream, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    aimed = np.repeat(stream.aimed, N_WEIGHTS)
    return weights * aimed if stream.weighted else aimed.astype(float)


def _by_day(numbers: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """One number, or one for each day or segment, as one for each."""
    return numbers if len(numbers) == n else np.full(n, numbers[0])


def _lost_on_phones(stream: Stream, streams: Streams) -> NDArray[np.float64]:
    """What each segment's response to a stream loses on phones; nothing off all channels."""
    where = stream.source.other if stream.source.other != EVERYWHERE else stream.source.channel
    if where == EVERYWHERE or not stream.open_minded:
        return np.zeros(1)
    return streams.phone[streams.kinds.channels[where]]


class _Parts(NamedTuple):
    """Streams through one source, side by side."""

    per_weight: NDArray[np.float64]  # [n, T]
    per_head: NDArray[np.float64]  # [n, G]
    strength: NDArray[np.float64]  # [n, T]
    fit: NDArray[np.float64]  # [n, G]
    lost: NDArray[np.float64]  # [n, G] on phones
    open_minded: NDArray[np.bool_]  # [n]
    loses: NDArray[np.bool_]  # [n]


def _stacked(parts: Sequence[Stream], days: int, weights: NDArray[np.float64], streams: Streams) -> _Parts:
    segments = len(weights) // N_WEIGHTS
    lost = np.array([_by_day(_lost_on_phones(stream, streams), segments) for stream in parts])
    return _Parts(
        per_weight=np.array([stream.per_weight for stream in parts]),
        per_head=np.array([_per_head(stream, weights) for stream in parts]),
        strength=np.array([_by_day(stream.strength, days) for stream in parts]),
        fit=np.repeat(np.array([_by_day(stream.fit, segments) for stream in parts]), N_WEIGHTS, axis=1),
        lost=np.repeat(lost, N_WEIGHTS, axis=1),
        open_minded=np.array([stream.open_minded for stream in parts]),
        loses=np.asarray(lost.any(axis=1)),
    )


def _executions(parts: Sequence[Stream], weights: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Executions that take turns on each day: those of each entry count by how much it shows."""
    if all((stream.creatives == 1.0).all() for stream in parts):
        return np.ones(days)
    shown = np.array([exposures(stream, weights).sum(axis=1) for stream in parts])
    by_entry = np.array([_by_day(stream.creatives, days) for stream in parts])
    whole = shown.sum(axis=0)
    return np.divide((shown * by_entry).sum(axis=0), whole, out=np.ones(days), where=whole > 0)


@compiled(**PLAIN)
def _press(
    out, parts, interest, open_minded, phone_ready, tires, creatives, first, wear_in, plateau, half_life, recovery
):
    """Sum what a source does to each group to each morning, in units of 2**-16; the most that it does to any.

    People tire of what they have seen through a source, whichever entries of the plan it came from.
    """
    n, T = parts.per_weight.shape
    G = parts.per_head.shape[1]
    total = np.zeros(G)
    stock = np.zeros(G)
    keep = 0.5 ** (1.0 / recovery)
    met = np.zeros(G, np.bool_)
    for g in range(G):
        met[g] = parts.per_head[:, g].any()
    for t in range(T):
        for g in range(G):
            if not met[g]:
                continue
            stimulus = 0.0
            seen = 0.0
            for i in range(n):
                effect = parts.strength[i, t] * parts.fit[i, g]
                if parts.open_minded[i]:
                    effect = effect * (interest[t] * open_minded[g])
                    if parts.loses[i]:
                        effect = effect * (1.0 - (1.0 - phone_ready[t]) * parts.lost[i, g])
                sights = parts.per_weight[i, t] * parts.per_head[i, g]
                stimulus += sights * effect
                seen += sights
            if tires:
                stimulus *= freshness(stock[g], first, wear_in, plateau, half_life)
                stock[g] = stock[g] * keep + seen / creatives[t]
            total[g] += stimulus
            out[t + 1, g] = np.int64(total[g] * _STIMULUS_UNIT + 0.5)
    return total.max()


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
    rivals: Rivals,
) -> None:
    """Cumulative hazard of falling back, less what the brand's own content and its programmes hold.

    Args:
        press: rows of pressure, written to.
        layout: where the block stands.
        kinds: who meets which channel.
        values: parameters.
        streams: of all brands; own posts hold those who follow.
        holds: for each brand [T, standings that differ, 6], the share of forgetting that is left.
        rivals: what is known of them already.
    """
    down = layout.block(press, "down")
    for b, left in enumerate(holds):
        rate, likeness = rivals.once(b, "forgetting", partial(_forgetting, b, kinds, values, streams, len(press) - 1))
        _forget(down[:, b], rate, left, likeness)


def _forgetting(
    b: int, kinds: Kinds, values: Mapping[str, float], streams: list[Stream], days: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Forgetting by day and stage, less what a brand's own content holds, of those who meet the same of it.

    Returns:
        [T, likenesses, 6], and the likeness of each pattern.
    """
    likeness = np.zeros(len(kinds.pattern_segment), np.int64)
    content: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for stream in streams:
        if stream.brand == b and stream.source.cause == Cause.OWNED:
            uses = kinds.pattern_uses[:, stream.source.channel]
            if stream.source.other != EVERYWHERE:
                uses = uses & kinds.pattern_uses[:, stream.source.other]
            content.append((stream.per_weight * stream.quality, uses))
            likeness = np.unique(2 * likeness + uses, return_inverse=True)[1]
    example = np.unique(likeness, return_index=True)[1]
    sights = np.zeros((days, len(example)))
    for each_day, uses in content:
        sights += np.outer(each_day, uses[example])
    held = values["retention.owned"] * (1.0 - np.exp(-sights[:, :, None] * follow(values)))
    return np.concatenate([[0.0], ladder(values, "forgetting")[:-1]]) * (1.0 - held), likeness


@compiled(**PLAIN)
def _forget(down, rate, left, likeness):
    """down[t + 1, p, h] = forgetting of pattern p's likes to day t, as far as its standing leaves it; 2**-30."""
    T, L, n_stages = rate.shape
    H = left.shape[1]
    total = np.zeros((L, H, n_stages))
    whole = np.zeros((L, H, n_stages), np.int64)
    for t in range(T):
        for k in range(L):
            for h in range(H):
                for stage in range(n_stages):
                    total[k, h, stage] += rate[t, k, stage] * left[t, h, stage]
                    whole[k, h, stage] = np.int64(np.rint(total[k, h, stage] * _PRESSURE_UNIT))
        for p in range(len(likeness)):
            for h in range(H):
                for stage in range(n_stages):
                    down[t + 1, p, h, stage] = whole[likeness[p], h, stage]


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
    status = layout.block(press, "status")
    for b, gain in enumerate(louder):
        loudest = float(gain.sum(axis=0).max() * max(talk.max(), complaints.max()) * max(interest.max(), 1.0))
        if not loudest < MOST_HAZARD:
            raise TableError(
                f"talk about one brand gets {loudest:,.0f} times as loud as it takes to move somebody, which clocks "
                "cannot count: lower shareability, sharing, posts or shocks"
            )
        _talk_and_joy(status[:, b], interest, gain, talk, complaints, mood, ladder(values, "experience"))


@compiled(**PLAIN)
def _talk_and_joy(status, interest, gain, talk, complaints, mood, joy):
    """Sum what is said, complained of and enjoyed to each morning, for every stage and mood of the hearer."""
    n_days, n_stages, n_moods, _ = status.shape
    n_talks, n_ties = talk.shape[1:]
    said = np.zeros(n_talks)
    complained = 0.0
    for t in range(n_days):
        if t > 0:
            for kind in range(n_talks):
                said[kind] += interest[t - 1] * gain[t - 1, kind]
            complained += gain[t - 1, _DETRACTOR]
        for stage in range(n_stages):
            for m in range(n_moods):
                row = status[t, stage, m]
                for kind in range(n_talks):
                    for tie in range(n_ties):
                        heard = said[kind] * talk[stage, kind, tie] * mood[m] * _TALK_UNIT
                        row[n_ties * kind + tie] = np.int64(np.rint(heard))
                for tie in range(n_ties):
                    row[TALK_DOWN + tie] = np.int64(np.rint(complained * complaints[stage, tie] * _TALK_UNIT))
                row[JOY] = np.int64(np.rint(t * joy[stage] * _UNIT))
