"""Names by which one part of a scenario speaks of another."""

from collections.abc import Iterable

from scenarios.draft import Draft
from scenarios.errors import shown, suggest
from scenarios.lines import Path


def check_names(draft: Draft, names: Iterable[str], path: Path, section: str) -> None:
    """Names that stand as keys must be defined in a section of the scenario."""
    for name in names:
        check_name(draft, name, (*path, name), section)


def check_name(draft: Draft, name: str, path: Path, section: str) -> bool:
    """A name must be defined in a section of the scenario; whether it is."""
    if (section,) in draft.tainted or path in draft.tainted:
        return False
    known = draft.at(section)
    names = [str(key) for key in known] if isinstance(known, dict) else []
    if name in names:
        return True
    if (section, name) not in draft.tainted:
        noun = section.removesuffix("s")
        hint = suggest(name, names) if names else f"no {noun} is defined; add [{section}.{name}]"
        draft.problem(path, f"there is no {noun} {shown(name)}", hint)
    return False
