"""How strongly sales answer to advertising, talk and price, in the units in which the literature measures it.

An elasticity is the per cent by which sales change when something changes by 1 %. It is how a planner can
tell whether a market reacts like real ones do, before believing what it says about plans:

    >>> from experiments.elasticity import elasticities
    >>> from scenarios import load_scenario
    >>> loaded = load_scenario("classroom", consumers=300)
    >>> found = elasticities(loaded, plan="notice-board", replicates=2, seed=1, of=["word-of-mouth"])
    >>> [(row.key, row.term) for row in found.rows]
    [('word-of-mouth', 'short run'), ('word-of-mouth', 'long run')]

``python -m experiments.elasticity -o docs/elasticities.md`` writes the page that shows two bundled markets beside
the published means.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from experiments.intervals import summarise
from experiments.replicate import MANY_CONSUMERS, REUSED_WORLDS, QuestionError, graph_of, on_network
from scenarios.load import Loaded, load_scenario
from scenarios.schema import Brand, Media, Plan, Scenario
from simulator.calendar import DAYS_PER_WEEK
from simulator.costs import cost_lines
from simulator.draws import Purpose, derive, root_key
from simulator.executor import spread
from simulator.parameters import parameter_values
from simulator.simulate import start_run
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

Term = Literal["short run", "long run"]
Kind = Literal["advertising", "channels", "word-of-mouth", "talk-of-all-brands", "valence", "price"]

KINDS: tuple[Kind, ...] = ("advertising", "channels", "word-of-mouth", "talk-of-all-brands", "valence", "price")
"""What can be asked for; ``channels`` is advertising on each channel apart."""

STEP = 0.2
"""Everything is moved by so much up and by so much down. The bend of a response cancels between the two, so the
step can be larger than the 1 % of the definition; twice the step halves the variance that luck leaves."""

PAID = "paid media"
PERIOD_WEEKS = 13
AFTER_WEEKS = 26


@dataclass(frozen=True)
class Elasticity:
    """One elasticity of our purchases with its interval, and what exactly was moved and counted."""

    key: str
    term: Term
    estimate: float
    ci_low: float
    ci_high: float
    level: float
    definition: str

    def overlaps(self, low: float, high: float) -> bool:
        """Whether the interval has a point between two values."""
        return self.ci_low <= high and low <= self.ci_high


@dataclass(frozen=True)
class Elasticities:
    """All elasticities that were asked for, and what it takes to find them again."""

    scenario: Scenario
    plan: str
    rows: tuple[Elasticity, ...]
    replicates: int
    seed: int
    step: float

    def of(self, key: str, term: Term) -> Elasticity:
        """One of the rows.

        Raises:
            KeyError: it was not asked for, or nothing could be moved.
        """
        for row in self.rows:
            if (row.key, row.term) == (key, term):
                return row
        raise KeyError((key, term))


@dataclass(frozen=True)
class _Moved:
    """A market in which one thing was multiplied in the weeks ``first`` to ``end``, ready to be run."""

    scenario: Scenario
    plan: Plan
    tables: DayTables


@dataclass(frozen=True)
class _Lever:
    """Something that can be multiplied."""

    key: str
    what: str  # after "per cent of"
    move: Callable[[float, int, int], _Moved]  # factor, first week, end
    size: Callable[[float], float]  # what the elasticity is taken of, at a factor
    periods: tuple[tuple[int, int], ...]  # in which it can be moved; empty when only for good


@dataclass(frozen=True)
class _Task:
    """Runs of one lever at one factor over one stretch, and the weeks whose sales count."""

    lever: int
    term: Term
    factor: float
    first: int
    end: int
    count: tuple[int, int]


def elasticities(
    what_if: Loaded | Scenario,
    *,
    plan: str,
    replicates: int = 16,
    seed: int = 0,
    of: Sequence[str] | None = None,
    step: float = STEP,
    period_weeks: int = PERIOD_WEEKS,
    after_weeks: int = AFTER_WEEKS,
    threads: int | None = None,
) -> Elasticities:
    """Say by how many per cent sales change when advertising, talk, satisfaction or price change by one.

        >>> from scenarios import bare_scenario
        >>> market = bare_scenario(
        ...     consumers=400, weeks=4, segment={"buys_every_days": 7.0}, brand={"start": {"attention": 1.0}},
        ... )
        >>> price = elasticities(market, plan="nothing", replicates=2, of=["price"]).of("price", "short run")
        >>> price.estimate < -1.0
        True

    Sales are *all* purchases of our brand, those that would have come anyway included, as in the econometric studies
    that the literature sums up; an elasticity of the extra sales alone would be several times larger. Every figure is
    an arc elasticity: purchases at (1 + step) against (1 - step), over their mean, divided by the same of what was
    moved. Both meet the same people with the same luck, and everything else, rivals too, stays as it is.

    * **Advertising, short run**: the effect of a period on sales in the same period (Sethuraman, Tellis & Briesch
      2011). The horizon is cut into periods of 13 weeks; paid media is moved in one of them only, and sales of that
      period are counted; then in the next. The figure is the mean over periods in which there is media, weighted by
      sales. What comes later is left out, as are fees and own posts.
    * **Advertising, long run**: paid media is moved over the whole horizon, and sales are counted over it and over
      ``after_weeks`` weeks in which we buy nothing, so that carry-over is in.
    * **Channels**: the same for paid media on one channel, the others held. They add up to about the whole.
    * **Word of mouth**: all ``talk.*_per_day`` of our brand are moved, what rivals' consumers say is held. Complaints
      are talk as well, so this is volume at the same mix, as in You, Vadakkepatt & Joshi 2015. Short and long run as
      above; in the long run talk goes on to the end of the weeks after.
    * **Talk of all brands**: the registry's parameters themselves are moved, so that rivals gain too.
    * **Valence**: more uses that satisfy and fewer that disappoint, from the first day on, measured as the mean
      rating on five stars, 3 + 2 · (satisfied - disappointed). It holds the buyers' own experience beside what they
      say. Short run is the first period, long run all weeks.
    * **Price**: our price is moved from the first day on, the category's usual price is held. Periods as for valence.

    Rows are left out where there is nothing to move: a plan without paid media has no elasticity of advertising.

    Args:
        what_if: a loaded scenario, or one made in Python.
        plan: name of the plan around which everything is moved.
        replicates: how many worlds, each with a luck of its own; parameters stay the scenario's.
        seed: any whole number.
        of: which of :data:`KINDS`; all when None.
        step: how far things are moved up and down, between 0 and 1.
        period_weeks: weeks of a period of the short run; the last period may be shorter.
        after_weeks: weeks that are simulated after the plan for the long run, at least the scenario's own.
        threads: how many runs at once; changes nothing but time.

    Raises:
        QuestionError: an unknown plan or kind, no replicates, a step outside 0 to 1, or a market in which nobody buys.
    """
    scenario = what_if.scenario if isinstance(what_if, Loaded) else what_if
    kinds = _checked(scenario, plan, replicates, of, step, period_weeks, after_weeks)
    after = max(after_weeks, scenario.carry_out_weeks)
    graph = graph_of(what_if)
    if graph is not None and not graph.well_mixed:
        scenario = on_network(scenario, graph)
    scenario = scenario.model_copy(update={"carry_out_weeks": after})
    weeks, all_weeks = scenario.weeks, scenario.weeks + after
    periods = tuple((week, min(week + period_weeks, weeks)) for week in range(0, weeks, period_weeks))
    levers = [lever for lever in _levers(scenario, scenario.plans[plan], kinds, periods) if _moves(lever, step)]
    tasks: list[_Task] = []
    for number, lever in enumerate(levers):
        for factor in (1.0 - step, 1.0 + step):
            if lever.periods:
                tasks += [_Task(number, "short run", factor, *period, period) for period in lever.periods]
            else:
                tasks.append(_Task(number, "short run", factor, 0, all_weeks, periods[0]))
            tasks.append(_Task(number, "long run", factor, 0, all_weeks, (0, all_weeks)))

    root = root_key(seed)
    n_worlds = min(replicates, REUSED_WORLDS) if scenario.market.consumers > MANY_CONSUMERS else replicates
    worlds = spread(
        lambda w: build_world(scenario, seed=derive(root, Purpose.WORLD, w), graph=graph), range(n_worlds),
        threads=threads,
    )  # fmt: skip
    lucks = [derive(root, Purpose.LUCK, r) for r in range(replicates)]
    sold = spread(lambda task: _sold(levers[task.lever], task, worlds, lucks), tasks, threads=threads)

    rows: list[Elasticity] = []
    of_world = np.arange(replicates) % n_worlds
    for number, lever in enumerate(levers):
        for term in ("short run", "long run"):
            mine = [(t, s) for t, s in zip(tasks, sold, strict=True) if (t.lever, t.term) == (number, term)]
            less = np.sum([s for t, s in mine if t.factor < 1.0], axis=0)
            more = np.sum([s for t, s in mine if t.factor > 1.0], axis=0)
            low, high = lever.size(1.0 - step), lever.size(1.0 + step)
            rows.append(_row(lever, term, less, more, (high - low) / (0.5 * (high + low)), of_world))
    return Elasticities(scenario, plan, tuple(rows), replicates, seed, step)


def _checked(
    scenario: Scenario, plan: str, replicates: int, of: Sequence[str] | None, step: float, period: int, after: int
) -> tuple[str, ...]:
    """The kinds that were asked for, once everything else has been found in order."""
    if plan not in scenario.plans:
        near = get_close_matches(plan, scenario.plans, n=1)
        meant = f"did you mean “{near[0]}”? " if near else ""
        raise QuestionError(f"there is no plan “{plan}”; {meant}plans are {', '.join(scenario.plans)}")
    if replicates < 1:
        raise QuestionError(f"{replicates} replicates were asked for; at least 1 is needed")
    if not 0.0 < step < 1.0:
        raise QuestionError(f"the step is a share between 0 and 1, not {step:g}; 0.2 moves things by 20 % either way")
    if period < 1 or after < 0:
        raise QuestionError(f"a period of {period} weeks and {after} weeks after it: at least 1 and 0 are needed")
    kinds = KINDS if of is None else tuple(of)
    for kind in kinds:
        if kind not in KINDS:
            near = get_close_matches(kind, KINDS, n=1)
            meant = f"did you mean “{near[0]}”? " if near else ""
            raise QuestionError(f"there is no elasticity of “{kind}”; {meant}there are {', '.join(KINDS)}")
    if not any(segment.buys_every_days for segment in scenario.segments.values()):
        raise QuestionError("nobody buys in this market: give a segment buys_every_days, then sales can answer")
    return kinds


def _moves(lever: _Lever, step: float) -> bool:
    return lever.size(1.0 + step) > lever.size(1.0 - step)


def _sold(lever: _Lever, task: _Task, worlds: list[World], lucks: list[np.uint64]) -> NDArray[np.float64]:
    """Our purchases in the weeks that count, for each replicate."""
    moved = lever.move(task.factor, task.first, task.end)
    first, end = task.count
    sold = []
    for r, luck in enumerate(lucks):
        world = worlds[r % len(worlds)]
        run = start_run(moved.scenario, moved.plan, world=world, tables=moved.tables, luck=luck, with_causes=False)
        run.advance(DAYS_PER_WEEK * end)
        sold.append(float(run.tallies.counts["purchases"][first:end, 0].sum()))
    return np.array(sold)


def _row(
    lever: _Lever,
    term: Term,
    less: NDArray[np.float64],
    more: NDArray[np.float64],
    change: float,
    of_world: NDArray[np.int64],
) -> Elasticity:
    """The ratio of two means over replicates, and its interval by linearisation."""
    difference, middle = more - less, 0.5 * (more + less)
    if not middle.any():
        raise QuestionError("nobody bought our brand in any replicate, so sales cannot answer; use more consumers")
    estimate = float(difference.sum() / middle.sum()) / change
    rest = (difference / change - estimate * middle) / middle.mean()
    found = summarise(estimate + rest, worlds=of_world)
    return Elasticity(lever.key, term, estimate, found.ci_low, found.ci_high, found.level, lever.what)


# ------------------------------------------------------------------------------------------- what can be moved


def _levers(
    scenario: Scenario, plan: Plan, kinds: Sequence[str], periods: tuple[tuple[int, int], ...]
) -> Iterator[_Lever]:
    if "advertising" in kinds:
        yield _media_lever(scenario, plan, None, periods)
    if "channels" in kinds:
        for channel in plan.media:
            yield _media_lever(scenario, plan, channel, periods)
    if "word-of-mouth" in kinds:
        yield _talk_lever(scenario, plan, periods, everybody=False)
    if "talk-of-all-brands" in kinds:
        yield _talk_lever(scenario, plan, periods, everybody=True)
    if "valence" in kinds:
        yield _brand_lever(scenario, plan, "valence", "mean rating of a use, on five stars", _better, _stars)
    if "price" in kinds:
        pinned = scenario.market.reference_price or scenario.brand.price
        market = scenario.market.model_copy(update={"reference_price": pinned})
        scenario = scenario.model_copy(update={"market": market})
        yield _brand_lever(scenario, plan, "price", "our price", _dearer, lambda brand: brand.price)


def _media_lever(scenario: Scenario, plan: Plan, channel: str | None, periods: tuple[tuple[int, int], ...]) -> _Lever:
    def in_weeks(factor: float, first: int, end: int) -> Plan:
        media = {
            name: _in_weeks(scenario, media, factor, first, end) if channel in (None, name) else media
            for name, media in plan.media.items()
        }
        return plan.model_copy(update={"media": media})

    def move(factor: float, first: int, end: int) -> _Moved:
        changed = in_weeks(factor, first, end)
        return _Moved(scenario, changed, compile_tables(scenario, changed))

    def money(first: int, end: int, factor: float = 1.0) -> float:
        lines = cost_lines(scenario, in_weeks(factor, first, end))
        return float(
            sum(line.weekly[first:end].sum() for line in lines if line.lever == PAID and channel in (None, line.item))
        )

    return _Lever(
        key="advertising" if channel is None else f"advertising.{channel}",
        what="all paid media" if channel is None else f"paid media on {channel}",
        move=move,
        size=lambda factor: money(0, scenario.weeks, factor),
        periods=tuple(period for period in periods if money(*period) > 0.0),
    )


def _in_weeks(scenario: Scenario, media: Media, factor: float, first: int, end: int) -> Media:
    """The same media with its money multiplied in some weeks."""
    if media.weekly is not None:
        weekly = list(media.weekly) * (scenario.weeks if len(media.weekly) == 1 else 1)
        weekly = [money * (factor if first <= week < end else 1.0) for week, money in enumerate(weekly)]
        return media.model_copy(update={"weekly": weekly})
    day = timedelta(days=1)
    begin, beyond = scenario.start + timedelta(weeks=first), scenario.start + timedelta(weeks=end)
    flights = []
    for flight in media.flights:
        for start, last, times in (
            (flight.start, min(flight.end, begin - day), 1.0),
            (max(flight.start, begin), min(flight.end, beyond - day), factor),
            (max(flight.start, beyond), flight.end, 1.0),
        ):
            if start <= last:
                part = {"start": start, "end": last, "weekly": flight.weekly * times}
                flights.append(flight.model_copy(update=part))
    return media.model_copy(update={"flights": flights})


def _talk_lever(scenario: Scenario, plan: Plan, periods: tuple[tuple[int, int], ...], *, everybody: bool) -> _Lever:
    values = parameter_values(scenario)
    rates = [name for name in values if name.startswith("talk.") and name.endswith("_per_day")]
    brands = slice(None) if everybody else slice(0, 1)

    def move(factor: float, first: int, end: int) -> _Moved:
        """Talk of the tables with other rates in these weeks, of the usual tables in all others."""
        usual = compile_tables(scenario, plan)
        loud = compile_tables(scenario, plan, parameters={name: values[name] * factor for name in rates})
        press = usual.arrays.press.copy()
        was = usual.layout.block(usual.arrays.press, "status")[:, brands]
        other = loud.layout.block(loud.arrays.press, "status")[:, brands]
        day = np.arange(len(press))
        a, b = (min(DAYS_PER_WEEK * week, len(press) - 1) for week in (first, end))
        before, during, after = was[np.minimum(day, a)], other[np.clip(day, a, b)] - other[a], was[np.maximum(day, b)]
        usual.layout.block(press, "status")[:, brands] = before + during + (after - was[b])
        return _Moved(scenario, plan, replace(usual, arrays=usual.arrays._replace(press=press)))

    return _Lever(
        key="talk-of-all-brands" if everybody else "word-of-mouth",
        what="the rates of talk about all brands" if everybody else "the rates of talk about our brand",
        move=move,
        size=lambda factor: factor * sum(values[name] for name in rates),
        periods=periods,
    )


def _brand_lever(
    scenario: Scenario,
    plan: Plan,
    key: str,
    what: str,
    change: Callable[[Brand, float], Brand],
    size: Callable[[Brand], float],
) -> _Lever:
    def move(factor: float, first: int, end: int) -> _Moved:
        changed = scenario.model_copy(update={"brand": change(scenario.brand, factor)})
        return _Moved(changed, plan, compile_tables(changed, plan))

    return _Lever(key, what, move, size=lambda factor: size(change(scenario.brand, factor)), periods=())


def _dearer(brand: Brand, factor: float) -> Brand:
    return brand.model_copy(update={"price": brand.price * factor})


def _better(brand: Brand, factor: float) -> Brand:
    """More of the satisfied and fewer of the disappointed, by a share of the room that both leave on either side."""
    up, down = brand.p_satisfied, brand.p_dissatisfied
    step = factor - 1.0
    changed = {
        "p_satisfied": up + step * min(up, 1.0 - up),
        "p_dissatisfied": down - step * min(down, 1.0 - down),
    }
    return brand.model_copy(update=changed)


def _stars(brand: Brand) -> float:
    """Mean rating if satisfied buyers give five stars, disappointed ones one, and the others three."""
    return 3.0 + 2.0 * (brand.p_satisfied - brand.p_dissatisfied)


# ---------------------------------------------------------------------------------------------- the page


@dataclass(frozen=True)
class Published:
    """A published mean, and the band around it that we call in range."""

    key: str
    term: Term
    mean: str
    source: str
    low: float
    high: float

    def verdict(self, found: Elasticity) -> str:
        """Whether the interval reaches the band; far from nought on either side counts as stronger."""
        if found.overlaps(self.low, self.high):
            return "in range"
        outside = found.estimate - self.high if found.estimate > self.high else found.estimate - self.low
        return "stronger" if outside * found.estimate > 0.0 else "weaker"


PUBLISHED = (
    Published(
        "advertising", "short run", ".12; current period .09; older .22",
        "Sethuraman, Tellis & Briesch 2011; Henningsen et al. 2011; Assmus et al. 1984", 0.05, 0.25,
    ),
    Published(
        "advertising", "long run", ".24; older .41",
        "Sethuraman, Tellis & Briesch 2011; Assmus et al. 1984", 0.12, 0.48,
    ),
    Published("word-of-mouth", "short run", ".236", "You, Vadakkepatt & Joshi 2015, volume", 0.12, 0.47),
    Published("word-of-mouth", "long run", ".53", "Trusov, Bucklin & Pauwels 2009, referrals", 0.27, 1.06),
    Published("valence", "short run", ".417", "You, Vadakkepatt & Joshi 2015, valence", 0.21, 0.83),
    Published("price", "short run", "-2.6", "Bijmolt et al. 2005 (recalled)", -5.2, -1.3),
)  # fmt: skip
"""Means of meta-analyses, with a band of about half to twice the mean. The means are theirs, the bands are ours."""

SHOWN = (("coldbrew-launch", "baseline"), ("always-on-retail", "always-on"))
"""Scenarios and plans on the page."""

PAGE_REPLICATES = 16

_NAMES = {
    "advertising": "Advertising",
    "word-of-mouth": "Word of mouth about our brand, volume",
    "talk-of-all-brands": "Talk about all brands, volume",
    "valence": "Valence (mean rating of a use)",
    "price": "Price",
}

_TOP = """\
# Elasticities, beside published ones

