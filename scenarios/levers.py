"""Every lever of social marketing: how it is written, what it does, what it costs, what it moves, and what shows so.

    >>> from scenarios.levers import LEVERS
    >>> LEVERS["rewards"].paths
    ('plans.*.rewards',)

``docs/levers.md`` is written from this table, and ``apath levers`` prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.vocabulary import ENTERED_STAGES, Platform

ROWS = (
    "target-market insight",
    "content",
    "content cadence and calendar",
    "always-on and drive periods",
    "owned, paid and earned media; mobile",
    "bouncing between channels",
    "influence and networking",
    "seeding and sampling",
    "community management",
    "listening and feedback to product",
    "engagement, value-first offers, social selling",
    "topic map",
    "sense of community, self-disclosure, events",
    "sharing optimisation",
    "gamification",
    "loyalty, support, social CRM, referral",
    "brand position and product quality",
    "competitors",
    "shocks",
    "reinforcement",
)
"""What a marketer can do, or must reckon with, in the order of the table."""


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One lever of the model.

    Attributes:
        name: Short name.
        row: Which of :data:`ROWS` it belongs to.
        title: What it is called.
        summary: What one does with it.
        paths: Where it is written; ``*`` stands for any name, and a section for everything in it.
        rule: What it does, in words and parameters.
        parameters: Names in the registry.
        cost_lines: Names of the lines of the cost table; empty when it is free.
        metrics: Figures that it moves first.
        tests: What shows that it does, and does nothing where it cannot.
        example: A lesson-sized scenario in ``docs/levers``.
    """

    name: str
    row: str
    title: str
    summary: str
    paths: tuple[str, ...]
    rule: str
    parameters: tuple[str, ...] = ()
    cost_lines: tuple[str, ...] = ()
    metrics: tuple[str, ...]
    tests: tuple[str, ...]
    example: str


def _ladder(*groups: str) -> tuple[str, ...]:
    return tuple(f"{group}.{stage}" for group in groups for stage in ENTERED_STAGES)


def _platforms(*keys: str) -> tuple[str, ...]:
    without = {
        "cpm": {Platform.WEBSITE},
        "organic_reach": {Platform.SEARCH, Platform.DISPLAY, Platform.TELEVISION, Platform.OUTDOOR},
    }
    return tuple(f"platform.{p}.{key}" for key in keys for p in Platform if p not in without.get(key, set()))


def _content(*kinds: str) -> tuple[str, ...]:
    return tuple(f"content.{kind}.{key}" for kind in kinds for key in ("reach", "pull", "depth", "share"))


_SIGNS = "tests/levers/test_signs.py"


def _tests(moves: Sequence[str] = (), idle: Sequence[str] = (), exact: Sequence[str] = ()) -> tuple[str, ...]:
    return (
        *(f"{_SIGNS}::test_it_moves_what_it_should[{name}]" for name in moves),
        *(f"{_SIGNS}::test_it_does_nothing_where_it_cannot[{name}]" for name in idle),
        *(f"{_SIGNS}::test_{name}" for name in exact),
    )


