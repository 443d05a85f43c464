"""Published facts on the shipped model: each holds with default parameters, and fails where its cause is taken away."""

import re
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from experiments.intervals import summarise
from experiments.replicate import replicate
from experiments.reproduce import FACTS, Finding
from experiments.reproduce.__main__ import main
from experiments.reproduce.advertising import week_of
from experiments.reproduce.centrality import betweenness, degrees
from experiments.reproduce.finding import above, below, estimate, mean, shown
from experiments.reproduce.market import market, samples
from experiments.reproduce.page import as_page
from experiments.reproduce.positions import leading, remoteness
from experiments.reproduce.publicity import bad_first_day
from experiments.reproduce.runs import Arm, play
from scenarios.schema import Graph
from scenarios.vocabulary import ENTERED_STAGES
from simulator.draws import root_key
from simulator.graph import generate_graph, graph_from_edges
from simulator.metrics import METRICS
from simulator.tables import compile_tables
from simulator.world import build_world

PAGE = Path(__file__).parents[2] / "docs" / "reproduced.md"


@cache
def finding(fact: str) -> Finding:
    return FACTS[fact].run(quick=True)


def broken(found: Finding) -> list[str]:
    return [f"{check.text}: {check.measured}" for check in found.checks if not check.holds]


# ------------------------------------------------------------------------------------------------- the facts


@pytest.mark.slow
@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_holds_with_default_parameters(fact: str) -> None:
    assert broken(finding(fact)) == []