An elasticity is the per cent by which a brand's sales change when something changes by 1 %. Before a market is
believed about plans, it should react about as strongly as real markets do. This page is written by
`python -m experiments.elasticity -o docs/elasticities.md`; the definitions are those of
`experiments.elasticity.elasticities`.

* Sales are all purchases of the brand, also those that would have come anyway, as in the published studies.
* Everything is moved by {step} % up and {step} % down, on the same people with the same luck. Intervals hold 90 % and
  tell luck alone: the scenario's parameters are kept. {replicates} replicates, seed {seed}.
* *Short run* is what a period of {period} weeks does to sales in that period, on average over periods. *Long run* is
  what a change over the whole horizon does to sales in it and in the {after} weeks after it, in which we spend nothing.
  Valence and price change on the first day; their short run is the first period, their long run all weeks.
* Published means are of many brands, most of them established, and markets differ from each other by a factor of
  several. *In range* is what reaches from about half to about twice a mean; that band is ours.
* How fast people forget, and how known and how much talked about the cold brew is, were set with the published figures
  of advertising and word of mouth in view, and the published price elasticity is an input of the model. That these
  agree is no evidence that the model is right.
* Valence was left alone. In the long run it moves sales several times more than published, because ours is whether
  buyers are satisfied, which decides whether they come back; published ratings are only what others read.
