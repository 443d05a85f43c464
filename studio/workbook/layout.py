"""What the sheets of a workbook are called and how their columns are headed: writer and reader agree here."""

from dataclasses import dataclass, field

SUMMARY, FLOWCHART, UNITS, LONG = "Summary", "Flowchart", "Units", "Long"
INFLUENCERS, CURVES, SCENARIOS, EVIDENCE = "Influencers", "Curves", "Scenarios", "Evidence"
PLAN, MANIFEST, SOURCE = "Plan", "Manifest", "Source"

NEEDED = (FLOWCHART, UNITS, INFLUENCERS, PLAN, MANIFEST, SOURCE)
"""Sheets without which a plan cannot be read back."""

LABELS = ("Channel", "Lever", "Item")
UNIT_HEAD = (*LABELS, "Unit", "Cost per unit")
LONG_HEAD = ("Channel", "Lever", "Item", "Week", "Week start", "Units", "Unit", "Money", "Currency")
POST_HEAD = ("Booking", "Influencer", "Channel", "Date", "Fee", "Expected sights", "Rate card, CPM", "EMV", "Remark")
PLAN_HEAD = ("Path", "Value", "Meaning")
MANIFEST_HEAD = ("What", "Value")
SOURCE_HEAD = ("Name", "SHA-256", "Part", "Text")

HEAD_ROW = 5
"""Rows above the first line of Flowchart and Units: title, facts, help, months, heads."""

SPARE_ROWS = 100
"""Empty rows below the posts that formulas already look at."""

CONTINUED = " (continued)"
"""Marks a row of the sheet Plan that goes on with the value above it."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table for a sheet of the workbook: numbers stay numbers, texts stay texts, None is empty.

        >>> Table(title="Response of sales to television", columns=("money", "sales"), rows=((0, 0), (5_000, 320.5)))
        Table(title='Response of sales to television', columns=('money', 'sales'), ...)

    Attributes:
        title: Stands above it.
        columns: Heads, with the unit.
        rows: One value for each column: number, text, date, yes or no, or None.
        notes: Sentences below it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """What a workbook says beside the plan itself; a sheet without tables is left out, and Summary says so.

    Attributes:
        summary: Expected results, with how sure they are.
        curves: Response and marginal return of each lever.
        scenarios: The plan beside others.
        evidence: What the numbers rest on.
        manifest: More rows of the manifest, such as the seed.
    """

    summary: tuple[Table, ...] = ()
    curves: tuple[Table, ...] = ()
    scenarios: tuple[Table, ...] = ()
    evidence: tuple[Table, ...] = ()
    manifest: dict[str, object] = field(default_factory=dict)

    def optional(self) -> dict[str, tuple[Table, ...]]:
        """Sheets that stand only where there is something to say, by name."""
        return {CURVES: self.curves, SCENARIOS: self.scenarios, EVIDENCE: self.evidence}
