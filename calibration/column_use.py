"""What one column of a history is read as.

>>> use_of("tv_S", "spend:tv", "_S marks money spent on a channel")
ColumnUse(column='tv_S', role='spend', metric='spend', channel='tv', why='_S marks money spent on a channel')
"""

import re
from dataclasses import dataclass

from scenarios.errors import shown, suggest
from scenarios.schema import NAME_PATTERN
from simulator.glossary import WEEKLY

CONTROL = "control:"
"""Metrics that begin so describe the surroundings: prices, rivals, holidays, events."""

CHANNEL_METRICS = ("spend", "impressions", "clicks")
"""Metrics that always belong to a channel."""

ROLES = ("date", "geo", "channel", "source", "currency", "population", "unit_revenue", "ignore")
"""Uses that are no metric of a channel or of the brand."""

_WORDS = {
    "revenue": ("sales", "conversions_value", "conversion_value", "turnover", "sales_value", "net_sales",
                "gross_sales", "total_sales", "total_revenue"),
    "purchases": ("conversions", "conversion", "orders", "order", "customers_bought", "transactions", "purchase",
                  "units_sold", "kpi"),
}  # fmt: skip
_METRICS = {word: metric for metric, words in _WORDS.items() for word in words}


@dataclass(frozen=True)
class ColumnUse:
    """What one column is read as, and why.

    Attributes:
        column: its name in the file.
        role: ``date``, ``geo``, ``channel``, ``source``, ``currency``, ``population``, ``unit_revenue``, ``ignore``,
            ``spend``, ``impressions``, ``clicks``, ``outcome``, ``control`` or ``flag``.
        metric: of the history that its cells become; empty for columns that hold no values.
        channel: that the values belong to; empty for none.
        why: in a few words.
    """

    column: str
    role: str
    metric: str
    channel: str
    why: str

    @property
    def text(self) -> str:
        """The use as it is written on a command line, such as ``spend:tv``; :func:`use_of` reads it."""
        if self.role == "flag":
            return f"flag:{self.metric.removeprefix(CONTROL)}"
        if self.role in ROLES:
            return self.role
        return f"{self.metric}:{self.channel}" if self.channel else self.metric


class UseError(ValueError):
    """A text names no use of a column; ``what`` and ``hint`` say why, and what to write."""

    def __init__(self, what: str, hint: str) -> None:
        self.what, self.hint = what, hint
        super().__init__(f"{what}; {hint}")


def use_of(column: str, text: str, why: str) -> ColumnUse:
    """The use that a text names.

    Args:
        column: name in the file.
        text: ``date``, ``ignore``, ``spend:tv``, ``revenue``, ``purchases``, ``control:events``, ``flag:events``
            (1 where there is any text), or any weekly metric of the glossary, with ``:channel`` behind it or not.
        why: in a few words.

    Raises:
        UseError: there is no such use.
    """
    head, _, tail = (part.strip() for part in text.partition(":"))
    if text in ROLES:
        metric = {"population": "population", "unit_revenue": "revenue"}.get(text, "")
        return ColumnUse(column, text, metric, "", why)
    if head in ("control", "flag"):
        if not tail:
            raise UseError(f"{shown(text)} lacks a name", f"write {head}:{snake(column)}")
        return ColumnUse(column, head, CONTROL + tail, "", why)
    if head not in CHANNEL_METRICS and head not in WEEKLY:
        known = [
            *ROLES,
            *(f"{metric}:<channel>" for metric in CHANNEL_METRICS),
            "revenue",
            "purchases",
            "control:<name>",
        ]
        near = suggest(head, [*ROLES, *CHANNEL_METRICS, "control", "flag", *WEEKLY], most=0).split(" choose", 1)[0]
        meant = near + " " if near.startswith("did") else ""
        hint = f"{meant}choose from: {', '.join(known)}, or a metric of “apath metrics”"
        raise UseError(f"{shown(text)} is not a use of a column", hint)
    if tail and not NAME_PATTERN.fullmatch(tail):
        mended = channel_name(tail)
        raise UseError(f"{shown(tail)} cannot be the name of a channel", f"write {head}:{mended or 'tv'}")
    return ColumnUse(column, head if head in CHANNEL_METRICS else "outcome", head, tail, why)


def metric_named(word: str) -> str | None:
    """The metric that a word means: itself if the glossary has it, or what it is another word for.

    >>> metric_named("orders"), metric_named("awareness"), metric_named("temperature")
    ('purchases', 'awareness', None)
    """
    word = snake(word)
    if word in WEEKLY and word not in ("cost", "frequency"):
        return word
    return _METRICS.get(word)


def snake(name: str) -> str:
    """A name in small letters, with _ between its words.

    >>> snake("Customers bought")
    'customers_bought'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def channel_name(text: str) -> str:
    """A text as the name of a channel: letters, digits, - and _; spaces become hyphens.

    >>> channel_name("Google Ads"), channel_name("tv"), channel_name("Channel0_")
    ('google-ads', 'tv', 'Channel0')
    """
    words = text.strip(" _-")
    if NAME_PATTERN.fullmatch(words):
        return words
    return re.sub(r"[^a-z0-9_]+", "-", words.casefold()).strip("-_")[:64]
