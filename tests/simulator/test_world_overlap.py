"""Influencers who share followers: as many in common as stated, and as many in all as before."""

from datetime import date

import pytest

from scenarios.schema import Scenario
from simulator.world import WorldError, build_world

pytestmark = pytest.mark.core

N = 40_000


def market(*, there: str = "a", second: dict | None = None, use: float = 1.0) -> Scenario:
    one = {"channel": there, "followers": N // 5, "cost_per_post": 1.0}
    two = {"channel": "a", "followers": N // 10, "cost_per_post": 1.0, **(second or {})}
    return Scenario.model_validate(
        {
            "name": "overlap",
            "start": date(2027, 1, 4),
            "weeks": 1,
            "market": {"size": N, "consumers": N},
            "segments": {"all": {"share": 1.0, "channels": {"a": use, "b": 1.0}}},
            "channels": {"a": {}, "b": {}},
            "graph": {"kind": "well-mixed"},
            "brand": {"price": 1.0},
            "influencers": {"two": two, "one": one},
            "plans": {"nothing": {}},
        }
    )


def followers(scenario: Scenario) -> tuple[set[int], set[int]]:
    arrays = build_world(scenario, seed=3).arrays
    two, one = (set(arrays.followers[arrays.follow_ptr[k] : arrays.follow_ptr[k + 1]].tolist()) for k in (0, 1))
    return one, two


@pytest.mark.parametrize("overlap", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("there", ["a", "b"])
def test_as_many_as_stated_follow_both(overlap: float, there: str) -> None:
    one, two = followers(market(there=there, second={"overlap_with": "one", "overlap": overlap}))
    assert len(two) == pytest.approx(N / 10, rel=0.05)
    assert len(one) == pytest.approx(N / 5, rel=0.05)
    assert len(one & two) / len(two) == pytest.approx(overlap, abs=0.03)


def test_without_a_stated_overlap_chance_decides() -> None:
    one, two = followers(market())
    assert len(one & two) / len(two) == pytest.approx(0.2, abs=0.03)


def test_the_other_one_keeps_every_follower() -> None:
    alone, _ = followers(market())
    with_overlap, _ = followers(market(second={"overlap_with": "one", "overlap": 0.9}))
    assert alone == with_overlap


def test_a_larger_overlap_keeps_whoever_followed_both() -> None:
    one, some = followers(market(second={"overlap_with": "one", "overlap": 0.4}))
    _, more = followers(market(second={"overlap_with": "one", "overlap": 0.8}))
    assert some & one <= more & one


def test_circles_are_refused() -> None:
    scenario = market(second={"overlap_with": "one", "overlap": 0.5})
    circle = scenario.influencers["one"].model_copy(update={"overlap_with": "two"})
    scenario = scenario.model_copy(update={"influencers": {**scenario.influencers, "one": circle}})
    with pytest.raises(WorldError, match="cannot share followers"):
        build_world(scenario)
