"""What every request has to pass before anything answers it: who asks, from where, with what, and how much of it.

The page is served to this machine only. A browser can still be led here by other pages, so that each request names a
host that we are, each question brings the token of this start, and each write comes as JSON from our own page.
"""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = "x-apath-token"

MOST_BYTES = 2_000_000
"""Of a request: a scenario with its roster, spend and history has room; a film has not."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

ONCE = (b"host", b"origin", TOKEN.encode(), b"content-type", b"content-length")
"""Headers that decide, and so may come once only."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Wraps the application.

    Args:
        app: what answers.
        hosts: names with port under which it may be asked, such as ``127.0.0.1:8080``.
        token: of this start.
        most_bytes: of a request.
        ending: lets go whoever waits for an answer, before the server ends.
    """

    def __init__(
        self, app: App, *, hosts: Sequence[str], token: str, most_bytes: int = MOST_BYTES,
        ending: Callable[[], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self.ending = ending
        self.app, self.hosts, self.token, self.most_bytes = app, frozenset(hosts), token, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in HEADERS}
                kept = [pair for pair in message.get("headers", []) if pair[0] not in names]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        refused = self._refusal(scope)
        if refused is None and scope["method"] == "POST":
            body = await self._body(receive)
            if body is None:
                refused = 413, f"at most {self.most_bytes:,} bytes are taken"
            else:
                receive = _again(body, receive)
        if refused is not None:
            await _refuse(with_headers, *refused)
            return
        await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if any(sum(name == once for name, _ in scope["headers"]) > 1 for once in ONCE):
            return 400, "a header came twice"  # whoever reads the other one would be told something else
        if headers.get("host", "") not in self.hosts:
            return 400, "this page has another address"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET and POST"
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self.hosts:
            return 403, "asked from another page"
        if not scope["path"].startswith("/api/") and scope["method"] != "POST":
            return None
        if not hmac.compare_digest(headers.get(TOKEN, "").encode(), self.token.encode()):
            return 403, "the token is not that of this start; open the address that apath serve printed"
        if scope["method"] == "POST":
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                return 415, "only application/json is taken"
            length = headers.get("content-length", "0")
            if not length.isdecimal() or len(length) > 12 or int(length) > self.most_bytes:
                return 413, f"at most {self.most_bytes:,} bytes are taken"
        return None

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body, or None if it is too long, whatever length it claimed to have."""
        found, parts = 0, []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b""
            parts.append(message.get("body", b""))
            found += len(parts[-1])
            if found > self.most_bytes:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that was read already, then what comes after it."""
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _refuse(send: Send, status: int, why: str) -> None:
    import json

    body = json.dumps({"error": why}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
