"""Which platform a channel probably is, by its name."""

import re

_NAMES: dict[str, str] = {
    "television": "television", "tv": "television", "ctv": "television", "ott": "television", "vidtr": "television",
    "search": "search", "sem": "search", "ppc": "search", "adwords": "search", "shopping": "search", "bing": "search",
    "google": "search", "brand": "search",
    "facebook": "facebook", "fb": "facebook", "meta": "facebook", "social": "facebook", "so": "facebook",
    "instagram": "instagram", "insta": "instagram", "inst": "instagram", "ig": "instagram",
    "tiktok": "tiktok", "youtube": "youtube", "yt": "youtube", "viddig": "youtube", "video": "youtube",
    "linkedin": "linkedin", "twitter": "x", "x": "x",
    "display": "display", "programmatic": "display", "banner": "display", "pmax": "display", "on": "display",
    "online": "display", "criteo": "display",
    "ooh": "outdoor", "outdoor": "outdoor", "dooh": "outdoor", "billboard": "outdoor", "poster": "outdoor",
    "email": "email", "em": "email", "mail": "email", "newsletter": "email", "crm": "email",
    "website": "website", "web": "website",
    "radio": "other", "audio": "other", "print": "other", "dm": "other", "nsp": "other", "newspaper": "other",
    "magazine": "other", "sms": "other", "affiliate": "other", "aff": "other", "auddig": "other", "audtr": "other",
    "podcast": "other", "direct": "other",
}  # fmt: skip

_SURER = ("tiktok", "youtube", "instagram", "facebook", "display", "video", "search", "shopping", "pmax")
"""Words that say more than the name of a company beside them, as in google-display."""

PLATFORM_USE: dict[str, float] = {
    "television": 0.8, "search": 0.8, "facebook": 0.6, "instagram": 0.5, "tiktok": 0.35, "youtube": 0.7,
    "linkedin": 0.2, "x": 0.2, "display": 0.8, "outdoor": 0.7, "email": 0.5, "website": 0.4, "other": 0.5,
}  # fmt: skip
"""Guesses of the share of a market that uses each kind of channel."""


def platform_of(channel: str) -> tuple[str, str]:
    """The platform that a channel's name tells, and why in a few words.

    >>> platform_of("google-display"), platform_of("TV_spots"), platform_of("x1")
    (('display', '“display” in its name'), ('television', '“tv” in its name'), ('other', 'its name tells no platform'))

    Args:
        channel: its name; words are parted by - and _, and digits are passed over.
    """
    words = [word for word in re.split(r"[-_\d]+", channel.casefold()) if word]
    if channel.casefold() == "x" or not re.fullmatch(r"x\d+", channel.casefold()):
        for word in (*(word for word in words if word in _SURER), *words):
            if word in _NAMES:
                return _NAMES[word], f"“{word}” in its name"
        for word in words:
            for known, platform in _NAMES.items():
                if len(known) > 4 and known in word:
                    return platform, f"“{known}” in its name"
    return "other", "its name tells no platform"
