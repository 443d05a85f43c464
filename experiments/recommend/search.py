"""The search for plans: good guesses first, then points spread over the space, then Optuna's CMA-ES.

All candidates meet the same people (block :data:`~experiments.recommend.people.SEARCH`). A candidate is first run on a
few replicates and on more only while it is not clearly behind; what is told to the sampler is its difference from the
current plan on the replicates that both have seen, so that few are as fair as many.

Every point is continuous, so that ``auto`` is CMA-ES, begun three times; before each and at the end response curves and
a Gaussian process are fitted to all trials, and what they think best is tried too: a single trial may have been lucky.
CMA-ES alone, TPE, the Gaussian process alone and chance are there for comparison.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.archive import Archive, trial_key
from calibration.fit import one_blas_thread
from calibration.search import sobol_points
from experiments.recommend.curves import fit_curves
from experiments.recommend.decode import Decoder
from experiments.recommend.objective import Objective
from experiments.recommend.people import SEARCH, Runs, digest
from experiments.recommend.programmes import LOG_SIZE
from experiments.recommend.wallet import INFLUENCERS
from scenarios.schema import Plan
from simulator.costs import plan_cost
from simulator.tables import TableError

if TYPE_CHECKING:
    import optuna

Floats = NDArray[np.float64]
Sampler = Literal["auto", "cma", "tpe", "gp", "random"]

RUNGS = (4, 8, 16)
"""Replicates of a candidate: first a few, then more while it may still be the best."""

BATCH = 8
ROUNDS = 3
"""Times that CMA-ES is begun anew, warm from all that was tried and what curves and a smooth surface think best."""

LEAST_PAST = 10
"""Trials that a warm start of CMA-ES needs: it begins from the best tenth of them."""

LEAST_TOLD = 8
"""Trials that a Gaussian process needs."""

_OF_SIZES = 4
"""Sizes of each programme that are tried around the best plan."""

MOVED = 0.05
"""Share of the money that is given to a line at a time."""

DESIGN_SHARE = 0.2
ELITES = 8

MOST_TIMES = 10
"""Times the trials at which a search by runs ends too: plans that were tried before cost no run."""

Progress = Callable[[int, int, float], None]


@dataclass
class Candidate:
    """One plan that was tried.

    Attributes:
        name: how answers call it; empty for points of the search.
        plan: itself.
        point: where it lies; None where it was not decoded.
        cost: planned.
        values: [R] of the goal's metric in the replicates seen so far.
        costs: [R] money in all in those replicates; empty where what was planned is all that counts.
        score: against the current plan, on those replicates; more is better.
        reason: why it cannot be run; empty if it can.
    """

    name: str
    plan: Plan
    point: Floats | None
    cost: float
    values: Floats = field(default_factory=lambda: np.empty(0))
    costs: Floats = field(default_factory=lambda: np.empty(0))
    score: float = -np.inf
    reason: str = ""

    def paid(self, n: int | None = None) -> float:
        """What it costs: as planned, or on average in the first n replicates.

        Args:
            n: replicates; all when None.
        """
        return float(self.costs[:n].mean()) if len(self.costs) else self.cost


class Search:
    """Tries plans and remembers them.

    Args:
        people: whom they are tried on.
        decoder: from points to plans.
        objective: what is better.
        current: the plan that others are compared with.
        archive: where trials are kept; in memory when None.
        rungs: replicates.
    """

    def __init__(
        self, people: Runs, decoder: Decoder, objective: Objective, current: Plan, *,
        archive: Archive | None = None, rungs: Sequence[int] = RUNGS,
    ) -> None:  # fmt: skip
        self.people, self.decoder, self.objective = people, decoder, objective
        self.archive = archive or Archive(None)
        self.rungs = tuple(rungs)
        self.done: list[Candidate] = []
        self.current = Candidate("current", current, None, plan_cost(people.scenario, current))
        self._more([self.current], self.rungs[-1])
        self.current.score = self._against(self.current)

    @property
    def best(self) -> Candidate:
        """The best that was tried on all replicates, or the current plan."""
        full = [one for one in self.done if len(one.values) == self.rungs[-1]]
        return max([self.current, *full], key=lambda one: one.score)

    def try_plans(self, candidates: Sequence[Candidate]) -> None:
        """Run candidates, on few replicates first.

        Args:
            candidates: to be tried; they are remembered.
        """
        self.done += candidates
        alive = list(candidates)
        for rung in self.rungs if self.objective.paired else self.rungs[-1:]:
            self._more(alive, rung)
            for one in alive:
                one.score = self._against(one) if not one.reason else -np.inf
            alive = [one for one in alive if not one.reason and not self._clearly_behind(one)]
            if not alive:
                return

    def points(self, points: Floats, names: Sequence[str] = ()) -> list[Candidate]:
        """Candidates at points of the search.

        Args:
            points: [N, D].
            names: how answers call them.
        """
        out = []
        for k, point in enumerate(points):
            plan = self.decoder.plan(point)
            name = names[k] if k < len(names) else ""
            out.append(Candidate(name, plan, point, plan_cost(self.people.scenario, plan)))
        return out

    def _more(self, candidates: Sequence[Candidate], rung: int) -> None:
        """Run candidates up to so many replicates; what the archive has is not run again."""
        missing = []
        for one in candidates:
            if one.reason or len(one.values) >= rung:
                continue
            kept = self.archive.get(self._key(one.plan, len(one.values), rung))
            if isinstance(kept, str):
                one.reason = kept
            elif kept is not None:
                self._add(one, kept)
            else:
                missing.append(one)
        if not missing:
            return
        first = len(missing[0].values)
        try:
            seen = self.people.run([one.plan for one in missing], SEARCH + first, rung - first)
        except TableError as error:
            if len(missing) > 1:
                for one in missing:
                    self._more([one], rung)
                return
            missing[0].reason = str(error)
            self.archive.put(self._key(missing[0].plan, first, rung), {}, str(error))
            return
        for one, values, costs in zip(missing, seen.values[:, :, 0], seen.costs, strict=True):
            found = np.array([values, costs]) if self._with_costs else values
            self.archive.put(self._key(one.plan, first, rung), {}, found)
            self._add(one, found)

    @property
    def _with_costs(self) -> bool:
        """Whether the budget has to hold what follows from what people do."""
        return bool(self.decoder.wallet.programmes)

    def _add(self, one: Candidate, found: Floats) -> None:
        """What further replicates gave: values alone, or values and costs."""
        values = found[0] if self._with_costs else found
        one.values = np.concatenate([one.values, values])
        if self._with_costs:
            one.costs = np.concatenate([one.costs, found[1]])

    def _key(self, plan: Plan, first: int, stop: int) -> str:
        said = digest(plan)
        return trial_key({}, first, stop, f"{said} with costs" if self._with_costs else said)

    def measure(self, candidates: Sequence[Candidate]) -> None:
        """Run candidates on all replicates of the search, without remembering them as tried.

        Args:
            candidates: such as finalists that were changed.
        """
        self._more(candidates, self.rungs[-1])
        for one in candidates:
            one.score = -np.inf if one.reason else self._against(one)

    def _against(self, one: Candidate) -> float:
        """How much better than the current plan, on the replicates that were seen."""
        n = len(one.values)
        return self.objective.score(one.values, one.paid()) - self.objective.score(
            self.current.values[:n], self.current.paid(n)
        )

    def _clearly_behind(self, one: Candidate) -> bool:
        """Whether the best so far is ahead by more than one and a half standard errors, on the same replicates."""
        best, n = self.best, len(one.values)
        if one is best or len(best.values) < n or n >= self.rungs[-1]:
            return False
        gap = self.objective.utility(best.values[:n]) - self.objective.utility(one.values)
        error = float(gap.std(ddof=1)) / np.sqrt(n)
        dearer = self.objective.too_dear(one.paid()) - self.objective.too_dear(best.paid(n))
        return bool(gap.mean() + dearer > 1.5 * error)


def starts(decoder: Decoder) -> dict[str, Floats]:
    """Points that a planner would try first, by name; their plans are all different.

    Args:
        decoder: of the search.
    """
    wallet = decoder.wallet
    n = len(wallet.lines)
    now = wallet.now if wallet.now.sum() > 0.0 else np.ones(n)
    equal = np.ones(n)
    found = {
        "current shares": decoder.point(now), "equal split": decoder.point(equal),
        "equal split, even weeks": decoder.point(equal, waves=0.0),
        "current shares, early": decoder.point(now, tilt=1.0, early=1.0),
        "half of the budget": decoder.point(now, spent=0.5),
    }  # fmt: skip
    if INFLUENCERS in wallet.names:
        i = wallet.index(INFLUENCERS)
        for share in (0.15, 0.35, 0.6, 1.0):
            mix = now / now.sum() * (1.0 - share)
            mix[i] += share
            found[f"{share:.0%} for influencers"] = decoder.point(mix)
            if share == 0.35:
                found["small influencers"] = decoder.point(mix, size=-1.0, price=1.3)
                found["large influencers"] = decoder.point(mix, size=1.0, price=0.5)
    for one in decoder.chosen:
        short = one.name.rpartition(".")[2]
        if one.now > 0.0:
            found[f"half of {one.name}"] = decoder.point(now, **{short: -np.log(2.0)})
            found[f"twice {one.name}"] = decoder.point(now, **{short: np.log(2.0)})
            found[f"without {one.name}"] = decoder.point(now, **{short: -LOG_SIZE})
        else:
            found[f"with {one.name}"] = decoder.point(now, **{short: 0.0})
            found[f"with half of {one.name}"] = decoder.point(now, **{short: -np.log(2.0)})
    plans = {decoder.plan(point).model_dump_json(): name for name, point in reversed(found.items())}
    return {name: point for name, point in found.items() if name in plans.values()}  # the first of those alike


def look(
    search: Search, trials: int, *, seed: int, sampler: Sampler = "auto", known: Sequence[Floats] = (),
    runs: int | None = None, progress: Progress | None = None,
) -> list[Candidate]:  # fmt: skip
    """Search, and return the candidates that are worth a race, the best first.

    Args:
        search: from :class:`Search`.
        trials: how many plans are tried in all.
        seed: of the sampler.
        sampler: ``auto`` is CMA-ES with curves and a Gaussian process, as all coordinates are continuous.
        known: points that were tried for another goal: looked at again, and not counted as trials, instead of guesses.
        runs: of the engine in all, for comparisons at equal cost: instead of a number of trials, any sampler but
            ``auto`` goes on until there were so many; ``trials`` still says how many plans it begins with.
        progress: told trials done, trials in all, and the best score so far.

    Raises:
        ValueError: ``runs`` for ``auto``, which lays out its trials ahead.
    """
    if runs is not None and sampler == "auto":
        raise ValueError("auto lays out its trials ahead; give it trials alone")

    def tell() -> None:
        if progress is not None:
            progress(len(search.done), trials, search.best.score)

    if len(known):
        trials += len(known)
        _in_batches(search, search.points(np.array(known)), tell)
    else:
        _begin(search, trials, least=LEAST_TOLD if sampler == "gp" else 0, seed=seed, tell=tell)
    if sampler == "gp":
        done = -1
        while done < len(search.done) and (n := min(10, _missing(search, trials, runs))) > 0:
            done = len(search.done)
            _surrogate(search, n, seed=seed + done, tell=tell)
        return finalists(search)
    if sampler != "auto":  # the others are shown as they are
        _ask_and_tell(search, trials, runs=runs, seed=seed, sampler=sampler, tell=tell)
        return finalists(search)
    for again in range(ROUNDS):
        _from_curves(search, min(2, trials - len(search.done)), tell=tell)
        _surrogate(search, min(3, trials - len(search.done)), seed=seed + again, tell=tell)
        _transfers(search, (trials - len(search.done)) // 3, tell=tell)
        _sizes(search, (trials - len(search.done)) // 3, tell=tell)
        n = (trials - len(search.done)) // (ROUNDS - again) - 5
        n -= _OF_SIZES * len(search.decoder.chosen) if again == ROUNDS - 1 else 0
        _ask_and_tell(search, len(search.done) + n, seed=seed + again, sampler=sampler, tell=tell)
    _from_curves(search, min(2, trials - len(search.done)), tell=tell)
    _sizes(search, max(trials - len(search.done) - 1, 0), tell=tell)
    _surrogate(search, trials - len(search.done), seed=seed + ROUNDS, tell=tell)
    return finalists(search)


def _begin(search: Search, trials: int, *, least: int, seed: int, tell: Callable[[], None]) -> None:
    """What a planner would try first, then points spread over the space."""
    decoder = search.decoder
    low, high = decoder.low, decoder.high
    first = starts(decoder)
    names = list(first)[:trials]
    begun = search.points(np.array([first[name] for name in names]).reshape(len(names), len(low)), names)
    _in_batches(search, begun, tell)
    wanted = max(round(DESIGN_SHARE * trials), least)
    n_design = min(max(wanted - len(names), 0), trials - len(search.done))
    if n_design > 0:
        z = sobol_points(n_design, len(low), seed=seed)
        centre, reach = 0.5 * (low + high), 0.25 * (high - low)
        _in_batches(search, search.points(np.clip(centre + reach * z, low, high)), tell)


def _missing(search: Search, trials: int, runs: int | None) -> int:
    """Plans to try before so many were tried, or surely as many as the rest of the runs can pay for."""
    if runs is None:
        return trials - len(search.done)
    paid = -(-(runs - search.people.n_runs) // search.rungs[-1])
    return min(paid, MOST_TIMES * trials - len(search.done))


def finalists(search: Search) -> list[Candidate]:
    """The best that were tried, on all replicates if there are enough, all different, and the middle of the best.

    Args:
        search: after it was done.
    """
    able = [one for one in search.done if one.point is not None and not one.reason]
    # Those that were run to the end, then those that were given up as clearly behind: the race decides.
    full = sorted(able, key=lambda one: (-len(one.values), -one.score))
    chosen: list[Candidate] = []
    seen: set[str] = set()
    points = np.array([one.point for one in full[:5]])
    middle = search.points(points.mean(axis=0)[None], ["the middle of the best"]) if len(points) > 1 else []
    for one in [*full[: ELITES - len(middle)], *middle]:
        said = one.plan.model_dump_json()
        if said not in seen:
            seen.add(said)
            chosen.append(one)
    return chosen


def _in_batches(search: Search, candidates: list[Candidate], tell: Callable[[], None]) -> None:
    for begin in range(0, len(candidates), BATCH):
        search.try_plans(candidates[begin : begin + BATCH])
        tell()


def _ask_and_tell(
    search: Search, trials: int, *, runs: int | None = None, seed: int, sampler: Sampler, tell: Callable[[], None]
) -> None:
    """Optuna, ask and tell, warm from all that was tried, until so many were tried or the runs are spent."""
    if _missing(search, trials, runs) <= 0:
        return
    import optuna
    from optuna.distributions import BaseDistribution, FloatDistribution

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    decoder = search.decoder
    low, high = decoder.low, decoder.high
    unit = {name: FloatDistribution(0.0, 1.0) for name in decoder.names}
    space: dict[str, BaseDistribution] = dict(unit)

    def params(point: Floats) -> dict[str, float]:
        return dict(zip(decoder.names, ((point - low) / (high - low)).tolist(), strict=True))

    past = [
        optuna.trial.create_trial(params=params(one.point), distributions=space, value=-one.score)
        for one in search.done
        if one.point is not None and np.isfinite(one.score)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study = optuna.create_study(sampler=_sampler(sampler, seed, past, len(low)), direction="minimize")
        if not isinstance(study.sampler, optuna.samplers.CmaEsSampler):
            study.add_trials(past)
        while (n := min(BATCH, _missing(search, trials, runs))) > 0:
            asked = [study.ask(space) for _ in range(n)]
            points = np.array([[low[d] + (high[d] - low[d]) * one.params[name] for d, name in enumerate(decoder.names)]
                               for one in asked])  # fmt: skip
            tried = search.points(points)
            search.try_plans(tried)
            for one, candidate in zip(asked, tried, strict=True):
                if np.isfinite(candidate.score):
                    study.tell(one, -candidate.score)
                else:
                    study.tell(one, state=optuna.trial.TrialState.FAIL)
            tell()


def _sampler(
    sampler: Sampler, seed: int, past: "list[optuna.trial.FrozenTrial]", n_dims: int
) -> "optuna.samplers.BaseSampler":
    import optuna

    if sampler == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    if sampler == "tpe" or n_dims < 2:
        return optuna.samplers.TPESampler(seed=seed)
    return optuna.samplers.CmaEsSampler(seed=seed, source_trials=past if len(past) >= LEAST_PAST else None)


def _from_curves(search: Search, n: int, *, tell: Callable[[], None]) -> None:
    """Try the split that fitted response curves think best, with the shape of the best plans so far."""
    decoder = search.decoder
    known = [one for one in search.done if one.point is not None and np.isfinite(one.score)]
    if n <= 0 or len(known) < len(decoder.base) + 4:
        return
    known.sort(key=lambda one: -one.score)
    points = [one.point for one in known if one.point is not None]
    money = np.array([decoder.money(point) for point in points])
    near = slice(0, max(len(known) // 2, len(decoder.base) + 4))
    tried = []
    for part in (slice(None), near)[:n]:
        curves = fit_curves(
            money[part], np.array([one.score for one in known])[part],
            weights=np.array([float(len(one.values)) for one in known])[part],
        )  # fmt: skip
        spent = float(money[0].sum())
        best = curves.best(spent, low=decoder.bounds.low, high=np.minimum(decoder.bounds.high, spent))
        point = decoder.point(np.maximum(best, 1e-6 * spent))
        point[len(decoder.base) :] = points[0][len(decoder.base) :]
        tried.append(point)
    search.try_plans(search.points(np.array(tried), ["response curves"] * len(tried)))
    tell()


def _sizes(search: Search, n: int, *, tell: Callable[[], None]) -> None:
    """The best plan with each programme left out, smaller and larger: few points of a search differ in that alone.

    What a size does not hand out is planned for the lines by the decoder.
    """
    decoder = search.decoder
    able = (one for one in search.done if one.point is not None and np.isfinite(one.score))
    start = max(able, key=lambda one: (len(one.values), one.score), default=None)
    if start is None or start.point is None or n < _OF_SIZES * len(decoder.chosen):
        return
    points = []
    for one in decoder.chosen:
        k = decoder.place(f"programme.{one.name}")
        on = one.size(start.plan) > 0.0
        sizes = (-LOG_SIZE, *(start.point[k] + np.log([0.5, 0.75, 1.5]))) if on else np.log([0.25, 0.5, 1.0, 1.5])
        for x in sizes:
            point = start.point.copy()
            point[k] = np.clip(x, decoder.low[k], decoder.high[k])
            points.append(point)
    if points:
        _in_batches(search, search.points(np.array(points), ["size"] * len(points)), tell)


def _transfers(search: Search, n: int, *, tell: Callable[[], None]) -> None:
    """Around the best plan, give each line a little of the others' money; then give all that gained together."""
    decoder = search.decoder
    start = max(
        (one for one in search.done if one.point is not None and np.isfinite(one.score)),
        key=lambda one: (len(one.values), one.score), default=None,
    )  # fmt: skip
    n_lines = len(decoder.base)
    if start is None or start.point is None or n < n_lines + 2:
        return
    money = decoder.money(start.point)
    total = float(money.sum())

    def moved(more: Floats) -> Floats:
        point = decoder.point(money * (1.0 - MOVED * more.sum()) + MOVED * total * more)
        point[n_lines:] = start.point[n_lines:]  # type: ignore[index]
        return point

    each = search.points(np.array([moved(unit) for unit in np.eye(n_lines)]), ["transfer"] * n_lines)
    _in_batches(search, each, tell)
    gain = np.array([max(one.score - start.score, 0.0) if np.isfinite(one.score) else 0.0 for one in each])
    if gain.max() <= 0.0:
        return
    more = gain / gain.max()
    together = np.array([moved(times * more) for times in (1.0, 2.5)])
    search.try_plans(search.points(together, ["transfers"] * 2))
    tell()


