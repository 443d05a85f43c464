"""What a lesson tells a class comes true in the engine, on markets that its figures were not taken from."""

import math

import numpy as np
import pytest

from studio.teach.contrasts import REPLICATES, SURE, Contrast, measure, steadiness, texts
from studio.teach.controls import CONTROLS, read_settings
from studio.teach.lessons import LESSONS, answer, lesson, lessons_json, measured, teach_json

CONTRASTS = [(one.key, contrast) for one in LESSONS for contrast in one.contrasts]
IDS = [f"{key}.{contrast.name}" for key, contrast in CONTRASTS]
ELSEWHERE = 10_001
"""The first of the markets of this test."""


@pytest.mark.parametrize(("key", "contrast"), CONTRASTS, ids=IDS)
def test_the_effect_is_there_on_other_markets(key: str, contrast: Contrast) -> None:
    pairs = measure(contrast, n=24, first=ELSEWHERE)
    assert steadiness(contrast, pairs) >= SURE, texts(contrast, pairs)


@pytest.mark.parametrize(("key", "contrast"), CONTRASTS, ids=IDS)
def test_the_printed_figures_are_the_engines(key: str, contrast: Contrast) -> None:
    kept = measured()[f"{key}.{contrast.name}"]
    assert len(kept.a) == len(kept.b) == REPLICATES
    again = measure(contrast, n=4)
    assert again.a.tolist() == kept.a[:4].tolist()
    assert again.b.tolist() == kept.b[:4].tolist()
    assert steadiness(contrast, kept) >= SURE


def test_an_effect_that_is_not_there_would_be_found_out() -> None:
    nothing = Contrast("none", {"people": 50, "weeks": 13, "b": {"luck": 1}}, "reached", "B more")
    pairs = measure(nothing, n=6)
    assert pairs.a.tolist() != pairs.b.tolist() or steadiness(nothing, pairs) == 0.0
    wrong = Contrast("wrong", {"people": 50, "weeks": 13, "b": {"seeds": 20}}, "reached", "B less")
    assert steadiness(wrong, measure(wrong, n=6)) < 0.0
    same = Contrast("same", {"people": 50, "weeks": 13, "b": {"seeds": 20}}, "reached", "same")
    assert steadiness(same, measure(same, n=6)) == -math.inf


def test_nothing_is_left_of_the_measuring_but_figures_no_lesson_keeps() -> None:
    assert set(measured()) == set(IDS)


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.key)
def test_a_lesson_asks_answers_and_names_its_source(one) -> None:
    told = answer(one)
    assert "{" not in told and any(digit in told for digit in "0123456789")
    assert len(one.choices) >= 3 and 0 <= one.right < len(one.choices)
    assert len(told) < 700
    settings = read_settings(one.settings)
    assert len(settings.b) == 1  # one thing at a time
    assert one.source and one.try_next
    assert len({contrast.name for contrast in one.contrasts}) == len(one.contrasts)


def test_a_guess_of_about_half_as_far_again_is_right() -> None:
    pairs = measured()["weak-ties.ties"]
    assert 1.35 < pairs.b.mean() / pairs.a.mean() < 1.75


def test_a_guess_of_five_times_as_many_is_right() -> None:
    pairs = measured()["bass.end"]
    assert 4.0 < pairs.b.mean() / pairs.a.mean() < 6.0


def test_hubs_win_by_less_than_their_contacts() -> None:
    pairs = measured()["hubs.slow"]
    assert 1.2 < pairs.b.mean() / pairs.a.mean() < 3.0


def test_disappointment_costs_more_than_its_share() -> None:
    lost = [
        1.0 - measured()[f"bad-word.{name}"].b.mean() / measured()["bad-word.few"].a.mean() for name in ("few", "many")
    ]
    assert lost[0] > 0.05 and lost[1] > 0.2


def test_thresholds_leave_no_halfway() -> None:
    pairs = measured()["threshold.cascade"]
    assert np.median(pairs.a) > 270 and np.median(pairs.b) < 30


def test_the_page_gets_plain_data() -> None:
    import json

    said = teach_json()
    assert json.loads(json.dumps(said)) == said
    assert [one["key"] for one in said["lessons"]] == [one.key for one in LESSONS]
    assert [one["name"] for one in said["controls"]] == list(CONTROLS)
    assert lessons_json()[0]["how"].startswith("Means over 64 markets")


def test_an_unknown_lesson_is_named() -> None:
    with pytest.raises(KeyError, match="there is no lesson 'hub'; there are bass, threshold"):
        lesson("hub")
