"""Labels of consumers that are whole numbers, and the rows that stand for them, in ascending order.

Labels that lie close together are ticked off in a list. Others are sorted digit by digit, which takes linear time too.
"""

import numpy as np

from simulator.compiling import PLAIN, compiled

_DIGIT_BITS = 11


def number_rows(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each label a row number, in ascending order of labels.

        >>> labels, sources, targets = number_rows(np.array([[7, -2], [40, 7]]))
        >>> labels.tolist(), sources.tolist(), targets.tolist()
        ([-2, 7, 40], [1, 2], [0, 1])

    Args:
        pairs: int64[ties, 2], a label at each end; at least one tie.

    Returns:
        The labels (int64), and the row numbers of both ends (int32).
    """
    lowest, highest = int(pairs.min()), int(pairs.max())
    width = highest - lowest + 1
    rows = np.empty((2, len(pairs)), np.int32)
    if width <= 10**6 + 8 * pairs.size:
        labels = _tick_off(pairs, lowest, np.zeros(width, np.int32), rows)
    else:
        order = np.empty(pairs.size, np.int32 if pairs.size < 2**31 else np.int64)
        labels = _sort(pairs, lowest, width.bit_length(), order, np.empty_like(order), rows)
    return labels, rows[0], rows[1]


@compiled(**PLAIN)
def _tick_off(pairs: np.ndarray, lowest: int, row_of: np.ndarray, rows: np.ndarray) -> np.ndarray:
    for e in range(len(pairs)):
        row_of[pairs[e, 0] - lowest] = 1
        row_of[pairs[e, 1] - lowest] = 1
    n = 0
    for label in range(len(row_of)):
        n += row_of[label]
    labels = np.empty(n, np.int64)
    n = 0
    for label in range(len(row_of)):
        if row_of[label]:
            labels[n] = lowest + label
            row_of[label] = n
            n += 1
    for e in range(len(pairs)):
        rows[0, e] = row_of[pairs[e, 0] - lowest]
        rows[1, e] = row_of[pairs[e, 1] - lowest]
    return labels


@compiled(**PLAIN)
def _sort(
    pairs: np.ndarray, lowest: int, n_bits: int, order: np.ndarray, spare_order: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    mask = np.int64((1 << _DIGIT_BITS) - 1)
    size = 2 * len(pairs)
    keys = np.empty(size, np.int64)
    spare = np.empty(size, np.int64)
    for e in range(len(pairs)):
        for end in range(2):
            keys[2 * e + end] = pairs[e, end] - lowest
            order[2 * e + end] = 2 * e + end
    counts = np.empty(1 << _DIGIT_BITS, np.int64)
    for low in range(0, n_bits, _DIGIT_BITS):
        counts[:] = 0
        for a in range(size):
            counts[(keys[a] >> low) & mask] += 1
        at = np.int64(0)
        for digit in range(len(counts)):
            more = counts[digit]
            counts[digit] = at
            at += more
        for a in range(size):
            digit = (keys[a] >> low) & mask
            spare[counts[digit]] = keys[a]
            spare_order[counts[digit]] = order[a]
            counts[digit] += 1
        keys, spare = spare, keys
        order, spare_order = spare_order, order
    labels = spare  # no longer needed, and large enough
    n = np.int64(0)
    for a in range(size):
        if a == 0 or keys[a] != keys[a - 1]:
            labels[n] = keys[a] + lowest
            n += 1
        rows[order[a] & 1, order[a] >> 1] = n - 1
    return labels[:n].copy()
