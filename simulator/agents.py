"""Brands and influencers as true Mesa agents: few, named, and worth an object each.

Consumers are not here: they are many and alike, and live in arrays that :mod:`simulator.consumers` shows.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Plan
from scenarios.vocabulary import Stage
from simulator.arrays import NEVER_BOUGHT
from simulator.calendar import DAYS_PER_WEEK
from simulator.costs import cost_lines

if TYPE_CHECKING:
    from simulator.model import CampaignModel


class OwnIds:
    """Counts a model's agents on the model itself.

    Mesa 3.3 counts them in a table of the class ``Agent`` that is keyed by model, so that no model with an
    agent is ever freed. It reads the table as ``self._ids[model]``; an agent class that sets ``_ids`` to this
    one leaves nothing behind. Later versions of Mesa count on the model too and never look here.
    """

    def __getitem__(self, model: Any) -> Iterator[int]:
        model.n_agents_made = getattr(model, "n_agents_made", 0) + 1
        return iter((model.n_agents_made,))


class BrandAgent(mesa.Agent):
    """One brand in the market, ours or a rival: where consumers stand with it, and what it has spent so far.

        >>> from simulator.model import CampaignModel
        >>> brand = CampaignModel().brands[0]
        >>> int(brand.stage_counts.sum()) == len(brand.model.consumers), brand.purchases
        (True, 0)

    Counts are simulated consumers; each stands for ``model.people_per_consumer`` people. Money is the
    scenario's currency and the whole market's.

    Attributes:
        name: ``ours``, or the rival's key in the scenario.
        title: how reports call it.
        number: 0 is ours; the brand's row in every array.
        plan: what it does.
    """

    _ids = OwnIds()

    def __init__(self, model: "CampaignModel", number: int, name: str, plan: Plan) -> None:
        super().__init__(model)
        self.number = number
        self.name = name
        self.title = model.tables.brands[number]
        self.plan = plan
        lines = cost_lines(model.what_if, plan, rival=name if number else None)
        before = np.zeros(model.what_if.warm_up_weeks)  # what was spent earlier is not counted
        spent = sum((line.weekly for line in lines), np.zeros(model.what_if.n_weeks - len(before)))
        self._weekly_cost = np.concatenate([before, spent])

    @property
    def _lives(self) -> NDArray[np.void]:
        return self.model.run.state.lives[self.number]

    @property
    def stage_counts(self) -> NDArray[np.int64]:
        """Consumers at each of the six stages, from unaware to advocacy."""
        return np.bincount(self._lives["stage"], minlength=len(Stage))

    @property
    def advocates(self) -> int:
        """Consumers at advocacy."""
        return int(np.count_nonzero(self._lives["stage"] == Stage.ADVOCACY))

    @property
    def customers(self) -> int:
        """Consumers who bought it recently enough not to count as gone."""
        last = self._lives["last"].astype(np.int64)
        window = self.model.tables.arrays.churn_days[self.model.world.arrays.people["segment"]]
        return int(np.count_nonzero((last != NEVER_BOUGHT) & (self.model.day - last <= window)))

    @property
    def purchases(self) -> int:
        """Times that a consumer bought it since the first day."""
        first = self.model.what_if.warm_up_weeks
        return int(self.model.tallies.counts["purchases"][first:, self.number].sum())

    @property
    def spent(self) -> float:
        """Money spent on its plan so far; that of the current week by the day."""
        week, days = divmod(self.model.day, DAYS_PER_WEEK)
        this_week = self._weekly_cost[week] * days / DAYS_PER_WEEK if days else 0.0
        return float(self._weekly_cost[:week].sum() + this_week)

    def __repr__(self) -> str:
        return f"BrandAgent({self.name!r})"


class InfluencerAgent(mesa.Agent):
    """One influencer of the roster: how many simulated consumers follow them, and when they post.

        >>> from scenarios import load_scenario
        >>> from simulator.model import CampaignModel
        >>> model = CampaignModel(load_scenario("coldbrew-launch", consumers=500).scenario, "baseline")
        >>> model.influencers[0].posts_so_far
        0

    Attributes:
        name: key in the roster.
        title: how reports call them.
        number: row in the roster.
        n_followers: simulated consumers who follow them in this world.
        post_dates: days of all posts booked by any brand, in order.
    """

    _ids = OwnIds()

    def __init__(self, model: "CampaignModel", number: int, name: str, post_dates: list[date]) -> None:
        super().__init__(model)
        self.number = number
        self.name = name
        self.title = model.what_if.influencers[name].title or name
        ptr = model.world.arrays.follow_ptr
        self.n_followers = int(ptr[number + 1] - ptr[number])
        self.post_dates = tuple(sorted(post_dates))

    @property
    def posts_so_far(self) -> int:
        """Posts that went out before today."""
        return sum(day < self.model.date for day in self.post_dates)

    @property
    def next_post(self) -> date | None:
        """Day of the next post, which may be today; none when all are out."""
        return next((day for day in self.post_dates if day >= self.model.date), None)

    def __repr__(self) -> str:
        return f"InfluencerAgent({self.name!r})"
