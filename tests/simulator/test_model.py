"""The Mesa face of a campaign: agents, data collection, the view of consumers, and leaving nothing behind."""

import copy
import gc
import inspect
import pickle
import random
import subprocess
import sys
import tracemalloc
import weakref
from collections import Counter
from datetime import date
from pathlib import Path

import mesa
import networkx as nx
import numpy as np
import pytest
from lively import lively_market
from mesa.datacollection import DataCollector

from scenarios import bare_scenario, load_scenario
from scenarios.schema import Scenario
from scenarios.vocabulary import Mood, Stage
from simulator.agents import BrandAgent, InfluencerAgent
from simulator.consumers import ATTRIBUTES, Consumer, ConsumerSet
from simulator.costs import plan_cost
from simulator.model import CampaignModel
from simulator.reference import ReferenceModel
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def coldbrew() -> Scenario:
    return load_scenario("coldbrew-launch", consumers=400).scenario


def _everybody(model: CampaignModel) -> list[bytes]:
    """All that is so of all consumers."""
    fields = (
        "stage",
        "mood",
        "until",
        "heard",
        "entered",
        "sampled",
        "standing",
        "spells",
        "bought",
        "last",
        "up",
        "down",
    )
    return [model.run.state.lives[field].tobytes() for field in fields]


def _small(consumers: int = 20) -> Scenario:
    return bare_scenario(consumers=consumers, weeks=1, parameters={"organic.attention": 0.05})


def test_without_arguments_it_is_a_lesson() -> None:
    model = CampaignModel()
    assert model.what_if == load_scenario("classroom").scenario
    assert model.plan == next(iter(model.what_if.plans.values()))
    model.run_days(7)
    assert model.day == 7


def test_the_same_as_simulate(coldbrew: Scenario) -> None:
    plan = coldbrew.plans["baseline"]
    model = CampaignModel(coldbrew, "baseline", world_seed=3, luck=5)
    while model.running:
        model.step()
    outcome = simulate(
        coldbrew, plan, world=build_world(coldbrew, seed=3), tables=compile_tables(coldbrew, plan), luck=5
    )
    np.testing.assert_array_equal(model.tallies.counts, outcome.tallies.counts)
    np.testing.assert_array_equal(model.outcome().tallies.causes, outcome.tallies.causes)
    assert model.outcome().n_events == outcome.n_events > 0


def test_a_plan_may_be_given_by_name_or_as_it_is(coldbrew: Scenario) -> None:
    name, plan = list(coldbrew.plans.items())[-1]
    one, other = CampaignModel(coldbrew, name), CampaignModel(coldbrew, plan)
    for model in (one, other):
        model.run_days(21)
    assert _everybody(one) == _everybody(other)
    with pytest.raises(KeyError, match="there is no plan 'basline'; there are baseline"):
        CampaignModel(coldbrew, "basline")


def test_parameters_and_graph_are_used() -> None:
    scenario = _small(5)
    model = CampaignModel(scenario, parameters={"organic.attention": 50.0}, graph=nx.path_graph(["a", "b", "c"]))
    model.step()
    assert [consumer.label for consumer in model.consumers] == ["a", "b", "c"]
    assert model.consumers.get("stage").tolist() == [1, 1, 1]
    assert [c.label for c in model.consumers[1].neighbors()] == ["a", "c"]


def test_days_weeks_and_the_end(coldbrew: Scenario) -> None:
    model = CampaignModel(coldbrew)
    assert (model.day, model.week, model.date) == (0, 0, date(2027, 1, 4))
    model.run_days(8)
    assert (model.day, model.week, model.date, model.week_label) == (8, 1, date(2027, 1, 12), "2027-W02")
    assert model.running
    model.run_days(model.tables.n_days - 8)
    assert not model.running
    with pytest.raises(ValueError, match="beyond the scenario's 182 days"):
        model.step()


def test_luck_and_rng() -> None:
    """Mesa's own tools know luck as ``rng``; nothing but luck and world decides what happens."""

    def stages(**seeds: int | None) -> bytes:
        model = CampaignModel(_small(200), **seeds)
        model.random.random()
        model.rng.random()
        model.run_days(5)
        return model.consumers.get("stage").tobytes()

    assert stages() == stages(luck=0) == stages(rng=0) == stages(luck=0, rng=9)
    assert stages(luck=1) == stages(rng=1) == stages(rng=np.int64(1)) != stages()
    assert stages(world_seed=1) != stages() or _small().segments  # one segment: people differ only by their luck


