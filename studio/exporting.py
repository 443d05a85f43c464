"""``apath export``: a plan as a workbook, as CSV and as a scenario that runs; and an edited one back again."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.console import Notes, emit

if TYPE_CHECKING:
    from scenarios.load import Loaded
    from scenarios.plan import Plan
    from studio.workbook.layout import Sheets

EXPORTS = Path("exports")
FORMATS = ("xlsx", "csv", "plan")
_MAINS = ("scenario.toml", "scenario.json", "calibrated.toml", "calibrated.json", "plan.toml", "plan.json")


@dataclass(frozen=True)
class Chosen:
    """The plan that is exported."""

    loaded: "Loaded"
    plan: "Plan"
    name: str
    sheets: "Sheets | None" = None


def run_export(
    source: str, *, formats: list[str], out: Path | None, plan_name: str | None, scenario: str | None, force: bool,
    notes: Notes,
) -> None:  # fmt: skip
    """Write what was asked for, and print the paths.

    Args:
        source: a run, a scenario, or an edited workbook or CSV file.
        formats: some of :data:`FORMATS`; all when empty.
        out: the folder; ``exports/<scenario>-<plan>`` when None.
        plan_name: which plan of the scenario; what an edited one is to be called.
        scenario: instead of the one that an edited workbook carries.
        force: replace files that are there and differ.
        notes: where remarks go.
    """
    from studio.workbook.files import put_all

    with _chosen(source, plan_name=plan_name, scenario=scenario, notes=notes) as chosen:
        folder = out or EXPORTS / f"{chosen.loaded.scenario.name}-{chosen.name}"
        files, left_out = _files(chosen, formats or list(FORMATS))
        paths = put_all(folder, files, force=force)
        for name in left_out:
            notes.say(f"note: {name} was not copied; put it beside {folder / 'plan.toml'} before you run it")
        asked = [path for path in paths if path.stem.startswith("plan")]
        emit("\n".join(map(str, asked)))
        runnable = [path for path in asked if path.name in ("plan.toml", "plan.json")]
        if runnable:
            notes.say(f"\nrun it: apath run {shlex.quote(str(runnable[0]))} --plan {chosen.name}")
        elif any(path.suffix == ".xlsx" for path in asked):
            notes.say("\nedit it, save it, then: apath export <the file> --plan")


def _files(chosen: Chosen, formats: list[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every file that was asked for, by name; and files of the scenario that are left out."""
    loaded, plan, name = chosen.loaded, chosen.plan, chosen.name
    files: dict[str, bytes] = {}
    left_out: tuple[str, ...] = ()
    if "xlsx" in formats:
        from studio.workbook.writing import workbook_bytes

        files["plan.xlsx"] = workbook_bytes(loaded, plan, name=name, sheets=chosen.sheets)
    if "csv" in formats:
        from studio.workbook.csv_files import plan_csv, plan_wide_csv

        files["plan.csv"] = plan_csv(loaded.scenario, plan, name=name).encode()
        files["plan-wide.csv"] = plan_wide_csv(loaded.scenario, plan, name=name).encode()
    if "plan" in formats:
        from studio.workbook.scenario_file import plan_scenario_files

        more, left_out = plan_scenario_files(loaded, plan, name=name)
        if taken := sorted(files.keys() & more.keys()):
            raise click.UsageError(f"the scenario has a file of its own named {taken[0]}: export --plan elsewhere")
        files |= more
    return files, left_out


@contextmanager
def _chosen(source: str, *, plan_name: str | None, scenario: str | None, notes: Notes) -> Iterator[Chosen]:
    """What is exported, by the kind of source."""
    kind = Path(source).suffix.lower()
    if plan_name is not None:
        _check_name(plan_name)
    if kind in (".xlsx", ".xlsm"):
        yield from _from_workbook(Path(source), plan_name, scenario, notes)
    elif kind == ".csv":
        yield _from_csv(Path(source), plan_name, scenario, notes)
    elif kind in (".xls", ".ods", ".numbers") and Path(source).is_file():
        raise click.UsageError(f"{source} is another kind of spreadsheet: save it as .xlsx")
    elif scenario is not None:
        raise click.UsageError("--scenario goes with an edited workbook or CSV file")
    else:
        yield _from_scenario(source, plan_name, notes)


