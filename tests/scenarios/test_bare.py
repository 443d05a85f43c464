"""The bare market: nothing happens by itself, and what is given is checked like any scenario."""

import subprocess
import sys

import pytest

import scenarios
from scenarios.bare import bare_scenario, quiet_parameters
from scenarios.errors import ScenarioError
from scenarios.registry import REGISTRY
from scenarios.schema import Graph, WordOfMouth
from scenarios.vocabulary import ENTERED_STAGES

pytestmark = pytest.mark.core


def test_everything_that_makes_something_happen_is_at_nought() -> None:
    quiet = quiet_parameters()
    assert set(quiet.values()) == {0.0}
    assert quiet.keys() < REGISTRY.keys()
    loud = set(REGISTRY) - set(quiet)
    kinds = ("platform.", "talk.", "negative.", "positive.", "retention.", "choice.", "churn.", "follow.", "fatigue.",
             "cadence.", "media_weight.", "content.", "topic.", "targeting.", "phone.", "share.", "influencer.",
             "engagement.", "ctr.")  # fmt: skip
    levers = ("community.", "cross-sell.", "earned.", "list.", "listening.", "loyalty.", "offer.", "outreach.",
              "referral.", "rewards.", "sign-up.", "space.", "support.", "user-content.")  # fmt: skip
    assert all(name.startswith((*kinds, *levers)) for name in loud), loud
    assert not any(name.endswith(f".{stage}") for name in loud for stage in ENTERED_STAGES if "follow." not in name)
    assert not any(name.endswith("_per_day") for name in loud)


def test_the_market() -> None:
    scenario = bare_scenario(consumers=250, weeks=3)
    assert scenario.market.size == scenario.market.consumers == 250
    assert list(scenario.segments) == ["everybody"]
    assert scenario.segments["everybody"].buys_every_days is None
    assert scenario.channels == {}
    assert scenario.brand.price == 1
    assert (str(scenario.start), scenario.start.weekday(), scenario.weeks) == ("2027-01-04", 0, 3)
    assert scenario.graph.kind == "well-mixed"
    assert scenario.people_per_consumer == 1
    assert scenario.parameters == quiet_parameters()
    assert list(scenario.plans) == ["nothing"]


def test_what_is_given_is_switched_on() -> None:
    scenario = bare_scenario(
        consumers=100,
        weeks=1,
        parameters={"wom.attention": 1.0, "wom": {"p_skip": 0.5}},
        word_of_mouth=WordOfMouth(talk_from="attention"),
        graph=Graph(kind="small-world", weak_ties=0.0),
        segment={"buys_every_days": 7},
        brand={"price": 3, "start": {"attention": 0.1}},
        plan={"seeding": [{"people": 5}]},
    )
    assert scenario.parameters["wom.attention"] == 1
    assert scenario.parameters["wom.p_skip"] == 0.5
    assert scenario.parameters["wom.attraction"] == 0
    assert scenario.word_of_mouth.talk_from == "attention"
    assert (scenario.graph.kind, scenario.graph.strong_ties) == ("small-world", 4)
    assert scenario.brand.price == 3
    assert scenario.plans["nothing"].seeding[0].people == 5


def test_mistakes_are_told() -> None:
    with pytest.raises(ScenarioError) as caught:
        bare_scenario(consumers=0, weeks=1, parameters={"wom.atention": 1})
    assert [problem.where for problem in caught.value.problems] == [
        "market.consumers",
        "market.size",
        "parameters.wom.atention",
    ]


def test_names_of_the_package_are_found_when_they_are_used() -> None:
    for name in scenarios.__all__:
        assert getattr(scenarios, name) is not None
    with pytest.raises(AttributeError, match="has no attribute"):
        _ = scenarios.nonsense
    code = "import sys, scenarios; scenarios.bundled_names(); print('pydantic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
