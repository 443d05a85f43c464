"""Rewards in the wallet: sizes within limits, expected money within the budget, nothing new where no plan has any."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.recommend.decode import decoder_of
from experiments.recommend.effort import Effort
from experiments.recommend.errors import InfeasibleError, RecommendError
from experiments.recommend.keeps import broken_limits
from experiments.recommend.limits import bounds_of, limits_from_text
from experiments.recommend.objective import Objective
from experiments.recommend.programmes import find_programmes, with_sizes
from experiments.recommend.recommend import recommend
from experiments.recommend.search import starts
from experiments.recommend.wallet import Wallet, open_wallet
from scenarios import load_scenario
from scenarios.load import Loaded
from scenarios.plan import Plan, Referral, Rewards, Support
from simulator.costs import plan_cost
from studio import recommendation_words as words

APP = load_scenario("app-referral", consumers=400)
REWARD = Referral(for_sender=1.0, for_friend=0.5, cost_per_week=100.0)
BUDGET = 54_000.0
LITTLE = Effort(trials=24, replicates=(2, 4), laps=(4, 8), report=8, check=0, marginals=False, seed=3)


def app(**parts: object) -> Loaded:
    plans = {**APP.scenario.plans, "installs": APP.scenario.plans["installs"].model_copy(update=parts)}
    return replace(APP, scenario=APP.scenario.model_copy(update={"plans": plans}))


def decoder(wallet: Wallet, text: str = "", budget: float = BUDGET):
    said = limits_from_text(text)
    return decoder_of(wallet, bounds_of(said, wallet, budget), said.influencers, budget)


WALLET = open_wallet(app(referral=REWARD, rewards=Rewards(per_return=0.2)).scenario, "installs")


def test_without_a_programme_there_is_no_coordinate_and_no_start_more() -> None:
    wallet = open_wallet(APP.scenario, "installs")
    assert wallet.programmes == ()
    its = decoder(wallet)
    assert not any(name.startswith("programme.") for name in its.names)
    assert not any("referral" in name for name in starts(its))
    assert its.free == BUDGET - wallet.kept_cost


def test_a_programme_is_found_in_the_current_plan_or_else_in_the_first_that_has_one() -> None:
    (one,) = find_programmes([Plan(), Plan(referral=Referral(for_sender=2.0)), Plan(referral=REWARD)])
    assert (one.name, one.now, one.base) == ("referral", 0.0, 2.0)
    (one,) = find_programmes([Plan(referral=REWARD), Plan(referral=Referral(for_sender=2.0))])
    assert (one.now, one.base, one.part) == (1.5, 1.5, REWARD)
    assert find_programmes([Plan(referral=Referral(cost_per_week=5.0))]) == ()


def test_a_size_is_shared_out_as_before_and_none_leaves_the_programme_out() -> None:
    plan = with_sizes(Plan(), WALLET.programmes, np.array([3.0, 0.0]))
    assert plan.referral == Referral(for_sender=2.0, for_friend=1.0, cost_per_week=100.0)
    assert plan.rewards is None
    assert with_sizes(WALLET.current, WALLET.programmes, np.array([1.5, 0.2])) == WALLET.current


def test_no_more_people_can_be_helped_than_there_are() -> None:
    wallet = open_wallet(app(support=Support(coverage=0.6, cost_per_purchase=1.0)).scenario, "installs")
    its = decoder(wallet)
    assert its.plan(its.high).support.coverage == 1.0
    assert its.plan(its.low).support is None


def test_running_a_programme_is_paid_from_the_same_budget() -> None:
    its = decoder(WALLET)
    without, with_it = its.point(WALLET.now, referral=-2.0), its.point(WALLET.now)
    assert its.money(without).sum() - its.money(with_it).sum() == pytest.approx(26 * 100.0)
    put = replace(its, aside=(500.0, 1_000.0, 0.0))
    assert its.money(with_it).sum() - put.money(with_it).sum() == pytest.approx(500.0 + 1.5 * 1_000.0)
    assert its.money(without).sum() - put.money(without).sum() == pytest.approx(500.0)


@settings(max_examples=60, deadline=None)
@given(
    low=st.floats(0.0, 5.0), high=st.floats(0.0, 12.0), lock=st.booleans(), where=st.integers(0, 2**32 - 1),
    budget=st.floats(100.0, 90_000.0), aside=st.floats(0.0, 30_000.0),
)  # fmt: skip
def test_every_point_keeps_sizes_and_planned_money(
    low: float, high: float, lock: bool, where: int, budget: float, aside: float
) -> None:
    text = f"[programmes.referral]\nmin = {low:.2f}\nmax = {high:.2f}\nlock = {str(lock).lower()}"
    limits = limits_from_text(text)
    try:
        its = replace(decoder(WALLET, text, budget), aside=(aside, aside, 0.0))
    except InfeasibleError as error:
        assert all("they clash by" in one for one in error.problems)
        return
    rng = np.random.default_rng(where)
    plan = its.plan(its.low + (its.high - its.low) * rng.random(len(its.low)))
    assert plan_cost(WALLET.scenario, plan) <= budget + 1e-6
    assert broken_limits(plan, limits=limits, wallet=WALLET, budget=budget) == []
    type(plan).model_validate(plan.model_dump())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[programmes.referral]\nmin = 4.0\nmax = 3.0",
            "referral: at least 4.00 and at most 3.00 cannot both be kept; they clash by 1.00",
        ),
        (
            "[programmes.referral]\nlock = true\nmax = 1.0",
            "referral: at least 1.50 and at most 1.00 cannot both be kept; they clash by 0.50",
        ),
        (
            "[programmes.referal]\nlock = true",
            (
                "limits: no plan has a programme “referal” whose size could be chosen; did you mean “referral”? "
                "choose from: referral, rewards.per_return"
            ),
        ),
    ],
)
def test_limits_on_sizes_that_cannot_be_kept_are_explained(text: str, said: str) -> None:
    with pytest.raises(RecommendError) as caught:
        decoder(WALLET, text)
    assert str(caught.value) == said


def test_an_edited_reward_is_held_to_its_limits() -> None:
    limits = limits_from_text("[programmes.referral]\nmax = 2.0\n[programmes.rewards.per_return]\nlock = true")
    plan = WALLET.current.model_copy(update={"referral": Referral(for_sender=2.0, for_friend=1.0), "rewards": None})
    found = broken_limits(plan, limits=limits, wallet=WALLET, budget=1e6)
    assert [(one.place, one.message) for one in found] == [
        (("referral", "for_sender"), "referral is 3.00; at most 2.00 is allowed"),
        (("rewards",), "rewards.per_return is 0.00; at least 0.20 is wanted"),
    ]


def test_a_plan_that_is_expected_to_cost_more_than_the_budget_loses_score() -> None:
    from experiments.recommend.goal import Goal

    held = Objective("most", Goal("most sales", "customers", 0), 100.0, hold=30.0)
    assert held.score(np.array([5.0]), 100.0) == 5.0
    assert held.score(np.array([5.0]), 110.0) == pytest.approx(2.0)
    assert replace(held, hold=0.0).score(np.array([5.0]), 110.0) == 5.0


@pytest.fixture(scope="module")
def answer():
    return recommend(app(referral=REWARD), goal="most purchases", budget=BUDGET, current="installs", effort=LITTLE)


def test_what_is_handed_out_is_paid_from_the_budget(answer) -> None:
    ours = [arm for arm in answer.arms if arm.name != "current"]
    assert all(arm.cost <= BUDGET for arm in ours)
    # Cut on 8 replicates of the race; on 8 others the mean may be a little more.
    assert all(arm.costs.mean() <= 1.03 * BUDGET for arm in ours)
    scaled = next(arm for arm in ours if arm.name == "current_scaled")
    assert scaled.costs.mean() > scaled.cost + 100.0
    assert scaled.plan.referral == REWARD


def test_expected_cost_is_printed_beside_the_planned_one(answer) -> None:
    said = answer.to_json()
    assert said["expected_cost"]["mean"] == pytest.approx(float(answer.best.costs.mean()))
    assert said["programmes"]["referral"]["current"] == 1.5
    given = answer.best.plan.referral
    assert said["programmes"]["referral"]["size"] == (0.0 if given is None else given.for_sender + given.for_friend)
    dear = replace(answer, arms=(replace(answer.arms[0], costs=answer.arms[0].cost + np.full(8, 700.0)),))
    text = words.cost_sentence(dear)
    assert text.startswith(f"Planned are {words.money(dear.best.cost, 'EUR')}; with what follows from what people do")
    assert words.cost_sentence(replace(dear, budget=1e6)).endswith("The budget holds all of it.")
    over = words.cost_sentence(replace(dear, budget=dear.best.cost + 300.0))
    assert over.endswith("That may be up to 400 more than the budget: keep it at hand.")


def test_what_hands_out_more_than_the_budget_is_refused() -> None:
    dear = app(referral=Referral(for_sender=3_000.0, for_friend=3_000.0))
    limits = limits_from_text("[programmes.referral]\nlock = true")
    with pytest.raises(InfeasibleError, match=r"^no plan that was tried is expected to cost no more than the budget"):
        recommend(
            dear, goal="most purchases", budget=20_000, current="installs", limits=limits,
            effort=replace(LITTLE, trials=12),
        )  # fmt: skip
