"""How likely two plans are to reach a goal, counted on the replicates of a run."""

import math
from typing import TYPE_CHECKING, Any

from scenarios.errors import Problem, ScenarioError
from studio.formatting import amount, counted, points, share
from studio.page.closer import Held

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def odds(held: Held, text: str) -> dict[str, Any]:
    """The probability of a goal under each plan, and the paired difference, each with an interval.

    Args:
        held: a run.
        text: a goal as a planner writes it, such as ``customers >= 200 by 2027-03-01``.

    Raises:
        ScenarioError: the text is no goal, or the run does not keep what it asks for.
    """
    from experiments.intervals import LEVEL
    from experiments.recommend.errors import RecommendError
    from experiments.recommend.goal import parse_goal
    from studio.words import per_cent

    try:
        goal = parse_goal(text, held.calendar)
    except RecommendError as error:
        raise ScenarioError([Problem("the page", 0, "goal", what) for what in error.problems]) from None
    if goal.amount is None:
        what = f"goal “{goal.text}” has no amount that could be reached or missed"
        raise ScenarioError([Problem("the page", 0, "goal", what, "write one, such as customers >= 200")])
    a, b = held.plans[:2]
    met = {name: goal.met(held.until(goal, name), held.costs[name]) for name in (a, b)}
    rows, said = [], []
    for name in (a, b):
        low, high = share_within(met[name], held.worlds, level=LEVEL)
        p, reached = float(met[name].mean()), f"{int(met[name].sum()):,} of {len(met[name]):,}"
        rows.append([name, share(p), f"{share(low)} to {share(high)}", reached])
        said.append(f"{share(p)} for {name}")
    gap = float(met[b].mean() - met[a].mean())
    low, high = gap_within(met[a], met[b], held.worlds, level=LEVEL)
    decided = low > 0.0 or high < 0.0
    level = per_cent(LEVEL)
    rows.append([f"{b} minus {a}", points(0.0, gap), f"{points(0.0, low)} to {points(0.0, high)}", ""])
    wanted = ""
    if goal.p_wanted is not None:
        enough = [name for name in (a, b) if float(met[name].mean()) >= goal.p_wanted]
        wanted = f" {share(goal.p_wanted)} is reached by {' and '.join(enough) or 'neither plan'}."
    money = goal.metric in ("revenue", "profit", "cost")
    return {
        "goal": goal.text,
        "caption": f"Odds of {goal.text}, counted on {counted(len(held.worlds), 'replicate')}; {level} intervals",
        "columns": ["plan", "probability", f"{level} interval", "replicates that reach it"],
        "rows": rows,
        "sentence": (
            f"“{goal.text}”: {said[0]}, {said[1]}; "
            f"{'the difference is decided' if decided else 'which is likelier is not decided'}.{wanted}"
        ),
        "values": [
            f"{name}: {amount(float(held.until(goal, name).mean()), 'money' if money else 'people')} on average"
            for name in (a, b)
        ],
    }  # fmt: skip


def share_within(
    hits: "NDArray[np.bool_]", worlds: "NDArray[np.int64]", *, level: float
) -> tuple[float, float]:  # fmt: skip
    """The interval of a share that was counted on replicates.

    >>> import numpy as np
    >>> low, high = share_within(np.array([False, True, True, True]), np.arange(4), level=0.9)
    >>> round(low, 2), round(high, 2)
    (0.36, 0.94)

    Args:
        hits: one per replicate.
        worlds: number of the world of each; replicates in one world are no independent cases.
        level: confidence, 0..1.

    Source:
        Wilson (1927), for as many independent cases as would vary as much as the worlds do.
    """
    import numpy as np

    x = np.asarray(hits, float)
    p, z = float(x.mean()), _z(level)
    n = _independent(x, worlds)
    middle = (p + z * z / (2 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * math.sqrt(p * (1.0 - p) / n + z * z / (4 * n * n))
    return min(max(middle - half, 0.0), p), max(min(middle + half, 1.0), p)


def gap_within(
    a: "NDArray[np.bool_]", b: "NDArray[np.bool_]", worlds: "NDArray[np.int64]", *, level: float
) -> tuple[float, float]:  # fmt: skip
    """The interval of the difference between two shares that were counted on the same replicates, B minus A.

    >>> import numpy as np
    >>> never = np.zeros(50, bool)
    >>> low, high = gap_within(never, never, np.arange(50), level=0.9)
    >>> round(low, 2), round(high, 2)
    (-0.04, 0.04)

    Args:
        a: hits of plan A.
        b: hits of plan B, paired with A's.
        worlds: as above.
        level: confidence, 0..1.

    Source:
        Bonett and Price (2012): one case is added to each side of those that differ, so that a share that was never
        seen is not taken to be impossible.
    """
    import numpy as np

    gap = np.asarray(b, float) - np.asarray(a, float)
    mean, n = float(gap.mean()), _independent(gap, worlds)
    up, down = ((float((gap == side).mean()) * n + 1.0) / (n + 2.0) for side in (1.0, -1.0))
    half = _z(level) * math.sqrt(max(up + down - (up - down) ** 2, 0.0) / (n + 2.0))
    return max(min(up - down - half, mean), -1.0), min(max(up - down + half, mean), 1.0)


def _independent(values: "NDArray[np.float64]", worlds: "NDArray[np.int64]") -> float:
    """How many independent cases would have the variance that worlds show; never more than there are."""
    import numpy as np

    n = len(values)
    names, inverse = np.unique(worlds, return_inverse=True)
    groups, alone = len(names), float(values.var()) / n
    if groups == n or groups < 2 or alone == 0.0:
        return float(n)
    apart = np.bincount(inverse, weights=values - values.mean())
    variance = float((apart**2).sum()) / n**2 * groups / (groups - 1)
    return n * min(alone / variance, 1.0) if variance > 0.0 else float(n)


def _z(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2.0)
