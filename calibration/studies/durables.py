"""Durable goods: is the size of a market known before sales have peaked?

The market is :mod:`calibration.bass_world`; p, q and the number of people are free, and history is what was bought in
each of the first years.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.bass import bass_curve, fit_bass
from calibration.bass_world import IMITATION, INNOVATION, PEOPLE, adoptions, bass_scenario
from calibration.fit import Fit, Settings, fit
from calibration.free import FreeParameter
from calibration.identified import Found, found
from calibration.noise import Noise
from calibration.studies.data import REFITS, SERIES, adoptions_by_year, refit
from calibration.studies.page import DAYS, interval, number, period_target, rate, table
from calibration.studies.picture import Line, intervals
from calibration.studies.study import Section
from calibration.targets import Observed
from simulator.draws import Purpose, derive, root_key
from simulator.outline import Outline
from simulator.simulate import simulate
from simulator.tables import fill_outline
from simulator.world import World, build_world

Floats = NDArray[np.float64]

TITLE = "Durable goods: the size of a market before its peak"
FILES = (SERIES, REFITS)

P_RANGE, Q_RANGE = (0.0005, 0.04), (0.2, 0.7)
"""Range of published applications, per year (Sultan, Farley & Lehmann 1990, Journal of Marketing Research 27), here
taken for nine tenths of the belief."""

HOUSEHOLDS = {1945: 37.5, 1950: 43.6, 1955: 47.9, 1960: 52.8, 1965: 57.4, 1970: 63.4}
"""Million households of the United States (Bureau of the Census)."""

USUAL_SCATTER = 0.25
"""Relative scatter expected of one year of a durable's sales about a smooth curve."""

CONSUMERS = 3_000
PICTURE = "durables.svg"


class DurableMarket:
    """The Bass market as a calibration sees it: p, q and m in, adoptions of each period out.

    >>> observed = Observed((period_target("bought", [96, 195, 238, 380], metric="awareness"),), train_weeks=16)
    >>> market = DurableMarket(observed, consumers=500, seed=1)
    >>> market.run({INNOVATION: 0.001, IMITATION: 0.01, PEOPLE: 9000.0}, range(2)).shape
    (2, 4)

    Args:
        observed: one target of periods.
        consumers: simulated.
        seed: of the replicates.
    """

    def __init__(self, observed: Observed, *, consumers: int, seed: int) -> None:
        self.observed = observed
        self._scenario = bass_scenario(consumers=consumers, periods=observed.targets[0].n, p=0.01, q=0.4)
        self._plan = self._scenario.plans["nothing"]
        self._outline = Outline(self._scenario, self._plan)
        self._root = root_key(seed)
        self._world: World = build_world(self._scenario, seed=derive(self._root, Purpose.WORLD, 0))
        self._lock = threading.Lock()

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """Adoptions [R, periods] on the target's even scale.

        Args:
            values: of :data:`INNOVATION`, :data:`IMITATION` and :data:`PEOPLE`.
            replicates: numbers of the replicates.
        """
        with self._lock:
            tables = fill_outline(self._outline, parameters={name: values[name] for name in (INNOVATION, IMITATION)})
        scale = self.observed.targets[0].scale
        rows = []
        for r in replicates:
            luck = derive(self._root, Purpose.LUCK, r)
            outcome = simulate(
                self._scenario, self._plan, world=self._world, tables=tables, luck=luck, with_causes=False
            )
            rows.append(scale.forward(adoptions(outcome, people=values[PEOPLE], days_per_period=DAYS)))
        return np.array(rows)


def relative_least_squares(bought: ArrayLike) -> Floats:
    """p, q and m of the Bass curve by least squares of logarithms: every year counts alike, however small.

    >>> from calibration.bass import bass_curve
    >>> relative_least_squares(bass_curve(range(1, 12), p=0.01, q=0.4, m=1000.0)).round(3).tolist()
    [0.01, 0.4, 1000.0]

    Args:
        bought: in each year from launch on, more than 0.
    """
    from scipy.optimize import least_squares

    seen = np.asarray(bought, float)
    t = np.arange(1, len(seen) + 1)

    def miss(theta: Floats) -> Floats:
        p, q, m = np.exp(theta)
        return np.asarray(np.log(bass_curve(t, p=p, q=q, m=m) / seen), float)

    start = np.log([0.01, 0.4, 1.2 * seen.sum()])
    return np.asarray(np.exp(least_squares(miss, start, xtol=1e-12, ftol=1e-12).x), float)


