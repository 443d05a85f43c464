"""One study: what it needs, and what writes its section of the page."""

from dataclasses import dataclass
from typing import Protocol

from calibration.studies.data import data_file


class Section(Protocol):
    """Runs a study and writes its section."""

    def __call__(self, *, quick: bool = False) -> str:
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
    run: Section

    @property
    def missing(self) -> tuple[str, ...]:
        """Files that are not here."""
        return tuple(name for name in self.files if data_file(name) is None)
