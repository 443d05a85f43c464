"""The same market with nobody talking: what a calibration has to beat to claim that word of mouth matters.

>>> from calibration.talk import silence
>>> silence()["talk.talker_per_day"]
0.0
"""

from collections.abc import Sequence

from calibration.free import FreeParameter
from scenarios.registry import REGISTRY

_ONLY_BY_TALK = ("talk", "wom", "wom-negative", "negative")


def silence() -> dict[str, float]:
    """Every rate of talking, at nought."""
    return {name: 0.0 for name in REGISTRY if name.startswith("talk.") and name.endswith("_per_day")}


def without_talk(free: Sequence[FreeParameter]) -> tuple[FreeParameter, ...]:
    """The free parameters that still do something when nobody talks."""
    return tuple(one for one in free if one.name.split(".")[0] not in _ONLY_BY_TALK)
