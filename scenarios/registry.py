"""Every number the model assumes when a scenario says nothing: default, range, unit, source and grade.

    >>> from scenarios.registry import REGISTRY
    >>> REGISTRY["paid.attention"].unit
    'hazard per exposure'

The ranges are what is believed before any calibration: answers that say ``luck+ranges`` draw every
parameter from them. ``low`` and ``high`` hold nine tenths of that belief (5 % below, 5 % above), and the
default is its median. Grades: ``evidence`` has a published source, ``assumption`` is ours.
"""

from collections.abc import Iterator

from scenarios.lever_parameters import lever_parameters
from scenarios.parameter import Grade, Parameter
from scenarios.vocabulary import ENTERED_STAGES, Platform

_OURS = "ours; published sources give no number"
_TRUST = "levels ours; ratios peer : owned : paid of 1 : .8 : .5 after Nielsen trust surveys 2009-2021"
_CTR = "click-through .5-1.5 %, ad-platform benchmarks 2024 (vendors, low grade)"

# Hazard of entering each stage, attention first, per exposure (media), per talking neighbour relative to the
# talk rate (word of mouth), or per day (organic, experience, forgetting). Low and high are factors.
_LADDERS: dict[str, tuple[tuple[float, float, float, float, float], float, str, Grade, str, str]] = {
    "paid": (
        (0.020, 0.012, 0.0050, 0.0012, 0.0001), 2.0, "hazard per exposure", "assumption",
        f"{_TRUST}; attraction at {_CTR}", "one paid impression moves a consumer to {stage}",
    ),
    "owned": (
        (0.020, 0.015, 0.0060, 0.0040, 0.0006), 2.0, "hazard per exposure", "assumption",
        _TRUST, "one sight of the brand's own post moves a consumer to {stage}",
    ),
    "earned": (
        (0.025, 0.015, 0.0060, 0.0015, 0.0002), 2.0, "hazard per exposure", "assumption",
        f"{_TRUST}; editorial .66", "one sight of an earned mention moves a consumer to {stage}",
    ),
    "influencer": (
        (0.060, 0.040, 0.0200, 0.0060, 0.0008), 2.5, "hazard per exposure", "assumption",
        "trust in influencers .23-.71, Nielsen 2021 (sources conflict), hence the wide range",
        "one sight of an influencer's post, at credibility 1, moves a consumer to {stage}",
    ),
    "wom": (
        (1.0, 0.7, 0.4, 0.10, 0.03), 1.6, "multiple of the talk rate", "assumption",
        "peers are trusted most (.83-.90, Nielsen); fall along the ladder is ours",
        "how much one conversation counts towards {stage}",
    ),
    "organic": (
        (0.0002, 0.0010, 0.0010, 0.0004, 0.0001), 2.0, "hazard per day", "assumption",
        _OURS, "interest without any touchpoint moves a consumer to {stage}",
    ),
    "community": (
        (0.025, 0.012, 0.0060, 0.0030, 0.0010), 2.0, "hazard per conversation", "assumption",
        "attention is won by helping people where they already are (Goldner, off the home court); level ours",
        "one conversation that the brand starts elsewhere moves a consumer to {stage}",
    ),
    "space": (
        (0.0, 0.0, 0.0010, 0.0040, 0.0020), 2.0, "hazard per day", "assumption",
        f"the audience talks among itself under the brand's umbrella (Goldner); level {_OURS}",
        "a full sense of community moves a visitor of the space to {stage}",
    ),
    "event": (
        (0.0, 0.060, 0.050, 0.0300, 0.0100), 2.0, "hazard per day", "assumption",
        "sponsored events are trusted (.64-.81, Nielsen); level ours",
        "a day in the space that a meet-up opened moves an attender to {stage}",
    ),
    "experience": (
        (0.0, 0.050, 0.035, 0.0150, 0.0040), 1.8, "hazard per day", "assumption",
        f"product quality must drive talk (Goldner, fundamentals); level {_OURS}",
        "a satisfied customer moves to {stage} by using the product",
    ),
    "forgetting": (
        (0.0240, 0.0200, 0.0160, 0.0120, 0.0240), 1.6, "hazard per day", "assumption",
        "advertising carry-over .6-3 weeks at the top of the path (Robyn ranges); levels ours (elasticities.md)",
        "a consumer drops out of {stage} for want of reminders",
    ),
    "wom-negative": (
        (1.0, 1.0, 1.0, 0.5, 0.5), 1.6, "multiple of the talk rate", "assumption",
        f"strength: see negative.strength; shape {_OURS}",
        "how much one complaint heard counts towards leaving {stage}",
    ),
}  # fmt: skip

