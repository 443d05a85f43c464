"""Histories are read as they are written; every mistake is named with file, row and column, all at once."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import shared

from calibration.history import History, HistoryError, propose, read_history
from calibration.periods import NotADayError, read_day, usual_period
from studio.failures import INVALID, exit_code

pytestmark = pytest.mark.core

LONG = "period_start,period,channel,metric,value\n"


@pytest.fixture
def read(tmp_path: Path):
    def _read(text: str | bytes, **options) -> History:
        path = tmp_path / "h.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_history(path, **options)

    return _read


@pytest.fixture
def refused(read, tmp_path: Path):
    """What is said of a file, one text per problem: line, column, fault and hint."""

    def _refused(text: str | bytes, **options) -> list[str]:
        with pytest.raises(HistoryError) as caught:
            read(text, **options)
        assert exit_code(caught.value) == INVALID
        problems = caught.value.problems
        assert {problem.file for problem in problems} == {str(tmp_path / "h.csv")}
        return [f"{p.line}: {p.where}: {p.what} [{p.hint}]" for p in problems]

    return _refused


# ------------------------------------------------------------------------------------------------------ two forms


def test_the_long_form(read) -> None:
    history = read(
        "metric,value,period,period_start,channel,geo,source,currency\n"
        "spend,20.5,week,2027-01-11,tv,north,invoices,EUR\n"
        "spend,10,week,2027-01-04,tv,north,invoices,eur\n"
        "spend,5,week,2027-01-04,tv,south,invoices,EUR\n"
        "made up,7,week,2027-W01,,,,\n"
    )
    assert history.metrics() == ("made up", "spend")
    assert history.channels("spend") == ("tv",)
    assert history.channels("made up") == ()
    assert history.currency == "EUR"
    assert history.uses == ()
    spend = history.series("spend", "tv")
    assert spend.start.tolist() == [date(2027, 1, 4), date(2027, 1, 11)]
    assert spend.value.tolist() == [15.0, 20.5], "summed over places, in order of time"
    assert spend.period == "week"
    assert (history.first_day, history.last_day) == (date(2027, 1, 4), date(2027, 1, 17))
    assert history.notes == ("spend of tv lacks places or sources at 2027-01-11: sums over them are too low there",)


def test_a_history_survives_being_written(read) -> None:
    first = read("time,geo,conversions,a_spend,b_control\n2027-01-04,x,3,0.1,1e-9\n2027-01-11,x,4,123456789.123,\n")
    again = read(first.to_csv())
    assert again.value.tolist() == first.value.tolist()
    for name in ("period", "channel", "metric", "geo", "source", "currency"):
        assert getattr(again, name) == getattr(first, name)
    assert again.start.tolist() == first.start.tolist()
    assert first.to_csv().splitlines()[:2] == [
        "period_start,period,channel,metric,value,geo",
        "2027-01-04,week,,control:b,1.0000000000000001e-09,x",
    ]


def test_the_wide_form_with_revenue_per_conversion(read) -> None:
    history = read("time,conversions,revenue_per_conversion,tv_spend\n2027-01-04,10,2.5,1\n2027-01-11,4,,2\n")
    assert history.series("purchases").value.tolist() == [10.0, 4.0]
    assert history.series("revenue").value.tolist() == [25.0]
    assert history.notes == ("column revenue_per_conversion has an empty cell (line 3): missing, not zero",)


def test_the_owner_has_the_last_word(read) -> None:
    text = "date_week,y,x1,z9\n2027-01-04,1,2,3\n2027-01-11,1,2,3\n"
    history = read(text, columns={"y": "purchases", "x1": "impressions:tv", "z9": "ignore"})
    assert history.metrics() == ("impressions", "purchases")
    assert [use.why for use in history.uses] == ["names the days", "you say so", "you say so", "you say so"]


def test_what_the_owner_says_is_checked(refused) -> None:
    text = "date,y,x1,x2\n2027-01-04,1,2,3\n2027-01-11,1,2,3\n"
    assert refused(text, columns={"yy": "revenue", "x1": "money", "x2": "revenue"})[:2] == [
        "1: : there is no column “yy” [did you mean “y”? choose from: date, y, x1, x2]",
        (
            "1: column x1: “money” is not a use of a column [choose from: date, geo, channel, source, currency, "
            "population, unit_revenue, ignore, spend:<channel>, impressions:<channel>, clicks:<channel>, revenue, "
            "purchases, control:<name>, or a metric of “apath metrics”]"
        ),
    ]
    assert refused(text, columns={"x2": "revenue"}) == [
        "1: column x2: this is read as revenue, and so is y [read one of them as ignore, or as control:<name>]"
    ]
    assert refused(LONG + "2027-01-04,week,,revenue,1\n", columns={"a": "date"}) == [
        "1: : this is the long form: its columns have fixed meanings [leave out what the columns are]"
    ]


def test_flags(read) -> None:
    history = read("DATE,tv_S,events\n2027-01-04,1,na\n2027-01-11,1,easter\n2027-01-18,1,\n")
    assert history.series("control:events").value.tolist() == [0.0, 1.0, 0.0]


def test_a_metric_or_channel_that_is_not_there(read) -> None:
    history = read("date,revenue,tv_spend\n2027-01-04,1,2\n2027-01-11,1,2\n")
    with pytest.raises(HistoryError, match="there is no metric “revenu”\n    hint: did you mean “revenue”"):
        history.series("revenu")
    with pytest.raises(HistoryError, match="all values of spend belong to channels\n    hint: choose from: tv"):
        history.series("spend")
    with pytest.raises(HistoryError, match="spend has no channel “tb”\n    hint: choose from: tv"):
        history.series("spend", "tb")


def test_ratios_and_controls_are_averaged_over_places(read) -> None:
    history = read("date,geo,awareness,price_control\n2027-01-04,a,0.2,3\n2027-01-04,b,0.4,5\n2027-01-11,a,0.2,3\n")
    assert history.series("control:price").value.tolist() == [4.0, 3.0]


# ----------------------------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(("first", "by"), [
    (3, "1 day later"), (2, "2 days later"), (1, "3 days later"), (5, "1 day earlier"), (6, "2 days earlier"),
    (7, "3 days earlier"),
])  # fmt: skip
def test_weeks_are_counted_from_the_nearest_monday(read, first: int, by: str) -> None:
    history = read(f"date,revenue\n2027-01-{first:02},1\n2027-01-{first + 7:02},2\n")
    assert history.start.tolist() == [date(2027, 1, 4), date(2027, 1, 11)]
    weekday = f"{date(2027, 1, first):%A}"
    assert history.notes == (f"2 weeks start on a {weekday}; counted from the nearest Monday, {by}",)


def test_week_labels_and_week_53(read, refused) -> None:
    history = read("week,revenue\n2020-W52,1\n2020-W53,2\n2021-W01,3\n")
    assert history.start.tolist() == [date(2020, 12, 21), date(2020, 12, 28), date(2021, 1, 4)]
    assert set(history.period) == {"week"}
    assert refused("week,revenue\n2021-W52,1\n2021-W53,2\n2022-W00,3\n") == [
        (
            "3: column week: “2021-W53”: the year 2021 has 52 weeks "
            "[weeks of 2021 are 2021-W01 to 2021-W52; the week after the last is 2022-W01]"
        ),
        "4: column week: “2022-W00”: the year 2022 has 52 weeks [weeks of 2022 are 2022-W01 to 2022-W52]",
    ]


FORMS = "write YYYY-MM-DD, or 2026-W47 for a week, 2026-11 for a month, 2026 for a year"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("4/1/2027", "“4/1/2027” has two meanings: 2027-01-04 and 2027-04-01",
         "write dates as YYYY-MM-DD; format the column so in the spreadsheet"),
        ("25.12.2026", "“25.12.2026” is not a date in the form YYYY-MM-DD", "write 2026-12-25"),
        ("2027/01/04", "“2027/01/04” is not a date in the form YYYY-MM-DD", "write 2027-01-04"),
        ("20270104", "“20270104” is not a date in the form YYYY-MM-DD", "write 2027-01-04"),
        ("2027-02-30", "“2027-02-30” is not a day of the calendar", FORMS),
        ("46391", "“46391” is not a date", f"a spreadsheet's number for 2027-01-04? {FORMS}"),
        ("2027-Q1", "“2027-Q1” is a quarter", "a period is a day, a week, a month or a year"),
        ("9999-12-27", "“9999-12-27” is too far away", "a history lies between 1800 and 2199"),
        ("soon", "“soon” is not a date", FORMS),
        ("", "the date is missing", FORMS),
    ],
)  # fmt: skip
def test_dates_that_are_refused(text: str, what: str, hint: str, refused) -> None:
    with pytest.raises(NotADayError) as caught:
        read_day(text)
    assert (caught.value.what, caught.value.hint) == (what, hint)
    assert refused(LONG + f"{text},week,,revenue,1\n") == [f"2: column period_start: {what} [{hint}]"]


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read(day: date) -> None:
    year, week, _ = day.isocalendar()
    assert read_day(day.isoformat()) == (day, "")
    assert read_day(f"{day} 00:00:00") == (day, "")
    if year >= 1800:
        monday, period = read_day(f"{year}-W{week:02}")
        assert period == "week" and monday.weekday() == 0 and 0 <= (day - monday).days < 7
    assert read_day(f"{day:%Y-%m}") == (day.replace(day=1), "month")


def test_periods_are_told_from_the_dates(read, refused) -> None:
    days = ["2027-01-04", "2027-01-05", "2027-01-06"]
    months = ["2027-01-01", "2027-02-01", "2027-03-01"]
    years = ["2025", "2026", "2027"]
    for dates, period in ((days, "day"), (months, "month"), (years, "year")):
        assert set(read("date,revenue\n" + "".join(f"{one},1\n" for one in dates)).period) == {period}
    assert usual_period([]) is None
    assert refused("date,revenue\n2027-01-04,1\n2027-01-18,1\n") == [
        (
            "0: : the dates do not tell for how long a value stands: most are 14 days apart "
            "[say it: period = “day”, “week”, “month”, “year” or “final”]"
        )
    ]
    assert refused("date,revenue\n2027-01-04,1\n")[0].startswith(
        "0: : the dates do not tell for how long a value stands: there is only 2027-01-04 ["
    )
    assert read("date,revenue\n2027-01-04,1\n", period="week").period == ("week",)


def test_days_become_weeks_where_asked_for(read) -> None:
    text = "date,revenue,customers,price_control\n"
    text += "".join(f"2027-01-{day:02},{day},{10 * day},{day}\n" for day in range(3, 13))  # Sunday to Tuesday
    history = read(text, period="week")
    assert history.start.tolist() == [date(2027, 1, 4)] * 3
    assert history.series("revenue").value.tolist() == [sum(range(4, 11))]
    assert history.series("customers").value.tolist() == [100.0], "a stock is that of the last day"
    assert history.series("control:price").value.tolist() == [7.0]
    assert history.notes == (
        "weeks at the ends that are not complete were left out: 2026-12-28 (1 of 7 days) and 2027-01-11 (2 of 7 days)",
        "7 days became 1 week: flows added up, means of ratios and controls, last of stocks",
    )


def test_weeks_cannot_become_months(refused) -> None:
    assert refused("date,revenue\n2027-01-04,1\n2027-01-11,1\n", period="month") == [
        (
            "0: : values stand for a week; they cannot become those of a month "
            "[days can be added up to weeks; leave out the period otherwise]"
        )
    ]
    assert refused("date,revenue\n2027-01-04,1\n", period="weeks") == [
        "0: : “weeks” is not a period [did you mean “week”? choose from: day, week, month, year, final]"
    ]


def test_gaps_are_missing_and_not_zero(read) -> None:
    history = read("date,revenue,tv_spend\n2027-01-04,1,1\n2027-01-11,1,1\n2027-01-25,1,\n2027-02-01,1,na\n")
    assert history.series("revenue").value.tolist() == [1.0] * 4
    assert history.series("spend", "tv").value.tolist() == [1.0] * 2
    assert history.notes == (
        "column tv_spend has 2 empty cells (lines 4 and 5): missing, not zero",
        "1 week is missing, 2027-01-18, in revenue and spend of tv: left out, not zero",
    )


# ------------------------------------------------------------------------------------------------------- mistakes


def test_everything_is_said_at_once(refused) -> None:
    assert refused(
        LONG
        + "2027-01-04,weekly,tv,spend,10\n"
        + "2027-01-04,week,,spend,10\n"
        + "2027-01-04,week,tv,impressions,-5\n"
        + '2027-01-04,week,tv,clicks,"1,234.5"\n'
        + "2027-01-11,week,tv,clicks,dozens\n"
        + "2027-01-04,week,,,1\n"
    ) == [
        "2: column period: “weekly” is not a period [did you mean “week”? choose from: day, week, month, year, final]",
        "3: column channel: spend needs a channel [name the channel that it belongs to]",
        "4: column value: -5 is negative [impressions is at least 0; leave out refunds]",
        "5: column value: “1,234.5” is not a plain number [did you mean 1234.5?]",
        "6: column value: “dozens” is not a number [write digits, with a point before decimals, such as 1234.5]",
        "7: column metric: the metric is missing [such as spend, purchases or revenue]",
    ]


def test_the_message_shows_place_and_line(read, tmp_path) -> None:
    with pytest.raises(HistoryError) as caught:
        read("DATE,tv_S\n2027-01-04,10\n2027-01-11,-5\n")
    assert str(caught.value) == (
        f"{tmp_path}/h.csv:3: column tv_S: -5 is negative\n"
        "    hint: spend is at least 0; leave out refunds\n"
        "      3 | 2027-01-11,-5\n"
        "\n1 problem; nothing was read."
    )


def test_one_bad_column_does_not_hide_the_others(read) -> None:
    rows = "".join(f"2027-01-{day:02},x{day},y{day}\n" for day in range(1, 31))
    with pytest.raises(HistoryError) as caught:
        read("date,tv_spend,revenue\n" + rows)
    said = str(caught.value)
    assert said.count("column tv_spend") == said.count("column revenue") == 5
    assert said.endswith("... and 50 more.\n\n60 problems; nothing was read.")


def test_duplicates(refused) -> None:
    assert refused(LONG + "2027-01-04,week,tv,spend,1\n2027-W01,week,tv,spend,2\n") == [
        (
            "3: : spend of tv stands twice for the week 2027-01-04 (line 2) "
            "[keep one of them, add them up, or tell them apart by a column geo or source]"
        )
    ]
    assert refused("date,geo,revenue,tv_spend\n2027-01-04,n,1,1\n2027-01-11,n,1,1\n2027-01-04,n,1,1\n") == [
        (
            "4: : revenue of n stands twice for the week 2027-01-04 (line 2) "
            "[keep one of them, add them up, or tell them apart by a column geo or source]"
        )
    ]


def test_mixed_periods_and_mixed_weekdays(refused) -> None:
    assert refused(LONG + "2027-01-04,week,,revenue,1\n2027-02-01,month,,revenue,2\n") == [
        (
            "3: column period: revenue has a month here, but a week in line 2 "
            "[keep to one period in a series; rename the other one]"
        )
    ]
    assert refused(LONG + "2027-01-04,week,,revenue,1\n2027-01-11,week,,revenue,2\n2027-01-20,week,,revenue,2\n") == [
        (
            "4: : 2027-01-20 is a Wednesday, but most weeks here start on Monday "
            "[weeks of a series start on the same weekday, 7 days apart]"
        )
    ]
    assert refused(LONG + "2027-01-31,month,,revenue,1\n") == [
        "2: : 2027-01-31 is not the first day of a month [write 2027-01-01, or period week or day]"
    ]
    assert refused(LONG + "2027-01,week,,revenue,1\n") == [
        (
            "2: column period: the period is a week, but period_start names a month "
            "[write both alike, or a first day as YYYY-MM-DD]"
        )
    ]


def test_mixed_currencies(refused) -> None:
    text = "period_start,period,channel,metric,value,currency\n"
    assert refused(text + "2027-01-04,week,tv,spend,1,EUR\n2027-01-11,week,tv,spend,1,USD\n") == [
        "3: column currency: USD here, but EUR in line 2 [convert all money to one currency]"
    ]
    assert refused(text + "2027-01-04,week,tv,spend,1,euros\n") == [
        "2: column currency: “euros” is not a currency [such as USD or EUR]"
    ]
    assert refused("date,a_spend,b_spend\n2027-01-04,$10,1\n2027-01-11,1,12 €\n") == [
        "2: column a_spend: “$10” is not a plain number [did you mean 10?]",
        "3: column b_spend: money is in € here, but in $ in line 2 [convert all money to one currency]",
        "3: column b_spend: “12 €” is not a plain number [did you mean 12?]",
    ]


def test_a_long_file_without_its_columns(refused) -> None:
    assert refused("metric,value,weak\nrevenue,1,2027-01-04\n") == [
        "1: : there is no column period_start [the long form is period_start,period,channel,metric,value]",
        (
            "1: column weak: this is not a column of the long form "
            "[choose from: period_start, period, channel, metric, value, geo, source, currency; "
            "a wide file has no columns metric and value]"
        ),
    ]


def test_a_wide_file_without_a_date(refused) -> None:
    assert refused("campaign,clicks\nspring,5\n") == [
        "1: : no column is read as the date [say which one it is, such as campaign=date]"
    ]


def test_rows_of_an_ad_report_that_stand_twice(refused) -> None:
    row = "2027-01-04,tv,spring,5\n"
    assert refused("date_day,platform,campaign_name,spend\n" + row + row, period="day") == [
        (
            "3: : this row stands twice (line 2): same date_day, platform and campaign_name "
            "[keep one of them, or add them up]"
        )
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0: : the file is empty [the first row names the columns]"),
        (b"date,revenue\n", "1: : there is a header, but no row below it [add a row for each period]"),
        (b"date,revenue\n2027-01-04\n", ("2: : this row has 1 cell, but there are 2 columns "
         "[cells are separated by commas; one that contains such a sign needs quotation marks]")),
        (b"date,,revenue\n2027-01-04,1,1\n", "1: : column 2 has no name [name every column in the first row]"),
        (b"date,a,A\n2027-01-04,1,1\n", "1: column A: this column stands twice [keep one of them]"),
        (b"date,revenue\n2027-01-04,caf\xe9\n", ("2: : the byte 0xe9 is not UTF-8 text "
         "[save the file as UTF-8; in a spreadsheet: “CSV UTF-8”]")),
        (b"PK\x03\x04...", "0: : this is a workbook, not a CSV file [save the sheet as “CSV UTF-8”]"),
        (b'date,revenue\n"2027-01-04,1\n', ("2: : this is not a table: unexpected end of data "
         "[look for a stray quotation mark]")),
    ],
)  # fmt: skip
def test_files_that_are_no_table(content: bytes, said: str, refused) -> None:
    assert refused(content) == [said]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("")
    with pytest.raises(HistoryError, match=r"there is no such file\n    hint: did you mean “.*shop\.csv”"):
        read_history(tmp_path / "shp.csv")
    with pytest.raises(HistoryError, match="this is a folder, not a file"):
        read_history(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_as_spreadsheets_save_them(encoding: str, separator: str, end: str, read) -> None:
    text = end.join(["# a remark", "date,revenue,tv_spend,,", "2027-01-04,1.5,2,,", "2027-01-11,1,,,", ""])
    history = read(text.replace(",", separator).encode(encoding))
    assert history.series("revenue").value.tolist() == [1.5, 1.0]
    assert history.channels("spend") == ("tv",)


def test_decimal_commas_are_pointed_out(refused) -> None:
    assert refused("date;revenue\n2027-01-04;1234,5\n2027-01-11;1\n") == [
        "2: column revenue: “1234,5” is not a plain number [did you mean 1234.5?]"
    ]


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(content: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        with pytest.raises(HistoryError):
            read_history(file.name)


_CELL = st.sampled_from(
    ["", "1", "-3", "1,5", "$4", "x", "na", "2027-01-04", "2027-W01", "2027-W53", "2027", "week", "tv", "spend"]
)


@given(st.lists(st.lists(_CELL, min_size=5, max_size=5), min_size=1, max_size=6))
def test_no_cells_end_in_a_traceback(rows: list[list[str]]) -> None:
    import tempfile

    body = "\n".join(";".join(row) for row in rows)
    for head in ("period_start;period;channel;metric;value", "date;geo;platform;spend;revenue", "a;b_S;c_I;d;e"):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(f"{head}\n{body}\n")
            file.flush()
            try:
                history = read_history(file.name)
            except HistoryError as error:
                assert error.problems
            else:
                assert np.isfinite(history.value).all() and len(history) > 0


# ------------------------------------------------------------------------------------------------- published files


@pytest.mark.parametrize(
    ("name", "n", "first", "last", "period", "notes"),
    [
        ("robyn_dt_simulated_weekly.csv", 208, date(2015, 11, 23), date(2019, 11, 17), "week", ()),
        ("meridian_national_media.csv", 156, date(2021, 1, 25), date(2024, 1, 21), "week", ()),
        ("pymc_case_study_retailer_weekly.csv", 209, date(2014, 8, 4), date(2018, 8, 5), "week",
         ("209 weeks start on a Sunday; counted from the nearest Monday, 1 day later",)),
        ("pymc_mmm_example.csv", 179, date(2018, 4, 2), date(2021, 9, 5), "week", ()),
        ("pymc_mmm_roas_data.csv", 131, date(2021, 10, 4), date(2024, 4, 7), "week",
         ("131 weeks start on a Saturday; counted from the nearest Monday, 2 days later",)),
        ("lydia_pinkham_annual.csv", 54, date(1907, 1, 1), date(1960, 12, 31), "year", ()),
    ],
)  # fmt: skip
def test_published_histories(name: str, n: int, first: date, last: date, period: str, notes: tuple[str, ...]) -> None:
    path = shared(name)
    history = read_history(path)
    assert len(history.series("revenue").value) == n
    assert (history.first_day, history.last_day, set(history.period)) == (first, last, {period})
    assert history.notes == notes
    assert propose(path).uses == history.uses


def test_published_numbers() -> None:
    pinkham = read_history(shared("lydia_pinkham_annual.csv"))
    assert pinkham.series("spend", "Advertising").value[0] == 608
    assert pinkham.series("revenue").value[-1] == 1289
    robyn = read_history(shared("robyn_dt_simulated_weekly.csv"))
    assert robyn.series("control:events").value.sum() == 2
    national = read_history(shared("meridian_national_media.csv"))
    assert national.series("revenue").value[0] == pytest.approx(162516020 * 0.03494261)


def test_an_ad_report_by_day_and_by_week() -> None:
    path = shared("pymc_fivetran_ad_report_schema.csv")
    days, weeks = read_history(path), read_history(path, period="week")
    assert days.series("spend", "google-ads").value.tolist() == [185.75, 197.5, 203.8]
    assert weeks.series("spend", "google-ads").value.tolist() == [pytest.approx(587.05)]
    assert weeks.start.tolist()[0] == date(2025, 7, 7)
    assert days.notes[1] == "16 rows were added up to 8, one for each channel and period"
    assert weeks.notes[2:] == (
        "no week is complete: 2025-07-07 has 3 of 7 days",
        "3 days became 1 week: flows added up, means of ratios and controls, last of stocks",
    )


def test_a_table_that_is_no_history() -> None:
    with pytest.raises(HistoryError, match="no column is read as the date"):
        read_history(shared("pymc_credibility_audience_overlap_matrix.csv"))
