"""How long the page says that a job will take."""

import pytest

from studio.page import work


def test_the_first_step_is_not_counted_where_the_engine_was_compiled_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 101.0, 104.0])  # the job began at 0: a hundred seconds of compiling
    monkeypatch.setattr(work.time, "monotonic", lambda: next(clock))
    left = work._Left()
    assert left.words(2, 64) == ""
    assert left.words(3, 64) == "1 min 1 s"
    assert left.words(6, 64) == "58 s"
