"""What is believed about the parameters before any history: the registry's ranges, as distributions.

    >>> from calibration.prior import draw_parameters
    >>> from scenarios import bare_scenario
    >>> from simulator.draws import root_key
    >>> draw = draw_parameters(bare_scenario(consumers=10, weeks=1), key=root_key(2))
    >>> 1.0 < draw["negative.strength"] < 3.1
    True

Each parameter has the default as its median and ``low`` and ``high`` as its 5 % and 95 % points: half of a normal
on either side of the median, on the logarithm for positive numbers, cut off at the parameter's own limits.
"""

import math
from dataclasses import replace

import numpy as np

from calibration.normal import normal_quantile
from scenarios.registry import REGISTRY, Parameter
from scenarios.schema import Range, Scenario
from simulator.draws import Purpose, first_uniforms, name_key

Z90 = 1.6448536269514722
"""Standard deviations from the median of a normal to its 95 % point."""


def belief(scenario: Scenario, name: str) -> Parameter:
    """A parameter as this scenario has it: its own value keeps the registry's relative range, unless it gives one.

    Args:
        scenario: its ``parameters`` are used.
        name: as in the registry.
    """
    parameter = REGISTRY[name]
    own = scenario.parameters.get(name)
    if own is None:
        return parameter
    if isinstance(own, Range):
        return replace(parameter, default=own.value, low=own.low, high=own.high)
    if parameter.default > 0.0 and own > 0.0:
        factor = own / parameter.default
        low, high = parameter.low * factor, parameter.high * factor
    elif own == 0.0 and parameter.minimum == 0.0:
        low = high = 0.0  # switched off
    else:
        low, high = own - (parameter.default - parameter.low), own + (parameter.high - parameter.default)
    return replace(parameter, default=own, low=max(low, parameter.minimum), high=max(min(high, parameter.maximum), own))


def quantile(parameter: Parameter, u: float) -> float:
    """The value below which a share ``u`` of the belief lies.

    Args:
        parameter: with median ``default`` and 5 % and 95 % points ``low`` and ``high``.
        u: 0..1.
    """
    z = normal_quantile(min(max(u, 1e-12), 1.0 - 1e-12)) / Z90
    end = parameter.high if z > 0 else parameter.low
    if parameter.low > 0.0:
        value = parameter.default * math.exp(abs(z) * math.log(end / parameter.default))
    else:
        value = parameter.default + abs(z) * (end - parameter.default)
    return min(max(value, parameter.minimum), parameter.maximum)


class Prior:
    """What is believed about the parameters of one scenario, ready to be drawn from again and again.

    >>> from scenarios import bare_scenario
    >>> from simulator.draws import root_key
    >>> prior = Prior(bare_scenario(consumers=10, weeks=1))
    >>> prior.draw(root_key(2)) == prior.draw(root_key(2))
    True
    """

    def __init__(self, scenario: Scenario) -> None:
        beliefs = {name: belief(scenario, name) for name in REGISTRY}
        self.uncertain = {name: one for name, one in beliefs.items() if one.low < one.high}
        self._keys = np.array([name_key(name) for name in self.uncertain], np.uint64)

    def draw(self, key: np.uint64) -> dict[str, float]:
        """One draw of every uncertain parameter.

        Args:
            key: the replicate's root key; each parameter's draw is keyed by its name.
        """
        shares = first_uniforms(key, np.uint64(Purpose.PARAMETER), self._keys).tolist()
        return {name: quantile(one, u) for (name, one), u in zip(self.uncertain.items(), shares, strict=True)}


def draw_parameters(scenario: Scenario, *, key: np.uint64) -> dict[str, float]:
    """One draw of every uncertain parameter; the same key gives the same draw for every plan.

    Args:
        scenario: its own values and ranges replace the registry's.
        key: the replicate's root key; each parameter's draw is keyed by its name.
    """
    return Prior(scenario).draw(key)
