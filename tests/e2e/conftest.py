"""A browser, where there is one: Debian's Chromium driven by Playwright. Nothing but this machine is reached."""

import os
import shutil
from pathlib import Path

import pytest

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHROMIUM = os.environ.get("APATH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


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
def violations():
    """What axe-core finds against a page, as text."""

    def found(page) -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("axe.run(document)")
        return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in told["violations"]]

    return found
