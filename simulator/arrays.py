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
        ("first", np.uint32),  # listeners[first:strong_end] hear this consumer over strong ties
        ("strong_end", np.uint32),  # listeners[strong_end:end] over weak ones
        ("end", np.uint32),
        ("listening", np.int32),  # weight of talk, 2**-20
        ("need", np.uint16),  # talking ties needed before talk counts
        ("group", np.uint16),  # segment * 16 + media-weight class
        ("pattern", np.uint16),  # segment's channel repertoire
        ("segment", np.uint16),
    ]
)
"""Who a consumer is; no plan changes it. 32 bytes: two to a line of cache."""

LIFE = np.dtype(
    {
        "names": [
            "up", "down", "heard", "entered", "until", "last", "sampled", "standing", "spells", "bought", "stage",
            "mood", "heard64", "slack", "listens",
        ],
        "formats": [
            np.int64,  # the clock to the next stage runs out when pressure reaches this
            np.int64,  # the clock back
            (np.uint16, N_HEARD),  # how many one hears, by talk class and tie
            (np.uint16, N_STAGES),  # how often each stage was entered: the ordinal of its draws
            np.int16,  # last day of fresh talk or of a bad mood; NEVER
            np.int16,  # day of the last purchase; NEVER_BOUGHT
            np.uint8,  # samples used: with purchases, the ordinal of the sentiment draw
            np.uint8,  # what the brand knows of the consumer: bits of Standing
            np.uint16,  # spells of fresh or bad talk: the ordinal of their length
            np.uint16,  # purchases
            np.uint8,
            np.uint8,
            (np.uint64, 2),  # the same memory as heard, to see at once that nobody talks
            np.int32,  # at least what the clock to the next stage will still lack on the day planned, in 2**-20
            np.int32,  # weight of talk if one talking tie is enough, so that a talker reads this line alone; else -1
        ],
        "offsets": [0, 8, 16, 32, 44, 46, 48, 49, 50, 52, 54, 55, 16, 56, 60],
        "itemsize": 64,
    }
)  # fmt: skip
"""One consumer's life with one brand; it changes from day to day."""

NEED = np.dtype([("buy", np.int64), ("n_buys", np.int32), ("pace", np.int16), ("day", np.int16)])
"""The clock to the next purchase in the category, the ordinal of its draw, which table it runs on, and its day."""

COUNTS = np.dtype(
    [
        ("stock", np.int64, (N_STAGES,)),  # at the start of the week
        ("customers", np.int64),  # bought within the churn window, at the start of the week
        ("buyers", np.int64),  # ever bought, at the start of the week
        ("positive", np.int64),  # satisfied, at the start of the week
        ("negative", np.int64),  # at the start of the week
        ("visitors", np.int64),  # known to the brand from a visit, at the start of the week
        ("opted_in", np.int64),  # on the mailing list, at the start of the week
        ("referred", np.int64),  # customers whom a friend sent, at the start of the week
        ("entries", np.int64, (N_STAGES,)),  # upward moves into each stage during the week
        ("falls", np.int64, (N_STAGES,)),  # downward moves out of each stage
        ("skips", np.int64),  # upward moves by two stages or more
        ("purchases", np.int64),
        ("first_purchases", np.int64),
        ("samples", np.int64),
        ("samples_used", np.int64),  # by people who did not buy on that day
        ("won", np.int64),  # purchases that made somebody a customer, for the first time or again
        ("opt_ins", np.int64),
        ("sign_ups", np.int64),  # opt-ins of those who were asked, apart from the audience's own
        ("opt_outs", np.int64),
        ("leads", np.int64),  # became both: opted in, and at affinity or above
        ("redemptions", np.int64),  # purchases with an offer
        ("cross_sales", np.int64),
        ("refunds", np.int64),
        ("referrals", np.int64),
        ("complaints", np.int64),  # made where the brand can see them
        ("answered", np.int64),
        ("settled", np.int64),
        ("attendances", np.int64),
    ]
)
"""What is counted of one brand and segment: stocks at the start of a week, flows during it."""

PLAN = np.dtype(
    [
        ("n_sources", np.int64),  # organic interest included, which is the last
        ("n_blocks", np.int64),  # vectors of eight that hold them
        ("n_groups", np.int64),
        ("n_patterns", np.int64),
        ("n_holds", np.int64),
        ("n_paces", np.int64),
        ("row", np.int64),  # numbers in a day's row of pressure
        ("stimulus", np.int64),  # where each block begins in it
        ("rivals", np.int64),
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
        ("acts_on", np.int64),  # standings that any source or programme depends on
        ("needs_cause", np.int64),  # whether what moved somebody matters later
        ("irritates", np.int64),  # whether anybody posts too often
        ("follows_up", np.int64),  # whether next week's tables depend on this week
        ("market_size", np.float64),  # people
    ],
    align=True,
)
"""The scalars of a compiled plan, and the layout of its rows of pressure."""

