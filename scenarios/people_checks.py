"""Numbers of people that a plan names: no more than there are, and enough to be seen in the simulation."""

from scenarios.draft import Draft
from scenarios.errors import shown
from scenarios.lines import Path
from scenarios.pace_checks import note
from scenarios.schema import Scenario


def check_people(
    draft: Draft, people: int, segments: list[str] | None, path: Path, key: str, scenario: Scenario
) -> None:
    """A number of people must fit the market, or the segments that it is taken from."""
    if not draft.ok((*path, key), ("market", "size")):
        return
    size = scenario.market.size
    if people > size:
        draft.problem((*path, key), f"{people:,} people are more than the market has", f"write {size:_} or fewer")
        return
    if not segments or not draft.ok((*path, "segments"), *(("segments", name, "share") for name in segments)):
        return
    most = size * sum(scenario.segments[name].share for name in segments if name in scenario.segments)
    if people > most * (1 + 1e-6):
        said = shown(segments[0]) if len(segments) == 1 else "these segments"
        what = f"{people:,} people are more than the {most:,.0f} of {said}"
        draft.problem((*path, key), what, f"write {int(most):_} or fewer, or add segments")


def note_too_few(draft: Draft, people: float, path: Path, said: str, scenario: Scenario) -> None:
    """A remark when people are fewer than one simulated consumer stands for."""
    if scenario.graph.kind == "file" or not draft.ok(path, ("market",), ("graph", "kind")):
        return
    one = scenario.people_per_consumer
    if 0 < people < one:
        note(
            draft,
            path,
            f"{said} {people:,.0f} people, fewer than the {one:,.0f} that one simulated consumer stands for; "
            "raise market.consumers to see an effect",
        )
