"""The same market as ordinary Mesa agents, one object per consumer, written to be read.

    >>> from scenarios import bare_scenario
    >>> from simulator.tables import compile_tables
    >>> from simulator.world import build_world
    >>> market = bare_scenario(consumers=20, weeks=1, parameters={"organic.attention": 0.1})
    >>> plan = market.plans["nothing"]
    >>> model = ReferenceModel(
    ...     market, plan, world=build_world(market, seed=1), tables=compile_tables(market, plan), luck=1
    ... )
    >>> model.step()
    >>> model.day, len(model.agents)
    (1, 20)

How a consumer lives:

* On entering a stage they draw how much they will *resist* being moved up, and how much being moved down.
* Every day has a *hazard* of going up: advertising and posts that reach them, influencers they follow, their
  own experience, and what is said by those they hear; and one of going down: forgetting, rivals, complaints.
* Each day's hazard is taken off what is left of the resistance. When nothing is left, they move.
* They buy in the category when the need of the day has used up their resistance to buying, and then choose a
  brand; using it leaves them satisfied, disappointed, or neither.
* In the evening, those who now talk, or no longer talk, are counted by those who hear them.

The kernel plays the same game with cumulative tables and never touches a consumer to whom nothing can happen.
Draws are named by what they decide, so both must agree on everybody, every day, to the last bit.
"""

import mesa
import numpy as np

from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import N_STANDINGS, Mood, Stage, Standing
from simulator.arrays import (
    FELT_ANSWERED,
    FELT_DELAY,
    FELT_POSTS,
    FELT_SETTLED,
    FELT_SPACE,
    HABIT,
    N_FELT,
    NEVER_BOUGHT,
    PLAN,
)
from simulator.reference_consumer import AUDIENCE, NO_CLOCK, STRONG, WEAK, ConsumerAgent, Opinion
from simulator.reference_day import Crowd, Day
from simulator.rules import (
    followed_up,
    p_settled,
    reply_delay,
    sense_of_community,
    share_answered,
)
from simulator.seeds import choose_seeds
from simulator.simulate import Outcome, new_tallies, own_tables
from simulator.tables import (
    DayTables,
)
from simulator.world import World, world_key


