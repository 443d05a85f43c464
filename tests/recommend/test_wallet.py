"""Which money of a plan belongs to which line of the wallet."""

import numpy as np
import pytest

from experiments.recommend.keeps import broken_limits
from experiments.recommend.limits import limits_from_text
from experiments.recommend.wallet import line_money, open_wallet, seeding_lines, written
from scenarios import load_scenario
from scenarios.plan import Seeding

pytestmark = pytest.mark.core

SCENARIO = load_scenario("app-referral", consumers=1_000).scenario
FREE = Seeding(strategy="random", people=500)
LISTED = Seeding(strategy="list", consumers=[1, 2], unit_cost=3.0)
FIRST, SECOND = (
    Seeding(strategy="random-neighbour", people=people, unit_cost=3.25, date=day)
    for people, day in ((4_000, SCENARIO.start), (2_000, SCENARIO.start.replace(month=5)))
)


def with_waves(*waves: Seeding):
    plan = SCENARIO.plans["installs"].model_copy(update={"seeding": list(waves)})
    return open_wallet(SCENARIO.model_copy(update={"plans": {"installs": plan}}), "installs"), plan


def test_a_free_or_listed_wave_before_a_priced_one_takes_none_of_its_money() -> None:
    wallet, plan = with_waves(FREE, FIRST, LISTED, SECOND)
    first, second = wallet.index("seeding.2"), wallet.index("seeding.4")
    assert seeding_lines(wallet, plan) == [None, first, None, second]
    money = line_money(wallet, plan)
    assert money[[first, second]] == pytest.approx([13_000.0, 6_500.0])
    assert money == pytest.approx(wallet.now)


def test_a_plan_without_the_first_wave_gives_the_second_its_own_money() -> None:
    wallet, plan = with_waves(FIRST, SECOND)
    more = SECOND.model_copy(update={"people": 3_000})
    money = line_money(wallet, plan.model_copy(update={"seeding": [more]}))
    assert money[wallet.index("seeding.1")] == 0.0
    assert money[wallet.index("seeding.2")] == pytest.approx(9_750.0)


def test_a_broken_limit_on_samples_names_the_wave_where_it_stands() -> None:
    wallet, plan = with_waves(FREE, FIRST, SECOND)
    said = limits_from_text('[money."seeding.3"]\nmax = 5_000')
    (broken,) = broken_limits(plan, limits=said, wallet=wallet, budget=1e6)
    assert broken.place == ("seeding", 2)
    moved = plan.model_copy(update={"seeding": [SECOND]})
    (broken,) = broken_limits(moved, limits=said, wallet=wallet, budget=1e6)
    assert broken.place == ("seeding", 0)


def test_money_by_week_is_read_as_it_is_written() -> None:
    wallet, plan = with_waves(FIRST)
    line = wallet.lines[wallet.index("media.tiktok")]
    assert written(wallet, line, plan) == pytest.approx(np.full(26, 700.0))
    assert written(wallet, wallet.lines[wallet.index("seeding.1")], plan).sum() == 0.0
