"""The sheets Long, Influencers, Plan, Manifest and Source: every other part of a plan, for people and for machines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scenarios.explain import field_at
from scenarios.lines import Path
from scenarios.plan import Plan
from scenarios.schema import Scenario
from studio.workbook.book import COUNT, EDIT, MUTED, PRICE, Book
from studio.workbook.flowchart_sheet import Placed, cell
from studio.workbook.layout import (
    CONTINUED,
    FLOWCHART,
    HEAD_ROW,
    INFLUENCERS,
    LONG,
    LONG_HEAD,
    MANIFEST,
    MANIFEST_HEAD,
    PLAN,
    PLAN_HEAD,
    POST_HEAD,
    SOURCE,
    SOURCE_HEAD,
    UNITS,
)
from studio.workbook.lines import Line, plan_weeks
from studio.workbook.paths import flattened, said
from studio.workbook.posts import REACH_NOTE, PostRow
from studio.workbook.source import Part
from studio.workbook.texts import LONGEST, quoted, to_text, to_toml

if TYPE_CHECKING:
    import xlsxwriter.worksheet


def _head(book: Book, sheet: "xlsxwriter.worksheet.Worksheet", title: str, notes: Sequence[str]) -> None:
    book.text(sheet, 0, 0, title, bold=True, font_size=13)
    for place, note in enumerate(notes, start=1):
        book.text(sheet, place, 0, note, font_color=MUTED, italic=True)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def long_sheet(book: Book, scenario: Scenario, lines: Sequence[Line], *, flowchart: Placed, units: Placed) -> None:
    """Write one row for each line and week; its numbers follow Flowchart and Units.

    Args:
        book: the workbook.
        scenario: dates and currency.
        lines: of the plan.
        flowchart: where Flowchart has its lines.
        units: where Units has its lines.
    """
    from simulator.calendar import week_label

    sheet = book.sheet(LONG)
    book.heads(sheet, 0, LONG_HEAD)
    row = 1
    for line in lines:
        for week, day in enumerate(plan_weeks(scenario)):
            known = (*line.label, week_label(day), day)
            for column, value in enumerate(known):
                book.value(sheet, row, column, value)
            if line.editable == "units":
                there = cell(units.rows[line.label], units.first + week)
                book.formula(sheet, row, 5, f"={UNITS}!{there}", line.units[week], num_format="General")
            elif line.units:
                book.value(sheet, row, 5, line.units[week])
            book.text(sheet, row, 6, line.unit)
            if line.in_flowchart:
                there = cell(flowchart.rows[line.label], flowchart.first + week)
                book.formula(sheet, row, 7, f"={FLOWCHART}!{there}", line.money[week], num_format="General")
            book.text(sheet, row, 8, scenario.currency)
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(row - 1, 1), len(LONG_HEAD) - 1)
    sheet.set_column(0, 2, 17)
    sheet.set_column(3, 8, 11)


def influencers_sheet(book: Book, scenario: Scenario, posts: Sequence[PostRow]) -> None:
    """Write one row for each booked post, then the roster.

    Args:
        book: the workbook.
        scenario: roster and currency.
        posts: of the plan.
    """
    sheet = book.sheet(INFLUENCERS)
    notes = (
        "Blue cells may be edited: change a date, delete a row, or add one below without a number.",
        REACH_NOTE,
        "EMV (earned media value) is no revenue: expected sights at the rate card, money per 1,000 impressions.",
    )
    _head(book, sheet, f"Booked posts, money in {scenario.currency}", notes)
    book.heads(sheet, HEAD_ROW - 1, POST_HEAD)
    for row, post in enumerate(posts, start=HEAD_ROW):
        shown = (
            (post.booking, "General", EDIT), (post.influencer, "General", EDIT), (post.channel, "General", MUTED),
            (post.day, "General", EDIT), (post.fee, book.money, MUTED), (post.sights, COUNT, MUTED),
            (post.cpm, PRICE, MUTED), (post.media_value, book.money, MUTED), (post.remark, "General", MUTED),
        )  # fmt: skip
        for column, (value, style, colour) in enumerate(shown):
            book.value(sheet, row, column, value, num_format=style, font_color=colour)
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 8, 14)
    right = len(POST_HEAD) + 1
    sheet.set_column(right, right, 18)
    sheet.set_column(right + 1, right + 8, 11)
    heads = ("Roster", "Channel", "Followers", "Share in market", "Fee", "Least posts", "Most posts", "From", "To")
    book.heads(sheet, HEAD_ROW - 1, heads, right)
    for row, (name, who) in enumerate(scenario.influencers.items(), start=HEAD_ROW):
        known = (
            name, who.channel, who.followers, who.in_market, who.cost_per_post, who.min_posts or None, who.max_posts,
            who.available_from, who.available_to,
        )  # fmt: skip
        for column, value in enumerate(known, start=right):
            book.value(sheet, row, column, value, font_color=MUTED)


def plan_rows(data: dict[str, Any], lines: Sequence[Line], *, with_bookings: bool) -> list[tuple[Path, Any]]:
    """What the grids do not hold, by path: everything but amounts by week, and bookings where they have a sheet.

    Args:
        data: the plan as plain data.
        lines: of the plan.
        with_bookings: whether bookings stand here too.
    """
    in_grid = {(*line.path, line.key) for line in lines if line.key}
    return [
        (path, value)
        for path, value in flattened(data)
        if path not in in_grid and (with_bookings or path[0] != "bookings")
    ]


def plan_sheet(book: Book, rows: Sequence[tuple[Path, Any]]) -> None:
    """Write what the grids do not hold, as path, value and meaning.

    Args:
        book: the workbook.
        rows: from :func:`plan_rows`.
    """
    sheet = book.sheet(PLAN)
    notes = (
        "Blue cells may be edited; deleting a row takes its setting back; any key of a plan may be added as a row.",
        'Lists are written as ["mon", "wed"], dates as 2027-01-04.',
    )
    _head(book, sheet, "All other settings of the plan", notes)
    book.heads(sheet, HEAD_ROW - 1, PLAN_HEAD)
    row = HEAD_ROW
    for path, value in rows:
        field = field_at(("plans", "plan", *path))
        for n, piece in enumerate(pieces_of(value)):
            book.text(sheet, row, 0, said(path) + (CONTINUED if n else ""))
            look = {"num_format": "General", "font_color": EDIT, "align": "left"}
            book.value(sheet, row, 1, piece, **look)
            book.text(sheet, row, 2, (field.description or "") if field and not n else "", font_color=MUTED)
            row += 1
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 70)


def pieces_of(value: Any) -> list[Any]:
    """A value as it goes into one cell or several, none of them too long."""
    if isinstance(value, list):
        pieces: list[list[str]] = [[]]
        for entry in map(to_toml, value):
            if sum(map(len, pieces[-1])) + 2 * len(pieces[-1]) + len(entry) > LONGEST:
                pieces.append([])
            pieces[-1].append(entry)
        return [f"[{', '.join(piece)}]" for piece in pieces]
    if isinstance(value, str):
        text = to_text(value)
        step = LONGEST // 10  # one letter may take ten
        return [text] if len(text) <= LONGEST else [quoted(value[at : at + step]) for at in range(0, len(value), step)]
    return ["{}"] if value == {} else [value]


def manifest_sheet(book: Book, rows: Mapping[str, object]) -> None:
    """Write where the workbook comes from.

    Args:
        book: the workbook.
        rows: what and value.
    """
    sheet = book.sheet(MANIFEST)
    _head(book, sheet, "Where this comes from", ("A copy: nothing here is to be edited.",))
    book.heads(sheet, HEAD_ROW - 1, MANIFEST_HEAD)
    for row, (what, value) in enumerate(rows.items(), start=HEAD_ROW):
        book.text(sheet, row, 0, what)
        book.value(sheet, row, 1, value, align="left")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)


def source_sheet(book: Book, parts: Sequence[Part]) -> None:
    """Write the scenario and the plan as they were, on a hidden sheet.

    Args:
        book: the workbook.
        parts: from :func:`studio.workbook.source.parts_of`.
    """
    sheet = book.sheet(SOURCE)
    book.heads(sheet, 0, SOURCE_HEAD)
    for row, part in enumerate(parts, start=1):
        for column, value in enumerate((part.name, part.sha256, part.number, part.text)):
            book.value(sheet, row, column, value)
    sheet.hide()


def left_out(scenario: Scenario, plan: Plan) -> str:
    """What a plan's sums leave out because it depends on what people do; empty if nothing.

    Args:
        scenario: the scenario.
        plan: the plan.
    """
    from studio.inspection import costs_on_top

    levers = costs_on_top(plan)
    return f"Not in these sums, as it follows from what people do: {', '.join(levers)}." if levers else ""
