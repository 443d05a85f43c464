"""What a brand's programmes change from day to day: how much is said, how fast people forget, who opts in.

Each function returns something per day for one brand, from the phases of its plan.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import Plan
from scenarios.schema import Brand, Scenario
from scenarios.vocabulary import N_STANDINGS, Cause, Stage, Standing, Talk
from simulator.arrays import N_STAGES
from simulator.calendar import Phase, day_number, days_on, launched
from simulator.kinds import Kinds
from simulator.sources import Stream

_MEMBERS = slice(Stage.AUDIENCE, Stage.ADVOCACY + 1)


def phone_ready(scenario: Scenario, mine: list[Phase]) -> NDArray[np.float64]:
    """Share of what is lost on phones that the brand's site wins back, by day."""
    out = np.zeros(scenario.n_days)
    for phase in mine:
        if phase.plan.sharing is not None:
            out[days_on(scenario, phase.plan.sharing, phase)] = phase.plan.sharing.phone_ready
    return out


def louder(
    scenario: Scenario,
    b: int,
    mine: list[Phase],
    brand: Brand,
    streams: list[Stream],
    kinds: Kinds,
    values: Mapping[str, float],
) -> NDArray[np.float64]:
    """How much more each class of talker says on each day: [T, talk].

    Content worth passing on, sharing made easy, an invitation to post, rewards, a referral programme, and a moment
    when a brand goes viral. What some users of a channel pass on counts as a little more from everybody who talks.
    """
    days = scenario.n_days
    passed_on = np.zeros(days)
    for stream in streams:
        if stream.brand == b and stream.source.cause == Cause.OWNED:
            users = math.fsum(kinds.share * kinds.use[:, stream.source.channel])
            passed_on += stream.per_weight * np.resize(stream.shared, days) * users
    easier = np.ones(days)
    new = novelty(scenario, mine, values)
    gain = np.ones((days, len(Talk)))
    for phase in mine:
        plan = phase.plan
        if plan.sharing is not None:
            easier[days_on(scenario, plan.sharing, phase)] = plan.sharing.content * plan.sharing.site
        if plan.user_content is not None:
            # Nobody controls what people post: the disappointed are invited too.
            gain[days_on(scenario, plan.user_content, phase)] *= 1.0 + values["user-content.talk"]
        if plan.rewards is not None:
            strength = _during(phase, new) * _enough(plan.rewards.per_referral, _price(plan, brand), values)
            gain[:, : Talk.DETRACTOR] *= (1.0 + values["rewards.talk"] * strength)[:, None]
        if plan.referral is not None:
            worth = plan.referral.for_sender + plan.referral.for_friend
            on = days_on(scenario, plan.referral, phase) * _enough(worth, _price(plan, brand), values)
            for kind in (Talk.ADVOCATE, Talk.FRESH):
                gain[:, kind] *= 1.0 + values["referral.talk"] * on
    gain[:, : Talk.DETRACTOR] *= (1.0 + values["share.gain"] * passed_on * easier)[:, None]
    return gain * (_viral(scenario, b) * launched(scenario, mine))[:, None]


def _viral(scenario: Scenario, b: int) -> NDArray[np.float64]:
    """So many times as much talk on the day, fading evenly to the usual."""
    out = np.ones(scenario.n_days)
    ours = [None, *scenario.rivals][b]
    for shock in scenario.shocks.values():
        if shock.kind == "viral" and shock.brand == ours:
            age = np.arange(scenario.n_days) - day_number(scenario, shock.date)
            left = np.where((age >= 0) & (age < shock.days), 1.0 - age / shock.days, 0.0)
            out *= 1.0 + (shock.strength - 1.0) * left
    return np.maximum(out, 0.0)


def novelty(scenario: Scenario, mine: list[Phase], values: Mapping[str, float]) -> NDArray[np.float64]:
    """How new a brand's rewards still are, by day: 1 at first, halving to a floor; 0 while there are none."""
    on = np.zeros(scenario.n_days, np.bool_)
    for phase in mine:
        if phase.plan.rewards is not None:
            on |= days_on(scenario, phase.plan.rewards, phase)
    if not on.any():
        return np.zeros(scenario.n_days)
    age = np.maximum(np.arange(scenario.n_days) - int(np.argmax(on)), 0)
    floor = values["rewards.floor"]
    return on * (floor + (1.0 - floor) * 0.5 ** (age / values["rewards.novelty_days"]))


