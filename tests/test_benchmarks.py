"""The benchmarks' own promises: rows and their JSON, laws that must agree first, limits, and the ladder."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import campaign, works
from benchmarks.ladder import HEAVY, LIGHT, MARKS, N_STAGES, TALKS_FROM, TICKS, Engine, Kernel, Ladder
from benchmarks.law import agreement
from benchmarks.limits import Demand, Limits, machine_limits
from benchmarks.page import BEGIN, END, save
from benchmarks.peers.find import PeerMissingError
from benchmarks.table import Row, as_json, as_markdown, as_text, judged, meets, skipped, withheld
from simulator.cascade import cascade
from simulator.graph import SocialGraph

KEYS = {"work", "against", "goal", "measured", "unit", "ok"}


def check(rows: list[dict]) -> None:
    """The contract of the JSON list."""
    assert rows
    for row in rows:
        assert set(row) == KEYS
        assert all(isinstance(row[name], str) for name in ("work", "against", "goal", "unit"))
        assert row["ok"] is True or row["ok"] is False or row["ok"] == "skipped"
        if row["ok"] == "skipped":
            assert row["measured"] is None
            assert "skipped: " in row["against"]
        elif row["measured"] is None:
            assert row["ok"] is False
            assert "withheld: " in row["against"]
        else:
            assert row["ok"] == meets(row["measured"], row["goal"])


def test_rows_say_what_was_measured_or_why_not() -> None:
    rows = [
        judged("a", "b", ">= 5", 6.0, "times"),
        judged("a", "b", ">= 1,000", 6.0, "times"),
        judged("a", "b", "", 6.0, "times"),
        skipped("a", "b", ">= 5", "times", "not installed"),
        withheld("a", "b", ">= 5", "times", "not the same law"),
    ]
    assert [row.ok for row in rows] == [True, False, True, "skipped", False]
    check(json.loads(as_json(rows)))
    assert "not the same law" in as_text(rows[-1])
    assert as_markdown(rows).count("\n") == len(rows) + 1


@pytest.mark.parametrize("goal", ["5", "=> 5", ">=5", ">= five"])
def test_goals_that_say_nothing_are_refused(goal: str) -> None:
    with pytest.raises(ValueError, match=r"goal|could not convert"):
        meets(6.0, goal)


def test_the_quick_table_is_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole command on tiny markets: one JSON list, peers and the largest market skipped, and nothing else."""
    usual = campaign.speed_row
    monkeypatch.setattr(campaign, "speed_row", lambda n, *rest, **more: usual(500, *rest, **more))
    monkeypatch.setattr(campaign.memory_row, "__defaults__", (500,))
    monkeypatch.setattr(campaign.replicate_rows, "__defaults__", (200,))
    monkeypatch.setattr(campaign.replicate_rows, "__kwdefaults__", {"replicates": 8, "budget": 0.1})
    bench.main(["--quick", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    check(rows)
    assert {row["ok"] for row in rows} >= {"skipped"}
    goals = [row["goal"] for row in rows]
    assert [goals.count(goal) for goal in (">= 1000", ">= 500", ">= 1500", ">= 400", "< 2", ">= 1.8", "<= 64")] == [
        3, 1, 1, 1, 1, 1, 1,
    ]  # fmt: skip
    speeds = [row for row in rows if row["unit"] == "M consumer-days/s" and row["ok"] != "skipped"]
    assert all("limit" in row["against"] and row["measured"] > 0 for row in speeds)


def test_a_market_stops_where_its_time_is_over() -> None:
    made = campaign.speed(500, with_causes=False, budget=0.0, times=3)
    assert made.days == 7
    whole = campaign.speed(500, with_causes=False, budget=60.0, times=1)
    assert whole.days == whole.market.scenario.n_days
    asks = campaign.demand(whole)
    assert asks.events == whole.run.tallies.counts["purchases"].sum() + asks.moves > 500
    assert asks.heard > 0


# ----------------------------------------------------------------------------------------------------------- laws


def test_samples_of_one_law_agree_and_others_do_not() -> None:
    rng = np.random.default_rng(3)
    ours = rng.gamma(2.0, size=(1000, 3, 5))
    assert agreement(ours, rng.gamma(2.0, size=(1000, 3, 5))).holds
    shifted = rng.gamma(2.0, size=(1000, 3, 5))
    shifted[:, 2, 4] += 0.4
    assert not agreement(ours, shifted).holds
    wider = rng.gamma(2.0, size=(1000, 3, 5))
    wider[:, 0, 0] = 2.0 + 1.4 * (wider[:, 0, 0] - 2.0)
    assert agreement(ours, wider).z_mean < 3.5
    assert not agreement(ours, wider).holds
    assert agreement(np.ones((20, 2)), np.ones((30, 2))).holds
    assert not agreement(np.ones((20, 2)), np.full((30, 2), 2.0)).holds
    with pytest.raises(ValueError, match="cannot be compared"):
        agreement(ours, ours[:, :2])


def false_peer(p: float) -> Callable[..., object]:
    """A cascade that claims to be a peer, with a chance of its own."""

    class Module:
        @staticmethod
        def cascade(graph: SocialGraph, *, seeds: list[int], p: float) -> Callable[[int], Callable[[], int]]:
            return lambda seed: lambda: int(cascade(graph, seeds=seeds, p=Module.chance, seed=seed + 10_000)[0])

    Module.chance = p
    return lambda name: Module


@pytest.mark.parametrize(("p", "agrees"), [(works.P, True), (1.03 * works.P, False)])
def test_ratios_are_withheld_from_peers_that_do_other_work(
    monkeypatch: pytest.MonkeyPatch, p: float, agrees: bool
) -> None:
    monkeypatch.setattr(works, "peer", false_peer(p))
    (row,) = works.cascade_rows((works.Match("networkx", 500, ">= 0", 1000, 1),))
    assert (row.measured is not None) == agrees
    assert row.ok == agrees
    assert agrees or "withheld: not the same law" in row.note


def test_peers_that_are_not_there_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(name: str) -> None:
        raise PeerMissingError(f"{name} is not installed")

    monkeypatch.setattr(works, "peer", nobody)
    rows = [*works.cascade_rows(works.CASCADE[:1]), *works.ladder_rows(works.LADDER[:1])]
    assert [row.ok for row in rows] == ["skipped", "skipped"]
    check([row.as_dict() for row in rows])


# ---------------------------------------------------------------------------------------------------- the ladder


def naive_ladder(setting: Ladder, graph: SocialGraph, rng: np.random.Generator) -> np.ndarray:
    """The model as its description reads, contact by contact."""
    stage = np.zeros(graph.n, np.int64)
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    advert, talk = np.append(setting.advert, 0.0), np.append(setting.talk, 0.0)
    counts = []
    for t in range(1, TICKS + 1):
        moves = (rng.random(graph.n) < setting.q) & (rng.random(graph.n) < advert[stage])
        spoken = (stage[talkers] >= TALKS_FROM) & (rng.random(len(talkers)) < setting.w)
        hit = spoken & (rng.random(len(talkers)) < talk[stage[graph.listeners]])
        moves[graph.listeners[hit]] = True
        stage += moves
        if t in MARKS:
            counts.append(np.bincount(stage, minlength=N_STAGES))
    return np.array(counts)


@pytest.mark.slow
@pytest.mark.parametrize("setting", [LIGHT, HEAVY], ids=["light", "heavy"])
def test_kernel_and_engine_climb_the_ladder_as_described(setting: Ladder) -> None:
    graph, rng = works.random_graph(400), np.random.default_rng(8)
    naive = [naive_ladder(setting, graph, rng) for _ in range(400)]
    kernel, engine = Kernel(setting, graph), Engine(setting, graph)
    ours = [kernel.counts(k) for k in range(1500)]
    assert agreement(ours, naive).holds
    assert agreement([engine.counts(engine.start(k)) for k in range(400)], naive).holds
    louder = Ladder("louder", setting.q, 1.2 * setting.w, setting.advert, setting.talk)
    other = Kernel(louder, graph)
    assert not agreement([other.counts(k) for k in range(1500)], ours).holds


def test_ladder_counts_everybody_and_repeats_itself() -> None:
    graph = works.random_graph(300)
    kernel = Kernel(LIGHT, graph)
    first = kernel.counts(1)
    assert (first.sum(axis=1) == 300).all()
    assert not np.array_equal(first, kernel.counts(2))
    assert np.array_equal(first, kernel.counts(1)), "a replicate leaves something behind"


# -------------------------------------------------------------------------------------------- limits, memory, pages


def test_limits_are_positive_and_add_up() -> None:
    limits = machine_limits(1 << 16)
    assert min(limits.gather, limits.draw, limits.sweep) > 0.0
    asks = Demand(moves=3, purchases=2, heard=5, swept=7)
    least = asks.least_seconds(Limits(gather=10.0, draw=100.0, sweep=1000.0, footprint=64))
    assert least == pytest.approx(1e-9 * (17 * 10.0 + 14 * 100.0 + 7 * 1000.0))


def test_memory_counts_each_array_once() -> None:
    row = np.zeros(100)
    assert campaign.held_bytes([row, row[10:], {"x": (row.reshape(10, 10), np.zeros(2, np.int8))}]) == 802


def rows_of_one() -> Iterator[Row]:
    yield judged("a walk", "a clock", ">= 5", 6.0, "km/h")


def test_the_last_run_is_written_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    for _ in range(2):
        save(page, list(rows_of_one()), {"Machine": "a desk"})
    text = page.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert text.count("a walk") == 1 and "* Machine: a desk" in text and "old" not in text
    save(tmp_path / "last.json", list(rows_of_one()), {})
    check(json.loads((tmp_path / "last.json").read_text("utf-8"))["rows"])
    (tmp_path / "bare.md").write_text("no marks", "utf-8")
    for name, words in (("bare.md", "no place"), ("table.txt", "page")):
        with pytest.raises(ValueError, match=words):
            save(tmp_path / name, [], {})
