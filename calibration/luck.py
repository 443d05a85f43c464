"""How luck moves observations together, from a few dozen replicates.

A hundred observations have five thousand covariances, and fifty replicates cannot tell them: taken as they are, they
show directions without luck where there is plenty, and fits trust those. But a market goes from week to week, so what
luck did to a week is foretold by what it did to the week before. Each observation is regressed on its own last value
and the latest of every other series, and what that cannot foretell is luck of its own (Pourahmadi 1999; Bickel & Levina
2008 on banded Cholesky factors). Errors are those at replicates left out, so that few replicates make luck look
larger, not smaller.
"""

import numpy as np
from numpy.typing import NDArray

from calibration.targets import Observed

Floats = NDArray[np.float64]

LEAST_PATTERN = 0.05
"""Patterns weaker than this, as a variance beside what each observation scatters by itself, are not kept apart."""

_RIDGE = 0.1
"""Of the regressions, in replicates: keeps two series that move alike from being told apart by nothing."""


def luck_covariance(observed: Observed, lucks: Floats) -> Floats:
    """[P, P] covariance of luck.

    Args:
        observed: for the order of observations in time.
        lucks: [M, P] replicates with fresh seeds, on the even scales.
    """
    m, n = lucks.shape
    if m < 2:
        return np.zeros((n, n))
    size = lucks.std(axis=0, ddof=1)
    moved = size > 1e-12
    x = (lucks - lucks.mean(axis=0)) / np.where(moved, size, 1.0)
    factor, own = np.eye(n), np.zeros(n)
    order = _before(observed)
    asked = {j: _nearest(x, j, [i for i in known if moved[i]], m // 4) for j, known in order if moved[j]}
    for j, _ in order:
        known = asked.get(j)
        if known is None:
            continue
        if not known:
            own[j] = 1.0 + 1.0 / m
            continue
        # Weeks beside it go by nearly the same rule, and together they tell it better.
        like = [i for i in (j, j - 1, j + 1) if i in asked and _same_kind(observed, i, j, asked[i], known)]
        given = np.concatenate([x[:, asked[i]] for i in like])
        told = np.concatenate([x[:, i] for i in like])
        solve = np.linalg.solve(given.T @ given + _RIDGE * np.eye(len(known)), given.T)
        reach = np.minimum((x[:, known] * solve[:, :m].T).sum(axis=1) + 1.0 / m, 0.9)
        slope = solve @ told
        own[j] = float((((x[:, j] - x[:, known] @ slope) / (1.0 - reach)) ** 2).mean())
        factor[j] += slope @ factor[known]  # rows of earlier observations are finished
    spread = factor * np.sqrt(own) * size[:, None]
    return np.asarray(spread @ spread.T)


def luck_patterns(observed: Observed, lucks: Floats, *, own: Floats, most: int) -> tuple[Floats, Floats]:
    """Patterns [P, r] in which luck moves observations together, with their size, and the variance [P] that is left.

    Args:
        observed: for the order of observations in time.
        lucks: [M, P] replicates with fresh seeds, on the even scales.
        own: [P] variance by which each observation scatters besides: patterns that drown in it are not needed.
        most: patterns.
    """
    whole = luck_covariance(observed, lucks)
    variance = np.diag(whole).copy()
    moved = variance > 0.0
    columns = np.zeros((len(variance), 0))
    if not moved.any():
        return columns, variance
    inner = whole[np.ix_(moved, moved)]
    # What luck does to each observation and to no other, as far as there is any, needs no pattern.
    alone = 1.0 / np.diag(np.linalg.inv(inner + 1e-9 * np.diag(variance[moved])))
    share = np.linalg.eigvalsh(inner / np.sqrt(alone)[:, None] / np.sqrt(alone))[0]
    alone = alone * min(max(float(share), 0.0), 1.0)
    unit = np.sqrt(alone + own[moved])
    values, vectors = np.linalg.eigh((inner - np.diag(alone)) / unit[:, None] / unit)
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = min(max(int((values > LEAST_PATTERN).sum()), 1), most)
    columns = np.zeros((len(variance), kept))
    columns[moved] = vectors[:, :kept] * np.sqrt(np.maximum(values[:kept], 0.0)) * unit[:, None]
    return columns, np.maximum(variance - (columns**2).sum(axis=1), 0.0)


def _nearest(x: Floats, j: int, known: list[int], most: int) -> list[int]:
    """The closest relations of an observation; its own last value comes first and stays."""
    if len(known) <= max(most, 1):
        return known
    alike = np.abs(x[:, known[1:]].T @ x[:, j])
    return [known[0], *(known[1 + i] for i in sorted(np.argsort(-alike, kind="stable")[: max(most - 1, 0)].tolist()))]


def _same_kind(observed: Observed, i: int, j: int, known_i: list[int], known_j: list[int]) -> bool:
    """Whether two observations are of one series and are foretold from the same series."""
    ends = np.cumsum([one.n for one in observed.targets])

    def series(points: list[int]) -> list[int]:
        return np.searchsorted(ends, points, side="right").tolist()

    return series([i, *known_i]) == series([j, *known_j])


def _before(observed: Observed) -> list[tuple[int, list[int]]]:
    """Every observation in the order of time, each with its own last one first and then the latest of others."""
    weeks = [week for one in observed.targets for week in one.last_week.tolist()]
    weeks += [lift.last_week for lift in observed.lifts]
    series = [t for t, one in enumerate(observed.targets) for _ in range(one.n)]
    series += [len(observed.targets) + i for i in range(len(observed.lifts))]
    latest: dict[int, int] = {}
    found: list[tuple[int, list[int]]] = []
    for j in sorted(range(len(weeks)), key=lambda i: (weeks[i], series[i])):
        mine = series[j]
        known = [latest[mine]] if mine in latest else []
        found.append((j, known + [i for other, i in latest.items() if other != mine]))
        latest[mine] = j
    return found
