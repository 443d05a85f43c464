"""Rows of listeners: the plainest way of making them agrees, however ties are dealt."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator.labels
from simulator import tie_rows as module
from simulator.labels import number_rows
from simulator.tie_rows import tie_rows

pytestmark = pytest.mark.core


def plain_rows(talkers: np.ndarray, words: np.ndarray, n: int, both_ways: bool) -> tuple[list, list, list, list, int]:
    tie: dict[tuple[int, int], int] = {}
    loops = 0
    for u, word in zip(talkers.tolist(), words.tolist(), strict=True):
        v, weak = word >> 1, word & 1
        loops += u == v
        for pair in [(u, v), (v, u)] if both_ways else [(u, v)]:
            if u != v:
                tie[pair] = min(tie.get(pair, 1), weak)
    unsorted: list[list] = [[] for _ in range(n)]
    for (u, v), weak in tie.items():
        unsorted[u].append((weak, v))
    rows = [sorted(row) for row in unsorted]
    indptr = np.cumsum([0, *map(len, rows)]).tolist()
    strong_end = [begin + sum(1 - weak for weak, _ in row) for begin, row in zip(indptr, rows, strict=False)]
    listeners = [v for row in rows for _, v in row]
    return indptr, strong_end, listeners, np.bincount(listeners, minlength=n).tolist() if n else [], loops


def check(talkers, words, n, both_ways, pieces=1):
    parts = list(zip(np.array_split(talkers, pieces), np.array_split(words, pieces), strict=True))
    made = tie_rows(parts, n=n, both_ways=both_ways)
    arrays = made.indptr, made.strong_end, made.listeners, made.n_heard
    assert [array.dtype for array in arrays] == [np.int64, np.int64, np.int32, np.int32]
    assert all(array.flags.owndata and array.flags.writeable for array in arrays)
    assert (*(array.tolist() for array in arrays), made.n_loops) == plain_rows(talkers, words, n, both_ways)


def some_ties(n: int, m: int, seed: int, *, hubs: bool = False) -> tuple[np.ndarray, np.ndarray]:
    luck = np.random.default_rng(seed)
    talkers, listeners = luck.integers(0, n, m), luck.integers(0, n, m)
    if hubs:
        listeners = listeners**3 // n**2
    return talkers.astype(np.int32), (2 * listeners + luck.integers(0, 2, m)).astype(np.int32)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 40), m=st.integers(0, 120), seed=st.integers(0, 999), both=st.booleans(), k=st.integers(1, 4))
def test_small_graphs(n, m, seed, both, k):
    check(*some_ties(n, m, seed), n, both, k)


@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("hubs", [False, True])
@pytest.mark.parametrize(("n", "m"), [(3000, 40_000), (30_000, 40_000)])
def test_many_buckets(n, m, hubs, both_ways):
    check(*some_ties(n, m, 1, hubs=hubs), n, both_ways, pieces=3)


@pytest.mark.parametrize("both_ways", [False, True])
def test_block_by_block(monkeypatch, both_ways):
    monkeypatch.setattr(module, "BUCKET", 50)
    monkeypatch.setattr(module, "BLOCK", 1000)
    check(*some_ties(3000, 20_000, 2, hubs=True), 3000, both_ways, pieces=2)


def test_row_numbers_too_large_for_short_words():
    n = 2**20  # 21 bits of word and 15 of row are more than 31
    talkers = np.array([5, n - 1, n - 1, 5, 400_000], np.int32)
    words = np.array([2 * (n - 1) + 1, 10, 2 * (n - 2), 2 * 6, 2 * 400_000], np.int32)
    made = tie_rows([(talkers, words)], n=n, both_ways=True)
    rows = {j: made.listeners[made.indptr[j] : made.indptr[j + 1]].tolist() for j in (5, 6, n - 2, n - 1)}
    assert rows == {5: [6, n - 1], 6: [5], n - 2: [n - 1], n - 1: [5, n - 2]}
    assert made.n_loops == 1 and made.n_heard.sum() == 6 and made.strong_end[n - 1] == made.indptr[n]


def test_nobody_and_no_ties():
    nothing = np.empty(0, np.int32)
    check(nothing, nothing, 0, True)
    check(nothing, nothing, 5, True)
    assert tie_rows([], n=3, both_ways=False).indptr.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("spread", [10, 10**6, 10**9, 10**17])
def test_labels_are_numbered_in_their_order(spread):
    pairs = np.random.default_rng(3).integers(-spread, spread, (500, 2))
    labels, sources, targets = number_rows(pairs)
    expected, rows = np.unique(pairs, return_inverse=True)
    assert labels.dtype == np.int64 and sources.dtype == targets.dtype == np.int32
    assert labels.tolist() == expected.tolist()
    assert np.stack([sources, targets], axis=1).tolist() == rows.reshape(pairs.shape).tolist()


def test_the_examples_run():
    assert doctest.testmod(module).failed == doctest.testmod(simulator.labels).failed == 0
