"""Whether parameter draws suit a scenario: its names, and values that its checks would refuse.

>>> import numpy as np
>>> from calibration.conflicts import check_draws
>>> from calibration.draws import ParameterDraws
>>> from scenarios import load_scenario
>>> draws = ParameterDraws(("market.size",), np.array([[350.0], [500.0]]), np.array([0.5, 0.5]))
>>> check_draws(draws, load_scenario("classroom").scenario)
"""

from collections.abc import Mapping

from calibration.draws import DrawsError, ParameterDraws
from calibration.places import is_place, known_name, with_values
from scenarios.checks import check
from scenarios.draft import Cell, Draft
from scenarios.errors import Problem
from scenarios.schema import Scenario
from scenarios.validate import validate


def check_draws(draws: ParameterDraws, scenario: Scenario, *, file: str = "draws") -> None:
    """Refuse draws that this scenario cannot take.

    Of places, the rows with each one's smallest and largest value are put into the scenario, and all its checks are
    made on them.

    Args:
        draws: from a calibration.
        scenario: that they are to be used with.
        file: what messages call the draws.

    Raises:
        DrawsError: a name that the scenario does not have, or a value that it cannot have; everything is listed.
    """
    unknown = [(name, wrong) for name in draws.names if (wrong := known_name(scenario, name)) is not None]
    if unknown:
        hint = f"use them with the scenario that they were made for, not with {scenario.name}"
        raise DrawsError(Problem(file, 0, "names", wrong, hint) for _, wrong in unknown)
    at = [k for k, name in enumerate(draws.names) if is_place(name)]
    rows = sorted({int(row) for k in at for row in (draws.values[:, k].argmin(), draws.values[:, k].argmax())})
    own = set(_problems(scenario, {}, file)) if at else set()
    found: dict[tuple[str, str, str], Problem] = {}
    for row in rows:
        values = {draws.names[k]: float(draws.values[row, k]) for k in at}
        for said, problem in _problems(scenario, values, file, row=row + 1).items():
            if said not in own:
                found.setdefault(said, problem)
    if found:
        raise DrawsError(found.values())


def _problems(
    scenario: Scenario, values: Mapping[str, float], file: str, *, row: int = 0
) -> dict[tuple[str, str, str], Problem]:
    """What the scenario's own checks say of it with other values, by what is wrong wherever that stands."""
    changed, _ = with_values(scenario, values)
    draft = Draft(file=file, data=changed.model_dump(exclude_unset=True))
    for name in values:
        draft.cells[tuple(name.split("."))] = Cell(file, 0, f"row {row}")
    read = validate(draft)
    if read is not None:
        check(draft, read)
    return {(one.where.partition(" (")[0], one.what, one.hint): one for one in draft.problems}
