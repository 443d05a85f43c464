"""The notebooks run from top to bottom, and what their texts say is what their cells find."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

marimo = pytest.importorskip("marimo", reason='marimo is not installed: pip install "apath[notebook]"')
pytest.importorskip("anywidget", reason='anywidget is not installed: pip install "apath[notebook]"')

LESSONS = sorted((Path(__file__).parents[2] / "docs" / "lessons").glob("*.py"))


def _run(name: str) -> dict:
    """What the cells of a notebook define."""
    path = next(one for one in LESSONS if one.stem == name)
    spec = importlib.util.spec_from_file_location(f"lesson_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, defined = module.app.run()
    return dict(defined)


def test_there_are_three() -> None:
    assert [path.stem for path in LESSONS] == ["decay", "hubs", "threshold"]


def test_a_market_tips_or_does_not() -> None:
    rows = _run("threshold")["rows"]
    reached = [float(row["people reached, mean of 8 markets"]) for row in rows]
    shares = [row["share needed"] for row in rows]
    assert all(one > 250 for one in reached[: shares.index("25 %") + 1])
    assert all(one < 100 for one in reached[shares.index("30 %") :])


def test_hubs_help_most_while_talk_is_weak() -> None:
    rows = _run("hubs")["rows"]
    times = [float(row["hubs reach … times as many"]) for row in rows]
    assert max(times) < 6.0
    assert times[-1] == 1.0
    assert max(times[:2]) == max(times) > 1.4


def test_what_is_left_of_advertising_fades() -> None:
    defined = _run("decay")
    aware = defined["aware"]
    assert aware[0] == 0 < aware[26] < aware[12] < aware[4]
    assert 3.0 < defined["half_life"] < 20.0


def test_the_widget_carries_the_player_and_its_data() -> None:
    from studio.notebook import classroom, player
    from studio.page.static_player import static_text

    data = classroom({"people": 50, "weeks": 13})
    widget = player(data, measure="customers")
    assert widget.data == data and widget.measure == "customers" and widget.autoplay is False
    assert widget._esm == static_text("player.js") or "export default" in str(widget._esm)
    assert "--stage-5" in str(widget._css)


def test_without_the_extra_the_remedy_is_named() -> None:
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "from studio.notebook import NotebookError, player\n"
        "try:\n    player({})\nexcept NotebookError as error:\n    print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == (
        'the player in a notebook needs anywidget; install it with: pip install "apath[notebook]"'
    )
