"""The page of the study: what is there is written, what is not is said to be left out."""

from pathlib import Path

import pytest

from experiments.seeding import study
from experiments.seeding.study_networks import REFERENCES, Network

ABSENT = Network("nowhere", "graphs/no_such_network.txt", False, "nothing")


def test_a_page_and_its_picture_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = study.Section("told", {"drawn.svg": "<svg/>"})
    monkeypatch.setattr(
        study, "SECTIONS", {"one": ("First part", (), lambda: section), "two": ("Second", (ABSENT,), lambda: 1 / 0)}
    )
    assert study.main(["-o", str(tmp_path / "page.md")]) == 0
    page = (tmp_path / "page.md").read_text()
    assert page.startswith("# Whom to seed\n")
    assert "## First part\n\ntold\n" in page
    assert "## Second\n\nLeft out: graphs/no_such_network.txt not found; `APATH_DATA` names their folder." in page
    assert (tmp_path / "images" / "drawn.svg").read_text() == "<svg/>"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["drawn.svg", "page.md"]


def test_a_page_without_any_network_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(study, "SECTIONS", {"two": ("Second", (ABSENT,), lambda: 1 / 0)})
    assert study.main([]) == 1
    assert "Left out" in capsys.readouterr().out


def test_a_page_goes_where_there_is_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        study.main(["-o", "no/such/folder/page.md"])
    assert "there is no folder “no/such/folder” to write page.md to" in capsys.readouterr().err


def test_every_reference_is_of_a_network_with_sensible_figures() -> None:
    assert len({(one.network.name, one.model, one.p) for one in REFERENCES}) == len(REFERENCES) == 11
    assert all(one.degree <= 1.001 * one.spread < one.upper and one.certificate < 1.0 for one in REFERENCES)
