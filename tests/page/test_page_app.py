"""What the page's addresses answer: scenarios, dropped files, checks, saves and runs; and what they refuse in words."""

import json
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from studio.page.app import Settings, create_app
from studio.page.guard import TOKEN

HOST = "127.0.0.1:8642"
MINE = (
    'name = "mine"\nstart = 2027-01-04\nweeks = 4\n[brand]\nprice = 3.0\n[market]\nsize = 100_000\nconsumers = 50\n'
    "[segments.all]\nshare = 1.0\n[plans.baseline]\n"
)
NO_SENSE = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"files": 3}', b'{"key": "classroom"}']
HEAVY = ("mesa", "numba", "pandas", "scipy", "matplotlib", "optuna", "networkx")


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(token="right", hosts=(HOST,), runs=tmp_path / "runs"))
    return TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]


def scenario(client, key: str = "classroom"):
    answer = client.get("/api/scenario", params={"key": key})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_bundled_scenario_opens(client) -> None:
    for key in client.get("/api/start").json()["scenarios"]:
        said = scenario(client, key)
        assert said["plans"]
        assert len(said["weeks"]) == len(said["plans"][0]["rows"][0]["amounts"])


def test_a_scenario_that_is_not_open_is_nothing(client) -> None:
    assert client.get("/api/scenario", params={"key": "../etc/passwd"}).status_code == 404


def test_the_roster_comes_with_numbers_to_sort_by_and_texts_to_read(client) -> None:
    first = scenario(client, "coldbrew-launch")["roster"][0]
    assert {"followers", "followers_text", "fee", "fee_text", "sights_text", "per_1000_text", "overlap_text"} <= set(
        first
    )


def test_a_dropped_scenario_opens_and_a_malformed_one_is_explained_by_line(client) -> None:
    found = client.post("/api/drop", json={"files": {"mine.toml": MINE}})
    assert found.status_code == 200, found.text
    assert found.json()["key"] in client.get("/api/start").json()["scenarios"]
    bad = MINE.replace("consumers = 50", 'consumers = "many"').replace("[plans.baseline]", "[plans.baseline.medai.tv]")
    answer = client.post("/api/drop", json={"files": {"mine.toml": bad}})
    assert answer.status_code == 422
    lines = bad.splitlines()
    problems = answer.json()["problems"]
    assert {lines[problem["line"] - 1] for problem in problems} == {'consumers = "many"', "[plans.baseline.medai.tv]"}
    assert all(problem["what"] for problem in problems)


def test_a_scenario_comes_with_the_tables_that_it_names(client) -> None:
    text = 'roster = "who.csv"\n' + MINE + '[channels.tiktok]\nplatform = "tiktok"\n'
    alone = client.post("/api/drop", json={"files": {"mine.toml": text}})
    assert alone.status_code == 422
    assert "who.csv" in alone.json()["problems"][0]["what"]
    table = "name,channel,followers,cost_per_post\nana,tiktok,1000,50\n"
    both = client.post("/api/drop", json={"files": {"mine.toml": text, "who.csv": table}})
    assert both.status_code == 200, both.text
    assert [one["name"] for one in both.json()["roster"]] == ["ana"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "nothing: there must be one scenario file among them, and there are 0"),
        ({"a.toml": "", "b.toml": ""}, "a.toml, b.toml: there must be one scenario file among them, and there are 2"),
        ({"../a.toml": ""}, "“../a.toml” is no name of a file here"),
        ({"a/b.toml": ""}, "“a/b.toml” is no name of a file here"),
        ({".hidden.toml": ""}, "“.hidden.toml” is no name of a file here"),
        ({"x" * 200 + ".toml": ""}, "“" + "x" * 60 + "” is no name of a file here"),
    ],
)
def test_names_of_dropped_files_are_not_trusted(client, files, said) -> None:
    answer = client.post("/api/drop", json={"files": files})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["what"] == said


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"files": 3}', b'{"key": "classroom"}']
)
@pytest.mark.parametrize("path", ["/api/drop", "/api/check", "/api/save", "/api/jobs", "/api/history"])
def test_a_body_that_makes_no_sense_is_refused_and_never_an_error_of_ours(client, path, body) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (404, 422), answer.text


def test_a_check_says_what_a_plan_costs_and_a_wrong_one_what_is_wrong(client) -> None:
    said = scenario(client, "coldbrew-launch")
    plan = said["plans"][0]
    assert client.post("/api/check", json={"key": said["key"], "plan": plan}).json()["cost"] == "598,000 USD"
    plan["rows"][0]["amounts"][3] = -5
    answer = client.post("/api/check", json={"key": said["key"], "plan": plan})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "media.instagram, week 4"


