"""The same question has the same answer to the last bit, however it is computed."""

import json
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from busy_markets import begin, busy_market, lives_of, load

from experiments import compare
from experiments.replicate import with_consumers
from scenarios import bare_scenario, load_scenario
from scenarios.schema import Scenario
from simulator.arrays import Tallies
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

ROOT = Path(__file__).parents[2]
ASK: dict[str, Any] = {"replicates": 5, "seed": 20270104}
ASK_TWICE = """
import json, sys
from experiments import compare
from experiments.replicate import with_consumers
from scenarios import load_scenario
from simulator.draws import name_key
scenario = with_consumers(load_scenario("coldbrew-launch").scenario, 200)
answers = [
    compare(scenario, replicates=5, seed=20270104, threads=int(sys.argv[1]), worlds=worlds).result_hash
    for worlds in (None, 2)
]
print(json.dumps({"answers": answers, "hash": hash("instagram"), "key": int(name_key("instagram"))}))
"""


def market() -> Scenario:
    return with_consumers(load_scenario("coldbrew-launch").scenario, 200)


@cache
def answer(threads: int, worlds: int | None) -> str:
    return compare(market(), threads=threads, worlds=worlds, **ASK).result_hash


@cache
def answer_elsewhere(hash_seed: str, threads: int) -> dict[str, Any]:
    """The same in another process, whose sets and dictionaries of strings are ordered differently."""
    out = subprocess.run(
        [sys.executable, "-c", ASK_TWICE, str(threads)],
        env=os.environ | {"PYTHONHASHSEED": hash_seed}, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(out.stdout)


@pytest.mark.parametrize("worlds", [None, 2])
def test_one_thread_and_two_give_the_same_bytes(worlds: int | None) -> None:
    assert answer(1, worlds) == answer(2, worlds)


def test_other_processes_give_the_same_bytes() -> None:
    one, two = answer_elsewhere("1", 1), answer_elsewhere("2027", 2)
    assert one["hash"] != two["hash"], "the processes were to hash strings differently"
    assert one["key"] == two["key"]
    assert one["answers"] == two["answers"] == [answer(1, None), answer(1, 2)]


def test_another_seed_or_another_question_gives_other_bytes() -> None:
    answers = [
        answer(1, None),
        answer(1, 2),
        compare(market(), **(ASK | {"seed": 20270105})).result_hash,
        compare(market(), **(ASK | {"replicates": 4})).result_hash,
        compare(market(), uncertainty="luck", **ASK).result_hash,
        compare(market(), plans=["baseline"], **ASK).result_hash,
    ]
    assert len(set(answers)) == len(answers)


def test_more_replicates_keep_the_first_ones() -> None:
    few, many = compare(market(), replicates=3, seed=4), compare(market(), replicates=5, seed=4)
    for name, runs in few.runs.plans.items():
        np.testing.assert_array_equal(runs.all.figures, many.runs.plans[name].all.figures[:3])
        np.testing.assert_array_equal(runs.luck.weekly, many.runs.plans[name].luck.weekly[:3])


def test_other_plans_in_the_question_change_no_plan() -> None:
    alone = compare(market(), plans=["baseline"], **ASK).runs.plans["baseline"]
    among = compare(market(), **ASK).runs.plans["baseline"]
    np.testing.assert_array_equal(alone.all.figures, among.all.figures)
    np.testing.assert_array_equal(alone.luck.weekly, among.luck.weekly)


def assert_same_tallies(one: Tallies, two: Tallies) -> None:
    assert one.counts.tobytes() == two.counts.tobytes()
    assert one.causes.tobytes() == two.causes.tobytes()


@pytest.mark.parametrize("kind", ["small-world", "blocks", "well-mixed"])
def test_any_length_of_stretch_gives_the_same_bytes(kind: str) -> None:
    """Days may be swept one by one, in stretches, or in pieces of any length."""
    for k in range(8):
        r = random.Random(f"stretch {kind} {k}")
        scenario = load(busy_market(r, graph=kind))
        world = build_world(scenario, seed=k)
        daily = begin(scenario, world, k)
        daily.advance(scenario.n_days, stretch=1)
        for stretch in (2, 3, 7, 10, scenario.n_days):
            run = begin(scenario, world, k)
            run.advance(scenario.n_days, stretch=stretch)
            assert lives_of(run) == lives_of(daily), stretch
            assert_same_tallies(run.tallies, daily.tallies)
        pieces = begin(scenario, world, k)
        while pieces.day < scenario.n_days:
            pieces.advance(min(r.randint(1, 9), scenario.n_days - pieces.day), stretch=r.randint(1, 8))
        assert lives_of(pieces) == lives_of(daily)
        assert_same_tallies(pieces.tallies, daily.tallies)


def test_asking_for_causes_changes_nobody() -> None:
    for k in range(8):
        scenario = load(busy_market(random.Random(f"causes {k}")))
        world, plan = build_world(scenario, seed=k), scenario.plans["usual"]
        tables = compile_tables(scenario, plan, kinds=world.kinds)
        one, two = (
            simulate(scenario, plan, world=world, tables=tables, luck=k, with_causes=causes) for causes in (True, False)
        )
        assert one.tallies.counts.tobytes() == two.tallies.counts.tobytes()


def test_golden_lives_of_a_ring() -> None:
    """Literal counts of a market whose arithmetic is whole numbers, sums, products and quotients only.

    IEEE 754 rounds those alike everywhere, so these numbers hold on every platform and with every version of numpy.
    Scenarios with media or purchases also use powers, exponentials and quantiles from the platform's library: a
    last bit may differ there between platforms, and no hash of theirs is pinned.
    """
    scenario = bare_scenario(
        consumers=60,
        weeks=6,
        parameters={
            **{f"wom.{stage}": 1.0 for stage in ("attention", "attraction", "affinity", "audience", "advocacy")},
            **{f"forgetting.{stage}": 0.03 for stage in ("attention", "attraction", "affinity")},
            "talk.talker_per_day": 0.05,
            "talk.fresh_extra_per_day": 0.05,
            "organic.attention": 0.01,
        },
        word_of_mouth={"talk_from": "attention", "fresh_on": "attraction"},
    )
    plan = scenario.plans["nothing"]
    world = build_world(scenario, seed=1, graph=nx.circulant_graph(60, [1, 2]))
    tables = compile_tables(scenario, plan, kinds=world.kinds)
    outcome = simulate(scenario, plan, world=world, tables=tables, luck=1)
    assert outcome.ours("stock").sum(axis=1).tolist() == [
        [60, 0, 0, 0, 0, 0],
        [54, 5, 1, 0, 0, 0],
        [47, 6, 6, 1, 0, 0],
        [35, 11, 4, 5, 4, 1],
        [30, 13, 3, 4, 3, 7],
        [20, 12, 6, 7, 3, 12],
        [11, 11, 7, 7, 4, 20],
    ]
    assert outcome.ours("entries").sum(axis=(0, 1)).tolist() == [0, 63, 42, 33, 24, 20]
    assert outcome.ours("falls").sum(axis=(0, 1)).tolist() == [0, 14, 4, 2, 0, 0]
