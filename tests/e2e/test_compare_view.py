"""The Compare view as a person meets it: painting, booking, undoing, running, reading, saving; and what goes wrong."""

import json
import re

import pytest

from tests.e2e.serving_page import open_view, page_url

__all__ = ["open_view", "page_url"]

COLD = 300_000
"""Milliseconds: on a cold machine the engine is compiled first."""

MINE = """name = "mine"
start = 2027-01-04
weeks = 52
[brand]
price = 3.0
[market]
size = 100_000
consumers = 50
[segments.all]
share = 1.0
channels = {{ {channels} }}
{sections}
[plans.baseline]
title = "<img src=x onerror=alert(1)>"
[plans.other]
"""
CHANNELS = [f"channel-{k}" for k in range(12)]
ROSTER = "name,channel,followers,cost_per_post\n" + "".join(
    f"person-{k},channel-{k % 12},{1000 + 37 * k},{100 + k % 90}\n" for k in range(500)
)


def expect(locator):
    from playwright.sync_api import expect as wait_for

    return wait_for(locator)


def choose(page, scenario):
    there = page.locator(".desk[data-key]")
    there.wait_for()
    if there.get_attribute("data-key") != scenario:
        page.get_by_label("Scenario", exact=True).select_option(scenario)
    page.locator(f".desk[data-key='{scenario}']").wait_for()


def side(page, letter):
    return page.get_by_role("region", name=f"Plan {letter}", exact=True)


def cells(page, letter, row=0):
    return side(page, letter).locator(".line").nth(row).get_by_role("gridcell")


def amounts(page, letter, row=0):
    said = cells(page, letter, row).evaluate_all("all => all.map(one => one.ariaLabel)")
    return [re.sub(r"^week of [^:]*: ", "", text) for text in said]


def paint(page, letter, first, last, row=0):
    cells(page, letter, row).nth(first).scroll_into_view_if_needed()
    boxes = [cells(page, letter, row).nth(week).bounding_box() for week in (first, last)]
    middle = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    page.mouse.move(*middle[0])
    page.mouse.down()
    page.mouse.move(*middle[1], steps=4)
    page.mouse.up()


def costs(page, letter, text):
    expect(side(page, letter).locator(".cost")).to_have_text(text)


def dropped(page, files):
    page.locator(".pick input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files.items()]
    )


def no_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_opening_to_a_finished_comparison_of_two_edited_plans(open_view, violations) -> None:
    page = open_view()
    choose(page, "classroom")
    a = side(page, "A")
    a.get_by_label("Amount a week").fill("2")
    paint(page, "A", 1, 4)
    costs(page, "A", "8 USD")
    assert amounts(page, "A")[:6] == ["0 USD", "2 USD", "2 USD", "2 USD", "2 USD", "0 USD"]
    b = side(page, "B")
    b.get_by_label("People").fill("20")
    b.get_by_label("People").press("Enter")
    costs(page, "B", "12 USD")
    b.get_by_label("Called").fill("More samples")
    page.get_by_label("Replicates").fill("16")
    page.get_by_role("button", name="Run both plans").click()
    verdict = page.locator("article .verdict")
    verdict.wait_for(timeout=COLD)
    expect(verdict).to_contain_text("“more-samples”")
    closer = page.locator(".closer")
    expect(closer.locator(".readout")).to_contain_text("more-samples minus nothing-a")
    assert closer.locator("canvas").count() == 2
    # the same figures as in the report's own table
    closer.get_by_text("Customers, as a table").click()
    mine = closer.locator("details table tbody tr").last.locator("td").all_inner_texts()
    page.locator("#weeks details summary").first.click()
    theirs = page.locator("#weeks details").first.locator("tbody tr").last.locator("td").all_inner_texts()
    assert [mine[0], mine[1], mine[2], mine[3]] == [theirs[0], theirs[1], theirs[3], theirs[4]]
    slider = closer.get_by_role("slider", name="Week")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext").startswith("before the start: nothing-a 0, 0 to 0;")
    plot = closer.locator(".plot").first
    plot.hover(position={"x": plot.bounding_box()["width"] - 14, "y": 60})
    expect(closer.locator(".readout dd").first).to_have_text("2027-W14, 5 Apr")
    closer.get_by_label("Series").select_option("revenue")
    expect(closer.locator("figcaption").first).to_have_text("Revenue in each week, USD")
    closer.get_by_label("Goal").fill("customers >= 5 by 2027-03-01")
    closer.get_by_label("Goal").press("Enter")
    expect(closer.locator(".oddly")).to_contain_text("“customers >= 5 by 2027-03-01”: ")
    expect(closer.locator(".odds tbody tr")).to_have_count(3)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    assert violations(page) == []
    assert no_scroll(page)
    page.reload()
    page.locator("article .closer").wait_for()
    assert page.get_by_label("Goal").input_value() == "customers >= 5 by 2027-03-01"
    costs(page, "A", "8 USD")
    page.get_by_role("link", name="Runs").click()
    page.get_by_role("link", name=re.compile("^classroom-")).first.click()
    page.locator("article .closer").wait_for()


