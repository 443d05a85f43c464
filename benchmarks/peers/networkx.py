"""Work A in plain Python on a networkx graph, as it is commonly written."""

import random
from collections.abc import Callable, Sequence

from simulator.graph import SocialGraph


def cascade(graph: SocialGraph, *, seeds: Sequence[int], p: float) -> Callable[[int], Callable[[], int]]:
    """Set up independent cascades.

    Args:
        graph: who hears whom.
        seeds: who begins.
        p: chance over each tie.
    """
    network = graph.to_networkx()
    for *_, data in network.edges(data=True):
        data.clear()

    def ready(seed: int) -> Callable[[], int]:
        draw = random.Random(seed).random

        def go() -> int:
            reached, front = set(seeds), list(seeds)
            neighbours = network.adj
            while front:
                after = []
                for i in front:
                    for j in neighbours[i]:
                        if j not in reached and draw() < p:
                            reached.add(j)
                            after.append(j)
                front = after
            return len(reached)

        return go

    return ready
