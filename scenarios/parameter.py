"""One assumed number: default, range, unit, source and grade."""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["evidence", "assumption"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One assumed number, and how far it can be trusted."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    grade: Grade
    source: str
    summary: str
    minimum: float = 0.0
    maximum: float = float("inf")

    def __post_init__(self) -> None:
        if not self.minimum <= self.low <= self.default <= self.high <= self.maximum:
            raise ValueError(f"{self.name}: needs minimum <= low <= default <= high <= maximum")
