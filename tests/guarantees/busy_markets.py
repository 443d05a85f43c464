"""Small markets in which everything that the language has happens at once, among few enough ties to stay apart."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from scenarios import scenario_from_dict
from scenarios.bare import quiet_parameters
from scenarios.schema import Scenario
from scenarios.vocabulary import ENTERED_STAGES
from simulator.simulate import Run, start_run
from simulator.tables import compile_tables
from simulator.world import World

MONDAY = date(2027, 1, 4)
SEGMENTS = ("old", "young")
CHANNELS = ("feed", "paper")
INFLUENCERS = ("ada", "ben")
LIFE_FIELDS = (
    "up", "down", "heard", "entered", "until", "last", "sampled", "standing", "spells", "bought", "stage", "mood",
)  # fmt: skip
"""What a consumer's life consists of; the kernel's records also hold scratch."""
LEVELS = {
    "paid": 0.15, "owned": 0.3, "influencer": 0.8, "wom": 1.2, "organic": 0.02, "experience": 0.2,
    "forgetting": 0.08, "wom-negative": 1.5,
}  # fmt: skip


def busy_market(r: random.Random, *, graph: str = "small-world", labels: list[Any] | None = None) -> dict[str, Any]:
    """A scenario as plain data, with one plan ``usual``; change it, then load it."""
    n = r.randint(40, 80) if labels is None else len(labels)
    weeks = r.randint(2, 4)
    parameters = quiet_parameters() | {
        f"{group}.{stage}": r.uniform(0.3, 1.0) * level for group, level in LEVELS.items() for stage in ENTERED_STAGES
    }
    parameters |= {
        "talk.talker_per_day": r.choice([0.05, 0.2]),
        "talk.advocate_extra_per_day": 0.05,
        "talk.fresh_extra_per_day": 0.1,
        "talk.fresh_days": r.choice([2.0, 6.0]),
        "wom.p_skip": 0.4,
        "negative.p_turn": 0.4,
        "negative.attention": 0.3,
        "negative.days": 6.0,
        "rival.pull": 0.5,
        "choice.base": 0.0,
        "influencer.reach": 0.6,
        "fatigue.plateau": 3.0,
    }
    rival = brand(r) | {"plan": plan(r, n, weeks, list(CHANNELS))}
    return {
        "name": "busy",
        "start": MONDAY,
        "weeks": weeks,
        "market": {"size": n, "consumers": n},
        "season": {"buying": [r.choice([0.5, 1.0, 2.0]) for _ in range(12)]},
        "segments": {
            "old": {"share": 0.4, "buys_every_days": 6.0, "channels": {"feed": 0.3, "paper": 0.8}},
            "young": {
                "share": 0.6, "buys_every_days": 3.0, "susceptibility": 1.4, "media_use": 1.5,
                "channels": {"feed": 0.7, "paper": 0.2}, "fit": {"feed": 1.3},
            },
        },
        "channels": {
            "feed": {"platform": "instagram", "cpm": 10.0, "organic_reach": 0.4},
            "paper": {"platform": "display", "cpm": 10.0, "organic_reach": 0.2},
        },
        "influencers": {name: influencer(n, channel) for name, channel in zip(INFLUENCERS, CHANNELS, strict=True)},
        "graph": {"kind": graph}
        | ({} if graph == "well-mixed" else {"strong_ties": 2.0, "weak_ties": 0.0}),
        "word_of_mouth": {"talk_from": "attraction", "fresh_on": r.choice(["purchase", "attention"])},
        "brand": brand(r),
        "rivals": {"other": rival, "third": brand(r)},
        "parameters": parameters,
        "plans": {"usual": plan(r, n, weeks, [r.choice(CHANNELS)])},
    }  # fmt: skip


def brand(r: random.Random) -> dict[str, Any]:
    start = {"attention": r.choice([0.0, 0.1]), "affinity": r.choice([0.0, 0.1]), "audience": r.choice([0.0, 0.05])}
    start["customers"] = r.choice([0.0, 0.1])
    return {"price": r.choice([1.0, 1.2]), "p_satisfied": 0.5, "p_dissatisfied": 0.2, "start": start}


def influencer(n: int, channel: str, *, share: float = 0.15) -> dict[str, Any]:
    return {"channel": channel, "followers": max(round(share * n), 1), "cost_per_post": 1.0}


def plan(r: random.Random, n: int, weeks: int, channels: list[str]) -> dict[str, Any]:
    def day() -> date:
        return MONDAY + timedelta(days=r.randint(0, 7 * weeks - 3))

    return {
        "media": {c: {"weekly": [r.choice([0.0, 0.05, 0.1]) * n for _ in range(weeks)]} for c in channels},
        "posts": {c: {"weekly": r.choice([0.0, 3.0])} for c in channels},
        "bookings": [{"influencer": r.choice(INFLUENCERS), "dates": [day()]}],
        "seeding": [
            {
                "strategy": r.choice(["random", "highest-degree", "random-neighbour"]),
                "people": r.randint(1, 4),
                "date": day(),
                "stage": r.choice(ENTERED_STAGES),
                "tries_product": 0.7,
            }
        ],
    }


def load(market: dict[str, Any]) -> Scenario:
    return scenario_from_dict(market)


def begin(scenario: Scenario, world: World, luck: int, *, plan: str = "usual") -> Run:
    chosen = scenario.plans[plan]
    return start_run(
        scenario, chosen, world=world, tables=compile_tables(scenario, chosen, kinds=world.kinds), luck=luck
    )


def lives_of(
    run: Run, rows: np.ndarray | Sequence[int] | slice = slice(None), *, brands: Sequence[int] | slice = slice(None)
) -> bytes:
    """Everything that is known of these consumers tonight, to the last bit."""
    lives, needs = run.state.lives[brands][:, rows], run.state.needs[rows]
    parts = [lives[name] for name in LIFE_FIELDS] + [needs["buy"], needs["n_buys"]]
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
