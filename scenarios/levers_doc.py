"""The table of all levers, written from :mod:`scenarios.levers` for people to read.

``python -m scenarios.levers_doc`` writes ``docs/levers.md`` anew; a test fails when it is out of date.
"""

from pathlib import Path

from scenarios.levers import LEVERS, ROWS, Lever
from scenarios.vocabulary import ENTERED_STAGES, Platform

DOC_PATH = Path(__file__).parent.parent / "docs" / "levers.md"

_HEAD = """\
# The levers

What a plan can do, and what a market does to it: {n} levers in {n_rows} rows. This page is written from
`scenarios/levers.py` by `python -m scenarios.levers_doc`; change the table there, not the page.
`apath levers --format json` prints the same.

* **Path** is where it is written in a scenario; `*` stands for any name, and a section for everything in it.
* **Rule** is what it does, in words and [parameters](defaults.md); the formulas stand in [the model](odd.md).
* **Cost line** is its name in the cost table of a plan.
* **Moves** names the figures that it moves first.
* **Shown by** counts the tests in `tests/levers/test_signs.py` that show that it moves what it should, and
  does nothing where it cannot.
* **Lesson** is a small scenario: `apath compare docs/levers/rewards.toml`. Its first lines say what to expect,
  of figures by their [names](metrics.md). Those that the answer does not print stand in `run.json` of the run,
  and all of them in `metrics.csv` of `apath run docs/levers/rewards.toml --plan with`. What it expects "if" a
  number is another is seen by writing that number and running it again.
"""


def levers_text() -> str:
    """The page, as it stands in the file.

    >>> levers_text().splitlines()[0]
    '# The levers'
    """
    parts = [_HEAD.format(n=len(LEVERS), n_rows=len(ROWS))]
    for row in ROWS:
        levers = [lever for lever in LEVERS.values() if lever.row == row]
        lines = [
            f"## {row[0].upper()}{row[1:]}",
            "",
            "| Lever | Path | Rule | Parameters | Cost line | Moves | Shown by | Lesson |",
            "|---|---|---|---|---|---|---|---|",
            *(_row(lever) for lever in levers),
            "",
        ]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _row(lever: Lever) -> str:
    cells = (
        f"**{lever.title}** (`{lever.name}`): {lever.summary}",
        ", ".join(f"`{path}`" for path in lever.paths),
        lever.rule,
        ", ".join(f"`{name}`" for name in grouped(lever.parameters)) or "none",
        ", ".join(lever.cost_lines) or "free",
        ", ".join(lever.metrics),
        ", ".join(_test(test) for test in lever.tests),
        f"[{lever.example}](levers/{lever.example}.toml)",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _test(test: str) -> str:
    """A test by what it says: ``moves (rewards-talk)``, ``idle (rewards)`` or its name."""
    name = test.split("::")[1]
    for long, short in (("test_it_moves_what_it_should", "moves"), ("test_it_does_nothing_where_it_cannot", "idle")):
        if name.startswith(f"{long}["):
            return f"{short} ({name[len(long) + 1 : -1]})"
    return name.removeprefix("test_").replace("_", " ")


def grouped(parameters: tuple[str, ...]) -> list[str]:
    """Parameters with one name for each ladder, for each number of a platform and for each number of a post.

    >>> grouped(("paid.attention", "paid.attraction", "content.video.reach", "rival.pull"))
    ['paid.<stage>', 'content.video.<number>', 'rival.pull']
    """
    out: dict[str, None] = {}
    platforms = {str(platform) for platform in Platform}
    several = len({name.split(".")[1] for name in parameters if name.startswith("platform.")}) > 1
    for name in parameters:
        words = name.split(".")
        if words[-1] in ENTERED_STAGES:
            words[-1] = "<stage>"
        elif several and words[0] == "platform" and words[1] in platforms:
            words[1] = "<platform>"
        elif words[0] == "content" and words[2] in ("reach", "pull", "depth", "share"):
            words[2] = "<number>"
        out[".".join(words)] = None
    return list(out)


if __name__ == "__main__":
    DOC_PATH.parent.mkdir(exist_ok=True)
    DOC_PATH.write_text(levers_text(), encoding="utf-8", newline="\n")
