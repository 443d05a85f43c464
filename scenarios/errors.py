"""What is wrong with a scenario, said so that a planner can mend it: file, line, words and a hint.

    >>> problem = Problem("plan.toml", 7, "weeks", "“12k” is not a number", "write 12_000", 'weeks = "12k"')
    >>> print(ScenarioError([problem]))
    plan.toml:7: weeks: “12k” is not a number
        hint: write 12_000
          7 | weeks = "12k"
    <BLANKLINE>
    1 problem; nothing was run.

Programs use the fields of :class:`Problem` and leave the text to people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MOST_SHOWN = 50
"""Problems that a message spells out; the error itself carries all of them."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: where it stands, what is wrong, and what to write instead.

    Attributes:
        file: Name of the file as the user gave it, or of the CSV beside it.
        line: Line in that file, from 1; 0 when the file as a whole is meant.
        where: The place in words, such as ``channels.instagram.cpm``.
        what: What is wrong, in plain words, with the value that was given.
        hint: What to write instead; empty when there is nothing to add.
        excerpt: The line as it stands in the file; empty when no single line is to blame.
    """

    file: str
    line: int
    where: str
    what: str
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = [f"{place}: {self.where}: {self.what}" if self.where else f"{place}: {self.what}"]
        if self.hint:
            said.append(f"    hint: {self.hint}")
        if self.excerpt:
            said.append(f"{self.line:>7} | {self.excerpt}")
        return "\n".join(said)


class ScenarioError(Exception):
    """A scenario cannot be used; ``problems`` lists everything that has to be mended, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        said = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        n = len(self.problems)
        if n > MOST_SHOWN:
            said.append(f"... and {n - MOST_SHOWN} more.")
        said.append(f"\n{n} problem{'s' if n != 1 else ''}; nothing was run.")
        return "\n".join(said)


def nearest(word: object, choices: Iterable[str], *, n: int = 1, cutoff: float = 0.6) -> list[str]:
    """The choices that look most like a misspelt word, best first."""
    by_folded = {choice.casefold().replace("_", "-"): choice for choice in choices}
    folded = str(word).casefold().replace("_", "-")
    return [by_folded[match] for match in get_close_matches(folded, by_folded, n=n, cutoff=cutoff)]


def suggest(word: object, choices: Iterable[str], *, most: int = 12) -> str:
    """A hint for an unknown word: the nearest choice if one is near, and the choices there are."""
    known = list(choices)
    if not known:
        return "none is defined"
    listed = ", ".join(known[:most]) + (", ..." if len(known) > most else "")
    near = nearest(word, known)
    return f"did you mean “{near[0]}”? choose from: {listed}" if near else f"choose from: {listed}"


def shown(value: object, *, most: int = 40) -> str:
    """A value as it is repeated to its author: short, and without characters that upset a terminal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**18 else "a very long number"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, dict):
        return "a section"
    if isinstance(value, list | tuple):
        return "a list"
    text = clean(str(value))
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"“{text}”" if isinstance(value, str) else text


def clean(text: str, *, most: int = 120) -> str:
    """One printable line of a text, shortened."""
    text = "".join(c if c.isprintable() else " " for c in text[: 2 * most].expandtabs(4)).rstrip()
    return text if len(text) <= most else text[: most - 1] + "…"
