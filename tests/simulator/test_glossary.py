"""The glossary is complete and in order, and its page is up to date."""

from typing import get_args

import pytest

from simulator.glossary import CHAPTERS, GLOSSARY, KINDS, LEVELS, SOURCES, WEEKLY, Entry, Kind, Level, Source
from simulator.glossary_doc import DOC_PATH, glossary_text
from simulator.indices import CATEGORIES, Choices

pytestmark = pytest.mark.core


def test_the_page_is_up_to_date() -> None:
    assert DOC_PATH.read_text("utf-8") == glossary_text(), "run: python -m simulator.glossary_doc"


def test_the_page_names_every_metric_once() -> None:
    table = glossary_text().split("## What can be chosen")[0]
    rows = [row for row in table.splitlines() if row.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(GLOSSARY)
    assert all(row.count(" | ") == 7 for row in rows)


def test_chapters_follow_each_other() -> None:
    names = list(GLOSSARY)
    covered = [name for _, first, last in CHAPTERS for name in names[names.index(first) : names.index(last) + 1]]
    assert covered == names


@pytest.mark.parametrize("entry", GLOSSARY.values(), ids=lambda entry: entry.name)
def test_a_metric_is_explained(entry: Entry) -> None:
    assert entry.unit
    assert entry.summary
    assert entry.formula
    assert entry.source in SOURCES
    assert entry.level in LEVELS
    assert entry.kind in KINDS
    assert entry.kind == "ratio" or not entry.undefined or entry.name == "conversions_social"


def test_every_word_of_the_glossary_has_a_meaning() -> None:
    for words, said in ((Source, SOURCES), (Level, LEVELS), (Kind, KINDS)):
        assert get_args(words) == tuple(said)


def test_expectations_are_called_so() -> None:
    modelled = {"impressions", "reach", "clicks", "likes", "comments", "shares", "conversations_positive",
                "conversations_negative", "offer_awareness", "user_posts", "discussions", "mentions_small"}  # fmt: skip
    assert {GLOSSARY[name].source for name in modelled} == {"expectation"}
    counted = {"purchases", "customers", "opt_ins", "complaints", "referrals", "advocacy_stock", "revenue", "lost"}
    assert {GLOSSARY[name].source for name in counted} == {"count"}
    assert GLOSSARY["earned_media_value"].source == "proxy"


def test_the_index_is_made_of_metrics_of_the_table() -> None:
    ours = Choices()
    assert tuple(ours.inputs) == CATEGORIES == tuple(ours.weights)
    assert {name for names in ours.inputs.values() for name in names} <= set(WEEKLY)
    assert sum(ours.weights.values()) == pytest.approx(1.0)
