"""The player's files: one that needs nothing else, colours of the one list, nothing that a strict policy refuses."""

import json
import re
import subprocess
import sys

import pytest

from studio.page.static_player import player_fragment, player_page, static_text
from studio.page.tokens import PLACE, tokens_css
from studio.teach.classroom import teach


@pytest.fixture(scope="module")
def data():
    return teach({"people": 100, "weeks": 13})


def test_the_page_is_one_file_and_asks_nothing_of_the_network(data) -> None:
    page = player_page(data)
    assert not re.search(r"https?://|@import|url\(|src=|<link(?![^>]*data:)", page)
    assert page.count("<script") == 2
    assert 'style="' not in page
    said = re.search(r'id="apath-data">(.*?)</script>', page, re.S)
    assert said and json.loads(said[1]) == data


def test_no_text_of_the_data_ends_the_script(data) -> None:
    page = player_fragment({**data, "title": "</script><script>alert(1)</script>"})
    assert "alert(1)</script>" not in page.replace("\\u003c/script>", "")
    assert page.count("</script>") == 2


def test_a_small_market_is_small(data) -> None:
    assert len(player_fragment(data).encode()) < 60_000


def test_colours_come_from_the_one_list() -> None:
    assert PLACE.read_text(encoding="utf-8") == tokens_css()
    used = set(re.findall(r"var\(--([\w-]+)", static_text("player.css") + static_text("teach.css")))
    assert used <= set(re.findall(r"--([\w-]+):", tokens_css()))


@pytest.mark.parametrize("name", ["player.js", "teach.js"])
def test_scripts_need_no_inline_style_and_no_network(name) -> None:
    text = static_text(name)
    assert not re.search(r"innerHTML|insertAdjacentHTML|setAttribute\(\"style|style=|eval\(|new Function", text)
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|WebSocket", text)
    assert "toFixed" not in text and "toLocaleString" not in text  # figures come as text


def test_the_player_imports_nothing() -> None:
    assert not re.search(r"^\s*import\b", static_text("player.js"), re.M)
    assert re.findall(r'from "(.*?)"', static_text("teach.js")) == ["./player.js"]


@pytest.mark.parametrize("module", ["studio.page", "studio.page.static_player", "studio.page.player_data",
                                    "studio.teach.controls", "studio.teach.lessons", "studio.teach.classroom",
                                    "studio.notebook"])  # fmt: skip
def test_importing_is_light(module) -> None:
    code = (
        f"import {module}, sys; heavy = ('mesa', 'numba', 'pandas', 'matplotlib', 'scipy', 'networkx', 'anywidget'); "
        "print(*[name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
