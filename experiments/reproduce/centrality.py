"""Who stands where in a network: how many hear somebody, and how often they lie between others.

>>> from simulator.graph import graph_from_edges
>>> betweenness(graph_from_edges([0, 1, 2], [1, 2, 3], n=4)).tolist()
[0.0, 2.0, 2.0, 0.0]
"""

import numpy as np
from numpy.typing import NDArray

from simulator.graph import SocialGraph


def degrees(graph: SocialGraph) -> NDArray[np.int64]:
    """How many others hear each consumer."""
    return np.diff(graph.indptr)


def betweenness(graph: SocialGraph) -> NDArray[np.float64]:
    """How many shortest paths between two others lead through each consumer (Brandes 2001), all ties alike.

    All sources are searched at once, one distance after another, with matrices of n times n numbers: meant for
    some thousands of consumers.

    Args:
        graph: undirected; between several shortest paths of a pair, each counts in proportion.
    """
    from scipy.sparse import csr_matrix

    n = graph.n
    ties = csr_matrix((np.ones(graph.n_ties), graph.listeners, graph.indptr), shape=(n, n)).T.tocsr()
    paths = np.eye(n)  # [consumer, source] number of shortest paths from the source
    levels = [paths > 0]
    found = paths > 0
    while levels[-1].any():
        reached = ties @ np.where(levels[-1], paths, 0.0)
        new = (reached > 0) & ~found
        paths[new] = reached[new]
        found |= new
        levels.append(new)
    through = np.zeros((n, n))
    back = ties.T.tocsr()
    for near, far in zip(levels[-2::-1], levels[:0:-1], strict=True):
        share = np.divide(1.0 + through, paths, out=np.zeros((n, n)), where=far)
        through += np.where(near, paths * (back @ share), 0.0)
    np.fill_diagonal(through, 0.0)
    return through.sum(axis=1) / 2.0
