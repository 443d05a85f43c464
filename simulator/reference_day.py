"""One day of the reference engine: what presses on everybody, and what is said in a well-mixed market."""

from typing import TYPE_CHECKING

import numpy as np

from scenarios.vocabulary import Mood, Stage, Talk
from simulator.arrays import (
    N_MOODS,
    N_TALKS,
    TALK_DOWN,
)

if TYPE_CHECKING:
    from simulator.reference import ReferenceModel

DETRACTOR = int(Talk.DETRACTOR)
FINER = 1 << 20


class Day:
    """What presses on everybody on one day: whole numbers, in units of 2**-40 of hazard or as said below."""

    def __init__(self, model: "ReferenceModel", t: int) -> None:
        tables, layout = model.tables.arrays, model.tables.layout
        self.t, self.week = t, t // 7

        row = tables.base[t + 1] - tables.base[t]
        model.follow_up(row)

        def today(name: str) -> np.ndarray:
            return layout.block(row[None, :], name)[0]

        self.need = today("buy").tolist()  # [segment][pace]
        # What advertising, own posts and interest do to each kind: stimulus times effect, over the sources it meets
        # with this standing.
        self.stimulus = today("stimulus")[..., : len(model.source_alternatives)]  # [brand, group, source], in 2**-16
        met = self.stimulus[:, model.group_of_kind] * model.meets  # [brand, kind, source]
        reached = met[:, None] * model.reached[:, :, None]  # [brand, standing class, kind, source]
        pull = np.einsum("bckq,bsmq->bcmks", reached, model.effect)
        # What forgetting does, what rivals' advertising does, and what the brand's own many posts do.
        self.forgetting = today("down")  # [brand, pattern, hold, stage], in 2**-30 and times openness in 2**-10
        pushing = met * model.pushes[:, None]
        self.rivals = np.einsum("bkq,smq->bmks", pushing.sum(axis=0) - pushing, model.push)
        nagging = np.einsum("bckq,smq->bcmks", met[:, None] * model.nags[:, :, None], model.nag)
        forgotten = self.forgetting[:, model.pattern_of_kind][:, :, model.hold_of_class]  # [brand, kind, class, stage]
        push_back = np.einsum("m,bkcs->bcmks", model.open_down, forgotten)
        push_back += self.rivals[:, None] + nagging
        # Both in one long row each, by brand, standing, mood, kind and stage: an opinion knows where its six numbers
        # begin.
        self.pull, self.push_back = pull.ravel().tolist(), push_back.ravel().tolist()
        self.open_up, self.open_down = model.open_up, model.open_down
        # Talk of one neighbour and own experience, [brand][stage][mood][column]: first talk by class and tie,
        # then complaints by tie, all in 2**-20 and times listening; the last is experience.
        self.status = today("status").tolist()
        # Influencers' posts: for each brand, influencer to [segment][stage], in 2**-30.
        self.posts: list[dict[int, list[list[int]]]] = [{} for _ in model.brand_key]
        for e in range(tables.live_ptr[t], tables.live_ptr[t + 1]):
            influencer, b = int(tables.live_influencer[e]), int(tables.live_brand[e])
            self.posts[b][influencer] = tables.live_push[e].tolist()
        # Product given away: for each consumer, brand to the stage they are lifted to and the chance of use.
        self.samples: dict[int, dict[int, tuple[int, float, int]]] = {}
        # Invitations: the chance to come and which event. Scandals: who hears of one, about which brands.
        self.invitations: dict[tuple[int, int], tuple[float, int]] = {}
        self.scandals: set[tuple[int, int]] = set()
        self.concerns: set[tuple[int, int]] = set()
        seeds = model.seeds
        for s in range(seeds.ptr[t], seeds.ptr[t + 1]):
            who, b = int(seeds.consumer[s]), int(seeds.brand[s])
            if seeds.stage[s] >= 0:
                given = self.samples.setdefault(who, {})
                given[b] = (int(seeds.stage[s]), float(seeds.p_try[s]), int(seeds.wave[s]))
            if seeds.p_come[s] > 0.0:
                self.invitations[who, b] = (float(seeds.p_come[s]), int(seeds.event[s]))
            if seeds.scandal[s]:
                self.scandals.add((who, b))
            self.concerns.add((who, b))


class Crowd:
    """All talk about one brand in the whole market, for a market in which everybody hears everybody."""

    def __init__(self) -> None:
        self.n_talking = [0] * N_TALKS
        # Of an average consumer, by the hearer's stage and mood: all that was said so far, in 2**-40 ...
        self.said_up = [[0] * N_MOODS for _ in Stage]
        self.said_down = [[0] * N_MOODS for _ in Stage]
        # ... and what is said today, in 2**-20.
        self.talk_up = [[0] * N_MOODS for _ in Stage]
        self.talk_down = [[0] * N_MOODS for _ in Stage]

    def speak(self, brand: int, day: Day, n: int) -> None:
        """Add up what an average consumer says today; sums are kept finer, so that no talk is lost."""
        for stage in Stage:
            for mood in Mood:
                intensity = day.status[brand][stage][mood]
                up = sum(self.n_talking[talk] * intensity[2 * talk] for talk in range(N_TALKS))
                down = self.n_talking[DETRACTOR] * intensity[TALK_DOWN]
                for total, said, talk in (
                    (up, self.said_up, self.talk_up),
                    (down, self.said_down, self.talk_down),
                ):
                    before = said[stage][mood]
                    said[stage][mood] += int(float(total) / n * FINER + 0.5)
                    talk[stage][mood] = _rounded(said[stage][mood]) - _rounded(before)


def _rounded(fine: int) -> int:
    """From units of 2**-40 to units of 2**-20."""
    return (fine + FINER // 2) // FINER
