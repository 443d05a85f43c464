"""What a plan costs, line by line and week by week; every lever that costs money has its line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan, Scenario
from simulator.calendar import DAYS_PER_WEEK, daily_amounts, day_number


@dataclass(frozen=True)
class CostLine:
    """One line of a plan's cost table."""

    lever: str
    item: str
    units: float
    unit: str
    weekly: NDArray[np.float64]

    @property
    def total(self) -> float:
        """Money over the whole plan."""
        return float(self.weekly.sum())


def cost_lines(scenario: Scenario, plan: Plan) -> list[CostLine]:
    """List what a plan costs: media, own posts, influencer fees and product given away.

    Args:
        scenario: dates and the roster with its fees.
        plan: the plan to price.
    """
    n_weeks = scenario.weeks + scenario.carry_out_weeks
    lines = []
    for channel, media in plan.media.items():
        money = daily_amounts(scenario, media.weekly, media.flights) * plan.media_scale
        weekly = money.reshape(n_weeks, DAYS_PER_WEEK).sum(axis=1)
        lines.append(CostLine("paid media", channel, float((weekly > 0).sum()), "weeks", weekly))
    for channel, posts in plan.posts.items():
        count = daily_amounts(scenario, posts.weekly, posts.flights)
        weekly = count.reshape(n_weeks, DAYS_PER_WEEK).sum(axis=1) * posts.cost_per_post
        lines.append(CostLine("own posts", channel, float(count.sum()), "posts", weekly))
    fees: dict[str, NDArray[np.float64]] = {}
    n_posts: dict[str, int] = {}
    for booking in plan.bookings:
        weekly = fees.setdefault(booking.influencer, np.zeros(n_weeks))
        for day in booking.post_dates():
            weekly[day_number(scenario, day) // DAYS_PER_WEEK] += scenario.influencers[booking.influencer].cost_per_post
            n_posts[booking.influencer] = n_posts.get(booking.influencer, 0) + 1
    lines += [CostLine("influencers", name, n_posts.get(name, 0), "posts", fee) for name, fee in fees.items()]
    for wave in plan.seeding:
        weekly = np.zeros(n_weeks)
        first = 0 if wave.date is None else day_number(scenario, wave.date)
        people = wave.people if wave.strategy != "list" else len(wave.consumers) * scenario.people_per_consumer
        weekly[first // DAYS_PER_WEEK] = people * wave.unit_cost
        lines.append(CostLine("product seeding", wave.strategy, people, "people", weekly))
    return lines


def plan_cost(scenario: Scenario, plan: Plan) -> float:
    """Total money a plan costs, before anybody buys anything."""
    return float(sum(line.total for line in cost_lines(scenario, plan)))
