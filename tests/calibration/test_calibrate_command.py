"""``apath calibrate`` from the outside: its answer, its directory, stopping and going on, and later commands."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studio.cli import cli
from tests.calibration.shop import SETTINGS, write_shop

FEW = ("--trials", "24", "--replicates", "3", "--draws", "20", "--quiet")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def done(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished calibration."""
    out = tmp_path_factory.mktemp("out") / "study"
    answer = calibrate(shop, "-o", out)
    assert answer.exit_code == 0, answer.output
    return out


def calibrate(*words: object) -> Result:
    return CliRunner().invoke(cli, ["calibrate", *(str(word) for word in words), *FEW])


def test_the_answer_has_every_part_that_programs_read(done: Path) -> None:
    said = json.loads((done / "calibration.json").read_text())
    assert set(said["targets"]) == {"purchases", "awareness"}
    for target in said["targets"].values():
        assert set(target["train"]) == set(target["holdout"]) == {"mape", "crps", "coverage_90"}
        assert {"naive", "seasonal_naive", "bass"} <= set(target["nulls"])
    for one in said["parameters"].values():
        assert one["prior_low"] < one["prior_high"] and one["low"] <= one["median"] <= one["high"]
        assert 0.0 <= one["contraction"] <= 1.0 and isinstance(one["identified"], bool)
        assert one["identified"] == (one["reason"] == "")
    assert said["holdout_weeks"] == 3
    assert said["trials"]["ok"] >= 24 and said["trials"]["failed"] == 0
    assert "3 weeks held out" in said["verdict"]


def test_the_fit_moves_towards_the_truth(done: Path) -> None:
    said = json.loads((done / "calibration.json").read_text())["parameters"]
    # Both were made larger than the scenario's guess, by one and a half and by .8 standard deviations.
    assert said["paid.attention"]["median"] > 0.02
    assert said["brand.appeal"]["median"] > 0.0


def test_later_questions_carry_what_was_found(done: Path) -> None:
    words = ["compare", str(done / "calibrated.toml"), "--replicates", "6", "--format", "json", "--quiet"]
    answer = CliRunner().invoke(cli, words)
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert said["uncertainty"] == "luck+calibrated"
    assert said["provenance"]["draws"]["number"] == 8  # a third of the trials
    assert "paid.attention" in said["provenance"]["draws"]["names"]


def test_the_calibrated_scenario_keeps_what_its_author_wrote(done: Path) -> None:
    text = (done / "calibrated.toml").read_text()
    assert text.startswith('parameter_draws = "parameters.npz"')
    assert "size = 800" in text and "media.tv.weekly = 48" in text


def test_a_study_that_is_there_is_not_run_over(done: Path, shop: Path) -> None:
    before = (done / "calibration.json").read_bytes()
    answer = calibrate(shop, "-o", done)
    assert answer.exit_code == 3
    assert f"{done / 'study.sqlite'} holds a study with" in answer.output
    assert "add --resume to go on with it, or --force to begin anew" in answer.output
    assert (done / "calibration.json").read_bytes() == before


def test_a_study_of_something_else_is_not_taken_up(done: Path, shop: Path) -> None:
    answer = calibrate(shop, "-o", done, "--resume", "--seed", "1")
    assert answer.exit_code == 3
    assert "holds a study of something else" in answer.output


def test_nothing_is_resumed_where_nothing_is(shop: Path, tmp_path: Path) -> None:
    answer = calibrate(shop, "-o", tmp_path / "none", "--resume")
    assert answer.exit_code == 2
    assert "does not exist, so there is no study to resume" in answer.output


def test_a_folder_with_other_things_is_left_alone(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    answer = calibrate(shop, "-o", tmp_path, "--force")
    assert answer.exit_code == 2
    assert "does not look like a calibration" in answer.output
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_json_without_a_directory_writes_nothing(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = calibrate(shop, "--format", "json", "--trials", "12", "--draws", "20")
    assert answer.exit_code == 0, answer.output
    assert set(json.loads(answer.stdout)) >= {"verdict", "targets", "parameters", "trials", "holdout_weeks"}
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle_it_goes_on_to_the_same_answer(shop: Path, done: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    words = [sys.executable, "-m", "studio.cli", "calibrate", str(shop), "-o", str(out), *FEW]
    study = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        deadline = time.monotonic() + 120.0
        while time.monotonic() < deadline and study.poll() is None and _trials(out) < 12:
            time.sleep(0.02)
        assert study.poll() is None, "it was over before it could be killed"
        study.send_signal(signal.SIGKILL)
    finally:
        study.kill()
        study.wait()
    kept = _trials(out)
    assert kept >= 12 and not (out / "calibration.json").exists()
    answer = calibrate(shop, "-o", out, "--resume")
    assert answer.exit_code == 0, answer.output
    for name in ("calibration.json", "parameters.npz", "calibrated.toml"):
        assert (out / name).read_bytes() == (done / name).read_bytes(), name


def _trials(out: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{out / 'study.sqlite'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT COUNT(*) FROM trials").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_threads_change_nothing(shop: Path, done: Path, tmp_path: Path) -> None:
    answer = calibrate(shop, "-o", tmp_path / "one", "--threads", "1")
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "one" / "parameters.npz").read_bytes() == (done / "parameters.npz").read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"paid.attention" = {}', '"paid.atention" = {}'), "did you mean “paid.attention”?"),
        (("[targets.purchases]", "[targets.purchase]"), "the history has no metric “purchase”"),
        (('plan = "baseline"', 'plan = "base"'), "there is no plan “base”"),
        (("holdout_weeks = 3", "holdout_weeks = 14"), "14 weeks are held out of a history of 14"),
        (("low = -1.0, guess = 0.0", "low = 2.0, guess = 0.0"), "low 2, guess 0 and high 1 are not in order"),
        (("sample_size = 400", "sample_sise = 400"), "there is no key “sample_sise” here"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(
    shop: Path, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    folder = tmp_path / "wrong"
    scenario = write_shop(folder)
    assert change[0] in SETTINGS
    (folder / "calibration.toml").write_text(SETTINGS.replace(*change))
    answer = calibrate(scenario, "-o", tmp_path / "out")
    assert answer.exit_code == 3
    assert said in answer.output
    assert "Traceback" not in answer.output
    assert not (tmp_path / "out").exists()


def test_a_scenario_without_a_history_says_what_to_name(tmp_path: Path) -> None:
    answer = calibrate("classroom", "-o", tmp_path / "out")
    assert answer.exit_code == 2
    assert "name a HISTORY" in answer.output


def test_suggestions_can_be_copied_into_the_settings(shop: Path, tmp_path: Path) -> None:
    answer = CliRunner().invoke(cli, ["calibrate", str(shop), "--suggest", "--quiet"])
    assert answer.exit_code == 0, answer.output
    block = answer.output.split("[free]\n")[1].split("\n\n")[0]
    from calibration.setup import setup_from_text

    assert "brand.appeal" in setup_from_text("[free]\n" + block).free
