"""How numbers are written, in one place: the terminal, the report and every export show the same digits.

    >>> from studio.formatting import interval, money, people, signed
    >>> money(598_000.4, "USD"), signed(411.6), interval(310, 520.2)
    ('598,000 USD', '+412', '310 to 520')

Decided once, for all of them:

* Thousands are separated by commas and nothing is abbreviated: figures add up and can be pasted into a
  spreadsheet. The minus is the plain hyphen for the same reason. No language setting of a machine matters.
* Halves are rounded away from zero, as spreadsheets and people do, on the digits that the number prints with.
* A number below 10 keeps one decimal unless it is whole: in a small market a tenth of a customer matters.
* Nothing is ever ``-0``, and what is not known is written as a dash.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

UNKNOWN = "–"
"""Written where there is no number, such as the interval of a single replicate."""

Unit = Literal["people", "money", "purchases"]


def rounded(value: float, digits: int = 0) -> Decimal:
    """Round halves away from zero, on the digits that the number prints with.

        >>> str(rounded(2.675, 2)), str(rounded(-0.4)), str(rounded(0.5))
        ('2.68', '0', '1')

    Args:
        value: a finite number.
        digits: decimals to keep.
    """
    number = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(number) if number == 0 else number


def known(value: float | None) -> bool:
    """Whether there is a number to show: not missing, not infinite."""
    return value is not None and math.isfinite(value)


def number(value: float | None, digits: int = 0) -> str:
    """A number with a fixed count of decimals.

    >>> number(1234.5), number(-0.004, 2), number(None)
    ('1,235', '0.00', '–')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{rounded(value, digits):,f}"


def people(value: float | None) -> str:
    """A count of people or purchases, which may be an average.

    >>> people(1234.4), people(3.14), people(2.0), people(-0.01)
    ('1,234', '3.1', '2', '0')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    short = rounded(value, 1)
    return number(value) if abs(short) >= 10 or short == short.to_integral_value() else f"{short:,f}"


def money(value: float | None, currency: str = "") -> str:
    """An amount of money, exact to the unit; small prices keep their cents.

        >>> money(12_300, "USD"), money(11.99, "EUR"), money(-4_000.5)
        ('12,300 USD', '11.99 EUR', '-4,001')

    Args:
        value: the amount.
        currency: ISO code, or nothing where the column's head says it.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    cents = rounded(value, 2)
    text = f"{cents:,f}" if abs(cents) < 100 and cents != cents.to_integral_value() else number(value)
    return f"{text} {currency}" if currency else text


def amount(value: float | None, unit: Unit, currency: str = "") -> str:
    """A figure in its own unit.

    >>> amount(12.6, "people"), amount(12.6, "money", "USD")
    ('13', '12.60 USD')
    """
    return money(value, currency) if unit == "money" else people(value)


def signed(value: float | None, unit: Unit = "people", currency: str = "") -> str:
    """A difference, with its sign; no difference has none.

    >>> signed(412), signed(-3.25), signed(0.0), signed(98_000, "money", "USD")
    ('+412', '-3.3', '0', '+98,000 USD')
    """
    text = amount(value, unit, currency)
    return f"+{text}" if any(digit in text for digit in "123456789") and text[0] != "-" else text


def interval(low: float | None, high: float | None, unit: Unit = "people", currency: str = "") -> str:
    """Two limits.

    Both are whole where the larger one has three digits.

    >>> interval(310, 520), interval(-40.2, 310, "money", "USD"), interval(0.4, 9), interval(None, None)
    ('310 to 520', '-40 to 310 USD', '0.4 to 9', '–')
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    if max(abs(low), abs(high)) >= 100:
        low, high = float(rounded(low)), float(rounded(high))
    return f"{amount(low, unit)} to {amount(high, unit, currency)}"


def plus_minus(half_width: float | None, unit: Unit = "people") -> str:
    """Half of an interval, to stand beside its middle.

    >>> plus_minus(105.2), plus_minus(float("inf"))
    ('±105', '±–')
    """
    return f"±{amount(half_width, unit)}"


def share(value: float | None) -> str:
    """A part of one as per cent; what is not all is never shown as all.

    >>> share(0.984), share(1.0), share(0.9961), share(0.9999), share(0.0004), share(-0.25)
    ('98 %', '100 %', '99.6 %', '>99.9 %', '<0.1 %', '-25 %')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if 0.0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1.0:
        return ">99.9 %"
    near_an_end = 0.0 < value < 0.01 or 0.99 < value < 1.0
    percent = rounded(float(Decimal(repr(float(value))) * 100), 1 if near_an_end else 0)
    if percent == percent.to_integral_value():
        percent = percent.quantize(Decimal(1))
    return f"{percent:,f} %"


