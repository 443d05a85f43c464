"""One plan as a workbook: the same bytes from the same scenario and plan, on any day and machine.

>>> from scenarios import load_scenario
>>> loaded = load_scenario("coldbrew-launch")
>>> plan = loaded.scenario.plans["baseline"]
>>> workbook_bytes(loaded, plan, name="baseline") == workbook_bytes(loaded, plan, name="baseline")
True
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scenarios.load import Loaded
from scenarios.plan import Plan
from studio.workbook.book import MUTED, SHARE, Book
from studio.workbook.flowchart_sheet import Placed, cell, facts_of, flowchart_sheet, units_sheet
from studio.workbook.layout import FLOWCHART, SUMMARY, Sheets
from studio.workbook.lines import Line, plan_lines
from studio.workbook.paths import plan_data
from studio.workbook.plan_sheets import (
    influencers_sheet,
    left_out,
    long_sheet,
    manifest_sheet,
    plan_rows,
    plan_sheet,
    source_sheet,
)
from studio.workbook.posts import booked_posts
from studio.workbook.source import THE_PLAN, parts_of, plan_source, source_files
from studio.workbook.texts import cleaned

if TYPE_CHECKING:
    import xlsxwriter.worksheet

Basis = Literal["net", "gross"]

_WITH = {"net": "left out", "gross": "included"}


def write_workbook(
    path: Path, loaded: Loaded, plan: Plan, *, name: str, sheets: Sheets | None = None, basis: Basis = "net"
) -> None:
    """Write one plan as a spreadsheet that can be edited and read back.

        >>> import os
        >>> from scenarios import load_scenario
        >>> loaded = load_scenario("classroom")
        >>> write_workbook(Path("plan.xlsx"), loaded, loaded.scenario.plans["hub-samples"], name="hub-samples")
        >>> os.path.exists("plan.xlsx")
        True

    Args:
        path: the file; it appears whole or not at all.
        loaded: the scenario, and where it came from.
        plan: any plan that fits the scenario, whether it stands in it or not.
        name: what the plan is called.
        sheets: results and reasons, from whoever made the plan; without them the workbook holds the plan alone.
        basis: whether its money is net or gross of commission; only said, never computed with.

    Raises:
        OSError: the file cannot be written.
    """
    from studio.workbook.files import put_whole

    put_whole(path, workbook_bytes(loaded, plan, name=name, sheets=sheets, basis=basis))


def workbook_bytes(
    loaded: Loaded, plan: Plan, *, name: str, sheets: Sheets | None = None, basis: Basis = "net"
) -> bytes:
    """The workbook as bytes; arguments as for :func:`write_workbook`."""
    scenario, sheets = loaded.scenario, sheets or Sheets()
    lines = plan_lines(scenario, plan)
    posts = booked_posts(scenario, plan)
    title = plan.title or name
    total = cleaned(sum(line.total for line in lines if line.in_flowchart))
    book = Book(cents=any(amount != int(amount) for line in lines for amount in line.money) and total < 10_000.0)
    summary = book.sheet(SUMMARY)
    front = book.sheet(FLOWCHART)
    units = units_sheet(book, scenario, lines, title=title)
    facts = facts_of(scenario, plan_name=name, basis=basis, total=total)
    chart = flowchart_sheet(
        book, front, scenario, lines, title=title, facts=facts, units=units, n_posts=len(posts)
    )  # fmt: skip
    long_sheet(book, scenario, lines, flowchart=chart, units=units)
    influencers_sheet(book, scenario, posts)
    for sheet_name, tables in sheets.optional().items():
        if tables:
            row, sheet = 0, book.sheet(sheet_name)
            for table in tables:
                row = book.table(sheet, row, table)
            sheet.set_column(0, 0, 26)
            sheet.set_column(1, 30, 14)
    plan_sheet(book, plan_rows(plan_data(plan), lines, with_bookings=False))
    manifest = manifest_rows(loaded, plan, name=name, basis=basis)
    manifest_sheet(book, {**manifest, **sheets.manifest})
    files, absent = source_files(loaded)
    source_sheet(book, parts_of({THE_PLAN: plan_source(plan), **files}, absent=absent))
    _summary(book, summary, loaded, plan, lines, chart, sheets=sheets, title=title, facts=facts)
    front.activate()
    return book.bytes()


def manifest_rows(loaded: Loaded, plan: Plan, *, name: str, basis: Basis) -> dict[str, object]:
    """What a workbook says of its origin, by what it is.

    Args:
        loaded: the scenario.
        plan: the plan.
        name: what the plan is called.
        basis: net or gross.
    """
    scenario = loaded.scenario
    return {
        "Plan": name,
        "Scenario": scenario.name,
        "Currency": scenario.currency,
        "Money": f"{basis}, as written in the scenario: agency commission and tax are {_WITH[basis]}",
        "Weeks": "begin on Monday; each is named by its Monday",
        "First week": scenario.start,
        "Last day": scenario.start + timedelta(days=7 * scenario.weeks - 1),
        "Number of weeks": scenario.weeks,
        "Consumers": scenario.market.consumers,
        "Version": apath_version(),
        "Hash of the scenario": loaded.scenario_hash,
        "Hash of the plan": hashlib.sha256(plan_source(plan)).hexdigest(),
        **{f"Hash of {file}": sha256 for file, sha256 in sorted(loaded.files.items())},
    }


def apath_version() -> str:
    """The version that is installed; a dash where none is."""
    try:
        return version("apath")
    except PackageNotFoundError:  # run from a folder
        return "–"


def _summary(
    book: Book, sheet: "xlsxwriter.worksheet.Worksheet", loaded: Loaded, plan: Plan, lines: Sequence[Line],
    chart: Placed, *, sheets: Sheets, title: str, facts: str,
) -> None:  # fmt: skip
    scenario = loaded.scenario
    book.text(sheet, 0, 0, title, bold=True, font_size=14)
    book.text(sheet, 1, 0, facts, font_color=MUTED)
    if scenario.title or scenario.description:
        book.text(sheet, 2, 0, ": ".join(x for x in (scenario.title, scenario.description) if x), font_color=MUTED)
    book.heads(sheet, 4, ("Channel", f"Planned, {scenario.currency}", "Share"))
    row, total = 5, cleaned(sum(line.total for line in lines if line.in_flowchart))
    for channel, there in chart.subtotal_rows.items():
        value = cleaned(sum(x.total for x in lines if x.in_flowchart and x.channel == channel))
        book.text(sheet, row, 0, channel)
        _linked(book, sheet, row, chart, there, value, total)
        row += 1
    book.text(sheet, row, 0, "Total", bold=True)
    _linked(book, sheet, row, chart, chart.total_row, total, total, bold=True)
    row += 2
    for table in sheets.summary:
        row = book.table(sheet, row, table)
    missing = [name for name, tables in sheets.optional().items() if not tables]
    notes = [left_out(scenario, plan), *loaded.notes]
    if not sheets.summary:
        notes.append("This workbook holds the plan alone: no run of it, and so no expected results.")
    if missing:
        notes.append(f"Left out, as nothing was computed for them: {', '.join(missing)}.")
    for note in filter(None, notes):
        book.text(sheet, row, 0, note, font_color=MUTED, italic=True)
        row += 1
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 20, 14)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _linked(
    book: Book, sheet: "xlsxwriter.worksheet.Worksheet", row: int, chart: Placed, there: int, value: float,
    total: float, **look: object,
) -> None:  # fmt: skip
    amount = f"={FLOWCHART}!{cell(there, chart.total_column)}"
    book.formula(sheet, row, 1, amount, value, num_format=book.money, **look)
    share = f"={FLOWCHART}!{cell(there, chart.total_column + 1)}"
    book.formula(sheet, row, 2, share, value / total if total else 0.0, num_format=SHARE, **look)
