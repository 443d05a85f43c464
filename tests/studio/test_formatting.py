import locale
import math
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import formatting as f

pytestmark = pytest.mark.core

numbers = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


@given(numbers)
def test_nothing_is_minus_zero_and_nothing_is_float_noise(value):
    texts = (
        f.people(value), f.money(value), f.number(value, 2), f.signed(value), f.signed(value, "money"), f.plain(value),
    )  # fmt: skip
    for text in texts:
        assert not re.fullmatch(r"[-+]0(\.0+)?", text), text
        assert re.fullmatch(r"[-+]?\d{1,3}(,\d{3})*(\.\d+)?", text), text
    assert len(f.people(value).partition(".")[2]) <= 1
    assert len(f.money(value).partition(".")[2]) <= 2


@given(numbers)
def test_a_number_reads_back_as_itself_to_half_a_unit(value):
    assert abs(Decimal(f.number(value).replace(",", "")) - Decimal(repr(value))) <= Decimal("0.5")


@given(numbers)
def test_signs_mirror_each_other(value):
    assert f.signed(-value).lstrip("+-") == f.signed(value).lstrip("+-")
    assert f.signed(value)[0] == "+" or value <= 0 or f.signed(value).strip("0.") == ""


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_100_only_if_it_is_all_and_0_only_if_it_is_none(value):
    assert (f.share(value) == "100 %") == (value == 1.0)
    assert (f.share(value) == "0 %") == (value == 0.0)


def test_halves_are_rounded_away_from_zero():
    assert [f.number(x) for x in (0.5, 1.5, 2.5, -0.5, -2.5)] == ["1", "2", "3", "-1", "-3"]
    assert f.number(1.005, 2) == "1.01"  # the digits it prints with, not its binary value
    assert f.money(2.675) == "2.68"


def test_what_is_not_known_is_a_dash():
    for nothing in (None, math.inf, -math.inf, math.nan):
        assert f.people(nothing) == f.money(nothing, "USD") == f.share(nothing) == f.signed(nothing) == "–"
        assert f.interval(nothing, 3.0) == f.interval(3.0, nothing) == "–"


def test_an_interval_keeps_the_sign_that_decides():
    assert f.interval(0.3, 14) == "0.3 to 14"
    assert f.interval(-0.4, 14.2) == "-0.4 to 14"
    assert f.interval(310.4, 520.5, "money", "USD") == "310 to 521 USD"


def test_the_language_of_the_machine_does_not_matter():
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert f.money(1_234_567.5, "EUR") == "1,234,568 EUR"
            assert f.plain(0.25) == "0.25"
    finally:
        locale.setlocale(locale.LC_ALL, before)


@pytest.mark.parametrize(
    ("value", "text"),
    [(999.5, "999.5"), (10_000, "10 k"), (2_500_000, "2.5 M"), (-3e9, "-3 bn"), (0.1 + 0.2, "0.3"), (0, "0")],
)
def test_axis_labels(value, text):
    assert f.axis(value) == text


@given(st.text(min_size=1, max_size=60), st.integers(min_value=3, max_value=30))
def test_shortened_names_fit(name, width):
    short = f.shortened(name, width)
    assert len(short) <= width
    assert short == name or "…" in short


@given(st.integers(min_value=1, max_value=10**9))
def test_rough_counts_never_promise_less(n):
    rough = int(f.roughly(n).replace(",", ""))
    assert n <= rough <= n * 1.1 + 1
