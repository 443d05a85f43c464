"""The Teach view and the player as a person meets them: mouse, keyboard, small and large, light and dark."""

import re

import pytest

from studio.page.static_player import player_page
from studio.teach.classroom import teach
from studio.teach.lessons import LESSONS, answer


def _watch(page, *, guess: int = 0) -> None:
    page.locator(".te-choice").nth(guess).click()
    page.locator(".pl-canvas").first.wait_for()


def _week(page) -> str:
    return page.locator(".pl-slider").get_attribute("aria-valuetext")


def _pixels(page) -> int:
    """A sum over the first drawing: another one after anything visible has changed."""
    return page.evaluate(
        "() => { const c = document.querySelector('.pl-canvas'); const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; let s = 0; for (let i = 0; i < d.length; i += 5) "
        "s = (s * 31 + d[i]) % 1000000007; return s; }"
    )


def test_the_answer_comes_after_the_guess(open_page) -> None:
    page = open_page("/?lesson=hubs", reduced_motion="reduce")
    hubs = next(one for one in LESSONS if one.key == "hubs")
    page.get_by_role("heading", name=hubs.title).wait_for()
    assert answer(hubs) not in page.inner_text("body")
    assert page.locator(".pl-canvas").count() == 0
    _watch(page, guess=0)
    text = page.inner_text("body")
    assert answer(hubs) in text
    assert "Your guess was: Not at all. What comes true: Clearly farther." in text
    assert "Goldenberg" not in text and "Hinz" in text


def test_all_lessons_can_be_picked_and_watched(open_page) -> None:
    page = open_page("/", reduced_motion="reduce")
    for one in LESSONS:
        page.get_by_role("button", name=one.title, exact=True).click()
        page.locator(".te-skip").click()
        page.locator(".pl-canvas").nth(1).wait_for()
        assert page.locator(".pl-slider").get_attribute("max") == str(
            26 if one.key not in ("bad-word", "complex") else 39
        )


def test_keys_step_play_and_go_to_the_ends(open_page) -> None:
    page = open_page("/?lesson=free")
    canvas = page.locator(".pl-canvas").first
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert _week(page) == "Week 2 of 26"
    page.keyboard.press("ArrowLeft")
    assert _week(page) == "Week 1 of 26"
    page.keyboard.press("End")
    assert _week(page) == "Week 26 of 26"
    page.keyboard.press("Home")
    assert _week(page) == "Start of 26"
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause").wait_for()
    page.locator(".pl-slider[aria-valuetext='Week 2 of 26']").wait_for()
    page.keyboard.press(" ")
    page.get_by_role("button", name="Play").wait_for()
    assert "Paused. Week " in page.locator(".pl-status").inner_text()


def test_the_slider_and_the_buttons_lead_to_weeks(open_page) -> None:
    page = open_page("/?lesson=free")
    page.locator(".pl-canvas").wait_for()
    page.locator(".pl-slider").fill("13")
    assert _week(page) == "Week 13 of 26"
    page.get_by_role("button", name="One week on").click()
    assert _week(page) == "Week 14 of 26"
    before = _pixels(page)
    page.get_by_role("button", name="One week back").click()
    page.wait_for_timeout(900)
    assert _pixels(page) != before
    label = page.locator(".pl-canvas").get_attribute("aria-label")
    assert re.match(r".*Week 13 of 26: Know it: \d+, customers: \d+\. Unaware \d+, Attention \d+", label)


def test_while_it_plays_nothing_is_announced_week_by_week(open_page) -> None:
    page = open_page("/?lesson=free")
    page.get_by_role("button", name="Play").click()
    page.locator(".pl-slider[aria-valuetext='Week 3 of 26']").wait_for()
    assert page.locator(".pl-status").inner_text() == "Playing"
    assert page.locator("[aria-live=polite],[role=status]").count() == 2  # the view's and the player's


def test_less_motion_means_steps_only(open_page) -> None:
    page = open_page("/?lesson=hubs", reduced_motion="reduce")
    _watch(page)
    page.wait_for_timeout(800)
    assert _week(page) == "Start of 26"
    assert not page.get_by_role("button", name="Play").is_visible()
    assert page.get_by_text("Your system asks for less motion").is_visible()
    page.locator(".pl-canvas").first.focus()
    page.keyboard.press(" ")
    assert _week(page) == "Week 1 of 26"
    first = _pixels(page)
    page.wait_for_timeout(300)
    assert _pixels(page) == first


def test_a_change_is_simulated_and_shown(open_page) -> None:
    page = open_page("/?lesson=free", reduced_motion="reduce")
    page.locator(".pl-canvas").wait_for()
    with page.expect_response("**/teach") as answered:
        page.get_by_label("Contagiousness").fill("11")
    assert answered.value.request.post_data_json["contagiousness"] == 0.5
    page.locator(".pl-ends", has_text="At the end: 300.").wait_for()
    with page.expect_response("**/teach"):
        page.get_by_label("Different in B").select_option("tellings")
    page.locator(".pl-canvas").nth(1).wait_for()
    assert page.get_by_label("Tellings needed in B").get_attribute("aria-valuetext") == "2 contacts"


def test_same_people_can_be_switched_off(open_page) -> None:
    page = open_page("/?lesson=bad-word", reduced_motion="reduce")
    _watch(page)
    page.locator(".pl-canvas").first.focus()
    page.keyboard.press("End")
    paired = page.locator(".pl-gap").inner_text()
    assert "stubbornness are the same" in paired
    page.get_by_label("Same people in B").uncheck()
    alone = page.locator(".pl-gap").inner_text()
    assert "another stubbornness" in alone

    def differing(text: str) -> int:
        return sum(int(one) for one in re.findall(r"(\d+)(?: are customers)? only in", text))

    assert differing(alone) > 2 * differing(paired)


