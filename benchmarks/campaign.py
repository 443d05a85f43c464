"""The campaign model against its own limit, against plain Mesa agents, on two cores, and in memory.

Everything here runs ``coldbrew-launch``'s baseline plan with every clock on. The market and its media grow with the
number of consumers, so that everybody meets as much as before.
"""

import dataclasses
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from benchmarks.clock import Goes
from benchmarks.limits import LINE, Demand, machine_limits
from benchmarks.peers.find import PeerMissingError, label, peer
from benchmarks.table import Row, judged, skipped, withheld
from scenarios import load_scenario
from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import Stage
from simulator.reference import ReferenceModel
from simulator.simulate import Run, simulate, start_run
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

SPEED = "M consumer-days/s"
OWN_LIMIT = "own limit"
HUGE = 100_000_000
HUGE_BYTES = 400
"""Memory per consumer, with what building takes, below which the largest market is not tried."""

REFERENCE_CONSUMERS = 10_000
REFERENCE_DAYS = 14
REPLICATES = 1_000


@dataclass(frozen=True)
class Market:
    """One scenario at one size, ready to run."""

    scenario: Scenario
    plan: Plan
    world: World
    tables: DayTables

    def start(self, luck: int, *, with_causes: bool = False) -> Run:
        """A run on its first morning.

        Args:
            luck: luck seed.
            with_causes: draw what caused each move.
        """
        return start_run(
            self.scenario, self.plan, world=self.world, tables=self.tables, luck=luck, with_causes=with_causes
        )  # fmt: skip


@dataclass(frozen=True)
class Speed:
    """What one size of market was measured to do."""

    market: Market
    run: Run
    seconds: float
    days: int
    goes: Goes

    @property
    def millions(self) -> float:
        """Consumer-days per second, in millions."""
        return self.market.world.n * self.days / self.seconds / 1e6


def market(n: int, *, seed: int = 1) -> Market:
    """The bundled launch with so many consumers.

    Args:
        n: simulated consumers.
        seed: world seed.
    """
    scenario = load_scenario("coldbrew-launch").scenario
    # One consumer for one person at the most; money grows with the market, so that pressure stays the same.
    size = max(scenario.market.size, n)
    plan = scenario.plans["baseline"].model_copy(update={"media_scale": size / scenario.market.size})
    people = scenario.market.model_copy(update={"size": size, "consumers": n})
    scenario = scenario.model_copy(update={"market": people})
    return Market(scenario, plan, build_world(scenario, seed=seed), compile_tables(scenario, plan))


_kept = cache(market)


def compile_first() -> None:
    """Run a tiny market once, so that nothing is compiled while time is taken."""
    tiny = market(300)
    for with_causes in (False, True):
        tiny.start(1, with_causes=with_causes).advance(14)


def speed(n: int, *, with_causes: bool, budget: float, times: int) -> Speed:
    """Run whole campaigns on one core and take the fastest; stop within one where it would take too long.

    Args:
        n: simulated consumers.
        with_causes: draw what caused each move.
        budget: seconds of processor time; a run that has used them ends with the week.
        times: how many runs.
    """
    here = _kept(n)
    best: Speed | None = None
    spent, most = 0.0, 0.0
    for luck in range(times):
        run = here.start(luck + 1, with_causes=with_causes)
        seconds = 0.0
        while run.day < here.scenario.n_days and (spent + seconds < budget or not run.day):
            began = time.process_time()
            run.advance(min(7, here.scenario.n_days - run.day))
            seconds += time.process_time() - began
        spent += seconds
        if best is None:
            best, most = Speed(here, run, seconds, run.day, Goes(seconds, seconds, 1)), seconds
        elif run.day == best.days:
            most = max(most, seconds)
            kept = run, min(seconds, best.seconds)
            best = Speed(here, *kept, run.day, Goes(kept[1], most, best.goes.number + 1))
        if spent >= budget:
            break
    assert best is not None
    return best


def demand(made: Speed) -> Demand:
    """Count what the run could not do without, from its own tallies.

    Args:
        made: a measured run.
    """
    counts, lives = made.run.tallies.counts, made.run.state.lives
    moves = int(counts["entries"].sum() + counts["falls"].sum())
    threshold = Stage.AUDIENCE  # from here on consumers of this scenario talk
    changes = int(counts["entries"][..., threshold].sum() + counts["falls"][..., threshold].sum())
    changes += 2 * int(lives["spells"].sum(dtype=np.int64))  # fresh talk begins and ends
    n, degree = made.market.world.n, made.market.world.graph.mean_degree
    swept = made.days // 7 * n * lives.shape[0]
    return Demand(moves, int(counts["purchases"].sum()), round(changes * degree), swept)


