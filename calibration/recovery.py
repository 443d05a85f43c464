"""Do calibrations find parameters again? Histories with a known truth on bundled markets, short and long.

``python -m calibration.recovery -o docs/recovery.md`` writes the page, and its picture beside it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import numpy as np

from calibration.free import FreeParameter, free_parameters
from calibration.honesty import SelfTest, pooled_coverage, pooled_interval
from calibration.self_test import Effort, self_test
from calibration.targets import Target, weekly_target
from scenarios.load import load_scenario
from scenarios.schema import Plan, Scenario

SCATTER = 0.05
"""Relative scatter of every observation, besides luck."""

PAGE_FITS = {26: 20, 104: 14}
"""Of each market, by weeks: long histories take four times as long to make."""

PAGE_EFFORT = Effort(points=56, banks=5, waves=1, wave=16)
LENGTHS = tuple(PAGE_FITS)

_APPEAL: Mapping[str, object] = {"low": -0.5, "guess": 0.0, "high": 0.5}
_SATISFIED: Mapping[str, object] = {"low": 0.4, "guess": 0.58, "high": 0.8}


@dataclass(frozen=True)
class Case:
    """One market, what is unknown of it, and what is observed.

    Attributes:
        scenario: bundled.
        plan: while history was observed.
        consumers: simulated; in the made histories each is one person as far as luck goes.
        free: what is said of each unknown.
        metrics: observed week by week.
    """

    scenario: str
    plan: str
    consumers: int
    free: Mapping[str, Mapping[str, object]]
    metrics: tuple[str, ...]


CASES = (
    Case(
        "coldbrew-launch", "baseline", 2_000,
        {
            "talk.talker_per_day": {}, "paid.attention": {}, "forgetting.attention": {},
            "brand.p_satisfied": _SATISFIED, "brand.appeal": _APPEAL,
        },
        ("awareness", "purchases", "customers"),
    ),
    Case(
        "app-referral", "installs", 3_000,
        {
            "talk.talker_per_day": {}, "talk.fresh_extra_per_day": {}, "wom.p_skip": {}, "forgetting.attention": {},
            "brand.appeal": _APPEAL,
        },
        ("awareness", "purchases", "customers"),
    ),
    Case(
        "always-on-retail", "always-on", 2_000,
        {
            "paid.attention": {}, "forgetting.attention": {}, "brand.p_satisfied": _SATISFIED, "brand.appeal": _APPEAL,
            "choice.price_elasticity": {},
        },
        ("awareness", "purchases", "revenue"),
    ),
)  # fmt: skip
"""What the page is about."""


def market_of(case: Case, weeks: int) -> tuple[Scenario, Plan, list[FreeParameter], list[Target]]:
    """A bundled market over as many weeks as wanted; weekly amounts of its plan begin again when they end.

    Args:
        case: which.
        weeks: of the history.
    """
    loaded = load_scenario(case.scenario, consumers=case.consumers).scenario
    plan = loaded.plans[case.plan]
    media = {
        name: entry.model_copy(update={"weekly": np.resize(entry.weekly, weeks).tolist()})
        if isinstance(entry.weekly, list)
        else entry
        for name, entry in plan.media.items()
    }
    plan = plan.model_copy(update={"media": media})
    scenario = loaded.model_copy(update={"weeks": weeks, "plans": {case.plan: plan}})
    targets = [weekly_target(one, np.ones(weeks), n_weeks=weeks, scatter=SCATTER) for one in case.metrics]
    return scenario, plan, free_parameters(scenario, case.free), targets


def recover(
    case: Case, weeks: int, *, fits: int, seed: int = 0, threads: int | None = None,
    effort: Effort = PAGE_EFFORT,
) -> SelfTest:  # fmt: skip
    """Make histories of one market and find its parameters again.

    Args:
        case: which market.
        weeks: of each history.
        fits: histories.
        seed: of everything that is drawn.
        threads: at once.
        effort: spent on each fit.
    """
    scenario, plan, free, targets = market_of(case, weeks)
    return self_test(scenario, plan, free=free, targets=targets, fits=fits, seed=seed, threads=threads, effort=effort)


def page(found: Sequence[tuple[Case, int, SelfTest]], *, picture: str = "") -> str:
    """The page, as text.

    Args:
        found: each market, weeks and self-test.
        picture: name of the picture's file; none when empty.
    """
    tests = [test for _, _, test in found]
    n = sum(len(test.ok) for test in tests)
    low, high = pooled_interval(tests)
    cases = sum(int(test.identified.sum()) * len(test.ok) for test in tests)
    score = _identified_mean(tests, "interval_score") / _identified_mean(tests, "score_before")
    lines = [
        "# Do calibrations find parameters again?",
        "",
        fill(
            "Parameters are drawn from what is believed of them, the engine makes a history from each draw, with "
            f"people and luck of its own, and {100 * SCATTER:.0f} % of scatter is added to every observation. A "
            "calibration that does not know the truth is fitted to each history. If its intervals are honest, nine out "
            "of ten truths lie within their 90 % intervals, and the ranks of truths among the draws are even (Cook, "
            "Gelman & Rubin 2006; Talts et al. 2018). This page is written by "
            "`python -m calibration.recovery -o docs/recovery.md`; the method is that of `calibration.self_test`.",
            110,
            break_on_hyphens=False,
        ),
        "",
        fill(
            f"**Over {n} fits, the 90 % intervals of parameters that history can tell hold the truth in "
            f"{100 * pooled_coverage(tests):.1f} % of {cases} cases (95 % interval of that share: {100 * low:.1f} to "
            f"{100 * high:.1f} %). Their interval score is {100 * score:.0f} % of that of the belief before.**",
            110,
            break_on_hyphens=False,
        ),
        "",
    ]
    if picture:
        lines += [f"![Intervals that hold the truth, and how wide they are]({picture})", ""]
    for case, weeks, test in found:
        lines += _table(case, weeks, test)
    return "\n".join([*lines, _MEANING])


_MEANING = """\
## How to read this

