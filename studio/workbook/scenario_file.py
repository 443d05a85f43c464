"""A plan put into a scenario file, beside the others: comments and order of what is there stay.

>>> from scenarios import load_scenario
>>> from scenarios.plan import Plan
>>> loaded = load_scenario("classroom")
>>> print(plan_toml(Plan(title="Less", media_scale=0.5), name="less"))
[plans.less]
title = "Less"
media_scale = 0.5
<BLANKLINE>
"""

import copy
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scenarios.load import Loaded, load_text
from scenarios.plan import Plan
from studio.workbook.paths import plan_data
from studio.workbook.texts import to_toml

FILE = "plan.toml"


def plan_toml(plan: Plan, *, name: str) -> str:
    """A plan as a section of a scenario file.

    Args:
        plan: any plan.
        name: its name.
    """
    return "\n".join(_section(plan_data(plan), ("plans", name))).strip("\n") + "\n"


def _section(table: dict[str, Any], path: tuple[str, ...], *, listed: bool = False) -> list[str]:
    """Lines of a section: its own values first, then the sections inside."""
    head = f"[[{'.'.join(path)}]]" if listed else f"[{'.'.join(path)}]"
    plain, inner = [], []
    for key, value in table.items():
        if isinstance(value, dict):
            inner += ["", *_section(value, (*path, key))]
        elif isinstance(value, list) and value and isinstance(value[0], dict) and key != "flights":
            for entry in value:
                inner += ["", *_section(entry, (*path, key), listed=True)]
        else:
            plain += _value(key, value)
    if not plain and inner:
        return inner[1:]
    return [head, *plain, *inner]


def _value(key: str, value: Any) -> list[str]:
    """One value; lists of amounts a dozen to a line, flights one to a line."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict | int | float):
        return [f"{key} = {to_toml(value)}"]
    step = 1 if isinstance(value[0], dict) else 13
    if len(value) <= step and step > 1:
        return [f"{key} = {to_toml(value)}"]
    rows = [", ".join(map(to_toml, value[at : at + step])) for at in range(0, len(value), step)]
    return [f"{key} = [", *(f"    {row}," for row in rows), "]"]


def scenario_with_plan(loaded: Loaded, plan: Plan, *, name: str) -> tuple[str, str]:
    """Name and text of the scenario's file with a plan in it.

    A plan that is there already leaves the file as it is. Another plan of that name is replaced; plans
    made from it with ``as`` are written out, so that they stay what they are.

    Args:
        loaded: the scenario, as it was read.
        plan: a plan that fits it.
        name: its name.

    Raises:
        ScenarioError: the scenario with this plan cannot be used.
    """
    text = loaded.source_bytes.decode("utf-8-sig")
    folder = None if loaded.path is None else loaded.path.parent
    there = load_text(text, base_dir=folder).scenario.plans.get(name)
    if there is not None and plan_data(there) == plan_data(plan):
        return ("plan.json" if text.lstrip().startswith("{") else FILE), text
    if text.lstrip().startswith("{"):
        data = json.loads(text)
        for other, one in _to_write(data, loaded, plan, name).items():
            data["plans"][other] = json.loads(json.dumps(plan_data(one), default=str))
        file, said = "plan.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    else:
        file, said = FILE, _toml_with(text, loaded, plan, name)
    load_text(said, name=file, base_dir=folder)
    return file, said


def _to_write(data: dict[str, Any], loaded: Loaded, plan: Plan, name: str) -> dict[str, Plan]:
    """The plan, and every plan that is made from the one it replaces."""
    plans = {name: plan}
    raw = data.get("plans", {})
    for other, said in raw.items():
        chain, at = [other], said
        while isinstance(at, dict) and at.get("as") in raw and at["as"] not in chain:
            chain.append(at["as"])
            at = raw[chain[-1]]
        if name in chain[1:]:
            plans[other] = loaded.scenario.plans[other]
    return plans


def _toml_with(text: str, loaded: Loaded, plan: Plan, name: str) -> str:
    import tomlkit

    data = tomllib.loads(text)
    plans = _to_write(data, loaded, plan, name)
    wanted = copy.deepcopy(data)
    wanted["plans"] = {**{n: p for n, p in data["plans"].items() if n not in plans}, **_data(plans)}
    try:
        document = tomlkit.parse(text)
        for other in plans:
            if other in document["plans"]:
                del document["plans"][other]
        kept = tomlkit.dumps(document).rstrip("\n")
        said = "\n".join([kept, "", *(plan_toml(one, name=other) for other, one in plans.items())])
        if tomllib.loads(said) == wanted:
            return said
    except (tomlkit.exceptions.TOMLKitError, tomllib.TOMLDecodeError, KeyError):
        pass  # written in a way that cannot be taken apart, such as plans in one line: written anew below
    return tomlkit.dumps(wanted)


def _data(plans: dict[str, Plan]) -> dict[str, Any]:
    return {
        name: tomllib.loads(plan_toml(one, name=name)).get("plans", {}).get(name, {}) for name, one in plans.items()
    }


def write_plan_scenario(
    loaded: Loaded, plan: Plan, *, name: str, folder: Path, force: bool = False
) -> tuple[Path, tuple[str, ...]]:
    """Write a plan as a scenario that runs as it is: the scenario's file with the plan, and the files that it names.

        >>> from scenarios import load_scenario
        >>> loaded = load_scenario("coldbrew-launch")
        >>> file, left_out = write_plan_scenario(loaded, Plan(), name="nothing", folder=Path("here"))
        >>> file.name, list(load_scenario(file).scenario.plans)
        ('plan.toml', ['baseline', 'creators', 'always-on', 'nothing'])

    Args:
        loaded: the scenario, as it was read.
        plan: a plan that fits it.
        name: its name; a plan of that name is replaced.
        folder: where it goes; made if it is missing.
        force: replace files that are there and differ.

    Returns:
        The file, and names of files beside the scenario that were too large or too far away to be copied.

    Raises:
        ScenarioError: the scenario with this plan cannot be used.
        RunDirError: a file is there that says something else, or nothing may be written.
    """
    from studio.workbook.files import put_all

    files, left_out = plan_scenario_files(loaded, plan, name=name)
    paths = put_all(folder, files, force=force)
    return paths[-1], left_out


def plan_scenario_files(loaded: Loaded, plan: Plan, *, name: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Files of a plan as a scenario, the scenario last; and what is left out. Arguments as above."""
    return plans_scenario_files(loaded, {name: plan})


def plans_scenario_files(loaded: Loaded, plans: Mapping[str, Plan]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Files of a scenario with plans put into it, the scenario last; and what is left out.

    Args:
        loaded: the scenario, as it was read.
        plans: at least one, by name; each fits the scenario.

    Raises:
        ScenarioError: the scenario with these plans cannot be used.
    """
    from studio.workbook.source import source_files

    files, absent = source_files(loaded)
    beside = {other: data for other, data in files.items() if other not in ("scenario.toml", "scenario.json")}
    folder = None if loaded.path is None else loaded.path.parent
    file, text = FILE, ""
    for k, (name, plan) in enumerate(plans.items()):
        at = loaded if k == 0 else replace(load_text(text, name=file, base_dir=folder), path=loaded.path)
        file, text = scenario_with_plan(at, plan, name=name)
    return {**beside, file: text.encode()}, tuple(absent)
