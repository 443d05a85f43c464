"""Every weekly metric of every brand as one tidy table: week, brand, segment, channel or lever, metric, value.

What each metric means stands in :mod:`simulator.glossary`. People are people of the market and money is money; the
weeks of a warm-up are left out. ``(all)`` stands where a row is about all segments, or all channels or levers: it is
never the name of one. There are rows for single segments, and for single channels or levers, but not for a channel
within a segment; :mod:`simulator.reach` gives those.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import Timed
from scenarios.schema import Plan, Scenario
from scenarios.vocabulary import STAGE_NAMES, Cause, Platform, Stage, Talk
from simulator.arrays import FELT_ANSWERED, FELT_DELAY, FELT_POSTS, FELT_SPACE, N_STAGES
from simulator.calendar import (
    DAYS_PER_WEEK,
    Phase,
    all_phases,
    daily_amounts,
    days_on,
    outages,
    week_label,
    week_starts,
    weekly_sums,
)
from simulator.costs import CostLine
from simulator.glossary import WEEKLY
from simulator.indices import CATEGORIES, Choices, social_action_index
from simulator.money import all_cost_lines, takings
from simulator.posts import expected_engagement
from simulator.reach import (
    E_MAIL,
    ELSEWHERE,
    Exposure,
    Flow,
    bouncing,
    click_rate,
    exposure_of,
    is_social,
    usual_cpm,
)
from simulator.simulate import Outcome
from simulator.sources import EVERYWHERE, mentions
from simulator.tables import FIRST_SOURCE

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

ALL = "(all)"
"""All segments, or all channels or levers: never the name of one."""

COLUMNS = ("week", "week_start", "brand", "segment", "part", "metric", "value")

_ENGAGING = ("own posts", "user content", "influencers", "outreach")
"""Levers whose cost is set against engagements."""

_SHOWN_ON = (Cause.PAID, Cause.OWNED, Cause.EARNED, Cause.LIST, Cause.USER_CONTENT)


def weekly_table(outcome: Outcome, scenario: Scenario, plan: Plan, *, choices: Choices | None = None) -> "pd.DataFrame":
    """Every metric of one replicate, for every brand, as a tidy table.

    Args:
        outcome: counts of simulated consumers; simulate with causes for conversions from social channels.
        scenario: names, dates and weight.
        plan: our plan, the one that was simulated.
        choices: weights of the Social Action Index and the like; ours when None.
    """
    import pandas as pd

    found = weekly_metrics(outcome, scenario, plan, choices=choices)
    return pd.DataFrame(tidy_columns(found, scenario=scenario, segments=outcome.tables.kinds.segments))


Metrics = dict[tuple[str, str], Floats]
"""By metric and channel or lever: [week, segments and all of them], or [week, 1] for all of them alone."""


def tidy_columns(
    found: Mapping[str, Metrics], *, scenario: Scenario, segments: Sequence[str]
) -> dict[str, NDArray[np.object_]]:
    """The columns of the tidy table.

    Args:
        found: metrics by brand.
        scenario: for the weeks.
        segments: names, in order.
    """
    names = np.array([*segments, ALL], object)
    days = week_starts(scenario)
    starts = np.array([day.isoformat() for day in days], object)
    labels = np.array([week_label(day) for day in days], object)
    columns: dict[str, list[NDArray]] = {name: [] for name in COLUMNS}
    order = {name: n for n, name in enumerate(WEEKLY)}
    for brand, metrics in found.items():
        for (metric, part), values in sorted(metrics.items(), key=lambda item: order[item[0][0]]):
            width = values.shape[1]
            columns["week"].append(np.repeat(labels, width))
            columns["week_start"].append(np.repeat(starts, width))
            columns["segment"].append(np.tile(names[-width:], len(days)))
            columns["value"].append(values.ravel())
            for name, text in (("brand", brand), ("part", part), ("metric", metric)):
                columns[name].append(np.full(values.size, text, object))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def weekly_metrics(
    outcome: Outcome, scenario: Scenario, plan: Plan, *, choices: Choices | None = None
) -> dict[str, Metrics]:
    """The same as arrays, by brand.

    Args:
        outcome: counts of simulated consumers.
        scenario: names, dates and weight.
        plan: our plan, the one that was simulated.
        choices: weights of the Social Action Index and the like; ours when None.
    """
    chosen = choices or Choices()
    sheets = [_Sheet(outcome, scenario, plan, b, chosen) for b in range(len(outcome.tables.brands))]
    for sheet in sheets:
        sheet.fill()
    for name, parts in (
        ("share_of_voice", ("impressions", "conversations_positive", "conversations_negative")),
        ("share_of_voice_paid", ("impressions_paid",)),
    ):
        voices = [np.asarray(sum(sheet.found[part, ALL] for part in parts)) for sheet in sheets]
        for sheet, voice in zip(sheets, voices, strict=True):
            sheet.found[name, ALL] = ratio(voice, np.asarray(sum(voices)))
    for sheet in sheets:
        sheet.index()
    return {name: sheet.found for name, sheet in zip(_told_apart(outcome.tables.brands), sheets, strict=True)}


def _told_apart(brands: Sequence[str]) -> list[str]:
    """Names of brands, numbered where two have the same title."""
    return [name if name not in brands[:b] else f"{name} ({b + 1})" for b, name in enumerate(brands)]


def index_of(metrics: Metrics, *, choices: Choices | None = None) -> Metrics:
    """The Social Action Index and its parts, from the other metrics of a brand.

    Args:
        metrics: of one brand.
        choices: weights, inputs and baseline; ours when None.
    """
    inputs = {metric: values[:, -1] for (metric, part), values in metrics.items() if part == ALL}
    index = social_action_index(inputs, choices=choices)
    parts = {(f"sai_{category}", ALL): _column(index.parts[category]) for category in CATEGORIES}
    return parts | {("sai", ALL): _column(index.total), ("sai_trend", ALL): _column(index.trend)}


def ratio(one: Floats, other: Floats) -> Floats:
    """One over the other, and NaN where the other is nought."""
    one, other = np.broadcast_arrays(np.asarray(one, float), np.asarray(other, float))
    result: Floats = np.divide(one, other, out=np.full(one.shape, np.nan), where=other != 0)
    return result


def _with_all(counted: NDArray) -> Floats:
    """Segments side by side, and their sum in the last column."""
    by_segment: Floats = np.asarray(counted, float)
    return np.concatenate([by_segment, by_segment.sum(axis=1, keepdims=True)], axis=1)


def _column(by_week: Floats) -> Floats:
    return np.asarray(by_week, float).reshape(-1, 1)


class _Sheet:
    """The metrics of one brand."""

    def __init__(self, outcome: Outcome, scenario: Scenario, plan: Plan, brand: int, choices: Choices) -> None:
        self.outcome, self.scenario, self.plan, self.brand, self.choices = outcome, scenario, plan, brand, choices
        self.kinds, self.values = outcome.tables.kinds, outcome.tables.parameters
        self.weight, self.first = scenario.people_per_consumer, outcome.warm_up_weeks
        self.mine: list[Phase] = all_phases(scenario, plan)[brand]
        self.felt = outcome.tallies.felt[self.first :, brand]
        self.found: Metrics = {}

    # ------------------------------------------------------------------------------------------- small helpers

    def flow(self, name: str) -> Floats:
        """A count of the week, with the sum of all segments last."""
        return _with_all(self.outcome.of_brand(name, self.brand) * self.weight)

    def stock(self, name: str, *, start: bool = False) -> Floats:
        """A count at the end of the week, or at its start."""
        rows = self.outcome.of_brand(name, self.brand)
        return _with_all((rows[:-1] if start else rows[1:]) * self.weight)

    def at(self, stage: Stage, *, start: bool = False) -> Floats:
        """People at a stage or above."""
        rows = self.outcome.of_brand("stock", self.brand)[..., stage:].sum(axis=2)
        return _with_all((rows[:-1] if start else rows[1:]) * self.weight)

    def put(self, metric: str, values: Floats, *, part: str = ALL) -> None:
        """Keep a metric."""
        self.found[metric, part] = np.asarray(values, float)

    def weeks(self, daily: Floats) -> Floats:
        """Sums of reported weeks."""
        return weekly_sums(daily)[self.first :]

    def share_of_week(self, part: Callable[[Plan], Timed | None]) -> Floats:
        """For how much of each week something is on."""
        on = np.zeros(self.scenario.n_days)
        for phase in self.mine:
            what = part(phase.plan)
            if what is not None:
                on[days_on(self.scenario, what, phase)] = 1.0
        return self.weeks(on) / DAYS_PER_WEEK

    # ------------------------------------------------------------------------------------------------- the parts

    def fill(self) -> None:
        """Work out everything that one brand needs no other for."""
        exposure = exposure_of(self.outcome, self.scenario, self.plan, brand=self.brand)
        self._path()
        self._seen(exposure)
        self._engaged(exposure)
        self._talk()
        self._community()
        self._earned(exposure)
        self._sold()
        self._spent()

    def index(self) -> None:
        """The Social Action Index, from the brand's other metrics."""
        self.found |= index_of(self.found, choices=self.choices)

    def _path(self) -> None:
        rows = self.outcome.of_brand("stock", self.brand)[1:] * self.weight
        entries = self.outcome.of_brand("entries", self.brand) * self.weight
        falls = self.outcome.of_brand("falls", self.brand) * self.weight
        for s, stage in enumerate(STAGE_NAMES):
            self.put(f"{stage}_stock", _with_all(rows[..., s]))
            if s:
                self.put(f"{stage}_entries", _with_all(entries[..., s]))
                self.put(f"{stage}_falls", _with_all(falls[..., s]))
        for name, lowest in (
            ("awareness", Stage.ATTENTION), ("knowledge", Stage.ATTRACTION), ("consideration", Stage.AFFINITY),
            ("loyalty", Stage.AUDIENCE), ("members", Stage.AUDIENCE), ("advocacy", Stage.ADVOCACY),
        ):  # fmt: skip
            self.put(name, self.at(lowest))
        for metric, name in (
            ("satisfied", "positive"), ("detractors", "negative"), ("visitors", "visitors"),
            ("opted_in", "opted_in"), ("customers", "customers"), ("buyers", "buyers"), ("referred", "referred"),
        ):  # fmt: skip
            self.put(metric, self.stock(name))
        for metric, name in (
            ("skips", "skips"), ("samples", "samples"), ("complaints", "complaints"), ("purchases", "purchases"),
            ("complaints_answered", "answered"), ("complaints_settled", "settled"), ("attendances", "attendances"),
            ("opt_ins", "opt_ins"), ("opt_outs", "opt_outs"), ("leads", "leads"), ("won", "won"),
            ("first_purchases", "first_purchases"), ("redemptions", "redemptions"), ("refunds", "refunds"),
            ("cross_sales", "cross_sales"), ("referrals", "referrals"), ("sign_ups", "sign_ups"),
        ):  # fmt: skip
            self.put(metric, self.flow(name))
        self.put("offer_awareness", self._offer_awareness())

    def _offer_awareness(self) -> Floats:
        rows = self.outcome.of_brand("stock", self.brand)[1:].astype(float)
        listed = self.outcome.of_brand("opted_in", self.brand)[1:]
        out = np.zeros(rows.shape[:2])
        offers = self.outcome.tables.offers
        if offers is None or not len(offers.discount):
            return _with_all(out)
        # Only people at attraction or above are on the list.
        could = rows[..., Stage.ATTRACTION :].sum(axis=2)
        on_list = np.clip(np.divide(listed, could, out=np.zeros_like(could), where=could > 0), 0.0, 1.0)
        by_week = offers.day[self.brand].reshape(-1, DAYS_PER_WEEK)[self.first :]
        for w, days in enumerate(by_week):
            if (days >= 0).any():
                known = offers.known[days[days >= 0][-1]]
                q = on_list[w][:, None] * (np.arange(N_STAGES) >= Stage.ATTRACTION)
                out[w] = (rows[w] * (known[:, 0] + q * (known[:, 1] - known[:, 0]))).sum(axis=1)
        return _with_all(out * self.weight)

    def _seen(self, exposure: Exposure) -> None:
        scenario, values = self.scenario, self.values
        shape = exposure.stages.shape[:2]
        people = np.append(exposure.people, exposure.people.sum())
        seen = {id(flow): exposure.impressions([flow]) for flow in exposure.flows}
        places: dict[str, list[Flow]] = {name: [] for name in self.kinds.channels}
        for flow in exposure.flows:
            places.setdefault(flow.place, []).append(flow)
        own, spend = self._own_channels(), self._paid_spend()
        places = {name: flows for name, flows in places.items() if flows or name in own or name in spend}

        def total(flows: list[Flow] | tuple[Flow, ...]) -> Floats:
            return np.asarray(sum((seen[id(flow)] for flow in flows), np.zeros(shape)))

        clicks, visits = np.zeros(shape), np.zeros(shape)
        from_social = np.zeros(shape[0])
        paid_clicks, by_place = np.zeros(shape[0]), {}
        for place, flows in places.items():
            here = total(flows)
            rate = click_rate(scenario, values, place=place)
            is_site = place not in (E_MAIL, ELSEWHERE) and scenario.channels[place].platform == Platform.WEBSITE
            came = here if is_site else here * rate
            clicks, visits = clicks + here * rate, visits + came
            by_place[place] = came.sum(axis=1)
            if is_social(scenario, place=place):
                from_social = from_social + came.sum(axis=1)
            met = exposure.reach(flows).sum(axis=1)
            paid = total([flow for flow in flows if flow.kind == "paid"]).sum(axis=1)
            paid_clicks = paid_clicks + paid * rate
            sights = here.sum(axis=1)
            for metric, column in (
                ("impressions", sights), ("reach", met), ("frequency", ratio(sights, met)),
                ("grps", 100.0 * sights / people[-1]), ("clicks", sights * rate), ("ctr", ratio(sights * rate, sights)),
                ("site_visits", by_place[place]),
            ):  # fmt: skip
                self.put(metric, _column(column), part=place)
            if place in spend:
                money = spend[place]
                for metric, column in (
                    ("paid_spend", money), ("cpm", ratio(1000.0 * money, paid)), ("cpc", ratio(money, paid * rate))
                ):  # fmt: skip
                    self.put(metric, _column(column), part=place)
        every, met = _with_all(total(exposure.flows)), _with_all(exposure.reach())
        for metric, table in (
            ("impressions", every), ("reach", met), ("frequency", ratio(every, met)),
            ("grps", ratio(100.0 * every, people)), ("clicks", _with_all(clicks)),
            ("ctr", ratio(_with_all(clicks), every)), ("site_visits", _with_all(visits)),
        ):  # fmt: skip
            self.put(metric, np.nan_to_num(table) if metric == "grps" else table)
        for kind in ("paid", "owned", "earned", "influencer", "user content", "list", "elsewhere"):
            metric = f"impressions_{kind.replace(' ', '_')}"
            mine = [flow for flow in exposure.flows if flow.kind == kind]
            self.put(metric, _with_all(total(mine)))
            for place in dict.fromkeys(flow.place for flow in mine):
                part = total([flow for flow in mine if flow.place == place])
                self.put(metric, _column(part.sum(axis=1)), part=place)
        in_all = visits.sum(axis=1)
        for place, came in by_place.items():
            self.put("traffic_share", _column(ratio(came, in_all)), part=place)
        visited = _with_all(visits)
        self.put("traffic_share", ratio(visited, visited))
        money = np.asarray(sum(spend.values(), np.zeros(shape[0])))
        paid = self.found["impressions_paid", ALL][:, -1]
        self.put("paid_spend", _column(money))
        self.put("cpm", _column(ratio(1000.0 * money, paid)))
        self.put("cpc", _column(ratio(money, paid_clicks)))
        self._conversions(from_social)

    def _own_channels(self) -> list[str]:
        """Channels that the brand posts on, now or later."""
        names: dict[str, None] = {}
        for phase in self.mine:
            names |= dict.fromkeys(posts.channel or name for name, posts in phase.plan.posts.items())
            if phase.plan.user_content is not None:
                names[phase.plan.user_content.channel] = None
        return [name for name in self.kinds.channels if name in names]

    def _paid_spend(self) -> dict[str, Floats]:
        """Money of paid media by channel and week; what cannot be shown is not charged."""
        works = outages(self.scenario)
        out: dict[str, Floats] = {}
        for phase in self.mine:
            for name, media in phase.plan.media.items():
                where = media.channel or name
                money = daily_amounts(self.scenario, media, phase) * phase.plan.media_scale
                weekly = self.weeks(money * works.get(where, np.ones(1)))
                out[where] = out.get(where, np.zeros(len(weekly))) + weekly
        return out

    def _conversions(self, from_social: Floats) -> None:
        """People who joined the audience because of something on a social channel."""
        tallies, tables = self.outcome.tallies, self.outcome.tables
        joined = np.full(len(from_social), np.nan)
        drawn = tallies.causes[:, self.brand].any() or not tallies.counts["entries"][:, self.brand].any()
        if drawn:
            met = np.zeros(len(tables.alternatives), np.bool_)
            for q, source in enumerate(tables.sources):
                seen_on = source.channel if source.other == EVERYWHERE else source.other
                if source.cause == Cause.COMMUNITY:
                    met[FIRST_SOURCE + q] = True
                elif source.cause in _SHOWN_ON and seen_on != EVERYWHERE:
                    met[FIRST_SOURCE + q] = is_social(self.scenario, place=self.kinds.channels[seen_on])
            for a, alternative in enumerate(tables.alternatives):
                if alternative.cause == Cause.INFLUENCER:
                    met[a] = is_social(self.scenario, place=self.scenario.influencers[alternative.name].channel)
            moves = tallies.causes[self.first :, self.brand, 0, Stage.AUDIENCE]
            joined = moves[:, met].sum(axis=1) * self.weight
        self.put("conversions_social", _column(joined))
        self.put("conversion_rate_social", _column(ratio(joined, from_social)))

    def _engaged(self, exposure: Exposure) -> None:
        scenario, values, own = self.scenario, self.values, self._own_channels()
        shape = exposure.stages.shape[:2]
        posts = dict.fromkeys(own, np.zeros(shape[0]))
        for phase in self.mine:
            for name, entry in phase.plan.posts.items():
                where = entry.channel or name
                daily = daily_amounts(scenario, entry, phase, weekdays=entry.weekdays)
                posts[where] = posts[where] + self.weeks(daily)
        comment, share = values["engagement.comment_share"], values["engagement.share_share"]
        parts = {"likes": max(1.0 - comment - share, 0.0), "comments": comment, "shares": share}
        done = {(name, place): np.zeros(shape) for name in parts for place in own}
        for flow in exposure.flows:
            if flow.kind not in ("owned", "user content"):
                continue
            engaged = exposure.impressions([flow]) * values["engagement.rate"]
            for name, part in parts.items():
                key = (name, flow.place)
                stress = flow.shared if name == "shares" else flow.quality
                done[key] = done.get(key, np.zeros(shape)) + engaged * part * stress
        starts, ends = self._followers(own, start=True), self._followers(own, start=False)
        shown = list(dict.fromkeys(place for _, place in done))
        for name in parts:
            for place in shown:
                self.put(name, _column(done[name, place].sum(axis=1)), part=place)
            self.put(name, _with_all(np.asarray(sum((done[name, p] for p in shown), np.zeros(shape)))))
        none = np.zeros(shape[0])
        for place in shown:
            n = posts.get(place, none)
            applause = np.asarray(sum(self.found[name, place][:, 0] for name in parts))
            audience = starts[place].sum(axis=1) if place in starts else none
            self.put("posts", _column(n), part=place)
            self.put("applause_dm", _column(ratio(applause, n)), part=place)
            rate = ratio(self.found["likes", place][:, 0], n * audience)
            self.put("applause_rate", _column(rate), part=place)
        for place in own:
            self.put("followers", _column(ends[place].sum(axis=1)), part=place)
        in_all = np.asarray(sum(posts.values(), none))
        applause = np.asarray(sum(self.found[name, ALL][:, -1] for name in parts))
        seen = np.asarray(sum((posts[p][:, None] * starts[p] for p in own), np.zeros(shape)))
        self.put("posts", _column(in_all))
        self.put("applause_dm", _column(ratio(applause, in_all)))
        self.put("applause_rate", ratio(self.found["likes", ALL], _with_all(seen)))
        self.put("followers", _with_all(np.asarray(sum((ends[p] for p in own), np.zeros(shape)))))
        both, one = (np.zeros(shape), np.zeros(shape))
        if own:
            both, one = bouncing(exposure, self.outcome, own=own)
        self.put("bouncing", ratio(_with_all(both), _with_all(one)))

    def _followers(self, own: list[str], *, start: bool) -> dict[str, Floats]:
        """Followers of each own channel by week and segment."""
        from simulator.pressure import follow

        rows = self.outcome.of_brand("stock", self.brand)
        near = ((rows[:-1] if start else rows[1:]) * self.weight) @ follow(self.values)
        return {name: near * self.kinds.use[:, self.kinds.channels.index(name)] for name in own}

    def _talk(self) -> None:
        word = self.scenario.word_of_mouth.talk_from
        each = self.values["talk.per_talker_week"]
        against = self.stock("negative", start=True)
        speakers = np.zeros_like(against)
        if word != "nobody":
            aware = self.at(Stage.ATTENTION, start=True)
            angry = np.clip(np.nan_to_num(ratio(against, aware)), 0.0, 1.0)
            speakers = _with_all((self.at(Stage[word.upper()], start=True) * (1.0 - angry))[:, :-1])
        # A viral moment, rewards and content worth passing on make the same people say more.
        louder = self.outcome.tables.louder[self.brand].reshape(-1, DAYS_PER_WEEK, len(Talk)).mean(axis=1)[self.first :]
        good = each * speakers * louder[:, Talk.TALKER, None]
        bad = each * against * louder[:, Talk.DETRACTOR, None]
        self.put("conversations_positive", good)
        self.put("conversations_negative", bad)
        self.put("net_sentiment", ratio(good - bad, good + bad))
        habit = self.outcome.tables.arrays.habit[self.brand]
        counts = self.outcome.tallies.counts["complaints"][:, self.brand].sum(axis=1) * self.weight
        before = np.concatenate([[0.0], counts])[self.first : self.first + len(good)]
        open_ = self.at(Stage.AUDIENCE, start=True)[:, -1] * float(habit["talk_per_member_week"]) + before
        answered = self.felt[:, FELT_ANSWERED]
        self.put("conversations_open", _column(open_))
        self.put("conversations_answered", _column(open_ * answered))
        self.put("reply_hours", _column(np.where(answered > 0, self.felt[:, FELT_DELAY], np.nan)))

    def _community(self) -> None:
        start, end = self.at(Stage.AUDIENCE, start=True), self.at(Stage.AUDIENCE)
        leaves = self.found["audience_falls", ALL]
        joins = end - start + leaves
        self.put("joins", joins)
        self.put("leaves", leaves)
        self.put("community_growth", ratio(joins - leaves, start))
        full = self.felt[:, FELT_SPACE]
        discussions = start * self.values["talk.per_talker_week"] * (1.0 + self.values["space.talk"] * full)[:, None]
        self.put("discussions", discussions)
        discuss, comment, react = self.choices.activity
        reactions = self.found["likes", ALL] + self.found["shares", ALL]
        points = discuss * discussions + comment * self.found["comments", ALL] + react * reactions
        self.put("activity_score", ratio(points, start))
        self.put("community_experience", _column(full))
        people = self.at(Stage.UNAWARE)
        self.put("social_density", np.nan_to_num(ratio(100.0 * discussions, people)))
        invited = self.share_of_week(lambda plan: plan.user_content)
        each = float(self.outcome.tables.arrays.habit[self.brand]["posts_per_member_week"])
        self.put("user_posts", start * each * invited[:, None])
        shown = self.outcome.tables.arrays.shown[self.brand, self.first :]
        self.put("user_posts_shown", _column(self.felt[:, FELT_POSTS] * shown))

    def _earned(self, exposure: Exposure) -> None:
        scenario, none = self.scenario, np.zeros(len(self.felt))
        large, small, partners = none, none, none
        for phase in self.mine:
            for (_, size), won in mentions(scenario, phase, self.values).items():
                large = large + self.weeks(won) * (size == "large")
                small = small + self.weeks(won) * (size == "small")
            for partner in phase.plan.partnerships.values():
                partners = partners + self.weeks(daily_amounts(scenario, partner, phase))
        self.put("mentions_large", _column(large))
        self.put("mentions_small", _column(small))
        self.put("partner_posts", _column(partners))
        outlets = [flow for flow in exposure.flows if flow.kind == "earned" and flow.free]
        tail = exposure.impressions([flow for flow in outlets if flow.tail]).sum(axis=1)
        self.put("tail_share", _column(ratio(tail, exposure.impressions(outlets).sum(axis=1))))
        paid, free, engaged = none.copy(), none.copy(), none.copy()
        roster = list(scenario.influencers.values())
        for post in self.outcome.tables.posts:
            week = post.day // DAYS_PER_WEEK - self.first
            if post.brand != self.brand or not 0 <= week < len(none):
                continue
            (free if post.free else paid)[week] += 1.0
            one = roster[post.influencer]
            rate = expected_engagement(one.followers) if one.engagement_rate is None else one.engagement_rate
            engaged[week] += one.followers * one.in_market * rate
        self.put("influencer_posts_paid", _column(paid))
        self.put("influencer_posts_free", _column(free))
        self.put("influencer_engagements", _column(engaged))
        worth = none
        for flow in exposure.flows:
            if flow.free:
                cpm = self.choices.earned_cpm
                cpm = usual_cpm(scenario, self.values, place=flow.place) if cpm is None else cpm
                worth = worth + exposure.impressions([flow]).sum(axis=1) * cpm / 1000.0
        self.put("earned_media_value", _column(worth))

    def _sold(self) -> None:
        found = self.found
        bought, first = found["purchases", ALL], found["first_purchases", ALL]
        self.put("repeat_purchases", bought - first)
        self.put("repeat_rate", ratio(bought - first, bought))
        category = self.outcome.counts["purchases"][:-1].sum(axis=1) * self.weight
        self.put("market_share", ratio(bought, _with_all(category)))
        start = self.stock("customers", start=True)
        lost = start + found["won", ALL] - found["customers", ALL]
        self.put("lost", lost)
        self.put("churn", ratio(lost, start))
        self.put("referred_share", ratio(found["referred", ALL], found["buyers", ALL]))
        taken = takings(self.outcome, self.scenario, self.plan, brand=self.brand)
        margin = _with_all(taken.margin)
        self.put("discounts", _with_all(taken.discounts))
        self.put("refunded", _with_all(taken.refunds))
        self.put("revenue", _with_all(taken.revenue))
        self.put("margin", margin)
        self.put("customer_value", ratio(margin.cumsum(axis=0), lost.cumsum(axis=0)))

    def _spent(self) -> None:
        planned, response = all_cost_lines(self.outcome, self.scenario, self.plan, brand=self.brand)
        none = np.zeros(len(self.felt))
        for metric, lines in (("cost_planned", planned), ("cost_response", response), ("cost", planned + response)):
            for lever, weekly in _by_lever(lines):
                self.put(metric, _column(weekly), part=lever)
            self.put(metric, _column(np.asarray(sum((line.weekly for line in lines), none))))
        cost = self.found["cost", ALL][:, 0]
        of = {part: values[:, 0] for (metric, part), values in self.found.items() if metric == "cost"}
        content = np.asarray(sum((of[lever] for lever in _ENGAGING if lever in of), none))
        engaged = self.found["influencer_engagements", ALL][:, 0] + sum(
            self.found[name, ALL][:, -1] for name in ("likes", "comments", "shares")
        )
        revenue, margin = (self.found[name, ALL][:, -1] for name in ("revenue", "margin"))
        self.put("profit", _column(margin - cost))
        self.put("cpa", _column(ratio(cost, self.found["won", ALL][:, -1])))
        self.put("cpe", _column(ratio(content, engaged)))
        self.put("roas", _column(ratio(revenue, cost)))


