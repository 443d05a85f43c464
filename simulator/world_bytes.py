"""How much memory a world takes, before it is built."""

import math
from typing import NamedTuple

import numpy as np

from scenarios.schema import Scenario
from scenarios.vocabulary import Tie
from simulator.arrays import PERSON
from simulator.blocks import LARGEST_MEAN_CIRCLE, SHARE_IN_CIRCLES
from simulator.graph import SocialGraph
from simulator.kinds import build_kinds
from simulator.tie_rows import dealt_bytes
from simulator.world import follow_shares


class WorldBytes(NamedTuple):
    """Bytes of memory."""

    building: int  # at most, while it is drawn
    holding: int  # from then on


def world_bytes(scenario: Scenario, *, graph: SocialGraph | None = None) -> WorldBytes:
    """Estimate what building and holding a market's people and their ties takes, to within about a tenth.

        >>> from scenarios import bare_scenario
        >>> need = world_bytes(bare_scenario(consumers=100_000_000, weeks=4))
        >>> need.building < 24 * 2**30
        True

    Program code and what runs on the world are not counted, and the mean number of ties is taken as it is asked for.

    Args:
        scenario: its number of consumers counts, and how many ties they have.
        graph: the market's own network; it is there already, so that building takes only the people.

    Returns:
        The most that is in use at a time, and what stays.
    """
    n = scenario.market.consumers if graph is None or graph.well_mixed else graph.n
    population = n * (8 + 1 + 4 + 4 + 3 * (1 + len(scenario.rivals)))
    rows, n_entries = n * 4, 0.0  # rows of nobody are never touched
    if graph is not None:
        rows, n_entries = _array_bytes(graph) - 4 * graph.n_ties, graph.n_ties
    elif scenario.graph.kind != "well-mixed":
        rows = n * (8 + 8 + 4)
        n_entries = n * min(scenario.graph.strong_ties + scenario.graph.weak_ties, max(n - 1, 0))
    network = rows + 4.0 * n_entries
    stages = [0.0]
    if graph is None:
        made = 8.0 * n_entries / 2.0
        stages.append(n + max(_drawing(scenario, n, n_entries), made + network + dealt_bytes(n, int(n_entries))))
    followers = 4.0 * n * _followed(scenario)
    weights = n * 4 * 2
    stages.append(network + followers + n * 20)  # weights as they are worked out
    stages.append(network + 2 * followers + weights + n * PERSON.itemsize)
    holding = population + network + followers + n * PERSON.itemsize
    return WorldBytes(int(population + max(stages)), int(holding))


def _drawing(scenario: Scenario, n: int, n_entries: float) -> float:
    """Memory for drawing ties, before they are sorted into rows."""
    spec = scenario.graph
    made = 8.0 * n_entries / 2.0
    if spec.kind == "power-law":
        return 8.0 * n + 4.0 * n_entries + made
    if spec.kind != "blocks":
        return made
    most, so_far = 0.0, 8.0 * n
    for tie, mean in ((Tie.STRONG, spec.strong_ties), (Tie.WEAK, spec.weak_ties)):
        inside = mean * SHARE_IN_CIRCLES[tie]
        seats = n * inside / min(max(inside, 1.0), LARGEST_MEAN_CIRCLE)
        most = max(most, so_far + 4.0 * n + 16.0 * seats)
        so_far += 4.0 * n * mean
    return max(most, so_far)


def _followed(scenario: Scenario) -> float:
    """Influencers whom a consumer follows on average."""
    kinds = build_kinds(scenario)
    followed = 0.0
    for influencer in scenario.influencers.values():
        share, _ = follow_shares(scenario, influencer, kinds)
        followed += math.fsum(kinds.share * kinds.use[:, kinds.channels.index(influencer.channel)] * share)
    return followed


def _array_bytes(graph: SocialGraph) -> int:
    return sum(value.nbytes for value in vars(graph).values() if isinstance(value, np.ndarray))
