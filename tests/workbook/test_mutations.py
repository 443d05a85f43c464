"""Whatever is done to a workbook or CSV file: it is read, or refused in words, and never ends in a traceback."""

import csv
import io
import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scenarios import ScenarioError
from studio.workbook.csv_files import plan_csv, plan_wide_csv, read_plan_csv
from studio.workbook.reading import read_workbook
from tests.workbook.edits import SMALL, edited

BASE = SMALL.scenario.plans["base"]
ODD: list[Any] = [
    None, "", "x", "=A1", "#REF!", True, -1, 0, 2.5, 1e300, "12,000", "ana", date(2027, 1, 5),
    datetime(2027, 1, 4, 3, 4), "[", "{}", '"', "'", '["a"]', "seeding.1", "flights.1.x", "seeding.99999.people",
    "a.b.c", "no channel", "paid media", "Total", "nan", "2027-01-04", "offers.a.start", "seeding.1.people.x", "media",
]  # fmt: skip
SHEETS = ["Flowchart", "Units", "Influencers", "Plan", "Manifest", "Source", "Long"]


def mutate(book: Any, r: random.Random) -> None:
    sheet = book[r.choice(SHEETS)]
    row, column = r.randint(1, sheet.max_row + 1), r.randint(1, min(sheet.max_column + 1, 15))
    kind = r.choice(["set"] * 6 + ["delete rows", "delete columns", "insert rows", "insert columns", "append"])
    if kind == "set":
        if type(sheet.cell(row, column)).__name__ == "Cell":  # the rest of a merged cell cannot be typed into
            sheet.cell(row, column).value = r.choice(ODD)
    elif kind == "append":
        sheet.append([r.choice(ODD) for _ in range(r.randint(1, 5))])
    else:
        verb, noun = kind.split()
        name = {"rows": "rows", "columns": "cols"}[noun]
        getattr(sheet, f"{verb}_{name}")(row if noun == "rows" else column)


@pytest.mark.parametrize("seed", range(2))
def test_a_workbook_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    r, source = random.Random(seed), edited(tmp_path)
    ends = []
    for _ in range(12):
        book = openpyxl.load_workbook(source)
        for _ in range(r.choice([1, 1, 2])):
            mutate(book, r)
        book.save(tmp_path / "mutated.xlsx")
        try:
            read_workbook(tmp_path / "mutated.xlsx")
            ends.append("read")
        except ScenarioError as error:
            assert str(error).startswith("mutated.xlsx")
            ends.append("refused")
    assert len(ends) == 12


@pytest.mark.parametrize("write", [plan_csv, plan_wide_csv])
def test_a_csv_file_is_read_or_refused(write: Any, tmp_path: Path) -> None:
    r, path = random.Random(3), tmp_path / "plan.csv"
    ends = set()
    for _ in range(60):
        rows = list(csv.reader(io.StringIO(write(SMALL.scenario, BASE, name="base"))))
        at = r.randrange(len(rows))
        kind = r.choice(["set", "set", "set", "drop", "twice", "short"])
        if kind == "set":
            rows[at][r.randrange(len(rows[at]))] = str(r.choice(ODD))
        elif kind == "drop":
            del rows[at]
        elif kind == "twice":
            rows.insert(at, list(rows[at]))
        else:
            rows[at].pop()
        out = io.StringIO()
        csv.writer(out, delimiter=r.choice(",;\t")).writerows(rows)
        path.write_text(out.getvalue(), "utf-8")
        try:
            read_plan_csv(path, scenario=SMALL.scenario)
            ends.add("read")
        except ScenarioError as error:
            assert str(error).startswith("plan.csv")
            ends.add("refused")
    assert ends == {"read", "refused"}
