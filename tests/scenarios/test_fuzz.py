"""Whatever stands in a file, nothing comes out but a scenario or a list of what is wrong."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.errors import ScenarioError
from scenarios.load import load_scenario
from scenarios.schema import Plan
from tests.scenarios.base import BASE, BUDGET, FILES, write
from tests.scenarios.test_levers import FULL

pytestmark = pytest.mark.core

MUTATIONS = st.lists(
    st.tuples(st.integers(0, len(FULL) - 1), st.integers(0, 12), st.binary(max_size=6) | st.sampled_from(
        [b"[", b"]", b"[[", b'"', b"\n", b"=", b"nan", b"-1", b"1e999", b"true", b"{}", b"[]", b"2027-01-04"]
    )),
    min_size=1, max_size=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    write(folder, BASE, {**FILES, "budget.csv": BUDGET, "full.toml": FULL})
    return folder


@settings(max_examples=300, deadline=None, derandomize=True)
@given(mutations=MUTATIONS)
def test_a_damaged_file_raises_nothing_but_a_scenario_error(
    mutations: list[tuple[int, int, bytes]], folder: Path
) -> None:
    raw = FULL.encode()
    for at, length, new in mutations:
        raw = raw[:at] + new + raw[at + length :]
    path = folder / "damaged.toml"
    path.write_bytes(raw)
    try:
        load_scenario(path)
    except ScenarioError as error:
        assert "nothing was run" in str(error)
        assert all(problem.line <= raw.count(b"\n") + 1 or problem.file != str(path) for problem in error.problems)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(date(2027, 1, 4)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
PLACES = [
    "name", "start", "weeks", "market", "market.size", "season", "season.buying", "segments",
    "segments.young", "segments.young.channels", "channels", "channels.feed", "graph", "word_of_mouth",
    "brand", "brand.start", "brand.start_in", "rivals", "rivals.other", "rivals.other.plan",
    "influencers", "parameters", "plans", "plans.baseline", "plans.baseline.media",
    "plans.baseline.media.feed", "plans.baseline.media.feed.segments", "plans.baseline.posts",
    "plans.baseline.bookings", "plans.baseline.seeding", "plans.other.as", "plans.baseline.spend_file",
    "roster", "market.leaders", "segments.young.topics", "channels.feed.topics", "channels.feed.bounce", "moments",
    "moments.cup", "moments.cup.date", "shocks", "shocks.dark", "shocks.dark.kind", "shocks.dark.date",
    "shocks.gone.to", "warm_up", "warm_up.weeks", "warm_up.plan", "warm_up.plan.as", "warm_up.plan.spend_file",
    "warm_up.plan.media", "influencers.cy.overlap_with", "rivals.new", "rivals.new.plan.offers",
    *(f"plans.full.{key}" for key in Plan.model_fields),
    *(f"plans.full.{key}" for key in (
        "media.late.pulse", "media.late.segments", "media.early.channel", "posts.recipes.weekdays",
        "posts.recipes.topic", "earned.press", "earned.press.weekly", "partnerships.cafe", "partnerships.cafe.people",
        "outreach.influencers", "lists.news", "lists.news.people", "lists.again.channel", "offers.january",
        "offers.january.start", "offers.january.discount", "community.elsewhere", "community.weekly", "events.fair",
        "events.fair.date", "events.fair.segments", "listening.fix", "user_content.channel", "space.start", "space.end",
    )),
]  # fmt: skip


@settings(max_examples=600, deadline=None, derandomize=True)
@given(places=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_values_of_any_kind_raise_nothing_but_a_scenario_error(places: list[tuple[str, object]], folder: Path) -> None:
    try:
        load_scenario(folder / "full.toml", overrides=dict(places))
    except ScenarioError as error:
        assert error.problems
        assert "nothing was run" in str(error)
