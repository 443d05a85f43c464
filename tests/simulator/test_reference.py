"""The kernel against one Python object per consumer: the same lives, every day, to the last bit."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings, target
from hypothesis import strategies as st
from lively import MONDAY, Market, lively_market, seeds
from numba import njit

from scenarios import bare_scenario
from scenarios.schema import Plan
from scenarios.vocabulary import ENTERED_STAGES, Mood, Stage
from simulator import clocks
from simulator.arrays import COUNTS, FELT_ANSWERED, FELT_POSTS, FELT_SPACE, LIFE
from simulator.model import CampaignModel
from simulator.reference import NO_CLOCK, ConsumerAgent, Opinion, ReferenceModel
from simulator.simulate import STOCKS, Run, start_run
from simulator.tables import TableError, compile_tables
from simulator.world import build_world

pytestmark = pytest.mark.core

LIVE = settings(deadline=None, suppress_health_check=list(HealthCheck))


@njit
def _clocks(people, lives, needs, tables, crowd, t):
    """What is left on every clock of the kernel on the morning of day t: up, down, buy."""
    B, N = lives.shape
    press = tables.press
    left = np.zeros((2, B, N), np.int64)
    buy = np.zeros(N, np.int64)
    for b in range(B):
        for i in range(N):
            person, life = people[i], lives[b, i]
            left[0, b, i] = life.up - clocks.pressure_up(tables, crowd, person, life, b, t)
            left[1, b, i] = life.down - clocks.pressure_down(tables, crowd, person, life, b, t)
    for i in range(N):
        buy[i] = needs[i].buy - press[t, clocks.need_at(tables, people[i], needs[i])]
    return left, buy


_HELD = {
    "up": "left_up",
    "down": "left_down",
    "heard": "heard",
    "entered": "entered",
    "until": "talks_until",
    "last": "last_bought",
    "sampled": "sampled",
    "standing": "standing",
    "spells": "spells",
    "bought": "bought",
    "stage": "stage",
    "mood": "mood",
}
"""A kernel life's fields, and what an agent's opinion calls the same."""


def _reference_lives(model: ReferenceModel) -> np.ndarray:
    """What the agents hold, in the kernel's records; the clocks hold what is left on them."""
    agents = sorted(model.agents, key=lambda agent: agent.row)
    lives = np.zeros((len(agents[0].opinions), len(agents)), LIFE)
    for field, attribute in _HELD.items():
        for b in range(len(lives)):
            lives[field][b] = [getattr(agent.opinions[b], attribute) for agent in agents]
    return lives


def _held(lives: np.ndarray) -> np.ndarray:
    """Lives without the kernel's notes to itself."""
    held = np.zeros_like(lives)
    for field in _HELD:
        held[field] = lives[field]
    return held


def _kernel_lives(run: Run) -> np.ndarray:
    """The same of the kernel; clocks that have no meaning read as in the reference."""
    lives = _held(run.state.lives)
    left, _ = _clocks(run.world.arrays.people, lives, run.state.needs, run.tables.arrays, run.state.crowd, run.day)
    lives["up"] = np.where(lives["stage"] == Stage.ADVOCACY, NO_CLOCK, left[0])
    lives["down"] = np.where(lives["stage"] == Stage.UNAWARE, NO_CLOCK, left[1])
    return lives


def _assert_same_lives(run: Run, model: ReferenceModel) -> None:
    ours, theirs = _kernel_lives(run), _reference_lives(model)
    for name in _HELD:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=f"{name} after day {run.day}")
    _, buy = _clocks(
        run.world.arrays.people, run.state.lives, run.state.needs, run.tables.arrays, run.state.crowd, run.day
    )
    agents = sorted(model.agents, key=lambda agent: agent.row)
    np.testing.assert_array_equal(buy, [agent.left_to_buy for agent in agents])
    np.testing.assert_array_equal(run.state.needs["n_buys"], [agent.n_buys for agent in agents])


def _assert_same_tallies(run: Run, model: ReferenceModel) -> None:
    for name in run.tallies.counts.dtype.names or ():
        np.testing.assert_array_equal(run.tallies.counts[name], model.tallies.counts[name], err_msg=name)
    np.testing.assert_array_equal(run.tallies.causes, model.tallies.causes)
    np.testing.assert_array_equal(run.tallies.felt, model.tallies.felt)


def _reference(market: Market) -> ReferenceModel:
    return ReferenceModel(market.scenario, market.plan, world=market.world, tables=market.tables, luck=market.luck)


