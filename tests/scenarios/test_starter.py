"""The starter project loads as it stands, and never damages what is there."""

from pathlib import Path

import pytest

from scenarios.load import load_scenario
from scenarios.schema_json import SCHEMA_PATH
from scenarios.starter import StarterError, write_starter

pytestmark = pytest.mark.core


def test_it_loads_as_it_stands(tmp_path: Path) -> None:
    path = write_starter(tmp_path / "spring", name="spring-26")
    loaded = load_scenario(path)
    assert path == tmp_path / "spring" / "scenario.toml"
    assert loaded.scenario.name == "spring-26"
    assert loaded.notes == ()
    assert set(loaded.files) == {"roster.csv", "budget.csv"}
    assert loaded.scenario.plans["baseline"].media["search"].weekly == [400] * 12
    assert loaded.scenario.plans["creators"].media == loaded.scenario.plans["baseline"].media
    folder = sorted(file.name for file in path.parent.iterdir())
    assert folder == ["README.md", "budget.csv", "roster.csv", "scenario.schema.json", "scenario.toml"]
    assert (path.parent / "scenario.schema.json").read_bytes() == SCHEMA_PATH.read_bytes()
    assert path.read_text("utf-8").startswith("#:schema ./scenario.schema.json\n")
    assert (path.parent / "README.md").read_text("utf-8").startswith("# spring-26\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["spring"]


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert write_starter(tmp_path / "empty", name="a").is_file()
    assert write_starter(tmp_path / "deep" / "er", name="a").is_file()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StarterError, match="not an empty folder"):
        write_starter(tmp_path, name="a")
    with pytest.raises(StarterError, match="not an empty folder"):
        write_starter(tmp_path / "mine.txt", name="a")
    with pytest.raises(StarterError, match="cannot be written"):
        write_starter(tmp_path / "mine.txt" / "below", name="a")
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["", "two words", "../up", "a/b", 'x"', "-x", "x" * 65, "é"])
def test_a_name_with_other_signs_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StarterError, match="cannot be a name"):
        write_starter(tmp_path / "x", name=name)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.starter.SCHEMA_PATH", tmp_path / "nowhere.json")
    with pytest.raises(StarterError, match="cannot be written"):
        write_starter(tmp_path / "x", name="a")
    assert list(tmp_path.iterdir()) == []
