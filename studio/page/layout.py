"""Where people stand in a drawing of who knows whom: friends close together, strangers apart.

The same ties always give the same places. A rough order comes from letting everybody move to the middle of their
friends again and again, in two directions at right angles (power iteration of the random walk, which finds the two
slowest ways in which news spreads). Then ties pull and people push each other away, after Fruchterman and Reingold,
*Graph drawing by force-directed placement* (1991); only people in neighbouring squares push, so that thousands take
a moment and not a minute.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.compiling import PLAIN, compiled

if TYPE_CHECKING:
    from simulator.graph import SocialGraph

_ROUNDS = 120
_PUSHES = 90
_GOLDEN = math.pi * (3.0 - math.sqrt(5.0))


def layout(graph: "SocialGraph") -> NDArray[np.float64]:
    """Give everybody a place on a unit square, friends near friends.

    >>> from simulator.graph import graph_from_edges
    >>> places = layout(graph_from_edges([0, 1, 2], [1, 2, 0], n=3))
    >>> places.shape, bool((places >= 0.0).all() and (places <= 1.0).all())
    ((3, 2), True)

    Args:
        graph: who hears whom. In a well-mixed market, where all ties are alike, people stand in a round crowd.

    Returns:
        float64[n, 2], from 0 to 1 both ways, rounded to thousandths.
    """
    if graph.n_ties == 0 or graph.n < 3:
        return _crowd(graph.n)
    indptr, ends = _both_ways(graph)
    places = _spread(_rough(indptr, ends, _crowd(graph.n) - 0.5, _ROUNDS))
    _settle(indptr, ends, places, _PUSHES)
    return _framed(places)


def _crowd(n: int) -> NDArray[np.float64]:
    """A round crowd, filled evenly like the head of a sunflower; the first rows stand in the middle."""
    k = np.arange(n)
    r = 0.5 * np.sqrt((k + 0.5) / max(n, 1))
    return np.round(np.stack([0.5 + r * np.cos(_GOLDEN * k), 0.5 + r * np.sin(_GOLDEN * k)], axis=1), 3)


def _both_ways(graph: "SocialGraph") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of neighbours in either direction: a drawing does not care who hears whom."""
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    ends = graph.listeners.astype(np.int64)
    if graph.directed:
        talkers, ends = np.concatenate([talkers, ends]), np.concatenate([ends, talkers])
    order = np.lexsort((ends, talkers))
    return np.searchsorted(talkers[order], np.arange(graph.n + 1)), ends[order]