def _check_name(name: str) -> None:
    from scenarios.errors import shown
    from scenarios.schema import NAME_PATTERN

    if not NAME_PATTERN.fullmatch(name):
        what = f"{shown(name)} cannot be the name of a plan: use letters a-z, digits, - and _"
        raise click.BadParameter(what, param_hint="--plan-name")


def _from_workbook(path: Path, name: str | None, scenario: str | None, notes: Notes) -> Iterator[Chosen]:
    from scenarios.load import load_scenario
    from studio.plan_limits import limits_beside
    from studio.workbook.reading import opened_workbook

    given = None if scenario is None else load_scenario(scenario)
    with opened_workbook(
        path, scenario=None if given is None else given.scenario, limits=limits_beside(path)
    ) as opened:
        loaded = given or opened.loaded
        _tell(loaded, opened.before, opened.plan, notes)
        yield Chosen(loaded, opened.plan, name or opened.name)


def _from_csv(path: Path, name: str | None, scenario: str | None, notes: Notes) -> Chosen:
    from scenarios.load import load_scenario
    from studio.workbook.csv_files import open_plan_csv

    if scenario is None:
        raise click.UsageError("a CSV file holds the plan alone: add --scenario, the file that it was exported from")
    from studio.plan_limits import limits_beside

    loaded = load_scenario(scenario)
    opened = open_plan_csv(path, scenario=loaded.scenario, limits=limits_beside(path))
    _tell(loaded, opened.before, opened.plan, notes)
    return Chosen(loaded, opened.plan, name or opened.name)


def _tell(loaded: "Loaded", before: "Plan", now: "Plan", notes: Notes) -> None:
    from studio.workbook.changes import changes

    said = changes(loaded.scenario, before, now)
    for one in said[:30]:
        notes.say(f"changed: {one}")
    if len(said) > 30:
        notes.say(f"changed: ... and {len(said) - 30} more")
    if not said:
        notes.say("nothing was changed")


def _from_scenario(source: str, name: str | None, notes: Notes) -> Chosen:
    from scenarios.errors import shown, suggest
    from scenarios.load import load_scenario

    folder = Path(source)
    main = next((folder / file for file in _MAINS if (folder / file).is_file()), None) if folder.is_dir() else None
    loaded = load_scenario(source if main is None else main)
    plans = loaded.scenario.plans
    if name is None:
        name = next(iter(plans))
        if len(plans) > 1:
            notes.say(f"exporting the first plan, {name}; --plan-name chooses another of {', '.join(plans)}")
    if name not in plans:
        what = f"there is no plan {shown(name)}; {suggest(name, plans)}"
        raise click.BadParameter(what, param_hint="--plan-name")
    return Chosen(loaded, plans[name], name, _sheets(folder, main, loaded, name, notes))


def _sheets(folder: Path, main: Path | None, loaded: "Loaded", name: str, notes: Notes) -> "Sheets | None":
    """Results of a run, if they are there and of this very scenario and plan."""
    from scenarios.load import load_scenario

    file = folder / "run.json"
    if main is None or not file.is_file():
        return None
    try:
        answer: dict[str, Any] = json.loads(file.read_text("utf-8"))
        consumers, was = answer["provenance"]["consumers"], answer["provenance"]["scenario_hash"]
        known = name in answer["plans"]
    except (ValueError, KeyError, TypeError) as error:
        notes.say(f"note: {file} cannot be read ({type(error).__name__}), so its results are left out")
        return None
    if was not in (loaded.scenario_hash, load_scenario(main, consumers=consumers).scenario_hash):
        notes.say(f"note: {main} was changed after the run, so its results are left out")
        return None
    if not known:
        notes.say(f"note: {name} was not run, so there are no results of it")
        return None
    from studio.workbook.run_sheets import run_sheets

    return run_sheets(answer, plan=name)
