"""What a plan may not do: press harder than can be counted, or get for nothing what it pays for in one piece."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from scenarios import scenario_from_dict
from scenarios.schema import Scenario
from simulator.costs import cost_lines
from simulator.draws import root_key
from simulator.seeds import choose_seeds
from simulator.shopping import verdicts
from simulator.tables import TableError, compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

MONDAY = date(2027, 1, 4)


def scenario_of(plan: dict[str, Any], *, consumers: int = 1_000, **more: Any) -> Scenario:
    segment = {"share": 1.0, "channels": {"feed": 1.0}, "buys_every_days": 30.0, **more.pop("segment", {})}
    return scenario_from_dict(
        {
            "name": "limits",
            "start": MONDAY,
            "weeks": 8,
            "market": {"size": 100_000, "consumers": consumers},
            "segments": {"all": segment},
            "channels": {"feed": {"platform": "other", **more.pop("channel", {})}},
            "brand": {"price": 10.0, "start": {"affinity": 0.2}},
            "plans": {"plan": plan},
            **more,
        }
    )


def tables_of(plan: dict[str, Any], **more: Any) -> Any:
    scenario = scenario_of(plan, **more)
    return compile_tables(scenario, scenario.plans["plan"])


@pytest.mark.parametrize(
    ("plan", "more", "said"),
    [
        ({"media": {"feed": {"weekly": 1e14}}}, {}, "paid “feed” presses"),
        ({"posts": {"feed": {"weekly": 1.0, "quality": 1e12}}}, {}, "owned “feed” presses"),
        ({"posts": {"feed": {"weekly": 1.0}}}, {"channel": {"shareability": 1e12}}, "talk about one brand gets"),
        ({}, {"segment": {"buys_every_days": 1e-7}}, "raise buys_every_days"),
    ],
)
def test_what_clocks_cannot_count_is_refused(plan: dict[str, Any], more: dict[str, Any], said: str) -> None:
    with pytest.raises(TableError, match=said):
        tables_of(plan, **more)


def test_the_largest_plan_that_is_taken_is_counted_right() -> None:
    """Just below the limit every cumulative table still rises from day to day."""
    for weekly in (1e6, 1e8, 1e9):
        press = tables_of({"media": {"feed": {"weekly": weekly}}}).arrays.press
        assert (np.diff(press, axis=0) >= 0).all()


def total_cost(plan: dict[str, Any], **more: Any) -> float:
    scenario = scenario_of(plan, **more)
    return sum(line.total for line in cost_lines(scenario, scenario.plans["plan"]))


def test_many_small_waves_cost_what_they_give() -> None:
    """A wave for one person reaches one simulated consumer, and is charged for all whom that one stands for."""
    small = [{"people": 1, "unit_cost": 5.0} for _ in range(20)]
    assert total_cost({"seeding": small}) == 20 * 100 * 5.0
    assert total_cost({"seeding": [{"people": 2_000, "unit_cost": 5.0}]}) == 2_000 * 5.0
    assert total_cost({"seeding": small}, consumers=100_000) == 20 * 5.0


def who(waves: list[dict[str, Any]]) -> list[set[int]]:
    scenario = scenario_of({"seeding": waves})
    world = build_world(scenario, seed=1)
    seeds = choose_seeds(scenario, scenario.plans["plan"], world=world, luck=root_key(1))
    days = [(wave.get("date", MONDAY) - MONDAY).days for wave in waves if wave["people"]]
    return [set(seeds.consumer[seeds.ptr[day] : seeds.ptr[day + 1]].tolist()) for day in dict.fromkeys(days)]


def test_a_wave_keeps_its_people_wherever_it_stands() -> None:
    wave = {"people": 5_000}
    (alone,) = who([wave])
    later = {"people": 3_000, "stage": "audience", "date": MONDAY + timedelta(days=3)}
    assert who([later, wave])[1] == alone, "another kind of wave before it"
    assert who([{"people": 0}, wave])[-1] == alone, "an empty wave before it"
    assert who([wave | {"date": MONDAY + timedelta(days=9)}])[0] == alone, "another date"
    assert alone < who([{"people": 6_000}])[0], "a larger wave reaches them and more"


def sights(weekly: float) -> float:
    tables = tables_of({"posts": {"feed": {"weekly": weekly}}})
    (stream,) = (one for one in tables.streams if one.source.cause.name == "OWNED")
    return float(stream.per_weight.sum())


def test_a_feed_is_full_at_last() -> None:
    assert sights(7.0) < sights(70.0) < sights(140.0)
    assert sights(1e6) == pytest.approx(sights(140.0))


def test_ideas_need_hours() -> None:
    def satisfied(hours: float, ideas: float) -> float:
        scenario = scenario_of({"listening": {"hours_per_week": hours, "ideas_per_quarter": ideas, "fix": False}})
        plan = scenario.plans["plan"]
        tables = compile_tables(scenario, plan)
        from simulator.calendar import all_phases

        found = verdicts(scenario, [scenario.brand], all_phases(scenario, plan), tables.parameters)
        return float(found[-1, 0, 0])

    usual = scenario_of({}).brand.p_satisfied
    assert satisfied(0.0, 200.0) == usual
    assert usual < satisfied(20.0, 8.0) == satisfied(20.0, 8.0)
    assert satisfied(20.0, 8.0) < satisfied(20.0, 200.0) == satisfied(20.0, 13.0)


def test_a_meet_up_to_which_nobody_comes_keeps_no_space_open() -> None:
    party = {"date": MONDAY + timedelta(days=2), "days": 5, "invited": 50_000}
    empty = {"date": MONDAY + timedelta(days=5), "days": 40, "invited": 0}
    one = tables_of({"events": {"party": party}}).arrays
    two = tables_of({"events": {"party": party, "empty": empty}}).arrays
    np.testing.assert_array_equal(one.press, two.press)
    np.testing.assert_array_equal(one.party_over, two.party_over)