def _surrogate(search: Search, n: int, *, seed: int, tell: Callable[[], None]) -> None:
    """Try what a Gaussian process over all trials thinks best: it smooths over the luck of single trials."""
    told = [(one.point, one.score) for one in search.done if one.point is not None and np.isfinite(one.score)]
    if n <= 0 or len(told) < LEAST_TOLD:
        return
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    low, high = search.decoder.low, search.decoder.high
    told = sorted(told, key=lambda one: -one[1])[:150]
    x = np.array([(point - low) / (high - low) for point, _ in told])
    y = np.array([score for _, score in told])
    spread = max(float(y.std()), 1e-12)
    kernel = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(np.full(x.shape[1], 0.7), (0.1, 20.0), nu=2.5)
    model = GaussianProcessRegressor(kernel + WhiteKernel(0.02, (1e-5, 1.0)), random_state=seed)
    with warnings.catch_warnings(), one_blas_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, (y - y.mean()) / spread)
    rng = np.random.default_rng([seed, 21])
    pool = np.clip(x[rng.integers(0, min(len(x), 12), 2048)] + 0.08 * rng.standard_normal((2048, x.shape[1])), 0.0, 1.0)
    for _ in range(4):  # a few rounds of climbing on the smooth surface
        said = model.predict(pool)
        top = pool[np.argsort(-said)[:64]]
        pool = np.clip(top[rng.integers(0, 64, 1024)] + 0.04 * rng.standard_normal((1024, x.shape[1])), 0.0, 1.0)
        pool = np.concatenate([top, pool])
    order = np.argsort(-model.predict(pool))
    chosen = [pool[order[0]]]
    for k in order[1:]:
        if len(chosen) >= n:
            break
        if min(np.abs(pool[k] - one).max() for one in chosen) > 0.05:
            chosen.append(pool[k])
    search.try_plans(search.points(low + (high - low) * np.array(chosen)))
    tell()
