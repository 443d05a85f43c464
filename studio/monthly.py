"""The monthly social report: what a social manager hands in, month by month, with the rivals beside it.

One page without scripts that asks nothing of the network, and a short table for the terminal. Figures are means of a
few replicates with the scenario's own parameters: a picture of what the plan is like, not an answer to how sure it is.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from studio.formatting import counted, money, number, people, share
from studio.markup import details, esc, exhibit, grouped_table, items, paragraph, sections, table
from studio.monthly_figures import line_chart, money_chart
from studio.months import Ledger, Line, last_full
from studio.page_frame import page
from studio.terminal import Paint, text_table, unpainted, wrapped
from studio.timeline import short_date
from studio.words import counted_people

if TYPE_CHECKING:
    from experiments import Comparison
    from experiments.closer import CloserLook

_MOST_ROWS = 10
_SHOWN_MONTHS = 12

_MONTHS_SAY = (
    "A week counts to the month that has most of its days. Small print below a figure: change against the month "
    "before; sums are compared by the week, as months have four or five weeks."
)


class _Report:
    """One closer look, with a ledger for each brand."""

    def __init__(self, look: "CloserLook") -> None:
        self.look, self.scenario = look, look.scenario
        self.books = {brand: Ledger(look, brand) for brand in look.metrics}
        self.brand = next(iter(self.books))
        self.ours = self.books[self.brand]
        self.months = self.ours.months
        self.last = last_full(self.months)
        self.currency = look.scenario.currency
        self.all_voices = [sum(v) for v in zip(*(book.voice() for book in self.books.values()), strict=True)]

    def ended(self) -> str:
        """Since when nothing is bought by us; nothing if the plan runs to the end."""
        if not self.scenario.carry_out_weeks:
            return ""
        day = self.scenario.start + timedelta(weeks=self.scenario.weeks)
        return f"The plan has ended by {short_date(day)} {day.year}; what comes after is what is left of it."

    def drawn(self) -> str:
        """What the figures are means of."""
        n = self.look.replicates
        which = "The first replicate" if n == 1 else f"Means of the first {counted(n, 'replicate')}"
        whose = "the calibrated" if self.look.calibrated else "the scenario's own"
        return f"{which} with {whose} parameters"

    def voice(self, book: Ledger) -> Line:
        """A brand's share of all that is seen and said."""
        return book.over("share of voice", book.voice(), self.all_voices, shape="share")

    def paid_voice(self, book: Ledger) -> Line:
        """A brand's share of paid media."""
        everybody = [sum(v) for v in zip(*(b.sum("impressions_paid") for b in self.books.values()), strict=True)]
        return book.over("share of paid voice", book.sum("impressions_paid"), everybody, shape="share")

    def sentiment(self, book: Ledger) -> Line:
        """How well people speak of a brand."""
        good, bad = book.sum("conversations_positive"), book.sum("conversations_negative")
        both = [a + b for a, b in zip(good, bad, strict=True)]
        return book.over("net sentiment", [a - b for a, b in zip(good, bad, strict=True)], both, shape="balance")

    def main(self) -> list[tuple[str, list[Line]]]:
        """The figures of the first table, in the order of the path."""
        o, money_ = self.ours, f", {self.currency}"
        growth = [a - b for a, b in zip(o.sum("joins"), o.sum("leaves"), strict=True)]
        engaged = [sum(v) for v in zip(*(o.sum(n) for n in ("likes", "comments", "shares")), strict=True)]
        members = o.at_start("members", came="joins", went="leaves")
        customers = o.at_start("customers", came="won", went="lost")
        repeat = o.over("repeat rate", o.sum("repeat_purchases"), o.sum("purchases"), shape="share")
        return [
            ("Awareness", [
                o.flow("impressions", "impressions"), o.mean("reach in a week", "reach"),
                o.over("frequency in a week", o.sum("impressions"), o.sum("reach")), self.voice(o),
                o.stock("people who know the brand", "awareness"),
            ]),
            ("Consideration", [
                o.flow("site visits", "site_visits"),
                o.over("click-through rate", o.sum("clicks"), o.sum("impressions"), shape="share"),
                o.stock("people who consider it", "consideration"), o.flow("opt-ins", "opt_ins"),
                o.flow("leads", "leads"),
            ]),
            ("Loyalty", [
                o.stock("members of the community", "members"),
                o.over("growth of the community", growth, members, shape="share"),
                o.stock("customers", "customers"), repeat,
                o.over("customers lost", o.sum("lost"), customers, shape="share"),
            ]),
            ("Advocacy", [
                o.stock("advocates", "advocacy"),
                Line("likes, comments and shares", "people", engaged,
                     [x / month.n for x, month in zip(engaged, self.months, strict=True)]),
                self.sentiment(o), o.flow("user posts", "user_posts"), o.flow("referred customers", "referrals"),
            ]),
            ("Sales", [
                o.flow("purchases", "purchases"), o.flow(f"revenue{money_}", "revenue", shape="money"),
                o.flow(f"cost{money_}", "cost", shape="money"), o.flow(f"profit{money_}", "profit", shape="money"),
                o.over("revenue for each unit of cost", o.sum("revenue"), o.sum("cost")),
            ]),
        ]  # fmt: skip

    def by_month(self, caption: str, lines: Sequence[Line]) -> str:
        """A table with a column for each month."""
        return table(
            caption, ["", *(m.title for m in self.months)], [[x.name, *x.cells()] for x in lines], kind="tight"
        )

    def by_brand(self, caption: str, make: Callable[[Ledger], Line]) -> str:
        """A table with a row for each brand."""
        rows = [[brand, *make(book).cells()] for brand, book in self.books.items()]
        head = ["", *(m.title for m in self.months)]
        return table(caption, head, rows, marks=list(range(len(rows))), kind="tight")

    def by_week(self, caption: str, columns: dict[str, np.ndarray], write: Callable[[float], str]) -> str:
        """The numbers behind a chart."""
        from simulator.calendar import week_label, week_starts

        names = [f"{week_label(day)}, {short_date(day)}" for day in week_starts(self.scenario)]
        rows = [[name, *(write(float(v[w])) for v in columns.values())] for w, name in enumerate(names)]
        return table(caption, ["week", *columns], rows, kind="tight")


