"""The part of a calibration's report about parameters: before and after, profiles, correlations, sensitivity."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.calibration_words import listed, untold, within
from studio.formatting import UNKNOWN, number, plain, share
from studio.markup import details, exhibit, items, paragraph, table
from studio.pen import Pen
from studio.svg import Chart, canvas, render, svg_head
from studio.theme import GRID, HEAT, INK, MUTED, PLANS

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from calibration.free import FreeParameter
    from calibration.identified import Found

Floats = NDArray[np.float64]

STRONG = 0.7
"""Correlation of two parameters beyond which history is said to tell them together only."""

_AFTER = PLANS[0]


def parameters(answer: "Calibration") -> str:
    """Each parameter before and after history, as a picture and as a table.

    Args:
        answer: what was found.
    """
    free = {one.name: one for one in answer.fit.free}
    charts = [
        before_after_chart(found, free[found.name], key=f"after-{k}") for k, found in enumerate(answer.parameters)
    ]
    how = (
        "Thick pale bar: where nine tenths of the belief were before any history. Thin strong bar: where they are "
        "after it, with the median as a gap. Each stands on its own scale. Full sign ●: history tells "
        "it; empty sign ○: it does not."
    )
    rows = []
    for one in answer.parameters:
        known = "● told" if one.identified else f"○ not told\n{one.reason}"
        rows.append([
            one.name, within(one.prior_low, one.prior_high), plain(one.median), within(one.low, one.high),
            f"{share(one.contraction)}\n{narrowed(one.contraction)}", known,
        ])  # fmt: skip
    head = ["parameter", "before, 90 %", "after, median", "after, 90 %", "belief removed", "history"]
    caption = "What was believed before history and after; removed: share of the belief's spread"
    numbers = table(caption, head, rows, words=(5,), kind="long")
    return exhibit("Before and after", charts, "", note=how) + numbers


def narrowed(contraction: float) -> str:
    """How much history took from a belief, in words.

    >>> narrowed(0.85), narrowed(0.02)
    ('nearly all', 'next to nothing')
    """
    for least, words in ((0.8, "nearly all"), (0.6, "most"), (0.4, "about half"), (0.15, "a part")):
        if contraction >= least:
            return words
    return "next to nothing"


def not_told(answer: "Calibration") -> str:
    """The parameters that history does not tell, and those at the end of their range, in plain words.

    Args:
        answer: what was found.
    """
    unknown = [untold(one) for one in answer.parameters if not one.identified]
    if not unknown:
        return paragraph("History tells every parameter that was free.")
    text = (
        "Draws of these parameters are as wide as what is not known of them, and so are the answers that carry the "
        "draws. Narrow them with what you know, with a lift test, or with a history that has more ups and downs."
    )
    return items(unknown) + paragraph(text)


def _place(one: "FreeParameter", value: float) -> float:
    return math.log(value) if one.scale == "log" and value > 0.0 else value


_APART = 62.0
"""Room that two numbers below a bar need, so that they do not touch."""


def before_after_chart(found: "Found", one: "FreeParameter", *, key: str) -> Chart:
    """Two bars on the parameter's own scale: the belief before history and after.

    Args:
        found: what history says of it.
        one: for its scale.
        key: goes before names inside the picture.
    """
    ends = [_place(one, v) for v in (found.prior_low, found.prior_high, found.low, found.high)]
    low, high = min(ends), max(ends)
    room = high - low or 1.0
    left, width = 34.0, 202.0

    def x(value: float) -> float:
        return left + width * (_place(one, value) - low) / room

    pen = Pen()
    pen.line(left - 6, 15, left + width + 6, 15, GRID)
    pen.rect(x(found.prior_low), 6, max(x(found.prior_high) - x(found.prior_low), 2), 18, MUTED, 0.3, round_=2)
    a, z, m = x(found.low), x(found.high), x(found.median)
    gap = 1.0 if z - a > 6 else 0.0
    pen.rect(a, 10, max(m - gap - a, 1.5), 10, _AFTER, round_=1)
    pen.rect(m + gap, 10, max(z - m - gap, 1.5), 10, _AFTER, round_=1)
    for value, anchor in ((found.prior_low, "start"), (found.prior_high, "end")):
        pen.text(x(value), 36, plain(value), size=8.5, colour=MUTED, anchor=anchor)
    sign = "●" if found.identified else "○"
    if all(abs(m - end) > _APART for end in (x(found.prior_low), x(found.prior_high))):
        pen.text(m, 36, plain(found.median), size=8.5, anchor="middle")
    after, before = within(found.low, found.high), within(found.prior_low, found.prior_high)
    label = f"{found.name}: before {before}; after {plain(found.median)}, 90 % interval {after}."
    note = f"{plain(found.median)}, 90 % interval {after}\n{sign} {share(found.contraction)} of the belief removed"
    return Chart(found.name, f"{svg_head('0 0 270 40', label)}{pen.drawn()}</svg>", note=note)


def profiles(answer: "Calibration") -> str:
    """How likely history is with each parameter held at each value, all others free to make up for it.

    Args:
        answer: what was found.
    """
    from calibration.identified import CUT

    free = {one.name: one for one in answer.fit.free}
    charts = [_profile(found, free[found.name], k) for k, found in enumerate(answer.parameters)]
    n = max(len(one.grid) for one in answer.parameters)
    rows = []
    for g in range(n):
        row = [str(g + 1)]
        for one in answer.parameters:
            fits = g < len(one.grid)
            row += [plain(float(one.grid[g])) if fits else "", number(float(one.profile[g]), 1) if fits else ""]
        rows.append(row)
    numbers = table(
        "Log likelihood with one parameter held at a value, all others free; 0 at the best",
        ["point", *["value", "log likelihood"] * len(answer.parameters)],
        rows, groups=[("", 1), *((one.name, 2) for one in answer.parameters)], kind="tight",
    )  # fmt: skip
    how = (
        f"Each curve falls where history speaks against a value. Below the dashed line ({number(-CUT, 2)}) a value is "
        "refused at 90 %. A parameter is told only if its curve falls below the line on both sides."
    )
    return exhibit("Which values history refuses", charts, numbers, note=how)


_DEEP = 6.0
"""Falls beyond this are drawn at the lower edge."""


def _profile(found: "Found", one: "FreeParameter", k: int) -> Chart:
    from matplotlib.ticker import FuncFormatter

    from calibration.identified import CUT

    x = np.array([_place(one, float(v)) for v in found.grid])
    y = np.maximum(np.nan_to_num(found.profile, neginf=-1e9), -_DEEP)
    said = _kept(found, one)
    with canvas(270.0, 118.0, left=26.0, right=12.0, top=6.0, bottom=20.0) as (figure, ax):
        ax.plot(x, y, color=_AFTER, lw=1.7, marker="o", ms=2.6, clip_on=False)
        ax.axhline(-CUT, color=INK, lw=1.0, ls=(0, (4, 2)))
        end = 0 if abs(y[0] + CUT) > abs(y[-1] + CUT) else -1  # where the curve is farther away
        side = "left" if end == 0 else "right"
        ax.annotate("90 %", xy=(x[end], -CUT), xytext=(0, 2), textcoords="offset points", ha=side, fontsize=8.5)
        ax.set_ylim(-_DEEP, 0.4)
        ax.set_yticks([0.0, -2.0, -4.0, -6.0])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(float(value))))
        at = sorted({0, len(x) // 2, len(x) - 1})
        ax.set_xticks([float(x[i]) for i in at], [plain(float(found.grid[i])) for i in at])
        names = ax.get_xticklabels()
        names[0].set_horizontalalignment("left")
        names[-1].set_horizontalalignment("right")
        label = f"Profile likelihood of {found.name}; at 90 % {said}."
        svg = render(figure, key=f"profile-{k}", label=label)
    return Chart(found.name, svg, note=f"at 90 % {said}")


def _kept(found: "Found", one: "FreeParameter") -> str:
    """Which values are not refused at 90 %, between the points of the profile."""
    from calibration.identified import CUT

    x = [_place(one, float(v)) for v in found.grid]
    y = [float(max(v, -1e9)) for v in found.profile]
    above = [i for i, fall in enumerate(y) if fall >= -CUT]
    first, last = above[0], above[-1]

    def crossing(inside: int, outside: int) -> str:
        part = (y[inside] + CUT) / (y[inside] - y[outside])
        at = x[inside] + part * (x[outside] - x[inside])
        return plain(math.exp(at) if one.scale == "log" else at)

    low = crossing(first, first - 1) if first > 0 else ""
    high = crossing(last, last + 1) if last < len(y) - 1 else ""
    if low and high:
        return f"{low} to {high} is kept"
    if low or high:
        return f"all from {low} up is kept" if low else f"all up to {high} is kept"
    return "all of its range is kept"


def correlations(answer: "Calibration") -> str:
    """Which pairs of parameters history tells together only; empty with a single parameter.

    Args:
        answer: what was found.
    """
    names = answer.fit.names
    if len(names) < 2:
        return ""
    r = correlation(answer.fit.z, answer.fit.weights)
    pairs = sorted(
        ((float(r[i, j]), i, j) for i in range(len(names)) for j in range(i)), key=lambda p: (-abs(p[0]), p[1], p[2])
    )
    strong = [pair for pair in pairs if abs(pair[0]) > STRONG]
    if strong:
        said = items([_together(names[j], names[i], value) for value, i, j in strong])
    else:
        said = paragraph(
            f"No two parameters move together so much (correlation beyond {number(STRONG, 1)}) that history tells "
            "them together only."
        )
    value, i, j = pairs[0]
    rows = [
        [name, *(number(float(r[a, b]), 2) if b < a else UNKNOWN for b in range(len(names)))]
        for a, name in enumerate(names)
    ]
    matrix = details(
        "Numbers: all correlations between draws",
        table("Correlation of each pair of parameters over the draws", ["parameter", *names], rows, kind="tight"),
    )
    heaviest = np.argsort(-answer.fit.weights, kind="stable")
    drawn = [
        [str(int(d) + 1), plain(float(answer.fit.values[d, j])), plain(float(answer.fit.values[d, i])),
         share(float(answer.fit.weights[d]))]
        for d in heaviest
    ]  # fmt: skip
    numbers = table("All draws, the weightiest first", ["draw", names[j], names[i], "weight"], drawn, kind="tight")
    how = "Each dot is a draw; the larger, the more it weighs."
    shown = exhibit("The pair that moves together most", [_cloud(answer, j, i, value)], numbers, note=how)
    return said + shown + matrix


def correlation(z: Floats, weights: Floats) -> Floats:
    """[K, K] weighted correlation of draws [M, K]; 0 where a parameter does not vary."""
    centred = z - weights @ z
    covariance = (weights[:, None] * centred).T @ centred
    spread = np.sqrt(np.diag(covariance))
    safe = np.where(spread > 0.0, spread, np.inf)
    return np.asarray(np.clip(covariance / np.outer(safe, safe), -1.0, 1.0))


def _together(a: str, b: str, r: float) -> str:
    other = "larger" if r > 0 else "smaller"
    return (
        f"{a} and {b} are told together only: where one is larger, the other is {other} (correlation {number(r, 2)}). "
        "Take them from the draws, never one by one."
    )


def _cloud(answer: "Calibration", i: int, j: int, r: float) -> Chart:
    fit = answer.fit
    x, y = (np.array([_place(fit.free[k], float(v)) for v in fit.values[:, k]]) for k in (i, j))
    a, b = fit.names[i], fit.names[j]
    with canvas(360.0, 226.0, left=48.0, right=22.0, top=8.0, bottom=24.0) as (figure, ax):
        ax.scatter(x, y, s=5.0 + 70.0 * fit.weights / fit.weights.max(), color=_AFTER, alpha=0.45, lw=0)
        ax.grid(True, axis="both")
        for k, values, axis in ((i, x, ax.xaxis), (j, y, ax.yaxis)):
            at = np.linspace(values.min(), values.max(), 3)
            axis.set_ticks(at, [plain(_back(fit.free[k].scale, float(v))) for v in at])
        svg = render(figure, key="pair", label=f"Draws of {a} (across) and {b} (up); correlation {number(r, 2)}.")
    return Chart(f"{b} (up) by {a} (across)", svg, note=f"correlation {number(r, 2)}")


def _back(scale: str, at: float) -> float:
    value = math.exp(at) if scale == "log" else at
    return float(f"{value:.2g}")


_MEASURES = ("steps", "alone", "in all")


def sensitivity(answer: "Calibration") -> str:
    """Which parameter moves which target, as cells and as a table, and how far the stand-in can be trusted.

    Args:
        answer: what was found.
    """
    s = answer.sensitivity
    cells = np.stack([s.morris, s.first, s.total], axis=2)  # [T, K, 3]
    charts = [_cells(target, s.parameters, cells[t]) for t, target in enumerate(s.targets)]
    rows = [
        [name, *(number(float(v), 2) for t in range(len(s.targets)) for v in cells[t, k])]
        for k, name in enumerate(s.parameters)
    ]
    numbers = table(
        "Morris effect (steps) and Sobol shares (alone, in all) of each parameter on each target",
        ["parameter", *_MEASURES * len(s.targets)], rows,
        groups=[("", 1), *((target, 3) for target in s.targets)], kind="tight",
    )  # fmt: skip
    worst = "good" if s.accuracy >= 0.95 else "fair" if s.accuracy >= 0.8 else "poor: take these figures as a hint only"
    how = (
        "What moves a target before any history is looked at. Steps: mean effect of moving a parameter, as a share of "
        "the largest (Morris). Alone and in all: share of the target's variance by the parameter alone, and with all "
        "that it does together with others (Sobol). All of it rests on a quick stand-in for the engine (an emulator), "
        "which foretells "
        f"{share(max(s.accuracy, 0.0))} of the variance of its leading pattern at trials left out: {worst}."
    )
    idle = [
        name for k, name in enumerate(s.parameters) if all(float(s.total[t, k]) < 0.01 for t in range(len(s.targets)))
    ]
    text = paragraph(f"What was observed hardly depends on {listed(idle)}.") if idle else ""
    return exhibit("Which parameter moves which target", charts, numbers, note=how) + text


def _cells(target: str, names: tuple[str, ...], cells: Floats) -> Chart:
    pen, left, cell, line = Pen(), 138.0, 44.0, 19.0
    for m, measure in enumerate(_MEASURES):
        pen.text(left + (m + 0.5) * cell, 10, measure, size=8.5, colour=MUTED, anchor="middle")
    for k, name in enumerate(names):
        y = 15 + k * line
        pen.text(0, y + 12.5, name if len(name) <= 26 else f"{name[:25]}…", size=8.5)
        for m, value in enumerate(cells[k]):
            strength = 0.06 + 0.5 * min(max(float(value), 0.0), 1.0)
            pen.rect(left + m * cell + 1, y + 1, cell - 2, line - 2, HEAT, strength, round_=2)
            pen.text(left + (m + 0.5) * cell, y + 12.8, number(float(value), 2), size=8.5, anchor="middle")
    top = names[int(np.argmax(cells[:, 2]))]
    said = "; ".join(f"{name} {number(float(cells[k, 2]), 2)}" for k, name in enumerate(names))
    head = svg_head(f"0 0 270 {17 + len(names) * line:g}", f"Share of the variance of {target} by parameter: {said}.")
    return Chart(target, f"{head}{pen.drawn()}</svg>", note=f"moved most by {top}")
