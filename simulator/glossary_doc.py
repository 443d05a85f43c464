"""The page that explains every weekly metric, written from the glossary for people to read.

``python -m simulator.glossary_doc`` writes ``docs/metrics.md`` anew; a test fails when it is out of date.
"""

from collections.abc import Iterator
from pathlib import Path

from simulator.glossary import CHAPTERS, GLOSSARY, KINDS, LEVELS, SOURCES, Entry

DOC_PATH = Path(__file__).parent.parent / "docs" / "metrics.md"

_HEAD = """\
# What is measured

Every metric of the weekly table: `metrics.csv` in the folder of `apath run`, and the data frame that
`simulator.weekly.weekly_table` returns. `apath metrics` lists them too. This page is written from
`simulator/glossary.py` by `python -m simulator.glossary_doc`; change the glossary, not the page.

The table is tidy: `week`, `week_start`, `brand`, `segment`, `part`, `metric`, `value`. `part` is a channel or a
lever. `(all)` stands for all segments, or for all channels or levers together. A cell without a value is
undefined, for the reason given here; every other metric always has a value. Weeks of a warm-up are left out, and
people are people of the market, not simulated consumers.

Simulated consumers decide what is counted: who moves, buys, complains, opts in. Sights, clicks, likes and
conversations are not drawn one by one; they are expectations, worked out from the plan and from how many follow,
talk or are on a list in the simulation. They have no luck of their own.

"""


def glossary_text() -> str:
    """The page, as it stands in the file.

    >>> glossary_text().splitlines()[0]
    '# What is measured'
    """
    return _HEAD + "\n".join((*_meanings(), *_chapters(), *_choices()))


def _meanings() -> Iterator[str]:
    for title, words in (("Source", SOURCES), ("Level", LEVELS), ("Kind", KINDS)):
        yield f"| {title} | Meaning |"
        yield "|---|---|"
        yield from (f"| {word} | {meaning} |" for word, meaning in words.items())
        yield ""


def _chapters() -> Iterator[str]:
    for title, first, last in CHAPTERS:
        names = list(GLOSSARY)
        yield f"## {title}"
        yield ""
        yield "| Metric | Unit | Meaning | Formula | Source | Level | Kind | Undefined when |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_row(GLOSSARY[name]) for name in names[names.index(first) : names.index(last) + 1])
        yield ""


def _row(entry: Entry) -> str:
    cells = (
        f"`{entry.name}`", entry.unit, entry.summary, entry.formula, entry.source, entry.level, entry.kind,
        entry.undefined,
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _choices() -> Iterator[str]:
    from simulator.indices import Choices

    ours = Choices()
    yield "## What can be chosen otherwise"
    yield ""
    yield "The Social Action Index was described without its inputs and weights. These are ours. Its level means"
    yield f"nothing; a trend is told after {ours.trend_weeks} weeks. The baseline is the mean of the first"
    yield f"{ours.baseline_weeks} weeks; inputs that are nought there are left out."
    yield ""
    yield "| Category | Weight | Inputs |"
    yield "|---|---:|---|"
    for category, names in ours.inputs.items():
        yield f"| {category} | {ours.weights[category]:g} | {', '.join(f'`{name}`' for name in names)} |"
    yield ""
    yield "Points of the activity score: {:g} a discussion, {:g} a comment, {:g} a like or share.".format(
        *ours.activity
    )
    yield "Earned media value takes each channel's own CPM. All of it can be set:"
    yield ""
    yield "```python"
    yield "from simulator.indices import Choices"
    yield "from simulator.weekly import weekly_table"
    yield ""
    yield 'mine = Choices(weights={"awareness": 1, "consideration": 2, "loyalty": 2, "advocacy": 1}, earned_cpm=4.0)'
    yield "frame = weekly_table(outcome, scenario, plan, choices=mine)"
    yield "```"
    yield ""


if __name__ == "__main__":
    DOC_PATH.parent.mkdir(exist_ok=True)
    DOC_PATH.write_text(glossary_text(), encoding="utf-8", newline="\n")