# CPM in dollars, share of followers that see one post, half-life of a post in days.
_PLATFORMS: dict[Platform, tuple[tuple[float, float, float] | None, tuple[float, float, float] | None, float]] = {
    Platform.FACEBOOK: ((8.0, 6.0, 15.0), (0.03, 0.01, 0.09), 0.055),
    Platform.INSTAGRAM: ((8.0, 6.7, 15.0), (0.06, 0.03, 0.135), 0.83),
    Platform.TIKTOK: ((8.0, 3.0, 20.0), (0.08, 0.03, 0.20), 1.0),
    Platform.YOUTUBE: ((9.0, 2.0, 15.0), (0.06, 0.02, 0.15), 9.0),
    Platform.LINKEDIN: ((35.0, 6.6, 60.0), (0.06, 0.04, 0.08), 1.0),
    Platform.X: ((6.5, 5.8, 8.0), (0.04, 0.01, 0.10), 0.031),
    Platform.SEARCH: ((38.0, 20.0, 80.0), None, 1.0),
    Platform.DISPLAY: ((2.8, 0.5, 3.5), None, 1.0),
    Platform.EMAIL: ((3.0, 1.0, 5.0), (0.21, 0.15, 0.30), 1.0),
    Platform.TELEVISION: ((25.0, 12.0, 40.0), None, 1.0),
    Platform.OUTDOOR: ((6.0, 3.0, 12.0), None, 1.0),
    Platform.WEBSITE: (None, (0.10, 0.04, 0.25), 30.0),
    Platform.OTHER: ((8.0, 4.0, 16.0), (0.05, 0.02, 0.12), 1.0),
}
# Pull of one impression relative to a social feed.
_PULL = {
    Platform.SEARCH: (3.0, "non-brand search is clicked 2-6 % of the time against .9 % for social"),
    Platform.DISPLAY: (0.4, "display is clicked .08-.5 % of the time against .9 % for social"),
    Platform.TELEVISION: (1.2, "trust in television .62 against .46 for social advertising, Nielsen 2015"),
    Platform.EMAIL: (1.5, "email is clicked 2.5 % of sends against .9 % for social"),
}


def _ladders() -> Iterator[Parameter]:
    for group, (values, spread, unit, grade, source, summary) in _LADDERS.items():
        for stage, value in zip(ENTERED_STAGES, values, strict=True):
            yield Parameter(
                name=f"{group}.{stage}",
                default=value,
                low=value / spread,
                high=value * spread,
                unit=unit,
                grade=grade,
                source=source,
                summary=summary.format(stage=stage),
            )


def _platforms() -> Iterator[Parameter]:
    for platform, (cpm, reach, half_life) in _PLATFORMS.items():
        if cpm is not None:
            yield Parameter(
                name=f"platform.{platform}.cpm", default=cpm[0], low=cpm[1], high=cpm[2],
                unit="US dollars per 1,000 impressions", grade="evidence", minimum=0.001,
                source="ad-platform benchmarks 2024: ad-calc.com, prooflytics.io (vendors, differ by 2-5 times)",
                summary=f"price of paid impressions on {platform}",
            )  # fmt: skip
        if reach is not None:
            yield Parameter(
                name=f"platform.{platform}.organic_reach", default=reach[0], low=reach[1], high=reach[2],
                unit="share of followers", grade="evidence", maximum=1.0,
                source="Ignite, Socialinsider, Locowise, Chaffey 2021-2022 (vendors); elsewhere ours",
                summary=f"followers who see one of the brand's own posts on {platform}",
            )  # fmt: skip
        yield Parameter(
            name=f"platform.{platform}.half_life", default=half_life, low=half_life / 1.5,
            high=half_life * 1.5, unit="days", grade="evidence", minimum=0.001,
            source="Graffius 2018-2022, half-life of posts; elsewhere ours",
            summary=f"time in which a post on {platform} collects half of its views",
        )  # fmt: skip
        pull, why = _PULL.get(platform, (1.0, "the measure of the others"))
        yield Parameter(
            name=f"platform.{platform}.pull", default=pull, low=pull / 1.5, high=pull * 1.5,
            unit="multiple of a social impression", grade="assumption", source=why,
            summary=f"persuasion of one exposure on {platform}",
        )  # fmt: skip


# Reach, pull (early stages), depth (late stages) and share of a post against an original photo.
_POSTS: dict[str, tuple[float, float, float, float]] = {
    "original": (1.0, 1.0, 1.0, 1.0),
    "curated": (0.9, 0.8, 0.6, 0.8),
    "user-generated": (1.0, 1.2, 1.1, 1.3),
    "real-time": (1.1, 1.0, 0.7, 1.5),
    "photo": (1.0, 1.0, 1.0, 1.0),
    "article": (0.7, 0.9, 1.6, 0.8),
    "video": (1.3, 1.2, 1.1, 1.4),
}
_POST_SAYS = {
    "reach": "followers who see it",
    "pull": "effect on attention and attraction",
    "depth": "effect on affinity, audience and advocacy",
    "share": "how often it is passed on",
}