def households(year: int) -> float:
    """Thousand households of the United States in a year, between the counts of :data:`HOUSEHOLDS`.

    >>> round(households(1953))
    46180
    """
    return 1000.0 * float(np.interp(year, list(HOUSEHOLDS), list(HOUSEHOLDS.values())))


def beliefs(bought: ArrayLike, *, most: float) -> tuple[FreeParameter, ...]:
    """What is believed of p, q and m before the shape of a history is looked at.

    Args:
        bought: in each year so far.
        most: the largest market that is thinkable; m is believed to lie anywhere from what has been bought so far to
            this, evenly on the logarithm.
    """
    so_far = float(np.sum(np.asarray(bought, float)))
    return (
        rate(INNOVATION, *P_RANGE, per=DAYS),
        rate(IMITATION, *Q_RANGE, per=DAYS),
        FreeParameter(PEOPLE, so_far, (so_far * most) ** 0.5, most, prior="flat"),
    )


def fit_durable(
    bought: ArrayLike, *, most: float, settings: Settings | None = None, consumers: int = CONSUMERS,
    noise: Noise = "negative-binomial",
) -> Fit:  # fmt: skip
    """Fit p, q and m of the simulated market to what was bought in each of the first years.

    Args:
        bought: in each year from launch on.
        most: the largest market that is thinkable, in the same unit.
        settings: how much is spent.
        consumers: simulated; 3,000 when left out.
        noise: ``normal`` for scatter that is the same every year, as least squares have it.
    """
    chosen = settings or Settings(trials=180, replicates=8, draws=60, particles=500, seed=1)
    goal = period_target("bought", bought, metric="awareness", noise=noise, usual_scatter=USUAL_SCATTER)
    observed = Observed((goal,), train_weeks=goal.n * DAYS // 7)
    market = DurableMarket(observed, consumers=consumers, seed=chosen.seed)
    return fit(
        market, observed, beliefs(bought, most=most), n_consumers=consumers,
        market_size=1000.0 * float(np.sum(goal.observed)), settings=chosen,
    )  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What the first years of one history tell.

    Attributes:
        years: seen.
        p: hazard by oneself, with its interval and whether it is identified.
        q: hazard because of others, likewise.
        m: size of the market, likewise.
        least_squares: m of the best curve; None where no curve is best.
        even: whether scatter was taken to be the same every year, as least squares have it.
    """

    years: int
    p: Found
    q: Found
    m: Found
    least_squares: float | None
    even: bool = False


def read(bought: Floats, years: int, *, most: float, settings: Settings | None = None, even: bool = False) -> Reading:
    """Fit the first years of a history and say what they tell.

    Args:
        bought: the whole history.
        years: of it that the fit sees.
        most: the largest market that is thinkable.
        settings: how much is spent.
        even: take scatter to be the same every year.
    """
    seen = bought[:years]
    noise: Noise = "normal" if even else "negative-binomial"
    p, q, m = found(fit_durable(seen, most=most, settings=settings, noise=noise), seed=1)
    curve = fit_bass(seen)
    return Reading(years, p, q, m, curve.m if curve.converged else None, even)


GOODS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("room_air_conditioners", "Room air conditioners", (5, 7, 9, 13)),
    ("clothes_dryers", "Clothes dryers", (5, 7, 9, 13)),
    ("color_televisions", "Colour television", (5, 7, 8)),
)


def run(*, quick: bool = False) -> Section:
    """The section of the page.

    Args:
        quick: the first good only, and less spent.
    """
    settings = Settings(trials=99, replicates=4, draws=33, particles=400, seed=1) if quick else None
    opening = (
        "Sales of a durable good rise for years before they peak, and a forecast is wanted before that. Least squares "
        "then give a market size with a small standard error that later years refute. Here p, q and the number of "
        f"people are free in a market of {CONSUMERS:,} simulated consumers, a year told in {DAYS} days.\n\n"
        "One rule for all goods: m is believed to lie anywhere, evenly on the logarithm, between what has been bought "
        "so far and twice the households of the country in the last year seen; p in "
        f"{P_RANGE[0]} to {P_RANGE[1]} and q in {Q_RANGE[0]} to {Q_RANGE[1]} a year (published "
        "applications). Yearly sales scatter about the model by a share that is estimated too. Thousands of units. "
        "Ends of intervals are read off some hundreds of weighted particles, and are rough where history tells little."
    )
    parts, groups = [opening], []
    for series, title, windows in GOODS[: 1 if quick else None]:
        calendar, bought = adoptions_by_year(series)
        whole = refit(series)
        readings = [
            read(bought, years, most=2.0 * households(int(calendar[years - 1])), settings=settings) for years in windows
        ]
        groups.append((title, whole.m, [_drawn(one) for one in readings]))
        most = 2.0 * households(int(calendar[-1]))
        readings.append(read(bought, len(bought), most=most, settings=settings, even=True))
        parts.append(f"### {title}\n\n{_table(readings, whole.m)}\n\n{_verdict(readings, series, len(bought))}")
    caption = "m in thousands: 90 %, pale where not identified; × least squares; dashed: all years"
    parts.insert(1, f"![{caption}](images/{PICTURE})")
    return Section("\n\n".join(parts), {PICTURE: intervals(groups, caption=caption)})


def _drawn(one: Reading) -> Line:
    return Line(f"{one.years} years", one.m.low, one.m.median, one.m.high, one.least_squares, one.m.identified)


def _table(readings: Sequence[Reading], truth: float) -> str:
    rows = []
    for one in readings:
        inside = one.m.low <= truth <= one.m.high
        rows.append([
            f"{one.years}, even scatter" if one.even else str(one.years),
            "none" if one.least_squares is None else number(one.least_squares),
            interval(one.m.median, one.m.low, one.m.high),
            "identified" if one.m.identified else f"not identified: {one.m.reason}",
            "yes" if inside else "no",
            interval(*(DAYS * x for x in (one.p.median, one.p.low, one.p.high))),
            interval(*(DAYS * x for x in (one.q.median, one.q.low, one.q.high))),
        ])  # fmt: skip
    head = [
        "Years seen", "m, least squares", "m, calibrated (90 %)", "Does history tell m?", f"holds {number(truth)}?",
        "p a year", "q a year",
    ]  # fmt: skip
    return table(head, rows)


def _verdict(readings: Sequence[Reading], series: str, n_years: int) -> str:
    whole = refit(series)
    early = [one for one in readings if one.years < n_years]
    silent = [str(one.years) for one in early if not one.m.identified]
    holding = [str(one.years) for one in early if one.m.low <= whole.m <= one.m.high]
    said = (
        f"m of the whole series is {number(whole.m)} by least squares. Of the {len(early)} shorter windows, "
        f"{len(silent)} report m as not identified ({', '.join(silent) or 'none'} years), and {len(holding)} hold the "
        f"later value in their interval ({', '.join(holding) or 'none'} years)."
    )
    _, bought = adoptions_by_year(series)
    by_squares = [
        (float(value), (float(value * np.exp(-1.645 * se)), float(value * np.exp(1.645 * se))))
        for value, se in zip((whole.p, whole.q, whole.m), whole.se_log, strict=True)
    ]
    for one in readings:
        if one.years != n_years:
            continue
        if one.even:
            said += (
                f" Least squares take scatter to be as large in every year. With that (the row “even scatter”) the "
                f"calibrated interval of {_held(one, by_squares)}."
            )
        else:
            alike = [(float(value), None) for value in relative_least_squares(bought)]
            said += (
                f" On all {n_years} years, with scatter that is a share of each year, the calibrated interval of "
                f"{_held(one, by_squares)} of least squares; of least squares of logarithms, which have such scatter "
                f"too, {_held(one, alike)}."
            )
    return said


def _held(one: Reading, others: Sequence[tuple[float, tuple[float, float] | None]]) -> str:
    """Whether the calibrated intervals of p, q and m hold other people's values, or at least meet their intervals."""
    parts = []
    for word, mine, unit, (value, ends) in zip("pqm", (one.p, one.q, one.m), (DAYS, DAYS, 1), others, strict=True):
        low, high = mine.low * unit, mine.high * unit
        between = "" if ends is None else f" ({number(ends[0])} to {number(ends[1])})"
        if low <= value <= high:
            verdict = "holds"
        elif ends is not None and low <= ends[1] and ends[0] <= high:
            verdict = "misses, though the two intervals meet,"
        else:
            verdict = "misses"
        parts.append(f"{word} {verdict} {number(value)}{between}")
    return "; of ".join(parts)