class ReferenceModel(mesa.Model):
    """The market as one object per consumer: slow, plain, and the judge of the kernel.

        >>> from scenarios import bare_scenario
        >>> from simulator.tables import compile_tables
        >>> from simulator.world import build_world
        >>> market = bare_scenario(
        ...     consumers=30, weeks=4, brand={"start": {"audience": 0.2}},
        ...     parameters={"wom.attention": 1.0, "talk.talker_per_day": 0.2},
        ... )
        >>> plan = market.plans["nothing"]
        >>> model = ReferenceModel(
        ...     market, plan, world=build_world(market, seed=1), tables=compile_tables(market, plan), luck=1
        ... )
        >>> model.run_days(28)
        >>> aware = [agent for agent in model.agents if agent.opinions[0].stage >= Stage.ATTENTION]
        >>> len(aware) == int(model.tallies.counts["stock"][-1, 0, 0, 1:].sum())
        True

    Args:
        what_if: for the seeding waves of the plan and the rivals.
        plan: our plan, the one that ``tables`` were compiled from.
        world: who exists.
        tables: from :func:`simulator.tables.compile_tables`.
        luck: luck seed, as for :func:`simulator.simulate.start_run`.
        with_causes: count what caused each move.

    Attributes:
        day: days lived through so far.
        today: what presses on everybody on the day being lived through.
        tallies: what has been counted so far, week by week.
    """

    def __init__(
        self,
        what_if: Scenario,
        plan: Plan,
        *,
        world: World,
        tables: DayTables,
        luck: int | np.uint64,
        with_causes: bool = True,
    ) -> None:
        super().__init__()
        self.world, self.tables, self.with_causes = world, tables, with_causes
        self.luck = world_key(luck)
        self.what_if = what_if
        self.seeds = choose_seeds(what_if, plan, world=world, luck=self.luck)
        self.tables = tables = own_tables(tables, what_if, plan, luck=self.luck)
        arrays = tables.arrays
        *self.brand_key, self.category_key = arrays.brand_key
        self.plan = {name: arrays.plan[name][0].tolist() for name in PLAN.names or ()}
        self.open_up, self.open_down = self.plan["open_up"], self.plan["open_down"]
        self.first_influencer = len(tables.alternatives) - len(what_if.influencers)
        self.well_mixed = world.graph.well_mixed
        self._list_kinds()
        self.tallies = new_tallies(tables, len(self.brand_key))
        self.crowds = [Crowd() for _ in self.brand_key]
        self.day = 0
        self.felt = [[0.0] * N_FELT for _ in self.brand_key]
        self._make_consumers()
        self.today = Day(self, 0)

    def _list_kinds(self) -> None:
        """Number the kinds of consumer that live here, so that media are worked out once for each."""
        people = self.world.arrays.people
        pairs = np.stack([people["group"], people["pattern"]], axis=1)
        kinds, kind_of_row = np.unique(pairs, axis=0, return_inverse=True)
        self.group_of_kind, self.pattern_of_kind = kinds[:, 0], kinds[:, 1]
        self.kind_of_row = kind_of_row.ravel().tolist()
        # [kind, source]: 1 where the kind meets the source; the last is organic interest, which all have.
        tables = self.tables.arrays
        sources = np.arange(len(tables.source_alt), dtype=np.uint64)
        masks = tables.source_mask[self.pattern_of_kind]
        self.meets = (masks[:, None] >> sources & np.uint64(1)).astype(np.int64)
        self.source_alternatives = tables.source_alt.tolist()
        # What a unit of stimulus does: to a brand, [brand, stage, mood, source], against the others, against itself.
        used = slice(len(sources))  # the tables have room for more
        self.effect = tables.effect.reshape(len(self.brand_key), len(Stage), len(Mood), -1)[..., used]
        self.push = tables.push.reshape(len(Stage), len(Mood), -1)[..., used]
        self.nag = tables.nag.reshape(len(Stage), len(Mood), -1)[..., used]
        self.pushes = self._bits(tables.push_mask)  # [brand, source]
        self._list_standings()
        self.mood_step = len(kinds) * len(Stage)
        self.class_step = len(Mood) * self.mood_step

    def _bits(self, masks: np.ndarray) -> np.ndarray:
        """Masks of sources as noughts and ones, with the sources last."""
        sources = np.arange(len(self.tables.arrays.source_alt), dtype=np.uint64)
        return (masks[..., None] >> sources & np.uint64(1)).astype(np.int64)

    def _list_standings(self) -> None:
        """Number the standings that are dealt with alike, so that media are worked out once for each."""
        tables = self.tables.arrays
        n = len(self.brand_key)
        gates, nags = tables.gate.reshape(n, N_STANDINGS), tables.nag_mask.reshape(n, N_STANDINGS)
        alike = np.vstack([gates, nags, tables.hold.astype(np.uint64)])
        classes, class_of = np.unique(alike, axis=1, return_inverse=True)
        self.class_of_standing = class_of.ravel().tolist()
        self.n_classes = classes.shape[1]
        self.reached, self.nags = self._bits(classes[:n]), self._bits(classes[n:-1])  # [brand, class, source]
        self.hold_of_class = classes[-1].astype(np.int64)

    def media_at(self, brand: int, kind: int) -> int:
        """Where the six numbers of a brand and kind without a mood begin in a day's rows of media pressure."""
        return brand * self.n_classes * self.class_step + kind * len(Stage)

    def follow_up(self, row: np.ndarray) -> None:
        """Change a day's pressure to what it is, given how people felt last week."""
        tables = self.tables.arrays
        if not self.plan["follows_up"]:
            return
        for c, b, felt, factor in zip(
            tables.feed_column.tolist(), tables.feed_brand.tolist(), tables.feed_felt.tolist(),
            tables.feed_factor.tolist(), strict=True,
        ):  # fmt: skip
            row[c] = followed_up(int(row[c]), self.felt[b][felt[0]], self.felt[b][felt[1]], *factor)

    def _feel(self, week: int) -> None:
        """Work out what each brand's people feel this week."""
        tables, counts = self.tables.arrays, self.tallies.counts
        weight = self.plan["market_size"] / self.world.n
        for b in range(len(self.brand_key)):
            habit = {name: float(tables.habit[name][b]) for name in HABIT.names or ()}
            members = int(counts["stock"][week, b, :, AUDIENCE:].sum())
            complaints = int(counts["complaints"][week - 1, b].sum()) if week else 0
            talks = weight * (complaints + members * habit["talk_per_member_week"])
            capacity, shown = float(tables.capacity[b, week]), float(tables.shown[b, week])
            delay = reply_delay(talks, capacity, habit["reply_hours"])
            posts = weight * members * habit["posts_per_member_week"]
            felt = self.felt[b]
            felt[FELT_SPACE] = sense_of_community(
                members / self.world.n, float(tables.disclosure[b, week]), habit["density"]
            )
            felt[FELT_ANSWERED] = share_answered(talks, capacity)
            felt[FELT_DELAY] = delay
            felt[FELT_SETTLED] = p_settled(habit["p_resolve"], delay, habit["patience_hours"])
            felt[FELT_POSTS] = min(1.0, posts / shown) if shown > 0.0 else 0.0
            self.tallies.felt[week, b] = felt

    def _make_consumers(self) -> None:
        """Put everybody where they stand on day 0, and let those talk who talk."""
        graph, arrays = self.world.graph, self.world.arrays
        consumers = [ConsumerAgent(self, row) for row in range(self.world.n)]
        for row, consumer in enumerate(consumers):
            for e in range(graph.indptr[row], graph.indptr[row + 1]):
                tie = STRONG if e < graph.strong_end[row] else WEAK
                consumer.listeners.append((consumers[graph.listeners[e]], tie))
        for k in range(len(arrays.follow_ptr) - 1):
            for row in arrays.followers[arrays.follow_ptr[k] : arrays.follow_ptr[k + 1]]:
                consumers[row].follows.append(k)
        for consumer in consumers:
            for opinion in consumer.opinions:
                consumer.resist(opinion)
                consumer.tell(opinion, 0)
                self.tallies.counts[0, opinion.brand, consumer.segment]["stock"][opinion.stage] += 1
        self._close_week(0)

    def step(self) -> None:
        """One day: everybody decides on the morning's state, then everybody changes in the evening.

        Raises:
            ValueError: the scenario is over; ``running`` is false from its last day on.
        """
        if self.day >= self.tables.n_days:
            raise ValueError(f"the scenario's {self.tables.n_days} days are over")
        self.today = Day(self, self.day)
        if self.well_mixed:
            for brand, crowd in enumerate(self.crowds):
                crowd.speak(brand, self.today, self.world.n)
        self.agents.do("decide")
        self.agents.do("change")
        self.day += 1
        if self.day % 7 == 0:
            self._close_week(self.day // 7)
        self.running = self.day < self.tables.n_days

    def run_days(self, n: int) -> None:
        """Step through some days.

        Args:
            n: how many, at most as many as are left.
        """
        for _ in range(n):
            self.step()

    def _close_week(self, week: int) -> None:
        """Count customers and buyers, and carry the stocks over to the next week."""
        counts, churn_days = self.tallies.counts, self.tables.arrays.churn_days.tolist()
        for consumer in self.agents:
            for opinion in consumer.opinions:
                if opinion.last_bought != NEVER_BOUGHT:
                    recent = self.day - opinion.last_bought <= churn_days[consumer.segment]
                    counts[week, opinion.brand, consumer.segment]["buyers"] += 1
                    counts[week, opinion.brand, consumer.segment]["customers"] += recent
                here = counts[week, opinion.brand, consumer.segment]
                here["visitors"] += bool(opinion.standing & Standing.VISITED)
                here["opted_in"] += bool(opinion.standing & Standing.OPTED_IN)
                here["referred"] += bool(opinion.standing & Standing.REFERRED)
        if week + 1 < len(counts):
            for stock in ("stock", "positive", "negative"):
                counts[stock][week + 1] = counts[stock][week]
            self._send_home(week)
            if self.plan["follows_up"]:
                self._feel(week)

    def _send_home(self, week: int) -> None:
        """When the space that a meet-up opened is shut, whoever came is a consumer like others again."""
        for b in np.flatnonzero(self.tables.arrays.party_over[:, week]):
            for consumer in self.agents:
                consumer.opinions[b].standing &= ~Standing.ATTENDED

    def outcome(self) -> Outcome:
        """What happened so far, as :func:`simulator.simulate.simulate` returns it."""
        return Outcome(self.tallies, self.tables, self.world.n, 0.0, self.what_if.warm_up_weeks)


__all__ = ["NO_CLOCK", "ConsumerAgent", "Day", "Opinion", "ReferenceModel"]
