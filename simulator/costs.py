"""What a plan costs, line by line and week by week; every lever that costs money has its line.

Most lines follow from the plan alone. Some follow from what people do with it: rewards, redemptions, contacts to a
list that grows. Those are priced per replicate, from its counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import Offer, Plan, Timed
from scenarios.schema import Scenario
from scenarios.vocabulary import Stage
from simulator.calendar import (
    DAYS_PER_WEEK,
    daily_amounts,
    day_number,
    days_on,
    outages,
    phases,
    rival_phase,
    weekly_amounts,
    weekly_sums,
)
from simulator.listening import ideas_so_far, mended_from
from simulator.parameters import platform_value

if TYPE_CHECKING:
    from simulator.simulate import Outcome


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


class _Ledger:
    """Lines of one plan, on the weeks that are reported."""

    def __init__(self, scenario: Scenario, plan: Plan, rival: str | None) -> None:
        self.scenario, self.plan, self.ours = scenario, plan, rival is None
        self.mine = phases(scenario, plan) if rival is None else [rival_phase(scenario, rival)]
        self.phase = self.mine[-1]
        self.first = scenario.warm_up_weeks

    def weeks(self, daily: NDArray) -> NDArray[np.float64]:
        """Sums of reported weeks."""
        return weekly_sums(daily)[self.first :]

    def running(self, part: Timed) -> NDArray[np.float64]:
        """Weeks in which something is on, part weeks by the day."""
        return self.weeks(days_on(self.scenario, part, self.phase)) / DAYS_PER_WEEK

    def once(self, day: int, money: float) -> NDArray[np.float64]:
        """Money on one day."""
        out = np.zeros(self.scenario.n_days)
        if 0 <= day < len(out):
            out[day] = money
        return self.weeks(out)

    def line(self, lever: str, item: str, units: float, unit: str, weekly: NDArray[np.float64]) -> CostLine:
        """One line."""
        return CostLine(lever, item, float(units), unit, weekly)


def cost_lines(scenario: Scenario, plan: Plan, *, rival: str | None = None) -> list[CostLine]:
    """List what a plan costs whatever people do with it.

    Args:
        scenario: dates and the roster with its fees.
        plan: the plan to price.
        rival: name of the rival whose plan it is; ours when None.
    """
    ledger = _Ledger(scenario, plan, rival)
    lines: list[CostLine] = []
    for part in (_media, _posts, _influencers, _seeding, _press, _care, _programmes):
        lines += part(ledger)
    return lines


def _media(of: _Ledger) -> Iterator[CostLine]:
    works = outages(of.scenario)
    for name, media in of.plan.media.items():
        money = daily_amounts(of.scenario, media, of.phase) * of.plan.media_scale
        # What a channel cannot show while it is down is not charged.
        weekly = of.weeks(money * works.get(media.channel or name, np.ones(1)))
        yield of.line("paid media", name, (weekly > 0).sum(), "weeks", weekly)
    for name, media in of.plan.media.items():
        if media.cost_per_creative > 0.0:
            money = daily_amounts(of.scenario, media, of.phase)
            first = int(np.argmax(money > 0)) if money.any() else of.phase.first
            cost = of.once(first, media.creatives * media.cost_per_creative)
            yield of.line("creatives", name, media.creatives, "creatives", cost)


def _posts(of: _Ledger) -> Iterator[CostLine]:
    for name, posts in of.plan.posts.items():
        count = of.weeks(daily_amounts(of.scenario, posts, of.phase, weekdays=posts.weekdays))
        yield of.line("own posts", name, count.sum(), "posts", count * posts.cost_per_post)


def _influencers(of: _Ledger) -> Iterator[CostLine]:
    left = {s.influencer: s.date for s in of.scenario.shocks.values() if s.kind == "defection" and of.ours}
    fees: dict[str, NDArray[np.float64]] = {}
    n_posts: dict[str, int] = {}
    for booking in of.plan.bookings:
        name = booking.influencer
        weekly = fees.setdefault(name, of.weeks(np.zeros(of.scenario.n_days)))
        n_posts.setdefault(name, 0)
        for day in booking.post_dates():
            number = day_number(of.scenario, day)
            if (name in left and day >= left[name]) or not of.phase.first <= number < of.phase.end:
                continue
            weekly += of.once(number, of.scenario.influencers[name].cost_per_post)
            n_posts[name] += 1
    yield from (of.line("influencers", name, n_posts[name], "posts", fee) for name, fee in fees.items())
    if of.plan.outreach is not None:
        weekly = of.weeks(daily_amounts(of.scenario, of.plan.outreach, of.phase))
        yield of.line("outreach", "influencers", (weekly > 0).sum(), "weeks", weekly)


def _seeding(of: _Ledger) -> Iterator[CostLine]:
    for wave in of.plan.seeding:
        day = of.phase.first if wave.date is None else day_number(of.scenario, wave.date)
        # At least one simulated consumer gets it, and stands for more people than may have been meant.
        people = max(float(wave.people), of.scenario.people_per_consumer if wave.people else 0.0)
        if wave.strategy == "list":
            people = len(wave.consumers) * of.scenario.people_per_consumer
        elif wave.strategy == "leaders":
            people = min(people, len(of.scenario.market.leaders) * of.scenario.people_per_consumer)
        yield of.line("product seeding", wave.strategy, people, "people", of.once(day, people * wave.unit_cost))


def _press(of: _Ledger) -> Iterator[CostLine]:
    for name, work in of.plan.earned.items():
        weekly = of.weeks(daily_amounts(of.scenario, work, of.phase))
        yield of.line("press work", name, (weekly > 0).sum(), "weeks", weekly)
    for name, partner in of.plan.partnerships.items():
        count = of.weeks(daily_amounts(of.scenario, partner, of.phase))
        yield of.line("partnerships", name, count.sum(), "posts", count * partner.cost_per_post)


def _care(of: _Ledger) -> Iterator[CostLine]:
    plan = of.plan
    if plan.community is not None:
        team = plan.community
        own = of.weeks(daily_amounts(of.scenario, team, of.phase))
        elsewhere = of.weeks(weekly_amounts(of.scenario, team.elsewhere, of.phase))
        yield of.line("community management", "own pages", own.sum(), "hours", own * team.cost_per_hour)
        if elsewhere.any():
            cost = elsewhere * team.cost_per_hour
            yield of.line("community management", "elsewhere", elsewhere.sum(), "hours", cost)
    if plan.listening is not None:
        heard = plan.listening
        on = of.running(heard)
        weekly = on * heard.hours_per_week * heard.cost_per_hour
        yield of.line("listening", "hours", on.sum() * heard.hours_per_week, "hours", weekly)


def _programmes(of: _Ledger) -> Iterator[CostLine]:
    plan = of.plan
    for lever, part in running_programmes(plan):
        on = of.running(part)
        weekly = on * part.cost_per_week  # type: ignore[attr-defined]
        if weekly.any():
            yield of.line(lever, "running it", on.sum(), "weeks", weekly)
    if plan.sharing is not None and plan.sharing.cost > 0.0:
        first = int(np.argmax(days_on(of.scenario, plan.sharing, of.phase)))
        yield of.line("sharing", "content and site", 1, "project", of.once(first, plan.sharing.cost))
    for name, event in plan.events.items():
        yield of.line("events", name, 1, "events", of.once(day_number(of.scenario, event.date), event.cost))
    for name, offer in plan.offers.items():
        yield of.line("offers", name, 1, "offers", of.once(day_number(of.scenario, offer.start), offer.fixed_cost))


def running_programmes(plan: Plan) -> list[tuple[str, Timed]]:
    """Programmes of a plan that cost money by the week, with the name of their cost line."""
    named = (
        ("opt-ins", plan.sign_up),
        ("cross-selling", plan.cross_sell),
        ("community space", plan.space),
        ("sharing", plan.sharing),
        ("user content", plan.user_content),
        ("rewards", plan.rewards),
        ("loyalty", plan.loyalty),
        ("support", plan.support),
        ("referral programme", plan.referral),
    )
    return [(lever, part) for lever, part in named if part is not None]


def plan_cost(scenario: Scenario, plan: Plan) -> float:
    """Money a plan costs, before anybody does anything."""
    return float(sum(line.total for line in cost_lines(scenario, plan)))


def outcome_lines(scenario: Scenario, plan: Plan, outcome: "Outcome", *, brand: int = 0) -> list[CostLine]:
    """List what a plan costs on top because of what people did: per redemption, contact, member, referral.

    Args:
        scenario: dates and weight.
        plan: the brand's plan, the one that was simulated.
        outcome: one replicate.
        brand: 0 for ours, then the rivals in their order.
    """
    weight = scenario.people_per_consumer
    of = _Ledger(scenario, plan, list(scenario.rivals)[brand - 1] if brand else None)

    def flow(name: str) -> NDArray[np.float64]:
        return outcome.of_brand(name, brand).sum(axis=1) * weight

    def stock(name: str) -> NDArray[np.float64]:
        # On average over the week: who joins on Tuesday is written to on Wednesday.
        rows = outcome.of_brand(name, brand).sum(axis=1) * weight
        return np.asarray((rows[:-1] + rows[1:]) / 2.0)

    both = outcome.of_brand("stock", brand)[..., Stage.AUDIENCE :].sum(axis=(1, 2)) * weight
    members = (both[:-1] + both[1:]) / 2.0
    lines: list[CostLine] = []

    def add(lever: str, item: str, count: NDArray[np.float64], unit: str, each: float) -> None:
        if each > 0.0:
            lines.append(of.line(lever, item, count.sum(), unit, count * each))

    # Whoever ever bought can be written to, and is in the loyalty programme.
    stocks = {"visitors": "visitors", "opt-ins": "opted_in", "customers": "buyers"}
    values = outcome.tables.parameters
    for name, listed in plan.lists.items():
        each_day = daily_amounts(scenario, listed, of.phase)
        reached = stock(stocks[listed.people])
        if listed.channel is not None:
            each_day = each_day * outages(scenario).get(listed.channel, np.ones(1))
            uses = outcome.tables.kinds.use[:, outcome.tables.kinds.channels.index(listed.channel)]
            users = (outcome.of_brand(stocks[listed.people], brand) * uses).sum(axis=1) * weight
            reached = (users[:-1] + users[1:]) / 2.0
        contacts = of.weeks(each_day) * reached
        add("lists", name, contacts, "contacts", contact_price(scenario, plan, name, values))
    if plan.listening is not None:
        found = mended_from(scenario, of.mine, values) if plan.listening.fix else None
        once = np.zeros(len(members)) if found is None else of.once(found[0], 1.0)
        if once.any():
            add("listening", "product fix", once, "fix", plan.listening.fix_cost)
        if plan.listening.ideas_per_quarter > 0.0:
            new = of.weeks(np.diff(ideas_so_far(scenario, of.mine, values), prepend=0.0))
            add("listening", "ideas", new, "ideas", plan.listening.cost_per_idea)
    if plan.sign_up is not None:
        add("opt-ins", "incentive", flow("sign_ups"), "opt-ins", plan.sign_up.cost_per_opt_in)
    for name, offer in plan.offers.items():
        used = flow("redemptions") * _share_of_week(of, offer)
        add("offers", f"{name}, redeemed", used, "redemptions", offer.cost_per_redemption)
    if plan.space is not None:
        add("community space", "members", members * of.running(plan.space), "member weeks",
            plan.space.cost_per_member_week)  # fmt: skip
    for name, event in plan.events.items():
        week = _week_of(of, event.date)
        came = np.zeros(len(members))
        if 0 <= week < len(came):
            # Of all meet-ups of a week, each has its part of those who came: as many as were asked and likely to.
            likely = {n: e.invited * e.p_come for n, e in plan.events.items() if _week_of(of, e.date) == week}
            came[week] = flow("attendances")[week] * likely[name] / max(sum(likely.values()), 1e-9)
        add("events", f"{name}, attenders", came, "people", event.cost_per_attender)
    if plan.rewards is not None:
        on = of.running(plan.rewards)
        back = members * on * values["rewards.take_up"]
        add("rewards", "for coming back", back, "rewards", plan.rewards.per_return)
        add("rewards", "for a friend", flow("referrals") * (on > 0), "referrals", plan.rewards.per_referral)
    if plan.loyalty is not None:
        weeks = stock("buyers") * of.running(plan.loyalty)
        add("loyalty", "customers", weeks, "customer weeks", plan.loyalty.cost_per_customer_week)
    if plan.support is not None:
        helped = (flow("purchases") + flow("samples_used")) * of.running(plan.support) * plan.support.coverage
        add("support", "purchases and samples", helped, "trials", plan.support.cost_per_purchase)
    if plan.referral is not None:
        each = plan.referral.for_sender + plan.referral.for_friend
        sent = flow("referrals") * (of.running(plan.referral) > 0)
        add("referral programme", "rewards", sent, "referrals", each)
    return lines


def contact_price(scenario: Scenario, plan: Plan, name: str, values: "dict[str, float]") -> float:
    """Money per contact of a list: as written, or the platform's price of an impression."""
    listed = plan.lists[name]
    if listed.cost_per_contact is not None:
        return listed.cost_per_contact
    if listed.channel is None:
        return values["platform.email.cpm"] / 1000.0
    return platform_value(scenario.channels[listed.channel], "cpm", values) / 1000.0


def _week_of(of: _Ledger, day: date) -> int:
    """Number of the reported week that a day is in."""
    return day_number(of.scenario, day) // DAYS_PER_WEEK - of.first


def _share_of_week(of: _Ledger, offer: Offer) -> NDArray[np.float64]:
    """Of all weeks in which an offer ran, the part of this one among them: offers never overlap."""
    on = of.weeks(days_on(of.scenario, offer, of.phase))
    every = np.sum([of.weeks(days_on(of.scenario, other, of.phase)) for other in of.plan.offers.values()], axis=0)
    return np.divide(on, every, out=np.zeros(len(on)), where=every > 0)
