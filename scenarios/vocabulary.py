"""The fixed words of the A-Path, as numbers that files and results may store.

Values are never reused: a result written today must mean the same in five years.
"""

from enum import IntEnum, IntFlag, StrEnum


class Stage(IntEnum):
    """Where a consumer stands with one brand; a higher stage is closer to the brand."""

    UNAWARE = 0
    ATTENTION = 1
    ATTRACTION = 2
    AFFINITY = 3
    AUDIENCE = 4
    ADVOCACY = 5


STAGE_NAMES = tuple(stage.name.lower() for stage in Stage)
"""Names as they are written in scenarios and results, from ``unaware`` to ``advocacy``."""

ENTERED_STAGES = STAGE_NAMES[1:]
"""The stages that somebody can be moved to; parameters are named after the stage they lead to."""


class Mood(IntEnum):
    """What a consumer feels about one brand since the last purchase or quarrel."""

    NONE = 0
    POSITIVE = 1
    NEGATIVE = 2


MOOD_NAMES = tuple(mood.name.lower() for mood in Mood)


class Talk(IntEnum):
    """Nested classes of people who talk; a neighbour is counted once in every class it belongs to."""

    TALKER = 0
    ADVOCATE = 1
    FRESH = 2
    DETRACTOR = 3


class Standing(IntFlag):
    """What a brand knows of a consumer, and may act on: a set of these bits."""

    VISITED = 1
    OPTED_IN = 2
    BOUGHT = 4
    TOLD = 8
    REFERRED = 16
    ATTENDED = 32


N_STANDINGS = 64
"""Every set of standings is a number below this."""


class Tie(IntEnum):
    """How close two consumers are; weak ties carry less of each conversation."""

    STRONG = 0
    WEAK = 1


class Cause(IntEnum):
    """Kinds of source that move a consumer to another stage."""

    PAID = 0
    OWNED = 1
    EARNED = 2
    INFLUENCER = 3
    WORD_OF_MOUTH = 4
    ORGANIC = 5
    EXPERIENCE = 6
    SEEDING = 7
    FORGETTING = 8
    RIVAL = 9
    NEGATIVE_TALK = 10
    COMMUNITY = 11
    SPACE = 12
    EVENT = 13
    LIST = 14
    USER_CONTENT = 15
    IRRITATION = 16
    BACKLASH = 17


CAUSE_NAMES = tuple(cause.name.lower().replace("_", "-") for cause in Cause)


class Platform(StrEnum):
    """Kinds of channel whose usual prices and response the registry knows."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    LINKEDIN = "linkedin"
    X = "x"
    SEARCH = "search"
    DISPLAY = "display"
    EMAIL = "email"
    TELEVISION = "television"
    OUTDOOR = "outdoor"
    WEBSITE = "website"
    OTHER = "other"
