"""What a recommendation is held against: the current plan, as it is and with the budget, and equal shares."""

from collections.abc import Sequence

import numpy as np

from experiments.recommend.decode import Decoder
from experiments.recommend.expected import within_budget
from experiments.recommend.people import RACE, People
from experiments.recommend.search import Candidate, Search
from experiments.recommend.split import split
from experiments.recommend.wallet import Wallet, kept_with
from simulator.costs import plan_cost

CURRENT, SCALED, EQUAL = "current", "current_scaled", "equal_split"


def reference_plans(decoder: Decoder, wallet: Wallet, *, most: float = np.inf) -> list[Candidate]:
    """What the recommendation is held against: the current plan, as it is and with the budget, and equal shares.

    Args:
        decoder: for limits and budget.
        wallet: the current plan.
        most: money that may be planned in all, if that is less than what the budget leaves.
    """
    scenario = wallet.scenario
    money = decoder.free
    if most < np.inf:
        money = max(min(money, most - kept_with(wallet, decoder.usual_sizes)), 0.0)
    plans = {CURRENT: wallet.current}
    if wallet.now.sum() > 0.0:
        plans[SCALED] = decoder.with_money(split(wallet.now, money, decoder.bounds))
    plans[EQUAL] = decoder.with_money(split(np.ones(len(wallet.lines)), money, decoder.bounds), waves=0.0)
    return [Candidate(name, plan, None, plan_cost(scenario, plan)) for name, plan in plans.items()]


def fitted(people: People, search: Search, racing: Sequence[Candidate], n: int) -> list[Candidate]:
    """Finalists and references, cut until what they are expected to cost fits the budget.

    Args:
        people: the market.
        search: that found them.
        racing: all that are to be raced.
        n: replicates.
    """
    decoder = search.decoder

    def less(one: Candidate, much: float) -> Candidate | None:
        if one.name == CURRENT:
            return None
        cut = reference_plans(decoder, decoder.wallet, most=one.cost - much)
        return next(ref for ref in cut if ref.name == one.name)

    found = within_budget(people, decoder, racing, n, less)
    search.measure([one for one in found if one.point is not None])
    current = float(people.run([decoder.wallet.current], RACE, n).costs.mean())
    return [one for one in found if one.name != CURRENT or current <= decoder.budget]
