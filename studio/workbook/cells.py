"""The cells of a workbook as they are read: values, formulas with stored values, names such as Flowchart!H12."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.draft import Cell
from scenarios.errors import Problem, nearest
from studio.workbook.flowchart_sheet import cell as name_of
from studio.workbook.found import AGAIN, WorkbookError
from studio.workbook.layout import NEEDED

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 300_000_000
"""Bytes of a workbook when unpacked; no plan comes near."""


@dataclass(frozen=True)
class Content:
    """What stands in a cell.

    Attributes:
        plain: the value of a cell without a formula.
        formula: the formula, or nothing.
        stored: finds the value that was stored with the formula.
    """

    plain: Any
    formula: str = ""
    stored: Callable[[], Any] | None = None

    @property
    def value(self) -> Any:
        """The value; of a formula the one that was stored, None if there is none."""
        return self.plain if self.stored is None else self.stored()


class Grid:
    """One sheet, by row and column from 0."""

    def __init__(self, file: str, written: "Worksheet", values: Callable[[], "Workbook"]) -> None:
        self.file, self.name = file, written.title
        self._written, self._values = written, values
        self.n_rows, self.n_columns = written.max_row or 0, written.max_column or 0

    def at(self, row: int, column: int) -> Cell:
        """The place of a cell, for messages."""
        return Cell(f"{self.file}, {self.name}!{name_of(row, column)}", 0, "")

    def content(self, row: int, column: int) -> Content:
        """What stands in a cell."""
        written = self._written.cell(row + 1, column + 1)
        if written.data_type != "f":
            return Content(written.value)
        formula = str(getattr(written.value, "text", written.value))
        return Content(None, formula, lambda: self._values()[self.name].cell(row + 1, column + 1).value)

    def value(self, row: int, column: int) -> Any:
        """The value of a cell, formula or not."""
        return self.content(row, column).value

    def text(self, row: int, column: int) -> str:
        """The text of a cell; empty if it has none."""
        value = self.value(row, column)
        return "" if value is None else str(value).strip()

    def row_of(self, heads: tuple[str, ...], *, most: int = 40) -> int | None:
        """The row with these heads, or most of them; None if there is none."""
        best, at = 0, None
        for row in range(min(self.n_rows, most)):
            found = {self.text(row, column) for column in range(min(self.n_columns, 12))}
            n = len(found & set(heads))
            if n > best:
                best, at = n, row
        return at if best > len(heads) // 2 else None

    def rows_below(self, head: int) -> Iterator[int]:
        """Rows below the heads."""
        return iter(range(head + 1, self.n_rows))


def open_grids(path: Path) -> dict[str, Grid]:
    """Every sheet of a workbook by name.

    Args:
        path: an .xlsx file.

    Raises:
        WorkbookError: it cannot be read, or sheets are missing.
    """
    import openpyxl

    file = path.name
    try:
        if not path.exists():
            _refuse(file, "there is no such file", "check the path")
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                _refuse(file, "the workbook unpacks to more than 300 million bytes", "a plan needs far less")
        written = openpyxl.load_workbook(path)
    except OSError as error:
        _refuse(file, f"the file cannot be read: {error.strerror or error}", "check the path and its permissions")
    except WorkbookError:
        raise
    except Exception as error:  # whatever openpyxl stumbles over: the file is not ours to trust
        kind = "this is not a workbook (.xlsx)" if isinstance(error, zipfile.BadZipFile) else "the workbook is damaged"
        _refuse(file, kind, "save it as .xlsx from your spreadsheet program")
    values = cache(lambda: openpyxl.load_workbook(path, data_only=True))  # few cells need it
    names = [sheet.title for sheet in written.worksheets]
    lost = [name for name in NEEDED if name not in names]
    problems = []
    for name in lost:
        near = nearest(name, [other for other in names if other not in NEEDED], cutoff=0.5)
        hint = f"rename “{near[0]}” to {name}" if near else f"sheets may be hidden, not deleted: {AGAIN}"
        problems.append(Problem(file, 0, "", f"the sheet {name} is missing", hint))
    if problems:
        raise WorkbookError(problems)
    return {name: Grid(file, written[name], values) for name in names}


def _refuse(file: str, what: str, hint: str) -> None:
    raise WorkbookError([Problem(file, 0, "", what, hint)])
