"""One study: what it needs, and what writes its section of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from calibration.studies.data import data_file


@dataclass(frozen=True)
class Section:
    """What a study found.

    Attributes:
        text: in Markdown, without the title.
        pictures: SVG by name of the file, which the text looks for in ``images``.
    """

    text: str
    pictures: Mapping[str, str] = field(default_factory=dict)


class Runs(Protocol):
    """Runs a study and writes its section."""

    def __call__(self, *, quick: bool = False) -> Section:
        """Run the study.

        Args:
            quick: less of it, for a test.
        """


@dataclass(frozen=True)
class Study:
    """A calibration against a published history.

    Attributes:
        title: of its section.
        files: that it needs, below the folder of data.
        run: writes its section, without the title.
    """

    title: str
    files: tuple[str, ...]
    run: Runs

    @property
    def missing(self) -> tuple[str, ...]:
        """Files that are not here."""
        return tuple(name for name in self.files if data_file(name) is None)
