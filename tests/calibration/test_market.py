"""The market as a calibration sees it."""

import numpy as np
import pytest

from calibration.errors import CalibrationError
from calibration.market import Failure, Market, run_all, without_media
from calibration.targets import LiftTest, Observed, weekly_target
from scenarios import load_scenario, load_text
from scenarios.schema import Plan, Scenario
from simulator.calendar import all_phases, daily_amounts
from tests.calibration.shop import SCENARIO, WEEKS

SHOP = load_text(SCENARIO).scenario
PLAN = SHOP.plans["baseline"]
LIFT = LiftTest("tv", "tv", 4, 9, "purchases", 20.0, 4.0)


def market(*lifts: LiftTest, **keys: object) -> Market:
    targets = (
        weekly_target("purchases", np.ones(WEEKS), n_weeks=WEEKS),
        weekly_target("awareness", np.full(WEEKS, 0.5), n_weeks=WEEKS, share=True),
    )
    return Market(SHOP, PLAN, Observed(targets, lifts, train_weeks=WEEKS), seed=3, **keys)  # type: ignore[arg-type]


def test_replicates_are_the_same_people_at_every_point() -> None:
    one = market()
    some = one.run({"paid.attention": 0.02}, range(2, 5))
    assert np.array_equal(some, one.run({"paid.attention": 0.02}, range(5))[2:])
    # Posts of influencers change nothing where there are none: the luck is the same.
    assert np.array_equal(some, one.run({"paid.attention": 0.02, "influencer.attention": 0.2}, range(2, 5)))


def test_places_and_parameters_both_act() -> None:
    one = market()
    usual = one.run({}, range(3)).mean(axis=0)
    louder = one.run({"paid.attention": 0.06}, range(3)).mean(axis=0)
    liked = one.run({"brand.appeal": 2.0}, range(3)).mean(axis=0)
    assert louder[WEEKS:].mean() > usual[WEEKS:].mean() + 0.1
    assert liked[:WEEKS].mean() > usual[:WEEKS].mean() + 0.5


def test_a_larger_market_sells_more_of_the_same() -> None:
    books = market().books({"market.size": 1600}, range(1))[0][0]
    assert books.scenario.people_per_consumer == 2.0


def test_fixed_values_stay_and_free_ones_win() -> None:
    silent = market(fixed={"paid.attention": 0.0})
    heard = silent.run({}, range(1))
    assert heard[0, WEEKS:].mean() < market().run({}, range(1))[0, WEEKS:].mean()


def test_an_experiment_is_the_same_people_without_the_money() -> None:
    said = market(LIFT).run({"paid.attention": 0.06, "paid.affinity": 0.02}, range(6))
    assert said.shape == (6, 2 * WEEKS + 1)
    assert said[:, -1].mean() > 0.0  # in standard errors
    assert np.all(market(LIFT).run({"paid.attention": 0.0, "paid.attraction": 0.0, "paid.affinity": 0.0,
                                    "paid.audience": 0.0, "paid.advocacy": 0.0}, range(2))[:, -1] == 0.0)  # fmt: skip


def test_a_region_shows_its_part_of_the_effect() -> None:
    half = LiftTest("tv", "tv", 4, 9, "purchases", 20.0, 4.0, market_share=0.5)
    whole, part = (lift.natural(market(lift).run({}, range(2))[:, -1]) for lift in (LIFT, half))
    assert part == pytest.approx(0.5 * whole)


def test_the_money_is_gone_in_the_tested_weeks_and_in_no_other() -> None:
    other = without_media(SHOP, PLAN, LIFT)
    phase = all_phases(SHOP, other)[0][-1]
    weekly = daily_amounts(SHOP, other.media["tv"], phase).reshape(-1, 7).sum(axis=1)
    assert weekly == pytest.approx([24.0] * 4 + [0.0] * 6 + [24.0] * 4)


def test_an_experiment_on_a_channel_without_money_is_refused() -> None:
    with pytest.raises(CalibrationError, match="the plan has no money on “radio” in weeks 5 to 10"):
        without_media(SHOP, PLAN, LiftTest("r", "radio", 4, 9, "purchases", 1.0, 1.0))


def test_flighted_and_weekly_money_is_taken_out() -> None:
    scenario = load_scenario("coldbrew-launch").scenario
    taken = 0
    for plan in scenario.plans.values():
        for channel in {media.channel or entry for entry, media in plan.media.items()}:
            before = money(scenario, plan, channel)
            if before > 0.0:
                lift = LiftTest("x", channel, 0, scenario.weeks - 1, "purchases", 1.0, 1.0)
                assert money(scenario, without_media(scenario, plan, lift), channel) == 0.0
                taken += 1
    assert taken > 5


def money(scenario: Scenario, plan: Plan, channel: str) -> float:
    phase = all_phases(scenario, plan)[0][-1]
    mine = [media for entry, media in plan.media.items() if (media.channel or entry) == channel]
    return float(sum(daily_amounts(scenario, media, phase).sum() for media in mine))


class Fails:
    """A market that cannot be simulated where x is large."""

    def run(self, values: dict[str, float], replicates: range) -> np.ndarray:
        if values["x"] > 1.0:
            raise ValueError("too\n strong")
        return np.full((len(replicates), 1), values["x"] if values["x"] >= 0 else np.nan)


def test_a_trial_that_fails_says_why_and_stops_no_other() -> None:
    found = run_all(Fails(), [{"x": 0.5}, {"x": 2.0}, {"x": -1.0}], range(2))  # type: ignore[arg-type]
    assert np.array_equal(found[0], np.full((2, 1), 0.5))  # type: ignore[arg-type]
    assert found[1] == Failure("ValueError: too strong")
    assert found[2] == Failure("an observation is not a number with these values")