def _compare(market: Market) -> tuple[Run, ReferenceModel]:
    run, model = market.start(), _reference(market)
    _assert_same_lives(run, model)
    for _ in range(market.tables.n_days):
        run.advance(1)
        model.step()
        _assert_same_lives(run, model)
    _assert_same_tallies(run, model)
    return run, model


class _Watch:
    """Counts what happens to the agents of a reference model, by looking over their shoulders."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.seen: Counter[str] = Counter()

    def day(self) -> None:
        before = {agent: [self._state(o) for o in agent.opinions] for agent in self.model.agents}
        self.model.step()
        t = self.model.day - 1
        for agent, opinions in before.items():
            for was, opinion in zip(opinions, agent.opinions, strict=True):
                self._compare(was, opinion, t)

    @staticmethod
    def _state(o: Opinion) -> dict:
        return {
            "stage": o.stage,
            "mood": o.mood,
            "until": o.talks_until,
            "spells": o.spells,
            "tried": o.bought + o.sampled,
        }

    def _compare(self, was: dict, o: Opinion, t: int) -> None:
        ended = was["until"] == t and o.talks_until == -1
        self.seen["a bad mood ends"] += ended and was["mood"] == Mood.NEGATIVE and o.mood == Mood.NONE
        self.seen["fresh talk ends"] += ended and was["mood"] != Mood.NEGATIVE
        self.seen["fresh talk begins"] += o.spells > was["spells"] and o.mood != Mood.NEGATIVE
        self.seen["turned by talk"] += (
            o.mood == Mood.NEGATIVE != was["mood"] and o.bought + o.sampled == was["tried"] and o.stage < was["stage"]
        )
        self.seen["satisfied"] += o.mood == Mood.POSITIVE != was["mood"]
        self.seen["disappointed"] += o.mood == Mood.NEGATIVE and o.bought + o.sampled > was["tried"]


@pytest.fixture
def both_clocks(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Counts the days on which both clocks of somebody ran out, by which came first."""
    seen: Counter[str] = Counter()
    from simulator import reference_consumer

    original = reference_consumer.up_comes_first

    def counted(*args: int) -> bool:
        up = original(*args)
        seen["both clocks, up first" if up else "both clocks, down first"] += 1
        return up

    monkeypatch.setattr(reference_consumer, "up_comes_first", counted)
    return seen


