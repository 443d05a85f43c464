"""The examples in the docstrings of the player and of Teach hold."""

import doctest
import importlib

import pytest

MODULES = [
    "studio.notebook", "studio.page.layout", "studio.page.player_data", "studio.page.sample",
    "studio.page.static_player", "studio.page.tokens", "studio.page.watching", "studio.teach.classroom",
    "studio.teach.contrasts", "studio.teach.controls", "studio.teach.lessons",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name) -> None:
    told = doctest.testmod(importlib.import_module(name))
    assert told.attempted > 0 and told.failed == 0
