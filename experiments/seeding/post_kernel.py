"""Compiled parts of choosing influencers and their posts."""

import numpy as np

from simulator.compiling import INLINED, KERNEL, compiled


@compiled(**KERNEL)
def left_over(indptr, members, levels, posts, left):
    """How many sets the posts cover; of all others, adds up by owner and posts needed in whose they are."""
    covered = 0
    for s in range(len(indptr) - 1):
        hit = False
        for e in range(indptr[s], indptr[s + 1]):
            if posts[members[e]] >= levels[e]:
                hit = True
                break
        if hit:
            covered += 1
        else:
            for e in range(indptr[s], indptr[s + 1]):
                left[members[e], levels[e]] += 1
    return covered


@compiled(**INLINED)
def _cover(i, before, now, row, sets, needs, indptr, members, levels, covered, left):
    """Raise the posts of one owner; how many sets are covered anew."""
    new = 0
    for e in range(row[i], row[i + 1]):
        if before < needs[e] <= now:
            s = sets[e]
            if not covered[s]:
                covered[s] = 1
                new += 1
                for m in range(indptr[s], indptr[s + 1]):
                    left[members[m], levels[m]] -= 1
    return new


@compiled(**INLINED)
def _best_of(i, x, price, shadow, least, most, room, power, penalty, first, left):
    """The best step of one owner by value for money: score and posts."""
    new, every = np.int64(0), np.int64(0)
    best, at = 0.0, np.int64(0)
    for y in range(x + 1, most[i] + 1):
        new += left[i, y]
        every += first[i, y]
        if y < least[i]:
            continue
        cost = price[i] * (y - x)
        if cost > room:
            break
        value = (1.0 + penalty) * new - penalty * every
        if value > 0.0:
            dear = cost * shadow[i]
            score = value / (dear if power == 1.0 else dear**power)
            if score > best:
                best, at = score, y
    return best, at


@compiled(**INLINED)
def _last(posts, open_, chosen, k, price, least, most, room, penalty, first, left):
    """The step that fits and adds most value, whatever it costs: value, owner and posts."""
    best, owner, at = 0.0, np.int64(-1), np.int64(0)
    for i in range(len(posts)):
        x = posts[i]
        if not open_[i] or (x == 0 and chosen >= k):
            continue
        new, every = np.int64(0), np.int64(0)
        for y in range(x + 1, most[i] + 1):
            if price[i] * (y - x) > room:
                break
            new += left[i, y]
            every += first[i, y]
            value = (1.0 + penalty) * new - penalty * every
            if y >= least[i] and value > best:
                best, owner, at = value, i, y
    return best, owner, at


@compiled(**KERNEL)
def decode(
    row, sets, needs, indptr, members, levels, first, left, covered, price, shadow, least, most, open_, forced, budget,
    k, power, penalty, posts, score, seen, who, upto, reached, spent,
):  # fmt: skip
    """Greedy by value for money over owners and posts; writes its steps.

    Returns how many steps there are, then the step after which, the owner and the posts of the one purchase that ends
    better than all that follows, or -1 for the owner.
    """
    step, chosen, total, paid, value = 0, 0, np.int64(0), 0.0, 0.0
    best, after, last_owner, last_posts = 0.0, 0, np.int64(-1), np.int64(0)
    n = len(posts)
    for i in range(n):
        if forced[i] > 0:
            new = _cover(i, 0, forced[i], row, sets, needs, indptr, members, levels, covered, left)
            every = np.int64(0)
            for y in range(1, forced[i] + 1):
                every += first[i, y]
            value += (1.0 + penalty) * new - penalty * every
            total += new
            paid += price[i] * forced[i]
            posts[i] = forced[i]
            chosen += 1
            who[step], upto[step], reached[step], spent[step] = i, forced[i], total, paid
            step += 1
    for i in range(n):
        score[i], seen[i] = np.inf, -1
    while True:
        room = budget - paid
        more, i, y = _last(posts, open_, chosen, k, price, least, most, room, penalty, first, left)
        if i < 0:
            break
        if value + more > best:
            best, after, last_owner, last_posts = value + more, step, i, y
        at = np.int64(0)
        while True:  # scores only fall, so that who was best and still is need not be compared with anybody
            i = np.int64(-1)
            for a in range(n):
                if open_[a] and (posts[a] > 0 or chosen < k) and score[a] > 0.0 and (i < 0 or score[a] > score[i]):
                    i = a
            if i < 0:
                break
            score[i], at = _best_of(
                i, posts[i], price, shadow, least, most, room, power, penalty, first, left
            )  # fmt: skip
            if seen[i] == step:
                break
            seen[i] = step
        if i < 0:
            break
        every = np.int64(0)
        for y in range(posts[i] + 1, at + 1):
            every += first[i, y]
        new = _cover(i, posts[i], at, row, sets, needs, indptr, members, levels, covered, left)
        value += (1.0 + penalty) * new - penalty * every
        total += new
        paid += price[i] * (at - posts[i])
        chosen += np.int64(posts[i] == 0)
        posts[i] = at
        score[i] = np.inf
        who[step], upto[step], reached[step], spent[step] = i, at, total, paid
        step += 1
    if value >= best:
        last_owner = np.int64(-1)
    return step, after, last_owner, last_posts
