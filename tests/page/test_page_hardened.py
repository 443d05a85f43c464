"""What the page is sent and what it finds on disk may be anything: it answers in words, and never falls over."""

import json
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from studio.page.app import Settings, create_app
from studio.page.asked import read
from studio.page.desk import MOST_DROPPED, Desk
from studio.page.guard import TOKEN
from studio.study_dir import new_folder

HOST = "127.0.0.1:8642"
TYPE = {"content-type": "application/json"}
MINE = (
    'name = "mine"\nstart = 2027-01-04\nweeks = 4\n[brand]\nprice = 3.0\n[market]\nsize = 100_000\nconsumers = 50\n'
    "[segments.all]\nshare = 1.0\n[plans.{plan}]\n"
)
POSTS = ["/api/drop", "/api/check", "/api/save", "/api/history", "/api/jobs", "/api/teach", "/api/runs/x/odds"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("hardened") / "runs"


@pytest.fixture(scope="module")
def client(runs):
    app = create_app(Settings(token="right", hosts=(HOST,), runs=runs))
    return TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 100_000, "it is nested too deeply"),
        (b'{"key": NaN}', "it is no JSON that can be used: NaN is no number"),
        (b'{"key": [-Infinity]}', "it is no JSON that can be used: -Infinity is no number"),
        (b"[1]", "it must be an object with names and values"),
    ],
)
def test_what_cannot_be_read_is_refused_by_every_address(client, path, body, what) -> None:
    answer = client.post(path, content=body, headers=TYPE)
    assert answer.status_code == 422, answer.text
    assert answer.json()["problems"] == [
        {"file": "what was sent", "line": 0, "where": "", "what": what, "hint": "reload the page"}
    ]


def test_half_of_a_character_is_refused_before_it_reaches_a_file() -> None:
    from scenarios.errors import ScenarioError

    with pytest.raises(ScenarioError, match="it is no JSON that can be used"):
        read(b'{"files": {"a.toml": "\\ud800"}}')
    assert read(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
QUESTIONS = {
    "/api/check": {"key": "classroom", "plan": {"base": "nothing", "title": "", "rows": [], "bookings": []}},
    "/api/history": {"text": "date,y\n2027-01-04,9\n", "columns": {"y": "purchases"}},
    "/api/jobs": {"kind": "calibrate", "key": "classroom", "trials": 20, "history": {"text": ""}, "columns": {"y": ""}},
}


@given(st.sampled_from(sorted(QUESTIONS)), st.data(), ANYTHING)
@settings(max_examples=120, deadline=None)
def test_no_value_in_a_question_is_an_error_of_ours(client, path, data, value) -> None:
    question = json.loads(json.dumps(QUESTIONS[path]))
    at = question
    while True:
        name = data.draw(st.sampled_from(sorted(at)))
        if not isinstance(at[name], dict) or data.draw(st.booleans()):
            break
        at = at[name]
    at[name] = value
    assert client.post(path, json=question).status_code in (200, 404, 422, 429)


@pytest.mark.parametrize("history", [True, 3, "text", [1]])
def test_a_history_that_is_none_is_refused(client, history) -> None:
    answer = client.post("/api/jobs", json={"kind": "calibrate", "key": "classroom", "history": history})
    assert answer.status_code == 422


def test_a_column_without_a_use_is_refused(client) -> None:
    asked = {"text": "date,y\n2027-01-04,9\n", "columns": {"y": None}}
    assert client.post("/api/history", json=asked).status_code == 422


@pytest.mark.parametrize("name", ["host", "origin", TOKEN, "content-type"])
def test_a_header_that_decides_comes_once(client, name) -> None:
    usual = {"host": HOST, "origin": f"http://{HOST}", TOKEN: "right", **TYPE}
    headers = [*usual.items(), (name, usual[name])]
    answer = client.request("POST", "/api/check", headers=headers, content=b"{}")
    assert answer.status_code == 400
    assert answer.json() == {"error": "a header came twice"}


def test_a_length_with_thousands_of_digits_is_too_long(client) -> None:
    answer = client.post("/api/check", content=b"{}", headers={**TYPE, "content-length": "9" * 5000})
    assert answer.status_code == 413


BROKEN = {
    "empty": {"run.json": ""},
    "half": {"run.json": '{"plans": {"a": '},
    "list": {"run.json": "[]"},
    "null": {"run.json": "null"},
    "deep": {"run.json": "[" * 100_000},
    "odd": {"run.json": '{"provenance": [], "plans": {"a": {}}}'},
    "no-archive": {"run.json": '{"plans": {}}', "replicates.npz": "junk"},
    "no-zip": {"run.json": '{"plans": {}}', "replicates.npz": "PK\x03\x04 and more"},
    "hollow": {"run.json": '{"plans": {}}', "replicates.npz": ""},
    "front": {"recommendation.json": '{"front": 3}', "plan.toml": ""},
    "bare": {"calibration.json": "{}"},
}


@pytest.fixture(scope="module")
def broken(runs):
    for name, parts in BROKEN.items():
        (runs / name).mkdir(parents=True)
        for file, text in parts.items():
            (runs / name / file).write_text(text)
    (runs / "folder" / "run.json").mkdir(parents=True)
    return set(BROKEN)


def test_broken_runs_stand_in_the_list_and_say_what_is_wrong(client, broken) -> None:
    assert {one["run"] for one in client.get("/api/runs").json()} == broken
    for name in broken:
        for what in ("", "/weekly", "/watch"):
            assert client.get(f"/api/runs/{name}{what}").status_code in (200, 404, 422), (name, what)
        answer = client.post(f"/api/runs/{name}/odds", json={"goal": "customers >= 1"})
        assert answer.status_code in (404, 422), name
    assert client.get("/api/runs/half").json()["error"].startswith("this run cannot be read: it is no JSON")
    assert client.get("/api/runs/odd/watch").json()["error"] == "there is no scenario in this run"


def test_a_run_that_may_not_be_looked_into_hides_no_other(client, broken, monkeypatch) -> None:
    from studio.page import shelf

    def kind(folder: Path) -> str | None:
        if folder.name == "half":
            raise PermissionError(13, "Permission denied")
        return "comparison"

    monkeypatch.setattr(shelf, "_kind", kind)
    listed = {one["run"] for one in client.get("/api/runs").json()}
    assert listed == {*broken, "folder"} - {"half"}


def test_links_in_a_run_are_neither_listed_nor_given(client, runs, broken, tmp_path) -> None:
    (tmp_path / "secret.toml").write_text("secret")
    (runs / "odd" / "secret.toml").symlink_to(tmp_path / "secret.toml")
    assert client.get("/api/runs/odd").json()["files"] == ["run.json"]
    assert client.get("/api/runs/odd/secret.toml").status_code == 404


def test_nothing_can_be_saved_without_a_plan(client) -> None:
    for plans in ([], [{"base": "nothing"}] * 3):
        answer = client.post("/api/save", json={"key": "classroom", "plans": plans})
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["hint"] == "send one plan or two"


def test_a_place_that_cannot_be_written_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    app = create_app(Settings(token="right", hosts=(HOST,), runs=tmp_path / "file"))
    other = TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]
    plan = other.get("/api/scenario", params={"key": "classroom"}).json()["plans"][0]
    answer = other.post("/api/save", json={"key": "classroom", "plans": [plan]})
    assert answer.status_code == 422
    assert answer.json()["error"] == f"{tmp_path / 'file'} cannot be written: File exists"


