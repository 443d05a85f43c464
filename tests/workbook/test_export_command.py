"""``apath export``: what it writes, what it says, and how it ends."""

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from scenarios import load_scenario
from studio.cli import cli
from tests.workbook.edits import SMALL
from tests.workbook.small_market import TEXT


def ask(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_everything_is_written_into_one_folder() -> None:
    result = ask("export", "coldbrew-launch", "--plan-name", "creators")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"exports/coldbrew-launch-creators/{name}" for name in ("plan.xlsx", "plan.csv", "plan-wide.csv", "plan.toml")
    ]
    assert names("exports/coldbrew-launch-creators") == [
        "plan-wide.csv", "plan.csv", "plan.toml", "plan.xlsx", "roster.csv",
    ]  # fmt: skip
    assert "run it: apath run exports/coldbrew-launch-creators/plan.toml --plan creators" in result.stderr


def test_the_first_plan_is_taken_and_named() -> None:
    result = ask("export", "classroom", "--csv", "-o", "out")
    assert "exporting the first plan, nothing; --plan-name chooses another of nothing, hub-samples" in result.stderr
    assert names("out") == ["plan-wide.csv", "plan.csv"]


def test_an_edited_workbook_becomes_a_plan_that_runs() -> None:
    assert ask("export", "coldbrew-launch", "--xlsx", "-o", "out", "-q").stderr == ""
    book = openpyxl.load_workbook("out/plan.xlsx")
    book["Flowchart"]["D6"] = 20_000
    book.save("edited.xlsx")
    result = ask("export", "edited.xlsx", "--plan", "-o", "edited", "--plan-name", "my-own")
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines() == [
        "changed: instagram (paid media): 216,000 before, 222,000 USD now",
        "changed: in all: 598,000 before, 604,000 USD now",
        "",
        "run it: apath run edited/plan.toml --plan my-own",
    ]
    plans = load_scenario("edited/plan.toml").scenario.plans
    assert list(plans) == ["baseline", "creators", "always-on", "my-own"]
    assert plans["my-own"].media["instagram"].weekly[:2] == [20_000, 14_000]
    check = ask("check", "edited/plan.toml")
    assert check.exit_code == 0


def test_what_was_exported_runs() -> None:
    ask("export", "classroom", "--plan-name", "hub-samples", "--plan", "-o", "out")
    words = ("--plan", "hub-samples", "--replicates", "2", "--format", "json", "-q")
    first, again = (ask("run", source, *words) for source in ("classroom", "out/plan.toml"))
    hashes = [json.loads(result.stdout)["provenance"]["result_hash"] for result in (first, again)]
    assert hashes[0] == hashes[1]


def test_a_run_brings_its_results_and_a_changed_scenario_does_not() -> None:
    ask("compare", "classroom", "--plans", "nothing,hub-samples", "--replicates", "2", "-o", "run", "--no-report")
    result = ask("export", "run", "--xlsx", "--plan-name", "hub-samples", "-o", "out")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook("out/plan.xlsx")
    said = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert "Expected results" in said and "customers" in said
    assert [row[0] for row in book["Scenarios"].iter_rows(max_row=4, values_only=True)] == [
        "Every plan of the run, means", "Figure", "planned cost", "customers",
    ]  # fmt: skip
    answer = json.loads(Path("run/run.json").read_text())
    row = next(row for row in book["Summary"].iter_rows(values_only=True) if row[0] == "customers")
    assert row[2] == pytest.approx(answer["plans"]["hub-samples"]["metrics"]["customers"]["mean"])
    other = ask("export", "run", "--xlsx", "--plan-name", "notice-board", "-o", "other")
    assert "note: notice-board was not run, so there are no results of it" in other.stderr
    Path("run/scenario.toml").write_text(Path("run/scenario.toml").read_text().replace("weeks = 14", "weeks = 13"))
    changed = ask("export", "run", "--xlsx", "--plan-name", "hub-samples", "-o", "changed")
    assert "note: run/scenario.toml was changed after the run, so its results are left out" in changed.stderr
    assert "Scenarios" not in openpyxl.load_workbook("changed/plan.xlsx").sheetnames


