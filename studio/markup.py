"""Small pieces of a page: everything that a user wrote is escaped here and nowhere else."""

from collections.abc import Sequence
from html import escape as esc

from studio.svg import NAMESPACE, Chart

__all__ = [
    "details", "esc", "exhibit", "facts", "grouped_table", "items", "paragraph", "pictures", "section", "sections",
    "table",
]  # fmt: skip


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text.

    >>> paragraph("a < b", "note")
    '<p class="note">a &lt; b</p>'
    """
    held = text.replace(" %", "\u00a0%")  # a number and its sign stay together
    return f"<p{_class(kind)}>{esc(held)}</p>"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def items(texts: Sequence[str]) -> str:
    """A list of plain texts."""
    return "<ul>" + "".join(f"<li>{esc(text)}</li>" for text in texts) + "</ul>"


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and what they are, side by side."""
    rows = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{rows}</dl>'


def table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    words: Sequence[int] = (),
    marks: Sequence[int | None] = (),
    groups: Sequence[tuple[str, int]] = (),
    kind: str = "",
) -> str:
    """A table of texts; the first entry of each row names it, the others are numbers unless said otherwise.

    Args:
        caption: what the table shows.
        head: one title for each column.
        rows: as many entries as titles.
        words: numbers of further columns that hold words.
        marks: number of the plan whose colour goes before each row's name.
        groups: a line above the head: titles and how many columns each spans.
        kind: CSS class.
    """
    above = ""
    if groups:
        spans = "".join(
            f'<th colspan="{n}" scope="colgroup">{esc(text)}</th>' if text else f'<td colspan="{n}"></td>'
            for text, n in groups
        )
        above = f"<tr>{spans}</tr>"
    body = "".join(_row(row, words, marks[r] if r < len(marks) else None) for r, row in enumerate(rows))
    return _framed(caption, f"{above}{_titles(head, words)}", f"<tbody>{body}</tbody>", kind)


def grouped_table(
    caption: str,
    head: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]],
    *,
    words: Sequence[int] = (),
) -> str:
    """A table whose rows stand in groups under a heading of their own.

    Args:
        caption: what the table shows.
        head: one title for each column.
        groups: heading and rows of each group.
        words: numbers of further columns that hold words.
    """
    parts = []
    for title, rows in groups:
        over = f'<tr class="over"><th colspan="{len(head)}" scope="rowgroup">{esc(title)}</th></tr>'
        parts.append(f"<tbody>{over}{''.join(_row(row, words, None) for row in rows)}</tbody>")
    return _framed(caption, _titles(head, words), "".join(parts), "grouped")


def _framed(caption: str, head: str, body: str, kind: str) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(caption)}">'
        f"<table{_class(kind)}><caption><span>{esc(caption)}</span></caption><thead>{head}</thead>{body}</table></div>"
    )


def _titles(head: Sequence[str], words: Sequence[int]) -> str:
    cells = "".join(
        f'<th scope="col"{_class("w" if c == 0 or c in words else "")}>{esc(text)}</th>' if text else "<td></td>"
        for c, text in enumerate(head)
    )
    return f"<tr>{cells}</tr>"


def _row(row: Sequence[str], words: Sequence[int], mark: int | None) -> str:
    first = f'<i class="mark p{mark % 8}"></i>' if mark is not None else ""
    cells = [f'<th scope="row">{first}{_lines(row[0])}</th>']
    cells += [f"<td{_class('w' if c in words else '')}>{_lines(text)}</td>" for c, text in enumerate(row[1:], start=1)]
    return f"<tr>{''.join(cells)}</tr>"


def _lines(text: str) -> str:
    """A cell; what follows a line break is smaller, as it explains what stands above it."""
    first, *more = text.split("\n")
    return esc(first) + "".join(f"<small>{esc(line)}</small>" for line in more)


def details(summary: str, body: str) -> str:
    """Something that is opened by those who want it."""
    return f"<details><summary>{esc(summary)}</summary>{body}</details>"


def pictures(charts: Sequence[Chart], *, kind: str = "") -> str:
    """Pictures beside each other where there is room, each with its caption."""
    out = []
    for chart in charts:
        mark = f'<i class="mark p{chart.plan % 8}"></i>' if chart.plan is not None else ""
        note = "".join(f"<span>{esc(line)}</span>" for line in chart.note.split("\n") if line)
        svg = chart.svg.replace(f' xmlns="{NAMESPACE}"', "", 1)
        if chart.least_width:
            wide = f'<div class="least least-{least_class(chart.least_width)}">{svg}</div>'
            svg = f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(chart.title)}, drawn">{wide}</div>'
        out.append(f"<figure><figcaption>{mark}<b>{esc(chart.title)}</b>{note}</figcaption>{svg}</figure>")
    return f'<div class="charts {kind}">{"".join(out)}</div>' if out else ""


LEAST_WIDTHS = range(320, 3201, 80)
"""Widths in pixels for which a page has a rule: a wide picture is scrolled rather than shrunk below one of them."""


def least_class(width: int) -> int:
    """The next width that a page has a rule for.

    >>> least_class(606), least_class(99_999)
    (640, 3200)
    """
    return next((known for known in LEAST_WIDTHS if known >= width), LEAST_WIDTHS[-1])


def least_rules() -> str:
    """The rules for the least width of pictures, as CSS."""
    return "".join(f".least-{width}{{min-width:{width}px}}" for width in LEAST_WIDTHS)


def exhibit(title: str, charts: Sequence[Chart], numbers: str, *, note: str = "", kind: str = "") -> str:
    """Pictures with their heading, how to read them, and their numbers to open.

    Args:
        title: the heading.
        charts: the pictures.
        numbers: the data table behind them.
        note: how to read them.
        kind: CSS class of the group of pictures.
    """
    how = paragraph(note, "how") if note else ""
    data = details(f"Numbers: {title[0].lower()}{title[1:]}", numbers) if numbers else ""
    return f'<div class="exhibit"><h3>{esc(title)}</h3>{how}{pictures(charts, kind=kind)}{data}</div>'


def section(name: str, title: str, *parts: str) -> str:
    """A part of the page under its heading."""
    return (
        f'<section id="{name}" aria-labelledby="{name}-h"><h2 id="{name}-h">{esc(title)}</h2>{"".join(parts)}</section>'
    )


def sections(parts: Sequence[tuple[str, str, str]]) -> str:
    """The parts of a page one below the other, those that are empty left out; links to the others below the first.

    Args:
        parts: name, title and HTML of each.
    """
    kept = [part for part in parts if part[2]]
    contents = "".join(f'<li><a href="#{name}">{esc(title)}</a></li>' for name, title, _ in kept[1:])
    first, *others = (section(name, title, body) for name, title, body in kept)
    return "\n".join([first, f'<nav aria-label="Contents"><ul>{contents}</ul></nav>', *others])
