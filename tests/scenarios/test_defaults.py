"""The registry is sound, and its page is up to date."""

import pytest

from scenarios.defaults_doc import DOC_PATH, defaults_text
from scenarios.registry import REGISTRY, Parameter
from scenarios.vocabulary import Platform

pytestmark = pytest.mark.core


def test_the_page_is_up_to_date() -> None:
    assert DOC_PATH.read_text("utf-8") == defaults_text(), "run: python -m scenarios.defaults_doc"


def test_the_page_names_every_parameter_once() -> None:
    rows = [row for row in defaults_text().splitlines() if row.startswith("| `")]
    assert sorted(row.split("`")[1] for row in rows) == sorted(REGISTRY)
    assert all(row.count(" | ") == 6 for row in rows)
    assert "e-0" not in defaults_text()


def test_every_group_has_a_title() -> None:
    headings = [row for row in defaults_text().splitlines() if row.startswith("### ")]
    assert len(headings) == len(set(headings)) == len({name.split(".")[0] for name in REGISTRY})


@pytest.mark.parametrize("parameter", REGISTRY.values(), ids=lambda parameter: parameter.name)
def test_a_parameter_is_explained(parameter: Parameter) -> None:
    assert parameter.unit
    assert parameter.source
    assert parameter.summary
    assert parameter.minimum <= parameter.low <= parameter.default <= parameter.high <= parameter.maximum


def test_every_platform_has_a_half_life_and_a_pull() -> None:
    for platform in Platform:
        assert f"platform.{platform}.half_life" in REGISTRY
        assert f"platform.{platform}.pull" in REGISTRY


def test_a_range_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="low <= default"):
        Parameter(name="x", default=1, low=2, high=3, unit="", grade="assumption", source="", summary="")
