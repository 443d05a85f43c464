"""Recommend, Calibrate, Teach and Runs on the real page, as a person meets them: mouse, keyboard, small and large."""

import re
from urllib.parse import urlsplit

import pytest

from benchmarks.serving import served
from tests.calibration.shop import SCENARIO, SETTINGS, made_history

VIEWS = ("compare", "recommend", "calibrate", "teach", "runs")
LONG = 300_000
"""Milliseconds: a cold machine compiles the engine first."""


@pytest.fixture(scope="module")
def page_url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("views") / "runs") as (page, _, _):
        yield f"{page.base}/?token={page.token}"


@pytest.fixture
def open_view(browser, page_url):
    """Open a view of the page; nothing may go wrong on it, and nobody but this machine may be asked."""
    contexts, wrong = [], []
    base = f"http://{urlsplit(page_url).netloc}"

    def go(view: str, *, width: int = 1280, refused: bool = False, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(LONG)

        def only_here(route) -> None:
            if route.request.url.startswith((base, "data:", "blob:")):
                route.continue_()
            else:
                wrong.append(f"asked {route.request.url}")
                route.abort()

        context.route("**/*", only_here)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and not refused and wrong.append(said.text))
        page.goto(f"{page_url}#/{view}")
        page.locator(f".view.{view}").wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def some_run(page_url):
    """A small recommendation is there already."""
    from benchmarks.serving import Served

    page = Served(page_url)
    question = {
        "kind": "recommend", "key": "classroom", "budget": 10, "goals": ["most customers"], "trials": 10,
        "replicates": 8,
    }  # fmt: skip
    end = page.done(question)
    assert end["state"] == "done", end
    return end["result"]["run"]


def ready(page, view: str) -> None:
    """The view has what it needs from the server."""
    if view == "recommend":
        page.get_by_label("Budget, USD").wait_for()
    elif view == "calibrate":
        page.get_by_role("button", name="Calibrate", exact=True).wait_for()
    elif view == "teach":
        page.locator(".te-choice").first.wait_for()
    elif view == "runs":
        page.locator("table, .view p").first.wait_for()


def test_the_token_leaves_the_address_and_survives_a_reload(open_view) -> None:
    page = open_view("runs")
    assert "token" not in page.url
    page.reload()
    ready(page, "runs")


def test_without_the_token_the_page_says_what_to_do(browser, page_url) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://{urlsplit(page_url).netloc}/")
    page.get_by_text("open the address that apath serve printed").wait_for()
    context.close()


def test_a_plan_is_recommended_watched_and_taken_away(open_view) -> None:
    page = open_view("recommend", reduced_motion="reduce")
    page.get_by_label("Budget, USD").fill("10")
    page.get_by_label("Plans to try").fill("12")
    page.get_by_label("most money for seeding.1").fill("5")
    page.get_by_role("button", name="Find a plan").click()
    page.locator(".answer .verdict").wait_for()
    assert re.match(r"For [\d.]+ USD this plan brings", page.locator(".answer .verdict").inner_text())
    with page.expect_download() as taken:
        page.get_by_role("button", name="plan.xlsx").click()
    assert taken.value.suggested_filename == "plan.xlsx"
    with page.expect_download() as taken:
        page.get_by_role("button", name="limits.toml").click()
    assert taken.value.path().read_text() == '[money."seeding"."1"]\nmax = 5'
    page.get_by_role("button", name="Watch people talk").click()
    page.locator(".pl-canvas").nth(1).wait_for()
    page.reload()
    page.locator(".answer .verdict").wait_for()
    assert page.get_by_label("most money for seeding.1").input_value() == "5"


def test_limits_that_clash_are_explained_on_the_page(open_view) -> None:
    page = open_view("recommend")
    page.get_by_label("Budget, USD").fill("10")
    page.get_by_label("least money for media.board").fill("50")
    page.get_by_role("button", name="Find a plan").click()
    box = page.locator(".problems")
    box.wait_for()
    assert "clash" in box.inner_text()
    assert page.evaluate("document.activeElement.className") == "problems"


def test_several_goals_give_plans_between_them(open_view) -> None:
    page = open_view("recommend")
    page.get_by_label("Budget, USD").fill("10")
    page.get_by_label("Goal").fill("most customers\nleast detractors")
    page.get_by_label("Plans to try").fill("20")
    page.get_by_role("button", name="Find a plan").click()
    page.locator(".answer .verdict").wait_for()
    assert "most customers" in page.locator(".answer .verdict").inner_text()


