"""How a market divides into kinds of consumer, so that media pressure is a small table.

A kind is a segment, a channel repertoire and a media-weight class. Repertoires are 64 equally likely strata per
segment: a channel used by 30 % of a segment is used in 19 of them, chosen by hash of the channel's own name, so
adding a channel changes nobody's use of the others.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.schema import Scenario
from simulator.draws import fold, name_key

N_STRATA = 64
N_WEIGHTS = 16


@dataclass(frozen=True)
class Kinds:
    """The distinct kinds of consumer that a scenario can have."""

    segments: tuple[str, ...]
    channels: tuple[str, ...]
    pattern_segment: NDArray[np.int32]  # [P]
    pattern_uses: NDArray[np.bool_]  # [P, C]
    pattern_of: NDArray[np.int32]  # [S, 64] stratum to pattern
    share: NDArray[np.float64]  # [S] as written in the scenario
    use: NDArray[np.float64]  # [S, C] share of the segment that uses the channel, in 64ths

    @property
    def n_groups(self) -> int:
        """Segment × media-weight class."""
        return len(self.segments) * N_WEIGHTS


def channel_strata(channel: str, share: float) -> NDArray[np.bool_]:
    """Which of the 64 repertoire strata use a channel that this share of a segment uses."""
    return _places(channel) < share


@lru_cache(maxsize=1024)
def _places(channel: str) -> NDArray[np.float64]:
    """Where each stratum stands in a channel's own order, 0..1."""
    key = name_key(channel)
    order = np.argsort([int(fold(key, np.uint64(r))) for r in range(N_STRATA)], kind="stable")
    rank = np.empty(N_STRATA, np.int64)
    rank[order] = np.arange(N_STRATA)
    return (rank + 0.5) / N_STRATA


def build_kinds(scenario: Scenario) -> Kinds:
    """List the kinds of consumer in a scenario; it depends on no seed.

    Args:
        scenario: segments with their use of channels.
    """
    segments, channels = tuple(scenario.segments), tuple(scenario.channels)
    pattern_segment: list[int] = []
    rows: list[NDArray[np.bool_]] = []
    pattern_of = np.empty((len(segments), N_STRATA), np.int32)
    use = np.zeros((len(segments), len(channels)))
    for s, segment in enumerate(scenario.segments.values()):
        strata = np.zeros((N_STRATA, len(channels)), np.bool_)
        for c, channel in enumerate(channels):
            strata[:, c] = channel_strata(channel, segment.channels.get(channel, 0.0))
        use[s] = strata.mean(axis=0)
        distinct, inverse = np.unique(strata, axis=0, return_inverse=True)
        pattern_of[s] = inverse.ravel() + len(rows)
        pattern_segment += [s] * len(distinct)
        rows += list(distinct)
    return Kinds(
        segments=segments,
        channels=channels,
        pattern_segment=np.array(pattern_segment, np.int32),
        pattern_uses=np.array(rows, np.bool_).reshape(len(rows), len(channels)),
        pattern_of=pattern_of,
        share=np.array([segment.share for segment in scenario.segments.values()]),
        use=use,
    )
