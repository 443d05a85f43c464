"""The page as ``apath serve`` serves it, and windows on it that see nothing but this machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def page_url(tmp_path_factory):
    """The address that ``apath serve`` prints, token included; it serves while tests run."""
    runs = tmp_path_factory.mktemp("page") / "runs"
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    served = subprocess.Popen(
        [sys.executable, "-m", "studio.cli", "serve", "--port", "0", "--print-url", "--runs", str(runs)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    assert served.stdout is not None
    try:
        yield served.stdout.readline().strip()
    finally:
        served.terminate()
        served.wait(10)


@pytest.fixture
def open_view(browser, page_url):
    """Open the page; at the end nothing may have gone wrong on it, and nobody else may have been asked.

    ``expects`` names what the browser may log: answers that the page is meant to get.
    """
    contexts, wrong = [], []
    origin = page_url.partition("/?")[0]

    def go(*, width=1280, height=900, expects=(), context=None, **options):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)

            def asked(route, request) -> None:
                if request.url.startswith((origin, "data:", "blob:")):
                    route.fallback()
                else:
                    wrong.append(f"asked {request.url}")
                    route.abort()

            context.route("**/*", asked)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def logged(said) -> None:
            if said.type == "error" and not any(word in said.text for word in expects):
                wrong.append(said.text)

        page.on("console", logged)
        page.goto(page_url)
        page.locator(".side .cost").nth(1).wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []
