"""Sheets of the page: what nobody changed stays, what was painted arrives, and nonsense is answered in words."""

import copy
import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from scenarios import load_scenario
from scenarios.errors import ScenarioError
from scenarios.load import load_text
from studio.page.app import Settings, create_app
from studio.page.asking import plans_of
from studio.page.desk import BUNDLED
from studio.page.editing import EMPTY, editable, edited, weeks_of
from studio.page.guard import TOKEN
from studio.page.pricing import priced

HOST = "127.0.0.1:8643"

HOSTILE = """
name = "hostile"
start = 2027-01-04
weeks = 52
[brand]
price = 3.0
[market]
size = 100_000
consumers = 50
[segments.all]
share = 1.0
channels = {{ {channels} }}
{sections}
[plans.baseline]
title = "<img src=x onerror=alert(1)>"
"""


@cache
def bundled(name):
    return load_scenario(name)


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(token="right", hosts=(HOST,), runs=tmp_path / "runs"))
    return TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"}, raise_server_exceptions=False)  # type: ignore[arg-type]


def as_sent(sheet):
    """A sheet after its way through the page."""
    return json.loads(json.dumps(sheet))


def every_plan():
    return [(name, plan) for name in BUNDLED for plan in (*bundled(name).scenario.plans, EMPTY)]


@pytest.mark.parametrize(("name", "plan"), every_plan())
def test_what_nobody_changed_is_the_same_plan(name, plan) -> None:
    loaded = bundled(name)
    found = edited(loaded, plan, as_sent(editable(loaded.scenario, plan)))
    if plan == EMPTY:
        assert found.model_dump(exclude_unset=True) == {}
    else:
        assert found == loaded.scenario.plans[plan]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_painted_weeks_come_back_as_they_were_painted(data) -> None:
    name, plan = data.draw(st.sampled_from(every_plan()))
    loaded = bundled(name)
    sheet = as_sent(editable(loaded.scenario, plan))
    place = data.draw(st.integers(0, len(sheet["rows"]) - 1))
    amount = st.one_of(st.just(0.0), st.integers(1, 50).map(float), st.integers(1, 900).map(lambda n: n / 100))
    weeks = loaded.scenario.weeks
    sheet["rows"][place]["amounts"] = data.draw(st.lists(amount, min_size=weeks, max_size=weeks))
    again = editable(loaded.scenario.model_copy(update={"plans": {"p": edited(loaded, plan, sheet)}}), "p")
    found = {(row["lever"], row["item"]): row["amounts"] for row in again["rows"]}
    for row in sheet["rows"]:
        there = found.get((row["lever"], row["item"]))
        assert (there or [0.0] * weeks) == pytest.approx(row["amounts"], abs=0.006), row["item"]
    assert again["bookings"] == sheet["bookings"]


def test_a_row_that_another_plan_has_is_begun_as_it_does_it() -> None:
    loaded = bundled("everything")
    sheet = editable(loaded.scenario, "plain")
    row = next(row for row in sheet["rows"] if row["item"] == "instagram-video")
    assert row["amounts"] == [0.0] * 26
    row["amounts"] = [2.0] * 26
    video = edited(loaded, "plain", sheet).posts["instagram-video"]
    assert (video.channel, video.format, video.topic, video.cost_per_post) == ("instagram", "video", "craft", 500)
    assert video.weekly == [2.0]


def test_hours_of_a_plan_without_any_are_its_own_only() -> None:
    loaded = bundled("everything")
    sheet = editable(loaded.scenario, EMPTY)
    next(row for row in sheet["rows"] if row["lever"] == "community")["amounts"] = [10.0] * 26
    team = edited(loaded, EMPTY, sheet).community
    assert (team.weekly, team.elsewhere, team.cost_per_hour) == ([10.0], [0.0], 28)


def test_others_are_all_that_a_sheet_does_not_hold() -> None:
    scenario = bundled("everything").scenario
    said = priced(scenario, scenario.plans["everything"])
    assert ("community management", "elsewhere") in {(one["lever"], one["item"]) for one in said["others"]}
    assert not {"paid media", "own posts", "influencers", "product seeding"} & {one["lever"] for one in said["others"]}
    lists = [one["item"] for one in said["others"] if one["lever"] == "lists"]
    assert lists == ["newsletter", "visitors-again", "customers"]
    assert said["seeding"] == ["4,800 USD", "8,000 USD"]


def test_what_is_wrong_with_a_sheet_is_said_at_once_and_by_place() -> None:
    loaded = bundled("coldbrew-launch")
    sheet = editable(loaded.scenario, "baseline")
    sheet["rows"][0]["amounts"][2] = -5
    sheet["rows"][1]["amounts"] = sheet["rows"][1]["amounts"][:3]
    sheet["rows"][2]["item"] = "yuotube"
    sheet["bookings"] = 3
    with pytest.raises(ScenarioError) as caught:
        edited(loaded, "baseline", sheet)
    assert [(p.where, p.what, p.hint) for p in caught.value.problems] == [
        ("bookings", "must be a list", ""),
        ("media.instagram, week 3", "-5 cannot be used", "write a number of 0 or more, such as 5000"),
        ("media.tiktok", "amounts must be a list", "write one for each of 26 weeks"),
        (
            "rows", "there is no row “media.yuotube” in this scenario",
            "did you mean “youtube”? choose from: instagram, tiktok, youtube, outdoor, email",
        ),
    ]  # fmt: skip


