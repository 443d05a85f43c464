"""The command ``apath serve``: the page on this machine, for this user, while it runs."""

import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

LOOPBACK = "127.0.0.1"


def serve(
    *, scenario: str | None, port: int, runs: Path, threads: int | None, teach: bool, print_url: bool, browser: bool
) -> None:
    """Serve the page until it is interrupted.

    Args:
        scenario: name or file of the scenario that is shown first.
        port: to listen on; 0 takes one that is free.
        runs: directory of runs.
        threads: of the simulation.
        teach: begin with the lessons.
        print_url: print the address on stdout, as one line, and open no browser.
        browser: open the address.
    """
    import uvicorn

    from studio.page.app import Settings, create_app

    listening = _listen(port)
    port = listening.getsockname()[1]
    hosts = (f"{LOOPBACK}:{port}", f"localhost:{port}")
    token = secrets.token_urlsafe(24)
    app = create_app(
        Settings(token=token, hosts=hosts, runs=runs, scenario=scenario, threads=threads, teach=teach)
    )  # fmt: skip
    url = f"http://{hosts[0]}/?token={token}"
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="on", server_header=False, date_header=False,
        timeout_graceful_shutdown=1, ws="none",
    )  # fmt: skip
    server = _server(config, ending=app.ending, url=url, print_url=print_url, browser=browser)
    with suppress(KeyboardInterrupt):  # how a page is meant to be ended
        server.run(sockets=[listening])
    if not print_url:
        click.echo(f"the page has ended; runs are kept in {runs}", err=True)


def _listen(port: int) -> socket.socket:
    """A socket on this machine only.

    Raises:
        RunDirError: the port is taken.
    """
    from studio.rundir import RunDirTakenError

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        raise RunDirTakenError(
            f"port {port} of this machine is taken; name another with --port, or 0 for any that is free"
        ) from None
    return listening


def _server(
    config: Any, *, ending: Callable[[], Awaitable[None]] | None, url: str, print_url: bool, browser: bool
) -> Any:
    """A server that says where it is once it can be reached, and ends without complaint while a job is watched."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets=sockets)
            if print_url:
                click.echo(url)
                return
            click.echo(f"the page is at {url}\nCtrl-C ends it", err=True)
            if browser:
                import webbrowser

                webbrowser.open(url)

        async def shutdown(self, sockets: Any = None) -> None:
            if ending is not None:
                await ending()
            await super().shutdown(sockets=sockets)

    return Server(config)
