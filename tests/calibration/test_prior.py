"""What is believed before any history: the registry's numbers as medians, and its ranges as nine tenths of belief."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.prior import belief, draw_parameters, quantile
from scenarios import bare_scenario, load_scenario
from scenarios.bare import quiet_parameters
from scenarios.registry import REGISTRY, Parameter
from scenarios.schema import Range, Scenario
from simulator.draws import Purpose, derive, root_key
from simulator.parameters import parameter_values

pytestmark = pytest.mark.core

KEY = root_key(20270104)


def market(**parameters: float | dict[str, float]) -> Scenario:
    """A market with the registry's numbers, apart from these; ``__`` stands for the dot in a name."""
    scenario = bare_scenario(consumers=10, weeks=1)
    own = {name.replace("__", "."): value for name, value in parameters.items()}
    ranged = {name: Range(**value) if isinstance(value, dict) else value for name, value in own.items()}
    return scenario.model_copy(update={"parameters": ranged})


def keys(n: int) -> list[np.uint64]:
    return [derive(KEY, Purpose.LUCK, k) for k in range(n)]


@pytest.mark.parametrize("parameter", REGISTRY.values(), ids=REGISTRY)
def test_median_and_limits_of_every_parameter(parameter: Parameter) -> None:
    assert quantile(parameter, 0.5) == pytest.approx(parameter.default, rel=1e-12)
    assert quantile(parameter, 0.05) == pytest.approx(parameter.low, rel=1e-9)
    assert quantile(parameter, 0.95) == pytest.approx(parameter.high, rel=1e-9)


@given(st.sampled_from(list(REGISTRY.values())), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_quantiles_never_fall_and_never_leave_the_limits(parameter: Parameter, u: float, v: float) -> None:
    low, high = quantile(parameter, min(u, v)), quantile(parameter, max(u, v))
    assert parameter.minimum <= low <= high <= parameter.maximum
    assert math.isfinite(high)


@given(st.floats(1e-6, 1.0 - 1e-6))
def test_positive_numbers_scatter_by_factors(u: float) -> None:
    """Half of a bell curve on the logarithm on either side, so a lopsided range keeps its median."""
    one = REGISTRY["paid.attention"]
    assert one.high / one.default == pytest.approx(one.default / one.low)
    assert quantile(one, u) * quantile(one, 1.0 - u) == pytest.approx(one.default**2, rel=1e-6)
    lopsided = replace(one, high=20.0 * one.default)
    side = one if u < 0.5 else lopsided
    assert quantile(lopsided, u) == pytest.approx(quantile(side, u), rel=1e-9)
    if u > 0.5:
        steps = math.log(quantile(lopsided, u) / one.default) / math.log(quantile(one, u) / one.default)
        assert steps == pytest.approx(math.log(20.0) / math.log(one.high / one.default), rel=1e-3)


def test_ranges_that_start_at_nought_scatter_evenly() -> None:
    one = replace(REGISTRY["paid.attention"], default=0.02, low=0.0, high=0.06)
    assert quantile(one, 0.05) == pytest.approx(0.0, abs=1e-12)
    assert quantile(one, 0.95) == pytest.approx(0.06)
    assert quantile(one, 0.001) == 0.0, "cut off at the least possible"


def test_the_same_key_draws_the_same_and_another_key_draws_anew() -> None:
    scenario = market()
    one, again, other = (draw_parameters(scenario, key=key) for key in (KEY, KEY, root_key(5)))
    assert one == again
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one)


def test_everything_uncertain_is_drawn_and_nothing_else() -> None:
    drawn = draw_parameters(market(), key=KEY)
    assert set(drawn) == {name for name, p in REGISTRY.items() if p.low < p.high}
    assert "experience.attention" not in drawn, "use cannot make anybody notice"


def test_a_draw_depends_on_no_other_parameter() -> None:
    """Not on their number, their values, their ranges or their order: its name alone is its key."""
    plain = draw_parameters(market(), key=KEY)
    changed = draw_parameters(
        market(paid__attention=0.5, wom__p_skip=0.0, talk__fresh_days={"value": 9.0, "low": 1.0, "high": 99.0}),
        key=KEY,
    )
    touched = {"paid.attention", "wom.p_skip", "talk.fresh_days"}
    assert set(plain) - set(changed) == {"wom.p_skip"}
    for name in set(plain) - touched:
        assert plain[name] == changed[name], name
    for name in touched - {"wom.p_skip"}:
        assert plain[name] != changed[name], name