HABIT = np.dtype(
    [
        ("p_refund", np.float64),
        ("p_complain", np.float64),
        ("talk_per_member_week", np.float64),  # conversations that want an answer
        ("reply_hours", np.float64),
        ("patience_hours", np.float64),
        ("p_resolve", np.float64),
        ("density", np.float64),  # members, as a share of the market, for 63 % of a sense of community
        ("posts_per_member_week", np.float64),  # user-generated
        ("basket", np.float64),  # how much more referred customers take of a second product
        ("basket_half", np.float64),  # purchases in which that halves
    ],
    align=True,
)
"""How one brand deals with people: the numbers behind what follows up on them."""

N_FELT = 5
FELT_SPACE, FELT_ANSWERED, FELT_POSTS, FELT_DELAY, FELT_SETTLED = range(N_FELT)
"""What a brand's people feel in a week: sense of community, conversations answered, user posts shown against the
most that are, hours to a reply, answered complaints that are settled."""

TALK_DOWN = N_HEARD
"""Status column of complaints over strong ties; the next one is over weak ties."""

JOY = N_HEARD + N_TIES
"""Status column of a satisfied customer's experience, in 2**-40."""

N_STATUS = 16
"""Columns of a status row: talk by heard column, complaints by tie, experience, and room to fill two vectors."""


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
    effect: NDArray[np.int64]  # [B * 18, 8 blocks] of a unit of stimulus, by brand, stage and mood; 2**-24
    push: NDArray[np.int64]  # [18, 8 blocks] the same of rivals' stimulus on falling back
    source_mask: NDArray[np.uint64]  # [P] bit q: this pattern meets source q
    source_alt: NDArray[np.int64]  # [Q] alternative number of each source
    live_ptr: NDArray[np.int64]  # [T+1] influencer posts live on each day
    live_influencer: NDArray[np.int32]
    live_brand: NDArray[np.int32]
    live_push: NDArray[np.int64]  # [live, S, 6], 2**-30
    choice: NDArray[np.float64]  # [C, B, H, 18] odds against the rest of the category, by stage and mood
    choice_day: NDArray[np.int64]  # [T] which odds hold
    verdict: NDArray[np.float64]  # [T, B, 2] share of trials that satisfy, that disappoint
    brand_key: NDArray[np.uint64]  # [B+1] identities in draws; the rest of the category last
    alt_key: NDArray[np.uint64]  # [A]
    churn_days: NDArray[np.int32]  # [S] a customer who has not bought for longer has gone
    gate: NDArray[np.uint64]  # [B, 64] bit q: the brand uses source q, and reaches people of this standing
    push_mask: NDArray[np.uint64]  # [B] bit q: the brand's source q pushes people away from others
    nag_mask: NDArray[np.uint64]  # [B, 64] bit q: the brand's source q pushes people of this standing away from itself
    nag: NDArray[np.int64]  # [18, 8 blocks] of a unit of stimulus on falling back from the brand itself
    meets: NDArray[np.int64]  # [P, 8 blocks] source_mask, a number for each bit: all ones or none
    reaches: NDArray[np.int64]  # [B, 64, 8 blocks] gate
    nags: NDArray[np.int64]  # [B, 64, 8 blocks] nag_mask
    need: NDArray[np.int64]  # [S * paces, T+1] the need to buy, days side by side: looked through for a day
    hold: NDArray[np.int64]  # [64] which table of forgetting a standing has
    offer_day: NDArray[np.int64]  # [B, T] the offer that is on; -1
    offer_known: NDArray[np.float64]  # [O, 6, 2] share that knows it, by stage and whether on the mailing list
    offer_boost: NDArray[np.float64]  # [O] odds of those who know it
    p_opt_in: NDArray[np.float64]  # [B, T] share of visitors who leave their address
    p_claim: NDArray[np.float64]  # [B, T] share of new customers sent by a friend who say so
    p_cross: NDArray[np.float64]  # [B, T] share of repeat purchases with a second product
    loyal: NDArray[np.uint8]  # [B, T] whether a loyalty programme runs
    habit: NDArray[np.void]  # [B] HABIT
    capacity: NDArray[np.float64]  # [B, W] conversations that can be answered
    disclosure: NDArray[np.float64]  # [B, W] how far members open up; 0 without a space
    shown: NDArray[np.float64]  # [B, W] user posts that are shown again at most
    base: NDArray[np.int64]  # rows of pressure before this week's follow-up; press itself when there is none
    party_over: NDArray[np.uint8]  # [B, W] from this Monday on no meet-up's space is open any more
    feed_column: NDArray[np.int64]  # [F] column of the row that depends on what was felt last week
    feed_brand: NDArray[np.int64]  # [F]
    feed_felt: NDArray[np.int64]  # [F, 2] which feelings
    feed_factor: NDArray[np.float64]  # [F, 3] a, k, m: its day is multiplied by (a + k x) (1 + m y)


