"""A consumer of the reference engine, who decides in the morning and changes in the evening."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

from scenarios.vocabulary import Mood, Stage, Standing, Talk, Tie
from simulator.agents import OwnIds
from simulator.arrays import (
    FELT_ANSWERED,
    FELT_DELAY,
    FELT_SETTLED,
    JOY,
    N_HEARD,
    N_MOODS,
    N_TALKS,
    NEVER,
    NEVER_BOUGHT,
    TALK_DOWN,
)
from simulator.draws import Purpose, exponential, fold, resistance, stem_key, uniform
from simulator.reference_day import Day
from simulator.rules import (
    clock_ordinal,
    counting,
    happens,
    last_talk_day,
    mood_after_trial,
    p_second_product,
    person_key,
    race_time,
    standing_after,
    talk_classes,
    up_comes_first,
)
from simulator.tables import (
    ALT_BACKLASH,
    ALT_EXPERIENCE,
    ALT_FORGETTING,
    ALT_IRRITATION,
    ALT_NEGATIVE,
    ALT_RIVAL,
    ALT_SEEDING,
    ALT_WOM,
)

if TYPE_CHECKING:
    from simulator.reference import ReferenceModel

UNAWARE, ATTENTION, ATTRACTION, AFFINITY, AUDIENCE, ADVOCACY = (int(stage) for stage in Stage)
NO_MOOD, POSITIVE, NEGATIVE = int(Mood.NONE), int(Mood.POSITIVE), int(Mood.NEGATIVE)
DETRACTOR = int(Talk.DETRACTOR)
STRONG, WEAK = int(Tie.STRONG), int(Tie.WEAK)
FIRST_COMPLAINT = 2 * DETRACTOR  # column of heard counts
UP, DOWN = 0, 1
NO_CLOCK = 1 << 62
"""Resistance of those who cannot go up, or down, any further."""
NOTHING = -1
"""The brand of those who buy nothing today."""
NONE_GIVEN: dict[int, tuple[int, float, int]] = {}
"""The samples of those who are given none today."""


class Opinion:
    """All that one consumer holds about one brand."""

    __slots__ = (
        "at", "bought", "brand", "classes", "complaints", "counted", "decided", "entered", "heard", "last_bought",
        "left_down", "left_up", "mood", "sampled", "spells", "stage", "standing", "talks_until",
    )  # fmt: skip

    def __init__(self, brand: int, at: int, stage: int, last_bought: int) -> None:
        self.brand = brand
        self.at = at  # where the day's media pressure on this kind of consumer begins
        self.stage = stage
        self.mood = NO_MOOD
        self.talks_until = NEVER  # last day of fresh talk, or of a bad mood
        self.left_up = NO_CLOCK  # resistance left
        self.left_down = NO_CLOCK
        self.heard = [0] * N_HEARD  # how many talk, by class of talk and tie
        self.counted: dict[int, int] = {}  # of those, how many count, by column of the day's status
        self.complaints: dict[int, int] = {}
        self.classes = 0  # classes of talk that others count this consumer in
        self.entered = [0] * len(Stage)  # how often each stage was entered
        self.sampled = 0  # samples used
        self.spells = 0
        self.bought = 0
        self.last_bought = last_bought
        known = standing_after(0, stage, NO_MOOD)  # what the brand knows of the consumer
        self.standing = known | (Standing.BOUGHT if last_bought != NEVER_BOUGHT else 0)
        self.decided: tuple[int, int, int, int] | None = None  # the evening's stage, mood, last day of talk, standing


class ConsumerAgent(mesa.Agent):
    """One consumer, who decides in the morning on what was so yesterday, and changes in the evening.

    Attributes:
        row: where the consumer stands in the world's arrays.
        ident: identity, the key of all their draws.
        opinions: what they hold about each brand, ours first.
        listeners: those who hear them, and over which kind of tie.
        follows: numbers of the influencers whose posts they see.
        left_to_buy: what is left of the resistance to buying in the category.
    """

    _ids = OwnIds()

    def __init__(self, model: "ReferenceModel", row: int) -> None:
        super().__init__(model)
        arrays = model.world.arrays
        person = arrays.people[row]
        self.row = row
        self.ident = person["ident"]
        self.segment = int(person["segment"])
        self.kind = model.kind_of_row[row]
        self.listening = int(person["listening"])
        self.n_needed = int(person["need"])  # talking ties before talk has any effect
        self.follows: list[int] = []
        self.listeners: list[tuple[ConsumerAgent, int]] = []
        self.opinions = [
            Opinion(b, model.media_at(b, self.kind), int(arrays.stage0[b, row]), int(arrays.last0[b, row]))
            for b in range(len(model.brand_key))
        ]
        self.n_buys = 0
        self.pace = 0  # 1 after a purchase from a brand with a loyalty programme
        self.left_to_buy = resistance(self.draw(Purpose.RESIST_BUY, 0, 0))
        self.changes = False

    def draw(self, purpose: Purpose, alternative: int | np.uint64, ordinal: int) -> np.uint64:
        """The key of the draw that decides this, for this consumer, for the ``ordinal``-th time."""
        shared = stem_key(self.model.luck, purpose, alternative)
        return np.uint64(person_key(shared, self.ident, np.uint64(ordinal)))

    def resist(self, opinion: Opinion) -> None:
        """Draw how much to resist leaving a stage just entered."""
        brand_key = self.model.brand_key[opinion.brand]
        ordinal = clock_ordinal(opinion.stage, opinion.entered[opinion.stage])
        opinion.left_up = opinion.left_down = NO_CLOCK
        if opinion.stage < ADVOCACY:
            opinion.left_up = resistance(self.draw(Purpose.RESIST_UP, brand_key, ordinal))
        if opinion.stage > UNAWARE:
            opinion.left_down = resistance(self.draw(Purpose.RESIST_DOWN, brand_key, ordinal))

    # ------------------------------------------------------------------------------------ the morning

    def decide(self) -> None:
        """Let the day's hazards work on all resistances; where one is used up, decide what follows."""
        model, day = self.model, self.model.today
        buys = NOTHING
        self.left_to_buy -= day.need[self.segment][self.pace]
        if self.left_to_buy <= 0:
            buys = self.buy(day)
        samples = day.samples.get(self.row, NONE_GIVEN) if day.samples else NONE_GIVEN
        for opinion in self.opinions:
            stage, mood = opinion.stage, opinion.mood
            at = self.place(opinion) + mood * model.mood_step + stage
            up, down = day.pull[at], day.push_back[at]
            if self.follows and day.posts[opinion.brand]:
                up += self.influence(opinion, day)
            if opinion.counted or model.well_mixed:
                up += self.talk_up(opinion, day)
            if opinion.complaints or model.well_mixed:
                down += self.talk_down(opinion, day)
            if mood == POSITIVE:
                up += day.status[opinion.brand][stage][mood][JOY]
            opinion.left_up -= up
            opinion.left_down -= down
            if (
                opinion.left_up <= 0
                or opinion.left_down <= 0
                or opinion.brand == buys
                or opinion.talks_until == day.t
                or (self.row, opinion.brand) in day.concerns
            ):
                used, sample = opinion.brand == buys, samples.get(opinion.brand)
                self.decide_about(opinion, day, up, down, used, sample)

    def talk_up(self, opinion: Opinion, day: Day) -> int:
        """Word of mouth that makes the brand known and wanted."""
        if self.model.well_mixed:
            return self.listening * self.model.crowds[opinion.brand].talk_up[opinion.stage][opinion.mood]
        intensity = day.status[opinion.brand][opinion.stage][opinion.mood]
        talk = 0
        for column, n_counted in opinion.counted.items():
            talk += n_counted * intensity[column]
        return self.listening * talk

    def talk_down(self, opinion: Opinion, day: Day) -> int:
        """Word of mouth that puts people off."""
        if self.model.well_mixed:
            return self.listening * self.model.crowds[opinion.brand].talk_down[opinion.stage][opinion.mood]
        intensity = day.status[opinion.brand][opinion.stage][opinion.mood]
        talk = 0
        for column, n_counted in opinion.complaints.items():
            talk += n_counted * intensity[column]
        return self.listening * talk

    def influence(self, opinion: Opinion, day: Day) -> int:
        """What the posts of influencers they follow do."""
        return day.open_up[opinion.mood] * sum(self.posts_seen(opinion, day).values())

    def posts_seen(self, opinion: Opinion, day: Day) -> dict[int, int]:
        """Influencers followed who have a post out for the brand, each with its push."""
        posts = day.posts[opinion.brand]
        return {k: posts[k][self.segment][opinion.stage] for k in self.follows if k in posts}

    def decide_about(
        self,
        opinion: Opinion,
        day: Day,
        hazard_up: int,
        hazard_down: int,
        used: bool,
        sample: tuple[int, float, int] | None,
    ) -> None:
        """Decide on the evening's stage, mood and talk, on a day on which something happens."""
        model, b = self.model, opinion.brand
        brand_key, flows = model.brand_key[b], model.tallies.counts[day.week, b, self.segment]
        stage, mood, until = opinion.stage, opinion.mood, opinion.talks_until
        standing, bought = opinion.standing, used
        ordinal = clock_ordinal(stage, opinion.entered[stage])

        goes_up, goes_down = opinion.left_up <= 0, opinion.left_down <= 0
        scandal = (self.row, b) in day.scandals
        if scandal and stage == UNAWARE and not sample:
            goes_up = goes_down = False  # bad news makes an unknown brand known
            stage = ATTENTION
            self.count_cause(day, b, UP, stage, ALT_BACKLASH)
        elif sample and sample[0] > stage:
            goes_up = goes_down = False
            stage = sample[0]
            self.count_cause(day, b, UP, stage, ALT_SEEDING)
        elif goes_up and goes_down:
            goes_up = up_comes_first(
                opinion.left_up + hazard_up, hazard_up, opinion.left_down + hazard_down, hazard_down
            )
            goes_down = not goes_up
        if goes_up:
            stage += 1
            cause = self.cause_up(opinion, day, ordinal)
            if cause == ALT_WOM and happens(self.draw(Purpose.SKIP, brand_key, ordinal), model.plan["p_skip"]):
                stage = min(stage + 1, ADVOCACY)
            if model.plan["needs_cause"]:
                standing = standing | Standing.TOLD if cause == ALT_WOM else standing & ~Standing.TOLD
            self.count_cause(day, b, UP, stage, cause)
        elif goes_down:
            cause = self.cause_down(opinion, day, ordinal)
            self.count_cause(day, b, DOWN, stage, cause)
            stage -= 1
            offended = cause == ALT_NEGATIVE and mood != NEGATIVE
            if offended and happens(self.draw(Purpose.TURN, brand_key, ordinal), model.plan["p_turn"]):
                mood = NEGATIVE
                until = self.bad_mood_until(opinion, day)

        if stage > opinion.stage:
            flows["entries"][stage] += 1
            flows["skips"] += stage > opinion.stage + 1
            if opinion.stage < model.plan["fresh_stage"] <= stage and mood != NEGATIVE and not scandal:
                until = self.fresh_until(opinion, day)
        elif stage < opinion.stage:
            flows["falls"][opinion.stage] += 1
        if until == day.t:  # fresh talk, or a bad mood, ends tonight
            until = NEVER
            mood = NO_MOOD if mood == NEGATIVE else mood

        if sample:
            flows["samples"] += 1
            used = used or happens(self.draw(Purpose.TRY_PRODUCT, brand_key, sample[2]), sample[1])
        if used:
            was_negative = mood == NEGATIVE
            tried = opinion.bought + opinion.sampled - bought  # which trial this is
            mood = self.use(opinion, day, tried)
            opinion.sampled += not bought
            flows["samples_used"] += not bought
            if mood == NEGATIVE:
                until = self.complain(opinion, day, tried, bought, self.bad_mood_until(opinion, day))
            elif mood == POSITIVE and model.plan["fresh_stage"] == 0:
                until = self.fresh_until(opinion, day)
            elif was_negative:
                until = NEVER

        if scandal and opinion.stage > UNAWARE and mood != NEGATIVE:
            mood = NEGATIVE
            until = self.bad_mood_until(opinion, day)
        standing = self.stand(opinion, day, standing, stage, mood, bought)
        if (stage, mood, until, standing) != (opinion.stage, opinion.mood, opinion.talks_until, opinion.standing):
            opinion.decided = (stage, mood, until, standing)
            self.changes = True

    def place(self, opinion: Opinion) -> int:
        """Where the day's media pressure on this consumer begins, who has this standing with the brand."""
        return opinion.at + self.model.class_step * self.model.class_of_standing[opinion.standing]

    def stand(self, opinion: Opinion, day: Day, standing: int, stage: int, mood: int, bought: bool) -> int:
        """What the brand knows of this consumer after today; counts who opts in or out, comes, or names a friend."""
        model, b = self.model, opinion.brand
        arrays, brand_key = model.tables.arrays, model.brand_key[b]
        flows = model.tallies.counts[day.week, b, self.segment]
        standing = standing_after(standing, stage, mood)
        asked = float(arrays.p_opt_in[b, day.t])
        visits = stage > opinion.stage and stage in (ATTRACTION, AFFINITY) and mood != NEGATIVE
        if visits and not standing & Standing.OPTED_IN and asked > 0.0:
            ordinal = clock_ordinal(stage, opinion.entered[stage])
            if happens(self.draw(Purpose.OPT_IN, brand_key, ordinal), asked):
                standing |= Standing.OPTED_IN
                flows["sign_ups"] += 1
        was_in, is_in = bool(opinion.standing & Standing.OPTED_IN), bool(standing & Standing.OPTED_IN)
        flows["opt_ins"] += is_in and not was_in
        flows["opt_outs"] += was_in and not is_in
        flows["leads"] += is_in and stage >= AFFINITY and (not was_in or opinion.stage < AFFINITY)
        p_come, event = day.invitations.get((self.row, b), (0.0, 0))
        invited = p_come > 0.0 and opinion.stage > UNAWARE and mood != NEGATIVE
        if invited and happens(self.draw(Purpose.ATTEND, brand_key, event), p_come):
            standing |= Standing.ATTENDED
            flows["attendances"] += 1
        if bought:
            sent = not opinion.standing & Standing.BOUGHT and opinion.standing & Standing.TOLD
            claims = float(arrays.p_claim[b, day.t])
            if sent and claims > 0.0 and happens(self.draw(Purpose.CLAIM, brand_key, 0), claims):
                standing |= Standing.REFERRED
                flows["referrals"] += 1
            standing |= Standing.BOUGHT
        return int(standing)

    def complain(self, opinion: Opinion, day: Day, tried: int, bought: bool, until: int) -> int:
        """What a disappointed buyer does about it, and the last day of the bad mood: sooner, if it is settled."""
        model, b = self.model, opinion.brand
        habit, felt = model.tables.arrays.habit[b], model.felt[b]
        flows = model.tallies.counts[day.week, b, self.segment]
        if bought:
            flows["refunds"] += happens(self.draw(Purpose.REFUND, model.brand_key[b], tried), float(habit["p_refund"]))
        u = uniform(self.draw(Purpose.COMPLAIN, model.brand_key[b], tried))
        p_complain = float(habit["p_complain"])
        p_answered = p_complain * felt[FELT_ANSWERED]
        flows["complaints"] += u <= p_complain
        flows["answered"] += u <= p_answered
        if u <= p_answered * felt[FELT_SETTLED]:
            flows["settled"] += 1
            return int(min(until, day.t + 1 + int(felt[FELT_DELAY] / 24.0)))
        return until

    def buy(self, day: Day) -> int:
        """Choose a brand: all of them race, each with its odds against the rest of the category."""
        model, arrays = self.model, self.model.tables.arrays
        odds = arrays.choice[arrays.choice_day[day.t]]
        ordinal = self.n_buys
        rest = len(self.opinions)
        first = exponential(self.draw(Purpose.BRAND_CHOICE, model.category_key, ordinal))
        chosen = rest
        for opinion in self.opinions:
            hold = arrays.hold[opinion.standing]
            weight = float(odds[opinion.brand, hold, opinion.stage * N_MOODS + opinion.mood])
            if weight > 0.0:
                offer = self.known_offer(opinion, day, ordinal)
                if offer >= 0:
                    weight *= float(arrays.offer_boost[offer])
                key = self.draw(Purpose.BRAND_CHOICE, model.brand_key[opinion.brand], ordinal)
                arrives = race_time(key, weight)
                if arrives < first:
                    first, chosen = arrives, opinion.brand
        self.n_buys += 1
        self.pace = int(chosen < rest and arrays.loyal[chosen, day.t])
        self.left_to_buy = resistance(self.draw(Purpose.RESIST_BUY, 0, self.n_buys))
        flows = model.tallies.counts[day.week, chosen, self.segment]
        flows["purchases"] += 1
        if chosen < rest:
            opinion = self.opinions[chosen]
            first = opinion.last_bought == NEVER_BOUGHT
            flows["first_purchases"] += first
            flows["won"] += first or day.t - opinion.last_bought > arrays.churn_days[self.segment]
            flows["redemptions"] += self.known_offer(opinion, day, ordinal) >= 0
            if not first and arrays.p_cross[chosen, day.t] > 0.0:
                habit = arrays.habit[chosen]
                p = p_second_product(
                    float(arrays.p_cross[chosen, day.t]), bool(opinion.standing & Standing.REFERRED),
                    float(opinion.bought), float(habit["basket"]), float(habit["basket_half"]),
                )  # fmt: skip
                flows["cross_sales"] += happens(self.draw(Purpose.CROSS_SELL, model.brand_key[chosen], ordinal), p)
            opinion.bought += 1
            opinion.last_bought = day.t
        return chosen

    def known_offer(self, opinion: Opinion, day: Day, ordinal: int) -> int:
        """The brand's offer of the day, if this consumer knows of it; -1 if not."""
        arrays = self.model.tables.arrays
        offer = int(arrays.offer_day[opinion.brand, day.t])
        if offer >= 0:
            listed = int(bool(opinion.standing & Standing.OPTED_IN))
            known = float(arrays.offer_known[offer, opinion.stage, listed])
            if not happens(self.draw(Purpose.KNOW_OFFER, self.model.brand_key[opinion.brand], ordinal), known):
                return -1
        return offer

    def use(self, opinion: Opinion, day: Day, tried: int) -> int:
        """The mood that using the product leaves behind."""
        p_satisfied, p_dissatisfied = self.model.tables.arrays.verdict[day.t, opinion.brand].tolist()
        u = uniform(self.draw(Purpose.SENTIMENT, self.model.brand_key[opinion.brand], tried))
        return mood_after_trial(u, p_satisfied, p_dissatisfied)

    def fresh_until(self, opinion: Opinion, day: Day) -> int:
        """Last day of a spell of fresh talk that begins tomorrow."""
        plan = self.model.plan
        key = self.draw(Purpose.TALK_DAYS, self.model.brand_key[opinion.brand], opinion.spells)
        opinion.spells += 1
        return last_talk_day(day.t, plan["fresh_days"], plan["fresh_fixed"] != 0, key)

    def bad_mood_until(self, opinion: Opinion, day: Day) -> int:
        """Last day of a bad mood that begins tonight."""
        key = self.draw(Purpose.TALK_DAYS, self.model.brand_key[opinion.brand], opinion.spells)
        opinion.spells += 1
        return last_talk_day(day.t, self.model.plan["negative_days"], False, key)

    # ------------------------------------------------------------------------------------ who did it

    def cause_up(self, opinion: Opinion, day: Day, ordinal: int) -> int:
        """Which source moved this consumer up: they race, each with its share of the day's hazard."""
        model, b, stage = self.model, opinion.brand, opinion.stage
        opened, group = day.open_up[opinion.mood], model.group_of_kind[self.kind]
        shares = {ALT_WOM: self.talk_up(opinion, day)}
        if opinion.mood == POSITIVE:
            shares[ALT_EXPERIENCE] = day.status[b][stage][POSITIVE][JOY]
        reached = model.reached[b, model.class_of_standing[opinion.standing]]
        met = day.stimulus[b, group] * model.meets[self.kind] * reached * model.effect[b, stage, opinion.mood]
        for alternative, share in zip(model.source_alternatives, met.tolist(), strict=True):
            shares[alternative] = share
        for influencer, push in self.posts_seen(opinion, day).items():
            shares[model.first_influencer + influencer] = opened * push
        return self.first_to_arrive(Purpose.CAUSE_UP, b, shares, ordinal)

    def cause_down(self, opinion: Opinion, day: Day, ordinal: int) -> int:
        """Which source moved this consumer down."""
        b, stage = opinion.brand, opinion.stage
        model, pattern = self.model, self.model.pattern_of_kind[self.kind]
        hold = model.tables.arrays.hold[opinion.standing]
        forgetting = day.open_down[opinion.mood] * int(day.forgetting[b, pattern, hold, stage])
        driven = day.push_back[self.place(opinion) + opinion.mood * model.mood_step + stage]
        rivals = int(day.rivals[b, opinion.mood, self.kind, stage])
        shares = {
            ALT_FORGETTING: forgetting,
            ALT_IRRITATION: driven - forgetting - rivals,
            ALT_RIVAL: rivals,
            ALT_NEGATIVE: self.talk_down(opinion, day),
        }
        return self.first_to_arrive(Purpose.CAUSE_DOWN, b, shares, ordinal)

    def first_to_arrive(self, purpose: Purpose, brand: int, shares: dict[int, int], ordinal: int) -> int:
        """The winner of a race in which every alternative runs on a draw of its own."""
        base = stem_key(self.model.luck, purpose, self.model.brand_key[brand])
        first, winner = np.inf, NOTHING
        for alternative, share in shares.items():
            if share > 0:
                key = fold(base, self.model.tables.arrays.alt_key[alternative])
                arrives = race_time(np.uint64(person_key(np.uint64(key), self.ident, np.uint64(ordinal))), float(share))
                if arrives < first:
                    first, winner = arrives, alternative
        return winner

    def count_cause(self, day: Day, brand: int, direction: int, stage: int, cause: int) -> None:
        """Remember what moved somebody into a stage, or down out of it."""
        if self.model.with_causes:
            self.model.tallies.causes[day.week, brand, direction, stage, cause] += 1

    # ------------------------------------------------------------------------------------ the evening

    def change(self) -> None:
        """Do what was decided in the morning, and let the listeners know."""
        if not self.changes:
            return
        self.changes = False
        for opinion in self.opinions:
            if opinion.decided is not None:
                self.change_opinion(opinion)

    def change_opinion(self, opinion: Opinion) -> None:
        """Take on the new stage, mood and talk."""
        assert opinion.decided is not None
        stocks = self.model.tallies.counts[self.model.today.week + 1, opinion.brand, self.segment]
        before = opinion.stage, opinion.mood
        opinion.stage, opinion.mood, opinion.talks_until, opinion.standing = opinion.decided
        opinion.decided = None
        if opinion.stage != before[0]:
            stocks["stock"][before[0]] -= 1
            stocks["stock"][opinion.stage] += 1
            opinion.entered[opinion.stage] += 1
            self.resist(opinion)
        for mood, name in ((POSITIVE, "positive"), (NEGATIVE, "negative")):
            stocks[name] += (opinion.mood == mood) - (before[1] == mood)
        self.tell(opinion, self.model.today.t + 1)

    def tell(self, opinion: Opinion, t: int) -> None:
        """Join or leave classes of talk from day ``t`` on."""
        fresh = opinion.talks_until >= t and opinion.mood != NEGATIVE
        classes = talk_classes(opinion.stage, opinion.mood, fresh, self.model.plan["talk_from"])
        for talk in range(N_TALKS):
            gain = (classes >> talk & 1) - (opinion.classes >> talk & 1)
            if gain:
                self.model.crowds[opinion.brand].n_talking[talk] += gain
                for listener, tie in self.listeners:
                    listener.hear(opinion.brand, 2 * talk + tie, gain)
        opinion.classes = classes

    def hear(self, brand: int, column: int, gain: int) -> None:
        """Count one neighbour more, or one fewer, in a class of talk over a kind of tie."""
        opinion = self.opinions[brand]
        opinion.heard[column] += gain
        first = column - column % 2
        carry = counting(opinion.heard[first + STRONG], opinion.heard[first + WEAK], self.n_needed)
        for tie, n_counted in ((STRONG, carry[0]), (WEAK, carry[1])):
            _keep(opinion.counted, first + tie, n_counted)
            if first == FIRST_COMPLAINT:
                # A complaint puts off those who know the brand, and makes it known to those who do not.
                _keep(opinion.complaints, TALK_DOWN + tie, n_counted)


def _keep(counts: dict[int, int], column: int, count: int) -> None:
    """Note a count, unless it is nought."""
    if count:
        counts[column] = count
    else:
        counts.pop(column, None)