def monthly_html(look: "CloserLook", comparison: "Comparison") -> str:
    """The monthly report as one HTML text.

    Args:
        look: every metric of one plan.
        comparison: the run it belongs to.
    """
    of = _Report(look)
    scenario = look.scenario
    title = scenario.title or scenario.name
    last = of.months[of.last].title
    parts = [
        ("now", f"{last} at a glance", _glance(of)),
        ("months", "Month by month", _main(of)),
        ("index", "The Social Action Index", _index(of)),
        ("voice", "Share of voice", _voice(of)),
        ("rivals", "Beside the rivals", _rivals(of)) if len(of.books) > 1 else ("rivals", "", ""),
        ("community", "The community", _community(of)),
        ("talk", "Conversations and sentiment", _talk(of)),
        ("activity", "What was done, and what came of it", _activity(of)),
        ("money", "Where the money went", _money(of)),
        ("notes", "How to read this", _notes(of)),
    ]
    version = comparison.to_json()["provenance"]["version"]
    plan = scenario.plans[look.plan].title
    named = f"{look.plan}: {plan}" if plan else look.plan
    header = (
        f'<header><p class="eyebrow">Monthly social report</p><h1>{esc(title)}</h1>'
        f"{paragraph(f'{of.brand}, plan {named}. {of.months[0].name} to {of.months[-1].name}.', 'lede')}</header>"
    )
    return page(
        title=f"{title} – monthly social report",
        header=header,
        body=sections(parts),
        footer=f"apath {version}, seed {comparison.runs.seed}, result {comparison.result_hash[:12]}",
        skip=("now", "Skip to the last month"),
    )


