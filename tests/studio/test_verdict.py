import json

import numpy as np
import pytest

from simulator.metrics import METRICS
from studio.exports import comparison_csv, json_text, safe_cell, weekly_csv
from studio.terminal import answer_text
from studio.verdict import give_verdict, lead
from tests.studio.made import made


def test_a_winner_needs_an_interval_on_one_side_of_zero():
    verdict = give_verdict(made({"a": 100.0, "b": 160.0}))
    assert verdict.winner == "b"
    assert verdict.headline.startswith("“b” ends with 60 customers more than “a”: 90 % interval ")
    assert verdict.headline.endswith("ahead in 100 % of paired replicates.")


def test_a_higher_mean_alone_wins_nothing():
    answer = made({"a": 100.0, "b": 100.2}, gap_noise=20.0)
    verdict = give_verdict(answer)
    assert verdict.winner is None
    assert "cannot be told apart yet; " in verdict.headline
    assert "more replicate" in verdict.headline
    assert verdict.sentences[1].startswith("So far ")


def test_the_winner_is_read_from_the_paired_difference_and_not_from_the_single_intervals():
    answer = made({"a": 100.0, "b": 103.0}, noise=50.0, gap_noise=0.5)
    a, b = (answer.plans[name]["customers"] for name in ("a", "b"))
    assert b.ci_low < a.ci_high  # looked at alone, they could be equal
    assert give_verdict(answer).winner == "b"


def test_a_plan_that_changes_nothing_is_called_the_same():
    verdict = give_verdict(made({"a": 100.0, "b": 100.0}, gap_noise=0.0))
    assert verdict.winner is None
    assert verdict.headline == "“a” and “b” give exactly the same customers in every replicate."
    three = give_verdict(made({"a": 100.0, "b": 100.0, "c": 100.0}, gap_noise=0.0))
    assert three.headline == "“a”, “b” and “c” give exactly the same customers in every replicate."


def test_one_replicate_says_nothing_about_certainty():
    answer = made({"a": 100.0, "b": 200.0}, n=1)
    verdict = give_verdict(answer)
    assert verdict.winner is None
    assert "single replicate" in verdict.headline
    assert "One replicate gives no interval" in answer_text(answer)


def test_of_several_plans_the_doubtful_rival_is_named_and_the_beaten_one_too():
    verdict = give_verdict(made({"a": 100.0, "b": 160.0, "c": 160.1}, gap_noise=3.0))
    assert verdict.winner is None
    assert verdict.headline.startswith("“b” and “c” ") or verdict.headline.startswith("“c” and “b” ")
    assert any("ahead of “a” by " in sentence for sentence in verdict.sentences)


def test_a_winner_over_several_plans_names_all_of_them():
    verdict = give_verdict(made({"a": 100.0, "b": 160.0, "c": 130.0}))
    assert verdict.winner == "b"
    assert "more than “c”:" in verdict.headline
    assert "more than “a” (" in verdict.headline


def test_what_the_winner_costs_is_said():
    sentences = give_verdict(made({"a": 1.0, "b": 90.0}, costs={"a": 500.0, "b": 800.0})).sentences
    assert "“b” costs 300 USD more than “a”." in sentences


def test_a_lead_is_the_mirror_of_its_opposite():
    answer = made({"a": 100.0, "b": 130.0})
    one, two = lead(answer, "a", "b", "customers"), lead(answer, "b", "a", "customers")
    assert (one.mean, one.low, one.high) == (-two.mean, -two.high, -two.low)
    assert one.share_ahead == pytest.approx(1.0 - two.share_ahead)
    assert (one.verdict, two.verdict) == ("behind", "ahead")


def test_one_plan_alone_has_no_rival():
    verdict = give_verdict(made({"a": 100.0}))
    assert verdict.runner_up is None
    assert "“a” ends with 10" in verdict.headline
    assert "nine in ten single replicates lie between" in verdict.headline


def test_where_nobody_buys_the_verdict_rests_on_the_nearest_figure():
    answer = made({"a": 100.0, "b": 150.0})
    for summaries in answer.plans.values():
        summaries["customers"] = type(summaries["customers"])(0, 0, 0, 0, 0.9, 0, 0, 32)
    assert give_verdict(answer).metric == "advocates"


@pytest.mark.parametrize("levels", [{"a": 100.0}, {"a": 1e5, "always-on-with-creators-and-samples": 9e5, "c": 8e5}])
def test_tables_fit_80_columns(levels, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for line in answer_text(made(levels)).split("\n"):
        assert len(line) <= 80, line


def test_a_market_of_billions_is_still_one_line_per_row():
    text = answer_text(made({"a": 2e9, "b": 3e9}, noise=1e8))
    assert len([line for line in text.split("\n") if line.startswith("revenue, USD")]) == 1


def test_csv_has_one_layout_for_plans_and_pairs():
    rows = [line.split(",") for line in comparison_csv(made({"a": 100.0, "b": 150.0})).splitlines()]
    assert {len(row) for row in rows} == {17}
    kinds = [row[0] for row in rows[1:]]
    assert kinds.count("plan") == 2 * (1 + len(METRICS))
    assert kinds.count("pair") == len(METRICS)
    pair = next(row for row in rows if row[0] == "pair")
    assert (pair[1], pair[2], pair[3], pair[4]) == ("b", "a", "customers", "people")
    assert float(pair[5]) == pytest.approx(50, abs=2)


def test_cells_that_look_like_formulas_are_texts():
    for text in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        assert str(safe_cell(text)).startswith("'")
    assert safe_cell("a=b") == "a=b"
    assert safe_cell(-3.5) == -3.5
    assert safe_cell(float("inf")) == ""


def test_weekly_csv_is_tidy():
    answer = made({"a": 100.0, "b": 150.0})
    head, *lines = weekly_csv(answer).splitlines()
    assert head == "week,week_start,plan,series,mean,p5,p95,luck_p5,luck_p95"
    rows = [line.split(",") for line in lines]
    keys = [tuple(row[:4]) for row in rows]
    assert len(set(keys)) == len(keys)
    weeks = answer.runs.scenario.weeks
    assert len(rows) == 2 * (8 * (weeks + 1) + weeks)  # revenue has no value before the first week
    assert keys[0][:2] == ("2026-W53", "2026-12-28")
    for row in rows:
        mean, p5, p95 = (float(x) for x in row[4:7])
        assert p5 <= p95
        assert np.isfinite(mean)


def test_json_has_no_infinities():
    text = json_text(made({"a": 100.0, "b": 200.0}, n=1).to_json())
    assert json.loads(text)["pairs"][0]["difference"]["ci_low"] is None
