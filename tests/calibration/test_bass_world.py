"""The market that follows the Bass curve: its curve, its size, and what can be freed in it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from calibration.bass import bass_curve, bass_share, fit_bass
from calibration.bass_world import (
    IMITATION,
    INNOVATION,
    PEOPLE,
    adoptions,
    bass_numbers,
    bass_scenario,
    bass_values,
)
from calibration.places import known_name, value_at, with_values
from calibration.prior import Prior
from scenarios.errors import ScenarioError
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import build_world

N, PERIODS, P, Q, RUNS = 20_000, 16, 0.03, 0.38, 16


def runs(scenario, n: int, *, people: float | None = None, parameters=None) -> np.ndarray:
    plan = scenario.plans["nothing"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan, parameters=parameters)

    def one(luck: int) -> np.ndarray:
        outcome = simulate(scenario, plan, world=world, tables=tables, luck=luck, with_causes=False)
        return adoptions(outcome, people=people)

    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(one, range(n))))


@pytest.fixture(scope="module")
def found() -> np.ndarray:
    return runs(bass_scenario(consumers=N, periods=PERIODS, p=P, q=Q), RUNS)


def by_day(p: float, q: float, n_days: int, days: int) -> np.ndarray:
    """The share that has adopted where who adopts today is heard of from tomorrow."""
    share = np.zeros(n_days + 1)
    for t in range(n_days):
        share[t + 1] = share[t] + (1.0 - np.exp(-(p + q * share[t]) / days)) * (1.0 - share[t])
    return share


T = np.arange(1, PERIODS + 1)
LATE = by_day(P, Q, PERIODS * 28, 28)[::28]
"""The share at the start and after each period, with the delay of a day."""


def test_adopters_follow_the_closed_form(found: np.ndarray) -> None:
    """One run's share of adopters has a standard deviation of 1.10/√N at most; the delay adds .004."""
    share = found.mean(axis=0).cumsum() / N
    error = 1.10 / np.sqrt(N * RUNS)
    assert np.abs(LATE[1:] - bass_share(T, p=P, q=Q)).max() == pytest.approx(0.004, abs=1e-4)
    assert np.abs(share - LATE[1:]).max() < 3.5 * error
    assert np.abs(share - bass_share(T, p=P, q=Q)).max() < 0.004 + 3.5 * error


def test_adoptions_of_each_period_follow_the_closed_form(found: np.ndarray) -> None:
    """One run's adoptions have a standard deviation of .40 √N at most; the delay adds .0009 of the market."""
    error = 0.40 * np.sqrt(N / RUNS)
    expected = bass_curve(T, p=P, q=Q, m=N)
    assert np.abs(N * np.diff(LATE) - expected).max() < 0.0009 * N
    assert np.abs(found.mean(axis=0) - N * np.diff(LATE)).max() < 3.5 * error
    assert np.abs(found.mean(axis=0) - expected).max() < 0.0009 * N + 3.5 * error


def test_a_fit_to_the_runs_finds_what_was_put_in(found: np.ndarray) -> None:
    fit = fit_bass(found.mean(axis=0))
    assert fit.p == pytest.approx(P, rel=0.04)
    assert fit.q == pytest.approx(Q, rel=0.02)
    assert fit.m == pytest.approx(N, rel=0.004)


def test_the_delay_of_a_day_moves_a_fit_by_as_much_as_is_said() -> None:
    fit = fit_bass(np.diff(LATE))
    assert (fit.p / P, fit.q / Q, fit.m) == pytest.approx((0.990, 0.997, 1.000), abs=0.0006)


def test_freeing_p_q_and_m_is_giving_other_ones() -> None:
    """The same luck in a market made with the numbers, and in one that was given them later."""
    names = (INNOVATION, IMITATION, PEOPLE)
    made = bass_scenario(consumers=2_000, periods=8, p=0.02, q=0.5, people=70_000)
    other = bass_scenario(consumers=2_000, periods=8, p=0.03, q=0.3)
    assert [known_name(other, name) for name in names] == [None] * 3
    moved, parameters = with_values(other, bass_values(p=0.02, q=0.5, m=70_000.0))
    assert moved.market.size == 70_000
    assert np.array_equal(runs(moved, 2, people=70_000, parameters=parameters), runs(made, 2, people=70_000))
    assert bass_numbers({name: value_at(made, name) or 0.0 for name in names}) == pytest.approx((0.02, 0.5, 70_000.0))


def test_each_consumer_stands_for_as_many_people() -> None:
    scenario = bass_scenario(consumers=500, periods=4, p=0.1, q=0.5, people=10_000)
    assert np.array_equal(runs(scenario, 1, people=10_000), 20.0 * runs(scenario, 1))


def test_nothing_but_p_and_q_moves_the_curve() -> None:
    """Whatever else is drawn from what is believed of it, the run stays the same."""
    scenario = bass_scenario(consumers=500, periods=6, p=0.05, q=0.5)
    drawn = Prior(scenario).draw(np.uint64(7))
    assert "wom.attention" not in drawn
    for name in (INNOVATION, IMITATION):
        drawn.pop(name)
    assert np.array_equal(runs(scenario, 1, parameters=drawn), runs(scenario, 1))


def test_errors_come_all_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        bass_scenario(consumers=0, periods=200, p=-0.1, q=float("nan"), people=2.5)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "bass_scenario: consumers: 0 is not a whole number of 1 or more\n    hint: write 20_000\n"
        "bass_scenario: p: -0.1 is not a hazard of 0 or more\n    hint: write 0.03\n"
        "bass_scenario: people: 2.5 is not a whole number of 1 or more\n    hint: write 1_000_000, or leave it out\n"
        "bass_scenario: periods: 200 periods of 28 days are 800 weeks, over 520\n    hint: write 130 or fewer\n"
        "bass_scenario: q: nan is not a hazard of 0 or more\n    hint: write 0.38\n"
        "\n5 problems; nothing was run."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days_per_period": 30}, "days_per_period: 30 days are not whole weeks\n    hint: write 35\n"),
        ({"people": 50}, "people: 50 are fewer than the 100 consumers\n    hint: write 100 or more\n"),
        ({"periods": "ten"}, "periods: “ten” is not a whole number of 1 or more\n    hint: write 20\n"),
        (
            {"periods": 1, "days_per_period": 3_647},
            "periods: 1 periods of 3647 days are 521 weeks, over 520\n    hint: give fewer days_per_period\n",
        ),
    ],
)
def test_errors_say_what_to_write(given: dict, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        bass_scenario(**{"consumers": 100, "periods": 5, "p": 0.03, "q": 0.38, **given})
    assert str(caught.value) == f"bass_scenario: {said}\n1 problem; nothing was run."
