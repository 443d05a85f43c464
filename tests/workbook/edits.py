"""A workbook of the small market, edited as a planner would and read back."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from scenarios.schema import Plan
from studio.workbook.found import WorkbookError
from studio.workbook.reading import read_workbook
from studio.workbook.writing import workbook_bytes
from tests.workbook.small_market import small

SMALL = small()
AS_WRITTEN = workbook_bytes(SMALL, SMALL.scenario.plans["base"], name="base")
Edit = Callable[[Any], None]


def cells(sheet: str, **values: Any) -> Edit:
    """Type values into cells of a sheet."""

    def edit(book: Any) -> None:
        for name, value in values.items():
            book[sheet][name] = value

    return edit


def row_of(book: Any, sheet: str, text: str, column: str = "A") -> int:
    """The row in which a text stands."""
    return next(cell.row for cell in book[sheet][column] if cell.value == text)


def edited(folder: Path, *edits: Edit, plan: Plan | None = None) -> Path:
    """The workbook of a plan after some edits."""
    path = folder / "plan.xlsx"
    path.write_bytes(AS_WRITTEN if plan is None else workbook_bytes(SMALL, plan, name="base"))
    book = openpyxl.load_workbook(path)
    for edit in edits:
        edit(book)
    book.save(path)
    return path


def after(folder: Path, *edits: Edit, plan: Plan | None = None) -> Plan:
    """The plan after some edits."""
    return read_workbook(edited(folder, *edits, plan=plan))


def problems(folder: Path, *edits: Edit, plan: Plan | None = None, **options: Any) -> str:
    """What is said about some edits."""
    path = edited(folder, *edits, plan=plan)
    try:
        read_workbook(path, **options)
    except WorkbookError as error:
        return str(error)
    raise AssertionError("the workbook was accepted")


def with_formula(path: Path, name: str, formula: str, value: str) -> None:
    """Put a formula with a stored value into a cell of the flowchart, as a spreadsheet program saves it."""
    with zipfile.ZipFile(path) as packed:
        files = {entry: packed.read(entry) for entry in packed.namelist()}
    there = "xl/worksheets/sheet2.xml"
    text = files[there].decode()
    text, n = re.subn(
        rf'(<c r="{name}"[^>]*?)(?: t="n")?(?:/>|>.*?</c>)', rf"\1><f>{formula}</f><v>{value}</v></c>", text
    )
    assert n == 1
    files[there] = text.encode()
    with zipfile.ZipFile(path, "w") as packed:
        for entry, data in files.items():
            packed.writestr(entry, data)
