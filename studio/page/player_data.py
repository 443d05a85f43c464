"""What the player shows, as plain data: people, ties, weeks, and every figure as ready text.

The player draws shapes and lines from numbers; whatever it prints was written here, by
:mod:`studio.formatting`, so that it shows the same digits as every report.

Format 1, in JSON: ``x`` and ``y`` of each person from 0 to 1; ``ties`` as a flat list of pairs, the first
``n_strong`` of which are close; ``arms``, each with ``frames``: one text per week with one character per person. A
character is a digit of base 36: the stage, plus 6 for a customer or 12 for a customer of a rival alone, plus 18 for a
detractor. ``causes`` is alike, with
the number of a word in ``cause_words`` or a dot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.vocabulary import STAGE_NAMES, Cause, Stage
from studio.formatting import counted, people, signed

if TYPE_CHECKING:
    from scenarios.schema import Scenario
    from simulator.graph import SocialGraph
    from simulator.tables import DayTables
    from studio.page.watching import Watched

FORMAT = 1
MOST_PEOPLE = 5_000
"""More dots than this are a cloud, and slow to draw."""

_N_STAGES = len(STAGE_NAMES)
_DIGITS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
_CAUSE_WORDS = {
    Cause.PAID: "advertising",
    Cause.OWNED: "the brand’s own posts",
    Cause.EARNED: "press mentions",
    Cause.INFLUENCER: "an influencer’s post",
    Cause.WORD_OF_MOUTH: "what friends say",
    Cause.ORGANIC: "own interest",
    Cause.EXPERIENCE: "good experience with the product",
    Cause.SEEDING: "given the product",
    Cause.FORGETTING: "forgetting",
    Cause.RIVAL: "a rival",
    Cause.NEGATIVE_TALK: "bad word of mouth",
    Cause.COMMUNITY: "community work",
    Cause.SPACE: "the community’s space",
    Cause.EVENT: "a meet-up",
    Cause.LIST: "a mail",
    Cause.USER_CONTENT: "posts by users",
    Cause.IRRITATION: "too many posts",
    Cause.BACKLASH: "a scandal",
}


@dataclass(frozen=True)
class Arm:
    """One plan as it is shown.

    Attributes:
        name: a letter or short name, such as ``A``.
        title: what is done.
        watched: what happened, from :func:`studio.page.watching.watch`.
        graph: this arm's own ties, where they differ from the first arm's.
        alone: the same plan, watched on people with other resistances; the player shows it when "same people" is off.
    """

    name: str
    title: str
    watched: "Watched"
    graph: "SocialGraph | None" = None
    alone: "Watched | None" = None


def player_data(
    arms: Sequence[Arm],
    *,
    title: str,
    graph: "SocialGraph",
    places: NDArray[np.float64],
    provenance: str,
    note: str = "",
    talk_from: int = int(Stage.AUDIENCE),
) -> dict[str, Any]:
    """Gather one or two plans on the same people for the player.

    Args:
        arms: one or two; both have as many weeks and people as the first.
        title: above the drawing.
        graph: who hears whom.
        places: float[n, 2] from 0 to 1, from :func:`studio.page.layout.layout`.
        provenance: a line that says which version, seed and scenario it came from.
        note: a line below the title.
        talk_from: stage from which people talk, so that the player can show who talked to somebody.

    Returns:
        The data as in the head of this module, ready for ``json.dumps``.

    Raises:
        ValueError: there are no arms or more than two, too many people, or arms that do not fit each other.
    """
    n, weeks = graph.n, len(arms[0].watched.causes) if arms else 0
    if not 1 <= len(arms) <= 2:
        raise ValueError(f"the player shows one plan or two, not {len(arms)}")
    if n > MOST_PEOPLE:
        raise ValueError(f"the player shows at most {MOST_PEOPLE:,} people, not {n:,}; draw a sample of the market")
    if places.shape != (n, 2):
        raise ValueError(f"places must have two numbers for each of {n:,} people, not shape {places.shape}")
    for arm in arms:
        for seen in (arm.watched, *([arm.alone] if arm.alone else [])):
            if seen.codes.shape != (weeks + 1, n):
                raise ValueError(f"arm “{arm.name}” has {seen.codes.shape}, not {(weeks + 1, n)} weeks and people")
    step = "day" if arms[0].watched.every_days == 1 else "week"
    ties, n_strong = _ties(graph)
    most = max(int(np.bincount(np.asarray(pairs, np.int64)).max(initial=0)) for pairs in (ties, *_own_ties(arms)))
    return {
        "format": FORMAT,
        "title": title,
        "note": note,
        "n": n,
        "step": step,
        "labels": ["Start", *(f"{step.capitalize()} {people(frame)}" for frame in range(1, weeks + 1))],
        "of_weeks": f"of {people(weeks)}",
        "people_text": counted(n, "person", "people"),
        "stages": [name.capitalize() for name in STAGE_NAMES],
        "talk_from": talk_from,
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
        "ties": ties,
        "n_strong": n_strong,
        "numerals": [people(k) for k in range(most + 1)],
        "cause_words": list(_CAUSE_WORDS.values()),
        "arms": [_arm(arm) for arm in arms],
        "gaps": _gaps(arms),
        "provenance": provenance,
    }


def _own_ties(arms: Sequence[Arm]) -> list[list[int]]:
    return [_ties(arm.graph)[0] for arm in arms if arm.graph is not None]


def _ties(graph: "SocialGraph") -> tuple[list[int], int]:
    """Pairs, each once, close ties first."""
    talkers = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    hearers = graph.listeners.astype(np.int64)
    weak = np.arange(graph.n_ties) >= graph.strong_end[talkers]
    once = (talkers < hearers) | graph.directed
    pairs = np.stack([talkers[once], hearers[once]], axis=1)
    order = np.argsort(weak[once], kind="stable")
    return pairs[order].ravel().tolist(), int((~weak[once]).sum())


def _arm(arm: Arm) -> dict[str, Any]:
    out = {"name": arm.name, "title": arm.title, **_seen(arm.watched)}
    if arm.graph is not None:
        out["ties"], out["n_strong"] = _ties(arm.graph)
    if arm.alone is not None:
        out["alone"] = _seen(arm.alone)
    return out


def _seen(seen: "Watched") -> dict[str, Any]:
    stage, whose, detractor = seen.codes % _N_STAGES, seen.codes // _N_STAGES % 3, seen.codes // (3 * _N_STAGES)
    return {
        "frames": [_DIGITS[row].tobytes().decode() for row in seen.codes],
        "causes": _cause_rows(seen.causes, seen.run.tables),
        "seeds": seen.seeds.tolist(),
        "counts": [[people(int(k)) for k in np.bincount(row, minlength=_N_STAGES)] for row in stage],
        "reached": [people(int((row > 0).sum())) for row in stage],
        "customers": [people(int((row == 1).sum())) for row in whose],
        "rivals": [people(int((row == 2).sum())) for row in whose],
        "detractors": [people(int(row.sum())) for row in detractor],
    }


def _cause_rows(causes: NDArray[np.int16], tables: "DayTables") -> list[str]:
    words = list(_CAUSE_WORDS)
    number = np.array([words.index(alternative.cause) for alternative in tables.alternatives])
    digits = np.append(_DIGITS[number], np.frombuffer(b".", np.uint8))  # -1 is the last: nobody
    return [digits[row].tobytes().decode() for row in causes]


_Rows = list[list[str]]


def _gaps(arms: Sequence[Arm]) -> dict[str, dict[str, _Rows]] | None:
    """Week by week, how many more B has, and how many are counted in one plan and not in the other.

    Of each week: more in B, only in B, only in A. People who are reached, and customers; on people with the same
    resistances, and on others.
    """
    if len(arms) < 2:
        return None
    a, b, alone = arms[0].watched, arms[1].watched, arms[1].alone
    return {"paired": _gap(a, b)} | ({} if alone is None else {"alone": _gap(a, alone)})


def _gap(a: "Watched", b: "Watched") -> dict[str, _Rows]:
    def rows(mine: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> _Rows:
        more = theirs.sum(axis=1) - mine.sum(axis=1)
        only_b, only_a = (theirs & ~mine).sum(axis=1), (mine & ~theirs).sum(axis=1)
        return [[signed(int(m)), people(int(p)), people(int(q))] for m, p, q in zip(more, only_b, only_a, strict=True)]

    return {
        "reached": rows(a.codes % _N_STAGES > 0, b.codes % _N_STAGES > 0),
        "customers": rows(a.codes // _N_STAGES % 3 == 1, b.codes // _N_STAGES % 3 == 1),
    }


def provenance_line(scenario: "Scenario", *, world_seed: int, luck: int) -> str:
    """A line that lets somebody make the same picture again.

    >>> from scenarios import bare_scenario
    >>> line = provenance_line(bare_scenario(consumers=10, weeks=1), world_seed=3, luck=4)
    >>> line.partition(", ")[2][:-12]
    'world seed 3, luck 4, scenario '

    Args:
        scenario: what was simulated.
        world_seed: who existed.
        luck: how stubborn everybody was.
    """
    from experiments.provenance import ENGINE_VERSION
    from scenarios.load import scenario_hash

    said = scenario_hash(scenario)[:12]
    return f"apath {ENGINE_VERSION}, world seed {world_seed}, luck {luck}, scenario {said}"


__all__ = ["FORMAT", "MOST_PEOPLE", "Arm", "player_data", "provenance_line"]
