"""Tables compiled together are those compiled one by one, to the last byte."""

import pytest

from calibration.prior import Prior
from scenarios import load_scenario
from simulator.draws import root_key
from simulator.kinds import build_kinds
from simulator.outline import Outline
from simulator.rivals import Rivals
from simulator.tables import DayTables, compile_batch, compile_tables, fill_outline


def same(one: DayTables, other: DayTables) -> bool:
    pairs = zip(one.arrays, other.arrays, strict=True)
    return (
        all(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)
        and (one.alternatives, one.layout, one.sources, one.posts, one.parameters)
        == (other.alternatives, other.layout, other.sources, other.posts, other.parameters)
        and one.weights.tobytes() == other.weights.tobytes()
    )


@pytest.mark.core
@pytest.mark.parametrize("name", ["coldbrew-launch", "everything", "crisis-rehearsal"])
def test_a_batch_is_its_parts(name: str) -> None:
    scenario = load_scenario(name).scenario
    prior = Prior(scenario)
    draws = [None, *(prior.draw(root_key(k)) for k in range(3))]
    for drawn, tables in zip(draws, compile_batch(scenario, scenario.plans, draws), strict=True):
        for plan, one in tables.items():
            assert same(one, compile_tables(scenario, scenario.plans[plan], parameters=drawn)), plan


def test_rivals_of_another_scenario_are_refused() -> None:
    scenario, other = (load_scenario(name).scenario for name in ("coldbrew-launch", "everything"))
    outline = Outline(scenario, next(iter(scenario.plans.values())))
    with pytest.raises(ValueError, match="one scenario"):
        fill_outline(outline, rivals=Rivals(other, build_kinds(other)))
