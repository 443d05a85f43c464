"""Pictures of intervals: every line is there, on one scale, and values stand where they belong."""

import re
from xml.etree import ElementTree

import pytest

from calibration.studies.picture import Line, intervals

SVG = "{http://www.w3.org/2000/svg}"


def test_a_value_stands_where_its_logarithm_does() -> None:
    """All of 10, 100 and 1000 are drawn: the middle one is as far from the one as from the other."""
    line = Line("all <years>", 10.0, 100.0, 1000.0, 100.0, True)
    drawn = ElementTree.fromstring(intervals([("Fans", 100.0, [line])], caption="x"))
    bars = [one for one in drawn.iter(f"{SVG}line") if one.get("stroke-width")]
    low, high = float(bars[0].attrib["x1"]), float(bars[0].attrib["x2"])
    middle = float(next(drawn.iter(f"{SVG}circle")).attrib["cx"])
    assert middle == pytest.approx((low + high) / 2, abs=0.11)
    crosses = [one for one in drawn.iter(f"{SVG}text") if one.text == "×"]
    assert float(crosses[0].attrib["x"]) == pytest.approx(middle, abs=0.11)
    assert "all <years>" in {one.text for one in drawn.iter(f"{SVG}text")}


def test_what_is_not_told_is_pale_and_has_no_cross() -> None:
    lines = [Line("5", 1.0, 2.0, 9.0, None, False), Line("9", 3.0, 4.0, 5.0, None, True)]
    drawn = intervals([("Fans", 4.0, lines)], caption="x")
    pale, dark = re.findall(r'stroke="(#\w+)" stroke-width="5"', drawn)
    assert pale != dark
    assert "×" not in drawn
