"""A small scenario without faults, to be broken in the tests."""

from pathlib import Path

from scenarios.errors import Problem, ScenarioError
from scenarios.load import load_scenario

HERE = "<-- here"

BASE = """\
name = "corner-shop"
title = "Corner shop"
start = 2027-01-04
weeks = 8
currency = "USD"
roster = "roster.csv"

[market]
size = 10_000
consumers = 500

[segments.young]
share = 0.4
channels = { feed = 0.8, screen = 0.5 }

[segments.old]
share = 0.6
channels = { screen = 0.9, letter = 0.5 }

[channels.feed]
platform = "instagram"

[channels.screen]
platform = "television"

[channels.letter]
platform = "website"

[graph]
kind = "blocks"

[word_of_mouth]
talk_from = "audience"

[brand]
title = "Ours"
price = 4.50

[brand.start]
attention = 0.1

[rivals.other]
title = "Other"
price = 4.00

[parameters]
"wom.p_skip" = 0.2

[plans.baseline]
title = "Baseline"

[plans.baseline.media.feed]
weekly = 100

[plans.baseline.media.screen]
weekly = [
  10, 20, 30, 40,
  50, 60, 70, 80,
]

[plans.baseline.posts.feed]
weekly = 2
cost_per_post = 5

[[plans.baseline.bookings]]
influencer = "ana"
dates = [2027-01-07, 2027-01-21]

[[plans.baseline.bookings]]
influencer = "bo"
posts = 2
start = 2027-01-08

[[plans.baseline.seeding]]
people = 50
unit_cost = 2.5

[plans.other]
as = "baseline"
title = "As the baseline, but with flights"

[plans.other.media.screen]
flights = [
  { start = 2027-01-04, end = 2027-01-17, weekly = 100 },
  { start = 2027-02-01, end = 2027-02-14, weekly = 100 },
]
"""

ROSTER = """\
name,channel,followers,in_market,cost_per_post,min_posts,max_posts,available_from,available_to,audience:young
ana,feed,2000,0.5,100,1,4,,,1.5
bo,feed,"12,000",0.25,300,,3,2027-01-05,2027-02-20,
"""

BUDGET = """\
channel,2027-01-04,2027-01-11,2027-01-18,2027-01-25
feed,100,200,,50
screen,"1,000",2000,3000,4000
"""

FILES = {"roster.csv": ROSTER}


def write(folder: Path, text: str | bytes, files: dict[str, str | bytes] | None = None) -> Path:
    """Put a scenario and its CSV files into a folder."""
    for name, content in {**FILES, **(files or {})}.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    path = folder / "scenario.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def edited(text: str, *edits: tuple[str, str]) -> str:
    """A text with each old passage replaced by a new one; every old passage must stand there once."""
    for old, new in edits:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def here(text: str) -> int:
    """The line with the marker."""
    marked = [number for number, row in enumerate(text.split("\n"), start=1) if HERE in row]
    assert len(marked) == 1, marked
    return marked[0]


def problems_of(path: str | Path) -> list[Problem]:
    """What is wrong with a scenario; the test fails if nothing is, or if the message is for programmers."""
    try:
        load_scenario(path)
    except ScenarioError as error:
        said = str(error)
        for jargon in ("pydantic", "type=", "Traceback", "Input should", "errors.pydantic.dev", "NoneType"):
            assert jargon not in said
        n = len(error.problems)
        assert said.endswith(f"{n} problem{'s' if n != 1 else ''}; nothing was run.")
        return error.problems
    raise AssertionError("the scenario was accepted")
