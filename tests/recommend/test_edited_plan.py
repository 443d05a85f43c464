"""An edited workbook of a recommendation is held to its limits, cell by cell."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import scenarios
from scenarios import load_scenario
from studio.cli import cli
from studio.workbook.writing import workbook_bytes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("recommended")
    limits = place / "wanted.toml"
    limits.write_text("[money.media.tiktok]\nweekly_max = 9_000\n", "utf-8")
    words = ["recommend", "coldbrew-launch", "--budget", "300000", "--goal", "most customers", "--trials", "10"]
    words += ["--replicates", "8", "--no-check", "--consumers", "200", "--limits", str(limits)]
    ran = CliRunner().invoke(cli, [*words, "--format", "json", "-o", str(place / "plan")], catch_exceptions=False)
    assert ran.exit_code == 0
    return place / "plan"


def test_the_workbook_as_it_is_loads_back(folder: Path, tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["export", str(folder / "plan.xlsx"), "--plan", "-o", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.stderr
    assert "nothing was changed" in ran.stderr


def test_an_edit_that_breaks_a_limit_is_named_by_its_cell(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    sheet = book["Flowchart"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 3).value == "tiktok")
    column = next(c for c in range(4, 40) if isinstance(sheet.cell(row, c).value, int | float))
    sheet.cell(row, column).value = 250_000
    edited = folder / "edited.xlsx"
    book.save(edited)
    ran = CliRunner().invoke(cli, ["export", str(edited), "--plan", "-o", str(tmp_path / "out")])
    edited.unlink()
    cell = f"Flowchart!{sheet.cell(row, column).coordinate}"
    assert ran.exit_code == 3
    assert f"{cell}: media.tiktok has 250,000.00 in week 1; at most 9,000.00" in ran.stderr
    assert "and the budget is 300,000.00" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_an_edited_reward_is_named_by_its_cell(tmp_path: Path) -> None:
    text = (Path(scenarios.__file__).parent / "bundled" / "app-referral" / "scenario.toml").read_text("utf-8")
    reward = "[plans.installs.referral]\nfor_sender = 1.00\nfor_friend = 0.50\n\n[plans.premium-for-hubs]"
    text = (
        text.replace("[plans.premium-for-hubs]", reward, 1)
        .replace('roster = "roster.csv"', "")
        .partition("[plans.small-creators]")[0]
    )
    (tmp_path / "plan.toml").write_text(text, "utf-8")
    (tmp_path / "limits.toml").write_text("[programmes.referral]\nmax = 2\n", "utf-8")
    (tmp_path / "recommendation.json").write_text('{"budget": 60000, "current_plan": "installs"}', "utf-8")
    loaded = load_scenario(tmp_path / "plan.toml")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_bytes(loaded, loaded.scenario.plans["installs"], name="installs"))
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "referral.for_sender")
    sheet.cell(row, 2).value = 4.0
    book.save(path)
    ran = CliRunner().invoke(cli, ["export", str(path), "--plan", "-o", str(tmp_path / "out")])
    assert ran.exit_code == 3
    assert f"Plan!B{row}: referral is 4.50; at most 2.00 is allowed" in ran.stderr
