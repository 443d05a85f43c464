"""Who follows which influencer, and the chance that one post gets through to a follower."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Audience:
    """Followers of influencers, row by row of consumers.

    Attributes:
        n_influencers: how many influencers there are.
        followed: int64[n + 1], where the row of each consumer begins and ends.
        influencer: int32, the influencers that each consumer follows.
        chance: float64[n_influencers], that one post wins over one follower.
        most_posts: posts of one influencer at most; what needs more of them is left out.
    """

    n_influencers: int
    followed: NDArray[np.int64]
    influencer: NDArray[np.int32]
    chance: NDArray[np.float64]
    most_posts: int


def audience(
    followers: Sequence[NDArray[np.integer] | Sequence[int]],
    *,
    n: int,
    chance: float | Sequence[float] | NDArray[np.float64],
    most_posts: int = 10,
) -> Audience:
    """Say whom each influencer's posts can win over.

        >>> fans = audience([[0, 1], [1]], n=3, chance=0.2)
        >>> fans.followed.tolist(), fans.influencer.tolist()
        ([0, 1, 3, 3], [0, 0, 1])

    After j posts a follower is won over with chance 1 - (1 - chance)^j. An influencer who is a consumer of the
    network, and takes the offer up with some chance at each approach, has that one row as its only follower.

    Args:
        followers: row numbers of the followers of each influencer.
        n: number of consumers.
        chance: 0 to 1, of one post and one follower: one for all influencers, or one for each.
        most_posts: 1 to 1,000; larger numbers make sets larger.

    Raises:
        ValueError: a row or chance is impossible, or there are no posts.
    """
    rows = [np.unique(np.asarray(fans, np.int64)) for fans in followers]
    values = np.ascontiguousarray(np.broadcast_to(np.asarray(chance, np.float64), (len(rows),)))
    if not ((values >= 0.0) & (values <= 1.0)).all():
        raise ValueError("the chance of a post must be a number from 0 to 1")
    if not 1 <= most_posts <= 1000:
        raise ValueError(f"most_posts is 1 to 1,000, not {most_posts:,}")
    every = np.concatenate([*rows, np.empty(0, np.int64)])
    if len(every) and (every.min() < 0 or every.max() >= n):
        raise ValueError(f"followers are row numbers from 0 to {n - 1}, not {every.min()} to {every.max()}")
    whose = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row) for row in rows])
    followed = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(every, minlength=n), out=followed[1:])
    return Audience(len(rows), followed, whose[np.argsort(every, kind="stable")], values, most_posts)
