"""One answer read in four places: the terminal, the report, the page and the workbook say the same digits."""

import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from studio.cli import cli
from studio.formatting import amount, interval, signed
from studio.page.shelf import Shelf

METRICS = {"customers": "people", "advocates": "people", "revenue": "money", "profit": "money"}
A, B = "random-samples", "hub-samples"


@pytest.fixture(scope="module")
def four(tmp_path_factory) -> dict[str, object]:
    place = tmp_path_factory.mktemp("numbers")
    asked = ["compare", "classroom", "--plans", f"{A},{B}", "--replicates", "12", "-o", str(place / "runs" / "one")]
    told = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert told.exit_code == 0, told.output
    out = place / "out"
    exported = CliRunner().invoke(
        cli, ["export", str(place / "runs" / "one"), "--plan-name", B, "--xlsx", "-o", str(out)]
    )
    assert exported.exit_code == 0, exported.output
    return {
        "terminal": told.stdout,
        "report": text_of((place / "runs" / "one" / "report.html").read_text("utf-8")),
        "page": text_of(Shelf(place / "runs").shown("one")["html"]),
        "workbook": rows_of(out / "plan.xlsx"),
    }


def text_of(html: str) -> str:
    """What a reader sees of it: neither tags nor drawings."""
    seen = re.sub(r"<(svg|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", seen)).replace("\u00a0", " "))


def rows_of(file: Path) -> dict[str, tuple[float, ...]]:
    """Mean, ends of its interval and spread of each figure, B against A, and B's own mean."""
    book = openpyxl.load_workbook(file, data_only=True, read_only=True)
    out: dict[str, tuple[float, ...]] = {}
    for row in book["Scenarios"].iter_rows(values_only=True):
        if len(row) > 7 and row[2] == A and isinstance(row[3], int | float):
            out[f"{row[0]} against"] = tuple(float(x) for x in row[3:8])
    for row in book["Summary"].iter_rows(values_only=True):
        if row and row[0] in METRICS and isinstance(row[2], int | float):
            out[str(row[0])] = tuple(float(x) for x in row[2:7])
    return out


def said(text: str, number: str) -> bool:
    """Whether a number stands in a text by itself."""
    return re.search(rf"(?<![\d.,+-]){re.escape(number)}(?![\d,]|\.\d)", text) is not None


@pytest.mark.parametrize("metric", METRICS)
def test_differences_are_the_same_to_the_last_digit(four, metric) -> None:
    mean, low, high, *_ = four["workbook"][f"{metric} against"]
    unit = METRICS[metric]
    for number in (signed(mean, unit), interval(low, high, unit)):
        for place in ("report", "page") if metric == "profit" else ("terminal", "report", "page"):
            # the terminal is narrow: it has no difference in profit
            assert said(four[place], number), f"{metric}: {number} is not what the {place} says"


@pytest.mark.parametrize("metric", METRICS)
def test_means_are_the_same_to_the_last_digit(four, metric) -> None:
    number = amount(four["workbook"][metric][0], METRICS[metric])
    for place in ("terminal", "report", "page"):
        assert said(four[place], number), f"{metric}: {number} is not what the {place} says"


def test_the_first_sentence_is_the_same(four) -> None:
    first = re.sub(r"\s+", " ", four["terminal"].split("\n\n")[0])
    headline = re.split(r": 90 %|;", first)[0]
    for place in ("report", "page"):
        assert headline in four[place]


def test_another_number_would_be_noticed(four) -> None:
    mean = four["workbook"]["customers against"][0]
    assert not said(four["page"], signed(mean + 12_345.0, "people"))
