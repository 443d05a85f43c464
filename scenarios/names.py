"""Names by which one part of a scenario speaks of another: of channels, segments, influencers and consumers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scenarios.draft import Draft
from scenarios.errors import shown, suggest
from scenarios.lines import Path
from scenarios.schema import Scenario


def check_names(draft: Draft, names: Iterable[str], path: Path, section: str) -> None:
    """Names that stand as keys must be defined in a section of the scenario."""
    for name in names:
        check_name(draft, name, (*path, name), section)


def check_name(draft: Draft, name: str, path: Path, section: str, *, also: str = "") -> bool:
    """A name must be defined in a section of the scenario; whether it is.

    Args:
        draft: Where the problem is noted.
        name: The name that was given.
        path: Where it was given.
        section: Section that must define it, such as ``channels``.
        also: Another way out, said behind the nearest names.
    """
    if (section,) in draft.tainted or path in draft.tainted:
        return False
    known = draft.at(section)
    names = [str(key) for key in known] if isinstance(known, dict) else []
    if name in names:
        return True
    if (section, name) not in draft.tainted:
        noun = section.removesuffix("s")
        hint = suggest(name, names) if names else f"no {noun} is defined; add [{section}.{name}]"
        draft.problem(path, f"there is no {noun} {shown(name)}", f"{hint}; {also}" if also else hint)
    return False


def check_listed(draft: Draft, names: Sequence[str] | None, path: Path, section: str) -> list[int]:
    """A list of names: not empty, none twice, all of them defined; the places of those that can be used."""
    if names is None or not draft.ok(path):
        return []
    noun = section.removesuffix("s")
    if not names:
        draft.problem(path, f"the list of {section} is empty", "leave it out to mean everybody")
        return []
    if twins := [name for name, n in Counter(names).items() if n > 1]:
        draft.problem(path, f"the {noun} {shown(twins[0])} is named twice", f"name each {noun} once")
        return []
    return [place for place, name in enumerate(names) if check_name(draft, name, (*path, place), section)]


def check_labels(draft: Draft, labels: Sequence[int | str], path: Path, scenario: Scenario) -> None:
    """Consumers by their label in the graph: none twice; numbered from 0 without a graph of one's own."""
    if twins := [label for label, n in Counter(labels).items() if n > 1]:
        draft.problem(path, f"{shown(twins[0])} is in the list twice", "name each once")
    if scenario.graph.kind == "file" or not draft.ok(("graph",), ("market", "consumers"), ("market", "size")):
        return
    n = scenario.market.consumers
    for place, label in enumerate(labels):
        if not isinstance(label, int) or not 0 <= label < n:
            hint = f"the {n} simulated consumers are numbered from 0 to {n - 1}: take one of them, or simulate more"
            draft.problem((*path, place), f"there is no consumer {shown(label)}", hint)
            return


def check_twins(draft: Draft, names: Mapping[str, object], path: Path) -> None:
    """Names that differ by capitals only would overwrite each other's files and confuse readers."""
    first: dict[str, str] = {}
    for name in names:
        twin = first.setdefault(name.casefold(), name)
        if twin != name:
            what = f"{shown(name)} and {shown(twin)} differ only by capital letters"
            draft.problem((*path, name), what, "rename one of them", taint=False)
