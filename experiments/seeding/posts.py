"""Which influencers, and how many posts of each: the most reach that a budget pays, in a millisecond or two.

    >>> from experiments.seeding.arcs import reverse_arcs
    >>> from experiments.seeding.audience import audience
    >>> from experiments.seeding.rr_sets import RRSets
    >>> from simulator.graph import graph_from_edges
    >>> friends = graph_from_edges([0, 1, 3, 4], [1, 2, 4, 5], n=6)
    >>> fans = audience([[0], [3, 4, 5]], n=6, chance=0.5, most_posts=3)
    >>> sets = RRSets(reverse_arcs(friends, 0.2), audience=fans, seed=1)
    >>> sets.grow(5000)
    >>> market = post_market(sets, price=[10.0, 30.0], most=3)
    >>> decode_posts(market, budget=70.0).posts
    (1, 2)

This is the decoder of an optimizer: few shape parameters in, a plan that keeps every limit out, always the same for the
same question. Problem: Alon, Gamzu and Tennenholtz (2012), *Optimizing budget allocation among channels and
influencers*; greedy on the lattice: Soma, Kakimura, Inaba and Kawarabayashi (2014).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.seeding.cover import Cover, cover_of
from experiments.seeding.post_kernel import decode, left_over
from experiments.seeding.rr_sets import RRSets

_LAMBDAS = 60


class PostLimitsError(ValueError):
    """Prices or limits of posts that cannot be kept, with the remedy."""


@dataclass(frozen=True, eq=False)
class PostMarket:
    """Influencers on sale, and the sets that their posts are chosen on. Made once, decoded often.

    Attributes:
        cover: the sets, with the posts that each influencer needs to cover them.
        first: int64[influencers, posts + 1], sets by influencer and exact number of posts needed.
        price: of one post.
        least: posts at least, if any.
        most: posts at most.
        tier: number of the tier of each influencer.
        value_per_set: what one covered set stands for.
    """

    cover: Cover
    first: NDArray[np.int64]
    price: NDArray[np.float64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    tier: NDArray[np.int64]
    value_per_set: float

    @property
    def n(self) -> int:
        """How many influencers there are."""
        return len(self.price)


@dataclass(frozen=True)
class Shape:
    """What an optimizer may turn, without ever leaving what is allowed.

    Attributes:
        tiers: factor on the price of each tier while choosing, above 0: a shadow price. What is paid stays the price.
            Left out: 1 each.
        power: gain is divided by the price to this power; 1 by money, 0 whoever gains most, 0 to 2.
        overlap: what each repeated contact costs, as a share of a new one; 0 or more. With 1, an influencer half of
            whose audience is reached already is worth nothing.
    """

    tiers: tuple[float, ...] = ()
    power: float = 1.0
    overlap: float = 0.0


@dataclass(frozen=True)
class PostPlan:
    """How many posts of each influencer, and the way there.

    Attributes:
        posts: of each influencer, 0 for those who are not asked.
        covered: sets on which the plan was chosen that it covers.
        value: what that stands for; flattering by a few per cent, as it was chosen so. Check on other sets.
        spent: money.
        steps: influencer, posts from now on, value and money so far, for each step: the plans for smaller budgets.
    """

    posts: tuple[int, ...]
    covered: int
    value: float
    spent: float
    steps: tuple[tuple[int, int, float, float], ...]

    @property
    def chosen(self) -> tuple[int, ...]:
        """Influencers with a post."""
        return tuple(i for i, j in enumerate(self.posts) if j)


def post_market(
    sets: RRSets | Cover,
    *,
    price: ArrayLike,
    least: ArrayLike = 1,
    most: ArrayLike | None = None,
    tier: ArrayLike = 0,
    value_per_set: float | None = None,
) -> PostMarket:
    """Put influencers on sale.

        >>> from experiments.seeding.cover import cover_of
        >>> post_market(cover_of([[0], [0, 1]], n_owners=2), price=5.0).first.tolist()
        [[0, 2], [0, 1]]

    Args:
        sets: from searches with an audience; or any cover, where one post is enough.
        price: of one post, above 0: one for all, or one for each influencer.
        least: posts at least, of those who post at all.
        most: posts at most; 0 for those who cannot be had. Left out: as many as the sets know of.
        tier: number of each influencer's tier, from 0.
        value_per_set: what one covered set stands for; a collection knows, for a cover it is 1.

    Raises:
        PostLimitsError: prices or limits that are impossible.
    """
    cover = sets if isinstance(sets, Cover) else cover_of(sets)
    if value_per_set is None:
        value_per_set = sets.total_value / max(sets.n_sets, 1) if isinstance(sets, RRSets) else 1.0
    n = cover.n_owners
    if not len(cover.levels):
        cover = Cover(cover.indptr, cover.members, np.ones(len(cover.members), np.int16), n)
    deepest = int(cover.levels.max(initial=1))
    prices = np.ascontiguousarray(np.broadcast_to(np.asarray(price, np.float64), (n,)))
    lows, highs, tiers = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(one, np.int64), (n,)))
        for one in (least, deepest if most is None else most, tier)
    )
    if not (np.isfinite(prices) & (prices > 0.0)).all():
        raise PostLimitsError("the price of a post must be a finite number above 0")
    if (lows < 1).any() or (highs < 0).any() or (tiers < 0).any():
        raise PostLimitsError("posts at least are 1 or more, posts at most and tiers 0 or more")
    if len(wrong := np.flatnonzero((lows > highs) & (highs > 0))):
        i = int(wrong[0])
        raise PostLimitsError(
            f"influencer {i} has at least {lows[i]} posts and at most {highs[i]}; raise the one or lower the other"
        )
    if (worst := int(highs.max(initial=0))) > deepest:  # more posts than any set needs add nothing but cost
        deepest = worst
    first = np.zeros((n, deepest + 1), np.int64)
    left_over(cover.indptr, cover.members, cover.levels, np.zeros(n, np.int64), first)
    return PostMarket(cover, first, prices, lows, highs, tiers, value_per_set)


def decode_posts(
    market: PostMarket,
    *,
    budget: float,
    k: int | None = None,
    shape: Shape | None = None,
    forced: Mapping[int, int] | Sequence[int] = (),
    excluded: Sequence[int] = (),
) -> PostPlan:
    """Spend a budget on posts, by new people reached for the money.

        >>> from experiments.seeding.cover import cover_of
        >>> market = post_market(cover_of([[0], [0, 1], [1], [2]], n_owners=3), price=[2.0, 3.0, 1.0])
        >>> decode_posts(market, budget=3.0).posts
        (1, 0, 1)
        >>> decode_posts(market, budget=3.0, forced=[1]).posts
        (0, 1, 0)

    Args:
        market: from :func:`post_market`.
        budget: money; never exceeded.
        k: influencers at most; left out: any number.
        shape: what an optimizer turns.
        forced: influencers in the plan whatever comes, with posts at least; as a list, with the fewest allowed.
        excluded: influencers in no plan, unless forced.

    Returns:
        A plan that keeps all limits; the best among greedy's way and each of its steps with the one best last purchase.

    Raises:
        PostLimitsError: those forced in break a limit, or the shape is impossible.
    """
    shape = Shape() if shape is None else shape
    n, limit = market.n, market.n if k is None else k
    must = _forced(market, forced, budget, limit)
    if not (0.0 <= shape.power <= 2.0 and shape.overlap >= 0.0) or not all(0.0 < m < np.inf for m in shape.tiers):
        raise PostLimitsError("power is 0 to 2, overlap 0 or more, and factors of tiers finite and above 0")
    factors = np.array(shape.tiers if shape.tiers else [1.0] * (int(market.tier.max(initial=0)) + 1))
    if len(factors) <= market.tier.max(initial=0):
        raise PostLimitsError(f"there are {int(market.tier.max()) + 1} tiers, and factors for {len(factors)}")
    open_ = market.most > 0
    open_[[i for i in excluded if must[i] == 0]] = False
    cover, n_steps = market.cover, int(market.most.sum()) + 1
    posts = np.zeros(n, np.int64)
    who, upto, reached = np.zeros((3, n_steps), np.int64)
    spent = np.zeros(n_steps)
    steps, after, last, last_posts = decode(
        cover.row, cover.sets, cover.needs, cover.indptr, cover.members, cover.levels, market.first,
        market.first.copy(), np.zeros(cover.n_sets, np.uint8), market.price, factors[market.tier], market.least,
        market.most, open_, must, float(budget), limit, float(shape.power), float(shape.overlap), posts,
        np.empty(n), np.empty(n, np.int64), who, upto, reached, spent,
    )  # fmt: skip
    way = [(int(who[s]), int(upto[s]), int(reached[s]), float(spent[s])) for s in range(steps)]
    if last >= 0:
        way = way[:after]
        posts[:] = 0
        for i, j, _, _ in way:
            posts[i] = j
        paid = (way[-1][3] if way else 0.0) + float(market.price[last]) * (last_posts - int(posts[last]))
        posts[last] = last_posts
        way.append((int(last), int(last_posts), covered_by(market, posts), paid))
    covered = way[-1][2] if way else 0
    value = market.value_per_set
    return PostPlan(
        tuple(posts.tolist()),
        covered,
        covered * value,
        float(market.price @ posts),
        tuple((i, j, reach * value, paid) for i, j, reach, paid in way),
    )


def covered_by(market: PostMarket, posts: ArrayLike) -> int:
    """The sets that a plan covers.

    Args:
        market: from :func:`post_market`.
        posts: of each influencer.
    """
    cover = market.cover
    return int(
        left_over(cover.indptr, cover.members, cover.levels, np.asarray(posts, np.int64), np.zeros_like(market.first))
    )


def most_covered(market: PostMarket, plan: PostPlan, *, budget: float, k: int | None = None) -> float:
    """The sets that no plan within the limits covers more of: for a certificate, as that of a choice of seeds.

        >>> from experiments.seeding.cover import cover_of
        >>> market = post_market(cover_of([[0], [0, 1], [1]], n_owners=2), price=1.0)
        >>> round(most_covered(market, decode_posts(market, budget=2.0), budget=2.0), 3)
        3.0

    At the start, on the way and at the end of the plan, what is covered plus the gains of then as a knapsack of one
    option for each influencer, by its dual: for any price of money, nobody gains more than the budget at that price and
    what is left to the best. The least of all counts.

    Args:
        market: from :func:`post_market`.
        plan: from :func:`decode_posts`, in which nobody was forced in.
        budget: money.
        k: influencers at most.
    """
    cost = market.price[:, None] * np.arange(market.first.shape[1])
    allowed = np.arange(market.first.shape[1]) <= market.most[:, None]
    allowed &= (np.arange(market.first.shape[1]) >= market.least[:, None]) & (cost <= budget)
    limit = market.n if k is None else min(k, market.n)
    most = float(market.cover.n_sets)
    for steps in sorted({0, len(plan.steps) // 2, len(plan.steps) * 4 // 5, len(plan.steps)}):
        posts = np.zeros(market.n, np.int64)
        for i, j, _, _ in plan.steps[:steps]:
            posts[i] = j
        left = np.zeros_like(market.first)
        cover = market.cover
        covered = left_over(cover.indptr, cover.members, cover.levels, posts, left)
        gain = np.where(allowed, np.cumsum(left, axis=1), 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            top = np.nanmax(np.where(allowed & (cost > 0.0), gain / cost, 0.0), initial=0.0)
        for price in (top * np.linspace(0.0, 1.0, _LAMBDAS) ** 2).tolist():
            best = np.max(np.where(allowed, gain - price * cost, 0.0), axis=1, initial=0.0)
            best = np.sort(best)[::-1][:limit]
            most = min(most, covered + price * budget + float(best.sum()))
    return most


def _forced(
    market: PostMarket, forced: Mapping[int, int] | Sequence[int], budget: float, limit: int
) -> NDArray[np.int64]:
    """Posts that have to be bought, refused where they cannot."""
    must = np.zeros(market.n, np.int64)
    wanted = forced if isinstance(forced, Mapping) else dict.fromkeys(forced, 1)
    for i, j in wanted.items():
        if not 0 <= i < market.n:
            raise PostLimitsError(f"there is no influencer {i}; there are {market.n}, from 0")
        must[i] = max(j, int(market.least[i]))
        if must[i] > market.most[i]:
            raise PostLimitsError(f"influencer {i} has at most {market.most[i]} posts, and {must[i]} are forced in")
    if (cost := float(market.price @ must)) > budget:
        raise PostLimitsError(f"posts that are forced in cost {cost:,.10g}, and the budget is {budget:,.10g}")
    if np.count_nonzero(must) > limit:
        raise PostLimitsError(f"{np.count_nonzero(must)} influencers are forced in, and at most {limit} may be chosen")
    return must
