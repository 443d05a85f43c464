"""Broken scenarios: each fault is reported in its line, in plain words, with what to write instead."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scenarios.load import load_scenario
from tests.scenarios.base import BASE, BUDGET, HERE, ROSTER, edited, here, problems_of, write

pytestmark = pytest.mark.core

MARK = f"  # {HERE}"


@dataclass
class Case:
    """A fault: the passages to replace, and what must be said about it."""

    name: str
    edits: list[tuple[str, str]]
    where: str
    what: str
    hint: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    file: str = "scenario.toml"
    line: int | None = None


SINGLE_VALUES = [
    Case("text-for-number", [("size = 10_000", f'size = "10k"{MARK}')], "market.size", "“10k”", "10_000"),
    Case("text-for-share", [("share = 0.4", f'share = "40 %"{MARK}')], "segments.young.share", "40 %", "write 0.4"),
    Case("bool-for-number", [("price = 4.50", f"price = true{MARK}")], "brand.price", "true is not a number", "digits"),
    Case("number-for-text", [('title = "Corner shop"', f"title = 7{MARK}")], "title", "7 is not text", "quotation"),
    Case("bool-for-text", [('title = "Corner shop"', f"title = false{MARK}")], "title", "false is not text", ""),
    Case("text-for-bool", [('kind = "blocks"', f'kind = "blocks"\ndirected = "no"{MARK}')], "graph.directed",
         "neither true nor false", "directed = true"),
    Case("list-for-number", [("size = 10_000", f"size = [10_000]{MARK}")], "market.size", "a list", "single number"),
    Case("number-for-section", [("[brand.start]\nattention = 0.1", f"[brand2]{MARK}")], "brand2", "not a key",
         "brand"),
    Case("value-for-section", [("[word_of_mouth]\ntalk_from = \"audience\"", ""), ("[market]",
         f"[market]\nreference_price = {{ usd = 3 }}{MARK}")], "market.reference_price", "not a number", ""),
    Case("fraction-for-count", [("weeks = 8", f"weeks = 8.5{MARK}")], "weeks", "not a whole number", "write 8"),
    Case("negative-money", [("weekly = 100\n", f"weekly = -5_000{MARK}\n")], "plans.baseline.media.feed.weekly",
         "-5,000 is too small; must be at least 0", ""),
    Case("negative-money-in-a-list", [("  50, 60,", f"  50, -60, {MARK}\n")],
         "plans.baseline.media.screen.weekly #6", "-60 is too small", ""),
    Case("text-in-a-list", [("  10, 20,", f'  10, "20k", {MARK}\n')], "plans.baseline.media.screen.weekly #2",
         "entry 2 of the list", "20_000"),
    Case("not-a-number", [("price = 4.50", f"price = nan{MARK}")], "brand.price", "nan", "finite"),
    Case("infinite", [("unit_cost = 2.5", f"unit_cost = inf{MARK}")], "plans.baseline.seeding #1.unit_cost", "inf",
         "finite"),
    Case("too-many-digits", [("price = 4.50", f"price = {'9' * 400}{MARK}")], "brand.price", "too large", "fewer"),
    Case("zero-price", [("price = 4.50", f"price = 0{MARK}")], "brand.price", "must be above 0", ""),
    Case("per-cent-for-share", [("share = 0.4", f"share = 40{MARK}")], "segments.young.share", "at most 1",
         "40 % is 0.4"),
    Case("unknown-platform", [('platform = "television"', f'platform = "televison"{MARK}')],
         "channels.screen.platform", "“televison” is not a known platform", "did you mean “television”?"),
    Case("unknown-graph-kind", [('kind = "blocks"', f'kind = "smallworld"{MARK}')], "graph.kind",
         "not a known kind", "small-world"),
    Case("unknown-stage", [('talk_from = "audience"', f'talk_from = "fans"{MARK}')], "word_of_mouth.talk_from",
         "“fans”", "advocacy"),
    Case("unknown-version", [("weeks = 8", f"weeks = 8\nschema_version = 2{MARK}")], "schema_version", "2", "1"),
    Case("currency", [('currency = "USD"', f'currency = "usd"{MARK}')], "currency", "“usd”", "three capital"),
    Case("name-with-a-space", [('name = "corner-shop"', f'name = "corner shop"{MARK}')], "name",
         "cannot be a name", "corner-shop"),
    Case("quoted-name-with-a-space", [("[channels.letter]", f'[channels."my letter"]{MARK}'),
         (", letter = 0.5", "")], "channels.my letter", "cannot be a name", "my-letter"),
    Case("date-in-quotes", [("start = 2027-01-04\nweeks", f'start = "2027-01-04"{MARK}\nweeks')], "start",
         "text, not a date", "write 2027-01-04"),
    Case("datetime-for-date", [("start = 2027-01-04\nweeks", f"start = 2027-01-04T08:00:00{MARK}\nweeks")], "start",
         "time of day", "start = 2027-01-04"),
    Case("time-for-date", [("start = 2027-01-04\nweeks", f"start = 08:30:00{MARK}\nweeks")], "start",
         "not a date", "2027-01-04"),
    Case("year-for-date", [("start = 2027-01-04\nweeks", f"start = 2027{MARK}\nweeks")], "start", "not a date", ""),
    Case("date-far-away", [("start = 2027-01-04\nweeks", f"start = 9999-12-27{MARK}\nweeks")], "start", "too late",
         ""),
    Case("too-many-weeks", [("weeks = 8", f"weeks = 100_000{MARK}")], "weeks", "at most 520", ""),
    Case("short-season", [("[graph]", f"[season]\nbuying = [1, 2, 3]{MARK}\n[graph]")], "season.buying",
         "3 entries; it must have 12", "January"),
]  # fmt: skip

KEYS = [
    Case("misspelt-key", [("consumers = 500", f"consumrs = 500{MARK}")], "market.consumrs", "not a key of [market]",
         "did you mean “consumers”?"),
    Case("misspelt-needed-key", [("size = 10_000", f"sise = 10_000{MARK}")], "market.sise", "“size” is missing",
         "did you mean “size”?"),
    Case("misspelt-section", [("[market]", f"[markt]{MARK}")], "markt", "“market” is missing",
         "did you mean “market”?"),
    Case("misspelt-names-section", [("[graph]", f"[graf]{MARK}")], "graf", "not a key of the top of the file",
         "graph"),
    Case("missing-key", [("price = 4.50", ""), ("[brand]", f"[brand]{MARK}")], "brand.price", "“price” is missing",
         "add price = 9.99"),
    Case("missing-section", [("[market]\nsize = 10_000\nconsumers = 500\n", "")], "market",
         "the section [market] is missing", "add [market]", line=1),
    Case("key-in-the-wrong-section", [("consumers = 500", f"consumers = 500\ncarry_out_weeks = 2{MARK}")],
         "market.carry_out_weeks", "not a key of [market]", "belongs at the top of the file"),
    Case("key-of-another-section", [("[channels.feed]", f"[channels.feed]\ncost_per_post = 3{MARK}")],
         "channels.feed.cost_per_post", "not a key of [channels.feed]", "belongs in"),
    Case("reserved-lever", [("[plans.other]", f"[plans.baseline.community]{MARK}\nhours = 3\n[plans.other]")],
         "plans.baseline.community", "`community` is reserved for a lever", "remove it to run"),
    Case("reserved-section", [("[plans.baseline]", f"[warm_up]{MARK}\nweeks = 4\n[plans.baseline]")], "warm_up",
         "reserved", "remove it to run"),
    Case("quoted-key", [("[brand.start]", f'"old price" = 3{MARK}\n[brand.start]')], "brand.old price",
         "“old price” is not a key", "choose from"),
    Case("dotted-key", [("with flights\"", f"with flights\"\nposts.feed.weekl = 3{MARK}")],
         "plans.other.posts.feed.weekl", "“weekl” is not a key", "did you mean “weekly”?"),
    Case("single-brackets", [("[[plans.baseline.seeding]]", f"[plans.baseline.seeding]{MARK}")],
         "plans.baseline.seeding", "not", "[[plans.baseline.seeding]]"),
    Case("double-brackets", [("[graph]", f"[[graph]]{MARK}")], "graph", "a list", "[graph]"),
    Case("no-plans", [(BASE[BASE.index("[plans.baseline]") :], "")], "plans", "the section [plans] is missing",
         "[plans.baseline]", line=1),
    Case("plan-without-name", [(BASE[BASE.index("[plans.baseline]") :], f"[plans]{MARK}")], "plans",
         "there are no plans", "[plans.baseline]"),
    Case("plan-is-a-number", [("[plans.other]\nas", f"[plans]\nlast = 3{MARK}\n[plans.other]\nas")], "plans.last",
         "a section", "[plans.last]"),
]  # fmt: skip

SYNTAX = [
    Case("text-without-quotes", [('name = "corner-shop"', f"name = corner-shop{MARK}")], "", "not a value",
         "quotation marks"),
    Case("open-quote", [('title = "Corner shop"', f'title = "Corner shop{MARK}')], "", "not closed", "quotation"),
    Case("thousands-comma", [("size = 10_000", f"size = 10,000{MARK}")], "", "left over", "12_000"),
    Case("unit-after-number", [("price = 4.50", f"price = 4.50 USD{MARK}")], "", "left over", ""),
    Case("same-section-twice", [("[graph]", f"[market]{MARK}\n[graph]")], "", "written twice", "one heading"),
    Case("same-key-twice", [("weeks = 8", f"weeks = 8\nweeks = 9{MARK}")], "", "written twice", "keep one"),
    Case("no-equals-sign", [("weeks = 8", f"weeks 8{MARK}")], "", "no =", "key = value"),
    Case("open-list", [("  50, 60, 70, 80,\n]", "  50, 60, 70, 80,"), ("[plans.baseline.posts.feed]",
         f"[plans.baseline.posts.feed]{MARK}")], "", "list", "]"),
    Case("impossible-day", [("start = 2027-01-04\nweeks", f"start = 2027-02-30{MARK}\nweeks")], "", "", "2027-01-04"),
    Case("open-heading", [("[market]", f"[market{MARK}")], "", "", "]"),
    Case("huge-number", [("weeks = 8", f"weeks = {'8' * 5000}{MARK}")], "", "too many digits", "fewer"),
]  # fmt: skip

CROSS = [
    Case("not-a-monday", [("start = 2027-01-04\nweeks", f"start = 2027-01-05{MARK}\nweeks")], "start", "Tuesday",
         "2027-01-04"),
    Case("shares-do-not-add-up", [("share = 0.6", f"share = 0.5{MARK}")], "segments.old.share", "0.9, not 1",
         "add up to 1"),
    Case("more-consumers-than-people", [("consumers = 500", f"consumers = 20_000{MARK}")], "market.consumers",
         "20,000 simulated consumers", "10_000 or fewer"),
    Case("unknown-channel-in-a-segment", [("letter = 0.5 }", f"leter = 0.5 }}{MARK}")],
         "segments.old.channels.leter", "no channel “leter”", "did you mean “letter”?"),
    Case("unknown-channel-in-a-plan", [("[plans.baseline.media.feed]", f"[plans.baseline.media.fed]{MARK}")],
         "plans.baseline.media.fed", "no channel “fed”", "did you mean “feed”?"),
    Case("unknown-influencer", [('influencer = "bo"', f'influencer = "bob"{MARK}')],
         "plans.baseline.bookings #2.influencer", "no influencer “bob”", "did you mean “bo”?"),
    Case("unknown-segment-as-target", [("weekly = 100\n", f'weekly = 100\nsegments = ["yung"]{MARK}\n')],
         "plans.baseline.media.feed.segments #1", "no segment “yung”", "did you mean “young”?"),
    Case("target-does-not-use-the-channel", [("weekly = 100\n", f'weekly = 100\nsegments = ["old"]{MARK}\n')],
         "plans.baseline.media.feed.segments #1", "does not use the channel “feed”", "[segments.old]"),
    Case("channel-that-nobody-uses", [("[graph]", "[channels.radio]\n[graph]"), ("[plans.baseline.posts.feed]",
         f"[plans.baseline.media.radio]{MARK}\nweekly = 3\n[plans.baseline.posts.feed]")],
         "plans.baseline.media.radio", "no segment uses", "radio = 0.5"),
    Case("media-without-a-price", [("[plans.baseline.posts.feed]",
         f"[plans.baseline.media.letter]{MARK}\nweekly = 3\n[plans.baseline.posts.feed]")],
         "plans.baseline.media.letter", "needs a cpm", "add cpm"),
    Case("posts-without-reach", [("[[plans.baseline.seeding]]",
         f"[plans.baseline.posts.screen]{MARK}\nweekly = 1\n[[plans.baseline.seeding]]")],
         "plans.baseline.posts.screen", "no organic_reach", "organic_reach = 0.05"),
    Case("list-of-wrong-length", [("weekly = [\n  10, 20, 30, 40,", f"weekly = [{MARK}\n  10, 20, 30,")],
         "plans.baseline.media.screen.weekly", "7 entries, but the scenario has 8 weeks", "exactly 8"),
    Case("weekly-and-flights", [("flights = [", f"weekly = 5\nflights = [{MARK}")], "plans.other.media.screen.flights",
         "both", "keep weekly"),
    Case("neither-weekly-nor-flights", [("[plans.baseline.media.feed]\nweekly = 100",
         f"[plans.baseline.media.feed]{MARK}")], "plans.baseline.media.feed", "neither", "add weekly"),
    Case("overlapping-flights", [("{ start = 2027-02-01, end = 2027-02-14, weekly = 100 },",
         f"{{ start = 2027-01-17, end = 2027-02-14, weekly = 100 }},{MARK}")],
         "plans.other.media.screen.flights #2", "overlaps", "begin after"),
    Case("flight-ends-before-it-starts", [("{ start = 2027-02-01, end = 2027-02-14, weekly = 100 },",
         f"{{ start = 2027-02-14, end = 2027-02-01, weekly = 100 }},{MARK}")],
         "plans.other.media.screen.flights #2", "after its end", "exchange"),
    Case("flight-outside", [("{ start = 2027-02-01, end = 2027-02-14, weekly = 100 },",
         f"{{ start = 2027-02-01, end = 2027-03-14, weekly = 100 }},{MARK}")],
         "plans.other.media.screen.flights #2.end", "outside", "2027-01-04 to 2027-02-28"),
    Case("booking-outside", [("dates = [2027-01-07, 2027-01-21]", f"dates = [2027-01-07,\n2027-03-21{MARK}\n]")],
         "plans.baseline.bookings #1.dates #2", "2027-03-21 lies outside", "2027-02-28"),
    Case("posts-outside", [("posts = 2\n", f"every_days = 60\nposts = 2{MARK}\n")],
         "plans.baseline.bookings #2.posts", "post 2 on 2027-03-09", "2027-02-28"),
    Case("booked-before-available", [("start = 2027-01-08", f"start = 2027-01-04{MARK}")],
         "plans.baseline.bookings #2.start", "available only from 2027-01-05", "later"),
    Case("booked-after-available", [("posts = 2\nstart = 2027-01-08",
         f"posts = 2{MARK}\nstart = 2027-02-18")], "plans.baseline.bookings #2.posts", "only to 2027-02-20",
         "earlier"),
    Case("too-many-posts", [('[[plans.baseline.bookings]]\ninfluencer = "bo"\nposts = 2',
         f'[[plans.baseline.bookings]]{MARK}\ninfluencer = "bo"\nposts = 4')],
         "plans.baseline.bookings #2", "more than their max_posts 3", "at most 3"),
    Case("dates-and-posts", [("dates = [2027-01-07, 2027-01-21]",
         f"dates = [2027-01-07, 2027-01-21]\nposts = 2{MARK}")], "plans.baseline.bookings #1.posts", "both",
         "keep dates"),
    Case("posts-without-start", [('[[plans.baseline.bookings]]\ninfluencer = "bo"\nposts = 2\nstart = 2027-01-08',
         f'[[plans.baseline.bookings]]{MARK}\ninfluencer = "bo"\nposts = 2')],
         "plans.baseline.bookings #2", "“start” is missing", "start ="),
    Case("same-date-twice", [("dates = [2027-01-07, 2027-01-21]", f"dates = [2027-01-07,\n2027-01-07{MARK}\n]")],
         "plans.baseline.bookings #1.dates #2", "booked twice on 2027-01-07", "once"),
    Case("seeding-more-than-the-market", [("people = 50\n", f"people = 50_000{MARK}\n")],
         "plans.baseline.seeding #1.people", "more than the market", "10_000 or fewer"),
    Case("seeding-list-without-consumers", [("[[plans.baseline.seeding]]\npeople = 50",
         f'[[plans.baseline.seeding]]{MARK}\nstrategy = "list"')], "plans.baseline.seeding #1",
         "`consumers` is missing", "add consumers"),
    Case("seeding-consumers-without-list", [("people = 50\n", f"people = 50\nconsumers = [1, 2]{MARK}\n")],
         "plans.baseline.seeding #1.consumers", "means nothing", 'strategy = "list"'),
    Case("seeding-unknown-consumer", [("people = 50\n", f'strategy = "list"\nconsumers = [1,\n 500{MARK}\n]\n')],
         "plans.baseline.seeding #1.consumers #2", "no consumer 500", "0 to 499"),
    Case("seeding-outside", [("people = 50\n", f"people = 50\ndate = 2026-12-31{MARK}\n")],
         "plans.baseline.seeding #1.date", "outside", "2027-01-04"),
    Case("graph-file-missing-key", [('kind = "blocks"', f'kind = "file"{MARK}')], "graph.kind", "`file` is missing",
         "add file"),
    Case("graph-file-not-there", [('kind = "blocks"', f'kind = "file"\nfile = "friend.csv"{MARK}')], "graph.file",
         "does not exist", "did you mean “friends.csv”?", files={"friends.csv": "0,1\n"}),
    Case("graph-key-of-another-kind", [('kind = "blocks"', f'kind = "blocks"\nrewiring = 0.2{MARK}')],
         "graph.rewiring", "means nothing for a graph of kind “blocks”", "small-world"),
    Case("unknown-parameter", [('"wom.p_skip" = 0.2', f'"wom.p_skp" = 0.2{MARK}')], "parameters.wom.p_skp",
         "no parameter “wom.p_skp”", "wom.p_skip"),
    Case("unknown-nested-parameter", [('"wom.p_skip" = 0.2', f"[parameters.wom]\np_skp = 0.2{MARK}")],
         "parameters.wom.p_skp", "no parameter", "wom.p_skip"),
    Case("parameter-too-large", [('"wom.p_skip" = 0.2', f'"wom.p_skip" = 1.2{MARK}')], "parameters.wom.p_skip",
         "too large", "default is 0.1"),
    Case("parameter-range-out-of-order", [('"wom.p_skip" = 0.2',
         f'"wom.p_skip" = {{ value = 0.2, low = 0.3, high = 0.4 }}{MARK}')], "parameters.wom.p_skip", "not in order",
         "low ≤ value ≤ high"),
    Case("parameter-range-incomplete", [('"wom.p_skip" = 0.2', f'"wom.p_skip" = {{ value = 0.2, low = 0.1 }}{MARK}')],
         "parameters.wom.p_skip.high", "“high” is missing", "add high"),
    Case("parameter-as-text", [('"wom.p_skip" = 0.2', f'"wom.p_skip" = "low"{MARK}')], "parameters.wom.p_skip",
         "“low” is not a number", "digits"),
    Case("parameter-twice", [('"wom.p_skip" = 0.2', f'"wom.p_skip" = 0.2\nwom.p_skip = 0.2{MARK}')],
         "parameters.wom.p_skip", "given twice", "keep one"),
    Case("start-shares-above-one", [("[brand.start]\nattention = 0.1",
         f"[brand.start]{MARK}\nattention = 0.7\naudience = 0.6")], "brand.start", "1.3, more than 1", "unaware"),
    Case("start-of-an-unknown-segment", [("[rivals.other]",
         f"[brand.start_in.olt]{MARK}\naudience = 0.1\n[rivals.other]")], "brand.start_in.olt", "no segment “olt”",
         "did you mean “old”?"),
    Case("satisfied-and-not", [("price = 4.50", f"price = 4.50\np_satisfied = 0.7\np_dissatisfied = 0.4{MARK}")],
         "brand.p_dissatisfied", "1.1, more than 1", "lower"),
    Case("rival-named-ours", [("[rivals.other]", f"[rivals.ours]{MARK}")], "rivals.ours", "our own brand", "another"),
    Case("rival-with-our-title", [('[rivals.other]\ntitle = "Other"', f'[rivals.other]{MARK}\ntitle = "OURS"')],
         "rivals.other", "our own brand", "another"),
    Case("plans-that-differ-by-capitals", [("[plans.other]\nas", f"[plans.Baseline]{MARK}\n[plans.other]\nas")],
         "plans.Baseline", "differ only by capital letters", "rename"),
]  # fmt: skip

SHORTHANDS = [
    Case("as-unknown", [('as = "baseline"', f'as = "basline"{MARK}')], "plans.other.as", "no plan “basline”",
         "did you mean “baseline”?"),
    Case("as-in-a-circle", [("[plans.baseline]", '[plans.baseline]\nas = "other"'), ('as = "baseline"',
         f'as = "baseline"{MARK}')], "plans.other.as", "round in a circle: baseline → other → baseline", "stand alone"),
    Case("as-itself", [('as = "baseline"', f'as = "other"{MARK}')], "plans.other.as", "round in a circle: other → other",
         "stand alone"),
    Case("as-a-number", [('as = "baseline"', f"as = 3{MARK}")], "plans.other.as", "not the name of a plan", 'as ='),
    Case("rival-as", [("[parameters]", f'[rivals.other.plan]\nas = "baseline"{MARK}\n[parameters]')],
         "rivals.other.plan.as", "a rival's plan", "write"),
    Case("fault-inherited", [("unit_cost = 2.5", f'unit_cost = "2.5"{MARK}')], "plans.baseline.seeding #1.unit_cost",
         "not a number", "write 2.5"),
    Case("spend-file-and-weekly", [("[plans.baseline.media.feed]\nweekly = 100", f"[plans.baseline.media.feed]{MARK}\n"
         "weekly = 100"), ('title = "Baseline"', 'title = "Baseline"\nspend_file = "budget.csv"'),
         ("\n[plans.baseline.media.screen]\nweekly = [\n  10, 20, 30, 40,\n  50, 60, 70, 80,\n]\n", "")],
         "plans.baseline.media.feed", "both here and in budget.csv", "keep one", files={"budget.csv": BUDGET}),
    Case("spend-file-missing", [('title = "Baseline"', f'title = "Baseline"\nspend_file = "budgt.csv"{MARK}')],
         "plans.baseline.spend_file", "does not exist", "did you mean “budget.csv”?", files={"budget.csv": BUDGET}),
    Case("roster-missing", [('roster = "roster.csv"', f'roster = "crew"{MARK}')], "roster",
         "“crew” does not exist", "relative to the scenario's folder"),
    Case("roster-is-a-number", [('roster = "roster.csv"', f"roster = 3{MARK}")], "roster", "not the name of a file",
         "roster.csv"),
    Case("roster-is-a-folder", [('roster = "roster.csv"', f'roster = "."{MARK}')], "roster", "is a folder", ""),
    Case("roster-and-inline", [("[graph]", '[influencers.ana]\nchannel = "feed"\nfollowers = 5\ncost_per_post = 1\n'
         "[graph]")], "column name", "also stands in [influencers.ana]", "keep one", file="roster.csv", line=2),
]  # fmt: skip

CASES = [*SINGLE_VALUES, *KEYS, *SYNTAX, *CROSS, *SHORTHANDS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_reported_once_in_its_line(case: Case, tmp_path: Path) -> None:
    text = edited(BASE, *case.edits)
    problems = problems_of(write(tmp_path, text, case.files))
    assert len(problems) == 1, [str(problem) for problem in problems]
    problem = problems[0]
    assert Path(problem.file).name == case.file
    assert problem.line == (here(text) if case.line is None else case.line)
    assert problem.where == case.where
    assert case.what in problem.what
    assert case.hint in problem.hint
    if case.line is None:
        assert HERE in problem.excerpt or "…" in problem.excerpt


def test_there_are_enough_kinds_of_fault() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100


def test_the_unbroken_scenario_is_accepted(tmp_path: Path) -> None:
    loaded = load_scenario(write(tmp_path, BASE))
    assert loaded.notes == ()
    assert loaded.scenario.influencers["bo"].followers == 12_000
    assert loaded.scenario.plans["other"].media["screen"].weekly is None
    assert loaded.scenario.plans["other"].media["feed"].weekly == [100]
    assert ROSTER.encode() == (tmp_path / "roster.csv").read_bytes()
