"""An answer as JSON and as CSV, the same bytes on the screen and in a file.

The CSV has one row for each plan and figure, and one for each pair of plans and figure; ``table`` says which.
``planned_cost`` is what a plan costs whatever people do, and known exactly; ``cost`` is what it costs in all. Empty
cells are numbers that do not exist, such as the interval of a single replicate. Differences are ``plan`` minus
``against``.
"""

import csv
import io
import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments import Comparison
    from experiments.closer import CloserLook
    from experiments.intervals import Summary

CSV_COLUMNS = (
    "table",
    "plan",
    "against",
    "metric",
    "unit",
    "mean",
    "median",
    "ci_low",
    "ci_high",
    "level",
    "world_p5",
    "world_p95",
    "luck_only_ci_low",
    "luck_only_ci_high",
    "share_ahead",
    "variance_ratio",
    "replicates_needed",
)

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def json_text(data: Any) -> str:
    r"""Plain data as the JSON that is printed and stored: indented, in order, without infinities.

    >>> json_text({"plans": []})
    '{\n  "plans": []\n}\n'
    """
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: texts that look like one get a leading quote.

    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell(-4.5), safe_cell(None)
    ("'=cmd|' /C calc'!A0", -4.5, '')
    """
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULAS) else value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 1e15 else value
    return value


def csv_text(columns: tuple[str, ...], rows: list[list[object]]) -> str:
    r"""A table as CSV with a header, commas and plain line ends.

    >>> csv_text(("plan", "cost"), [["baseline", 2.5], ["a,b", None]])
    'plan,cost\nbaseline,2.5\n"a,b",\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def comparison_csv(comparison: "Comparison") -> str:
    """Every plan and every pair as tidy rows, in full precision.

    Args:
        comparison: one plan or several.
    """
    from simulator.metrics import METRICS

    currency = comparison.runs.scenario.currency
    units = {name: currency if metric.unit == "money" else metric.unit for name, metric in METRICS.items()}
    rows: list[list[object]] = []
    for name, summaries in comparison.plans.items():
        cost = comparison.runs.plans[name].cost
        rows.append(["plan", name, "", "planned_cost", currency, cost, cost, *[None] * (len(CSV_COLUMNS) - 7)])
        for metric, summary in summaries.items():
            rows.append(["plan", name, "", metric, units[metric], *_numbers(summary), *[None] * 5])
    for pair in comparison.pairs:
        luck = pair.luck_only
        rows.append(
            [
                "pair", pair.b, pair.a, pair.metric, units[pair.metric], *_numbers(pair.difference),
                luck.ci_low, luck.ci_high, pair.share_b_ahead, pair.variance_ratio, pair.replicates_needed,
            ]
        )  # fmt: skip
    return csv_text(CSV_COLUMNS, rows)


def _numbers(s: "Summary") -> list[float]:
    return [s.mean, s.median, s.ci_low, s.ci_high, s.level, s.world_p5, s.world_p95]


WEEKLY_COLUMNS = ("week", "week_start", "plan", "series", "mean", "p5", "p95", "luck_p5", "luck_p95")


def weekly_csv(comparison: "Comparison") -> str:
    """Every weekly series of every plan as tidy rows: the mean, and nine tenths of all replicates.

    Counts of people are those at the end of the week; the first row of each is the week before the start.
    Revenue is what came in during the week. ``luck_p5`` and ``luck_p95`` leave out what is not known about
    the parameters.

    Args:
        comparison: one plan or several.
    """
    import numpy as np

    from simulator.calendar import week_label, week_starts
    from simulator.metrics import SERIES

    scenario = comparison.runs.scenario
    weeks = [scenario.start - timedelta(weeks=1), *week_starts(scenario)]
    rows: list[list[object]] = []
    for plan, runs in comparison.runs.plans.items():
        mean = runs.all.weekly.mean(axis=0)
        every = np.quantile(runs.all.weekly, (0.05, 0.95), axis=0)
        luck = np.quantile(runs.luck.weekly, (0.05, 0.95), axis=0)
        for s, series in enumerate(SERIES):
            for w, day in enumerate(weeks):
                if w == 0 and series == "revenue":
                    continue
                figures = [float(x[s, w]) for x in (mean, *every, *luck)]
                rows.append([week_label(day), day.isoformat(), plan, series, *figures])
    return csv_text(WEEKLY_COLUMNS, rows)


METRICS_COLUMNS = ("week", "week_start", "brand", "segment", "part", "metric", "value")


def metrics_csv(look: "CloserLook") -> str:
    """Every weekly metric of every brand and segment as tidy rows, to eight digits; empty where it is undefined.

    Args:
        look: one plan.
    """
    from simulator.weekly import tidy_columns

    columns = tidy_columns(look.metrics, scenario=look.scenario, segments=look.segments)
    values = [float(f"{value:.8g}") for value in columns["value"]]
    words = [columns[name] for name in METRICS_COLUMNS[:-1]]
    return csv_text(METRICS_COLUMNS, [list(row) for row in zip(*words, values, strict=True)])
