"""What each influencer asks for, from a file of two columns: who, and how much."""

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import Problem, ScenarioError, clean, nearest, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_costs(path: Path, labels: list[Any]) -> "tuple[NDArray[np.float64], tuple[str, ...]]":
    r"""Read prices, one line for each person who can be had.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "prices.csv"
        ...     _ = file.write_text("who,price\nann,120\nbob,80\n")
        ...     costs, notes = read_costs(file, ["ann", "bob", "cem"])
        >>> costs.tolist(), notes
        ([120.0, 80.0, inf], ('header line of prices.csv recognised', '1 person has no price and cannot be chosen'))

    Args:
        path: CSV; a first line whose second word is no number is taken for a header.
        labels: of the people in the network, in the order of rows.

    Returns:
        The price of each row, infinite where there is none; and what was recognised.

    Raises:
        ScenarioError: the file cannot be read, or has prices that are none, people who are not in the network, or
            anybody twice; with all lines to mend.
    """
    import numpy as np

    name = str(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError([Problem(name, 0, "", "there is no such file", "check the spelling of --costs")]) from None
    except (OSError, UnicodeDecodeError) as error:
        hint = "give a CSV file in UTF-8, with a person and a price in each line"
        raise ScenarioError([Problem(name, 0, "", f"the file cannot be read ({error})", hint)]) from error
    row_of = {str(label): row for row, label in enumerate(labels)}
    costs = np.full(len(labels), math.inf)
    line_of: dict[int, int] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    lines = text.splitlines()
    mark = next((mark for mark in ",;\t" if lines and mark in lines[0]), ",")
    first = True
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip()[0] in "#%":
            continue
        fields = [field.strip() for field in next(csv.reader([line], delimiter=mark))]
        price = _number(fields[1]) if len(fields) > 1 else None
        if first and len(fields) > 1 and price is None and fields[0] not in row_of:
            notes.append(f"header line of {path.name} recognised")
            first = False
            continue
        first = False

        def wrong(what: str, hint: str, number: int = number, line: str = line) -> None:
            problems.append(Problem(name, number, "", what, hint, clean(line)))

        if len(fields) < 2 or any(fields[2:]):
            n = len([field for field in fields if field])
            wrong(f"{n} word{'s' if n != 1 else ''} where a person and a price are expected", "write them as: ann,120")
            continue
        row = row_of.get(fields[0])
        if row is None:
            near = nearest(fields[0], row_of)
            hint = f"did you mean “{near[0]}”?" if near else "name people as the edge list does"
            wrong(f"{shown(fields[0])} is not in the network", hint)
        elif row in line_of:
            wrong(f"{shown(fields[0])} has a price in line {line_of[row]} already", "keep one of the two lines")
        if price is None or not math.isfinite(price) or price <= 0.0:
            wrong(f"{shown(fields[1])} is not a price", "write a number above 0, without currency or separators")
        elif row is not None and row not in line_of:
            costs[row] = price
        if row is not None:
            line_of.setdefault(row, number)
    if not line_of and not problems:
        problems.append(
            Problem(name, 0, "", "there is no price in the file", "write a person and a price in each line")
        )
    if problems:
        raise ScenarioError(problems)
    if without := len(labels) - len(line_of):
        said = "person has" if without == 1 else "people have"
        notes.append(f"{without:,} {said} no price and cannot be chosen")
    return costs, tuple(notes)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