def test_a_search_can_be_cancelled(open_view) -> None:
    page = open_view("recommend")
    page.get_by_label("Scenario", exact=True).select_option("coldbrew-launch")
    page.get_by_label("least money for media.tiktok").wait_for()
    page.get_by_role("button", name="Find a plan").click()
    page.get_by_text(re.compile(r"Search: \d+ of")).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. Nothing was written.").wait_for()


def test_a_second_press_asks_nothing_while_a_search_goes_on(open_view) -> None:
    page = open_view("recommend")
    asked = []
    page.on("request", lambda one: one.method == "POST" and one.url.endswith("/api/jobs") and asked.append(one.url))
    page.get_by_label("Budget, USD").fill("10")
    page.get_by_label("Plans to try").fill("2000")
    find = page.get_by_role("button", name="Find a plan")
    find.dblclick()
    page.get_by_text("Search: ").wait_for(timeout=LONG)
    assert find.is_disabled() and len(asked) == 1
    page.reload()
    page.get_by_text("Search: ").wait_for(timeout=LONG)
    assert find.is_disabled()
    page.get_by_label("Scenario", exact=True).select_option("coldbrew-launch")
    page.locator(".job").wait_for(state="detached")
    page.locator("button.main:enabled").wait_for()
    page.get_by_label("Scenario", exact=True).select_option("classroom")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled.").wait_for()
    assert find.is_enabled()


