"""The settings of a calibration: what is wrong is said by file and line."""

from pathlib import Path

import pytest

from calibration.setup import SetupError, read_setup, setup_from_text


def test_everything_wrong_is_said_with_its_line() -> None:
    text = 'history = "h.csv"\n[free]\n"wom.affinity" = { lo = 1 }\n[targets.sold]\nnoise = "gauss"\nweight = -1\n'
    with pytest.raises(SetupError) as caught:
        setup_from_text(text, name="calibration.toml")
    said = str(caught.value)
    assert "calibration.toml:3: free.wom.affinity.lo: there is no key “lo” here" in said
    assert "did you mean “low”?" in said
    assert "calibration.toml:5: targets.sold.noise: “gauss” cannot be used" in said
    assert "calibration.toml:6: targets.sold.weight" in said
    assert len(caught.value.problems) == 3


def test_what_a_lift_test_lacks_is_named() -> None:
    with pytest.raises(SetupError) as caught:
        setup_from_text('[lifts.a]\nchannel = "tv"\nstart = 2027-01-04\nend = 2027-01-31\nmetric = "revenue"\n')
    assert "lifts.a.effect: this is missing" in str(caught.value)
    assert "hint: add standard_error = ..." in str(caught.value)


def test_broken_toml_is_no_traceback() -> None:
    with pytest.raises(SetupError) as caught:
        setup_from_text("[free\n", name="c.toml")
    assert caught.value.problems[0].line == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="the file cannot be read"):
        read_setup(tmp_path / "calibration.toml")


def test_nothing_said_means_the_usual() -> None:
    said = setup_from_text("")
    assert said.holdout_weeks is None and not said.targets
    assert setup_from_text("[targets.sold]\nmetric = 'purchases'").targets["sold"].discrepancy is None