def test_changes_are_undone_and_done_again(open_view) -> None:
    page = open_view()
    choose(page, "classroom")
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    side(page, "A").get_by_label("Amount a week").fill("3")
    side(page, "A").get_by_label("Always on").check()
    cells(page, "A").nth(5).click()
    costs(page, "A", "42 USD")
    side(page, "A").get_by_role("button", name="Copy A to B").click()
    costs(page, "B", "42 USD")
    undo.click()
    costs(page, "B", "7.20 USD")
    cells(page, "A").nth(5).focus()
    page.keyboard.press("Control+z")
    costs(page, "A", "0 USD")
    expect(undo).to_be_disabled()
    page.keyboard.press("Control+Shift+Z")
    costs(page, "A", "42 USD")
    redo.click()
    costs(page, "B", "42 USD")
    side(page, "B").get_by_role("button", name="Reset plan B").click()
    costs(page, "B", "0 USD")
    side(page, "B").get_by_label("Start from").select_option("an empty plan")
    expect(side(page, "B").get_by_label("Called")).to_have_value("")


def test_the_name_of_a_row_takes_the_brush_there_without_painting(open_view) -> None:
    page = open_view()
    choose(page, "coldbrew-launch")
    costs(page, "B", "598,000 USD")
    before = amounts(page, "B", 2)
    side(page, "B").locator(".line .item").nth(2).click()
    expect(side(page, "B").locator(".unit").first).to_have_text("USD for youtube")
    assert amounts(page, "B", 2) == before


def test_the_roster_scrolls_in_one_place(open_view) -> None:
    page = open_view()
    choose(page, "coldbrew-launch")
    page.set_viewport_size({"width": 390, "height": 844})
    side(page, "B").get_by_role("button", name="Choose influencers").click()
    assert page.evaluate("""() => {
        const one = document.querySelector("dialog[open]");
        return one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight;
    }""")


def test_totals_are_spread_and_nonsense_is_marked(open_view) -> None:
    page = open_view()
    choose(page, "coldbrew-launch")
    a = side(page, "A")
    cells(page, "A", 3).nth(1).focus()
    a.get_by_label("Total").fill("100k")
    a.get_by_role("button", name="Spread over the painted weeks").click()
    expect(a.locator(".line").nth(3).locator(".sum")).to_have_text("100,000 USD")
    before = amounts(page, "A", 3)
    a.get_by_label("Amount a week").fill("12,5")
    cells(page, "A", 3).nth(0).click()
    assert amounts(page, "A", 3) == before
    expect(a.get_by_role("alert").first).to_have_text("The amount must be a number of 0 or more, such as 5000 or 5k.")


def test_a_reload_keeps_plans_and_takes_a_running_job_up_again(open_view) -> None:
    page = open_view()
    choose(page, "everything")
    side(page, "A").get_by_label("Called").fill("Mine")
    side(page, "A").get_by_label("Called").press("Enter")
    page.get_by_label("Replicates").fill("1000")
    page.get_by_role("button", name="Run both plans").click()
    page.get_by_text(re.compile("Simulating: ")).wait_for(timeout=COLD)
    page.reload()
    page.get_by_text(re.compile("Simulating: ")).wait_for(timeout=COLD)
    assert side(page, "A").get_by_label("Called").input_value() == "Mine"
    assert page.get_by_label("Replicates").input_value() == "1000"
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. Nothing was written.").wait_for()
    expect(page.get_by_role("button", name="Run both plans")).to_be_enabled()