def _glance(of: _Report) -> str:
    """The last month in a few figures."""
    o, month = of.ours, of.last
    index = o.mean("Social Action Index", "sai", shape="index")
    chosen = [
        o.mean("people reached in a week", "reach"), of.voice(o), index, o.stock("members of the community", "members"),
        of.sentiment(o), o.flow(f"revenue, {of.currency}", "revenue", shape="money"),
    ]  # fmt: skip
    tiles = []
    for line in chosen:
        moved = line.moved(month)
        more = f"{moved} against {of.months[month - 1].name}" if moved else ""
        if line is index:
            more = f"trend: {_trend(o)}"
        tiles.append(
            f'<div><dt>{esc(line.name)}</dt><dd class="big">{esc(line.written(month))}</dd>'
            f'<dd class="small">{esc(more)}</dd></div>'
        )
    return f'<dl class="tiles">{"".join(tiles)}</dl>' + (paragraph(of.ended(), "how") if of.ended() else "")


def _trend(book: Ledger) -> str:
    from simulator.indices import trend_word

    return trend_word(float(book.weekly("sai_trend")[-1]))


def _main(of: _Report) -> str:
    groups = [(title, [[line.name, *line.cells()] for line in lines]) for title, lines in of.main()]
    head = ["", *(month.title for month in of.months)]
    return paragraph(_MONTHS_SAY, "how") + grouped_table("Main figures by month", head, groups)


def _index(of: _Report) -> str:
    lines = {brand: book.weekly("sai") for brand, book in of.books.items()}
    trends = {brand: _trend(book) for brand, book in of.books.items()}
    said = "; ".join(f"{brand} {number(v[-1])} in the last week, trend {trends[brand]}" for brand, v in lines.items())
    chart = line_chart(
        "The index by week, for each brand", lines, of.scenario, key="sai", said=f"Social Action Index: {said}.",
        level=100.0,
    )  # fmt: skip
    parts = [
        of.ours.mean(name, metric, shape="index")
        for name, metric in (
            ("index", "sai"), ("awareness", "sai_awareness"), ("consideration", "sai_consideration"),
            ("loyalty", "sai_loyalty"), ("advocacy", "sai_advocacy"),
        )
    ]  # fmt: skip
    how = (
        "100 is the mean of the first four weeks of each brand. The level means nothing and brands cannot be compared "
        "by it; only the trend counts, and it takes four months to see one."
    )
    words = "; ".join(f"{brand}: {word}" for brand, word in trends.items())
    return (
        paragraph(f"Trend: {words}.")
        + exhibit("Where brands are heading", [chart], of.by_week("Index by week", lines, number), note=how, kind="one")
        + of.by_month(f"{of.brand}: the index and its parts, mean of the month", parts)
        + of.by_brand(
            "The index of each brand, mean of the month", lambda book: book.mean("index", "sai", shape="index")
        )
    )


def _voice(of: _Report) -> str:
    lines = {brand: book.weekly("share_of_voice") for brand, book in of.books.items()}
    last = "; ".join(f"{brand} {share(float(v[-1]))}" for brand, v in lines.items())
    chart = line_chart(
        "Share of all that is seen and said, by week", lines, of.scenario, key="voice",
        said=f"Share of voice in the last week: {last}.", as_share=True,
    )  # fmt: skip
    how = "Impressions and conversations of a brand against those of all brands; the rest of the category is silent."
    return (
        exhibit("Share of voice", [chart], of.by_week("Share of voice by week", lines, share), note=how, kind="one")
        + of.by_brand("Share of voice by month", of.voice)
        + of.by_brand("Share of paid media by month", of.paid_voice)
    )


def _rivals(of: _Report) -> str:
    """The last month of every brand, side by side."""
    month = of.last
    found: list[Callable[[Ledger], Line]] = [
        lambda b: b.stock("know it", "awareness"),
        lambda b: b.stock("consider it", "consideration"),
        lambda b: b.stock("members", "members"),
        lambda b: b.stock("advocates", "advocacy"),
        lambda b: b.stock("customers", "customers"),
        lambda b: b.mean("market share", "market_share", shape="share"),
        of.voice,
        of.sentiment,
        lambda b: b.flow(f"revenue, {of.currency}", "revenue", shape="money"),
        lambda b: b.flow(f"cost, {of.currency}", "cost", shape="money"),
    ]
    rows = []
    for brand, book in of.books.items():
        lines = [make(book) for make in found]
        rows.append([brand, *(f"{x.written(month)}\n{x.moved(month)}".rstrip() for x in lines)])
    head = ["", *(make(of.ours).name for make in found)]
    caption = f"{of.months[month].title}, with the change against the month before"
    return table(caption, head, rows, marks=list(range(len(rows))), kind="tight")


