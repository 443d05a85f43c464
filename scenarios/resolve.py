"""Shorthands of a scenario file, written out: plans made from other plans, and nested parameters."""

from collections.abc import Mapping

from scenarios.draft import Draft
from scenarios.errors import shown, suggest
from scenarios.lines import Path

NOT_INHERITED = ("title", "as")
"""What a plan made with ``as`` does not take over: two plans with one title could not be told apart."""

EITHER_OR = (("weekly", "flights", "pulse"),)
"""Ways to say the same: whoever writes one of them takes back the other."""


def resolve_plans(draft: Draft) -> None:
    """Write out ``as = "other-plan"``: the other plan, but with what is said here.

    Sections are merged key by key; lists and single values replace what the other plan says.
    """
    plans = draft.tables("plans")
    done: dict[str, dict[str, object]] = {}

    def resolved(name: str, chain: tuple[str, ...]) -> dict[str, object]:
        if name in done:
            return done[name]
        plan = plans[name]
        path: Path = ("plans", name)
        parent = plan.get("as")
        own = {key: value for key, value in plan.items() if key != "as"}
        if "as" not in plan:
            done[name] = own
        elif not isinstance(parent, str):
            draft.problem((*path, "as"), f"{shown(parent)} is not the name of a plan", 'write as = "baseline"')
            done[name] = own
        elif parent in (*chain, name):
            circle = " → ".join((*chain, name, parent))
            draft.problem((*path, "as"), f"the plans go round in a circle: {circle}", "let one of them stand alone")
            done[name] = own
        elif parent not in plans:
            others = [other for other in plans if other != name]
            draft.problem((*path, "as"), f"there is no plan {shown(parent)}", suggest(parent, others))
            done[name] = own
        else:
            base = {k: v for k, v in resolved(parent, (*chain, name)).items() if k not in NOT_INHERITED}
            done[name] = _merge(draft, own, base, path, ("plans", parent))
        return done[name]

    for name, rival in draft.tables("rivals").items():
        if isinstance(plan := rival.get("plan"), dict) and "as" in plan:
            hint = "write it out: rivals do the same in every what-if"
            draft.problem(("rivals", name, "plan", "as"), "a rival's plan cannot be made from another one", hint)
            del plan["as"]
    if isinstance(plan := draft.at("warm_up", "plan"), dict) and "as" in plan:
        hint = "write it out: its dates lie before those of the plans"
        draft.problem(("warm_up", "plan", "as"), "the warm-up's plan cannot be made from another one", hint)
        del plan["as"]
    section = draft.at("plans")
    if isinstance(section, dict):
        draft.data["plans"] = {n: resolved(n, ()) if n in plans else v for n, v in section.items()}


def _merge(
    draft: Draft, own: dict[str, object], base: Mapping[str, object], path: Path, base_path: Path
) -> dict[str, object]:
    merged: dict[str, object] = {}
    for key, value in base.items():
        mine = own.get(key)
        if key not in own:
            if any(key in pair and any(other in own for other in pair) for pair in EITHER_OR):
                continue
            merged[key] = value
            draft.origins[(*path, key)] = (*base_path, key)
        elif isinstance(mine, dict) and isinstance(value, dict):
            merged[key] = _merge(draft, mine, value, (*path, key), (*base_path, key))
        else:
            merged[key] = mine
    merged.update((key, value) for key, value in own.items() if key not in merged)
    return merged


def resolve_parameters(draft: Draft) -> None:
    """Write out nested parameters: ``[parameters.wom] p_skip = 0.1`` means ``"wom.p_skip" = 0.1``."""
    section = draft.at("parameters")
    if not isinstance(section, dict):
        return
    flat: dict[str, object] = {}

    def walk(table: dict[str, object], path: Path, name: str) -> None:
        for key, value in table.items():
            inner = f"{name}.{key}" if name else str(key)
            if isinstance(value, dict) and not value.keys() & {"value", "low", "high"}:
                walk(value, (*path, key), inner)
            elif inner in flat:
                draft.problem((*path, key), f"the parameter {shown(inner)} is given twice", "keep one of them")
            else:
                flat[inner] = value
                if (*path, key) != ("parameters", inner):
                    draft.origins[("parameters", inner)] = (*path, key)

    walk(section, ("parameters",), "")
    draft.data["parameters"] = flat


def flat_parameters(parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters by their full names, however they were nested.

    >>> flat_parameters({"wom": {"p_skip": 0.1}, "rival.pull": 0.0})
    {'wom.p_skip': 0.1, 'rival.pull': 0.0}
    """
    draft = Draft(file="", data={"parameters": dict(parameters)})
    resolve_parameters(draft)
    flat = draft.data["parameters"]
    assert isinstance(flat, dict)
    return flat