* A parameter is *told* by a history if the fits take 30 % or more off its standard deviation on the average
  (contraction). Others are shown and not pooled: their intervals hold the truth because they are hardly
  narrower than the belief was. Whether a parameter is told is a property of the market and of what is
  observed, so no single fit's luck decides what is counted.
* *Held* is the share of truths within their 90 % intervals, with its 95 % interval (Wilson 1927). Cases of
  one fit share a history and fits of one bank share the people and luck of their runs; the pooled interval
  counts fits or banks as clusters, whichever is wider.
* *Width* is that of the interval as a share of the belief's own. *Score* is the interval score (Gneiting &
  Raftery 2007), width plus a fine for each miss, as a share of the belief's own: below 1, the history was
  worth something.
* *Ranks* are p-values of ranks that are even, by the chi-square of their histogram and by Kolmogorov and
  Smirnov. With so many of them, one or two below .05 are to be expected. So few fits can show that
  intervals are far too narrow or far too wide, and not that they are exact.
* The markets are small: in these histories one simulated consumer is one person, so luck is as large as in
  a real market of a few thousand people. Real markets of millions have less luck and narrower intervals.
* A fit here is that of `apath calibrate`, but for the search of the single best trial: the runs spread over
  the belief are shared by the fits of a bank, and a wave of runs where belief is left follows them at once.
* The history has the structure of the model, and the size of its scatter is known. How well a calibration
  does where a market works otherwise is not tested here.

## What made intervals too narrow, and was mended

* Covariances of luck came from 48 replicates and the dozen patterns of the noisiest series: directions in
  which luck seemed to be missing were trusted. On cold brew over 26 weeks (2,000 consumers, 40 fits, no
  waves of runs) 68 % of truths were held (57 to 77 %).
* Luck is now told week by week (`calibration/luck.py`), and where scatter is known it is divided out
  without leaving any pattern away. With 96 replicates that raised the same figure to 82 % (73 to 89 %), and
  improved the interval score of every parameter told: nothing was widened for its own sake.
* How sure a best linear estimate was of itself could then be checked against far more replicates. On cold
  brew over 26 weeks its true standard error was 0.94 to 1.09 times the one claimed, by parameter, where it
  had been 1.37 to 1.89 times. On the app over 104 weeks it was 1.00 to 1.21 times with 96 replicates and
  0.98 to 1.13 times with 192; so 192 are made.
* An earlier round of this study, with 96 replicates and the same truths in every market, held 84.5 % of 328
  cases (80 to 88 %). The step to 192 was taken after that round; the two shares differ by no more than
  chance allows.
* What is left: some luck that 192 replicates cannot show, in long histories; and the emulator, whose error
  moved estimates by 0.1 to 0.4 of their standard deviation in the two long histories in which it was looked
  at.
