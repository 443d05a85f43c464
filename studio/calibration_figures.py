"""Pictures of what a calibration foretells: each target over time, how far each model is off, and the search.

What users name things stands in captions, never in a picture: pictures hold numbers and words of ours.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.calibration_words import MODEL, best_null, part_of, spoken
from studio.figures import numbers
from studio.formatting import counted, money, people, plain, share
from studio.pen import Pen
from studio.svg import Chart, canvas, render, svg_head
from studio.theme import BAND, INK, MUTED, PAPER, PLANS
from studio.timeline import ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from calibration.calibrate import Calibration, Judged
    from calibration.targets import Target
    from calibration.trials import Trial
    from scenarios.schema import Scenario

Floats = NDArray[np.float64]

OURS, ENGINE, NULL = PLANS[0], PLANS[2], PLANS[1]

_WIDE, _HIGH = 360.0, 222.0


def amount_of(value: float, target: "Target") -> str:
    """One value of a target in its own unit.

    Args:
        value: people, purchases, money, or a share.
        target: whose it is.
    """
    from calibration.series import unit_of

    if not math.isfinite(value):
        return plain(math.nan)
    unit = unit_of(target.metric)
    if target.share or unit == "share":
        return share(value)
    if unit == "money":
        return money(value)
    return people(value) if unit in ("people", "purchases", "moves") else plain(value)


def band_of(low: float, high: float, target: "Target") -> str:
    """Two limits of a target in its own unit."""
    return f"{amount_of(low, target)} to {amount_of(high, target)}" if math.isfinite(low + high) else plain(math.nan)


def foretold_chart(answer: "Calibration", t: int, *, key: str = "foretold") -> Chart:
    """One target over time: observed, foretold with its 90 % band, the engine alone, and the best null model.

    Args:
        answer: what was found.
        t: number of the target.
        key: goes before names inside the picture.
    """
    target = answer.question.observed.targets[t]
    scenario, held = answer.question.scenario, answer.question.observed.held_out(t)
    judged = answer.judged[target.name]
    ours, null, engine = judged[0].bands, best_null(judged), answer.curves[target.name]
    where = weeks_at(target, scenario)
    with canvas(_WIDE, _HIGH, left=42.0, right=10.0, top=44.0) as (figure, ax):
        if held.any():
            _shade(ax, answer, held)
        if ours is not None:
            _band(ax, where, ours.low, ours.high)
            ax.plot(where, ours.median, color=OURS, lw=1.9, label="foretold", marker="D" if target.n == 1 else "")
        ax.plot(where, engine.median, color=ENGINE, lw=1.0, label="engine alone", marker="x" if target.n == 1 else "")
        if null is not None and null.bands is not None:
            ax.plot(where, null.bands.median, color=NULL, lw=1.5, ls=(0, (4.0, 2.0)), label=f"best null: {null.model}")
        style: dict[str, Any] = {
            "color": INK,
            "ls": "",
            "marker": "o",
            "ms": 3.6,
            "mec": INK,
            "mew": 1.0,
            "clip_on": False,
        }
        ax.plot(where[~held], target.observed[~held], label="observed, seen", **style)
        if held.any():
            ax.plot(where[held], target.observed[held], label="observed, held out", **{**style, "color": PAPER})
        _scales(ax, target, scenario, ours)
        _legend(ax)
        svg = render(figure, key=f"{key}-{t}", label=_described(answer, t))
    return Chart("observed and foretold", svg, note=_note(judged))


def weeks_at(target: "Target", scenario: "Scenario") -> Floats:
    """[n] where each observation stands, in weeks from the start: stocks at the end of their period, flows within."""
    begins = np.array([(date.fromisoformat(day) - scenario.start).days / 7.0 for day in target.labels])
    ends = target.last_week + 1.0
    return np.asarray(ends if target.stock else 0.5 * (begins + ends), float)


def _shade(ax: "Axes", answer: "Calibration", held: NDArray[np.bool_]) -> None:
    first = answer.question.observed.train_weeks
    end = first + answer.question.holdout_weeks
    ax.axvspan(first, end, color=BAND, lw=0, zorder=0)
    ax.axvline(first, color=MUTED, lw=0.8, ls=(0, (2, 2)), zorder=1)
    late = first > 0.72 * answer.question.scenario.weeks
    ax.annotate(
        "held out", xy=(end if late else first, 1.0), xycoords=("data", "axes fraction"), va="bottom",
        ha="right" if late else "left", xytext=(0.0, 2.0), textcoords="offset points", fontsize=8.5, color=MUTED,
        annotation_clip=False,
    )  # fmt: skip


def _band(ax: "Axes", where: Floats, low: Floats, high: Floats) -> None:
    if len(where) > 1:
        ax.fill_between(where, low, high, color=OURS, alpha=0.2, lw=0, label="90 % band")
    else:
        ax.vlines(where, low, high, color=OURS, alpha=0.35, lw=6.0, label="90 % band")


def _scales(ax: "Axes", target: "Target", scenario: "Scenario", ours: object) -> None:
    from matplotlib.ticker import FuncFormatter

    from calibration.predictive import Bands

    ax.set_xlim(0, scenario.weeks + scenario.carry_out_weeks)
    places = ticks(scenario)
    ax.set_xticks([at for at, _ in places], [text for _, text in places])
    for text in ax.get_xticklabels():
        text.set_horizontalalignment("left")
    numbers(ax)
    if target.share:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: share(round(float(value), 9))))
    tops = [target.observed] + ([ours.high] if isinstance(ours, Bands) else [])
    finite = np.concatenate([np.asarray(one)[np.isfinite(one)] for one in tops])
    if finite.size and finite.min() >= 0.0:
        # A null model may go anywhere; what was seen and foretold decides how high the picture is.
        ax.set_ylim(0.0, 1.12 * float(finite.max() or 1.0))


def _legend(ax: "Axes") -> None:
    ax.legend(
        loc="upper left", bbox_to_anchor=(0.0, 1.0), bbox_transform=ax.figure.transFigure, ncols=3, frameon=False,
        borderaxespad=0.0, handlelength=1.9, columnspacing=1.0, borderpad=0.1, handletextpad=0.4, labelspacing=0.35,
        fontsize=8.5,
    )  # fmt: skip


def title_of(target: "Target") -> str:
    """A target as headings call it."""
    about = f" of {target.segment}" if target.segment else ""
    of = ", share of the market" if target.share else ""
    return f"{target.name}{about}{of}"


def _note(judged: "Sequence[Judged]") -> str:
    part, null = part_of(judged), best_null(judged)
    where = "held-out weeks" if part == "holdout" else "seen weeks, as none was held out"
    ours = getattr(judged[0], part)
    if ours is None:
        return "nothing was observed"
    text = f"off by {share(ours.mape)} on the {where}; {share(ours.coverage_90)} in the 90 % band"
    if null is None:
        return text
    return f"{text}\nbest null model: {spoken(null.model)}, off by {share(getattr(null, part).mape)}"


def _described(answer: "Calibration", t: int) -> str:
    target = answer.question.observed.targets[t]
    judged = answer.judged[target.name]
    said = f"{target.name} over time, {counted(target.n, 'observation')} against what is foretold of them; "
    return said + _note(judged).replace("\n", "; ") + "."


def score_chart(judged: "Sequence[Judged]", title: str, *, key: str) -> Chart:
    """How far each model's whole forecast is off, as bars; the least is marked by a star.

    Args:
        judged: all models of one target.
        title: of the target.
        key: goes before names inside the picture.
    """
    part = part_of(judged)
    rows = [(one.model, getattr(one, part).crps) for one in judged if getattr(one, part) is not None]
    finite = [value for _, value in rows if math.isfinite(value)]
    most, least = max(finite, default=1.0) or 1.0, min(finite, default=0.0)
    pen, y, left, room = Pen(), 0.0, 118.0, 128.0
    for model, value in rows:
        mine = model == MODEL
        pen.text(0, y + 12, model, weight="600" if mine else "")
        if math.isfinite(value):
            width = max(room * value / most, 1.0)
            pen.rect(left, y + 3, width, 11, OURS if mine else MUTED, 1.0 if mine else 0.45, round_=1)
            star = " ★" if value == least else ""
            pen.text(left + width + 4, y + 12, f"{plain(value)}{star}", size=8.5)
        y += 19
    where = "weeks held out" if part == "holdout" else "weeks seen"
    said = ", ".join(f"{model} {plain(value)}" for model, value in rows)
    head = svg_head(f"0 0 300 {max(y, 10):g}", f"CRPS of {title} on the {where} by model, less is better: {said}.")
    return Chart(title, f"{head}{pen.drawn()}</svg>", note=f"CRPS on the {where}; less is better")


PHASES: Mapping[str, str] = {
    "design": "look everywhere",
    "not ruled out": "not ruled out",
    "search": "search",
    "posterior": "where belief is left",
    "draws": "draws",
}
"""The search's phases, and how they are called where there is room."""

