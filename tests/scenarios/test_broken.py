"""Broken scenarios: each fault is reported once, in its line, in plain words, with what to write instead."""

from pathlib import Path

import pytest

from scenarios.load import load_scenario
from tests.scenarios.base import BASE, HERE, ROSTER, edited, here, problems_of, write
from tests.scenarios.broken import CASES
from tests.scenarios.broken_case import Case

pytestmark = pytest.mark.core


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_reported_once_in_its_line(case: Case, tmp_path: Path) -> None:
    text = edited(BASE, *case.edits).replace(" §", f"  # {HERE}")
    problems = problems_of(write(tmp_path, text, case.files))
    assert len(problems) == 1, [str(problem) for problem in problems]
    problem = problems[0]
    assert Path(problem.file).name == case.file
    assert problem.line == (here(text) if case.line is None else case.line)
    assert problem.where == case.where
    assert case.what in problem.what
    assert case.hint in problem.hint
    if case.line is None:
        assert HERE in problem.excerpt or "…" in problem.excerpt


def test_there_are_enough_kinds_of_fault() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 210


def test_the_unbroken_scenario_is_accepted(tmp_path: Path) -> None:
    loaded = load_scenario(write(tmp_path, BASE))
    assert loaded.notes == ()
    assert loaded.scenario.influencers["bo"].followers == 12_000
    assert loaded.scenario.plans["other"].media["screen"].weekly is None
    assert loaded.scenario.plans["other"].media["feed"].weekly == [100]
    assert ROSTER.encode() == (tmp_path / "roster.csv").read_bytes()