def _during(phase: Phase, by_day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Only what falls into a phase."""
    out = np.zeros(len(by_day))
    out[phase.first : phase.end] = by_day[phase.first : phase.end]
    return out


def _price(plan: Plan, brand: Brand) -> float:
    return plan.price or brand.price


def _enough(reward: float, price: float, values: Mapping[str, float]) -> float:
    """Effect of a reward of this size: it saturates with its share of the price."""
    return -math.expm1(-reward / (values["rewards.enough"] * price))


def rewards_friends(plan: Plan) -> bool:
    """Whether a plan gives anything for sending a friend, so that it is known who was sent."""
    return plan.referral is not None or (plan.rewards is not None and plan.rewards.per_referral > 0.0)


def hold_classes(phases: list[list[Phase]]) -> tuple[NDArray[np.int64], list[int]]:
    """Which standings have a forgetting and a choice of their own.

    Customers have, where any brand has a loyalty programme; and those whom a friend sent, where any rewards sending
    friends.

    Returns:
        the class of each standing, and for each class the standing that it stands for.
    """
    plans = [phase.plan for mine in phases for phase in mine]
    classes, stands_for = np.zeros(N_STANDINGS, np.int64), [0]
    for used, standing in (
        (any(plan.loyalty is not None for plan in plans), Standing.BOUGHT),
        (any(rewards_friends(plan) for plan in plans), Standing.REFERRED),
    ):
        if used:
            classes += len(stands_for) * ((np.arange(N_STANDINGS) & standing) != 0)
            stands_for += [one | int(standing) for one in stands_for]
    return classes, stands_for


def holds(
    scenario: Scenario, mine: list[Phase], brand: Brand, standings: list[int], values: Mapping[str, float]
) -> NDArray[np.float64]:
    """Share of forgetting that a brand's programmes leave: [T, standings, stage]."""
    out = np.ones((scenario.n_days, len(standings), N_STAGES))
    new = novelty(scenario, mine, values)
    for phase in mine:
        plan = phase.plan
        if plan.rewards is not None:
            strength = _during(phase, new) * _enough(plan.rewards.per_return, _price(plan, brand), values)
            out[:, :, _MEMBERS] *= (1.0 - values["rewards.retention"] * strength)[:, None, None]
        if plan.loyalty is not None:
            on = days_on(scenario, plan.loyalty, phase)
            for h, standing in enumerate(standings):
                if standing & Standing.BOUGHT:
                    out[on, h] *= 1.0 - values["loyalty.retention"]
    for h, standing in enumerate(standings):
        if standing & Standing.REFERRED and any(rewards_friends(phase.plan) for phase in mine):
            out[:, h] *= 1.0 - values["referral.retention"]
    return out


def per_day(
    scenario: Scenario, mine: list[Phase], brand: Brand, values: Mapping[str, float]
) -> dict[str, NDArray[np.float64]]:
    """Chances that a brand's programmes give on each day: opting in, a second product, naming the friend; loyalty."""
    out = {name: np.zeros(scenario.n_days) for name in ("opt_in", "claim", "cross", "loyal")}
    for phase in mine:
        plan = phase.plan
        if plan.sign_up is not None:
            p = values["sign-up.p"] if plan.sign_up.p_opt_in is None else plan.sign_up.p_opt_in
            more = values["sign-up.value_first"] if plan.sign_up.value_first else 1.0
            out["opt_in"][days_on(scenario, plan.sign_up, phase)] = min(p * more, 1.0)
        worth = np.zeros(scenario.n_days)
        if plan.referral is not None:
            on = days_on(scenario, plan.referral, phase)
            worth[on] += plan.referral.for_sender + plan.referral.for_friend
        if plan.rewards is not None:
            worth[days_on(scenario, plan.rewards, phase)] += plan.rewards.per_referral
        saturates = -np.expm1(-worth / (values["rewards.enough"] * _price(plan, brand)))
        out["claim"] += _during(phase, values["referral.p_claim"] * saturates)
        if plan.cross_sell is not None:
            p = values["cross-sell.p"] if plan.cross_sell.p_take is None else plan.cross_sell.p_take
            out["cross"][days_on(scenario, plan.cross_sell, phase)] = p
        if plan.loyalty is not None:
            out["loyal"][days_on(scenario, plan.loyalty, phase)] = 1.0
    return out
