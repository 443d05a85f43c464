"""Seeds with a proof: chosen on one collection of reverse-reachable sets, checked on another that never saw them.

    >>> from experiments.seeding.arcs import weighted_cascade
    >>> from simulator.graph import graph_from_edges
    >>> stars = graph_from_edges([0, 0, 0, 0, 5, 5, 5], [1, 2, 3, 4, 6, 7, 8], n=9)
    >>> found = choose_seeds(stars, weighted_cascade(stars), k=2, seed=1)
    >>> sorted(found.seeds), round(found.spread), found.certificate > 0.9
    ([0, 5], 9, True)

Collections are doubled until the proof is as good as wanted or no longer gets better, and every seed was chosen on
enough sets: one that stands on fifty sets is as likely lucky as good. Rules of thumb are checked beside, and the best
of all is the answer, so that it never loses to the highest degrees. Method: OPIM-C of Tang, Tang, Xiao and Yuan (2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from experiments.seeding import rules_of_thumb as thumb
from experiments.seeding.arcs import reverse_arcs
from experiments.seeding.search import Effort, Proof, Search, SeedingError, Watch, fewest, look_until_enough
from simulator.graph import SocialGraph

__all__ = ["Effort", "Proof", "Search", "Seeding", "SeedingError", "choose_seeds"]

TAKES_OFF = 0.01
"""Share of the network that a typical cascade reaches from which cascades are said to take off."""

HARDLY = 0.95
"""Random seeds that do so well, as a share of the best known, make the choice hardly matter."""

_RANDOM_CHOICES = 10


@dataclass(frozen=True)
class Seeding:
    """Whom to seed, and how good that is.

    Attributes:
        seeds: rows, in the order in which they were chosen.
        chosen_by: ``greedy``, or the rule of thumb that did better.
        proof: bounds, which hold but for a chance of ``delta``.
        portfolio: spread of every choice that was compared, by the checking sets.
        choices: the seeds of each.
        random_spread: of random choices within the same limits, on average.
        n_sets: in each collection.
        mean_size: reach of one random consumer.
        typical_share: share of the network that a typical cascade reaches.
        fewest_sets: sets on which the weakest seed of the greedy choice was chosen, but for those who add next to
            nothing.
        stopped: why: ``certificate``, ``settled``, ``seconds``, ``memory`` or ``sets``.
        cost: of the seeds; their number where there are no costs.
        seconds: wall time.
    """

    seeds: tuple[int, ...]
    chosen_by: str
    proof: Proof
    portfolio: dict[str, float]
    choices: dict[str, tuple[int, ...]] = field(repr=False)
    random_spread: float
    n_sets: int
    mean_size: float
    typical_share: float
    fewest_sets: int
    stopped: str
    cost: float
    seconds: float

    @property
    def spread(self) -> float:
        """Value reached on average, by the checking sets."""
        return self.proof.estimate

    @property
    def certificate(self) -> float:
        """The choice is at least this share of the best possible."""
        return self.proof.certificate

    @property
    def takes_off(self) -> bool:
        """Whether a typical cascade reaches a considerable share of the network, whoever began it."""
        return self.typical_share >= TAKES_OFF

    @property
    def hardly_matters(self) -> bool:
        """Whether random seeds do as well within five per cent."""
        return self.random_spread >= HARDLY * self.spread


def choose_seeds(
    graph: SocialGraph,
    chance: NDArray[np.float64] | float,
    *,
    k: int | None = None,
    costs: NDArray[np.float64] | None = None,
    budget: float | None = None,
    values: Sequence[float] | NDArray[np.float64] | None = None,
    forced: Sequence[int] = (),
    excluded: Sequence[int] = (),
    seed: int = 0,
    effort: Effort | None = None,
    watch: Watch | None = None,
) -> Seeding:
    """Say whom to seed so that word of mouth reaches most, and prove how near that is to the best possible.

        >>> from simulator.graph import graph_from_edges
        >>> star = graph_from_edges([0, 0, 0, 3], [1, 2, 3, 4], n=5)
        >>> choose_seeds(star, 1.0, k=1, seed=1).spread
        5.0

    Args:
        graph: who hears whom; not well-mixed.
        chance: 0 to 1, at which each person believes one telling: one for all, or
            :func:`experiments.seeding.arcs.weighted_cascade`.
        k: seeds at most; needed where there is no budget.
        costs: of each person, above 0; infinite for those who cannot be had.
        budget: what seeds may cost together; goes with ``costs``.
        values: what it is worth to reach each person; left out: 1 each.
        forced: rows in every choice.
        excluded: rows in no choice.
        seed: any whole number; the same one gives the same seeds, whatever the number of threads, unless time ran out.
        effort: how hard to look.
        watch: called after each look.

    Raises:
        SeedingError: limits that cannot be kept or are missing.
        ValueError: a chance or a value is impossible, or the market is well-mixed.
        TooLargeError: the network does not fit into memory.
    """
    began = perf_counter()
    arcs = reverse_arcs(graph, chance)
    search = Search(
        arcs, k=k, costs=costs, budget=budget, values=values, forced=forced, excluded=excluded, seed=seed, effort=effort
    )
    stopped = look_until_enough(search, began, watch)
    every = np.broadcast_to(np.asarray(chance, np.float64), (graph.n,))
    count = None if k is None or budget is not None else k + len(search.excluded)
    orders = {
        "degree": thumb.by_degree(graph, count),
        "degree discount": thumb.by_degree_discount(graph, every, count),
        "PageRank": thumb.by_pagerank(graph, count),
        "random neighbour": thumb.by_random_neighbours(arcs, seed=seed, count=count),
    }
    if search.costs is not None:
        orders["degree per cost"] = thumb.by_degree_per_cost(graph, search.costs)
    greedy = search.choice
    if greedy is None:
        raise SeedingError("no sets could be drawn")
    choices = {"greedy": greedy.owners} | {name: tuple(search.limited(order)) for name, order in orders.items()}
    luck = [search.limited(thumb.by_chance(graph.n, seed=seed, number=r, count=count)) for r in range(_RANDOM_CHOICES)]
    hits = search.checked_on.hits_of_each([*choices.values(), *luck])
    proofs = {name: search.proof(greedy, int(hit)) for name, hit in zip(choices, hits, strict=False)}
    best = max(proofs, key=lambda name: proofs[name].estimate)  # the first of equals, which is greedy
    seeds = choices[best]
    return Seeding(
        seeds=seeds,
        chosen_by=best,
        proof=proofs[best],
        portfolio={name: proof.estimate for name, proof in proofs.items()},
        choices=choices,
        random_spread=float(hits[len(choices) :].mean()) * search.checked_on.total_value / search.checked_on.n_sets,
        n_sets=search.checked_on.n_sets,
        mean_size=search.checked_on.mean_size,
        typical_share=search.checked_on.typical_share,
        fewest_sets=fewest(greedy.gains[len(search.forced) :]),
        stopped=stopped,
        cost=float(len(seeds)) if search.costs is None else float(search.costs[list(seeds)].sum()),
        seconds=perf_counter() - began,
    )