_MARKS = ("o", "s", "^", "D", "v")


def search_chart(trials: "Sequence[Trial]", *, key: str = "search") -> Chart:
    """Loss by trial, with the phases of the search; failed trials stand at the upper edge.

    Args:
        trials: all of them, in order.
        key: goes before names inside the picture.
    """
    phases = list(dict.fromkeys(trial.phase for trial in trials))
    worked = [trial for trial in trials if trial.mean is not None]
    losses = [trial.loss for trial in worked if trial.loss > 0.0]
    top, least = max(losses, default=1.0), min(losses, default=0.1)
    with canvas(_WIDE, 206.0, left=42.0, right=10.0, top=34.0) as (figure, ax):
        ax.set_yscale("log")
        for p, phase in enumerate(phases):
            mine = [trial for trial in trials if trial.phase == phase]
            first, last = mine[0].number + 0.5, mine[-1].number + 1.5
            if p % 2 == 0:
                ax.axvspan(first, last, color=BAND, lw=0, zorder=0)
            good = [trial for trial in mine if trial.mean is not None and trial.loss > 0.0]
            ax.plot(
                [trial.number + 1 for trial in good], [trial.loss for trial in good], ls="", ms=3.0, color=OURS,
                marker=_MARKS[p % len(_MARKS)], mec=OURS, alpha=0.75, label=PHASES.get(phase, phase),
            )  # fmt: skip
        failed = [trial.number + 1 for trial in trials if trial.mean is None]
        if failed:
            ax.plot(failed, [top * 1.25] * len(failed), ls="", marker="x", color=NULL, ms=5.0, label="failed")
        ax.plot(
            [trial.number + 1 for trial in worked], np.minimum.accumulate([max(trial.loss, least) for trial in worked]),
            color=INK, lw=1.2, drawstyle="steps-post", label="least so far",
        )  # fmt: skip
        ax.set_xlim(0.5, len(trials) + 0.5)
        _loss_axis(ax)
        _legend(ax)
        said = f"Loss of {counted(len(trials), 'trial')} in order; the least is {plain(least)}; {len(failed)} failed."
        svg = render(figure, key=key, label=said)
    return Chart("Every trial in order", svg, note=f"the least is {plain(least)}; {len(failed)} failed")


def _loss_axis(ax: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.yaxis.set_major_locator(LogLocator(base=10.0, subs=(1.0, 3.0), numticks=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(round(float(value), 9))))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="y", which="minor", length=0)
