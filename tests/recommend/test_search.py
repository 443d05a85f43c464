"""Does the search find a plan that is known to be best, and does it forget nothing when it is stopped?"""

from pathlib import Path

import numpy as np
import pytest

from calibration.archive import Archive
from experiments.recommend.audience import open_roster
from experiments.recommend.curves import fit_curves
from experiments.recommend.decode import Decoder, decoder_of
from experiments.recommend.goal import Goal
from experiments.recommend.limits import Limits, bounds_of
from experiments.recommend.objective import Objective
from experiments.recommend.planted import PlantedPeople, planted_wallet
from experiments.recommend.race import race
from experiments.recommend.search import Candidate, Search, finalists, look, starts
from experiments.recommend.wallet import Wallet, line_money, open_wallet
from scenarios import load_scenario
from simulator.tables import TableError
from simulator.world import build_world

pytestmark = pytest.mark.core

BUDGET = 1000.0
GOAL = Goal("most sales", "customers", 0)
MOST = Objective("most", GOAL, BUDGET)


def decoder(wallet: Wallet) -> Decoder:
    limits = Limits()
    return decoder_of(wallet, bounds_of(limits, wallet, BUDGET), limits.influencers, BUDGET)


def searched(*, seed: int, n: int, trials: int, noise: float, archive: Archive | None = None) -> tuple:
    wallet = planted_wallet(n, seed=seed)
    people = PlantedPeople(wallet, seed=seed, noise=noise)
    search = Search(people, decoder(wallet), MOST, wallet.current, archive=archive)
    return wallet, people, search, look(search, trials, seed=seed)


@pytest.mark.parametrize(("n", "seed"), [(6, 0), (12, 3)])
def test_regret_is_less_than_one_per_cent_with_half_a_per_cent_of_noise(n: int, seed: int) -> None:
    wallet, people, search, found = searched(seed=seed, n=n, trials=300, noise=0.005)
    assert len(search.done) == 300
    won = race(people, MOST, [*found, search.current]).winner
    regret = people.regret(line_money(wallet, won.plan), BUDGET)
    equal = people.regret(np.full(n, BUDGET / n), BUDGET)
    assert regret <= 0.01
    assert regret < equal


def test_the_optimum_is_one() -> None:
    people = PlantedPeople(planted_wallet(6, seed=5), seed=5, noise=0.0)
    best = people.optimum(BUDGET)
    assert best.sum() == pytest.approx(BUDGET)
    rng = np.random.default_rng(1)
    others = rng.dirichlet(np.ones(6), 500) * BUDGET
    assert max(people.sales(one) for one in others) <= people.sales(best)
    assert people.regret(best, BUDGET) == pytest.approx(0.0, abs=1e-12)


def test_curves_find_the_best_split_of_what_adds_up() -> None:
    people = PlantedPeople(planted_wallet(6, seed=2), seed=2, noise=0.0)
    rng = np.random.default_rng(2)
    money = rng.dirichlet(np.ones(6), 80) * BUDGET
    curves = fit_curves(money, np.array([people.sales(one) for one in money]))
    best = curves.best(BUDGET, low=np.zeros(6), high=np.full(6, BUDGET))
    assert people.regret(best, BUDGET) < 0.005
    assert (np.diff([float(curves.value(one)) for one in np.outer(np.linspace(0, 1, 9), best)]) > 0).all()
    assert curves.best(BUDGET, low=np.full(6, 100.0), high=np.full(6, 120.0)).max() <= 120.0


class Counted(PlantedPeople):
    """Knows how often it was run."""

    def run(self, plans, first, n):
        self.last = first, n
        return super().run(plans, first, n)


def test_a_search_that_was_stopped_goes_on_and_ends_alike(tmp_path: Path) -> None:
    path = tmp_path / "study.sqlite"

    def run(trials: int, *, resume: bool) -> tuple[list, int]:
        wallet = planted_wallet(4, seed=1)
        people = PlantedPeople(wallet, seed=1, noise=0.0)
        with Archive(path, question="q", resume=resume) as archive:
            search = Search(people, decoder(wallet), MOST, wallet.current, archive=archive)
            look(search, trials, seed=1)
        return [(one.cost, one.score, one.values.tolist()) for one in search.done], people.n_runs

    begun, _ = run(60, resume=False)
    again, runs = run(60, resume=True)
    assert runs == 0
    assert again == begun


def test_a_candidate_clearly_behind_is_not_run_to_the_end() -> None:
    wallet = planted_wallet(4, seed=1)
    people = PlantedPeople(wallet, seed=1, noise=0.001)
    search = Search(people, decoder(wallet), MOST, wallet.current)
    good = search.points(search.decoder.point(people.optimum(BUDGET))[None])
    bad = search.points(search.decoder.point(np.array([1.0, 1e-9, 1e-9, 1e-9]))[None])
    search.try_plans(good)
    search.try_plans(bad)
    assert len(good[0].values) == 16
    assert len(bad[0].values) == 4
    assert search.best is good[0]


class Fragile(PlantedPeople):
    """Cannot run plans with much money on the first channel."""

    def run(self, plans, first, n):
        for plan in plans:
            if line_money(self.wallet, plan)[0] > 0.5 * BUDGET:
                raise TableError("too many ways of meeting the brands")
        return super().run(plans, first, n)


def test_a_plan_that_cannot_be_run_is_left_out_with_its_reason() -> None:
    wallet = planted_wallet(3, seed=4)
    search = Search(Fragile(wallet, seed=4, noise=0.0), decoder(wallet), MOST, decoder(wallet).with_money([300.0] * 3))
    tried = search.points(np.array([search.decoder.point(np.array(s)) for s in ([8.0, 1.0, 1.0], [1.0, 1.0, 1.0])]))
    search.try_plans(tried)
    assert tried[0].reason == "too many ways of meeting the brands"
    assert tried[0].score == -np.inf
    assert not tried[1].reason
    assert all(not one.reason for one in finalists(search))


def test_a_race_prefers_who_is_better_on_fresh_runs_to_who_was_lucky() -> None:
    wallet = planted_wallet(4, seed=6)
    people = PlantedPeople(wallet, seed=6, noise=0.01)
    best, equal = people.optimum(BUDGET), np.full(4, BUDGET / 4)
    plans = [decoder(wallet).with_money(money) for money in (equal, best)]
    lucky, good = (Candidate(name, plan, None, BUDGET) for name, plan in zip(("lucky", "good"), plans, strict=True))
    lucky.score, good.score = 10.0, 0.0
    raced = race(people, MOST, [lucky, good])
    assert raced.winner is good
    assert len(raced.values[0]) >= len(raced.values[1])


@pytest.mark.parametrize("name", ["coldbrew-launch", "app-referral", "crisis-rehearsal"])
def test_good_guesses_are_all_different_plans(name: str) -> None:
    scenario = load_scenario(name, consumers=1_000).scenario
    wallet = open_wallet(scenario, next(iter(scenario.plans)))
    limits = Limits()
    roster = open_roster(scenario, build_world(scenario, seed=1), seed=1, sets=4_000)
    its = decoder_of(wallet, bounds_of(limits, wallet, 1e5), limits.influencers, 1e5, roster=roster)
    plans = [its.plan(point).model_dump_json() for point in starts(its).values()]
    assert len(set(plans)) == len(plans) >= 4
