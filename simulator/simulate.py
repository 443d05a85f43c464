"""Run one replicate: a world, a compiled plan and a luck seed in, weekly counts out.

    >>> from scenarios import load_scenario
    >>> from simulator.simulate import simulate
    >>> from simulator.tables import compile_tables
    >>> from simulator.world import build_world
    >>> scenario = load_scenario("classroom").scenario
    >>> plan = next(iter(scenario.plans.values()))
    >>> outcome = simulate(
    ...     scenario, plan, world=build_world(scenario, seed=1), tables=compile_tables(scenario, plan), luck=1
    ... )
    >>> int(outcome.tallies.stock[-1].sum()) == 2 * 300 or int(outcome.tallies.stock[-1].sum()) == 300
    True
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator import kernel
from simulator.arrays import (
    N_HEARD,
    N_STAGES,
    N_STATES,
    N_TALKS,
    NEVER_BOUGHT,
    SeedArrays,
    StateArrays,
    Tallies,
    WorkArrays,
)
from simulator.seeds import choose_seeds
from simulator.tables import DayTables, TableError
from simulator.world import World, world_key

STRETCH_DAYS = 7
"""Days between sweeps of the whole market; any number gives the same bytes."""

_LIMIT = float(2**62)


@dataclass
class Run:
    """One replicate in progress; :meth:`advance` it by as many days as you like."""

    world: World
    tables: DayTables
    seeds: SeedArrays
    luck: np.uint64
    state: StateArrays
    tallies: Tallies
    work: WorkArrays
    with_causes: bool
    kernel_seconds: float = 0.0

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return int(self.state.day[0])

    def advance(self, n_days: int, *, stretch: int = STRETCH_DAYS) -> None:
        """Simulate some days.

        Args:
            n_days: how many; never beyond the last day of the tables.
            stretch: days between sweeps of the whole market; changes speed and nothing else.

        Raises:
            ValueError: the tables end earlier.
        """
        if n_days < 0 or self.day + n_days > self.tables.n_days:
            raise ValueError(f"day {self.day} + {n_days} is beyond the scenario's {self.tables.n_days} days")
        began = perf_counter()
        kernel.advance(
            self.world.arrays, self.tables.arrays, self.seeds, self.state, self.work, self.tallies, self.luck,
            n_days, stretch, self.with_causes,
        )  # fmt: skip
        self.kernel_seconds += perf_counter() - began


@dataclass(frozen=True)
class Outcome:
    """What happened in one replicate, in simulated consumers."""

    tallies: Tallies
    tables: DayTables
    n_consumers: int
    kernel_seconds: float

    @property
    def n_events(self) -> int:
        """Moves between stages and purchases in the category, of all brands."""
        t = self.tallies
        return int(t.entries.sum() + t.falls.sum() + t.purchases.sum())


def start_run(
    scenario: Scenario,
    plan: Plan,
    *,
    world: World,
    tables: DayTables,
    luck: int | np.uint64,
    with_causes: bool = True,
) -> Run:
    """Set a replicate up on the morning of day 0.

    Args:
        scenario: for the seeding waves of the plan and the rivals.
        plan: our plan, the one that ``tables`` were compiled from.
        world: who exists.
        tables: from :func:`simulator.tables.compile_tables`.
        luck: luck seed; the same one gives everybody the same resistances under every plan.
        with_causes: draw what caused each move; costs a few draws an event and changes nothing else.

    Raises:
        TableError: talk so strong, among consumers who hear so many, that clocks would overflow.
    """
    key = world_key(luck)
    _check_range(world, tables)
    n_brands, n = world.arrays.stage0.shape
    run = Run(
        world=world,
        tables=tables,
        seeds=choose_seeds(scenario, plan, world=world, luck=key),
        luck=key,
        state=_new_state(n_brands, n),
        tallies=_new_tallies(tables, n_brands),
        work=_new_work(n_brands, n),
        with_causes=with_causes,
    )
    began = perf_counter()
    kernel.begin(world.arrays, tables.arrays, run.state, run.work, run.tallies, key)
    run.kernel_seconds = perf_counter() - began
    return run


def simulate(
    scenario: Scenario,
    plan: Plan,
    *,
    world: World,
    tables: DayTables,
    luck: int | np.uint64,
    with_causes: bool = True,
    stretch: int = STRETCH_DAYS,
) -> Outcome:
    """Simulate a whole replicate.

    Args:
        scenario: for the seeding waves of the plan and the rivals.
        plan: our plan, the one that ``tables`` were compiled from.
        world: who exists.
        tables: from :func:`simulator.tables.compile_tables`.
        luck: luck seed.
        with_causes: draw what caused each move.
        stretch: days between sweeps; changes speed and nothing else.
    """
    run = start_run(scenario, plan, world=world, tables=tables, luck=luck, with_causes=with_causes)
    run.advance(tables.n_days, stretch=stretch)
    return Outcome(run.tallies, tables, world.n, run.kernel_seconds)


def _check_range(world: World, tables: DayTables) -> None:
    """Refuse pressure that 64-bit clocks cannot hold."""
    arrays = world.arrays
    loudest = float(tables.arrays.talk_up[-1].max()) / max(tables.n_days, 1) * STRETCH_DAYS
    if world.graph.well_mixed:
        most = float(arrays.listening.max(initial=0))
    else:
        most = float((arrays.listening.astype(float) * world.graph.n_heard).max(initial=0.0))
    if most * loudest * N_TALKS > _LIMIT:
        raise TableError("talk is too strong to count: lower talk.*_per_day, listening or the number of ties")


def _new_state(n_brands: int, n: int) -> StateArrays:
    def ints(*shape: int, kind: type = np.int64) -> NDArray:
        return np.zeros(shape, kind)

    return StateArrays(
        stage=ints(n_brands, n, kind=np.uint8),
        mood=ints(n_brands, n, kind=np.uint8),
        until=ints(n_brands, n, kind=np.int16),
        up=ints(n_brands, n),
        down=ints(n_brands, n),
        buy=ints(n),
        heard=ints(n_brands, n, N_HEARD, kind=np.uint16),
        entered=ints(n_brands, n, N_STAGES, kind=np.uint16),
        tried=ints(n_brands, n, kind=np.uint16),
        spells=ints(n_brands, n, kind=np.uint16),
        bought=ints(n_brands, n, kind=np.uint16),
        last=np.full((n_brands, n), NEVER_BOUGHT, np.int16),
        n_buys=ints(n, kind=np.uint16),
        crowd=ints(n_brands, N_TALKS),
        crowd_up=ints(2, n_brands, N_STATES),
        crowd_down=ints(2, n_brands, N_STATES),
        crowd_fine=ints(2, n_brands, N_STATES),
        day=ints(1),
    )


def _new_tallies(tables: DayTables, n_brands: int) -> Tallies:
    weeks, segments, alternatives = tables.n_days // 7, len(tables.kinds.segments), len(tables.alternatives)

    def counts(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, np.int64)

    return Tallies(
        stock=counts(weeks + 1, n_brands, segments, N_STAGES),
        customers=counts(weeks + 1, n_brands, segments),
        buyers=counts(weeks + 1, n_brands, segments),
        positive=counts(weeks + 1, n_brands, segments),
        negative=counts(weeks + 1, n_brands, segments),
        entries=counts(weeks, n_brands, segments, N_STAGES),
        skips=counts(weeks, n_brands, segments),
        falls=counts(weeks, n_brands, segments, N_STAGES),
        purchases=counts(weeks, n_brands + 1, segments),
        first_purchases=counts(weeks, n_brands, segments),
        samples=counts(weeks, n_brands, segments),
        causes=counts(weeks, n_brands, 2, N_STAGES, alternatives),
    )


def _new_work(n_brands: int, n: int) -> WorkArrays:
    return WorkArrays(
        watch=np.zeros(n, np.int32),
        watched=np.zeros(n, np.uint8),
        sampled=np.zeros(n, np.uint8),
        sample=np.zeros(n_brands, np.int64),
        events=np.zeros((n * n_brands, kernel.EVENT_COLUMNS), np.int64),
        old_classes=np.zeros(n * n_brands, np.int64),
        n_watch=np.zeros(1, np.int64),
        n_events=np.zeros(1, np.int64),
    )