def test_who_moved_and_why_without_a_mouse(open_page) -> None:
    page = open_page("/?lesson=free", reduced_motion="reduce")
    page.locator(".pl-slider").fill("6")
    told = ""
    while "This week up" not in told:
        page.get_by_role("button", name="Who moved? Next person").click()
        assert page.locator(".pl-person").inner_text() != told
        told = page.locator(".pl-person").inner_text()
    assert re.search(r"This week up from \w+: (what friends say|good experience with the product)\.", told)
    assert re.search(r"\d+ of \d+ contacts were talking", told)
    assert page.locator(".pl-status").inner_text() == told


def test_who_moved_and_why_with_a_mouse(open_page) -> None:
    page = open_page("/?lesson=free", reduced_motion="reduce")
    page.locator(".pl-canvas").wait_for()
    box = page.locator(".pl-canvas").bounding_box()
    told = page.locator(".pl-person")
    for share in (0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        if "This person" in told.inner_text():
            break
    assert re.match(r"This person: \w+", told.inner_text())


def test_counts_stand_in_a_table(open_page) -> None:
    page = open_page("/?lesson=hubs", reduced_motion="reduce")
    _watch(page)
    page.get_by_text("Counts by week, as a table").click()
    rows = page.locator(".pl-table tbody tr")
    rows.nth(26).wait_for()
    assert rows.count() == 27
    assert rows.nth(0).locator("td").all_inner_texts()[0] == "300"
    assert page.locator(".pl-table thead th").all_inner_texts()[:2] == ["Week", "Unaware, A"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_every_width_is_readable_without_scrolling_sideways(open_page, width, scheme) -> None:
    page = open_page("/?lesson=complex", width=width, color_scheme=scheme, reduced_motion="reduce")
    _watch(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for canvas in page.locator(".pl-canvas").all():
        assert 250 <= canvas.bounding_box()["width"] <= width
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(253, 253, 251)" if scheme == "light" else "rgb(21, 27, 33)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, violations, scheme) -> None:
    page = open_page("/?lesson=hubs", color_scheme=scheme, reduced_motion="reduce")
    page.locator(".te-choice").first.wait_for()
    assert violations(page) == []
    _watch(page)
    page.get_by_text("Counts by week, as a table").click()
    for summary in page.locator(".te-group summary").all():
        summary.click()
    assert violations(page) == []
    page.get_by_role("button", name="A market of your own").click()
    page.locator(".pl-canvas").wait_for()
    assert violations(page) == []


def test_focus_is_seen(open_page) -> None:
    page = open_page("/?lesson=free", reduced_motion="reduce")
    page.locator(".pl-canvas").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth; }"
        )
        if page.evaluate("document.activeElement === document.body"):
            break
        assert style == "solid2px"


def test_a_bad_answer_is_said_and_the_picture_stays(open_page) -> None:
    page = open_page("/?lesson=free", reduced_motion="reduce", refused=True)
    page.locator(".pl-canvas").wait_for()
    page.route("**/teach", lambda route: route.fulfill(status=422, json={"problem": "no such network"}))
    page.get_by_label("Luck").fill("3")
    page.get_by_text("It could not be simulated: no such network").wait_for()
    assert page.locator(".pl-canvas").count() == 1


def test_the_note_of_a_sample_stands_above_it(open_page, tmp_path) -> None:
    from scenarios import load_scenario
    from studio.page.sample import sample_data

    file = tmp_path / "player.html"
    file.write_text(player_page(sample_data(load_scenario("classroom").scenario, people=50)), encoding="utf-8")
    page = open_page(file.as_uri())
    page.get_by_text("50 people. Each stands for 6 of the market. One small market: it shows how").wait_for()


def test_one_file_plays_without_a_server(open_page, tmp_path) -> None:
    file = tmp_path / "player.html"
    file.write_text(player_page(teach({"b": {"seeds": 20}})), encoding="utf-8")
    page = open_page(file.as_uri(), reduced_motion="reduce")
    page.locator(".pl-canvas").nth(1).wait_for()
    page.locator(".pl-canvas").first.focus()
    page.keyboard.press("End")
    assert _week(page) == "Week 26 of 26"


def test_two_thousand_people_are_drawn_in_time(open_page, tmp_path) -> None:
    """A generous bound: on two quiet cores without a graphics card a whole week takes about 16 ms."""
    from scenarios import load_scenario
    from simulator.world import build_world
    from studio.page.layout import layout
    from studio.page.player_data import Arm, player_data
    from studio.page.watching import watch

    scenario = load_scenario("classroom", overrides={"market.consumers": 2_000, "market.size": 2_000}).scenario
    world = build_world(scenario, seed=1)
    seen = watch(scenario, next(iter(scenario.plans.values())), world=world, luck=1)
    data = player_data(
        [Arm("A", "a", seen)], title="Many", graph=world.graph, places=layout(world.graph), provenance=""
    )
    file = tmp_path / "many.html"
    text = player_page(data).replace("mount(document.getElementById", "window.player = mount(document.getElementById")
    file.write_text(text, encoding="utf-8")
    page = open_page(file.as_uri())
    page.wait_for_function("window.player")
    page.evaluate("player.bench(10)")
    assert page.evaluate("player.bench(30)") < 150.0
