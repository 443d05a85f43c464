"""What a class can change: every control with its few values, and how each value is written.

A control has a short list of values rather than a range, so that each can be written here, by the same rules as in
every report, and so that a slider moves from one value that matters to the next.

>>> CONTROLS["people"].values[:3], CONTROLS["contagiousness"].texts[0]
((50, 100, 200), '0 %')
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from scenarios.errors import Problem, ScenarioError, shown, suggest
from studio.formatting import counted, people, plain, share

Value = str | int | float | bool


@dataclass(frozen=True)
class Control:
    """One thing to change.

    Attributes:
        name: key in the settings.
        label: what the page calls it.
        help: what it does, in a sentence.
        values: what it may be, in order.
        texts: how each value is written.
        default: one of the values.
        group: under which heading it stands.
    """

    name: str
    label: str
    help: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    default: Value
    group: str

    def to_json(self) -> dict[str, Any]:
        """As the page reads it; values are known by their number."""
        kind = "switch" if isinstance(self.default, bool) else "choice" if isinstance(self.default, str) else "slider"
        return {
            "name": self.name, "label": self.label, "help": self.help, "values": list(self.values),
            "texts": list(self.texts), "default": self.default, "group": self.group, "kind": kind,
        }  # fmt: skip


def _whole(name: str, label: str, help: str, values: tuple[int, ...], default: int, group: str, noun: str) -> Control:
    one, _, many = noun.partition("/")
    texts = tuple(counted(value, one, many or None) if one else people(value) for value in values)
    return Control(name, label, help, values, texts, default, group)


def _share(name: str, label: str, help: str, values: tuple[float, ...], default: float, group: str) -> Control:
    return Control(name, label, help, values, tuple(share(value) for value in values), default, group)


_NETWORKS = {
    "small-world": "Small world: a circle with a few short cuts",
    "ring": "Circle: everybody knows their neighbours",
    "clusters": "Circles of friends, loosely joined",
    "hubs": "Hubs: few know very many",
    "random": "Random: anybody may know anybody",
    "everybody": "Everybody hears everybody",
}
_SEEDINGS = {
    "none": "Nobody",
    "random": "Anybody, at random",
    "hubs": "Hubs: those with the most contacts",
    "bridges": "Bridges: those between others",
    "fringe": "Fringe: those with the fewest contacts",
    "together": "Neighbours of one another",
}

_WHO, _TALK, _DO, _CHANCE = "Who knows whom", "How talk works", "What the brand does", "Chance"

_ALL = (
    Control("network", "Network", "The shape of the market: who hears whom.", tuple(_NETWORKS),
            tuple(_NETWORKS.values()), "small-world", _WHO),
    _whole("people", "People", "How many people there are.", (50, 100, 200, 300, 500, 750, 1_000), 300, _WHO, ""),
    _whole("contacts", "Contacts", "How many others a person hears, on average.", (2, 4, 6, 8, 10, 12), 6, _WHO,
           "contact"),
    _share("shortcuts", "Short cuts", "Share of ties that lead far away (small world and circles of friends).",
           (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), 0.05, _WHO),
    _share("weak_talk", "Talk over loose ties", "How much of the talk passes along a loose tie, against a close one.",
           (0.1, 0.2, 0.33, 0.5, 1.0), 1.0, _WHO),
    _share("contagiousness", "Contagiousness",
           "Chance that one contact who talks wins somebody over within a week.",
           (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5), 0.05, _TALK),
    _whole("tellings", "Tellings needed", "How many contacts must talk before somebody listens at all.",
           (1, 2, 3, 4, 5), 1, _TALK, "contact"),
    Control("threshold", "Share needed", "Share of one’s contacts that must talk before one listens; replaces the "
            "number of tellings.", (0.0, 0.1, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4, 0.5),
            ("not used", *(share(v) for v in (0.1, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4, 0.5))), 0.0, _TALK),
    _share("disappointed", "Disappointed buyers", "Share of purchases that leave somebody who speaks badly of it.",
           (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3), 0.0, _TALK),
    Control("forgetting", "Forgetting", "How fast people fall back without reminders, against the usual.",
            (0.0, 0.25, 0.5, 1.0, 2.0, 4.0), ("never", *(f"{plain(v)} × usual" for v in (0.25, 0.5, 1.0, 2.0, 4.0))),
            0.0, _TALK),
    Control("seeding", "Who gets the product first", "Whom the brand gives the product before the first week.",
            tuple(_SEEDINGS), tuple(_SEEDINGS.values()), "random", _DO),
    _whole("seeds", "How many get it", "How many people are given the product.",
           (1, 2, 3, 5, 8, 10, 15, 20, 30, 50), 5, _DO, "person/people"),
    Control("advertising", "Advertising", "How often an ad is shown to each person in a week.",
            (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0),
            ("none", *(f"{plain(v)} a week" for v in (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0))), 0.0, _DO),
    _whole("ad_weeks", "Weeks of advertising", "How many weeks the advertising runs, from the first.",
           (1, 2, 4, 8, 13, 26, 52), 26, _DO, "week"),
    _whole("posts", "Own posts", "How often the brand posts on its own page in a week.",
           (0, 1, 3, 7, 14, 21, 28, 42, 70), 0, _DO, "post"),
    _whole("weeks", "Length", "How long one watches.", (13, 26, 39, 52), 26, _CHANCE, "week"),
    _whole("world", "Market", "Another number gives other people with other friends.", tuple(range(1, 21)), 1,
           _CHANCE, ""),
    _whole("luck", "Luck", "Another number gives the same people another stubbornness.", tuple(range(1, 21)), 1,
           _CHANCE, ""),
)  # fmt: skip

CONTROLS: dict[str, Control] = {control.name: control for control in _ALL}
"""All controls by name, in the order in which the page shows them."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A class's market: one value for each control, and what plan B does differently.

        >>> Settings(network="hubs", seeding="hubs").people
        300

    Every field has the name, values and default of its control in :data:`CONTROLS`. Made from what somebody typed,
    settings come from :func:`read_settings`, which checks them.

    Attributes:
        b: settings that are different in a second arm; empty shows one arm.
    """

    network: str = "small-world"
    people: int = 300
    contacts: int = 6
    shortcuts: float = 0.05
    weak_talk: float = 1.0
    contagiousness: float = 0.05
    tellings: int = 1
    threshold: float = 0.0
    disappointed: float = 0.0
    forgetting: float = 0.0
    seeding: str = "random"
    seeds: int = 5
    advertising: float = 0.0
    ad_weeks: int = 26
    posts: int = 0
    weeks: int = 26
    world: int = 1
    luck: int = 1
    b: Mapping[str, Value] = field(default_factory=dict)

    def arm_b(self) -> "Settings":
        """The second arm's settings as settings of their own."""
        mine = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "b"}
        return Settings(**{**mine, **self.b})