def test_saving_writes_a_scenario_that_runs_as_it_is(client, tmp_path) -> None:
    from scenarios import load_scenario

    said = scenario(client, "coldbrew-launch")
    a, b = said["plans"][0], json.loads(json.dumps(said["plans"][0]))
    b["rows"][0]["amounts"] = [1000.0] * 26
    answer = client.post("/api/save", json={"key": said["key"], "plans": [a, b]}).json()
    saved = load_scenario(answer["path"]).scenario
    assert answer["plans"] == ["baseline", "baseline-b"]
    assert saved.plans["baseline-b"].media["instagram"].weekly == [1000.0]
    assert answer["link"].startswith("file:///")
    assert (tmp_path / "runs" / "coldbrew-launch-saved-1" / "roster.csv").is_file()
    again = client.post("/api/save", json={"key": said["key"], "plans": [a, b]}).json()
    assert again["path"] != answer["path"]


def test_two_plans_that_are_the_same_are_not_compared(client) -> None:
    said = scenario(client)
    plan = said["plans"][0]
    answer = client.post("/api/jobs", json={"kind": "compare", "key": said["key"], "plans": [plan, plan]})
    assert answer.status_code == 422
    assert answer.json()["problems"][0] == {
        "file": "the plans", "where": "", "what": "A and B are the same plan", "hint": "change one of them", "line": 0,
    }  # fmt: skip


def test_too_much_is_refused_with_what_would_fit(tmp_path) -> None:
    app = create_app(Settings(token="right", hosts=(HOST,), runs=tmp_path, most_work=1e8))
    client = TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"})  # type: ignore[arg-type]
    said = scenario(client, "coldbrew-launch")
    asked = {"kind": "compare", "key": said["key"], "plans": said["plans"][:2], "replicates": 200}
    answer = client.post("/api/jobs", json=asked)
    assert answer.status_code == 422
    assert answer.json()["problems"][0] == {
        "file": "the page", "where": "replicates", "line": 0, "hint": "ask for at most 27 replicates",
        "what": "10,000 consumers for 182 days and 400 runs are more than this page takes at once",
    }  # fmt: skip


@pytest.mark.parametrize("value", [0, 3, 2001, 1.5, "64", True, None, [], 10**30])
def test_replicates_are_a_whole_number_in_range(client, value) -> None:
    said = scenario(client)
    asked = {"kind": "compare", "key": said["key"], "plans": said["plans"][:2], "replicates": value}
    assert client.post("/api/jobs", json=asked).status_code == 422


def test_the_wallet_and_a_history_can_be_looked_at_first(client) -> None:
    found = client.get("/api/wallet", params={"key": "coldbrew-launch", "current": "baseline"}).json()
    assert found["cost_text"] == "598,000 USD"
    assert [line["name"] for line in found["lines"]][:2] == ["media.instagram", "media.outdoor"]
    text = "date,y,tv_spend\n2027-01-04,900,50\n2027-01-11,950,60\n"
    said = client.post("/api/history", json={"text": text, "columns": {"y": "purchases"}}).json()
    assert [use["use"] for use in said["uses"]] == ["date", "purchases", "spend:tv"]
    wrong = client.post("/api/history", json={"text": text, "columns": {"z": "purchases"}})
    assert wrong.status_code == 422


def test_runs_are_listed_shown_and_taken_away(client, tmp_path) -> None:
    from experiments import compare
    from scenarios import load_scenario
    from studio.rundir import write_run

    loaded = load_scenario("classroom", consumers=60)
    answer = compare(loaded, plans=["nothing", "hub-samples"], replicates=4)
    write_run(answer, loaded, runs=tmp_path / "runs")
    (tmp_path / "runs" / "junk").mkdir()
    (tmp_path / "runs" / "link").symlink_to(tmp_path / "runs" / "classroom-1")
    listed = client.get("/api/runs").json()
    assert [(one["run"], one["kind"]) for one in listed] == [("classroom-1", "comparison")]
    shown = client.get("/api/runs/classroom-1").json()
    report = (tmp_path / "runs" / "classroom-1" / "report.html").read_text()
    assert shown["html"] in report
    assert " style=" not in shown["html"]
    assert "<script" not in shown["html"]
    file = client.get("/api/runs/classroom-1/weekly.csv")
    assert file.headers["content-disposition"] == 'attachment; filename="weekly.csv"'
    assert file.content == (tmp_path / "runs" / "classroom-1" / "weekly.csv").read_bytes()
    for name in ("link", "junk", "classroom-1/replicates.txt", "classroom-1/.hidden.toml"):
        assert client.get(f"/api/runs/{name}").status_code == 404


def test_starting_the_page_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom studio.page.app import Settings, create_app\nfrom pathlib import Path\n"
        "import studio.page.serve, uvicorn\n"
        "create_app(Settings(token='t', hosts=('h',), runs=Path('runs')))\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