def test_a_plan_with_the_longest_name_can_be_edited(client) -> None:
    from scenarios import load_scenario

    long = "p" * 64
    said = client.post("/api/drop", json={"files": {"long.toml": MINE.format(plan=long)}}).json()
    plan = {**said["plans"][0], "seeding": [{"strategy": "random", "people": 4000}]}
    saved = client.post("/api/save", json={"key": said["key"], "plans": [said["plans"][0], plan]})
    assert saved.status_code == 200, saved.text
    assert saved.json()["plans"] == [long, "p" * 62 + "-b"]
    assert list(load_scenario(saved.json()["path"]).scenario.plans) == saved.json()["plans"]


def test_what_was_dropped_takes_up_no_more_room_than_is_kept() -> None:
    desk = Desk()
    place = Path(desk._folder.name)
    with ExitStack() as stack:
        stack.callback(desk.close)
        first = desk.drop({"a.toml": MINE.format(plan="a")})
        assert desk.drop({"a.toml": MINE.format(plan="a")}) is first  # a job may still read its files
        with pytest.raises(Exception, match="plans"):
            desk.drop({"a.toml": "name = 3"})
        assert len(list(place.iterdir())) == 1
        for number in range(MOST_DROPPED + 5):
            desk.drop({"a.toml": MINE.format(plan=f"p{number}")})
        assert len(list(place.iterdir())) == MOST_DROPPED
        with pytest.raises(KeyError):
            desk.open(first.key)


def test_two_who_make_a_folder_at_once_each_get_their_own(tmp_path) -> None:
    places: list[Path] = []
    together = threading.Barrier(8)

    def make() -> None:
        together.wait()
        places.append(new_folder(tmp_path / "runs", "market-plan"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {one.name for one in places} == {f"market-plan-{number}" for number in range(1, 9)}


def test_others_are_answered_while_a_plan_is_checked(tmp_path, monkeypatch) -> None:
    from studio.page import pricing

    began, go_on = threading.Event(), threading.Event()

    def slow(scenario, plan):
        began.set()
        assert go_on.wait(20.0)
        return {}

    monkeypatch.setattr(pricing, "priced", slow)
    app = create_app(Settings(token="right", hosts=(HOST,), runs=tmp_path))
    said: list[int] = []
    with TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"}) as one:  # type: ignore[arg-type]
        plan = one.get("/api/scenario", params={"key": "classroom"}).json()["plans"][0]
        asked = {"key": "classroom", "plan": plan}
        checking = threading.Thread(target=lambda: said.append(one.post("/api/check", json=asked).status_code))
        checking.start()
        assert began.wait(20.0)
        answering = threading.Thread(target=lambda: said.append(one.get("/healthz").status_code))
        answering.start()
        answering.join(5.0)
        in_time = list(said)
        go_on.set()
        checking.join()
        answering.join()
    assert in_time == [200]


def test_a_market_of_one_week_has_a_report_with_its_titles_as_words(tmp_path) -> None:
    from experiments import compare
    from scenarios import load_scenario
    from studio.rundir import write_run

    evil = "<img src=x onerror=alert(1)>"
    text = MINE.format(plan="b").replace("weeks = 4", "weeks = 1") + f'title = "{evil}"\n'
    (tmp_path / "one.toml").write_text(f"title = '{evil}'\n{text}[plans.a]\ncommunity = {{weekly = 1.0}}\n")
    loaded = load_scenario(tmp_path / "one.toml")
    runs = tmp_path / "runs"
    run = write_run(compare(loaded, replicates=4), loaded, runs=runs).path.name
    app = create_app(Settings(token="right", hosts=(HOST,), runs=runs))
    one = TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]
    html = one.get(f"/api/runs/{run}").json()["html"]
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert one.get(f"/api/runs/{run}/weekly").status_code == 200
    assert one.post(f"/api/runs/{run}/odds", json={"goal": "customers >= 1"}).status_code == 200
