"""The flat memory that the compiled kernel reads and writes, by name.

Sizes: ``N`` consumers, ``B`` brands (ours is 0), ``S`` segments, ``G`` groups (segment × media-weight class),
``P`` patterns (segment × channel repertoire), ``Q`` sources (each channel paid for or posted on, and organic interest
last), ``T`` days, ``W`` weeks, ``A`` alternatives that
can be the cause of a move.

One consumer is one record, and one consumer's life with one brand is one record of 64 bytes: whoever is touched
by an event costs one line of cache, and compiled functions pass records as plain pointers.

Clocks count hazard in units of 2**-40. Tables are cumulative from day 0, so that any number of days is one
subtraction and grouping days changes no bit. A product of two tables' units is always 2**-40: stimulus (2**-16)
times effect (2**-24), talk intensity (2**-20) times listening (2**-20), forgetting and influencers' posts (2**-30)
times openness (2**-10).
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

STIMULUS_BITS = 16
EFFECT_BITS = 24
PRESSURE_BITS = 30
OPENNESS_BITS = 10
TALK_BITS = 20
LISTENING_BITS = 20

NEVER = -1
"""A day that does not come."""

NEVER_BOUGHT = -32000
"""The last purchase of a consumer who has never bought the brand."""

PERSON = np.dtype(
    [
        ("ident", np.uint64),  # identity, the key of every draw
        ("first", np.int64),  # listeners[first:strong_end] hear this consumer over strong ties
        ("strong_end", np.int64),  # listeners[strong_end:end] over weak ones
        ("end", np.int64),
        ("listening", np.int32),  # weight of talk, 2**-20
        ("need", np.int32),  # talking ties needed before talk counts
        ("group", np.int32),  # segment * 16 + media-weight class
        ("pattern", np.int32),  # segment's channel repertoire
        ("segment", np.int32),
        ("spare", np.int64, (2,)),  # one line of cache
    ],
    align=True,
)
"""Who a consumer is; no plan changes it."""

LIFE = np.dtype(
    {
        "names": [
            "up", "down", "heard", "entered", "until", "last", "tried", "spells", "bought", "stage", "mood", "heard64",
            "slack",
        ],
        "formats": [
            np.int64,  # the clock to the next stage runs out when pressure reaches this
            np.int64,  # the clock back
            (np.uint16, N_HEARD),  # how many one hears, by talk class and tie
            (np.uint16, N_STAGES),  # how often each stage was entered: the ordinal of its draws
            np.int16,  # last day of fresh talk or of a bad mood; NEVER
            np.int16,  # day of the last purchase; NEVER_BOUGHT
            np.uint16,  # purchases and samples: the ordinal of the sentiment draw
            np.uint16,  # spells of fresh or bad talk: the ordinal of their length
            np.uint16,  # purchases
            np.uint8,
            np.uint8,
            (np.uint64, 2),  # the same memory as heard, to see at once that nobody talks
            np.int64,  # scratch: what the clock to the next stage will still lack when the stretch ends
        ],
        "offsets": [0, 8, 16, 32, 44, 46, 48, 50, 52, 54, 55, 16, 56],
        "itemsize": 64,
    }
)  # fmt: skip
"""One consumer's life with one brand; it changes from day to day."""

NEED = np.dtype([("buy", np.int64), ("n_buys", np.int64)])
"""The clock to the next purchase in the category, and the ordinal of its draw."""

COUNTS = np.dtype(
    [
        ("stock", np.int64, (N_STAGES,)),  # at the start of the week
        ("customers", np.int64),  # bought within the churn window, at the start of the week
        ("buyers", np.int64),  # ever bought, at the start of the week
        ("positive", np.int64),  # satisfied, at the start of the week
        ("negative", np.int64),  # at the start of the week
        ("entries", np.int64, (N_STAGES,)),  # upward moves into each stage during the week
        ("falls", np.int64, (N_STAGES,)),  # downward moves out of each stage
        ("skips", np.int64),  # upward moves by two stages or more
        ("purchases", np.int64),
        ("first_purchases", np.int64),
        ("samples", np.int64),
    ]
)
"""What is counted of one brand and segment: stocks at the start of a week, flows during it."""

PLAN = np.dtype(
    [
        ("n_sources", np.int64),
        ("n_groups", np.int64),
        ("n_patterns", np.int64),
        ("stimulus", np.int64),  # where each block begins in a day's row of pressure
        ("down", np.int64),
        ("status", np.int64),
        ("buy", np.int64),
        ("open_up", np.int64, (N_MOODS,)),  # 2**-10
        ("open_down", np.int64, (N_MOODS,)),
        ("p_skip", np.float64),
        ("p_turn", np.float64),
        ("fresh_days", np.float64),
        ("negative_days", np.float64),
        ("fresh_fixed", np.int64),  # exactly fresh_days instead of exponential
        (
            "fresh_stage",
            np.int64,
        ),  # entering it starts fresh talk; 0: a satisfying purchase does; 9: nothing does
        ("talk_from", np.int64),  # stage from which people talk; 9: nobody
        ("rivals_push", np.int64),  # whether what rivals show pushes people back
        ("well_mixed", np.int64),
    ],
    align=True,
)
"""The scalars of a compiled plan, and the layout of its rows of pressure."""

