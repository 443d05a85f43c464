"""What a planner may change in a workbook or CSV file, and what becomes of it: that change and no other."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scenarios.plan import Booking, Media
from studio.workbook.changes import changes
from studio.workbook.csv_files import plan_csv, plan_wide_csv, read_plan_csv
from studio.workbook.lines import plan_lines
from studio.workbook.merging import merged
from studio.workbook.reading import read_workbook
from tests.workbook.edits import SMALL, after, cells, edited, row_of, with_formula
from tests.workbook.small_market import plan_of, plans_data

BASE = SMALL.scenario.plans["base"]


def test_money_of_a_week(tmp_path: Path) -> None:
    now = after(tmp_path, cells("Flowchart", E6=250))
    assert now.media["feed"].weekly == [100, 250, 100, 100, 100]
    assert now.model_copy(update={"media": BASE.media}) == BASE
    assert now.media["screen"] == BASE.media["screen"]


def test_a_line_with_flights_becomes_money_by_week(tmp_path: Path) -> None:
    now = after(tmp_path, cells("Flowchart", D11=None))
    # In the third week the screen is dark for three days of seven: 35 planned for the flight's five days,
    # 20 of them charged, which is what the cell says and 35 a full week would be.
    assert now.media["screen"] == Media(weekly=[0, 30, 35, 35, 15])


def test_empty_weeks_cost_nothing_and_one_amount_stays_one(tmp_path: Path) -> None:
    now = after(tmp_path, cells("Flowchart", D6=0, E6=0, F6=0, G6=None, H6=None))
    assert now.media["feed"].weekly == [0]


def test_a_formula_counts_by_its_stored_value(tmp_path: Path) -> None:
    path = edited(tmp_path)
    with_formula(path, "D6", "2*60", "120")
    assert read_workbook(path).media["feed"].weekly == [120, 100, 100, 100, 100]


def test_money_is_divided_by_the_scale_of_all_media(tmp_path: Path) -> None:
    plan = BASE.model_copy(update={"media_scale": 0.5})
    now = after(tmp_path, cells("Flowchart", D6=80), plan=plan)
    assert now.media["feed"].weekly == [160, 100, 100, 100, 100]
    assert plan_lines(SMALL.scenario, now)[0].money == (80, 50, 50, 50, 50)


def test_posts_are_changed_on_units(tmp_path: Path) -> None:
    now = after(tmp_path, cells("Units", F6=4, J6=0.5))
    assert now.posts["feed"].weekly == [4, 2, 2, 2, 0.5]


def test_a_new_row_of_paid_media(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Flowchart"].insert_rows(7)
        for column, value in zip("ABCDE", ("screen", "paid media", "late-night", 40, 60), strict=True):
            book["Flowchart"][f"{column}7"] = value

    assert after(tmp_path, edit).media["late-night"] == Media(channel="screen", weekly=[40, 60, 0, 0, 0])


def test_another_channel_for_a_line(tmp_path: Path) -> None:
    assert after(tmp_path, cells("Flowchart", A6="screen")).media["feed"].channel == "screen"


def test_rows_may_be_sorted_and_columns_of_remarks_added(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Influencers"]
        rows = [[cell.value for cell in sheet[row][:5]] for row in range(6, 11)]
        for row, values in enumerate(reversed(rows), start=6):
            for cell, value in zip(sheet[row], values, strict=False):
                cell.value = value
        book["Flowchart"]["P6"] = "ask Tom"

    assert after(tmp_path, edit) == BASE


def test_a_post_moves_another_goes_and_one_is_added(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Influencers"]
        sheet["D6"] = date(2027, 1, 6)
        sheet.delete_rows(10)
        sheet["B10"], sheet["D10"] = "cem", "2027-01-15"

    assert after(tmp_path, edit).bookings == [
        Booking(influencer="ana", dates=[date(2027, 1, 6), date(2027, 1, 15), date(2027, 1, 25)]),
        Booking(influencer="bo", dates=[date(2027, 1, 21)]),
        Booking(influencer="cem", dates=[date(2027, 1, 15)]),
    ]


def test_another_person_for_a_post(tmp_path: Path) -> None:
    assert after(tmp_path, cells("Influencers", B9="cem")).bookings[1:] == [
        Booking(influencer="bo", dates=[date(2027, 1, 28)]),
        Booking(influencer="cem", dates=[date(2027, 1, 21)]),
    ]


def test_settings_are_changed_added_and_taken_back(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Plan"]
        sheet[f"B{row_of(book, 'Plan', 'seeding.1.people')}"] = 75
        sheet.delete_rows(row_of(book, "Plan", "title"))
        for path, value in (("posts.feed.weekdays", '["mon", "fri"]'), ("loyalty.cost_per_week", 12), ("sign_up", "{}"),
                            ("posts.extra.weekly", 3), ("posts.extra.channel", "feed")):  # fmt: skip
            sheet.append([path, value])

    now = after(tmp_path, edit)
    assert now.seeding[0].people == 75
    assert now.title == ""
    assert now.posts["feed"].weekdays == ["mon", "fri"]
    assert now.loyalty is not None and now.loyalty.cost_per_week == 12
    assert now.sign_up is not None
    assert now.posts["extra"].weekly == [3]


def test_flights_are_changed_where_they_stand(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Plan"][f"B{row_of(book, 'Plan', 'media.screen.flights.1.weekly')}"] = 140

    now = after(tmp_path, edit).media["screen"]
    assert now.weekly is None
    assert [flight.weekly for flight in now.flights] == [140, 35]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(plans_data, st.data())
def test_one_edit_changes_one_line(data: dict[str, Any], draw: st.DataObject) -> None:
    """Whatever the plan: a new amount in one cell is that amount in that week, and all else stays."""
    from studio.workbook.found import Cell, Found
    from studio.workbook.paths import plan_data
    from studio.workbook.plan_sheets import plan_rows

    plan = plan_of(data)
    lines = plan_lines(SMALL.scenario, plan)
    where = Cell("plan.xlsx", 0, "")
    rows = plan_rows(plan_data(plan), lines, with_bookings=True)
    may = [x for x in lines if x.editable in ("money", "units") and any(x.factor)]
    if not may:
        return
    line = draw.draw(st.sampled_from(may))
    week = draw.draw(st.sampled_from([week for week, factor in enumerate(line.factor) if factor]))
    value = draw.draw(st.integers(0, 300).map(float))
    found = Found(file="plan.xlsx", scenario=SMALL.scenario, base=plan_data(plan), name="drawn", lines=lines)
    found.rows = [(path, one, where) for path, one in rows]
    for one in lines:
        if one.key:
            found.amounts[one.name], found.places[one.name] = list(one.amounts), [where] * SMALL.scenario.weeks
    found.amounts[line.name][week] = value
    now = {one.name: one for one in plan_lines(SMALL.scenario, merged(found))}
    wanted = [value if w == week else amount for w, amount in enumerate(line.amounts)]
    assert now[line.name].amounts == pytest.approx(wanted, rel=1e-9)
    for one in lines:
        if one.name != line.name and one.lever != "creatives":
            assert now[one.name] == one


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def written(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys(), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_money_and_units_in_the_long_csv(tmp_path: Path) -> None:
    rows = rows_of(plan_csv(SMALL.scenario, BASE, name="base"))
    next(r for r in rows if r["item"] == "feed" and r["lever"] == "paid media")["money"] = "1250.0"
    next(r for r in rows if r["lever"] == "own posts")["units"] = "3"
    now = read_plan_csv(written(tmp_path / "plan.csv", rows, ";"), scenario=SMALL.scenario)
    assert now.media["feed"].weekly == [1250, 100, 100, 100, 100]
    assert now.posts["feed"].weekly == [3, 2, 2, 2, 2]
    assert now.bookings == BASE.bookings


def test_money_in_the_wide_csv_and_a_setting(tmp_path: Path) -> None:
    rows = rows_of(plan_wide_csv(SMALL.scenario, BASE, name="base"))
    next(r for r in rows if r["item"] == "screen")["2027-01-04"] = ""
    next(r for r in rows if r["path"] == "title")["value"] = "Less"
    now = read_plan_csv(written(tmp_path / "plan.csv", rows), scenario=SMALL.scenario)
    assert now.media["screen"].weekly == [0, 30, 35, 35, 15]
    assert now.title == "Less"


def test_changes_are_told() -> None:
    now = BASE.model_copy(update={"title": "=x", "media": {**BASE.media, "feed": Media(weekly=[300])}, "bookings": []})
    assert changes(SMALL.scenario, BASE, BASE) == []
    assert changes(SMALL.scenario, BASE, now) == [
        'title: As last year before, "=x" now',
        "bookings.1.influencer: ana before, not set now",
        "bookings.1.posts: 3 before, not set now",
        "bookings.1.start: 2027-01-05 before, not set now",
        "bookings.1.every_days: 10 before, not set now",
        "bookings.2.influencer: bo before, not set now",
        "bookings.2.dates: [2027-01-21, 2027-01-28] before, not set now",
        "bookings: not set before, [] now",
        "feed (paid media): 500 before, 1,500 EUR now",
        "ana (influencers): 362 before, 0 EUR now",
        "bo (influencers): 40 before, 0 EUR now",
        "in all: 1,247 before, 1,845 EUR now",
    ]


def test_an_edited_workbook_keeps_its_other_sheets(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(edited(tmp_path))
    assert book.sheetnames == ["Summary", "Flowchart", "Units", "Long", "Influencers", "Plan", "Manifest", "Source"]
    assert book["Source"].sheet_state == "hidden"
