"""A question small enough to be asked hundreds of times: who hears of it, and who buys, from a few samples."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scenarios import scenario_from_dict
from scenarios.bare import quiet_parameters
from scenarios.schema import Scenario

TALKATIVE = {
    "wom.attention": 1.0,
    "wom.attraction": 0.8,
    "wom.affinity": 0.5,
    "talk.talker_per_day": 0.05,
    "forgetting.attention": 0.02,
    "choice.base": 0.0,
}


def small_question(
    plans: Mapping[str, Any] | None = None, *, consumers: int = 40, weeks: int = 3, **different: Any
) -> Scenario:
    """Talk among few people, and two plans that differ by how many get a sample."""
    market = {
        "name": "small",
        "start": date(2027, 1, 4),
        "weeks": weeks,
        "market": {"size": 10 * consumers, "consumers": consumers},
        "segments": {
            "one": {"share": 0.5, "buys_every_days": 7.0},
            "two": {"share": 0.5, "buys_every_days": 20.0, "susceptibility": 0.5},
        },
        "graph": {"kind": "small-world", "strong_ties": 4.0, "weak_ties": 0.0},
        "word_of_mouth": {"talk_from": "attention", "fresh_on": "nothing"},
        "brand": {"price": 3.0, "unit_cost": 1.0},
        "parameters": quiet_parameters() | TALKATIVE,
        "plans": plans or {"few": seeding(2), "many": seeding(8)},
    }
    return scenario_from_dict(market | different)


def seeding(n: int) -> dict[str, Any]:
    """Samples for so many simulated consumers."""
    return {"seeding": [{"people": 10 * n, "stage": "affinity", "unit_cost": 5.0}]}
