"""Goals as planners write them."""

import numpy as np
import pytest

from experiments.recommend.errors import RecommendError
from experiments.recommend.goal import parse_goal
from experiments.recommend.objective import Objective, mode_of
from scenarios import load_scenario

pytestmark = pytest.mark.core

COLDBREW = load_scenario("coldbrew-launch").scenario  # 26 weeks from 2027-01-04


@pytest.mark.parametrize(
    ("text", "metric", "amount", "week", "more", "p"),
    [
        ("customers >= 12000", "customers", 12_000.0, 25, True, None),
        ("customers at least 12,000 by 2027-03-28", "customers", 12_000.0, 11, True, None),
        ("customers >= 12k by 2027-03-29 with 80%", "customers", 12_000.0, 11, True, 0.8),
        ("revenue > 1.5m with .9", "revenue", 1.5e6, 25, True, 0.9),
        ("detractors <= 3_000", "detractors", 3_000.0, 25, False, None),
        ("most profit", "profit", None, 25, True, None),
        ("least detractors by 2027-01-10", "detractors", None, 0, False, None),
    ],
)
def test_it_is_read(text: str, metric: str, amount: float, week: int, more: bool, p: float) -> None:
    goal = parse_goal(text, COLDBREW)
    assert (goal.metric, goal.amount, goal.week, goal.more, goal.p_wanted) == (metric, amount, week, more, p)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "lots of customers",
            (
                "“lots of customers” is no goal; "
                'write "METRIC >= AMOUNT [by YYYY-MM-DD] [with 80%]", or "most METRIC [by YYYY-MM-DD]"'
            ),
        ),
        ("custmers >= 5", "goal “custmers >= 5”: there is no metric “custmers”; did you mean “customers”?"),
        ("customers >= 5 by soon", "goal “customers >= 5 by soon”: “soon” is no date; write it as 2027-03-29"),
        (
            "customers >= 5 by 2028-03-29",
            (
                "goal “customers >= 5 by 2028-03-29”: 2028-03-29 does not lie within the horizon; the first week ends "
                "on 2027-01-10, the last on 2027-07-04"
            ),
        ),
        (
            "customers >= 5 with 120%",
            "goal “customers >= 5 with 120%”: a probability lies between 0 and 100 %, and goes with an amount",
        ),
    ],
)
def test_what_is_no_goal_is_refused_with_the_remedy(text: str, said: str) -> None:
    with pytest.raises(RecommendError) as caught:
        parse_goal(text, COLDBREW)
    assert str(caught.value).startswith(said)


def test_the_mode_follows_from_the_goal_unless_it_is_asked_for() -> None:
    modes = {text: mode_of(parse_goal(text, COLDBREW), "auto") for text in (
        "most customers", "customers >= 5", "customers >= 5 with 80%",
    )}  # fmt: skip
    assert list(modes.values()) == ["most", "probability", "cheapest"]
    with pytest.raises(RecommendError, match="cheapest needs a probability: write “customers >= 5 with 80%”"):
        mode_of(parse_goal("customers >= 5", COLDBREW), "cheapest")
    with pytest.raises(RecommendError, match="probability needs an amount in the goal: write “customers >= AMOUNT”"):
        mode_of(parse_goal("most customers", COLDBREW), "probability")


def test_scores_prefer_what_the_mode_asks_for() -> None:
    goal = parse_goal("customers >= 100 with 50%", COLDBREW)
    safe, bold = np.full(10, 101.0), np.r_[np.full(8, 200.0), 20.0, 30.0]
    most = Objective("most", parse_goal("most customers", COLDBREW), 1.0)
    assert most.score(bold, 1.0) > most.score(safe, 1.0)
    cautious = Objective("cautious", goal, 1.0)
    assert cautious.score(safe, 1.0) > cautious.score(bold, 1.0) == 25.0
    likely = Objective("probability", goal, 1.0, width=1.0)
    assert likely.score(np.full(10, 120.0), 1.0) > likely.score(bold, 1.0)
    cheapest = Objective("cheapest", goal, 100.0, width=1.0)
    assert cheapest.score(bold, 50.0) > cheapest.score(bold, 60.0) > cheapest.score(np.full(10, 90.0), 10.0)
    fewest = Objective("most", parse_goal("least detractors", COLDBREW), 1.0)
    assert fewest.score(np.full(4, 5.0), 1.0) > fewest.score(np.full(4, 6.0), 1.0)


def test_a_search_can_climb_towards_a_goal_that_nothing_reaches_yet() -> None:
    likely = Objective("probability", parse_goal("customers >= 1000", COLDBREW), 1.0, width=1.0)
    scores = [likely.score(np.full(4, value), 1.0) for value in (900.0, 960.0, 970.0, 999.0, 1001.0, 1010.0)]
    assert scores == sorted(scores)
    assert scores[1] < scores[2]


def test_a_ratio_asks_for_the_most_at_no_worse_than_it() -> None:
    cpa, roas = parse_goal("cpa <= 40", COLDBREW), parse_goal("roas >= 2.5", COLDBREW)
    assert (cpa.metric, cpa.ratio, cpa.more, cpa.wanted(80_000.0)) == ("first_purchases", "cpa", True, 2_000.0)
    assert (roas.metric, roas.ratio, roas.more, roas.wanted(80_000.0)) == ("revenue", "roas", True, 200_000.0)
    assert mode_of(cpa, "auto") == mode_of(roas, "efficient") == "efficient"
    judged = Objective("efficient", cpa, 1e6)
    few, many = np.full(4, 2_500.0), np.full(4, 5_000.0)
    assert judged.score(many, 180_000.0) > judged.score(few, 90_000.0) > judged.score(many, 400_000.0)
    assert cpa.met(np.array([1_999.0, 2_000.0]), 80_000.0).tolist() == [False, True]


@pytest.mark.parametrize("text", ["cpa >= 40", "roas <= 2", "most cpa", "cpa <= 40 with 80%"])
def test_a_ratio_has_one_direction(text: str) -> None:
    with pytest.raises(RecommendError, match="write “cpa <= AMOUNT” or “roas >= AMOUNT”, without a probability"):
        parse_goal(text, COLDBREW)
