"""A history on a scenario's weeks: what becomes the plan, what becomes targets, and what is held out."""

from pathlib import Path

import pytest

from calibration.errors import CalibrationError
from calibration.history import History, read_history
from calibration.question import Question, question
from calibration.setup import setup_from_text
from scenarios import load_text
from tests.calibration.shop import SCENARIO

SHOP = load_text(SCENARIO).scenario


def asked(tmp_path: Path, rows: list[str], setup: str = "", **keys: object) -> Question:
    return question(SHOP, history(tmp_path, rows), setup=setup_from_text(setup), **keys)  # type: ignore[arg-type]


def history(tmp_path: Path, rows: list[str]) -> History:
    file = tmp_path / "history.csv"
    file.write_text("\n".join(["period_start,period,channel,metric,value", *rows]) + "\n")
    return read_history(file)


def weeks(metric: str, values: list[float], *, channel: str = "", year: int = 2027, first: int = 1) -> list[str]:
    return [f"{year}-W{first + i:02d},week,{channel},{metric},{value}" for i, value in enumerate(values)]


def test_money_becomes_the_plan(tmp_path: Path) -> None:
    found = asked(tmp_path, weeks("spend", [10, 20, 30], channel="tv") + weeks("purchases", [5, 6, 7]))
    assert found.plan.media["tv"].weekly == [10, 20, 30, *[0.0] * 11]
    assert "the money of the plan baseline is replaced by the history's" in found.notes


def test_monthly_money_is_shared_out_by_days(tmp_path: Path) -> None:
    rows = ["2027-02,month,tv,spend,280", *weeks("purchases", [5] * 8)]
    weekly = asked(tmp_path, rows).plan.media["tv"].weekly
    assert weekly is not None and weekly[:8] == pytest.approx([0, 0, 0, 0, 70, 70, 70, 70])


def test_every_series_that_the_model_knows_is_a_target(tmp_path: Path) -> None:
    rows = weeks("purchases", [5] * 8) + weeks("awareness", [50] * 8) + weeks("footfall", [9] * 8)
    found = asked(tmp_path, rows)
    assert [one.name for one in found.observed.targets] == ["awareness", "purchases"]
    assert all(one.discrepancy == ("drift",) for one in found.observed.targets)
    assert any("footfall is not fitted" in note for note in found.notes)


@pytest.mark.parametrize(("n", "held"), [(8, 2), (14, 3)])
def test_a_quarter_of_a_short_history_is_held_out(tmp_path: Path, n: int, held: int) -> None:
    found = asked(tmp_path, weeks("purchases", [5] * n))
    assert found.holdout_weeks == held
    assert found.observed.train.sum() == n - held


def test_thirteen_weeks_of_a_long_history_are_held_out(tmp_path: Path) -> None:
    rows = weeks("purchases", [5] * 52, year=2026) + weeks("spend", [5] * 52, year=2026, channel="tv")
    found = asked(tmp_path, rows)
    assert found.holdout_weeks == 13
    assert found.scenario.start.isoformat() == "2025-12-29" and found.scenario.weeks == 52


def test_what_is_asked_wins_over_the_settings(tmp_path: Path) -> None:
    rows = weeks("purchases", [5] * 8)
    assert asked(tmp_path, rows, "holdout_weeks = 1").holdout_weeks == 1
    assert asked(tmp_path, rows, "holdout_weeks = 1", holdout_weeks=4).holdout_weeks == 4


def test_lift_tests_lie_on_whole_weeks(tmp_path: Path) -> None:
    setup = """
    [lifts.january]
    channel = "tv"
    start = 2027-01-11
    end = 2027-01-24
    metric = "revenue"
    effect = 40.0
    standard_error = 8.0
    """
    lift = asked(tmp_path, weeks("purchases", [5] * 8), setup).observed.lifts[0]
    assert (lift.first_week, lift.last_week) == (1, 2)


def test_all_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    setup = """
    plan = "basline"
    [free]
    "wom.afinity" = {}
    [targets.aware]
    metric = "awareness"
    [targets.sold]
    metric = "purchases"
    segment = "al"
    [lifts.x]
    channel = "tw"
    start = 2027-01-11
    end = 2027-01-24
    metric = "revenue"
    effect = 40.0
    standard_error = 8.0
    """
    with pytest.raises(CalibrationError) as caught:
        asked(tmp_path, weeks("purchases", [5] * 8) + weeks("spend", [5] * 8, channel="radio"), setup)
    said = str(caught.value)
    for part in (
        "there is no plan “basline”", "did you mean “baseline”?", "the history has no metric “awareness”",
        "there is no segment “al”", "lifts.x: there is no channel “tw”", "did you mean “wom.affinity”?",
    ):  # fmt: skip
        assert part in said


def test_spend_on_an_unknown_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="spend on “tvv”, and the scenario has no such channel"):
        asked(tmp_path, weeks("purchases", [5] * 8) + weeks("spend", [5] * 8, channel="tvv"))


def test_other_years_need_spend(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="the history does not say what was spent"):
        asked(tmp_path, weeks("purchases", [5] * 8, year=2020))


def test_a_history_of_nothing_that_is_modelled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="no series that the model can explain"):
        asked(tmp_path, weeks("footfall", [5] * 8))
