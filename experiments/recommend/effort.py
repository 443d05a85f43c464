"""How much is spent on a recommendation."""

from dataclasses import dataclass

from experiments.recommend.race import LAPS
from experiments.recommend.search import RUNGS, Sampler


@dataclass(frozen=True)
class Effort:
    """How much is spent on a recommendation.

    Attributes:
        trials: plans that are tried.
        replicates: of a candidate in the search: few, then more.
        laps: replicates after each lap of the race.
        report: fresh replicates of everything that is printed.
        check: replicates that check the printed value, a multiple of ``report``; 0 checks nothing.
        marginals: whether each line's next money is looked at.
        seed: of everything.
        sampler: ``auto`` is CMA-ES.
        threads: at once; all cores when None.
    """

    trials: int = 300
    replicates: tuple[int, ...] = RUNGS
    laps: tuple[int, ...] = LAPS
    report: int = 64
    check: int = 10
    marginals: bool = True
    seed: int = 0
    sampler: Sampler = "auto"
    threads: int | None = None
