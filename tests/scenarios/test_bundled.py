"""The scenarios that come with the engine: they load, they compare fairly, and they are explained."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from scenarios.catalogue import bundled_names, bundled_path
from scenarios.load import load_scenario, scenario_from_dict, scenario_hash
from scenarios.schema import Media, Plan, Posts, Scenario

pytestmark = pytest.mark.core

NAMES = ["always-on-retail", "app-referral", "classroom", "coldbrew-launch", "crisis-rehearsal", "everything"]


def test_everything_uses_every_lever() -> None:
    """Whatever a plan, an influencer, a channel or a market can say is said at least once."""
    scenario = load_scenario("everything").scenario
    plan = scenario.plans["everything"]
    assert [name for name in type(plan).model_fields if not getattr(plan, name)] == ["price"]
    assert any(other.price for other in scenario.plans.values())
    for whole in (scenario, scenario.market, scenario.warm_up):
        assert whole is not None
        unsaid = [name for name in type(whole).model_fields if not getattr(whole, name)]
        assert unsaid in ([], ["parameters"], ["reference_price"]), (type(whole).__name__, unsaid)
    assert {shock.kind for shock in scenario.shocks.values()} == {
        "backlash", "outage", "defection", "rival-launch", "viral",
    }  # fmt: skip
    for parts, optional in (
        (plan.media.values(), {"premium"}), (plan.posts.values(), {"flights", "pulse"}),
        (plan.lists.values(), {"flights", "pulse", "seen"}), (scenario.channels.values(), set()),
        (scenario.segments.values(), {"fit"}),
    ):  # fmt: skip
        said = {name for part in parts for name in part.model_fields_set}
        fields = {name for part in parts for name in type(part).model_fields}
        allowed = optional | {"cpm", "organic_reach", "half_life_days", "pull", "quality"}
        assert fields - said <= allowed, fields - said - allowed


def in_all(part: Media | Posts, weeks: int) -> float:
    """What a weekly amount or flights add up to over the plan."""
    if part.weekly is not None:
        return sum(part.weekly) * (weeks if len(part.weekly) == 1 else 1)
    return sum(flight.weekly * ((flight.end - flight.start).days + 1) / 7 for flight in part.flights)


def planned_money(scenario: Scenario, plan: Plan) -> dict[str, float]:
    """What a plan spends on each lever, from its text alone."""
    return {
        **{f"media {name}": in_all(media, scenario.weeks) * plan.media_scale for name, media in plan.media.items()},
        "posts": sum(in_all(posts, scenario.weeks) * posts.cost_per_post for posts in plan.posts.values()),
        "creators": sum(
            len(booking.post_dates()) * scenario.influencers[booking.influencer].cost_per_post
            for booking in plan.bookings
        ),
        "seeding": sum(wave.people * wave.unit_cost for wave in plan.seeding),
    }  # fmt: skip


def test_the_catalogue() -> None:
    assert bundled_names() == NAMES
    with pytest.raises(KeyError):
        bundled_path("../starter")


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_without_a_remark(name: str) -> None:
    loaded = load_scenario(name)
    assert loaded.scenario.name == name
    assert loaded.notes == ()
    assert loaded.path == bundled_path(name)
    assert loaded.source_bytes == bundled_path(name).read_bytes()
    assert loaded.scenario.title
    assert loaded.scenario.description
    assert all(plan.title for plan in loaded.scenario.plans.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_planner_finds_the_schema_and_comments(name: str) -> None:
    rows = bundled_path(name).read_text("utf-8").splitlines()
    assert rows[0] == "#:schema ../../scenario.schema.json"
    assert (bundled_path(name).parent / "../../scenario.schema.json").resolve().is_file()
    assert sum("#" in row for row in rows[1:]) > len(rows) / 8
    assert all(len(row) <= 120 for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_its_hash_does_not_depend_on_comments_order_or_place(name: str, tmp_path: Path) -> None:
    loaded = load_scenario(name)
    folder = bundled_path(name).parent
    for file in loaded.files:
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    bare = re.sub(r"(?m)(^|\s)#.*$", "", loaded.source_bytes.decode())
    assert tomllib.loads(bare) == tomllib.loads(loaded.source_bytes.decode())
    (tmp_path / "bare.toml").write_text(bare, "utf-8")
    assert load_scenario(tmp_path / "bare.toml").scenario_hash == loaded.scenario_hash
    said = loaded.scenario.model_dump(mode="json", exclude_unset=True)
    backwards = {key: said[key] for key in reversed(said)}
    for section in ("segments", "channels", "influencers", "parameters"):
        if section in backwards:
            backwards[section] = dict(reversed(backwards[section].items()))
    again = scenario_from_dict(json.loads(json.dumps(backwards)))
    assert again == loaded.scenario
    assert scenario_hash(again, files=loaded.files) == loaded.scenario_hash


@pytest.mark.parametrize("name", ["coldbrew-launch", "app-referral", "always-on-retail"])
def test_its_plans_cost_the_same(name: str) -> None:
    scenario = load_scenario(name).scenario
    money = {plan: sum(planned_money(scenario, scenario.plans[plan]).values()) for plan in scenario.plans}
    assert len(set(money.values())) == 1, money


def test_the_crisis_costs_the_same_or_nothing() -> None:
    scenario = load_scenario("crisis-rehearsal").scenario
    money = [sum(planned_money(scenario, plan).values()) for plan in scenario.plans.values()]
    assert money == [0, 240_000, 240_000, 240_000]


def test_always_on_spends_the_same_on_every_channel() -> None:
    scenario = load_scenario("always-on-retail").scenario
    by_channel = [planned_money(scenario, plan) for plan in scenario.plans.values()]
    assert by_channel[0] == by_channel[1] == by_channel[2]
    assert by_channel[0]["media television"] == 3_120_000
    assert not scenario.plans["always-on"].media["television"].flights
    assert len(scenario.plans["drive-periods"].media["television"].flights) == 3


def test_the_cold_brew_launch_is_as_described() -> None:
    scenario = load_scenario("coldbrew-launch").scenario
    assert (scenario.weeks, scenario.market.size, scenario.market.consumers) == (26, 800_000, 10_000)
    assert str(scenario.start) == "2027-01-04"
    assert len(scenario.influencers) == 16
    followers = sorted(influencer.followers for influencer in scenario.influencers.values())
    assert followers[0] < 10_000
    assert followers[-1] > 500_000
    assert not scenario.plans["baseline"].bookings
    assert scenario.plans["creators"].bookings
    assert scenario.plans["creators"].seeding
    assert scenario.rivals["northpour"].start.customers > 0.2


def test_the_class_is_small_enough_to_be_watched() -> None:
    scenario = load_scenario("classroom").scenario
    assert scenario.market.size == scenario.market.consumers == 300
    assert 12 <= scenario.weeks <= 16
