"""What ``apath check`` says about a scenario that can be run, and about the numbers behind every scenario."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from studio.formatting import counted, money, people, plain, share, shortened
from studio.terminal import NAME_WIDTH, Paint, text_table, unpainted, wrapped
from studio.words import counted_people

if TYPE_CHECKING:
    from scenarios.load import Loaded
    from scenarios.schema import Plan
    from simulator.memory import Need


def check_its_draws(loaded: "Loaded") -> None:
    """Read the parameter draws that a scenario names, to see whether they suit it.

    Args:
        loaded: left as it is; a scenario that names none passes.

    Raises:
        DrawsError: they cannot be used with it.
    """
    if loaded.draws_path is None:
        return
    from calibration.conflicts import check_draws
    from calibration.draws import load_draws

    check_draws(load_draws(loaded.draws_path), loaded.scenario, file=str(loaded.draws_path))


def with_its_network(loaded: "Loaded") -> "Loaded":
    """A scenario with the consumers of its own network file, which is read to see whether it can be.

    Args:
        loaded: left as it is when it has no such file.

    Raises:
        GraphFileError: the file cannot be read.
        QuestionError: the network has more consumers than the market has people.
    """
    if loaded.graph_path is None:
        return loaded
    from experiments.replicate import on_network
    from simulator.graph import read_graph

    graph = read_graph(loaded.graph_path, directed=loaded.scenario.graph.directed)
    return replace(loaded, scenario=on_network(loaded.scenario, graph), notes=(*loaded.notes, *graph.notes))


def summary_data(loaded: "Loaded") -> dict[str, Any]:
    """What a scenario holds, as plain data for ``apath check --format json``.

        >>> from scenarios import load_scenario
        >>> summary_data(load_scenario("coldbrew-launch"))["plans"]["baseline"]["cost"]
        598000.0

    Args:
        loaded: a scenario without problems.
    """
    from simulator.costs import plan_cost

    s = loaded.scenario
    return {
        "scenario": s.name,
        "ok": True,
        "title": s.title,
        "scenario_hash": loaded.scenario_hash,
        "start": s.start.isoformat(),
        "weeks": s.weeks,
        "carry_out_weeks": s.carry_out_weeks,
        "currency": s.currency,
        "market": {"people": s.market.size, "consumers": s.market.consumers, "weight": s.people_per_consumer},
        "segments": {name: segment.share for name, segment in s.segments.items()},
        "channels": {name: channel.platform.value for name, channel in s.channels.items()},
        "graph": s.graph.kind,
        "rivals": list(s.rivals),
        "influencers": list(s.influencers),
        "parameters_changed": list(s.parameters),
        "parameter_draws": _draws_data(loaded),
        "plans": {name: {"title": plan.title, "cost": plan_cost(s, plan)} for name, plan in s.plans.items()},
        "files": dict(loaded.files),
        "notes": list(loaded.notes),
    }


def _draws_data(loaded: "Loaded") -> dict[str, Any] | None:
    if loaded.draws_path is None:
        return None
    from calibration.draws import load_draws

    draws = load_draws(loaded.draws_path)
    return {"file": loaded.draws_path.name, "number": len(draws), "ess": draws.ess, "names": list(draws.names)}


def _draws(loaded: "Loaded") -> str:
    said = _draws_data(loaded)
    if said is None:
        return ""
    number, ess = counted(said["number"], "draw"), f"worth {said['ess']:,.0f} of equal weight"
    return f"{number} from {said['file']}, {ess}: {_few(said['names'])}"


def _memory(need: "Need") -> str:
    return f"{need.total / 1e6:,.0f} MB for each thread, {need.per_consumer:,.0f} bytes per consumer"


def summary_text(loaded: "Loaded", *, bold: Paint = unpainted) -> str:
    """The same for people.

    Args:
        loaded: a scenario without problems.
        bold: how to stress the result.
    """
    from simulator.costs import plan_cost
    from simulator.memory import needed

    s = loaded.scenario
    weeks = s.weeks + s.carry_out_weeks
    last = s.start + timedelta(weeks=weeks, days=-1)
    after = f", the last {s.carry_out_weeks} with nothing bought" if s.carry_out_weeks else ""
    each = f"each stands for {counted_people(s.people_per_consumer)}"
    n_segments, n_channels = len(s.segments), len(s.channels)
    facts = {
        "title": s.title,
        "time": f"{s.start} to {last}, {counted(weeks, 'week')}{after}",
        "market": f"{people(s.market.size)} people; {counted(s.market.consumers, 'consumer')}, {each}",
        "segments": f"{n_segments}: {_few([f'{n} {share(x.share)}' for n, x in s.segments.items()])}",
        "channels": f"{n_channels}: {_few(list(s.channels))}" if s.channels else "none",
        "network": s.graph.kind if s.graph.file is None else f"from {s.graph.file}",
        "rivals": _few(list(s.rivals)) or "none",
        "influencers": f"{len(s.influencers)}: {_few(list(s.influencers))}" if s.influencers else "none",
        "memory": "" if s.graph.file is not None else _memory(needed(s)),
        "calibrated": _draws(loaded),
        "parameters": f"{len(s.parameters)} of its own" if s.parameters else "all as in apath check --defaults",
    }
    lines = [bold(f"{s.name}: ok")]
    lines += [wrapped(f"  {name:<12}{fact}", indent=" " * 14) for name, fact in facts.items() if fact]
    rows = [
        [shortened(name, NAME_WIDTH), money(plan_cost(s, plan)), shortened(plan.title, 40)]
        for name, plan in s.plans.items()
    ]
    table = text_table(["plan", f"cost, {s.currency}", "title"], rows, left=(0, 2))
    lines += ["", *("  " + line for line in table.split("\n"))]
    levers = list(dict.fromkeys(lever for plan in s.plans.values() for lever in costs_on_top(plan)))
    if levers:
        said = f"  Costs that follow from what people do come on top, once it is run: {', '.join(levers)}."
        lines += [wrapped(said, indent="  ")]
    lines += [wrapped(f"  note: {note}", indent="    ") for note in loaded.notes]
    return "\n".join(lines)


def costs_on_top(plan: "Plan") -> list[str]:
    """Levers whose cost follows from what people do, by the name of their cost line."""
    named: tuple[tuple[str, bool], ...] = (
        ("lists", any(part.cost_per_contact != 0 for part in plan.lists.values())),
        ("opt-ins", plan.sign_up is not None and plan.sign_up.cost_per_opt_in > 0),
        ("offers", any(offer.cost_per_redemption > 0 for offer in plan.offers.values())),
        ("community space", plan.space is not None and plan.space.cost_per_member_week > 0),
        ("events", any(event.cost_per_attender > 0 for event in plan.events.values())),
        ("listening", plan.listening is not None and plan.listening.fix and plan.listening.fix_cost > 0),
        ("rewards", plan.rewards is not None and plan.rewards.per_return + plan.rewards.per_referral > 0),
        ("loyalty", plan.loyalty is not None and plan.loyalty.cost_per_customer_week > 0),
        ("support", plan.support is not None and plan.support.cost_per_purchase * plan.support.coverage > 0),
        ("referral programme", plan.referral is not None and plan.referral.for_sender + plan.referral.for_friend > 0),
    )
    return [name for name, costs in named if costs]


def _few(names: list[str], most: int = 8) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def defaults_data() -> list[dict[str, Any]]:
    """Every parameter that the model assumes when a scenario says nothing, as plain data.

    >>> [row["unit"] for row in defaults_data() if row["name"] == "talk.fresh_days"]
    ['days']
    """
    from scenarios.registry import REGISTRY

    return [
        {
            "name": p.name,
            "default": p.default,
            "low": p.low,
            "high": p.high,
            "unit": p.unit,
            "grade": p.grade,
            "summary": p.summary,
            "source": p.source,
        }
        for p in REGISTRY.values()
    ]


def defaults_text(*, bold: Paint = unpainted) -> str:
    """The same as a table; the sources are in the JSON."""
    rows = [
        [
            row["name"],
            plain(row["default"]),
            f"{plain(row['low'])} to {plain(row['high'])}",
            row["grade"],
            row["unit"],
        ]
        for row in defaults_data()
    ]
    n = len(rows)
    n_evidence = sum(row[3] == "evidence" for row in rows)
    table = text_table(["parameter", "default", "90 % range", "grade", "unit"], rows, left=(0, 3, 4))
    said = (
        f"{n} numbers are assumed when a scenario says nothing: {n_evidence} rest on published evidence, "
        f"{n - n_evidence} are assumptions of ours. Sources: apath check --defaults --format json"
    )
    head, *rest = table.split("\n")
    return "\n".join([wrapped(said), "", bold(head), *rest])


def metrics_data() -> list[dict[str, Any]]:
    """Every weekly metric as plain data.

    >>> [row["formula"] for row in metrics_data() if row["name"] == "roas"]
    ['revenue / cost']
    """
    from simulator.glossary import GLOSSARY

    return [
        {
            "name": entry.name,
            "unit": entry.unit,
            "formula": entry.formula,
            "source": entry.source,
            "summary": entry.summary,
            "level": entry.level,
            "kind": entry.kind,
            "undefined": entry.undefined,
        }
        for entry in GLOSSARY.values()
    ]


def metrics_text(*, bold: Paint = unpainted) -> str:
    """The same as text, chapter by chapter: what each metric is, then how it is worked out."""
    from simulator.glossary import CHAPTERS, GLOSSARY, SOURCES

    names = list(GLOSSARY)
    lines = [wrapped(f"{len(names)} metrics, week by week. Source: where each comes from.")]
    lines += [wrapped(f"  {word}: {meaning}", indent="    ") for word, meaning in SOURCES.items()]
    for title, first, last in CHAPTERS:
        lines += ["", bold(title)]
        for name in names[names.index(first) : names.index(last) + 1]:
            entry = GLOSSARY[name]
            lines.append(f"{name}  [{entry.unit}; {entry.source}, {entry.level}, {entry.kind}]")
            lines.append(wrapped(f"  {entry.summary}", indent="    "))
            lines.append(wrapped(f"  = {entry.formula}", indent="    "))
    return "\n".join(lines)