def change(before: float | None, now: float | None) -> str:
    """How much something has grown or shrunk, as per cent; nothing where there is nothing to compare with.

    >>> change(200, 230), change(200, 199.9), change(3, 0), change(0, 5), change(None, 5)
    ('+15 %', '0 %', '-100 %', '', '')
    """
    if before is None or now is None or not (math.isfinite(before) and math.isfinite(now)) or before == 0:
        return ""
    per_cent = rounded(100.0 * (now - before) / abs(before))
    return f"{per_cent:+,f} %" if per_cent else "0 %"


def points(before: float | None, now: float | None) -> str:
    """How much a share has moved, in percentage points.

    >>> points(0.25, 0.262), points(0.5, 0.5), points(None, 0.1)
    ('+1.2 points', '0 points', '')
    """
    if before is None or now is None or not (math.isfinite(before) and math.isfinite(now)):
        return ""
    moved = rounded(100.0 * (now - before), 1)
    return f"{moved:+,f} points" if moved else "0 points"


def moved(before: float | None, now: float | None) -> str:
    """How much something that may be negative has moved, on its own scale.

    >>> moved(0.88, 0.9), moved(-0.1, -0.4), moved(0.5, 0.5), moved(None, 1)
    ('+0.02', '-0.30', '0.00', '')
    """
    if before is None or now is None or not (math.isfinite(before) and math.isfinite(now)):
        return ""
    step = rounded(now - before, 2)
    return f"{step:+,f}" if step else "0.00"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """A whole number of things.

    >>> counted(1, "replicate"), counted(1200, "replicate"), counted(2, "city", "cities")
    ('1 replicate', '1,200 replicates', '2 cities')
    """
    return f"{n:,d} {noun if n == 1 else plural or noun + 's'}"


def roughly(n: float) -> str:
    """A whole number to two digits, rounded up: an estimate should not look exact.

    >>> roughly(118), roughly(7), roughly(12_345)
    ('120', '7', '13,000')
    """
    whole = math.ceil(n)
    step = 10 ** max(len(str(abs(whole))) - 2, 0)
    return f"{-(-whole // step) * step:,d}"


def plain(value: float) -> str:
    """A parameter as it would be typed: up to four significant digits, no exponent, no noise.

    >>> plain(0.30000000000000004), plain(2.0), plain(0.00025), plain(1_250_000.0)
    ('0.3', '2', '0.00025', '1,250,000')
    """
    if not math.isfinite(value):
        return UNKNOWN if math.isnan(value) else ("unlimited" if value > 0 else "-unlimited")
    exact = Decimal(repr(float(value)))
    if exact == 0:
        return "0"
    digits = max(3 - exact.adjusted(), 0)
    text = f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def axis(value: float) -> str:
    """A label on the axis of a chart, the one place where thousands and millions are shortened.

    >>> axis(0), axis(2_500), axis(1_500_000), axis(-40_000), axis(0.5)
    ('0', '2,500', '1.5 M', '-40 k', '0.5')
    """
    for least, size, letter in ((1e9, 1e9, " bn"), (1e6, 1e6, " M"), (1e4, 1e3, " k")):
        if abs(value) >= least:
            return plain(value / size) + letter
    return plain(value)


def duration(seconds: float) -> str:
    """How long something takes, for people who wait.

    >>> duration(0.4), duration(75), duration(3_720)
    ('under 1 s', '1 min 15 s', '1 h 2 min')
    """
    whole = int(rounded(seconds))
    if whole < 1:
        return "under 1 s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def shortened(name: str, width: int) -> str:
    """A long name in little room; both ends stay, as names differ at either.

    >>> shortened("always-on-with-samples-b", 12)
    'always…les-b'
    """
    if len(name) <= width:
        return name
    tail = (width - 1) // 2
    return f"{name[: width - 1 - tail]}…{name[len(name) - tail :] if tail else ''}"
