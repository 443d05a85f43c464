"""What is believed of the parameters in each replicate: nothing but the scenario's own, ranges, or calibrated draws.

>>> import numpy as np
>>> from calibration.draws import ParameterDraws
>>> draws = ParameterDraws(("wom.affinity",), np.array([[0.02], [0.04]]), np.array([0.5, 0.5]))
>>> beliefs = Calibrated(draws, seed=1, replicates=4)
>>> sorted(beliefs.values(r, np.uint64(0))["wom.affinity"] for r in range(4))
[0.02, 0.02, 0.04, 0.04]
"""

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from calibration.draws import ParameterDraws
from calibration.places import is_place, moves_worlds
from calibration.prior import Prior
from scenarios.schema import Scenario
from simulator.draws import Purpose, first_uniforms, root_key

Uncertainty = Literal["luck", "luck+ranges", "luck+calibrated"]


class Beliefs(Protocol):
    """Values of parameters and places for each replicate, the same for all plans."""

    def values(self, replicate: int, luck: np.uint64) -> dict[str, float]:
        """What replaces the scenario's own values in a replicate.

        Args:
            replicate: its number.
            luck: its luck key.
        """

    def moves_worlds(self, scenario: Scenario) -> bool:
        """Whether replicates need worlds of their own."""


class Ranges:
    """The registry's ranges and the scenario's own, every parameter drawn for itself.

    Args:
        scenario: its own values and ranges replace the registry's.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._prior = Prior(scenario)

    def values(self, replicate: int, luck: np.uint64) -> dict[str, float]:
        """One draw of every uncertain parameter, by the luck key alone."""
        return self._prior.draw(luck)

    def moves_worlds(self, scenario: Scenario) -> bool:
        """Never: worlds are drawn with the scenario's own parameters."""
        return False


class Calibrated:
    """Calibrated draws, spread over replicates so that they are covered evenly.

    Of R replicates, a draw of weight w is met by R · w of them, rounded up or down: the shares of the weight at which
    they are looked up stand 1 / R apart, begin at a place that the seed decides, and are dealt out to the replicates
    in an order that the seed decides (systematic sampling: Madow 1949).

    Args:
        draws: from a calibration.
        seed: of the question.
        replicates: how many there are.
    """

    def __init__(self, draws: ParameterDraws, *, seed: int, replicates: int) -> None:
        self.draws = draws
        self.shares = even_shares(replicates, seed=seed)

    def values(self, replicate: int, luck: np.uint64) -> dict[str, float]:
        """One whole draw, whose values go together."""
        return self.draws.pick(self.shares[replicate])

    def moves_worlds(self, scenario: Scenario) -> bool:
        """Whether a place is drawn that building a world looks at."""
        return any(is_place(name) and moves_worlds(scenario, name) for name in self.draws.names)


def even_shares(n: int, *, seed: int) -> NDArray[np.float64]:
    """So many numbers between 0 and 1, one in each n-th part, all at the same place in it, in an order by chance.

    >>> sorted((4 * even_shares(4, seed=1)).astype(int).tolist())
    [0, 1, 2, 3]

    Args:
        n: how many.
        seed: decides the order and the place; the same one gives the same numbers.
    """
    keys = np.arange(n + 1, dtype=np.uint64)
    drawn = first_uniforms(root_key(seed), np.uint64(Purpose.PARAMETER), keys)
    part = np.empty(n)
    part[np.argsort(drawn[:n], kind="stable")] = np.arange(n)
    return np.minimum((part + drawn[n]) / n, 1.0)