class SeedArrays(NamedTuple):
    """What happens to single consumers on a day: a sample, an invitation, a scandal heard of.

    There is at most one row per brand, consumer and day.
    """

    ptr: NDArray[np.int64]  # [T+1]
    brand: NDArray[np.int32]
    consumer: NDArray[np.int32]
    stage: NDArray[np.int32]  # that a sample lifts to; -1: no sample
    p_try: NDArray[np.float64]
    wave: NDArray[np.int64]  # which of the plan's waves: the ordinal of the draw whether it is used
    p_come: NDArray[np.float64]  # to an event; 0: not invited
    event: NDArray[np.int64]  # which of the plan's events: the ordinal of the draw who comes
    scandal: NDArray[np.uint8]  # hears of a scandal


class StateArrays(NamedTuple):
    """Everything that changes from day to day."""

    lives: NDArray[np.void]  # [B, N] LIFE
    needs: NDArray[np.void]  # [N] NEED
    talkers: NDArray[np.int64]  # [B, 4] members of each talk class in the whole market
    crowd: NDArray[np.int64]  # [T+1, B, 18, 2] well-mixed talk so far, up and down, 2**-20; no days otherwise
    bought_on: NDArray[np.int64]  # [B, S, days] buyers by the day of their last purchase; the first is long ago
    crowd_fine: NDArray[np.int64]  # [B, 18, 2] the same in 2**-40
    felt: NDArray[np.float64]  # [B, 5] what the brand's people feel this week
    day: NDArray[np.int64]  # [1] days simulated so far


EVENT = np.dtype(
    [
        ("who", np.int32),
        ("until", np.int16),  # the evening's
        ("stage", np.uint8),
        ("mood", np.uint8),
        ("standing", np.uint8),
        ("old", np.uint8),  # talk classes as neighbours have counted them
        ("new", np.uint8),
        ("enters", np.uint8),  # another stage
    ]
)
"""What a day does to one consumer and one brand; written in the evening, when everybody's morning has been read."""

CHUNK = 1024
"""Draws made together: their keys and results stay in the nearest cache."""

N_ECHOES = (1 << N_TALKS) ** 2

MAX_STRETCH = 15
"""Days between sweeps at the most."""


class WorkArrays(NamedTuple):
    """Scratch space of one run of the kernel."""

    watch: NDArray[np.int32]  # [B, N] consumers to look at in this stretch
    n_watch: NDArray[np.int64]  # [B]
    due: NDArray[np.int16]  # [B, N] the day on which to look at them; negative: none, or acted today
    today: NDArray[np.int32]  # [N] those to look at today
    shoppers: NDArray[np.int32]  # [N] consumers who buy in this stretch
    n_shoppers: NDArray[np.int64]  # [1]
    sampled: NDArray[np.uint8]  # [N] given a sample today
    events: NDArray[np.void]  # [N] EVENT
    ident: NDArray[np.uint64]  # [CHUNK] whose draws
    ordinal: NDArray[np.uint64]  # [CHUNK] and which
    drawn: NDArray[np.float64]  # [B + 1, CHUNK] standard exponentials
    resistance: NDArray[np.int64]  # [2, CHUNK] the same in 2**-40
    stems: NDArray[np.uint64]  # [B + 1, purposes] the part of a draw's key that all consumers share
    echo: NDArray[np.int64]  # [256, 2, 18, 16] what a change of talk does to a hearer by each day of the stretch
    echo_of: NDArray[np.int64]  # [256] for which day and brand that was worked out


class Tallies(NamedTuple):
    """What is counted."""

    counts: NDArray[np.void]  # [W+1, B+1, S] COUNTS; the last brand is the rest of the category
    causes: NDArray[np.int64]  # [W, B, 2, 6, A] moves up into, and down out of, each stage by cause
    felt: NDArray[np.float64]  # [W, B, 5] what each brand's people felt


def aligned(shape: tuple[int, ...], dtype: np.dtype) -> NDArray[np.void]:
    """Zeros that begin on a line of cache, so that a record of 64 bytes never spans two."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + 64, np.uint8)
    skip = -raw.ctypes.data % 64
    return raw[skip : skip + size].view(dtype).reshape(shape)