_SHARED = ("people", "weeks", "world")
"""Both arms have these in common: it is the same people who are compared."""


def read_settings(given: Mapping[str, Any]) -> Settings:
    """Check what a page, a notebook or a lesson asks for, and complete it.

        >>> read_settings({"seeds": 10, "b": {"seeding": "hubs"}}).arm_b().seeding
        'hubs'

    Args:
        given: values by name of control; ``b`` holds those that differ in a second arm. What is left out has its
            default.

    Raises:
        ScenarioError: a name or a value is not known, or an arm would have other people; all problems at once.
    """
    problems: list[Problem] = []
    mine = _checked({key: value for key, value in given.items() if key != "b"}, "", problems)
    other = given.get("b") or {}
    if not isinstance(other, Mapping):
        problems.append(Problem("settings", 0, "b", f"{shown(other)} is no section", "give names and values"))
        other = {}
    theirs = _checked(other, "b.", problems)
    for name in _SHARED:
        if name in theirs:
            problems.append(
                Problem("settings", 0, f"b.{name}", "both arms have the same people and weeks", "leave it out of b")
            )
    if problems:
        raise ScenarioError(problems)
    return Settings(**mine, b=theirs)


def _checked(given: Mapping[str, Any], prefix: str, problems: list[Problem]) -> dict[str, Any]:
    out = {}
    for name, value in given.items():
        control = CONTROLS.get(name)
        if control is None:
            hint = suggest(name, CONTROLS)
            problems.append(Problem("settings", 0, f"{prefix}{name}", "there is no such setting", hint))
            continue
        same = [one for one in control.values if one == value and isinstance(one, str) == isinstance(value, str)]
        if not same or isinstance(value, bool):
            texts = [str(one) for one in control.values]
            hint = suggest(value, texts) if isinstance(control.default, str) else f"choose from: {', '.join(texts)}"
            problems.append(Problem("settings", 0, f"{prefix}{name}", f"{shown(value)} is not one of its values", hint))
            continue
        out[name] = same[0]
    return out


__all__ = ["CONTROLS", "Control", "Settings", "read_settings"]
