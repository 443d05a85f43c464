"""What views ask for before anything is simulated: what a wallet can pay for, and how a history would be read."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.load import Loaded
from studio.formatting import money


def wallet(loaded: Loaded, current: str) -> dict[str, Any]:
    """The lines that money can be moved between, with what the current plan spends on each.

    Args:
        loaded: the scenario.
        current: name of the plan that is carried out now.

    Raises:
        KeyError: there is no such plan.
    """
    from experiments.recommend.wallet import open_wallet
    from simulator.costs import plan_cost

    scenario = loaded.scenario
    cost = plan_cost(scenario, scenario.plans[current])
    dearest = max(plan_cost(scenario, plan) for plan in scenario.plans.values())
    opened = open_wallet(scenario, current)
    return {
        "currency": scenario.currency, "cost": cost, "budget": dearest, "cost_text": money(cost, scenario.currency),
        "lines": [{"name": line.name, "now": line.now, "now_text": money(line.now)} for line in opened.lines],
    }  # fmt: skip


def history(text: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """How the columns of a history would be read, to be approved first.

    Args:
        text: of a CSV file.
        columns: uses by column that were chosen instead of what is proposed.

    Raises:
        HistoryError: it is no table, or a column or a use does not exist.
    """
    from calibration.history import propose, read_history

    with tempfile.TemporaryDirectory(prefix="apath-history-") as place:
        file = Path(place) / "history.csv"
        file.write_text(text, "utf-8")
        proposal = propose(file, columns=columns)
        read = read_history(file, columns=columns)
    found: dict[str, Any] = {"notes": list(read.notes), "metrics": list(read.metrics())}
    days = read.start.tolist()
    found |= {"first": str(min(days)), "last": str(max(days)), "n_values": len(days)}
    if proposal is not None:
        found["convention"] = proposal.convention
        found["uses"] = [{"column": use.column, "use": use.text} for use in proposal.uses]
        found["notes"] = [*proposal.notes, *found["notes"]]
    return found
