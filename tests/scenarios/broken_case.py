"""One fault of a scenario, and what must be said about it."""

from dataclasses import dataclass, field


@dataclass
class Case:
    """A fault: the passages to replace, and the place, a part of the words and of the hint."""

    name: str
    edits: list[tuple[str, str]]
    where: str
    what: str
    hint: str
    files: dict[str, str] = field(default_factory=dict)
    file: str = "scenario.toml"
    line: int | None = None
