"""Parameters that a calibration is to find: each with its range, its guess and the scale it is searched on.

    >>> from calibration.free import FreeParameter
    >>> tv = FreeParameter("channels.tv.pull", low=0.5, guess=1.0, high=2.0)
    >>> round(tv.value(0.0), 3), round(tv.value(1.6448536), 3), round(tv.z(0.5), 3)
    (1.0, 2.0, -1.645)

Every search and every emulator works on ``z``, on which the belief is a standard normal: 0 is the guess, and nine
tenths of the belief lie within ±1.645.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.errors import CalibrationError
from calibration.normal import normal_quantile
from calibration.places import WHOLE, known_name, value_at
from calibration.prior import Z90, belief
from scenarios.registry import REGISTRY, Parameter
from scenarios.schema import Scenario

Floats = NDArray[np.float64]

Z_LIMIT = 3.0
"""Searches stay within three standard deviations of the belief: 99.7 % of it."""


@dataclass(frozen=True)
class FreeParameter:
    """One unknown number of a scenario, and what is believed of it before any history.

    Attributes:
        name: a parameter of the registry, or a place such as ``market.size``.
        low: 5 % of the belief lies below; with ``prior="flat"``, nothing does.
        guess: the median; with ``prior="flat"`` only where the search begins.
        high: 5 % lies above; with ``prior="flat"``, nothing does.
        scale: ``log`` for positive numbers whose ratios count, ``linear`` for others.
        prior: ``range`` is half of a normal on either side of the guess; ``flat`` is even from low to high.
        limits: never left, whatever the belief says.
        whole: rounded to a whole number, such as ``word_of_mouth.reinforcement``.
    """

    name: str
    low: float
    guess: float
    high: float
    scale: Literal["log", "linear"] = "log"
    prior: Literal["range", "flat"] = "range"
    limits: tuple[float, float] = field(default=(-math.inf, math.inf))
    whole: bool = False

    def value(self, z: float) -> float:
        """The value at ``z`` standard deviations of the belief."""
        low, guess, high = self._on_scale(self.low), self._on_scale(self.guess), self._on_scale(self.high)
        if self.prior == "flat":
            at = low + 0.5 * math.erfc(-z / math.sqrt(2.0)) * (high - low)
        else:
            at = guess + abs(z) / Z90 * ((high if z > 0 else low) - guess)
        value = math.exp(at) if self.scale == "log" else at
        value = min(max(value, self.limits[0]), self.limits[1])
        return float(round(value)) if self.whole else value

    def z(self, value: float) -> float:
        """Where a value stands in the belief, in standard deviations; the other way round than :meth:`value`."""
        low, guess, high = self._on_scale(self.low), self._on_scale(self.guess), self._on_scale(self.high)
        if self.scale == "log" and value <= 0.0:
            return -math.inf
        at = self._on_scale(value)
        if self.prior == "flat":
            share = (at - low) / (high - low)
            return normal_quantile(min(max(share, 1e-12), 1.0 - 1e-12))
        return (at - guess) / ((high - guess) if at > guess else (guess - low)) * Z90

    def _on_scale(self, value: float) -> float:
        return math.log(value) if self.scale == "log" else value


def values_of(free: Sequence[FreeParameter], z: Floats) -> dict[str, float]:
    """Values by name at one point of the search.

    Args:
        free: parameters in the order of ``z``.
        z: [K] standard deviations of the belief.
    """
    return {one.name: one.value(float(at)) for one, at in zip(free, z, strict=True)}


def value_table(free: Sequence[FreeParameter], z: Floats) -> Floats:
    """Values at many points: [N, K] from [N, K]."""
    return np.array([[one.value(float(at)) for one, at in zip(free, row, strict=True)] for row in z]).reshape(z.shape)


def free_parameter(
    scenario: Scenario,
    name: str,
    *,
    low: float | None = None,
    guess: float | None = None,
    high: float | None = None,
    scale: Literal["log", "linear"] | None = None,
    prior: Literal["range", "flat"] = "range",
) -> FreeParameter:
    """Make a number of this scenario free; what is not said comes from the scenario and the registry.

        >>> from scenarios import load_scenario
        >>> market = load_scenario("classroom").scenario
        >>> free_parameter(market, "wom.affinity").scale
        'log'
        >>> free_parameter(market, "market.size", low=100).high
        Traceback (most recent call last):
        ...
        calibration.errors.CalibrationError: market.size: high is missing
            hint: say low, guess and high: only parameters of the registry have a range of their own

    Args:
        scenario: what it says is the guess, and moves the registry's range along.
        name: of a parameter or place.
        low: see :class:`FreeParameter`; the registry's when None.
        guess: likewise.
        high: likewise.
        scale: ``log`` for positive numbers when None.
        prior: ``range`` or ``flat``.

    Raises:
        CalibrationError: an unknown name, a missing range, or limits in the wrong order.
    """
    wrong = known_name(scenario, name)
    if wrong is not None:
        raise CalibrationError(wrong, place=name)
    limits = (-math.inf, math.inf)
    if name in REGISTRY:
        known = belief(scenario, name)
        low = known.low if low is None else low
        high = known.high if high is None else high
        guess = known.default if guess is None else guess
        limits = known.minimum, known.maximum
    elif (usual := _usual_of_platform(scenario, name)) is not None:
        own = value_at(scenario, name)
        factor = 1.0 if own is None else own / usual.default
        low = usual.low * factor if low is None else low
        high = usual.high * factor if high is None else high
        guess = usual.default * factor if guess is None else guess
    elif guess is None:
        guess = value_at(scenario, name)
    for word, value in (("low", low), ("high", high), ("guess", guess)):
        if value is None:
            raise CalibrationError(
                f"{name}: {word} is missing", place=name,
                hint="say low, guess and high: only parameters of the registry have a range of their own",
            )  # fmt: skip
    assert low is not None and high is not None and guess is not None
    if not all(map(math.isfinite, (low, guess, high))) or not low < high or not low <= guess <= high:
        raise CalibrationError(
            f"{name}: low {low:g}, guess {guess:g} and high {high:g} are not in order", place=name,
            hint="low < high, with the guess between them",
        )  # fmt: skip
    if scale is None:
        scale = "log" if low > 0.0 else "linear"
    if scale == "log" and low <= 0.0:
        raise CalibrationError(
            f"{name}: low is {low:g}, and a logarithm has no such value", place=name,
            hint='write scale = "linear", or a low above 0',
        )  # fmt: skip
    if prior == "range" and not low < guess < high:
        inside = low + 1e-3 * (high - low), high - 1e-3 * (high - low)
        guess = min(max(guess, inside[0]), inside[1])
    return FreeParameter(name, low, guess, high, scale, prior, limits, name in WHOLE and name != "market.size")


def _usual_of_platform(scenario: Scenario, name: str) -> Parameter | None:
    """The registry's belief of a channel's own number, from its platform."""
    keys = name.split(".")
    if len(keys) != 3 or keys[0] != "channels":
        return None
    word = {"half_life_days": "half_life"}.get(keys[2], keys[2])
    return REGISTRY.get(f"platform.{scenario.channels[keys[1]].platform}.{word}")


def free_parameters(
    scenario: Scenario, wanted: Mapping[str, Mapping[str, object]] | Iterable[str]
) -> list[FreeParameter]:
    """Several at once, and everything that is wrong with them in one error.

    Args:
        scenario: as for :func:`free_parameter`.
        wanted: names, or what is said of each by name.

    Raises:
        CalibrationError: nothing is free, or something is wrong with some.
    """
    said = wanted if isinstance(wanted, Mapping) else {name: {} for name in wanted}
    found, wrong = [], []
    for name, keys in said.items():
        try:
            found.append(free_parameter(scenario, name, **keys))
        except CalibrationError as error:
            wrong.append(error)
    if wrong:
        raise CalibrationError.all_of(wrong)
    if not found:
        raise CalibrationError(
            "no parameter is free", hint="name some under [free], or let `apath calibrate --suggest` propose them"
        )
    return found
