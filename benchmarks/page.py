"""Writing the last run into a page of the documents, or as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import Row, as_markdown

BEGIN, END = "<!-- last run: written by python -m benchmarks --save -->", "<!-- end of last run -->"


def save(path: Path, rows: Sequence[Row], facts: dict[str, str]) -> None:
    """Keep a run: between the two marks of a Markdown page, or as a JSON file of its own.

    Args:
        path: a page that ends in ``.md`` and has both marks, or a name that ends in ``.json``.
        rows: what was measured.
        facts: machine, versions, load and whatever else was the case.

    Raises:
        ValueError: another kind of file, or a page without the marks.
    """
    if path.suffix == ".json":
        kept = {"facts": facts, "rows": [row.as_dict() for row in rows]}
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return
    if path.suffix != ".md":
        raise ValueError(f"save to a page (.md) or a JSON file (.json), not {path.name}")
    text = path.read_text("utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{path.name} has no place for the table; it needs the lines {BEGIN} and {END}")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    told = "\n".join(f"* {name}: {value}" for name, value in facts.items())
    path.write_text(f"{before}{BEGIN}\n\n{told}\n\n{as_markdown(rows)}\n\n{END}{after}", "utf-8")