def speed_row(n: int, goal: str, *, with_causes: bool = False, budget: float = 60.0, times: int = 3) -> Row:
    """Consumer-days per second at one size, beside the limit of this machine.

    Args:
        n: simulated consumers.
        goal: of the speed.
        with_causes: draw what caused each move.
        budget: seconds of processor time.
        times: how many runs, of which the fastest counts.
    """
    made = speed(n, with_causes=with_causes, budget=budget, times=times)
    asks = demand(made)
    limits = machine_limits(n * LINE * (1 + made.run.state.lives.shape[0]))
    least = n * made.days / asks.least_seconds(limits) / 1e6
    weeks = made.days // 7
    note = (
        f"limit {least:,.0f}: {asks.events / n:.1f} events and {asks.heard / n:.1f} tellings per consumer "
        f"in {weeks} week{'s' * (weeks > 1)}, at {limits.gather:.1f} ns a line, {limits.draw:.1f} ns a draw, "
        f"{limits.sweep:.2f} ns a look; {made.seconds / asks.events * 1e9:.0f} ns per event; {made.goes}"
    )
    if made.days < made.market.scenario.n_days:
        note += "; stopped there for want of time"
    return judged(_work(n, with_causes, made), OWN_LIMIT, goal, made.millions, SPEED, note)


def _work(n: int, with_causes: bool, made: Speed) -> str:
    degree = made.market.world.graph.mean_degree
    causes = "causes drawn" if with_causes else "causes off"
    return f"campaign, {n:,} consumers, degree {degree:.0f}, {causes}, one core"


def huge_row(goal: str, *, quick: bool) -> Row:
    """The largest market, where there is the memory for it.

    Args:
        goal: of the speed.
        quick: do not try.
    """
    work = f"campaign, {HUGE:,} consumers, causes off, one core"
    needed = HUGE * HUGE_BYTES / 2**30
    if quick:
        return skipped(work, OWN_LIMIT, goal, SPEED, "takes minutes; run without --quick")
    if (free := free_memory() / 2**30) < needed:
        return skipped(work, OWN_LIMIT, goal, SPEED, f"takes {needed:.0f} GiB of memory, and {free:.0f} are free")
    _kept.cache_clear()
    return speed_row(HUGE, goal, budget=600.0, times=1)


