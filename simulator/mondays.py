"""Monday morning: stocks are counted, and the week's rows of pressure are written with what was felt last week."""

import numpy as np

from scenarios.vocabulary import Stage, Standing
from simulator.arrays import (
    FELT_ANSWERED,
    FELT_DELAY,
    FELT_POSTS,
    FELT_SETTLED,
    FELT_SPACE,
    N_FELT,
    N_STAGES,
)
from simulator.compiling import INLINED, KERNEL, compiled
from simulator.rules import (
    followed_up,
    p_settled,
    reply_delay,
    sense_of_community,
    share_answered,
)
from simulator.winding import open_or_close

_ADVOCACY, _ATTENDED = int(Stage.ADVOCACY), int(Standing.ATTENDED)
_AUDIENCE = int(Stage.AUDIENCE)


@compiled(**INLINED)
def days_ago(tables, state, last):
    """Where those who last bought on this day are counted; whoever bought longer ago than any customer is first."""
    return max(last + state.bought_on.shape[2] - len(tables.press), np.int64(0))


@compiled(**KERNEL)
def close_week(world, tables, state, tallies, t):
    """Count customers at the start of day t, and open the next week's stocks and tables."""
    B, N = state.lives.shape
    counts = tallies.counts
    week = t // 7
    for b in range(B):
        for segment in range(counts.shape[2]):
            now = counts[week, b, segment]
            for day in range(days_ago(tables, state, t - tables.churn_days[segment]), state.bought_on.shape[2]):
                now.customers += state.bought_on[b, segment, day]
            if week + 1 < len(counts):
                then = counts[week + 1, b, segment]
                then.buyers, then.positive, then.negative = now.buyers, now.positive, now.negative
                then.visitors, then.opted_in, then.referred = now.visitors, now.opted_in, now.referred
                for stage in range(N_STAGES):
                    then.stock[stage] = now.stock[stage]
    if week + 1 < len(counts):
        _send_home(world, tables, state, week, t)
        if tables.plan[0].follows_up:
            _open_week(tables, state, tallies, week, N)


@compiled(**KERNEL)
def _send_home(world, tables, state, week, t):
    """When the space that a meet-up opened is shut, whoever came is a consumer like others again."""
    for b in range(len(state.lives)):
        if not tables.party_over[b, week]:
            continue
        for i in range(len(world.people)):
            life = state.lives[b, i]
            if life.standing & _ATTENDED:
                standing = np.int64(life.standing) & ~_ATTENDED
                open_or_close(tables, state.crowd, world.people[i], life, b, np.int64(life.mood), standing, t)


@compiled(**KERNEL)
def _open_week(tables, state, tallies, week, n):
    """Feel what last week was like, and write this week's rows of pressure with it."""
    counts = tallies.counts
    for b in range(len(state.lives)):
        members, complaints = np.int64(0), np.int64(0)
        for segment in range(counts.shape[2]):
            members += counts[week, b, segment].stock[_AUDIENCE] + counts[week, b, segment].stock[_ADVOCACY]
            if week > 0:
                complaints += counts[week - 1, b, segment].complaints
        feel(tables, state.felt, tallies.felt, b, week, members, complaints, n)
    press, base = tables.press, tables.base
    for t in range(7 * week, 7 * week + 7):
        for f in range(len(tables.feed_column)):
            c, b = tables.feed_column[f], tables.feed_brand[f]
            press[t + 1, c] = press[t, c] + followed_up(
                base[t + 1, c] - base[t, c],
                state.felt[b, tables.feed_felt[f, 0]], state.felt[b, tables.feed_felt[f, 1]],
                tables.feed_factor[f, 0], tables.feed_factor[f, 1], tables.feed_factor[f, 2],
            )  # fmt: skip


@compiled(**KERNEL)
def feel(tables, felt, kept, b, week, members, complaints, n):
    """Work out what a brand's people feel this week, from last week's members and complaints among n consumers."""
    habit, weight = tables.habit[b], tables.plan[0].market_size / n
    share = np.float64(members) / n
    felt[b, FELT_SPACE] = sense_of_community(share, tables.disclosure[b, week], habit.density)
    n_conversations = weight * (complaints + members * habit.talk_per_member_week)
    capacity = tables.capacity[b, week]
    felt[b, FELT_ANSWERED] = share_answered(n_conversations, capacity)
    felt[b, FELT_DELAY] = reply_delay(n_conversations, capacity, habit.reply_hours)
    felt[b, FELT_SETTLED] = p_settled(habit.p_resolve, felt[b, FELT_DELAY], habit.patience_hours)
    felt[b, FELT_POSTS] = 0.0
    if tables.shown[b, week] > 0.0:
        felt[b, FELT_POSTS] = min(1.0, weight * members * habit.posts_per_member_week / tables.shown[b, week])
    for one in range(N_FELT):
        kept[week, b, one] = felt[b, one]
