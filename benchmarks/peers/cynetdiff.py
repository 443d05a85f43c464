"""Work A by cynetdiff, a compiled library for independent cascades, on the same compressed rows."""

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from cynetdiff.models import IndependentCascadeModel

from simulator.graph import SocialGraph


def cascade(graph: SocialGraph, *, seeds: Sequence[int], p: float) -> Callable[[int], Callable[[], int]]:
    """Set up independent cascades.

    Args:
        graph: who hears whom.
        seeds: who begins.
        p: chance over each tie.
    """
    model = IndependentCascadeModel(
        array("I", graph.indptr[:-1].astype(np.uint32).tobytes()),
        array("I", graph.listeners.astype(np.uint32).tobytes()),
        activation_prob=p,
    )
    model.set_seeds(list(seeds))

    def ready(seed: int) -> Callable[[], int]:
        model.set_rng(seed)
        model.reset_model()

        def go() -> int:
            model.advance_until_completion()
            return model.get_num_activated_nodes()

        return go

    return ready
