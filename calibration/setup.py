"""What a calibration is asked, as it is written in ``calibration.toml`` beside a scenario.

>>> from calibration.setup import setup_from_text
>>> said = setup_from_text('''
... history = "history.csv"
... holdout_weeks = 6
... [free]
... "wom.affinity" = {}
... [targets.aware]
... metric = "awareness"
... unit = "share"
... sample_size = 500
... ''')
>>> said.targets["aware"].sample_size, list(said.free)
(500, ['wom.affinity'])
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import pydantic
from pydantic import Field
from pydantic_core import ErrorDetails

from scenarios.errors import Problem, ScenarioError, shown, suggest
from scenarios.fields import Day, Name, Number, Part, Positive, Share, Text
from scenarios.lines import line_of, lines_of_toml
from scenarios.syntax import syntax_problem

FILE = "calibration.toml"


class FreeEntry(Part):
    """One number that the calibration is to find; what is left out comes from the registry."""

    low: Number | None = Field(None, description="5 % of the belief lies below; with prior flat, nothing does")
    guess: Number | None = Field(None, description="the median of the belief; left out: what the scenario says")
    high: Number | None = Field(None, description="5 % of the belief lies above; with prior flat, nothing does")
    scale: Literal["log", "linear"] | None = Field(None, description="log for positive numbers when left out")
    prior: Literal["range", "flat"] = Field("range", description="flat: even between low and high, and never outside")


class TargetEntry(Part):
    """One series of the history that the model is to explain."""

    metric: Text | None = Field(None, description="a weekly metric of the glossary; left out: the name of this entry")
    column: Text | None = Field(None, description="metric of the history, if it is called differently there")
    segment: Name | None = Field(None, description="about one segment; left out: everybody")
    unit: Literal["count", "share"] = Field("count", description="share: of the market (or the segment), 0..1")
    noise: Literal["negative-binomial", "beta-binomial", "lognormal", "normal"] | None = Field(
        None, description="kind of scatter; left out: by the unit"
    )
    scatter: Share | None = Field(None, description="relative scatter of one value; left out: estimated")
    sample_size: Annotated[int, Field(strict=True, ge=1)] | None = Field(
        None, description="people asked, where a share comes from a survey"
    )
    weight: Annotated[float, Field(strict=True, ge=0.0, le=1000.0)] = Field(
        1.0, description="2: as if observed with half the variance; 0: shown, not fitted"
    )
    discrepancy: list[Literal["drift", "season", "level", "demand"]] | None = Field(
        None,
        description="what the market model is not asked to explain: drift, season, level (an unknown unit), demand "
        "that money followed; left out: drift, season where more than a year and a quarter is seen, and demand where "
        "money went up and down",
    )


class LiftEntry(Part):
    """One experiment: what a channel's money brought between two dates."""

    channel: Name = Field(description="whose paid media were compared with none")
    start: Day = Field(description="first day, a Monday")
    end: Day = Field(description="last day, included, a Sunday")
    metric: Text = Field(description="a flow of the glossary, such as revenue or purchases")
    effect: Number = Field(description="gained between the dates, over what there was without the money")
    standard_error: Positive = Field(description="of the effect, in the same unit")
    segment: Name | None = Field(None, description="about one segment; left out: everybody")
    market_share: Annotated[float, Field(strict=True, gt=0.0, le=1.0)] = Field(
        1.0, description="part of the market that was tested, such as one region of several"
    )


class Setup(Part):
    """Everything a calibration is asked, besides the scenario."""

    history: Text | None = Field(None, description="CSV file beside this one")
    columns: dict[str, Text] = Field(default_factory=dict, description="what columns of a wide history are")
    plan: Name | None = Field(None, description="plan that was carried out; left out: the first")
    holdout_weeks: Annotated[int, Field(strict=True, ge=0, le=520)] | None = Field(
        None, description="last weeks that the fit does not see; left out: 13, or a quarter of the history"
    )
    free: dict[str, FreeEntry] = Field(default_factory=dict, description="numbers to find, by name")
    targets: dict[Name, TargetEntry] = Field(default_factory=dict, description="series to explain, by any name")
    lifts: dict[Name, LiftEntry] = Field(default_factory=dict, description="experiments, by any name")


class SetupError(ScenarioError):
    """A calibration's settings cannot be used; ``problems`` lists everything by file and line."""


def read_setup(path: str | Path) -> Setup:
    """Read the settings of a calibration from a file.

    Args:
        path: of a TOML file.

    Raises:
        SetupError: the file cannot be read, or something in it is wrong; the error lists everything.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SetupError([Problem(str(path), 0, "", f"the file cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise SetupError([Problem(str(path), 0, "", "the file is not text", "save it as UTF-8")]) from None
    return setup_from_text(text, name=str(path))


def setup_from_text(text: str, *, name: str = "<text>") -> Setup:
    """Read the settings of a calibration from a text in TOML.

    Args:
        text: as in ``calibration.toml``.
        name: what messages call it.

    Raises:
        SetupError: something in it is wrong; the error lists everything.
    """
    rows = text.split("\n")
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise SetupError([syntax_problem(error, file=name, rows=rows, is_json=False)]) from None
    lines = lines_of_toml(text)
    try:
        return Setup.model_validate(data)
    except pydantic.ValidationError as error:
        problems = []
        for found in error.errors():
            place = tuple(key for key in found["loc"])
            line = line_of(lines, place)
            what, hint = _said(found, place)
            excerpt = rows[line - 1].strip() if 0 < line <= len(rows) else ""
            problems.append(Problem(name, line, ".".join(map(str, place)), what, hint, excerpt))
        raise SetupError(problems) from None


def _said(found: ErrorDetails, place: tuple[str | int, ...]) -> tuple[str, str]:
    if found["type"] == "extra_forbidden":
        known = _keys_at(place[:-1])
        return f"there is no key {shown(str(place[-1]))} here", suggest(place[-1], known)
    if found["type"] == "missing":
        return "this is missing", f"add {place[-1]} = ..."
    if found["type"] == "literal_error":
        return f"{shown(found['input'])} cannot be used", f"choose {found['ctx']['expected']}"
    message = found["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{shown(found['input'])}: {message}", ""


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    parts: dict[str, type[Part]] = {"free": FreeEntry, "targets": TargetEntry, "lifts": LiftEntry}
    return list(parts.get(str(place[0]) if place else "", Setup).model_fields)