def test_a_malformed_scenario_is_answered_with_line_and_hint(open_view) -> None:
    page = open_view(expects=["422"])
    dropped(page, {"mine.toml": 'name = "mine"\nstart = 2027-01-04\nweks = 4\n'})
    said = page.locator(".pick .problems")
    expect(said).to_contain_text("line 3: ")
    expect(said).to_contain_text("did you mean “weeks”?")
    expect(said).to_be_focused()
    dropped(page, {"a.csv": "x"})
    expect(said).to_contain_text("there must be one scenario file among them")
    # dropped like a person drops it, on the view itself
    page.evaluate(
        "text => { const held = new DataTransfer(); held.items.add(new File([text], 'bad.toml'));"
        "const drop = new DragEvent('drop', {dataTransfer: held, bubbles: true});"
        "document.querySelector('.compare').dispatchEvent(drop); }",
        "weeks = ",
    )
    expect(said).to_contain_text("line 1")


def test_plans_are_saved_on_this_machine(open_view) -> None:
    page = open_view()
    choose(page, "classroom")
    side(page, "A").get_by_label("Amount a week").fill("1")
    paint(page, "A", 0, 13)
    page.get_by_role("button", name="Save as a scenario").click()
    saved = page.locator(".saved")
    expect(saved).to_contain_text("plan.toml --plans nothing-a,hub-samples")
    expect(saved).to_contain_text("file:///")
    with page.expect_download() as download:
        saved.get_by_role("button", name="Download plan.toml").click()
    assert "[plans.nothing-a" in download.value.path().read_text("utf-8")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1920, "light")])
def test_everything_is_readable_and_labelled(open_view, violations, scheme, width) -> None:
    page = open_view(width=width, color_scheme=scheme, has_touch=width == 360)
    for scenario in ("coldbrew-launch", "always-on-retail", "everything"):
        choose(page, scenario)
        costs(page, "A", re.compile(r"\d"))
        costs(page, "B", re.compile(r"\d"))
        assert no_scroll(page), scenario
    assert violations(page) == []
    choose(page, "coldbrew-launch")
    side(page, "B").get_by_role("button", name="Choose influencers").click()
    page.get_by_role("dialog").wait_for()
    assert no_scroll(page)
    assert violations(page) == []


def test_all_of_it_by_keyboard(open_view) -> None:
    page = open_view()
    choose(page, "classroom")
    cell = cells(page, "A").nth(0)
    page.get_by_label("Scenario", exact=True).focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if cell.evaluate("one => one === document.activeElement"):
            break
    else:
        raise AssertionError("the grid is out of reach of the Tab key")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(cell).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    costs(page, "A", "16 USD")
    page.keyboard.press("Delete")
    costs(page, "A", "12 USD")
    page.keyboard.press("End")
    page.keyboard.press(" ")
    costs(page, "A", "16 USD")
    assert amounts(page, "A")[:4] + amounts(page, "A")[-1:] == ["4 USD", "4 USD", "4 USD", "0 USD", "4 USD"]
    assert "week of 5 Apr: 4 USD" in side(page, "A").locator(".chosen").inner_text()
    for name in ("Run both plans", "Save as a scenario"):
        button = page.get_by_role("button", name=name)
        button.focus()
        assert button.evaluate("one => one.matches(':focus-visible') && getComputedStyle(one).outlineStyle") == "solid"
    page.get_by_label("Replicates").fill("8")
    page.get_by_role("button", name="Run both plans").focus()
    page.keyboard.press("Enter")
    page.locator("article .verdict").wait_for(timeout=COLD)
    expect(page.locator("article.answer")).to_be_focused()


def test_influencers_are_found_sorted_and_booked(open_view) -> None:
    page = open_view()
    choose(page, "coldbrew-launch")
    a = side(page, "A")
    a.get_by_role("button", name="Choose influencers").click()
    roster = page.get_by_role("dialog")
    expect(roster.get_by_text("16 in the roster")).to_be_visible()
    roster.get_by_role("button", name="Fee", exact=True).click()
    fees = roster.locator("tbody td:nth-child(4)").all_inner_texts()
    assert [int(text.replace(",", "")) for text in fees] == sorted(int(text.replace(",", "")) for text in fees)
    roster.get_by_label("Find by name or channel").fill("campus")
    expect(roster.locator("tbody tr:visible")).to_have_count(1)
    roster.get_by_label("Posts", exact=True).fill("3")
    roster.get_by_label("Days between").fill("14")
    roster.get_by_role("button", name="Book Campus Kit").click()
    expect(roster.get_by_text("Campus Kit: booked from 2027-01-18")).to_be_visible()  # not there before
    roster.get_by_role("button", name="Done").click()
    entry = a.locator(".bookings li").first
    expect(entry.locator(".sum").first).to_have_text(re.compile(r"^3 posts, [\d,]+ USD$"))
    entry.locator("summary").click()
    assert [text.strip(" ×") for text in entry.locator(".day").all_inner_texts()] == [
        "2027-01-18", "2027-02-01", "2027-02-15",
    ]  # fmt: skip
    entry.locator(".day").first.click()
    expect(entry.locator(".sum").first).to_have_text(re.compile("^2 posts, "))


