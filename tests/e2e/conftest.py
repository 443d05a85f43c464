"""A browser, where there is one: Debian's Chromium driven by Playwright. Nothing but this machine is reached."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.classroom_app import serving

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHROMIUM = os.environ.get("APATH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

PATIENCE_MS = 300_000
"""A cold machine compiles the engine first."""


@pytest.fixture(scope="session")
def address():
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; it drives the browser")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; install the package chromium or set APATH_CHROMIUM")
    with sync_api.sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield one
        one.close()


@pytest.fixture
def open_page(browser, address):
    """Open a page; at the end, nothing may have gone wrong on it, and nobody else may have been asked."""
    contexts, wrong = [], []

    def go(path: str = "/", *, width: int = 1280, height: int = 900, refused: bool = False, **options):
        """A page of this size; ``refused``: the server is meant to refuse something, which the browser logs."""
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()

        def asked(request) -> None:
            if not request.url.startswith((address, "data:", "blob:", "file:")):
                wrong.append(f"asked {request.url}")

        page.on("request", asked)
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def logged(said) -> None:
            if said.type == "error" and not (refused and "422" in said.text):
                wrong.append(said.text)

        page.on("console", logged)
        page.goto(path if "://" in path else address + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def violations():
    """What axe-core finds against a page, as text."""

    def found(page) -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("axe.run(document)")
        return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in told["violations"]]

    return found
