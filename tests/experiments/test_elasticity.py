"""Elasticities: exact where the market is simple enough, and near published ones in the bundled markets."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import QuestionError
from experiments.elasticity import KINDS, PUBLISHED, SHOWN, Elasticities, Elasticity, elasticities, main
from scenarios import bare_scenario, load_scenario, scenario_from_dict
from scenarios.bare import quiet_parameters
from scenarios.schema import Scenario

WEEKS = 8


def shop(*, plan: dict[str, Any] | None = None, **different: Any) -> Scenario:
    """Everybody knows the brand and buys in the category every week; nothing else happens unless it is switched on."""
    parameters = quiet_parameters() | {"choice.base": -6.0} | different.pop("parameters", {})
    market = {
        "name": "shop",
        "start": date(2027, 1, 4),
        "weeks": WEEKS,
        "market": {"size": 4_000, "consumers": 4_000},
        "segments": {"all": {"share": 1.0, "buys_every_days": 7.0, "channels": {"screen": 1.0, "wall": 1.0}}},
        "channels": {"screen": {"cpm": 1.0}, "wall": {"cpm": 1.0}},
        "graph": {"kind": "well-mixed"},
        "brand": {"price": 2.0, "start": {"affinity": 1.0}},
        "parameters": parameters,
        "plans": {"only": plan if plan is not None else {"media": {"screen": {"weekly": 20.0}}}},
    }
    return scenario_from_dict(market | different)


def measured(scenario: Scenario, **asked: Any) -> Elasticities:
    return elasticities(scenario, plan="only", **{"replicates": 3, "period_weeks": 4, "after_weeks": 2} | asked)


# ----------------------------------------------------------------------------------------- known beforehand


def test_media_and_talk_without_effect_have_none() -> None:
    found = measured(shop(parameters={"talk.talker_per_day": 0.01}), of=["advertising", "channels", "word-of-mouth"])
    assert {row.key for row in found.rows} == {"advertising", "advertising.screen", "word-of-mouth"}
    assert all((row.estimate, row.ci_low, row.ci_high) == (0.0, 0.0, 0.0) for row in found.rows)


@pytest.mark.parametrize("exponent", [1.0, 2.6])
def test_a_small_brand_sells_in_proportion_to_a_power_of_its_price(exponent: float) -> None:
    """Odds fall with price to a power, and sales are odds / (1 + odds): the elasticity is -power · (1 - share)."""
    brand = {"price": 2.0, "start": {"affinity": 1.0}, "p_satisfied": 0.0, "p_dissatisfied": 0.0}
    scenario = shop(parameters={"choice.price_elasticity": exponent}, brand=brand)
    odds = np.exp(-6.0 + 0.9 * 3.0) * np.array([0.8, 1.2]) ** -exponent
    less, more = odds / (1.0 + odds)
    arc = (more - less) / (0.5 * (more + less)) / 0.4
    for term in ("short run", "long run"):
        row = measured(scenario, of=["price"], replicates=8).of("price", term)
        assert row.ci_low - 0.05 < arc < row.ci_high + 0.05
        assert row.estimate == pytest.approx(arc, rel=0.15)


def test_awareness_in_proportion_to_media_gives_an_elasticity_near_one() -> None:
    """Only media makes anybody know the brand, nobody forgets, and few are reached: sales follow money."""
    scenario = shop(
        parameters={"paid.attention": 0.05, "choice.base": -1.0, "fatigue.first": 1.0},
        plan={"media": {"screen": {"weekly": 0.8}}},
        brand={"price": 2.0},
        segments={"all": {"share": 1.0, "buys_every_days": 2.0, "channels": {"screen": 1.0, "wall": 1.0}}},
    )
    row = measured(scenario, of=["advertising"], replicates=6).of("advertising", "long run")
    assert row.ci_low < 1.05 and row.ci_high > 0.9
    assert row.estimate == pytest.approx(1.0, abs=0.15)


def test_the_short_run_leaves_out_what_comes_later() -> None:
    """What the first period wins is still bought in the second, where only the long run counts it."""
    scenario = shop(parameters={"paid.attention": 0.002, "choice.base": -1.0}, brand={"price": 2.0})
    found = measured(scenario, of=["advertising"], replicates=6)
    assert found.of("advertising", "short run").ci_high < found.of("advertising", "long run").ci_low


def test_channels_add_up_to_all_media() -> None:
    plan = {
        "media": {
            "screen": {"weekly": [30.0, 10.0, 20.0, 0.0, 0.0, 20.0, 20.0, 20.0]},
            "wall": {"flights": [{"start": date(2027, 1, 13), "end": date(2027, 2, 16), "weekly": 20.0}]},
        }
    }
    scenario = shop(plan=plan, parameters={"paid.attention": 0.002, "choice.base": -1.0}, brand={"price": 2.0})
    found = measured(scenario, of=["advertising", "channels"], replicates=8)
    for term in ("short run", "long run"):
        parts = found.of("advertising.screen", term).estimate + found.of("advertising.wall", term).estimate
        assert parts == pytest.approx(found.of("advertising", term).estimate, abs=0.12)


def test_better_ratings_sell_more_where_the_satisfied_buy_again() -> None:
    found = measured(shop(parameters={"choice.positive": 2.0}), of=["valence"])
    assert found.of("valence", "short run").ci_low > 0.0
    assert found.of("valence", "long run").ci_low > 0.0


def test_what_cannot_be_moved_has_no_row() -> None:
    found = measured(shop(plan={}), of=["advertising", "channels", "word-of-mouth", "price"])
    assert [row.key for row in found.rows] == ["price", "price"]
    with pytest.raises(KeyError):
        found.of("advertising", "short run")


def test_threads_change_nothing() -> None:
    scenario = shop(parameters={"paid.attention": 0.01}, brand={"price": 2.0})
    one, two = (measured(scenario, of=["advertising", "price"], threads=n) for n in (1, 2))
    assert one.rows == two.rows


# ------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"plan": "onyl"}, "there is no plan “onyl”; did you mean “only”\\? plans are only"),
        ({"replicates": 0}, "0 replicates were asked for; at least 1 is needed"),
        ({"step": 1.0}, "the step is a share between 0 and 1, not 1"),
        ({"of": ["prise"]}, "there is no elasticity of “prise”; did you mean “price”\\? there are advertising"),
        ({"period_weeks": 0}, "a period of 0 weeks"),
    ],
)
def test_bad_questions_are_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        elasticities(shop(), **{"plan": "only"} | asked)


def test_a_market_in_which_nobody_buys_is_refused() -> None:
    with pytest.raises(QuestionError, match="nobody buys in this market"):
        elasticities(bare_scenario(consumers=20, weeks=2), plan="nothing")
    unknown = bare_scenario(consumers=20, weeks=2, segment={"buys_every_days": 7.0})
    with pytest.raises(QuestionError, match="nobody bought our brand"):
        elasticities(unknown, plan="nothing", replicates=1, of=["price"])


# --------------------------------------------------------------------------------------- the bundled markets


def section_of(name: str, plan: str) -> str:
    """What the page says about one scenario."""
    text = (Path(__file__).parents[2] / "docs" / "elasticities.md").read_text("utf-8")
    title = load_scenario(name).scenario.plans[plan].title
    return text.split(f"## {name}, plan *{title}*")[1].split("\n## ")[0]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "plan"), SHOWN)
def test_advertising_is_in_the_published_range_and_talk_above_it(name: str, plan: str) -> None:
    replicates, after = {"coldbrew-launch": (4, 26), "always-on-retail": (3, 0)}[name]
    asked = ["advertising", "word-of-mouth"]
    found = elasticities(
        load_scenario(name), plan=plan, replicates=replicates, seed=1, of=asked, after_weeks=after, threads=1
    )
    assert found.of("advertising", "short run").overlaps(0.05, 0.25), found.rows
    assert found.of("word-of-mouth", "long run").ci_low > found.of("advertising", "long run").ci_high, found.rows
    assert found.of("word-of-mouth", "long run").ci_low > 0.12, found.rows
    # Few replicates leave wide intervals in the short run; the page, from many, must show them apart.
    assert found.of("word-of-mouth", "short run").estimate > found.of("advertising", "short run").estimate
    assert "In the short run, word of mouth moves sales more than advertising does" in section_of(name, plan)


# -------------------------------------------------------------------------------------------------- the page


def test_every_published_mean_is_of_something_measured() -> None:
    assert {one.key for one in PUBLISHED} <= set(KINDS)
    assert all(one.low < one.high for one in PUBLISHED)


def test_a_verdict_tells_stronger_from_weaker() -> None:
    price = next(one for one in PUBLISHED if one.key == "price")

    def of(value: float) -> Elasticity:
        return Elasticity("price", "short run", value, value - 0.1, value + 0.1, 0.9, "")

    assert [price.verdict(of(value)) for value in (-6.0, -2.6, -1.0)] == ["stronger", "in range", "weaker"]


def test_the_page_in_the_documents_is_of_this_code() -> None:
    """Not run anew, which takes minutes; but it must show all that is measured, and what is published."""
    for name, plan in SHOWN:
        section = section_of(name, plan)
        media = load_scenario(name).scenario.plans[plan].media
        assert [channel for channel in media if f"… on {channel}" not in section] == []
        assert [one.source for one in PUBLISHED if one.source not in section] == []
        for one in PUBLISHED:  # what lies outside is said in a sentence
            rows = [row for row in section.splitlines() if row.startswith("|") and one.source in row]
            for row in rows:
                label, term, verdict = (row.split("|")[n].strip() for n in (1, 2, 7))
                assert verdict == "in range" or f"**{label}, {term}, is {verdict}" in section


def test_the_command_writes_what_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.elasticity.page", lambda **asked: f"{sorted(asked.items())}\n")
    main(["-o", str(tmp_path / "new" / "page.md"), "--replicates", "3", "--seed", "7"])
    assert (tmp_path / "new" / "page.md").read_text("utf-8") == "[('replicates', 3), ('seed', 7), ('threads', None)]\n"
