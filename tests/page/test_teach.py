"""A class's settings become a scenario of the product, and bad ones are refused in words."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.errors import ScenarioError
from studio.page.watching import DETRACTOR
from studio.teach.classroom import market, run, seeds, teach
from studio.teach.controls import CONTROLS, Settings, read_settings


def test_every_control_is_a_setting_with_the_same_default() -> None:
    plain = Settings()
    assert [one.name for one in fields(Settings) if one.name != "b"] == list(CONTROLS)
    for name, control in CONTROLS.items():
        assert getattr(plain, name) == control.default
        assert control.default in control.values
        assert len(control.values) == len(control.texts) == len(set(control.texts))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_settings({"peple": 300, "seeds": 4, "network": "hub", "b": {"weeks": 13, "seeding": 5}})
    assert str(caught.value) == (
        "settings: b.seeding: 5 is not one of its values\n"
        "    hint: choose from: none, random, hubs, bridges, fringe, together\n"
        "settings: b.weeks: both arms have the same people and weeks\n"
        "    hint: leave it out of b\n"
        "settings: network: “hub” is not one of its values\n"
        "    hint: did you mean “hubs”? choose from: small-world, ring, clusters, hubs, random, everybody\n"
        "settings: peple: there is no such setting\n"
        "    hint: did you mean “people”? choose from: network, people, contacts, shortcuts, weak_talk, "
        "contagiousness, tellings, threshold, disappointed, forgetting, seeding, seeds, ...\n"
        "settings: seeds: 4 is not one of its values\n"
        "    hint: choose from: 1, 2, 3, 5, 8, 10, 15, 20, 30, 50\n"
        "\n5 problems; nothing was run."
    )


@pytest.mark.parametrize("given", [{"people": True}, {"seeds": None}, {"b": 3}, {"b": {"luck": [1]}}, {"world": "1"}])
def test_values_of_other_kinds_are_refused(given) -> None:
    with pytest.raises(ScenarioError):
        read_settings(given)


@pytest.mark.parametrize("network", CONTROLS["network"].values)
@pytest.mark.parametrize("seeding", CONTROLS["seeding"].values)
def test_every_network_and_strategy_runs(network, seeding) -> None:
    settings = Settings(network=network, seeding=seeding, people=100, weeks=13)
    scenario, world, seen = run(settings)
    assert world.n == 100
    assert len(seen.seeds) == (0 if seeding == "none" else 5)
    assert scenario.weeks == 13
    if network == "everybody":
        assert world.graph.well_mixed
    else:
        assert 0.6 * 6 <= world.graph.mean_degree <= 6.1


def test_strategies_choose_whom_they_name() -> None:
    hubs = Settings(network="hubs", seeding="hubs")
    _, world = market(hubs)
    degree = np.diff(world.graph.indptr)
    of = {how: degree[seeds(Settings(network="hubs", seeding=how), world.graph)] for how in ("hubs", "fringe")}
    assert of["hubs"].min() >= np.sort(degree)[-5]
    assert of["fringe"].max() <= np.sort(degree)[4]
    near = Settings(network="ring", seeding="together", seeds=8)
    rows = seeds(near, market(near)[1].graph)
    gaps = np.diff(np.array(sorted((np.array(rows) - rows[0] + 150) % 300)))
    assert gaps.max() <= 3


def test_hubs_have_the_contacts_that_the_lesson_speaks_of() -> None:
    ratios = []
    for number in range(101, 121):
        settings = Settings(network="hubs", seeding="hubs", world=number)
        _, world = market(settings)
        degree = np.diff(world.graph.indptr)
        ratios.append(degree[seeds(settings, world.graph)].mean() / degree.mean())
    assert 5.5 < np.mean(ratios) < 7.5


def test_both_arms_have_the_same_people_and_a_third_run_has_others() -> None:
    one, two = teach({"network": "hubs"}), teach({"network": "hubs", "b": {"seeding": "hubs"}})
    assert "alone" not in one["arms"][0]
    assert one["arms"][0]["frames"] == two["arms"][0]["frames"]
    b = two["arms"][1]
    assert b["seeds"] == b["alone"]["seeds"]
    assert b["frames"] != b["alone"]["frames"]
    assert [arm["title"] for arm in two["arms"]] == [
        "Who gets the product first: Anybody, at random",
        "Who gets the product first: Hubs",
    ]


def test_an_arm_that_differs_in_nothing_is_the_same_run() -> None:
    data = teach({"b": {"seeds": 5}})
    assert data["arms"][0]["frames"] == data["arms"][1]["frames"]
    assert data["gaps"]["paired"]["reached"][-1] == ["0", "0", "0"]


def test_an_arm_with_another_network_has_ties_of_its_own() -> None:
    data = teach({"network": "ring", "b": {"network": "random"}})
    assert data["arms"][1]["ties"] != data["ties"]
    assert "ties" not in data["arms"][0]


def test_nothing_happens_where_nothing_is_switched_on() -> None:
    data = teach({"seeding": "none", "people": 100})
    assert set(data["arms"][0]["frames"][-1]) <= {"0", "6"}  # a stray purchase at most
    assert data["arms"][0]["reached"][-1] == "0"


def test_switches_do_what_they_say() -> None:
    def end(**given):
        seen = run(Settings(people=200, **given))[2]
        return (seen.codes % 6 > 0).sum(axis=1), seen

    spread, _ = end(contagiousness=0.1)
    silent, _ = end(contagiousness=0.0)
    assert silent[-1] == 5 < spread[-1]
    ads, _ = end(seeding="none", contagiousness=0.0, advertising=5.0, ad_weeks=4)
    assert 0 < ads[4] == ads[-1]
    forgotten, _ = end(seeding="none", contagiousness=0.0, advertising=5.0, ad_weeks=4, forgetting=2.0)
    assert forgotten[-1] < forgotten[4]
    _, upset = end(contagiousness=0.3, disappointed=0.3)
    assert (upset.codes[-1] >= DETRACTOR).sum() > 0


def test_provenance_tells_what_to_repeat() -> None:
    data = teach({"world": 4, "luck": 9})
    assert "world seed 4, luck 9, scenario " in data["provenance"]


_ANY = {name: st.sampled_from(control.values) for name, control in CONTROLS.items()} | {
    "people": st.sampled_from((50, 100)),
    "weeks": st.just(13),
}
_OTHER = st.sampled_from([name for name in CONTROLS if name not in ("people", "weeks", "world")]).flatmap(
    lambda name: st.fixed_dictionaries({name: _ANY[name]})
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.fixed_dictionaries({}, optional={**_ANY, "b": _OTHER}))
def test_whatever_a_class_chooses_can_be_watched(given_) -> None:
    data = teach(given_)
    n = given_.get("people", 300)
    weeks = given_.get("weeks", 26)
    for arm in data["arms"]:
        assert [len(frame) for frame in arm["frames"]] == [n] * (weeks + 1)
        assert max(arm.get("ties", data["ties"]), default=0) < n
    assert len(data["arms"]) == (2 if given_.get("b") else 1)
    most = max(np.bincount(arm.get("ties", data["ties"]), minlength=1).max() for arm in data["arms"])
    assert len(data["numerals"]) > most
