"""How fast the player draws, in a browser without a graphics card: ``python -m benchmarks.player``.

Needs playwright and a Chromium. A whole week is every tie and every person; while it plays, a frame is a copy of the
week and the rings around those who moved.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from scenarios import load_scenario
from studio.page.sample import sample_data
from studio.page.static_player import player_page

_PLAYING = """() => new Promise((done) => {
  player.seek(0); player.play();
  let frames = 0; const began = performance.now();
  requestAnimationFrame(function again() {
    frames++;
    if (performance.now() - began < 3000) requestAnimationFrame(again); else done(frames / 3);
  });
})"""


def main() -> None:
    """Print a line for each size of market, with one and with two plans."""
    from playwright.sync_api import sync_playwright

    scenario = load_scenario("classroom").scenario
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for n in (300, 2_000, 5_000):
            for plans in (["hub-samples"], ["random-samples", "hub-samples"]):
                text = player_page(sample_data(scenario, plans=plans, people=n))
                file = Path(folder) / "player.html"
                mount = "mount(document.getElementById"
                file.write_text(text.replace(mount, f"window.player = {mount}"), encoding="utf-8")
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(file.as_uri())
                page.wait_for_function("window.player")
                page.evaluate("player.bench(20)")
                whole = page.evaluate("player.bench(60)")
                fps = page.evaluate(_PLAYING)
                sys.stdout.write(
                    f"{n:>5,} people, {len(plans)} plan(s): {whole:5.1f} ms a whole week, {fps:4.0f} frames a second "
                    f"while playing, {len(text.encode()) // 1000} kB\n"
                )
                page.close()


if __name__ == "__main__":
    main()
