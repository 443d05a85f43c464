"""Jobs of the page with its worker: progress, answers, failures, cancels, a worker that dies, a full queue."""

import json
import multiprocessing
import time

import pytest
from starlette.testclient import TestClient

from scenarios import load_scenario
from studio.page import jobs as jobs_file
from studio.page.app import Settings, create_app
from studio.page.guard import TOKEN

HOST = "127.0.0.1:8642"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("page") / "runs"


@pytest.fixture(scope="module")
def client(runs):
    app = create_app(Settings(token="right", hosts=(HOST,), runs=runs, threads=1))
    with TestClient(app, base_url=f"http://{HOST}", headers={TOKEN: "right"}) as one:  # type: ignore[arg-type]
        yield one


def asked(client, key: str = "classroom", *, replicates: int = 8) -> dict:
    plans = client.get("/api/scenario", params={"key": key}).json()["plans"]
    return {"kind": "compare", "key": key, "plans": plans[:2], "replicates": replicates}


def long_one(client) -> dict:
    return asked(client, "coldbrew-launch", replicates=500)


def begun(client, question: dict) -> int:
    answer = client.post("/api/jobs", json=question)
    assert answer.status_code == 200, answer.text
    return answer.json()["job"]


def followed(client, job: int) -> list[dict]:
    out = []
    with client.stream("GET", f"/api/jobs/{job}/events") as lines:
        assert lines.headers["content-type"].startswith("text/event-stream")
        for line in lines.iter_lines():
            if line.startswith("data: "):
                out.append(json.loads(line.removeprefix("data: ")))
    return out


def running(client, job: int) -> None:
    for _ in range(6_000):  # a cold machine compiles the engine first
        said = client.get(f"/api/jobs/{job}").json()
        if said["progress"].get("part") == "simulating":
            return
        assert said["state"] in ("queued", "running"), said
        time.sleep(0.05)
    raise AssertionError("it never began")


def test_a_comparison_is_the_command_s_own(client, runs) -> None:
    from experiments import compare

    told = followed(client, begun(client, asked(client)))
    assert told[-1]["state"] == "done"
    assert any(one["progress"].get("part") == "simulating" for one in told)
    run = told[-1]["result"]["run"]
    direct = compare(load_scenario("classroom"), plans=["nothing", "hub-samples"], replicates=8)
    said = json.loads((runs / run / "run.json").read_text())
    ours = direct.to_json()
    for one in (said, ours):
        one["provenance"].pop("timings")
    assert said == json.loads(json.dumps(ours))
    shown = client.get(f"/api/runs/{run}").json()
    assert told[-1]["result"]["sentence"] in shown["html"].replace("\u00a0", " ")


def test_a_job_that_is_cancelled_leaves_nothing_and_the_next_one_runs(client, runs) -> None:
    job = begun(client, long_one(client))
    running(client, job)
    before = set(runs.iterdir())
    assert client.post(f"/api/jobs/{job}/cancel", json={}).json()["state"] == "cancelled"
    assert followed(client, job)[-1]["state"] == "cancelled"
    assert followed(client, begun(client, asked(client)))[-1]["state"] == "done"
    assert {one.name.rpartition("-")[0] for one in set(runs.iterdir()) - before} == {"classroom"}
    assert not [one for one in runs.iterdir() if one.name.startswith(".")]


def test_a_waiting_job_can_be_cancelled_too(client) -> None:
    first, second = begun(client, long_one(client)), begun(client, asked(client))
    assert client.get(f"/api/jobs/{second}").json()["state"] == "queued"
    assert client.post(f"/api/jobs/{second}/cancel", json={}).json()["state"] == "cancelled"
    client.post(f"/api/jobs/{first}/cancel", json={})
    assert client.post(f"/api/jobs/{first}/cancel", json={}).json()["state"] == "cancelled"  # again: no error