def test_mesa_must_not_hand_its_own_scenario_over() -> None:
    """SolaraViz of Mesa 3.5 passes one to every model that has a parameter of that name, or takes any."""
    parameters = inspect.signature(CampaignModel.__init__).parameters
    assert "scenario" not in parameters
    assert all(p.kind is not p.VAR_KEYWORD and p.kind is not p.VAR_POSITIONAL for p in parameters.values())
    assert all(p.default is not p.empty for name, p in parameters.items() if name != "self")


def test_brands_and_influencers_are_agents(coldbrew: Scenario) -> None:
    name, plan = next((n, p) for n, p in coldbrew.plans.items() if p.bookings and p.seeding)
    model = CampaignModel(coldbrew, name)
    assert set(model.agents_by_type) == {BrandAgent, InfluencerAgent}
    assert len(model.agents) == len(model.brands) + len(model.influencers)
    assert [agent.unique_id for agent in model.agents] == list(range(1, len(model.agents) + 1))
    ours, rival = model.brands
    assert (ours.name, ours.title, rival.name) == ("ours", "Slate Cold Brew", "northpour")
    assert (ours.spent, ours.purchases, ours.customers) == (0.0, 0, 0)
    assert rival.customers > 0
    influencer = next(agent for agent in model.influencers if agent.post_dates)
    first = influencer.post_dates[0]
    assert influencer.next_post == first
    assert influencer.n_followers == sum(influencer.name in consumer.follows() for consumer in model.consumers)
    while model.running:
        before = influencer.posts_so_far
        today = influencer.next_post == model.date
        model.step()
        assert influencer.posts_so_far == before + today
        assert ours.stage_counts.sum() == model.world.n
    assert influencer.next_post is None
    assert influencer.posts_so_far == len(influencer.post_dates)
    assert ours.spent == pytest.approx(plan_cost(coldbrew, plan))
    counts = model.tallies.counts
    assert ours.stage_counts.tolist() == counts["stock"][-1, 0].sum(axis=0).tolist()
    assert ours.customers == counts["customers"][-1, 0].sum() > 0
    assert ours.advocates == ours.stage_counts[Stage.ADVOCACY]
    assert ours.purchases == counts["purchases"][:, 0].sum() == model.consumers.get("bought").sum()
    assert rival.purchases == model.consumers.get("bought", brand="northpour").sum()


def test_spending_is_spread_over_the_week(coldbrew: Scenario) -> None:
    model = CampaignModel(coldbrew, "baseline")
    ours = model.brands[0]
    spent = []
    for _ in range(7):
        spent.append(ours.spent)
        model.step()
    np.testing.assert_allclose(spent, np.arange(7) / 7 * ours.spent)
    assert ours.spent > 0


def test_data_collector(coldbrew: Scenario) -> None:
    model = CampaignModel(coldbrew)
    collector = DataCollector(
        model_reporters={
            "day": "day",
            "aware": lambda m: int((m.consumers.get("stage") > 0).sum()),
            "customers": lambda m: m.brands[0].customers,
        },
        agenttype_reporters={
            BrandAgent: {"name": "name", "advocates": "advocates", "spent": lambda agent: agent.spent},
            InfluencerAgent: {"posts": "posts_so_far"},
        },
        agent_reporters={"id": "unique_id"},
    )
    for _ in range(10):
        collector.collect(model)
        model.step()
    frame = collector.get_model_vars_dataframe()
    assert frame["day"].tolist() == list(range(10))
    assert frame["aware"].iloc[-1] == model_aware_before(coldbrew, 9)
    brands = collector.get_agenttype_vars_dataframe(BrandAgent)
    assert len(brands) == 10 * 2
    assert set(brands["name"]) == {"ours", "northpour"}
    assert (brands[brands["name"] == "ours"]["spent"].diff().dropna() > 0).all()
    assert len(collector.get_agenttype_vars_dataframe(InfluencerAgent)) == 10 * len(coldbrew.influencers)
    assert len(collector.get_agent_vars_dataframe()) == 10 * len(model.agents)


def model_aware_before(scenario: Scenario, day: int) -> int:
    model = CampaignModel(scenario)
    model.run_days(day)
    return len(model.consumers.select(lambda consumer: consumer.stage() > Stage.UNAWARE))


def test_batch_run_draws_fresh_luck_when_asked() -> None:
    from mesa.batchrunner import batch_run

    class Counting(CampaignModel):
        def __init__(self, luck: int | None = None, rng: int | None = None) -> None:
            super().__init__(_small(300), luck=luck, rng=rng)
            self.datacollector = DataCollector({"aware": lambda m: int(m.consumers.get("stage").sum())})

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    rows = batch_run(Counting, {"luck": range(4)}, number_processes=1, max_steps=5, display_progress=False)
    assert len({row["aware"] for row in rows}) > 1