TALK_DOWN = N_HEARD
"""Status column of complaints over strong ties; the next one is over weak ties."""

JOY = N_HEARD + N_TIES
"""Status column of a satisfied customer's experience, in 2**-40."""

N_STATUS = JOY + 1
"""Columns of a status row: talk by heard column, complaints by tie, experience."""


class WorldArrays(NamedTuple):
    """Who exists and who hears whom."""

    people: NDArray[np.void]  # [N] PERSON
    listeners: NDArray[np.int32]  # rows of those who hear each talker
    follow_ptr: NDArray[np.int64]  # [K+1] followers of each influencer
    followers: NDArray[np.int32]  # ascending within an influencer
    stage0: NDArray[np.uint8]  # [B, N] where people stand on day 0
    last0: NDArray[np.int16]  # [B, N] day of the last purchase before day 0 (negative), or NEVER_BOUGHT


class TableArrays(NamedTuple):
    """What presses on everybody, day by day: a plan, its rivals and the parameters, compiled."""

    press: NDArray[np.int64]  # [T+1, row] all cumulative tables of a day side by side
    plan: NDArray[np.void]  # [1] PLAN
    effect: NDArray[np.int64]  # [B * 18, Q] of a unit of stimulus, by brand, stage and mood; 2**-24
    push: NDArray[np.int64]  # [18, Q] the same of rivals' stimulus on falling back
    source_mask: NDArray[np.uint64]  # [P] bit q: this pattern meets source q
    source_alt: NDArray[np.int64]  # [Q] alternative number of each source
    live_ptr: NDArray[np.int64]  # [T+1] influencer posts live on each day
    live_influencer: NDArray[np.int32]
    live_brand: NDArray[np.int32]
    live_push: NDArray[np.int64]  # [live, S, 6], 2**-30
    choice: NDArray[np.float64]  # [B, 18] odds against the rest of the category, by stage and mood
    verdict: NDArray[np.float64]  # [B, 2] share of trials that satisfy, that disappoint
    brand_key: NDArray[np.uint64]  # [B+1] identities in draws; the rest of the category last
    alt_key: NDArray[np.uint64]  # [A]
    churn_days: NDArray[np.int32]  # [S] a customer who has not bought for longer has gone


class SeedArrays(NamedTuple):
    """Who is given the product on which day; at most once per brand, consumer and day."""

    ptr: NDArray[np.int64]  # [T+1]
    brand: NDArray[np.int32]
    consumer: NDArray[np.int32]
    stage: NDArray[np.int32]
    p_try: NDArray[np.float64]
    wave: NDArray[np.int64]  # which of the plan's waves: the ordinal of the draw whether it is used


class StateArrays(NamedTuple):
    """Everything that changes from day to day."""

    lives: NDArray[np.void]  # [B, N] LIFE
    needs: NDArray[np.void]  # [N] NEED
    talkers: NDArray[np.int64]  # [B, 4] members of each talk class in the whole market
    crowd: NDArray[np.int64]  # [T+1, B, 18, 2] well-mixed talk so far, up and down, 2**-20; no days otherwise
    crowd_fine: NDArray[np.int64]  # [B, 18, 2] the same in 2**-40
    day: NDArray[np.int64]  # [1] days simulated so far


class WorkArrays(NamedTuple):
    """Scratch space of one run of the kernel."""

    watch: NDArray[np.int32]  # [N] consumers looked at daily in this stretch
    due: NDArray[np.int16]  # [N] the day on which to look at them; NEVER if not watched
    sampled: NDArray[np.uint8]  # [N] given a sample today
    sample: NDArray[np.int64]  # [B] row of the sample in hand, by brand
    events: NDArray[np.int64]  # [N*B, 6] who, brand, talk classes so far, and the evening's stage, mood, talk
    n_watch: NDArray[np.int64]  # [1]
    n_events: NDArray[np.int64]  # [1]


class Tallies(NamedTuple):
    """What is counted."""

    counts: NDArray[np.void]  # [W+1, B+1, S] COUNTS; the last brand is the rest of the category
    causes: NDArray[np.int64]  # [W, B, 2, 6, A] moves up into, and down out of, each stage by cause


def aligned(shape: tuple[int, ...], dtype: np.dtype) -> NDArray[np.void]:
    """Zeros that begin on a line of cache, so that a record of 64 bytes never spans two."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + 64, np.uint8)
    skip = -raw.ctypes.data % 64
    return raw[skip : skip + size].view(dtype).reshape(shape)