def test_a_misspelt_date_and_a_stranger_are_said() -> None:
    loaded = bundled("coldbrew-launch")
    sheet = editable(loaded.scenario, "baseline")
    sheet["bookings"] = [{"influencer": "city-eets", "dates": ["2027-02-30"]}]
    with pytest.raises(ScenarioError) as caught:
        edited(loaded, "baseline", sheet)
    said = str(caught.value)
    assert "bookings" in said and "2027-02-30" in said


WRONG = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**400), 10**400), st.floats(), st.text(max_size=20),
        st.sampled_from(["2027-13-01", "media", "instagram", "random", "<img onerror>", "baseline", "1e999"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(
        ["lever", "item", "amounts", "influencer", "dates", "posts", "start", "strategy", "people", "unit_cost", "x"]
    ), inner, max_size=4)),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(
        ["rows", "row", "amounts", "amount", "bookings", "booking", "seeding", "wave", "title", "sheet"]
    ),
    wrong=WRONG,
)
def test_no_sheet_brings_the_server_down(client, place, wrong) -> None:
    sheet = as_sent(editable(bundled("coldbrew-launch").scenario, "creators"))
    row = sheet["rows"][0]
    if place == "amounts":
        row["amounts"] = wrong
    elif place == "amount":
        row["amounts"][1] = wrong
    elif place == "row":
        sheet["rows"][0] = wrong
    elif place == "booking":
        sheet["bookings"][0] = wrong
    elif place == "wave":
        sheet["seeding"][0] = wrong
    else:
        sheet[place] = wrong
    asked = {"key": "coldbrew-launch", "plan": wrong if place == "sheet" else sheet}
    for path, body in (
        ("/api/check", asked), ("/api/save", {**asked, "plans": [asked["plan"], asked["plan"]]}),
    ):  # fmt: skip
        answer = client.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
        assert answer.status_code in (200, 404, 422), (answer.status_code, answer.text)
        if answer.status_code == 422:
            assert answer.json()["error"]


def test_names_are_told_apart_and_equal_plans_are_refused() -> None:
    loaded = bundled("classroom")
    a, b = editable(loaded.scenario, "nothing"), editable(loaded.scenario, "nothing")
    with pytest.raises(ScenarioError, match="A and B are the same plan"):
        plans_of(loaded, [a, b])
    b["rows"][0]["amounts"][3] = 7.0
    made = plans_of(loaded, [a, b])
    assert list(made) == ["nothing", "nothing-b"]
    assert made["nothing-b"].title == "Nothing, edited as B"
    assert list(plans_of(loaded, [a, {**b, "title": "Été: early burst!"}])) == ["nothing", "ete-early-burst"]
    assert list(plans_of(loaded, [a, {**b, "title": "Hub samples"}])) == ["nothing", "hub-samples-b"]
    assert list(plans_of(loaded, [a, {**b, "title": "買"}])) == ["nothing", "nothing-b"]
    both = plans_of(loaded, [{**b, "title": "Mine"}, {**a, "title": "mine"}])
    assert list(both) == ["mine", "mine-b"]
    empty = editable(loaded.scenario, EMPTY)
    with pytest.raises(ScenarioError, match="A and B are the same plan"):
        plans_of(loaded, [empty, {**empty, "title": "another name"}])
    first = copy.deepcopy(empty)
    first["rows"][0]["amounts"] = [1.0] * 14
    assert list(plans_of(loaded, [first, editable(loaded.scenario, "hub-samples")])) == ["new-a", "hub-samples"]


def test_weeks_name_the_months_that_begin() -> None:
    weeks = weeks_of(bundled("coldbrew-launch").scenario)
    assert [one["month"] for one in weeks[:9]] == ["Jan", "", "", "", "Feb", "", "", "", "Mar"]


def test_checks_and_saves_say_texts_and_places(client, tmp_path) -> None:
    market = client.get("/api/scenario?key=classroom").json()
    plan = next(plan for plan in market["plans"] if plan["name"] == "notice-board")
    said = client.post("/api/check", json={"key": "classroom", "plan": plan}).json()
    assert (said["cost"], said["rows"][0]["total"], said["rows"][0]["texts"][0]) == ("7.14 USD", "7.14 USD", "0.51")
    plan["rows"][0]["amounts"] = [1.0] * 14
    saved = client.post("/api/save", json={"key": "classroom", "plans": [plan, market["plans"][0]]}).json()
    assert saved["next"].endswith("plan.toml --plans notice-board-a,nothing") and saved["link"].startswith("file:///")
    again = load_scenario(saved["path"]).scenario
    assert again.plans["notice-board-a"].media["board"].weekly == [1.0]
    assert load_text(saved["text"]).scenario == again


def test_many_weeks_channels_and_odd_names_are_shown_as_they_are(client) -> None:
    names = [f"c{k}" for k in range(12)]
    text = HOSTILE.format(
        channels=", ".join(f"{name} = 0.5" for name in names),
        sections="\n".join(f'[channels.{name}]\nplatform = "instagram"' for name in names),
    )
    answer = client.post("/api/drop", json={"files": {"mine.toml": text}})
    assert answer.status_code == 200, answer.text
    market = answer.json()
    plan = market["plans"][0]
    assert plan["title"] == "<img src=x onerror=alert(1)>"
    assert len(plan["rows"]) == 12 and {len(row["amounts"]) for row in plan["rows"]} == {52}
    assert client.post("/api/check", json={"key": market["key"], "plan": plan}).json()["cost"] == "0 USD"
