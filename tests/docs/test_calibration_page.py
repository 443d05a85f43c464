"""The page on calibration says what the settings file takes."""

import re
from pathlib import Path

import pytest

from calibration.setup import FreeEntry, LiftEntry, Setup, TargetEntry, setup_from_text
from studio.calibration_dir import OURS
from studio.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-calibrate.md").read_text("utf-8")
EXAMPLE = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]


def test_the_example_is_read() -> None:
    said = setup_from_text(EXAMPLE)
    assert said.holdout_weeks == 13
    assert said.targets["awareness"].sample_size == 800
    assert said.lifts["spring"].market_share == 0.25


@pytest.mark.parametrize("part", [Setup, FreeEntry, TargetEntry, LiftEntry])
def test_every_key_is_in_the_example(part: type) -> None:
    assert [key for key in part.model_fields if not re.search(rf"\b{key}\b", EXAMPLE)] == []


def test_every_file_is_explained() -> None:
    assert [name for name in OURS if f"`{name}`" not in PAGE and name != "calibrated.json"] == []


def test_every_option_exists() -> None:
    known = {name for option in cli.commands["calibrate"].params for name in option.opts}
    known |= {name for option in cli.commands["new"].params for name in option.opts}
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) - known == set()


def test_lines_are_short_enough_to_read() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 110] == []
