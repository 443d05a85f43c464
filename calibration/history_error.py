"""What is wrong with a history, said so that its owner can mend it: file, row, column, words and a hint."""

from collections import Counter
from collections.abc import Iterable

from scenarios.errors import Problem, ScenarioError, clean

MOST_SHOWN = 30
"""Problems that a message spells out; the error itself carries all of them."""

MOST_OF_A_COLUMN = 5
"""Problems of one column that a message spells out, so that one bad column does not hide the others."""


class HistoryError(ScenarioError):
    """A history cannot be used; ``problems`` lists everything that has to be mended, by file, row and column.

    >>> print(HistoryError([Problem("h.csv", 4, "column tv_S", "-5 is negative", "spend is at least 0")]))
    h.csv:4: column tv_S: -5 is negative
        hint: spend is at least 0
    <BLANKLINE>
    1 problem; nothing was read.
    """

    def __str__(self) -> str:
        said: list[str] = []
        of_column: Counter[str] = Counter()
        for problem in self.problems:
            of_column[problem.where] += 1
            if of_column[problem.where] <= MOST_OF_A_COLUMN and len(said) < MOST_SHOWN:
                said.append(str(problem))
        n = len(self.problems)
        if n > len(said):
            said.append(f"... and {n - len(said)} more.")
        said.append(f"\n{n} problem{'s' if n != 1 else ''}; nothing was read.")
        return "\n".join(said)


class Findings:
    """Problems and remarks that are collected while a history is read, so that all of them are said at once."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def problem(self, line: int, column: str, what: str, hint: str = "") -> None:
        """Note something to mend.

        Args:
            line: of the file, from 1; 0 when the file as a whole is meant.
            column: its name; empty when no single one is meant.
            what: in plain words, with the value that was given.
            hint: what to write instead.
        """
        excerpt = clean(self.lines[line - 1]) if 0 < line <= len(self.lines) else ""
        self.problems.append(Problem(self.file, line, f"column {column}" if column else "", what, hint, excerpt))

    def refuse(self) -> None:
        """Raise everything that was found, if anything was.

        Raises:
            HistoryError: there are problems.
        """
        if self.problems:
            raise HistoryError(self.problems)


def few(names: Iterable[object], *, most: int = 3, last: str = "and") -> str:
    """The first few of many things, and how many more there are.

    >>> few("abcde"), few("ab"), few("a")
    ('a, b, c and 2 more', 'a and b', 'a')
    """
    listed = [str(name) for name in names]
    if len(listed) > most + 1:
        return f"{', '.join(listed[:most])} {last} {len(listed) - most} more"
    return f" {last} ".join(", ".join(part) for part in (listed[:-1], listed[-1:]) if part)
