"""A market whose best plan is known: each channel sells by itself, ever less for more money.

Sales are the sum of ``a (1 - exp(-x / s))`` over channels with money x, a concave function whose best split SLSQP finds
without noise. A search is judged by its regret: how much less its plan sells than the best one, as a share of it.

    >>> from experiments.recommend.planted import PlantedPeople, planted_wallet
    >>> wallet = planted_wallet(5, seed=1)
    >>> people = PlantedPeople(wallet, seed=1, noise=0.0)
    >>> best = people.optimum(1000.0)
    >>> bool(people.regret(best, 1000.0) < 1e-6)
    True
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.people import Seen
from experiments.recommend.wallet import Wallet, line_money, open_wallet
from scenarios.bare import bare_scenario
from scenarios.plan import Media, Plan
from scenarios.schema import Channel
from scenarios.vocabulary import Platform

Floats = NDArray[np.float64]


def planted_wallet(n: int, *, seed: int, weeks: int = 4) -> Wallet:
    """A scenario with so many paid channels and a current plan that spends at random on them.

    Args:
        n: channels.
        seed: of the current plan.
        weeks: of the plan.
    """
    rng = np.random.default_rng([seed, 31])
    money = rng.dirichlet(np.ones(n)) * 1000.0
    names = [f"channel{k + 1}" for k in range(n)]
    plan = Plan(media={name: Media(weekly=float(m / weeks)) for name, m in zip(names, money, strict=True)})
    scenario = bare_scenario(consumers=20, weeks=weeks).model_copy(
        update={
            "channels": {name: Channel(platform=Platform.DISPLAY, cpm=5.0) for name in names},
            "plans": {"baseline": plan},
        }
    )
    return open_wallet(scenario, "baseline")


class PlantedPeople:
    """Stands in for a market in a search.

    Args:
        wallet: from :func:`planted_wallet`.
        seed: of the curves and of the noise.
        noise: standard deviation of a run, as a share of its value; no two runs share it.
    """

    def __init__(self, wallet: Wallet, *, seed: int, noise: float) -> None:
        self.scenario, self.wallet, self.noise = wallet.scenario, wallet, noise
        rng = np.random.default_rng([seed, 32])
        n = len(wallet.lines)
        self.height = rng.lognormal(0.0, 0.6, n)
        self.scale = 1000.0 / n * rng.lognormal(0.0, 0.6, n)
        self._noise = np.random.default_rng([seed, 33])
        self.n_runs = 0

    def run(self, plans: Sequence[Plan], first: int, n: int) -> Seen:
        """Sales of each plan in so many runs, each with noise of its own.

        Args:
            plans: candidates.
            first: of no account.
            n: runs.
        """
        sold = np.array([self.sales(line_money(self.wallet, plan)) for plan in plans])[:, None]
        self.n_runs += n * len(plans)
        values = sold * (1.0 + self.noise * self._noise.standard_normal((len(plans), n)))
        return Seen(values[:, :, None], np.zeros((len(plans), n)))

    def world_numbers(self, first: int, n: int) -> NDArray[np.int64]:
        """Every run is a world of its own."""
        return np.arange(first, first + n)

    def sales(self, money: Floats) -> float:
        """Without noise.

        Args:
            money: [L] on each channel.
        """
        return float((self.height * (1.0 - np.exp(-money / self.scale))).sum())

    def optimum(self, budget: float) -> Floats:
        """[L] the best split, by SLSQP from equal shares.

        Args:
            budget: money in all.
        """
        from scipy.optimize import minimize

        n = len(self.height)
        found = minimize(
            lambda x: -self.sales(x * budget), np.full(n, 1.0 / n), method="SLSQP", bounds=[(0.0, 1.0)] * n,
            constraints={"type": "eq", "fun": lambda x: x.sum() - 1.0}, options={"ftol": 1e-12, "maxiter": 500},
        )  # fmt: skip
        return np.asarray(found.x * budget)

    def regret(self, money: Floats, budget: float) -> float:
        """How much less is sold than by the best split, as a share of it.

        Args:
            money: [L] on each channel.
            budget: money in all.
        """
        best = self.sales(self.optimum(budget))
        return (best - self.sales(money)) / best
