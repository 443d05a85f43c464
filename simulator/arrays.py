"""The flat arrays that the compiled kernel reads and writes, by name.

Sizes: ``N`` consumers, ``B`` brands (ours is 0), ``S`` segments, ``G`` groups (segment × media-weight class),
``P`` patterns (segment × channel repertoire), ``Q`` sources (paid and owned channels, and organic interest last),
``T`` days, ``W`` weeks, ``A`` alternatives that can be the cause of a move.

Clocks count hazard in units of 2**-40. Tables are cumulative from day 0, so that any number of days is one
subtraction and grouping days changes no bit. A product of two tables' units is always 2**-40: media pressure
(2**-30) times openness (2**-10), talk intensity (2**-20) times listening (2**-20).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.vocabulary import Mood, Stage, Talk, Tie

N_STAGES = len(Stage)
N_MOODS = len(Mood)
N_STATES = N_STAGES * N_MOODS
N_TALKS = len(Talk)
N_TIES = len(Tie)
N_HEARD = N_TALKS * N_TIES
"""Columns of the heard counts: talk class × 2 + tie."""

PRESSURE_BITS = 30
OPENNESS_BITS = 10
TALK_BITS = 20
LISTENING_BITS = 20
NEVER = -1
"""A day that does not come."""


class WorldArrays(NamedTuple):
    """Who exists and who hears whom."""

    ident: NDArray[np.uint64]  # [N] identity, the key of every draw
    segment: NDArray[np.uint8]  # [N]
    group: NDArray[np.int32]  # [N] segment * 16 + media-weight class
    pattern: NDArray[np.int32]  # [N] segment's channel repertoire
    listening: NDArray[np.int32]  # [N] weight of talk, 2**-20
    need: NDArray[np.int32]  # [N] talking ties needed before talk counts
    indptr: NDArray[np.int64]  # [N+1] listeners of each talker
    listeners: NDArray[np.int32]  # strong ties first
    strong_end: NDArray[np.int64]  # [N]
    follow_ptr: NDArray[np.int64]  # [K+1] followers of each influencer
    followers: NDArray[np.int32]  # ascending within an influencer
    stage0: NDArray[np.uint8]  # [B, N] where people stand on day 0
    last0: NDArray[np.int16]  # [B, N] day of the last purchase before day 0 (negative), or NEVER_BOUGHT
    well_mixed: bool


NEVER_BOUGHT = -32000
"""Stands in ``last`` for a consumer who has never bought the brand."""


class TableArrays(NamedTuple):
    """What presses on everybody, day by day: a plan, its rivals and the parameters, compiled."""

    up: NDArray[np.int64]  # [T+1, B, G, 6, Q] media and organic pressure, 2**-30
    rival: NDArray[np.int64]  # the same shape: rivals' push back; no days where there is none
    down: NDArray[np.int64]  # [T+1, B, P, 6] forgetting, 2**-30
    joy: NDArray[np.int64]  # [T+1, B, 6] experience of a satisfied customer, 2**-40
    talk_up: NDArray[np.int64]  # [T+1, B, 18, 8] by stage and mood, heard column; 2**-20
    talk_down: NDArray[np.int64]  # [T+1, B, 18, 2] detractors, by tie; 2**-20
    buy: NDArray[np.int64]  # [T+1, S] category need, 2**-40
    open_up: NDArray[np.int64]  # [3] by mood, 2**-10
    open_down: NDArray[np.int64]  # [3]
    source_mask: NDArray[np.uint64]  # [P] bit q: this pattern meets source q
    source_alt: NDArray[np.int32]  # [Q] alternative number of each source
    live_ptr: NDArray[np.int64]  # [T+1] influencer posts live on each day
    live_influencer: NDArray[np.int32]
    live_brand: NDArray[np.int32]
    live_push: NDArray[np.int64]  # [live, S, 6], 2**-30
    choice: NDArray[np.float64]  # [B, 18] odds against the outside, by stage and mood
    p_satisfied: NDArray[np.float64]  # [B]
    p_dissatisfied: NDArray[np.float64]  # [B]
    brand_key: NDArray[np.uint64]  # [B+1] identities in draws; the outside last
    alt_key: NDArray[np.uint64]  # [A]
    churn_days: NDArray[np.int32]  # [S] a customer who has not bought for longer has gone
    p_skip: float
    p_turn: float
    fresh_days: float
    negative_days: float
    fresh_fixed: bool  # exactly fresh_days instead of exponential
    fresh_stage: int  # entering it starts a fresh spell; 0: a satisfying purchase does; 9: nothing does
    talk_from: int  # stage from which people talk; 9: nobody


class SeedArrays(NamedTuple):
    """Who is given the product on which day; at most once per brand, consumer and day."""

    ptr: NDArray[np.int64]  # [T+1]
    brand: NDArray[np.int32]
    consumer: NDArray[np.int32]
    stage: NDArray[np.int32]
    p_try: NDArray[np.float64]


class StateArrays(NamedTuple):
    """Everything that changes from day to day: 56 bytes per consumer and brand, 10 per consumer."""

    stage: NDArray[np.uint8]  # [B, N]
    mood: NDArray[np.uint8]  # [B, N]
    until: NDArray[np.int16]  # [B, N] last day of fresh talk or of a bad mood; NEVER
    up: NDArray[np.int64]  # [B, N] the clock to the next stage runs out when pressure reaches this
    down: NDArray[np.int64]  # [B, N]
    buy: NDArray[np.int64]  # [N]
    heard: NDArray[np.uint16]  # [B, N, 8] how many one hears, by talk class and tie
    entered: NDArray[np.uint16]  # [B, N, 6] how often each stage was entered: the ordinal of its draws
    tried: NDArray[np.uint16]  # [B, N] purchases and samples: the ordinal of the sentiment draw
    spells: NDArray[np.uint16]  # [B, N] spells of fresh or bad talk: the ordinal of their length
    bought: NDArray[np.uint16]  # [B, N]
    last: NDArray[np.int16]  # [B, N] day of the last purchase
    n_buys: NDArray[np.uint16]  # [N] purchases in the category: the ordinal of the next
    crowd: NDArray[np.int64]  # [B, 4] talkers of each class in the whole market
    crowd_up: NDArray[np.int64]  # [2, B, 18] well-mixed talk up to yesterday and today, 2**-20
    crowd_down: NDArray[np.int64]  # [2, B, 18]
    crowd_fine: NDArray[np.int64]  # [2, B, 18] the same sums in 2**-40, up and down
    day: NDArray[np.int64]  # [1] days simulated so far


class Tallies(NamedTuple):
    """What is counted, per week; stocks have one more row, the first being day 0."""

    stock: NDArray[np.int64]  # [W+1, B, S, 6]
    customers: NDArray[np.int64]  # [W+1, B, S] bought within the churn window
    buyers: NDArray[np.int64]  # [W+1, B, S] ever bought
    positive: NDArray[np.int64]  # [W+1, B, S]
    negative: NDArray[np.int64]  # [W+1, B, S]
    entries: NDArray[np.int64]  # [W, B, S, 6] upward moves into each stage
    skips: NDArray[np.int64]  # [W, B, S] of those, moves by two stages or more
    falls: NDArray[np.int64]  # [W, B, S, 6] downward moves out of each stage
    purchases: NDArray[np.int64]  # [W, B+1, S] the last brand is the rest of the category
    first_purchases: NDArray[np.int64]  # [W, B, S]
    samples: NDArray[np.int64]  # [W, B, S]
    causes: NDArray[np.int64]  # [W, B, 2, 6, A] moves up into, and down out of, each stage by cause


class WorkArrays(NamedTuple):
    """Scratch space of one run of the kernel."""

    watch: NDArray[np.int32]  # [N] consumers looked at daily in this stretch
    watched: NDArray[np.uint8]  # [N]
    sampled: NDArray[np.uint8]  # [N] given a sample today
    sample: NDArray[np.int64]  # [B] row of the sample in hand, by brand
    events: NDArray[np.int64]  # [N*B, 5] who, brand, and the evening's stage, mood and last day of talk
    old_classes: NDArray[np.int64]  # [N*B]
    n_watch: NDArray[np.int64]  # [1]
    n_events: NDArray[np.int64]  # [1]
