"""What can be the cause of a move: those that are always there, then each source, then the influencers."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.vocabulary import Cause, Standing
from simulator.kinds import Kinds
from simulator.sources import EVERYWHERE, Source

_ALWAYS = (
    "organic", "experience", "word-of-mouth", "seeding", "forgetting", "rival", "negative-talk", "irritation",
    "backlash",
)  # fmt: skip
FIRST_SOURCE = len(_ALWAYS)
"""Alternatives from here on: each source, apart from organic interest, then the influencers."""

(
    ALT_ORGANIC, ALT_EXPERIENCE, ALT_WOM, ALT_SEEDING, ALT_FORGETTING, ALT_RIVAL, ALT_NEGATIVE, ALT_IRRITATION,
    ALT_BACKLASH,
) = range(FIRST_SOURCE)  # fmt: skip
_ALWAYS_CAUSES = (
    Cause.ORGANIC, Cause.EXPERIENCE, Cause.WORD_OF_MOUTH, Cause.SEEDING, Cause.FORGETTING, Cause.RIVAL,
    Cause.NEGATIVE_TALK, Cause.IRRITATION, Cause.BACKLASH,
)  # fmt: skip


@dataclass(frozen=True)
class Alternative:
    """One possible cause of a move: a kind of source and, where there are several, which one."""

    cause: Cause
    name: str


def alternatives(sources: Sequence[Source], influencers: Sequence[str], kinds: Kinds) -> tuple[Alternative, ...]:
    """All possible causes, in the order in which the kernel numbers them.

    Args:
        sources: of all brands, organic interest left out.
        influencers: names.
        kinds: names of channels.
    """
    return (
        *(Alternative(c, n) for c, n in zip(_ALWAYS_CAUSES, _ALWAYS, strict=True)),
        *(Alternative(source.cause, _source_name(source, kinds)) for source in sources),
        *(Alternative(Cause.INFLUENCER, name) for name in influencers),
    )


def _source_name(source: Source, kinds: Kinds) -> str:
    """How results call a source: its channel, and what tells it from others of its kind there."""
    words = [kinds.channels[c] for c in (source.channel, source.other) if c != EVERYWHERE]
    name = " > ".join(words)
    if source.needs:
        name = f"{(Standing(source.needs).name or '').lower().replace('_', ' ')} {name}".strip()
    return f"{name} {source.variant}".strip() or source.cause.name.lower()