def test_pickle_and_deepcopy(coldbrew: Scenario) -> None:
    model = CampaignModel(coldbrew)
    model.run_days(10)
    twins = [pickle.loads(pickle.dumps(model)), copy.deepcopy(model)]
    before = _everybody(model)
    for twin in twins:
        twin.run_days(10)
        assert twin.day == 20
        assert twin.brands[0].model is twin
    assert _everybody(model) == before
    model.run_days(10)
    for twin in twins:
        assert _everybody(twin) == _everybody(model)
        np.testing.assert_array_equal(twin.tallies.counts, model.tallies.counts)


# ---------------------------------------------------------------------------------------- consumers


@pytest.fixture(params=range(6))
def lived(request: pytest.FixtureRequest) -> CampaignModel:
    market = lively_market(random.Random(f"view {request.param}"), weeks=2)
    model = CampaignModel(
        market.scenario, "plan", world_seed=int(market.world.seed), luck=market.luck, graph=market.own_graph
    )
    model.run_days(11)
    return model


def test_consumers_are_seen_as_they_are(lived: CampaignModel) -> None:
    lives, people = lived.run.state.lives, lived.world.arrays.people
    everybody = lived.consumers
    assert len(everybody) == lived.world.n
    for b, brand in enumerate(lived.brands):
        for key in (b, brand.name):
            assert everybody.get("stage", brand=key).tolist() == lives[b]["stage"].tolist()
            assert everybody.get("mood", brand=key).tolist() == lives[b]["mood"].tolist()
            assert everybody.get("bought", brand=key).tolist() == lives[b]["bought"].tolist()
            assert everybody.get("customer", brand=key).sum() == brand.customers
    for row, consumer in enumerate(everybody):
        assert isinstance(consumer, Consumer)
        assert consumer.row == row
        assert consumer.segment == lived.world.kinds.segments[people[row]["segment"]]
        assert consumer.segment == everybody.get("segment")[row]
        assert consumer.unique_id == consumer.label == everybody.get("label")[row]
        for b in range(len(lived.brands)):
            assert consumer.stage(b) is Stage(lives[b, row]["stage"])
            assert consumer.mood(b) is Mood(lives[b, row]["mood"])
            assert consumer.is_customer(b) == everybody.get("customer", brand=b)[row]
            assert consumer.n_purchases(b) == lives[b, row]["bought"]
    with pytest.raises(KeyError, match="there is no brand 'nobody'"):
        everybody.get("stage", brand="nobody")
    with pytest.raises(KeyError, match="there is no attribute 'age'"):
        everybody.get("age")


def test_neighbours_hear_and_are_heard(lived: CampaignModel) -> None:
    everybody = lived.consumers
    talk_from = lived.tables.arrays.plan[0]["talk_from"]
    heard = Counter()
    for consumer in everybody:
        negative = consumer.mood() is Mood.NEGATIVE
        fresh = lived.run.state.lives[0, consumer.row]["until"] >= lived.day
        if negative or fresh or consumer.stage() >= talk_from:
            heard.update(neighbor.row for neighbor in consumer.neighbors())
            heard[consumer.row] += lived.world.graph.well_mixed  # the crowd is everybody
    assert everybody.get("heard").tolist() == [heard[row] for row in range(len(everybody))]


def test_select(lived: CampaignModel) -> None:
    everybody = lived.consumers
    for stage in Stage:
        by_attribute = everybody.select(stage=stage)
        by_function = everybody.select(lambda consumer, stage=stage: consumer.stage() is stage)
        assert by_attribute.rows.tolist() == by_function.rows.tolist()
        assert by_attribute.rows.tolist() == everybody.select(stage=stage.name.lower()).rows.tolist()
    segment = lived.world.kinds.segments[0]
    brand = len(lived.brands) - 1
    some = everybody.select(segment=segment, stage=[Stage.UNAWARE, Stage.ATTENTION], customer=False, brand=brand)
    assert [c.row for c in some] == [
        c.row for c in everybody if c.segment == segment and c.stage(brand) <= 1 and not c.is_customer(brand)
    ]
    assert len(everybody.select(at_most=3)) == 3
    assert len(everybody.select(at_most=0.5)) == lived.world.n // 2
    assert len(everybody.select(at_most=1.0)) == lived.world.n
    assert len(everybody.select(at_most=0)) == 0
    chosen = everybody.select(label=everybody.get("label")[2])
    assert [c.row for c in chosen] == [2]
    assert len(everybody) == lived.world.n
    with pytest.raises(KeyError, match="there is no stage 'awareness'"):
        everybody.select(stage="awareness")