def _post_kinds() -> Iterator[Parameter]:
    for kind, numbers in _POSTS.items():
        if set(numbers) == {1.0}:
            continue  # the measure of the others
        for key, value in zip(_POST_SAYS, numbers, strict=True):
            yield Parameter(
                name=f"content.{kind}.{key}", default=value, low=value / 1.4, high=value * 1.4,
                unit="multiple of an original photo", grade="assumption",
                source="opinions online are trusted like editorial (.66, Nielsen); video is shared most "
                "(trade sources); levels ours",
                summary=f"{_POST_SAYS[key]} of {kind} content",
            )  # fmt: skip


def _others() -> Iterator[Parameter]:
    def p(
        name: str,
        default: float,
        low: float,
        high: float,
        unit: str,
        grade: Grade,
        source: str,
        summary: str,
        maximum: float = float("inf"),
        minimum: float = 0.0,
    ) -> Parameter:
        return Parameter(
            name=name, default=default, low=low, high=high, unit=unit, grade=grade, source=source,
            summary=summary, maximum=maximum, minimum=minimum,
        )  # fmt: skip

    glm = "Goldenberg, Libai & Muller 2001: strong .01-.07, weak .005-.015 per period; period read as a week"
    yield p("talk.talker_per_day", 0.0040, 0.0015, 0.0100, "hazard per talking neighbour and day", "evidence",
            glm, "talk of one strong tie in the Audience")  # fmt: skip
    yield p("talk.advocate_extra_per_day", 0.0080, 0.0030, 0.0200, "hazard per talking neighbour and day",
            "assumption", _OURS, "talk of an advocate on top of the Audience's")  # fmt: skip
    yield p("talk.fresh_extra_per_day", 0.0080, 0.0030, 0.0200, "hazard per talking neighbour and day",
            "assumption", "recent buyers talk more; level ours", "talk of a recent satisfied buyer on top")  # fmt: skip
    yield p("talk.fresh_days", 21.0, 10.0, 40.0, "days", "assumption",
            "word of mouth carries over about 3 weeks, Trusov, Bucklin & Pauwels 2009",
            "how long a satisfied buyer stays a fresh talker, on average", minimum=0.01)  # fmt: skip
    yield p("talk.weak_tie", 0.33, 0.15, 0.6, "multiple of a strong tie", "evidence", glm,
            "how much of the talk passes along a weak tie")  # fmt: skip
    yield p("wom.p_skip", 0.10, 0.03, 0.25, "probability", "assumption", _OURS,
            "a recommendation that moves somebody moves them two stages", maximum=1.0)  # fmt: skip
    yield p("negative.strength", 2.0, 1.0, 3.0, "multiple of a strong tie's talk", "evidence",
            "Goldenberg et al. 2007 convention", "talk of a detractor against that of a talker")  # fmt: skip
    yield p("negative.days", 45.0, 20.0, 90.0, "days", "assumption",
            "early annoyance fades faster than memory, Kronrod & Huber 2019; level ours",
            "how long a disappointed consumer stays negative, on average", minimum=0.01)  # fmt: skip
    yield p("negative.p_turn", 0.15, 0.05, 0.35, "probability", "assumption",
            "rejecters pass bad news on, Goldenberg et al. 2007; level ours",
            "a consumer talked out of a stage turns negative too", maximum=1.0)  # fmt: skip
    yield p("negative.attention", 0.5, 0.1, 1.0, "multiple", "assumption",
            "bad news makes an unknown brand known, Berger, Sorensen & Rasmussen 2010; level ours",
            "a complaint makes the unaware notice the brand, as a share of its strength")  # fmt: skip
    yield p("negative.openness", 0.25, 0.1, 0.5, "multiple", "assumption", _OURS,
            "what a negative consumer still lets through of anything that persuades", maximum=1.0)  # fmt: skip
    yield p("positive.forgetting", 0.6, 0.4, 0.8, "multiple", "assumption", _OURS,
            "how fast a satisfied customer falls back, against others", maximum=1.0)  # fmt: skip
    yield p("retention.owned", 0.5, 0.2, 0.8, "share", "assumption",
            "ongoing content and engagement hold affinity (Goldner); level ours",
            "forgetting prevented by one sight of the brand's own content per day", maximum=1.0)  # fmt: skip
    yield p("rival.pull", 0.1, 0.0, 0.3, "multiple", "assumption", _OURS,
            "a rival's exposures push a consumer back, as a share of what they would win")  # fmt: skip
    yield p("choice.stage_weight", 0.9, 0.6, 1.3, "logit per stage", "assumption",
            "source of choice share by stage is ours",
            "each stage with a brand multiplies its choice odds by e to this")  # fmt: skip
    yield p("choice.base", -3.2, -4.2, -2.4, "logit", "assumption", _OURS,
            "choice odds of a brand at stage 0 against buying another brand of the category",
            minimum=-20.0)  # fmt: skip
    yield p("choice.positive", 1.0, 0.5, 1.5, "logit", "assumption",
            "+.20 on purchase probability of familiar brands, East, Hammond & Lomax 2008 (digits recalled)",
            "a satisfied customer's odds of buying the brand again")  # fmt: skip
    yield p("choice.negative", 1.5, 0.8, 2.5, "logit", "assumption",
            "-.11 on purchase probability, East, Hammond & Lomax 2008 (digits recalled); strength ours",
            "odds lost with a negative consumer")  # fmt: skip
    yield p("choice.price_elasticity", 2.6, 1.5, 4.0, "exponent", "evidence",
            "Bijmolt et al. 2005 mean -2.6", "choice odds fall with price to this power")  # fmt: skip
    yield p("churn.intervals", 3.0, 2.0, 4.0, "category intervals", "assumption", _OURS,
            "a customer who has not bought for this long has gone", minimum=0.1)  # fmt: skip
    yield p("follow.attention", 0.02, 0.005, 0.05, "share", "assumption", _OURS,
            "consumers at attention who see the brand's own channel", maximum=1.0)  # fmt: skip
    yield p("follow.attraction", 0.30, 0.15, 0.5, "share", "assumption",
            "attraction means visiting or following (Goldner); level ours",
            "consumers at attraction who follow the brand", maximum=1.0)  # fmt: skip
    yield p("follow.affinity", 0.55, 0.35, 0.75, "share", "assumption", _OURS,
            "consumers at affinity who follow the brand", maximum=1.0)  # fmt: skip
    yield p("follow.audience", 0.90, 0.75, 1.0, "share", "assumption",
            "the audience signs up and comes back (Goldner); level ours",
            "consumers in the audience who follow the brand", maximum=1.0)  # fmt: skip
    yield p("follow.advocacy", 0.95, 0.8, 1.0, "share", "assumption", _OURS,
            "advocates who follow the brand", maximum=1.0)  # fmt: skip
    yield p("fatigue.wear_in", 2.0, 1.0, 3.0, "exposures", "evidence",
            "attitude builds over the first exposures, Schmidt & Eisend 2015; field wear-in is immediate or "
            "absent, Tellis", "exposures before an advertisement works fully")  # fmt: skip
    yield p("fatigue.first", 0.7, 0.5, 1.0, "multiple", "assumption", _OURS,
            "effect of the very first exposure against a worn-in one", maximum=1.0)  # fmt: skip
    yield p("fatigue.plateau", 8.0, 6.0, 10.0, "exposures", "evidence",
            "attitude peaks near 10 exposures, Schmidt & Eisend 2015",
            "recent exposures after which it wears out")  # fmt: skip
    yield p("fatigue.half_life", 6.0, 4.0, 12.0, "exposures", "evidence",
            "Meta: -45 % after 4 exposures more (digits recalled)",
            "further exposures that halve the effect", minimum=0.01)  # fmt: skip
    yield p("fatigue.recovery", 28.0, 14.0, 56.0, "days", "assumption",
            "repetition effects decay over time, Schmidt & Eisend 2015; level ours",
            "rest that halves the memory of past exposures", minimum=0.01)  # fmt: skip
    yield p("cadence.beta", 0.6, 0.36, 0.81, "exponent", "evidence",
            "Track Social: two posts a day get 57 % of likes and 78 % of comments each",
            "reach of each post falls with posts per day to this power", maximum=1.0)  # fmt: skip
    yield p("influencer.reach", 0.20, 0.05, 0.35, "share of followers", "evidence",
            "Instagram feed reach 10-20 %, by size 5-40 % (trade sources)",
            "followers who see one sponsored post", maximum=1.0)  # fmt: skip
    yield p("media_weight.shape", 1.0, 0.5, 2.0, "Gamma shape", "assumption",
            "NBD reach-and-frequency curves of real media; shape ours",
            "how even media use is: 0 shares one heavy viewer, large is the same for all", minimum=0.05)  # fmt: skip


REGISTRY: dict[str, Parameter] = {
    p.name: p for p in (*_ladders(), *_platforms(), *_post_kinds(), *_others(), *lever_parameters())
}
"""All parameters by name, such as ``paid.attention`` or ``platform.tiktok.cpm``."""
