"""Budgets decoded into influencers and posts: limits that are always kept, and nearly the best on tiny markets."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import random_graph

from experiments.seeding.arcs import reverse_arcs
from experiments.seeding.audience import audience
from experiments.seeding.cover import Cover, cover_of
from experiments.seeding.posts import (
    PostLimitsError,
    PostMarket,
    Shape,
    covered_by,
    decode_posts,
    most_covered,
    post_market,
)
from experiments.seeding.rr_sets import RRSets

N, DEEPEST = 4, 3


def cover_with_posts(sets: list[dict[int, int]], n: int = N) -> Cover:
    """Each set says how many posts each influencer needs to cover it."""
    indptr = np.cumsum([0, *(len(one) for one in sets)]).astype(np.int64)
    members = np.array([a for one in sets for a in one], np.int32)
    levels = np.array([j for one in sets for j in one.values()], np.int16)
    return Cover(indptr, members, levels, n)


post_sets = st.lists(
    st.dictionaries(st.integers(0, N - 1), st.integers(1, DEEPEST), max_size=3), min_size=3, max_size=25
)


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[dict[int, int]], PostMarket]:
    sets = draw(post_sets)
    price = draw(st.lists(st.integers(1, 9), min_size=N, max_size=N))
    most = draw(st.lists(st.integers(0, DEEPEST), min_size=N, max_size=N))
    least = [draw(st.integers(1, max(high, 1))) for high in most]
    tier = draw(st.lists(st.integers(0, 1), min_size=N, max_size=N))
    return sets, post_market(cover_with_posts(sets), price=price, least=least, most=most, tier=tier)


shapes = st.builds(
    Shape,
    tiers=st.tuples(st.floats(0.2, 5.0), st.floats(0.2, 5.0)),
    power=st.sampled_from([0.0, 0.5, 1.0, 1.3]),
    overlap=st.sampled_from([0.0, 0.3, 2.0]),
)


def covered(sets: list[dict[int, int]], posts: "tuple[int, ...]") -> int:
    return sum(any(posts[a] >= need for a, need in one.items()) for one in sets)


def plans(market: PostMarket, budget: float, k: int) -> list[tuple[int, ...]]:
    options = [
        [0, *range(low, high + 1)] for low, high in zip(market.least.tolist(), market.most.tolist(), strict=True)
    ]
    return [p for p in product(*options) if market.price @ p <= budget and np.count_nonzero(p) <= k]


@settings(max_examples=150, deadline=None)
@given(case=markets(), budget=st.integers(0, 40), k=st.integers(0, N), shape=shapes, data=st.data())
def test_no_limit_is_ever_broken(case, budget, k, shape, data) -> None:
    sets, market = case
    excluded = data.draw(st.lists(st.integers(0, N - 1), max_size=2, unique=True))
    plan = decode_posts(market, budget=budget, k=k, shape=shape, excluded=excluded)
    assert plan.posts in plans(market, budget, k)
    assert not set(plan.chosen) & set(excluded)
    assert plan.covered == covered(sets, plan.posts) == covered_by(market, plan.posts)
    assert plan.spent == pytest.approx(market.price @ plan.posts)
    now = [0] * N
    for i, j, value, spent in plan.steps:  # every step of the way is a plan for a smaller budget
        now[i] = j
        assert tuple(now) in plans(market, budget, k)
        assert value == covered(sets, tuple(now))
        assert spent == pytest.approx(market.price @ np.array(now))
    assert tuple(now) == plan.posts
    assert decode_posts(market, budget=budget, k=k, shape=shape, excluded=excluded) == plan


@settings(max_examples=150, deadline=None)
@given(case=markets(), budget=st.integers(0, 40), k=st.integers(0, N))
def test_no_plan_covers_more_than_the_bound(case, budget, k) -> None:
    sets, market = case
    plan = decode_posts(market, budget=budget, k=k)
    best = max(covered(sets, posts) for posts in plans(market, budget, k))
    assert plan.covered <= best <= most_covered(market, plan, budget=budget, k=k) + 1e-9


@settings(max_examples=150, deadline=None)
@given(case=markets(), budget=st.integers(0, 40), data=st.data())
def test_who_is_forced_in_has_their_posts(case, budget, data) -> None:
    sets, market = case
    able = [i for i in range(N) if market.most[i] > 0]
    wanted = {
        i: data.draw(st.integers(1, int(market.most[i])))
        for i in data.draw(st.lists(st.sampled_from(able or [0]), max_size=2, unique=True))
        if i in able
    }
    needed = {i: max(j, int(market.least[i])) for i, j in wanted.items()}
    cost = sum(market.price[i] * j for i, j in needed.items())
    if cost > budget:
        with pytest.raises(PostLimitsError, match="posts that are forced in cost"):
            decode_posts(market, budget=budget, forced=wanted)
        return
    plan = decode_posts(market, budget=budget, forced=wanted, excluded=list(wanted))
    assert all(plan.posts[i] >= j for i, j in needed.items())
    assert plan.posts in plans(market, budget, N)
    assert plan.covered == covered(sets, plan.posts)


def test_plans_are_nearly_the_best_on_tiny_markets() -> None:
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(300):
        sets = [
            {int(a): int(rng.integers(1, DEEPEST + 1)) for a in rng.choice(N, rng.integers(1, 3), replace=False)}
            for _ in range(30)
        ]
        market = post_market(cover_with_posts(sets), price=rng.integers(1, 9, N))
        budget = float(rng.integers(4, 30))
        best = max(covered(sets, posts) for posts in plans(market, budget, N))
        if best:
            ratios.append(decode_posts(market, budget=budget).covered / best)
    assert min(ratios) >= 0.5
    assert np.mean(ratios) > 0.97


def test_one_post_each_is_the_choice_of_seeds() -> None:
    sets = [[0, 1], [0, 1], [0], [1, 2], [2]]
    market = post_market(cover_of(sets, n_owners=3), price=[5.0, 1.0, 1.0])
    assert decode_posts(market, budget=2.0).posts == (0, 1, 1)


def test_a_shadow_price_moves_the_choice_and_not_the_bill() -> None:
    sets = [{0: 1}] * 5 + [{1: 1}] * 4
    market = post_market(cover_with_posts(sets, 2), price=[2.0, 2.0], tier=[0, 1])
    plain, shadowed = (
        decode_posts(market, budget=4.0, shape=Shape(tiers=tiers)).steps for tiers in ((1.0, 1.0), (2.0, 1.0))
    )
    assert [step[0] for step in plain] == [0, 1]
    assert [step[0] for step in shadowed] == [1, 0]
    assert plain[-1][3] == shadowed[-1][3] == 4.0


def test_repeated_contacts_are_avoided_where_they_cost() -> None:
    """Influencer 1 adds one new person and meets three again; influencer 2 adds none who are not new."""
    sets = [{0: 1}] * 3 + [{0: 1, 1: 1}] * 3 + [{1: 1}] * 2 + [{2: 1}]
    market = post_market(cover_with_posts(sets, 3), price=1.0)
    assert decode_posts(market, budget=2.0).chosen == (0, 1)
    assert decode_posts(market, budget=2.0, shape=Shape(overlap=1.0)).chosen == (0, 2)


def test_posts_at_least_are_bought_at_once_or_not_at_all() -> None:
    sets = [{0: 1}] * 5 + [{0: 2}, {1: 1}]
    market = post_market(cover_with_posts(sets, 2), price=[4.0, 1.0], least=[2, 1])
    assert decode_posts(market, budget=7.0).posts == (0, 1)
    assert decode_posts(market, budget=8.0).posts == (2, 0)
    assert decode_posts(market, budget=9.0).posts == (2, 1)


def test_plans_on_searched_sets_hold_on_others() -> None:
    graph = random_graph(2000, 8)
    rng = np.random.default_rng(3)
    fans = audience([rng.choice(2000, size) for size in rng.integers(5, 200, 60)], n=2000, chance=0.2, most_posts=5)
    one, other = (RRSets(reverse_arcs(graph, 0.05), audience=fans, seed=1, stream=s) for s in (1, 2))
    one.grow(40_000)
    other.grow(40_000)
    market = post_market(one, price=rng.uniform(1.0, 30.0, 60))
    plan = decode_posts(market, budget=200.0)
    assert other.estimate(range(60), np.array(plan.posts)) == pytest.approx(plan.value, rel=0.05)
    evenly = other.estimate(range(60), np.ones(60, np.int64)) * 200.0 / market.price.sum()
    assert plan.value > 1.2 * evenly


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"price": [1.0, 0.0]}, "the price of a post must be a finite number above 0"),
        ({"price": 1.0, "least": 0}, "posts at least are 1 or more"),
        ({"price": 1.0, "tier": -1}, "tiers 0 or more"),
        (
            {"price": 1.0, "least": [3, 1], "most": 2},
            "influencer 0 has at least 3 posts and at most 2; raise the one or lower the other",
        ),
    ],
)
def test_impossible_markets_are_refused(change, words) -> None:
    with pytest.raises(PostLimitsError, match=words):
        post_market(cover_with_posts([{0: 1}, {1: 2}], 2), **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forced": [2]}, "there is no influencer 2; there are 2, from 0"),
        ({"forced": {0: 3}}, "influencer 0 has at most 2 posts, and 3 are forced in"),
        ({"forced": [0, 1], "k": 1, "budget": 6.0}, "2 influencers are forced in, and at most 1 may be chosen"),
        ({"forced": {0: 2}}, "posts that are forced in cost 6, and the budget is 5"),
        ({"shape": Shape(power=3.0)}, "power is 0 to 2"),
        ({"shape": Shape(tiers=(1.0, 0.0))}, "factors of tiers finite and above 0"),
        ({"shape": Shape(tiers=(1.0,))}, "there are 2 tiers, and factors for 1"),
    ],
)
def test_impossible_plans_are_refused(change, words) -> None:
    market = post_market(cover_with_posts([{0: 1}, {1: 2}], 2), price=3.0, tier=[0, 1])
    with pytest.raises(PostLimitsError, match=words):
        decode_posts(market, **({"budget": 5.0} | change))
