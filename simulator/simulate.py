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
>>> int(outcome.ours("stock")[-1].sum())
300
"""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator import kernel
from simulator.arrays import (
    CHUNK,
    COUNTS,
    EVENT,
    JOY,
    LIFE,
    MAX_STRETCH,
    N_ECHOES,
    N_FELT,
    N_HEARD,
    N_STAGES,
    N_STATES,
    N_TALKS,
    N_TIES,
    NEED,
    TALK_DOWN,
    SeedArrays,
    StateArrays,
    Tallies,
    WorkArrays,
    aligned,
)
from simulator.calendar import monthly_to_daily
from simulator.draws import Purpose
from simulator.posts import free_posts, has_outreach, live_posts
from simulator.seeds import choose_seeds
from simulator.tables import DayTables, TableError
from simulator.world import World, world_key

STRETCH_DAYS = 14
"""Days between sweeps of the whole market; any number gives the same bytes."""

_LIMIT = float(2**62)

STOCKS = ("stock", "customers", "buyers", "positive", "negative", "visitors", "opted_in", "referred")
"""Counts taken at a moment; all others are flows during a week."""


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
            self.world.arrays, self.tables.arrays, self.seeds, self.state, self.work, self.tallies,
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
    warm_up_weeks: int = 0
    """Weeks before the first day; they are simulated, and left out of every figure."""

    @property
    def counts(self) -> NDArray[np.void]:
        """Counts from the first day on: [W+1, B+1, S] of :data:`simulator.arrays.COUNTS`."""
        return self.tallies.counts[self.warm_up_weeks :]

    @property
    def n_events(self) -> int:
        """Moves between stages and purchases in the category, of all brands."""
        counts = self.tallies.counts
        return int(counts["entries"].sum() + counts["falls"].sum() + counts["purchases"].sum())

    def ours(self, name: str) -> NDArray[np.int64]:
        """One count of our brand by week and segment (and stage), as in :data:`simulator.arrays.COUNTS`.

        Stocks have a row for the start of each week and one for the end; flows have a row for each week.
        """
        return self.of_brand(name, 0)

    def of_brand(self, name: str, brand: int) -> NDArray[np.int64]:
        """One count of one brand; brand ``len(tables.brands)`` is the rest of the category."""
        rows = self.counts[name][:, brand]
        return rows if name in STOCKS else rows[:-1]


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
    tables = own_tables(_for_world(tables, world), scenario, plan, luck=key)
    _check_range(world, tables)
    n_brands, n = world.arrays.stage0.shape
    run = Run(
        world=world,
        tables=tables,
        seeds=choose_seeds(scenario, plan, world=world, luck=key),
        luck=key,
        state=_new_state(tables, n_brands, n),
        tallies=new_tallies(tables, n_brands),
        work=_new_work(n_brands, n),
        with_causes=with_causes,
    )
    began = perf_counter()
    kernel.begin(world.arrays, run.tables.arrays, run.state, run.work, run.tallies, key)
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
    return Outcome(run.tallies, run.tables, world.n, run.kernel_seconds, scenario.warm_up_weeks)


def _for_world(tables: DayTables, world: World) -> DayTables:
    """Say whether talk is well mixed: the world knows, for it may have a graph that the scenario does not."""
    plan = tables.arrays.plan
    if bool(plan["well_mixed"][0]) == world.graph.well_mixed:
        return tables
    plan = plan.copy()
    plan["well_mixed"] = world.graph.well_mixed
    return replace(tables, arrays=tables.arrays._replace(plan=plan))


def own_tables(tables: DayTables, scenario: Scenario, plan: Plan, *, luck: np.uint64) -> DayTables:
    """What one replicate has of its own: rows that depend on last week, and posts that nobody paid for.

    Args:
        tables: compiled from the plan, shared by replicates; left as they are.
        scenario: the roster.
        plan: our plan.
        luck: the replicate's luck key.
    """
    arrays = tables.arrays
    if arrays.plan["follows_up"][0]:
        press = aligned(arrays.base.shape, arrays.base.dtype)
        press[:] = arrays.base
        arrays = arrays._replace(press=press)
    if has_outreach(scenario, plan):
        values = tables.parameters
        posts = (*tables.posts, *free_posts(scenario, plan, values=values, luck=luck))
        live = live_posts(scenario, posts, values, monthly_to_daily(scenario, scenario.season.interest))
        arrays = arrays._replace(
            live_ptr=live.ptr, live_influencer=live.influencer, live_brand=live.brand, live_push=live.push
        )
        tables = replace(tables, posts=posts)
    return tables if arrays is tables.arrays else replace(tables, arrays=arrays)


def _check_range(world: World, tables: DayTables) -> None:
    """Refuse talk that, summed over all days, 64-bit clocks cannot hold."""
    status = tables.layout.block(tables.arrays.press, "status")[-1].astype(float)
    talk = status[..., :N_HEARD].reshape(*status.shape[:-1], N_TALKS, N_TIES).max(axis=-1).sum(axis=-1)
    loudest = max(talk.max(), status[..., TALK_DOWN:JOY].max())
    listening = world.arrays.people["listening"].astype(float)
    most = float((listening * (1 if world.graph.well_mixed else world.graph.n_heard)).max(initial=0.0))
    if (2.0 if tables.arrays.plan["follows_up"][0] else 1.0) * most * loudest > _LIMIT:
        raise TableError("talk is too strong to count: lower talk.*_per_day, listening or the number of ties")


def _new_state(tables: DayTables, n_brands: int, n: int) -> StateArrays:
    well_mixed = bool(tables.arrays.plan["well_mixed"][0])
    return StateArrays(
        lives=aligned((n_brands, n), LIFE),
        needs=np.zeros(n, NEED),
        talkers=np.zeros((n_brands, N_TALKS), np.int64),
        crowd=np.zeros((tables.n_days + 1 if well_mixed else 0, n_brands, N_STATES, 2), np.int64),
        bought_on=np.zeros(
            (n_brands, len(tables.kinds.segments), tables.n_days + 1 + int(tables.arrays.churn_days.max())), np.int64
        ),
        crowd_fine=np.zeros((n_brands, N_STATES, 2), np.int64),
        felt=np.zeros((n_brands, N_FELT), np.float64),
        day=np.zeros(1, np.int64),
    )


def new_tallies(tables: DayTables, n_brands: int) -> Tallies:
    """Empty counts for every week that the tables cover.

    Args:
        tables: a compiled plan.
        n_brands: ours and the rivals.
    """
    weeks = tables.n_days // 7
    return Tallies(
        counts=np.zeros((weeks + 1, n_brands + 1, len(tables.kinds.segments)), COUNTS),
        causes=np.zeros((weeks, n_brands, 2, N_STAGES, len(tables.alternatives)), np.int64),
        felt=np.zeros((weeks, n_brands, N_FELT), np.float64),
    )


def _new_work(n_brands: int, n: int) -> WorkArrays:
    return WorkArrays(
        watch=np.empty((n_brands, n + 1), np.int32),
        n_watch=np.zeros(n_brands, np.int64),
        due=np.empty((n_brands, n), np.int16),
        today=np.empty(n + 1, np.int32),
        shoppers=np.empty(n + 1, np.int32),
        n_shoppers=np.zeros(1, np.int64),
        sampled=np.zeros(n, np.uint8),
        events=np.empty(n, EVENT),
        ident=np.zeros(CHUNK, np.uint64),
        ordinal=np.zeros(CHUNK, np.uint64),
        drawn=np.zeros((n_brands + 1, CHUNK), np.float64),
        resistance=np.zeros((2, CHUNK), np.int64),
        stems=np.zeros((n_brands + 1, max(Purpose) + 1), np.uint64),
        echo=np.empty((N_ECHOES, N_TIES, N_STATES, MAX_STRETCH + 1), np.int64),
        echo_of=np.zeros(N_ECHOES, np.int64),
    )