def _community(of: _Report) -> str:
    o = of.ours
    lines = {brand: book.weekly("members") for brand, book in of.books.items()}
    last = "; ".join(f"{brand} {people(float(v[-1]))}" for brand, v in lines.items())
    chart = line_chart("Members by week", lines, of.scenario, key="members", said=f"Members at the end: {last}.")
    rows = [
        o.stock("members", "members"), o.flow("joins", "joins"), o.flow("leaves", "leaves"),
        o.mean("activity score, points per member and week", "activity_score", shape="decimal"),
        o.flow("discussions", "discussions"),
        o.mean("sense of community, 0 to 1", "community_experience", shape="decimal"),
        o.mean("discussions per 100 people and week", "social_density", shape="decimal"),
        o.mean("followers of two or more own channels", "bouncing", shape="share"),
        o.flow("user posts", "user_posts"), o.flow("user posts shown again", "user_posts_shown"),
        o.flow("came to events", "attendances"), o.stock("on the mailing list", "opted_in"),
        o.flow("opt-outs", "opt_outs"),
    ]  # fmt: skip
    how = "Members are people at audience or above: those who keep coming back, whether or not they buy."
    return exhibit(
        "The community of each brand", [chart], of.by_week("Members by week", lines, people), note=how, kind="one"
    ) + of.by_month("Community health", rows)


def _talk(of: _Report) -> str:
    o = of.ours
    lines = {"for the brand": o.weekly("conversations_positive"), "against it": o.weekly("conversations_negative")}
    last = "; ".join(f"{name} {people(float(v[-1]))}" for name, v in lines.items())
    chart = line_chart(
        "Conversations by week", lines, of.scenario, key="talk", said=f"Conversations in the last week: {last}."
    )
    rows = [
        o.flow("conversations for the brand", "conversations_positive"),
        o.flow("conversations against it", "conversations_negative"), of.sentiment(o),
        o.flow("wanted an answer", "conversations_open"),
        o.over("answered", o.sum("conversations_answered"), o.sum("conversations_open"), shape="share"),
        o.mean("hours to a reply", "reply_hours", shape="decimal"), o.flow("complaints", "complaints"),
        o.flow("complaints answered", "complaints_answered"), o.flow("complaints settled", "complaints_settled"),
        o.stock("detractors", "detractors"), o.flow("refunds", "refunds"),
    ]  # fmt: skip
    return (
        exhibit("What people say", [chart], of.by_week("Conversations by week", lines, people), kind="one")
        + of.by_month("Conversations, complaints and answers", rows)
        + of.by_brand("Net sentiment of each brand, -1 to 1", of.sentiment)
    )


