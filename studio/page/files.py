"""A scenario as text, so that it can go from one process to another, with the folder in which its tables lie."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.load import Loaded, load_text
from scenarios.plan import Plan


@dataclass(frozen=True)
class AsText:
    """A scenario that can be sent.

    Attributes:
        text: of its file.
        file: what the file is called.
        path: where the scenario came from; the tables that it names lie beside it.
    """

    text: str
    file: str
    path: Path | None

    def loaded(self) -> Loaded:
        """The scenario, read and checked again."""
        folder = None if self.path is None else self.path.parent
        return replace(load_text(self.text, name=self.file, base_dir=folder), path=self.path)


def as_text(loaded: Loaded, plans: Mapping[str, Plan]) -> AsText:
    """The scenario with plans in it.

    Args:
        loaded: the scenario, as it was read.
        plans: by name; one of that name is replaced. None leaves the scenario as it is.

    Raises:
        ScenarioError: the scenario with these plans cannot be used.
    """
    from studio.workbook.scenario_file import scenario_with_plan

    text, file = loaded.source_bytes.decode("utf-8-sig"), "scenario.toml" if loaded.path is None else loaded.path.name
    for name, plan in plans.items():
        at = AsText(text, file, loaded.path).loaded()
        _, text = scenario_with_plan(at, plan, name=name)
    return AsText(text, file, loaded.path)
