"""Reading a scenario: files of every kind, several faults at once, hashes, shorthands and overrides."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from scenarios.errors import MOST_SHOWN, Problem, ScenarioError
from scenarios.load import Loaded, load_scenario, load_text, scenario_from_dict, scenario_hash
from tests.scenarios.base import BASE, ROSTER, edited, problems_of, write

pytestmark = pytest.mark.core


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


# ---------------------------------------------------------------- files


def test_an_unknown_name_is_answered_with_the_nearest_bundled_one() -> None:
    problem = only(problems_of("coldbrew-lunch"))
    assert (problem.file, problem.line, problem.where) == ("coldbrew-lunch", 0, "")
    assert "did you mean “coldbrew-launch”?" in problem.hint


def test_a_missing_file(tmp_path: Path) -> None:
    problem = only(problems_of(tmp_path / "none.toml"))
    assert "no such file" in problem.what
    assert "bundled scenarios" in problem.hint


def test_a_folder(tmp_path: Path) -> None:
    assert "folder" in only(problems_of(tmp_path)).what
    write(tmp_path, BASE)
    assert "scenario.toml" in only(problems_of(tmp_path)).hint


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert "regular file" in only(problems_of(tmp_path / "pipe.toml")).what


def test_a_name_that_cannot_be_a_path() -> None:
    assert "not the name of a file" in only(problems_of("a\0b")).what
    assert "not the name of a file" in only(problems_of("")).what
    assert only(problems_of("x" * 5000)).what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path, BASE)
    path.chmod(0)
    assert "cannot be read" in only(problems_of(path)).what


def test_a_file_of_ten_megabytes(tmp_path: Path) -> None:
    problem = only(problems_of(write(tmp_path, b"# x\n" * 2_500_000)))
    assert "million bytes" in problem.what
    assert problem.line == 0


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    raw = BASE.encode().replace(b'"Corner shop"', b'"Caf\xe9"')
    problem = only(problems_of(write(tmp_path, raw)))
    assert problem.line == 2
    assert "0xe9" in problem.what
    assert "UTF-8" in problem.hint


def test_utf_16(tmp_path: Path) -> None:
    assert "UTF-16" in only(problems_of(write(tmp_path, BASE.encode("utf-16")))).what


def test_a_nul_character(tmp_path: Path) -> None:
    problem = only(problems_of(write(tmp_path, BASE.replace("Corner shop", "Corner\0shop"))))
    assert (problem.line, "NUL" in problem.what) == (2, True)


def test_an_empty_file_lacks_everything_that_is_needed(tmp_path: Path) -> None:
    problems = problems_of(write(tmp_path, ""))
    assert {problem.where for problem in problems} == {
        "name",
        "start",
        "weeks",
        "market",
        "segments",
        "brand",
        "plans",
    }
    assert {problem.line for problem in problems} == {1}


def test_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    plain = load_scenario(write(tmp_path, BASE))
    windows = load_scenario(write(tmp_path, b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode()))
    assert windows.scenario_hash == plain.scenario_hash
    broken = BASE.replace("weeks = 8", 'weeks = "8"').replace("\n", "\r\n")
    assert only(problems_of(write(tmp_path, broken))).line == 4


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "{" + '"a":[' * 100_000, "a." * 3000 + "a = 1", "[" * 9000])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        load_text(text)


def test_thousands_of_faults_are_counted_but_not_all_spelt_out() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(BASE.replace('roster = "roster.csv"', "\n".join(f"k{i} = {i}" for i in range(200))))
    assert len(caught.value.problems) >= 200
    assert str(caught.value).count("hint:") == MOST_SHOWN
    assert f"... and {len(caught.value.problems) - MOST_SHOWN} more." in str(caught.value)


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = write(tmp_path, edited(BASE, ('kind = "blocks"', 'kind = "\\u001b[31mred\\u0007"')))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert "\x1b" not in str(caught.value)


# ---------------------------------------------------------------- several faults at once

SEVERAL = edited(
    BASE,
    ("weeks = 8", 'weeks = "8"'),
    ("share = 0.6", "share = 0.7"),
    ('influencer = "ana"', 'influencer = "anna"'),
    ("price = 4.50", "pryce = 4.50"),
    ("people = 50\n", "people = 50_000\n"),
    ('platform = "television"', 'platform = "televison"'),
    (
        "{ start = 2027-02-01, end = 2027-02-14, weekly = 100 }",
        "{ start = 2027-01-17, end = 2027-02-14, weekly = -1 }",
    ),
)


def test_all_faults_are_reported_in_one_go_also_those_between_values(tmp_path: Path) -> None:
    problems = problems_of(write(tmp_path, SEVERAL))
    assert [(problem.line, problem.where) for problem in problems] == [
        (4, "weeks"),
        (17, "segments.old.share"),
        (24, "channels.screen.platform"),
        (37, "brand.pryce"),
        (66, "plans.baseline.bookings #1.influencer"),
        (75, "plans.baseline.seeding #1.people"),
        (85, "plans.other.media.screen.flights #2.weekly"),
    ]


def test_the_message_reads_as_promised(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        edited(BASE, ('platform = "television"', 'platform = "televison"'), ("weeks = 8", "weeks = 0")),
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value) == (
        f"{path}:4: weeks: 0 is too small; must be at least 1\n"
        "      4 | weeks = 0\n"
        f"{path}:24: channels.screen.platform: “televison” is not a known platform\n"
        "    hint: did you mean “television”? choose from: facebook, instagram, tiktok, youtube, linkedin, "
        "x, search, display, email, television, outdoor, website, other\n"
        '     24 | platform = "televison"\n'
        "\n"
        "2 problems; nothing was run."
    )


def test_a_fault_that_a_plan_takes_over_is_told_where_it_was_written(tmp_path: Path) -> None:
    text = edited(BASE, ("dates = [2027-01-07, 2027-01-21]", "dates = [2027-01-07, 2028-01-21]"))
    problem = only(problems_of(write(tmp_path, text)))
    assert problem.where == "plans.baseline.bookings #1.dates #2"
    assert problem.excerpt == "dates = [2027-01-07, 2028-01-21]"


# ---------------------------------------------------------------- shorthands


def test_a_plan_made_from_another_one(tmp_path: Path) -> None:
    text = BASE + (
        '\n[plans.third]\nas = "other"\nbookings = []\nmedia.screen.weekly = 9\n'
        "media.feed.weekly = [1, 2, 3, 4, 5, 6, 7, 8]\n"
    )
    plans = load_scenario(write(tmp_path, text)).scenario.plans
    third = plans["third"]
    assert third.title == ""  # a title is not taken over
    assert third.media["feed"].weekly == [1, 2, 3, 4, 5, 6, 7, 8]  # a list replaces a number
    assert (third.media["screen"].weekly, third.media["screen"].flights) == (
        [9],
        [],
    )  # weekly takes back flights
    assert third.posts == plans["baseline"].posts  # sections are taken over, also along a chain
    assert third.bookings == []
    assert third.seeding == plans["baseline"].seeding
    assert len(plans["other"].media["screen"].flights) == 2


def test_nested_and_plain_parameters_are_the_same(tmp_path: Path) -> None:
    cpm = "cpm = { value = 9, low = 8, high = 10 }\n"
    nested = edited(
        BASE,
        (
            '[parameters]\n"wom.p_skip" = 0.2',
            "[parameters.wom]\np_skip = 0.2\n[parameters.platform.tiktok]\n" + cpm,
        ),
    )
    plain = edited(
        BASE,
        (
            '"wom.p_skip" = 0.2',
            '"wom.p_skip" = 0.2\n"platform.tiktok".' + cpm,
        ),
    )
    one, two = load_scenario(write(tmp_path, nested)), load_scenario(write(tmp_path, plain))
    assert one.scenario.parameters.keys() == {"wom.p_skip", "platform.tiktok.cpm"}
    assert one.scenario_hash == two.scenario_hash


def test_overrides_stand_instead_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, BASE)
    loaded = load_scenario(
        path,
        consumers=100,
        overrides={"parameters.wom.p_skip": 0.3, "plans.other.media_scale": 1.05, "start": "2027-01-04"},
    )
    assert loaded.scenario.market.consumers == 100
    assert loaded.scenario.parameters["wom.p_skip"] == 0.3
    assert (loaded.scenario.plans["other"].media_scale, loaded.scenario.plans["baseline"].media_scale) == (
        1.05,
        1,
    )
    assert loaded.scenario_hash != load_scenario(path).scenario_hash
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, consumers=-1, overrides={"plans.othr.media_scale": 2, "brand.prize": 3})
    assert [(p.file, p.line, p.where) for p in caught.value.problems] == [
        ("override", 0, "brand.prize"),
        ("override", 0, "market.consumers"),
        ("override", 0, "plans.othr.media_scale"),
    ]


# ---------------------------------------------------------------- what comes back


def load(tmp_path: Path, text: str, **files: str) -> Loaded:
    return load_scenario(write(tmp_path, text, {name.replace("_", "."): content for name, content in files.items()}))


def test_the_hash_is_of_the_content_not_of_the_form(tmp_path: Path) -> None:
    plain = load(tmp_path, BASE)
    head, _, rest = BASE.partition("[market]\nsize = 10_000\nconsumers = 500\n")
    moved = head + rest + "\n# a remark\n[market]\nconsumers = 500 # fewer\nsize = 10000\n"
    assert load(tmp_path, moved).scenario_hash == plain.scenario_hash
    (tmp_path / "elsewhere").mkdir()
    assert load(tmp_path / "elsewhere", BASE).scenario_hash == plain.scenario_hash
    assert load(tmp_path, edited(BASE, ("price = 4.50", "price = 4.51"))).scenario_hash != plain.scenario_hash
    assert load(tmp_path, BASE, roster_csv=ROSTER.replace("100,", "101,")).scenario_hash != plain.scenario_hash
    assert plain.scenario_hash == scenario_hash(plain.scenario, files=plain.files)
    assert len(plain.scenario_hash) == 64


def test_the_graph_file_is_found_and_hashed(tmp_path: Path) -> None:
    text = edited(BASE, ('kind = "blocks"', 'kind = "file"\nfile = "friends.csv"'))
    one = load(tmp_path, text, friends_csv="0,1\n")
    two = load(tmp_path, text, friends_csv="0,2\n")
    assert one.graph_path == tmp_path / "friends.csv"
    assert set(one.files) == {"roster.csv", "friends.csv"}
    assert one.scenario_hash != two.scenario_hash


def test_a_text_without_a_folder_names_no_files(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(BASE)
    assert caught.value.problems[0].where == "roster"
    assert "no folder" in caught.value.problems[0].what
    write(tmp_path, BASE)
    assert load_text(BASE, base_dir=tmp_path).scenario == load_scenario(tmp_path / "scenario.toml").scenario


def test_the_same_scenario_as_json(tmp_path: Path) -> None:
    loaded = load(tmp_path, BASE)
    said = loaded.scenario.model_dump(mode="json", exclude_unset=True)
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(said, indent=1))
    assert load_scenario(path).scenario == loaded.scenario
    assert scenario_from_dict(said) == loaded.scenario
    said["plans"]["baseline"]["media"]["feed"]["weekly"] = "100"
    path.write_text(json.dumps(said, indent=1))
    problem = only(problems_of(path))
    assert '"weekly": "100"' in problem.excerpt
    path.write_text('{"weeks": 3, "weeks": 4}')
    assert "twice" in only(problems_of(path)).what
    path.write_text('{"weeks": 3,\n "x" }')
    assert only(problems_of(path)).line == 2
    path.write_text("[1, 2]")
    assert "does not hold a scenario" in only(problems_of(path)).what


def test_dictionaries_are_not_changed_and_may_hold_dates() -> None:
    said = {
        "name": "tiny", "start": date(2027, 1, 4), "weeks": 2, "market": {"size": 10, "consumers": 10},
        "segments": {"all": {"share": 1}}, "brand": {"price": 1}, "plans": {"a": {}, "b": {"as": "a"}},
        "parameters": {"wom": {"p_skip": 0.2}},
    }  # fmt: skip
    before = json.dumps(said, default=str)
    assert scenario_from_dict(said).parameters == {"wom.p_skip": 0.2}
    assert json.dumps(said, default=str) == before


def test_small_markets_are_told_that_an_influencer_is_too_small(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        edited(BASE, ("consumers = 500", "consumers = 5")).replace('kind = "blocks"', 'kind = "well-mixed"'),
    )
    assert [note for note in loaded.notes if "influencers.ana has 1,000 followers" in note]
