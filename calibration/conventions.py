"""Which columns a history has: the conventions of known tools recognised, and put forward for approval.

>>> proposal = recognise(["date_week", "y", "tv_spend"], [["2027-01-04", "10", "5"], ["2027-01-11", "12", "0"]])
>>> [use.text for use in proposal.uses]
['date', 'revenue', 'spend:tv']
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calibration.column_use import (
    CONTROL,
    ColumnUse,
    channel_name,
    metric_named,
    snake,
    use_of,
)
from calibration.history_file import is_missing, meant, number_of
from calibration.periods import NotADayError, read_day

_DATES = (
    "date", "time", "ds", "day", "week", "month", "year", "date_week", "date_day", "week_start", "week_start_date",
    "period_start", "wk_strt_dt", "week_of", "week_beginning", "isoweek", "iso_week",
)  # fmt: skip
_PARTS_OF_A_DATE = ("day", "week", "month", "year")
_GEOS = ("geo", "region", "dma", "territory", "territory_name", "country", "state", "market")
_CHANNELS = ("channel", "platform", "network", "publisher")
_CALENDAR = re.compile(
    r"t|trend|day_?of_?(year|week|month)|week_?(of_?year|nbr|number)?|quarter|month|year|yr|qtr"
    r"|(yr|qtr|wk|wk_in_yr|prd)(_nbr)?|index|row|unnamed_0"
)
_PARTS = re.compile(r"x\d+_(adstock\w*|saturat\w*|effect|contribution)|y\d\d+|epsilon|noise|cs|cc|z|seasonality")
_NOT_OURS = re.compile(r"competitor|competition|rival")
_SUFFIXES = {
    "spend": "spend", "spends": "spend", "cost": "spend", "costs": "spend", "adspend": "spend",
    "impression": "impressions", "impressions": "impressions", "imps": "impressions", "views": "impressions",
    "click": "clicks", "clicks": "clicks", "reach": "reach", "frequency": "frequency", "grp": "grps", "grps": "grps",
}  # fmt: skip
_ALONE = ("advertising", "adspend", "ad_spend", "media_spend", "marketing", "marketing_spend", "spend", "cost")
_PER_PURCHASE = re.compile(r"(revenue|value|price)_per_(kpi|conversion|order|purchase|customer)")
_TEXTS_OF_A_FLAG = 12


@dataclass(frozen=True)
class Proposal:
    """How the columns of a file would be read.

    Attributes:
        convention: name of the convention that the header follows, in words.
        uses: one for each column, in the order of the file.
        notes: what the owner should know before approving.
    """

    convention: str
    uses: tuple[ColumnUse, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Convention:
    name: str
    fits: Callable[[list[str]], bool]
    read: Callable[[str], ColumnUse | None]
    notes: tuple[str, ...] = ()


def recognise(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> Proposal:
    """Say what each column of a wide file probably holds, and why; nothing is read before you approve it.

        >>> for use in recognise(["DATE", "revenue", "tv_S"], [["2027-01-04", "10", "2"]]).uses:
        ...     print(use.column, "->", use.text)
        DATE -> date
        revenue -> revenue
        tv_S -> spend:tv

    Args:
        header: names of the columns as they are written.
        sample_rows: cells of some rows, or of all; they tell columns of numbers from columns of text.

    Returns:
        A use for each column. Columns of numbers that no convention knows become controls.
    """
    names = list(header)
    convention = next(one for one in _CONVENTIONS if one.fits(names))
    cells = [[row[place] for row in sample_rows if place < len(row)] for place in range(len(names))]
    uses = [
        _as_cells_allow(convention.read(name) or _generic(name, column), column)
        for name, column in zip(names, cells, strict=True)
    ]
    uses = _once(_once(uses, "date", "follows from the date"), "channel", "another column names the channel")
    if all(use.role != "date" for use in uses):
        uses = _with_a_date(uses, cells)
    return Proposal(convention.name, tuple(uses), convention.notes)


def proposal_text(proposal: Proposal) -> str:
    """The proposal as a table to be looked over: column, what it is read as, and why.

    >>> print(proposal_text(recognise(["DATE", "tv_S"], [["2027-01-04", "2"]])))
    convention: Robyn
    <BLANKLINE>
    column | is read as | because
    -------+------------+----------------------------------
    DATE   | date       | names the days
    tv_S   | spend:tv   | _S marks money spent on a channel
    """
    rows = [("column", "is read as", "because"), *((use.column, use.text, use.why) for use in proposal.uses)]
    first, second, third = (max(len(row[place]) for row in rows) for place in range(3))
    said = [f"{a:<{first}} | {b:<{second}} | {c}".rstrip() for a, b, c in rows]
    said.insert(1, f"{'-' * first}-+-{'-' * second}-+-{'-' * third}")
    notes = [f"note: {note}" for note in proposal.notes]
    return "\n".join([f"convention: {proposal.convention}", "", *said, *([""] if notes else []), *notes])


def _once(uses: list[ColumnUse], role: str, why: str) -> list[ColumnUse]:
    """One column alone in a role: a full name such as date before parts of it such as year."""
    found = [use for use in uses if use.role == role]
    first = next((use for use in found if snake(use.column) not in _PARTS_OF_A_DATE), found[0] if found else None)
    return [use_of(use.column, "ignore", why) if use in found and use is not first else use for use in uses]


# ------------------------------------------------------------------------------------------- one column at a time


def _generic(name: str, cells: Sequence[str]) -> ColumnUse:
    """What a column is by its name alone, in plain words that many files share."""
    word = snake(name)
    if word in _DATES and _looks_like_days(cells):
        return use_of(name, "date", "names the days")
    if word in _GEOS and not _numeric(cells):
        return use_of(name, "geo", "names the place")
    if word in _CHANNELS and not _numeric(cells):
        return use_of(name, "channel", "names the channel of each row")
    if word in ("currency", "currency_code"):
        return use_of(name, "currency", "names the currency")
    if word in ("population", "pop"):
        return use_of(name, "population", "people in each place")
    if _PER_PURCHASE.fullmatch(word):
        return use_of(name, "unit_revenue", "revenue = purchases × this")
    if _CALENDAR.fullmatch(word):
        return use_of(name, "ignore", "follows from the date")
    if word.endswith("_control") or word.startswith("control_"):
        return _control(name, "_control marks a control")
    if _NOT_OURS.search(word):
        return _control(name, "what rivals do")
    if word in _SUFFIXES:
        return use_of(name, _SUFFIXES[word], "its name")
    if word in _ALONE:
        return use_of(name, f"spend:{channel_name(name)}", "money spent, on one channel")
    if metric := metric_named(word):
        return use_of(name, metric, "its name" if metric == word else f"another word for {metric}")
    return _by_ends(name, word) or _control(name, "a column of numbers that no convention knows")


def _by_ends(name: str, word: str) -> ColumnUse | None:
    """A metric and a channel, in either order."""
    for metric_word, metric in _SUFFIXES.items():
        if word.endswith(f"_{metric_word}"):
            channel = channel_name(name[: -len(metric_word)])
        elif word.startswith(f"{metric_word}_"):
            channel = channel_name(name[len(metric_word) :])
        else:
            continue
        if channel:
            return use_of(name, f"{metric}:{channel}", f"“{metric_word}” and a channel")
    head, _, tail = word.rpartition("_")
    outcome = metric_named(tail)
    if outcome not in ("purchases", "revenue"):
        return None
    if head in ("total", "net", "gross", "all"):
        return use_of(name, outcome, f"another word for {outcome}")
    return use_of(name, f"{outcome}:{channel_name(name[: -len(tail)])}", f"“{tail}” and a channel")


def _control(name: str, why: str) -> ColumnUse:
    return use_of(name, f"{CONTROL}{name.removesuffix('_control')}", why)


def _as_cells_allow(use: ColumnUse, cells: Sequence[str]) -> ColumnUse:
    """A use of numbers needs numbers: columns of text become flags, or are left out."""
    if use.role in ("date", "geo", "channel", "currency", "ignore") or not cells:
        return use
    held = [cell for cell in cells if not is_missing(cell)]
    if not held and all(not cell for cell in cells):
        return use_of(use.column, "ignore", "the column is empty")
    if held and _numeric(held):
        return use
    if use.role != "control":
        return use  # its cells are wrong, and are said to be so
    words = list(dict.fromkeys(held))
    if len(words) > _TEXTS_OF_A_FLAG or len(held) == len(cells):
        return use_of(use.column, "ignore", "holds text, not numbers")
    why = f"text in {len(held)} of {len(cells)} rows: 1 where there is any, else 0"
    return use_of(use.column, f"flag:{use.column}", why)


def _numeric(cells: Sequence[str]) -> bool:
    """Whether most cells hold numbers, plain or not."""
    held = [cell for cell in cells if not is_missing(cell)]
    numbers = sum(number_of(cell) is not None or meant(cell) is not None for cell in held)
    return 2 * numbers > len(held)


def _looks_like_days(cells: Sequence[str]) -> bool:
    """Whether the cells could be dates, well written or not; numbers such as 3 for March are none."""
    held = [cell for cell in cells if not is_missing(cell)]
    return not held or any(_is_day(cell) or not _numeric([cell]) for cell in held)


def _is_day(cell: str) -> bool:
    try:
        read_day(cell)
    except NotADayError:
        return False
    return True


def _with_a_date(uses: list[ColumnUse], cells: list[list[str]]) -> list[ColumnUse]:
    """The first column whose cells are all dates is the date, where no name says so."""
    for place, column in enumerate(cells):
        if column and all(_is_day(cell) for cell in column):
            return [*uses[:place], use_of(uses[place].column, "date", "its cells are dates"), *uses[place + 1 :]]
    return uses


# ------------------------------------------------------------------------------------------------ conventions


def _robyn(name: str) -> ColumnUse | None:
    ends = {
        "_S": ("spend", "_S marks money spent on a channel"),
        "_I": ("impressions", "_I marks impressions"),
        "_P": ("clicks", "_P marks clicks"),
    }
    for end, (metric, why) in ends.items():
        if name.endswith(end) and len(name) > len(end):
            channel = name.removesuffix(end)
            channel = channel.removesuffix("_clicks") if metric == "clicks" else channel
            return use_of(name, f"{metric}:{channel_name(channel)}", why)
    if name.endswith("_B"):
        return use_of(name, f"{CONTROL}{name[:-2]}", "_B marks context")
    if name.endswith("_O"):
        return use_of(name, f"{CONTROL}{name[:-2]}", "_O marks unpaid activity")
    return None


def _retailer(name: str) -> ColumnUse | None:
    for start, metric in (("mdsp_", "spend"), ("mdip_", "impressions")):
        if name.startswith(start) and len(name) > len(start):
            return use_of(name, f"{metric}:{channel_name(name.removeprefix(start))}", f"{start} marks {metric}")
    if name.startswith(("hldy_", "seas_", "me_", "mrkdn_", "va_pub_", "st_ct")):
        return _control(name, "calendar, economy, shops or prices")
    return None


def _pymc(name: str) -> ColumnUse | None:
    if name == "y":
        return use_of(name, "revenue", "the outcome; taken for revenue: say y=purchases if it counts them")
    if re.fullmatch(r"x\d+", name):
        return use_of(name, f"spend:{name}", "a medium; taken for money spent")
    if name.startswith("event_"):
        return _control(name, "event_ marks an event")
    if _PARTS.fullmatch(name):
        return use_of(name, "ignore", "a part of a made-up series, not something observed")
    return None


def _report(name: str) -> ColumnUse | None:
    known = {
        "date_day": ("date", "names the days"),
        "platform": ("channel", "names the channel of each row"),
        "spend": ("spend", "added up over campaigns and ads"),
        "impressions": ("impressions", "added up over campaigns and ads"),
        "clicks": ("clicks", "added up over campaigns and ads"),
        "conversions": ("purchases", "as the platform counts them"),
        "conversions_value": ("revenue", "as the platform counts it"),
    }
    if name in known:
        return use_of(name, *known[name])
    if name == "source_relation" or name.endswith(("_id", "_name")):
        return use_of(name, "ignore", "finer than channels")
    return None


_SHOP = {
    "all_purchases": ("purchases", "all orders"),
    "first_purchases": ("first_purchases", "orders of new customers"),
    "all_purchases_original_price": ("revenue", "of all orders, before discounts"),
    "all_purchases_gross_discount": ("discounts", "of all orders"),
}


def _shop(name: str) -> ColumnUse | None:
    if name in _SHOP:
        return use_of(name, *_SHOP[name])
    if name.startswith(("organisation_", "mmm_timeseries")):
        return use_of(name, "ignore", "names the company")
    if name.startswith(("first_purchases_", "all_purchases_")):
        return use_of(name, f"{CONTROL}{name}", "a part of the orders")
    return None


def _meridian(name: str) -> ColumnUse | None:
    if name.casefold() in ("kpi", "conversions"):
        return use_of(name, "purchases", "the outcome; say revenue if it is money")
    return None


_CONVENTIONS = (
    _Convention(
        "ad report by platform (Fivetran)",
        lambda names: {"date_day", "platform", "spend"} <= set(names),
        _report,
        (
            "rows of one platform and day are added up; days become weeks on request (--period week)",
            "platforms count conversions by their own rules, and several may claim the same purchase",
        ),
    ),
    _Convention(
        "shop and channels (Conjura)",
        lambda names: "all_purchases" in names and any(name.endswith("_spend") for name in names),
        _shop,
        ("one company to a file: rows of others would stand twice",),
    ),
    _Convention("mdsp_ and mdip_ columns", lambda names: any(re.match(r"mds?i?p_", n) for n in names), _retailer),
    _Convention("Robyn", lambda names: any(re.fullmatch(r".+_[SIPO]", name) for name in names), _robyn),
    _Convention(
        "Meridian",
        lambda names: "time" in names and any(re.fullmatch(r".+_(spend|impression|reach)", n) for n in names),
        _meridian,
    ),
    _Convention(
        "PyMC-Marketing",
        lambda names: "y" in names and any(re.fullmatch(r"x\d+", name) for name in names),
        _pymc,
        ("x1, x2, ... are taken for money spent and y for revenue: approve or say otherwise",),
    ),
    _Convention("plain names", lambda names: True, lambda name: _pymc(name) if name == "y" else None),
)
"""The first one that fits is taken; columns that it does not know are read by their names."""

__all__ = ["ColumnUse", "Proposal", "proposal_text", "recognise"]
