"""``apath seeding``: whom to seed in a network, as a table for people and as JSON for programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenarios.errors import Problem, ScenarioError
from studio.console import Notes, emit, paints, say_compiling_seeds
from studio.formatting import counted, duration, money, people, roughly, share
from studio.seeding_costs import read_costs
from studio.terminal import text_table, wrapped

if TYPE_CHECKING:
    from experiments.seeding.cascades import Mean
    from experiments.seeding.opimc import Seeding
    from simulator.graph import SocialGraph

_MOST_LISTED = 200


def run_seeding(
    path: Path,
    *,
    k: int | None,
    model: str,
    p: float | None,
    directed: bool,
    costs: Path | None,
    budget: float | None,
    style: str,
    seed: int,
    seconds: float,
    threads: int | None,
    quiet: bool,
) -> None:
    """Answer one question, and print it.

    Args:
        path: edge list or GraphML.
        k: seeds at most.
        model: ``wc`` or ``ic``.
        p: chance of ``ic``.
        directed: the second of a line hears the first, but not the other way round.
        costs: file with prices.
        budget: what seeds may cost together.
        style: ``table`` or ``json``.
        seed: any whole number.
        seconds: wall time to search at most.
        threads: at once; None: all cores.
        quiet: no remarks.

    Raises:
        click.UsageError: options that do not go together.
        ScenarioError: the network or the prices cannot be used.
    """
    _check_options(k, model, p, costs, budget)
    notes = Notes(quiet=quiet)
    graph = _network(path, directed=directed)
    if k is not None and k > graph.n:
        raise click.BadParameter(f"{k:,} seeds are more than the {graph.n:,} people in {path.name}", param_hint="--k")
    labels = list(range(graph.n)) if graph.labels is None else graph.labels.tolist()
    remarks = list(graph.notes)
    prices = None
    if costs is not None:
        prices, said = read_costs(costs, labels)
        remarks += said
        if budget is not None and prices.min() > budget:
            said_budget, cheapest = money(budget), money(float(prices.min()))
            raise click.BadParameter(f"{said_budget} pays nobody; the cheapest asks {cheapest}", param_hint="--budget")
    say_compiling_seeds(notes)
    from experiments.seeding.arcs import chances_of
    from experiments.seeding.cascades import Player
    from experiments.seeding.opimc import Effort, choose_seeds

    chance = chances_of(graph, model="wc" if model == "wc" else "ic", p=p)
    effort = Effort(seconds=seconds, threads=threads)
    found = choose_seeds(graph, chance, k=k, costs=prices, budget=budget, seed=seed, effort=effort)
    player = Player(graph, chance, seed=seed, threads=threads)
    played, top = player.spread(found.seeds), player.spread(found.choices["degree"])
    remarks += _remarks(found, seconds)
    if style == "json":
        from studio.exports import json_text

        question = {
            "model": model, "p": p, "k": k, "budget": budget, "directed": graph.directed, "seed": seed,
            "people": graph.n, "ties": graph.n_ties,
        }  # fmt: skip
        emit(json_text(seeding_data(found, played, top, labels) | question | _version() | {"notes": remarks}))
    else:
        emit(_text(found, played, top, graph, labels, model=model, p=p, prices=prices, k=k, budget=budget))
    if style == "table" or not quiet:
        for remark in remarks:
            notes.say(f"note: {remark}")


def seeding_data(found: "Seeding", played: "Mean", top: "Mean", labels: list[Any]) -> dict[str, Any]:
    """An answer as plain data; the first six keys are promised.

    Args:
        found: the seeds with their proof.
        played: their spread in cascades that were played.
        top: that of the best connected within the same limits.
        labels: of rows.
    """
    return {
        "seeds": [labels[row] for row in found.seeds],
        "spread": played.mean,
        "certificate": round(found.certificate, 6),
        "upper_bound": found.proof.upper,
        "top_degree_spread": top.mean,
        "seconds": round(found.seconds, 3),
        "spread_error": played.error,
        "lower_bound": found.proof.lower,
        "random_spread": found.random_spread,
        "chosen_by": found.chosen_by,
        "cost": found.cost,
        "portfolio": found.portfolio,
        "supercritical": found.takes_off,
        "hardly_matters": found.hardly_matters,
        "typical_share": found.typical_share,
        "sets": found.n_sets,
        "stopped": found.stopped,
    }


def _version() -> dict[str, str]:
    from experiments.provenance import ENGINE_VERSION

    return {"version": ENGINE_VERSION}


def _check_options(k: int | None, model: str, p: float | None, costs: Path | None, budget: float | None) -> None:
    """Refuse options that do not go together, before anything is read."""
    if k is None and budget is None:
        raise click.UsageError("say how many seeds (--k 50), or what they may cost (--costs FILE --budget 20000)")
    if (costs is None) != (budget is None):
        has, lacks = ("--costs", "--budget") if budget is None else ("--budget", "--costs")
        raise click.UsageError(f"{has} needs {lacks}: prices and what may be spent go together")
    if budget is not None and not 0.0 < budget < float("inf"):
        raise click.BadParameter(f"{budget:,g} is no budget; give an amount above 0", param_hint="--budget")
    if model == "ic":
        if p is None:
            raise click.UsageError("--model ic needs --p, the chance that one telling is believed, such as --p 0.01")
        if not 0.0 <= p <= 1.0:
            raise click.BadParameter(f"{p:g} is not a chance; give a number from 0 to 1", param_hint="--p")
    elif p is not None:
        raise click.UsageError("--p goes with --model ic; with wc it is one in as many as a person hears")


def _network(path: Path, *, directed: bool) -> "SocialGraph":
    from simulator.graph import GraphFileError, read_graph

    try:
        return read_graph(path, directed=directed)
    except GraphFileError as error:
        hint = error.hint if path.exists() else "check the spelling"
        raise ScenarioError([Problem(error.path, error.line or 0, "", error.problem, hint)]) from error


def _remarks(found: "Seeding", seconds: float) -> list[str]:
    """What a reader has to know before trusting the answer."""
    said = []
    if found.hardly_matters:
        said.append(
            f"the choice hardly matters here: random seeds reach {people(found.random_spread)}, "
            f"{share(found.random_spread / found.spread)} of the best known"
        )
    elif found.takes_off:
        said.append(
            f"cascades take off by themselves: a typical one reaches {share(found.typical_share)} of the network, "
            "so that a few more random seeds may do as well as the best"
        )
    if found.stopped == "seconds":
        said.append(
            f"the search ended after {duration(seconds)} on {roughly(found.n_sets)} sets; another machine may choose "
            "others for the same seed; --seconds gives it longer"
        )
    elif found.stopped == "memory":
        said.append(f"the search ended at {roughly(found.n_sets)} sets, as twice as many would not fit into memory")
    if found.fewest_sets < 400 and found.stopped in ("seconds", "memory", "sets"):
        said.append(f"the weakest seed was chosen on {counted(found.fewest_sets, 'set')} only, and may be a lucky one")
    if found.chosen_by != "greedy":
        said.append(f"the rule of thumb “{found.chosen_by}” did better than the search, and is the answer")
    return said


def _text(
    found: "Seeding",
    played: "Mean",
    top: "Mean",
    graph: "SocialGraph",
    labels: list[Any],
    *,
    model: str,
    p: float | None,
    prices: Any,
    k: int | None,
    budget: float | None,
) -> str:
    """The answer for people: the finding, what it was compared with, and the seeds."""
    bold, dim = paints()
    law = "weighted cascade" if model == "wc" else f"cascade, p = {p:g}"
    limits = [counted(k, "seed") + " at most" if budget is not None else counted(k, "seed")] if k is not None else []
    if budget is not None:
        limits.append(f"a budget of {money(budget)}")
    n = len(found.seeds)
    finding = (
        f"{counted(n, 'seed')} {'reaches' if n == 1 else 'reach'} {people(played.mean)} of {people(graph.n)} people on "
        f"average; that is at least {share(found.certificate)} of what the best possible choice reaches "
        f"({people(found.proof.upper)} at most)."
    )
    rows = [
        ["these seeds", people(played.mean), "", f"± {people(1.96 * played.error)}, {played.replicates:,} cascades"]
    ]
    rows.append(["most listeners", people(top.mean), _against(top.mean, played.mean), "the usual choice"])
    rows += [
        [name, people(value), _against(value, found.spread), "by sets"]
        for name, value in found.portfolio.items()
        if name not in ("greedy", "degree", found.chosen_by)
    ]
    rows.append(["random", people(found.random_spread), _against(found.random_spread, found.spread), "by sets"])
    degree = (graph.indptr[1:] - graph.indptr[:-1]).tolist()
    head = ["", "seed", "listeners", *(["cost"] if prices is not None else [])]
    listed = [
        [str(n), str(labels[row]), f"{degree[row]:,}", *([money(float(prices[row]))] if prices is not None else [])]
        for n, row in enumerate(found.seeds[:_MOST_LISTED], start=1)
    ]
    more = len(found.seeds) - len(listed)
    parts = [
        bold(wrapped(finding)),
        f"{law}; {' and '.join(limits)}" + (f"; {money(found.cost)} spent" if prices is not None else ""),
        text_table(["choice", "reach", "against", "how known"], rows, left=(0, 3)),
        text_table(head, listed, left=(1,)) + (f"\n... and {more:,} more; --format json has all" if more else ""),
        dim(f"{roughly(found.n_sets)} sets searched in {duration(found.seconds)}"),
    ]
    return "\n\n".join(parts)


def _against(value: float, best: float) -> str:
    return f"{100.0 * (value / best - 1.0):+.1f} %" if best > 0.0 else ""
