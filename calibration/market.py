"""The market as a calibration sees it: values of parameters in, simulated observations out.

>>> from calibration.market import Market
>>> from calibration.targets import Observed, weekly_target
>>> from scenarios import load_scenario
>>> scenario = load_scenario("classroom").scenario
>>> seen = Observed((weekly_target("awareness", [50.0] * 4, n_weeks=scenario.weeks),), train_weeks=4)
>>> market = Market(scenario, next(iter(scenario.plans.values())), seen, seed=1)
>>> market.run({"wom.affinity": 0.3}, range(2)).shape
(2, 4)

Replicate ``r`` has the same world and the same luck at every point of a search, so that two points differ by their
values and by nothing else.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calibration.errors import CalibrationError
from calibration.places import is_place, with_values
from calibration.series import weekly_of
from calibration.targets import LiftTest, Observed, Target
from scenarios.errors import suggest
from scenarios.schema import Plan, Scenario
from simulator.calendar import amounts_by_week
from simulator.costs import plan_cost
from simulator.draws import Purpose, derive, root_key
from simulator.executor import spread
from simulator.graph import SocialGraph
from simulator.metrics import Books, open_books
from simulator.money import price_list
from simulator.outline import Outline
from simulator.seeds import choose_seeds
from simulator.simulate import Outcome, simulate
from simulator.tables import DayTables, fill_outline
from simulator.world import World
from simulator.world_cache import cached_world

Floats = NDArray[np.float64]

MANY_CONSUMERS = 50_000
"""Above this, replicates share worlds: holding one each would take more memory than they are worth."""

SHARED_WORLDS = 4


class Simulates(Protocol):
    """Anything that a calibration can learn the parameters of."""

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P] on each target's even scale."""
        ...


@dataclass(frozen=True)
class Failure:
    """A trial that could not be simulated, and why."""

    reason: str


def run_all(
    market: Simulates,
    points: Sequence[Mapping[str, float]],
    replicates: range,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Floats | Failure]:
    """Simulate many points; one that fails says why and does not stop the others.

    Args:
        market: what is simulated.
        points: values by name.
        replicates: numbers of the replicates, the same for all points.
        threads: points at once; changes nothing but time.
        progress: called with the number of points done.
    """

    def one(point: Mapping[str, float]) -> Floats | Failure:
        try:
            found = market.run(point, replicates)
        except MemoryError:
            raise
        except Exception as error:  # whatever the engine says of such values is the trial's result
            return Failure(f"{type(error).__name__}: {' '.join(str(error).split())}")
        if not np.all(np.isfinite(found)):
            return Failure("an observation is not a number with these values")
        return found

    return spread(one, points, threads=threads, progress=progress)