def test_going_to_and_fro_while_a_search_runs_leaves_the_page_answering(open_view) -> None:
    """Each line to a job is one of the six that a browser has."""
    page = open_view("recommend")
    page.get_by_label("Plans to try").fill("2000")
    page.get_by_role("button", name="Find a plan").click()
    page.get_by_role("button", name="Cancel").wait_for()
    for view in ("runs", "recommend") * 8:
        page.evaluate(f"location.hash = '#/{view}'")
        page.locator(f".view.{view}").wait_for()
        if view == "recommend":
            page.get_by_role("button", name="Cancel").wait_for(timeout=10_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. Nothing was written.").wait_for()


def test_nothing_is_asked_about_a_scenario_that_is_on_its_way_out(open_view) -> None:
    page = open_view("calibrate")
    page.evaluate("""() => {
        const before = window.fetch;
        window.fetch = async (path, ...more) => {
            if (String(path).includes("/api/scenario")) await new Promise((go) => { window.goOn = go; });
            return before(path, ...more);
        };
    }""")
    page.get_by_label("Scenario", exact=True).select_option("coldbrew-launch")
    assert page.locator("form").evaluate("form => form.inert")
    page.evaluate("window.goOn()")
    page.locator("form:not([inert])").wait_for()
    assert page.get_by_role("button", name="Calibrate", exact=True).is_enabled()


def test_an_answer_stays_with_the_scenario_that_it_was_asked_for(open_view) -> None:
    page = open_view("recommend")
    page.get_by_label("Plans to try").fill("2000")
    page.get_by_role("button", name="Find a plan").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_label("Scenario", exact=True).select_option("app-referral")
    page.get_by_role("button", name="Cancel").wait_for(state="detached")
    page.evaluate("""async () => {
        const { post } = await import("/static/api.js");
        const { number } = JSON.parse(localStorage.getItem("apath:recommend:classroom")).job;
        await post(`/api/jobs/${number}/cancel`, {});
    }""")
    page.wait_for_timeout(1_000)
    assert page.locator(".result").inner_text() == ""
    assert page.evaluate("localStorage.getItem('apath:recommend:app-referral')") is None


def test_a_job_of_an_earlier_start_is_not_taken_for_one_of_this(open_view, some_run) -> None:
    page = open_view("recommend")
    page.evaluate('localStorage.setItem(\'apath:recommend:classroom\', \'{"job": {"number": 1, "session": "old"}}\')')
    page.reload()
    page.get_by_role("button", name="Find a plan").wait_for()
    assert page.locator(".result").inner_text() == ""


def test_a_history_is_read_approved_and_corrected(open_view) -> None:
    page = open_view("calibrate", refused=True)
    ready(page, "calibrate")
    text = "date,y,tv_spend\n2027-01-04,900,50\n2027-01-11,950,60\n"
    page.get_by_label("History").set_input_files({"name": "h.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_text("h.csv: 4 values from 2027-01-04 to 2027-01-11").wait_for()
    page.get_by_label("what y is").fill("purchases")
    page.get_by_label("what y is").press("Tab")
    page.get_by_text("2027-01-11; purchases, spend").wait_for()
    page.get_by_label("what y is").fill("purchasses")
    page.get_by_label("what y is").press("Tab")
    page.locator(".problems").wait_for()
    assert "purchases" in page.locator(".problems").inner_text()


def test_a_history_is_fitted_and_the_page_says_what_it_cannot_tell(open_view, violations) -> None:
    page = open_view("calibrate")
    files = {"shop.toml": SCENARIO, "calibration.toml": SETTINGS, "history.csv": made_history()}
    page.locator("input[type=file][multiple]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files.items()]
    )
    page.locator("option", has_text="shop.toml").wait_for(state="attached")
    page.get_by_label("Trials").fill("24")
    page.get_by_role("button", name="Calibrate", exact=True).click()
    page.locator(".answer .verdict").wait_for()
    text = page.locator(".answer").inner_text()
    for said in ("paid.attention", "brand.appeal", "told", "3 weeks held out"):
        assert said in text, said
    page.get_by_role("button", name="calibrated.toml").wait_for()
    assert violations(page) == []
    page.reload()
    page.get_by_role("button", name="Calibrate", exact=True).wait_for()


def test_a_calibration_runs_and_is_cancelled(open_view) -> None:
    page = open_view("calibrate")
    page.get_by_label("Scenario", exact=True).select_option("coldbrew-launch")
    page.get_by_role("button", name="Calibrate", exact=True).click()
    page.get_by_text(re.compile(r"\d+ of \d+")).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. Nothing was written.").wait_for()


def test_a_lesson_is_played_on_the_real_page(open_view) -> None:
    page = open_view("teach", reduced_motion="reduce")
    page.locator(".te-choice").first.click()
    page.locator(".pl-canvas").first.wait_for()
    page.locator(".pl-canvas").first.focus()
    page.keyboard.press("End")
    assert page.locator(".pl-slider").get_attribute("aria-valuetext") == "Week 26 of 26"


def test_runs_are_listed_and_shown_by_keyboard(open_view, some_run) -> None:
    page = open_view("runs")
    link = page.get_by_role("link", name=some_run)
    link.focus()
    page.keyboard.press("Enter")
    page.locator(".answer .verdict").wait_for()
    contents = page.locator(".answer nav a").first
    contents.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "SECTION"


def test_a_run_that_is_gone_is_said(open_view) -> None:
    page = open_view("runs", refused=True)
    page.evaluate("location.hash = '#/runs/nothing-9'")
    page.get_by_text("there is nothing here").wait_for()


def test_views_that_load_late_overtake_nobody(open_view) -> None:
    page = open_view("runs")
    for view in ("teach", "recommend", "compare", "calibrate"):
        page.evaluate(f"location.hash = '#/{view}'")
    page.locator(".view.calibrate form").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("main > .view").count() == 1
    assert page.locator("main > h1").inner_text() == "Calibrate a market"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "compare"])
def test_nothing_stands_in_anybody_s_way(open_view, violations, some_run, view, scheme) -> None:
    page = open_view(view, color_scheme=scheme, reduced_motion="reduce")
    ready(page, view)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_stands_in_nobody_s_way(open_view, violations, some_run, scheme) -> None:
    page = open_view("runs", color_scheme=scheme)
    page.evaluate(f"location.hash = '#/runs/{some_run}'")
    page.locator(".answer .verdict").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1920])
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "compare"])
def test_no_view_is_wider_than_the_window(open_view, some_run, view, width) -> None:
    page = open_view(view, width=width)
    ready(page, view)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1920])
def test_no_answer_is_wider_than_the_window(open_view, some_run, width) -> None:
    page = open_view("runs", width=width)
    page.evaluate(f"location.hash = '#/runs/{some_run}'")
    page.locator(".answer .verdict").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_skip_link_leads_past_the_navigation(open_view) -> None:
    page = open_view("runs")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
