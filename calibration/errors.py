"""What is wrong with a calibration's question, said so that its author can mend it."""

from collections.abc import Iterable
from typing import Self


class CalibrationError(ValueError):
    """A question that cannot be answered: ``problems`` lists each as (place, what, hint).

    >>> print(CalibrationError("there is no target", hint="name one"))
    there is no target
        hint: name one
    """

    def __init__(self, what: str, *, place: str = "", hint: str = "") -> None:
        self.problems: list[tuple[str, str, str]] = [(place, what, hint)]
        super().__init__(what)

    @classmethod
    def all_of(cls, errors: Iterable["CalibrationError"]) -> Self:
        """One error that holds the problems of several."""
        problems = [problem for error in errors for problem in error.problems]
        joined = cls(problems[0][1])
        joined.problems = problems
        return joined

    def __str__(self) -> str:
        return "\n".join(what + (f"\n    hint: {hint}" if hint else "") for _, what, hint in self.problems)
