"""Kinds of value that a scenario file may contain, and what every part of it has in common."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, ge=0.0, le=1e15, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0.0, le=1e15, allow_inf_nan=False)]
Number = Annotated[float, Field(strict=True, ge=-1e15, le=1e15, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)]
Text = Annotated[str, Field(strict=True)]
Day = Annotated[date, Field(strict=True, ge=date(1990, 1, 1), le=date(2199, 12, 31))]
YesNo = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _one_or_many(value: object) -> object:
    """One number means the same amount every week."""
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else value


Weekly = Annotated[list[Amount], BeforeValidator(_one_or_many, json_schema_input_type=Amount | list[Amount])]
"""An amount per week: one number for every week, or a list with one number for each week."""

StageName = Literal["unaware", "attention", "attraction", "affinity", "audience", "advocacy"]
EnteredStage = Literal["attention", "attraction", "affinity", "audience", "advocacy"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PostKind = Literal["original", "curated", "user-generated", "real-time"]
PostFormat = Literal["photo", "article", "video"]
ListName = Literal["visitors", "opt-ins", "customers"]


class Part(BaseModel):
    """A part of a scenario: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
