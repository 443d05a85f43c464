"""What a calibration asks: the settings and the history that belong to a scenario, brought together."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from calibration.history import History
    from calibration.question import Question
    from calibration.setup import Setup
    from scenarios.load import Loaded
    from simulator.graph import SocialGraph


def ask(
    loaded: "Loaded", history: Path | None, *, plan: str | None = None, free: str | None = None,
    holdout_weeks: int | None = None, columns: Mapping[str, str] | None = None,
) -> "tuple[Question, History, SocialGraph | None]":  # fmt: skip
    """The question, the history, and the market's own network.

    Args:
        loaded: the scenario.
        history: CSV with the history, or TOML with the settings; beside the scenario when None.
        plan: that was carried out.
        free: names of the free parameters, separated by commas; the settings' when None.
        holdout_weeks: last weeks that the fit does not see.
        columns: what columns of a wide history are; the settings' when None.

    Raises:
        HistoryError: the history cannot be used.
        CalibrationError: it cannot be brought together with the scenario.
        TooLargeError: the market does not fit into memory.
    """
    from calibration.history import read_history
    from calibration.question import question
    from calibration.setup import FreeEntry
    from experiments.replicate import graph_of, on_network
    from simulator.executor import usable_threads
    from simulator.memory import check_fits, needed

    setup, file, named = find_question(loaded, history)
    if free is not None:
        names = [part for part in (p.strip() for p in free.split(",")) if part]
        setup = setup.model_copy(update={"free": {name: setup.free.get(name, FreeEntry()) for name in names}})
    seen = read_history(file, columns=(setup.columns if columns is None else columns) or None)
    if named:  # a history of the user's own need not have all that the settings beside the scenario look for
        there = set(seen.metrics())
        kept = {name: one for name, one in setup.targets.items() if (one.column or one.metric or name) in there}
        setup = setup.model_copy(update={"targets": kept})
    graph = graph_of(loaded)
    scenario = loaded.scenario if graph is None or graph.well_mixed else on_network(loaded.scenario, graph)
    degree = None if graph is None else graph.mean_degree if not graph.well_mixed else 0.0
    check_fits(needed(scenario, degree=degree, copies=usable_threads()), own_network=graph is not None)
    return question(scenario, seen, setup=setup, plan=plan, holdout_weeks=holdout_weeks), seen, graph


def find_question(loaded: "Loaded", history: Path | None) -> "tuple[Setup, Path, bool]":
    """The settings, the history's file, and whether that was named: else they lie beside the scenario.

    Args:
        loaded: the scenario.
        history: CSV or TOML that was named; None to look beside the scenario.
    """
    from calibration.setup import FILE, Setup, read_setup

    beside = None if loaded.path is None else loaded.path.parent / FILE
    setup = Setup()
    home = Path()
    if history is not None and history.suffix.lower() == ".toml":
        setup, home, history = read_setup(history), history.parent, None
    elif beside is not None and beside.is_file():
        setup, home = read_setup(beside), beside.parent
        if history is not None:  # another history: its metrics are its own
            setup = setup.model_copy(update={"history": None, "columns": {}})
    if history is not None:
        return setup, history, True
    if setup.history is not None:
        return setup, home / setup.history, False
    usual = None if loaded.path is None else loaded.path.parent / "history.csv"
    if usual is None or not usual.is_file():
        raise click.UsageError("name a HISTORY: a CSV file with what was spent and what came of it (docs/history.md)")
    return setup, usual, False
