"""Ties as rows of listeners, one row per talker: sorted, without loops and without duplicates.

A tie is a pair ``(talker, word)`` with ``word = 2 * listener + tie``, where ``tie`` is 0 for a strong and 1
for a weak one, so that sorting words puts a strong tie before a weak one to the same listener.

Ties are dealt to buckets of neighbouring talkers, and each bucket, small enough for the processor's own cache, is
sorted by counting. That takes linear time whatever the rows look like: hubs cost no more than anybody else.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.compiling import PLAIN, compiled

Ties = tuple[np.ndarray, np.ndarray]
"""Talkers and words (both int32), one entry per tie."""

BUCKET = 12_288
"""Ties in a bucket, about; two copies of them and the counts of a sort fit into 1 MiB of cache."""

BLOCK = 1 << 27
"""Ties that are dealt at a time. Larger graphs are made block by block, so that little memory is needed at once."""

_MOST_BUCKETS = 16_384
_MOST_ROWS = 1 << 15


class Rows(NamedTuple):
    """Rows as in :class:`simulator.graph.SocialGraph`, and what was left out."""

    indptr: np.ndarray
    strong_end: np.ndarray
    listeners: np.ndarray
    n_heard: np.ndarray
    n_loops: int


def tie_rows(parts: Sequence[Ties], *, n: int, both_ways: bool) -> Rows:
    """Sort ties into one row of listeners per talker, without loops and duplicates, strong ties first.

        >>> ties = np.array([0, 2, 0], np.int32), np.array([2 * 1 + 1, 2 * 0, 2 * 1], np.int32)
        >>> rows = tie_rows([ties], n=3, both_ways=False)
        >>> rows.indptr.tolist(), rows.listeners.tolist()
        ([0, 1, 1, 2], [1, 0])

    Args:
        parts: who talks (int32) and ``2 * listener + tie`` (int32), in any number of pieces and any order.
        n: number of consumers.
        both_ways: each tie carries talk in both directions.
    """
    n_given = sum(len(talkers) for talkers, _ in parts) * (2 if both_ways else 1)
    word_bits, shift = _word_bits(n), _bucket_shift(n, n_given)
    bucket_start = np.zeros((max(n - 1, 0) >> shift) + 2, np.int64)
    n_loops = sum(int(_count(talkers, words, both_ways, shift, bucket_start[1:])) for talkers, words in parts)
    np.cumsum(bucket_start, out=bucket_start)

    # Memory comes from numpy, which asks for large pages: scattered writes to small ones take twice as long.
    indptr, strong_end, n_heard = np.zeros(n + 1, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int32)
    listeners = np.empty(int(bucket_start[-1]), np.int32)
    bounds = _blocks(bucket_start)
    largest = max((int(bucket_start[high] - bucket_start[low]) for low, high in bounds), default=0)
    word: np.ndarray = np.empty(largest, _word_type(word_bits, shift))
    written = 0
    for low, high in bounds:
        cursor = bucket_start[low:high] - bucket_start[low]
        for talkers, words in parts:
            _deal(talkers, words, both_ways, shift, word_bits, low, high, cursor, word)
        start = bucket_start[low : high + 1] - bucket_start[low]
        written = _sort(
            word, start, low << shift, shift, word_bits, both_ways, indptr, strong_end, listeners, n_heard, written
        )
    listeners.resize(written, refcheck=False)
    return Rows(indptr, strong_end, listeners, n_heard, n_loops)


def dealt_bytes(n: int, n_entries: int) -> int:
    """Memory for sorting, besides the ties and the rows.

    Args:
        n: number of consumers.
        n_entries: ties to be sorted, those that carry talk both ways counted twice.
    """
    return min(n_entries, BLOCK) * np.dtype(_word_type(_word_bits(n), _bucket_shift(n, n_entries))).itemsize


def _word_bits(n: int) -> int:
    return max(2 * n - 1, 1).bit_length()


def _word_type(word_bits: int, shift: int) -> type:
    """Numbers that hold a row within the bucket and a word."""
    return np.int32 if word_bits + shift <= 31 else np.int64


def _bucket_shift(n: int, n_given: int) -> int:
    """Talkers in a bucket, as a power of two."""
    shift = 0
    while (2 << shift) <= _MOST_ROWS and (n_given << (shift + 1) <= BUCKET * n or n >> shift > _MOST_BUCKETS):
        shift += 1
    return shift


def _blocks(bucket_start: np.ndarray) -> list[tuple[int, int]]:
    """Runs of buckets that are dealt together."""
    bounds, low, last = [], 0, len(bucket_start) - 1
    while low < last:
        high = int(np.searchsorted(bucket_start, bucket_start[low] + BLOCK, side="right")) - 1
        high = min(max(high, low + 1), last)
        bounds.append((low, high))
        low = high
    return bounds


@compiled(**PLAIN)
def _count(talkers: np.ndarray, words: np.ndarray, both_ways: bool, shift: int, counts: np.ndarray) -> int:
    """Count the ties of each bucket; loops are not among them."""
    n_loops = 0
    for e in range(len(talkers)):
        u = talkers[e]
        v = words[e] >> 1
        if u == v:
            n_loops += 1
            continue
        counts[u >> shift] += 1
        if both_ways:
            counts[v >> shift] += 1
    return n_loops


@compiled(**PLAIN)
def _deal(
    talkers: np.ndarray,
    words: np.ndarray,
    both_ways: bool,
    shift: int,
    word_bits: int,
    low: int,
    high: int,
    cursor: np.ndarray,
    dealt: np.ndarray,
) -> None:
    """Put the ties of buckets ``low`` to ``high`` where they belong, as row within the bucket and word."""
    mask = np.int64((1 << shift) - 1)
    for e in range(len(talkers)):
        u = np.int64(talkers[e])
        word = np.int64(words[e])
        v = word >> 1
        if u == v:
            continue
        bucket = (u >> shift) - low
        if 0 <= bucket < high - low:
            dealt[cursor[bucket]] = ((u & mask) << word_bits) | word
            cursor[bucket] += 1
        if both_ways:
            bucket = (v >> shift) - low
            if 0 <= bucket < high - low:
                dealt[cursor[bucket]] = ((v & mask) << word_bits) | (2 * u + (word & 1))
                cursor[bucket] += 1


@compiled(**PLAIN)
def _sort(
    dealt: np.ndarray,
    start: np.ndarray,
    first_row: int,
    shift: int,
    word_bits: int,
    both_ways: bool,
    indptr: np.ndarray,
    strong_end: np.ndarray,
    listeners: np.ndarray,
    n_heard: np.ndarray,
    written: int,
) -> int:
    """Sort one bucket after the other and write its rows; return how many listeners have been written in all."""
    n = len(strong_end)
    largest = np.int64(0)
    for b in range(len(start) - 1):
        largest = max(largest, start[b + 1] - start[b])
    n_digits = (word_bits + 10) // 11
    digit_bits = (word_bits + n_digits - 1) // n_digits
    digit_mask = np.int64((1 << digit_bits) - 1)
    word_mask = np.int64((1 << word_bits) - 1)
    counts = np.empty((n_digits, 1 << digit_bits), np.int32)
    row_end = np.empty((1 << shift) + 1, np.int32)
    spare = np.empty(largest, dealt.dtype)
    row = np.empty(largest, np.int32)
    weak = np.empty(largest, np.int32)
    for b in range(len(start) - 1):
        here = dealt[start[b] : start[b + 1]]
        there = spare
        size = len(here)
        counts[:] = 0
        row_end[:] = 0
        for a in range(size):
            key = np.int64(here[a])
            word = key & word_mask
            for d in range(n_digits):
                counts[d, (word >> (d * digit_bits)) & digit_mask] += 1
            row_end[(key >> word_bits) + 1] += 1
        for d in range(n_digits):
            at = np.int32(0)
            for k in range(1 << digit_bits):
                more = counts[d, k]
                counts[d, k] = at
                at += more
            for a in range(size):
                key = np.int64(here[a])
                k = ((key & word_mask) >> (d * digit_bits)) & digit_mask
                there[counts[d, k]] = key
                counts[d, k] += 1
            here, there = there, here
        for j in range(1 << shift):
            row_end[j + 1] += row_end[j]
        for a in range(size):
            key = np.int64(here[a])
            j = key >> word_bits
            row[row_end[j]] = key & word_mask
            row_end[j] += 1
        # Each row's end has moved to where the next one began.
        low = np.int64(0)
        base = np.int64(first_row) + (np.int64(b) << shift)
        for j in range(min(np.int64(1 << shift), n - base)):
            high = np.int64(row_end[j])
            strong = written
            n_weak = 0
            before = np.int64(-1)
            for a in range(low, high):
                word = np.int64(row[a])
                listener = word >> 1
                if listener == before:  # again, and no closer
                    continue
                before = listener
                # Written in both places and kept in one, for want of a guess which it will be.
                listeners[strong] = listener
                weak[n_weak] = listener
                n_weak += word & 1
                strong += 1 - (word & 1)
                if not both_ways:
                    n_heard[listener] += 1
            strong_end[base + j] = strong
            for a in range(n_weak):
                listeners[strong + a] = weak[a]
            if both_ways:
                n_heard[base + j] = strong + n_weak - written
            written = strong + n_weak
            indptr[base + j + 1] = written
            low = high
    return written
