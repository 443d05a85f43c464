"""Which parameters a history could tell."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.history import read_history
from calibration.question import question
from calibration.setup import setup_from_text
from calibration.suggest import Suggestion, suggest
from scenarios import load_text
from tests.calibration.shop import SCENARIO, SETTINGS, made_history


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Suggestion]:
    file = tmp_path_factory.mktemp("history") / "history.csv"
    file.write_text(made_history())
    asked = question(load_text(SCENARIO).scenario, read_history(file), setup=setup_from_text(SETTINGS))
    return suggest(replace(asked, free=()), seed=1, most=4)


def test_those_that_move_the_history_come_first(found: list[Suggestion]) -> None:
    names = [one.parameter.name for one in found if one.chosen]
    assert 1 <= len(names) <= 4
    assert found[0].chosen and found[0].own == pytest.approx(found[0].effect)
    assert "brand.appeal" in {one.parameter.name for one in found[:6]}


def test_none_says_more_of_its_own_than_in_all(found: list[Suggestion]) -> None:
    assert all(0.0 <= one.own <= one.effect + 1e-9 for one in found)
    own = [one.own for one in found if one.chosen]
    assert own == sorted(own, reverse=True) or np.all(np.diff(own) < 0.5)


def test_what_nothing_uses_is_not_proposed(found: list[Suggestion]) -> None:
    names = {one.parameter.name for one in found}
    assert not any(name.startswith(("influencer.", "community.", "event.")) for name in names)