_ALL = (
    # ------------------------------------------------------------------------------------- target-market insight
    Lever(
        name="segments",
        row=ROWS[0],
        title="Knowing one's segments",
        summary="Groups that differ in needs, channels, openness, phones and what fits them.",
        paths=("segments",),
        rule=(
            "A segment needs the category once in buys_every_days on average. Impressions on a channel are shared "
            "among its users in proportion to media_use; each counts fit × susceptibility, and with a topic also the "
            "segment's interest in it."
        ),
        parameters=("media_weight.shape",),
        metrics=("reach", "awareness", "purchases"),
        tests=_tests(
            ("needs", "susceptibility", "media-use", "channel-use", "fit", "topic-interest", "ties"), ("needs",)
        ),
        example="insight",
    ),
    Lever(
        name="targeting",
        row=ROWS[0],
        title="Targeting by segment",
        summary="Buying impressions that only some segments see, at a premium.",
        paths=("plans.*.media.*.segments", "plans.*.media.*.premium"),
        rule=(
            "Impressions = money / (CPM × premium), shared among the users of the channel in these segments alone; "
            "the premium is that of the entry, else targeting.premium, and 1 for everybody."
        ),
        parameters=("targeting.premium",),
        cost_lines=("paid media",),
        metrics=("reach", "frequency", "awareness"),
        tests=_tests(("targeting", "targeting-fit", "targeting-premium"), ("targeting", "targeting-all")),
        example="targeting",
    ),
    # ------------------------------------------------------------------------------------- content
    Lever(
        name="content",
        row=ROWS[1],
        title="Kinds and formats of content",
        summary="Original, curated or user-generated posts as article, photo or video.",
        paths=(
            "plans.*.posts.*.kind", "plans.*.posts.*.format", "plans.*.posts.*.quality",
            "plans.*.posts.*.cost_per_post",
        ),
        rule=(
            "Kind and format multiply: reach changes who sees a post, pull its effect up to attraction, depth beyond, "
            "share how much it is passed on; quality multiplies effect and passing on."
        ),
        parameters=(
            *_content("curated", "user-generated", "real-time", "article", "video"),
            "engagement.rate", "engagement.comment_share", "engagement.share_share",
        ),
        cost_lines=("own posts",),
        metrics=("reach", "knowledge", "consideration"),
        tests=_tests(("video", "curated", "quality"), ("own-posts",), ("content_works_by_its_kind_and_format",)),
        example="content",
    ),
    Lever(
        name="real-time",
        row=ROWS[1],
        title="Real-time content",
        summary="Posts on what everybody talks about on a date.",
        paths=("moments", "plans.*.posts.*.kind"),
        rule=(
            "A real-time post is seen strength × 0.5^(age / half_life_days) times as much as usual, after the freshest "
            "moment, and content.real-time.idle times while nothing is going on; nobody sees it twice."
        ),
        parameters=("content.real-time.idle", *_content("real-time")),
        cost_lines=("own posts",),
        metrics=("reach", "knowledge"),
        tests=_tests(("real-time", "real-time-idle"), ("real-time",)),
        example="real-time",
    ),
    Lever(
        name="user-content",
        row=ROWS[1],
        title="Content made by the audience",
        summary="Inviting people to post, and showing the best again: free, and not under control.",
        paths=("plans.*.user_content",),
        rule=(
            "Members make user-content.per_member_week posts each; at most shown_per_week are shown again on the own "
            "channel and work like own user-generated posts. All talk, complaints too, grows by user-content.talk."
        ),
        parameters=("user-content.per_member_week", "user-content.talk"),
        cost_lines=("user content",),
        metrics=("user_posts", "conversations_positive", "conversations_negative", "knowledge"),
        tests=_tests(("user-content",), ("user-content",)),
        example="user-content",
    ),
    # ------------------------------------------------------------------------------------- cadence
    Lever(
        name="cadence",
        row=ROWS[2],
        title="How often, and on which days",
        summary="Posts per week and weekday; too many on a day share the reach, and irritate.",
        paths=(
            "plans.*.posts.*.weekly", "plans.*.posts.*.weekdays", "plans.*.posts.*.flights", "plans.*.posts.*.pulse",
        ),
        rule=(
            "With n > 1 posts a day on a channel each is seen n^(-cadence.beta) as often. Each post a day above "
            "cadence.tolerance drives followers back a stage at cadence.irritation a day."
        ),
        parameters=("cadence.beta", "cadence.tolerance", "cadence.irritation"),
        cost_lines=("own posts",),
        metrics=("reach", "audience_falls", "knowledge"),
        tests=_tests(
            ("over-posting",), ("weekdays", "cadence", "over-posting-unseen"),
            ("posts_that_share_a_day_are_seen_less_each", "posts_of_two_entries_crowd_each_other",
             "irritation_begins_above_what_followers_bear"),
        ),
        example="cadence",
    ),
    Lever(
        name="wear-out",
        row=ROWS[2],
        title="Wear-in, wear-out and recovery",
        summary="Several executions that take turns, so that each wears out later.",
        paths=("plans.*.media.*.creatives", "plans.*.media.*.cost_per_creative"),
        rule=(
            "Per execution on a channel, remembered exposures halve in fatigue.recovery days. Effect rises from "
            "fatigue.first "
            "to 1 over fatigue.wear_in of them, and above fatigue.plateau halves with every fatigue.half_life more."
        ),
        parameters=(
            "fatigue.wear_in", "fatigue.first", "fatigue.plateau", "fatigue.half_life", "fatigue.recovery",
        ),
        cost_lines=("creatives",),
        metrics=("awareness", "knowledge"),
        tests=_tests(("creatives",), ("creatives",), ("an_advert_wears_in_and_out_and_recovers",)),
        example="wear-out",
    ),
    # ------------------------------------------------------------------------------------- always on, drives
    Lever(
        name="timing",
        row=ROWS[3],
        title="Always on, flights and pulses",
        summary="The same money evenly, week by week, between dates, or in weeks on and off.",
        paths=("plans.*.media.*.weekly", "plans.*.media.*.flights", "plans.*.media.*.pulse"),
        rule=(
            "A week's money is spread over its days; part weeks of a flight count by the day. What is spent at once "
            "wears out sooner, what is spent evenly is forgotten less."
        ),
        parameters=_ladder("forgetting"),
        cost_lines=("paid media",),
        metrics=("reach", "frequency", "awareness", "purchases"),
        tests=_tests(
            (), ("flights", "pulse"),
            ("a_pulse_is_the_same_money_at_other_times",
             "always_on_and_drive_periods_are_compared_at_equal_money_out_of_the_box"),
        ),
        example="timing",
    ),
    Lever(
        name="carry-over",
        row=ROWS[3],
        title="Warm-up and carry-out",
        summary="Starting from a real past, and looking at what is left afterwards.",
        paths=("warm_up", "carry_out_weeks"),
        rule=(
            "The warm-up is simulated first, alike for all plans, and costs none of them anything; in the carry-out "
            "weeks we buy nothing while people remember, talk and forget."
        ),
        parameters=_ladder("forgetting"),
        metrics=("awareness", "consideration"),
        tests=_tests(
            ("warm-up", "carry-out"), ("warm-up",),
            ("the_warm_up_is_carried_in_and_not_charged", "carry_out_buys_nothing_and_awareness_fades"),
        ),
        example="carry-over",
    ),
    # ------------------------------------------------------------------------------------- owned, paid, earned; mobile
    Lever(
        name="paid-media",
        row=ROWS[4],
        title="Paid media",
        summary="Impressions bought on a channel.",
        paths=(
            "plans.*.media.*.channel", "plans.*.media_scale", "channels.*.platform", "channels.*.cpm",
            "channels.*.pull",
        ),
        rule=(
            "Exposures of a person = 1000 × money / CPM × own media weight / that of all users; each adds paid.<stage> "
            "× pull × fit × susceptibility × interest to the hazard of moving up."
        ),
        parameters=(*_ladder("paid"), *_platforms("cpm", "pull"), "ctr.usual"),
        cost_lines=("paid media",),
        metrics=("impressions_paid", "reach", "frequency", "clicks", "awareness"),
        tests=_tests(("paid-media", "media-scale"), ("paid-media", "media-scale")),
        example="paid-media",
    ),
    Lever(
        name="own-posts",
        row=ROWS[4],
        title="The brand's own posts",
        summary="Posts on the brand's own channels, seen by those who follow.",
        paths=("plans.*.posts.*.channel", "channels.*.organic_reach", "channels.*.half_life_days"),
        rule=(
            "A post is seen by organic_reach of followers, fading with its half-life; follow.<stage> of a stage "
            "follows. A sight adds owned.<stage>; forgetting is reduced by retention.owned × (1 - exp(-sights a day))."
        ),
        parameters=(
            *_ladder("owned", "follow"), "retention.owned", *_platforms("organic_reach", "half_life"),
        ),
        cost_lines=("own posts",),
        metrics=("reach", "knowledge", "consideration", "loyalty"),
        tests=_tests(("own-posts",), ("own-posts", "own-posts-dark")),
        example="own-posts",
    ),
    Lever(
        name="press-work",
        row=ROWS[4],
        title="Earned media",
        summary="Outreach to many small outlets and few large ones.",
        paths=("plans.*.earned",),
        rule=(
            "A week's money m wins most × (1 - exp(-m / (most × cost))) mentions of each size; one is seen by "
            "earned.<size>_reach people, never more than use the channel, in small outlets with earned.small_pull; "
            "each sight adds earned.<stage>."
        ),
        parameters=(
            *_ladder("earned"), "earned.large_cost", "earned.small_cost", "earned.large_reach", "earned.small_reach",
            "earned.small_pull", "earned.large_most", "earned.small_most",
        ),
        cost_lines=("press work",),
        metrics=("mentions_small", "mentions_large", "tail_share", "reach", "awareness"),
        tests=_tests(
            ("press-work",), ("press-work",),
            ("many_small_outlets_against_few_large_ones_at_equal_money",
             "press_work_wins_less_with_every_further_dollar"),
        ),
        example="press-work",
    ),
    Lever(
        name="mobile",
        row=ROWS[4],
        title="Phones",
        summary="Where people are on phones fewer respond, unless the site is made for it.",
        paths=("channels.*.phone_share", "plans.*.sharing.phone_ready", "segments.*.phone_use"),
        rule=(
            "Effect of an exposure × (1 - (1 - phone_ready) × min(1, phone_share × phone_use) × (1 - phone.response))."
        ),
        parameters=("phone.response",),
        cost_lines=("sharing",),
        metrics=("awareness", "knowledge"),
        tests=_tests(("phones", "phone-use", "phone-ready"), ("phones",)),
        example="mobile",
    ),
    # ------------------------------------------------------------------------------------- bouncing
    Lever(
        name="bouncing",
        row=ROWS[5],
        title="Bouncing between channels",
        summary="Followers of two channels who are led from a post on one to the other.",
        paths=("channels.*.bounce",),
        rule=(
            "Sights on the other channel = sights here × the share that bounces, for those who use both; they work "
            "with the other channel's pull and fit, and hold like any own post."
        ),
        parameters=_ladder("owned"),
        metrics=("bouncing", "impressions_owned", "knowledge"),
        tests=_tests(("bouncing",), ("bouncing",)),
        example="bouncing",
    ),
    # ------------------------------------------------------------------------------------- influence
    Lever(
        name="bookings",
        row=ROWS[6],
        title="Paid influencers",
        summary="Posts of people whose followers see them; tiers, credibility and fit.",
        paths=(
            "plans.*.bookings", "influencers.*.title", "influencers.*.channel", "influencers.*.followers",
            "influencers.*.in_market", "influencers.*.engagement_rate", "influencers.*.credibility",
            "influencers.*.cost_per_post", "influencers.*.audience", "influencers.*.fit", "influencers.*.min_posts",
            "influencers.*.max_posts", "influencers.*.available_from", "influencers.*.available_to",
        ),
        rule=(
            "influencer.reach of followers see a post over days; it adds influencer.<stage> × credibility × fit × "
            "susceptibility × influencer.fatigue^(posts for brands in the 28 days before)."
        ),
        parameters=(*_ladder("influencer"), "influencer.reach", "influencer.fatigue"),
        cost_lines=("influencers",),
        metrics=("reach", "awareness", "knowledge"),
        tests=_tests(
            ("bookings",), ("bookings",),
            ("a_post_works_by_credibility_and_fit", "followers_tire_of_an_influencer_who_posts_often",
             "a_larger_influencer_moves_more_people"),
        ),
        example="bookings",
    ),
    Lever(
        name="overlap",
        row=ROWS[6],
        title="Influencers who share followers",
        summary="Two influencers with the same followers reach fewer people than two with their own.",
        paths=("influencers.*.overlap_with", "influencers.*.overlap"),
        rule="A share `overlap` of this one's followers in the market is drawn among those of the other.",
        cost_lines=("influencers",),
        metrics=("awareness", "knowledge"),
        tests=_tests((), (), ("two_influencers_share_as_many_followers_as_is_said",)),
        example="overlap",
    ),
    Lever(
        name="outreach",
        row=ROWS[6],
        title="Outreach to the unpaid",
        summary="Networking with influencers who then post of their own accord, or do not.",
        paths=("plans.*.outreach",),
        rule=(
            "Whoever is not booked posts at outreach.posts_per_week × sqrt(weekly money for each / 500), at random; "
            "such a post counts outreach.pull times a paid one."
        ),
        parameters=("outreach.posts_per_week", "outreach.pull"),
        cost_lines=("outreach",),
        metrics=("influencer_posts_free", "impressions_influencer", "knowledge"),
        tests=_tests(
            ("outreach",), ("outreach",), ("outreach_brings_posts_that_grow_with_the_root_of_the_money",)
        ),
        example="outreach",
    ),
    Lever(
        name="partnerships",
        row=ROWS[6],
        title="Partnerships",
        summary="Another company that speaks of the brand to its own public.",
        paths=("plans.*.partnerships",),
        rule="A post is seen by `people` of these segments on the channel; each sight adds earned.<stage> × pull.",
        parameters=_ladder("earned"),
        cost_lines=("partnerships",),
        metrics=("reach", "awareness"),
        tests=_tests(("partnerships",), ("partnerships",)),
        example="partnerships",
    ),
    # ------------------------------------------------------------------------------------- seeding
    Lever(
        name="seeding",
        row=ROWS[7],
        title="Seeding and sampling",
        summary="The product, given to chosen people, opinion leaders among them.",
        paths=("plans.*.seeding", "market.leaders"),
        rule=(
            "Recipients are lifted to `stage`; tries_product of them use it and are then satisfied or not like any "
            "buyer. They are chosen at random, by ties, as neighbours of random people, or from the list of leaders."
        ),
        parameters=("talk.fresh_extra_per_day", "talk.fresh_days", *_ladder("experience")),
        cost_lines=("product seeding",),
        metrics=("samples", "consideration", "conversations_positive", "purchases"),
        tests=_tests(("seeding", "seeding-leaders"), ("seeding",), ("seeding_finds_the_well_connected",)),
        example="seeding",
    ),
    # ------------------------------------------------------------------------------------- community management
    Lever(
        name="community-own-pages",
        row=ROWS[8],
        title="Answering on the brand's own pages",
        summary="Hours of people who answer questions and complaints.",
        paths=("plans.*.community.weekly", "plans.*.community.flights", "plans.*.community.pulse",
               "plans.*.community.cost_per_hour"),
        rule=(
            "community.replies_per_hour are answered; the delay is community.reply_hours at half load and grows like "
            "a queue. community.p_resolve × 0.5^(delay / community.patience_hours) of answered complaints are settled, "
            "which ends the bad mood. From affinity on forgetting falls by community.retention × share answered."
        ),
        parameters=(
            "community.replies_per_hour", "community.p_complain", "community.talk_per_member_week",
            "community.p_resolve", "community.reply_hours", "community.patience_hours", "community.retention",
            "negative.days",
        ),
        cost_lines=("community management",),
        metrics=("complaints_answered", "complaints_settled", "loyalty", "net_sentiment"),
        tests=_tests(
            ("community-own-pages", "community-settles"),
            ("community-own-pages", "community-without-conversations"),
            ("an_overloaded_team_answers_late_and_settles_less",),
        ),
        example="community-own-pages",
    ),
    Lever(
        name="community-elsewhere",
        row=ROWS[8],
        title="Conversations off the brand's own pages",
        summary="Winning attention by helping people where they already are.",
        paths=("plans.*.community.elsewhere", "plans.*.community.cost_per_hour"),
        rule=(
            "Sights per person and week = hours × community.reach_per_hour / market size; each adds community.<stage>."
        ),
        parameters=(*_ladder("community"), "community.reach_per_hour"),
        cost_lines=("community management",),
        metrics=("impressions_elsewhere", "attention_entries", "awareness"),
        tests=_tests(("community-elsewhere",), ("community-elsewhere",)),
        example="community-elsewhere",
    ),
    # ------------------------------------------------------------------------------------- listening
    Lever(
        name="listening",
        row=ROWS[9],
        title="Listening and mending the product",
        summary="Reading what people say until the cause of disappointment is found and mended.",
        paths=("plans.*.listening.start", "plans.*.listening.end", "plans.*.listening.hours_per_week",
               "plans.*.listening.cost_per_hour", "plans.*.listening.fix", "plans.*.listening.fix_cost"),
        rule=(
            "After listening.delay × 10 / hours_per_week days the problem is found, listening.fix_days later the "
            "product is better: listening.fix_share of the disappointed are no longer so."
        ),
        parameters=("listening.delay", "listening.fix_days", "listening.fix_share"),
        cost_lines=("listening",),
        metrics=("complaints", "net_sentiment", "lost"),
        tests=_tests(("listening",), ("listening",), ("more_hours_of_listening_find_the_problem_earlier",)),
        example="listening",
    ),
    Lever(
        name="ideas",
        row=ROWS[9],
        title="Ideas of the crowd",
        summary="Putting ideas of customers to work.",
        paths=("plans.*.listening.ideas_per_quarter", "plans.*.listening.cost_per_idea"),
        rule="Every idea put to work satisfies listening.idea_gain of buyers more; each takes listening.hours_per_idea "
        "of listening.",
        parameters=("listening.idea_gain", "listening.hours_per_idea"),
        cost_lines=("listening",),
        metrics=("net_sentiment", "purchases"),
        tests=_tests(("ideas",), ("listening",)),
        example="ideas",
    ),
    # ------------------------------------------------------------------------------------- engagement, social selling
    Lever(
        name="sign-up",
        row=ROWS[10],
        title="Opt-ins, value first",
        summary="Asking visitors for their address, for something of value in return.",
        paths=("plans.*.sign_up",),
        rule=(
            "Whoever comes to attraction or affinity opts in with sign-up.p, times sign-up.value_first if value comes "
            "first. Who turns negative or falls below attraction leaves the list."
        ),
        parameters=("sign-up.p", "sign-up.value_first"),
        cost_lines=("opt-ins",),
        metrics=("opt_ins", "leads", "opted_in"),
        tests=_tests(("sign-up", "value-first"), ("sign-up",)),
        example="sign-up",
    ),
    Lever(
        name="lists",
        row=ROWS[10],
        title="E-mail and retargeting",
        summary="Addressing visitors, opt-ins or customers at the list's own cost.",
        paths=("plans.*.lists",),
        rule=(
            "Those on the list see `seen` of the contacts; an e-mail adds owned.<stage> × the pull of e-mail, an "
            "advert on a channel that they use paid.<stage> × its pull and wears out. Each mail that is sent drives "
            "people back a stage at list.unsubscribe."
        ),
        parameters=(
            "platform.email.organic_reach", "platform.email.pull", "platform.email.cpm", "list.unsubscribe",
        ),
        cost_lines=("lists",),
        metrics=("impressions_list", "consideration", "purchases"),
        tests=_tests(("e-mail", "e-mail-unsubscribes", "retargeting"), ("e-mail", "retargeting")),
        example="lists",
    ),
    Lever(
        name="offers",
        row=ROWS[10],
        title="Price offers",
        summary="A lower price for a while, for those who know of it.",
        paths=("plans.*.offers",),
        rule=(
            "Followers know it with offer.known_follower, others from attention on with offer.known_attention, those "
            "on the list also with offer.known_list, all × announced. Their odds rise by (1 - discount)^-elasticity."
        ),
        parameters=(
            "offer.known_attention", "offer.known_follower", "offer.known_list", "choice.price_elasticity",
        ),
        cost_lines=("offers",),
        metrics=("redemptions", "purchases", "revenue"),
        tests=_tests(("offers",), ("offers",)),
        example="offers",
    ),
    Lever(
        name="refunds",
        row=ROWS[10],
        title="Refunds",
        summary="Disappointed buyers who get their money back.",
        paths=("brand.p_refund", "rivals.*.p_refund"),
        rule="A disappointing purchase is refunded with p_refund; a refund takes money and no mood.",
        metrics=("refunds", "revenue"),
        tests=_tests(("refunds",), ("refunds",)),
        example="refunds",
    ),
    Lever(
        name="cross-selling",
        row=ROWS[10],
        title="A second product",
        summary="Something else, offered to people who buy again.",
        paths=("plans.*.cross_sell",),
        rule="A repeat purchase includes it with cross-sell.p; those whom a friend sent take more at first.",
        parameters=("cross-sell.p", "referral.basket", "referral.basket_purchases"),
        cost_lines=("cross-selling",),
        metrics=("cross_sales", "revenue"),
        tests=_tests(("cross-sell",), ("cross-sell",), ("friends_of_customers_take_more_at_first",)),
        example="cross-selling",
    ),
    # ------------------------------------------------------------------------------------- topic map
    Lever(
        name="topic-map",
        row=ROWS[11],
        title="Topic map",
        summary="What to talk about where: topics that are on-brand on a channel and interest a segment.",
        paths=("channels.*.topics", "segments.*.topics", "plans.*.posts.*.topic"),
        rule="The effect of a post on a topic × how on-brand it is on the channel × how much it interests the segment.",
        metrics=("knowledge", "consideration"),
        tests=_tests(("topic-map", "topic-interest"), ("topic-map",)),
        example="topic-map",
    ),
    # ------------------------------------------------------------------------------------- community
    Lever(
        name="space",
        row=ROWS[12],
        title="A community's space",
        summary="A place where members meet, hear each other and open up.",
        paths=("plans.*.space",),
        rule=(
            "Sense of community = 1 - exp(-2 × disclosure × members' share of the market / space.density), from "
            "last week's members. It adds space.<stage> to the hazard of visitors, cuts the forgetting of members by "
            "space.retention and raises their talk by space.talk, each in proportion."
        ),
        parameters=(*_ladder("space"), "space.density", "space.retention", "space.talk"),
        cost_lines=("community space",),
        metrics=("community_experience", "loyalty", "advocacy"),
        tests=_tests(
            ("space", "self-disclosure"), ("space", "self-disclosure"),
            ("the_sense_of_community_grows_with_members_and_disclosure",),
        ),
        example="space",
    ),
    Lever(
        name="events",
        row=ROWS[12],
        title="Meet-ups and events",
        summary="Asking people to come: an experience that lasts for a while.",
        paths=("plans.*.events",),
        rule="p_come of the invited come, if they know and do not resent the brand; for `days` event.<stage> is added.",
        parameters=_ladder("event"),
        cost_lines=("events",),
        metrics=("attendances", "consideration", "loyalty"),
        tests=_tests(("events",), ("events",), ("an_event_lasts_as_long_as_it_says",)),
        example="events",
    ),
    # ------------------------------------------------------------------------------------- sharing
    Lever(
        name="sharing",
        row=ROWS[13],
        title="Sharing made easy",
        summary="Content and site that are easy to pass on, and a site that is easy on a phone.",
        paths=("plans.*.sharing", "channels.*.shareability"),
        rule=(
            "Talk × (1 + share.gain × sights of own posts a day × share of their kind × quality × shareability "
            "of the channel × content × site)."
        ),
        parameters=("share.gain",),
        cost_lines=("sharing",),
        metrics=("shares", "conversations_positive", "awareness"),
        tests=_tests(("sharing", "shareability", "phone-ready"), ("sharing",)),
        example="sharing",
    ),
    # ------------------------------------------------------------------------------------- gamification
    Lever(
        name="rewards",
        row=ROWS[14],
        title="Rewards",
        summary="Something for coming back and for passing it on; it fades with its novelty.",
        paths=("plans.*.rewards",),
        rule=(
            "Size = 1 - exp(-reward / (rewards.enough × price)); novelty halves every rewards.novelty_days down to "
            "rewards.floor. Forgetting of members falls by rewards.retention, talk grows by rewards.talk, each × size "
            "× novelty; who is rewarded for a friend names the friend as in a referral programme."
        ),
        parameters=(
            "rewards.novelty_days", "rewards.floor", "rewards.enough", "rewards.retention", "rewards.talk",
            "rewards.take_up",
        ),
        cost_lines=("rewards",),
        metrics=("loyalty", "conversations_positive", "audience_falls"),
        tests=_tests(
            ("rewards-return", "rewards-talk"), ("rewards",), ("the_novelty_of_rewards_fades_to_a_floor",)
        ),
        example="rewards",
    ),
    # ------------------------------------------------------------------------------------- loyalty, support, referral
    Lever(
        name="loyalty",
        row=ROWS[15],
        title="Loyalty programme and social CRM",
        summary="A programme for those who are known to have bought.",
        paths=("plans.*.loyalty",),
        rule=(
            "Customers forget less by loyalty.retention, choose the brand with loyalty.choice more logit, and need the "
            "category loyalty.frequency more often after a purchase."
        ),
        parameters=("loyalty.retention", "loyalty.choice", "loyalty.frequency"),
        cost_lines=("loyalty",),
        metrics=("customers", "purchases", "churn"),
        tests=_tests(("loyalty",), ("loyalty",)),
        example="loyalty",
    ),
    Lever(
        name="support",
        row=ROWS[15],
        title="Support after the sale",
        summary="Help for buyers, so that fewer end up disappointed.",
        paths=("plans.*.support",),
        rule="Share of disappointed buyers × (1 - support.effect × coverage).",
        parameters=("support.effect",),
        cost_lines=("support",),
        metrics=("complaints", "net_sentiment", "customers"),
        tests=_tests(("support",), ("support", "support-coverage", "support-of-nobody")),
        example="support",
    ),
    Lever(
        name="referral",
        row=ROWS[15],
        title="Referral programme",
        summary="Money to customers who send a friend, and to the friend.",
        paths=("plans.*.referral",),
        rule=(
            "Satisfied buyers and advocates recommend more by referral.talk × size of the reward. referral.p_claim × "
            "size of new customers moved by a friend name the friend; they forget less and choose the brand more often."
        ),
        parameters=("referral.p_claim", "referral.talk", "referral.retention", "referral.choice", "rewards.enough"),
        cost_lines=("referral programme",),
        metrics=("referrals", "referred", "customers", "conversations_positive"),
        tests=_tests(
            ("referral",), ("referral", "referral-without-reward"),
            ("a_referral_programme_keeps_those_whom_a_friend_sent",),
        ),
        example="referral",
    ),
    # ------------------------------------------------------------------------------------- brand
    Lever(
        name="product-quality",
        row=ROWS[16],
        title="Product quality",
        summary="Whether the product keeps its promise; no advertising makes up for it.",
        paths=("brand.p_satisfied", "brand.p_dissatisfied", "rivals.*.p_satisfied", "rivals.*.p_dissatisfied"),
        rule=(
            "A use leaves a satisfied customer with p_satisfied, who is drawn on by experience.<stage>, or a negative "
            "one with p_dissatisfied, who talks against the brand with negative.strength and lets little through."
        ),
        parameters=(
            *_ladder("experience", "wom-negative"), "negative.strength", "negative.days", "negative.p_turn",
            "negative.attention", "negative.openness", "positive.forgetting", "choice.positive", "choice.negative",
        ),
        metrics=("advocacy", "customers", "net_sentiment", "lost"),
        tests=_tests(
            ("satisfaction", "disappointment"), ("refunds",),
            ("a_brand_cannot_advertise_its_way_out_of_a_bad_product",),
        ),
        example="product-quality",
    ),
    Lever(
        name="price",
        row=ROWS[16],
        title="Price and position",
        summary="Price against the category, and appeal that no other lever explains.",
        paths=(
            "plans.*.price", "brand.price", "brand.appeal", "rivals.*.price", "rivals.*.appeal",
            "market.reference_price",
        ),
        rule="Odds of being chosen = exp(choice.base + appeal + …) × (price / reference)^-choice.price_elasticity.",
        parameters=("choice.price_elasticity", "choice.base", "choice.stage_weight"),
        metrics=("purchases", "revenue"),
        tests=_tests(("price", "appeal"), ("price",)),
        example="price",
    ),
    # ------------------------------------------------------------------------------------- competitors
    Lever(
        name="rivals",
        row=ROWS[17],
        title="Competitors",
        summary="What rivals spend and do, as money or as per cent of their plan.",
        paths=("rivals.*.plan", "rivals.*.plan.media_scale"),
        rule=(
            "A rival's plan works like ours, for the rival. What its paid media would win of a consumer also pushes "
            "the consumer back with us, × rival.pull. media_scale = 1.05 is five per cent more."
        ),
        parameters=("rival.pull",),
        metrics=("share_of_voice", "market_share", "purchases"),
        tests=_tests(
            ("rival-media", "rival-media-scale"), ("rival-media-scale",),
            ("media_scale_is_per_cent_of_all_paid_media",),
        ),
        example="rivals",
    ),
    # ------------------------------------------------------------------------------------- shocks
    Lever(
        name="backlash",
        row=ROWS[18],
        title="Backlash",
        summary="A scandal that reaches a share of people on a day.",
        paths=("shocks.*.kind", "shocks.*.date", "shocks.*.strength", "shocks.*.brand"),
        rule="`strength` of people hear of it: who knows the brand turns negative, who does not notices it.",
        parameters=("negative.days", "negative.strength"),
        metrics=("net_sentiment", "advocacy", "purchases"),
        tests=_tests(("backlash", "backlash-rival"), ("backlash",)),
        example="backlash",
    ),
    Lever(
        name="outage",
        row=ROWS[18],
        title="Outage of a channel",
        summary="A channel on which nothing is seen for some days.",
        paths=("shocks.*.kind", "shocks.*.channel", "shocks.*.days"),
        rule="Nothing is seen on the channel on these days; paid media and adverts to a list are not charged.",
        metrics=("impressions", "reach"),
        tests=_tests(("outage",), ("outage", "paid-media"), ("an_outage_shows_nothing_and_charges_no_media",)),
        example="outage",
    ),
    Lever(
        name="defection",
        row=ROWS[18],
        title="Defection of an influencer",
        summary="Somebody booked leaves, perhaps to a rival.",
        paths=("shocks.*.kind", "shocks.*.influencer", "shocks.*.to"),
        rule="Booked posts from that day on are dropped and not paid, or appear for the rival.",
        cost_lines=("influencers",),
        metrics=("reach", "awareness"),
        tests=_tests(("defection", "defection-to-rival"), ("defection",),
            ("nobody_posts_for_a_rival_before_its_launch",),
        ),
        example="defection",
    ),
    Lever(
        name="rival-launch",
        row=ROWS[18],
        title="Launch of a rival",
        summary="A rival who is not on the market before a date.",
        paths=("shocks.*.kind", "shocks.*.rival"),
        rule="Before the date nobody can buy the rival and its plan does not run.",
        metrics=("purchases", "customers", "share_of_voice"),
        tests=_tests(("rival-launch",), ("rival-launch",), ("nobody_buys_a_rival_before_its_launch",)),
        example="rival-launch",
    ),
    Lever(
        name="viral",
        row=ROWS[18],
        title="Going viral",
        summary="A moment in which everybody who talks of the brand talks more.",
        paths=("shocks.*.kind", "shocks.*.strength", "shocks.*.days"),
        rule="All talk × (1 + (strength - 1) × what is left of the days), complaints too.",
        metrics=("conversations_positive", "awareness"),
        tests=_tests(("viral",), ("viral",), ("a_viral_moment_fades",)),
        example="viral",
    ),
    # ------------------------------------------------------------------------------------- reinforcement
    Lever(
        name="reinforcement",
        row=ROWS[19],
        title="Simple or complex contagion",
        summary="How many friends must talk before talk has any effect.",
        paths=("word_of_mouth.reinforcement", "word_of_mouth.threshold"),
        rule=(
            "With a ties needed, max(0, talking ties - a + 1) of them count, strong ones first; a threshold is a "
            "share of one's ties instead."
        ),
        parameters=(
            *_ladder("wom"), "wom.p_skip", "talk.talker_per_day", "talk.advocate_extra_per_day",
            "talk.fresh_extra_per_day", "talk.fresh_days", "talk.weak_tie", "talk.per_talker_week",
        ),
        metrics=("conversations_positive", "awareness"),
        tests=_tests(
            ("reinforcement", "threshold"), ("reinforcement",), ("complex_contagion_needs_more_than_one_talker",)
        ),
        example="reinforcement",
    ),
)  # fmt: skip

LEVERS: dict[str, Lever] = {lever.name: lever for lever in _ALL}
"""All levers by name, in the order of the rows."""
