"""From a few numbers to a whole plan that keeps every limit.

A search moves logarithms of multipliers on shares of money, and a few numbers of shape; whatever they are, the plan
that comes out costs no more than the budget, buys whole posts, and keeps all limits (random keys with a greedy decoder,
as in Bean 1994). What a plan looks like is decided here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommend.amounts import rounded, whole_posts
from experiments.recommend.audience import MOST_POSTS, Roster
from experiments.recommend.limits import Bounds, InfluencerLimits
from experiments.recommend.programmes import LOG_SIZE, Programme, size_of, with_sizes
from experiments.recommend.roster import Taste, bookings, choose_posts, on_sale
from experiments.recommend.shapes import CAP, EARLY, OVERLAP, PRICE, SIZE, SPENT, TILT, WAVES, Shape
from experiments.recommend.split import fill, split
from experiments.recommend.wallet import COMMUNITY, INFLUENCERS, MEDIA, POSTS, SEEDING, Line, Wallet, kept_with
from experiments.seeding.posts import PostMarket
from scenarios.plan import Community, Media, Plan, Posts, Seeding

Floats = NDArray[np.float64]

LOG_MULTIPLIER = 2.0
"""Shares are searched within a factor of e² around the base, up or down."""

DROPPED = 0.004
"""Share of the money below which a line gets nothing."""

NOTHING = 0.05
"""So near to the lower end of its range a line gets nothing, too: nothing at all must be within reach."""


@dataclass(frozen=True)
class Decoder:
    """What turns a point of a search into a plan.

    Attributes:
        wallet: lines and what is kept.
        bounds: limits as numbers.
        limits: on influencers.
        budget: money in all.
        base: [L] shares that multipliers are about.
        sale: influencers within limits; None where nobody can be booked.
        aside: money put aside for what follows from what people do: whatever is chosen, then for each unit of size of
            each programme; nothing when empty.
    """

    wallet: Wallet
    bounds: Bounds
    limits: InfluencerLimits
    budget: float
    base: Floats
    sale: PostMarket | None = None
    aside: tuple[float, ...] = ()

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Numbers besides the shares."""
        found: tuple[Shape, ...] = (TILT, WAVES)
        if INFLUENCERS in self.wallet.names:
            found += (EARLY, SIZE, PRICE, OVERLAP, CAP)
        for one in self.chosen:
            found += (Shape(f"programme.{one.name}", -LOG_SIZE, LOG_SIZE, 0.0 if one.now > 0.0 else -LOG_SIZE),)
        return (*found, SPENT)

    @property
    def chosen(self) -> tuple[Programme, ...]:
        """Programmes whose size the search chooses."""
        return tuple(
            one for one, (low, high) in zip(self.wallet.programmes, self.bounds.sizes, strict=True) if low < high
        )

    @property
    def usual_sizes(self) -> Floats:
        """[P] of programmes, as near to the current plan as limits allow."""
        now = np.array([one.now for one in self.wallet.programmes])
        return np.clip(now, self.bounds.sizes[:, 0], self.bounds.sizes[:, 1])

    @property
    def free(self) -> float:
        """Money for the lines, with programmes as usual and what follows from them put aside."""
        return self.plannable(self.usual_sizes) - kept_with(self.wallet, self.usual_sizes)

    def plannable(self, sizes: Floats) -> float:
        """Money of the budget that may be planned, beside what is put aside for programmes of these sizes.

        Args:
            sizes: [P].
        """
        return self.budget - (float(np.dot(self.aside, [1.0, *sizes])) if self.aside else 0.0)

    @property
    def low(self) -> Floats:
        """[D] least of each coordinate."""
        return np.array([-LOG_MULTIPLIER] * len(self.base) + [one.low for one in self.shapes])

    @property
    def high(self) -> Floats:
        """[D] most of each coordinate."""
        return np.array([LOG_MULTIPLIER] * len(self.base) + [one.high for one in self.shapes])

    @property
    def names(self) -> tuple[str, ...]:
        """Of the coordinates."""
        return (*(f"share.{name}" for name in self.wallet.names), *(one.name for one in self.shapes))

    def point(self, shares: Floats, **shape: float) -> Floats:
        """The point whose plan has about these shares of money.

        Args:
            shares: [L] wanted.
            shape: other numbers by the last part of their name; as usual where left out.
        """
        wanted = np.maximum(shares, 1e-9) / max(float(shares.sum()), 1e-9)
        log = np.log(np.maximum(wanted, 1e-9) / self.base)
        rest = [shape.get(one.name.rpartition(".")[2], one.usual) for one in self.shapes]
        return np.clip(np.array([*log, *rest]), self.low, self.high)

    def money(self, point: Floats) -> Floats:
        """[L] money on each line.

        Args:
            point: [D] of the search.
        """
        shares = self.base * np.exp(point[: len(self.base)])
        shares = shares / shares.sum()
        none = (shares < DROPPED) | (point[: len(self.base)] <= NOTHING - LOG_MULTIPLIER)
        if not np.all(none):
            shares[none & (self.bounds.low <= 0.0)] = 0.0
        sizes = self.sizes(point)
        kept = kept_with(self.wallet, sizes)
        money = max(self._shape(point, SPENT) * self.plannable(sizes) - kept, min(self._least, self.budget - kept), 0.0)
        return split(shares, money, self.bounds)

    @property
    def _least(self) -> float:
        """Money that lines need at least."""
        return float(self.bounds.low.sum()) + sum(low for _, _, low, _ in self.bounds.groups)

    def sizes(self, point: Floats) -> Floats:
        """[P] size of each programme; the least of all where running them leaves too little for the lines.

        Args:
            point: [D] of the search.
        """
        chosen = {one.name for one in self.chosen}
        out = self.usual_sizes
        for k, one in enumerate(self.wallet.programmes):
            if one.name in chosen:
                low, high = self.bounds.sizes[k].tolist()
                out[k] = size_of(one, self._shape_named(point, f"programme.{one.name}"), low, high)
        if self.wallet.programmes and kept_with(self.wallet, out) + self._least > self.budget:
            return self.bounds.sizes[:, 0].copy()
        return out

    def plan(self, point: Floats) -> Plan:
        """The plan at a point.

        Args:
            point: [D] of the search.
        """
        return self.at(point, self.money(point))

    def at(self, point: Floats, money: Floats) -> Plan:
        """The plan with the shape of a point and other money.

        Args:
            point: [D] of the search.
            money: [L] on each line.
        """
        if INFLUENCERS not in self.wallet.names:
            return self.with_money(
                money, tilt=self._shape(point, TILT), waves=self._shape(point, WAVES), sizes=self.sizes(point)
            )
        most = min(max(round(float(np.exp(self._shape(point, CAP)))), 1), MOST_POSTS)
        taste = Taste(self._shape(point, SIZE), self._shape(point, PRICE), self._shape(point, OVERLAP), most)
        return self.with_money(
            money, tilt=self._shape(point, TILT), waves=self._shape(point, WAVES), early=self._shape(point, EARLY),
            taste=taste, sizes=self.sizes(point),
        )  # fmt: skip

    def with_money(
        self, money: Sequence[float] | Floats, *, tilt: float = 0.0, waves: float = 1.0, early: float = 0.0,
        taste: Taste | None = None, sizes: Floats | None = None,
    ) -> Plan:  # fmt: skip
        """The plan with so much money on each line, and what influencers leave over given to the other lines.

        Args:
            money: [L] on each line.
            tilt: see :data:`experiments.recommend.shapes.TILT`.
            waves: see :data:`experiments.recommend.shapes.WAVES`.
            early: see :func:`experiments.recommend.roster.bookings`.
            taste: in influencers.
            sizes: [P] of programmes; as usual when None.
        """
        money = np.asarray(money, float)
        wallet = self.wallet
        parts: dict[str, dict[str, object]] = {MEDIA: {}, POSTS: {}}
        update: dict[str, object] = {}
        waves_of: list[Seeding] = list(wallet.kept.seeding)
        if INFLUENCERS in wallet.names and self.bounds.locked[wallet.index(INFLUENCERS)]:
            update["bookings"] = wallet.current.bookings
        elif INFLUENCERS in wallet.names:
            i = wallet.index(INFLUENCERS)
            open_weeks = self.bounds.open_weeks[i].tolist()
            posts = self._chosen(float(money[i]), taste or Taste())
            update["bookings"] = bookings(
                wallet.scenario, posts, early=early, limits=self.limits, open_weeks=open_weeks
            )
            money = self._rest(
                money, i, sum(wallet.scenario.influencers[n].cost_per_post * k for n, k in posts.items())
            )
        for i, line in enumerate(wallet.lines):
            if self.bounds.locked[i]:
                self._keep(line, parts, update, waves_of)
            elif line.lever in (MEDIA, POSTS):
                part = self._paced(i, line, float(money[i]), tilt, waves)
                if part is not None:
                    parts[line.lever][line.entry] = part
            elif line.lever == SEEDING:
                assert isinstance(line.part, Seeding)
                people = int(money[i] / line.part.unit_cost + 1e-9)
                if money[i] >= line.step:
                    waves_of.append(line.part.model_copy(update={"people": people}))
            elif line.lever == COMMUNITY:
                assert isinstance(line.part, Community)
                hours = money[i] / line.step
                weekly = np.floor(100.0 * hours * self._weeks(i, line, 0.0, 1.0)) / 100.0
                one = {"weekly": weekly.tolist(), "flights": [], "pulse": None, "elsewhere": [0.0]}
                update["community"] = line.part.model_copy(update=one) if weekly.any() else None
        update |= {MEDIA: parts[MEDIA], POSTS: {**wallet.kept.posts, **parts[POSTS]}, "seeding": waves_of}
        plan = wallet.kept.model_copy(update=update)
        if not wallet.programmes:
            return plan
        return with_sizes(plan, wallet.programmes, self.usual_sizes if sizes is None else sizes)

    def _chosen(self, money: float, taste: Taste) -> dict[str, int]:
        """Posts by influencer; nobody where none are on sale."""
        if self.sale is None:
            return {}
        names = tuple(self.wallet.scenario.influencers)
        return choose_posts(self.sale, names, money, taste=taste, limits=self.limits)

    def _keep(
        self, line: Line, parts: dict[str, dict[str, object]], update: dict[str, object], waves: list[Seeding]
    ) -> None:
        """A locked line, as the current plan has it."""
        current = self.wallet.current
        if line.lever == MEDIA and line.entry in current.media:
            entry = current.media[line.entry]
            weekly = (line.now - line.overhead) * line.profile
            as_is = current.media_scale == 1.0
            parts[MEDIA][line.entry] = entry if as_is else entry.model_copy(
                update={"weekly": weekly.tolist(), "flights": [], "pulse": None}
            )  # fmt: skip
        elif line.lever == POSTS and line.entry in current.posts:
            parts[POSTS][line.entry] = current.posts[line.entry]
        elif line.lever == SEEDING and line.now > 0.0 and isinstance(line.part, Seeding):
            waves.append(line.part)
        elif line.lever == COMMUNITY:
            update["community"] = current.community

    def _shape(self, point: Floats, shape: Shape) -> float:
        return self._shape_named(point, shape.name)

    def _shape_named(self, point: Floats, name: str) -> float:
        return float(point[self.place(name)])

    def place(self, name: str) -> int:
        """Which coordinate a number of shape is.

        Args:
            name: such as ``budget.spent``.
        """
        return len(self.base) + [one.name for one in self.shapes].index(name)

    def _rest(self, money: Floats, i: int, fees: float) -> Floats:
        """Money of lines after influencers have been booked: what is left over goes to the others in proportion."""
        left = money[i] - fees
        out = money.copy()
        out[i] = fees
        others = np.arange(len(money)) != i
        if left <= 0.0 or not (money[others] > 0.0).any() or self.bounds.groups:
            return out
        high = np.where(money > 0.0, self.bounds.high, money)[others]
        out[others] = fill(money[others], float(money[others].sum() + left), low=money[others], high=high)
        return out

    def _weeks(self, i: int, line: Line, tilt: float, waves: float) -> Floats:
        """[W] shares of a line's money."""
        opened = self.bounds.open_weeks[i]
        w = len(line.profile)
        time = 0.5 - (np.arange(w) + 0.5) / w
        mean = 1.0 / w
        profile = np.where(line.profile > 0.0, (line.profile / mean) ** waves, 0.0 if waves > 0.05 else 1.0)
        share = profile * np.exp(tilt * time) * opened
        if share.sum() <= 0.0:
            share = opened.astype(float)
        return np.asarray(share / max(share.sum(), 1e-300))

    def _paced(self, i: int, line: Line, money: float, tilt: float, waves: float) -> Media | Posts | None:
        """Paid media or own posts, week by week."""
        share = self._weeks(i, line, tilt, waves)
        low, high, booked = self.bounds.weekly_low[i], self.bounds.weekly_high[i], self.bounds.locked_weeks[i]
        if line.lever == POSTS:
            assert isinstance(line.part, Posts)
            if low.any() or np.isfinite(high[self.bounds.open_weeks[i]]).any():
                each = whole_posts(share, money / line.step, low / line.step, high / line.step, booked)
            else:
                n = int(money / line.step + 1e-9)
                if n == 0 or not share.any():
                    return None
                each = np.diff(np.floor(np.round(np.cumsum(share) * n, 9) + 0.5), prepend=0.0)
            if not each.any():
                return None
            return line.part.model_copy(update={"weekly": each.tolist(), "flights": [], "pulse": None})
        opened = self.bounds.open_weeks[i] & ~booked
        money -= line.overhead + float(low[booked].sum())
        weekly = np.zeros(len(share))
        if money > 0.0 and opened.any():
            least, most = np.where(opened, low, 0.0), np.where(opened, high, 0.0)
            weekly = fill(np.maximum(share * opened, 1e-12 * opened), money, low=least, high=np.minimum(most, money))
            weekly = rounded(weekly, least, most)
        weekly[booked] = low[booked]
        if not weekly.any():
            return None
        if line.part is None:
            return Media(weekly=weekly.tolist())
        assert isinstance(line.part, Media)
        return line.part.model_copy(update={"weekly": weekly.tolist(), "flights": [], "pulse": None})


def decoder_of(
    wallet: Wallet, bounds: Bounds, limits: InfluencerLimits, budget: float, *, roster: Roster | None = None
) -> Decoder:  # fmt: skip
    """A decoder whose base is half the current plan's shares and half equal ones.

    Args:
        wallet: lines.
        bounds: limits as numbers.
        limits: on influencers.
        budget: money in all.
        roster: influencers on sale; nobody is booked when None, but as locked.
    """
    sale = None
    if roster is not None and INFLUENCERS in wallet.names:
        open_weeks = bounds.open_weeks[wallet.index(INFLUENCERS)].tolist()
        sale = on_sale(wallet.scenario, roster, limits=limits, open_weeks=open_weeks)
    now = wallet.now
    equal = np.full(len(now), 1.0 / max(len(now), 1))
    base = 0.5 * now / now.sum() + 0.5 * equal if now.sum() > 0.0 else equal
    return Decoder(wallet, bounds, limits, budget, base, sale)
