"""Money that follows demand: its patterns, when they are taken as usual, and what they do to a channel's effect."""

from datetime import date, timedelta

import numpy as np
import pytest

from calibration.demand import money_patterns, weekly_money
from calibration.draft import draft_scenario
from calibration.fit import Settings, fit
from calibration.free import FreeParameter
from calibration.history import History, read_history
from calibration.question import question
from calibration.scores import weighted_quantile
from calibration.setup import setup_from_text
from calibration.targets import LiftTest, Observed, weekly_target
from scenarios.load import load_scenario

WEEKS = 60


def history(tmp_path, tv: list[float]) -> History:
    monday = date(2025, 1, 6)
    rows = [f"{monday + timedelta(weeks=w)},{m},{1000 + 3 * m}" for w, m in enumerate(tv)]
    (tmp_path / "sales.csv").write_text("\n".join(["date,tv_spend,purchases", *rows, ""]), encoding="utf-8")
    return read_history(tmp_path / "sales.csv")


def asked(tmp_path, tv: list[float], setup: str = ""):
    told = history(tmp_path, tv)
    folder = tmp_path / f"brand{len(list(tmp_path.iterdir()))}"
    scenario = load_scenario(draft_scenario(told, folder=folder)).scenario
    return question(scenario, told, setup=setup_from_text(setup))


def test_patterns_are_the_money_of_the_week_the_next_and_the_one_before() -> None:
    weekly = np.array([10.0, 0.0, 20.0, 10.0])
    found = money_patterns({"tv": weekly}, np.eye(4))
    z = (weekly - 10.0) / weekly.std()
    assert found[:, 0] == pytest.approx(z)
    assert found[:, 1] == pytest.approx([z[1], z[2], z[3], 0.0])
    assert found[:, 2] == pytest.approx([0.0, z[0], z[1], z[2]])


def test_channels_whose_money_is_even_or_nought_have_no_pattern() -> None:
    even, none = np.full(8, 5.0), np.zeros(8)
    assert money_patterns({"even": even, "none": none}, np.eye(8)).shape == (8, 0)


def test_money_of_two_entries_on_one_channel_adds_up() -> None:
    scenario = load_scenario("coldbrew-launch").scenario
    plan = scenario.plans["baseline"]
    (name, entry), *_ = plan.media.items()
    twice = plan.model_copy(update={"media": {name: entry, "again": entry.model_copy(update={"channel": name})}})
    assert weekly_money(scenario, twice)[name] == pytest.approx(2.0 * weekly_money(scenario, plan)[name])


def test_it_is_usual_for_flows_where_money_goes_up_and_down_and_said(tmp_path) -> None:
    found = asked(tmp_path, [100.0, 300.0] * 20)
    (sold,) = found.observed.targets
    assert sold.discrepancy == ("drift", "demand")
    assert sold.money is not None and sold.money.shape == (40, 3)
    assert found.notes[-1] == (
        "purchases: more may have been spent where demand was high anyway, so part of what looks like a channel's "
        "effect may be demand; if the plan was fixed before demand was known, write a discrepancy without “demand” in "
        "[targets.purchases]; if not, only an experiment ([lifts.…]) tells"
    )


def test_it_is_not_usual_where_money_is_even(tmp_path) -> None:
    assert asked(tmp_path, [100.0] * 40).observed.targets[0].discrepancy == ("drift",)


def test_what_is_written_counts(tmp_path) -> None:
    assert (
        asked(tmp_path, [1.0, 3.0] * 20, "[targets.purchases]\ndiscrepancy = []").observed.targets[0].discrepancy == ()
    )
    found = asked(tmp_path, [100.0] * 40, '[targets.purchases]\ndiscrepancy = ["demand"]')
    assert found.notes[-1] == (
        "purchases: no channel's money goes up and down, so demand that it followed cannot be seen"
    )


class Sold:
    """A market in which a channel's money sells at once, in proportion, upon a base that never changes."""

    def __init__(self, observed: Observed, money: np.ndarray) -> None:
        self.observed, self.money = observed, money

    def run(self, values, replicates) -> np.ndarray:
        sold = 1000.0 * (1.0 + values["pull"] * self.money)
        parts = [self.observed.targets[0].scale.forward(sold)]
        for lift in self.observed.lifts:
            weeks = slice(lift.first_week, lift.last_week + 1)
            parts.append(np.atleast_1d(lift.even(float((1000.0 * values["pull"] * self.money)[weeks].sum()))))
        return np.tile(np.concatenate(parts), (len(replicates), 1))


def pulled(discrepancy: tuple[str, ...], *, tested: bool) -> tuple[float, float, float]:
    """5 %, median and 95 % of what a channel is said to pull: .1 in truth, and money follows demand."""
    rng = np.random.default_rng(3)
    demand = 0.15 * rng.standard_normal(WEEKS)  # too quick for drift to follow
    money = np.clip(1.0 + 3.0 * demand + 0.3 * rng.standard_normal(WEEKS), 0.05, None)
    sales = 1000.0 * (1.0 + 0.1 * money) * np.exp(demand) * np.exp(0.03 * rng.standard_normal(WEEKS))
    sold = weekly_target("purchases", sales, n_weeks=WEEKS, noise="lognormal", discrepancy=discrepancy)
    sold = type(sold)(**{**vars(sold), "money": money_patterns({"tv": money}, np.eye(WEEKS))})
    gained = float(1000.0 * 0.1 * money[20:30].sum())
    lifts = (LiftTest("tv", "tv", 20, 29, "purchases", gained, 0.15 * gained),) if tested else ()
    seen = Observed((sold,), lifts, train_weeks=WEEKS)
    pull = FreeParameter("pull", low=0.02, guess=0.15, high=1.0)
    found = fit(
        Sold(seen, money), seen, (pull,), n_consumers=1.0, market_size=1.0,
        settings=Settings(trials=60, replicates=1, draws=20, particles=400, seed=1, threads=1),
    )  # fmt: skip
    z = found.particles.x[:, :1]
    low, middle, high = weighted_quantile(z, [0.05, 0.5, 0.95], weights=found.particle_weights)[:, 0]
    return pull.value(float(low)), pull.value(float(middle)), pull.value(float(high))


def test_without_it_money_is_credited_with_demand_and_with_it_the_effect_is_open_until_it_is_tested() -> None:
    low, _, _ = pulled(("drift",), tested=False)
    assert low > 0.15  # sure of what is wrong
    low, _, high = pulled(("drift", "demand"), tested=False)
    assert low < 0.1 < high and high / low > 2.0
    low, middle, high = pulled(("drift", "demand"), tested=True)
    assert low < 0.1 < high and high / low < 2.0
    assert middle == pytest.approx(0.1, rel=0.3)
