"""Lessons: a question, a guess to make first, a market that answers it, and the figures behind the answer.

The figures are measured in the engine, on many markets that nobody sees, and kept in ``measured.json``;
``python -m studio.teach.lessons`` measures them anew. A test measures them again and refuses a lesson whose effect is
not there.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from studio.formatting import counted
from studio.teach.contrasts import REPLICATES, Contrast, Pairs, measure, texts
from studio.teach.controls import CONTROLS

MEASURED = Path(__file__).parent / "measured.json"


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        key: short name, for links.
        title: what it is about.
        question: asked before anything is shown.
        choices: possible guesses.
        right: which of them comes true.
        measure: what the player counts first, ``reached`` or ``customers``.
        contrasts: what the answer says; the first one is what is shown.
        answer: the answer, with the figures of its contrasts in braces.
        source: what it stands for in the literature.
        try_next: what to change then.
    """

    key: str
    title: str
    question: str
    choices: tuple[str, ...]
    right: int
    measure: str
    contrasts: tuple[Contrast, ...]
    answer: str
    source: str
    try_next: str

    @property
    def settings(self) -> Mapping[str, Any]:
        """The market that is shown."""
        return self.contrasts[0].settings


_BASS = {"network": "everybody", "people": 500, "seeding": "none", "advertising": 0.5, "contagiousness": 0.0}
_THRESHOLD = {"network": "random", "contacts": 4, "threshold": 0.2, "contagiousness": 0.5}
_WEAK = {"network": "clusters", "contagiousness": 0.2, "shortcuts": 0.01, "weak_talk": 0.33}
_HUBS = {"network": "hubs", "contagiousness": 0.02}
_BAD = {"contagiousness": 0.1, "weeks": 39}
_COMPLEX = {"network": "ring", "tellings": 2, "seeding": "together", "contagiousness": 0.3, "weeks": 39}
_POSTS = {"posts": 7, "advertising": 2.0, "forgetting": 0.5}

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        key="bass",
        title="The curve that bends twice",
        question="Both markets see the same few ads every week. In B, people also talk. After four weeks the two look "
        "much alike. And after 26?",
        choices=("Still much alike", "B has reached about twice as many", "B has reached about five times as many"),
        right=2,
        measure="reached",
        contrasts=(
            Contrast("end", _BASS | {"b": {"contagiousness": 0.05}}, "reached", "B more", factor=4.0),
            Contrast("early", _BASS | {"b": {"contagiousness": 0.05}}, "reached_early", "same", within=0.03),
            Contrast("midway", _BASS | {"b": {"contagiousness": 0.05}}, "reached_midway", "B more", factor=4.0),
        ),
        answer="About five times as many: {end_b} of 500 people against {end_a}. After four weeks it was {early_b} "
        "against {early_a}, too little to tell. But everybody who is reached helps to reach the next: in weeks 9 to "
        "16 alone, B wins {midway_b} and A {midway_a}. The curve of A runs straight on, that of B bends upwards, and "
        "bends again when few are left who have not heard.",
        source="Bass (1969), A new product growth for model consumer durables: adoption is innovation from outside "
        "plus imitation of those who have adopted, and peaks when imitation meets too few who are left.",
        try_next="Raise contagiousness to 10 %: the curve gets steeper and its middle comes sooner. Switch the "
        "advertising off and give the product to five people: the same curve, later.",
    ),
    Lesson(
        key="threshold",
        title="How much company one needs",
        question="People in A listen when 1 in 5 of their contacts talks, people in B only when 2 in 5 do. What "
        "happens in B?",
        choices=("It spreads half as far", "It spreads as far, only later", "It hardly spreads at all"),
        right=2,
        measure="reached",
        contrasts=(Contrast("cascade", _THRESHOLD | {"b": {"threshold": 0.4}}, "reached", "B less", factor=0.2),),
        answer="It hardly spreads. With a fifth, {cascade_a} of 300 people are reached on average; with two fifths, "
        "{cascade_b}, hardly more than the five who were given the product. People with about four contacts need one "
        "who talks in A and two in B, and two of the same person’s contacts hardly ever start by themselves. There is "
        "no halfway: a market tips, or it does not.",
        source="Granovetter (1978), Threshold models of collective behavior; Watts (2002), A simple model of global "
        "cascades on random networks: cascades exist in a window of thresholds and numbers of contacts.",
        try_next="Keep 2 in 5 and give the product to neighbours of one another, or to 50 people: company has to be "
        "made where it is missing.",
    ),
    Lesson(
        key="weak-ties",
        title="A few acquaintances elsewhere",
        question="People live in circles of 25 friends. In B, 5 % of all ties lead to another circle instead of 1 %, "
        "and talk over them is only a third as strong. How much farther does word of mouth get?",
        choices=("Hardly: so few and such weak ties cannot matter", "About half as far again", "Five times as far"),
        right=1,
        measure="reached",
        contrasts=(Contrast("ties", _WEAK | {"b": {"shortcuts": 0.05}}, "reached", "B more", factor=1.25),),
        answer="About half as far again: {ties_b} instead of {ties_a} of 300 people in 26 weeks ({ties_change}). "
        "Inside a circle all hear the same from each other; what is new comes from outside. One weak tie that carries "
        "the word into the next circle is worth more there than one friend more at home.",
        source="Granovetter (1973), The strength of weak ties; Goldenberg, Libai and Muller (2001), Talk of the "
        "network. That weak ties matter is sure; that they matter more than strong ones is not (docs/reproduced.md).",
        try_next="Switch to 20 %, where more changes little: the first few bridges do most of the work.",
    ),
    Lesson(
        key="hubs",
        title="Hubs, or anybody?",
        question="Five people get the product: at random in A, the five best connected in B. How much farther does B "
        "get?",
        choices=("Not at all", "Clearly farther", "As many times farther as they have more contacts: about six times"),
        right=1,
        measure="reached",
        contrasts=(
            Contrast("slow", _HUBS | {"b": {"seeding": "hubs"}}, "reached", "B more", factor=1.2),
            Contrast("fast", _HUBS | {"contagiousness": 0.2, "b": {"seeding": "hubs"}}, "reached", "same"),
        ),
        answer="Clearly farther, and far from six times: {slow_b} instead of {slow_a} of 300 people "
        "({slow_change}), and B was ahead in {slow_ahead} of markets. Hubs tell many, but many of those would have "
        "heard anyway. When talk is ten times as contagious, it reaches {fast_a} with anybody and {fast_b} with "
        "hubs: then the first five do not matter.",
        source="Hinz, Skiera, Barrot and Becker (2011), Seeding strategies for viral marketing: hubs and bridges beat "
        "random, fringes lose; Watts and Dodds (2007), Influentials, networks and public opinion formation: but by "
        "less than their number of contacts.",
        try_next="Try bridges and the fringe. Then raise contagiousness step by step and watch the advantage go.",
    ),
    Lesson(
        key="bad-word",
        title="One in twenty is disappointed",
        question="In B, one purchase in twenty disappoints, and those people say so. How many customers does that "
        "cost?",
        choices=("None: twenty times as many are satisfied", "About 5 %, those who were disappointed",
                 "More than 5 %: others hear of it"),
        right=2,
        measure="customers",
        contrasts=(
            Contrast("few", _BAD | {"b": {"disappointed": 0.05}}, "customers", "B less", factor=0.95),
            Contrast("many", _BAD | {"b": {"disappointed": 0.2}}, "customers", "B less", factor=0.8),
        ),
        answer="More than 5 %: {few_a} customers become {few_b} of 300 people, {few_lost} fewer. Every purchase is "
        "another chance to be disappointed, and whoever hears a complaint steps back, and may pass it on. With one "
        "purchase in five, {many_lost} are lost. Satisfied customers talk as well, but they cannot win those twice who "
        "were won already.",
        source="Goldenberg, Libai, Moldovan and Muller (2007), The NPV of bad news: even few dissatisfied customers "
        "harm profits more than in proportion.",
        try_next="Give both more contacts: word travels faster, and the bad word too.",
    ),
    Lesson(
        key="complex",
        title="When one telling is not enough",
        question="People listen only when two contacts talk. Where does it spread farther: in a circle in which "
        "neighbours know each other (A), or in a network of random ties (B)?",
        choices=("Random: long ties carry it everywhere", "Circle: neighbours hear it from each other", "Both alike"),
        right=1,
        measure="reached",
        contrasts=(
            Contrast("two", _COMPLEX | {"b": {"network": "random"}}, "reached", "B less", factor=0.5),
            Contrast("one", _COMPLEX | {"tellings": 1, "contagiousness": 0.1, "b": {"network": "random"}}, "reached",
                     "B more", factor=2.0),
        ),
        answer="In the circle: {two_a} of 300 people after 39 weeks, against {two_b} with random ties. A long tie "
        "brings one telling, and one is not enough; neighbours have friends in common and hear it twice. Where one "
        "telling is enough, it is the other way round, even with a third of the contagiousness: {one_a} in the circle, "
        "{one_b} with random ties.",
        source="Centola and Macy (2007), Complex contagions and the weakness of long ties; Centola (2010), The spread "
        "of behavior in an online social network experiment.",
        try_next="Set tellings needed to 1 and watch the order turn. Then 3 in the circle, and 4.",
    ),
    Lesson(
        key="posting",
        title="Six posts a day",
        question="A posts once a day on its own page, B six times. Whose audience is larger after half a year?",
        choices=("B’s: who posts more is seen more", "Both alike", "A’s: who posts too much drives members away"),
        right=2,
        measure="customers",
        contrasts=(
            Contrast("audience", _POSTS | {"b": {"posts": 42}}, "audience", "B less", factor=0.95),
            Contrast("reach", _POSTS | {"b": {"posts": 42}}, "reached", "same"),
        ),
        answer="A’s: {audience_a} people stand in the audience or above on average, against {audience_b} with six "
        "times as much work ({audience_change}). As many know the brand ({reach_a} and {reach_b}), for posts on one’s "
        "own page are seen by those who are there already. Posts that share a day are each seen less, and more than "
        "two a day drive members back a stage.",
        source="Social-media practice: reach of each post falls with posts per day (Track Social), and posting too "
        "often is a common reason to leave (ExactTarget). Levels are this model’s assumptions: see cadence in "
        "docs/levers.md.",
        try_next="Find the number of posts that holds the largest audience.",
    ),
)  # fmt: skip


