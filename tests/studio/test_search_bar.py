"""How far a search is: lines a minute apart in a file or a pipe, a bar on a terminal, nothing if asked for quiet."""

import pytest

from studio import search_bar as module
from studio.console import Notes
from studio.search_bar import search_bar

pytestmark = pytest.mark.core


def best(value: float) -> str:
    return f"best {value:+,.3g}"


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_off_a_terminal_a_line_is_said_each_minute(clock, capsys) -> None:
    with search_bar(Notes(quiet=False), best=best) as told:
        for seconds, done in ((10.0, 8), (50.0, 16), (59.0, 24), (1.0, 32)):
            clock[0] += seconds
            told("search", done, 300, 0.5)
        clock[0] += 70.0
        told("report", 65, 64, float("nan"))
    said = capsys.readouterr()
    assert said.err == "search: 16 of 300, best +0.5\nsearch: 32 of 300, best +0.5\nreport: 65 of 65\n"
    assert said.out == ""


def test_a_watched_search_has_a_bar_and_no_lines(clock, capsys, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with search_bar(Notes(quiet=False), best=best) as told:
        clock[0] += 100.0
        told("search", 8, 300, 0.5)
        told("race", 1, 3, float("nan"))
    err = capsys.readouterr().err
    assert "best +0.5" in err
    assert "race" in err
    assert "8 of 300" not in err


def test_nothing_is_shown_if_asked_for_quiet() -> None:
    with search_bar(Notes(quiet=True), best=best) as told:
        assert told is None
