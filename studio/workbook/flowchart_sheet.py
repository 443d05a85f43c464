"""The sheets Flowchart and Units: money and units by line and week, with sums that follow every edit.

Rows stand by channel; columns are weeks under their months. What may be edited is blue; a week of rest between two
weeks that are on is shaded. Lines that are counted get their money from Units, or from the dates on Influencers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from studio.formatting import money
from studio.timeline import MONTHS
from studio.workbook.book import BAND, COUNT, EDIT, MUTED, ON, PRICE, REST, SHARE, SUM, Book
from studio.workbook.layout import HEAD_ROW, INFLUENCERS, LABELS, SPARE_ROWS, UNIT_HEAD, UNITS
from studio.workbook.lines import Line, leaves_on, plan_weeks
from studio.workbook.texts import cleaned

if TYPE_CHECKING:
    import xlsxwriter.worksheet

    from scenarios.schema import Scenario

_WIDEST = 60
"""Weeks that go on one page side by side."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where lines stand on a sheet: row by label, first column of the weeks, row and column of the sums."""

    rows: dict[tuple[str, str, str], int]
    first: int
    total_row: int
    total_column: int
    subtotal_rows: dict[str, int]


def units_sheet(book: Book, scenario: "Scenario", lines: Sequence[Line], *, title: str) -> Placed:
    """Write what is counted by week: posts, hours, contacts.

    Args:
        book: the workbook.
        scenario: dates.
        lines: of the plan.
        title: of the plan.
    """
    sheet = book.sheet(UNITS)
    weeks = plan_weeks(scenario)
    first, total = len(UNIT_HEAD), len(UNIT_HEAD) + len(weeks)
    help_text = "Blue cells may be edited: units per week. What one costs is changed on the sheet Plan."
    _top(book, sheet, weeks, title=f"{title}: posts, hours and contacts by week", help_text=help_text, first=first)
    book.heads(sheet, HEAD_ROW - 1, UNIT_HEAD)
    book.heads(sheet, HEAD_ROW - 1, ("Total",), total)
    rows: dict[tuple[str, str, str], int] = {}
    counted = [line for line in lines if line.editable == "units"]
    for row, line in enumerate(counted, start=HEAD_ROW):
        rows[line.label] = row
        _labels(book, sheet, row, line)
        book.text(sheet, row, 3, line.unit, font_color=MUTED)
        book.value(sheet, row, 4, line.price, num_format=PRICE, font_color=MUTED)
        may_be_edited(sheet, row, first, total - 1, noun=line.unit)
        for week, value in enumerate(line.units):
            look = {"num_format": COUNT, "font_color": EDIT, **_banded(weeks, week)}
            book.value(sheet, row, first + week, value or None, **look)
        span = f"{cell(row, first)}:{cell(row, total - 1)}"
        book.formula(sheet, row, total, f"=SUM({span})", cleaned(sum(line.units)), num_format=COUNT, bg_color=SUM)
    if not counted:
        book.text(sheet, HEAD_ROW, 0, "Nothing in this plan is counted by week.", font_color=MUTED, italic=True)
    else:
        _paint(book, sheet, HEAD_ROW, HEAD_ROW + len(counted) - 1, first, total - 1)
    _page(sheet, first=first, total=total, n_weeks=len(weeks), last_row=HEAD_ROW + max(len(counted), 1) - 1)
    sheet.set_column(3, 3, 15)
    return Placed(rows=rows, first=first, total_row=0, total_column=total, subtotal_rows={})


def flowchart_sheet(
    book: Book, sheet: "xlsxwriter.worksheet.Worksheet", scenario: "Scenario", lines: Sequence[Line], *, title: str,
    facts: str, units: Placed, n_posts: int,
) -> Placed:  # fmt: skip
    """Write money by channel, lever, item and week, with sums by line, channel, week and month, and from the start.

    Args:
        book: the workbook.
        sheet: the sheet Flowchart, empty.
        scenario: dates, and who leaves when.
        lines: of the plan.
        title: of the plan.
        facts: the line below the title: currency, net or gross.
        units: where the sheet Units has its lines.
        n_posts: rows of posts on the sheet Influencers.
    """
    weeks = plan_weeks(scenario)
    first = len(LABELS)
    total = first + len(weeks)
    help_text = (
        "Blue cells may be edited: money per week. Grey ones follow from Units, Influencers and Plan. Sums follow by "
        "themselves; grey weeks are rests."
    )
    _top(book, sheet, weeks, title=title, help_text=help_text, facts=facts, first=first)
    book.heads(sheet, HEAD_ROW - 1, LABELS)
    right = (f"Total, {scenario.currency}", "Share", "Quantity", "Unit", "Cost per unit")
    book.heads(sheet, HEAD_ROW - 1, right, total)
    paid = [line for line in lines if line.in_flowchart]
    shape = _Shape(book, sheet, weeks, first, total, paid)
    for channel, group in groupby(paid, key=lambda line: line.channel):
        begun = shape.row
        mine = list(group)
        for line in mine:
            shape.line(line, units=units, n_posts=n_posts, left=leaves_on(scenario).get(line.item))
        shape.subtotal(channel, mine, begun)
    shape.bottom()
    if paid:
        _paint(book, sheet, HEAD_ROW, shape.row - 1, first, total - 1)
    _page(sheet, first=first, total=total + len(right) - 1, n_weeks=len(weeks), last_row=shape.row + 3)
    sheet.set_column(total, total, 12)
    sheet.set_column(total + 3, total + 3, 9)
    return Placed(rows=shape.rows, first=first, total_row=shape.row, total_column=total, subtotal_rows=shape.subtotals)


