"""A drafted scenario runs as it stands, repeats the history, and marks what it guesses."""

import re
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from published import shared

from calibration.channel_guess import PLATFORM_USE, platform_of
from calibration.draft import draft_scenario
from calibration.history import History, HistoryError, Series, read_history
from calibration.weeks import Weeks, spread
from scenarios.errors import ScenarioError
from scenarios.load import load_scenario
from scenarios.starter import StarterError
from scenarios.vocabulary import Platform
from studio.cli import cli

pytestmark = pytest.mark.core

WEEKS = [date.fromordinal(date(2027, 1, 4).toordinal() + 7 * week).isoformat() for week in range(6)]
SHOP = "date,orders,revenue,tv_spend,tv_impressions,insta_spend,email_impressions\n" + "".join(
    f"{day},{100 + week},{250 + 2.5 * week},{50 * week},{5_000 * week},20.25,9000\n" for week, day in enumerate(WEEKS)
)


@pytest.fixture
def shop(tmp_path: Path) -> History:
    (tmp_path / "shop.csv").write_text(SHOP)
    return read_history(tmp_path / "shop.csv")


def test_what_the_history_tells_is_in_the_scenario(shop: History, tmp_path: Path) -> None:
    path = draft_scenario(shop, folder=tmp_path / "Corner shop")
    assert path == tmp_path / "Corner shop" / "scenario.toml"
    loaded = load_scenario(path)
    scenario = loaded.scenario
    assert loaded.notes == ()
    assert (scenario.name, scenario.start, scenario.weeks) == ("Corner-shop", date(2027, 1, 4), 6)
    assert {name: channel.platform for name, channel in scenario.channels.items()} == {
        "insta": "instagram",
        "tv": "television",
        "email": "email",
    }
    assert scenario.channels["tv"].cpm == 10.0, "its own money and impressions"
    assert scenario.channels["insta"].cpm is None
    assert scenario.brand.price == 2.5, "its own revenue and orders"
    assert scenario.plans["history"].media["tv"].weekly == [0, 50, 100, 150, 200, 250]
    assert scenario.plans["history"].media["insta"].weekly == [20.25] * 6
    assert list(scenario.plans["history"].media) == ["insta", "tv"]
    assert not scenario.plans["nothing"].media
    # 102.5 orders a week, 30 days between them: 438 buyers, 10 % of the market.
    assert scenario.market.size == 4_400
    assert scenario.brand.start.customers == pytest.approx(0.1)
    assert set(scenario.segments["everybody"].channels) == set(scenario.channels)


def test_the_folder_is_complete_and_the_history_reads_back(shop: History, tmp_path: Path) -> None:
    folder = draft_scenario(shop, folder=tmp_path / "shop").parent
    names = ["README.md", "history.csv", "scenario.schema.json", "scenario.toml", "spend.csv"]
    assert sorted(file.name for file in folder.iterdir()) == names
    again = read_history(folder / "history.csv")
    assert again.value.tolist() == shop.value.tolist()
    assert again.start.tolist() == shop.start.tolist()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["shop", "shop.csv"]
    assert (
        (folder / "README.md")
        .read_text()
        .startswith("# shop\n\nMade from a history of 6 weeks, 2027-01-04 to 2027-02-14.")
    )


def test_every_guess_is_marked_and_nothing_else(shop: History, tmp_path: Path) -> None:
    text = draft_scenario(shop, folder=tmp_path / "shop").read_text()
    marked = set(re.findall(r"^(\w+) = .*# GUESS: \S", text, re.MULTILINE))
    assert marked == {
        "currency", "size", "share", "buys_every_days", "platform", "unit_cost", "attention", "attraction", "affinity",
        "audience", "customers",
    }  # fmt: skip
    assert "size = 4_400                # GUESS: so that the best year's 440 buyers are 10 % of it; very wide\n" in text
    assert "cpm = 10.0                  # money per 1,000 impressions: the history's spend / impressions\n" in text
    assert "price = 2.5                 # money per purchase: the history's revenue / purchases\n" in text
    assert "# No money is known for email: not in the plans.\n" in text
    assert max(len(line) for line in text.splitlines()) <= 110
    tomllib.loads(text)


def test_a_price_that_is_not_known_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,revenue,x_spend,currency\n2027-01-04,5e6,1,EUR\n2027-01-11,5e6,2,EUR\n")
    path = draft_scenario(read_history(tmp_path / "a.csv"), folder=tmp_path / "a")
    text, scenario = path.read_text(), load_scenario(path).scenario
    assert scenario.brand.price == 1.0
    assert scenario.currency == "EUR"
    assert "price = 1.0                 # GUESS: not in the history; purchases then count units of money\n" in text
    assert "# GUESS: at most 2 in a week is taken for money; it may be an index.\n" in text


