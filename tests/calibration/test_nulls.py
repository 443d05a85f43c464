"""Forecasts that know nothing: what they say, how sure they are, and that they are the usual ones."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.bass import bass_curve, bass_share, fit_bass
from calibration.nulls import NULLS, Forecast, NoForecast, Past, bass, naive, one_step, seasonal_naive
from calibration.scores import coverage, mape, score

pytestmark = pytest.mark.core

MONTH = 365.25 / 12
YEAR = 365.25


def rng(*seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed or (1,)))


def said(answer: Forecast | NoForecast) -> Forecast:
    assert isinstance(answer, Forecast), answer
    return answer


def walks(n: int, length: int, *seed: int) -> np.ndarray:
    return 1_000.0 + np.cumsum(rng(*seed).normal(0.0, 10.0, size=(n, length)), axis=1)


def seasons(years: int) -> np.ndarray:
    """Twelve months, again and again, with noise."""
    wave = 100.0 + 40.0 * np.sin(np.arange(12) / 12 * 2 * np.pi)
    return np.tile(wave, years) + rng(years).normal(0.0, 3.0, 12 * years)


# All of them.


@pytest.mark.parametrize("null", NULLS.values(), ids=NULLS)
def test_the_same_seed_gives_the_same_bytes_and_touches_nothing_else(null) -> None:
    past = Past(bass_curve(np.arange(1, 31), p=0.02, q=0.4, m=900.0) + seasons(3)[:30], period_days=MONTH)
    np.random.seed(4)  # noqa: NPY002 - the global state has to stay as it is
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, same, other = (said(null(past, 6, n_draws=20, rng=rng(seed))) for seed in (5, 5, 6))
    assert one.train.tobytes() == same.train.tobytes() and one.ahead.tobytes() == same.ahead.tobytes()
    assert one.ahead.tobytes() != other.ahead.tobytes()
    assert one.point.tobytes() == other.point.tobytes()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize("name", NULLS)
def test_shapes_and_names(name: str) -> None:
    past = Past(bass_curve(np.arange(1, 31), p=0.02, q=0.4, m=900.0) + seasons(3)[:30], period_days=MONTH)
    forecast = said(NULLS[name](past, 4, n_draws=7, rng=rng()))
    assert (forecast.train.shape, forecast.ahead.shape, forecast.point.shape) == ((7, 30), (7, 4), (4,))
    assert forecast.name == name
    assert said(NULLS[name](past, 0, n_draws=7, rng=rng())).ahead.shape == (7, 0)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=14, max_size=30), st.sampled_from(["flow", "stock"]))
def test_shares_stay_shares_and_counts_stay_counts(values: list[float], kind) -> None:
    for scale, is_share in ((1.0, True), (1e4, False)):
        past = Past(scale * np.array(values), kind=kind, is_share=is_share, period_days=MONTH)
        for null in NULLS.values():
            answer = null(past, 15, n_draws=20, rng=rng())
            if isinstance(answer, Forecast):
                drawn = np.concatenate([answer.train[:, 12:], answer.ahead, answer.point[None]], axis=None)
                drawn = drawn[~np.isnan(drawn)]
                assert (drawn >= 0.0).all() and (not is_share or (drawn <= 1.0).all())


def test_what_can_be_negative_may_become_so() -> None:
    forecast = said(naive(Past([-5.0, 5.0] * 6), 3, n_draws=100, rng=rng()))
    assert forecast.ahead.min() < 0.0


# Naive.


def test_naive_walks_on_from_the_last_value_with_the_root_of_time() -> None:
    past = Past(walks(1, 400, 2)[0])
    forecast = said(naive(past, 16, n_draws=20_000, rng=rng()))
    step = np.sqrt(np.mean(np.diff(past.values) ** 2))
    assert forecast.parameters == {"step_sd": pytest.approx(step)}
    assert forecast.ahead.std(axis=0) == pytest.approx(step * np.sqrt(np.arange(1, 17)), rel=0.03)
    assert forecast.ahead.mean(axis=0) == pytest.approx(past.values[-1], abs=4 * 4 * step / np.sqrt(20_000))
    assert np.isnan(forecast.train[:, 0]).all() and not np.isnan(forecast.train[:, 1:]).any()
    assert forecast.train[:, 1:].mean(axis=0) == pytest.approx(past.values[:-1], abs=5 * step / np.sqrt(20_000))


def test_naive_knows_how_sure_it_is_of_a_random_walk() -> None:
    inside = []
    for k, path in enumerate(walks(150, 68, 3)):
        forecast = said(naive(Past(path[:60]), 8, n_draws=300, rng=rng(k)))
        inside.append(coverage(forecast.ahead, path[60:]))
        if not k:
            assert score(forecast.train, path[:60]).coverage_90 == pytest.approx(0.9, abs=0.08)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.04)


def test_naive_bridges_missing_values() -> None:
    """1, ?, ?, 7, ?: one step of 6 over three periods, and the last known value is two periods before the next."""
    past = Past([np.nan, 1.0, np.nan, np.nan, 7.0, np.nan])
    forecast = said(naive(past, 2, n_draws=40_000, rng=rng()))
    step = 6 / np.sqrt(3)
    assert forecast.parameters["step_sd"] == pytest.approx(step)
    assert np.isnan(forecast.train).all(axis=0).tolist() == [True, True, False, False, False, False]
    above = forecast.ahead[forecast.ahead[:, 0] > 7.0, 0] - 7.0
    assert np.sqrt(np.mean(above**2)) == pytest.approx(step * np.sqrt(2), rel=0.03)


# Seasonal naive.


def test_seasonal_naive_repeats_last_year_less_surely_each_year() -> None:
    past = Past(seasons(25), period_days=MONTH)
    forecast = said(seasonal_naive(past, 30, n_draws=10_000, rng=rng()))
    last = past.values[-12:]
    assert forecast.point == pytest.approx(np.concatenate([last, last, last[:6]]))
    size = forecast.parameters["error_sd"]
    assert size == pytest.approx(3 * np.sqrt(2), rel=0.15)
    spread = [forecast.ahead[:, part].std(axis=0).mean() for part in (slice(12), slice(12, 24), slice(24, 30))]
    assert spread == pytest.approx([size, size * np.sqrt(2), size * np.sqrt(3)], rel=0.02)
    assert np.isnan(forecast.train).all(axis=0).sum() == 12


def test_seasonal_naive_goes_back_another_year_for_a_missing_value() -> None:
    values = seasons(3)
    values[24] = np.nan
    forecast = said(seasonal_naive(Past(values, period_days=MONTH), 2, n_draws=20_000, rng=rng()))
    assert forecast.point == pytest.approx([values[12], values[25]])
    spread = forecast.ahead.std(axis=0)
    assert spread[0] / spread[1] == pytest.approx(np.sqrt(2), rel=0.03)


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (Past(np.ones(52)), "history has 52 periods of 7 days; last year’s value needs 53"),
        (Past(np.ones(12), period_days=MONTH), "history has 12 periods of 30.4375 days; last year’s value needs 13"),
        (Past(np.ones(30), period_days=YEAR), "a period of 365.25 days has no seasons within a year"),
        (Past([1.0] + [np.nan] * 11 + [np.nan], period_days=MONTH), "no two known values are a year apart"),
        (
            Past([1.0, np.nan] + [1.0] * 11 + [np.nan], period_days=MONTH),
            "some periods of the year are missing in every year",
        ),
    ],
)
def test_seasonal_naive_says_why_not(past: Past, reason: str) -> None:
    assert seasonal_naive(past, 12, n_draws=5, rng=rng()) == NoForecast("seasonal-naive", reason)


# Bass.


@pytest.mark.parametrize("kind", ["flow", "stock"])
@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (1e-4, 0.5), (0.02, 0.01), (0.001, 0.05)])
def test_fit_finds_the_numbers_of_an_exact_curve(kind, p: float, q: float) -> None:
    fit = fit_bass(bass_curve(np.arange(1, 41), p=p, q=q, m=5e4, kind=kind), kind=kind)
    assert fit.converged
    assert (fit.p, fit.q, fit.m, fit.r2) == pytest.approx((p, q, 5e4, 1.0), rel=1e-6)


def test_fit_leaves_out_what_is_missing() -> None:
    values = bass_curve(np.arange(1, 21), p=0.02, q=0.4, m=700.0)
    values[[3, 11]] = np.nan
    fit = fit_bass(values)
    assert (fit.p, fit.q, fit.m) == pytest.approx((0.02, 0.4, 700.0), rel=1e-6)
    assert not np.isnan(fit.fitted).any()


def test_standard_errors_are_the_spread_of_refits() -> None:
    clean = bass_curve(np.arange(1, 21), p=0.02, q=0.4, m=1_000.0)
    noise = rng(7).normal(0.0, 3.0, size=(40, 20))
    fits = [fit_bass(np.maximum(clean + row, 0.0)) for row in noise]
    found = np.std([np.log([fit.p, fit.q, fit.m]) for fit in fits], axis=0)
    assert found == pytest.approx(np.mean([fit.se_log for fit in fits], axis=0), rel=0.3)


def test_share_at_the_ends_and_for_a_pure_innovator() -> None:
    assert bass_share([0.0, 1e4], p=0.03, q=0.38) == pytest.approx([0.0, 1.0])
    assert bass_share(2.0, p=0.1, q=0.0) == pytest.approx(1 - np.exp(-0.2))
    assert bass_curve(np.arange(1, 9), p=0.03, q=0.38, m=50.0).cumsum() == pytest.approx(
        bass_curve(np.arange(1, 9), p=0.03, q=0.38, m=50.0, kind="stock")
    )


def test_bass_forecast_follows_the_curve_and_covers() -> None:
    clean = bass_curve(np.arange(1, 26), p=0.02, q=0.35, m=10_000.0)
    inside = []
    for k in range(30):
        truth = np.maximum(clean + rng(8, k).normal(0.0, 25.0, size=25), 0.0)
        forecast = said(bass(Past(truth[:17], period_days=YEAR), 8, n_draws=300, rng=rng(k)))
        inside.append(coverage(forecast.ahead, truth[17:]))
    assert np.mean(inside) == pytest.approx(0.9, abs=0.06)
    assert forecast.point == pytest.approx(clean[17:], abs=60.0)


def test_bass_is_least_sure_where_the_history_ends() -> None:
    clean = bass_curve(np.arange(1, 31), p=0.01, q=0.4, m=10_000.0, kind="stock")
    noisy = clean[:13] + rng(9).normal(0.0, 30.0, size=13)
    forecast = said(bass(Past(np.maximum(noisy, 0.0), kind="stock"), 17, n_draws=2_000, rng=rng()))
    assert forecast.ahead[:, -1].std() > 3 * forecast.train[:, 6].std()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0, 2.0, 3.0], "3 known values; the curve's three numbers need 4 or more"),
        ([1.0, np.nan, 3.0, 4.0], "3 known values; the curve's three numbers need 4 or more"),
        ([1.0, -2.0, 3.0, 4.0], "some values are below 0, and adoptions cannot be"),
        ([0.0] * 6, "all values are 0, and nobody has adopted anything"),
        ([1.0, 2.0, 4.0, 8.0, 16.0, 32.0], "the history ends too early to tell how many adopt in the end"),
    ],
)
def test_bass_says_why_not(values: list[float], reason: str) -> None:
    assert bass(Past(values), 3, n_draws=5, rng=rng()) == NoForecast("bass", reason)


@pytest.mark.parametrize(
    ("call", "said_"),
    [
        (lambda: Past([[1.0]]), "a history is one row of finite numbers; write NaN for a missing one"),
        (lambda: Past([np.inf]), "a history is one row of finite numbers; write NaN for a missing one"),
        (
            lambda: Past([1.0], kind="sum"),
            "the kind “sum” is unknown; write flow for sums per period or stock for levels",
        ),
        (lambda: Past([1.0], period_days=0.0), "a period of 0 days is impossible; write 7 for weeks"),
        (lambda: naive(Past([1.0, 2.0]), -1, n_draws=5, rng=rng()), "-1 periods ahead were asked for; give 0 or more"),
        (lambda: bass(Past([1.0, 2.0]), 1, n_draws=0, rng=rng()), "0 draws were asked for; at least 1 is needed"),
        (lambda: one_step(naive, [1.0], n_last=2), "the last 2 of 1 periods were asked for; from 1 to all can be"),
        (lambda: fit_bass([1.0, 2.0]), "2 known values; the three numbers of a Bass curve need 4 or more"),
        (lambda: fit_bass([1.0, 2.0, -3.0, 4.0]), "value 3 is -3; adoptions are 0 or more"),
        (lambda: fit_bass([0.0] * 5), "all values are 0; nobody has adopted anything"),
        (
            lambda: fit_bass([1.0] * 5, kind="sum"),
            "the kind “sum” is unknown; write flow for adoptions per period or stock for adopters",
        ),
    ],
)
def test_errors_say_what_is_wrong(call, said_: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == said_


# One step ahead, and published series.


def test_one_step_sees_nothing_of_what_it_forecasts() -> None:
    values = seasons(4)
    changed = values.copy()
    changed[-1] *= 100.0
    for null in NULLS.values():
        both = [one_step(null, one, n_last=5, period_days=MONTH) for one in (values, changed)]
        assert np.array_equal(*both, equal_nan=True)
    assert one_step(seasonal_naive, values, n_last=5, period_days=MONTH) == pytest.approx(values[-17:-12])
    assert np.isnan(one_step(naive, values, n_last=48)).tolist() == [True, True, *[False] * 46]


def data(name: str) -> Path:
    """A file of public series: in the folder that APATH_DATA names, or shared/data beside one of the folders above."""
    named = [Path(os.environ["APATH_DATA"])] if os.environ.get("APATH_DATA") else []
    for folder in (*named, *(above / "shared" / "data" for above in Path(__file__).resolve().parents)):
        if (folder / name).is_file():
            return folder / name
    pytest.skip(f"the series are not here: set APATH_DATA to a folder with {name}")


SERIES = {
    "Pinkham": ("mmm/lydia_pinkham_annual.csv", "Sales", YEAR),
    "Robyn": ("mmm/robyn_dt_simulated_weekly.csv", "revenue", 7.0),
    "retailer": ("mmm/pymc_case_study_retailer_weekly.csv", "sales", 7.0),
}


def public(name: str) -> tuple[np.ndarray, float]:
    """A published series and the days of its periods."""
    import pandas as pd

    file, column, period_days = SERIES[name]
    return pd.read_csv(data(file))[column].to_numpy(float), period_days


@pytest.mark.parametrize(
    ("name", "n_last", "null", "expected"),
    [
        ("Pinkham", 13, "naive", 0.058),
        ("Robyn", 52, "naive", 0.167),
        ("Robyn", 52, "seasonal-naive", 0.196),
        ("retailer", 52, "naive", 0.341),
        ("retailer", 52, "seasonal-naive", 0.313),
    ],
)
def test_one_step_errors_in_the_last_quarter_of_public_series(name, n_last, null, expected) -> None:
    values, period_days = public(name)
    found = mape(one_step(NULLS[null], values, n_last=n_last, period_days=period_days), values[-n_last:])
    assert found == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("name", "null", "expected"),
    [
        ("Robyn", "naive", 0.177),
        ("Robyn", "seasonal-naive", 0.180),
        ("retailer", "naive", 0.379),
        ("retailer", "seasonal-naive", 0.324),
    ],
)
def test_one_step_errors_over_the_whole_of_public_series(name, null, expected) -> None:
    values, period_days = public(name)
    forecast = one_step(NULLS[null], values, n_last=len(values), period_days=period_days)
    lag = 52 if null == "seasonal-naive" else 1
    assert np.isnan(forecast[: lag + 1]).all()
    forecast[lag] = values[0]  # the model says so, but not yet how surely, so that it makes no forecast
    assert mape(forecast, values) == pytest.approx(expected, abs=0.0005)


def test_fits_of_public_series_are_those_of_another_program() -> None:
    """p, q and m within 1 %, their standard errors and R² too."""
    import pandas as pd

    series = pd.read_csv(data("diffusion/bass_classic_series.csv")).groupby("series")["adoptions"]
    known = {name: group.to_numpy(float) for name, group in series}
    phones = pd.read_csv(data("diffusion/smartphones_world_2007_2020.csv"), header=None)
    known["smartphones_world"] = phones[1].to_numpy(float)
    cable = pd.read_csv(data("diffusion/catv_us_1952_1989.csv"))["CATV"].to_numpy(float)
    known["catv_cum_diff"] = np.diff(cable, prepend=0.0)
    refits = pd.read_csv(data("diffusion/bass_refits_nls.csv")).set_index("series")
    assert len(refits.index.intersection(list(known))) == 12
    for name, values in known.items():
        one = refits.loc[name]
        fit = fit_bass(values[: int(one["n"])])
        assert fit.converged, name
        expected = one[["p", "q", "m", "r2", "se_logp", "se_logq", "se_logm"]].tolist()
        assert [fit.p, fit.q, fit.m, fit.r2, *fit.se_log] == pytest.approx(expected, rel=0.01), name


def test_before_its_peak_a_history_does_not_tell_the_size_of_the_market() -> None:
    import pandas as pd

    table = pd.read_csv(data("diffusion/bass_classic_series.csv"))
    values = table.loc[table["series"] == "room_air_conditioners", "adoptions"].to_numpy(float)
    assert fit_bass(values[:5]).reason == "the history ends too early to tell how many adopt in the end"
    assert [fit_bass(values[:n]).m for n in (7, 9, 11, 13)] == pytest.approx([6_103, 11_837, 16_485, 18_713], rel=1e-4)
