"""Rosters and spend files: what is read from a CSV file, and what is said about a broken one."""

from pathlib import Path

import pytest

from scenarios.load import load_scenario
from scenarios.schema import Scenario
from tests.scenarios.base import BASE, BUDGET, ROSTER, edited, problems_of, write

pytestmark = pytest.mark.core

SPEND = edited(
    BASE,
    ('title = "Baseline"', 'title = "Baseline"\nspend_file = "budget.csv"'),
    ("[plans.baseline.media.feed]\nweekly = 100\n", ""),
    ("[plans.baseline.media.screen]\nweekly = [\n  10, 20, 30, 40,\n  50, 60, 70, 80,\n]\n", ""),
)
LONG = """\
week,channel,amount
2027-01-11,feed,200
2027-01-04,feed,100
2027-01-25,feed,50
2027-01-04,screen,"1,000"
2027-01-11,screen,2000
2027-01-18,screen,3000
2027-01-25,screen,4000
"""


def spent(tmp_path: Path, budget: str | bytes, text: str = SPEND) -> Scenario:
    return load_scenario(write(tmp_path, text, {"budget.csv": budget})).scenario


def peopled(tmp_path: Path, roster: str | bytes) -> Scenario:
    return load_scenario(write(tmp_path, BASE, {"roster.csv": roster})).scenario


# ---------------------------------------------------------------- what is read


def test_a_roster(tmp_path: Path) -> None:
    influencers = peopled(tmp_path, ROSTER).influencers
    assert list(influencers) == ["ana", "bo"]
    ana = influencers["ana"]
    assert (ana.channel, ana.followers, ana.in_market, ana.cost_per_post) == ("feed", 2000, 0.5, 100)
    assert (ana.min_posts, ana.max_posts, ana.available_from, ana.audience) == (1, 4, None, {"young": 1.5})
    assert str(influencers["bo"].available_to) == "2027-02-20"
    assert influencers["bo"].audience == {}


@pytest.mark.parametrize("budget", [BUDGET, LONG], ids=["grid", "long"])
def test_a_spend_file(tmp_path: Path, budget: str) -> None:
    plans = spent(tmp_path, budget).plans
    assert plans["baseline"].media["feed"].weekly == [100, 200, 0, 50, 0, 0, 0, 0]
    assert plans["baseline"].media["screen"].weekly == [1000, 2000, 3000, 4000, 0, 0, 0, 0]
    assert plans["other"].media["feed"] == plans["baseline"].media["feed"]  # taken over by `as`
    assert plans["other"].media["screen"].weekly is None  # written there as flights


def test_weeks_without_money_are_noted(tmp_path: Path) -> None:
    loaded = load_scenario(write(tmp_path, SPEND, {"budget.csv": BUDGET}))
    assert loaded.notes == ("budget.csv names no money for 4 of 8 weeks; they have none",)


def test_keys_of_a_channel_may_stand_beside_its_spend_file(tmp_path: Path) -> None:
    text = SPEND + '\n[plans.third]\nspend_file = "budget.csv"\nmedia.feed.segments = ["young"]\n'
    media = spent(tmp_path, BUDGET, text).plans["third"].media
    assert (media["feed"].segments, media["feed"].weekly) == (["young"], [100, 200, 0, 50, 0, 0, 0, 0])


def test_a_rival_may_have_a_spend_file(tmp_path: Path) -> None:
    text = edited(SPEND, ("[parameters]", '[rivals.other.plan]\nspend_file = "budget.csv"\n[parameters]'))
    assert spent(tmp_path, BUDGET, text).rivals["other"].plan.media["feed"].weekly[:2] == [100, 200]  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace('"1,000"', "1_000"),
        lambda text: text.replace('"1,000"', "1 000"),
        lambda text: text.replace('"1,000"', "1000").replace(",", ";"),
        lambda text: text.replace('"1,000"', "1000").replace(",", "\t"),
        lambda text: text.replace("\n", ",,\n"),
        lambda text: "# money of the spring\n" + text + "\n\n",
        lambda text: text.replace("channel,2027", "Channel ,2027").replace(",", ", ").replace('"1, 000"', "1000"),
    ],
    ids=["mark", "crlf", "cr", "underscore", "space", "semicolon", "tab", "trailing", "comments", "blanks"],
)
def test_forms_that_office_programs_write(tmp_path: Path, change: object) -> None:
    assert callable(change)
    assert spent(tmp_path, change(BUDGET)).plans["baseline"].media["screen"].weekly[0] == 1000  # type: ignore[index]