def test_the_history_s_population_is_the_market(tmp_path: Path) -> None:
    rows = "2027-01-04,a,5,1000,2\n2027-01-04,b,5,500,2\n2027-01-11,a,5,1000,2\n2027-01-11,b,5,500,2\n"
    (tmp_path / "a.csv").write_text("time,geo,conversions,population,tv_spend\n" + rows)
    path = draft_scenario(read_history(tmp_path / "a.csv"), folder=tmp_path / "a")
    market = load_scenario(path).scenario.market
    assert (market.size, market.consumers) == (1_500, 1_500)


def test_a_history_without_spend_or_sales(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,awareness\n2027-01-04,0.2\n2027-01-11,0.3\n")
    path = draft_scenario(read_history(tmp_path / "a.csv"), folder=tmp_path / "a")
    scenario = load_scenario(path).scenario
    assert not scenario.channels and scenario.market.size == 100_000
    assert not (path.parent / "spend.csv").exists()


def test_months_and_days_become_weeks(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("month,revenue,tv_spend\n2027-01,1,310\n2027-02,1,28\n2027-03,1,0\n")
    path = draft_scenario(read_history(tmp_path / "m.csv"), folder=tmp_path / "m")
    scenario = load_scenario(path).scenario
    assert scenario.start == date(2026, 12, 28)
    spent = scenario.plans["history"].media["tv"].weekly
    assert spent is not None
    assert spent[:2] == [30.0, 70.0]
    assert sum(spent) == pytest.approx(338.0)
    assert "# GUESS: money of a month is spread evenly over its days.\n" in path.read_text()


def test_long_and_old_histories(tmp_path: Path) -> None:
    days = "".join(f"{date.fromordinal(date(2010, 1, 4).toordinal() + 7 * i)},1,5\n" for i in range(600))
    (tmp_path / "a.csv").write_text("date,revenue,tv_spend\n" + days)
    path = draft_scenario(read_history(tmp_path / "a.csv"), folder=tmp_path / "a")
    scenario = load_scenario(path).scenario
    assert (scenario.start, scenario.weeks) == (date(2011, 7, 18), 520)
    assert "# first Monday of the history, its last ten years\n" in path.read_text()
    with pytest.raises(HistoryError) as caught:
        draft_scenario(read_history(shared("lydia_pinkham_annual.csv")), folder=tmp_path / "b")
    assert caught.value.problems[0].what == (
        "the history runs from 1907-01-01 to 1960-12-31; a scenario lies between 1990 and 2199"
    )
    assert not (tmp_path / "b").exists()


def test_channels_that_differ_by_capitals_only(tmp_path: Path) -> None:
    text = "period_start,period,channel,metric,value\n2027-W01,week,TV,spend,1\n2027-W01,week,tv,spend,1\n"
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(HistoryError, match="the channels “TV” and “tv” differ only in capitals or dashes"):
        draft_scenario(read_history(tmp_path / "a.csv"), folder=tmp_path / "a")


def test_a_folder_with_something_in_it_is_left_alone(shop: History, tmp_path: Path) -> None:
    with pytest.raises(StarterError, match="not an empty folder"):
        draft_scenario(shop, folder=tmp_path, name="a")
    assert [entry.name for entry in tmp_path.iterdir()] == ["shop.csv"]


def test_a_draft_that_does_not_load_leaves_nothing(shop: History, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("calibration.draft.BUYS_EVERY_DAYS", -30)
    with pytest.raises(ScenarioError):
        draft_scenario(shop, folder=tmp_path / "a")
    assert [entry.name for entry in tmp_path.iterdir()] == ["shop.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "robyn_dt_simulated_weekly.csv",
        "meridian_national_media.csv",
        "pymc_case_study_retailer_weekly.csv",
        "pymc_mmm_example.csv",
        "pymc_mmm_roas_data.csv",
        "pymc_fivetran_ad_report_schema.csv",
    ],
)
def test_published_histories_become_scenarios(name: str, tmp_path: Path) -> None:
    history = read_history(shared(name))
    loaded = load_scenario(draft_scenario(history, folder=tmp_path / "a", name="a"))
    assert loaded.notes == ()
    media = loaded.scenario.plans["history"].media
    assert list(media) == list(history.channels("spend"))
    for channel, entry in media.items():
        assert np.sum(entry.weekly) == pytest.approx(history.series("spend", channel).value.sum(), rel=1e-5)


def test_a_draft_runs(shop: History, tmp_path: Path) -> None:
    from experiments import compare

    loaded = load_scenario(draft_scenario(shop, folder=tmp_path / "shop"), consumers=200)
    answer = compare(loaded, replicates=2, seed=1)
    assert list(answer.plans) == ["history", "nothing"]
    assert answer.plans["history"]["cost"].mean == pytest.approx(750 + 6 * 20.25)
    assert answer.plans["nothing"]["cost"].mean == 0.0


# ---------------------------------------------------------------------------------------------------------- parts


@given(
    st.sampled_from(["day", "week", "month", "year"]),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=5),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)
@settings(max_examples=50)
def test_nothing_is_lost_by_spreading(period: str, values: list[float], start: date) -> None:
    from calibration.periods import monday_of, next_start

    start = start.replace(day=1, month=1) if period == "year" else start.replace(day=1) if period == "month" else start
    days = [start]
    for _ in values:
        days.append(next_start(days[-1], period))
    series = Series(np.array(days[:-1], "datetime64[D]"), period, np.array(values))
    amounts = spread(series, Weeks(monday_of(start), 300))
    assert amounts.sum() == pytest.approx(sum(values))
    assert (amounts >= 0).all()


@pytest.mark.parametrize(
    ("channel", "platform"),
    [
        ("tv", "television"), ("TV_spots", "television"), ("search", "search"), ("sem", "search"), ("fb", "facebook"),
        ("facebook-ads", "facebook"), ("inst", "instagram"), ("ooh", "outdoor"), ("em", "email"), ("radio", "other"),
        ("print", "other"), ("dm", "other"), ("google-ads", "search"), ("google_display", "display"),
        ("meta_instagram", "instagram"), ("x", "x"), ("x1", "other"), ("Channel0", "other"), ("tiktok-ads", "tiktok"),
        ("paidsearch", "search"),
    ],
)  # fmt: skip
def test_platforms_are_guessed_from_names(channel: str, platform: str) -> None:
    assert platform_of(channel)[0] == platform


def test_every_platform_has_a_share_of_users() -> None:
    assert set(PLATFORM_USE) == {str(platform) for platform in Platform}


# ------------------------------------------------------------------------------------------------ the command line


def ask(*words: str, typed: str | None = None):
    return CliRunner().invoke(cli, ["new", *words], input=typed)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.csv").write_text(SHOP)
    return tmp_path


def test_without_a_terminal_the_reading_is_shown_and_not_taken(here: Path) -> None:
    result = ask("out", "--history", "shop.csv")
    assert result.exit_code == 2
    assert "tv_spend          | spend:tv          | “spend” and a channel" in result.stderr
    said = "Error: add --yes to read the columns so, or say otherwise, such as --columns email_impressions=ignore"
    assert said in result.stderr
    assert result.stdout == ""
    assert not (here / "out").exists()


def test_with_yes_it_is_written(here: Path) -> None:
    result = ask("out", "--history", "shop.csv", "--yes", "--columns", "email_impressions=ignore, orders=purchases")
    assert result.exit_code == 0, result.output
    assert result.stdout == str(Path("out/scenario.toml")) + "\n"
    assert "email_impressions | ignore" in result.stderr
    assert set(load_scenario("out/scenario.toml").scenario.channels) == {"insta", "tv"}


@pytest.mark.parametrize(("typed", "written"), [("y\n", True), ("\n", True), ("n\n", False)])
def test_on_a_terminal_it_is_asked(here: Path, monkeypatch, typed: str, written: bool) -> None:
    monkeypatch.setattr("studio.history_in.is_watched", lambda: True)
    result = ask("out", "--history", "shop.csv", typed=typed)
    assert "Read the columns so? [Y/n]" in result.stderr
    assert (here / "out").exists() == written
    assert result.exit_code == (0 if written else 130)


def test_a_long_file_needs_no_approval(here: Path) -> None:
    (here / "long.csv").write_text("period_start,period,channel,metric,value\n2027-W01,week,tv,spend,10\n")
    assert ask("out", "--history", "long.csv").exit_code == 0


def test_days_become_weeks_on_request(here: Path) -> None:
    days = "".join(f"2027-01-{day:02},1,1\n" for day in range(4, 18))
    (here / "days.csv").write_text("date,revenue,tv_spend\n" + days)
    result = ask("out", "--history", "days.csv", "--yes", "--period", "week")
    assert "note: 14 days became 2 weeks: flows added up" in result.stderr
    assert read_history("out/history.csv").period[0] == "week"


def test_mistakes_have_their_exit_codes(here: Path) -> None:
    (here / "bad.csv").write_text("date,tv_spend\n2027-01-04,-1\n2027-01-11,1\n")
    bad = ask("out", "--history", "bad.csv", "--yes")
    assert (bad.exit_code, "bad.csv:2: column tv_spend: -1 is negative" in bad.stderr) == (3, True)
    assert ask("out", "--history", "shop.csv", "--yes", "--columns", "nonsense").exit_code == 2
    assert ask("out", "--yes").exit_code == 2
    taken = ask(".", "--history", "shop.csv", "--yes")
    assert (taken.exit_code, "not an empty folder" in taken.stderr) == (2, True)
    assert not (here / "out").exists()
