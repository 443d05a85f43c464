"""A scenario as the page shows it: weeks, channels, roster, and its plans ready to be edited; figures as texts."""

from datetime import timedelta
from typing import Any

from scenarios.schema import Scenario
from studio.formatting import counted, money, number, people, share
from studio.page.desk import Sheet
from studio.page.editing import EMPTY, editable, weeks_of

STRATEGIES = {
    "random": "anybody", "highest-degree": "the best connected", "random-neighbour": "somebody’s friend",
    "leaders": "the leaders of the market",
}  # fmt: skip
"""Whom a wave of samples goes to, as far as the page can choose it."""


def market(sheet: Sheet) -> dict[str, Any]:
    """Everything that the page needs to know of a scenario.

    Args:
        sheet: an open scenario.
    """
    from studio.timeline import n_weeks

    loaded = sheet.loaded
    scenario = loaded.scenario
    return {
        "key": sheet.key,
        "name": scenario.name,
        "title": scenario.title or scenario.name,
        "description": scenario.description,
        "currency": scenario.currency,
        "start": scenario.start.isoformat(),
        "end": (scenario.start + timedelta(weeks=n_weeks(scenario)) - timedelta(days=1)).isoformat(),
        "size": scenario.market.size,
        "weeks": weeks_of(scenario),
        "facts": [
            f"{counted(n_weeks(scenario), 'week')}", f"{people(scenario.market.size)} people",
            f"{counted(scenario.market.consumers, 'simulated consumer')}",
        ],
        "consumers": scenario.market.consumers,
        "plans": [editable(scenario, name) | {"name": name} for name in (*scenario.plans, EMPTY)],
        "strategies": [
            {"name": name, "title": title} for name, title in STRATEGIES.items()
            if name != "leaders" or scenario.market.leaders
        ],
        "roster": roster(scenario),
        "segments": list(scenario.segments),
        "scenario_hash": loaded.scenario_hash,
        "notes": list(loaded.notes),
    }  # fmt: skip


def roster(scenario: Scenario) -> list[dict[str, Any]]:
    """Influencers with fee, reach and overlap: numbers to sort by, texts to read.

    Args:
        scenario: its roster.

    Source:
        Expected sights of a post are followers × share in this market × ``influencer.reach``, before wear-out.
    """
    from simulator.parameters import parameter_values

    values = parameter_values(scenario) if scenario.influencers else {}
    out = []
    for name, one in scenario.influencers.items():
        sights = one.followers * one.in_market * values["influencer.reach"]
        per_1000 = one.cost_per_post / sights * 1000.0 if sights > 0.0 else None
        shared = f"{share(one.overlap)} with {one.overlap_with}" if one.overlap_with and one.overlap > 0.0 else "–"
        dates = [f"from {one.available_from}"] if one.available_from else []
        dates += [f"until {one.available_to}"] if one.available_to else []
        out.append({
            "name": name, "title": one.title or name, "channel": one.channel,
            "followers": one.followers, "followers_text": people(one.followers),
            "fee": one.cost_per_post, "fee_text": money(one.cost_per_post),
            "sights": sights, "sights_text": number(sights),
            "per_1000": per_1000, "per_1000_text": "–" if per_1000 is None else money(per_1000),
            "overlap": one.overlap, "overlap_text": shared, "dates": " ".join(dates),
            "from": one.available_from.isoformat() if one.available_from else None,
            "until": one.available_to.isoformat() if one.available_to else None,
        })  # fmt: skip
    return out
