"""The weekly table adds up: stocks with flows, segments with totals, channels with the whole, money with counts."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from outcomes import lively_outcome, run_plan, simple

from scenarios.schema import Scenario
from simulator.glossary import GLOSSARY, WEEKLY
from simulator.indices import Choices, social_action_index, trend_word
from simulator.metrics import METRICS, figures
from simulator.simulate import Outcome, simulate
from simulator.tables import compile_tables
from simulator.weekly import ALL, COLUMNS, incremental, weekly_metrics, weekly_table
from simulator.world import build_world

pytestmark = pytest.mark.core

SEEDS = range(15)


def wide(outcome: Outcome, scenario: Scenario, plan: str = "plan", *, brand: int = 0) -> dict[str, np.ndarray]:
    """Metrics of one brand: [week, segments and all], or [week, 1]."""
    found = list(weekly_metrics(outcome, scenario, scenario.plans[plan]).values())[brand]
    return {metric: values for (metric, part), values in found.items() if part == ALL}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_metric_is_there_and_has_a_value_unless_it_cannot(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    frame = weekly_table(outcome, market.scenario, market.plan)
    assert tuple(frame.columns) == COLUMNS
    for brand in outcome.tables.brands:
        names = frame.loc[(frame["brand"] == brand) & (frame["part"] == ALL), "metric"].unique()
        assert list(names) == list(WEEKLY), "in the glossary's order, none missing, none besides"
    assert not frame.duplicated(["week", "brand", "segment", "part", "metric"]).any()
    missing = frame.loc[frame["value"].isna(), "metric"].unique()
    assert [name for name in missing if not GLOSSARY[name].undefined] == []
    assert np.isfinite(frame["value"].dropna()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_stocks_and_flows_agree(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    for metrics in weekly_metrics(outcome, market.scenario, market.plan).values():
        m = {metric: values for (metric, part), values in metrics.items() if part == ALL}
        steps = [m[f"{stage}_stock"] for stage in ("audience", "advocacy")]
        np.testing.assert_allclose(m["members"], sum(steps))
        np.testing.assert_allclose(m["members"][1:], (m["members"][:-1] + m["joins"][1:] - m["leaves"][1:]), atol=1e-6)
        np.testing.assert_allclose(m["customers"][1:], (m["customers"][:-1] + m["won"][1:] - m["lost"][1:]), atol=1e-6)
        np.testing.assert_allclose(
            m["opted_in"][1:], (m["opted_in"][:-1] + m["opt_ins"][1:] - m["opt_outs"][1:]), atol=1e-6
        )
        np.testing.assert_allclose(m["buyers"][1:], m["buyers"][:-1] + m["first_purchases"][1:], atol=1e-6)
        for name in ("lost", "joins", "leaves"):
            assert (m[name] >= -1e-6).all(), name
        up = sum(m[f"{s}_entries"] for s in ("attention", "attraction", "affinity", "audience", "advocacy"))
        assert (m["skips"] <= up).all()
        for less, more in (
            ("complaints_answered", "complaints"), ("complaints_settled", "complaints_answered"),
            ("refunds", "purchases"), ("redemptions", "purchases"), ("first_purchases", "won"),
            ("offer_awareness", "awareness"), ("advocacy", "loyalty"), ("loyalty", "consideration"),
            ("reach", "impressions"), ("clicks", "impressions"), ("conversations_answered", "conversations_open"),
        ):  # fmt: skip
            assert (m[less] <= m[more] + 1e-6).all(), (less, more)


@pytest.mark.parametrize("seed", SEEDS)
def test_segments_and_channels_add_up(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    for metrics in weekly_metrics(outcome, market.scenario, market.plan).values():
        for (metric, part), values in metrics.items():
            entry = GLOSSARY[metric]
            assert values.shape[1] in (1, len(market.scenario.segments) + 1)
            assert part == ALL or entry.level in ("channel", "lever")
            assert values.shape[1] == 1 or entry.level in ("segment", "channel")
            if entry.kind != "ratio" and values.shape[1] > 1 and metric not in ("grps", "social_density"):
                np.testing.assert_allclose(values[:, :-1].sum(axis=1), values[:, -1], atol=1e-6, err_msg=metric)
        for metric in ("impressions", "clicks", "site_visits", "likes", "followers", "posts", "cost", "paid_spend"):
            parts = [v[:, -1] for (name, part), v in metrics.items() if name == metric and part != ALL]
            whole = metrics[metric, ALL][:, -1]
            np.testing.assert_allclose(sum(parts, np.zeros(len(whole))), whole, atol=1e-6, err_msg=metric)
        kinds = ("paid", "owned", "earned", "influencer", "user_content", "list", "elsewhere")
        by_kind = sum(metrics[f"impressions_{kind}", ALL] for kind in kinds)
        np.testing.assert_allclose(by_kind, metrics["impressions", ALL], atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_ratios_are_what_the_glossary_says(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    people = market.scenario.market.size
    brands = list(weekly_metrics(outcome, market.scenario, market.plan).values())
    for metrics in brands:
        m = {metric: values[:, -1] for (metric, part), values in metrics.items() if part == ALL}

        def same(one: np.ndarray, other: np.ndarray) -> None:
            known = np.isfinite(one)
            np.testing.assert_allclose(one[known], other[known], rtol=1e-9)

        with np.errstate(divide="ignore", invalid="ignore"):
            same(m["frequency"], m["impressions"] / m["reach"])
            same(m["grps"], 100.0 * m["impressions"] / people)
            same(m["ctr"], m["clicks"] / m["impressions"])
            same(m["cpm"], 1000.0 * m["paid_spend"] / m["impressions_paid"])
            same(m["repeat_rate"], 1.0 - m["first_purchases"] / m["purchases"])
            same(m["roas"], m["revenue"] / m["cost"])
            same(m["cpa"], m["cost"] / m["won"])
            same(m["community_growth"], (m["joins"] - m["leaves"]) / (m["members"] - m["joins"] + m["leaves"]))
            same(m["churn"], m["lost"] / (m["customers"] - m["won"] + m["lost"]))
        same(m["profit"], m["margin"] - m["cost"])
        same(m["cost"], m["cost_planned"] + m["cost_response"])
        for name in ("ctr", "bouncing", "market_share", "share_of_voice", "tail_share", "referred_share",
                     "community_experience", "repeat_rate"):  # fmt: skip
            known = m[name][np.isfinite(m[name])]
            assert ((known >= 0.0) & (known <= 1.0 + 1e-9)).all(), name
    for name in ("share_of_voice", "share_of_voice_paid"):
        sums = np.sum([metrics[name, ALL] for metrics in brands], axis=0)
        assert sums[np.isfinite(sums)] == pytest.approx(1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_our_totals_are_the_figures(seed: int) -> None:
    market, outcome = lively_outcome(seed)
    of = dict(zip(METRICS, figures(outcome, market.scenario, market.plan), strict=True))
    m = wide(outcome, market.scenario)
    for name in ("revenue", "profit", "purchases", "opt_ins", "leads", "referrals", "cost"):
        assert m[name][:, -1].sum() == pytest.approx(of[name]), name
    for name, metric in (("customers", "customers"), ("advocates", "advocacy"), ("awareness", "awareness"),
                         ("audience", "members"), ("detractors", "detractors"), ("buyers", "buyers")):  # fmt: skip
        assert m[metric][-1, -1] == pytest.approx(of[name]), name


def test_revenue_is_made_of_its_parts() -> None:
    plan = {
        "price": 8.0,
        "offers": {"spring": {"start": "2027-01-04", "end": "2027-01-31", "discount": 0.25, "announced": 2.0}},
        "cross_sell": {"price": 3.0, "unit_cost": 1.0, "p_take": 0.5},
    }
    brand = {
        "price": 10.0, "unit_cost": 4.0, "p_satisfied": 0.5, "p_dissatisfied": 0.4, "p_refund": 0.5,
        "start": {"affinity": 0.3, "audience": 0.4, "customers": 0.5},
    }  # fmt: skip
    scenario = simple(plan, brand=brand)
    m = {name: values[:, -1] for name, values in wide(run_plan(scenario), scenario).items()}
    assert m["redemptions"].sum() > 0
    assert m["refunds"].sum() > 0
    assert m["cross_sales"].sum() > 0
    np.testing.assert_allclose(m["discounts"], m["redemptions"] * 2.0)
    np.testing.assert_allclose(
        m["revenue"], m["purchases"] * 8.0 - m["discounts"] - m["refunded"] + m["cross_sales"] * 3.0
    )
    assert (m["refunded"] <= m["refunds"] * 8.0).all()
    assert (m["refunded"] >= m["refunds"] * 6.0 - 1e-9).all()
    np.testing.assert_allclose(m["margin"], m["revenue"] - m["purchases"] * 4.0 - m["cross_sales"])
    assert (m["offer_awareness"] > 0).all()


def test_the_warm_up_is_left_out() -> None:
    """What was done and bought before the first day is in no week and in no sum."""
    plan = {"media": {"feed": {"weekly": 50.0}}, "posts": {"feed": {"weekly": 2.0}}}
    before = {
        "weeks": 3,
        "plan": {"media": {"feed": {"weekly": 999.0}}, "price": 12.0, "posts": {"feed": {"weekly": 9.0}}},
    }
    scenario = simple(plan, warm_up=before)
    outcome = run_plan(scenario)
    frame = weekly_table(outcome, scenario, scenario.plans["plan"])
    assert list(frame["week_start"].unique()) == [(date(2027, 1, 4) + timedelta(weeks=w)).isoformat() for w in range(4)]
    m = {name: values[:, -1] for name, values in wide(outcome, scenario).items()}
    assert m["paid_spend"] == pytest.approx([50.0] * 4)
    assert m["cost"] == pytest.approx([50.0] * 4)
    assert m["impressions_paid"] == pytest.approx([5_000.0] * 4)
    assert m["posts"] == pytest.approx([2.0] * 4)
    np.testing.assert_allclose(m["revenue"], m["purchases"] * 10.0)
    all_bought = outcome.tallies.counts["purchases"][:, 0].sum() * scenario.people_per_consumer
    assert m["purchases"].sum() < all_bought


def test_what_the_team_answers_and_the_community_feels_is_that_of_the_reported_weeks() -> None:
    plan = {"community": {"weekly": 1.0}, "space": {"disclosure": 0.5}}
    scenario = simple(plan, warm_up={"weeks": 2, "plan": {}})
    m = {name: values[:, -1] for name, values in wide(run_plan(scenario), scenario).items()}
    assert (m["community_experience"] > 0).all()
    assert (m["conversations_answered"] > 0).all()
    assert np.isfinite(m["reply_hours"]).all()
    members = m["members"] - m["joins"] + m["leaves"]
    expected = members * REGISTRY["community.talk_per_member_week"].default
    np.testing.assert_allclose(m["conversations_open"][1:], (expected + np.roll(m["complaints"], 1))[1:])
    without = simple({})
    assert np.isnan(wide(run_plan(without), without)["reply_hours"]).all()


def test_conversions_from_social_need_causes() -> None:
    scenario = simple({"posts": {"feed": {"weekly": 7.0}}}, parameters={"owned.audience": 0.5})
    plan = scenario.plans["plan"]
    world, tables = build_world(scenario, seed=1), compile_tables(scenario, plan)
    with_, without = (
        wide(simulate(scenario, plan, world=world, tables=tables, luck=1, with_causes=drawn), scenario)
        for drawn in (True, False)
    )
    assert 0 < with_["conversions_social"].sum() <= with_["audience_entries"][:, -1].sum()
    assert np.isfinite(with_["conversion_rate_social"]).all()
    assert np.isnan(without["conversions_social"]).all()
    np.testing.assert_array_equal(with_["purchases"], without["purchases"])


# ------------------------------------------------------------------------------------------------------ the index


def test_the_index_of_a_steady_state_is_a_hundred() -> None:
    inputs = {name: np.full(20, 7.0) for names in Choices().inputs.values() for name in names}
    index = social_action_index(inputs)
    np.testing.assert_allclose(index.total, 100.0)
    assert all((part == pytest.approx(100.0)) for part in index.parts.values())
    assert np.isnan(index.trend[:16]).all()
    assert (index.trend[16:] == 0.0).all()


@pytest.mark.parametrize(("slope", "word"), [(1.0, "rising"), (-1.0, "falling"), (0.001, "level")])
def test_a_trend_is_told_after_four_months(slope: float, word: str) -> None:
    inputs = {"reach": 100.0 + slope * np.arange(20)}
    index = social_action_index(inputs)
    assert [trend_word(value) for value in index.trend] == ["not yet"] * 16 + [word] * 4
    assert [trend_word(v) for v in social_action_index({"reach": inputs["reach"][:16]}).trend] == ["not yet"] * 16


def test_weights_can_be_chosen_and_missing_categories_are_left_out() -> None:
    weeks = np.ones(8)
    inputs = {"reach": weeks * np.linspace(1, 2, 8), "loyalty": weeks, "advocacy": 0.0 * weeks}
    even = social_action_index(inputs)
    assert np.isnan(even.parts["advocacy"]).all()
    assert np.isnan(even.parts["consideration"]).all()
    np.testing.assert_allclose(even.total, 0.5 * (even.parts["awareness"] + even.parts["loyalty"]))
    only = social_action_index(inputs, choices=Choices(weights={"loyalty": 1.0}))
    np.testing.assert_allclose(only.total, 100.0)
    nothing = social_action_index({"advocacy": 0.0 * weeks})
    assert np.isnan(nothing.total).all()
    assert np.isnan(nothing.trend).all()


def test_choices_reach_the_table() -> None:
    scenario = simple({"earned": {"press": {"channel": "feed", "weekly": 500.0}}, "posts": {"feed": {"weekly": 5.0}}})
    outcome = run_plan(scenario)
    plan = scenario.plans["plan"]

    def total(metric: str, choices: Choices) -> float:
        frame = weekly_table(outcome, scenario, plan, choices=choices)
        return float(frame.loc[(frame["metric"] == metric) & (frame["segment"] == ALL), "value"].sum())

    assert total("earned_media_value", Choices(earned_cpm=20.0)) == pytest.approx(
        4.0 * total("earned_media_value", Choices(earned_cpm=5.0))
    )
    assert total("activity_score", Choices(activity=(0.0, 0.0, 0.0))) == 0.0
    plain, priced = (wide_total(outcome, scenario, choices) for choices in (Choices(), Choices(earned_cpm=99.0)))
    pd.testing.assert_series_equal(plain, priced)


def wide_total(outcome: Outcome, scenario: Scenario, choices: Choices) -> pd.Series:
    frame = weekly_table(outcome, scenario, scenario.plans["plan"], choices=choices)
    return frame.loc[frame["metric"].isin(["revenue", "profit", "roas"]), "value"]


# ------------------------------------------------------------------------------------------------------- two runs


def test_increments_compare_a_plan_with_its_absence() -> None:
    scenario = simple({"media": {"feed": {"weekly": 400.0}}}, weeks=12)
    plan, nothing = scenario.plans["plan"], scenario.plans["nothing"]
    one, two = run_plan(scenario), run_plan(scenario, "nothing")
    found = incremental(one, plan, two, nothing, scenario=scenario)
    assert set(found) == {name for name, entry in GLOSSARY.items() if entry.level == "pair"}
    of = [dict(zip(METRICS, figures(o, scenario, p), strict=True)) for o, p in ((one, plan), (two, nothing))]
    more = of[0]["purchases"] - of[1]["purchases"]
    assert of[0]["cost"] - of[1]["cost"] == pytest.approx(4_800.0)
    assert found["cpik_purchases"] * more == pytest.approx(4_800_000.0)
    assert found["incremental_roas"] == pytest.approx((of[0]["revenue"] - of[1]["revenue"]) / 4_800.0)
    same = incremental(one, plan, one, plan, scenario=scenario)
    assert all(np.isnan(value) for value in same.values())
