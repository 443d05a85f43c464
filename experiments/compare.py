"""Which plan wins, by how much, and how sure that is.

>>> from experiments import compare
>>> from scenarios import load_scenario
>>> answer = compare(load_scenario("classroom"), replicates=8, seed=1)
>>> sorted(answer.pairs[0].difference.__dict__)[:2]
['ci_high', 'ci_low']
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.draws import ParameterDraws
from experiments.intervals import Summary, replicates_needed, share_ahead, summarise, variance_ratio
from experiments.provenance import ENGINE_VERSION
from experiments.replicate import DEFAULT_REPLICATES, Replicates, Uncertainty, replicate
from scenarios.load import Loaded, scenario_hash
from scenarios.schema import Scenario
from simulator.draws import RNG_VERSION
from simulator.metrics import METRICS

if TYPE_CHECKING:
    import networkx as nx

    from simulator.graph import SocialGraph

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Pair:
    """Plan B against plan A in one metric, on the same people."""

    a: str
    b: str
    metric: str
    difference: Summary
    luck_only: Summary
    share_b_ahead: float
    variance_ratio: float | None
    replicates_needed: int | None

    @property
    def verdict(self) -> str:
        """``ahead``, ``behind`` or ``equal`` for B, or ``open`` while the interval spans zero."""
        if self.difference.decided:
            return "ahead" if self.difference.mean > 0 else "behind"
        return "equal" if self.difference.half_width == 0.0 else "open"


@dataclass(frozen=True)
class Comparison:
    """The answer to a comparison of plans, with everything needed to repeat it."""

    runs: Replicates
    plans: dict[str, dict[str, Summary]]
    pairs: tuple[Pair, ...]
    scenario_hash: str

    def pair(self, a: str, b: str, metric: str) -> Pair:
        """B against A in one metric.

        Raises:
            KeyError: these plans were not compared in this order.
        """
        for pair in self.pairs:
            if (pair.a, pair.b, pair.metric) == (a, b, metric):
                return pair
        raise KeyError((a, b, metric))

    @cached_property
    def result_hash(self) -> str:
        """Hash of every number that this answer rests on; the same inputs give the same hash."""
        digest = hashlib.sha256()
        for name, runs in self.runs.plans.items():
            digest.update(name.encode())
            for sample in (runs.all, runs.luck):
                digest.update(np.ascontiguousarray(sample.figures, "<f8").tobytes())
                digest.update(np.ascontiguousarray(sample.weekly, "<f8").tobytes())
        return digest.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The answer as plain data, as ``apath compare --format json`` prints it."""
        runs = self.runs
        return {
            "schema_version": SCHEMA_VERSION,
            "uncertainty": runs.uncertainty,
            "provenance": {
                "version": ENGINE_VERSION,
                "rng_version": RNG_VERSION,
                "seeds": {"seed": runs.seed, "replicates": runs.n},
                "scenario": runs.scenario.name,
                "scenario_hash": self.scenario_hash,
                "result_hash": self.result_hash,
                "consumers": runs.scenario.market.consumers,
                "days": runs.scenario.n_days,
                "worlds": runs.n_worlds,
                "given_graph": runs.given_graph,
                "weight": runs.scenario.people_per_consumer,
                "currency": runs.scenario.currency,
                "notes": list(runs.notes),
                **({} if runs.draws is None else {"draws": _origin(runs.draws)}),
                "timings": {
                    "kernel_seconds": runs.kernel_seconds,
                    "world_seconds": runs.world_seconds,
                    "other_seconds": runs.other_seconds,
                    "wall_seconds": runs.wall_seconds,
                },
            },
            "plans": {
                name: {
                    "cost": runs.plans[name].cost,
                    "metrics": {metric: _plain(summary) for metric, summary in metrics.items()},
                }
                for name, metrics in self.plans.items()
            },
            "pairs": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "metric": pair.metric,
                    "difference": _plain(pair.difference),
                    "luck_only": _plain(pair.luck_only),
                    "share_b_ahead": pair.share_b_ahead,
                    "variance_ratio": pair.variance_ratio,
                    "replicates_needed": pair.replicates_needed,
                }
                for pair in self.pairs
            ],
        }


def _origin(draws: ParameterDraws) -> dict[str, Any]:
    """Which calibrated draws an answer rests on."""
    return {"draws_hash": draws.draws_hash, "number": len(draws), "ess": draws.ess, "names": list(draws.names)}


def _plain(summary: Summary) -> dict[str, Any]:
    """A summary as JSON numbers; an infinite interval (one replicate) is null."""
    return {name: _finite(value) for name, value in asdict(summary).items() if name != "n"}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def compare(
    what_if: Loaded | Scenario,
    *,
    plans: Sequence[str] | None = None,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    uncertainty: Uncertainty | None = None,
    draws: ParameterDraws | None = None,
    worlds: int | None = None,
    graph: "SocialGraph | nx.Graph | None" = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Say which plan wins on the same people, by how much, and how sure that is.

    Args:
        what_if: a loaded scenario, or one made in Python.
        plans: names; all plans and every pair when None. Differences are the later plan minus the earlier one.
        replicates: how many; more of them narrow the confidence interval, not the spread over worlds.
        seed: any whole number.
        uncertainty: ``luck``, ``luck+ranges`` or ``luck+calibrated``, by default the last that is possible; see
            :func:`experiments.replicate.replicate`.
        draws: from a calibration, instead of those that the scenario names.
        worlds: how many different worlds; a fresh one per replicate when None, unless the market is large or the
            graph is given.
        graph: the market's own network.
        threads: how many replicates at once.
        progress: called with replicates done and replicates in all.

    Raises:
        QuestionError: an unknown plan, no replicates, or no draws where they are asked for.
        DrawsError: the draws cannot be read, or do not suit the scenario.
    """
    runs = replicate(
        what_if, plans=plans, replicates=replicates, seed=seed, uncertainty=uncertainty, draws=draws,
        worlds=worlds, graph=graph, threads=threads, progress=progress,
    )  # fmt: skip
    digest = what_if.scenario_hash if isinstance(what_if, Loaded) else scenario_hash(what_if)
    summaries = {
        name: {metric: summarise(plan.all.figures[:, m], worlds=runs.worlds) for m, metric in enumerate(METRICS)}
        for name, plan in runs.plans.items()
    }
    pairs = tuple(
        _pair(runs, a, b, m, metric) for a, b in combinations(runs.plans, 2) for m, metric in enumerate(METRICS)
    )
    return Comparison(runs, summaries, pairs, digest)


def _pair(runs: Replicates, a: str, b: str, m: int, metric: str) -> Pair:
    one, two = runs.plans[a], runs.plans[b]
    difference = two.all.figures[:, m] - one.all.figures[:, m]
    luck = two.luck.figures[:, m] - one.luck.figures[:, m]
    summary = summarise(difference, worlds=runs.worlds)
    return Pair(
        a=a,
        b=b,
        metric=metric,
        difference=summary,
        luck_only=summarise(luck, worlds=runs.worlds),
        share_b_ahead=share_ahead(difference),
        variance_ratio=variance_ratio(one.luck.figures[:, m], two.luck.figures[:, m]),
        replicates_needed=replicates_needed(summary),
    )
