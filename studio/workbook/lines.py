"""The lines of a plan by week, as a planner books them: money or units, and where in the plan they come from.

>>> from scenarios import load_scenario
>>> scenario = load_scenario("coldbrew-launch").scenario
>>> lines = plan_lines(scenario, scenario.plans["baseline"])
>>> [(line.channel, line.lever, line.item, line.total) for line in lines][:2]
[('instagram', 'paid media', 'instagram', 216000.0), ('tiktok', 'paid media', 'tiktok', 156000.0)]
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from scenarios.lines import Path
from scenarios.plan import Paced, Plan
from scenarios.schema import Scenario
from studio.workbook.texts import cleaned

if TYPE_CHECKING:
    from numpy.typing import NDArray

Editable = Literal["money", "units", "posts", ""]

PAID = "paid media"
"""Name of the cost line of paid media: the lines that may be added to a flowchart."""

ELSEWHERE = "no channel"
"""What stands in the column of channels for lines that run on none."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a plan.

    Attributes:
        path: the entry of the plan that it comes from, such as ``("media", "tv")``.
        key: key of that entry that holds the amounts by week; empty if none does.
        channel: channel it runs on, or :data:`ELSEWHERE`.
        lever: name of the cost line.
        item: name of the entry, influencer or wave.
        unit: what is counted, such as posts.
        money: planned money by week of the plan.
        units: count by week; empty where only money is planned.
        price: money per unit; 0 where units cost nothing, or are not what is paid for.
        price_key: key of the plan that holds it; empty if none does.
        factor: money that one unit of the plan's own amount becomes, by week: the scale of all media, and outages.
        editable: what may be changed by week: its money, its units, its posts' dates, or nothing.
        in_flowchart: whether it has money that is known in advance.
    """

    path: Path
    key: str = ""
    channel: str
    lever: str
    item: str
    unit: str = ""
    money: tuple[float, ...]
    units: tuple[float, ...] = ()
    price: float = 0.0
    price_key: str = ""
    factor: tuple[float, ...] = ()
    editable: Editable = ""
    in_flowchart: bool = True

    @property
    def amounts(self) -> tuple[float, ...]:
        """What may be edited by week: money, or units."""
        return self.units if self.editable == "units" else self.money

    @property
    def name(self) -> tuple[str, str]:
        """Lever and item: what tells lines of a plan apart."""
        return self.lever, self.item

    @property
    def label(self) -> tuple[str, str, str]:
        """Channel, lever and item, as they head the line on every sheet."""
        return self.channel, self.lever, self.item

    @property
    def total(self) -> float:
        """Money over the whole plan."""
        return cleaned(sum(self.money))


def plan_weeks(scenario: Scenario) -> list[date]:
    """The Monday of every week of a plan; nothing is bought in the carry-out weeks."""
    return [scenario.start + timedelta(weeks=week) for week in range(scenario.weeks)]


def plan_lines(scenario: Scenario, plan: Plan) -> list[Line]:
    """Every line of a plan by week, channel by channel in the order of the scenario.

    Args:
        scenario: dates, fees, outages.
        plan: the plan.

    Returns:
        Lines of money first by channel, then in the order of the cost table; lines that cost nothing known in
        advance, such as lists, are there too, with ``in_flowchart`` false.
    """
    lines = [*_money_lines(scenario, plan), *_list_lines(scenario, plan)]
    channels = [*scenario.channels, ELSEWHERE]
    return sorted(lines, key=lambda line: channels.index(line.channel) if line.channel in channels else len(channels))


def _money_lines(scenario: Scenario, plan: Plan) -> Iterator[Line]:
    from simulator.costs import cost_lines

    wave = 0
    for cost in cost_lines(scenario, plan):
        money = cleaned_row(cost.weekly[: scenario.weeks])
        lever, item = cost.lever, cost.item
        if lever == PAID:
            yield _media(scenario, plan, item, money)
        elif lever == "creatives":
            channel = plan.media[item].channel or item
            path: Path = ("media", item, "creatives")
            yield Line(path=path, channel=channel, lever=lever, item=item, unit="creatives", money=money)
        elif lever == "own posts":
            posts = plan.posts[item]
            yield _counted(
                scenario, ("posts", item), posts, channel=posts.channel or item, lever=lever, item=item, unit="posts",
                price=posts.cost_per_post, price_key="cost_per_post",
            )  # fmt: skip
        elif lever == "influencers":
            who = scenario.influencers[item]
            yield Line(
                path=("bookings",), channel=who.channel, lever=lever, item=item, unit="posts", money=money,
                units=_posts_by_week(scenario, plan, item), price=who.cost_per_post, editable="posts",
            )  # fmt: skip
        elif lever == "outreach":
            yield _money(("outreach",), ELSEWHERE, lever, item, money)
        elif lever == "product seeding":
            yield Line(
                path=("seeding", wave), channel=ELSEWHERE, lever=lever, item=f"{item} {wave + 1}", unit="people",
                money=money,
            )  # fmt: skip
            wave += 1
        elif lever == "press work":
            yield _money(("earned", item), plan.earned[item].channel, lever, item, money)
        elif lever == "partnerships":
            partner = plan.partnerships[item]
            yield _counted(
                scenario, ("partnerships", item), partner, channel=partner.channel, lever=lever, item=item,
                unit="posts", price=partner.cost_per_post, price_key="cost_per_post",
            )  # fmt: skip
        elif lever == "community management":
            if item == "own pages":
                yield from _community(scenario, plan)
        else:
            yield Line(path=_section_of(lever, item), channel=ELSEWHERE, lever=lever, item=item, money=money)


_SECTIONS = {
    "listening": "listening",
    "opt-ins": "sign_up",
    "cross-selling": "cross_sell",
    "community space": "space",
    "sharing": "sharing",
    "user content": "user_content",
    "rewards": "rewards",
    "loyalty": "loyalty",
    "support": "support",
    "referral programme": "referral",
}


def _section_of(lever: str, item: str) -> Path:
    return (lever, item) if lever in ("events", "offers") else (_SECTIONS[lever],)


def cleaned_row(weekly: "NDArray | Sequence[float]") -> tuple[float, ...]:
    """Amounts by week as a file can hold them."""
    return tuple(cleaned(float(value)) for value in weekly)


def _money(path: Path, channel: str, lever: str, item: str, money: tuple[float, ...]) -> Line:
    return Line(
        path=path, key="weekly", channel=channel, lever=lever, item=item, money=money, factor=(1.0,) * len(money),
        editable="money",
    )  # fmt: skip


def _media(scenario: Scenario, plan: Plan, name: str, money: tuple[float, ...]) -> Line:
    channel = plan.media[name].channel or name
    return Line(
        path=("media", name), key="weekly", channel=channel, lever=PAID, item=name, money=money,
        factor=media_factor(scenario, channel, scale=plan.media_scale), editable="money",
    )  # fmt: skip


def media_factor(scenario: Scenario, channel: str, *, scale: float) -> tuple[float, ...]:
    """What is charged for each unit of money on a channel, by week: nothing is while the channel is down.

    Args:
        scenario: its outages.
        channel: name.
        scale: of all paid media of the plan.
    """
    from simulator.calendar import outages, weekly_sums

    works = outages(scenario).get(channel)
    if works is None:
        return (scale,) * scenario.weeks
    first = scenario.warm_up_weeks
    return tuple(scale * float(share) for share in weekly_sums(works)[first : first + scenario.weeks] / 7.0)


def _counted(
    scenario: Scenario, path: Path, part: Paced, *, channel: str, lever: str, item: str, unit: str, price: float,
    price_key: str, key: str = "weekly", in_flowchart: bool = True,
) -> Line:  # fmt: skip
    from simulator.calendar import amounts_by_week

    units = cleaned_row(amounts_by_week(scenario, part))
    return Line(
        path=path, key=key, channel=channel, lever=lever, item=item, unit=unit, units=units, price=price,
        money=tuple(cleaned(n * price) for n in units), price_key=price_key, factor=(1.0,) * len(units),
        editable="units", in_flowchart=in_flowchart,
    )  # fmt: skip


def _community(scenario: Scenario, plan: Plan) -> Iterator[Line]:
    team = plan.community
    if team is None:
        return
    both = (("weekly", team, "own pages"), ("elsewhere", Paced(weekly=team.elsewhere), "elsewhere"))
    for key, part, item in both:
        yield _counted(
            scenario, ("community",), part, channel=ELSEWHERE, lever="community management", item=item, unit="hours",
            price=team.cost_per_hour, price_key="cost_per_hour", key=key,
        )  # fmt: skip


def _list_lines(scenario: Scenario, plan: Plan) -> Iterator[Line]:
    for name, listed in plan.lists.items():
        yield _counted(
            scenario, ("lists", name), listed, channel=listed.channel or ELSEWHERE, lever="lists", item=name,
            unit="contacts per person", price=0.0, price_key="", in_flowchart=False,
        )  # fmt: skip


def part_at(plan: Plan, line: Line) -> Paced | None:
    """The entry of a plan that holds a line's amounts by week.

    Args:
        plan: the plan that the line was made from.
        line: from :func:`plan_lines`.
    """
    if line.editable not in ("money", "units"):
        return None
    part = getattr(plan, str(line.path[0]))
    found = part[line.path[1]] if len(line.path) > 1 else part
    return Paced(weekly=found.elsewhere) if line.key == "elsewhere" else found


def _posts_by_week(scenario: Scenario, plan: Plan, name: str) -> tuple[float, ...]:
    counts = [0.0] * scenario.weeks
    gone = leaves_on(scenario).get(name)
    for booking in plan.bookings:
        for day in booking.post_dates() if booking.influencer == name else []:
            week = (day - scenario.start).days // 7
            if 0 <= week < scenario.weeks and (gone is None or day < gone):
                counts[week] += 1
    return tuple(counts)


def leaves_on(scenario: Scenario) -> dict[str, date]:
    """Influencers who leave us, and the first day on which they post no more."""
    return {s.influencer: s.date for s in scenario.shocks.values() if s.kind == "defection" and s.influencer}