class Market:
    """One scenario, one plan that was carried out, and what was observed of it.

    Args:
        scenario: dates, market and all that is not free.
        plan: what was done while the history was observed.
        observed: targets and lift tests.
        seed: of the replicates; never searched.
        graph: the market's own network.
        fixed: values that stay as they are in every run, such as talk switched off.
    """

    def __init__(
        self,
        scenario: Scenario,
        plan: Plan,
        observed: Observed,
        *,
        seed: int,
        graph: SocialGraph | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> None:
        self.scenario, self.plan, self.observed, self.graph = scenario, plan, observed, graph
        self.fixed = dict(fixed or {})
        self._root = root_key(seed)
        self._plans = [plan, *(without_media(scenario, plan, lift) for lift in observed.lifts)]
        self._lock = threading.Lock()
        self._outlines: list[Outline] | None = None
        self._worlds: dict[int, World] = {}

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Simulated observations [R, P] on each target's even scale.

        Args:
            values: by name of parameter or place.
            replicates: numbers of the replicates.
        """
        return np.array([self.observe(books, scale=True) for books in self.books(values, replicates)])

    def books(self, values: Mapping[str, float], replicates: range) -> list[list[Books]]:
        """For each replicate, the books of the plan, and of the plan without each tested channel."""
        scenario, parameters = with_values(self.scenario, {**self.fixed, **values})
        moved = any(is_place(name) for name in values)
        outlines = [Outline(scenario, plan) for plan in self._plans] if moved else self._usual_outlines()
        tables = [fill_outline(outline, parameters=parameters) for outline in outlines]
        arms = [
            (plan, table, plan_cost(scenario, plan), price_list(scenario, plan, table))
            for plan, table in zip(self._plans, tables, strict=True)
        ]
        out = []
        for r in replicates:
            world = self._world(scenario, r, keep=not moved)
            luck = derive(self._root, Purpose.LUCK, r)
            sheets = []
            for plan, table, cost, prices in arms:
                outcome = _simulated(scenario, plan, world, table, luck)
                sheets.append(open_books(outcome, scenario, plan, planned=cost, prices=prices))
            out.append(sheets)
        return out

    def observe(self, sheets: Sequence[Books], *, scale: bool) -> Floats:
        """What would have been observed of one replicate, [P].

        Args:
            sheets: of the plan, then without each tested channel.
            scale: on each target's even scale, or in people, money and shares.
        """
        seen = self.observed
        wanted = [(target.metric, target.segment) for target in seen.targets]
        series = weekly_of(sheets[0], self.plan, wanted)
        parts = []
        for target in seen.targets:
            y = target.weights @ series[target.metric, target.segment] / _part_of(target, sheets[0])
            parts.append(target.scale.forward(y) if scale else y)
        for lift, other in zip(seen.lifts, sheets[1:], strict=True):
            key = lift.metric, lift.segment
            weeks = slice(lift.first_week, lift.last_week + 1)
            gained = weekly_of(sheets[0], self.plan, [key])[key] - weekly_of(other, self.plan, [key])[key]
            gained = gained[weeks].sum(keepdims=True) * lift.market_share
            parts.append(lift.even(gained) if scale else gained)
        return np.concatenate(parts)

    def _usual_outlines(self) -> list[Outline]:
        with self._lock:
            if self._outlines is None:
                self._outlines = [Outline(self.scenario, plan) for plan in self._plans]
            return self._outlines

    def _world(self, scenario: Scenario, r: int, *, keep: bool) -> World:
        shared = scenario.market.consumers > MANY_CONSUMERS or self.graph is not None
        number = r % SHARED_WORLDS if shared else r
        if keep and number in self._worlds:
            return self._worlds[number]
        world = cached_world(scenario, seed=derive(self._root, Purpose.WORLD, number), graph=self.graph)
        if keep:
            self._worlds[number] = world
        return world


def _simulated(scenario: Scenario, plan: Plan, world: World, tables: DayTables, luck: np.uint64) -> Outcome:
    seeds = choose_seeds(scenario, plan, world=world, luck=luck)
    return simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False, seeds=seeds)


def _part_of(target: Target, books: Books) -> float:
    """What a share is a share of: people of the market, or of the segment; 1 for counts."""
    if not target.share:
        return 1.0
    size = float(books.scenario.market.size)
    return size * books.scenario.segments[target.segment].share if target.segment else size


def without_media(scenario: Scenario, plan: Plan, lift: LiftTest) -> Plan:
    """The plan with no money on the tested channel during the test.

    Args:
        scenario: for the calendar.
        plan: as it was carried out.
        lift: channel and weeks.

    Raises:
        CalibrationError: the plan has no money on that channel then.
    """
    media = dict(plan.media)
    spent = 0.0
    for name, entry in plan.media.items():
        if (entry.channel or name) != lift.channel:
            continue
        amounts = amounts_by_week(scenario, entry)
        spent += float(amounts[lift.first_week : lift.last_week + 1].sum())
        amounts[lift.first_week : lift.last_week + 1] = 0.0
        media[name] = entry.model_copy(update={"weekly": amounts.tolist(), "flights": [], "pulse": None})
    if spent == 0.0:
        channels = sorted({entry.channel or name for name, entry in plan.media.items()})
        raise CalibrationError(
            f"lift test {lift.name}: the plan has no money on “{lift.channel}” in weeks {lift.first_week + 1} to "
            f"{lift.last_week + 1}", place=lift.name,
            hint="check the dates of the test" if lift.channel in channels else suggest(lift.channel, channels),
        )  # fmt: skip
    return plan.model_copy(update={"media": media})
