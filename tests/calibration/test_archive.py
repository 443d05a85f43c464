"""Trials on disk."""

from pathlib import Path

import numpy as np
import pytest

from calibration.archive import Archive, trial_key
from calibration.errors import CalibrationError


def test_what_was_put_comes_back_bit_for_bit(tmp_path: Path) -> None:
    said = np.random.default_rng(1).normal(size=(3, 5))
    with Archive(tmp_path / "study.sqlite", question="q") as kept:
        kept.put("a", {"x": 1.0}, said)
        kept.put("b", {"x": 2.0}, "it is too strong")
    with Archive(tmp_path / "study.sqlite", question="q", resume=True) as again:
        assert np.array_equal(np.asarray(again.get("a")), said)
        assert again.get("b") == "it is too strong"
        assert again.get("c") is None
        assert again.n == 2


def test_keys_tell_apart_what_differs_and_nothing_else() -> None:
    one = trial_key({"x": 0.1, "y": 2.0}, 0, 8)
    assert one == trial_key({"y": 2.0, "x": 0.1}, 0, 8)
    others = [
        trial_key({"x": np.nextafter(0.1, 1.0), "y": 2.0}, 0, 8), trial_key({"x": 0.1, "y": 2.0}, 1, 8),
        trial_key({"x": 0.1, "y": 2.0}, 0, 9), trial_key({"x": 0.1, "y": 2.0}, 0, 8, "silent"),
        trial_key({"x": 0.1, "z": 2.0}, 0, 8),
    ]  # fmt: skip
    assert len({one, *others}) == 6


def test_a_file_that_is_no_study_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    file.write_text("dear diary, " * 200)
    with pytest.raises(CalibrationError, match="cannot be used"):
        Archive(file)
    assert file.read_text().startswith("dear diary")


def test_another_study_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    Archive(file, question="one").close()
    with pytest.raises(CalibrationError, match="holds a study with 0 trials already"):
        Archive(file, question="one")
    with pytest.raises(CalibrationError, match="holds a study of something else"):
        Archive(file, question="two", resume=True)