def test_a_worker_that_is_ended_from_outside_is_said_and_replaced(client) -> None:
    job = begun(client, long_one(client))
    running(client, job)
    for one in multiprocessing.active_children():
        one.kill()
    end = followed(client, job)[-1]
    assert end["state"] == "failed"
    assert end["result"][0]["what"] == "the worker has stopped (the memory of this machine was not enough)"
    assert followed(client, begun(client, asked(client)))[-1]["state"] == "done"


def test_the_queue_is_short(client) -> None:
    numbers = [begun(client, long_one(client))]
    numbers += [begun(client, asked(client)) for _ in range(jobs_file.QUEUE)]
    full = client.post("/api/jobs", json=asked(client))
    assert full.status_code == 429
    assert full.json() == {"error": "the queue is full; wait for a job to end, or cancel one"}
    for number in reversed(numbers):
        client.post(f"/api/jobs/{number}/cancel", json={})


def test_a_question_that_fails_in_the_worker_is_explained(client) -> None:
    question = {
        "kind": "recommend", "key": "classroom", "budget": 10, "goals": ["customers >= 5 by never"], "trials": 10,
    }  # fmt: skip
    end = followed(client, begun(client, question))[-1]
    assert end["state"] == "failed"
    assert end["result"][0]["what"] == "goal “customers >= 5 by never”: “never” is no date; write it as 2027-03-29"


def test_a_recommendation_and_its_workbook(client, runs) -> None:
    question = {
        "kind": "recommend", "key": "classroom", "budget": 10, "goals": ["most customers"], "trials": 10,
        "replicates": 8, "limits": "[money.seeding.1]\nmax = 5\n",
    }  # fmt: skip
    told = followed(client, begun(client, question))
    assert told[-1]["state"] == "done", told[-1]
    assert any("own score" in one["progress"].get("sentence", "") for one in told)
    run = told[-1]["result"]["run"]
    assert {"plan.xlsx", "plan.csv", "plan.toml", "limits.toml"} <= set(client.get(f"/api/runs/{run}").json()["files"])
    said = json.loads((runs / run / "recommendation.json").read_text())
    assert said["lines"]["seeding.1"]["spend"] <= 5


def test_a_study_that_cannot_be_finished_leaves_no_directory(client, runs) -> None:
    before = set(runs.iterdir())
    question = {
        "kind": "recommend", "key": "classroom", "budget": 10, "goals": ["most customers"], "trials": 10,
        "limits": "[money.media.board]\nmin = 50\n",
    }  # fmt: skip
    end = followed(client, begun(client, question))[-1]
    assert end["state"] == "failed"
    assert "clash" in end["result"][0]["what"]
    assert set(runs.iterdir()) == before


def test_a_calibration_with_the_history_beside_the_scenario(client) -> None:
    question = {"kind": "calibrate", "key": "coldbrew-launch", "trials": 20}
    job = begun(client, question)
    for _ in range(6_000):
        said = client.get(f"/api/jobs/{job}").json()
        if said["state"] != "running" or said["progress"].get("done", 0) > 0:
            break
        time.sleep(0.05)
    assert said["state"] == "running", said
    client.post(f"/api/jobs/{job}/cancel", json={})


def test_lessons_answer_whatever_else_is_computed(client) -> None:
    busy = begun(client, long_one(client))
    about = client.get("/api/lessons").json()
    assert {"lessons", "controls"} <= set(about)
    first = client.post("/api/teach", json={}).json()
    again = client.post("/api/teach", json={}).json()
    assert first == again
    wrong = client.post("/api/teach", json={"network": "hubbs"})
    assert wrong.status_code == 422
    assert "hubs" in json.dumps(wrong.json())
    client.post(f"/api/jobs/{busy}/cancel", json={})


def test_a_job_that_nobody_has_is_nothing(client) -> None:
    for path in ("/api/jobs/99999", "/api/jobs/99999/events"):
        assert client.get(path).status_code == 404
    assert client.post("/api/jobs/99999/cancel", json={}).status_code == 404
