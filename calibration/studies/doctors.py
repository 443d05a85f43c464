"""Tetracycline among physicians: does word of mouth over their own advice network foretell who prescribes next?

The engine runs on the network of 125 physicians in four towns, a month told in 28 days. It sees the first eleven
months and foretells the last six.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.bass_world import IMITATION, INNOVATION
from calibration.fit import Fit, Settings, fit
from calibration.free import FreeParameter
from calibration.nulls import NoForecast, Past, bass, naive
from calibration.predictive import forecast
from calibration.scores import coverage, crps, weighted_quantile
from calibration.studies.data import ADVICE, DOCTORS, Doctors, doctors
from calibration.studies.page import DAYS, interval, number, paired, percent, period_target, rate, spread_of, table
from calibration.studies.study import Section
from calibration.targets import Observed
from scenarios.bare import bare_scenario
from scenarios.schema import Scenario
from scenarios.vocabulary import Stage
from simulator.draws import Purpose, derive, root_key
from simulator.graph import SocialGraph, graph_from_edges
from simulator.outline import Outline
from simulator.simulate import simulate
from simulator.tables import fill_outline
from simulator.world import build_world

Floats = NDArray[np.float64]

TITLE = "Tetracycline: physicians who ask each other"
FILES = (DOCTORS, ADVICE)

MONTHS, SEEN = 17, 11

ALONE, TALK = (0.01, 0.3), (0.003, 0.3)
"""Hazards a month: of prescribing by oneself, and because one colleague does. Wide; nothing published is used."""

DRAWS = 1000

OURS, QUIET = "market, talk both ways", "market, no talk"
"""The market that was meant to be compared before any result was seen, and the one to compare it with."""


def network(people: Doctors, *, directed: bool = False) -> SocialGraph:
    """Who hears whom.

    Args:
        people: physicians and whom they ask.
        directed: only who asks hears; else both do.
    """
    return graph_from_edges(
        people.asked.tolist(), people.asks.tolist(), n=len(people.names), directed=directed, labels=people.names
    )


class DoctorMarket:
    """A drug that physicians take up by themselves and from each other, on their own network.

    >>> from calibration.studies.page import period_target
    >>> graph = graph_from_edges([0, 1, 2], [1, 2, 3], n=4)
    >>> observed = Observed((period_target("adopted", [1, 1, 2], metric="awareness"),), train_weeks=12)
    >>> DoctorMarket(observed, graph, seed=1).run({INNOVATION: 0.01, IMITATION: 0.01}, range(2)).shape
    (2, 3)

    Args:
        observed: one target of months.
        graph: the physicians' network.
        seed: of the replicates.
        fixed: parameters that stay as they are, such as no talk.
        listening: ``each``: every colleague adds the same; ``share``: the share of colleagues counts.
    """

    def __init__(
        self, observed: Observed, graph: SocialGraph, *, seed: int, fixed: Mapping[str, float] | None = None,
        listening: str = "each",
    ) -> None:  # fmt: skip
        self.observed, self.fixed = observed, dict(fixed or {})
        self._scenario: Scenario = bare_scenario(
            consumers=graph.n, weeks=observed.targets[0].n * DAYS // 7, parameters={"wom.attention": 1.0},
            word_of_mouth={"talk_from": "attention", "fresh_on": "nothing", "listening": listening}, name="drug",
        )  # fmt: skip
        self._plan = self._scenario.plans["nothing"]
        self._outline = Outline(self._scenario, self._plan)
        self._root = root_key(seed)
        self._world = build_world(self._scenario, seed=derive(self._root, Purpose.WORLD, 0), graph=graph)

    def run(self, values: Mapping[str, float], replicates: range) -> Floats:
        """First prescriptions [R, months] on the target's even scale.

        Args:
            values: of :data:`INNOVATION` and :data:`IMITATION`.
            replicates: numbers of the replicates.
        """
        tables = fill_outline(self._outline, parameters={**self.fixed, **values})
        rows = []
        for r in replicates:
            outcome = simulate(
                self._scenario, self._plan, world=self._world, tables=tables,
                luck=derive(self._root, Purpose.LUCK, r), with_causes=False,
            )  # fmt: skip
            waiting = outcome.ours("stock")[:: DAYS // 7, :, Stage.UNAWARE].sum(axis=1)
            rows.append(self.observed.targets[0].scale.forward(-np.diff(waiting)))
        return np.array(rows)


@dataclass(frozen=True)
class Rival:
    """One way to foretell the last months.

    Attributes:
        name: as it stands in the table.
        samples: [D, months] draws of the months that were held out.
        fit: of the market; None for a model that knows no market.
    """

    name: str
    samples: Floats
    fit: Fit | None = None


def fit_doctors(
    people: Doctors, *, talk: bool, seen: int = SEEN, directed: bool = False, listening: str = "each",
    settings: Settings | None = None,
) -> Fit:  # fmt: skip
    """Fit the market to the first months.

    Args:
        people: physicians, their months and whom they ask.
        talk: free; else there is none.
        seen: months that the fit may see.
        directed: only who asks hears.
        listening: as in :class:`DoctorMarket`.
        settings: how much is spent.
    """
    chosen = settings or Settings(trials=150, replicates=32, draws=50, particles=500, seed=1)
    goal = period_target("first prescriptions", people.adopters(MONTHS), metric="awareness")
    observed = Observed((goal,), train_weeks=seen * DAYS // 7)
    free: tuple[FreeParameter, ...] = (rate(INNOVATION, *ALONE, per=DAYS),)
    if talk:
        free = (*free, rate(IMITATION, *TALK, per=DAYS))
    market = DoctorMarket(
        observed, network(people, directed=directed), seed=chosen.seed, fixed=None if talk else {IMITATION: 0.0},
        listening=listening,
    )  # fmt: skip
    n = len(people.names)
    return fit(market, observed, free, n_consumers=n, market_size=n, settings=chosen)


def rivals(people: Doctors, *, seen: int = SEEN, settings: Settings | None = None, quick: bool = False) -> list[Rival]:
    """Every way to foretell the last months: markets with and without talk, and models that know no market.

    Args:
        people: physicians, their months and whom they ask.
        seen: months that they may see.
        settings: how much is spent on each fit.
        quick: one market with talk.
    """
    variants = [(OURS, True, False, "each")]
    if not quick:
        variants += [
            ("market, only who asks hears", True, True, "each"),
            ("market, talk by share", True, False, "share"),
        ]
    variants.append((QUIET, False, False, "each"))
    found = []
    for name, talk, directed, listening in variants:
        one = fit_doctors(people, talk=talk, seen=seen, directed=directed, listening=listening, settings=settings)
        found.append(Rival(name, forecast(one, seed=1, draws=DRAWS)[0].samples[:, seen:], one))
    past = Past(people.adopters(seen), period_days=365.25 / 12)
    for null in (bass, naive):
        said = null(past, MONTHS - seen, n_draws=DRAWS, rng=np.random.default_rng(1))
        if not isinstance(said, NoForecast):
            found.append(Rival({"bass": "Bass curve"}.get(said.name, said.name), said.ahead))
    return found


def month_scores(rival: Rival, truth: Floats) -> Floats:
    """CRPS of each month that was held out.

    Args:
        rival: whose draws.
        truth: [months] what happened.
    """
    return np.asarray(crps(rival.samples, truth))


def run(*, quick: bool = False) -> Section:
    """The section of the page.

    Args:
        quick: less spent, and one network only.
    """
    people = doctors()
    truth = people.adopters(MONTHS)[SEEN:]
    settings = Settings(trials=99, replicates=16, draws=33, particles=400, seed=1) if quick else None
    every = rivals(people, settings=settings, quick=quick)
    ours = next(one.fit for one in every if one.fit is not None)
    scores = {one.name: month_scores(one, truth) for one in every}
    rows = []
    for one in every:
        total = one.samples.sum(axis=1)
        gap = _six(scores[OURS] - scores[one.name])
        rows.append([
            one.name,
            number(float(scores[one.name].sum())),
            number(float(crps(one.samples.cumsum(axis=1), truth.cumsum()).sum())),
            interval(*np.quantile(total, [0.5, 0.05, 0.95]).tolist()),
            percent(coverage(one.samples, truth)),
            "" if one.name == OURS else interval(*gap),
        ])  # fmt: skip
    head = [
        "Forecast of months 12 to 17", "CRPS, sum over months", "CRPS, adopters so far",
        f"Adopters in all (there were {truth.sum():.0f})", "Months within 90 %", "Ours minus this one (90 %)",
    ]  # fmt: skip
    learned = [
        [one.name, spread_of(one.fit, INNOVATION, times=DAYS),
         spread_of(one.fit, IMITATION, times=DAYS) if IMITATION in one.fit.names else "0"]
        for one in every if one.fit is not None
    ]  # fmt: skip
    opening = (
        f"{len(people.names)} physicians, {len(people.asks)} nominations of colleagues whom they ask or talk to, and "
        "the month of everybody's first prescription. The markets are simulated on that network itself and fitted to "
        f"months 1 to {SEEN} ({', '.join(f'{n:.0f}' for n in people.adopters(SEEN))} first prescriptions); months "
        f"{SEEN + 1} to {MONTHS} were held out ({', '.join(f'{n:.0f}' for n in truth)}). Free are the hazard by "
        "oneself and the hazard from one colleague who prescribes. Smaller scores are better."
    )
    pairs = (
        f"The last column is paired by month: below 0, “{OURS}” is better. That market was chosen before any result; "
        "the two other ways to hear show how much the choice matters. Six months are few."
    )
    names = ["Market", "Hazard by oneself, a month", "Hazard from one colleague, a month"]
    return Section("\n\n".join([opening, table(head, rows), pairs, table(names, learned), _reading(scores, ours)]))


def _six(differences: Floats) -> tuple[float, float, float]:
    """The sum of paired differences over the months, with its 90 % interval."""
    mean, low, high = paired(differences)
    n = len(differences)
    return n * mean, n * low, n * high


def _reading(scores: Mapping[str, Floats], talk: Fit) -> str:
    order = sorted(scores, key=lambda name: float(scores[name].sum()))
    said = f"Smallest is “{order[0]}” with {number(float(scores[order[0]].sum()))}."
    for other, word in ((QUIET, "the same market without talk"), ("Bass curve", "the Bass curve"), ("naive", "naive")):
        gap, low, high = _six(scores[OURS] - scores[other])
        sure = (
            "more than drawing the months anew would give"
            if low > 0.0 or high < 0.0
            else "which six months cannot tell from luck"
        )
        said += (
            f" “{OURS}” {'loses to' if gap > 0 else 'beats'} {word} by {number(abs(gap))} "
            f"({number(low)} to {number(high)}), {sure}."
        )
    low, high = weighted_quantile(talk.values[:, [talk.names.index(IMITATION)]], [0.05, 0.95], weights=talk.weights)[
        :, 0
    ]
    return said + (
        f" Eleven months tell little of talk: the ends of its interval differ by a factor of {number(high / low)}. "
        "Nothing here says how much the drug was advertised to whom; where others allowed for that, contagion in these "
        "data vanished (Van den Bulte & Lilien 2001, American Journal of Sociology 106)."
    )