@settings(LIVE, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_kernel_and_reference_live_the_same_lives(r: random.Random) -> None:
    market = lively_market(r)
    run, _ = _compare(market)
    counts = run.tallies.counts
    event(f"graph {market.scenario.graph.kind}{' directed' * market.world.graph.directed}")
    event(f"{len(market.scenario.rivals)} rivals")
    moves = int(counts["entries"].sum() + counts["falls"].sum())
    target(moves / market.world.n, label="moves per consumer")


@pytest.mark.parametrize("k", range(40))
def test_the_same_for_fixed_markets(k: int) -> None:
    _compare(lively_market(random.Random(f"fixed {k}")))


def test_the_markets_exercise_every_rule(both_clocks: Counter) -> None:
    seen: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for r in seeds(60):
        market = lively_market(r)
        model = _reference(market)
        watch = _Watch(model)
        for _ in range(market.tables.n_days):
            watch.day()
        seen += watch.seen
        counts = model.tallies.counts
        flows = [name for name in counts.dtype.names or () if name not in STOCKS]
        seen["well in a community"] += bool((model.tallies.felt[..., FELT_SPACE] > 0.1).any())
        seen["answered in part"] += bool(
            ((model.tallies.felt[..., FELT_ANSWERED] > 0) & (model.tallies.felt[..., FELT_ANSWERED] < 1)).any()
        )
        seen["user posts in part"] += bool(
            ((model.tallies.felt[..., FELT_POSTS] > 0) & (model.tallies.felt[..., FELT_POSTS] < 1)).any()
        )
        kinds["posts that nobody paid for"] += any(post.free for post in model.tables.posts)
        kinds["a past"] += market.scenario.warm_up is not None
        for shock in market.scenario.shocks.values():
            kinds[shock.kind] += 1
        seen += Counter({name: int(counts[name].sum()) for name in flows})
        for alternative, number in zip(market.tables.alternatives, model.tallies.causes.sum((0, 1, 2, 3)), strict=True):
            causes[alternative.cause.name] += int(number)
        graph = market.world.graph
        kinds[market.scenario.graph.kind + " directed" * graph.directed] += 1
        kinds["own listening"] += graph.listening is not None
        kinds["own reinforcement"] += graph.reinforcement is not None
        word = market.scenario.word_of_mouth
        kinds[f"talk from {word.talk_from}"] += 1
        kinds[f"fresh on {word.fresh_on}"] += 1
        kinds[f"fresh for {word.fresh_for}"] += 1
        kinds["threshold"] += word.threshold is not None
        kinds["reinforcement"] += word.reinforcement > 1
        for plan in (market.plan, *(rival.plan for rival in market.scenario.rivals.values())):
            for wave in plan.seeding:
                kinds[f"seeding {wave.strategy}"] += 1
            kinds["flights"] += any(media.flights for media in plan.media.values())
            kinds["targets"] += any(media.segments for media in plan.media.values())
        live = list(zip(market.tables.arrays.live_influencer, market.tables.arrays.live_brand, strict=True))
        kinds["several posts live on a day"] += bool((np.diff(market.tables.arrays.live_ptr) > 1).any())
        kinds["one influencer for two brands"] += len(set(live)) > len({k for k, _ in live})
    seen += both_clocks
    expected = {
        *(name for name in COUNTS.names or () if name not in STOCKS), "well in a community", "answered in part",
        "user posts in part", "a bad mood ends",
        "fresh talk ends", "fresh talk begins", "turned by talk", "satisfied", "disappointed",
        "both clocks, up first", "both clocks, down first",
    }  # fmt: skip
    assert {name for name in expected if seen[name] < 5} == set(), seen
    assert {name for name, number in kinds.items() if number == 0} == set(), kinds
    assert set(causes) >= {
        "PAID", "OWNED", "INFLUENCER", "WORD_OF_MOUTH", "ORGANIC", "EXPERIENCE", "SEEDING", "FORGETTING",
        "RIVAL", "NEGATIVE_TALK", "COMMUNITY", "SPACE", "EVENT", "LIST", "USER_CONTENT", "IRRITATION", "BACKLASH",
        "EARNED",
    }  # fmt: skip
    assert {name for name, number in causes.items() if number < 5} == set(), causes


@pytest.mark.parametrize("k", range(12))
def test_the_length_of_a_stretch_changes_nothing(k: int) -> None:
    market = lively_market(random.Random(f"stretch {k}"), weeks=4)
    runs = []
    for stretch in (1, 3, 7, 14):
        run = market.start()
        run.advance(market.tables.n_days, stretch=stretch)
        runs.append(run)
    uneven = market.start()
    for n_days in _parts(market.tables.n_days, random.Random(k)):
        uneven.advance(n_days)
    for other in (*runs[1:], uneven):
        np.testing.assert_array_equal(_kernel_lives(runs[0]), _kernel_lives(other))
        assert _held(runs[0].state.lives).tobytes() == _held(other.state.lives).tobytes()
        np.testing.assert_array_equal(runs[0].state.needs, other.state.needs)
        np.testing.assert_array_equal(runs[0].tallies.counts, other.tallies.counts)
        np.testing.assert_array_equal(runs[0].tallies.causes, other.tallies.causes)


def _parts(total: int, r: random.Random) -> Iterator[int]:
    while total:
        part = min(r.randint(1, 11), total)
        yield part
        total -= part


@pytest.mark.parametrize("k", range(8))
def test_causes_are_only_counted(k: int) -> None:
    market = lively_market(random.Random(f"causes {k}"))
    run, plain = market.start(), market.start(with_causes=False)
    run.advance(market.tables.n_days)
    plain.advance(market.tables.n_days)
    np.testing.assert_array_equal(run.tallies.counts, plain.tallies.counts)
    assert plain.tallies.causes.sum() == 0
    counts = run.tallies.counts
    assert run.tallies.causes[:, :, 0].sum() == counts["entries"].sum()
    assert run.tallies.causes[:, :, 1].sum() == counts["falls"].sum()


def test_a_sample_that_lifts_nobody_and_is_not_used_changes_nothing() -> None:
    """Whoever is given what they have outgrown still moves, on the same day and for the same reason."""
    gift = {"strategy": "random", "people": 200, "stage": "attention", "tries_product": 0.0}
    scenario = bare_scenario(
        consumers=200,
        weeks=2,
        parameters={f"{group}.{stage}": 0.2 for group in ("organic", "forgetting") for stage in ENTERED_STAGES},
        word_of_mouth={"talk_from": "nobody"},
        brand={"start": dict.fromkeys(ENTERED_STAGES, 0.2)},
        plan={"seeding": [{**gift, "date": MONDAY + timedelta(days=5)}]},
    )
    plan, world = scenario.plans["nothing"], build_world(scenario, seed=3)
    tables = compile_tables(scenario, plan)
    given = start_run(scenario, plan, world=world, tables=tables, luck=3)
    without = start_run(scenario, Plan(), world=world, tables=tables, luck=3)
    for run in (given, without):
        run.advance(5)
    aware = without.state.lives["stage"][0] > Stage.UNAWARE
    for _ in range(9):
        for run in (given, without):
            run.advance(1)
        np.testing.assert_array_equal(given.state.lives["stage"][0, aware], without.state.lives["stage"][0, aware])
    assert 100 < aware.sum() < 200
    assert given.tallies.counts["samples"].sum() == 200


@pytest.mark.parametrize("k", range(6))
def test_rows_in_another_order_live_the_same_lives(k: int) -> None:
    market = lively_market(random.Random(f"order {k}"))
    order = np.random.default_rng(k).permutation(market.world.n)
    other = Market(market.scenario, market.plan, market.world.permuted(order), market.tables, market.luck)
    run, permuted = market.start(), other.start()
    for one in (run, permuted):
        one.advance(market.tables.n_days)
    np.testing.assert_array_equal(_kernel_lives(run)[:, order], _kernel_lives(permuted))
    np.testing.assert_array_equal(run.tallies.counts, permuted.tallies.counts)
    np.testing.assert_array_equal(run.tallies.causes, permuted.tallies.causes)


def test_consumers_are_agents_of_the_model() -> None:
    market = lively_market(random.Random("agents"), n=12)
    model = _reference(market)
    assert len(model.agents) == 12
    assert list(model.agents_by_type) == [ConsumerAgent]
    assert [agent.unique_id for agent in model.agents] == list(range(1, 13))


@pytest.mark.parametrize("k", range(8))
def test_the_mesa_model_goes_through_the_same_days(k: int) -> None:
    market = lively_market(random.Random(f"mesa {k}"))
    model = CampaignModel(
        market.scenario, "plan", world_seed=int(market.world.seed), luck=market.luck, graph=market.own_graph
    )
    run = market.start()
    run.advance(market.tables.n_days)
    while model.running:
        model.step()
    assert model.day == market.tables.n_days
    np.testing.assert_array_equal(_kernel_lives(model.run), _kernel_lives(run))
    np.testing.assert_array_equal(model.tallies.counts, run.tallies.counts)
    np.testing.assert_array_equal(model.outcome().tallies.causes, run.tallies.causes)


def test_a_graph_of_ones_own_replaces_a_well_mixed_market() -> None:
    """Whether talk is well mixed is a matter of the world at hand, not of what a scenario would generate."""
    scenario = bare_scenario(
        consumers=30,
        weeks=4,
        parameters={"wom.attention": 1.0, "talk.talker_per_day": 0.2},
        brand={"start": {"audience": 0.2}},
    )
    plan, world = scenario.plans["nothing"], build_world(scenario, seed=1, graph=nx.path_graph(30))
    run, _ = _compare(Market(scenario, plan, world, compile_tables(scenario, plan), 1))
    talkers = np.flatnonzero(run.world.arrays.stage0[0] >= Stage.AUDIENCE)
    near = {row + step for row in talkers for step in (-1, 0, 1)}
    aware = set(np.flatnonzero(run.state.lives["stage"][0] > Stage.UNAWARE))
    assert talkers.size
    assert set(talkers) < aware <= near


def _loud(weeks: int) -> Market:
    """A market in which everybody hears thousands of hazards of talk a day."""
    graph = nx.complete_graph(30)
    nx.set_node_attributes(graph, 2000.0, "listening")
    each = {f"{group}.{stage}": 1.0 for group in ("wom", "forgetting") for stage in ENTERED_STAGES}
    scenario = bare_scenario(
        consumers=30,
        weeks=weeks,
        parameters={**each, "talk.talker_per_day": 1.0},
        word_of_mouth={"talk_from": "attention"},
        brand={"start": {"advocacy": 1.0}},
    )
    plan, world = scenario.plans["nothing"], build_world(scenario, seed=1, graph=graph)
    return Market(scenario, plan, world, compile_tables(scenario, plan), 1)


def test_sums_that_clocks_cannot_hold_are_refused() -> None:
    """The kernel adds up over all days what agents take off day by day, and must not run out of digits."""
    _compare(_loud(10))
    with pytest.raises(TableError, match="talk is too strong to count"):
        _loud(20).start()
