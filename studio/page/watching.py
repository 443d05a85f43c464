"""One replicate watched person by person: where everybody stands at the end of each week, and what moved them.

Results of the engine are counts. Here the same engine runs one day at a time, and between two days everybody's life
is read. What caused a move is not stored anywhere; it is asked of the engine's own rules a second time, which give
the same answer because every draw is named by what it decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import Mood
from simulator.arrays import N_STAGES, NEVER_BOUGHT
from simulator.causes import cause_down, cause_up
from simulator.compiling import KERNEL, compiled
from simulator.rules import clock_ordinal
from simulator.simulate import Run, start_run
from simulator.tables import ALT_BACKLASH, ALT_SEEDING, DayTables, compile_tables
from simulator.world import World

CUSTOMER, RIVALS, DETRACTOR = N_STAGES, 2 * N_STAGES, 3 * N_STAGES
"""Added to the number of a stage: bought recently enough to be a customer; or is only a rival's; speaks badly of us."""

NOBODY = -1
"""No move, and so no cause."""


@dataclass(frozen=True)
class Watched:
    """What one replicate looked like.

    Attributes:
        codes: uint8[frames + 1, n]; the stage, plus 6 for customers or 12 for those of rivals alone, plus 18
            for detractors. The first row is the
            morning of the first day, the others the end of each week, or of each day.
        causes: int16[frames, n]; number of the alternative in ``tables.alternatives`` that last moved somebody in
            that time, or -1.
        seeds: rows of the consumers who were given the product.
        run: the replicate itself, with its tallies.
        every_days: days between two rows, 7 or 1.
    """

    codes: NDArray[np.uint8]
    causes: NDArray[np.int16]
    seeds: NDArray[np.int64]
    run: Run
    every_days: int = 7


def watch(
    scenario: Scenario,
    plan: Plan,
    *,
    world: World,
    tables: DayTables | None = None,
    luck: int | np.uint64 = 0,
    every_days: int = 7,
) -> Watched:
    """Run one replicate and write down everybody's week, for people who want to see it happen.

        >>> from scenarios import load_scenario
        >>> from simulator.world import build_world
        >>> scenario = load_scenario("classroom").scenario
        >>> plan = scenario.plans["hub-samples"]
        >>> seen = watch(scenario, plan, world=build_world(scenario, seed=1), luck=1)
        >>> seen.codes.shape == (scenario.n_weeks + 1, 300)
        True

    The weekly counts are those of :func:`simulator.simulate.simulate`, to the last person. Weeks of a warm-up are
    watched too.

    Args:
        scenario: the what-if.
        plan: one of its plans, or another.
        world: who exists; from :func:`simulator.world.build_world` of the same scenario.
        tables: the plan compiled for that world; left out, compiled now.
        luck: any whole number; the same one gives everybody the same resistances under every plan.
        every_days: 7 writes down the end of every week, 1 that of every day, which is seven times as much.

    Raises:
        ValueError: ``every_days`` is neither.
        TableError: the plan cannot be simulated.
    """
    if every_days not in (1, 7):
        raise ValueError(f"people are watched every 7 days or every day, not every {every_days}")
    tables = compile_tables(scenario, plan, kinds=world.kinds) if tables is None else tables
    run = start_run(scenario, plan, world=world, tables=tables, luck=luck)
    frames = run.tables.n_days // every_days
    codes = np.empty((frames + 1, world.n), np.uint8)
    causes = np.full((frames, world.n), NOBODY, np.int16)
    codes[0] = _codes(run)
    for frame in range(frames):
        for _ in range(every_days):
            before = run.state.lives[0].copy()
            day = run.day
            run.advance(1)
            _why(world.arrays, run.tables.arrays, run.seeds, run.state.crowd, run.work.stems, before,
                 run.state.lives[0], day, causes[frame])  # fmt: skip
        codes[frame + 1] = _codes(run)
    given = (run.seeds.brand == 0) & (run.seeds.stage >= 0)
    return Watched(codes, causes, np.unique(run.seeds.consumer[given]).astype(np.int64), run, every_days)


def _codes(run: Run) -> NDArray[np.uint8]:
    last = run.state.lives["last"].astype(np.int64)
    window = run.tables.arrays.churn_days[run.world.arrays.people["segment"]]
    customer = (last != NEVER_BOUGHT) & (run.day - last <= window)
    ours, rivals = customer[0], customer[1:].any(axis=0) & ~customer[0]
    lives = run.state.lives[0]
    negative = lives["mood"] == int(Mood.NEGATIVE)
    return (lives["stage"] + CUSTOMER * ours + RIVALS * rivals + DETRACTOR * negative).astype(np.uint8)


@compiled(**KERNEL)
def _why(world, tables, seeds, crowd, stems, before, after, t, causes):
    """Write down what moved everybody who has moved today; the kernel decides alike in ``simulator.moves``."""
    for i in range(len(before)):
        stage, new = np.int64(before[i].stage), np.int64(after[i].stage)
        if new == stage:
            continue
        cause = np.int64(-1)
        for row in range(seeds.ptr[t], seeds.ptr[t + 1]):
            if seeds.consumer[row] == i and seeds.brand[row] == 0:
                if seeds.stage[row] >= 0 and new == seeds.stage[row]:
                    cause = np.int64(ALT_SEEDING)
                elif seeds.scandal[row] != 0 and stage == 0 and seeds.stage[row] < 0:
                    cause = np.int64(ALT_BACKLASH)
        if cause < 0:
            person, life = world.people[i], before[i]
            ordinal = clock_ordinal(stage, np.int64(life.entered[stage]))
            if new > stage:
                cause = np.int64(cause_up(world, tables, crowd, stems, person, life, 0, i, t, ordinal))
            else:
                cause = np.int64(cause_down(tables, crowd, stems, person, life, 0, t, ordinal))
        causes[i] = cause


__all__ = ["CUSTOMER", "DETRACTOR", "NOBODY", "RIVALS", "Watched", "watch"]