class _Shape:
    """The rows of the flowchart as they are written, one below the other."""

    def __init__(
        self, book: Book, sheet: "xlsxwriter.worksheet.Worksheet", weeks: list[date], first: int, total: int,
        lines: list[Line],
    ) -> None:  # fmt: skip
        self.book, self.sheet, self.weeks, self.first, self.total, self.lines = book, sheet, weeks, first, total, lines
        self.row = HEAD_ROW
        self.rows: dict[tuple[str, str, str], int] = {}
        self.subtotals: dict[str, int] = {}
        self.sums = [cleaned(sum(line.money[w] for line in lines)) for w in range(len(weeks))]
        self.all = cleaned(sum(self.sums))
        n_channels = len({line.channel for line in lines})
        self.total_row = HEAD_ROW + len(lines) + n_channels

    def line(self, line: Line, *, units: Placed, n_posts: int, left: date | None) -> None:
        """One line: what may be edited, or what follows from other sheets."""
        row, book, sheet = self.row, self.book, self.sheet
        self.rows[line.label] = row
        _labels(book, sheet, row, line)
        price = cell(row, self.total + 4, fixed="column")
        if line.editable == "money":
            may_be_edited(sheet, row, self.first, self.total - 1, noun="money")
        for week, value in enumerate(line.money):
            look: dict[str, Any] = {"num_format": book.money, **_banded(self.weeks, week)}
            column = self.first + week
            if line.editable == "money":
                book.value(sheet, row, column, value or None, **{**look, "font_color": EDIT})
            elif line.editable == "units":
                source = f"{UNITS}!{cell(units.rows[line.label], units.first + week)}"
                book.formula(sheet, row, column, f"={source}*{price}", value, **{**look, "font_color": MUTED})
            elif line.editable == "posts":
                monday = cell(HEAD_ROW - 1, column, fixed="row")
                formula = f"={self._posts(row, n_posts, f'{monday}', f'{monday}+7', left)}*{price}"
                book.formula(sheet, row, column, formula, value, **{**look, "font_color": MUTED})
            else:
                book.value(sheet, row, column, value or None, **{**look, "font_color": MUTED})
        span = f"{cell(row, self.first)}:{cell(row, self.total - 1)}"
        look = {"num_format": book.money, "bg_color": SUM}
        book.formula(sheet, row, self.total, f"=SUM({span})", line.total, **look)
        self._share(row, line.total)
        if line.editable in ("units", "posts"):
            self._quantity(line, units=units, n_posts=n_posts, left=left)
        self.row += 1

    def _posts(self, row: int, n_posts: int, first: str, end: str, left: date | None) -> str:
        """How many posts of an influencer stand between two days on the sheet Influencers."""
        top, last = HEAD_ROW + 1, HEAD_ROW + n_posts + SPARE_ROWS
        who, day = f"{INFLUENCERS}!$B${top}:$B${last}", f"{INFLUENCERS}!$D${top}:$D${last}"
        gone = f',{day},"<"&DATE({left.year},{left.month},{left.day})' if left else ""
        return f'COUNTIFS({who},$C{row + 1},{day},">="&{first},{day},"<"&{end}{gone})'

    def _quantity(self, line: Line, *, units: Placed, n_posts: int, left: date | None) -> None:
        row, book, sheet, count = self.row, self.book, self.sheet, cleaned(sum(line.units))
        if line.editable == "units":
            there = units.rows[line.label]
            formula = f"={UNITS}!{cell(there, units.total_column)}"
            book.formula(sheet, row, self.total + 4, f"={UNITS}!{cell(there, 4)}", line.price, num_format=PRICE)
        else:
            top = HEAD_ROW - 1
            ends = cell(top, self.first), f"{cell(top, self.total - 1)}+7"
            formula = f"={self._posts(row, n_posts, *ends, left)}"
            book.value(sheet, row, self.total + 4, line.price, num_format=PRICE)
        book.formula(sheet, row, self.total + 2, formula, count, num_format=COUNT)
        book.text(sheet, row, self.total + 3, line.unit, font_color=MUTED)

    def subtotal(self, channel: str, lines: Sequence[Line], begun: int) -> None:
        """The sum of a channel."""
        row, look = self.row, {"num_format": self.book.money, "bg_color": SUM, "bold": True}
        self.subtotals[channel] = row
        for column in range(len(LABELS)):
            self.book.text(self.sheet, row, column, f"{channel}, all" if column == 0 else "", **look)
        for column in range(self.first, self.total):
            value = cleaned(sum(line.money[column - self.first] for line in lines))
            span = f"{cell(begun, column)}:{cell(row - 1, column)}"
            self.book.formula(self.sheet, row, column, f"=SUM({span})", value, **look)
        value = cleaned(sum(line.total for line in lines))
        span = f"{cell(row, self.first)}:{cell(row, self.total - 1)}"
        self.book.formula(self.sheet, row, self.total, f"=SUM({span})", value, **look)
        self._share(row, value)
        self.row += 1

    def _share(self, row: int, value: float) -> None:
        whole, part = cell(self.total_row, self.total, fixed="both"), cell(row, self.total)
        formula = f"=IF({whole}=0,0,{part}/{whole})"
        value = value / self.all if self.all else 0.0
        self.book.formula(self.sheet, row, self.total + 1, formula, value, num_format=SHARE, font_color=MUTED)

    def bottom(self) -> None:
        """Sums of all lines: by week, as a share, from the start, and by month."""
        top, book, sheet = self.row, self.book, self.sheet
        for place, said in enumerate(("Total", "Share of the plan", "From the start", "By month")):
            look: dict[str, Any] = {"bold": place == 0, "bg_color": SUM, "top": 1 if place == 0 else 0}
            for column in range(len(LABELS)):
                book.text(sheet, top + place, column, said if column == 0 else "", **look)
        whole, running = cell(top, self.total, fixed="both"), 0.0
        for week, value in enumerate(self.sums):
            column = self.first + week
            parts = [cell(row, column) for row in self.subtotals.values()]
            book.formula(sheet, top, column, _sum(parts), value, num_format=book.money, bg_color=SUM, bold=True, top=1)
            share, here = value / self.all if self.all else 0.0, cell(top, column)
            formula = f"=IF({whole}=0,0,{here}/{whole})"
            book.formula(sheet, top + 1, column, formula, share, num_format=SHARE, font_color=MUTED)
            running = cleaned(running + value)
            before = f"{cell(top + 2, column - 1)}+" if week else ""
            book.formula(sheet, top + 2, column, f"={before}{here}", running, num_format=book.money)
        span = f"{cell(top, self.first)}:{cell(top, self.total - 1)}"
        book.formula(sheet, top, self.total, f"=SUM({span})", self.all, num_format=book.money, bg_color=SUM, bold=True)
        self._share(top, self.all)
        for a, z, _ in months(self.weeks):
            value = cleaned(sum(self.sums[a:z]))
            formula = f"=SUM({cell(top, self.first + a)}:{cell(top, self.first + z - 1)})"
            look = {"num_format": book.money, "align": "center", **_banded(self.weeks, a)}
            if z - a > 1:
                sheet.merge_range(top + 3, self.first + a, top + 3, self.first + z - 1, "", book.format(**look))
            book.formula(sheet, top + 3, self.first + a, formula, value, **look)


