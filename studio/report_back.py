"""The parts of the report that say what an answer rests on: parameters, limits, and how to get it again."""

import shlex
from typing import TYPE_CHECKING

from studio.formatting import counted, plain
from studio.markup import details, esc, facts, items, paragraph, table
from studio.words import caution, counted_people, notes_of

if TYPE_CHECKING:
    from calibration.draws import ParameterDraws
    from experiments import Comparison
    from scenarios.load import Loaded
    from scenarios.schema import Scenario

_GRADES = {"evidence": "evidence", "assumption": "assumption"}


def used_parameters(scenario: "Scenario") -> list[str]:
    """Names of the parameters that this scenario uses; those of platforms it has no channel on are left out.

    Args:
        scenario: its channels and the parameters it changes.
    """
    from scenarios.registry import REGISTRY

    platforms = {channel.platform.value for channel in scenario.channels.values()}
    return [
        name
        for name in REGISTRY
        if not name.startswith("platform.") or name.split(".")[1] in platforms or name in scenario.parameters
    ]


def assumptions(scenario: "Scenario") -> str:
    """The parameters in force: what has evidence, what is assumed, what the scenario has different.

    Args:
        scenario: the market.
    """
    from calibration.prior import belief
    from scenarios.registry import REGISTRY

    names = used_parameters(scenario)
    n_changed = len(scenario.parameters)
    n_evidence = sum(REGISTRY[n].grade == "evidence" for n in names if n not in scenario.parameters)
    n_ours = len(names) - n_changed - n_evidence
    text = (
        f"{counted(len(names), 'parameter')} were in force: {n_evidence} rest on published evidence, {n_ours} are "
        f"assumptions of the engine, and {n_changed} {'is' if n_changed == 1 else 'are'} the scenario's own. "
        "Prices, plans, segments and the roster are the scenario's."
    )
    changed, every = [], []
    for name in names:
        p, was = belief(scenario, name), REGISTRY[name]
        limits_ = f"{plain(p.low)} to {plain(p.high)}"
        own = name in scenario.parameters
        grade = "scenario" if own else _GRADES[p.grade]
        every.append([name, plain(p.default), limits_, p.unit, grade, p.summary, "" if own else p.source])
        if own:
            changed.append([name, plain(p.default), limits_, plain(was.default), p.unit, p.summary])
    parts = [paragraph(text)]
    if changed:
        head = ["parameter", "value", "90 % range", "default", "unit", "what it does"]
        parts.append(table("Parameters that the scenario has different", head, changed, words=(4, 5), kind="long"))
    head = ["parameter", "value", "90 % range", "unit", "grade", "what it does", "source"]
    body = table("All parameters in force", head, every, words=(3, 4, 5, 6), kind="long")
    parts.append(details("All parameters, with their evidence", body))
    return "".join(parts)


def calibrated(draws: "ParameterDraws", scenario: "Scenario") -> str:
    """What a calibration left possible, beside what the scenario says.

    Args:
        draws: that the answer rests on.
        scenario: for its own values.
    """
    from calibration.places import value_at

    text = (
        f"Calibrated to history: {counted(len(draws.names), 'number')}. Every replicate takes one of "
        f"{counted(len(draws), 'draw')}, worth {draws.ess:,.0f} of equal weight. The intervals hold nine tenths of "
        "their weight; all other parameters stay as the scenario has them."
    )
    median, limits_ = draws.median(), draws.interval(0.9)
    rows = []
    for name in draws.names:
        own, (low, high) = value_at(scenario, name), limits_[name]
        said = "none" if own is None else plain(own)
        rows.append([name, plain(median[name]), f"{plain(low)} to {plain(high)}", said])
    head = ["parameter", "median", "90 % interval", "scenario's own"]
    return paragraph(text) + table("Parameters that were calibrated", head, rows, kind="long")


def limits(comparison: "Comparison", loaded: "Loaded") -> str:
    """What an answer does not say.

    Args:
        comparison: the answer.
        loaded: the scenario.
    """
    runs = comparison.runs
    weight = counted_people(runs.scenario.people_per_consumer)
    said = [
        "This is a simulated what-if, not a forecast: it says what follows from the scenario and the parameters.",
        f"One simulated consumer stands for {weight}; smaller effects than that come in steps.",
    ]
    if runs.uncertainty != "luck+calibrated":
        said.append(
            "The model is not calibrated to your own history yet. Differences between plans are usually "
            "firmer than the level of any single figure."
        )
    if runs.given_graph:
        said.append("All replicates use the network that was given; what is said is said about this network.")
    elif runs.n_worlds < runs.n:
        shared = f"{counted(runs.n, 'replicate')} share {counted(runs.n_worlds, 'world')}"
        said.append(f"{shared}; the intervals take that into account.")
    return items([*said, *filter(None, [caution(comparison)]), *notes_of(comparison, loaded)])


def command(comparison: "Comparison", loaded: "Loaded") -> str:
    """The command that gives the same answer again, from inside the run's directory.

    Args:
        comparison: the answer.
        loaded: the scenario.
    """
    from studio.rundir import GIVEN_DRAWS, scenario_name

    runs, names = comparison.runs, list(comparison.plans)
    words = ["apath", "compare", scenario_name(loaded)]
    if len(names) == 1:
        words = ["apath", "run", scenario_name(loaded), "--plan", names[0]]
    elif names != list(runs.scenario.plans):
        words += ["--plans", ",".join(names)]
    words += ["--replicates", str(runs.n), "--seed", str(runs.seed)]
    if not runs.given_graph:
        words += ["--consumers", str(runs.scenario.market.consumers)]
    words += ["--worlds", str(runs.n_worlds), "--uncertainty", runs.uncertainty]
    if runs.given_draws:
        words += ["--parameters", GIVEN_DRAWS]
    return shlex.join(words)


def repeat(comparison: "Comparison", loaded: "Loaded") -> str:
    """Versions, seeds and hashes, and the command for the same answer.

    Args:
        comparison: the answer.
        loaded: the scenario.
    """
    p, runs = comparison.to_json()["provenance"], comparison.runs
    found = [
        ("Version", f"apath {p['version']}, draws {p['rng_version']}"),
        ("Seed", str(runs.seed)),
        ("Replicates", f"{runs.n:,} in {counted(runs.n_worlds, 'world')}"),
        ("Consumers", f"{p['consumers']:,}, each for {counted_people(p['weight'])}"),
        ("Uncertainty", runs.uncertainty),
        *([] if runs.draws is None else [("Parameter draws", runs.draws.draws_hash)]),
        ("Scenario", p["scenario_hash"]),
        ("Result", p["result_hash"]),
        *((name, digest) for name, digest in sorted(loaded.files.items())),
    ]
    text = "The same version, scenario and seed give the same numbers, on any number of threads. In this folder:"
    return paragraph(text) + f"<pre><code>{esc(command(comparison, loaded))}</code></pre>" + facts(found)
