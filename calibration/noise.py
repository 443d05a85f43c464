"""How observations scatter about what the model says, on a scale where they scatter evenly.

Each kind of number has its own scale, so that one bell curve fits all of it:

    >>> from calibration.noise import NOISES
    >>> counts = NOISES["negative-binomial"]
    >>> [round(float(g), 2) for g in counts.forward([100.0])]
    [20.04]

* **negative-binomial**, for counts: ``2 √(y + 3/8)`` (Anscombe 1948). Scatter of relative size d beyond chance is
  variance ``d² y`` there, that of a negative binomial with size ``1/d²``.
* **beta-binomial**, for shares out of a survey of n: ``2 asin √p``, with variance ``1/n``, and d beyond that.
* **lognormal**, for money: ``log(y + c)``, c a hundredth of the usual amount, so that an empty week is a number.
* **normal**, for anything else: as it is; d is relative to the usual size.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Noise = Literal["negative-binomial", "beta-binomial", "lognormal", "normal"]


@dataclass(frozen=True)
class Scale:
    """A scale on which one kind of number scatters evenly."""

    name: Noise
    usual: float = 1.0
    """The usual size of the number: mean of what was observed."""

    def forward(self, y: ArrayLike) -> Floats:
        """From people, shares or money to the even scale."""
        y = np.asarray(y, float)
        if self.name == "negative-binomial":
            return np.asarray(2.0 * np.sqrt(np.maximum(y, 0.0) + 0.375))
        if self.name == "beta-binomial":
            return np.asarray(2.0 * np.arcsin(np.sqrt(np.clip(y, 0.0, 1.0))))
        if self.name == "lognormal":
            return np.asarray(np.log(np.maximum(y, 0.0) + 0.01 * self.usual))
        return y / self.usual

    def inverse(self, g: ArrayLike) -> Floats:
        """Back again; never below nought for counts and money, and within 0..1 for shares."""
        g = np.asarray(g, float)
        if self.name == "negative-binomial":
            return np.asarray(np.maximum((np.maximum(g, 0.0) / 2.0) ** 2 - 0.375, 0.0))
        if self.name == "beta-binomial":
            return np.asarray(np.sin(np.clip(g, 0.0, np.pi) / 2.0) ** 2)
        if self.name == "lognormal":
            return np.asarray(np.maximum(np.exp(np.minimum(g, 700.0)) - 0.01 * self.usual, 0.0))
        return g * self.usual

    def slope(self, g: ArrayLike) -> Floats:
        """What a relative change of the number by 1 is on the even scale, where the model stands at ``g``.

        For ``normal`` a change is relative to the usual size, and the same everywhere.
        """
        y = self.inverse(g)
        if self.name == "negative-binomial":
            return np.asarray(y / np.sqrt(y + 0.375))
        if self.name == "beta-binomial":
            p = np.clip(y, 1e-6, 1.0 - 1e-6)
            return np.asarray(np.sqrt(p / (1.0 - p)))
        if self.name == "lognormal":
            return np.asarray(y / (y + 0.01 * self.usual))
        return np.ones_like(np.asarray(g, float))


NOISES: dict[str, Scale] = {name: Scale(name) for name in ("negative-binomial", "beta-binomial", "lognormal", "normal")}
"""Every kind, for a usual size of 1."""
