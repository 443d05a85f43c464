"""A pair of growing collections: seeds are chosen on one, and proved on the other.

>>> from experiments.seeding.arcs import reverse_arcs
>>> from simulator.graph import graph_from_edges
>>> star = graph_from_edges([0, 0, 0, 3], [1, 2, 3, 4], n=5)
>>> search = Search(reverse_arcs(star, 0.5), k=1, seed=1)
>>> search.look(1 << 14).owners
(0,)
>>> mine = search.certificate_of([3])  # of any choice, however it was made
>>> 0.75 < mine.certificate < mine.estimate / search.certificate_of([0]).estimate
True
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from experiments.seeding import rules_of_thumb as thumb
from experiments.seeding.arcs import Arcs
from experiments.seeding.bounds import lower_bound, tail, upper_bound
from experiments.seeding.cover import cover_of
from experiments.seeding.greedy import Choice, budgeted_coverage, max_coverage
from experiments.seeding.rr_sets import RRSets

FIRST_SETS, LAST_SETS = 1 << 5, 1 << 23
"""Sets in each collection at the first and at the last look; between them they double, or more than that at once."""

_LOOKS = (LAST_SETS // FIRST_SETS).bit_length()
_AT_ONCE = 20_000_000
"""Members that one look may add, unless the sets are just doubled."""

_INDEXED = 10_000
"""Owners in the index where seeds are chosen by number."""

_GOOD = 0.95
"""Certificate that is good enough where none is asked for: what it leaves open would hardly matter."""

_NEGLIGIBLE = 0.01
"""Share of the sets covered that seeds chosen on few sets may have together."""

_MOST_NAMES = 8
"""Choices that may be compared; each gets its part of delta."""

Watch = Callable[[int, float, float], None]
"""Called after each look with the number of sets, the spread by the checking sets, and the certificate."""


class SeedingError(ValueError):
    """A question about seeds that has no answer, with the reason and the remedy."""


@dataclass(frozen=True)
class Effort:
    """How hard to look, and when to stop.

    Attributes:
        certificate: stop when the choice is proved to be at least this share of the best possible, 0 to 1; None:
            at 0.95, or when doubling the sets improves the proof by less than ``settled``.
        settled: improvement of the certificate that no longer counts.
        min_sets: sets on which every seed must have been chosen, before any stop but one by a limit; those on fewer
            do not count if they add less than a hundredth together.
        max_sets: in each collection.
        max_bytes: memory for both collections; None: half of what is free.
        seconds: wall time that no doubling is expected to exceed; None: no limit, the same answer on every machine.
        delta: chance that a bound fails.
        threads: at once; changes nothing but time.
    """

    certificate: float | None = None
    settled: float = 0.01
    min_sets: int = 400
    max_sets: int = LAST_SETS
    max_bytes: int | None = None
    seconds: float | None = None
    delta: float = 0.001
    threads: int | None = None


@dataclass(frozen=True)
class Proof:
    """What is known of one choice.

    Attributes:
        lower: spread at least.
        upper: spread of the best choice within the limits, at most.
        estimate: spread by the checking sets, without bias.
    """

    lower: float
    upper: float
    estimate: float

    @property
    def certificate(self) -> float:
        """The choice is at least this share of the best possible; 0 to 1."""
        return min(self.lower / self.upper, 1.0) if self.upper > 0.0 else 1.0


class Search:
    """A pair of collections for one network and one set of limits; answers grow with it."""

    def __init__(
        self,
        arcs: Arcs,
        *,
        k: int | None = None,
        costs: NDArray[np.float64] | None = None,
        budget: float | None = None,
        values: Sequence[float] | NDArray[np.float64] | None = None,
        forced: Sequence[int] = (),
        excluded: Sequence[int] = (),
        seed: int = 0,
        effort: Effort | None = None,
    ) -> None:
        """Prepare a search; arguments as for :func:`choose_seeds`."""
        self.effort = Effort() if effort is None else effort
        self.arcs, self.k, self.costs, self.budget = arcs, k, costs, budget
        self.forced, self.excluded = tuple(forced), tuple(excluded)
        _check(arcs.n, self)
        self.chosen_on, self.checked_on = (
            RRSets(
                arcs,
                seed=seed,
                stream=stream,
                values=values,
                threads=self.effort.threads,
                max_bytes=self.effort.max_bytes,
            )
            for stream in (1, 2)
        )
        self.choice: Choice | None = None

    def look(self, n_sets: int) -> Choice:
        """Grow both collections, and choose on the first.

        Args:
            n_sets: in each.
        """
        self.chosen_on.grow(n_sets)
        self.checked_on.grow(n_sets)
        # Whoever is in few sets is not chosen by number alone; within a budget the cheap may be.
        indexed = None if self.k is None or self.budget is not None else max(_INDEXED, 20 * self.k)
        cover = cover_of(self.chosen_on, most_indexed=indexed)
        if self.costs is None or self.budget is None:
            self.choice = max_coverage(cover, k=self.k or 0, forced=self.forced, excluded=self.excluded)
        else:
            self.choice = budgeted_coverage(
                cover, costs=self.costs, budget=self.budget, k=self.k, forced=self.forced, excluded=self.excluded
            )
        return self.choice

    def certificate_of(self, seeds: Sequence[int]) -> Proof:
        """What is proved of any choice that was not made on the checking sets: yours, or a rule of thumb's.

        The bounds hold for up to eight choices at once.

        Args:
            seeds: rows.

        Raises:
            SeedingError: nothing was looked at yet.
        """
        if self.choice is None:
            raise SeedingError("look first: there are no sets to prove anything with")
        return self.proof(self.choice, self.checked_on.hits(seeds))

    def proof(self, choice: Choice, hits: int) -> Proof:
        """What is proved by so many hits of the checking sets.

        Args:
            choice: the greedy one, whose bound holds for all.
            hits: sets with a seed in them.
        """
        a = tail(delta=self.effort.delta, looks=_LOOKS, choices=_MOST_NAMES)
        n, value = self.checked_on.n_sets, self.checked_on.total_value
        upper = upper_bound(choice.most, n_sets=n, value=value, a=a)
        lower = lower_bound(hits, n_sets=n, value=value, a=a)
        return Proof(lower, max(upper, lower), hits * value / n)

    def limited(self, order: NDArray[np.int64]) -> list[int]:
        """The first of an order that the limits of this search allow.

        Args:
            order: everybody, the best first.
        """
        return thumb.affordable(
            order, k=self.k, costs=self.costs, budget=self.budget, forced=self.forced, excluded=self.excluded
        )


def look_until_enough(search: Search, began: float, watch: Watch | None) -> str:
    """Grow the collections until it is enough, and say why.

    Args:
        search: with its limits and effort.
        began: when the clock started, by ``perf_counter``.
        watch: called after each look.

    Returns:
        ``certificate``, ``settled``, ``seconds``, ``memory`` or ``sets``.
    """
    effort, n_sets, before = search.effort, FIRST_SETS, 0.0
    most = min(effort.max_sets, LAST_SETS)
    while True:
        looked = perf_counter()
        choice = search.look(n_sets)
        proof = search.certificate_of(choice.owners)
        if watch is not None:
            watch(n_sets, proof.estimate, proof.certificate)
        gains = choice.gains[len(search.forced) :]
        weak = [gain for gain in gains if gain < effort.min_sets]
        enough = sum(weak) <= _NEGLIGIBLE * choice.covered
        if enough and effort.certificate is not None and proof.certificate >= effort.certificate:
            return "certificate"
        if enough and effort.certificate is None:
            if proof.certificate >= _GOOD:
                return "certificate"
            if proof.certificate - before < effort.settled:
                return "settled"
        before = proof.certificate if enough else 0.0
        if 2 * n_sets > most:
            return "sets"
        if not (search.chosen_on.fits(2 * n_sets) and search.checked_on.fits(2 * n_sets)):
            return "memory"
        now = perf_counter()
        if effort.seconds is not None and now - began + 2.0 * (now - looked) > effort.seconds:
            return "seconds"
        more = 2
        if not enough:  # as many as it takes, but for what memory and patience allow
            members = len(search.chosen_on.members)
            while (
                more * fewest(gains) < effort.min_sets
                and 2 * more * n_sets <= most
                and 2 * more * members <= _AT_ONCE
                and search.chosen_on.fits(4 * more * n_sets)
            ):
                more *= 2
        n_sets *= more


def fewest(gains: tuple[int, ...]) -> int:
    """The least gain, after leaving out the least of them that add less than a hundredth together.

    Args:
        gains: sets that each seed covered anew.
    """
    left_out = 0
    for gain in sorted(gains):
        left_out += gain
        if left_out > _NEGLIGIBLE * sum(gains):
            return gain
    return 0


def _check(n: int, search: Search) -> None:
    """Refuse limits that are missing or cannot be kept."""
    k, costs, budget = search.k, search.costs, search.budget
    if k is None and budget is None:
        raise SeedingError("say how many seeds (k), or what they may cost (costs and budget)")
    if k is not None and not 1 <= k <= n:
        raise SeedingError(f"k is {k:,}, and the network has {n:,} people; choose 1 to {n:,}")
    if (costs is None) != (budget is None):
        raise SeedingError("costs and budget go together")
    if costs is not None and budget is not None:
        costs = np.asarray(costs, np.float64)
        if costs.shape != (n,) or not (costs > 0.0).all():
            raise SeedingError(f"costs are {n:,} numbers above 0")
        if not budget > 0.0 or costs.min() > budget:
            raise SeedingError(f"a budget of {budget:,.10g} pays nobody; the cheapest costs {costs.min():,.10g}")
        dear = ~np.isfinite(costs)
        search.excluded = tuple(sorted({*search.excluded, *np.flatnonzero(dear).tolist()}))
        search.costs = np.where(dear, np.finfo(np.float64).max, costs)
    if both := sorted(set(search.forced) & set(search.excluded)):
        raise SeedingError(f"row {both[0]} is both forced in and excluded, or cannot be had")
    if k is not None and len(search.forced) > k:
        raise SeedingError(f"{len(search.forced)} seeds are forced in, and k is {k}")
