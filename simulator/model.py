"""The campaign as a Mesa model: one step is one day, brands and influencers are agents, consumers are a view.

>>> from simulator.model import CampaignModel
>>> model = CampaignModel()
>>> model.step()
>>> model.day, model.brands[0].name
(1, 'ours')
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import mesa

from scenarios.schema import Plan, Scenario
from simulator.agents import BrandAgent, InfluencerAgent
from simulator.arrays import Tallies
from simulator.calendar import week_label
from simulator.consumers import ConsumerSet
from simulator.simulate import Outcome, start_run
from simulator.tables import compile_tables
from simulator.world import World, build_world

if TYPE_CHECKING:
    import networkx as nx

    from simulator.graph import SocialGraph
    from simulator.tables import DayTables


class CampaignModel(mesa.Model):
    """A market in which one plan runs, day by day, for anybody who knows Mesa.

    Without arguments it is a bundled classroom market under its first plan:

        >>> model = CampaignModel()
        >>> model.run_days(14)
        >>> model.day, model.week == 2, model.running
        (14, True, True)

    Brands and influencers are agents in ``model.agents``; the many consumers are looked at through
    ``model.consumers``. Data are collected as in any Mesa model:

        >>> from mesa import DataCollector
        >>> from simulator.agents import BrandAgent
        >>> collector = DataCollector(agenttype_reporters={BrandAgent: {"advocates": "advocates"}})
        >>> model.step()
        >>> collector.collect(model)
        >>> len(collector.get_agenttype_vars_dataframe(BrandAgent)) == len(model.brands)
        True

    Two seeds decide everything: ``world_seed`` who exists and who knows whom, ``luck`` how stubborn everybody
    is. Nothing is drawn from ``model.random`` or ``model.rng``, and two models with the same seeds go through
    the same days. The first argument is not called ``scenario``, nor is any attribute, because Mesa 3.5 keeps
    something else under that name, and its SolaraViz would overwrite ours.

    Args:
        what_if: the scenario; left out, the bundled ``classroom``.
        plan: name of one of its plans, or a plan; left out, the first.
        world_seed: any integer; another one gives other people with other friends.
        luck: any integer; left out, ``rng`` if there is one, else 0.
        graph: the market's own network, as for :func:`simulator.world.build_world`.
        parameters: replace the scenario's, as for :func:`simulator.tables.compile_tables`.
        with_causes: count what caused each move; costs a little time and changes nothing else.
        rng: what Mesa's own tools call a seed. Seeds ``model.random`` and ``model.rng``, and stands in for
            ``luck``, so that ``mesa.batch_run(..., rng=[1, 2, 3])`` gives three different replicates.

    Raises:
        KeyError: the scenario has no plan of that name.
        WorldError, TableError: the market or the plan cannot be simulated.
    """

    def __init__(
        self,
        what_if: Scenario | None = None,
        plan: str | Plan | None = None,
        *,
        world_seed: int = 0,
        luck: int | None = None,
        graph: "SocialGraph | nx.Graph | None" = None,
        parameters: Mapping[str, float] | None = None,
        with_causes: bool = True,
        rng: int | None = None,
    ) -> None:
        # numpy integers are plain ones to us, but not to every version of Mesa.
        super().__init__(rng=None if rng is None else int(rng))
        self.what_if = _classroom() if what_if is None else what_if
        self.plan = _choose_plan(self.what_if, plan)
        self.world: World = build_world(self.what_if, seed=world_seed, graph=graph)
        self.tables: DayTables = compile_tables(self.what_if, self.plan, parameters=parameters, kinds=self.world.kinds)
        self.run = start_run(
            self.what_if,
            self.plan,
            world=self.world,
            tables=self.tables,
            luck=luck if luck is not None else int(rng or 0),
            with_causes=with_causes,
        )
        rivals = self.what_if.rivals
        plans = {"ours": self.plan, **{f"rival {name}": rival.plan for name, rival in rivals.items()}}
        self.brands = [
            BrandAgent(self, b, name.removeprefix("rival "), one) for b, (name, one) in enumerate(plans.items())
        ]
        posts: dict[str, list[date]] = {name: [] for name in self.what_if.influencers}
        names = list(posts)
        for post in self.run.tables.posts:
            posts[names[post.influencer]].append(self.what_if.first_day + timedelta(days=post.day))
        self.influencers = [InfluencerAgent(self, k, name, days) for k, (name, days) in enumerate(posts.items())]

    def step(self) -> None:
        """Live through one day.

        Raises:
            ValueError: the scenario is over; ``running`` is false from its last day on.
        """
        self.run.advance(1)
        self.running = self.day < self.tables.n_days

    def run_days(self, n: int) -> None:
        """Step through some days.

        Args:
            n: how many, at most as many as are left.
        """
        for _ in range(n):
            self.step()

    @property
    def day(self) -> int:
        """Days lived through so far; also the number of the day that comes next."""
        return self.run.day

    @property
    def date(self) -> date:
        """The day that comes next."""
        return self.what_if.first_day + timedelta(days=self.day)

    @property
    def week(self) -> int:
        """Whole weeks lived through so far."""
        return self.day // 7

    @property
    def week_label(self) -> str:
        """ISO name of the week that the next day is in."""
        return week_label(self.date)

    @property
    def people_per_consumer(self) -> float:
        """How many people of the market one simulated consumer stands for."""
        return self.what_if.market.size / self.world.n

    @property
    def tallies(self) -> Tallies:
        """What has been counted so far, week by week; the current week is still filling up."""
        return self.run.tallies

    @property
    def consumers(self) -> ConsumerSet:
        """Everybody in the market, as they are at this moment."""
        return ConsumerSet(self)

    def brand_number(self, brand: int | str) -> int:
        """Find a brand by number, by its key in the scenario (ours is ``ours``) or by its title.

        Args:
            brand: what it is called.

        Raises:
            KeyError: there is no such brand.
        """
        for agent in self.brands:
            if brand in (agent.number, agent.name, agent.title):
                return agent.number
        raise KeyError(f"there is no brand {brand!r}; there are {', '.join(agent.name for agent in self.brands)}")

    def outcome(self) -> Outcome:
        """What happened so far, as :func:`simulator.simulate.simulate` returns it for a whole replicate."""
        before = self.what_if.warm_up_weeks
        return Outcome(self.run.tallies, self.run.tables, self.world.n, self.run.kernel_seconds, before)


def _classroom() -> Scenario:
    from scenarios import load_scenario

    return load_scenario("classroom").scenario


def _choose_plan(scenario: Scenario, plan: str | Plan | None) -> Plan:
    if isinstance(plan, Plan):
        return plan
    if plan is None:
        return next(iter(scenario.plans.values()))
    if plan not in scenario.plans:
        raise KeyError(f"there is no plan {plan!r}; there are {', '.join(scenario.plans)}")
    return scenario.plans[plan]


__all__ = ["CampaignModel"]
