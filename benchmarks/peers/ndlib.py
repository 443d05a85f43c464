"""Work A by NDlib's own model of independent cascades."""

from collections.abc import Callable, Sequence

import ndlib.models.epidemics as epidemics
import numpy as np
from ndlib.models import ModelConfig

from simulator.graph import SocialGraph


def cascade(graph: SocialGraph, *, seeds: Sequence[int], p: float) -> Callable[[int], Callable[[], int]]:
    """Set up independent cascades.

    Args:
        graph: who hears whom.
        seeds: who begins.
        p: chance over each tie.
    """
    network = graph.to_networkx()
    model = epidemics.IndependentCascadesModel(network)
    config = ModelConfig.Configuration()
    config.add_model_initial_configuration("Infected", list(seeds))
    for edge in network.edges():
        config.add_edge_configuration("threshold", edge, p)
    model.set_initial_status(config)

    def ready(seed: int) -> Callable[[], int]:
        np.random.seed(seed)  # noqa: NPY002 - where the library draws from
        model.reset(list(seeds))

        def go() -> int:
            infected = model.available_statuses["Infected"]
            removed = model.available_statuses["Removed"]
            while True:
                count = model.iteration(node_status=False)["node_count"]
                if not count[infected]:
                    return int(count[removed])

        return go

    return ready
