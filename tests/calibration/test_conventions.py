"""Columns are read as their convention says, and what is shown for approval is complete."""

import csv

import pytest
from published import shared

from calibration.column_use import ROLES, UseError, channel_name, use_of
from calibration.conventions import Proposal, proposal_text, recognise

pytestmark = pytest.mark.core


def proposal(name: str) -> Proposal:
    with shared(name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return recognise(rows[0], rows[1:])


def texts(header: str, *rows: str) -> dict[str, str]:
    found = recognise(header.split(","), [row.split(",") for row in rows])
    return {use.column: use.text for use in found.uses}


def test_robyn() -> None:
    found = proposal("robyn_dt_simulated_weekly.csv")
    assert found.convention == "Robyn"
    assert {use.column: use.text for use in found.uses} == {
        "DATE": "date", "revenue": "revenue", "tv_S": "spend:tv", "ooh_S": "spend:ooh", "print_S": "spend:print",
        "facebook_I": "impressions:facebook", "search_clicks_P": "clicks:search", "search_S": "spend:search",
        "competitor_sales_B": "control:competitor_sales", "facebook_S": "spend:facebook", "events": "flag:events",
        "newsletter": "control:newsletter",
    }  # fmt: skip
    assert found.uses[10].why == "text in 2 of 208 rows: 1 where there is any, else 0"


def test_meridian() -> None:
    found = proposal("meridian_national_media.csv")
    by_column = {use.column: use.text for use in found.uses}
    assert found.convention == "Meridian"
    assert by_column["time"] == "date"
    assert by_column["conversions"] == "purchases"
    assert by_column["revenue_per_conversion"] == "unit_revenue"
    assert by_column["Channel3_impression"] == "impressions:Channel3"
    assert by_column["Channel0_spend"] == "spend:Channel0"
    assert by_column["sentiment_score_control"] == "control:sentiment_score"


def test_the_retailer() -> None:
    found = proposal("pymc_case_study_retailer_weekly.csv")
    by_column = {use.column: use.text for use in found.uses}
    assert by_column["wk_strt_dt"] == "date"
    assert by_column["sales"] == "revenue"
    assert by_column["mdip_em"] == "impressions:em"
    assert by_column["mdsp_sem"] == "spend:sem"
    assert by_column["wk_in_yr_nbr"] == "ignore"
    assert by_column["hldy_Father's Day"] == "control:hldy_Father's Day"
    assert sum(text.startswith("spend:") for text in by_column.values()) == 10
    assert sum(text.startswith("impressions:") for text in by_column.values()) == 13


def test_pymc_marketing() -> None:
    assert [use.text for use in proposal("pymc_mmm_example.csv").uses] == [
        "date", "revenue", "spend:x1", "spend:x2", "control:event_1", "control:event_2", "ignore", "ignore",
    ]  # fmt: skip
    truth = {use.column: use.text for use in proposal("pymc_mmm_roas_data.csv").uses}
    assert {column for column, text in truth.items() if text != "ignore"} == {"date", "x1", "x2", "y"}


def test_an_ad_report() -> None:
    found = proposal("pymc_fivetran_ad_report_schema.csv")
    by_column = {use.column: use.text for use in found.uses}
    assert found.convention == "ad report by platform (Fivetran)"
    assert by_column["platform"] == "channel"
    assert by_column["ad_name"] == by_column["campaign_id"] == by_column["source_relation"] == "ignore"
    assert by_column["conversions"] == "purchases"
    assert by_column["conversions_value"] == "revenue"


def test_a_shop_with_channels() -> None:
    assert texts(
        "organisation_id,territory_name,date_day,currency_code,first_purchases,all_purchases,"
        "all_purchases_original_price,all_purchases_units,google_paid_search_spend,meta_facebook_impressions",
        "7,US,2024-01-01,USD,3,10,99.5,12,5.5,1000",
    ) == {
        "organisation_id": "ignore", "territory_name": "geo", "date_day": "date", "currency_code": "currency",
        "first_purchases": "first_purchases", "all_purchases": "purchases", "all_purchases_original_price": "revenue",
        "all_purchases_units": "control:all_purchases_units", "google_paid_search_spend": "spend:google_paid_search",
        "meta_facebook_impressions": "impressions:meta_facebook",
    }  # fmt: skip


def test_years() -> None:
    assert [use.text for use in proposal("lydia_pinkham_annual.csv").uses] == ["date", "spend:Advertising", "revenue"]


def test_plain_names() -> None:
    assert texts(
        "Week,Region,Orders,Customers bought,awareness,temperature,spend_radio,TV cost,competitor_spend,population",
        "2027-W01,north,3,1,0.2,12.5,9,8,7,1000",
    ) == {
        "Week": "date", "Region": "geo", "Orders": "purchases", "Customers bought": "purchases",
        "awareness": "awareness", "temperature": "control:temperature", "spend_radio": "spend:radio",
        "TV cost": "spend:TV", "competitor_spend": "control:competitor_spend", "population": "population",
    }  # fmt: skip


def test_outcomes_of_channels_and_totals() -> None:
    assert texts("date,facebook_conversions,gross_sales,email_revenue", "2027-01-04,1,2,3") == {
        "date": "date", "facebook_conversions": "purchases:facebook", "gross_sales": "revenue",
        "email_revenue": "revenue:email",
    }  # fmt: skip


def test_one_date_the_fullest() -> None:
    assert texts("year,month,date,revenue", "2027,1,2027-01-04,5") == {
        "year": "ignore", "month": "ignore", "date": "date", "revenue": "revenue",
    }  # fmt: skip
    assert texts("kw,revenue", "2027-W01,5", "2027-W02,5")["kw"] == "date", "by its cells, where no name says so"


def test_columns_of_text_and_of_nothing() -> None:
    rows = [f"2027-01-{day:02},word {day},{'' if day > 2 else 'sale'},,1" for day in range(1, 20)]
    assert texts("date,remark,promo,blank,spend_tv", *rows) == {
        "date": "date", "remark": "ignore", "promo": "flag:promo", "blank": "ignore", "spend_tv": "spend:tv",
    }  # fmt: skip


def test_every_use_can_be_written_and_read_again() -> None:
    named = [*ROLES, "spend:tv", "impressions:google-ads", "revenue", "purchases:email", "control:a b", "flag:events"]
    assert [use_of("c", text, "").text for text in named] == named


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spned:tv", "“spned:tv” is not a use of a column; did you mean “spend”? choose from: date, geo, "),
        ("control:", "“control:” lacks a name; write control:my_column"),
        ("spend:Google Ads", "“Google Ads” cannot be the name of a channel; write spend:google-ads"),
    ],
)
def test_a_use_that_does_not_exist(text: str, said: str) -> None:
    with pytest.raises(UseError) as caught:
        use_of("My column", text, "")
    assert str(caught.value).startswith(said)


def test_names_of_channels() -> None:
    said = ["Google Ads", "tv", " TV_spots_", "Ünïcode é", "—"]
    assert [channel_name(one) for one in said] == ["google-ads", "tv", "TV_spots", "n-code", ""]


def test_the_table_shows_every_column() -> None:
    found = recognise(["DATE", "tv_S", "x"], [["2027-01-04", "1", "2"]])
    assert proposal_text(found).splitlines() == [
        "convention: Robyn",
        "",
        "column | is read as | because",
        "-------+------------+---------------------------------------------",
        "DATE   | date       | names the days",
        "tv_S   | spend:tv   | _S marks money spent on a channel",
        "x      | control:x  | a column of numbers that no convention knows",
    ]
