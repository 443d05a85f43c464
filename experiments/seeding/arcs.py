"""The ties of a market with the chance that each is believed, row by row, ready to be searched along.

    >>> from simulator.graph import graph_from_edges
    >>> star = graph_from_edges([0, 0, 0], [1, 2, 3], n=4)
    >>> heard = reverse_arcs(star, weighted_cascade(star))
    >>> heard.ends[heard.indptr[0] : heard.indptr[1]].tolist(), heard.by_arc
    ([1, 2, 3], False)

How many arcs of a row are passed over before the next one that carries is geometric, so that a search costs as much
as what it finds (Guo et al., *Influence maximization revisited*, SIGMOD 2020). Where the arcs of a row differ, they
are sorted by falling chance: the skip is drawn with the chance of the first, and what it meets is kept in proportion.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.compiling import KERNEL, compiled
from simulator.graph import SocialGraph

Model = Literal["wc", "ic"]


@dataclass(frozen=True, eq=False)
class Arcs:
    """Rows of arcs with their chances; a search goes from the row's own node to the ends.

    Attributes:
        n: number of nodes.
        indptr: int64[n + 1], where each row begins and ends.
        ends: int32, the node at the other end of each arc.
        scale: float64, mean length of a skip, -1 / ln(1 - p): one for each row, or for each arc.
        chance: float64, p of each arc, falling within rows; empty where all arcs of a row are alike.
    """

    n: int
    indptr: NDArray[np.int64]
    ends: NDArray[np.int32]
    scale: NDArray[np.float64]
    chance: NDArray[np.float64]

    @property
    def by_arc(self) -> bool:
        """Whether arcs of one row differ."""
        return len(self.chance) > 0


def weighted_cascade(graph: SocialGraph) -> NDArray[np.float64]:
    """The chance at which each person believes one telling in a weighted cascade: one in as many as they hear.

        >>> from simulator.graph import graph_from_edges
        >>> weighted_cascade(graph_from_edges([0, 1], [1, 2], n=4)).tolist()
        [1.0, 0.5, 1.0, 0.0]

    Args:
        graph: who hears whom.

    Source: Kempe, Kleinberg and Tardos (2003), *Maximizing the spread of influence through a social network*.
    """
    heard = graph.n_heard.astype(np.float64)
    return np.divide(1.0, heard, out=np.zeros(graph.n), where=heard > 0)


def chances_of(graph: SocialGraph, *, model: Model, p: float | None = None) -> NDArray[np.float64]:
    """The chance at which each person believes one telling.

        >>> from simulator.graph import graph_from_edges
        >>> chances_of(graph_from_edges([0], [1], n=2), model="ic", p=0.1).tolist()
        [0.1, 0.1]

    Args:
        graph: who hears whom.
        model: ``wc``, one in as many as a person hears; ``ic``, the same ``p`` for all.
        p: 0 to 1; with ``ic`` alone.

    Raises:
        ValueError: another model, ``p`` is no chance, or it is missing or superfluous.
    """
    if model == "wc":
        if p is not None:
            raise ValueError("p goes with model “ic”; in a weighted cascade it follows from the ties")
        return weighted_cascade(graph)
    if model != "ic":
        raise ValueError(f"model is “wc” or “ic”, not {model!r}")
    if p is None or not 0.0 <= p <= 1.0:
        raise ValueError(f"model “ic” needs p, a chance from 0 to 1, not {p}")
    return np.full(graph.n, float(p))


def skip_scale(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean lengths of skips in units of which a standard exponential is a multiple.

        >>> skip_scale(np.array([0.0, 1.0])).tolist()
        [inf, 0.0]

    Args:
        chance: 0 to 1.
    """
    with np.errstate(divide="ignore"):
        return 1.0 / -np.log1p(-chance)


def _checked(chance: NDArray[np.float64] | float, size: int, of: str) -> NDArray[np.float64]:
    values = np.ascontiguousarray(np.broadcast_to(np.asarray(chance, np.float64), (size,)))
    if not ((values >= 0.0) & (values <= 1.0)).all():
        raise ValueError(f"the chance of each {of} must be a number from 0 to 1")
    return values


def reverse_arcs(graph: SocialGraph, chance: NDArray[np.float64] | float) -> Arcs:
    """Arcs from each listener to the talkers it hears, where each person has a chance of their own.

        >>> from simulator.graph import graph_from_edges
        >>> arrow = graph_from_edges([0], [1], n=2, directed=True)
        >>> reverse_arcs(arrow, 0.5).indptr.tolist()
        [0, 0, 1]

    Args:
        graph: who hears whom; not well-mixed.
        chance: float64[n], 0 to 1, at which each listener believes one telling; or one for all.

    Raises:
        ValueError: a chance is none, or the market is well-mixed.
    """
    _refuse_mixed(graph)
    p = _checked(chance, graph.n, "person")
    indptr, ends = graph.indptr, graph.listeners
    if graph.directed:
        indptr, ends, _ = _turned(graph, with_ties=False)
    return Arcs(graph.n, indptr, ends, skip_scale(p), np.empty(0))


