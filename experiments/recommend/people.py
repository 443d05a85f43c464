"""The same people for every plan: candidates meet the same worlds, the same luck and the same drawn parameters.

Replicates are numbered, and four blocks of numbers never meet: what the search saw, what the final race saw, what the
report says, and what checks the report. A plan that was chosen for its luck in one block has none of it in the next.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calibration.draws import ParameterDraws
from calibration.places import is_place, moves_worlds, with_values
from calibration.prior import Prior, quantile
from experiments.beliefs import Beliefs, Uncertainty
from experiments.recommend.goal import Goal
from experiments.replicate import MANY_CONSUMERS, REUSED_WORLDS
from scenarios.schema import Plan, Scenario
from simulator.costs import plan_cost
from simulator.draws import Purpose, derive, draw_uniform, root_key
from simulator.executor import spread
from simulator.graph import SocialGraph
from simulator.kinds import Kinds, build_kinds
from simulator.metrics import open_books
from simulator.money import price_list
from simulator.outline import Outline
from simulator.rivals import Rivals
from simulator.seeds import choose_seeds
from simulator.simulate import simulate
from simulator.tables import fill_outline
from simulator.world import World
from simulator.world_cache import cached_world

Floats = NDArray[np.float64]

BLOCK = 1_000_000
SEARCH, RACE, REPORT, CHECK = (block * BLOCK for block in range(4))
"""First replicate of each block."""

MOST_BITS = 12
"""4,096 replicates of a block cover all ranges evenly; more begin again."""


@dataclass(frozen=True)
class Seen:
    """What became of plans in some replicates.

    Attributes:
        values: [P, R, G] each goal's metric.
        costs: [P, R] money in all: as planned, and what followed from what people did.
    """

    values: Floats
    costs: Floats


class Runs(Protocol):
    """Anything that plans can be tried on."""

    @property
    def scenario(self) -> Scenario:
        """The market."""
        ...

    @property
    def n_runs(self) -> int:
        """Replicates of plans that were simulated so far."""
        ...

    def run(self, plans: Sequence[Plan], first: int, n: int) -> Seen:
        """Run plans on the same replicates, from number ``first`` on."""
        ...


def nested_shares(n_dims: int, *, bits: int, rng: np.random.Generator) -> Floats:
    """Numbers between 0 and 1, [2**bits, D], of which any first power of two covers each column evenly.

        >>> shares = nested_shares(3, bits=4, rng=np.random.default_rng(1))
        >>> [sorted((n * shares[:n, 1]).astype(int).tolist()) == list(range(n)) for n in (2, 4, 8, 16)]
        [True, True, True, True]

    A nested Latin hypercube: each doubling fills the empty half of every stratum, in an order by chance that is
    another one for each column (Qian 2009). Unlike Sobol's sequence, no two columns of many share their halves.

    Args:
        n_dims: columns D.
        bits: logarithm of the number of rows.
        rng: for all draws.
    """
    out = np.empty((2**bits, n_dims))
    out[0] = rng.random(n_dims)
    for level in range(bits):
        n = 2**level
        empty = np.floor(out[:n] * 2 * n).astype(np.int64) ^ 1
        cells = rng.permuted(empty, axis=0)
        out[n : 2 * n] = (cells + rng.random((n, n_dims))) / (2 * n)
    return out


def digest(plan: Plan) -> str:
    """A word that only identical plans share, down to the order of their entries."""
    return hashlib.sha256(plan.model_dump_json().encode()).hexdigest()


class EvenRanges:
    """The registry's ranges and the scenario's own, covered evenly by any number of replicates.

    A power of two of replicates meets each part of every parameter's range once (nested Latin hypercube). Means
    scatter far less than with draws by chance; intervals that take replicates for independent are then on the safe
    side.

    Args:
        scenario: its own values and ranges replace the registry's.
        key: of the block.
    """

    def __init__(self, scenario: Scenario, *, key: np.uint64) -> None:
        self._uncertain = Prior(scenario).uncertain
        rng = np.random.default_rng(int(key))
        self._shares = nested_shares(len(self._uncertain), bits=MOST_BITS, rng=rng)

    def values(self, replicate: int, luck: np.uint64) -> dict[str, float]:
        """One value of every uncertain parameter.

        Args:
            replicate: its number within the block.
            luck: of no account here.
        """
        row = self._shares[replicate % len(self._shares)].tolist()
        return {name: quantile(one, u) for (name, one), u in zip(self._uncertain.items(), row, strict=False)}

    def moves_worlds(self, scenario: Scenario) -> bool:
        """Never: worlds are drawn with the scenario's own parameters.

        Args:
            scenario: the market.
        """
        return False


class EvenDraws:
    """Calibrated draws, met in an order in which any number of replicates covers them about evenly.

    Shares of the weight follow van der Corput's sequence, moved by a place that the key decides.

    Args:
        draws: from a calibration.
        key: of the block.
    """

    def __init__(self, draws: ParameterDraws, *, key: np.uint64) -> None:
        self.draws = draws
        self._start = float(draw_uniform(key, Purpose.PARAMETER, 0, 0, 0))

    def values(self, replicate: int, luck: np.uint64) -> dict[str, float]:
        """One whole draw, whose values go together.

        Args:
            replicate: its number within the block.
            luck: of no account here.
        """
        turned = int(f"{replicate:032b}"[::-1], 2) / 2.0**32
        return self.draws.pick((turned + self._start) % 1.0)

    def moves_worlds(self, scenario: Scenario) -> bool:
        """Whether a place is drawn that building a world looks at.

        Args:
            scenario: the market.
        """
        return any(is_place(name) and moves_worlds(scenario, name) for name in self.draws.names)


class People:
    """One market with its replicates. No plan is simulated twice in the same replicate: what came of it is remembered.

    Args:
        scenario: the market; its plans do not matter.
        goals: what is looked up.
        seed: of everything; never searched.
        uncertainty: as in :func:`experiments.replicate.replicate`.
        draws: calibrated; needed for ``luck+calibrated``.
        graph: the market's own network.
        threads: at once.
    """

    def __init__(
        self,
        scenario: Scenario,
        goals: Sequence[Goal],
        *,
        seed: int,
        uncertainty: Uncertainty,
        draws: ParameterDraws | None = None,
        graph: SocialGraph | None = None,
        threads: int | None = None,
    ) -> None:
        self.scenario, self.goals, self.seed = scenario, tuple(goals), seed
        self.uncertainty, self.draws, self.graph, self.threads = uncertainty, draws, graph, threads
        self.kinds: Kinds = build_kinds(scenario)
        self._root = root_key(seed)
        self._worlds: dict[int, World] = {}
        self._shared = graph is not None or scenario.market.consumers > MANY_CONSUMERS
        self._beliefs: dict[int, Beliefs] = {}
        self._known: dict[tuple[str, int], list[float]] = {}
        self.n_runs = 0

    def drawn(self, first: int, n: int) -> list[dict[str, float]]:
        """The parameters of each replicate; empty where they are the scenario's own.

        Args:
            first: number of the first replicate.
            n: how many.
        """
        out = []
        for r in range(first, first + n):
            belief = self._belief(r)
            luck = derive(self._root, Purpose.LUCK, r)
            out.append({} if belief is None else belief.values(r % BLOCK, luck))
        return out

    def world_numbers(self, first: int, n: int) -> NDArray[np.int64]:
        """[n] which world each replicate has."""
        return np.array([self._world_number(r) for r in range(first, first + n)], np.int64)

    def one_world(self) -> World:
        """The first world of the search, on which influencers are looked at."""
        return self._world(self.scenario, SEARCH, keep=True)

    def run(self, plans: Sequence[Plan], first: int, n: int, *, progress: Callable[[int], None] | None = None) -> Seen:
        """Run plans on the same replicates.

        Args:
            plans: candidates.
            first: number of the first replicate; see :data:`SEARCH` and its like.
            n: how many.
            progress: called with the number of replicates done.
        """
        said = [digest(plan) for plan in plans]
        every = range(first, first + n)
        new = {
            word: plan
            for word, plan in zip(said, plans, strict=True)
            if any((word, r) not in self._known for r in every)
        }
        outlines = {word: Outline(self.scenario, plan, kinds=self.kinds) for word, plan in new.items()}
        planned = {word: plan_cost(self.scenario, plan) for word, plan in new.items()}

        def replicate(r: int) -> dict[str, list[float]]:
            missing = {word: plan for word, plan in new.items() if (word, r) not in self._known}
            return self._one(r, missing, outlines, planned) if missing else {}

        rows = spread(replicate, every, threads=self.threads, progress=progress)
        for r, row in zip(every, rows, strict=True):
            self._known.update(((word, r), values) for word, values in row.items())
            self.n_runs += len(row)
        found = np.array([[self._known[word, r] for word in said] for r in every])
        found = found.reshape(n, len(plans), len(self.goals) + 1)
        return Seen(np.swapaxes(found[..., :-1], 0, 1), found[..., -1].T)

    def _one(
        self, r: int, plans: Mapping[str, Plan], outlines: Mapping[str, Outline], planned: Mapping[str, float]
    ) -> dict[str, list[float]]:
        luck = derive(self._root, Purpose.LUCK, r)
        scenario, drawn = self.scenario, None
        belief = self._belief(r)
        if belief is not None:
            scenario, drawn = with_values(scenario, belief.values(r % BLOCK, luck))
        moved = scenario is not self.scenario
        keep = not (moved and belief is not None and belief.moves_worlds(self.scenario))
        world = self._world(scenario, r, keep=keep)
        rivals = Rivals(scenario, self.kinds)
        out = {}
        for word, plan in plans.items():
            its = Outline(scenario, plan, kinds=self.kinds) if moved else outlines[word]
            out[word] = self._play(scenario, plan, its, world, luck, drawn, rivals, planned[word])
        return out

    def _play(
        self, scenario: Scenario, plan: Plan, outline: Outline, world: World, luck: np.uint64,
        drawn: Mapping[str, float] | None, rivals: Rivals, cost: float,
    ) -> list[float]:  # fmt: skip
        tables = fill_outline(outline, parameters=drawn, rivals=rivals)
        seeds = choose_seeds(scenario, plan, world=world, luck=luck)
        outcome = simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False, seeds=seeds)
        prices = price_list(scenario, plan, tables)
        books = open_books(outcome, scenario, plan, planned=cost, prices=prices)
        return [*(goal.value(books, plan) for goal in self.goals), books.cost]

    def _belief(self, r: int) -> Beliefs | None:
        if self.uncertainty == "luck":
            return None
        block = r // BLOCK
        if block not in self._beliefs:
            key = derive(self._root, Purpose.PARAMETER, block)
            if self.draws is not None and self.uncertainty == "luck+calibrated":
                self._beliefs[block] = EvenDraws(self.draws, key=key)
            else:
                self._beliefs[block] = EvenRanges(self.scenario, key=key)
        return self._beliefs[block]

    def _world_number(self, r: int) -> int:
        return r - r % BLOCK + r % BLOCK % REUSED_WORLDS if self._shared else r

    def _world(self, scenario: Scenario, r: int, *, keep: bool) -> World:
        number = self._world_number(r)
        if keep and number in self._worlds:
            return self._worlds[number]
        world = cached_world(scenario, seed=derive(self._root, Purpose.WORLD, number), graph=self.graph)
        if keep and r < RACE:  # the search comes back to its worlds; later blocks meet each once
            self._worlds[number] = world
        return world
