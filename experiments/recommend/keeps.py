"""Does a plan keep its limits? Read from the plan itself, not from how it was made.

The decoder keeps limits by construction; whoever edits a plan by hand does not. Each limit that is broken is named with
its place in the plan, so that a workbook can point at the cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments.recommend.limits import Bounds, Limits, MoneyLimit, PostsLimit, bounds_of
from experiments.recommend.programmes import broken_sizes
from experiments.recommend.wallet import INFLUENCERS, SEEDING, Line, Wallet, line_money, seeding_lines, written
from experiments.recommend.weeks import BY_WEEK
from scenarios.plan import Plan
from simulator.costs import plan_cost

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Broken:
    """One limit that a plan breaks.

    Attributes:
        place: in the plan, such as ``("media", "tiktok", 7)`` for its eighth week; a line or nothing as a whole else.
        message: what is allowed and what was found.
    """

    place: Place
    message: str


def broken_limits(plan: Plan, *, limits: Limits, wallet: Wallet, budget: float) -> list[Broken]:
    """Every limit that a plan breaks; none for a good plan.

    Args:
        plan: made or edited.
        limits: what it must keep.
        wallet: whose lines limits are about.
        budget: money in all.
    """
    return list(_broken(plan, limits, wallet, budget))


def _broken(plan: Plan, limits: Limits, wallet: Wallet, budget: float) -> Iterator[Broken]:
    scenario = wallet.scenario
    cost = plan_cost(scenario, plan)
    slack = 0.01 * (len(wallet.lines) + 1)
    if cost > budget + slack:
        yield Broken((), f"the plan costs {cost:,.2f}, and the budget is {budget:,.2f}")
    money = line_money(wallet, plan)
    bounds = bounds_of(limits, wallet, float("inf"))
    places = _places(plan, wallet)
    for i, line in enumerate(wallet.lines):
        unit = max(line.step, 0.01 * len(line.profile)) if line.lever != INFLUENCERS else 0.01
        one = limits.money.get(line.name, MoneyLimit())
        if money[i] > bounds.high[i] + slack:
            yield Broken(places[i], f"{line.name} costs {money[i]:,.2f}; at most {bounds.high[i]:,.2f} is allowed")
        if money[i] < bounds.low[i] - max(unit, slack) and line.lever != INFLUENCERS:
            yield Broken(places[i], f"{line.name} costs {money[i]:,.2f}; at least {bounds.low[i]:,.2f} is wanted")
        if 0.0 < money[i] < one.buy_at_least - max(unit, slack):
            yield Broken(places[i], f"{line.name} costs {money[i]:,.2f}; nothing or {one.buy_at_least:,.2f} is wanted")
    for name, lines, _, high in bounds.groups:
        if money[lines].sum() > high + slack:
            yield Broken((), f"the group {name} costs {money[lines].sum():,.2f}; at most {high:,.2f} is allowed")
    for place, said in broken_sizes(plan, wallet.programmes, bounds.sizes):
        yield Broken(place, said)
    yield from _weeks(plan, bounds, wallet)
    yield from _influencers(plan, limits, bounds, wallet)


def _place(line: Line) -> Place:
    return (line.lever, line.entry) if line.entry else (line.lever,)


def _places(plan: Plan, wallet: Wallet) -> list[Place]:
    """Of each line in the plan: a wave of samples is known by its number there, from 0."""
    places = [(SEEDING,) if line.lever == SEEDING else _place(line) for line in wallet.lines]
    for wave, i in enumerate(seeding_lines(wallet, plan)):
        if i is not None:
            places[i] = (SEEDING, wave)
    return places


def _weeks(plan: Plan, bounds: Bounds, wallet: Wallet) -> Iterator[Broken]:
    for i, line in enumerate(wallet.lines):
        if line.lever not in BY_WEEK:
            continue
        now = written(wallet, line, wallet.current)
        for week, amount in enumerate(written(wallet, line, plan).tolist()):
            place, said = (*_place(line), week), f"{line.name} has {amount:,.2f} in week {week + 1}"
            low, high = float(bounds.weekly_low[i, week]), float(bounds.weekly_high[i, week])
            if not bounds.open_weeks[i, week]:
                if amount > 0.005:
                    yield Broken(place, f"{said}, which is blacked out")
            elif bounds.locked_weeks[i, week]:
                if abs(amount - now[week]) > 0.011:
                    yield Broken(place, f"{said}, which is booked already with {now[week]:,.2f}")
            elif amount > high + 0.01:
                yield Broken(place, f"{said}; at most {high:,.2f}")
            elif amount < low - 0.011:
                yield Broken(place, f"{said}; at least {low:,.2f}")


def _influencers(plan: Plan, limits: Limits, bounds: Bounds, wallet: Wallet) -> Iterator[Broken]:
    said, start = limits.influencers, wallet.scenario.start
    closed = np.zeros(wallet.scenario.weeks, bool)
    if INFLUENCERS in wallet.names:
        closed = ~bounds.open_weeks[wallet.index(INFLUENCERS)]
    posts: dict[str, int] = {}
    for booking in plan.bookings:
        name = booking.influencer
        one = said.posts.get(name, PostsLimit())
        for day in booking.post_dates():
            posts[name] = posts.get(name, 0) + 1
            week = (day - start).days // 7
            if 0 <= week < len(closed) and closed[week]:
                yield Broken(("bookings", name), f"{name} posts on {day}, in a week that is blacked out")
            if (one.start and day < one.start) or (one.end and day > one.end):
                yield Broken(("bookings", name), f"{name} posts on {day}, outside of the dates that are allowed")
    if said.at_most is not None and len(posts) > said.at_most:
        yield Broken(("bookings",), f"{len(posts)} influencers are booked; at most {said.at_most} may be")
    for name in posts:
        if name in said.exclude:
            yield Broken(("bookings", name), f"{name} must not be booked")
    for name, one in said.posts.items():
        n = posts.get(name, 0)
        if one.max is not None and n > one.max:
            yield Broken(("bookings", name), f"{name} has {n} posts; at most {one.max} are allowed")
        if n < one.min and name not in said.exclude:
            yield Broken(("bookings", name), f"{name} has {n} posts; at least {one.min} are wanted")
