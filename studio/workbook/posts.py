"""The posts of influencers that a plan books, one by one: date, fee, expected sights and what they are worth.

>>> from scenarios import load_scenario
>>> scenario = load_scenario("coldbrew-launch").scenario
>>> post = booked_posts(scenario, scenario.plans["creators"])[0]
>>> post.influencer, str(post.day), post.fee
('thatsjules', '2027-01-14', 14000.0)
"""

from dataclasses import dataclass
from datetime import date

from scenarios.plan import Plan
from scenarios.schema import Scenario
from studio.workbook.lines import leaves_on
from studio.workbook.texts import cleaned

REACH_NOTE = (
    "Expected sights are followers × share in this market × influencer.reach, before wear-out by earlier posts; "
    "they are an expectation, not a promise."
)


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """One booked post.

    Attributes:
        booking: number of the booking in the plan, from 1.
        influencer: name in the roster.
        channel: where they post.
        day: of the post.
        fee: money; 0 if they have left by then.
        sights: people of this market who are expected to see it; None if they have left by then.
        cpm: rate card: money per 1,000 impressions on the channel; None where it has no price.
        remark: why it costs and does nothing.
    """

    booking: int
    influencer: str
    channel: str
    day: date
    fee: float
    sights: float | None
    cpm: float | None
    remark: str = ""

    @property
    def media_value(self) -> float | None:
        """Earned media value: what as many impressions would have cost."""
        return None if self.sights is None or self.cpm is None else cleaned(self.sights * self.cpm / 1000.0)


def booked_posts(scenario: Scenario, plan: Plan) -> list[PostRow]:
    """Every post that a plan books, in the order of its bookings.

    Args:
        scenario: roster and channels.
        plan: the plan.

    Source:
        The parameter ``influencer.reach``; prices of impressions as everywhere in the engine.
    """
    from simulator.parameters import parameter_values, platform_value

    values = parameter_values(scenario)
    gone = leaves_on(scenario)
    rows = []
    for place, booking in enumerate(plan.bookings):
        who = scenario.influencers[booking.influencer]
        channel = scenario.channels[who.channel]
        priced = channel.cpm is not None or f"platform.{channel.platform}.cpm" in values
        cpm = platform_value(channel, "cpm", values) if priced else None
        sights = cleaned(who.followers * who.in_market * values["influencer.reach"])
        left = gone.get(booking.influencer)
        for day in booking.post_dates():
            lost = left is not None and day >= left
            rows.append(
                PostRow(
                    booking=place + 1, influencer=booking.influencer, channel=who.channel, day=day,
                    fee=0.0 if lost else who.cost_per_post, sights=None if lost else sights, cpm=cpm,
                    remark=f"has left on {left}" if lost else "",
                )
            )  # fmt: skip
    return rows