def test_a_drawn_number_keeps_its_place_in_the_belief() -> None:
    """Twice the median is twice every quantile, so scenarios that differ in a number share their luck in it."""
    once, twice = market(), market(paid__attention=2.0 * REGISTRY["paid.attention"].default)
    for key in keys(20):
        one, two = (draw_parameters(s, key=key)["paid.attention"] for s in (once, twice))
        assert two == pytest.approx(2.0 * one, rel=1e-12)


def test_draws_have_the_belief_as_their_law() -> None:
    scenario = load_scenario("classroom").scenario
    drawn = [draw_parameters(scenario, key=key) for key in keys(1000)]
    for name in ("paid.attention", "talk.talker_per_day", "wom.p_skip", "platform.tiktok.cpm"):
        values, one = np.array([d[name] for d in drawn]), belief(scenario, name)
        for point, share in ((one.low, 0.05), (one.default, 0.5), (one.high, 0.95)):
            assert abs((values < point).mean() - share) < 4.0 * math.sqrt(share * (1 - share) / len(values)), name
    pair = np.array([[d["paid.attention"], d["paid.attraction"]] for d in drawn])
    assert abs(np.corrcoef(np.log(pair.T))[0, 1]) < 4.0 / math.sqrt(len(drawn))


# ------------------------------------------------------------------------------------------- a market's own numbers


def test_a_number_of_ones_own_keeps_the_relative_range() -> None:
    default = REGISTRY["talk.talker_per_day"]
    own = belief(market(talk__talker_per_day=10.0 * default.default), "talk.talker_per_day")
    assert own.default == 10.0 * default.default
    assert (own.low, own.high) == pytest.approx((10.0 * default.low, 10.0 * default.high))


def test_a_scaled_range_stops_at_what_is_possible() -> None:
    own = belief(market(wom__p_skip=0.8), "wom.p_skip")
    assert (own.default, own.high) == (0.8, 1.0)
    assert own.low == pytest.approx(0.8 * REGISTRY["wom.p_skip"].low / REGISTRY["wom.p_skip"].default)
    assert all(0.0 <= draw_parameters(market(wom__p_skip=0.8), key=key)["wom.p_skip"] <= 1.0 for key in keys(50))


def test_a_range_of_ones_own_is_taken_as_it_is() -> None:
    own = belief(market(paid__attention={"value": 0.1, "low": 0.09, "high": 0.2}), "paid.attention")
    assert (own.low, own.default, own.high) == (0.09, 0.1, 0.2)
    assert quantile(own, 0.05) == pytest.approx(0.09)
    assert quantile(own, 0.95) == pytest.approx(0.2)


def test_a_range_without_width_is_certain() -> None:
    scenario = market(paid__attention={"value": 0.1, "low": 0.1, "high": 0.1})
    drawn = draw_parameters(scenario, key=KEY)
    assert "paid.attention" not in drawn
    assert parameter_values(scenario, drawn)["paid.attention"] == 0.1


def test_what_is_switched_off_stays_off() -> None:
    scenario = bare_scenario(consumers=10, weeks=1)
    for key in keys(20):
        drawn = draw_parameters(scenario, key=key)
        assert not drawn.keys() & quiet_parameters().keys()
        values = parameter_values(scenario, drawn)
        assert all(values[name] == 0.0 for name in quiet_parameters())


def test_what_the_registry_has_at_nought_is_certain_when_it_is_switched_on() -> None:
    """Nought has no relative range to keep; a scenario can give one."""
    assert REGISTRY["experience.attention"].default == 0.0
    own = belief(market(experience__attention=0.1), "experience.attention")
    assert (own.low, own.default, own.high) == (0.1, 0.1, 0.1)
    own = belief(market(experience__attention={"value": 0.1, "low": 0.05, "high": 0.3}), "experience.attention")
    assert (own.low, own.high) == (0.05, 0.3)


def test_drawn_numbers_are_in_force_and_the_rest_stays_the_scenarios_own() -> None:
    scenario = market(talk__talker_per_day=0.05)
    drawn = draw_parameters(scenario, key=KEY)
    values = parameter_values(scenario, drawn)
    assert values.keys() == REGISTRY.keys()
    assert {name: values[name] for name in drawn} == drawn
    assert parameter_values(scenario)["talk.talker_per_day"] == 0.05