def cell(row: int, column: int, *, fixed: str = "") -> str:
    """A cell as formulas name it, counted from 0; fixed says what does not move when it is copied.

    >>> cell(5, 27), cell(0, 0, fixed="both"), cell(3, 1, fixed="row"), cell(3, 1, fixed="column")
    ('AB6', '$A$1', 'B$4', '$B4')
    """
    letters, n = "", column + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(ord("A") + rest) + letters
    across = "$" if fixed in ("both", "column") else ""
    down = "$" if fixed in ("both", "row") else ""
    return f"{across}{letters}{down}{row + 1}"


def _sum(parts: list[str]) -> str:
    """A sum of single cells; spreadsheets take 255 at a time."""
    if not parts:
        return "=SUM(0)"
    return "=" + "+".join(f"SUM({','.join(parts[at : at + 200])})" for at in range(0, len(parts), 200))


def months(weeks: Sequence[date]) -> list[tuple[int, int, str]]:
    """Stretches of weeks by the month of their Monday, with its name.

    >>> months([date(2027, 1, 18), date(2027, 1, 25), date(2027, 2, 1)])
    [(0, 2, 'Jan 2027'), (2, 3, 'Feb 2027')]
    """
    out: list[tuple[int, int, str]] = []
    for week, day in enumerate(weeks):
        said = f"{MONTHS[day.month - 1]} {day.year}"
        if out and out[-1][2] == said:
            out[-1] = (out[-1][0], week + 1, said)
        else:
            out.append((week, week + 1, said))
    return out


