"""The report of a calibration: whole, self-contained, the same each time, and with the numbers of the answer."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from calibration.calibrate import Calibration
from studio.calibration_dir import write_calibration
from studio.calibration_figures import foretold_chart, score_chart, search_chart
from studio.calibration_report import report_html
from studio.calibration_told import correlation
from studio.calibration_words import answer_data, answer_text, untold, verdict
from studio.formatting import number, plain, share
from tests.studio.made_calibration import FREE, LOADED, PROVENANCE, calibration
from tests.studio.test_report import Page

PARTS = [
    "verdict", "foretold", "scores", "parameters", "untold", "profiles", "together", "sensitivity", "search", "read",
    "repeat",
]  # fmt: skip


def written(answer: Calibration) -> str:
    return report_html(answer, LOADED, data=answer_data(answer, PROVENANCE))


def words(page: str) -> str:
    """What a reader reads, without markup."""
    return re.sub(r"\s+", " ", " ".join(Page(page).text)).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def answer() -> Calibration:
    return calibration()


@pytest.fixture(scope="module")
def page(answer: Calibration) -> str:
    return written(answer)


def test_it_is_well_formed_and_in_its_order(page: str) -> None:
    found = Page(page)
    assert len(set(found.ids)) == len(found.ids)
    for link in found.links:
        assert link == "data:," or (link.startswith("#") and link[1:] in found.ids), link
    for name in re.findall(r"url\(#([^)]*)\)", page):
        assert name in found.ids
    assert [attrs["id"] for tag, attrs in found.tags if tag == "section"] == PARTS
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_it_asks_nothing_of_the_network_and_runs_nothing(page: str) -> None:
    assert not re.search(r"https?:", page)
    assert "<script" not in page and "@import" not in page
    assert not re.search(r"\son\w+=", page)


def test_every_picture_is_described_and_its_part_has_a_table(page: str) -> None:
    pictures = [attrs for tag, attrs in Page(page).tags if tag == "svg"]
    assert len(pictures) == 2 + 2 + 3 + 3 + 1 + 2 + 1  # targets, scores, parameters, profiles, pair, cells, search
    for attrs in pictures:
        assert attrs["role"] == "img" and len(attrs["aria-label"] or "") > 40
    for part in re.findall(r"<section .*?</section>", page, re.DOTALL):
        assert part.count("<svg") == 0 or "<table" in part
    foretold = re.findall(r'<section id="foretold".*?</section>', page, re.DOTALL)[0]
    assert foretold.count("<svg") == foretold.count("<table") == foretold.count("<details") == 2
    for tag, attrs in Page(page).tags:
        if tag == "th":
            assert attrs.get("scope") in ("col", "row", "colgroup", "rowgroup")
        if attrs.get("class") == "scroll":
            assert attrs["tabindex"] == "0" and attrs["aria-label"]


def test_the_same_answer_gives_the_same_bytes_and_no_time_is_in_them(answer: Calibration, page: str) -> None:
    assert written(replace(answer, seconds=1e6)) == page
    assert written(calibration()) == page


def test_the_users_own_plot_settings_change_nothing(answer: Calibration, page: str) -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert written(answer) == page


def test_the_verdict_comes_first_and_what_is_not_told_is_said(answer: Calibration, page: str) -> None:
    text = words(page)
    assert text.index(verdict(answer)) < text.index("weeks held out 4 after 16 that the fit saw")
    for one in answer.parameters:
        assert (untold(one) in text) == (not one.identified)
    assert "talk.talker_per_day and brand.appeal are told together only: where one is larger, the other is" in text
    everything = written(calibration(reasons=("", "", "")))
    assert 'id="untold"' not in everything and "3 of 3" in words(everything)


def test_numbers_are_those_of_the_terminal(answer: Calibration, page: str) -> None:
    text, said = words(page), answer_text(answer, bold=str, dim=str)
    for one in answer.parameters:
        for shown in (plain(one.median), f"{plain(one.low)} to {plain(one.high)}", plain(one.prior_low)):
            assert shown in text and shown in said
    for rows in answer.judged.values():
        for row in rows:
            if row.holdout is not None:
                for shown in (share(row.holdout.mape), plain(row.holdout.crps), share(row.holdout.coverage_90)):
                    assert shown in text and shown in said
            else:
                assert row.reason in text and row.reason in said
    assert f"worth {number(answer.fit.ess)}" in text and f"worth {number(answer.fit.ess)}" in said
    assert "1 trial failed: nobody was left in the market" in text


def test_the_best_of_each_column_has_a_sign(answer: Calibration, page: str) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">calibrated market</th>(.*?)</tr>", page)
    assert [row.count("★") for row in rows] == [4, 4]
    worse = written(calibration(off={"aware": 0.5}))
    rows = re.findall(r"<tr><th scope=\"row\">calibrated market</th>(.*?)</tr>", worse)
    assert [row.count("★") for row in rows] == [4, 0]


def test_few_draws_are_said_to_be_few(answer: Calibration) -> None:
    weights = np.zeros(20)
    weights[:3] = 1 / 3
    few = written(replace(answer, fit=replace(answer.fit, weights=weights)))
    assert "worth 3 of equal weight: too few, give more trials" in words(few)


def test_lift_tests_are_shown_with_what_the_engine_says(answer: Calibration, page: str) -> None:
    text = words(page)
    assert "spring instagram, weeks 3 to 6 revenue 20,000 ± 8,224" in text
    assert "● met" in text
    far = replace(answer, fit=replace(answer.fit, means=answer.fit.means + 3.0))
    assert "○ missed" in words(written(far))


def test_numbers_below_charts_keep_their_digits(page: str) -> None:
    small = [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", page) if text.startswith("0.00")]
    assert "0.004" in small and "0.012" in re.findall(r"<text[^>]*>([^<]*)</text>", page)


def test_pictures_stand_alone(answer: Calibration) -> None:
    charts = [*(foretold_chart(answer, t) for t in range(2)), search_chart(answer.fit.trials)]
    charts.append(score_chart(answer.judged["aware"], "aware", key="score"))
    for chart in charts:
        ElementTree.fromstring(chart.svg)
        assert len(chart.svg) < 40_000 and "var(--" in chart.svg
    assert "held out" in charts[0].svg and "best null: naive" in charts[0].svg


def test_what_users_write_is_text() -> None:
    evil = '<script>alert("x")</script>&<img src=x onerror=y>'
    page = written(calibration(names=(evil, "a_b$c$"), failed=evil, notes=(evil,)))
    assert "<script" not in page and "<img" not in page
    assert evil in unescape(page)
    Page(page)


@pytest.mark.parametrize("held", [0, 1])
def test_no_holdout_and_hardly_any_have_a_report(held: int) -> None:
    text = words(written(calibration(held=held)))
    assert not re.search(r"\b(nan|inf|None)\b", text)
    assert ("nothing shows how well the" in text) == (held == 0)


def test_a_single_parameter_and_models_that_say_nothing_have_a_report() -> None:
    answer = calibration(free=FREE[:1], reasons=("", "", ""))
    rows = {name: (found[0], found[3]) for name, found in answer.judged.items()}
    page = written(replace(answer, judged=rows))
    assert 'id="together"' not in page
    assert not re.search(r"\b(nan|inf|None)\b", words(page))


def test_correlation_counts_weights() -> None:
    z = np.array([[0.0, 0.0], [1.0, 1.0], [5.0, -9.0]])
    assert correlation(z, np.array([0.5, 0.5, 0.0]))[0, 1] == pytest.approx(1.0)
    still = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    assert correlation(still, np.full(3, 1 / 3))[0, 1] == 0.0


def test_it_is_written_beside_the_answer(answer: Calibration, page: str, tmp_path) -> None:
    write_calibration(
        tmp_path, answer, LOADED, data=answer_data(answer, PROVENANCE), history_csv="period_start\n", report=True
    )
    assert (tmp_path / "report.html").read_text("utf-8") == page
