"""Studies of weekly spend: their histories are what they are taken for, and small versions of them run."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.fit import Settings
from calibration.market import Market
from calibration.studies.confounded import FORGETTING, FREE, TEST_WEEKS, Claim, FastMarket, asked, told
from calibration.studies.known_effects import (
    CHANNELS,
    MONEY,
    TEST_ERROR,
    TEST_STARTS,
    Effect,
    Known,
    carried,
    experiments,
    read_known,
    regression,
    true_effect,
)
from calibration.studies.weekly_spend import BRANDS, QUARTER, Level, series_alone
from calibration.studies.weekly_spend import asked as asked_of_brand
from calibration.targets import Observed, weekly_target
from scenarios.registry import REGISTRY


def data() -> Path:
    folders = [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    found = [folder for folder in folders if (folder / "mmm").is_dir()]
    if not found:
        pytest.skip("the weekly histories are not beside the project (../shared/data/mmm)")
    return found[0]


@pytest.fixture(scope="module")
def known() -> Known:
    return read_known(data())


def test_the_true_effects_are_those_of_the_columns(known: Known) -> None:
    assert known.weeks == 131
    assert known.effects["x1"] == pytest.approx(10_220_454.85, abs=1.0)
    assert known.effects["x2"] == pytest.approx(6_707_878.67, abs=1.0)


def test_a_file_whose_effects_are_not_what_its_columns_say_is_refused(tmp_path: Path) -> None:
    original = (data() / "mmm" / "pymc_mmm_roas_data.csv").read_text().splitlines()
    cells = original[5].split(",")
    cells[original[0].split(",").index("y01")] = "1.0"
    (tmp_path / "mmm").mkdir()
    (tmp_path / "mmm" / "pymc_mmm_roas_data.csv").write_text("\n".join([*original[:5], ",".join(cells), *original[6:]]))
    with pytest.raises(ValueError, match="y - y01 is not the effect of x1"):
        read_known(tmp_path)


def test_the_hidden_cause_moves_the_first_channel_and_not_the_second(known: Known) -> None:
    x1, x2 = (np.corrcoef(known.hidden, known.money[channel])[0, 1] for channel in CHANNELS)
    assert x1 > 0.6
    assert abs(x2) < 0.1


def test_money_is_carried_over_and_none_is_lost() -> None:
    spend = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert carried(spend, 0.5) == pytest.approx(np.array([8, 4, 2, 1, 0, 0]) / 15)


@pytest.mark.parametrize("weeks", TEST_WEEKS)
def test_an_experiment_finds_less_than_the_whole_effect_of_its_weeks(known: Known, weeks: int) -> None:
    """Money from before the test goes on working within it, and the error is as stated."""
    for channel, lift in zip(CHANNELS, experiments(known, weeks=weeks, seed=1), strict=True):
        within = slice(lift.first_week, lift.last_week + 1)
        whole = true_effect(channel, known.money[channel] / MONEY)[within].sum() * 1000.0
        gained = lift.standard_error / TEST_ERROR
        assert lift.last_week - lift.first_week + 1 == weeks
        assert lift.first_week == TEST_STARTS[channel]
        assert 0.8 * whole < gained < whole
        assert abs(lift.effect - gained) < 3.0 * lift.standard_error


def test_regression_is_sure_of_a_wrong_effect_until_the_hidden_cause_is_recorded(known: Known) -> None:
    blind, seeing = (regression(known, carry_over=True, hidden=hidden)["x1"] for hidden in (False, True))
    assert blind.low > 1.8 * known.effects["x1"]
    assert seeing.holds(known.effects["x1"])


def test_a_row_says_what_misses_the_truth() -> None:
    effects = {"x1": Effect(2e6, 1e6, 3e6), "x2": Effect(2e6, 1e6, 3e6)}
    assert Claim("name", effects, -0.5, 12.3).cells({"x1": 2.9e6, "x2": 3.1e6}) == [
        "name", "2.00 (1.00 to 3.00)", "2.00", "2.00 (1.00 to 3.00) **misses**", "2.00", "-0.50", "12", "",
    ]  # fmt: skip
    told_of = Claim("name", effects, open={"x1": "", "x2": "history narrows it little"})
    assert told_of.cells({"x1": 2e6, "x2": 2e6})[-1] == "x1 identified; x2 not identified: history narrows it little"


def test_one_number_is_the_forgetting_of_all_stages(known: Known) -> None:
    question = asked(known, consumers=200)
    market = Market(question.scenario, question.plan, question.observed, seed=3)
    stages = [name for name in REGISTRY if name.startswith("forgetting.")]
    assert len(stages) == 5
    by_one = FastMarket(market).run({FORGETTING: 4.0}, range(1))
    by_all = market.run({name: 4.0 * REGISTRY[name].default for name in stages}, range(1))
    assert np.array_equal(by_one, by_all)
    assert by_one.mean() < FastMarket(market).run({FORGETTING: 1.0}, range(1)).mean()


def test_a_mature_brand_starts_from_half_a_year_of_its_usual_money(known: Known) -> None:
    question = asked(known, consumers=200)
    assert question.scenario.warm_up is not None
    assert question.scenario.warm_up.weeks == 26
    before = question.scenario.warm_up.plan.media["x1"].weekly
    assert before == pytest.approx([known.money["x1"][:13].mean()] * 26)
    assert question.scenario.weeks == 131
    assert question.observed.train.all()


def test_effects_are_asked_of_the_engine_at_the_draws(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    """With draws in which the first channel pulls a hundredth and a hundred times as hard as at the guess."""
    question = asked(known, consumers=200)
    lifts = experiments(known, weeks=TEST_WEEKS[0], seed=1)
    usual = [one.guess for one in FREE]
    values = np.array([[usual[0] / 100, *usual[1:]], [usual[0] * 100, *usual[1:]]])
    seen = []

    def fit(market: FastMarket, observed: Observed, free: object, **settings: object) -> SimpleNamespace:
        seen.append((market.market.observed, observed.lifts, observed.train))
        return SimpleNamespace(names=tuple(one.name for one in FREE), values=values, weights=np.array([0.75, 0.25]))

    def found(fit: object, *, seed: int) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=one.name, reason=f"why {one.name}") for one in FREE]

    monkeypatch.setattr("calibration.studies.confounded.fit", fit)
    monkeypatch.setattr("calibration.studies.confounded.identified.found", found)
    said = told(question, lifts, settings=Settings(seed=1, threads=1))
    ((observed, used, train),) = seen
    assert observed.lifts == used == lifts
    assert train.all()
    assert said.open == {channel: f"why channels.{channel}.pull" for channel in CHANNELS}
    assert said.draws.shape == (2, 2)
    assert said.draws[1, 0] > 5.0 * abs(said.draws[0, 0])
    assert said.effect("x1").middle == said.draws[0, 0]
    assert said.effect("x1").high == said.draws[1, 0]


@pytest.mark.parametrize(
    ("name", "weeks", "channels"), [("robyn", 208, 5), ("retailer", 209, 10), ("meridian", 156, 4)]
)
def test_a_brand_s_question_holds_the_last_quarter_out(name: str, weeks: int, channels: int) -> None:
    question = asked_of_brand(BRANDS[name], data(), consumers=100)
    (target,) = question.observed.targets
    assert (target.n, question.scenario.weeks) == (weeks, weeks)
    assert len(question.plan.media) == channels
    assert question.observed.held_out(0).sum() == QUARTER
    assert question.observed.held_out(0)[-QUARTER:].all()


def test_a_season_is_foretold_without_any_market() -> None:
    weeks = np.arange(118)
    rng = np.random.default_rng(5)
    sales = 1000.0 * (1.0 + 0.4 * np.sin(2 * np.pi * weeks * 7 / 365.25)) * np.exp(0.03 * rng.standard_normal(118))
    target = weekly_target("revenue", sales, n_weeks=118, discrepancy=["drift", "season"])
    observed = Observed((target,), train_weeks=105)
    assert Level(observed).run({"level": 2.0}, range(3)).shape == (3, 118)
    assert np.abs(sales[:105].mean() / sales[105:] - 1.0).mean() > 0.15
    assert series_alone(observed, seed=1).mape < 0.06
