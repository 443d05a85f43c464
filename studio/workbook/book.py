"""A spreadsheet that is being written: cells by kind, no text ever a formula, the same bytes from the same input."""

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from studio.formatting import UNKNOWN
from studio.workbook.layout import Table
from studio.workbook.texts import FORMULAS, cleaned

if TYPE_CHECKING:
    import xlsxwriter.format
    import xlsxwriter.worksheet

MONEY, COUNT, DAY, SHARE, PRICE = '#,##0;-#,##0;""', '[=0]"";[>=1000]#,##0;General', "yyyy-mm-dd", "0.0%", "#,##0.00"
"""Number formats: money whole with the decimals kept in the cell, nothing where there is none."""

INK, MUTED, BAND, EDIT, SUM, ON, REST = "#1F2933", "#6B7785", "#EEF2F6", "#1F4E9E", "#DDE5EE", "#BFD7F2", "#E3E3E3"
"""Colours: text, remarks, every other month, what may be edited, sums, weeks on, weeks of rest between them."""

_EPOCH = datetime(2000, 1, 1)


class Book:
    """A workbook in memory.

    >>> book = Book()
    >>> sheet = book.sheet("Summary")
    >>> book.text(sheet, 0, 0, "=HYPERLINK(1)")
    >>> book.bytes()[:2]
    b'PK'

    Args:
        cents: show money to the cent.
    """

    def __init__(self, *, cents: bool = False) -> None:
        import xlsxwriter

        self.money = MONEY.replace("0;", "0.00;") if cents else MONEY

        self._out = io.BytesIO()
        kept: dict[str, Any] = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "default_date_format": DAY,
        }  # fmt: skip
        self.file = xlsxwriter.Workbook(self._out, kept)
        self.file.set_properties({"created": _EPOCH, "comments": "Written by apath"})
        self.file.set_calc_mode("auto")
        self._formats: dict[tuple[tuple[str, Any], ...], xlsxwriter.format.Format] = {}

    def format(self, **look: Any) -> "xlsxwriter.format.Format":
        """A format, made once."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format({"font_size": 9, "font_color": INK, "valign": "vcenter", **look})
        return self._formats[key]

    def sheet(self, name: str) -> "xlsxwriter.worksheet.Worksheet":
        """A new sheet."""
        return self.file.add_worksheet(name)

    def text(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, text: str, **look: Any) -> None:
        """A text; what looks like a formula gets the sign that says it is none."""
        if not text:
            sheet.write_blank(row, column, None, self.format(**look))
            return
        if text.startswith(FORMULAS):
            look["quote_prefix"] = True
        sheet.write_string(row, column, text[:32_767], self.format(**look))

    def value(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: object, **look: Any) -> None:
        """A value of any kind in a cell of its kind; what is not known is a dash."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.format(**look))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.format(**look))
        elif isinstance(value, int | float):
            if not math.isfinite(value):
                self.text(sheet, row, column, UNKNOWN, align="right", **look)
            else:
                sheet.write_number(row, column, value, self.format(**{"num_format": "General", **look}))
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            sheet.write_datetime(row, column, moment, self.format(**{**look, "num_format": DAY, "align": "left"}))
        else:
            self.text(sheet, row, column, str(value), **look)

    def formula(
        self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, formula: str, value: float, **look: Any
    ) -> None:
        """A formula with the value that it has now, for readers that do not calculate."""
        sheet.write_formula(row, column, formula, self.format(**look), value)

    def heads(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, heads: Sequence[str], column: int = 0) -> None:
        """Heads of columns."""
        for place, head in enumerate(heads):
            self.text(sheet, row, column + place, head, bold=True, bottom=1, bg_color=SUM, text_wrap=True)

    def table(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, table: Table) -> int:
        """A table with title and notes; returns the first free row below it."""
        self.text(sheet, row, 0, table.title, bold=True, font_size=11)
        self.heads(sheet, row + 1, table.columns)
        row += 2
        for entries in table.rows:
            for column, value in enumerate(entries):
                self.value(sheet, row, column, cleaned(value) if isinstance(value, float) else value, **_look(value))
            row += 1
        for note in table.notes:
            self.text(sheet, row, 0, note, font_color=MUTED, italic=True)
            row += 1
        return row + 1

    def bytes(self) -> bytes:
        """Everything, as the file that it will be."""
        self.file.close()
        return self._out.getvalue()


def _look(value: object) -> dict[str, Any]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"num_format": "#,##0" if float(value).is_integer() or abs(value) >= 1000 else "#,##0.00##"}
    return {}
