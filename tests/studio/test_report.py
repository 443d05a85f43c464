import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from experiments import compare
from scenarios import load_scenario
from simulator.metrics import METRICS
from studio.figures import difference_charts, fan_charts, stage_charts
from studio.figures_end import cost_chart, difference_dots
from studio.flowchart import flowchart, flowchart_chart
from studio.report import report_html
from studio.timeline import ticks
from studio.words import column
from tests.studio.made import made

VOID = {"meta", "link", "br", "img", "hr", "col", "input"}


class Page(HTMLParser):
    """A strict reader: every tag is closed, every name is used once, links lead somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(str(found["id"]))
        self.links += [str(found[a]) for a in ("href", "src") if a in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page(answer, loaded):
    return report_html(answer, loaded)


def test_the_report_is_well_formed(page):
    found = Page(page)
    assert len(set(found.ids)) == len(found.ids)
    for link in found.links:
        assert link == "data:," or (link.startswith("#") and link[1:] in found.ids), link
    for name in re.findall(r"url\(#([^)]*)\)", page):
        assert name in found.ids
    assert ("html", {"lang": "en"}) in found.tags
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_report_asks_nothing_of_the_network_and_runs_nothing(page):
    assert not re.search(r"https?:", page)
    assert "<script" not in page
    assert "@import" not in page
    assert not re.search(r"\son\w+=", page)


def test_every_picture_is_described_and_has_its_numbers(page):
    found = Page(page)
    pictures = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert len(pictures) >= 12
    for attrs in pictures:
        assert attrs["role"] == "img"
        assert len(attrs["aria-label"] or "") > 40
    assert page.count("<details>") >= 8
    for tag, attrs in found.tags:
        if tag == "th":
            assert attrs.get("scope") in ("col", "row", "colgroup", "rowgroup")


def test_every_figure_is_in_a_table(page, answer):
    text = "\n".join(Page(page).text)
    for metric in METRICS:
        assert text.count(column(metric, "USD")) >= 3, metric  # each plan and the pair
    for series in ("Customers, at the end of each week", "Advocates, at", "Revenue in each week, USD"):
        assert series in text


def test_what_users_write_is_text(answer, loaded):
    evil = '<script>alert("x")</script>&<img src=x onerror=y>'
    scenario = answer.runs.scenario
    plan = scenario.plans["nothing"].model_copy(update={"title": evil})
    scenario = scenario.model_copy(
        update={
            "title": evil, "description": evil, "plans": scenario.plans | {"nothing": plan},
            "brand": scenario.brand.model_copy(update={"title": evil}),
        }
    )  # fmt: skip
    runs = type(answer.runs)(**{**vars(answer.runs), "scenario": scenario, "notes": (evil,)})
    page = report_html(type(answer)(runs, answer.plans, answer.pairs, answer.scenario_hash), loaded)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    Page(page)


def test_the_same_answer_gives_the_same_bytes_and_no_time_is_in_them(answer, loaded):
    slow = type(answer.runs)(**{**vars(answer.runs), "kernel_seconds": 99.0, "wall_seconds": 123.0})
    again = type(answer)(slow, answer.plans, answer.pairs, answer.scenario_hash)
    assert report_html(answer, loaded) == report_html(again, loaded)


def test_the_users_own_plot_settings_change_nothing(answer, loaded, page):
    import matplotlib

    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert report_html(answer, loaded) == page


def test_a_single_plan_and_a_single_replicate_have_a_report(loaded):
    for plans, n in ((["nothing"], 3), (["nothing", "hub-samples"], 1), (["hub-samples"], 1)):
        page = report_html(compare(loaded, plans=plans, replicates=n), loaded)
        Page(page)
        assert not re.search(r"\b(nan|inf|None)\b", " ".join(Page(page).text))


def test_luck_alone_is_said_to_be_luck_alone(loaded):
    page = report_html(compare(loaded, plans=["nothing", "hub-samples"], replicates=3, uncertainty="luck"), loaded)
    assert "This answer leaves that out" in page
    assert "Strong band" not in page


def test_many_plans_are_drawn_against_the_leader_only(loaded):
    levels = {f"p{n}": 100.0 + 10 * n for n in range(8)}
    answer = made(levels, loaded=loaded)
    page = report_html(answer, loaded)
    assert page.count(" minus p") >= 7
    assert "p1 minus p0" not in page
    assert "p1 against p0" in page  # the table has all pairs


def test_pictures_are_well_formed_and_small(answer):
    pair = [("nothing", "hub-samples")]
    charts = [
        *fan_charts(answer, "customers"), *stage_charts(answer), *difference_charts(answer, pair),
        *difference_dots(answer, pair), cost_chart(answer),
    ]  # fmt: skip
    for chart in charts:
        ElementTree.fromstring(chart.svg)
        assert len(chart.svg) < 40_000
        assert "DejaVu" not in chart.svg
        assert "var(--" in chart.svg


def test_the_flowchart_adds_up_for_weeks_and_for_months():
    scenario = load_scenario("coldbrew-launch").scenario
    plan = scenario.plans["creators"]
    weekly = flowchart(scenario, plan, name="creators")
    assert weekly.total == pytest.approx(598_000)
    assert len(weekly.starts) == scenario.weeks
    assert not weekly.by_month
    longer = scenario.model_copy(update={"carry_out_weeks": 60})
    monthly = flowchart(longer, plan, name="creators")
    assert monthly.by_month
    assert monthly.total == pytest.approx(598_000)
    for found in (weekly, monthly):
        ElementTree.fromstring(flowchart_chart(found, number_of_plan=0).svg)


def test_a_plan_that_costs_nothing_has_a_flowchart():
    scenario = load_scenario("classroom").scenario
    found = flowchart(scenario, scenario.plans["nothing"], name="nothing")
    assert found.rows == []
    ElementTree.fromstring(flowchart_chart(found, number_of_plan=0).svg)


@pytest.mark.parametrize("weeks", [1, 8, 14, 26, 52, 104, 260, 520])
def test_the_axis_has_room_for_its_names(weeks):
    scenario = load_scenario("coldbrew-launch").scenario.model_copy(update={"weeks": weeks})
    places = ticks(scenario)
    assert 1 <= len(places) <= 20
    assert all(0 <= at <= weeks for at, _ in places)
    assert [at for at, _ in places] == sorted(at for at, _ in places)