def test_agg_and_groupby(lived: CampaignModel) -> None:
    everybody = lived.consumers
    bought = lived.run.state.lives[0]["bought"]
    assert everybody.agg("bought", np.sum) == bought.sum()
    assert everybody.agg("bought", [np.min, np.max]) == [bought.min(), bought.max()]
    groups = everybody.groupby("segment")
    assert groups.count() == Counter(consumer.segment for consumer in everybody)
    assert sum(groups.agg("bought", np.sum).values()) == bought.sum()
    for attribute, kind in (("stage", Stage), ("mood", Mood)):
        for name, group in everybody.groupby(attribute):
            assert isinstance(name, kind)
            assert isinstance(group, ConsumerSet)
            assert (group.get(attribute) == name).all()
    assert len(everybody.select(at_most=0).groupby("stage")) == 0
    stages, moods = everybody.get(["stage", "mood"])
    assert stages.tolist() == everybody.get("stage").tolist()
    assert moods.tolist() == everybody.get("mood").tolist()


def test_sets_compare_hold_and_slice(lived: CampaignModel) -> None:
    everybody = lived.consumers
    first = everybody[0]
    assert first == next(iter(everybody))
    assert first in everybody
    assert first not in everybody[1:]
    assert len({first, everybody[0], everybody[1]}) == 2
    assert len(everybody[1:4]) == 3
    assert everybody[-1].row == lived.world.n - 1
    assert repr(everybody[1:4]) == f"ConsumerSet(3 of {lived.world.n:,})"
    assert not hasattr(first, "__dict__")


def test_to_frame(lived: CampaignModel) -> None:
    frame = lived.consumers.to_frame()
    assert list(frame.columns) == list(ATTRIBUTES[1:])
    assert len(frame) == lived.world.n
    assert set(frame["stage"]) <= {stage.name.lower() for stage in Stage}
    assert frame["bought"].sum() == lived.consumers.get("bought").sum()


def test_an_array_that_was_handed_out_stays_as_it_is(lived: CampaignModel) -> None:
    before = _everybody(lived)
    for attribute in ("stage", "mood", "bought", "heard", "customer", "label"):
        lived.consumers.get(attribute)[:] = 0
    assert _everybody(lived) == before


# ---------------------------------------------------------------------------------------- nothing is left behind


def test_models_are_freed() -> None:
    scenario = _small()
    plan, world = scenario.plans["nothing"], build_world(scenario, seed=1)
    tables = compile_tables(scenario, plan)
    alive: list[weakref.ref] = []
    for k in range(20):
        alive.append(weakref.ref(CampaignModel(scenario)))
        alive.append(weakref.ref(ReferenceModel(scenario, plan, world=world, tables=tables, luck=k)))
    gc.collect()
    assert [ref for ref in alive if ref() is not None] == []
    # Only Mesa 3.3 has this table; there it must know nothing of our models.
    ours = CampaignModel | ReferenceModel
    assert not [model for model in getattr(mesa.Agent, "_ids", ()) if isinstance(model, ours)]


def test_a_thousand_models_leave_no_memory_behind() -> None:
    scenario = _small(10)

    def many(n: int) -> int:
        for k in range(n):
            CampaignModel(scenario, luck=k).step()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    before = many(500)  # compiled functions and numpy keep some memory for next time
    after = many(1000)
    tracemalloc.stop()
    assert after - before < 50_000


def test_no_warning_is_given() -> None:
    """A whole life of a model with every warning an error."""
    code = """
from scenarios import bare_scenario
from simulator.model import CampaignModel
from simulator.agents import BrandAgent
from mesa import DataCollector
import copy, pickle
market = bare_scenario(consumers=50, weeks=2, parameters={"organic.attention": 0.05})
model = CampaignModel(market, luck=3, rng=4)
collector = DataCollector({"day": "day"}, agenttype_reporters={BrandAgent: {"advocates": "advocates"}})
while model.running:
    model.step()
    collector.collect(model)
collector.get_model_vars_dataframe()
collector.get_agenttype_vars_dataframe(BrandAgent)
model.consumers.groupby("stage").count()
model.consumers.to_frame()
copy.deepcopy(model)
pickle.loads(pickle.dumps(model))
from simulator.reference import ReferenceModel
plan = market.plans["nothing"]
reference = ReferenceModel(market, plan, world=model.world, tables=model.tables, luck=3)
reference.run_days(14)
print(sum(agent.opinions[0].stage for agent in reference.agents) == model.consumers.get("stage").sum())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "True"


def test_mesa_is_imported_only_where_it_is_needed() -> None:
    code = """
import sys
import simulator.simulate, simulator.consumers, simulator.tables, simulator.world, simulator.kernel
print([name for name in ("mesa", "pandas") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
