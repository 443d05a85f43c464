"""What a workbook adds up to: stored values are what its formulas give, and what the plan costs."""

import csv
import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scenarios import load_scenario
from simulator.costs import plan_cost
from studio.workbook.csv_files import plan_csv, plan_wide_csv
from studio.workbook.layout import Sheets, Table
from studio.workbook.lines import plan_lines
from studio.workbook.reading import read_workbook
from studio.workbook.writing import workbook_bytes
from tests.workbook.recalculated import Calculator
from tests.workbook.small_market import plan_of, plans_data, small

SMALL = small()


def check(data: bytes, cost: float) -> int:
    """How many formulas there are, each with the value that it gives."""
    found = Calculator(io.BytesIO(data)).all()
    for sheet, cell, stored, again in found:
        assert stored == pytest.approx(again, rel=1e-9, abs=1e-9), (sheet, cell)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    rows = {row[0].value: row for row in book["Flowchart"].iter_rows()}
    head = next(row for row in book["Flowchart"].iter_rows() if row[0].value == "Channel")
    total = next(c.column for c in head if str(c.value).startswith("Total")) - 1
    assert rows["Total"][total].value == pytest.approx(cost, rel=1e-9, abs=1e-6)
    return len(found)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(plans_data)
def test_stored_values_are_what_formulas_give(data: dict) -> None:
    plan = plan_of(data)
    check(workbook_bytes(SMALL, plan, name="drawn"), plan_cost(SMALL.scenario, plan))


@pytest.mark.parametrize(("name", "plan"), [("everything", "everything"), ("coldbrew-launch", "creators")])
def test_a_whole_plan_adds_up(name: str, plan: str) -> None:
    loaded = load_scenario(name)
    wanted = loaded.scenario.plans[plan]
    n = check(workbook_bytes(loaded, wanted, name=plan), plan_cost(loaded.scenario, wanted))
    assert n > 300


def test_shapes_of_the_flowchart() -> None:
    data = workbook_bytes(SMALL, SMALL.scenario.plans["base"], name="base")
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Flowchart"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows[0][3:8] == ["Jan 2027", None, None, None, "Feb"]
    assert rows[1] == [
        "Channel", "Lever", "Item", *(datetime(2027, 1, day) for day in (4, 11, 18, 25)), datetime(2027, 2, 1),
        "Total, EUR", "Share", "Quantity", "Unit", "Cost per unit",
    ]  # fmt: skip
    assert [row[:9] for row in rows[2:]] == [
        ["feed", "paid media", "feed", 100, 100, 100, 100, 100, 500],
        ["feed", "own posts", "feed", 10, 10, 10, 10, 10, 50],
        ["feed", "influencers", "ana", 120.5, 120.5, 0, 120.5, 0, 361.5],
        ["feed", "influencers", "bo", 0, 0, 40, 0, 0, 40],  # who has left by the second post
        ["feed, all", None, None, 230.5, 230.5, 150, 230.5, 110, 951.5],
        # The flights end on a Wednesday and begin again on one, when the screen is dark until the next day.
        ["screen", "paid media", "screen", 70, 30, 20, 35, 15, 170],
        ["screen, all", None, None, 70, 30, 20, 35, 15, 170],
        ["no channel", "product seeding", "random 1", 125, None, None, None, None, 125],
        ["no channel, all", None, None, 125, 0, 0, 0, 0, 125],
        ["Total", None, None, 425.5, 260.5, 170, 265.5, 125, 1246.5],
        ["Share of the plan", None, None, *(pytest.approx(x / 1246.5) for x in (425.5, 260.5, 170, 265.5, 125)), None],
        ["From the start", None, None, 425.5, 686, 856, 1121.5, 1246.5, None],
        ["By month", None, None, 1121.5, None, None, None, 125, None],
    ]
    assert sheet.freeze_panes == "D6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0  # one page wide, as many down as it takes
    rules = [rule.formula[0] for rules in sheet.conditional_formatting for rule in rules.rules]
    assert rules == ['AND($B6<>"",D6>0)', 'AND($B6<>"",D6=0,SUM($D6:D6)>0,SUM(D6:$H6)>0)']  # on, and hiatus


def test_the_long_sheet_has_a_row_for_each_line_and_week() -> None:
    plan = SMALL.scenario.plans["base"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(SMALL, plan, name="base")), data_only=True)
    head, *rows = book["Long"].iter_rows(values_only=True)
    lines = plan_lines(SMALL.scenario, plan)
    assert len(rows) == len(lines) * SMALL.scenario.weeks
    assert head == ("Channel", "Lever", "Item", "Week", "Week start", "Units", "Unit", "Money", "Currency")
    assert rows[5] == ("feed", "own posts", "feed", "2027-W01", datetime(2027, 1, 4), 2, "posts", 10, "EUR")