def test_files_of_others_are_left_alone() -> None:
    Path("out").mkdir()
    Path("out/plan.csv").write_text("my own plan")
    refused = ask("export", "classroom", "--csv", "-o", "out")
    assert refused.exit_code == 2
    assert "out/plan.csv exists and was left alone; --force replaces, -o writes elsewhere" in refused.stderr
    assert names("out") == ["plan.csv"]
    assert ask("export", "classroom", "--csv", "-o", "out", "--force").exit_code == 0
    assert ask("export", "classroom", "--csv", "-o", "out").exit_code == 0  # the same again is no harm
    assert names("out") == ["plan-wide.csv", "plan.csv"]


def test_a_problem_in_a_workbook_exits_3_and_writes_nothing() -> None:
    ask("export", "coldbrew-launch", "--xlsx", "-o", "out")
    book = openpyxl.load_workbook("out/plan.xlsx")
    book["Flowchart"]["D6"] = -500
    book.save("edited.xlsx")
    result = ask("export", "edited.xlsx", "--plan", "-o", "edited")
    assert result.exit_code == 3
    assert result.stderr == (
        "edited.xlsx, Flowchart!D6: -500 is negative; money per week is 0 or more\n\n1 problem; nothing was run.\n"
    )
    assert not Path("edited").exists()


def test_a_csv_file_needs_its_scenario() -> None:
    Path("small.toml").write_text(TEXT)
    ask("export", "small.toml", "--csv", "-o", "out")
    alone = ask("export", "out/plan.csv", "--plan")
    assert alone.exit_code == 2
    assert "a CSV file holds the plan alone: add --scenario" in alone.stderr
    result = ask("export", "out/plan.csv", "--scenario", "small.toml", "--plan", "-o", "back")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "nothing was changed"
    assert load_scenario("back/plan.toml").scenario == SMALL.scenario


def test_a_scenario_in_json_stays_json() -> None:
    data = SMALL.scenario.model_dump(mode="json", exclude_unset=True)
    Path("small.json").write_text(json.dumps(data))
    result = ask("export", "small.json", "-o", "out")
    assert result.exit_code == 0, result.output
    assert names("out") == ["plan-wide.csv", "plan.csv", "plan.json", "plan.xlsx"]
    assert load_scenario("out/plan.json").scenario == SMALL.scenario
    again = ask("export", "out/plan.xlsx", "--plan", "-o", "again")
    assert again.exit_code == 0, again.output
    assert load_scenario("again/plan.json").scenario == SMALL.scenario


def test_a_scenario_changed_in_memory_is_carried_as_it_is(tmp_path: Path) -> None:
    from studio.workbook.reading import opened_workbook
    from studio.workbook.writing import write_workbook

    loaded = load_scenario("coldbrew-launch", overrides={"brand.price": 9.5})
    write_workbook(tmp_path / "plan.xlsx", loaded, loaded.scenario.plans["creators"], name="creators")
    with opened_workbook(tmp_path / "plan.xlsx") as opened:
        assert opened.loaded.scenario == loaded.scenario
        assert opened.plan == opened.before == loaded.scenario.plans["creators"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("coldbrew-launch", "--plan-name", "basline"), 2, "there is no plan “basline”; did you mean “baseline”?"),
        (("coldbrew-launch", "--plan-name", "my plan"), 2, "“my plan” cannot be the name of a plan"),
        (("coldbrew-launch", "--scenario", "x"), 2, "--scenario goes with an edited workbook or CSV file"),
        (("coldbrew-lunch",), 3, "did you mean “coldbrew-launch”?"),
        (("lost.xlsx",), 3, "lost.xlsx: there is no such file"),
        (("old.ods",), 2, "old.ods is another kind of spreadsheet: save it as .xlsx"),
        (("empty",), 3, "this is a folder, not a scenario file"),
        (("classroom", "-o", "old.ods"), 2, "old.ods is a file, so nothing can be written into it"),
    ],
)
def test_what_cannot_be_exported(words: tuple[str, ...], code: int, said: str) -> None:
    Path("old.ods").write_bytes(b"")
    Path("empty").mkdir()
    result = ask("export", *words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert result.stdout == ""
    assert names(".") == ["empty", "old.ods"]
