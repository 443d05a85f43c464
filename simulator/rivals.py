"""What rivals' plans come to under one draw of the parameters: the same whatever we plan, so worked out once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from scenarios.schema import Scenario
from simulator.kinds import Kinds

Result = TypeVar("Result")


class Rivals:
    """Results for rivals that all our plans share under one draw of the parameters.

    >>> from scenarios import bare_scenario
    >>> from simulator.kinds import build_kinds
    >>> scenario = bare_scenario(consumers=10, weeks=1)
    >>> rivals = Rivals(scenario, build_kinds(scenario))
    >>> [rivals.once(1, "talk", lambda: 5), rivals.once(1, "talk", lambda: 6), rivals.once(0, "talk", lambda: 7)]
    [5, 5, 7]

    Args:
        scenario: the rivals and the calendar.
        kinds: of the scenario.
    """

    def __init__(self, scenario: Scenario, kinds: Kinds) -> None:
        self.scenario, self.kinds = scenario, kinds
        self._known: dict[Hashable, Any] = {}

    def once(self, brand: int, what: Hashable, make: Callable[[], Result]) -> Result:
        """A rival's result, made when it is first asked for; ours is made every time.

        Args:
            brand: 0 for ours, then the rivals in their order.
            what: tells results apart.
            make: works it out; the result is not to be written to.
        """
        if brand == 0:
            return make()
        key = (brand, what)
        if key not in self._known:
            self._known[key] = make()
        result: Result = self._known[key]
        return result