def test_posts_stand_with_fee_sights_and_rate_card() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(SMALL, SMALL.scenario.plans["base"], name="base")))
    rows = [row[:9] for row in book["Influencers"].iter_rows(min_row=6, max_row=10, values_only=True)]
    assert rows[0] == (1, "ana", "feed", datetime(2027, 1, 5), 120.5, 60, 8, 0.48, None)
    assert rows[4] == (2, "bo", "feed", datetime(2027, 1, 28), 0, None, 8, None, "has left on 2027-01-25")


def test_the_manifest_says_where_it_comes_from() -> None:
    plan = SMALL.scenario.plans["base"]
    data = workbook_bytes(SMALL, plan, name="base", sheets=Sheets(manifest={"Seed": 7}), basis="gross")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Manifest"]
    said = {row[0]: row[1] for row in sheet.iter_rows(min_row=6, values_only=True)}
    assert said["Currency"] == "EUR"
    assert said["Seed"] == 7
    assert said["Money"] == "gross, as written in the scenario: agency commission and tax are included"
    assert said["Hash of the scenario"] == SMALL.scenario_hash


def test_tables_of_others_stand_on_their_sheets() -> None:
    table = Table(title="=1+1", columns=("a", "@b"), rows=((1.5, "-x"), (None, float("nan"))), notes=("+y",))
    sheets = Sheets(summary=(table,), curves=(table,), evidence=(table,))
    data = workbook_bytes(SMALL, SMALL.scenario.plans["base"], name="base", sheets=sheets)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [name for name in book.sheetnames if name in ("Curves", "Scenarios", "Evidence")] == ["Curves", "Evidence"]
    assert [row[:2] for row in book["Curves"].iter_rows(values_only=True)] == [
        ("=1+1", None), ("a", "@b"), (1.5, "-x"), (None, "–"), ("+y", None),
    ]  # fmt: skip
    assert {cell.data_type for row in book["Curves"].iter_rows() for cell in row} == {"s", "n"}
    notes = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert "Left out, as nothing was computed for them: Scenarios." in notes


def test_text_is_never_a_formula() -> None:
    plan = SMALL.scenario.plans["base"].model_copy(update={"title": '=HYPERLINK("http://x","y")'})
    data = workbook_bytes(SMALL, plan, name="base")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or "HYPERLINK" not in str(cell.value)
                assert cell.hyperlink is None
    title = book["Flowchart"]["A1"]
    assert title.value == plan.title
    assert title.quotePrefix


SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(plans_data)
def test_no_field_of_a_csv_file_is_a_formula(data: dict) -> None:
    plan = plan_of(data)
    for text in (plan_csv(SMALL.scenario, plan, name="drawn"), plan_wide_csv(SMALL.scenario, plan, name="drawn")):
        for row in csv.reader(io.StringIO(text)):
            assert not [field for field in row if field.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workbook without any stored value, and the same after LibreOffice has calculated and saved it."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    folder = tmp_path_factory.mktemp("office")
    ours, bare = folder / "ours.xlsx", folder / "in" / "plan.xlsx"
    bare.parent.mkdir()
    loaded = load_scenario("everything")
    ours.write_bytes(workbook_bytes(loaded, loaded.scenario.plans["everything"], name="everything"))
    openpyxl.load_workbook(ours).save(bare)  # keeps formulas, drops their values
    kind = "xlsx:Calc MS Excel 2007 XML"
    command = [SOFFICE, f"-env:UserInstallation=file://{folder}/home", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), str(bare)], check=True, timeout=120, capture_output=True)
    return ours, folder / "plan.xlsx"


@pytest.mark.slow
def test_a_spreadsheet_program_calculates_the_same(converted: tuple[Path, Path]) -> None:
    ours, theirs = (openpyxl.load_workbook(path, data_only=True) for path in converted)
    n = 0
    for sheet in openpyxl.load_workbook(converted[0]).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    name, at = sheet.title, cell.coordinate
                    assert theirs[name][at].value == pytest.approx(ours[name][at].value, rel=1e-9, abs=1e-9), (name, at)
                    n += 1
    assert n > 1_000


@pytest.mark.slow
def test_a_plan_survives_a_spreadsheet_program(converted: tuple[Path, Path]) -> None:
    assert read_workbook(converted[1]) == load_scenario("everything").scenario.plans["everything"]