def test_many_weeks_channels_influencers_and_hostile_names(open_view) -> None:
    page = open_view()
    sections = "\n".join(f'[channels.{name}]\nplatform = "instagram"' for name in CHANNELS)
    text = MINE.format(channels=", ".join(f"{name} = 0.5" for name in CHANNELS), sections=sections)
    text = text.replace("weeks = 52\n", 'weeks = 52\nroster = "roster.csv"\n')
    dropped(page, {"mine.toml": text, "roster.csv": ROSTER})
    expect(side(page, "A").get_by_label("Called")).to_have_value("<img src=x onerror=alert(1)>")
    expect(side(page, "A").get_by_role("gridcell")).to_have_count(52 * 12)
    assert page.locator(".compare img").count() == 0
    side(page, "A").get_by_role("button", name="Choose influencers").click()
    roster = page.get_by_role("dialog")
    expect(roster.get_by_text("500 in the roster")).to_be_visible()
    took = page.evaluate(
        "() => { const began = performance.now(); const find = document.querySelector('dialog input[type=search]');"
        "find.value = 'person-49'; find.dispatchEvent(new Event('input')); return performance.now() - began; }"
    )
    expect(roster.get_by_text("11 of 500 in the roster")).to_be_visible()
    assert took < 500
    roster.get_by_role("button", name="Done").click()
    side(page, "A").get_by_label("Amount a week").fill("700")
    paint(page, "A", 0, 19, row=11)
    costs(page, "A", "14,000 USD")
    cells(page, "A", 11).nth(0).focus()
    page.keyboard.press("End")
    page.keyboard.press(" ")
    costs(page, "A", "14,700 USD")
    assert (
        cells(page, "A", 11)
        .nth(51)
        .evaluate(
            "one => { const [a, b] = [one.getBoundingClientRect(), one.closest('.scroll').getBoundingClientRect()];"
            "return a.left >= b.left && a.right <= b.right + 1; }"
        )
    )
    assert no_scroll(page)


def test_a_server_that_has_stopped_and_a_full_queue_are_said(open_view) -> None:
    page = open_view(expects=["ERR_", "429"])
    choose(page, "classroom")
    page.route("**/api/check", lambda route: route.abort())
    side(page, "A").get_by_label("Amount a week").fill("1")
    cells(page, "A").nth(0).click()
    expect(side(page, "A").locator(".problems")).to_contain_text("Is “apath serve” still running?")
    page.unroute("**/api/check")
    cells(page, "A").nth(1).click()
    costs(page, "A", "2 USD")
    expect(side(page, "A").locator(".problems")).to_have_count(0)
    full = json.dumps({"error": "the queue is full; wait for a job to end, or cancel one"})
    page.route("**/api/jobs", lambda route: route.fulfill(status=429, body=full, content_type="application/json"))
    page.get_by_role("button", name="Run both plans").click()
    expect(page.locator(".result .problems")).to_contain_text("the queue is full")
    expect(page.get_by_role("button", name="Run both plans")).to_be_enabled()


def test_equal_plans_are_refused(open_view) -> None:
    page = open_view(expects=["422"])
    choose(page, "classroom")
    side(page, "A").get_by_role("button", name="Copy A to B").click()
    page.get_by_role("button", name="Run both plans").click()
    expect(page.locator(".result .problems")).to_contain_text("A and B are the same plan")


def test_two_tabs_do_not_write_over_each_other_in_silence(open_view) -> None:
    first = open_view()
    choose(first, "classroom")
    second = open_view(context=first.context)
    costs(second, "A", "0 USD")
    first.bring_to_front()
    first.locator(".side").first.get_by_label("Amount a week").fill("5")
    cells(first, "A").nth(0).click()
    costs(first, "A", "5 USD")
    expect(second.get_by_text("These plans were changed in another tab.")).to_be_visible()
    second.bring_to_front()
    second.get_by_role("button", name="Take those").click()
    costs(second, "A", "5 USD")


def test_a_finger_paints(open_view) -> None:
    page = open_view(width=360, has_touch=True, is_mobile=True)
    choose(page, "classroom")
    side(page, "A").get_by_label("Amount a week").fill("2")
    cells(page, "A").nth(3).tap()
    costs(page, "A", "2 USD")