ladder = {name: [f"{name}.{stage}" for stage in ENTERED_STAGES] for name in ("paid", "wom-negative")}
TALK = ["talk.talker_per_day", "talk.advocate_extra_per_day", "talk.fresh_extra_per_day"]
CAUSES = {
    "V17": (ladder["paid"], "makes 16 % come sooner"),
    "V18": (["negative.strength"], "loose ties lower it"),
    "V20": (TALK, "hubs bring more than random"),
    "V21": (TALK, "hubs reach more buyers than random seeds"),
    "V26": (TALK, "hubs sell more than random"),
    "V28": (["negative.attention"], "complaining itself helps"),
    "V29": (["referral.retention", "referral.choice"], "than the choice of whom friends send explains"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_fails_without_its_cause(fact: str) -> None:
    off, demand = CAUSES[fact]
    without = broken(FACTS[fact].run(quick=True, parameters=dict.fromkeys(off, 0.0)))
    assert [text for text in without if demand in text] != []


@pytest.mark.slow
def test_bad_publicity_harms_a_known_brand_by_talking_people_out_of_it() -> None:
    off = dict.fromkeys([*ladder["wom-negative"], "choice.negative"], 0.0)
    without = broken(FACTS["V28"].run(quick=True, parameters=off))
    assert [text for text in without if "lowers those of the known brand" in text] != []


def test_threads_change_nothing() -> None:
    assert FACTS["V28"].run(quick=True, threads=1) == FACTS["V28"].run(quick=True, threads=2)


# -------------------------------------------------------------------------------------------------- the page


@pytest.mark.slow
def test_the_page_is_that_of_these_experiments() -> None:
    """Figures are measured by the full run only; what is asked, and that it holds, is compared with the quick one."""
    page = PAGE.read_text("utf-8")
    for fact in FACTS.values():
        section = page.split(f"## {fact.id}: {fact.title}\n")[1].split("\n## ")[0]
        assert fact.expected in section
        quick = finding(fact.id)
        assert re.findall(r"^\| (?:holds|does not hold) \| (.*?) \|", section, re.MULTILINE) == [
            check.text for check in quick.checks
        ]
        labels = re.findall(r"^\| ([^|]*) \| [^|]* \|$", section.split("| Figure |")[1], re.MULTILINE)
        assert labels[0] == quick.rows[0].label and len(labels) == len(quick.rows)
    assert "does not hold" not in page


def test_the_page_tells_what_does_not_hold() -> None:
    fact = FACTS["V28"]
    found = finding(fact.id)
    page = as_page([(fact, found)])
    assert page.count("| holds |") == len(found.checks) == 4
    spoiled = Finding(
        market=found.market, rows=found.rows, limits=(), replicates=found.replicates,
        checks=(above("too much", mean(np.array([1.0, 2.0])), 9.0), *found.checks),
    )  # fmt: skip
    assert not spoiled.holds
    page = as_page([(fact, spoiled)])
    assert "| does not hold | too much |" in page and "4 of 5" in page


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.md"
    assert main(["V28", "--quick", "-o", str(path)]) == 0
    assert path.read_text("utf-8") == as_page([(FACTS["V28"], finding("V28"))])
    assert "unknown: more with it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [(["V99"], "no fact “V99”"), (["--threads", "0"], "at least 1"), (["-o", "nowhere/page.md"], "no folder")],
)
def test_the_command_refuses_what_it_cannot_do(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert said in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------- the parts


@pytest.mark.parametrize("kind", ["blocks", "scale-free", "small-world"])
def test_betweenness_is_that_of_networkx(kind: str) -> None:
    graph = generate_graph(Graph(kind=kind, strong_ties=2.0, weak_ties=2.0), n=120, seed=root_key(3))
    theirs = nx.betweenness_centrality(graph.to_networkx(), normalized=False)
    np.testing.assert_allclose(betweenness(graph), [theirs[i] for i in range(120)], atol=1e-9)


def test_the_remote_are_those_whom_few_hear_but_somebody_does() -> None:
    star = graph_from_edges([0, 0, 0], [1, 2, 3], n=5)
    world = build_world(market(consumers=5, weeks=1, plans={"nothing": {}}), graph=star)
    assert degrees(star).tolist() == [3, 1, 1, 1, 0]
    assert leading(world, remoteness(world), 0.6) == [1, 2, 3]
    assert leading(world, degrees(star).astype(float), 0.2) == [0]


def test_runs_are_those_of_replicate() -> None:
    scenario = market(consumers=600, weeks=20, plans={"nothing": {}, "some": samples(5_000)})
    theirs = replicate(scenario, replicates=3, uncertainty="luck")
    arms = {name: Arm(scenario=scenario, plan=name) for name in scenario.plans}
    ours = play(
        arms, measure=lambda o, s: {"sold": float(o.ours("purchases").sum()) * s.people_per_consumer}, replicates=3
    )
    for name in scenario.plans:
        column = list(METRICS).index("purchases")
        assert ours[name]["sold"].tolist() == theirs.plans[name].all.figures[:, column].tolist()
    assert ours["some"]["sold"].sum() > ours["nothing"]["sold"].sum() > 0


def test_no_replicates_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        play({}, measure=lambda o, s: {}, replicates=0)


def test_bad_news_is_heard_on_the_first_day_and_no_longer() -> None:
    scenario = market(consumers=1_000, weeks=2, plans={"bad": samples(10_000, stage="attention")})
    plan = scenario.plans["bad"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan)
    outcome = bad_first_day(scenario, plan, world, tables, np.uint64(5))
    quiet = outcome.ours("stock")[0].sum(axis=0)
    assert quiet.tolist() == [1_000, 0, 0, 0, 0, 0]
    assert 70 <= outcome.ours("negative")[1].sum() <= 100  # some of the 100 have got over it within a week
    assert outcome.ours("negative")[2].sum() < outcome.ours("negative")[1].sum()
    assert outcome.ours("positive")[1:].sum() > 0  # of later buyers most are satisfied


def test_an_estimate_of_a_mean_is_the_ordinary_interval() -> None:
    values = np.array([1.0, 4.0, 2.0, 7.0])
    ordinary = summarise(values, worlds=np.arange(4))
    ours = estimate(lambda a: a, values)
    assert (ours.mean, ours.ci_low, ours.ci_high) == pytest.approx((ordinary.mean, ordinary.ci_low, ordinary.ci_high))
    assert mean(values) == ordinary


def test_the_interval_of_a_ratio_covers_it() -> None:
    """A ratio of paired means, 500 times: nine in ten intervals hold the true ratio, give or take three errors."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(500):
        common = rng.gamma(4.0, 1.0, 20)
        ratio = estimate(lambda a, b: a / b, 3.0 * common + rng.normal(0.0, 1.0, 20), common + rng.normal(0.0, 0.3, 20))
        inside += ratio.ci_low <= 3.0 <= ratio.ci_high
    assert abs(inside / 500 - 0.9) < 3.0 * np.sqrt(0.9 * 0.1 / 500)


def test_a_demand_needs_the_whole_interval() -> None:
    values = mean(np.array([1.0, 2.0, 3.0]))
    assert values.ci_low < 1.0 < 3.0 < values.ci_high
    assert above("a", values, values.ci_low - 1e-9).holds and not above("a", values, 1.0).holds
    assert below("b", values, values.ci_high + 1e-9).holds and not below("b", values, 3.0).holds
    never = mean(np.array([np.nan, 2.0]))
    assert not above("c", never, 0.0).holds and not below("c", never, 9.0).holds


@pytest.mark.parametrize(
    ("numbers", "unit", "text"),
    [
        ((0.5, 0.25, 0.75), "% of the market", "50.0 % of the market (25.0 to 75.0)"),
        ((0.004, 0.003, 0.005), "", "0.0040 (0.0030 to 0.0050)"),
        ((2.0, 1.5, 2.5), "times", "2.00 times (1.50 to 2.50)"),
        ((4000.0, 3000.0, 5000.0), "dollars", "4000 dollars (3000 to 5000)"),
    ],
)
def test_figures_have_as_many_digits_as_can_be_read(numbers: tuple[float, float, float], unit: str, text: str) -> None:
    assert shown(*numbers, unit) == text


def test_weeks_are_counted_between_two_counts() -> None:
    bought = np.array([0.2, 0.2, 0.4, 0.8])
    assert week_of(0.1, bought) == 0.0
    assert week_of(0.3, bought) == pytest.approx(1.5)
    assert np.isnan(week_of(0.9, bought))