def reverse_arcs_of_ties(graph: SocialGraph, chance: NDArray[np.float64]) -> Arcs:
    """Arcs from each listener to the talkers it hears, where each tie has a chance of its own.

        >>> from simulator.graph import graph_from_edges
        >>> arrows = graph_from_edges([0, 1], [2, 2], n=3, directed=True)
        >>> heard = reverse_arcs_of_ties(arrows, np.array([0.1, 0.7]))
        >>> heard.ends.tolist(), heard.chance.tolist()
        ([1, 0], [0.7, 0.1])

    Args:
        graph: who hears whom; not well-mixed.
        chance: 0 to 1, one for each of ``graph.listeners``.

    Raises:
        ValueError: a chance is none, or the market is well-mixed.
    """
    _refuse_mixed(graph)
    p = _checked(chance, graph.n_ties, "tie")
    indptr, ends, tie = _turned(graph)
    return _sorted_rows(graph.n, indptr, ends, p[tie])


def forward_arcs(graph: SocialGraph, chance: NDArray[np.float64] | float) -> Arcs:
    """Arcs from each talker to its listeners, where each listener has a chance of their own: to play cascades.

        >>> from simulator.graph import graph_from_edges
        >>> arrows = graph_from_edges([0, 0, 1], [1, 2, 2], n=3, directed=True)
        >>> forward_arcs(arrows, weighted_cascade(arrows)).ends.tolist()
        [1, 2, 2]

    Args:
        graph: who hears whom; not well-mixed.
        chance: float64[n], 0 to 1, at which each listener believes one telling; or one for all.

    Raises:
        ValueError: a chance is none, or the market is well-mixed.
    """
    _refuse_mixed(graph)
    p = _checked(chance, graph.n, "person")
    if p.min(initial=0.0) == p.max(initial=0.0):
        return Arcs(graph.n, graph.indptr, graph.listeners, skip_scale(p), np.empty(0))
    heard = graph if not graph.directed else None
    indptr, talkers = (heard.indptr, heard.listeners) if heard is not None else _turned(graph, with_ties=False)[:2]
    # Listeners are dealt to their talkers in the order of falling chance, so that rows come out sorted.
    order = np.argsort(-p, kind="stable")
    ends = np.empty(graph.n_ties, np.int32)
    _deal_rows(indptr, talkers, order, graph.indptr[:-1].copy(), ends)
    sorted_chance = p[ends]
    return Arcs(graph.n, graph.indptr, ends, skip_scale(sorted_chance), sorted_chance)


def _refuse_mixed(graph: SocialGraph) -> None:
    if graph.well_mixed:
        raise ValueError("a well-mixed market has no ties to follow; choose another kind of graph")


def _sorted_rows(n: int, indptr: NDArray[np.int64], ends: NDArray[np.int32], p: NDArray[np.float64]) -> Arcs:
    row = np.repeat(np.arange(n), np.diff(indptr))
    order = np.lexsort((-p, row))
    return Arcs(n, indptr, np.ascontiguousarray(ends[order]), skip_scale(p[order]), p[order])


def _turned(
    graph: SocialGraph, *, with_ties: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Rows of listeners with their talkers, and the stored tie that each comes from."""
    indptr = np.zeros(graph.n + 1, np.int64)
    np.cumsum(np.bincount(graph.listeners, minlength=graph.n), out=indptr[1:])
    talkers, tie = np.empty(graph.n_ties, np.int32), np.empty(graph.n_ties if with_ties else 0, np.int64)
    _turn(graph.indptr, graph.listeners, indptr[:-1].copy(), talkers, tie)
    return indptr, talkers, tie


@compiled(**KERNEL)
def _turn(indptr, listeners, cursor, talkers, tie):
    for i in range(len(indptr) - 1):
        for e in range(indptr[i], indptr[i + 1]):
            j = listeners[e]
            talkers[cursor[j]] = i
            if len(tie):
                tie[cursor[j]] = e
            cursor[j] += 1


@compiled(**KERNEL)
def _deal_rows(indptr, talkers, order, cursor, ends):
    for j in order:
        for e in range(indptr[j], indptr[j + 1]):
            i = talkers[e]
            ends[cursor[i]] = j
            cursor[i] += 1
