"""Small markets in which a lot happens, drawn over every lever that a scenario has."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import networkx as nx

from scenarios import scenario_from_dict
from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import ENTERED_STAGES
from simulator.graph import SocialGraph
from simulator.simulate import Run, start_run
from simulator.tables import DayTables, compile_tables
from simulator.world import World, build_world

MONDAY = date(2027, 1, 4)
PLATFORMS = ("facebook", "instagram", "tiktok", "search", "email", "website", "other")
GRAPHS = ("blocks", "small-world", "scale-free", "power-law", "well-mixed", "own", "own directed")
TALK_FROM = (*ENTERED_STAGES, "nobody")
FRESH_ON = (*ENTERED_STAGES, "purchase", "nothing")


@dataclass(frozen=True)
class Market:
    """A scenario with everything compiled and built."""

    scenario: Scenario
    plan: Plan
    world: World
    tables: DayTables
    luck: int

    @property
    def own_graph(self) -> SocialGraph | None:
        """The graph that was handed over, if one was."""
        return self.world.graph if self.scenario.graph.kind == "file" else None

    def start(self, *, with_causes: bool = True) -> Run:
        return start_run(
            self.scenario,
            self.plan,
            world=self.world,
            tables=self.tables,
            luck=self.luck,
            with_causes=with_causes,
        )


def _somebody_to_reach(market: dict[str, Any]) -> dict[str, Any]:
    """Drop outreach from the plan where the warm-up and the plan have booked everybody."""
    before = market.get("warm_up", {}).get("plan", {}).get("bookings", [])
    plan = market["plans"]["plan"]
    if {booking["influencer"] for booking in [*before, *plan["bookings"]]} >= market["influencers"].keys():
        plan.pop("outreach", None)
    return market


def lively_market(r: random.Random, *, n: int | None = None, weeks: int | None = None) -> Market:
    """Draw a market; everything random comes from ``r``."""
    n = n or r.randint(5, 60)
    weeks = weeks or r.randint(2, 6)
    kind = r.choice(GRAPHS)
    segments = [f"s{k}" for k in range(r.randint(1, 3))]
    channels = {f"c{k}": _channel(r) for k in range(r.randint(1, 3))}
    if len(channels) > 1 and r.random() < 0.5:
        channels["c0"]["bounce"] = {"c1": 0.4}
    influencers = {f"i{k}": _influencer(r, n, segments, channels) for k in range(r.randint(0, 3))}
    own = _own_graph(r, n, segments, directed=kind == "own directed") if kind.startswith("own") else None
    labels: list[Any] = list(range(n)) if own is None else list(own)
    size = n * r.choice([1, 3])

    def plan() -> dict[str, Any]:
        plan = _plan(r, size, weeks, segments, channels, influencers, labels, well_mixed=kind == "well-mixed")
        for wave in plan["seeding"]:
            if wave["strategy"] == "leaders":
                wave["people"] = min(wave["people"], len(leaders) * size // n)
            elif r.random() < 0.3 and wave["strategy"] != "list":
                wave["segments"] = [largest]
                wave["people"] = min(wave["people"], size // 5)
        booked = {booking["influencer"] for booking in plan["bookings"]}
        free = {name: one for name, one in influencers.items() if name not in booked}
        return plan | _programmes(r, size, weeks, [largest], channels, free)

    parts = _segments(r, segments, channels)
    largest = max(parts, key=lambda name: parts[name]["share"])
    leaders = r.sample(labels, min(len(labels), 5))
    rivals = {name: {**_brand(r, segments), "plan": plan()} for name in ["one", "two"][: r.randint(0, 2)]}

    # The file of a graph is not read here, and who is in it not checked: the graph is handed over.
    make = scenario_from_dict if own is None else Scenario.model_validate
    scenario = make(
        _somebody_to_reach(
            {
                "name": "lively",
                "start": MONDAY,
                "weeks": weeks,
                "carry_out_weeks": r.choice([0, 0, 1]),
                "market": {
                    "size": size,
                    "consumers": n,
                    **({"reference_price": 1.5} if r.random() < 0.3 else {}),
                    "leaders": leaders,
                },
                "season": {key: [r.choice([0.5, 1.0, 2.0]) for _ in range(12)] for key in ("buying", "interest")},
                "segments": parts,
                "channels": channels,
                "graph": _graph(r, kind, n),
                "word_of_mouth": _word_of_mouth(r, well_mixed=kind == "well-mixed"),
                "brand": _brand(r, segments),
                "rivals": rivals,
                "moments": {"derby": {"date": MONDAY + timedelta(days=3)}},
                "shocks": _shocks(r, weeks, channels, influencers, rivals),
                "influencers": influencers,
                "parameters": lively_parameters(r),
                **_warm_up(r, size, segments, channels, influencers),
                "plans": {"plan": plan()},
            }
        )
    )
    world = build_world(scenario, seed=r.randint(0, 10**6), graph=own)
    chosen = scenario.plans["plan"]
    tables = compile_tables(scenario, chosen, kinds=world.kinds)
    return Market(scenario, chosen, world, tables, r.randint(0, 10**6))


def lively_parameters(r: random.Random) -> dict[str, float]:
    """Effects so strong that people move within days."""
    out = {}
    for group, low, high in (
        ("paid", 0.0, 0.2), ("owned", 0.0, 0.3), ("influencer", 0.0, 0.8), ("wom", 0.2, 1.5),
        ("organic", 0.0, 0.03), ("experience", 0.0, 0.3), ("forgetting", 0.0, 0.12), ("wom-negative", 0.2, 2.0),
        ("earned", 0.0, 0.3), ("community", 0.0, 0.3), ("space", 0.0, 0.2), ("event", 0.0, 0.3),
    ):  # fmt: skip
        out.update({f"{group}.{stage}": r.uniform(low, high) for stage in ENTERED_STAGES})
    out |= {
        "talk.talker_per_day": r.uniform(0.01, 0.15),
        "talk.advocate_extra_per_day": r.uniform(0.0, 0.1),
        "talk.fresh_extra_per_day": r.uniform(0.0, 0.1),
        "talk.fresh_days": r.choice([0.4, 1.0, 3.0, 8.0]),
        "talk.weak_tie": r.uniform(0.0, 1.0),
        "wom.p_skip": r.choice([0.0, 0.4, 1.0]),
        "negative.strength": r.uniform(0.5, 3.0),
        "negative.days": r.choice([0.5, 3.0, 9.0]),
        "negative.p_turn": r.choice([0.0, 0.5, 1.0]),
        "negative.attention": r.choice([0.0, 0.7]),
        "negative.openness": r.choice([0.0, 0.3, 0.9998, 1.0]),
        "positive.forgetting": r.choice([0.0, 0.5, 1.0]),
        "rival.pull": r.choice([0.0, 0.3, 1.0]),
        "choice.base": r.uniform(-2.0, 1.0),
        "churn.intervals": r.uniform(0.5, 3.0),
        "influencer.reach": r.uniform(0.1, 0.9),
        "cadence.irritation": r.uniform(0.0, 0.2),
        "cadence.tolerance": 0.3,
        "community.reach_per_hour": 20.0,
        "outreach.posts_per_week": 2.0,
        "sign-up.p": 0.4,
        "cross-sell.p": 0.5,
        "community.p_complain": r.choice([0.3, 1.0]),
        "space.density": 0.2,
        "user-content.per_member_week": 0.5,
        "community.talk_per_member_week": 0.3,
        "referral.p_claim": 0.8,
        "listening.delay": 5.0,
        "listening.fix_days": 3.0,
        "earned.large_reach": 10.0,
        "earned.small_reach": 3.0,
    }
    return out


def _graph(r: random.Random, kind: str, n: int) -> dict[str, Any]:
    if kind.startswith("own"):
        return {"kind": "file", "file": "own.csv"}
    return {
        "kind": kind,
        "strong_ties": r.choice([0.0, 2.0, 4.0]),
        "weak_ties": r.choice([0.0, 3.0, 6.0]),
    }


def _segments(r: random.Random, names: list[str], channels: dict[str, Any]) -> dict[str, Any]:
    cut = [0.0, *sorted(r.choice([0.2, 0.3, 0.5, 0.7]) for _ in names[1:]), 1.0]
    out: dict[str, Any] = {}
    for k, name in enumerate(names):
        out[name] = {
            "share": round(cut[k + 1] - cut[k], 6),
            "susceptibility": r.choice([0.5, 1.0, 1.7]),
            "media_use": r.choice([0.5, 1.0, 2.0]),
            "ties": r.choice([0.5, 1.0, 2.0]),
            "channels": {channel: r.choice([0.3, 0.7, 1.0]) for channel in channels},
            "fit": {channel: r.choice([0.5, 2.0]) for channel in channels if r.random() < 0.3},
            "topics": {"style": r.choice([0.5, 1.5])},
            "phone_use": r.choice([0.5, 1.0]),
        }
        if r.random() < 0.8:
            out[name]["buys_every_days"] = r.choice([0.7, 3.0, 10.0])
    return out


def _channel(r: random.Random) -> dict[str, Any]:
    return {
        "platform": r.choice(PLATFORMS),
        "cpm": 10.0,
        "organic_reach": r.choice([0.1, 0.5]),
        "half_life_days": r.choice([0.1, 1.0, 4.0]),
        "pull": r.choice([0.5, 1.0]),
        "phone_share": r.choice([0.0, 0.8]),
        "topics": r.choice([{}, {"style": 1.5}]),
    }


def _influencer(r: random.Random, n: int, segments: list[str], channels: dict[str, Any]) -> dict[str, Any]:
    return {
        "channel": r.choice(list(channels)),
        "followers": max(n // 2, 1),
        "credibility": r.choice([0.5, 1.0, 2.0]),
        "cost_per_post": 10.0,
        "audience": {name: r.choice([0.5, 3.0]) for name in segments if r.random() < 0.3},
        "fit": {name: r.choice([0.5, 2.0]) for name in segments if r.random() < 0.3},
    }


def _word_of_mouth(r: random.Random, *, well_mixed: bool) -> dict[str, Any]:
    word = {
        "listening": r.choice(["each", "each", "share"]),
        "talk_from": r.choice(TALK_FROM),
        "fresh_on": r.choice(FRESH_ON),
        "fresh_for": r.choice(["drawn", "fixed"]),
    }
    if not well_mixed:
        word |= r.choice([{}, {}, {"reinforcement": r.randint(2, 3)}, {"threshold": 0.25}])
    return word


def _brand(r: random.Random, segments: list[str]) -> dict[str, Any]:
    brand = {
        "price": r.choice([0.7, 1.0, 1.5]),
        "p_satisfied": r.choice([0.0, 0.5, 0.8]),
        "p_dissatisfied": r.choice([0.0, 0.2]),
        "appeal": r.choice([0.0, 1.0]),
        "p_refund": r.choice([0.0, 0.5]),
        "start": _start(r),
    }
    if r.random() < 0.3:
        brand["start_in"] = {r.choice(segments): _start(r)}
    return brand


def _start(r: random.Random) -> dict[str, float]:
    return {
        **{stage: r.choice([0.0, 0.1, 0.2]) for stage in ENTERED_STAGES},
        "customers": r.choice([0.0, 0.3]),
    }


def _amounts(r: random.Random, weeks: int, high: float) -> dict[str, Any]:
    how = r.choice(["one", "each", "flights"])
    if how == "one":
        return {"weekly": r.uniform(0.0, high)}
    if how == "each":
        return {"weekly": [r.uniform(0.0, high) for _ in range(weeks)]}
    first = r.randint(0, 7 * weeks - 1)
    last = r.randint(first, 7 * weeks - 1)
    day = {"start": MONDAY + timedelta(days=first), "end": MONDAY + timedelta(days=last)}
    return {"flights": [{**day, "weekly": r.uniform(0.0, high)}]}


def _plan(
    r: random.Random,
    size: int,
    weeks: int,
    segments: list[str],
    channels: dict[str, Any],
    influencers: dict[str, Any],
    labels: list[Any],
    *,
    well_mixed: bool,
) -> dict[str, Any]:
    def day() -> date:
        return MONDAY + timedelta(days=r.randint(0, 7 * weeks - 1))

    plan: dict[str, Any] = {"media": {}, "posts": {}, "bookings": [], "seeding": []}
    for channel in channels:
        if r.random() < 0.6:
            # About one exposure per head and day, at a price of 10 per 1,000.
            plan["media"][channel] = _amounts(r, weeks, 0.15 * size)
            if r.random() < 0.4:
                plan["media"][channel]["segments"] = [r.choice(segments)]
        if r.random() < 0.6:
            plan["posts"][channel] = {
                **_amounts(r, weeks, 6.0),
                "quality": r.choice([0.5, 1.5]),
                "cost_per_post": 2.0,
                "kind": r.choice(["original", "original", "curated", "user-generated", "real-time"]),
                "format": r.choice(["photo", "photo", "article", "video"]),
                **({"topic": "style"} if r.random() < 0.3 else {}),
                **({"weekdays": r.sample(["mon", "wed", "sat"], 2)} if r.random() < 0.3 else {}),
            }
            if r.random() < 0.3:
                plan["posts"]["second"] = {"channel": channel, "weekly": 1.0, "format": "video"}
    for name in influencers:
        if r.random() < 0.5:
            plan["bookings"].append({"influencer": name, "dates": sorted({day(), day()})})
        elif r.random() < 0.7:
            n_posts = r.randint(1, max(7 * weeks // 3 - 1, 1))
            plan["bookings"].append({"influencer": name, "posts": n_posts, "start": MONDAY, "every_days": 3})
    for _ in range(r.randint(0, 3)):
        strategy = r.choice(
            ["random", "list", "leaders"]
            if well_mixed
            else ["random", "highest-degree", "random-neighbour", "list", "leaders"]
        )
        wave: dict[str, Any] = {"strategy": strategy, "unit_cost": 1.0, "stage": r.choice(ENTERED_STAGES)}
        wave["tries_product"] = r.choice([0.0, 0.5, 1.0])
        if strategy == "list":
            wave["consumers"] = r.sample(labels, min(len(labels), 4))
        else:
            wave["people"] = r.randint(1, max(size // 4, 1))
        if r.random() < 0.8:
            wave["date"] = day()
        plan["seeding"].append(wave)
    return plan


def _programmes(
    r: random.Random,
    size: int,
    weeks: int,
    segments: list[str],
    channels: dict[str, Any],
    influencers: dict[str, Any],
) -> dict[str, Any]:
    """Each of the further levers, now and then."""

    def day() -> date:
        return MONDAY + timedelta(days=r.randint(0, 7 * weeks - 1))

    def when() -> dict[str, Any]:
        if r.random() < 0.5:
            return {}
        return dict(zip(("start", "end"), sorted([day(), day()]), strict=True))

    first, last = sorted([day(), day()])
    channel = r.choice(list(channels))
    whom = ("visitors", "opt-ins", "customers")
    every: dict[str, Any] = {
        "price": r.choice([0.8, 1.2]),
        "earned": {"press": {**_amounts(r, weeks, 5_000.0), "channel": channel, "to_small": r.choice([0.0, 0.5, 1.0])}},
        "partnerships": {"friends": {**_amounts(r, weeks, 3.0), "channel": channel, "people": size // 2}},
        "lists": {
            "mail": {**_amounts(r, weeks, 7.0), "people": r.choice(whom), "seen": 0.5},
            "again": {**_amounts(r, weeks, 7.0), "people": r.choice(whom), "channel": channel},
        },
        "sign_up": {**when(), "value_first": r.random() < 0.5},
        "offers": {"sale": {"start": first, "end": last, "discount": 0.3, "announced": r.choice([0.3, 1.0])}},
        "cross_sell": {**when(), "price": 2.0},
        "community": {
            **_amounts(r, weeks, 3.0), "elsewhere": r.choice([0.0, 2.0]), "cost_per_hour": 1.0
        },
        "space": {**when(), "disclosure": r.choice([0.3, 1.0])},
        "events": {
            "party": {"date": day(), "days": r.randint(1, 9), "invited": max(size // 3, 1), "p_come": 0.7},
            "picnic": {"date": day(), "invited": max(size // 5, 1), "segments": [r.choice(segments)]},
        },
        "listening": {"hours_per_week": r.choice([5.0, 20.0]), "ideas_per_quarter": 30.0},
        "sharing": {**when(), "content": 2.0, "site": 1.5, "phone_ready": 0.5},
        "user_content": {**when(), "channel": channel, "shown_per_week": r.choice([1.0, 20.0])},
        "rewards": {**when(), "per_return": 0.1, "per_referral": 0.2},
        "loyalty": when(),
        "support": {**when(), "coverage": 0.7},
        "referral": {**when(), "for_sender": 0.1, "for_friend": 0.1},
    }  # fmt: skip
    if influencers:
        every["outreach"] = _amounts(r, weeks, 900.0)
    often = r.choice([0.0, 0.25, 0.6])
    return {name: part for name, part in every.items() if r.random() < often}


def _shocks(
    r: random.Random, weeks: int, channels: dict[str, Any], influencers: dict[str, Any], rivals: dict[str, Any]
) -> dict[str, Any]:
    """What may happen to a market."""

    def day() -> date:
        return MONDAY + timedelta(days=r.randint(0, 7 * weeks - 1))

    every: dict[str, Any] = {
        "scandal": {"kind": "backlash", "date": day(), "strength": r.choice([0.2, 0.8])},
        "hit": {"kind": "viral", "date": day(), "strength": 4.0, "days": 5},
        "down": {"kind": "outage", "date": day(), "days": 4, "channel": r.choice(list(channels))},
    }
    if influencers:
        who = {"kind": "defection", "date": day(), "influencer": r.choice(list(influencers))}
        every["leaves"] = who | ({"to": r.choice(list(rivals))} if rivals and r.random() < 0.5 else {})
    if rivals:
        every["new"] = {"kind": "rival-launch", "date": day(), "rival": r.choice(list(rivals))}
        every["theirs"] = {"kind": "backlash", "date": day(), "strength": 0.5, "brand": r.choice(list(rivals))}
    return {name: shock for name, shock in every.items() if r.random() < 0.25}


def _warm_up(
    r: random.Random, size: int, segments: list[str], channels: dict[str, Any], influencers: dict[str, Any]
) -> dict[str, Any]:
    """A past, now and then."""
    if r.random() < 0.75:
        return {}
    weeks = r.randint(1, 2)
    plan: dict[str, Any] = {"media": {next(iter(channels)): {"weekly": 0.1 * size}}, "support": {}}
    if influencers:
        dates = [MONDAY - timedelta(days=r.randint(1, 7 * weeks))]
        plan["bookings"] = [{"influencer": next(iter(influencers)), "dates": dates}]
    plan["seeding"] = [{"people": max(size // 5, 1), "segments": segments[:1]}]
    return {"warm_up": {"weeks": weeks, "plan": plan}}


def _own_graph(r: random.Random, n: int, segments: list[str], *, directed: bool) -> nx.Graph:
    """A network of the user's own, with labels in no order and with every attribute that is understood."""
    graph = nx.DiGraph() if directed else nx.Graph()
    labels = [f"p{k}" for k in range(n)] if r.random() < 0.5 else [3 * k + 5 for k in range(n)]
    r.shuffle(labels)
    graph.add_nodes_from(labels)
    if r.random() < 0.5:
        nx.set_node_attributes(graph, {label: r.choice(segments) for label in labels}, "segment")
    if r.random() < 0.5:
        nx.set_node_attributes(graph, {label: r.choice([0.0, 0.3, 1.0, 2.5]) for label in labels}, "listening")
    if r.random() < 0.5:
        nx.set_node_attributes(graph, {label: r.randint(1, 3) for label in labels}, "reinforcement")
    for _ in range(r.randint(0, 5 * n)):
        a, b = r.choice(labels), r.choice(labels)
        if a != b:
            graph.add_edge(a, b, tie=r.choice(["strong", "weak"]))
    return graph


def seeds(count: int) -> list[random.Random]:
    """So many reproducible sources of luck."""
    return [random.Random(f"lively {k}") for k in range(count)]