def lesson(key: str) -> Lesson:
    """One lesson by its short name.

    >>> lesson("hubs").title
    'Hubs, or anybody?'

    Raises:
        KeyError: there is no such lesson.
    """
    for one in LESSONS:
        if one.key == key:
            return one
    raise KeyError(f"there is no lesson {key!r}; there are {', '.join(one.key for one in LESSONS)}")


@cache
def measured() -> dict[str, Pairs]:
    """What was measured for every contrast, by lesson and name, such as ``hubs.slow``."""
    kept = json.loads(MEASURED.read_text(encoding="utf-8"))
    return {key: Pairs(np.array(pair["a"], float), np.array(pair["b"], float)) for key, pair in kept.items()}


def answer(one: Lesson) -> str:
    """A lesson's answer with its figures."""
    said: dict[str, str] = {}
    for contrast in one.contrasts:
        said |= texts(contrast, measured()[f"{one.key}.{contrast.name}"])
    return one.answer.format(**said)


def lessons_json() -> list[dict[str, Any]]:
    """All lessons as the page reads them.

    >>> [one["key"] for one in lessons_json()][:2]
    ['bass', 'threshold']
    """
    how = (
        f"Means over {counted(REPLICATES, 'market')} with other people, friends and luck, both arms on the same "
        "people. The one below is a single market and may differ."
    )
    return [
        {
            "key": one.key, "title": one.title, "question": one.question, "choices": list(one.choices),
            "right": one.right, "measure": one.measure, "settings": dict(one.settings), "answer": answer(one),
            "how": how, "source": one.source, "try_next": one.try_next,
        }
        for one in LESSONS
    ]  # fmt: skip


def teach_json() -> dict[str, Any]:
    """Everything the Teach view needs to know before it simulates: ``lessons`` and ``controls``."""
    return {"lessons": lessons_json(), "controls": [control.to_json() for control in CONTROLS.values()]}


def measure_all(*, n: int = REPLICATES) -> dict[str, Pairs]:
    """Measure every contrast of every lesson anew."""
    return {f"{one.key}.{c.name}": measure(c, n=n) for one in LESSONS for c in one.contrasts}


def _write() -> None:
    pairs = measure_all()
    rows = [f'"{key}":{{"a":{_list(one.a)},\n"b":{_list(one.b)}}}' for key, one in pairs.items()]
    MEASURED.write_text("{" + ",\n".join(rows) + "}\n", encoding="utf-8")


def _list(values: Any) -> str:
    return json.dumps([int(value) for value in values], separators=(",", ":"))


if __name__ == "__main__":
    _write()
    sys.stdout.write("\n\n".join(f"{one.title}\n{answer(one)}" for one in LESSONS) + "\n")

__all__ = ["LESSONS", "Lesson", "answer", "lesson", "lessons_json", "measure_all", "measured", "teach_json"]
