"""What depends on last week: how full the community's space is, and how many conversations are answered.

The tables of a plan are compiled for a full sense of community, for every conversation answered and for as many
user posts as are shown at most. Each Monday the week's rows are written anew with what was really so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Brand, Scenario
from scenarios.vocabulary import Cause, Stage, Talk
from simulator.arrays import FELT_ANSWERED, FELT_POSTS, FELT_SPACE, HABIT, N_STAGES
from simulator.calendar import DAYS_PER_WEEK, Phase, daily_amounts, days_on, weekly_sums
from simulator.pressure import Layout
from simulator.sources import Source


@dataclass(frozen=True)
class FollowUp:
    """What each brand does about its people week by week, and which columns of pressure depend on it."""

    habit: NDArray[np.void]  # [B]
    capacity: NDArray[np.float64]  # [B, W]
    disclosure: NDArray[np.float64]  # [B, W]
    shown: NDArray[np.float64]  # [B, W]
    column: NDArray[np.int64]  # [F]
    brand: NDArray[np.int64]  # [F]
    felt: NDArray[np.int64]  # [F, 2]
    factor: NDArray[np.float64]  # [F, 3]

    @property
    def used(self) -> bool:
        """Whether anything depends on last week."""
        return bool(self.capacity.any() or len(self.column))


def follow_up(
    scenario: Scenario,
    brands: list[Brand],
    phases: list[list[Phase]],
    values: Mapping[str, float],
    layout: Layout,
    sources: list[Source],
) -> FollowUp:
    """Compile community management, the community's space and user-generated content.

    Args:
        scenario: dates.
        brands: ours first.
        phases: of every brand.
        values: parameters.
        layout: of the rows of pressure.
        sources: of all brands.
    """
    n, weeks = len(brands), scenario.n_weeks
    habit = np.zeros(n, HABIT)
    for name, key in (
        ("p_complain", "community.p_complain"),
        ("talk_per_member_week", "community.talk_per_member_week"),
        ("reply_hours", "community.reply_hours"),
        ("patience_hours", "community.patience_hours"),
        ("p_resolve", "community.p_resolve"),
        ("density", "space.density"),
        ("posts_per_member_week", "user-content.per_member_week"),
        ("basket", "referral.basket"),
        ("basket_half", "referral.basket_purchases"),
    ):
        habit[name] = values[key]
    habit["p_refund"] = [brand.p_refund for brand in brands]
    capacity, disclosure, shown, open_ = (np.zeros((n, weeks)) for _ in range(4))

    for b, mine in enumerate(phases):
        for phase in mine:
            plan = phase.plan
            if plan.community is not None:
                hours = weekly_sums(daily_amounts(scenario, plan.community, phase))
                capacity[b] += hours * values["community.replies_per_hour"]
            if plan.space is not None:
                on = weekly_sums(days_on(scenario, plan.space, phase)) / DAYS_PER_WEEK
                disclosure[b] += on * plan.space.disclosure
                open_[b] += on
            if plan.user_content is not None:
                on = weekly_sums(days_on(scenario, plan.user_content, phase)) / DAYS_PER_WEEK
                shown[b] += on * plan.user_content.shown_per_week
    meets, answers, asks = (np.flatnonzero(one.any(axis=1)).tolist() for one in (open_, capacity, shown))
    rows = [
        *_sources(layout, sources, meets, Cause.SPACE, FELT_SPACE),
        *_sources(layout, sources, asks, Cause.USER_CONTENT, FELT_POSTS),
        *_forgetting(layout, meets, answers, values),
        *_talk(layout, meets, values),
    ]
    return FollowUp(
        habit, capacity, disclosure, shown,
        column=np.array([row[0] for row in rows], np.int64),
        brand=np.array([row[1] for row in rows], np.int64),
        felt=np.array([row[2] for row in rows], np.int64).reshape(-1, 2),
        factor=np.array([row[3] for row in rows], float).reshape(-1, 3),
    )  # fmt: skip


_Row = tuple[int, int, tuple[int, int], tuple[float, float, float]]


def _sources(layout: Layout, sources: list[Source], used: list[int], cause: Cause, felt: int) -> list[_Row]:
    """A source's stimulus, in proportion to what was felt."""
    _, groups, n_sources = layout.shape["stimulus"]
    return [
        (layout.begin["stimulus"] + (b * groups + group) * n_sources + q, b, (felt, felt), (0.0, 1.0, 0.0))
        for b in used
        for q, source in enumerate(sources)
        if source.cause == cause
        for group in range(groups)
    ]


def _forgetting(layout: Layout, space: list[int], answers: list[int], values: Mapping[str, float]) -> list[_Row]:
    """Members forget less in a community that is full; those at affinity or above, when they are answered."""
    _, patterns, n_holds, _ = layout.shape["down"]
    rows = []
    for b in sorted({*space, *answers}):
        for at in range(patterns * n_holds):
            for stage in range(Stage.AFFINITY, N_STAGES):
                hold = values["space.retention"] if b in space and stage >= Stage.AUDIENCE else 0.0
                kept = values["community.retention"] if b in answers else 0.0
                column = layout.begin["down"] + (b * patterns * n_holds + at) * N_STAGES + stage
                rows.append((column, b, (FELT_SPACE, FELT_ANSWERED), (1.0, -hold, -kept)))
    return rows


def _talk(layout: Layout, space: list[int], values: Mapping[str, float]) -> list[_Row]:
    """Members say more in a community that is full."""
    _, stages, moods, width = layout.shape["status"]
    return [
        (
            layout.begin["status"] + ((b * stages + stage) * moods + mood) * width + column,
            b,
            (FELT_SPACE, FELT_SPACE),
            (1.0, values["space.talk"], 0.0),
        )
        for b in space
        for stage in range(stages)
        for mood in range(moods)
        for column in range(2 * Talk.FRESH)
    ]
