"""Broken scenarios like those of :mod:`tests.scenarios.broken`, for the levers of a plan and what surrounds them."""

from tests.scenarios.base import BASE, BUDGET, ROSTER
from tests.scenarios.broken_case import Case

assert BASE.count("[plans.other]\nas") == BASE.count("[parameters]") == 1


def lever(text: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The edits that write something into the baseline, behind its other levers; the other plan takes it over."""
    return [("[plans.other]\nas", f"{text}\n[plans.other]\nas"), *more]


def part(text: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The edits that write further sections of a scenario."""
    return [("[parameters]", f"{text}\n[parameters]"), *more]


B = "plans.baseline"
MEDIA, POSTS = "[plans.baseline.media.extra]", "[plans.baseline.posts.extra]"

PACE = [
    Case("pulse-and-weekly", lever(f'{MEDIA}\nchannel = "feed"\nweekly = 3\n'
         "pulse = { on_weeks = 1, off_weeks = 1, weekly = 4 } §"), f"{B}.media.extra.pulse",
         "weekly and pulse are both given", "pulse for weeks on and off"),
    Case("all-three", lever(f'{MEDIA}\nchannel = "feed"\nweekly = 3\n'
         "flights = [{ start = 2027-01-04, end = 2027-01-05, weekly = 3 }]\n"
         "pulse = { on_weeks = 1, off_weeks = 1, weekly = 4 } §"), f"{B}.media.extra.pulse",
         "weekly, flights and pulse are all given", "keep weekly"),
    Case("none-of-three", lever('[plans.baseline.earned.press] §\nchannel = "feed"'), f"{B}.earned.press",
         "neither weekly nor flights nor pulse", "add weekly = 500"),
    Case("pulse-incomplete", lever(f'{POSTS}\nchannel = "feed"\npulse = {{ on_weeks = 1, weekly = 4 }} §'),
         f"{B}.posts.extra.pulse.off_weeks", "“off_weeks” is missing", "off_weeks = 2"),
    Case("pulse-of-no-weeks",
         lever(f'{POSTS}\nchannel = "feed"\npulse = {{ on_weeks = 0, off_weeks = 2, weekly = 4 }} §'),
         f"{B}.posts.extra.pulse.on_weeks", "at least 1", ""),
    Case("list-of-another-length", lever('[plans.baseline.outreach]\nweekly = [1, 2, 3] §\ninfluencers = ["cy"]',
         ("[parameters]", '[influencers.cy]\nchannel = "feed"\nfollowers = 900\ncost_per_post = 1\n[parameters]')),
         f"{B}.outreach.weekly", "3 entries, but the scenario has 8 weeks", "exactly 8"),
    Case("list-elsewhere", lever("[plans.baseline.community]\ncost_per_hour = 9\nelsewhere = [1, 2] §"),
         f"{B}.community.elsewhere", "2 entries", "exactly 8"),
    Case("community-without-hours", lever("[plans.baseline.community] §\ncost_per_hour = 9"), f"{B}.community",
         "neither weekly nor flights nor pulse nor elsewhere", "add weekly"),
    Case("lever-out-of-order", lever("[plans.baseline.sharing]\nstart = 2027-02-01\nend = 2027-01-10 §"),
         f"{B}.sharing.end", "starts 2027-02-01, after its end 2027-01-10", "exchange"),
    Case("lever-outside", lever("[plans.baseline.rewards]\nper_return = 1\nend = 2027-03-10 §"), f"{B}.rewards.end",
         "2027-03-10 lies outside the what-if", "2027-01-04 to 2027-02-28"),
    Case("lever-before-the-start", [*lever("[plans.baseline.space]\nstart = 2026-12-10 §"),
         *part("[warm_up]\nweeks = 8")], f"{B}.space.start", "outside the what-if", "stands in [warm_up.plan]"),
    Case("rival-after-the-end", part("[rivals.other.plan.loyalty]\ncost_per_week = 1\nend = 2027-03-01 §"),
         "rivals.other.plan.loyalty.end", "2027-03-01 lies outside", "to 2027-02-28"),
]  # fmt: skip

MEDIA_AND_POSTS = [
    Case("entry-that-is-no-channel", lever(f"{MEDIA} §\nweekly = 3"), f"{B}.media.extra", "no channel “extra”",
         'or keep the name “extra” and say where it runs: channel = "feed"'),
    Case("entry-on-an-unknown-channel", lever(f'{MEDIA}\nweekly = 3\nchannel = "fead" §'), f"{B}.media.extra.channel",
         "no channel “fead”", "did you mean “feed”?"),
    Case("entry-on-a-channel-without-price", lever(f'{MEDIA}\nweekly = 3\nchannel = "letter" §'),
         f"{B}.media.extra.channel", "needs a cpm", "[channels.letter]"),
    Case("posts-that-are-no-channel", lever(f"{POSTS} §\nweekly = 3"), f"{B}.posts.extra", "no channel “extra”",
         "say where it runs"),
    Case("posts-on-a-channel-without-reach", lever(f'{POSTS}\nweekly = 3\nchannel = "screen" §'),
         f"{B}.posts.extra.channel", "no organic_reach", "[channels.screen]"),
    Case("entries-that-differ-by-capitals", lever('[plans.baseline.media.Feed] §\nchannel = "feed"\nweekly = 3'),
         f"{B}.media.Feed", "“Feed” and “feed” differ only by capital letters", "rename"),
    Case("premium-for-everybody", [("weekly = 100\n", "weekly = 100\npremium = 1.4 §\n")], f"{B}.media.feed.premium",
         "means nothing without `segments`", "remove premium"),
    Case("no-creatives", [("weekly = 100\n", "weekly = 100\ncreatives = 0 §\n")], f"{B}.media.feed.creatives",
         "at least 1", ""),
    Case("empty-targets", [("weekly = 100\n", "weekly = 100\nsegments = [] §\n")], f"{B}.media.feed.segments",
         "the list of segments is empty", "leave it out"),
    Case("target-twice", [("weekly = 100\n", 'weekly = 100\nsegments = ["young", "young"] §\n')],
         f"{B}.media.feed.segments", "the segment “young” is named twice", "once"),
    Case("unknown-weekday", [("weekly = 2\n", 'weekly = 2\nweekdays = ["mon", "tues"] §\n')],
         f"{B}.posts.feed.weekdays #2", "“tues” is not a known weekday", "did you mean “tue”?"),
    Case("no-weekdays", [("weekly = 2\n", "weekly = 2\nweekdays = [] §\n")], f"{B}.posts.feed.weekdays", "empty",
         "any day"),
    Case("weekday-twice", [("weekly = 2\n", 'weekly = 2\nweekdays = ["mon", "mon"] §\n')], f"{B}.posts.feed.weekdays",
         "“mon” is in the list twice", "once"),
    Case("unknown-kind-of-post", [("weekly = 2\n", 'weekly = 2\nkind = "curate" §\n')], f"{B}.posts.feed.kind",
         "“curate” is not a known kind", "did you mean “curated”?"),
    Case("unknown-format", [("weekly = 2\n", 'weekly = 2\nformat = "vidoe" §\n')], f"{B}.posts.feed.format",
         "not a known format", "video"),
    Case("misspelt-topic", [("weekly = 2\n", 'weekly = 2\ntopic = "recipe" §\n'),
         ("[channels.screen]", "topics = { recipes = 1.3 }\n[channels.screen]")], f"{B}.posts.feed.topic",
         "no segment or channel names the topic “recipe”", "did you mean “recipes”?"),
    Case("topic-of-nobody", [("weekly = 2\n", 'weekly = 2\ntopic = "recipe" §\n')], f"{B}.posts.feed.topic",
         "no segment or channel names the topic", "topics = { recipe = 1.2 }"),
    Case("topic-in-two-spellings", [("[segments.old]", "topics = { Fair-trade = 1.2 } §\n[segments.old]"),
         ("[channels.screen]", "topics = { fair_trade = 1.3 }\n[channels.screen]")],
         "segments.young.topics.Fair-trade", "are one, written in two ways", "write fair_trade everywhere"),
    Case("bounce-to-an-unknown-channel", [("[channels.screen]", "bounce = { leter = 0.1 } §\n[channels.screen]")],
         "channels.feed.bounce.leter", "no channel “leter”", "did you mean “letter”?"),
    Case("bounce-to-itself", [("[channels.screen]", "bounce = { feed = 0.1 } §\n[channels.screen]")],
         "channels.feed.bounce.feed", "cannot bounce to itself", "another"),
]  # fmt: skip

SEEDING_AND_EVENTS = [
    Case("seeding-in-an-unknown-segment", [("people = 50\n", 'people = 50\nsegments = ["olt"] §\n')],
         f"{B}.seeding #1.segments #1", "no segment “olt”", "did you mean “old”?"),
    Case("seeding-list-and-segments", [("people = 50\n",
         'strategy = "list"\nconsumers = [1]\nsegments = ["old"] §\n')], f"{B}.seeding #1.segments",
         "`segments` means nothing with the strategy “list”", "remove segments"),
    Case("seeding-more-than-a-segment", [("people = 50\n", 'people = 4_500 §\nsegments = ["young"]\n')],
         f"{B}.seeding #1.people", "4,500 people are more than the 4,000 of “young”", "4_000 or fewer"),
    Case("seeding-twice-the-same", [("people = 50\n", 'strategy = "list"\nconsumers = [1, 1] §\n')],
         f"{B}.seeding #1.consumers", "1 is in the list twice", "once"),
    Case("seeding-no-leaders", [("people = 50\n", 'people = 50\nstrategy = "leaders" §\n')],
         f"{B}.seeding #1.strategy", "the market names no leaders", "add leaders"),
    Case("unknown-strategy", [("people = 50\n", 'people = 50\nstrategy = "leader" §\n')], f"{B}.seeding #1.strategy",
         "not a known strategy", "did you mean “leaders”?"),
    Case("unknown-leader", [("consumers = 500", "consumers = 500\nleaders = [3, 500] §")], "market.leaders #2",
         "no consumer 500", "0 to 499"),
    Case("leader-by-name", [("consumers = 500", 'consumers = 500\nleaders = ["ann"] §')], "market.leaders #1",
         "no consumer “ann”", "0 to 499"),
    Case("leader-twice", [("consumers = 500", "consumers = 500\nleaders = [3, 3] §")], "market.leaders",
         "3 is in the list twice", "once"),
    Case("too-many-waves", [("[[plans.baseline.seeding]]\npeople = 50\nunit_cost = 2.5",
         "[[plans.baseline.seeding]] §\npeople = 50\nunit_cost = 2.5" + 250 *
         "\n[[plans.baseline.seeding]]\npeople = 5\nunit_cost = 2.5")], f"{B}.seeding",
         "251 waves of seeding and meet-ups are more than 250", "together"),
    Case("event-outside", lever("[plans.baseline.events.fair]\ninvited = 500\ncost = 9\ndate = 2027-03-01 §"),
         f"{B}.events.fair.date", "outside", "2027-02-28"),
    Case("event-for-an-unknown-segment",
         lever('[plans.baseline.events.fair]\ninvited = 5\ncost = 9\ndate = 2027-02-01\nsegments = ["yung"] §'),
         f"{B}.events.fair.segments #1", "no segment “yung”", "“young”"),
    Case("event-for-more-than-there-are",
         lever("[plans.baseline.events.fair]\ncost = 9\ndate = 2027-02-01\ninvited = 20_000 §"),
         f"{B}.events.fair.invited", "more than the market has", "10_000 or fewer"),
    Case("event-for-more-than-a-segment",
         lever('[plans.baseline.events.fair]\ncost = 9\ndate = 2027-02-01\nsegments = ["young"]\ninvited = 4_001 §'),
         f"{B}.events.fair.invited", "more than the 4,000 of “young”", "4_000"),
    Case("event-without-a-date", lever("[plans.baseline.events.fair] §\ncost = 9\ninvited = 900"),
         f"{B}.events.fair.date", "“date” is missing", "date = 2027-02-10"),
]  # fmt: skip

PARTNERS_AND_LISTS = [
    Case("press-on-an-unknown-channel", lever('[plans.baseline.earned.press]\nweekly = 5\nchannel = "scren" §'),
         f"{B}.earned.press.channel", "no channel “scren”", "did you mean “screen”?"),
    Case("press-where-nobody-is", lever('[plans.baseline.earned.press]\nweekly = 5\nchannel = "radio" §',
         ("[graph]", "[channels.radio]\n[graph]")), f"{B}.earned.press.channel", "no segment uses", "radio = 0.5"),
    Case("partner-on-an-unknown-channel",
         lever('[plans.baseline.partnerships.cafe]\nweekly = 1\npeople = 90\ncost_per_post = 1\nchannel = "fed" §'),
         f"{B}.partnerships.cafe.channel", "no channel “fed”", "“feed”"),
    Case("partner-of-a-segment-elsewhere", lever('[plans.baseline.partnerships.cafe]\nweekly = 1\npeople = 90\n'
         'cost_per_post = 1\nchannel = "feed"\nsegments = ["old"] §'), f"{B}.partnerships.cafe.segments #1",
         "does not use the channel “feed”", "add feed"),
    Case("partner-of-too-many", lever('[plans.baseline.partnerships.cafe]\nweekly = 1\ncost_per_post = 1\n'
         'channel = "feed"\npeople = 10_001 §'), f"{B}.partnerships.cafe.people", "more than the market has",
         "10_000"),
    Case("partner-without-people",
         lever('[plans.baseline.partnerships.cafe] §\nweekly = 1\ncost_per_post = 1\nchannel = "feed"'),
         f"{B}.partnerships.cafe.people", "“people” is missing", "people = 1_000"),
    Case("outreach-to-the-booked", lever('[plans.baseline.outreach]\nweekly = 5\ninfluencers = ["bo"] §'),
         f"{B}.outreach.influencers #1", "bo is booked in the same plan (#2)", "remove bo here"),
    Case("outreach-to-the-booked-before", lever('[plans.baseline.outreach]\nweekly = 5\ninfluencers = ["cy"] §',
         ("[parameters]", ('[influencers.cy]\nchannel = "feed"\nfollowers = 900\ncost_per_post = 1\n[warm_up]\n'
          'weeks = 2\nplan.bookings = [{ influencer = "cy", dates = [2026-12-30] }]\n[parameters]'))),
         f"{B}.outreach.influencers #1", "cy is booked in the warm-up", "remove cy here"),
    Case("outreach-to-nobody-left", lever("[plans.baseline.outreach] §\nweekly = 5"), f"{B}.outreach",
         "every influencer is booked", "book fewer"),
    Case("outreach-to-a-stranger", lever('[plans.baseline.outreach]\nweekly = 5\ninfluencers = ["boo"] §'),
         f"{B}.outreach.influencers #1", "no influencer “boo”", "“bo”"),
    Case("outreach-to-an-empty-list", lever("[plans.baseline.outreach]\nweekly = 5\ninfluencers = [] §"),
         f"{B}.outreach.influencers", "the list of influencers is empty", "leave it out"),
    Case("outreach-without-a-roster", [('roster = "roster.csv"\n', ""), ("[plans.other]\nas",
         "[plans.baseline.outreach] §\nweekly = 5\n[plans.other]\nas"),
         (BASE[BASE.index("[[plans.baseline.bookings]]") : BASE.index("[[plans.baseline.seeding]]")], "")],
         f"{B}.outreach", "no influencer is defined", "[influencers.<name>]"),
    Case("list-of-strangers", lever('[plans.baseline.lists.news]\nweekly = 1\npeople = "customer" §'),
         f"{B}.lists.news.people", "“customer” is not a known kind of list", "did you mean “customers”?"),
    Case("list-without-people", lever("[plans.baseline.lists.news] §\nweekly = 1"), f"{B}.lists.news.people",
         "“people” is missing", 'add people = "visitors"'),
    Case("list-on-an-unknown-channel",
         lever('[plans.baseline.lists.again]\nweekly = 1\npeople = "visitors"\nchannel = "fead" §'),
         f"{B}.lists.again.channel", "no channel “fead”", "“feed”"),
    Case("list-without-a-price",
         lever('[plans.baseline.lists.again]\nweekly = 1\npeople = "visitors"\nchannel = "letter" §'),
         f"{B}.lists.again.channel", "has no price, and neither has a contact", "cost_per_contact = 0.02"),
    Case("user-content-on-an-unknown-channel", lever('[plans.baseline.user_content]\nchannel = "fead" §'),
         f"{B}.user_content.channel", "no channel “fead”", "“feed”"),
    Case("user-content-where-nothing-is-posted", lever('[plans.baseline.user_content]\nchannel = "screen" §'),
         f"{B}.user_content.channel", "carries no posts", "organic_reach"),
]  # fmt: skip

OFFER = "[plans.baseline.offers.spring]\nstart = 2027-01-18\nend = 2027-01-31\n"

PRICES_AND_FEEDBACK = [
    Case("free-of-charge", lever(f"{OFFER}discount = 1.0 §"), f"{B}.offers.spring.discount",
         "must be below 1", "use seeding"),
    Case("discount-in-per-cent", lever(f"{OFFER}discount = 25 §"), f"{B}.offers.spring.discount", "at most 1",
         "25 % is 0.25"),
    Case("offer-out-of-order",
         lever("[plans.baseline.offers.spring]\ndiscount = 0.2\nstart = 2027-02-01\nend = 2027-01-31 §"),
         f"{B}.offers.spring.end", "after its end", "exchange"),
    Case("offer-outside",
         lever("[plans.baseline.offers.spring]\ndiscount = 0.2\nstart = 2027-02-01\nend = 2027-03-31 §"),
         f"{B}.offers.spring.end", "outside", "2027-02-28"),
    Case("two-offers-at-once", lever(f"{OFFER}discount = 0.2\n[plans.baseline.offers.late] §\n"
         "start = 2027-01-31\nend = 2027-02-07\ndiscount = 0.1"), f"{B}.offers.late",
         "the offers “spring” and “late” both run on 2027-01-31; there is one price at a time",
         "start after 2027-01-31"),
    Case("offer-within-an-offer", lever("[plans.baseline.offers.all]\nstart = 2027-01-04\nend = 2027-02-28\n"
         f"discount = 0.1\n{OFFER}discount = 0.2".replace("offers.spring]", "offers.spring] §")),
         f"{B}.offers.spring", "“all” and “spring” both run on 2027-01-18 to 2027-01-31", "after 2027-02-28"),
    Case("offers-that-differ-by-capitals", lever(f"{OFFER}discount = 0.2\n[plans.baseline.offers.Spring] §\n"
         "start = 2027-02-01\nend = 2027-02-07\ndiscount = 0.1"), f"{B}.offers.Spring", "capital letters", "rename"),
    Case("plan-price-of-nothing", [('title = "Baseline"', 'title = "Baseline"\nprice = 0 §')], f"{B}.price",
         "must be above 0", ""),
    Case("cross-sell-without-a-price", lever("[plans.baseline.cross_sell] §\nunit_cost = 1"), f"{B}.cross_sell.price",
         "“price” is missing", "add price"),
    Case("fix-cost-without-a-fix", lever("[plans.baseline.listening]\nhours_per_week = 4\ncost_per_hour = 30\n"
         "fix = false\nideas_per_quarter = 1\nfix_cost = 500 §"), f"{B}.listening.fix_cost",
         "means nothing with fix = false", "fix = true"),
    Case("idea-cost-without-ideas", lever("[plans.baseline.listening]\nhours_per_week = 4\ncost_per_hour = 30\n"
         "cost_per_idea = 500 §"), f"{B}.listening.cost_per_idea", "means nothing without ideas",
         "ideas_per_quarter = 2"),
    Case("value-first-as-text", lever('[plans.baseline.sign_up]\nvalue_first = "yes" §'), f"{B}.sign_up.value_first",
         "neither true nor false", "value_first = true"),
    Case("lever-as-a-number", [('title = "Baseline"', 'title = "Baseline"\ncommunity = 10 §')], f"{B}.community",
         "10 stands where a section", "community.weekly = 10"),
    Case("lever-at-the-top", part("[community] §\nweekly = 3"), "community", "not a key of the top",
         "in [plans.<name>]"),
    Case("lever-by-another-name", lever("[plans.baseline.ugc] §\ncost_per_week = 3"), f"{B}.ugc", "not a key",
         "did you mean “user_content”?"),
    Case("misspelt-lever", lever("[plans.baseline.refferal] §\nfor_friend = 3"), f"{B}.refferal", "not a key",
         "did you mean “referral”?"),
    Case("hours-for-weekly", lever("[plans.baseline.community]\ncost_per_hour = 9\nweekly = 2\nhours = 3 §"),
         f"{B}.community.hours", "not a key", "did you mean “weekly”?"),
    Case("key-of-another-lever", lever("[plans.baseline.loyalty]\ncost_per_week = 9\ndiscount = 0.1 §"),
         f"{B}.loyalty.discount", "not a key", "belongs in [plans.<name>.offers.<name>]"),
]  # fmt: skip


def rostered(*rows: str) -> dict[str, str]:
    """A roster with shared followers, one row for each influencer."""
    return {"roster.csv": "name,channel,followers,in_market,cost_per_post,overlap_with,overlap\n" + "\n".join(rows)}


UNBOOKED = (BASE[BASE.index("[[plans.baseline.bookings]]") : BASE.index("[[plans.baseline.seeding]]")], "")
CY = '[influencers.cy]\nchannel = "feed"\nfollowers = 3000\ncost_per_post = 10\n'

PEOPLE_WHO_SHARE = [
    Case("overlap-with-a-stranger", part(CY + 'overlap_with = "bbo" §\noverlap = 0.1'),
         "influencers.cy.overlap_with", "no influencer “bbo”", "did you mean “bo”?"),
    Case("overlap-with-oneself", part(CY + 'overlap_with = "cy" §\noverlap = 0.1'),
         "influencers.cy.overlap_with", "with themselves", "another"),
    Case("overlap-without-whom", part(CY + "overlap = 0.1 §"), "influencers.cy.overlap", "not with whom",
         "overlap_with"),
    Case("overlap-without-how-many", part(CY + 'overlap_with = "bo" §'), "influencers.cy.overlap_with",
         "`overlap` does not say how many", "overlap = 0.2"),
    Case("overlap-of-too-many", part(CY + 'overlap_with = "ana"\noverlap = 0.7 §'),
         "influencers.cy.overlap", "2,100 shared followers are more than the 2,000 of ana", "write 0.333 or less"),
    Case("overlap-of-too-many-in-the-market", part(CY + 'overlap_with = "ana"\noverlap = 0.4 §'),
         "influencers.cy.overlap", "1,200 shared followers in the market are more than the 1,000 of ana",
         "write 0.333 or less"),
    Case("overlap-in-a-circle", [UNBOOKED], "influencers.ana.overlap_with (column overlap_with)",
         "round in a circle: ana → bo → ana", "one side only", file="roster.csv", line=2,
         files=rostered("ana,feed,2000,1,5,bo,0.1", "bo,feed,2000,1,5,ana,0.1", "cy,feed,2000,1,5,ana,0.1")),
    Case("overlap-column", [UNBOOKED], "column overlap_wiht", "not a column of a roster", "overlap_with",
         file="roster.csv", line=1, files={"roster.csv": ROSTER.replace("min_posts", "overlap_wiht")}),
    Case("overlap-in-per-cent", [UNBOOKED], "influencers.bo.overlap (column overlap)", "at most 1", "20 % is 0.2",
         file="roster.csv", line=3, files=rostered("ana,feed,2000,1,5,,", "bo,feed,2000,1,5,ana,20")),
]  # fmt: skip

EVENTS_OF_THE_MARKET = [
    Case("moment-outside", part("[moments.cup]\ndate = 2027-05-01 §"), "moments.cup.date",
         "2027-05-01 lies outside the simulation", "2027-01-04 to 2027-02-28"),
    Case("shock-outside", part('[shocks.storm]\nkind = "outage"\nchannel = "feed"\ndate = 2026-12-31 §'),
         "shocks.storm.date", "outside the simulation", "from 2027-01-04"),
    Case("unknown-kind-of-shock", part('[shocks.storm]\nkind = "outrage" §\ndate = 2027-02-01'), "shocks.storm.kind",
         "“outrage” is not a known kind", "did you mean “outage”?"),
    Case("shock-without-kind", part("[shocks.storm] §\ndate = 2027-02-01"), "shocks.storm.kind",
         "“kind” is missing", 'add kind = "backlash"'),
    Case("outage-of-nothing", part('[shocks.storm] §\nkind = "outage"\ndate = 2027-02-01'), "shocks.storm",
         "needs “channel”", 'add channel = "feed"'),
    Case("outage-of-an-unknown-channel",
         part('[shocks.storm]\nkind = "outage"\ndate = 2027-02-01\nchannel = "fead" §'), "shocks.storm.channel",
         "no channel “fead”", "“feed”"),
    Case("outage-with-a-strength",
         part('[shocks.storm]\nkind = "outage"\ndate = 2027-02-01\nchannel = "feed"\nstrength = 0.5 §'),
         "shocks.storm.strength", "means nothing for a shock of kind “outage”", "backlash and viral"),
    Case("backlash-with-days", part('[shocks.storm]\nkind = "backlash"\ndate = 2027-02-01\ndays = 4 §'),
         "shocks.storm.days", "means nothing for a shock of kind “backlash”", "outage and viral"),
    Case("backlash-in-per-cent", part('[shocks.storm]\nkind = "backlash"\ndate = 2027-02-01\nstrength = 15 §'),
         "shocks.storm.strength", "at most 1", "15 % is 0.15"),
    Case("backlash-against-an-unknown-rival",
         part('[shocks.storm]\nkind = "backlash"\ndate = 2027-02-01\nbrand = "othr" §'), "shocks.storm.brand",
         "no rival “othr”", "did you mean “other”?"),
    Case("backlash-against-ours", part('[shocks.storm]\nkind = "backlash"\ndate = 2027-02-01\nbrand = "ours" §'),
         "shocks.storm.brand", "“ours” is no rival", "leave brand out"),
    Case("defection-of-nobody", part('[shocks.storm] §\nkind = "defection"\ndate = 2027-02-01\nto = "other"'),
         "shocks.storm", "needs “influencer”", "who leaves"),
    Case("defection-of-a-stranger", part('[shocks.storm]\nkind = "defection"\ndate = 2027-02-01\ninfluencer = "an" §'),
         "shocks.storm.influencer", "no influencer “an”", "“ana”"),
    Case("defection-to-a-stranger",
         part('[shocks.storm]\nkind = "defection"\ndate = 2027-02-01\ninfluencer = "ana"\nto = "outher" §'),
         "shocks.storm.to", "no rival “outher”", "“other”"),
    Case("defection-twice", part('[shocks.one]\nkind = "defection"\ndate = 2027-02-01\ninfluencer = "ana"\n'
         '[shocks.two]\nkind = "defection"\ndate = 2027-02-08\ninfluencer = "ana" §'), "shocks.two.influencer",
         "ana leaves twice: also in [shocks.one]", "keep one"),
    Case("launch-of-nobody", part('[shocks.storm] §\nkind = "rival-launch"\ndate = 2027-02-01'), "shocks.storm",
         "needs “rival”", "not on the market before"),
    Case("launch-of-a-stranger", part('[shocks.storm]\nkind = "rival-launch"\ndate = 2027-02-01\nrival = "others" §'),
         "shocks.storm.rival", "no rival “others”", "“other”"),
    Case("launch-of-a-brand", part('[shocks.storm]\nkind = "rival-launch"\ndate = 2027-02-01\nrival = "other"\n'
         'brand = "other" §'), "shocks.storm.brand", "means nothing for a shock of kind “rival-launch”", "backlash"),
    Case("launch-twice", part('[shocks.one]\nkind = "rival-launch"\ndate = 2027-02-01\nrival = "other"\n'
         '[shocks.two]\nkind = "rival-launch"\ndate = 2027-02-08\nrival = "other" §'), "shocks.two.rival",
         "other is launched twice", "keep one"),
    Case("refunds-in-per-cent", [("price = 4.50", "price = 4.50\np_refund = 30 §")], "brand.p_refund", "at most 1",
         "30 % is 0.3"),
]  # fmt: skip

HEADINGS = [
    Case("offer-without-a-name", lever("[plans.baseline.offers] §\nstart = 2027-01-18\ndiscount = 0.2"), f"{B}.offers",
         "“start” stands where a name should: each of the offers has one", "[plans.baseline.offers.<name>]"),
    Case("shock-without-a-name", part('[shocks] §\nkind = "outage"\ndate = 2027-02-01\nchannel = "feed"'), "shocks",
         "“kind” stands where a name should", "[shocks.<name>]"),
    Case("offers-in-double-brackets", lever("[[plans.baseline.offers]] §\ndiscount = 0.2"), f"{B}.offers", "a list",
         "[plans.baseline.offers.<name>], in single brackets"),
    Case("pulse-as-a-number", lever(f'{MEDIA}\nchannel = "feed"\npulse = 400 §'), f"{B}.media.extra.pulse",
         "400 stands where a section", "pulse = { on_weeks = 2, off_weeks = 2, weekly = 400 }"),
    Case("one-weekday", [("weekly = 2\n", 'weekly = 2\nweekdays = "mon" §\n')], f"{B}.posts.feed.weekdays",
         "“mon” is not a list", 'weekdays = ["mon"]'),
    Case("warm-up-without-its-plan", part("[warm_up]\nweeks = 4\n[warm_up.media.feed] §\nweekly = 3"), "warm_up.media",
         "not a key of [warm_up]", "“media” belongs in [warm_up.plan]"),
    Case("rival-without-its-plan", part("[rivals.other.loyalty] §\ncost_per_week = 3"), "rivals.other.loyalty",
         "not a key of [rivals.other]", "“loyalty” belongs in [rivals.other.plan]"),
]  # fmt: skip

WARM_UP = [
    Case("warm-up-without-weeks", part("[warm_up] §"), "warm_up.weeks", "“weeks” is missing", "before the first day"),
    Case("warm-up-of-too-many-weeks", part("[warm_up]\nweeks = 300 §"), "warm_up.weeks", "at most 260", ""),
    Case("warm-up-list-of-wrong-length", part("[warm_up]\nweeks = 4\n[warm_up.plan.media.feed]\n"
         "weekly = [1, 2, 3, 4, 5, 6, 7, 8] §"), "warm_up.plan.media.feed.weekly",
         "8 entries, but the warm-up has 4 weeks", "exactly 4"),
    Case("warm-up-on-an-unknown-channel", part("[warm_up]\nweeks = 4\n[warm_up.plan.media.fead] §\nweekly = 1"),
         "warm_up.plan.media.fead", "no channel “fead”", "“feed”"),
    Case("warm-up-date-of-the-what-if", part("[warm_up]\nweeks = 4\n[warm_up.plan.events.fair]\ninvited = 500\n"
         "date = 2027-01-04 §"), "warm_up.plan.events.fair.date", "2027-01-04 lies outside the warm-up",
         "2026-12-07 to 2027-01-03"),
    Case("warm-up-date-before-it", part("[warm_up]\nweeks = 4\n[[warm_up.plan.seeding]]\npeople = 500\n"
         "unit_cost = 1\ndate = 2026-12-06 §"), "warm_up.plan.seeding #1.date", "outside the warm-up", "2026-12-07"),
    Case("warm-up-as", part('[warm_up]\nweeks = 4\nplan.as = "baseline" §'), "warm_up.plan.as",
         "the warm-up's plan cannot be made from another one", "write it out"),
    Case("warm-up-spend-file", part('[warm_up]\nweeks = 4\nplan.spend_file = "budget.csv"'), "column 2027-01-04",
         "2027-01-04 lies outside the warm-up", "2026-12-07 to 2027-01-03", file="budget.csv", line=1,
         files={"budget.csv": BUDGET[: BUDGET.index(",2027-01-11")] + "\nfeed,100\n"}),
    Case("warm-up-in-a-plan", lever("[plans.baseline.warm_up] §\nweeks = 4"), f"{B}.warm_up", "not a key",
         "belongs at the top"),
    Case("spend-file-names-an-unknown-entry", [('title = "Baseline"', 'title = "Baseline"\nspend_file = "budget.csv"'),
         ("[plans.baseline.media.feed]\nweekly = 100", '[plans.baseline.media.spring]\nchannel = "feed"')],
         "column channel", "no channel “sprng”", "did you mean “spring”?", file="budget.csv", line=2,
         files={"budget.csv": "channel,2027-01-04\nsprng,100\nspring,5\n"}),
    Case("spend-file-and-pulse", [('title = "Baseline"', 'title = "Baseline"\nspend_file = "budget.csv"'),
         ("[plans.baseline.media.feed]\nweekly = 100",
          "[plans.baseline.media.feed] §\npulse = { on_weeks = 1, off_weeks = 1, weekly = 100 }")],
         f"{B}.media.feed", "both here and in budget.csv", "keep one",
         files={"budget.csv": "channel,2027-01-04\nfeed,100\n"}),
]  # fmt: skip

LEVER_CASES = [
    *PACE, *MEDIA_AND_POSTS, *SEEDING_AND_EVENTS, *PARTNERS_AND_LISTS, *PRICES_AND_FEEDBACK, *PEOPLE_WHO_SHARE,
    *EVENTS_OF_THE_MARKET, *HEADINGS, *WARM_UP,
]  # fmt: skip
