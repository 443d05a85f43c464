"""Who may ask the page what: the wrong host, origin, token, type, size and path are each turned away."""

import json
import re

import pytest
from starlette.testclient import TestClient

from studio.page.app import Settings, create_app
from studio.page.guard import MOST_BYTES, POLICY, TOKEN

HOST = "127.0.0.1:8642"
RIGHT = {TOKEN: "right"}
EVIL = ["evil.example", "127.0.0.1", "127.0.0.1:80", "8642", "localhost:8642.evil.example", ""]


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(token="right", hosts=(HOST, "localhost:8642"), runs=tmp_path / "runs"))
    return TestClient(app, base_url=f"http://{HOST}", raise_server_exceptions=True)  # type: ignore[arg-type]


def test_it_is_healthy(client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/main.js", "/api/start"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "8642", "localhost:8642.evil.example", ""]
)
def test_another_host_is_turned_away_everywhere(client, path, host) -> None:
    answer = client.get(path, headers={**RIGHT, "host": host})
    assert answer.status_code == 400
    assert answer.json() == {"error": "this page has another address"}


def test_both_names_of_this_machine_are_taken(client) -> None:
    assert client.get("/", headers={"host": "localhost:8642"}).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "right ", "RIGHT", "richtig", "right\xff"])
def test_a_wrong_token_reads_and_writes_nothing(client, token) -> None:
    headers = {TOKEN: token.encode("latin-1")}
    for answer in (
        client.get("/api/start", headers=headers),
        client.get("/api/runs", headers=headers),
        client.post("/api/jobs", headers=headers, json={"kind": "compare"}),
    ):
        assert answer.status_code == 403, answer.text
        assert "token" in answer.json()["error"]


def test_without_any_token_nothing_is_said(client) -> None:
    assert client.get("/api/scenario?key=classroom").status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", f"https://{HOST}", "http://127.0.0.1:9999"])
def test_another_page_may_not_ask(client, origin) -> None:
    answer = client.post("/api/check", headers={**RIGHT, "origin": origin}, json={})
    assert answer.status_code == 403
    assert answer.json() == {"error": "asked from another page"}
    assert client.get("/api/start", headers={**RIGHT, "origin": origin}).status_code == 403


def test_our_own_page_may(client) -> None:
    assert client.get("/api/start", headers={**RIGHT, "origin": f"http://{HOST}"}).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_write_that_a_form_could_send_is_not_taken(client, kind) -> None:
    answer = client.post("/api/check", headers={**RIGHT, "content-type": kind}, content=b"{}")
    assert answer.status_code == 415


def test_ten_million_bytes_are_not_taken(client) -> None:
    body = json.dumps({"files": {"big.toml": "x" * 10_000_000}})
    answer = client.post("/api/drop", headers={**RIGHT, "content-type": "application/json"}, content=body)
    assert answer.status_code == 413
    assert answer.json() == {"error": "at most 2,000,000 bytes are taken"}


def test_a_body_that_hides_its_length_is_cut_off(client) -> None:
    def parts():
        for _ in range(30):
            yield b"x" * 100_000

    answer = client.post("/api/drop", headers={**RIGHT, "content-type": "application/json"}, content=parts())
    assert answer.status_code == 413
    assert MOST_BYTES < 3_000_000


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client, method) -> None:
    assert client.request(method, "/api/runs", headers=RIGHT).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd",
        "/static/vendor/../../app.py", "/static/main.js/", "/static/", "/static/%00", "/app.py", "/static/index",
        "/api/runs/../../etc", "/api/runs/..", "/api/runs/%2e%2e/run.json", "/api/runs/x/%2e%2e%2fsecret.toml",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_page(client, path, tmp_path) -> None:
    (tmp_path / "secret.toml").write_text("secret")
    (tmp_path / "runs" / "x").mkdir(parents=True)
    (tmp_path / "runs" / "x" / "run.json").write_text("{}")
    answer = client.get(path, headers=RIGHT)
    assert answer.status_code == 404, answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/main.js", "/theme.css", "/nothing", "/api/start"])
def test_every_answer_carries_the_policy(client, path) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_the_policy_allows_no_inline_code_and_nobody_else() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY


def test_nothing_that_is_served_needs_inline_code_or_style(client) -> None:
    html = client.get("/").text
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert html.count("<script") == html.count('<script type="module" src="/static/')


def test_no_websocket_is_opened(client) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/jobs"):
        pass