def _spread(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same order from left to right and from top to bottom, with everybody equally far from the next."""
    n = len(places)
    rank = np.empty(places.shape, np.float64)
    for axis in range(2):
        rank[np.argsort(places[:, axis], kind="stable"), axis] = np.arange(n)
    return (rank + 0.5) / n * 2.0 - 1.0


def ring_layout(n: int, *, circles: int = 1) -> NDArray[np.float64]:
    """Places on one circle in order of rows, or on many small ones, as a network that was made so is drawn best.

        >>> ring_layout(4).shape, ring_layout(100, circles=4).shape
        ((4, 2), (100, 2))

    Args:
        n: number of people.
        circles: how many; each holds as many people as the next, give or take one.
    """
    begin = np.linspace(0, n, circles + 1).astype(np.int64)
    which = np.searchsorted(begin, np.arange(n), side="right") - 1
    size = np.diff(begin)[which]
    place = np.arange(n) - begin[which]
    # A full circle is wound as a band, so that neighbours are not on top of each other.
    bands = max(math.ceil(n / circles / 90), 1)
    small = 0.5 if circles == 1 else min(0.5, 1.1 * math.pi / (circles + math.pi) / 2.0)
    radius = small * (1.0 - 0.3 * (place % bands) / bands)
    angle = 2.0 * math.pi * place / size - math.pi / 2.0
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    if circles > 1:
        turn = 2.0 * math.pi * which / circles - math.pi / 2.0
        x, y = x + (0.5 - small) * np.cos(turn), y + (0.5 - small) * np.sin(turn)
    places: NDArray[np.float64] = np.stack([0.5 + x, 0.5 + y], axis=1).round(3)
    return places


def _framed(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same drawing in a unit square, without stretching it; a few far-off people do not shrink the rest."""
    middle = np.median(places, axis=0)
    far = np.abs(places - middle).max(axis=1)
    edge = max(float(np.quantile(far, 0.98)), 1e-9)
    # Beyond the edge, distances shrink: whoever has no friends stays in sight.
    scaled = (places - middle) / edge
    reach = np.abs(scaled).max(axis=1, keepdims=True)
    pressed = np.where(reach > 1.0, scaled / np.maximum(reach, 1e-9) * (1.0 + 0.06 * (1.0 - 1.0 / reach)), scaled)
    return np.round(np.clip(0.5 + pressed / 2.14, 0.0, 1.0), 3).astype(np.float64)


@compiled(**PLAIN)
def _rough(indptr: np.ndarray, ends: np.ndarray, start: np.ndarray, rounds: int) -> np.ndarray:
    """Everybody moves to the middle of their friends, again and again, while the drawing keeps its size."""
    n = len(indptr) - 1
    now = start.copy()
    weight = np.empty(n)
    for i in range(n):
        weight[i] = max(indptr[i + 1] - indptr[i], 1)
    total = weight.sum()
    for _ in range(rounds):
        new = np.empty_like(now)
        for i in range(n):
            x = y = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                x += now[ends[e], 0]
                y += now[ends[e], 1]
            new[i, 0] = 0.5 * (now[i, 0] + x / weight[i])
            new[i, 1] = 0.5 * (now[i, 1] + y / weight[i])
        for axis in range(2):
            mean = 0.0
            for i in range(n):
                mean += weight[i] * new[i, axis]
            for i in range(n):
                new[i, axis] -= mean / total
        dot = size = 0.0
        for i in range(n):
            dot += weight[i] * new[i, 0] * new[i, 1]
            size += weight[i] * new[i, 0] * new[i, 0]
        if size > 0.0:
            for i in range(n):
                new[i, 1] -= dot / size * new[i, 0]
        for axis in range(2):
            size = 0.0
            for i in range(n):
                size += weight[i] * new[i, axis] * new[i, axis]
            size = math.sqrt(size / total)
            if size > 0.0:
                for i in range(n):
                    now[i, axis] = new[i, axis] / size
    # Twins, who have the same friends, would stand on one spot.
    for i in range(n):
        now[i, 0] += 0.05 * start[i, 0]
        now[i, 1] += 0.05 * start[i, 1]
    return now


@compiled(**PLAIN)
def _settle(indptr: np.ndarray, ends: np.ndarray, at: np.ndarray, pushes: int) -> None:
    """Ties pull, neighbours in space push, and each round everybody moves a little less."""
    n = len(indptr) - 1
    room = 2.0 / math.sqrt(n)  # the distance at which a tie's pull and a push balance
    mean = max(indptr[n] / n, 1.0)
    square = 3.0 * room
    force = np.zeros((n, 2))
    for k in range(pushes):
        low_x, low_y = at[:, 0].min(), at[:, 1].min()
        # Never more squares than people, however far somebody has gone.
        span = max(at[:, 0].max() - low_x, at[:, 1].max() - low_y)
        side = max(square, span / math.sqrt(4.0 * n))
        wide = int((at[:, 0].max() - low_x) / side) + 1
        high = int((at[:, 1].max() - low_y) / side) + 1
        first = np.zeros(wide * high + 1, np.int64)
        cell = np.empty(n, np.int64)
        for i in range(n):
            cell[i] = int((at[i, 0] - low_x) / side) * high + int((at[i, 1] - low_y) / side)
            first[cell[i] + 1] += 1
        for c in range(wide * high):
            first[c + 1] += first[c]
        place = first.copy()
        inside = np.empty(n, np.int64)
        for i in range(n):
            inside[place[cell[i]]] = i
            place[cell[i]] += 1
        for i in range(n):
            fx = -0.02 * at[i, 0] / room
            fy = -0.02 * at[i, 1] / room
            column, row = cell[i] // high, cell[i] % high
            for cx in range(max(column - 1, 0), min(column + 2, wide)):
                for cy in range(max(row - 1, 0), min(row + 2, high)):
                    for p in range(first[cx * high + cy], first[cx * high + cy + 1]):
                        j = inside[p]
                        if j != i:
                            dx, dy = at[i, 0] - at[j, 0], at[i, 1] - at[j, 1]
                            d2 = dx * dx + dy * dy
                            if d2 < square * square:
                                # Hubs keep their distance from each other, so that each can be seen.
                                known = (indptr[j + 1] - indptr[j]) * (indptr[i + 1] - indptr[i]) / (mean * mean)
                                push = room * room / max(d2, 1e-4 * room * room) * max(1.0, math.sqrt(known))
                                fx += dx * push / room
                                fy += dy * push / room
            ties = indptr[i + 1] - indptr[i]
            for e in range(indptr[i], indptr[i + 1]):
                j = ends[e]
                dx, dy = at[i, 0] - at[j, 0], at[i, 1] - at[j, 1]
                d = math.sqrt(dx * dx + dy * dy)
                # A hub's many friends pull it no harder than a few do, or all would end in one heap.
                pull = d / room / math.sqrt(max(ties, indptr[j + 1] - indptr[j])) * 0.8
                fx -= dx / room * pull
                fy -= dy / room * pull
            force[i, 0], force[i, 1] = fx, fy
        heat = room * (1.0 - k / pushes)
        for i in range(n):
            size = math.sqrt(force[i, 0] ** 2 + force[i, 1] ** 2)
            if size > 0.0:
                step = min(size * 0.1 * room, heat) / size
                at[i, 0] += force[i, 0] * step
                at[i, 1] += force[i, 1] * step


__all__ = ["layout", "ring_layout"]