def _activity(of: _Report) -> str:
    """Channels, own posts, influencers and press over the whole plan, the largest first."""
    o = of.ours
    places = list(dict.fromkeys(part for metric, part in o.metrics if metric == "impressions" and part != "(all)"))

    def total(metric: str, part: str | None = None) -> float:
        return float(np.nansum(o.weekly(metric, part)))

    def largest(names: list[str], metric: str) -> list[str]:
        return sorted(names, key=lambda name: -total(metric, name))[:_MOST_ROWS]

    def over(top: float, bottom: float, write: Callable[[float | None], str], factor: float = 1.0) -> str:
        return write(factor * top / bottom if bottom else None)

    paid = []
    for place in largest([p for p in places if total("paid_spend", p) > 0], "paid_spend"):
        spent, seen, came = (total(m, place) for m in ("paid_spend", "impressions_paid", "clicks"))
        clicks = came * seen / (total("impressions", place) or 1.0)
        paid.append([place, money(spent), people(seen), people(clicks), over(clicks, seen, share),
                     over(spent, seen, money, 1000.0), over(spent, clicks, money)])  # fmt: skip
    own = []
    for place in largest([p for p in places if total("posts", p) > 0], "impressions_owned"):
        posts, likes = total("posts", place), total("likes", place)
        applause = likes + total("comments", place) + total("shares", place)
        known = o.weekly("applause_rate", place)
        rate = float(np.nanmean(known)) if np.isfinite(known).any() else float("nan")
        own.append([place, people(posts), people(total("impressions_owned", place)), people(likes),
                    people(total("comments", place)), people(total("shares", place)), over(applause, posts, people),
                    share(rate)])  # fmt: skip
    traffic = []
    for place in largest([p for p in places if total("impressions", p) > 0], "site_visits"):
        traffic.append([place, people(total("impressions", place)), people(total("site_visits", place)),
                        over(total("site_visits", place), total("site_visits"), share)])  # fmt: skip
    influencers = []
    fees = {name: one.cost_per_post for name, one in of.scenario.influencers.items()}
    ranked = sorted(of.look.influencers.items(), key=lambda item: -float(item[1].sights.sum()))
    for name, one in ranked[:_MOST_ROWS]:
        n, free, seen = (float(x.sum()) for x in (one.paid, one.free, one.sights))
        cost = n * fees[name]
        influencers.append(
            [name, people(n), people(free), people(seen), money(cost), over(cost, seen, money, 1000.0) if cost else "–"]
        )
    out = []
    if paid:
        head = ["paid media", f"spent, {of.currency}", "impressions", "clicks", "click rate", "per 1,000", "per click"]
        out.append(table("Paid media over the whole plan, the largest first", head, paid))
    if own:
        head = ["own posts", "posts", "impressions", "likes", "comments", "shares", "applause per post",
                "likes per post and follower"]  # fmt: skip
        out.append(table("Own posts over the whole plan, the most seen first", head, own))
    if influencers:
        head = ["influencer", "paid posts", "free posts", "impressions", f"fees, {of.currency}", "per 1,000"]
        out.append(table("Influencers over the whole plan, the most seen first", head, influencers))
    if traffic:
        head = ["channel", "impressions", "site visits", "share of visits"]
        out.append(table("Traffic by channel over the whole plan", head, traffic))
    rows = [
        o.flow("mentions in large outlets", "mentions_large"), o.flow("mentions in small outlets", "mentions_small"),
        o.mean("share of earned reach from small outlets", "tail_share", shape="share"),
        o.flow("influencers' posts, paid", "influencer_posts_paid"),
        o.flow("influencers' posts, free", "influencer_posts_free"),
        o.flow(f"earned media value, {of.currency} (a proxy, no revenue)", "earned_media_value", shape="money"),
        o.flow("joined the audience through social channels", "conversions_social"),
    ]  # fmt: skip
    out.append(of.by_month("Earned and shared, by month", rows))
    return "".join(out)


def _money(of: _Report) -> str:
    o = of.ours
    levers = {part: o.sum("cost", part) for metric, part in o.metrics if metric == "cost" and part != "(all)"}
    levers = {lever: sums for lever, sums in levers.items() if sum(sums) > 0}
    total = o.sum("cost")
    rows = [
        [lever, *(money(x) for x in sums), money(sum(sums)), share(sum(sums) / (sum(total) or 1.0))]
        for lever, sums in levers.items()
    ]
    rows.append(["total", *(money(x) for x in total), money(sum(total)), share(1.0 if sum(total) else 0.0)])
    head = ["", *(m.title for m in of.months), "in all", "share"]
    numbers_ = table(f"Cost by lever and month, {of.currency}", head, rows, kind="tight")
    of_response = sum(o.sum("cost_response"))
    how = (
        "Costs by lever, as planned and as they follow from what people do (redemptions, rewards, contacts): "
        f"{money(of_response, of.currency)} of {money(sum(total), of.currency)} follow from what people do."
    )
    results = [
        o.flow(f"revenue, {of.currency}", "revenue", shape="money"),
        o.flow(f"discounts, {of.currency}", "discounts", shape="money"),
        o.flow(f"paid back, {of.currency}", "refunded", shape="money"),
        o.flow(f"margin, {of.currency}", "margin", shape="money"),
        o.flow(f"cost, {of.currency}", "cost", shape="money"),
        o.flow(f"profit, {of.currency}", "profit", shape="money"),
        o.over("revenue for each unit of cost", o.sum("revenue"), o.sum("cost")),
        o.over(f"cost per customer won, {of.currency}", o.sum("cost"), o.sum("won"), shape="money"),
        o.stock(f"value of a customer so far, {of.currency}", "customer_value", shape="money"),
    ]
    chart = [money_chart(levers, of.months, currency=of.currency, key="spend")] if levers else []
    return exhibit("Cost by month", chart, numbers_, note=how, kind="one") + of.by_month("What came of it", results)


