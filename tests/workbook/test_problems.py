"""Every problem of an edited file is named by its cell, in words that say what to do; all of them at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios import load_text
from scenarios.lines import Path as PlanPath
from scenarios.plan import Plan
from studio.workbook.csv_files import plan_csv, plan_wide_csv, read_plan_csv
from studio.workbook.found import WorkbookError
from studio.workbook.reading import read_workbook
from studio.workbook.source import Part, joined, parts_of
from studio.workbook.texts import packed, unpacked
from tests.workbook.edits import SMALL, Edit, cells, edited, problems, row_of
from tests.workbook.small_market import TEXT

BASE = SMALL.scenario.plans["base"]
AGAIN = "export the plan again, and edit the blue cells only"


def delete(sheet: str) -> Edit:
    return lambda book: book.remove(book[sheet])


def typed(path: str, value: Any) -> Edit:
    """Another value for a row of the sheet Plan, or a new row."""

    def edit(book: Any) -> None:
        try:
            book["Plan"][f"B{row_of(book, 'Plan', path)}"] = value
        except StopIteration:
            book["Plan"].append([path, value])

    return edit


def new_row(*values: Any) -> Edit:
    def edit(book: Any) -> None:
        book["Flowchart"].insert_rows(7)
        for column, value in zip("ABCDE", values, strict=False):
            book["Flowchart"][f"{column}7"] = value

    return edit


ONE = {
    "negative": (
        cells("Flowchart", E6=-500),
        "plan.xlsx, Flowchart!E6: -500 is negative; money per week is 0 or more",
    ),
    "text": (
        cells("Flowchart", E6="12k"),
        "plan.xlsx, Flowchart!E6: “12k” is not a number\n    hint: write 12000",
    ),
    "words": (
        cells("Flowchart", E6="tbc"),
        ("plan.xlsx, Flowchart!E6: “tbc” is not a number\n"
        "    hint: write money per week as a number, or nothing for none"),
    ),
    "date": (
        cells("Flowchart", E6=datetime(2027, 1, 4)),
        ("plan.xlsx, Flowchart!E6: 2027-01-04 is not a number\n"
        "    hint: write money per week as a number, or nothing for none"),
    ),
    "huge": (
        cells("Flowchart", E6=1e16),
        "plan.xlsx, Flowchart!E6: 1e+16 is too large; money per week is at most 1e15",
    ),
    "formula": (
        cells("Flowchart", E6="=D6*2"),
        ("plan.xlsx, Flowchart!E6: the formula “=D6*2” has no stored value\n"
        "    hint: type the number, or save the workbook in a spreadsheet program first"),
    ),
    "error value": (
        cells("Flowchart", E6="#REF!"),
        "plan.xlsx, Flowchart!E6: “#REF!” is not a number\n    hint: mend the formula, or type the number",
    ),
    "negative posts": (
        cells("Units", G6=-1),
        "plan.xlsx, Units!G6: -1 is negative; posts per week is 0 or more",
    ),
    "unknown channel": (
        new_row("fed", "paid media", "more", 10),
        ("plan.xlsx, Flowchart!A7: plans.base.media.more.channel: there is no channel “fed”\n"
        "    hint: did you mean “feed”? choose from: feed, screen"),
    ),
    "channel renamed": (
        cells("Flowchart", A6="fed"),
        ("plan.xlsx, Flowchart!A6: plans.base.media.feed.channel: there is no channel “fed”\n"
        "    hint: did you mean “feed”? choose from: feed, screen"),
    ),
    "channel of posts": (
        cells("Flowchart", A7="screen"),
        ("plan.xlsx, Flowchart!A7: “screen” is not the channel of feed (own posts)\n"
        "    hint: write feed again; to change it, edit posts.feed.channel where settings are"),
    ),
    "unknown lever": (
        new_row("feed", "payed media", "more", 10),
        "plan.xlsx, Flowchart!B7: there is no lever “payed media” in this plan\n    hint: did you mean “paid media”?",
    ),
    "bad name": (
        new_row("feed", "paid media", "late night", 10),
        "plan.xlsx, Flowchart!C7: “late night” cannot be the name of a line\n    hint: use a-z, digits, - and _",
    ),
    "nameless row": (
        new_row(None, None, None, 10),
        ("plan.xlsx, Flowchart!A7: this row has money, and no line is named\n"
        "    hint: name its channel, lever (paid media) and item, or empty the row"),
    ),
    "twice": (
        new_row("feed", "paid media", "feed", 10),
        "plan.xlsx, Flowchart!C7: the line feed (paid media) stands twice\n    hint: add the two rows up",
    ),
    "row deleted": (
        lambda book: book["Units"].delete_rows(6),
        "plan.xlsx, Units!C6: the row of feed (own posts) is missing\n    hint: to stop a line, empty its weeks",
    ),
    "money of posts": (
        cells("Flowchart", E7=99),
        ("plan.xlsx, Flowchart!E7: the money of feed (own posts) follows from Units\n"
        "    hint: edit the sheet Units; here stood 10"),
    ),
    "money of seeding": (
        cells("Flowchart", D13=99),
        ("plan.xlsx, Flowchart!D13: the money of random 1 (product seeding) follows from Plan\n"
        "    hint: edit the sheet Plan; here stood 125"),
    ),
    "dark week": (
        lambda book: typed("media_scale", 0)(book) or cells("Flowchart", E6=250)(book),
        ("plan.xlsx, Plan!B16: media_scale and the weeks of feed were both changed\n"
        "    hint: change one of them, export, then change the other"),
    ),
    "cost per unit": (
        cells("Units", E6=7),
        ("plan.xlsx, Units!E6: the cost per unit is a copy and was changed\n"
        "    hint: change posts.feed.cost_per_post on the sheet Plan"),
    ),
    "copy edited": (
        cells("Long", H2=7),
        "plan.xlsx, Long!H2: this sheet is a copy and was changed\n    hint: edit Flowchart instead",
    ),
    "unknown influencer": (
        cells("Influencers", B6="anna"),
        ("plan.xlsx, Influencers!B6: plans.base.bookings #3.influencer: there is no influencer “anna”\n"
        "    hint: did you mean “ana”? choose from: ana, bo, cem"),
    ),
    "post outside": (
        cells("Influencers", D7=date(2028, 1, 4)),
        ("plan.xlsx, Influencers!D7: plans.base.bookings #1.dates #3: 2028-01-04 lies outside the what-if\n"
        "    hint: the what-if runs from 2027-01-04 to 2027-02-07"),
    ),
    "post without a date": (
        cells("Influencers", D7="soon"),
        "plan.xlsx, Influencers!D7: “soon” is not a date\n    hint: write it as 2027-01-04",
    ),
    "fee": (
        cells("Influencers", E6=99),
        ("plan.xlsx, Influencers!E6: the fee of ana is 120.5 in the roster, not 99\n"
        "    hint: change it in the scenario's roster, then export again"),
    ),
    "booking number": (
        cells("Influencers", A6="first"),
        "plan.xlsx, Influencers!A6: “first” is not the number of a booking\n    hint: leave it empty for a new booking",
    ),
    "flight outside": (
        typed("media.screen.flights.2.end", date(2027, 3, 1)),
        ("plan.xlsx, Plan!B11: plans.base.media.screen.flights #2.end: 2027-03-01 lies outside the what-if\n"
        "    hint: the what-if runs from 2027-01-04 to 2027-02-07"),
    ),
    "both changed": (
        lambda book: typed("media.screen.flights.1.weekly", 7)(book) or cells("Flowchart", D11=8)(book),
        ("plan.xlsx, Flowchart!D11: the weeks of screen and media.screen.flights.1.start were both changed\n"
        "    hint: change its weeks, or its flights, and not both"),
    ),
    "unknown setting": (
        typed("media.feed.creatives_", 2),
        ("plan.xlsx, Plan!B16: plans.base.media.feed.creatives_: “creatives_” is not a key of [plans.base.media.feed]\n"
        "    hint: did you mean “creatives”? choose from: weekly, flights, pulse, channel, segments, premium, "
        "creatives, cost_per_creative"),
    ),
    "bad path": (
        typed("media..feed", 2),
        "plan.xlsx, Plan!A16: “media..feed” is not a path of a plan\n    hint: write it like media.tv.creatives",
    ),
    "weeks among settings": (
        typed("media.feed.weekly", 2),
        "plan.xlsx, Plan!A16: amounts by week stand on Flowchart and Units\n    hint: remove this row",
    ),
    "bookings among settings": (
        typed("bookings.1.posts", 2),
        "plan.xlsx, Plan!A16: bookings stand on the sheet Influencers\n    hint: remove this row",
    ),
    "no value": (
        typed("seeding.1.people", None),
        ("plan.xlsx, Plan!B14: seeding.1.people has no value\n"
        "    hint: delete the row to take the setting back, or write a value"),
    ),
    "bad list": (
        typed("posts.feed.weekdays", '["mon", wed]'),
        ("plan.xlsx, Plan!B16: “[\"mon\", wed]” cannot be read\n"
        '    hint: write lists like ["mon", "wed"], and texts with quotation marks on both sides or on none'),
    ),
    "bad word": (
        typed("posts.feed.format", "vidio"),
        ("plan.xlsx, Plan!B16: plans.base.posts.feed.format: “vidio” is not a known format\n"
        "    hint: did you mean “video”? choose from: photo, article, video"),
    ),
    "currency": (
        cells("Manifest", B8="USD"),
        ("plan.xlsx, Manifest!B8: the currency is USD, but the scenario is in EUR\n"
        "    hint: write EUR, and all money in it: nothing is converted"),
    ),
    "currency in the head": (
        cells("Flowchart", I5="Total, USD"),
        (
            "plan.xlsx, Flowchart!I5: the head Total, EUR is missing; “Total, USD” stands there\n"
            "    hint: write Total, EUR"
        ),
    ),
    "head changed": (
        cells("Flowchart", B5=None),
        "plan.xlsx, Flowchart!B5: the head Lever is missing\n    hint: write Lever",
    ),
    "heads deleted": (
        lambda book: book["Flowchart"].delete_rows(5),
        ("plan.xlsx, Flowchart!A5: the row with the heads Channel, Lever, Item and the weeks is missing\n"
        f"    hint: {AGAIN}"),
    ),
    "week not a Monday": (
        cells("Flowchart", F5=date(2027, 1, 19)),
        "plan.xlsx, Flowchart!F5: 2027-01-19 is not the Monday of a week\n    hint: write 2027-01-18",
    ),
    "week outside": (
        cells("Flowchart", F5=date(2027, 5, 3)),
        ("plan.xlsx, Flowchart!F5: 2027-05-03 lies outside the plan\n"
        "    hint: the plan runs from 2027-01-04 to 2027-02-07; write 2027-01-18"),
    ),
    "week without a date": (
        cells("Flowchart", F5="wk 3"),
        "plan.xlsx, Flowchart!F5: “wk 3” is not a date\n    hint: write 2027-01-18",
    ),
    "week twice": (
        cells("Flowchart", F5=date(2027, 1, 11)),
        "plan.xlsx, Flowchart!F5: the week 2027-01-11 stands twice\n    hint: keep one of them",
    ),
    "sheet deleted": (
        delete("Units"),
        f"plan.xlsx: the sheet Units is missing\n    hint: sheets may be hidden, not deleted: {AGAIN}",
    ),
    "sheet renamed": (
        lambda book: setattr(book["Flowchart"], "title", "Flowchart v2"),
        "plan.xlsx: the sheet Flowchart is missing\n    hint: rename “Flowchart v2” to Flowchart",
    ),
    "copy of the plan changed": (
        cells("Source", D2="AAAA"),
        f"plan.xlsx, Source: the copy of plan was changed\n    hint: {AGAIN}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE)
def test_a_problem_is_named_by_its_cell(case: str, tmp_path: Path) -> None:
    edit, wanted = ONE[case]
    said = problems(tmp_path, edit).removesuffix("; nothing was run.")
    first = said.split("\n\n")[0]
    assert wanted in first
    if case not in ("week twice", "heads deleted"):
        assert first == wanted


def test_all_problems_come_at_once_in_their_order(tmp_path: Path) -> None:
    said = problems(
        tmp_path, cells("Flowchart", D11="x", H6=-1, D6=-2), cells("Units", F6="y"), cells("Influencers", B6="anna")
    )
    assert [line.split(": ")[0] for line in said.splitlines() if line.startswith("plan")] == [
        "plan.xlsx, Flowchart!D6",
        "plan.xlsx, Flowchart!H6",
        "plan.xlsx, Flowchart!D11",
        "plan.xlsx, Influencers!B6",
        "plan.xlsx, Units!F6",
    ]
    assert said.endswith("\n5 problems; nothing was run.")


def test_a_broken_limit_is_named_by_its_cell(tmp_path: Path) -> None:
    def limits(plan: Plan) -> Iterable[tuple[PlanPath, str]]:
        assert plan.media["feed"].weekly == [100, 900, 100, 100, 100]
        yield ("media", "feed", "weekly", 1), "900 is more than the limit of 500 for feed in a week"
        yield ("media", "feed"), "1,300 is more than the limit of 1,000 for feed"
        yield ("bookings", 0, "dates", 2), "ana is not to post in the third week"
        yield ("posts", "feed", "weekly", 4), "no posts in the last week"
        yield ("seeding", 0, "people"), "50 samples are more than 20"
        yield (), "the plan costs more than 1,000"

    said = problems(tmp_path, cells("Flowchart", E6=900), limits=limits)
    assert said.splitlines()[:-2] == [
        "plan.xlsx, Flowchart!C6: 1,300 is more than the limit of 1,000 for feed",
        "plan.xlsx, Flowchart!E6: 900 is more than the limit of 500 for feed in a week",
        "plan.xlsx, Flowchart!I15: the plan costs more than 1,000",
        "plan.xlsx, Influencers!B6: ana is not to post in the third week",
        "plan.xlsx, Plan!B14: 50 samples are more than 20",
        "plan.xlsx, Units!J6: no posts in the last week",
    ]


def test_a_scenario_of_other_weeks_is_refused(tmp_path: Path) -> None:
    other = load_text(TEXT.replace("weeks = 5", "weeks = 6"))
    with pytest.raises(WorkbookError) as caught:
        read_workbook(edited(tmp_path), scenario=other.scenario)
    assert str(caught.value).splitlines()[0] == (
        "plan.xlsx, Manifest!B11: the workbook is of 5 weeks from 2027-01-04, the scenario of 6 weeks from 2027-01-04"
    )


def test_another_scenario_decides_what_fits(tmp_path: Path) -> None:
    other = load_text(TEXT.replace("[influencers.bo]", "[influencers.bob]").replace('"bo"', '"bob"'))
    with pytest.raises(WorkbookError) as caught:
        read_workbook(edited(tmp_path), scenario=other.scenario)
    assert str(caught.value).splitlines()[0] == (
        "plan.xlsx, Influencers!B9: plans.base.bookings #2.influencer: there is no influencer “bo”"
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "plan.xlsx: there is no such file"),
        (b"", "plan.xlsx: this is not a workbook (.xlsx)"),
        (b"PK\x05\x06" + bytes(18), "plan.xlsx: the workbook is damaged"),
    ],
)
def test_a_file_that_is_no_workbook(data: bytes | None, what: str, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / "plan.xlsx").write_bytes(data)
    with pytest.raises(WorkbookError) as caught:
        read_workbook(tmp_path / "plan.xlsx")
    assert str(caught.value).splitlines()[0] == what


# ------------------------------------------------------------------------------------------------------- CSV

LONG, WIDE = plan_csv(SMALL.scenario, BASE, name="base"), plan_wide_csv(SMALL.scenario, BASE, name="base")
FIRST = "week,feed,paid media,feed,2027-W01,2027-01-04,,,100,EUR,,"

IN_CSV = {
    "negative": (
        LONG,
        FIRST,
        FIRST.replace("100", "-5"),
        "plan.csv:2: column money: -5 is negative; money per week is",
    ),
    "text": (LONG, FIRST, FIRST.replace("100", "12k"), "plan.csv:2: column money: “12k” is not a number"),
    "currency": (LONG, FIRST, FIRST.replace("EUR", "USD"), "plan.csv:2: column currency: the currency “USD” is not"),
    "lever": (LONG, FIRST, FIRST.replace("paid", "payed"), "plan.csv:2: column lever: there is no lever “payed media”"),
    "week": (
        LONG,
        FIRST,
        FIRST.replace("01-04", "01-05"),
        "plan.csv:2: column week_start: 2027-01-05 is not the Monday",
    ),
    "outside": (
        LONG,
        FIRST,
        FIRST.replace("2027-01-04", "2029-01-01"),
        "plan.csv:2: column week_start: 2029-01-01 lies",
    ),
    "lost week": (LONG, FIRST + "\n", "", "plan.csv:2: column item: 1 of 5 weeks of feed (paid media) are missing"),
    "record": (LONG, FIRST, FIRST.replace("week,", "weak,"), "plan.csv:2: column record: “weak” is no kind of row"),
    "fixed money": (
        LONG,
        ",people,125,EUR",
        ",people,99,EUR",
        "plan.csv:27: column money: the money of random 1 (product seeding)",
    ),
    "setting": (
        LONG,
        "seeding.1.people,50",
        "seeding.1.people,-1",
        "plan.csv:46: plans.base.seeding #1.people (column",
    ),
    "column": (LONG, "record,", "kind,", "plan.csv:1: the column record is missing"),
    "source": (LONG, "source,", "sauce,", "plan.csv: the rows with the plan as it was written (record source) are"),
    "wide week": (WIDE, "2027-01-11", "2027-01-12", "plan.csv:1: column 2027-01-12: 2027-01-12 is not the Monday"),
    "wide measure": (WIDE, "own posts,feed,posts", "own posts,feed,likes", "plan.csv:4: column measure: “likes” is no"),
    "wide money": (WIDE, "feed,EUR,,,100", "feed,EUR,,,x", "plan.csv:2: column 2027-01-04: “x” is not a number"),
}


@pytest.mark.parametrize("case", IN_CSV)
def test_a_problem_in_a_csv_file_is_named_by_its_row(case: str, tmp_path: Path) -> None:
    text, old, new, wanted = IN_CSV[case]
    assert text.count(old) >= 1
    (tmp_path / "plan.csv").write_text(text.replace(old, new, 1 if case != "source" else -1), "utf-8")
    with pytest.raises(WorkbookError) as caught:
        read_plan_csv(tmp_path / "plan.csv", scenario=SMALL.scenario)
    assert str(caught.value).startswith(wanted)


def test_a_missing_csv_file(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        read_plan_csv(tmp_path / "plan.csv", scenario=SMALL.scenario)
    assert str(caught.value).splitlines()[0] == "plan.csv: the file “plan.csv” does not exist"


def test_a_limit_in_a_csv_file_is_named_by_its_row(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(LONG, "utf-8")
    with pytest.raises(WorkbookError) as caught:
        read_plan_csv(
            tmp_path / "plan.csv", scenario=SMALL.scenario, limits=lambda _: [(("media", "feed", "weekly", 1), "no")]
        )
    assert str(caught.value).splitlines()[0] == "plan.csv:3: column money: no"
    assert replace(caught.value.problems[0], excerpt="").hint == ""


# ------------------------------------------------------------------------------- files that were tampered with


def tampered(folder: Path, files: dict[str, bytes]) -> Path:
    """A workbook that carries other files, with hashes that fit."""
    import openpyxl

    path = edited(folder)
    book = openpyxl.load_workbook(path)
    sheet = book["Source"]
    kept = joined([Part(*(cell.value for cell in row)) for row in sheet.iter_rows(min_row=2)])
    sheet.delete_rows(2, sheet.max_row)
    for part in parts_of({**kept, **files}):
        sheet.append([part.name, part.sha256, part.number, part.text])
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["../outside.csv", "/tmp/outside.csv", "a/../../outside.csv", "..\\outside.csv"])
def test_no_file_leaves_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(tampered(tmp_path, {name: b"x"}))
    assert str(caught.value).splitlines()[0] == f"plan.xlsx, Source: the copy of {name} was changed"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (b"plan = 3", "plan.xlsx, Source: the copy of the plan cannot be read"),
        (b"\xff", "plan.xlsx, Source: the copy of the plan cannot be read"),
        (
            b"plan = { bookings = [{ influencer = 'x', dates = [2027-01-05] }] }",
            (
                "plan.xlsx: the plan was not written from this scenario: bookings #1.influencer: there is no "
                "influencer “x”"
            ),
        ),
    ],
)
def test_a_plan_that_was_exchanged(plan: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(tampered(tmp_path, {"plan": plan}))
    assert str(caught.value).splitlines()[0] == said


def test_a_csv_file_of_another_scenario(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(LONG, "utf-8")
    other = load_text(TEXT.replace("[influencers.bo]", "[influencers.bob]").replace('"bo"', '"bob"'))
    with pytest.raises(WorkbookError) as caught:
        read_plan_csv(tmp_path / "plan.csv", scenario=other.scenario)
    assert str(caught.value).splitlines()[0] == (
        "plan.csv: the plan was not written from this scenario: bookings #2.influencer: there is no influencer “bo”"
    )


def test_what_unpacks_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off, or too large"):
        unpacked(packed(bytes(60_000_000)))