def free_memory() -> float:
    """Bytes of memory that are free, as Linux says; nought elsewhere."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return float(fields["MemAvailable"].split()[0]) * 1024.0
    except (OSError, KeyError):
        return 0.0


def memory_row(n: int = 100_000) -> Row:
    """Bytes held while a campaign runs, by consumer and brand, without 4 for each directed tie.

    Args:
        n: simulated consumers.
    """
    here = _kept(n)
    run = here.start(1)
    held = held_bytes(run, here.world)
    brands = run.state.lives.shape[0]
    ties = 4 * here.world.graph.n_ties
    each = (held - ties) / (n * brands)
    note = f"{held / n:.0f} bytes per consumer in all, with {brands} brands and {here.world.graph.mean_degree:.0f} ties"
    return judged(
        f"memory, {n:,} consumers, all arrays held while a campaign runs", "own limit, and 4 bytes per directed tie",
        "<= 64", each, "bytes per consumer and brand", note,
    )  # fmt: skip


def held_bytes(*things: Any) -> int:
    """Bytes of all arrays that can be reached from some objects, each piece of memory once.

        >>> row = np.zeros(10)
        >>> held_bytes((row, row[:5]), {"again": row})
        80

    Args:
        things: tuples, lists, dictionaries, data classes and arrays, within one another.
    """
    seen: dict[int, int] = {}
    met: set[int] = set()
    todo = list(things)
    while todo:
        thing = todo.pop()
        if id(thing) in met:
            continue
        met.add(id(thing))
        if isinstance(thing, np.ndarray):
            while isinstance(thing.base, np.ndarray):
                thing = thing.base
            seen[thing.__array_interface__["data"][0]] = thing.nbytes
        elif isinstance(thing, dict):
            todo += thing.values()
        elif isinstance(thing, list | tuple):
            todo += thing
        elif dataclasses.is_dataclass(thing):
            todo += [getattr(thing, field.name) for field in dataclasses.fields(thing)]
    return sum(seen.values())


def reference_rows(n: int = REFERENCE_CONSUMERS, days: int = REFERENCE_DAYS) -> Iterator[Row]:
    """The same campaign by the reference engine, to the last count; and that engine beside an idiomatic Mesa model.

    Args:
        n: simulated consumers.
        days: of the campaign, from its first day on.
    """
    here = market(n)
    work = f"campaign, {n:,} consumers, first {days} days, causes off"
    model = ReferenceModel(
        here.scenario, here.plan, world=here.world, tables=here.tables, luck=1, with_causes=False
    )  # fmt: skip
    began = time.process_time()
    model.run_days(days)
    theirs = time.process_time() - began
    ours = float("inf")
    for _ in range(5):
        run = here.start(1)
        began = time.process_time()
        run.advance(days)
        ours = min(ours, time.process_time() - began)
    against, goal = "the same model as plain Mesa agents", ">= 1000"
    whole = days // 7 + 1  # weeks that have begun when the last day is over
    if not np.array_equal(run.tallies.counts[:whole], model.tallies.counts[:whole]):
        yield withheld(work, against, goal, "times as fast", "the two do not count the same")
    else:
        yield judged(work, against, goal, theirs / ours, "times as fast", "every count of every week is the same")
    yield _idiomatic_row(theirs / (n * days), n, days, clocks=1 + 2 * len(model.brand_key))


def _idiomatic_row(reference: float, n: int, days: int, clocks: int) -> Row:
    work = f"plain Mesa agents of the campaign, {n:,} consumers, time per consumer and day"
    against = f"{label('mesa')}, an idiomatic model with as many clocks"
    try:
        module = peer("mesa_campaign")
    except PeerMissingError as error:
        return skipped(work, against, "<= 1.5", "times as long", str(error))
    other = module.seconds_per_day(n=n, days=days, clocks=clocks)
    return judged(
        work, against, "<= 1.5", reference / other, "times as long",
        f"{reference * 1e6:.1f} against {other * 1e6:.1f} µs with {clocks} clocks",
    )  # fmt: skip


def replicate_rows(n: int = 10_000, *, replicates: int = REPLICATES, budget: float = 60.0) -> Iterator[Row]:
    """Many replicates of one world on two threads, what the second one brings, and fresh worlds beside.

    Args:
        n: simulated consumers.
        replicates: how many are asked for.
        budget: seconds of the clock; where all would take longer, some are run and their time is scaled.
    """
    here = _kept(n)

    def one(luck: int) -> None:
        simulate(here.scenario, here.plan, world=here.world, tables=here.tables, luck=luck, with_causes=False)

    one(0)
    began = time.perf_counter()
    one(1)
    each = time.perf_counter() - began
    some = max(8, min(replicates, int(budget / 2.0 / max(each, 1e-6))))
    two = _clock_seconds(one, range(some), 2)
    alone = max(4, min(some, some // 2))
    single = _clock_seconds(one, range(alone), 1) / alone
    work = f"{replicates:,} replicates of {n:,} consumers, 26 weeks, one world, two threads"
    note = "" if some == replicates else f"scaled from {some} replicates"
    yield judged(work, OWN_LIMIT, "< 2", two / some * replicates, "s", note)
    yield judged(work, "one thread", ">= 1.8", single / (two / some), "times as fast", note)

    def fresh(seed: int) -> None:
        world = build_world(here.scenario, seed=seed)
        simulate(here.scenario, here.plan, world=world, tables=here.tables, luck=seed, with_causes=False)

    few = max(4, min(some, int(budget / 10.0 / each)))
    fresh(0)
    again = _clock_seconds(fresh, range(few), 2) / few
    yield judged(
        f"{replicates:,} replicates of {n:,} consumers, 26 weeks, a fresh world each, two threads", OWN_LIMIT, "",
        again * replicates, "s", f"scaled from {few} replicates",
    )  # fmt: skip


def _clock_seconds(one: Any, lucks: range, threads: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, lucks))
    return time.perf_counter() - began