# ---------------------------------------------------------------- what is broken

HEAD = "name,channel,followers,in_market,cost_per_post"

ROSTERS = [
    ("empty-file", "", 1, "", "the file is empty", "names the columns"),
    ("empty-roster", HEAD + "\n", 1, "", "the roster is empty", "remove roster"),
    ("duplicate-name", ROSTER + "ana,feed,10,1,1,,,,,\n", 4, "column name", "twice (line 2)", "one row"),
    ("duplicate-column", HEAD + ",followers\nana,feed,1,1,1,1\n", 1, "", "“followers” stands twice",
     "keep one"),
    ("column-without-name", HEAD + ",,channel2\nana,feed,1,1,1,5,\n", 1, "", "column 6 has no name",
     "name every"),
    ("unknown-column", ROSTER.replace("in_market", "inmarket"), 1, "column inmarket", "not a column",
     "in_market"),
    ("missing-column", ROSTER.replace("followers", "min_post", 1).replace("min_post,", "title,", 1), 1, "",
     "no column followers", "are needed"),
    ("unknown-segment", ROSTER.replace("audience:young", "audience:yung"), 1, "column audience:yung",
     "no segment “yung”", "did you mean “young”?"),
    ("column-without-segment", ROSTER.replace("audience:young", "audience"), 1, "column audience",
     "needs a segment", "audience:<segment>"),
    ("ragged-row", ROSTER + "cy,feed,10\n", 4, "", "3 entries, but there are 10 columns", "commas"),
    ("thousands-without-quotes", ROSTER.replace('"12,000"', "12,000"), 3, "", "11 entries",
     "quotation marks"),
    ("text-for-number", ROSTER.replace("2000", "2k"), 2, "column followers", "“2k” is not a number",
     "write 2000"),
    ("per-cent", ROSTER.replace("0.25", "25%"), 3, "column in_market", "“25%” is not a number", "write 0.25"),
    ("fraction", ROSTER.replace("2000", "2000.5"), 2, "column followers", "not a whole number", "write 2000"),
    ("date", ROSTER.replace("2027-01-05", "5.1.2027"), 3, "column available_from", "not a date",
     "year-month-day"),
    ("name", ROSTER.replace("ana,", "Ana Lima,"), 2, "column name", "cannot be a name", "title"),
    ("negative-fee", ROSTER.replace("300", "-300"), 3, "influencers.bo.cost_per_post (column cost_per_post)",
     "-300 is too small", ""),
    ("empty-cell", ROSTER.replace("2000", ""), 2, "influencers.ana.followers", "“followers” is missing",
     "add"),
    ("share-above-one", ROSTER.replace("0.25", "25"), 3, "influencers.bo.in_market (column in_market)",
     "25 is too large", "25 % is 0.25"),
    ("unknown-channel", ROSTER.replace("bo,feed", "bo,fead"), 3, "influencers.bo.channel (column channel)",
     "no channel “fead”", "did you mean “feed”?"),
    ("more-followers-than-people", ROSTER.replace('"12,000"', "120000"), 3,
     "influencers.bo.followers (column followers)", "120,000 followers × 0.25 in the market", "0.083"),
    ("posts-out-of-order", ROSTER.replace("100,1,4", "100,5,4"), 2,
     "influencers.ana.min_posts (column min_posts)", "min_posts 5 is more than max_posts 4", "exchange"),
    ("dates-out-of-order", ROSTER.replace("2027-02-20", "2027-01-01").replace("2027-01-05", "2027-01-08"), 3,
     "influencers.bo.available_to (column available_to)", "later than available_to", "exchange"),
    ("open-quote", ROSTER.replace('"12,000"', '"12,000'), 3, "", "not a table", "quotation mark"),
    ("not-utf-8", ROSTER.replace("bo,", "b\xf6,").encode("latin-1"), 3, "", "not UTF-8", "UTF-8"),
    ("decimal-comma", ROSTER.replace(",", ";").replace("12;000", "12000").replace("0.5", "0,5"), 2,
     "column in_market", "“0,5” is not a number", "with a point"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("roster", "line", "where", "what", "hint"),
    [case[1:] for case in ROSTERS],
    ids=[case[0] for case in ROSTERS],
)
def test_a_broken_roster(tmp_path: Path, roster: str, line: int, where: str, what: str, hint: str) -> None:
    # without bookings, so that only the roster itself is wrong
    text = BASE[: BASE.index("[[plans.baseline.bookings]]")]
    problems = problems_of(write(tmp_path, text, {"roster.csv": roster}))
    assert len(problems) == 1, [str(problem) for problem in problems]
    problem = problems[0]
    assert (problem.file, problem.line, problem.where) == ("roster.csv", line, where)
    assert what in problem.what
    assert hint in problem.hint


BUDGETS = [
    ("empty-file", "", 1, "", "the file is empty", ""),
    ("neither-form", "a,b\n1,2\n", 1, "", "neither of the two forms", "channel,2027-01-04"),
    ("no-rows", "channel,2027-01-04\n", 1, "", "no row of amounts", "one row per channel"),
    ("not-a-date", BUDGET.replace("2027-01-11", "week 2"), 1, "column week 2", "not a date", "Monday"),
    ("not-a-monday", BUDGET.replace("2027-01-11", "2027-01-12"), 1, "column 2027-01-12", "not the first day",
     "Monday: 2027-01-11"),
    ("outside", BUDGET.replace("2027-01-25", "2027-03-01"), 1, "column 2027-03-01", "outside",
     "to 2027-02-28"),
    ("week-twice", BUDGET.replace("2027-01-11", "2027-01-04"), 1, "", "stands twice", "keep one"),
    ("channel-twice", BUDGET.replace("screen,", "feed,"), 3, "column channel", "stands twice (line 2)",
     "add"),
    ("unknown-channel", BUDGET.replace("feed,", "fead,"), 2, "column channel", "no channel “fead”", "“feed”"),
    ("total-row", BUDGET + "total,1100,2200,3000,4050\n", 4, "column channel", "no channel “total”",
     "leave sums"),
    ("not-a-number", BUDGET.replace("2000", "two"), 3, "column 2027-01-11", "“two” is not a number",
     "digits"),
    ("negative", BUDGET.replace("2000", "-2000"), 3, "column 2027-01-11", "-2,000 is too small", ""),
    ("not-finite", BUDGET.replace("2000", "nan"), 3, "column 2027-01-11", "“nan” is not a number", ""),
    ("huge", BUDGET.replace("2000", "1e300"), 3, "column 2027-01-11", "“1e300” is not a number", ""),
    ("currency", BUDGET.replace("2000", "$2000"), 3, "column 2027-01-11", "“$2000” is not a number",
     "write 2000"),
    ("ragged", BUDGET.replace("200,,", "200,"), 2, "", "4 entries, but there are 5 columns", ""),
    ("long-unknown-column", LONG.replace("amount", "amounts"), 1, "column amounts", "not a column",
     "“amount”"),
    ("long-missing-column", "week,channel\n2027-01-04,feed\n", 1, "", "no column amount",
     "week,channel,amount"),
    ("long-twice", LONG + "2027-01-25,screen,1\n", 9, "column channel", "stands twice for the week", "add"),
    ("long-unknown-channel", LONG.replace("25,feed", "25,fed"), 4, "column channel", "no channel “fed”",
     "“feed”"),
    ("long-week", LONG.replace("2027-01-18", "2027-01-19"), 7, "column week", "not the first day",
     "2027-01-18"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("budget", "line", "where", "what", "hint"),
    [case[1:] for case in BUDGETS],
    ids=[case[0] for case in BUDGETS],
)
def test_a_broken_spend_file(tmp_path: Path, budget: str, line: int, where: str, what: str, hint: str) -> None:
    problems = problems_of(write(tmp_path, SPEND, {"budget.csv": budget}))
    problem = problems[-1]
    assert (problem.file, problem.line, problem.where) == ("budget.csv", line, where)
    assert what in problem.what
    assert hint in problem.hint
    lost_column = ["there is no column amount", "“amounts” is not a column of a spend file"]
    assert len(problems) == 1 or [p.what for p in problems] == lost_column


def test_a_spend_file_of_the_wrong_length_is_no_problem_of_the_week_list(tmp_path: Path) -> None:
    text = SPEND.replace("weeks = 8", 'weeks = "8"')
    problems = problems_of(write(tmp_path, text, {"budget.csv": BUDGET}))
    assert [problem.where for problem in problems] == ["weeks"]


def test_two_files_and_the_scenario_are_reported_together(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "budget.csv": BUDGET.replace("2000", "two"),
        "roster.csv": ROSTER.replace("2000", "2k"),
    }
    text = SPEND.replace("price = 4.50", "price = -1")
    problems = problems_of(write(tmp_path, text, files))
    assert [(Path(p.file).name, p.line) for p in problems] == [
        ("scenario.toml", 37), ("budget.csv", 3), ("roster.csv", 2),
    ]  # fmt: skip