def _notes(of: _Report) -> str:
    from simulator.indices import Choices

    ours, look = Choices(), of.look
    weights = "; ".join(
        f"{category} {ours.weights[category]:g}: {', '.join(n.replace('_', ' ') for n in names)}"
        for category, names in ours.inputs.items()
    )
    index = (
        "The Social Action Index has weights of ours, as its author never published his. Inputs that are nought in "
        f"the first four weeks are left out. {weights[0].upper()}{weights[1:]}."
    )
    texts = [
        f"{of.drawn()}; 1 simulated consumer stands for {counted_people(look.scenario.people_per_consumer)}.",
        "How sure an answer is stands in the full report.",
        "Its means are of all replicates and, unless it says otherwise, of drawn parameters: they can be quite others.",
        _MONTHS_SAY,
        "Counted in the simulation: people at each stage, moves, purchases, opt-ins, complaints, referrals.",
        "Worked out, not counted: impressions, reach, clicks, visits, likes, comments, shares and conversations.",
        index,
        "Earned media value is a stand-in: what as many impressions would have cost. It is no revenue.",
        "apath metrics lists every metric with its formula; metrics.csv has them all, week by week.",
    ]
    return items(texts) + details("Figures of the index", of.by_month("Inputs of the index by month", _inputs(of)))


def _inputs(of: _Report) -> list[Line]:
    from simulator.glossary import GLOSSARY
    from simulator.indices import Choices

    out = []
    for name in dict.fromkeys(name for names in Choices().inputs.values() for name in names):
        said = name.replace("_", " ")
        if GLOSSARY[name].kind == "ratio":
            out.append(of.ours.mean(said, name, shape="share"))
        else:
            out.append(of.ours.mean(f"{said}, mean week", name))
    return out


def monthly_text(look: "CloserLook", *, bold: Paint = unpainted, dim: Paint = unpainted) -> str:
    """The monthly report as a short table for the terminal.

    Args:
        look: every metric of one plan.
        bold: how to stress what matters most.
        dim: how to tone down what explains.
    """
    of = _Report(look)
    o = of.ours
    lines = [
        o.mean("reach", "reach"), of.voice(o), o.mean("index", "sai", shape="index"), o.stock("members", "members"),
        o.stock("customers", "customers"), o.flow("revenue", "revenue", shape="money"),
        o.flow("cost", "cost", shape="money"),
    ]  # fmt: skip
    first = max(len(of.months) - _SHOWN_MONTHS, 0)
    rows = []
    for m in range(first, len(of.months)):
        rows.append([of.months[m].title, *(line.written(m) for line in lines)])
        moved = [line.moved(m).replace(" points", " pt") for line in lines]
        if any(moved):
            rows.append(["", *moved])
    head = ["", "reach", "voice", "index", "members", "customers", "revenue", "cost"]
    text = text_table(head, rows)
    title, *table_ = text.split("\n")
    last = of.last
    beside = [
        [brand, *(x.written(last) for x in (book.stock("", "awareness"), book.stock("", "members"),
                                            book.stock("", "customers"), of.voice(book), of.sentiment(book))),
         book.mean("", "sai", shape="index").written(last), _trend(book)]
        for brand, book in of.books.items()
    ]  # fmt: skip
    rivals = text_table(["", "know it", "members", "customers", "voice", "mood", "index", "trend"], beside, left=(0, 7))
    notes = (
        "Reach: people reached in a week. Index: Social Action Index, our own weights, 100 = first four weeks. "
        f"Revenue and cost in {of.currency}. Changes are against the month before, sums by the week. "
        f"{of.drawn()}: report.html, with all replicates and drawn parameters, can differ a good deal. {of.ended()}"
    ).rstrip()
    titles = [f"{of.brand}, plan {look.plan}, month by month", f"All brands in {of.months[last].title}"]
    return "\n".join(
        [bold(titles[0]), title, *table_, "", bold(titles[1]), rivals, "", dim(wrapped(notes, indent="  "))]
    )