"""


def page(*, replicates: int = PAGE_REPLICATES, seed: int = 0, threads: int | None = None) -> str:
    """The page of measured and published elasticities as markdown; the same seed gives the same bytes.

    Args:
        replicates: for each scenario.
        seed: any whole number.
        threads: how many runs at once.
    """
    parts = [
        _TOP.format(step=round(100 * STEP), replicates=replicates, seed=seed, period=PERIOD_WEEKS, after=AFTER_WEEKS)
    ]
    for name, plan in SHOWN:
        loaded = load_scenario(name)
        found = elasticities(loaded, plan=plan, replicates=replicates, seed=seed, threads=threads)
        parts.append(_section(name, found))
    return "\n".join(parts)


def _section(name: str, found: Elasticities) -> str:
    scenario = found.scenario
    title = scenario.plans[found.plan].title or found.plan
    against = {(one.key, one.term): one for one in PUBLISHED}
    rows = [
        f"## {name}, plan *{title}*",
        "",
        "| Elasticity of sales to | Term | Measured | 90 % interval | Published | Source | |",
        "|---|---|---:|---|---|---|---|",
    ]
    said = []
    for row in found.rows:
        head, _, channel = row.key.partition(".")
        label = f"… on {channel}" if channel else _NAMES[head]
        one = against.get((row.key, row.term))
        mean, source, verdict = (one.mean, one.source, one.verdict(row)) if one else ("", "", "")
        interval = f"{_number(row.ci_low)} to {_number(row.ci_high)}"
        rows.append(f"| {label} | {row.term} | {_number(row.estimate)} | {interval} | {mean} | {source} | {verdict} |")
        if one is not None and verdict != "in range":
            band = f"{one.low:g} to {one.high:g}"
            said.append(
                f"* **{label}, {row.term}, is {verdict} than the band {band}.** {_WHY.get((head, row.term), '')}"
            )
    said += _word_of_mouth_against_advertising(found)
    return "\n".join([*rows, "", *(one.rstrip() for one in said), ""])


_WHY = {
    ("advertising", "short run"): "Much of what sells is not advertised for in this market, or nearly all of it is.",
    ("word-of-mouth", "short run"): "Whoever is talked to climbs a stage at a time and buys only when the category is "
    "next needed, so within one period little of the talk has reached the till. Published studies relate sales to the "
    "number of messages, which grows with the number of buyers as well; we move only what each talker says.",
    ("word-of-mouth", "long run"): "Talk makes talkers, and the figure depends on how many weeks that is let run.",
    ("valence", "short run"): "Our valence holds the buyers' own experience, not only what others read of it.",
    ("price", "short run"): "Price acts on the choice of a brand alone: nobody stocks up or waits for a lower one.",
}


def _word_of_mouth_against_advertising(found: Elasticities) -> list[str]:
    """One line on each term: does talk move sales more than money does, as published?"""
    lines = []
    for term in ("short run", "long run"):
        talk, media = found.of("word-of-mouth", term), found.of("advertising", term)
        if talk.ci_low > media.ci_high:
            lines.append(f"* In the {term}, word of mouth moves sales more than advertising does, as published.")
        elif talk.ci_high < media.ci_low:
            lines.append(
                f"* In the {term}, word of mouth moves sales *less* than advertising does, against what is published."
            )
        else:
            lines.append(
                f"* In the {term}, word of mouth and advertising move sales about equally; the intervals overlap."
            )
    return lines


def _number(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1.0 else f"{value:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page to a file, or show it.

    Args:
        arguments: of the command line; those of the process when None.
    """
    parser = argparse.ArgumentParser(
        prog="python -m experiments.elasticity", description="Write the elasticities page."
    )
    parser.add_argument("-o", "--output", type=Path, help="file to write; shown when left out")
    parser.add_argument("--replicates", type=int, default=PAGE_REPLICATES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=None)
    asked = parser.parse_args(arguments)
    text = page(replicates=asked.replicates, seed=asked.seed, threads=asked.threads)
    if asked.output is None:
        sys.stdout.write(text)
    else:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
