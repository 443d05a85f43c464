"""What a run says of its plans, as tables for a workbook: expected results, and the plan beside the others.

>>> answer = {
...     "uncertainty": "luck", "provenance": {"seeds": {"seed": 7, "replicates": 4}, "currency": "USD",
...     "result_hash": "ab", "consumers": 100},
...     "plans": {"tv": {"cost": 5.0, "metrics": {"customers": {"mean": 3.5, "ci_low": 3.0, "ci_high": 4.0,
...     "level": 0.9, "world_p5": 1.0, "world_p95": 6.0}}}}, "pairs": [],
... }
>>> run_sheets(answer, plan="tv").summary[0].rows
(('customers', 'people', 3.5, 3.0, 4.0, 1.0, 6.0),)
"""

from collections.abc import Mapping
from typing import Any

from simulator.metrics import METRICS
from studio.formatting import counted, share
from studio.words import label
from studio.workbook.layout import Sheets, Table

LUCK = {
    "luck": "intervals hold chance alone",
    "luck+ranges": "intervals hold chance and what is not known about the model's numbers",
    "luck+calibrated": "intervals hold chance and what the calibration left possible",
}


def run_sheets(answer: Mapping[str, Any], *, plan: str) -> Sheets:
    """Tables from the answer of a run.

    Args:
        answer: the content of ``run.json``.
        plan: the plan that the workbook is of.
    """
    provenance = answer["provenance"]
    currency, seeds = provenance["currency"], provenance["seeds"]
    figures = answer["plans"][plan]["metrics"]
    level = share(next(iter(figures.values()))["level"])
    how = (
        f"{counted(seeds['replicates'], 'replicate')} with {counted(provenance['consumers'], 'simulated consumer')}, "
        f"seed {seeds['seed']}; {LUCK.get(answer['uncertainty'], answer['uncertainty'])}."
    )
    results = Table(
        title="Expected results",
        columns=("Figure", "Unit", "Mean", f"Mean, {level} from", "to", "Single markets from", "to"),
        rows=tuple((label(name), _unit(name, currency), *_numbers(one)) for name, one in figures.items()),
        notes=(how,),
    )
    scenarios: tuple[Table, ...] = ()
    if len(answer["plans"]) > 1:
        names = list(answer["plans"])
        means = Table(
            title="Every plan of the run, means",
            columns=("Figure", "Unit", *names),
            rows=(
                ("planned cost", currency, *(answer["plans"][name]["cost"] for name in names)),
                *(
                    (label(m), _unit(m, currency), *(answer["plans"][name]["metrics"][m]["mean"] for name in names))
                    for m in figures
                ),
            ),
            notes=(how,),
        )
        scenarios = (means, _pairs(answer, plan, currency, level))
    manifest = {
        "Seed": seeds["seed"], "Replicates": seeds["replicates"], "Consumers of the run": provenance["consumers"],
        "Uncertainty": answer["uncertainty"], "Hash of the results": provenance["result_hash"],
    }  # fmt: skip
    return Sheets(summary=(results,), scenarios=scenarios, manifest=manifest)


def _pairs(answer: Mapping[str, Any], plan: str, currency: str, level: str) -> Table:
    """Differences between this plan and the others, on the same people."""
    rows = []
    for pair in answer["pairs"]:
        if plan not in (pair["a"], pair["b"]):
            continue
        d, ours = pair["difference"], pair["b"] == plan
        numbers = _numbers(d) if ours else tuple(None if x is None else -x for x in _numbers(d))
        mean, low, high, p5, p95 = numbers if ours else (numbers[0], numbers[2], numbers[1], numbers[4], numbers[3])
        against = pair["a"] if ours else pair["b"]
        rows.append((label(pair["metric"]), _unit(pair["metric"], currency), against, mean, low, high, p5, p95))
    return Table(
        title=f"{plan} against the others, on the same people",
        columns=("Figure", "Unit", "Against", "Mean", f"Mean, {level} from", "to", "Single markets from", "to"),
        rows=tuple(rows),
    )


def _numbers(one: Mapping[str, Any]) -> tuple[float | None, ...]:
    return tuple(one[key] for key in ("mean", "ci_low", "ci_high", "world_p5", "world_p95"))


def _unit(metric: str, currency: str) -> str:
    unit = METRICS[metric].unit if metric in METRICS else ""
    return currency if unit == "money" else unit
