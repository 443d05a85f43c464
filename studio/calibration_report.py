"""The report of a calibration: one file that says whether the market foretells, what history told, and from what.

Like every page of ours it needs no script, asks nothing of the network, can be printed, and is the same, byte for
byte, for the same inputs: no time of day and no running time is in it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from studio import calibration_told as told
from studio.calibration_back import the_search, use_and_repeat, what_was_read
from studio.calibration_figures import amount_of, band_of, foretold_chart, score_chart, title_of
from studio.calibration_words import best_null, compared, listed, part_of, verdict
from studio.formatting import UNKNOWN, counted, number, plain, share
from studio.markup import esc, exhibit, grouped_table, items, paragraph, sections, table
from studio.page_frame import page

if TYPE_CHECKING:
    from calibration.calibrate import Calibration, Judged
    from calibration.scores import Score
    from scenarios.load import Loaded

MOST_NAMED = 3
"""Parameters that a key figure names one by one."""


FEW_DRAWS = 20
"""Draws of equal weight below which later intervals rest on next to nothing."""


def report_html(answer: "Calibration", loaded: "Loaded", *, data: Mapping[str, Any]) -> str:
    """The whole report as one HTML text.

    Args:
        answer: what was found.
        loaded: the scenario and where it came from.
        data: the answer for programs, for versions and hashes.
    """
    title = loaded.scenario.title or loaded.scenario.name
    unknown = [one for one in answer.parameters if not one.identified]
    parts = [
        ("verdict", "The verdict", _verdict(answer)),
        ("foretold", "What the market foretells", _foretold(answer)),
        ("scores", "How well, and against what", _scores(answer)),
        ("parameters", "What history tells", told.parameters(answer)),
        ("untold", "What history does not tell", told.not_told(answer) if unknown else ""),
        ("profiles", "How far a value may go", told.profiles(answer)),
        ("together", "What is told together only", told.correlations(answer)),
        ("sensitivity", "What moves what", told.sensitivity(answer)),
        ("search", "The search", the_search(answer)),
        ("read", "What was read", what_was_read(answer, data)),
        ("repeat", "How to use and repeat this", use_and_repeat(answer, loaded, data)),
    ]
    provenance = data["provenance"]
    return page(
        title=f"{title} – calibration",
        header=f'<header><p class="eyebrow">Calibration to history</p><h1>{esc(title)}</h1></header>',
        body=sections(parts),
        footer=f"apath {provenance['version']}, seed {answer.settings.seed}, history {provenance['data_hash'][:12]}",
        skip=("verdict", "Skip to the verdict"),
    )


def _verdict(answer: "Calibration") -> str:
    better = compared(answer)
    good = bool(better) and all(better.values()) and answer.question.holdout_weeks
    return paragraph(verdict(answer), f"verdict{' v2' if good else ' v1'}") + _tiles(answer)


def _tiles(answer: "Calibration") -> str:
    """The few figures that are quoted in meetings."""
    held, weeks = answer.question.holdout_weeks, answer.question.observed.train_weeks
    rows = [judged for judged in answer.judged.values() if getattr(judged[0], part_of(judged)) is not None]
    if held:  # what was not observed there says nothing of it
        rows = [judged for judged in rows if part_of(judged) == "holdout"]
    ours = _mean([getattr(judged[0], part_of(judged)) for judged in rows])
    nulls = [(best_null(judged), part_of(judged)) for judged in rows]
    theirs = _mean([getattr(one, part) for one, part in nulls if one is not None])
    over = f", mean of {counted(len(rows), 'target')}" if len(rows) > 1 else ""
    n_told = sum(one.identified for one in answer.parameters)
    unknown = [one.name for one in answer.parameters if not one.identified]
    names = listed(unknown) if len(unknown) <= MOST_NAMED else f"{listed(unknown[:MOST_NAMED])} and others"
    few = ": too few, give more trials" if answer.fit.ess < FEW_DRAWS else ""
    tiles = [
        (
            "weeks held out",
            str(held),
            f"after {weeks} that the fit saw" if held else "so nothing shows how it foretells",
        ),
        (f"error {'there' if held else 'on the weeks seen'}{over}", ours, f"best null models: {theirs}"),
        (
            "parameters that history tells",
            f"{n_told} of {len(answer.parameters)}",
            f"not {names}" if unknown else "all",
        ),
        ("draws", f"{len(answer.fit.weights):,}", f"worth {number(answer.fit.ess)} of equal weight{few}"),
    ]
    body = "".join(
        f'<div><dt>{esc(name)}</dt><dd class="big">{esc(figure)}</dd><dd class="small">{esc(more)}</dd></div>'
        for name, figure, more in tiles
    )
    return f'<dl class="tiles">{body}</dl>'


def _mean(scores: "Sequence[Score]") -> str:
    errors = [one.mape for one in scores if math.isfinite(one.mape)]
    return share(sum(errors) / len(errors)) if errors else UNKNOWN


_HOW = (
    "Full dots: what the fit saw; empty dots in the shaded part: what it did not. Thick line and band: what is "
    "foretold, and where nine in ten observations should lie. Thin line: the engine alone, without what drift and "
    "season add. Dashed: the best of the simple forecasts (null models)."
)


def _foretold(answer: "Calibration") -> str:
    blocks = []
    for t, target in enumerate(answer.question.observed.targets):
        blocks.append(exhibit(title_of(target), [foretold_chart(answer, t)], _weeks(answer, t)))
    return paragraph(_HOW, "how") + f'<div class="columns">{"".join(blocks)}</div>'


def _weeks(answer: "Calibration", t: int) -> str:
    """The numbers behind the picture of a target."""
    seen = answer.question.observed
    target, held = seen.targets[t], seen.held_out(t)
    judged, engine = answer.judged[target.name], answer.curves[target.name]
    ours, null = judged[0].bands, best_null(judged)
    theirs = None if null is None else null.bands
    rows = []
    for i, label in enumerate(target.labels):
        row = [label, amount_of(float(target.observed[i]), target), "held out" if held[i] else "seen"]
        row += (
            [UNKNOWN, UNKNOWN]
            if ours is None
            else [
                amount_of(float(ours.median[i]), target),
                band_of(float(ours.low[i]), float(ours.high[i]), target),
            ]
        )
        row.append(amount_of(float(engine.median[i]), target))
        row.append(UNKNOWN if theirs is None else amount_of(float(theirs.median[i]), target))
        rows.append(row)
    model = null.model if null else "null model"
    head = ["from", "observed", "part", "foretold", "90 % band", "engine alone", model]
    return table(f"{target.name}, period by period", head, rows, words=(2,), kind="tight")


_NULLS = (
    "A null model knows nothing of your market: the last value carried on, last year's value, a Bass curve; and the "
    "same market with nobody talking. A calibrated market that does not beat them has learned nothing worth planning "
    "with. Error: mean of |median − observed| / observed. CRPS: the error of the whole forecast with its uncertainty, "
    "in the target's own unit; less is better. In band: should be near 90 %."
)


def _scores(answer: "Calibration") -> str:
    charts = [score_chart(judged, name, key=f"score-{t}") for t, (name, judged) in enumerate(answer.judged.items())]
    groups = []
    for name, judged in answer.judged.items():
        least = {
            (part, what): min((v for one in judged if (v := _value(one, part, what)) is not None), default=None)
            for part in ("train", "holdout")
            for what in ("mape", "crps")
        }
        rows = []
        for one in judged:
            row = [one.model + (f"\n{one.reason}" if one.reason else "")]
            for part in ("train", "holdout"):
                for what, write in (("mape", share), ("crps", plain)):
                    value = _value(one, part, what)
                    star = "★ " if value is not None and value == least[part, what] else ""
                    row.append(UNKNOWN if value is None else f"{star}{write(value)}")
                row.append(share(_value(one, part, "coverage_90")))
            rows.append(row)
        groups.append((name, rows))
    head = [
        "model",
        "error, seen",
        "CRPS, seen",
        "in band, seen",
        "error, held out",
        "CRPS, held out",
        "in band, held out",
    ]
    numbers = grouped_table(
        "★: least of the target; seen: weeks that the fit saw; held out: weeks it did not", head, groups
    )
    weak = [
        f"{name}: {share(found.coverage_90)} of what was held out lies in the 90 % band: "
        f"{'the forecast is surer than it may be' if found.coverage_90 < 0.9 else 'the forecast is too unsure'}."
        for name, judged in answer.judged.items()
        if (found := judged[0].holdout) is not None and not 0.75 <= found.coverage_90 <= 1.0
    ]
    return exhibit("The whole forecast, by model", charts, "", note=_NULLS) + numbers + (items(weak) if weak else "")


def _value(one: "Judged", part: str, what: str) -> float | None:
    found = getattr(one, part)
    value = None if found is None else float(getattr(found, what))
    return value if value is not None and math.isfinite(value) else None
