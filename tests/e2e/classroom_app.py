"""A small server for tests and for trying the Teach view out: the page, its files, and one question to the engine.

``python -m tests.e2e.classroom_app 8100`` serves it on this machine alone.
"""

import json
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread

from scenarios.errors import ScenarioError
from studio.teach.classroom import teach
from studio.teach.lessons import teach_json

POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Teach</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/static/tokens.css">
<link rel="stylesheet" href="/static/player.css">
<link rel="stylesheet" href="/static/teach.css">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body><main><h1>Teach</h1><div id="teach"></div></main></body>
</html>
"""
CSS = "body{margin:0;background:var(--paper);color:var(--ink)}main{max-width:86rem;margin:0 auto;padding:1rem}"
JS = """
import { mountTeach } from "/static/teach.js";
const about = await (await fetch("/about")).json();
async function simulate(settings) {
  const answer = await fetch("/teach", { method: "POST", body: JSON.stringify(settings) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problem);
  return said;
}
const lesson = new URLSearchParams(location.search).get("lesson");
mountTeach(document.getElementById("teach"), { simulate, ...about, lesson });
"""
KINDS = {"css": "text/css", "js": "text/javascript", "html": "text/html", "json": "application/json"}


class Handler(BaseHTTPRequestHandler):
    """Everything with the policy that the page has to live with: no inline script, no inline style."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        made = {"/": ("html", PAGE), "/favicon.ico": ("html", ""), "/page.css": ("css", CSS), "/page.js": ("js", JS)}
        if path in made:
            self.reply(200, *made[path])
        elif path == "/about":
            self.reply(200, "json", json.dumps(teach_json()))
        elif path.startswith("/static/") and path.count("/") == 2 and path.rpartition(".")[2] in KINDS:
            text = files("studio.page").joinpath(path.lstrip("/")).read_text(encoding="utf-8")
            self.reply(200, path.rpartition(".")[2], text)
        else:
            self.reply(404, "html", "")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self.reply(200, "json", json.dumps(teach(asked), separators=(",", ":")))
        except ScenarioError as error:
            self.reply(422, "json", json.dumps({"problem": str(error)}))

    def reply(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{KINDS[kind]}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests say nothing."""


@contextmanager
def serving(port: int = 0):
    """The server in the background, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