def _banded(weeks: Sequence[date], week: int) -> dict[str, Any]:
    """Every other month has a band."""
    return {"bg_color": BAND} if (weeks[week].year * 12 + weeks[week].month) % 2 else {}


def _labels(book: Book, sheet: "xlsxwriter.worksheet.Worksheet", row: int, line: Line) -> None:
    for column, said in enumerate(line.label):
        book.text(sheet, row, column, said)


def _top(
    book: Book, sheet: "xlsxwriter.worksheet.Worksheet", weeks: Sequence[date], *, title: str, help_text: str,
    first: int, facts: str = "",
) -> None:  # fmt: skip
    book.text(sheet, 0, 0, title, bold=True, font_size=13)
    book.text(sheet, 1, 0, facts or "Weeks begin on Monday.", font_color=MUTED)
    book.text(sheet, 2, 0, help_text, font_color=MUTED, italic=True)
    for a, z, said in months(weeks):
        look = {"bold": True, "font_color": MUTED, "align": "center", **_banded(weeks, a)}
        if z - a > 1:
            sheet.merge_range(HEAD_ROW - 2, first + a, HEAD_ROW - 2, first + z - 1, "", book.format(**look))
        book.text(sheet, HEAD_ROW - 2, first + a, said if z - a > 1 else said.split()[0], **look)
    for week, day in enumerate(weeks):
        look = {"bold": True, "bottom": 1, "rotation": 90, "align": "center", **_banded(weeks, week)}
        book.value(sheet, HEAD_ROW - 1, first + week, day, **look)


def _paint(book: Book, sheet: "xlsxwriter.worksheet.Worksheet", top: int, last: int, first: int, end: int) -> None:
    """Colour weeks that are on, and shade rests between them; both follow every edit."""
    here, begin, stop = cell(top, first), cell(top, first, fixed="column"), cell(top, end, fixed="column")
    on = book.file.add_format({"bg_color": ON})
    rest = book.file.add_format({"bg_color": REST, "pattern": 1})
    line = f'$B{top + 1}<>""'
    between = f"AND({line},{here}=0,SUM({begin}:{here})>0,SUM({here}:{stop})>0)"
    sheet.conditional_format(
        top, first, last, end, {"type": "formula", "criteria": f"=AND({line},{here}>0)", "format": on}
    )
    sheet.conditional_format(top, first, last, end, {"type": "formula", "criteria": f"={between}", "format": rest})


def may_be_edited(sheet: "xlsxwriter.worksheet.Worksheet", row: int, first: int, last: int, *, noun: str) -> None:
    """Let spreadsheet programs refuse at once what could not be read back.

    Args:
        sheet: the sheet.
        row: of the line.
        first: first column of its weeks.
        last: last column of its weeks.
        noun: what is counted.
    """
    rule = {
        "validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Not an amount",
        "error_message": f"Write {noun} per week as a number, 0 or more; nothing for none.",
    }  # fmt: skip
    sheet.data_validation(row, first, row, last, rule)


def _page(sheet: "xlsxwriter.worksheet.Worksheet", *, first: int, total: int, n_weeks: int, last_row: int) -> None:
    sheet.freeze_panes(HEAD_ROW, len(LABELS))
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 2, 17)
    sheet.set_column(first, first + n_weeks - 1, 6.5)
    sheet.set_row(HEAD_ROW - 1, 66)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(max(1, -(-n_weeks // _WIDEST)), 0)
    sheet.repeat_rows(HEAD_ROW - 2, HEAD_ROW - 1)
    sheet.repeat_columns(0, len(LABELS) - 1)
    sheet.print_area(0, 0, last_row, total)
    sheet.set_footer("&L&A&RPage &P of &N")


def facts_of(scenario: "Scenario", *, plan_name: str, basis: str, total: float) -> str:
    """The line below a title: name, sum, currency, net or gross, how weeks begin.

    Args:
        scenario: dates and currency.
        plan_name: short name.
        basis: net or gross.
        total: planned money.
    """
    said = money(total, scenario.currency)
    return (
        f"{plan_name} of {scenario.name}: {said} {basis}, {scenario.start} and {scenario.weeks} weeks; "
        "weeks begin on Monday"
    )