"""


def _table(case: Case, weeks: int, test: SelfTest) -> list[str]:
    low, high = test.coverage_interval
    held = f"{100 * test.coverage_90:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)" if test.identified.any() else "–"
    lines = [
        f"## {case.scenario}, {weeks} weeks",
        "",
        fill(
            f"Plan *{case.plan}*, {case.consumers:,} consumers, {len(test.ok)} fits of {len(test.fits)}; observed each "
            f"week: {', '.join(case.metrics)}. Held over parameters told: {held}.",
            110,
        ),
        "",
        "| Parameter | Told | Held | 95 % interval | Width | Score | Contraction | Ranks χ² | Ranks KS |",
        "|---|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for one in test.parameters:
        bottom, top = one.coverage_interval
        lines.append(
            f"| `{one.name}` | {'yes' if one.identified else 'no'} | {100 * one.coverage_90:.0f} % | "
            f"{100 * bottom:.0f} to {100 * top:.0f} % | {100 * one.width:.0f} % | "
            f"{one.interval_score / one.score_before:.2f} | {100 * one.contraction:.0f} % | {one.rank_chi2_p:.2f} | "
            f"{one.rank_ks_p:.2f} |"
        )
    return [*lines, ""]


def _identified_mean(tests: Sequence[SelfTest], key: str) -> float:
    found = [getattr(one, key) for test in tests for one in test.parameters if one.identified]
    return float(np.mean(found)) if found else float("nan")


def draw(found: Sequence[tuple[Case, int, SelfTest]], path: Path) -> None:
    """Write a picture: share of truths held by width, one dot for each parameter of each market.

    Args:
        found: each market, weeks and self-test.
        path: of the SVG.
    """
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with pyplot.rc_context({"svg.hashsalt": "recovery", "font.family": "sans-serif", "svg.fonttype": "none"}):
        figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
        axes.axhspan(85, 95, color="#dfe8df", zorder=0)
        axes.axhline(90, color="#5a7d5a", linewidth=1)
        colours = ("#33658a", "#b0413e", "#c98a1b")
        names = list(dict.fromkeys(case.scenario for case, _, _ in found))
        for case, weeks, test in found:
            for one in test.parameters:
                low, high = one.coverage_interval
                colour = colours[names.index(case.scenario) % len(colours)]
                marker, face = ("o" if weeks == min(LENGTHS) else "s"), (colour if one.identified else "white")
                x = 100 * one.width
                axes.plot([x, x], [100 * low, 100 * high], color=colour, linewidth=0.7, alpha=0.5)
                axes.plot(x, 100 * one.coverage_90, marker, color=colour, markerfacecolor=face, markersize=5)
        for name, colour in zip(names, colours, strict=False):
            axes.plot([], [], "o", color=colour, label=name)
        axes.plot([], [], "o", color="grey", label=f"{min(LENGTHS)} weeks")
        axes.plot([], [], "s", color="grey", label=f"{max(LENGTHS)} weeks")
        axes.plot([], [], "o", color="grey", markerfacecolor="white", label="not told by history")
        axes.set(xlabel="width of the interval, % of the belief's", ylabel="truths held, %", ylim=(50, 101))
        axes.legend(fontsize=7, loc="lower left", ncols=2)
        figure.savefig(path, format="svg", metadata={"Date": None})
        pyplot.close(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page to a file, or show it.

    Args:
        arguments: of the command line; those of the process when None.
    """
    parser = argparse.ArgumentParser(prog="python -m calibration.recovery", description="Write the recovery page.")
    parser.add_argument("-o", "--output", type=Path, help="file to write; shown when left out")
    parser.add_argument("--fits", type=int, help="of each market and length; the page's when left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=None)
    asked = parser.parse_args(arguments)
    found: list[tuple[Case, int, SelfTest]] = []
    for case in CASES:
        for weeks in LENGTHS:
            seed = asked.seed * 100 + len(found)  # truths of their own
            test = recover(case, weeks, fits=asked.fits or PAGE_FITS[weeks], seed=seed, threads=asked.threads)
            sys.stderr.write(f"{case.scenario}, {weeks} weeks\n{test.text()}\n")
            found.append((case, weeks, test))
    if asked.output is None:
        sys.stdout.write(page(found))
        return
    picture = asked.output.parent / "images" / f"{asked.output.stem}.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    draw(found, picture)
    asked.output.write_text(page(found, picture=f"images/{picture.name}"), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