def _by_lever(lines: list[CostLine]) -> Iterator[tuple[str, Floats]]:
    sums: dict[str, Floats] = {}
    for line in lines:
        sums[line.lever] = sums.get(line.lever, 0.0) + line.weekly
    yield from sums.items()


def incremental(outcome: Outcome, plan: Plan, without: Outcome, other: Plan, *, scenario: Scenario) -> dict[str, float]:
    """What a plan's money added: return on the extra spend, and cost per extra thousand customers and purchases.

    Run both with the same world and the same luck; the other plan is the same one without the spend in question, or
    one that does nothing. What cannot be divided is NaN.

    Args:
        outcome: one replicate of the plan.
        plan: the plan.
        without: the same replicate of the other plan.
        other: the other plan.
        scenario: prices, dates and weight.
    """
    from simulator.metrics import METRICS, figures

    one = dict(zip(METRICS, figures(outcome, scenario, plan), strict=True))
    two = dict(zip(METRICS, figures(without, scenario, other), strict=True))
    more = {name: float(one[name] - two[name]) for name in METRICS}

    def over(top: float, bottom: float) -> float:
        return top / bottom if bottom != 0.0 else float("nan")

    return {
        "incremental_roas": over(more["revenue"], more["cost"]),
        "cpik_customers": over(1000.0 * more["cost"], more["customers"]),
        "cpik_purchases": over(1000.0 * more["cost"], more["purchases"]),
    }
