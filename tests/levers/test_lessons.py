"""The lessons run, and what they tell their readers to expect comes true.

A lesson says what to expect in comments: ``# expect: with > without in opt_ins`` compares two plans, with ``<`` for
less and ``=`` for the same; ``# expect if brand.p_refund = 0.0: refunds falls`` compares its first plan with itself
in another market.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from scenarios import load_scenario
from studio.cli import cli
from tests.levers.markets import differences, measure, runs, steadiness

LESSONS = sorted((Path(__file__).parents[2] / "docs" / "levers").glob("*.toml"))
REPLICATES = 16
_PLANS = re.compile(r"# expect: (?P<a>[\w-]+) (?P<how>[<>=]) (?P<b>[\w-]+) in (?P<figure>\w+)")
_MARKETS = re.compile(r"# expect if (?P<key>[\w.-]+) = (?P<value>\S+): (?P<figure>\w+) (?P<how>rises|falls)")


@dataclass(frozen=True)
class Expected:
    """One line of a lesson."""

    path: Path
    line: str

    def __str__(self) -> str:
        return f"{self.path.stem}: {self.line.removeprefix('# expect').lstrip(': ')}"


EXPECTED = [
    Expected(path, line)
    for path in LESSONS
    for line in path.read_text("utf-8").splitlines()
    if line.startswith("# expect")
]


def test_every_lesson_says_what_to_expect() -> None:
    assert {one.path for one in EXPECTED} == set(LESSONS)
    assert [str(one) for one in EXPECTED if not (_PLANS.fullmatch(one.line) or _MARKETS.fullmatch(one.line))] == []


@pytest.mark.parametrize("expected", EXPECTED, ids=str)
def test_what_a_lesson_says_comes_true(expected: Expected) -> None:
    scenario = load_scenario(expected.path).scenario
    if said := _PLANS.fullmatch(expected.line):
        more, less, how = said["a"], said["b"], said["how"]
        d = differences(runs(scenario, less, n=REPLICATES), runs(scenario, more, n=REPLICATES), said["figure"])
        if how == "=":
            level = [measure(run, said["figure"]) for run in runs(scenario, less, n=1)]
            assert np.abs(d).max() <= 1e-9 * max(level)
            return
    else:
        said = _MARKETS.fullmatch(expected.line)
        assert said
        value = tomllib.loads(f"value = {said['value']}")["value"]
        other = load_scenario(expected.path, overrides={said["key"]: value}).scenario
        how = {"rises": ">", "falls": "<"}[said["how"]]
        d = differences(runs(scenario, n=REPLICATES), runs(other, n=REPLICATES), said["figure"])
    assert steadiness(d) * (1 if how == ">" else -1) > 3.0, d


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_short_and_runs_as_it_stands(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 100
    assert max(map(len, text.splitlines())) <= 120
    scenario = load_scenario(path).scenario
    assert 300 <= scenario.market.consumers <= 2_000
    assert 2 <= len(scenario.plans) <= 3
    told = CliRunner().invoke(cli, ["compare", str(path), "--replicates", "1", "--format", "json", "--quiet"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["plans"].keys() == scenario.plans.keys()
